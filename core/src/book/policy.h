/* The switches: where a price guide is silent or contradicts itself, a switch of the book says which reading holds. */
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

/* Each switch is an enumeration whose values are numbered in the order of their words. */
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

/* The switches that a product sets for itself; the policy of its book or account holds for the others. */
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

/* Sets a switch by its key and the word of its value; FG_INVALID with the key as path, if there is no such switch or
   value. */
fg_status fg_policy_set(fg_policy *policy, fg_string key, fg_string value, fg_error *error);
/* Sets switches by pairs of key and value; the path of a fault begins with "policy". */
fg_status fg_policy_set_pairs(fg_policy *policy, const fg_string *pairs, size_t count, fg_error *error);

/* Finds the switch of a key; false if there is none. */
bool fg_policy_find(fg_string key, fg_switch *which);

const char *fg_policy_key(fg_switch which);
const char *fg_policy_word(const fg_policy *policy, fg_switch which);

/* Whether a document gives the values of a switch as numbers and not as words, as it does settlement days. */
bool fg_policy_is_number(fg_switch which);

#endif
