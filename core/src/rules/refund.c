#include "refund.h"

#include "../book/terms.h"
#include "../state/record.h"
#include "arrears.h"
#include "capacity.h"
#include "grants.h"
#include "issue.h"
#include "wallet.h"

/* R29, R30, R32, in the order of the timeline contract. */
static fg_status check_pack(const fg_account *account, const fg_state *draft, const fg_grant *grant, fg_time at) {
  if (grant->source != FG_SOURCE_PAID) {
    return FG_NOT_PAID;
  }
  if (grant->refunded) {
    return FG_ALREADY_REFUNDED;
  }
  if (!grant->refundable) {
    return FG_CAMPAIGN_FINAL;
  }
  if (grant->left < grant->units || grant->given_back > 0) {
    return FG_PACK_USED;
  }
  if (fg_grant_is_of_materials(account, grant)) {
    const fg_service *service = &draft->services[grant->owner];
    FG_TRY(service->materials_held > service->materials_limit - grant->units ? FG_MATERIAL_IN_USE : FG_OK);
  }
  return at < fg_refund_end(account->book, &account->policy, grant->issued) ? FG_OK : FG_REFUND_WINDOW;
}

/* R32: capacity that has not begun is refunded. */
static fg_status check_capacity(const fg_account *account, const fg_capacity_order *order, fg_time at) {
  if (order->refunded) {
    return FG_ALREADY_REFUNDED;
  }
  if (account->book->capacities[order->place].offer->is_final) {
    return FG_CAMPAIGN_FINAL;
  }
  return order->from <= at ? FG_CAPACITY_BEGUN : FG_OK;
}

/* A change may have paid back to cash what other funds had paid. */
static void take_from_others(fg_amount paid[FG_FUND_COUNT]) {
  for (int fund = 0; fund < FG_FUND_COUNT && paid[FG_CASH] < 0; fund++) {
    fg_amount part = fund == FG_CASH ? 0 : paid[fund] < -paid[FG_CASH] ? paid[fund] : -paid[FG_CASH];
    paid[fund] -= part;
    paid[FG_CASH] += part;
  }
  paid[FG_CASH] = paid[FG_CASH] < 0 ? 0 : paid[FG_CASH];
}

/* R31: what was paid goes back to the funds it came from; vouchers are lost. */
static fg_status give_back(fg_account *account, fg_state *draft, const fg_command *command,
                           const fg_amount changed[FG_FUND_COUNT], fg_outcome *outcome) {
  fg_key key;
  fg_history_key(account->history, command->id, &key);
  const fg_past_command *order = fg_record_command(fg_history_find(account->history, &key));
  FG_ASSERT(order != NULL && fg_command_orders(order->kind));
  fg_amount paid[FG_FUND_COUNT];
  fg_amount returned = 0;
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    paid[fund] = fg_amount_of(order->answer.is.order.paid.of[fund]) + changed[fund];
  }
  take_from_others(paid);
  memset(&outcome->is.refund, 0, sizeof outcome->is.refund);
  for (int fund = 0; fund < FG_VOUCHER; fund++) {
    fg_amount part = paid[fund];
    FG_TRY(fg_wallet_add(&draft->wallet, (fg_fund)fund, part));
    outcome->is.refund.to.of[fund] = fg_money_of(part);
    returned += part;
    FG_ASSERT(part >= 0 && fg_amount_fits(returned));
  }
  if (!fg_amount_add(draft->spent.refunded, returned, &draft->spent.refunded)) {
    return FG_OVERFLOW;
  }
  outcome->is.refund.amount = fg_money_of(returned);
  outcome->is.refund.forfeited = fg_money_of(paid[FG_VOUCHER]);
  return fg_arrears_end_if_paid(account, draft, command->at);
}

static void take_out_pack(const fg_account *account, fg_state *draft, fg_grant *grant) {
  if (fg_grant_is_of_materials(account, grant)) {
    draft->services[grant->owner].materials_limit -= grant->units;
  }
  fg_grants_refund(account, draft, grant);
}

fg_status fg_refund(fg_account *account, fg_state *draft, const fg_command *command, fg_outcome *outcome) {
  FG_TRY(fg_state_own(account, draft));
  fg_capacity_order *order = fg_state_capacity_order(draft, command->id);
  fg_grant *grant = order != NULL ? NULL : fg_state_grant(draft, command->id);
  if (grant == NULL && order == NULL) {
    return FG_UNKNOWN_ID;
  }
  if (draft->violation) {
    return FG_VIOLATION;
  }
  uint32_t owner = grant != NULL ? grant->owner : account->book->capacities[order->place].product;
  if (!fg_issue_is_open(account, draft, owner)) {
    return FG_NOT_OPEN;
  }
  static const fg_amount never_changed[FG_FUND_COUNT] = {0};
  if (grant != NULL) {
    FG_TRY(check_pack(account, draft, grant, command->at));
    take_out_pack(account, draft, grant);
  } else {
    FG_TRY(check_capacity(account, order, command->at));
    order->refunded = true;
    FG_TRY(fg_capacity_drop(account, draft, order));
  }
  return give_back(account, draft, command, grant != NULL ? never_changed : order->changed, outcome);
}
