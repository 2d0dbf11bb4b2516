/* Two ledgers: the same, one longer than the other, or gone apart at a command. */
#include "ledger_support.h"

#include <unistd.h>

static char a_path[512], b_path[512];

static int make_paths(void **state) {
  int failed = make_ledger_directory(state);
  snprintf(a_path, sizeof a_path, "%s", ledger_path("a.db"));
  snprintf(b_path, sizeof b_path, "%s", ledger_path("b.db"));
  return failed;
}

static json_t *compared(const char *a, const char *b) {
  json_builder builder;
  fg_error error = {0};
  fg_book *book = load_book(FACEFUSION);
  fg_visitor visitor = build_json(&builder, book);
  fg_book_release(book);
  if (fg_ledger_compare(a, b, NULL, &visitor, &error) != FG_OK) {
    fail_msg("%s", error.message);
  }
  return builder.root;
}

/* In both directions, which must say the same of the other. */
static void assert_relation(const char *expected, int64_t common, const char *longer, int64_t by, int64_t fork) {
  for (int turn = 0; turn < 2; turn++) {
    json_t *told = turn == 0 ? compared(a_path, b_path) : compared(b_path, a_path);
    const char *other = longer == NULL ? NULL : strcmp(longer, "a") == 0 ? "b" : "a";
    const char *there = json_string_value(json_object_get(told, "longer"));
    const char *wanted = turn == 0 ? longer : other;
    assert_string_equal(json_string_value(json_object_get(told, "relation")), expected);
    assert_int_equal(json_integer_value(json_object_get(told, "common")), common);
    assert_string_equal(there == NULL ? "" : there, wanted == NULL ? "" : wanted);
    assert_int_equal(json_integer_value(json_object_get(told, "by")), by);
    assert_int_equal(json_integer_value(json_at(told, "/fork/command")), fork);
    json_decref(told);
  }
}

static void use_more(const char *path, int from, int count) {
  fg_handle *ledger = open_ledger(path, 1000);
  for (int i = from; i < from + count; i++) {
    char id[16];
    snprintf(id, sizeof id, "u%d", i);
    assert_int_equal(use_one(ledger, i, id, NULL), FG_OK);
  }
  close_ledger(ledger);
}

static void test_same_and_longer(void **state) {
  (void)state;
  fill_ledger(a_path, 20);
  copy_ledger(a_path, b_path);
  assert_relation("same", 21, NULL, 0, 0);
  use_more(b_path, 21, 5);
  assert_relation("continuation", 21, "b", 5, 0);
}

static void test_empty(void **state) {
  (void)state;
  close_ledger(open_ledger(a_path, 0));
  close_ledger(open_ledger(b_path, 0));
  assert_relation("same", 0, NULL, 0, 0);
  use_more(b_path, 1, 0);
  fg_handle *ledger = open_ledger(b_path, 0);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  close_ledger(ledger);
  assert_relation("continuation", 0, "b", 1, 0);
}

/* A copy that went on beside its original: both have bought with the same money. */
static void test_fork(void **state) {
  (void)state;
  fill_ledger(a_path, 20);
  copy_ledger(a_path, b_path);
  use_more(a_path, 30, 3);
  use_more(b_path, 40, 7);
  assert_relation("fork", 21, NULL, 0, 22);
  json_t *told = compared(a_path, b_path);
  assert_non_null(strstr(json_string_value(json_at(told, "/fork/a")), "use u30"));
  assert_non_null(strstr(json_string_value(json_at(told, "/fork/b")), "use u40"));
  assert_int_equal(json_integer_value(json_at(told, "/a/commands")), 24);
  assert_int_equal(json_integer_value(json_at(told, "/b/commands")), 28);
  json_decref(told);
}

static void test_other_beginning(void **state) {
  (void)state;
  fg_handle *ledger = NULL;
  fg_funds funds = {.of[FG_CASH] = money("5")};
  fg_account_options account = {.wallet = &funds};
  fg_book *book = load_book(FACEFUSION);
  fg_ledger_options options = {.book = book, .account = &account};
  fill_ledger(a_path, 3);
  assert_int_equal(fg_ledger_open(b_path, &options, &ledger, NULL), FG_OK);
  close_ledger(ledger);
  fg_book_release(book);
  assert_relation("other_beginning", 0, NULL, 0, 0);
}

/* A successor keeps the last command of its predecessor, and those whose ids are still known. */
static void test_successors(void **state) {
  (void)state;
  char copy[512];
  snprintf(copy, sizeof copy, "%s", ledger_path("copy.db"));
  fill_ledger(a_path, 20);
  copy_ledger(a_path, copy);
  assert_int_equal(fg_ledger_seal(a_path, b_path, 0, NULL, NULL, NULL), FG_OK);
  assert_relation("same", 21, NULL, 0, 0);
  use_more(b_path, 21, 4);
  assert_relation("continuation", 21, "b", 4, 0);
  use_more(copy, 30, 2);
  memcpy(a_path, copy, sizeof a_path);
  assert_relation("fork", 21, NULL, 0, 22);
}

/* The shortest there is. */
static void test_successor_of_one_command(void **state) {
  (void)state;
  fill_ledger(a_path, 0);
  assert_int_equal(fg_ledger_seal(a_path, b_path, 0, NULL, NULL, NULL), FG_OK);
  assert_relation("same", 1, NULL, 0, 0);
  use_more(b_path, 21, 2);
  assert_relation("continuation", 1, "b", 2, 0);
}

static void test_apart(void **state) {
  (void)state;
  char whole[512];
  snprintf(whole, sizeof whole, "%s", ledger_path("whole.db"));
  fill_ledger(a_path, 3);
  copy_ledger(a_path, whole);
  use_more(whole, 4, 4);
  assert_int_equal(fg_ledger_seal(whole, b_path, 0, NULL, NULL, NULL), FG_OK);
  /* Ids are kept for no day at all, so the last command alone is, which A has not. */
  json_t *told = compared(a_path, b_path);
  assert_string_equal(json_string_value(json_object_get(told, "relation")), "apart");
  assert_int_equal(json_integer_value(json_at(told, "/b/begins_after")), 8);
  json_decref(told);
}

static void test_damaged(void **state) {
  (void)state;
  fg_error error = {0};
  json_builder builder;
  fg_book *book = load_book(FACEFUSION);
  fg_visitor visitor = build_json(&builder, book);
  fg_book_release(book);
  fill_ledger(a_path, 20);
  assert_int_equal(fg_ledger_compare(a_path, b_path, NULL, &visitor, &error), FG_LEDGER_MISSING);
  write_file(b_path, "no ledger", 9);
  assert_int_equal(fg_ledger_compare(a_path, b_path, NULL, &visitor, &error), FG_LEDGER_FOREIGN);
  assert_int_equal(fg_ledger_compare(b_path, a_path, NULL, &visitor, &error), FG_LEDGER_FOREIGN);
  assert_good(a_path);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_paths, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_same_and_longer), LEDGER_TEST(test_empty),      LEDGER_TEST(test_fork),
      LEDGER_TEST(test_other_beginning), LEDGER_TEST(test_successors), LEDGER_TEST(test_successor_of_one_command),
      LEDGER_TEST(test_apart),           LEDGER_TEST(test_damaged),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
