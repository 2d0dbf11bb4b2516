/* An invoice while it is made, or a preview of one: its lines, parts and corrections stand in account->lines and the
   lists beside. */
#ifndef FG_INVOICE_H
#define FG_INVOICE_H

#include "../state/state.h"

/* What a preview is of: a product, all of them, or those of an event of the edition in force, counted down from
   here. */
enum { FG_ALL_PRODUCTS = -1, FG_FIRST_EVENT = -2 };

void fg_invoice_begin(fg_account *account, fg_invoice *invoice);

/* Lists a correction. FG_NO_MEMORY. */
fg_status fg_invoice_adjustment(fg_account *account, const fg_adjustment *adjustment);

void fg_invoice_end(const fg_account *account, fg_invoice *invoice);

/* Brings the total of an invoice that has lines within the bounds of the book. FG_OVERFLOW. */
fg_status fg_invoice_bound(const fg_account *account, fg_invoice *invoice);

/* What of its total is for usage, which alone caps are of. */
fg_amount fg_invoice_of_usage(const fg_invoice *invoice);

#endif
