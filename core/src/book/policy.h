/* The switches: where a price guide is silent or contradicts itself, the book says which reading holds. */
#ifndef FG_POLICY_H
#define FG_POLICY_H

#include "../base/status.h"

typedef enum fg_switch {
#define SWITCH(NAME, key, rule, help) FG_SWITCH_##NAME,
#define VALUE(NAME, word)
#define END()
#include "switches.def"
#undef SWITCH
#undef VALUE
#undef END
  FG_SWITCH_COUNT
} fg_switch;

/* The values of each switch by name, as numbers in the order of their words. */
/* clang-format off */
#define SWITCH(NAME, key, rule, help) enum {
#define VALUE(NAME, word) FG_##NAME,
#define END() };
#include "switches.def"
/* clang-format on */
#undef SWITCH
#undef VALUE
#undef END

typedef struct fg_policy {
  uint8_t value[FG_SWITCH_COUNT];
} fg_policy;

/* The switches of a product: what it has of its own holds instead of the policy around it. */
typedef struct fg_own_policy {
  bool has[FG_SWITCH_COUNT];
  fg_policy is;
} fg_own_policy;
static inline fg_policy fg_policy_within(const fg_policy *around, const fg_own_policy *own) {
  fg_policy policy = *around;
  for (int i = 0; own != NULL && i < FG_SWITCH_COUNT; i++) {
    policy.value[i] = own->has[i] ? own->is.value[i] : policy.value[i];
  }
  return policy;
}

/* Sets a switch by its words; FG_INVALID, with the key as path, for one that does not exist. */
fg_status fg_policy_set(fg_policy *policy, fg_string key, fg_string value, fg_error *error);
/* Sets those of pairs of switch and value; the path begins with "policy". */
fg_status fg_policy_set_pairs(fg_policy *policy, const fg_string *pairs, size_t count, fg_error *error);

/* The switch of a key; false if there is none. */
bool fg_policy_find(fg_string key, fg_switch *which);

const char *fg_policy_key(fg_switch which);
const char *fg_policy_word(const fg_policy *policy, fg_switch which);

/* Whether its values are numbers in a document and not words, as settlement days are. */
bool fg_policy_is_number(fg_switch which);

#endif
