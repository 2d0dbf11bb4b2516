/* A state that no life leads to is refused when it is read, though its bytes are whole: each case spoils one thing of
   an account that holds something of every kind. What follows from the rest is compared where the bytes say it, as
   those of format 4 do; later ones leave it out, and it is what it was. */
#include "support.h"

#include "account/snapshot.h"

static fg_account *new_account(void) {
  fg_funds wallet = {{fg_money_zero()}};
  fg_account_options options = {.wallet = &wallet};
  fg_account *account = NULL;
  wallet.of[FG_CASH] = money("50000");
  wallet.of[FG_INCOME] = money("5");
  wallet.of[FG_GIFT] = money("7");
  assert_int_equal(fg_account_new(facefusion, &options, &account, NULL), FG_OK);
  return account;
}

/* Grants: the free calls of two months, the free materials' pack, p1, g1, and 100 of image-pro. */
static fg_account *rich_account(void) {
  static const struct {
    fg_command_kind kind;
    const char *at, *fields;
  } life[] = {
      {FG_DO_OPEN, "2024-11-05T10:00:00", "product=image"},
      {FG_DO_OPEN, "2024-11-05T10:00:00", "product=image-pro"},
      {FG_DO_CLAIM, "2024-11-05T10:00:00", "product=image-pro grant=free-calls"},
      {FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-10k id=p1"},
      {FG_DO_GIVE_PACK, "2024-11-05T10:00:01", "product=image pack=calls-1k id=g1"},
      {FG_DO_BUY_PACK, "2024-11-05T10:00:01", "product=image pack=materials-10 id=m1"},
      {FG_DO_ADD_MATERIALS, "2024-11-05T10:00:02", "product=image quantity=15"},
      {FG_DO_BUY_CAPACITY, "2024-11-05T10:00:02", "product=image meter=qps quantity=5 days=40 id=q1"},
      {FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=5000 id=u1"},
      {FG_DO_ADJUST, "2024-11-06T10:00:00", "product=image quantity=-7 reason=november"},
      {FG_DO_ANNOUNCE, "2024-11-07T10:00:00", "product=image grant=free-calls quantity=5 effective=2025-01-01"},
      {FG_DO_SET_BUDGET, "2024-12-01T10:00:00", "day=100 month=500"},
      {FG_DO_USE, "2024-12-04T10:00:00", "product=image quantity=300"},
      {FG_DO_CALL, "2024-12-05T10:00:00", "product=image id=c1 owner=left quantity=3 timeout_ms=5000"},
      {FG_DO_CALL, "2024-12-05T10:00:00", "product=image-pro id=c2"},
      {FG_DO_USE, "2024-12-05T10:00:00.1", "product=image quantity=1200"},
      {FG_DO_ADJUST, "2024-12-05T10:00:00.2", "product=image quantity=-2 reason=less"},
      {FG_DO_ADJUST, "2024-12-05T10:00:00.3", "product=image quantity=1 reason=more"},
      {FG_DO_CALL, "2024-12-05T10:00:00.4", "product=image id=c3"},
  };
  fg_account *account = new_account();
  for (size_t i = 0; i < sizeof life / sizeof *life; i++) {
    fg_command command = command_of(life[i].kind, life[i].at, life[i].fields);
    fg_error error = {0};
    if (fg_account_apply(account, &command, NULL, &error) != FG_OK) {
      fail_msg("%s: %s", life[i].fields, error.message);
    }
  }
  return account;
}

static fg_text told_of(const fg_account *account) {
  fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
  assert_int_equal(fg_snapshot_write_told(account, &bytes), FG_OK);
  return bytes;
}

static fg_status read_again(const fg_account *account) {
  fg_account *copy = new_account();
  fg_status status = read_told_snapshot_of(account, copy);
  fg_account_free(copy);
  return status;
}

/* Whether the bytes without what follows from the rest are refused, or give the account as it was. */
static bool cannot_lie(const fg_account *spoiled, const fg_account *as_it_was) {
  fg_account *copy = new_account();
  fg_status status = read_snapshot_of(spoiled, copy);
  fg_text told = status == FG_OK ? told_of(copy) : (fg_text){.text = NULL};
  fg_text expected = told_of(as_it_was);
  bool is_same = told.length == expected.length && memcmp(told.text, expected.text, told.length) == 0;
  fg_text_release(&told);
  fg_text_release(&expected);
  fg_account_free(copy);
  return status == FG_INVALID || (status == FG_OK && is_same);
}

static void test_as_it_is(void **state) {
  (void)state;
  fg_account *account = rich_account();
  assert_int_equal(read_again(account), FG_OK);
  assert_int_equal(account->state.holds.count, 3);
  assert_true(account->state.groups[0].regimes.count > 1);
  assert_true(account->state.windows[0].admissions.count > 0);
  fg_account_free(account);
}

/* By its place in the list, or by the id of a pack. */
static fg_lot *lot(fg_account *account, const char *id) {
  fg_lot *found = fg_state_lot(&account->state, string_of(id));
  assert_non_null(found);
  return found;
}

static fg_ordered *answer_of(fg_account *account, const char *id) {
  for (uint32_t i = 0; i < account->history->commands.count; i++) {
    fg_ordered *order = &account->history->commands.items[i].answer.is.order;
    if (order->id.length == strlen(id) && memcmp(order->id.text, id, strlen(id)) == 0) {
      return order;
    }
  }
  fail_msg("no order %s", id);
  return NULL;
}

static fg_money cent_more(fg_money amount) {
  fg_money sum = fg_money_zero();
  assert_int_equal(fg_money_add(amount, money("0.01"), &sum), FG_OK);
  return sum;
}

static fg_invoice_line *line_of(fg_invoice *invoice) { return (fg_invoice_line *)(uintptr_t)&invoice->lines[0]; }
static fg_adjustment *adjustment_of(fg_invoice *invoice) {
  assert_int_equal(invoice->adjustment_count, 1);
  return (fg_adjustment *)(uintptr_t)&invoice->adjustments[0];
}

#define SPOIL(change)                                                                                                  \
  case __LINE__: change; return true

/* A fact that others follow from: where the bytes do not say these, it is another life's. */
static bool is_fact;

#define SPOIL_FACT(change)                                                                                             \
  case __LINE__:                                                                                                       \
    change;                                                                                                            \
    is_fact = true;                                                                                                    \
    return true

#define FREE_NOW lot(account, "image/free-calls/2024-12")
#define LAST_BUCKET (&image->buckets.items[image->buckets.count - 1])
#define FIRST_REGIME (&image_group->regimes.items[0])
#define LAST_REGIME (&image_group->regimes.items[image_group->regimes.count - 1])

static const int first_case = __LINE__;

/* False if no case stands on that line. */
static bool spoil(fg_account *account, int line) {
  fg_state *state = &account->state;
  fg_service *image = &state->services[0], *pro = &state->services[1];
  fg_product_group *image_group = &state->groups[0], *pro_group = &state->groups[1];
  fg_window *window = &state->windows[0];
  fg_hold *holds = state->holds.items;
  fg_adjustment *adjustments = state->adjustments.items;
  fg_invoice *invoice = &account->history->invoices.items[0];
  switch (line) {
    /* Money. */
    SPOIL(state->wallet.of[FG_INCOME] = -1);
    SPOIL(state->wallet.of[FG_GIFT] = -1);
    SPOIL(state->wallet.of[FG_VOUCHER] = -1);
    SPOIL(state->wallet.of[FG_CASH] = FG_AMOUNT_END);
    SPOIL(state->wallet.limited = false);
    SPOIL(state->spent.packs += 1);
    SPOIL((state->spent.gross -= state->spent.packs + 1, state->spent.packs = -1));
    SPOIL((state->spent.gross -= state->spent.materials + 1, state->spent.materials = -1));
    SPOIL((state->spent.gross -= state->spent.capacity + 1, state->spent.capacity = -1));
    SPOIL((state->spent.gross -= state->spent.postpaid + 1, state->spent.postpaid = -1));
    SPOIL(state->spent.refunded = -1);
    SPOIL((state->spent.packs += 1, state->spent.gross += 1));
    SPOIL((state->spent.capacity -= 1, state->spent.gross -= 1));
    SPOIL((state->spent.materials += 1, state->spent.packs -= 1));
    SPOIL((state->spent.postpaid += 1, state->spent.gross += 1));
    SPOIL(state->caps.invoiced += 1);
    SPOIL(state->caps.day = -1);
    SPOIL(state->caps.month = -1);
    /* The calendar. */
    SPOIL(state->now = FG_TIME_MAX);
    SPOIL(state->now = at("2025-01-01T00:00:00"));
    SPOIL(state->month += 1);
    SPOIL(state->month -= 1);
    SPOIL(image->settled += 1);
    SPOIL(image->settled -= FG_DAY);
    SPOIL(image->settled = at("2024-11-01T00:00:00"));
    SPOIL(pro->settled = at("2025-01-01T00:00:00"));
    SPOIL(state->arrears_since = state->now + 1);
    SPOIL(state->services[1].stops = state->now);
    /* Grants. */
    SPOIL(FREE_NOW->owner = 2);
    SPOIL(FREE_NOW->source = 3);
    SPOIL(FREE_NOW->offer = 1);
    SPOIL(lot(account, "p1")->offer = 100);
    SPOIL(FREE_NOW->left = FREE_NOW->units + 1);
    SPOIL(FREE_NOW->left = -1);
    SPOIL((FREE_NOW->units = -1, FREE_NOW->left = -1));
    SPOIL(FREE_NOW->issued = state->now + 1);
    SPOIL(FREE_NOW->issued = at("2024-11-01T00:00:00"));
    SPOIL(FREE_NOW->expires = FREE_NOW->issued);
    SPOIL(FREE_NOW->expires = FG_TIME_MAX + 1);
    SPOIL(FREE_NOW->refunded = true);
    SPOIL(lot(account, "p1")->refunded = true);
    SPOIL(lot(account, "g1")->refunded = true);
    SPOIL(FREE_NOW->regime = image_group->regime + 2);
    SPOIL(lot(account, "m1")->left -= 1);
    SPOIL(lot(account, "m1")->given_back = 1);
    SPOIL(FREE_NOW->id.length = 0);
    SPOIL(lot(account, "p1")->id = string_of("p\xff"));
    SPOIL(lot(account, "p1")->id = string_of("u1"));
    SPOIL(lot(account, "p1")->id = string_of("q1"));
    SPOIL(lot(account, "p1")->id = string_of("g1"));
    SPOIL(lot(account, "p1")->source = FG_SOURCE_GIVEN);
    SPOIL_FACT(lot(account, "p1")->units += 1);
    SPOIL_FACT(lot(account, "p1")->expires += 1);
    /* Capacity. */
    SPOIL(state->capacity.items[0].place = 2);
    SPOIL(state->capacity.items[0].quantity = 0);
    SPOIL(state->capacity.items[0].from = FG_TIME_MIN);
    SPOIL_FACT(state->capacity.items[0].from -= 1);
    SPOIL_FACT(state->capacity.items[0].until += 1);
    SPOIL(state->capacity.items[0].until = state->capacity.items[0].from);
    SPOIL(state->capacity.items[0].until = FG_NEVER);
    SPOIL(state->capacity.items[0].id.length = 0);
    SPOIL(state->capacity.items[0].id = string_of("p1"));
    SPOIL(state->capacity.count = 0);
    SPOIL(state->orders += 1);
    SPOIL(state->orders -= 1);
    /* What was answered to orders. */
    SPOIL(answer_of(account, "p1")->units += 1);
    SPOIL(answer_of(account, "p1")->until += 1);
    SPOIL(answer_of(account, "p1")->amount = cent_more(answer_of(account, "p1")->amount));
    SPOIL_FACT(answer_of(account, "p1")->paid.of[FG_CASH] = cent_more(answer_of(account, "p1")->paid.of[FG_CASH]));
    SPOIL((answer_of(account, "p1")->paid.of[FG_CASH] = cent_more(answer_of(account, "p1")->amount),
           answer_of(account, "p1")->paid.of[FG_GIFT] = fg_money_zero(),
           answer_of(account, "p1")->paid.of[FG_INCOME] = money("-0.01")));
    SPOIL(answer_of(account, "q1")->from += 1);
    SPOIL(answer_of(account, "q1")->until += 1);
    SPOIL(answer_of(account, "g1")->units += 1);
    SPOIL(account->history->commands.items[0].kind = FG_DO_REFUND);
    /* Amendments, and what was issued. */
    SPOIL(state->amendments.items[0].product = 2);
    SPOIL(state->amendments.items[0].grant = 1);
    SPOIL(state->amendments.items[0].announced = -1);
    SPOIL(state->amendments.items[0].effective = -1);
    SPOIL(state->amendments.items[0].effective = 2932897);
    SPOIL(state->amendments.items[0].quantity = -1);
    SPOIL(state->issued[0] = state->month + 1);
    SPOIL(state->issued[0] = -1);
    SPOIL(state->issued[0] -= 1);
    SPOIL(lot(account, "p1")->bought -= 1);
    SPOIL(FREE_NOW->bought -= 1);
    /* Adjustments. */
    SPOIL(adjustments[1].at = state->now + 1);
    SPOIL(adjustments[1].at = adjustments[0].at - 1);
    SPOIL(adjustments[0].at = at("2024-11-30T23:59:59"));
    SPOIL(adjustments[0].units = 0);
    SPOIL(adjustments[0].units = INT64_MIN);
    SPOIL(adjustments[0].product = 2);
    SPOIL(adjustments[0].reason = string_of("\xff"));
    /* Services. */
    SPOIL(image->was_open = false);
    SPOIL(pro->mode = 1);
    SPOIL(image->materials_held = 21);
    SPOIL(image->materials_held = -1);
    SPOIL(pro->materials_held = 1);
    SPOIL(image->buckets.count = 0);
    SPOIL(LAST_BUCKET->begin += 1);
    SPOIL(LAST_BUCKET->begin -= 30 * FG_DAY);
    SPOIL(LAST_BUCKET->begin = FG_TIME_MIN);
    SPOIL(LAST_BUCKET->usage.free = -1);
    SPOIL(LAST_BUCKET->usage.packs = -1);
    SPOIL(LAST_BUCKET->usage.postpaid = -1);
    SPOIL(LAST_BUCKET->usage.unbilled = -1);
    SPOIL(LAST_BUCKET->usage.postpaid = INT64_MAX);
    SPOIL(LAST_BUCKET->counted = 1);
    SPOIL(LAST_BUCKET->counted = -1);
    /* The rate window. */
    SPOIL(window->admissions.items[window->admissions.count - 1].units = 0);
    SPOIL(window->admissions.items[window->admissions.count - 1].units = -1);
    SPOIL(window->admissions.items[window->admissions.count - 1].leaves = state->now + FG_SECOND + 1);
    SPOIL(
        window->admissions.items[window->admissions.count - 1].leaves = window->admissions.items[window->first].leaves);
    SPOIL(window->admissions.items[window->first].units = INT64_MAX);
    /* Calls. */
    SPOIL(holds[0].product = 1);
    SPOIL(holds[0].units = 4);
    SPOIL(holds[0].units = 2);
    SPOIL(holds[0].kind = FG_USAGE_KINDS);
    SPOIL(holds[2].since = state->now + 1);
    SPOIL(holds[2].since = holds[0].since - 1);
    SPOIL(holds[0].deadline += 1);
    SPOIL(holds[0].deadline = FG_NEVER);
    SPOIL(holds[1].deadline = state->now + 5);
    SPOIL(holds[0].attempt = 0);
    SPOIL(holds[2].attempt = state->calls + 1);
    SPOIL(holds[1].attempt = holds[0].attempt);
    SPOIL(holds[0].attempt = holds[1].attempt);
    SPOIL(holds[0].slot = true);
    SPOIL(holds[0].begin += 1);
    SPOIL(holds[0].begin -= 30 * FG_DAY);
    SPOIL(holds[0].regime = 0);
    SPOIL(holds[0].regime = image_group->regime + 1);
    SPOIL(holds[2].regime = image_group->regime - image_group->regimes.count);
    /* The invoice of November, with its one line and its adjustment. */
    SPOIL(invoice->issued = state->now + 1);
    SPOIL(invoice->issued = FG_TIME_MIN);
    SPOIL(invoice->period.begin = invoice->period.end);
    SPOIL(invoice->period.end = invoice->issued + 1);
    SPOIL(invoice->settle.unit = FG_PERIOD_UNITS);
    SPOIL(invoice->settle.unit = FG_EVERY_EVENT);
    SPOIL(invoice->settle.unit = (fg_period_unit)-38);
    SPOIL(invoice->settle.count = 1);
    SPOIL(invoice->line_count = 0);
    SPOIL(invoice->limited = false);
    SPOIL(invoice->total += 1);
    SPOIL(line_of(invoice)->product = 2);
    SPOIL(line_of(invoice)->day = fg_date_of(2024, 12, 1));
    SPOIL(line_of(invoice)->free = -1);
    SPOIL(line_of(invoice)->packs = -1);
    SPOIL(line_of(invoice)->total = 1);
    SPOIL(line_of(invoice)->unbilled = -1);
    SPOIL(line_of(invoice)->tier_quantity = -1);
    SPOIL(line_of(invoice)->slice.units = -1);
    SPOIL(line_of(invoice)->slice.tier = -1);
    SPOIL(line_of(invoice)->slice.unit_price = -1);
    SPOIL((line_of(invoice)->slice.amount = -1, invoice->total = -1));
    SPOIL(line_of(invoice)->slice_count = 0);
    SPOIL((line_of(invoice)->slice.unit_price = FG_AMOUNT_END, line_of(invoice)->slice.units = INT64_MAX));
    SPOIL(adjustment_of(invoice)->at = at("2024-12-01T00:00:00"));
    SPOIL(adjustment_of(invoice)->at = at("2024-10-31T23:59:59"));
    SPOIL(adjustment_of(invoice)->units = 0);
    SPOIL(adjustment_of(invoice)->reason = string_of("\xff"));
    /* Regimes. */
    SPOIL(LAST_REGIME->kind = FG_REGIME_KINDS);
    SPOIL(LAST_REGIME->kind = FG_REGIME_TAKES_OFF);
    SPOIL(LAST_REGIME->kind = FG_REGIME_COVERS);
    SPOIL(LAST_REGIME->at = state->now + 1);
    SPOIL(LAST_REGIME->at = FG_TIME_MIN);
    SPOIL(LAST_REGIME->begin += 1);
    SPOIL(LAST_REGIME->product = 1);
    SPOIL(LAST_REGIME->product = 2);
    SPOIL(LAST_REGIME->usage.free += 1);
    SPOIL(LAST_REGIME->usage.packs += 1);
    SPOIL(LAST_REGIME->usage.postpaid = LAST_BUCKET->usage.postpaid + 1);
    SPOIL(LAST_REGIME->usage.postpaid = -1);
    SPOIL(LAST_REGIME->usage.unbilled = -1);
    SPOIL(LAST_REGIME->usage.unbilled = LAST_BUCKET->usage.unbilled + 1);
    SPOIL(LAST_REGIME->counted = 1);
    SPOIL(LAST_REGIME->counted = -1);
    SPOIL((LAST_REGIME->usage.unbilled = 1, LAST_REGIME->counted = 2));
    SPOIL(FIRST_REGIME->usage.free += 1);
    SPOIL(FIRST_REGIME->at = LAST_REGIME->at + 1);
    SPOIL(image_group->parts.items[0].units = 0);
    SPOIL(image_group->parts.items[0].units = -1);
    SPOIL_FACT(image_group->parts.items[0].units += 1);
    SPOIL(image_group->parts.items[0].lot = state->lots.count);
    SPOIL(image_group->parts.items[0].lot = 2); /* of image-pro, or of the month before */
    SPOIL(image_group->parts.count -= 1);
    SPOIL(image_group->regime = 0);
    SPOIL(pro_group->regime = INT64_MAX);
    SPOIL(state->calls = INT64_MAX);
  default: return false;
  }
}

static const int end_of_cases = __LINE__;

static void test_spoiled_states(void **unused) {
  (void)unused;
  int cases = 0;
  fg_account *as_it_was = rich_account();
  for (int line = first_case; line < end_of_cases; line++) {
    fg_account *account = rich_account();
    is_fact = false;
    if (spoil(account, line)) {
      cases++;
      if (read_again(account) != FG_INVALID || !(is_fact || cannot_lie(account, as_it_was))) {
        fail_msg("what line %d spoils is read", line);
      }
    }
    fg_account_free(account);
  }
  fg_account_free(as_it_was);
  assert_true(cases > 120);
}

/* Texts of the bytes that are none: the owner of a call, the reason of a correction. */
static void test_spoiled_texts(void **state) {
  (void)state;
  static const char *const texts[] = {"left", "more"};
  fg_account *account = rich_account(), *copy = new_account();
  fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
  assert_int_equal(fg_snapshot_write(account, &bytes), FG_OK);
  for (int i = 0; i < 2; i++) {
    char *place = bytes.text;
    while (memcmp(place, texts[i], 4) != 0) {
      place++;
    }
    for (int byte = 0; byte < 2; byte++) {
      place[1] = byte == 0 ? '\0' : '\xff';
      assert_int_equal(fg_snapshot_read(copy, (fg_string){bytes.text, bytes.length}), FG_INVALID);
    }
    place[1] = texts[i][1];
  }
  assert_int_equal(fg_snapshot_read(copy, (fg_string){bytes.text, bytes.length}), FG_OK);
  fg_text_release(&bytes);
  fg_account_free(copy);
  fg_account_free(account);
}

static const fg_attribute no_attribute = {.name = {"none of the book", 16}, .text = {"x", 1}};
static const fg_attributes no_attributes = {&no_attribute, 1};

/* A fee that the product does not have. */
static void add_fee(fg_account *account, fg_service *service) {
  assert_int_equal(FG_ARRAY_RESERVE(&account->allocator, &service->fees, 1), FG_OK);
  service->fees.items[service->fees.count++] = (fg_fee_count){
      .fee = 99, .ended = {.below = 1}, .current = {.below = 1}};
}

/* An account that has seen no instant holds nothing yet. */
static bool spoil_untouched(fg_account *account, int line) {
  fg_state *state = &account->state;
  fg_service *image = &state->services[0];
  switch (line) {
    SPOIL(state->month = 1);
    SPOIL(image->settled = 1);
    SPOIL(state->arrears_since = 0);
    SPOIL(image->stops = 0);
    SPOIL(state->violation = true);
    SPOIL(state->orders = 1);
    SPOIL(state->calls = 1);
    SPOIL(image->open = image->was_open = true);
    SPOIL(image->was_open = true);
    SPOIL(image->materials_held = 1);
    SPOIL(image->mode = 9);
    SPOIL(image->postpaid_on = true);
    SPOIL(image->total = 1);
    SPOIL(image->settled_units.packs = -1);
    SPOIL(add_fee(account, image));
    SPOIL(state->groups[0].regime = 1);
    SPOIL(state->caps.day_limited = true);
    SPOIL(state->issued[0] = 1);
    SPOIL(state->attributes = &no_attributes);
    SPOIL(state->wallet.of[FG_GIFT] = -1);
    SPOIL(state->wallet.limited = false);
  default: return false;
  }
}

static const int end_of_untouched = __LINE__;

static void test_spoiled_before_anything_happened(void **unused) {
  (void)unused;
  int cases = 0;
  fg_account *as_it_was = new_account();
  for (int line = end_of_cases; line < end_of_untouched; line++) {
    fg_account *account = new_account();
    assert_int_equal(read_again(account), FG_OK);
    if (spoil_untouched(account, line)) {
      cases++;
      if (read_again(account) != FG_INVALID || !cannot_lie(account, as_it_was)) {
        fail_msg("what line %d spoils is read", line);
      }
    }
    fg_account_free(account);
  }
  fg_account_free(as_it_was);
  assert_int_equal(cases, 21);
}

/* An order of a kind that no command has, which a table of commands would be asked for. Integers are written twice as
   large; the orders come last, each after a 1, and a 0 ends them. */
static void test_an_order_of_no_kind(void **unused) {
  (void)unused;
  static const unsigned char kinds[] = {2 * FG_COMMAND_COUNT, 2 * 58, 1}; /* 1: -1 */
  for (size_t i = 0; i < sizeof kinds; i++) {
    unsigned char order[] = {2, kinds[i], 2, 'x', 2, 'y', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
    fg_account *account = new_account();
    assert_int_equal(fg_snapshot_write(account, &bytes), FG_OK);
    assert_int_equal(bytes.text[bytes.length - 1], 0);
    bytes.length--;
    assert_int_equal(fg_text_append(&bytes, (const char *)order, sizeof order), FG_OK);
    assert_int_equal(fg_snapshot_read(account, (fg_string){bytes.text, bytes.length}), FG_INVALID);
    fg_text_release(&bytes);
    fg_account_free(account);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_order_of_no_kind),
      cmocka_unit_test(test_as_it_is),
      cmocka_unit_test(test_spoiled_states),
      cmocka_unit_test(test_spoiled_texts),
      cmocka_unit_test(test_spoiled_before_anything_happened),
  };
  return cmocka_run_group_tests_name("crafted snapshots", tests, set_up_facefusion, tear_down_facefusion);
}
