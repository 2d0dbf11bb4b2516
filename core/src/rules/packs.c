#include "packs.h"

#include "../book/validity.h"
#include "deduction.h"

/* When the lot of an order ends that begins at an instant, and whether another lot follows. */
static fg_status end_of_lot(const fg_account *account, const fg_recurring_pack *order, fg_time bought, fg_time at,
                            fg_time *end, bool *goes_on) {
  fg_span span = fg_period_at(order->every, bought, at, &account->book->zone);
  FG_TRY(fg_time_is_civil(span.end) ? FG_OK : FG_OVERFLOW);
  *goes_on = span.end < order->until;
  *end = fg_min_i64(span.end, order->until);
  FG_ASSERT(*end > at);
  return FG_OK;
}

/* Notes that another lot follows the one that is added next. */
static fg_status keep_lot_order(const fg_account *account, fg_state *draft, fg_recurring_pack order) {
  FG_TRY(FG_STATE_RESERVE(account, draft, &draft->recurring));
  order.lot = draft->lots.count;
  draft->recurring.items[draft->recurring.count++] = order;
  return FG_OK;
}

static fg_status begin_recurring(fg_account *account, fg_state *draft, const fg_recurrence *recurrence, fg_lot *lot) {
  fg_recurring_pack order = {.every = recurrence->every};
  bool goes_on = false;
  FG_TRY(fg_recurrence_end(account->book, recurrence->lasts, lot->bought, &order.until));
  FG_TRY(end_of_lot(account, &order, lot->bought, lot->bought, &lot->expires, &goes_on));
  return goes_on ? keep_lot_order(account, draft, order) : FG_OK;
}

fg_status fg_packs_begin(fg_account *account, fg_state *draft, fg_lot lot, int64_t quantity, fg_ordered *ordered) {
  const fg_pack_offer *offer = &fg_book_owner(account->book, lot.owner)->packs[lot.offer];
  const int64_t parts = fg_book_parts(account->book, lot.owner);
  bool fits = fg_units_in_parts(offer->units, offer->units_fraction, parts, &lot.units) &&
              fg_multiply_i64(lot.units, quantity, &lot.units);
  FG_TRY(fits ? FG_OK : FG_OVERFLOW);
  ordered->units = lot.units / parts;
  ordered->fraction = fg_fraction_of_parts(lot.units, parts);
  lot.left = lot.units;
  lot.bought = lot.issued;
  lot.refund = (uint8_t)offer->refund;
  const fg_policy policy = fg_policy_of(account, lot.owner);
  FG_TRY(offer->recurrence != NULL
             ? begin_recurring(account, draft, offer->recurrence, &lot)
             : fg_validity_end(account->book, &policy, offer->validity, lot.issued, &lot.expires));
  if (account->void_at != FG_NO_TIME && offer->recurrence == NULL) {
    lot.expires = account->void_at;
  }
  ordered->until = lot.expires;
  return fg_lots_add(account, draft, &lot);
}

fg_time fg_packs_next_lot(const fg_state *state) {
  fg_time next = FG_NEVER;
  for (uint32_t i = 0; i < state->recurring.count; i++) {
    next = fg_min_i64(next, state->lots.items[state->recurring.items[i].lot].expires);
  }
  return next;
}

/* How many lots begin between two instants; at most as many as a hundred years have hours. */
static int64_t lots_between(const fg_account *account, fg_period every, fg_time bought, fg_time from, fg_time until) {
  int64_t count = 0;
  for (fg_time at = from; at < until; count++) {
    at = fg_period_at(every, bought, at, &account->book->zone).end;
  }
  return count;
}

fg_status fg_packs_count(const fg_account *account, const fg_state *state, const fg_lot *lot, int64_t *all,
                         int64_t *to_come) {
  const fg_book *sold_by = fg_book_at(account->whole, lot->bought);
  const fg_recurrence *recurrence = fg_book_owner(sold_by, lot->owner)->packs[lot->offer].recurrence;
  fg_time until = lot->expires;
  *all = 1;
  *to_come = 0;
  if (recurrence == NULL) {
    return FG_OK;
  }
  FG_TRY(fg_recurrence_end(account->book, recurrence->lasts, lot->bought, &until));
  *all = lots_between(account, recurrence->every, lot->bought, lot->bought, until);
  for (uint32_t i = 0; i < state->recurring.count; i++) {
    const fg_recurring_pack *order = &state->recurring.items[i];
    if (&state->lots.items[order->lot] == lot) {
      *to_come = lots_between(account, order->every, lot->bought, lot->expires, order->until);
    }
  }
  return FG_OK;
}

/* Adds the lot that follows the one that an order has now. */
static fg_status issue_next(const fg_account *account, fg_state *draft, fg_recurring_pack order, fg_time at) {
  fg_lot lot = draft->lots.items[order.lot];
  bool goes_on = false;
  lot.issued = at;
  lot.left = lot.units;
  lot.given_back = 0;
  FG_TRY(end_of_lot(account, &order, lot.bought, at, &lot.expires, &goes_on));
  FG_TRY(goes_on ? keep_lot_order(account, draft, order) : FG_OK);
  return fg_lots_add(account, draft, &lot);
}

/* Adds the next lot of each order whose lot ends now. The entry of the next lot goes to the end of the list, because
   that lot is the last of all. */
fg_status fg_packs_issue(const fg_account *account, fg_state *draft, fg_time at) {
  FG_TRY(fg_state_own(account, draft));
  for (uint32_t i = 0; i < draft->recurring.count;) {
    fg_recurring_pack order = draft->recurring.items[i];
    if (draft->lots.items[order.lot].expires != at) {
      i++;
      continue;
    }
    memmove(draft->recurring.items + i, draft->recurring.items + i + 1,
            (--draft->recurring.count - i) * sizeof *draft->recurring.items);
    FG_TRY(issue_next(account, draft, order, at));
  }
  return FG_OK;
}

void fg_packs_end(fg_state *draft, fg_string id) {
  uint32_t kept = 0;
  FG_ASSERT(!draft->shares);
  for (uint32_t i = 0; i < draft->recurring.count; i++) {
    fg_recurring_pack order = draft->recurring.items[i];
    if (!fg_string_equal(draft->lots.items[order.lot].id, id)) {
      draft->recurring.items[kept++] = order;
    }
  }
  draft->recurring.count = kept;
}
