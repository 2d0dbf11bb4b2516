/*
 * Arrow structs checked, and their columns as the core takes them. Without Python, so that a fuzzer reads what comes
 * in.
 */
#ifndef FAREGATE_PYTHON_ARROW_COLUMNS_H
#define FAREGATE_PYTHON_ARROW_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "arrow.h"
#include "faregate_bulk.h"

/* What is wrong with structs that came from elsewhere, in words; NULL: nothing that can be seen. `depth` is 0. */
const char *pfg_check_schema(const struct ArrowSchema *schema, int depth);
const char *pfg_check_piece(const struct ArrowSchema *schema, const struct ArrowArray *piece);

/* A column of a piece: the array itself or a field of it. */
typedef struct pfg_field {
  const struct ArrowSchema *schema;
  const struct ArrowArray *array;
  size_t offset, length;
} pfg_field;

/* Read as integers, or as texts; false if they are of another type. `codes` is what a dictionary-encoded column's texts
   refer to. */
bool pfg_integers_of(const pfg_field *field, fg_integers *integers);
bool pfg_texts_of(const pfg_field *field, fg_texts *texts, fg_integers *codes);

#endif
