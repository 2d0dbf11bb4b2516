/* The tables of a ledger, and what is in their columns. */
#ifndef FG_STORE_TABLES_H
#define FG_STORE_TABLES_H

#include "birth.h"
#include "store.h"

/* Makes the tables of a new ledger and puts down what it begins with. */
fg_status fg_tables_create(sqlite3 *database, const char *path, const fg_ledger_birth *birth, fg_error *error);
/* The file holds the tables, indexes and triggers of a ledger and nothing else, before any of them is used.
   FG_LEDGER_CORRUPT, FG_LEDGER_FOREIGN. */
fg_status fg_tables_check(fg_store *store, fg_error *error);

/* A text of the table `meta`, borrowed until `*statement`, which the caller finalizes, is. */
fg_status fg_meta_read(fg_store *store, const char *key, sqlite3_stmt **statement, fg_string *value, fg_error *error);

/* A text, borrowed from the row that a statement stands at. */
fg_string fg_column_text(sqlite3_stmt *statement, int column);

/* Whether the columns of a row have their types, because SQLite checks those of a STRICT table only when it writes
   itself. A letter for each column: i, t, b for an integer, text, bytes, ? for text that may be absent. */
bool fg_columns_have(sqlite3_stmt *statement, const char *types);

#endif
