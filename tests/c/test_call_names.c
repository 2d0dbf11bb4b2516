/* Ids that are made up: in order, each once, known again whatever the account has seen; also where the host uses ids
   that look the same, and after a fork. */
#include "support.h"

#include "state.h"

#define DAY "2024-11-05T10:00:00"

static fg_account *named_account(uint64_t bits) {
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  fg_book_release(book);
  fg_account_name_calls(account, bits);
  fg_command open = command_of(FG_DO_OPEN, DAY, "product=image");
  assert_int_equal(fg_account_apply(account, &open, NULL, NULL), FG_OK);
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

typedef struct id_text {
  char text[FG_CALL_NAME_MAX];
  fg_string id;
} id_text;

/* A copy, as a host keeps it. */
static fg_string keep(id_text *kept, fg_string id) {
  memcpy(kept->text, id.text, id.length);
  kept->id = (fg_string){kept->text, id.length};
  return kept->id;
}

/* The name of a number of an account whose bits are 0. */
static fg_string numbered(id_text *kept, unsigned number) {
  int length = snprintf(kept->text, sizeof kept->text, "call-0000000000000-%u", number);
  kept->id = (fg_string){kept->text, (size_t)length};
  return kept->id;
}

/* ---------------------------------------------------------------------------------------------------- the names */

static void test_names_count_and_differ(void **state) {
  (void)state;
  fg_call_names names = {.length = 0};
  fg_call_names others = {.length = 0};
  fg_call_names_begin(&names, UINT64_MAX);
  fg_call_names_begin(&others, UINT64_MAX - 1);
  for (unsigned number = 1; number <= 12000; number++) {
    char expected[FG_CALL_NAME_MAX];
    snprintf(expected, sizeof expected, "call-zzzzzzzzzzzzf-%u", number);
    fg_string name = fg_call_names_next(&names);
    assert_int_equal(name.length, strlen(expected));
    assert_memory_equal(name.text, expected, name.length);
    assert_int_equal(fg_call_names_number(&names, name), number);
    assert_int_equal(fg_call_names_number(&others, name), 0);
  }
}

/* Every bit of the 64 shows. */
static void test_names_show_all_their_bits(void **state) {
  (void)state;
  fg_call_names zero = {.length = 0};
  fg_call_names_begin(&zero, 0);
  for (int bit = 0; bit < 64; bit++) {
    fg_call_names one = {.length = 0};
    fg_call_names_begin(&one, UINT64_C(1) << bit);
    assert_memory_not_equal(one.text, zero.text, zero.length);
  }
}

static void test_only_names_are_names(void **state) {
  (void)state;
  static const char *const others[] = {"", "call-", "call-0000000000000-", "call-0000000000000-0", "call-0000000000000-01",
                                       "call-0000000000000-1x", "call-0000000000001-1", "call-0000000000000-9999999999",
                                       "call-0000000000000--1", "Call-0000000000000-1"};
  fg_call_names names = {.length = 0};
  assert_int_equal(fg_call_names_number(&names, string_of("call-0000000000000-1")), 0);
  fg_call_names_begin(&names, 0);
  assert_int_equal(fg_call_names_number(&names, string_of("call-0000000000000-1")), 1);
  assert_int_equal(fg_call_names_number(&names, string_of("call-0000000000000-999999999")), 999999999);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    assert_int_equal(fg_call_names_number(&names, string_of(others[i])), 0);
  }
}

/* -------------------------------------------------------------------------------------------------- an account's */

static void test_a_name_is_used_up_by_what_is_accepted(void **state) {
  (void)state;
  id_text first;
  id_text second;
  fg_outcome outcome;
  fg_account *account = named_account(7);
  keep(&first, fg_account_call_name(account));
  assert_int_equal(call(account, first.id, 21, NULL), FG_RATE_LIMITED);
  assert_true(fg_string_equal(fg_account_call_name(account), first.id));
  assert_int_equal(call(account, first.id, 2, &outcome), FG_OK);
  assert_false(outcome.repeated);
  keep(&second, fg_account_call_name(account));
  assert_false(fg_string_equal(first.id, second.id));
  assert_int_equal(call(account, first.id, 2, &outcome), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(outcome.is.used.free, 2);
  assert_int_equal(call(account, first.id, 3, NULL), FG_ID_CONFLICT);
  assert_true(fg_string_equal(fg_account_call_name(account), second.id));
  assert_int_equal(run(account, FG_DO_COMMIT, second.id, 0, NULL), FG_UNKNOWN_ID);
  assert_int_equal(run(account, FG_DO_COMMIT, first.id, 0, NULL), FG_OK);
  assert_int_equal(run(account, FG_DO_COMMIT, first.id, 0, NULL), FG_ALREADY_FINISHED);
  fg_account_free(account);
}

static void test_thousands_of_names_are_known_again(void **state) {
  (void)state;
  enum { CALLS = 3000 };
  id_text kept;
  fg_outcome outcome;
  fg_account *account = named_account(0);
  for (unsigned number = 1; number <= CALLS; number++) {
    assert_true(fg_string_equal(fg_account_call_name(account), numbered(&kept, number)));
    assert_int_equal(call(account, kept.id, 1, NULL), FG_OK);
    assert_int_equal(run(account, FG_DO_COMMIT, kept.id, 0, NULL), FG_OK);
  }
  for (unsigned number = 1; number <= CALLS; number++) {
    assert_int_equal(call(account, numbered(&kept, number), 1, &outcome), FG_OK);
    assert_true(outcome.repeated);
  }
  assert_int_equal(run(account, FG_DO_COMMIT, numbered(&kept, CALLS + 1), 0, NULL), FG_UNKNOWN_ID);
  fg_account_free(account);
}

/* The host has used what the account comes to later: it is the host's. */
static void test_ids_of_the_host_that_look_like_names(void **state) {
  (void)state;
  id_text kept;
  fg_outcome outcome;
  fg_account *account = named_account(0);
  assert_int_equal(run(account, FG_DO_USE, numbered(&kept, 3), 5, NULL), FG_OK);
  assert_int_equal(call(account, numbered(&kept, 1), 1, NULL), FG_OK);
  assert_int_equal(call(account, numbered(&kept, 2), 1, NULL), FG_OK);
  assert_true(fg_string_equal(fg_account_call_name(account), numbered(&kept, 4)));
  assert_int_equal(call(account, numbered(&kept, 3), 1, NULL), FG_ID_CONFLICT);
  assert_int_equal(run(account, FG_DO_USE, numbered(&kept, 3), 5, &outcome), FG_OK);
  assert_true(outcome.repeated);
  for (unsigned number = 4; number <= 40; number++) {
    assert_true(fg_string_equal(fg_account_call_name(account), numbered(&kept, number)));
    assert_int_equal(call(account, kept.id, 1, &outcome), FG_OK);
    assert_false(outcome.repeated);
    assert_int_equal(call(account, kept.id, 1, &outcome), FG_OK);
    assert_true(outcome.repeated);
  }
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
  assert_true(fg_string_equal(fg_account_call_name(account), numbered(&kept, 2)));
  assert_int_equal(call(account, numbered(&kept, 1), 1, NULL), FG_ID_CONFLICT);
  assert_int_equal(call(account, numbered(&kept, 2), 1, NULL), FG_OK);
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
    assert_int_equal(call(account, numbered(&kept, number), 1, NULL), FG_OK);
  }
  assert_int_equal(fg_account_fork(account, &fork), FG_OK);
  for (unsigned number = 6; number <= 9; number++) {
    assert_true(fg_string_equal(fg_account_call_name(fork), numbered(&kept, number)));
    assert_int_equal(call(fork, kept.id, 2, NULL), FG_OK);
  }
  assert_true(fg_string_equal(fg_account_call_name(account), numbered(&kept, 6)));
  assert_int_equal(call(account, numbered(&kept, 6), 3, &outcome), FG_OK);
  assert_false(outcome.repeated);
  assert_int_equal(call(fork, numbered(&kept, 3), 1, &outcome), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(call(fork, numbered(&kept, 8), 2, &outcome), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(run(account, FG_DO_CANCEL, numbered(&kept, 5), 0, &outcome), FG_OK);
  assert_int_equal(run(fork, FG_DO_CANCEL, numbered(&kept, 5), 0, &outcome), FG_OK);
  fg_account_free(fork);
  fg_account_free(account);
}

/* Named late, and with bits that the host could guess. */
static void test_an_account_may_be_named_late(void **state) {
  (void)state;
  id_text kept;
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  fg_book_release(book);
  assert_null(fg_account_call_name(account).text);
  fg_command open = command_of(FG_DO_OPEN, DAY, "product=image");
  assert_int_equal(fg_account_apply(account, &open, NULL, NULL), FG_OK);
  assert_int_equal(call(account, numbered(&kept, 1), 4, NULL), FG_OK);
  fg_account_name_calls(account, 0);
  assert_true(fg_string_equal(fg_account_call_name(account), numbered(&kept, 2)));
  assert_int_equal(call(account, numbered(&kept, 1), 1, NULL), FG_ID_CONFLICT);
  assert_int_equal(call(account, numbered(&kept, 2), 1, NULL), FG_OK);
  assert_true(fg_string_equal(fg_account_call_name(account), numbered(&kept, 3)));
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names_count_and_differ),
      cmocka_unit_test(test_names_show_all_their_bits),
      cmocka_unit_test(test_only_names_are_names),
      cmocka_unit_test(test_a_name_is_used_up_by_what_is_accepted),
      cmocka_unit_test(test_thousands_of_names_are_known_again),
      cmocka_unit_test(test_ids_of_the_host_that_look_like_names),
      cmocka_unit_test(test_the_next_name_may_be_an_order),
      cmocka_unit_test(test_forks_count_on_each_for_itself),
      cmocka_unit_test(test_an_account_may_be_named_late),
  };
  return cmocka_run_group_tests_name("call names", tests, NULL, NULL);
}
