/* How long one durable call keeps its caller: a histogram, with the disk named.

     bench_waits [CALLS] [SECONDS] [FOLDER]     back to back; at 60 a second, as a game makes frames; build/bench */
#define _GNU_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "facefusion.h"
#include "faregate_ledger.h"

static const double edges_ms[] = {0.1, 0.3, 1, 3, 10, 16.7, 50, 100, 300};
enum { EDGES = sizeof edges_ms / sizeof *edges_ms, FRAMES_A_SECOND = 60 };

static char folder[256];
static fg_book *book;

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void must(bool done, const char *what) {
  if (!done) {
    fprintf(stderr, "bench_waits: %s failed\n", what);
    exit(1);
  }
}

/* The file system that a folder is on, and its device, as the kernel lists what is mounted. */
static void name_disk(void) {
  char line[1024];
  char device[256] = "?";
  char type[64] = "?";
  struct stat found;
  struct utsname kernel;
  must(stat(folder, &found) == 0 && uname(&kernel) == 0, "the folder");
  FILE *mounts = fopen("/proc/self/mountinfo", "r");
  while (mounts != NULL && fgets(line, sizeof line, mounts) != NULL) {
    unsigned high = 0;
    unsigned low = 0;
    const char *rest = strstr(line, " - ");
    if (sscanf(line, "%*d %*d %u:%u", &high, &low) == 2 && makedev(high, low) == found.st_dev && rest != NULL) {
      sscanf(rest, " - %63s %255s", type, device);
    }
  }
  if (mounts != NULL) {
    fclose(mounts);
  }
  printf("disk: %s on %s, %s %s\n", type, device, kernel.sysname, kernel.release);
}

static fg_handle *open_ledger(int64_t group_ms) {
  char path[300];
  fg_handle *ledger = NULL;
  fg_error error;
  fg_ledger_options options = {.book = book, .group_ms = group_ms};
  snprintf(path, sizeof path, "%s/waits-%d.db", folder, (int)group_ms);
  if (fg_ledger_open(path, &options, &ledger, &error) != FG_OK) {
    fprintf(stderr, "bench_waits: %s\n", error.message);
    exit(1);
  }
  return ledger;
}

static double apply(fg_handle *ledger, fg_command_kind kind, int64_t number) {
  char id[32];
  fg_command command;
  fg_command_begin(&command, kind, FG_NO_TIME);
  command.product = (fg_string){"image", 5};
  command.quantity = 1;
  command.id = (fg_string){id, (size_t)snprintf(id, sizeof id, "call-%lld", (long long)number)};
  command.id.length = kind == FG_DO_OPEN ? 0 : command.id.length;
  command.id.text = kind == FG_DO_OPEN ? NULL : id;
  double started = milliseconds();
  must(fg_handle_apply(ledger, &command, NULL, NULL) == FG_OK, fg_command_name(kind));
  return milliseconds() - started;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

static void tell(const char *how, int64_t group_ms, double *waits, size_t count) {
  size_t at = 0;
  qsort(waits, count, sizeof *waits, compare);
  printf("group_ms=%-5lld %-14s %7zu calls: p50 %.3f ms, p99 %.2f, p99.9 %.2f, max %.1f\n   ", (long long)group_ms, how,
         count, waits[count / 2], waits[count * 99 / 100], waits[count * 999 / 1000], waits[count - 1]);
  for (int edge = 0; edge <= EDGES; edge++) {
    size_t first = at;
    while (at < count && (edge == EDGES || waits[at] < edges_ms[edge])) {
      at++;
    }
    if (edge < EDGES) {
      printf(" <%g ms: %zu", edges_ms[edge], at - first);
    } else {
      printf(" more: %zu\n", at - first);
    }
  }
}

static void measure(int64_t group_ms, int64_t calls, int64_t seconds) {
  int64_t paced = seconds * FRAMES_A_SECOND;
  double *waits = malloc((size_t)(calls > paced ? calls : paced) * sizeof *waits);
  must(waits != NULL, "memory");
  fg_handle *ledger = open_ledger(group_ms);
  apply(ledger, FG_DO_OPEN, 0);
  for (int64_t i = 0; i < calls; i++) {
    waits[i] = apply(ledger, FG_DO_USE, i);
  }
  tell("back to back", group_ms, waits, (size_t)calls);
  double frame = milliseconds();
  for (int64_t i = 0; i < paced; i++) {
    waits[i] = apply(ledger, FG_DO_USE, calls + i);
    frame += 1e3 / FRAMES_A_SECOND;
    double rest = frame - milliseconds();
    if (rest > 0) {
      usleep((useconds_t)(rest * 1e3));
    }
  }
  tell("60 a second", group_ms, waits, (size_t)paced);
  must(fg_handle_close(ledger, NULL) == FG_OK, "closing");
  free(waits);
}

int main(int count, char **words) {
  int64_t calls = count > 1 ? strtoll(words[1], NULL, 10) : 10000;
  int64_t seconds = count > 2 ? strtoll(words[2], NULL, 10) : 20;
  char clean[300];
  mkdir("build/bench", 0777);
  snprintf(folder, sizeof folder, "%s/waits-XXXXXX", count > 3 ? words[3] : "build/bench");
  must(calls > 0 && seconds > 0, "reading the arguments");
  must(mkdtemp(folder) != NULL, "a folder");
  book = load_facefusion();
  name_disk();
  measure(0, calls, seconds);
  measure(1000, calls, seconds);
  fg_book_release(book);
  snprintf(clean, sizeof clean, "rm -r '%s'", folder);
  return system(clean) == 0 ? 0 : 1;
}
