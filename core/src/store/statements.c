#include "statements.h"

#include "tables.h"

fg_status fg_statements_prepare(fg_statements *statements, const fg_store *store, fg_error *error) {
  const struct {
    sqlite3_stmt **statement;
    const char *text;
  } all[] = {
      {&statements->tail, "SELECT " FG_ROW_COLUMNS " FROM commands WHERE seq > ? ORDER BY seq"},
      {&statements->chain, "SELECT chain FROM commands WHERE seq = ?"},
      {&statements->find, "SELECT " FG_ROW_COLUMNS " FROM commands WHERE id = ? AND seq <= ? ORDER BY seq DESC"},
      {&statements->caller, "SELECT session FROM commands WHERE id = ? AND \"do\" = 'call'"
                            " ORDER BY seq DESC LIMIT 1"},
      {&statements->resumed, "SELECT detail FROM events WHERE event = 'resumed' AND detail GLOB ?"
                             " ORDER BY seq DESC LIMIT 1"},
      {&statements->insert, "INSERT INTO commands (" FG_ROW_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&statements->snapshot, "INSERT INTO snapshots VALUES (?, ?, ?, ?, ?)"},
      {&statements->begin, "BEGIN IMMEDIATE"},
      {&statements->commit, "COMMIT"}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    int result = sqlite3_prepare_v3(store->database, all[i].text, -1, SQLITE_PREPARE_PERSISTENT, all[i].statement,
                                    NULL);
    if (result != SQLITE_OK) {
      return fg_store_fault(store, result, error);
    }
  }
  return FG_OK;
}

void fg_statements_release(fg_statements *statements) {
  sqlite3_finalize(statements->tail);
  sqlite3_finalize(statements->chain);
  sqlite3_finalize(statements->find);
  sqlite3_finalize(statements->caller);
  sqlite3_finalize(statements->resumed);
  sqlite3_finalize(statements->insert);
  sqlite3_finalize(statements->snapshot);
  sqlite3_finalize(statements->begin);
  sqlite3_finalize(statements->commit);
  memset(statements, 0, sizeof *statements);
}

fg_status fg_row_of(sqlite3_stmt *statement, const char *path, fg_row *row, fg_error *error) {
  bool is_whole = fg_columns_have(statement, "iiit?ttbiii") && sqlite3_column_bytes(statement, 7) == FG_CHAIN_SIZE;
  row->seq = sqlite3_column_int64(statement, 0);
  if (!is_whole) {
    return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: command %lld is not whole; good up to command %lld", path,
                   (long long)row->seq, (long long)row->seq - 1);
  }
  row->at = sqlite3_column_int64(statement, 1);
  row->session = sqlite3_column_int64(statement, 2);
  row->kind = fg_column_text(statement, 3);
  row->id = fg_column_text(statement, 4);
  row->command = fg_column_text(statement, 5);
  row->outcome = fg_column_text(statement, 6);
  const void *chain = sqlite3_column_blob(statement, 7);
  row->ahead = sqlite3_column_int64(statement, 8);
  row->boottime = sqlite3_column_int64(statement, 9);
  row->boot = sqlite3_column_int64(statement, 10);
  if (row->kind.text == NULL || row->command.text == NULL || row->outcome.text == NULL || chain == NULL) {
    return fg_refuse(error, FG_NO_MEMORY); /* by their types the texts are there, so memory must be short */
  }
  memcpy(row->chain, chain, FG_CHAIN_SIZE);
  return FG_OK;
}

int fg_statement_execute(sqlite3_stmt *statement) {
  int result = sqlite3_step(statement);
  sqlite3_reset(statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int bind_text(sqlite3_stmt *statement, int place, fg_string text) {
  if (text.text == NULL) {
    return sqlite3_bind_null(statement, place);
  }
  return sqlite3_bind_text64(statement, place, text.text, text.length, SQLITE_STATIC, SQLITE_UTF8);
}

/* A text that is longer than SQLite's limit is not bound, and would be stored as NULL. */
int fg_row_insert(const fg_statements *statements, const fg_row *row) {
  sqlite3_stmt *insert = statements->insert;
  const fg_string texts[] = {row->kind, row->id, row->command, row->outcome};
  int result = SQLITE_OK;
  for (int i = 0; i < 4 && result == SQLITE_OK; i++) {
    result = bind_text(insert, 4 + i, texts[i]);
  }
  if (result != SQLITE_OK) {
    return result;
  }
  sqlite3_bind_int64(insert, 1, row->seq);
  sqlite3_bind_int64(insert, 2, row->at);
  sqlite3_bind_int64(insert, 3, row->session);
  sqlite3_bind_blob(insert, 8, row->chain, FG_CHAIN_SIZE, SQLITE_STATIC);
  sqlite3_bind_int64(insert, 9, row->ahead);
  sqlite3_bind_int64(insert, 10, row->boottime);
  sqlite3_bind_int64(insert, 11, row->boot);
  return fg_statement_execute(insert);
}
