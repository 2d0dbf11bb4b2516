/* How far the log is on the disk, as it is put down beside a ledger: never farther than it is. */
#include "base/system_features.h"

#include "ledger_support.h"

#include "store/wal_file.h"

static const unsigned char salts[8] = {1, 2, 3, 4, 5, 6, 7, 8};
static fg_wal_file log_file;
static void (*while_it_syncs)(void); ///< what SQLite writes meanwhile

static int write_nothing(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
  (void)file;
  (void)bytes;
  (void)size;
  (void)offset;
  return SQLITE_OK;
}

static int sync_and_more(sqlite3_file *file, int flags) {
  (void)file;
  (void)flags;
  if (while_it_syncs != NULL) {
    while_it_syncs();
  }
  return SQLITE_OK;
}

/* A frame as the format of SQLite has it; one that ends a transaction tells the pages of the database. */
static void write_frame(unsigned number, bool is_end) {
  static const unsigned char page[FG_PAGE_SIZE];
  unsigned char header[FG_WAL_FRAME_HEADER] = {[3] = 1, [7] = is_end};
  int64_t offset = FG_WAL_HEADER + (int64_t)(number - 1) * FG_WAL_FRAME;
  memcpy(header + 8, salts, sizeof salts);
  assert_int_equal(fg_wal_file_write(&log_file, header, sizeof header, offset), SQLITE_OK);
  assert_int_equal(fg_wal_file_write(&log_file, page, sizeof page, offset + FG_WAL_FRAME_HEADER), SQLITE_OK);
}

static void write_over_the_last(void) { write_frame(3, false); }

static uint32_t marked(void) {
  uint32_t frame = 0;
  assert_int_equal(fg_mark_read(ledger_path("booth.db-mark"), salts, &frame), 0);
  return frame;
}

static void test_marks(void **state) {
  (void)state;
  static const sqlite3_io_methods methods = {.iVersion = 1, .xWrite = write_nothing, .xSync = sync_and_more};
  sqlite3_file file = {&methods};
  fg_wal_file_begin(&log_file);
  assert_int_equal(fg_mark_open(ledger_path("booth.db-mark"), FG_NO_FILE, &log_file.mark), 0);
  FILE *log = fopen(ledger_path("booth.db-wal"), "wb");
  assert_non_null(log);
  fclose(log);
  assert_int_equal(fg_wal_file_opened(&log_file, &file, ledger_path("booth.db-wal")), SQLITE_OK);
  write_frame(1, true);
  write_frame(2, false);
  assert_int_equal(marked(), 0);
  assert_int_equal(fg_wal_file_sync(&log_file, 0), SQLITE_OK);
  assert_int_equal(marked(), 1); /* the second transaction has not ended */
  write_frame(2, true);
  write_frame(3, true);
  assert_int_equal(marked(), 1);
  assert_int_equal(fg_wal_file_sync(&log_file, 0), SQLITE_OK);
  assert_int_equal(marked(), 3);
  write_over_the_last(); /* SQLite took the last one back */
  assert_int_equal(marked(), 2);
  write_frame(3, true);
  while_it_syncs = write_over_the_last; /* what was synced is over before its sync has ended */
  assert_int_equal(fg_wal_file_sync(&log_file, 0), SQLITE_OK);
  assert_int_equal(marked(), 2);
  fg_system_close(&log_file.mark);
  fg_wal_file_end(&log_file);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_marks, make_ledger_directory, drop_ledger_directory),
  };
  return cmocka_run_group_tests_name("marks", tests, NULL, NULL);
}
