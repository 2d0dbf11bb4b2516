/* The rate limit against a checker that knows the rule alone: no second ever holds more than the limit, whatever may
   pass passes, and `retry_after` is to the microsecond. Every pattern of a small model, then long random ones. */
#include "support.h"

enum { SECOND = 1000000, MOST_CALLS = 4096 };

typedef struct admission {
  fg_time at;
  int64_t units;
} admission;

typedef struct checker {
  bool by_clock;
  int64_t limit; ///< now
  int count;
  admission admitted[MOST_CALLS];
} checker;

static fg_time second_of(fg_time time) { return time - time % SECOND; }

static int64_t units_in(const checker *model, fg_time begin) {
  int64_t units = 0;
  for (int i = model->count - 1; i >= 0 && model->admitted[i].at >= begin; i--) {
    units += model->admitted[i].at < begin + SECOND ? model->admitted[i].units : 0;
  }
  return units;
}

/* The most that a second with `now` in it would hold. A half-open second is fullest where it begins with a call. */
static int64_t fullest(const checker *model, fg_time now, int64_t quantity) {
  if (model->by_clock) {
    return units_in(model, second_of(now)) + quantity;
  }
  int64_t most = units_in(model, now);
  for (int i = model->count - 1; i >= 0 && model->admitted[i].at > now - SECOND; i--) {
    int64_t units = units_in(model, model->admitted[i].at);
    most = units > most ? units : most;
  }
  return most + quantity;
}

static bool may_pass(const checker *model, fg_time now, int64_t quantity) {
  return fullest(model, now, quantity) <= model->limit;
}

/* The first instant to pass: where a call, or the clock's second, leaves the window. -1 if there is none. */
static int64_t wait_of(const checker *model, fg_time now, int64_t quantity) {
  if (quantity > model->limit) {
    return -1;
  }
  if (model->by_clock) {
    return second_of(now) + SECOND - now;
  }
  for (int i = 0; i < model->count; i++) {
    fg_time then = model->admitted[i].at + SECOND;
    if (then > now && may_pass(model, then, quantity)) {
      return then - now;
    }
  }
  return -1;
}

static void admit(checker *model, fg_time now, int64_t quantity) {
  assert_true(model->count < MOST_CALLS);
  model->admitted[model->count++] = (admission){now, quantity};
}

static fg_account *new_account(fg_book *book, const char *limiter, const char *effect) {
  const fg_string policy[] = {string_of("limiter"), string_of(limiter),          string_of("capacity_effect"),
                              string_of(effect),    string_of("capacity_lapse"), string_of("fall_back")};
  fg_account_options options = {.policy = policy, .policy_count = 3};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  return account;
}

static fg_status call(fg_account *account, fg_time now, int64_t quantity, fg_error *error) {
  static unsigned long number;
  char id[32];
  fg_command command;
  snprintf(id, sizeof id, "c%lu", number++);
  fg_command_begin(&command, FG_DO_CALL, now);
  command.product = string_of("image");
  command.quantity = quantity;
  command.id = string_of(id);
  return fg_account_apply(account, &command, NULL, error);
}

static fg_account *fork_of(fg_account *account) {
  fg_account *copy = NULL;
  assert_int_equal(fg_account_fork(account, &copy), FG_OK);
  return copy;
}

static fg_status call_in_a_fork(fg_account *account, fg_time now, int64_t quantity) {
  fg_account *copy = fork_of(account);
  fg_status status = call(copy, now, quantity, NULL);
  fg_account_free(copy);
  return status;
}

static const char *const limiters[] = {"sliding", "clock_second"};

/* One call, in the model and the account. */
static void step(checker *model, fg_account *account, fg_time now, int64_t quantity) {
  fg_error error = {0};
  bool expected = may_pass(model, now, quantity);
  fg_status status = call(account, now, quantity, &error);
  assert_int_equal(status, expected ? FG_OK : FG_RATE_LIMITED);
  if (expected) {
    admit(model, now, quantity);
  } else {
    assert_int_equal(error.retry_after_us, wait_of(model, now, quantity));
  }
}

/* At the instant that `retry_after` names it passes, a microsecond earlier it does not. */
static void check_wait_by_trying(fg_account *account, fg_time now, int64_t quantity, int64_t wait) {
  if (wait >= 0) {
    assert_int_equal(call_in_a_fork(account, now + wait, quantity), FG_OK);
    assert_int_equal(call_in_a_fork(account, now + wait - 1, quantity), FG_RATE_LIMITED);
  } else {
    assert_int_equal(call_in_a_fork(account, now + 3600 * (fg_time)SECOND, quantity), FG_RATE_LIMITED);
  }
}

/* Gaps that make a second exactly, less a microsecond, more a microsecond. */
static const int gaps[] = {0, 1, SECOND / 2 - 1, SECOND / 2};

static void every_pattern(checker *model, fg_account *account, fg_time now, int calls) {
  for (size_t i = 0; calls > 0 && i < sizeof gaps / sizeof *gaps; i++) {
    for (int64_t quantity = 1; quantity <= 2; quantity++) {
      fg_time then = now + gaps[i];
      fg_account *copy = fork_of(account);
      int before = model->count;
      step(model, copy, then, quantity);
      if (model->count == before) {
        check_wait_by_trying(account, then, quantity, wait_of(model, then, quantity));
      }
      every_pattern(model, copy, then, calls - 1);
      model->count = before;
      fg_account_free(copy);
    }
  }
}

static void test_every_pattern_of_a_small_model(void **state) {
  (void)state;
  static checker model;
  fg_book *book = load_book(FACEFUSION);
  for (int by_clock = 0; by_clock < 2; by_clock++) {
    for (int limit = 1; limit <= 4; limit++) {
      char order[64];
      fg_account *account = new_account(book, limiters[by_clock], "replace");
      must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
      snprintf(order, sizeof order, "product=image meter=qps quantity=%d days=1", limit);
      must(account, FG_DO_BUY_CAPACITY, "2024-11-05T10:00:00", order);
      must(account, FG_DO_SET_MODE, "2024-11-05T10:00:00", "product=image mode=qps");
      model.by_clock = by_clock;
      model.limit = limit;
      model.count = 0;
      every_pattern(&model, account, at("2024-11-05T10:00:00.3"), or_in_short(5, 3));
      fg_account_free(account);
    }
  }
  fg_book_release(book);
}

enum { FREE_LIMIT = 20 }; /* R16 */

/* What is in force around the midnight that ends one order and begins another. */
static int64_t limit_at(fg_time now, bool by_hand, bool adds, const int64_t bought[3], fg_time third_bought) {
  fg_time midnight = at("2024-11-06T00:00:00");
  int64_t held = now < midnight ? bought[0] : bought[1];
  held += third_bought <= now ? bought[2] : 0;
  if (!by_hand || held == 0) {
    return FREE_LIMIT;
  }
  return held + (adds ? FREE_LIMIT : 0);
}

static void buy(fg_account *account, fg_time now, int64_t quantity, const char *start) {
  char fields[128];
  char instant[FG_TIME_TEXT_MAX];
  fg_time_format(now, EAST(480), instant);
  snprintf(fields, sizeof fields, "product=image meter=qps quantity=%d days=%d %s%s", (int)quantity,
           start == NULL ? 2 : 1, start == NULL ? "" : "start=", start == NULL ? "" : start);
  if (quantity > 0) {
    must(account, FG_DO_BUY_CAPACITY, instant, fields);
  }
}

static void set_mode(fg_account *account, fg_time now, bool by_hand) {
  char instant[FG_TIME_TEXT_MAX];
  fg_time_format(now, EAST(480), instant);
  must(account, FG_DO_SET_MODE, instant, by_hand ? "product=image mode=qps" : "product=image mode=calls");
}

static void live_over_midnight(fg_book *book, bool by_clock, bool adds) {
  static checker model;
  const int64_t bought[3] = {rand() % 9, rand() % 9, rand() % 9};
  fg_account *account = new_account(book, limiters[by_clock], adds ? "add" : "replace");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  buy(account, at("2024-11-05T10:00:00"), bought[0], "2024-11-05");
  buy(account, at("2024-11-05T10:00:00"), bought[1], "2024-11-06");
  fg_time now = at("2024-11-05T23:59:58") + rand() % SECOND;
  fg_time third_bought = FG_NEVER;
  bool by_hand = false;
  model.by_clock = by_clock;
  model.count = 0;
  for (int i = 0; i < 300; i++) {
    now += rand() % 4 == 0 ? 0 : rand() % (rand() % 8 == 0 ? SECOND : SECOND / 20);
    if (rand() % 12 == 0) {
      by_hand = !by_hand;
      set_mode(account, now, by_hand);
    }
    if (i == 150) {
      buy(account, now, bought[2], NULL);
      third_bought = now;
    }
    model.limit = limit_at(now, by_hand, adds, bought, third_bought);
    step(&model, account, now, 1 + rand() % 5);
  }
  fg_account_free(account);
}

/* The limit goes up and down while calls are in the window: capacity begins, ends, is bought; the mode is switched. */
static void test_limits_that_change(void **state) {
  (void)state;
  int runs = or_in_short(200, 4);
  fg_book *book = load_book(FACEFUSION);
  srand(3);
  for (int run = 0; run < runs; run++) {
    live_over_midnight(book, run % 2 == 1, run % 4 >= 2);
  }
  fg_book_release(book);
}

/* A full window of 4 and a limit that falls to 1: no call until three have left it; then up to 6 at once. */
static void test_a_lowered_and_a_raised_limit(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = new_account(book, "sliding", "replace");
  fg_error error = {0};
  fg_time midnight = at("2024-11-06T00:00:00");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  buy(account, at("2024-11-05T10:00:00"), 4, "2024-11-05");
  buy(account, at("2024-11-05T10:00:00"), 1, "2024-11-06");
  set_mode(account, at("2024-11-05T10:00:00"), true);
  for (int i = 0; i < 4; i++) {
    assert_int_equal(call(account, midnight - 400000 + i * 100000, 1, NULL), FG_OK);
  }
  assert_int_equal(call(account, midnight - 1, 1, &error), FG_RATE_LIMITED);
  assert_int_equal(error.retry_after_us, 600001); /* by the limit of 4, which ends before */
  assert_int_equal(call(account, midnight, 1, &error), FG_RATE_LIMITED);
  assert_int_equal(error.retry_after_us, 900000); /* the last of the four must have left */
  assert_int_equal(call(account, midnight, 2, &error), FG_RATE_LIMITED);
  assert_int_equal(error.retry_after_us, -1);
  assert_int_equal(call(account, midnight + 899999, 1, &error), FG_RATE_LIMITED);
  assert_int_equal(error.retry_after_us, 1);
  assert_int_equal(call(account, midnight + 900000, 1, NULL), FG_OK);
  buy(account, midnight + 900001, 5, NULL);
  assert_int_equal(call(account, midnight + 900001, 6, &error), FG_RATE_LIMITED);
  assert_int_equal(error.retry_after_us, 999999);
  assert_int_equal(call(account, midnight + 900001, 5, NULL), FG_OK);
  fg_account_free(account);
  fg_book_release(book);
}

/* `use` asks no rate limit and takes no room of it. */
static void test_use_is_not_limited(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = new_account(book, "sliding", "replace");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=1000000");
  assert_int_equal(call(account, at("2024-11-05T10:00:00"), FREE_LIMIT, NULL), FG_OK);
  must(account, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=1");
  assert_int_equal(call(account, at("2024-11-05T10:00:00"), 1, NULL), FG_RATE_LIMITED);
  fg_account_free(account);
  fg_book_release(book);
}

/* The Face Fusion book without the 20 QPS of R16. */
static fg_book *book_without_limit(void) {
  static const char with_limit[] = "\"limit\": 20,";
  size_t length = 0;
  char *json = read_file("books/" FACEFUSION ".json", &length);
  char *place = strstr(json, with_limit);
  assert_non_null(place);
  memset(place, ' ', strlen(with_limit)); /* absent: none */
  fg_book *book = NULL;
  assert_int_equal(fg_book_load(json, length, NULL, &book, NULL), FG_OK);
  free(json);
  return book;
}

/* Where there is no limit nothing is counted, so that no sum can overflow, also while capacity is held. */
static void test_calls_without_a_limit(void **state) {
  (void)state;
  fg_book *book = book_without_limit();
  fg_account *account = new_account(book, "sliding", "replace");
  fg_time month_end = at("2024-11-30T23:59:59.9");
  must(account, FG_DO_OPEN, "2024-11-30T10:00:00", "product=image");
  buy(account, at("2024-11-30T10:00:00"), 3, NULL);
  assert_int_equal(call(account, month_end, INT64_MAX - 1, NULL), FG_OK);
  assert_int_equal(call(account, month_end + 200000, INT64_MAX - 1, NULL), FG_OK);
  set_mode(account, month_end + 300000, true);
  assert_int_equal(call(account, month_end + 300000, 1, NULL), FG_OK);       /* the window is empty */
  assert_int_equal(call(account, month_end + 300000, 1, NULL), FG_OVERFLOW); /* of the month's units */
  fg_account_free(account);
  fg_book_release(book);
}

/* A window that is never empty: the room it takes must not grow with the calls that have left it. */
static void test_a_busy_window_stays_small(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = new_account(book, "sliding", "replace");
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  fg_time now = at("2024-11-05T10:00:00");
  size_t settled = 0;
  const int calls = or_in_short(20000, 2000);
  for (int i = 0; i < calls; i++) {
    now += SECOND / FREE_LIMIT;
    fg_command command;
    fg_command_begin(&command, FG_DO_COMMIT, now);
    char id[32];
    snprintf(id, sizeof id, "busy-%d", i);
    command.id = string_of(id);
    fg_command ask = command;
    ask.kind = FG_DO_CALL;
    ask.product = string_of("image");
    ask.quantity = 1;
    assert_int_equal(fg_account_apply(account, &ask, NULL, NULL), FG_OK);
    assert_int_equal(fg_account_apply(account, &command, NULL, NULL), FG_OK);
    settled = i == 100 ? fg_account_bytes(account) : settled;
  }
  assert_int_equal(fg_account_bytes(account), settled);
  fg_account_free(account);
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_pattern_of_a_small_model), cmocka_unit_test(test_limits_that_change),
      cmocka_unit_test(test_a_lowered_and_a_raised_limit),   cmocka_unit_test(test_use_is_not_limited),
      cmocka_unit_test(test_calls_without_a_limit),          cmocka_unit_test(test_a_busy_window_stays_small),
  };
  return cmocka_run_group_tests_name("limiter", tests, NULL, NULL);
}
