/* The terms of a quantity: the numbers that it is multiplied by to make units. */
#ifndef FG_QUANTITY_H
#define FG_QUANTITY_H

#include "attributes.h"

/* Adds the attributes that they name. */
void fg_quantity_ask(const fg_quantity_terms *terms, fg_asked *asked);

/* The quantity times all terms. FG_OVERFLOW. */
fg_status fg_quantity_units(const fg_quantity_terms *terms, const fg_values *values, int64_t quantity, int64_t *units);

#endif
