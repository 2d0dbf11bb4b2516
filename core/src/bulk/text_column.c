#include "text_column.h"

/* Returns a part of a column's bytes. A column of empty texts may have no bytes, and NULL must not be added to. */
static fg_string text_between(const fg_texts *column, int64_t begin, int64_t end) {
  return begin == end ? (fg_string){"", 0} : (fg_string){column->bytes + begin, (size_t)(end - begin)};
}

fg_string fg_texts_entry(const fg_texts *column, size_t entry) {
  size_t index = column->offset + entry;
  if (column->validity != NULL && !fg_bit(column->validity, index)) {
    return (fg_string){NULL, 0};
  }
  if (column->type == FG_TEXT_VIEWS) {
    return fg_text_of_view(column, index);
  }
  if (column->type == FG_TEXT_OFFSETS32) {
    const int32_t *offsets = (const int32_t *)column->offsets + index;
    return text_between(column, offsets[0], offsets[1]);
  }
  const int64_t *offsets = (const int64_t *)column->offsets + index;
  return text_between(column, offsets[0], offsets[1]);
}

fg_string fg_texts_at(const fg_texts *column, size_t row) {
  if (column->codes == NULL) {
    return fg_texts_entry(column, row);
  }
  int64_t code = fg_integers_at(column->codes, row);
  bool known = !fg_integers_null(column->codes, row) && code >= 0 && (uint64_t)code < column->count;
  return known ? fg_texts_entry(column, (size_t)code) : (fg_string){NULL, 0};
}
