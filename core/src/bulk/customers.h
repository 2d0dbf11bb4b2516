/* Finds the accounts of a biller by name. */
#ifndef FG_CUSTOMERS_H
#define FG_CUSTOMERS_H

#include "biller.h"

/* Finds the customer of a name, and adds one if there is none. FG_INVALID if the name is not UTF-8. */
fg_status fg_customer_find(fg_biller *biller, fg_string name, uint32_t *customer);

enum { FG_AHEAD = 64 };

/* Looks up to FG_AHEAD names up at once: `found` gets index + 1 of each customer. It gets 0 for a name that is NULL,
   and for one that must be looked up by itself. With many accounts nothing is in the cache, and memory that is asked
   for together arrives together. */
void fg_customers_find_ahead(const fg_biller *biller, const fg_string *names, uint32_t count, uint32_t *found);

#endif
