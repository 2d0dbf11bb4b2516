/* Ids that are made up: in order, each once, known again by number and by text whatever the account has seen; also where
   the host uses ids that look the same, and after a fork. */
#include "support.h"

#include "snapshot.h"
#include "state.h"

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

static fg_account *named_account(uint64_t bits) {
  fg_account *account = open_account();
  fg_account_name_calls(account, bits);
  return account;
}

static fg_status run(fg_account *account, fg_command_kind kind, fg_string id, int64_t quantity, fg_outcome *outcome) {
  fg_command command;
  fg_command_begin(&command, kind, fg_account_now(account) + 100000);
  command.product = kind == FG_DO_CALL || kind == FG_DO_USE ? string_of("image") : (fg_string){NULL, 0};
  command.quantity = quantity;
  command.id = id;
  return fg_account_apply(account, &command, outcome, NULL);
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

/* The name of a number of an account whose bits are 0. */
static fg_string numbered(id_text *kept, unsigned number) {
  int length = snprintf(kept->text, sizeof kept->text, "call-0000000000000-%u", number);
  kept->id = (fg_string){kept->text, (size_t)length};
  return kept->id;
}

/* ---------------------------------------------------------------------------------------------------- the names */

static void test_names_count_and_differ(void **state) {
  (void)state;
  fg_call_names names;
  fg_call_names others;
  fg_call_names_begin(&names, UINT64_MAX);
  fg_call_names_begin(&others, UINT64_MAX - 1);
  for (unsigned number = 1; number <= 12000; number++) {
    char expected[FG_CALL_NAME_MAX];
    char made[FG_CALL_NAME_MAX];
    snprintf(expected, sizeof expected, "call-zzzzzzzzzzzzf-%u", number);
    assert_int_equal(fg_call_name(UINT64_MAX, number, made), strlen(expected));
    assert_string_equal(made, expected);
    assert_int_equal(fg_call_names_number(&names, string_of(made)), number);
    assert_int_equal(fg_call_names_number(&others, string_of(made)), 0);
  }
}

static void test_the_longest_name_fits(void **state) {
  (void)state;
  char made[FG_CALL_NAME_MAX];
  assert_int_equal(fg_call_name(0, UINT64_MAX, made), FG_CALL_NAME_MAX - 1);
  assert_string_equal(made, "call-0000000000000-18446744073709551615");
}

/* Every bit of the 64 shows. */
static void test_names_show_all_their_bits(void **state) {
  (void)state;
  char zero[FG_CALL_NAME_MAX];
  char one[FG_CALL_NAME_MAX];
  size_t length = fg_call_name(0, 1, zero);
  for (int bit = 0; bit < 64; bit++) {
    assert_int_equal(fg_call_name(UINT64_C(1) << bit, 1, one), length);
    assert_string_not_equal(one, zero);
  }
}

static void test_only_names_are_names(void **state) {
  (void)state;
  static const char *const others[] = {"", "call-", "call-0000000000000-", "call-0000000000000-0", "call-0000000000000-01",
                                       "call-0000000000000-1x", "call-0000000000001-1", "call-0000000000000-9999999999",
                                       "call-0000000000000--1", "Call-0000000000000-1"};
  fg_call_names names = {.next = 0};
  assert_int_equal(fg_call_names_number(&names, string_of("call-0000000000000-1")), 0);
  fg_call_names_begin(&names, 0);
  assert_int_equal(fg_call_names_number(&names, string_of("call-0000000000000-1")), 1);
  assert_int_equal(fg_call_names_number(&names, string_of("call-0000000000000-999999999")), 999999999);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    assert_int_equal(fg_call_names_number(&names, string_of(others[i])), 0);
  }
}

/* -------------------------------------------------------------------------------------------------- an account's */

static void test_a_number_is_used_up_by_what_is_accepted(void **state) {
  (void)state;
  const fg_string none = {NULL, 0};
  fg_outcome outcome;
  fg_account *account = named_account(7);
  assert_int_equal(call(account, none, 21, NULL), FG_RATE_LIMITED);
  assert_int_equal(unnamed(account, 2), 1);
  assert_int_equal(call(account, none, 21, NULL), FG_RATE_LIMITED);
  assert_int_equal(unnamed(account, 2), 2);
  assert_int_equal(end(account, FG_DO_COMMIT, 3, NULL), FG_UNKNOWN_ID);
  assert_int_equal(end(account, FG_DO_COMMIT, 1, NULL), FG_OK);
  assert_int_equal(end(account, FG_DO_COMMIT, 1, NULL), FG_ALREADY_FINISHED);
  assert_int_equal(end(account, FG_DO_CANCEL, 1, NULL), FG_ALREADY_FINISHED);
  assert_int_equal(end(account, FG_DO_CANCEL, 2, &outcome), FG_OK);
  assert_int_equal(outcome.is.canceled.returned, 2);
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
  fg_account *account = named_account(0);
  assert_int_equal(unnamed(account, 2), 1);
  assert_int_equal(call(account, numbered(&kept, 1), 2, &outcome), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(outcome.is.used.free, 2);
  assert_int_equal(outcome.is.used.call, 0);
  assert_int_equal(call(account, kept.id, 3, NULL), FG_ID_CONFLICT);
  assert_int_equal(run(account, FG_DO_COMMIT, kept.id, 0, NULL), FG_OK);
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
  fg_account *account = named_account(0);
  fg_command held = command_of(FG_DO_CALL, "2024-11-05T11:00:00", "product=image owner=booth-3 timeout_ms=10 id=c");
  held.id.text = NULL;
  assert_int_equal(fg_account_apply(account, &held, &outcome, &error), FG_OK);
  assert_int_equal(outcome.is.used.call, 1);
  held.quantity = 0;
  assert_int_equal(fg_account_apply(account, &held, NULL, &error), FG_INVALID);
  assert_string_equal(error.path, "quantity");
  held.quantity = 1;
  held.id = string_of("");
  assert_int_equal(fg_account_apply(account, &held, NULL, &error), FG_INVALID);
  assert_string_equal(error.path, "id");
  assert_int_equal(end(account, FG_DO_COMMIT, 1, NULL), FG_OK);
  fg_account_free(account);
}

/* An account that was not told to makes up no ids; nor does it know numbers. */
static void test_ids_are_asked_for(void **state) {
  (void)state;
  fg_error error;
  fg_account *account = open_account();
  fg_command unnamed_call = command_of(FG_DO_CALL, "2024-11-05T11:00:00", "product=image id=c");
  unnamed_call.id.text = NULL;
  fg_time before = fg_account_now(account);
  assert_int_equal(fg_account_apply(account, &unnamed_call, NULL, &error), FG_INVALID);
  assert_string_equal(error.path, "id");
  fg_command commit = command_of(FG_DO_COMMIT, "2024-11-05T11:00:00", "id=c");
  commit.id.text = NULL;
  assert_int_equal(fg_account_apply(account, &commit, NULL, &error), FG_INVALID);
  assert_string_equal(error.path, "id");
  assert_true(fg_account_now(account) == before);
  assert_int_equal(call(account, string_of("1"), 1, NULL), FG_OK);
  assert_int_equal(end(account, FG_DO_COMMIT, 1, NULL), FG_INVALID); /* a number is no id of the host's */
  assert_int_equal(end(account, FG_DO_CANCEL, 1, NULL), FG_INVALID);
  assert_int_equal(run(account, FG_DO_COMMIT, string_of("1"), 0, NULL), FG_OK);
  fg_account_free(account);
}

static void test_thousands_of_names_are_known_again(void **state) {
  (void)state;
  enum { CALLS = 3000 };
  id_text kept;
  fg_outcome outcome;
  fg_account *account = named_account(0);
  for (unsigned number = 1; number <= CALLS; number++) {
    assert_int_equal(unnamed(account, 1), number);
    assert_int_equal(end(account, FG_DO_COMMIT, number, NULL), FG_OK);
  }
  for (unsigned number = 1; number <= CALLS; number++) {
    assert_int_equal(call(account, numbered(&kept, number), 1, &outcome), FG_OK);
    assert_true(outcome.repeated);
    assert_int_equal(end(account, FG_DO_COMMIT, number, NULL), FG_ALREADY_FINISHED);
  }
  assert_int_equal(run(account, FG_DO_COMMIT, numbered(&kept, CALLS + 1), 0, NULL), FG_UNKNOWN_ID);
  fg_account_free(account);
}

/* In whatever order they end. */
static void test_many_are_in_flight(void **state) {
  (void)state;
  enum { CALLS = 40 };
  id_text kept;
  fg_account *account = named_account(0);
  for (unsigned number = 1; number <= CALLS; number++) {
    assert_int_equal(unnamed(account, 1), number);
  }
  for (unsigned i = 0; i < CALLS; i++) {
    unsigned number = 1 + i * 17 % CALLS; /* 17 and 40 have no common divisor: each once */
    fg_status status = i % 2 == 0 ? end(account, FG_DO_COMMIT, number, NULL)
                                  : run(account, FG_DO_CANCEL, numbered(&kept, number), 0, NULL);
    assert_int_equal(status, FG_OK);
    assert_int_equal(end(account, FG_DO_COMMIT, number, NULL), FG_ALREADY_FINISHED);
  }
  fg_account_free(account);
}

/* The host has used what the account comes to later: it is the host's. */
static void test_ids_of_the_host_that_look_like_names(void **state) {
  (void)state;
  id_text kept;
  fg_outcome outcome;
  fg_account *account = named_account(0);
  assert_int_equal(unnamed(account, 1), 1);
  assert_int_equal(run(account, FG_DO_USE, numbered(&kept, 3), 5, NULL), FG_OK);
  assert_int_equal(unnamed(account, 1), 2);
  assert_int_equal(unnamed(account, 1), 4);
  assert_int_equal(call(account, numbered(&kept, 3), 1, NULL), FG_ID_CONFLICT);
  assert_int_equal(run(account, FG_DO_USE, numbered(&kept, 3), 5, &outcome), FG_OK);
  assert_true(outcome.repeated);
  for (unsigned number = 1; number <= 4; number++) {
    assert_int_equal(end(account, FG_DO_COMMIT, number, NULL), number == 3 ? FG_UNKNOWN_ID : FG_OK);
    assert_int_equal(end(account, FG_DO_COMMIT, number, NULL), number == 3 ? FG_UNKNOWN_ID : FG_ALREADY_FINISHED);
  }
  for (unsigned number = 5; number <= 40; number++) {
    assert_int_equal(unnamed(account, 1), number);
    assert_int_equal(call(account, numbered(&kept, number), 1, &outcome), FG_OK);
    assert_true(outcome.repeated);
  }
  assert_int_equal(end(account, FG_DO_CANCEL, 20, NULL), FG_OK);
  assert_int_equal(run(account, FG_DO_CANCEL, numbered(&kept, 21), 0, NULL), FG_OK);
  fg_account_free(account);
}

static void test_the_next_name_may_be_an_order(void **state) {
  (void)state;
  id_text kept;
  fg_outcome outcome;
  fg_account *account = named_account(0);
  fg_command buy = command_of(FG_DO_BUY_PACK, "2024-11-05T11:00:00", "product=image pack=calls-1k");
  buy.id = numbered(&kept, 1);
  assert_int_equal(fg_account_apply(account, &buy, NULL, NULL), FG_OK);
  assert_int_equal(unnamed(account, 1), 2);
  assert_int_equal(call(account, numbered(&kept, 1), 1, NULL), FG_ID_CONFLICT);
  assert_int_equal(end(account, FG_DO_COMMIT, 1, NULL), FG_UNKNOWN_ID);
  assert_int_equal(end(account, FG_DO_COMMIT, 2, NULL), FG_OK);
  assert_int_equal(run(account, FG_DO_REFUND, numbered(&kept, 1), 0, &outcome), FG_OK);
  fg_account_free(account);
}

static void test_forks_count_on_each_for_itself(void **state) {
  (void)state;
  id_text kept;
  fg_outcome outcome;
  fg_account *fork = NULL;
  fg_account *account = named_account(0);
  for (unsigned number = 1; number <= 5; number++) {
    assert_int_equal(unnamed(account, 1), number);
  }
  assert_int_equal(fg_account_fork(account, &fork), FG_OK);
  for (unsigned number = 6; number <= 9; number++) {
    assert_int_equal(unnamed(fork, 2), number);
  }
  assert_int_equal(unnamed(account, 3), 6);
  assert_int_equal(call(fork, numbered(&kept, 3), 1, &outcome), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(call(fork, numbered(&kept, 8), 2, &outcome), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(end(account, FG_DO_CANCEL, 5, &outcome), FG_OK);
  assert_int_equal(end(fork, FG_DO_CANCEL, 5, &outcome), FG_OK);
  assert_int_equal(end(account, FG_DO_COMMIT, 8, &outcome), FG_UNKNOWN_ID);
  assert_int_equal(end(fork, FG_DO_COMMIT, 8, &outcome), FG_OK);
  fg_account_free(fork);
  fg_account_free(account);
}

/* Named late, and with bits that the host could guess; those that a call was named by hold. */
static void test_an_account_may_be_named_late(void **state) {
  (void)state;
  id_text kept;
  fg_account *account = open_account();
  assert_int_equal(call(account, numbered(&kept, 1), 4, NULL), FG_OK);
  assert_true(fg_account_name_calls(account, 1) == 1);
  assert_true(fg_account_name_calls(account, 0) == 0);
  assert_int_equal(unnamed(account, 1), 2);
  assert_true(fg_account_name_calls(account, 1) == 0);
  assert_int_equal(call(account, numbered(&kept, 1), 1, NULL), FG_ID_CONFLICT);
  assert_int_equal(end(account, FG_DO_COMMIT, 1, NULL), FG_OK); /* it is the id of the host's call */
  assert_int_equal(run(account, FG_DO_COMMIT, numbered(&kept, 2), 0, NULL), FG_OK);
  assert_int_equal(unnamed(account, 1), 3);
  fg_account_free(account);
}

/* What a snapshot has are ids: the numbers go on and still stand for them. */
static void test_names_outlast_a_snapshot(void **state) {
  (void)state;
  id_text kept;
  fg_account *account = named_account(0);
  fg_text bytes = {.allocator = account->allocator};
  assert_int_equal(unnamed(account, 2), 1);
  assert_int_equal(unnamed(account, 3), 2);
  assert_int_equal(fg_snapshot_write(account, &bytes), FG_OK);
  assert_int_equal(fg_snapshot_read(account, (fg_string){bytes.text, bytes.length}), FG_OK);
  fg_text_release(&bytes);
  assert_int_equal(unnamed(account, 1), 3);
  assert_int_equal(end(account, FG_DO_CANCEL, 1, NULL), FG_OK);
  assert_int_equal(run(account, FG_DO_COMMIT, numbered(&kept, 2), 0, NULL), FG_OK);
  assert_int_equal(end(account, FG_DO_COMMIT, 3, NULL), FG_OK);
  fg_account_free(account);
}

/* Where the number is too long to be known by, the call is kept by its text. */
static void test_numbers_of_ten_digits(void **state) {
  (void)state;
  id_text kept;
  fg_outcome outcome;
  fg_account *account = named_account(0);
  account->names.next = FG_CALL_NUMBER_MAX;
  account->history->numbered_below = FG_CALL_NUMBER_MAX - 1;
  for (unsigned number = FG_CALL_NUMBER_MAX; number <= FG_CALL_NUMBER_MAX + 2u; number++) {
    assert_int_equal(unnamed(account, 1), number);
    assert_int_equal(call(account, numbered(&kept, number), 1, &outcome), FG_OK);
    assert_true(outcome.repeated);
    assert_int_equal(end(account, FG_DO_COMMIT, number, NULL), FG_OK);
    assert_int_equal(end(account, FG_DO_COMMIT, number, NULL), FG_ALREADY_FINISHED);
    assert_int_equal(run(account, FG_DO_CANCEL, kept.id, 0, NULL), FG_ALREADY_FINISHED);
  }
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names_count_and_differ),
      cmocka_unit_test(test_the_longest_name_fits),
      cmocka_unit_test(test_names_show_all_their_bits),
      cmocka_unit_test(test_only_names_are_names),
      cmocka_unit_test(test_a_number_is_used_up_by_what_is_accepted),
      cmocka_unit_test(test_a_name_is_an_id_like_any_other),
      cmocka_unit_test(test_an_unnamed_call_may_have_all_fields),
      cmocka_unit_test(test_ids_are_asked_for),
      cmocka_unit_test(test_thousands_of_names_are_known_again),
      cmocka_unit_test(test_many_are_in_flight),
      cmocka_unit_test(test_ids_of_the_host_that_look_like_names),
      cmocka_unit_test(test_the_next_name_may_be_an_order),
      cmocka_unit_test(test_forks_count_on_each_for_itself),
      cmocka_unit_test(test_an_account_may_be_named_late),
      cmocka_unit_test(test_names_outlast_a_snapshot),
      cmocka_unit_test(test_numbers_of_ten_digits),
  };
  return cmocka_run_group_tests_name("call names", tests, NULL, NULL);
}
