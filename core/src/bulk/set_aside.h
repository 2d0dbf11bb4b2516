/* The events and commands that did not happen, and why. */
#ifndef FG_SET_ASIDE_H
#define FG_SET_ASIDE_H

#include "biller.h"

/* Adds one. Its texts are not copied. */
fg_status fg_set_aside_add(fg_bill_part *part, const fg_set_aside *what);

/* In the order of their rows. */
void fg_set_aside_sort(fg_biller *biller);

#endif
