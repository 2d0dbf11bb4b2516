/* Checks prices that must divide without a rest, because their book does not round. */
#include "book_keys.h"
#include "price_model.h"

bool fg_divides_exactly(const fg_book_reader *reader, const fg_schedule *schedule, fg_amount price) {
  int changes = fg_clock_changes(reader);
  for (int hours = FG_MONTH_HOURS_MIN - changes; hours <= FG_MONTH_HOURS_MAX + changes; hours += changes > 0 ? 1 : 24) {
    fg_price_view view = fg_price_view_of(schedule, hours);
    if (price % (view.per / fg_greatest_common_divisor(view.per, schedule->block)) != 0) {
      return false;
    }
  }
  return true;
}

/* Whether a schedule's prices must divide without a rest, because the book does not round. Prices by the hours of the
   month need not from format 2 on: hardly one divides by the hours of every month, and decimals past the 12th are cut
   off in the line. */
bool fg_is_to_be_exact(const fg_book_reader *reader, const fg_schedule *schedule) {
  bool is_by_hours = reader->book->whole->format > 0 && schedule->per_hours_of_month;
  return !is_by_hours && fg_is_read(reader, &reader->book->whole->rounding) &&
         reader->book->whole->rounding.mode == FG_ROUND_NONE && fg_is_read(reader, &schedule->model) &&
         fg_is_read(reader, &schedule->per) && fg_is_read(reader, &schedule->block) &&
         fg_is_read(reader, &schedule->per_hours_of_month);
}

bool fg_is_exact_times(const fg_book_reader *reader, const fg_schedule *schedule, fg_amount factor) {
  bool divides = fg_is_to_be_exact(reader, schedule);
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    fg_amount price = 0;
    if (fg_price_times(schedule->tiers[i].price, factor, &price) != FG_OK ||
        (divides && !fg_divides_exactly(reader, schedule, price))) {
      return false;
    }
  }
  return true;
}
