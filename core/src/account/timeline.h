/* What documents of commands share, however they are read. */
#ifndef FG_TIMELINE_H
#define FG_TIMELINE_H

#include "../../include/faregate_timeline.h"
#include "../json/read.h"

/* The price book of a timeline: one that its value is, or the one of its name. */
fg_status fg_timeline_book(const fg_json *value, const fg_book_source *books, const fg_allocator *allocator,
                           fg_book **book, fg_error *error);

#endif
