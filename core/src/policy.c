#include "policy.h"

enum { VALUES_MAX = 3 };

static const struct {
  const char *key;
  const char *words[VALUES_MAX];
} switches[FG_SWITCH_COUNT] = {
#define SWITCH_ENTRY(NAME, key, rule, ...) {key, {__VA_ARGS__}},
    FG_SWITCH_LIST(SWITCH_ENTRY)
#undef SWITCH_ENTRY
};

const char *fg_policy_key(fg_switch which) { return switches[which].key; }

const char *fg_policy_word(const fg_policy *policy, fg_switch which) {
  return switches[which].words[policy->value[which]];
}

static fg_status set_word(fg_policy *policy, int which, fg_string word, fg_error *error) {
  for (uint8_t value = 0; value < VALUES_MAX; value++) {
    const char *candidate = switches[which].words[value];
    if (candidate != NULL && fg_string_is(word, candidate)) {
      policy->value[which] = value;
      return FG_OK;
    }
  }
  const char *const *words = switches[which].words;
  return fg_fail(error, FG_INVALID, switches[which].key, "expected %s%s%s%s%s", words[0], words[2] ? ", " : " or ",
                 words[1], words[2] ? " or " : "", words[2] ? words[2] : "");
}

fg_status fg_policy_set(fg_policy *policy, fg_string key, fg_string value, fg_error *error) {
  for (int which = 0; which < FG_SWITCH_COUNT; which++) {
    if (fg_string_is(key, switches[which].key)) {
      return set_word(policy, which, value, error);
    }
  }
  return fg_fail(error, FG_INVALID, "", "there is no switch \"%.*s\"", (int)(key.length < 64 ? key.length : 64), key.text);
}
