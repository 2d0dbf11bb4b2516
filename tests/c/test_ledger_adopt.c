/* Commands of format 2 in a ledger, editions that are adopted among them: kept in its rows and snapshots, over a kill,
   a sealing, exported and imported. What is expected is an account in memory that had both editions from the start. */
#include "ledger_support.h"

#define PRODUCT(id, price)                                                                                             \
  "{\"id\": \"" id "\", \"meter\": \"units\", \"postpaid\": \"opt_in\", \"price\": {\"model\": \"flat\", \"price\": "  \
  "\"" price "\"}, \"limits\": [{\"id\": \"rate\", \"max\": 50, \"window\": {\"seconds\": 60}}], "                     \
  "\"capacities\": [{\"id\": \"more\", \"limit\": \"rate\", \"prorate\": \"days\", "                                   \
  "\"month\": {\"model\": \"flat\", \"price\": \"3\"}}], "                                                             \
  "\"rules\": [{\"when\": {\"region\": \"eu\"}, \"factor\": \"2\"}]}"
#define EDITION(date, products)                                                                                        \
  "{\"effective\": \"" date "\", \"attributes\": [{\"id\": \"region\", \"of\": \"account\", "                          \
  "\"values\": [\"eu\", \"us\"], \"default\": \"us\"}], \"products\": [" products "]}"
#define BOOK(editions)                                                                                                 \
  "{\"format\": \"faregate-book/2\", \"id\": \"toy\", \"title\": \"Toy\", \"currency\": \"EUR\", "                     \
  "\"minor_digits\": 2, \"time_zone\": \"+08:00\", \"rounding\": {\"digits\": 2, \"mode\": \"half_up\"}, "             \
  "\"editions\": [" editions "]}"
#define FIRST EDITION("2025-01-01", PRODUCT("a", "2"))
#define OLD BOOK(FIRST)
#define NEW BOOK(FIRST ", " EDITION("2025-03-16", PRODUCT("b", "5") ", " PRODUCT("a", "3")))

/* An account in memory or one of a ledger, by one or two handles in turn. */
typedef struct lived {
  fg_account *account;
  fg_handle *ledgers[2];
  int turn;
  bool fills; ///< snapshots are written before and after the adoption
} lived;

static void give(lived *by, const fg_command *command) {
  fg_error error = {0};
  fg_status status = by->account != NULL ? fg_account_apply(by->account, command, NULL, &error)
                                         : fg_handle_apply(by->ledgers[by->turn++ % 2], command, NULL, &error);
  if (status != FG_OK) {
    fail_msg("%s: %s", fg_command_name(command->kind), error.message);
  }
}

static void step(lived *by, fg_command_kind kind, const char *instant, const char *fields) {
  fg_command command = command_of(kind, instant, fields);
  give(by, &command);
}

static void set_postpaid(lived *by, const char *instant, const char *product, bool on) {
  fg_command command;
  fg_command_begin(&command, FG_DO_SET_POSTPAID, at(instant));
  command.product = string_of(product);
  assert_int_equal(fg_command_set_flag(&command, "on", on, NULL), FG_OK);
  give(by, &command);
}

static void set_region(lived *by, const char *instant, const char *region) {
  fg_attribute attribute = {.name = string_of("region"), .text = string_of(region)};
  fg_command command;
  fg_command_begin(&command, FG_DO_SET, at(instant));
  command.attributes = (fg_attributes){&attribute, 1};
  give(by, &command);
}

static void adopt(lived *by, const char *instant) {
  fg_command command;
  fg_book *book = load_text(NEW);
  fg_command_begin(&command, FG_DO_ADOPT, at(instant));
  assert_int_equal(fg_command_set_book(&command, "book", book, NULL), FG_OK);
  give(by, &command);
  fg_book_release(book);
}

/* Usage of 0 units changes nothing; after so many a snapshot is written. */
static void fill_up(lived *by, const char *instant) {
  for (int i = 0; i < 1100 && by->fills; i++) {
    step(by, FG_DO_USE, instant, "product=a quantity=0");
  }
}

static void live_before(lived *by) {
  step(by, FG_DO_OPEN, "2025-02-01", "product=a");
  set_postpaid(by, "2025-02-01", "a", true);
  set_region(by, "2025-02-02", "eu");
  step(by, FG_DO_USE, "2025-02-02", "product=a quantity=5");
  step(by, FG_DO_BUY_CAPACITY, "2025-02-03", "product=a meter=more quantity=2 months=3 id=c");
  step(by, FG_DO_CHANGE_CAPACITY, "2025-02-10", "id=c quantity=40");
  step(by, FG_DO_CALL, "2025-03-10", "product=a quantity=4 id=x");
  step(by, FG_DO_CALL, "2025-03-10", "product=a quantity=8 id=y");
  fill_up(by, "2025-03-11");
  if (by->account == NULL) {
    adopt(by, "2025-03-11");
  }
  set_region(by, "2025-03-12", "us");
  step(by, FG_DO_CANCEL, "2025-03-12", "id=x");
  fill_up(by, "2025-03-12");
}

static void live_after(lived *by) {
  step(by, FG_DO_OPEN, "2025-03-16", "product=b");
  set_postpaid(by, "2025-03-16", "b", true);
  step(by, FG_DO_USE, "2025-03-17", "product=b quantity=9");
  step(by, FG_DO_USE, "2025-03-17", "product=a quantity=9");
  step(by, FG_DO_COMMIT, "2025-03-18", "id=y quantity=6");
  set_postpaid(by, "2025-03-19", "a", false);
  step(by, FG_DO_CHANGE_CAPACITY, "2025-03-20", "id=c quantity=5");
  step(by, FG_DO_ADVANCE, "2025-05-01", "");
}

static json_t *expected_before, *expected_after; ///< statements

static int live_in_memory(void **state) {
  fg_book *book = load_text(NEW);
  lived by = {0};
  (void)state;
  assert_int_equal(fg_account_new(book, NULL, &by.account, NULL), FG_OK);
  fg_book_release(book);
  live_before(&by);
  expected_before = statement_of(by.account);
  live_after(&by);
  expected_after = statement_of(by.account);
  fg_account_free(by.account);
  /* 5 × 2 × 2 in February; 6 × 2 × 2 before the change, 9 × 3 and 9 × 5 after it */
  assert_text_at(expected_after, "/spent/postpaid", "116.00");
  return 0;
}

static int forget(void **state) {
  (void)state;
  json_decref(expected_before);
  json_decref(expected_after);
  return 0;
}

static fg_handle *open_toy(const char *path, const char *json) {
  fg_handle *ledger = NULL;
  fg_error error = {0};
  fg_book *book = load_text(json);
  fg_ledger_options options = {.book = book};
  if (fg_ledger_open(path, &options, &ledger, &error) != FG_OK) {
    fail_msg("%s", error.message);
  }
  fg_book_release(book);
  return ledger;
}

static lived open_twice(const char *path) {
  lived by = {.ledgers = {open_toy(path, OLD), open_toy(path, OLD)}};
  return by;
}

static void close_both(const lived *by) {
  close_ledger(by->ledgers[0]);
  close_ledger(by->ledgers[1]);
}

static void assert_stands(const fg_handle *ledger, const json_t *expected) {
  json_t *statement = statement_of(fg_handle_account(ledger));
  assert_true(json_equal(statement, expected));
  json_decref(statement);
}

/* All that comes after is as expected, in both handles, and the ledger is good. */
static void assert_goes_on(const char *path) {
  lived by = open_twice(path);
  for (int i = 0; i < 2; i++) {
    assert_stands(by.ledgers[i], expected_before);
  }
  live_after(&by);
  for (int i = 0; i < 2; i++) {
    step(&by, FG_DO_ADVANCE, "2025-05-01", "");
  }
  for (int i = 0; i < 2; i++) {
    assert_stands(by.ledgers[i], expected_after);
  }
  close_both(&by);
  assert_good(path);
}

static void keep(char kept[512], const char *name) { snprintf(kept, 512, "%s", ledger_path(name)); }

static void rows_are_done_again(void **state) {
  char path[512];
  char killed[512];
  (void)state;
  keep(path, "booth.db");
  keep(killed, "killed.db");
  lived by = open_twice(path);
  live_before(&by);
  copy_ledger(path, killed); /* as a kill leaves it */
  close_both(&by);
  assert_goes_on(killed);
  assert_goes_on(path);
}

static void snapshots_keep_it(void **state) {
  char path[512];
  (void)state;
  keep(path, "booth.db");
  lived by = open_twice(path);
  by.fills = true;
  live_before(&by);
  close_both(&by);
  json_t *told = verify(path);
  assert_true(json_integer_value(json_object_get(told, "snapshots")) >= 2); /* each handle counts for itself */
  json_decref(told);
  assert_goes_on(path);
}

static void a_successor_goes_on(void **state) {
  char path[512];
  char next[512];
  (void)state;
  keep(path, "booth.db");
  keep(next, "next.db");
  lived by = open_twice(path);
  live_before(&by);
  close_both(&by);
  assert_int_equal(fg_ledger_seal(path, next, 1000, NULL, NULL, NULL), FG_OK);
  assert_goes_on(next);
}

static void an_export_is_imported(void **state) {
  char path[512];
  char copy[512];
  fg_error error = {0};
  (void)state;
  keep(path, "booth.db");
  keep(copy, "copy.db");
  lived by = open_twice(path);
  live_before(&by);
  close_both(&by);
  fg_text timeline = export_ledger(path, NULL);
  if (fg_ledger_import((fg_string){timeline.text, timeline.length}, NULL, copy, NULL, NULL, &error) != FG_OK) {
    fail_msg("%s: %s", error.path, error.message);
  }
  fg_text_release(&timeline);
  json_t *statement = exported_statement(path);
  assert_true(json_equal(statement, expected_before));
  json_decref(statement);
  assert_goes_on(copy);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(rows_are_done_again),
      LEDGER_TEST(snapshots_keep_it),
      LEDGER_TEST(a_successor_goes_on),
      LEDGER_TEST(an_export_is_imported),
  };
  return cmocka_run_group_tests(tests, live_in_memory, forget);
}
