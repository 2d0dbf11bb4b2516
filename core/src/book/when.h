/* Conditions on attributes: what some usages have and others have not. */
#ifndef FG_WHEN_H
#define FG_WHEN_H

#include "attributes.h"

bool fg_when_holds(const fg_when *when, const fg_values *values);

/* Adds the attributes that it names. */
void fg_when_asks(const fg_when *when, fg_asked *asked);

/* Whether `outer` holds whenever `inner` does. */
bool fg_when_covers(const fg_book *book, const fg_when *outer, const fg_when *inner);
/* Whether both may hold at once. */
bool fg_when_meets(const fg_when *a, const fg_when *b);

#endif
