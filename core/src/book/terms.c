#include "terms.h"

/* ---------------------------------------------------------------------------------------------- grants and packs */

int64_t fg_amended_quantity(const fg_amendment *amendments, uint32_t count, uint32_t product, uint32_t grant,
                            fg_date date, int64_t quantity, fg_date *since) {
  for (uint32_t i = 0; i < count; i++) {
    const fg_amendment *amendment = &amendments[i];
    bool applies = amendment->product == product && amendment->grant == grant && amendment->effective <= date;
    if (applies && amendment->effective >= *since) { /* of one date, the later announcement holds */
      quantity = amendment->quantity;
      *since = amendment->effective;
    }
  }
  return quantity;
}

int64_t fg_issued_quantity(const fg_book *book, uint32_t product, uint32_t grant, fg_date date) {
  fg_date since = fg_grant_since(book, date);
  int64_t quantity = book->products[product].grants[grant].quantity;
  return fg_amended_quantity(book->amendments, book->amendment_count, product, grant, date, quantity, &since);
}

/* The date `validity` reaches when counted from `begin`. */
static fg_status validity_date(fg_validity validity, fg_date begin, fg_date *date) {
  switch (validity.unit) {
  case FG_VALID_DAYS: return fg_date_add_days(begin, validity.count, date);
  case FG_VALID_MONTHS: return fg_date_add_months(begin, validity.count, date);
  case FG_VALID_YEARS: return fg_date_add_months(begin, INT64_C(12) * validity.count, date);
  case FG_VALID_THIS_MONTH: return fg_date_add_months(fg_month_first(fg_month_of(begin)), 1, date);
  default: return FG_INVALID;
  }
}

/* Whether it is a length of time to the instant, and how long. */
static bool is_exact_length(fg_validity validity, fg_time *length) {
  *length = validity.count * (validity.unit == FG_VALID_HOURS ? FG_HOUR : FG_SECOND);
  return validity.unit == FG_VALID_HOURS || validity.unit == FG_VALID_SECONDS;
}

static fg_status exact_end(fg_time begin, fg_time length, fg_time *end) {
  *end = begin + length; /* both are of 68 centuries at most */
  return fg_time_is_civil(*end) ? FG_OK : FG_OVERFLOW;
}

/* The instant that a validity reaches: 00:00 of its date, or where it is in hours or seconds the very one. */
static fg_status validity_reach(const fg_book *book, fg_validity validity, fg_time begin, fg_time *end) {
  fg_time length = 0;
  fg_date date = 0;
  if (validity.unit == FG_VALID_FOREVER) {
    *end = FG_NEVER;
    return FG_OK;
  }
  if (is_exact_length(validity, &length)) {
    return exact_end(begin, length, end);
  }
  FG_TRY(validity_date(validity, fg_date_at(begin, &book->zone), &date));
  *end = fg_date_begin(date, &book->zone);
  return FG_OK;
}

/* R1: a month has no anniversary, it ends where the next begins. */
static bool has_anniversary(fg_validity validity) {
  return validity.unit == FG_VALID_DAYS || validity.unit == FG_VALID_MONTHS || validity.unit == FG_VALID_YEARS;
}

/* R6: when what begins at `begin` is void, with its anniversary from `anniversary` on: at the next 00:00 where that
   date still counts, which is 23 to 25 hours later. */
static fg_time after_anniversary(const fg_book *book, const fg_policy *policy, fg_time begin, fg_time anniversary) {
  const fg_zone *zone = &book->zone;
  fg_date date = fg_date_at(anniversary, zone);
  switch (policy->value[FG_SWITCH_PACK_EXPIRY]) {
  case FG_ANNIVERSARY_START: return anniversary;
  case FG_ANNIVERSARY_INSTANT: {
    fg_time clock = begin + fg_zone_offset(zone, begin) - fg_date_at(begin, zone) * FG_DAY;
    return fg_zone_instant(zone, date * FG_DAY + clock);
  }
  default: return fg_date_begin(date + 1, zone);
  }
}

fg_status fg_validity_end(const fg_book *book, const fg_policy *policy, fg_validity validity, fg_time begin,
                          fg_time *end) {
  FG_TRY(validity_reach(book, validity, begin, end));
  if (has_anniversary(validity)) {
    *end = after_anniversary(book, policy, begin, *end);
    FG_TRY(fg_date_at(*end, &book->zone) <= fg_date_of(9999, 12, 31) ? FG_OK : FG_OVERFLOW);
  }
  return FG_OK;
}

fg_status fg_recurrence_end(const fg_book *book, fg_validity lasts, fg_time anchor, fg_time *end) {
  return validity_reach(book, lasts, anchor, end);
}

fg_validity fg_validity_until(const fg_book *book, const fg_policy *policy, fg_time begin, fg_time end) {
  if (end == FG_NEVER) {
    return (fg_validity){FG_VALID_FOREVER, 0};
  }
  int32_t dates = fg_date_at(end, &book->zone) - fg_date_at(begin, &book->zone);
  int32_t days = dates - (policy->value[FG_SWITCH_PACK_EXPIRY] == FG_ANNIVERSARY_END);
  return days > FG_DAYS_MAX ? (fg_validity){FG_VALID_FOREVER, 0} : (fg_validity){FG_VALID_DAYS, days};
}

fg_pack_order fg_pack_order_of(const fg_pack_order *own, const fg_policy *policy) {
  static const fg_pack_order orders[] = {
      [FG_ORDER_EXPIRY] = {2, {FG_BY_EXPIRY, FG_BY_PURCHASE}},
      [FG_ORDER_PURCHASE] = {2, {FG_BY_PURCHASE, FG_BY_EXPIRY}},
      [FG_ORDER_SMALLEST_LEFT] = {3, {FG_BY_LEFT, FG_BY_EXPIRY, FG_BY_PURCHASE}},
  };
  return own->count > 0 ? *own : orders[policy->value[FG_SWITCH_PACK_ORDER]];
}

bool fg_pack_order_moves(const fg_pack_order *order) {
  bool moves = false;
  for (uint32_t i = 0; i < order->count; i++) {
    moves = moves || order->by[i] == FG_BY_LEFT;
  }
  return moves;
}

static int compare_i64(int64_t a, int64_t b) { return a < b ? -1 : a > b; }

static int compare_by(fg_criterion criterion, const fg_deduction_rank *a, const fg_deduction_rank *b) {
  switch (criterion) {
  case FG_BY_EXPIRY: return compare_i64(a->expires, b->expires);
  case FG_BY_PURCHASE: return compare_i64(a->issued, b->issued);
  case FG_BY_LEFT: return compare_i64(a->left, b->left);
  default: return compare_i64(a->units, b->units);
  }
}

/* By rank; of one rank the product's own first; of one owner free grants first, those by expiry, then packs by the
   criteria. */
int fg_deduction_order(const fg_pack_order *order, const fg_deduction_rank *a, const fg_deduction_rank *b) {
  static const fg_pack_order of_grants = {2, {FG_BY_EXPIRY, FG_BY_PURCHASE}};
  int found = compare_i64(a->rank, b->rank);
  found = found != 0 ? found : compare_i64(a->owner, b->owner);
  found = found != 0 ? found : compare_i64(!a->is_free, !b->is_free);
  const fg_pack_order *criteria = a->is_free ? &of_grants : order;
  for (uint32_t i = 0; found == 0 && i < criteria->count; i++) {
    found = compare_by((fg_criterion)criteria->by[i], a, b);
  }
  return found;
}

/* Counted by civil days, the whole of the last day is within the time for a refund. */
fg_time fg_refund_end(const fg_book *book, const fg_policy *policy, fg_time bought) {
  if (policy->value[FG_SWITCH_REFUND_CLOCK] == FG_REFUND_HOURS) {
    return bought + book->refund_days * FG_DAY;
  }
  fg_date day_after = fg_date_at(bought, &book->zone) + book->refund_days + 1;
  return fg_date_begin(day_after, &book->zone);
}

/* ------------------------------------------------------------------------------------------------------- capacity */

static fg_status capacity_end(const fg_policy *policy, fg_date start, int64_t days, int64_t months, fg_date *end) {
  if (days > 0) {
    return fg_date_add_days(start, days, end); /* the first and the last day both count */
  }
  if (fg_capacity_months_are_civil(policy)) {
    return fg_date_add_months(start, months, end);
  }
  days = policy->value[FG_SWITCH_CAPACITY_MONTH] == FG_MONTH_DAYS_30 ? 30 : 31;
  return fg_multiply_i64(days, months, &days) ? fg_date_add_days(start, days, end) : FG_OVERFLOW;
}

fg_status fg_capacity_period(const fg_book *book, const fg_policy *policy, fg_time bought, fg_date start, int64_t days,
                             int64_t months, fg_time *from, fg_time *until) {
  fg_date today = fg_date_at(bought, &book->zone);
  fg_date first = start == FG_NO_DATE ? today : start;
  fg_date end = 0;
  if (first < today) {
    return FG_START_IN_PAST;
  }
  FG_TRY(capacity_end(policy, first, days, months, &end));
  *from = first == today ? bought : fg_date_begin(first, &book->zone);
  *until = fg_date_begin(end, &book->zone);
  return FG_OK;
}

/* What a bought quantity is added to: the limit without capacity, or 0 where it replaces that, also downwards. */
static int64_t limit_added_to(const fg_capacity_offer *offer, const fg_policy *policy) {
  return !fg_capacity_replaces(offer, policy) && offer->limit > 0 ? offer->limit : 0;
}

int64_t fg_capacity_for_limit(const fg_capacity_offer *offer, const fg_policy *policy, int64_t needed) {
  return fg_max_i64(1, needed - limit_added_to(offer, policy));
}
