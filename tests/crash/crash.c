/* Kills processes in the middle of their work on one ledger, at random instants, and looks what is left.

     crash KILLS [SEED]

   Two processes at a time use the ledger, by two names of it, and say through a pipe what was acknowledged to them, use
   by use and call by call; a third one verifies it, imports what it exports, seals that, adopts editions, or loses
   calls and cancels them. After all were killed every acknowledged id and edition must answer as it did, no unit may be
   counted twice, and calls that were in flight must be listed as uncertain. A quarter of the processes are killed on a
   ledger that knows ids for a day (window.h). Runs in the root of the checkout. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "booth.h"
#include "window.h"

enum { WORKERS = 2, PROCESSES = WORKERS + 1 };

/* The ledger adopts so many editions, all of its own book, on one day after another. */
enum { EDITIONS = 8, FIRST_EDITION = 84000 /* 2199-12-27 */ };

static char directory[] = "build/ledgers/crash-XXXXXX";

static bool apply(fg_handle *ledger, fg_command_kind kind, fg_string id) {
  fg_command command = command_of(kind, id);
  return fg_handle_apply(ledger, &command, NULL, NULL) == FG_OK;
}

static void work(int worker, int64_t first, int64_t group_ms, int pipe_end) {
  char text[64];
  fg_handle *ledger = open_by(worker == 0 ? path : link_path, group_ms);
  for (int64_t number = first;; number++) {
    if (apply(ledger, FG_DO_USE, name_of(text, "use", worker, number))) {
      say(pipe_end, worker, number, USED);
    }
    if (!apply(ledger, FG_DO_USE, name_of(text, "use", worker, number))) { /* so that it comes without a commit, too */
      _exit(1);
    }
    fg_string id = name_of(text, "call", worker, number);
    if (apply(ledger, FG_DO_CALL, id)) {
      say(pipe_end, worker, number, CALLED);
      if (apply(ledger, FG_DO_COMMIT, id)) {
        say(pipe_end, worker, number, COMMITTED);
      }
    }
  }
}

/* The latest that a worker said. */
static struct worker {
  process process;
  int64_t number;
  step step;
} workers[WORKERS];

static int64_t acknowledged, adopted, lost, uncertain;

static void must_answer_again(fg_handle *ledger, fg_command_kind kind, fg_string id) {
  fg_command command = command_of(kind, id);
  fg_outcome outcome;
  acknowledged++;
  lost += fg_handle_apply(ledger, &command, &outcome, NULL) != FG_OK || !outcome.repeated;
}

static fg_status adopt(fg_handle *ledger, int64_t edition, fg_outcome *outcome) {
  fg_command command;
  fg_command_begin(&command, FG_DO_ADOPT, FG_NO_TIME);
  command.effective = (fg_date)(FIRST_EDITION + edition);
  fg_status status = fg_command_set_book(&command, "book", book, NULL);
  return status == FG_OK ? fg_handle_apply(ledger, &command, outcome, NULL) : status;
}

static void must_be_adopted(fg_handle *ledger, int64_t edition) {
  fg_outcome outcome;
  acknowledged++;
  adopted++;
  lost += adopt(ledger, edition, &outcome) != FG_OK || !outcome.repeated;
}

static void check_notice(fg_handle *ledger, const notice *said) {
  char text[64];
  if (said->worker < 0 || said->worker > WORKERS) {
    give_up("what a process has written is no notice");
  }
  if (said->step == ADOPTED) {
    must_be_adopted(ledger, said->number);
    return;
  }
  if (said->step == USED) {
    must_answer_again(ledger, FG_DO_USE, name_of(text, "use", said->worker, said->number));
  } else if (said->step == CALLED) {
    fg_command call = command_of(FG_DO_CALL, name_of(text, "call", said->worker, said->number));
    fg_status status = fg_handle_apply(ledger, &call, NULL, NULL);
    acknowledged++;
    lost += status != FG_IN_FLIGHT && status != FG_ALREADY_FINISHED;
  } else {
    must_answer_again(ledger, FG_DO_COMMIT, name_of(text, "call", said->worker, said->number));
  }
  workers[said->worker].number = said->number;
  workers[said->worker].step = (step)said->step;
}

/* The number that a worker was at when it ended. */
static int64_t under_way(const struct worker *worker) {
  return worker->step == COMMITTED ? worker->number + 1 : worker->number;
}

/* A call that the third process has lost, or one that it was about to cancel: it is canceled here. */
static bool cancel_lost(fg_handle *ledger, const char *id) {
  fg_pass pass;
  fg_command cancel = command_of(FG_DO_CANCEL, (fg_string){NULL, 0});
  if (strncmp(id, "lost-", 5) != 0 || fg_handle_resume(ledger, (fg_string){id, strlen(id)}, &pass, NULL) != FG_OK) {
    return false;
  }
  bool done = fg_pass_end(&pass, &cancel, NULL, NULL) == FG_OK;
  fg_pass_release(&pass);
  return done;
}

/* Calls in flight are kept and listed: no other than those that the processes were at. */
static void check_uncertain(fg_handle *ledger) {
  listener heard = {.count = 0};
  fg_visitor visitor = visitor_of(&heard);
  if (fg_handle_uncertain(ledger, &visitor, NULL) != FG_OK) {
    give_up("the uncertain calls cannot be had");
  }
  for (int i = 0; i < heard.count; i++) {
    bool is_known = cancel_lost(ledger, heard.ids[i]);
    for (int worker = 0; worker < WORKERS; worker++) {
      char text[64];
      is_known = is_known || strcmp(name_of(text, "call", worker, under_way(&workers[worker])).text, heard.ids[i]) == 0;
    }
    if (!is_known) {
      give_up("%s is uncertain", heard.ids[i]);
    }
    uncertain++;
  }
}

/* What was under way is given again, under its ids: whether it was there or not, it counts once. */
static void finish(fg_handle *ledger, int number_of_worker) {
  struct worker *worker = &workers[number_of_worker];
  int64_t number = under_way(worker);
  char text[64];
  char call_text[64];
  fg_string call = name_of(call_text, "call", number_of_worker, number);
  fg_command commit = command_of(FG_DO_COMMIT, call);
  fg_command again = command_of(FG_DO_CALL, call);
  bool done = apply(ledger, FG_DO_USE, name_of(text, "use", number_of_worker, number));
  fg_status status = fg_handle_apply(ledger, &again, NULL, NULL);
  done = done && (status == FG_OK || status == FG_IN_FLIGHT || status == FG_ALREADY_FINISHED);
  status = fg_handle_apply(ledger, &commit, NULL, NULL);
  if (!done || (status != FG_OK && status != FG_ALREADY_FINISHED)) {
    give_up("%s cannot be finished", call_text);
  }
  worker->number = number;
  worker->step = COMMITTED;
}

/* Of each worker each number has been used once and called once, one unit each. */
static void check_total(fg_handle *ledger) {
  int64_t expected = 0;
  for (int worker = 0; worker < WORKERS; worker++) {
    expected += 2 * (workers[worker].number + 1);
  }
  int64_t counted = units_of_month(ledger);
  if (counted != expected) {
    give_up("%lld units are counted, %lld were used", (long long)counted, (long long)expected);
  }
}

static void verify_on(void) {
  for (;;) {
    if (!is_whole(path)) {
      _exit(1);
    }
  }
}

static void import_on(void) {
  for (;;) {
    import_once();
    unlink(import_path);
  }
}

static void seal_on(void) {
  for (;;) {
    import_once();
    if (fg_ledger_seal(import_path, successor_path, 0, NULL, NULL, NULL) != FG_OK) {
      _exit(1);
    }
    unlink(import_path); /* first: a sealed ledger whose successor is gone cannot be sealed again */
    unlink(successor_path);
  }
}

/* Lets a call through and loses it, as a host whose coroutine is collected; then finds it again and cancels it. */
static void lose_on(void) {
  for (int number = 0;; number++) {
    char text[64];
    fg_pass pass;
    fg_string id = {text, (size_t)snprintf(text, sizeof text, "lost-%ld-%d", (long)getpid(), number)};
    fg_command call = command_of(FG_DO_CALL, id);
    fg_handle *ledger = open_by(link_path, 0);
    if (fg_handle_call(ledger, &call, &pass, NULL, NULL) == FG_OK) {
      fg_pass_leave(&pass);
      fg_pass_release(&pass);
      fg_handle_close(ledger, NULL);
      ledger = open_by(path, 0);
      if (!cancel_lost(ledger, text)) {
        _exit(1);
      }
    }
    fg_handle_close(ledger, NULL);
  }
}

static int told; ///< the end of the pipe that is written to

static void adopt_on(void) {
  for (int64_t edition = 0;; edition = (edition + 1) % EDITIONS) {
    fg_handle *ledger = open_by(link_path, 0);
    if (adopt(ledger, edition, NULL) != FG_OK) {
      _exit(1);
    }
    say(told, WORKERS, edition, ADOPTED);
    fg_handle_close(ledger, NULL);
  }
}

static void (*task_of(int round))(void) {
  static void (*const tasks[])(void) = {verify_on, import_on, adopt_on, lose_on, seal_on};
  return tasks[(size_t)round % (sizeof tasks / sizeof *tasks)];
}

void play(const role *part, int end) {
  if (part->worker < WORKERS) {
    work(part->worker, part->first, part->group_ms, end);
  }
  if (part->worker == WINDOW_WORKER) {
    window_work(part->first, part->group_ms, end);
  }
  told = end;
  task_of(part->task)();
}

/* An import is there as a whole or not at all, and so is a successor; what was being made has a name of its own. */
static void check_import(void) {
  if (access(import_path, F_OK) == 0 && !is_whole(import_path)) {
    give_up("%s was imported in part", import_path);
  }
  if (access(import_path, F_OK) == 0) { /* what was cut off in the middle is finished by doing it again */
    fg_error error = {0};
    if (fg_ledger_seal(import_path, successor_path, 0, NULL, NULL, &error) != FG_OK) {
      give_up("seal: %s: %s", fg_status_name(error.status), error.message);
    }
    if (!is_whole(import_path) || !is_whole(successor_path)) {
      give_up("%s was sealed in part", import_path);
    }
  }
  DIR *opened = opendir(directory);
  for (const struct dirent *entry = opened == NULL ? NULL : readdir(opened); entry != NULL; entry = readdir(opened)) {
    char name[600];
    snprintf(name, sizeof name, "%s/%s", directory, entry->d_name);
    if (strncmp(entry->d_name, "import", 6) == 0) {
      unlink(name);
    }
  }
  closedir(opened);
}

static process bystander;

static void kill_soon(unsigned *seed, int64_t most_us) {
  sleep_us(random_below(seed, most_us));
  for (int worker = 0; worker < WORKERS; worker++) {
    if (kill_process(workers[worker].process)) {
      give_up("a worker has ended by itself");
    }
    sleep_us(random_below(seed, 500));
  }
  if (kill_process(bystander)) {
    give_up("the third process found a fault");
  }
}

static void run_round(int round, unsigned *seed) {
  int pipe_ends[2];
  notice said;
  role part = {.task = round};
  if (!open_pipe(pipe_ends)) {
    give_up("no pipe");
  }
  for (part.worker = 0; part.worker < WORKERS; part.worker++) {
    part.first = under_way(&workers[part.worker]);
    part.group_ms = (round >> part.worker & 2) != 0 ? 10 : 0; /* both, one of them, or none */
    workers[part.worker].process = start_process(&part, directory, pipe_ends[1]);
  }
  bystander = start_process(&part, directory, pipe_ends[1]);
  close(pipe_ends[1]);
  if (begins_anew || round % 2 == 1) { /* or a slow disk would see little but openings */
    wait_for_words(pipe_ends[0], 2000);
  }
  int64_t most_us = (round & 6) != 0             ? 300000 /* a log that others add to is moved after 100 ms */
                    : task_of(round) == adopt_on ? 60000  /* an edition is compiled first */
                                                 : 12000;
  kill_soon(seed, begins_anew && most_us < 300000 ? 10 * most_us : most_us);
  fg_handle *ledger = open_by(path, 0);
  while (read(pipe_ends[0], &said, sizeof said) == (ssize_t)sizeof said) {
    check_notice(ledger, &said);
  }
  close(pipe_ends[0]);
  check_uncertain(ledger);
  for (int worker = 0; worker < WORKERS; worker++) {
    finish(ledger, worker);
  }
  check_total(ledger);
  fg_handle_close(ledger, NULL);
  check_import();
}

static void begin(void) {
  fg_handle *ledger = open_by(path, 0);
  fg_command open = command_of(FG_DO_OPEN, (fg_string){NULL, 0});
  if (fg_handle_apply(ledger, &open, NULL, NULL) != FG_OK) {
    give_up("image-pro cannot be opened");
  }
  fg_handle_close(ledger, NULL);
  for (int worker = 0; worker < WORKERS; worker++) {
    workers[worker] = (struct worker){.number = -1, .step = COMMITTED};
  }
}

/* Rounds in which a ledger knows ids for a day; another process verifies it, or imports or seals what it exports. */
static int kill_in_windows(int kills, unsigned *seed) {
  static const int beside[] = {0, 1, 4};
  int killed = 0;
  window_begin();
  for (int round = 0; killed < kills; round++, killed += WINDOW_PROCESSES) {
    role part = {.worker = WORKERS, .task = beside[round % 3]};
    window_round(round, directory, &part, seed);
    check_import();
  }
  return killed;
}

static void must_be_whole(void) {
  if (!is_whole(path)) {
    give_up("the ledger is not good: faregate ledger verify %s", path);
  }
  unlink(path);
}

static int kill_in_rounds(int kills, unsigned *seed) {
  int killed = 0;
  begin();
  for (int round = 0; killed < kills; round++, killed += PROCESSES) {
    run_round(round, seed);
  }
  return killed;
}

int main(int count, char **words) {
  role part;
  const char *given = NULL;
  int end = -1;
  if (played(count, words, &part, &given, &end)) {
    snprintf(directory, sizeof directory, "%s", given);
    name_files(directory);
    load_book();
    play(&part, end);
  }
  int kills = count > 1 ? atoi(words[1]) : 1000;
  unsigned seed = count > 2 ? (unsigned)atoi(words[2]) : (unsigned)time(NULL);
  unsigned first_seed = seed;
  if (!make_directory(directory)) {
    give_up("no directory");
  }
  name_files(directory);
  load_book();
  int killed = kill_in_rounds(kills - kills / 4, &seed);
  must_be_whole();
  killed += kill_in_windows(kills / 4, &seed);
  must_be_whole();
  unlink(link_path);
  if (rmdir(directory) != 0) {
    give_up("files are left in %s", directory);
  }
  fg_book_release(book);
  printf("crash: %d kills (seed %u): %lld acknowledged, %lld lost, 0 counted twice, %lld in flight, %lld adoptions\n",
         killed, first_seed, (long long)acknowledged, (long long)lost, (long long)uncertain, (long long)adopted);
  window_tell();
  printf("crash: %d passed, 0 failed\n", killed);
  return lost != 0;
}
