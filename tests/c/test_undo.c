/* Calls undone, against an account that never made them: random lives are lived twice, once with calls that are
   canceled or committed for less, once by the same commands as if each call had been made for what it came to. */
#include "support.h"

#include "state/command.h"
#include "state/state.h"

enum { STEPS = 40, CALLS = 8 };

static uint32_t dice;
static uint32_t roll(uint32_t sides) {
  dice = dice * 1664525u + 1013904223u;
  return (dice >> 8) % sides;
}

typedef struct flight {
  size_t made;   ///< the step of the call
  int64_t units; ///< what it came to in the end
  bool ended;
} flight;

typedef struct life {
  fg_command steps[STEPS];
  char ids[STEPS][8];
  size_t count;
  flight calls[CALLS];
  size_t call_count;
} life;

static fg_account *new_account(fg_book *book, const char *order) {
  const fg_string policy[] = {string_of("pack_order"), string_of(order), string_of("settlement_day"), string_of("3")};
  const fg_account_options options = {.policy = policy, .policy_count = 2};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  return account;
}

static fg_command *add(life *made, fg_command_kind kind, fg_time now) {
  fg_command *command = &made->steps[made->count];
  fg_command_begin(command, kind, now);
  command->product = string_of("image");
  made->count++;
  return command;
}

static void add_call(life *made, fg_time now) {
  size_t step = made->count;
  fg_command *command = add(made, FG_DO_CALL, now);
  command->quantity = 1 + roll(20);
  snprintf(made->ids[step], sizeof made->ids[step], "c%zu", made->call_count);
  command->id = string_of(made->ids[step]);
  made->calls[made->call_count++] = (flight){.made = step, .units = command->quantity};
}

static void add_ending(life *made, fg_time now) {
  flight *call = &made->calls[roll((uint32_t)made->call_count)];
  bool is_of_november = made->steps[call->made].at < at("2024-12-01T00:00:00");
  if (call->ended || (is_of_november && now >= at("2024-12-03T00:00:00"))) { /* its month is settled */
    return;
  }
  call->ended = true;
  fg_command *command = add(made, roll(2) == 0 ? FG_DO_CANCEL : FG_DO_COMMIT, now);
  command->id = made->steps[call->made].id;
  command->product.text = NULL;
  if (command->kind == FG_DO_COMMIT && roll(2) == 0) {
    command->quantity = roll((uint32_t)call->units + 1);
  }
  call->units = command->kind == FG_DO_CANCEL ? 0 : command->quantity == FG_ALL ? call->units : command->quantity;
}

static void add_other(life *made, fg_time now) {
  static const char *const packs[] = {"calls-1k", "calls-10k"};
  fg_command *command = NULL;
  switch (roll(8)) {
  case 0: add(made, FG_DO_BUY_PACK, now)->pack = string_of(packs[roll(2)]); return;
  case 1: add(made, FG_DO_GIVE_PACK, now)->pack = string_of(packs[0]); return;
  case 2:
    command = add(made, FG_DO_ADJUST, now);
    command->quantity = roll(3) == 0 ? (int64_t)(1 + roll(900)) : -(int64_t)(1 + roll(400));
    command->reason = string_of("counted anew");
    return;
  case 3:
    command = add(made, FG_DO_USE, now);
    command->quantity = roll(50);
    command->billable = false;
    return;
  default: add(made, FG_DO_USE, now)->quantity = roll(1200); return;
  }
}

/* A month and a bit: some calls end after the next month has begun, before their own is settled on the 3rd. */
static void make_life(life *made) {
  fg_time now = at("2024-11-05T10:00:00");
  made->count = made->call_count = 0;
  add(made, FG_DO_OPEN, now);
  while (made->count < STEPS) {
    now += 2000000 + (fg_time)roll(40) * INT64_C(3600000000);
    uint32_t what = roll(4);
    if (what == 0 && made->call_count < CALLS) {
      add_call(made, now);
    } else if (what == 1 && made->call_count > 0) {
      add_ending(made, now);
    } else {
      add_other(made, now);
    }
  }
}

/* What each call came to in the end is what it is made for. A call of nothing is a usage of nothing. */
static fg_status apply_plainly(fg_account *account, const life *made, size_t step) {
  fg_command command = made->steps[step];
  if (command.kind == FG_DO_COMMIT || command.kind == FG_DO_CANCEL) {
    fg_command_begin(&command, FG_DO_ADVANCE, command.at);
  }
  for (size_t i = 0; i < made->call_count; i++) {
    if (made->calls[i].made == step) {
      command.kind = FG_DO_USE;
      command.quantity = made->calls[i].units;
    }
  }
  return fg_account_apply(account, &command, NULL, NULL);
}

/* Lefts, counts and bills; what is uncertain is not compared. */
static void assert_same_units(const fg_account *a, const fg_account *b) {
  static const char *const parts[] = {"/products/image/grants",
                                      "/products/image/packs",
                                      "/invoices",
                                      "/spent",
                                      "/products/image/month/total",
                                      "/products/image/month/free",
                                      "/products/image/month/packs",
                                      "/products/image/month/postpaid",
                                      "/products/image/month/unbilled"};
  json_t *told[] = {statement_of(a), statement_of(b)};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    assert_true(json_equal(json_at(told[0], parts[i]), json_at(told[1], parts[i])));
  }
  json_decref(told[0]);
  json_decref(told[1]);
}

/* A correction may be refused for units that are in flight in one life and not in the other: such a life says
   nothing. */
static bool live_both(fg_account *with, fg_account *without, const life *made, bool by_snapshot) {
  for (size_t step = 0; step < made->count; step++) {
    fg_status status = fg_account_apply(with, &made->steps[step], NULL, NULL);
    fg_status plainly = apply_plainly(without, made, step);
    if (status != plainly) {
      assert_true(status == FG_ADJUST_UNDERFLOW || plainly == FG_ADJUST_UNDERFLOW);
      return false;
    }
    if (by_snapshot && step % 7 == 0) {
      write_and_read(with);
    }
  }
  return true;
}

static void live(uint32_t seed) {
  static const char *const orders[] = {"expiry", "purchase", "smallest_left"};
  static life made;
  fg_book *book = load_book(FACEFUSION);
  dice = seed;
  make_life(&made);
  fg_account *with = new_account(book, orders[seed % 3]);
  fg_account *without = new_account(book, orders[seed % 3]);
  if (live_both(with, without, &made, seed % 2 == 0)) {
    assert_same_units(with, without);
    fg_command advance;
    fg_command_begin(&advance, FG_DO_ADVANCE, at("2025-01-10T00:00:00"));
    assert_int_equal(fg_account_apply(with, &advance, NULL, NULL), FG_OK);
    assert_int_equal(fg_account_apply(without, &advance, NULL, NULL), FG_OK);
    assert_same_units(with, without);
  }
  fg_account_free(with);
  fg_account_free(without);
  fg_book_release(book);
}

static void test_lives_with_and_without_calls(void **state) {
  (void)state;
  const uint32_t lives = (uint32_t)or_in_short(400, 40);
  for (uint32_t seed = 1; seed <= lives; seed++) {
    live(seed);
  }
}

/* Nothing is kept once nothing can be given back, however the calls ended, and what is kept begins with the oldest. */
static void test_regimes_are_trimmed(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = new_account(book, "expiry");
  int image = fg_book_product(book, string_of("image"));
  static const struct {
    fg_command_kind kind;
    const char *fields;
    uint32_t regimes;
  } steps[] = {
      {FG_DO_OPEN, "product=image", 0},
      {FG_DO_USE, "product=image quantity=5", 0},
      {FG_DO_CALL, "product=image id=a", 1},
      {FG_DO_USE, "product=image quantity=5", 1},
      {FG_DO_BUY_PACK, "product=image pack=calls-1k", 1},
      {FG_DO_CALL, "product=image id=b", 2},
      {FG_DO_ADJUST, "product=image quantity=-3 reason=r", 3},
      {FG_DO_CALL, "product=image id=c", 4},
      {FG_DO_COMMIT, "id=b", 4}, /* a is still in flight */
      {FG_DO_COMMIT, "id=a", 1}, /* of c alone */
      {FG_DO_CANCEL, "id=c", 0},
  };
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    fg_command command = command_of(steps[i].kind, "2024-11-05T10:00:00", steps[i].fields);
    assert_int_equal(fg_account_apply(account, &command, NULL, NULL), FG_OK);
    const fg_product_group *group = fg_state_group(account, &account->state, (uint32_t)image);
    assert_int_equal(group->regimes.count, steps[i].regimes);
    assert_true(group->regimes.count > 0 || group->parts.count == 0);
  }
  fg_account_free(account);
  fg_book_release(book);
}

/* As many stretches as a long life has: each call that is alone begins one. */
static void test_more_regimes_than_32_bits_count(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = new_account(book, "expiry");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  uint32_t image = (uint32_t)fg_book_product(book, string_of("image"));
  fg_state_group(account, &account->state, image)->regime = UINT32_MAX;
  must(account, FG_DO_USE, "2024-11-05T10:00:01", "product=image quantity=990");
  must(account, FG_DO_CALL, "2024-11-05T10:00:02", "product=image id=a quantity=10");
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:03", "product=image pack=calls-1k id=p");
  must(account, FG_DO_CALL, "2024-11-05T10:00:04", "product=image id=b quantity=5");
  fg_outcome canceled = must(account, FG_DO_CANCEL, "2024-11-05T10:00:05", "id=a");
  assert_int_equal(canceled.is.ended.returned, 10);
  assert_int_equal(canceled.is.ended.lost, 0);
  assert_int_equal(integer_in(account, "/products/image/packs/0/left"), 1000); /* the second call is free now */
  canceled = must(account, FG_DO_CANCEL, "2024-11-05T10:00:06", "id=b");
  assert_int_equal(canceled.is.ended.returned, 5);
  assert_int_equal(integer_in(account, "/products/image/grants/0/left"), 10);
  fg_account_free(account);
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_more_regimes_than_32_bits_count),
      cmocka_unit_test(test_lives_with_and_without_calls),
      cmocka_unit_test(test_regimes_are_trimmed),
  };
  return cmocka_run_group_tests_name("undoing", tests, NULL, NULL);
}
