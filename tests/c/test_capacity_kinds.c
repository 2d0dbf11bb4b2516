/* Capacity that raises limits: what it does to them, and what a change of it costs, against a count of days one by
   one. */
#include "support.h"

#include "state/state.h"

#define HEAD                                                                                                           \
  TOY "\"rounding\": {\"digits\": 2, \"mode\": \"half_up\"}, \"products\": [{\"id\": \"p\", "                          \
      "\"meter\": \"calls\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}, "
#define RATE "\"limits\": [{\"id\": \"rate\", \"max\": 5, \"window\": {\"seconds\": 1}}], "
#define FLAT(price) "{\"model\": \"flat\", \"price\": \"" price "\"}"
#define TIERS                                                                                                          \
  "{\"model\": \"volume\", \"tiers\": [{\"from\": 0, \"price\": \"30\"}, {\"from\": 10, \"price\": \"20\"}]}"

static fg_account *account_with(const char *json, const char *cash) {
  fg_account *account = account_of_text(json, cash);
  must(account, FG_DO_OPEN, "2025-01-10T00:00:00", "product=p");
  return account;
}

static void assert_money(fg_money found, const char *wanted) {
  char text[FG_MONEY_TEXT_MAX];
  fg_money_format(found, 2, text);
  assert_string_equal(text, wanted);
}

/* A month's parts of 28 to 31 days are whole in this many parts of it. */
enum { PARTS = 377580, ORDERS = 6 };

typedef struct model_order {
  int64_t quantity;
  fg_date from, until;
} model_order;

/* The parts of a month from a date on, day by day: 0 days of the calendar month, 1 of the month from the anchor on, 2
   of 30 days. */
static int64_t parts_left(int way, fg_date anchor, fg_date today, fg_date until) {
  int64_t parts = 0;
  for (fg_date day = today; day < until; day++) {
    fg_date begin = fg_month_first(fg_month_of(day));
    fg_date end = fg_month_first(fg_month_of(day) + 1);
    for (int month = 1; way == 1 && (month == 1 || end <= day); month++) {
      assert_int_equal(fg_date_add_months(anchor, month - 1, &begin), FG_OK);
      assert_int_equal(fg_date_add_months(anchor, month, &end), FG_OK);
    }
    parts += way == 2 ? PARTS / 30 : PARTS / (end - begin);
  }
  return parts;
}

static int64_t price_of(int64_t quantity) { return quantity * (quantity < 10 ? 30 : 20); }

/* Cents, half up away from 0. */
static int64_t charge_of(int64_t before, int64_t after, int64_t parts) {
  int64_t hundredths = (price_of(after) - price_of(before)) * 100 * parts;
  int64_t size = (llabs(hundredths) * 2 + PARTS) / (2 * PARTS);
  return hundredths < 0 ? -size : size;
}

static void live_changes(int way) {
  static const char *const ways[] = {"days", "anchored_days", "days_30"};
  char json[1024];
  model_order orders[ORDERS];
  snprintf(json, sizeof json,
           HEAD RATE "\"capacities\": [{\"id\": \"lanes\", \"limit\": \"rate\", \"effect\": \"add\", \"max_held\": 40, "
                     "\"month\": " TIERS ", \"prorate\": \"%s\"}]}]}",
           ways[way]);
  fg_account *account = account_with(json, NULL);
  fg_time now = at("2025-01-10T00:00:00");
  for (int i = 0; i < ORDERS; i++) {
    char fields[96];
    char instant[FG_TIME_TEXT_MAX];
    int64_t months = 1 + random_below(4);
    now += random_below(9 * 86400) * 1000000;
    orders[i].quantity = 1 + random_below(6);
    snprintf(fields, sizeof fields, "product=p meter=lanes id=o%d quantity=%d months=%d", i, (int)orders[i].quantity,
             (int)months);
    fg_time_format(now, EAST(480), instant);
    orders[i].from = fg_date_at(now, EAST(480));
    assert_int_equal(fg_date_add_months(orders[i].from, months, &orders[i].until), FG_OK);
    must(account, FG_DO_BUY_CAPACITY, instant, fields);
  }
  for (int i = 0; i < 60; i++) {
    int which = (int)random_below(ORDERS);
    model_order *order = &orders[which];
    int64_t quantity = 1 + random_below(14);
    char fields[64];
    char instant[FG_TIME_TEXT_MAX];
    fg_outcome outcome;
    now += random_below(3 * 86400) * 1000000;
    fg_date today = fg_date_at(now, EAST(480));
    fg_time_format(now, EAST(480), instant);
    snprintf(fields, sizeof fields, "id=o%d quantity=%d", which, (int)quantity);
    int64_t held = 0;
    for (int other = 0; other < ORDERS; other++) {
      held += orders[other].until > today && other != which ? orders[other].quantity : 0;
    }
    fg_status status = apply(account, FG_DO_CHANGE_CAPACITY, instant, fields, &outcome);
    if (order->until <= today) {
      assert_int_equal(status, FG_UNKNOWN_ID);
    } else if (held + quantity > 40) {
      assert_int_equal(status, FG_CAPACITY_LIMIT);
    } else {
      assert_int_equal(status, FG_OK);
      int64_t cents = charge_of(order->quantity, quantity, parts_left(way, order->from, today, order->until));
      assert_true(fg_amount_of(outcome.is.changed.amount) == (fg_amount)cents * (FG_UNIT / 100));
      order->quantity = quantity;
    }
    int64_t lanes = held + (order->until > today ? order->quantity : 0);
    must(account, FG_DO_ADVANCE, instant, "");
    assert_int_equal(integer_in(account, "/products/p/limits/rate"), 5 + lanes);
    if (random_below(10) == 0) {
      write_and_read(account);
    }
  }
  fg_account_free(account);
}

static void test_random_changes(void **state) {
  (void)state;
  int runs = or_in_short(40, 2);
  for (int run = 0; run < runs; run++) {
    for (int way = 0; way < 3; way++) {
      live_changes(way);
    }
  }
}

#define TWO_SIZES                                                                                                      \
  HEAD RATE "\"capacities\": [{\"id\": \"s\", \"limit\": \"rate\", \"month\": " FLAT("31") ", \"day\": " FLAT(         \
      "2") ", "                                                                                                        \
           "\"prorate\": \"seconds\"}, {\"id\": \"l\", \"limit\": \"rate\", \"month\": " FLAT(                         \
               "62") ", "                                                                                              \
                     "\"day\": " FLAT("3") ", \"prorate\": \"seconds\"}]}]}"

/* From 15 January 12:00 on 16.5 of 31 days are left: (62 − 31) × 2 × 16.5 / 31 = 33. */
static void test_another_capacity(void **state) {
  (void)state;
  fg_account *account = account_with(TWO_SIZES, "500");
  fg_outcome outcome = must(account, FG_DO_BUY_CAPACITY, "2025-01-10T00:00:00",
                            "product=p meter=s id=x quantity=2 months=1 "
                            "start=2025-02-01");
  assert_money(outcome.is.order.amount, "62.00");
  must(account, FG_DO_BUY_CAPACITY, "2025-01-10T00:00:00", "product=p meter=s id=y quantity=2 months=1");
  assert_int_equal(integer_in(account, "/products/p/limits/rate"), 2);
  /* 10 January to 10 February: 16.5 / 31 and 9 / 28 of a month are left. */
  outcome = must(account, FG_DO_CHANGE_CAPACITY, "2025-01-15T12:00:00", "id=y capacity=l");
  assert_money(outcome.is.changed.amount, "52.93"); /* 62 × (16.5 / 31 + 9 / 28) = 33 + 19.928… */
  assert_int_equal(outcome.is.changed.quantity, 2);
  assert_money(outcome.is.changed.paid.of[FG_CASH], "52.93");
  assert_int_equal(integer_in(account, "/products/p/limits/rate"), 2);
  json_t *statement = statement_of(account);
  assert_text_at(statement, "/products/p/capacity/1/meter", "l");
  assert_text_at(statement, "/spent/capacity", "176.93");
  json_decref(statement);
  fg_account_free(account);
}

/* A change before an order begins is of its whole time, and its refund is what was paid in all, cash last. */
static void test_a_change_before_it_begins(void **state) {
  (void)state;
  fg_account *account = account_with(TWO_SIZES, "500");
  must(account, FG_DO_TOP_UP, "2025-01-10T00:00:00", "amount=100 fund=gift");
  must(account, FG_DO_BUY_CAPACITY, "2025-01-10T00:00:00",
       "product=p meter=s id=x quantity=3 months=1 start=2025-02-01 pay.gift=93");
  fg_outcome outcome = must(account, FG_DO_CHANGE_CAPACITY, "2025-01-11T00:00:00", "id=x quantity=1");
  assert_money(outcome.is.changed.amount, "-62.00");
  outcome = must(account, FG_DO_CHANGE_CAPACITY, "2025-01-11T00:00:00", "id=x quantity=2 pay.cash=31");
  assert_money(outcome.is.changed.amount, "31.00");
  write_and_read(account);
  outcome = must(account, FG_DO_REFUND, "2025-01-12T00:00:00", "id=x");
  assert_money(outcome.is.refund.amount, "62.00");
  assert_money(outcome.is.refund.to.of[FG_GIFT], "62.00");
  json_t *statement = statement_of(account);
  assert_text_at(statement, "/wallet/cash", "531.00"); /* of the 93 of gift 31 are cash now */
  assert_text_at(statement, "/wallet/gift", "69.00");
  json_decref(statement);
  assert_int_equal(apply(account, FG_DO_CHANGE_CAPACITY, "2025-01-12T00:00:00", "id=x quantity=2", NULL),
                   FG_UNKNOWN_ID);
  fg_account_free(account);
}

/* An order by the day is changed for the days that are left, that of the change among them: 5 × (3 − 1) × 2. */
static void test_an_order_of_days(void **state) {
  (void)state;
  fg_account *account = account_with(TWO_SIZES, "0");
  must(account, FG_DO_TOP_UP, "2025-01-10T00:00:00", "amount=20");
  must(account, FG_DO_BUY_CAPACITY, "2025-01-10T00:00:00", "product=p meter=s id=x quantity=1 days=10");
  assert_int_equal(apply(account, FG_DO_CHANGE_CAPACITY, "2025-01-15T09:00:00", "id=x quantity=3", NULL),
                   FG_INSUFFICIENT_FUNDS);
  assert_int_equal(integer_in(account, "/products/p/limits/rate"), 1);
  must(account, FG_DO_TOP_UP, "2025-01-15T10:00:00", "amount=20");
  fg_outcome outcome = must(account, FG_DO_CHANGE_CAPACITY, "2025-01-15T12:00:00", "id=x quantity=3");
  assert_money(outcome.is.changed.amount, "20.00");
  assert_int_equal(apply(account, FG_DO_CHANGE_CAPACITY, "2025-01-15T12:00:00", "id=x capacity=z", NULL),
                   FG_UNKNOWN_METER);
  assert_int_equal(apply(account, FG_DO_CHANGE_CAPACITY, "2025-01-15T12:00:00", "id=x quantity=1 pay.cash=1", NULL),
                   FG_PAYMENT_MISMATCH);
  assert_int_equal(apply(account, FG_DO_CHANGE_CAPACITY, "2025-01-20T00:00:00", "id=x quantity=1", NULL),
                   FG_UNKNOWN_ID);
  fg_account_free(account);
}

/* What is paid back can end arrears. */
static void test_paid_back_out_of_arrears(void **state) {
  (void)state;
  fg_account *account = account_with(TWO_SIZES, "100");
  must(account, FG_DO_BUY_CAPACITY, "2025-01-10T00:00:00",
       "product=p meter=s id=x quantity=3 months=1 start=2025-02-20");
  must(account, FG_DO_USE, "2025-01-11T00:00:00", "product=p quantity=20");
  must(account, FG_DO_ADVANCE, "2025-02-01T00:00:00", "");
  json_t *statement = statement_of(account);
  assert_text_at(statement, "/state", "arrears");
  json_decref(statement);
  must(account, FG_DO_CHANGE_CAPACITY, "2025-02-02T00:00:00", "id=x quantity=2"); /* 31 × (9 / 28 + 19 / 31) */
  statement = statement_of(account);
  assert_text_at(statement, "/state", "active");
  json_decref(statement);
  fg_account_free(account);
}

/* `free` without a mode: what is used while it is held is free. `manual` that bills: the mode has a name and a
   limit. */
static void test_modes(void **state) {
  (void)state;
  fg_account *account = account_with(
      HEAD RATE "\"capacities\": [{\"id\": \"all\", \"limit\": \"rate\", \"usage\": \"free\", \"day\": " FLAT(
          "1") "}, "
               "{\"id\": \"fast\", \"limit\": \"rate\", \"mode\": \"manual\", \"effect\": \"add\", \"day\": " FLAT(
                   "1") "}]}]}",
      NULL);
  const char *instant = "2025-01-10T00:00:00";
  must(account, FG_DO_BUY_CAPACITY, instant, "product=p meter=fast quantity=7 days=3");
  assert_int_equal(integer_in(account, "/products/p/limits/rate"), 5);
  must(account, FG_DO_SET_MODE, instant, "product=p mode=fast");
  assert_int_equal(integer_in(account, "/products/p/limits/rate"), 12);
  assert_int_equal(must(account, FG_DO_USE, instant, "product=p quantity=3").is.used.postpaid, 3);
  assert_int_equal(apply(account, FG_DO_SET_MODE, instant, "product=p mode=all", NULL), FG_UNKNOWN_MODE);
  must(account, FG_DO_BUY_CAPACITY, instant, "product=p meter=all quantity=2 days=1");
  assert_int_equal(integer_in(account, "/products/p/limits/rate"), 9); /* 2 in the place of 5, and 7 */
  assert_int_equal(must(account, FG_DO_USE, instant, "product=p quantity=3").is.used.unbilled, 3);
  assert_int_equal(must(account, FG_DO_USE, "2025-01-11T00:00:00", "product=p quantity=3").is.used.postpaid, 3);
  assert_int_equal(apply(account, FG_DO_USE, "2025-01-13T00:00:00", "product=p quantity=3", NULL), FG_NO_CAPACITY);
  fg_account_free(account);
}

/* `refund` `none` is final, also before it begins. */
static void test_final_orders(void **state) {
  (void)state;
  fg_account *account = account_with(
      HEAD RATE
      "\"capacities\": [{\"id\": \"a\", \"limit\": \"rate\", \"refund\": \"none\", \"day\": " FLAT("1") "}]}]}",
      NULL);
  must(account, FG_DO_BUY_CAPACITY, "2025-01-10T00:00:00", "product=p meter=a id=x quantity=2 days=1 start=2025-02-01");
  assert_int_equal(apply(account, FG_DO_REFUND, "2025-01-10T00:00:00", "id=x", NULL), FG_CAMPAIGN_FINAL);
  fg_account_free(account);
}

/* Of the book's limit the capacities of several products add up. */
static void test_a_shared_limit_is_raised(void **state) {
  (void)state;
  fg_account *account = account_with(
      HEAD "\"capacities\": [{\"id\": \"a\", \"limit\": \"all\", \"effect\": \"add\", \"day\": " FLAT(
          "1") "}]}, "
               "{\"id\": \"q\", \"meter\": \"calls\", \"price\": " FLAT(
                   "1") ", "
                        "\"capacities\": [{\"id\": \"a\", \"limit\": \"all\", \"effect\": \"add\", \"day\": " FLAT(
                            "1") "}]}], "
                                 "\"limits\": [{\"id\": \"all\", \"max\": 4, \"window\": {\"seconds\": 60}, \"kind\": \"bucket\"}]}",
      NULL);
  must(account, FG_DO_OPEN, "2025-01-10T00:00:00", "product=q");
  must(account, FG_DO_CALL, "2025-01-10T00:00:00", "product=p quantity=4 id=a");
  must(account, FG_DO_BUY_CAPACITY, "2025-01-10T00:00:30", "product=p meter=a quantity=1 days=1");
  must(account, FG_DO_BUY_CAPACITY, "2025-01-10T00:00:30", "product=q meter=a quantity=3 days=2");
  assert_int_equal(integer_in(account, "/products/q/limits/all"), 8);
  /* 2 have drained by the limit of 4, and 8 a minute from then on: the other 2 in 15 s. */
  assert_int_equal(apply(account, FG_DO_CALL, "2025-01-10T00:00:30", "product=q quantity=7 id=b", NULL),
                   FG_RATE_LIMITED);
  must(account, FG_DO_CALL, "2025-01-10T00:00:37.5", "product=q quantity=7 id=b");
  assert_int_equal(apply(account, FG_DO_CALL, "2025-01-10T00:00:37.5", "product=p quantity=1 id=c", NULL),
                   FG_RATE_LIMITED);
  fg_account_free(account);
}

static void test_without_memory(void **state) {
  (void)state;
  for (memory.fail_at = 1;; memory.fail_at++) {
    fg_book *book = NULL;
    fg_account *account = NULL;
    fg_allocator scarce = scarce_allocator();
    fg_account_options options = {.allocator = &scarce};
    memory.asked = 0;
    fg_status status = fg_book_load(TWO_SIZES, strlen(TWO_SIZES), &scarce, &book, NULL);
    status = status == FG_OK ? fg_account_new(book, &options, &account, NULL) : status;
    const char *order = "product=p meter=s id=x quantity=1 months=2";
    status = status == FG_OK ? apply(account, FG_DO_BUY_CAPACITY, "2025-01-10T00:00:00", order, NULL) : status;
    bool is_bought = status == FG_OK;
    status = status == FG_OK
                 ? apply(account, FG_DO_CHANGE_CAPACITY, "2025-01-20T00:00:00", "id=x quantity=3 capacity=l", NULL)
                 : status;
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    if (is_bought) {
      assert_int_equal(account->state.capacity.items[0].quantity, status == FG_OK ? 3 : 1);
      assert_int_equal(account->state.windows[0].limit, status == FG_OK ? 3 : 1);
    }
    fg_account_free(account);
    fg_book_release(book);
    assert_int_equal(memory.live, 0);
    if (status == FG_OK && memory.asked < memory.fail_at) {
      break;
    }
  }
  memory.fail_at = 0;
}

static void assert_fault(const char *json, const char *path, const char *message) {
  fg_book *book = NULL;
  fg_error error = {0};
  assert_int_equal(fg_book_load(json, strlen(json), NULL, &book, &error), FG_INVALID);
  assert_string_equal(error.path, path);
  assert_string_equal(error.message, message);
}

static void test_books_that_are_refused(void **state) {
  (void)state;
  assert_fault(HEAD RATE "\"capacities\": [{\"id\": \"a\", \"limit\": \"other\"}]}]}",
               "products[0].capacities[0].limit", "expected the id of a limit of this product, or of the book");
  assert_fault(HEAD RATE "\"capacities\": [{\"id\": \"calls\", \"limit\": \"rate\"}]}]}",
               "products[0].capacities[0].id", "expected another name than the meter of the product's usage");
  assert_fault(HEAD RATE "\"capacity\": {\"meter\": \"qps\", \"kind\": \"rate\", \"mode\": \"manual\"}, "
                         "\"capacities\": [{\"id\": \"a\", \"limit\": \"rate\"}]}]}",
               "products[0].capacity", "expected none beside \"capacities\"");
  static const char unrounded[] = TOY
      "\"rounding\": \"none\", \"products\": [{\"id\": \"p\", \"meter\": \"calls\", "
      "\"price\": " FLAT("1") ", " RATE
                              "\"capacities\": [{\"id\": \"a\", \"limit\": \"rate\", \"prorate\": \"days\"}]}]}";
  assert_fault(unrounded, "products[0].capacities[0].prorate",
               "expected none, or a rounding of the book: parts of a month are not exact");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random_changes),
      cmocka_unit_test(test_another_capacity),
      cmocka_unit_test(test_a_change_before_it_begins),
      cmocka_unit_test(test_an_order_of_days),
      cmocka_unit_test(test_paid_back_out_of_arrears),
      cmocka_unit_test(test_modes),
      cmocka_unit_test(test_final_orders),
      cmocka_unit_test(test_a_shared_limit_is_raised),
      cmocka_unit_test(test_without_memory),
      cmocka_unit_test(test_books_that_are_refused),
  };
  return cmocka_run_group_tests_name("capacity kinds", tests, NULL, NULL);
}
