/* What entitlements leave over from month to month. Each way they may stand at a month's beginning is a *carry*: it
   depends only on the months before whose calls were billed. */
#ifndef FG_CARRY_OVER_H
#define FG_CARRY_OVER_H

#include "plan_model.h"

fg_status fg_plan_find_carries(fg_plan_model *model, fg_error *error);

/* True if every month has one carry: what entitlements cover does not depend on the choices. */

#endif
