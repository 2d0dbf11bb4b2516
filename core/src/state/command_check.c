/* The checks of what fields may hold, which are too long to be inlined. */
#include "command_check.h"

static bool is_civil_date(fg_date date) { return date >= 0 && date <= fg_date_of(9999, 12, 31); }

static fg_status check_amount(fg_amount amount, const char *name, fg_field_type type, fg_error *error) {
  return amount < 0 || !fg_amount_fits(amount) ? fg_wrong_type(error, name, type) : FG_OK;
}

static fg_status check_pay(const fg_pay *pay, fg_error *error) {
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    FG_TRY(check_amount(fg_amount_of(pay->funds.of[fund]), "pay", FG_FIELD_MONEY, error));
  }
  return FG_OK;
}

fg_status fg_check_value(const void *place, fg_field_type type, bool required, const char *name, fg_error *error) {
  switch (type) {
  case FG_FIELD_SIGNED:
    return fg_is_signed_quantity(*(const int64_t *)place) ? FG_OK : fg_wrong_type(error, name, type);
  case FG_FIELD_MONEY: {
    fg_amount amount = fg_amount_of(*(const fg_money *)place);
    return amount <= 0 || !fg_amount_fits(amount) ? fg_not_above_0(error, name) : FG_OK;
  }
  case FG_FIELD_DATE: {
    fg_date date = *(const fg_date *)place;
    bool is_absent = date == FG_NO_DATE && !required;
    return is_absent || is_civil_date(date) ? FG_OK : fg_wrong_type(error, name, type);
  }
  case FG_FIELD_FUND:
    return (unsigned)*(const fg_fund *)place < FG_FUND_COUNT ? FG_OK : fg_wrong_type(error, name, type);
  case FG_FIELD_PAY: return check_pay(place, error);
  case FG_FIELD_CAMPAIGN:
    return check_amount(fg_amount_of(((const fg_campaign *)place)->price), "campaign.price", FG_FIELD_MONEY, error);
  case FG_FIELD_BUDGET: return check_amount(fg_amount_of(((const fg_budget *)place)->amount), name, type, error);
  case FG_FIELD_BOOK: return *(fg_book *const *)place == NULL ? fg_field_missing(error, name) : FG_OK;
  case FG_FIELD_ATTRIBUTES: return fg_attributes_check_form(place, error);
  case FG_FIELD_NAME:
  case FG_FIELD_TEXT:
  case FG_FIELD_QUANTITY:
  case FG_FIELD_FLAG: break;
  }
  return FG_OK;
}

fg_status fg_no_text(fg_error *error, const char *name, size_t length, size_t most) {
  return most > 0 && length > most ? fg_fail(error, FG_INVALID, name, "expected at most %zu bytes", most)
                                   : fg_fail(error, FG_INVALID, name, "expected UTF-8 without a 0");
}

fg_status fg_field_empty(fg_error *error, const char *name) {
  return fg_fail(error, FG_INVALID, name, "expected a string that is not empty");
}

fg_status fg_command_check_fields(const fg_command *command, bool numbers_calls, fg_error *error) {
  return fg_command_check_as(command->kind, command, numbers_calls, error);
}

fg_status fg_command_check(const fg_command *command, fg_error *error) {
  FG_TRY(fg_command_check_instant(command, error));
  return fg_command_check_fields(command, false, error);
}
