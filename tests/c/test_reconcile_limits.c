/* Reconciliations that end early: by a limit of time, or because the caller says so. */
#include "support.h"
#include "faregate_whatif.h"

/* An account of so many usages of 1 to 9 units, one in ten of them a call that nobody ended, in the days of November,
   and an invoice of an amount that nothing leads to. */
static char *question_of(int usages) {
  size_t room = 512 + (size_t)usages * 128;
  char *text = malloc(room);
  assert_non_null(text);
  size_t at = (size_t)snprintf(text, room,
                               "{\"ours\":{\"book\":\"tencent-facefusion\",\"commands\":["
                               "{\"at\":\"2024-11-01T00:00:00\",\"do\":\"open\",\"product\":\"image\"}");
  for (int i = 0; i < usages; i++) {
    int64_t second = (int64_t)i * 25 * 86400 / usages;
    at += (size_t)snprintf(text + at, room - at,
                           ",{\"at\":\"2024-11-%02dT%02d:%02d:%02d\",\"do\":\"%s\",\"product\":\"image\","
                           "\"quantity\":%d,\"id\":\"c%d\"}",
                           1 + (int)(second / 86400), (int)(second / 3600 % 24), (int)(second / 60 % 60),
                           (int)(second % 60), i % 10 == 0 ? "call" : "use", 1 + i * 7 % 9, i);
  }
  snprintf(text + at, room - at,
           "]},\"theirs\":[{\"month\":\"2024-11\",\"product\":\"image\",\"units\":\"1\",\"amount\":\"0.01\"}]}");
  return text;
}

typedef struct listener {
  int asked, stays_for;
  fg_reconcile_progress last;
} listener;

static bool listen(void *context, const fg_reconcile_progress *progress) {
  listener *heard = context;
  heard->last = *progress;
  return ++heard->asked < heard->stays_for;
}

/* Whether a row is told to differ, and all was tried or not. */
static void assert_told(fg_text *answer, bool complete) {
  json_error_t fault;
  json_t *told = json_loadb(answer->text, answer->length, 0, &fault);
  assert_non_null(told);
  assert_int_equal(json_is_true(json_object_get(told, "complete")), complete);
  assert_text_at(told, "/rows/0/is", "unexplained");
  json_decref(told);
  fg_text_release(answer);
}

static void test_limit_of_time(void **state) {
  (void)state;
  char *document = question_of(1000);
  fg_text answer;
  fg_error error;
  fg_reconcile_query query = {.document = string_of(document), .books = &facefusion_source, .time_limit_us = 1};
  assert_int_equal(fg_reconcile(&query, NULL, &answer, &error), FG_OK);
  assert_told(&answer, false);
  free(document);
  document = question_of(3); /* so few causes that an hour is not needed */
  query = (fg_reconcile_query){
      .document = string_of(document), .books = &facefusion_source, .time_limit_us = 3600000000};
  assert_int_equal(fg_reconcile(&query, NULL, &answer, &error), FG_OK);
  assert_told(&answer, true);
  free(document);
}

/* Who ends the search has what was found, which is the comparison at least. */
static void test_caller_ends_search(void **state) {
  (void)state;
  char *document = question_of(1000);
  listener heard = {.stays_for = 2};
  fg_text answer;
  fg_error error;
  fg_reconcile_query query = {
      .document = string_of(document), .books = &facefusion_source, .go_on = listen, .context = &heard};
  assert_int_equal(fg_reconcile(&query, NULL, &answer, &error), FG_OK);
  assert_told(&answer, false);
  assert_int_equal(heard.asked, 2);
  assert_true(heard.last.elapsed_us >= 50000);
  assert_true(heard.last.tried >= 1);
  assert_int_equal(heard.last.found, 0);
  free(document);
}

/* Before both sides are compared there is nothing to tell. */
static void test_caller_ends_comparison(void **state) {
  (void)state;
  char *document = question_of(200000);
  listener heard = {.stays_for = 1};
  fg_text answer;
  fg_error error;
  fg_reconcile_query query = {
      .document = string_of(document), .books = &facefusion_source, .go_on = listen, .context = &heard};
  assert_int_equal(fg_reconcile(&query, NULL, &answer, &error), FG_STOPPED);
  assert_int_equal(error.status, FG_STOPPED);
  assert_int_equal(heard.asked, 1);
  assert_true(heard.last.tried <= 1);
  free(document);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_limit_of_time),
      cmocka_unit_test(test_caller_ends_search),
      cmocka_unit_test(test_caller_ends_comparison),
  };
  return cmocka_run_group_tests_name("reconcile limits", tests, set_up_facefusion, tear_down_facefusion);
}
