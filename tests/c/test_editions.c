/* Editions: price lists with dates in one book, and those that a living account adopts (R37). */
#include "support.h"

#include "account/snapshot.h"

#define HEAD(format, zone)                                                                                             \
  "{\"format\": \"faregate-book/" format "\", \"id\": \"toy\", \"title\": \"Toy\", \"currency\": \"EUR\", "            \
  "\"minor_digits\": 2, \"" zone "\": \"+08:00\", \"rounding\": \"none\", "
#define FLAT(id, price)                                                                                                \
  "{\"id\": \"" id "\", \"meter\": \"units\", \"price\": {\"model\": \"flat\", \"price\": \"" price "\"}"
#define GRANTING(quantity)                                                                                             \
  FLAT("a", "1")                                                                                                       \
  ", \"grants\": [{\"id\": \"free\", \"quantity\": " quantity ", "                                                     \
  "\"issue\": \"monthly\", \"validity\": \"month\"}]}"
#define PRODUCTS(list) "\"products\": [" list "]"
#define EDITION(date, list) "{\"effective\": \"" date "\", " PRODUCTS(list) "}"
#define TWO(first, second) HEAD("2", "time_zone") "\"editions\": [" first ", " second "]}"

#define OLD HEAD("1", "utc_offset") PRODUCTS(FLAT("p", "1") "}") "}"
#define NEW                                                                                                            \
  HEAD("1", "utc_offset")                                                                                              \
  PRODUCTS(                                                                                                            \
      FLAT("p", "2") "}, " FLAT("q", "5") ", \"grants\": [{\"id\": \"free\", "                                         \
                                          "\"quantity\": 3, \"issue\": \"opening\", \"validity\": \"permanent\"}]}")   \
  "}"

static void assert_refused(const char *json, const char *path) {
  fg_book *book = NULL;
  fg_error error;
  assert_int_equal(fg_book_load(json, strlen(json), NULL, &book, &error), FG_INVALID);
  assert_string_equal(error.path, path);
}

/* An edition lacks what another has, in another order, and is written as it was read. */
static void test_written_again(void **state) {
  (void)state;
  fg_book *book = load_text(TWO(EDITION("2024-01-01", FLAT("a", "1") "}, " FLAT("b", "2") "}"),
                                EDITION("2025-01-01", FLAT("c", "3") "}, " FLAT("b", "4") "}")));
  fg_text first;
  fg_text second;
  assert_int_equal(fg_book_write(book, &first), FG_OK);
  fg_book *again = load_text(first.text);
  assert_int_equal(fg_book_write(again, &second), FG_OK);
  assert_string_equal(first.text, second.text);
  fg_text_release(&first);
  fg_text_release(&second);
  fg_book_release(again);
  fg_book_release(book);
}

static void assert_price(const fg_book *book, const char *product, const char *date, const char *amount) {
  json_builder builder;
  fg_error error;
  fg_visitor visitor = build_json(&builder, book);
  fg_price_query query = {
      .product = string_of(product), .meter = string_of("units"), .quantity = 1, .tier_quantity = -1, .at = at(date)};
  fg_status status = fg_book_price(book, &query, &visitor, &error);
  if (amount == NULL) {
    assert_int_equal(status, FG_UNKNOWN_PRODUCT);
    return;
  }
  assert_int_equal(status, FG_OK);
  assert_string_equal(json_string_value(json_object_get(builder.root, "amount")), amount);
  json_decref(builder.root);
}

/* What stands at an instant: before the first, the first. What an edition does not sell is unknown there. */
static void test_as_of(void **state) {
  (void)state;
  fg_book *book = load_text(TWO(EDITION("2024-01-01", FLAT("a", "1") "}, " FLAT("b", "2") "}"),
                                EDITION("2025-01-01", FLAT("c", "3") "}, " FLAT("b", "4") "}")));
  static const struct {
    const char *date, *a, *b, *c;
  } cases[] = {{"2020-01-01", "1.00", "2.00", NULL},
               {"2024-12-31T23:59:59.999999", "1.00", "2.00", NULL},
               {"2025-01-01", NULL, "4.00", "3.00"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fg_book *edition = fg_book_as_of(book, at(cases[i].date));
    assert_price(edition, "a", "2030-01-01", cases[i].a);
    assert_price(edition, "b", "2030-01-01", cases[i].b);
    assert_price(edition, "c", "2030-01-01", cases[i].c);
    fg_book_release(edition);
  }
  fg_book *held = fg_book_as_of(book, at("2025-01-01"));
  fg_book_release(book); /* the edition keeps it */
  assert_price(held, "c", "2025-01-01", "3.00");
  fg_book_release(held);
}

static void test_refused_books(void **state) {
  (void)state;
  assert_refused(TWO(EDITION("2025-01-01", FLAT("a", "1") "}"), EDITION("2025-01-01", FLAT("a", "2") "}")),
                 "editions[1].effective");
  assert_refused(HEAD("2", "time_zone") "\"editions\": [" EDITION("2025-01-01", FLAT("a", "1") "}") "], " PRODUCTS(
                     FLAT("a", "1") "}") "}",
                 "products");
  assert_refused(HEAD("2", "time_zone") "\"editions\": []}", "products");
  assert_refused(HEAD("1", "utc_offset") "\"editions\": [], " PRODUCTS(FLAT("a", "1") "}") "}", "editions");
  /* R5: 22 days are no 30 */
  assert_refused(
      HEAD("2", "time_zone") "\"editions\": [{\"effective\": \"2025-01-01\", " PRODUCTS(GRANTING(
          "5")) "}, {\"effective\": \"2025-02-01\", \"announced\": \"2025-01-10\", " PRODUCTS(GRANTING("4")) "}]}",
      "editions[1].effective");
}

#define LIMITED(date, values, limits)                                                                                  \
  "{\"effective\": \"" date "\", \"attributes\": [{\"id\": \"region\", \"values\": [" values                           \
  "]}], " PRODUCTS(FLAT("a", "1") ", \"limits\": [" limits "]}") "}"
#define BY_REGION "{\"id\": \"rate\", \"max\": 3, \"window\": {\"seconds\": 86400}, \"by\": \"region\"}"

/* The windows of a limit by an attribute go on over a change, so that its values stay. An edition that lacks the limit
   may lack the attribute too. */
static void test_limit_by_attribute(void **state) {
  (void)state;
  static const char *const changed[] = {
      TWO(LIMITED("2024-01-01", "\"eu\", \"us\"", BY_REGION), LIMITED("2025-01-01", "\"us\", \"eu\"", BY_REGION)),
      TWO(LIMITED("2024-01-01", "\"eu\"", BY_REGION), LIMITED("2025-01-01", "\"eu\", \"us\"", BY_REGION))};
  for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) {
    assert_refused(changed[i], "editions[1].products[0].limits[0].by");
  }
  fg_book_release(
      load_text(TWO(LIMITED("2024-01-01", "\"eu\", \"us\"", BY_REGION), LIMITED("2025-01-01", "\"us\", \"eu\"", ""))));
  fg_book_release(
      load_text(TWO(EDITION("2024-01-01", FLAT("a", "1") "}"), LIMITED("2025-01-01", "\"us\", \"eu\"", BY_REGION))));
  fg_book_release(
      load_text(TWO(LIMITED("2024-01-01", "\"us\", \"eu\"", BY_REGION), EDITION("2025-01-01", FLAT("a", "1") "}"))));
}

static fg_status adopt(fg_account *account, const char *when, const char *json, const char *effective,
                       fg_outcome *outcome, fg_error *error) {
  fg_book *book = load_text(json);
  fg_command command;
  fg_command_begin(&command, FG_DO_ADOPT, at(when));
  assert_int_equal(fg_command_set_book(&command, "book", book, error), FG_OK);
  if (effective != NULL) {
    assert_int_equal(fg_command_set_text(&command, "effective", string_of(effective), error), FG_OK);
  }
  fg_status status = fg_account_apply(account, &command, outcome, error);
  fg_book_release(book);
  return status;
}

static fg_account *toy_account(const char *json, const fg_allocator *allocator) {
  fg_account *account = NULL;
  fg_account_options options = {.allocator = allocator};
  fg_book *book = load_text(json);
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  fg_book_release(book);
  return account;
}

/* Two units on each side of the change: 2 × 1 + 2 × 2, and a product that is new with its grant: (5 − 3) × 5. */
static void live_over_adoption(fg_account *account) {
  must(account, FG_DO_USE, "2025-03-15T23:59:59.999999", "product=p quantity=2");
  must(account, FG_DO_USE, "2025-03-16", "product=p quantity=2");
  must(account, FG_DO_OPEN, "2025-03-16", "product=q");
  must(account, FG_DO_USE, "2025-03-20", "product=q quantity=5");
  must(account, FG_DO_ADVANCE, "2025-04-01", "");
}

static void test_adopt(void **state) {
  (void)state;
  fg_outcome outcome;
  fg_error error;
  fg_account *account = toy_account(OLD, NULL);
  must(account, FG_DO_OPEN, "2025-03-01", "product=p");
  assert_int_equal(adopt(account, "2025-03-01", NEW, "2025-03-16", &outcome, &error), FG_OK);
  assert_int_equal(outcome.is.adopted.edition, at("2025-03-16T08:00:00") / INT64_C(86400000000));
  assert_false(outcome.repeated);
  assert_int_equal(adopt(account, "2025-03-02", NEW, "2025-03-16", &outcome, &error), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(adopt(account, "2025-03-02", OLD, "2025-03-15", &outcome, &error), FG_START_IN_PAST);
  assert_int_equal(adopt(account, "2025-03-02", OLD, NULL, &outcome, &error), FG_START_IN_PAST);
  live_over_adoption(account);
  assert_in_statement(account, "/spent/total", "16.00");
  fg_account_free(account);
}

/* The state with what it has adopted, written and read, lives on as it would have. */
static void copy_state(const fg_account *from, fg_account *to) {
  fg_text bytes = {.allocator = scarce_allocator()};
  assert_int_equal(fg_snapshot_write(from, &bytes), FG_OK);
  assert_int_equal(fg_snapshot_read(to, (fg_string){bytes.text, bytes.length}), FG_OK);
  fg_text_release(&bytes);
}

static void test_snapshot(void **state) {
  (void)state;
  fg_outcome outcome;
  memory = (scarcity){.live = 0};
  fg_account *account = toy_account(OLD, NULL);
  fg_account *before = toy_account(OLD, NULL);
  fg_account *after = toy_account(OLD, NULL);
  must(account, FG_DO_OPEN, "2025-03-01", "product=p");
  assert_int_equal(adopt(account, "2025-03-01", NEW, "2025-03-16", &outcome, NULL), FG_OK);
  copy_state(account, before);
  live_over_adoption(account);
  copy_state(account, after);
  live_over_adoption(before);
  assert_in_statement(before, "/spent/total", "16.00");
  assert_in_statement(after, "/spent/total", "16.00");
  fg_account_free(account);
  fg_account_free(before);
  fg_account_free(after);
}

/* Whichever allocation fails, the account is as it was, and adopts when there is memory again. */
static void test_memory_runs_out(void **state) {
  (void)state;
  fg_outcome outcome;
  fg_allocator allocator = scarce_allocator();
  fg_status status = FG_NO_MEMORY;
  memory = (scarcity){.live = 0};
  for (long fail_at = 1; status != FG_OK; fail_at++) {
    fg_account *account = toy_account(OLD, &allocator);
    must(account, FG_DO_OPEN, "2025-03-01", "product=p");
    memory.asked = 0;
    memory.fail_at = fail_at;
    status = adopt(account, "2025-03-01", NEW, "2025-03-16", &outcome, NULL);
    memory.fail_at = 0;
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    assert_int_equal(adopt(account, "2025-03-01", NEW, "2025-03-16", &outcome, NULL), FG_OK);
    assert_int_equal(outcome.repeated, status == FG_OK);
    live_over_adoption(account);
    assert_in_statement(account, "/spent/total", "16.00");
    fg_account_free(account);
    assert_int_equal(memory.live, 0);
  }
}

#define SOURCED(sources, command)                                                                                      \
  HEAD("2", "time_zone")                                                                                               \
  "\"sources\": {" sources "}, \"examples\": [{\"label\": \"e\", \"total\": \"0\", "                                   \
  "\"commands\": [{" command "}]}], " PRODUCTS(FLAT("p", "1") "}") "}"

/* How many differences are told; -1 where memory was short. */
static int count_differences(const fg_book *ours, const char *theirs_text) {
  json_builder builder;
  fg_book *theirs = load_text(theirs_text);
  fg_visitor visitor = build_json(&builder, ours);
  fg_status status = fg_book_diff(ours, theirs, &visitor);
  assert_true(status == FG_OK || status == FG_NO_MEMORY);
  int count = status == FG_OK ? (int)json_array_size(builder.root) : -1;
  json_decref(builder.root);
  fg_book_release(theirs);
  return count;
}

/* An object has no order, a list has one; whichever allocation fails, that is all that is told. */
static void test_the_order_of_keys_is_no_difference(void **state) {
  (void)state;
  static const char ours[] = SOURCED("\"a\": \"1\", \"b\": \"2\"", "\"do\": \"open\", \"products\": [1, 2]");
  static const char turned[] = SOURCED("\"b\": \"2\", \"a\": \"1\"", "\"products\": [1, 2], \"do\": \"open\"");
  static const char others[] = SOURCED("\"b\": \"1\", \"a\": \"2\"", "\"do\": \"open\", \"products\": [2, 1]");
  fg_allocator allocator = scarce_allocator();
  fg_book *book = NULL;
  fg_error error;
  memory = (scarcity){.live = 0};
  assert_int_equal(fg_book_load(ours, sizeof ours - 1, &allocator, &book, &error), FG_OK);
  assert_int_equal(count_differences(book, others), 2);
  int count = -1;
  for (long fail_at = 1; count < 0; fail_at++) {
    memory.asked = 0;
    memory.fail_at = fail_at;
    count = count_differences(book, turned);
    memory.fail_at = 0;
  }
  assert_int_equal(count, 0);
  fg_book_release(book);
  assert_int_equal(memory.live, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_written_again),      cmocka_unit_test(test_as_of),
      cmocka_unit_test(test_refused_books),      cmocka_unit_test(test_adopt),
      cmocka_unit_test(test_limit_by_attribute), cmocka_unit_test(test_snapshot),
      cmocka_unit_test(test_memory_runs_out),    cmocka_unit_test(test_the_order_of_keys_is_no_difference)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
