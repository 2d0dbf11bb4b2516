/* Several processes on one ledger. */
#define _DEFAULT_SOURCE /* nanosleep, symlink */
#include "fake_clock.h"
#include "ledger_support.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/lock.h"

enum { PROCESSES = 8, PACK = 10000 };

/* Draws on the pack until it is used up; answers through a pipe how many units it was given. */
static void draw_until_empty(const char *path, int number, int answer) {
  fg_handle *ledger = NULL;
  fg_ledger_options options = {.group_ms = 20, .wait_ms = 60000};
  int64_t granted = 0;
  bool going = fg_ledger_open(path, &options, &ledger, NULL) == FG_OK;
  for (int i = 0; going; i++) {
    char id[32];
    fg_command use;
    fg_outcome outcome;
    snprintf(id, sizeof id, "p%d-%d", number, i);
    fg_command_begin(&use, FG_DO_USE, FG_NO_TIME);
    use.product = string_of("image-pro");
    use.quantity = 1;
    use.id = string_of(id);
    going = fg_handle_apply(ledger, &use, &outcome, NULL) == FG_OK && outcome.is.used.pack_count == 1;
    granted += going;
  }
  fg_handle_close(ledger, NULL);
  (void)!write(answer, &granted, sizeof granted);
  _exit(0);
}

static fg_handle *open_with_pack(const char *path) {
  fg_handle *ledger = open_ledger(path, 0);
  fg_command commands[] = {command_of(FG_DO_OPEN, "2024-11-05T10:00:00", "product=image-pro"),
                           {.kind = FG_COMMAND_COUNT}};
  commands[0].at = FG_NO_TIME;
  assert_int_equal(fg_handle_apply(ledger, &commands[0], NULL, NULL), FG_OK);
  fg_command buy = command_of(FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image-pro pack=calls-10k");
  buy.at = FG_NO_TIME;
  assert_int_equal(fg_handle_apply(ledger, &buy, NULL, NULL), FG_OK);
  return ledger;
}

static void test_one_pack_for_eight_processes(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  int answers[2];
  int64_t total = 0;
  assert_int_equal(pipe(answers), 0);
  close_ledger(open_with_pack(path));
  for (int i = 0; i < PROCESSES; i++) {
    if (fork() == 0) {
      draw_until_empty(path, i, answers[1]);
    }
  }
  for (int i = 0; i < PROCESSES; i++) {
    int64_t granted = 0;
    assert_int_equal(read(answers[0], &granted, sizeof granted), sizeof granted);
    total += granted;
    assert_true(wait(NULL) > 0);
  }
  close(answers[0]);
  close(answers[1]);
  assert_int_equal(total, PACK);
  fg_handle *ledger = open_ledger(path, 0);
  json_t *statement = statement_of(fg_handle_account(ledger));
  assert_int_equal(json_integer_value(json_at(statement, "/products/image-pro/month/packs")), PACK);
  assert_int_equal(json_integer_value(json_at(statement, "/products/image-pro/month/postpaid")), PROCESSES);
  assert_string_equal(json_string_value(json_at(statement, "/products/image-pro/packs/0/state")), "used_up");
  assert_int_equal(command_count(ledger), 2 + PACK + PROCESSES);
  json_decref(statement);
  close_ledger(ledger);
  assert_good(path);
}

/* The rate limit holds over all processes together: no window of a second has more than the limit. */
static void call_for_a_while(const char *path) {
  fg_handle *ledger = NULL;
  fg_ledger_options options = {.group_ms = 20, .wait_ms = 60000};
  bool opened = fg_ledger_open(path, &options, &ledger, NULL) == FG_OK;
  for (int i = 0; opened && i < 400; i++) {
    char id[32];
    fg_command call;
    snprintf(id, sizeof id, "c%ld-%d", (long)getpid(), i);
    fg_command_begin(&call, FG_DO_CALL, FG_NO_TIME);
    call.product = string_of("image");
    call.quantity = 1;
    call.id = string_of(id);
    (void)!fg_handle_apply(ledger, &call, NULL, NULL);
    nanosleep(&(struct timespec){0, 4000000}, NULL);
  }
  fg_handle_close(ledger, NULL);
  _exit(0);
}

static int most_in_a_second(const json_t *timeline, fg_time *times, int room) {
  int count = 0;
  int most = 0;
  size_t index;
  json_t *command;
  json_array_foreach(json_object_get(timeline, "commands"), index, command) {
    if (strcmp(json_string_value(json_object_get(command, "do")), "call") == 0 && count < room) {
      times[count++] = at(json_string_value(json_object_get(command, "at")));
    }
  }
  assert_true(count > 20);
  for (int first = 0; first < count; first++) {
    int within = 0;
    while (first + within < count && times[first + within] - times[first] < 1000000) {
      within++;
    }
    most = within > most ? within : most;
  }
  return most;
}

static void test_one_rate_limit_for_four_processes(void **state) {
  (void)state;
  static fg_time times[4000];
  const char *path = ledger_path("booth.db");
  fg_handle *ledger = open_ledger(path, 0);
  fg_command open = command_of(FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  open.at = FG_NO_TIME;
  assert_int_equal(fg_handle_apply(ledger, &open, NULL, NULL), FG_OK);
  close_ledger(ledger);
  for (int i = 0; i < 4; i++) {
    if (fork() == 0) {
      call_for_a_while(path);
    }
  }
  for (int i = 0; i < 4; i++) {
    assert_true(wait(NULL) > 0);
  }
  fg_text text = export_ledger(path, NULL);
  json_t *timeline = json_loadb(text.text, text.length, 0, NULL);
  assert_int_equal(most_in_a_second(timeline, times, 4000), 20); /* R16 */
  json_decref(timeline);
  fg_text_release(&text);
  assert_good(path);
}

/* A process that is killed while it waits or decides leaves nothing locked. */
static void test_locks_end_with_their_process(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 1);
  for (int i = 0; i < 10; i++) {
    pid_t child = fork();
    if (child == 0) {
      fg_handle *ledger = open_ledger(path, 0);
      for (int second = 10;; second++) {
        char id[32];
        snprintf(id, sizeof id, "k%d-%d", i, second);
        (void)!use_one(ledger, second, id, NULL);
      }
    }
    nanosleep(&(struct timespec){0, 20000000}, NULL);
    kill(child, 9);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(try_to_open(path, NULL), FG_OK);
  }
  assert_good(path);
}

/* Another handle, which waits for its turn while the first is being opened. */
static struct waiter {
  const char *path;
  pthread_t thread;
  int number; ///< what it was answered
} waiter;

static void *wait_for_a_turn(void *argument) {
  fg_lock lock;
  (void)argument;
  waiter.number = fg_lock_open(&lock, waiter.path, true, 10000);
  waiter.number = waiter.number == 0 ? fg_lock_enter(&lock) : waiter.number;
  fg_lock_close(&lock);
  return NULL;
}

/* The clock of a handle that is being made, inside the lock. */
static uint32_t let_another_wait(void *context) {
  (void)context;
  assert_int_equal(pthread_create(&waiter.thread, NULL, wait_for_a_turn, NULL), 0);
  nanosleep(&(struct timespec){0, 50000000}, NULL);
  return 1;
}

static void *hold_for_a_while(void *argument) {
  fg_lock *lock = argument;
  nanosleep(&(struct timespec){0, 50000000}, NULL);
  fg_lock_close(lock);
  return NULL;
}

/* Who says nothing of it waits for the others, and for one that is ending: the system gives up its locks one by one,
   that of the file beside the ledger last. */
static void test_waits_for_who_is_ending(void **state) {
  (void)state;
  pthread_t thread;
  fg_lock lock;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 1);
  assert_int_equal(fg_lock_open(&lock, path, true, 0), 0);
  assert_int_equal(fg_lock_enter(&lock), 0);
  assert_int_equal(pthread_create(&thread, NULL, hold_for_a_while, &lock), 0);
  assert_int_equal(try_to_open(path, NULL), FG_OK);
  assert_int_equal(pthread_join(thread, NULL), 0);
  assert_int_equal(fg_lock_open(&lock, path, true, 0), 0);
  assert_int_equal(fg_lock_guard(&lock, ledger_path("booth.db-shm")), 0);
  assert_int_equal(pthread_create(&thread, NULL, hold_for_a_while, &lock), 0);
  assert_int_equal(try_to_open(path, NULL), FG_OK);
  assert_int_equal(pthread_join(thread, NULL), 0);
}

/* An opening that fails lets the next one in: each would wait for the other, until one has waited for too long. */
static void test_who_waits_comes_in_after_an_opening_that_fails(void **state) {
  (void)state;
  static fake_clock clock;
  fg_clock_source source = fake_source(&clock);
  source.boot = let_another_wait;
  fg_clock_options clocks = {0, &source};
  fg_ledger_options options = {.clock = &clocks, .wait_ms = 60000};
  fg_handle *ledger = NULL;
  waiter.path = ledger_path("booth.db");
  fill_ledger(waiter.path, 1);
  assert_int_equal(symlink("nowhere", ledger_path("booth.db-mark")), 0);
  assert_int_equal(fg_ledger_open(waiter.path, &options, &ledger, NULL), FG_LEDGER_NOT_A_FILE);
  assert_int_equal(pthread_join(waiter.thread, NULL), 0);
  assert_int_equal(waiter.number, 0);
}

/* What another user's process makes beside a ledger, and leaves if it is killed, can be used by whoever may use the
   ledger. Only an administrator can give files to others. */
static void test_files_beside_belong_to_whom_the_ledger_belongs(void **state) {
  (void)state;
  static const char *const names[] = {"booth.db-wal", "booth.db-mark", "booth.db-shm"};
  struct stat of;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 1);
  assert_int_equal(chmod(path, 0660), 0);
  if (geteuid() == 0) {
    assert_int_equal(chown(path, 65534, 65534), 0);
  }
  assert_int_equal(stat(path, &of), 0);
  fg_handle *ledger = open_ledger(path, 1000);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    struct stat beside;
    assert_int_equal(stat(ledger_path(names[i]), &beside), 0);
    assert_int_equal(beside.st_mode & 0777, 0660);
    assert_int_equal(beside.st_uid, of.st_uid);
    assert_int_equal(beside.st_gid, of.st_gid);
  }
  close_ledger(ledger);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_one_pack_for_eight_processes),
      LEDGER_TEST(test_one_rate_limit_for_four_processes),
      LEDGER_TEST(test_locks_end_with_their_process),
      LEDGER_TEST(test_waits_for_who_is_ending),
      LEDGER_TEST(test_who_waits_comes_in_after_an_opening_that_fails),
      LEDGER_TEST(test_files_beside_belong_to_whom_the_ledger_belongs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
