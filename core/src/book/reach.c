#include "reach.h"

/* The usual length of a period. A month counts as 30 days, so that a command may pass all months up to the year
   9999. */
static fg_time length_of(fg_period period) {
  switch (period.unit) {
  case FG_EVERY_HOUR: return FG_HOUR;
  case FG_EVERY_HOURS: return period.count * FG_HOUR;
  case FG_EVERY_DAY: return FG_DAY;
  case FG_EVERY_DAYS: return period.count * FG_DAY;
  case FG_EVERY_WEEK: return 7 * FG_DAY;
  case FG_EVERY_MONTHS: return period.count * 30 * FG_DAY;
  case FG_EVERY_YEAR: return 365 * FG_DAY;
  default: return 30 * FG_DAY;
  }
}

static fg_time shorter(fg_time length, fg_period period) { return fg_min_i64(length, length_of(period)); }

/* The shortest of `length` and the periods in which a product or pool issues lots. */
static fg_time shortest_of_lots(const fg_product *owner, fg_time length) {
  for (uint32_t i = 0; i < owner->grant_count; i++) {
    const fg_grant_offer *grant = &owner->grants[i];
    length = grant->issue == FG_ISSUE_RECURRING ? shorter(length, grant->recurrence.every) : length;
  }
  for (uint32_t i = 0; i < owner->pack_count; i++) {
    const fg_recurrence *recurrence = owner->packs[i].recurrence;
    length = recurrence != NULL ? shorter(length, recurrence->every) : length;
  }
  return length;
}

static fg_time shortest_of_product(const fg_product *product, fg_time length) {
  length = shorter(shorter(length, product->settle), product->tier_period);
  length = product->aggregate != NULL ? shorter(length, product->aggregate->over) : length;
  for (uint32_t i = 0; i < product->fee_count; i++) {
    length = product->fees[i].is_once ? length : shorter(length, product->fees[i].every);
  }
  return length;
}

static fg_time shortest_of_list(const fg_book *list, fg_time length) {
  for (uint32_t i = 0; i < list->product_count; i++) {
    length = shortest_of_product(&list->products[i], length);
  }
  for (uint32_t i = 0; i < fg_book_owner_count(list); i++) {
    length = shortest_of_lots(fg_book_owner(list, i), length);
  }
  return length;
}

bool fg_book_reaches(const fg_book *whole, fg_time from, fg_time to) {
  FG_ASSERT(from <= to);
  if (to - from <= FG_PERIODS_AT_ONCE * FG_HOUR) { /* every period is at least an hour */
    return true;
  }
  fg_time shortest = FG_NEVER;
  for (uint32_t i = 0; i < whole->edition_count; i++) {
    const fg_book *list = &whole->editions[i];
    shortest = list->format > 0 ? shortest_of_list(list, shortest) : shortest;
  }
  if (whole->edition_count == 0 && whole->format > 0) {
    shortest = shortest_of_list(whole, shortest);
  }
  return (to - from - 1) / shortest < FG_PERIODS_AT_ONCE;
}
