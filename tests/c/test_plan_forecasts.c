/* What a forecast may say: its fields at the ends of their ranges, packs held at the start, and where a fault is. */
#include "support.h"
#include "faregate_whatif.h"

static fg_plan *plan_of(fg_book *book, const char *forecast) {
  fg_plan *plan = NULL;
  fg_error error = {0};
  if (fg_plan_make(book, &(fg_plan_query){.forecast = string_of(forecast)}, NULL, &plan, &error) != FG_OK) {
    fail_msg("%s: %s\n%s", error.path, error.message, forecast);
  }
  return plan;
}

static void assert_total(fg_book *book, const char *forecast, const char *total) {
  fg_plan *plan = plan_of(book, forecast);
  json_builder builder;
  fg_visitor visitor = build_json(&builder, book);
  assert_int_equal(fg_plan_describe(plan, &visitor), FG_OK);
  const char *told = json_string_value(json_at(builder.root, "/total"));
  if (strcmp(told, total) != 0) {
    fail_msg("%s instead of %s: %s", told, total, forecast);
  }
  json_decref(builder.root);
  fg_plan_free(plan);
}

static void assert_refused(fg_book *book, const char *forecast, fg_status status, const char *path) {
  fg_plan *plan = NULL;
  fg_error error = {0};
  fg_status answered = fg_plan_make(book, &(fg_plan_query){.forecast = string_of(forecast)}, NULL, &plan, &error);
  if (answered != status || strcmp(error.path, path) != 0) {
    fail_msg("%s at \"%s\": %s\n%s", fg_status_name(answered), error.path, error.message, forecast);
  }
}

#define FORECAST(calls, more) "{\"product\":\"image\",\"start\":\"2025-01\",\"calls\":" calls more "}"
#define OPENING(calls, packs) FORECAST(calls, ",\"opening\":{\"packs\":[" packs "]}")

/* 1,000 of 1,500 calls are free (R1); 500 cost 120.00 unless a pack that is held covers them. */
static void test_packs_held(void **state) {
  (void)state;
  static const struct {
    const char *pack, *total;
  } cases[] = {
      {"{\"pack\":\"calls-1k\",\"bought\":\"2024-06-01\"}", "0.00"},
      {"{\"pack\":\"calls-1k\",\"bought\":\"2024-06-01\",\"left\":400}", "24.00"},
      {"{\"pack\":\"calls-1k\",\"bought\":\"2024-06-01\",\"left\":0}", "120.00"},
      {"{\"pack\":\"calls-1k\",\"bought\":\"2024-06-01\",\"left\":1000}", "0.00"},
      {"{\"pack\":\"calls-1k\",\"bought\":\"2025-01-01\"}", "0.00"},
      {"{\"pack\":\"calls-1k\",\"bought\":\"2024-01-15T23:59:59\"}", "0.00"}, /* R6: void as 2025-01-16 begins */
      {"{\"pack\":\"calls-1k\",\"bought\":\"2024-01-14\"}", "120.00"},        /* the calls come at noon of the 15th */
      {"{\"pack\":\"calls-1k\",\"bought\":\"2023-12-31\"}", "120.00"},        /* void as the forecast begins */
      {"{\"pack\":\"calls-1k\",\"bought\":\"2024-01-14\",\"expires\":\"2025-01-16\"}", "0.00"},
      {"{\"pack\":\"calls-1k\",\"bought\":\"2024-06-01\",\"expires\":null}", "0.00"},
      {"{\"pack\":\"calls-1k\",\"expires\":\"2025-01-16\"}", "0.00"},
      {"{\"units\":500,\"expires\":\"2025-01-16\"}", "0.00"},
      {"{\"units\":500,\"expires\":\"2025-01-16T00:00:00+08:00\"}", "0.00"},
      {"{\"units\":500,\"expires\":\"2025-01-15\"}", "120.00"},
      {"{\"units\":500,\"expires\":\"2025-01-01\"}", "120.00"},
      {"{\"units\":500,\"expires\":\"9999-12-31\"}", "0.00"},
      {"{\"units\":499,\"expires\":\"2025-02-01\"}", "0.24"},
      {"{\"units\":900,\"left\":100,\"expires\":\"2025-02-01\"}", "96.00"},
      {"{\"units\":300,\"expires\":\"2025-02-01\"},{\"units\":150,\"expires\":\"2025-03-01\"}", "12.00"},
      {"", "120.00"},
  };
  fg_book *book = load_book(FACEFUSION);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char forecast[500];
    snprintf(forecast, sizeof forecast, OPENING("[1500]", "%s"), cases[i].pack);
    assert_total(book, forecast, cases[i].total);
  }
  const char *starts =
      "{\"product\":\"image\",\"start\":\"2025-01\",\"calls\":[1500],\"policy\":{\"pack_expiry\":"
      "\"anniversary_start\"},\"opening\":{\"packs\":[{\"pack\":\"calls-1k\",\"bought\":\"2024-01-%d\"}]}}";
  for (int day = 14; day <= 17; day++) {
    char forecast[500];
    snprintf(forecast, sizeof forecast, starts, day);
    assert_total(book, forecast, day < 16 ? "120.00" : "0.00");
  }
  assert_total(book, FORECAST("[1500]", ",\"opening\":null"), "120.00");
  assert_total(book, FORECAST("[1500]", ",\"opening\":{}"), "120.00");
  fg_book_release(book);
}

static void test_packs_held_that_are_none(void **state) {
  (void)state;
  static const struct {
    const char *pack, *path;
    fg_status status;
  } cases[] = {
      {"5", "opening.packs[0]", FG_INVALID},
      {"{}", "opening.packs[0]", FG_INVALID},
      {"{\"pack\":\"calls-1k\",\"units\":5,\"expires\":\"2025-02-01\"}", "opening.packs[0]", FG_INVALID},
      {"{\"pack\":\"calls-2k\",\"expires\":\"2025-02-01\"}", "pack", FG_UNKNOWN_PACK},
      {"{\"pack\":\"materials-10\",\"expires\":\"2025-02-01\"}", "pack", FG_UNKNOWN_PACK},
      {"{\"pack\":5,\"expires\":\"2025-02-01\"}", "opening.packs[0].pack", FG_INVALID},
      {"{\"units\":0,\"expires\":\"2025-02-01\"}", "opening.packs[0].units", FG_INVALID},
      {"{\"units\":5,\"left\":6,\"expires\":\"2025-02-01\"}", "opening.packs[0].left", FG_INVALID},
      {"{\"units\":5,\"left\":-1,\"expires\":\"2025-02-01\"}", "opening.packs[0].left", FG_INVALID},
      {"{\"units\":5,\"bought\":\"2024-01-15\"}", "opening.packs[0].expires", FG_INVALID},
      {"{\"pack\":\"calls-1k\"}", "opening.packs[0].expires", FG_INVALID},
      {"{\"pack\":\"calls-1k\",\"bought\":\"2025-01-01T00:00:01\"}", "opening.packs[0].bought", FG_INVALID},
      {"{\"pack\":\"calls-1k\",\"bought\":\"yesterday\"}", "opening.packs[0].bought", FG_INVALID},
      {"{\"pack\":\"calls-1k\",\"bought\":5}", "opening.packs[0].bought", FG_INVALID},
      {"{\"units\":5,\"expires\":\"2025-02-01T00:00:01\"}", "opening.packs[0].expires", FG_INVALID},
      {"{\"units\":5,\"expires\":\"2025-02-01T00:00:00Z\"}", "opening.packs[0].expires", FG_INVALID},
      {"{\"units\":5,\"expires\":\"2025-02-30\"}", "opening.packs[0].expires", FG_INVALID},
      {"{\"units\":5,\"expires\":\"2025-02-01\",\"colour\":1}", "opening.packs[0].colour", FG_INVALID},
      {"{\"units\":5,\"expires\":\"2025-02-01\"},{}", "opening.packs[1]", FG_INVALID},
  };
  fg_book *book = load_book(FACEFUSION);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char forecast[500];
    snprintf(forecast, sizeof forecast, OPENING("[1500]", "%s"), cases[i].pack);
    assert_refused(book, forecast, cases[i].status, cases[i].path);
  }
  assert_refused(book, FORECAST("[1]", ",\"opening\":{\"packs\":{}}"), FG_INVALID, "opening.packs");
  assert_refused(book, FORECAST("[1]", ",\"opening\":{\"pack\":[]}"), FG_INVALID, "opening.pack");
  fg_book_release(book);
}

/* A pack that is held gets a name that the book has not. The timeline of the plan replays to its total. */
static void test_names_of_packs_held(void **state) {
  (void)state;
  fg_book *book = load_text(
      "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\", \"minor_digits\": 2,"
      "\"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"products\": [{\"id\": \"p\", \"meter\": \"u\","
      "\"price\": {\"model\": \"flat\", \"price\": \"1\"}, \"packs\": ["
      "{\"id\": \"held-1\", \"units\": 5, \"price\": \"3\", \"validity\": \"permanent\"},"
      "{\"id\": \"held-3\", \"units\": 50, \"price\": \"20\", \"validity\": \"permanent\"}]}]}");
  const char *forecast =
      "{\"product\":\"p\",\"start\":\"2025-01\",\"u\":[10,8],\"opening\":{\"packs\":["
      "{\"units\":2,\"expires\":\"2025-02-01\"},{\"pack\":\"held-1\",\"left\":4,\"bought\":\"2024-05-01\"}]}}";
  assert_total(book, forecast, "8.00"); /* 12 of 18 are left: two packs of 5, and two by themselves */
  fg_plan *plan = plan_of(book, forecast);
  fg_text timeline, answer;
  fg_error error = {0};
  assert_int_equal(fg_plan_timeline(plan, &timeline), FG_OK);
  assert_int_equal(fg_replay(timeline.text, timeline.length, NULL, NULL, NULL, &answer, &error), FG_OK);
  json_t *replayed = json_loads(answer.text, 0, NULL);
  assert_string_equal(json_string_value(json_at(replayed, "/statement/spent/total")), "8.00");
  size_t i = 0;
  json_t *outcome = NULL;
  json_array_foreach(json_object_get(replayed, "outcomes"), i, outcome) {
    assert_true(json_is_true(json_object_get(outcome, "ok")));
  }
  json_decref(replayed);
  fg_text_release(&answer);
  fg_text_release(&timeline);
  fg_plan_free(plan);
  fg_book_release(book);
}

/* R7: where the smallest goes first, packs that end within the forecast can be honoured if there is one alone. */
static void test_a_pack_held_alone(void **state) {
  (void)state;
  static const struct {
    const char *packs, *held;
    const char *total; ///< NULL: refused
  } cases[] = {
      {"", "{\"units\":5,\"expires\":\"2025-02-01\"}", "11.00"}, /* 16 less 5 */
      {"", "{\"units\":5,\"expires\":\"2025-02-01\"},{\"units\":5,\"expires\":\"2025-02-01\"}", NULL},
      {"{\"id\":\"a\",\"units\":100,\"price\":\"90\",\"validity\":\"permanent\"}",
       "{\"units\":5,\"expires\":\"2025-02-01\"}", NULL},
      {"{\"id\":\"a\",\"units\":100,\"price\":\"90\",\"validity\":\"permanent\"}", "", "16.00"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char json[1000], forecast[500];
    snprintf(json, sizeof json,
             "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\","
             "\"minor_digits\": 2, \"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"products\": [{\"id\": \"p\","
             "\"meter\": \"u\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}, \"packs\": [%s]}]}",
             cases[i].packs);
    snprintf(forecast, sizeof forecast,
             "{\"product\":\"p\",\"start\":\"2025-01\",\"u\":[8,8],\"policy\":{\"pack_order\":\"smallest_left\"},"
             "\"opening\":{\"packs\":[%s]}}",
             cases[i].held);
    fg_book *book = load_text(json);
    if (cases[i].total != NULL) {
      assert_total(book, forecast, cases[i].total);
    } else {
      fg_plan *plan = NULL;
      fg_error error = {0};
      assert_int_equal(fg_plan_make(book, &(fg_plan_query){.forecast = string_of(forecast)}, NULL, &plan, &error),
                       FG_INVALID);
      assert_non_null(strstr(error.message, "cannot honour"));
    }
    fg_book_release(book);
  }
}

static void test_fields_of_a_forecast(void **state) {
  (void)state;
  static const struct {
    const char *forecast, *path;
    fg_status status; ///< FG_OK: none is refused
  } cases[] = {
      {"{\"product\":5}", "product", FG_INVALID},
      {"{\"product\":\"image\"}", "start", FG_INVALID},
      {"{\"product\":\"image\",\"start\":5,\"calls\":[1]}", "start", FG_INVALID},
      {"{\"product\":\"image\",\"start\":\"2025-13\",\"calls\":[1]}", "start", FG_INVALID},
      {"{\"product\":\"image\",\"start\":\"2025-00\",\"calls\":[1]}", "start", FG_INVALID},
      {"{\"product\":\"image\",\"start\":\"2025-01-\",\"calls\":[1]}", "start", FG_INVALID},
      {"{\"product\":\"image\",\"start\":\"2025/01\",\"calls\":[1]}", "start", FG_INVALID},
      {"{\"product\":\"image\",\"start\":\"1970-01\",\"calls\":[1]}", "start", FG_INVALID},
      {"{\"product\":\"image\",\"start\":\"1970-02\",\"calls\":[1]}", "", FG_OK},
      {"{\"product\":\"image\",\"start\":\"9999-12\",\"calls\":[1,1]}", "start", FG_OVERFLOW},
      {"{\"product\":\"image\",\"start\":\"2025-01\"}", "calls", FG_INVALID},
      {FORECAST("{}", ""), "calls", FG_INVALID},
      {FORECAST("[1000000000000001]", ""), "calls[0]", FG_INVALID},
      {FORECAST("[1000000000000000]", ""), "", FG_OK},
      {FORECAST("[600000000000000,400000000000001]", ""), "calls[1]", FG_INVALID},
      {FORECAST("[1]", ",\"requests\":[1]"), "requests", FG_INVALID},
      {FORECAST("[1,2]", ",\"peak_qps\":null"), "", FG_OK},
      {FORECAST("[1,2]", ",\"peak_qps\":[null,null]"), "", FG_OK},
      {FORECAST("[1,2]", ",\"peak_qps\":[1,\"x\"]"), "peak_qps[1]", FG_INVALID},
      {FORECAST("[1,2]", ",\"peak_qps\":[-1,1]"), "peak_qps[0]", FG_INVALID},
      {FORECAST("[1,2]", ",\"peak_qps\":[1]"), "peak_qps", FG_INVALID},
      {FORECAST("[1,2]", ",\"peak_qps\":5"), "peak_qps", FG_INVALID},
      {FORECAST("[1,2]", ",\"peak_concurrency\":[1,1]"), "peak_concurrency", FG_INVALID},
      {FORECAST("[1]", ",\"materials\":null"), "", FG_OK},
      {FORECAST("[1]", ",\"materials\":0"), "", FG_OK},
      {FORECAST("[1]", ",\"materials\":-1"), "materials", FG_INVALID},
      {FORECAST("[1]", ",\"materials\":\"x\""), "materials", FG_INVALID},
      {FORECAST("[1]", ",\"policy\":5"), "policy", FG_INVALID},
      {FORECAST("[1]", ",\"policy\":{\"colour\":1}"), "policy.colour", FG_INVALID},
      {"{\"product\":\"image-pro\",\"start\":\"2025-01\",\"calls\":[1],\"peak_concurrency\":[1]}", "", FG_OK},
  };
  fg_book *book = load_book(FACEFUSION);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (cases[i].status == FG_OK) {
      fg_plan_free(plan_of(book, cases[i].forecast));
    } else {
      assert_refused(book, cases[i].forecast, cases[i].status, cases[i].path);
    }
  }
  char months[1000] = "{\"product\":\"image\",\"start\":\"2025-01\",\"calls\":[0";
  for (int i = 1; i < 120; i++) {
    strcat(months, ",0");
  }
  size_t length = strlen(months);
  strcat(months, "]}");
  fg_plan_free(plan_of(book, months)); /* 120 months */
  months[length] = '\0';
  strcat(months, ",0]}");
  assert_refused(book, months, FG_INVALID, "calls");
  fg_book_release(book);
}

/* The name of the meter may stand in place of `calls`; daily tiers are refused. */
static void test_other_books(void **state) {
  (void)state;
  fg_book *book = load_book("aws-lambda");
  assert_total(book, "{\"product\":\"requests\",\"start\":\"2025-01\",\"requests\":[6000000]}", "1.00"); /* 5 × 0.20 */
  assert_total(book, "{\"product\":\"requests\",\"start\":\"2025-01\",\"calls\":[6000000]}", "1.00");
  assert_refused(book, "{\"product\":\"requests\",\"start\":\"2025-01\",\"requests\":[1],\"calls\":[1]}", FG_INVALID,
                 "calls");
  assert_refused(book, "{\"product\":\"requests\",\"start\":\"2025-01\",\"requests\":[1],\"peak_\":[1]}", FG_INVALID,
                 "peak_");
  fg_book_release(book);
  book = load_text(
      "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\","
      "\"minor_digits\": 2, \"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"products\": [{\"id\": \"p\","
      "\"meter\": \"u\", \"tier_period\": \"day\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}}]}");
  assert_refused(book, "{\"product\":\"p\",\"start\":\"2025-01\",\"u\":[1]}", FG_INVALID, "product");
  fg_book_release(book);
}

/* As many packs as a book may offer, whatever is left in them; with more of them the list does not fit the forecast's
   book. */
static void test_many_packs_held(void **state) {
  (void)state;
  enum { MOST = 1000, PACK_ROOM = 64 };
  static const struct {
    int count;
    const char *left;
    fg_status status;
  } cases[] = {{MOST, "0", FG_OK}, {MOST + 1, "0", FG_INVALID}, {70000, "1", FG_INVALID}};
  fg_book *book = load_book(FACEFUSION);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *packs = malloc((size_t)cases[i].count * PACK_ROOM + 256);
    size_t used = (size_t)sprintf(packs, "%s",
                                  "{\"product\":\"image\",\"start\":\"2025-01\",\"calls\":[1500],"
                                  "\"opening\":{\"packs\":[");
    for (int pack = 0; pack < cases[i].count; pack++) {
      used += (size_t)sprintf(packs + used, "%s{\"units\":1,\"left\":%s,\"expires\":\"2030-01-01\"}",
                              pack == 0 ? "" : ",", cases[i].left);
    }
    strcpy(packs + used, "]}}");
    if (cases[i].status == FG_OK) {
      assert_total(book, packs, "120.00");
    } else {
      assert_refused(book, packs, cases[i].status, "opening.packs");
    }
    free(packs);
  }
  fg_book_release(book);
}

/* The first month's calls can be paid by nothing, whatever is bought in the second: the search asks for more and more,
   up to all that an amount can hold. */
static void test_a_month_that_nothing_serves(void **state) {
  (void)state;
#define EDITION(effective, packs)                                                                                      \
  "{\"effective\":\"" effective "\",\"products\":[{\"id\":\"p\",\"meter\":\"u\","                                      \
  "\"price\":{\"model\":\"graduated\",\"tiers\":[{\"from\":0,\"price\":null}]},\"packs\":[" packs "]}]}"
  fg_book *book = load_text(
      "{\"format\":\"faregate-book/2\",\"id\":\"b\",\"title\":\"B\",\"currency\":\"EUR\",\"minor_digits\":2,"
      "\"time_zone\":\"+00:00\",\"rounding\":\"none\",\"editions\":[" EDITION("2024-01-01", "") "," EDITION(
          "2025-02-01", "{\"id\":\"ten\",\"units\":10,\"price\":\"1\",\"validity\":\"permanent\"}") "]}");
  assert_refused(book, "{\"product\":\"p\",\"start\":\"2025-01\",\"calls\":[10,10]}", FG_NOT_SOLD, "");
  assert_total(book, "{\"product\":\"p\",\"start\":\"2025-02\",\"calls\":[10,10]}", "2.00");
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_packs_held),          cmocka_unit_test(test_packs_held_that_are_none),
      cmocka_unit_test(test_names_of_packs_held), cmocka_unit_test(test_a_pack_held_alone),
      cmocka_unit_test(test_many_packs_held),     cmocka_unit_test(test_fields_of_a_forecast),
      cmocka_unit_test(test_other_books),         cmocka_unit_test(test_a_month_that_nothing_serves),
  };
  return cmocka_run_group_tests_name("forecasts", tests, NULL, NULL);
}
