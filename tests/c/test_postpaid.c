/* What grants and packs leave over, where it is not always sold; and what of the wallet is frozen for it. */
#include "support.h"

#include "state/state.h"

#define HEAD(policy) TOY "\"rounding\": \"none\", \"policy\": {" policy "}, \"products\": ["
#define PRODUCT(id, more)                                                                                              \
  "{\"id\": \"" id "\", \"meter\": \"calls\", \"price\": {\"model\": \"flat\", \"price\": \"2\"}, "                    \
  "\"packs\": [{\"id\": \"k\", \"units\": 10, \"price\": \"5\", \"validity\": {\"years\": 1}}]" more "}"

static bool is_on(const fg_account *account, const char *pointer) {
  json_t *statement = statement_of(account);
  bool on = json_is_true(json_at(statement, pointer));
  assert_true(json_is_boolean(json_at(statement, pointer)));
  json_decref(statement);
  return on;
}

static fg_status set_postpaid(fg_account *account, const char *product, bool on) {
  fg_command command;
  fg_command_begin(&command, FG_DO_SET_POSTPAID, at("2025-01-10T00:00:00"));
  command.product = string_of(product);
  command.on = on;
  return fg_account_apply(account, &command, NULL, NULL);
}

/* Refused whole, nothing drawn; a call as a usage; what has happened is counted all the same. */
static void test_opt_in(void **state) {
  (void)state;
  fg_account *account = account_of_text(HEAD("") PRODUCT("p", ", \"postpaid\": \"opt_in\"") "," PRODUCT(
                                            "q", ", \"postpaid\": \"never\"") "," PRODUCT("r", "") "]}",
                                        NULL);
  const char *instant = "2025-01-10T00:00:00";
  assert_false(is_on(account, "/products/p/postpaid"));
  assert_false(is_on(account, "/products/q/postpaid"));
  must(account, FG_DO_OPEN, instant, "product=p");
  must(account, FG_DO_OPEN, instant, "product=q");
  must(account, FG_DO_BUY_PACK, instant, "product=p pack=k id=k1");
  assert_int_equal(apply(account, FG_DO_USE, instant, "product=p quantity=11", NULL), FG_POSTPAID_OFF);
  assert_int_equal(apply(account, FG_DO_CALL, instant, "product=p quantity=11 id=c", NULL), FG_POSTPAID_OFF);
  assert_int_equal(integer_in(account, "/products/p/packs/0/left"), 10);
  fg_command unbilled = command_of(FG_DO_USE, instant, "product=p quantity=11");
  unbilled.billable = false;
  assert_int_equal(fg_account_apply(account, &unbilled, NULL, NULL), FG_OK);
  must(account, FG_DO_CALL, instant, "product=p quantity=8 id=c");
  assert_int_equal(must(account, FG_DO_COMMIT, instant, "id=c quantity=12").is.ended.extra.postpaid, 2);
  assert_int_equal(must(account, FG_DO_USE, instant, "product=p quantity=0").is.used.postpaid, 0);
  assert_int_equal(apply(account, FG_DO_USE, instant, "product=p quantity=1", NULL), FG_POSTPAID_OFF);
  assert_int_equal(set_postpaid(account, "p", true), FG_OK);
  write_and_read(account);
  assert_true(is_on(account, "/products/p/postpaid"));
  assert_int_equal(must(account, FG_DO_USE, instant, "product=p quantity=3").is.used.postpaid, 3);
  assert_int_equal(set_postpaid(account, "p", false), FG_OK);
  assert_int_equal(apply(account, FG_DO_USE, instant, "product=p quantity=1", NULL), FG_POSTPAID_OFF);
  assert_int_equal(set_postpaid(account, "q", true), FG_NOT_SOLD);
  assert_int_equal(set_postpaid(account, "r", true), FG_NOT_SOLD);
  assert_int_equal(apply(account, FG_DO_USE, instant, "product=q quantity=1", NULL), FG_POSTPAID_OFF);
  fg_account_free(account);
}

#define FREEZE(of) "], \"freeze\": {\"factor\": \"1.5\", \"of\": \"" of "\"}}"

/* 30 units of 2 are 60, of which 90 are frozen: 10 of 100 are left for packs of 5. */
static void test_what_is_not_settled(void **state) {
  (void)state;
  fg_account *account = account_of_text(HEAD("\"settlement_day\": 3") PRODUCT("p", "") FREEZE("unsettled"), "100");
  assert_in_statement(account, "/frozen", "0.00");
  must(account, FG_DO_OPEN, "2025-01-10T00:00:00", "product=p");
  must(account, FG_DO_TOP_UP, "2025-01-10T00:00:00", "amount=7 fund=voucher");
  must(account, FG_DO_USE, "2025-01-10T00:00:00", "product=p quantity=30");
  assert_in_statement(account, "/frozen", "90.00");
  assert_int_equal(apply(account, FG_DO_WITHDRAW, "2025-01-10T00:00:00", "amount=10.01", NULL), FG_INSUFFICIENT_FUNDS);
  must(account, FG_DO_WITHDRAW, "2025-01-10T00:00:00", "amount=3");
  must(account, FG_DO_BUY_PACK, "2025-01-10T00:00:00", "product=p pack=k");
  assert_int_equal(apply(account, FG_DO_BUY_PACK, "2025-01-10T00:00:00", "product=p pack=k", NULL),
                   FG_INSUFFICIENT_FUNDS);
  must(account, FG_DO_BUY_PACK, "2025-01-10T00:00:00", "product=p pack=k pay.cash=2 pay.voucher=3");
  must(account, FG_DO_USE, "2025-02-02T00:00:00",
       "product=p quantity=21"); /* 20 of the packs; January is not settled yet */
  assert_in_statement(account, "/frozen", "93.00");
  must(account, FG_DO_ADVANCE, "2025-02-03T00:00:00", "");
  assert_in_statement(account, "/frozen", "3.00");
  assert_in_statement(account, "/wallet/balance", "30.00"); /* 100 − 3 − 5 − 2 − 60 */
  must(account, FG_DO_WITHDRAW, "2025-02-03T00:00:00", "amount=27");
  fg_account_free(account);
}

static void test_the_last_period(void **state) {
  (void)state;
  fg_account *account = account_of_text(HEAD("") PRODUCT("p", "") FREEZE("last_period"), "100");
  must(account, FG_DO_OPEN, "2025-01-10T00:00:00", "product=p");
  must(account, FG_DO_USE, "2025-01-10T00:00:00", "product=p quantity=10");
  assert_in_statement(account, "/frozen", "0.00");
  must(account, FG_DO_USE, "2025-02-10T00:00:00", "product=p quantity=1");
  write_and_read(account);
  assert_in_statement(account, "/frozen", "30.00");
  assert_int_equal(apply(account, FG_DO_WITHDRAW, "2025-02-10T00:00:00", "amount=50.01", NULL), FG_INSUFFICIENT_FUNDS);
  must(account, FG_DO_WITHDRAW, "2025-02-10T00:00:00", "amount=50");
  must(account, FG_DO_ADVANCE, "2025-03-01T00:00:00", "");
  assert_in_statement(account, "/frozen", "3.00");
  fg_account_free(account);
}

/* Unlimited funds are not frozen. */
static void test_unlimited_funds(void **state) {
  (void)state;
  fg_account *account = account_of_text(HEAD("") PRODUCT("p", "") FREEZE("unsettled"), NULL);
  must(account, FG_DO_OPEN, "2025-01-10T00:00:00", "product=p");
  must(account, FG_DO_USE, "2025-01-10T00:00:00", "product=p quantity=1000");
  must(account, FG_DO_BUY_PACK, "2025-01-10T00:00:00", "product=p pack=k");
  assert_in_statement(account, "/frozen", "null");
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_opt_in),
      cmocka_unit_test(test_what_is_not_settled),
      cmocka_unit_test(test_the_last_period),
      cmocka_unit_test(test_unlimited_funds),
  };
  return cmocka_run_group_tests_name("postpaid", tests, NULL, NULL);
}
