/* Which answers of the service are billed (R36): what a price book says of a result code, and what that does to a
   call. */
#include "support.h"
#include "account/snapshot.h"

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

static const char *const now = "2025-01-02T10:00:00Z";

static fg_account *toy_account(void) {
  fg_account *account = account_of_text(toy, NULL);
  must(account, FG_DO_OPEN, now, "product=scan");
  return account;
}

static void assert_ended(const fg_outcome *outcome, int64_t billed, int64_t returned, bool repeated) {
  assert_true(outcome->is.ended.has_outcome);
  assert_int_equal(outcome->is.ended.billed, billed);
  assert_int_equal(outcome->is.ended.returned, returned);
  assert_int_equal(outcome->is.ended.lost, 0);
  assert_int_equal(outcome->repeated, repeated);
}

static void assert_told(fg_account *account, const char *fields, int64_t billed, int64_t returned, bool repeated) {
  fg_outcome outcome = must(account, FG_DO_COMMIT, now, fields);
  assert_ended(&outcome, billed, returned, repeated);
}

static int64_t uncertain_in(const fg_account *account) { return integer_in(account, "/products/scan/month/uncertain"); }

/* Only the latest eight calls are looked through; the others are found by their attempts. */
static void an_old_call_of_an_unknown_outcome_is_found(void **state) {
  (void)state;
  fg_account *account = toy_account();
  for (int i = 0; i < 20; i++) {
    char fields[64];
    snprintf(fields, sizeof fields, "product=scan id=c%d", i);
    must(account, FG_DO_CALL, now, fields);
  }
  assert_told(account, "id=c3 outcome=Fault.B", 0, 0, false);
  assert_told(account, "id=c4 outcome=Fault.B ref=r", 0, 0, false);
  assert_told(account, "id=c3 outcome=Fault.B", 0, 0, true);
  assert_told(account, "id=c4 outcome=Fault.B", 0, 0, false); /* without its receipt it is another word */
  assert_int_equal(uncertain_in(account), 20);
  assert_told(account, "id=c3 outcome=Fault", 0, 1, false);
  must(account, FG_DO_COMMIT, now, "id=c4");
  assert_true(must(account, FG_DO_COMMIT, now, "id=c4").repeated);
  assert_int_equal(apply(account, FG_DO_COMMIT, now, "id=c4 outcome=Fault.B", NULL), FG_ALREADY_FINISHED);
  must(account, FG_DO_CALL, now, "product=scan id=c3"); /* its id is free */
  assert_int_equal(integer_in(account, "/products/scan/month/total"), 20);
  assert_int_equal(uncertain_in(account), 19);
  fg_account_free(account);
}

static void calls_tell_what_they_were_told(void **state) {
  (void)state;
  fg_account *account = toy_account();
  must(account, FG_DO_CALL, now, "product=scan id=a timeout_ms=1");
  must(account, FG_DO_CALL, now, "product=scan id=b timeout_ms=1");
  assert_told(account, "id=a outcome=Fault.B", 0, 0, false);
  must(account, FG_DO_ADVANCE, "2025-01-02T10:00:01Z", "");
  json_t *calls = calls_of(account);
  assert_text_at(calls, "/0/state", "unknown");
  assert_text_at(calls, "/0/outcome", "Fault.B");
  assert_text_at(calls, "/1/state", "abandoned");
  assert_text_at(calls, "/1/outcome", "null");
  json_decref(calls);
  fg_account_free(account);
}

/* A snapshot keeps what a call was told, so that it is known again. */
static void a_copy_knows_what_a_call_was_told(void **state) {
  (void)state;
  fg_account *account = toy_account();
  fg_account *copy = NULL;
  fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
  must(account, FG_DO_CALL, now, "product=scan quantity=3 id=a owner=kiosk");
  assert_told(account, "id=a quantity=2 outcome=Fault.B ref=r", 0, 0, false);
  assert_int_equal(fg_snapshot_write(account, &bytes), FG_OK);
  assert_int_equal(fg_account_new(fg_account_book(account), NULL, &copy, NULL), FG_OK);
  assert_int_equal(fg_snapshot_read(copy, (fg_string){bytes.text, bytes.length}), FG_OK);
  json_t *told[] = {calls_of(account), calls_of(copy)};
  assert_true(json_equal(told[0], told[1]));
  assert_told(copy, "id=a quantity=2 outcome=Fault.B ref=r", 0, 0, true);
  assert_told(copy, "id=a outcome=Fault.B", 0, 0, false);
  assert_told(copy, "id=a quantity=1 outcome=Fault.Blurred", 1, 2, false);
  assert_told(copy, "id=a quantity=1 outcome=Fault.Blurred", 1, 2, true);
  json_decref(told[0]);
  json_decref(told[1]);
  fg_text_release(&bytes);
  fg_account_free(copy);
  fg_account_free(account);
}

/* What is told of a call in a fork is not told of the account, and the other way round. */
static void a_fork_is_told_by_itself(void **state) {
  (void)state;
  fg_account *account = toy_account();
  fg_account *fork = NULL;
  must(account, FG_DO_CALL, now, "product=scan id=a");
  assert_int_equal(fg_account_fork(account, &fork), FG_OK);
  assert_told(fork, "id=a outcome=Fault.B", 0, 0, false);
  assert_told(fork, "id=a outcome=Fault.B", 0, 0, true);
  assert_told(account, "id=a outcome=Fault.B", 0, 0, false);
  fg_account_free(account);
  assert_told(fork, "id=a outcome=Fault", 0, 1, false);
  fg_account_free(fork);
}

static fg_status end(fg_pass *pass, const char *code, int64_t quantity, fg_outcome *outcome) {
  fg_command command;
  fg_command_begin(&command, FG_DO_COMMIT, FG_NO_TIME);
  command.outcome = string_of(code);
  command.quantity = quantity;
  return fg_pass_end(pass, &command, outcome, NULL);
}

/* A name that the account makes up, which the history knows by a number. */
static void a_pass_says_what_became_of_its_call(void **state) {
  (void)state;
  static const struct {
    const char *code;
    int64_t quantity;
    fg_pass_state state;
  } words[] = {{"Fault", FG_ALL, FG_PASS_CANCELED},
               {"Fault.Blurred", FG_ALL, FG_PASS_COMMITTED},
               {"Success", 0, FG_PASS_COMMITTED},
               {"Fault.B", FG_ALL, FG_PASS_UNKNOWN}};
  fg_account *account = toy_account();
  fg_handle *handle = NULL;
  fg_outcome outcome;
  fg_command call;
  fg_command_begin(&call, FG_DO_CALL, fg_account_now(account));
  call.product = string_of("scan");
  assert_int_equal(fg_handle_new(account, NULL, &handle, NULL), FG_OK);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    fg_pass pass;
    assert_int_equal(fg_handle_call(handle, &call, &pass, &outcome, NULL), FG_OK);
    assert_int_equal(end(&pass, words[i].code, words[i].quantity, &outcome), FG_OK);
    assert_int_equal(pass.state, words[i].state);
    fg_pass_leave(&pass);
    assert_int_equal(pass.state, words[i].state);
    assert_int_equal(end(&pass, words[i].code, words[i].quantity, &outcome), FG_OK);
    assert_true(outcome.repeated);
    assert_int_equal(pass.state, words[i].state);
    fg_pass_release(&pass);
  }
  assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
}

/* Though somebody still has a pass of it: all that is known has been said. */
static void a_call_of_an_unknown_outcome_is_uncertain_at_once(void **state) {
  (void)state;
  fg_account *account = toy_account();
  fg_handle *handle = NULL;
  fg_outcome outcome;
  fg_pass pass;
  fg_pass other;
  fg_command call = command_of(FG_DO_CALL, now, "product=scan id=a");
  assert_int_equal(fg_handle_new(account, NULL, &handle, NULL), FG_OK);
  assert_int_equal(fg_handle_call(handle, &call, &pass, &outcome, NULL), FG_OK);
  pass.id = string_of("a");
  assert_int_equal(fg_handle_resume(handle, string_of("a"), &other, NULL), FG_IN_FLIGHT);
  assert_int_equal(end(&pass, "Fault.B", FG_ALL, &outcome), FG_OK);
  json_builder builder = {0};
  fg_visitor visitor = build_json(&builder, fg_account_book(account));
  assert_int_equal(fg_handle_uncertain(handle, &visitor, NULL), FG_OK);
  json_t *uncertain = whole(&builder);
  assert_text_at(uncertain, "/0/outcome", "Fault.B");
  json_decref(uncertain);
  assert_int_equal(fg_handle_resume(handle, string_of("a"), &other, NULL), FG_OK);
  assert_int_equal(end(&other, "Fault", FG_ALL, &outcome), FG_OK);
  assert_int_equal(other.state, FG_PASS_CANCELED);
  assert_int_equal(end(&pass, "Success", FG_ALL, &outcome), FG_ALREADY_FINISHED);
  assert_int_equal(pass.state, FG_PASS_CANCELED);
  fg_pass_release(&pass);
  fg_pass_release(&other);
  assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_longest_code_that_fits_holds),
      cmocka_unit_test(a_question_that_cannot_be_asked_is_refused),
      cmocka_unit_test(the_longest_code_is_asked_for_in_full),
      cmocka_unit_test(an_old_call_of_an_unknown_outcome_is_found),
      cmocka_unit_test(calls_tell_what_they_were_told),
      cmocka_unit_test(a_copy_knows_what_a_call_was_told),
      cmocka_unit_test(a_fork_is_told_by_itself),
      cmocka_unit_test(a_pass_says_what_became_of_its_call),
      cmocka_unit_test(a_call_of_an_unknown_outcome_is_uncertain_at_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
