/*
 * Checks Arrow structs, and turns their columns into those of the core. It uses no Python, so that a fuzzer can run it.
 */
#ifndef FAREGATE_PYTHON_ARROW_COLUMNS_H
#define FAREGATE_PYTHON_ARROW_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "arrow.h"
#include "faregate_bulk.h"

/* Returns what is wrong with structs that came from elsewhere, as far as it can be seen, in words; NULL: nothing.
   `depth` is 0. */
const char *pfg_check_schema(const struct ArrowSchema *schema, int depth);
const char *pfg_check_piece(const struct ArrowSchema *schema, const struct ArrowArray *piece);

/* A column of a piece: the whole array, or one of its fields. */
typedef struct pfg_field {
  const struct ArrowSchema *schema;
  const struct ArrowArray *array;
  size_t offset, length;
} pfg_field;

/* The bits that say which values of an array are there; NULL: all are. */
static inline const uint8_t *pfg_validity_of(const struct ArrowArray *array) {
  return array->null_count == 0 || array->n_buffers == 0 ? NULL : array->buffers[0];
}

/* These read a field as integers or as texts; false if it is of another type. `codes` becomes the column that a
   dictionary-encoded column's texts refer to. */
bool pfg_integers_of(const pfg_field *field, fg_integers *integers);
bool pfg_texts_of(const pfg_field *field, fg_texts *texts, fg_integers *codes);
const char *pfg_type_in_words(const struct ArrowSchema *schema); ///< what people call values of this Arrow type

#endif
