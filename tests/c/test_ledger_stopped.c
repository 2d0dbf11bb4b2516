/* Long work on ledgers and timelines asks a listener whether it goes on. What is stopped leaves every file as it was,
   and can be done again. */
#include "base/system_features.h"

#include "ledger_support.h"

#include <unistd.h>

#include "base/clock.h"
#include "json/write.h"
#include "store/system.h"

/* So long a piece of work takes at least, in microseconds: a listener is asked every 50,000. */
enum { LONG_US = 250000, FIRST_USES = 10000 };

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

static int64_t now_us(void) { return fg_system_clock.boottime(fg_system_clock.context); }

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

/* Writes a timeline of so many uses, as an export with the whole book in it. */
static void write_timeline(int uses) {
  fill_ledger(path, 1);
  timeline = export_ledger(path, NULL);
  unlink(path);
  timeline.length -= strlen("\n]}\n");
  for (int i = 0; i < uses; i++) {
    char use[160];
    int length = snprintf(use, sizeof use,
                          ",\n{\"at\":\"2024-11-06T%02d:%02d:%02d\",\"do\":\"use\",\"id\":\"n%d\","
                          "\"product\":\"image\",\"quantity\":1}",
                          i / 3600 % 24, i / 60 % 60, i % 60, i);
    assert_int_equal(fg_text_append(&timeline, use, (size_t)length), FG_OK);
  }
  assert_int_equal(fg_text_append(&timeline, "\n]}\n", 4), FG_OK);
}

/* Makes a ledger whose fastest work takes so long that it is asked about several times. */
static void make_long(void) {
  for (int uses = FIRST_USES;; uses *= 2) {
    assert_true(uses < 24 * 3600);
    write_timeline(uses);
    int64_t begin = now_us();
    assert_int_equal(replay(NULL, NULL), FG_OK);
    int64_t replayed = now_us() - begin;
    assert_int_equal(fg_ledger_import((fg_string){timeline.text, timeline.length}, NULL, path, NULL, NULL, NULL),
                     FG_OK);
    begin = now_us();
    assert_int_equal(export_it(NULL, NULL), FG_OK);
    if (replayed >= LONG_US && now_us() - begin >= LONG_US) {
      return;
    }
    fg_text_release(&timeline);
    unlink(path);
  }
}

static void test_stopped(void **state) {
  (void)state;
  snprintf(path, sizeof path, "%s", ledger_path("long.db"));
  snprintf(copy, sizeof copy, "%s", ledger_path("copy.db"));
  snprintf(made, sizeof made, "%s", ledger_path("made.db"));
  make_long();
  copy_file(path, copy);
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
  for (size_t i = 0; i < COUNT; i++) {
    hearer heard = {.goes_on = 1 << 20};
    assert_int_equal(all[i].does(&(fg_listener){answer, &heard}, NULL), FG_OK);
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
  int64_t begin = now_us();
  hearer heard = {.goes_on = 0};
  fg_error error = {.status = FG_OK};
  fg_file file;
  assert_int_equal(fg_system_open(path, FG_OPEN_WRITE, &file), 0);
  assert_int_equal(fg_system_lock(file, FG_LOCK_EXCLUSIVE, INT64_C(1) << 45), 0); /* the byte of who is inside */
  assert_int_equal(verify_it(&(fg_listener){answer, &heard}, &error), FG_STOPPED);
  assert_int_equal(heard.asked, 1);
  assert_true(now_us() - begin < 4000000); /* without a listener it waits for five seconds */
  fg_system_close_locked(&file);
  close_ledger(inside);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_stopped, make_ledger_directory, drop_ledger_directory),
      cmocka_unit_test_setup_teardown(test_goes_on_as_if_nobody_asked, make_ledger_directory, drop_ledger_directory),
      cmocka_unit_test_setup_teardown(test_waiting_is_stopped, make_ledger_directory, drop_ledger_directory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
