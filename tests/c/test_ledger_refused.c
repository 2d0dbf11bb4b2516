/* What is no ledger, or not whole, or not to be had: each its own error, and nothing of the file is written. */
#include "base/system_features.h"

#include "ledger_support.h"

#include <linux/magic.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "store/system.h"
#include "store/lock.h"
#include "store/pages.h"

/* Opening is refused, and the file is afterwards what it was. */
static void assert_refused(const char *path, fg_status expected, const char *word) {
  fg_error error = {0};
  size_t before_length = 0;
  size_t after_length = 0;
  char *before = read_file(path, &before_length);
  fg_status status = try_to_open(path, &error);
  char *after = read_file(path, &after_length);
  if (status != expected || strstr(error.message, word) == NULL) {
    fail_msg("%s: %s: %s; expected %s with \"%s\"", path, fg_status_name(status), error.message,
             fg_status_name(expected), word);
  }
  assert_false(fg_status_is_refusal(status));
  assert_int_equal(before_length, after_length);
  assert_memory_equal(before, after, before_length);
  free(before);
  free(after);
}

static void run_sql(const char *path, const char *statements) {
  sqlite3 *database = NULL;
  assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
  assert_int_equal(sqlite3_exec(database, statements, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(database);
}

static void put_bytes(const char *path, long offset, const void *bytes, size_t length) {
  FILE *file = fopen(path, "r+b");
  assert_non_null(file);
  assert_int_equal(fseek(file, offset, SEEK_SET), 0);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  fclose(file);
}

static void test_not_there(void **state) {
  (void)state;
  fg_error error = {0};
  assert_int_equal(try_to_open(ledger_path("none.db"), &error), FG_LEDGER_MISSING);
  assert_false(file_exists(ledger_path("none.db")));
  assert_false(file_exists(ledger_path("none.db-lock")));
  fg_book *book = load_book(FACEFUSION);
  fg_ledger_options options = {.book = book};
  fg_handle *ledger = NULL;
  assert_int_equal(fg_ledger_open(ledger_path("no/such/place.db"), &options, &ledger, &error), FG_LEDGER_NO_DIRECTORY);
  fg_book_release(book);
}

static void test_other_files(void **state) {
  (void)state;
  fg_error error = {0};
  const char *path = ledger_path("other");
  mkdir(path, 0777);
  assert_int_equal(try_to_open(path, &error), FG_LEDGER_NOT_A_FILE);
  assert_non_null(strstr(error.message, "directory"));
  assert_int_equal(try_to_open("/dev/null", &error), FG_LEDGER_NOT_A_FILE);
  path = ledger_path("text.db");
  write_file(path, "This is not a ledger.\n", 22);
  assert_refused(path, FG_LEDGER_FOREIGN, "some other file");
  write_file(path, "", 0);
  assert_refused(path, FG_LEDGER_FOREIGN, "empty");
  path = ledger_path("notes.db");
  run_sql(path, "CREATE TABLE notes (text)");
  assert_refused(path, FG_LEDGER_FOREIGN, "another application");
}

static void test_other_version(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 3);
  put_bytes(path, 60, "\0\0\0\1", 4);
  assert_refused(path, FG_LEDGER_VERSION, "Export it with the faregate that wrote it");
  put_bytes(path, 60, "\0\0\0\3", 4);
  assert_refused(path, FG_LEDGER_VERSION, "later faregate");
}

static void test_other_book(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *ledger = NULL;
  fg_error error = {0};
  fill_ledger(path, 3);
  copy_file(path, ledger_path("before.db"));
  fg_book *other = load_book("tencent-tts");
  fg_ledger_options options = {.book = other};
  assert_int_equal(fg_ledger_open(path, &options, &ledger, &error), FG_LEDGER_BOOK);
  assert_non_null(strstr(error.message, "another price book"));
  fg_book_release(other);
  fg_book *book = load_book(FACEFUSION);
  fg_string policy[] = {string_of("tier_basis"), string_of("total")};
  fg_account_options account = {.policy = policy, .policy_count = 1};
  options = (fg_ledger_options){.book = book, .account = &account};
  assert_int_equal(fg_ledger_open(path, &options, &ledger, &error), FG_LEDGER_BOOK);
  assert_non_null(strstr(error.message, "another policy"));
  options.book = NULL;
  assert_int_equal(fg_ledger_open(path, &options, &ledger, &error), FG_LEDGER_BOOK);
  policy[0] = string_of("nope");
  assert_int_equal(fg_ledger_open(path, &options, &ledger, &error), FG_INVALID);
  options.book = book;
  account.policy_count = 0;
  assert_int_equal(fg_ledger_open(path, &options, &ledger, &error), FG_OK);
  close_ledger(ledger);
  fg_book_release(book);
  size_t length = 0;
  size_t before_length = 0;
  char *before = read_file(ledger_path("before.db"), &before_length);
  char *after = read_file(path, &length);
  assert_int_equal(length, before_length);
  assert_memory_equal(before, after, length);
  free(before);
  free(after);
}

static void test_options_out_of_range(void **state) {
  (void)state;
  fg_handle *ledger = NULL;
  fg_error error = {0};
  fg_ledger_options options = {.group_ms = -1};
  assert_int_equal(fg_ledger_open(ledger_path("booth.db"), &options, &ledger, &error), FG_INVALID);
  assert_string_equal(error.path, "group_ms");
  options = (fg_ledger_options){.wait_ms = -1};
  assert_int_equal(fg_ledger_open(ledger_path("booth.db"), &options, &ledger, &error), FG_INVALID);
  assert_string_equal(error.path, "wait_ms");
}

static void test_read_only(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 3);
  assert_int_equal(chmod(path, 0444), 0);
  assert_refused(path, FG_LEDGER_READ_ONLY, "read-only");
  assert_int_equal(chmod(path, 0644), 0);
  assert_int_equal(try_to_open(path, NULL), FG_OK);
}

static bool is_far;                ///< every disk is a network's
static const char *goes_meanwhile; ///< a directory that is removed when its disk is looked at

/* This one stands before the system's. */
int statfs(const char *path, struct statfs *told) {
#ifdef SYS_statfs64
  int result = (int)syscall(SYS_statfs64, path, sizeof *told, told); /* sizes of 64 bits on a machine of 32 */
#else
  int result = (int)syscall(SYS_statfs, path, told);
#endif
  if (goes_meanwhile != NULL) {
    rmdir(goes_meanwhile);
  }
  if (is_far) {
    told->f_type = (__typeof__(told->f_type))SMB2_SUPER_MAGIC;
  }
  return result;
}

static void test_network_disks(void **state) {
  (void)state;
  assert_string_equal(fg_system_network_name(0x6969), "NFS");
  assert_string_equal(fg_system_network_name(0xFE534D42), "SMB");
  assert_string_equal(fg_system_network_name(0x65735546), "FUSE");
  assert_null(fg_system_network_name(0xEF53)); /* ext4 */
  assert_null(fg_system_network("."));
  const char *path = ledger_path("booth.db");
  const char *fresh = ledger_path("new.db");
  fg_error error = {0};
  fg_handle *ledger = NULL;
  fg_book *book = load_book(FACEFUSION);
  fg_ledger_options options = {.book = book};
  fill_ledger(path, 3);
  uint64_t before = picture_of_files();
  is_far = true;
  assert_refused(path, FG_LEDGER_NETWORK, "(SMB)");
  assert_int_equal(fg_ledger_open(fresh, &options, &ledger, &error), FG_LEDGER_NETWORK);
  is_far = false;
  assert_non_null(strstr(error.message, "(SMB)"));
  assert_true(picture_of_files() == before);
  fg_book_release(book);
}

/* A directory that goes while a ledger is made in it is no reason to try for ever. */
static void test_the_directory_goes(void **state) {
  (void)state;
  char directory[512];
  fg_error error = {0};
  fg_book *book = load_book(FACEFUSION);
  fg_ledger_options options = {.book = book};
  fg_handle *ledger = NULL;
  snprintf(directory, sizeof directory, "%s", ledger_path("gone"));
  assert_int_equal(mkdir(directory, 0777), 0);
  goes_meanwhile = directory;
  fg_status status = fg_ledger_open(ledger_path("gone/booth.db"), &options, &ledger, &error);
  goes_meanwhile = NULL;
  assert_int_equal(status, FG_LEDGER_MISSING);
  assert_false(file_exists(directory));
  fg_book_release(book);
}

static void test_held_by_another_handle(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *ledger = NULL;
  fg_error error = {0};
  fg_lock lock;
  fill_ledger(path, 3);
  assert_int_equal(fg_lock_open(&lock, path, true, 0), 0);
  assert_int_equal(fg_lock_enter(&lock), 0); /* and does not leave: stopped in the middle of a command */
  fg_ledger_options options = {.wait_ms = 20};
  assert_int_equal(fg_ledger_open(path, &options, &ledger, &error), FG_LEDGER_LOCKED);
  assert_non_null(strstr(error.message, "another handle"));
  fg_lock_leave(&lock);
  assert_int_equal(fg_ledger_open(path, &options, &ledger, &error), FG_OK);
  assert_int_equal(fg_lock_enter(&lock), 0);
  assert_int_equal(apply_to(ledger, FG_DO_CLOSE, "2024-11-06T10:00:00", "product=image", NULL, NULL), FG_LEDGER_LOCKED);
  fg_lock_leave(&lock);
  assert_int_equal(apply_to(ledger, FG_DO_CLOSE, "2024-11-06T10:00:00", "product=image", NULL, NULL), FG_OK);
  fg_lock_close(&lock);
  close_ledger(ledger);
}

/* Handles of one file meet under one name only, whatever its number. */
static void test_numbers_of_names(void **state) {
  (void)state;
  static const int64_t numbers[] = {0, 1, 5, (INT64_C(1) << 40) - 1};
  const char *path = ledger_path("file");
  enum { COUNT = sizeof numbers / sizeof *numbers };
  write_file(path, "", 0);
  for (int held = 0; held < COUNT; held++) {
    fg_lock first;
    assert_int_equal(fg_lock_open(&first, path, true, 0), 0);
    assert_int_equal(fg_lock_take_name(&first, numbers[held]), 0);
    assert_int_equal(fg_lock_take_session(&first, 0), 0);
    for (int asked = 0; asked < COUNT; asked++) {
      fg_lock second;
      assert_int_equal(fg_lock_open(&second, path, true, 0), 0);
      assert_int_equal(fg_lock_take_name(&second, numbers[asked]), asked == held ? 0 : EXDEV);
      assert_false(fg_lock_is_alone(&second));
      fg_lock_close(&second);
      assert_true(fg_lock_is_alone(&first));
    }
    fg_lock_close(&first);
  }
}

/* Another program, or another copy of SQLite in this one, is kept out while a handle is open, and a handle while the
   other reads. Nothing it tries changes the file. */
static void test_other_programs(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  sqlite3 *other = NULL;
  fill_ledger(path, 3);
  fg_handle *ledger = open_ledger(path, 0);
  assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
  assert_int_equal(sqlite3_exec(other, "SELECT * FROM commands", NULL, NULL, NULL), SQLITE_BUSY);
  assert_int_equal(sqlite3_exec(other, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL), SQLITE_BUSY);
  assert_int_equal(sqlite3_exec(other, "VACUUM", NULL, NULL, NULL), SQLITE_BUSY);
  sqlite3_close(other);
  assert_int_equal(use_one(ledger, 100, "after", NULL), FG_OK);
  close_ledger(ledger);

  assert_int_equal(sqlite3_open(path, &other), SQLITE_OK); /* at rest it may be read … */
  assert_int_equal(sqlite3_exec(other, "BEGIN; SELECT * FROM commands", NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(try_to_open(path, NULL), FG_LEDGER_LOCKED);
  assert_int_equal(try_to_open(path, NULL), FG_LEDGER_LOCKED); /* its locks were not lost by our looking */
  assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
  static const char *const writes[] = {"INSERT INTO meta VALUES ('a', 'b')", "DELETE FROM commands",
                                       "UPDATE commands SET at = 0",
                                       "INSERT INTO snapshots VALUES (9, 1, 1, x'', x'')"};
  for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) { /* … but not written */
    assert_int_not_equal(sqlite3_exec(other, writes[i], NULL, NULL, NULL), SQLITE_OK);
  }
  sqlite3_close(other);
  assert_int_equal(try_to_open(path, NULL), FG_OK);
  assert_good(path);
}

/* Who takes the triggers away and writes nevertheless leaves pages without a stamp. */
static void test_written_by_others(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 3);
  run_sql(path, "DROP TRIGGER commands_update; UPDATE commands SET id = 'mine' WHERE seq = 3");
  fg_error error = {0};
  assert_int_equal(try_to_open(path, &error), FG_LEDGER_CORRUPT);
}

static void test_every_altered_byte_is_noticed(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  const char *copy = ledger_path("copy.db");
  int step = or_in_short(41, 1009);
  size_t length = 0;
  int count = 0;
  fill_ledger(path, 60);
  char *bytes = read_file(path, &length);
  for (size_t place = 0; place < length; place += (size_t)step) {
    char altered = (char)(bytes[place] ^ (1 << place % 8));
    write_file(copy, bytes, length);
    put_bytes(copy, (long)place, &altered, 1);
    fg_status status = try_to_open(copy, NULL);
    bool is_head = place < 100;
    if (status != FG_LEDGER_CORRUPT && !(is_head && (status == FG_LEDGER_FOREIGN || status == FG_LEDGER_VERSION))) {
      fail_msg("byte %zu: %s", place, fg_status_name(status));
    }
    count++;
  }
  assert_true(count > 20);
  free(bytes);
}

static void test_truncated_anywhere(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  const char *copy = ledger_path("copy.db");
  size_t length = 0;
  fill_ledger(path, 60);
  char *bytes = read_file(path, &length);
  for (size_t left = 100; left < length; left += 1000) {
    write_file(copy, bytes, left);
    assert_refused(copy, FG_LEDGER_CORRUPT, "good up to command");
  }
  char *longer = calloc(1, length + 4096);
  memcpy(longer, bytes, length);
  write_file(copy, longer, length + 4096);
  assert_refused(copy, FG_LEDGER_CORRUPT, "bytes, but should have");
  free(longer);
  free(bytes);
}

static void test_pages_exchanged(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  size_t length = 0;
  fill_ledger(path, 200);
  char *bytes = read_file(path, &length);
  put_bytes(path, 4 * FG_PAGE_SIZE, bytes + 5 * FG_PAGE_SIZE, FG_PAGE_SIZE);
  assert_refused(path, FG_LEDGER_CORRUPT, "page 5 (bytes 16384 to 20479)");
  free(bytes);
}

/* Where a text is in the file, from a place on; -1 if it is not there. */
static long place_of(const char *path, const char *text, size_t from) {
  size_t length = 0;
  char *bytes = read_file(path, &length);
  long place = -1;
  for (size_t i = from; i + strlen(text) <= length && place < 0; i++) {
    place = memcmp(bytes + i, text, strlen(text)) == 0 ? (long)i : -1;
  }
  free(bytes);
  return place;
}

static void stamp_page(const char *path, long number) {
  unsigned char page[FG_PAGE_SIZE];
  FILE *file = fopen(path, "r+b");
  assert_non_null(file);
  fseek(file, (number - 1) * FG_PAGE_SIZE, SEEK_SET);
  assert_int_equal(fread(page, 1, sizeof page, file), sizeof page);
  fclose(file);
  fg_page_stamp(page, number);
  put_bytes(path, (number - 1) * FG_PAGE_SIZE, page, sizeof page);
}

/* One who knows how to stamp a page still breaks the chain. Some versions of SQLite leave another copy of a row in the
   free part of a page, so that all are forged. */
static void forge(const char *path, const char *text, const char *other) {
  long place = place_of(path, text, 0);
  assert_true(place >= 0);
  for (; place >= 0; place = place_of(path, text, (size_t)place + 1)) {
    put_bytes(path, place, other, strlen(other));
    stamp_page(path, place / FG_PAGE_SIZE + 1);
  }
}

static void test_forged_command(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 60);
  forge(path,
        "use"
        "u30",
        "use"
        "u99");
  assert_refused(path, FG_LEDGER_CORRUPT, "command 31 does not follow from the one before it; good up to command 30");
  json_t *told = verify(path);
  assert_true(json_is_false(json_object_get(told, "ok")));
  assert_int_equal(json_integer_value(json_object_get(told, "commands")), 30);
  assert_string_equal(json_string_value(json_object_get(told, "good_at")), "2024-11-05T10:00:29+08:00");
  json_decref(told);
  fg_text part = {0};
  fg_sink sink = fg_text_sink(&part);
  assert_int_equal(fg_ledger_export(path, (fg_string){NULL, 0}, NULL, NULL, &sink, NULL), FG_LEDGER_CORRUPT);
  fg_text_release(&part);
  fg_text timeline = export_ledger(path, "30"); /* what is good can be had */
  assert_null(strstr(timeline.text, "u30"));
  assert_non_null(strstr(timeline.text, "u29"));
  fg_text_release(&timeline);
}

static void test_book_altered(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 3);
  forge(path, "\"0.24\"", "\"0.42\"");
  assert_refused(path, FG_LEDGER_CORRUPT, "price book is altered");
}

static void test_says_how_far_it_is_good(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 60);
  long place = place_of(path, "useu40", 0);
  assert_true(place >= 0);
  put_bytes(path, place, "U", 1);
  fg_error error = {0};
  assert_int_equal(try_to_open(path, &error), FG_LEDGER_CORRUPT);
  /* The whole page is in doubt: commands of the pages before it are good, as their stamps say. */
  long long good = 0;
  const char *told = strstr(error.message, "is torn or altered; good up to command ");
  assert_non_null(told);
  assert_int_equal(sscanf(told, "is torn or altered; good up to command %lld of 2024-11-05T10:00:", &good), 1);
  assert_in_range(good, 2, 40);
  json_t *verified = verify(path);
  assert_true(json_is_false(json_object_get(verified, "ok")));
  assert_int_equal(json_integer_value(json_object_get(verified, "commands")), good);
  json_decref(verified);
  fg_text out = export_ledger(path, "2");
  assert_non_null(strstr(out.text, "\"u1\""));
  fg_text_release(&out);
}

/* The newest commands are in the log: a copy without it would silently go back in time. */
static void test_log_left_behind(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  const char *copy = ledger_path("copy.db");
  fill_ledger(path, 60);
  fg_handle *ledger = open_ledger(path, 0);
  assert_false(file_exists(ledger_path("booth.db-wal"))); /* nothing was written yet in this run */
  copy_ledger(path, copy);
  assert_int_equal(try_to_open(copy, NULL), FG_OK);
  assert_int_equal(use_one(ledger, 100, "new", NULL), FG_OK);
  copy_ledger(path, copy);
  assert_int_equal(try_to_open(copy, NULL), FG_OK); /* as a crash leaves it */
  copy_ledger(path, copy);
  assert_int_equal(unlink(ledger_path("copy.db-wal")), 0);
  assert_refused(copy, FG_LEDGER_CORRUPT,
                 "its log, copy.db-wal, is missing, with the newest commands; good up to command 61");
  assert_refused(copy, FG_LEDGER_CORRUPT, "is missing"); /* and looking at it does not make it good */
  close_ledger(ledger);
  copy_ledger(path, copy);
  assert_int_equal(try_to_open(copy, NULL), FG_OK);
  assert_good(copy);
}

/* What a database tool writes has no stamp: that is damage to the file, and none of the disk. */
static void test_written_by_a_tool(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_error error = {0};
  fg_visitor visitor = {0};
  fill_ledger(path, 3);
  run_sql(path, "CREATE TABLE more(a)");
  assert_int_equal(try_to_open(path, &error), FG_LEDGER_CORRUPT);
  assert_int_equal(fg_ledger_verify(path, NULL, NULL, &visitor, &error), FG_LEDGER_CORRUPT);
  assert_non_null(strstr(error.message, "is torn or altered"));
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_not_there),
      LEDGER_TEST(test_other_files),
      LEDGER_TEST(test_other_version),
      LEDGER_TEST(test_other_book),
      LEDGER_TEST(test_written_by_a_tool),
      LEDGER_TEST(test_options_out_of_range),
      LEDGER_TEST(test_read_only),
      LEDGER_TEST(test_network_disks),
      LEDGER_TEST(test_the_directory_goes),
      LEDGER_TEST(test_held_by_another_handle),
      LEDGER_TEST(test_numbers_of_names),
      LEDGER_TEST(test_other_programs),
      LEDGER_TEST(test_written_by_others),
      LEDGER_TEST(test_every_altered_byte_is_noticed),
      LEDGER_TEST(test_truncated_anywhere),
      LEDGER_TEST(test_pages_exchanged),
      LEDGER_TEST(test_forged_command),
      LEDGER_TEST(test_book_altered),
      LEDGER_TEST(test_says_how_far_it_is_good),
      LEDGER_TEST(test_log_left_behind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
