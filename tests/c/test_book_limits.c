/* Price books at the ends of what is allowed, and written back with every word that was read. */
#include "support.h"

#include "book/book.h"

/* With two products, two grants, and all that is optional. Cases below replace one piece of its text. */
static const char full_book[] =
    "{\"format\": \"faregate-book/1\", \"id\": \"toy\", \"title\": \"A toy\", \"about\": \"For play.\","
    " \"as_of\": \"2024-11-05\", \"currency\": \"EUR\", \"minor_digits\": 2, \"utc_offset\": \"+01:00\","
    " \"rounding\": {\"digits\": 3, \"mode\": \"half_even\"}, \"notice_days\": 10, \"suspension_hours\": 5,"
    " \"refund_days\": 3, \"policy\": {\"settlement_day\": 2}, \"sources\": {\"S\": \"a page\", \"T\": \"another\"},"
    " \"products\": [{\"id\": \"one\", \"title\": \"The first\", \"meter\": \"calls\", \"unit\": \"call\","
    "  \"source\": \"S\", \"tier_period\": \"day\","
    "  \"price\": {\"model\": \"graduated\", \"edges\": \"upper\", \"block\": 10, \"per\": 1000,"
    "   \"tiers\": [{\"from\": 0, \"price\": \"0.5\"}, {\"from\": 100, \"price\": null}], \"source\": \"T\"},"
    "  \"grants\": [{\"id\": \"g\", \"quantity\": 7, \"issue\": \"monthly\", \"validity\": \"month\", \"source\": \"S\"},"
    "   {\"id\": \"h\", \"quantity\": 8, \"issue\": \"claim\", \"validity\": {\"months\": 3}}],"
    "  \"packs\": [{\"id\": \"small\", \"units\": 5, \"price\": \"3.25\", \"validity\": {\"years\": 1}, \"source\": \"S\"},"
    "   {\"id\": \"shelf\", \"of\": \"materials\", \"units\": 4, \"price\": \"1\", \"validity\": {\"days\": 9}}],"
    "  \"capacity\": {\"meter\": \"qps\", \"kind\": \"rate\", \"mode\": \"manual\", \"limit\": 20, \"max_held\": 300,"
    "   \"day\": {\"model\": \"flat\", \"price\": \"8\"}, \"month\": {\"model\": \"stairstep\","
    "   \"tiers\": [{\"from\": 0, \"price\": \"9\"}]}},"
    "  \"materials\": {\"free\": 10}},"
    " {\"id\": \"two\", \"meter\": \"units\", \"price\": {\"model\": \"flat\", \"price\": \"1\","
    "  \"per_hours_of_month\": true}, \"grants\": [{\"id\": \"g\", \"quantity\": 1, \"issue\": \"opening\","
    "  \"validity\": \"permanent\"}], \"capacity\": {\"meter\": \"slots\", \"kind\": \"slots\", \"mode\": \"automatic\","
    "  \"limit\": 0, \"month\": {\"model\": \"flat\", \"price\": \"8\"}}}],"
    " \"amendments\": [{\"announced\": \"2024-12-01\", \"effective\": \"2024-12-31\", \"product\": \"one\","
    "  \"grant\": \"g\", \"quantity\": 0, \"source\": \"T\"}]}";

static fg_status load(const char *text, const char *replacement, fg_book **book, fg_error *error) {
  static char json[1 << 16];
  const char *place = strstr(full_book, text);
  assert_non_null(place);
  int length = snprintf(json, sizeof json, "%.*s%s%s", (int)(place - full_book), full_book, replacement,
                        place + strlen(text));
  assert_true(length > 0 && (size_t)length < sizeof json);
  return fg_book_load(json, (size_t)length, NULL, book, error);
}

static void assert_accepted(const char *text, const char *replacement) {
  fg_book *book = NULL;
  fg_error error = {0};
  if (load(text, replacement, &book, &error) != FG_OK) {
    fail_msg("%s for %s is refused: %s: %s", replacement, text, error.path, error.message);
  }
  fg_book_release(book);
}

static void assert_refused(const char *text, const char *replacement, const char *path) {
  fg_book *book = NULL;
  fg_error error = {0};
  if (load(text, replacement, &book, &error) != FG_INVALID || strcmp(error.path, path) != 0) {
    fail_msg("%s for %s at %s: %s", replacement, text, error.path, error.message);
  }
}

static bool same_price(const char *a, const char *b) {
  fg_money left = fg_money_zero(), right = fg_money_zero();
  return fg_money_parse(a, strlen(a), &left) == FG_OK && fg_money_parse(b, strlen(b), &right) == FG_OK &&
         left.high == right.high && left.low == right.low;
}

/* All that is in `a` is in `b`, whose prices may have more zeros; nothing but defaults is in `b` alone. */
static void assert_holds(const json_t *a, const json_t *b, const char *where) {
  const char *key = NULL;
  json_t *value = NULL;
  size_t i = 0;
  if (b == NULL || json_typeof(a) != json_typeof(b)) {
    fail_msg("%s is not as it was", where);
  }
  switch (json_typeof(a)) {
  case JSON_OBJECT:
    json_object_foreach((json_t *)(uintptr_t)a, key, value) { assert_holds(value, json_object_get(b, key), key); }
    break;
  case JSON_ARRAY:
    assert_int_equal(json_array_size(a), json_array_size(b));
    json_array_foreach(a, i, value) { assert_holds(value, json_array_get(b, i), where); }
    break;
  case JSON_STRING:
    if (strcmp(json_string_value(a), json_string_value(b)) != 0 &&
        !same_price(json_string_value(a), json_string_value(b))) {
      fail_msg("%s was %s and is %s", where, json_string_value(a), json_string_value(b));
    }
    break;
  default: assert_true(json_equal(a, b));
  }
}

static void assert_written_in_full(const char *json, size_t length) {
  fg_book *book = NULL;
  fg_text text = {0};
  fg_error error = {0};
  if (fg_book_load(json, length, NULL, &book, &error) != FG_OK) {
    fail_msg("%s: %s", error.path, error.message);
  }
  assert_int_equal(fg_book_write(book, &text), FG_OK);
  json_t *given = json_loadb(json, length, 0, NULL);
  json_t *written = json_loadb(text.text, text.length, 0, NULL);
  assert_holds(given, written, "");
  json_builder builder;
  fg_visitor visitor = build_json(&builder, book);
  assert_int_equal(fg_book_describe(book, &visitor), FG_OK);
  assert_holds(given, builder.root, "");
  json_decref(builder.root);
  json_decref(given);
  json_decref(written);
  fg_text_release(&text);
  fg_book_release(book);
}

static void test_what_is_read_is_written(void **state) {
  (void)state;
  static const char *const names[] = {"tencent-facefusion", "tencent-tts", "baidu-face-qps",
                                      "aws-lambda",         "aws-s3",      "google-vision"};
  assert_written_in_full(full_book, strlen(full_book));
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char path[64];
    size_t length = 0;
    snprintf(path, sizeof path, "books/%s.json", names[i]);
    char *json = read_file(path, &length);
    assert_written_in_full(json, length);
    free(json);
  }
}

static void test_what_is_left_out(void **state) {
  (void)state;
  static const char least[] =
      "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\", \"minor_digits\": 0,"
      " \"utc_offset\": \"-01:30\", \"rounding\": \"none\", \"products\": [{\"id\": \"p\", \"meter\": \"u\","
      " \"price\": {\"model\": \"volume\", \"tiers\": [{\"from\": 0, \"price\": \"1\"}]}}]}";
  fg_book *book = NULL;
  assert_int_equal(fg_book_load(least, strlen(least), NULL, &book, NULL), FG_OK);
  const fg_product *product = &book->products[0];
  assert_string_equal(book->about.text, "");
  assert_int_equal(book->as_of, FG_NO_DATE);
  assert_int_equal(book->zone.offset, -90 * INT64_C(60000000));
  assert_int_equal(book->notice_days, 30);
  assert_int_equal(book->suspension_hours, 24);
  assert_int_equal(book->refund_days, 7);
  assert_int_equal(book->source_count, 0);
  assert_int_equal(book->amendment_count, 0);
  assert_string_equal(product->title.text, "p");
  assert_string_equal(product->unit.text, "unit");
  assert_string_equal(product->source.text, "");
  assert_int_equal(product->tier_period.unit, FG_EVERY_MONTH);
  assert_int_equal(product->schedule.block, 1);
  assert_int_equal(product->schedule.per, 1);
  assert_false(product->schedule.upper_inclusive);
  assert_false(product->schedule.per_hours_of_month);
  assert_string_equal(product->schedule.source.text, "");
  assert_null(product->capacity);
  assert_null(product->materials);
  fg_book_release(book);
}

static void test_names_and_offsets(void **state) {
  (void)state;
  static const struct {
    const char *offset;
    int minutes; ///< 10,000: refused
  } offsets[] = {{"+00:00", 0},      {"-00:00", 0},     {"+14:00", 840},   {"-14:00", -840},  {"+05:59", 359},
                 {"-09:30", -570},   {"+10:09", 609},   {"+14:01", 10000}, {"-14:01", 10000}, {"+05:60", 10000},
                 {"+0a:00", 10000},  {"+a0:00", 10000}, {"+00:0/", 10000}, {"+00:/0", 10000}, {"+00:0:", 10000},
                 {"+1/:00", 10000},  {"+00:1/", 10000}, {"*05:00", 10000}, {"+05.00", 10000}, {"+5:000", 10000},
                 {"+05:000", 10000}, {"05:00", 10000},  {"+-5:00", 10000}, {"+05:-1", 10000}, {"", 10000},
                 {"+", 10000},       {"+:0:00", 10000}};
  for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
    fg_book *book = NULL;
    fg_status status = load("+01:00", offsets[i].offset, &book, NULL);
    assert_int_equal(status, offsets[i].minutes == 10000 ? FG_INVALID : FG_OK);
    assert_true(status != FG_OK || fg_book_zone(book)->offset == offsets[i].minutes * INT64_C(60000000));
    fg_book_release(book);
  }
  assert_accepted("\"EUR\"", "\"AZA\"");
  assert_accepted("\"EUR\"", "\"ZAZ\"");
  assert_refused("\"EUR\"", "\"ZA[\"", "currency");
  assert_refused("\"EUR\"", "\"@AZ\"", "currency");
  assert_refused("\"EUR\"", "\"EU\"", "currency");
  assert_accepted("\"id\": \"toy\"", "\"id\": \"azAZ09._-\"");
  assert_refused("\"id\": \"toy\"", "\"id\": \"a:\"", "id");
  assert_refused("\"id\": \"toy\"", "\"id\": \"a/\"", "id");
  assert_refused("\"id\": \"toy\"", "\"id\": \"a[\"", "id");
  assert_refused("\"id\": \"toy\"", "\"id\": \"a@\"", "id");
  assert_refused("\"id\": \"toy\"", "\"id\": \"a`\"", "id");
  assert_refused("\"id\": \"toy\"", "\"id\": \"a{\"", "id");
  assert_refused("\"id\": \"one\"", "\"id\": \"two\"", "products[1].id");
  /* Also the same as one that is not the first. */
  const char *third = "{\"id\": \"h\", \"quantity\": 8, \"issue\": \"claim\", \"validity\": \"permanent\"},"
                      "{\"id\": \"h\", \"quantity\": 8, \"issue\": \"claim\", \"validity\": {\"months\": 3}}";
  assert_refused("{\"id\": \"h\", \"quantity\": 8, \"issue\": \"claim\", \"validity\": {\"months\": 3}}", third,
                 "products[0].grants[2].id");
}

static void test_numbers(void **state) {
  (void)state;
  assert_accepted("\"minor_digits\": 2", "\"minor_digits\": 12");
  assert_accepted("\"refund_days\": 3", "\"refund_days\": 0");
  assert_accepted("\"refund_days\": 3", "\"refund_days\": 36525");
  assert_refused("\"refund_days\": 3", "\"refund_days\": 36526", "refund_days");
  assert_refused("\"refund_days\": 3", "\"refund_days\": -1", "refund_days");
  assert_accepted("\"notice_days\": 10", "\"notice_days\": 0");
  assert_accepted("\"suspension_hours\": 5", "\"suspension_hours\": 0");
  assert_refused("\"suspension_hours\": 5", "\"suspension_hours\": -1", "suspension_hours");
  assert_accepted("\"digits\": 3", "\"digits\": 12");
  assert_accepted("\"digits\": 3", "\"digits\": 0");
  assert_accepted("{\"days\": 9}", "{\"days\": 36525}");
  assert_refused("{\"days\": 9}", "{\"days\": 36526}", "products[0].packs[1].validity.days");
  assert_accepted("{\"months\": 3}", "{\"months\": 1200}");
  assert_refused("{\"months\": 3}", "{\"months\": 1201}", "products[0].grants[1].validity.months");
  assert_accepted("{\"years\": 1}", "{\"years\": 100}");
  assert_refused("{\"years\": 1}", "{\"years\": 101}", "products[0].packs[0].validity.years");
  assert_accepted("\"limit\": 20", "\"limit\": 0");
  assert_accepted("\"free\": 10", "\"free\": 0");
  assert_accepted("\"quantity\": 0, \"source\"", "\"quantity\": 9223372036854775807, \"source\"");
  assert_refused("\"sources\": {\"S\": \"a page\", \"T\": \"another\"}", "\"sources\": []", "sources");
  assert_refused("\"policy\": {\"settlement_day\": 2}", "\"policy\": []", "policy");
}

/* `count` tiers whose edges rise by 10, from 0. */
static const char *tiers_of(int count) {
  static char text[8000];
  size_t length = (size_t)snprintf(text, sizeof text, "\"tiers\": [");
  for (int i = 0; i < count; i++) {
    length += (size_t)snprintf(text + length, sizeof text - length, "%s{\"from\": %d, \"price\": \"1\"}",
                               i == 0 ? "" : ",", 10 * i);
  }
  snprintf(text + length, sizeof text - length, "], \"source\": \"T\"}");
  return text;
}

/* `count` sources beside the two. */
static const char *sources_of(int count) {
  static char text[1 << 15];
  size_t length = (size_t)snprintf(text, sizeof text, "\"sources\": {\"S\": \"a page\", \"T\": \"another\"");
  for (int i = 0; i < count; i++) {
    length += (size_t)snprintf(text + length, sizeof text - length, ", \"s%d\": \"x\"", i);
  }
  snprintf(text + length, sizeof text - length, "}");
  return text;
}

static void test_lengths_of_lists(void **state) {
  (void)state;
  const char *tiers =
      "\"tiers\": [{\"from\": 0, \"price\": \"0.5\"}, {\"from\": 100, \"price\": null}], \"source\": \"T\"}";
  assert_accepted(tiers, tiers_of(64));
  assert_refused(tiers, tiers_of(65), "products[0].price.tiers");
  assert_refused(tiers, "\"tiers\": []}", "products[0].price.tiers");
  const char *sources = "\"sources\": {\"S\": \"a page\", \"T\": \"another\"}";
  assert_accepted(sources, sources_of(998));
  assert_refused(sources, sources_of(999), "sources");
}

/* More texts than one block of memory holds: each block may be missing. */
static void test_memory_for_many_sources(void **state) {
  (void)state;
  static char json[1 << 16];
  const char *sources = "\"sources\": {\"S\": \"a page\", \"T\": \"another\"}";
  const char *place = strstr(full_book, sources);
  fg_allocator allocator = scarce_allocator();
  int length = snprintf(json, sizeof json, "%.*s%s%s", (int)(place - full_book), full_book, sources_of(900),
                        place + strlen(sources));
  fg_status status = FG_NO_MEMORY;
  for (long fail_at = 1; status == FG_NO_MEMORY; fail_at++) {
    fg_book *book = NULL;
    fg_error error = {0};
    memory = (scarcity){.fail_at = fail_at};
    status = fg_book_load(json, (size_t)length, &allocator, &book, &error);
    assert_int_equal(status, memory.asked < fail_at ? FG_OK : FG_NO_MEMORY);
    assert_true(status == FG_OK || error.status == FG_NO_MEMORY);
    fg_book_release(book);
    assert_int_equal(memory.live, 0);
  }
  memory = (scarcity){.fail_at = 0};
}

/* The hours of the longest month times an edge or a `per` fit in 64 bits: 2^63 ÷ 744 is 12,397,005,425,880,075.3. */
static void test_numbers_per_hours_of_the_month(void **state) {
  (void)state;
  const char *price = "\"price\": {\"model\": \"flat\", \"price\": \"1\",  \"per_hours_of_month\": true}";
  assert_accepted(price, "\"price\": {\"model\": \"flat\", \"price\": \"1\", \"per_hours_of_month\": true,"
                         " \"per\": 12397005425880075}");
  assert_refused(price,
                 "\"price\": {\"model\": \"flat\", \"price\": \"1\", \"per_hours_of_month\": true,"
                 " \"per\": 12397005425880076}",
                 "products[1].price.per");
#define TIERED(from)                                                                                                   \
  "\"price\": {\"model\": \"volume\", \"per_hours_of_month\": true, \"tiers\": ["                                      \
  "{\"from\": 0, \"price\": \"1\"}, {\"from\": " from ", \"price\": \"2\"}]}"
  assert_accepted(price, TIERED("12397005425880075"));
  assert_refused(price, TIERED("12397005425880076"), "products[1].price.tiers[1].from");
}

/* Without a rounding every amount is to be exact: in every month's hours, for every whole block. */
static void test_prices_that_divide(void **state) {
  (void)state;
  static const struct {
    const char *price;
    bool exact;
  } cases[] = {
      {"\"model\": \"flat\", \"price\": \"1\", \"per\": 1000000000000", true},
      {"\"model\": \"flat\", \"price\": \"1\", \"per\": 10000000000000", false},
      {"\"model\": \"flat\", \"price\": \"1\", \"per\": 10000000000000, \"block\": 10", true},
      {"\"model\": \"flat\", \"price\": \"1\", \"per\": 3", false},
      {"\"model\": \"flat\", \"price\": \"1\", \"per\": 3, \"block\": 3", true},
      {"\"model\": \"flat\", \"price\": \"1\", \"per\": 6, \"block\": 9", true}, /* blocks of 9 are 1.5 times 6 */
      {"\"model\": \"flat\", \"price\": \"6510.42\", \"per_hours_of_month\": true", false},
      {"\"model\": \"flat\", \"price\": \"9061.92\", \"per_hours_of_month\": true", true}, /* 2^5·3^2·5·7·29·31 cents */
      {"\"model\": \"flat\", \"price\": \"292.32\", \"per_hours_of_month\": true", false},  /* 31 left out, */
      {"\"model\": \"flat\", \"price\": \"312.48\", \"per_hours_of_month\": true", false},  /* or 29, */
      {"\"model\": \"flat\", \"price\": \"1294.56\", \"per_hours_of_month\": true", false}, /* or 7, */
      {"\"model\": \"flat\", \"price\": \"3020.64\", \"per_hours_of_month\": true", false}, /* or one 3 */
      {"\"model\": \"stairstep\", \"tiers\": [{\"from\": 0, \"price\": \"1\"}], \"block\": 3", true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char json[1000];
    fg_book *book = NULL;
    fg_error error = {0};
    snprintf(json, sizeof json,
             "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\","
             "\"minor_digits\": 2, \"utc_offset\": \"+01:00\", \"rounding\": \"none\","
             "\"products\": [{\"id\": \"p\", \"meter\": \"u\", \"price\": {%s}}]}",
             cases[i].price);
    fg_status status = fg_book_load(json, strlen(json), NULL, &book, &error);
    if (status != (cases[i].exact ? FG_OK : FG_INVALID)) {
      fail_msg("%s: %s", cases[i].price, error.message);
    }
    assert_string_equal(error.path, cases[i].exact ? "" : "products[0].price.price");
    fg_book_release(book);
  }
}

/* R5. Amendments rise in time; of one grant there is one at a date, of others there may be more. */
static void test_amendments(void **state) {
  (void)state;
#define AMEND(announced, effective, product, grant)                                                                    \
  "\"amendments\": [{\"announced\": \"" announced "\", \"effective\": \"" effective "\", \"product\": \"" product      \
  "\", \"grant\": \"" grant "\", \"quantity\": 1}, {\"announced\""
#define FIRST "\"amendments\": [{\"announced\""
  assert_accepted(FIRST, AMEND("2024-12-01", "2024-12-31", "one", "h"));
  assert_accepted(FIRST, AMEND("2024-12-01", "2024-12-31", "two", "g"));
  assert_accepted(FIRST, AMEND("2024-12-01", "2024-12-30", "one", "g"));
  assert_refused(FIRST, AMEND("2024-12-01", "2024-12-31", "one", "g"), "amendments[1].effective");
  assert_refused(FIRST, AMEND("2024-12-01", "2025-01-01", "two", "g"), "amendments[1].effective");
  assert_refused(FIRST, AMEND("2024-12-01", "2024-12-31", "two", "h"), "amendments[0].grant");
  assert_accepted(FIRST, AMEND("2024-12-01", "2024-12-11", "one", "h")); /* 10 days of notice */
  assert_refused(FIRST, AMEND("2024-12-01", "2024-12-10", "one", "h"), "amendments[0].effective");
  /* Two of other grants between those of one grant. */
  assert_refused(FIRST,
                 AMEND("2024-12-01", "2024-12-31", "one",
                       "g") ": \"2024-12-01\", \"effective\": \"2024-12-31\","
                            "\"product\": \"two\", \"grant\": \"g\", \"quantity\": 1}, {\"announced\"",
                 "amendments[2].effective");
}

typedef struct counted {
  size_t live, most;
} counted;

static void *counting_resize(void *context, void *block, size_t old_size, size_t new_size) {
  counted *bytes = context;
  bytes->live += new_size - old_size;
  bytes->most = bytes->live > bytes->most ? bytes->live : bytes->most;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, new_size);
}

static size_t add_text(char *text, size_t length, const char *more) {
  strcpy(text + length, more);
  return length + strlen(more);
}

/* The first edition has all of `items`, the others one of them: each has a place for all. */
static size_t write_editions(char *text, const char *key, const char *item, const char *rest) {
  size_t length = add_text(text, 0,
                           "{\"format\":\"faregate-book/2\",\"id\":\"t\",\"title\":\"T\",\"currency\":\"EUR\","
                           "\"minor_digits\":2,\"time_zone\":\"+00:00\",\"rounding\":\"none\",\"editions\":[");
  for (int edition = 0; edition < 64; edition++) {
    char one[256];
    snprintf(one, sizeof one, "%s{\"effective\":\"%d-01-01\",%s\"%s\":[", edition == 0 ? "" : ",", 2000 + edition, rest,
             key);
    length = add_text(text, length, one);
    for (int i = 0; i < (edition == 0 ? 1000 : 1); i++) {
      snprintf(one, sizeof one, item, i == 0 ? "" : ",", i);
      length = add_text(text, length, one);
    }
    length = add_text(text, length, "]}");
  }
  return add_text(text, length, "]}");
}

/* As docs/price-book.md states it. */
static void assert_within_the_multiple(const char *text, size_t length) {
  counted bytes = {0, 0};
  const fg_allocator allocator = {counting_resize, &bytes};
  fg_book *book = NULL;
  fg_error error = {0};
  if (fg_book_load(text, length, &allocator, &book, &error) != FG_OK) {
    fail_msg("%s: %s", error.path, error.message);
  }
  assert_true(bytes.most <= 1000 * length + 64 * 1024);
  assert_true(fg_book_account_bytes(book) > 0 && fg_book_account_bytes(book) <= 64 * 1024 * 1024);
  fg_book_release(book);
  assert_int_equal(bytes.live, 0);
}

static void test_memory_of_a_book(void **state) {
  (void)state;
  skip_if_slow();
  static char text[1 << 18];
  static const char *const product =
      "%s{\"id\":\"p%d\",\"meter\":\"u\",\"price\":{\"model\":\"flat\",\"price\":\"0\"}}";
  static const char *const pool = "%s{\"id\":\"o%d\",\"covers\":[{\"product\":\"p\",\"weight\":\"1\"}]}";
  static const char *const one =
      "\"products\":[{\"id\":\"p\",\"meter\":\"u\",\"price\":{\"model\":\"flat\",\"price\":\"0\"}}],";
  assert_within_the_multiple(text, write_editions(text, "products", product, ""));
  assert_within_the_multiple(text, write_editions(text, "pools", pool, one));
  assert_within_the_multiple(full_book, sizeof full_book - 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_is_read_is_written),
      cmocka_unit_test(test_what_is_left_out),
      cmocka_unit_test(test_names_and_offsets),
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_lengths_of_lists),
      cmocka_unit_test(test_memory_for_many_sources),
      cmocka_unit_test(test_numbers_per_hours_of_the_month),
      cmocka_unit_test(test_prices_that_divide),
      cmocka_unit_test(test_amendments),
      cmocka_unit_test(test_memory_of_a_book),
  };
  return cmocka_run_group_tests_name("limits of price books", tests, NULL, NULL);
}
