#include "snapshots.h"

#include "../account/snapshot.h"

void fg_snapshot_checksum(int format, int64_t seq, int64_t session, const unsigned char chain[FG_CHAIN_SIZE],
                          fg_string state, unsigned char checksum[FG_CHAIN_SIZE]) {
  fg_digest digest;
  unsigned char bytes[FG_DIGEST_SIZE];
  fg_digest_begin(&digest);
  fg_digest_add_i64(&digest, format);
  fg_digest_add_i64(&digest, seq);
  fg_digest_add_i64(&digest, session);
  fg_digest_add(&digest, chain, FG_CHAIN_SIZE);
  fg_digest_add_string(&digest, state);
  fg_digest_end(&digest, bytes);
  memcpy(checksum, bytes, FG_CHAIN_SIZE);
}

bool fg_snapshot_fits(const fg_ledger *ledger) {
  enum { OTHER_COLUMNS = 128 }; /* bytes at most */
  int most = sqlite3_limit(sqlite3_db_handle(ledger->statements.snapshot), SQLITE_LIMIT_LENGTH, -1);
  return ledger->snapshot.length + OTHER_COLUMNS <= (size_t)most;
}

int fg_snapshot_insert(fg_ledger *ledger, const fg_row *row) {
  sqlite3_stmt *insert = ledger->statements.snapshot;
  unsigned char checksum[FG_CHAIN_SIZE];
  fg_string state = {ledger->snapshot.text, ledger->snapshot.length};
  int64_t session = fg_max_i64(ledger->session, row->session);
  fg_snapshot_checksum(FG_SNAPSHOT_FORMAT, row->seq, session, row->chain, state, checksum);
  sqlite3_bind_int64(insert, 1, row->seq);
  sqlite3_bind_int(insert, 2, FG_SNAPSHOT_FORMAT);
  sqlite3_bind_int64(insert, 3, session);
  sqlite3_bind_blob(insert, 5, checksum, FG_CHAIN_SIZE, SQLITE_STATIC);
  int result = sqlite3_bind_blob64(insert, 4, state.text, state.length, SQLITE_STATIC);
  return result == SQLITE_OK ? fg_statement_execute(insert) : result;
}

/* Restores the account from the snapshot at which a statement stands. False if it is damaged, is no possible state, or
   tells less than the rows. */
static bool take_snapshot(fg_ledger *ledger, sqlite3_stmt *statement, bool is_beginning, fg_status *status) {
  unsigned char checksum[FG_CHAIN_SIZE];
  int64_t seq = sqlite3_column_int64(statement, 0);
  int64_t session = sqlite3_column_int64(statement, 1);
  int format = sqlite3_column_int(statement, 9);
  const void *state = sqlite3_column_blob(statement, 2);
  fg_string bytes = {state, (size_t)sqlite3_column_bytes(statement, 2)};
  const void *told = sqlite3_column_blob(statement, 3);
  const void *chain = sqlite3_column_blob(statement, 4);
  fg_time at = sqlite3_column_int64(statement, 5);
  bool is_whole = state != NULL && told != NULL && chain != NULL &&
                  sqlite3_column_bytes(statement, 3) == FG_CHAIN_SIZE &&
                  sqlite3_column_bytes(statement, 4) == FG_CHAIN_SIZE;
  if (!is_whole || session < 0 || session > FG_SESSION_MAX) {
    return false;
  }
  fg_snapshot_checksum(format, seq, session, chain, bytes, checksum);
  if (memcmp(checksum, told, FG_CHAIN_SIZE) != 0) {
    return false;
  }
  *status = fg_snapshot_read_of(ledger->account, format, bytes);
  if (*status != FG_OK) {
    return *status != FG_INVALID;
  }
  if (fg_account_now(ledger->account) != at || (!is_beginning && fg_snapshot_says_less(ledger->account, format))) {
    return false;
  }
  ledger->seq = ledger->snapshot_seq = seq;
  ledger->snapshot_format = format;
  ledger->session = session;
  memcpy(ledger->chain, chain, FG_CHAIN_SIZE);
  fg_row row = {.at = sqlite3_column_int64(statement, 5),
                .ahead = sqlite3_column_int64(statement, 6),
                .boottime = sqlite3_column_int64(statement, 7),
                .boot = sqlite3_column_int64(statement, 8)};
  ledger->mark = fg_row_mark(&row);
  return true;
}

fg_status fg_snapshot_load(fg_ledger *ledger, int first, int64_t most, bool *found, fg_error *error) {
  sqlite3_stmt *statement = NULL;
  fg_status status = FG_OK;
  int result = sqlite3_prepare_v2(
      ledger->store->database,
      "SELECT s.seq, s.session, s.state, s.checksum, c.chain, c.at, c.ahead, c.boottime, c.boot, s.format"
      " FROM snapshots AS s"
      " JOIN commands AS c ON c.seq = s.seq WHERE s.format BETWEEN ? AND ? AND s.seq <= ?"
      " ORDER BY s.seq DESC",
      -1, &statement, NULL);
  if (result == SQLITE_OK) {
    sqlite3_bind_int(statement, 1, first);
    sqlite3_bind_int(statement, 2, FG_SNAPSHOT_FORMAT);
    sqlite3_bind_int64(statement, 3, most);
    result = sqlite3_step(statement);
  }
  *found = false;
  while (result == SQLITE_ROW && !*found) {
    *found = take_snapshot(ledger, statement, most < INT64_MAX, &status);
    result = *found ? SQLITE_DONE : sqlite3_step(statement);
  }
  if (result != SQLITE_DONE) {
    status = fg_store_fault(ledger->store, result, error);
  } else if (status == FG_NO_MEMORY) {
    fg_refuse(error, status);
  } else {
    status = FG_OK;
  }
  sqlite3_finalize(statement);
  return status;
}

fg_status fg_ledger_drop_records(fg_ledger *ledger) {
  ledger->snapshot.length = 0;
  FG_TRY(fg_snapshot_write(ledger->account, &ledger->snapshot));
  FG_TRY(fg_snapshot_read(ledger->account, (fg_string){ledger->snapshot.text, ledger->snapshot.length}));
  ledger->rows_in_memory = 0;
  return FG_OK;
}
