/* Terms: the numbers that a quantity is multiplied by to make units. */
#ifndef FG_QUANTITY_H
#define FG_QUANTITY_H

#include "attributes.h"

/* What a term makes of a number: what is above the allowance, at least so much, divided and rounded. All are 0 or
   more. */
int64_t fg_term_of(const fg_term *term, int64_t number, int64_t allowance);

/* Adds the attributes that they name. */
void fg_terms_ask(const fg_terms *terms, fg_asked *asked);

/* The quantity times all terms. FG_OVERFLOW. */
fg_status fg_terms_units(const fg_terms *terms, const fg_values *values, int64_t quantity, int64_t *units);

#endif
