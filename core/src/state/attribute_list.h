/* The attributes of a usage or of an account as a list: its form, and the bytes that keep it. */
#ifndef FG_ATTRIBUTE_LIST_H
#define FG_ATTRIBUTE_LIST_H

#include "../../include/faregate.h"
#include "../base/base.h"

/* Checks the form of attributes: at most FG_ATTRIBUTES_MAX, each with a value and a name that is not empty, no name
   twice. Names and texts may be any bytes, because those that the book lacks are refused later. FG_INVALID. */
fg_status fg_attributes_check_form(const fg_attributes *attributes, fg_error *error);

/* Whether two lists have the same attributes, in whatever order. */
bool fg_attributes_equal(const fg_attributes *a, const fg_attributes *b);

/* Replaces the attributes by a copy that lasts as long as the arena. FG_NO_MEMORY. */
fg_status fg_attributes_keep(fg_attributes *attributes, fg_arena *arena, const fg_allocator *allocator);

/* Writes to `room` the attributes of `before`, with those that `after` has under the same name in their place, and then
   the others of `after`. The count may be above FG_ATTRIBUTES_MAX, but no more than that are written. */
fg_attributes fg_attributes_merge(const fg_attributes *before, const fg_attributes *after,
                                  fg_attribute room[FG_ATTRIBUTES_MAX]);

/* Attributes as bytes, which are equal for equal attributes alone, in whatever order these stand: their count, then for
   each, sorted by name, the name and its text or number. */
size_t fg_attributes_size(const fg_attributes *attributes); ///< the most bytes that they take
unsigned char *fg_attributes_write(unsigned char *at, const fg_attributes *attributes);
fg_status fg_attributes_append(const fg_attributes *attributes, fg_text *bytes);

/* Reads attributes from bytes to `room`; their strings point into the bytes. If `room` is NULL they are passed over.
   `end` is NULL where the bytes are known to be valid. Answers the place after them; NULL if the bytes are invalid. */
const unsigned char *fg_attributes_read(const unsigned char *at, const unsigned char *end,
                                        fg_attribute room[FG_ATTRIBUTES_MAX], fg_attributes *attributes);

#endif
