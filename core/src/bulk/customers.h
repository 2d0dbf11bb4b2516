/* The accounts of a biller, by name. */
#ifndef FG_CUSTOMERS_H
#define FG_CUSTOMERS_H

#include "biller.h"

/* The customer of that name, made if there is none. FG_INVALID if the name is no text. */
fg_status fg_customer_find(fg_biller *biller, fg_string name, uint32_t *customer);

enum { FG_AHEAD = 64 };

/* Looks for up to FG_AHEAD names at once: index + 1 of the customer of each; 0 where it has to be looked for by itself,
   or `text` is NULL. With many accounts nothing of one is in a cache, and what is asked for together comes
   together. */
void fg_customers_find_ahead(const fg_biller *biller, const fg_string *names, uint32_t count, uint32_t *found);

#endif
