/* Columns of texts, read by row. */
#ifndef FG_TEXT_COLUMN_H
#define FG_TEXT_COLUMN_H

#include "integer_column.h"

/* An entry of the texts themselves, without regard to `codes`. */
fg_string fg_texts_entry(const fg_texts *column, size_t entry);

#endif
