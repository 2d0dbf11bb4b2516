/* Events that are priced each by itself: what an account keeps of them, undoing and correcting them when memory runs
   out, and snapshots that no life leads to. */
#include "support.h"

#include "state/state.h"

/* Of each event 10 units are for nothing; at least 3, at most 8. */
static const char toll[] = TOY
    "\"rounding\": {\"digits\": 2, \"mode\": \"half_up\"}, \"attributes\": [{\"id\": \"size\", \"whole\": {\"from\": 0}}], "
    "\"products\": [{\"id\": \"p\", \"meter\": \"u\", \"quantity\": [\"size\"], \"tier_period\": \"event\", "
    "\"least\": \"3\", \"most\": \"8\", \"price\": {\"model\": \"flat\", \"per\": 3, \"price\": \"1\"}, "
    "\"grants\": [{\"id\": \"g\", \"quantity\": 20, \"issue\": \"opening\", \"validity\": \"permanent\"}]}]}";

static fg_account *opened(const fg_allocator *allocator, fg_book *book) {
  fg_account_options options = {.allocator = allocator};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  must(account, FG_DO_OPEN, "2025-01-10T10:00:00", "product=p");
  return account;
}

/* A command whose attribute stands at the end of its fields: " size=12". */
static fg_status do_sized(fg_account *account, fg_command_kind kind, const char *instant, const char *fields) {
  char words[96];
  fg_attribute size = {.name = string_of("size"), .is_number = true};
  fg_outcome outcome;
  snprintf(words, sizeof words, "%s", fields);
  char *at_end = strstr(words, " size=");
  if (at_end != NULL) {
    size.number = strtoll(at_end + strlen(" size="), NULL, 10);
    *at_end = '\0';
  }
  fg_command command = command_of(kind, instant, words);
  command.attributes = (fg_attributes){&size, at_end != NULL};
  return fg_account_apply(account, &command, &outcome, NULL);
}

static void must_sized(fg_account *account, fg_command_kind kind, const char *instant, const char *fields) {
  assert_int_equal(do_sized(account, kind, instant, fields), FG_OK);
}

/* A call of 12 takes 12 of 20 that are free; then 8 free and 4 left of 12: 3; two of 10 are 3.33 each, one of 90 is
   8. */
static void live(fg_account *account) {
  must_sized(account, FG_DO_CALL, "2025-01-10T10:01:00", "product=p quantity=1 id=c size=12");
  must_sized(account, FG_DO_USE, "2025-01-10T10:02:00", "product=p quantity=1 size=12");
  must_sized(account, FG_DO_USE, "2025-01-10T10:03:00", "product=p quantity=2 size=10");
  must_sized(account, FG_DO_USE, "2025-01-10T10:04:00", "product=p quantity=1 size=90");
}

static void assert_total(fg_account *account, const char *total) {
  must(account, FG_DO_ADVANCE, "2025-02-01T00:00:00", "");
  assert_in_statement(account, "/invoices/0/total", total);
}

/* A cancel gives 12 back: 12 of the second event, then 8 of 20: 12 left are 3.33 and 2 are 3; 8. */
static void what_is_undone_leaves_no_trace(void **state) {
  (void)state;
  fg_book *book = load_text(toll);
  fg_account *account = opened(NULL, book);
  live(account);
  write_and_read(account);
  fg_account *fork = NULL;
  assert_int_equal(fg_account_fork(account, &fork), FG_OK);
  must(fork, FG_DO_CANCEL, "2025-01-10T10:05:00", "id=c");
  write_and_read(fork);
  assert_total(fork, "14.33");
  assert_total(account, "17.67");
  fg_account_free(fork);
  fg_account_free(account);
  fg_book_release(book);
}

/* However many there are, what an account keeps is one sum. */
static void an_account_keeps_a_sum(void **state) {
  (void)state;
  fg_book *book = load_text(toll);
  fg_account *account = opened(NULL, book);
  char fields[64];
  for (int i = 0; i < 1000; i++) {
    snprintf(fields, sizeof fields, "product=p quantity=3 size=%d", 20 + i % 7);
    must_sized(account, FG_DO_USE, "2025-01-10T10:01:00", fields);
  }
  assert_true(account->state.services[0].buckets.count == 1 && account->state.services[0].slices.count == 6);
  fg_account_free(account);
  fg_book_release(book);
}

static void memory_may_run_out(void **state) {
  (void)state;
  static const struct {
    fg_command_kind kind;
    const char *fields;
  } steps[] = {{FG_DO_CANCEL, "id=c"},
               {FG_DO_COMMIT, "id=c size=5"},
               {FG_DO_COMMIT, "id=c size=50"},
               {FG_DO_ADJUST, "product=p quantity=-1 reason=less size=90"},
               {FG_DO_CALL, "product=p quantity=1 id=d size=9"},
               {FG_DO_PREVIEW, ""}};
  fg_allocator allocator = scarce_allocator();
  fg_book *book = load_text(toll);
  memory = (scarcity){.live = 0};
  for (size_t step = 0; step < sizeof steps / sizeof *steps; step++) {
    fg_status status = FG_NO_MEMORY;
    for (long fail_at = 1; status != FG_OK; fail_at++) {
      fg_account *account = opened(&allocator, book);
      live(account);
      memory.asked = 0;
      memory.fail_at = fail_at;
      status = do_sized(account, steps[step].kind, "2025-01-10T10:05:00", steps[step].fields);
      memory.fail_at = 0;
      assert_true(status == FG_OK || status == FG_NO_MEMORY);
      if (status != FG_OK) {
        must_sized(account, steps[step].kind, "2025-01-10T10:05:00", steps[step].fields);
      }
      fg_account_free(account);
      assert_int_equal(memory.live, 0);
    }
  }
  fg_book_release(book);
}

/* Each spoils one number of what is kept of events: of the cell the sum, of a regime the units of one event before
   it. */
static bool spoil(fg_account *account, int number) {
  int64_t *cell = account->state.services[0].slices.items;
  int64_t *regime = account->state.groups[0].slices.items;
  switch (number) {
  case 0: cell[1] = -1; return true;
  case 1: cell[4] = 0; return true;
  case 2: cell[2] = 4; return true;
  case 3: cell[0] = 0; return true;
  case 4: regime[0] = 0; return true;
  case 5: regime[0] = -12; return true;
  case 6: regime[7] = -1; return true;
  case 7: regime[2] = INT64_MAX; return true;
  default: return false;
  }
}

static void what_cannot_be_is_no_snapshot(void **state) {
  (void)state;
  bool is_one = true;
  fg_book *book = load_text(toll);
  for (int number = -1; is_one; number++) {
    fg_account *account = opened(NULL, book);
    fg_account *copy = opened(NULL, book);
    live(account);
    is_one = number < 0 || spoil(account, number);
    fg_status status = read_told_snapshot_of(account, copy);
    if (is_one && status != (number < 0 ? FG_OK : FG_INVALID)) {
      fail_msg("case %d is read", number);
    }
    fg_account_free(copy);
    fg_account_free(account);
  }
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_undone_leaves_no_trace),
      cmocka_unit_test(an_account_keeps_a_sum),
      cmocka_unit_test(memory_may_run_out),
      cmocka_unit_test(what_cannot_be_is_no_snapshot),
  };
  return cmocka_run_group_tests_name("each event", tests, NULL, NULL);
}
