/* Handles of one ledger: time over processes and over starts of the system, clocks that lie, two that ask and command
   in turn, and calls that change hands. */
#include "handle_support.h"
#include "ledger_support.h"
#include "store/lock.h"

static fg_handle *open_book(const char *path, fg_book *book) {
  fg_handle *handle = NULL;
  source_of_test = fake_source(&clock_of_test);
  fg_clock_options clock = {0, &source_of_test};
  fg_ledger_options options = {.book = book, .clock = &clock};
  assert_int_equal(fg_ledger_open(path, &options, &handle, NULL), FG_OK);
  fg_book_release(book);
  return handle;
}

static fg_handle *open_with_clock(const char *path) { return open_book(path, load_book(FACEFUSION)); }

static fg_status run(fg_handle *handle, fg_command_kind kind, const char *fields) {
  fg_command command = command_of(kind, "2024-12-05T12:00:00", fields);
  command.at = FG_NO_TIME;
  return fg_handle_apply(handle, &command, NULL, NULL);
}

typedef fg_status question(fg_handle *handle, const fg_visitor *visitor, fg_error *error);

/* What a question tells; the caller owns it. */
static json_t *ask(fg_handle *handle, question *tell) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(fg_handle_account(handle)));
  assert_int_equal(tell(handle, &visitor, NULL), FG_OK);
  return builder.root;
}

static size_t count_of(fg_handle *handle, question *tell) {
  json_t *list = ask(handle, tell);
  size_t count = json_array_size(list);
  json_decref(list);
  return count;
}

/* Each process starts where the last one was: 20 calls a second, in a process each. */
static void test_time_goes_on_over_processes(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  clock_of_test = (fake_clock){.wall = NOON, .boottime = 500 * SECOND, .boot = 1};
  fg_handle *handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_OPEN, "product=image"), FG_OK);
  close_handle(handle);
  clock_of_test.wall -= 30 * DAY; /* and it stands behind from now on */
  int admitted = 0;
  for (int process = 0; process < 60; process++) {
    let_pass(&clock_of_test, SECOND / 30);
    handle = open_with_clock(path);
    fg_status status = run(handle, FG_DO_CALL, "product=image id=x quantity=1");
    assert_true(status == FG_IN_FLIGHT || status == FG_OK);
    fg_pass pass = {0};
    status = call(handle, FG_NO_TIME, NULL, &pass);
    assert_true(status == FG_OK || status == FG_RATE_LIMITED);
    admitted += status == FG_OK;
    fg_pass_release(&pass);
    close_handle(handle);
  }
  assert_int_equal(admitted, 39); /* two seconds of 20, and the call x besides */
  assert_good(path);
}

static void test_time_goes_on_over_starts(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  clock_of_test = (fake_clock){.wall = NOON, .boottime = 500 * SECOND, .boot = 1};
  fg_handle *handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_OPEN, "product=image"), FG_OK);
  close_handle(handle);
  start_again(&clock_of_test, NOON - 40 * DAY); /* no battery: the clock of its last shutdown, or of its making */
  handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_USE, "product=image quantity=1"), FG_OK);
  assert_true(now_of(handle) == NOON + 20 * SECOND); /* the system has been up so long at least */
  let_pass(&clock_of_test, DAY);
  close_handle(handle);
  handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_USE, "product=image quantity=1"), FG_OK);
  assert_true(now_of(handle) == NOON + 20 * SECOND + DAY);
  close_handle(handle);
  start_again(&clock_of_test, clock_of_test.wall + 3 * DAY); /* behind, but its battery is good */
  handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_USE, "product=image quantity=1"), FG_OK);
  assert_true(now_of(handle) == NOON + 20 * SECOND + 4 * DAY);
  close_handle(handle);
  start_again(&clock_of_test, NOON + 30 * DAY); /* put right in the morning: it is what it shows */
  handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_USE, "product=image quantity=1"), FG_OK);
  assert_true(now_of(handle) == NOON + 30 * DAY);
  close_handle(handle);
  assert_good(path);
}

/* A refused call leaves no row: the short processes of a new start still see time pass. */
static void test_refusals_do_not_stop_the_clock(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  clock_of_test = (fake_clock){.wall = NOON, .boottime = 500 * SECOND, .boot = 1};
  fg_handle *handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_OPEN, "product=image"), FG_OK);
  assert_int_equal(run(handle, FG_DO_CALL, "product=image id=c quantity=20"), FG_OK);
  close_handle(handle);
  start_again(&clock_of_test, 0);
  clock_of_test.boottime = SECOND / 2;
  handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_USE, "product=video quantity=1"), FG_UNKNOWN_PRODUCT);
  assert_int_equal(run(handle, FG_DO_CALL, "product=image id=d"), FG_RATE_LIMITED);
  close_handle(handle);
  let_pass(&clock_of_test, SECOND / 2);
  handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_CALL, "product=image id=d"), FG_OK);
  close_handle(handle);
}

static void test_a_first_start_in_1970_writes_nothing(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  clock_of_test = (fake_clock){.wall = 3 * MINUTE, .boottime = 3 * MINUTE, .boot = 1};
  fg_handle *handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_OPEN, "product=image"), FG_CLOCK_SUSPECT);
  assert_int_equal(run(handle, FG_DO_PREVIEW, ""), FG_OK);
  json_decref(ask(handle, fg_handle_statement));
  assert_int_equal(command_count(handle), 0);
  assert_true(now_of(handle) == FG_NO_TIME);
  close_handle(handle);
  clock_of_test.wall = NOON;
  handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_OPEN, "product=image"), FG_OK);
  assert_true(now_of(handle) == NOON);
  close_handle(handle);
  assert_good(path);
}

/* One start at +2 years would void every pack. */
static void test_a_start_years_ahead_does_nothing(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  clock_of_test = (fake_clock){.wall = NOON, .boottime = 500 * SECOND, .boot = 1};
  fg_handle *handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_OPEN, "product=image"), FG_OK);
  assert_int_equal(run(handle, FG_DO_BUY_PACK, "product=image pack=calls-1k"), FG_OK);
  close_handle(handle);
  start_again(&clock_of_test, NOON + 730 * DAY);
  handle = open_with_clock(path);
  json_t *before = ask(handle, fg_handle_statement);
  assert_int_equal(run(handle, FG_DO_USE, "product=image quantity=1"), FG_CLOCK_SUSPECT);
  assert_int_equal(run(handle, FG_DO_ADVANCE, ""), FG_CLOCK_SUSPECT);
  assert_int_equal(run(handle, FG_DO_PREVIEW, ""), FG_OK);
  json_t *after = ask(handle, fg_handle_statement);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
  assert_int_equal(command_count(handle), 2);
  fg_command named = command_of(FG_DO_USE, "2024-12-06T12:00:00", "product=image quantity=1");
  assert_int_equal(fg_handle_apply(handle, &named, NULL, NULL), FG_OK); /* an instant that is named is nobody's clock */
  close_handle(handle);
  start_again(&clock_of_test, NOON + 2 * DAY); /* put right */
  handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_USE, "product=image quantity=1"), FG_OK);
  assert_true(now_of(handle) == NOON + 2 * DAY);
  close_handle(handle);
}

/* A sleep with a dead battery clock moves all clocks of one start, and the wall clock alone is put right. */
static void test_a_sleep_that_lies_does_nothing(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  clock_of_test = (fake_clock){.wall = NOON, .boottime = 500 * SECOND, .boot = 1};
  fg_handle *handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_OPEN, "product=image"), FG_OK);
  assert_int_equal(run(handle, FG_DO_BUY_PACK, "product=image pack=calls-1k"), FG_OK);
  let_pass(&clock_of_test, 730 * DAY);
  assert_int_equal(run(handle, FG_DO_USE, "product=image quantity=1"), FG_CLOCK_SUSPECT);
  close_handle(handle);
  handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_USE, "product=image quantity=1"), FG_CLOCK_SUSPECT);
  assert_int_equal(command_count(handle), 2);
  clock_of_test.wall = NOON + MINUTE;
  clock_of_test.synchronised = true;
  assert_int_equal(run(handle, FG_DO_USE, "product=image quantity=1"), FG_OK);
  assert_true(now_of(handle) == NOON + MINUTE);
  close_handle(handle);
}

static void test_trust_is_a_row_that_holds_once(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  clock_of_test = (fake_clock){.wall = NOON, .boottime = 500 * SECOND, .boot = 1};
  fg_handle *handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_OPEN, "product=image"), FG_OK);
  close_handle(handle);
  start_again(&clock_of_test, NOON + 200 * DAY); /* it stood in a store over the winter */
  fg_handle *keeper = open_with_clock(path);
  handle = open_with_clock(path);
  assert_int_equal(run(handle, FG_DO_USE, "product=image quantity=1"), FG_CLOCK_SUSPECT);
  assert_int_equal(fg_handle_trust_clock(keeper, NULL), FG_OK);
  assert_int_equal(command_count(keeper), 1);
  close_handle(keeper);
  let_pass(&clock_of_test, MINUTE);
  close_handle(handle);
  handle = open_with_clock(path); /* kept over processes */
  assert_int_equal(run(handle, FG_DO_USE, "product=image quantity=1"), FG_OK);
  assert_true(now_of(handle) == NOON + 200 * DAY + MINUTE);
  clock_of_test.wall += 200 * DAY;
  assert_int_equal(run(handle, FG_DO_USE, "product=image quantity=1"), FG_CLOCK_SUSPECT);
  close_handle(handle);
  assert_good(path);
}

/* Whatever the first has done, the second sees before it answers. */
static void test_every_question_sees_the_other_handle(void **state) {
  (void)state;
  static question *const questions[] = {fg_handle_statement, fg_handle_invoices, fg_handle_calls};
  const char *path = ledger_path("booth.db");
  clock_of_test = (fake_clock){.wall = NOON, .boottime = 500 * SECOND, .boot = 1};
  fg_handle *first = open_with_clock(path);
  fg_handle *second = open_with_clock(path);
  fg_pass pass = {0};
  fg_money more;
  fg_handle *copy = NULL;
  assert_int_equal(run(first, FG_DO_OPEN, "product=image"), FG_OK);
  assert_int_equal(run(first, FG_DO_USE, "product=image quantity=2000"), FG_OK);
  let_pass(&clock_of_test, 31 * DAY); /* a month is settled */
  assert_int_equal(run(first, FG_DO_USE, "product=image quantity=1000"), FG_OK);
  assert_int_equal(call(first, FG_NO_TIME, "c1", &pass), FG_OK);
  for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
    fg_handle *late = open_with_clock(path);
    let_pass(&clock_of_test, SECOND);
    assert_int_equal(run(first, FG_DO_USE, "product=image quantity=1"), FG_OK);
    json_t *told = ask(late, questions[i]);
    json_t *expected = ask(first, questions[i]);
    assert_true(json_equal(told, expected));
    json_decref(told);
    json_decref(expected);
    close_handle(late);
  }
  assert_int_equal(count_of(second, fg_handle_invoices), 1);
  let_pass(&clock_of_test, SECOND);
  assert_int_equal(run(first, FG_DO_USE, "product=image quantity=1"), FG_OK);
  assert_true(now_of(second) == now_of(first));
  let_pass(&clock_of_test, SECOND);
  assert_int_equal(run(first, FG_DO_USE, "product=image quantity=9993"), FG_OK); /* 9,998 postpaid */
  assert_int_equal(fg_handle_marginal(second, string_of("image"), 1, (fg_attributes){NULL, 0}, &more, NULL), FG_OK);
  assert_int_equal(fg_money_compare(more, money("0.24")), 0);
  let_pass(&clock_of_test, SECOND);
  assert_int_equal(run(first, FG_DO_USE, "product=image quantity=1"), FG_OK);
  assert_int_equal(run(second, FG_DO_PREVIEW, ""), FG_OK); /* time_reversal, once */
  let_pass(&clock_of_test, SECOND);
  assert_int_equal(run(first, FG_DO_USE, "product=image quantity=1"), FG_OK);
  assert_int_equal(run(second, FG_DO_STATEMENT, ""), FG_OK);
  assert_int_equal(count_of(second, fg_handle_uncertain), 0);
  let_pass(&clock_of_test, SECOND);
  assert_int_equal(run(first, FG_DO_USE, "product=image quantity=1"), FG_OK);
  assert_int_equal(fg_handle_fork(second, &copy, NULL), FG_OK);
  assert_true(now_of(copy) == now_of(first));
  close_handle(copy);
  fg_pass_release(&pass);
  close_handle(first);
  close_handle(second);
}

typedef struct life_step {
  fg_command_kind kind;
  const char *fields;
} life_step;

/* What the commands need that the Face Fusion book has no use for. */
#define LIST(date, price)                                                                                              \
  "{\"effective\": \"" date "\", \"attributes\": [{\"id\": \"plan\", \"values\": [\"gold\", \"none\"], "               \
  "\"of\": \"account\", \"default\": \"none\"}], "                                                                     \
  "\"bundles\": [{\"id\": \"kit\", \"price\": \"40\", \"items\": [{\"product\": \"p\", \"capacity\": \"lanes\", "      \
  "\"months\": 2}]}], \"products\": [{\"id\": \"p\", \"meter\": \"calls\", "                                           \
  "\"price\": {\"model\": \"flat\", \"price\": \"" price "\"}, \"postpaid\": \"opt_in\", "                             \
  "\"limits\": [{\"id\": \"rate\", \"max\": 5, \"window\": {\"seconds\": 1}}], "                                       \
  "\"capacities\": [{\"id\": \"lanes\", \"limit\": \"rate\", \"effect\": \"add\", \"max_held\": 9, "                   \
  "\"month\": {\"model\": \"flat\", \"price\": \"30\"}, \"prorate\": \"days\"}], "                                     \
  "\"rules\": [{\"when\": {\"plan\": \"gold\"}, \"factor\": \"0.5\"}]}]}"
#define FIRST_LIST LIST("2024-01-01", "1")
#define SECOND_LIST LIST("2025-01-01", "2")
#define LISTED(lists)                                                                                                  \
  "{\"format\": \"faregate-book/2\", \"id\": \"toy\", \"title\": \"Toy\", \"currency\": \"EUR\", "                     \
  "\"minor_digits\": 2, \"time_zone\": \"+08:00\", \"rounding\": {\"digits\": 2, \"mode\": \"half_up\"}, "             \
  "\"editions\": [" lists "]}"

/* Of the three commands whose fields are no words, the second price list is adopted. */
static fg_command command_of_step(const life_step *step, fg_book *later) {
  static const fg_attribute gold = {.name = {"plan", 4}, .text = {"gold", 4}};
  fg_command command;
  fg_command_begin(&command, step->kind, FG_NO_TIME);
  if (step->kind == FG_DO_SET) {
    assert_int_equal(fg_command_set_attributes(&command, "attributes", &gold, 1, NULL), FG_OK);
  } else if (step->kind == FG_DO_ADOPT) {
    assert_int_equal(fg_command_set_book(&command, "book", later, NULL), FG_OK);
  } else if (step->kind == FG_DO_SET_POSTPAID) {
    assert_int_equal(fg_command_set_text(&command, "product", string_of(step->fields), NULL), FG_OK);
    assert_int_equal(fg_command_set_flag(&command, "on", true, NULL), FG_OK);
  } else {
    command = command_of(step->kind, "2024-12-05T12:00:00", step->fields);
    command.at = FG_NO_TIME;
  }
  return command;
}

/* Each step after the other handle has moved on, without an instant of its own. */
static void follow(fg_handle *handles[2], const life_step *life, size_t count, fg_book *later, bool *done) {
  for (size_t i = 0; i < count; i++) {
    let_pass(&clock_of_test, SECOND);
    assert_int_equal(run(handles[i % 2], FG_DO_ADVANCE, ""), FG_OK);
    clock_of_test.wall -= 5 * MINUTE; /* and the clock steps back besides */
    fg_command command = command_of_step(&life[i], later);
    assert_int_equal(fg_handle_apply(handles[(i + 1) % 2], &command, NULL, NULL), FG_OK);
    done[life[i].kind] = true;
  }
  close_handle(handles[0]);
  close_handle(handles[1]);
}

/* Commands of two handles in turn. */
static void test_every_command_follows_the_other_handle(void **state) {
  (void)state;
  static const life_step life[] = {{FG_DO_OPEN, "product=image"},
                                   {FG_DO_OPEN, "product=image-pro"},
                                   {FG_DO_CLAIM, "product=image-pro grant=free-calls"},
                                   {FG_DO_SET_MODE, "product=image mode=calls"},
                                   {FG_DO_BUY_PACK, "product=image pack=calls-1k id=p1"},
                                   {FG_DO_GIVE_PACK, "product=image pack=calls-1k"},
                                   {FG_DO_BUY_CAPACITY, "product=image meter=qps quantity=1 days=1"},
                                   {FG_DO_USE, "product=image quantity=1"},
                                   {FG_DO_CALL, "product=image id=c1"},
                                   {FG_DO_COMMIT, "id=c1"},
                                   {FG_DO_CALL, "product=image id=c2"},
                                   {FG_DO_CANCEL, "id=c2"},
                                   {FG_DO_ADJUST, "product=image quantity=1 reason=found"},
                                   {FG_DO_SET_BUDGET, "day=5"},
                                   {FG_DO_ADD_MATERIALS, "product=image quantity=2"},
                                   {FG_DO_REMOVE_MATERIALS, "product=image quantity=1"},
                                   {FG_DO_TOP_UP, "amount=5"},
                                   {FG_DO_WITHDRAW, "amount=1"},
                                   {FG_DO_REFUND, "id=p1"},
                                   {FG_DO_ANNOUNCE, "product=image grant=free-calls quantity=5 effective=2025-03-01"},
                                   {FG_DO_PREVIEW, ""},
                                   {FG_DO_STATEMENT, ""},
                                   {FG_DO_ADVANCE, ""},
                                   {FG_DO_SUSPEND, ""},
                                   {FG_DO_REINSTATE, ""},
                                   {FG_DO_CLOSE, "product=image"}};
  static const life_step listed_life[] = {{FG_DO_OPEN, "product=p"},
                                          {FG_DO_SET, "plan=gold"},
                                          {FG_DO_SET_POSTPAID, "p"},
                                          {FG_DO_USE, "product=p quantity=4"},
                                          {FG_DO_BUY_CAPACITY, "product=p meter=lanes quantity=1 months=1 id=x"},
                                          {FG_DO_CHANGE_CAPACITY, "id=x quantity=2"},
                                          {FG_DO_BUY_BUNDLE, "bundle=kit"},
                                          {FG_DO_ADOPT, ""},
                                          {FG_DO_USE, "product=p quantity=4"}};
  bool done[FG_COMMAND_COUNT] = {false};
  clock_of_test = (fake_clock){.wall = NOON, .boottime = 500 * SECOND, .boot = 1};
  const char *path = ledger_path("booth.db");
  fg_handle *handles[] = {open_with_clock(path), open_with_clock(path)};
  follow(handles, life, sizeof life / sizeof *life, NULL, done);
  assert_good(path);
  const char *listed_path = ledger_path("listed.db");
  fg_book *later = load_text(LISTED(FIRST_LIST ", " SECOND_LIST));
  fg_handle *listed[] = {open_book(listed_path, load_text(LISTED(FIRST_LIST))),
                         open_book(listed_path, load_text(LISTED(FIRST_LIST)))};
  follow(listed, listed_life, sizeof listed_life / sizeof *listed_life, later, done);
  fg_book_release(later);
  assert_good(listed_path);
  for (int kind = 0; kind < FG_COMMAND_COUNT; kind++) {
    assert_true(done[kind]);
  }
}

/* The body of a call has succeeded, and meanwhile another handle has moved on. */
static void test_a_pass_ends_though_the_other_moved_on(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  clock_of_test = (fake_clock){.wall = NOON, .boottime = 500 * SECOND, .boot = 1};
  fg_handle *first = open_with_clock(path);
  fg_handle *second = open_with_clock(path);
  fg_pass named = {0};
  fg_pass by_clock = {0};
  assert_int_equal(run(first, FG_DO_OPEN, "product=image"), FG_OK);
  assert_int_equal(call(first, NOON, NULL, &named), FG_OK);
  assert_int_equal(call(first, FG_NO_TIME, NULL, &by_clock), FG_OK);
  let_pass(&clock_of_test, MINUTE);
  assert_int_equal(run(second, FG_DO_ADVANCE, ""), FG_OK);
  clock_of_test.wall -= DAY;
  assert_int_equal(end(&named, FG_DO_COMMIT), FG_OK);
  assert_int_equal(end(&by_clock, FG_DO_COMMIT), FG_OK);
  assert_true(now_of(first) == NOON + MINUTE);
  fg_pass_release(&named);
  fg_pass_release(&by_clock);
  close_handle(first);
  close_handle(second);
}

static void test_a_call_is_resumed_once_its_session_has_ended(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  char id[FG_CALL_NAME_MAX];
  fg_pass theirs = {0};
  fg_pass mine = {0};
  fg_pass again = {0};
  clock_of_test = (fake_clock){.wall = NOON, .boottime = 500 * SECOND, .boot = 1};
  fg_handle *first = open_with_clock(path);
  fg_handle *second = open_with_clock(path);
  fg_handle *third = open_with_clock(path);
  assert_int_equal(run(first, FG_DO_OPEN, "product=image"), FG_OK);
  assert_int_equal(call(first, FG_NO_TIME, NULL, &theirs), FG_OK);
  fg_string name = fg_pass_id(&theirs, id);
  assert_int_equal(fg_handle_resume(second, name, &mine, NULL), FG_IN_FLIGHT);
  fg_pass_release(&theirs); /* lost, but its handle lives: that one alone knows */
  assert_int_equal(count_of(first, fg_handle_uncertain), 1);
  assert_int_equal(count_of(second, fg_handle_uncertain), 0);
  assert_int_equal(fg_handle_resume(second, name, &mine, NULL), FG_IN_FLIGHT);
  close_handle(first);
  assert_int_equal(count_of(second, fg_handle_uncertain), 1);
  int64_t rows = command_count(second);
  assert_int_equal(fg_handle_resume(second, name, &mine, NULL), FG_OK);
  assert_int_equal(fg_handle_resume(third, name, &again, NULL), FG_IN_FLIGHT);
  assert_int_equal(count_of(second, fg_handle_uncertain), 0);
  assert_int_equal(count_of(third, fg_handle_uncertain), 0);
  assert_int_equal(command_count(third), rows);
  close_handle(second); /* it ended nothing: who comes next may */
  assert_int_equal(mine.state, FG_PASS_UNCERTAIN);
  fg_handle *fourth = open_with_clock(path);
  assert_int_equal(count_of(fourth, fg_handle_uncertain), 1);
  assert_int_equal(fg_handle_resume(fourth, name, &again, NULL), FG_OK);
  assert_int_equal(count_of(third, fg_handle_uncertain), 0);
  assert_int_equal(end(&again, FG_DO_CANCEL), FG_OK);
  assert_int_equal(fg_handle_resume(third, name, &mine, NULL), FG_ALREADY_FINISHED);
  fg_pass_release(&again);
  close_handle(third);
  close_handle(fourth);
  assert_good(path);
}

/* A pass whose end could not be written, and another handle has ended its call since, so long ago that the file alone
   knows. Where that cannot be read the pass stays as it is: never is a call that was committed said to be canceled. */
static void test_an_end_that_cannot_be_looked_up(void **state) {
  (void)state;
  enum { MORE = 1100 }; /* past the next snapshot */
  const char *path = ledger_path("booth.db");
  fg_allocator scarce = scarce_allocator();
  fg_account_options account = {.allocator = &scarce};
  fg_ledger_options options = {.account = &account, .wait_ms = 20};
  fg_handle *first = NULL;
  fg_lock lock;
  fg_pass pass = {0};
  int left_waiting = 0;
  fg_status status = FG_NO_MEMORY;
  memory = (scarcity){0};
  fg_handle *second = open_ledger(path, 0);
  must_apply(second, FG_DO_OPEN, "2024-12-05T12:00:00", "product=image", NULL);
  assert_int_equal(fg_ledger_open(path, &options, &first, NULL), FG_OK);
  assert_int_equal(call(first, NOON, "c1", &pass), FG_OK);
  assert_int_equal(fg_lock_open(&lock, path, true, 0), 0);
  assert_int_equal(fg_lock_enter(&lock), 0); /* stopped in the middle of a command */
  assert_int_equal(end(&pass, FG_DO_COMMIT), FG_LEDGER_LOCKED);
  assert_int_equal(pass.state, FG_PASS_UNWRITTEN);
  fg_lock_close(&lock);
  must_apply(second, FG_DO_COMMIT, "2024-12-05T12:00:00", "id=c1", NULL);
  for (int i = 0; i < MORE; i++) {
    must_apply(second, FG_DO_USE, "2024-12-05T12:00:00", "product=image quantity=1", NULL);
  }
  for (int i = 0; i < 2; i++) { /* sees it, and lets go of it */
    assert_int_equal(fg_handle_refresh(first, NULL), FG_OK);
  }
  for (long n = 1; status != FG_OK; n++) {
    memory.fail_at = memory.asked + n;
    status = apply_to(first, FG_DO_ADVANCE, "2024-12-05T12:00:01", "", NULL, NULL);
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    assert_true(pass.state == FG_PASS_COMMITTED || (pass.state == FG_PASS_UNWRITTEN && status == FG_NO_MEMORY));
    left_waiting += pass.state == FG_PASS_UNWRITTEN;
  }
  memory.fail_at = 0;
  assert_int_equal(pass.state, FG_PASS_COMMITTED);
  assert_true(left_waiting > 0);
  fg_pass_release(&pass);
  close_ledger(first);
  close_ledger(second);
  assert_int_equal(memory.live, 0);
  assert_good(path);
}

static void test_options_at_the_ends_of_their_range(void **state) {
  (void)state;
  static const int64_t bad[] = {-1, INT64_MIN, INT64_MAX, FG_WAIT_MS_MAX + 1};
  const char *path = ledger_path("booth.db");
  fg_book *book = load_book(FACEFUSION);
  fg_handle *handle = NULL;
  fg_error error;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    fg_ledger_options waits = {.book = book, .wait_ms = bad[i]};
    assert_int_equal(fg_ledger_open(path, &waits, &handle, &error), FG_INVALID);
    assert_string_equal(error.path, "wait_ms");
    fg_ledger_options groups = {.book = book, .group_ms = bad[i]};
    assert_int_equal(fg_ledger_open(path, &groups, &handle, &error), FG_INVALID);
    assert_string_equal(error.path, "group_ms");
  }
  fg_clock_options clock = {-1, NULL};
  fg_ledger_options jumps = {.book = book, .clock = &clock};
  assert_int_equal(fg_ledger_open(path, &jumps, &handle, &error), FG_INVALID);
  assert_string_equal(error.path, "max_jump");
  assert_false(file_exists(path));
  fg_ledger_options most = {.book = book, .group_ms = FG_WAIT_MS_MAX, .wait_ms = FG_WAIT_MS_MAX};
  assert_int_equal(fg_ledger_open(path, &most, &handle, &error), FG_OK);
  close_handle(handle);
  fg_book_release(book);
}

/* Before its first command an account has no stretch of time, and knows no id. */
static void test_a_ledger_that_forgets_ids_is_asked_before_its_first_command(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *handle = NULL;
  fg_pass pass;
  fg_book *book = load_book(FACEFUSION);
  fg_account_options account = {.keep_ids_days = 1};
  fg_ledger_options options = {.book = book, .account = &account};
  assert_int_equal(fg_ledger_open(path, &options, &handle, NULL), FG_OK);
  assert_int_equal(fg_handle_resume(handle, string_of("c1"), &pass, NULL), FG_UNKNOWN_ID);
  close_handle(handle);
  fg_book_release(book);
}

int main(void) {
#define LEDGER_TEST(test) cmocka_unit_test_setup_teardown(test, make_ledger_directory, drop_ledger_directory)
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_time_goes_on_over_processes),
      LEDGER_TEST(test_time_goes_on_over_starts),
      LEDGER_TEST(test_refusals_do_not_stop_the_clock),
      LEDGER_TEST(test_a_first_start_in_1970_writes_nothing),
      LEDGER_TEST(test_a_start_years_ahead_does_nothing),
      LEDGER_TEST(test_a_sleep_that_lies_does_nothing),
      LEDGER_TEST(test_trust_is_a_row_that_holds_once),
      LEDGER_TEST(test_every_question_sees_the_other_handle),
      LEDGER_TEST(test_every_command_follows_the_other_handle),
      LEDGER_TEST(test_a_pass_ends_though_the_other_moved_on),
      LEDGER_TEST(test_a_call_is_resumed_once_its_session_has_ended),
      LEDGER_TEST(test_an_end_that_cannot_be_looked_up),
      LEDGER_TEST(test_options_at_the_ends_of_their_range),
      LEDGER_TEST(test_a_ledger_that_forgets_ids_is_asked_before_its_first_command),
  };
  return cmocka_run_group_tests_name("ledger_handle", tests, NULL, NULL);
}
