/* What a bought rate covers (`beyond` "bill"): units of any half-open second up to the rate, as a list of what was
   covered says it, also after calls were canceled and after the rate changed. */
#include "support.h"

#include "rules/cells.h"
#include "rules/cover.h"

#define BOOK                                                                                                           \
  TOY "\"rounding\": {\"digits\": 2, \"mode\": \"half_up\"}, \"products\": [{\"id\": \"p\", \"meter\": \"calls\", "    \
      "\"price\": {\"model\": \"flat\", \"price\": \"1\"}, "                                                           \
      "\"limits\": [{\"id\": \"rate\", \"max\": 1000000000, \"window\": {\"seconds\": 1}}], "                          \
      "\"capacities\": [{\"id\": \"lanes\", \"limit\": \"rate\", \"mode\": \"none\", \"usage\": \"free\", "            \
      "\"effect\": \"add\", \"month\": {\"model\": \"flat\", \"price\": \"30\"}, \"prorate\": \"days\", \"beyond\": \"bill\"}]}]}"

enum { SECOND = 1000000, CELLS = 4096, MOST = 600 };

/* What was covered, and when it leaves its second: a rate above CELLS counts in so many cells of a second. */
typedef struct covered {
  fg_time leaves;
  int64_t units;
} covered;

typedef struct checker {
  int64_t rate;
  int count;
  covered all[MOST];
} checker;

static fg_time leaves_of(const checker *model, fg_time now) {
  int64_t cell = now % SECOND * CELLS / SECOND;
  int64_t end = ((cell + 1) * SECOND + CELLS - 1) / CELLS;
  return (model->rate > CELLS ? now - now % SECOND + end : now) + SECOND;
}

static int64_t covers(checker *model, fg_time now, int64_t units) {
  int64_t room = model->rate;
  for (int i = 0; i < model->count; i++) {
    room -= model->all[i].leaves > now ? model->all[i].units : 0;
  }
  int64_t part = room <= 0 ? 0 : room < units ? room : units;
  assert_true(model->count < MOST);
  model->all[model->count++] = (covered){leaves_of(model, now), part};
  return part;
}

static fg_account *account_with(int64_t rate) {
  char fields[96];
  fg_account *account = account_of_text(BOOK, NULL);
  must(account, FG_DO_OPEN, "2025-01-10T00:00:00", "product=p");
  snprintf(fields, sizeof fields, "product=p meter=lanes id=x quantity=%d months=1", (int)rate);
  must(account, FG_DO_BUY_CAPACITY, "2025-01-10T00:00:00", fields);
  return account;
}

static fg_status apply_at(fg_account *account, fg_command_kind kind, fg_time now, const char *fields) {
  fg_command command = command_of(kind, "2025-01-10T00:00:00", fields);
  command.at = now;
  return fg_account_apply(account, &command, NULL, NULL);
}

static void use(fg_account *account, fg_time now, int64_t units) {
  char fields[64];
  snprintf(fields, sizeof fields, "product=p quantity=%d", (int)units);
  assert_int_equal(apply_at(account, FG_DO_USE, now, fields), FG_OK);
}

static int64_t unbilled(const fg_account *account) { return fg_cells_of_month(account, &account->state, 0).unbilled; }
static int64_t billed(const fg_account *account) { return fg_cells_of_month(account, &account->state, 0).postpaid; }

static void test_four_in_any_second(void **state) {
  (void)state;
  fg_account *account = account_with(4);
  fg_time now = at("2025-01-10T09:00:00");
  assert_int_equal(fg_cover_rate(account, &account->state, 0), 4);
  use(account, now, 3);
  assert_int_equal(unbilled(account), 3);
  use(account, now + SECOND / 2, 5); /* one of them is covered */
  assert_int_equal(unbilled(account), 4);
  use(account, now + SECOND - 1, 1);
  assert_int_equal(unbilled(account), 4);
  use(account, now + SECOND, 9); /* the first three have left */
  assert_int_equal(unbilled(account), 7);
  assert_int_equal(billed(account), 3 + 5 + 1 + 9 - 7);
  fg_account_free(account);
}

static void test_every_second(void **state) {
  (void)state;
  static const int64_t rates[] = {1, 7, 100, CELLS, CELLS + 1, 20000};
  for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
    fg_account *account = account_with(rates[i]);
    checker model = {.rate = rates[i]};
    fg_time now = at("2025-01-10T09:00:00");
    int64_t sum = 0;
    for (int j = 0; j < MOST; j++) {
      int64_t units = 1 + random_below(rates[i]);
      now += random_below(4) == 0 ? random_below(2 * SECOND) : random_below(SECOND / 20);
      assert_int_equal(fg_cover_part(account, &account->state, 0, 0), 0);
      use(account, now, units);
      sum += covers(&model, now, units);
      assert_int_equal(unbilled(account), sum);
      if (j % 100 == 99) {
        write_and_read(account);
      }
    }
    fg_account_free(account);
  }
}

/* A call that is canceled leaves no trace: what came after it is covered as if it had never been. */
static void live_with_calls(int64_t rate) {
  fg_account *account = account_with(rate);
  fg_account *without = account_with(rate);
  fg_time now = at("2025-01-10T09:00:00");
  bool is_kept[40];
  for (int i = 0; i < 40; i++) {
    char fields[64];
    int64_t units = 1 + random_below(rate);
    now += random_below(SECOND / 3);
    is_kept[i] = random_below(2) == 0;
    snprintf(fields, sizeof fields, "product=p id=c%d quantity=%d", i, (int)units);
    assert_int_equal(apply_at(account, FG_DO_CALL, now, fields), FG_OK);
    if (is_kept[i]) {
      use(without, now, units);
    }
    units = random_below(rate);
    use(account, now + 1, units);
    use(without, now + 1, units);
  }
  for (int i = 39; i >= 0; i--) {
    char fields[64];
    int call = (i * 7) % 40;
    snprintf(fields, sizeof fields, "id=c%d", call);
    assert_int_equal(apply_at(account, is_kept[call] ? FG_DO_COMMIT : FG_DO_CANCEL, now + 2, fields), FG_OK);
  }
  assert_int_equal(unbilled(account), unbilled(without));
  assert_int_equal(billed(account), billed(without));
  use(account, now + 3, rate); /* what is still in the window is the same, too */
  use(without, now + 3, rate);
  assert_int_equal(unbilled(account), unbilled(without));
  fg_account_free(account);
  fg_account_free(without);
}

static void test_canceled_calls(void **state) {
  (void)state;
  for (int i = 0; i < 30; i++) {
    live_with_calls(1 + random_below(30));
    live_with_calls(CELLS + random_below(3000));
  }
}

static void test_a_rate_that_changes(void **state) {
  (void)state;
  fg_account *account = account_with(4);
  fg_time now = at("2025-01-10T09:00:00");
  use(account, now, 4);
  assert_int_equal(apply_at(account, FG_DO_CHANGE_CAPACITY, now + 1, "id=x quantity=6"), FG_OK);
  assert_int_equal(fg_cover_part(account, &account->state, 0, 9), 2);
  assert_int_equal(apply_at(account, FG_DO_CHANGE_CAPACITY, now + 2, "id=x quantity=3"), FG_OK);
  assert_int_equal(fg_cover_part(account, &account->state, 0, 9), 0);
  use(account, now + SECOND, 9);
  assert_int_equal(unbilled(account), 7);
  use(account, at("2025-02-10T00:00:00"), 9); /* the month is over */
  assert_int_equal(fg_cover_rate(account, &account->state, 0), 0);
  assert_int_equal(unbilled(account), 0);
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_four_in_any_second),
      cmocka_unit_test(test_every_second),
      cmocka_unit_test(test_canceled_calls),
      cmocka_unit_test(test_a_rate_that_changes),
  };
  return cmocka_run_group_tests_name("cover", tests, NULL, NULL);
}
