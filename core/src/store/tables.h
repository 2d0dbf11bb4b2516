/* The tables of a ledger, and what their columns hold. */
#ifndef FG_STORE_TABLES_H
#define FG_STORE_TABLES_H

#include "birth.h"
#include "store.h"

/* Stands in what a ledger says of the version that began it, before the number of its fg_counting. */
#define FG_BEGUN_COUNTING ", counting "

/* Makes the tables of a new ledger, and writes what it begins with. */
fg_status fg_tables_create(sqlite3 *database, const char *path, const fg_ledger_birth *birth, fg_error *error);
/* Checks, before any of them is used, that the file has the tables, indexes and triggers of a ledger and nothing else.
   FG_LEDGER_CORRUPT, FG_LEDGER_FOREIGN. */
fg_status fg_tables_check(fg_store *store, fg_error *error);

/* Reads a text of the table `meta`. It is borrowed from `*statement`, which the caller finalizes. */
fg_status fg_meta_read(fg_store *store, const char *key, sqlite3_stmt **statement, fg_string *value, fg_error *error);

/* A text of the row at which a statement stands, borrowed from the statement. */
fg_string fg_column_text(sqlite3_stmt *statement, int column);

/* Whether the columns of a row have their types, which SQLite checks for a STRICT table only when it writes itself.
   `types` has a letter for each column: i for an integer, t for a text, b for bytes, ? for a text that may be
   absent. */
bool fg_columns_have(sqlite3_stmt *statement, const char *types);

#endif
