/* What the customer has without buying it: free grants to come, and packs held at the start, in the order in which they
   are drawn on (R7). */
#ifndef FG_ENTITLEMENTS_H
#define FG_ENTITLEMENTS_H

#include "plan_model.h"

fg_status fg_plan_find_entitlements(fg_plan_model *model, fg_error *error);

#endif
