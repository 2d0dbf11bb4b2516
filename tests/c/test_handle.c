/* What a host holds, in memory: its clock, its passes, and the ends that could not be written. */
#include "handle_support.h"
#include "account/handle.h"

static fg_handle *new_handle(int64_t max_jump) {
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = NULL;
  fg_handle *handle = NULL;
  source_of_test = fake_source(&clock_of_test);
  fg_clock_options options = {max_jump, &source_of_test};
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  assert_int_equal(fg_handle_new(account, &options, &handle, NULL), FG_OK);
  fg_book_release(book);
  return handle;
}

/* `instant` NULL: none is named. */
static fg_status run(fg_handle *handle, fg_command_kind kind, const char *instant, const char *fields) {
  fg_command command = command_of(kind, instant == NULL ? "2024-12-05T12:00:00" : instant, fields);
  command.at = instant == NULL ? FG_NO_TIME : command.at;
  return fg_handle_apply(handle, &command, NULL, NULL);
}

/* How many calls nobody has in hand; the id of the first is compared with `id` unless that is NULL. */
static size_t uncertain(fg_handle *handle, const char *id) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(fg_handle_account(handle)));
  assert_int_equal(fg_handle_uncertain(handle, &visitor, NULL), FG_OK);
  size_t count = json_array_size(builder.root);
  if (id != NULL) {
    assert_string_equal(json_string_value(json_at(builder.root, "/0/id")), id);
  }
  json_decref(builder.root);
  return count;
}

static int64_t used(fg_handle *handle) {
  json_t *statement = statement_of(fg_handle_account(handle));
  int64_t total = json_integer_value(json_at(statement, "/products/image/month/total"));
  json_decref(statement);
  return total;
}

static void test_a_command_without_an_instant_is_now(void **state) {
  (void)state;
  clock_of_test = (fake_clock){.wall = NOON, .boottime = SECOND};
  fg_handle *handle = new_handle(0);
  assert_true(now_of(handle) == FG_NO_TIME);
  assert_int_equal(run(handle, FG_DO_OPEN, NULL, "product=image"), FG_OK);
  assert_true(now_of(handle) == NOON);
  let_pass(&clock_of_test, MINUTE);
  assert_int_equal(run(handle, FG_DO_USE, NULL, "product=image quantity=1"), FG_OK);
  assert_true(now_of(handle) == NOON + MINUTE);
  clock_of_test.wall -= DAY; /* it goes on by the steady clock */
  let_pass(&clock_of_test, MINUTE);
  assert_int_equal(run(handle, FG_DO_USE, NULL, "product=image quantity=1"), FG_OK);
  assert_true(now_of(handle) == NOON + 2 * MINUTE);
  assert_int_equal(run(handle, FG_DO_ADVANCE, "2024-12-25T00:00:00", ""), FG_OK); /* never before what it has seen */
  assert_int_equal(run(handle, FG_DO_USE, NULL, "product=image quantity=1"), FG_OK);
  assert_true(now_of(handle) == at("2024-12-25T00:00:00"));
  close_handle(handle);
}

/* A first boot in 1970: nothing happens before the guide was written. */
static void test_before_the_guide_the_clock_is_suspect(void **state) {
  (void)state;
  fg_error error;
  clock_of_test = (fake_clock){.wall = 5 * DAY, .boottime = SECOND, .synchronised = true};
  fg_handle *handle = new_handle(0);
  fg_command open = command_of(FG_DO_OPEN, "2024-12-05T12:00:00", "product=image");
  open.at = FG_NO_TIME;
  assert_int_equal(fg_handle_apply(handle, &open, NULL, &error), FG_CLOCK_SUSPECT);
  assert_true(fg_status_is_refusal(error.status));
  assert_int_equal(run(handle, FG_DO_PREVIEW, NULL, ""), FG_OK); /* as of the day of the guide */
  assert_true(now_of(handle) == FG_NO_TIME);
  clock_of_test.wall = at("2024-11-20T23:59:59.999999");
  assert_int_equal(run(handle, FG_DO_OPEN, NULL, "product=image"), FG_CLOCK_SUSPECT);
  clock_of_test.wall = at("2024-11-21T00:00:00");
  assert_int_equal(run(handle, FG_DO_OPEN, NULL, "product=image"), FG_OK);
  clock_of_test.wall = 0; /* it stands behind from now on, which is no reason */
  assert_int_equal(run(handle, FG_DO_USE, NULL, "product=image quantity=1"), FG_OK);
  close_handle(handle);
}

static void test_an_instant_that_is_named_is_not_suspect(void **state) {
  (void)state;
  clock_of_test = (fake_clock){.wall = 5 * DAY, .boottime = SECOND};
  fg_handle *handle = new_handle(0);
  assert_int_equal(run(handle, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image"), FG_OK);
  clock_of_test.wall = at("2027-01-01T00:00:00"); /* what was named says nothing of the clock */
  assert_int_equal(run(handle, FG_DO_USE, NULL, "product=image quantity=1"), FG_OK);
  close_handle(handle);
}

static void test_a_jump_is_suspect(void **state) {
  (void)state;
  clock_of_test = (fake_clock){.wall = NOON, .boottime = SECOND};
  fg_handle *handle = new_handle(0);
  assert_int_equal(run(handle, FG_DO_OPEN, NULL, "product=image"), FG_OK);
  assert_int_equal(run(handle, FG_DO_BUY_PACK, NULL, "product=image pack=calls-1k"), FG_OK);
  clock_of_test.wall = NOON + 92 * DAY; /* followed, a Pi that is put right in the morning */
  assert_int_equal(run(handle, FG_DO_USE, NULL, "product=image quantity=1"), FG_OK);
  clock_of_test.wall += 92 * DAY + 1;
  fg_time before = now_of(handle);
  for (int kind = 0; kind < FG_COMMAND_COUNT; kind++) {
    fg_command command;
    fg_command_begin(&command, (fg_command_kind)kind, FG_NO_TIME);
    fg_status status = fg_handle_apply(handle, &command, NULL, NULL);
    bool is_question = kind == FG_DO_PREVIEW || kind == FG_DO_STATEMENT;
    assert_int_equal(status, is_question ? FG_OK : FG_CLOCK_SUSPECT);
    assert_true(now_of(handle) == before);
  }
  clock_of_test.synchronised = true; /* the system vouches for it */
  assert_int_equal(run(handle, FG_DO_USE, NULL, "product=image quantity=1"), FG_OK);
  close_handle(handle);
}

/* A machine that sleeps sets its steady clock forward too, by what a battery clock shows that may be wrong: so that
   clock is no witness that months have passed. */
static void test_a_jump_of_all_clocks_is_suspect(void **state) {
  (void)state;
  clock_of_test = (fake_clock){.wall = NOON, .boottime = SECOND};
  fg_handle *handle = new_handle(DAY);
  assert_int_equal(run(handle, FG_DO_OPEN, NULL, "product=image"), FG_OK);
  let_pass(&clock_of_test, DAY);
  assert_int_equal(run(handle, FG_DO_USE, NULL, "product=image quantity=1"), FG_OK);
  let_pass(&clock_of_test, DAY + 1);
  assert_int_equal(run(handle, FG_DO_USE, NULL, "product=image quantity=1"), FG_CLOCK_SUSPECT);
  clock_of_test.wall = NOON + DAY + MINUTE; /* put right, which the steady clock never is */
  assert_int_equal(run(handle, FG_DO_USE, NULL, "product=image quantity=1"), FG_OK);
  assert_true(now_of(handle) == NOON + DAY + MINUTE);
  let_pass(&clock_of_test, DAY + 1);
  clock_of_test.synchronised = true;
  assert_int_equal(run(handle, FG_DO_USE, NULL, "product=image quantity=1"), FG_OK);
  assert_true(now_of(handle) == NOON + 2 * DAY + MINUTE + 1);
  close_handle(handle);
}

static void test_trust_holds_once(void **state) {
  (void)state;
  clock_of_test = (fake_clock){.wall = NOON, .boottime = SECOND};
  fg_handle *handle = new_handle(0);
  assert_int_equal(run(handle, FG_DO_OPEN, NULL, "product=image"), FG_OK);
  assert_int_equal(fg_handle_trust_clock(handle, NULL), FG_OK); /* nothing is suspect: nothing is said */
  clock_of_test.wall += 100 * DAY;
  assert_int_equal(run(handle, FG_DO_ADVANCE, NULL, ""), FG_CLOCK_SUSPECT);
  assert_int_equal(fg_handle_trust_clock(handle, NULL), FG_OK);
  assert_true(now_of(handle) == NOON);
  assert_int_equal(run(handle, FG_DO_ADVANCE, NULL, ""), FG_OK);
  assert_true(now_of(handle) == NOON + 100 * DAY);
  clock_of_test.wall += 100 * DAY;
  assert_int_equal(run(handle, FG_DO_ADVANCE, NULL, ""), FG_CLOCK_SUSPECT);
  close_handle(handle);
}

/* Whoever says that it is right, and whatever the system says: from its end no time could go on. */
static void test_a_clock_beyond_the_calendar_is_never_right(void **state) {
  (void)state;
  clock_of_test = (fake_clock){.wall = NOON, .boottime = SECOND, .synchronised = true};
  fg_handle *handle = new_handle(0);
  assert_int_equal(run(handle, FG_DO_OPEN, NULL, "product=image"), FG_OK);
  clock_of_test.wall = INT64_MAX / 2;
  assert_int_equal(run(handle, FG_DO_ADVANCE, NULL, ""), FG_CLOCK_SUSPECT);
  assert_int_equal(fg_handle_trust_clock(handle, NULL), FG_CLOCK_SUSPECT);
  assert_int_equal(run(handle, FG_DO_ADVANCE, NULL, ""), FG_CLOCK_SUSPECT);
  clock_of_test.wall = NOON + SECOND;
  assert_int_equal(run(handle, FG_DO_ADVANCE, NULL, ""), FG_OK);
  assert_true(now_of(handle) == NOON + SECOND);
  close_handle(handle);
}

static void test_options_are_checked(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = NULL;
  fg_handle *handle = NULL;
  fg_error error;
  static const int64_t bad[] = {-1, INT64_MIN};
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    fg_clock_options options = {bad[i], NULL};
    assert_int_equal(fg_handle_new(account, &options, &handle, &error), FG_INVALID);
    assert_string_equal(error.path, "max_jump");
  }
  fg_clock_options most = {INT64_MAX, NULL};
  assert_int_equal(fg_handle_new(account, &most, &handle, &error), FG_OK);
  assert_int_equal(run(handle, FG_DO_OPEN, NULL, "product=image"), FG_OK);
  close_handle(handle);
  assert_int_equal(fg_handle_close(NULL, NULL), FG_OK);
  fg_book_release(book);
}

static void test_a_pass_says_what_became_of_it(void **state) {
  (void)state;
  char made[FG_CALL_NAME_MAX];
  fg_pass first = {0};
  fg_pass second = {0};
  fg_handle *handle = new_handle(0);
  assert_int_equal(run(handle, FG_DO_OPEN, "2024-12-05T12:00:00", "product=image"), FG_OK);
  assert_int_equal(call(handle, NOON, NULL, &first), FG_OK);
  assert_int_equal(call(handle, NOON, "c1", &second), FG_OK);
  assert_true(first.state == FG_PASS_HELD && first.attempt == 1 && second.attempt == 2);
  assert_string_equal(fg_pass_id(&first, made).text, "#call-0-1");
  assert_string_equal(fg_pass_id(&second, made).text, "c1");
  assert_int_equal(end(&first, FG_DO_COMMIT), FG_OK);
  assert_int_equal(end(&first, FG_DO_COMMIT), FG_OK); /* said again */
  assert_int_equal(end(&first, FG_DO_CANCEL), FG_ALREADY_FINISHED);
  assert_int_equal(first.state, FG_PASS_COMMITTED);
  assert_int_equal(end(&second, FG_DO_CANCEL), FG_OK);
  assert_int_equal(second.state, FG_PASS_CANCELED);
  assert_true(now_of(handle) == NOON); /* let in at an instant, they end at the latest one of the account */
  fg_pass_release(&first);
  fg_pass_release(&first);
  assert_int_equal(end(&first, FG_DO_COMMIT), FG_INVALID);
  fg_pass_release(&second);
  close_handle(handle);
}

static void test_a_pass_speaks_of_its_own_attempt(void **state) {
  (void)state;
  fg_pass old = {0};
  fg_pass new = {0};
  fg_handle *handle = new_handle(0);
  assert_int_equal(run(handle, FG_DO_OPEN, "2024-12-05T12:00:00", "product=image"), FG_OK);
  assert_int_equal(call(handle, NOON, "c1", &old), FG_OK);
  assert_int_equal(run(handle, FG_DO_CANCEL, "2024-12-05T12:00:00", "id=c1"), FG_OK);
  assert_int_equal(old.state, FG_PASS_HELD); /* nobody has told it yet */
  assert_int_equal(call(handle, NOON, "c1", &new), FG_OK);
  assert_int_equal(end(&old, FG_DO_CANCEL), FG_ALREADY_FINISHED);
  assert_int_equal(old.state, FG_PASS_CANCELED);
  assert_int_equal(end(&new, FG_DO_COMMIT), FG_OK);
  assert_int_equal(end(&old, FG_DO_COMMIT), FG_ALREADY_FINISHED);
  assert_true(old.state == FG_PASS_CANCELED && new.state == FG_PASS_COMMITTED &&used(handle) == 1);
  fg_pass_release(&old);
  fg_pass_release(&new);
  close_handle(handle);
}

static void test_a_call_nobody_has_in_hand_is_uncertain(void **state) {
  (void)state;
  fg_pass left = {0};
  fg_pass lost = {0};
  fg_pass found = {0};
  fg_pass twice = {0};
  fg_handle *handle = new_handle(0);
  assert_int_equal(run(handle, FG_DO_OPEN, "2024-12-05T12:00:00", "product=image"), FG_OK);
  assert_int_equal(call(handle, NOON, "left", &left), FG_OK);
  assert_int_equal(call(handle, NOON, NULL, &lost), FG_OK);
  assert_int_equal(uncertain(handle, NULL), 0);
  assert_int_equal(fg_handle_resume(handle, string_of("left"), &twice, NULL), FG_IN_FLIGHT);
  fg_pass_leave(&left);
  assert_int_equal(left.state, FG_PASS_UNCERTAIN);
  assert_int_equal(uncertain(handle, "left"), 1);
  fg_pass_release(&lost);
  assert_int_equal(uncertain(handle, NULL), 2);
  assert_int_equal(used(handle), 2); /* never under-count */
  assert_int_equal(fg_handle_resume(handle, string_of("#call-0-1"), &found, NULL), FG_OK);
  assert_int_equal(uncertain(handle, "left"), 1);
  assert_int_equal(end(&found, FG_DO_CANCEL), FG_OK);
  assert_int_equal(end(&left, FG_DO_COMMIT), FG_OK); /* who left it may still say what it was */
  assert_int_equal(uncertain(handle, NULL), 0);
  assert_int_equal(fg_handle_resume(handle, string_of("left"), &twice, NULL), FG_ALREADY_FINISHED);
  assert_int_equal(fg_handle_resume(handle, string_of("none"), &twice, NULL), FG_UNKNOWN_ID);
  assert_null(twice.handle);
  fg_pass_release(&left);
  fg_pass_release(&found);
  close_handle(handle);
}

/* The body of a call has succeeded: its end does not fail for a clock that jumped. */
static void test_an_end_does_not_fail_for_the_clock(void **state) {
  (void)state;
  fg_pass pass = {0};
  clock_of_test = (fake_clock){.wall = NOON, .boottime = SECOND};
  fg_handle *handle = new_handle(0);
  assert_int_equal(run(handle, FG_DO_OPEN, NULL, "product=image"), FG_OK);
  assert_int_equal(call(handle, FG_NO_TIME, NULL, &pass), FG_OK);
  clock_of_test.wall += 900 * DAY;
  assert_int_equal(end(&pass, FG_DO_COMMIT), FG_OK);
  assert_true(now_of(handle) == NOON);
  fg_pass_release(&pass);
  close_handle(handle);
}

static void test_closing_ends_the_passes(void **state) {
  (void)state;
  fg_pass pass = {0};
  fg_pass released = {0};
  fg_handle *handle = new_handle(0);
  assert_int_equal(run(handle, FG_DO_OPEN, "2024-12-05T12:00:00", "product=image"), FG_OK);
  assert_int_equal(call(handle, NOON, NULL, &pass), FG_OK);
  assert_int_equal(call(handle, NOON, NULL, &released), FG_OK);
  fg_pass_release(&released);
  close_handle(handle);
  assert_null(pass.handle);
  assert_int_equal(pass.state, FG_PASS_UNCERTAIN);
  assert_int_equal(end(&pass, FG_DO_COMMIT), FG_INVALID);
  fg_pass_release(&pass);
}

static void test_a_product_is_opened_once(void **state) {
  (void)state;
  fg_outcome outcome;
  clock_of_test = (fake_clock){.wall = NOON, .boottime = SECOND};
  fg_handle *handle = new_handle(0);
  fg_command open = command_of(FG_DO_OPEN, "2024-12-05T12:00:00", "product=image");
  open.at = FG_NO_TIME;
  assert_int_equal(fg_handle_ensure_open(handle, &open, &outcome, NULL), FG_OK);
  assert_true(outcome.kind == FG_DO_OPEN && outcome.is.grants == 1);
  let_pass(&clock_of_test, 900 * DAY);
  assert_int_equal(fg_handle_ensure_open(handle, &open, &outcome, NULL), FG_OK);
  assert_true(outcome.kind == FG_DO_OPEN && outcome.is.grants == 0 && now_of(handle) == NOON);
  fg_command other = command_of(FG_DO_OPEN, "2024-12-05T12:00:00", "product=video");
  assert_int_equal(fg_handle_ensure_open(handle, &other, &outcome, NULL), FG_UNKNOWN_PRODUCT);
  fg_command close = command_of(FG_DO_CLOSE, "2024-12-05T12:00:00", "product=image");
  assert_int_equal(fg_handle_ensure_open(handle, &close, &outcome, NULL), FG_INVALID);
  close_handle(handle);
}

/* An account behind a door that may be shut: a disk that is full, before the row is written or after it. */
typedef struct shut_door {
  fg_account *account;
  bool shut, loses_answers;
  int closed;
} shut_door;

static fg_status door_enter(void *context, fg_error *error) {
  (void)context;
  (void)error;
  return FG_OK;
}
static void door_leave(void *context) { (void)context; }
static fg_status door_apply(void *context, const fg_command *command, bool is_named, const fg_clock_reading *reading,
                            fg_outcome *outcome, fg_error *error) {
  shut_door *door = context;
  (void)reading;
  if (door->shut && !door->loses_answers) {
    return FG_LEDGER_FULL;
  }
  fg_naming naming = is_named ? FG_NAMED_BY_LIBRARY : FG_NAMED_BY_HOST;
  fg_status status = fg_account_apply_as(door->account, command, naming, outcome, error);
  return door->shut ? FG_LEDGER_IO : status;
}
static fg_status door_trusted(void *context, fg_time *instant, fg_error *error) {
  (void)context;
  (void)error;
  *instant = FG_NO_TIME;
  return FG_OK;
}
static fg_status door_trust(void *context, fg_time instant, fg_error *error) {
  (void)context;
  (void)instant;
  (void)error;
  return FG_OK;
}
static fg_status door_is_elsewhere(void *context, fg_string id, uint64_t attempt, bool *elsewhere, fg_error *error) {
  (void)context;
  (void)id;
  (void)attempt;
  (void)error;
  *elsewhere = false;
  return FG_OK;
}
static fg_status door_take(void *context, uint64_t attempt, fg_time instant, fg_error *error) {
  (void)context;
  (void)attempt;
  (void)instant;
  (void)error;
  return FG_OK;
}
static fg_status door_describe(const void *context, const fg_visitor *visitor) {
  (void)context;
  (void)visitor;
  return FG_OK;
}
static fg_status door_may_write(void *context, fg_error *error) {
  (void)context;
  (void)error;
  return FG_OK;
}
static fg_status door_flush(void *context, fg_error *error) { return door_enter(context, error); }
static fg_status door_close(void *context, fg_error *error) {
  shut_door *door = context;
  (void)error;
  fg_account_free(door->account);
  door->closed++;
  return FG_OK;
}

static fg_handle *behind_for_days(shut_door *door, const fg_allocator *allocator, int64_t keep_ids_days) {
  static const fg_reach reach = {door_enter,        door_leave, door_may_write, door_apply, door_trusted, door_trust,
                                 door_is_elsewhere, door_take,  door_describe,  door_flush, door_close};
  static const fg_clock_mark none = {.at = FG_NO_TIME};
  fg_book *book = load_book(FACEFUSION);
  fg_handle *handle = NULL;
  *door = (shut_door){.shut = false};
  fg_account_options options = {.allocator = allocator, .keep_ids_days = keep_ids_days};
  const fg_clock_options clock = {0, &source_of_test};
  source_of_test = fake_source(&clock_of_test);
  assert_int_equal(fg_account_new(book, &options, &door->account, NULL), FG_OK);
  fg_reached reached = {.reach = &reach, .context = door, .account = door->account, .session = 7, .mark = &none};
  assert_int_equal(fg_handle_make(&reached, keep_ids_days == 0 ? NULL : &clock, &handle, NULL), FG_OK);
  fg_book_release(book);
  assert_int_equal(run(handle, FG_DO_OPEN, "2024-12-05T12:00:00", "product=image"), FG_OK);
  return handle;
}

static fg_handle *behind(shut_door *door, const fg_allocator *allocator) { return behind_for_days(door, allocator, 0); }

static void test_an_end_that_cannot_be_written_is_done_again(void **state) {
  (void)state;
  shut_door door;
  fg_pass passes[3] = {{0}};
  fg_handle *handle = behind(&door, NULL);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(call(handle, NOON, NULL, &passes[i]), FG_OK);
  }
  door.shut = true;
  fg_command commit;
  fg_outcome outcome;
  char ref[] = "receipt";
  fg_command_begin(&commit, FG_DO_COMMIT, FG_NO_TIME);
  commit.ref = string_of(ref);
  commit.quantity = 2;
  assert_int_equal(fg_pass_end(&passes[0], &commit, &outcome, NULL), FG_LEDGER_FULL);
  memset(ref, 'x', sizeof ref - 1); /* the caller's text is gone */
  assert_int_equal(end(&passes[1], FG_DO_CANCEL), FG_LEDGER_FULL);
  assert_int_equal(end(&passes[2], FG_DO_CANCEL), FG_LEDGER_FULL);
  assert_int_equal(end(&passes[2], FG_DO_CANCEL), FG_LEDGER_FULL); /* said again */
  for (int i = 0; i < 3; i++) {
    assert_int_equal(passes[i].state, FG_PASS_UNWRITTEN);
  }
  assert_int_equal(run(handle, FG_DO_USE, "2024-12-05T12:00:00", "product=image quantity=1"), FG_LEDGER_FULL);
  fg_pass_release(&passes[1]); /* and it is lost besides */
  assert_int_equal(uncertain(handle, "#call-7-1"), 3);
  door.shut = false;
  assert_int_equal(run(handle, FG_DO_USE, "2024-12-05T12:00:00", "product=image quantity=1"), FG_OK);
  assert_true(passes[0].state == FG_PASS_COMMITTED && passes[2].state == FG_PASS_CANCELED);
  assert_int_equal(uncertain(handle, NULL), 0);
  assert_int_equal(used(handle), 3); /* two of the first call, one used */
  fg_command again = {0};
  fg_command_begin(&again, FG_DO_COMMIT, FG_NO_TIME);
  again.quantity = 2;
  again.ref = string_of("receipt");
  assert_int_equal(fg_pass_end(&passes[0], &again, &outcome, NULL), FG_OK);
  assert_true(outcome.repeated);
  fg_pass_release(&passes[0]);
  fg_pass_release(&passes[2]);
  close_handle(handle);
  assert_int_equal(door.closed, 1);
}

/* What the vendor was said to have counted is not given back because the disk was full; nor the other way round. */
static void test_the_first_end_that_waits_counts(void **state) {
  (void)state;
  shut_door door;
  fg_pass passes[2] = {{0}};
  fg_handle *handle = behind(&door, NULL);
  assert_int_equal(call(handle, NOON, NULL, &passes[0]), FG_OK);
  assert_int_equal(call(handle, NOON, NULL, &passes[1]), FG_OK);
  door.shut = true;
  assert_int_equal(end(&passes[0], FG_DO_COMMIT), FG_LEDGER_FULL);
  assert_int_equal(end(&passes[0], FG_DO_CANCEL), FG_ALREADY_FINISHED);
  assert_int_equal(end(&passes[1], FG_DO_CANCEL), FG_LEDGER_FULL);
  assert_int_equal(end(&passes[1], FG_DO_COMMIT), FG_ALREADY_FINISHED);
  fg_command other = {0}; /* another quantity, another receipt */
  fg_outcome outcome;
  fg_command_begin(&other, FG_DO_COMMIT, FG_NO_TIME);
  other.quantity = 2;
  assert_int_equal(fg_pass_end(&passes[0], &other, &outcome, NULL), FG_ALREADY_FINISHED);
  other.quantity = FG_ALL;
  other.ref = string_of("receipt");
  assert_int_equal(fg_pass_end(&passes[0], &other, &outcome, NULL), FG_ALREADY_FINISHED);
  assert_true(passes[0].state == FG_PASS_UNWRITTEN && passes[1].state == FG_PASS_UNWRITTEN);
  door.shut = false;
  assert_int_equal(end(&passes[0], FG_DO_CANCEL), FG_ALREADY_FINISHED); /* also when it could be written */
  assert_int_equal(run(handle, FG_DO_ADVANCE, "2024-12-05T12:00:00", ""), FG_OK);
  assert_true(passes[0].state == FG_PASS_COMMITTED && passes[1].state == FG_PASS_CANCELED);
  assert_int_equal(used(handle), 1);
  fg_pass_release(&passes[0]);
  fg_pass_release(&passes[1]);
  close_handle(handle);
}

static fg_status commit_with(fg_pass *pass, const char *receipt, bool *repeated) {
  fg_command commit;
  fg_outcome outcome = {.kind = FG_DO_COMMIT};
  fg_command_begin(&commit, FG_DO_COMMIT, FG_NO_TIME);
  commit.ref = string_of(receipt);
  fg_status status = fg_pass_end(pass, &commit, &outcome, NULL);
  *repeated = outcome.repeated;
  return status;
}

/* Whichever of those that wait is said again, it is written once, and the others with their own receipts. */
static void test_each_end_that_waits_may_be_said_again(void **state) {
  (void)state;
  static const char *const receipts[] = {"r0", "r1", "r2"};
  for (int again = 0; again < 3; again++) {
    shut_door door;
    fg_pass passes[3] = {{0}};
    bool repeated = false;
    fg_handle *handle = behind(&door, NULL);
    for (int i = 0; i < 3; i++) {
      assert_int_equal(call(handle, NOON, NULL, &passes[i]), FG_OK);
    }
    door.shut = true;
    for (int i = 0; i < 3; i++) {
      assert_int_equal(commit_with(&passes[i], receipts[i], &repeated), FG_LEDGER_FULL);
    }
    door.shut = false;
    assert_int_equal(commit_with(&passes[again], receipts[again], &repeated), FG_OK);
    assert_false(repeated);
    for (int i = 0; i < 3; i++) {
      assert_int_equal(passes[i].state, FG_PASS_COMMITTED);
      assert_int_equal(commit_with(&passes[i], receipts[i], &repeated), FG_OK);
      assert_true(repeated);
      assert_int_equal(commit_with(&passes[i], receipts[(i + 1) % 3], &repeated), FG_ALREADY_FINISHED);
    }
    assert_int_equal(used(handle), 3);
    close_handle(handle);
  }
}

/* Where memory is too short to compare what is said with what waits, that goes on waiting. */
static void test_an_end_waits_on_where_memory_is_short(void **state) {
  (void)state;
  shut_door door;
  fg_pass pass = {0};
  bool repeated = false;
  fg_allocator scarce = scarce_allocator();
  memory = (scarcity){0};
  fg_handle *handle = behind(&door, &scarce);
  assert_int_equal(call(handle, NOON, "c1", &pass), FG_OK);
  door.shut = true;
  assert_int_equal(commit_with(&pass, "receipt", &repeated), FG_LEDGER_FULL);
  memory = (scarcity){.live = memory.live, .fail_at = 1};
  assert_int_equal(end(&pass, FG_DO_CANCEL), FG_NO_MEMORY);
  assert_int_equal(memory.asked, 1);
  assert_int_equal(pass.state, FG_PASS_UNWRITTEN);
  assert_int_equal(end(&pass, FG_DO_CANCEL), FG_ALREADY_FINISHED);
  door.shut = false;
  close_handle(handle);
  assert_int_equal(pass.state, FG_PASS_COMMITTED);
  assert_int_equal(memory.live, 0);
}

/* The row was written, and the answer was lost. */
static void test_an_end_that_was_written_after_all(void **state) {
  (void)state;
  shut_door door;
  fg_pass pass = {0};
  fg_handle *handle = behind(&door, NULL);
  assert_int_equal(call(handle, NOON, "c1", &pass), FG_OK);
  door.shut = door.loses_answers = true;
  assert_int_equal(end(&pass, FG_DO_CANCEL), FG_LEDGER_IO);
  assert_int_equal(pass.state, FG_PASS_UNWRITTEN);
  door.shut = false;
  assert_int_equal(run(handle, FG_DO_ADVANCE, "2024-12-05T12:00:00", ""), FG_OK);
  assert_int_equal(pass.state, FG_PASS_CANCELED);
  fg_pass_release(&pass);
  close_handle(handle);
}

/* Where it is written days later, the account has forgotten the stretch of the call by then (keep_ids_days). */
static void test_an_end_that_waits_for_days(void **state) {
  (void)state;
  static const char id[] = "a name that is longer than what an entry may hold in its own first bytes";
  shut_door door;
  fg_pass pass = {0};
  clock_of_test = (fake_clock){.wall = NOON, .boottime = SECOND};
  fg_handle *handle = behind_for_days(&door, NULL, 1);
  assert_int_equal(call(handle, FG_NO_TIME, id, &pass), FG_OK);
  door.shut = true;
  assert_int_equal(end(&pass, FG_DO_COMMIT), FG_LEDGER_FULL);
  door.shut = false;
  let_pass(&clock_of_test, 5 * DAY);
  assert_int_equal(run(handle, FG_DO_ADVANCE, NULL, ""), FG_OK);
  assert_int_equal(pass.state, FG_PASS_COMMITTED);
  fg_command again = {0};
  fg_command_begin(&again, FG_DO_CANCEL, FG_NO_TIME);
  again.id = string_of(id);
  assert_int_equal(fg_handle_apply(handle, &again, NULL, NULL), FG_ALREADY_FINISHED);
  fg_pass_release(&pass);
  close_handle(handle);
}

/* The call was let in, and nobody was told: it is found by its id, by one of two that try. */
static void test_a_call_whose_answer_was_lost(void **state) {
  (void)state;
  shut_door door;
  fg_pass pass = {0};
  fg_handle *handle = behind(&door, NULL);
  door.shut = door.loses_answers = true;
  assert_int_equal(call(handle, NOON, "c1", &pass), FG_LEDGER_IO);
  assert_null(pass.handle);
  door.shut = false;
  assert_int_equal(uncertain(handle, "c1"), 1);
  assert_int_equal(fg_handle_resume(handle, string_of("c1"), &pass, NULL), FG_OK);
  fg_pass other = {0};
  assert_int_equal(fg_handle_resume(handle, string_of("c1"), &other, NULL), FG_IN_FLIGHT);
  fg_pass_release(&pass);
  close_handle(handle);
}

static void test_what_waits_is_written_at_the_end(void **state) {
  (void)state;
  shut_door door;
  fg_pass pass = {0};
  fg_handle *handle = behind(&door, NULL);
  assert_int_equal(call(handle, NOON, "c1", &pass), FG_OK);
  door.shut = true;
  assert_int_equal(end(&pass, FG_DO_CANCEL), FG_LEDGER_FULL);
  assert_int_equal(fg_handle_close(handle, NULL), FG_LEDGER_FULL); /* told, and closed all the same */
  assert_int_equal(door.closed, 1);
  handle = behind(&door, NULL);
  assert_int_equal(call(handle, NOON, "c1", &pass), FG_OK);
  door.shut = true;
  assert_int_equal(end(&pass, FG_DO_CANCEL), FG_LEDGER_FULL);
  door.shut = false;
  close_handle(handle);
  assert_int_equal(pass.state, FG_PASS_CANCELED);
}

static void test_a_receipt_is_checked_before_it_is_kept(void **state) {
  (void)state;
  shut_door door;
  fg_pass pass = {0};
  char ref[80];
  fg_command commit;
  fg_outcome outcome;
  fg_handle *handle = behind(&door, NULL);
  assert_int_equal(call(handle, NOON, "c1", &pass), FG_OK);
  door.shut = true;
  memset(ref, 'r', sizeof ref);
  fg_command_begin(&commit, FG_DO_COMMIT, FG_NO_TIME);
  commit.ref = (fg_string){ref, 65};
  assert_int_equal(fg_pass_end(&pass, &commit, &outcome, NULL), FG_INVALID);
  assert_int_equal(pass.state, FG_PASS_HELD);
  commit.ref.length = 64;
  assert_int_equal(fg_pass_end(&pass, &commit, &outcome, NULL), FG_LEDGER_FULL);
  door.shut = false;
  close_handle(handle);
  assert_int_equal(pass.state, FG_PASS_COMMITTED);
}

/* Whichever allocation fails, nothing is half done, and it can be said again. */
static void test_every_allocation_may_fail(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  for (long fail_at = 1;; fail_at++) {
    fg_allocator scarce = scarce_allocator();
    fg_account_options begun = {.allocator = &scarce};
    fg_account *account = NULL;
    fg_handle *handle = NULL;
    fg_handle *copy = NULL;
    fg_pass passes[2] = {{0}};
    fg_pass found = {0};
    memory = (scarcity){.fail_at = fail_at};
    fg_status status = fg_account_new(book, &begun, &account, NULL);
    status = status == FG_OK ? fg_handle_new(account, NULL, &handle, NULL) : status;
    if (handle == NULL) {
      fg_account_free(account);
      assert_int_equal(memory.live, 0);
      continue;
    }
    status = run(handle, FG_DO_OPEN, "2024-12-05T12:00:00", "product=image");
    status = status == FG_OK ? call(handle, NOON, "c1", &passes[0]) : status;
    status = status == FG_OK ? call(handle, NOON, NULL, &passes[1]) : status;
    fg_pass_release(&passes[1]);
    status = status == FG_OK ? fg_handle_resume(handle, string_of("#call-0-1"), &found, NULL) : status;
    status = status == FG_OK ? end(&passes[0], FG_DO_CANCEL) : status;
    status = status == FG_OK ? end(&found, FG_DO_COMMIT) : status;
    status = status == FG_OK ? fg_handle_fork(handle, &copy, NULL) : status;
    bool failed = memory.asked >= fail_at;
    assert_int_equal(status, failed ? FG_NO_MEMORY : FG_OK);
    memory.fail_at = 0;
    if (passes[0].state == FG_PASS_UNWRITTEN || found.state == FG_PASS_UNWRITTEN) {
      assert_int_equal(run(handle, FG_DO_ADVANCE, "2024-12-05T12:00:00", ""), FG_OK);
      assert_true(passes[0].state == FG_PASS_CANCELED && found.state != FG_PASS_UNWRITTEN);
    }
    close_handle(copy);
    close_handle(handle);
    assert_int_equal(memory.live, 0);
    if (!failed) {
      break;
    }
  }
  fg_book_release(book);
}

static void test_what_is_answered(void **state) {
  (void)state;
  fg_handle *handle = new_handle(0);
  fg_outcome outcome = {.kind = FG_DO_ADVANCE};
  assert_int_equal(run(handle, FG_DO_OPEN, "2024-12-05T12:00:00", "product=image"), FG_OK);
  fg_command use = command_of(FG_DO_USE, "2024-12-05T12:00:00", "product=image quantity=1001");
  assert_int_equal(fg_handle_apply(handle, &use, &outcome, NULL), FG_OK);
  assert_int_equal(outcome.kind, FG_DO_USE);
  assert_int_equal(outcome.is.used.free, 1000);
  assert_int_equal(outcome.is.used.postpaid, 1);
  close_handle(handle);
}

static void test_a_call_is_a_call(void **state) {
  (void)state;
  fg_handle *handle = new_handle(0);
  fg_command command;
  fg_outcome outcome;
  fg_pass pass;
  fg_error error = {0};
  assert_int_equal(run(handle, FG_DO_OPEN, "2024-12-05T12:00:00", "product=image"), FG_OK);
  fg_command_begin(&command, FG_DO_USE, NOON);
  command.product = string_of("image");
  command.quantity = 1;
  assert_int_equal(fg_handle_call(handle, &command, &pass, &outcome, &error), FG_INVALID);
  assert_string_equal(error.path, "do");
  json_t *statement = statement_of(fg_handle_account(handle));
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/total")), 0);
  json_decref(statement);
  close_handle(handle);
}

/* Who does not ask how it came out need not have room for it. */
static void test_an_outcome_need_not_be_asked_for(void **state) {
  (void)state;
  clock_of_test = (fake_clock){.wall = NOON, .boottime = SECOND};
  fg_handle *handle = new_handle(0);
  fg_command command;
  fg_pass pass;
  assert_int_equal(run(handle, FG_DO_OPEN, NULL, "product=image"), FG_OK);
  fg_command_begin(&command, FG_DO_CALL, FG_NO_TIME);
  command.product = string_of("image");
  command.quantity = 3;
  assert_int_equal(fg_handle_call(handle, &command, &pass, NULL, NULL), FG_OK);
  fg_command_begin(&command, FG_DO_COMMIT, FG_NO_TIME);
  command.quantity = 2;
  assert_int_equal(fg_pass_end(&pass, &command, NULL, NULL), FG_OK);
  assert_int_equal(pass.state, FG_PASS_COMMITTED);
  fg_pass_release(&pass);
  assert_int_equal(used(handle), 2);
  close_handle(handle);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_command_without_an_instant_is_now),
      cmocka_unit_test(test_an_outcome_need_not_be_asked_for),
      cmocka_unit_test(test_before_the_guide_the_clock_is_suspect),
      cmocka_unit_test(test_an_instant_that_is_named_is_not_suspect),
      cmocka_unit_test(test_a_jump_is_suspect),
      cmocka_unit_test(test_a_jump_of_all_clocks_is_suspect),
      cmocka_unit_test(test_trust_holds_once),
      cmocka_unit_test(test_a_clock_beyond_the_calendar_is_never_right),
      cmocka_unit_test(test_options_are_checked),
      cmocka_unit_test(test_a_pass_says_what_became_of_it),
      cmocka_unit_test(test_a_pass_speaks_of_its_own_attempt),
      cmocka_unit_test(test_a_call_nobody_has_in_hand_is_uncertain),
      cmocka_unit_test(test_an_end_does_not_fail_for_the_clock),
      cmocka_unit_test(test_closing_ends_the_passes),
      cmocka_unit_test(test_a_product_is_opened_once),
      cmocka_unit_test(test_an_end_that_cannot_be_written_is_done_again),
      cmocka_unit_test(test_the_first_end_that_waits_counts),
      cmocka_unit_test(test_each_end_that_waits_may_be_said_again),
      cmocka_unit_test(test_an_end_waits_on_where_memory_is_short),
      cmocka_unit_test(test_an_end_that_was_written_after_all),
      cmocka_unit_test(test_an_end_that_waits_for_days),
      cmocka_unit_test(test_a_call_whose_answer_was_lost),
      cmocka_unit_test(test_what_waits_is_written_at_the_end),
      cmocka_unit_test(test_a_receipt_is_checked_before_it_is_kept),
      cmocka_unit_test(test_what_is_answered),
      cmocka_unit_test(test_a_call_is_a_call),
      cmocka_unit_test(test_every_allocation_may_fail),
  };
  return cmocka_run_group_tests_name("handle", tests, NULL, NULL);
}
