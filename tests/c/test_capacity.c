/* What is held when, against a count over all orders; and how many steps it takes to know. */
#include "support.h"

#include "rules/capacity.h"

static const char book_text[] =
    "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\", \"minor_digits\": 2,"
    "\"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"products\": [{\"id\": \"p\", \"meter\": \"u\","
    "\"price\": {\"model\": \"flat\", \"price\": \"1\"}, \"capacity\": {\"meter\": \"qps\", \"kind\": \"rate\","
    "\"mode\": \"manual\", \"day\": {\"model\": \"flat\", \"price\": \"1\"}}}]}";

static fg_account *new_account(void) {
  fg_book *book = NULL;
  fg_account *account = NULL;
  assert_int_equal(fg_book_load(book_text, strlen(book_text), NULL, &book, NULL), FG_OK);
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  fg_book_release(book);
  fg_command open = command_of(FG_DO_OPEN, "2025-01-01T00:00:00", "product=p");
  assert_int_equal(fg_account_apply(account, &open, NULL, NULL), FG_OK);
  return account;
}

static const fg_time day_one = INT64_C(20089) * 86400 * 1000000; /* 2025-01-01T00:00Z */

static void buy(fg_account *account, fg_time now, int64_t start, int64_t days, int64_t quantity) {
  fg_command order = command_of(FG_DO_BUY_CAPACITY, "2025-01-01T00:00:00", "product=p meter=qps quantity=1 days=1");
  order.at = now;
  order.quantity = quantity;
  order.days = days;
  order.start = (fg_date)(20089 + start);
  assert_int_equal(fg_account_apply(account, &order, NULL, NULL), FG_OK);
}

static int64_t held_by_count(const fg_account *account, fg_time instant) {
  int64_t held = 0;
  for (uint32_t i = 0; i < account->state.capacity.count; i++) {
    const fg_capacity_order *order = &account->state.capacity.items[i];
    held += !order->refunded && order->from <= instant && instant < order->until ? order->quantity : 0;
  }
  return held;
}

/* Nothing changes but at an order's ends, which are at 00:00 of the book or at the instant of purchase. */
static fg_time next_change_by_count(const fg_account *account, fg_time after) {
  fg_time next = FG_NEVER;
  for (uint32_t i = 0; i < account->state.capacity.count; i++) {
    const fg_time ends[2] = {account->state.capacity.items[i].from, account->state.capacity.items[i].until};
    for (int end = 0; end < 2; end++) {
      bool changes = ends[end] > after && held_by_count(account, ends[end]) != held_by_count(account, ends[end] - 1);
      next = changes && ends[end] < next ? ends[end] : next;
    }
  }
  return next;
}

static void check_held(const fg_account *account, fg_time now) {
  for (int i = 0; i < 20; i++) {
    fg_time from = now + random_below(60) * 86400 * 1000000;
    fg_time until = from + (1 + random_below(30)) * 86400 * 1000000;
    int64_t peak = held_by_count(account, from);
    assert_int_equal(fg_capacity_held(&account->state, 0, from), peak);
    for (fg_time instant = from; instant < until;) {
      int64_t held = held_by_count(account, instant);
      peak = held > peak ? held : peak;
      instant = next_change_by_count(account, instant);
    }
    assert_int_equal(fg_capacity_peak(&account->state, 0, from, until), peak);
    assert_true(fg_capacity_next_change(account, &account->state, from) == next_change_by_count(account, from));
  }
}

static void what_is_held_is_the_sum_of_the_orders(void **state) {
  (void)state;
  const int rounds = or_in_short(30, 4);
  for (int round = 0; round < rounds; round++) {
    fg_account *account = new_account();
    fg_time now = day_one;
    for (int i = 0; i < 40; i++) {
      fg_account *fork = NULL;
      char id[16];
      now += random_below(3) * 6 * 3600 * 1000000;
      buy(account, now, (now - day_one) / 86400 / 1000000 + 1 + random_below(20), 1 + random_below(20),
          1 + random_below(5));
      snprintf(id, sizeof id, "#%d", (int)(1 + random_below(i + 1)));
      fg_command refund = command_of(FG_DO_REFUND, "2025-01-01T00:00:00", "id=x");
      refund.at = now;
      refund.id = string_of(id);
      fg_status refunded = fg_account_apply(account, &refund, NULL, NULL);
      assert_true(refunded == FG_OK || refunded == FG_CAPACITY_BEGUN || refunded == FG_ALREADY_REFUNDED);
      check_held(account, now);
      assert_int_equal(fg_account_fork(account, &fork), FG_OK);
      fg_account_free(account);
      account = fork;
    }
    fg_account_free(account);
  }
}

/* A step for each end of an order at most, and none for what is over: so many are looked at, whatever overlaps. */
static void steps_are_few(void **state) {
  (void)state;
  fg_account *account = new_account();
  for (int64_t i = 0; i < 500; i++) {
    buy(account, day_one, 1000 - i, 3000, 1);
  }
  assert_int_equal(fg_capacity_peak(&account->state, 0, day_one, FG_NEVER), 500);
  assert_true(account->state.holdings[0].steps.count <= 1000);
  fg_command later = command_of(FG_DO_ADVANCE, "2045-01-01T00:00:00", "");
  assert_int_equal(fg_account_apply(account, &later, NULL, NULL), FG_OK);
  assert_int_equal(account->state.holdings[0].steps.count, 1);
  assert_int_equal(account->state.holdings[0].held, 0);
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_held_is_the_sum_of_the_orders),
      cmocka_unit_test(steps_are_few),
  };
  return cmocka_run_group_tests_name("capacity", tests, NULL, NULL);
}
