/* Columns of texts, read by row. */
#ifndef FG_TEXTS_H
#define FG_TEXTS_H

#include "integer_column.h"

/* One row; text NULL for a null, and for a code that the dictionary has not. */
fg_string fg_texts_at(const fg_texts *column, size_t row);

/* The same of the texts themselves, without `codes`. */
fg_string fg_texts_entry(const fg_texts *column, size_t entry);

#endif
