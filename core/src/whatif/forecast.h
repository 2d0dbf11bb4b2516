/* A forecast (JSON) becomes a model: what is to be planned for. docs/plan.md. */
#ifndef FG_FORECAST_H
#define FG_FORECAST_H

#include "plan_model.h"

/* On any status the model is to be released. */
fg_status fg_plan_read(fg_plan_model *model, const fg_book *book, fg_string forecast, fg_error *error);

#endif
