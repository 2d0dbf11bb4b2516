/* What a ledger is for: what was answered is there again, once, in whatever handle or process. */
#define _DEFAULT_SOURCE /* readlink */
#include "ledger_support.h"
#include "state/call_names.h"
#include "store/system.h"

#ifndef _WIN32
#include <sys/wait.h>
#endif
#include <unistd.h>

static void test_comes_back_as_it_was(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *ledger = open_ledger(path, 0);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  must_apply(ledger, FG_DO_BUY_PACK, "2024-11-05T10:05:00", "product=image pack=calls-10k", "p1");
  must_apply(ledger, FG_DO_USE, "2024-11-20T12:00:00", "product=image quantity=15000", "u1");
  must_apply(ledger, FG_DO_ADVANCE, "2024-12-01T00:00:00", "", NULL);
  json_t *before = statement_of(fg_handle_account(ledger));
  close_ledger(ledger);
  assert_false(file_exists(ledger_path("booth.db-wal"))); /* at rest it is one file, and a lock that holds nothing */
  assert_false(file_exists(ledger_path("booth.db-shm")));
  json_t *after = statement_in(path);
  json_t *replayed = exported_statement(path);
  assert_string_equal(json_string_value(json_at(after, "/invoices/0/total")), "960.00"); /* W2: 4,000 × 0.24 */
  assert_true(json_equal(before, after));
  assert_true(json_equal(before, replayed));
  assert_good(path);
  json_decref(before);
  json_decref(after);
  json_decref(replayed);
}

static void test_same_id_answers_the_same_after_a_restart(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_outcome outcome;
  fg_handle *ledger = open_ledger(path, 0);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  must_apply(ledger, FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-1k", "p1");
  must_apply(ledger, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=2500", "u1");
  close_ledger(ledger);
  ledger = open_ledger(path, 0);
  assert_int_equal(apply_to(ledger, FG_DO_USE, "2024-11-05T11:00:00", "product=image quantity=2500", "u1", &outcome),
                   FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(outcome.is.used.free, 1000);
  assert_int_equal(outcome.is.used.postpaid, 500);
  assert_int_equal(outcome.is.used.pack_count, 1);
  assert_int_equal(outcome.is.used.packs[0].units, 1000);
  assert_memory_equal(outcome.is.used.packs[0].id.text, "p1", 2);
  assert_int_equal(apply_to(ledger, FG_DO_USE, "2024-11-05T11:00:00", "product=image quantity=2501", "u1", NULL),
                   FG_ID_CONFLICT);
  assert_int_equal(
      apply_to(ledger, FG_DO_BUY_PACK, "2024-11-05T11:00:00", "product=image pack=calls-1k", "p1", &outcome), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(command_count(ledger), 3);
  close_ledger(ledger);
}

/* Beyond a snapshot the records of usage are in the file alone. */
static void test_ids_from_before_a_snapshot(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_outcome outcome;
  fill_ledger(path, 2500);
  fg_handle *ledger = open_ledger(path, 0);
  assert_int_equal(use_one(ledger, 9000, "u7", &outcome), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(outcome.is.used.free, 1);
  assert_int_equal(use_one(ledger, 9000, "u1007", &outcome), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(outcome.is.used.postpaid, 1);
  assert_int_equal(command_count(ledger), 2501);
  close_ledger(ledger);
  json_t *told = verify(path);
  assert_true(json_is_true(json_object_get(told, "ok")));
  assert_int_equal(json_integer_value(json_object_get(told, "snapshots")), 2);
  json_decref(told);
}

/* Orders are counted over all there were, named ones and gifts too; nobody else can have such an id. */
static void test_made_up_ids_count_on(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_outcome outcome;
  fg_handle *ledger = open_ledger(path, 0);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  must_apply(ledger, FG_DO_GIVE_PACK, "2024-11-05T10:00:00", "product=image pack=calls-1k", "mine");
  close_ledger(ledger);
  ledger = open_ledger(path, 0);
  assert_int_equal(
      apply_to(ledger, FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-1k", NULL, &outcome), FG_OK);
  assert_memory_equal(outcome.is.order.id.text, "#2", 2);
  assert_int_equal(apply_to(ledger, FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=1", "#2", NULL),
                   FG_ID_RESERVED);
  must_apply(ledger, FG_DO_REFUND, "2024-11-05T10:00:00", "id=#2", NULL);
  close_ledger(ledger);
  assert_good(path);
}

static void test_refusals_leave_no_row(void **state) {
  (void)state;
  fg_handle *ledger = open_ledger(ledger_path("booth.db"), 0);
  assert_int_equal(apply_to(ledger, FG_DO_CLOSE, "2024-11-05T10:00:00", "product=image", NULL, NULL), FG_NOT_OPEN);
  assert_int_equal(command_count(ledger), 1); /* the first instant an account sees is an event itself */
  assert_int_equal(apply_to(ledger, FG_DO_CLOSE, "2024-11-05T10:00:01", "product=image", NULL, NULL), FG_NOT_OPEN);
  must_apply(ledger, FG_DO_STATEMENT, "2024-11-05T10:00:02", "", NULL);
  assert_int_equal(command_count(ledger), 1);
  close_ledger(ledger);
}

/* A settlement that a refused command let happen is there after a restart. */
static void test_events_before_a_refusal_are_kept(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *ledger = open_ledger(path, 0);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  must_apply(ledger, FG_DO_USE, "2024-11-20T12:00:00", "product=image quantity=2000", "u1");
  assert_int_equal(apply_to(ledger, FG_DO_OPEN, "2024-12-05T00:00:00", "product=image", NULL, NULL), FG_ALREADY_OPEN);
  json_t *before = statement_of(fg_handle_account(ledger));
  close_ledger(ledger);
  json_t *after = statement_in(path);
  assert_int_equal(json_array_size(json_object_get(after, "invoices")), 1);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
}

static void test_calls_in_flight(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *first = open_ledger(path, 0);
  must_apply(first, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  must_apply(first, FG_DO_CALL, "2024-11-05T10:00:01", "product=image id=c1", NULL);
  must_apply(first, FG_DO_CALL, "2024-11-05T10:00:02", "product=image owner=left id=c2", NULL);
  fg_handle *second = open_ledger(path, 0);
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(fg_handle_account(second)));
  assert_int_equal(fg_handle_uncertain(second, &visitor, NULL), FG_OK);
  assert_int_equal(json_array_size(builder.root), 0); /* the handle that made them lives */
  json_decref(builder.root);
  close_ledger(first);
  visitor = build_json(&builder, fg_account_book(fg_handle_account(second)));
  assert_int_equal(fg_handle_uncertain(second, &visitor, NULL), FG_OK);
  assert_int_equal(json_array_size(builder.root), 2);
  assert_string_equal(json_string_value(json_at(builder.root, "/1/id")), "c2");
  assert_string_equal(json_string_value(json_at(builder.root, "/1/owner")), "left");
  json_decref(builder.root);
  must_apply(second, FG_DO_COMMIT, "2024-11-05T10:00:03", "id=c1", NULL);
  fg_outcome outcome;
  assert_int_equal(apply_to(second, FG_DO_CANCEL, "2024-11-05T10:00:03", "id=c2", NULL, &outcome), FG_OK);
  assert_int_equal(outcome.is.ended.returned, 1);
  close_ledger(second);
  second = open_ledger(path, 0);
  assert_int_equal(apply_to(second, FG_DO_COMMIT, "2024-11-05T10:00:04", "id=c1", NULL, &outcome), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(apply_to(second, FG_DO_CANCEL, "2024-11-05T10:00:04", "id=c1", NULL, NULL), FG_ALREADY_FINISHED);
  close_ledger(second);
  assert_good(path);
}

/* Each handle sees what the others did before it decides. */
static fg_status end_call(fg_handle *ledger, fg_command_kind kind, const char *instant, uint64_t number) {
  fg_command command;
  fg_command_begin(&command, kind, at(instant));
  command.call = number;
  return fg_handle_apply(ledger, &command, NULL, NULL);
}

static fg_status call_unnamed(fg_handle *ledger, const char *instant, int64_t quantity, fg_outcome *outcome) {
  fg_command command;
  fg_command_begin(&command, FG_DO_CALL, at(instant));
  command.product = string_of("image");
  command.quantity = quantity;
  return fg_handle_apply(ledger, &command, outcome, NULL);
}

/* By the id that a handle of these bits gave it. */
static fg_status end_named(fg_handle *ledger, fg_command_kind kind, const char *instant, uint64_t bits,
                           uint64_t number) {
  char name[FG_CALL_NAME_MAX];
  fg_command command;
  fg_command_begin(&command, kind, at(instant));
  command.id = (fg_string){name, fg_call_name(bits, number, name)};
  return fg_handle_apply(ledger, &command, NULL, NULL);
}

/* In the file they have ids; a number is not given twice, whatever came of the call. */
static void test_calls_that_the_ledger_names(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  char name[FG_CALL_NAME_MAX];
  fg_outcome outcome;
  fg_handle *first = open_ledger(path, 0);
  fg_handle *second = open_ledger(path, 0);
  must_apply(first, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  assert_int_equal(call_unnamed(first, "2024-11-05T10:00:00", 1, &outcome), FG_OK);
  assert_int_equal(outcome.is.used.call, 1);
  assert_int_equal(call_unnamed(second, "2024-11-05T10:00:00", 1, &outcome), FG_OK);
  assert_int_equal(outcome.is.used.call, 1);
  assert_int_equal(call_unnamed(first, "2024-11-05T10:00:00", 21, NULL), FG_RATE_LIMITED);
  assert_int_equal(call_unnamed(first, "2024-11-05T10:00:00", 1, &outcome), FG_OK);
  assert_int_equal(outcome.is.used.call, 3);
  assert_int_equal(end_call(first, FG_DO_COMMIT, "2024-11-05T10:00:01", 1), FG_OK);
  assert_int_equal(end_call(first, FG_DO_CANCEL, "2024-11-05T10:00:01", 1), FG_ALREADY_FINISHED);
  assert_int_equal(end_call(first, FG_DO_CANCEL, "2024-11-05T10:00:01", 2), FG_UNKNOWN_ID);
  assert_int_equal(end_named(first, FG_DO_COMMIT, "2024-11-05T10:00:01", 2, 1), FG_OK);
  assert_int_equal(end_call(second, FG_DO_CANCEL, "2024-11-05T10:00:01", 1), FG_ALREADY_FINISHED);
  fg_call_name(2, 1, name);
  assert_int_equal(apply_to(first, FG_DO_CALL, "2024-11-05T10:00:01", "product=image id=x", name, NULL),
                   FG_ID_RESERVED);
  close_ledger(first);
  close_ledger(second);
  first = open_ledger(path, 0);
  assert_int_equal(end_call(first, FG_DO_COMMIT, "2024-11-05T10:00:02", 3), FG_UNKNOWN_ID); /* of another session */
  assert_int_equal(end_named(first, FG_DO_CANCEL, "2024-11-05T10:00:02", 1, 3), FG_OK);
  close_ledger(first);
  assert_good(path);
}

static void test_handles_share(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_outcome outcome;
  fg_handle *handles[3] = {open_ledger(path, 0), open_ledger(path, 0), open_ledger(path, 5)};
  must_apply(handles[0], FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  for (int i = 0; i < 900; i++) {
    char id[16];
    snprintf(id, sizeof id, "u%d", i);
    assert_int_equal(use_one(handles[i % 3], i, id, &outcome), FG_OK);
    assert_false(outcome.repeated);
    assert_int_equal(use_one(handles[(i + 1) % 3], i, id, &outcome), FG_OK);
    assert_true(outcome.repeated);
  }
  json_t *statements[3];
  for (int i = 0; i < 3; i++) {
    assert_int_equal(fg_handle_refresh(handles[i], NULL), FG_OK);
    statements[i] = statement_of(fg_handle_account(handles[i]));
    assert_int_equal(json_integer_value(json_at(statements[i], "/products/image/month/free")), 900);
    assert_true(json_equal(statements[0], statements[i]));
  }
  for (int i = 0; i < 3; i++) {
    json_decref(statements[i]);
    close_ledger(handles[i]);
  }
  assert_good(path);
}

/* While the log is saved by the thread of one handle, another one commits, and the first comes after it without a
   commit of its own: the log must not be begun anew without the other's command. */
static void test_a_handle_that_commits_nothing_in_its_turn(void **state) {
  enum { ROUNDS = 4, LONG = 200, TURNS = 150 }; /* commands that make the log long, and turns while it is saved */
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_outcome outcome;
  fg_handle *saving = open_ledger(path, 5);
  fg_handle *other = open_ledger(path, 0);
  must_apply(saving, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  for (int i = 0; i < ROUNDS * (LONG + TURNS); i++) {
    char id[16];
    snprintf(id, sizeof id, "u%d", i);
    bool is_long = i % (LONG + TURNS) >= LONG;
    assert_int_equal(use_one(is_long ? other : saving, i, id, &outcome), FG_OK);
    assert_false(outcome.repeated);
    assert_int_equal(is_long ? use_one(saving, i, id, &outcome) : FG_OK, FG_OK);
    assert_true(outcome.repeated == is_long);
  }
  close_ledger(other);
  close_ledger(saving);
  assert_good(path);
}

/* A refusal moves the clock of one handle's memory alone: commands of others may lie before it. */
static void test_clocks_of_handles_differ(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *fast = open_ledger(path, 0);
  fg_handle *slow = open_ledger(path, 0);
  must_apply(fast, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  assert_int_equal(apply_to(fast, FG_DO_OPEN, "2024-11-05T10:00:09", "product=image", NULL, NULL), FG_ALREADY_OPEN);
  must_apply(slow, FG_DO_USE, "2024-11-05T10:00:05", "product=image quantity=1", "u1");
  assert_int_equal(fg_handle_refresh(fast, NULL), FG_OK);
  assert_true(fg_account_now(fg_handle_account(fast)) == at("2024-11-05T10:00:05"));
  assert_int_equal(apply_to(slow, FG_DO_USE, "2024-11-05T10:00:04", "product=image quantity=1", "u2", NULL),
                   FG_TIME_REVERSAL);
  close_ledger(fast);
  close_ledger(slow);
  assert_good(path);
}

static void test_reads_the_clock_itself(void **state) {
  (void)state;
  fg_handle *first = open_ledger(ledger_path("booth.db"), 0);
  fg_handle *second = open_ledger(ledger_path("booth.db"), 0);
  fg_command command = command_of(FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  command.at = FG_NO_TIME;
  assert_int_equal(fg_handle_apply(first, &command, NULL, NULL), FG_OK);
  fg_time last = fg_account_now(fg_handle_account(first));
  for (int i = 0; i < 20; i++) {
    fg_handle *ledger = i % 2 == 0 ? first : second;
    fg_command use = command_of(FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=1");
    use.at = FG_NO_TIME;
    assert_int_equal(fg_handle_apply(ledger, &use, NULL, NULL), FG_OK);
    assert_true(fg_account_now(fg_handle_account(ledger)) >= last);
    last = fg_account_now(fg_handle_account(ledger));
  }
  close_ledger(first);
  close_ledger(second);
}

static void test_a_fork_of_the_account(void **state) {
  (void)state;
  fg_handle *ledger = open_ledger(ledger_path("booth.db"), 0);
  fg_account *copy = NULL;
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  must_apply(ledger, FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-1k", "p1");
  assert_int_equal(fg_account_fork(fg_handle_account(ledger), &copy), FG_OK);
  close_ledger(ledger);
  fg_command refund = command_of(FG_DO_REFUND, "2024-11-05T10:00:01", "id=p1");
  assert_int_equal(fg_account_apply(copy, &refund, NULL, NULL), FG_OK);
  fg_account_free(copy);
}

#ifndef _WIN32 /* where nobody forks */
/* AddressSanitizer's allocator stays locked in a child for ever if a thread was allocating when its parent forked. With
   it the handle therefore has no threads. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define FORKS_ALONE
#endif
#endif
#ifdef FORKS_ALONE
enum { FORKED_GROUP_MS = 0 };
#else
enum { FORKED_GROUP_MS = 50 };
#endif

/* A child of fork() has a copy of the handle that is not its own. */
static void test_fork_of_the_process(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *ledger = open_ledger(path, FORKED_GROUP_MS);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  pid_t child = fork();
  if (child == 0) {
    fg_command use = command_of(FG_DO_USE, "2024-11-05T10:00:01", "product=image quantity=1");
    bool refused = fg_handle_apply(ledger, &use, NULL, NULL) == FG_LEDGER_FORKED &&
                   fg_handle_flush(ledger, NULL) == FG_LEDGER_FORKED &&
                   fg_handle_close(ledger, NULL) == FG_LEDGER_FORKED;
    fg_handle *own = NULL;
    refused = refused && fg_ledger_open(path, NULL, &own, NULL) == FG_OK; /* one of its own it may have */
    refused = refused && fg_handle_apply(own, &use, NULL, NULL) == FG_OK && fg_handle_close(own, NULL) == FG_OK;
    _exit(refused ? 0 : 1);
  }
  int ended = 1;
  assert_int_equal(waitpid(child, &ended, 0), child);
  assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
  must_apply(ledger, FG_DO_USE, "2024-11-05T10:00:02", "product=image quantity=1", "u1");
  assert_int_equal(command_count(ledger), 3);
  close_ledger(ledger);
  assert_good(path);
}

/* What a process prints that has closed its standard files is not written into the ledger, which would get their
   numbers. */
static void test_standard_files_are_closed(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 1);
  pid_t child = fork();
  if (child == 0) {
    fg_handle *ledger = NULL;
    for (int file = 0; file <= 2; file++) {
      close(file);
    }
    bool done = fg_ledger_open(path, NULL, &ledger, NULL) == FG_OK;
    for (int file = 0; file <= 2; file++) {
      done = done && write(file, "printed", 7) < 0;
    }
    _exit(done && use_one(ledger, 2, "u2", NULL) == FG_OK && fg_handle_close(ledger, NULL) == FG_OK ? 0 : 1);
  }
  int ended = 1;
  assert_int_equal(waitpid(child, &ended, 0), child);
  assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
  assert_good(path);
}

/* Whether this process has a file open whose name ends so. */
static bool has_open(const char *suffix) {
  bool found = false;
  for (int file = 0; file < 256 && !found; file++) {
    char link[64];
    char name[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, name, sizeof name - 1);
    name[length < 0 ? 0 : length] = '\0';
    found = length > (ssize_t)strlen(suffix) && strcmp(name + length - strlen(suffix), suffix) == 0;
  }
  return found;
}

/* A child that has closed its copy of the handle, and lives on, keeps nobody from the ledger. */
static void test_a_child_that_lives_on(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  int ends[2];
  int closed[2];
  char byte = 0;
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(pipe(closed), 0);
  fg_handle *ledger = open_ledger(path, 0);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  pid_t child = fork();
  if (child == 0) {
    close(ends[1]);
    bool had_open = has_open("booth.db-shm") && has_open("booth.db-mark");
    bool refused = fg_handle_close(ledger, NULL) == FG_LEDGER_FORKED && had_open;
    refused = refused && !has_open("booth.db-shm") && !has_open("booth.db-mark");
    (void)!write(closed[1], &byte, 1);
    (void)!read(ends[0], &byte, 1); /* until its parent has looked */
    _exit(refused ? 0 : 1);
  }
  assert_int_equal(read(closed[0], &byte, 1), 1);
  close_ledger(ledger);
  fg_ledger_options options = {.wait_ms = 100};
  assert_int_equal(fg_ledger_open(path, &options, &ledger, NULL), FG_OK);
  close_ledger(ledger);
  int ended = 1;
  close(ends[1]);
  assert_int_equal(waitpid(child, &ended, 0), child);
  assert_int_equal(ended, 0);
  close(ends[0]);
  close(closed[0]);
  close(closed[1]);
}

#endif

static void test_texts_that_are_no_text(void **state) {
  (void)state;
  fg_handle *ledger = open_ledger(ledger_path("booth.db"), 0);
  static const fg_string wrong[] = {{"a\0b", 3},         {"\xff", 1},
                                    {"\xc3", 1},         {"\xed\xa0\x80", 3},
                                    {"\xc0\x80", 2},     {"\xf4\x90\x80\x80", 4},
                                    {"\xe0\x80\x80", 3}, {"\xf0\x80\x80\x80", 4}};
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    fg_error error = {0};
    fg_command use = command_of(FG_DO_USE, "2024-11-05T10:00:01", "product=image quantity=1");
    use.id = wrong[i];
    assert_int_equal(fg_handle_apply(ledger, &use, NULL, &error), FG_INVALID);
    assert_string_equal(error.path, "id");
  }
  fg_command use = command_of(FG_DO_USE, "2024-11-05T10:00:01", "product=image quantity=1");
  use.id = string_of("ключ-键-🔑");
  assert_int_equal(fg_handle_apply(ledger, &use, NULL, NULL), FG_OK);
  assert_int_equal(command_count(ledger), 2);
  close_ledger(ledger);
  assert_good(ledger_path("booth.db"));
}

/* Acknowledged within the group, on the disk within its time although no other call comes. */
static void test_groups(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *ledger = open_ledger(path, 20);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  for (int i = 0; i < 200; i++) {
    char id[16];
    snprintf(id, sizeof id, "u%d", i);
    assert_int_equal(use_one(ledger, i, id, NULL), FG_OK);
  }
  fg_system_sleep_us(60000);
  assert_int_equal(fg_handle_flush(ledger, NULL), FG_OK);
  copy_ledger(path, ledger_path("copy.db")); /* what another process would find now */
  close_ledger(ledger);
  ledger = open_ledger(ledger_path("copy.db"), 0);
  assert_int_equal(command_count(ledger), 201);
  assert_int_equal(fg_handle_flush(ledger, NULL), FG_OK); /* nothing waits without a group */
  close_ledger(ledger);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_comes_back_as_it_was),
      LEDGER_TEST(test_same_id_answers_the_same_after_a_restart),
      LEDGER_TEST(test_ids_from_before_a_snapshot),
      LEDGER_TEST(test_made_up_ids_count_on),
      LEDGER_TEST(test_refusals_leave_no_row),
      LEDGER_TEST(test_events_before_a_refusal_are_kept),
      LEDGER_TEST(test_calls_in_flight),
      LEDGER_TEST(test_calls_that_the_ledger_names),
      LEDGER_TEST(test_handles_share),
      LEDGER_TEST(test_a_handle_that_commits_nothing_in_its_turn),
      LEDGER_TEST(test_clocks_of_handles_differ),
      LEDGER_TEST(test_reads_the_clock_itself),
      LEDGER_TEST(test_a_fork_of_the_account),
#ifndef _WIN32
      LEDGER_TEST(test_fork_of_the_process),
      LEDGER_TEST(test_a_child_that_lives_on),
      LEDGER_TEST(test_standard_files_are_closed),
#endif
      LEDGER_TEST(test_texts_that_are_no_text),
      LEDGER_TEST(test_groups),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
