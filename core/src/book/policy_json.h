/* Reads and tells switches as JSON, in price books and in timelines. */
#ifndef FG_POLICY_JSON_H
#define FG_POLICY_JSON_H

#include "../base/tell.h"
#include "../json/read.h"
#include "policy.h"

/* Sets the switches that a JSON object names, and leaves the others. FG_INVALID with the switch as path. */
fg_status fg_policy_read(const fg_json *object, fg_policy *policy, fg_error *error);

/* Sets one switch, given by its key and JSON value. FG_INVALID with the switch as path. */
fg_status fg_policy_read_switch(const char *key, const fg_json *value, fg_policy *policy, fg_error *error);

/* Tell switches as an object: those marked in `has`; or all of `policy`, without those that have the same value in
   `but`, which may be NULL. */
void fg_policy_tell_some(fg_teller *to, const char *key, const fg_policy *policy, const bool has[FG_SWITCH_COUNT]);
void fg_policy_tell(fg_teller *to, const char *key, const fg_policy *policy, const fg_policy *but);

#endif
