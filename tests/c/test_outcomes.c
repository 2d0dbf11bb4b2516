/* Which answers of the service are billed (R36): what a price book says of a result code. */
#include "support.h"

static const char toy[] =
    "{\"format\": \"faregate-book/2\", \"id\": \"toy\", \"title\": \"Toy\", \"currency\": \"EUR\", \"minor_digits\": 2,"
    " \"time_zone\": \"+00:00\", \"rounding\": \"none\", \"products\": ["
    "{\"id\": \"scan\", \"meter\": \"calls\", \"price\": {\"model\": \"flat\", \"price\": \"0.01\"}, \"outcomes\": ["
    "{\"code\": \"Fault.Blurred\", \"billable\": \"yes\"}, {\"code\": \"Fault*\", \"billable\": \"no\", \"source\": \"p\"},"
    "{\"code\": \"Fault.B*\", \"billable\": \"unknown\"}, {\"code\": \"Fault.Blurred*\", \"billable\": \"no\"}]},"
    "{\"id\": \"bare\", \"meter\": \"calls\", \"price\": {\"model\": \"flat\", \"price\": \"0.01\"}}]}";

typedef struct meaning {
  const char *product, *outcome, *billable, *code, *source;
} meaning;

static const meaning meanings[] = {
    {"scan", "Fault", "no", "Fault*", "p"},
    {"scan", "Fault.", "no", "Fault*", "p"},
    {"scan", "Faul", "unknown", "null", "null"},
    {"scan", "Fault.B", "unknown", "Fault.B*", ""},
    {"scan", "Fault.Blurred", "yes", "Fault.Blurred", ""},
    {"scan", "Fault.Blurred.Left", "no", "Fault.Blurred*", ""},
    {"scan", "Success", "yes", "null", "null"},
    {"scan", "Success.", "unknown", "null", "null"},
    {"bare", "Success", "yes", "null", "null"},
    {"bare", "Fault", "unknown", "null", "null"},
    {"bare", "", "unknown", "null", "null"},
};

static json_t *outcome_of(const fg_book *book, fg_string product, fg_string code) {
  json_builder builder = {0};
  fg_visitor visitor = build_json(&builder, book);
  fg_error error = {0};
  if (fg_book_outcome(book, product, code, &visitor, &error) != FG_OK) {
    fail_msg("%s: %s", error.path, error.message);
  }
  return whole(&builder);
}

static void the_longest_code_that_fits_holds(void **state) {
  (void)state;
  fg_book *book = load_text(toy);
  for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
    const meaning *each = &meanings[i];
    json_t *told = outcome_of(book, string_of(each->product), string_of(each->outcome));
    assert_text_at(told, "/product", each->product);
    assert_text_at(told, "/outcome", each->outcome);
    assert_text_at(told, "/billable", each->billable);
    assert_text_at(told, "/code", each->code);
    assert_text_at(told, "/source", each->source);
    json_decref(told);
  }
  fg_book_release(book);
}

static void a_question_that_cannot_be_asked_is_refused(void **state) {
  (void)state;
  static const char many[FG_OUTCOME_MAX + 1] = {0};
  fg_book *book = load_text(toy);
  fg_visitor visitor = {0};
  fg_error error = {0};
  assert_int_equal(fg_book_outcome(book, string_of("scam"), string_of("Success"), &visitor, &error),
                   FG_UNKNOWN_PRODUCT);
  assert_int_equal(fg_book_outcome(book, string_of("scan"), string_of("\xff"), &visitor, &error), FG_INVALID);
  assert_string_equal(error.path, "outcome");
  fg_string long_code = {many, sizeof many};
  assert_int_equal(fg_book_outcome(book, string_of("scan"), long_code, &visitor, &error), FG_INVALID);
  fg_book_release(book);
}

static void the_longest_code_is_asked_for_in_full(void **state) {
  (void)state;
  char code[FG_OUTCOME_MAX];
  memset(code, 'x', sizeof code);
  fg_book *book = load_text(toy);
  json_t *told = outcome_of(book, string_of("scan"), (fg_string){code, sizeof code});
  assert_int_equal(json_string_length(json_at(told, "/outcome")), sizeof code);
  json_decref(told);
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_longest_code_that_fits_holds),
      cmocka_unit_test(a_question_that_cannot_be_asked_is_refused),
      cmocka_unit_test(the_longest_code_is_asked_for_in_full),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
