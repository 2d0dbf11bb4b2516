/* Settlement after other periods than a month: what an account keeps of running totals, what it costs in memory, and
   what budgets, explanations and outlooks say of it. */
#include "outlook_support.h"

#include "state/state.h"

#define GRADUATED                                                                                                      \
  "\"price\": {\"model\": \"graduated\", \"tiers\": [{\"from\": 0, \"price\": \"0.003\"}, "                            \
  "{\"from\": 1000, \"price\": \"0.001\"}]}"
#define CENTS TOY "\"rounding\": {\"digits\": 2, \"mode\": \"half_up\"}, "
/* Settled each hour, tiers of the month. */
static const char hourly[] = CENTS "\"settle\": \"hour\", \"products\": [{\"id\": \"p\", \"meter\": \"u\", " GRADUATED
                                   "}]}";

static fg_account *opened(const char *json, const char *cash) {
  fg_account *account = account_of_text(json, cash);
  must(account, FG_DO_OPEN, "2025-01-10T10:00:00", "product=p");
  return account;
}

static void use(fg_account *account, const char *instant, const char *quantity) {
  char fields[48];
  snprintf(fields, sizeof fields, "product=p quantity=%s", quantity);
  must(account, FG_DO_USE, instant, fields);
}

/* 501, 502 and 2 in three hours: 1.503, 3.003, 3.005. */
static fg_account *three_hours(void) {
  fg_account *account = opened(hourly, NULL);
  use(account, "2025-01-10T10:00:00", "501");
  use(account, "2025-01-10T11:00:00", "502");
  use(account, "2025-01-10T12:00:00", "2");
  return account;
}

static void an_explanation_says_what_was_invoiced(void **state) {
  (void)state;
  fg_account *account = three_hours();
  must(account, FG_DO_ADVANCE, "2025-01-10T13:00:00", "");
  assert_in_statement(account, "/invoices/0/lines/0/explanation", "501 × 0.003 ≈ 1.50");
  assert_in_statement(account, "/invoices/1/lines/0/explanation",
                      "1,000 × 0.003 + 3 × 0.001 ≈ 3.00 for all up to now; 3.00 − 1.50 invoiced before = 1.50");
  assert_in_statement(account, "/invoices/2/lines/0/explanation",
                      "1,000 × 0.003 + 5 × 0.001 ≈ 3.01 for all up to now; 3.01 − 3.00 invoiced before = 0.01");
  assert_in_statement(account, "/invoices/2/lines/0/invoiced", "3.00");
  assert_int_equal(integer_in(account, "/invoices/2/lines/0/units"), 2);
  assert_in_statement(account, "/spent/postpaid", "3.01");
  fg_account_free(account);
}

static void what_comes_next_names_its_period(void **state) {
  (void)state;
  fg_account *account = three_hours();
  json_t *told = upcoming_of(account, FG_NO_TIME);
  assert_text_at(told, "/events/0/kind", "settlement");
  assert_text_at(told, "/events/0/at", "2025-01-10T13:00:00+08:00");
  assert_text_at(told, "/events/0/begin", "2025-01-10T12:00:00+08:00");
  assert_text_at(told, "/events/0/settle", "hour");
  assert_text_at(told, "/events/0/amount", "0.01");
  assert_int_equal(json_array_size(json_at(told, "/events")), 1);
  json_decref(told);
  fg_account_free(account);
}

/* Hours that are settled leave one bucket of the month beside that of the hour; so do those without usage. */
static void hours_leave_one_bucket(void **state) {
  (void)state;
  fg_account *account = opened(hourly, NULL);
  char instant[32];
  for (int day = 11; day < 31; day++) {
    for (int hour = 0; hour < 24; hour += 3) {
      snprintf(instant, sizeof instant, "2025-01-%02dT%02d:30:00", day, hour);
      use(account, instant, "1");
    }
  }
  assert_int_equal(account->state.services[0].buckets.count, 2);
  assert_int_equal(account->state.services[0].invoiced.count, 1);
  assert_int_equal(integer_in(account, "/products/p/month/total"), 160);
  must(account, FG_DO_ADVANCE, "2025-02-01T00:00:00", "");
  assert_int_equal(account->state.services[0].buckets.count, 1);
  assert_int_equal(account->state.services[0].invoiced.count, 0);
  assert_in_statement(account, "/spent/total", "0.48");
  must(account, FG_DO_ADVANCE, "2035-01-01T00:00:00", "");
  assert_int_equal(account->state.services[0].buckets.count, 1);
  fg_account_free(account);
}

/* A month's cap counts what was invoiced of it, and begins anew. */
static void a_budget_counts_what_was_invoiced(void **state) {
  (void)state;
  static const char daily[] = TOY "\"rounding\": \"none\", \"settle\": \"day\", \"products\": [{\"id\": \"p\", "
                                  "\"meter\": \"u\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}}]}";
  fg_account *account = opened(daily, NULL);
  must(account, FG_DO_SET_BUDGET, "2025-01-10T10:00:00", "month=10");
  use(account, "2025-01-10T10:00:00", "6");
  assert_int_equal(apply(account, FG_DO_USE, "2025-01-11T10:00:00", "product=p quantity=5", NULL), FG_BUDGET_EXCEEDED);
  use(account, "2025-01-11T10:00:00", "4");
  assert_int_equal(apply(account, FG_DO_USE, "2025-01-31T10:00:00", "product=p quantity=1", NULL), FG_BUDGET_EXCEEDED);
  use(account, "2025-02-01T00:00:00", "10");
  assert_int_equal(apply(account, FG_DO_USE, "2025-02-02T00:00:00", "product=p quantity=1", NULL), FG_BUDGET_EXCEEDED);
  must(account, FG_DO_SET_BUDGET, "2025-02-02T00:00:00", "day=3 month=100");
  use(account, "2025-02-02T10:00:00", "3");
  assert_int_equal(apply(account, FG_DO_USE, "2025-02-02T11:00:00", "product=p quantity=1", NULL), FG_BUDGET_EXCEEDED);
  use(account, "2025-02-03T00:00:00", "3");
  fg_account_free(account);
}

/* R8: what a settlement lets packs cover is of its period: of 5 on the day of the purchase all, of 4 on the next
   nothing, because a pack that was bought before covers usage as it comes: 5 of 8 are left over. */
static void packs_reach_over_the_period(void **state) {
  (void)state;
  static const char daily[] = TOY
      "\"rounding\": \"none\", \"settle\": \"day\", \"policy\": {\"pack_reach\": \"whole_month\"}, \"products\": "
      "[{\"id\": \"p\", \"meter\": \"u\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}, \"packs\": [{\"id\": "
      "\"k\", \"units\": 8, \"price\": \"2\", \"validity\": \"permanent\"}]}]}";
  fg_account *account = opened(daily, NULL);
  use(account, "2025-01-10T11:00:00", "5");
  must(account, FG_DO_BUY_PACK, "2025-01-10T12:00:00", "product=p pack=k id=k1");
  must(account, FG_DO_ADVANCE, "2025-01-11T00:00:00", "");
  assert_in_statement(account, "/invoices/0/total", "0.00");
  assert_int_equal(integer_in(account, "/products/p/packs/0/left"), 3);
  use(account, "2025-01-11T09:00:00", "4");
  must(account, FG_DO_BUY_PACK, "2025-01-12T00:00:00", "product=p pack=k id=k2");
  assert_in_statement(account, "/invoices/1/total", "1.00");
  assert_int_equal(integer_in(account, "/products/p/packs/1/left"), 8);
  fg_account_free(account);
}

/* On Lord Howe clocks go back by half an hour: hours follow one another all the same. */
static void half_an_hour_is_settled(void **state) {
  (void)state;
  static const char island[] =
      "{\"format\": \"faregate-book/2\", \"id\": \"toy\", \"title\": \"Toy\", \"currency\": \"EUR\", \"minor_digits\": 2, "
      "\"time_zone\": \"Australia/Lord_Howe\", \"tzdata\": \"2024a\", \"transitions\": [{\"at\": "
      "\"1970-01-01T00:00:00Z\", \"offset\": \"+11:00\"}, {\"at\": \"2025-04-05T15:00:00Z\", \"offset\": \"+10:30\"}, "
      "{\"at\": \"2025-10-04T15:30:00Z\", \"offset\": \"+11:00\"}], \"rounding\": \"none\", \"settle\": \"hour\", "
      "\"products\": [{\"id\": \"p\", \"meter\": \"u\", \"tier_period\": \"day\", \"price\": {\"model\": \"flat\", "
      "\"price\": \"1\"}}]}";
  fg_account *account = account_of_text(island, NULL);
  must(account, FG_DO_OPEN, "2025-04-05T10:00:00Z", "product=p");
  for (int minute = 0; minute < 360; minute += 10) {
    char instant[32];
    snprintf(instant, sizeof instant, "2025-04-05T%02d:%02d:00Z", 12 + minute / 60, minute % 60);
    use(account, instant, "1");
    write_and_read(account);
  }
  must(account, FG_DO_ADVANCE, "2025-10-06T00:00:00Z", "");
  assert_in_statement(account, "/spent/total", "36.00");
  fg_account_free(account);
}

static void memory_may_run_out_in_a_settlement(void **state) {
  (void)state;
  fg_allocator allocator = scarce_allocator();
  fg_book *book = load_text(hourly);
  fg_status status = FG_NO_MEMORY;
  memory = (scarcity){.live = 0};
  for (long fail_at = 1; status != FG_OK; fail_at++) {
    fg_account_options options = {.allocator = &allocator};
    fg_account *account = NULL;
    assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
    must(account, FG_DO_OPEN, "2025-01-10T10:00:00", "product=p");
    use(account, "2025-01-10T10:00:00", "501");
    must(account, FG_DO_CALL, "2025-01-10T10:30:00", "product=p quantity=1 id=c");
    must(account, FG_DO_ADJUST, "2025-01-10T10:40:00", "product=p quantity=-1 reason=less");
    memory.asked = 0;
    memory.fail_at = fail_at;
    status = apply(account, FG_DO_ADVANCE, "2025-01-10T11:00:00", "", NULL);
    memory.fail_at = 0;
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    must(account, FG_DO_ADVANCE, "2025-01-10T11:00:00", "");
    assert_in_statement(account, "/invoices/0/total", "1.50");
    fg_account_free(account);
    assert_int_equal(memory.live, 0);
  }
  fg_book_release(book);
}

/* Each spoils one thing of a running total; false if there is no such case. */
static bool spoil(fg_service *service, int number) {
  switch (number) {
  case 0: service->invoiced.items[0].amount = -1; return true;
  case 1: service->invoiced.items[0].cell.price = 9; return true;
  case 2: service->settled = service->settles; return true;
  case 3: service->settled -= FG_HOUR; return true;
  case 4: service->settled += 1; return true;
  case 5: service->settled_units.postpaid = -1; return true;
  case 6: service->total = 1; return true;
  case 7: service->total = -1; return true;
  case 8: service->buckets.items[0].begin += 1; return true;
  case 9: service->buckets.items[0].begin -= FG_DAY; return true;
  case 10: service->buckets.items[1].begin = service->buckets.items[0].begin; return true;
  case 11: service->opened = service->end; return true;
  default: return false;
  }
}

static void what_cannot_be_is_no_snapshot(void **state) {
  (void)state;
  bool is_one = true;
  for (int number = -1; is_one; number++) {
    fg_account *account = three_hours();
    fg_account *copy = account_of_text(hourly, NULL);
    is_one = number < 0 || spoil(&account->state.services[0], number);
    fg_status status = read_told_snapshot_of(account, copy);
    if (is_one && status != (number < 0 ? FG_OK : FG_INVALID)) {
      fail_msg("case %d is read", number);
    }
    fg_account_free(copy);
    fg_account_free(account);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_explanation_says_what_was_invoiced),
      cmocka_unit_test(what_comes_next_names_its_period),
      cmocka_unit_test(hours_leave_one_bucket),
      cmocka_unit_test(a_budget_counts_what_was_invoiced),
      cmocka_unit_test(packs_reach_over_the_period),
      cmocka_unit_test(half_an_hour_is_settled),
      cmocka_unit_test(memory_may_run_out_in_a_settlement),
      cmocka_unit_test(what_cannot_be_is_no_snapshot),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
