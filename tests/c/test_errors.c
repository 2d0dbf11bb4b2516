/* What an error says: messages and paths of any length, places from within, and the statuses by their names. */
#include "support.h"

#include "base/base.h"
#include "base/status.h"

/* A message or path that is too long is cut between characters. */
static void test_errors_are_cut_between_characters(void **state) {
  (void)state;
  for (size_t before = 0; before < 8; before++) {
    fg_error error = {0};
    char letters[2000] = "";
    memset(letters, 'x', before);
    for (size_t i = 0; i < 480; i++) {
      strcat(letters, i % 3 == 0 ? "\xe4\xba\xba" : i % 3 == 1 ? "\xc3\xa9" : "\xf0\x9f\x99\x81");
    }
    assert_int_equal(fg_fail(&error, FG_INVALID, letters, "%s", letters), FG_INVALID);
    const char *told[] = {error.message, error.path};
    const size_t sizes[] = {sizeof error.message, sizeof error.path};
    for (int i = 0; i < 2; i++) {
      size_t length = strlen(told[i]);
      assert_true(length < sizes[i] && length + 5 >= sizes[i]); /* a character is given up, at most */
      assert_memory_equal(told[i], letters, length);
      assert_true(fg_string_is_text(string_of(told[i])));
    }
    fg_error_prefix(&error, "p%zu", before);
    size_t length = strlen(error.path);
    assert_true(length < sizeof error.path && length + 5 >= sizeof error.path);
    assert_memory_equal(error.path + 3, letters, length - 3);
    assert_true(fg_string_is_text(string_of(error.path)));
  }
}

static void test_paths_grow_from_within(void **state) {
  (void)state;
  fg_error error = {0};
  assert_int_equal(fg_fail(&error, FG_INVALID, "", "wrong"), FG_INVALID);
  assert_int_equal(fg_within(&error, FG_INVALID, "inner"), FG_INVALID);
  assert_string_equal(error.path, "inner");
  fg_error_prefix(&error, "[%d]", 3);
  assert_string_equal(error.path, "[3].inner");
  fg_error_prefix(&error, "list");
  assert_string_equal(error.path, "list[3].inner");
  assert_int_equal(fg_within(&error, FG_OVERFLOW, "outer"), FG_OVERFLOW); /* a refusal has no place */
  assert_string_equal(error.path, "list[3].inner");
  fg_error_prefix(NULL, "nothing");
}

/* A name whose length is 3 in 32 bits of an int: it is told as what it is, as far as the message goes. */
static void test_names_of_any_length(void **state) {
  (void)state;
  static char letters[8192];
  fg_error error = {0};
  memset(letters, 'x', sizeof letters - 1);
  const fg_price_query query = {
      .product = {letters, SIZE_MAX / 2 + 4}, .meter = string_of("calls"), .tier_quantity = -1};
  json_builder builder;
  fg_visitor visitor = build_json(&builder, facefusion);
  assert_int_equal(fg_book_price(facefusion, &query, &visitor, &error), FG_UNKNOWN_PRODUCT);
  assert_non_null(strstr(error.message, "there is no product xxxxxxxxxxxxxxxx"));
}

static void test_statuses(void **state) {
  (void)state;
  assert_string_equal(fg_status_name(FG_OK), "ok");
  assert_string_equal(fg_status_name(FG_OVERFLOW), "overflow");
  assert_null(fg_status_name((fg_status)-1));
  assert_null(fg_status_name((fg_status)10000));
  assert_string_equal(fg_status_rule((fg_status)10000).text, "");
  assert_string_equal(fg_status_text(FG_UNKNOWN_PACK), "the product has no such pack");
  assert_null(fg_status_text((fg_status)10000));
  assert_int_equal(fg_status_class_of(FG_OK), FG_CLASS_DONE);
  assert_int_equal(fg_status_class_of(FG_STOPPED), FG_CLASS_INTERRUPTED);
  assert_int_equal(fg_status_class_of(FG_UNKNOWN_BOOK), FG_CLASS_ARGUMENT);
  assert_int_equal(fg_status_class_of(FG_CLOCK_SUSPECT), FG_CLASS_REFUSAL);
  assert_int_equal(fg_status_class_of(FG_LEDGER_MISSING), FG_CLASS_LEDGER);
  assert_int_equal(fg_status_class_of((fg_status)10000), FG_CLASS_ARGUMENT);
  assert_false(fg_status_is_refusal(FG_OK));
  assert_false(fg_status_is_refusal(FG_NO_MEMORY));
  assert_false(fg_status_is_refusal(FG_UNKNOWN_BOOK));
  assert_true(fg_status_is_refusal(FG_UNKNOWN_PRODUCT));
  assert_true(fg_status_is_refusal(FG_OVERFLOW));
  assert_string_equal(fg_version(), FG_VERSION);
  fg_error error = {.status = FG_INVALID, .message = "before"};
  assert_int_equal(fg_refuse(&error, (fg_status)10000), 10000); /* says nothing of what it does not know */
  assert_string_equal(error.message, "before");
  assert_int_equal(fg_refuse(&error, FG_NOT_OPEN), FG_NOT_OPEN);
  assert_string_equal(error.message, "the product is not open");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_errors_are_cut_between_characters),
      cmocka_unit_test(test_paths_grow_from_within),
      cmocka_unit_test(test_names_of_any_length),
      cmocka_unit_test(test_statuses),
  };
  return cmocka_run_group_tests_name("errors", tests, set_up_facefusion, tear_down_facefusion);
}
