/* Tells what a command answered, as its row of commands.def says. */
#include "describe.h"

#include "../state/command.h"

/* Tells amounts by the fund that pays or is paid; funds with 0 are left out. */
static void tell_funds(fg_teller *to, const char *key, const fg_funds *funds) {
  fg_tell_begin_object(to, key);
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_amount part = fg_amount_of(funds->of[fund]);
    if (part != 0) {
      fg_tell_amount(to, fg_fund_name((fg_fund)fund), part);
    }
  }
  fg_tell_end_object(to);
}

static void tell_issued(fg_teller *to, const char *key, const fg_account *account, uint32_t issued) {
  fg_tell_begin_list(to, key);
  uint32_t count = account->state.lots.count; /* the lots of the latest command stand last */
  for (uint32_t i = count - issued; i < count; i++) {
    const fg_lot *lot = &account->state.lots.items[i];
    fg_tell_begin_object(to, NULL);
    fg_tell_text(to, "id", lot->id);
    fg_tell_lot_units(to, "units", account, lot, lot->units);
    fg_tell_lot_units(to, "left", account, lot, lot->left);
    fg_tell_optional_time(to, "expires", lot->expires);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static void tell_draws(fg_teller *to, const char *key, const fg_used *used) {
  fg_tell_begin_list(to, key);
  for (size_t i = 0; i < used->pack_count; i++) {
    fg_tell_begin_object(to, NULL);
    fg_tell_text(to, "id", used->packs[i].id);
    fg_tell_integer(to, "units", used->packs[i].units);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static void tell_used(fg_teller *to, const char *key, const fg_used *used) {
  fg_tell_begin_object(to, key);
  fg_tell_integer(to, "free", used->free);
  tell_draws(to, "packs", used);
  fg_tell_integer(to, "postpaid", used->postpaid);
  fg_tell_integer(to, "unbilled", used->unbilled);
  fg_tell_end_object(to);
}

/* How a value of an outcome is told, by the KIND that its row of the table names. */
#define TELL_TEXT(key, value) fg_tell_text(to, key, value)
#define TELL_INTEGER(key, value) fg_tell_integer(to, key, value)
#define TELL_UNITS(key, value) fg_tell_units(to, key, (value).units, (value).fraction)
#define TELL_DATE(key, value) fg_tell_optional_date(to, key, value)
#define TELL_TIME(key, value) fg_tell_time(to, key, value)
#define TELL_END(key, value) fg_tell_optional_time(to, key, value)
#define TELL_MONEY(key, value) fg_tell_amount(to, key, fg_amount_of(value))
#define TELL_BALANCE(key, value) fg_tell_optional_amount(to, key, (value).limited, fg_amount_of((value).balance))
#define TELL_FUNDS(key, value) tell_funds(to, key, &(value))
#define TELL_DRAWS(key, value) tell_draws(to, key, &(value))
#define TELL_TAKEN(key, value)                                                                                         \
  (value).takes_off ? fg_tell_integer(to, key, (value).packs) : tell_draws(to, key, &(value).used)
#define TELL_USED(key, value) tell_used(to, key, &(value))
#define TELL_GRANTS(key, value) tell_issued(to, key, account, value)
#define TELL_INVOICE(key, value) fg_tell_invoice(to, key, account, &(value))
#define TELL_STATEMENT(key, value) FG_TRY(fg_tell_statement(to, key, value))

static fg_status tell_answer(fg_teller *to, const fg_account *account, const fg_outcome *outcome) {
  switch (outcome->kind) {
#define COMMAND(number, NAME, name, id, does, summary) case FG_DO_##NAME:
#define ANSWER(key, KIND, value, help) TELL_##KIND(#key, value);
#define ANSWER_IF(condition, when, key, KIND, value, help)                                                             \
  if (condition) {                                                                                                     \
    TELL_##KIND(#key, value);                                                                                          \
  }
#define END_COMMAND break;
#include "../state/commands.def"
  case FG_COMMAND_COUNT: break;
  }
  return FG_OK;
}

fg_status fg_outcome_describe(const fg_account *account, const fg_outcome *outcome, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_object(&to, NULL);
  fg_tell_word(&to, "do", fg_command_name(outcome->kind));
  fg_tell_flag(&to, "ok", true);
  FG_TRY(tell_answer(&to, account, outcome));
  if (outcome->repeated) {
    fg_tell_flag(&to, "repeated", true);
  }
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}
