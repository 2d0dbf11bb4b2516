/* Which pages of a ledger are read and checked when it is opened, and when damage in the others is told. */
#define _GNU_SOURCE
#include "ledger_support.h"
#include "pread_name.h"

#include <pthread.h>
#include <sys/uio.h>
#include <unistd.h>

#include "store/pages.h"

enum { USES = 3000 };

static int64_t bytes_read; ///< by the thread of the test
static pthread_t caller;

/* Stands before the system's. */
ssize_t PREAD(int file, void *bytes, size_t size, off_t offset) {
  bytes_read += pthread_equal(pthread_self(), caller) ? (int64_t)size : 0;
  struct iovec part = {bytes, size};
  return preadv(file, &part, 1, offset);
}

static fg_status open_with(const char *path, const char *check, bool read_only, fg_handle **ledger, fg_error *error) {
  const fg_ledger_options options = {.read_only = read_only, .check = {check, check == NULL ? 0 : strlen(check)}};
  caller = pthread_self();
  bytes_read = 0;
  *ledger = NULL;
  return fg_ledger_open(path, &options, ledger, error);
}

/* Changes a byte in the middle of a page. */
static void damage(const char *path, long page) {
  FILE *file = fopen(path, "r+b");
  assert_non_null(file);
  assert_int_equal(fseek(file, (page - 1) * FG_PAGE_SIZE + 2000, SEEK_SET), 0);
  int byte = fgetc(file);
  assert_int_equal(fseek(file, -1, SEEK_CUR), 0);
  assert_int_equal(fputc(byte ^ 1, file), byte ^ 1);
  assert_int_equal(fclose(file), 0);
}

static const char *filled(void) {
  static char path[512];
  snprintf(path, sizeof path, "%s", ledger_path("booth.db"));
  fill_ledger(path, USES);
  return path;
}

static void test_bytes_that_an_opening_reads(void **state) {
  (void)state;
  const char *path = filled();
  int64_t size = file_size(path);
  fg_handle *ledger = NULL;
  assert_int_equal(open_with(path, "all", false, &ledger, NULL), FG_OK);
  assert_true(bytes_read >= size);
  close_ledger(ledger);
  assert_int_equal(open_with(path, NULL, false, &ledger, NULL), FG_OK); /* below 32 MiB as "all" */
  assert_true(bytes_read >= size);
  close_ledger(ledger);
  assert_int_equal(open_with(path, "used", false, &ledger, NULL), FG_OK);
  assert_true(bytes_read < size * 2 / 3); /* from 3.45 on SQLite reads long values once more, past its cache */
  assert_int_equal(command_count(ledger), USES + 1);
  close_ledger(ledger);
  assert_good(path);
}

/* The status of the questions that are asked for some seconds, until one is refused. */
static fg_status ask_on(fg_handle *ledger, fg_error *error) {
  fg_status status = FG_OK;
  for (int i = 0; i < 500 && status == FG_OK; i++) {
    json_builder builder;
    fg_visitor visitor = build_json(&builder, fg_account_book(fg_handle_account(ledger)));
    status = fg_handle_uncertain(ledger, &visitor, error);
    json_decref(builder.root);
    usleep(10000);
  }
  return status;
}

/* Each page but the first is damaged by turns: an opening that reads it refuses it, and otherwise the thread finds it,
   which all that follows is told. No command is answered as new that was there. */
static void test_damage_is_told(void **state) {
  (void)state;
  char path[512];
  const char *whole = filled();
  long pages = file_size(whole) / FG_PAGE_SIZE;
  int refused = 0;
  int found = 0;
  snprintf(path, sizeof path, "%s", ledger_path("damaged.db"));
  for (long page = 2; page <= pages; page += pages / 12) {
    for (int read_only = 0; read_only < 2; read_only++) {
      fg_error error = {0};
      fg_handle *ledger = NULL;
      copy_ledger(whole, path);
      damage(path, page);
      assert_int_equal(open_with(path, "all", read_only != 0, &ledger, &error), FG_LEDGER_CORRUPT);
      fg_status status = open_with(path, "used", read_only != 0, &ledger, &error);
      if (status != FG_OK) {
        refused++;
      } else {
        found++;
        status = ask_on(ledger, &error);
        assert_int_equal(use_one(ledger, USES + 10, "new", NULL), FG_LEDGER_CORRUPT);
        (void)fg_handle_close(ledger, NULL);
      }
      assert_int_equal(status, FG_LEDGER_CORRUPT);
      assert_non_null(strstr(error.message, "is torn or altered"));
    }
  }
  assert_true(refused + found > 20);
  assert_true(found > 10);
}

/* A page that is used before the thread has come to it is refused when it is used: an id that the ledger has is never
   taken for new. */
static void test_a_damaged_page_is_not_used(void **state) {
  (void)state;
  char path[512];
  const char *whole = filled();
  long pages = file_size(whole) / FG_PAGE_SIZE;
  snprintf(path, sizeof path, "%s", ledger_path("damaged.db"));
  for (long page = 3; page <= pages; page += 7) {
    fg_handle *ledger = NULL;
    copy_ledger(whole, path);
    damage(path, page);
    if (open_with(path, "used", false, &ledger, NULL) != FG_OK) {
      continue;
    }
    for (int number = 1; number <= USES; number += 53) {
      char id[16];
      fg_outcome outcome;
      snprintf(id, sizeof id, "u%d", number);
      fg_status status = use_one(ledger, USES + number, id, &outcome);
      assert_true(status == FG_LEDGER_CORRUPT || (status == FG_OK && outcome.repeated));
    }
    (void)fg_handle_close(ledger, NULL);
  }
}

/* A page that is damaged in the database, but that the log has, is not read from the database. */
static void test_a_page_of_the_log_is_not_damage(void **state) {
  (void)state;
  char path[512];
  fg_handle *ledger = NULL;
  fg_error error = {0};
  snprintf(path, sizeof path, "%s", ledger_path("killed.db"));
  leave_killed(path);
  long pages = file_size(path) / FG_PAGE_SIZE;
  int opened = 0;
  for (long page = 2; page <= pages; page++) {
    copy_ledger(path, ledger_path("booth.db"));
    damage(ledger_path("booth.db"), page);
    fg_status all = open_with(ledger_path("booth.db"), "all", true, &ledger, NULL);
    fg_handle_close(ledger, NULL);
    if (all == FG_OK) {
      opened++;
      assert_int_equal(open_with(ledger_path("booth.db"), "used", false, &ledger, &error), FG_OK);
      usleep(100000);
      assert_int_equal(use_one(ledger, 50, "more", NULL), FG_OK);
      close_ledger(ledger);
      assert_good(ledger_path("booth.db"));
    }
  }
  assert_true(opened > 0);
}

static void test_a_file_that_is_cut_is_refused(void **state) {
  (void)state;
  const char *path = filled();
  fg_handle *ledger = NULL;
  fg_error error = {0};
  assert_int_equal(truncate(path, file_size(path) - FG_PAGE_SIZE), 0);
  assert_int_equal(open_with(path, "used", false, &ledger, &error), FG_LEDGER_CORRUPT);
  assert_non_null(strstr(error.message, "truncated"));
}

static void test_words(void **state) {
  (void)state;
  fg_handle *ledger = NULL;
  fg_error error = {0};
  fill_ledger(ledger_path("booth.db"), 1);
  assert_int_equal(open_with(ledger_path("booth.db"), "some", false, &ledger, &error), FG_INVALID);
  assert_string_equal(error.path, "check");
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_bytes_that_an_opening_reads),   LEDGER_TEST(test_damage_is_told),
      LEDGER_TEST(test_a_damaged_page_is_not_used),    LEDGER_TEST(test_a_page_of_the_log_is_not_damage),
      LEDGER_TEST(test_a_file_that_is_cut_is_refused), LEDGER_TEST(test_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
