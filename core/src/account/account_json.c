#include "account_json.h"

#include "../book/attributes.h"
#include "../base/status.h"

#include "../state/command_json.h"
#include "../book/policy_json.h"

static fg_status read_fund(const char *name, const fg_json *value, fg_funds *funds, fg_error *error) {
  fg_fund fund = FG_CASH;
  if (!fg_fund_of(fg_string_of(name), &fund)) {
    return fg_fail(error, FG_INVALID, name, "expected cash, income, gift or voucher");
  }
  fg_string text = fg_json_string(value);
  bool read = text.text != NULL && fg_money_parse(text.text, text.length, &funds->of[fund]) == FG_OK;
  return read ? FG_OK : fg_fail(error, FG_INVALID, name, "expected a decimal string such as \"12.50\"");
}

static fg_status read_funds(const fg_json *wallet, fg_funds *funds, fg_error *error) {
  if (!fg_json_is(wallet, FG_JSON_OBJECT)) {
    return fg_json_not_allowed(error, "wallet", wallet);
  }
  for (FG_EACH_MEMBER(wallet, member)) {
    fg_status status = read_fund(member->key, &member->value, funds, error);
    FG_TRY(fg_within(error, status, "wallet"));
  }
  return FG_OK;
}

fg_status fg_account_read(fg_account_head head, fg_book *book, const fg_allocator *allocator, fg_account **account,
                          fg_error *error) {
  fg_attribute room[FG_ATTRIBUTES_MAX];
  fg_attributes attributes = {NULL, 0};
  fg_policy policy_in_force = book->policy;
  fg_funds funds;
  memset(&funds, 0, sizeof funds);
  if (head.wallet != NULL) {
    FG_TRY(read_funds(head.wallet, &funds, error));
  }
  if (head.policy != NULL) {
    FG_TRY(fg_within(error, fg_policy_read(head.policy, &policy_in_force, error), "policy"));
  }
  if (head.attributes != NULL) {
    FG_TRY(fg_within(error, fg_attributes_from_json(head.attributes, room, &attributes, error), "attributes"));
  }
  fg_account_options options = {
      .wallet = head.wallet == NULL ? NULL : &funds, .allocator = allocator, .attributes = attributes};
  if (head.keep_ids_days != NULL) {
    fg_status status = fg_json_integer(head.keep_ids_days, 0, FG_KEEP_IDS_DAYS_MAX, &options.keep_ids_days, error);
    FG_TRY(fg_within(error, status, "keep_ids_days"));
  }
  FG_TRY(fg_account_new(book, &options, account, error));
  (*account)->policy = policy_in_force;
  return FG_OK;
}

void fg_account_tell_head(fg_teller *to, const fg_account *account) {
  const fg_wallet *wallet = &account->state.wallet;
  fg_policy_tell(to, "policy", &account->policy, &account->book->policy);
  if (account->state.attributes != NULL) {
    fg_attributes_tell(to, "attributes", account->state.attributes);
  }
  if (account->ids.length != 0) {
    fg_tell_integer(to, "keep_ids_days", account->ids.length / FG_DAY);
  }
  if (!wallet->limited) {
    return;
  }
  fg_tell_begin_object(to, "wallet");
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    if (wallet->of[fund] != 0) {
      fg_tell_amount(to, fg_fund_name((fg_fund)fund), wallet->of[fund]);
    }
  }
  fg_tell_end_object(to);
}
