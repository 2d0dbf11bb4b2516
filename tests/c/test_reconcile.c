/* Reconciliations: what is equal, what is explained and by what, what is refused and where, memory that runs out. */
#include "support.h"
#include "faregate_whatif.h"

#define OURS(commands)                                                                                                 \
  "\"ours\":{\"book\":\"tencent-facefusion\",\"commands\":["                                                           \
  "{\"at\":\"2024-11-01T00:00:00\",\"do\":\"open\",\"product\":\"image\"},"                                            \
  "{\"at\":\"2024-11-20T12:00:00\",\"do\":\"use\",\"product\":\"image\",\"quantity\":5000,\"id\":\"u1\"}" commands     \
  "]}"
#define CALLS                                                                                                          \
  ",{\"at\":\"2024-11-21T12:00:00\",\"do\":\"call\",\"product\":\"image\",\"quantity\":7,\"id\":\"c1\"},"              \
  "{\"at\":\"2024-11-22T12:00:00\",\"do\":\"call\",\"product\":\"image\",\"quantity\":5,\"id\":\"c2\"},"               \
  "{\"at\":\"2024-11-22T12:00:01\",\"do\":\"cancel\",\"id\":\"c2\"}"
#define THEIRS(units, amount)                                                                                          \
  "\"theirs\":[{\"month\":\"2024-11\",\"product\":\"image\",\"units\":" units ",\"amount\":\"" amount "\"}]"

static fg_status ask(const char *document, const fg_allocator *allocator, fg_text *answer, fg_error *error) {
  const fg_reconcile_query query = {.document = string_of(document), .books = &facefusion_source};
  return fg_reconcile(&query, allocator, answer, error);
}

static json_t *reconciled(const char *document) {
  fg_text answer;
  fg_error error;
  json_error_t fault;
  if (ask(document, NULL, &answer, &error) != FG_OK) {
    fail_msg("%s: %s", error.path, error.message);
  }
  json_t *told = json_loadb(answer.text, answer.length, 0, &fault);
  assert_non_null(told);
  fg_text_release(&answer);
  return told;
}

static void assert_found(const char *document, const char *pointer, const char *expected) {
  json_t *told = reconciled(document);
  assert_text_at(told, pointer, expected);
  json_decref(told);
}

/* 5,000 less 1,000 free at 0.24, and the seven units of the uncertain call. */
static void test_equal(void **state) {
  (void)state;
  assert_found("{" OURS(CALLS) "," THEIRS("5007", "961.68") "}", "/rows/0/is", "equal");
  assert_found("{" OURS(CALLS) "," THEIRS("\"5,007\"", "CNY 961.6800") "}", "/difference", "0.00");
}

/* 4,000 at 0.24 without it; 4,012 with the canceled call; and without the one, with the other. */
static void test_calls(void **state) {
  (void)state;
  assert_found("{" OURS(CALLS) "," THEIRS("5000", "960.00") "}", "/explanations/0/causes/0/cause", "uncertain");
  assert_found("{" OURS(CALLS) "," THEIRS("5012", "962.88") "}", "/explanations/0/causes/0/cause", "canceled");
  json_t *told = reconciled("{" OURS(CALLS) "," THEIRS("5005", "961.20") "}");
  assert_text_at(told, "/explanations/0/causes/0/cause", "uncertain");
  assert_text_at(told, "/explanations/0/causes/1/cause", "canceled");
  json_decref(told);
}

/* At 0.18 where the free units pick the tier, too: 10,500 used, 9,500 charged. */
static void test_switch(void **state) {
  (void)state;
  json_t *told = reconciled("{" OURS(",{\"at\":\"2024-11-20T13:00:00\",\"do\":\"use\",\"product\":\"image\","
                                     "\"quantity\":5500}") "," THEIRS("10500", "1710.00") "}");
  assert_text_at(told, "/explanations/0/causes/0/switch", "tier_basis");
  assert_text_at(told, "/explanations/0/causes/0/value", "total");
  assert_text_at(told, "/rows/0/is", "explained");
  json_decref(told);
}

/* Two months of ours, and an invoice of which these rows are a part: 4,000 at 0.24 in each. */
static void test_a_month_is_absent(void **state) {
  (void)state;
  json_t *told = reconciled("{" OURS(
      ",{\"at\":\"2024-12-20T12:00:00\",\"do\":\"use\",\"product\":\"image\","
      "\"quantity\":5000}") "," THEIRS("5000",
                                       "960.00") ",\"invoice\":{"
                                                 "\"first\":\"2024-11\",\"last\":\"2024-12\",\"kinds\":[\"usage\"]}}");
  assert_true(json_is_false(json_object_get(told, "equal")));
  assert_text_at(told, "/absent/0/month", "2024-12");
  assert_text_at(told, "/absent/0/amount", "960.00");
  assert_text_at(told, "/rows/0/is", "equal");
  json_decref(told);
}

/* A month that cannot be read is no total; a word for one is, where the sum fits. */
static void test_totals(void **state) {
  (void)state;
#define TWO(month, units, amount)                                                                                      \
  "{" OURS("") ",\"theirs\":[{\"month\":\"2024-11\",\"product\":\"image\",\"units\":5000,\"amount\":\"960\"},"         \
               "{\"month\":\"" month "\",\"product\":\"\",\"units\":" units ",\"amount\":\"" amount "\"}]}"
  assert_found(TWO("Okt", "5000", "960"), "/unread/0/text", "Okt");
  assert_found(TWO("Total", "5001", "960"), "/unread/0/reason", "a total that is not the sum of the rows above it");
  json_t *told = reconciled(TWO("Sub-total:", "5000", "960.00"));
  assert_true(json_is_true(json_object_get(told, "equal")));
  assert_int_equal(json_integer_value(json_object_get(told, "skipped")), 1);
  json_decref(told);
}

static void test_nothing_explains(void **state) {
  (void)state;
  json_t *told = reconciled("{" OURS("") "," THEIRS("5000", "960.01") "}");
  assert_text_at(told, "/rows/0/is", "unexplained");
  assert_text_at(told, "/unexplained", "0.01");
  assert_true(json_is_true(json_object_get(told, "complete")));
  assert_int_equal(json_array_size(json_object_get(told, "explanations")), 0);
  json_decref(told);
}

static void test_bounds(void **state) {
  (void)state;
  json_t *told = reconciled("{" OURS(CALLS) "," THEIRS("5000", "960.00") ",\"commands\":0}");
  assert_true(json_is_false(json_object_get(told, "complete")));
  json_decref(told);
  assert_found("{" OURS(CALLS) "," THEIRS("5000", "960.00") ",\"causes\":0}", "/rows/0/is", "unexplained");
}

typedef struct refusal {
  const char *document, *path;
  fg_status status;
} refusal;

static const refusal refusals[] = {
    {"{", "", FG_INVALID},
    {"[]", "", FG_INVALID},
    {"{}", "ours", FG_INVALID},
    {"{" OURS("") "}", "theirs", FG_INVALID},
    {"{" OURS("") ",\"theirs\":5}", "theirs", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[5]}", "theirs[0]", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"their\":[]}", "their", FG_INVALID},
    {"{\"ours\":{\"book\":\"x\",\"commands\":[]},\"theirs\":[]}", "ours.book", FG_UNKNOWN_BOOK},
    {"{\"ours\":{\"book\":\"tencent-facefusion\",\"commands\":[{}]},\"theirs\":[]}", "ours.commands[0].do", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"causes\":3}", "causes", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"books\":{}}", "books", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"invoice\":5}", "invoice", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"invoice\":{\"last\":\"Okt\"}}", "invoice.last", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"invoice\":{\"kinds\":{}}}", "invoice.kinds", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"set_aside\":[]}", "set_aside", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"set_aside\":{\"refused\":[5]}}", "set_aside.refused[0]", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"form\":5}", "form", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"form\":{\"column\":{}}}", "form.column", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"form\":{\"columns\":{\"x\":\"y\"}}}", "form.columns.x", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"form\":{\"columns\":{\"month\":5}}}", "form.columns.month", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"form\":{\"kinds\":{\"a\":\"b\"}}}", "form.kinds", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"form\":{\"products\":{\"a\":\"b\"}}}", "form.products", FG_UNKNOWN_PRODUCT},
    {"{" OURS("") ",\"theirs\":[],\"form\":{\"products\":{\"a\":5}}}", "form.products.a", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"form\":{\"rows\":[5]}}", "form.rows", FG_INVALID},
    {"{" OURS("") ",\"theirs\":{},\"form\":{\"rows\":[\"a\"]}}", "theirs", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"form\":{\"decimal\":\",\"}}", "form.decimal", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"form\":{\"thousands\":\"x\"}}", "form.thousands", FG_INVALID},
    {"{" OURS("") ",\"theirs\":[],\"form\":{\"usage_later\":13}}", "form.usage_later", FG_INVALID},
    {"{" OURS("") "," THEIRS("1", "1") ",\"form\":{\"columns\":{\"amount\":\"Amount\"}}}", "form.columns.amount.Amount",
     FG_INVALID},
};

static void test_refusals(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    fg_text answer;
    fg_error error = {.status = FG_OK};
    fg_status status = ask(refusals[i].document, NULL, &answer, &error);
    if (status != refusals[i].status || error.status != status || strcmp(error.path, refusals[i].path) != 0) {
      fail_msg("%s: %s at '%s': %s", refusals[i].document, fg_status_name(status), error.path, error.message);
    }
    assert_int_equal(ask(refusals[i].document, NULL, &answer, NULL), status);
  }
}

typedef struct reading {
  const char *column, *text, *reason;
} reading;

/* A row that cannot be read is told with its text. */
static const reading unread[] = {
    {"month", "01/11/2024", "expected a month, such as 2024-11"},
    {"month", "2024-13", "expected a month, such as 2024-11"},
    {"month", "20241", "expected a month, such as 2024-11"},
    {"month", "November", "expected a month, such as 2024-11"},
    {"amount", "EUR 5.00", "an amount of another currency"},
    {"amount", "5.00 5.00", "expected one number, there are two"},
    {"amount", "1,00.00", "expected three digits between the marks of thousands"},
    {"amount", "1,0000", "expected three digits between the marks of thousands"},
    {"amount", "five", "expected a number"},
    {"amount", "-", "expected a number, there is none"},
    {"amount", "0.0000000000001", "expected an amount of at most 12 decimals"},
    {"units", "4.5", "expected whole units"},
    {"units", "15k", "expected a number"},
    {"units", "15 thousand calls", "expected a number"},
    {"units", "15 万次", "expected a number"},
    {"units", "99999999999999999999", "expected units up to 2^63-1"},
    {"product", "images", "neither the form nor the price book has a product of this name"},
    {"kind", "purchase", "a kind that the form does not name"},
    {"currency", "USD", "an amount of another currency"},
};

static void test_rows_that_are_not_read(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof unread / sizeof *unread; i++) {
    const reading *row = &unread[i];
    char document[1024];
    const char *keys[] = {"month", "product", "amount"};
    const char *values[] = {"2024-11", "image", "960"};
    size_t length = (size_t)snprintf(document, sizeof document, "{" OURS("") ",\"theirs\":[{\"%s\":\"%s\"", row->column,
                                     row->text);
    for (size_t k = 0; k < 3; k++) {
      bool is_other = strcmp(keys[k], row->column) != 0;
      length += (size_t)snprintf(document + length, sizeof document - length, is_other ? ",\"%s\":\"%s\"" : "%.0s%.0s",
                                 keys[k], values[k]);
    }
    snprintf(document + length, sizeof document - length, "}]}");
    json_t *told = reconciled(document);
    assert_text_at(told, "/unread/0/column", row->column);
    assert_text_at(told, "/unread/0/reason", row->reason);
    assert_text_at(told, "/unread/0/text", row->text);
    assert_true(json_is_false(json_object_get(told, "equal")));
    json_decref(told);
  }
}

static const reading months[] = {
    {"2024-11", NULL, NULL},
    {"2024-11-30 23:59:59", NULL, NULL},
    {"202411", NULL, NULL},
    {"20241101", NULL, NULL},
    {"2024/11", NULL, NULL},
    {" 2024.11 ", NULL, NULL},
    {"2024-11-30T20:00:00Z", "2024-12", NULL},
    {"11/2024", NULL, NULL},
    {"Nov 2024", NULL, NULL},
    {"01 November 2024", NULL, NULL},
    {"2024年11月", NULL, NULL},
    {"2024-10-31T16:00:00Z", NULL, NULL},
};

static void test_months(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
    char document[1024];
    snprintf(document, sizeof document,
             "{" OURS("") ",\"theirs\":[{\"month\":\"%s\",\"product\":\"image\",\"amount\":\"1\"}]}", months[i].column);
    assert_found(document, "/rows/0/month", months[i].text == NULL ? "2024-11" : months[i].text);
  }
}

static const reading amounts[] = {
    {"1,500.00", "1500.00", NULL},
    {"\xC2\xA5 960", "960.00", NULL},
    {"CNY 12.5", "12.50", NULL},
    {"(3.00)", "-3.00", NULL},
    {"-3", "-3.00", NULL},
    {"12.50 rmb", "12.50", NULL},
    {"960\xE5\x85\x83", "960.00", NULL},
};

static void test_amounts(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
    char document[1024];
    snprintf(document, sizeof document,
             "{" OURS("") ",\"theirs\":[{\"month\":\"2024-11\",\"product\":\"image\",\"amount\":\"%s\"}],\"causes\":0}",
             amounts[i].column);
    assert_found(document, "/rows/0/theirs_amount", amounts[i].text);
  }
}

static void run_out(const char *document) {
  fg_allocator allocator = scarce_allocator();
  fg_status status = FG_NO_MEMORY;
  for (long fail_at = 1; status == FG_NO_MEMORY; fail_at += 1 + fail_at / 50) {
    fg_text answer;
    fg_error error;
    memory = (scarcity){.fail_at = fail_at};
    status = ask(document, &allocator, &answer, &error);
    if (status == FG_OK) {
      fg_text_release(&answer);
    } else {
      assert_int_equal(error.status, FG_NO_MEMORY);
    }
    assert_int_equal(status, memory.asked < fail_at ? FG_OK : FG_NO_MEMORY);
    assert_int_equal(memory.live, 0);
  }
  assert_int_equal(status, FG_OK);
}

static void test_memory_runs_out(void **state) {
  (void)state;
  run_out("{" OURS(CALLS) "," THEIRS("5007", "961.68") "}");
  run_out(
      "{" OURS("") "," THEIRS("4990", "957.60") ",\"set_aside\":{\"refused\":[{\"at\":\"2024-11-02\",\"do\":\"use\","
                                                "\"product\":\"image\",\"quantity\":10}]},\"causes\":1}");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_equal),
      cmocka_unit_test(test_calls),
      cmocka_unit_test(test_switch),
      cmocka_unit_test(test_a_month_is_absent),
      cmocka_unit_test(test_totals),
      cmocka_unit_test(test_nothing_explains),
      cmocka_unit_test(test_bounds),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_rows_that_are_not_read),
      cmocka_unit_test(test_months),
      cmocka_unit_test(test_amounts),
      cmocka_unit_test(test_memory_runs_out),
  };
  return cmocka_run_group_tests_name("reconcile", tests, set_up_facefusion, tear_down_facefusion);
}
