/* What each price model does, as a table of functions. A model is a row of price_models.def and, where it does
   something that no other model does, a file price_NAME.c. */
#ifndef FG_PRICE_MODEL_H
#define FG_PRICE_MODEL_H

#include "price.h"

/* A schedule as it prices one month: where it is priced by the hours of the month, edges and `per` are multiplied by
   them. */
typedef struct fg_price_view {
  const fg_schedule *schedule;
  const struct fg_price_operations *model;
  int64_t scale; ///< hours of the month, or 1 for a schedule that is not priced by them
  int64_t per;   ///< units that a price buys; 1 where a price is that of the whole quantity
} fg_price_view;

/* A straight line of the cost of quantities from `first` to `last`, which are in whole blocks: such a quantity costs
   what `origin` units cost and, for each unit above them, `rate` ÷ per. Quantities below the first line cost
   nothing. */
typedef struct fg_price_line {
  int64_t first, last; ///< `last` is INT64_MAX where no tier follows
  int64_t origin;
  fg_amount rate;
} fg_price_line;

struct fg_explained;
struct fg_explanation;

typedef struct fg_price_operations {
  /* The columns of the same names in price_models.def say what these mean. */
  bool has_tiers, per_units, by_basis, by_slice;
  /* Computes the slices of the units charged. FG_NOT_SOLD, FG_OVERFLOW. */
  fg_status (*compute)(const fg_price_view *view, const fg_price_input *input, fg_price_result *result);
  fg_price_line (*line)(const fg_price_view *view, uint32_t tier);
  /* Writes how the amount of a slice came about, without the amount itself. */
  void (*explain)(struct fg_explanation *to, const struct fg_explained *explained, const fg_price_slice *slice,
                  uint32_t slice_count);
} fg_price_operations;

const fg_price_operations *fg_price_model_of(const fg_schedule *schedule);

extern const char *const fg_price_model_words[]; ///< the models' words in a book, ended by NULL

/* Plain units of a number that a schedule gives for each hour of the month; INT64_MAX where they cannot be counted. */
static inline int64_t fg_price_scaled(int64_t units, int64_t scale) {
  int64_t product = INT64_MAX;
  return fg_multiply_i64(units, scale, &product) ? product : INT64_MAX;
}

fg_price_view fg_price_view_of(const fg_schedule *schedule, int64_t hours_of_month);

/* The lower edge of a tier in units; INT64_MAX past the last tier, or where it would overflow. */
int64_t fg_price_edge(const fg_price_view *view, uint32_t tier);

/* How many of the units after number `from` up to number `until` are in a tier. */
static inline int64_t fg_price_units_within(const fg_price_view *view, uint32_t tier, int64_t from, int64_t until) {
  int64_t low = fg_max_i64(from, fg_price_edge(view, tier));
  return fg_max_i64(fg_min_i64(until, fg_price_edge(view, tier + 1)) - low, 0);
}

/* The line of a tier. If `from_above`, the tier holds its upper edge; else it holds the lower one. */
fg_price_line fg_price_tier_line(const fg_price_view *view, uint32_t tier, bool from_above);

/* The tier that a quantity reaches (R11, R13). */
uint32_t fg_price_tier_of(const fg_price_view *view, int64_t quantity);

/* Rounds units up to whole blocks. FG_OVERFLOW. */
fg_status fg_price_blocks(const fg_schedule *schedule, int64_t units, int64_t *rounded);

/* The number that a tier's price is multiplied by before the division by `per`: the units, or 1 where the price is
   charged once for the whole quantity. */
static inline int64_t fg_price_charged(const fg_price_view *view, int64_t units) {
  return view->model->per_units ? units : units > 0;
}

/* Multiplies a unit price by a factor (see fg_price_input) exactly. FG_OVERFLOW; FG_INVALID where the product has more
   than 12 decimals, which a book's prices and factors never bring about. */
fg_status fg_price_times(fg_amount price, fg_amount factor, fg_amount *product);

/* Appends to a result the slice of some units at the price of a tier, and adds its amount. FG_NOT_SOLD, FG_OVERFLOW. */
fg_status fg_price_add_slice(const fg_price_view *view, const fg_price_input *input, uint32_t tier, int64_t units,
                             fg_price_result *result);

/* The functions of the models. Those named "reached" price all units at the price of the tier that the quantity
   reaches. */
fg_status fg_reached_compute(const fg_price_view *view, const fg_price_input *input, fg_price_result *result);
fg_price_line fg_reached_line(const fg_price_view *view, uint32_t tier);
fg_status fg_graduated_compute(const fg_price_view *view, const fg_price_input *input, fg_price_result *result);
fg_price_line fg_graduated_line(const fg_price_view *view, uint32_t tier);
fg_price_line fg_stairstep_line(const fg_price_view *view, uint32_t tier);

#endif
