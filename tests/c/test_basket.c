/* Baskets: what is told, what is refused and where, memory that runs out at any point. */
#include "support.h"
#include "faregate_whatif.h"

static fg_basket basket_of(const char *content) {
  return (fg_basket){.content = string_of(content), .months = 1, .at = at("2025-01-10T12:00:00")};
}

static json_t *quoted(const fg_basket *basket) {
  json_builder builder;
  fg_error error;
  fg_visitor visitor = build_json(&builder, facefusion);
  if (fg_basket_quote(facefusion, basket, NULL, &visitor, &error) != FG_OK) {
    fail_msg("%s: %s", error.path, error.message);
  }
  return whole(&builder);
}

static void assert_quoted(const fg_basket *basket, const char *pointer, const char *expected) {
  json_t *told = quoted(basket);
  assert_text_at(told, pointer, expected);
  json_decref(told);
}

#define EVERYTHING                                                                                                     \
  "{\"image\":{\"calls\":90000,\"packs\":{\"calls-10k\":1},\"materials\":30},"                                         \
  "\"image-pro\":{\"calls\":500,\"concurrency\":{\"quantity\":2,\"months\":3}}}"

/* 1,500 and 800 for packs, 72,000 for slots, 79,000 calls at 0.18. */
static void test_everything(void **state) {
  (void)state;
  fg_basket basket = basket_of(EVERYTHING);
  assert_quoted(&basket, "/total", "88520.00");
  assert_quoted(&basket, "/months/0/month", "2025-01");
  assert_quoted(&basket, "/months/0/lines/4/explanation", "(90,000 − 1,000 free − 10,000 packs) × 0.18 = 14,220.00");
  basket.months = 4; /* and the slots anew in the fourth month */
  assert_quoted(&basket, "/total", "207680.00");
  assert_quoted(&basket, "/months/3/amount", "87720.00");
  basket.months = 1;
  basket.without_free = true; /* 80,000 calls at 0.18, and three packs of places */
  assert_quoted(&basket, "/total", "89100.00");
  assert_quoted(&basket, "/months/0/lines/2/explanation", "30 held: 0 free, 30 in packs");
}

static void test_policy(void **state) {
  (void)state;
  fg_basket basket = basket_of("{\"image\":{\"calls\":10500}}");
  assert_quoted(&basket, "/total", "2280.00"); /* 9,500 at 0.24 */
  basket.policy = string_of("{\"tier_basis\":\"total\"}");
  assert_quoted(&basket, "/total", "1710.00"); /* at 0.18 */
}

/* That of docs/price-book.md: a kit, a lane more for a month, 1,000 calls covered and 10 at 0.10. */
#define CLUB                                                                                                                     \
  "{\"format\":\"faregate-book/2\",\"id\":\"club\",\"title\":\"Club\",\"currency\":\"EUR\",\"minor_digits\":2,"                  \
  "\"time_zone\":\"+00:00\",\"rounding\":\"none\",\"attributes\":[{\"id\":\"of\",\"values\":[\"a\",\"b\"],\"of\":\"account\"}]," \
  "\"events\":[{\"id\":\"both\",\"products\":[\"club\",\"peak\"]}],"                                                             \
  "\"bundles\":[{\"id\":\"kit\",\"price\":\"50\",\"when\":{\"of\":\"a\"},\"items\":[{\"product\":\"club\",\"pack\":\"calls\"},"  \
  "{\"product\":\"club\",\"capacity\":\"lane\",\"quantity\":2,\"months\":3}]}],\"products\":[{\"id\":\"club\","                  \
  "\"meter\":\"calls\",\"price\":{\"model\":\"flat\",\"price\":\"0.1\"},\"postpaid\":\"opt_in\",\"settle\":\"day\","             \
  "\"limits\":[{\"id\":\"rate\",\"max\":1,\"window\":{\"seconds\":1}}],"                                                         \
  "\"packs\":[{\"id\":\"calls\",\"units\":1000,\"price\":null,\"validity\":{\"years\":1}}],\"capacities\":["                     \
  "{\"id\":\"lane\",\"limit\":\"rate\",\"mode\":\"none\",\"effect\":\"add\",\"month\":{\"model\":\"flat\",\"price\":null}},"     \
  "{\"id\":\"extra\",\"limit\":\"rate\",\"mode\":\"none\",\"effect\":\"add\",\"requires\":[\"kit\"],"                            \
  "\"month\":{\"model\":\"flat\",\"price\":\"7\"}}]},{\"id\":\"peak\",\"meter\":\"u\",\"price\":{\"model\":\"flat\","            \
  "\"price\":\"2\"},\"aggregate\":{\"take\":\"max\",\"over\":\"day\"}}]}"
#define CLUBBED                                                                                                        \
  "{\"club\":{\"calls\":1010,\"extra\":{\"quantity\":1,\"months\":1}},\"peak\":{\"u\":3},\"bundles\":{\"kit\":1}}"

static fg_book *load_club(void) {
  fg_book *book = NULL;
  fg_error error;
  if (fg_book_load(CLUB, sizeof CLUB - 1, NULL, &book, &error) != FG_OK) {
    fail_msg("%s: %s", error.path, error.message);
  }
  return book;
}

/* 50 + 7 + 1, and a peak of 3 on each of the 31 days at 2: 186. */
static void test_bundles_capacities_and_peaks(void **state) {
  (void)state;
  json_builder builder;
  fg_error error;
  fg_book *club = load_club();
  fg_basket basket = basket_of(CLUBBED);
  fg_visitor visitor = build_json(&builder, club);
  assert_int_equal(fg_basket_quote(club, &basket, NULL, &visitor, &error), FG_NOT_SOLD);
  assert_string_equal(error.path, "bundles.kit");
  json_decref(builder.root);
  basket.attributes = string_of("{\"of\":\"a\"}");
  visitor = build_json(&builder, club);
  assert_int_equal(fg_basket_quote(club, &basket, NULL, &visitor, &error), FG_OK);
  json_t *told = whole(&builder);
  assert_text_at(told, "/total", "244.00");
  assert_text_at(told, "/months/0/lines/0/bundle", "kit");
  assert_text_at(told, "/months/0/lines/1/meter", "extra");
  json_decref(told);
  basket.content = string_of("{\"both\":1}");
  assert_int_equal(fg_basket_quote(club, &basket, NULL, &visitor, &error), FG_UNSUPPORTED);
  assert_string_equal(error.path, "products[1].aggregate");
  fg_book_release(club);
}

typedef struct refusal {
  const char *content, *policy, *path;
  fg_status status;
} refusal;

static const refusal refusals[] = {
    {"[]", NULL, "", FG_INVALID},
    {"{", NULL, "", FG_INVALID},
    {"{\"imag\":{}}", NULL, "imag", FG_UNKNOWN_PRODUCT},
    {"{\"image\":5}", NULL, "image", FG_INVALID},
    {"{\"image\":{\"call\":5}}", NULL, "image.call", FG_UNKNOWN_METER},
    {"{\"image\":{\"calls\":-5}}", NULL, "image.calls", FG_INVALID},
    {"{\"image\":{\"packs\":[]}}", NULL, "image.packs", FG_INVALID},
    {"{\"image\":{\"packs\":{\"calls-2k\":1}}}", NULL, "image.packs.calls-2k", FG_UNKNOWN_PACK},
    {"{\"image\":{\"packs\":{\"calls-1k\":0.5}}}", NULL, "image.packs.calls-1k", FG_INVALID},
    {"{\"image\":{\"qps\":{\"quantity\":1}}}", NULL, "image.qps", FG_INVALID},
    {"{\"image\":{\"qps\":{\"quantity\":1,\"days\":1,\"months\":1}}}", NULL, "image.qps", FG_INVALID},
    {"{\"image\":{\"qps\":{\"quantity\":1,\"day\":1}}}", NULL, "image.qps.day", FG_INVALID},
    {"{\"image\":{\"qps\":{\"quantity\":1,\"days\":0}}}", NULL, "image.qps.days", FG_INVALID},
    {"{\"image\":{\"qps\":{\"quantity\":1,\"months\":0}}}", NULL, "image.qps.months", FG_INVALID},
    {"{\"image\":{\"qps\":{\"quantity\":301,\"months\":1}}}", NULL, "image.qps", FG_CAPACITY_LIMIT},
    {"{\"image-pro\":{\"concurrency\":{\"quantity\":1,\"days\":1}}}", NULL, "image-pro.concurrency", FG_NOT_SOLD},
    {"{\"image-pro\":{\"materials\":1}}", NULL, "image-pro.materials", FG_UNKNOWN_METER},
    {"{}", "{\"tier\":1}", "policy.tier", FG_INVALID},
    {"{}", "[", "policy[0]", FG_INVALID},
};

static void assert_refused(const fg_basket *basket, fg_status status, const char *path) {
  json_builder builder;
  fg_error error;
  fg_visitor visitor = build_json(&builder, facefusion);
  assert_int_equal(fg_basket_quote(facefusion, basket, NULL, &visitor, &error), status);
  assert_int_equal(error.status, status);
  assert_string_equal(error.path, path);
  assert_int_equal(fg_basket_quote(facefusion, basket, NULL, &visitor, NULL), status);
}

static void test_refusals(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    fg_basket basket = basket_of(refusals[i].content);
    if (refusals[i].policy != NULL) {
      basket.policy = string_of(refusals[i].policy);
    }
    assert_refused(&basket, refusals[i].status, refusals[i].path);
  }
}

static void test_months_there_are(void **state) {
  (void)state;
  fg_basket basket = basket_of("{\"image\":{\"calls\":1}}");
  for (int64_t months = -1; months <= 121; months += months < 1 ? 1 : 120) {
    basket.months = months;
    if (months == 1) {
      assert_quoted(&basket, "/total", "0.00");
    } else {
      assert_refused(&basket, FG_INVALID, "months");
    }
  }
  basket.months = 2;
  basket.at = at("9999-11-01T00:00:00");
  assert_refused(&basket, FG_OVERFLOW, "months");
  basket.at = FG_NO_TIME;
  assert_refused(&basket, FG_INVALID, "at");
  basket.at = at("1970-01-01T00:00:00");
  assert_quoted(&basket, "/months/1/month", "1970-02");
}

/* The error names the nearest name, and then as many as there is room for. */
static void test_names_that_are_not_there(void **state) {
  (void)state;
  fg_error error;
  fg_basket basket = basket_of("{\"image\":{\"packs\":{\"calls-1000k\":1}}}");
  assert_int_equal(fg_basket_quote(facefusion, &basket, NULL, NULL, &error), FG_UNKNOWN_PACK);
  assert_non_null(strstr(error.message, "the nearest is calls-100k, of calls-1k, calls-10k, calls-100k"));
  fg_book *bare = load_book("google-vision");
  const json_t *product = NULL;
  json_t *book = load_json("books/google-vision.json");
  char content[256];
  product = json_at(book, "/products/0/id");
  snprintf(content, sizeof content, "{\"%s\":{\"packs\":{\"any\":1}}}", json_string_value(product));
  basket.content = string_of(content);
  assert_int_equal(fg_basket_quote(bare, &basket, NULL, NULL, &error), FG_UNKNOWN_PACK);
  assert_string_equal(error.message, "there is nothing of that kind");
  json_decref(book);
  fg_book_release(bare);
}

static bool refuse_all(void *context, const char *key) {
  (void)key;
  return --*(int *)context > 0;
}

static void test_a_visitor_that_stops(void **state) {
  (void)state;
  json_builder builder;
  int calls = 1;
  fg_error error;
  fg_basket basket = basket_of(EVERYTHING);
  fg_visitor visitor = build_json(&builder, facefusion);
  visitor.context = &calls;
  visitor.begin_object = refuse_all;
  assert_int_equal(fg_basket_quote(facefusion, &basket, NULL, &visitor, &error), FG_STOPPED);
}

static void run_out(fg_book *book, fg_basket *basket) {
  fg_allocator allocator = scarce_allocator();
  fg_status status = FG_NO_MEMORY;
  for (long fail_at = 1; status == FG_NO_MEMORY; fail_at++) {
    json_builder builder;
    fg_error error;
    fg_visitor visitor = build_json(&builder, book);
    memory = (scarcity){.fail_at = fail_at};
    status = fg_basket_quote(book, basket, &allocator, &visitor, &error);
    if (status == FG_OK) {
      json_decref(whole(&builder));
    } else {
      assert_int_equal(error.status, FG_NO_MEMORY);
      json_decref(builder.root);
    }
    assert_int_equal(status, memory.asked < fail_at ? FG_OK : FG_NO_MEMORY);
    assert_int_equal(memory.live, 0);
  }
  assert_int_equal(status, FG_OK);
}

static void test_memory_runs_out(void **state) {
  (void)state;
  fg_basket basket = basket_of(EVERYTHING);
  basket.months = 2;
  basket.policy = string_of("{\"tier_basis\":\"total\"}");
  run_out(facefusion, &basket);
  basket.without_free = true;
  run_out(facefusion, &basket);
  fg_book *club = load_club();
  basket = basket_of(CLUBBED);
  basket.attributes = string_of("{\"of\":\"a\"}");
  run_out(club, &basket);
  fg_book_release(club);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_everything),
      cmocka_unit_test(test_policy),
      cmocka_unit_test(test_bundles_capacities_and_peaks),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_months_there_are),
      cmocka_unit_test(test_names_that_are_not_there),
      cmocka_unit_test(test_a_visitor_that_stops),
      cmocka_unit_test(test_memory_runs_out),
  };
  return cmocka_run_group_tests_name("basket", tests, set_up_facefusion, tear_down_facefusion);
}
