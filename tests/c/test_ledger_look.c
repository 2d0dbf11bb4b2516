/* A handle that only looks: it sees what others write, changes no byte, and keeps nobody waiting. */
#define _DEFAULT_SOURCE /* truncate, kill */
#include "fake_clock.h"
#include "ledger_support.h"

#include <signal.h>
#ifndef _WIN32
#include <sys/wait.h>
#endif
#include <unistd.h>

static char path[512];

static int make_path(void **state) {
  int failed = make_ledger_directory(state);
  snprintf(path, sizeof path, "%s", ledger_path("booth.db"));
  return failed;
}

static fg_status look(fg_handle **ledger, fg_error *error) {
  fg_ledger_options options = {.read_only = true};
  return fg_ledger_open(path, &options, ledger, error);
}

static int64_t total_of(fg_handle *ledger) {
  assert_int_equal(fg_handle_refresh(ledger, NULL), FG_OK);
  json_t *statement = statement_of(fg_handle_account(ledger));
  int64_t total = json_integer_value(json_at(statement, "/products/image/month/total"));
  json_decref(statement);
  return total;
}

static void test_sees_what_others_write(void **state) {
  (void)state;
  fg_handle *dashboard = NULL;
  fill_ledger(path, 3);
  fg_handle *booth = open_ledger(path, 0);
  assert_int_equal(look(&dashboard, NULL), FG_OK);
  assert_int_equal(total_of(dashboard), 3);
  for (int i = 4; i <= 1200; i++) { /* beyond a snapshot, and the log is begun anew in between */
    char id[16];
    snprintf(id, sizeof id, "u%d", i);
    assert_int_equal(use_one(booth, i, id, NULL), FG_OK);
    if (i % 100 == 0) {
      assert_int_equal(total_of(dashboard), i);
    }
  }
  close_ledger(booth); /* which removes the log */
  assert_int_equal(total_of(dashboard), 1200);
  booth = open_ledger(path, 0);
  assert_int_equal(use_one(booth, 1300, "after", NULL), FG_OK);
  assert_int_equal(total_of(dashboard), 1201);
  close_ledger(dashboard);
  assert_int_equal(use_one(booth, 1301, "more", NULL), FG_OK);
  close_ledger(booth);
  assert_good(path);
}

/* Whatever the clock shows: the command would not be written on any day. */
static void test_refuses_before_it_asks_the_clock(void **state) {
  (void)state;
  fake_clock years_ahead = {.wall = at("2030-01-01T00:00:00"), .boottime = 1, .boot = 1};
  fg_clock_source source = fake_source(&years_ahead);
  fg_clock_options clock = {0, &source};
  fg_ledger_options options = {.read_only = true, .clock = &clock};
  fg_handle *dashboard = NULL;
  fill_ledger(path, 3);
  assert_int_equal(fg_ledger_open(path, &options, &dashboard, NULL), FG_OK);
  for (int kind = 0; kind < FG_COMMAND_COUNT; kind++) {
    fg_command command;
    fg_command_begin(&command, (fg_command_kind)kind, FG_NO_TIME);
    bool is_question = kind == FG_DO_PREVIEW || kind == FG_DO_STATEMENT;
    assert_int_equal(fg_handle_apply(dashboard, &command, NULL, NULL), is_question ? FG_OK : FG_LEDGER_READ_ONLY);
  }
  assert_int_equal(fg_handle_trust_clock(dashboard, NULL), FG_LEDGER_READ_ONLY);
  close_ledger(dashboard);
}

static void test_writes_nothing(void **state) {
  (void)state;
  fg_handle *dashboard = NULL;
  fg_error error = {0};
  size_t before_length = 0;
  size_t after_length = 0;
  fill_ledger(path, 3);
  char *before = read_file(path, &before_length);
  assert_int_equal(look(&dashboard, NULL), FG_OK);
  fg_command use = command_of(FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=1 id=x");
  assert_int_equal(fg_handle_apply(dashboard, &use, NULL, &error), FG_LEDGER_READ_ONLY);
  assert_non_null(strstr(error.message, "only to look"));
  assert_int_equal(total_of(dashboard), 3);
  /* A question about a time to come is answered, and what falls due until then has not happened after it. */
  fg_outcome outcome;
  fg_command preview = command_of(FG_DO_PREVIEW, "2025-03-01T10:00:00", "");
  assert_int_equal(fg_handle_apply(dashboard, &preview, &outcome, NULL), FG_OK);
  assert_int_equal(total_of(dashboard), 3);
  close_ledger(dashboard);
  char *after = read_file(path, &after_length);
  assert_int_equal(before_length, after_length);
  assert_memory_equal(before, after, before_length);
  free(before);
  free(after);
  assert_false(file_exists(ledger_path("booth.db-wal")));
  assert_false(file_exists(ledger_path("booth.db-shm")));
}

static void test_missing_and_damaged(void **state) {
  (void)state;
  fg_handle *dashboard = NULL;
  fg_error error = {0};
  assert_int_equal(look(&dashboard, &error), FG_LEDGER_MISSING);
  assert_false(file_exists(path));
  fill_ledger(path, 300);
  assert_int_equal(truncate(path, file_size(path) - 100), 0);
  assert_int_equal(look(&dashboard, &error), FG_LEDGER_CORRUPT);
}

#ifndef _WIN32
/* After a kill the newest commands are in the log: they are seen, and the log stays. */
static void test_after_a_kill(void **state) {
  (void)state;
  fg_handle *dashboard = NULL;
  fill_ledger(path, 3);
  pid_t child = fork();
  if (child == 0) {
    fg_handle *booth = open_ledger(path, 0);
    if (use_one(booth, 10, "last", NULL) != FG_OK) {
      _exit(1);
    }
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status));
  long log = file_size(ledger_path("booth.db-wal"));
  assert_true(log > 0);
  assert_int_equal(look(&dashboard, NULL), FG_OK);
  assert_int_equal(total_of(dashboard), 4);
  close_ledger(dashboard);
  assert_int_equal(file_size(ledger_path("booth.db-wal")), log);
  fg_handle *booth = open_ledger(path, 0);
  assert_int_equal(command_count(booth), 5);
  close_ledger(booth);
  assert_good(path);
}

/* A cut of power may leave marks that are older than the database, because they are not synced. What they say of the
   database is not asked of a handle that writes, if the others that are open only look. */
static void test_marks_are_old(void **state) {
  (void)state;
  static const int64_t long_ago[3] = {4096, 1, 1}; /* size and time of the database, after the turn */
  fg_handle *dashboard = NULL;
  fg_handle *booth = NULL;
  fg_error error = {0};
  leave_killed(path);
  FILE *marks = fopen(ledger_path("booth.db-mark"), "r+b");
  assert_non_null(marks);
  assert_int_equal(fseek(marks, sizeof(int64_t), SEEK_SET), 0);
  assert_int_equal(fwrite(long_ago, sizeof long_ago, 1, marks), 1);
  fclose(marks);
  assert_int_equal(look(&dashboard, NULL), FG_OK);
  if (fg_ledger_open(path, NULL, &booth, &error) != FG_OK) {
    fail_msg("%s", error.message);
  }
  assert_int_equal(use_one(booth, 20, "u20", NULL), FG_OK);
  assert_int_equal(total_of(dashboard), 5);
  close_ledger(booth);
  close_ledger(dashboard);
}

#endif

static void test_a_sealed_one_can_be_looked_at(void **state) {
  (void)state;
  fg_handle *dashboard = NULL;
  fill_ledger(path, 3);
  assert_int_equal(fg_ledger_seal(path, ledger_path("next.db"), -1, NULL, NULL, NULL), FG_OK);
  assert_int_equal(try_to_open(path, NULL), FG_LEDGER_SEALED);
  assert_int_equal(look(&dashboard, NULL), FG_OK);
  assert_int_equal(total_of(dashboard), 3);
  close_ledger(dashboard);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_path, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_sees_what_others_write),
      LEDGER_TEST(test_writes_nothing),
      LEDGER_TEST(test_refuses_before_it_asks_the_clock),
      LEDGER_TEST(test_missing_and_damaged),
#ifndef _WIN32
      LEDGER_TEST(test_after_a_kill),
      LEDGER_TEST(test_marks_are_old),
#endif
      LEDGER_TEST(test_a_sealed_one_can_be_looked_at),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
