/* What usage of a product costs at least and at most in a period of its tiers (`least`, `most`): lines of the
   difference, each rounded by itself (docs/decisions/0023-readings-of-format-2.md). */
#ifndef FG_LINE_BOUNDS_H
#define FG_LINE_BOUNDS_H

#include "lines.h"

/* Adds what the bounds of a product make of the usage that fg_lines_add has priced, to the total and, if `into` is not
   NULL, to the end of its lines. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_line_bounds_add(const fg_account *account, const fg_state *state, uint32_t product,
                             const fg_billed *billed, fg_account *into, fg_amount *total);

/* What a line of the difference is up to or down to. */
fg_bound fg_line_bound(const fg_account *account, const fg_invoice_line *line);

#endif
