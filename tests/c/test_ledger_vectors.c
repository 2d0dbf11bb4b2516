/* Every timeline of the shared vectors, lived through a ledger: opened anew every few commands, it answers as the
   replay in memory does, and what it exports replays to the same statement. */
#include "ledger_support.h"

#include <unistd.h>

#include "account/account_json.h"
#include "state/command_json.h"

typedef struct begun {
  fg_book *book;
  fg_funds wallet;
  fg_string policy[64];
  fg_account_options options;
} begun;

static const json_t *member(const json_t *object, const char *key) { return json_object_get(object, key); }

static void read_head(const json_t *document, begun *with) {
  static char numbers[8][24];
  const json_t *book = member(document, "book");
  memset(with, 0, sizeof *with);
  with->options.policy = with->policy;
  if (json_is_string(book)) {
    with->book = load_book(json_string_value(book));
  } else {
    char *text = json_dumps(book, JSON_COMPACT);
    assert_int_equal(fg_book_load(text, strlen(text), NULL, &with->book, NULL), FG_OK);
    free(text);
  }
  const char *key = NULL;
  json_t *value = NULL;
  json_object_foreach((json_t *)(uintptr_t)member(document, "wallet"), key, value) {
    fg_fund fund;
    assert_true(fg_fund_of(string_of(key), &fund));
    with->wallet.of[fund] = money(json_string_value(value));
  }
  with->options.keep_ids_days = json_integer_value(member(document, "keep_ids_days"));
  with->options.wallet = member(document, "wallet") == NULL ? NULL : &with->wallet;
  json_object_foreach((json_t *)(uintptr_t)member(document, "policy"), key, value) {
    size_t pair = with->options.policy_count++;
    snprintf(numbers[pair % 8], sizeof numbers[0], "%lld", (long long)json_integer_value(value));
    with->policy[2 * pair] = string_of(key);
    with->policy[2 * pair + 1] = string_of(json_is_string(value) ? json_string_value(value) : numbers[pair % 8]);
  }
}

static fg_handle *open_begun(const char *path, const begun *with) {
  fg_handle *ledger = NULL;
  fg_error error = {0};
  fg_ledger_options options = {.book = with->book, .account = &with->options, .group_ms = 100000};
  if (fg_ledger_open(path, &options, &ledger, &error) != FG_OK) {
    fail_msg("%s", error.message);
  }
  return ledger;
}

/* The outcome as the answer of a replay has it. */
static json_t *outcome_of(fg_handle *ledger, const json_t *value, const begun *with) {
  fg_command_reader reader = {.zone = fg_book_zone(with->book)};
  fg_command command;
  fg_outcome outcome;
  fg_error error = {0};
  fg_json_document document = document_of(value);
  assert_int_equal(fg_command_read(&reader, &document.root, &command, NULL), FG_OK);
  fg_status status = fg_handle_apply(ledger, &command, &outcome, &error);
  fg_command_reader_end(&reader);
  fg_json_release(&document);
  if (status != FG_OK) {
    return json_pack("{s:s}", "error", fg_status_name(status));
  }
  json_builder builder;
  fg_visitor visitor = build_json(&builder, with->book);
  assert_int_equal(fg_outcome_describe(fg_handle_account(ledger), &outcome, &visitor), FG_OK);
  return builder.root;
}

static void compare(const char *name, size_t index, const json_t *expected, const json_t *told) {
  const json_t *refused = member(expected, "error");
  bool same = refused != NULL ? json_equal(refused, member(told, "error")) : json_equal(expected, told);
  if (!same) {
    char *a = json_dumps(expected, JSON_COMPACT);
    char *b = json_dumps(told, JSON_COMPACT);
    fail_msg("%s, commands[%zu]: %s; expected %s", name, index, b, a);
  }
}

static void live_through(const char *name, const json_t *document, const json_t *answer, size_t reopen_every) {
  const char *path = ledger_path("vector.db");
  begun with;
  size_t index;
  json_t *value;
  read_head(document, &with);
  fg_handle *ledger = open_begun(path, &with);
  json_array_foreach(member(document, "commands"), index, value) {
    if (index > 0 && index % reopen_every == 0) {
      close_ledger(ledger);
      ledger = open_begun(path, &with);
    }
    json_t *told = outcome_of(ledger, value, &with);
    compare(name, index, json_array_get(member(answer, "outcomes"), index), told);
    json_decref(told);
  }
  json_t *live = statement_of(fg_handle_account(ledger));
  close_ledger(ledger);
  if (json_array_size(member(document, "commands")) > 0) {
    compare(name, index, member(answer, "statement"), live);
  }
  ledger = open_begun(path, &with);
  json_t *loaded = statement_of(fg_handle_account(ledger));
  bool has_rows = command_count(ledger) > 0;
  close_ledger(ledger);
  if (has_rows) {
    json_t *exported = exported_statement(path);
    compare(name, index + 1, loaded, exported);
    json_decref(exported);
  }
  assert_good(path);
  json_decref(live);
  json_decref(loaded);
  fg_book_release(with.book);
  assert_int_equal(unlink(path), 0);
}

static void live_file(const char *file, int *count) {
  char path[160];
  size_t index;
  json_t *vector;
  snprintf(path, sizeof path, "tests/vectors/%s", file);
  json_t *document = load_json(path);
  json_array_foreach(member(document, "cases"), index, vector) {
    const json_t *timeline = member(vector, "timeline");
    if (timeline == NULL) {
      continue;
    }
    char *text = json_dumps(timeline, JSON_COMPACT);
    fg_text answer = {0};
    fg_book_source books = {find_book, NULL};
    assert_int_equal(fg_replay(text, strlen(text), &books, NULL, NULL, &answer, NULL), FG_OK);
    json_t *told = json_loadb(answer.text, answer.length, 0, NULL);
    live_through(file, timeline, told, 1 + (size_t)(*count % 4));
    json_decref(told);
    fg_text_release(&answer);
    free(text);
    (*count)++;
  }
  json_decref(document);
}

static void test_vectors(void **state) {
  (void)state;
  static const char *const files[] = {"account.json",        "arrears.json",     "books.json",        "budgets.json",
                                      "capacity.json",       "corrections.json", "free-quota.json",   "gate.json",
                                      "idempotency.json",    "materials.json",   "modes.json",        "packs.json",
                                      "postpaid.json",       "refunds.json",     "undone-calls.json", "unpriced.json",
                                      "worked-examples.json"};
  int count = 0;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    live_file(files[i], &count);
    if (getenv("FAREGATE_SHORT") != NULL && count > 60) {
      return;
    }
  }
  assert_true(count > 250);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {LEDGER_TEST(test_vectors)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
