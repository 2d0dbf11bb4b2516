/* Terms: the numbers that a quantity is multiplied by to make units. */
#ifndef FG_QUANTITY_H
#define FG_QUANTITY_H

#include "attributes.h"

/* Adds the attributes that they name. */
void fg_terms_ask(const fg_terms *terms, fg_asked *asked);

/* The quantity times all terms. FG_OVERFLOW. */
fg_status fg_terms_units(const fg_terms *terms, const fg_values *values, int64_t quantity, int64_t *units);

#endif
