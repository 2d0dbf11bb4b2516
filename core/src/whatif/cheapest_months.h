/* A pass over the forecast: labels go from month to month, and those than which another is never worse are dropped. */
#ifndef FG_CHEAPEST_MONTHS_H
#define FG_CHEAPEST_MONTHS_H

#include "cheapest_labels.h"

void fg_labels_find_drops(fg_label_search *search); ///< and the greatest demand; once, before the first pass
/* Looks for plans that cost less than a limit; of each month it keeps `beam` labels at most. */
fg_status fg_labels_pass(fg_label_search *search, fg_amount limit, uint32_t beam);
/* Writes the choice that the best label came by. */
void fg_labels_trace(const fg_label_search *search, fg_plan_choice *choice);

#endif
