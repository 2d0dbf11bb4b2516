/* The accounts of a biller, by name. */
#ifndef FG_CUSTOMERS_H
#define FG_CUSTOMERS_H

#include "biller.h"

/* The customer of that name, made if there is none. FG_INVALID if the name is no text. */
fg_status fg_customer_find(fg_biller *biller, fg_string name, uint32_t *customer);

#endif
