/* Budgets: caps of the day and the month on what postpaid usage costs; and what more usage would cost. */
#include "support.h"

#define DAY "2024-11-05T10:00:00"

static fg_account *account_with(const fg_string *policy, size_t count) {
  fg_book *book = load_book(FACEFUSION);
  fg_account_options options = {.policy = policy, .policy_count = count};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  fg_book_release(book);
  return account;
}

static fg_status use(fg_account *account, const char *instant, int64_t quantity) {
  fg_command command;
  fg_command_begin(&command, FG_DO_USE, at(instant));
  command.product = string_of("image");
  command.quantity = quantity;
  return fg_account_apply(account, &command, NULL, NULL);
}

static void passes(fg_account *account, const char *instant, int64_t quantity) {
  assert_string_equal(fg_status_name(use(account, instant, quantity)), "ok");
}

static void exceeds(fg_account *account, const char *instant, int64_t quantity) {
  assert_string_equal(fg_status_name(use(account, instant, quantity)), "budget_exceeded");
}

static void set_budget(fg_account *account, const char *instant, const char *fields) {
  must(account, FG_DO_SET_BUDGET, instant, fields);
}

static void lift(fg_account *account, const char *instant, const char *cap) {
  fg_command command;
  fg_command_begin(&command, FG_DO_SET_BUDGET, at(instant));
  assert_int_equal(fg_command_set_null(&command, cap, NULL), FG_OK);
  assert_int_equal(fg_account_apply(account, &command, NULL, NULL), FG_OK);
}

/* The free calls of November are used up: each one more costs 0.24, from 10,000 of them on 0.18 each. */
static fg_account *without_free_calls(void) {
  fg_account *account = account_with(NULL, 0);
  must(account, FG_DO_OPEN, DAY, "product=image");
  passes(account, DAY, 1000);
  return account;
}

static fg_money bill_of(fg_account *account, fg_time now) {
  fg_command command;
  fg_outcome outcome;
  json_builder builder;
  fg_command_begin(&command, FG_DO_PREVIEW, now);
  assert_int_equal(fg_account_apply(account, &command, &outcome, NULL), FG_OK);
  fg_visitor visitor = build_json(&builder, fg_account_book(account));
  assert_int_equal(fg_outcome_describe(account, &outcome, &visitor), FG_OK);
  fg_money total = money(json_string_value(json_at(builder.root, "/invoice/total")));
  json_decref(builder.root);
  return total;
}

static void bill_is(fg_account *account, const char *instant, const char *expected) {
  assert_int_equal(fg_money_compare(bill_of(account, at(instant)), money(expected)), 0);
}

static void test_a_month_may_cost_its_cap_and_no_more(void **state) {
  (void)state;
  fg_account *account = without_free_calls();
  set_budget(account, DAY, "month=2.40");
  passes(account, DAY, 9);
  exceeds(account, DAY, 2);
  passes(account, DAY, 1);
  exceeds(account, DAY, 1);
  exceeds(account, "2024-11-30T23:59:59.999999", 1);
  bill_is(account, "2024-11-30T23:59:59.999999", "2.40");
  passes(account, "2024-12-01T00:00:00", 1010); /* 1,000 free */
  exceeds(account, "2024-12-01T00:00:00", 1);
  fg_account_free(account);
}

/* 9,999 cost 2,399.76, 10,000 cost 1,800.00 (R13): one call that passes makes room for 3,332. */
static void test_a_call_may_make_the_month_cheaper(void **state) {
  (void)state;
  fg_account *account = without_free_calls();
  set_budget(account, DAY, "month=2399.76");
  passes(account, DAY, 9998);
  exceeds(account, DAY, 3335); /* 13,333 × 0.18 = 2,399.94 */
  passes(account, DAY, 1);
  passes(account, DAY, 1);
  bill_is(account, DAY, "1800.00");
  passes(account, DAY, 3332);
  bill_is(account, DAY, "2399.76");
  exceeds(account, DAY, 1);
  fg_account_free(account);
}

/* Only what adds to the bill is held to the cap: a cap below it stops no usage that costs nothing, or saves. */
static void test_what_costs_nothing_passes_above_the_cap(void **state) {
  (void)state;
  fg_account *account = without_free_calls();
  fg_command free_of_charge;
  passes(account, DAY, 9990); /* 2,397.60 */
  set_budget(account, DAY, "day=0");
  set_budget(account, DAY, "month=100");
  exceeds(account, DAY, 1);
  passes(account, DAY, 0);
  fg_command_begin(&free_of_charge, FG_DO_USE, at(DAY));
  free_of_charge.product = string_of("image");
  free_of_charge.quantity = 5;
  free_of_charge.billable = false;
  assert_int_equal(fg_account_apply(account, &free_of_charge, NULL, NULL), FG_OK);
  must(account, FG_DO_BUY_PACK, DAY, "product=image pack=calls-1k");
  passes(account, DAY, 1000);
  exceeds(account, DAY, 1);
  must(account, FG_DO_BUY_CAPACITY, DAY, "product=image meter=qps quantity=1 days=1");
  must(account, FG_DO_SET_MODE, DAY, "product=image mode=qps");
  passes(account, DAY, 1000000);
  must(account, FG_DO_SET_MODE, DAY, "product=image mode=calls");
  passes(account, DAY, 10); /* the tenth thousand: 1,800.00, still above the cap, but less */
  exceeds(account, DAY, 1);
  fg_account_free(account);
}

/* A cancel may raise the bill over the cap: what a pack covers still passes. */
static void test_a_cancel_back_over_the_cliff(void **state) {
  (void)state;
  fg_account *account = without_free_calls();
  passes(account, DAY, 9999);
  must(account, FG_DO_CALL, DAY, "product=image id=c1");
  set_budget(account, DAY, "month=1800");
  must(account, FG_DO_CANCEL, DAY, "id=c1");
  bill_is(account, DAY, "2399.76");
  must(account, FG_DO_BUY_PACK, DAY, "product=image pack=calls-1k");
  passes(account, DAY, 1000);
  passes(account, DAY, 1); /* on the cheaper side again */
  bill_is(account, DAY, "1800.00");
  exceeds(account, DAY, 1);
  fg_account_free(account);
}

static void test_a_cap_of_nothing(void **state) {
  (void)state;
  fg_account *account = account_with(NULL, 0);
  must(account, FG_DO_OPEN, DAY, "product=image");
  set_budget(account, DAY, "month=0");
  exceeds(account, DAY, 1001);
  passes(account, DAY, 1000);
  exceeds(account, DAY, 1);
  fg_account_free(account);
}

static void test_a_day_ends_at_midnight_of_the_book(void **state) {
  (void)state;
  fg_account *account = without_free_calls();
  set_budget(account, DAY, "day=2.40");
  passes(account, DAY, 10);
  exceeds(account, "2024-11-05T23:59:59.999999", 1);
  passes(account, "2024-11-06T00:00:00", 10);
  exceeds(account, "2024-11-06T00:00:00", 1);
  passes(account, "2024-11-30T23:59:59", 10); /* no call in between: the days passed */
  exceeds(account, "2024-11-30T23:59:59", 1);
  passes(account, "2024-12-01T00:00:00", 1010);
  exceeds(account, "2024-12-01T00:00:00", 1);
  passes(account, "2024-12-02T00:00:00", 10);
  fg_account_free(account);
}

static void test_a_cap_set_within_a_day_counts_from_then_on(void **state) {
  (void)state;
  fg_account *account = without_free_calls();
  passes(account, DAY, 100);
  set_budget(account, DAY, "day=2.40");
  passes(account, DAY, 9);
  set_budget(account, DAY, "day=4.80"); /* the same day goes on */
  passes(account, DAY, 11);
  exceeds(account, DAY, 1);
  set_budget(account, DAY, "day=1.20");
  exceeds(account, DAY, 1);
  lift(account, DAY, "day");
  passes(account, DAY, 100);
  set_budget(account, DAY, "day=1.20");
  passes(account, DAY, 5);
  exceeds(account, DAY, 1);
  passes(account, "2024-11-06T00:00:00", 5);
  exceeds(account, "2024-11-06T00:00:00", 1);
  fg_account_free(account);
}

/* The day begins at 2,397.60 for 9,990. At 1,800.00 it has cost less than nothing: 13,322 × 0.18 = 2,397.96 is the
   most that its 0.48 allow. */
static void test_a_day_over_the_cliff(void **state) {
  (void)state;
  fg_account *account = without_free_calls();
  passes(account, DAY, 9990);
  set_budget(account, DAY, "day=0.48");
  exceeds(account, "2024-11-06T00:00:00", 3);
  passes(account, "2024-11-06T00:00:00", 2);
  exceeds(account, "2024-11-06T00:00:00", 1);
  passes(account, "2024-11-06T00:00:00", 8);
  exceeds(account, "2024-11-06T00:00:00", 3323);
  passes(account, "2024-11-06T00:00:00", 3322);
  exceeds(account, "2024-11-06T00:00:00", 1);
  fg_account_free(account);
}

static void test_one_cap_is_set_and_lifted_without_the_other(void **state) {
  (void)state;
  fg_account *account = without_free_calls();
  set_budget(account, DAY, "day=1.20 month=2.40");
  passes(account, DAY, 5);
  exceeds(account, DAY, 1);
  lift(account, DAY, "day");
  passes(account, DAY, 5);
  exceeds(account, DAY, 1);
  set_budget(account, DAY, "day=1.20");
  exceeds(account, DAY, 1); /* the month's is still there */
  lift(account, DAY, "month");
  passes(account, DAY, 5);
  exceeds(account, DAY, 1);
  lift(account, DAY, "day");
  lift(account, DAY, "day");
  passes(account, DAY, 1000000);
  set_budget(account, DAY, "");
  passes(account, DAY, 1);
  fg_account_free(account);
}

static void test_caps_are_amounts(void **state) {
  (void)state;
  fg_account *account = without_free_calls();
  fg_command command;
  fg_error error;
  fg_command_begin(&command, FG_DO_SET_BUDGET, at(DAY));
  command.month = (fg_budget){true, true, money("-0.01")};
  assert_int_equal(fg_account_apply(account, &command, NULL, &error), FG_INVALID);
  assert_string_equal(error.path, "month");
  fg_command_begin(&command, FG_DO_SET_BUDGET, at(DAY));
  assert_int_equal(fg_command_set_text(&command, "day", string_of("1e3"), &error), FG_INVALID);
  assert_int_equal(fg_command_set_integer(&command, "month", 5, &error), FG_INVALID);
  assert_int_equal(fg_command_set_text(&command, "year", string_of("1"), &error), FG_INVALID);
  fg_command_begin(&command, FG_DO_USE, at(DAY));
  assert_int_equal(fg_command_set_null(&command, "quantity", &error), FG_INVALID);
  fg_account_free(account);
}

static void test_use_and_call_are_held_to_it_alike(void **state) {
  (void)state;
  fg_account *account = without_free_calls();
  set_budget(account, DAY, "month=0.72");
  must(account, FG_DO_USE, DAY, "product=image quantity=1 id=u1");
  must(account, FG_DO_CALL, DAY, "product=image id=c1");
  must(account, FG_DO_CALL, DAY, "product=image id=c2");
  assert_int_equal(apply(account, FG_DO_CALL, DAY, "product=image id=c3", NULL), FG_BUDGET_EXCEEDED);
  assert_int_equal(apply(account, FG_DO_USE, DAY, "product=image quantity=1 id=u2", NULL), FG_BUDGET_EXCEEDED);
  assert_int_equal(apply(account, FG_DO_COMMIT, DAY, "id=c3", NULL), FG_UNKNOWN_ID);
  must(account, FG_DO_USE, DAY, "product=image quantity=1 id=u1"); /* answered before: not asked again */
  must(account, FG_DO_COMMIT, DAY, "id=c1");
  must(account, FG_DO_CANCEL, DAY, "id=c2");
  must(account, FG_DO_USE, DAY, "product=image quantity=1 id=u2"); /* the refused one did not use up its id */
  exceeds(account, DAY, 1);
  bill_is(account, DAY, "0.72");
  fg_account_free(account);
}

/* 0.24 for image and 0.60 for image-pro are one bill. */
static void test_the_products_share_a_cap(void **state) {
  (void)state;
  fg_account *account = without_free_calls();
  must(account, FG_DO_OPEN, DAY, "product=image-pro");
  set_budget(account, DAY, "month=1.08");
  must(account, FG_DO_CALL, DAY, "product=image-pro id=p1");
  passes(account, DAY, 2);
  exceeds(account, DAY, 1);
  assert_int_equal(apply(account, FG_DO_CALL, DAY, "product=image-pro id=p2", NULL), FG_BUDGET_EXCEEDED);
  must(account, FG_DO_CANCEL, DAY, "id=p1");
  passes(account, DAY, 2);
  exceeds(account, DAY, 1);
  must(account, FG_DO_CLAIM, DAY, "product=image-pro grant=free-calls");
  must(account, FG_DO_CALL, DAY, "product=image-pro quantity=100 id=p3");
  fg_account_free(account);
}

static void test_packs_and_settlement_are_no_business_of_it(void **state) {
  (void)state;
  fg_account *account = without_free_calls();
  passes(account, DAY, 100);
  set_budget(account, DAY, "month=0 day=0");
  for (int i = 0; i < 12; i++) {
    must(account, FG_DO_BUY_PACK, DAY, "product=image pack=calls-1k");
  }
  passes(account, DAY, 11999);
  exceeds(account, DAY, 2);
  passes(account, DAY, 1);
  must(account, FG_DO_ADVANCE, "2024-12-01T00:00:00", "");
  json_t *statement = statement_of(account);
  assert_string_equal(json_string_value(json_at(statement, "/invoices/0/total")), "24.00");
  json_decref(statement);
  fg_account_free(account);
}

static fg_status marginal(const fg_account *account, const char *product, int64_t quantity, fg_money *amount,
                          fg_error *error) {
  return fg_account_marginal(account, string_of(product), quantity, (fg_attributes){NULL, 0}, amount, error);
}

static void test_the_marginal_cost_is_exact_over_cliffs(void **state) {
  (void)state;
  static const struct {
    int64_t more;
    const char *cost;
  } cases[] = {{0, "0"}, {1, "0.24"}, {9999, "2399.76"}, {10000, "1800"}, {99999, "17999.82"}, {100000, "12000"}};
  fg_account *account = without_free_calls();
  fg_money amount;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(marginal(account, "image", cases[i].more, &amount, NULL), FG_OK);
    assert_int_equal(fg_money_compare(amount, money(cases[i].cost)), 0);
  }
  passes(account, DAY, 9999);
  assert_int_equal(marginal(account, "image", 1, &amount, NULL), FG_OK);
  assert_int_equal(fg_money_compare(amount, money("-599.76")), 0);
  fg_account_free(account);
}

static void test_what_has_no_marginal_cost(void **state) {
  (void)state;
  fg_account *account = account_with(NULL, 0);
  fg_money amount = money("7");
  fg_error error;
  assert_int_equal(marginal(account, "image", 1, &amount, &error), FG_NOT_OPEN);
  assert_string_equal(error.rule, "R33");
  must(account, FG_DO_OPEN, DAY, "product=image");
  assert_int_equal(marginal(account, "images", 1, &amount, &error), FG_UNKNOWN_PRODUCT);
  assert_int_equal(marginal(account, "image-pro", 1, &amount, &error), FG_NOT_OPEN);
  assert_int_equal(marginal(account, "image", -1, &amount, &error), FG_INVALID);
  assert_string_equal(error.path, "quantity");
  passes(account, DAY, 1);
  assert_int_equal(marginal(account, "image", INT64_MAX, &amount, &error), FG_OVERFLOW);
  assert_int_equal(fg_money_compare(amount, money("7")), 0);
  fg_account_free(account);
}

static const char *const switches[][4] = {
    {"tier_basis", "residual", "after_free", "total"},
    {"pack_order", "expiry", "purchase", "smallest_left"},
    {"pack_reach", "from_purchase", "whole_month", "whole_month"},
    {"capacity_calls", "uncounted", "count_for_tier", "uncounted"},
};
enum { SWITCHES = sizeof switches / sizeof *switches };

static fg_account *random_account(void) {
  fg_string policy[2 * SWITCHES];
  for (int i = 0; i < SWITCHES; i++) {
    policy[2 * i] = string_of(switches[i][0]);
    policy[2 * i + 1] = string_of(switches[i][1 + rand() % 3]);
  }
  fg_account *account = account_with(policy, SWITCHES);
  must(account, FG_DO_OPEN, DAY, "product=image");
  must(account, FG_DO_OPEN, DAY, "product=image-pro");
  must(account, FG_DO_CLAIM, DAY, "product=image-pro grant=free-calls");
  return account;
}

static int64_t random_quantity(void) {
  static const int64_t sizes[] = {1, 10, 999, 9000, 9999, 10000, 90000, 100000};
  return sizes[rand() % 8] + rand() % 3 - 1;
}

static void random_command(fg_account *account, fg_time now) {
  static const char *const packs[] = {"calls-1k", "calls-10k", "calls-100k"};
  fg_command command;
  int kind = rand() % 8;
  fg_command_begin(&command, kind == 0 ? FG_DO_BUY_PACK : kind == 1 ? FG_DO_SET_MODE : FG_DO_USE, now);
  command.product = string_of(rand() % 3 == 0 ? "image-pro" : "image");
  command.pack = string_of(packs[rand() % 3]);
  command.mode = string_of(rand() % 2 == 0 ? "qps" : "calls");
  command.quantity = kind == 0 ? 1 : random_quantity();
  command.billable = rand() % 8 != 0;
  fg_status status = fg_account_apply(account, &command, NULL, NULL);
  assert_true(status == FG_OK || status == FG_UNKNOWN_MODE || status == FG_NO_CAPACITY || status == FG_BUDGET_EXCEEDED);
}

/* What the bill becomes by usage, learned by trying on a fork without caps. NULL for the usage: as it is. */
static fg_money bill_after(fg_account *account, const fg_command *usage, fg_time now, fg_status *status) {
  fg_account *copy = NULL;
  fg_command lifted;
  assert_int_equal(fg_account_fork(account, &copy), FG_OK);
  fg_command_begin(&lifted, FG_DO_SET_BUDGET, now);
  lifted.day = lifted.month = (fg_budget){.given = true};
  assert_int_equal(fg_account_apply(copy, &lifted, NULL, NULL), FG_OK);
  *status = usage == NULL ? FG_OK : fg_account_apply(copy, usage, NULL, NULL);
  fg_money bill = bill_of(copy, now);
  fg_account_free(copy);
  return bill;
}

static fg_money difference(fg_money a, fg_money b) {
  fg_money result;
  assert_int_equal(fg_money_subtract(a, b, &result), FG_OK);
  return result;
}

static fg_command random_usage(fg_time now) {
  fg_command usage;
  fg_command_begin(&usage, FG_DO_USE, now);
  usage.product = string_of(rand() % 3 == 0 ? "image-pro" : "image");
  usage.quantity = random_quantity();
  return usage;
}

static void test_the_marginal_cost_is_what_the_bill_rises_by(void **state) {
  (void)state;
  int runs = or_in_short(25, 1);
  srand(4);
  for (int run = 0; run < runs; run++) {
    fg_account *account = random_account();
    must(account, FG_DO_BUY_CAPACITY, DAY, "product=image meter=qps quantity=5 days=9 start=2024-11-20");
    for (int i = 0; i < 40; i++) {
      fg_time now = at(DAY) + i * (fg_time)86400000000;
      fg_status status;
      fg_money amount;
      random_command(account, now);
      fg_command usage = random_usage(now);
      fg_money before = bill_after(account, NULL, now, &status);
      fg_money after = bill_after(account, &usage, now, &status);
      if (status == FG_OK) {
        assert_int_equal(
            fg_account_marginal(account, usage.product, usage.quantity, (fg_attributes){NULL, 0}, &amount, NULL),
            FG_OK);
        assert_int_equal(fg_money_compare(amount, difference(after, before)), 0);
      }
    }
    fg_account_free(account);
  }
}

/* Whether the caps allow it, from the bills alone. */
static bool is_allowed(fg_money before, fg_money after, fg_money day_bill, fg_money day_cap, fg_money month_cap) {
  bool dearer = fg_money_compare(after, before) > 0;
  bool over_month = fg_money_compare(after, month_cap) > 0;
  bool over_day = fg_money_compare(difference(after, day_bill), day_cap) > 0;
  return !dearer || (!over_month && !over_day);
}

static void live_with_caps(fg_account *account, int days, int refusals[2]) {
  const fg_time day_length = 86400000000;
  fg_time now = at(DAY);
  fg_time midnight = at("2024-11-06T00:00:00");
  fg_status status;
  set_budget(account, DAY, "day=1500 month=9000");
  fg_money day_bill = fg_money_zero();
  while (now < at(DAY) + days * day_length) {
    now += rand() % 32768 * (day_length / 4 / 32768); /* a quarter of a day at most, also where RAND_MAX is 32,767 */
    while (midnight <= now) {
      day_bill = bill_after(account, NULL, midnight, &status);
      midnight += day_length;
    }
    fg_command usage = random_usage(now);
    fg_money before = bill_after(account, NULL, now, &status);
    fg_money after = bill_after(account, &usage, now, &status);
    bool allowed = is_allowed(before, after, day_bill, money("1500"), money("9000"));
    fg_status expected = status == FG_OK && !allowed ? FG_BUDGET_EXCEEDED : status;
    assert_int_equal(fg_account_apply(account, &usage, NULL, NULL), expected);
    refusals[expected == FG_BUDGET_EXCEEDED]++;
    if (rand() % 6 == 0) {
      random_command(account, now);
    }
  }
}

static void test_random_usage_is_held_to_both_caps(void **state) {
  (void)state;
  int runs = or_in_short(25, 1);
  int refusals[2] = {0, 0};
  srand(5);
  for (int run = 0; run < runs; run++) {
    fg_account *account = random_account();
    live_with_caps(account, 40, refusals);
    fg_account_free(account);
  }
  assert_true(refusals[0] > runs && refusals[1] > runs);
}

static void expect_exceeded(fg_account *account, const char *said) {
  fg_error error;
  fg_command command = command_of(FG_DO_USE, DAY, "product=image quantity=10");
  assert_int_equal(fg_account_apply(account, &command, NULL, &error), FG_BUDGET_EXCEEDED);
  assert_string_equal(error.message, said);
}

/* Ten calls at 0.24 are 2.40. */
static void says_which_budget(void **state) {
  (void)state;
  fg_account *account = without_free_calls();
  set_budget(account, DAY, "day=2.39");
  expect_exceeded(account, "it would cost more than the budget of the day allows");
  set_budget(account, DAY, "day=2.39 month=2.39");
  expect_exceeded(account, "it would cost more than the budget of the day and of the month allows");
  set_budget(account, DAY, "day=2.40 month=2.39");
  expect_exceeded(account, "it would cost more than the budget of the month allows");
  set_budget(account, DAY, "month=2.40");
  passes(account, DAY, 10);
  expect_exceeded(account, "it would cost more than the budget of the day and of the month allows");
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(says_which_budget),
      cmocka_unit_test(test_a_month_may_cost_its_cap_and_no_more),
      cmocka_unit_test(test_a_call_may_make_the_month_cheaper),
      cmocka_unit_test(test_what_costs_nothing_passes_above_the_cap),
      cmocka_unit_test(test_a_cancel_back_over_the_cliff),
      cmocka_unit_test(test_a_cap_of_nothing),
      cmocka_unit_test(test_a_day_ends_at_midnight_of_the_book),
      cmocka_unit_test(test_a_cap_set_within_a_day_counts_from_then_on),
      cmocka_unit_test(test_a_day_over_the_cliff),
      cmocka_unit_test(test_one_cap_is_set_and_lifted_without_the_other),
      cmocka_unit_test(test_caps_are_amounts),
      cmocka_unit_test(test_use_and_call_are_held_to_it_alike),
      cmocka_unit_test(test_the_products_share_a_cap),
      cmocka_unit_test(test_packs_and_settlement_are_no_business_of_it),
      cmocka_unit_test(test_the_marginal_cost_is_exact_over_cliffs),
      cmocka_unit_test(test_what_has_no_marginal_cost),
      cmocka_unit_test(test_the_marginal_cost_is_what_the_bill_rises_by),
      cmocka_unit_test(test_random_usage_is_held_to_both_caps),
  };
  return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
