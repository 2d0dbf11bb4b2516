/* An invoice, or a preview of one, while it is made. Its lines, parts and corrections stand in account->lines and the
   lists beside it. */
#ifndef FG_INVOICE_H
#define FG_INVOICE_H

#include "../state/state.h"

/* Which products a preview is of: one product by its place, all, or those of an event of the edition in force. Event n
   is FG_FIRST_EVENT - n. */
enum { FG_ALL_PRODUCTS = -1, FG_FIRST_EVENT = -2 };

void fg_invoice_begin(fg_account *account, fg_invoice *invoice);

/* Appends a correction to the invoice. FG_NO_MEMORY. */
fg_status fg_invoice_adjustment(fg_account *account, const fg_adjustment *adjustment);

void fg_invoice_end(const fg_account *account, fg_invoice *invoice);

/* Raises or lowers the total of an invoice that has lines to the bounds of the book, if it is settled as the book is.
   They are those of the edition in force at `last`, the last instant that is billed. FG_OVERFLOW. */
fg_status fg_invoice_bound(const fg_account *account, fg_invoice *invoice, fg_time last);

/* The part of an invoice's total that is for usage. Budgets count this part alone. */
fg_amount fg_invoice_of_usage(const fg_invoice *invoice);

#endif
