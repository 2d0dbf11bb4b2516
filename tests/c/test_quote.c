/* The price of one quantity: what is told, and what cannot be asked. */
#include "support.h"

static fg_price_query query_of(const char *product, const char *meter, int64_t quantity) {
  return (fg_price_query){.product = string_of(product),
                          .meter = string_of(meter),
                          .quantity = quantity,
                          .tier_quantity = -1,
                          .at = at("2024-11-05T10:00:00")};
}

static void assert_told(fg_price_query query, const char *expected) {
  json_builder builder;
  fg_error error = {0};
  fg_visitor visitor = build_json(&builder, facefusion);
  if (fg_book_price(facefusion, &query, &visitor, &error) != FG_OK) {
    fail_msg("%s: %s", error.path, error.message);
  }
  json_t *wanted = json_loads(expected, 0, NULL);
  assert_non_null(wanted);
  if (!json_equal(builder.root, wanted)) {
    fail_msg("%s", json_dumps(builder.root, 0));
  }
  json_decref(wanted);
  json_decref(builder.root);
}

static void assert_refused(const fg_book *of, fg_price_query query, fg_status status, const char *path) {
  json_builder builder;
  fg_error error = {0};
  fg_visitor visitor = build_json(&builder, of);
  assert_int_equal(fg_book_price(of, &query, &visitor, &error), status);
  assert_int_equal(error.status, status);
  assert_string_equal(error.path, path);
  assert_null(builder.root);
}

static void test_answers(void **state) {
  (void)state;
  assert_told(query_of("image", "calls", 89000),
              "{\"product\":\"image\",\"meter\":\"calls\",\"units\":89000,\"amount\":\"16020.00\",\"lines\":["
              "{\"units\":89000,\"unit_price\":\"0.18\",\"tier\":10000,\"amount\":\"16020.00\"}],\"rule\":\"R11\","
              "\"explanation\":\"89,000 × 0.18 = 16,020.00\"}");
  fg_price_query of_more = query_of("image", "calls", 4000);
  of_more.tier_quantity = 10000; /* R12 */
  assert_told(of_more,
              "{\"product\":\"image\",\"meter\":\"calls\",\"units\":4000,\"amount\":\"720.00\",\"lines\":["
              "{\"units\":4000,\"unit_price\":\"0.18\",\"tier\":10000,\"amount\":\"720.00\"}],\"rule\":\"R11\","
              "\"explanation\":\"4,000 × 0.18 (tier of 10,000) = 720.00\"}");
  fg_price_query days = query_of("image", "qps", 30);
  days.days = 5; /* W7 */
  assert_told(days, "{\"product\":\"image\",\"meter\":\"qps\",\"units\":30,\"amount\":\"16500.00\",\"lines\":["
                    "{\"units\":30,\"unit_price\":\"110.00\",\"tier\":0,\"amount\":\"16500.00\"}],\"rule\":\"R18\","
                    "\"explanation\":\"30 × 110.00 × 5 days = 16,500.00\"}");
}

static void test_questions_that_are_none(void **state) {
  (void)state;
  fg_price_query query = query_of("image", "calls", -1);
  assert_refused(facefusion, query, FG_INVALID, "quantity");
  query.quantity = 5;
  query.tier_quantity = 4;
  assert_refused(facefusion, query, FG_INVALID, "tier_quantity");
  query.tier_quantity = -2;
  assert_refused(facefusion, query, FG_INVALID, "tier_quantity");
  query.tier_quantity = -1;
  query.days = -1;
  assert_refused(facefusion, query, FG_INVALID, "days");
  query.days = 1;
  assert_refused(facefusion, query, FG_INVALID, "days"); /* usage has no period */
  query.days = 0;
  query.months = -1;
  assert_refused(facefusion, query, FG_INVALID, "months");
  query.months = 1;
  assert_refused(facefusion, query, FG_INVALID, "months");
  query = query_of("image", "qps", 5);
  assert_refused(facefusion, query, FG_INVALID, "days");
  query.days = query.months = 1;
  assert_refused(facefusion, query, FG_INVALID, "months");
  query.days = -1; /* one of them is good */
  assert_refused(facefusion, query, FG_INVALID, "days");
  query.days = 1;
  query.months = -1;
  assert_refused(facefusion, query, FG_INVALID, "months");
  assert_refused(facefusion, query_of("none", "calls", 5), FG_UNKNOWN_PRODUCT, "");
  assert_refused(facefusion, query_of("image", "none", 5), FG_UNKNOWN_METER, "");
  query = query_of("image-pro", "concurrency", 5);
  query.days = 1;
  assert_refused(facefusion, query, FG_NOT_SOLD, "");
  fg_book *hourly = load_book("aws-s3");
  query = query_of("standard", "byte-hours", 5);
  query.at = INT64_MAX;
  assert_refused(hourly, query, FG_INVALID, "at");
  query = query_of("standard", "qps", 5); /* a product without capacity */
  assert_refused(hourly, query, FG_UNKNOWN_METER, "");
  fg_book_release(hourly);
}

/* An event of aws-lambda-provisioned: three products, and the sum of them. Each explanation asks for memory of the
   book's allocator. */
static void test_memory_for_explanations_runs_out(void **state) {
  (void)state;
  size_t length = 0;
  char *json = read_file("books/aws-lambda-provisioned.json", &length);
  const fg_attribute given[] = {{.name = string_of("ms"), .is_number = true, .number = 120},
                                {.name = string_of("mb"), .is_number = true, .number = 1536}};
  const fg_allocator allocator = scarce_allocator();
  memory = (scarcity){.fail_at = 0};
  fg_book *book = NULL;
  assert_int_equal(fg_book_load(json, length, &allocator, &book, NULL), FG_OK);
  fg_price_query query = query_of("call", "call", 1000);
  query.attributes = (fg_attributes){given, 2};
  const long live = memory.live;
  fg_status status = FG_NO_MEMORY;
  for (long fail = 1; status == FG_NO_MEMORY; fail++) {
    json_builder builder;
    fg_error error = {0};
    fg_visitor visitor = build_json(&builder, book);
    memory = (scarcity){.live = live, .fail_at = fail};
    status = fg_book_price(book, &query, &visitor, &error);
    assert_int_equal(error.status, status);
    assert_int_equal(status, fail <= 4 ? FG_NO_MEMORY : FG_OK);
    assert_int_equal(memory.live, live);
    json_decref(builder.root);
  }
  fg_book_release(book);
  assert_int_equal(memory.live, 0);
  free(json);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_answers),
      cmocka_unit_test(test_questions_that_are_none),
      cmocka_unit_test(test_memory_for_explanations_runs_out),
  };
  return cmocka_run_group_tests_name("prices asked for", tests, set_up_facefusion, tear_down_facefusion);
}
