/* The timeline: a JSON document of commands in, a JSON document of outcomes and a statement out. */
#include <stdio.h>

#include "account_json.h"
#include "../state/command_json.h"
#include "describe.h"
#include "../json/read.h"
#include "../json/write.h"
#include "../state/state.h"
#include "../base/status.h"
#include "../base/tell.h"

typedef struct replay {
  const fg_book_source *books;
  fg_allocator allocator;
  fg_watch watch;
  fg_error *error;
  fg_book *book;
  fg_account *account;
  fg_command_reader reader;
  fg_json_writer writer;
  fg_visitor visitor;
  size_t told; ///< bytes of statements and previews so far; limited, because a short command may ask for much
} replay;

/* Tells microseconds as seconds in a decimal string, or null where waiting does not help. */
static void tell_retry_after(fg_teller *to, int64_t retry_after_us) {
  char seconds[FG_MONEY_TEXT_MAX];
  const fg_amount micro = FG_UNIT / FG_SECOND;
  if (retry_after_us < 0) {
    fg_tell_null(to, "retry_after");
    return;
  }
  /* Seconds are written with the fixed point of an amount. */
  fg_money_format(fg_money_of(retry_after_us * micro), 0, seconds);
  fg_tell_word(to, "retry_after", seconds);
}

/* Tells a message. If the fault is in a book that the command brings, its place there is put in front. */
static void tell_message(fg_teller *to, const fg_error *refusal) {
  char message[sizeof refusal->path + sizeof refusal->message + 2];
  snprintf(message, sizeof message, "%s%s%s", refusal->path, refusal->path[0] == '\0' ? "" : ": ", refusal->message);
  fg_tell_word(to, "message", message);
}

static void tell_refusal(const replay *run, const fg_command *command, fg_status status, const fg_error *refusal) {
  fg_teller to = fg_teller_to(&run->visitor);
  fg_tell_begin_object(&to, NULL);
  fg_tell_word(&to, "do", fg_command_name(command->kind));
  fg_tell_flag(&to, "ok", false);
  fg_tell_word(&to, "error", fg_status_name(status));
  tell_message(&to, refusal);
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

/* Turns FG_STOPPED into the status of the writer, because the writer stops where it cannot grow its text. A failure is
   told here, because what describes an account fills no error. */
static fg_status written(const replay *run, fg_status status) {
  fg_status told = status == FG_STOPPED ? run->writer.status : status;
  return told == FG_OK ? FG_OK : fg_refuse(run->error, told);
}

static fg_status tell_outcome(replay *run, const fg_command *command, const fg_outcome *outcome) {
  size_t before = run->writer.text->length;
  FG_TRY(written(run, fg_outcome_describe(run->account, outcome, &run->visitor)));
  run->told += fg_command_asks(command->kind) ? run->writer.text->length - before : 0;
  return FG_OK;
}

static fg_status replay_command(replay *run, const fg_json *value) {
  fg_command command;
  fg_outcome outcome;
  fg_error refusal;
  FG_TRY(fg_command_read(&run->reader, value, &command, run->error));
  fg_status status = fg_account_apply(run->account, &command, &outcome, &refusal);
  if (status == FG_OK && fg_command_asks(command.kind) && run->told >= FG_TIMELINE_LISTS_MAX) {
    status = fg_refuse(&refusal, FG_OVERFLOW);
  }
  if (status == FG_OK) {
    FG_TRY(tell_outcome(run, &command, &outcome));
  } else if (fg_status_is_refusal(status)) {
    tell_refusal(run, &command, status, &refusal);
  } else {
    return fg_fail(run->error, status, refusal.path, "%s", refusal.message);
  }
  return run->writer.status;
}

/* Checks all commands before the first is applied, because a document with a command that cannot be read has no
   outcomes at all. */
static fg_status check_commands(replay *run, const fg_json *commands) {
  fg_command command;
  size_t i = 0;
  for (FG_EACH_ELEMENT(commands, value)) {
    FG_TRY(fg_watch_or_stop(&run->watch, run->error));
    fg_status status = fg_command_read(&run->reader, value, &command, run->error);
    status = status == FG_OK ? fg_command_suits(&command, run->book, run->error) : status;
    FG_TRY(fg_within(run->error, status, "commands[%zu]", i++));
  }
  return FG_OK;
}

static fg_status replay_commands(replay *run, const fg_json *commands) {
  const fg_visitor *to = &run->visitor;
  size_t i = 0;
  to->begin_object(to->context, NULL);
  to->begin_list(to->context, "outcomes");
  for (FG_EACH_ELEMENT(commands, value)) {
    FG_TRY(fg_watch_or_stop(&run->watch, run->error));
    FG_TRY(fg_within(run->error, replay_command(run, value), "commands[%zu]", i++));
  }
  to->end_list(to->context);
  if (fg_json_length(commands) == 0) {
    to->null(to->context, "statement");
  } else {
    FG_TRY(written(run, fg_account_tell(run->account, "statement", to)));
  }
  to->end_object(to->context);
  return run->writer.status;
}

static fg_status replay_document(replay *run, const fg_json *root) {
  static const char *const fields[] = {"book", "policy", "wallet", "attributes", "keep_ids_days", "commands", NULL};
  const fg_json *book = NULL;
  const fg_json *commands = NULL;
  FG_TRY(fg_json_fields(root, fields, run->error));
  FG_TRY(fg_json_require(root, "book", &book, run->error));
  FG_TRY(fg_book_of_document(book, run->books, &run->allocator, &run->book, run->error));
  FG_TRY(fg_json_require(root, "commands", &commands, run->error));
  if (!fg_json_is(commands, FG_JSON_LIST)) {
    return fg_json_not_allowed(run->error, "commands", commands);
  }
  FG_TRY(fg_account_read(fg_account_head_of(root), run->book, &run->allocator, &run->account, run->error));
  run->reader = (fg_command_reader){.zone = &run->book->zone, .books = run->books, .allocator = &run->allocator};
  FG_TRY(check_commands(run, commands));
  run->writer.minor_digits = run->book->minor_digits;
  run->writer.zone = &run->book->zone;
  return replay_commands(run, commands);
}

fg_status fg_replay(const char *json, size_t length, const fg_book_source *books, const fg_allocator *allocator,
                    const fg_listener *listener, fg_text *answer, fg_error *error) {
  fg_text text = {.allocator = fg_allocator_or_default(allocator)};
  replay run = {.books = books, .allocator = text.allocator, .error = error, .writer = {.text = &text}};
  fg_json_document document;
  fg_watch_listen(&run.watch, listener);
  fg_status status = fg_json_parse_watched((fg_string){json, length}, allocator, &run.watch, &document, error);
  if (status != FG_OK) {
    return status == FG_WATCH_OVER ? fg_refuse(error, FG_STOPPED) : status;
  }
  run.visitor = fg_json_visitor(&run.writer);
  status = replay_document(&run, &document.root);
  fg_command_reader_end(&run.reader);
  fg_account_free(run.account);
  fg_book_release(run.book);
  fg_json_release(&document);
  if (status != FG_OK) {
    fg_text_release(&text);
    return status == FG_NO_MEMORY ? fg_refuse(error, status) : status;
  }
  *answer = text;
  return FG_OK;
}
