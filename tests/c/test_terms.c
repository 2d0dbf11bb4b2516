/* The terms of a book, each at the edges that the rules name. Instants are civil times of UTC+08:00 unless said
   otherwise. */
#include "support.h"

#include "book/amendments.h"
#include "book/capacity_terms.h"
#include "book/deduction_order.h"
#include "book/limits.h"
#include "book/refund_window.h"
#include "book/terms.h"
#include "book/tier_quantity.h"
#include "book/validity.h"

static const fg_book guide = {
    .zone = {.offset = 480 * INT64_C(60000000)}, .notice_days = 30, .suspension_hours = 24, .refund_days = 7};

static fg_time instant(const char *text) {
  fg_time time = 0;
  assert_int_equal(fg_time_parse(text, strlen(text), EAST(480), &time), FG_OK);
  return time;
}

static fg_date date(const char *text) { return fg_date_at(instant(text), EAST(480)); }

static fg_policy policy_with(fg_switch which, int value) {
  fg_policy policy = {{0}};
  policy.value[which] = (uint8_t)value;
  return policy;
}

/* R5: 30 days before it takes effect is early enough, 29 are not. */
static void a_notice_is_given_in_time(void **state) {
  (void)state;
  assert_true(fg_notice_is_given(&guide, date("2025-01-01"), date("2025-01-31")));
  assert_false(fg_notice_is_given(&guide, date("2025-01-01"), date("2025-01-30")));
}

/* R5: the latest amendment in force counts; of one date the later in the list; of a second list none that is older. */
static void an_amendment_changes_what_is_issued(void **state) {
  (void)state;
  const fg_amendment of_book[] = {
      {.effective = date("2025-03-01"), .product = 1, .grant = 2, .quantity = 700},
      {.effective = date("2025-03-01"), .product = 1, .grant = 2, .quantity = 600},
      {.effective = date("2025-03-01"), .product = 1, .grant = 1, .quantity = 5},
      {.effective = date("2025-05-01"), .product = 1, .grant = 2, .quantity = 0},
  };
  const fg_amendment of_account[] = {{.effective = date("2025-04-01"), .product = 1, .grant = 2, .quantity = 800}};
  const fg_grant_offer grants[] = {{.quantity = 1}, {.quantity = 2}, {.quantity = 1000}};
  const fg_product products[] = {{.grant_count = 0}, {.grants = grants, .grant_count = 3}};
  const fg_book book = {.products = products, .product_count = 2, .amendments = of_book, .amendment_count = 4};
  const struct {
    const char *date;
    int64_t by_book, by_both;
  } cases[] = {{"2025-02-28", 1000, 1000}, {"2025-03-01", 600, 600}, {"2025-04-01", 600, 800}, {"2025-05-01", 0, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fg_date since = FG_NO_DATE;
    int64_t quantity = fg_amended_quantity(of_book, 4, 1, 2, date(cases[i].date), 1000, &since);
    assert_int_equal(quantity, cases[i].by_book);
    assert_int_equal(fg_issued_quantity(&book, 1, 2, date(cases[i].date)), quantity);
    quantity = fg_amended_quantity(of_account, 1, 1, 2, date(cases[i].date), quantity, &since);
    assert_int_equal(quantity, cases[i].by_both);
  }
}

/* R6: bought 2024-11-05 10:00, void at 2025-11-06 00:00; the anniversary of 29 February is 28 February. */
static void a_validity_ends_with_its_anniversary(void **state) {
  (void)state;
  static const struct {
    fg_validity validity;
    const char *begin, *end_of_anniversary, *start_of_anniversary;
  } cases[] = {
      {{FG_VALID_YEARS, 1}, "2024-11-05T10:00", "2025-11-06", "2025-11-05"},
      {{FG_VALID_YEARS, 1}, "2024-02-29T23:59:59", "2025-03-01", "2025-02-28"},
      {{FG_VALID_YEARS, 4}, "2024-02-29", "2028-03-01", "2028-02-29"},
      {{FG_VALID_MONTHS, 1}, "2024-01-31", "2024-03-01", "2024-02-29"},
      {{FG_VALID_DAYS, 30}, "2024-12-31T12:00", "2025-01-31", "2025-01-30"},
      {{FG_VALID_THIS_MONTH, 0}, "2024-12-31T23:59:59", "2025-01-01", "2025-01-01"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const fg_book book = {.zone = *EAST(480)};
    fg_policy policy = {{0}};
    fg_time begin = 0;
    fg_time expected = 0;
    fg_time end = 0;
    assert_int_equal(fg_time_parse(cases[i].begin, strlen(cases[i].begin), EAST(480), &begin), FG_OK);
    assert_int_equal(fg_time_parse(cases[i].end_of_anniversary, 10, EAST(480), &expected), FG_OK);
    assert_int_equal(fg_validity_end(&book, &policy, cases[i].validity, begin, &end), FG_OK);
    assert_true(end == expected);
    policy.value[FG_SWITCH_PACK_EXPIRY] = FG_ANNIVERSARY_START;
    assert_int_equal(fg_time_parse(cases[i].start_of_anniversary, 10, EAST(480), &expected), FG_OK);
    assert_int_equal(fg_validity_end(&book, &policy, cases[i].validity, begin, &end), FG_OK);
    assert_true(end == expected);
  }
}

static void what_never_ends_or_ends_too_late(void **state) {
  (void)state;
  const fg_policy policy = {{0}};
  const fg_book utc = {.zone = {0}};
  const fg_time late = fg_date_begin(fg_date_of(9999, 12, 5), NULL);
  fg_time end = 0;
  assert_int_equal(fg_validity_end(&utc, &policy, (fg_validity){FG_VALID_FOREVER, 0}, late, &end), FG_OK);
  assert_true(end == FG_NEVER);
  assert_int_equal(fg_validity_end(&utc, &policy, (fg_validity){FG_VALID_YEARS, 1}, late, &end), FG_OVERFLOW);
  assert_int_equal(fg_validity_end(&utc, &policy, (fg_validity){FG_VALID_DAYS, 26}, late, &end), FG_OVERFLOW);
  assert_int_equal(fg_validity_end(&utc, &policy, (fg_validity){FG_VALID_THIS_MONTH, 0}, late, &end), FG_OVERFLOW);
  const fg_policy at_start = policy_with(FG_SWITCH_PACK_EXPIRY, FG_ANNIVERSARY_START);
  assert_int_equal(fg_validity_end(&utc, &at_start, (fg_validity){FG_VALID_DAYS, 27}, late, &end), FG_OVERFLOW);
  assert_int_equal(fg_validity_end(&utc, &at_start, (fg_validity){FG_VALID_MONTHS, 1}, late, &end), FG_OVERFLOW);
}

/* R6: what a validity in days from the day before the start makes void is void when it should be. */
static void a_validity_is_found_for_its_end(void **state) {
  (void)state;
  const fg_time begin = instant("2024-12-31T18:00");
  for (int start = 0; start < 2; start++) {
    const fg_policy policy = policy_with(FG_SWITCH_PACK_EXPIRY, start == 1 ? FG_ANNIVERSARY_START : FG_ANNIVERSARY_END);
    fg_validity validity = fg_validity_until(&guide, &policy, begin, instant("2025-02-01"));
    fg_time end = 0;
    assert_int_equal(validity.count, start == 1 ? 32 : 31);
    assert_int_equal(fg_validity_end(&guide, &policy, validity, begin, &end), FG_OK);
    assert_true(end == instant("2025-02-01"));
    assert_int_equal(fg_validity_until(&guide, &policy, begin, FG_NEVER).unit, FG_VALID_FOREVER);
    /* 36,525 days after 2024-12-31 is 2125-01-01, because 2100 has no 29 February. */
    validity = fg_validity_until(&guide, &policy, begin, instant(start == 1 ? "2125-01-01" : "2125-01-02"));
    assert_int_equal(validity.unit, FG_VALID_DAYS);
    assert_int_equal(validity.count, 36525);
    validity = fg_validity_until(&guide, &policy, begin, instant(start == 1 ? "2125-01-02" : "2125-01-03"));
    assert_int_equal(validity.unit, FG_VALID_FOREVER);
  }
}

static fg_pack_order order_by_switch(int value) {
  const fg_policy policy = policy_with(FG_SWITCH_PACK_ORDER, value);
  return fg_pack_order_of(&(fg_pack_order){0}, &policy);
}

/* A rank goes before all else; criteria of a product's own go before the switch, each where those before it are
   equal. */
static void ranks_and_criteria_decide(void **state) {
  (void)state;
  const fg_deduction_rank grant = {.rank = 5, .is_free = true, .expires = 10, .issued = 1, .left = 1, .units = 1};
  const fg_deduction_rank early = {.rank = 4, .expires = 90, .issued = 9, .left = 9, .units = 9};
  const fg_deduction_rank same = {.rank = 5, .expires = 5, .issued = 1, .left = 1, .units = 1};
  const fg_deduction_rank small = {.rank = 5, .expires = 50, .issued = 1, .left = 7, .units = 8};
  const fg_deduction_rank large = {.rank = 5, .expires = 40, .issued = 1, .left = 6, .units = 9};
  const fg_policy policy = policy_with(FG_SWITCH_PACK_ORDER, FG_ORDER_EXPIRY);
  const fg_pack_order by_units = {2, {FG_BY_PURCHASE, FG_BY_UNITS}};
  const fg_pack_order by_left = {2, {FG_BY_PURCHASE, FG_BY_LEFT}};
  fg_pack_order order = fg_pack_order_of(&by_units, &policy);
  assert_true(fg_deduction_order(&order, &early, &grant) < 0);
  assert_true(fg_deduction_order(&order, &grant, &same) < 0);
  assert_true(fg_deduction_order(&order, &small, &large) < 0);
  assert_false(fg_pack_order_moves(&order));
  order = fg_pack_order_of(&by_left, &policy);
  assert_true(fg_deduction_order(&order, &large, &small) < 0);
  assert_true(fg_pack_order_moves(&order));
}

/* R7. */
static void packs_are_drawn_on_in_order(void **state) {
  (void)state;
  const fg_deduction_rank free_late = {.is_free = true, .expires = 90, .issued = 1, .left = 1};
  const fg_deduction_rank free_soon = {.is_free = true, .expires = 80, .issued = 5, .left = 9};
  const fg_deduction_rank old = {.expires = 40, .issued = 10, .left = 5};
  const fg_deduction_rank fresh = {.expires = 30, .issued = 20, .left = 7};
  const fg_deduction_rank small = {.expires = 50, .issued = 30, .left = 2};
  const struct {
    const fg_deduction_rank *first, *second;
    int pack_order;
  } cases[] = {
      {&free_late, &fresh, FG_ORDER_EXPIRY},
      {&free_soon, &free_late, FG_ORDER_EXPIRY},
      {&free_soon, &free_late, FG_ORDER_PURCHASE},
      {&free_soon, &free_late, FG_ORDER_SMALLEST_LEFT},
      {&fresh, &old, FG_ORDER_EXPIRY},
      {&old, &fresh, FG_ORDER_PURCHASE},
      {&small, &old, FG_ORDER_SMALLEST_LEFT},
      {&old, &fresh, FG_ORDER_SMALLEST_LEFT},
      {&old, &small, FG_ORDER_PURCHASE},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const fg_pack_order order = order_by_switch(cases[i].pack_order);
    assert_true(fg_deduction_order(&order, cases[i].first, cases[i].second) < 0);
    assert_true(fg_deduction_order(&order, cases[i].second, cases[i].first) > 0);
    assert_int_equal(fg_deduction_order(&order, cases[i].first, cases[i].first), 0);
  }
}

/* R7: equals in the first rank are told apart by the next. */
static void ties_of_the_order_go_to_the_next_rank(void **state) {
  (void)state;
  const fg_deduction_rank a = {.expires = 30, .issued = 10, .left = 5};
  const fg_deduction_rank bought_later = {.expires = 30, .issued = 11, .left = 5};
  const fg_deduction_rank void_later = {.expires = 31, .issued = 10, .left = 5};
  for (int value = FG_ORDER_EXPIRY; value <= FG_ORDER_SMALLEST_LEFT; value++) {
    const fg_pack_order order = order_by_switch(value);
    assert_true(fg_deduction_order(&order, &a, &bought_later) < 0);
    assert_true(fg_deduction_order(&order, &a, &void_later) < 0);
  }
}

/* R29, W8: bought 2022-10-01, refunded until 2022-10-09 00:00; or 168 hours. */
static void a_refund_has_seven_days(void **state) {
  (void)state;
  const fg_policy civil = policy_with(FG_SWITCH_REFUND_CLOCK, FG_REFUND_CIVIL_DAYS);
  const fg_policy hours = policy_with(FG_SWITCH_REFUND_CLOCK, FG_REFUND_HOURS);
  assert_true(fg_refund_end(&guide, &civil, instant("2022-10-01T00:00")) == instant("2022-10-09"));
  assert_true(fg_refund_end(&guide, &civil, instant("2022-10-01T23:59:59")) == instant("2022-10-09"));
  assert_true(fg_refund_end(&guide, &hours, instant("2022-10-01T15:30")) == instant("2022-10-08T15:30"));
}

/* R11, R12, R17: 1,000 free, 10,000 from packs, 4,000 postpaid, 50 that count of a capacity mode. */
static void a_tier_is_picked_by_what_the_policy_says(void **state) {
  (void)state;
  static const int64_t expected[] = {4050, 14050, 15050};
  for (int basis = FG_BASIS_RESIDUAL; basis <= FG_BASIS_TOTAL; basis++) {
    const fg_policy policy = policy_with(FG_SWITCH_TIER_BASIS, basis);
    assert_int_equal(fg_tier_quantity(&policy, 1000, 10000, 4000, 50), expected[basis]);
    assert_int_equal(fg_tier_is_of_residual(&policy), basis == FG_BASIS_RESIDUAL);
  }
}

/* R14, R26. */
static void a_month_is_settled_on_its_day(void **state) {
  (void)state;
  static const char *const days[] = {"2025-01-01", "2025-01-02", "2025-01-03"};
  fg_month december = fg_month_of(date("2024-12-31"));
  for (int day = 0; day < 3; day++) {
    const fg_policy policy = policy_with(FG_SWITCH_SETTLEMENT_DAY, day);
    assert_true(fg_settlement_time(&guide, &policy, december) == instant(days[day]));
  }
  assert_true(fg_suspension_time(&guide, NULL, instant("2025-01-01")) == instant("2025-01-02"));
}

/* R18. */
static void a_tier_of_capacity_is_picked_by_the_order_or_all(void **state) {
  (void)state;
  const fg_policy order = policy_with(FG_SWITCH_CAPACITY_TIER_SCOPE, FG_SCOPE_ORDER);
  const fg_policy held = policy_with(FG_SWITCH_CAPACITY_TIER_SCOPE, FG_SCOPE_HELD);
  assert_int_equal(fg_capacity_tier_quantity(&order, 30, 40), 30);
  assert_int_equal(fg_capacity_tier_quantity(&held, 30, 40), 70);
}

/* R19. */
static void a_period_of_capacity_has_its_days(void **state) {
  (void)state;
  static const struct {
    const char *bought, *start; ///< start NULL: at once
    int64_t days, months;
    int month; ///< the switch
    const char *from, *until;
  } cases[] = {
      {"2025-07-01T12:00", NULL, 5, 0, FG_MONTH_ANCHORED, "2025-07-01T12:00", "2025-07-06"},
      {"2025-07-01T12:00", "2025-07-03", 1, 0, FG_MONTH_ANCHORED, "2025-07-03", "2025-07-04"},
      {"2025-01-31T09:00", NULL, 0, 1, FG_MONTH_ANCHORED, "2025-01-31T09:00", "2025-02-28"},
      {"2025-01-31T09:00", NULL, 0, 2, FG_MONTH_ANCHORED, "2025-01-31T09:00", "2025-03-31"},
      {"2025-01-31T09:00", NULL, 0, 2, FG_MONTH_DAYS_30, "2025-01-31T09:00", "2025-04-01"},
      {"2025-01-31T09:00", NULL, 0, 2, FG_MONTH_DAYS_31, "2025-01-31T09:00", "2025-04-03"},
  };
  fg_time from = 0;
  fg_time until = 0;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const fg_policy policy = policy_with(FG_SWITCH_CAPACITY_MONTH, cases[i].month);
    fg_date start = cases[i].start == NULL ? FG_NO_DATE : date(cases[i].start);
    assert_int_equal(fg_capacity_period(&guide, &policy, instant(cases[i].bought), start, cases[i].days,
                                        cases[i].months, &from, &until),
                     FG_OK);
    assert_true(from == instant(cases[i].from));
    assert_true(until == instant(cases[i].until));
    assert_int_equal(fg_capacity_months_are_civil(&policy), cases[i].month == FG_MONTH_ANCHORED);
  }
}

static void a_period_of_capacity_that_cannot_be(void **state) {
  (void)state;
  const fg_policy anchored = policy_with(FG_SWITCH_CAPACITY_MONTH, FG_MONTH_ANCHORED);
  const fg_policy of_30 = policy_with(FG_SWITCH_CAPACITY_MONTH, FG_MONTH_DAYS_30);
  const fg_time bought = instant("2025-07-02T00:00");
  fg_time from = 0;
  fg_time until = 0;
  assert_int_equal(fg_capacity_period(&guide, &anchored, bought, date("2025-07-01"), 1, 0, &from, &until),
                   FG_START_IN_PAST);
  assert_int_equal(fg_capacity_period(&guide, &anchored, bought, FG_NO_DATE, 0, 12 * 8000, &from, &until), FG_OVERFLOW);
  assert_int_equal(fg_capacity_period(&guide, &of_30, bought, FG_NO_DATE, 0, INT64_MAX / 29, &from, &until),
                   FG_OVERFLOW);
}

/* R20: 30 bought where 20 are free; the other way round, what must be bought for a peak. R21: at most 300. */
static void a_limit_is_what_is_bought(void **state) {
  (void)state;
  const fg_policy replaces = policy_with(FG_SWITCH_CAPACITY_EFFECT, FG_EFFECT_REPLACE);
  const fg_policy adds = policy_with(FG_SWITCH_CAPACITY_EFFECT, FG_EFFECT_ADD);
  const fg_capacity_offer offer = {.limit = 20, .max_held = 300, .effect = -1};
  const fg_capacity_offer unlimited = {.limit = -1, .max_held = -1, .effect = -1};
  assert_true(fg_capacity_replaces(&offer, &replaces));
  assert_false(fg_capacity_replaces(&offer, &adds));
  assert_int_equal(fg_capacity_for_limit(&offer, &replaces, 50), 50);
  assert_int_equal(fg_capacity_for_limit(&offer, &adds, 50), 30);
  assert_int_equal(fg_capacity_for_limit(&offer, &adds, 20), 1);
  assert_true(fg_capacity_may_be_held(&offer, 260, 40));
  assert_false(fg_capacity_may_be_held(&offer, 260, 41));
  assert_true(fg_capacity_may_be_held(&unlimited, INT64_MAX, INT64_MAX));
}

/* R22: a limit that names no kind goes by the switch; one that does, by that. */
static void a_limit_is_counted_as_it_or_the_policy_says(void **state) {
  (void)state;
  const fg_policy by_clock = policy_with(FG_SWITCH_LIMITER, FG_LIMITER_CLOCK_SECOND);
  const fg_policy sliding = policy_with(FG_SWITCH_LIMITER, FG_LIMITER_SLIDING);
  const fg_limit of_none = {.kind = -1, .seconds = 1};
  const fg_limit of_bucket = {.kind = FG_LIMIT_BUCKET, .seconds = 1};
  const fg_limit of_slots = {.kind = -1};
  assert_int_equal(fg_limit_kind_of(&of_none, &by_clock), FG_LIMIT_CLOCK);
  assert_int_equal(fg_limit_kind_of(&of_none, &sliding), FG_LIMIT_SLIDING);
  assert_int_equal(fg_limit_kind_of(&of_bucket, &by_clock), FG_LIMIT_BUCKET);
  assert_int_equal(fg_limit_kind_of(&of_slots, &by_clock), FG_LIMIT_SLOTS);
}

/* R22: with the second of the clock, before 1970 too; of six hours, and of two days, where they begin at +08:00. */
static void units_leave_the_window_of_the_rate_limit(void **state) {
  (void)state;
  assert_true(fg_clock_window_end(FG_SECOND, EAST(480), 2500000) == 3000000);
  assert_true(fg_clock_window_end(FG_SECOND, EAST(480), 3000000) == 4000000);
  assert_true(fg_clock_window_end(FG_SECOND, EAST(480), -500000) == 0);
  assert_true(fg_clock_window_end(6 * FG_HOUR, EAST(480), instant("2025-03-10T11:59:59")) ==
              instant("2025-03-10T12:00:00"));
  assert_true(fg_clock_window_end(6 * FG_HOUR, EAST(480), instant("2025-03-10T12:00:00")) ==
              instant("2025-03-10T18:00:00"));
  /* 2025-03-10 is day 20,157 since 1970-01-01, the second of its two. */
  assert_true(fg_clock_window_end(2 * FG_DAY, EAST(480), instant("2025-03-10T12:00:00")) ==
              instant("2025-03-11T00:00:00"));
}

/* A cell of 4,096 s is a second, that of a second 244 or 245 microseconds. */
static void a_window_is_counted_in_cells(void **state) {
  (void)state;
  assert_true(fg_window_cell_end(4096 * FG_SECOND, 3000000) == 4000000);
  assert_true(fg_window_cell_end(4096 * FG_SECOND, 3999999) == 4000000);
  assert_true(fg_window_cell_end(4096 * FG_SECOND, -1) == 0);
  assert_true(fg_window_cell_end(FG_SECOND, 0) == 245);
  assert_true(fg_window_cell_end(FG_SECOND, 245) == 489);
  for (fg_time at = -2 * FG_SECOND; at < 2 * FG_SECOND; at += 97) {
    fg_time end = fg_window_cell_end(FG_SECOND, at);
    assert_true(at < end && end - at <= 245 && fg_window_cell_end(FG_SECOND, end - 1) == end);
    assert_true(fg_window_cell_end(FG_SECOND, end) > end);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_notice_is_given_in_time),
      cmocka_unit_test(an_amendment_changes_what_is_issued),
      cmocka_unit_test(a_validity_ends_with_its_anniversary),
      cmocka_unit_test(what_never_ends_or_ends_too_late),
      cmocka_unit_test(a_validity_is_found_for_its_end),
      cmocka_unit_test(packs_are_drawn_on_in_order),
      cmocka_unit_test(ranks_and_criteria_decide),
      cmocka_unit_test(ties_of_the_order_go_to_the_next_rank),
      cmocka_unit_test(a_refund_has_seven_days),
      cmocka_unit_test(a_tier_is_picked_by_what_the_policy_says),
      cmocka_unit_test(a_month_is_settled_on_its_day),
      cmocka_unit_test(a_tier_of_capacity_is_picked_by_the_order_or_all),
      cmocka_unit_test(a_period_of_capacity_has_its_days),
      cmocka_unit_test(a_period_of_capacity_that_cannot_be),
      cmocka_unit_test(a_limit_is_what_is_bought),
      cmocka_unit_test(a_limit_is_counted_as_it_or_the_policy_says),
      cmocka_unit_test(units_leave_the_window_of_the_rate_limit),
      cmocka_unit_test(a_window_is_counted_in_cells),
  };
  return cmocka_run_group_tests_name("terms", tests, NULL, NULL);
}
