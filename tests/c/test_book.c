/* Price books: loading, refusing with the path of the fault, writing back, memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "book/book.h"

/* One of everything. Each bad book below is this one with one piece of text replaced. */
static const char good_book[] =
    "{\"format\": \"faregate-book/1\", \"id\": \"toy\", \"title\": \"A toy\", \"currency\": \"EUR\","
    " \"minor_digits\": 2, \"utc_offset\": \"+01:00\", \"rounding\": \"none\", \"notice_days\": 30,"
    " \"policy\": {\"settlement_day\": 2, \"pack_order\": \"purchase\"}, \"sources\": {\"S\": \"a page\"},"
    " \"products\": [{\"id\": \"one\", \"meter\": \"calls\","
    "  \"price\": {\"model\": \"volume\", \"block\": 10, \"per\": 1000,"
    "   \"tiers\": [{\"from\": 0, \"price\": \"0.5\"}, {\"from\": \"100\", \"price\": null}]},"
    "  \"grants\": [{\"id\": \"free\", \"quantity\": 7, \"issue\": \"monthly\", \"validity\": \"month\"}],"
    "  \"packs\": [{\"id\": \"small\", \"units\": 5, \"price\": \"3.25\", \"validity\": {\"years\": 1}},"
    "   {\"id\": \"shelf\", \"of\": \"materials\", \"units\": 4, \"price\": \"1\", \"validity\": \"permanent\"}],"
    "  \"capacity\": {\"meter\": \"qps\", \"kind\": \"rate\", \"mode\": \"manual\", \"limit\": 20,"
    "   \"day\": {\"model\": \"flat\", \"price\": \"8\"}, \"month\": {\"model\": \"stairstep\", \"edges\": \"upper\","
    "    \"tiers\": [{\"from\": 0, \"price\": \"9\"}]}},"
    "  \"materials\": {\"free\": 10}}],"
    " \"amendments\": [{\"announced\": \"2024-12-01\", \"effective\": \"2024-12-31\", \"product\": \"one\","
    "  \"grant\": \"free\", \"quantity\": 0}]}";

typedef struct bad_book {
  const char *text, *replacement;
  const char *path;     ///< of the error
  const char *expected; ///< part of its message
} bad_book;

static const bad_book bad_books[] = {
    {"\"faregate-book/1\"", "\"faregate-book/3\"", "format", "expected \"faregate-book/1\""},
    {"\"faregate-book/1\"", "\"faregate-book/2\"", "utc_offset", "no such field in a book of format"},
    {"\"utc_offset\"", "\"time_zone\"", "utc_offset", "missing"},
    {"\"materials\":", "\"outcomes\": [], \"materials\":", "products[0].outcomes", "\"faregate-book/1\""},
    {"\"id\": \"toy\"", "\"id\": \"\"", "id", "expected a name"},
    {"\"id\": \"toy\"", "\"id\": \"a/b\"", "id", "expected a name"},
    {"\"id\": \"toy\"", "\"id\": 5", "id", "expected a string, not an integer"},
    {"\"id\": \"toy\", ", "", "id", "missing"},
    {"\"id\": \"toy\"", "\"id\": \"toy\", \"id\": \"toy\"", "id", "the key stands here twice"},
    {"\"title\"", "\"titel\"", "titel", "no field"},
    {"\"A toy\"", "null", "title", "expected a string, not null"},
    {"\"EUR\"", "\"eur\"", "currency", "three capitals"},
    {"\"EUR\"", "\"EURO\"", "currency", "three capitals"},
    {"\"currency\": \"EUR\",", "", "currency", "missing"},
    {"\"minor_digits\": 2", "\"as_of\": 5, \"minor_digits\": 2", "as_of", "expected a string"},
    {"\"minor_digits\": 2", "\"as_of\": \"2024-11\", \"minor_digits\": 2", "as_of", "expected a date"},
    {"\"minor_digits\": 2", "\"minor_digits\": 13", "minor_digits", "from 0 to 12"},
    {"\"minor_digits\": 2", "\"minor_digits\": -1", "minor_digits", "from 0 to 12"},
    {"\"minor_digits\": 2", "\"minor_digits\": \"2\"", "minor_digits", "not a string"},
    {"\"minor_digits\": 2", "\"minor_digits\": 2.0", "minor_digits", "not a number with a fraction"},
    {"\"minor_digits\": 2", "\"minor_digits\": true", "minor_digits", "not a boolean"},
    {"\"+01:00\"", "\"+14:01\"", "utc_offset", "expected an offset"},
    {"\"+01:00\"", "\"+01:60\"", "utc_offset", "expected an offset"},
    {"\"+01:00\"", "\"01:00\"", "utc_offset", "expected an offset"},
    {"\"+01:00\"", "\"Z\"", "utc_offset", "expected an offset"},
    {"\"none\"", "\"exact\"", "rounding", "expected \"none\", or an object of \"digits\" and \"mode\""},
    {"\"none\"", "{\"digits\": 13, \"mode\": \"up\"}", "rounding.digits", "from 0 to 12"},
    {"\"none\"", "{\"digits\": 2, \"mode\": \"none\"}", "rounding.mode", "\"half_even\", \"up\" or \"down\""},
    {"\"none\"", "{\"digits\": 2}", "rounding.mode", "missing"},
    {"\"notice_days\": 30", "\"notice_days\": 36526", "notice_days", "from 0 to 36525"},
    {"\"settlement_day\": 2", "\"settlement_day\": 4", "policy.settlement_day", "1, 2 or 3"},
    {"\"settlement_day\": 2", "\"settlement_day\": \"2\"", "policy.settlement_day", "expected an integer"},
    {"\"purchase\"", "\"random\"", "policy.pack_order", "expected expiry, purchase or smallest_left"},
    {"\"pack_order\"", "\"pack_colour\"", "policy.pack_colour", "no such switch"},
    {"\"a page\"", "5", "sources.S", "expected a string"},
    {"\"meter\": \"calls\"", "\"meter\": \"qps\"", "products[0].capacity.meter", "another name"},
    {"\"products\": [", "\"products\": [5, ", "products[0]", "expected an object, not an integer"},
    {"\"model\": \"volume\"", "\"model\": \"package\"", "products[0].price.model", "\"flat\", \"volume\""},
    {"\"block\": 10", "\"block\": 0", "products[0].price.block", "from 1 to"},
    {"\"block\": 10", "\"block\": 30", "products[0].price.tiers[1].from", "a multiple of the block"},
    {"\"per\": 1000", "\"per\": 0", "products[0].price.per", "from 1 to"},
    {"\"per\": 1000", "\"per\": 3", "products[0].price.tiers[0].price", "at most 12 decimals"},
    {"\"per\": 1000", "\"per\": 1000, \"price\": \"1\"", "products[0].price.price",
     "no such field where \"model\" is \"volume\""},
    {"{\"from\": 0, \"price\": \"0.5", "{\"from\": 10, \"price\": \"0.5", "products[0].price.tiers[0].from",
     "expected 0"},
    {"\"from\": \"100\"", "\"from\": 0", "products[0].price.tiers[1].from", "more than the tier before"},
    {"\"from\": \"100\"", "\"from\": -100", "products[0].price.tiers[1].from", "from 0 to 9223372036854775807"},
    {"\"from\": \"100\"", "\"from\": \"1e2\"", "products[0].price.tiers[1].from", "or its digits as a string"},
    {"\"from\": \"100\"", "\"from\": \"0100\"", "products[0].price.tiers[1].from", "or its digits as a string"},
    {"\"from\": \"100\"", "\"from\": \"9223372036854775808\"", "products[0].price.tiers[1].from", "digits as a string"},
    {"\"from\": \"100\"", "\"from\": 9223372036854775808", "products[0].price.tiers[1].from",
     "beyond 64 bits; a price or amount is a string"},
    {"\"from\": \"100\"", "\"from\": 1e400", "products[0].price.tiers[1].from", "not a number with a fraction"},
    {"\"from\": \"100\"", "\"from\": 100, \"to\": 200", "products[0].price.tiers[1].to", "no field"},
    {"\"0.5\"", "0.5", "products[0].price.tiers[0].price", "as a decimal string"},
    {"\"0.5\"", "\"-0.5\"", "products[0].price.tiers[0].price", "0 or more"},
    {"\"0.5\"", "\"1e3\"", "products[0].price.tiers[0].price", "as a decimal string"},
    {"\"0.5\"", "\"\"", "products[0].price.tiers[0].price", "as a decimal string"},
    {"\"0.5\"", "\"0.1234567890123\"", "products[0].price.tiers[0].price", "at most 12 decimals"},
    {"\"quantity\": 7", "\"quantity\": 0", "products[0].grants[0].quantity", "from 1 to"},
    {"\"quantity\": 7", "\"quantity\": 7.5", "products[0].grants[0].quantity", "not a number with a fraction"},
    {"\"monthly\"", "\"weekly\"", "products[0].grants[0].issue", "\"monthly\", \"opening\" or \"claim\""},
    {"\"month\"}", "\"ever\"}", "products[0].grants[0].validity", "expected \"permanent\""},
    {"{\"years\": 1}", "{\"years\": 0}", "products[0].packs[0].validity.years", "from 1 to 100"},
    {"{\"years\": 1}", "{\"years\": 1, \"days\": 1}", "products[0].packs[0].validity", "one of"},
    {"\"id\": \"shelf\"", "\"id\": \"small\"", "products[0].packs[1].id", "packs[0] has not"},
    {"\"price\": \"3.25\"", "\"price\": null", "products[0].packs[0].price", "as a decimal string"},
    {"\"units\": 4", "\"units\": []", "products[0].packs[1].units", "not a list"},
    {"{\"free\": 10}", "null", "products[0].packs[1].of", "the product holds no materials"},
    {"\"free\": 10", "\"free\": -1", "products[0].materials.free", "from 0 to"},
    {"\"kind\": \"rate\"", "\"kind\": \"speed\"", "products[0].capacity.kind", "\"rate\" or \"slots\""},
    {"\"flat\", ", "\"flat\", \"edges\": \"lower\", ", "products[0].capacity.day.edges",
     "no such field where \"model\" is \"flat\""},
    {"\"price\": \"8\"", "\"price\": \"0\", \"per_hours_of_month\": true",
     "products[0].capacity.day.per_hours_of_month", "priced by the day or the month"},
    {"\"edges\": \"upper\"", "\"per_hours_of_month\": true", "products[0].capacity.month.per_hours_of_month",
     "priced by the day or the month"},
    {"\"edges\": \"upper\"", "\"per\": 1", "products[0].capacity.month.per",
     "no such field where \"model\" is \"stairstep\""},
    {"\"effective\": \"2024-12-31\"", "\"effective\": \"2024-12-30\"", "amendments[0].effective", "at least 30 days"},
    {"\"announced\": \"2024-12-01\"", "\"announced\": \"2024-02-30\"", "amendments[0].announced", "expected a date"},
    {"\"product\": \"one\"", "\"product\": \"two\"", "amendments[0].product", "a product of this book"},
    {"\"grant\": \"free\"", "\"grant\": \"paid\"", "amendments[0].grant", "a grant of this product"},
    {"\"quantity\": 0}]",
     "\"quantity\": 0}, {\"announced\": \"2024-11-01\", \"effective\": \"2024-12-31\","
     " \"product\": \"one\", \"grant\": \"free\", \"quantity\": 1}]",
     "amendments[1].effective", "one amendment of a grant"},
    {"\"quantity\": 0}]",
     "\"quantity\": 0}, {\"announced\": \"2024-11-01\", \"effective\": \"2024-12-02\","
     " \"product\": \"one\", \"grant\": \"free\", \"quantity\": 1}]",
     "amendments[1].effective", "not before"},
};

static fg_status load(const char *json, fg_book **book, fg_error *error) {
  return fg_book_load(json, strlen(json), NULL, book, error);
}

static void replace_text(const char *text, const char *replacement, char *out, size_t size) {
  const char *place = strstr(good_book, text);
  assert_non_null(place);
  snprintf(out, size, "%.*s%s%s", (int)(place - good_book), good_book, replacement, place + strlen(text));
}

static void assert_refused(const char *json, size_t length, const char *path, const char *expected) {
  fg_book *book = NULL;
  fg_error error = {.status = FG_OK};
  assert_int_equal(fg_book_load(json, length, NULL, &book, &error), FG_INVALID);
  assert_null(book);
  assert_int_equal(error.status, FG_INVALID);
  assert_string_equal(error.path, path);
  if (strstr(error.message, expected) == NULL) {
    fail_msg("at %s: \"%s\" does not say \"%s\"", path, error.message, expected);
  }
}

static void bad_books_are_refused_at_the_place(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof bad_books / sizeof *bad_books; i++) {
    char json[4096];
    replace_text(bad_books[i].text, bad_books[i].replacement, json, sizeof json);
    assert_refused(json, strlen(json), bad_books[i].path, bad_books[i].expected);
  }
}

static void what_is_no_document_is_refused(void **state) {
  (void)state;
  static const char deep_start[] = "{\"products\": ";
  char deep[10000];
  memset(deep, '[', sizeof deep);
  memcpy(deep, deep_start, sizeof deep_start - 1);
  assert_refused("", 0, "", "line 1, column 1: the document ends too early");
  assert_refused(NULL, 0, "", "the document ends too early");
  assert_refused("5", 1, "", "expected an object, not an integer");
  assert_refused("[]", 2, "", "expected an object, not a list");
  assert_refused("{}", 2, "format", "missing");
  assert_refused("{\"id\": \"\xff\"}", 10, "id", "line 1, column 9: this is no UTF-8");
  assert_refused("{\"about\": \"\\ud800\"}", 19, "about", "surrogates in pairs");
  assert_refused("{\"about\": \"\\u0000\"}", 19, "about", "not allowed");
  assert_refused("{\"about\": \"\n\"}", 14, "about", "line 1, column 12: a control character");
  assert_refused("{\n \"about\": \"\",\n}", 17, "", "line 3, column 1: expected a key");
  assert_refused("{\"about\": tru}", 14, "about", "expected a value");
  assert_refused("{\"about\": 01}", 13, "about", "no number");
  assert_refused("{\"about\": [1, 2}", 17, "about[1]", "expected ',' or ']'");
  assert_refused("{} {}", 5, "", "line 1, column 4: expected the end");
  assert_refused("{\"products\": [{\"id\": 1}, {\"id\"", 30, "products[1].id", "ends too early");
  fg_book *book = NULL;
  fg_error error = {.status = FG_OK};
  assert_int_equal(fg_book_load(deep, sizeof deep, NULL, &book, &error), FG_INVALID);
  assert_non_null(strstr(error.message, "nested too deep"));
  assert_memory_equal(error.path, "products[0][0]", 14);
}

static void assert_round_trip(const char *json, size_t length) {
  fg_book *book = NULL;
  fg_book *again = NULL;
  fg_text first = {.text = NULL};
  fg_text second = {.text = NULL};
  assert_int_equal(fg_book_load(json, length, NULL, &book, NULL), FG_OK);
  assert_int_equal(fg_book_write(book, &first), FG_OK);
  assert_int_equal(fg_book_load(first.text, first.length, NULL, &again, NULL), FG_OK);
  assert_int_equal(fg_book_write(again, &second), FG_OK);
  assert_int_equal(first.length, second.length);
  assert_memory_equal(first.text, second.text, first.length);
  fg_text_release(&first);
  fg_text_release(&second);
  fg_book_release(book);
  fg_book_release(again);
}

static void a_book_written_and_loaded_is_the_same(void **state) {
  (void)state;
  static const char *const names[] = {"tencent-facefusion", "tencent-tts", "baidu-face-qps",
                                      "aws-lambda",         "aws-s3",      "google-vision"};
  static char json[1 << 16];
  assert_round_trip(good_book, strlen(good_book));
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char path[64];
    snprintf(path, sizeof path, "books/%s.json", names[i]);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(json, 1, sizeof json, file);
    fclose(file);
    assert_round_trip(json, length);
  }
}

static void a_book_is_read_in_full(void **state) {
  (void)state;
  fg_book *book = NULL;
  assert_int_equal(load(good_book, &book, NULL), FG_OK);
  const fg_product *product = &book->products[fg_book_product(book, fg_string_of("one"))];
  assert_string_equal(fg_book_id(book), "toy");
  assert_string_equal(fg_book_title(book), "A toy");
  assert_string_equal(fg_book_currency(book), "EUR");
  assert_int_equal(fg_book_minor_digits(book), 2);
  assert_int_equal(fg_book_zone(book)->offset, INT64_C(3600000000));
  assert_int_equal(book->suspension_hours, 24);
  assert_int_equal(book->policy.value[FG_SWITCH_PACK_ORDER], FG_ORDER_PURCHASE);
  assert_string_equal(product->title.text, "one");
  assert_int_equal(product->schedule.tiers[1].from, 100);
  assert_false(product->all_sold);
  assert_int_equal(fg_product_pack(product, fg_string_of("shelf")), 1);
  assert_int_equal(fg_product_pack(product, fg_string_of("shelves")), FG_NONE);
  assert_int_equal(fg_product_grant(product, fg_string_of("free")), 0);
  assert_int_equal(product->capacity->limit, 20);
  assert_int_equal(product->capacity->max_held, -1);
  assert_int_equal(product->materials->free, 10);
  fg_book_release(book);
}

/* An allocator that fails at the n-th request and counts what is out. */
typedef struct scarce_memory {
  long requests_left;
  size_t bytes_out;
} scarce_memory;

static void *scarce_resize(void *context, void *block, size_t old_size, size_t new_size) {
  scarce_memory *memory = context;
  if (new_size > 0 && memory->requests_left-- <= 0) {
    return NULL;
  }
  memory->bytes_out += new_size - old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, new_size);
}

/* A book too large for one block of the arena. */
static char *large_book(void) {
  static char json[3 * sizeof good_book + 10000];
  char about[9000];
  memset(about, 'x', sizeof about - 1);
  about[sizeof about - 1] = '\0';
  snprintf(json, sizeof json, "{\"about\": \"%s\",%s", about, good_book + 1);
  return json;
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  const char *json = large_book();
  fg_status status = FG_NO_MEMORY;
  for (long allowed = 0; status == FG_NO_MEMORY; allowed++) {
    scarce_memory memory = {allowed, 0};
    fg_allocator allocator = {scarce_resize, &memory};
    fg_error error = {.status = FG_OK};
    fg_book *book = NULL;
    fg_text text = {.text = NULL};
    status = fg_book_load(json, strlen(json), &allocator, &book, &error);
    if (status == FG_OK) {
      status = fg_book_write(book, &text);
    } else {
      assert_int_equal(error.status, FG_NO_MEMORY);
      assert_null(book);
    }
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    assert_true(allowed > 4 || status == FG_NO_MEMORY);
    fg_text_release(&text);
    fg_book_release(book);
    assert_int_equal(memory.bytes_out, 0);
  }
}

static void the_last_reference_frees(void **state) {
  (void)state;
  scarce_memory memory = {1000, 0};
  fg_allocator allocator = {scarce_resize, &memory};
  fg_book *book = NULL;
  assert_int_equal(fg_book_load(good_book, strlen(good_book), &allocator, &book, NULL), FG_OK);
  assert_ptr_equal(fg_book_retain(book), book);
  fg_book_release(book);
  assert_string_equal(fg_book_id(book), "toy");
  fg_book_release(book);
  assert_int_equal(memory.bytes_out, 0);
  fg_book_release(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bad_books_are_refused_at_the_place),
      cmocka_unit_test(what_is_no_document_is_refused),
      cmocka_unit_test(a_book_written_and_loaded_is_the_same),
      cmocka_unit_test(a_book_is_read_in_full),
      cmocka_unit_test(every_allocation_may_fail),
      cmocka_unit_test(the_last_reference_frees),
  };
  return cmocka_run_group_tests_name("price books", tests, NULL, NULL);
}
