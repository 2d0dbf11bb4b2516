/* Keeps what the accounts of a biller used in each period. */
#ifndef FG_PERIOD_USES_H
#define FG_PERIOD_USES_H

#include "../state/state.h"

void fg_uses_free(const fg_allocator *allocator, fg_period_uses *uses); ///< NULL is allowed

#endif
