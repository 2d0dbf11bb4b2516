/* Reads a forecast (JSON) into the planner's model. docs/plan.md. */
#ifndef FG_FORECAST_H
#define FG_FORECAST_H

#include "plan_model.h"

/* The model must be released whatever the status is. */
fg_status fg_plan_read(fg_plan_model *model, const fg_book *book, fg_string forecast, fg_error *error);

#endif
