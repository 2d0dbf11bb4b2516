/* The gate: refusals in order, slots, deadlines, calls ended exactly once, and where units of canceled ones go. */
#include "support.h"

#define DAY "2024-11-05T10:00:00"

static fg_account *plain_account(void) { return account_of(FACEFUSION, NULL, "limiter", "sliding"); }

static void refused(fg_account *account, fg_command_kind kind, const char *instant, const char *fields,
                    fg_status expected) {
  assert_string_equal(fg_status_name(apply(account, kind, instant, fields, NULL)), fg_status_name(expected));
}

/* Calls of image, with 1,000 free ones a month (R1). */
static fg_account *opened(const char *key, const char *value) {
  fg_account *account = account_of(FACEFUSION, NULL, key, value);
  must(account, FG_DO_OPEN, DAY, "product=image");
  return account;
}

static fg_account *opened_pro(void) {
  fg_account *account = plain_account();
  must(account, FG_DO_OPEN, DAY, "product=image-pro");
  return account;
}

static size_t calls_in_flight(const fg_account *account) {
  json_t *calls = calls_of(account);
  size_t count = json_array_size(calls);
  json_decref(calls);
  return count;
}

static void canceled(fg_account *account, const char *instant, const char *fields, int64_t returned, int64_t lost) {
  fg_outcome outcome;
  assert_int_equal(apply(account, FG_DO_CANCEL, instant, fields, &outcome), FG_OK);
  assert_int_equal(outcome.kind, FG_DO_CANCEL);
  assert_int_equal(outcome.is.ended.returned, returned);
  assert_int_equal(outcome.is.ended.lost, lost);
}

/* Each refusal hides those that come after it in the contract. */
static void test_refusals_come_in_order(void **state) {
  (void)state;
  fg_account *account = account_of(FACEFUSION, "0", "limiter", "sliding");
  const char *call = "product=image quantity=21 id=c";
  refused(account, FG_DO_CALL, DAY, "product=images quantity=21 id=c", FG_UNKNOWN_PRODUCT);
  refused(account, FG_DO_CALL, DAY, call, FG_NOT_OPEN);
  must(account, FG_DO_OPEN, DAY, "product=image");
  must(account, FG_DO_SET_BUDGET, DAY, "month=0");
  refused(account, FG_DO_CALL, DAY, call, FG_RATE_LIMITED);
  must(account, FG_DO_SET_MODE, DAY, "product=image mode=qps");
  refused(account, FG_DO_CALL, DAY, call, FG_NO_CAPACITY);
  must(account, FG_DO_SET_MODE, DAY, "product=image mode=calls");
  must(account, FG_DO_USE, DAY, "product=image quantity=1000");
  refused(account, FG_DO_CALL, DAY, "product=image id=c", FG_BUDGET_EXCEEDED);
  must(account, FG_DO_SET_BUDGET, DAY, "month=1000");
  must(account, FG_DO_USE, DAY, "product=image quantity=1");
  must(account, FG_DO_SET_MODE, DAY, "product=image mode=qps");
  refused(account, FG_DO_CALL, "2024-12-02T00:00:00", call, FG_SUSPENDED);
  must(account, FG_DO_SUSPEND, "2024-12-02T00:00:00", "");
  refused(account, FG_DO_CALL, "2024-12-02T00:00:00", call, FG_VIOLATION);
  must(account, FG_DO_CLOSE, "2024-12-02T00:00:00", "product=image");
  refused(account, FG_DO_CALL, "2024-12-02T00:00:00", call, FG_NOT_OPEN);
  fg_account_free(account);
}

static void test_refused_calls_leave_no_trace(void **state) {
  (void)state;
  fg_account *account = opened("limiter", "sliding");
  refused(account, FG_DO_CALL, DAY, "product=image quantity=21 id=c1", FG_RATE_LIMITED);
  refused(account, FG_DO_COMMIT, DAY, "id=c1", FG_UNKNOWN_ID);
  must(account, FG_DO_CALL, DAY, "product=image quantity=20 id=c1"); /* the id is not used up */
  refused(account, FG_DO_CALL, DAY, "product=image quantity=1 id=c2", FG_RATE_LIMITED);
  assert_int_equal(integer_in(account, "/products/image/month/total"), 20);
  must(account, FG_DO_CALL, "2024-11-05T10:00:01", "product=image quantity=20 id=c2"); /* no room was taken */
  assert_int_equal(calls_in_flight(account), 2);
  fg_account_free(account);
}

/* retry_after_us is of rate_limited alone. */
static void test_the_wait_is_told(void **state) {
  (void)state;
  fg_account *account = opened("limiter", "sliding");
  fg_error error = {.retry_after_us = 7};
  must(account, FG_DO_CALL, DAY, "product=image quantity=20 id=c1");
  fg_command again = command_of(FG_DO_CALL, "2024-11-05T10:00:00.25", "product=image id=c2");
  assert_int_equal(fg_account_apply(account, &again, NULL, &error), FG_RATE_LIMITED);
  assert_int_equal(error.retry_after_us, 750000);
  assert_string_equal(error.message, "the rate limit is reached");
  assert_string_equal(error.rule, "R22");
  assert_int_equal(fg_account_apply(account, &again, NULL, NULL), FG_RATE_LIMITED);
  fg_command never = command_of(FG_DO_CALL, "2024-11-05T10:00:00.25", "product=image id=c2 quantity=21");
  assert_int_equal(fg_account_apply(account, &never, NULL, &error), FG_RATE_LIMITED);
  assert_int_equal(error.retry_after_us, -1);
  assert_string_equal(error.message, "a quantity of 21 is above the rate limit of 20 a second");
  assert_string_equal(error.rule, "R22");
  fg_command unknown = command_of(FG_DO_CALL, "2024-11-05T10:00:00.25", "product=images id=c2");
  assert_int_equal(fg_account_apply(account, &unknown, NULL, &error), FG_UNKNOWN_PRODUCT);
  assert_int_equal(error.retry_after_us, -1);
  fg_command early = command_of(FG_DO_CALL, DAY, "product=image id=c2");
  assert_int_equal(fg_account_apply(account, &early, NULL, &error), FG_TIME_REVERSAL);
  assert_string_equal(error.message, "earlier than what the account has already seen: 2024-11-05T10:00:00.25+08:00");
  fg_account_free(account);
}

static void take_slots(fg_account *account, const char *instant, int count, const char *prefix) {
  for (int i = 0; i < count; i++) {
    char fields[64];
    snprintf(fields, sizeof fields, "product=image-pro id=%s%d", prefix, i);
    must(account, FG_DO_CALL, instant, fields);
  }
}

static void test_slots_are_freed_by_commit_and_cancel(void **state) {
  (void)state;
  fg_account *account = opened_pro();
  take_slots(account, DAY, 9, "c");
  must(account, FG_DO_CALL, DAY, "product=image-pro quantity=50 id=many"); /* one slot, whatever the quantity */
  refused(account, FG_DO_CALL, DAY, "product=image-pro id=more", FG_CONCURRENCY_LIMITED);
  must(account, FG_DO_COMMIT, DAY, "id=c0");
  must(account, FG_DO_CALL, DAY, "product=image-pro id=more");
  refused(account, FG_DO_CALL, DAY, "product=image-pro id=most", FG_CONCURRENCY_LIMITED);
  must(account, FG_DO_CANCEL, DAY, "id=many");
  must(account, FG_DO_CALL, DAY, "product=image-pro id=most");
  refused(account, FG_DO_COMMIT, DAY, "id=many", FG_ALREADY_FINISHED); /* and frees nothing */
  refused(account, FG_DO_CALL, DAY, "product=image-pro id=last", FG_CONCURRENCY_LIMITED);
  assert_int_equal(calls_in_flight(account), 10);
  fg_account_free(account);
}

/* R20, R24: 2 slots bought replace the 10; held calls above the limit stay, new ones wait until there is room. */
static void test_the_number_of_slots_changes(void **state) {
  (void)state;
  fg_account *account = opened_pro();
  take_slots(account, DAY, 3, "c");
  must(account, FG_DO_BUY_CAPACITY, DAY, "product=image-pro meter=concurrency quantity=2 months=1");
  refused(account, FG_DO_CALL, DAY, "product=image-pro id=d", FG_CONCURRENCY_LIMITED);
  must(account, FG_DO_COMMIT, DAY, "id=c0");
  refused(account, FG_DO_CALL, DAY, "product=image-pro id=d", FG_CONCURRENCY_LIMITED);
  must(account, FG_DO_COMMIT, DAY, "id=c1");
  must(account, FG_DO_CALL, DAY, "product=image-pro id=d");
  refused(account, FG_DO_CALL, "2024-12-04T23:59:59.999999", "product=image-pro id=e", FG_CONCURRENCY_LIMITED);
  take_slots(account, "2024-12-05T00:00:00", 8, "e"); /* 10 again, 2 of them taken */
  refused(account, FG_DO_CALL, "2024-12-05T00:00:00", "product=image-pro id=f", FG_CONCURRENCY_LIMITED);
  fg_account_free(account);
}

static void test_a_deadline_frees_the_slot_to_the_microsecond(void **state) {
  (void)state;
  fg_account *account = opened_pro();
  take_slots(account, DAY, 9, "c");
  must(account, FG_DO_CALL, DAY, "product=image-pro id=slow owner=booth-3 timeout_ms=1500");
  refused(account, FG_DO_CALL, "2024-11-05T10:00:01.499999", "product=image-pro id=d", FG_CONCURRENCY_LIMITED);
  json_t *calls = calls_of(account);
  assert_text_at(calls, "/9/id", "slow");
  assert_text_at(calls, "/9/product", "image-pro");
  assert_text_at(calls, "/9/owner", "booth-3");
  assert_text_at(calls, "/9/since", "2024-11-05T10:00:00+08:00");
  assert_text_at(calls, "/9/deadline", "2024-11-05T10:00:01.5+08:00");
  assert_text_at(calls, "/9/state", "held");
  assert_text_at(calls, "/0/owner", "null");
  assert_text_at(calls, "/0/deadline", "null");
  assert_int_equal(json_integer_value(json_at(calls, "/9/quantity")), 1);
  json_decref(calls);
  must(account, FG_DO_CALL, "2024-11-05T10:00:01.5", "product=image-pro id=d");
  calls = calls_of(account);
  assert_text_at(calls, "/9/state", "abandoned");
  assert_text_at(calls, "/10/state", "held");
  json_decref(calls);
  must(account, FG_DO_COMMIT, "2024-11-05T10:00:02", "id=slow"); /* its slot was freed once, not twice */
  refused(account, FG_DO_CALL, "2024-11-05T10:00:02", "product=image-pro id=e", FG_CONCURRENCY_LIMITED);
  assert_int_equal(integer_in(account, "/products/image-pro/month/total"), 11);
  fg_account_free(account);
}

static void test_an_abandoned_call_stays_used_until_it_is_canceled(void **state) {
  (void)state;
  fg_account *account = opened("limiter", "sliding");
  must(account, FG_DO_CALL, DAY, "product=image quantity=5 id=c1 timeout_ms=1");
  must(account, FG_DO_ADVANCE, "2024-11-20T00:00:00", "");
  assert_int_equal(integer_in(account, "/products/image/month/free"), 5);
  assert_int_equal(calls_in_flight(account), 1);
  canceled(account, "2024-11-20T00:00:00", "id=c1", 5, 0);
  assert_int_equal(calls_in_flight(account), 0);
  assert_int_equal(integer_in(account, "/products/image/month/free"), 0);
  fg_account_free(account);
}

/* The longest timeouts are past the end of time: no deadline. */
static void test_deadlines_beyond_the_end_of_time(void **state) {
  (void)state;
  fg_account *account = opened_pro();
  must(account, FG_DO_CALL, DAY, "product=image-pro id=c1 timeout_ms=9223372036854775807");
  must(account, FG_DO_CALL, DAY, "product=image-pro id=c2 timeout_ms=9223372036854775");
  json_t *calls = calls_of(account);
  assert_text_at(calls, "/0/deadline", "null");
  assert_text_at(calls, "/1/deadline", "null");
  json_decref(calls);
  fg_account_free(account);
}

/* Many deadlines at one instant and several instants in one stride of time. */
static void test_deadlines_that_pass_together(void **state) {
  (void)state;
  fg_account *account = opened_pro();
  for (int i = 0; i < 10; i++) {
    char fields[64];
    snprintf(fields, sizeof fields, "product=image-pro id=c%d timeout_ms=%d", i, 1000 * (1 + i / 4));
    must(account, FG_DO_CALL, DAY, fields);
  }
  take_slots(account, "2024-11-05T10:00:01", 4, "d");
  refused(account, FG_DO_CALL, "2024-11-05T10:00:01", "product=image-pro id=e", FG_CONCURRENCY_LIMITED);
  must(account, FG_DO_CANCEL, "2024-11-05T10:00:01", "id=c9"); /* before its deadline: one slot, and none later */
  take_slots(account, "2024-11-05T11:00:00", 6, "f");
  refused(account, FG_DO_CALL, "2024-11-05T11:00:00", "product=image-pro id=g", FG_CONCURRENCY_LIMITED);
  fg_account_free(account);
}

static void test_calls_end_exactly_once(void **state) {
  (void)state;
  fg_account *account = opened("limiter", "sliding");
  must(account, FG_DO_CALL, DAY, "product=image id=c1");
  must(account, FG_DO_CALL, DAY, "product=image id=c2");
  must(account, FG_DO_USE, DAY, "product=image quantity=1 id=u1");
  must(account, FG_DO_BUY_PACK, DAY, "product=image pack=calls-1k id=p1");
  must(account, FG_DO_COMMIT, DAY, "id=c1");
  canceled(account, DAY, "id=c2", 1, 0);
  refused(account, FG_DO_CANCEL, DAY, "id=c1", FG_ALREADY_FINISHED);
  refused(account, FG_DO_COMMIT, DAY, "id=c2", FG_ALREADY_FINISHED);
  for (int i = 0; i < 2; i++) {
    fg_command_kind kind = i == 0 ? FG_DO_COMMIT : FG_DO_CANCEL;
    fg_outcome outcome;
    assert_int_equal(apply(account, kind, DAY, i == 0 ? "id=c1" : "id=c2", &outcome), FG_OK);
    assert_true(outcome.repeated);
    refused(account, kind, DAY, "id=c3", FG_UNKNOWN_ID);
    refused(account, kind, DAY, "id=u1", FG_UNKNOWN_ID);
    refused(account, kind, DAY, "id=p1", FG_UNKNOWN_ID);
    refused(account, kind, DAY, "id=image/free-calls/2024-11", FG_UNKNOWN_ID);
  }
  assert_int_equal(integer_in(account, "/products/image/month/total"), 2);
  fg_account_free(account);
}

/* One id is one attempt: nobody is let in twice, neither while the call is in flight nor after it was committed. */
static void test_the_same_call_again(void **state) {
  (void)state;
  fg_account *account = opened("limiter", "sliding");
  must(account, FG_DO_USE, DAY, "product=image quantity=995");
  must(account, FG_DO_CALL, DAY, "product=image quantity=20 id=c1 owner=a timeout_ms=9");
  for (int ended = 0; ended < 2; ended++) {
    const char *instant = ended ? "2024-11-06T10:00:00" : DAY;
    refused(account, FG_DO_CALL, instant, "product=image quantity=20 id=c1 owner=a timeout_ms=9",
            ended ? FG_ALREADY_FINISHED : FG_IN_FLIGHT);
    refused(account, FG_DO_CALL, instant, "product=image quantity=19 id=c1 owner=a timeout_ms=9", FG_ID_CONFLICT);
    refused(account, FG_DO_CALL, instant, "product=image quantity=20 id=c1 owner=b timeout_ms=9", FG_ID_CONFLICT);
    refused(account, FG_DO_CALL, instant, "product=image quantity=20 id=c1 timeout_ms=9", FG_ID_CONFLICT);
    refused(account, FG_DO_CALL, instant, "product=image quantity=20 id=c1 owner=a", FG_ID_CONFLICT);
    refused(account, FG_DO_USE, instant, "product=image quantity=20 id=c1", FG_ID_CONFLICT);
    assert_int_equal(calls_in_flight(account), 1 - (size_t)ended);
    if (!ended) {
      must(account, FG_DO_COMMIT, instant, "id=c1");
    }
  }
  assert_int_equal(integer_in(account, "/products/image/month/total"), 1015);
  fg_account_free(account);
}

static void test_forks_hold_calls_of_their_own(void **state) {
  (void)state;
  fg_account *account = opened_pro();
  fg_account *copy = NULL;
  take_slots(account, DAY, 10, "c");
  assert_int_equal(fg_account_fork(account, &copy), FG_OK);
  canceled(account, DAY, "id=c0", 1, 0);
  refused(copy, FG_DO_CALL, DAY, "product=image-pro id=d", FG_CONCURRENCY_LIMITED);
  must(account, FG_DO_CALL, DAY, "product=image-pro id=d");
  fg_account_free(account);
  must(copy, FG_DO_COMMIT, DAY, "id=c0");
  assert_int_equal(integer_in(copy, "/products/image-pro/month/total"), 10);
  assert_int_equal(calls_in_flight(copy), 9);
  fg_account_free(copy);
}

/* Committed in the order they came, last first, and every other one. */
static void test_many_calls_in_flight(void **state) {
  (void)state;
  enum { MANY = 90 };
  for (int order = 0; order < 3; order++) {
    fg_account *account = plain_account();
    must(account, FG_DO_OPEN, DAY, "product=image");
    must(account, FG_DO_BUY_CAPACITY, DAY, "product=image meter=qps quantity=300 days=1");
    must(account, FG_DO_SET_MODE, DAY, "product=image mode=qps");
    char fields[64];
    for (int i = 0; i < MANY; i++) {
      snprintf(fields, sizeof fields, "product=image id=c%d", i);
      must(account, FG_DO_CALL, DAY, fields);
    }
    for (int i = 0; i < MANY; i++) {
      int number = order == 0 ? i : order == 1 ? MANY - 1 - i : (i * 2 + (i >= MANY / 2)) % MANY;
      snprintf(fields, sizeof fields, "id=c%d", number);
      must(account, number % 3 == 0 ? FG_DO_CANCEL : FG_DO_COMMIT, "2024-11-05T10:00:01", fields);
      assert_int_equal(calls_in_flight(account), MANY - 1 - i);
    }
    assert_int_equal(integer_in(account, "/products/image/month/unbilled"), 60); /* 90 less every third */
    fg_account_free(account);
  }
}

static int64_t left_of(const fg_account *account, const char *id) {
  json_t *statement = statement_of(account);
  static const char *const lists[] = {"/products/image/grants", "/products/image/packs"};
  int64_t left = -1;
  for (int list = 0; list < 2; list++) {
    const json_t *grants = json_at(statement, lists[list]);
    for (size_t i = 0; i < json_array_size(grants); i++) {
      const json_t *grant = json_array_get(grants, i);
      if (strcmp(json_string_value(json_object_get(grant, "id")), id) == 0) {
        left = json_integer_value(json_object_get(grant, "left"));
      }
    }
  }
  json_decref(statement);
  return left;
}

/* 1,000 free, then packs: a call over all of them is taken back, and the next one draws in the same order again. */
static void return_over_all_sources(const char *order, const char *first, const char *second) {
  fg_account *account = opened("pack_order", order);
  fg_outcome outcome;
  must(account, FG_DO_BUY_PACK, "2024-11-06T10:00:00", "product=image pack=calls-10k id=large");
  must(account, FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=1000");
  must(account, FG_DO_BUY_PACK, "2024-11-07T10:00:00", "product=image pack=calls-1k id=small");
  for (int i = 0; i < 2; i++) {
    const char *instant = i == 0 ? "2024-11-08T10:00:00" : "2024-11-09T10:00:00";
    char fields[64];
    snprintf(fields, sizeof fields, "product=image quantity=15 id=c%d", i);
    assert_int_equal(apply(account, FG_DO_CALL, instant, fields, &outcome), FG_OK);
    assert_int_equal(outcome.is.used.pack_count, 1);
    assert_memory_equal(outcome.is.used.packs[0].id.text, first, strlen(first));
    snprintf(fields, sizeof fields, "id=c%d", i);
    canceled(account, instant, fields, 15, 0);
    assert_int_equal(left_of(account, "small"), 1000);
    assert_int_equal(left_of(account, "large"), 10000);
  }
  must(account, FG_DO_USE, "2024-11-10T10:00:00", "product=image quantity=10990");
  assert_int_equal(left_of(account, first), 0);
  assert_int_equal(left_of(account, second), 10);
  must(account, FG_DO_CALL, "2024-11-10T10:00:00", "product=image quantity=15 id=over"); /* 10 of a pack, 5 postpaid */
  assert_int_equal(integer_in(account, "/products/image/month/postpaid"), 5);
  canceled(account, "2024-11-10T10:00:00", "id=over", 15, 0);
  assert_int_equal(left_of(account, second), 10);
  assert_int_equal(integer_in(account, "/products/image/month/postpaid"), 0);
  assert_int_equal(integer_in(account, "/products/image/month/packs"), 10990);
  fg_account_free(account);
}

static void test_units_go_back_in_every_order_of_packs(void **state) {
  (void)state;
  return_over_all_sources("expiry", "large", "small");
  return_over_all_sources("purchase", "large", "small");
  return_over_all_sources("smallest_left", "small", "large");
}

/* A pack used up comes back into the order: by what is left it is now the first. */
static void test_a_used_up_pack_comes_back(void **state) {
  (void)state;
  fg_account *account = opened("pack_order", "smallest_left");
  fg_outcome outcome;
  must(account, FG_DO_BUY_PACK, DAY, "product=image pack=calls-1k id=a");
  must(account, FG_DO_BUY_PACK, DAY, "product=image pack=calls-1k id=b");
  must(account, FG_DO_USE, DAY, "product=image quantity=1990");
  must(account, FG_DO_CALL, DAY, "product=image quantity=15 id=c1"); /* 10 of a, which is used up, and 5 of b */
  assert_int_equal(left_of(account, "a"), 0);
  assert_int_equal(left_of(account, "b"), 995);
  canceled(account, DAY, "id=c1", 15, 0);
  assert_int_equal(apply(account, FG_DO_USE, DAY, "product=image quantity=11", &outcome), FG_OK);
  assert_int_equal(outcome.is.used.pack_count, 2);
  assert_memory_equal(outcome.is.used.packs[0].id.text, "a", 1);
  assert_int_equal(outcome.is.used.packs[0].units, 10);
  fg_account_free(account);
}

/* A drawn pack is not refunded; given back whole it is (R30). */
static void test_a_pack_given_back_whole_can_be_refunded(void **state) {
  (void)state;
  fg_account *account = opened("limiter", "sliding");
  must(account, FG_DO_BUY_PACK, DAY, "product=image pack=calls-1k id=p");
  must(account, FG_DO_USE, DAY, "product=image quantity=1000");
  must(account, FG_DO_CALL, DAY, "product=image id=c1");
  refused(account, FG_DO_REFUND, DAY, "id=p", FG_PACK_USED);
  canceled(account, DAY, "id=c1", 1, 0);
  must(account, FG_DO_REFUND, DAY, "id=p");
  fg_account_free(account);
}

/* Void on 2025-11-06 at 00:00 (R6). Without the first call, the second would have had the pack's last 3 units; without
   either they are in the pack, which is void. */
static void test_units_of_a_void_pack_are_lost(void **state) {
  (void)state;
  fg_account *account = opened("limiter", "sliding");
  must(account, FG_DO_BUY_PACK, DAY, "product=image pack=calls-1k id=p");
  must(account, FG_DO_USE, "2025-11-05T23:59:58", "product=image quantity=1997"); /* 1,000 free of November */
  must(account, FG_DO_CALL, "2025-11-05T23:59:59", "product=image quantity=5 id=c1");
  must(account, FG_DO_CALL, "2025-11-05T23:59:59", "product=image quantity=5 id=c2");
  canceled(account, "2025-11-06T00:00:00", "id=c1", 5, 0);
  canceled(account, "2025-11-06T00:00:00", "id=c2", 2, 3);
  assert_int_equal(left_of(account, "p"), 3);
  assert_int_equal(integer_in(account, "/products/image/month/packs"), 997);
  assert_int_equal(integer_in(account, "/products/image/month/postpaid"), 0);
  assert_int_equal(integer_in(account, "/products/image/month/total"), 1997);
  fg_account_free(account);
}

static fg_account *at_the_end_of_november(const char *settlement_day) {
  fg_account *account = opened("settlement_day", settlement_day);
  must(account, FG_DO_BUY_PACK, DAY, "product=image pack=calls-1k id=p");
  must(account, FG_DO_USE, "2024-11-30T23:59:58", "product=image quantity=998");
  must(account, FG_DO_CALL, "2024-11-30T23:59:58", "product=image quantity=10 id=c1"); /* 2 free, 8 of the pack */
  must(account, FG_DO_USE, "2024-11-30T23:59:59", "product=image quantity=990");
  must(account, FG_DO_CALL, "2024-11-30T23:59:59", "product=image quantity=7 id=c2"); /* 2 of the pack, 5 postpaid */
  return account;
}

/* Settled on the 1st: everything is lost, of a pack that is valid too (R15). */
static void test_units_of_a_settled_month_are_lost(void **state) {
  (void)state;
  fg_account *account = at_the_end_of_november("1");
  canceled(account, "2024-12-01T00:00:00", "id=c1", 0, 10);
  canceled(account, "2024-12-01T00:00:00", "id=c2", 0, 7);
  assert_int_equal(left_of(account, "p"), 0);
  assert_int_equal(integer_in(account, "/products/image/month/total"), 0);
  fg_account_free(account);
}

/* Settled on the 3rd: until then November is lived again without them, and what was drawn after them moves forward:
   nothing is left in November's free grant, which is void. */
static void test_units_go_back_until_the_settlement(void **state) {
  (void)state;
  fg_account *account = at_the_end_of_november("3");
  must(account, FG_DO_CALL, "2024-12-02T00:00:00", "product=image quantity=4 id=c3");
  canceled(account, "2024-12-02T23:59:59.999999", "id=c1", 10, 0);
  canceled(account, "2024-12-02T23:59:59.999999", "id=c2", 7, 0);
  assert_int_equal(left_of(account, "p"), 12);
  assert_int_equal(integer_in(account, "/products/image/month/total"), 4);
  must(account, FG_DO_ADVANCE, "2024-12-03T00:00:00", "");
  json_t *statement = statement_of(account);
  assert_text_at(statement, "/invoices/0/total", "0.00"); /* 1,988 calls: 1,000 free, 988 of the pack, none postpaid */
  assert_int_equal(json_integer_value(json_at(statement, "/invoices/0/lines/0/units")), 0);
  json_decref(statement);
  canceled(account, "2024-12-03T00:00:00", "id=c3", 4, 0);
  fg_account_free(account);
}

/* A pack that covers the whole month (R8) covers at settlement what stayed postpaid, less what was canceled. */
static void test_a_pack_of_the_whole_month(void **state) {
  (void)state;
  fg_account *account = opened("pack_reach", "whole_month");
  must(account, FG_DO_USE, DAY, "product=image quantity=1500"); /* 500 postpaid */
  must(account, FG_DO_CALL, DAY, "product=image quantity=20 id=c1");
  must(account, FG_DO_BUY_PACK, "2024-11-20T00:00:00", "product=image pack=calls-1k id=p");
  canceled(account, "2024-11-20T00:00:00", "id=c1", 20, 0);
  must(account, FG_DO_CALL, "2024-11-20T00:00:00", "product=image quantity=7 id=c2"); /* of the pack */
  must(account, FG_DO_ADVANCE, "2024-12-01T00:00:00", "");
  assert_int_equal(left_of(account, "p"), 493);
  canceled(account, "2024-12-01T00:00:00", "id=c2", 0, 7);
  assert_int_equal(left_of(account, "p"), 493);
  fg_account_free(account);
}

/* Units in a capacity mode go back too, and no longer count for the tier where they did (R17). */
static void test_unbilled_units_go_back(void **state) {
  (void)state;
  fg_account *account = opened("capacity_calls", "count_for_tier");
  must(account, FG_DO_BUY_CAPACITY, DAY, "product=image meter=qps quantity=300 days=1");
  must(account, FG_DO_SET_MODE, DAY, "product=image mode=qps");
  must(account, FG_DO_USE, DAY, "product=image quantity=8850");
  must(account, FG_DO_CALL, DAY, "product=image quantity=200 id=c1");
  must(account, FG_DO_SET_MODE, DAY, "product=image mode=calls");
  must(account, FG_DO_USE, DAY, "product=image quantity=2000"); /* 1,000 postpaid: 10,050 for the tier with c1 */
  json_builder builder;
  for (int is_canceled = 0; is_canceled < 2; is_canceled++) {
    fg_outcome outcome;
    assert_int_equal(apply(account, FG_DO_PREVIEW, DAY, "", &outcome), FG_OK);
    fg_visitor visitor = build_json(&builder, fg_account_book(account));
    assert_int_equal(fg_outcome_describe(account, &outcome, &visitor), FG_OK);
    assert_text_at(builder.root, "/invoice/total", is_canceled ? "240.00" : "180.00");
    json_decref(builder.root);
    if (!is_canceled) {
      canceled(account, DAY, "id=c1", 200, 0);
    }
  }
  fg_account_free(account);
}

/* Canceled, committed: allowed whatever the account's state, for the vendor's answer may come late. */
static void test_calls_end_in_any_state(void **state) {
  (void)state;
  fg_account *account = opened("limiter", "sliding");
  must(account, FG_DO_CALL, DAY, "product=image id=c1");
  must(account, FG_DO_CALL, DAY, "product=image id=c2");
  must(account, FG_DO_SUSPEND, DAY, "");
  must(account, FG_DO_COMMIT, DAY, "id=c1");
  must(account, FG_DO_CLOSE, DAY, "product=image");
  canceled(account, DAY, "id=c2", 1, 0);
  assert_int_equal(left_of(account, "image/free-calls/2024-11"), 999);
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refusals_come_in_order),
      cmocka_unit_test(test_refused_calls_leave_no_trace),
      cmocka_unit_test(test_the_wait_is_told),
      cmocka_unit_test(test_slots_are_freed_by_commit_and_cancel),
      cmocka_unit_test(test_the_number_of_slots_changes),
      cmocka_unit_test(test_a_deadline_frees_the_slot_to_the_microsecond),
      cmocka_unit_test(test_an_abandoned_call_stays_used_until_it_is_canceled),
      cmocka_unit_test(test_deadlines_beyond_the_end_of_time),
      cmocka_unit_test(test_deadlines_that_pass_together),
      cmocka_unit_test(test_calls_end_exactly_once),
      cmocka_unit_test(test_the_same_call_again),
      cmocka_unit_test(test_forks_hold_calls_of_their_own),
      cmocka_unit_test(test_many_calls_in_flight),
      cmocka_unit_test(test_units_go_back_in_every_order_of_packs),
      cmocka_unit_test(test_a_used_up_pack_comes_back),
      cmocka_unit_test(test_a_pack_given_back_whole_can_be_refunded),
      cmocka_unit_test(test_units_of_a_void_pack_are_lost),
      cmocka_unit_test(test_units_of_a_settled_month_are_lost),
      cmocka_unit_test(test_units_go_back_until_the_settlement),
      cmocka_unit_test(test_a_pack_of_the_whole_month),
      cmocka_unit_test(test_unbilled_units_go_back),
      cmocka_unit_test(test_calls_end_in_any_state),
  };
  return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
