/* The purchases of a month: any number of any packs, for all labels at once that run short alike. */
#ifndef FG_CHEAPEST_PURCHASE_H
#define FG_CHEAPEST_PURCHASE_H

#include "cheapest_labels.h"

/* Adds the labels of this month that come of those that run short in it, the places in `shorts` from `first` to `end`,
   which are bought for alike, the fewest units in hand first. */
fg_status fg_label_buy_for(fg_label_search *search, uint32_t first, uint32_t end);

#endif
