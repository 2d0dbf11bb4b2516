/* What does not happen to an account, and why. */
#ifndef FG_SET_ASIDE_H
#define FG_SET_ASIDE_H

#include "biller.h"

/* Notes what does not happen. `error` may be NULL where `column` and `message` say all. */
fg_status fg_set_aside_add(fg_biller *biller, const fg_set_aside *what);

/* In the order of their rows. */
void fg_set_aside_sort(fg_biller *biller);

#endif
