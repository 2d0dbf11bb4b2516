#include "due.h"

#include "aggregate_events.h"
#include "arrears.h"
#include "budget.h"
#include "capacity.h"
#include "choices.h"
#include "cells.h"
#include "fees.h"
#include "deduction.h"
#include "issue.h"
#include "slots.h"
#include "packs.h"
#include "settlement.h"
#include "service.h"

/* Whether the bucket for usage at an instant exists: the last one is in the right stretch and of the edition in
   force. */
static bool has_begun(const fg_account *account, const fg_service *service, fg_time at) {
  return service->buckets.count > 0 && at < service->end &&
         service->buckets.items[service->buckets.count - 1].cell.edition == fg_edition_in_force(account);
}

static fg_status begin_periods_of(const fg_account *account, fg_state *draft, uint32_t product, fg_time at) {
  fg_service *service = &draft->services[product];
  if (has_begun(account, service, at)) {
    return FG_OK;
  }
  if (service->buckets.count == 0) {
    service->settled = fg_settling_at(account, draft, product, at).begin;
    service->settles = fg_settles_at(account, draft, product);
  }
  FG_TRY(fg_cell_begin(account, draft, product, at));
  fg_state_group(account, draft, product)->regime_over = true;
  return FG_OK;
}

/* Drops the buckets of a product whose periods ended unnoticed (fg_settlement_is_idle). */
static void forget_idle(const fg_account *account, fg_state *draft, uint32_t product, fg_time at) {
  fg_service *service = &draft->services[product];
  if (service->end <= at && fg_settlement_is_idle(account, draft, product)) {
    service->buckets.count = service->slices.count = 0;
  }
}

fg_status fg_due_begin_periods(const fg_account *account, fg_state *draft, fg_time at) {
  fg_date today = fg_account_date(account, at);
  bool new_month = fg_month_of(today) != draft->month;
  draft->month = fg_month_of(today);
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    if (new_month) {
      fg_cells_begin_month(account, draft, product);
    }
    forget_idle(account, draft, product, at);
    FG_TRY(begin_periods_of(account, draft, product, at));
  }
  return FG_OK;
}

/* R37: when the next edition takes effect. */
static fg_time next_edition(const fg_account *account) {
  uint32_t next = fg_edition_in_force(account) + UINT32_C(1);
  return next < account->whole->edition_count ? fg_account_begin(account, account->whole->editions[next].effective)
                                              : FG_NEVER;
}

/* When the next stretch of a product begins or a period is settled. Products whose periods end unnoticed count only
   with `of_idle`. */
static fg_time next_period(const fg_account *account, const fg_state *state, bool of_idle) {
  fg_time next = FG_NEVER;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    const fg_service *service = &state->services[product];
    if (of_idle || !fg_settlement_is_idle(account, state, product)) {
      next = fg_min_i64(next, fg_min_i64(service->end, service->settles));
    }
  }
  return next;
}

/* When something is due next; with `of_idle` also what nobody would notice. */
static fg_time next_due(const fg_account *account, const fg_state *state, bool of_idle) {
  fg_date today = fg_account_date(account, state->now);
  fg_time next = fg_account_begin(account, fg_month_first(state->month + 1));
  next = fg_min_i64(next, next_period(account, state, of_idle));
  if (state->caps.day_limited) {
    next = fg_min_i64(next, fg_account_begin(account, today + 1));
  }
  next = fg_min_i64(next, next_edition(account));
  next = fg_min_i64(next, fg_aggregates_next(account, state));
  next = fg_min_i64(next, fg_lots_next_expiry(account, state));
  next = fg_min_i64(next, fg_capacity_next_change(account, state, state->now));
  next = fg_min_i64(next, fg_issue_next(account, state));
  next = fg_min_i64(next, fg_packs_next_lot(state));
  next = fg_min_i64(next, fg_choice_next(account, state));
  return fg_min_i64(next, fg_arrears_suspension_time(account, state));
}

void fg_due_refresh(const fg_account *account, fg_state *state) {
  state->next_due = fg_min_i64(next_due(account, state, true), fg_ids_stretch_end(&account->ids, state->now));
  fg_service_refresh(account, state);
}

/* Puts the next edition in force. Lots stay as they are, but are drawn on by its weights and ranks. Whether periods
   that would have been settled have ended unnoticed is asked of the edition before, because the next one may bill what
   was free when nothing was used. */
static fg_status begin_edition(fg_account *account, fg_state *draft, fg_time at) {
  FG_TRY(fg_fees_count_all(account, draft, at));
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    if (draft->services[product].settles < at) {
      forget_idle(account, draft, product, at);
    }
  }
  account->book++;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    FG_TRY(fg_lots_arrange(account, draft, product, at, UINT64_MAX, false));
  }
  return fg_slots_recount(account, draft, at);
}

/* Lets everything happen that is due at one instant, in the order of the timeline contract. Two things need no step:
   amendments, because an issue looks them up, and suspensions (R26), which hold from their instant on. */
static fg_status happen(fg_account *account, fg_state *draft, fg_time at) {
  FG_ASSERT(fg_history_is_owned(account->history) && at > draft->now);
  bool month_begins = at == fg_account_begin(account, fg_month_first(draft->month + 1));
  bool is_issued = month_begins || at == fg_issue_next(account, draft);
  bool is_lot_due = at == fg_packs_next_lot(draft);
  FG_TRY(fg_aggregates_end(account, draft, at, at == next_edition(account) ? account->book + 1 : NULL));
  draft->now = at;
  fg_lots_expire(account, draft, at);
  fg_capacity_refresh(account, draft, at);
  FG_TRY(at == next_edition(account) ? begin_edition(account, draft, at) : FG_OK);
  FG_TRY(fg_due_begin_periods(account, draft, at));
  if (at == fg_settlement_next(account, draft)) {
    FG_TRY(fg_settle(account, draft, at));
  }
  if (month_begins) {
    FG_TRY(fg_budget_begin_month(account, draft));
  }
  if (at == fg_account_begin(account, fg_account_date(account, at))) {
    FG_TRY(fg_budget_begin_day(account, draft));
  }
  if (at == fg_choice_next(account, draft)) {
    FG_TRY(fg_choice_switch(account, draft, at));
  }
  FG_TRY(is_issued ? fg_issue_at_begin(account, draft, at) : FG_OK);
  return is_lot_due ? fg_packs_issue(account, draft, at) : FG_OK;
}

fg_status fg_due_start(fg_account *account, fg_state *draft, fg_time at) {
  FG_ASSERT(draft->now == FG_NO_TIME);
  draft->now = at;
  account->book = fg_book_edition(account->whole, fg_account_edition_at(account, at));
  FG_TRY(fg_due_begin_periods(account, draft, at));
  fg_due_refresh(account, draft);
  return FG_OK;
}

fg_status fg_due_happen(fg_account *account, fg_state *draft, fg_time at) {
  while (draft->next_due <= at) {
    FG_TRY(happen(account, draft, fg_min_i64(at, next_due(account, draft, false))));
    fg_due_refresh(account, draft);
  }
  return FG_OK;
}
