/* Plans that the caller names, and capacity at prices of every kind: sums by hand. */
#include "support.h"
#include "faregate_whatif.h"

static json_t *plan_of(fg_book *of, const char *forecast, const char *way) {
  fg_plan *plan = NULL;
  fg_error error = {0};
  fg_string given = {way, way == NULL ? 0 : strlen(way)};
  if (fg_plan_make(of, &(fg_plan_query){.forecast = string_of(forecast), .plan = given}, NULL, &plan, &error) !=
      FG_OK) {
    fail_msg("%s: %s\n%s\n%s", error.path, error.message, forecast, way == NULL ? "cheapest" : way);
  }
  json_builder builder;
  fg_visitor visitor = build_json(&builder, of);
  assert_int_equal(fg_plan_describe(plan, &visitor), FG_OK);
  fg_plan_free(plan);
  return whole(&builder);
}

static void assert_total(fg_book *of, const char *forecast, const char *way, const char *total) {
  json_t *told = plan_of(of, forecast, way);
  if (strcmp(json_string_value(json_at(told, "/total")), total) != 0) {
    fail_msg("%s instead of %s: %s", json_string_value(json_at(told, "/total")), total, json_dumps(told, 0));
  }
  json_decref(told);
}

static void assert_refused(fg_book *of, const char *forecast, const char *way, fg_status status, const char *path) {
  fg_plan *plan = NULL;
  fg_error error = {0};
  fg_string given = {way, way == NULL ? 0 : strlen(way)};
  fg_status answered = fg_plan_make(of, &(fg_plan_query){.forecast = string_of(forecast), .plan = given}, NULL, &plan,
                                    &error);
  if (answered != status || strcmp(error.path, path) != 0) {
    fail_msg("%s at \"%s\": %s\n%s\n%s", fg_status_name(answered), error.path, error.message, forecast,
             way == NULL ? "cheapest" : way);
  }
}

#define FORECAST(calls, more) "{\"product\":\"image\",\"start\":\"2025-01\",\"calls\":" calls more "}"
#define ORDERS(orders) "{\"orders\":[" orders "]}"
#define CAPACITY(month, quantity, period) "{\"month\":\"" month "\",\"capacity\":" quantity "," period "}"
#define PACK(month, pack) "{\"month\":\"" month "\",\"pack\":\"" pack "\"}"

/* R17 to R19. A month goes by capacity if it is active at noon of the 15th, when the calls come. */
static void test_capacity_by_the_month_and_the_day(void **state) {
  (void)state;
  json_t *told = plan_of(facefusion, FORECAST("[90000,90000,1500]", ""),
                         ORDERS(CAPACITY("2025-01", "60", "\"months\":2")));
  assert_text_at(told, "/total", "240120.00"); /* 60 × 2,000 × 2, and 500 × 0.24 */
  assert_text_at(told, "/months/0/mode", "qps");
  assert_text_at(told, "/months/1/mode", "qps");
  assert_text_at(told, "/months/2/mode", "calls");
  assert_int_equal(json_integer_value(json_at(told, "/orders/0/months")), 2);
  assert_text_at(told, "/orders/0/meter", "qps");
  assert_text_at(told, "/orders/0/amount", "240000.00");
  assert_text_at(told, "/orders/0/month", "2025-01");
  assert_text_at(told, "/orders/0/at", "2025-01-01T00:00:00+08:00");
  assert_text_at(told, "/months/0/cost/capacity", "240000.00");
  assert_text_at(told, "/months/0/cost/total", "240000.00");
  assert_text_at(told, "/months/1/cost/total", "0.00");
  assert_text_at(told, "/months/2/cost/postpaid", "120.00");
  assert_text_at(told, "/months/2/cost/total", "120.00");
  json_decref(told);
  told = plan_of(facefusion, FORECAST("[90000]", ""), ORDERS(CAPACITY("2025-01", "30", "\"days\":15")));
  assert_text_at(told, "/total", "49500.00"); /* 30 × 110 × 15 */
  assert_text_at(told, "/months/0/mode", "qps");
  assert_int_equal(json_integer_value(json_at(told, "/orders/0/days")), 15);
  assert_null(json_at(told, "/orders/0/months"));
  json_decref(told);
  told = plan_of(facefusion, FORECAST("[90000]", ""), ORDERS(CAPACITY("2025-01", "30", "\"days\":14")));
  assert_text_at(told, "/total", "62220.00"); /* 30 × 110 × 14, and W4: it ends as the 15th begins */
  assert_text_at(told, "/months/0/mode", "calls");
  json_decref(told);
  told = plan_of(facefusion, FORECAST("[90000,90000]", ""), ORDERS(CAPACITY("2025-02", "1", "\"months\":1")));
  assert_text_at(told, "/total", "18420.00"); /* W4, and one QPS */
  assert_text_at(told, "/months/0/mode", "calls");
  assert_text_at(told, "/months/1/mode", "qps");
  json_decref(told);
  /* Two orders, of which the later covers less. */
  assert_total(facefusion, FORECAST("[90000,90000]", ""),
               ORDERS(CAPACITY("2025-01", "1", "\"months\":2") "," CAPACITY("2025-02", "1", "\"days\":1")), "4910.00");
}

/* R19, the switch `capacity_month`: months of 30 or 31 days drift away from those of the calendar. */
static void test_months_of_days(void **state) {
  (void)state;
  const struct {
    const char *policy, *months, *total;
    int used; ///< the month of 5,000 calls, counted from 0
  } cases[] = {
      {"days_31", "28", "67200.00", 28},  /* 868 days of 2,400 a month reach to 2027-05-19 */
      {"anchored", "28", "68160.00", 28}, /* May 2027 is past the end: 4,000 × 0.24 */
      {"days_30", "59", "142560.00", 58}, /* 1,770 days end on 2029-11-06: 141,600 + 960 */
      {"anchored", "59", "141600.00", 58}, {"days_30", "60", "144000.00", 58},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char forecast[1000], orders[200];
    size_t length = (size_t)snprintf(forecast, sizeof forecast,
                                     "{\"product\":\"image\",\"start\":\"2025-01\",\"calls\":[");
    for (int month = 0; month <= cases[i].used; month++) {
      length += (size_t)snprintf(forecast + length, sizeof forecast - length, month < cases[i].used ? "0," : "5000");
    }
    snprintf(forecast + length, sizeof forecast - length, "],\"policy\":{\"capacity_month\":\"%s\"}}", cases[i].policy);
    snprintf(orders, sizeof orders, ORDERS(CAPACITY("2025-01", "1", "\"months\":%s")), cases[i].months);
    assert_total(facefusion, forecast, orders, cases[i].total);
  }
}

static void test_packs_and_materials_given(void **state) {
  (void)state;
  const char *three = ORDERS(
      PACK("2025-01", "calls-1k") ","
                                  "{\"month\":\"2025-02\",\"pack\":\"calls-1k\",\"quantity\":2}");
  json_t *told = plan_of(facefusion, FORECAST("[2000,5000]", ""), three);
  assert_text_at(told, "/total", "1080.00"); /* 3 × 200; 0 and 2,000 × 0.24 are left */
  assert_int_equal(json_integer_value(json_at(told, "/orders/1/quantity")), 2);
  assert_text_at(told, "/months/1/cost/packs", "400.00");
  assert_text_at(told, "/months/1/cost/postpaid", "480.00");
  assert_text_at(told, "/months/1/cost/total", "880.00");
  assert_int_equal(json_integer_value(json_at(told, "/orders/1/units")), 2000);
  assert_text_at(told, "/orders/1/amount", "400.00");
  assert_text_at(told, "/orders/1/month", "2025-02");
  json_decref(told);
  /* Told by month, and within a month as they were given. */
  told = plan_of(facefusion, FORECAST("[2000,5000]", ""),
                 ORDERS(PACK("2025-02", "calls-10k") "," PACK("2025-01", "calls-10k") "," PACK(
                     "2025-01", "calls-1k") "," PACK("2025-02", "calls-1k")));
  static const char *const in_order[] = {"calls-10k", "calls-1k", "calls-10k", "calls-1k"};
  for (size_t i = 0; i < 4; i++) {
    const json_t *order = json_array_get(json_object_get(told, "orders"), i);
    assert_string_equal(json_string_value(json_object_get(order, "pack")), in_order[i]);
    assert_string_equal(json_string_value(json_object_get(order, "month")), i < 2 ? "2025-01" : "2025-02");
  }
  json_decref(told);
  /* R4: 10 of 30 materials are free; two packs of 10 are bought unless the plan has some. */
  assert_total(facefusion, FORECAST("[500]", ",\"materials\":30"), ORDERS(""), "800.00");
  told = plan_of(facefusion, FORECAST("[2000]", ",\"materials\":30"), ORDERS(PACK("2025-01", "calls-10k")));
  assert_text_at(told, "/months/0/cost/packs", "1500.00");
  assert_text_at(told, "/months/0/cost/materials", "800.00");
  assert_text_at(told, "/months/0/cost/postpaid", "0.00");
  assert_text_at(told, "/months/0/cost/total", "2300.00");
  assert_text_at(told, "/total", "2300.00");
  json_decref(told);
  assert_total(facefusion, FORECAST("[500]", ",\"materials\":30"), ORDERS(PACK("2025-01", "materials-100")), "3200.00");
  assert_total(facefusion, FORECAST("[500]", ",\"materials\":30"), ORDERS(PACK("2025-01", "calls-1k")), "1000.00");
}

static void test_named_ways(void **state) {
  (void)state;
  json_t *told = plan_of(facefusion, FORECAST("[15000]", ""), NULL);
  assert_text_at(told, "/naive/postpaid", "2520.00");          /* 14,000 × 0.18 */
  assert_true(json_is_null(json_at(told, "/naive/capacity"))); /* no peak is known */
  json_decref(told);
  assert_total(facefusion, FORECAST("[15000,15000]", ""), "\"postpaid\"", "5040.00"); /* 2 × 14,000 × 0.18 */
  assert_total(facefusion, FORECAST("[15000,4000]", ""), "{\"pack\":\"calls-10k\"}", "3000.00"); /* 17,000 take two */
  assert_total(facefusion, FORECAST("[15000,7000]", ""), "{\"pack\":\"calls-10k\"}", "3000.00");
  assert_total(facefusion, FORECAST("[15000,7001]", ""), "{\"pack\":\"calls-10k\"}", "4500.00");
  assert_total(facefusion, FORECAST("[15000,4000]", ",\"peak_qps\":[5,2]"), "\"capacity\"", "16800.00"); /* 7 × 2,400 */
  assert_refused(facefusion, FORECAST("[15000]", ""), "\"capacity\"", FG_INVALID, ""); /* no peak is known */
}

/* 18,000 calls: one pack of 10,000 and seven of 1,000 are 2,900; without the small ones two of 10,000 are 3,000. */
static void test_runner_up(void **state) {
  (void)state;
  json_t *told = plan_of(facefusion, FORECAST("[18000]", ""), NULL);
  assert_text_at(told, "/total", "2900.00");
  assert_text_at(told, "/runner_up/total", "3000.00");
  assert_int_equal(json_array_size(json_at(told, "/runner_up/orders")), 1);
  assert_text_at(told, "/runner_up/orders/0/pack", "calls-10k");
  assert_int_equal(json_integer_value(json_at(told, "/runner_up/orders/0/quantity")), 2);
  json_decref(told);
  told = plan_of(facefusion, FORECAST("[500]", ""), NULL); /* nothing is bought, so there is none */
  assert_true(json_is_null(json_at(told, "/runner_up")));
  json_decref(told);
}

static void test_orders_that_are_none(void **state) {
  (void)state;
  const struct {
    const char *way, *path;
    fg_status status;
  } cases[] = {
      {"{\"orders\":{}}", "orders", FG_INVALID},
      {"{\"orders\":[],\"more\":1}", "more", FG_INVALID},
      {"{\"order\":[]}", "order", FG_INVALID},
      {ORDERS("5"), "orders[0]", FG_INVALID},
      {ORDERS("{}"), "orders[0].month", FG_INVALID},
      {ORDERS("{\"month\":1}"), "orders[0].month", FG_INVALID},
      {ORDERS("{\"month\":\"2024-12\"}"), "orders[0].month", FG_INVALID},
      {ORDERS("{\"month\":\"2025-03\",\"pack\":\"calls-1k\"}"), "orders[0].month", FG_INVALID},
      {ORDERS("{\"month\":\"2025-01\"}"), "orders[0].pack", FG_INVALID},
      {ORDERS("{\"month\":\"2025-01\",\"pack\":1}"), "orders[0].pack", FG_INVALID},
      {ORDERS(PACK("2025-01", "calls-1k") "," PACK("2025-01", "calls-2k")), "orders[1].pack", FG_UNKNOWN_PACK},
      {ORDERS("{\"month\":\"2025-01\",\"pack\":\"calls-1k\",\"quantity\":0}"), "orders[0].quantity", FG_INVALID},
      {ORDERS("{\"month\":\"2025-01\",\"pack\":\"calls-1k\",\"days\":1}"), "orders[0].days", FG_INVALID},
      {ORDERS(CAPACITY("2025-01", "0", "\"days\":1")), "orders[0].capacity", FG_INVALID},
      {ORDERS(CAPACITY("2025-01", "1", "\"days\":0")), "orders[0].days", FG_INVALID},
      {ORDERS(CAPACITY("2025-01", "1", "\"months\":\"x\"")), "orders[0].months", FG_INVALID},
      {ORDERS(CAPACITY("2025-01", "1", "\"months\":1,\"days\":1")), "orders[0].months", FG_INVALID},
      {ORDERS("{\"month\":\"2025-01\",\"capacity\":1}"), "orders[0].months", FG_INVALID},
      {ORDERS(CAPACITY("2025-01", "1", "\"days\":1,\"pack\":\"calls-1k\"")), "orders[0].pack", FG_INVALID},
      {"{\"pack\":5}", "pack", FG_INVALID},
      {"\"calls\"", "", FG_INVALID},
      {"5", "", FG_INVALID},
      {"\"postpaid", "", FG_INVALID},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_refused(facefusion, FORECAST("[1,1]", ""), cases[i].way, cases[i].status, cases[i].path);
  }
}

/* A facefusion whose usage costs 1,000.00 a unit, so that capacity serves every month whose peak is known. `capacity`
   are the fields of what is sold of `slots`, `head` those of the facefusion. */
static fg_book *book_of(const char *head, const char *capacity) {
  char json[2000];
  fg_book *made = NULL;
  fg_error error = {0};
  snprintf(
      json, sizeof json,
      "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\", \"minor_digits\": 2,"
      "\"utc_offset\": \"+08:00\", %s, \"products\": [{\"id\": \"p\", \"meter\": \"u\","
      "\"price\": {\"model\": \"flat\", \"price\": \"1000\"},"
      "\"capacity\": {\"meter\": \"slots\", \"kind\": \"slots\", \"mode\": \"manual\", %s}},"
      "{\"id\": \"q\", \"meter\": \"u\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}}]}",
      head, capacity);
  if (fg_book_load(json, strlen(json), NULL, &made, &error) != FG_OK) {
    fail_msg("%s: %s\n%s", error.path, error.message, json);
  }
  return made;
}

#define EXACT "\"rounding\": \"none\""
#define ONE_MONTH(peak, more)                                                                                          \
  "{\"product\":\"p\",\"start\":\"2025-01\",\"calls\":[100],\"peak_slots\":[" peak "]" more "}"
#define TIERS(model, more, tiers) "{\"model\": \"" model "\"" more ", \"tiers\": [" tiers "]}"
#define TIER(from, price) "{\"from\": " from ", \"price\": \"" price "\"}"

/* What one month of the forecast costs at each peak. */
typedef struct peak_cost {
  const char *peak, *total;
} peak_cost;

static void assert_costs(const char *capacity, const char *more, const peak_cost *costs, size_t count) {
  fg_book *of = book_of(EXACT, capacity);
  for (size_t i = 0; i < count; i++) {
    char forecast[400];
    snprintf(forecast, sizeof forecast, ONE_MONTH("%s", "%s"), costs[i].peak, more);
    if (costs[i].total == NULL) {
      assert_refused(of, forecast, NULL, FG_CAPACITY_LIMIT, "peak_slots[0]");
    } else {
      assert_total(of, forecast, NULL, costs[i].total);
    }
  }
  fg_book_release(of);
}
#define ASSERT_COSTS(capacity, more, costs) assert_costs(capacity, more, costs, sizeof(costs) / sizeof *(costs))

/* More may cost less, up to what may be held at once. */
static void test_prices_that_fall(void **state) {
  (void)state;
  const peak_cost falls[] = {{"1", "10.00"}, {"2", "20.00"},  {"4", "30.00"}, {"5", "30.00"}, {"6", "36.00"},
                             {"7", "40.00"}, {"10", "40.00"}, {"11", "44.00"}}; /* 5 × 6 for 4, 10 × 4 for 7 to 10 */
  ASSERT_COSTS("\"limit\": 0, \"month\": " TIERS("volume", "", TIER("0", "10") "," TIER("5", "6") "," TIER("10", "4")),
               "", falls);
}

static void test_capacity_held_at_most(void **state) {
  (void)state;
  const peak_cost below[] = {{"3", "30.00"}, {"4", "40.00"}, {"5", NULL}};
  const peak_cost just[] = {{"2", "20.00"}, {"3", "30.00"}, {"4", "30.00"}, {"5", "30.00"}, {"6", NULL}};
#define FALLS TIERS("volume", "", TIER("0", "10") "," TIER("5", "6"))
  ASSERT_COSTS("\"limit\": 0, \"max_held\": 4, \"month\": " FALLS, "", below);
  ASSERT_COSTS("\"limit\": 0, \"max_held\": 5, \"month\": " FALLS, "", just);
  const peak_cost upper[] = {{"3", "30.00"}, {"4", "36.00"}, {"5", "36.00"}}; /* 6 are the first at 6 */
  ASSERT_COSTS(
      "\"limit\": 0, \"month\": " TIERS("volume", ", \"edges\": \"upper\"", TIER("0", "10") "," TIER("5", "6")), "",
      upper);
}

/* Several small orders are cheaper than a large one where prices rise. */
static void test_prices_that_rise(void **state) {
  (void)state;
  const peak_cost rises[] = {{"1", "10.00"}, {"2", "20.00"}, {"3", "30.00"}, {"5", "50.00"}, {"6", "60.00"}};
  ASSERT_COSTS("\"limit\": 0, \"month\": " TIERS("volume", "", TIER("0", "10") "," TIER("3", "12")), "", rises);
  fg_book *of = book_of(EXACT, "\"limit\": 0, \"month\": " TIERS("volume", "", TIER("0", "10") "," TIER("3", "12")));
  json_t *told = plan_of(of, ONE_MONTH("5", ""), NULL);
  const json_t *orders = json_at(told, "/orders");
  json_int_t sum = 0;
  for (size_t i = 0; i < json_array_size(orders); i++) {
    json_int_t quantity = json_integer_value(json_object_get(json_array_get(orders, i), "quantity"));
    assert_in_range(quantity, 1, 2);
    sum += quantity;
  }
  assert_int_equal(sum, 5);
  json_decref(told);
  fg_book_release(of);
}

/* A step is paid whole: 10 for up to 3, 12 from 4 on, 30 from 8 on. Two steps of 12 serve up to 14. */
static void test_prices_in_steps(void **state) {
  (void)state;
  const peak_cost steps[] = {{"1", "10.00"},  {"3", "10.00"},  {"4", "12.00"},  {"7", "12.00"},  {"8", "22.00"},
                             {"10", "22.00"}, {"11", "24.00"}, {"14", "24.00"}, {"15", "30.00"}, {"100", "30.00"}};
  ASSERT_COSTS(
      "\"limit\": 0, \"month\": " TIERS("stairstep", "", TIER("0", "10") "," TIER("4", "12") "," TIER("8", "30")), "",
      steps);
  const peak_cost dear_first[] = {{"1", "5.00"}, {"3", "5.00"}, {"9", "5.00"}}; /* the whole of 4 costs less than 1 */
  ASSERT_COSTS("\"limit\": 0, \"month\": " TIERS("stairstep", "", TIER("0", "10") "," TIER("4", "5")), "", dear_first);
}

static void test_prices_by_the_block(void **state) {
  (void)state;
  const peak_cost blocks[] = {{"1", "10.00"}, {"5", "10.00"}, {"6", "20.00"}, {"11", "30.00"}};
  ASSERT_COSTS("\"limit\": 0, \"month\": {\"model\": \"flat\", \"block\": 5, \"price\": \"2\"}", "", blocks);
  const peak_cost held[] = {{"9", "20.00"}, {"12", "30.00"}, {"13", NULL}};
  ASSERT_COSTS("\"limit\": 0, \"max_held\": 12, \"month\": {\"model\": \"flat\", \"block\": 5, \"price\": \"2\"}", "",
               held);
}

/* The search of steps ends at 4,096. */
static void test_much_capacity_in_steps(void **state) {
  (void)state;
#define STEPS TIERS("stairstep", "", TIER("0", "10") "," TIER("4", "12"))
  fg_book *of = book_of(EXACT, "\"limit\": 0, \"month\": " STEPS);
  assert_total(of, ONE_MONTH("4091", ""), NULL, "12.00"); /* and 4 + 1 more are looked at */
  assert_refused(of, ONE_MONTH("4092", ""), NULL, FG_INVALID, "book");
  fg_book_release(of);
  of = book_of(EXACT, "\"limit\": 0, \"max_held\": 4096, \"month\": " STEPS);
  assert_total(of, ONE_MONTH("4096", ""), NULL, "12.00");
  fg_book_release(of);
}

/* R20: what is bought replaces the limit, or is added to it. Within the limit usage is served without. */
static void test_what_a_peak_needs(void **state) {
  (void)state;
#define FLAT "{\"model\": \"flat\", \"price\": \"10\"}"
  const peak_cost replaces[] = {{"5", "50.00"}, {"4", "40.00"}};
  const peak_cost adds[] = {{"5", "20.00"}, {"4", "10.00"}, {"3", "10.00"}, {"1", "10.00"}};
  ASSERT_COSTS("\"limit\": 3, \"month\": " FLAT, ",\"policy\":{\"capacity_effect\":\"replace\"}", replaces);
  ASSERT_COSTS("\"limit\": 3, \"month\": " FLAT, ",\"policy\":{\"capacity_effect\":\"add\"}", adds);
  const peak_cost of_none[] = {{"5", "50.00"}, {"0", "10.00"}};
  ASSERT_COSTS("\"limit\": 0, \"month\": " FLAT, ",\"policy\":{\"capacity_effect\":\"add\"}", of_none);
  /* One unit is 1,000.00; within the limit that may be cheaper than capacity, beyond it is not served. */
  fg_book *of = book_of(EXACT, "\"limit\": 3, \"month\": {\"model\": \"flat\", \"price\": \"500\"}");
  const char *one_call = "{\"product\":\"p\",\"start\":\"2025-01\",\"calls\":[1],\"peak_slots\":[%d]}";
  const char *totals[] = {"500.00", "1000.00", "1000.00", "2000.00", "2500.00"};
  for (int peak = 1; peak <= 5; peak++) {
    char forecast[200];
    snprintf(forecast, sizeof forecast, one_call, peak);
    assert_total(of, forecast, NULL, totals[peak - 1]);
  }
  fg_book_release(of);
}

/* By the day or by the month, whichever is cheaper in a month of that length. */
static void test_days_and_months(void **state) {
  (void)state;
  fg_book *of = book_of(EXACT, "\"limit\": 0, \"day\": {\"model\": \"flat\", \"price\": \"1\"},"
                               "\"month\": {\"model\": \"flat\", \"price\": \"29\"}");
  const char *forecast = "{\"product\":\"p\",\"start\":\"2025-01\",\"calls\":[9,9,9,9],\"peak_slots\":[2,2,3,1]}";
  json_t *told = plan_of(of, forecast, NULL);
  assert_text_at(told, "/total", "230.00"); /* 2 × 29, 2 × 28, 3 × 29, 1 × 29 */
  json_decref(told);
  assert_total(of, "{\"product\":\"p\",\"start\":\"2025-02\",\"calls\":[9,0,9],\"peak_slots\":[2,2,2]}", NULL,
               "114.00");
  fg_book_release(of);
  of = book_of(EXACT, "\"limit\": 0, \"day\": {\"model\": \"flat\", \"price\": \"1\"}");
  assert_total(of, forecast, NULL, "241.00"); /* 2 × 31, 2 × 28, 3 × 31, 1 × 30 */
  fg_book_release(of);
  /* Tiers of both kinds are looked at: 5 days' slots from 5 on cost nothing to speak of. */
  of = book_of(EXACT, "\"limit\": 0, \"month\": {\"model\": \"flat\", \"price\": \"29\"}, \"day\": " TIERS(
                          "volume", "", TIER("0", "1") "," TIER("5", "0.01")));
  assert_total(of, ONE_MONTH("2", ""), NULL, "1.55"); /* 5 × 0.01 × 31 */
  fg_book_release(of);
}

static void test_capacity_that_is_not_searched(void **state) {
  (void)state;
  fg_book *of = book_of(EXACT, "\"limit\": 0, \"month\": " TIERS("volume", "", TIER("0", "10") "," TIER("5", "6")));
  assert_refused(of, ONE_MONTH("2", ",\"policy\":{\"capacity_tier_scope\":\"held\"}"), NULL, FG_INVALID,
                 "policy.capacity_tier_scope");
  assert_refused(of, ONE_MONTH("2", ",\"policy\":{\"capacity_month\":\"days_31\"}"), NULL, FG_INVALID,
                 "policy.capacity_month");
  fg_book_release(of);
  of = book_of(EXACT,
               "\"limit\": 0, \"day\": " TIERS("volume", "", TIER("0", "1") "," TIER("5", "0.5")) ", \"month\": " FLAT);
  assert_refused(of, ONE_MONTH("2", ",\"policy\":{\"capacity_tier_scope\":\"held\"}"), NULL, FG_INVALID,
                 "policy.capacity_tier_scope");
  fg_book_release(of);
  of = book_of(EXACT, "\"limit\": 0, \"month\": " FLAT ", \"day\": {\"model\": \"flat\", \"price\": \"9\"}");
  assert_total(of, ONE_MONTH("2", ",\"policy\":{\"capacity_tier_scope\":\"held\"}"), NULL, "20.00"); /* one price */
  fg_book_release(of);
  of = book_of(EXACT, "\"limit\": 0, \"day\": {\"model\": \"flat\", \"price\": \"1\"}");
  assert_total(of, ONE_MONTH("2", ",\"policy\":{\"capacity_month\":\"days_30\"}"), NULL, "62.00"); /* no months sold */
  fg_book_release(of);
  /* An order of both slots is rounded once, and costs less than one of each. */
  const char *cents = "\"rounding\": {\"mode\": \"half_up\", \"digits\": 2}";
  of = book_of(cents, "\"limit\": 0, \"month\": {\"model\": \"flat\", \"price\": \"0.005\"}");
  assert_total(of, ONE_MONTH("2", ""), NULL, "0.01");
  fg_book_release(of);
  of = book_of(cents, "\"limit\": 0, \"day\": {\"model\": \"flat\", \"price\": \"0.005\"}, \"month\": " FLAT);
  assert_total(of, ONE_MONTH("2", ""), NULL, "0.31");
  fg_book_release(of);
  of = book_of(cents, "\"limit\": 0, \"month\": {\"model\": \"flat\", \"price\": \"0.05\"}");
  assert_total(of, ONE_MONTH("2", ""), NULL, "0.10");
  fg_book_release(of);
  of = book_of(cents, "\"limit\": 0, \"month\": {\"model\": \"flat\", \"price\": \"1\", \"per\": 8}");
  assert_total(of, ONE_MONTH("2", ""), NULL, "0.25"); /* an eighth */
  fg_book_release(of);
}

/* Of two packs of one size the cheaper is bought, wherever it stands; at one price any. */
static void test_packs_of_one_size(void **state) {
  (void)state;
  static const struct {
    int prices[3];
    const char *total, *pack; ///< NULL: any
  } cases[] = {{{9, 7, 8}, "7.00", "b"},  {{7, 8, 9}, "7.00", "a"},    {{9, 8, 7}, "7.00", "c"},
               {{7, 7, 7}, "7.00", NULL}, {{90, 90, 90}, "10.00", ""}, {{5, 4, 3}, "3.00", "c"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char json[1500];
    fg_book *of = NULL;
    size_t length = (size_t)snprintf(
        json, sizeof json,
        "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\", \"minor_digits\": 2,"
        "\"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"products\": [{\"id\": \"p\", \"meter\": \"u\","
        "\"price\": {\"model\": \"flat\", \"price\": \"1\"}, \"packs\": [");
    for (int pack = 0; pack < 3; pack++) {
      length += (size_t)snprintf(json + length, sizeof json - length,
                                 "%s{\"id\": \"%c\", \"units\": 10, \"price\": \"%d\", \"validity\": \"permanent\"}",
                                 pack == 0 ? "" : ",", 'a' + pack, cases[i].prices[pack]);
    }
    snprintf(json + length, sizeof json - length, "]}]}");
    assert_int_equal(fg_book_load(json, strlen(json), NULL, &of, NULL), FG_OK);
    json_t *told = plan_of(of, "{\"product\":\"p\",\"start\":\"2025-01\",\"u\":[10]}", NULL);
    assert_text_at(told, "/total", cases[i].total);
    if (cases[i].pack != NULL && cases[i].pack[0] != '\0') {
      assert_text_at(told, "/orders/0/pack", cases[i].pack);
    }
    json_decref(told);
    fg_book_release(of);
  }
}

/* Capacity of a product that sells none. */
static void test_products_without_capacity(void **state) {
  (void)state;
  fg_book *of = book_of(EXACT, "\"limit\": 0, \"month\": " FLAT);
  const char *forecast = "{\"product\":\"q\",\"start\":\"2025-01\",\"calls\":[5]}";
  assert_total(of, forecast, NULL, "5.00");
  assert_refused(of, forecast, ORDERS(CAPACITY("2025-01", "1", "\"months\":1")), FG_UNKNOWN_METER, "");
  assert_refused(of, "{\"product\":\"q\",\"start\":\"2025-01\",\"calls\":[5],\"peak_slots\":[1]}", NULL, FG_INVALID,
                 "peak_slots");
  fg_book_release(of);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_capacity_by_the_month_and_the_day),
      cmocka_unit_test(test_months_of_days),
      cmocka_unit_test(test_packs_and_materials_given),
      cmocka_unit_test(test_named_ways),
      cmocka_unit_test(test_runner_up),
      cmocka_unit_test(test_orders_that_are_none),
      cmocka_unit_test(test_prices_that_fall),
      cmocka_unit_test(test_capacity_held_at_most),
      cmocka_unit_test(test_prices_that_rise),
      cmocka_unit_test(test_prices_in_steps),
      cmocka_unit_test(test_prices_by_the_block),
      cmocka_unit_test(test_much_capacity_in_steps),
      cmocka_unit_test(test_what_a_peak_needs),
      cmocka_unit_test(test_days_and_months),
      cmocka_unit_test(test_capacity_that_is_not_searched),
      cmocka_unit_test(test_packs_of_one_size),
      cmocka_unit_test(test_products_without_capacity),
  };
  return cmocka_run_group_tests_name("plan orders", tests, set_up_facefusion, tear_down_facefusion);
}
