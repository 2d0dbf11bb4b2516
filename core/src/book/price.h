/* The one pricing function: postpaid usage, packs, QPS and slots are all priced by it. */
#ifndef FG_PRICE_H
#define FG_PRICE_H

#include "../base/exact_amount.h"

typedef enum fg_price_model {
#define MODEL(NAME, ...) FG_PRICE_##NAME,
#include "price_models.def"
#undef MODEL
  FG_PRICE_MODEL_COUNT
} fg_price_model;

typedef struct fg_tier {
  int64_t from;    ///< lower edge in units; the first is 0
  bool sold;       ///< false: its price is null, none is published ("contact us")
  fg_amount price; ///< per `per` units
  fg_amount fee;   ///< of a period: by volume of the tier reached, graduated of each that holds a unit
} fg_tier;

enum { FG_TIERS_MAX = 64 };

typedef struct fg_schedule {
  fg_price_model model;
  bool upper_inclusive;    ///< tiers are (from, next] and not [from, next)
  bool per_hours_of_month; ///< edges and `per` are for a unit held through the month: times its hours
  int64_t per;             ///< units that a price buys, at least 1
  int64_t block;           ///< units are counted in whole blocks of this size, at least 1
  const fg_tier *tiers;    ///< edges rising
  uint32_t tier_count;     ///< 1 … FG_TIERS_MAX
  fg_string source;
  fg_string counter;    ///< schedules of this name share the count that finds the tiers; empty: none
  fg_rounding rounding; ///< of the amount of each period of the tiers, before that of the line
  bool is_summed; ///< its slices are one line, rounded once, as from format 2 on; the last has the rest of a begun
                  ///< block (derived)
} fg_schedule;

/* Whether two schedules charge the same for any units, rounded alike. */
bool fg_schedules_price_alike(const fg_schedule *a, const fg_schedule *b);

typedef struct fg_price_slice {
  int64_t units;
  int64_t tier;         ///< lower edge of the tier
  fg_amount unit_price; ///< per `per` units, without the factor
  fg_amount amount;
  bool unpriced; ///< the tier's price is null: `unit_price` is the last one published below it, 0 where there is none
} fg_price_slice;

typedef struct fg_price_input {
  int64_t units;          ///< charged, 0 …
  int64_t tier_quantity;  ///< picks the tier, at least `units` (R12, R18)
  int64_t periods;        ///< days or months of capacity; 1 for usage
  int64_t hours_of_month; ///< for schedules priced per hours of the month
  fg_rounding rounding;
  bool has_happened; ///< a null price cannot refuse the units any more
  fg_amount factor;  ///< of each unit price, FG_UNIT being 1; 0: none
  bool was_open;     ///< a tier that is reached has its fee also where nothing is charged
} fg_price_input;

typedef struct fg_price_result {
  fg_amount amount; ///< the slices' sum
  uint32_t slice_count;
  fg_price_slice slices[FG_TIERS_MAX];
} fg_price_result;

/* A null price means FG_NOT_SOLD if a unit would have to be charged at it, and nothing else. Units that have happened
   already are charged at the last price published below it, at 0 where there is none. FG_OVERFLOW beyond what money or
   units can hold. */
fg_status fg_price_compute(const fg_schedule *schedule, const fg_price_input *input, fg_price_result *result);

/* Prices as fg_price_compute does, with the fees of the tiers too; the amount is exact, but for what the schedule
   itself rounds. */
fg_status fg_price_exactly(const fg_schedule *schedule, const fg_price_input *input, fg_price_result *result,
                           fg_exact *amount);

/* Whether the last `charged` of `until` units, all that the tiers are found by, may be charged: none of them would be
   at a null price. */
bool fg_price_sells(const fg_schedule *schedule, int64_t hours_of_month, int64_t until, int64_t charged);

bool fg_schedule_has_fee(const fg_schedule *schedule);

/* The price of a tier; of one that has none the last published below it, 0 where there is none. */
fg_amount fg_price_published(const fg_schedule *schedule, uint32_t tier);

/* The highest quantity up to which every tier has a price, INT64_MAX if all have. Higher ones may be sold as well. */
int64_t fg_price_sold_up_to(const fg_schedule *schedule, int64_t hours_of_month);

#endif
