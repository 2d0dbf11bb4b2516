/* Fees: what invoices say of them, what an account keeps, what they cost in memory; and the lines of `least` and
   `most`. */
#include "support.h"

#include "state/state.h"

#define PRODUCT "{\"id\": \"p\", \"meter\": \"u\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}, "
/* A new price of the fee on 11 January. */
static const char desk[] = TOY
    "\"rounding\": {\"digits\": 2, \"mode\": \"half_up\"}, \"editions\": ["
    "{\"effective\": \"2025-01-01\", \"products\": [" PRODUCT "\"least\": \"5\", \"most\": \"20\", \"fees\": ["
    "{\"id\": \"base\", \"amount\": \"31\", \"every\": \"month\", \"prorate\": \"days\", \"source\": \"S1\"}, "
    "{\"id\": \"setup\", \"amount\": \"5\", \"every\": \"once\"}, "
    "{\"id\": \"line\", \"amount\": \"2\", \"every\": \"day\"}]}]}, "
    "{\"effective\": \"2025-01-11\", \"products\": [" PRODUCT "\"least\": \"5\", \"most\": \"20\", \"fees\": ["
    "{\"id\": \"base\", \"amount\": \"62\", \"every\": \"month\", \"prorate\": \"days\"}, "
    "{\"id\": \"setup\", \"amount\": \"5\", \"every\": \"once\"}, "
    "{\"id\": \"line\", \"amount\": \"2\", \"every\": \"day\"}]}]}]}";

static fg_account *opened(const char *json) {
  fg_account *account = account_of_text(json, NULL);
  must(account, FG_DO_OPEN, "2025-01-01T00:00:00", "product=p");
  return account;
}

/* From 1 to 20 January: 10 days of 31 at 31, 9 at 62; 19 days and a part of one. */
static void an_explanation_says_the_parts(void **state) {
  (void)state;
  fg_account *account = opened(desk);
  must(account, FG_DO_USE, "2025-01-10T10:00:00", "product=p quantity=30");
  must(account, FG_DO_CLOSE, "2025-01-20T10:00:00", "product=p");
  must(account, FG_DO_ADVANCE, "2025-02-01T00:00:00", "");
  assert_in_statement(account, "/invoices/0/lines/1/bound", "most");
  assert_in_statement(account, "/invoices/0/lines/1/amount", "-10.00");
  assert_in_statement(account, "/invoices/0/lines/1/explanation", "at most 20.00: 20.00 − 30.00 = -10.00");
  assert_in_statement(account, "/invoices/0/lines/2/fee", "base");
  assert_in_statement(account, "/invoices/0/lines/2/explanation", "31.00 × 10/31 + 62.00 × 9/31 = 28.00");
  assert_in_statement(account, "/invoices/0/lines/3/explanation", "5.00 = 5.00");
  assert_in_statement(account, "/invoices/0/lines/4/explanation", "2.00 × 10 + 2.00 × 10 = 40.00");
  assert_in_statement(account, "/invoices/0/total", "93.00");
  fg_account_free(account);
}

static void what_is_bounded_says_so(void **state) {
  (void)state;
  fg_account *account = opened(desk);
  must(account, FG_DO_CLOSE, "2025-01-01T00:00:01", "product=p");
  must(account, FG_DO_ADVANCE, "2025-02-01T00:00:00", "");
  assert_in_statement(account, "/invoices/0/lines/0/bound", "least");
  assert_in_statement(account, "/invoices/0/lines/0/explanation", "at least 5.00: 5.00 − 0.00 = 5.00");
  assert_in_statement(account, "/invoices/0/total", "12.00");
  fg_account_free(account);
}

/* Whatever happens, what is known of a fee is one sum an edition. */
static void an_account_keeps_no_times(void **state) {
  (void)state;
  fg_account *account = opened(desk);
  char instant[32];
  for (int day = 2; day < 29; day++) {
    for (int minute = 0; minute < 60; minute += 20) {
      snprintf(instant, sizeof instant, "2025-01-%02dT10:%02d:00", day, minute);
      must(account, FG_DO_CLOSE, instant, "product=p");
      must(account, FG_DO_OPEN, instant, "product=p");
      write_and_read(account);
    }
  }
  assert_true(account->state.services[0].fees.count <= 6);
  must(account, FG_DO_ADVANCE, "2026-01-01T00:00:00", "");
  assert_true(account->state.services[0].fees.count <= 6);
  assert_in_statement(account, "/invoices/0/lines/1/amount", "52.00");
  assert_in_statement(account, "/invoices/11/lines/1/amount", "62.00");
  fg_account_free(account);
}

static void memory_may_run_out(void **state) {
  (void)state;
  static const struct {
    fg_command_kind kind;
    const char *at, *fields;
  } steps[] = {{FG_DO_CLOSE, "2025-01-12T10:00:00", "product=p"},
               {FG_DO_OPEN, "2025-01-13T10:00:00", "product=p"},
               {FG_DO_PREVIEW, "2025-01-14T10:00:00", ""},
               {FG_DO_ADVANCE, "2025-02-01T00:00:00", ""}};
  fg_allocator allocator = scarce_allocator();
  fg_book *book = load_text(desk);
  memory = (scarcity){.live = 0};
  for (size_t step = 0; step < sizeof steps / sizeof *steps; step++) {
    fg_status status = FG_NO_MEMORY;
    for (long fail_at = 1; status != FG_OK; fail_at++) {
      fg_account_options options = {.allocator = &allocator};
      fg_account *account = NULL;
      assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
      must(account, FG_DO_OPEN, "2025-01-01T00:00:00", "product=p");
      for (size_t i = 0; i < step; i++) {
        must(account, steps[i].kind, steps[i].at, steps[i].fields);
      }
      memory.asked = 0;
      memory.fail_at = fail_at;
      status = apply(account, steps[step].kind, steps[step].at, steps[step].fields, NULL);
      memory.fail_at = 0;
      assert_true(status == FG_OK || status == FG_NO_MEMORY);
      if (status != FG_OK) {
        must(account, steps[step].kind, steps[step].at, steps[step].fields);
      }
      fg_account_free(account);
      assert_int_equal(memory.live, 0);
    }
  }
  fg_book_release(book);
}

/* Each spoils one thing of what is known of fees; false if there is no such case. */
static bool spoil(fg_service *service, int number) {
  fg_fee_count *first = &service->fees.items[0];
  switch (number) {
  case 0: first->fee = 9; return true;
  case 1: first->edition = 2; return true;
  case 2: first->ended.below = 0; return true;
  case 3: first->current.above = -1; return true;
  case 4: first->current.above = first->current.below; return true;
  case 5: first->ended.whole = -1; return true;
  case 6: service->fees_until = service->opened - 1; return true;
  case 7: service->fees_until += FG_DAY * 365; return true;
  case 8: first[1].fee = first->fee, first[1].edition = first->edition; return true;
  default: return false;
  }
}

static void what_cannot_be_is_no_snapshot(void **state) {
  (void)state;
  bool is_one = true;
  for (int number = -1; is_one; number++) {
    fg_account *account = opened(desk);
    must(account, FG_DO_ADVANCE, "2025-01-12T00:00:00", "");
    must(account, FG_DO_CLOSE, "2025-01-12T10:00:00", "product=p");
    fg_account *copy = account_of_text(desk, NULL);
    is_one = number < 0 || spoil(&account->state.services[0], number);
    fg_status status = read_told_snapshot_of(account, copy);
    if (is_one && status != (number < 0 ? FG_OK : FG_INVALID)) {
      fail_msg("case %d is read", number);
    }
    fg_account_free(copy);
    fg_account_free(account);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_explanation_says_the_parts), cmocka_unit_test(what_is_bounded_says_so),
      cmocka_unit_test(an_account_keeps_no_times),     cmocka_unit_test(memory_may_run_out),
      cmocka_unit_test(what_cannot_be_is_no_snapshot),
  };
  return cmocka_run_group_tests_name("fees", tests, NULL, NULL);
}
