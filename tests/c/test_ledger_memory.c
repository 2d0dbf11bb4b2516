/* Each allocation of a session fails in turn: nothing leaks, nothing acknowledged is lost, and it goes on after. */
#include "ledger_support.h"

#include <sqlite3.h>
#include <unistd.h>

/* ----------------------------------------------------------------------------------------- memory of SQLite's own */

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

static void stop_failing(void) { lite.fail_at = lite.asked = 0; }

/* What a process that was killed has left can be opened, or it is said that memory is short; then nothing has changed.
   Answers whether the allocation was one of it. */
static bool open_left_by_a_kill(const char *path, long fail_at, bool for_good) {
  fg_handle *ledger = NULL;
  fg_error error = {0};
  uint64_t before = picture_of_files();
  lite.asked = 0;
  lite.fail_at = fail_at;
  lite.for_good = for_good;
  fg_status status = fg_ledger_open(path, NULL, &ledger, &error);
  bool was_reached = lite.asked >= fail_at;
  stop_failing();
  if (status != FG_OK && (status != FG_NO_MEMORY || picture_of_files() != before)) {
    fail_msg("allocation %ld: %s: %s", fail_at, fg_status_name(status), error.message);
  }
  if (status == FG_OK) {
    close_ledger(ledger);
  }
  return was_reached;
}

/* Of a ledger that is whole it is never said that it is damaged. */
static bool verify_left_by_a_kill(const char *path, long fail_at, bool for_good) {
  fg_error error = {0};
  json_builder builder;
  fg_book *book = load_book(FACEFUSION);
  fg_visitor visitor = build_json(&builder, book);
  fg_book_release(book);
  uint64_t before = picture_of_files();
  lite.asked = 0;
  lite.fail_at = fail_at;
  lite.for_good = for_good;
  fg_status status = fg_ledger_verify(path, NULL, &visitor, &error);
  bool was_reached = lite.asked >= fail_at;
  stop_failing();
  assert_true(status == FG_OK || status == FG_NO_MEMORY);
  if (status == FG_OK && !json_is_true(json_object_get(builder.root, "ok"))) {
    fail_msg("allocation %ld: %s", fail_at, json_string_value(json_object_get(builder.root, "problem")));
  }
  assert_true(picture_of_files() == before);
  json_decref(builder.root);
  return was_reached;
}

static void fail_each_of_sqlite(bool for_good) {
  char killed[512];
  char path[512];
  long step = getenv("FAREGATE_SHORT") != NULL ? 23 : 1;
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

/* ----------------------------------------------------------------------------------------------- memory of our own */

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

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_memory_of_sqlite), LEDGER_TEST(test_opening),  LEDGER_TEST(test_opening_after_a_kill),
      LEDGER_TEST(test_beginning),        LEDGER_TEST(test_commands),
  };
  make_sqlite_scarce();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
