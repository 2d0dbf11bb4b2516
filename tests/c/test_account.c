/* The account through the library's calls: making one, applying commands, forks, outcomes, visitors, faults of a
   call. */
#include "support.h"
#include "faregate_whatif.h"

#include "base/status.h"
#include "state/state.h"

/* Opened on 2024-11-05, with `packs` packs of 10,000 calls. */
static fg_account *opened_account(const char *cash, int packs) {
  fg_account *account = account_of(FACEFUSION, cash, NULL, NULL);
  must(account, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  for (int i = 0; i < packs; i++) {
    must(account, FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-10k");
  }
  return account;
}

static bool same_statement(const fg_account *a, const fg_account *b) {
  json_t *left = statement_of(a);
  json_t *right = statement_of(b);
  bool same = json_equal(left, right);
  json_decref(left);
  json_decref(right);
  return same;
}

static void test_a_new_account(void **state) {
  (void)state;
  fg_account *account = account_of(FACEFUSION, NULL, NULL, NULL);
  assert_int_equal(fg_account_now(account), FG_NO_TIME);
  assert_string_equal(fg_book_id(fg_account_book(account)), FACEFUSION);
  assert_true(fg_account_bytes(account) > 0);
  fg_account_free(account);
  fg_account_free(NULL);
}

static fg_status make(const char *key, const char *value, fg_error *error) {
  fg_book *book = load_book(FACEFUSION);
  fg_string pair[2] = {string_of(key), string_of(value)};
  fg_account_options options = {.policy = pair, .policy_count = 1};
  fg_account *account = NULL;
  fg_status status = fg_account_new(book, &options, &account, error);
  fg_account_free(account);
  fg_book_release(book);
  return status;
}

static void test_switches_are_checked(void **state) {
  (void)state;
  fg_error error = {0};
  assert_int_equal(make("tier_basis", "total", &error), FG_OK);
  assert_int_equal(make("settlement_day", "3", &error), FG_OK);
  assert_int_equal(make("tier_basis", "most", &error), FG_INVALID);
  assert_non_null(strstr(error.path, "tier_basis"));
  assert_int_equal(make("settlement_day", "4", &error), FG_INVALID);
  assert_int_equal(make("colour", "red", &error), FG_INVALID);
  assert_int_equal(make("colour", "red", NULL), FG_INVALID);
}

static void test_funds_below_zero_are_refused(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_funds funds = {{fg_money_zero()}};
    funds.of[fund] = money("-0.01");
    fg_account_options options = {.wallet = &funds};
    fg_account *account = NULL;
    fg_error error = {0};
    assert_int_equal(fg_account_new(book, &options, &account, &error), FG_INVALID);
    assert_null(account);
    assert_true(strlen(error.message) > 0);
  }
  fg_book_release(book);
}

static void test_outcomes(void **state) {
  (void)state;
  fg_account *account = opened_account("2000", 0);
  fg_outcome outcome;
  assert_int_equal(
      apply(account, FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-10k id=p1", &outcome), FG_OK);
  assert_int_equal(outcome.kind, FG_DO_BUY_PACK);
  assert_false(outcome.repeated);
  assert_memory_equal(outcome.is.order.id.text, "p1", 2);
  assert_int_equal(outcome.is.order.units, 10000);
  assert_int_equal(outcome.is.order.until, at("2025-11-06T00:00:00"));
  assert_int_equal(fg_money_compare(outcome.is.order.amount, money("1500")), 0);
  assert_int_equal(fg_money_compare(outcome.is.order.paid.of[FG_CASH], money("1500")), 0);
  assert_int_equal(apply(account, FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=15000 id=u1", &outcome),
                   FG_OK);
  assert_int_equal(outcome.is.used.free, 1000);
  assert_int_equal(outcome.is.used.postpaid, 4000);
  assert_int_equal(outcome.is.used.unbilled, 0);
  assert_int_equal(outcome.is.used.pack_count, 1);
  assert_int_equal(outcome.is.used.packs[0].units, 10000);
  assert_memory_equal(outcome.is.used.packs[0].id.text, "p1", 2);
  assert_int_equal(apply(account, FG_DO_USE, "2024-11-07T10:00:00", "product=image quantity=15000 id=u1", &outcome),
                   FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(outcome.is.used.postpaid, 4000);
  assert_int_equal(fg_account_now(account), at("2024-11-07T10:00:00"));
  fg_account_free(account);
}

static void test_a_refusal_names_its_rule_and_changes_nothing(void **state) {
  (void)state;
  fg_account *account = opened_account("2000", 1);
  fg_account *before = NULL;
  assert_int_equal(fg_account_fork(account, &before), FG_OK);
  fg_command command = command_of(FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-10k");
  fg_error error = {0};
  assert_int_equal(fg_account_apply(account, &command, NULL, &error), FG_INSUFFICIENT_FUNDS);
  assert_int_equal(error.status, FG_INSUFFICIENT_FUNDS);
  assert_string_equal(error.rule, "R34");
  assert_true(fg_status_is_refusal(error.status));
  assert_true(same_statement(account, before));
  fg_account_free(before);
  fg_account_free(account);
}

static void test_due_events_stay_after_a_refusal(void **state) {
  (void)state;
  fg_account *account = opened_account("100", 0);
  must(account, FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=2000");
  assert_int_equal(apply(account, FG_DO_USE, "2024-12-05T10:00:00", "product=image quantity=1", NULL), FG_SUSPENDED);
  json_t *statement = statement_of(account);
  assert_string_equal(json_string_value(json_at(statement, "/state")), "suspended");
  assert_string_equal(json_string_value(json_at(statement, "/invoices/0/total")), "240.00");
  json_decref(statement);
  fg_account_free(account);
}

static void test_forks_are_independent(void **state) {
  (void)state;
  fg_account *account = opened_account("5000", 1);
  must(account, FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=5000 id=u1");
  fg_account *fork = NULL;
  assert_int_equal(fg_account_fork(account, &fork), FG_OK);
  assert_true(same_statement(account, fork));
  must(fork, FG_DO_USE, "2024-11-07T10:00:00", "product=image quantity=20000 id=u2");
  must(account, FG_DO_USE, "2024-11-07T10:00:00", "product=image quantity=10 id=u2"); /* the id is free here */
  assert_false(same_statement(account, fork));
  assert_int_equal(apply(fork, FG_DO_USE, "2024-11-07T10:00:00", "product=image quantity=10 id=u2", NULL),
                   FG_ID_CONFLICT);
  fg_outcome outcome;
  assert_int_equal(apply(fork, FG_DO_USE, "2024-11-08T10:00:00", "product=image quantity=5000 id=u1", &outcome), FG_OK);
  assert_true(outcome.repeated); /* the history until the fork is shared */
  fg_account_free(account);
  json_t *statement = statement_of(fork);
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/total")), 25000);
  json_decref(statement);
  fg_account_free(fork);
}

static void test_a_chain_of_forks(void **state) {
  (void)state;
  fg_account *chain[20];
  char fields[80];
  chain[0] = opened_account(NULL, 0);
  for (int i = 1; i < 20; i++) {
    assert_int_equal(fg_account_fork(chain[i - 1], &chain[i]), FG_OK);
    snprintf(fields, sizeof fields, "product=image quantity=1 id=u%d", i);
    must(chain[i], FG_DO_USE, "2024-11-06T10:00:00", fields);
  }
  for (int i = 0; i < 20; i += 2) { /* those in between go first */
    fg_account_free(chain[i]);
  }
  fg_outcome outcome;
  assert_int_equal(apply(chain[19], FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=1 id=u3", &outcome),
                   FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(apply(chain[3], FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=1 id=u4", &outcome),
                   FG_OK);
  assert_false(outcome.repeated);
  for (int i = 1; i < 20; i += 2) {
    fg_account_free(chain[i]);
  }
}

/* One product open and three packs: at most 3 KiB, history not counted, however long it is. What settlement of any
   period, fees and aggregates keep of each product is 160 bytes of that (docs/performance.md). */
static void test_size(void **state) {
  (void)state;
  fg_account *account = opened_account(NULL, 3);
  size_t small = fg_account_bytes(account);
  assert_true(small <= 2440);
  int uses = or_in_short(10000, 1000);
  for (int i = 0; i < uses; i++) {
    char fields[80];
    snprintf(fields, sizeof fields, "product=image quantity=1 id=use-number-%d", i);
    must(account, FG_DO_USE, "2024-11-06T10:00:00", fields);
  }
  assert_true(fg_account_bytes(account) <= 3072);
  fg_account_free(account);
}

static bool refuse_text(void *context, const char *key, fg_string value) {
  (void)key;
  (void)value;
  int *left = context;
  return --*left > 0;
}
static bool accept_open(void *context, const char *key) { return context != NULL && (key == NULL || *key != '\0'); }
static bool accept_end(void *context) { return context != NULL; }
static bool accept_integer(void *context, const char *key, int64_t value) { return context && key && value >= 0; }
static bool accept_money(void *context, const char *key, fg_money value) {
  (void)value;
  return context && key;
}
static bool accept_time(void *context, const char *key, fg_time value) { return context && key && value > 0; }
static bool accept_flag(void *context, const char *key, bool value) {
  (void)value;
  return context && key;
}

static void test_a_visitor_may_stop(void **state) {
  (void)state;
  fg_account *account = opened_account(NULL, 3);
  bool stopped = true;
  for (int texts = 1; stopped; texts++) {
    int left = texts;
    fg_visitor visitor = {&left,          accept_open,  accept_end,  accept_open, accept_end,  refuse_text,
                          accept_integer, accept_money, accept_time, accept_flag, accept_open, accept_open};
    fg_status status = fg_account_describe(account, &visitor);
    stopped = status == FG_STOPPED;
    assert_true(stopped || status == FG_OK);
    assert_true(texts < 1000);
  }
  fg_account_free(account);
}

static void check_invalid(fg_account *account, fg_command command, const char *path) {
  fg_error error = {0};
  fg_status status = fg_account_apply(account, &command, NULL, &error);
  if (status != FG_INVALID || strcmp(error.path, path) != 0) {
    fail_msg("%s at \"%s\", expected invalid at \"%s\"", fg_status_name(status), error.path, path);
  }
}

static void test_wrong_commands(void **state) {
  (void)state;
  fg_account *account = opened_account(NULL, 1);
  fg_account *before = NULL;
  assert_int_equal(fg_account_fork(account, &before), FG_OK);
  const fg_time now = at("2024-11-06T10:00:00");
  fg_command use;
  fg_command_begin(&use, FG_DO_USE, now);
  check_invalid(account, use, "product");
  use.product = string_of("image");
  use.quantity = -1;
  check_invalid(account, use, "quantity");
  use.quantity = 1;
  use.id = string_of("");
  check_invalid(account, use, "id");
  fg_command pack;
  fg_command_begin(&pack, FG_DO_BUY_PACK, now);
  pack.product = string_of("image");
  check_invalid(account, pack, "pack");
  pack.pack = string_of("calls-1k");
  pack.quantity = 0;
  check_invalid(account, pack, "quantity");
  pack.quantity = 1;
  pack.pay.given = true;
  pack.pay.funds.of[FG_GIFT] = money("-1");
  pack.pay.funds.of[FG_CASH] = money("201");
  fg_error error = {0};
  assert_int_equal(fg_account_apply(account, &pack, NULL, &error), FG_INVALID);
  fg_command top_up;
  fg_command_begin(&top_up, FG_DO_TOP_UP, now);
  check_invalid(account, top_up, "amount");
  top_up.amount = money("1");
  top_up.fund = FG_FUND_COUNT;
  check_invalid(account, top_up, "fund");
  fg_command none;
  fg_command_begin(&none, FG_COMMAND_COUNT, now);
  assert_int_equal(fg_account_apply(account, &none, NULL, &error), FG_INVALID);
  assert_true(same_statement(account, before));
  fg_account_free(before);
  fg_account_free(account);
}

static void test_times_at_the_ends(void **state) {
  (void)state;
  skip_if_slow();
  static const fg_time outside[] = {FG_NO_TIME, FG_NEVER, INT64_MIN + 1, INT64_MAX - 1};
  fg_account *account = opened_account(NULL, 0);
  for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
    fg_command command;
    fg_command_begin(&command, FG_DO_ADVANCE, outside[i]);
    check_invalid(account, command, "at");
  }
  must(account, FG_DO_ADVANCE, "9999-11-30T23:59:59.999999", "");
  fg_status last = apply(account, FG_DO_ADVANCE, "9999-12-01T00:00:00", "", NULL);
  assert_int_equal(last, FG_OVERFLOW); /* the grant of that month would end after the calendar */
  fg_account_free(account);
}

/* The grants of October and November and the invoice of October stay, however far the command reaches and in how many
   steps; time stands just before what does not fit, and goes no further. */
static void what_fell_due_before_the_end_of_the_calendar_stays(void **state) {
  (void)state;
  json_t *statements[2];
  for (int steps = 0; steps < 2; steps++) {
    fg_account *account = account_of(FACEFUSION, NULL, NULL, NULL);
    must(account, FG_DO_OPEN, "9999-09-05T00:00:00", "product=image");
    must(account, FG_DO_USE, "9999-10-05T00:00:00", "product=image quantity=1500");
    if (steps > 0) {
      must(account, FG_DO_ADVANCE, "9999-11-01T00:00:00", "");
    }
    assert_int_equal(apply(account, FG_DO_ADVANCE, "9999-12-31T23:59:59", "", NULL), FG_OVERFLOW);
    assert_int_equal(apply(account, FG_DO_TOP_UP, "9999-12-01T00:00:00", "amount=1", NULL), FG_OVERFLOW);
    assert_int_equal(apply(account, FG_DO_ADVANCE, "9999-11-20T00:00:00", "", NULL), FG_TIME_REVERSAL);
    must(account, FG_DO_USE, "9999-11-30T23:59:59.999999", "product=image quantity=1");
    statements[steps] = statement_of(account);
    fg_account_free(account);
  }
  assert_true(json_equal(statements[0], statements[1]));
  assert_string_equal(json_string_value(json_at(statements[0], "/products/image/grants/2/id")),
                      "image/free-calls/9999-11");
  assert_int_equal(json_integer_value(json_at(statements[0], "/products/image/grants/2/left")), 999);
  assert_string_equal(json_string_value(json_at(statements[0], "/invoices/0/total")), "120.00"); /* 500 × 0.24 */
  json_decref(statements[0]);
  json_decref(statements[1]);
}

/* A time before the calendar of the book, in the first hours of 1970. */
static void test_the_first_instant(void **state) {
  (void)state;
  fg_account *account = account_of(FACEFUSION, NULL, NULL, NULL);
  must(account, FG_DO_OPEN, "1970-01-01T00:00:00+08:00", "product=image");
  must(account, FG_DO_USE, "1970-01-01T00:00:00Z", "product=image quantity=3000");
  must(account, FG_DO_ADVANCE, "1970-02-01T00:00:00", "");
  json_t *statement = statement_of(account);
  assert_string_equal(json_string_value(json_at(statement, "/invoices/0/month")), "1970-01");
  json_decref(statement);
  fg_account_free(account);
}

/* Instants that other clocks show in the calendar, and those of the book, eight hours ahead of UTC, outside of it. */
static void test_instants_outside_of_the_books_calendar(void **state) {
  (void)state;
  static const char *const outside[] = {"1970-01-01T00:00:00+23:59", "1969-12-31T16:00:00Z", "9999-12-31T16:00:00Z",
                                        "9999-12-31T23:59:00-23:59"};
  fg_account *account = account_of(FACEFUSION, NULL, NULL, NULL);
  for (size_t i = 0; i < 4; i++) {
    fg_command command = {.kind = FG_DO_ADVANCE};
    fg_error error;
    bool is_read = fg_time_parse(outside[i], strlen(outside[i]), EAST(480), &command.at) == FG_OK;
    assert_int_equal(is_read, i != 1);
    fg_command_begin(&command, FG_DO_ADVANCE, is_read ? command.at : -8 * INT64_C(3600000000) - 1);
    assert_int_equal(fg_account_apply(account, &command, NULL, &error), FG_INVALID);
    assert_string_equal(error.path, "at");
    assert_int_equal(fg_account_now(account), FG_NO_TIME);
  }
  fg_account_free(account);
}

/* A quote and an order are one function of quantity and period. */
static void a_quote_of_capacity_is_what_it_costs(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  for (int64_t quantity = 1; quantity <= 300; quantity += 23) {
    for (int64_t count = 1; count <= 3; count++) {
      for (int by_day = 0; by_day < 2; by_day++) {
        fg_account *account = NULL;
        fg_outcome outcome;
        json_builder builder;
        char fields[96];
        char cost[FG_MONEY_TEXT_MAX];
        fg_visitor visitor = build_json(&builder, book);
        fg_price_query query = {.product = string_of("image"),
                                .meter = string_of("qps"),
                                .quantity = quantity,
                                .tier_quantity = -1,
                                .days = by_day ? count : 0,
                                .months = by_day ? 0 : count};
        assert_int_equal(fg_book_price(book, &query, &visitor, NULL), FG_OK);
        assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
        snprintf(fields, sizeof fields, "product=image meter=qps quantity=%d %s=%d", (int)quantity,
                 by_day ? "days" : "months", (int)count);
        fg_command order = command_of(FG_DO_BUY_CAPACITY, "2024-11-05T10:00:00", fields);
        assert_int_equal(fg_account_apply(account, &order, &outcome, NULL), FG_OK);
        fg_money_format(outcome.is.order.amount, 2, cost);
        assert_string_equal(json_string_value(json_at(builder.root, "/amount")), cost);
        json_decref(builder.root);
        fg_account_free(account);
      }
    }
  }
  fg_book_release(book);
}

/* A book cites the rules that it has: what it does not cite is not named. `not_sold` rests on the price that is
   null. */
static const char *rule_of(fg_book *book, fg_command_kind kind, const char *fields) {
  static fg_error error;
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  fg_command open = command_of(FG_DO_OPEN, "2024-11-05T10:00:00", "product=p");
  assert_int_equal(fg_account_apply(account, &open, NULL, NULL), FG_OK);
  fg_command command = command_of(kind, "2024-11-05T10:00:00", fields);
  assert_int_not_equal(fg_account_apply(account, &command, NULL, &error), FG_OK);
  fg_account_free(account);
  return error.rule;
}

static void a_rule_is_named_where_the_book_cites_it(void **state) {
  (void)state;
  static const char *const sources[] = {"\"page 3\": \"calls\", \"R18\": \"slots\", \"R33\": \"opening\"", ""};
  for (int cited = 0; cited < 2; cited++) {
    char json[1024];
    fg_book *book = NULL;
    snprintf(json, sizeof json,
             "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\","
             "\"minor_digits\": 2, \"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"sources\": {%s},"
             "\"products\": [{\"id\": \"p\", \"meter\": \"u\","
             "\"price\": {\"model\": \"flat\", \"price\": null, \"source\": \"page 3\"},"
             "\"capacity\": {\"meter\": \"slots\", \"kind\": \"slots\", \"mode\": \"manual\","
             "\"month\": {\"model\": \"flat\", \"price\": null, \"source\": \"R18\"}}}]}",
             sources[cited]);
    assert_int_equal(fg_book_load(json, strlen(json), NULL, &book, NULL), FG_OK);
    const char *const expected[] = {cited ? "" : "page 3", cited ? "" : "R18", cited ? "" : "R33"};
    assert_string_equal(rule_of(book, FG_DO_USE, "product=p quantity=1"), expected[0]);
    assert_string_equal(rule_of(book, FG_DO_BUY_CAPACITY, "product=p meter=slots quantity=1 months=1"), expected[1]);
    assert_string_equal(rule_of(book, FG_DO_BUY_CAPACITY, "product=p meter=slots quantity=1 days=1"), expected[1]);
    assert_string_equal(rule_of(book, FG_DO_OPEN, "product=p"), expected[2]);
    assert_string_equal(rule_of(book, FG_DO_SET_MODE, "product=p mode=none"), ""); /* R17, which it does not cite */
    assert_string_equal(rule_of(book, FG_DO_REFUND, "id=none"), "");
    fg_price_query query = {.product = string_of("p"), .meter = string_of("u"), .quantity = 1, .tier_quantity = -1};
    fg_error error;
    json_builder builder;
    fg_visitor visitor = build_json(&builder, book);
    assert_int_equal(fg_book_price(book, &query, &visitor, &error), FG_NOT_SOLD);
    assert_string_equal(error.rule, expected[0]);
    fg_way way = {.book = book, .product = string_of("p"), .meter = string_of("slots"), .months = 1};
    assert_int_equal(fg_way_curve(&way, 5, &visitor, &error), FG_NOT_SOLD);
    assert_string_equal(error.rule, expected[1]);
    fg_book_release(book);
  }
}

/* The guide's own book cites every rule that a status stands for. */
static void the_guide_cites_every_rule_that_refuses(void **state) {
  (void)state;
  json_t *book = load_json("books/" FACEFUSION ".json");
  for (int status = 0; status < FG_STATUS_COUNT; status++) {
    fg_string rule = fg_status_rule((fg_status)status);
    assert_true(rule.length == 0 || json_object_get(json_object_get(book, "sources"), rule.text) != NULL);
  }
  json_decref(book);
}

/* A line asks for a statement of 8,000 years: sixty of them answered more than a gigabyte. */
static void statements_of_a_timeline_are_bounded(void **state) {
  (void)state;
  skip_if_slow();
  char document[8192];
  int length = snprintf(document, sizeof document,
                        "{\"book\": \"" FACEFUSION "\", \"commands\": ["
                        "{\"at\": \"2024-11-05\", \"do\": \"open\", \"product\": \"image\"},"
                        "{\"at\": \"9999-11-05\", \"do\": \"advance\"}");
  for (int i = 0; i < 60; i++) {
    length += snprintf(document + length, sizeof document - (size_t)length, ",{\"at\": \"9999-11-05\", \"do\": \"%s\"}",
                       i < 58   ? "statement"
                       : i < 59 ? "preview"
                                : "advance");
  }
  snprintf(document + length, sizeof document - (size_t)length, "]}");
  fg_book_source books = {find_book, NULL};
  fg_text text = {0};
  assert_int_equal(fg_replay(document, strlen(document), &books, NULL, NULL, &text, NULL), FG_OK);
  assert_true(text.length > FG_TIMELINE_LISTS_MAX && text.length < FG_TIMELINE_LISTS_MAX / 2 * 3);
  const char *refused = strstr(text.text, "{\"do\":\"preview\",\"ok\":false,\"error\":\"overflow\"");
  assert_non_null(refused);
  assert_non_null(strstr(refused, "{\"do\":\"advance\",\"ok\":true}"));
  fg_text_release(&text);
}

/* Four monthly grants of 8,000 years do not fit: those before stay, and nothing is bought beyond. */
static void what_an_account_holds_is_bounded(void **state) {
  (void)state;
  skip_if_slow();
  char json[2048];
  fg_book *book = NULL;
  fg_account *account = NULL;
  int length = snprintf(
      json, sizeof json,
      "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\","
      "\"minor_digits\": 2, \"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"products\": [{"
      "\"id\": \"p\", \"meter\": \"u\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}, \"packs\": ["
      "{\"id\": \"one\", \"units\": 1, \"price\": \"1\", \"validity\": \"permanent\"}], \"grants\": [");
  for (int i = 0; i < 4; i++) {
    length += snprintf(json + length, sizeof json - (size_t)length,
                       "%s{\"id\": \"g%d\", \"quantity\": 1, \"issue\": \"monthly\", \"validity\": \"month\"}",
                       i > 0 ? "," : "", i);
  }
  snprintf(json + length, sizeof json - (size_t)length, "]}]}");
  assert_int_equal(fg_book_load(json, strlen(json), NULL, &book, NULL), FG_OK);
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  must(account, FG_DO_OPEN, "2000-01-01T00:00:00", "product=p");
  assert_int_equal(apply(account, FG_DO_ADVANCE, "9999-01-01T00:00:00", "", NULL), FG_OVERFLOW);
  assert_int_equal(account->state.lots.count, FG_LOTS_MAX);
  assert_true(fg_account_now(account) == at("4083-04-30T23:59:59.999999")); /* 25,000 months after */
  assert_int_equal(apply(account, FG_DO_GIVE_PACK, "4083-04-30T23:59:59.999999", "product=p pack=one", NULL),
                   FG_OVERFLOW);
  must(account, FG_DO_USE, "4083-04-30T23:59:59.999999", "product=p quantity=1");
  fg_account_free(account);
  fg_book_release(book);
}

#define TIERS                                                                                                          \
  "\"tier_period\": \"year\", \"price\": {\"model\": \"graduated\", \"tiers\": [{\"from\": 0, \"price\": \"1\"}]}"

/* The answer to an event tells the lots of two products, so its list is larger than that of what one product takes. As
   more packs come, now one list is enlarged and now the other; the answer always has room for what is taken. */
static void an_answer_has_room_for_all_lots(void **state) {
  (void)state;
  fg_book *book = load_text(
      "{\"format\": \"faregate-book/2\", \"id\": \"t\", \"title\": \"T\", \"currency\": \"EUR\", \"minor_digits\": 2, "
      "\"time_zone\": \"+00:00\", \"rounding\": \"none\", \"events\": [{\"id\": \"both\", \"products\": [\"a\", \"b\"]}], "
      "\"products\": [{\"id\": \"a\", \"meter\": \"u\", " TIERS ", \"packs\": "
      "[{\"id\": \"k\", \"units\": 10, \"price\": \"5\", \"validity\": {\"years\": 1}}]}, "
      "{\"id\": \"b\", \"meter\": \"u\", " TIERS ", \"packs\": "
      "[{\"id\": \"k\", \"units\": 10, \"price\": \"5\", \"validity\": {\"years\": 1}}]}]}");
  for (int first = 1; first <= 4; first++) { /* how many lots there are before the event */
    fg_account *account = NULL;
    assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
    must(account, FG_DO_OPEN, "2025-01-01", "product=a");
    must(account, FG_DO_OPEN, "2025-01-01", "product=b");
    must(account, FG_DO_BUY_PACK, "2025-01-01", "product=b pack=k");
    for (int i = 0; i < first; i++) {
      must(account, FG_DO_BUY_PACK, "2025-01-01", "product=a pack=k");
    }
    must(account, FG_DO_CALL, "2025-01-02", "product=both quantity=1 id=x");
    for (int lots = first + 1; lots <= 9; lots++) {
      must(account, FG_DO_BUY_PACK, "2025-01-03", "product=a pack=k");
      must(account, FG_DO_USE, "2025-01-03", "product=a quantity=0");
      assert_true(account->draws.room >= account->taken.room);
    }
    const fg_outcome used = must(account, FG_DO_USE, "2025-02-03", "product=a quantity=89");
    assert_int_equal(used.is.used.pack_count, 9);
    assert_true(account->draws.room >= account->taken.room);
    fg_account_free(account);
  }
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_new_account),
      cmocka_unit_test(test_switches_are_checked),
      cmocka_unit_test(test_funds_below_zero_are_refused),
      cmocka_unit_test(test_outcomes),
      cmocka_unit_test(test_a_refusal_names_its_rule_and_changes_nothing),
      cmocka_unit_test(test_due_events_stay_after_a_refusal),
      cmocka_unit_test(test_forks_are_independent),
      cmocka_unit_test(test_a_chain_of_forks),
      cmocka_unit_test(test_size),
      cmocka_unit_test(test_a_visitor_may_stop),
      cmocka_unit_test(test_wrong_commands),
      cmocka_unit_test(test_times_at_the_ends),
      cmocka_unit_test(what_fell_due_before_the_end_of_the_calendar_stays),
      cmocka_unit_test(test_the_first_instant),
      cmocka_unit_test(test_instants_outside_of_the_books_calendar),
      cmocka_unit_test(a_quote_of_capacity_is_what_it_costs),
      cmocka_unit_test(a_rule_is_named_where_the_book_cites_it),
      cmocka_unit_test(the_guide_cites_every_rule_that_refuses),
      cmocka_unit_test(statements_of_a_timeline_are_bounded),
      cmocka_unit_test(what_an_account_holds_is_bounded),
      cmocka_unit_test(an_answer_has_room_for_all_lots),
  };
  return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
