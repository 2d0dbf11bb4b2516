#include "policy_json.h"

#include <stdio.h>
#include <stdlib.h>

fg_status fg_policy_read_switch(const char *key, const fg_json *value, fg_policy *policy, fg_error *error) {
  fg_switch which;
  char number[24];
  bool is_number = fg_policy_find(fg_string_of(key), &which) && fg_policy_is_number(which);
  if (is_number ? !fg_json_is(value, FG_JSON_INTEGER) : !fg_json_is(value, FG_JSON_STRING)) {
    return fg_fail(error, FG_INVALID, key, "expected %s, not %s", is_number ? "an integer" : "a string",
                   fg_json_kind_name(value));
  }
  if (is_number) {
    snprintf(number, sizeof number, "%lld", (long long)value->is.integer);
  }
  fg_string word = is_number ? fg_string_of(number) : value->is.string;
  return fg_policy_set(policy, fg_string_of(key), word, error);
}

fg_status fg_policy_read(const fg_json *object, fg_policy *policy, fg_error *error) {
  FG_TRY(fg_json_object(object, error));
  for (FG_EACH_MEMBER(object, member)) {
    FG_TRY(fg_policy_read_switch(member->key, &member->value, policy, error));
  }
  return FG_OK;
}

void fg_policy_tell_some(fg_teller *to, const char *key, const fg_policy *policy, const bool has[FG_SWITCH_COUNT]) {
  fg_tell_begin_object(to, key);
  for (int i = 0; i < FG_SWITCH_COUNT; i++) {
    fg_switch which = (fg_switch)i;
    const char *word = fg_policy_word(policy, which);
    if (!has[i]) {
      continue;
    }
    if (fg_policy_is_number(which)) {
      fg_tell_integer(to, fg_policy_key(which), strtol(word, NULL, 10));
    } else {
      fg_tell_word(to, fg_policy_key(which), word);
    }
  }
  fg_tell_end_object(to);
}

void fg_policy_tell(fg_teller *to, const char *key, const fg_policy *policy, const fg_policy *but) {
  bool has[FG_SWITCH_COUNT];
  for (int i = 0; i < FG_SWITCH_COUNT; i++) {
    has[i] = but == NULL || but->value[i] != policy->value[i];
  }
  fg_policy_tell_some(to, key, policy, has);
}
