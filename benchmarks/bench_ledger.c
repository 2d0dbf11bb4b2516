/* Durable commands beside a bare SQLite program in the same run, and how long opening a long ledger takes.

     bench_ledger [COMMANDS]     of the long ledger; 1,000,000

   The bare program inserts one row and updates one in each transaction: same journal, same sync, same page size, same
   folder. Both run by turns. */
#define _GNU_SOURCE

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "facefusion.h"
#include "faregate_ledger.h"

enum { ROUNDS = 21, ROUND = 60 };

static char folder[] = "build/bench/ledger-XXXXXX";
static fg_book *book;

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(bool done, const char *what) {
  if (!done) {
    fprintf(stderr, "bench_ledger: %s failed\n", what);
    exit(1);
  }
}

static const char *path_of(const char *name) {
  static char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values, int count) {
  qsort(values, (size_t)count, sizeof *values, compare);
  return values[count / 2];
}

static sqlite3 *open_bare(const char *name, const char *synchronous) {
  sqlite3 *database = NULL;
  char settings[512];
  snprintf(settings, sizeof settings,
           "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = %s;"
           "PRAGMA wal_autocheckpoint = 256;"
           "CREATE TABLE calls (seq INTEGER PRIMARY KEY, at INTEGER, id TEXT, command TEXT, outcome TEXT) STRICT;"
           "CREATE TABLE totals (name TEXT PRIMARY KEY, units INTEGER) STRICT; INSERT INTO totals VALUES ('image', 0)",
           synchronous);
  must(sqlite3_open(path_of(name), &database) == SQLITE_OK, "opening SQLite");
  must(sqlite3_exec(database, settings, NULL, NULL, NULL) == SQLITE_OK, "the tables");
  return database;
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *text) {
  sqlite3_stmt *statement = NULL;
  must(sqlite3_prepare_v2(database, text, -1, &statement, NULL) == SQLITE_OK, text);
  return statement;
}

static void step(sqlite3_stmt *statement) {
  must(sqlite3_step(statement) == SQLITE_DONE, "a statement");
  sqlite3_reset(statement);
}

static double run_bare(sqlite3 *database, int64_t *next) {
  sqlite3_stmt *begin = prepare(database, "BEGIN IMMEDIATE");
  sqlite3_stmt *insert = prepare(database, "INSERT INTO calls (at, id, command, outcome) VALUES (?, ?, ?, ?)");
  sqlite3_stmt *update = prepare(database, "UPDATE totals SET units = units + 1 WHERE name = 'image'");
  sqlite3_stmt *commit = prepare(database, "COMMIT");
  double started = seconds();
  for (int i = 0; i < ROUND; i++) {
    char id[32];
    snprintf(id, sizeof id, "call-%lld", (long long)(*next)++);
    step(begin);
    sqlite3_bind_int64(insert, 1, *next);
    sqlite3_bind_text(insert, 2, id, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 3, "{\"product\":\"image\",\"quantity\":1}", -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 4, "{\"free\":1}", -1, SQLITE_STATIC);
    step(insert);
    step(update);
    step(commit);
  }
  double took = seconds() - started;
  sqlite3_finalize(begin);
  sqlite3_finalize(insert);
  sqlite3_finalize(update);
  sqlite3_finalize(commit);
  return ROUND / took;
}

static fg_handle *open_checking(const char *name, int64_t group_ms, const char *check) {
  fg_handle *ledger = NULL;
  fg_error error;
  fg_ledger_options options = {.book = book, .group_ms = group_ms, .check = {check, strlen(check)}};
  if (fg_ledger_open(path_of(name), &options, &ledger, &error) != FG_OK) {
    fprintf(stderr, "bench_ledger: %s\n", error.message);
    exit(1);
  }
  return ledger;
}

static fg_handle *open_ledger(const char *name, int64_t group_ms) { return open_checking(name, group_ms, "all"); }

static void apply(fg_handle *ledger, fg_command_kind kind, const char *id) {
  fg_command command;
  fg_command_begin(&command, kind, FG_NO_TIME);
  command.product = (fg_string){"image", 5};
  command.quantity = 1;
  command.id = (fg_string){id, id == NULL ? 0 : strlen(id)};
  must(fg_handle_apply(ledger, &command, NULL, NULL) == FG_OK, fg_command_name(kind));
}

static void use(fg_handle *ledger, int64_t number) {
  char id[32];
  snprintf(id, sizeof id, "call-%lld", (long long)number);
  apply(ledger, FG_DO_USE, id);
}

static double run_ledger(fg_handle *ledger, int64_t *next) {
  double started = seconds();
  for (int i = 0; i < ROUND; i++) {
    use(ledger, (*next)++);
  }
  return ROUND / (seconds() - started);
}

static void compare_durable(const char *title, const char *synchronous, int64_t group_ms) {
  char bare_name[32];
  char name[32];
  double bare[ROUNDS];
  double ours[ROUNDS];
  double ratios[ROUNDS];
  int64_t next = 0;
  int64_t bare_next = 0;
  snprintf(bare_name, sizeof bare_name, "bare-%s.db", synchronous);
  snprintf(name, sizeof name, "ledger-%s.db", synchronous);
  sqlite3 *database = open_bare(bare_name, synchronous);
  fg_handle *ledger = open_ledger(name, group_ms);
  apply(ledger, FG_DO_OPEN, NULL);
  run_bare(database, &bare_next); /* the log has its size then */
  run_ledger(ledger, &next);
  for (int i = 0; i < ROUNDS; i++) {
    bare[i] = run_bare(database, &bare_next);
    ours[i] = run_ledger(ledger, &next);
    ratios[i] = ours[i] / bare[i];
  }
  sqlite3_close(database);
  fg_handle_close(ledger, NULL);
  printf("%-34s %9.0f commands/s; bare SQLite %9.0f/s; ratio %.2f\n", title, median(ours, ROUNDS), median(bare, ROUNDS),
         median(ratios, ROUNDS));
}

static void measure_opening(int64_t commands) {
  double took[ROUNDS];
  double used[ROUNDS];
  fg_handle *ledger = open_ledger("long.db", 1000);
  double started = seconds();
  apply(ledger, FG_DO_OPEN, NULL);
  for (int64_t number = 1; number < commands; number++) {
    use(ledger, number);
  }
  double filled = seconds() - started;
  fg_handle_close(ledger, NULL);
  for (int i = 0; i < ROUNDS; i++) {
    started = seconds();
    ledger = open_ledger("long.db", 0);
    took[i] = seconds() - started;
    fg_handle_close(ledger, NULL);
    started = seconds();
    ledger = open_checking("long.db", 0, "used");
    used[i] = seconds() - started;
    fg_handle_close(ledger, NULL);
  }
  struct stat file;
  must(stat(path_of("long.db"), &file) == 0, "the long ledger");
  printf("%-34s %9.1f ms; %.0f MB, every page checked; %.1f ms, only those that are used; written at %.0f commands/s\n",
         "open after so many commands", median(took, ROUNDS) * 1e3, (double)file.st_size / 1e6,
         median(used, ROUNDS) * 1e3, (double)commands / filled);
}

int main(int count, char **words) {
  int64_t commands = count > 1 ? strtoll(words[1], NULL, 10) : 1000000;
  char clean[64];
  mkdir("build/bench", 0777);
  must(mkdtemp(folder) != NULL, "a folder");
  book = load_facefusion();
  printf("SQLite %s; %lld commands in the long ledger\n", sqlite3_libversion(), (long long)commands);
  compare_durable("use, on the disk when answered", "FULL", 0);
  compare_durable("use, on the disk within a second", "NORMAL", 1000);
  measure_opening(commands);
  fg_book_release(book);
  snprintf(clean, sizeof clean, "rm -r %s", folder);
  return system(clean) == 0 ? 0 : 1;
}
