/* What wants attention: packs that run out, budgets, arrears, calls that nobody ended. It changes nothing. */
#include "notices.h"

#include "later_book.h"

#include <stdarg.h>
#include <stdio.h>

#include "../base/status.h"
#include "../base/tell.h"
#include "../book/explain.h"
#include "../book/terms.h"
#include "../rules/arrears.h"
#include "../rules/budget.h"
#include "../rules/grants.h"
#include "../rules/holds.h"
#include "../rules/preview.h"
#include "../rules/wallet.h"

typedef enum notice_code {
#define NOTICE(NAME, name, known, help) NOTICE_##NAME,
#include "outlook.def"
} notice_code;

static const char *const notice_names[] = {
#define NOTICE(NAME, name, known, help) [NOTICE_##NAME] = name,
#include "outlook.def"
};

/* The values of a notice; those that it does not have are told as null. */
typedef struct noticed {
  notice_code code;
  const fg_product *product; ///< NULL: none
  fg_string id;              ///< text NULL: none
  int64_t units, of;         ///< -1: none
  bool has_amount, has_limit;
  fg_amount amount, limit;
  fg_time at;       ///< FG_NO_TIME: none
  const char *rule; ///< told where the book cites it; NULL: none
} noticed;

static const noticed empty_notice = {.units = -1, .of = -1, .at = FG_NO_TIME};

typedef struct notice_board {
  const fg_account *account;
  const fg_notice_limits *limits;
  const fg_notice_context *context;
  bool *uncertain; ///< of each call in flight: asked once, because a ledger looks into its file for it
  fg_teller to;
} notice_board;

/* Tells a notice; `format` makes its message. The names in it are of the book, at most 64 bytes each, so it fits. */
static void FG_PRINTF(3, 4) notice(notice_board *board, const noticed *what, const char *format, ...) {
  fg_teller *to = &board->to;
  char message[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  fg_cut_utf8(message, sizeof message);
  fg_tell_begin_object(to, NULL);
  fg_tell_word(to, "code", notice_names[what->code]);
  fg_tell_word(to, "message", message);
  fg_tell_optional_text(to, "product", what->product == NULL ? (fg_string){NULL, 0} : what->product->id);
  fg_tell_optional_text(to, "id", what->id);
  fg_tell_optional_count(to, "units", what->units);
  fg_tell_optional_count(to, "of", what->of);
  fg_tell_optional_amount(to, "amount", what->has_amount, what->amount);
  fg_tell_optional_amount(to, "limit", what->has_limit, what->limit);
  fg_tell_optional_time(to, "at", what->at);
  fg_string rule = fg_string_of(what->rule);
  bool is_cited = rule.text != NULL && fg_book_cites(board->account->book, rule);
  fg_tell_optional_text(to, "rule", is_cited ? rule : (fg_string){NULL, 0});
  fg_tell_end_object(to);
}

/* ------------------------------------------------------------------------------------------------------- wording */

/* Texts of one message, each in a buffer of its own. */
typedef struct wording {
  char text[FG_GROUPED_MAX];
} wording;

static wording units_text(int64_t units) {
  wording made;
  fg_explain_amount((fg_amount)units * FG_UNIT, 0, made.text);
  return made;
}

/* A meter's name is a plural: of one unit "1 of the calls is", of more "2 calls are". */
static const char *of_the(int64_t units) { return units == 1 ? "of the " : ""; }
static const char *is_or_are(int64_t units) { return units == 1 ? "is" : "are"; }

static wording money_text(const fg_account *account, fg_amount amount) {
  wording made;
  fg_explain_amount(amount, account->book->minor_digits, made.text);
  return made;
}

/* "2024-11-05 10:00": to the minute, in the book's civil time. */
static wording time_text(const fg_account *account, fg_time time) {
  wording made;
  fg_time_format(time, &account->book->zone, made.text);
  made.text[sizeof "2024-11-05T10:00" - 1] = '\0';
  made.text[sizeof "2024-11-05" - 1] = ' ';
  return made;
}

/* --------------------------------------------------------------------------------------------------------- packs */

static bool is_pack_in_time(const notice_board *board, const fg_grant *grant, uint32_t product) {
  return grant->owner == product && grant->source != FG_SOURCE_FREE && !grant->refunded &&
         grant->expires > board->account->state.now && !fg_grant_is_of_materials(board->account, grant);
}

static fg_status notice_stock(notice_board *board, uint32_t product) {
  const fg_state *state = &board->account->state;
  const fg_product *offered = &board->account->book->products[product];
  int64_t left = 0;
  int64_t units = 0; /* of packs with something left: one that is used up says nothing about the others */
  bool has_packs = false;
  for (uint32_t i = 0; i < state->grants.count; i++) {
    const fg_grant *grant = &state->grants.items[i];
    if (!is_pack_in_time(board, grant, product)) {
      continue;
    }
    has_packs = true;
    if (!fg_add_i64(left, grant->left, &left) || !fg_add_i64(units, grant->left > 0 ? grant->units : 0, &units)) {
      return FG_OVERFLOW;
    }
  }
  noticed low = empty_notice;
  low.product = offered;
  low.units = left;
  low.rule = "R7";
  if (has_packs && left == 0) {
    low.code = NOTICE_PACKS_USED_UP;
    notice(board, &low, "%s: no pack has %s left", offered->id.text, offered->meter.text);
  } else if ((fg_int128)left * 100 < (fg_int128)units * board->limits->pack_share) {
    low.code = NOTICE_PACKS_LOW;
    low.of = units;
    notice(board, &low, "%s: %s of %s %s %s left in the packs", offered->id.text, units_text(low.units).text,
           units_text(low.of).text, offered->meter.text, is_or_are(low.units));
  }
  return FG_OK;
}

/* R6: what is left at the end is void. */
static void notice_endings(notice_board *board, uint32_t product) {
  const fg_account *account = board->account;
  const fg_product *offered = &account->book->products[product];
  fg_time soon = account->state.now + board->limits->pack_days * FG_DAY;
  for (uint32_t i = 0; i < account->state.grants.count; i++) {
    const fg_grant *grant = &account->state.grants.items[i];
    if (is_pack_in_time(board, grant, product) && grant->left > 0 && grant->expires <= soon) {
      noticed ending = empty_notice;
      ending.code = NOTICE_PACK_ENDING;
      ending.product = offered;
      ending.id = grant->id;
      ending.units = grant->left;
      ending.of = grant->units;
      ending.at = grant->expires;
      ending.rule = "R6";
      notice(board, &ending, "%s: %s %s%s of a pack %s %s lost at %s if %s not used before", offered->id.text,
             units_text(grant->left).text, of_the(grant->left), offered->meter.text,
             offered->packs[grant->offer].id.text, is_or_are(grant->left), time_text(account, grant->expires).text,
             grant->left == 1 ? "it is" : "they are");
    }
  }
}

static bool sells_packs(const fg_product *offered) {
  for (uint32_t i = 0; i < offered->pack_count; i++) {
    if (!offered->packs[i].of_materials) {
      return true;
    }
  }
  return offered->grant_count > 0;
}

/* "2024-11", or of a period that is no month "the period from 2024-11-05T00:00:00+08:00 on". */
enum { OPEN_PERIOD_MAX = FG_TIME_TEXT_MAX + 24 };
static void write_open_period(const fg_account *account, uint32_t product, char out[OPEN_PERIOD_MAX]) {
  fg_time begin = fg_settling_at(account, &account->state, product, account->state.now).begin;
  char text[FG_TIME_TEXT_MAX];
  if (account->book->products[product].settle.unit == FG_EVERY_MONTH) {
    fg_month_format(fg_account_month(account, begin), text);
    snprintf(out, OPEN_PERIOD_MAX, "%s", text);
  } else {
    fg_time_format(begin, &account->book->zone, text);
    snprintf(out, OPEN_PERIOD_MAX, "the period from %s on", text);
  }
}

/* Says that usage is postpaid now. A product without grants or packs is always postpaid, so nothing is said of it. */
static fg_status notice_postpaid(notice_board *board, fg_account *fork, uint32_t product) {
  const fg_product *offered = &board->account->book->products[product];
  noticed begun = empty_notice;
  char period[OPEN_PERIOD_MAX];
  if (!sells_packs(offered)) {
    return FG_OK;
  }
  FG_TRY(fg_preview(fork, (int)product));
  begun.units = 0;
  for (uint32_t i = 0; i < fork->preview.line_count; i++) {
    const fg_invoice_line *line = &fork->preview.lines[i];
    begun.units += line->is_running ? line->charged : line->slice.units;
  }
  if (begun.units == 0) {
    return FG_OK;
  }
  begun.code = NOTICE_POSTPAID_BEGUN;
  begun.product = offered;
  begun.has_amount = true;
  begun.amount = fork->preview.total;
  begun.rule = "R11";
  write_open_period(fork, product, period);
  notice(board, &begun, "%s: %s %s%s of %s %s postpaid, %s %s so far", offered->id.text, units_text(begun.units).text,
         of_the(begun.units), offered->meter.text, period, is_or_are(begun.units),
         money_text(board->account, begun.amount).text, board->account->book->currency.text);
  return FG_OK;
}

/* --------------------------------------------------------------------------------------------------------- money */

/* `share` percent of a cap, rounded up. Divided first, because a hundred times an amount may not fit. */
static fg_amount share_of(fg_amount cap, int64_t share) { return cap / 100 * share + (cap % 100 * share + 99) / 100; }

static void notice_budget(notice_board *board, const char *period, bool limited, fg_amount cap, fg_amount used) {
  noticed spent = empty_notice;
  if (!limited || used <= 0 || used < share_of(cap, board->limits->budget_share)) {
    return;
  }
  spent.code = NOTICE_BUDGET_USED;
  spent.id = fg_string_of(period);
  spent.has_amount = spent.has_limit = true;
  spent.amount = used;
  spent.limit = cap;
  notice(board, &spent, "%s of %s %s of the %s's budget are used", money_text(board->account, used).text,
         money_text(board->account, cap).text, board->account->book->currency.text, period);
}

static fg_status notice_budgets(notice_board *board) {
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

/* R27: what ends arrears depends on the switch. */
static const char *enough(const fg_account *account) {
  return fg_resumes_above_zero(&account->policy) ? "more than " : "";
}

/* Tells of arrears of the whole account, or of one product where the book has rules of arrears. */
static void notice_owed(notice_board *board, uint32_t product, bool by_product, bool keeps_prepaid) {
  const fg_account *account = board->account;
  const fg_state *state = &account->state;
  noticed owed = empty_notice;
  owed.product = by_product ? &account->book->products[product] : NULL;
  owed.has_amount = true;
  owed.amount = -fg_wallet_balance(&state->wallet);
  const char *name = by_product ? owed.product->id.text : "";
  const char *colon = by_product ? ": " : "";
  const char *currency = account->book->currency.text;
  wording amount = money_text(account, owed.amount);
  if (fg_arrears_stopped(state, product)) {
    owed.code = NOTICE_SUSPENDED;
    owed.at = state->arrears_since;
    owed.rule = "R28";
    notice(board, &owed, "%s%sthe service is suspended for arrears%s: it goes on once %s%s %s are paid in", name, colon,
           keeps_prepaid ? ", but for what is prepaid" : "", enough(account), amount.text, currency);
  } else {
    owed.code = NOTICE_ARREARS;
    owed.at = state->services[product].stops;
    owed.rule = "R26";
    notice(board, &owed, "%s%sthe account is in arrears: the service stops at %s%s unless %s%s %s are paid in", name,
           colon, time_text(account, owed.at).text, keeps_prepaid ? ", but for what is prepaid," : "", enough(account),
           amount.text, currency);
  }
}

static void notice_arrears(notice_board *board) {
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

static void notice_violation(notice_board *board) {
  noticed stopped = empty_notice;
  if (board->account->state.violation) {
    stopped.code = NOTICE_VIOLATION;
    stopped.rule = "R35";
    notice(board, &stopped, "the account is stopped for a violation until it is reinstated");
  }
}

/* --------------------------------------------------------------------------------------------------------- calls */

static void ask_for_uncertain(notice_board *board) {
  const fg_account *account = board->account;
  const fg_call_filter *filter = board->context->uncertain;
  for (uint32_t i = 0; i < account->state.holds.count && filter != NULL; i++) {
    char made[FG_CALL_NAME_MAX];
    fg_string id = fg_hold_id(&account->state.holds.items[i], made);
    board->uncertain[i] = filter->wants(filter->context, id);
  }
}

/* Calls past their time are told as abandoned even where they are uncertain, because only some handles know that a call
   is uncertain: so all handles tell the same of one call. */
static bool is_told_as(const notice_board *board, uint32_t place, bool uncertain) {
  const fg_state *state = &board->account->state;
  bool is_late = state->holds.items[place].deadline <= state->now;
  return uncertain ? !is_late && board->uncertain[place] : is_late;
}

static void tell_calls(notice_board *board, noticed *open, bool uncertain) {
  bool is_one = open->of == 1;
  const char *lost = is_one ? "was never ended by the program that made it"
                            : "were never ended by the program that made them";
  const char *late = is_one ? "is past its time" : "are past their time";
  open->code = uncertain ? NOTICE_CALLS_UNCERTAIN : NOTICE_CALLS_ABANDONED;
  notice(board, open, "%s: %s %s since %s %s: %s %s as used until %s committed or canceled", open->product->id.text,
         units_text(open->of).text, is_one ? "call" : "calls", time_text(board->account, open->at).text,
         uncertain ? lost : late, units_text(open->units).text, open->units == 1 ? "unit counts" : "units count",
         is_one ? "it is" : "they are");
}

/* Calls of a product that nobody ended: those past their time, or else those that nobody has in hand. */
static fg_status notice_calls(notice_board *board, uint32_t product, bool uncertain) {
  const fg_account *account = board->account;
  const fg_product *offered = &account->book->products[product];
  noticed open = empty_notice;
  char oldest[FG_CALL_NAME_MAX];
  open.units = open.of = 0;
  for (uint32_t i = 0; i < account->state.holds.count; i++) {
    const fg_hold *hold = &account->state.holds.items[i];
    if (hold->product != product || !is_told_as(board, i, uncertain)) {
      continue;
    }
    if (open.of++ == 0) { /* the oldest comes first */
      open.id = fg_hold_id(hold, oldest);
      open.at = hold->since;
    }
    if (!fg_add_i64(open.units, hold->units, &open.units)) {
      return FG_OVERFLOW;
    }
  }
  if (open.of > 0) {
    open.product = offered;
    tell_calls(board, &open, uncertain);
  }
  return FG_OK;
}

static void notice_clock(notice_board *board) {
  noticed suspect = empty_notice;
  if (board->context->clock_is_suspect) {
    suspect.code = NOTICE_CLOCK_SUSPECT;
    suspect.at = board->context->clock;
    notice(board, &suspect, "the clock shows %s, which is %s", time_text(board->account, suspect.at).text,
           fg_account_now(board->account) == FG_NO_TIME ? "before the price book was written"
                                                        : "too far from the last command to be believed");
  }
}

/* Tells of a later version of the book, which is not adopted unasked (R37). */
static fg_status notice_edition(notice_board *board) {
  const fg_book *offered = board->context->offered;
  noticed available = empty_notice;
  bool has_news = false;
  fg_date date = FG_NO_DATE;
  if (offered != NULL) {
    FG_TRY(fg_account_news(board->account, offered, &has_news, &date));
  }
  if (has_news) {
    available.code = NOTICE_EDITION_AVAILABLE;
    available.id = offered->id;
    available.at = date == FG_NO_DATE ? FG_NO_TIME : fg_account_begin(board->account, date);
    notice(board, &available, "the price book %s has an edition that the account does not go by%s%s: adopt it",
           offered->id.text, date == FG_NO_DATE ? "" : ", from ",
           date == FG_NO_DATE ? "" : time_text(board->account, available.at).text);
  }
  return FG_OK;
}

/* ----------------------------------------------------------------------------------------------------------- all */

static fg_status tell_notices(notice_board *board, fg_account *fork) {
  ask_for_uncertain(board);
  uint32_t products = board->account->book->product_count;
  fg_tell_begin_list(&board->to, NULL);
  notice_clock(board);
  notice_violation(board);
  FG_TRY(notice_edition(board));
  notice_arrears(board);
  FG_TRY(notice_budgets(board));
  for (uint32_t product = 0; product < products; product++) {
    FG_TRY(notice_stock(board, product));
    notice_endings(board, product);
    FG_TRY(notice_postpaid(board, fork, product));
    FG_TRY(notice_calls(board, product, true));
    FG_TRY(notice_calls(board, product, false));
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
  FG_TRY(check_limit("pack_share", chosen->pack_share, 100, error));
  FG_TRY(check_limit("pack_days", chosen->pack_days, 36525, error));
  FG_TRY(check_limit("budget_share", chosen->budget_share, 100, error));
  size_t calls = account->state.holds.count + 1;
  bool *uncertain = fg_allocate(&account->allocator, calls * sizeof *uncertain);
  notice_board board = {account, chosen, context, uncertain, fg_teller_to(visitor)};
  fg_status status = uncertain == NULL ? FG_NO_MEMORY : fg_account_fork(account, &fork);
  if (status == FG_OK) {
    status = tell_notices(&board, fork); /* previews are made in the fork, because an account keeps its latest one */
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
