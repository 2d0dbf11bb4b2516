/* A usage log to bills: all layouts of text, what is set aside, memory that runs out anywhere. */
#include "support.h"
#include "faregate_bulk.h"

/* Four events of two accounts as columns; the third has no account, the fourth is of no product. */
static const int32_t account_offsets[] = {0, 1, 5, 5, 6};
static const char account_bytes[] = "afour"
                                    "a";
static const uint8_t account_validity = 0x0B;
static const int32_t product_offsets[] = {0, 5, 10};
static const int8_t product_codes[] = {0, 0, 0, 1};
static const int64_t quantities[] = {5000, 90000, 1, 7};

typedef struct event_columns {
  int64_t times[4];
  fg_integers codes;
  fg_events events;
} event_columns;

static void make_events(event_columns *made) {
  const char *times[] = {"2024-11-05T10:00:00", "2024-11-06T10:00:00", "2024-11-07T10:00:00", "2024-11-08T10:00:00"};
  for (int i = 0; i < 4; i++) {
    made->times[i] = at(times[i]);
  }
  made->codes = (fg_integers){product_codes, NULL, 0, 4, FG_INT8};
  made->events = (fg_events){
      .count = 4,
      .accounts = {FG_TEXT_OFFSETS32, account_offsets, account_bytes, NULL, &account_validity, 0, 4, NULL},
      .products = {FG_TEXT_OFFSETS32, product_offsets, "imagevideo", NULL, NULL, 0, 2, &made->codes},
      .times = {made->times, NULL, 0, 4, FG_INT64},
      .time_unit = FG_MICROSECONDS,
      .quantities = {quantities, NULL, 0, 4, FG_INT64},
      .first_row = 100};
}

static fg_biller *biller_of(const fg_allocator *allocator) {
  fg_book *book = load_book(FACEFUSION);
  fg_account_options options = {.allocator = allocator};
  fg_account *pattern = NULL;
  fg_biller *biller = NULL;
  fg_status status = fg_account_new(book, &options, &pattern, NULL);
  if (status == FG_OK) {
    status = fg_biller_new(pattern, FG_NO_TIME, &biller);
  }
  assert_true(status == FG_OK || status == FG_NO_MEMORY);
  fg_account_free(pattern);
  fg_book_release(book);
  return status == FG_OK ? biller : NULL;
}

static void test_accounts_live_their_own_events(void **state) {
  (void)state;
  event_columns columns;
  make_events(&columns);
  fg_biller *biller = biller_of(NULL);
  assert_int_equal(fg_biller_run(biller, &columns.events, NULL), FG_OK);
  size_t count = 0;
  const fg_set_aside *aside = fg_biller_set_aside(biller, &count);
  assert_int_equal(count, 2);
  assert_int_equal(aside[0].row, 102);
  assert_true(aside[0].kind == FG_ASIDE_UNREADABLE);
  assert_string_equal(aside[0].column, "account");
  assert_int_equal(aside[1].row, 103);
  assert_int_equal(aside[1].status, FG_UNKNOWN_PRODUCT);
  assert_int_equal(aside[1].quantity, 7);
  assert_int_equal(fg_biller_finish(biller, NULL), FG_OK);
  assert_int_equal(fg_biller_account_count(biller), 2);
  const char *totals[] = {"960.00", "16020.00"}; /* (5,000 - 1,000) x 0.24, and W4 */
  for (size_t i = 0; i < 2; i++) {
    fg_string name;
    json_t *statement = statement_of(fg_biller_account(biller, i, &name));
    assert_string_equal(name.text, i == 0 ? "a" : "four");
    assert_string_equal(json_string_value(json_at(statement, "/invoices/0/total")), totals[i]);
    json_decref(statement);
  }
  fg_biller_free(biller);
}

static void test_views_and_large_offsets_are_the_same_texts(void **state) {
  (void)state;
  struct {
    int32_t length;
    char text[12];
  } short_view = {4, "four"};
  const char *buffers[] = {"xxa name of many bytes"};
  unsigned char views[32];
  const int32_t long_view[] = {20, 0, 0, 2};
  memcpy(views, &short_view, 16);
  memcpy(views + 16, long_view, 16);
  const int64_t offsets[] = {0, 4, 24};
  const fg_texts layouts[] = {
      {FG_TEXT_VIEWS, views, NULL, buffers, NULL, 0, 2, NULL},
      {FG_TEXT_OFFSETS64, offsets, "foura name of many bytes", NULL, NULL, 0, 2, NULL},
  };
  for (size_t i = 0; i < 2; i++) {
    event_columns columns;
    make_events(&columns);
    columns.events.count = 2;
    columns.events.accounts = layouts[i];
    fg_biller *biller = biller_of(NULL);
    fg_string name;
    assert_int_equal(fg_biller_run(biller, &columns.events, NULL), FG_OK);
    fg_biller_account(biller, 0, &name);
    assert_string_equal(name.text, "four");
    fg_biller_account(biller, 1, &name);
    assert_string_equal(name.text, "a name of many bytes");
    fg_biller_free(biller);
  }
}

static void test_commands_come_before_the_events_of_their_instant(void **state) {
  (void)state;
  event_columns columns;
  make_events(&columns);
  fg_biller *biller = biller_of(NULL);
  fg_error error;
  fg_command pack = command_of(FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-10k id=p");
  assert_int_equal(fg_biller_command(biller, string_of("a"), &pack, &error), FG_OK);
  pack.at = at("2024-11-04T10:00:00");
  assert_int_equal(fg_biller_command(biller, string_of("a"), &pack, &error), FG_TIME_REVERSAL);
  assert_int_equal(fg_biller_run(biller, &columns.events, NULL), FG_OK);
  assert_int_equal(fg_biller_finish(biller, NULL), FG_OK);
  fg_string name;
  json_t *statement = statement_of(fg_biller_account(biller, 0, &name));
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/packs/0/left")), 6000);
  json_decref(statement);
  fg_biller_free(biller);
}

/* The biller keeps the price book of a command until it is done. */
static void test_a_command_keeps_its_book(void **state) {
  (void)state;
  fg_biller *biller = biller_of(NULL);
  fg_book *given = load_book(FACEFUSION);
  fg_command adopt;
  fg_command_begin(&adopt, FG_DO_ADOPT, at("2024-11-05T10:00:00"));
  assert_int_equal(fg_command_set_book(&adopt, "book", given, NULL), FG_OK);
  assert_int_equal(fg_command_set_text(&adopt, "effective", string_of("2025-01-01"), NULL), FG_OK);
  assert_int_equal(fg_biller_command(biller, string_of("a"), &adopt, NULL), FG_OK);
  fg_book_release(given);
  assert_int_equal(fg_biller_finish(biller, NULL), FG_OK);
  size_t count = 0;
  (void)fg_biller_set_aside(biller, &count);
  assert_int_equal(count, 0);
  fg_biller_free(biller);
}

static void test_an_account_is_entered_once_and_of_the_same_book(void **state) {
  (void)state;
  fg_biller *biller = biller_of(NULL);
  fg_string name;
  event_columns columns;
  make_events(&columns);
  assert_int_equal(fg_biller_run(biller, &columns.events, NULL), FG_OK);
  fg_account *fork = NULL;
  assert_int_equal(fg_account_fork(fg_biller_account(biller, 0, &name), &fork), FG_OK);
  assert_int_equal(fg_biller_enter(biller, string_of("a"), fork, NULL), FG_ID_CONFLICT);
  assert_int_equal(fg_biller_enter(biller, string_of("\xff"), fork, NULL), FG_INVALID);
  assert_int_equal(fg_biller_enter(biller, string_of("b"), fork, NULL), FG_OK);
  fg_book *same = load_book(FACEFUSION); /* as another process has it */
  fg_book *another = load_book("aws-lambda");
  fg_account *known = NULL, *other = NULL;
  assert_int_equal(fg_account_new(same, NULL, &known, NULL), FG_OK);
  assert_int_equal(fg_biller_enter(biller, string_of("c"), known, NULL), FG_OK);
  assert_int_equal(fg_account_new(another, NULL, &other, NULL), FG_OK);
  assert_int_equal(fg_biller_enter(biller, string_of("d"), other, NULL), FG_INVALID);
  fg_account_free(other);
  fg_book_release(another);
  fg_book_release(same);
  fg_biller_free(biller);
}

/* True once nothing was asked for past the allocation that fails. */
static bool try_with_scarce_memory(long fail_at) {
  event_columns columns;
  make_events(&columns);
  fg_allocator allocator = scarce_allocator();
  memory = (scarcity){.fail_at = fail_at};
  fg_biller *biller = biller_of(&allocator);
  if (biller != NULL) {
    fg_biller_detail(biller);
  }
  fg_status status = biller == NULL ? FG_NO_MEMORY : fg_biller_run(biller, &columns.events, NULL);
  status = status == FG_OK ? fg_biller_finish(biller, NULL) : status;
  bool reached_the_end = memory.asked < fail_at;
  assert_int_equal(status, reached_the_end ? FG_OK : FG_NO_MEMORY);
  fg_biller_free(biller);
  assert_int_equal(memory.live, 0);
  return reached_the_end;
}

static void test_memory_may_run_out_anywhere(void **state) {
  (void)state;
  long fail_at = 1;
  while (!try_with_scarce_memory(fail_at)) {
    fail_at++;
  }
  assert_true(fail_at > 20);
  memory = (scarcity){.fail_at = 0};
}

/* The state of account "a" after the four events and their settlement. */
static fg_text state_of_a(void) {
  event_columns columns;
  fg_text bytes = {.length = 0};
  make_events(&columns);
  fg_biller *biller = biller_of(NULL);
  assert_int_equal(fg_biller_run(biller, &columns.events, NULL), FG_OK);
  assert_int_equal(fg_biller_finish(biller, NULL), FG_OK);
  assert_int_equal(fg_biller_state(biller, 0, &bytes), FG_OK);
  fg_biller_free(biller);
  return bytes;
}

/* Goes on from a state; answers the invoices that are told then, or -1 where memory ran out. */
static int go_on_from(fg_string state, const fg_allocator *allocator) {
  fg_biller *biller = biller_of(allocator);
  fg_text again = {.length = 0};
  json_builder builder = {.root = NULL};
  int invoices = -1;
  fg_status status = biller == NULL ? FG_NO_MEMORY : fg_biller_resume(biller, string_of("a"), state, NULL);
  status = status == FG_OK ? fg_biller_finish(biller, NULL) : status;
  status = status == FG_OK ? fg_biller_state(biller, 0, &again) : status;
  if (status == FG_OK) {
    fg_string name;
    fg_visitor visitor = build_json(&builder, fg_account_book(fg_biller_account(biller, 0, &name)));
    status = fg_biller_invoices(biller, 0, &visitor);
    invoices = status == FG_OK ? (int)json_array_size(whole(&builder)) : -1;
  }
  assert_true(status == FG_OK || status == FG_NO_MEMORY);
  json_decref(builder.root);
  fg_text_release(&again);
  fg_biller_free(biller);
  return invoices;
}

static void test_bills_go_on_from_a_state(void **state) {
  (void)state;
  fg_text bytes = state_of_a();
  const fg_string of_a = {bytes.text, bytes.length};
  assert_int_equal(go_on_from(of_a, NULL), 0); /* its one invoice is told already, and a month without usage has none */
  fg_biller *biller = biller_of(NULL);
  assert_int_equal(fg_biller_resume(biller, string_of("a"), (fg_string){bytes.text, bytes.length - 1}, NULL),
                   FG_INVALID);
  assert_int_equal(fg_biller_resume(biller, string_of("a"), of_a, NULL), FG_OK);
  assert_int_equal(fg_biller_resume(biller, string_of("a"), of_a, NULL), FG_ID_CONFLICT);
  fg_biller_free(biller);
  fg_text_release(&bytes);
}

static void test_memory_may_run_out_when_bills_go_on(void **state) {
  (void)state;
  fg_text bytes = state_of_a();
  fg_allocator allocator = scarce_allocator();
  long fail_at = 1;
  for (bool is_done = false; !is_done; fail_at++) {
    memory = (scarcity){.fail_at = fail_at};
    int invoices = go_on_from((fg_string){bytes.text, bytes.length}, &allocator);
    is_done = memory.asked < fail_at;
    assert_int_equal(invoices, is_done ? 0 : -1);
    assert_int_equal(memory.live, 0);
  }
  memory = (scarcity){.fail_at = 0};
  fg_text_release(&bytes);
}

/* Batches of one row each, or more, by accounts a0, a1 … and by the number of the row. */
enum { MANY = 700 };
typedef struct many_events {
  int32_t offsets[MANY + 1], product_offsets[MANY + 1];
  char names[MANY * 5], products[MANY * 5 + 1];
  int64_t times[MANY], quantities[MANY];
  fg_events events;
} many_events;

static many_events many;

static void make_many(size_t count, int accounts, const char *begin) {
  size_t length = 0;
  for (size_t i = 0; i < count; i++) {
    length += (size_t)snprintf(many.names + length, sizeof many.names - length, "a%d",
                               (int)(i * 37 % (size_t)accounts));
    many.offsets[i + 1] = (int32_t)length;
    memcpy(many.products + 5 * i, "image", 5);
    many.product_offsets[i + 1] = (int32_t)(5 * (i + 1));
    many.times[i] = at(begin) + (int64_t)i;
    many.quantities[i] = (int64_t)i + 1;
  }
  many.events = (fg_events){
      .count = count,
      .accounts = {FG_TEXT_OFFSETS32, many.offsets, many.names, NULL, NULL, 0, count, NULL},
      .products = {FG_TEXT_OFFSETS32, many.product_offsets, many.products, NULL, NULL, 0, count, NULL},
      .times = {many.times, NULL, 0, count, FG_INT64},
      .time_unit = FG_MICROSECONDS,
      .quantities = {many.quantities, NULL, 0, count, FG_INT64}};
}

static json_int_t number_at(const fg_account *account, const char *pointer) {
  json_t *statement = statement_of(account);
  const json_t *found = json_at(statement, pointer);
  json_int_t number = found == NULL ? -1 : json_integer_value(found);
  json_decref(statement);
  return number;
}

/* More accounts than the first tables hold; each has what its own rows used, over several batches. */
static void test_many_accounts(void **state) {
  (void)state;
  fg_biller *biller = biller_of(NULL);
  int64_t used[MANY] = {0};
  for (int batch = 0; batch < 3; batch++) {
    make_many(MANY, batch == 0 ? 50 : 300,
              batch == 0   ? "2024-11-05T10:00:00"
              : batch == 1 ? "2024-11-06T10:00:00"
                           : "2024-11-07T10:00:00");
    for (int i = 0; i < MANY; i++) {
      used[i * 37 % (batch == 0 ? 50 : 300)] += i + 1;
    }
    assert_int_equal(fg_biller_run(biller, &many.events, NULL), FG_OK);
  }
  assert_int_equal(fg_biller_account_count(biller), 300);
  int64_t sum = 0;
  for (size_t i = 0; i < 300; i++) {
    fg_string name;
    const fg_account *account = fg_biller_account(biller, i, &name);
    long number = strtol(name.text + 1, NULL, 10);
    assert_int_equal(number_at(account, "/products/image/month/total"), used[number]);
    sum += used[number];
  }
  assert_int_equal(sum, 3 * MANY * (MANY + 1) / 2);
  fg_biller_free(biller);
}

static fg_biller *biller_until(fg_time until) {
  fg_book *book = load_book(FACEFUSION);
  fg_account *pattern = NULL;
  fg_biller *biller = NULL;
  assert_int_equal(fg_account_new(book, NULL, &pattern, NULL), FG_OK);
  assert_int_equal(fg_biller_new(pattern, until, &biller), FG_OK);
  fg_account_free(pattern);
  fg_book_release(book);
  return biller;
}

static fg_status give(fg_biller *biller, const char *name, fg_command_kind kind, const char *instant,
                      const char *fields) {
  fg_command command = command_of(kind, instant, fields);
  return fg_biller_command(biller, string_of(name), &command, NULL);
}

/* Bills end at `until`: rows and commands at it happen, those a microsecond later are set aside by kind, with all they
   say. */
static void test_bills_end(void **state) {
  (void)state;
  fg_biller *biller = biller_until(at("2024-11-05T10:00:00.000001"));
  make_many(4, 2, "2024-11-05T10:00:00");
  many.times[3] = many.times[2] = many.times[1] + 1;
  memcpy(many.products + 15, "video", 5);
  assert_int_equal(give(biller, "a0", FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-1k id=p"),
                   FG_OK);
  assert_int_equal(give(biller, "a0", FG_DO_BUY_PACK, "2024-11-05T10:00:00.000002", "product=image pack=calls-1k id=q"),
                   FG_OK);
  assert_int_equal(fg_biller_run(biller, &many.events, NULL), FG_OK);
  size_t count = 0;
  const fg_set_aside *aside = fg_biller_set_aside(biller, &count);
  assert_int_equal(count, 3);
  assert_int_equal(aside[0].row, -1); /* the pack, before the event of its account at that instant */
  assert_memory_equal(aside[0].id.text, "q", 1);
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(aside[i].kind, FG_ASIDE_LATER);
    assert_int_equal(aside[i].at, at("2024-11-05T10:00:00.000002"));
    assert_string_equal(aside[i].message, "");
    assert_string_equal(aside[i].column, "");
    assert_string_equal(aside[i].rule, "");
  }
  assert_int_equal(aside[1].row, 2);
  assert_int_equal(aside[1].quantity, 3);
  assert_memory_equal(aside[1].product.text, "image", 5);
  assert_int_equal(aside[2].row, 3); /* also of a product that there is not */
  assert_memory_equal(aside[2].product.text, "video", 5);
  assert_int_equal(fg_biller_finish(biller, NULL), FG_OK);
  fg_biller_set_aside(biller, &count);
  assert_int_equal(count, 0);
  for (size_t i = 0; i < 2; i++) {
    fg_string name;
    const fg_account *account = fg_biller_account(biller, i, &name);
    assert_int_equal(fg_account_now(account), at("2024-11-05T10:00:00.000001"));
    assert_int_equal(number_at(account, "/products/image/month/total"), i + 1);
  }
  fg_biller_free(biller);
}

/* With no end given they end at the settlement of the latest month that any account has seen. */
static void test_the_end_of_all(void **state) {
  (void)state;
  fg_biller *biller = biller_until(FG_NO_TIME);
  make_many(2, 2, "2024-11-05T10:00:00");
  many.times[1] = at("2025-02-05T10:00:00");
  assert_int_equal(fg_biller_run(biller, &many.events, NULL), FG_OK);
  assert_int_equal(give(biller, "a2", FG_DO_OPEN, "2024-12-05T10:00:00", "product=image"), FG_OK);
  assert_int_equal(give(biller, "a2", FG_DO_USE, "2025-01-05T10:00:00", "product=image quantity=5"), FG_OK);
  assert_int_equal(give(biller, "a2", FG_DO_USE, "2025-01-05T10:00:01", "product=none quantity=5 id=x"), FG_OK);
  assert_int_equal(give(biller, "a2", FG_DO_USE, "2025-01-05T10:00:00", "product=image quantity=5"), FG_TIME_REVERSAL);
  fg_string name;
  assert_int_equal(fg_account_now(fg_biller_account(biller, 2, &name)), FG_NO_TIME);
  assert_int_equal(fg_biller_finish(biller, NULL), FG_OK);
  size_t count = 0;
  const fg_set_aside *aside = fg_biller_set_aside(biller, &count);
  assert_int_equal(count, 1);
  assert_int_equal(aside->row, -1);
  assert_int_equal(aside->kind, FG_ASIDE_REFUSED);
  assert_int_equal(aside->status, FG_UNKNOWN_PRODUCT);
  assert_string_equal(aside->message, "there is no product none; the nearest is image, of image, image-pro");
  assert_memory_equal(aside->id.text, "x", 1);
  for (size_t i = 0; i < 3; i++) {
    const fg_account *account = fg_biller_account(biller, i, &name);
    assert_int_equal(fg_account_now(account), at("2025-03-01T00:00:00"));
    json_t *statement = statement_of(account);
    assert_int_equal(json_array_size(json_at(statement, "/invoices")), 1);
    json_decref(statement);
  }
  assert_int_equal(fg_biller_finish(biller, NULL), FG_OK); /* once more changes nothing */
  fg_biller_set_aside(biller, &count);
  assert_int_equal(count, 0);
  fg_biller_free(biller);
}

/* R33: what was closed stays closed, and its rows are refused; what was never open is opened by its first row. */
static void test_rows_open_what_was_never_open(void **state) {
  (void)state;
  fg_biller *biller = biller_until(FG_NO_TIME);
  make_many(2, 2, "2024-11-05T10:00:00");
  assert_int_equal(give(biller, "a0", FG_DO_OPEN, "2024-11-01T10:00:00", "product=image"), FG_OK);
  assert_int_equal(give(biller, "a0", FG_DO_CLOSE, "2024-11-02T10:00:00", "product=image"), FG_OK);
  assert_int_equal(give(biller, "a1", FG_DO_SUSPEND, "2024-11-02T10:00:00", ""), FG_OK);
  assert_int_equal(fg_biller_run(biller, &many.events, NULL), FG_OK);
  size_t count = 0;
  const fg_set_aside *aside = fg_biller_set_aside(biller, &count);
  assert_int_equal(count, 2);
  assert_int_equal(aside[0].status, FG_NOT_OPEN);
  assert_string_equal(aside[0].rule, "R33");
  assert_int_equal(aside[1].status, FG_VIOLATION);
  fg_biller_free(biller);
}

/* A row that is refused leaves the account that was there before it, and one that memory fails in leaves nothing. */
static void test_memory_may_run_out_in_first_rows_that_are_refused(void **state) {
  (void)state;
  fg_allocator allocator = scarce_allocator();
  make_many(4, 2, "2024-11-05T10:00:00");
  long fail_at = 1;
  for (fg_status status = FG_NO_MEMORY; status == FG_NO_MEMORY; fail_at++) {
    memory = (scarcity){.fail_at = fail_at};
    fg_biller *biller = biller_of(&allocator);
    status = biller == NULL ? FG_NO_MEMORY : give(biller, "a0", FG_DO_SUSPEND, "2024-11-02T10:00:00", "");
    status = status == FG_OK ? fg_biller_run(biller, &many.events, NULL) : status;
    assert_int_equal(status, memory.asked < fail_at ? FG_OK : FG_NO_MEMORY);
    for (size_t i = 0; status == FG_OK && i < 2; i++) {
      fg_string name;
      memory.fail_at = 0;
      const fg_account *account = fg_biller_account(biller, i, &name);
      assert_int_equal(number_at(account, "/products/image/month/total"), name.text[1] == '0' ? 0 : 2 + 4);
    }
    fg_biller_free(biller);
    assert_int_equal(memory.live, 0);
  }
  assert_true(fail_at > 40);
  memory = (scarcity){.fail_at = 0};
}

/* Also at its very beginning, and with what is set aside of each kind. */
static void test_memory_may_run_out_in_commands(void **state) {
  (void)state;
  fg_allocator allocator = scarce_allocator();
  fg_status status = FG_NO_MEMORY;
  for (long fail_at = 1; status == FG_NO_MEMORY; fail_at++) {
    memory = (scarcity){.fail_at = fail_at};
    fg_biller *biller = biller_of(&allocator);
    if (biller != NULL) {
      status = give(biller, "a0", FG_DO_OPEN, "2024-11-01T10:00:00", "product=image");
      status = status == FG_OK ? give(biller, "a0", FG_DO_USE, "2024-11-01T10:00:00", "product=image quantity=1 id=i")
                               : status;
      status = status == FG_OK ? give(biller, "a0", FG_DO_USE, "2024-11-01T10:00:00", "product=image quantity=1 id=i")
                               : status;
      status = status == FG_OK ? give(biller, "a0", FG_DO_CLAIM, "2024-11-01T10:00:00", "product=none grant=none")
                               : status;
      status = status == FG_OK ? fg_biller_finish(biller, NULL) : status;
      size_t count = 0;
      if (status == FG_OK) {
        fg_biller_set_aside(biller, &count);
        assert_int_equal(count, 2); /* repeated, and refused */
      }
    }
    assert_int_equal(status, memory.asked < fail_at ? FG_OK : FG_NO_MEMORY);
    fg_biller_free(biller);
    assert_int_equal(memory.live, 0);
  }
  memory = (scarcity){.fail_at = 0};
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_accounts_live_their_own_events),
      cmocka_unit_test(test_views_and_large_offsets_are_the_same_texts),
      cmocka_unit_test(test_commands_come_before_the_events_of_their_instant),
      cmocka_unit_test(test_a_command_keeps_its_book),
      cmocka_unit_test(test_an_account_is_entered_once_and_of_the_same_book),
      cmocka_unit_test(test_memory_may_run_out_anywhere),
      cmocka_unit_test(test_bills_go_on_from_a_state),
      cmocka_unit_test(test_memory_may_run_out_when_bills_go_on),
      cmocka_unit_test(test_many_accounts),
      cmocka_unit_test(test_bills_end),
      cmocka_unit_test(test_the_end_of_all),
      cmocka_unit_test(test_rows_open_what_was_never_open),
      cmocka_unit_test(test_memory_may_run_out_in_first_rows_that_are_refused),
      cmocka_unit_test(test_memory_may_run_out_in_commands),
  };
  return cmocka_run_group_tests_name("biller", tests, NULL, NULL);
}
