/* Conditions on attributes, which some usages fulfil and others do not. */
#ifndef FG_WHEN_H
#define FG_WHEN_H

#include "attributes.h"

bool fg_when_holds(const fg_when *when, const fg_values *values);

/* Adds the attributes that conditions read to a set. */
void fg_when_asks(const fg_when *when, fg_asked *asked);

/* Whether the conditions `outer` hold whenever the conditions `inner` do. */
bool fg_when_covers(const fg_book *book, const fg_when *outer, const fg_when *inner);
/* Whether a usage can fulfil both lists of conditions. */
bool fg_when_meets(const fg_when *a, const fg_when *b);

/* Makes conditions of one edition those of another, which may have the attributes and their texts in other places, or
   none of them: then they never hold. False where memory is short. */
bool fg_when_move(fg_book *to, const fg_book *from, fg_when *when);

#endif
