#include "validity.h"

/* The date that a validity reaches if it is counted from `begin`. */
static fg_status validity_date(fg_validity validity, fg_date begin, fg_date *date) {
  switch (validity.unit) {
  case FG_VALID_DAYS: return fg_date_add_days(begin, validity.count, date);
  case FG_VALID_MONTHS: return fg_date_add_months(begin, validity.count, date);
  case FG_VALID_YEARS: return fg_date_add_months(begin, INT64_C(12) * validity.count, date);
  case FG_VALID_THIS_MONTH: return fg_date_add_months(fg_month_first(fg_month_of(begin)), 1, date);
  default: return FG_INVALID;
  }
}

/* Whether a validity is in hours or seconds, and how long it is then. */
static bool is_exact_length(fg_validity validity, fg_time *length) {
  *length = validity.count * (validity.unit == FG_VALID_HOURS ? FG_HOUR : FG_SECOND);
  return validity.unit == FG_VALID_HOURS || validity.unit == FG_VALID_SECONDS;
}

static fg_status exact_end(fg_time begin, fg_time length, fg_time *end) {
  FG_ASSERT(length >= 0 && begin <= INT64_MAX - length); /* both are at most 68 centuries */
  *end = begin + length;
  return fg_time_is_civil(*end) ? FG_OK : FG_OVERFLOW;
}

/* The instant that a validity reaches: 00:00 of its date or, in hours or seconds, the exact instant. */
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

/* Whether a validity ends on an anniversary (R6). That of a calendar month does not: it ends where the next month
   begins (R1). */
static bool has_anniversary(fg_validity validity) {
  return validity.unit == FG_VALID_DAYS || validity.unit == FG_VALID_MONTHS || validity.unit == FG_VALID_YEARS;
}

/* R6: when something valid from `begin` on is void whose anniversary begins at `anniversary`. Where the anniversary
   still counts, that is at the next 00:00, 23 to 25 hours later. */
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
