/* Rules, terms and attributes as they are compiled and asked: the table, the rules one by one, memory and its lack. */
#include "support.h"

#include "book/rating.h"
#include "faregate_bulk.h"

static const char head[] =
    "{\"format\": \"faregate-book/2\", \"id\": \"toy\", \"title\": \"T\", \"currency\": \"EUR\", "
    "\"minor_digits\": 2, \"time_zone\": \"+01:00\", \"rounding\": \"none\", ";

/* A book of head and tail. */
static fg_book *toy(const char *tail) {
  char json[4096];
  assert_true((size_t)snprintf(json, sizeof json, "%s%s}", head, tail) < sizeof json);
  return load_text(json);
}

static const char parrot[] =
    "\"attributes\": [{\"id\": \"model\", \"values\": [\"big\", \"mini\", \"nano\", \"pico\", \"last\"]}, "
    "{\"id\": \"plan\", \"values\": [\"free\", \"paid\"], \"of\": \"account\", \"default\": \"paid\"}, "
    "{\"id\": \"size\", \"whole\": {\"from\": 1}, \"default\": 7}], "
    "\"products\": [{\"id\": \"t\", \"meter\": \"m\", \"price\": {\"model\": \"flat\", \"price\": \"3\"}, "
    "\"quantity\": [{\"of\": \"size\", \"less\": 5, \"divide\": 2, \"round\": \"half_up\"}], \"rules\": ["
    "{\"when\": {\"plan\": \"free\"}, \"billable\": \"no\"}, "
    "{\"when\": {\"weekday\": [6, 7]}, \"factor\": \"0.5\"}, "
    "{\"when\": {\"hour\": {\"below\": 6}}, \"factor\": \"0.25\"}, "
    "{\"id\": \"small\", \"when\": {\"model\": [\"mini\", \"pico\"]}, \"price\": {\"model\": \"flat\", \"price\": \"1\"}}, "
    "{\"when\": {\"size\": {\"from\": 100}}, \"quantity\": [\"size\", 3]}]}]";

static fg_attribute text_of(const char *name, const char *text) {
  return (fg_attribute){.name = string_of(name), .text = string_of(text)};
}

static fg_attribute number_of(const char *name, int64_t number) {
  return (fg_attribute){.name = string_of(name), .number = number, .is_number = true};
}

static fg_status rate(const fg_book *book, const fg_attribute *usage, size_t count, const fg_attribute *account,
                      const char *instant, int64_t quantity, fg_rating *rating, fg_error *error) {
  fg_time time = 0;
  assert_int_equal(fg_time_parse(instant, strlen(instant), &book->zone, &time), FG_OK);
  const fg_attributes of_account = {account, account == NULL ? 0 : 1};
  return fg_rate(book, &book->products[0], (fg_attributes){usage, count}, &of_account, time, quantity, rating, error);
}

static void assert_rated(const fg_book *book, const fg_attribute *usage, size_t count, const fg_attribute *account,
                         const char *instant, fg_rating expected) {
  fg_rating rating;
  fg_error error = {0};
  if (rate(book, usage, count, account, instant, 10, &rating, &error) != FG_OK) {
    fail_msg("%s: %s", error.path, error.message);
  }
  assert_int_equal(rating.units, expected.units);
  assert_int_equal(rating.price, expected.price);
  assert_int_equal(rating.factor, expected.factor);
  assert_int_equal(rating.billable, expected.billable);
}

/* Monday 2025-03-03. The prices are 3 and 1, the factors 1, 0.5 and 0.25. */
static void assert_parrot(const fg_book *book) {
  fg_attribute big[] = {text_of("model", "big"), number_of("size", 10)};
  fg_attribute mini[] = {number_of("size", 100), text_of("model", "mini")};
  fg_attribute free_plan = text_of("plan", "free");
  fg_attribute paid_plan = text_of("plan", "paid");
  assert_rated(book, big, 2, NULL, "2025-03-03T12:00:00",
               (fg_rating){.units = 30, .billable = true}); /* (10 - 5) / 2 */
  assert_rated(book, big, 1, NULL, "2025-03-03T12:00:00", (fg_rating){.units = 10, .billable = true}); /* size 7 */
  assert_rated(book, big, 2, &paid_plan, "2025-03-03T05:59:59",
               (fg_rating){.units = 30, .factor = 2, .billable = true});
  assert_rated(book, big, 2, &paid_plan, "2025-03-03T06:00:00", (fg_rating){.units = 30, .billable = true});
  assert_rated(book, big, 2, NULL, "2025-03-02T05:00:00", (fg_rating){.units = 30, .factor = 1, .billable = true});
  assert_rated(book, big, 2, &free_plan, "2025-03-03T12:00:00", (fg_rating){.units = 30});
  assert_rated(book, mini, 2, NULL, "2025-03-01T12:00:00",
               (fg_rating){.units = 3000, .price = 1, .factor = 1, .billable = true});
  mini[1] = text_of("model", "last");
  assert_rated(book, mini, 2, NULL, "2025-03-01T12:00:00",
               (fg_rating){.units = 3000, .price = 0, .factor = 1, .billable = true});
}

static void test_a_table_and_the_rules_agree(void **state) {
  (void)state;
  fg_book *book = toy(parrot);
  fg_product *product = (fg_product *)(uintptr_t)&book->products[0];
  assert_int_equal(product->price_count, 2);
  assert_int_equal(product->factor_count, 3);
  assert_false(product->plain);
  assert_non_null(product->table.cells);
  assert_parrot(book);
  product->table.cells = NULL;
  assert_parrot(book);
  fg_book_release(book);
}

static void assert_refused(const fg_book *book, const fg_attribute *usage, size_t count, const fg_attribute *account,
                           fg_status status, const char *path) {
  fg_rating rating;
  fg_error error = {0};
  assert_int_equal(rate(book, usage, count, account, "2025-03-03T12:00:00", 1, &rating, &error), status);
  assert_int_equal(error.status, status);
  assert_string_equal(error.path, path);
  assert_int_equal(rate(book, usage, count, account, "2025-03-03T12:00:00", 1, &rating, NULL), status);
}

static void test_what_a_usage_may_not_have(void **state) {
  (void)state;
  fg_book *book = toy(parrot);
  fg_attribute given[] = {text_of("model", "big"), number_of("size", 0)};
  assert_refused(book, given, 0, NULL, FG_MISSING_ATTRIBUTE, "attributes.model");
  assert_refused(book, given, 2, NULL, FG_UNKNOWN_VALUE, "attributes.size");
  given[1] = text_of("plan", "paid"); /* not of a usage */
  assert_refused(book, given, 2, NULL, FG_UNKNOWN_VALUE, "attributes.plan");
  given[1] = text_of("size", "10");
  assert_refused(book, given, 2, NULL, FG_UNKNOWN_VALUE, "attributes.size");
  given[1] = number_of("model", 0);
  assert_refused(book, given, 2, NULL, FG_UNKNOWN_VALUE, "attributes.model");
  given[1] = number_of("size", INT64_MAX);
  given[0] = text_of("model", "huge");
  assert_refused(book, given, 2, NULL, FG_UNKNOWN_VALUE, "attributes.model");
  given[0] = text_of("model", "big");
  assert_refused(book, given, 2, NULL, FG_OVERFLOW, "");
  char long_name[400];
  memset(long_name, 'x', sizeof long_name);
  memcpy(long_name + 180, "éééééééé", 16);
  long_name[399] = '\0';
  given[1] = number_of(long_name, 1);
  fg_rating rating;
  fg_error error;
  assert_int_equal(rate(book, given, 2, NULL, "2025-03-03T12:00:00", 1, &rating, &error), FG_UNKNOWN_VALUE);
  assert_true(fg_string_is_text(string_of(error.path)));
  fg_book_release(book);
}

/* An account may have got it in another edition. */
static void test_what_a_book_has_not_of_an_account_is_as_if_not_set(void **state) {
  (void)state;
  fg_book *book = toy(parrot);
  fg_attribute big[] = {text_of("model", "big"), number_of("size", 10)};
  fg_attribute others[] = {text_of("plan", "gold"), number_of("plan", 1), text_of("hat", "red"),
                           text_of("model", "mini")};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    assert_rated(book, big, 1, &others[i], "2025-03-03T12:00:00", (fg_rating){.units = 10, .billable = true});
  }
  assert_refused(book, big, 0, &others[3], FG_MISSING_ATTRIBUTE, "attributes.model");
  fg_book_release(book);
}

/* Values and names by a hash, where there are more than are walked. */
static void test_many_values(void **state) {
  (void)state;
  static char json[200000];
  size_t used = (size_t)snprintf(json, sizeof json, "%s\"attributes\": [{\"id\": \"a\", \"values\": [", head);
  for (int i = 0; i < 1000; i++) {
    used += (size_t)snprintf(json + used, sizeof json - used, "%s\"%s%d\"", i > 0 ? ", " : "",
                             i % 3 == 0 ? "a-long-name-of-a-value-" : "v", i);
  }
  used += (size_t)snprintf(json + used, sizeof json - used, "]}");
  for (int i = 1; i < FG_ATTRIBUTES_MAX; i++) {
    used += (size_t)snprintf(json + used, sizeof json - used, ", {\"id\": \"a%d\", \"whole\": {}, \"default\": %d}", i,
                             i);
  }
  used += (size_t)snprintf(json + used, sizeof json - used,
                           "], \"products\": [{\"id\": \"t\", \"meter\": \"m\", \"price\": {\"model\": \"flat\", "
                           "\"price\": \"1\"}, \"rules\": [");
  for (int i = 0; i < 999; i++) {
    used += (size_t)snprintf(json + used, sizeof json - used, "%s{\"when\": {\"a\": \"%s%d\"}, \"factor\": \"%d\"}",
                             i > 0 ? ", " : "", i % 3 == 0 ? "a-long-name-of-a-value-" : "v", i, i + 2);
  }
  snprintf(json + used, sizeof json - used, ", {\"when\": {\"a63\": 5}, \"quantity\": [\"a62\"]}]}]}");
  fg_book *book = load_text(json);
  for (int i = 0; i < 1000; i++) {
    char name[64];
    snprintf(name, sizeof name, "%s%d", i % 3 == 0 ? "a-long-name-of-a-value-" : "v", i);
    fg_attribute given[] = {text_of("a", name), number_of("a63", i % 2 == 0 ? 5 : 6)};
    assert_rated(
        book, given, 2, NULL, "2025-03-03T12:00:00",
        (fg_rating){.units = i % 2 == 0 ? 620 : 10, .factor = (uint16_t)(i == 999 ? 0 : i + 1), .billable = true});
  }
  fg_attribute unknown = text_of("a", "v0");
  assert_refused(book, &unknown, 1, NULL, FG_UNKNOWN_VALUE, "attributes.a");
  fg_book_release(book);
}

/* Every memory that a book of rules asks for may be short. */
static void test_every_allocation_may_fail(void **state) {
  (void)state;
  char json[4096];
  int length = snprintf(json, sizeof json, "%s%s, \"events\": [{\"id\": \"e\", \"products\": [\"t\"]}]}", head, parrot);
  fg_status status = FG_NO_MEMORY;
  for (long fail = 1; status == FG_NO_MEMORY; fail++) {
    fg_book *book = NULL;
    fg_error error = {0};
    fg_allocator allocator = scarce_allocator();
    memory = (scarcity){.fail_at = fail};
    status = fg_book_load(json, (size_t)length, &allocator, &book, &error);
    assert_int_equal(error.status, status == FG_OK ? FG_OK : FG_NO_MEMORY);
    fg_book_release(book);
    assert_int_equal(memory.live, 0);
  }
  assert_int_equal(status, FG_OK);
}

typedef struct tally {
  size_t live, most;
} tally;

static void *resize(void *context, void *block, size_t old_size, size_t new_size) {
  tally *count = context;
  count->live = count->live + new_size - old_size;
  count->most = count->live > count->most ? count->live : count->most;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, new_size);
}

/* Memory is linear in the text of the rules, with a table of at most 8 KiB. */
static void test_memory(void **state) {
  (void)state;
  static char json[1 << 20];
  for (int rules = 10; rules <= 1000; rules *= 10) {
    size_t used = (size_t)snprintf(
        json, sizeof json,
        "%s\"attributes\": [{\"id\": \"x\", \"whole\": {}}, {\"id\": \"y\", \"whole\": {}}], "
        "\"products\": [{\"id\": \"t\", \"meter\": \"m\", \"rules\": [",
        head);
    for (int i = 0; i < rules; i++) {
      used += (size_t)snprintf(
          json + used, sizeof json - used,
          "%s{\"when\": {\"%c\": [%d, %d, %d]}, \"price\": {\"model\": \"flat\", \"price\": \"1\"}}", i > 0 ? ", " : "",
          i % 2 == 0 ? 'x' : 'y', 10 * i, 10 * i + 3, 10 * i + 5);
    }
    used += (size_t)snprintf(json + used, sizeof json - used, "]}]}");
    tally count = {0, 0};
    fg_allocator allocator = {resize, &count};
    fg_book *book = NULL;
    assert_int_equal(fg_book_load(json, used, &allocator, &book, NULL), FG_OK);
    assert_true(count.live < 20 * used + 8192 + 4096);
    fg_book_release(book);
    assert_int_equal(count.live, 0);
  }
}

/* Columns ask for memory as well. */
static void test_columns_whose_memory_is_short(void **state) {
  (void)state;
  static const int32_t codes[] = {0, 1, 1};
  static const int32_t offsets[] = {0, 3, 7};
  static const int64_t units[] = {10, 20, 30};
  char json[4096];
  int length = snprintf(json, sizeof json, "%s%s}", head, parrot);
  const fg_integers quantities = {.values = units, .count = 3, .type = FG_INT64};
  const fg_integers of_rows = {.values = codes, .count = 3, .type = FG_INT32};
  const fg_texts texts = {
      .type = FG_TEXT_OFFSETS32, .offsets = offsets, .bytes = "bigmini", .count = 2, .codes = &of_rows};
  const fg_attribute_column column = {.name = string_of("model"), .texts = &texts};
  fg_price_query query = {.product = string_of("t"),
                          .meter = string_of("m"),
                          .tier_quantity = -1,
                          .at = at("2025-03-03T20:00:00")}; /* 13:00 of the book */
  int64_t amounts[3] = {0};
  const fg_amounts out = {amounts, FG_AMOUNT_INT64, 2};
  fg_status status = FG_NO_MEMORY;
  for (long fail = 1; status == FG_NO_MEMORY; fail++) {
    fg_book *book = NULL;
    fg_error error = {0};
    size_t bad_row = 0;
    fg_allocator allocator = scarce_allocator();
    memory = (scarcity){0};
    assert_int_equal(fg_book_load(json, (size_t)length, &allocator, &book, NULL), FG_OK);
    memory.fail_at = memory.asked + fail;
    status = fg_price_columns(book, &query, &quantities, &column, 1, &out, &bad_row, &error);
    assert_int_equal(error.status, status);
    fg_book_release(book);
    assert_int_equal(memory.live, 0);
  }
  assert_int_equal(status, FG_OK);
  assert_int_equal(amounts[0], 3000); /* size 7: one unit of each */
  assert_int_equal(amounts[1], 2000);
  assert_int_equal(amounts[2], 3000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_table_and_the_rules_agree),
      cmocka_unit_test(test_what_a_usage_may_not_have),
      cmocka_unit_test(test_what_a_book_has_not_of_an_account_is_as_if_not_set),
      cmocka_unit_test(test_many_values),
      cmocka_unit_test(test_every_allocation_may_fail),
      cmocka_unit_test(test_memory),
      cmocka_unit_test(test_columns_whose_memory_is_short),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
