/* What each text of a list stands for, found for the rows of a column of texts without a look at the list itself. */
#ifndef FG_TEXT_STEPS_H
#define FG_TEXT_STEPS_H

#include "../../include/faregate_bulk.h"
#include "../base/base.h"

typedef struct fg_text_step {
  uint64_t head;  ///< the first eight bytes, with zeros behind a shorter text
  fg_string text; ///< text NULL: a free slot
  uint32_t step;
} fg_text_step;

typedef struct fg_text_steps {
  fg_text_step *slots; ///< by a hash, NULL: there are none
  uint32_t mask;       ///< slots - 1
} fg_text_steps;

/* Room for so many texts, to be released; false where memory is short. */
bool fg_text_steps_begin(fg_text_steps *steps, uint32_t count, const fg_allocator *allocator);
void fg_text_steps_release(fg_text_steps *steps, const fg_allocator *allocator);
void fg_text_steps_put(fg_text_steps *steps, fg_string text, uint32_t step);

/* Adds to each of `count` numbers what the text of its row stands for, `otherwise` for other texts. Answers the bits of
   all that was added. The column has no nulls. */
uint32_t fg_text_steps_add(const fg_text_steps *steps, const fg_texts *column, size_t first, size_t count,
                           uint32_t otherwise, uint32_t *numbers);

#endif
