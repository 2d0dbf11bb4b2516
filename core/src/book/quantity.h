/* Terms: the numbers that the quantity of a usage is multiplied by to make its units. */
#ifndef FG_QUANTITY_H
#define FG_QUANTITY_H

#include "attributes.h"

/* Adds the attributes that terms read to a set. */
void fg_quantity_ask(const fg_quantity_terms *terms, fg_asked *asked);

/* The units of a usage: its quantity times all terms, with the values that its attributes have. FG_OVERFLOW. */
fg_status fg_quantity_units(const fg_quantity_terms *terms, const fg_values *values, int64_t quantity, int64_t *units);

/* The place of the first attribute that a term measures, that is not among those given, as bits, and whose default is
   0, so that the units are 0; FG_NONE: there is none. */
FG_COLD int fg_quantity_lacking(const fg_book *book, const fg_quantity_terms *terms, uint64_t given);

#endif
