/* Price lists laid out for many quantities: what the table prices, the pricing function prices alike, and the table
   reaches as far as it should; vectors price as the rows one by one; scales are the least that hold. */
#include "support.h"

#include "book/price_lanes.h"
#include "book/price_table.h"

__extension__ typedef __int128 wide;

static fg_amount cents(int64_t count) { return count * (FG_UNIT / 100); }

static wide power_of_ten(int exponent) {
  wide power = 1;
  for (int i = 0; i < exponent; i++) {
    power *= 10;
  }
  return power;
}

typedef struct price_list {
  fg_tier tiers[6];
  fg_schedule schedule;
  fg_price_input input;
} price_list;

static void draw(price_list *list) {
  static const fg_price_model models[] = {FG_PRICE_FLAT, FG_PRICE_VOLUME, FG_PRICE_GRADUATED, FG_PRICE_STAIRSTEP};
  static const int64_t pers[] = {1, 1, 3, 8, 1000};
  fg_price_model model = models[random_below(4)];
  int64_t block = random_below(2) == 0 ? 1 : 1 + random_below(12);
  bool rounds = random_below(2) == 0;
  int64_t dear = random_below(4) == 0 ? INT64_C(1) << random_below(40) : 1;
  uint32_t count = model == FG_PRICE_FLAT ? 1 : 1 + (uint32_t)random_below(6);
  int64_t spread = random_below(2) == 0 ? 8 : random_below(2) == 0 ? 100000 : INT64_C(1) << (20 + random_below(30));
  int64_t edge = 0;
  for (uint32_t i = 0; i < count; i++) {
    bool sold = random_below(8) > 0;
    fg_amount price = rounds ? random_below(INT64_C(1) << random_below(41)) : cents(random_below(500)) / 4;
    list->tiers[i] = (fg_tier){edge, sold, sold ? price * dear : 0, 0};
    edge += block * (1 + random_below(spread));
  }
  list->schedule = (fg_schedule){.model = model,
                                 .upper_inclusive = model != FG_PRICE_FLAT && random_below(2),
                                 .per_hours_of_month = rounds && random_below(4) == 0,
                                 .per = rounds && model != FG_PRICE_STAIRSTEP ? pers[random_below(5)] : 1,
                                 .block = block,
                                 .tiers = list->tiers,
                                 .tier_count = count};
  list->input = (fg_price_input){
      .periods = 1 + random_below(3),
      .hours_of_month = 24 * (28 + random_below(4)),
      .rounding = {.mode = rounds ? (fg_rounding_mode)(1 + random_below(FG_ROUNDING_COUNT - 1)) : FG_ROUND_NONE,
                   .digits = rounds ? (int)random_below(13) : 0}};
}

/* Units of 10^-scale, or -1 where the pricing function refuses. */
static wide price_alone(const price_list *list, int scale, int64_t units, int64_t tier_units) {
  fg_price_input input = list->input;
  fg_price_result result;
  input.units = units;
  input.tier_quantity = tier_units;
  if (fg_price_compute(&list->schedule, &input, &result) != FG_OK) {
    return -1;
  }
  wide step = power_of_ten(12 - scale);
  assert_true(result.amount % step == 0); /* the scale holds every amount */
  return result.amount / step;
}

/* True where no product of the sum comes near 64 bits, by the dearest price on the list; a list that begins without a
   price has no table. */
static bool must_reach(const price_list *list, int64_t units) {
  wide dearest = 1;
  for (uint32_t i = 0; i < list->schedule.tier_count; i++) {
    dearest = list->tiers[i].price > dearest ? list->tiers[i].price : dearest;
  }
  int64_t hours = list->schedule.per_hours_of_month ? list->input.hours_of_month : 1;
  wide charged = ((wide)units + list->schedule.block - 1) / list->schedule.block * list->schedule.block;
  return list->tiers[0].sold && charged + 1 < ((wide)1 << 60) / (dearest * list->input.periods) &&
         charged <= fg_price_sold_up_to(&list->schedule, hours);
}

/* Quantities at every edge of the list, and any. */
static int64_t interesting(const price_list *list) {
  int64_t hours = list->schedule.per_hours_of_month ? list->input.hours_of_month : 1;
  const fg_tier *tier = &list->tiers[random_below(list->schedule.tier_count)];
  int64_t quantity = tier->from * hours + (random_below(5) - 2) * (random_below(2) == 0 ? 1 : list->schedule.block);
  switch (random_below(3)) {
  case 0: quantity = random_below(INT64_C(1) << (1 + random_below(62))); break;
  default: break;
  }
  return quantity < 0 ? 0 : quantity;
}

static void test_the_table_prices_as_the_pricing_function(void **state) {
  (void)state;
  int reached = 0;
  const int lists = or_in_short(20000, 2000);
  for (int i = 0; i < lists; i++) {
    price_list list;
    fg_price_table table;
    draw(&list);
    int scale = fg_schedule_scale(&list.schedule, list.input.rounding, 2);
    fg_price_table_make(&list.schedule, &list.input, scale, &table);
    assert_int_equal(table.follows_units,
                     list.schedule.model == FG_PRICE_GRADUATED || list.schedule.model == FG_PRICE_STAIRSTEP);
    for (int j = 0; j < 10; j++) {
      int64_t amount = 0;
      int64_t units = interesting(&list);
      int64_t more = units + (table.follows_units ? 0 : interesting(&list));
      if (more >= units && fg_price_table_apply(&table, &units, &more, 1, &amount)) {
        assert_true(amount == price_alone(&list, scale, units, more));
        reached++;
      } else {
        assert_false(must_reach(&list, more));
      }
      if (fg_price_table_apply(&table, &units, &units, 1, &amount)) {
        assert_true(amount == price_alone(&list, scale, units, units));
      } else {
        assert_false(must_reach(&list, units));
      }
    }
    const int64_t below = -1;
    int64_t amount = 0;
    assert_false(fg_price_table_apply(&table, &below, &below, 1, &amount));
  }
  assert_true(reached > lists);
}

/* The first amounts, and those around the farthest quantity of the table, where 64 bits are nearest. */
static void test_the_ends_of_the_table(void **state) {
  (void)state;
  for (int i = 0; i < 20000; i++) {
    price_list list;
    fg_price_table table;
    draw(&list);
    int scale = fg_schedule_scale(&list.schedule, list.input.rounding, 2);
    fg_price_table_make(&list.schedule, &list.input, scale, &table);
    for (int64_t units = 0; units <= 3; units++) {
      int64_t quantities[2] = {units, table.limit - units};
      for (int end = 0; end < 2; end++) {
        int64_t amount = 0;
        bool within = fg_price_table_apply(&table, &quantities[end], &quantities[end], 1, &amount);
        assert_int_equal(within, quantities[end] >= 0 && quantities[end] <= table.limit);
        assert_true(!within || amount == price_alone(&list, scale, quantities[end], quantities[end]));
      }
    }
  }
}

/* Many at a time, each with its own quantity for the tier or all with that of the units; nothing else is written. */
static void test_many_at_a_time(void **state) {
  (void)state;
  for (int i = 0; i < 2000; i++) {
    price_list list;
    fg_price_table table;
    int64_t units[20], more[20], amounts[22] = {0};
    draw(&list);
    int scale = fg_schedule_scale(&list.schedule, list.input.rounding, 2);
    fg_price_table_make(&list.schedule, &list.input, scale, &table);
    size_t count = table.limit < 0 ? 0 : (size_t)random_below(20);
    for (size_t j = 0; j < count; j++) {
      units[j] = random_below(table.limit + 1);
      more[j] = table.follows_units ? units[j] : units[j] + random_below(table.limit - units[j] + 1);
    }
    for (int together = 0; together < 2; together++) {
      amounts[0] = amounts[count + 1] = 77;
      bool within = fg_price_table_apply(&table, units, together ? units : more, count, amounts + 1);
      assert_int_equal(within, table.limit >= 0);
      for (size_t j = 0; j < count; j++) {
        assert_true(amounts[1 + j] == price_alone(&list, scale, units[j], together ? units[j] : more[j]));
      }
      assert_true(amounts[0] == 77 && amounts[count + 1] == 77);
    }
  }
}

/* True if the processor has vectors for a table. */
static bool has_lanes(const fg_price_table *table) {
  int64_t units[4] = {0}, amounts[4];
  bool within = false;
  return fg_price_lanes_apply(table, units, 4, amounts, &within) > 0;
}

static void compare_lanes(const fg_price_table *table, const int64_t *units, size_t count) {
  int64_t together[40];
  int64_t alone = 0;
  bool all_within = true;
  bool within = false;
  memset(together, 0x55, sizeof together);
  size_t done = fg_price_lanes_apply(table, units, count, together, &within);
  assert_int_equal(done, has_lanes(table) ? count / 4 * 4 : 0);
  for (size_t i = 0; i < done; i++) {
    all_within = all_within && fg_price_table_apply(table, &units[i], &units[i], 1, &alone);
    assert_true(!all_within || together[i] == alone);
  }
  assert_int_equal(within, all_within);
  assert_int_equal(together[done], 0x5555555555555555);
}

static void test_vectors(void **state) {
  (void)state;
  int tables = 0;
  while (tables < 3000) {
    price_list list;
    fg_price_table table;
    int64_t units[33];
    draw(&list);
    list.schedule.block = 1;
    list.input.rounding = (fg_rounding){FG_ROUND_NONE, 0, 0};
    list.schedule.per = 1;
    list.schedule.per_hours_of_month = false;
    fg_price_table_make(&list.schedule, &list.input, 12, &table);
    if (table.limit < 0) {
      continue;
    }
    tables++;
    for (size_t count = 0; count < 33; count += 1 + (size_t)random_below(5)) {
      for (size_t i = 0; i < count; i++) {
        units[i] = random_below(2) == 0 ? table.limit - random_below(1 + table.limit) : interesting(&list);
        units[i] = units[i] > table.limit ? table.limit : units[i];
      }
      compare_lanes(&table, units, count);
      if (count > 0) { /* one beyond either end, anywhere */
        units[random_below((int64_t)count)] = random_below(2) == 0 ? -1 - random_below(3) : table.limit + 1;
        compare_lanes(&table, units, count);
      }
    }
  }
}

/* Tables that divide are for the rows one by one. */
static void test_vectors_do_not_divide(void **state) {
  (void)state;
  int64_t units[8] = {0};
  int64_t amounts[8];
  bool within = false;
  fg_price_table table = {.limit = 10, .block = 1, .divisor = 1, .tier_count = 1};
  table.block = 2;
  assert_int_equal(fg_price_lanes_apply(&table, units, 8, amounts, &within), 0);
  table.block = 1;
  table.divisor = 3;
  assert_int_equal(fg_price_lanes_apply(&table, units, 8, amounts, &within), 0);
  assert_true(within);
}

static int scale_of(fg_schedule schedule, fg_amount price, fg_rounding rounding, int minor_digits) {
  fg_tier tiers[] = {{0, true, price, 0}, {7200 * schedule.block, true, 0, 0}};
  schedule.tiers = tiers;
  schedule.tier_count = 2;
  int scale = fg_schedule_scale(&schedule, rounding, minor_digits);
  tiers[0].price = 0;
  tiers[1].price = price;
  assert_int_equal(fg_schedule_scale(&schedule, rounding, minor_digits), scale);
  return scale;
}

static void test_scales_are_the_least_that_hold(void **state) {
  (void)state;
  const fg_rounding exact = {FG_ROUND_NONE, 0, 0};
  const fg_schedule plain = {.model = FG_PRICE_VOLUME, .per = 1, .block = 1};
  assert_int_equal(scale_of(plain, cents(24), exact, 2), 2);
  assert_int_equal(scale_of(plain, cents(24), exact, 0), 2);
  assert_int_equal(scale_of(plain, cents(20), exact, 0), 1);
  assert_int_equal(scale_of(plain, cents(24), exact, 3), 3);
  assert_int_equal(scale_of(plain, 0, exact, 0), 0);
  assert_int_equal(scale_of(plain, 1, exact, 0), 12);
  assert_int_equal(scale_of(plain, 1, (fg_rounding){FG_ROUND_HALF_UP, 2, 0}, 2), 2); /* rounded: what is kept */
  assert_int_equal(scale_of(plain, 1, (fg_rounding){FG_ROUND_UP, 5, 0}, 2), 5);
  assert_int_equal(scale_of(plain, 1, (fg_rounding){FG_ROUND_DOWN, 1, 0}, 2), 2);
  fg_schedule per_thousand = {.model = FG_PRICE_VOLUME, .per = 1000, .block = 1};
  assert_int_equal(scale_of(per_thousand, FG_UNIT, exact, 0), 3);
  per_thousand.block = 1000; /* a whole block costs the whole price */
  assert_int_equal(scale_of(per_thousand, FG_UNIT, exact, 0), 0);
  per_thousand.block = 100; /* 0.1 */
  assert_int_equal(scale_of(per_thousand, FG_UNIT, exact, 0), 1);
  /* Months have 2^5·3·7, 2^3·3·29, 2^4·3^2·5 or 2^3·3·31 hours. With all the odd factors in the price, the 2^5 of 28
     days takes five decimals more; with 2^5 in it as well, the 5 of 30 days one. */
  fg_schedule hourly = {.model = FG_PRICE_VOLUME, .per = 1, .block = 1, .per_hours_of_month = true};
  assert_int_equal(scale_of(hourly, cents(31 * 29 * 7 * 9), exact, 2), 7);
  assert_int_equal(scale_of(hourly, cents(31 * 29 * 7 * 9 * 32), exact, 2), 3);
  hourly.block = 30;
  assert_int_equal(scale_of(hourly, cents(31 * 29 * 7 * 9 * 32), exact, 2), 2);
  fg_schedule whole = {.model = FG_PRICE_STAIRSTEP, .per = 1, .block = 7};
  assert_int_equal(scale_of(whole, cents(24), exact, 0), 2); /* the price is the amount */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_table_prices_as_the_pricing_function),
      cmocka_unit_test(test_the_ends_of_the_table),
      cmocka_unit_test(test_many_at_a_time),
      cmocka_unit_test(test_vectors),
      cmocka_unit_test(test_vectors_do_not_divide),
      cmocka_unit_test(test_scales_are_the_least_that_hold),
  };
  return cmocka_run_group_tests_name("price table", tests, NULL, NULL);
}
