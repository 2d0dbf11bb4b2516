/* Choices: of some products one at most is open at a time. */
#include "outlook_support.h"

#include "state/state.h"

static fg_account *account_with(const char *when) {
  char json[2048];
  snprintf(json, sizeof json,
           TOY "\"rounding\": \"none\", \"products\": ["
               "{\"id\": \"a\", \"meter\": \"calls\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}}, "
               "{\"id\": \"b\", \"meter\": \"calls\", \"price\": {\"model\": \"flat\", \"price\": \"2\"}, "
               "\"grants\": [{\"id\": \"g\", \"quantity\": 5, \"issue\": \"opening\", \"validity\": \"permanent\"}]}, "
               "{\"id\": \"c\", \"meter\": \"calls\", \"price\": {\"model\": \"flat\", \"price\": \"3\"}}, "
               "{\"id\": \"d\", \"meter\": \"calls\", \"price\": {\"model\": \"flat\", \"price\": \"4\"}}], "
               "\"choices\": [{\"id\": \"plan\", \"products\": [\"a\", \"b\", \"c\"]%s}]}",
           when);
  return account_of_text(json, NULL);
}

static bool is_open(const fg_account *account, int product) { return account->state.services[product].open; }

static void assert_open(const fg_account *account, bool a, bool b, bool c, bool d) {
  assert_true(is_open(account, 0) == a && is_open(account, 1) == b && is_open(account, 2) == c &&
              is_open(account, 3) == d);
}

static void test_at_once(void **state) {
  (void)state;
  fg_account *account = account_with("");
  must(account, FG_DO_OPEN, "2025-01-10T00:00:00", "product=a");
  must(account, FG_DO_OPEN, "2025-01-10T00:00:00", "product=d");
  assert_int_equal(must(account, FG_DO_OPEN, "2025-01-10T01:00:00", "product=b").is.grants, 1);
  assert_open(account, false, true, false, true);
  assert_int_equal(apply(account, FG_DO_OPEN, "2025-01-10T01:00:00", "product=b", NULL), FG_ALREADY_OPEN);
  must(account, FG_DO_OPEN, "2025-01-10T02:00:00", "product=a");
  assert_open(account, true, false, false, true);
  assert_in_statement(account, "/choices/plan/next", "null");
  fg_account_free(account);
}

/* The last `open` holds; what is open stays so until the end of the month, and grants come with the switch. */
static void test_at_the_end_of_a_month(void **state) {
  (void)state;
  fg_account *account = account_with(", \"switch\": \"month\"");
  must(account, FG_DO_OPEN, "2025-01-10T00:00:00", "product=a");
  assert_int_equal(must(account, FG_DO_OPEN, "2025-01-15T00:00:00", "product=c").is.grants, 0);
  assert_int_equal(must(account, FG_DO_OPEN, "2025-01-16T00:00:00", "product=b").is.grants, 0);
  assert_open(account, true, false, false, false);
  assert_in_statement(account, "/choices/plan/next", "b");
  assert_in_statement(account, "/choices/plan/at", "2025-02-01T00:00:00+08:00");
  write_and_read(account);
  json_t *upcoming = upcoming_of(account, at("2025-03-01T00:00:00"));
  assert_text_at(upcoming, "/events/0/kind", "choice_switched");
  assert_text_at(upcoming, "/events/0/product", "b");
  assert_text_at(upcoming, "/events/0/id", "plan");
  json_decref(upcoming);
  must(account, FG_DO_ADVANCE, "2025-01-31T23:59:59", "");
  assert_open(account, true, false, false, false);
  must(account, FG_DO_ADVANCE, "2025-02-01T00:00:00", "");
  assert_open(account, false, true, false, false);
  assert_int_equal(account->state.lots.count, 1);
  assert_in_statement(account, "/choices/plan/next", "null");
  fg_account_free(account);
}

/* Counted from the first opening of what is open: 10 days of the 10th end on the 20th. What was closed by hand until
   then changes nothing. */
static void test_counted_from_the_opening(void **state) {
  (void)state;
  fg_account *account = account_with(", \"switch\": {\"days\": 10}");
  must(account, FG_DO_OPEN, "2025-01-10T09:00:00", "product=a");
  must(account, FG_DO_OPEN, "2025-01-12T00:00:00", "product=b");
  must(account, FG_DO_CLOSE, "2025-01-13T00:00:00", "product=a");
  must(account, FG_DO_ADVANCE, "2025-01-19T23:59:59", "");
  assert_open(account, false, false, false, false);
  must(account, FG_DO_ADVANCE, "2025-01-20T00:00:00", "");
  assert_open(account, false, true, false, false);
  fg_account_free(account);
}

static void test_books_that_are_refused(void **state) {
  (void)state;
  static const char json[] = TOY
      "\"rounding\": \"none\", \"products\": ["
      "{\"id\": \"a\", \"meter\": \"calls\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}}], "
      "\"choices\": [{\"id\": \"x\", \"products\": [\"a\"]}, {\"id\": \"y\", \"products\": [\"a\"]}]}";
  fg_book *book = NULL;
  fg_error error = {0};
  assert_int_equal(fg_book_load(json, strlen(json), NULL, &book, &error), FG_INVALID);
  assert_string_equal(error.path, "choices[1].products[0]");
  assert_string_equal(error.message, "expected a product that choices[0] has not");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_at_once),
      cmocka_unit_test(test_at_the_end_of_a_month),
      cmocka_unit_test(test_counted_from_the_opening),
      cmocka_unit_test(test_books_that_are_refused),
  };
  return cmocka_run_group_tests_name("choices", tests, NULL, NULL);
}
