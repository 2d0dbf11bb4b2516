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
  fg_date since = FG_NO_DATE;
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
  case FG_VALID_FOREVER:
  case FG_VALIDITY_COUNT: break;
  }
  return FG_INVALID;
}

/* R6: 1 where the date that a validity reaches still counts. */
static int days_after_anniversary(const fg_policy *policy) {
  return policy->value[FG_SWITCH_PACK_EXPIRY] == FG_ANNIVERSARY_END;
}

fg_status fg_validity_end(const fg_book *book, const fg_policy *policy, fg_validity validity, fg_time begin,
                          fg_time *end) {
  if (validity.unit == FG_VALID_FOREVER) {
    *end = FG_NEVER;
    return FG_OK;
  }
  fg_date date = 0;
  FG_TRY(validity_date(validity, fg_date_at(begin, book->offset_minutes), &date));
  if (validity.unit != FG_VALID_THIS_MONTH) { /* R1: a month has no anniversary, it ends where the next begins */
    FG_TRY(fg_date_add_days(date, days_after_anniversary(policy), &date));
  }
  *end = fg_date_begin(date, book->offset_minutes);
  return FG_OK;
}

fg_validity fg_validity_until(const fg_book *book, const fg_policy *policy, fg_time begin, fg_time end) {
  enum { DAYS_MAX = 36525 };
  if (end == FG_NEVER) {
    return (fg_validity){FG_VALID_FOREVER, 0};
  }
  int32_t dates = fg_date_at(end, book->offset_minutes) - fg_date_at(begin, book->offset_minutes);
  int32_t days = dates - days_after_anniversary(policy);
  return days > DAYS_MAX ? (fg_validity){FG_VALID_FOREVER, 0} : (fg_validity){FG_VALID_DAYS, days};
}

static int compare_i64(int64_t a, int64_t b) { return a < b ? -1 : a > b; }

/* Free grants first, those by expiry; then packs as `pack_order` says, ties by the next rank. */
int fg_deduction_order(const fg_policy *policy, const fg_deduction_rank *a, const fg_deduction_rank *b) {
  if (a->is_free != b->is_free) {
    return a->is_free ? -1 : 1;
  }
  int by_expiry = compare_i64(a->expires, b->expires);
  int by_purchase = compare_i64(a->issued, b->issued);
  int order = a->is_free ? FG_ORDER_EXPIRY : policy->value[FG_SWITCH_PACK_ORDER];
  int by_left = order == FG_ORDER_SMALLEST_LEFT ? compare_i64(a->left, b->left) : 0;
  int first = order == FG_ORDER_PURCHASE ? by_purchase : by_expiry;
  int second = order == FG_ORDER_PURCHASE ? by_expiry : by_purchase;
  return by_left != 0 ? by_left : first != 0 ? first : second;
}

/* Counted by civil days, the whole of the last day is within the time for a refund. */
fg_time fg_refund_end(const fg_book *book, const fg_policy *policy, fg_time bought) {
  if (policy->value[FG_SWITCH_REFUND_CLOCK] == FG_REFUND_HOURS) {
    return bought + book->refund_days * FG_DAY;
  }
  fg_date day_after = fg_date_at(bought, book->offset_minutes) + book->refund_days + 1;
  return fg_date_begin(day_after, book->offset_minutes);
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
  fg_date today = fg_date_at(bought, book->offset_minutes);
  fg_date first = start == FG_NO_DATE ? today : start;
  fg_date end = 0;
  if (first < today) {
    return FG_START_IN_PAST;
  }
  FG_TRY(capacity_end(policy, first, days, months, &end));
  *from = first == today ? bought : fg_date_begin(first, book->offset_minutes);
  *until = fg_date_begin(end, book->offset_minutes);
  return FG_OK;
}

/* What a bought quantity is added to: the limit without capacity, or 0 where it replaces that, also downwards. */
static int64_t limit_added_to(const fg_capacity_offer *offer, const fg_policy *policy) {
  return !fg_capacity_replaces(offer, policy) && offer->limit > 0 ? offer->limit : 0;
}

int64_t fg_capacity_for_limit(const fg_capacity_offer *offer, const fg_policy *policy, int64_t needed) {
  return fg_max_i64(1, needed - limit_added_to(offer, policy));
}
