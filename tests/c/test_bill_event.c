/* Bills of totals of events: the columns of their products and their sums, and lack of memory. */
#include "support.h"

#include "faregate_bulk.h"

/* Calls at 0.5; ticks, n a call, with tiers that they count together with heat; and what else counts there. */
static const char book_json[] = TOY
    "\"rounding\": \"none\", \"attributes\": [{\"id\": \"n\", \"whole\": {\"from\": 0}}],"
    "\"events\": [{\"id\": \"run\", \"products\": [\"calls\", \"ticks\", \"heat\"]}], \"products\": ["
    "{\"id\": \"other\", \"meter\": \"u\", \"price\": {\"model\": \"flat\", \"counter\": \"c\", \"price\": \"1\"}},"
    "{\"id\": \"calls\", \"meter\": \"u\", \"price\": {\"model\": \"flat\", \"price\": \"0.5\"}},"
    "{\"id\": \"ticks\", \"meter\": \"u\", \"quantity\": [\"n\"], \"price\": {\"model\": \"graduated\", \"counter\": "
    "\"c\", \"tiers\": [{\"from\": 0, \"price\": \"1\"}, {\"from\": 10, \"price\": \"0.5\"}]}},"
    "{\"id\": \"heat\", \"meter\": \"u\", \"least\": \"2\", \"price\": {\"model\": \"volume\", \"counter\": \"c\", "
    "\"tiers\": [{\"from\": 0, \"price\": \"4\"}, {\"from\": 10, \"price\": \"3\"}]}}]}";

enum { PRODUCTS = 3, MONTHS = 2 };

static int64_t units[PRODUCTS + 1][3][MONTHS];
static int64_t amounts[PRODUCTS + 1][MONTHS];
static size_t bad_row;
static fg_error bill_error;

static fg_bill_columns columns_of(size_t place) {
  return (fg_bill_columns){.free = units[place][0],
                           .packs = units[place][1],
                           .postpaid = units[place][2],
                           .amounts = {amounts[place], FG_AMOUNT_INT64, 2}};
}

static const int64_t totals[] = {3, 4}, counted[] = {5, 0}, packs[] = {4};

static fg_status bill_run(const fg_book *book, const fg_event_product *given) {
  const fg_attribute number = {.name = string_of("n"), .number = 2, .is_number = true};
  const fg_bill_columns parts[] = {columns_of(1), columns_of(2), columns_of(3)};
  fg_bill_columns bills = columns_of(0);
  const fg_bill_query query = {.product = string_of("run"),
                               .at = at("2025-01-05T00:00:00"),
                               .periods = MONTHS,
                               .totals = {totals, NULL, 0, MONTHS, FG_INT64},
                               .attributes = {&number, 1},
                               .parts = given};
  bills.parts = parts;
  return fg_bill_periods(book, &query, &bills, &bad_row, &bill_error);
}

static fg_book *load_events(const fg_allocator *allocator) {
  fg_book *book = NULL;
  assert_int_equal(fg_book_load(book_json, strlen(book_json), allocator, &book, NULL), FG_OK);
  return book;
}

static const fg_integers of_counter = {counted, NULL, 0, MONTHS, FG_INT64};
static const fg_integers of_packs = {packs, NULL, 0, 1, FG_INT64};

static void test_products_and_their_sums(void **state) {
  (void)state;
  const fg_event_product given[PRODUCTS] = {{.packs = &of_packs}, {.counted = &of_counter}, {.free = NULL}};
  fg_book *book = load_events(NULL);
  assert_int_equal(bill_run(book, given), FG_OK);
  assert_int_equal(bad_row, SIZE_MAX);
  assert_int_equal(units[1][1][0], 3);
  assert_int_equal(units[1][1][1], 1);
  assert_int_equal(amounts[1][0], 0);
  assert_int_equal(amounts[1][1], 3 * 50);
  assert_int_equal(amounts[2][0], 5 * 100 + 50); /* positions 5 to 11 */
  assert_int_equal(amounts[2][1], 8 * 100);
  assert_int_equal(amounts[3][0], 3 * 300); /* 5 + 6 + 3 units */
  assert_int_equal(amounts[3][1], 4 * 300);
  for (int row = 0; row < MONTHS; row++) {
    assert_int_equal(amounts[0][row], amounts[1][row] + amounts[2][row] + amounts[3][row]);
    assert_int_equal(units[0][2][row], units[1][2][row] + units[2][2][row] + units[3][2][row]);
  }
  assert_int_equal(bill_run(book, NULL), FG_INVALID);
  assert_string_equal(bill_error.path, "counted.ticks");
  fg_book_release(book);
}

static void test_products_of_an_event(void **state) {
  (void)state;
  fg_book *book = load_events(NULL);
  fg_string ids[PRODUCTS + 1] = {{NULL, 0}};
  assert_int_equal(fg_event_products(book, string_of("run"), ids, 2), PRODUCTS);
  assert_null(ids[2].text);
  assert_int_equal(fg_event_products(book, string_of("run"), ids, PRODUCTS + 1), PRODUCTS);
  assert_memory_equal(ids[2].text, "heat", 4);
  assert_int_equal(fg_event_products(book, string_of("calls"), NULL, 0), 0);
  fg_book_release(book);
}

static void test_events_without_memory(void **state) {
  (void)state;
  const fg_allocator allocator = scarce_allocator();
  const fg_event_product given[PRODUCTS] = {{.packs = &of_packs}, {.counted = &of_counter}, {.free = NULL}};
  memset(&memory, 0, sizeof memory);
  fg_book *book = load_events(&allocator);
  const long live = memory.live;
  fg_status status = FG_NO_MEMORY;
  long failed = 0;
  for (; status == FG_NO_MEMORY; failed++) {
    memory.fail_at = memory.asked + failed + 1;
    status = bill_run(book, given);
    assert_int_equal(memory.live, live);
    assert_int_equal(bad_row, SIZE_MAX);
  }
  assert_int_equal(status, FG_OK);
  assert_true(failed > 10);
  assert_int_equal(amounts[2][1], 8 * 100);
  memory.fail_at = 0;
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_products_and_their_sums),
      cmocka_unit_test(test_products_of_an_event),
      cmocka_unit_test(test_events_without_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
