/* Notices of budgets, arrears and violations. */
#include "notice_board.h"

#include "../book/terms.h"
#include "../rules/arrears.h"
#include "../rules/budget.h"
#include "../rules/wallet.h"

/* `share` percent of a cap, rounded up. The cap is divided first, because a hundred times an amount may overflow. */
static fg_amount share_of(fg_amount cap, int64_t share) { return cap / 100 * share + (cap % 100 * share + 99) / 100; }

static void notice_budget(fg_notice_board *board, const char *period, bool limited, fg_amount cap, fg_amount used) {
  fg_noticed spent = fg_empty_notice;
  if (!limited || used <= 0 || used < share_of(cap, board->limits->budget_percent)) {
    return;
  }
  spent.code = FG_NOTICE_BUDGET_USED;
  spent.id = fg_string_of(period);
  spent.has_amount = spent.has_limit = true;
  spent.amount = used;
  spent.limit = cap;
  fg_notice(board, &spent, "%s of %s %s of the %s's budget are used", fg_notice_money(board->account, used).text,
            fg_notice_money(board->account, cap).text, board->account->book->currency.text, period);
}

fg_status fg_notice_budgets(fg_notice_board *board) {
  const fg_caps *caps = &board->account->state.caps;
  fg_amount day = 0;
  fg_amount month = 0;
  if (caps->day_limited || caps->month_limited) {
    FG_TRY(fg_budget_used(board->account, &board->account->state, &day, &month));
    notice_budget(board, "day", caps->day_limited, caps->day, day);
    notice_budget(board, "month", caps->month_limited, caps->month, month);
  }
  return FG_OK;
}

/* R27: words how much must be paid to end arrears, which the policy decides. */
static const char *enough(const fg_account *account) {
  return fg_resumes_above_zero(&account->policy) ? "more than " : "";
}

/* Tells of arrears: of one product where the book has rules of arrears by product, else of the whole account. */
static void notice_owed(fg_notice_board *board, uint32_t product, bool by_product, bool keeps_prepaid) {
  const fg_account *account = board->account;
  const fg_state *state = &account->state;
  fg_noticed owed = fg_empty_notice;
  owed.product = by_product ? &account->book->products[product] : NULL;
  owed.has_amount = true;
  owed.amount = -fg_wallet_balance(&state->wallet);
  const char *name = by_product ? owed.product->id.text : "";
  const char *colon = by_product ? ": " : "";
  const char *currency = account->book->currency.text;
  fg_wording amount = fg_notice_money(account, owed.amount);
  if (fg_arrears_stopped(state, product)) {
    owed.code = FG_NOTICE_SUSPENDED;
    owed.at = state->arrears_since;
    owed.rule = "R28";
    fg_notice(board, &owed, "%s%sthe service is suspended for arrears%s: it goes on once %s%s %s are paid in", name,
              colon, keeps_prepaid ? ", but for what is prepaid" : "", enough(account), amount.text, currency);
  } else {
    owed.code = FG_NOTICE_ARREARS;
    owed.at = state->services[product].stops;
    owed.rule = "R26";
    fg_notice(board, &owed, "%s%sthe account is in arrears: the service stops at %s%s unless %s%s %s are paid in", name,
              colon, fg_notice_time(account, owed.at).text, keeps_prepaid ? ", but for what is prepaid," : "",
              enough(account), amount.text, currency);
  }
}

void fg_notice_arrears(fg_notice_board *board) {
  const fg_account *account = board->account;
  fg_arrears_rules rules;
  if (account->state.arrears_since == FG_NO_TIME) {
    return;
  }
  if (account->book->arrears_count == 0) {
    notice_owed(board, 0, false, false);
    return;
  }
  fg_arrears_find(account, &account->state, &rules);
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    const fg_service *service = &account->state.services[product];
    if (service->open && service->stops != FG_NO_TIME) {
      notice_owed(board, product, true, fg_arrears_keeps_prepaid(account, &rules, product));
    }
  }
}

void fg_notice_violation(fg_notice_board *board) {
  fg_noticed stopped = fg_empty_notice;
  if (board->account->state.violation) {
    stopped.code = FG_NOTICE_VIOLATION;
    stopped.rule = "R35";
    fg_notice(board, &stopped, "the account is stopped for a violation until it is reinstated");
  }
}
