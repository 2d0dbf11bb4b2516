/* One file by many names, files that are replaced while they are open, disks and users that may only read. */
#define _GNU_SOURCE /* mount, realpath */
#include "ledger_support.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/lock.h"
#include "store/mark.h"

static char whole_directory[4096];

/* The directory by an absolute path, for tests that change theirs. */
static const char *whole_path(const char *name) {
  static char paths[4][5000];
  static unsigned turn;
  char *path = paths[turn++ % 4];
  assert_non_null(realpath(ledger_path("."), whole_directory));
  snprintf(path, sizeof paths[0], "%s/%s", whole_directory, name);
  return path;
}

static void assert_opening(const char *path, fg_status expected, const char *word) {
  fg_error error = {0};
  fg_status status = try_to_open(path, &error);
  if (status != expected || strstr(error.message, word) == NULL) {
    fail_msg("%s: %s: %s; expected %s with \"%s\"", path, fg_status_name(status), error.message,
             fg_status_name(expected), word);
  }
}

static struct {
  bool no_flags, no_links; ///< renameat2 knows no flags; link is not supported
  bool no_sync;            ///< of a directory
  const char *appears;     ///< a copy of this file takes the name just before
} abilities;

static void let_appear(const char *to) {
  if (abilities.appears != NULL) {
    copy_file(abilities.appears, to);
    abilities.appears = NULL;
  }
}

/* These stand before the system's. */
int renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned flags) {
  if (abilities.no_flags) {
    if (!abilities.no_links) {
      let_appear(to);
    }
    errno = EINVAL;
    return -1;
  }
  let_appear(to);
  return (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, flags);
}

int link(const char *from, const char *to) {
  if (abilities.no_links) {
    let_appear(to);
    errno = EPERM;
    return -1;
  }
  return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int fsync(int file) {
  struct stat status;
  if (abilities.no_sync && fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
    errno = EIO;
    return -1;
  }
  return (int)syscall(SYS_fsync, file);
}

/* What a process of several does: 0 if it could. */
static int begin_and_use(const char *path, fg_book *book, const char *id) {
  fg_handle *ledger = NULL;
  fg_error error = {0};
  fg_ledger_options options = {.book = book, .group_ms = 1000, .wait_ms = 60000};
  fg_command open = command_of(FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  fg_command use;
  open.at = FG_NO_TIME;
  fg_command_begin(&use, FG_DO_USE, FG_NO_TIME);
  use.product = string_of("image");
  use.quantity = 1;
  use.id = string_of(id);
  bool done = fg_ledger_open(path, &options, &ledger, &error) == FG_OK &&
              fg_handle_ensure_open(ledger, &open, NULL, &error) == FG_OK &&
              fg_handle_apply(ledger, &use, NULL, &error) == FG_OK;
  if (!done) {
    fprintf(stderr, "%s: %s\n", fg_status_name(error.status), error.message);
  }
  fg_handle_close(ledger, NULL);
  return done ? 0 : 1;
}

/* Several processes begin one ledger at the same time: there is one, with what each has used. */
static void begin_together(const char *path) {
  enum { TOGETHER = 4 };
  fg_book *book = load_book(FACEFUSION);
  for (int i = 0; i < TOGETHER; i++) {
    if (fork() == 0) {
      char id[16];
      snprintf(id, sizeof id, "t%d", i);
      _exit(begin_and_use(path, book, id));
    }
  }
  for (int i = 0; i < TOGETHER; i++) {
    int ended = 1;
    assert_true(wait(&ended) > 0);
    assert_int_equal(ended, 0);
  }
  fg_book_release(book);
  fg_handle *ledger = open_ledger(path, 0);
  json_t *statement = statement_of(fg_handle_account(ledger));
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/total")), TOGETHER);
  json_decref(statement);
  close_ledger(ledger);
}

static void test_beginning_where_less_is_possible(void **state) {
  (void)state;
  char theirs[512];
  snprintf(theirs, sizeof theirs, "%s", ledger_path("theirs.db"));
  fill_ledger(theirs, 5);
  for (int kind = 0; kind < 3; kind++) {
    char path[512];
    abilities.no_flags = kind > 0;
    abilities.no_links = kind > 1;
    snprintf(path, sizeof path, "%s", ledger_path("booth.db"));
    begin_together(path);
    assert_good(path);
    assert_int_equal(unlink(path), 0);
    abilities.appears = theirs; /* who was faster keeps the name */
    fg_handle *ledger = open_ledger(path, 0);
    assert_null(abilities.appears);
    assert_int_equal(command_count(ledger), 6);
    close_ledger(ledger);
    assert_int_equal(unlink(path), 0);
  }
  memset(&abilities, 0, sizeof abilities);
}

/* A name that may not be on the disk is no beginning; and what has got it is a whole ledger. */
static void test_beginning_where_the_directory_fails(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_book *book = load_book(FACEFUSION);
  fg_ledger_options options = {.book = book};
  fg_handle *ledger = NULL;
  abilities.no_sync = true;
  assert_int_equal(fg_ledger_open(path, &options, &ledger, NULL), FG_LEDGER_IO);
  memset(&abilities, 0, sizeof abilities);
  close_ledger(open_ledger(path, 0));
  assert_good(path);
  fg_book_release(book);
}

/* Nothing is written but the ledger's own files: not to what else is open, whatever its number. */
static void test_beginning_writes_to_its_own_files(void **state) {
  (void)state;
  const char *theirs = ledger_path("theirs");
  write_file(theirs, "kept", 4);
  int input = dup(STDIN_FILENO);
  int file = open(theirs, O_RDWR);
  assert_int_equal(dup2(file, STDIN_FILENO), STDIN_FILENO);
  fill_ledger(ledger_path("booth.db"), 3);
  assert_int_equal(dup2(input, STDIN_FILENO), STDIN_FILENO);
  close(input);
  close(file);
  assert_int_equal(file_size(theirs), 4);
}

/* Two handles on one file, by whatever names: both know what the other did. */
static void assert_that_they_meet(fg_handle *one, fg_handle *other) {
  fg_outcome outcome;
  for (int i = 0; i < 20; i++) {
    char id[16];
    snprintf(id, sizeof id, "m%d", i);
    assert_int_equal(use_one(i % 2 == 0 ? one : other, 100 + i, id, &outcome), FG_OK);
    assert_false(outcome.repeated);
    assert_int_equal(use_one(i % 2 == 0 ? other : one, 100 + i, id, &outcome), FG_OK);
    assert_true(outcome.repeated);
  }
}

static void test_symbolic_links(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  const char *link = ledger_path("link.db");
  fill_ledger(path, 3);
  assert_int_equal(symlink("booth.db", link), 0);
  fg_handle *one = open_ledger(path, 0);
  fg_handle *other = open_ledger(link, 0);
  assert_that_they_meet(one, other);
  assert_false(file_exists(ledger_path("link.db-wal")));
  close_ledger(one);
  assert_int_equal(use_one(other, 200, "alone", NULL), FG_OK);
  close_ledger(other);
  assert_false(file_exists(ledger_path("booth.db-wal")));
  assert_false(file_exists(ledger_path("booth.db-shm")));
  assert_good(link);
  assert_int_equal(unlink(path), 0);
  assert_opening(link, FG_LEDGER_MISSING, "symbolic link to nothing");
  assert_int_equal(unlink(link), 0);
  assert_int_equal(symlink("link.db", link), 0);
  fg_handle *ledger = NULL;
  fg_error error = {0};
  assert_int_equal(fg_ledger_open(link, NULL, &ledger, &error), FG_LEDGER_MISSING);
  assert_non_null(strstr(error.message, "circle"));
}

static void test_hard_links(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  const char *other = ledger_path("other.db");
  fill_ledger(path, 3);
  assert_int_equal(link(path, other), 0);
  assert_opening(path, FG_LEDGER_LINKED, "2 names");
  assert_opening(other, FG_LEDGER_LINKED, "2 names");
  assert_int_equal(unlink(other), 0);
  assert_good(path);
}

/* A relative path is of the directory it was given in, and what lies in another one is not ours. */
static void test_change_of_directory(void **state) {
  (void)state;
  char back[4096];
  assert_non_null(getcwd(back, sizeof back));
  fill_ledger(ledger_path("booth.db"), 3);
  assert_int_equal(mkdir(ledger_path("other"), 0777), 0);
  write_file(ledger_path("other/booth.db-shm"), "x", 1);
  write_file(ledger_path("other/booth.db-wal"), "x", 1);
  char directory[5000];
  snprintf(directory, sizeof directory, "%s", whole_path("."));
  assert_int_equal(chdir(directory), 0);
  fg_handle *one = NULL;
  assert_int_equal(fg_ledger_open("booth.db", NULL, &one, NULL), FG_OK);
  assert_int_equal(chdir("other"), 0);
  fg_handle *other = NULL;
  assert_int_equal(fg_ledger_open("../booth.db", NULL, &other, NULL), FG_OK);
  assert_that_they_meet(one, other);
  close_ledger(one);
  close_ledger(other);
  assert_true(file_exists("booth.db-shm"));
  assert_true(file_exists("booth.db-wal"));
  assert_false(file_exists("../booth.db-shm"));
  assert_false(file_exists("../booth.db-wal"));
  assert_int_equal(unlink("booth.db-shm"), 0);
  assert_int_equal(unlink("booth.db-wal"), 0);
  assert_int_equal(chdir(back), 0);
  assert_good(ledger_path("booth.db"));
}

static bool bind_mount(const char *from, const char *to) {
  if (mount(from, to, NULL, MS_BIND, NULL) != 0) {
    print_message("             mounts are not permitted here: skipped\n");
    return false;
  }
  return true;
}

static void meet_by_a_mount(const char *path, const char *other) {
  fill_ledger(path, 3);
  write_file(other, "", 0);
  if (bind_mount(path, other)) {
    fg_handle *ledger = open_ledger(path, 0);
    assert_int_equal(use_one(ledger, 10, "one", NULL), FG_OK);
    assert_opening(other, FG_LEDGER_LOCKED, "another name");
    close_ledger(ledger);
    ledger = open_ledger(other, 0); /* at rest, either will do */
    assert_opening(path, FG_LEDGER_LOCKED, "another name");
    close_ledger(ledger);
    pid_t child = fork();
    if (child == 0) { /* which ends in the middle, with its log beside the one name */
      ledger = open_ledger(path, 0);
      _exit(use_one(ledger, 11, "two", NULL) == FG_OK ? 0 : 1);
    }
    int ended = 1;
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
    assert_opening(other, FG_LEDGER_CORRUPT, "is missing, with the newest commands");
    ledger = open_ledger(path, 0);
    assert_int_equal(command_count(ledger), 6);
    close_ledger(ledger);
    assert_good(other);
    assert_int_equal(umount(other), 0);
  }
  assert_int_equal(unlink(other), 0);
  assert_int_equal(unlink(path), 0);
}

/* A mount of the file lies in another directory, where its log would be another one, also under the same name. */
static void test_mounts_of_the_file(void **state) {
  (void)state;
  assert_int_equal(mkdir(ledger_path("other"), 0777), 0);
  meet_by_a_mount(ledger_path("booth.db"), ledger_path("other/same.db"));
  meet_by_a_mount(ledger_path("booth.db"), ledger_path("other/booth.db"));
}

static void assert_replaced(fg_handle *ledger, const char *word) {
  fg_command use = command_of(FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=1 id=late");
  fg_error error = {0};
  assert_int_equal(fg_handle_apply(ledger, &use, NULL, &error), FG_LEDGER_REPLACED);
  assert_non_null(strstr(error.message, word));
}

static void test_removed_while_open(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 3);
  fg_handle *ledger = open_ledger(path, 0);
  assert_int_equal(use_one(ledger, 10, "one", NULL), FG_OK);
  assert_int_equal(unlink(path), 0);
  assert_replaced(ledger, "booth.db was removed");
  fg_error error = {0};
  assert_int_equal(fg_handle_close(ledger, &error), FG_LEDGER_REPLACED);
  assert_false(file_exists(path));
}

static void test_replaced_while_open(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 3);
  fill_ledger(ledger_path("new.db"), 7);
  fg_handle *ledger = open_ledger(path, 0);
  assert_int_equal(use_one(ledger, 10, "one", NULL), FG_OK);
  assert_int_equal(rename(ledger_path("new.db"), path), 0);
  assert_replaced(ledger, "booth.db was replaced");
  /* Its log lies where the new file's would be. */
  fg_ledger_options options = {.wait_ms = 20};
  fg_handle *other = NULL;
  fg_error error = {0};
  assert_int_equal(fg_ledger_open(path, &options, &other, &error), FG_LEDGER_LOCKED);
  assert_non_null(strstr(error.message, "before this one"));
  assert_int_equal(fg_handle_close(ledger, &error), FG_LEDGER_REPLACED);
}

static void use_another(fg_handle *ledger) {
  must_apply(ledger, FG_DO_USE, "2024-11-05T10:01:00", "product=image quantity=1", NULL);
}

/* As a copy of a backup over the open file does: the file stays the same one, with other bytes. The instant of the
   latest write is known to some milliseconds. */
static void overwrite(const char *from, const char *to) {
  nanosleep(&(struct timespec){0, 50000000}, NULL);
  copy_file(from, to);
}

static void test_overwritten_while_open(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  const char *backup = ledger_path("backup.db");
  fg_error error = {0};
  fill_ledger(path, 3);
  copy_file(path, backup);
  for (int64_t group_ms = 0; group_ms <= 1000; group_ms += 1000) {
    fg_handle *ledger = open_ledger(path, group_ms);
    use_another(ledger);
    use_another(ledger);
    overwrite(backup, path);
    assert_replaced(ledger, "booth.db was overwritten");
    assert_replaced(ledger, "booth.db was overwritten");
    assert_int_equal(fg_handle_close(ledger, &error), FG_LEDGER_REPLACED);
    assert_int_equal(unlink(ledger_path("booth.db-wal")), 0);
  }
  fg_handle *ledger = open_ledger(path, 0); /* the backup, at rest */
  assert_int_equal(command_count(ledger), 4);
  close_ledger(ledger);
}

/* Before the first command of a run, and where another handle had the latest turn. */
static void test_overwritten_between_handles(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  const char *backup = ledger_path("backup.db");
  fg_error error = {0};
  fill_ledger(path, 3);
  copy_file(path, backup);
  fg_handle *one = open_ledger(path, 0);
  fg_handle *other = open_ledger(path, 0);
  for (int i = 0; i < 300; i++) { /* the log is emptied meanwhile */
    use_another(i % 3 == 0 ? other : one);
  }
  assert_int_equal(command_count(one), 304);
  overwrite(backup, path);
  fg_handle *late = NULL;
  assert_replaced(other, "booth.db was overwritten");
  assert_replaced(one, "booth.db was overwritten");
  assert_int_not_equal(fg_ledger_open(path, NULL, &late, &error), FG_OK);
  assert_int_equal(fg_handle_close(one, &error), FG_LEDGER_REPLACED);
  assert_int_equal(fg_handle_close(other, &error), FG_LEDGER_REPLACED);
}

static void test_cut_off_while_open(void **state) {
  (void)state;
  static const struct {
    const char *file;
    off_t size;
  } cuts[] = {{"booth.db", FG_PAGE_SIZE}, {"booth.db-wal", FG_PAGE_SIZE}, {"booth.db-wal", 0}};
  fg_error error = {0};
  fill_ledger(ledger_path("booth.db"), 3);
  for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
    fg_handle *ledger = open_ledger(ledger_path("booth.db"), 0);
    use_another(ledger);
    copy_file(ledger_path(cuts[i].file), ledger_path("whole"));
    nanosleep(&(struct timespec){0, 50000000}, NULL);
    assert_int_equal(truncate(ledger_path(cuts[i].file), cuts[i].size), 0);
    assert_replaced(ledger, "was overwritten");
    assert_int_equal(fg_handle_close(ledger, &error), FG_LEDGER_REPLACED);
    copy_file(ledger_path("whole"), ledger_path(cuts[i].file)); /* as it was it is good again */
    assert_good(ledger_path("booth.db"));
  }
}

/* A log that is cut between the turns of two handles lacks commands that both have seen: neither goes on without them,
   and closing leaves what tells the next opening. */
static void test_cut_off_between_handles(void **state) {
  (void)state;
  char path[512];
  char log[600];
  fg_error error = {0};
  snprintf(path, sizeof path, "%s", ledger_path("booth.db"));
  snprintf(log, sizeof log, "%s-wal", path);
  fill_ledger(path, 3);
  for (int with_commands = 0; with_commands < 2; with_commands++) {
    for (int frames = 0; frames < 3; frames++) { /* of the log, which are left: none, the first one, all but the last */
      fg_handle *one = open_ledger(path, 0);
      fg_handle *other = open_ledger(path, 0);
      for (int i = 0; i < 4; i++) {
        use_another(i % 2 == 0 ? one : other);
      }
      int64_t commands = command_count(other);
      assert_int_equal(apply_to(one, FG_DO_ADVANCE, "2024-11-05T10:00:00", "", NULL, NULL), FG_TIME_REVERSAL);
      assert_int_equal(command_count(one), commands); /* it has seen them all, too */
      copy_file(log, ledger_path("whole"));
      const off_t lengths[] = {0, FG_WAL_HEADER + FG_WAL_FRAME, file_size(log) - FG_WAL_FRAME};
      assert_int_equal(truncate(log, lengths[frames]), 0);
      for (int i = 0; i < 2 && with_commands; i++) {
        assert_replaced(other, "is not there any more");
        assert_replaced(other, "is not there any more");
        assert_replaced(one, "is not there any more");
      }
      assert_int_equal(fg_handle_close(one, &error), FG_LEDGER_REPLACED);
      assert_int_equal(fg_handle_close(other, &error), FG_LEDGER_REPLACED);
      assert_int_equal(try_to_open(path, &error), FG_LEDGER_CORRUPT);
      copy_file(ledger_path("whole"), log);
      fg_handle *again = open_ledger(path, 0);
      assert_int_equal(command_count(again), commands);
      close_ledger(again);
      assert_good(path);
    }
  }
}

/* What belongs beside the file is looked for by its path, whichever part of that has changed. */
static void test_moved_while_open(void **state) {
  (void)state;
  static const char *const files[] = {"", "-wal", "-mark"};
  char path[5000];
  char from[5010];
  assert_int_equal(mkdir(ledger_path("shop"), 0777), 0);
  snprintf(path, sizeof path, "%s", whole_path("shop/booth.db"));
  fill_ledger(path, 3);
  fg_handle *ledger = open_ledger(path, 0);
  use_another(ledger);
  for (size_t i = 0; i < 3; i++) {
    snprintf(from, sizeof from, "%s%s", path, files[i]);
    assert_int_equal(rename(from, ledger_path("elsewhere")), 0);
    assert_replaced(ledger, "was removed");
    assert_int_equal(rename(ledger_path("elsewhere"), from), 0);
    use_another(ledger);
  }
  snprintf(from, sizeof from, "%s", whole_path("old/booth.db"));
  assert_int_equal(rename(ledger_path("shop"), ledger_path("old")), 0);
  assert_replaced(ledger, "booth.db was removed");
  assert_int_equal(mkdir(ledger_path("shop"), 0777), 0);
  assert_int_equal(rename(from, path), 0); /* and its log stays behind */
  assert_replaced(ledger, "booth.db-wal was removed");
  assert_int_equal(rename(path, from), 0);
  assert_int_equal(rmdir(ledger_path("shop")), 0);
  assert_int_equal(rename(ledger_path("old"), ledger_path("shop")), 0);
  use_another(ledger);
  close_ledger(ledger);
  assert_good(path);
  assert_int_equal(unlink(path), 0);
  assert_int_equal(rmdir(ledger_path("shop")), 0);
}

/* Who is killed while the log is put in its place leaves a database of which nobody knows what it is like. */
static void test_killed_while_others_are_open(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  const char *backup = ledger_path("backup.db");
  fg_error error = {0};
  fill_ledger(path, 3);
  copy_file(path, backup);
  fg_handle *ledger = open_ledger(path, 0);
  use_another(ledger);
  int mark = open(ledger_path("booth.db-mark"), O_RDWR);
  fg_file_state unknown = {0, 0, 0};
  assert_int_equal(fg_mark_put_database(mark, &unknown), 0);
  close(mark);
  use_another(ledger);
  overwrite(backup, path);
  assert_replaced(ledger, "booth.db was overwritten");
  assert_int_equal(fg_handle_close(ledger, &error), FG_LEDGER_REPLACED);
}

/* What was acknowledged is in the log that is still open: closing saves it. */
static void test_log_removed_while_open(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 3);
  fg_handle *ledger = open_ledger(path, 0);
  assert_int_equal(use_one(ledger, 10, "one", NULL), FG_OK);
  assert_int_equal(unlink(ledger_path("booth.db-wal")), 0);
  assert_replaced(ledger, "booth.db-wal was removed");
  close_ledger(ledger);
  ledger = open_ledger(path, 0);
  assert_int_equal(command_count(ledger), 5);
  assert_int_equal(unlink(ledger_path("booth.db-mark")), 0);
  assert_replaced(ledger, "booth.db-mark was removed");
  close_ledger(ledger);
  assert_good(path);
}

/* The log of a ledger that was moved away holds its newest commands: a new ledger beside it would lose them, or, as the
   log is played over it, itself. */
static void assert_log_is_kept(fg_status status, const fg_error *error, const char *moved, const char *path) {
  assert_int_equal(status, FG_LEDGER_EXISTS);
  assert_non_null(strstr(error->message, "-wal is there already"));
  assert_int_equal(access(path, F_OK), -1);
  assert_int_equal(rename(moved, path), 0);
  assert_good(path);
  assert_int_equal(rename(path, moved), 0);
}

static void test_log_without_its_ledger(void **state) {
  (void)state;
  char path[4200];
  char moved[4200];
  fg_error error = {0};
  fg_handle *ledger = NULL;
  fg_book *book = load_book(FACEFUSION);
  fg_ledger_options options = {.book = book};
  snprintf(path, sizeof path, "%s", whole_path("booth.db"));
  snprintf(moved, sizeof moved, "%s", whole_path("moved.db"));
  leave_killed(path);
  assert_int_equal(rename(path, moved), 0);
  assert_log_is_kept(fg_ledger_open(path, &options, &ledger, &error), &error, moved, path);
  const char *other = whole_path("other.db");
  fill_ledger(other, 3);
  assert_log_is_kept(fg_ledger_seal(other, path, 92, NULL, NULL, &error), &error, moved, path);
  assert_int_equal(try_to_open(other, &error), FG_OK);
  assert_int_equal(unlink(whole_path("booth.db-wal")), 0);
  assert_int_equal(fg_ledger_seal(other, path, 92, NULL, NULL, &error), FG_OK);
  assert_good(path);
  fg_book_release(book);
}

/* What a maker that was killed has left goes with the next one; that of one who lives, and other files, stay. */
static void test_what_killed_makers_left(void **state) {
  (void)state;
  static const char *const left[] = {"booth.db-new-12-345", "booth.db-new-12-345-wal", "booth.db-new-12-345-journal",
                                     "booth.db-new-9-9"};
  static const char *const others[] = {"booth.db-new-12-",   "booth.db-new--345",     "booth.db-new-12-345x",
                                       "booth.db-new-12x-3", "booth.db-new-12-9-wal", "other.db-new-12-345",
                                       "booth.db-new-77-1",  "booth.db-new-77-1-wal"};
  fg_book *book = load_book(FACEFUSION);
  fg_ledger_options options = {.book = book};
  fg_handle *ledger = NULL;
  for (size_t i = 0; i < 4; i++) {
    write_file(ledger_path(left[i]), "half", 4);
  }
  for (size_t i = 0; i < 8; i++) {
    write_file(ledger_path(others[i]), "kept", 4);
  }
  assert_int_equal(symlink("other.db-new-12-345", ledger_path("booth.db-new-1-1")), 0);
  fg_lock maker;
  assert_int_equal(fg_lock_open(&maker, ledger_path("booth.db-new-77-1"), true, 0), 0);
  assert_int_equal(fg_lock_enter(&maker), 0);
  assert_int_equal(fg_ledger_open(ledger_path("booth.db"), &options, &ledger, NULL), FG_OK);
  close_ledger(ledger);
  fg_lock_close(&maker);
  for (size_t i = 0; i < 4; i++) {
    assert_false(file_exists(ledger_path(left[i])));
  }
  for (size_t i = 0; i < 8; i++) {
    assert_int_equal(file_size(ledger_path(others[i])), 4);
  }
  assert_int_equal(unlink(ledger_path("booth.db-new-1-1")), 0);
  assert_good(ledger_path("booth.db"));
  fg_book_release(book);
}

/* Who can make a link in the directory must not lead our bytes into a file somewhere else. */
static void test_links_beside_the_name(void **state) {
  (void)state;
  static const char *const suffixes[] = {"-wal", "-mark", "-shm"};
  char path[4200];
  snprintf(path, sizeof path, "%s", whole_path("booth.db"));
  fill_ledger(path, 3);
  write_file(ledger_path("target"), "kept", 4);
  for (size_t i = 0; i < 3; i++) {
    char beside[4300];
    char word[64];
    snprintf(beside, sizeof beside, "%s%s", path, suffixes[i]);
    snprintf(word, sizeof word, "booth.db%s is a symbolic link", suffixes[i]);
    assert_int_equal(symlink("target", beside), 0);
    assert_opening(path, FG_LEDGER_NOT_A_FILE, word);
    assert_int_equal(unlink(beside), 0); /* it was left alone, as its target */
    assert_int_equal(file_size(ledger_path("target")), 4);
  }
  assert_good(path);
}

/* What stands where a new ledger needs a file is told, and nothing is left of the attempt. */
static void test_directory_beside_the_name(void **state) {
  (void)state;
  static const char *const suffixes[] = {"-wal", "-mark", "-shm"};
  fg_book *book = load_book(FACEFUSION);
  fg_ledger_options options = {.book = book};
  for (size_t i = 0; i < 3; i++) {
    char beside[4200];
    fg_error error = {0};
    fg_handle *ledger = NULL;
    snprintf(beside, sizeof beside, "%s%s", whole_path("booth.db"), suffixes[i]);
    assert_int_equal(mkdir(beside, 0755), 0);
    assert_int_equal(fg_ledger_open(whole_path("booth.db"), &options, &ledger, &error), FG_LEDGER_EXISTS);
    assert_non_null(strstr(error.message, suffixes[i]));
    assert_int_equal(access(whole_path("booth.db"), F_OK), -1);
    assert_int_equal(rmdir(beside), 0);
  }
  fg_book_release(book);
}

/* What SQLite takes for a database in memory, or for an address with options, is the name of a file here. */
static void test_names_with_a_meaning(void **state) {
  (void)state;
  static const char *const names[] = {":memory:", "file:booth.db?mode=memory", "file::memory:?cache=shared",
                                      "a?b#c%20"};
  char back[4096];
  char directory[5000];
  assert_non_null(getcwd(back, sizeof back));
  snprintf(directory, sizeof directory, "%s", whole_path("."));
  fg_book *book = load_book(FACEFUSION);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    assert_int_equal(chdir(directory), 0);
    fg_ledger_options options = {.book = book};
    fg_handle *ledger = NULL;
    assert_int_equal(fg_ledger_open(names[i], &options, &ledger, NULL), FG_OK);
    must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
    close_ledger(ledger);
    assert_int_equal(chdir(back), 0);
    assert_true(file_size(ledger_path(names[i])) > 4096);
    assert_good(ledger_path(names[i]));
  }
  fg_book_release(book);
}

static void test_names_of_nothing(void **state) {
  (void)state;
  char name[5000];
  fg_error error = {0};
  fg_handle *ledger = NULL;
  fg_book *book = load_book(FACEFUSION);
  fg_ledger_options options = {.book = book};
  assert_int_equal(fg_ledger_open("", &options, &ledger, &error), FG_INVALID);
  assert_string_equal(error.path, "path");
  for (size_t length = 200; length < sizeof name; length += 600) {
    memset(name, 'n', length);
    name[length] = '\0';
    for (size_t at = 0; length > 255 && at < length; at += 100) {
      name[at] = '/';
    }
    fg_status status = fg_ledger_open(name, &options, &ledger, &error);
    if (length < 255) {
      assert_int_equal(status, FG_OK);
      close_ledger(ledger);
      assert_int_equal(unlink(name), 0);
    } else {
      assert_int_equal(status, FG_INVALID);
      assert_string_equal(error.path, "path");
    }
  }
  assert_int_equal(fg_ledger_open(ledger_path("no/booth.db"), &options, &ledger, &error), FG_LEDGER_NO_DIRECTORY);
  write_file(ledger_path("file"), "", 0);
  assert_int_equal(fg_ledger_open(ledger_path("file/booth.db"), &options, &ledger, &error), FG_LEDGER_NO_DIRECTORY);
  fg_visitor visitor = {0};
  assert_int_equal(fg_ledger_verify(ledger_path("none.db"), NULL, NULL, &visitor, &error), FG_LEDGER_MISSING);
  assert_int_equal(fg_ledger_verify(ledger_path("no/none.db"), NULL, NULL, &visitor, &error), FG_LEDGER_NO_DIRECTORY);
  fg_book_release(book);
}

/* Reading, and failing to open, leave every byte and every time of change as it was, and no new file. */
static void test_reading_changes_nothing(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *ledger = NULL;
  fg_error error = {0};
  leave_killed(path);
  write_file(ledger_path("booth.db-shm"), "", 0);
  uint64_t before = picture_of_files();
  assert_good(path);
  fg_text text = export_ledger(path, NULL);
  fg_text_release(&text);
  fg_book *other = load_book("tencent-tts");
  fg_ledger_options options = {.book = other};
  assert_int_equal(fg_ledger_open(path, &options, &ledger, &error), FG_LEDGER_BOOK);
  fg_book_release(other);
  assert_true(picture_of_files() == before);
  assert_int_equal(unlink(ledger_path("booth.db-wal")), 0); /* now it is damaged: explained, and left alone */
  before = picture_of_files();
  assert_opening(path, FG_LEDGER_CORRUPT, "good up to command 4");
  json_decref(verify(path));
  assert_true(picture_of_files() == before);
}

static void assert_readable(const char *path, bool is_whole) {
  uint64_t before = picture_of_files();
  json_t *told = verify(path);
  assert_int_equal(json_is_true(json_object_get(told, "ok")), is_whole);
  assert_int_equal(json_integer_value(json_object_get(told, "commands")), 5);
  json_decref(told);
  fg_text text = export_ledger(path, NULL);
  assert_non_null(strstr(text.text, "\"last\""));
  fg_text_release(&text);
  assert_true(picture_of_files() == before);
}

static void test_medium_that_is_read_only(void **state) {
  (void)state;
  assert_int_equal(mkdir(ledger_path("disk"), 0777), 0);
  char disk[512];
  char path[600];
  snprintf(disk, sizeof disk, "%s", ledger_path("disk"));
  snprintf(path, sizeof path, "%s/booth.db", disk);
  if (bind_mount(disk, disk)) {
    leave_killed(path);
    assert_int_equal(mount(NULL, disk, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL), 0);
    assert_readable(path, true);
    assert_opening(path, FG_LEDGER_READ_ONLY, "disk that is read-only");
    fg_book *book = load_book(FACEFUSION);
    fg_ledger_options options = {.book = book};
    fg_handle *ledger = NULL;
    assert_int_equal(fg_ledger_open(ledger_path("disk/new.db"), &options, &ledger, NULL), FG_LEDGER_READ_ONLY);
    fg_book_release(book);
    assert_int_equal(mount(NULL, disk, NULL, MS_BIND | MS_REMOUNT, NULL), 0);
    assert_int_equal(try_to_open(path, NULL), FG_OK);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(umount(disk), 0);
  }
}

/* As another user: one may look at what others may read, and no more. */
static void look_as_another_user(const char *path) {
  fg_error error = {0};
  fg_visitor visitor = {0};
  if (setgid(65534) != 0 || setuid(65534) != 0 || access(path, F_OK) != 0) {
    _exit(2);
  }
  assert_readable(path, true);
  fg_handle *ledger = NULL;
  assert_int_equal(fg_ledger_open(path, NULL, &ledger, &error), FG_LEDGER_READ_ONLY);
  assert_int_equal(fg_ledger_verify(ledger_path("secret.db"), NULL, NULL, &visitor, &error), FG_LEDGER_DENIED);
  assert_int_equal(fg_ledger_open(ledger_path("secret.db"), NULL, &ledger, &error), FG_LEDGER_DENIED);
  /* A log that may not be read, of a ledger that may. */
  assert_int_equal(fg_ledger_verify(ledger_path("killed.db"), NULL, NULL, &visitor, &error), FG_LEDGER_DENIED);
  assert_non_null(strstr(error.message, "killed.db-wal may not be read"));
  _exit(0);
}

static void test_file_of_another_user(void **state) {
  (void)state;
  char path[512];
  int ended = 1;
  snprintf(path, sizeof path, "%s", ledger_path("booth.db"));
  leave_killed(path);
  fill_ledger(ledger_path("secret.db"), 3);
  assert_int_equal(chmod(ledger_path("."), 0755), 0);
  assert_int_equal(chmod(ledger_path("secret.db"), 0600), 0);
  leave_killed(ledger_path("killed.db"));
  assert_int_equal(chmod(ledger_path("killed.db-wal"), 0600), 0);
  pid_t child = fork();
  if (child == 0) {
    look_as_another_user(path);
  }
  assert_int_equal(waitpid(child, &ended, 0), child);
  if (WIFEXITED(ended) && WEXITSTATUS(ended) == 2) {
    print_message("             one cannot be another user here: skipped\n");
  } else {
    assert_int_equal(ended, 0);
  }
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_beginning_where_less_is_possible),
      LEDGER_TEST(test_beginning_where_the_directory_fails),
      LEDGER_TEST(test_beginning_writes_to_its_own_files),
      LEDGER_TEST(test_symbolic_links),
      LEDGER_TEST(test_hard_links),
      LEDGER_TEST(test_change_of_directory),
      LEDGER_TEST(test_mounts_of_the_file),
      LEDGER_TEST(test_removed_while_open),
      LEDGER_TEST(test_replaced_while_open),
      LEDGER_TEST(test_overwritten_while_open),
      LEDGER_TEST(test_overwritten_between_handles),
      LEDGER_TEST(test_cut_off_while_open),
      LEDGER_TEST(test_cut_off_between_handles),
      LEDGER_TEST(test_moved_while_open),
      LEDGER_TEST(test_killed_while_others_are_open),
      LEDGER_TEST(test_log_removed_while_open),
      LEDGER_TEST(test_log_without_its_ledger),
      LEDGER_TEST(test_what_killed_makers_left),
      LEDGER_TEST(test_links_beside_the_name),
      LEDGER_TEST(test_directory_beside_the_name),
      LEDGER_TEST(test_names_with_a_meaning),
      LEDGER_TEST(test_names_of_nothing),
      LEDGER_TEST(test_reading_changes_nothing),
      LEDGER_TEST(test_medium_that_is_read_only),
      LEDGER_TEST(test_file_of_another_user),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
