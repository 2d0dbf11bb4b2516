/* A ledger goes out as a timeline and comes back: the same bytes, the same account, whole or not at all. */
#define _DEFAULT_SOURCE /* symlink */
#include "ledger_support.h"

#include <dirent.h>
#include <sqlite3.h>
#include <unistd.h>

#include "failing_disk.h"

/* Paths of ledger_path() hold for a few calls only. */
static const char *keep(char place[512], const char *path) {
  snprintf(place, 512, "%s", path);
  return place;
}

static fg_status import_to(const char *path, const char *json, size_t length, const fg_allocator *allocator,
                           fg_error *error) {
  fg_book_source books = {find_book, NULL};
  return fg_ledger_import((fg_string){json, length}, &books, path, allocator, NULL, error);
}

/* A month and a half of everything a booth does: named and unnamed calls, one of them canceled and one in flight,
   orders with and without an id, a refund, a settlement, more usage than is between two snapshots. */
static void live(const char *path) {
  fg_book *book = load_book(FACEFUSION);
  fg_funds funds = {.of[FG_CASH] = money("5000")};
  fg_string policy[] = {string_of("tier_basis"), string_of("total")};
  fg_account_options account = {.wallet = &funds, .policy = policy, .policy_count = 1};
  fg_ledger_options options = {.book = book, .account = &account, .group_ms = 1000};
  fg_handle *ledger = NULL;
  assert_int_equal(fg_ledger_open(path, &options, &ledger, NULL), FG_OK);
  fg_book_release(book);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T09:00:00", "product=image", NULL);
  must_apply(ledger, FG_DO_BUY_PACK, "2024-11-05T09:00:01", "product=image pack=calls-1k", NULL);
  must_apply(ledger, FG_DO_BUY_PACK, "2024-11-05T09:00:02", "product=image pack=calls-1k", "mine");
  must_apply(ledger, FG_DO_BUY_PACK, "2024-11-05T09:00:03", "product=image pack=calls-1k", NULL);
  must_apply(ledger, FG_DO_REFUND, "2024-11-05T09:00:04", "id=#3", NULL);
  for (int i = 1; i <= 2100; i++) {
    char id[16];
    snprintf(id, sizeof id, "u%d", i);
    fg_command use = command_of(FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=1");
    use.at += i * INT64_C(1000000);
    use.id = i % 7 == 0 ? string_of(id) : use.id;
    assert_int_equal(fg_handle_apply(ledger, &use, NULL, NULL), FG_OK);
  }
  must_apply(ledger, FG_DO_CALL, "2024-11-06T10:00:00", "product=image id=c1", NULL);
  must_apply(ledger, FG_DO_COMMIT, "2024-11-06T10:00:01", "id=c1", NULL);
  must_apply(ledger, FG_DO_CALL, "2024-11-06T10:00:02", "product=image id=c2", NULL);
  must_apply(ledger, FG_DO_CANCEL, "2024-11-06T10:00:03", "id=c2", NULL);
  must_apply(ledger, FG_DO_TOP_UP, "2024-12-02T10:00:00", "amount=12.50 fund=gift", NULL);
  must_apply(ledger, FG_DO_CALL, "2024-12-10T10:00:00", "product=image owner=booth timeout_ms=5000000 id=c3", NULL);
  close_ledger(ledger);
}

static int64_t command_count_in(const char *path) {
  fg_handle *ledger = open_ledger(path, 0);
  int64_t count = command_count(ledger);
  close_ledger(ledger);
  return count;
}

static int entries_beside(const char *path) {
  char directory[512];
  int count = 0;
  snprintf(directory, sizeof directory, "%.*s", (int)(strrchr(path, '/') - path), path);
  DIR *opened = opendir(directory);
  for (const struct dirent *entry = readdir(opened); entry != NULL; entry = readdir(opened)) {
    count += entry->d_name[0] != '.';
  }
  closedir(opened);
  return count;
}

static void assert_same_text(const fg_text *a, const fg_text *b) {
  assert_int_equal(a->length, b->length);
  assert_memory_equal(a->text, b->text, a->length);
}

static void test_there_and_back(void **state) {
  (void)state;
  char places[2][512];
  const char *path = keep(places[0], ledger_path("booth.db"));
  const char *copy = keep(places[1], ledger_path("copy.db"));
  fg_error error = {0};
  live(path);
  fg_text out = export_ledger(path, NULL);
  if (import_to(copy, out.text, out.length, NULL, &error) != FG_OK) {
    fail_msg("%s: %s", error.path, error.message);
  }
  assert_good(copy);
  fg_text again = export_ledger(copy, NULL);
  assert_same_text(&out, &again);
  json_t *before = statement_in(path);
  json_t *after = statement_in(copy);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
  /* What was known by its id is known. */
  fg_handle *ledger = open_ledger(copy, 0);
  fg_outcome outcome;
  fg_command use = command_of(FG_DO_USE, "2024-12-11T00:00:00", "product=image quantity=1 id=u700");
  assert_int_equal(fg_handle_apply(ledger, &use, &outcome, NULL), FG_OK);
  assert_true(outcome.repeated);
  close_ledger(ledger);
  fg_text_release(&out);
  fg_text_release(&again);
}

static void test_until(void **state) {
  (void)state;
  static const struct {
    const char *until;
    size_t commands;
  } cases[] = {{"0", 0},
               {"1", 1},
               {"3", 3},
               {"99999", 61},
               {"2024-11-05T10:00:05", 6},
               {"2024-11-05T02:00:05Z", 6},
               {"2024-11-05T10:00:04.999999", 5},
               {"2023-01-01T00:00:00", 0},
               {"2030-01-01T00:00:00", 61}};
  char place[512];
  const char *path = keep(place, ledger_path("booth.db"));
  fill_ledger(path, 60);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fg_text out = export_ledger(path, cases[i].until);
    json_t *document = json_loadb(out.text, out.length, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(document, "commands")), cases[i].commands);
    const char *copy = ledger_path("part.db");
    assert_int_equal(import_to(copy, out.text, out.length, NULL, NULL), FG_OK);
    assert_int_equal(unlink(copy), 0);
    json_decref(document);
    fg_text_release(&out);
  }
  static const char *const wrong[] = {"", "-1", "soon", "1.5", "2024-13-01T00:00:00"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    fg_text part = {0};
    fg_sink sink = fg_text_sink(&part);
    fg_error error = {0};
    assert_int_equal(fg_ledger_export(path, string_of(wrong[i]), NULL, NULL, &sink, &error), FG_INVALID);
    assert_string_equal(error.path, "until");
    fg_text_release(&part);
  }
}

typedef struct narrow {
  size_t left;
  size_t longest;
} narrow;

static fg_status take(void *context, const char *bytes, size_t length) {
  narrow *sink = context;
  assert_non_null(bytes);
  sink->longest = length > sink->longest ? length : sink->longest;
  if (length > sink->left) {
    return FG_STOPPED;
  }
  sink->left -= length;
  return FG_OK;
}

/* Pieces go out as they come, none much longer than 64 KiB; a sink that stops ends it. */
static void test_pieces(void **state) {
  (void)state;
  char place[512];
  const char *path = keep(place, ledger_path("booth.db"));
  fill_ledger(path, 2000);
  narrow sink = {SIZE_MAX, 0};
  fg_sink to = {take, &sink};
  assert_int_equal(fg_ledger_export(path, (fg_string){NULL, 0}, NULL, NULL, &to, NULL), FG_OK);
  assert_true(SIZE_MAX - sink.left > 150000);
  assert_true(sink.longest < 70000);
  sink.left = 100000;
  assert_int_equal(fg_ledger_export(path, (fg_string){NULL, 0}, NULL, NULL, &to, NULL), FG_STOPPED);
  assert_good(path);
}

#define HEAD "{\"book\":\"tencent-facefusion\",\"commands\":["
#define OPEN "{\"at\":\"2024-11-05T10:00:00\",\"do\":\"open\",\"product\":\"image\"}"

static const struct {
  const char *json, *path, *word;
  fg_status status;
} wrong[] = {
    {"", "", "object", FG_INVALID},
    {"[]", "", "object", FG_INVALID},
    {"{", "", "field", FG_INVALID},
    {"{}", "", "field", FG_INVALID},
    {"{\"book\":\"tencent-facefusion\"}", "commands", "missing", FG_INVALID},
    {"{\"commands\":[]}", "book", "missing", FG_INVALID},
    {"{\"book\":\"tencent-facefusion\",\"commands\":[],\"polcy\":1}", "polcy", "nearest is policy", FG_INVALID},
    {"{5:1}", "", "field", FG_INVALID},
    {"{\"\":1}", "", "no field", FG_INVALID},
    {"{\"\xff\":1}", "", "field", FG_INVALID},
    {"{\"boo\\u006b\":5,\"commands\":[]}", "book", "integer", FG_INVALID},
    {"{\"book\":\"tencent-facefusion\",\"book\":1,\"commands\":[]}", "book", "twice", FG_INVALID},
    {"{\"book\":\"none\",\"commands\":[]}", "book", "", FG_UNKNOWN_BOOK},
    {"{\"book\":5,\"commands\":[]}", "book", "integer", FG_INVALID},
    {"{\"book\":{},\"commands\":[]}", "book.format", "", FG_INVALID},
    {"{\"book\":\"tencent-facefusion\",\"commands\":{}}", "commands", "list", FG_INVALID},
    {"{\"book\":\"tencent-facefusion\",\"wallet\":{\"gold\":\"1\"},\"commands\":[]}", "wallet.gold", "cash",
     FG_INVALID},
    {"{\"book\":\"tencent-facefusion\",\"policy\":{\"tier_basis\":[1}},\"commands\":[]}", "policy", "", FG_INVALID},
    {"{\"book\":\"tencent-facefusion\",\"policy\":{\"x\":\"1\"},\"commands\":[]}", "policy.x", "", FG_INVALID},
    {HEAD "]", "", "','", FG_INVALID},
    {HEAD "]} {", "", "nothing after", FG_INVALID},
    {HEAD OPEN, "commands", "", FG_INVALID},
    {HEAD OPEN "]", "", "','", FG_INVALID},
    {HEAD OPEN ",]}", "commands[1]", "", FG_INVALID},
    {HEAD OPEN OPEN "]}", "commands", "']'", FG_INVALID},
    {HEAD OPEN ",5]}", "commands[1]", "integer", FG_INVALID},
    {HEAD OPEN ",{\"at\":\"2024-11-05T10:00:00\",\"do\":\"open\",\"product\":\"image]}", "commands", "", FG_INVALID},
    {HEAD OPEN "," OPEN "]}", "commands[1]", "already_open", FG_INVALID},
    {HEAD OPEN ",{\"at\":\"2024-11-05T09:00:00\",\"do\":\"close\",\"product\":\"image\"}]}", "commands[1]",
     "time_reversal", FG_INVALID},
    {HEAD OPEN ",{\"at\":\"2024-11-05T10:00:00\",\"do\":\"use\",\"product\":\"image\",\"quantity\":-1}]}",
     "commands[1].quantity", "", FG_INVALID},
    {HEAD OPEN ",{\"at\":\"2024-11-05T10:00:00\",\"do\":\"use\",\"product\":\"image\",\"quantity\":1,\"quantity\":1}]}",
     "commands[1].quantity", "", FG_INVALID},
};

static void test_wrong_documents(void **state) {
  (void)state;
  char place[512];
  const char *path = keep(place, ledger_path("new.db"));
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    fg_error error = {0};
    /* On the heap to its exact length, so that a sanitizer sees a byte too far. */
    size_t length = strlen(wrong[i].json);
    char *exact = malloc(length == 0 ? 1 : length);
    memcpy(exact, wrong[i].json, length);
    fg_status status = import_to(path, exact, length, NULL, &error);
    free(exact);
    if (status != wrong[i].status || strstr(error.path, wrong[i].path) != error.path ||
        strstr(error.message, wrong[i].word) == NULL) {
      fail_msg("%s: %s at \"%s\": %s", wrong[i].json, fg_status_name(status), error.path, error.message);
    }
    assert_int_equal(entries_beside(path), 0);
  }
}

/* Whatever byte it is cut at, a document is no document. */
static void test_cut_documents(void **state) {
  (void)state;
  static const char whole[] = HEAD OPEN ",{\"at\":\"2024-11-05T10:00:00\",\"do\":\"use\",\"product\":\"image\","
                                        "\"quantity\":1,\"id\":\"a\\\"]}\"}]}";
  char place[512];
  const char *path = keep(place, ledger_path("new.db"));
  for (size_t length = 0; length < sizeof whole - 1; length++) {
    char *exact = malloc(length + 1);
    memcpy(exact, whole, length);
    assert_int_equal(import_to(path, exact, length, NULL, NULL), FG_INVALID);
    free(exact);
    assert_int_equal(entries_beside(path), 0);
  }
  assert_int_equal(import_to(path, whole, sizeof whole - 1, NULL, NULL), FG_OK);
  assert_good(path);
}

/* Questions and repetitions are no commands of a ledger, but the time that passes with them does what falls due. */
static void test_questions_and_repetitions(void **state) {
  (void)state;
  static const char document[] = HEAD OPEN
      ",{\"at\":\"2024-11-05T10:00:00\",\"do\":\"use\",\"product\":\"image\",\"quantity\":1500,\"id\":\"u\"},"
      "{\"at\":\"2024-11-06T10:00:00\",\"do\":\"use\",\"product\":\"image\",\"quantity\":1500,\"id\":\"u\"},"
      "{\"at\":\"2024-12-03T10:00:00\",\"do\":\"statement\"}]}";
  char place[512];
  const char *path = keep(place, ledger_path("new.db"));
  assert_int_equal(import_to(path, document, sizeof document - 1, NULL, NULL), FG_OK);
  assert_good(path);
  json_t *statement = statement_in(path);
  assert_int_equal(json_array_size(json_object_get(statement, "invoices")), 1);
  assert_string_equal(json_string_value(json_object_get(statement, "at")), "2024-12-03T10:00:00+08:00");
  assert_int_equal(json_integer_value(json_at(statement, "/invoices/0/lines/0/units")), 500);
  json_decref(statement);
}

static void test_what_is_there_stays(void **state) {
  (void)state;
  static const char document[] = HEAD OPEN "]}";
  char place[512];
  const char *path = keep(place, ledger_path("new.db"));
  fg_error error = {0};
  write_file(path, "mine", 4);
  assert_int_equal(import_to(path, document, sizeof document - 1, NULL, &error), FG_LEDGER_EXISTS);
  assert_non_null(strstr(error.message, "there already"));
  assert_int_equal(file_size(path), 4);
#ifndef _WIN32 /* where links are for administrators */
  assert_int_equal(unlink(path), 0);
  assert_int_equal(symlink("nowhere", path), 0);
  assert_int_equal(import_to(path, document, sizeof document - 1, NULL, &error), FG_LEDGER_EXISTS);
#endif
  assert_int_equal(entries_beside(path), 1);
}

static void test_an_export_may_replace_no_ledger(void **state) {
  (void)state;
  char place[512];
  const char *path = keep(place, ledger_path("booth.db"));
  fg_error error = {0};
  live(path);
  assert_int_equal(fg_ledger_check_target(path, &error), FG_LEDGER_EXISTS);
  assert_true(error.status == FG_LEDGER_EXISTS && strstr(error.message, path) != NULL);
  fg_handle *ledger = open_ledger(path, 0);
  assert_int_equal(fg_ledger_check_target(path, NULL), FG_LEDGER_EXISTS);
  must_apply(ledger, FG_DO_TOP_UP, "2024-12-11T10:00:00", "amount=1", NULL); /* its locks are as they were */
  close_ledger(ledger);
  assert_int_equal(fg_ledger_check_target(ledger_path("none.json"), NULL), FG_OK);
  assert_int_equal(fg_ledger_check_target("", NULL), FG_OK);
  write_file(ledger_path("short"), "SQLite format ", 14);
  assert_int_equal(fg_ledger_check_target(ledger_path("short"), NULL), FG_OK);
  write_file(ledger_path("older.json"), "{\"book\": \"tencent-facefusion\"}", 30);
  assert_int_equal(fg_ledger_check_target(ledger_path("older.json"), NULL), FG_OK);
  assert_int_equal(fg_ledger_check_target(".", NULL), FG_OK);
}

static void test_memory_runs_out(void **state) {
  (void)state;
  char places[2][512];
  const char *path = keep(places[0], ledger_path("booth.db"));
  const char *copy = keep(places[1], ledger_path("copy.db"));
  fg_status status = FG_NO_MEMORY;
  fill_ledger(path, 1030);
  fg_text out = export_ledger(path, NULL);
  int entries = entries_beside(path);
  long step = 1;
  for (long n = 1; status != FG_OK; n += step) {
    fg_allocator allocator = scarce_allocator();
    memory = (scarcity){.fail_at = n};
    status = import_to(copy, out.text, out.length, &allocator, NULL);
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    assert_int_equal(memory.live, 0);
    assert_int_equal(file_exists(copy), status == FG_OK);
    assert_int_equal(entries_beside(path), entries + (status == FG_OK ? 1 : 0));
    step = n < 200 ? 1 : 97; /* each of the beginning, a sample of the thousand commands */
  }
  memory = (scarcity){0};
  assert_good(copy);
  fg_text_release(&out);
}

static void test_memory_runs_out_in_a_short_document(void **state) {
  (void)state;
  static const char document[] = HEAD OPEN "]}";
  char place[512];
  const char *path = keep(place, ledger_path("new.db"));
  fg_status status = FG_NO_MEMORY;
  for (long n = 1; status != FG_OK; n++) {
    fg_allocator allocator = scarce_allocator();
    memory = (scarcity){.fail_at = n};
    status = import_to(path, document, sizeof document - 1, &allocator, NULL);
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    assert_int_equal(memory.live, 0);
    assert_int_equal(entries_beside(path), status == FG_OK);
  }
  memory = (scarcity){0};
}

/* A repetition of what memory has let go of is looked up in the file that is being made. An import does not ask for
   memory equally often each time: the index of ids has a seed of its own, and grows where its seed fills it. */
static void test_memory_runs_out_in_a_look_up(void **state) {
  (void)state;
  enum { LAST = 40 }; /* allocations: the look-up and what comes after it */
  static const char again[] = ",{\"at\":\"2024-11-06T10:00:00\",\"do\":\"use\",\"product\":\"image\",\"quantity\":1,"
                              "\"id\":\"u1\"}\n]}\n";
  char places[2][512];
  const char *path = keep(places[0], ledger_path("booth.db"));
  const char *copy = keep(places[1], ledger_path("copy.db"));
  fg_allocator allocator = scarce_allocator();
  fill_ledger(path, 1100); /* past a snapshot */
  fg_text out = export_ledger(path, NULL);
  out.length -= strlen("\n]}\n");
  assert_int_equal(fg_text_append(&out, again, sizeof again - 1), FG_OK);
  int entries = entries_beside(path);
  memory = (scarcity){0};
  assert_int_equal(import_to(copy, out.text, out.length, &allocator, NULL), FG_OK);
  long asked = memory.asked;
  assert_int_equal(command_count_in(copy), 1101); /* the repetition is none */
  assert_int_equal(unlink(copy), 0);
  for (long n = asked - LAST + 1; n <= asked; n++) {
    memory = (scarcity){.fail_at = n};
    fg_status status = import_to(copy, out.text, out.length, &allocator, NULL);
    assert_int_equal(status, memory.asked < n ? FG_OK : FG_NO_MEMORY);
    assert_int_equal(memory.live, 0);
    assert_int_equal(entries_beside(path), entries + (status == FG_OK ? 1 : 0));
    if (status == FG_OK) {
      assert_int_equal(unlink(copy), 0);
    }
  }
  memory = (scarcity){0};
  fg_text_release(&out);
}

static void fail_each_operation(int code, fg_status expected) {
  char places[2][512];
  const char *path = keep(places[0], ledger_path("booth.db"));
  const char *copy = keep(places[1], ledger_path("copy.db"));
  bool came = true;
  fill_ledger(path, 1030);
  fg_text out = export_ledger(path, NULL);
  int entries = entries_beside(path);
  for (long n = 1; came; n++) {
    fg_error error = {0};
    fail_at_operation(n, code);
    fg_status status = import_to(copy, out.text, out.length, NULL, &error);
    came = failing_operation_came();
    fail_at_operation(0, 0);
    if (status != FG_OK) {
      assert_int_equal(status, expected);
      assert_int_equal(entries_beside(path), entries);
      continue;
    }
    assert_good(copy); /* it was the removal of the log that failed, or nothing */
    assert_int_equal(unlink(copy), 0);
    (void)unlink(ledger_path("copy.db-lock"));
  }
  assert_int_equal(unlink(path), 0);
  fg_text_release(&out);
}

static void test_the_disk_fails(void **state) {
  (void)state;
  fail_each_operation(SQLITE_IOERR_WRITE, FG_LEDGER_IO);
}

static void test_the_disk_is_full(void **state) {
  (void)state;
  fail_each_operation(SQLITE_FULL, FG_LEDGER_FULL);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_there_and_back),
      LEDGER_TEST(test_until),
      LEDGER_TEST(test_pieces),
      LEDGER_TEST(test_wrong_documents),
      LEDGER_TEST(test_cut_documents),
      LEDGER_TEST(test_questions_and_repetitions),
      LEDGER_TEST(test_what_is_there_stays),
      LEDGER_TEST(test_an_export_may_replace_no_ledger),
      LEDGER_TEST(test_memory_runs_out),
      LEDGER_TEST(test_memory_runs_out_in_a_short_document),
      LEDGER_TEST(test_memory_runs_out_in_a_look_up),
  };
  const struct CMUnitTest failing[] = {
      LEDGER_TEST(test_the_disk_fails),
      LEDGER_TEST(test_the_disk_is_full),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  return failed + cmocka_run_group_tests_name("failing", failing, install_failing_disk, remove_failing_disk);
}
