#include "tables.h"

#include <stdio.h>

#include "connection.h"
#include "fault.h"

/* The statements exactly as SQLite keeps them in its schema, because an opening compares them (check_schema). Rows are
   added and never changed. Only this library has the function faregate_writes. */
#define ONLY_ADDED(table)                                                                                              \
  {"trigger", table "_foreign", table,                                                                                 \
   "CREATE TRIGGER " table "_foreign BEFORE INSERT ON " table                                                          \
   " WHEN NOT faregate_writes() BEGIN SELECT RAISE(ABORT, 'only faregate writes a ledger'); END"},                     \
      {"trigger", table "_update", table,                                                                              \
       "CREATE TRIGGER " table "_update BEFORE UPDATE ON " table                                                       \
       " BEGIN SELECT RAISE(ABORT, 'a ledger is only added to'); END"},                                                \
  {                                                                                                                    \
    "trigger", table "_delete", table,                                                                                 \
        "CREATE TRIGGER " table "_delete BEFORE DELETE ON " table                                                      \
        " BEGIN SELECT RAISE(ABORT, 'a ledger is only added to'); END"                                                 \
  }

static const struct {
  const char *type, *name, *table, *statement; ///< NULL: an index that SQLite makes for a UNIQUE column
} schema[] = {
    {"table", "meta", "meta", "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID"},
    {"table", "commands", "commands",
     "CREATE TABLE commands ("
     "seq INTEGER PRIMARY KEY, "   /* 1, 2, 3, … */
     "at INTEGER NOT NULL, "       /* microseconds since 1970-01-01T00:00:00Z */
     "session INTEGER NOT NULL, "  /* the session of the handle that wrote it */
     "ahead INTEGER NOT NULL, "    /* the wall clock at that time, as microseconds after `at` */
     "boottime INTEGER NOT NULL, " /* microseconds since the system was started */
     "boot INTEGER NOT NULL, "     /* which start of the system that was */
     "\"do\" TEXT NOT NULL, "
     "id TEXT, "               /* its own id, or that of its call or order: all rows of an id are found by it */
     "command TEXT NOT NULL, " /* the command's other fields */
     "outcome TEXT NOT NULL, " /* the answer, without zeros */
     "chain BLOB NOT NULL) STRICT"},
    {"index", "commands_by_id", "commands", "CREATE INDEX commands_by_id ON commands (id) WHERE id IS NOT NULL"},
    {"table", "snapshots", "snapshots",
     "CREATE TABLE snapshots (seq INTEGER PRIMARY KEY, format INTEGER NOT NULL, session INTEGER NOT NULL, "
     "state BLOB NOT NULL, checksum BLOB NOT NULL) STRICT"},
    {"table", "events", "events", /* see events.c */
     "CREATE TABLE events (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL, detail TEXT) STRICT"},
    ONLY_ADDED("meta"),
    ONLY_ADDED("commands"),
    ONLY_ADDED("snapshots"),
    ONLY_ADDED("events"),
};
#undef ONLY_ADDED

fg_string fg_column_text(sqlite3_stmt *statement, int column) {
  const unsigned char *text = sqlite3_column_text(statement, column);
  fg_string string = {(const char *)text, text == NULL ? 0 : (size_t)sqlite3_column_bytes(statement, column)};
  return string;
}

bool fg_columns_have(sqlite3_stmt *statement, const char *types) {
  static const char letters[] = {
      [SQLITE_INTEGER] = 'i', [SQLITE_FLOAT] = 'f', [SQLITE_TEXT] = 't', [SQLITE_BLOB] = 'b', [SQLITE_NULL] = 'n'};
  for (int i = 0; types[i] != '\0'; i++) {
    char there = letters[sqlite3_column_type(statement, i)];
    if (there != types[i] && !(types[i] == '?' && (there == 't' || there == 'n'))) { /* a text that may be absent */
      return false;
    }
  }
  return true;
}

enum { SCHEMA_COUNT = sizeof schema / sizeof *schema };

static fg_status create_schema(sqlite3 *database, const char *path, fg_error *error) {
  for (int i = 0; i < SCHEMA_COUNT; i++) {
    if (schema[i].statement != NULL) {
      FG_TRY(fg_store_execute(database, path, schema[i].statement, error));
    }
  }
  return FG_OK;
}

static bool is_expected(sqlite3_stmt *there, int place) {
  return place < SCHEMA_COUNT && fg_string_is(fg_column_text(there, 0), schema[place].type) &&
         fg_string_is(fg_column_text(there, 1), schema[place].name) &&
         fg_string_is(fg_column_text(there, 2), schema[place].table) &&
         fg_string_equal(fg_column_text(there, 3), fg_string_of(schema[place].statement));
}

/* Tells that an entry is not the expected one: names a foreign entry or, if there is none, the one that is missing. */
static fg_status tell_unexpected(const fg_store *store, sqlite3_stmt *there, int place, fg_error *error) {
  fg_string type = fg_column_text(there, 0);
  fg_string name = fg_column_text(there, 1);
  bool is_ours = name.text == NULL || type.text == NULL;
  for (int i = 0; i < SCHEMA_COUNT && !is_ours; i++) {
    is_ours = fg_string_is(name, schema[i].name);
  }
  return is_ours ? fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: its %s %s is missing or altered; good up to command 0",
                           store->path, schema[place % SCHEMA_COUNT].type, schema[place % SCHEMA_COUNT].name)
                 : fg_fail(error, FG_LEDGER_FOREIGN, "", "%s holds what no ledger does: the %.20s %.60s", store->path,
                           type.text, name.text);
}

static fg_status check_schema(fg_store *store, fg_error *error) {
  sqlite3_stmt *there = NULL;
  fg_status status = FG_OK;
  int place = 0;
  int result = sqlite3_prepare_v2(store->database, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid",
                                  -1, &there, NULL);
  result = result == SQLITE_OK ? sqlite3_step(there) : result;
  for (; result == SQLITE_ROW && status == FG_OK; place++) {
    status = is_expected(there, place) ? FG_OK : tell_unexpected(store, there, place, error);
    result = status == FG_OK ? sqlite3_step(there) : result;
  }
  if (status == FG_OK && result != SQLITE_DONE) {
    status = fg_store_fault(store, result, error);
  } else if (status == FG_OK && place < SCHEMA_COUNT) {
    status = fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: its %s %s is missing or altered; good up to command 0",
                     store->path, schema[place].type, schema[place].name);
  }
  sqlite3_finalize(there);
  return status;
}

/* Checks that the keys are complete and in order. Only successors have the last one. */
static fg_status check_meta(fg_store *store, fg_error *error) {
  static const char *const keys[] = {"account", "begun_by", "book", "book_sha256", "predecessor"};
  enum { KEY_COUNT = sizeof keys / sizeof *keys };
  sqlite3_stmt *there = NULL;
  int place = 0;
  int result = sqlite3_prepare_v2(store->database, "SELECT key, value FROM meta ORDER BY key", -1, &there, NULL);
  result = result == SQLITE_OK ? sqlite3_step(there) : result;
  while (result == SQLITE_ROW && place < KEY_COUNT && fg_columns_have(there, "tt") &&
         fg_string_is(fg_column_text(there, 0), keys[place])) {
    place++;
    result = sqlite3_step(there);
  }
  fg_status status = FG_OK;
  if (result != SQLITE_DONE && result != SQLITE_ROW) {
    status = fg_store_fault(store, result, error);
  } else if (result == SQLITE_ROW || place < KEY_COUNT - 1) {
    status = fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: what it was begun with is altered%s%s; good up to command 0",
                     store->path, place < KEY_COUNT ? ", at or before " : "", place < KEY_COUNT ? keys[place] : "");
  }
  sqlite3_finalize(there);
  return status;
}

fg_status fg_tables_check(fg_store *store, fg_error *error) {
  FG_TRY(check_schema(store, error));
  return check_meta(store, error);
}

static int put_meta(sqlite3 *database, const char *key, fg_string value) {
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2(database, "INSERT INTO meta VALUES (?, ?)", -1, &statement, NULL);
  if (result == SQLITE_OK) {
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text64(statement, 2, value.text, value.length, SQLITE_STATIC, SQLITE_UTF8);
    result = sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

/* Writes which version began the ledger and as which it counts. Versions before FG_COUNTING_SOLD wrote only the
   first. */
static int put_begun_by(sqlite3 *database, fg_counting counting) {
  char text[64];
  snprintf(text, sizeof text, "faregate %s%s%d", FG_VERSION, FG_BEGUN_COUNTING, (int)counting);
  return put_meta(database, "begun_by", fg_string_of(text));
}

fg_status fg_tables_create(sqlite3 *database, const char *path, const fg_ledger_birth *birth, fg_error *error) {
  char hex[2 * FG_DIGEST_SIZE + 1];
  fg_book_digest(birth->book, hex);
  FG_TRY(create_schema(database, path, error));
  int result = put_meta(database, "book", birth->book);
  result = result == SQLITE_OK ? put_meta(database, "book_sha256", fg_string_of(hex)) : result;
  result = result == SQLITE_OK ? put_meta(database, "account", birth->account) : result;
  result = result == SQLITE_OK ? put_begun_by(database, birth->counting) : result;
  if (birth->predecessor.text != NULL) {
    result = result == SQLITE_OK ? put_meta(database, "predecessor", birth->predecessor) : result;
  }
  return result == SQLITE_OK ? FG_OK : fg_store_sqlite_fault(database, result, path, error);
}

fg_status fg_meta_read(fg_store *store, const char *key, sqlite3_stmt **statement, fg_string *value, fg_error *error) {
  int result = sqlite3_prepare_v2(store->database, "SELECT value FROM meta WHERE key = ?", -1, statement, NULL);
  if (result == SQLITE_OK) {
    sqlite3_bind_text(*statement, 1, key, -1, SQLITE_STATIC);
    result = sqlite3_step(*statement);
  }
  if (result == SQLITE_ROW) {
    *value = fg_column_text(*statement, 0);
    /* The column is never NULL, so memory must be short. */
    return value->text == NULL ? fg_refuse(error, FG_NO_MEMORY) : FG_OK;
  }
  return result == SQLITE_DONE
             ? fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: what it was begun with (%s) is missing", store->path, key)
             : fg_store_fault(store, result, error);
}
