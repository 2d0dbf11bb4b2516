/* The gate when memory runs out at every allocation in turn: nothing leaks or changes, the next try succeeds. */
#include "support.h"

static const struct step {
  fg_command_kind kind;
  const char *instant, *fields;
} life[] = {
    {FG_DO_OPEN, "2024-11-05T10:00:00", "product=image"},
    {FG_DO_OPEN, "2024-11-05T10:00:00", "product=image-pro"},
    {FG_DO_CALL, "2024-11-05T10:00:00", "product=image id=c1"},
    {FG_DO_CALL, "2024-11-05T10:00:00", "product=image-pro id=s1 owner=booth-3 timeout_ms=1500"},
    {FG_DO_COMMIT, "2024-11-05T10:00:00", "id=c1"},
    {FG_DO_USE, "2024-11-05T10:00:01", "product=image quantity=985"},
    {FG_DO_BUY_PACK, "2024-11-05T10:00:01", "product=image pack=calls-1k id=p1"},
    {FG_DO_BUY_PACK, "2024-11-05T10:00:01", "product=image pack=calls-1k id=p2"},
    {FG_DO_BUY_CAPACITY, "2024-11-05T10:00:01", "product=image meter=qps quantity=300 days=1"},
    {FG_DO_BUY_CAPACITY, "2024-11-05T10:00:01", "product=image-pro meter=concurrency quantity=3 months=1"},
    {FG_DO_CALL, "2024-11-05T10:00:02", "product=image quantity=20 id=c2"}, /* free, and of a pack */
    {FG_DO_CALL, "2024-11-05T10:00:02", "product=image-pro id=s2"},
    {FG_DO_CANCEL, "2024-11-05T10:00:03", "id=c2"},
    {FG_DO_CANCEL, "2024-11-05T10:00:03", "id=s2"},
    {FG_DO_USE, "2024-11-05T10:00:03", "product=image quantity=1994"},
    {FG_DO_SET_BUDGET, "2024-11-05T10:00:03", "day=100 month=100"},
    {FG_DO_CALL, "2024-11-05T10:00:04", "product=image quantity=20 id=c3"}, /* of both packs, some postpaid */
    {FG_DO_CANCEL, "2024-11-05T10:00:05", "id=c3"},                         /* both packs come back */
    {FG_DO_CALL, "2024-11-05T10:00:06", "product=image quantity=20 id=c3"},
    {FG_DO_CALL, "2024-11-05T10:00:07", "product=image quantity=20 id=c4"},
    {FG_DO_SET_MODE, "2024-11-05T10:00:07", "product=image mode=qps"},
    {FG_DO_CALL, "2024-11-05T10:00:07.1", "product=image quantity=200 id=c5"},
    {FG_DO_CALL, "2024-11-05T10:00:07.2", "product=image quantity=50 id=c6"},
    {FG_DO_CALL, "2024-11-05T10:00:07.3", "product=image quantity=10 id=c7"},
    {FG_DO_CALL, "2024-11-05T10:00:07.4", "product=image quantity=10 id=c8"},
    {FG_DO_CALL, "2024-11-05T10:00:07.5", "product=image quantity=10 id=c9"},
    {FG_DO_CANCEL, "2024-11-05T10:00:08", "id=c5"},
    {FG_DO_COMMIT, "2024-11-05T10:00:08", "id=s1"},
    {FG_DO_COMMIT, "2024-11-05T10:00:09", "id=c6 quantity=60 ref=receipt"},
    {FG_DO_COMMIT, "2024-11-05T10:00:09", "id=c7 quantity=3"},
    {FG_DO_ADJUST, "2024-11-05T10:00:09", "product=image quantity=-9 reason=twice id=a1"},
    {FG_DO_ADJUST, "2024-11-05T10:00:09", "product=image quantity=5 reason=missed id=a2"},
    {FG_DO_TOP_UP, "2024-11-05T10:00:09", "amount=1 id=t1"},
    {FG_DO_WITHDRAW, "2024-11-05T10:00:09", "amount=1 id=w1"},
    {FG_DO_CANCEL, "2024-11-05T10:00:09", "id=c3"},            /* the corrections are done anew */
    {FG_DO_COMMIT, "2024-11-05T10:00:09", "id=c7 quantity=3"}, /* again */
    {FG_DO_CALL, "2024-11-05T10:00:10", "product=image id=o1"},
    {FG_DO_CALL, "2024-11-05T10:00:10", "product=image-pro id=o2"},
    {FG_DO_COMMIT, "2024-11-05T10:00:10", "id=o1 outcome=Timeout ref=r"},
    {FG_DO_COMMIT, "2024-11-05T10:00:10", "id=o2 outcome=Timeout"},
    {FG_DO_COMMIT, "2024-11-05T10:00:10", "id=o2 outcome=Timeout"}, /* again */
    {FG_DO_COMMIT, "2024-11-05T10:00:11", "id=o1 outcome=Success"},
    {FG_DO_ADVANCE, "2024-12-01T00:00:00", ""},
    {FG_DO_CANCEL, "2024-12-01T00:00:00", "id=c4"}, /* lost */
};
enum { STEPS = sizeof life / sizeof *life };

static fg_account *scarce_account(fg_book *book, const fg_allocator *allocator, const char *reach) {
  const fg_string policy[] = {string_of("pack_reach"), string_of(reach)};
  fg_account_options options = {.policy = policy, .policy_count = 1, .allocator = allocator};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  return account;
}

static fg_status take(fg_account *account, const struct step *step, fg_error *error) {
  fg_command command = command_of(step->kind, step->instant, step->fields);
  return fg_account_apply(account, &command, NULL, error);
}

/* All that can be seen of an account: its statement and its calls in flight. */
static json_t *sight_of(const fg_account *account) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(account));
  json_t *statement = statement_of(account);
  assert_int_equal(fg_account_calls(account, &visitor), FG_OK);
  return json_pack("{s:o, s:o}", "statement", statement, "calls", builder.root);
}

static bool looks_like(const fg_account *account, const json_t *expected) {
  json_t *sight = sight_of(account);
  bool same = json_equal(sight, expected);
  json_decref(sight);
  return same;
}

static json_t *sight_of_a_life_in_plenty(fg_book *book, const char *reach) {
  fg_account *account = scarce_account(book, NULL, reach);
  for (int i = 0; i < STEPS; i++) {
    fg_status status = take(account, &life[i], NULL);
    if (status != FG_OK) {
      fail_msg("step %d, %s: %s", i, life[i].fields, fg_status_name(status));
    }
  }
  json_t *sight = sight_of(account);
  fg_account_free(account);
  return sight;
}

/* Answers how often it failed before it came through. */
static int starve(fg_account *account, const struct step *step) {
  json_t *before = sight_of(account);
  fg_error error = {0};
  fg_status status = FG_NO_MEMORY;
  int failures = -1;
  for (long n = 1; status == FG_NO_MEMORY; n++) {
    memory.asked = 0;
    memory.fail_at = n;
    memory.for_good = n % 2;
    status = take(account, step, &error);
    memory.fail_at = 0;
    failures++;
    if (status == FG_NO_MEMORY) {
      assert_int_equal(error.status, FG_NO_MEMORY);
      assert_true(looks_like(account, before));
    }
  }
  if (status != FG_OK) {
    fail_msg("%s: %s", step->fields, fg_status_name(status));
  }
  json_decref(before);
  return failures;
}

static void starve_every_step(const char *reach) {
  fg_book *book = load_book(FACEFUSION);
  json_t *expected = sight_of_a_life_in_plenty(book, reach);
  memory = (scarcity){0};
  fg_allocator allocator = scarce_allocator();
  fg_account *account = scarce_account(book, &allocator, reach);
  int failures[FG_COMMAND_COUNT] = {0};
  for (int i = 0; i < STEPS; i++) {
    struct step due = {FG_DO_ADVANCE, life[i].instant, ""};
    assert_int_equal(take(account, &due, NULL), FG_OK); /* what is due is no part of the command */
    failures[life[i].kind] += starve(account, &life[i]);
  }
  assert_true(looks_like(account, expected));
  assert_true(failures[FG_DO_CALL] > 10 && failures[FG_DO_SET_BUDGET] > 0);
  fg_account_free(account);
  assert_int_equal(memory.live, 0);
  json_decref(expected);
  fg_book_release(book);
}

static void test_a_call_that_fails_changes_nothing(void **state) {
  (void)state;
  starve_every_step("from_purchase");
}

static void test_nor_where_packs_cover_the_whole_month(void **state) {
  (void)state;
  starve_every_step("whole_month");
}

/* On a fork of its own: the shared history is closed off before it is written. */
static void test_forks_change_nothing_for_the_other(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  memory = (scarcity){0};
  fg_allocator allocator = scarce_allocator();
  fg_account *account = scarce_account(book, &allocator, "from_purchase");
  for (int i = 0; i < STEPS; i++) {
    struct step due = {FG_DO_ADVANCE, life[i].instant, ""};
    fg_account *copy = NULL;
    assert_int_equal(take(account, &due, NULL), FG_OK);
    assert_int_equal(fg_account_fork(account, &copy), FG_OK);
    json_t *before = sight_of(account);
    starve(copy, &life[i]);
    assert_true(looks_like(account, before));
    json_decref(before);
    fg_account_free(account);
    account = copy;
  }
  fg_account_free(account);
  assert_int_equal(memory.live, 0);
  fg_book_release(book);
}

/* What usage would cost needs memory too, and leaves none behind. */
static void test_a_marginal_cost_that_fails(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  memory = (scarcity){0};
  fg_allocator allocator = scarce_allocator();
  fg_account *account = scarce_account(book, &allocator, "whole_month");
  for (int i = 0; i < 10; i++) {
    assert_int_equal(take(account, &life[i], NULL), FG_OK);
  }
  for (int pack = 0; pack < 12; pack++) {
    struct step step = {FG_DO_BUY_PACK, "2024-11-05T10:00:01", "product=image pack=calls-1k"};
    assert_int_equal(take(account, &step, NULL), FG_OK);
  }
  json_t *before = sight_of(account);
  fg_status status = FG_NO_MEMORY;
  fg_money amount = fg_money_zero();
  long live = memory.live;
  long failures = 0;
  for (long n = 1; status == FG_NO_MEMORY; n++) {
    memory.asked = 0;
    memory.fail_at = n;
    status = fg_account_marginal(account, string_of("image"), 20000, (fg_attributes){NULL, 0}, &amount, NULL);
    memory.fail_at = 0;
    failures += status == FG_NO_MEMORY;
    assert_int_equal(memory.live, live);
  }
  assert_int_equal(status, FG_OK);
  assert_true(failures > 2);
  assert_true(looks_like(account, before));
  assert_int_equal(fg_money_compare(amount, money("1436.64")), 0); /* 5,986 × 0.24: 14 are free, 14,000 of packs */
  json_decref(before);
  fg_account_free(account);
  assert_int_equal(memory.live, 0);
  fg_book_release(book);
}

/* So does a preview with a usage. */
static void test_a_preview_that_fails(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  memory = (scarcity){0};
  fg_allocator allocator = scarce_allocator();
  fg_account *account = scarce_account(book, &allocator, "whole_month");
  for (int i = 0; i < 10; i++) {
    assert_int_equal(take(account, &life[i], NULL), FG_OK);
  }
  json_t *before = sight_of(account);
  fg_status status = FG_NO_MEMORY;
  fg_command preview;
  fg_outcome outcome;
  long failures = 0;
  fg_command_begin(&preview, FG_DO_PREVIEW, fg_account_now(account));
  preview.product = string_of("image");
  preview.quantity = 20000;
  for (long n = 1; status == FG_NO_MEMORY; n++) {
    memory.asked = 0;
    memory.fail_at = n;
    status = fg_account_apply(account, &preview, &outcome, NULL);
    memory.fail_at = 0;
    failures += status == FG_NO_MEMORY;
    assert_true(looks_like(account, before));
  }
  assert_int_equal(status, FG_OK);
  assert_true(failures > 2);
  assert_true(looks_like(account, before));
  json_decref(before);
  fg_account_free(account);
  assert_int_equal(memory.live, 0);
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_call_that_fails_changes_nothing),
      cmocka_unit_test(test_nor_where_packs_cover_the_whole_month),
      cmocka_unit_test(test_forks_change_nothing_for_the_other),
      cmocka_unit_test(test_a_marginal_cost_that_fails),
      cmocka_unit_test(test_a_preview_that_fails),
  };
  return cmocka_run_group_tests_name("gate memory", tests, NULL, NULL);
}
