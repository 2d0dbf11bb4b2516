/* What an account has when it adopts a book with more in it: limits in force, calls in flight, choices that are
   pending. */
#include "support.h"

#include "account/snapshot.h"
#include "book/book.h"

#define BOOK(more)                                                                                                     \
  "{\"format\": \"faregate-book/2\", \"id\": \"toy\", \"title\": \"Toy\", \"currency\": \"EUR\", "                     \
  "\"minor_digits\": 2, \"time_zone\": \"+08:00\", \"rounding\": \"none\", " more "}"
#define PRODUCT(id, counter, price)                                                                                    \
  "{\"id\": \"" id "\", \"meter\": \"units\", \"price\": {\"model\": \"volume\", " counter                             \
  "\"tiers\": [{\"from\": 0, \"price\": \"" price "\"}, {\"from\": 10, \"price\": \"1\"}]}}"
#define ALONE ""
#define SHARED "\"counter\": \"all\", "
#define LIMITS(others) "\"limits\": [" others "{\"id\": \"rate\", \"max\": 10, \"window\": {\"seconds\": 60}}], "
#define CHOICES(others)                                                                                                \
  "\"choices\": [" others "{\"id\": \"plan\", \"products\": [\"a\", \"b\"], \"switch\": \"month\"}], "

static fg_account *begin(const char *json) {
  fg_account *account = NULL;
  fg_book *book = load_text(json);
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  fg_book_release(book);
  must(account, FG_DO_OPEN, "2025-03-01", "product=a");
  return account;
}

static fg_status adopt(fg_account *account, const char *json, fg_error *error) {
  fg_outcome outcome;
  fg_command command;
  fg_book *book = load_text(json);
  fg_command_begin(&command, FG_DO_ADOPT, at("2025-03-10T00:00:10"));
  assert_int_equal(fg_command_set_book(&command, "book", book, error), FG_OK);
  assert_int_equal(fg_command_set_text(&command, "effective", string_of("2025-03-16"), error), FG_OK);
  fg_status status = fg_account_apply(account, &command, &outcome, error);
  fg_book_release(book);
  return status;
}

/* The new book has its products, and its limits, in another order. */
#define LIMITED BOOK(LIMITS("") "\"products\": [" PRODUCT("a", ALONE, "2") ", " PRODUCT("b", ALONE, "2") "]")
#define LIMITED_LATER                                                                                                  \
  BOOK(LIMITS("{\"id\": \"few\", \"max\": 99, \"window\": {\"seconds\": 9}}, ") "\"products\": [" PRODUCT(             \
      "c", ALONE, "3") ", " PRODUCT("b", ALONE, "3") ", " PRODUCT("a", ALONE, "3") "]")

/* The limit that several products share goes on counting what was let through before. */
static void test_shared_limit(void **state) {
  (void)state;
  fg_outcome outcome;
  fg_account *account = begin(LIMITED);
  must(account, FG_DO_OPEN, "2025-03-01", "product=b");
  must(account, FG_DO_CALL, "2025-03-10", "product=a quantity=8 id=x");
  assert_int_equal(adopt(account, LIMITED_LATER, NULL), FG_OK);
  assert_int_equal(apply(account, FG_DO_CALL, "2025-03-10T00:00:20", "product=b quantity=3 id=y", &outcome),
                   FG_RATE_LIMITED);
  must(account, FG_DO_CALL, "2025-03-10T00:00:20", "product=b quantity=2 id=y");
  must(account, FG_DO_CALL, "2025-03-10T00:01:00", "product=b quantity=8 id=z");
  fg_account_free(account);
}

#define OF_TWO(counter) BOOK("\"products\": [" PRODUCT("a", counter, "2") ", " PRODUCT("b", counter, "2") "]")
#define OF_THREE(counter)                                                                                              \
  BOOK("\"products\": [" PRODUCT("c", ALONE, "2") ", " PRODUCT("b", counter, "2") ", " PRODUCT("a", counter, "2") "]")

/* 12 units of one counter are at 1.00; without the 4 that are canceled, 8 are at 2.00. */
static void test_call_in_flight_of_a_group(void **state) {
  (void)state;
  fg_account *account = begin(OF_TWO(SHARED));
  must(account, FG_DO_OPEN, "2025-03-01", "product=b");
  must(account, FG_DO_CALL, "2025-03-02", "product=a quantity=4 id=x");
  must(account, FG_DO_USE, "2025-03-03", "product=b quantity=8");
  assert_int_equal(adopt(account, OF_THREE(SHARED), NULL), FG_OK);
  must(account, FG_DO_CANCEL, "2025-03-11", "id=x");
  must(account, FG_DO_ADVANCE, "2025-04-01", "");
  assert_in_statement(account, "/spent/postpaid", "16.00");
  fg_account_free(account);
}

/* From the later edition on a rule prices all usage, by one counter for both. */
#define COUNTED(id)                                                                                                    \
  "{\"id\": \"" id "\", \"meter\": \"units\", \"price\": {\"model\": \"volume\", \"tiers\": [{\"from\": 0, "           \
  "\"price\": \"2\"}, {\"from\": 10, \"price\": \"1\"}]}, \"rules\": [{\"id\": \"late\", \"when\": {}, "               \
  "\"price\": {\"model\": \"volume\", " SHARED                                                                         \
  "\"tiers\": [{\"from\": 0, \"price\": \"2\"}, {\"from\": 10, \"price\": \"1\"}]}}]}"
#define JOINED BOOK("\"products\": [" COUNTED("b") ", " COUNTED("a") "]")

/* Products that were apart are joined once no call of theirs is in flight; one of them alone in flight is enough. */
static void test_groups_are_joined(void **state) {
  static const char *const products[] = {"product=a quantity=4 id=x", "product=b quantity=4 id=x"};
  (void)state;
  for (size_t i = 0; i < 2; i++) {
    fg_error error;
    fg_account *account = begin(OF_TWO(ALONE));
    must(account, FG_DO_OPEN, "2025-03-01", "product=b");
    must(account, FG_DO_CALL, "2025-03-02", products[i]);
    assert_int_equal(adopt(account, JOINED, &error), FG_BOOK_MISMATCH);
    assert_string_equal(error.path, "products");
    must(account, FG_DO_COMMIT, "2025-03-10T00:00:10", "id=x");
    assert_int_equal(adopt(account, JOINED, &error), FG_OK);
    must(account, FG_DO_CALL, "2025-03-16", "product=a quantity=4 id=y");
    must(account, FG_DO_USE, "2025-03-17", "product=b quantity=7");
    must(account, FG_DO_CANCEL, "2025-03-18", "id=y");
    must(account, FG_DO_ADVANCE, "2025-04-01", "");
    assert_in_statement(account, "/spent/postpaid",
                        "22.00"); /* 4 before and 7 after are at 2.00: no count of them reaches 10 */
    fg_account_free(account);
  }
}

/* What is counted already goes on as it was begun. */
static void test_another_counter_is_refused(void **state) {
  (void)state;
  fg_error error;
  fg_account *account = begin(OF_TWO(ALONE));
  assert_int_equal(adopt(account, OF_TWO(SHARED), &error), FG_BOOK_MISMATCH);
  assert_string_equal(error.path, "products[0].price.counter");
  must(account, FG_DO_CLOSE, "2025-03-10T00:00:10", "product=a");
  assert_int_equal(adopt(account, OF_TWO(SHARED), &error), FG_OK);
  fg_account_free(account);
}

#define CHOSEN BOOK(CHOICES("") "\"products\": [" PRODUCT("a", ALONE, "2") ", " PRODUCT("b", ALONE, "2") "]")
#define CHOSEN_LATER                                                                                                   \
  BOOK(CHOICES("{\"id\": \"more\", \"products\": [\"c\"], \"switch\": \"now\"}, ") "\"products\": [" PRODUCT(          \
      "c", ALONE, "3") ", " PRODUCT("b", ALONE, "3") ", " PRODUCT("a", ALONE, "3") "]")

/* The switch that was pending happens. */
static void test_pending_switch(void **state) {
  (void)state;
  fg_account *account = begin(CHOSEN);
  must(account, FG_DO_OPEN, "2025-03-02", "product=b");
  assert_int_equal(adopt(account, CHOSEN_LATER, NULL), FG_OK);
  must(account, FG_DO_ADVANCE, "2025-04-02", "");
  json_t *statement = statement_of(account);
  assert_true(json_is_true(json_at(statement, "/products/b/open")));
  assert_true(json_is_false(json_at(statement, "/products/a/open")));
  json_decref(statement);
  fg_account_free(account);
}

static void append_integer(fg_text *bytes, int64_t value) { /* as a snapshot has integers from 0 on */
  unsigned char made[FG_VARINT_MAX];
  const unsigned char *end = fg_varint_write(made, (uint64_t)value << 1);
  assert_int_equal(fg_text_append(bytes, (const char *)made, (size_t)(end - made)), FG_OK);
}

/* Reads the snapshot of a new account, with so many adoptions before the rest, each `days` after the one before. */
static fg_status read_adoptions(int count, int days) {
  const fg_allocator allocator = fg_allocator_or_default(NULL);
  fg_text bytes = {.allocator = allocator};
  fg_text made = {.allocator = allocator};
  fg_account *account = NULL;
  fg_book *book = load_text(LIMITED);
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  assert_int_equal(fg_snapshot_write(account, &bytes), FG_OK);
  append_integer(&made, count);
  for (int i = 0; i < count; i++) {
    append_integer(&made, fg_date_of(2025, 3, 16) + i * days);
    append_integer(&made, (int64_t)strlen(LIMITED));
    assert_int_equal(fg_text_append(&made, LIMITED, strlen(LIMITED)), FG_OK);
  }
  assert_int_equal(bytes.text[0], 0); /* no adoption */
  assert_int_equal(fg_text_append(&made, bytes.text + 1, bytes.length - 1), FG_OK);
  fg_status status = fg_snapshot_read(account, (fg_string){made.text, made.length});
  fg_text_release(&bytes);
  fg_text_release(&made);
  fg_account_free(account);
  fg_book_release(book);
  return status;
}

/* Bytes that say of adoptions what cannot have been are no possible state, as `verify` and an opening ask. */
static void test_adoptions_of_no_account(void **state) {
  (void)state;
  assert_int_equal(read_adoptions(FG_EDITIONS_MAX - 1, 1), FG_OK);
  assert_int_equal(read_adoptions(FG_EDITIONS_MAX, 1), FG_INVALID);
  assert_int_equal(read_adoptions(2, 0), FG_INVALID);
  assert_int_equal(read_adoptions(2, -1), FG_INVALID);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shared_limit),      cmocka_unit_test(test_call_in_flight_of_a_group),
      cmocka_unit_test(test_groups_are_joined), cmocka_unit_test(test_another_counter_is_refused),
      cmocka_unit_test(test_pending_switch),    cmocka_unit_test(test_adoptions_of_no_account)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
