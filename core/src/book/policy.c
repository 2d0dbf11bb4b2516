#include "policy.h"

#include <stdio.h>

enum { VALUES_MAX = 3 };

static const struct {
  const char *key;
  const char *words[VALUES_MAX];
} switch_words[FG_SWITCH_COUNT] = {
#define SWITCH_ENTRY(NAME, key, rule, ...) {key, {__VA_ARGS__}},
    FG_SWITCH_LIST(SWITCH_ENTRY)
#undef SWITCH_ENTRY
};

const char *fg_policy_key(fg_switch which) { return switch_words[which].key; }

const char *fg_policy_word(const fg_policy *policy, fg_switch which) {
  return switch_words[which].words[policy->value[which]];
}

static fg_status set_word(fg_policy *policy, fg_switch which, fg_string word, fg_error *error) {
  for (uint8_t value = 0; value < VALUES_MAX; value++) {
    const char *candidate = switch_words[which].words[value];
    if (candidate != NULL && fg_string_is(word, candidate)) {
      policy->value[which] = value;
      return FG_OK;
    }
  }
  const char *const *words = switch_words[which].words;
  return fg_fail(error, FG_INVALID, switch_words[which].key, "expected %s%s%s%s%s", words[0], words[2] ? ", " : " or ",
                 words[1], words[2] ? " or " : "", words[2] ? words[2] : "");
}

bool fg_policy_find(fg_string key, fg_switch *which) {
  for (int i = 0; i < FG_SWITCH_COUNT; i++) {
    if (fg_string_is(key, switch_words[i].key)) {
      *which = (fg_switch)i;
      return true;
    }
  }
  return false;
}

fg_status fg_policy_set(fg_policy *policy, fg_string key, fg_string value, fg_error *error) {
  fg_switch which;
  if (!fg_policy_find(key, &which)) {
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(key.length < sizeof name ? key.length : sizeof name), key.text);
    fg_cut_utf8(name, sizeof name);
    return fg_fail(error, FG_INVALID, name, "there is no such switch");
  }
  return set_word(policy, which, value, error);
}
