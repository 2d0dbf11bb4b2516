/* Aggregates: what is kept of the events of a period, told of it, refused, written and read. What a period comes to is
   in tests/vectors/aggregates.json. */
#include "support.h"

#include "account/snapshot.h"
#include "state/state.h"

/* Civil time of the tests is that of +08:00. */
static const char book_text[] = TOY
    "\"rounding\": \"none\", \"attributes\": [{\"id\": \"model\", \"values\": [\"a\", \"b\"]}], \"products\": ["
    "{\"id\": \"peak\", \"meter\": \"mbps\", \"price\": {\"model\": \"flat\", \"price\": \"0.30\"}, "
    "\"aggregate\": {\"take\": \"max\", \"over\": \"day\", \"by\": \"model\"}}, "
    "{\"id\": \"p95\", \"meter\": \"mbps\", \"price\": {\"model\": \"flat\", \"price\": \"0.40\"}, "
    "\"aggregate\": {\"take\": \"percentile\", \"percent\": \"95\", \"over\": \"day\", "
    "\"sample\": {\"seconds\": 3600, \"take\": \"max\"}}}, "
    "{\"id\": \"store\", \"meter\": \"gb-hours\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}, "
    "\"aggregate\": {\"take\": \"held\", \"over\": \"day\", \"grain\": \"hour\"}}, "
    "{\"id\": \"total\", \"meter\": \"units\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}, "
    "\"aggregate\": {\"take\": \"sum\", \"over\": \"day\", \"divide\": 10}}]}";

typedef struct step {
  fg_command_kind kind;
  const char *at, *fields;
} step;

static const step life[] = {
    {FG_DO_OPEN, "2025-01-10T00:00:00", "product=peak"},
    {FG_DO_OPEN, "2025-01-10T00:00:00", "product=p95"},
    {FG_DO_OPEN, "2025-01-10T00:00:00", "product=store"},
    {FG_DO_OPEN, "2025-01-10T00:00:00", "product=total"},
    {FG_DO_USE, "2025-01-10T01:00:00", "product=p95 quantity=900"},
    {FG_DO_USE, "2025-01-10T02:00:00", "product=p95 quantity=300 id=u"},
    {FG_DO_USE, "2025-01-10T03:00:00", "product=p95 quantity=100"},
    {FG_DO_USE, "2025-01-10T04:00:00", "product=store quantity=2"},
    {FG_DO_USE, "2025-01-10T05:00:00", "product=total quantity=4"},
    {FG_DO_USE, "2025-01-10T06:00:00", "product=total quantity=9"},
    {FG_DO_ADJUST, "2025-01-10T06:00:00", "product=total quantity=-1 reason=less"},
    {FG_DO_ADJUST, "2025-01-10T06:00:00", "product=store quantity=3 reason=more"},
    {FG_DO_USE, "2025-01-10T08:00:00", "product=store quantity=5"},
    {FG_DO_PREVIEW, "2025-01-10T09:00:00", ""},
};
enum { STEPS = sizeof life / sizeof *life };

static fg_attribute model_b = {{"model", 5}, {"b", 1}, 0, false};

static fg_status use_peak(fg_account *account, const char *instant, int64_t quantity) {
  fg_command use = command_of(FG_DO_USE, instant, "product=peak quantity=1");
  use.quantity = quantity;
  use.attributes = (fg_attributes){&model_b, 1};
  return fg_account_apply(account, &use, NULL, NULL);
}

static fg_account *lived(void) {
  fg_account *account = account_of_text(book_text, NULL);
  for (int i = 0; i < STEPS; i++) {
    must(account, life[i].kind, life[i].at, life[i].fields);
  }
  assert_int_equal(use_peak(account, "2025-01-10T09:00:00", 7), FG_OK);
  return account;
}

/* 2 × 4 hours and 3, then 5 × 1; 12 ÷ 10, rounded up. */
static void test_what_is_open_is_told(void **unused) {
  (void)unused;
  fg_account *account = lived();
  assert_int_equal(integer_in(account, "/products/store/aggregate/0/units"), 2 * 4 + 3 + 5);
  assert_int_equal(integer_in(account, "/products/store/aggregate/0/held"), 5);
  assert_int_equal(integer_in(account, "/products/total/aggregate/0/units"), 2);
  assert_int_equal(integer_in(account, "/products/p95/aggregate/0/units"), 900); /* of the ten slots that have begun */
  assert_in_statement(account, "/products/p95/aggregate/0/value", "null");
  assert_in_statement(account, "/products/peak/aggregate/0/value", "b");
  assert_in_statement(account, "/products/peak/aggregate/0/from", "2025-01-10T00:00:00+08:00");
  assert_in_statement(account, "/products/peak/aggregate/0/until", "2025-01-11T00:00:00+08:00");
  write_and_read(account);
  must(account, FG_DO_ADVANCE, "2025-01-11T00:00:00", "");
  assert_int_equal(integer_in(account, "/products/store/aggregate/0/units"), 0);
  assert_int_equal(integer_in(account, "/products/store/aggregate/0/held"), 5);
  assert_int_equal(integer_in(account, "/products/store/month/postpaid"), 2 * 4 + 3 + 5 * 16);
  write_and_read(account);
  fg_account_free(account);
}

static void test_lines_say_what_their_units_are(void **unused) {
  (void)unused;
  fg_account *account = lived();
  must(account, FG_DO_CLOSE, "2025-01-11T00:00:00", "product=store");
  must(account, FG_DO_ADVANCE, "2025-02-01T00:00:00", "");
  write_and_read(account);
  assert_in_statement(account, "/invoices/0/lines/0/explanation", "highest of 1 sample: 7 × 0.30 = 2.10");
  assert_in_statement(account, "/invoices/0/lines/1/explanation", "23rd of 24 samples: 300 × 0.40 = 120.00");
  assert_in_statement(account, "/invoices/0/lines/2/explanation", "91 × 1.00 = 91.00");
  assert_in_statement(account, "/invoices/0/lines/3/explanation", "sum of 2 samples: 2 × 1.00 = 2.00");
  fg_account_free(account);
}

static void test_several_events_of_a_line(void **unused) {
  (void)unused;
  fg_account *account = lived();
  assert_int_equal(use_peak(account, "2025-01-12T00:00:00", 3), FG_OK);
  must(account, FG_DO_ADVANCE, "2025-02-01T00:00:00", "");
  assert_in_statement(account, "/invoices/0/lines/0/explanation", "2 values: 10 × 0.30 = 3.00");
  fg_account_free(account);
}

/* What would not fit at the end of the period is refused when it comes. */
static void test_too_much(void **unused) {
  (void)unused;
  fg_account *account = lived();
  assert_int_equal(use_peak(account, "2025-01-10T10:00:00", INT64_MAX), FG_OVERFLOW);
  assert_int_equal(apply(account, FG_DO_USE, "2025-01-10T10:00:00", "product=store quantity=9223372036854775807", NULL),
                   FG_OVERFLOW);
  must(account, FG_DO_USE, "2025-01-10T10:00:00", "product=total quantity=9223372036854775807");
  must(account, FG_DO_USE, "2025-01-10T10:00:00", "product=total quantity=9223372036854775807");
  assert_int_equal(integer_in(account, "/products/total/aggregate/0/units"), INT64_C(1844674407370955163));
  fg_account_free(account);
}

static fg_aggregated *kept_of(fg_account *account, int product) {
  return account->state.services[product].aggregated.items;
}

static bool spoil(fg_account *account, int which) {
  enum { PEAK, P95, STORE, TOTAL };
  fg_service *services = account->state.services;
  switch (which) {
  case 0: kept_of(account, PEAK)->by = string_of("c"); return true;
  case 1: kept_of(account, P95)->by = string_of("a"); return true;
  case 2: kept_of(account, PEAK)->value = -1; return true;
  case 3: kept_of(account, PEAK)->open = -1; return true;
  case 4: kept_of(account, PEAK)->since = account->state.now + 1; return true;
  case 5: kept_of(account, PEAK)->since = services[PEAK].aggregated_in.begin - 1; return true;
  case 6: kept_of(account, PEAK)->is_open = false; return true;
  case 7: kept_of(account, P95)->samples = 1; return true;
  case 8: kept_of(account, P95)->samples = 24; return true;
  case 9: services[P95].highest.items[0] = 200; return true;
  case 10: services[P95].highest.items[1] = -1; return true;
  case 11: kept_of(account, P95)->since += 1; return true;
  case 12: kept_of(account, STORE)->made = 1000; return true;
  case 13: kept_of(account, STORE)->is_open = true; return true;
  case 14: kept_of(account, STORE)->value = (fg_int128)1 << 121; return true;
  case 15: kept_of(account, TOTAL)->made = 1; return true;
  case 16: services[TOTAL].was_open = services[TOTAL].open = false; return true;
  case 17: services[TOTAL].buckets.items[0].made.place = 1; return true;
  case 18: services[TOTAL].buckets.items[0].made.events = -1; return true;
  case 19: kept_of(account, P95)->count = 1; return true;
  default: return false;
  }
}

static void test_spoiled_states(void **unused) {
  (void)unused;
  int cases = 0;
  for (bool more = true; more; cases += more) {
    fg_account *account = lived();
    more = spoil(account, cases);
    if (more) {
      fg_account *copy = account_of_text(book_text, NULL);
      if (read_told_snapshot_of(account, copy) != FG_INVALID) {
        fail_msg("what case %d spoils is read", cases);
      }
      fg_account_free(copy);
    }
    fg_account_free(account);
  }
  assert_int_equal(cases, 20);
}

static fg_text bytes_of(const fg_account *account) {
  fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
  long fail_at = memory.fail_at;
  memory.fail_at = 0;
  assert_int_equal(fg_snapshot_write(account, &bytes), FG_OK);
  memory.fail_at = fail_at;
  return bytes;
}

/* Does a command with the first, the second … request for memory refused, until none is: nothing changes before. */
static void do_scarce(fg_account *account, fg_command command, fg_attributes attributes) {
  fg_status status = FG_NO_MEMORY;
  command.attributes = attributes;
  for (long nth = 1; status == FG_NO_MEMORY; nth++) {
    fg_time now = account->state.now;
    fg_text before = bytes_of(account);
    memory.fail_at = memory.asked + nth;
    status = fg_account_apply(account, &command, NULL, NULL);
    memory.fail_at = 0;
    fg_text after = bytes_of(account);
    if (status != FG_OK && account->state.now == now) {
      assert_int_equal(before.length, after.length);
      assert_memory_equal(before.text, after.text, before.length);
    }
    fg_text_release(&before);
    fg_text_release(&after);
  }
  assert_int_equal(status, FG_OK);
}

static void test_memory_runs_out(void **unused) {
  (void)unused;
  fg_allocator scarce = scarce_allocator();
  fg_account_options options = {.allocator = &scarce};
  fg_book *book = load_text(book_text);
  fg_account *account = NULL;
  const fg_attributes none = {NULL, 0};
  memory = (scarcity){0};
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  for (int i = 0; i < STEPS; i++) {
    do_scarce(account, command_of(life[i].kind, life[i].at, life[i].fields), none);
  }
  do_scarce(account, command_of(FG_DO_USE, "2025-01-10T09:00:00", "product=peak quantity=7"),
            (fg_attributes){&model_b, 1});
  do_scarce(account, command_of(FG_DO_ADVANCE, "2025-02-01T00:00:00", ""), none);
  assert_in_statement(account, "/invoices/0/lines/1/explanation", "23rd of 24 samples: 300 × 0.40 = 120.00");
  fg_account_free(account);
  fg_book_release(book);
  assert_int_equal(memory.live, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_is_open_is_told),     cmocka_unit_test(test_lines_say_what_their_units_are),
      cmocka_unit_test(test_several_events_of_a_line), cmocka_unit_test(test_too_much),
      cmocka_unit_test(test_spoiled_states),           cmocka_unit_test(test_memory_runs_out),
  };
  return cmocka_run_group_tests_name("aggregates", tests, NULL, NULL);
}
