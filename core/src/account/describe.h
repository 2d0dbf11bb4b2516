/* What outcomes and statements hold, told to a visitor key by key as the timeline contract names them. */
#ifndef FG_DESCRIBE_H
#define FG_DESCRIBE_H

#include "../state/state.h"

/* fg_account_describe, as the value of a key. */
fg_status fg_account_tell(const fg_account *account, const char *key, const fg_visitor *visitor);

/* Chooses calls: those that `wants` says yes to. fg_account_tell_calls is fg_account_calls of these; NULL: of all. */
typedef struct fg_call_filter {
  bool (*wants)(void *context, fg_string id);
  void *context;
} fg_call_filter;
fg_status fg_account_tell_calls(const fg_account *account, const fg_call_filter *filter, const fg_visitor *visitor);

#endif
