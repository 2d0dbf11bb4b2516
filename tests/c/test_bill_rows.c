/* Bills of totals that are lived row by row: columns beside the totals, the end of the calendar, and lack of memory. */
#include "support.h"

#include "faregate_bulk.h"

/* A price that changes on 10 January from 1 to 2, with a fee of 3 a year and at least 1 a month; tiers that are counted
   together; and events of at least 5 each. */
#define EDITION(effective, price)                                                                                      \
  "{\"effective\": \"" effective "\", \"attributes\": [{\"id\": \"n\", \"whole\": {\"from\": 0}}], \"products\": ["    \
  "{\"id\": \"p\", \"meter\": \"u\", \"price\": {\"model\": \"flat\", \"price\": \"" price "\"}, \"least\": \"1\","    \
  "\"fees\": [{\"id\": \"f\", \"amount\": \"3\", \"every\": \"year\"}]},"                                              \
  "{\"id\": \"shared\", \"meter\": \"u\", \"price\": {\"model\": \"graduated\", \"counter\": \"c\", \"tiers\": "       \
  "[{\"from\": 0, \"price\": \"1\"}, {\"from\": 10, \"price\": \"0.5\"}]}},"                                           \
  "{\"id\": \"till\", \"meter\": \"u\", \"quantity\": [\"n\"], \"tier_period\": \"event\", \"least\": \"5\","          \
  "\"price\": {\"model\": \"flat\", \"price\": \"1\"}}]}"

static const char book_json[] = TOY
    "\"rounding\": \"none\", \"editions\": [" EDITION("2024-01-01", "1") ", " EDITION("2025-01-10", "2") "]}";

static fg_book *load(const fg_allocator *allocator) {
  fg_book *book = NULL;
  assert_int_equal(fg_book_load(book_json, strlen(book_json), allocator, &book, NULL), FG_OK);
  return book;
}

static int64_t units_free[4], units_packs[4], units_postpaid[4], amounts[4];
static size_t bad_row;

static fg_status bill(const fg_book *book, const fg_bill_query *query) {
  const fg_bill_columns bills = {units_free, units_packs, units_postpaid, {amounts, FG_AMOUNT_INT64, 2}, NULL};
  fg_error error;
  return fg_bill_periods(book, query, &bills, &bad_row, &error);
}

static fg_bill_query query_of(const char *product, const char *instant, const int64_t *totals, size_t count) {
  return (fg_bill_query){
      .product = string_of(product), .at = at(instant), .periods = count, .totals = {totals, NULL, 0, count, FG_INT64}};
}

static void test_an_edition_within_a_row(void **state) {
  (void)state;
  fg_book *book = load(NULL);
  const int64_t totals[] = {5, 5}, used[] = {2, 0};
  const fg_bill_before before = {at("2025-01-10T00:00:00"), {used, NULL, 0, 2, FG_INT64}};
  fg_bill_query query = query_of("p", "2025-01-05T00:00:00", totals, 2);
  assert_int_equal(bill(book, &query), FG_INVALID);
  assert_int_equal(bad_row, SIZE_MAX);
  query.before = &before;
  query.before_count = 1;
  assert_int_equal(bill(book, &query), FG_OK);
  assert_int_equal(amounts[0], 2 * 100 + 3 * 200);
  assert_int_equal(amounts[1], 5 * 200);
  fg_book_release(book);
}

static void test_events_and_counters(void **state) {
  (void)state;
  fg_book *book = load(NULL);
  const int64_t totals[] = {14, 4}, numbers[] = {2, 4};
  const fg_integers column = {numbers, NULL, 0, 2, FG_INT64};
  fg_bill_query query = query_of("till", "2025-02-05T00:00:00", totals, 2);
  query.events = &column;
  assert_int_equal(bill(book, &query), FG_OK);
  assert_int_equal(amounts[0], 2 * 700);
  assert_int_equal(amounts[1], 4 * 500);
  query = query_of("shared", "2025-02-05T00:00:00", totals, 2);
  query.counted = &column;
  assert_int_equal(bill(book, &query), FG_OK);
  assert_int_equal(amounts[0], 8 * 100 + 6 * 50);
  assert_int_equal(amounts[1], 4 * 100);
  fg_book_release(book);
}

/* The product is opened as the first row begins, so that the fee of its year is in the last row of the calendar. */
static void test_the_end_of_the_calendar(void **state) {
  (void)state;
  fg_book *book = load(NULL);
  const int64_t totals[] = {0, 1};
  fg_bill_query query = query_of("p", "9999-11-05T00:00:00", totals, 2);
  assert_int_equal(bill(book, &query), FG_OK);
  assert_int_equal(amounts[0], 100);
  assert_int_equal(amounts[1], 200 + 300);
  fg_book_release(book);
}

static void test_lack_of_memory(void **state) {
  (void)state;
  const fg_allocator allocator = scarce_allocator();
  const int64_t totals[] = {5, 5}, used[] = {2, 0};
  const fg_bill_before before = {at("2025-01-10T00:00:00"), {used, NULL, 0, 2, FG_INT64}};
  memset(&memory, 0, sizeof memory);
  fg_book *book = load(&allocator);
  fg_bill_query query = query_of("p", "2025-01-05T00:00:00", totals, 2);
  query.before = &before;
  query.before_count = 1;
  const long live = memory.live;
  fg_status status = FG_NO_MEMORY;
  long failed = 0;
  for (; status == FG_NO_MEMORY; failed++) {
    memory.fail_at = memory.asked + failed + 1;
    status = bill(book, &query);
    assert_int_equal(memory.live, live);
    assert_int_equal(bad_row, SIZE_MAX);
  }
  assert_int_equal(status, FG_OK);
  assert_true(failed > 3);
  assert_int_equal(amounts[0], 2 * 100 + 3 * 200);
  memory.fail_at = 0;
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_edition_within_a_row),
      cmocka_unit_test(test_events_and_counters),
      cmocka_unit_test(test_the_end_of_the_calendar),
      cmocka_unit_test(test_lack_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
