/* A pass over the forecast: labels go from month to month, and a label is dropped if another one is never worse. */
#ifndef FG_CHEAPEST_MONTHS_H
#define FG_CHEAPEST_MONTHS_H

#include "cheapest_labels.h"

void fg_labels_find_drops(fg_label_search *search); ///< sets `drop` and `most_demand` before the first pass
/* Looks for plans that cost less than a limit, and keeps at most `beam` labels of each month. */
fg_status fg_labels_pass(fg_label_search *search, fg_amount limit, uint32_t beam);
/* Writes the choice that led to the best label. */
void fg_labels_trace(const fg_label_search *search, fg_plan_choice *choice);

#endif
