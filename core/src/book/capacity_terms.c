#include "capacity_terms.h"

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

/* What bought capacity is added to: the limit without capacity, or 0 where it replaces that limit. */
static int64_t limit_added_to(const fg_capacity_offer *offer, const fg_policy *policy) {
  return !fg_capacity_replaces(offer, policy) && offer->limit > 0 ? offer->limit : 0;
}

int64_t fg_capacity_for_limit(const fg_capacity_offer *offer, const fg_policy *policy, int64_t needed) {
  return fg_max_i64(1, needed - limit_added_to(offer, policy));
}
