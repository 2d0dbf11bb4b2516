/* Switches from JSON, in a price book and in a timeline alike. */
#ifndef FG_POLICY_JSON_H
#define FG_POLICY_JSON_H

#include "../base/tell.h"
#include "../json/read.h"
#include "policy.h"

/* Sets the switches that an object names and leaves the others; FG_INVALID with the switch as path. */
fg_status fg_policy_read(const fg_json *object, fg_policy *policy, fg_error *error);

/* Sets one; the same. */
fg_status fg_policy_read_switch(const char *key, const fg_json *value, fg_policy *policy, fg_error *error);

/* Tells the switches as an object; those that `but` has alike are left out, if there is one. */
void fg_policy_tell_some(fg_teller *to, const char *key, const fg_policy *policy, const bool has[FG_SWITCH_COUNT]);
void fg_policy_tell(fg_teller *to, const char *key, const fg_policy *policy, const fg_policy *but);

#endif
