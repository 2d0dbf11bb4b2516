/* An account is carried as bytes: it goes on as it was, damage is refused, memory that runs out changes nothing. */
#include "support.h"

static fg_account *lived(const fg_allocator *allocator) {
  fg_account_options options = {.allocator = allocator};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(facefusion, &options, &account, NULL), FG_OK);
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-1k id=p");
  must(account, FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=2500 id=u");
  must(account, FG_DO_CALL, "2024-11-06T11:00:00", "product=image id=c");
  must(account, FG_DO_ADVANCE, "2024-12-03T00:00:00", "");
  return account;
}

static void assert_same(const fg_account *a, const fg_account *b) {
  json_t *ours = statement_of(a);
  json_t *theirs = statement_of(b);
  assert_true(json_equal(ours, theirs));
  json_decref(ours);
  json_decref(theirs);
}

static fg_string saved_string(const fg_text *text) { return (fg_string){text->text, text->length}; }

static void test_every_allocation_may_fail(void **state) {
  (void)state;
  fg_allocator allocator = scarce_allocator();
  fg_account *account = lived(&allocator);
  fg_account *twin = NULL;
  fg_text bytes;
  fg_error error;
  fg_status status = FG_NO_MEMORY;
  long live = memory.live;
  for (long fail = 1; status != FG_OK; fail++) {
    memory.fail_at = memory.asked + fail;
    status = fg_account_save(account, &bytes);
    assert_true(status == FG_OK || (status == FG_NO_MEMORY && memory.live == live));
  }
  memory.fail_at = 0;
  live = memory.live;
  status = FG_NO_MEMORY;
  for (long fail = 1; status != FG_OK; fail++) {
    memory.fail_at = memory.asked + fail;
    status = fg_account_load(facefusion, saved_string(&bytes), &allocator, &twin, &error);
    assert_true(status == FG_OK || (status == FG_NO_MEMORY && memory.live == live));
  }
  memory.fail_at = 0;
  assert_same(account, twin);
  must(account, FG_DO_COMMIT, "2024-12-04T00:00:00", "id=c");
  must(twin, FG_DO_COMMIT, "2024-12-04T00:00:00", "id=c");
  assert_same(account, twin);
  fg_account_free(twin);
  fg_text_release(&bytes);
  fg_account_free(account);
}

static void test_no_changed_byte_is_taken(void **state) {
  (void)state;
  fg_account *account = lived(NULL);
  fg_account *twin = NULL;
  fg_text bytes;
  fg_error error;
  assert_int_equal(fg_account_save(account, &bytes), FG_OK);
  const size_t step = (size_t)or_in_short(1, 7);
  for (size_t i = 0; i < bytes.length; i += step) {
    bytes.text[i] = (char)(bytes.text[i] ^ 1);
    assert_int_equal(fg_account_load(facefusion, saved_string(&bytes), NULL, &twin, &error), FG_INVALID);
    assert_string_equal(error.path, "account");
    bytes.text[i] = (char)(bytes.text[i] ^ 1);
    assert_int_equal(fg_account_load(facefusion, (fg_string){bytes.text, i}, NULL, &twin, &error), FG_INVALID);
  }
  assert_ptr_equal(fg_account_begun(account), facefusion);
  fg_text_release(&bytes);
  fg_account_free(account);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_allocation_may_fail),
      cmocka_unit_test(test_no_changed_byte_is_taken),
  };
  return cmocka_run_group_tests(tests, set_up_facefusion, tear_down_facefusion);
}
