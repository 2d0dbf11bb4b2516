/* Each allocation of a session fails in turn: nothing leaks, nothing acknowledged is lost, and it goes on after. */
#include "ledger_support.h"

#include <sqlite3.h>
#include <unistd.h>

static struct {
  sqlite3_mem_methods plain;
  long asked, fail_at; ///< 0: never
  bool for_good;
} lite;

static bool lite_runs_out(void) {
  lite.asked++;
  return lite.fail_at != 0 && (lite.asked == lite.fail_at || (lite.for_good && lite.asked > lite.fail_at));
}

static void *lite_malloc(int size) { return lite_runs_out() ? NULL : lite.plain.xMalloc(size); }
static void *lite_realloc(void *block, int size) { return lite_runs_out() ? NULL : lite.plain.xRealloc(block, size); }

static void make_sqlite_scarce(void) {
  sqlite3_mem_methods scarce;
  assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &lite.plain), SQLITE_OK);
  scarce = lite.plain;
  scarce.xMalloc = lite_malloc;
  scarce.xRealloc = lite_realloc;
  assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &scarce), SQLITE_OK);
}

static void fail_from(long n, bool for_good) {
  lite.asked = 0;
  lite.fail_at = n;
  lite.for_good = for_good;
}

/* Answers whether the allocation that was to fail has come. */
static bool stop_failing(void) {
  bool was_reached = lite.asked >= lite.fail_at;
  lite.fail_at = lite.asked = 0;
  return was_reached;
}

/* What a process that was killed has left can be opened, or it is said that memory is short; then nothing has changed.
   Answers whether the allocation was one of it. */
static bool open_left_by_a_kill(const char *path, long fail_at, bool for_good) {
  fg_handle *ledger = NULL;
  fg_error error = {0};
  uint64_t before = picture_of_files();
  fail_from(fail_at, for_good);
  fg_status status = fg_ledger_open(path, NULL, &ledger, &error);
  bool was_reached = stop_failing();
  if (status != FG_OK && (status != FG_NO_MEMORY || picture_of_files() != before)) {
    fail_msg("allocation %ld: %s: %s", fail_at, fg_status_name(status), error.message);
  }
  if (status == FG_OK) {
    close_ledger(ledger);
  }
  return was_reached;
}

/* Returns the report of a ledger, which the caller owns; NULL: it was said that memory is short. */
static json_t *verify_scarce(const char *path, long fail_at, bool for_good, bool *was_reached) {
  fg_error error = {0};
  json_builder builder;
  fg_book *book = load_book(FACEFUSION);
  fg_visitor visitor = build_json(&builder, book);
  fg_book_release(book);
  uint64_t before = picture_of_files();
  fail_from(fail_at, for_good);
  fg_status status = fg_ledger_verify(path, NULL, NULL, &visitor, &error);
  *was_reached = stop_failing();
  assert_true(status == FG_OK || status == FG_NO_MEMORY);
  assert_true(picture_of_files() == before);
  if (status == FG_OK) {
    return builder.root;
  }
  json_decref(builder.root);
  return NULL;
}

/* Of a ledger that is whole it is never said that it is damaged. */
static bool verify_left_by_a_kill(const char *path, long fail_at, bool for_good) {
  bool was_reached = false;
  json_t *report = verify_scarce(path, fail_at, for_good, &was_reached);
  if (report != NULL && !json_is_true(json_object_get(report, "ok"))) {
    fail_msg("allocation %ld: %s", fail_at, json_string_value(json_object_get(report, "problem")));
  }
  json_decref(report);
  return was_reached;
}

static void fail_each_of_sqlite(bool for_good) {
  char killed[512];
  char path[512];
  long step = or_in_short(1, 23);
  snprintf(killed, sizeof killed, "%s", ledger_path("killed.db"));
  snprintf(path, sizeof path, "%s", ledger_path("booth.db"));
  leave_killed(killed);
  for (long n = 1; verify_left_by_a_kill(killed, n, for_good); n += step) {
  }
  bool was_reached = true;
  for (long n = 1; was_reached; n += step) {
    copy_ledger(killed, path);
    was_reached = open_left_by_a_kill(path, n, for_good);
    fg_handle *ledger = open_ledger(path, 0);
    assert_int_equal(command_count(ledger), 5);
    close_ledger(ledger);
  }
}

static void test_memory_of_sqlite(void **state) {
  (void)state;
  fail_each_of_sqlite(false);
  fail_each_of_sqlite(true);
}

static void damage_index_of_ids(const char *path) {
  sqlite3 *database = NULL;
  sqlite3_stmt *statement = NULL;
  char name[600];
  snprintf(name, sizeof name, "file:%s?immutable=1", path);
  assert_int_equal(sqlite3_open_v2(name, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL), SQLITE_OK);
  static const char select[] = "SELECT rootpage FROM sqlite_schema WHERE name = 'commands_by_id'";
  assert_int_equal(sqlite3_prepare_v2(database, select, -1, &statement, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  FILE *file = fopen(path, "r+b");
  assert_non_null(file);
  assert_int_equal(fseek(file, 4096 * (sqlite3_column_int(statement, 0) - 1) + 2000, SEEK_SET), 0);
  assert_int_equal(fwrite("damage", 6, 1, file), 1);
  assert_int_equal(fclose(file), 0);
  sqlite3_finalize(statement);
  sqlite3_close(database);
}

/* Fewer commands than there are good ones are never told, also where they are counted behind a bad page. */
static void test_damage_without_memory_of_sqlite(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 40);
  damage_index_of_ids(path);
  for (int for_good = 0; for_good < 2; for_good++) {
    bool was_reached = true;
    for (long n = 1; was_reached; n++) {
      json_t *report = verify_scarce(path, n, for_good != 0, &was_reached);
      assert_true(report == NULL || json_is_false(json_object_get(report, "ok")));
      assert_true(report == NULL || json_integer_value(json_object_get(report, "commands")) == 41);
      json_decref(report);
    }
  }
}

/* An import that SQLite has no memory for leaves nothing behind. */
static void test_import_without_memory_of_sqlite(void **state) {
  (void)state;
  fg_book_source books = {find_book, NULL};
  long step = or_in_short(1, 23);
  char path[512];
  snprintf(path, sizeof path, "%s", ledger_path("booth.db"));
  fill_ledger(path, 5);
  fg_text out = export_ledger(path, NULL);
  assert_int_equal(unlink(path), 0);
  uint64_t nothing = picture_of_files();
  for (int for_good = 0; for_good < 2; for_good++) {
    bool was_reached = true;
    for (long n = 1; was_reached; n += step) {
      fail_from(n, for_good);
      fg_status status = fg_ledger_import((fg_string){out.text, out.length}, &books, path, NULL, NULL, NULL);
      was_reached = stop_failing();
      assert_true(status == FG_OK || (status == FG_NO_MEMORY && picture_of_files() == nothing));
      if (status == FG_OK) {
        assert_good(path);
        assert_int_equal(unlink(path), 0);
      }
    }
  }
  fg_text_release(&out);
}

static fg_status open_scarce(const char *path, fg_handle **ledger) {
  fg_allocator allocator = scarce_allocator();
  fg_account_options account = {.allocator = &allocator};
  fg_book *book = load_book(FACEFUSION);
  fg_ledger_options options = {.book = book, .account = &account};
  fg_status status = fg_ledger_open(path, &options, ledger, NULL);
  fg_book_release(book);
  return status;
}

static void test_opening(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_status status = FG_NO_MEMORY;
  fill_ledger(path, 1100); /* with a snapshot, and rows after it */
  for (long n = 1; status != FG_OK; n++) {
    fg_handle *ledger = NULL;
    memory = (scarcity){.fail_at = n};
    status = open_scarce(path, &ledger);
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    memory.fail_at = 0;
    fg_handle_close(ledger, NULL);
    assert_int_equal(memory.live, 0);
  }
  assert_good(path);
}

/* Whatever fails while what a kill has left is opened, nothing of it changes. */
static void test_opening_after_a_kill(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_status status = FG_NO_MEMORY;
  leave_killed(path);
  uint64_t before = picture_of_files();
  for (long n = 1; status != FG_OK; n++) {
    fg_handle *ledger = NULL;
    memory = (scarcity){.fail_at = n};
    status = open_scarce(path, &ledger);
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    memory.fail_at = 0;
    assert_true(status == FG_OK || picture_of_files() == before);
    fg_handle_close(ledger, NULL);
    assert_int_equal(memory.live, 0);
  }
  assert_good(path);
}

static void test_beginning(void **state) {
  (void)state;
  fg_status status = FG_NO_MEMORY;
  for (long n = 1; status != FG_OK; n++) {
    const char *path = ledger_path("new.db");
    fg_handle *ledger = NULL;
    memory = (scarcity){.fail_at = n};
    status = open_scarce(path, &ledger);
    memory.fail_at = 0;
    fg_handle_close(ledger, NULL);
    assert_int_equal(memory.live, 0);
    (void)unlink(path);
  }
}

static const struct {
  fg_command_kind kind;
  const char *fields;
} session[] = {{FG_DO_OPEN, "product=image"},
               {FG_DO_BUY_PACK, "product=image pack=calls-1k id=p1"},
               {FG_DO_BUY_PACK, "product=image pack=calls-1k"},
               {FG_DO_USE, "product=image quantity=1500 id=u1"},
               {FG_DO_USE, "product=image quantity=15"},
               {FG_DO_CALL, "product=image id=c1"},
               {FG_DO_CALL, "product=image id=c2"},
               {FG_DO_COMMIT, "id=c1"},
               {FG_DO_CANCEL, "id=c2"},
               {FG_DO_USE, "product=image quantity=1500 id=u1"}};

enum { COMMANDS = sizeof session / sizeof *session };

/* Given again after each failure, as a host does; commands with an id are then done once. */
static void live(fg_handle *ledger) {
  for (int i = 0; i < COMMANDS; i++) {
    fg_status status = FG_NO_MEMORY;
    for (int tries = 0; status == FG_NO_MEMORY && tries < 3; tries++) {
      status = apply_to(ledger, session[i].kind, "2024-11-05T10:00:00", session[i].fields, NULL, NULL);
    }
    assert_int_equal(status, FG_OK);
  }
}

static void test_commands(void **state) {
  (void)state;
  bool was_reached = true;
  for (long n = 1; was_reached; n++) {
    const char *path = ledger_path("booth.db");
    fg_handle *ledger = NULL;
    (void)unlink(path);
    memory = (scarcity){0};
    assert_int_equal(open_scarce(path, &ledger), FG_OK);
    memory.fail_at = memory.asked + n;
    live(ledger);
    was_reached = memory.asked >= memory.fail_at;
    memory.fail_at = 0;
    json_t *statement = statement_of(fg_handle_account(ledger));
    assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/total")), 1500 + 15 + 1);
    json_decref(statement);
    int64_t passings = command_count(ledger) - (COMMANDS - 1); /* the first instant, where the first command failed */
    assert_true(passings == 0 || passings == 1);
    close_ledger(ledger);
    assert_int_equal(memory.live, 0);
    if (n % 20 == 1) {
      assert_good(path);
    }
  }
}

/* Fails the n-th allocation of the library's own, or of SQLite. */
static void run_short(bool of_sqlite, long n, bool for_good) {
  if (of_sqlite) {
    fail_from(n, for_good);
  } else {
    memory = (scarcity){.live = memory.live, .fail_at = n, .for_good = for_good};
  }
}

static bool stop_being_short(bool of_sqlite) {
  bool was_reached = of_sqlite ? stop_failing() : memory.asked >= memory.fail_at;
  memory.fail_at = 0;
  return was_reached;
}

/* A handle that could not catch up with the other one decides nothing: its command is not there, and can be given
   again. Answers how many were given. */
static int command_in_turn(fg_handle *scarce, fg_handle *other, bool of_sqlite, bool for_good, int commands) {
  bool was_reached = true;
  for (long n = 1; was_reached; n++) {
    char ids[2][16];
    snprintf(ids[0], sizeof ids[0], "o%d", ++commands);
    assert_int_equal(use_one(other, commands, ids[0], NULL), FG_OK);
    snprintf(ids[1], sizeof ids[1], "s%d", ++commands);
    run_short(of_sqlite, n, for_good);
    fg_status status = use_one(scarce, commands, ids[1], NULL);
    was_reached = stop_being_short(of_sqlite);
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    if (status != FG_OK) {
      assert_int_equal(use_one(scarce, commands, ids[1], NULL), FG_OK);
    }
  }
  return commands;
}

/* A call that another handle has in hand is never taken for one that nobody has, whatever cannot be looked up. */
static void ask_for_a_call_of(fg_handle *scarce, bool of_sqlite) {
  bool was_reached = true;
  for (long n = 1; was_reached; n++) {
    fg_pass pass = {0};
    run_short(of_sqlite, n, false);
    fg_status status = fg_handle_resume(scarce, string_of("c1"), &pass, NULL);
    was_reached = stop_being_short(of_sqlite);
    assert_true(status == FG_IN_FLIGHT || status == FG_NO_MEMORY);
  }
}

static void test_two_handles(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *scarce = NULL;
  fg_pass pass = {0};
  fg_outcome outcome;
  int commands = 0;
  fill_ledger(path, 0);
  memory = (scarcity){0};
  assert_int_equal(open_scarce(path, &scarce), FG_OK);
  fg_handle *other = open_ledger(path, 0);
  for (int kind = 0; kind < 4; kind++) {
    commands = command_in_turn(scarce, other, kind % 2 == 1, kind > 1, commands);
  }
  fg_command call = command_of(FG_DO_CALL, "2024-11-06T10:00:00", "product=image id=c1");
  assert_int_equal(fg_handle_call(other, &call, &pass, &outcome, NULL), FG_OK);
  ask_for_a_call_of(scarce, false);
  ask_for_a_call_of(scarce, true);
  json_t *statement = statement_of(fg_handle_account(scarce));
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/total")), commands + 1);
  json_decref(statement);
  fg_pass_release(&pass);
  close_ledger(other);
  close_ledger(scarce);
  assert_int_equal(memory.live, 0);
  assert_good(path);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_memory_of_sqlite), LEDGER_TEST(test_damage_without_memory_of_sqlite),
      LEDGER_TEST(test_opening),          LEDGER_TEST(test_opening_after_a_kill),
      LEDGER_TEST(test_beginning),        LEDGER_TEST(test_commands),
      LEDGER_TEST(test_two_handles),      LEDGER_TEST(test_import_without_memory_of_sqlite),
  };
  make_sqlite_scarce();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
