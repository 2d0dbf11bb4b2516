/* Columns of texts, read by row. */
#ifndef FG_TEXT_COLUMN_H
#define FG_TEXT_COLUMN_H

#include "integer_column.h"

/* One row; text NULL for a null, and for a code that the dictionary has not. */
fg_string fg_texts_at(const fg_texts *column, size_t row);

/* An entry of the texts themselves, without regard to `codes`. */
fg_string fg_texts_entry(const fg_texts *column, size_t entry);

#endif
