/* What a command costs: what it changes, and not what the account has ever had. Counted in bytes asked for. */
#include "support.h"

#include "state/state.h"
#include "rules/transaction.h"

static size_t asked;    ///< bytes of blocks begun or grown
static size_t fails_at; ///< of the blocks, counted from 1; 0: none
static size_t blocks;

static void *count_resize(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  (void)old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  asked += new_size;
  return ++blocks == fails_at ? NULL : realloc(block, new_size);
}

static const fg_allocator counting = {count_resize, NULL};

static fg_account *account_with_packs(int packs) {
  fg_book *book = load_book(FACEFUSION);
  fg_account_options options = {.allocator = &counting};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  fg_book_release(book);
  fg_command command = command_of(FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  assert_int_equal(fg_account_apply(account, &command, NULL, NULL), FG_OK);
  for (int i = 0; i < packs; i++) {
    command = command_of(FG_DO_GIVE_PACK, "2024-11-05T10:00:00", "product=image pack=calls-1k");
    assert_int_equal(fg_account_apply(account, &command, NULL, NULL), FG_OK);
  }
  return account;
}

/* The list of 20,000 packs alone takes more than a megabyte. What is asked for is 16 bytes of each pack for their
   order, in a list that has room for a half more. */
static void a_command_does_not_copy_what_it_leaves(void **state) {
  (void)state;
  static const struct {
    fg_command_kind kind;
    const char *fields;
  } cases[] = {{FG_DO_TOP_UP, "amount=1"},
               {FG_DO_GIVE_PACK, "product=image pack=calls-1k"},
               {FG_DO_BUY_CAPACITY, "product=image meter=qps quantity=1 days=1"},
               {FG_DO_SET_BUDGET, "month=5"},
               {FG_DO_PREVIEW, ""}};
  const int packs = or_in_short(20000, 2000);
  fg_account *account = account_with_packs(packs);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (int time = 0; time < 4; time++) { /* the first may find a list without room: it has 1, 2, then 4 */
      fg_command command = command_of(cases[i].kind, "2024-11-05T10:00:00", cases[i].fields);
      asked = 0;
      assert_int_equal(fg_account_apply(account, &command, NULL, NULL), FG_OK);
    }
    if (asked >= (size_t)packs * (16 * 2) + 8192) {
      fail_msg("%s: %zu bytes", fg_command_name(cases[i].kind), asked);
    }
  }
  fg_account_free(account);
}

/* 20,000 packs one by one: each asks for their order, 16 bytes a pack, and the list grows by a half when it is full. */
static void lists_grow_seldom(void **state) {
  (void)state;
  asked = 0;
  fg_account_free(account_with_packs(2000));
  size_t few = asked;
  assert_true(few < (size_t)2000 * (2000 * 16 * 2 + 4096));
}

/* An account lives on after a draft that was dropped, appended to or not: what it shared is as it was. */
static void a_dropped_draft_leaves_nothing(void **state) {
  (void)state;
  fg_account *account = account_with_packs(10);
  json_t *before = statement_of(account);
  for (int owned = 0; owned < 2; owned++) {
    fg_transaction change;
    assert_int_equal(fg_transaction_begin(account, &change), FG_OK);
    assert_true(change.draft.shares);
    assert_ptr_equal(change.draft.lots.items, account->state.lots.items);
    if (owned > 0) {
      assert_int_equal(fg_state_own(account, &change.draft), FG_OK);
      assert_int_equal(fg_state_own(account, &change.draft), FG_OK);
      assert_ptr_not_equal(change.draft.lots.items, account->state.lots.items);
      change.draft.lots.items[1].left = 0;
    }
    fg_lot lot = change.draft.lots.items[1];
    assert_int_equal(FG_STATE_RESERVE(account, &change.draft, &change.draft.lots), FG_OK);
    change.draft.lots.items[change.draft.lots.count++] = lot;
    assert_int_equal(fg_transaction_end(account, &change, FG_OVERFLOW), FG_OVERFLOW);
    json_t *after = statement_of(account);
    assert_true(json_equal(before, after));
    json_decref(after);
  }
  json_decref(before);
  fg_account_free(account);
}

/* Memory that runs out while the lists become the draft's own leaves it sharing them. */
static void owning_that_fails_changes_nothing(void **state) {
  (void)state;
  fg_account *account = account_with_packs(10);
  fg_command order = command_of(FG_DO_BUY_CAPACITY, "2024-11-05T10:00:00", "product=image meter=qps quantity=1 days=1");
  assert_int_equal(fg_account_apply(account, &order, NULL, NULL), FG_OK);
  fg_command call = command_of(FG_DO_CALL, "2024-11-05T10:00:00", "product=image id=c");
  assert_int_equal(fg_account_apply(account, &call, NULL, NULL), FG_OK);
  json_t *before = statement_of(account);
  for (size_t failing = 1; failing <= 3; failing++) {
    fg_transaction change;
    assert_int_equal(fg_transaction_begin(account, &change), FG_OK);
    blocks = 0;
    fails_at = failing;
    assert_int_equal(fg_state_own(account, &change.draft), FG_NO_MEMORY);
    fails_at = 0;
    assert_true(change.draft.shares);
    assert_ptr_equal(change.draft.holds.items, account->state.holds.items);
    assert_int_equal(fg_transaction_end(account, &change, FG_NO_MEMORY), FG_NO_MEMORY);
  }
  json_t *after = statement_of(account);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
  fg_account_free(account);
}

/* Calls whose time is over one after the other cost no copy, and give back their slots when one is asked for. */
static void abandoned_calls_are_no_events(void **state) {
  (void)state;
  fg_account *account = account_with_packs(0);
  fg_command open = command_of(FG_DO_OPEN, "2024-11-05T10:00:00", "product=image-pro");
  assert_int_equal(fg_account_apply(account, &open, NULL, NULL), FG_OK);
  fg_time next_due = account->state.next_due;
  fg_command call = command_of(FG_DO_CALL, "2024-11-05T10:00:00", "product=image-pro id=c timeout_ms=1000");
  char id[16];
  for (int i = 0; i < 10; i++) {
    snprintf(id, sizeof id, "c%d", i);
    call.id = string_of(id);
    call.at += 100000;
    assert_int_equal(fg_account_apply(account, &call, NULL, NULL), FG_OK);
  }
  assert_true(account->state.next_due == next_due);
  call.id = string_of("eleventh");
  assert_int_equal(fg_account_apply(account, &call, NULL, NULL), FG_CONCURRENCY_LIMITED);
  call.at += 99999; /* the first ends 100 ms after the last began */
  assert_int_equal(fg_account_apply(account, &call, NULL, NULL), FG_CONCURRENCY_LIMITED);
  call.at += 1;
  assert_int_equal(fg_account_apply(account, &call, NULL, NULL), FG_OK);
  call.id = string_of("twelfth");
  assert_int_equal(fg_account_apply(account, &call, NULL, NULL), FG_CONCURRENCY_LIMITED);
  fg_command commit = command_of(FG_DO_COMMIT, "2024-11-05T10:00:02", "id=c0"); /* its slot is another's now */
  assert_int_equal(fg_account_apply(account, &commit, NULL, NULL), FG_OK);
  const fg_book *book = fg_account_book(account);
  assert_int_equal(account->state.windows[book->products[1].asked[0]].units, 10); /* of image-pro */
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_command_does_not_copy_what_it_leaves), cmocka_unit_test(lists_grow_seldom),
      cmocka_unit_test(a_dropped_draft_leaves_nothing),         cmocka_unit_test(owning_that_fails_changes_nothing),
      cmocka_unit_test(abandoned_calls_are_no_events),
  };
  return cmocka_run_group_tests_name("drafts", tests, NULL, NULL);
}
