/* The funds of an account: what a purchase takes, what a settlement takes, what a refund gives back (R34). */
#ifndef FG_WALLET_H
#define FG_WALLET_H

#include "../state/state.h"

/* gift + income + cash; vouchers are not part of the balance (R34). */
fg_amount fg_wallet_balance(const fg_wallet *wallet);

/* Takes `amount` for a purchase, from the funds it names or else gift, income, cash in this order, and tells what each
   paid (R34). FG_PAYMENT_MISMATCH if the payment it names does not add up to the amount, FG_INSUFFICIENT_FUNDS; the
   wallet is then unchanged. */
fg_status fg_wallet_pay(fg_wallet *wallet, fg_amount amount, fg_amount frozen, const fg_command *command,
                        fg_funds *paid);

/* Takes `amount` for a settlement: gift, income, then cash, which alone may go below zero (R34). */
fg_status fg_wallet_settle(fg_wallet *wallet, fg_amount amount);

/* Pays cash out (R38): never more than there is, nor than the balance. FG_INSUFFICIENT_FUNDS. */
fg_status fg_wallet_withdraw(fg_wallet *wallet, fg_amount amount, fg_amount frozen);

/* FG_OVERFLOW, the wallet unchanged, if the fund or the balance could not be held. */
fg_status fg_wallet_add(fg_wallet *wallet, fg_fund fund, fg_amount amount);

#endif
