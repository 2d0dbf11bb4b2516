/* The pricing function against sums by hand, and against a count unit by unit of thousands of small price lists. */
#include "support.h"

#include "book/price.h"

enum { CENT_DECIMALS = 10 };

static fg_amount cents(int64_t count) {
  fg_amount amount = count;
  for (int i = 0; i < CENT_DECIMALS; i++) {
    amount *= 10;
  }
  return amount;
}

static const fg_tier image_tiers[] = {{0, true, 24 * FG_UNIT / 100, 0},
                                      {10000, true, 18 * FG_UNIT / 100, 0},
                                      {100000, true, 12 * FG_UNIT / 100, 0},
                                      {1000000, true, 8 * FG_UNIT / 100, 0},
                                      {10000000, true, 2 * FG_UNIT / 100, 0}};

static fg_schedule image_schedule(fg_price_model model) {
  fg_schedule schedule = {.model = model, .per = 1, .block = 1, .tiers = image_tiers, .tier_count = 5};
  return schedule;
}

static fg_price_input usage(int64_t units, int64_t tier_quantity) {
  fg_price_input input = {
      .units = units, .tier_quantity = tier_quantity, .periods = 1, .rounding = {FG_ROUND_NONE, 0, 0}};
  return input;
}

static void check(const fg_schedule *schedule, fg_price_input input, const char *expected) {
  fg_price_result result;
  assert_int_equal(fg_price_compute(schedule, &input, &result), FG_OK);
  char out[FG_MONEY_TEXT_MAX];
  fg_money_format(fg_money_of(result.amount), 2, out);
  assert_string_equal(out, expected);
}

/* R11 and R13: all units at the price of the tier reached, lower edges included. */
static void test_volume(void **state) {
  (void)state;
  fg_schedule schedule = image_schedule(FG_PRICE_VOLUME);
  check(&schedule, usage(0, 0), "0.00");
  check(&schedule, usage(1, 1), "0.24");
  check(&schedule, usage(9999, 9999), "2399.76");
  check(&schedule, usage(10000, 10000), "1800.00");
  check(&schedule, usage(89000, 89000), "16020.00");
  check(&schedule, usage(999999, 999999), "119999.88");
  check(&schedule, usage(19999000, 19999000), "399980.00");
  check(&schedule, usage(4000, 10000), "720.00"); /* R12: another quantity picks the tier */
  check(&schedule, usage(INT64_MAX, INT64_MAX), "184467440737095516.14");
}

/* 10,000 × 0.24 + 90,000 × 0.18 + 900,000 × 0.12 + 9,000,000 × 0.08 + 0.02 for each beyond. */
static void test_graduated(void **state) {
  (void)state;
  fg_schedule schedule = image_schedule(FG_PRICE_GRADUATED);
  check(&schedule, usage(0, 0), "0.00");
  check(&schedule, usage(9999, 9999), "2399.76");
  check(&schedule, usage(10000, 10000), "2400.00");
  check(&schedule, usage(10001, 10001), "2400.18");
  check(&schedule, usage(10000001, 10000001), "846600.02");
  check(&schedule, usage(2, 10001), "0.42"); /* the last 2 of 10,001: one in each tier */
  check(&schedule, usage(1, 10001), "0.18");
}

static void test_stairstep(void **state) {
  (void)state;
  fg_schedule schedule = image_schedule(FG_PRICE_STAIRSTEP);
  check(&schedule, usage(0, 0), "0.00");
  check(&schedule, usage(1, 1), "0.24");
  check(&schedule, usage(9999, 9999), "0.24");
  check(&schedule, usage(10000, 10000), "0.18");
}

/* 25 units that end at 110, of tiers 0.25, from 20 on 0.10, from 100 on 0.25, in blocks of 10: in a line 15 × 0.10 and
   (10 + 5) × 0.25; in format 1, where blocks are counted from the first unit of all, 90 to 110 are charged. */
static void test_blocks_of_a_line(void **state) {
  (void)state;
  const fg_tier tiers[] = {
      {0, true, 25 * FG_UNIT / 100, 0}, {20, true, FG_UNIT / 10, 0}, {100, true, 25 * FG_UNIT / 100, 0}};
  fg_schedule schedule = {.model = FG_PRICE_GRADUATED, .per = 1, .block = 10, .tiers = tiers, .tier_count = 3};
  check(&schedule, usage(25, 110), "3.50");
  schedule.is_summed = true;
  check(&schedule, usage(25, 110), "5.25");
  check(&schedule, usage(30, 110), "4.50"); /* 20 × 0.10 + 10 × 0.25 */
  check(&schedule, usage(25, 25), "6.00");  /* 20 × 0.25 + (5 + 5) × 0.10 */
  check(&schedule, usage(0, 25), "0.00");
}

/* R18 and R19: quantity × price × periods. */
static void test_periods(void **state) {
  (void)state;
  const fg_tier tiers[] = {{0, true, 110 * FG_UNIT, 0}, {50, true, 85 * FG_UNIT, 0}, {100, true, 70 * FG_UNIT, 0}};
  fg_schedule schedule = {.model = FG_PRICE_VOLUME, .per = 1, .block = 1, .tiers = tiers, .tier_count = 3};
  fg_price_input input = usage(30, 30);
  input.periods = 5;
  check(&schedule, input, "16500.00");
  input.tier_quantity = 50;
  check(&schedule, input, "12750.00");
}

/* 140,000 GB-seconds at 0.0000166667 are 2.333338, on a bill 2.33; a price may be per many units. */
static void test_rounding(void **state) {
  (void)state;
  const fg_tier tiers[] = {{0, true, 16666700, 0}};
  fg_schedule schedule = {.model = FG_PRICE_FLAT, .per = 1, .block = 1, .tiers = tiers, .tier_count = 1};
  fg_price_input input = usage(140000, 140000);
  check(&schedule, input, "2.333338");
  input.rounding = (fg_rounding){FG_ROUND_HALF_UP, 2, 0};
  check(&schedule, input, "2.33");
  input.rounding.mode = FG_ROUND_UP;
  check(&schedule, input, "2.34");
  const fg_tier fifths[] = {{0, true, FG_UNIT / 8, 0}}; /* 0.125 */
  schedule.tiers = fifths;
  input = usage(1, 1);
  input.rounding = (fg_rounding){FG_ROUND_HALF_UP, 2, 0};
  check(&schedule, input, "0.13");
  input.rounding.mode = FG_ROUND_HALF_EVEN;
  check(&schedule, input, "0.12");
  input.units = input.tier_quantity = 3; /* 0.375 */
  check(&schedule, input, "0.38");
  input.rounding.mode = FG_ROUND_DOWN;
  check(&schedule, input, "0.37");
  input.rounding = (fg_rounding){FG_ROUND_HALF_UP, 0, 0};
  input.units = input.tier_quantity = 4; /* 0.5 */
  check(&schedule, input, "1.00");
}

static void test_overflow(void **state) {
  (void)state;
  const fg_tier dear[] = {{0, true, FG_AMOUNT_END - 1, 0}};
  fg_schedule schedule = {.model = FG_PRICE_FLAT, .per = 1, .block = 1, .tiers = dear, .tier_count = 1};
  fg_price_result result;
  fg_price_input input = usage(1, 1);
  assert_int_equal(fg_price_compute(&schedule, &input, &result), FG_OK);
  input = usage(2, 2);
  assert_int_equal(fg_price_compute(&schedule, &input, &result), FG_OVERFLOW);
  input = usage(INT64_MAX, INT64_MAX);
  assert_int_equal(fg_price_compute(&schedule, &input, &result), FG_OVERFLOW);
  const fg_tier cheap[] = {{0, true, 1, 0}};
  schedule.tiers = cheap;
  input.periods = 2;
  assert_int_equal(fg_price_compute(&schedule, &input, &result), FG_OVERFLOW);
  schedule.block = 1000; /* rounding up to a block passes 2^63 − 1 */
  input.periods = 1;
  assert_int_equal(fg_price_compute(&schedule, &input, &result), FG_OVERFLOW);
}

static void test_not_sold(void **state) {
  (void)state;
  const fg_tier tiers[] = {{0, true, FG_UNIT, 0}, {10, false, 0, 0}};
  static const fg_price_model models[] = {FG_PRICE_VOLUME, FG_PRICE_GRADUATED, FG_PRICE_STAIRSTEP};
  for (int upper = 0; upper < 2; upper++) {
    for (size_t i = 0; i < 3; i++) {
      fg_schedule schedule = {
          .model = models[i], .upper_inclusive = upper, .per = 1, .block = 1, .tiers = tiers, .tier_count = 2};
      int64_t most = fg_price_sold_up_to(&schedule, 1);
      for (int64_t units = 0; units < 20; units++) {
        fg_price_result result;
        fg_price_input input = usage(units, units);
        assert_int_equal(fg_price_compute(&schedule, &input, &result), units <= most ? FG_OK : FG_NOT_SOLD);
      }
      assert_int_equal(most, models[i] == FG_PRICE_GRADUATED || upper ? 10 : 9);
    }
  }
  fg_schedule whole = image_schedule(FG_PRICE_VOLUME);
  assert_int_equal(fg_price_sold_up_to(&whole, 1), INT64_MAX);
}

static int64_t whole_blocks(int64_t units, int64_t block) {
  while (units % block != 0) {
    units++;
  }
  return units;
}

static uint32_t tier_reached(const fg_schedule *schedule, int64_t scale, int64_t quantity) {
  uint32_t reached = 0;
  for (uint32_t i = 1; i < schedule->tier_count; i++) {
    int64_t edge = schedule->tiers[i].from * scale;
    if (schedule->upper_inclusive ? quantity > edge : quantity >= edge) {
      reached = i;
    }
  }
  return reached;
}

/* Thousandths of 10^-12 are never needed: prices are whole cents. */
static fg_amount rounded_rate(fg_amount price, int64_t units, int64_t per, fg_rounding rounding) {
  fg_amount exact = price * units;
  fg_amount cent = rounding.mode == FG_ROUND_NONE ? per : cents(1) * per;
  fg_amount whole = exact / cent;
  fg_amount rest = exact % cent;
  bool up = rounding.mode == FG_ROUND_UP          ? rest > 0
            : rounding.mode == FG_ROUND_HALF_UP   ? rest * 2 >= cent
            : rounding.mode == FG_ROUND_HALF_EVEN ? rest * 2 > cent || (rest * 2 == cent && whole % 2 == 1)
                                                  : false;
  return (whole + up) * (cent / per);
}

/* What a unit of a tier is charged at, whether or not it is the tier's own price. */
static fg_amount price_charged(const fg_schedule *schedule, uint32_t tier) {
  for (uint32_t i = tier + 1; i > 0; i--) {
    if (schedule->tiers[i - 1].sold) {
      return schedule->tiers[i - 1].price;
    }
  }
  return 0;
}

typedef struct counted_price {
  fg_amount amount;
  int64_t unpriced; ///< units in tiers without a price
} counted_price;

static void count_units(const fg_schedule *schedule, const fg_price_input *input, uint32_t tier, int64_t units,
                        counted_price *sum) {
  bool stairstep = schedule->model == FG_PRICE_STAIRSTEP;
  int64_t per = stairstep ? 1 : schedule->per * (schedule->per_hours_of_month ? input->hours_of_month : 1);
  int64_t times = stairstep ? units > 0 : units;
  sum->amount += rounded_rate(price_charged(schedule, tier), times * input->periods, per, input->rounding);
  sum->unpriced += schedule->tiers[tier].sold ? 0 : units;
}

static counted_price price_by_counting(const fg_schedule *schedule, const fg_price_input *input) {
  counted_price sum = {0, 0};
  int64_t scale = schedule->per_hours_of_month ? input->hours_of_month : 1;
  int64_t quantity = whole_blocks(input->tier_quantity, schedule->block);
  int64_t skipped = whole_blocks(input->tier_quantity - input->units, schedule->block);
  if (schedule->model != FG_PRICE_GRADUATED) {
    count_units(schedule, input, tier_reached(schedule, scale, quantity), whole_blocks(input->units, schedule->block),
                &sum);
    return sum;
  }
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    int64_t in_tier = 0;
    for (int64_t unit = skipped; unit < quantity; unit++) { /* `unit` come before it */
      bool above = unit >= schedule->tiers[i].from * scale;
      bool below = i + 1 == schedule->tier_count || unit < schedule->tiers[i + 1].from * scale;
      in_tier += above && below;
    }
    count_units(schedule, input, i, in_tier, &sum);
  }
  return sum;
}

static void draw(fg_schedule *schedule, fg_tier *tiers, fg_price_input *input) {
  static const fg_price_model models[] = {FG_PRICE_VOLUME, FG_PRICE_GRADUATED, FG_PRICE_STAIRSTEP};
  uint32_t count = 1 + (uint32_t)random_below(4);
  int64_t edge = 0;
  for (uint32_t i = 0; i < count; i++) {
    bool sold = random_below(4) > 0;
    tiers[i] = (fg_tier){edge, sold, sold ? cents(random_below(500)) : 0, 0};
    edge += 1 + random_below(12);
  }
  *schedule = (fg_schedule){.model = models[random_below(3)],
                            .upper_inclusive = random_below(2),
                            .per_hours_of_month = random_below(4) == 0,
                            .per = 1 + random_below(7),
                            .block = random_below(3) == 0 ? 1 + random_below(10) : 1,
                            .tiers = tiers,
                            .tier_count = count};
  int64_t quantity = random_below(60);
  *input = (fg_price_input){.units = random_below(quantity + 1),
                            .tier_quantity = quantity,
                            .periods = 1 + random_below(4),
                            .hours_of_month = 2 + random_below(3),
                            .rounding = {.mode = (fg_rounding_mode)random_below(FG_ROUNDING_COUNT), .digits = 2}};
  if (input->rounding.mode == FG_ROUND_NONE) {
    schedule->per = 1; /* books see to it that such prices divide */
    schedule->per_hours_of_month = false;
  }
}

/* A null price refuses the units that would be charged at it, and charges those that have happened. */
static void test_against_counting(void **state) {
  (void)state;
  random_state = 88172645463325252u;
  for (int i = 0; i < 200000; i++) {
    fg_tier tiers[4];
    fg_schedule schedule;
    fg_price_input input;
    fg_price_result result;
    draw(&schedule, tiers, &input);
    counted_price counted = price_by_counting(&schedule, &input);
    fg_status expected = counted.unpriced > 0 ? FG_NOT_SOLD : FG_OK;
    assert_int_equal(fg_price_compute(&schedule, &input, &result), expected);
    input.has_happened = true;
    assert_int_equal(fg_price_compute(&schedule, &input, &result), FG_OK);
    assert_true(result.amount == counted.amount);
    fg_amount sum = 0;
    int64_t unpriced = 0;
    for (uint32_t slice = 0; slice < result.slice_count; slice++) {
      sum += result.slices[slice].amount;
      unpriced += result.slices[slice].unpriced ? result.slices[slice].units : 0;
    }
    assert_true(sum == result.amount);
    assert_int_equal(unpriced, counted.unpriced);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_volume),           cmocka_unit_test(test_graduated),
      cmocka_unit_test(test_stairstep),        cmocka_unit_test(test_blocks_of_a_line),
      cmocka_unit_test(test_periods),          cmocka_unit_test(test_rounding),
      cmocka_unit_test(test_overflow),         cmocka_unit_test(test_not_sold),
      cmocka_unit_test(test_against_counting),
  };
  return cmocka_run_group_tests_name("price", tests, NULL, NULL);
}
