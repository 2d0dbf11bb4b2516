/* Reads columns of texts row by row. */
#ifndef FG_TEXT_COLUMN_H
#define FG_TEXT_COLUMN_H

#include "integer_column.h"

/* Reads an entry of the texts themselves; `codes` are ignored. */
fg_string fg_texts_entry(const fg_texts *column, size_t entry);

enum { FG_VIEW_INLINE = 12 }; ///< how many bytes of a text its view itself can hold

/* Arrow's layout of a view: the length of the text, then either the text or its first bytes, the number of a buffer and
   the place in it. */
typedef struct fg_text_view {
  int32_t length;
  union {
    char text[FG_VIEW_INLINE];
    struct {
      char prefix[4];
      int32_t buffer, offset;
    } elsewhere;
  } is;
} fg_text_view;

static inline fg_string fg_text_of_view(const fg_texts *column, size_t index) {
  const fg_text_view *view = (const fg_text_view *)column->offsets + index;
  bool within = view->length <= FG_VIEW_INLINE;
  const char *text = within ? view->is.text : column->data[view->is.elsewhere.buffer] + view->is.elsewhere.offset;
  return (fg_string){text, (size_t)view->length};
}

#endif
