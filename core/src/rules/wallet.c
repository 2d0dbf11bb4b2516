#include "wallet.h"

/* Cash comes first, because it alone may be negative, and no partial sum is then above the balance, which fits. */
fg_amount fg_wallet_balance(const fg_wallet *wallet) {
  return wallet->of[FG_CASH] + wallet->of[FG_GIFT] + wallet->of[FG_INCOME];
}

/* What a fund can pay: nothing if it is below zero. */
static fg_amount available(const fg_wallet *wallet, int fund) { return wallet->of[fund] > 0 ? wallet->of[fund] : 0; }

static fg_status pay_as_named(const fg_wallet *wallet, fg_amount amount, const fg_funds *pay, fg_amount parts[]) {
  fg_amount sum = 0;
  bool covered = true;
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    parts[fund] = fg_amount_of(pay->of[fund]);
    if (!fg_amount_add(sum, parts[fund], &sum)) {
      return FG_PAYMENT_MISMATCH;
    }
    covered = covered && (!wallet->limited || parts[fund] <= available(wallet, fund));
  }
  if (sum != amount) {
    return FG_PAYMENT_MISMATCH;
  }
  return covered ? FG_OK : FG_INSUFFICIENT_FUNDS;
}

/* R34: takes an amount from gift, income and cash, in the order of the funds. */
static fg_status pay_in_order(const fg_wallet *wallet, fg_amount amount, fg_amount parts[]) {
  fg_amount rest = amount;
  for (int fund = FG_GIFT; fund <= FG_CASH; fund++) {
    fg_amount there = wallet->limited ? available(wallet, fund) : fund == FG_CASH ? rest : 0;
    parts[fund] = there < rest ? there : rest;
    rest -= parts[fund];
  }
  parts[FG_VOUCHER] = 0; /* vouchers pay only if the purchase names them */
  return rest == 0 ? FG_OK : FG_INSUFFICIENT_FUNDS;
}

/* How much of the balance a purchase or withdrawal can take while `frozen` of it is frozen. */
static fg_amount within_reach(const fg_wallet *wallet, fg_amount frozen) {
  fg_amount reach = fg_wallet_balance(wallet) - frozen;
  return reach > 0 ? reach : 0;
}

/* Whether a purchase or withdrawal can take an amount. Vouchers are not part of the balance, and never frozen. */
static bool reaches(const fg_wallet *wallet, fg_amount amount, fg_amount frozen) {
  return !wallet->limited || frozen <= 0 || amount <= within_reach(wallet, frozen);
}

fg_status fg_wallet_pay(fg_wallet *wallet, fg_amount amount, fg_amount frozen, const fg_command *command,
                        fg_funds *paid) {
  fg_amount parts[FG_FUND_COUNT];
  FG_TRY(command->pay.given ? pay_as_named(wallet, amount, &command->pay.funds, parts)
                            : pay_in_order(wallet, amount, parts));
  FG_TRY(reaches(wallet, amount - parts[FG_VOUCHER], frozen) ? FG_OK : FG_INSUFFICIENT_FUNDS);
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    FG_ASSERT(parts[fund] >= 0 && (!wallet->limited || parts[fund] <= available(wallet, fund)));
    wallet->of[fund] -= wallet->limited ? parts[fund] : 0;
    paid->of[fund] = fg_money_of(parts[fund]);
  }
  return FG_OK;
}

fg_status fg_wallet_settle(fg_wallet *wallet, fg_amount amount) {
  if (!wallet->limited) {
    return FG_OK;
  }
  for (int fund = FG_GIFT; fund < FG_CASH; fund++) {
    fg_amount there = available(wallet, fund);
    fg_amount part = amount < 0 ? 0 : there < amount ? there : amount;
    wallet->of[fund] -= part;
    amount -= part;
  }
  return fg_amount_add(wallet->of[FG_CASH], -amount, &wallet->of[FG_CASH]) ? FG_OK : FG_OVERFLOW;
}

fg_status fg_wallet_withdraw(fg_wallet *wallet, fg_amount amount, fg_amount frozen) {
  if (!wallet->limited) {
    return FG_OK;
  }
  if (amount > wallet->of[FG_CASH] || amount > within_reach(wallet, frozen)) {
    return FG_INSUFFICIENT_FUNDS;
  }
  FG_ASSERT(amount >= 0);
  wallet->of[FG_CASH] -= amount;
  return FG_OK;
}

fg_status fg_wallet_add(fg_wallet *wallet, fg_fund fund, fg_amount amount) {
  fg_amount raised = 0;
  fg_amount balance = 0;
  if (!wallet->limited) {
    return FG_OK;
  }
  bool counts = fund != FG_VOUCHER;
  if (!fg_amount_add(wallet->of[fund], amount, &raised) ||
      (counts && !fg_amount_add(fg_wallet_balance(wallet), amount, &balance))) {
    return FG_OVERFLOW;
  }
  wallet->of[fund] = raised;
  return FG_OK;
}
