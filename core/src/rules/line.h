/* What lines of all kinds have in common: their parts, the one rounding of their amount, and what earlier invoices have
   had of it. */
#ifndef FG_LINE_H
#define FG_LINE_H

#include "periods.h"

/* A line of which nothing is known yet. It goes to the end of `into`->lines once it ends, and its parts to that of
   `into`->parts; NULL: its amount alone is asked. */
fg_invoice_line fg_line_begin(const fg_account *into, uint32_t product, fg_line_kind kind);

/* Adds a part to a line. FG_NO_MEMORY. */
fg_status fg_line_keep_part(fg_account *into, fg_invoice_line *line, const fg_invoice_part *part);

/* Rounds what a line came to, takes off what earlier invoices have had of it, adds it to the total, and keeps it if
   there is something to tell. `billed` is NULL of a fee, which has no running total. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_line_end(const fg_account *account, const fg_billed *billed, fg_account *into, fg_invoice_line *line,
                      fg_exact amount, fg_amount *total);

/* Adds what lines of an invoice had of running totals of a product. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_lines_note(const fg_account *account, fg_service *service, uint32_t product, const fg_invoice_line *lines,
                        uint32_t count);

/* After a period of settlement: keeps what its lines of account->lines had of running totals that go on, and forgets
   what was invoiced of those that end. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_lines_note_invoiced(const fg_account *account, fg_state *state, uint32_t product, fg_span period);

#endif
