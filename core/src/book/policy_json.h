/* Switches from JSON, in a price book and in a timeline alike. */
#ifndef FG_POLICY_JSON_H
#define FG_POLICY_JSON_H

#include "../json/read.h"
#include "policy.h"

/* Sets the switches that an object names and leaves the others; FG_INVALID with the switch as path. */
fg_status fg_policy_read(const fg_json *object, fg_policy *policy, fg_error *error);

#endif
