/* Keeps the events and commands that did not happen, and why. */
#ifndef FG_SET_ASIDE_H
#define FG_SET_ASIDE_H

#include "biller.h"

/* Adds an event or command. Its texts are not copied. */
fg_status fg_set_aside_add(fg_bill_part *part, const fg_set_aside *what);

/* Sorts what was set aside by row. */
void fg_set_aside_sort(fg_biller *biller);

#endif
