/* Long work on ledgers and timelines asks a listener whether it goes on. What is stopped leaves every file as it was,
   and can be done again. */
#include "base/system_features.h"

#include "ledger_support.h"

#include <time.h>
#include <unistd.h>

#include "json/write.h"
#include "store/system.h"

/* Long work, where each look at the clock is as late as a listener is asked: after 50 ms. */
enum { USES = 2000, ASKED_EVERY_MS = 50 };

static int64_t leap_ms;  ///< how much later a look at the time since the start is than the one before
static int64_t leapt_ms; ///< of all looks together

/* This one stands before the system's, so that no test depends on how fast the machine is. */
int clock_gettime(clockid_t clock, struct timespec *now) {
  timespec_get(now, TIME_UTC);
  if (clock == CLOCK_BOOTTIME) {
    leapt_ms += leap_ms;
    now->tv_sec += leapt_ms / 1000;
    now->tv_nsec += (long)(leapt_ms % 1000 * 1000000);
    now->tv_sec += now->tv_nsec / 1000000000;
    now->tv_nsec %= 1000000000;
  }
  return 0;
}

static int set_clock(void **state) {
  leap_ms = leapt_ms = 0;
  return make_ledger_directory(state);
}

typedef struct hearer {
  int goes_on; ///< so often the answer is true
  int asked;
} hearer;

static bool answer(void *context) {
  hearer *heard = context;
  return heard->asked++ < heard->goes_on;
}

static char path[512], copy[512], made[512];
static fg_text timeline;

static fg_status drop(void *context, const char *bytes, size_t length) {
  (void)context;
  (void)bytes;
  (void)length;
  return FG_OK;
}

typedef fg_status work(const fg_listener *listener, fg_error *error);

static fg_status replay(const fg_listener *listener, fg_error *error) {
  fg_text answered;
  fg_status status = fg_replay(timeline.text, timeline.length, NULL, NULL, listener, &answered, error);
  if (status == FG_OK) {
    fg_text_release(&answered);
  }
  return status;
}
static fg_status verify_it(const fg_listener *listener, fg_error *error) {
  fg_text told = {.allocator = fg_allocator_or_default(NULL)};
  fg_json_writer writer = {.text = &told};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_status status = fg_ledger_verify(path, NULL, listener, &visitor, error);
  fg_text_release(&told);
  return status;
}
static fg_status compare_it(const fg_listener *listener, fg_error *error) {
  fg_text told = {.allocator = fg_allocator_or_default(NULL)};
  fg_json_writer writer = {.text = &told};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_status status = fg_ledger_compare(path, copy, listener, &visitor, error);
  fg_text_release(&told);
  return status;
}
static fg_status export_it(const fg_listener *listener, fg_error *error) {
  const fg_sink sink = {drop, NULL};
  return fg_ledger_export(path, (fg_string){NULL, 0}, NULL, listener, &sink, error);
}
static fg_status import_it(const fg_listener *listener, fg_error *error) {
  return fg_ledger_import((fg_string){timeline.text, timeline.length}, NULL, made, NULL, listener, error);
}
static fg_status seal_it(const fg_listener *listener, fg_error *error) {
  return fg_ledger_seal(copy, made, 1000, NULL, listener, error);
}

static const struct {
  const char *name;
  work *does;
  bool makes; ///< whether it makes a ledger at `made`
} all[] = {{"replay", replay, false},    {"verify", verify_it, false}, {"compare", compare_it, false},
           {"export", export_it, false}, {"import", import_it, true},  {"seal", seal_it, true}};
enum { COUNT = sizeof all / sizeof *all };

/* Writes a timeline of many uses, as an export with the whole book in it. */
static void write_timeline(void) {
  fill_ledger(path, 1);
  timeline = export_ledger(path, NULL);
  unlink(path);
  timeline.length -= strlen("\n]}\n");
  for (int i = 0; i < USES; i++) {
    char use[160];
    int length = snprintf(use, sizeof use,
                          ",\n{\"at\":\"2024-11-06T%02d:%02d:%02d\",\"do\":\"use\",\"id\":\"n%d\","
                          "\"product\":\"image\",\"quantity\":1}",
                          i / 3600 % 24, i / 60 % 60, i % 60, i);
    assert_int_equal(fg_text_append(&timeline, use, (size_t)length), FG_OK);
  }
  assert_int_equal(fg_text_append(&timeline, "\n]}\n", 4), FG_OK);
}

static void test_stopped(void **state) {
  (void)state;
  snprintf(path, sizeof path, "%s", ledger_path("long.db"));
  snprintf(copy, sizeof copy, "%s", ledger_path("copy.db"));
  snprintf(made, sizeof made, "%s", ledger_path("made.db"));
  write_timeline();
  assert_int_equal(fg_ledger_import((fg_string){timeline.text, timeline.length}, NULL, path, NULL, NULL, NULL), FG_OK);
  copy_file(path, copy);
  leap_ms = ASKED_EVERY_MS;
  for (size_t i = 0; i < COUNT; i++) {
    for (int goes_on = 0; goes_on < 3; goes_on++) {
      uint64_t before = picture_of_files();
      hearer heard = {.goes_on = goes_on};
      fg_error error = {.status = FG_OK};
      fg_status status = all[i].does(&(fg_listener){answer, &heard}, &error);
      if (status != FG_STOPPED || error.status != FG_STOPPED || heard.asked != goes_on + 1) {
        fail_msg("%s, stopped at question %d of %d: %s", all[i].name, goes_on + 1, heard.asked, error.message);
      }
      assert_false(file_exists(made));
      assert_true(all[i].does == seal_it || picture_of_files() == before);
    }
  }
  assert_good(copy);
  fg_text_release(&timeline);
}

static void test_goes_on_as_if_nobody_asked(void **state) {
  (void)state;
  snprintf(path, sizeof path, "%s", ledger_path("short.db"));
  snprintf(copy, sizeof copy, "%s", ledger_path("copy.db"));
  snprintf(made, sizeof made, "%s", ledger_path("made.db"));
  fill_ledger(path, 2000);
  copy_file(path, copy);
  timeline = export_ledger(path, NULL);
  leap_ms = ASKED_EVERY_MS;
  for (size_t i = 0; i < COUNT; i++) {
    hearer heard = {.goes_on = 1 << 20};
    assert_int_equal(all[i].does(&(fg_listener){answer, &heard}, NULL), FG_OK);
    assert_true(heard.asked > 0);
    if (all[i].makes) {
      json_t *before = statement_in(path);
      json_t *after = statement_in(made);
      assert_true(json_equal(before, after));
      json_decref(before);
      json_decref(after);
      assert_good(made);
      unlink(made);
    }
  }
  fg_text_release(&timeline);
}

/* A handle that is inside keeps others waiting for seconds; who waits is asked, too. */
static void test_waiting_is_stopped(void **state) {
  (void)state;
  snprintf(path, sizeof path, "%s", ledger_path("held.db"));
  fill_ledger(path, 3);
  fg_handle *inside = open_ledger(path, 0);
  must_apply(inside, FG_DO_ADVANCE, "2025-06-01T00:00:00", "", NULL);
  leap_ms = ASKED_EVERY_MS;
  hearer heard = {.goes_on = 0};
  fg_error error = {.status = FG_OK};
  fg_file file;
  assert_int_equal(fg_system_open(path, FG_OPEN_WRITE, &file), 0);
  assert_int_equal(fg_system_lock(file, FG_LOCK_EXCLUSIVE, INT64_C(1) << 45), 0); /* the byte of who is inside */
  assert_int_equal(verify_it(&(fg_listener){answer, &heard}, &error), FG_STOPPED);
  assert_int_equal(heard.asked, 1);
  fg_system_close_locked(&file);
  close_ledger(inside);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_stopped, set_clock, drop_ledger_directory),
      cmocka_unit_test_setup_teardown(test_goes_on_as_if_nobody_asked, set_clock, drop_ledger_directory),
      cmocka_unit_test_setup_teardown(test_waiting_is_stopped, set_clock, drop_ledger_directory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
