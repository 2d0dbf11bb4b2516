/* Applies commands for an item of a basket, and notes the lines that they lead to. */
#include "basket.h"

fg_basket_living fg_basket_live(fg_basket_life *life, uint32_t number, int month, fg_error *error) {
  fg_basket_living now = {.life = life, .number = number, .item = &life->items[number], .month = month, .error = error};
  bool is_event = number >= fg_book_owner_count(life->book);
  now.owner = is_event ? NULL : fg_basket_owner(life, month, number);
  now.begin = fg_basket_begin(life, month);
  return now;
}

fg_status fg_basket_apply(const fg_basket_living *now, const fg_command *command, fg_outcome *outcome,
                          const char *step) {
  fg_status status = fg_account_apply(now->life->account, command, outcome, now->error);
  status = step[0] == '\0' ? status : fg_basket_within(now->error, status, fg_string_of(step));
  return fg_basket_within(now->error, status, now->item->id);
}

fg_command fg_basket_command(const fg_basket_living *now, fg_command_kind kind) {
  fg_command command;
  fg_command_begin(&command, kind, now->begin);
  command.product = now->item->id;
  return command;
}

fg_status fg_basket_note(fg_basket_life *life, int month, fg_basket_line line, const char *explanation) {
  line.month = month;
  line.number = life->lines.count;
  line.explanation = fg_string_copy(&life->arena, &life->allocator, fg_string_of(explanation));
  if (line.explanation.text == NULL) {
    return FG_NO_MEMORY;
  }
  FG_TRY(FG_ARRAY_RESERVE(&life->allocator, &life->lines, 1));
  life->lines.items[life->lines.count++] = line;
  return FG_OK;
}

void fg_basket_write_count(int64_t units, char out[FG_GROUPED_MAX]) { fg_explain_amount(units * FG_UNIT, 0, out); }

fg_status fg_basket_within(fg_error *error, fg_status status, fg_string step) {
  if (status != FG_OK) {
    fg_error_prefix(error, "%.*s", (int)step.length, step.text);
  }
  return status;
}
