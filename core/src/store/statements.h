/* The statements of a ledger that is open, and its rows as they go in and out. */
#ifndef FG_STORE_STATEMENTS_H
#define FG_STORE_STATEMENTS_H

#include "row.h"
#include "store.h"

typedef struct fg_statements {
  sqlite3_stmt *tail;     ///< the rows after a seq
  sqlite3_stmt *chain;    ///< the chain of the row of a seq
  sqlite3_stmt *find;     ///< the row of an id, up to a seq
  sqlite3_stmt *caller;   ///< the session of the latest call under an id
  sqlite3_stmt *resumed;  ///< the latest event of resuming that is like a pattern
  sqlite3_stmt *insert;   ///< a row
  sqlite3_stmt *snapshot; ///< a snapshot
  sqlite3_stmt *begin, *commit;
} fg_statements;

fg_status fg_statements_prepare(fg_statements *statements, const fg_store *store, fg_error *error);

void fg_statements_release(fg_statements *statements);

/* The columns of a row, as fg_row_of reads and fg_row_insert binds them. */
#define FG_ROW_COLUMNS "seq, at, session, \"do\", id, command, outcome, chain, ahead, boottime, boot"

/* The row a statement stands at; text is borrowed from it. */
fg_status fg_row_of(sqlite3_stmt *statement, const char *path, fg_row *row, fg_error *error);

/* Adds a row as it is. Answers a result of SQLite. */
int fg_row_insert(const fg_statements *statements, const fg_row *row);

/* Executes a statement that answers no rows. Answers a result of SQLite. */
int fg_statement_execute(sqlite3_stmt *statement);

#endif
