/* The least and the most that usage of a product costs in a tier period (`least`, `most`). They are charged as lines of
   the difference, each rounded by itself (docs/decisions/0023-readings-of-format-2.md). */
#ifndef FG_LINE_BOUNDS_H
#define FG_LINE_BOUNDS_H

#include "lines.h"

/* Adds what a product's bounds change of the amounts that fg_lines_add has priced: to `*total` and, if `into` is not
   NULL, as lines. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_line_bounds_add(const fg_account *account, const fg_state *state, uint32_t product,
                             const fg_billed *billed, fg_account *into, fg_amount *total);

/* The bound that a line of a difference raises or lowers the amount to. */
fg_bound fg_line_bound(const fg_account *account, const fg_invoice_line *line);

#endif
