/* The memory of a process that lets 10,000,000 calls through in a year, under ids of the host and in memory: after a
   tenth, after half and after all of them. `bench_memory DAYS`: for so many days ids are known; 0: for ever. */
#include <stdio.h>
#include <stdlib.h>

#include "facefusion.h"

enum { CALLS = 10000000 };

static void must_work(fg_status status) {
  if (status != FG_OK) {
    fprintf(stderr, "bench_memory: %s\n", fg_status_name(status));
    exit(1);
  }
}

/* Resident memory in MB, of which Linux tells the pages. */
static long resident_mb(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  int read = file == NULL ? 0 : fscanf(file, "%*d %ld", &pages);
  if (file != NULL) {
    fclose(file);
  }
  return read == 1 ? pages * 4096 / 1000000 : -1;
}

static void let_through(fg_account *account, fg_time at, long number) {
  char id[32];
  fg_command call;
  fg_command commit;
  fg_command_begin(&call, FG_DO_CALL, at);
  fg_command_begin(&commit, FG_DO_COMMIT, at);
  call.product = (fg_string){"image", 5};
  call.quantity = 1;
  call.id = commit.id = (fg_string){id, (size_t)snprintf(id, sizeof id, "photo-%08ld", number)};
  must_work(fg_account_apply(account, &call, NULL, NULL));
  must_work(fg_account_apply(account, &commit, NULL, NULL));
}

int main(int count, char **arguments) {
  const int64_t year = INT64_C(365) * 24 * 3600 * 1000000;
  const fg_time begin = INT64_C(1704067200000000); /* 2024-01-01T00:00:00Z */
  fg_account_options options = {.keep_ids_days = count > 1 ? atoi(arguments[1]) : 0};
  fg_book *book = load_facefusion();
  fg_account *account = NULL;
  fg_command open;
  must_work(fg_account_new(book, &options, &account, NULL));
  fg_command_begin(&open, FG_DO_OPEN, begin);
  open.product = (fg_string){"image", 5};
  must_work(fg_account_apply(account, &open, NULL, NULL));
  printf("10,000,000 calls in a year, ids known for %3d days:", (int)options.keep_ids_days);
  for (long i = 1; i <= CALLS; i++) {
    let_through(account, begin + year / CALLS * i, i);
    if (i == CALLS / 10 || i == CALLS / 2 || i == CALLS) {
      printf(" %4ld MB after %3ld %%", resident_mb(), i / (CALLS / 100));
    }
  }
  printf("\n");
  fg_account_free(account);
  fg_book_release(book);
  return 0;
}
