#include "due.h"

#include <stdio.h>

#include "budget.h"
#include "capacity.h"
#include "grants.h"
#include "settlement.h"
#include "usage.h"
#include "wallet.h"

/* ------------------------------------------------------------------------------------------- issue of free grants */

int64_t fg_lifecycle_amended(const fg_amendment *amendments, uint32_t count, uint32_t product, uint32_t offer,
                             fg_date date, int64_t quantity, fg_date *since) {
  for (uint32_t i = 0; i < count; i++) {
    const fg_amendment *amendment = &amendments[i];
    bool applies = amendment->product == product && amendment->grant == offer && amendment->effective <= date;
    if (applies && amendment->effective >= *since) { /* of one date, the later announcement holds */
      quantity = amendment->quantity;
      *since = amendment->effective;
    }
  }
  return quantity;
}

int64_t fg_lifecycle_grant_quantity(const fg_account *account, const fg_state *state, uint32_t product, uint32_t offer,
                                    fg_time at) {
  const fg_book *book = account->book;
  fg_date date = fg_account_date(account, at);
  fg_date since = FG_NO_DATE;
  int64_t quantity = book->products[product].grants[offer].quantity;
  quantity = fg_lifecycle_amended(book->amendments, book->amendment_count, product, offer, date, quantity, &since);
  return fg_lifecycle_amended(state->amendments.items, state->amendments.count, product, offer, date, quantity,
                              &since);
}

/* PRODUCT/GRANT/YYYY-MM for monthly grants, PRODUCT/GRANT for the others. */
static fg_status name_grant(fg_account *account, const fg_product *product, const fg_grant_offer *offer,
                            fg_month month, fg_string *id) {
  fg_history *history = account->history;
  size_t room = product->id.length + offer->id.length + sizeof "//0000-00";
  char *text = fg_arena_allocate(&history->arena, &history->allocator, room);
  if (text == NULL) {
    return FG_NO_MEMORY;
  }
  int length = snprintf(text, room, "%s/%s", product->id.text, offer->id.text);
  if (offer->issue == FG_ISSUE_MONTHLY) {
    text[length++] = '/';
    fg_month_format(month, text + length);
    length += (int)strlen(text + length);
  }
  *id = (fg_string){text, (size_t)length};
  return FG_OK;
}

fg_status fg_lifecycle_issue_offer(fg_account *account, fg_state *draft, uint32_t product, uint32_t offer,
                                   fg_time at) {
  const fg_product *offered = &account->book->products[product];
  const fg_grant_offer *terms = &offered->grants[offer];
  int64_t quantity = fg_lifecycle_grant_quantity(account, draft, product, offer, at);
  fg_grant grant = {.units = quantity, .left = quantity, .issued = at, .source = FG_SOURCE_FREE,
                    .product = (uint16_t)product, .offer = (uint16_t)offer};
  if (quantity == 0) {
    return FG_OK;
  }
  FG_TRY(fg_validity_end(terms->validity, at, &account->policy, account->book->offset_minutes, &grant.expires));
  FG_TRY(name_grant(account, offered, terms, draft->month, &grant.id));
  FG_TRY(fg_grants_add(account, draft, &grant));
  draft->issued[fg_offer_slot(account->book, product, offer)] = draft->month;
  return FG_OK;
}

static bool is_due(const fg_account *account, const fg_state *draft, uint32_t product, uint32_t offer, bool opening) {
  fg_month issued = draft->issued[fg_offer_slot(account->book, product, offer)];
  switch (account->book->products[product].grants[offer].issue) {
  case FG_ISSUE_MONTHLY: return issued != draft->month; /* R33: no second one in the same month */
  case FG_ISSUE_OPENING: return opening && issued == 0;
  case FG_ISSUE_CLAIM:
  case FG_ISSUE_COUNT: break;
  }
  return false;
}

fg_status fg_lifecycle_issue(fg_account *account, fg_state *draft, uint32_t product, bool opening, fg_time at) {
  const fg_product *offered = &account->book->products[product];
  for (uint32_t offer = 0; offer < offered->grant_count; offer++) {
    bool held_back = draft->suspended && offered->grants[offer].issue == FG_ISSUE_MONTHLY;
    if (!held_back && is_due(account, draft, product, offer, opening)) {
      FG_TRY(fg_lifecycle_issue_offer(account, draft, product, offer, at));
    }
  }
  return FG_OK;
}

static fg_status issue_to_open_products(fg_account *account, fg_state *draft, fg_time at) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    if (draft->services[product].open) {
      FG_TRY(fg_lifecycle_issue(account, draft, product, false, at));
    }
  }
  return FG_OK;
}

fg_status fg_lifecycle_resume(fg_account *account, fg_state *draft, fg_time at) {
  fg_amount balance = fg_wallet_balance(&draft->wallet);
  bool must_be_positive = fg_account_policy(account, FG_SWITCH_RESUME_AT) == FG_RESUME_POSITIVE;
  if (draft->arrears_since == FG_NO_TIME || (must_be_positive ? balance <= 0 : balance < 0)) {
    return FG_OK;
  }
  bool was_suspended = draft->suspended;
  draft->arrears_since = FG_NO_TIME;
  draft->suspended = false;
  /* R28: the free grants of a month that the suspension held back come now. */
  return was_suspended ? issue_to_open_products(account, draft, at) : FG_OK;
}

/* -------------------------------------------------------------------------------------------------- passing time */

fg_time fg_lifecycle_suspension_time(const fg_account *account, const fg_state *state) {
  bool pending = state->arrears_since != FG_NO_TIME && !state->suspended;
  return pending ? state->arrears_since + account->book->suspension_hours * FG_HOUR : FG_NEVER;
}

static bool has_daily_tiers(const fg_account *account) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    if (account->book->products[product].period == FG_PERIOD_DAY) {
      return true;
    }
  }
  return false;
}

/* Usage of a new month, or of a new day where tiers are daily, goes to a bucket of its own. */
static fg_status begin_periods(const fg_account *account, fg_state *draft, fg_time at) {
  fg_date today = fg_account_date(account, at);
  bool new_month = fg_month_of(today) != draft->month;
  draft->month = fg_month_of(today);
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_service *service = &draft->services[product];
    bool daily = account->book->products[product].period == FG_PERIOD_DAY;
    fg_bucket fresh = {.begin = daily ? today : fg_month_first(draft->month)};
    service->month_total = new_month ? 0 : service->month_total;
    if (service->buckets.count > 0 && service->buckets.items[service->buckets.count - 1].begin == fresh.begin) {
      continue;
    }
    FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->buckets, 1));
    service->buckets.items[service->buckets.count++] = fresh;
    service->regime_over = true;
  }
  return FG_OK;
}

void fg_lifecycle_plan(const fg_account *account, fg_state *state) {
  fg_date today = fg_account_date(account, state->now);
  fg_time next = fg_account_begin(account, fg_month_first(state->month + 1));
  if (has_daily_tiers(account) || state->caps.day_limited) {
    next = fg_min_i64(next, fg_account_begin(account, today + 1));
  }
  next = fg_min_i64(next, fg_settlement_time(account, state->settled + 1));
  next = fg_min_i64(next, fg_grants_next_expiry(account, state));
  next = fg_min_i64(next, fg_capacity_next_change(account, state, state->now));
  state->next_due = fg_min_i64(next, fg_lifecycle_suspension_time(account, state));
  fg_usage_refresh(account, state);
}

/* One instant, in the order of the timeline contract. Amendments need no step: an issue looks them up. */
static fg_status happen(fg_account *account, fg_state *draft, fg_time at) {
  bool month_begins = at == fg_account_begin(account, fg_month_first(draft->month + 1));
  draft->now = at;
  fg_grants_expire(account, draft, at);
  fg_capacity_refresh(account, draft, at);
  FG_TRY(begin_periods(account, draft, at));
  if (at == fg_settlement_time(account, draft->settled + 1)) {
    FG_TRY(fg_settle_month(account, draft, draft->settled + 1, at));
  }
  if (at == fg_lifecycle_suspension_time(account, draft)) {
    draft->suspended = true;
  }
  if (at == fg_account_begin(account, fg_account_date(account, at))) {
    FG_TRY(fg_budget_begin_day(account, draft));
  }
  return month_begins ? issue_to_open_products(account, draft, at) : FG_OK;
}

fg_status fg_lifecycle_start(const fg_account *account, fg_state *draft, fg_time at) {
  draft->now = at;
  FG_TRY(begin_periods(account, draft, at));
  draft->settled = draft->month - 1;
  fg_lifecycle_plan(account, draft);
  return FG_OK;
}

fg_status fg_lifecycle_run(fg_account *account, fg_state *draft, fg_time at) {
  while (draft->next_due <= at) {
    FG_TRY(happen(account, draft, draft->next_due));
    fg_lifecycle_plan(account, draft);
  }
  return FG_OK;
}
