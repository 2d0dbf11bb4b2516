/* The timeline: a JSON document of commands in, a JSON document of outcomes and a statement out. */
#include <stdio.h>

#include "book_json.h"
#include "command.h"
#include "describe.h"
#include "json_read.h"
#include "json_write.h"
#include "policy_json.h"
#include "state.h"
#include "tell.h"

typedef struct replay {
  const fg_book_source *books;
  fg_allocator allocator;
  fg_error *error;
  fg_book *book;
  fg_account *account;
  fg_json_writer writer;
  fg_visitor visitor;
} replay;

static fg_status not_allowed(fg_error *error, const char *path, const json_t *value) {
  return fg_fail(error, FG_INVALID, path, "cannot be %s", fg_json_kind(value));
}

/* Members of an object in the order of the document. jansson's iterators want a pointer they could write through. */
static json_t *writable(const json_t *value) { return (json_t *)(uintptr_t)value; }

#define EACH_MEMBER(object, at) \
  void *at = json_object_iter(writable(object)); at != NULL; at = json_object_iter_next(writable(object), at)

/* ------------------------------------------------------------------------------------------------------- the head */

static fg_status read_book(replay *run, const json_t *root) {
  const json_t *value = NULL;
  FG_TRY(fg_json_require(root, "book", &value, run->error));
  if (json_is_object(value)) {
    return fg_within(run->error, fg_book_read(value, &run->allocator, &run->book, run->error), "book");
  }
  if (!json_is_string(value)) {
    return not_allowed(run->error, "book", value);
  }
  fg_string name = {json_string_value(value), json_string_length(value)};
  if (run->books == NULL || run->books->find == NULL) {
    return fg_fail(run->error, FG_UNKNOWN_BOOK, "book", "no price books can be found by name here");
  }
  fg_status status = run->books->find(run->books->context, name, &run->book, run->error);
  if (status == FG_UNKNOWN_BOOK) {
    fg_error_prefix(run->error, "book");
  }
  return fg_within(run->error, status, "book");
}

static fg_status read_fund(replay *run, const char *name, const json_t *value, fg_funds *funds) {
  fg_fund fund = FG_CASH;
  if (!fg_fund_of(fg_string_of(name), &fund)) {
    return fg_fail(run->error, FG_INVALID, name, "expected cash, income, gift or voucher");
  }
  bool read = json_is_string(value) &&
              fg_money_parse(json_string_value(value), json_string_length(value), &funds->of[fund]) == FG_OK;
  return read ? FG_OK : fg_fail(run->error, FG_INVALID, name, "expected a decimal string such as \"12.50\"");
}

static fg_status read_funds(replay *run, const json_t *wallet, fg_funds *funds) {
  if (!json_is_object(wallet)) {
    return not_allowed(run->error, "wallet", wallet);
  }
  for (EACH_MEMBER(wallet, at)) {
    fg_status status = read_fund(run, json_object_iter_key(at), json_object_iter_value(at), funds);
    FG_TRY(fg_within(run->error, status, "wallet"));
  }
  return FG_OK;
}

static fg_status make_account(replay *run, const json_t *root) {
  const json_t *wallet = json_object_get(root, "wallet");
  const json_t *policy = json_object_get(root, "policy");
  fg_policy policy_in_force = run->book->policy;
  fg_funds funds;
  memset(&funds, 0, sizeof funds);
  if (wallet != NULL) {
    FG_TRY(read_funds(run, wallet, &funds));
  }
  if (policy != NULL) {
    FG_TRY(fg_within(run->error, fg_policy_read(policy, &policy_in_force, run->error), "policy"));
  }
  fg_account_options options = {.wallet = wallet == NULL ? NULL : &funds, .allocator = &run->allocator};
  FG_TRY(fg_account_new(run->book, &options, &run->account, run->error));
  run->account->policy = policy_in_force;
  return FG_OK;
}

/* --------------------------------------------------------------------------------------------------- the commands */

static fg_status set_value(fg_command *command, const char *name, const json_t *value, fg_error *error) {
  switch (json_typeof(value)) {
  case JSON_STRING: {
    fg_string text = {json_string_value(value), json_string_length(value)};
    return fg_command_set_text(command, name, text, error);
  }
  case JSON_INTEGER: return fg_command_set_integer(command, name, json_integer_value(value), error);
  case JSON_TRUE:
  case JSON_FALSE: return fg_command_set_flag(command, name, json_is_true(value), error);
  case JSON_NULL: return fg_command_set_null(command, name, error);
  default: return not_allowed(error, name, value);
  }
}

static fg_status set_member(fg_command *command, const char *name, const json_t *value, fg_error *error) {
  char part[128];
  if (!json_is_object(value)) {
    return set_value(command, name, value, error);
  }
  FG_TRY(fg_command_set_object(command, name, error));
  for (EACH_MEMBER(value, at)) {
    snprintf(part, sizeof part, "%.24s.%s", name, json_object_iter_key(at));
    fg_cut_utf8(part, sizeof part);
    FG_TRY(set_value(command, part, json_object_iter_value(at), error));
  }
  return FG_OK;
}

static fg_status begin_command(const replay *run, const json_t *value, fg_command *command) {
  const json_t *at = NULL;
  const json_t *kind_name = NULL;
  fg_string text = {NULL, 0};
  fg_command_kind kind = FG_DO_ADVANCE;
  fg_time time = 0;
  if (!json_is_object(value)) {
    return not_allowed(run->error, "", value);
  }
  FG_TRY(fg_json_require(value, "do", &kind_name, run->error));
  FG_TRY(fg_within(run->error, fg_json_text(kind_name, &text, run->error), "do"));
  if (!fg_command_kind_of(text, &kind)) {
    return fg_fail(run->error, FG_INVALID, "do", "there is no such command");
  }
  FG_TRY(fg_json_require(value, "at", &at, run->error));
  FG_TRY(fg_within(run->error, fg_json_text(at, &text, run->error), "at"));
  if (fg_time_parse(text.text, text.length, run->book->offset_minutes, &time) != FG_OK) {
    return fg_fail(run->error, FG_INVALID, "at", "expected a time such as \"2024-11-05T10:00:00\", from 1970 to 9999");
  }
  fg_command_begin(command, kind, time);
  return FG_OK;
}

static fg_status read_command(const replay *run, const json_t *value, fg_command *command) {
  FG_TRY(begin_command(run, value, command));
  for (EACH_MEMBER(value, at)) {
    const char *name = json_object_iter_key(at);
    if (strcmp(name, "at") != 0 && strcmp(name, "do") != 0) {
      FG_TRY(set_member(command, name, json_object_iter_value(at), run->error));
    }
  }
  FG_TRY(fg_command_finish(command, run->error));
  return fg_command_check(command, run->error);
}

/* ---------------------------------------------------------------------------------------------------- the answer */

/* Seconds as a decimal string; null where waiting does not help. */
static void tell_retry_after(fg_teller *to, int64_t retry_after_us) {
  char seconds[FG_MONEY_TEXT_MAX];
  const fg_amount micro = FG_UNIT / FG_SECOND;
  if (retry_after_us < 0) {
    fg_tell_null(to, "retry_after");
    return;
  }
  fg_money_format(fg_money_of(retry_after_us * micro), 0, seconds); /* the same fixed-point form */
  fg_tell_word(to, "retry_after", seconds);
}

static void tell_refusal(const replay *run, const fg_command *command, fg_status status, const fg_error *refusal) {
  fg_teller to = fg_teller_to(&run->visitor);
  fg_tell_begin_object(&to, NULL);
  fg_tell_word(&to, "do", fg_command_name(command->kind));
  fg_tell_flag(&to, "ok", false);
  fg_tell_word(&to, "error", fg_status_name(status));
  fg_tell_word(&to, "message", refusal->message);
  if (refusal->rule[0] == '\0') {
    fg_tell_null(&to, "rule");
  } else {
    fg_tell_word(&to, "rule", refusal->rule);
  }
  if (status == FG_RATE_LIMITED) {
    tell_retry_after(&to, refusal->retry_after_us);
  }
  fg_tell_end_object(&to);
}

/* What a visitor's stop means: the writer could not grow its text. */
static fg_status written(const replay *run, fg_status status) {
  return status == FG_STOPPED ? run->writer.status : status;
}

static fg_status replay_command(replay *run, const json_t *value) {
  fg_command command;
  fg_outcome outcome;
  fg_error refusal;
  FG_TRY(read_command(run, value, &command));
  fg_status status = fg_account_apply(run->account, &command, &outcome, &refusal);
  if (status == FG_OK) {
    FG_TRY(written(run, fg_outcome_describe(run->account, &outcome, &run->visitor)));
  } else if (fg_status_is_refusal(status)) {
    tell_refusal(run, &command, status, &refusal);
  } else {
    return fg_fail(run->error, status, refusal.path, "%s", refusal.message);
  }
  return run->writer.status;
}

/* The whole document is read before the first command runs: one that cannot be read has no outcome. */
static fg_status check_commands(replay *run, const json_t *commands) {
  fg_command command;
  for (size_t i = 0; i < json_array_size(commands); i++) {
    FG_TRY(fg_within(run->error, read_command(run, json_array_get(commands, i), &command), "commands[%zu]", i));
  }
  return FG_OK;
}

static fg_status replay_commands(replay *run, const json_t *commands) {
  const fg_visitor *to = &run->visitor;
  to->begin_object(to->context, NULL);
  to->begin_list(to->context, "outcomes");
  for (size_t i = 0; i < json_array_size(commands); i++) {
    FG_TRY(fg_within(run->error, replay_command(run, json_array_get(commands, i)), "commands[%zu]", i));
  }
  to->end_list(to->context);
  if (json_array_size(commands) == 0) {
    to->null(to->context, "statement");
  } else {
    FG_TRY(written(run, fg_account_tell(run->account, "statement", to)));
  }
  to->end_object(to->context);
  return run->writer.status;
}

static fg_status replay_document(replay *run, const json_t *root) {
  static const char *const fields[] = {"book", "policy", "wallet", "commands", NULL};
  const json_t *commands = NULL;
  FG_TRY(fg_json_fields(root, fields, run->error));
  FG_TRY(read_book(run, root));
  FG_TRY(fg_json_require(root, "commands", &commands, run->error));
  if (!json_is_array(commands)) {
    return not_allowed(run->error, "commands", commands);
  }
  FG_TRY(make_account(run, root));
  FG_TRY(check_commands(run, commands));
  run->writer.minor_digits = run->book->minor_digits;
  run->writer.offset_minutes = run->book->offset_minutes;
  return replay_commands(run, commands);
}

fg_status fg_replay(const char *json, size_t length, const fg_book_source *books, const fg_allocator *allocator,
                    fg_text *answer, fg_error *error) {
  fg_text text = {.allocator = fg_allocator_or_default(allocator)};
  replay run = {.books = books, .allocator = text.allocator, .error = error, .writer = {.text = &text}};
  json_t *root = NULL;
  FG_TRY(fg_json_parse(json, length, &root, error));
  run.visitor = fg_json_visitor(&run.writer);
  fg_status status = replay_document(&run, root);
  fg_account_free(run.account);
  fg_book_release(run.book);
  json_decref(root);
  if (status != FG_OK) {
    fg_text_release(&text);
    return status == FG_NO_MEMORY ? fg_refuse(error, status) : status;
  }
  *answer = text;
  return FG_OK;
}
