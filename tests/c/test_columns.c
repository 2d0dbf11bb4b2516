/* Columns: every type of integers, nulls, both kinds of amounts, both ways of pricing; bills of periods. */
#include "support.h"

__extension__ typedef __int128 wide;

enum { ROWS = 3000 };

static fg_price_query query_of(const char *product, const char *meter) {
  fg_price_query query = {.product = string_of(product), .meter = string_of(meter), .tier_quantity = -1,
                          .at = at("2024-11-05T10:00:00")};
  return query;
}

/* The amount of one quantity in units of 10^-12, as fg_book_price tells it; -1 if it is refused. */
static bool note_amount(void *context, const char *key, fg_money value) {
  if (key != NULL && strcmp(key, "amount") == 0) { /* the total comes before the lines */
    wide *amount = context;
    *amount = *amount < 0 ? ((wide)value.high << 64) + value.low : *amount;
  }
  return true;
}
static bool skip_object(void *context, const char *key) { return (void)context, (void)key, true; }
static bool skip_end(void *context) { return (void)context, true; }
static bool skip_text(void *context, const char *key, fg_string value) {
  return (void)context, (void)key, (void)value, true;
}
static bool skip_integer(void *context, const char *key, int64_t value) {
  return (void)context, (void)key, (void)value, true;
}

static wide one_price(const fg_book *book, fg_price_query query, int64_t quantity) {
  wide amount = -1;
  fg_visitor visitor = {.context = &amount, .begin_object = skip_object, .end_object = skip_end,
                        .begin_list = skip_object, .end_list = skip_end, .text = skip_text,
                        .integer = skip_integer, .money = note_amount};
  query.quantity = quantity;
  return fg_book_price(book, &query, &visitor, NULL) == FG_OK ? amount : -1;
}

static void fill(int64_t *quantities, size_t count) {
  uint64_t state = 88172645463325252u;
  for (size_t i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    quantities[i] = (int64_t)(state >> (14 + state % 50));
  }
}

static void compare_with_one_by_one(const char *name, const char *product, const char *meter) {
  static int64_t quantities[ROWS];
  static wide amounts[ROWS];
  fg_book *book = load_book(name);
  fg_price_query query = query_of(product, meter);
  fill(quantities, ROWS);
  fg_integers column = {.values = quantities, .count = ROWS, .type = FG_INT64};
  fg_amounts out = {amounts, FG_AMOUNT_INT128, 12};
  size_t bad_row = 0;
  int scale = 0;
  assert_int_equal(fg_price_columns(book, &query, &column, &out, &bad_row, NULL), FG_OK);
  assert_int_equal(fg_price_scale(book, &query, &scale, NULL), FG_OK);
  wide step = 1;
  for (int digit = scale; digit < 12; digit++) {
    step *= 10;
  }
  for (int i = 0; i < ROWS; i++) {
    assert_true(amounts[i] == one_price(book, query, quantities[i]));
  }
  static wide scaled[ROWS];
  out = (fg_amounts){scaled, FG_AMOUNT_INT128, scale};
  assert_int_equal(fg_price_columns(book, &query, &column, &out, &bad_row, NULL), FG_OK);
  for (int i = 0; i < ROWS; i++) {
    assert_true(scaled[i] * step == amounts[i]);
  }
  fg_book_release(book);
}

static void test_columns_are_many_single_prices(void **state) {
  (void)state;
  compare_with_one_by_one(FACEFUSION, "image", "calls");
  compare_with_one_by_one("aws-lambda", "duration", "mb-ms");
  compare_with_one_by_one("aws-s3", "standard", "byte-hours");
}

static void test_every_type_of_integers(void **state) {
  (void)state;
  static const size_t widths[] = {1, 2, 4, 8, 1, 2, 4, 8, 16};
  fg_book *book = load_book(FACEFUSION);
  fg_price_query query = query_of("image", "calls");
  for (int type = FG_INT8; type <= FG_INT128; type++) {
    _Alignas(16) unsigned char bytes[4 * 16] = {0};
    int64_t amounts[3];
    uint8_t validity = 0xFD; /* the first row counted, at offset 1, is null */
    for (size_t i = 0; i < 4; i++) {
      bytes[i * widths[type]] = (unsigned char)(100 + i); /* little-endian */
    }
    fg_integers column = {bytes, &validity, 1, 3, (fg_integer_type)type};
    fg_amounts out = {amounts, FG_AMOUNT_INT64, 2};
    size_t bad_row = 0;
    assert_int_equal(fg_price_columns(book, &query, &column, &out, &bad_row, NULL), FG_OK);
    assert_int_equal(amounts[0], 0);
    assert_int_equal(amounts[1], 102 * 24);
    assert_int_equal(amounts[2], 103 * 24);
  }
  fg_book_release(book);
}

static void expect_bad(const fg_integers *column, fg_amounts out, fg_status expected, size_t row, const char *path) {
  fg_book *book = load_book(FACEFUSION);
  fg_price_query query = query_of("image", "calls");
  fg_error error;
  size_t bad_row = 0;
  assert_int_equal(fg_price_columns(book, &query, column, &out, &bad_row, &error), expected);
  assert_int_equal(bad_row, row);
  assert_string_equal(error.path, path);
  fg_book_release(book);
}

static void test_the_first_bad_row_is_named(void **state) {
  (void)state;
  static wide amounts[ROWS];
  const fg_amounts decimals = {amounts, FG_AMOUNT_INT128, 2};
  int64_t negative[] = {1, 2, -3, -4};
  uint64_t large[] = {1, UINT64_MAX};
  int64_t most[] = {INT64_MAX};
  wide beyond[] = {5, (wide)INT64_MAX + 1};
  expect_bad(&(fg_integers){negative, NULL, 0, 4, FG_INT64}, decimals, FG_INVALID, 2, "quantities[2]");
  expect_bad(&(fg_integers){large, NULL, 0, 2, FG_UINT64}, decimals, FG_INVALID, 1, "quantities[1]");
  expect_bad(&(fg_integers){beyond, NULL, 0, 2, FG_INT128}, decimals, FG_INVALID, 1, "quantities[1]");
  expect_bad(&(fg_integers){most, NULL, 0, 1, FG_INT64}, (fg_amounts){amounts, FG_AMOUNT_INT64, 12}, FG_OVERFLOW, 0,
             "quantities[0]");
  expect_bad(&(fg_integers){most, NULL, 0, 1, FG_INT64}, (fg_amounts){amounts, FG_AMOUNT_INT128, 13}, FG_INVALID,
             SIZE_MAX, "scale");
  expect_bad(&(fg_integers){(int64_t[]){1}, NULL, 0, 1, FG_INT64}, (fg_amounts){amounts, FG_AMOUNT_INT64, 1},
             FG_INVALID, 0, "quantities[0]"); /* 0.24 has two decimals */
}

static void test_bills_carry_packs_from_period_to_period(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  int64_t totals[] = {15000, 9000, 5000, 90000, 0, 500};
  int64_t held[] = {20000, 0};
  int64_t free_units[6], packs[6], postpaid[6], amounts[6];
  const fg_integers packs_held = {held, NULL, 0, 2, FG_INT64};
  fg_bill_query query = {.product = string_of("image"), .at = at("2024-11-05T10:00:00"), .periods = 3,
                         .totals = {totals, NULL, 0, 6, FG_INT64}, .packs = &packs_held};
  fg_bill_columns bills = {free_units, packs, postpaid, {amounts, FG_AMOUNT_INT64, 2}};
  size_t bad_row = 0;
  assert_int_equal(fg_bill_periods(book, &query, &bills, &bad_row, NULL), FG_OK);
  const int64_t expected_packs[] = {14000, 6000, 0, 0, 0, 0};
  const int64_t expected_postpaid[] = {0, 2000, 4000, 89000, 0, 0};
  const int64_t expected_amounts[] = {0, 48000, 96000, 1602000, 0, 0}; /* W4 is the fourth */
  assert_memory_equal(packs, expected_packs, sizeof packs);
  assert_memory_equal(postpaid, expected_postpaid, sizeof postpaid);
  assert_memory_equal(amounts, expected_amounts, sizeof amounts);
  assert_int_equal(free_units[5], 500);
  assert_int_equal(fg_book_scale(book), 2);
  query.periods = 4;
  assert_int_equal(fg_bill_periods(book, &query, &bills, &bad_row, NULL), FG_INVALID);
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_columns_are_many_single_prices),
      cmocka_unit_test(test_every_type_of_integers),
      cmocka_unit_test(test_the_first_bad_row_is_named),
      cmocka_unit_test(test_bills_carry_packs_from_period_to_period),
  };
  return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
