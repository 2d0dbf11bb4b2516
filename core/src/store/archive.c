#include "archive.h"

#include "ledger.h"

/* Reads the command of a row, and its answer, into memory that is kept until the next look-up. */
static fg_status keep_row(fg_ledger *ledger, const fg_row *row, fg_command *command, fg_outcome *answer,
                          fg_error *error) {
  fg_json_document fields;
  fg_command_reader commands = {.allocator = &ledger->allocator};
  fg_status status = fg_row_read_command(row, &commands, &fields, command, error);
  fg_command_reader_end(&commands);
  FG_TRY(status);
  command->id = (fg_string){NULL, 0}; /* because the caller has the id */
  command->book = NULL;               /* no command that has an id of its own brings a book */
  status = fg_command_keep_texts(command, &ledger->found_arena, &ledger->allocator);
  fg_json_release(&fields);
  FG_TRY(status);
  return fg_row_read_outcome(row->outcome, command, &ledger->found_arena, &ledger->allocator, answer);
}

static bool is_forgettable(fg_command_kind kind) { return kind == FG_DO_USE || kind == FG_DO_CALL; }

/* Takes one of the rows of an id, which come from the latest one back: first the one that ended the call, and at last
   that of the command whose own id it is. */
static fg_status take_row_of_life(fg_ledger *ledger, const fg_row *row, bool *found, fg_error *error) {
  fg_past *past = &ledger->found;
  fg_command_kind kind = FG_DO_ADVANCE;
  (void)fg_command_kind_of(row->kind, &kind);
  if (fg_command_owns_id(kind)) {
    *found = true;
    FG_TRY(keep_row(ledger, row, &past->command, &past->answer, error));
    past->attempt = past->answer.is.used.attempt;
  } else if ((kind == FG_DO_COMMIT || kind == FG_DO_CANCEL) && !past->has_ending) {
    past->has_ending = true;
    return keep_row(ledger, row, &past->ending, &past->ended, error);
  }
  return FG_OK;
}

/* Finds the rows of an id. An id that the account has forgotten by now is not found, although it is in the file, so
   that an account in a ledger answers as one in memory does; the instant of its latest row decides. */
static fg_status find_life(fg_ledger *ledger, fg_string id, bool *found, fg_error *error) {
  sqlite3_stmt *find = ledger->statements.find;
  fg_status status = FG_OK;
  fg_time latest = FG_NO_TIME;
  fg_time ended_at = FG_NO_TIME;
  sqlite3_bind_text64(find, 1, id.text, id.length, SQLITE_STATIC, SQLITE_UTF8);
  sqlite3_bind_int64(find, 2, ledger->seq); /* while rows are replayed, those that are not replayed yet do not count */
  int result = sqlite3_step(find);
  for (; result == SQLITE_ROW && status == FG_OK && !*found; result = *found ? result : sqlite3_step(find)) {
    fg_row row;
    FG_TRY(fg_row_of(find, ledger->store->path, &row, error));
    latest = fg_max_i64(latest, row.at);
    bool had_ending = ledger->found.has_ending;
    status = take_row_of_life(ledger, &row, found, error);
    ended_at = ledger->found.has_ending && !had_ending ? row.at : ended_at;
  }
  ledger->found.is_undone = *found && fg_past_was_undone(ledger->account, &ledger->found, ended_at);
  bool is_old = latest < fg_ids_known_from(&ledger->account->ids);
  *found = *found && !(is_old && is_forgettable(ledger->found.command.kind));
  bool is_done = result == SQLITE_DONE || result == SQLITE_ROW;
  return status != FG_OK || is_done ? status : fg_store_fault(ledger->store, result, error);
}

fg_status fg_archive_find(void *context, fg_string id, fg_past *past) {
  fg_ledger *ledger = context;
  bool found = false;
  fg_error *error = &ledger->find_error;
  fg_arena_release(&ledger->found_arena, &ledger->allocator);
  memset(&ledger->found, 0, sizeof ledger->found);
  fg_status status = find_life(ledger, id, &found, error);
  sqlite3_reset(ledger->statements.find);
  sqlite3_clear_bindings(ledger->statements.find);
  if (status == FG_INVALID) {
    return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: a command under the id %.*s is altered", ledger->store->path,
                   (int)fg_min_i64((int64_t)id.length, 60), id.text);
  }
  *past = ledger->found;
  return status != FG_OK ? status : found ? FG_OK : FG_UNKNOWN_ID;
}

fg_status fg_archive_tell(const fg_ledger *ledger, fg_status status, fg_error *error) {
  if (fg_status_class_of(status) == FG_CLASS_LEDGER && error != NULL) {
    *error = ledger->find_error;
  }
  return status;
}
