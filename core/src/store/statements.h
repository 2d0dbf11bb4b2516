/* The prepared statements of an open ledger, and its rows as they are read and written. */
#ifndef FG_STORE_STATEMENTS_H
#define FG_STORE_STATEMENTS_H

#include "row.h"
#include "store.h"

typedef struct fg_statements {
  sqlite3_stmt *tail;     ///< selects the rows after a number
  sqlite3_stmt *chain;    ///< selects the link of a row
  sqlite3_stmt *find;     ///< selects the rows of an id, up to a number
  sqlite3_stmt *caller;   ///< selects the session of the latest call with an id
  sqlite3_stmt *resumed;  ///< selects the latest event of resuming that matches a pattern
  sqlite3_stmt *insert;   ///< inserts a row
  sqlite3_stmt *snapshot; ///< inserts a snapshot
  sqlite3_stmt *begin, *commit;
} fg_statements;

fg_status fg_statements_prepare(fg_statements *statements, const fg_store *store, fg_error *error);

void fg_statements_release(fg_statements *statements);

/* The columns of a row, in the order in which fg_row_of reads them and fg_row_insert binds them. */
#define FG_ROW_COLUMNS "seq, at, session, \"do\", id, command, outcome, chain, ahead, boottime, boot"

/* Reads the row at which a statement stands; its texts are borrowed from the statement. */
fg_status fg_row_of(sqlite3_stmt *statement, const char *path, fg_row *row, fg_error *error);

/* Inserts a row as it is. Returns a result of SQLite. */
int fg_row_insert(const fg_statements *statements, const fg_row *row);

/* Runs a statement that returns no rows. Returns a result of SQLite. */
int fg_statement_execute(sqlite3_stmt *statement);

#endif
