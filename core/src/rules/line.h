/* What all kinds of invoice lines have in common: their parts, the single rounding of their amount, and what earlier
   invoices charged of a running total. */
#ifndef FG_LINE_H
#define FG_LINE_H

#include "periods.h"

/* A line to which nothing was added yet. fg_line_end appends it to `into`->lines; its parts stand in `into`->parts.
   `into` is NULL if the caller needs the amount alone. */
fg_invoice_line fg_line_begin(const fg_account *into, uint32_t product, fg_line_kind kind);

/* Appends a part to a line. FG_NO_MEMORY. */
fg_status fg_line_keep_part(fg_account *into, fg_invoice_line *line, const fg_invoice_part *part);

/* The edition that prices a part of a line of usage, of an invoice that bills it up to `until`. */
uint16_t fg_line_part_edition(const fg_account *account, uint32_t product, const fg_invoice_part *part, fg_time until);

/* Ends a line: rounds its amount, subtracts what earlier invoices charged, adds it to `*total`, and keeps the line
   unless it has nothing to tell. `billed` is NULL for a fee, which has no running total. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_line_end(const fg_account *account, const fg_billed *billed, fg_account *into, fg_invoice_line *line,
                      fg_exact amount, fg_amount *total);

/* Adds what lines of an invoice charged of a product's running totals. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_lines_note(const fg_account *account, fg_service *service, uint32_t product, const fg_invoice_line *lines,
                        uint32_t count);

/* After a period was settled, keeps what its lines in account->lines charged of running totals that go on, and forgets
   what was charged of those that end. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_lines_note_invoiced(const fg_account *account, fg_state *state, uint32_t product, fg_span period);

#endif
