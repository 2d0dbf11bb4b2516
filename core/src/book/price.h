/* The one pricing function: it prices postpaid usage, packs, QPS and slots. */
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
  int64_t from;    ///< lower edge in units; the first tier's is 0
  bool sold;       ///< false: the tier's price is null, because the vendor publishes none ("contact us")
  fg_amount price; ///< price of `per` units
  /* Charged once a tier period: by volume pricing for the tier reached, by graduated pricing for each tier that holds a
     unit. */
  fg_amount fee;
} fg_tier;

enum { FG_TIERS_MAX = 64 };

typedef struct fg_schedule {
  fg_price_model model;
  bool upper_inclusive; ///< true: tiers are (from, next]; false: [from, next)
  /* Edges and `per` are stated for a unit that is held through a month, and are multiplied by the month's hours. */
  bool per_hours_of_month;
  int64_t per;          ///< how many units a price buys, at least 1
  int64_t block;        ///< units are charged in whole blocks of this size, at least 1
  const fg_tier *tiers; ///< with rising edges
  uint32_t tier_count;  ///< 1 to FG_TIERS_MAX
  fg_string source;
  /* Schedules that name the same counter find their tiers by one shared count of units; empty: none. */
  fg_string counter;
  fg_rounding rounding; ///< rounding of the amount of each tier period, before that of the invoice line
  /* All slices are summed to one line and rounded once, as from format 2 on, and the last slice is charged for the rest
     of a begun block (derived). */
  bool is_summed;
} fg_schedule;

/* Whether two schedules charge the same amount for any units, rounding included. */
bool fg_schedules_price_alike(const fg_schedule *a, const fg_schedule *b);

typedef struct fg_price_slice {
  int64_t units;
  int64_t tier;         ///< lower edge of the tier that the units are in
  fg_amount unit_price; ///< price of `per` units, before the factor
  fg_amount amount;
  bool unpriced; ///< the tier's price is null: `unit_price` is that of the nearest lower tier that has one, or 0
} fg_price_slice;

typedef struct fg_price_input {
  int64_t units;          ///< units charged, 0 or more
  int64_t tier_quantity;  ///< quantity that picks the tier, at least `units` (R12, R18)
  int64_t periods;        ///< days or months of capacity; 1 for usage
  int64_t hours_of_month; ///< hours of the month, for schedules priced by them
  fg_rounding rounding;
  bool has_happened; ///< the units were used already, so that a null price cannot refuse them any more
  fg_amount factor;  ///< factor of each unit price, where FG_UNIT is 1; 0: none
  bool was_open;     ///< the product was open: the tier reached has its fee even if nothing is charged
} fg_price_input;

typedef struct fg_price_result {
  fg_amount amount; ///< sum of the slices
  uint32_t slice_count;
  fg_price_slice slices[FG_TIERS_MAX];
} fg_price_result;

/* Prices units. FG_NOT_SOLD only where a unit would have to be charged at a null price; units that were used already
   are charged at the price of the nearest lower tier that has one, or at 0. FG_OVERFLOW beyond what money or units can
   hold. */
fg_status fg_price_compute(const fg_schedule *schedule, const fg_price_input *input, fg_price_result *result);

/* Prices units as fg_price_compute does, and adds the fees of tiers. The amount is exact, but for what the schedule
   itself rounds. */
fg_status fg_price_exactly(const fg_schedule *schedule, const fg_price_input *input, fg_price_result *result,
                           fg_exact *amount);

/* Whether the last `charged` of `until` units may be sold, because none of them would be at a null price. The `until`
   units are all that the tiers are found by. */
bool fg_price_sells(const fg_schedule *schedule, int64_t hours_of_month, int64_t until, int64_t charged);

bool fg_schedule_has_fee(const fg_schedule *schedule);

/* The price of a tier; where it is null, that of the nearest lower tier that has one, or 0. */
fg_amount fg_price_published(const fg_schedule *schedule, uint32_t tier);

/* The highest quantity up to which every tier has a price; INT64_MAX if all tiers have one. Higher quantities may be
   sold as well, because another tier may have a price. */
int64_t fg_price_sold_up_to(const fg_schedule *schedule, int64_t hours_of_month);

#endif
