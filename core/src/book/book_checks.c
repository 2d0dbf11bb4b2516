/* What keys of a price book must be together, which no key says by itself. */
#include "book_keys.h"
#include "price_model.h"
#include "terms.h"

/* A month has 672, 696, 720 or 744 hours. */
enum { HOURS_OF_MONTH_MIN = 672, HOURS_OF_MONTH_MAX = 744, HOURS_OF_DAY = 24 };

/* ------------------------------------------------------------------------------------------------------- schedules */

/* Tiers are given by their lower edges alone, so that gaps and overlaps cannot be written. */
static const char *edge_fault(const fg_schedule *schedule, uint32_t tier, int64_t most) {
  int64_t from = schedule->tiers[tier].from;
  if (tier == 0 && from != 0) {
    return "expected 0: the first tier begins there";
  }
  if (tier > 0 && from <= schedule->tiers[tier - 1].from) {
    return "expected more than the tier before";
  }
  if (from > most) {
    return "expected less: times the hours of a month this passes 64 bits";
  }
  return from % schedule->block != 0 ? "expected a multiple of the block" : NULL;
}

/* Units come in whole blocks, and a month has any of its lengths. */
static bool divides_exactly(const fg_schedule *schedule, fg_amount price) {
  for (int hours = HOURS_OF_MONTH_MIN; hours <= HOURS_OF_MONTH_MAX; hours += HOURS_OF_DAY) {
    fg_price_view view = fg_price_view_of(schedule, hours);
    if (price % (view.per / fg_greatest_common_divisor(view.per, schedule->block)) != 0) {
      return false;
    }
  }
  return true;
}

static fg_status check_exact(const fg_book_reader *reader, const fg_schedule *schedule) {
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    if (!divides_exactly(schedule, schedule->tiers[i].price)) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "price",
                                 "expected a price that divided by \"per\" has at most 12 decimals, "
                                 "or a rounding of the book");
      return fg_price_model_of(schedule)->has_tiers ? fg_within(reader->error, status, "tiers[%u]", i) : status;
    }
  }
  return FG_OK;
}

fg_status fg_check_schedule(const fg_book_reader *reader, void *object) {
  fg_schedule *schedule = object;
  int64_t most = schedule->per_hours_of_month ? INT64_MAX / HOURS_OF_MONTH_MAX : INT64_MAX;
  if (schedule->per > most) {
    return fg_fail(reader->error, FG_INVALID, "per", "expected at most %lld", (long long)most);
  }
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    const char *fault = edge_fault(schedule, i, most);
    if (fault != NULL) {
      return fg_within(reader->error, fg_fail(reader->error, FG_INVALID, "from", "%s", fault), "tiers[%u]", i);
    }
  }
  return reader->book->rounding.mode == FG_ROUND_NONE ? check_exact(reader, schedule) : FG_OK;
}

/* -------------------------------------------------------------------------------------------------------- products */

/* Capacity is sold by the day or the month as a whole. A price by the hours of the month is refused, because a quote
   takes them from one month and an order may span several. */
fg_status fg_check_capacity(const fg_book_reader *reader, void *object) {
  const fg_capacity_offer *capacity = object;
  const fg_schedule *schedules[] = {capacity->day, capacity->month};
  for (int i = 0; i < 2; i++) {
    if (schedules[i] != NULL && schedules[i]->per_hours_of_month) {
      return fg_fail(reader->error, FG_INVALID, i == 0 ? "day.per_hours_of_month" : "month.per_hours_of_month",
                     "expected false: capacity is priced by the day or the month");
    }
  }
  return FG_OK;
}

fg_status fg_check_product(const fg_book_reader *reader, void *object) {
  fg_product *product = object;
  product->title = product->title.text == NULL ? product->id : product->title;
  product->all_sold = fg_price_sold_up_to(&product->schedule, 1) == INT64_MAX;
  if (product->capacity != NULL && fg_string_equal(product->capacity->meter, product->meter)) {
    return fg_fail(reader->error, FG_INVALID, "capacity.meter",
                   "expected another name than the meter of the product's usage");
  }
  for (uint32_t i = 0; i < product->pack_count && product->materials == NULL; i++) {
    if (product->packs[i].of_materials) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "of", "expected \"usage\": the product holds no materials");
      return fg_within(reader->error, status, "packs[%u]", i);
    }
  }
  return FG_OK;
}

/* ------------------------------------------------------------------------------------------------------ amendments */

fg_status fg_check_amendment(const fg_book_reader *reader, void *object) {
  const fg_amendment *amendment = object;
  return fg_notice_is_given(reader->book, amendment->announced, amendment->effective)
             ? FG_OK
             : fg_fail(reader->error, FG_INVALID, "effective",
                       "expected a date at least %d days after \"announced\" (R5)", reader->book->notice_days);
}

/* Whether an amendment before it takes effect on the same date and is of the same grant. */
static bool is_amended_twice(const fg_amendment *amendments, uint32_t which) {
  const fg_amendment *own = &amendments[which];
  for (uint32_t i = which; i > 0 && amendments[i - 1].effective == own->effective; i--) {
    if (amendments[i - 1].product == own->product && amendments[i - 1].grant == own->grant) {
      return true;
    }
  }
  return false;
}

/* In the order they take effect, and one for a grant at a time: the last that has begun is the one that holds. */
fg_status fg_check_amendment_order(const fg_book_reader *reader, void *object) {
  const fg_book *book = object;
  for (uint32_t i = 1; i < book->amendment_count; i++) {
    bool rising = book->amendments[i].effective >= book->amendments[i - 1].effective;
    if (!rising || is_amended_twice(book->amendments, i)) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "effective", "expected %s",
                                 rising ? "one amendment of a grant at a date"
                                        : "a date that is not before that of the amendment above");
      return fg_within(reader->error, status, "amendments[%u]", i);
    }
  }
  return FG_OK;
}
