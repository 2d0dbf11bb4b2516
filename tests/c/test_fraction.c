/* Fractions of a month: worked out by hand, and against a count of days, one by one. */
#include "support.h"

#include "book/fraction.h"

#define ZONE EAST(480)

static fg_date date_of(const char *text) { return fg_date_at(at(text), ZONE); }

static void assert_fraction(fg_fraction fraction, int64_t above, int64_t below) {
  fg_fraction wanted = {0, 1};
  fg_fraction_add(&wanted, above, below);
  assert_int_equal((int64_t)fraction.above, (int64_t)wanted.above);
  assert_int_equal((int64_t)fraction.below, (int64_t)wanted.below);
}

static fg_fraction months(fg_prorate by, const char *from, const char *until, const char *anchor) {
  fg_fraction found = {0, 1};
  assert_int_equal(fg_fraction_of_months(by, at(from), at(until), date_of(anchor), ZONE, &found), FG_OK);
  return found;
}

static void test_days_of_calendar_months(void **state) {
  (void)state;
  const char *none = "2025-01-01T00:00:00";
  /* 21 to 31 May are 11 days of 31, 1 to 9 June 9 of 30: together 609 of 930. */
  assert_fraction(months(FG_PRORATE_DAYS, "2025-05-21T00:00:00", "2025-06-10T00:00:00", none), 609, 930);
  /* The day of a change counts, whatever its hour, and that of closing does not. */
  assert_fraction(months(FG_PRORATE_DAYS, "2025-05-21T23:59:59", "2025-06-10T18:00:00", none), 609, 930);
  assert_fraction(months(FG_PRORATE_DAYS, "2025-02-10T01:00:00", "2025-02-10T23:00:00", none), 0, 1);
  assert_fraction(months(FG_PRORATE_DAYS, "2024-02-10T01:00:00", "2024-02-11T00:00:00", none), 1, 29);
  assert_fraction(months(FG_PRORATE_DAYS, "2024-01-01T00:00:00", "2025-01-01T00:00:00", none), 12, 1);
}

static void test_days_of_anchored_months(void **state) {
  (void)state;
  /* From 31 January the months begin on 31 January, 28 February, 31 March: 28, 31 and 30 days. */
  const char *anchor = "2025-01-31T00:00:00";
  assert_fraction(months(FG_PRORATE_ANCHORED_DAYS, "2025-01-31T00:00:00", "2025-03-31T00:00:00", anchor), 2, 1);
  assert_fraction(months(FG_PRORATE_ANCHORED_DAYS, "2025-02-27T00:00:00", "2025-02-28T00:00:00", anchor), 1, 28);
  assert_fraction(months(FG_PRORATE_ANCHORED_DAYS, "2025-03-01T00:00:00", "2025-04-30T00:00:00", anchor), 30 + 31, 31);
}

static void test_microseconds(void **state) {
  (void)state;
  const char *none = "2025-01-01T00:00:00";
  assert_fraction(months(FG_PRORATE_SECONDS, "2025-04-15T12:00:00", "2025-05-01T00:00:00", none), 31, 60);
  assert_fraction(months(FG_PRORATE_SECONDS, "2025-04-30T23:59:59.999999", "2025-05-01T00:00:00.000001", none), 30 + 31,
                  INT64_C(930) * 24 * 3600 * 1000000);
}

static void test_thirty_days(void **state) {
  (void)state;
  assert_fraction(months(FG_PRORATE_DAYS_30, "2025-01-10T09:00:00", "2025-03-11T00:00:00", "2025-01-01T00:00:00"), 2,
                  1);
}

/* Day by day, each its part of the month that it is in. */
static fg_fraction count_days(fg_date from, fg_date until, fg_date anchor, bool is_anchored) {
  fg_fraction sum = {0, 1};
  fg_date begin = is_anchored ? anchor : fg_month_first(fg_month_of(from));
  fg_date first = begin;
  fg_date end = begin;
  int month = 0;
  for (fg_date day = from; day < until; day++) {
    while (end <= day) {
      begin = end;
      assert_int_equal(fg_date_add_months(first, ++month, &end), FG_OK);
    }
    fg_fraction_add(&sum, 1, end - begin);
  }
  return sum;
}

static void test_against_a_count_of_days(void **state) {
  (void)state;
  for (int run = 0; run < 3000; run++) {
    fg_date anchor = 20000 + (fg_date)random_below(1500);
    fg_date from = anchor + (fg_date)random_below(100);
    fg_date until = from + (fg_date)random_below(200);
    for (int is_anchored = 0; is_anchored < 2; is_anchored++) {
      fg_fraction wanted = count_days(from, until, anchor, is_anchored == 1);
      fg_fraction found = {0, 1};
      fg_prorate by = is_anchored == 1 ? FG_PRORATE_ANCHORED_DAYS : FG_PRORATE_DAYS;
      fg_time begin = fg_date_begin(from, ZONE) + random_below(FG_DAY);
      assert_int_equal(
          fg_fraction_of_months(by, begin, fg_max_i64(begin, fg_date_begin(until, ZONE)), anchor, ZONE, &found), FG_OK);
      if (from < until) {
        assert_fraction(found, (int64_t)wanted.above, (int64_t)wanted.below);
      }
    }
  }
}

static void assert_part(const char *amount, int64_t above, int64_t below, fg_rounding rounding, const char *wanted) {
  fg_amount part = 0;
  fg_fraction fraction = {above, below};
  assert_int_equal(fg_fraction_of_amount(fg_amount_of(money(amount)), fraction, rounding, &part), FG_OK);
  assert_int_equal(fg_money_compare(fg_money_of(part), money(wanted)), 0);
}

static void test_amounts(void **state) {
  (void)state;
  const fg_rounding cents = {FG_ROUND_HALF_UP, 2, 0};
  assert_part("180", 609, 930, cents, "117.87"); /* 117.870967… */
  assert_part("-180", 609, 930, cents, "-117.87");
  assert_part("1", 1, 200, cents, "0.01"); /* half a cent */
  assert_part("-1", 1, 200, cents, "-0.01");
  assert_part("1", 1, 200, (fg_rounding){FG_ROUND_HALF_EVEN, 2, 0}, "0");
  assert_part("1", 1, 300, (fg_rounding){FG_ROUND_UP, 2, 0}, "0.01");
  assert_part("2", 1, 3, (fg_rounding){FG_ROUND_DOWN, 2, 0}, "0.66");
  assert_part("90000000000000000000000000", 2678399999999, 2678400000000, (fg_rounding){FG_ROUND_DOWN, 0, 0},
              "89999999999966397849462365"); /* 9 × 10^25 less 33602150537634.4… */
  fg_amount part = 0;
  fg_fraction all = {12, 1};
  assert_int_equal(fg_fraction_of_amount(fg_amount_of(money("90000000000000000000000000")), all, cents, &part),
                   FG_OVERFLOW);
}

/* Products of up to 253 bits; the parts were worked out by fractions of integers without bound. */
static void test_amounts_of_fine_fractions(void **state) {
  (void)state;
  const fg_amount most = FG_AMOUNT_END - 1;
  const fg_int128 fine = FG_AMOUNT_END + 12345;
  const fg_rounding down = {FG_ROUND_DOWN, 12, 0};
  fg_amount part = 0;
  assert_int_equal(fg_fraction_of_amount(most, (fg_fraction){fine - 1, fine}, down, &part), FG_OK);
  assert_true(part == most - 1); /* most × (1 - 1 ÷ fine), and most < fine */
  assert_int_equal(fg_fraction_of_amount(most, (fg_fraction){fine - 1, fine}, (fg_rounding){FG_ROUND_UP, 12, 0}, &part),
                   FG_OK);
  assert_true(part == most);
  assert_int_equal(fg_fraction_of_amount(3, (fg_fraction){fine / 2, fine}, down, &part), FG_OK);
  assert_true(part == 1); /* fine is odd, so that is a little less than one and a half */
  assert_int_equal(
      fg_fraction_of_amount(3, (fg_fraction){fine / 2, fine}, (fg_rounding){FG_ROUND_HALF_UP, 12, 0}, &part), FG_OK);
  assert_true(part == 1);
  assert_int_equal(fg_fraction_of_amount(most, (fg_fraction){fine, fine - 12346}, down, &part), FG_OVERFLOW);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_days_of_calendar_months),
      cmocka_unit_test(test_days_of_anchored_months),
      cmocka_unit_test(test_microseconds),
      cmocka_unit_test(test_thirty_days),
      cmocka_unit_test(test_against_a_count_of_days),
      cmocka_unit_test(test_amounts),
      cmocka_unit_test(test_amounts_of_fine_fractions),
  };
  return cmocka_run_group_tests_name("fraction", tests, NULL, NULL);
}
