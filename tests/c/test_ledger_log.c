/* Damage in the log of a process that was killed: what was acknowledged is there, or it is said that it is not. */
#include "ledger_support.h"

#include <sys/stat.h>
#include <unistd.h>

#include "store/mark.h"

enum { REST = 3, BASE = REST + 1, COMMANDS = 4 }; /* before the run, with the opening; in the run */

static char path[512], killed[512], copy[512], copy_log[600], copy_mark[600];
static char *log_bytes;
static size_t log_length;

static const char *id_of(int number) {
  static char id[16];
  snprintf(id, sizeof id, "l%d", number);
  return id;
}

static void name_files(void) {
  snprintf(path, sizeof path, "%s", ledger_path("booth.db"));
  snprintf(killed, sizeof killed, "%s", ledger_path("killed.db"));
  snprintf(copy, sizeof copy, "%s", ledger_path("copy.db"));
  snprintf(copy_log, sizeof copy_log, "%s-wal", copy);
  snprintf(copy_mark, sizeof copy_mark, "%s-mark", copy);
}

/* A run of so many commands, all acknowledged, as it is when its process is killed: in `killed` and `copy`. */
static void kill_a_run(int64_t group_ms) {
  name_files();
  fill_ledger(path, REST);
  fg_handle *ledger = open_ledger(path, group_ms);
  for (int i = 1; i <= COMMANDS; i++) {
    assert_int_equal(use_one(ledger, 10 + i, id_of(i), NULL), FG_OK);
    if (group_ms > 0 && i == 2) {
      assert_int_equal(fg_handle_flush(ledger, NULL), FG_OK);
    }
  }
  copy_ledger(path, killed);
  copy_ledger(path, copy);
  close_ledger(ledger);
  log_bytes = read_file(copy_log, &log_length);
}

static void forget_killed(void) { free(log_bytes); }

static int64_t verified_commands(bool *is_good) {
  json_t *told = verify(copy);
  int64_t commands = json_integer_value(json_object_get(told, "commands"));
  *is_good = json_is_true(json_object_get(told, "ok"));
  json_decref(told);
  return commands;
}

/* Opening is refused with what is good, verify says so too, and neither changes the log. */
static void assert_told(const char *what) {
  fg_error error = {0};
  size_t length = 0;
  bool is_good = true;
  char *before = read_file(copy_log, &length);
  fg_status status = try_to_open(copy, &error);
  if (status != FG_LEDGER_CORRUPT || strstr(error.message, "good up to command ") == NULL) {
    fail_msg("%s: %s: %s", what, fg_status_name(status), error.message);
  }
  int64_t commands = verified_commands(&is_good);
  assert_false(is_good);
  assert_in_range(commands, BASE, BASE + COMMANDS);
  size_t after_length = 0;
  char *after = read_file(copy_log, &after_length);
  assert_int_equal(length, after_length);
  assert_memory_equal(before, after, length);
  free(before);
  free(after);
}

static void assert_opens(int least, int most) {
  fg_handle *ledger = open_ledger(copy, 0);
  int64_t there = command_count(ledger);
  assert_in_range(there, BASE + least, BASE + most);
  close_ledger(ledger);
  assert_good(copy);
}

/* What the library makes of a log before SQLite sees it. */
static bool is_noticed(void) {
  fg_wal wal;
  uint32_t marked = 0;
  fg_allocator allocator = fg_allocator_or_default(NULL);
  fg_file file;
  assert_int_equal(fg_system_open(copy_log, FG_OPEN_READ, &file), 0);
  assert_int_equal(fg_wal_read(file, &allocator, &wal), 0);
  fg_system_close(&file);
  assert_int_equal(fg_mark_read(copy_mark, wal.end.salts, &marked), 0);
  fg_wal_release(&wal, &allocator);
  return !wal.has_header || wal.end.frame < marked;
}

static int step(int of) { return or_in_short(1, of); }

/* The whole run is marked, so that every byte of the log counts. */
static void test_every_byte_of_the_log(void **state) {
  (void)state;
  kill_a_run(0);
  assert_int_equal((log_length - FG_WAL_HEADER) % FG_WAL_FRAME, 0);
  for (size_t place = 0; place < log_length; place += (size_t)step(101)) {
    size_t in_frame = place < FG_WAL_HEADER ? 0 : (place - FG_WAL_HEADER) % FG_WAL_FRAME;
    char was = log_bytes[place];
    log_bytes[place] = (char)(was ^ (1 << place % 8));
    write_file(copy_log, log_bytes, log_length);
    if (!is_noticed()) {
      fail_msg("byte %zu", place);
    }
    if (in_frame % 1024 < FG_WAL_FRAME_HEADER && in_frame % 3 == 0) {
      assert_told("a byte is altered");
    }
    log_bytes[place] = was;
  }
  write_file(copy_log, log_bytes, log_length);
  assert_false(is_noticed());
  assert_opens(COMMANDS, COMMANDS);
  forget_killed();
}

static void test_log_cut_at_every_length(void **state) {
  (void)state;
  kill_a_run(0);
  for (size_t length = 0; length < log_length; length += (size_t)step(211)) {
    write_file(copy_log, log_bytes, length);
    if (!is_noticed()) {
      fail_msg("cut to %zu bytes", length);
    }
    if (length < 40 ? length % 8 == 0 : length % 512 == 0 || length % FG_WAL_FRAME == FG_WAL_HEADER) {
      assert_told("cut");
    }
  }
  assert_int_equal(unlink(copy_log), 0);
  fg_error error = {0};
  assert_int_equal(try_to_open(copy, &error), FG_LEDGER_CORRUPT);
  assert_non_null(strstr(error.message, "is missing"));
  forget_killed();
}

static void test_zeros_in_the_log(void **state) {
  (void)state;
  kill_a_run(0);
  for (size_t place = 0; place < log_length; place += 512) {
    size_t length = log_length - place < 512 ? log_length - place : 512;
    char kept[512];
    static const char zeros[512];
    memcpy(kept, log_bytes + place, length);
    if (memcmp(kept, zeros, length) == 0) {
      continue;
    }
    memset(log_bytes + place, 0, length);
    write_file(copy_log, log_bytes, log_length);
    assert_told("zeros");
    memcpy(log_bytes + place, kept, length);
  }
  memset(log_bytes, 0, log_length);
  write_file(copy_log, log_bytes, log_length);
  assert_told("all zero");
  forget_killed();
}

/* The frame that ends the transaction so many before the last one. */
static size_t end_of_transaction(int before_last) {
  size_t frames = (log_length - FG_WAL_HEADER) / FG_WAL_FRAME;
  size_t found = frames;
  for (size_t frame = frames; frame > 0 && before_last >= 0; frame--) {
    const char *header = log_bytes + FG_WAL_HEADER + (frame - 1) * FG_WAL_FRAME;
    if (fg_wal_is_commit((const unsigned char *)header)) {
      found = frame;
      before_last--;
    }
  }
  return found;
}

static void write_altered(size_t place, char bits) {
  log_bytes[place] = (char)(log_bytes[place] ^ bits);
  write_file(copy_log, log_bytes, log_length);
  log_bytes[place] = (char)(log_bytes[place] ^ bits);
}

/* After a cut of power the mark may not have come to the disk. Damage in front of the last two commands is noticed all
   the same, because they were written after it; in them it cannot be told from a torn end. */
static void test_without_a_mark(void **state) {
  (void)state;
  kill_a_run(0);
  size_t told_until = FG_WAL_HEADER + end_of_transaction(2) * FG_WAL_FRAME;
  assert_true(told_until < log_length);
  for (size_t place = 0; place < log_length; place += place < FG_WAL_HEADER ? 1 : 509) {
    copy_ledger(killed, copy);
    assert_int_equal(unlink(copy_mark), 0);
    write_altered(place, 4);
    if (place < told_until) {
      assert_told("altered, and no mark");
    } else if (try_to_open(copy, NULL) == FG_OK) { /* damage in front of the end of a transaction is noticed here too */
      assert_opens(COMMANDS - 2, COMMANDS - 1);
    }
  }
  copy_ledger(killed, copy);
  assert_int_equal(unlink(copy_mark), 0);
  assert_opens(COMMANDS, COMMANDS);
  forget_killed();
}

/* What was never answered is not missed: the end of a log that a kill or a cut of power left unfinished. */
static void test_torn_end(void **state) {
  (void)state;
  kill_a_run(0);
  size_t room = log_length + 3 * FG_WAL_FRAME;
  size_t last = FG_WAL_HEADER + end_of_transaction(1) * FG_WAL_FRAME; /* the last transaction, once more, torn */
  char *longer = calloc(1, room);
  memcpy(longer, log_bytes, log_length);
  memcpy(longer + log_length, log_bytes + last, log_length - last);
  for (size_t length = log_length; length <= log_length + (log_length - last); length += 499) {
    copy_ledger(killed, copy);
    write_file(copy_log, longer, length);
    assert_opens(COMMANDS, COMMANDS);
  }
  for (size_t length = log_length + 1; length < room; length += 1021) { /* and zeros, as a file system leaves them */
    copy_ledger(killed, copy);
    memset(longer + log_length, 0, room - log_length);
    write_file(copy_log, longer, length);
    assert_opens(COMMANDS, COMMANDS);
  }
  free(longer);
  forget_killed();
}

/* A group is marked when it is synced. What comes after may be lost, what was synced is missed. */
static void test_log_of_a_group(void **state) {
  (void)state;
  kill_a_run(1000000);
  size_t synced = FG_WAL_HEADER + end_of_transaction(2) * FG_WAL_FRAME;
  for (size_t place = 0; place < log_length; place += place < FG_WAL_HEADER ? 1 : 509) {
    copy_ledger(killed, copy);
    write_altered(place, 4);
    if (place < synced) {
      assert_told("altered before the group was synced");
    } else {
      assert_opens(2, COMMANDS - 1);
    }
  }
  copy_ledger(killed, copy);
  assert_opens(COMMANDS, COMMANDS);
  forget_killed();
}

/* A log that the library itself has emptied, with several handles open, is not one that was cut. */
static void test_emptied_log(void **state) {
  (void)state;
  name_files();
  fill_ledger(path, 0);
  fg_handle *first = open_ledger(path, 1000000);
  fg_handle *second = open_ledger(path, 0);
  int used = 0;
  long before = 0;
  for (long size = 1; size >= before; used++) {
    before = size;
    assert_int_equal(use_one(used % 2 == 0 ? first : second, 10 + used, id_of(used), NULL), FG_OK);
    fg_wal wal;
    fg_allocator allocator = fg_allocator_or_default(NULL);
    fg_file file;
    assert_int_equal(fg_system_open(ledger_path("booth.db-wal"), FG_OPEN_READ, &file), 0);
    assert_int_equal(fg_wal_read(file, &allocator, &wal), 0);
    fg_system_close(&file);
    size = (long)wal.end.frame;
    fg_wal_release(&wal, &allocator);
    assert_true(used < 2000);
  }
  copy_ledger(path, copy);
  assert_int_equal(use_one(first, 10 + used, "after", NULL), FG_OK);
  assert_int_equal(use_one(second, 11 + used, "after", NULL), FG_OK);
  assert_int_equal(command_count(second), used + 2);
  close_ledger(first);
  close_ledger(second);
  assert_good(path);
  fg_handle *ledger = open_ledger(copy, 0);
  assert_int_equal(command_count(ledger), used + 1);
  close_ledger(ledger);
  assert_good(copy);
}

/* SQLite would roll back what lies beside a database as its journal. */
static void test_journal_of_others(void **state) {
  (void)state;
  static const unsigned char journal[512] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, [11] = 0, [27] = 1};
  name_files();
  fill_ledger(path, REST);
  const char *beside = ledger_path("booth.db-journal");
  write_file(beside, (const char *)journal, sizeof journal);
  fg_handle *ledger = open_ledger(path, 0);
  assert_int_equal(command_count(ledger), BASE);
  close_ledger(ledger);
  assert_int_equal(file_size(beside), sizeof journal);
  assert_good(path);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_every_byte_of_the_log),
      LEDGER_TEST(test_log_cut_at_every_length),
      LEDGER_TEST(test_zeros_in_the_log),
      LEDGER_TEST(test_without_a_mark),
      LEDGER_TEST(test_torn_end),
      LEDGER_TEST(test_log_of_a_group),
      LEDGER_TEST(test_emptied_log),
      LEDGER_TEST(test_journal_of_others),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
