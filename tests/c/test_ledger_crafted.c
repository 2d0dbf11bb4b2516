/* Files that somebody has made with care: pages are stamped and the chain is right, and what stands in them is no
   ledger. Each is refused with words, and nothing of it is run. */
#include "base/system_features.h"

#include "ledger_support.h"

#include <sqlite3.h>
#include <unistd.h>

#include "account/snapshot.h"
#include "store/pages.h"
#include "store/snapshots.h"
#include "store/tables.h"

static char path[512];

static int make_path(void **state) {
  int failed = make_ledger_directory(state);
  snprintf(path, sizeof path, "%s", ledger_path("booth.db"));
  return failed;
}

static void stamp_all(void) {
  size_t length = 0;
  unsigned char *bytes = (unsigned char *)read_file(path, &length);
  assert_int_equal(length % FG_PAGE_SIZE, 0);
  for (size_t page = 0; page < length / FG_PAGE_SIZE; page++) {
    fg_page_stamp(bytes + page * FG_PAGE_SIZE, (int64_t)page + 1);
  }
  write_file(path, (char *)bytes, length);
  free(bytes);
}

static sqlite3 *open_as_attacker(void) {
  sqlite3 *database = NULL;
  assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config(database, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
  return database;
}

static void run(sqlite3 *database, const char *statements) {
  char *message = NULL;
  if (sqlite3_exec(database, statements, NULL, NULL, &message) != SQLITE_OK) {
    fail_msg("%s: %s", statements, message);
  }
}

static void close_as_attacker(sqlite3 *database) {
  assert_int_equal(sqlite3_close(database), SQLITE_OK);
  stamp_all();
}

/* The chain over whatever the rows are now. */
static void chain_anew(sqlite3 *database) {
  sqlite3_stmt *rows = NULL;
  sqlite3_stmt *put = NULL;
  sqlite3_stmt *meta = NULL;
  unsigned char chain[FG_CHAIN_SIZE];
  fg_ledger_birth birth = {.book = {NULL, 0}};
  assert_int_equal(sqlite3_prepare_v2(database,
                                      "SELECT (SELECT value FROM meta WHERE key = 'book'),"
                                      " (SELECT value FROM meta WHERE key = 'account')",
                                      -1, &meta, NULL),
                   SQLITE_OK);
  assert_int_equal(sqlite3_step(meta), SQLITE_ROW);
  birth.book = fg_column_text(meta, 0);
  birth.account = fg_column_text(meta, 1);
  fg_birth_chain(&birth, chain);
  sqlite3_finalize(meta);
  assert_int_equal(sqlite3_prepare_v2(database,
                                      "SELECT seq, at, session, \"do\", id, command, outcome, chain, ahead,"
                                      " boottime, boot FROM commands ORDER BY seq",
                                      -1, &rows, NULL),
                   SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(database, "UPDATE commands SET chain = ? WHERE seq = ?", -1, &put, NULL),
                   SQLITE_OK);
  while (sqlite3_step(rows) == SQLITE_ROW) {
    fg_row row;
    if (fg_row_of(rows, path, &row, NULL) != FG_OK) {
      continue; /* a value of another type: it is refused before its chain is looked at */
    }
    unsigned char next[FG_CHAIN_SIZE];
    fg_row_chain(chain, &row, next);
    memcpy(chain, next, FG_CHAIN_SIZE);
    sqlite3_bind_blob(put, 1, chain, FG_CHAIN_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(put, 2, row.seq);
    assert_int_equal(sqlite3_step(put), SQLITE_DONE);
    sqlite3_reset(put);
  }
  sqlite3_finalize(rows);
  sqlite3_finalize(put);
}

/* Opening is refused, and looking too. */
static void assert_refused(const char *statements, const char *word) {
  fg_error error = {0};
  fg_status status = try_to_open(path, &error);
  bool is_told = status == FG_LEDGER_CORRUPT || status == FG_LEDGER_FOREIGN;
  if (!is_told || strstr(error.message, word) == NULL) {
    fail_msg("%s: %s: %s", statements, fg_status_name(status), error.message);
  }
  fg_handle *handle = NULL;
  fg_ledger_options options = {.read_only = true};
  assert_int_equal(fg_ledger_open(path, &options, &handle, NULL), status);
}

static const struct {
  const char *statements, *word;
} schemas[] = {
    {"CREATE TABLE more (x)", "table more"},
    {"CREATE VIEW v AS SELECT * FROM commands", "view v"},
    {"CREATE TRIGGER t AFTER INSERT ON commands BEGIN UPDATE commands SET at = 0; END", "trigger t"},
    {"CREATE INDEX i ON commands (at)", "index i"},
    {"CREATE VIRTUAL TABLE f USING fts5(x)", "table f"},
    {"DROP TRIGGER commands_update", "is missing or altered"},
    {"DROP TABLE events", "is missing or altered"},
    {"DROP INDEX commands_by_id", "is missing or altered"},
    {"UPDATE sqlite_schema SET sql = replace(sql, 'outcome TEXT NOT NULL', 'outcome TEXT') WHERE name = 'commands'",
     "commands is missing or altered"},
    {"UPDATE sqlite_schema SET sql = replace(sql, 'RAISE(ABORT', 'RAISE(FAIL') WHERE name = 'meta_delete'",
     "meta_delete is missing or altered"},
    {"UPDATE sqlite_schema SET sql = 'CREATE TABLE commands (' WHERE name = 'commands'", "commands"},
    {"UPDATE sqlite_schema SET sql = replace(sql, 'a ledger', 'A ledger') WHERE name = 'commands_update'",
     "commands_update is missing or altered"},
    {"INSERT INTO meta VALUES ('more', '1')", "begun with is altered"},
    {"DELETE FROM meta WHERE key = 'begun_by'", "begun with is altered"},
    {"UPDATE meta SET value = '{}' WHERE key = 'book'", "price book is altered"},
    {"INSERT INTO meta VALUES ('predecessor', '{}')", "predecessor is altered"},
    {"INSERT INTO meta VALUES ('predecessor', '[')", "predecessor is altered"},
    {"INSERT INTO meta VALUES ('predecessor', '{\"name\":\"x\",\"seq\":3,\"head\":"
     "\"00000000000000000000000000000000\",\"kept\":\"00000000000000000000000000000000\"}')",
     "begun with"},
};

static void test_schemas(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
    (void)unlink(path);
    fill_ledger(path, 3);
    sqlite3 *database = open_as_attacker();
    run(database, schemas[i].statements);
    close_as_attacker(database);
    assert_refused(schemas[i].statements, schemas[i].word);
  }
}

/* What counts otherwise than this library can is not opened; what says nothing counts as the first version did. */
static void test_as_which_version_it_counts(void **state) {
  (void)state;
  static const struct {
    const char *begun_by;
    fg_status status;
  } cases[] = {{"faregate 0.2.0", FG_OK},
               {"faregate 0.2.0, counting 1", FG_OK},
               {"faregate 0.2.0, counting 2", FG_OK},
               {"faregate 9.0.0, counting 1000", FG_LEDGER_VERSION},
               {"faregate 0.2.0, counting 0", FG_LEDGER_VERSION},
               {"faregate 0.2.0, counting ", FG_LEDGER_VERSION}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char statement[128];
    fg_handle *ledger = NULL;
    (void)unlink(path);
    fill_ledger(path, 3);
    sqlite3 *database = open_as_attacker();
    snprintf(statement, sizeof statement, "UPDATE meta SET value = '%s' WHERE key = 'begun_by'", cases[i].begun_by);
    run(database, statement);
    close_as_attacker(database);
    assert_int_equal(fg_ledger_open(path, NULL, &ledger, NULL), cases[i].status);
    assert_int_equal(fg_handle_close(ledger, NULL), FG_OK);
  }
}

static const struct {
  const char *statements, *word;
} rows[] = {
    {"UPDATE commands SET \"do\" = 'dance' WHERE seq = 3", "command 3"},
    {"UPDATE commands SET \"do\" = 'statement', command = '{}', id = NULL WHERE seq = 3", "command 3 is a question"},
    {"UPDATE commands SET command = '' WHERE seq = 3", "command 3"},
    {"UPDATE commands SET command = '[]' WHERE seq = 3", "command 3"},
    {"UPDATE commands SET command = '{\"product\":\"image\"}' WHERE seq = 3", "command 3"},
    {"UPDATE commands SET command = '{\"product\":\"image\",\"quantity\":-1}' WHERE seq = 3", "command 3"},
    {"UPDATE commands SET command = '{\"product\":\"image\",\"quantity\":9223372036854775808}' WHERE seq = 3",
     "command 3"},
    {"UPDATE commands SET command = '{\"product\":\"image\",\"quantity\":1,\"more\":1}' WHERE seq = 3", "command 3"},
    {"UPDATE commands SET command = '{\"product\":\"image\",\"quantity\":1,\"id\":\"twice\"}' WHERE seq = 3",
     "command 3"},
    {"UPDATE commands SET command = '{\"product\":\"nobody\",\"quantity\":1}' WHERE seq = 3", "command 3"},
    {"UPDATE commands SET id = CAST(x'FF' AS TEXT) WHERE seq = 3", "command 3"},
    {"UPDATE commands SET id = CAST(x'610062' AS TEXT) WHERE seq = 3", "command 3"},
    {"UPDATE commands SET id = '' WHERE seq = 3", "command 3"},
    {"UPDATE commands SET id = 'u1' WHERE seq = 3", "command 3"},
    {"UPDATE commands SET id = 'x' WHERE seq = 1", "command 1"},
    {"UPDATE commands SET at = at - 3600000000 WHERE seq = 3", "command 3 lies before the one before it"},
    {"UPDATE commands SET at = 9223372036854775807 WHERE seq = 4", "command 4"},
    {"UPDATE commands SET at = -9223372036854775807 - 1 WHERE seq = 1", "command 1"},
    {"UPDATE commands SET session = -1 WHERE seq = 3", "command 3 is of no session"},
    {"UPDATE commands SET session = 9223372036854775807 WHERE seq = 3", "command 3 is of no session"},
    {"UPDATE commands SET session = 9007199254740992 WHERE seq = 4", "no number is left"},
    {"DELETE FROM commands WHERE seq = 2", "command 2 is missing"},
    {"UPDATE commands SET seq = 0 WHERE seq = 1", "command 1 is missing"},
    {"UPDATE commands SET seq = 9223372036854775807 WHERE seq = 4", "command 4 is missing"},
};

static void test_rows(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    (void)unlink(path);
    fill_ledger(path, 3);
    sqlite3 *database = open_as_attacker();
    run(database, rows[i].statements);
    chain_anew(database);
    close_as_attacker(database);
    assert_refused(rows[i].statements, rows[i].word);
  }
}

static const char measured[] =
    "{\"format\":\"faregate-book/2\",\"id\":\"toy\",\"title\":\"Toy\",\"currency\":\"EUR\",\"minor_digits\":2,"
    "\"time_zone\":\"+00:00\",\"rounding\":\"none\",\"attributes\":[{\"id\":\"in\",\"whole\":{\"from\":0},\"default\":0}],"
    "\"events\":[{\"id\":\"e\",\"products\":[\"p\",\"q\"]}],\"products\":["
    "{\"id\":\"p\",\"meter\":\"u\",\"quantity\":[\"in\"],\"price\":{\"model\":\"flat\",\"price\":\"1\"}},"
    "{\"id\":\"q\",\"meter\":\"u\",\"quantity\":[\"in\"],\"price\":{\"model\":\"flat\",\"price\":\"1\"},"
    "\"rules\":[{\"when\":{\"in\":{\"from\":5}},\"billable\":\"no\"}]},"
    "{\"id\":\"s\",\"meter\":\"u\",\"quantity\":[\"in\"],\"aggregate\":{\"take\":\"max\",\"over\":\"day\"},"
    "\"price\":{\"model\":\"flat\",\"price\":\"1\"}}]}";

/* Usage that says with `in` = 0 how much of it there is, of products with a way each to be rated. */
static void fill_measured(void) {
  fg_book *book = NULL;
  fg_handle *ledger = NULL;
  assert_int_equal(fg_book_load(measured, strlen(measured), NULL, &book, NULL), FG_OK);
  fg_ledger_options options = {.book = book};
  assert_int_equal(fg_ledger_open(path, &options, &ledger, NULL), FG_OK);
  fg_book_release(book);
  must_apply(ledger, FG_DO_OPEN, "2025-01-10T00:00:00", "product=p", NULL);
  must_apply(ledger, FG_DO_OPEN, "2025-01-10T00:00:00", "product=q", NULL);
  must_apply(ledger, FG_DO_OPEN, "2025-01-10T00:00:00", "product=s", NULL);
  static const char *const uses[] = {"product=p quantity=3", "product=q quantity=3", "product=s quantity=3",
                                     "product=e quantity=3"};
  fg_attribute none = {.name = string_of("in"), .number = 0, .is_number = true};
  for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
    fg_command use = command_of(FG_DO_USE, "2025-01-10T00:00:01", uses[i]);
    use.attributes = (fg_attributes){&none, 1};
    assert_int_equal(fg_handle_apply(ledger, &use, NULL, NULL), FG_OK);
  }
  fg_command correction = command_of(FG_DO_ADJUST, "2025-01-10T00:00:02", "product=p quantity=-1 reason=twice");
  correction.attributes = (fg_attributes){&none, 1};
  assert_int_equal(fg_handle_apply(ledger, &correction, NULL, NULL), FG_OK);
  close_ledger(ledger);
}

/* Earlier versions took usage that did not say how much of it there is for usage of nothing. What they wrote stays what
   it is, though such a command is refused now. */
static void test_usage_that_is_refused_now(void **state) {
  (void)state;
  fill_measured();
  sqlite3 *database = open_as_attacker();
  run(database, "UPDATE commands SET command = replace(command, ',\"attributes\":{\"in\":0}', '')");
  assert_int_equal(sqlite3_changes(database), 8);
  chain_anew(database);
  close_as_attacker(database);
  assert_good(path);
  fg_handle *ledger = NULL;
  fg_error error = {0};
  assert_int_equal(fg_ledger_open(path, NULL, &ledger, &error), FG_OK);
  assert_int_equal(apply_to(ledger, FG_DO_USE, "2025-01-10T00:00:03", "product=p quantity=3", NULL, NULL),
                   FG_MISSING_ATTRIBUTE);
  close_ledger(ledger);
}

static const char dearer[] =
    "{\"format\":\"faregate-book/2\",\"id\":\"toy\",\"title\":\"Toy\",\"currency\":\"EUR\",\"minor_digits\":2,"
    "\"time_zone\":\"+00:00\",\"rounding\":{\"digits\":2,\"mode\":\"half_up\"},\"editions\":["
    "{\"effective\":\"2025-01-01\",\"products\":[{\"id\":\"p\",\"meter\":\"u\",\"price\":{\"model\":\"flat\",\"price\":\"1\"},"
    "\"packs\":[{\"id\":\"k\",\"units\":30,\"price\":\"20\",\"validity\":{\"years\":1},\"refund\":\"list_price\"}]}]},"
    "{\"effective\":\"2025-02-01\",\"products\":[{\"id\":\"p\",\"meter\":\"u\",\"price\":{\"model\":\"flat\",\"price\":\"2\"}}]}]}";

/* Earlier versions refunded by the list price of the day: 20 - 3 * 2. The money that was given back stays given back,
   and any other amount is told by verify. */
static void test_a_refund_by_the_price_of_its_day(void **state) {
  (void)state;
  static const char *const amounts[] = {"17.00", "14.00", "13.00"};
  for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
    char change[256];
    fg_book *book = NULL;
    fg_handle *ledger = NULL;
    (void)unlink(path);
    assert_int_equal(fg_book_load(dearer, strlen(dearer), NULL, &book, NULL), FG_OK);
    fg_ledger_options options = {.book = book};
    assert_int_equal(fg_ledger_open(path, &options, &ledger, NULL), FG_OK);
    fg_book_release(book);
    must_apply(ledger, FG_DO_OPEN, "2025-01-10T00:00:00", "product=p", NULL);
    must_apply(ledger, FG_DO_BUY_PACK, "2025-01-10T00:00:00", "product=p pack=k", "o");
    must_apply(ledger, FG_DO_USE, "2025-01-10T00:00:01", "product=p quantity=3", NULL);
    must_apply(ledger, FG_DO_REFUND, "2025-02-10T00:00:00", "id=o", NULL);
    close_ledger(ledger);
    sqlite3 *database = open_as_attacker();
    snprintf(change, sizeof change, "UPDATE commands SET outcome = replace(outcome, '17.00', '%s') WHERE seq = 4",
             amounts[i]);
    run(database, change);
    chain_anew(database);
    close_as_attacker(database);
    json_t *told = verify(path);
    assert_int_equal(json_is_true(json_object_get(told, "ok")), i < 2);
    json_decref(told);
  }
}

/* What was answered is compared by verify alone; a repetition that finds it is told what is wrong, never a wrong
   answer. */
static void test_outcomes(void **state) {
  (void)state;
  static const char *const outcomes[] = {
      "", "x", "[]", "{\"free\":-1}", "{\"free\":\"1\"}", "{\"packs\":[1]}", "{\"packs\":[{\"id\":1,\"units\":1}]}"};
  for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
    char statements[256];
    fg_error error = {0};
    (void)unlink(path);
    fill_ledger(path, 1100); /* so that the row lies before a snapshot, and is looked up in the file */
    sqlite3 *database = open_as_attacker();
    snprintf(statements, sizeof statements, "UPDATE commands SET outcome = '%s' WHERE id = 'u7'", outcomes[i]);
    run(database, statements);
    run(database, "DELETE FROM snapshots");
    chain_anew(database);
    close_as_attacker(database);
    json_t *told = verify(path);
    assert_true(json_is_false(json_object_get(told, "ok")));
    assert_non_null(strstr(json_string_value(json_object_get(told, "problem")),
                           "command 8 answered otherwise than it does now; good up to command 7"));
    json_decref(told);
    fg_handle *handle = NULL;
    assert_int_equal(fg_ledger_open(path, NULL, &handle, &error), FG_OK);
    assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
  }
}

/* A row that was altered does not follow: whoever reads it says so, and up to where the rows are good. */
static void test_a_row_that_does_not_follow(void **state) {
  (void)state;
  char copy[512];
  json_builder builder;
  fg_text out = {0};
  fg_sink sink = fg_text_sink(&out);
  fg_error error = {0};
  snprintf(copy, sizeof copy, "%s", ledger_path("copy.db"));
  fill_ledger(path, 5);
  copy_file(path, copy);
  sqlite3 *database = open_as_attacker();
  run(database, "UPDATE commands SET command = '{\"product\":\"image\",\"quantity\":2}' WHERE seq = 3");
  close_as_attacker(database);
  assert_refused("altered", "command 3 does not follow from the one before it; good up to command 2");
  assert_int_equal(fg_ledger_export(path, (fg_string){NULL, 0}, NULL, NULL, &sink, &error), FG_LEDGER_CORRUPT);
  assert_non_null(strstr(error.message, "command 3 is missing or altered; good up to command 2"));
  fg_text_release(&out);
  fg_book *book = load_book(FACEFUSION);
  fg_visitor visitor = build_json(&builder, book);
  assert_int_equal(fg_ledger_compare(copy, path, NULL, &visitor, &error), FG_LEDGER_CORRUPT);
  assert_non_null(strstr(error.message, "booth.db: command 3 is missing or altered; good up to command 2"));
  fg_book_release(book);
}

static void alter_schema(const char *table, const char *from, const char *to) {
  char statements[256];
  sqlite3 *database = open_as_attacker();
  snprintf(statements, sizeof statements, "UPDATE sqlite_schema SET sql = replace(sql, '%s', '%s') WHERE name = '%s'",
           from, to, table);
  run(database, statements);
  close_as_attacker(database);
}

/* A value of another type, put there while the table was not strict: the chain is of its bytes, and right. */
static void test_types(void **state) {
  (void)state;
  static const char *const columns[] = {"command", "outcome", "\"do\""};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    char statements[128];
    (void)unlink(path);
    fill_ledger(path, 3);
    alter_schema("commands", "NULL) STRICT", "NULL)");
    sqlite3 *database = open_as_attacker();
    snprintf(statements, sizeof statements, "UPDATE commands SET %s = CAST(%s AS BLOB) WHERE seq = 3", columns[i],
             columns[i]);
    run(database, statements);
    close_as_attacker(database);
    alter_schema("commands", "chain BLOB NOT NULL)", "chain BLOB NOT NULL) STRICT");
    assert_refused(columns[i], "command 3 is not whole; good up to command 2");
  }
}

/* Puts another state into the only snapshot, and makes its checksum right. */
static void put_state(fg_string state) {
  unsigned char checksum[FG_CHAIN_SIZE];
  sqlite3_stmt *statement = NULL;
  sqlite3 *database = open_as_attacker();
  assert_int_equal(
      sqlite3_prepare_v2(database,
                         "SELECT s.format, s.seq, s.session, c.chain FROM snapshots AS s JOIN commands AS c"
                         " ON c.seq = s.seq",
                         -1, &statement, NULL),
      SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  fg_snapshot_checksum(sqlite3_column_int(statement, 0), sqlite3_column_int64(statement, 1),
                       sqlite3_column_int64(statement, 2), sqlite3_column_blob(statement, 3), state, checksum);
  assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
  sqlite3_finalize(statement);
  assert_int_equal(sqlite3_prepare_v2(database, "UPDATE snapshots SET state = ?, checksum = ?", -1, &statement, NULL),
                   SQLITE_OK);
  sqlite3_bind_blob64(statement, 1, state.text, state.length, SQLITE_STATIC);
  sqlite3_bind_blob(statement, 2, checksum, FG_CHAIN_SIZE, SQLITE_STATIC);
  assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
  sqlite3_finalize(statement);
  close_as_attacker(database);
}

static void assert_snapshot_is_told(void) {
  json_t *told = verify(path);
  const char *problem = json_string_value(json_object_get(told, "problem"));
  assert_non_null(problem);
  assert_non_null(strstr(problem, "the snapshot after command 1024 is altered"));
  json_decref(told);
}

/* A snapshot that is no state, its checksum being right: what it would save is done again. */
static void test_a_snapshot_that_is_no_state(void **state) {
  (void)state;
  fill_ledger(path, 1100);
  put_state(string_of("no state"));
  fg_handle *ledger = open_ledger(path, 0);
  assert_int_equal(command_count(ledger), 1101);
  assert_int_equal(integer_in(fg_handle_account(ledger), "/products/image/month/total"), 1100);
  close_ledger(ledger);
  assert_snapshot_is_told();
}

/* What a statement does not show. */
static void let_in_more(fg_state *state) { state->calls++; }
static void begin_a_regime(fg_state *state) { state->groups[0].regime++; }
static void end_a_regime(fg_state *state) { state->groups[1].regime_over = !state->groups[1].regime_over; }
static void begin_a_grant_later(fg_state *state) { state->lots.items[0].regime++; }
static void let_in_units(fg_state *state) { state->windows[0].admissions.items[0].units++; }

static const struct {
  const char *name;
  void (*alter)(fg_state *state);
} unseen[] = {{"calls", let_in_more},
              {"regime", begin_a_regime},
              {"regime over", end_a_regime},
              {"grant", begin_a_grant_later},
              {"window", let_in_units}};

/* An account that holds a window, and of which the snapshot is the last command. */
static void fill_to_the_snapshot(void) {
  fill_ledger(path, 1022);
  fg_handle *ledger = open_ledger(path, 0);
  must_apply(ledger, FG_DO_CALL, "2024-11-05T12:00:00", "product=image quantity=3 id=c", NULL);
  close_ledger(ledger);
}

/* A snapshot that is a state, and not that of the commands: who opens the ledger believes it, `verify` does not. */
static void test_a_snapshot_that_is_another_state(void **state) {
  (void)state;
  fill_to_the_snapshot();
  assert_good(path);
  json_t *expected = statement_in(path);
  for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
    fg_handle *ledger = open_ledger(path, 0);
    fg_account *altered = NULL;
    fg_text as_it_was = {.allocator = fg_allocator_or_default(NULL)};
    fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
    assert_int_equal(fg_snapshot_write(fg_handle_account(ledger), &as_it_was), FG_OK);
    assert_int_equal(fg_account_fork(fg_handle_account(ledger), &altered), FG_OK);
    unseen[i].alter(&altered->state);
    assert_int_equal(fg_snapshot_write(altered, &bytes), FG_OK);
    close_ledger(ledger);
    put_state((fg_string){bytes.text, bytes.length});
    json_t *told = statement_in(path);
    if (!json_equal(told, expected)) {
      fail_msg("a statement shows: %s", unseen[i].name);
    }
    json_decref(told);
    assert_snapshot_is_told();
    put_state((fg_string){as_it_was.text, as_it_was.length});
    assert_good(path);
    fg_account_free(altered);
    fg_text_release(&as_it_was);
    fg_text_release(&bytes);
  }
  json_decref(expected);
}

/* Numbers of sessions that no handle can have had, in an event and in a row that lies before the snapshot and so is not
   done again. A lock beyond the last byte of a file would be asked for. */
static void test_numbers_of_sessions(void **state) {
  (void)state;
  static const char *const details[] = {"1 by 9223372036854775807", "1 by 9007199254740992", "1 by -5"};
  fg_error error = {0};
  fill_ledger(path, 1022);
  fg_handle *ledger = open_ledger(path, 0);
  must_apply(ledger, FG_DO_CALL, "2024-11-05T12:00:00", "product=image quantity=3 id=c", NULL);
  close_ledger(ledger);
  sqlite3 *database = open_as_attacker();
  run(database, "UPDATE commands SET session = 9223372036854775807 WHERE id = 'c'");
  close_as_attacker(database);
  ledger = open_ledger(path, 0);
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(fg_handle_account(ledger)));
  assert_int_equal(fg_handle_uncertain(ledger, &visitor, NULL), FG_OK);
  assert_int_equal(json_array_size(builder.root), 1);
  json_decref(builder.root);
  close_ledger(ledger);
  for (size_t i = 0; i < sizeof details / sizeof *details; i++) {
    char statements[128];
    database = open_as_attacker();
    snprintf(statements, sizeof statements, "INSERT INTO events (at, event, detail) VALUES (0, 'resumed', '%s')",
             details[i]);
    run(database, "DELETE FROM events WHERE event = 'resumed'");
    run(database, statements);
    close_as_attacker(database);
    fg_handle *look = NULL;
    fg_ledger_options looking = {.read_only = true};
    assert_int_equal(fg_ledger_open(path, &looking, &look, NULL), FG_OK);
    visitor = build_json(&builder, fg_account_book(fg_handle_account(look)));
    assert_int_equal(fg_handle_uncertain(look, &visitor, NULL), FG_OK);
    json_decref(builder.root);
    close_ledger(look);
    bool is_low = strchr(details[i], '-') != NULL;
    assert_int_equal(try_to_open(path, &error), is_low ? FG_OK : FG_LEDGER_CORRUPT);
    assert_true(is_low || strstr(error.message, "no number is left") != NULL);
  }
}

static const struct {
  long at;
  const char *bytes;
  size_t length;
} headers[] = {
    {16, "\x02\x00", 2},         /* pages of 512 bytes */
    {16, "\x00\x01", 2},         /* of 64 KiB */
    {18, "\x01\x01", 2},         /* no write-ahead log */
    {20, "\x00", 1},             /* no room for stamps */
    {44, "\0\0\0\x03", 4},       /* schema format */
    {52, "\0\0\0\x05", 4},       /* vacuum */
    {56, "\0\0\0\x02", 4},       /* UTF-16 */
    {28, "\x7f\xff\xff\xff", 4}, /* pages that are not there */
};

static void test_headers(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
    fg_error error = {0};
    (void)unlink(path);
    fill_ledger(path, 3);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, headers[i].at, SEEK_SET);
    assert_int_equal(fwrite(headers[i].bytes, 1, headers[i].length, file), headers[i].length);
    fclose(file);
    stamp_all();
    assert_int_equal(try_to_open(path, &error), FG_LEDGER_CORRUPT);
    assert_non_null(strstr(error.message, "good up to"));
  }
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_path, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_schemas),
      LEDGER_TEST(test_as_which_version_it_counts),
      LEDGER_TEST(test_rows),
      LEDGER_TEST(test_usage_that_is_refused_now),
      LEDGER_TEST(test_a_refund_by_the_price_of_its_day),
      LEDGER_TEST(test_outcomes),
      LEDGER_TEST(test_a_row_that_does_not_follow),
      LEDGER_TEST(test_types),
      LEDGER_TEST(test_a_snapshot_that_is_no_state),
      LEDGER_TEST(test_headers),
      LEDGER_TEST(test_a_snapshot_that_is_another_state),
      LEDGER_TEST(test_numbers_of_sessions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
