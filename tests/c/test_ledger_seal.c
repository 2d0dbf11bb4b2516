/* A ledger is sealed and goes on in another: what is known stays known, and at no instant both accept commands. */
#include "base/system_features.h"

#include "ledger_support.h"

#include <dirent.h>
#include <errno.h>
#include <sqlite3.h>
#ifndef _WIN32
#include <sys/syscall.h>
#endif
#include <unistd.h>

#include "failing_disk.h"

static char old_path[512], new_path[512];

static int make_paths(void **state) {
  int failed = make_ledger_directory(state);
  snprintf(old_path, sizeof old_path, "%s", ledger_path("2024.db"));
  snprintf(new_path, sizeof new_path, "%s", ledger_path("2025.db"));
  return failed;
}

static void must_seal(int64_t keep_ids_days) {
  fg_error error = {0};
  if (fg_ledger_seal(old_path, new_path, keep_ids_days, NULL, NULL, &error) != FG_OK) {
    fail_msg("%s: %s", fg_status_name(error.status), error.message);
  }
}

static void buy_and_use(fg_handle *ledger) {
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T09:00:00", "product=image", NULL);
  must_apply(ledger, FG_DO_BUY_PACK, "2024-11-05T09:00:01", "product=image pack=calls-1k", "pack");
  must_apply(ledger, FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=1500", "old");
  must_apply(ledger, FG_DO_CALL, "2024-11-07T10:00:00", "product=image id=held", NULL);
  must_apply(ledger, FG_DO_USE, "2024-12-20T10:00:00", "product=image quantity=3", "recent");
  must_apply(ledger, FG_DO_USE, "2024-12-31T10:00:00", "product=image quantity=7", NULL);
}

static void live(void) {
  fg_handle *ledger = open_ledger(old_path, 0);
  buy_and_use(ledger);
  close_ledger(ledger);
}

static bool is_repeated(fg_handle *ledger, const char *fields, const char *id) {
  fg_outcome outcome;
  assert_int_equal(apply_to(ledger, FG_DO_USE, "2025-03-02T00:00:00", fields, id, &outcome), FG_OK);
  return outcome.repeated;
}

static void test_goes_on(void **state) {
  (void)state;
  live();
  json_t *before = statement_in(old_path);
  must_seal(30);
  json_t *after = statement_in(new_path);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
  assert_good(old_path);
  assert_good(new_path);
  fg_handle *ledger = open_ledger(new_path, 0);
  assert_int_equal(command_count(ledger), 6); /* the number goes on */
  assert_true(is_repeated(ledger, "product=image quantity=3", "recent"));
  assert_int_equal(command_count(ledger), 7);                              /* what fell due until then: an advance */
  assert_false(is_repeated(ledger, "product=image quantity=1500", "old")); /* more than 30 days before the end */
  assert_int_equal(command_count(ledger), 8);
  fg_outcome outcome;
  assert_int_equal(
      apply_to(ledger, FG_DO_BUY_PACK, "2025-03-02T00:00:00", "product=image pack=calls-1k", "pack", &outcome), FG_OK);
  assert_true(outcome.repeated); /* orders are known for good */
  assert_int_equal(apply_to(ledger, FG_DO_COMMIT, "2025-03-02T00:00:01", "id=held", NULL, NULL), FG_OK);
  close_ledger(ledger);
  assert_good(new_path);
}

static void test_calls_in_flight(void **state) {
  (void)state;
  live();
  must_seal(0);
  fg_handle *ledger = open_ledger(new_path, 0);
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(fg_handle_account(ledger)));
  assert_int_equal(fg_handle_uncertain(ledger, &visitor, NULL), FG_OK);
  assert_int_equal(json_array_size(builder.root), 1);
  assert_string_equal(json_string_value(json_at(builder.root, "/0/id")), "held");
  json_decref(builder.root);
  close_ledger(ledger);
}

static void test_the_old_one_is_sealed(void **state) {
  (void)state;
  fg_error error = {0};
  live();
  must_seal(-1);
  assert_int_equal(try_to_open(old_path, &error), FG_LEDGER_SEALED);
  assert_non_null(strstr(error.message, "goes on in"));
  assert_non_null(strstr(error.message, "2025.db"));
  assert_good(old_path);
  fg_text out = export_ledger(old_path, NULL);
  assert_non_null(strstr(out.text, "\"recent\""));
  fg_text_release(&out);
  /* Once only, whatever becomes of the new one. */
  assert_int_equal(fg_ledger_seal(old_path, ledger_path("other.db"), -1, NULL, NULL, &error), FG_LEDGER_SEALED);
  assert_int_equal(fg_ledger_seal(old_path, new_path, -1, NULL, NULL, &error),
                   FG_OK); /* again, as who missed the answer does */
  assert_good(new_path);
  assert_int_equal(unlink(new_path), 0);
  assert_int_equal(fg_ledger_seal(old_path, new_path, -1, NULL, NULL, &error), FG_LEDGER_SEALED);
  assert_false(file_exists(new_path));
}

static void test_again_and_again(void **state) {
  (void)state;
  live();
  must_seal(92);
  fg_handle *ledger = open_ledger(new_path, 0);
  for (int i = 0; i < 1100; i++) { /* with a snapshot of its own */
    must_apply(ledger, FG_DO_USE, "2025-03-01T00:00:00", "product=image quantity=1", NULL);
  }
  close_ledger(ledger);
  assert_good(new_path);
  json_t *before = statement_in(new_path);
  memcpy(old_path, new_path, sizeof old_path);
  snprintf(new_path, sizeof new_path, "%s", ledger_path("2026.db"));
  must_seal(92);
  json_t *after = statement_in(new_path);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
  ledger = open_ledger(new_path, 0);
  assert_int_equal(command_count(ledger), 1106);
  assert_true(is_repeated(ledger, "product=image quantity=3", "recent"));
  close_ledger(ledger);
  assert_good(new_path);
}

static void test_refusals(void **state) {
  (void)state;
  fg_error error = {0};
  assert_int_equal(fg_ledger_seal(old_path, new_path, -1, NULL, NULL, &error), FG_LEDGER_MISSING);
  fg_handle *ledger = open_ledger(old_path, 0);
  close_ledger(ledger);
  assert_int_equal(fg_ledger_seal(old_path, new_path, -1, NULL, NULL, &error), FG_INVALID);
  ledger = open_ledger(old_path, 0);
  buy_and_use(ledger);
  assert_int_equal(fg_ledger_seal(old_path, new_path, -1, NULL, NULL, &error), FG_LEDGER_LOCKED);
  must_apply(ledger, FG_DO_USE, "2024-12-31T10:00:00", "product=image quantity=7", NULL);
  close_ledger(ledger);
  assert_int_equal(fg_ledger_seal(old_path, new_path, 40000, NULL, NULL, &error), FG_INVALID);
  assert_string_equal(error.path, "keep_ids_days");
  assert_int_equal(fg_ledger_seal(old_path, old_path, -1, NULL, NULL, &error), FG_LEDGER_EXISTS);
  write_file(new_path, "mine", 4);
  assert_int_equal(fg_ledger_seal(old_path, new_path, -1, NULL, NULL, &error), FG_LEDGER_EXISTS);
  assert_int_equal(file_size(new_path), 4);
  assert_int_equal(try_to_open(old_path, NULL), FG_OK); /* none of them has sealed it */
  assert_good(old_path);
}

/* What fg_ledger_verify finds wrong; "" where nothing is. */
static void assert_lineage(const char *word) {
  json_t *told = verify_both(new_path, old_path);
  const char *problem = json_string_value(json_object_get(told, "problem"));
  assert_int_equal(json_is_true(json_object_get(told, "ok")), word[0] == '\0');
  if (word[0] != '\0' && strstr(problem, word) == NULL) {
    fail_msg("%s", problem);
  }
  json_decref(told);
}

static void test_verified_with_its_predecessor(void **state) {
  (void)state;
  char other[512];
  snprintf(other, sizeof other, "%s", ledger_path("other.db"));
  live();
  copy_ledger(old_path, other);
  must_seal(30);
  assert_lineage("");
  fg_handle *ledger = open_ledger(new_path, 0);
  must_apply(ledger, FG_DO_USE, "2025-01-02T00:00:00", "product=image quantity=5", NULL);
  close_ledger(ledger);
  assert_lineage("");
  ledger = open_ledger(other, 0); /* a copy of the old one that went on */
  must_apply(ledger, FG_DO_USE, "2024-12-31T10:00:00", "product=image quantity=5", NULL);
  close_ledger(ledger);
  memcpy(old_path, other, sizeof old_path);
  assert_lineage("does not begin where");
  fill_ledger(ledger_path("stranger.db"), 5);
  snprintf(old_path, sizeof old_path, "%s", ledger_path("stranger.db"));
  assert_lineage("follows another");
  snprintf(new_path, sizeof new_path, "%s", other);
  assert_lineage("goes on from none");
}

static void assert_not_exported(fg_status expected, const char *word) {
  fg_error error = {0};
  fg_text part = {0};
  fg_sink sink = fg_text_sink(&part);
  assert_int_equal(fg_ledger_export(new_path, (fg_string){NULL, 0}, NULL, NULL, &sink, &error), expected);
  assert_non_null(strstr(error.message, word));
  fg_text_release(&part);
}

/* The timeline of a successor begins with its predecessor's commands. */
static void test_exported_as_one(void **state) {
  (void)state;
  live();
  must_seal(30);
  fg_handle *ledger = open_ledger(new_path, 0);
  must_apply(ledger, FG_DO_USE, "2025-01-02T00:00:00", "product=image quantity=5", "new");
  json_t *before = statement_of(fg_handle_account(ledger));
  close_ledger(ledger);
  json_t *after = exported_statement(new_path);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
  static const struct {
    const char *until;
    size_t commands;
  } cases[] = {{"2", 2}, {"6", 6}, {"7", 7}, {"2024-11-06T12:00:00", 3}, {"2024-12-31T10:00:00", 6}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fg_text out = export_ledger(new_path, cases[i].until);
    json_t *document = json_loadb(out.text, out.length, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(document, "commands")), cases[i].commands);
    json_decref(document);
    fg_text_release(&out);
  }
  assert_int_equal(unlink(old_path), 0);
  assert_not_exported(FG_LEDGER_MISSING, "2024.db");
  fill_ledger(old_path, 3); /* a stranger under its name */
  assert_not_exported(FG_LEDGER_CORRUPT, "does not begin where");
}

/* The end of a call is recent, its beginning is not: nobody is let in under its id again. */
static void test_a_recent_end_keeps_its_call(void **state) {
  (void)state;
  fg_handle *ledger = open_ledger(old_path, 0);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T09:00:00", "product=image", NULL);
  must_apply(ledger, FG_DO_CALL, "2024-11-06T10:00:00", "product=image id=done", NULL);
  must_apply(ledger, FG_DO_CALL, "2024-11-06T10:00:00", "product=image id=undone", NULL);
  must_apply(ledger, FG_DO_COMMIT, "2024-12-30T10:00:00", "id=done", NULL);
  must_apply(ledger, FG_DO_CANCEL, "2024-12-30T10:00:00", "id=undone", NULL);
  close_ledger(ledger);
  must_seal(10);
  ledger = open_ledger(new_path, 0);
  assert_int_equal(apply_to(ledger, FG_DO_CALL, "2025-01-02T00:00:00", "product=image id=done", NULL, NULL),
                   FG_ALREADY_FINISHED);
  assert_int_equal(apply_to(ledger, FG_DO_USE, "2025-01-02T00:00:00", "product=image quantity=1", "undone", NULL),
                   FG_ID_CONFLICT);
  must_apply(ledger, FG_DO_CALL, "2025-01-02T00:00:00", "product=image id=undone", NULL);
  close_ledger(ledger);
  assert_lineage("");
}

#define OF_TIME                                                                                                         \
  "{\"format\": \"faregate-book/2\", \"id\": \"toy\", \"title\": \"Toy\", \"currency\": \"EUR\", "                      \
  "\"minor_digits\": 2, \"time_zone\": \"+00:00\", \"rounding\": \"none\", "                                            \
  "\"attributes\": [{\"id\": \"ms\", \"whole\": {\"from\": 0}}], \"products\": [{\"id\": \"p\", \"meter\": \"units\", " \
  "\"quantity\": [\"ms\"], \"price\": {\"model\": \"flat\", \"price\": \"1\"}, "                                        \
  "\"outcomes\": [{\"code\": \"Fault*\", \"billable\": \"no\"}, {\"code\": \"Timeout\", \"billable\": \"unknown\"}]}]}"

static fg_status call_for_no_time(fg_handle *ledger, const char *instant, const char *id) {
  fg_attribute ms = {.name = string_of("ms"), .is_number = true, .number = 0};
  char fields[64];
  snprintf(fields, sizeof fields, "product=p id=%s", id);
  fg_command call = command_of(FG_DO_CALL, instant, fields);
  call.attributes = (fg_attributes){&ms, 1};
  return fg_handle_apply(ledger, &call, NULL, NULL);
}

/* A call that came to no units answers its end as an outcome that is unknown is answered: with nothing. It has ended
   all the same, so its id is forgotten, and may be used again. */
static void test_calls_of_no_units(void **state) {
  (void)state;
  fg_book *book = load_text(OF_TIME);
  fg_ledger_options options = {.book = book};
  fg_handle *ledger = NULL;
  assert_int_equal(fg_ledger_open(old_path, &options, &ledger, NULL), FG_OK);
  must_apply(ledger, FG_DO_OPEN, "2025-01-01", "product=p", NULL);
  assert_int_equal(call_for_no_time(ledger, "2025-01-02", "ended"), FG_OK);
  must_apply(ledger, FG_DO_COMMIT, "2025-01-02", "outcome=Fault.Disk id=ended", NULL);
  assert_int_equal(call_for_no_time(ledger, "2025-01-03", "unknown"), FG_OK);
  must_apply(ledger, FG_DO_COMMIT, "2025-01-03", "outcome=Timeout id=unknown", NULL);
  must_apply(ledger, FG_DO_ADVANCE, "2025-03-01", "", NULL);
  close_ledger(ledger);
  must_seal(1);
  assert_good(new_path);
  assert_int_equal(fg_ledger_open(new_path, NULL, &ledger, NULL), FG_OK);
  assert_int_equal(call_for_no_time(ledger, "2025-03-02", "unknown"), FG_IN_FLIGHT);
  assert_int_equal(call_for_no_time(ledger, "2025-03-02", "ended"), FG_OK);
  close_ledger(ledger);
  fg_book_release(book);
}

/* A timeline forgets no id: those that the successor had forgotten, and took once more, have another name in it. */
static void test_forgotten_ids_are_told_apart(void **state) {
  (void)state;
  fg_handle *ledger = open_ledger(old_path, 0);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T09:00:00", "product=image", NULL);
  must_apply(ledger, FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=40", "batch");
  must_apply(ledger, FG_DO_CALL, "2024-11-06T10:00:01", "product=image id=photo", NULL);
  must_apply(ledger, FG_DO_COMMIT, "2024-11-06T10:00:02", "id=photo", NULL);
  must_apply(ledger, FG_DO_CALL, "2024-11-06T10:00:03", "product=image id=held", NULL);
  must_apply(ledger, FG_DO_BUY_PACK, "2024-12-30T09:00:00", "product=image pack=calls-1k", "order");
  must_apply(ledger, FG_DO_USE, "2024-12-31T10:00:00", "product=image quantity=7", "again-1-batch");
  close_ledger(ledger);
  must_seal(1);
  ledger = open_ledger(new_path, 0);
  must_apply(ledger, FG_DO_USE, "2025-01-02T00:00:00", "product=image quantity=40", "batch");
  must_apply(ledger, FG_DO_CALL, "2025-01-02T00:00:01", "product=image id=photo", NULL);
  must_apply(ledger, FG_DO_COMMIT, "2025-01-02T00:00:02", "id=photo", NULL);
  must_apply(ledger, FG_DO_COMMIT, "2025-01-02T00:00:03", "id=held", NULL);
  must_apply(ledger, FG_DO_REFUND, "2025-01-02T00:00:04", "id=order", NULL);
  json_t *before = statement_of(fg_handle_account(ledger));
  close_ledger(ledger);
  json_t *after = exported_statement(new_path);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
  fg_text out = export_ledger(new_path, NULL);
  json_t *document = json_loadb(out.text, out.length, 0, NULL);
  static const char *const ids[] = {"again2-1-batch", "again2-1-photo", "again2-1-photo", "held", "order"};
  json_t *commands = json_object_get(document, "commands");
  size_t first = json_array_size(commands) - sizeof ids / sizeof *ids;
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    assert_string_equal(json_string_value(json_object_get(json_array_get(commands, first + i), "id")), ids[i]);
  }
  json_decref(document);
  fg_text_release(&out);
}

/* After a kill the log holds the newest commands: they are sealed in with the others. */
static void test_a_log_left_behind(void **state) {
  (void)state;
  char live_path[512];
  snprintf(live_path, sizeof live_path, "%s", ledger_path("live.db"));
  fg_handle *ledger = open_ledger(live_path, 0);
  buy_and_use(ledger);
  copy_ledger(live_path, old_path); /* as a kill would leave it */
  close_ledger(ledger);
  must_seal(92);
  ledger = open_ledger(new_path, 0);
  assert_int_equal(command_count(ledger), 6);
  close_ledger(ledger);
  assert_good(old_path);
  assert_good(new_path);
}

#ifndef _WIN32              /* whose functions no other stands before */
static bool renaming_fails; ///< once

/* This one stands before the system's. */
int renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned flags) {
  if (renaming_fails) {
    renaming_fails = false;
    errno = EIO;
    return -1;
  }
  return (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, flags);
}

/* A successor that could not get its name leaves the old one as it was: it goes on, and may be sealed under another
   name. */
static void test_a_name_that_cannot_be_given(void **state) {
  (void)state;
  fg_error error = {0};
  live();
  renaming_fails = true;
  assert_int_equal(fg_ledger_seal(old_path, new_path, 92, NULL, NULL, &error), FG_LEDGER_IO);
  assert_false(renaming_fails);
  assert_false(file_exists(new_path));
  fg_handle *ledger = open_ledger(old_path, 0);
  must_apply(ledger, FG_DO_USE, "2024-12-31T11:00:00", "product=image quantity=1", NULL);
  close_ledger(ledger);
  snprintf(new_path, sizeof new_path, "%s", ledger_path("2026.db"));
  must_seal(92);
  ledger = open_ledger(new_path, 0);
  assert_int_equal(command_count(ledger), 7);
  close_ledger(ledger);
  assert_lineage("");
}

#endif

static int count_files(const char *word) {
  char directory[512];
  int count = 0;
  snprintf(directory, sizeof directory, "%.*s", (int)(strrchr(old_path, '/') - old_path), old_path);
  DIR *opened = opendir(directory);
  for (const struct dirent *entry = readdir(opened); entry != NULL; entry = readdir(opened)) {
    count += strstr(entry->d_name, word) != NULL;
  }
  closedir(opened);
  return count;
}

/* Whatever has failed: the old one goes on, or the new one is whole, or sealing again finishes it. Never both. */
static void assert_one_goes_on(fg_status status) {
  fg_error error = {0};
  fg_status old = try_to_open(old_path, &error);
  fg_status made = file_exists(new_path) ? try_to_open(new_path, NULL) : FG_LEDGER_MISSING;
  assert_true(old == FG_OK || old == FG_LEDGER_SEALED);
  assert_true(made == FG_OK || made == FG_LEDGER_MISSING);
  assert_false(old == FG_OK && made == FG_OK);
  assert_int_equal(count_files("-new-"), 0);
  if (status == FG_OK) {
    assert_int_equal(made, FG_OK);
  }
  if (old == FG_LEDGER_SEALED && strstr(error.message, "not finished") != NULL) {
    must_seal(92);
    assert_int_equal(try_to_open(new_path, NULL), FG_OK);
    assert_int_equal(try_to_open(old_path, NULL), FG_LEDGER_SEALED);
  }
  assert_good(old_path);
  if (file_exists(new_path)) {
    assert_good(new_path);
  }
}

static void start_anew(const char *first) {
  (void)unlink(new_path);
  copy_ledger(first, old_path);
}

static void test_memory_runs_out(void **state) {
  (void)state;
  char first[512];
  fg_status status = FG_NO_MEMORY;
  snprintf(first, sizeof first, "%s", ledger_path("first.db"));
  live();
  copy_ledger(old_path, first);
  for (long n = 1; status != FG_OK; n++) {
    fg_allocator allocator = scarce_allocator();
    start_anew(first);
    memory = (scarcity){.fail_at = n};
    status = fg_ledger_seal(old_path, new_path, 92, &allocator, NULL, NULL);
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    assert_int_equal(memory.live, 0);
    assert_one_goes_on(status);
  }
  memory = (scarcity){0};
}

static void fail_each_operation(int code) {
  char first[512];
  bool came = true;
  snprintf(first, sizeof first, "%s", ledger_path("first.db"));
  live();
  copy_ledger(old_path, first);
  for (long n = 1; came; n++) {
    start_anew(first);
    fail_at_operation(n, code);
    fg_status status = fg_ledger_seal(old_path, new_path, 92, NULL, NULL, NULL);
    came = failing_operation_came();
    fail_at_operation(0, 0);
    assert_one_goes_on(status);
  }
}

static void test_the_disk_fails(void **state) {
  (void)state;
  fail_each_operation(SQLITE_IOERR_WRITE);
}

static void test_the_disk_is_full(void **state) {
  (void)state;
  fail_each_operation(SQLITE_FULL);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_paths, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_goes_on),
      LEDGER_TEST(test_calls_in_flight),
      LEDGER_TEST(test_the_old_one_is_sealed),
      LEDGER_TEST(test_again_and_again),
      LEDGER_TEST(test_refusals),
      LEDGER_TEST(test_a_log_left_behind),
      LEDGER_TEST(test_verified_with_its_predecessor),
      LEDGER_TEST(test_exported_as_one),
      LEDGER_TEST(test_a_recent_end_keeps_its_call),
      LEDGER_TEST(test_calls_of_no_units),
      LEDGER_TEST(test_forgotten_ids_are_told_apart),
#ifndef _WIN32
      LEDGER_TEST(test_a_name_that_cannot_be_given),
#endif
      LEDGER_TEST(test_memory_runs_out),
  };
  const struct CMUnitTest failing[] = {
      LEDGER_TEST(test_the_disk_fails),
      LEDGER_TEST(test_the_disk_is_full),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  return failed + cmocka_run_group_tests_name("failing", failing, install_failing_disk, remove_failing_disk);
}
