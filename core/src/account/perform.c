#include "perform.h"

#include "../rules/adjust.h"
#include "../rules/arrears.h"
#include "../rules/budget.h"
#include "../rules/issue.h"
#include "../rules/materials.h"
#include "../rules/mode.h"
#include "../rules/orders.h"
#include "../rules/refund.h"
#include "../rules/service.h"
#include "../rules/wallet.h"

static fg_status answer_balance(const fg_wallet *wallet, fg_outcome *outcome) {
  outcome->is.wallet.limited = wallet->limited;
  outcome->is.wallet.balance = wallet->limited ? fg_money_of(fg_wallet_balance(wallet)) : fg_money_zero();
  return FG_OK;
}

static fg_status top_up(fg_account *account, fg_state *draft, const fg_command *command, fg_outcome *outcome) {
  FG_TRY(fg_wallet_add(&draft->wallet, command->fund, fg_amount_of(command->amount)));
  FG_TRY(fg_arrears_end_if_paid(account, draft, command->at));
  return answer_balance(&draft->wallet, outcome);
}

/* R38. Not of an account that is stopped for a violation, to which nothing is paid back either (R30). */
static fg_status withdraw(fg_state *draft, const fg_command *command, fg_outcome *outcome) {
  if (draft->violation) {
    return FG_VIOLATION;
  }
  FG_TRY(fg_wallet_withdraw(&draft->wallet, fg_amount_of(command->amount)));
  return answer_balance(&draft->wallet, outcome);
}

fg_status fg_perform(fg_account *account, fg_state *draft, const fg_command *command, fg_string id,
                     fg_outcome *outcome) {
  uint32_t product = 0;
  FG_TRY(fg_account_product(account, command, &product));
  switch (command->kind) {
  case FG_DO_OPEN: return fg_service_open(account, draft, command, product, outcome);
  case FG_DO_CLOSE: return fg_service_close(draft, product);
  case FG_DO_CLAIM: return fg_issue_claim(account, draft, command, product, outcome);
  case FG_DO_SET_MODE: return fg_mode_choose(account, draft, command, product, outcome);
  case FG_DO_ADD_MATERIALS: return fg_materials_add(draft, command, product, outcome);
  case FG_DO_REMOVE_MATERIALS: return fg_materials_remove(draft, command, product, outcome);
  case FG_DO_TOP_UP: return top_up(account, draft, command, outcome);
  case FG_DO_WITHDRAW: return withdraw(draft, command, outcome);
  case FG_DO_REFUND: FG_TRY(fg_state_own(account, draft)); return fg_refund(account, draft, command, outcome);
  case FG_DO_ANNOUNCE: return fg_issue_announce(account, draft, command, product);
  case FG_DO_SUSPEND: return fg_service_stop(draft);
  case FG_DO_REINSTATE: return fg_service_reinstate(draft);
  case FG_DO_BUY_PACK:
  case FG_DO_GIVE_PACK: return fg_order_pack(account, draft, command, product, id, outcome);
  case FG_DO_BUY_CAPACITY: return fg_order_capacity(account, draft, command, product, id, outcome);
  case FG_DO_ADJUST: FG_TRY(fg_state_own(account, draft)); return fg_adjust(account, draft, command, product, outcome);
  case FG_DO_SET_BUDGET: return fg_budget_set(account, draft, command);
  default: break;
  }
  FG_ASSERT(false);
  return FG_INVALID;
}
