/* What each price model does, as a row of operations: a model is a row of price_models.def and, where it does something
   that no other does, a file price_NAME.c. */
#ifndef FG_PRICE_MODEL_H
#define FG_PRICE_MODEL_H

#include "price.h"

/* A schedule seen at the scale of one month: edges and `per` in plain units. */
typedef struct fg_price_view {
  const fg_schedule *schedule;
  const struct fg_price_operations *model;
  int64_t scale; ///< hours of the month, or 1
  int64_t per;   ///< units that a price buys; 1 where it is that of the whole quantity
} fg_price_view;

/* Quantities in whole blocks, first … last, whose cost goes along a straight line: the cost of `origin` units and, for
   each unit above, `rate` ÷ per. Those below the first line cost nothing. */
typedef struct fg_price_line {
  int64_t first, last; ///< `last` INT64_MAX: no tier comes after
  int64_t origin;
  fg_amount rate;
} fg_price_line;

struct fg_explained;
struct fg_explanation;

typedef struct fg_price_operations {
  bool has_tiers, per_units, by_basis, by_slice; ///< see price_models.def
  /* The slices of the quantity charged. FG_NOT_SOLD, FG_OVERFLOW. */
  fg_status (*compute)(const fg_price_view *view, const fg_price_input *input, fg_price_result *result);
  fg_price_line (*line)(const fg_price_view *view, uint32_t tier);
  /* How the amount of a slice came about, without the amount itself. */
  void (*explain)(struct fg_explanation *to, const struct fg_explained *explained, const fg_price_slice *slice,
                  uint32_t slice_count);
} fg_price_operations;

const fg_price_operations *fg_price_model_of(const fg_schedule *schedule);

extern const char *const fg_price_model_words[]; ///< as a book has them; ends in NULL

fg_price_view fg_price_view_of(const fg_schedule *schedule, int64_t hours_of_month);

/* The lower edge of a tier; INT64_MAX past the last tier, or where it cannot be counted. */
int64_t fg_price_edge(const fg_price_view *view, uint32_t tier);

/* How many of the units from one count to another are in a tier. */
static inline int64_t fg_price_units_within(const fg_price_view *view, uint32_t tier, int64_t from, int64_t until) {
  int64_t low = fg_max_i64(from, fg_price_edge(view, tier));
  return fg_max_i64(fg_min_i64(until, fg_price_edge(view, tier + 1)) - low, 0);
}

/* The line of a tier that holds its edges as the schedule says, or, `from_above`, its upper one. */
fg_price_line fg_price_tier_line(const fg_price_view *view, uint32_t tier, bool from_above);

/* The tier that a quantity reaches (R11, R13). */
uint32_t fg_price_tier_of(const fg_price_view *view, int64_t quantity);

/* Units rounded up to whole blocks. FG_OVERFLOW. */
fg_status fg_price_blocks(const fg_schedule *schedule, int64_t units, int64_t *rounded);

/* How many times a tier's price is charged, for `per` units each. */
static inline int64_t fg_price_charged(const fg_price_view *view, int64_t units) {
  return view->model->per_units ? units : units > 0;
}

/* A unit price times a factor (fg_price_input), exactly. FG_OVERFLOW; FG_INVALID where the product has more than 12
   decimals, which no price and factor of a book do. */
fg_status fg_price_times(fg_amount price, fg_amount factor, fg_amount *product);

/* Appends a slice at the price of a tier and adds its amount. FG_NOT_SOLD, FG_OVERFLOW. */
fg_status fg_price_add_slice(const fg_price_view *view, const fg_price_input *input, uint32_t tier, int64_t units,
                             fg_price_result *result);

/* The operations. "Reached": all units at the price of the tier that a quantity reaches. */
fg_status fg_reached_compute(const fg_price_view *view, const fg_price_input *input, fg_price_result *result);
fg_price_line fg_reached_line(const fg_price_view *view, uint32_t tier);
fg_status fg_graduated_compute(const fg_price_view *view, const fg_price_input *input, fg_price_result *result);
fg_price_line fg_graduated_line(const fg_price_view *view, uint32_t tier);
fg_price_line fg_stairstep_line(const fg_price_view *view, uint32_t tier);

#endif
