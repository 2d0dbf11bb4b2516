/* An account says how much memory its state takes: a fork of it, which shares the history, takes as much. */
#include "support.h"

static size_t live; ///< bytes

static void *counting_resize(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  live += new_size - old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, new_size);
}

static void assert_counted(fg_account *account) {
  fg_account *fork = NULL;
  size_t before = live;
  assert_int_equal(fg_account_fork(account, &fork), FG_OK);
  assert_int_equal(fg_account_bytes(fork), live - before);
  assert_true(fg_account_bytes(account) >= fg_account_bytes(fork)); /* its lists have room to grow */
  fg_account_free(fork);
  assert_int_equal(live, before);
}

/* After each command of a life with something of every kind: packs, capacity, calls in flight, regimes, corrections. */
static void test_a_fork_takes_what_it_says(void **state) {
  (void)state;
  static const struct {
    fg_command_kind kind;
    const char *at, *fields;
  } life[] = {
      {FG_DO_OPEN, "2024-11-05T10:00:00", "product=image"},
      {FG_DO_OPEN, "2024-11-05T10:00:00", "product=image-pro"},
      {FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-1k id=p1"},
      {FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-1k id=p2"},
      {FG_DO_BUY_CAPACITY, "2024-11-05T10:00:02", "product=image meter=qps quantity=5 days=40 id=q1"},
      {FG_DO_BUY_CAPACITY, "2024-11-05T10:00:02", "product=image meter=qps quantity=6 days=50 start=2024-11-09 id=q2"},
      {FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=1500 id=u1"},
      {FG_DO_ANNOUNCE, "2024-11-07T10:00:00", "product=image grant=free-calls quantity=5 effective=2025-01-01"},
      {FG_DO_CALL, "2024-11-08T10:00:00", "product=image id=c1 quantity=3"},
      {FG_DO_CALL, "2024-11-08T10:00:00", "product=image-pro id=c2"},
      {FG_DO_USE, "2024-11-08T10:00:01", "product=image quantity=700"},
      {FG_DO_ADJUST, "2024-11-08T10:00:02", "product=image quantity=-2 reason=less"},
      {FG_DO_ADJUST, "2024-11-08T10:00:03", "product=image quantity=1 reason=more"},
      {FG_DO_CALL, "2024-11-08T10:00:04", "product=image id=c3"},
      {FG_DO_CANCEL, "2024-11-08T10:00:05", "id=c1"},
      {FG_DO_ADVANCE, "2025-01-02T10:00:00", ""},
  };
  fg_allocator allocator = {counting_resize, NULL};
  fg_book *book = load_book(FACEFUSION);
  fg_account_options options = {.allocator = &allocator};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  assert_counted(account);
  for (size_t i = 0; i < sizeof life / sizeof *life; i++) {
    fg_command command = command_of(life[i].kind, life[i].at, life[i].fields);
    assert_int_equal(fg_account_apply(account, &command, NULL, NULL), FG_OK);
    assert_counted(account);
  }
  fg_account_free(account);
  fg_book_release(book);
  assert_int_equal(live, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_fork_takes_what_it_says),
  };
  return cmocka_run_group_tests_name("bytes of an account", tests, NULL, NULL);
}
