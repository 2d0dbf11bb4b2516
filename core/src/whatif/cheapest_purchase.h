/* The purchases of a month: any numbers of any packs, for all labels at once that run short in the same way. */
#ifndef FG_CHEAPEST_PURCHASE_H
#define FG_CHEAPEST_PURCHASE_H

#include "cheapest_labels.h"

/* Buys for some of the labels that run short in the current month, and adds the resulting labels. They are the entries
   `first` to `end` of `shorts`, have the same carry and the same first month to date back to, and stand in the order of
   their units. */
fg_status fg_label_buy_for(fg_label_search *search, uint32_t first, uint32_t end);

#endif
