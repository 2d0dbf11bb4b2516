/* Columns: every type of integers, nulls, both kinds of amounts, both ways of pricing; bills of periods. */
#include "support.h"
#include "faregate_bulk.h"

#include "bulk/integer_column.h"

__extension__ typedef __int128 wide;

enum { ROWS = 3000 };

static fg_price_query query_of(const char *product, const char *meter) {
  fg_price_query query = {
      .product = string_of(product), .meter = string_of(meter), .tier_quantity = -1, .at = at("2024-11-05T10:00:00")};
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
  fg_visitor visitor = {.context = &amount,
                        .begin_object = skip_object,
                        .end_object = skip_end,
                        .begin_list = skip_object,
                        .end_list = skip_end,
                        .text = skip_text,
                        .integer = skip_integer,
                        .money = note_amount};
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
  assert_int_equal(fg_price_columns(book, &query, &column, NULL, 0, &out, &bad_row, NULL), FG_OK);
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
  assert_int_equal(fg_price_columns(book, &query, &column, NULL, 0, &out, &bad_row, NULL), FG_OK);
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
  const uint16_t one = 1;
  const bool lowest_first = *(const unsigned char *)&one == 1;
  fg_book *book = load_book(FACEFUSION);
  fg_price_query query = query_of("image", "calls");
  for (int type = FG_INT8; type <= FG_INT128; type++) {
    _Alignas(16) unsigned char bytes[4 * 16] = {0};
    int64_t amounts[3];
    uint8_t validity = 0xFD; /* the first row counted, at offset 1, is null */
    for (size_t i = 0; i < 4; i++) {
      bytes[i * widths[type] + (lowest_first ? 0 : widths[type] - 1)] = (unsigned char)(100 + i);
    }
    fg_integers column = {bytes, &validity, 1, 3, (fg_integer_type)type};
    fg_amounts out = {amounts, FG_AMOUNT_INT64, 2};
    size_t bad_row = 0;
    assert_int_equal(fg_price_columns(book, &query, &column, NULL, 0, &out, &bad_row, NULL), FG_OK);
    assert_int_equal(amounts[0], 0);
    assert_int_equal(amounts[1], 102 * 24);
    assert_int_equal(amounts[2], 103 * 24);
  }
  fg_book_release(book);
}

/* What 64 bits do not hold is -1, which no quantity is. */
static void test_integers_beyond(void **state) {
  (void)state;
  const uint64_t large[] = {INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
  const wide wider[] = {INT64_MAX, (wide)INT64_MAX + 1, INT64_MIN, (wide)INT64_MIN - 1};
  const int64_t expected[] = {INT64_MAX, -1, -1}, expected_wide[] = {INT64_MAX, -1, INT64_MIN, -1};
  const fg_integers column = {large, NULL, 0, 3, FG_UINT64}, wide_column = {wider, NULL, 0, 4, FG_INT128};
  for (size_t i = 0; i < 4; i++) {
    assert_true(i == 3 || fg_integers_at(&column, i) == expected[i]);
    assert_true(fg_integers_at(&wide_column, i) == expected_wide[i]);
  }
  const fg_integers of_no_type = {large, NULL, 0, 3, (fg_integer_type)99};
  assert_int_equal(fg_integers_at(&of_no_type, 0), -1);
}

static void expect_bad(const fg_integers *column, fg_amounts out, fg_status expected, size_t row, const char *path) {
  fg_book *book = load_book(FACEFUSION);
  fg_price_query query = query_of("image", "calls");
  fg_error error;
  size_t bad_row = 0;
  assert_int_equal(fg_price_columns(book, &query, column, NULL, 0, &out, &bad_row, &error), expected);
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
  fg_bill_query query = {.product = string_of("image"),
                         .at = at("2024-11-05T10:00:00"),
                         .periods = 3,
                         .totals = {totals, NULL, 0, 6, FG_INT64},
                         .packs = &packs_held};
  fg_bill_columns bills = {free_units, packs, postpaid, {amounts, FG_AMOUNT_INT64, 2}, NULL};
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

#define PRODUCT(id, period, price, grants)                                                                             \
  "{\"id\": \"" id "\", \"meter\": \"u\", \"tier_period\": \"" period "\", \"price\": {" price                         \
  "}, \"grants\": [" grants "]}"
#define GRANT(id, quantity, issue)                                                                                     \
  "{\"id\": \"" id "\", \"quantity\": " quantity ", \"issue\": \"" issue "\", \"validity\": \"month\"}"

/* `steps` has a slice without a price; of `calls` one grant rises from 50 to 60; 9,061.92 divides by the hours of every
   month: by 672, 696, 720 and 744 it is 13.485, 13.02, 12.586 and 12.18. */
static const char book_json[] =
    "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\", \"minor_digits\": 2,"
    "\"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"products\": [" PRODUCT(
        "steps", "month",
        "\"model\": \"graduated\", \"tiers\": [{\"from\": 0, \"price\": \"0.50\"},"
        "{\"from\": 100, \"price\": \"0.20\"}, {\"from\": 1000, \"price\": null}]",
        "") "," PRODUCT("calls", "month",
                        "\"model\": \"volume\", \"tiers\": [{\"from\": 0, \"price\": \"0.24\"},"
                        "{\"from\": 10000, \"price\": \"0.18\"}]",
                        GRANT("m", "1000", "monthly") "," GRANT("n", "50", "monthly") "," GRANT(
                            "o", "7",
                            "opening")) "," PRODUCT("days", "day", "\"model\": \"flat\", \"price\": \"0.125\"",
                                                    "") "," PRODUCT("days-free", "day",
                                                                    "\"model\": \"flat\", \"price\": \"0.5\"",
                                                                    GRANT(
                                                                        "m", "1",
                                                                        "monthly")) "," PRODUCT("hours", "month",
                                                                                                "\"model\": \"flat\", \"price\": \"9061.92\", \"per_hours_of_month\": true",
                                                                                                "") "," PRODUCT("huge",
                                                                                                                "month",
                                                                                                                "\"model\": \"flat\", \"price\": \"1\"",
                                                                                                                GRANT("a", "9223372036854775807", "monthly") "," GRANT(
                                                                                                                    "b",
                                                                                                                    "1",
                                                                                                                    "monthly")) "], \"amendments\": [{\"announced\": \"2024-10-01\", \"effective\": \"2024-12-01\", \"product\": \"calls\","
                                                                                                                                "\"grant\": \"n\", \"quantity\": 60}]}";

/* Room for the answers of one query, amounts at the scale asked for. */
typedef struct bill_rows {
  int64_t free[2500], packs[2500], postpaid[2500], amounts[2500];
  size_t bad_row;
  fg_error error;
} bill_rows;

static bill_rows rows;

static fg_bill_query bills_of(const char *product, const char *instant, size_t periods, const int64_t *totals,
                              size_t count) {
  memset(&rows, 0x11, sizeof rows);
  return (fg_bill_query){.product = string_of(product),
                         .at = at(instant),
                         .periods = periods,
                         .totals = {totals, NULL, 0, count, FG_INT64}};
}

static fg_status bill(const fg_book *book, const fg_bill_query *query, int scale) {
  fg_bill_columns bills = {rows.free, rows.packs, rows.postpaid, {rows.amounts, FG_AMOUNT_INT64, scale}, NULL};
  return fg_bill_periods(book, query, &bills, &rows.bad_row, &rows.error);
}

static fg_integers column_of(const int64_t *values, size_t count) {
  return (fg_integers){values, NULL, 0, count, FG_INT64};
}

/* R1, R5: what is issued every month, as it was amended; a month of the book's own calendar. */
static void test_free_units_of_the_book(void **state) {
  (void)state;
  fg_book *book = load_text(book_json);
  const int64_t totals[] = {2000, 2000, 1060, 500};
  fg_bill_query query = bills_of("calls", "2024-11-01T00:00:00", 2, totals, 4);
  assert_int_equal(bill(book, &query, 2), FG_OK);
  const int64_t free_units[] = {1050, 1060, 1050, 500};
  const int64_t amounts[] = {950 * 24, 940 * 24, 10 * 24, 0};
  assert_memory_equal(rows.free, free_units, sizeof free_units);
  assert_memory_equal(rows.amounts, amounts, sizeof amounts);
  assert_int_equal(rows.packs[0], 0);
  assert_int_equal(rows.postpaid[1], 940);
  assert_int_equal(rows.amounts[4], 0x1111111111111111); /* not touched */
  query.at = at("2024-11-01T00:00:00") - 1;              /* still October, in which nothing is amended either */
  query.totals.count = 2;
  assert_int_equal(bill(book, &query, 2), FG_OK);
  assert_int_equal(rows.free[1], 1050);
  const int64_t most[] = {INT64_MAX};
  query = bills_of("huge", "2024-11-01T00:00:00", 1, most, 1);
  assert_int_equal(bill(book, &query, 2), FG_OK); /* the sum of both grants is as large as a number can be */
  assert_int_equal(rows.free[0], INT64_MAX);
  assert_int_equal(rows.amounts[0], 0);
  fg_book_release(book);
}

/* R12: 150 units, 60 of them free, 40 of packs: the other 50 are the last of 50, of 90, or of 150. */
static void test_what_picks_the_tier(void **state) {
  (void)state;
  const struct {
    const char *basis;
    int64_t steps, calls;
  } cases[] = {{"residual", 50 * 50, 9450 * 24}, {"after_free", 50 * 50, 9450 * 24}, {"total", 50 * 20, 9450 * 18}};
  fg_book *book = load_text(book_json);
  for (size_t i = 0; i < 3; i++) {
    const fg_string policy[] = {string_of("pack_order"), string_of("purchase"), string_of("tier_basis"),
                                string_of(cases[i].basis)};
    const int64_t totals[] = {150, 99, 150}, sixty[] = {60}, forty[] = {40, 0, 40};
    const uint8_t validity = 0x05;
    const fg_integers free_units = column_of(sixty, 1), packs = column_of(forty, 3);
    fg_bill_query query = bills_of("steps", "2024-11-05T00:00:00", 1, totals, 3);
    query.totals.validity = &validity;
    query.free = &free_units;
    query.packs = &packs;
    query.policy = policy;
    query.policy_count = 2;
    assert_int_equal(bill(book, &query, 2), FG_OK);
    const int64_t amounts[] = {cases[i].steps, 0, cases[i].steps};
    assert_memory_equal(rows.amounts, amounts, sizeof amounts);
    assert_int_equal(rows.free[1], 0); /* null */
    const int64_t more[] = {10500};    /* 1,050 of them free */
    query = bills_of("calls", "2024-11-05T00:00:00", 1, more, 1);
    query.policy = policy;
    query.policy_count = 2;
    assert_int_equal(bill(book, &query, 2), FG_OK);
    assert_int_equal(rows.amounts[0], cases[i].calls);
  }
  const fg_string after_free[] = {string_of("tier_basis"), string_of("after_free")};
  const int64_t totals[] = {12000}, held[] = {1500};
  const fg_integers packs = column_of(held, 1);
  fg_bill_query query = bills_of("calls", "2024-11-05T00:00:00", 1, totals, 1);
  query.packs = &packs;
  assert_int_equal(bill(book, &query, 2), FG_OK);
  assert_int_equal(rows.amounts[0], 9450 * 24); /* 12,000 − 1,050 free − 1,500 of packs */
  query.policy = after_free;
  query.policy_count = 1;
  assert_int_equal(bill(book, &query, 2), FG_OK);
  assert_int_equal(rows.amounts[0], 9450 * 18); /* 10,950 are not free */
  fg_book_release(book);
}

/* A price per hours of the month is another one each month. */
static void test_months_of_all_lengths(void **state) {
  (void)state;
  fg_book *book = load_text(book_json);
  const int64_t totals[] = {1, 2, 1, 1, 1000, 1, 1, 1};
  fg_bill_query query = bills_of("hours", "2024-11-30T12:00:00", 4, totals, 8);
  assert_int_equal(bill(book, &query, 3), FG_OK);
  const int64_t amounts[] = {12586, 2 * 12180, 12180, 13485, 12586000, 12180, 12180, 13485};
  assert_memory_equal(rows.amounts, amounts, sizeof amounts);
  fg_price_query price = query_of("hours", "u");
  const int64_t one[] = {1};
  const fg_integers column = column_of(one, 1);
  const fg_amounts out = {rows.amounts, FG_AMOUNT_INT64, 3};
  price.at = at("2024-02-10T00:00:00"); /* 29 days */
  assert_int_equal(fg_price_columns(book, &price, &column, NULL, 0, &out, &rows.bad_row, NULL), FG_OK);
  assert_int_equal(rows.amounts[0], 13020);
  fg_book_release(book);
}

/* Rows of a product with daily tiers are days; its monthly quota would have to be shared out among them. */
static void test_days(void **state) {
  (void)state;
  fg_book *book = load_text(book_json);
  const int64_t totals[] = {8, 16, 24};
  fg_bill_query query = bills_of("days", "9999-12-29T12:00:00", 3, totals, 3); /* the last days */
  assert_int_equal(bill(book, &query, 2), FG_OK);
  const int64_t amounts[] = {100, 200, 300};
  assert_memory_equal(rows.amounts, amounts, sizeof amounts);
  query = bills_of("days-free", "2024-11-05T00:00:00", 3, totals, 3);
  assert_int_equal(bill(book, &query, 2), FG_INVALID);
  assert_string_equal(rows.error.path, "free");
  assert_int_equal(rows.bad_row, SIZE_MAX);
  const int64_t one[] = {1};
  const fg_integers free_units = column_of(one, 1);
  query.free = &free_units;
  assert_int_equal(bill(book, &query, 2), FG_OK);
  assert_int_equal(rows.amounts[0], 7 * 50);
  fg_book_release(book);
}

/* More rows than are worked on at a time, an account each, with packs and free units of its own. */
static void test_many_rows(void **state) {
  (void)state;
  static int64_t totals[2500], held[2500], given[2500];
  fg_book *book = load_text(book_json);
  for (int i = 0; i < 2500; i++) {
    totals[i] = 3 * i;
    held[i] = i % 7;
    given[i] = i % 5;
  }
  const fg_integers packs = column_of(held, 2500), free_units = column_of(given, 2500);
  fg_bill_query query = bills_of("calls", "2024-11-05T00:00:00", 1, totals, 2500);
  query.packs = &packs;
  query.free = &free_units;
  assert_int_equal(bill(book, &query, 2), FG_OK);
  for (int i = 0; i < 2500; i++) { /* what is held is never more than there is to cover */
    assert_int_equal(rows.free[i], i % 5);
    assert_int_equal(rows.packs[i], i % 7);
    assert_int_equal(rows.postpaid[i], 3 * i - i % 5 - i % 7);
    assert_int_equal(rows.amounts[i], rows.postpaid[i] * 24);
  }
  fg_book_release(book);
}

static void expect_refused(const fg_book *book, const fg_bill_query *query, size_t row, const char *path) {
  assert_int_equal(bill(book, query, 2), FG_INVALID);
  assert_int_equal(rows.bad_row, row);
  assert_string_equal(rows.error.path, path);
}

static void test_bills_that_cannot_be_made(void **state) {
  (void)state;
  fg_book *book = load_text(book_json);
  const int64_t totals[] = {5, 5, 5, -5}, some[] = {1, 2, 3, 4}, bad[] = {1, -2, 3, 4};
  const fg_integers two = column_of(some, 2), four = column_of(some, 4), three = column_of(some, 3);
  const fg_integers bad_two = column_of(bad, 2), bad_four = column_of(bad, 4);
  const fg_bill_query good = bills_of("calls", "2024-11-05T00:00:00", 2, some, 4);
  fg_bill_query query = good;
  query.free = &four;
  query.packs = &two;
  assert_int_equal(bill(book, &query, 2), FG_OK);
  query.free = &three;
  expect_refused(book, &query, SIZE_MAX, "free");
  query.free = &four;
  query.packs = &three;
  expect_refused(book, &query, SIZE_MAX, "packs");
  query.packs = &four; /* one for each account, not for each row */
  expect_refused(book, &query, SIZE_MAX, "packs");
  query.packs = &bad_two;
  expect_refused(book, &query, 2, "packs[2]"); /* the first row of the second account */
  query.packs = NULL;
  query.free = &bad_four;
  expect_refused(book, &query, 1, "free[1]");
  query = good;
  query.totals.values = totals;
  expect_refused(book, &query, 3, "totals[3]");
  query = good;
  query.periods = 0;
  expect_refused(book, &query, SIZE_MAX, "periods");
  query.periods = 3;
  expect_refused(book, &query, SIZE_MAX, "periods");
  const fg_string unknown[] = {string_of("tier_basis"), string_of("total"), string_of("tier_basis"), string_of("most")};
  query = good;
  query.policy = unknown;
  query.policy_count = 1;
  assert_int_equal(bill(book, &query, 2), FG_OK);
  query.policy_count = 2;
  expect_refused(book, &query, SIZE_MAX, "policy.tier_basis");
  query = good;
  query.product = string_of("nothing");
  assert_int_equal(bill(book, &query, 2), FG_UNKNOWN_PRODUCT);
  fg_book_release(book);
}

/* The calendar ends with 9999. */
static void test_periods_are_of_the_calendar(void **state) {
  (void)state;
  fg_book *book = load_text(book_json);
  const int64_t totals[] = {1, 1};
  fg_bill_query query = bills_of("calls", "9999-11-05T00:00:00", 2, totals, 2);
  assert_int_equal(bill(book, &query, 2), FG_OK);
  query.at = at("9999-12-05T00:00:00");
  expect_refused(book, &query, SIZE_MAX, "at");
  query.periods = 1;
  assert_int_equal(bill(book, &query, 2), FG_OK);
  query.at = INT64_MAX;
  expect_refused(book, &query, SIZE_MAX, "at");
  query.at = FG_NO_TIME;
  expect_refused(book, &query, SIZE_MAX, "at");
  fg_book_release(book);
}

/* A null price refuses the row that reaches it, 1,000 units being the last that do not. */
static void test_rows_beyond_what_is_sold(void **state) {
  (void)state;
  fg_book *book = load_text(book_json);
  const int64_t totals[] = {1000, 5, 1001, 1002};
  fg_bill_query query = bills_of("steps", "2024-11-05T00:00:00", 1, totals, 4);
  query.totals.count = 2;
  assert_int_equal(bill(book, &query, 2), FG_OK);
  assert_int_equal(rows.amounts[0], 100 * 50 + 900 * 20);
  query.totals.count = 4;
  assert_int_equal(bill(book, &query, 2), FG_NOT_SOLD);
  assert_int_equal(rows.bad_row, 2);
  assert_string_equal(rows.error.path, "totals[2]");
  fg_book_release(book);
}

/* Eighths: an amount is told at any scale that holds it, in either width, and refused by name at one that does not. */
static void test_scales_below_the_least(void **state) {
  (void)state;
  static wide wides[3];
  const int64_t quantities[] = {8, 80, 16}, odd[] = {8, 80, 4};
  const fg_integers column = column_of(quantities, 3), halves = column_of(odd, 3);
  fg_book *book = load_text(book_json);
  fg_price_query query = query_of("days", "u");
  int64_t unit = 1;
  int scale = 0;
  query.quantity = -7; /* is not looked at, nor is what picks the tier */
  query.tier_quantity = 2;
  assert_int_equal(fg_price_scale(book, &query, &scale, NULL), FG_OK);
  assert_int_equal(scale, 3);
  for (scale = 0; scale <= 12; scale++, unit *= 10) {
    const fg_amounts narrow = {rows.amounts, FG_AMOUNT_INT64, scale}, broad = {wides, FG_AMOUNT_INT128, scale};
    assert_int_equal(fg_price_columns(book, &query, &column, NULL, 0, &narrow, &rows.bad_row, NULL), FG_OK);
    assert_int_equal(fg_price_columns(book, &query, &column, NULL, 0, &broad, &rows.bad_row, NULL), FG_OK);
    assert_int_equal(rows.bad_row, SIZE_MAX);
    for (int i = 0; i < 3; i++) {
      assert_int_equal(rows.amounts[i], quantities[i] / 8 * unit);
      assert_true(wides[i] == rows.amounts[i]);
    }
    for (int i = 0; i < 2; i++) { /* a half */
      fg_status status = fg_price_columns(book, &query, &halves, NULL, 0, i == 0 ? &narrow : &broad, &rows.bad_row,
                                          &rows.error);
      assert_int_equal(status, scale == 0 ? FG_INVALID : FG_OK);
      if (status != FG_OK) {
        assert_int_equal(rows.bad_row, 2);
        assert_string_equal(rows.error.path, "quantities[2]");
        assert_string_equal(rows.error.message, "its amount has more than 0 decimals");
      }
    }
  }
  const fg_amounts below = {rows.amounts, FG_AMOUNT_INT64, -1};
  assert_int_equal(fg_price_columns(book, &query, &column, NULL, 0, &below, &rows.bad_row, &rows.error), FG_INVALID);
  assert_string_equal(rows.error.path, "scale");
  fg_book_release(book);
}

/* Amounts past the table: 2^62 units at 0.125 are 2^59, which 64 bits hold at scale 0 and 1 and not at 3. */
static void test_amounts_past_the_table(void **state) {
  (void)state;
  static wide wides[2];
  const int64_t quantities[] = {INT64_C(1) << 62, (INT64_C(1) << 62) + 4};
  const fg_integers column = column_of(quantities, 2);
  fg_book *book = load_text(book_json);
  fg_price_query query = query_of("days", "u");
  fg_amounts out = {rows.amounts, FG_AMOUNT_INT64, 1};
  assert_int_equal(fg_price_columns(book, &query, &column, NULL, 0, &out, &rows.bad_row, NULL), FG_OK);
  assert_int_equal(rows.amounts[0], (INT64_C(1) << 59) * 10);
  assert_int_equal(rows.amounts[1], (INT64_C(1) << 59) * 10 + 5);
  out.scale = 0;
  assert_int_equal(fg_price_columns(book, &query, &column, NULL, 0, &out, &rows.bad_row, &rows.error), FG_INVALID);
  assert_int_equal(rows.bad_row, 1);
  assert_string_equal(rows.error.message, "its amount has more than 0 decimals");
  out.scale = 3;
  assert_int_equal(fg_price_columns(book, &query, &column, NULL, 0, &out, &rows.bad_row, &rows.error), FG_OVERFLOW);
  assert_int_equal(rows.bad_row, 0);
  out = (fg_amounts){wides, FG_AMOUNT_INT128, 3};
  assert_int_equal(fg_price_columns(book, &query, &column, NULL, 0, &out, &rows.bad_row, NULL), FG_OK);
  assert_true(wides[1] == (wide)(INT64_C(1) << 59) * 1000 + 500);
  fg_book_release(book);
}

/* A book without minor digits and fractions needs no decimals, rounded or not. */
static void test_scale_of_whole_prices(void **state) {
  (void)state;
  for (int rounds = 0; rounds < 2; rounds++) {
    char json[600];
    snprintf(json, sizeof json,
             "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"JPY\","
             "\"minor_digits\": 0, \"utc_offset\": \"+09:00\", \"rounding\": %s, \"products\": [" PRODUCT(
                 "p", "month", "\"model\": \"flat\", \"price\": \"20\"", "") "]}",
             rounds ? "{\"mode\": \"half_up\", \"digits\": 0}" : "\"none\"");
    fg_book *book = load_text(json);
    assert_int_equal(fg_book_scale(book), 0);
    fg_book_release(book);
  }
}

/* Also of unit prices that no amount has the decimals of, in any tier of any product. */
static void test_scales_of_books(void **state) {
  (void)state;
  static const struct {
    const char *first, *second, *third;
    int scale;
  } cases[] = {{"0.1", "0.2", "0.3", 2},   {"0.12345", "0.2", "0.3", 5},          {"0.1", "0.1234", "0.3", 4},
               {"0.1", "0.2", "0.123", 3}, {"0.1", "0.000000000001", "0.12", 12}, {"1", "0", "0", 2}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (int rounds = 0; rounds < 2; rounds++) {
      char json[1000];
      snprintf(json, sizeof json,
               "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\","
               "\"minor_digits\": 2, \"utc_offset\": \"+08:00\", \"rounding\": %s, \"products\": [" PRODUCT(
                   "p", "month",
                   "\"model\": \"volume\", \"tiers\": [{\"from\": 0, \"price\": \"%s\"},"
                   "{\"from\": 5, \"price\": \"%s\"}]",
                   "") "," PRODUCT("q", "month", "\"model\": \"flat\", \"price\": \"%s\"", "") "]}",
               rounds ? "{\"mode\": \"half_up\", \"digits\": 2}" : "\"none\"", cases[i].first, cases[i].second,
               cases[i].third);
      fg_book *book = load_text(json);
      assert_int_equal(fg_book_scale(book), cases[i].scale);
      fg_book_release(book);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_columns_are_many_single_prices),
      cmocka_unit_test(test_every_type_of_integers),
      cmocka_unit_test(test_integers_beyond),
      cmocka_unit_test(test_the_first_bad_row_is_named),
      cmocka_unit_test(test_bills_carry_packs_from_period_to_period),
      cmocka_unit_test(test_free_units_of_the_book),
      cmocka_unit_test(test_what_picks_the_tier),
      cmocka_unit_test(test_months_of_all_lengths),
      cmocka_unit_test(test_days),
      cmocka_unit_test(test_many_rows),
      cmocka_unit_test(test_bills_that_cannot_be_made),
      cmocka_unit_test(test_periods_are_of_the_calendar),
      cmocka_unit_test(test_rows_beyond_what_is_sold),
      cmocka_unit_test(test_scales_below_the_least),
      cmocka_unit_test(test_amounts_past_the_table),
      cmocka_unit_test(test_scale_of_whole_prices),
      cmocka_unit_test(test_scales_of_books),
  };
  return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
