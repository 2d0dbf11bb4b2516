/* Checks Arrow structs from elsewhere, without following a pointer that may lead nowhere.

   A pointer that is not NULL is trusted to lead to as many bytes as the lengths say, because the interface has no
   sizes. Everything else is checked once for each piece, before anything reads it. Only the offsets of texts need a
   pass over the rows. */
#include "arrow_columns.h"

#include <string.h>

enum { DEPTH_MAX = 8 }; ///< columns may contain columns, but a log is a table of plain ones

static bool is_format(const struct ArrowSchema *schema, const char *format) {
  return strcmp(schema->format, format) == 0;
}

const char *pfg_check_schema(const struct ArrowSchema *schema, int depth) {
  bool is_there = schema != NULL && schema->release != NULL;
  if (!is_there || schema->format == NULL) {
    return is_there ? "its schema has no format" : "it was consumed already, or has no schema";
  }
  if (depth > DEPTH_MAX || schema->n_children < 0 || (schema->n_children > 0 && schema->children == NULL)) {
    return "the children of its schema are malformed";
  }
  for (int64_t i = 0; i < schema->n_children; i++) {
    const char *fault = pfg_check_schema(schema->children[i], depth + 1);
    if (fault != NULL) {
      return fault;
    }
  }
  return schema->dictionary == NULL ? NULL : pfg_check_schema(schema->dictionary, depth + 1);
}

/* The bytes of a value in the second buffer; 0 for a type without such a buffer, and for one that is not read. */
static size_t width_of(const struct ArrowSchema *schema) {
  static const struct {
    const char *format;
    size_t width;
  } widths[] = {{"c", 1}, {"C", 1},   {"s", 2},   {"S", 2}, {"i", 4}, {"I", 4},  {"l", 8},
                {"L", 8}, {"tdD", 4}, {"tdm", 8}, {"u", 4}, {"U", 8}, {"vu", 16}};
  for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
    if (is_format(schema, widths[i].format)) {
      return widths[i].width;
    }
  }
  bool is_timestamp = strncmp(schema->format, "ts", 2) == 0;
  bool is_wide = strncmp(schema->format, "d:", 2) == 0;
  return is_timestamp ? 8 : is_wide ? 16 : 0;
}

static size_t alignment_of(size_t width) { return width < 8 ? width : 8; }

static bool is_aligned(const void *buffer, size_t width) { return (uintptr_t)buffer % alignment_of(width) == 0; }

/* Whether offsets of 4 or 8 bytes begin at 0 or above and never fall. */
static bool offsets_rise(const void *offsets, size_t width, int64_t first, int64_t count) {
  int64_t before = 0;
  for (int64_t i = first; i <= first + count; i++) {
    int64_t offset = width == 4 ? ((const int32_t *)offsets)[i] : ((const int64_t *)offsets)[i];
    if (offset < before) {
      return false;
    }
    before = offset;
  }
  return true;
}

/* A view: the length of a text, then either the text itself, or its first four bytes, the number of its buffer, and its
   place in that. */
typedef struct text_view {
  int32_t length, prefix, buffer, offset;
} text_view;

static bool is_null_at(const struct ArrowArray *array, int64_t row) {
  const uint8_t *validity = array->null_count == 0 ? NULL : array->buffers[0];
  return validity != NULL && (validity[row / 8] >> (row % 8) & 1) == 0;
}

/* Whether all views of texts lie within their buffers. The last buffer of a column of views says how large those in the
   middle are. */
static bool views_are_inside(const struct ArrowArray *array, int64_t first, int64_t count) {
  const text_view *views = array->buffers[1];
  int64_t data_count = array->n_buffers - 3;
  const int64_t *sizes = array->buffers[array->n_buffers - 1];
  if (data_count > 0 && (sizes == NULL || !is_aligned(sizes, 8))) {
    return false;
  }
  for (int64_t i = first; i < first + count; i++) {
    bool is_short = views[i].length >= 0 && views[i].length <= 12;
    if (is_short || is_null_at(array, i)) {
      continue;
    }
    bool is_inside = views[i].length > 0 && views[i].buffer >= 0 && views[i].buffer < data_count &&
                     views[i].offset >= 0 && array->buffers[2 + views[i].buffer] != NULL &&
                     (int64_t)views[i].offset + views[i].length <= sizes[views[i].buffer];
    if (!is_inside) {
      return false;
    }
  }
  return true;
}

static const char *check_texts(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t first,
                               int64_t count) {
  if (is_format(schema, "vu")) {
    return views_are_inside(array, first, count) ? NULL : "a view of text lies outside of its buffers";
  }
  size_t width = width_of(schema);
  const int32_t *offsets = array->buffers[1];
  const int64_t *long_offsets = array->buffers[1];
  bool rise = offsets_rise(array->buffers[1], width, first, count);
  int64_t bytes = !rise ? 0 : width == 4 ? offsets[first + count] : long_offsets[first + count];
  return rise && (bytes == 0 || array->buffers[2] != NULL) ? NULL : "the offsets of its texts are malformed";
}

/* Checks the buffers as far as they are read: `count` rows from `first` on. Their number is checked also where there is
   no row, because their addresses are taken all the same. */
static const char *check_buffers(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t first,
                                 int64_t count) {
  size_t width = width_of(schema);
  bool is_text = is_format(schema, "u") || is_format(schema, "U");
  bool is_view = is_format(schema, "vu");
  int64_t least = is_text || is_view ? 3 : 2;
  if (width == 0) {
    return NULL; /* a column of another type is never read; it is refused by its name */
  }
  if (array->n_buffers < least || (!is_view && array->n_buffers != least) || array->buffers == NULL) {
    return "it has another number of buffers than its type";
  }
  if (count == 0) {
    return NULL;
  }
  if (array->buffers[1] == NULL || !is_aligned(array->buffers[1], width)) {
    return "its values are missing or not aligned";
  }
  if (array->null_count > 0 && array->buffers[0] == NULL) {
    return "it has nulls, but does not say which";
  }
  return is_text || is_view ? check_texts(schema, array, first, count) : NULL;
}

static const char *check_array(const struct ArrowSchema *schema, const struct ArrowArray *array,
                               const struct ArrowArray *parent);

static const char *check_children(const struct ArrowSchema *schema, const struct ArrowArray *array) {
  if (array->n_children != schema->n_children || (array->n_children > 0 && array->children == NULL)) {
    return "it has other children than its schema";
  }
  bool has_validity = array->n_buffers > 0 && array->buffers != NULL;
  if (is_format(schema, "+s") && array->null_count > 0 && (!has_validity || array->buffers[0] == NULL)) {
    return "it has nulls, but does not say which";
  }
  for (int64_t i = 0; is_format(schema, "+s") && i < array->n_children; i++) {
    const char *fault = check_array(schema->children[i], array->children[i], array);
    if (fault != NULL) {
      return fault;
    }
  }
  return NULL;
}

/* Checks an array. With a parent, the rows in the parent's range are read, without one (NULL) all rows. */
static const char *check_array(const struct ArrowSchema *schema, const struct ArrowArray *array,
                               const struct ArrowArray *parent) {
  if (array == NULL) {
    return "a column is missing";
  }
  bool fits = array->length >= 0 && array->offset >= 0 && array->length <= INT64_MAX / 64 - array->offset;
  bool has_rows = parent == NULL || (fits && array->length - parent->offset >= parent->length);
  if (!fits || !has_rows || array->null_count < -1 || array->null_count > array->length) {
    return "its lengths contradict each other";
  }
  if (array->n_buffers < 0 || array->n_children < 0 || (array->n_buffers > 0 && array->buffers == NULL)) {
    return "its buffers are malformed";
  }
  if ((schema->dictionary == NULL) != (array->dictionary == NULL)) {
    return "it has a dictionary, or its schema has, but not both";
  }
  const char *fault = check_children(schema, array);
  if (fault == NULL) {
    int64_t first = parent == NULL ? array->offset : array->offset + parent->offset;
    fault = check_buffers(schema, array, first, parent == NULL ? array->length : parent->length);
  }
  return fault == NULL && schema->dictionary != NULL ? check_array(schema->dictionary, array->dictionary, NULL) : fault;
}

const char *pfg_check_piece(const struct ArrowSchema *schema, const struct ArrowArray *piece) {
  return check_array(schema, piece, NULL);
}
