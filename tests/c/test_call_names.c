/* Ids that are made up: in order, each once, known again by number and by text whatever the account has seen, also
   after a fork; and no host's. */
#include "support.h"

#include "state/call_names.h"
#include "state/state.h"

#define DAY "2024-11-05T10:00:00"

static fg_account *open_account(void) {
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  fg_book_release(book);
  fg_command open = command_of(FG_DO_OPEN, DAY, "product=image");
  assert_int_equal(fg_account_apply(account, &open, NULL, NULL), FG_OK);
  return account;
}

static fg_status run(fg_account *account, fg_command_kind kind, fg_string id, int64_t quantity, fg_outcome *outcome) {
  fg_command command;
  fg_command_begin(&command, kind, fg_account_now(account) + 100000);
  command.product = kind == FG_DO_CALL || kind == FG_DO_USE ? string_of("image") : (fg_string){NULL, 0};
  command.quantity = kind == FG_DO_COMMIT ? FG_ALL : quantity;
  command.id = id;
  return fg_account_apply_as(account, &command, FG_NUMBERED, outcome, NULL);
}

static fg_status call(fg_account *account, fg_string id, int64_t quantity, fg_outcome *outcome) {
  return run(account, FG_DO_CALL, id, quantity, outcome);
}

/* A call without an id; answers its number. */
static uint64_t unnamed(fg_account *account, int64_t quantity) {
  fg_outcome outcome;
  assert_int_equal(call(account, (fg_string){NULL, 0}, quantity, &outcome), FG_OK);
  assert_false(outcome.repeated);
  return outcome.is.used.call;
}

static fg_status end(fg_account *account, fg_command_kind kind, uint64_t number, fg_outcome *outcome) {
  fg_command command;
  fg_command_begin(&command, kind, fg_account_now(account) + 100000);
  command.call = number;
  return fg_account_apply(account, &command, outcome, NULL);
}

typedef struct id_text {
  char text[FG_CALL_NAME_MAX];
  fg_string id;
} id_text;

/* The name of a number in memory. */
static fg_string numbered(id_text *kept, unsigned number) {
  int length = snprintf(kept->text, sizeof kept->text, "#call-0-%u", number);
  kept->id = (fg_string){kept->text, (size_t)length};
  return kept->id;
}

static void test_names_count_and_differ(void **state) {
  (void)state;
  char made[FG_CALL_NAME_MAX];
  for (unsigned number = 1; number <= 12000; number++) {
    char expected[FG_CALL_NAME_MAX];
    snprintf(expected, sizeof expected, "#call-18446744073709551615-%u", number);
    assert_int_equal(fg_call_name(UINT64_MAX, number, made), strlen(expected));
    assert_string_equal(made, expected);
    assert_int_equal(fg_call_number(string_of(made)), 0); /* of a ledger: no history keeps its number */
    assert_int_equal(fg_call_number(fg_call_id(0, number, made)), number);
  }
  assert_int_equal(fg_call_name(UINT64_MAX, UINT64_MAX, made),
                   strlen("#call-18446744073709551615-18446744073709551615"));
}

static void test_only_names_are_names(void **state) {
  (void)state;
  static const char *const others[] = {"",           "#",          "#call-",     "#call-0-",
                                       "#call-0-0",  "#call-0-01", "#call-0-1x", "#call-1-1",
                                       "#call-0--1", "#Call-0-1",  "#call--1",   "#call-0-18446744073709551617",
                                       "#1",         "#call-00-1"};
  assert_int_equal(fg_call_number(string_of("#call-0-1")), 1);
  assert_true(fg_call_number(string_of("#call-0-18446744073709551615")) == UINT64_MAX);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    assert_int_equal(fg_call_number(string_of(others[i])), 0);
  }
}

static void test_a_number_is_used_up_by_what_is_accepted(void **state) {
  (void)state;
  const fg_string none = {NULL, 0};
  fg_outcome outcome;
  fg_account *account = open_account();
  assert_int_equal(call(account, none, 21, NULL), FG_RATE_LIMITED);
  assert_int_equal(unnamed(account, 2), 1);
  assert_int_equal(call(account, none, 21, NULL), FG_RATE_LIMITED);
  assert_int_equal(unnamed(account, 2), 2);
  assert_int_equal(end(account, FG_DO_COMMIT, 3, NULL), FG_UNKNOWN_ID);
  assert_int_equal(end(account, FG_DO_COMMIT, 1, NULL), FG_OK);
  assert_int_equal(end(account, FG_DO_COMMIT, 1, &outcome), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(end(account, FG_DO_CANCEL, 1, NULL), FG_ALREADY_FINISHED);
  for (int again = 0; again < 2; again++) {
    assert_int_equal(end(account, FG_DO_CANCEL, 2, &outcome), FG_OK);
    assert_int_equal(outcome.repeated, again);
    assert_int_equal(outcome.is.ended.returned, 2);
  }
  assert_int_equal(end(account, FG_DO_COMMIT, 2, NULL), FG_ALREADY_FINISHED);
  assert_int_equal(end(account, FG_DO_COMMIT, UINT64_MAX, NULL), FG_UNKNOWN_ID);
  assert_int_equal(end(account, FG_DO_COMMIT, UINT64_C(1) << 32 | 1, NULL), FG_UNKNOWN_ID);
  fg_account_free(account);
}

/* The number stands for an id: what is answered is the same by either. */
static void test_a_name_is_an_id_like_any_other(void **state) {
  (void)state;
  id_text kept;
  fg_outcome outcome;
  fg_account *account = open_account();
  assert_int_equal(unnamed(account, 2), 1);
  assert_int_equal(call(account, numbered(&kept, 1), 2, &outcome), FG_ID_RESERVED);
  assert_int_equal(run(account, FG_DO_CANCEL, kept.id, 0, NULL), FG_OK);
  assert_int_equal(end(account, FG_DO_COMMIT, 1, NULL), FG_ALREADY_FINISHED);
  assert_int_equal(call(account, string_of("mine"), 1, &outcome), FG_OK);
  assert_int_equal(outcome.is.used.call, 0);
  assert_int_equal(unnamed(account, 1), 2);
  assert_int_equal(end(account, FG_DO_CANCEL, 2, NULL), FG_OK);
  assert_int_equal(run(account, FG_DO_COMMIT, numbered(&kept, 2), 0, NULL), FG_ALREADY_FINISHED);
  fg_account_free(account);
}

/* With an owner and a time it takes the longer way. */
static void test_an_unnamed_call_may_have_all_fields(void **state) {
  (void)state;
  fg_outcome outcome;
  fg_error error;
  fg_account *account = open_account();
  fg_command held = command_of(FG_DO_CALL, "2024-11-05T11:00:00", "product=image owner=booth-3 timeout_ms=10 id=c");
  held.id.text = NULL;
  assert_int_equal(fg_account_apply_as(account, &held, FG_NUMBERED, &outcome, &error), FG_OK);
  assert_int_equal(outcome.is.used.call, 1);
  held.quantity = 0;
  assert_int_equal(fg_account_apply_as(account, &held, FG_NUMBERED, NULL, &error), FG_INVALID);
  assert_string_equal(error.path, "quantity");
  held.quantity = 1;
  held.id = string_of("");
  assert_int_equal(fg_account_apply_as(account, &held, FG_NUMBERED, NULL, &error), FG_INVALID);
  assert_string_equal(error.path, "id");
  assert_int_equal(end(account, FG_DO_COMMIT, 1, NULL), FG_OK);
  fg_account_free(account);
}

/* Without a handle nobody makes up an id: a call has its own, and no number is known. What a ledger has written has its
   id in full. */
static void test_ids_are_asked_for(void **state) {
  (void)state;
  fg_error error;
  fg_account *account = open_account();
  fg_command unnamed_call = command_of(FG_DO_CALL, "2024-11-05T11:00:00", "product=image id=c");
  unnamed_call.id.text = NULL;
  fg_time before = fg_account_now(account);
  assert_int_equal(fg_account_apply(account, &unnamed_call, NULL, &error), FG_INVALID);
  assert_string_equal(error.path, "id");
  assert_int_equal(fg_account_apply_as(account, &unnamed_call, FG_NAMED_BY_LIBRARY, NULL, &error), FG_INVALID);
  assert_string_equal(error.path, "id");
  fg_command commit = command_of(FG_DO_COMMIT, "2024-11-05T11:00:00", "id=c");
  commit.id.text = NULL;
  assert_int_equal(fg_account_apply(account, &commit, NULL, &error), FG_INVALID);
  assert_string_equal(error.path, "id");
  assert_true(fg_account_now(account) == before);
  assert_int_equal(call(account, string_of("1"), 1, NULL), FG_OK);
  assert_int_equal(end(account, FG_DO_COMMIT, 1, NULL), FG_UNKNOWN_ID); /* a number is no id of the host's */
  assert_int_equal(end(account, FG_DO_CANCEL, 1, NULL), FG_UNKNOWN_ID);
  assert_int_equal(run(account, FG_DO_COMMIT, string_of("1"), 0, NULL), FG_OK);
  fg_account_free(account);
}

static void test_thousands_of_names_are_known_again(void **state) {
  (void)state;
  enum { CALLS = 3000 };
  id_text kept;
  fg_account *account = open_account();
  for (unsigned number = 1; number <= CALLS; number++) {
    assert_int_equal(unnamed(account, 1), number);
    assert_int_equal(end(account, FG_DO_COMMIT, number, NULL), FG_OK);
  }
  for (unsigned number = 1; number <= CALLS; number++) {
    assert_int_equal(end(account, FG_DO_CANCEL, number, NULL), FG_ALREADY_FINISHED);
  }
  assert_int_equal(run(account, FG_DO_COMMIT, numbered(&kept, CALLS + 1), 0, NULL), FG_UNKNOWN_ID);
  fg_account_free(account);
}

/* In whatever order they end. */
static void test_many_are_in_flight(void **state) {
  (void)state;
  enum { CALLS = 40 };
  id_text kept;
  fg_account *account = open_account();
  for (unsigned number = 1; number <= CALLS; number++) {
    assert_int_equal(unnamed(account, 1), number);
  }
  for (unsigned i = 0; i < CALLS; i++) {
    unsigned number = 1 + i * 17 % CALLS; /* 17 and 40 have no common divisor: each once */
    fg_status status = i % 2 == 0 ? end(account, FG_DO_COMMIT, number, NULL)
                                  : run(account, FG_DO_CANCEL, numbered(&kept, number), 0, NULL);
    assert_int_equal(status, FG_OK);
    assert_int_equal(end(account, i % 2 == 0 ? FG_DO_CANCEL : FG_DO_COMMIT, number, NULL), FG_ALREADY_FINISHED);
  }
  fg_account_free(account);
}

static void test_forks_count_on_each_for_itself(void **state) {
  (void)state;
  fg_outcome outcome;
  fg_account *fork = NULL;
  fg_account *account = open_account();
  for (unsigned number = 1; number <= 5; number++) {
    assert_int_equal(unnamed(account, 1), number);
  }
  assert_int_equal(fg_account_fork(account, &fork), FG_OK);
  for (unsigned number = 6; number <= 9; number++) {
    assert_int_equal(unnamed(fork, 2), number);
  }
  assert_int_equal(unnamed(account, 3), 6);
  assert_int_equal(end(account, FG_DO_CANCEL, 5, &outcome), FG_OK);
  assert_int_equal(end(fork, FG_DO_CANCEL, 5, &outcome), FG_OK);
  assert_int_equal(end(account, FG_DO_COMMIT, 8, &outcome), FG_UNKNOWN_ID);
  assert_int_equal(end(fork, FG_DO_COMMIT, 8, &outcome), FG_OK);
  fg_account_free(fork);
  fg_account_free(account);
}

/* A name in full, as a ledger has it, goes its own way: numbers are given beside it. */
static void test_names_of_ledgers_are_no_numbers(void **state) {
  (void)state;
  id_text kept;
  fg_account *account = open_account();
  fg_command named = command_of(FG_DO_CALL, "2024-11-05T11:00:00", "product=image id=#call-1-1");
  assert_int_equal(fg_account_apply_as(account, &named, FG_NUMBERED, NULL, NULL), FG_ID_RESERVED);
  assert_int_equal(fg_account_apply_as(account, &named, FG_NAMED_BY_LIBRARY, NULL, NULL), FG_OK);
  assert_int_equal(unnamed(account, 1), 1);
  assert_int_equal(run(account, FG_DO_COMMIT, string_of("#call-1-1"), 0, NULL), FG_OK);
  assert_int_equal(run(account, FG_DO_CANCEL, string_of("#call-1-1"), 0, NULL), FG_ALREADY_FINISHED);
  assert_int_equal(run(account, FG_DO_CANCEL, numbered(&kept, 1), 0, NULL), FG_OK);
  assert_int_equal(end(account, FG_DO_COMMIT, 1, NULL), FG_ALREADY_FINISHED);
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names_count_and_differ),
      cmocka_unit_test(test_only_names_are_names),
      cmocka_unit_test(test_a_number_is_used_up_by_what_is_accepted),
      cmocka_unit_test(test_a_name_is_an_id_like_any_other),
      cmocka_unit_test(test_an_unnamed_call_may_have_all_fields),
      cmocka_unit_test(test_ids_are_asked_for),
      cmocka_unit_test(test_thousands_of_names_are_known_again),
      cmocka_unit_test(test_many_are_in_flight),
      cmocka_unit_test(test_forks_count_on_each_for_itself),
      cmocka_unit_test(test_names_of_ledgers_are_no_numbers),
  };
  return cmocka_run_group_tests_name("call names", tests, NULL, NULL);
}
