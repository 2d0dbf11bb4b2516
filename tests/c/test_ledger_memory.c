/* Each allocation of a session fails in turn: nothing leaks, nothing acknowledged is lost, and it goes on after. */
#include "ledger_support.h"

#include <unistd.h>

static fg_status open_scarce(const char *path, fg_ledger **ledger) {
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
    fg_ledger *ledger = NULL;
    memory = (scarcity){.fail_at = n};
    status = open_scarce(path, &ledger);
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    memory.fail_at = 0;
    fg_ledger_close(ledger, NULL);
    assert_int_equal(memory.live, 0);
  }
  assert_good(path);
}

static void test_beginning(void **state) {
  (void)state;
  fg_status status = FG_NO_MEMORY;
  for (long n = 1; status != FG_OK; n++) {
    const char *path = ledger_path("new.db");
    fg_ledger *ledger = NULL;
    memory = (scarcity){.fail_at = n};
    status = open_scarce(path, &ledger);
    memory.fail_at = 0;
    fg_ledger_close(ledger, NULL);
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
static void live(fg_ledger *ledger) {
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
    fg_ledger *ledger = NULL;
    (void)unlink(path);
    memory = (scarcity){0};
    assert_int_equal(open_scarce(path, &ledger), FG_OK);
    memory.fail_at = memory.asked + n;
    live(ledger);
    was_reached = memory.asked >= memory.fail_at;
    memory.fail_at = 0;
    json_t *statement = statement_of(fg_ledger_account(ledger));
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
      LEDGER_TEST(test_opening),
      LEDGER_TEST(test_beginning),
      LEDGER_TEST(test_commands),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
