/* Ids that are known for some days: memory stays level, running out of it forgets nothing, and whatever is asked in
   between (a fork, a snapshot) knows the same. */
#include "kept_ids_support.h"

#include "account/snapshot.h"

enum { CALLS_OF_A_STRETCH = 300 };

static size_t live_bytes;

static void *count_resize(void *context, void *block, size_t size, size_t wanted) {
  (void)context;
  void *resized = wanted == 0 ? NULL : realloc(block, wanted);
  if (wanted == 0) {
    free(block);
  }
  live_bytes += wanted - size;
  return resized;
}

/* A stretch of usage and calls, some of them without an id, and one call that is left in flight until the next. */
static void live_a_stretch(fg_handle *handle, int stretch) {
  fg_outcome outcome;
  char id[32];
  for (int i = 0; i < CALLS_OF_A_STRETCH; i++) {
    fg_time now = BEGIN + (stretch * INT64_C(1000) + i * INT64_C(1000) / CALLS_OF_A_STRETCH) * DAYS * FG_DAY / 1000;
    snprintf(id, sizeof id, "use-%d-%d", stretch, i);
    must_run(handle, FG_DO_USE, now, id);
    snprintf(id, sizeof id, "call-%d-%d", stretch, i);
    must_run(handle, FG_DO_CALL, now, id);
    must_run(handle, i % 3 == 0 ? FG_DO_CANCEL : FG_DO_COMMIT, now, id);
    fg_command plain = named(FG_DO_CALL, now, NULL);
    assert_int_equal(fg_handle_apply(handle, &plain, &outcome, NULL), FG_OK);
    fg_command end = named(FG_DO_COMMIT, now, NULL);
    end.call = outcome.is.used.call;
    assert_int_equal(fg_handle_apply(handle, &end, NULL, NULL), FG_OK);
  }
}

/* All stretches are alike, so an account has after ten of them what it had after three, but for what it keeps of each
   month: a grant and an invoice. */
static void test_memory_stays_level(void **state) {
  (void)state;
  const fg_allocator counting = {count_resize, NULL};
  size_t after[11];
  live_bytes = 0;
  fg_handle *handle = begin(&counting);
  for (int stretch = 0; stretch <= 10; stretch++) {
    live_a_stretch(handle, stretch);
    after[stretch] = live_bytes;
  }
  assert_true(after[1] > after[0] + 20 * 2 * CALLS_OF_A_STRETCH);
  assert_in_range(after[10], after[0] + 20 * 2 * CALLS_OF_A_STRETCH, after[2] + 8192);
  assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
  assert_int_equal(live_bytes, 0);
}

/* What `handle` answers of the ids of a life: for each of them the status of a command that names it. */
static void ask(fg_handle *handle, fg_time now, const char *const *ids, size_t count, fg_status *answers) {
  for (size_t i = 0; i < count; i++) {
    fg_handle *copy = NULL;
    assert_int_equal(fg_handle_fork(handle, &copy, NULL), FG_OK);
    answers[2 * i] = run(copy, FG_DO_COMMIT, now, ids[i], NULL);
    answers[2 * i + 1] = run(copy, FG_DO_CALL, now, ids[i], NULL);
    assert_int_equal(fg_handle_close(copy, NULL), FG_OK);
  }
}

static const char *const ids[] = {"open",  "unknown",   "ended",     "canceled", "late",
                                  "usage", "#call-0-1", "#call-0-2", "#call-0-3"};
enum { IDS = sizeof ids / sizeof *ids };

/* Calls of each kind in the first stretch: in flight, of unknown outcome, ended, and without ids. */
static fg_handle *live_first_stretch(const fg_allocator *allocator) {
  fg_handle *handle = begin(allocator);
  must_run(handle, FG_DO_USE, BEGIN, "usage");
  for (int i = 0; i < 5; i++) {
    must_run(handle, FG_DO_CALL, BEGIN, ids[i]);
  }
  for (uint64_t number = 1; number <= 3; number++) {
    fg_outcome outcome;
    fg_command call = named(FG_DO_CALL, BEGIN, NULL);
    assert_int_equal(fg_handle_apply(handle, &call, &outcome, NULL), FG_OK);
    assert_int_equal(outcome.is.used.call, number);
  }
  fg_command unknown = named(FG_DO_COMMIT, BEGIN, "unknown");
  unknown.outcome = string_of("Timeout");
  assert_int_equal(fg_handle_apply(handle, &unknown, NULL, NULL), FG_OK);
  must_run(handle, FG_DO_COMMIT, BEGIN, "ended");
  must_run(handle, FG_DO_CANCEL, BEGIN, "canceled");
  must_run(handle, FG_DO_COMMIT, BEGIN, "#call-0-2");
  return handle;
}

/* "late" and "#call-0-3" end in the second stretch, and so are known in the third. */
static void live_second_stretch(fg_handle *handle) {
  must_run(handle, FG_DO_COMMIT, BEGIN + DAYS * FG_DAY, "late");
  must_run(handle, FG_DO_COMMIT, BEGIN + DAYS * FG_DAY, "#call-0-3");
}

static void expect(fg_handle *handle, fg_time now, const fg_status expected[2 * IDS]) {
  fg_status answers[2 * IDS];
  ask(handle, now, ids, IDS, answers);
  for (int i = 0; i < 2 * IDS; i++) {
    if (answers[i] != expected[i]) {
      fail_msg("%s: %s", ids[i / 2], fg_status_name(answers[i]));
    }
  }
}

/* A call under an id that a handle has made is reserved, so it is refused before it is looked for. */
#define MADE FG_ID_RESERVED
static const fg_status in_second[2 * IDS] = {FG_OK,
                                             FG_ALREADY_FINISHED,
                                             FG_OK,
                                             FG_ALREADY_FINISHED, /* the commit ends them */
                                             FG_OK,
                                             FG_ALREADY_FINISHED,
                                             FG_ALREADY_FINISHED,
                                             FG_OK,
                                             FG_OK,
                                             FG_ALREADY_FINISHED,
                                             FG_UNKNOWN_ID,
                                             FG_ID_CONFLICT,
                                             FG_OK,
                                             MADE,
                                             FG_OK,
                                             MADE,
                                             FG_OK,
                                             MADE};
static const fg_status in_third[2 * IDS] = {FG_OK,         FG_ALREADY_FINISHED,
                                            FG_OK,         FG_ALREADY_FINISHED,
                                            FG_UNKNOWN_ID, FG_OK,
                                            FG_UNKNOWN_ID, FG_OK,
                                            FG_OK,         FG_ALREADY_FINISHED,
                                            FG_UNKNOWN_ID, FG_OK,
                                            FG_OK,         MADE,
                                            FG_UNKNOWN_ID, MADE,
                                            FG_OK,         MADE};
static const fg_status in_fourth[2 * IDS] = {FG_OK,         FG_ALREADY_FINISHED,
                                             FG_OK,         FG_ALREADY_FINISHED,
                                             FG_UNKNOWN_ID, FG_OK,
                                             FG_UNKNOWN_ID, FG_OK,
                                             FG_UNKNOWN_ID, FG_OK,
                                             FG_UNKNOWN_ID, FG_OK,
                                             FG_OK,         MADE,
                                             FG_UNKNOWN_ID, MADE,
                                             FG_UNKNOWN_ID, MADE};

static void test_what_is_known_in_each_stretch(void **state) {
  (void)state;
  const fg_time stretch = DAYS * FG_DAY;
  fg_handle *handle = live_first_stretch(NULL);
  expect(handle, BEGIN + 2 * stretch - 1, in_second);
  live_second_stretch(handle);
  expect(handle, BEGIN + 2 * stretch, in_third);
  expect(handle, BEGIN + 3 * stretch, in_fourth);
  /* whether every stretch was seen or not */
  for (int i = 2; i < 40; i++) {
    must_run(handle, FG_DO_ADVANCE, BEGIN + i * stretch, NULL);
    expect(handle, BEGIN + i * stretch, i == 2 ? in_third : in_fourth);
    expect(handle, BEGIN + 2 * i * stretch, in_fourth);
  }
  assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
}

/* More calls in flight than the gate looks through are found by their attempts. */
static void test_many_calls_in_flight_are_carried_over(void **state) {
  (void)state;
  enum { MANY = 40 };
  char id[32];
  fg_handle *handle = begin(NULL);
  fg_time now = BEGIN;
  for (int i = 0; i < MANY; i++, now += FG_DAY / 7) {
    snprintf(id, sizeof id, "call-%d", i);
    must_run(handle, FG_DO_CALL, now, id);
    fg_command call = named(FG_DO_CALL, now, NULL);
    assert_int_equal(fg_handle_apply(handle, &call, NULL, NULL), FG_OK);
  }
  for (int i = 0; i < MANY; i++, now += FG_DAY) {
    snprintf(id, sizeof id, "call-%d", i);
    assert_int_equal(run(handle, FG_DO_CALL, now, id, NULL), FG_IN_FLIGHT);
    must_run(handle, FG_DO_COMMIT, now, id);
    assert_int_equal(run(handle, FG_DO_CALL, now, id, NULL), FG_ALREADY_FINISHED);
    fg_command end = named(i % 2 == 0 ? FG_DO_COMMIT : FG_DO_CANCEL, now, NULL);
    end.call = (uint64_t)i + 1;
    assert_int_equal(fg_handle_apply(handle, &end, NULL, NULL), FG_OK);
    fg_outcome outcome;
    assert_int_equal(fg_handle_apply(handle, &end, &outcome, NULL), FG_OK);
    assert_true(outcome.repeated);
  }
  json_t *calls = calls_of(fg_handle_account(handle));
  assert_int_equal(json_array_size(calls), 0);
  json_decref(calls);
  assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
}

/* Whatever allocation fails where a stretch begins, the command is refused, nothing is forgotten or leaks, and the same
   command then succeeds. */
static void test_memory_runs_out_where_a_stretch_begins(void **state) {
  (void)state;
  const fg_time third = BEGIN + 2 * DAYS * FG_DAY;
  for (int with_usage = 0; with_usage < 2; with_usage++) {
    const fg_command_kind kind = with_usage ? FG_DO_USE : FG_DO_ADVANCE;
    const char *id = with_usage ? "new" : NULL;
    bool failed = true;
    for (long nth = 1; failed; nth++) {
      memory = (scarcity){.fail_at = 0};
      fg_allocator allocator = scarce_allocator();
      fg_handle *handle = live_first_stretch(&allocator);
      live_second_stretch(handle);
      memory.fail_at = memory.asked + nth;
      fg_status status = run(handle, kind, third, id, NULL);
      failed = memory.asked >= memory.fail_at;
      memory.fail_at = 0;
      assert_int_equal(status, failed ? FG_NO_MEMORY : FG_OK);
      if (fg_account_now(fg_handle_account(handle)) < third) {
        expect(handle, third - 1, in_second);
      }
      expect(handle, third, in_third);
      must_run(handle, kind, third, id);
      assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
      assert_int_equal(memory.live, 0);
    }
  }
}

/* The same for the commit of a call of an earlier stretch. */
static void test_memory_runs_out_where_an_older_call_ends(void **state) {
  (void)state;
  const fg_time third = BEGIN + 2 * DAYS * FG_DAY;
  const char *const older[] = {"open", "#call-0-1"};
  for (int which = 0; which < 2; which++) {
    bool failed = true;
    for (long nth = 1; failed; nth++) {
      memory = (scarcity){.fail_at = 0};
      fg_allocator allocator = scarce_allocator();
      fg_handle *handle = live_first_stretch(&allocator);
      live_second_stretch(handle);
      must_run(handle, FG_DO_ADVANCE, third, NULL);
      memory.fail_at = memory.asked + nth;
      fg_status status = run(handle, FG_DO_COMMIT, third, older[which], NULL);
      failed = memory.asked >= memory.fail_at;
      memory.fail_at = 0;
      assert_int_equal(status, failed ? FG_NO_MEMORY : FG_OK);
      if (failed) {
        expect(handle, third, in_third);
      }
      must_run(handle, FG_DO_COMMIT, third, older[which]);
      assert_int_equal(run(handle, FG_DO_CANCEL, third + 2 * DAYS * FG_DAY - 1, older[which], NULL),
                       FG_ALREADY_FINISHED);
      assert_int_equal(run(handle, FG_DO_CANCEL, third + 2 * DAYS * FG_DAY, older[which], NULL), FG_UNKNOWN_ID);
      assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
      assert_int_equal(memory.live, 0);
    }
  }
}

/* An account that is read from its snapshot knows calls in flight and orders, and keeps them, as one that has lived. */
static void test_a_snapshot_in_each_stretch(void **state) {
  (void)state;
  const fg_time stretch = DAYS * FG_DAY;
  for (int read_in = 0; read_in < 6; read_in++) {
    fg_handle *handle = live_first_stretch(NULL);
    fg_account *account = fg_handle_account(handle);
    must(account, FG_DO_BUY_PACK, "2024-11-05T08:00:00", "product=image pack=calls-1k id=pack");
    for (int i = 0; i < 8; i++) {
      must_run(handle, FG_DO_ADVANCE, BEGIN + i * stretch + stretch / 2, NULL);
      if (i == read_in) {
        write_and_read(account);
      }
      assert_int_equal(run(handle, FG_DO_CALL, BEGIN + i * stretch + stretch / 2, "open", NULL), FG_IN_FLIGHT);
      assert_int_equal(run(handle, FG_DO_CALL, BEGIN + i * stretch + stretch / 2, "unknown", NULL), FG_IN_FLIGHT);
      assert_int_equal(run(handle, FG_DO_USE, BEGIN + i * stretch + stretch / 2, "pack", NULL), FG_ID_CONFLICT);
    }
    must_run(handle, FG_DO_COMMIT, BEGIN + 8 * stretch, "open");
    assert_int_equal(run(handle, FG_DO_COMMIT, BEGIN + 10 * stretch - 1, "open", NULL), FG_OK);
    assert_int_equal(run(handle, FG_DO_COMMIT, BEGIN + 10 * stretch, "open", NULL), FG_UNKNOWN_ID);
    assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
  }
}

/* A snapshot that was altered may say any number as its instant. */
static void test_a_snapshot_of_no_instant_is_refused(void **state) {
  (void)state;
  const fg_time none[] = {FG_NO_TIME + 1, FG_NO_TIME + FG_DAY, -1, FG_NEVER - 1, FG_NEVER};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    fg_handle *handle = begin(NULL);
    fg_handle *other = begin(NULL);
    fg_account *account = fg_handle_account(handle);
    fg_text bytes = {.allocator = account->allocator};
    const fg_time now = account->state.now;
    account->state.now = none[i];
    assert_int_equal(fg_snapshot_write(account, &bytes), FG_OK);
    account->state.now = now;
    fg_string altered = {bytes.text, bytes.length};
    assert_int_equal(fg_snapshot_read(fg_handle_account(other), altered), FG_INVALID);
    fg_text_release(&bytes);
    assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
    assert_int_equal(fg_handle_close(other, NULL), FG_OK);
  }
}

static void test_days_out_of_range(void **state) {
  (void)state;
  const int64_t wrong[] = {-1, FG_KEEP_IDS_DAYS_MAX + 1, INT64_MIN, INT64_MAX};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    fg_account_options options = {.keep_ids_days = wrong[i]};
    fg_account *account = NULL;
    fg_error error;
    assert_int_equal(fg_account_new(facefusion, &options, &account, &error), FG_INVALID);
    assert_string_equal(error.path, "keep_ids_days");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_memory_stays_level),
      cmocka_unit_test(test_what_is_known_in_each_stretch),
      cmocka_unit_test(test_many_calls_in_flight_are_carried_over),
      cmocka_unit_test(test_memory_runs_out_where_a_stretch_begins),
      cmocka_unit_test(test_memory_runs_out_where_an_older_call_ends),
      cmocka_unit_test(test_a_snapshot_in_each_stretch),
      cmocka_unit_test(test_a_snapshot_of_no_instant_is_refused),
      cmocka_unit_test(test_days_out_of_range),
  };
  return cmocka_run_group_tests_name("kept_ids", tests, set_up_facefusion, tear_down_facefusion);
}
