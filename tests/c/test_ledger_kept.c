/* Ledgers of format 2, kept in tests/data: every later version opens what they hold. One is as a killed process left
   it; another is the successor of a sealed one, which begins with a snapshot of format 3 and has no rows before that.
   Made by this program with FAREGATE_KEEP=1 where they are not there; not to be made again. The others were made by the
   last version that wrote snapshots of format 4: one with a book of format 1 and a snapshot among its rows, and one
   that was sealed, with a book of format 2 and something of every kind, and its successor. */
#define _DEFAULT_SOURCE /* kill */
#include "ledger_support.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEPT "tests/data/ledger-2.db"
#define KEPT_SUCCESSOR "tests/data/ledger-2-successor.db"

/* A settled month, one that is not, a canceled call, a call in flight, an order without an id. */
static void live_and_die(void) {
  fg_handle *ledger = open_ledger(KEPT, 0);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  must_apply(ledger, FG_DO_BUY_PACK, "2024-11-05T10:00:01", "product=image pack=calls-1k", NULL);
  must_apply(ledger, FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=2500", "november");
  must_apply(ledger, FG_DO_CALL, "2024-12-05T10:00:00", "product=image id=canceled", NULL);
  must_apply(ledger, FG_DO_CANCEL, "2024-12-05T10:00:01", "id=canceled", NULL);
  must_apply(ledger, FG_DO_USE, "2024-12-06T10:00:00", "product=image quantity=1200", "december");
  must_apply(ledger, FG_DO_CALL, "2024-12-07T10:00:00", "product=image id=held", NULL);
  kill(getpid(), SIGKILL);
}

/* Something of every kind that a state holds: an invoice, regimes with parts of all kinds, calls in flight. */
static void live_and_seal(void) {
  fg_error error = {0};
  const char *path = ledger_path("sealed.db");
  fg_handle *ledger = open_ledger(path, 0);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image-pro", NULL);
  must_apply(ledger, FG_DO_BUY_PACK, "2024-11-05T10:00:01", "product=image pack=calls-1k id=p1", NULL);
  must_apply(ledger, FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=2500", NULL);
  must_apply(ledger, FG_DO_CALL, "2024-12-05T10:00:00", "product=image quantity=8 id=early", NULL);
  must_apply(ledger, FG_DO_CALL, "2024-12-05T10:00:00", "product=image-pro id=pro", NULL);
  must_apply(ledger, FG_DO_GIVE_PACK, "2024-12-05T11:00:00", "product=image pack=calls-1k id=g1", NULL);
  must_apply(ledger, FG_DO_USE, "2024-12-06T10:00:00", "product=image quantity=1500", NULL);
  must_apply(ledger, FG_DO_ADJUST, "2024-12-06T11:00:00", "product=image quantity=-200 reason=counted", NULL);
  must_apply(ledger, FG_DO_CALL, "2024-12-07T10:00:00", "product=image quantity=6 id=late", NULL);
  close_ledger(ledger);
  assert_int_equal(fg_ledger_seal(path, KEPT_SUCCESSOR, 30, NULL, NULL, &error), FG_OK);
}

static void keep(void **state) {
  (void)state;
  int status = 0;
  if (!file_exists(KEPT) && fork() == 0) {
    live_and_die();
  }
  wait(&status);
  if (!file_exists(KEPT_SUCCESSOR)) {
    live_and_seal();
  }
}

static void test_goes_on(void **state) {
  (void)state;
  char path[512];
  fg_outcome outcome;
  snprintf(path, sizeof path, "%s", ledger_path("kept.db"));
  copy_ledger(KEPT, path);
  assert_true(file_size(KEPT "-wal") > 0);
  assert_good(path);
  fg_handle *ledger = open_ledger(path, 0);
  json_t *statement = statement_of(fg_handle_account(ledger));
  assert_int_equal(json_array_size(json_object_get(statement, "invoices")), 1);
  /* November: 1,000 free, 1,000 of the pack, 500 postpaid; December: 1,000 free, 200 and the call held. */
  assert_int_equal(json_integer_value(json_at(statement, "/invoices/0/lines/0/units")), 500);
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/total")), 1201);
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/free")), 1000);
  json_decref(statement);
  assert_int_equal(
      apply_to(ledger, FG_DO_USE, "2024-12-08T10:00:00", "product=image quantity=2500", "november", &outcome), FG_OK);
  assert_true(outcome.repeated);
  must_apply(ledger, FG_DO_COMMIT, "2024-12-08T10:00:00", "id=held", NULL);
  close_ledger(ledger);
  assert_good(path);
}

/* November: 1,000 free, 1,000 of p1, 500 postpaid. December: 8 in a call, 1,500 of which 992 were free and 508 of g1,
   of which a correction put 200 back, and 6 in a call. Without the first call 1,000 of the 1,500 are free. */
static void test_successor_goes_on(void **state) {
  (void)state;
  char path[512];
  fg_outcome outcome;
  snprintf(path, sizeof path, "%s", ledger_path("successor.db"));
  copy_ledger(KEPT_SUCCESSOR, path);
  assert_good(path);
  fg_handle *ledger = open_ledger(path, 0);
  json_t *statement = statement_of(fg_handle_account(ledger));
  assert_int_equal(json_integer_value(json_at(statement, "/invoices/0/lines/0/units")), 500);
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/total")), 1314);
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/packs/1/left")), 1000 - 508 + 200 - 6);
  json_decref(statement);
  assert_int_equal(apply_to(ledger, FG_DO_CANCEL, "2024-12-08T10:00:00", "id=early", NULL, &outcome), FG_OK);
  assert_int_equal(outcome.is.ended.returned, 8);
  statement = statement_of(fg_handle_account(ledger));
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/total")), 1306);
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/free")), 1000);
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/packs/1/left")), 1000 - 500 + 200 - 6);
  json_decref(statement);
  must_apply(ledger, FG_DO_CANCEL, "2024-12-08T10:00:01", "id=pro", NULL);
  must_apply(ledger, FG_DO_CANCEL, "2024-12-08T10:00:02", "id=late", NULL);
  close_ledger(ledger);
  assert_good(path);
}

#define KEPT_4 "tests/data/ledger-2-snapshot-4.db"
#define KEPT_SEALED_4 "tests/data/ledger-2-sealed-snapshot-4.db"
#define KEPT_SUCCESSOR_4 "tests/data/ledger-2-successor-snapshot-4.db"

/* 2,500 − 7 in November, 8 + Σ (1 + n mod 3) for n of 11 to 1024 + 6 + 3 in December; the call of 8 is canceled, and
   the one of 6 committed. */
static void test_goes_on_from_a_snapshot_of_format_4(void **state) {
  (void)state;
  char path[512];
  snprintf(path, sizeof path, "%s", ledger_path("four.db"));
  copy_ledger(KEPT_4, path);
  assert_good(path);
  fg_handle *ledger = open_ledger(path, 0);
  json_t *statement = statement_of(fg_handle_account(ledger));
  int64_t sum = 0;
  for (int n = 11; n <= 1024; n++) {
    sum += 1 + n % 3;
  }
  assert_int_equal(json_integer_value(json_at(statement, "/invoices/0/lines/0/units")), 2500 - 7 - 2000);
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/total")), 8 + sum + 6 + 3);
  json_decref(statement);
  must_apply(ledger, FG_DO_CANCEL, "2024-12-08T10:00:00", "id=early", NULL);
  must_apply(ledger, FG_DO_COMMIT, "2024-12-08T10:00:00", "id=late", NULL);
  must_apply(ledger, FG_DO_CANCEL, "2024-12-08T10:00:00", "id=pro", NULL);
  close_ledger(ledger);
  assert_good(path);
  statement = statement_in(path);
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/total")), sum + 6 + 3);
  json_decref(statement);
}

/* What a sealed ledger ended with and its successor began with is the same, read from format 4 and from rows. */
static void test_successor_goes_on_from_a_snapshot_of_format_4(void **state) {
  (void)state;
  char sealed[512], path[512];
  fg_outcome outcome;
  snprintf(sealed, sizeof sealed, "%s", ledger_path("sealed.db"));
  snprintf(path, sizeof path, "%s", ledger_path("successor.db"));
  copy_ledger(KEPT_SEALED_4, sealed);
  copy_ledger(KEPT_SUCCESSOR_4, path);
  json_t *told = verify_both(path, sealed);
  assert_true(json_is_true(json_object_get(told, "ok")));
  json_decref(told);
  fg_handle *ledger = NULL;
  assert_int_equal(fg_ledger_open(path, NULL, &ledger, NULL), FG_OK);
  assert_int_equal(apply_to(ledger, FG_DO_CANCEL, "2025-02-03T06:00:00", "id=c1", NULL, &outcome), FG_OK);
  assert_int_equal(outcome.is.ended.returned, 4 + 4);
  assert_int_equal(apply_to(ledger, FG_DO_COMMIT, "2025-02-03T06:00:00", "id=c2 quantity=2", NULL, &outcome), FG_OK);
  assert_int_equal(outcome.is.ended.returned, 4);
  must_apply(ledger, FG_DO_REFUND, "2025-02-03T07:00:00", "id=#4", NULL);
  must_apply(ledger, FG_DO_CANCEL, "2025-02-04T07:00:00", "id=c-old", NULL);
  must_apply(ledger, FG_DO_ADVANCE, "2025-06-04T07:00:00", "", NULL);
  close_ledger(ledger);
  assert_good(path);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest keeping[] = {LEDGER_TEST(keep)};
  const struct CMUnitTest tests[] = {LEDGER_TEST(test_goes_on), LEDGER_TEST(test_successor_goes_on),
                                     LEDGER_TEST(test_goes_on_from_a_snapshot_of_format_4),
                                     LEDGER_TEST(test_successor_goes_on_from_a_snapshot_of_format_4)};
  return getenv("FAREGATE_KEEP") != NULL ? cmocka_run_group_tests(keeping, NULL, NULL)
                                         : cmocka_run_group_tests(tests, NULL, NULL);
}
