/* Explanations: the sums of the rules, as a person would write them. */
#include "support.h"

#include "book/explain.h"

static const fg_tier rising[] = {{0, true, FG_UNIT * 24 / 100, 0}, {10000, true, FG_UNIT * 18 / 100, 0}};

/* Prices what is left of `total` and explains it: slice `line`, or all of it for -1. */
static void assert_explained(fg_explained explained, int line, const char *expected) {
  char out[FG_EXPLANATION_MAX];
  int64_t units = explained.total - explained.free - explained.packs;
  fg_price_input input = {.units = units,
                          .tier_quantity = explained.tier_quantity == 0 ? units : explained.tier_quantity,
                          .periods = 1,
                          .hours_of_month = explained.hours_of_month,
                          .rounding = {FG_ROUND_HALF_UP, 2, 0}};
  fg_price_result result;
  explained.tier_quantity = input.tier_quantity;
  explained.minor_digits = 2;
  explained.periods = explained.period == NULL ? 1 : explained.periods;
  input.periods = explained.periods;
  assert_int_equal(fg_price_compute(explained.schedule, &input, &result), FG_OK);
  size_t length = line < 0 ? fg_explain_price(&explained, &result, out)
                           : fg_explain_line(&explained, &result.slices[line], result.slice_count, out);
  assert_string_equal(out, expected);
  assert_int_equal(length, strlen(expected));
}

static void what_is_taken_off_is_named(void **state) {
  (void)state;
  fg_schedule volume = {.model = FG_PRICE_VOLUME, .per = 1, .block = 1, .tiers = rising, .tier_count = 2};
  assert_explained((fg_explained){.schedule = &volume, .total = 89000}, 0, "89,000 × 0.18 = 16,020.00");
  assert_explained((fg_explained){.schedule = &volume, .total = 90000, .free = 1000}, 0,
                   "(90,000 − 1,000 free) × 0.18 = 16,020.00");
  assert_explained((fg_explained){.schedule = &volume, .total = 15000, .free = 1000, .packs = 10000}, 0,
                   "(15,000 − 1,000 free − 10,000 packs) × 0.24 = 960.00");
  assert_explained((fg_explained){.schedule = &volume, .total = 11000, .packs = 10000}, 0,
                   "(11,000 − 10,000 packs) × 0.24 = 240.00");
  assert_explained((fg_explained){.schedule = &volume, .total = 500, .free = 500}, 0, "(500 − 500 free) × 0.24 = 0.00");
}

static void another_tier_quantity_is_named(void **state) {
  (void)state;
  fg_schedule volume = {.model = FG_PRICE_VOLUME, .per = 1, .block = 1, .tiers = rising, .tier_count = 2};
  fg_schedule flat = {.model = FG_PRICE_FLAT, .per = 1, .block = 1, .tiers = rising, .tier_count = 1};
  assert_explained((fg_explained){.schedule = &volume, .total = 15000, .packs = 10000, .tier_quantity = 15000}, 0,
                   "(15,000 − 10,000 packs) × 0.18 (tier of 15,000) = 900.00");
  assert_explained((fg_explained){.schedule = &flat, .total = 15000, .packs = 10000, .tier_quantity = 15000}, 0,
                   "(15,000 − 10,000 packs) × 0.24 = 1,200.00");
}

static void slices_are_parts_of_the_whole(void **state) {
  (void)state;
  fg_schedule graduated = {.model = FG_PRICE_GRADUATED, .per = 1, .block = 1, .tiers = rising, .tier_count = 2};
  fg_explained explained = {.schedule = &graduated, .total = 15000, .free = 1000};
  assert_explained(explained, 0, "10,000 (of 15,000 − 1,000 free) × 0.24 = 2,400.00");
  assert_explained(explained, 1, "4,000 (of 15,000 − 1,000 free) × 0.18 = 720.00");
  assert_explained((fg_explained){.schedule = &graduated, .total = 14000}, -1,
                   "10,000 × 0.24 + 4,000 × 0.18 = 3,120.00");
  assert_explained((fg_explained){.schedule = &graduated, .total = 14000, .period = "month", .periods = 2}, -1,
                   "10,000 × 0.24 × 2 months + 4,000 × 0.18 × 2 months = 6,240.00");
}

static void scales_are_written_out(void **state) {
  (void)state;
  fg_schedule blocks = {.model = FG_PRICE_FLAT, .per = 1000, .block = 1000, .tiers = rising, .tier_count = 1};
  fg_schedule graduated = {.model = FG_PRICE_GRADUATED, .per = 1000, .block = 1000, .tiers = rising, .tier_count = 2};
  fg_schedule hours = {
      .model = FG_PRICE_FLAT, .per = 1, .block = 1, .per_hours_of_month = true, .tiers = rising, .tier_count = 1};
  fg_schedule stairs = {.model = FG_PRICE_STAIRSTEP, .per = 1, .block = 1, .tiers = rising, .tier_count = 2};
  assert_explained((fg_explained){.schedule = &blocks, .total = 5300}, 0,
                   "6,000 (for 5,300 in blocks of 1,000) ÷ 1,000 × 0.24 = 1.44");
  assert_explained((fg_explained){.schedule = &blocks, .total = 5000}, 0, "5,000 ÷ 1,000 × 0.24 = 1.20");
  assert_explained((fg_explained){.schedule = &graduated, .total = 12300, .free = 1}, -1,
                   "(12,300 − 1 free) in blocks of 1,000: 10,000 ÷ 1,000 × 0.24 + 3,000 ÷ 1,000 × 0.18 = 2.94");
  assert_explained((fg_explained){.schedule = &hours, .total = 1488, .hours_of_month = 744}, 0,
                   "1,488 ÷ 744 hours × 0.24 = 0.48");
  assert_explained((fg_explained){.schedule = &hours, .total = 1489, .hours_of_month = 744}, 0,
                   "1,489 ÷ 744 hours × 0.24 ≈ 0.48");
  assert_explained((fg_explained){.schedule = &stairs, .total = 15000}, 0, "0.18 for all 15,000 = 0.18");
  assert_explained((fg_explained){.schedule = &stairs, .total = 10, .free = 10}, 0,
                   "0.00 for all (10 − 10 free) = 0.00");
}

/* 64 slices of the longest numbers that can be priced. */
static void the_longest_explanation_fits(void **state) {
  (void)state;
  const int64_t width = INT64_C(100000000000000000);
  const fg_amount price = 1234567890 * FG_UNIT + 123456789012;
  char out[FG_EXPLANATION_MAX];
  fg_tier tiers[FG_TIERS_MAX];
  fg_price_result result = {.slice_count = FG_TIERS_MAX, .amount = FG_AMOUNT_END - 1};
  for (int i = 0; i < FG_TIERS_MAX; i++) {
    tiers[i] = (fg_tier){i * width, true, price, 0};
    result.slices[i] = (fg_price_slice){width, i * width, price, FG_AMOUNT_END - 1, true};
  }
  fg_schedule schedule = {.model = FG_PRICE_GRADUATED,
                          .per_hours_of_month = true,
                          .per = INT64_MAX / 744,
                          .block = width,
                          .tiers = tiers,
                          .tier_count = FG_TIERS_MAX};
  fg_explained explained = {.schedule = &schedule,
                            .total = INT64_MAX - 1,
                            .tier_quantity = INT64_MAX,
                            .hours_of_month = 744,
                            .periods = 1,
                            .period = "month",
                            .minor_digits = 12};
  size_t length = fg_explain_price(&explained, &result, out);
  assert_int_equal(length, strlen(out));
  assert_string_equal(out + length - strlen(" 99,999,999,999,999,999,999,999,999.999999999999"),
                      " 99,999,999,999,999,999,999,999,999.999999999999");
}

/* A null price: the last one below it, and the sum says that it is not the tier's. */
static void what_has_no_price_is_named(void **state) {
  (void)state;
  const fg_tier tiers[] = {{0, true, 24 * FG_UNIT / 100, 0}, {10, false, 0, 0}};
  fg_schedule volume = {.model = FG_PRICE_VOLUME, .per = 1, .block = 1, .tiers = tiers, .tier_count = 2};
  fg_schedule slices = volume;
  fg_schedule stairs = volume;
  char out[FG_EXPLANATION_MAX];
  slices.model = FG_PRICE_GRADUATED;
  stairs.model = FG_PRICE_STAIRSTEP;
  struct {
    const fg_schedule *schedule;
    const char *expected;
  } cases[] = {{&volume, "12 × 0.24 (unpriced) = 2.88"},
               {&slices, "10 × 0.24 + 2 × 0.24 (unpriced) = 2.88"},
               {&stairs, "0.24 (unpriced) for all 12 = 0.24"}};
  for (size_t i = 0; i < 3; i++) {
    fg_price_input input = {.units = 12, .tier_quantity = 12, .periods = 1, .has_happened = true};
    fg_explained explained = {
        .schedule = cases[i].schedule, .total = 12, .tier_quantity = 12, .periods = 1, .minor_digits = 2};
    fg_price_result result;
    assert_int_equal(fg_price_compute(cases[i].schedule, &input, &result), FG_OK);
    fg_explain_price(&explained, &result, out);
    assert_string_equal(out, cases[i].expected);
  }
}

/* Nothing is charged at a price that is null where there is nothing to charge. */
static void no_unit_is_unpriced(void **state) {
  (void)state;
  const fg_tier none[] = {{0, false, 0, 0}, {10, true, FG_UNIT, 0}};
  fg_schedule volume = {.model = FG_PRICE_VOLUME, .per = 1, .block = 1, .tiers = none, .tier_count = 2};
  fg_schedule stairs = volume;
  stairs.model = FG_PRICE_STAIRSTEP;
  assert_explained((fg_explained){.schedule = &volume, .total = 5, .free = 5}, 0, "(5 − 5 free) × 0.00 = 0.00");
  assert_explained((fg_explained){.schedule = &stairs, .total = 5, .free = 5}, 0, "0.00 for all (5 − 5 free) = 0.00");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_taken_off_is_named),    cmocka_unit_test(another_tier_quantity_is_named),
      cmocka_unit_test(slices_are_parts_of_the_whole), cmocka_unit_test(scales_are_written_out),
      cmocka_unit_test(the_longest_explanation_fits),  cmocka_unit_test(what_has_no_price_is_named),
      cmocka_unit_test(no_unit_is_unpriced),
  };
  return cmocka_run_group_tests_name("explanations", tests, NULL, NULL);
}
