#include "write.h"

#include "../account/snapshot.h"
#include "runs.h"
#include "snapshots.h"

/* Inserts a row, and the snapshot if there is one, in one transaction. */
static int insert_both(fg_ledger *ledger, const fg_row *row) {
  int result = fg_statement_execute(ledger->statements.begin);
  result = result == SQLITE_OK ? fg_row_insert(&ledger->statements, row) : result;
  result = result == SQLITE_OK ? fg_snapshot_insert(ledger, row) : result;
  return result == SQLITE_OK ? fg_statement_execute(ledger->statements.commit) : result;
}

/* How far the wall clock is ahead of an instant. The clock may show any time, so the difference could overflow. */
static int64_t ahead_of(fg_time at, fg_time wall) {
  int64_t ahead = 0;
  return __builtin_sub_overflow(wall, at, &ahead) ? 0 : ahead;
}

/* Makes the row of a command. It has the answer already, which the host gets only after the row is written. */
static fg_status make_row(fg_ledger *ledger, const fg_command *command, const fg_outcome *outcome, fg_row *row,
                          fg_error *error) {
  FG_TRY(fg_row_write_command(command, &ledger->command_text, error));
  fg_status status = fg_row_write_outcome(ledger->account, outcome, &ledger->outcome_text);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  *row = (fg_row){.seq = ledger->seq + 1,
                  .at = command->at,
                  .session = ledger->store->lock.session,
                  .ahead = ahead_of(command->at, ledger->reading.wall),
                  .boottime = ledger->reading.boottime,
                  .boot = ledger->reading.boot,
                  .kind = fg_string_of(fg_command_name(command->kind)),
                  .id = command->id,
                  .command = {ledger->command_text.text, ledger->command_text.length},
                  .outcome = {ledger->outcome_text.text, ledger->outcome_text.length}};
  fg_row_chain(ledger->chain, row, row->chain);
  return FG_OK;
}

/* Makes the row of the command that the account has just applied, and the state after it if a snapshot is due. */
static fg_status make_entry(fg_ledger *ledger, const fg_command *command, const fg_outcome *outcome, fg_row *row,
                            bool *with_snapshot, fg_error *error) {
  FG_TRY(make_row(ledger, command, outcome, row, error));
  *with_snapshot = row->seq - ledger->snapshot_seq >= FG_SNAPSHOT_EVERY;
  ledger->snapshot.length = 0;
  fg_status status = *with_snapshot ? fg_snapshot_write(ledger->account, &ledger->snapshot) : FG_OK;
  if (status == FG_OK && *with_snapshot && !fg_snapshot_fits(ledger)) { /* the next try is as many commands later */
    ledger->snapshot_seq = row->seq;
    *with_snapshot = false;
  }
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

static void move_on(fg_ledger *ledger, const fg_row *row, bool with_snapshot) {
  FG_ASSERT(row->seq == ledger->seq + 1);
  ledger->seq = row->seq;
  ledger->session = fg_max_i64(ledger->session, row->session);
  ledger->snapshot_seq = with_snapshot ? row->seq : ledger->snapshot_seq;
  ledger->rows_in_memory++;
  memcpy(ledger->chain, row->chain, FG_CHAIN_SIZE);
  ledger->mark = fg_row_mark(row);
}

fg_status fg_ledger_write(fg_ledger *ledger, const fg_command *command, const fg_outcome *outcome, fg_error *error) {
  fg_row row;
  bool with_snapshot = false;
  FG_TRY(make_entry(ledger, command, outcome, &row, &with_snapshot, error));
  FG_ASSERT(ledger->store->is_inside);
  int result = fg_runs_begin(ledger->store, row.at);
  if (result == SQLITE_OK) {
    result = with_snapshot ? insert_both(ledger, &row) : fg_row_insert(&ledger->statements, &row);
  }
  result = result == SQLITE_OK ? fg_group_add(&ledger->group) : result;
  if (result != SQLITE_OK) {
    fg_status status = fg_store_fault(ledger->store, result, error);
    sqlite3_exec(ledger->store->database, "ROLLBACK", NULL, NULL, NULL); /* fails if SQLite has rolled back already */
    return status;
  }
  if (!fg_saver_tidy(&ledger->saver)) {
    fg_store_tidy(ledger->store);
  }
  move_on(ledger, &row, with_snapshot);
  return FG_OK;
}

fg_status fg_ledger_append(fg_ledger *ledger, const fg_command *command, const fg_outcome *outcome, fg_error *error) {
  fg_row row;
  bool with_snapshot = false;
  FG_TRY(make_entry(ledger, command, outcome, &row, &with_snapshot, error));
  int result = fg_row_insert(&ledger->statements, &row);
  result = result == SQLITE_OK && with_snapshot ? fg_snapshot_insert(ledger, &row) : result;
  if (result != SQLITE_OK) {
    return fg_store_fault(ledger->store, result, error);
  }
  move_on(ledger, &row, with_snapshot);
  return FG_OK;
}
