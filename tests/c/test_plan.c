/* Plans and curves: worked examples, refusals with their path, memory that runs out at any point. */
#include "support.h"
#include "faregate_whatif.h"

static fg_plan *plan_of(const char *forecast, const char *way) {
  fg_plan *plan = NULL;
  fg_error error;
  fg_string given = {way, way == NULL ? 0 : strlen(way)};
  fg_status status = fg_plan_make(facefusion, &(fg_plan_query){.forecast = string_of(forecast), .plan = given}, NULL,
                                  &plan, &error);
  if (status != FG_OK) {
    fail_msg("%s: %s", error.path, error.message);
  }
  return plan;
}

static json_t *described(fg_plan *plan) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, facefusion);
  assert_int_equal(fg_plan_describe(plan, &visitor), FG_OK);
  return whole(&builder);
}

static void assert_total(const char *forecast, const char *way, const char *total) {
  fg_plan *plan = plan_of(forecast, way);
  json_t *told = described(plan);
  assert_string_equal(json_string_value(json_at(told, "/total")), total);
  json_decref(told);
  fg_plan_free(plan);
}

#define QUARTER(calls) calls "," calls "," calls
#define YEAR(calls) "[" QUARTER(calls) "," QUARTER(calls) "," QUARTER(calls) "," QUARTER(calls) "]"
#define FORECAST(calls, more) "{\"product\":\"image\",\"start\":\"2025-01\",\"calls\":" calls more "}"

/* W1 buys three packs of 100,000 for 300,000 calls in the year; the free calls cover 12,000 of them. */
static void test_worked_examples(void **state) {
  (void)state;
  assert_total(FORECAST(YEAR("25000"), ",\"materials\":30"), NULL, "30800.00");
  assert_total(FORECAST("[15000]", ""), "{\"orders\":[{\"month\":\"2025-01\",\"pack\":\"calls-10k\"}]}", "2460.00");
  assert_total(FORECAST("[500]", ""), NULL, "0.00");
  assert_total(FORECAST("[90000]", ""), "\"postpaid\"", "16020.00");
  assert_total(FORECAST("[20000000]", ""), "\"postpaid\"", "399980.00");
  assert_total("{\"product\":\"image\",\"start\":\"2025-01\",\"calls\":" YEAR("9000000") ",\"peak_qps\":" YEAR(
                   "60") ",\"materials\":30}",
               NULL, "1440800.00");
}

static void test_one_month(void **state) {
  (void)state;
  assert_total(FORECAST("[1500]", ""), NULL, "120.00");   /* postpaid; a pack is 200 */
  assert_total(FORECAST("[6000]", ""), NULL, "1000.00");  /* five packs of 1,000; postpaid is 1,200 */
  assert_total(FORECAST("[11000]", ""), NULL, "1500.00"); /* a pack of 10,000; postpaid is 1,800 */
  assert_total(FORECAST("[18000]", ""), NULL, "2900.00"); /* one of 10,000, seven of 1,000; postpaid is 3,060 */
  assert_total(FORECAST("[20900]", ""), NULL, "3000.00"); /* two of 10,000 */
}

static void test_the_answer_replays_to_its_total(void **state) {
  (void)state;
  fg_plan *plan = plan_of(FORECAST("[5000,80000,0,300000]", ",\"peak_qps\":[5,15,null,60]"), NULL);
  fg_text timeline;
  fg_text answer;
  fg_error error;
  assert_int_equal(fg_plan_timeline(plan, &timeline), FG_OK);
  assert_int_equal(fg_replay(timeline.text, timeline.length, NULL, NULL, NULL, &answer, &error), FG_OK);
  json_t *replayed = json_loads(answer.text, 0, NULL);
  json_t *told = described(plan);
  assert_string_equal(json_string_value(json_at(replayed, "/statement/spent/total")),
                      json_string_value(json_at(told, "/total")));
  assert_string_equal(json_string_value(json_at(told, "/months/3/mode")), "qps");
  json_decref(replayed);
  json_decref(told);
  fg_text_release(&answer);
  fg_text_release(&timeline);
  fg_plan_free(plan);
}

typedef struct refusal {
  const char *forecast, *way, *path;
  fg_status status;
} refusal;

static const refusal refusals[] = {
    {"[]", NULL, "", FG_INVALID},
    {"{}", NULL, "product", FG_INVALID},
    {"{\"product\":\"none\"}", NULL, "product", FG_UNKNOWN_PRODUCT},
    {FORECAST("[]", ""), NULL, "calls", FG_INVALID},
    {FORECAST("[-1]", ""), NULL, "calls[0]", FG_INVALID},
    {FORECAST("[1,2.5]", ""), NULL, "calls[1]", FG_INVALID},
    {FORECAST("[1]", ",\"peaks\":[1]"), NULL, "peaks", FG_INVALID},
    {FORECAST("[1]", ",\"peak_qps\":[1,2]"), NULL, "peak_qps", FG_INVALID},
    {FORECAST("[1]", ",\"peak_qps\":[301]"), NULL, "peak_qps[0]", FG_CAPACITY_LIMIT},
    {FORECAST("[1]", ",\"policy\":{\"tier_basis\":\"none\"}"), NULL, "policy.tier_basis", FG_INVALID},
    {FORECAST("[1]", ",\"peak_qps\":[1],\"policy\":{\"capacity_month\":\"days_30\"}"), NULL, "policy.capacity_month",
     FG_INVALID},
    {FORECAST("[1]", ",\"opening\":{\"packs\":[{\"units\":5}]}"), NULL, "opening.packs[0].expires", FG_INVALID},
    {FORECAST("[1]", ",\"opening\":{\"packs\":[{\"units\":5,\"expires\":\"2025-02-01T10:00\"}]}"), NULL,
     "opening.packs[0].expires", FG_INVALID},
    {FORECAST("[1]", ",\"opening\":{\"packs\":[{\"pack\":\"calls-1k\",\"left\":1001}]}"), NULL, "opening.packs[0].left",
     FG_INVALID},
    {"{\"product\":\"image\",\"start\":\"2025-1\",\"calls\":[1]}", NULL, "start", FG_INVALID},
    {FORECAST("[1]", ""), "\"free\"", "", FG_INVALID},
    {FORECAST("[1]", ""), "{\"pack\":\"calls-2k\"}", "pack", FG_UNKNOWN_PACK},
    {FORECAST("[1]", ""), "{\"orders\":[{\"month\":\"2026-01\",\"pack\":\"calls-1k\"}]}", "orders[0].month",
     FG_INVALID},
    {FORECAST("[1000]", ",\"peak_qps\":[50]"), "\"postpaid\"", "", FG_INVALID},
};

static void test_refusals(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    const refusal *given = &refusals[i];
    fg_plan *plan = NULL;
    fg_error error;
    fg_string way = {given->way, given->way == NULL ? 0 : strlen(given->way)};
    assert_int_equal(fg_plan_make(facefusion, &(fg_plan_query){.forecast = string_of(given->forecast), .plan = way},
                                  NULL, &plan, &error),
                     given->status);
    assert_string_equal(error.path, given->path);
    assert_string_not_equal(error.message, "");
  }
}

typedef struct listener {
  int asked;
  bool goes_on;
  fg_plan_progress last;
} listener;

static bool listen(void *context, const fg_plan_progress *progress) {
  listener *heard = context;
  heard->asked++;
  heard->last = *progress;
  return heard->goes_on;
}

/* Ten years of which each month is another, at sizes of packs that have nothing in common. */
static fg_book *odd_book(void) {
  return load_text(
      "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\", \"minor_digits\": 2,"
      "\"utc_offset\": \"+00:00\", \"rounding\": \"none\", \"products\": [{\"id\": \"p\", \"meter\": \"calls\","
      "\"price\": {\"model\": \"volume\", \"tiers\": [{\"from\": 0, \"price\": \"0.24\"},"
      "{\"from\": 100000, \"price\": \"0.12\"}]}, \"packs\": ["
      "{\"id\": \"a\", \"units\": 1237, \"price\": \"247\", \"validity\": {\"years\": 1}},"
      "{\"id\": \"b\", \"units\": 31337, \"price\": \"5000\", \"validity\": {\"years\": 1}},"
      "{\"id\": \"c\", \"units\": 350377, \"price\": \"35000\", \"validity\": {\"years\": 1}}]}]}");
}

static void write_long_forecast(char *json, size_t size) {
  size_t length = (size_t)snprintf(json, size, "{\"product\": \"p\", \"start\": \"2025-01\", \"calls\": [9000000001");
  for (int month = 1; month < 120; month++) {
    length += (size_t)snprintf(json + length, size - length, ",%lld", 9000000001LL + month * month * 104729 % 999983);
  }
  snprintf(json + length, size - length, "]}");
}

static json_t *told_of(fg_plan *plan, const fg_book *book) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, book);
  assert_int_equal(fg_plan_describe(plan, &visitor), FG_OK);
  return builder.root;
}

static void test_a_search_ends_early(void **state) {
  (void)state;
  static char json[4000];
  fg_book *book = odd_book();
  fg_plan *plan = NULL;
  fg_error error = {0};
  listener heard = {.goes_on = false};
  write_long_forecast(json, sizeof json);
  fg_plan_query query = {.forecast = string_of(json), .time_limit_us = 1};
  assert_int_equal(fg_plan_make(book, &query, NULL, &plan, &error), FG_OK);
  json_t *told = told_of(plan, book);
  assert_true(json_is_false(json_object_get(told, "proven")));
  assert_string_not_equal(json_string_value(json_object_get(told, "gap")), "0.00");
  assert_true(json_is_null(json_object_get(told, "runner_up")));
  json_decref(told);
  fg_plan_free(plan);
  query = (fg_plan_query){.forecast = string_of(json), .go_on = listen, .context = &heard};
  assert_int_equal(fg_plan_make(book, &query, NULL, &plan, &error), FG_OK);
  assert_int_equal(heard.asked, 1);
  assert_true(heard.last.elapsed_us >= 50000);
  assert_true(heard.last.has_plan);
  assert_true(fg_money_compare(heard.last.proven, heard.last.best) <= 0);
  fg_plan_free(plan);
  fg_book_release(book);
}

/* With opening packs, capacity to choose and packs that expire inside, and a plain year. */
static const char *const scarce_forecasts[] = {
    FORECAST(YEAR("15000"), ",\"materials\":30"),
    FORECAST("[15000,9000,30000]", ",\"peak_qps\":[1,2,25],\"opening\":{\"packs\":[{\"pack\":\"calls-10k\","
                                   "\"left\":400,\"bought\":\"2024-03-01\"}]}"),
    "{\"product\":\"image\",\"start\":\"2025-01\",\"calls\":[15000,0,0,0,0,0,0,0,0,0,0,0,9000,4000]}",
};

static void test_memory_runs_out(void **state) {
  (void)state;
  fg_allocator allocator = scarce_allocator();
  for (size_t i = 0; i < sizeof scarce_forecasts / sizeof *scarce_forecasts; i++) {
    fg_status status = FG_NO_MEMORY;
    for (long fail_at = 1; status == FG_NO_MEMORY; fail_at += or_in_short(1, 7)) {
      fg_plan *plan = NULL;
      fg_error error;
      fg_string cheapest = {NULL, 0};
      memory = (scarcity){.fail_at = fail_at};
      status = fg_plan_make(facefusion, &(fg_plan_query){.forecast = string_of(scarce_forecasts[i]), .plan = cheapest},
                            &allocator, &plan, &error);
      if (status == FG_OK) {
        fg_plan_free(plan);
      } else {
        assert_int_equal(error.status, FG_NO_MEMORY);
      }
      assert_int_equal(status, memory.asked < fail_at ? FG_OK : FG_NO_MEMORY);
      assert_int_equal(memory.live, 0);
    }
    assert_int_equal(status, FG_OK);
  }
}

typedef fg_status way_question(const fg_way *way, int64_t most, const fg_visitor *visitor, fg_error *error);

static void assert_told(way_question *question, const fg_way *way, int64_t most, const char *expected) {
  json_builder builder;
  fg_error error;
  fg_visitor visitor = build_json(&builder, facefusion);
  assert_int_equal(question(way, most, &visitor, &error), FG_OK);
  json_t *wanted = json_loads(expected, 0, NULL);
  assert_non_null(wanted);
  if (!json_equal(builder.root, wanted)) {
    fail_msg("%s", json_dumps(builder.root, 0));
  }
  json_decref(builder.root);
  json_decref(wanted);
}

/* 10,000 cost 1,800, as 7,500 do at 0.24. */
static void test_cliffs(void **state) {
  (void)state;
  fg_way way = {.book = facefusion, .product = string_of("image")};
  fg_way capacity = {.book = facefusion, .product = string_of("image"), .meter = string_of("qps"), .months = 2};
  assert_told(fg_way_cliffs, &way, 50000,
              "[{\"from\":7501,\"to\":9999,\"buy\":10000,\"amount\":\"1800.00\",\"instead_of\":\"2399.76\","
              "\"saves\":\"599.76\"}]");
  assert_told(fg_way_cliffs, &capacity, 60,
              "[{\"from\":42,\"to\":49,\"buy\":50,\"amount\":\"200000.00\",\"instead_of\":\"235200.00\","
              "\"saves\":\"35200.00\"}]");
}

static void test_curve_of_packs_and_the_rest(void **state) {
  (void)state;
  fg_way way = {
      .book = facefusion, .product = string_of("image"), .pack = string_of("calls-10k"), .packs = 1, .free = 1000};
  assert_told(fg_way_curve, &way, 21500,
              "{\"product\":\"image\",\"meter\":\"calls\",\"most\":21500,\"free\":1000,\"step\":1,\"pieces\":["
              "{\"from\":0,\"to\":11000,\"first\":\"1500.00\",\"last\":\"1500.00\"},"
              "{\"from\":11001,\"to\":20999,\"first\":\"1500.24\",\"last\":\"3899.76\"},"
              "{\"from\":21000,\"to\":21500,\"first\":\"3300.00\",\"last\":\"3390.00\"}]}");
}

static void test_break_even(void **state) {
  (void)state;
  fg_way postpaid = {.book = facefusion, .product = string_of("image")};
  fg_way capacity = {.book = facefusion, .product = string_of("image"), .capacity = 20, .months = 1};
  json_builder builder;
  fg_error error;
  fg_visitor visitor = build_json(&builder, facefusion);
  assert_int_equal(fg_break_even(&postpaid, &capacity, 500000, &visitor, &error), FG_OK);
  json_t *wanted = json_loads(
      "[{\"from\":0,\"to\":399999,\"cheaper\":\"a\",\"a\":\"0.00\",\"b\":\"48000.00\"},"
      "{\"from\":400000,\"to\":400000,\"cheaper\":\"equal\",\"a\":\"48000.00\",\"b\":\"48000.00\"},"
      "{\"from\":400001,\"to\":500000,\"cheaper\":\"b\",\"a\":\"48000.12\",\"b\":\"48000.00\"}]",
      0, NULL);
  assert_true(json_equal(builder.root, wanted));
  json_decref(builder.root);
  json_decref(wanted);
}

static void test_ways_that_are_none(void **state) {
  (void)state;
  json_builder builder;
  fg_visitor visitor = build_json(&builder, facefusion);
  fg_error error;
  const struct {
    fg_way way;
    int64_t most;
    fg_status status;
  } wrong[] = {
      {{.product = string_of("none")}, 1, FG_UNKNOWN_PRODUCT},
      {{.product = string_of("image"), .meter = string_of("none")}, 1, FG_UNKNOWN_METER},
      {{.product = string_of("image"), .pack = string_of("none")}, 1, FG_UNKNOWN_PACK},
      {{.product = string_of("image"), .pack = string_of("materials-10")}, 1, FG_UNKNOWN_PACK},
      {{.product = string_of("image"), .meter = string_of("qps")}, 1, FG_INVALID},
      {{.product = string_of("image"), .free = -1}, 1, FG_INVALID},
      {{.product = string_of("image")}, -2, FG_INVALID},
      {{.product = string_of("image-pro"), .meter = string_of("concurrency"), .days = 1}, 1, FG_NOT_SOLD},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    fg_way way = wrong[i].way;
    way.book = facefusion;
    assert_int_equal(fg_way_curve(&way, wrong[i].most, &visitor, &error), wrong[i].status);
  }
}

static int64_t vary(int64_t units, int64_t spread_per_mille, int64_t seed, int64_t trial, int64_t month) {
  int64_t varied = -1;
  fg_demand demand = {.spread_per_mille = spread_per_mille, .seed = seed, .trial = trial};
  assert_int_equal(fg_vary(units, &demand, month, &varied, NULL), FG_OK);
  return varied;
}

static void test_a_trial_is_asked_within_its_range(void **state) {
  (void)state;
  static const struct {
    int64_t units;
    fg_demand demand;
    int64_t month;
    const char *path;
  } wrong[] = {{-1, {0}, 0, "units"},
               {1, {.spread_per_mille = -1}, 0, "spread_per_mille"},
               {1, {.spread_per_mille = 10001}, 0, "spread_per_mille"},
               {1, {.level_per_mille = -1}, 0, "level_per_mille"},
               {1, {.level_per_mille = 10001}, 0, "level_per_mille"},
               {1, {.correlation_per_mille = -1}, 0, "correlation_per_mille"},
               {1, {.correlation_per_mille = 1001}, 0, "correlation_per_mille"},
               {1, {.correlation_per_mille = 1}, 120, "month"},
               {1, {.correlation_per_mille = 1}, -1, "month"}};
  int64_t varied = -1;
  fg_error error;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(fg_vary(wrong[i].units, &wrong[i].demand, wrong[i].month, &varied, &error), FG_INVALID);
    assert_string_equal(error.path, wrong[i].path);
  }
  assert_int_equal(varied, -1);
  assert_int_equal(vary(INT64_MAX, 10000, INT64_MIN, INT64_MIN, INT64_MAX) % 1000000000000000,
                   0); /* an end of the range */
}

/* Worked out by another program. */
static void test_trials_whose_months_belong_together(void **state) {
  (void)state;
  static const struct {
    int64_t units;
    fg_demand demand;
    int64_t month, varied;
  } cases[] = {
      {100000, {0, 300, 0, 7, 0}, 0, 79893},      {100000, {200, 300, 0, 7, 0}, 0, 51299},
      {100000, {200, 0, 500, 7, 0}, 1, 55442},    {100000, {200, 0, 1000, 7, 0}, 119, 64208},
      {100000, {200, 150, 900, 8, 3}, 35, 97458}, {1000000000000000, {1000, 1000, 1, 1, 2}, 3, 1000000000000000},
      {50, {10000, 10000, 999, 3, 0}, 50, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t varied = -1;
    assert_int_equal(fg_vary(cases[i].units, &cases[i].demand, cases[i].month, &varied, NULL), FG_OK);
    assert_int_equal(varied, cases[i].varied);
  }
}

static void test_trials_do_not_depend_on_their_order(void **state) {
  (void)state;
  int64_t sum = 0;
  for (int64_t trial = 999; trial >= 0; trial--) {
    int64_t units = vary(100000, 200, 7, trial, 3);
    assert_int_equal(units, vary(100000, 200, 7, trial, 3));
    assert_in_range(units, 0, 300000);
    sum += units;
  }
  assert_in_range(sum / 1000, 98000, 102000); /* three standard errors */
  assert_int_equal(vary(100000, 0, 7, 1, 1), 100000);
  assert_int_not_equal(vary(100000, 200, 7, 1, 3), vary(100000, 200, 8, 1, 3));
}

/* Twelve halves of six numbers of SplitMix64, worked out by another program. */
static void test_trials_are_what_they_were(void **state) {
  (void)state;
  static const struct {
    int64_t units, spread_per_mille, seed, trial, month, varied;
  } cases[] = {
      {100000, 200, 7, 0, 0, 64208},
      {100000, 200, 7, 0, 1, 69213},
      {100000, 200, 7, 1, 0, 72983},
      {100000, 200, 8, 0, 0, 82935},
      {1000000007, 333, -1, 123456, 119, 655003793},
      {999999999999999, 1000, 1, 2, 3, 1000000000000000},
      {999999999999999, 1000, 1, 2, 4, 1000000000000000},
      {1, 1000, 5, 6, 7, 2},
      {50, 1000, 3, 0, 2, 56},
      {50, 1000, 3, 1, 2, 21},
      {50, 1000, 3, 2, 2, 0},
      {10, 1000, 1, 13, 0, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(vary(cases[i].units, cases[i].spread_per_mille, cases[i].seed, cases[i].trial, cases[i].month),
                     cases[i].varied);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_search_ends_early),
      cmocka_unit_test(test_worked_examples),
      cmocka_unit_test(test_one_month),
      cmocka_unit_test(test_the_answer_replays_to_its_total),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_memory_runs_out),
      cmocka_unit_test(test_cliffs),
      cmocka_unit_test(test_curve_of_packs_and_the_rest),
      cmocka_unit_test(test_break_even),
      cmocka_unit_test(test_ways_that_are_none),
      cmocka_unit_test(test_trials_are_what_they_were),
      cmocka_unit_test(test_trials_whose_months_belong_together),
      cmocka_unit_test(test_a_trial_is_asked_within_its_range),
      cmocka_unit_test(test_trials_do_not_depend_on_their_order),
  };
  return cmocka_run_group_tests(tests, set_up_facefusion, tear_down_facefusion);
}
