/* Corrections: added as usage that has happened, taken off from the end of the order of deduction; by hand from the
   rules. */
#include "support.h"

#define DAY "2024-11-05T10:00:00"

static fg_account *new_account(const char *key, const char *value) {
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = NULL;
  const fg_string policy[] = {string_of(key), string_of(value), string_of("settlement_day"), string_of("3")};
  const fg_account_options options = {.policy = policy, .policy_count = 2};
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  fg_book_release(book);
  return account;
}

static fg_status adjust(fg_account *account, const char *instant, int64_t quantity) {
  fg_command command = command_of(FG_DO_ADJUST, instant, "product=image reason=r quantity=1");
  command.quantity = quantity;
  return fg_account_apply(account, &command, NULL, NULL);
}

static void takes_off(fg_account *account, const char *instant, int64_t quantity, int64_t free, int64_t packs,
                      int64_t postpaid, int64_t lost) {
  fg_command command = command_of(FG_DO_ADJUST, instant, "product=image reason=r quantity=1");
  fg_outcome outcome;
  command.quantity = -quantity;
  assert_int_equal(fg_account_apply(account, &command, &outcome, NULL), FG_OK);
  assert_int_equal(outcome.is.adjusted.used.free, free);
  assert_int_equal(outcome.is.adjusted.packs, packs);
  assert_int_equal(outcome.is.adjusted.used.postpaid, postpaid);
  assert_int_equal(outcome.is.adjusted.lost, lost);
}

/* 1,000 free, 1,000 of a pack, 500 postpaid: taken off the other way round. */
static void test_from_the_end_of_the_order(void **state) {
  (void)state;
  fg_account *account = new_account("pack_order", "expiry");
  must(account, FG_DO_OPEN, DAY, "product=image");
  must(account, FG_DO_BUY_PACK, DAY, "product=image pack=calls-1k id=p");
  must(account, FG_DO_USE, DAY, "product=image quantity=2500");
  takes_off(account, DAY, 700, 0, 200, 500, 0);
  assert_int_equal(integer_in(account, "/products/image/packs/0/left"), 200);
  takes_off(account, DAY, 900, 100, 800, 0, 0);
  assert_int_equal(integer_in(account, "/products/image/grants/0/left"), 100);
  assert_int_equal(integer_in(account, "/products/image/month/total"), 900);
  assert_int_equal(adjust(account, DAY, -901), FG_ADJUST_UNDERFLOW);
  takes_off(account, DAY, 900, 900, 0, 0, 0);
  fg_command refund = command_of(FG_DO_REFUND, DAY, "id=p");
  assert_int_equal(fg_account_apply(account, &refund, NULL, NULL),
                   FG_PACK_USED); /* whole again, and used all the same */
  fg_account_free(account);
}

static void test_nothing_off_calls_in_flight(void **state) {
  (void)state;
  fg_account *account = new_account("pack_order", "expiry");
  must(account, FG_DO_OPEN, DAY, "product=image");
  must(account, FG_DO_USE, DAY, "product=image quantity=5");
  must(account, FG_DO_CALL, DAY, "product=image quantity=7 id=c");
  assert_int_equal(integer_in(account, "/products/image/month/uncertain"), 7);
  assert_int_equal(adjust(account, DAY, -6), FG_ADJUST_UNDERFLOW);
  takes_off(account, DAY, 5, 5, 0, 0, 0);
  must(account, FG_DO_CANCEL, DAY, "id=c");
  assert_int_equal(integer_in(account, "/products/image/month/total"), 0);
  assert_int_equal(integer_in(account, "/products/image/month/uncertain"), 0);
  assert_int_equal(integer_in(account, "/products/image/grants/0/left"), 1000);
  fg_account_free(account);
}

/* A product that was open once may be corrected; what happened is counted also on a closed one. */
static void test_whom_it_asks(void **state) {
  (void)state;
  fg_account *account = new_account("pack_order", "expiry");
  must(account, FG_DO_ADVANCE, DAY, "");
  assert_int_equal(adjust(account, DAY, 1), FG_NOT_OPEN);
  assert_int_equal(adjust(account, DAY, -1), FG_NOT_OPEN);
  must(account, FG_DO_OPEN, DAY, "product=image");
  must(account, FG_DO_CLOSE, DAY, "product=image");
  must(account, FG_DO_SUSPEND, DAY, "");
  must(account, FG_DO_SET_BUDGET, DAY, "day=0 month=0");
  fg_outcome added = must(account, FG_DO_ADJUST, DAY, "product=image quantity=1200 reason=missed");
  assert_int_equal(added.is.adjusted.used.free, 1000);
  assert_int_equal(added.is.adjusted.used.postpaid, 200);
  assert_int_equal(adjust(account, DAY, INT64_MAX), FG_OVERFLOW);
  assert_int_equal(adjust(account, DAY, 0), FG_INVALID);
  assert_int_equal(adjust(account, DAY, INT64_MIN), FG_INVALID);
  takes_off(account, DAY, 1200, 1000, 0, 200, 0);
  fg_account_free(account);
}

/* The pack of November is still to cover November on the 2nd of December: December's correction must not fill it. */
static void test_a_pack_that_waits_for_settlement(void **state) {
  (void)state;
  static const char *const reach[] = {"whole_month", "from_purchase"};
  for (int i = 0; i < 2; i++) {
    fg_account *account = new_account("pack_reach", reach[i]);
    must(account, FG_DO_OPEN, DAY, "product=image");
    must(account, FG_DO_BUY_PACK, DAY, "product=image pack=calls-1k id=p");
    must(account, FG_DO_USE, "2024-12-01T10:00:00", "product=image quantity=1500");
    takes_off(account, "2024-12-02T10:00:00", 600, 100, 500, 0, i == 0 ? 500 : 0);
    assert_int_equal(integer_in(account, "/products/image/packs/0/left"), i == 0 ? 500 : 1000);
    takes_off(account, "2024-12-03T10:00:00", 10, 10, 0, 0, 0);
    fg_account_free(account);
  }
}

/* Its month's invoice lists what was corrected and why; a month without usage has none. */
static void test_the_invoice_lists_it(void **state) {
  (void)state;
  fg_account *account = new_account("pack_order", "expiry");
  must(account, FG_DO_OPEN, DAY, "product=image");
  must(account, FG_DO_USE, DAY, "product=image quantity=1500");
  must(account, FG_DO_ADJUST, DAY, "product=image quantity=-100 reason=twice");
  must(account, FG_DO_USE, "2024-12-01T10:00:00", "product=image quantity=5");
  must(account, FG_DO_ADJUST, "2024-12-01T10:00:00", "product=image quantity=-5 reason=never");
  must(account, FG_DO_ADVANCE, "2025-01-03T00:00:00", "");
  json_t *statement = statement_of(account);
  assert_int_equal(json_array_size(json_at(statement, "/invoices")), 1);
  assert_int_equal(json_array_size(json_at(statement, "/invoices/0/adjustments")), 1);
  assert_int_equal(json_integer_value(json_at(statement, "/invoices/0/adjustments/0/units")), -100);
  assert_string_equal(json_string_value(json_at(statement, "/invoices/0/adjustments/0/reason")), "twice");
  assert_string_equal(json_string_value(json_at(statement, "/invoices/0/total")), "96.00"); /* 400 × 0.24 */
  json_decref(statement);
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_from_the_end_of_the_order),
      cmocka_unit_test(test_nothing_off_calls_in_flight),
      cmocka_unit_test(test_whom_it_asks),
      cmocka_unit_test(test_a_pack_that_waits_for_settlement),
      cmocka_unit_test(test_the_invoice_lists_it),
  };
  return cmocka_run_group_tests_name("corrections", tests, NULL, NULL);
}
