/* The funds of an account: what a purchase or a settlement takes, and what a refund gives back (R34). */
#ifndef FG_WALLET_H
#define FG_WALLET_H

#include "../state/state.h"

/* The balance: gift + income + cash, without vouchers (R34). */
fg_amount fg_wallet_balance(const fg_wallet *wallet);

/* Takes the amount of a purchase from the funds that the command names, else from gift, income and cash in this order,
   and answers what each paid (R34). FG_PAYMENT_MISMATCH if the named payment does not add up to the amount;
   FG_INSUFFICIENT_FUNDS. The wallet is unchanged if it is refused. */
fg_status fg_wallet_pay(fg_wallet *wallet, fg_amount amount, fg_amount frozen, const fg_command *command,
                        fg_funds *paid);

/* Takes the amount of a settlement from gift, income, then cash, which alone may fall below zero (R34). */
fg_status fg_wallet_settle(fg_wallet *wallet, fg_amount amount);

/* Pays out cash (R38): at most the cash there is, and at most the balance less `frozen`. FG_INSUFFICIENT_FUNDS. */
fg_status fg_wallet_withdraw(fg_wallet *wallet, fg_amount amount, fg_amount frozen);

/* Adds an amount to a fund. FG_OVERFLOW if fund or balance cannot be held; the wallet is then unchanged. */
fg_status fg_wallet_add(fg_wallet *wallet, fg_fund fund, fg_amount amount);

#endif
