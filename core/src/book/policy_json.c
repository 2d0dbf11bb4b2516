#include "policy_json.h"

#include <stdio.h>

static fg_status read_switch(const char *key, const json_t *value, fg_policy *policy, fg_error *error) {
  fg_switch which;
  char number[24];
  bool is_number = fg_policy_find(fg_string_of(key), &which) && fg_policy_is_number(which);
  if (is_number ? !json_is_integer(value) : !json_is_string(value)) {
    return fg_fail(error, FG_INVALID, key, "expected %s, not %s", is_number ? "an integer" : "a string",
                   fg_json_kind(value));
  }
  snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
  fg_string word = {is_number ? number : json_string_value(value), 0};
  word.length = is_number ? strlen(number) : json_string_length(value);
  return fg_policy_set(policy, fg_string_of(key), word, error);
}

fg_status fg_policy_read(const json_t *object, fg_policy *policy, fg_error *error) {
  if (!json_is_object(object)) {
    return fg_fail(error, FG_INVALID, "", "expected an object, not %s", fg_json_kind(object));
  }
  for (FG_EACH_MEMBER(object, at)) {
    FG_TRY(read_switch(json_object_iter_key(at), json_object_iter_value(at), policy, error));
  }
  return FG_OK;
}
