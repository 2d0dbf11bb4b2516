/* Commands that a caller filled by hand, each wrong in one field: refused with its path before anything happens, in the
   commands of a loop as in all others. And the list of calls in flight, and some ends of ranges. */
#include "support.h"

#include "state/call_names.h"
#include "state/command.h"
#include "state/state.h"

static fg_account *account;

static int set_up(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  fg_funds funds = {{fg_money_zero()}};
  fg_account_options options = {.wallet = &funds};
  funds.of[FG_CASH] = money("1000");
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  fg_book_release(book);
  fg_command open = command_of(FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  assert_int_equal(fg_account_apply(account, &open, NULL, NULL), FG_OK);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fg_account_free(account);
  return 0;
}

static void assert_refused(const fg_command *command, const char *path) {
  fg_error error = {0};
  json_t *before = statement_of(account);
  assert_int_equal(fg_account_apply(account, command, NULL, &error), FG_INVALID);
  assert_string_equal(error.path, path);
  assert_true(error.message[0] != '\0');
  json_t *after = statement_of(account);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
}

static fg_command filled(fg_command_kind kind) {
  fg_command command;
  fg_command_begin(&command, kind, at("2024-11-05T10:00:01"));
  command.product = string_of("image");
  command.pack = string_of("calls-1k");
  command.meter = string_of("qps");
  command.grant = string_of("free-calls");
  command.mode = string_of("qps");
  command.reason = string_of("why");
  command.id = string_of("i");
  command.quantity = kind == FG_DO_COMMIT ? FG_ALL : 1;
  command.days = 1;
  command.amount = money("1");
  command.effective = 30000;
  return command;
}

static void test_kinds_and_instants(void **state) {
  (void)state;
  for (int kind = 0; kind < FG_COMMAND_COUNT; kind++) {
    fg_command command = filled((fg_command_kind)kind);
    command.at = INT64_MAX;
    assert_refused(&command, "at");
    command.at = INT64_MIN + 1;
    assert_refused(&command, "at");
  }
  fg_command command = filled(FG_COMMAND_COUNT);
  assert_refused(&command, "do");
  command.kind = (fg_command_kind)-1;
  assert_refused(&command, "do");
}

static void test_numbers(void **state) {
  (void)state;
  const struct {
    fg_command_kind kind;
    int64_t least; ///< quantity
  } cases[] = {{FG_DO_BUY_PACK, 1}, {FG_DO_GIVE_PACK, 1},     {FG_DO_BUY_CAPACITY, 1},    {FG_DO_USE, 0},
               {FG_DO_CALL, 1},     {FG_DO_ADD_MATERIALS, 1}, {FG_DO_REMOVE_MATERIALS, 1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (int has_id = 0; has_id < 2; has_id++) {
      fg_command command = filled(cases[i].kind);
      command.id = has_id ? command.id : (fg_string){NULL, 0};
      command.quantity = cases[i].least - 1;
      assert_refused(&command, "quantity");
      command.quantity = INT64_MIN;
      assert_refused(&command, "quantity");
    }
  }
  fg_command commit = filled(FG_DO_COMMIT);
  commit.quantity = -2;
  assert_refused(&commit, "quantity");
  commit.quantity = INT64_MIN;
  assert_refused(&commit, "quantity");
  fg_command adjust = filled(FG_DO_ADJUST);
  adjust.quantity = 0;
  assert_refused(&adjust, "quantity");
  adjust.quantity = INT64_MIN;
  assert_refused(&adjust, "quantity");
  fg_command call = filled(FG_DO_CALL);
  call.timeout_ms = -1;
  assert_refused(&call, "timeout_ms");
  fg_command capacity = filled(FG_DO_BUY_CAPACITY);
  capacity.days = -1;
  assert_refused(&capacity, "days");
  capacity.days = 0;
  capacity.months = -1;
  assert_refused(&capacity, "months");
  capacity.months = 0;
  assert_refused(&capacity, "days");
  capacity.days = capacity.months = 1;
  assert_refused(&capacity, "months");
}

/* The calendar of a date ends with 9999-12-31. */
static void test_dates(void **state) {
  (void)state;
  const fg_date last = 2932896;
  fg_command announce = filled(FG_DO_ANNOUNCE);
  announce.effective = last + 1;
  assert_refused(&announce, "effective");
  announce.effective = -1;
  assert_refused(&announce, "effective");
  announce.effective = FG_NO_DATE;
  assert_refused(&announce, "effective");
  fg_command capacity = filled(FG_DO_BUY_CAPACITY);
  capacity.start = last + 1;
  assert_refused(&capacity, "start");
  capacity.start = -1;
  assert_refused(&capacity, "start");
  fg_error error = {0};
  announce.effective = last;
  assert_int_not_equal(fg_account_apply(account, &announce, NULL, &error), FG_INVALID);
}

static void test_texts(void **state) {
  (void)state;
  static char long_text[300];
  memset(long_text, 'x', sizeof long_text - 1);
  const fg_string none = {NULL, 0}, empty = {"", 0}, no_utf8 = {"\xff", 1}, with_zero = {"a\0b", 3};
  fg_command use = filled(FG_DO_USE), call = filled(FG_DO_CALL), commit = filled(FG_DO_COMMIT);
  fg_command adjust = filled(FG_DO_ADJUST);
  use.product = none;
  assert_refused(&use, "product");
  use.id = none;
  assert_refused(&use, "product");
  call.product = none;
  assert_refused(&call, "product");
  fg_command *all[] = {&use, &call, &commit, &adjust};
  for (int i = 0; i < 4; i++) {
    all[i]->product = string_of("image");
    all[i]->id = empty;
    assert_refused(all[i], "id");
    if (all[i] != &commit) { /* what a commit speaks of is found or not */
      all[i]->id = no_utf8;
      assert_refused(all[i], "id");
      all[i]->id = with_zero;
      assert_refused(all[i], "id");
    }
    all[i]->id = string_of("i");
  }
  call.owner = no_utf8;
  assert_refused(&call, "owner");
  commit.ref = (fg_string){long_text, 65};
  assert_refused(&commit, "ref");
  commit.ref = no_utf8;
  assert_refused(&commit, "ref");
  adjust.reason = (fg_string){long_text, 201};
  assert_refused(&adjust, "reason");
  adjust.reason = none;
  assert_refused(&adjust, "reason");
  fg_command commit_of_none = filled(FG_DO_COMMIT), cancel = filled(FG_DO_CANCEL), call_of_none = filled(FG_DO_CALL);
  commit_of_none.id = cancel.id = call_of_none.id = none;
  assert_refused(&commit_of_none, "id");
  assert_refused(&cancel, "id");
  assert_refused(&call_of_none, "id");
  /* In memory a handle lets calls be numbered: those without an id, but no call is meant without one. */
  assert_int_equal(fg_account_apply_as(account, &commit_of_none, FG_NUMBERED, NULL, NULL), FG_INVALID);
  assert_int_equal(fg_account_apply_as(account, &cancel, FG_NUMBERED, NULL, NULL), FG_INVALID);
  assert_int_equal(fg_account_apply_as(account, &call_of_none, FG_NUMBERED, NULL, NULL), FG_OK);
}

static void test_money(void **state) {
  (void)state;
  const fg_money below = money("-0.000000000001"), beyond = {INT64_MAX, 0};
  fg_command top_up = filled(FG_DO_TOP_UP), pack = filled(FG_DO_BUY_PACK), budget = filled(FG_DO_SET_BUDGET);
  fg_command withdraw = filled(FG_DO_WITHDRAW);
  const fg_money bad[] = {below, beyond};
  for (int i = 0; i < 2; i++) {
    top_up.amount = withdraw.amount = bad[i];
    assert_refused(&top_up, "amount");
    assert_refused(&withdraw, "amount");
    pack.pay.given = true;
    pack.pay.funds.of[FG_VOUCHER] = bad[i];
    assert_refused(&pack, "pay");
    pack.pay.funds.of[FG_VOUCHER] = fg_money_zero();
    pack.campaign.given = pack.campaign.has_price = true;
    pack.campaign.price = bad[i];
    assert_refused(&pack, "campaign.price");
    pack.campaign.price = fg_money_zero();
    budget.day = (fg_budget){true, true, bad[i]};
    assert_refused(&budget, "day");
    budget.day = (fg_budget){false, false, fg_money_zero()};
    budget.month = (fg_budget){true, true, bad[i]};
    assert_refused(&budget, "month");
  }
  top_up.amount = fg_money_zero();
  assert_refused(&top_up, "amount");
  top_up.amount = money("1");
  top_up.fund = FG_FUND_COUNT;
  assert_refused(&top_up, "fund");
  top_up.fund = (fg_fund)-1;
  assert_refused(&top_up, "fund");
}

static void test_quantities_by_default(void **state) {
  (void)state;
  for (int kind = 0; kind < FG_COMMAND_COUNT; kind++) {
    bool of_one = kind == FG_DO_BUY_PACK || kind == FG_DO_GIVE_PACK || kind == FG_DO_CALL;
    fg_command command;
    fg_command_begin(&command, (fg_command_kind)kind, 7);
    assert_int_equal(command.kind, kind);
    assert_int_equal(command.at, 7);
    bool of_all = kind == FG_DO_COMMIT || kind == FG_DO_CHANGE_CAPACITY || kind == FG_DO_PREVIEW;
    assert_int_equal(command.quantity, of_one ? 1 : of_all ? FG_ALL : 0);
  }
}

/* Calls without an id are numbered from 1. */
static void test_names_of_calls(void **state) {
  (void)state;
  fg_outcome outcome;
  fg_command call = command_of(FG_DO_CALL, "2024-11-05T10:00:01", "product=image id=x");
  call.id = (fg_string){NULL, 0};
  for (uint64_t number = 1; number <= 3; number++) {
    char name[FG_CALL_NAME_MAX], expected[40];
    assert_int_equal(fg_account_apply_as(account, &call, FG_NUMBERED, &outcome, NULL), FG_OK);
    assert_int_equal(outcome.is.used.call, number);
    assert_int_equal(outcome.is.used.attempt, number);
    snprintf(expected, sizeof expected, "#call-7-%d", (int)number);
    assert_int_equal(fg_call_name(7, number, name), strlen(expected));
    assert_string_equal(name, expected);
  }
}

/* A setter sees the sign of an adjustment and that it is not 0. */
static void test_setting_signed_quantities(void **state) {
  (void)state;
  const struct {
    const char *text;
    int64_t value; ///< 0: refused
  } cases[] = {{"5", 5},
               {"-5", -5},
               {"9223372036854775807", INT64_MAX},
               {"-9223372036854775807", -INT64_MAX},
               {"0", 0},
               {"-0", 0},
               {"-", 0},
               {"", 0},
               {"--5", 0},
               {"+5", 0},
               {"-9223372036854775808", 0},
               {"5-", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fg_command command;
    fg_error error = {0};
    fg_command_begin(&command, FG_DO_ADJUST, 0);
    fg_status status = fg_command_set_text(&command, "quantity", string_of(cases[i].text), &error);
    assert_int_equal(status, cases[i].value == 0 ? FG_INVALID : FG_OK);
    assert_true(status != FG_OK || command.quantity == cases[i].value);
    assert_string_equal(error.path, status == FG_OK ? "" : "quantity");
  }
  const int64_t numbers[] = {0, INT64_MIN, 7, -7};
  for (int i = 0; i < 4; i++) {
    fg_command command;
    fg_error error = {0};
    fg_command_begin(&command, FG_DO_ADJUST, 0);
    assert_int_equal(fg_command_set_integer(&command, "quantity", numbers[i], &error), i < 2 ? FG_INVALID : FG_OK);
  }
}

static void test_calls_in_flight(void **state) {
  (void)state;
  fg_command plain = command_of(FG_DO_CALL, "2024-11-05T10:00:01", "product=image id=a quantity=3");
  assert_int_equal(fg_account_apply(account, &plain, NULL, NULL), FG_OK);
  fg_command owned = command_of(FG_DO_CALL, "2024-11-05T10:00:02.5", "product=image id=b owner=booth timeout_ms=1500");
  assert_int_equal(fg_account_apply(account, &owned, NULL, NULL), FG_OK);
  for (int passed = 0; passed < 2; passed++) {
    json_builder builder;
    fg_visitor visitor = build_json(&builder, fg_account_book(account));
    assert_int_equal(fg_account_calls(account, &visitor), FG_OK);
    assert_int_equal(json_array_size(builder.root), 2);
    assert_text_at(builder.root, "/0/id", "a");
    assert_text_at(builder.root, "/0/product", "image");
    assert_int_equal(json_integer_value(json_at(builder.root, "/0/quantity")), 3);
    assert_true(json_is_null(json_at(builder.root, "/0/owner")));
    assert_text_at(builder.root, "/0/since", "2024-11-05T10:00:01+08:00");
    assert_true(json_is_null(json_at(builder.root, "/0/deadline")));
    assert_text_at(builder.root, "/0/state", "held");
    assert_text_at(builder.root, "/1/id", "b");
    assert_int_equal(json_integer_value(json_at(builder.root, "/1/quantity")), 1);
    assert_text_at(builder.root, "/1/owner", "booth");
    assert_text_at(builder.root, "/1/deadline", "2024-11-05T10:00:04+08:00");
    assert_text_at(builder.root, "/1/state", passed ? "abandoned" : "held");
    json_decref(builder.root);
    fg_command advance = command_of(FG_DO_ADVANCE, "2024-11-05T10:00:04", "");
    assert_int_equal(fg_account_apply(account, &advance, NULL, NULL), FG_OK);
  }
}

/* 1,997 units leave 3 in the first pack, and 2 come back: a call takes one of the 5, and its rest of 9 the other four
   and five of the second pack. Said again it answers so, and the call is the same. */
static void test_a_rest_from_several_sources(void **state) {
  (void)state;
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:01", "product=image pack=calls-1k id=p1");
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:01", "product=image pack=calls-1k id=p2");
  must(account, FG_DO_USE, "2024-11-05T10:00:02", "product=image quantity=1997");
  must(account, FG_DO_ADJUST, "2024-11-05T10:00:02",
       "product=image quantity=-2 reason=x"); /* of the pack: it comes last */
  must(account, FG_DO_CALL, "2024-11-05T10:00:03", "product=image id=c");
  for (int again = 0; again < 2; again++) {
    fg_outcome outcome;
    outcome = must(account, FG_DO_COMMIT, "2024-11-05T10:00:04", "id=c quantity=10");
    assert_int_equal(outcome.repeated, again);
    assert_true(outcome.is.ended.has_extra);
    assert_int_equal(outcome.is.ended.extra.free, 0);
    assert_int_equal(outcome.is.ended.extra.postpaid, 0);
    assert_int_equal(outcome.is.ended.extra.pack_count, 2);
    assert_int_equal(outcome.is.ended.extra.packs[0].units, 4);
    assert_int_equal(outcome.is.ended.extra.packs[1].units, 5);
  }
  fg_command other = command_of(FG_DO_COMMIT, "2024-11-05T10:00:05", "id=c quantity=11");
  assert_int_equal(fg_account_apply(account, &other, NULL, NULL), FG_ALREADY_FINISHED);
  fg_command call = command_of(FG_DO_CALL, "2024-11-05T10:00:05", "product=image id=c");
  assert_int_equal(fg_account_apply(account, &call, NULL, NULL), FG_ALREADY_FINISHED);
  fg_command others = command_of(FG_DO_CALL, "2024-11-05T10:00:05", "product=image id=c quantity=2");
  assert_int_equal(fg_account_apply(account, &others, NULL, NULL), FG_ID_CONFLICT);
}

/* What is not billable under an id is another usage than what is. */
static void test_usage_said_again(void **state) {
  (void)state;
  for (int billable = 0; billable < 2; billable++) {
    fg_outcome outcome;
    fg_command use = filled(FG_DO_USE);
    use.id = string_of(billable ? "b" : "n");
    use.billable = billable;
    assert_int_equal(fg_account_apply(account, &use, &outcome, NULL), FG_OK);
    assert_false(outcome.repeated);
    assert_int_equal(outcome.is.used.unbilled, !billable);
    assert_int_equal(fg_account_apply(account, &use, &outcome, NULL), FG_OK);
    assert_true(outcome.repeated);
    assert_int_equal(outcome.is.used.unbilled, !billable);
    assert_int_equal(outcome.is.used.free, billable);
    use.billable = !billable;
    assert_int_equal(fg_account_apply(account, &use, &outcome, NULL), FG_ID_CONFLICT);
  }
}

/* The last unit of a pack, and a pack of one unit, are drawn on like any other. */
static void test_single_units(void **state) {
  (void)state;
  static const char json[] =
      "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\", \"minor_digits\": 2,"
      "\"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"products\": [{\"id\": \"p\", \"meter\": \"u\","
      "\"price\": {\"model\": \"flat\", \"price\": \"1\"}, \"grants\": [{\"id\": \"g\", \"quantity\": 1,"
      "\"issue\": \"monthly\", \"validity\": \"month\"}], \"packs\": [{\"id\": \"one\", \"units\": 1, \"price\": \"1\","
      "\"validity\": \"permanent\"}, {\"id\": \"two\", \"units\": 2, \"price\": \"1\", \"validity\": \"permanent\"}]}]}";
  fg_book *book = NULL;
  assert_int_equal(fg_book_load(json, strlen(json), NULL, &book, NULL), FG_OK);
  fg_account_free(account);
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  fg_book_release(book);
  fg_outcome outcome;
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=p");
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:01", "product=p pack=one id=a");
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:02", "product=p pack=two id=b");
  outcome = must(account, FG_DO_USE, "2024-11-05T10:00:03", "product=p quantity=3"); /* the free one, a, and one of b */
  assert_int_equal(outcome.is.used.free, 1);
  assert_int_equal(outcome.is.used.pack_count, 2);
  must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:04", "product=p pack=one id=c");
  outcome = must(account, FG_DO_USE, "2024-12-05T10:00:00",
                 "product=p quantity=4"); /* one free, the last of b, c, and one more */
  assert_int_equal(outcome.is.used.free, 1);
  assert_int_equal(outcome.is.used.pack_count, 2);
  assert_int_equal(outcome.is.used.packs[0].units + outcome.is.used.packs[1].units, 2);
  assert_int_equal(outcome.is.used.postpaid, 1);
}

/* Before 1970 in UTC, and by the second of the clock: 20 calls of the second, then the next one's. */
static void test_clock_seconds_before_1970(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  const fg_string policy[] = {string_of("limiter"), string_of("clock_second")};
  fg_account_options options = {.policy = policy, .policy_count = 1};
  fg_account_free(account);
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  fg_book_release(book);
  must(account, FG_DO_OPEN, "1970-01-01T00:00:00", "product=image");
  for (int i = 0; i < 20; i++) {
    char fields[60];
    snprintf(fields, sizeof fields, "product=image id=c%d", i);
    must(account, FG_DO_CALL, i < 10 ? "1970-01-01T00:00:00.25" : "1970-01-01T00:00:00.75", fields);
  }
  fg_error error = {0};
  fg_command call = command_of(FG_DO_CALL, "1970-01-01T00:00:00.9", "product=image id=x");
  assert_int_equal(fg_account_apply(account, &call, NULL, &error), FG_RATE_LIMITED);
  assert_int_equal(error.retry_after_us, 100000);
  must(account, FG_DO_CALL, "1970-01-01T00:00:01", "product=image id=x quantity=20");
}

/* R38: as much as there is, to the last cent. */
static void test_withdrawing_all_of_it(void **state) {
  (void)state;
  fg_outcome outcome;
  fg_command more = command_of(FG_DO_WITHDRAW, "2024-11-05T10:00:01", "amount=1000.01");
  assert_int_equal(fg_account_apply(account, &more, NULL, NULL), FG_INSUFFICIENT_FUNDS);
  fg_command all = command_of(FG_DO_WITHDRAW, "2024-11-05T10:00:01", "amount=1000");
  assert_int_equal(fg_account_apply(account, &all, &outcome, NULL), FG_OK);
  assert_int_equal(fg_money_compare(outcome.is.wallet.balance, fg_money_zero()), 0);
}

#define WITH_ACCOUNT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* A text may have as many bytes as its row says. */
static void test_the_longest_texts(void **state) {
  (void)state;
  static char letters[200];
  memset(letters, 'x', sizeof letters);
  fg_error error = {0};
  fg_command adjust = filled(FG_DO_ADJUST), commit = filled(FG_DO_COMMIT);
  adjust.reason = (fg_string){letters, 200};
  assert_int_equal(fg_account_apply(account, &adjust, NULL, &error), FG_OK);
  commit.ref = (fg_string){letters, 64};
  assert_int_equal(fg_account_apply(account, &commit, NULL, &error), FG_UNKNOWN_ID);
}

/* What names something there is may be any bytes: it is not found. */
static void test_names_of_any_bytes(void **state) {
  (void)state;
  const fg_string no_utf8 = {"\xff", 1};
  fg_command open = filled(FG_DO_OPEN), use = filled(FG_DO_USE), buy = filled(FG_DO_BUY_PACK);
  fg_command refund = filled(FG_DO_REFUND);
  open.product = use.product = buy.pack = refund.id = no_utf8;
  assert_int_equal(fg_account_apply(account, &open, NULL, NULL), FG_UNKNOWN_PRODUCT);
  assert_int_equal(fg_account_apply(account, &use, NULL, NULL), FG_UNKNOWN_PRODUCT);
  assert_int_equal(fg_account_apply(account, &buy, NULL, NULL), FG_UNKNOWN_PACK);
  assert_int_equal(fg_account_apply(account, &refund, NULL, NULL), FG_UNKNOWN_ID);
}

/* All fields make a command what it is, but `at` and `id`. */
static void test_the_same_command(void **state) {
  (void)state;
  const fg_command one = filled(FG_DO_BUY_PACK);
  fg_command other = one;
  other.at++;
  other.id = string_of("another");
  other.meter = string_of("not a field of it");
  assert_true(are_same(&one, &other));
  other.kind = FG_DO_GIVE_PACK;
  assert_false(are_same(&one, &other));
  other = one;
  other.quantity++;
  assert_false(are_same(&one, &other));
  other = one;
  other.pay.given = true;
  assert_false(are_same(&one, &other));
  other = one;
  other.campaign.refundable = false;
  assert_false(are_same(&one, &other));
  fg_command first = one, second = one; /* the same letters in other fields */
  first.product = string_of("ab");
  first.pack = string_of("c");
  second.product = string_of("a");
  second.pack = string_of("bc");
  assert_false(are_same(&first, &second));
  fg_command silent = filled(FG_DO_CALL), empty = silent;
  empty.owner = string_of("");
  assert_false(are_same(&silent, &empty));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_ACCOUNT(test_kinds_and_instants),
      WITH_ACCOUNT(test_numbers),
      WITH_ACCOUNT(test_dates),
      WITH_ACCOUNT(test_texts),
      WITH_ACCOUNT(test_the_longest_texts),
      WITH_ACCOUNT(test_names_of_any_bytes),
      cmocka_unit_test(test_the_same_command),
      WITH_ACCOUNT(test_money),
      cmocka_unit_test(test_quantities_by_default),
      WITH_ACCOUNT(test_names_of_calls),
      cmocka_unit_test(test_setting_signed_quantities),
      WITH_ACCOUNT(test_calls_in_flight),
      WITH_ACCOUNT(test_a_rest_from_several_sources),
      WITH_ACCOUNT(test_usage_said_again),
      WITH_ACCOUNT(test_single_units),
      WITH_ACCOUNT(test_clock_seconds_before_1970),
      WITH_ACCOUNT(test_withdrawing_all_of_it),
  };
  return cmocka_run_group_tests_name("checks of commands", tests, NULL, NULL);
}
