#include "perform.h"

#include "../rules/account_attributes.h"
#include "../rules/adjust.h"
#include "../rules/arrears.h"
#include "../rules/budget.h"
#include "../rules/bundles.h"
#include "../rules/choices.h"
#include "../rules/frozen_funds.h"
#include "../rules/issue.h"
#include "../rules/materials.h"
#include "../rules/mode.h"
#include "../rules/orders.h"
#include "../rules/postpaid.h"
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

/* R38: pays cash out, but not of an account that is stopped for a violation, which gets no refund either (R30). */
static fg_status withdraw(const fg_account *account, fg_state *draft, const fg_command *command, fg_outcome *outcome) {
  if (draft->violation) {
    return FG_VIOLATION;
  }
  fg_amount frozen = 0;
  FG_TRY(fg_freeze_amount(account, draft, &frozen));
  FG_TRY(fg_wallet_withdraw(&draft->wallet, fg_amount_of(command->amount), frozen));
  return answer_balance(&draft->wallet, outcome);
}

static bool is_of_owner(fg_command_kind kind) {
  return kind == FG_DO_BUY_PACK || kind == FG_DO_GIVE_PACK || kind == FG_DO_CLAIM;
}

fg_status fg_perform(fg_account *account, fg_state *draft, const fg_command *command, fg_string id,
                     fg_outcome *outcome) {
  uint32_t product = 0; /* the number of a product, or of a pool where the command is about a pool's grants and packs */
  FG_TRY(is_of_owner(command->kind) ? fg_account_owner(account, command, &product)
                                    : fg_account_product(account, command, &product));
  switch (command->kind) {
#define COMMAND(number, NAME, name, id, does, summary) case FG_DO_##NAME:
#define DRAFTS(expression) return expression;
#define END_COMMAND break;
#include "../state/commands.def"
  case FG_COMMAND_COUNT: break;
  }
  FG_ASSERT(false); /* admission.c passes on only commands that change a draft */
  return FG_INVALID;
}
