/* What entitlements leave over from month to month. A *carry* is one of the states that they can be in at a month's
   beginning; it depends only on which of the months before were billed by calls. */
#ifndef FG_CARRY_OVER_H
#define FG_CARRY_OVER_H

#include "plan_model.h"

fg_status fg_plan_find_carries(fg_plan_model *model, fg_error *error);

/* Whether every month has only one carry, so that what entitlements cover does not depend on the choices. */

#endif
