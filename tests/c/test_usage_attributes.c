/* Usage with attributes, of events too, lived while memory runs out at every allocation in turn; and as a snapshot. */
#include "support.h"

#include "account/snapshot.h"
#include "state/command_json.h"

static const char book_text[] =
    "{\"format\": \"faregate-book/2\", \"id\": \"toy\", \"title\": \"Toy\", \"currency\": \"EUR\", \"minor_digits\": 2,"
    " \"time_zone\": \"+00:00\", \"rounding\": \"none\", \"attributes\": ["
    "  {\"id\": \"model\", \"values\": [\"big\", \"mini\"]}, {\"id\": \"ms\", \"whole\": {\"from\": 0}, \"default\": 0},"
    "  {\"id\": \"plan\", \"values\": [\"gold\", \"none\"], \"of\": \"account\", \"default\": \"none\"}],"
    " \"events\": [{\"id\": \"run\", \"products\": [\"runs\", \"ticks\"]}], \"products\": ["
    "  {\"id\": \"tokens\", \"meter\": \"tokens\", \"price\": {\"model\": \"graduated\", \"tiers\": ["
    "    {\"from\": 0, \"price\": \"3\"}, {\"from\": 100, \"price\": \"2\"}]}, \"rules\": ["
    "    {\"when\": {\"plan\": \"gold\"}, \"factor\": \"0.5\"},"
    "    {\"id\": \"mini\", \"when\": {\"model\": \"mini\"}, \"price\": {\"model\": \"flat\", \"price\": \"1\"}}]},"
    "  {\"id\": \"runs\", \"meter\": \"runs\", \"price\": {\"model\": \"flat\", \"price\": \"1\"},"
    "   \"packs\": [{\"id\": \"p\", \"units\": 10, \"price\": \"5\", \"validity\": {\"days\": 9}}]},"
    "  {\"id\": \"ticks\", \"meter\": \"ticks\", \"quantity\": [{\"of\": \"ms\", \"divide\": 100}],"
    "   \"price\": {\"model\": \"flat\", \"price\": \"0.01\"}}]}";

#define AT "{\"at\": \"2025-01-10T12:00:00\", \"do\": "
static const char *const life[] = {
    AT "\"open\", \"product\": \"tokens\"}",
    AT "\"open\", \"product\": \"runs\"}",
    AT "\"open\", \"product\": \"ticks\"}",
    AT "\"buy_pack\", \"product\": \"runs\", \"pack\": \"p\", \"id\": \"p1\"}",
    AT "\"use\", \"product\": \"tokens\", \"quantity\": 90, \"attributes\": {\"model\": \"big\"}}",
    AT
    "\"use\", \"product\": \"tokens\", \"quantity\": 7, \"id\": \"u\", \"attributes\": {\"model\": \"mini\", \"ms\": 1}}",
    AT
    "\"use\", \"product\": \"tokens\", \"quantity\": 7, \"id\": \"u\", \"attributes\": {\"ms\": 1, \"model\": \"mini\"}}",
    AT "\"use\", \"product\": \"run\", \"quantity\": 8, \"id\": \"e\", \"attributes\": {\"ms\": 250}}",
    AT "\"use\", \"product\": \"run\", \"quantity\": 8, \"id\": \"e\", \"attributes\": {\"ms\": 250}}",
    AT "\"use\", \"product\": \"run\", \"quantity\": 3, \"attributes\": {\"ms\": 50}}",
    AT
    "\"adjust\", \"product\": \"tokens\", \"quantity\": -3, \"reason\": \"r\", \"attributes\": {\"model\": \"mini\"}}",
    AT "\"call\", \"product\": \"tokens\", \"quantity\": 20, \"id\": \"c\", \"attributes\": {\"model\": \"big\"}}",
    AT "\"use\", \"product\": \"tokens\", \"quantity\": 30, \"attributes\": {\"model\": \"big\"}}",
    AT "\"call\", \"product\": \"tokens\", \"quantity\": 5, \"id\": \"d\", \"attributes\": {\"model\": \"mini\"}}",
    AT "\"set\", \"attributes\": {\"plan\": \"gold\"}}",
    AT "\"call\", \"product\": \"tokens\", \"quantity\": 6, \"id\": \"f\", \"attributes\": {\"model\": \"mini\"}}",
    AT "\"commit\", \"id\": \"d\", \"outcome\": \"Timeout\", \"attributes\": {\"model\": \"big\"}}",
    AT "\"commit\", \"id\": \"c\", \"attributes\": {\"model\": \"mini\"}}",
    AT "\"commit\", \"id\": \"c\", \"attributes\": {\"model\": \"mini\"}}",
    AT "\"commit\", \"id\": \"f\", \"quantity\": 9, \"attributes\": {\"model\": \"big\"}}",
    AT "\"call\", \"product\": \"run\", \"quantity\": 2, \"id\": \"g\", \"attributes\": {\"ms\": 150}}",
    AT "\"call\", \"product\": \"run\", \"quantity\": 4, \"id\": \"h\", \"timeout_ms\": 5}",
    AT "\"call\", \"product\": \"run\", \"quantity\": 1, \"id\": \"i\"}",
    AT "\"use\", \"product\": \"run\", \"quantity\": 1, \"attributes\": {\"ms\": 10}}",
    AT "\"commit\", \"id\": \"g\", \"outcome\": \"Timeout\"}",
    AT "\"commit\", \"id\": \"h\", \"quantity\": 5, \"attributes\": {\"ms\": 201}, \"ref\": \"r\"}",
    AT "\"commit\", \"id\": \"h\", \"quantity\": 5, \"attributes\": {\"ms\": 201}, \"ref\": \"r\"}",
    AT "\"cancel\", \"id\": \"g\"}",
    AT "\"commit\", \"id\": \"i\"}",
};
enum { STEPS = sizeof life / sizeof *life };

static fg_status take(fg_account *account, const char *text, fg_outcome *outcome) {
  fg_command_reader reader = {.zone = NULL};
  fg_json_document document;
  fg_command command;
  const fg_string json = string_of(text);
  assert_int_equal(fg_json_parse(json, NULL, &document, NULL), FG_OK);
  assert_int_equal(fg_command_read(&reader, &document.root, &command, NULL), FG_OK);
  fg_status status = fg_account_apply(account, &command, outcome, NULL);
  fg_json_release(&document);
  return status;
}

static void assert_same(const fg_account *account, json_t *expected) {
  json_t *told = statement_of(account);
  assert_true(json_equal(told, expected));
  json_decref(told);
}

/* Every failure leaves all as it was, and then it comes through. */
static void starve(fg_account *account, const char *text) {
  json_t *before = statement_of(account);
  fg_status status = FG_NO_MEMORY;
  for (long n = 1; status == FG_NO_MEMORY; n++) {
    memory.asked = 0;
    memory.fail_at = n;
    status = take(account, text, NULL);
    memory.fail_at = 0;
    if (status == FG_NO_MEMORY) {
      assert_same(account, before);
    }
  }
  if (status != FG_OK) {
    fail_msg("%s: %s", text, fg_status_name(status));
  }
  json_decref(before);
}

static void assert_lived(const fg_account *account) {
  /* big: 90 + 30 − 0 of a call that became mini, 5 that may be big; mini: 7 + 20 + 0 − 3, and 6 of the call that became
     big */
  assert_int_equal(integer_in(account, "/products/tokens/month/total"), 90 + 7 + 20 + 30 + 5 + 9 - 3);
  assert_int_equal(integer_in(account, "/products/runs/month/packs"), 10);
  assert_int_equal(integer_in(account, "/products/runs/month/postpaid"), 1 + 1 + 5 + 1);
  assert_int_equal(integer_in(account, "/products/ticks/month/postpaid"), 8 * 3 + 3 + 1 + 5 * 3);
}

static void test_a_life_in_scarcity(void **state) {
  (void)state;
  fg_book *book = load_text(book_text);
  const fg_allocator allocator = scarce_allocator();
  const fg_account_options options = {.allocator = &allocator};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  assert_int_equal(take(account, AT "\"advance\"}", NULL),
                   FG_OK); /* time passes for good, whatever comes of a command */
  for (int i = 0; i < STEPS; i++) {
    starve(account, life[i]);
  }
  assert_lived(account);
  fg_account_free(account);
  assert_int_equal(memory.live, 0);
  fg_book_release(book);
}

/* Of one account only bytes are left after each command: it goes on as the other does. */
static void test_as_a_snapshot(void **state) {
  (void)state;
  fg_book *book = load_text(book_text);
  const fg_attribute gold = {.name = string_of("plan"), .text = string_of("gold")};
  const fg_account_options options = {.attributes = {&gold, 1}};
  fg_account *whole = NULL;
  fg_account *copied = NULL;
  fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
  assert_int_equal(fg_account_new(book, &options, &whole, NULL), FG_OK);
  assert_int_equal(fg_account_new(book, &options, &copied, NULL), FG_OK);
  for (int i = 0; i < STEPS; i++) {
    fg_outcome outcome;
    assert_int_equal(take(whole, life[i], &outcome), FG_OK);
    if (!outcome.repeated) { /* ids but of orders are in no snapshot */
      assert_int_equal(take(copied, life[i], NULL), FG_OK);
    }
    json_t *expected = statement_of(whole);
    bytes.length = 0;
    assert_int_equal(fg_snapshot_write(copied, &bytes), FG_OK);
    assert_int_equal(fg_snapshot_read(copied, (fg_string){bytes.text, bytes.length}), FG_OK);
    assert_same(copied, expected);
    json_decref(expected);
  }
  assert_lived(copied);
  fg_text_release(&bytes);
  fg_account_free(whole);
  fg_account_free(copied);
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_life_in_scarcity), cmocka_unit_test(test_as_a_snapshot)};
  return cmocka_run_group_tests_name("usage_attributes", tests, NULL, NULL);
}
