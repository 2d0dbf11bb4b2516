/* Limits of any window, several at once, against a model that knows the rules alone: it keeps every call and adds them
   up anew each time. */
#include "support.h"

#include "state/state.h"

enum { SECOND = 1000000, MOST_CALLS = 20000 };

typedef struct let_through {
  fg_time at;
  int64_t units;
} let_through;

typedef struct model {
  fg_limit_kind kind;
  int64_t most, seconds, burst;
  int count;
  let_through calls[MOST_CALLS];
} model;

static fg_time length_of(const model *limit) { return limit->seconds * SECOND; }

/* The level of a bucket in units × microseconds of its window, from the first call on. */
static fg_int128 level_of(const model *limit, fg_time now) {
  fg_int128 level = 0;
  for (int i = 0; i < limit->count; i++) {
    fg_time until = i + 1 < limit->count ? limit->calls[i + 1].at : now;
    level += (fg_int128)limit->calls[i].units * length_of(limit);
    level -= (fg_int128)limit->most * (until - limit->calls[i].at);
    level = level < 0 ? 0 : level;
  }
  return level;
}

/* When a call leaves the window: with the clock's, whose days begin at +08:00 here. */
static fg_time leaves(const model *limit, fg_time at) {
  if (limit->kind != FG_LIMIT_CLOCK) {
    return at + length_of(limit);
  }
  fg_time civil = at + INT64_C(8) * 3600 * SECOND;
  return at - civil % length_of(limit) + length_of(limit);
}

static int64_t units_at(const model *limit, fg_time now) {
  int64_t units = 0;
  for (int i = 0; i < limit->count; i++) {
    units += leaves(limit, limit->calls[i].at) > now ? limit->calls[i].units : 0;
  }
  return units;
}

static bool may_pass(const model *limit, fg_time now, int64_t quantity) {
  if (limit->kind == FG_LIMIT_BUCKET) {
    return level_of(limit, now) + (fg_int128)quantity * length_of(limit) <= (fg_int128)limit->burst * length_of(limit);
  }
  return units_at(limit, now) + quantity <= limit->most;
}

/* The first microsecond at which it would pass, found by halves: once it may, it goes on to. */
static int64_t wait_of(const model *limit, fg_time now, int64_t quantity) {
  int64_t low = 0;
  int64_t high = limit->kind == FG_LIMIT_BUCKET ? length_of(limit) * (limit->burst + 1) : length_of(limit);
  if (quantity > (limit->kind == FG_LIMIT_BUCKET ? limit->burst : limit->most)) {
    return -1;
  }
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    low = may_pass(limit, now + middle, quantity) ? low : middle + 1;
    high = may_pass(limit, now + middle, quantity) ? middle : high;
  }
  return low;
}

static fg_status call(fg_account *account, const char *product, fg_time now, int64_t quantity, fg_error *error) {
  static unsigned long number;
  char id[32];
  fg_command command;
  snprintf(id, sizeof id, "c%lu", number++);
  fg_command_begin(&command, FG_DO_CALL, now);
  command.product = string_of(product);
  command.quantity = quantity;
  command.id = string_of(id);
  return fg_account_apply(account, &command, NULL, error);
}

static fg_account *open_account(const char *products, const char *limits) {
  char json[4096];
  fg_account *account = NULL;
  snprintf(json, sizeof json, TOY "\"rounding\": \"none\", \"products\": [%s], \"limits\": [%s]}", products, limits);
  fg_book *book = load_text(json);
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  fg_book_release(book);
  must(account, FG_DO_OPEN, "2025-01-10T00:00:00", "product=p");
  return account;
}

#define PRODUCT(id, limits)                                                                                            \
  "{\"id\": \"" id                                                                                                     \
  "\", \"meter\": \"calls\", \"price\": {\"model\": \"flat\", \"price\": \"0\"}, \"limits\": [" limits "]}"
#define LIMIT(id, most, seconds, more)                                                                                 \
  "{\"id\": \"" id "\", \"max\": " #most ", \"window\": {\"seconds\": " #seconds "}" more "}"

enum { LIMITS = 4 };
static model limits[LIMITS];

/* One call, in the models and the account: all must have room, else none is touched, and the longest wait is told. */
static void step(fg_account *account, const char *product, const bool asked[LIMITS], fg_time now, int64_t quantity) {
  fg_error error = {0};
  int64_t longest = 0;
  bool passes = true;
  for (int i = 0; i < LIMITS; i++) {
    if (asked[i] && !may_pass(&limits[i], now, quantity)) {
      int64_t wait = wait_of(&limits[i], now, quantity);
      passes = false;
      longest = longest < 0 || wait < 0 ? -1 : wait > longest ? wait : longest;
    }
  }
  assert_int_equal(call(account, product, now, quantity, &error), passes ? FG_OK : FG_RATE_LIMITED);
  if (!passes) {
    assert_int_equal(error.retry_after_us, longest);
  }
  for (int i = 0; i < LIMITS && passes; i++) {
    if (asked[i]) {
      assert_true(limits[i].count < MOST_CALLS);
      limits[i].calls[limits[i].count++] = (let_through){now, quantity};
    }
  }
}

/* A call that is refused later, after which time is turned back, as a ledger does where another handle has written. */
static void refuse_later(fg_account *account, fg_time now) {
  fg_error error;
  assert_int_equal(call(account, "p", now + random_below(20 * SECOND), 100, &error), FG_RATE_LIMITED);
  fg_account_turn_back(account, now);
}

static void test_several_at_once(void **state) {
  (void)state;
  int runs = or_in_short(40, 2);
  for (int run = 0; run < runs; run++) {
    limits[0] = (model){.kind = FG_LIMIT_SLIDING, .most = 9, .seconds = 3};
    limits[1] = (model){.kind = FG_LIMIT_CLOCK, .most = 14, .seconds = 5};
    limits[2] = (model){.kind = FG_LIMIT_BUCKET, .most = 7, .seconds = 3, .burst = 11};
    limits[3] = (model){.kind = FG_LIMIT_SLIDING, .most = 20, .seconds = 7};
    fg_account *account = open_account(
        PRODUCT("p", LIMIT("a", 9, 3, "") "," LIMIT("b", 14, 5, ", \"kind\": \"clock\"") "," LIMIT(
                         "c", 7, 3, ", \"kind\": \"bucket\", \"burst\": 11")) "," PRODUCT("q", ""),
        LIMIT("all", 20, 7, ", \"kind\": \"sliding\""));
    must(account, FG_DO_OPEN, "2025-01-10T00:00:00", "product=q");
    fg_time now = at("2025-01-10T00:00:00") + random_below(SECOND);
    for (int i = 0; i < 400; i++) {
      static const bool of_p[LIMITS] = {true, true, true, true};
      static const bool of_q[LIMITS] = {false, false, false, true};
      bool is_q = random_below(4) == 0;
      now += random_below(3) == 0 ? 0 : random_below(random_below(9) == 0 ? 4 * SECOND : SECOND / 2);
      step(account, is_q ? "q" : "p", is_q ? of_q : of_p, now, 1 + random_below(random_below(20) == 0 ? 22 : 3));
      if (random_below(50) == 0) {
        write_and_read(account);
      }
      if (random_below(10) == 0) {
        refuse_later(account, now);
      }
    }
    fg_account_free(account);
  }
}

static int64_t units_since(const model *limit, fg_time after) {
  int64_t units = 0;
  for (int i = limit->count - 1; i >= 0 && limit->calls[i].at > after; i--) {
    units += limit->calls[i].units;
  }
  return units;
}

/* Above 4,096 a window is counted in cells: never more than the limit in any window, and a unit leaves it by 1/4,096 of
   the window too late at most. The room that it takes does not grow with the calls. */
static void test_a_window_in_cells(void **state) {
  (void)state;
  model *limit = &limits[0];
  *limit = (model){.kind = FG_LIMIT_SLIDING, .most = 5000, .seconds = 10};
  int calls = or_in_short(40000, 4000);
  const fg_time cell = length_of(limit) / 4096 + 1;
  fg_account *account = open_account(PRODUCT("p", LIMIT("a", 5000, 10, "")), "");
  fg_time now = at("2025-01-10T00:00:00");
  int refused = 0;
  for (int i = 0; i < calls && limit->count < MOST_CALLS; i++) {
    int64_t quantity = 1 + random_below(2);
    fg_error error = {0};
    now += random_below(3000);
    fg_status status = call(account, "p", now, quantity, &error);
    if (status == FG_OK) {
      assert_true(units_since(limit, now - length_of(limit)) + quantity <= limit->most);
      limit->calls[limit->count++] = (let_through){now, quantity};
    } else {
      assert_int_equal(status, FG_RATE_LIMITED);
      assert_true(units_since(limit, now - length_of(limit) - cell) + quantity > limit->most);
      assert_true(error.retry_after_us > 0 && error.retry_after_us <= length_of(limit) + cell);
      refused++;
    }
    const fg_window *window = &account->state.windows[0];
    assert_true(window->admissions.count - window->first <= 4096 + 1);
    assert_true(window->admissions.room <= 3 * 4096);
  }
  assert_true(refused > 100 || calls < 40000);
  write_and_read(account);
  fg_account_free(account);
}

#define ATTRIBUTES                                                                                                     \
  TOY "\"rounding\": \"none\", \"attributes\": [{\"id\": \"model\", \"values\": [\"a\", "                              \
      "\"b\"]}, {\"id\": \"size\", \"whole\": {\"from\": 0}}], \"products\": ["

static fg_status call_with(fg_account *account, fg_time now, const char *kind, int64_t size) {
  static unsigned long number;
  char id[32];
  fg_attribute attributes[2] = {{.name = string_of("model"), .text = string_of(kind == NULL ? "" : kind)},
                                {.name = string_of("size"), .number = size, .is_number = true}};
  fg_command command;
  snprintf(id, sizeof id, "w%lu", number++);
  fg_command_begin(&command, FG_DO_CALL, now);
  command.product = string_of("p");
  command.quantity = 1;
  command.id = string_of(id);
  command.attributes = (fg_attributes){kind == NULL ? attributes + 1 : attributes, 1 + (kind != NULL)};
  return fg_account_apply(account, &command, NULL, NULL);
}

/* One limit for each value and one for calls without; one that is asked by large calls alone. Raised all together. */
static void test_limits_of_attributes(void **state) {
  (void)state;
  fg_account *account = NULL;
  fg_book *book = load_text(
      ATTRIBUTES PRODUCT("p", LIMIT("each", 1, 60, ", \"by\": \"model\"") "," LIMIT(
                                  "large", 2, 60, ", \"when\": {\"size\": {\"from\": 10}}")) "]}");
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  fg_book_release(book);
  must(account, FG_DO_OPEN, "2025-01-10T00:00:00", "product=p");
  fg_time now = at("2025-01-10T00:00:00");
  assert_int_equal(call_with(account, now, "a", 10), FG_OK);
  assert_int_equal(call_with(account, now, "a", 0), FG_RATE_LIMITED);
  assert_int_equal(call_with(account, now, "b", 10), FG_OK);
  assert_int_equal(call_with(account, now, NULL, 10), FG_RATE_LIMITED); /* by the large ones */
  assert_int_equal(call_with(account, now, NULL, 9), FG_OK);
  assert_int_equal(call_with(account, now, NULL, 9), FG_RATE_LIMITED);
  assert_int_equal(call_with(account, now, "c", 9), FG_UNKNOWN_VALUE);
  write_and_read(account);
  assert_int_equal(call_with(account, now + 1, "b", 9), FG_RATE_LIMITED);
  assert_int_equal(call_with(account, now + 60 * (fg_time)SECOND, "b", 9), FG_OK);
  assert_int_equal(integer_in(account, "/products/p/limits/each"), 1);
  fg_account_free(account);
}

/* Tasks at once of two products together, beside those of one. */
static void test_slots_of_the_book(void **state) {
  (void)state;
  fg_account *account = open_account(
      PRODUCT("p", "{\"id\": \"own\", \"max\": 2, \"window\": \"slots\"}") "," PRODUCT("q", ""),
      "{\"id\": \"all\", \"max\": 3, \"window\": \"slots\", \"products\": [\"q\", \"p\"]}");
  const char *when = "2025-01-10T00:00:00";
  must(account, FG_DO_OPEN, when, "product=q");
  must(account, FG_DO_CALL, when, "product=p id=a timeout_ms=1000");
  must(account, FG_DO_CALL, when, "product=p id=b");
  assert_int_equal(apply(account, FG_DO_CALL, when, "product=p id=c", NULL), FG_CONCURRENCY_LIMITED);
  must(account, FG_DO_CALL, when, "product=q id=d");
  assert_int_equal(apply(account, FG_DO_CALL, when, "product=q id=e", NULL), FG_CONCURRENCY_LIMITED);
  must(account, FG_DO_COMMIT, when, "id=b");
  must(account, FG_DO_CALL, when, "product=q id=e");
  assert_int_equal(apply(account, FG_DO_CALL, when, "product=q id=f", NULL), FG_CONCURRENCY_LIMITED);
  write_and_read(account);
  must(account, FG_DO_CALL, "2025-01-10T00:00:01", "product=q id=f"); /* the first of them is past its time */
  assert_int_equal(apply(account, FG_DO_CALL, "2025-01-10T00:00:01", "product=p id=g", NULL), FG_CONCURRENCY_LIMITED);
  json_t *statement = statement_of(account);
  assert_int_equal(json_object_size(json_at(statement, "/products/q/limits")), 1);
  assert_int_equal(integer_in(account, "/products/p/limits/own"), 2);
  assert_int_equal(integer_in(account, "/products/p/limits/all"), 3);
  json_decref(statement);
  fg_account_free(account);
}

/* What is refused says which limit has no room: of several, the one that it waits for the longest. */
static void test_what_is_refused_names_the_limit(void **state) {
  (void)state;
  fg_account *account = open_account(PRODUCT("p", LIMIT("fast", 2, 1, "") "," LIMIT("slow", 2, 60, "")), "");
  fg_error error = {0};
  fg_time now = at("2025-01-10T00:00:00");
  assert_int_equal(call(account, "p", now, 2, &error), FG_OK);
  assert_int_equal(call(account, "p", now, 1, &error), FG_RATE_LIMITED);
  assert_string_equal(error.message, "limit \"slow\" is reached, 2 in 60 s");
  assert_int_equal(call(account, "p", now, 3, &error), FG_RATE_LIMITED);
  assert_string_equal(error.message, "a quantity of 3 is above limit \"fast\", 2 in 1 s");
  assert_int_equal(error.retry_after_us, -1);
  fg_account_free(account);
}

/* A limit of 0 lets nothing through, a bucket that does not drain fills once. */
static void test_limits_of_nothing(void **state) {
  (void)state;
  fg_account *account = open_account(PRODUCT("p", LIMIT("a", 0, 1, ", \"kind\": \"bucket\", \"burst\": 2")), "");
  fg_error error = {0};
  fg_time now = at("2025-01-10T00:00:00");
  assert_int_equal(call(account, "p", now, 2, &error), FG_OK);
  assert_int_equal(call(account, "p", now + 3600 * (fg_time)SECOND, 1, &error), FG_RATE_LIMITED);
  assert_int_equal(error.retry_after_us, -1);
  fg_account_free(account);
}

/* Numbers as large as they can be: exact, and none of them too large. */
static void test_the_largest_bucket(void **state) {
  (void)state;
  fg_account *account = open_account(
      PRODUCT("p", LIMIT("a", 9223372036854775807, 3155760000, ", \"kind\": \"bucket\"")), "");
  fg_error error = {0};
  fg_time now = at("2025-01-10T00:00:00");
  assert_int_equal(call(account, "p", now, INT64_MAX - 1, &error), FG_OK);
  assert_int_equal(call(account, "p", now, 2, &error), FG_RATE_LIMITED);
  assert_int_equal(error.retry_after_us, 1); /* 2,922 units drain in a microsecond */
  write_and_read(account);
  assert_int_equal(call(account, "p", now, 1, &error), FG_OK);
  fg_account_free(account);
}

/* A call that finds no memory leaves all limits as they were. */
static void test_without_memory(void **state) {
  (void)state;
  const char *book = "{\"format\": \"faregate-book/2\", \"id\": \"toy\", \"title\": \"Toy\", \"currency\": \"EUR\", "
                     "\"minor_digits\": 2, \"time_zone\": \"+08:00\", \"rounding\": \"none\", \"products\": "
                     "[" PRODUCT("p", LIMIT("a", 2, 1, "") "," LIMIT(
                                          "b", 2, 1, ", \"kind\": \"bucket\"")) "], "
                                                                                "\"limits\": [" LIMIT("all", 2, 7,
                                                                                                      "") "]}";
  for (memory.fail_at = 1;; memory.fail_at++) {
    fg_book *loaded = NULL;
    fg_account *account = NULL;
    fg_allocator scarce = scarce_allocator();
    fg_account_options options = {.allocator = &scarce};
    memory.asked = 0;
    fg_status status = fg_book_load(book, strlen(book), &scarce, &loaded, NULL);
    status = status == FG_OK ? fg_account_new(loaded, &options, &account, NULL) : status;
    status = status == FG_OK ? apply(account, FG_DO_OPEN, "2025-01-10T00:00:00", "product=p", NULL) : status;
    for (int i = 0; i < 2 && status == FG_OK; i++) {
      status = call(account, "p", at("2025-01-10T00:00:00"), 1, NULL);
    }
    bool whole = status == FG_OK && memory.asked < memory.fail_at;
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    if (status == FG_NO_MEMORY && account != NULL && fg_account_now(account) != FG_NO_TIME) {
      assert_true(account->state.windows[0].units == account->state.windows[1].units);
    }
    fg_account_free(account);
    fg_book_release(loaded);
    assert_int_equal(memory.live, 0);
    if (whole) {
      break;
    }
  }
  memory.fail_at = 0;
}

static void assert_fault(const char *product_limits, const char *book_limits, const char *path, const char *message) {
  char json[2048];
  fg_book *book = NULL;
  fg_error error = {0};
  snprintf(json, sizeof json,
           TOY "\"rounding\": \"none\", \"products\": [{\"id\": \"p\", \"meter\": \"calls\", "
               "\"price\": {\"model\": \"flat\", \"price\": \"0\"}, %s}], \"limits\": [%s]}",
           product_limits, book_limits);
  assert_int_equal(fg_book_load(json, strlen(json), NULL, &book, &error), FG_INVALID);
  assert_string_equal(error.path, path);
  assert_string_equal(error.message, message);
}

static void test_books_that_are_refused(void **state) {
  (void)state;
  assert_fault("\"limits\": [" LIMIT("a", 1, 7, ", \"kind\": \"clock\"") "]", "",
               "products[0].limits[0].window.seconds",
               "expected seconds that divide the 86400 of a day, or whole days");
  assert_fault("\"limits\": [" LIMIT("a", 1, 129600, ", \"kind\": \"clock\"") "]", "",
               "products[0].limits[0].window.seconds",
               "expected seconds that divide the 86400 of a day, or whole days");
  assert_fault("\"limits\": [{\"id\": \"a\", \"max\": 1, \"window\": \"slots\", \"kind\": \"bucket\"}]", "",
               "products[0].limits[0].kind", "expected none where the window is \"slots\"");
  assert_fault("\"limits\": [" LIMIT("a", 1, 7, ", \"burst\": 3") "]", "", "products[0].limits[0].burst",
               "expected none: only a bucket has one");
  assert_fault("\"limits\": [" LIMIT("a", 1, 7, ", \"by\": \"model\"") "]", "", "products[0].limits[0].by",
               "expected the id of an attribute that has \"values\"");
  assert_fault("\"limits\": [{\"id\": \"a\", \"max\": 1, \"window\": \"slot\"}]", "", "products[0].limits[0].window",
               "expected \"slots\" or an object of \"seconds\"");
  assert_fault("\"limits\": [" LIMIT("a", 1, 7, "") "," LIMIT("a", 1, 7, "") "]", "", "products[0].limits[1].id",
               "expected an id that limits[0] has not");
  assert_fault("\"limits\": [" LIMIT("a", 1, 7, "") "]", LIMIT("a", 1, 7, ""), "limits[0].id",
               "expected an id that no limit of product \"p\" has");
  assert_fault("\"limits\": []", LIMIT("a", 1, 7, ", \"products\": [\"q\"]"), "limits[0].products[0]",
               "expected the id of a product of this book");
  assert_fault("\"limits\": []", LIMIT("a", 1, 7, ", \"products\": [\"p\", \"p\"]"), "limits[0].products",
               "expected each product once");
  assert_fault("\"limits\": [" LIMIT(
                   "qps", 1, 7, "") "], \"capacity\": {\"meter\": \"qps\", \"kind\": \"rate\", \"mode\": \"manual\"}",
               "", "products[0].capacity.meter", "expected another name than that of a limit of the product");
}

/* The slot of a call past its deadline is given back to who asks, unless that one is refused and time turned back. */
static void test_a_slot_that_is_asked_for_later(void **state) {
  (void)state;
  fg_error error;
  fg_account *account = open_account(
      PRODUCT("p", "{\"id\": \"tasks\", \"max\": 1, \"window\": \"slots\"}," LIMIT("rate", 1, 60, "")), "");
  must(account, FG_DO_CALL, "2025-01-10T00:00:00", "product=p id=a timeout_ms=10000");
  fg_command later = command_of(FG_DO_CALL, "2025-01-10T00:00:10", "product=p id=b");
  assert_int_equal(fg_account_apply(account, &later, NULL, &error), FG_RATE_LIMITED);
  fg_account_turn_back(account, at("2025-01-10T00:00:00"));
  later.at = at("2025-01-10T00:00:09.999999");
  assert_int_equal(fg_account_apply(account, &later, NULL, &error), FG_CONCURRENCY_LIMITED);
  later.at = at("2025-01-10T00:01:00");
  assert_int_equal(fg_account_apply(account, &later, NULL, &error), FG_OK);
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_several_at_once),
      cmocka_unit_test(test_a_window_in_cells),
      cmocka_unit_test(test_limits_of_attributes),
      cmocka_unit_test(test_slots_of_the_book),
      cmocka_unit_test(test_a_slot_that_is_asked_for_later),
      cmocka_unit_test(test_what_is_refused_names_the_limit),
      cmocka_unit_test(test_limits_of_nothing),
      cmocka_unit_test(test_the_largest_bucket),
      cmocka_unit_test(test_without_memory),
      cmocka_unit_test(test_books_that_are_refused),
  };
  return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
