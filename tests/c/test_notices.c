/* What wants attention: expected values are worked out by hand from the rules named beside them. */
#include "account/notices.h"
#include "outlook_support.h"

static const char *const keys[] = {"code",   "message", "product", "id",   "units", "of",
                                   "amount", "limit",   "at",      "rule", NULL};

static fg_status ask(const fg_account *account, const void *limits, const fg_visitor *visitor, fg_error *error) {
  return fg_account_notices(account, limits, visitor, error);
}

static void expect_within(const fg_account *account, const fg_notice_limits *limits, const char *expected) {
  static char lines[LINES_MAX];
  json_t *notices = look_at(account, ask, limits);
  write_civil_lines(notices, keys, lines);
  assert_string_equal(lines, expected);
  json_decref(notices);
}

static void expect(const fg_account *account, const char *expected) { expect_within(account, NULL, expected); }

static void all_is_well(void **state) {
  (void)state;
  fg_account *account = account_of(FACEFUSION, "5000", "resume_at", "nonnegative");
  expect(account, ""); /* before it has seen an instant */
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-1k id=p1");
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=materials-10 id=m1");
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=1900"); /* 10 % of the pack is left */
  must(account, FG_DO_CALL, "2024-11-05T10:00:00", "product=image id=c1 timeout_ms=1000");
  must(account, FG_DO_CANCEL, "2024-11-05T10:00:00", "id=c1");
  must(account, FG_DO_SET_BUDGET, "2024-11-05T10:00:00", "day=1 month=1");
  must(account, FG_DO_ADVANCE, "2024-11-30T00:00:00", "");
  expect(account, "");
  fg_account_free(account);
}

/* Less than 10 % is left; then nothing; then what follows is postpaid, 30 × 0.24 = 7.20. */
static void packs_run_out(void **state) {
  (void)state;
  fg_account *account = account_of(FACEFUSION, NULL, "resume_at", "nonnegative");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-10k id=p1");
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=10001");
  expect(account,
         "packs_low image: 999 of 10,000 calls are left in the packs product=image units=999 of=10000 rule=R7\n");
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-1k id=p2 quantity=9");
  expect(account, ""); /* 9,999 of 19,000 */
  expect_within(
      account, &(fg_notice_limits){53, 30, 80},
      "packs_low image: 9,999 of 19,000 calls are left in the packs product=image units=9999 of=19000 rule=R7\n");
  expect_within(account, &(fg_notice_limits){52, 30, 80}, ""); /* 52.6 % are left */
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=9000");
  expect(account, ""); /* p1 is used up: 999 of the 9,000 of p2 are 11.1 % */
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=999");
  expect(account, "packs_used_up image: no pack has calls left product=image units=0 rule=R7\n");
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=30");
  expect(account, "packs_used_up image: no pack has calls left product=image units=0 rule=R7\n"
                  "postpaid_begun image: 30 calls of 2024-11 are postpaid, 7.20 CNY so far product=image units=30"
                  " amount=7.20 rule=R11\n");
  must(account, FG_DO_ADVANCE, "2024-12-01T00:00:00", ""); /* another month */
  expect(account, "packs_used_up image: no pack has calls left product=image units=0 rule=R7\n");
  must(account, FG_DO_ADVANCE, "2025-11-06T00:00:00", ""); /* R6: void they are no packs any more */
  expect(account, "");
  fg_account_free(account);
}

/* The last unit of 1,000 in the pack, and after it one at 0.24. */
static void of_one_unit(void **state) {
  (void)state;
  fg_account *account = account_of(FACEFUSION, NULL, "resume_at", "nonnegative");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-1k id=p1");
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=1999");
  expect_within(account, &(fg_notice_limits){10, 366, 80},
                "packs_low image: 1 of 1,000 calls is left in the packs product=image units=1 of=1000 rule=R7\n"
                "pack_ending image: 1 of the calls of a pack calls-1k is lost at 2025-11-06 00:00 if it is not used"
                " before product=image id=p1 units=1 of=1000 at=2025-11-06T00:00:00 rule=R6\n");
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=2");
  expect(account, "packs_used_up image: no pack has calls left product=image units=0 rule=R7\n"
                  "postpaid_begun image: 1 of the calls of 2024-11 is postpaid, 0.24 CNY so far product=image units=1"
                  " amount=0.24 rule=R11\n");
  fg_account_free(account);
}

/* R6: void at 2025-11-06 00:00, which is 30 days after 2025-10-07 00:00. */
static void packs_end(void **state) {
  (void)state;
  fg_account *account = account_of(FACEFUSION, NULL, "resume_at", "nonnegative");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image-pro");
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image-pro pack=calls-10k id=p1");
  must(account, FG_DO_GIVE_PACK, "2024-12-05T10:00:00", "product=image-pro pack=calls-1k id=g1");
  must(account, FG_DO_USE, "2024-12-05T10:00:00", "product=image-pro quantity=8800");
  must(account, FG_DO_ADVANCE, "2025-10-06T23:59:59", "");
  expect(account, "");
  must(account, FG_DO_ADVANCE, "2025-10-07T00:00:00", "");
  expect(account,
         "pack_ending image-pro: 1,200 calls of a pack calls-10k are lost at 2025-11-06 00:00 if they are not used"
         " before product=image-pro id=p1 units=1200 of=10000 at=2025-11-06T00:00:00 rule=R6\n");
  expect_within(account, &(fg_notice_limits){10, 0, 80}, "");
  expect_within(
      account, &(fg_notice_limits){0, 60, 80},
      "pack_ending image-pro: 1,200 calls of a pack calls-10k are lost at 2025-11-06 00:00 if they are not used"
      " before product=image-pro id=p1 units=1200 of=10000 at=2025-11-06T00:00:00 rule=R6\n"
      "pack_ending image-pro: 1,000 calls of a pack calls-1k are lost at 2025-12-06 00:00 if they are not used"
      " before product=image-pro id=g1 units=1000 of=1000 at=2025-12-06T00:00:00 rule=R6\n");
  fg_account_free(account);
}

/* 16 × 0.24 = 3.84 are 76.8 % of 5.00; 17 × 0.24 = 4.08 are 81.6 %. */
static void budgets_fill(void **state) {
  (void)state;
  fg_account *account = account_of(FACEFUSION, NULL, "resume_at", "nonnegative");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=1000");
  must(account, FG_DO_SET_BUDGET, "2024-11-05T10:00:00", "day=5 month=1000");
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=16");
  const char *postpaid =
      "postpaid_begun image: 16 calls of 2024-11 are postpaid, 3.84 CNY so far product=image units=16"
      " amount=3.84 rule=R11\n";
  expect(account, postpaid);
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=1");
  expect(account, "budget_used 4.08 of 5.00 CNY of the day's budget are used id=day amount=4.08 limit=5.00\n"
                  "postpaid_begun image: 17 calls of 2024-11 are postpaid, 4.08 CNY so far product=image units=17"
                  " amount=4.08 rule=R11\n");
  expect_within(account, &(fg_notice_limits){10, 30, 82},
                "postpaid_begun image: 17 calls of 2024-11 are postpaid, 4.08 CNY so far product=image units=17"
                " amount=4.08 rule=R11\n");
  must(account, FG_DO_ADVANCE, "2024-11-06T00:00:00", "");              /* a new day */
  must(account, FG_DO_SET_BUDGET, "2024-11-06T00:00:00", "month=5.10"); /* 80 % of it are 4.08 */
  expect(account, "budget_used 4.08 of 5.10 CNY of the month's budget are used id=month amount=4.08 limit=5.10\n"
                  "postpaid_begun image: 17 calls of 2024-11 are postpaid, 4.08 CNY so far product=image units=17"
                  " amount=4.08 rule=R11\n");
  fg_account_free(account);
}

/* R26 to R28: 10,000 − 1,000 = 9,000 × 0.24 = 2,160.00 of a wallet of 2,000. */
static void arrears_and_suspension(void **state) {
  (void)state;
  static const char *const resume_at[] = {"nonnegative", "positive"};
  for (int i = 0; i < 2; i++) {
    fg_account *account = account_of(FACEFUSION, "2000", "resume_at", resume_at[i]);
    const char *more = i == 0 ? "" : "more than ";
    char expected[1024];
    must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
    must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=10000");
    must(account, FG_DO_ADVANCE, "2024-12-01T09:30:00", "");
    snprintf(expected, sizeof expected,
             "arrears the account is in arrears: the service stops at 2024-12-02 00:00 unless %s160.00 CNY are paid in"
             " amount=160.00 at=2024-12-02T00:00:00 rule=R26\n",
             more);
    expect(account, expected);
    must(account, FG_DO_ADVANCE, "2024-12-02T00:00:00", "");
    must(account, FG_DO_TOP_UP, "2024-12-03T00:00:00", "amount=60");
    snprintf(expected, sizeof expected,
             "suspended the service is suspended for arrears: it goes on once %s100.00 CNY are paid in"
             " amount=100.00 at=2024-12-01T00:00:00 rule=R28\n",
             more);
    expect(account, expected);
    must(account, FG_DO_SUSPEND, "2024-12-03T00:00:00", "");
    must(account, FG_DO_TOP_UP, "2024-12-03T00:00:00", "amount=100.01");
    expect(account, "violation the account is stopped for a violation until it is reinstated rule=R35\n");
    must(account, FG_DO_REINSTATE, "2024-12-03T00:00:00", "");
    expect(account, "");
    fg_account_free(account);
  }
}

static void calls_past_their_time(void **state) {
  (void)state;
  fg_account *account = account_of(FACEFUSION, NULL, "resume_at", "nonnegative");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_CALL, "2024-11-05T10:00:00", "product=image id=open");
  must(account, FG_DO_CALL, "2024-11-05T10:00:00", "product=image id=c1 quantity=3 timeout_ms=60000");
  must(account, FG_DO_CALL, "2024-11-05T10:00:30", "product=image id=c2 quantity=4 timeout_ms=60000");
  must(account, FG_DO_ADVANCE, "2024-11-05T10:00:59", "");
  expect(account, "");
  must(account, FG_DO_ADVANCE, "2024-11-05T10:02:00", "");
  expect(account, "calls_abandoned image: 2 calls since 2024-11-05 10:00 are past their time: 7 units count as used"
                  " until they are committed or canceled product=image id=c1 units=7 of=2 at=2024-11-05T10:00:00\n");
  must(account, FG_DO_CANCEL, "2024-11-05T10:02:00", "id=c1");
  expect(account, "calls_abandoned image: 1 call since 2024-11-05 10:00 is past its time: 4 units count as used"
                  " until it is committed or canceled product=image id=c2 units=4 of=1 at=2024-11-05T10:00:30\n");
  must(account, FG_DO_COMMIT, "2024-11-05T10:02:00", "id=c2");
  expect(account, "");
  fg_account_free(account);
}

static bool begins_with_l(void *context, fg_string id) {
  (*(int *)context)++;
  return id.text[0] == 'l';
}

/* What a handle adds: calls whose session has ended, unless they are past their time, and its clock. */
static void what_the_holder_knows(void **state) {
  (void)state;
  static const char *const keys_of_calls[] = {"code", "product", "id", "units", "of", "at", NULL};
  static char lines[LINES_MAX];
  fg_account *account = account_of(FACEFUSION, NULL, "resume_at", "nonnegative");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image-pro");
  must(account, FG_DO_CALL, "2024-11-05T10:00:00", "product=image id=l1 quantity=2 timeout_ms=1000");
  must(account, FG_DO_CALL, "2024-11-05T10:00:01", "product=image id=l2");
  must(account, FG_DO_CALL, "2024-11-05T10:00:02", "product=image-pro id=l3 quantity=5");
  must(account, FG_DO_CALL, "2024-11-05T10:00:03", "product=image id=here");
  must(account, FG_DO_CALL, "2024-11-05T10:00:04", "product=image id=late timeout_ms=1");
  must(account, FG_DO_CANCEL, "2024-11-05T10:00:04", "id=late");
  must(account, FG_DO_CALL, "2024-11-05T10:00:04", "product=image id=behind timeout_ms=1");
  must(account, FG_DO_ADVANCE, "2024-11-05T10:00:05", "");
  int asked = 0;
  fg_call_filter filter = {begins_with_l, &asked};
  fg_notice_context context = {.uncertain = &filter, .clock_is_suspect = true, .clock = at("2026-11-05T09:30:00")};
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(account));
  assert_int_equal(fg_account_tell_notices(account, NULL, &context, &visitor, NULL), FG_OK);
  write_lines(builder.root, keys_of_calls, lines);
  assert_string_equal(lines, "clock_suspect at=2026-11-05T09:30:00+08:00\n"
                             "calls_uncertain image id=l2 units=1 of=1 at=2024-11-05T10:00:01+08:00\n"
                             "calls_abandoned image id=l1 units=3 of=2 at=2024-11-05T10:00:00+08:00\n"
                             "postpaid_begun image-pro units=5\n"
                             "calls_uncertain image-pro id=l3 units=5 of=1 at=2024-11-05T10:00:02+08:00\n");
  assert_int_equal(asked, 5);
  assert_string_equal(json_string_value(json_at(builder.root, "/0/message")),
                      "the clock shows 2026-11-05 09:30, which is too far from the last command to be believed");
  json_decref(builder.root);
  fg_account_free(account);
}

/* A new account has no last command to measure its clock by. */
static void a_new_account_and_a_wrong_clock(void **state) {
  (void)state;
  fg_account *account = account_of(FACEFUSION, NULL, "resume_at", "nonnegative");
  fg_notice_context context = {.clock_is_suspect = true, .clock = at("1970-01-02T08:00:00")};
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(account));
  assert_int_equal(fg_account_tell_notices(account, NULL, &context, &visitor, NULL), FG_OK);
  assert_string_equal(json_string_value(json_at(builder.root, "/0/message")),
                      "the clock shows 1970-01-02 08:00, which is before the price book was written");
  json_decref(builder.root);
  fg_account_free(account);
}

/* Where nothing else is sold, being postpaid is no news. */
static void products_without_packs(void **state) {
  (void)state;
  fg_account *account = account_of("aws-s3", NULL, "resume_at", "nonnegative");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=standard");
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=standard quantity=1000000000000000");
  expect(account, "");
  fg_account_free(account);
}

static void what_cannot_be_asked(void **state) {
  (void)state;
  static const struct {
    fg_notice_limits limits;
    const char *path;
  } wrong[] = {
      {{-1, 30, 80}, "pack_percent"}, {{101, 30, 80}, "pack_percent"},  {{10, -1, 80}, "pack_days"},
      {{10, 36526, 80}, "pack_days"}, {{10, 30, -1}, "budget_percent"}, {{10, 30, 101}, "budget_percent"},
  };
  fg_account *account = account_of(FACEFUSION, NULL, "resume_at", "nonnegative");
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(account));
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    fg_error error;
    assert_int_equal(fg_account_notices(account, &wrong[i].limits, &visitor, &error), FG_INVALID);
    assert_string_equal(error.path, wrong[i].path);
  }
  expect_within(account, &(fg_notice_limits){100, 36525, 100}, "");
  fg_account_free(account);
}

static void memory_may_run_out(void **state) {
  (void)state;
  fg_account *account = scarce_account();
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_SET_BUDGET, "2024-11-05T10:05:00", "month=10000");
  must(account, FG_DO_USE, "2024-11-20T12:00:00", "product=image quantity=7000");
  look_while_memory_is_short(account, ask, NULL);
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_is_well),
      cmocka_unit_test(packs_run_out),
      cmocka_unit_test(of_one_unit),
      cmocka_unit_test(packs_end),
      cmocka_unit_test(budgets_fill),
      cmocka_unit_test(arrears_and_suspension),
      cmocka_unit_test(calls_past_their_time),
      cmocka_unit_test(what_the_holder_knows),
      cmocka_unit_test(a_new_account_and_a_wrong_clock),
      cmocka_unit_test(products_without_packs),
      cmocka_unit_test(what_cannot_be_asked),
      cmocka_unit_test(memory_may_run_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
