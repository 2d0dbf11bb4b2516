/* Reads within a page of the database, as SQLite from 3.45 on makes them for long values: only of a page that is whole.
   They are made here by the file system that SQLite sees, because an earlier SQLite makes none. */
#include "base/system_features.h"

#include "ledger_support.h"

#include "store/vfs.h"

enum { NEXT = 4 }; /* an overflow page begins with the number of the next one */

static fg_vfs vfs;
static sqlite3 *database;
static sqlite3_file *file;
static char *bytes; ///< of the ledger's file, as it was written
static size_t length;

static void open_file(void) {
  assert_int_equal(fg_vfs_register(&vfs), SQLITE_OK);
  assert_int_equal(sqlite3_open_v2(ledger_path("booth.db"), &database, SQLITE_OPEN_READONLY, vfs.name), SQLITE_OK);
  assert_int_equal(sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file), SQLITE_OK);
}

static void close_file(void) {
  sqlite3_close(database);
  fg_vfs_unregister(&vfs);
}

/* The first page that a long value goes on in: all others begin with their kind, which is not 0. */
static int64_t overflow_page(void) {
  for (int64_t number = 2; (size_t)number * FG_PAGE_SIZE <= length; number++) {
    if (bytes[(number - 1) * FG_PAGE_SIZE] == 0) {
      return number;
    }
  }
  fail_msg("no value is long in %zu bytes", length);
  return 0;
}

static int read_within(int64_t page, int within, int size, unsigned char *found) {
  memset(found, 0xA5, (size_t)size);
  return file->pMethods->xRead(file, found, size, (page - 1) * FG_PAGE_SIZE + within);
}

static void assert_reads(int64_t page, int within, int size) {
  unsigned char found[FG_PAGE_SIZE];
  assert_int_equal(read_within(page, within, size, found), SQLITE_OK);
  assert_memory_equal(found, bytes + (page - 1) * FG_PAGE_SIZE + within, (size_t)size);
}

static void read_ledger(void) {
  fill_ledger(ledger_path("booth.db"), 3);
  bytes = read_file(ledger_path("booth.db"), &length);
  assert_int_equal(length % FG_PAGE_SIZE, 0);
}

static void test_a_page_that_is_whole(void **state) {
  (void)state;
  read_ledger();
  int64_t page = overflow_page();
  open_file();
  assert_reads(page, NEXT, 1);
  assert_reads(page, 1000, 700);
  assert_reads(page, NEXT, FG_PAGE_SIZE - FG_STAMP_SIZE - NEXT);
  assert_reads(page, 0, FG_PAGE_SIZE);
  assert_reads(1, 24, 16); /* SQLite's counters of changes */
  assert_int_equal(vfs.bad_page, 0);
  close_file();
  free(bytes);
}

/* Whatever is read of it, before the altered byte, behind it or over it. */
static void test_a_page_that_is_altered(void **state) {
  (void)state;
  static const int places[] = {0, NEXT, 2000, FG_PAGE_SIZE - FG_STAMP_SIZE - 1, FG_PAGE_SIZE - 1};
  unsigned char found[FG_PAGE_SIZE];
  read_ledger();
  int64_t page = overflow_page();
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    char *altered = bytes + (page - 1) * FG_PAGE_SIZE + places[i];
    *altered ^= 0x01;
    write_file(ledger_path("booth.db"), bytes, length);
    open_file();
    assert_int_equal(read_within(page, NEXT, 100, found), SQLITE_IOERR_DATA);
    assert_int_equal(vfs.bad_page, page);
    assert_int_equal(read_within(page, 1990, 100, found), SQLITE_IOERR_DATA);
    assert_int_equal(read_within(page, 3000, FG_PAGE_SIZE - FG_STAMP_SIZE - 3000, found), SQLITE_IOERR_DATA);
    assert_reads(1, 24, 16);
    close_file();
    *altered ^= 0x01;
  }
  free(bytes);
}

/* No stamp is left of a page that is cut, so it is read as far as it goes. */
static void test_a_page_that_is_cut(void **state) {
  (void)state;
  unsigned char found[FG_PAGE_SIZE];
  read_ledger();
  int64_t page = overflow_page();
  write_file(ledger_path("booth.db"), bytes, (size_t)(page - 1) * FG_PAGE_SIZE + 2048);
  open_file();
  assert_reads(page, NEXT, 2048 - NEXT);
  assert_int_equal(read_within(page, 2000, 100, found), SQLITE_IOERR_SHORT_READ);
  assert_int_equal(vfs.bad_page, 0);
  close_file();
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_a_page_that_is_whole, make_ledger_directory, drop_ledger_directory),
      cmocka_unit_test_setup_teardown(test_a_page_that_is_altered, make_ledger_directory, drop_ledger_directory),
      cmocka_unit_test_setup_teardown(test_a_page_that_is_cut, make_ledger_directory, drop_ledger_directory),
  };
  return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
