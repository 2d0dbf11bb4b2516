/* Columns of events: sums of what the products cost, whatever the caller's column of amounts holds; lack of memory. */
#include "support.h"

#include "faregate_bulk.h"

__extension__ typedef __int128 wide;

/* Runs at 0.125 each, and ticks, n a run, with tiers that they count together: graduated, then volume. */
static const char book_json[] = TOY
    "\"rounding\": \"none\", \"attributes\": [{\"id\": \"n\", \"whole\": {\"from\": 0}}],"
    "\"events\": [{\"id\": \"run\", \"products\": [\"runs\", \"ticks\", \"heat\"]}], \"products\": ["
    "{\"id\": \"runs\", \"meter\": \"u\", \"price\": {\"model\": \"flat\", \"price\": \"0.125\"}},"
    "{\"id\": \"ticks\", \"meter\": \"u\", \"quantity\": [\"n\"], \"price\": {\"model\": \"graduated\", \"counter\": "
    "\"c\", \"tiers\": [{\"from\": 0, \"price\": \"1\"}, {\"from\": 10, \"price\": \"0.5\"}]}},"
    "{\"id\": \"heat\", \"meter\": \"u\", \"price\": {\"model\": \"volume\", \"counter\": \"c\", \"tiers\": "
    "[{\"from\": 0, \"price\": \"4\"}, {\"from\": 10, \"price\": \"3\"}]}}]}";

enum { EVENT_ROWS = 2500 };

static fg_status price_rows(const fg_book *book, const fg_integers *numbers, const fg_amounts *out, size_t rows,
                            size_t *bad_row) {
  static int64_t quantities[EVENT_ROWS];
  for (int64_t i = 0; i < EVENT_ROWS; i++) {
    quantities[i] = i % 13;
  }
  const fg_integers column = {.values = quantities, .count = rows, .type = FG_INT64};
  const fg_attribute_column ticks = {.name = string_of("n"), .numbers = *numbers};
  const fg_price_query query = {.product = string_of("run"),
                                .meter = string_of("run"),
                                .quantity = -1,
                                .tier_quantity = 7,
                                .at = at("2025-01-10T12:00:00")};
  return fg_price_columns(book, &query, &column, &ticks, 1, out, bad_row, NULL);
}

/* In thousandths. */
static int64_t expected_of(int64_t quantity, int64_t number) {
  int64_t ticks = quantity * number;
  int64_t dear = ticks < 10 ? ticks : 10;
  return quantity * 125 + dear * 1000 + (ticks - dear) * 500 + quantity * (quantity + ticks >= 10 ? 3000 : 4000);
}

static void test_every_kind_of_amounts(void **state) {
  (void)state;
  static int64_t numbers[EVENT_ROWS];
  static wide amounts[EVENT_ROWS];
  static const struct {
    fg_amount_type type;
    int scale;
    wide step;
  } kinds[] = {
      {FG_AMOUNT_INT64, 3, 1}, {FG_AMOUNT_INT64, 5, 100}, {FG_AMOUNT_INT128, 3, 1}, {FG_AMOUNT_INT128, 12, 1000000000}};
  fg_book *book = NULL;
  size_t bad_row = 0;
  assert_int_equal(fg_book_load(book_json, strlen(book_json), NULL, &book, NULL), FG_OK);
  for (int i = 0; i < EVENT_ROWS; i++) {
    numbers[i] = i % 7;
  }
  const fg_integers column = {.values = numbers, .count = EVENT_ROWS, .type = FG_INT64};
  for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
    const fg_amounts out = {amounts, kinds[kind].type, kinds[kind].scale};
    assert_int_equal(price_rows(book, &column, &out, EVENT_ROWS, &bad_row), FG_OK);
    assert_int_equal(bad_row, SIZE_MAX);
    for (int i = 0; i < EVENT_ROWS; i++) {
      wide amount = kinds[kind].type == FG_AMOUNT_INT64 ? ((const int64_t *)amounts)[i] : amounts[i];
      assert_true(amount == expected_of(i % 13, i % 7) * kinds[kind].step);
    }
  }
  const fg_amounts cents = {amounts, FG_AMOUNT_INT64, 2};
  assert_int_equal(price_rows(book, &column, &cents, EVENT_ROWS, &bad_row), FG_INVALID);
  assert_int_equal(bad_row, 1); /* 0.125 + 1 + 4 */
  const fg_amounts too_fine = {amounts, FG_AMOUNT_INT64, 13};
  assert_int_equal(price_rows(book, &column, &too_fine, EVENT_ROWS, &bad_row), FG_INVALID);
  assert_int_equal(bad_row, SIZE_MAX);
  numbers[1300] = INT64_MAX; /* in the second piece, where the quantity is 0 */
  numbers[1301] = INT64_MAX / 2;
  numbers[1302] = INT64_MAX / 2;
  const fg_amounts exact = {amounts, FG_AMOUNT_INT128, 3};
  assert_int_equal(price_rows(book, &column, &exact, EVENT_ROWS, &bad_row), FG_OVERFLOW);
  assert_int_equal(bad_row, 1302); /* 2 × INT64_MAX / 2 + 2 units in one counter */
  const fg_amounts narrow = {amounts, FG_AMOUNT_INT64, 3};
  assert_int_equal(price_rows(book, &column, &narrow, EVENT_ROWS, &bad_row), FG_OVERFLOW);
  assert_int_equal(bad_row, 1301);
  fg_book_release(book);
}

static void test_events_without_memory(void **state) {
  (void)state;
  const fg_allocator allocator = scarce_allocator();
  static const int64_t numbers[] = {0, 3};
  const fg_integers column = {.values = numbers, .count = 2, .type = FG_INT64};
  int64_t amounts[2];
  const fg_amounts out = {amounts, FG_AMOUNT_INT64, 3};
  fg_book *book = NULL;
  memset(&memory, 0, sizeof memory);
  assert_int_equal(fg_book_load(book_json, strlen(book_json), &allocator, &book, NULL), FG_OK);
  const long live = memory.live;
  size_t bad_row = 0;
  fg_status status = FG_NO_MEMORY;
  long failed = 0;
  for (; status == FG_NO_MEMORY; failed++) {
    memory.fail_at = memory.asked + failed + 1;
    status = price_rows(book, &column, &out, 2, &bad_row);
    assert_int_equal(memory.live, live);
    assert_int_equal(bad_row, SIZE_MAX);
  }
  assert_int_equal(status, FG_OK);
  assert_true(failed > 12); /* the event, its three products, their rooms and prices */
  assert_int_equal(amounts[1], 125 + 3000 + 4000);
  memory.fail_at = 0;
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_kind_of_amounts),
      cmocka_unit_test(test_events_without_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
