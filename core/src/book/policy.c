#include "policy.h"

#include <stdio.h>

enum { VALUES_MAX = 3 };

static const struct {
  const char *key;
  const char *words[VALUES_MAX + 1]; ///< ends with NULL
} switches[FG_SWITCH_COUNT] = {
/* clang-format off */
#define SWITCH(NAME, key, rule, help) {key, {
#define VALUE(NAME, word) word,
#define END() NULL}},
#include "switches.def"
/* clang-format on */
#undef SWITCH
#undef VALUE
#undef END
};

const char *fg_policy_key(fg_switch which) { return switches[which].key; }

const char *fg_policy_word(const fg_policy *policy, fg_switch which) {
  return switches[which].words[policy->value[which]];
}

bool fg_policy_is_number(fg_switch which) {
  char first = switches[which].words[0][0];
  return first >= '0' && first <= '9';
}

static fg_status set_word(fg_policy *policy, fg_switch which, fg_string word, fg_error *error) {
  const char *const *words = switches[which].words;
  for (uint8_t value = 0; words[value] != NULL; value++) {
    if (fg_string_is(word, words[value])) {
      policy->value[which] = value;
      return FG_OK;
    }
  }
  return fg_fail(error, FG_INVALID, switches[which].key, "expected %s%s%s%s%s", words[0], words[2] ? ", " : " or ",
                 words[1], words[2] ? " or " : "", words[2] ? words[2] : "");
}

bool fg_policy_find(fg_string key, fg_switch *which) {
  for (int i = 0; i < FG_SWITCH_COUNT; i++) {
    if (fg_string_is(key, switches[i].key)) {
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

fg_status fg_policy_set_pairs(fg_policy *policy, const fg_string *pairs, size_t count, fg_error *error) {
  for (size_t i = 0; i < count; i++) {
    FG_TRY(fg_within(error, fg_policy_set(policy, pairs[2 * i], pairs[2 * i + 1], error), "policy"));
  }
  return FG_OK;
}
