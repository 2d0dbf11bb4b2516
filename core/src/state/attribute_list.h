/* The attributes of a usage or of an account: their form, and the bytes that keep them. */
#ifndef FG_ATTRIBUTE_LIST_H
#define FG_ATTRIBUTE_LIST_H

#include "../../include/faregate.h"
#include "../base/base.h"

/* FG_INVALID for more than FG_ATTRIBUTES_MAX, an empty name or one that is there twice, and one without a value. Names
   and texts may be any bytes, for they are those of the book or refused. */
fg_status fg_attributes_check_form(const fg_attributes *attributes, fg_error *error);

/* Whether they are the same, in whatever order. */
bool fg_attributes_equal(const fg_attributes *a, const fg_attributes *b);

/* A copy that lasts as long as the arena. FG_NO_MEMORY. */
fg_status fg_attributes_keep(fg_attributes *attributes, fg_arena *arena, const fg_allocator *allocator);

/* Those of `before`, each replaced by the one of its name in `after`, and the others of `after`, written to `room`. The
   count may be above FG_ATTRIBUTES_MAX, which is then all that is written. */
fg_attributes fg_attributes_merge(const fg_attributes *before, const fg_attributes *after,
                                  fg_attribute room[FG_ATTRIBUTES_MAX]);

/* Bytes that are equal for equal attributes alone, in whatever order these stand: how many, then of each, by name, the
   name, and a text or a number. */
size_t fg_attributes_size(const fg_attributes *attributes); ///< the most that they take
unsigned char *fg_attributes_write(unsigned char *at, const fg_attributes *attributes);
fg_status fg_attributes_append(const fg_attributes *attributes, fg_text *bytes);

/* Reads them, their strings borrowed, to `room`, which may be NULL: then they are passed over. `end` is NULL where the
   bytes are known to be good. Answers the place behind them; NULL where they are no such bytes. */
const unsigned char *fg_attributes_read(const unsigned char *at, const unsigned char *end,
                                        fg_attribute room[FG_ATTRIBUTES_MAX], fg_attributes *attributes);

#endif
