/* Tiers that are by the day: each civil day is priced on its own, the month is settled as a whole on its day. */
#include "support.h"

/* `d` counts by the day: ten at 1.00, what is beyond at 0.10. `more` is a product beside it, or nothing. */
static fg_book *daily_book(int settlement_day, const char *more) {
  char json[2048];
  fg_book *book = NULL;
  snprintf(
      json, sizeof json,
      "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\", \"minor_digits\": 2,"
      "\"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"policy\": {\"settlement_day\": %d},"
      "\"products\": [{\"id\": \"d\", \"meter\": \"u\", \"tier_period\": \"day\", \"price\": {\"model\": \"graduated\","
      "\"tiers\": [{\"from\": 0, \"price\": \"1\"}, {\"from\": 10, \"price\": \"0.10\"}]}}%s]}",
      settlement_day, more);
  assert_int_equal(fg_book_load(json, strlen(json), NULL, &book, NULL), FG_OK);
  return book;
}

static fg_account *opened_account(fg_book *book, const char *since, const char *product) {
  fg_account *account = NULL;
  char fields[32];
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  snprintf(fields, sizeof fields, "product=%s", product);
  fg_command open = command_of(FG_DO_OPEN, since, fields);
  assert_int_equal(fg_account_apply(account, &open, NULL, NULL), FG_OK);
  return account;
}

/* The lines of an invoice, "2024-11-01: 10 at 1.00; …", and its total. */
static void assert_invoice(const json_t *invoice, const char *lines, const char *total) {
  char text[1024] = "";
  const json_t *list = json_object_get(invoice, "lines");
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *line = json_array_get(list, i);
    const char *day = json_string_value(json_object_get(line, "day"));
    size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, "%s%s: %d at %s", i > 0 ? "; " : "", day == NULL ? "month" : day + 5,
             (int)json_integer_value(json_object_get(line, "units")),
             json_string_value(json_object_get(line, "unit_price")));
  }
  assert_string_equal(text, lines);
  assert_string_equal(json_string_value(json_object_get(invoice, "total")), total);
}

static void assert_invoices(const fg_account *account, size_t count, const char *lines, const char *total) {
  json_t *statement = statement_of(account);
  const json_t *invoices = json_object_get(statement, "invoices");
  assert_int_equal(json_array_size(invoices), count);
  if (count > 0) {
    assert_invoice(json_array_get(invoices, count - 1), lines, total);
  }
  json_decref(statement);
}

/* 12 each day: (10 × 1 + 2 × 0.10) = 10.20, and not 10 × 1 + 26 × 0.10 of the three days as one. */
static void each_day_begins_anew(void **state) {
  (void)state;
  fg_book *book = daily_book(1, "");
  fg_account *account = opened_account(book, "2024-11-01T00:00:00", "d");
  must(account, FG_DO_USE, "2024-11-01T00:00:00", "product=d quantity=7");
  must(account, FG_DO_USE, "2024-11-01T23:59:59.999999", "product=d quantity=5");
  must(account, FG_DO_USE, "2024-11-02T00:00:00", "product=d quantity=12");
  must(account, FG_DO_USE, "2024-11-20T12:00:00", "product=d quantity=12");
  must(account, FG_DO_ADVANCE, "2024-11-30T23:59:59.999999", "");
  assert_invoices(account, 0, "", "");
  must(account, FG_DO_ADVANCE, "2024-12-01T00:00:00", "");
  assert_invoices(account, 1,
                  "11-01: 10 at 1.00; 11-01: 2 at 0.10; 11-02: 10 at 1.00; 11-02: 2 at 0.10; 11-20: 10 at 1.00; "
                  "11-20: 2 at 0.10",
                  "30.60");
  fg_account_free(account);
  fg_book_release(book);
}

/* Whatever the day of settlement, it takes the month's days and no other, and not before its instant. */
static void the_month_is_settled_on_its_day(void **state) {
  (void)state;
  static const char *const before[] = {"2024-11-30T23:59:59", "2024-12-01T23:59:59", "2024-12-02T23:59:59"};
  static const char *const then[] = {"2024-12-01T00:00:00", "2024-12-02T00:00:00", "2024-12-03T00:00:00"};
  static const char *const later[] = {"2025-01-01T00:00:00", "2025-01-02T00:00:00", "2025-01-03T00:00:00"};
  for (int day = 0; day < 3; day++) {
    fg_book *book = daily_book(day + 1, "");
    fg_account *account = opened_account(book, "2024-11-05T00:00:00", "d");
    must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=d quantity=1");
    must(account, FG_DO_USE, "2024-11-30T10:00:00", "product=d quantity=11");
    if (day > 0) {
      must(account, FG_DO_USE, "2024-12-01T00:00:00", "product=d quantity=3");
    }
    if (day > 1) {
      must(account, FG_DO_USE, "2024-12-02T10:00:00", "product=d quantity=4");
    }
    must(account, FG_DO_ADVANCE, before[day], "");
    assert_invoices(account, 0, "", "");
    must(account, FG_DO_USE, then[day], "product=d quantity=5");
    assert_invoices(account, 1, "11-05: 1 at 1.00; 11-30: 10 at 1.00; 11-30: 1 at 0.10", "11.10");
    must(account, FG_DO_USE, "2024-12-31T23:59:59", "product=d quantity=6");
    must(account, FG_DO_ADVANCE, later[day], "");
    static const char *const lines[] = {"12-01: 5 at 1.00; 12-31: 6 at 1.00",
                                        "12-01: 3 at 1.00; 12-02: 5 at 1.00; 12-31: 6 at 1.00",
                                        "12-01: 3 at 1.00; 12-02: 4 at 1.00; 12-03: 5 at 1.00; 12-31: 6 at 1.00"};
    static const char *const totals[] = {"11.00", "14.00", "18.00"};
    assert_invoices(account, 2, lines[day], totals[day]);
    fg_account_free(account);
    fg_book_release(book);
  }
}

/* A product by the month keeps its one period, in whatever order the two stand, though the other begins one each
   day. */
static void a_product_by_the_month_is_not_cut_into_days(void **state) {
  (void)state;
  fg_book *book = daily_book(1, ", {\"id\": \"m\", \"meter\": \"u\", \"price\": {\"model\": \"graduated\","
                                "\"tiers\": [{\"from\": 0, \"price\": \"1\"}, {\"from\": 10, \"price\": \"0.10\"}]}}");
  fg_account *account = opened_account(book, "2024-11-01T00:00:00", "d");
  must(account, FG_DO_OPEN, "2024-11-01T00:00:00", "product=m");
  must(account, FG_DO_USE, "2024-11-01T10:00:00", "product=d quantity=12");
  must(account, FG_DO_USE, "2024-11-01T10:00:00", "product=m quantity=12");
  must(account, FG_DO_USE, "2024-11-02T10:00:00", "product=d quantity=12");
  must(account, FG_DO_USE, "2024-11-02T10:00:00", "product=m quantity=12");
  must(account, FG_DO_ADVANCE, "2024-12-05T00:00:00", "");
  assert_invoices(account, 1,
                  "11-01: 10 at 1.00; 11-01: 2 at 0.10; 11-02: 10 at 1.00; 11-02: 2 at 0.10; month: 10 at 1.00; "
                  "month: 14 at 0.10",
                  "31.80");
  fg_account_free(account);
  fg_book_release(book);
}

/* A preview knows the days so far, the statement the month as a whole, and a new month begins with nothing. */
static void the_month_so_far(void **state) {
  (void)state;
  fg_book *book = daily_book(3, "");
  fg_account *account = opened_account(book, "2024-11-01T00:00:00", "d");
  must(account, FG_DO_USE, "2024-11-01T10:00:00", "product=d quantity=11");
  must(account, FG_DO_USE, "2024-11-02T10:00:00", "product=d quantity=1");
  for (int month = 0; month < 2; month++) {
    json_builder builder;
    fg_visitor visitor = build_json(&builder, book);
    fg_outcome outcome;
    fg_command preview = command_of(FG_DO_PREVIEW, month == 0 ? "2024-11-02T11:00:00" : "2024-12-02T11:00:00", "");
    assert_int_equal(fg_account_apply(account, &preview, &outcome, NULL), FG_OK);
    assert_int_equal(fg_outcome_describe(account, &outcome, &visitor), FG_OK);
    assert_invoice(json_at(builder.root, "/invoice"),
                   month == 0 ? "11-01: 10 at 1.00; 11-01: 1 at 0.10; 11-02: 1 at 1.00" : "",
                   month == 0 ? "11.10" : "0.00");
    json_decref(builder.root);
    json_t *statement = statement_of(account);
    assert_int_equal(json_integer_value(json_at(statement, "/products/d/month/total")), month == 0 ? 12 : 0);
    json_decref(statement);
  }
  fg_account_free(account);
  fg_book_release(book);
}

/* A cap of the day lets each day cost its 3.00 anew. */
static void a_budget_by_the_day(void **state) {
  (void)state;
  fg_book *book = daily_book(1, "");
  fg_account *account = opened_account(book, "2024-11-01T00:00:00", "d");
  must(account, FG_DO_SET_BUDGET, "2024-11-01T00:00:00", "day=3");
  static const char *const days[] = {"2024-11-01T10:00:00", "2024-11-02T00:00:00", "2024-11-04T23:59:59"};
  for (int day = 0; day < 3; day++) {
    must(account, FG_DO_USE, days[day], "product=d quantity=3");
    fg_command more = command_of(FG_DO_USE, days[day], "product=d quantity=1");
    assert_int_equal(fg_account_apply(account, &more, NULL, NULL), FG_BUDGET_EXCEEDED);
  }
  fg_account_free(account);
  fg_book_release(book);
}

/* A call of the day before, canceled after midnight, is taken off its own day: 11 − 1 = 10 at 1.00 and none at 0.10. */
static void a_canceled_call_leaves_its_own_day(void **state) {
  (void)state;
  fg_book *book = daily_book(1, "");
  fg_account *account = opened_account(book, "2024-11-01T00:00:00", "d");
  must(account, FG_DO_USE, "2024-11-01T10:00:00", "product=d quantity=10");
  must(account, FG_DO_CALL, "2024-11-01T23:59:59", "product=d id=c");
  must(account, FG_DO_USE, "2024-11-02T10:00:00", "product=d quantity=2");
  must(account, FG_DO_CANCEL, "2024-11-02T11:00:00", "id=c");
  must(account, FG_DO_ADVANCE, "2024-12-01T00:00:00", "");
  assert_invoices(account, 1, "11-01: 10 at 1.00; 11-02: 2 at 1.00", "12.00");
  fg_account_free(account);
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_day_begins_anew),
      cmocka_unit_test(the_month_is_settled_on_its_day),
      cmocka_unit_test(a_product_by_the_month_is_not_cut_into_days),
      cmocka_unit_test(the_month_so_far),
      cmocka_unit_test(a_budget_by_the_day),
      cmocka_unit_test(a_canceled_call_leaves_its_own_day),
  };
  return cmocka_run_group_tests_name("daily tiers", tests, NULL, NULL);
}
