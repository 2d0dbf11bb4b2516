/* One id is one attempt: what a call, its endings and every other command answer when they are said again. */
#include "support.h"

#define DAY "2024-11-05T10:00:00"

static fg_account *new_account(void) {
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = NULL;
  fg_funds wallet = {.of = {[FG_CASH] = money("1000")}};
  const fg_account_options options = {.wallet = &wallet};
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  fg_book_release(book);
  return account;
}

static void must_be_new(fg_account *account, fg_command_kind kind, const char *fields) {
  fg_outcome outcome;
  assert_int_equal(apply(account, kind, DAY, fields, &outcome), FG_OK);
  assert_false(outcome.repeated);
}

static void refused(fg_account *account, fg_command_kind kind, const char *fields, fg_status status) {
  json_t *before = statement_of(account);
  assert_int_equal(apply(account, kind, DAY, fields, NULL), status);
  json_t *after = statement_of(account);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
}

static json_t *told(const fg_account *account, const fg_outcome *outcome) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(account));
  assert_int_equal(fg_outcome_describe(account, outcome, &visitor), FG_OK);
  return whole(&builder);
}

/* The same again changes nothing and answers as it did, but that it says so. */
static void repeats(fg_account *account, fg_command_kind kind, const char *fields) {
  fg_outcome outcome;
  assert_int_equal(apply(account, kind, DAY, fields, &outcome), FG_OK);
  json_t *first = told(account, &outcome);
  json_t *before = statement_of(account);
  for (int again = 0; again < 2; again++) {
    assert_int_equal(apply(account, kind, DAY, fields, &outcome), FG_OK);
    assert_true(outcome.repeated);
    json_t *second = told(account, &outcome);
    assert_int_equal(json_object_del(second, "repeated"), 0);
    assert_true(json_equal(first, second));
    json_decref(second);
  }
  json_t *after = statement_of(account);
  assert_true(json_equal(before, after));
  json_decref(first);
  json_decref(before);
  json_decref(after);
}

static void test_every_id_repeats(void **state) {
  (void)state;
  fg_account *account = new_account();
  must_be_new(account, FG_DO_OPEN, "product=image");
  repeats(account, FG_DO_TOP_UP, "amount=700 fund=gift id=t");
  repeats(account, FG_DO_WITHDRAW, "amount=300 id=w");
  repeats(account, FG_DO_BUY_PACK, "product=image pack=calls-1k id=p");
  repeats(account, FG_DO_USE, "product=image quantity=1500 id=u");
  repeats(account, FG_DO_ADJUST, "product=image quantity=700 reason=missed id=a");
  repeats(account, FG_DO_ADJUST, "product=image quantity=-900 reason=twice id=b");
  repeats(account, FG_DO_ADD_MATERIALS, "product=image quantity=3 id=m");
  repeats(account, FG_DO_REMOVE_MATERIALS, "product=image quantity=1 id=n");
  must_be_new(account, FG_DO_CALL, "product=image quantity=5 id=c");
  repeats(account, FG_DO_COMMIT, "id=c quantity=2000 ref=receipt");
  must_be_new(account, FG_DO_CALL, "product=image quantity=5 id=d");
  repeats(account, FG_DO_COMMIT, "id=d quantity=2");
  must_be_new(account, FG_DO_CALL, "product=image quantity=5 id=e");
  repeats(account, FG_DO_CANCEL, "id=e");
  must_be_new(account, FG_DO_CALL, "product=image quantity=5 id=f");
  repeats(account, FG_DO_COMMIT, "id=f");
  static const char *const used[] = {"t", "w", "p", "u", "a", "b", "m", "n", "c", "d", "e", "f"};
  for (size_t i = 0; i < sizeof used / sizeof *used; i++) {
    char fields[64];
    snprintf(fields, sizeof fields, "amount=2 id=%s", used[i]);
    refused(account, FG_DO_TOP_UP, fields, FG_ID_CONFLICT);
  }
  refused(account, FG_DO_WITHDRAW, "amount=301 id=w", FG_ID_CONFLICT);
  refused(account, FG_DO_ADJUST, "product=image quantity=-900 reason=thrice id=b", FG_ID_CONFLICT);
  fg_account_free(account);
}

static void test_an_ending_is_not_another(void **state) {
  (void)state;
  fg_account *account = new_account();
  must_be_new(account, FG_DO_OPEN, "product=image");
  must_be_new(account, FG_DO_CALL, "product=image quantity=5 id=c");
  must_be_new(account, FG_DO_COMMIT, "id=c quantity=2 ref=r");
  static const char *const others[] = {"id=c", "id=c quantity=2", "id=c quantity=2 ref=s", "id=c quantity=3 ref=r",
                                       "id=c ref=r"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    refused(account, FG_DO_COMMIT, others[i], FG_ALREADY_FINISHED);
  }
  refused(account, FG_DO_CANCEL, "id=c", FG_ALREADY_FINISHED);
  refused(account, FG_DO_CALL, "product=image quantity=5 id=c", FG_ALREADY_FINISHED);
  refused(account, FG_DO_CALL, "product=image quantity=2 id=c", FG_ID_CONFLICT);
  fg_account_free(account);
}

/* Ending an old attempt never touches a later one under the same id. */
static void test_attempts(void **state) {
  (void)state;
  fg_account *account = new_account();
  fg_outcome first;
  fg_outcome second;
  must_be_new(account, FG_DO_OPEN, "product=image");
  assert_int_equal(apply(account, FG_DO_CALL, DAY, "product=image quantity=5 id=c", &first), FG_OK);
  assert_int_equal(first.is.used.attempt, 1);
  must_be_new(account, FG_DO_CANCEL, "id=c");
  must_be_new(account, FG_DO_CALL, "product=image id=other");
  assert_int_equal(apply(account, FG_DO_CALL, DAY, "product=image quantity=7 id=c", &second),
                   FG_OK); /* whatever its fields */
  assert_int_equal(second.is.used.attempt, 3);
  for (int i = 0; i < 2; i++) {
    fg_command old = command_of(i == 0 ? FG_DO_CANCEL : FG_DO_COMMIT, DAY, "id=c");
    old.attempt = first.is.used.attempt;
    assert_int_equal(fg_account_apply(account, &old, NULL, NULL), FG_ALREADY_FINISHED);
  }
  fg_command commit = command_of(FG_DO_COMMIT, DAY, "id=c");
  commit.attempt = second.is.used.attempt;
  assert_int_equal(fg_account_apply(account, &commit, NULL, NULL), FG_OK);
  commit.attempt = first.is.used.attempt;
  assert_int_equal(fg_account_apply(account, &commit, NULL, NULL), FG_ALREADY_FINISHED);
  commit.attempt = second.is.used.attempt;
  assert_int_equal(fg_account_apply(account, &commit, &second, NULL), FG_OK);
  assert_true(second.repeated);
  fg_account_free(account);
}

static void test_reserved_ids(void **state) {
  (void)state;
  static const char *const ids[] = {"#", "#1", "#call-0-1", "image/", "image/free-calls/2024-11", "image-pro/x"};
  static const char *const free_ids[] = {"image", "images/1", "1#", "x/image", "/image"};
  fg_account *account = new_account();
  must_be_new(account, FG_DO_OPEN, "product=image");
  char fields[80];
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    snprintf(fields, sizeof fields, "product=image quantity=1 id=%s", ids[i]);
    refused(account, FG_DO_USE, fields, FG_ID_RESERVED);
    refused(account, FG_DO_CALL, fields, FG_ID_RESERVED);
    snprintf(fields, sizeof fields, "amount=1 id=%s", ids[i]);
    refused(account, FG_DO_TOP_UP, fields, FG_ID_RESERVED);
    refused(account, FG_DO_WITHDRAW, fields, FG_ID_RESERVED);
  }
  for (size_t i = 0; i < sizeof free_ids / sizeof *free_ids; i++) {
    snprintf(fields, sizeof fields, "product=image quantity=1 id=%s", free_ids[i]);
    must_be_new(account, FG_DO_USE, fields);
  }
  fg_account_free(account);
}

/* R38: never more than the cash there is, nor than the balance. */
static void test_withdrawals(void **state) {
  (void)state;
  fg_account *account = new_account();
  fg_outcome outcome;
  must_be_new(account, FG_DO_TOP_UP, "amount=50 fund=gift");
  refused(account, FG_DO_WITHDRAW, "amount=1000.01", FG_INSUFFICIENT_FUNDS);
  assert_int_equal(apply(account, FG_DO_WITHDRAW, DAY, "amount=1000", &outcome), FG_OK);
  assert_int_equal(fg_money_compare(outcome.is.wallet.balance, money("50")), 0);
  refused(account, FG_DO_WITHDRAW, "amount=0.01", FG_INSUFFICIENT_FUNDS);
  must_be_new(account, FG_DO_TOP_UP, "amount=5");
  must_be_new(account, FG_DO_SUSPEND, "");
  refused(account, FG_DO_WITHDRAW, "amount=1", FG_VIOLATION);
  must_be_new(account, FG_DO_REINSTATE, "");
  must_be_new(account, FG_DO_WITHDRAW, "amount=1");
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_id_repeats), cmocka_unit_test(test_an_ending_is_not_another),
      cmocka_unit_test(test_attempts),         cmocka_unit_test(test_reserved_ids),
      cmocka_unit_test(test_withdrawals),
  };
  return cmocka_run_group_tests_name("ids", tests, NULL, NULL);
}
