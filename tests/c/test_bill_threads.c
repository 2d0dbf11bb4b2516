/* Bills by several threads: whatever their number the answer is that of one, and so is the error. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* for open_memstream */
#endif

#include <pthread.h>

#include "support.h"
#include "faregate_bulk.h"

enum { EVENTS = 30000, ACCOUNTS = 900, DAYS = 40 };
#define UNTIL "2024-12-10T00:00:00"

/* A log in any order, with rows of each kind that is set aside. Its texts are of one letter table. */
typedef struct random_log {
  int32_t offsets[ACCOUNTS + 1];
  char names[ACCOUNTS * 8];
  int32_t accounts[EVENTS];
  int8_t products[EVENTS];
  int64_t times[EVENTS], quantities[EVENTS];
  int32_t id_offsets[EVENTS + 1];
  char ids[EVENTS * 8];
  fg_integers account_codes, product_codes;
  fg_texts id_texts;
  fg_events events;
} random_log;

static const int32_t product_offsets[] = {0, 5, 10};

static void make_log(random_log *log) {
  log->offsets[0] = log->id_offsets[0] = 0;
  for (int i = 0; i < ACCOUNTS; i++) {
    log->offsets[i + 1] = log->offsets[i] + sprintf(log->names + log->offsets[i], "a%d", i);
  }
  for (int i = 0; i < EVENTS; i++) {
    log->accounts[i] = (int32_t)(random_below(ACCOUNTS) * random_below(ACCOUNTS) / ACCOUNTS); /* some have many */
    log->products[i] = random_below(50) == 0;                                                 /* "video" is none */
    log->times[i] = at("2024-11-05T10:00:00") + random_below(DAYS * INT64_C(86400)) * 1000000;
    log->quantities[i] = random_below(100) == 0 ? -5 : random_below(4000);
    int64_t id = random_below(20) == 0 && i > 0 ? random_below(i) : i;
    log->id_offsets[i + 1] = log->id_offsets[i] + sprintf(log->ids + log->id_offsets[i], "e%d", (int)id);
  }
  log->account_codes = (fg_integers){log->accounts, NULL, 0, EVENTS, FG_INT32};
  log->product_codes = (fg_integers){log->products, NULL, 0, EVENTS, FG_INT8};
  log->id_texts = (fg_texts){FG_TEXT_OFFSETS32, log->id_offsets, log->ids, NULL, NULL, 0, EVENTS, NULL};
  log->events = (fg_events){
      .count = EVENTS,
      .accounts = {FG_TEXT_OFFSETS32, log->offsets, log->names, NULL, NULL, 0, ACCOUNTS, &log->account_codes},
      .products = {FG_TEXT_OFFSETS32, product_offsets, "imagevideo", NULL, NULL, 0, 2, &log->product_codes},
      .times = {log->times, NULL, 0, EVENTS, FG_INT64},
      .time_unit = FG_MICROSECONDS,
      .quantities = {log->quantities, NULL, 0, EVENTS, FG_INT64},
      .ids = &log->id_texts,
      .sort = true};
}

static fg_biller *biller_of(size_t threads, const char *until) {
  fg_book *book = load_book(FACEFUSION);
  fg_account *pattern = NULL;
  fg_biller *biller = NULL;
  assert_int_equal(fg_account_new(book, NULL, &pattern, NULL), FG_OK);
  assert_int_equal(fg_biller_new(pattern, at(until), &biller), FG_OK);
  assert_int_equal(fg_biller_threads(biller, threads, NULL), FG_OK);
  fg_account_free(pattern);
  fg_book_release(book);
  return biller;
}

/* What a call set aside and answered, as text. */
static void write_call(FILE *to, const fg_biller *biller) {
  size_t count = 0;
  const fg_draw *draws = NULL;
  const fg_set_aside *aside = fg_biller_set_aside(biller, &count);
  for (size_t i = 0; i < count; i++) {
    fprintf(to, "%lld %d %d %s %s %.*s %.*s %lld %lld\n", (long long)aside[i].row, (int)aside[i].kind,
            (int)aside[i].status, aside[i].column, aside[i].message, (int)aside[i].account.length,
            aside[i].account.text, (int)aside[i].id.length, aside[i].id.text, (long long)aside[i].at,
            (long long)aside[i].quantity);
  }
  const fg_answered *answered = fg_biller_answered(biller, &count, &draws);
  for (size_t i = 0; i < count; i++) {
    const fg_answered *one = &answered[i];
    fprintf(to, "%lld %.*s %lld %lld %lld %lld\n", (long long)one->row, (int)one->account.length, one->account.text,
            (long long)one->free, (long long)one->packs, (long long)one->postpaid, (long long)one->unbilled);
    for (size_t d = one->first_draw; d < one->first_draw + one->draw_count; d++) {
      fprintf(to, "  %.*s %lld\n", (int)draws[d].id.length, draws[d].id.text, (long long)draws[d].units);
    }
  }
}

static void write_bills(FILE *to, fg_biller *biller) {
  for (size_t i = 0; i < fg_biller_account_count(biller); i++) {
    fg_string name;
    json_builder builder = {.root = NULL};
    fg_visitor visitor = build_json(&builder, fg_account_book(fg_biller_account(biller, i, &name)));
    assert_int_equal(fg_biller_invoices(biller, i, &visitor), FG_OK);
    fprintf(to, "%.*s ", (int)name.length, name.text);
    json_dumpf(whole(&builder), to, JSON_SORT_KEYS);
    json_decref(builder.root);
  }
}

/* Who is asked whether work goes on: how often, and whether always on the thread that began it. */
typedef struct listener {
  pthread_t thread;
  int asked, elsewhere;
  bool answer;
} listener;

static bool ask(void *context) {
  listener *heard = context;
  heard->asked++;
  heard->elsewhere += !pthread_equal(heard->thread, pthread_self());
  return heard->answer;
}

/* All that bills of a log by so many threads answer, for the caller to free. A fifth of the accounts has a pack. */
static char *bills_by(size_t threads, const fg_events *events) {
  char *text = NULL;
  size_t length = 0;
  FILE *to = open_memstream(&text, &length);
  fg_biller *biller = biller_of(threads, UNTIL);
  listener heard = {.thread = pthread_self(), .answer = true};
  fg_biller_listen(biller, &(fg_listener){ask, &heard});
  fg_biller_detail(biller);
  for (int i = 0; i < ACCOUNTS; i += 5) {
    char name[8];
    snprintf(name, sizeof name, "a%d", i);
    fg_command open = command_of(FG_DO_OPEN, "2024-11-01T10:00:00", "product=image");
    assert_int_equal(fg_biller_command(biller, string_of(name), &open, NULL), FG_OK);
    fg_command buy = command_of(FG_DO_BUY_PACK, "2024-11-20T10:00:00", "product=image pack=calls-10k");
    assert_int_equal(fg_biller_command(biller, string_of(name), &buy, NULL), FG_OK);
  }
  assert_int_equal(fg_biller_run(biller, events, NULL), FG_OK);
  write_call(to, biller);
  assert_int_equal(fg_biller_finish(biller, NULL), FG_OK);
  write_call(to, biller);
  fprintf(to, "%llu\n", (unsigned long long)fg_biller_counts(biller).billed);
  write_bills(to, biller);
  assert_int_equal(heard.elsewhere, 0);
  fg_biller_free(biller);
  fclose(to);
  return text;
}

static void test_the_answer_is_the_same_whatever_the_number(void **state) {
  (void)state;
  random_log *log = test_malloc(sizeof *log);
  make_log(log);
  log->events.count = (size_t)or_in_short(EVENTS, EVENTS / 10);
  char *one = bills_by(1, &log->events);
  assert_non_null(strstr(one, "\"total\""));
  assert_non_null(strstr(one, "expected")); /* below 0 */
  assert_non_null(strstr(one, "  #"));      /* drawn from packs */
  const size_t numbers[] = {3, 2, 7, 32};
  const int count = or_in_short(4, 1);
  for (int i = 0; i < count; i++) {
    char *several = bills_by(numbers[i], &log->events);
    assert_string_equal(several, one);
    free(several);
  }
  free(one);
  test_free(log);
}

/* Of rows that go back in the parts of several threads the first by its number is told, and nothing is done. */
static void test_the_error_is_that_of_the_first_row(void **state) {
  (void)state;
  random_log *log = test_malloc(sizeof *log);
  make_log(log);
  log->events.sort = false;
  for (int i = 0; i < EVENTS; i++) {
    log->times[i] = at("2024-11-05T10:00:00") + i;
    log->accounts[i] = i % ACCOUNTS;
    log->quantities[i] = 1;
  }
  log->times[20001] = log->times[15000] = log->times[12345] = log->times[0];
  for (size_t threads = 1; threads <= 4; threads++) {
    fg_biller *biller = biller_of(threads, UNTIL);
    fg_error error = {0};
    assert_int_equal(fg_biller_run(biller, &log->events, &error), FG_TIME_REVERSAL);
    assert_string_equal(error.path, "time");
    assert_string_equal(error.message, "row 12345: 2024-11-05T10:00:00+08:00 is before "
                                       "2024-11-05T10:00:00.011445+08:00, where account a645 was already");
    assert_int_equal(fg_biller_counts(biller).billed, 0);
    fg_biller_free(biller);
  }
  test_free(log);
}

/* Each event comes a year after the one before of its account, so that the batch takes a multiple of the time after
   which the caller is asked first; and so does the way to the end of the bills. */
static void test_a_caller_ends_long_work(void **state) {
  (void)state;
  random_log *log = test_malloc(sizeof *log);
  make_log(log);
  for (int i = 0; i < EVENTS; i++) {
    log->accounts[i] = i % ACCOUNTS;
    log->times[i] = at("2024-11-05T10:00:00") + i / ACCOUNTS * INT64_C(31536000000000);
  }
  for (size_t threads = 1; threads <= 3; threads++) {
    for (int finishes = 0; finishes < 2; finishes++) {
      listener heard = {.thread = pthread_self(), .answer = false};
      fg_error error = {.status = FG_OK};
      fg_biller *biller = biller_of(threads, "2099-01-01T00:00:00");
      log->events.count = finishes ? ACCOUNTS : EVENTS;
      if (finishes) {
        assert_int_equal(fg_biller_run(biller, &log->events, NULL), FG_OK);
      }
      fg_biller_listen(biller, &(fg_listener){ask, &heard});
      fg_status status = finishes ? fg_biller_finish(biller, &error) : fg_biller_run(biller, &log->events, &error);
      assert_int_equal(status, FG_STOPPED);
      assert_int_equal(error.status, FG_STOPPED);
      assert_int_equal(heard.asked, 1);
      assert_int_equal(heard.elsewhere, 0);
      fg_biller_free(biller);
    }
  }
  test_free(log);
}

static void test_other_numbers_are_refused(void **state) {
  (void)state;
  fg_biller *biller = biller_of(2, UNTIL);
  const size_t wrong[] = {0, 257, SIZE_MAX};
  for (size_t i = 0; i < 3; i++) {
    fg_error error = {0};
    assert_int_equal(fg_biller_threads(biller, wrong[i], &error), FG_INVALID);
    assert_string_equal(error.path, "threads");
  }
  fg_biller_free(biller);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_answer_is_the_same_whatever_the_number),
      cmocka_unit_test(test_the_error_is_that_of_the_first_row),
      cmocka_unit_test(test_a_caller_ends_long_work),
      cmocka_unit_test(test_other_numbers_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
