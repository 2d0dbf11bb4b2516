/* Speed and size of the core. `bench_core time` prints figures; `bench_core count COMMANDS HISTORY` does that many
   usages without an id after a history of so many with one, `bench_core count-rules COMMANDS` as many of a product with
   rules and two attributes, for an instruction counter to watch. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "facefusion.h"

enum { ROUNDS = 5, YEAR_COMMANDS = 1000000, FORKS = 20000 };

static const fg_time YEAR_BEGIN = INT64_C(1704038400000000); /* 2024-01-01T00:00:00+08:00 */
static const fg_time YEAR_STEP = INT64_C(31600000);          /* a million of them are 365.7 days */

static void must(fg_status status) {
  if (status != FG_OK) {
    fprintf(stderr, "%s\n", fg_status_name(status));
    exit(1);
  }
}

/* The time this process has run: what else the machine does does not count. */
static double now_ns(void) { return (double)clock() * (1e9 / CLOCKS_PER_SEC); }

static fg_string text(const char *characters) {
  fg_string string = {characters, strlen(characters)};
  return string;
}

static fg_command begin(fg_command_kind kind, fg_time at) {
  fg_command command;
  fg_command_begin(&command, kind, at);
  command.product = text("image");
  return command;
}

/* `image` open, with packs of ten million calls. */
static fg_account *open_account(fg_book *book, int packs) {
  fg_account *account = NULL;
  must(fg_account_new(book, NULL, &account, NULL));
  fg_command open = begin(FG_DO_OPEN, YEAR_BEGIN);
  must(fg_account_apply(account, &open, NULL, NULL));
  for (int i = 0; i < packs; i++) {
    fg_command buy = begin(FG_DO_BUY_PACK, YEAR_BEGIN);
    buy.pack = text("calls-10m");
    must(fg_account_apply(account, &buy, NULL, NULL));
  }
  return account;
}

typedef fg_status (*apply_function)(fg_account *, const fg_command *, fg_outcome *, fg_error *);

static fg_status apply_nothing(fg_account *account, const fg_command *command, fg_outcome *outcome, fg_error *error) {
  (void)account;
  (void)error;
  outcome->kind = command->kind;
  return FG_OK;
}

/* A year of usages of one call each; answers nanoseconds per command. */
static double live_a_year(fg_account *account, apply_function apply, bool with_id) {
  apply_function volatile function = apply; /* a call, not inlined */
  fg_command use = begin(FG_DO_USE, YEAR_BEGIN);
  fg_outcome outcome;
  char id[24];
  use.quantity = 1;
  double began = now_ns();
  for (int i = 0; i < YEAR_COMMANDS; i++) {
    use.at += YEAR_STEP;
    if (with_id) {
      use.id.text = id;
      use.id.length = (size_t)snprintf(id, sizeof id, "use-%d", i);
    }
    must(function(account, &use, &outcome, NULL));
  }
  return (now_ns() - began) / YEAR_COMMANDS;
}

static double best_year(fg_book *book, apply_function apply, int packs, bool with_id) {
  double best = 1e18;
  for (int round = 0; round < ROUNDS; round++) {
    fg_account *account = open_account(book, packs);
    double spent = live_a_year(account, apply, with_id);
    best = spent < best ? spent : best;
    fg_account_free(account);
  }
  return best;
}

static double best_fork(fg_account *account) {
  double best = 1e18;
  for (int round = 0; round < ROUNDS; round++) {
    double began = now_ns();
    for (int i = 0; i < FORKS; i++) {
      fg_account *fork = NULL;
      must(fg_account_fork(account, &fork));
      fg_account_free(fork);
    }
    double spent = (now_ns() - began) / FORKS;
    best = spent < best ? spent : best;
  }
  return best;
}

/* Calls let through the gate and committed, at half the rate that is allowed: under ids of the host, printed
   beforehand, or without, named by the handle. */
static double best_gate(fg_book *book, bool has_ids) {
  enum { CALLS = 200000, SHORT_ROUNDS = 5 * ROUNDS }; /* a round is a hundredth of a second */
  static char ids[CALLS][8];
  double best = 1e18;
  for (int i = 0; i < CALLS; i++) {
    snprintf(ids[i], sizeof ids[i], "%d", i);
  }
  for (int round = 0; round < SHORT_ROUNDS; round++) {
    fg_handle *handle = NULL;
    must(fg_handle_new(open_account(book, 1), NULL, &handle, NULL));
    fg_command call = begin(FG_DO_CALL, YEAR_BEGIN);
    fg_command commit = begin(FG_DO_COMMIT, YEAR_BEGIN);
    fg_outcome outcome;
    call.quantity = 1;
    double began = now_ns();
    for (int i = 0; i < CALLS; i++) {
      call.at = commit.at += INT64_C(100000);
      if (has_ids) {
        call.id = commit.id = text(ids[i]);
      }
      must(fg_handle_apply(handle, &call, &outcome, NULL));
      commit.call = outcome.is.used.call;
      must(fg_handle_apply(handle, &commit, NULL, NULL));
    }
    double spent = (now_ns() - began) / CALLS;
    best = spent < best ? spent : best;
    must(fg_handle_close(handle, NULL));
  }
  return best;
}

static void print_times(fg_book *book) {
  double floor = best_year(book, apply_nothing, 0, false);
  double plain = best_year(book, fg_account_apply, 0, false);
  double packs = best_year(book, fg_account_apply, 3, false);
  double named = best_year(book, fg_account_apply, 0, true);
  printf("a year of 1,000,000 usages, C             %8.1f ns each, %5.1f M/s, %5.1f x an empty function (%.1f ns)\n",
         plain, 1e3 / plain, plain / floor, floor);
  printf("  with three packs                        %8.1f ns each, %5.1f M/s\n", packs, 1e3 / packs);
  printf("  each with an id of its own              %8.1f ns each, %5.1f M/s (printing the id included)\n", named,
         1e3 / named);
  printf("call and commit through the gate, C       %8.1f ns; under ids of the host %.1f ns\n", best_gate(book, false),
         best_gate(book, true));
  fg_account *account = open_account(book, 3);
  printf("an account, one product open, three packs %8zu bytes\n", fg_account_bytes(account));
  double young = best_fork(account);
  (void)live_a_year(account, fg_account_apply, true);
  double old = best_fork(account);
  printf("fork and free                             %8.0f ns; after 1,000,000 commands with ids %.0f ns\n", young, old);
  fg_account_free(account);
}

static void count(fg_book *book, long commands, long history) {
  fg_account *account = open_account(book, 0);
  fg_command use = begin(FG_DO_USE, YEAR_BEGIN);
  char id[24];
  use.quantity = 1;
  for (long i = 0; i < history; i++) {
    use.id.text = id;
    use.id.length = (size_t)snprintf(id, sizeof id, "use-%ld", i);
    must(fg_account_apply(account, &use, NULL, NULL));
  }
  use.id.text = NULL;
  fg_outcome outcome;
  for (long i = 0; i < commands; i++) {
    use.at += YEAR_STEP;
    must(fg_account_apply(account, &use, &outcome, NULL));
  }
  fg_account_free(account);
}

static const char RULES[] =
    "{\"format\": \"faregate-book/2\", \"id\": \"bench-tokens\", \"title\": \"Tokens\", \"currency\": \"EUR\", \"minor_digits\": 2,"
    " \"time_zone\": \"+08:00\", \"rounding\": \"none\", \"attributes\": [{\"id\": \"model\", \"values\": [\"big\", \"mini\"]},"
    " {\"id\": \"region\", \"values\": [\"eu\", \"us\"]}], \"products\": [{\"id\": \"image\", \"meter\": \"tokens\","
    " \"price\": {\"model\": \"flat\", \"per\": 1000, \"price\": \"3\"}, \"rules\": [{\"when\": {\"region\": \"us\"}, \"factor\":"
    " \"1.2\"}, {\"id\": \"mini\", \"when\": {\"model\": \"mini\"}, \"price\": {\"model\": \"flat\", \"per\": 1000, \"price\":"
    " \"0.3\"}}]}]}";

static void count_rules(long commands) {
  fg_book *book = NULL;
  must(fg_book_load(RULES, sizeof RULES - 1, NULL, &book, NULL));
  fg_account *account = open_account(book, 0);
  const fg_attribute attributes[] = {{.name = text("model"), .text = text("mini")},
                                     {.name = text("region"), .text = text("us")}};
  fg_command use = begin(FG_DO_USE, YEAR_BEGIN);
  use.quantity = 1;
  use.attributes = (fg_attributes){attributes, 2};
  fg_outcome outcome;
  for (long i = 0; i < commands; i++) {
    use.at += YEAR_STEP;
    must(fg_account_apply(account, &use, &outcome, NULL));
  }
  fg_account_free(account);
  fg_book_release(book);
}

int main(int argument_count, char **arguments) {
  fg_book *book = load_facefusion();
  if (argument_count == 4 && strcmp(arguments[1], "count") == 0) {
    count(book, atol(arguments[2]), atol(arguments[3]));
  } else if (argument_count == 3 && strcmp(arguments[1], "count-rules") == 0) {
    count_rules(atol(arguments[2]));
  } else {
    print_times(book);
  }
  fg_book_release(book);
  return 0;
}
