/* What is to come: expected values are worked out by hand from the rules named beside them. */
#include "outlook_support.h"

#include "state/state.h"

static fg_account *account_with(const char *cash, const char *key, const char *value) {
  return account_of(FACEFUSION, cash, key, value);
}

/* The events up to `until`, where the answer is complete. */
static void expect(const fg_account *account, const char *until, const char *expected) {
  static const char *const keys[] = {"at", "kind", "product", "id", "units", "amount", "rule", NULL};
  static char lines[LINES_MAX];
  json_t *answer = upcoming_of(account, at(until));
  write_civil_lines(json_object_get(answer, "events"), keys, lines);
  assert_string_equal(lines, expected);
  assert_true(json_is_true(json_object_get(answer, "complete")));
  json_decref(answer);
}

static const json_t *event_of(const json_t *answer, size_t number) {
  return json_array_get(json_object_get(answer, "events"), number);
}

static const char *text_of(const json_t *object, const char *key) {
  return json_string_value(json_object_get(object, key));
}

/* R14: 7,000 calls less 1,000 free and 1,000 of the pack leave 5,000 × 0.24 = 1,200.00 of the 800.00 that the pack left
   in the wallet. R26: suspended 24 hours later. R2, R28: December's grant comes, January's is held back. */
static void settlement_leads_to_suspension(void **state) {
  (void)state;
  fg_account *account = account_with("1000", NULL, NULL);
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:05:00", "product=image pack=calls-1k id=p1");
  must(account, FG_DO_USE, "2024-11-20T12:00:00", "product=image quantity=7000");
  expect(account, "2024-11-30T23:59:59", "");
  expect(account, "2025-01-31T00:00:00",
         "2024-12-01T00:00:00 settlement amount=1200.00 rule=R14\n"
         "2024-12-01T00:00:00 grant_issued product=image id=image/free-calls/2024-12 units=1000 rule=R1\n"
         "2024-12-02T00:00:00 suspension amount=400.00 rule=R26\n"
         "2025-01-01T00:00:00 grant_expires product=image id=image/free-calls/2024-12 units=1000 rule=R1\n");
  json_t *answer = upcoming_of(account, at("2024-12-01T00:00:00"));
  assert_string_equal(text_of(event_of(answer, 0), "month"), "2024-11");
  assert_string_equal(text_of(event_of(answer, 0), "balance_after"), "-400.00");
  assert_string_equal(text_of(answer, "from"), "2024-11-20T12:00:00+08:00");
  json_decref(answer);
  /* It comes as it was foreseen. */
  must(account, FG_DO_ADVANCE, "2024-12-01T23:59:59", "");
  json_t *arrears = statement_of(account);
  assert_string_equal(text_of(arrears, "state"), "arrears");
  json_decref(arrears);
  expect(account, "2024-12-02T00:00:00", "2024-12-02T00:00:00 suspension amount=400.00 rule=R26\n");
  must(account, FG_DO_ADVANCE, "2024-12-02T00:00:00", "");
  expect(account, "2024-12-31T00:00:00", "");
  fg_account_free(account);
}

/* Switch settlement_day: the month is settled on the 3rd, and the service stops on the 4th. */
static void settlement_has_its_day(void **state) {
  (void)state;
  fg_account *account = account_with("100", "settlement_day", "3");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_USE, "2024-11-20T12:00:00", "product=image quantity=1500"); /* 500 × 0.24 */
  expect(account, "2024-12-05T00:00:00",
         "2024-12-01T00:00:00 grant_issued product=image id=image/free-calls/2024-12 units=1000 rule=R1\n"
         "2024-12-03T00:00:00 settlement amount=120.00 rule=R14\n"
         "2024-12-04T00:00:00 suspension amount=20.00 rule=R26\n");
  fg_account_free(account);
}

/* R8, whole_month: the pack bought later covers 1,000 of 6,000 postpaid calls. */
static void settlement_of_a_whole_month(void **state) {
  (void)state;
  fg_account *account = account_with(NULL, "pack_reach", "whole_month");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_USE, "2024-11-20T12:00:00", "product=image quantity=7000");
  must(account, FG_DO_BUY_PACK, "2024-11-25T00:00:00", "product=image pack=calls-1k id=p1");
  json_t *answer = upcoming_of(account, at("2024-12-01T00:00:00"));
  assert_string_equal(text_of(event_of(answer, 0), "kind"), "settlement");
  assert_string_equal(text_of(event_of(answer, 0), "amount"), "1200.00");
  assert_true(json_is_null(json_object_get(event_of(answer, 0), "balance_after"))); /* unlimited funds */
  json_decref(answer);
  fg_account_free(account);
}

/* R6: a year to the end of the anniversary; what is left is lost. A used-up pack, a refunded one and materials are not
   told. R3: the claimed grant ends like a pack. */
static void packs_and_claimed_grants_expire(void **state) {
  (void)state;
  fg_account *account = account_with(NULL, NULL, NULL);
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image-pro");
  must(account, FG_DO_CLAIM, "2024-11-05T10:00:00", "product=image-pro grant=free-calls");
  must(account, FG_DO_BUY_PACK, "2024-11-05T11:00:00", "product=image-pro pack=calls-1k id=used");
  must(account, FG_DO_USE, "2024-11-05T11:30:00", "product=image-pro quantity=1100");
  must(account, FG_DO_BUY_PACK, "2024-11-06T09:00:00", "product=image-pro pack=calls-1k id=p1");
  must(account, FG_DO_USE, "2024-11-06T09:00:00", "product=image-pro quantity=300");
  must(account, FG_DO_GIVE_PACK, "2024-11-07T09:00:00", "product=image-pro pack=calls-10k id=g1 quantity=2");
  must(account, FG_DO_BUY_PACK, "2024-11-08T09:00:00", "product=image-pro pack=calls-1k id=back");
  must(account, FG_DO_REFUND, "2024-11-08T10:00:00", "id=back");
  must(account, FG_DO_BUY_PACK, "2024-11-08T11:00:00", "product=image pack=materials-10 id=m1");
  expect(account, "2026-01-01T00:00:00",
         "2024-12-01T00:00:00 settlement amount=0.00 rule=R14\n" /* a month with usage has an invoice, also of 0 */
         "2025-11-07T00:00:00 pack_expires product=image-pro id=p1 units=700 rule=R6\n"
         "2025-11-08T00:00:00 pack_expires product=image-pro id=g1 units=20000 rule=R6\n");
  fg_account_free(account);

  account = account_with(NULL, "pack_expiry", "anniversary_start");
  must(account, FG_DO_OPEN, "2024-02-29T10:00:00", "product=image-pro");
  must(account, FG_DO_CLAIM, "2024-02-29T10:00:00", "product=image-pro grant=free-calls");
  must(account, FG_DO_USE, "2024-02-29T10:00:00", "product=image-pro quantity=40");
  expect(account, "2025-02-28T00:00:00",
         "2024-03-01T00:00:00 settlement amount=0.00 rule=R14\n"
         "2025-02-28T00:00:00 grant_expires product=image-pro id=image-pro/free-calls units=60 rule=R3\n");
  fg_account_free(account);
}

static void expect_limits(const fg_account *account, const char *until, size_t number, const char *kind,
                          const char *mode, int limit) {
  json_t *answer = upcoming_of(account, at(until));
  const json_t *event = event_of(answer, number);
  assert_string_equal(text_of(event, "kind"), kind);
  assert_string_equal(text_of(event, "mode"), mode);
  assert_int_equal(json_integer_value(json_object_get(event, "limit")), limit);
  json_decref(answer);
}

/* R19: five days from the 10th end as the 15th begins; a later start waits. R23: then calls are refused (limit 0), or
   the mode falls back to calls with R16's 20 QPS. */
static void capacity_comes_and_goes(void **state) {
  (void)state;
  static const char *const lapse[] = {"deny", "fall_back"};
  for (int i = 0; i < 2; i++) {
    fg_account *account = account_with(NULL, "capacity_lapse", lapse[i]);
    must(account, FG_DO_OPEN, "2024-11-10T10:00:00", "product=image");
    must(account, FG_DO_BUY_CAPACITY, "2024-11-10T10:00:00", "product=image meter=qps quantity=50 days=5 id=c1");
    must(account, FG_DO_BUY_CAPACITY, "2024-11-10T10:00:00",
         "product=image meter=qps quantity=30 days=3 start=2024-11-14 id=c2");
    must(account, FG_DO_SET_MODE, "2024-11-10T10:00:00", "product=image mode=qps");
    expect(account, "2024-11-30T00:00:00",
           "2024-11-14T00:00:00 capacity_begins product=image id=c2 units=30 rule=R19\n"
           "2024-11-15T00:00:00 capacity_ends product=image id=c1 units=50 rule=R19\n"
           "2024-11-17T00:00:00 capacity_ends product=image id=c2 units=30 rule=R19\n");
    expect_limits(account, "2024-11-30T00:00:00", 0, "capacity_begins", "qps", 80);
    expect_limits(account, "2024-11-30T00:00:00", 1, "capacity_ends", "qps", 30);
    expect_limits(account, "2024-11-30T00:00:00", 2, "capacity_ends", i == 0 ? "qps" : "calls", i == 0 ? 0 : 20);
    must(account, FG_DO_REFUND, "2024-11-11T00:00:00", "id=c2"); /* R32: it has not begun */
    expect(account, "2024-11-30T00:00:00", "2024-11-15T00:00:00 capacity_ends product=image id=c1 units=50 rule=R19\n");
    fg_account_free(account);
  }
}

/* R24: the mode of image-pro falls back by itself, to R16's 10 tasks. */
static void an_automatic_mode_falls_back(void **state) {
  (void)state;
  fg_account *account = account_with(NULL, NULL, NULL);
  must(account, FG_DO_OPEN, "2024-01-31T10:00:00", "product=image-pro");
  must(account, FG_DO_BUY_CAPACITY, "2024-01-31T10:00:00",
       "product=image-pro meter=concurrency quantity=3 months=1 id=c1");
  expect(account, "2024-03-31T00:00:00",
         "2024-02-29T00:00:00 capacity_ends product=image-pro id=c1 units=3 rule=R19\n");
  expect_limits(account, "2024-03-31T00:00:00", 0, "capacity_ends", "calls", 10);
  fg_account_free(account);
}

/* All at one instant, in the order of the timeline contract: expiry, settlement, issue. R5: the amended quantity. */
static void the_order_of_one_instant(void **state) {
  (void)state;
  fg_account *account = account_with(NULL, NULL, NULL);
  must(account, FG_DO_OPEN, "2024-10-01T00:00:00", "product=image");
  must(account, FG_DO_ANNOUNCE, "2024-10-01T00:00:00",
       "product=image grant=free-calls quantity=50 effective=2024-12-01");
  must(account, FG_DO_BUY_CAPACITY, "2024-11-30T00:00:00", "product=image meter=qps quantity=1 days=1 id=c1");
  must(account, FG_DO_USE, "2024-11-30T12:00:00", "product=image quantity=400");
  must(account, FG_DO_SET_BUDGET, "2024-11-30T12:00:00", "day=5 month=20");
  expect(account, "2024-12-01T00:00:00",
         "2024-12-01T00:00:00 grant_expires product=image id=image/free-calls/2024-11 units=600 rule=R1\n"
         "2024-12-01T00:00:00 capacity_ends product=image id=c1 units=1 rule=R19\n"
         "2024-12-01T00:00:00 settlement amount=0.00 rule=R14\n"
         "2024-12-01T00:00:00 grant_issued product=image id=image/free-calls/2024-12 units=50 rule=R1\n");
  fg_account_free(account);
}

/* 1,020 calls, of which 20 × 0.24 = 4.80 count toward the month's budget, and the last 2.40 toward that of the day
   until midnight. */
static void budgets_begin_anew(void **state) {
  (void)state;
  fg_account *account = account_with(NULL, NULL, NULL);
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=1010"); /* 2.40, before the day's cap */
  must(account, FG_DO_SET_BUDGET, "2024-11-05T10:00:00", "day=5 month=20");
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=10");
  expect(account, "2024-11-30T00:00:00", "2024-11-06T00:00:00 budget_day amount=2.40\n");
  expect(account, "2024-12-01T00:00:00",
         "2024-11-06T00:00:00 budget_day amount=2.40\n"
         "2024-12-01T00:00:00 settlement amount=4.80 rule=R14\n"
         "2024-12-01T00:00:00 grant_issued product=image id=image/free-calls/2024-12 units=1000 rule=R1\n"
         "2024-12-01T00:00:00 budget_month amount=4.80\n");
  fg_account_free(account);
}

/* 1,000 GB through the 720 hours of November at 0.023 each. A book that cites no R14 names none, and its day begins
   elsewhere. */
static void another_book(void **state) {
  (void)state;
  fg_account *account = account_of("aws-s3", NULL, NULL, NULL);
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=standard");
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=standard quantity=773094113280000");
  expect(account, "2024-12-01T10:00:00", "2024-12-01T00:00:00+00:00 settlement amount=23.00\n");
  fg_account_free(account);
}

static void what_cannot_be_asked(void **state) {
  (void)state;
  fg_account *account = account_with(NULL, NULL, NULL);
  json_builder builder;
  fg_error error;
  fg_visitor visitor = build_json(&builder, fg_account_book(account));
  json_t *nothing = upcoming_of(account, at("2024-12-01T00:00:00")); /* an account that has not seen an instant yet */
  assert_true(json_is_null(json_object_get(nothing, "from")));
  assert_int_equal(json_array_size(json_object_get(nothing, "events")), 0);
  assert_true(json_is_true(json_object_get(nothing, "complete")));
  json_decref(nothing);
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  assert_int_equal(fg_account_upcoming(account, at("2024-11-05T09:59:59"), &visitor, &error), FG_TIME_REVERSAL);
  assert_string_equal(error.message, "earlier than what the account has already seen: 2024-11-05T10:00:00+08:00");
  static const fg_time beyond[] = {FG_NEVER, -1000000000000000};
  for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
    assert_int_equal(fg_account_upcoming(account, beyond[i], &visitor, &error), FG_INVALID);
    assert_string_equal(error.path, "until");
  }
  json_t *month = upcoming_of(account, FG_NO_TIME); /* 31 days */
  assert_string_equal(text_of(month, "until"), "2024-12-06T10:00:00+08:00");
  json_decref(month);
  fg_account_free(account);
}

/* Ten years of 3,653 days, with 120 months that begin. */
static void far_looks_are_bounded(void **state) {
  (void)state;
  fg_account *account = account_with(NULL, NULL, NULL);
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  json_t *answer = upcoming_of(account, at("9999-12-31T00:00:00"));
  assert_string_equal(text_of(answer, "until"), "2034-11-06T10:00:00+08:00");
  assert_true(json_is_false(json_object_get(answer, "complete")));
  assert_int_equal(json_array_size(json_object_get(answer, "events")), 2 * 120); /* one lost, one issued */
  json_decref(answer);
  fg_account_free(account);
}

/* The ends of calls are no instants of their own: 5,000 of them are no more to look through than none. */
static void calls_in_flight_are_no_events(void **state) {
  (void)state;
  fg_account *account = account_with(NULL, NULL, NULL);
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  fg_command command;
  fg_command_begin(&command, FG_DO_CALL, at("2024-11-05T10:00:00"));
  command.product = string_of("image");
  command.quantity = 1;
  command.timeout_ms = 86400000;
  for (int i = 0; i < 5000; i++) {
    char id[16];
    snprintf(id, sizeof id, "c%d", i);
    command.id = string_of(id);
    assert_int_equal(fg_account_apply(account, &command, NULL, NULL), FG_OK);
    command.at += 1000000;
  }
  assert_true(account->state.next_due == at("2024-12-01T00:00:00"));
  json_t *answer = upcoming_of(account, at("2024-12-05T00:00:00"));
  assert_true(json_is_true(json_object_get(answer, "complete")));
  json_decref(answer);
  fg_account_free(account);
}

/* A grant of December 9999 would be void in the year 10000: the look ends before. */
static void the_end_of_the_calendar(void **state) {
  (void)state;
  fg_account *account = account_with(NULL, NULL, NULL);
  must(account, FG_DO_OPEN, "9999-11-05T10:00:00", "product=image");
  must(account, FG_DO_USE, "9999-11-05T10:00:00", "product=image quantity=1100");
  json_t *answer = upcoming_of(account, at("9999-12-31T00:00:00"));
  assert_string_equal(text_of(answer, "until"), "9999-11-30T23:59:59.999999+08:00");
  assert_true(json_is_false(json_object_get(answer, "complete")));
  json_decref(answer);
  fg_account_free(account);
}

static void memory_may_run_out(void **state) {
  (void)state;
  const fg_time until = at("2025-12-01T00:00:00");
  fg_account *account = scarce_account();
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:05:00", "product=image pack=calls-1k id=p1");
  must(account, FG_DO_USE, "2024-11-20T12:00:00", "product=image quantity=7000");
  look_while_memory_is_short(account, ask_upcoming, &until);
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(settlement_leads_to_suspension),
      cmocka_unit_test(settlement_has_its_day),
      cmocka_unit_test(settlement_of_a_whole_month),
      cmocka_unit_test(packs_and_claimed_grants_expire),
      cmocka_unit_test(capacity_comes_and_goes),
      cmocka_unit_test(an_automatic_mode_falls_back),
      cmocka_unit_test(the_order_of_one_instant),
      cmocka_unit_test(budgets_begin_anew),
      cmocka_unit_test(another_book),
      cmocka_unit_test(what_cannot_be_asked),
      cmocka_unit_test(far_looks_are_bounded),
      cmocka_unit_test(calls_in_flight_are_no_events),
      cmocka_unit_test(the_end_of_the_calendar),
      cmocka_unit_test(memory_may_run_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
