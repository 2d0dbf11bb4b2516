/* Memory that runs out at every allocation in turn: nothing leaks, nothing has changed, and the next try succeeds. */
#include "support.h"

/* A life that comes by every list an account keeps: grants, packs, capacity, gifts, amendments, invoices, ids. */
static const struct step {
  fg_command_kind kind;
  const char *instant, *fields;
} life[] = {
    {FG_DO_OPEN, "2024-01-05T10:00:00", "product=image"},
    {FG_DO_OPEN, "2024-01-05T10:00:00", "product=image-pro"},
    {FG_DO_CLAIM, "2024-01-05T10:00:00", "product=image-pro grant=free-calls"},
    {FG_DO_BUY_PACK, "2024-01-05T10:00:00", "product=image pack=calls-1k id=p1"},
    {FG_DO_BUY_PACK, "2024-01-05T10:01:00", "product=image pack=calls-10k pay.cash=1000 pay.gift=500"},
    {FG_DO_GIVE_PACK, "2024-01-05T10:02:00", "product=image pack=calls-1k id=g1"},
    {FG_DO_BUY_PACK, "2024-01-05T10:03:00", "product=image pack=materials-10 id=m1"},
    {FG_DO_ADD_MATERIALS, "2024-01-05T10:04:00", "product=image quantity=7"},
    {FG_DO_USE, "2024-01-06T10:00:00", "product=image quantity=2500 id=u1"},
    {FG_DO_USE, "2024-01-06T10:00:00", "product=image-pro quantity=150 id=u2"},
    {FG_DO_USE, "2024-01-06T10:00:00", "product=image quantity=1"},
    {FG_DO_USE, "2024-01-06T11:00:00", "product=image quantity=2500 id=u1"},
    {FG_DO_BUY_CAPACITY, "2024-01-07T10:00:00", "product=image meter=qps quantity=5 days=3 start=2024-01-20 id=c1"},
    {FG_DO_BUY_CAPACITY, "2024-01-07T10:00:00", "product=image meter=qps quantity=5 months=1 start=2024-03-01 id=c2"},
    {FG_DO_BUY_CAPACITY, "2024-01-07T10:00:00", "product=image-pro meter=concurrency quantity=1 months=1"},
    {FG_DO_SET_MODE, "2024-01-20T10:00:00", "product=image mode=qps"},
    {FG_DO_USE, "2024-01-20T10:00:00", "product=image quantity=99999"},
    {FG_DO_SET_MODE, "2024-01-20T10:00:00", "product=image mode=calls"},
    {FG_DO_REFUND, "2024-01-20T10:00:00", "id=c2"},
    {FG_DO_ANNOUNCE, "2024-01-20T10:00:00", "product=image grant=free-calls quantity=500 effective=2024-03-01"},
    {FG_DO_USE, "2024-01-31T23:59:59", "product=image quantity=20000 id=a-longer-id-than-the-others-have"},
    {FG_DO_PREVIEW, "2024-01-31T23:59:59", ""},
    {FG_DO_ADVANCE, "2024-02-02T00:00:00", ""},
    {FG_DO_USE, "2024-02-02T00:00:00", "product=image quantity=1 id=suspended"},
    {FG_DO_TOP_UP, "2024-03-10T00:00:00", "amount=500000"},
    {FG_DO_USE, "2024-03-10T00:00:00", "product=image quantity=30000 id=u3"},
    {FG_DO_SUSPEND, "2024-03-11T00:00:00", ""},
    {FG_DO_REINSTATE, "2024-03-12T00:00:00", ""},
    {FG_DO_STATEMENT, "2024-03-12T00:00:00", ""},
    {FG_DO_CLOSE, "2024-03-13T00:00:00", "product=image"},
    {FG_DO_ADVANCE, "2025-03-01T00:00:00", ""},
};
enum { STEPS = sizeof life / sizeof *life };

static fg_account *scarce_account(fg_book *book, const fg_allocator *allocator) {
  fg_funds funds = {{fg_money_zero()}};
  funds.of[FG_CASH] = money("32000");
  funds.of[FG_GIFT] = money("800");
  static const fg_string policy[] = {{"pack_reach", 10}, {"whole_month", 11}};
  fg_account_options options = {.wallet = &funds, .policy = policy, .policy_count = 1, .allocator = allocator};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  return account;
}

static fg_status take(fg_account *account, const struct step *step, fg_outcome *outcome) {
  fg_command command = command_of(step->kind, step->instant, step->fields);
  return fg_account_apply(account, &command, outcome, NULL);
}

static json_t *statement_with_memory(const fg_account *account) {
  long fail_at = memory.fail_at;
  memory.fail_at = 0;
  json_t *statement = statement_of(account);
  memory.fail_at = fail_at;
  return statement;
}

static json_t *statement_of_a_life_in_plenty(fg_book *book) {
  fg_account *account = scarce_account(book, NULL);
  for (int i = 0; i < STEPS; i++) {
    fg_status status = take(account, &life[i], NULL);
    if (status != FG_OK && status != FG_SUSPENDED) {
      fail_msg("step %d, %s: %s", i, life[i].fields, fg_status_name(status));
    }
  }
  json_t *statement = statement_of(account);
  fg_account_free(account);
  return statement;
}

static void start_counting(void) { memory = (scarcity){0}; }

static void fail_next(long count, bool for_good) {
  memory.asked = 0;
  memory.fail_at = count;
  memory.for_good = for_good;
}

/* Events that are due are let happen first, so that the statement before and after must be the same. */
static void test_a_command_that_fails_changes_nothing(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  json_t *expected = statement_of_a_life_in_plenty(book);
  start_counting();
  fg_allocator allocator = scarce_allocator();
  fg_account *account = scarce_account(book, &allocator);
  long failures = 0;
  for (int i = 0; i < STEPS; i++) {
    struct step due = {FG_DO_ADVANCE, life[i].instant, ""};
    assert_int_equal(take(account, &due, NULL), FG_OK);
    json_t *before = statement_with_memory(account);
    fg_status status = FG_NO_MEMORY;
    for (long n = 1; status == FG_NO_MEMORY; n++) {
      fail_next(n, n % 2);
      status = take(account, &life[i], NULL);
      memory.fail_at = 0;
      if (status == FG_NO_MEMORY) {
        json_t *after = statement_with_memory(account);
        assert_true(json_equal(before, after));
        json_decref(after);
        failures++;
      }
    }
    assert_true(status == FG_OK || status == FG_SUSPENDED);
    json_decref(before);
  }
  assert_true(failures > STEPS / 2);
  json_t *found = statement_with_memory(account);
  assert_true(json_equal(found, expected));
  fg_account_free(account);
  assert_int_equal(memory.live, 0);
  json_decref(found);
  json_decref(expected);
  fg_book_release(book);
}

/* Due events that fail half-way are carried on where they stopped. */
static void test_due_events_that_fail_go_on_later(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  json_t *expected = statement_of_a_life_in_plenty(book);
  for (int for_good = 0; for_good < 2; for_good++) {
    start_counting();
    fg_allocator allocator = scarce_allocator();
    fg_account *account = scarce_account(book, &allocator);
    for (int i = 0; i < STEPS; i++) {
      fg_status status = FG_NO_MEMORY;
      for (long n = 1; status == FG_NO_MEMORY; n++) {
        fail_next(n, for_good);
        status = take(account, &life[i], NULL);
        memory.fail_at = 0;
      }
      assert_true(status == FG_OK || status == FG_SUSPENDED);
    }
    json_t *found = statement_with_memory(account);
    assert_true(json_equal(found, expected));
    json_decref(found);
    fg_account_free(account);
    assert_int_equal(memory.live, 0);
  }
  json_decref(expected);
  fg_book_release(book);
}

static void test_forks_that_fail(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  start_counting();
  fg_allocator allocator = scarce_allocator();
  fg_account *account = scarce_account(book, &allocator);
  for (int i = 0; i < STEPS; i++) {
    json_t *before = statement_of(account);
    fg_account *fork = NULL;
    for (long n = 1; fork == NULL; n++) {
      long live = memory.live;
      fail_next(n, n % 2);
      fg_status status = fg_account_fork(account, &fork);
      memory.fail_at = 0;
      assert_int_equal(status, fork == NULL ? FG_NO_MEMORY : FG_OK);
      assert_true(fork != NULL || memory.live <= live + 1); /* shared history may have been closed off for the fork */
    }
    json_t *after = statement_of(fork);
    assert_true(json_equal(before, after));
    json_decref(after);
    json_decref(before);
    fg_account_free(account);
    account = fork;
    (void)take(account, &life[i], NULL);
  }
  fg_account_free(account);
  assert_int_equal(memory.live, 0);
  fg_book_release(book);
}

static void test_making_an_account_that_fails(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  start_counting();
  fg_allocator allocator = scarce_allocator();
  fg_account_options options = {.allocator = &allocator};
  fg_account *account = NULL;
  for (long n = 1; account == NULL; n++) {
    fail_next(n, false);
    fg_error error = {0};
    fg_status status = fg_account_new(book, &options, &account, &error);
    assert_int_equal(status, account == NULL ? FG_NO_MEMORY : FG_OK);
    assert_int_equal(error.status, status);
    assert_true(account != NULL || memory.live == 0);
  }
  fg_account_free(account);
  assert_int_equal(memory.live, 0);
  fg_book_release(book);
}

typedef fg_status (*document_reader)(const char *text, size_t length, const fg_allocator *allocator, fg_text *answer,
                                     fg_error *error);

/* Every allocation of reading one document fails in turn; the answer in the end is that of plenty. */
static void starve(document_reader read, const char *text, size_t length, long stride) {
  fg_text expected = {0};
  assert_int_equal(read(text, length, NULL, &expected, NULL), FG_OK);
  start_counting();
  fg_allocator allocator = scarce_allocator();
  fg_text answer = {0};
  fg_status status = FG_NO_MEMORY;
  for (long n = 1; status != FG_OK; n += stride) {
    fg_error error = {0};
    fail_next(n, n % 2);
    status = read(text, length, &allocator, &answer, &error);
    memory.fail_at = 0;
    if (status != FG_OK) {
      assert_int_equal(status, FG_NO_MEMORY);
      assert_int_equal(error.status, FG_NO_MEMORY);
      assert_null(answer.text);
      assert_int_equal(memory.live, 0);
    }
  }
  assert_int_equal(answer.length, expected.length);
  assert_memory_equal(answer.text, expected.text, expected.length);
  fg_text_release(&answer);
  assert_int_equal(memory.live, 0);
  fg_text_release(&expected);
}

static fg_status read_book(const char *text, size_t length, const fg_allocator *allocator, fg_text *answer,
                           fg_error *error) {
  fg_book *book = NULL;
  fg_status status = fg_book_load(text, length, allocator, &book, error);
  if (status == FG_OK) {
    *answer = (fg_text){0};
    status = fg_book_write(book, answer);
    if (status != FG_OK && error != NULL) {
      error->status = status;
    }
    fg_book_release(book);
  }
  return status;
}

static void test_loading_and_writing_books(void **state) {
  (void)state;
  static const char *const paths[] = {"books/tencent-facefusion.json", "books/baidu-face-qps.json"};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    size_t length = 0;
    char *text = read_file(paths[i], &length);
    starve(read_book, text, length, 1);
    free(text);
  }
}

static fg_status read_timeline(const char *text, size_t length, const fg_allocator *allocator, fg_text *answer,
                               fg_error *error) {
  fg_allocator copy = {0};
  fg_book_source books = {find_book, NULL};
  if (allocator != NULL) {
    copy = *allocator;
    books.context = &copy;
  }
  return fg_replay(text, length, &books, allocator, NULL, answer, error);
}

static const char timeline[] =
    "{\"book\": \"tencent-facefusion\", \"policy\": {\"settlement_day\": 2, \"pack_order\": \"smallest_left\"},"
    " \"wallet\": {\"cash\": \"5000\", \"voucher\": \"50\"}, \"commands\": ["
    "{\"at\": \"2024-11-05T10:00:00\", \"do\": \"open\", \"product\": \"image\"},"
    "{\"at\": \"2024-11-05T10:05:00\", \"do\": \"buy_pack\", \"product\": \"image\", \"pack\": \"calls-10k\", \"id\": \"p\","
    " \"pay\": {\"cash\": \"1450\", \"voucher\": \"50\"}, \"campaign\": {\"refundable\": false}},"
    "{\"at\": \"2024-11-20T12:00:00\", \"do\": \"use\", \"product\": \"image\", \"quantity\": \"15000\", \"id\": \"\\u8ba2\"},"
    "{\"at\": \"2024-11-20T12:00:00\", \"do\": \"preview\"},"
    "{\"at\": \"2024-11-20T12:00:00\", \"do\": \"refund\", \"id\": \"p\"},"
    "{\"at\": \"2024-11-21T12:00:00\", \"do\": \"use\", \"product\": \"image\", \"quantity\": \"15000\", \"id\": \"\\u8ba2\"},"
    "{\"at\": \"2024-12-02T00:00:00\", \"do\": \"statement\"},"
    "{\"at\": \"2025-12-02T00:00:00\", \"do\": \"advance\"}]}";

static void test_replaying(void **state) {
  (void)state;
  starve(read_timeline, timeline, strlen(timeline), or_in_short(1, 7)); /* every seventh allocation */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_command_that_fails_changes_nothing),
      cmocka_unit_test(test_due_events_that_fail_go_on_later),
      cmocka_unit_test(test_forks_that_fail),
      cmocka_unit_test(test_making_an_account_that_fails),
      cmocka_unit_test(test_loading_and_writing_books),
      cmocka_unit_test(test_replaying),
  };
  return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
