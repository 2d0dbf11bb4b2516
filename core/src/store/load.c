#include "load.h"

#include "../account/snapshot.h"
#include "archive.h"
#include "predecessor.h"
#include "snapshots.h"
#include "tables.h"

static fg_status read_birth_chain(fg_ledger *ledger, fg_error *error) {
  sqlite3_stmt *book = NULL;
  sqlite3_stmt *account = NULL;
  fg_ledger_birth birth;
  fg_status status = fg_meta_read(ledger->store, "book", &book, &birth.book, error);
  if (status == FG_OK) {
    status = fg_meta_read(ledger->store, "account", &account, &birth.account, error);
  }
  if (status == FG_OK) {
    fg_birth_chain(&birth, ledger->chain);
  }
  sqlite3_finalize(book);
  sqlite3_finalize(account);
  return status;
}

fg_status fg_ledger_load_birth(fg_ledger *ledger, fg_error *error) {
  fg_account *fresh = NULL;
  FG_TRY(read_birth_chain(ledger, error));
  FG_TRY(fg_ledger_begin_account(ledger, ledger->account->begun, &fresh, error));
  ledger->snapshot.length = 0;
  fg_status status = fg_snapshot_write(fresh, &ledger->snapshot);
  fg_account_free(fresh);
  if (status == FG_OK) {
    status = fg_snapshot_read(ledger->account, (fg_string){ledger->snapshot.text, ledger->snapshot.length});
  }
  ledger->seq = ledger->snapshot_seq = ledger->session = 0;
  ledger->mark = (fg_clock_mark){.at = FG_NO_TIME};
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

fg_status fg_ledger_load_beginning(fg_ledger *ledger, fg_error *error) {
  fg_predecessor before;
  bool found = false;
  FG_TRY(fg_predecessor_read(ledger->store, &before, error));
  if (before.seq == 0) {
    return fg_ledger_load_birth(ledger, error);
  }
  FG_TRY(fg_snapshot_load(ledger, FG_SNAPSHOT_FORMAT_FIRST, before.seq, &found, error));
  bool is_good = found && ledger->seq == before.seq && memcmp(ledger->chain, before.head, FG_CHAIN_SIZE) == 0;
  return is_good ? FG_OK
                 : fg_fail(error, FG_LEDGER_CORRUPT, "",
                           "%s: the state it was begun with, after command %lld, is altered; "
                           "good up to command 0",
                           ledger->store->path, (long long)before.seq);
}

static fg_status broken(const char *path, const fg_row *row, const char *what, fg_error *error) {
  return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: command %lld %s; good up to command %lld", path,
                 (long long)row->seq, what, (long long)row->seq - 1);
}

/* Checks that a row follows the row before it, and that its command did something: it is no question and no repetition.
   The chain alone proves nothing, because anybody can compute a chain. */
static fg_status check_link(const fg_ledger *ledger, const fg_row *row, fg_error *error) {
  const char *path = ledger->store->path;
  unsigned char chain[FG_CHAIN_SIZE];
  fg_row_chain(ledger->chain, row, chain);
  if (memcmp(chain, row->chain, FG_CHAIN_SIZE) != 0) {
    return broken(path, row, "does not follow from the one before it", error);
  }
  if (row->at < ledger->mark.at) {
    return broken(path, row, "lies before the one before it", error);
  }
  if (row->session < 0 || row->session > FG_SESSION_MAX) {
    return broken(path, row, "is of no session", error);
  }
  return fg_string_is(row->kind, "preview") || fg_string_is(row->kind, "statement")
             ? broken(path, row, "is a question", error)
             : FG_OK;
}

/* Reads what a refund gave back, with what was forfeited; -1: the command is none, or its answer does not tell.
   FG_NO_MEMORY. */
static fg_status read_refund(const fg_ledger *ledger, const fg_row *row, const fg_command *command, fg_amount *refund) {
  fg_json_document answer;
  fg_amount parts[2] = {0};
  *refund = -1;
  if (command->kind != FG_DO_REFUND) {
    return FG_OK;
  }
  fg_status status = fg_json_parse(row->outcome, &ledger->allocator, &answer, NULL);
  if (status != FG_OK) {
    return status == FG_NO_MEMORY ? status : FG_OK;
  }
  static const char *const keys[] = {"amount", "forfeited"};
  bool is_told = true;
  for (int i = 0; i < 2; i++) {
    fg_string text = fg_json_string(fg_json_get(&answer.root, keys[i]));
    is_told = is_told && text.text != NULL && fg_amount_parse(text.text, text.length, &parts[i]) == FG_OK;
  }
  fg_json_release(&answer);
  *refund = is_told ? parts[0] + parts[1] : -1;
  return FG_OK;
}

static fg_status replay_row(fg_ledger *ledger, const fg_row *row, fg_outcome *outcome, fg_error *error) {
  fg_json_document fields;
  fg_command_reader commands = {.allocator = &ledger->allocator};
  fg_command command;
  fg_error fault;
  fg_account *account = ledger->account;
  const char *path = ledger->store->path;
  fg_status status = fg_row_read_command(row, &commands, &fields, &command, &fault);
  if (status == FG_OK) {
    fg_account_turn_back(account, command.at);
    fg_amount refund = 0;
    account->reread = &refund;
    status = read_refund(ledger, row, &command, &refund);
    status = status == FG_OK ? fg_account_apply_as(account, &command, FG_NAMED_BY_LIBRARY, outcome, &fault) : status;
    account->reread = NULL;
    fg_json_release(&fields);
  }
  fg_command_reader_end(&commands);
  if (status == FG_NO_MEMORY || fg_status_class_of(status) == FG_CLASS_LEDGER) {
    return fg_archive_tell(ledger, fg_refuse(error, status), error);
  }
  if (status != FG_OK) {
    return broken(path, row, fault.message, error);
  }
  return outcome->repeated ? broken(path, row, "was there before", error) : FG_OK;
}

static fg_status check_next(const fg_ledger *ledger, const fg_row *row, fg_error *error) {
  if (row->seq != ledger->seq + 1) {
    fg_row missing = {.seq = ledger->seq + 1};
    return broken(ledger->store->path, &missing, "is missing", error);
  }
  return check_link(ledger, row, error);
}

static void go_past(fg_ledger *ledger, const fg_row *row) {
  ledger->seq = row->seq;
  ledger->session = fg_max_i64(ledger->session, row->session);
  memcpy(ledger->chain, row->chain, FG_CHAIN_SIZE);
  ledger->mark = fg_row_mark(row);
}

fg_status fg_ledger_take_row(fg_ledger *ledger, const fg_row *row, fg_outcome *outcome, fg_error *error) {
  fg_outcome unasked;
  FG_TRY(check_next(ledger, row, error));
  FG_TRY(replay_row(ledger, row, outcome == NULL ? &unasked : outcome, error));
  go_past(ledger, row);
  ledger->rows_in_memory++;
  return FG_OK;
}

fg_status fg_ledger_pass_row(fg_ledger *ledger, const fg_row *row, fg_error *error) {
  FG_TRY(check_next(ledger, row, error));
  go_past(ledger, row);
  return FG_OK;
}

fg_status fg_ledger_has_kept(const fg_ledger *ledger, bool *has_kept, fg_error *error) {
  sqlite3_stmt *find = ledger->statements.chain;
  sqlite3_bind_int64(find, 1, ledger->seq);
  int result = sqlite3_step(find);
  bool is_there = result == SQLITE_ROW && sqlite3_column_bytes(find, 0) == FG_CHAIN_SIZE &&
                  memcmp(sqlite3_column_blob(find, 0), ledger->chain, FG_CHAIN_SIZE) == 0;
  *has_kept = ledger->seq == 0 || is_there;
  sqlite3_reset(find);
  return result == SQLITE_ROW || result == SQLITE_DONE ? FG_OK : fg_store_fault(ledger->store, result, error);
}

fg_status fg_ledger_catch_up(fg_ledger *ledger, fg_error *error) {
  sqlite3_stmt *tail = ledger->statements.tail;
  fg_status status = FG_OK;
  sqlite3_bind_int64(tail, 1, ledger->seq);
  int result = sqlite3_step(tail);
  for (; result == SQLITE_ROW && status == FG_OK; result = status == FG_OK ? sqlite3_step(tail) : result) {
    fg_row row;
    status = fg_row_of(tail, ledger->store->path, &row, error);
    if (status == FG_OK) {
      status = fg_ledger_take_row(ledger, &row, NULL, error);
    }
  }
  if (status == FG_OK && result != SQLITE_DONE) {
    status = fg_store_fault(ledger->store, result, error);
  }
  sqlite3_reset(tail);
  return status;
}

fg_status fg_ledger_load(fg_ledger *ledger, fg_error *error) {
  bool found = false;
  FG_ASSERT(ledger->store->is_inside);
  ledger->is_behind = true;
  FG_TRY(fg_snapshot_load(ledger, FG_SNAPSHOT_FORMAT_TOLD, INT64_MAX, &found, error));
  if (!found) {
    FG_TRY(fg_ledger_load_beginning(ledger, error));
  }
  ledger->rows_in_memory = 0;
  FG_TRY(fg_ledger_catch_up(ledger, error));
  FG_TRY(fg_ledger_check_sessions(ledger, error));
  ledger->is_behind = false;
  return FG_OK;
}
