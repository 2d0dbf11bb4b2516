/* Offers of format 2: what an account keeps of packs that come lot by lot, of parts given back and of bundles, when
   memory runs out, as bytes, and as bytes that no life leads to. */
#include "outlook_support.h"

#include "state/state.h"

static const char book_text[] = TOY
    "\"rounding\": {\"digits\": 2, \"mode\": \"half_up\"}, "
    "\"bundles\": [{\"id\": \"kit\", \"price\": \"20\", \"items\": [{\"product\": \"p\", \"pack\": \"r\"}, "
    "{\"product\": \"p\", \"capacity\": \"lane\", \"quantity\": 2, \"days\": 9}, {\"product\": \"q\", \"pack\": \"k\"}]}, "
    "{\"id\": \"only\", \"price\": \"2\", \"items\": [{\"product\": \"q\", \"pack\": \"k\"}], \"requires\": [\"kit\"]}], "
    "\"pools\": [{\"id\": \"q\", \"covers\": [{\"product\": \"p\", \"weight\": \"2\"}], \"packs\": [{\"id\": \"k\", "
    "\"units\": 30, \"price\": null, \"validity\": {\"days\": 40}}]}], "
    "\"products\": [{\"id\": \"p\", \"meter\": \"calls\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}, "
    "\"limits\": [{\"id\": \"l\", \"max\": 900, \"window\": {\"seconds\": 1}}], "
    "\"capacities\": [{\"id\": \"lane\", \"limit\": \"l\", \"effect\": \"add\", "
    "\"day\": {\"model\": \"flat\", \"price\": \"1\"}}], "
    "\"packs\": [{\"id\": \"r\", \"units\": 10, \"price\": {\"model\": \"flat\", \"price\": \"5\"}, "
    "\"issue\": {\"every\": \"week\", \"for\": {\"days\": 30}}}, "
    "{\"id\": \"part\", \"units\": 30, \"price\": \"10\", \"validity\": {\"years\": 1}, \"refund\": \"pro_rata\"}]}]}";

static const struct step {
  fg_command_kind kind;
  const char *at, *fields;
} life[] = {
    {FG_DO_OPEN, "2025-01-10T00:00:00", "product=p"},
    {FG_DO_BUY_BUNDLE, "2025-01-10T10:00:00", "bundle=kit id=kit1 pay.cash=15 pay.gift=5"},
    {FG_DO_BUY_BUNDLE, "2025-01-10T10:00:00", "bundle=only"},
    {FG_DO_BUY_PACK, "2025-01-11T00:00:00", "product=p pack=r quantity=2 id=r1"},
    {FG_DO_BUY_PACK, "2025-01-11T00:00:00", "product=p pack=part id=part1"},
    {FG_DO_CALL, "2025-01-12T00:00:00", "product=p quantity=5 id=c1"},
    {FG_DO_USE, "2025-01-14T00:00:00", "product=p quantity=47"},
    {FG_DO_CANCEL, "2025-01-21T00:00:00", "id=c1"},
    {FG_DO_REFUND, "2025-01-21T00:00:00", "id=part1"},
    {FG_DO_REFUND, "2025-01-11T00:00:00", "id=#2"},
    {FG_DO_ADVANCE, "2025-01-28T00:00:00", ""},
};
enum { STEPS = sizeof life / sizeof *life };

static fg_account *new_account(const fg_allocator *allocator) {
  fg_book *book = NULL;
  fg_error error = {0};
  if (fg_book_load(book_text, strlen(book_text), allocator, &book, &error) != FG_OK) {
    fail_msg("%s: %s", error.path, error.message);
  }
  fg_funds funds = {{fg_money_zero()}};
  funds.of[FG_CASH] = money("200");
  funds.of[FG_GIFT] = money("20");
  fg_account_options options = {.wallet = &funds, .allocator = allocator};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  fg_book_release(book);
  return account;
}

static fg_status take(fg_account *account, const struct step *step) {
  return apply(account, step->kind, step->at, step->fields, NULL);
}

static fg_account *lived(void) {
  fg_account *account = new_account(NULL);
  for (int i = 0; i < STEPS; i++) {
    fg_status status = take(account, &life[i]);
    assert_true(status == FG_OK || (life[i].kind == FG_DO_REFUND && status == FG_TIME_REVERSAL));
  }
  return account;
}

static void test_a_life(void **state) {
  (void)state;
  fg_account *account = lived();
  assert_int_equal(account->state.bundles.count, 2);
  assert_int_equal(account->state.recurring.count, 2);
  assert_in_statement(account, "/bundles/0/bundle", "kit");
  assert_in_statement(account, "/bundles/1/id", "#2");
  write_and_read(account);
  json_t *upcoming = upcoming_of(account, at("2025-02-04T00:00:00"));
  assert_text_at(upcoming, "/events/3/kind", "lot_issued");
  assert_text_at(upcoming, "/events/3/id", "kit1");
  json_decref(upcoming);
  fg_account_free(account);
}

/* Memory that runs out at every allocation in turn: nothing has changed, and the next try succeeds. */
static void test_memory(void **state) {
  (void)state;
  memory = (scarcity){0};
  fg_allocator allocator = scarce_allocator();
  fg_account *account = new_account(&allocator);
  fg_account *plenty = new_account(NULL);
  long failures = 0;
  for (int i = 0; i < STEPS; i++) {
    fg_status expected = take(plenty, &life[i]);
    fg_status status = FG_NO_MEMORY;
    for (long n = 1; status == FG_NO_MEMORY; n++) {
      memory.asked = 0;
      memory.fail_at = n;
      status = take(account, &life[i]);
      memory.fail_at = 0;
      failures += status == FG_NO_MEMORY;
    }
    assert_int_equal(status, expected);
    json_t *mine = statement_of(account);
    json_t *its = statement_of(plenty);
    assert_true(json_equal(mine, its));
    json_decref(mine);
    json_decref(its);
  }
  assert_true(failures > 2 * STEPS);
  fg_account_free(account);
  fg_account_free(plenty);
  assert_int_equal(memory.live, 0);
}

/* Spoils one thing of a state; false once there is no such case. */
static bool spoil(fg_state *state, int which) {
  fg_lot *last = &state->lots.items[state->lots.count - 1];
  switch (which) {
  case 0: state->recurring.items[0].lot = state->lots.count; return true;
  case 1: state->recurring.items[1].lot = state->recurring.items[0].lot; return true;
  case 2: state->recurring.items[0].lot = 0; return true;
  case 3: state->recurring.items[0].until = state->now; return true;
  case 4: state->recurring.items[0].every.unit = FG_PERIOD_UNITS; return true;
  case 5: state->recurring.items[0].every = (fg_period){FG_EVERY_HOURS, 0}; return true;
  case 6: state->bundles.items[0].bundle = 2; return true;
  case 7: state->bundles.items[0].bought = state->now + 1; return true;
  case 8: state->bundles.items[0].id = state->bundles.items[1].id; return true;
  case 9: state->bundles.count--; return true;
  case 10: last->bought = last->issued + 1; return true;
  case 11: last->bought -= 1; return true;
  case 12: last->bought = last->issued; return true;
  case 13: last->units++; return true;
  case 14: last->refund = FG_REFUND_LIST_PRICE + 1; return true;
  case 15: state->lots.items[0].source = FG_SOURCE_GIVEN; return true;
  default: return false;
  }
}

static void test_states_that_no_life_leads_to(void **state) {
  (void)state;
  bool goes_on = true;
  for (int which = 0; goes_on; which++) {
    fg_account *account = lived();
    fg_account *copy = new_account(NULL);
    goes_on = spoil(&account->state, which);
    fg_status status = read_told_snapshot_of(account, copy);
    if (status != (goes_on ? FG_INVALID : FG_OK)) {
      fail_msg("case %d: %s", which, fg_status_name(status));
    }
    fg_account_free(copy);
    fg_account_free(account);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_life),
      cmocka_unit_test(test_memory),
      cmocka_unit_test(test_states_that_no_life_leads_to),
  };
  return cmocka_run_group_tests_name("offers", tests, NULL, NULL);
}
