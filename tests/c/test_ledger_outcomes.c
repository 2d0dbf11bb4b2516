/* Result codes of the service (R36) in a ledger: kept in its rows and snapshots, over a sealing, exported and
   imported. */
#include "ledger_support.h"

static void assert_told(fg_handle *ledger, const char *instant, const char *fields, int64_t billed, int64_t returned,
                        bool repeated) {
  fg_outcome outcome;
  assert_int_equal(apply_to(ledger, FG_DO_COMMIT, instant, fields, NULL, &outcome), FG_OK);
  assert_true(outcome.is.ended.has_outcome);
  assert_int_equal(outcome.is.ended.billed, billed);
  assert_int_equal(outcome.is.ended.returned, returned);
  assert_int_equal(outcome.repeated, repeated);
}

static void begin_calls(fg_handle *ledger) {
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  must_apply(ledger, FG_DO_CALL, "2024-11-05T10:00:01", "product=image quantity=2 id=late", NULL);
  must_apply(ledger, FG_DO_CALL, "2024-11-05T10:00:02", "product=image id=good", NULL);
  assert_told(ledger, "2024-11-05T10:00:03", "id=late outcome=Timeout ref=r", 0, 0, false);
  assert_told(ledger, "2024-11-05T10:00:04", "id=good outcome=Success", 1, 0, false);
}

/* Enough commands that the answers are no longer in memory, but on the disk alone. */
static void drop_answers(fg_handle *ledger) {
  for (int i = 0; i < 5000; i++) {
    char id[32];
    snprintf(id, sizeof id, "u%d", i);
    must_apply(ledger, FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=1", id);
  }
}

static void what_was_told_is_known_from_the_disk(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *ledger = open_ledger(path, 1000);
  begin_calls(ledger);
  drop_answers(ledger);
  assert_told(ledger, "2024-11-06T10:00:01", "id=late outcome=Timeout ref=r", 0, 0, true);
  assert_told(ledger, "2024-11-06T10:00:01", "id=good outcome=Success", 1, 0, true);
  close_ledger(ledger);
  ledger = open_ledger(path, 0);
  assert_told(ledger, "2024-11-06T10:00:02", "id=late outcome=Timeout ref=r", 0, 0, true);
  assert_told(ledger, "2024-11-06T10:00:02", "id=late outcome=FailedOperation.Moderation", 0, 0, false);
  assert_told(ledger, "2024-11-06T10:00:02", "id=late outcome=FailedOperation.Moderation", 0, 0, true);
  must_apply(ledger, FG_DO_CANCEL, "2024-11-06T10:00:03", "id=late", NULL);
  must_apply(ledger, FG_DO_CALL, "2024-11-06T10:00:04", "product=image id=late", NULL);
  close_ledger(ledger);
  assert_good(path);
}

static void an_export_is_lived_again(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *ledger = open_ledger(path, 0);
  begin_calls(ledger);
  json_t *before = statement_of(fg_handle_account(ledger));
  assert_int_equal(json_integer_value(json_at(before, "/products/image/month/uncertain")), 2);
  close_ledger(ledger);
  json_t *after = exported_statement(path);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
}

/* A call of an unknown outcome is still to be ended, however old it is, and its end known after that. */
static void a_sealing_keeps_the_call(void **state) {
  (void)state;
  char path[512];
  char next[512];
  fg_outcome outcome;
  snprintf(path, sizeof path, "%s", ledger_path("booth.db"));
  snprintf(next, sizeof next, "%s", ledger_path("next.db"));
  fg_handle *ledger = open_ledger(path, 0);
  begin_calls(ledger);
  must_apply(ledger, FG_DO_ADVANCE, "2025-03-01T00:00:00", "", NULL);
  close_ledger(ledger);
  assert_int_equal(fg_ledger_seal(path, next, 1, NULL, NULL, NULL), FG_OK);
  ledger = open_ledger(next, 0);
  assert_told(ledger, "2025-03-01T00:00:01", "id=late outcome=Timeout ref=r", 0, 0, true);
  must_apply(ledger, FG_DO_COMMIT, "2025-03-01T00:00:02", "id=late", NULL);
  close_ledger(ledger);
  ledger = open_ledger(next, 0);
  assert_int_equal(apply_to(ledger, FG_DO_COMMIT, "2025-03-01T00:00:03", "id=late", NULL, &outcome), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(apply_to(ledger, FG_DO_COMMIT, "2025-03-01T00:00:03", "id=good outcome=Success", NULL, &outcome),
                   FG_UNKNOWN_ID); /* forgotten */
  close_ledger(ledger);
  assert_good(next);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(what_was_told_is_known_from_the_disk),
      LEDGER_TEST(an_export_is_lived_again),
      LEDGER_TEST(a_sealing_keeps_the_call),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
