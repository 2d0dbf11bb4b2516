#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* for pthread_sigmask */
#endif

#include "bill_parts.h"

/* On systems without these threads, such as WebAssembly, the parts are done one after another. */
#if defined(__unix__) || defined(__APPLE__)
#define FG_HAS_THREADS
#include <pthread.h>
#include <signal.h>
#include <time.h>
#endif

enum { THREADS_MAX = 256, ROWS_AT_LEAST = 4096, CUSTOMERS_AT_LEAST = 256 };
enum { WAIT_NS = 1000000, NS_PER_S = 1000000000 };
enum { STACK_SIZE = 1 << 20 }; /* some systems give a thread less stack than the rules of an account need */

static void release_parts(const fg_allocator *allocator, fg_bill_part *parts, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    FG_ARRAY_RELEASE(allocator, &parts[i].aside);
    FG_ARRAY_RELEASE(allocator, &parts[i].answered);
    FG_ARRAY_RELEASE(allocator, &parts[i].drawn);
    FG_ARRAY_RELEASE(allocator, &parts[i].event_parts);
    FG_ARRAY_RELEASE(allocator, &parts[i].units);
    fg_arena_release(&parts[i].messages, allocator);
  }
  fg_release(allocator, parts, count * sizeof *parts);
}

void fg_parts_release(fg_biller *biller) {
  if (biller->parts != NULL) {
    release_parts(&biller->allocator, biller->parts, biller->part_count);
  }
}

fg_status fg_biller_threads(fg_biller *biller, size_t threads, fg_error *error) {
  if (threads < 1 || threads > THREADS_MAX) {
    return fg_fail(error, FG_INVALID, "threads", "expected 1 to %d threads, not %lld", THREADS_MAX, (long long)threads);
  }
  fg_bill_part *parts = fg_allocate(&biller->allocator, threads * sizeof *parts);
  if (parts == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  for (size_t i = 0; i < threads; i++) {
    parts[i].biller = biller;
  }
  parts[0].billed = biller->parts == NULL ? 0 : biller->parts[0].billed;
  fg_parts_release(biller);
  biller->parts = parts;
  biller->part_count = (uint32_t)threads;
  return FG_OK;
}

void fg_biller_listen(fg_biller *biller, const fg_listener *listener) {
  biller->listener = listener == NULL ? (fg_listener){.go_on = NULL} : *listener;
}

fg_status fg_biller_goes_on(fg_biller *biller) {
  if (FG_UNLIKELY(fg_watch_goes_on(&biller->watch) != FG_OK)) {
    __atomic_store_n(&biller->is_stopped, true, __ATOMIC_RELAXED);
    return FG_STOPPED;
  }
  return FG_OK;
}

fg_status fg_part_goes_on(const fg_bill_part *part) {
  fg_biller *biller = part->biller;
  if (part->asks) {
    return fg_biller_goes_on(biller);
  }
  return FG_UNLIKELY(__atomic_load_n(&biller->is_stopped, __ATOMIC_RELAXED)) ? FG_STOPPED : FG_OK;
}

void fg_parts_begin(fg_biller *biller) {
  fg_watch_listen(&biller->watch, &biller->listener);
  biller->is_stopped = false;
  for (uint32_t i = 0; i < biller->part_count; i++) {
    fg_bill_part *part = &biller->parts[i];
    fg_arena_release(&part->messages, &biller->allocator);
    part->aside.count = part->answered.count = part->drawn.count = part->event_parts.count = 0;
  }
}

/* The first customer with at least `rows` rows before its own. */
static uint32_t customer_after(const fg_biller *biller, uint32_t rows) {
  uint32_t low = 0;
  uint32_t high = biller->customers.count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (biller->places.items[middle] < rows) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* Into how many parts `count` items are divided. Below `at_least` items a further thread costs more time than it
   saves. */
static uint32_t parts_for(const fg_biller *biller, uint32_t count, uint32_t at_least) {
  uint32_t most = count / at_least + 1;
  return most < biller->part_count ? most : biller->part_count;
}

/* Where share number `part` of `count` things ends, if they are divided among `parts`. */
static uint32_t end_of_share(uint32_t count, uint32_t part, uint32_t parts) {
  return (uint32_t)((uint64_t)count * (part + 1) / parts);
}

void fg_parts_by_rows(fg_biller *biller) {
  uint32_t rows = biller->rows.count;
  uint32_t used = parts_for(biller, rows, ROWS_AT_LEAST);
  uint32_t first = 0;
  for (uint32_t i = 0; i < biller->part_count; i++) {
    biller->parts[i].first = first;
    first = i + 1 >= used ? biller->customers.count : customer_after(biller, end_of_share(rows, i, used));
    biller->parts[i].end = first;
  }
}

void fg_parts_by_customers(fg_biller *biller) {
  uint32_t count = biller->customers.count;
  uint32_t used = parts_for(biller, count, CUSTOMERS_AT_LEAST);
  for (uint32_t i = 0; i < biller->part_count; i++) {
    biller->parts[i].first = i == 0 ? 0 : biller->parts[i - 1].end;
    biller->parts[i].end = i + 1 >= used ? count : end_of_share(count, i, used);
  }
}

/* The threads of one call. The caller waits for them in short pieces, between which it asks whether they go on. */
typedef struct fg_part_crew {
#ifdef FG_HAS_THREADS
  pthread_mutex_t mutex;
  pthread_cond_t one_ended;
#endif
  uint32_t started, ended;
} fg_part_crew;

typedef struct fg_part_run {
#ifdef FG_HAS_THREADS
  pthread_t thread;
#endif
  fg_part_crew *crew;
  bool is_started;
  fg_bill_part *part;
  fg_part_work *work;
  const void *context;
} fg_part_run;

static void run_part(fg_part_run *run, bool asks) {
  run->part->asks = asks;
  run->part->status = run->work(run->part, run->context);
}

#ifdef FG_HAS_THREADS

static void *run_thread(void *argument) {
  fg_part_run *run = argument;
  run_part(run, false);
  pthread_mutex_lock(&run->crew->mutex);
  run->crew->ended++;
  pthread_cond_signal(&run->crew->one_ended);
  pthread_mutex_unlock(&run->crew->mutex);
  return NULL;
}

static void start_part(fg_part_run *run) {
  pthread_attr_t attributes;
  if (run->part->first == run->part->end || pthread_attr_init(&attributes) != 0) {
    return;
  }
  run->is_started = pthread_attr_setstacksize(&attributes, STACK_SIZE) == 0 &&
                    pthread_create(&run->thread, &attributes, run_thread, run) == 0;
  pthread_attr_destroy(&attributes);
  run->crew->started += run->is_started;
}

/* Starts a thread for each part but the first. The threads block all signals, because signals are for the host's
   threads. */
static void start_parts(fg_part_run *runs, uint32_t count) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (uint32_t i = 1; i < count; i++) {
    start_part(&runs[i]);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Waits until all threads have ended. They end soon once the caller does not go on. */
static void wait_for_threads(fg_biller *biller, fg_part_crew *crew) {
  pthread_mutex_lock(&crew->mutex);
  while (crew->ended < crew->started) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += WAIT_NS;
    until.tv_sec += until.tv_nsec / NS_PER_S;
    until.tv_nsec %= NS_PER_S;
    pthread_cond_timedwait(&crew->one_ended, &crew->mutex, &until);
    pthread_mutex_unlock(&crew->mutex);
    (void)fg_biller_goes_on(biller);
    pthread_mutex_lock(&crew->mutex);
  }
  pthread_mutex_unlock(&crew->mutex);
}

static void join_thread(fg_part_run *run) { pthread_join(run->thread, NULL); }

#else

static void start_parts(fg_part_run *runs, uint32_t count) { (void)runs, (void)count; }
static void wait_for_threads(fg_biller *biller, fg_part_crew *crew) { (void)biller, (void)crew; }
static void join_thread(fg_part_run *run) { (void)run; }

#endif

/* Does the first part in the caller's thread while the others run. Parts whose thread could not be started are done
   after it. */
static void run_parts(fg_biller *biller, fg_part_run *runs, uint32_t count) {
  if (count > 1) {
    start_parts(runs, count);
  }
  run_part(&runs[0], true);
  if (biller->listener.go_on != NULL) {
    wait_for_threads(biller, runs[0].crew);
  }
  for (uint32_t i = 1; i < count; i++) {
    if (runs[i].is_started) {
      join_thread(&runs[i]);
    } else {
      run_part(&runs[i], true);
    }
  }
}

/* Appends what a part has found to `all`. Its texts stay in the part's arena, which is kept until the next call. */
static fg_status join_part(fg_bill_part *all, const fg_bill_part *part) {
  const fg_allocator *allocator = &all->biller->allocator;
  FG_TRY(FG_ARRAY_RESERVE(allocator, &all->aside, part->aside.count));
  FG_TRY(FG_ARRAY_RESERVE(allocator, &all->answered, part->answered.count));
  FG_TRY(FG_ARRAY_RESERVE(allocator, &all->drawn, part->drawn.count));
  FG_TRY(FG_ARRAY_RESERVE(allocator, &all->event_parts, part->event_parts.count));
  for (uint32_t i = 0; i < part->aside.count; i++) {
    all->aside.items[all->aside.count++] = part->aside.items[i];
  }
  for (uint32_t i = 0; i < part->answered.count; i++) {
    fg_answered *joined = &all->answered.items[all->answered.count++];
    *joined = part->answered.items[i];
    joined->first_draw += all->drawn.count;
    joined->first_part += all->event_parts.count;
  }
  for (uint32_t i = 0; i < part->drawn.count; i++) {
    all->drawn.items[all->drawn.count++] = part->drawn.items[i];
  }
  for (uint32_t i = 0; i < part->event_parts.count; i++) {
    all->event_parts.items[all->event_parts.count++] = part->event_parts.items[i];
  }
  all->billed += part->billed;
  return FG_OK;
}

static fg_status join_parts(fg_biller *biller) {
  for (uint32_t i = 1; i < biller->part_count; i++) {
    fg_bill_part *part = &biller->parts[i];
    FG_TRY(join_part(&biller->parts[0], part));
    part->aside.count = part->answered.count = part->drawn.count = part->event_parts.count = 0;
    part->billed = 0;
  }
  return FG_OK;
}

fg_status fg_parts_do(fg_biller *biller, fg_part_work *work, const void *context) {
  fg_part_crew crew = {.started = 0};
  fg_part_run runs[THREADS_MAX] = {{.part = NULL}};
#ifdef FG_HAS_THREADS
  crew.mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  crew.one_ended = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
#endif
  for (uint32_t i = 0; i < biller->part_count; i++) {
    runs[i] = (fg_part_run){.crew = &crew, .part = &biller->parts[i], .work = work, .context = context};
  }
  run_parts(biller, runs, biller->part_count);
  for (uint32_t i = 0; i < biller->part_count; i++) {
    FG_TRY(biller->parts[i].status);
  }
  FG_TRY(biller->is_stopped ? FG_STOPPED : FG_OK); /* even if no part heard of it before it ended */
  return join_parts(biller);
}
