#include "window.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "booth.h"

/* The worker's numbers are a quarter of a day apart. Each has a usage and a call, which ends at once or, one of EIGHT,
   as much later as it takes for its day to be forgotten twice. */
enum { EIGHT = 8, LATER = 13, FAR_BACK = 24, HOUR_OF_ZONE = 8 };
static const int64_t DAY = INT64_C(86400000000);
static const fg_time BEGIN = INT64_C(20032) * INT64_C(86400000000); /* 2024-11-05T00:00:00Z */

static fg_time time_of(int64_t number) { return BEGIN + number * (DAY / 4); }

static bool is_long(int64_t number) { return number % EIGHT == 0; }

/* The number at which the call of a number ends. */
static int64_t end_of(int64_t number) { return is_long(number) ? number + LATER : number; }

/* docs/timeline.md: an id is known in the day of its last command and in the next one. */
static bool is_known(int64_t number, int64_t now) { return time_of(now) / DAY - time_of(number) / DAY <= 1; }

static fg_status run(fg_handle *ledger, fg_command_kind kind, const char *name, int64_t number, fg_time at,
                     bool *repeated) {
  char text[64];
  fg_command command = command_of(kind, name_of(text, name, WINDOW_WORKER, number));
  fg_outcome outcome = {.repeated = false};
  command.at = at;
  fg_status status = fg_handle_apply(ledger, &command, &outcome, NULL);
  *repeated = status == FG_OK && outcome.repeated;
  return status;
}

static fg_status commit(fg_handle *ledger, int64_t number, fg_time at, bool *repeated) {
  char text[64];
  fg_command command;
  fg_outcome outcome = {.repeated = false};
  fg_command_begin(&command, FG_DO_COMMIT, at);
  command.id = name_of(text, "call", WINDOW_WORKER, number);
  fg_status status = fg_handle_apply(ledger, &command, &outcome, NULL);
  *repeated = status == FG_OK && outcome.repeated;
  return status;
}

/* All that a number does, whether some of it was done before or not. */
static bool do_number(fg_handle *ledger, int64_t number, int pipe_end) {
  const fg_time at = time_of(number);
  bool repeated = false;
  if (run(ledger, FG_DO_USE, "use", number, at, &repeated) != FG_OK) {
    return false;
  }
  if (pipe_end >= 0) {
    say(pipe_end, WINDOW_WORKER, number, USED);
  }
  fg_status called = run(ledger, FG_DO_CALL, "call", number, at, &repeated);
  if (called != FG_OK && called != FG_IN_FLIGHT && called != FG_ALREADY_FINISHED) {
    return false;
  }
  if (pipe_end >= 0) {
    say(pipe_end, WINDOW_WORKER, number, CALLED);
  }
  bool done = is_long(number) || commit(ledger, number, at, &repeated) == FG_OK;
  if (done && number >= LATER && is_long(number - LATER)) {
    done = commit(ledger, number - LATER, at, &repeated) == FG_OK;
  }
  if (pipe_end >= 0 && done) {
    say(pipe_end, WINDOW_WORKER, number, COMMITTED);
  }
  return done;
}

void window_work(int64_t first, int64_t group_ms, int pipe_end) {
  fg_handle *ledger = open_by(path, group_ms);
  for (int64_t number = first; do_number(ledger, number, pipe_end); number++) {
  }
  _exit(1);
}

static notice latest;
static int64_t told_again, told_forgotten, days;

static int64_t under_way(void) { return latest.step == COMMITTED ? latest.number + 1 : latest.number; }

void window_begin(void) {
  const fg_account_options options = {.keep_ids_days = 1};
  fg_handle *ledger = open_with(path, &options, 0);
  fg_command open = command_of(FG_DO_OPEN, (fg_string){NULL, 0});
  open.at = BEGIN;
  if (fg_handle_apply(ledger, &open, NULL, NULL) != FG_OK) {
    give_up("image-pro cannot be opened");
  }
  fg_handle_close(ledger, NULL);
  latest = (notice){.number = -1, .step = COMMITTED};
}

/* What was said last is there, whether a stretch has begun since or not. */
static void check_latest(fg_handle *ledger) {
  fg_time now = 0;
  bool use = false;
  bool ended = false;
  if (latest.number < 0) {
    return;
  }
  fg_status status = fg_handle_now(ledger, &now, NULL);
  status = status == FG_OK ? run(ledger, FG_DO_USE, "use", latest.number, now, &use) : status;
  if (status != FG_OK || !use) {
    give_up("use %lld was acknowledged, and is lost", (long long)latest.number);
  }
  fg_status called = run(ledger, FG_DO_CALL, "call", latest.number, now, &ended);
  if (latest.step >= CALLED && called != FG_IN_FLIGHT && called != FG_ALREADY_FINISHED) {
    give_up("call %lld was acknowledged, and is lost", (long long)latest.number);
  }
  if (latest.step == COMMITTED && !is_long(latest.number) &&
      (commit(ledger, latest.number, now, &ended) != FG_OK || !ended)) {
    give_up("the end of call %lld was acknowledged, and is lost", (long long)latest.number);
  }
}

/* A usage said again: inside it is a repeat, also at a later time; outside its own time is over. */
static void check_use(fg_handle *ledger, int64_t number) {
  bool repeated = false;
  bool known = is_known(number, latest.number);
  const fg_time at = time_of(known ? latest.number : number);
  fg_status status = run(ledger, FG_DO_USE, "use", number, at, &repeated);
  if (known ? !repeated : status != FG_TIME_REVERSAL) {
    give_up("use %lld at number %lld: %s", (long long)number, (long long)latest.number, fg_status_name(status));
  }
  told_again += known;
  told_forgotten += !known;
}

/* A call said again, or its end: it is in flight, has ended, or is not known any more. */
static void check_call(fg_handle *ledger, int64_t number) {
  const fg_time now = time_of(latest.number);
  bool repeated = false;
  bool is_open = end_of(number) > latest.number;
  bool known = is_open || is_known(end_of(number), latest.number);
  fg_status expected = is_open ? FG_IN_FLIGHT : known ? FG_ALREADY_FINISHED : FG_UNKNOWN_ID;
  fg_status status = known ? run(ledger, FG_DO_CALL, "call", number, now, &repeated)
                           : commit(ledger, number, now, &repeated);
  if (status == expected && known && !is_open) {
    expected = FG_OK;
    status = commit(ledger, number, now, &repeated);
  }
  if (status != expected || (expected == FG_OK && !repeated)) {
    give_up("call %lld at number %lld: %s", (long long)number, (long long)latest.number, fg_status_name(status));
  }
  told_again += expected == FG_OK;
  told_forgotten += expected == FG_UNKNOWN_ID;
}

/* The month of a number in the book's zone. */
static int month_of(int64_t number) {
  const time_t seconds = (time_t)(time_of(number) / 1000000 + HOUR_OF_ZONE * 3600);
  const struct tm *civil = gmtime(&seconds);
  return civil->tm_year * 12 + civil->tm_mon;
}

/* Each number was used once and called once, one unit each, and nothing that was said again counts. */
static void check_units(fg_handle *ledger) {
  int64_t expected = 0;
  for (int64_t number = latest.number; number >= 0 && month_of(number) == month_of(latest.number); number--) {
    expected += 2;
  }
  int64_t counted = units_of_month(ledger);
  if (counted != expected) {
    give_up("%lld units are counted, %lld were used", (long long)counted, (long long)expected);
  }
}

/* The calls in flight are those that end later, and all of them are listed. */
static void check_open(fg_handle *ledger) {
  listener heard = {.count = 0};
  fg_visitor visitor = visitor_of(&heard);
  int expected = 0;
  for (int64_t number = latest.number; number >= 0 && number + LATER > latest.number; number--) {
    expected += end_of(number) > latest.number;
  }
  if (fg_handle_uncertain(ledger, &visitor, NULL) != FG_OK || heard.count != expected) {
    give_up("%d calls are uncertain, %d are in flight", heard.count, expected);
  }
}

static void look(int64_t before) {
  fg_handle *ledger = open_by(path, 0);
  check_latest(ledger);
  latest.number = under_way();
  latest.step = COMMITTED;
  if (!do_number(ledger, latest.number, -1)) {
    give_up("number %lld cannot be finished", (long long)latest.number);
  }
  for (int64_t number = latest.number; number >= 0 && number > latest.number - FAR_BACK; number--) {
    check_use(ledger, number);
    check_call(ledger, number);
  }
  check_units(ledger);
  check_open(ledger);
  fg_handle_close(ledger, NULL);
  days += time_of(latest.number) / DAY - time_of(before) / DAY;
}

void window_round(int round, const char *directory, const role *beside, unsigned *seed) {
  int ends[2];
  notice said;
  const int64_t before = latest.number;
  const role part = {.worker = WINDOW_WORKER, .first = under_way(), .group_ms = round % 2 == 0 ? 10 : 0};
  if (!open_pipe(ends)) {
    give_up("no pipe");
  }
  process worker = start_process(&part, directory, ends[1]);
  process bystander = start_process(beside, directory, ends[1]);
  close(ends[1]);
  wait_for_words(ends[0], 2000);
  sleep_us(random_below(seed, round % 4 < 2 ? 100000 : 12000));
  if (kill_process(worker) || (sleep_us(random_below(seed, 500)), kill_process(bystander))) {
    give_up("a process has ended by itself");
  }
  while (read(ends[0], &said, sizeof said) == (ssize_t)sizeof said) {
    if (said.worker != WINDOW_WORKER || said.number < latest.number) {
      give_up("what a process has written is no notice");
    }
    latest = said;
  }
  close(ends[0]);
  look(before);
}

void window_tell(void) {
  printf("crash: %lld days of ids passed: %lld told again, %lld told as forgotten\n", (long long)days,
         (long long)told_again, (long long)told_forgotten);
}
