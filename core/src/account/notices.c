/* Tells what wants attention: the clock, a later edition of the book, money, packs, calls. Nothing is changed. */
#include "notices.h"

#include "later_book.h"
#include "notice_board.h"

static void notice_clock(fg_notice_board *board) {
  fg_noticed suspect = fg_empty_notice;
  if (board->context->clock_is_suspect) {
    suspect.code = FG_NOTICE_CLOCK_SUSPECT;
    suspect.at = board->context->clock;
    fg_notice(board, &suspect, "the clock shows %s, which is %s", fg_notice_time(board->account, suspect.at).text,
              fg_account_now(board->account) == FG_NO_TIME ? "before the price book was written"
                                                           : "too far from the last command to be believed");
  }
}

/* Tells that a later version of the book is offered; no account adopts one unasked (R37). */
static fg_status notice_edition(fg_notice_board *board) {
  const fg_book *offered = board->context->offered;
  fg_noticed available = fg_empty_notice;
  bool has_news = false;
  fg_date date = FG_NO_DATE;
  if (offered != NULL) {
    FG_TRY(fg_account_news(board->account, offered, &has_news, &date));
  }
  if (has_news) {
    available.code = FG_NOTICE_EDITION_AVAILABLE;
    available.id = offered->id;
    available.at = date == FG_NO_DATE ? FG_NO_TIME : fg_account_begin(board->account, date);
    fg_notice(board, &available, "the price book %s has an edition that the account does not go by%s%s: adopt it",
              offered->id.text, date == FG_NO_DATE ? "" : ", from ",
              date == FG_NO_DATE ? "" : fg_notice_time(board->account, available.at).text);
  }
  return FG_OK;
}

static fg_status tell_notices(fg_notice_board *board, fg_account *fork) {
  fg_notice_ask_for_uncertain(board);
  uint32_t products = board->account->book->product_count;
  fg_tell_begin_list(&board->to, NULL);
  notice_clock(board);
  fg_notice_violation(board);
  FG_TRY(notice_edition(board));
  fg_notice_arrears(board);
  FG_TRY(fg_notice_budgets(board));
  for (uint32_t product = 0; product < products; product++) {
    FG_TRY(fg_notice_stock(board, product));
    fg_notice_endings(board, product);
    FG_TRY(fg_notice_postpaid(board, fork, product));
    FG_TRY(fg_notice_calls(board, product, true));
    FG_TRY(fg_notice_calls(board, product, false));
  }
  fg_tell_end_list(&board->to);
  return fg_teller_status(&board->to);
}

static fg_status check_limit(const char *name, int64_t value, int64_t most, fg_error *error) {
  return value >= 0 && value <= most
             ? FG_OK
             : fg_fail(error, FG_INVALID, name, "expected a whole number from 0 to %d", (int)most);
}

fg_status fg_account_tell_notices(const fg_account *account, const fg_notice_limits *limits,
                                  const fg_notice_context *context, const fg_visitor *visitor, fg_error *error) {
  static const fg_notice_limits usual = FG_NOTICE_LIMITS_DEFAULT;
  fg_account *fork = NULL;
  const fg_notice_limits *chosen = limits == NULL ? &usual : limits;
  FG_TRY(check_limit("pack_percent", chosen->pack_percent, 100, error));
  FG_TRY(check_limit("pack_days", chosen->pack_days, FG_DAYS_MAX, error));
  FG_TRY(check_limit("budget_percent", chosen->budget_percent, 100, error));
  size_t calls = account->state.holds.count + 1;
  bool *uncertain = fg_allocate(&account->allocator, calls * sizeof *uncertain);
  fg_notice_board board = {account, chosen, context, uncertain, fg_teller_to(visitor)};
  fg_status status = uncertain == NULL ? FG_NO_MEMORY : fg_account_fork(account, &fork);
  if (status == FG_OK) {
    status = tell_notices(&board, fork); /* the fork makes the previews, because an account keeps its latest one */
    fg_account_free(fork);
  }
  fg_release(&account->allocator, uncertain, calls * sizeof *uncertain);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

fg_status fg_account_notices(const fg_account *account, const fg_notice_limits *limits, const fg_visitor *visitor,
                             fg_error *error) {
  static const fg_notice_context none = {NULL, false, FG_NO_TIME, NULL};
  return fg_account_tell_notices(account, limits, &none, visitor, error);
}
