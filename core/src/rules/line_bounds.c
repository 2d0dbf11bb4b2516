#include "line_bounds.h"

#include "cells.h"
#include "line.h"

static const fg_bounds *bounds_of(const fg_account *account, uint32_t product, uint16_t edition) {
  return &fg_account_edition(account, edition)->products[product].bounds;
}

fg_bound fg_line_bound(const fg_account *account, const fg_invoice_line *line) {
  const fg_bounds *bounds = bounds_of(account, line->product, line->cell.edition);
  return line->kind == FG_LINE_LEAST ? bounds->least : bounds->most;
}

/* Whether a product has bounds for a tier period. Bounds of events hold for each event, and are part of its price. */
static bool has_bounds(const fg_account *account, uint32_t product) {
  bool has = false;
  for (uint32_t edition = 0; edition <= fg_edition_in_force(account) && !has; edition++) {
    has = fg_bounds_are_given(bounds_of(account, product, (uint16_t)edition));
  }
  return has && !fg_cell_is_of_events(account, product);
}

/* The sums of the differences over all tier periods that are billed. */
typedef struct bound_sums {
  fg_exact less, more; ///< what is missing up to the least; what is above the most
  uint16_t edition;    ///< edition of the last period
} bound_sums;

/* Adds the difference of one tier period. The least holds only in periods in which the product was open or used. */
static fg_status add_period_bounds(fg_bounds bounds, const fg_line_period *period, bound_sums *sums) {
  bounds.least.given = bounds.least.given && period->is_open;
  fg_exact bounded = fg_within_bounds(&bounds, period->cost);
  bool is_less = fg_bounds_compare(&bounds, period->cost) < 0;
  fg_exact difference = is_less ? bounded : period->cost;
  bool fits = fg_exact_subtract(&difference, is_less ? period->cost : bounded) &&
              fg_exact_add(is_less ? &sums->less : &sums->more, difference);
  return fits ? FG_OK : FG_OVERFLOW;
}

fg_status fg_line_bounds_add(const fg_account *account, const fg_state *state, uint32_t product,
                             const fg_billed *billed, fg_account *into, fg_amount *total) {
  bound_sums sums = {FG_EXACTLY(0), FG_EXACTLY(0), 0};
  fg_line_period period = {.first = 0, .end = 0};
  if (!has_bounds(account, product)) {
    return FG_OK;
  }
  FG_TRY(fg_lines_next_period(account, state, product, billed, &period));
  while (period.first < period.end) {
    sums.edition = period.edition;
    FG_TRY(add_period_bounds(*bounds_of(account, product, period.edition), &period, &sums));
    FG_TRY(fg_lines_next_period(account, state, product, billed, &period));
  }
  fg_invoice_line least = fg_line_begin(into, product, FG_LINE_LEAST);
  fg_invoice_line most = fg_line_begin(into, product, FG_LINE_MOST);
  least.cell.edition = most.cell.edition = sums.edition;
  FG_TRY(fg_line_end(account, billed, into, &least, sums.less, total));
  return fg_line_end(account, billed, into, &most, sums.more, total);
}
