/* Any bytes as an amount, as an instant, and as the value of every field of every command. */
#include "fuzz.h"
#include "faregate_timeline.h"

static void try_money(const char *text, size_t size) {
  fg_money amount;
  fg_money back;
  char out[FG_MONEY_TEXT_MAX];
  if (fg_money_parse(text, size, &amount) == FG_OK) {
    size_t length = fg_money_format(amount, 2, out);
    MUST(length < sizeof out && out[length] == '\0');
    MUST(fg_money_parse(out, length, &back) == FG_OK);
    MUST(fg_money_compare(amount, back) == 0);
  }
}

static void try_time(const char *text, size_t size) {
  fg_time time;
  fg_time back;
  char out[FG_TIME_TEXT_MAX];
  if (fg_time_parse(text, size, EAST(480), &time) == FG_OK) {
    size_t length = fg_time_format(time, 0, out);
    MUST(length < sizeof out && out[length] == '\0');
    if (out[0] != '0' && strncmp(out, "1969", 4) != 0) { /* the offset may lead out of the calendar */
      MUST(fg_time_parse(out, length, 0, &back) == FG_OK || strncmp(out, "9999", 4) == 0);
    }
  }
}

/* What a setter refuses leaves words, and what it takes may still be refused as a whole. */
static void must_be_taken_or_refused(fg_status status, const fg_command *command, fg_error *error) {
  if (status != FG_OK) {
    must_be_an_error(status, error);
    return;
  }
  status = fg_command_finish(command, error);
  if (status != FG_OK) {
    must_be_an_error(status, error);
  }
}

static void try_field(fg_command_kind kind, const char *field, fg_string value) {
  int64_t number = 0;
  memcpy(&number, value.text, value.length < sizeof number ? value.length : sizeof number);
  for (int setter = 0; setter < 5; setter++) {
    fg_command command;
    fg_error error = {0};
    fg_command_begin(&command, kind, 0);
    fg_status status = setter == 0   ? fg_command_set_text(&command, field, value, &error)
                       : setter == 1 ? fg_command_set_integer(&command, field, number, &error)
                       : setter == 2 ? fg_command_set_flag(&command, field, number % 2 == 0, &error)
                       : setter == 3 ? fg_command_set_null(&command, field, &error)
                                     : fg_command_set_object(&command, field, &error);
    must_be_taken_or_refused(status, &command, &error);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const parts[] = {"pay.cash", "campaign.price", "campaign.refundable", "nothing"};
  fg_string value = {(const char *)data, size};
  try_money(value.text, size);
  try_time(value.text, size);
  for (int kind = 0; kind < FG_COMMAND_COUNT; kind++) {
    const fg_field *field;
    for (size_t i = 0; (field = fg_command_field((fg_command_kind)kind, i)) != NULL; i++) {
      try_field((fg_command_kind)kind, field->name, value);
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
      try_field((fg_command_kind)kind, parts[i], value);
    }
  }
  return 0;
}
