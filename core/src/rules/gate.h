/* The gate. It lets a call pass or refuses it, asking and deducting in one step; the call is then committed or
   canceled. */
#ifndef FG_GATE_H
#define FG_GATE_H

#include "../state/state.h"

/* Counts usage under an id that is free, or under none (`key` NULL), or refuses it in the order of the timeline
   contract. */
fg_status fg_gate_use(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used);
/* Counts usage that has attributes and no id, as fg_gate_use does. It is a function of its own because such usage is
   frequent, and mostly of products with rules. */
fg_status fg_gate_use_with_attributes(fg_account *account, const fg_command *command, fg_used *used);

/* Lets a call pass under an id that is free, and holds it, or refuses it in the order of the timeline contract. */
fg_status fg_gate_call(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used);

/* The call in flight under an id. FG_UNKNOWN_ID, FG_ALREADY_FINISHED. */
fg_status fg_gate_find(fg_account *account, fg_string id, fg_hold **hold);

/* Commits or cancels the latest call with the id or the number that a command names. Ending it the same way again gets
   the same answer. FG_UNKNOWN_ID, FG_ALREADY_FINISHED, FG_OVERFLOW. */
fg_status fg_gate_end(fg_account *account, const fg_command *command, fg_outcome *outcome, bool *repeated);

/* Fills the error of a commit that is refused because of its attributes, as fg_rate does. */
fg_status fg_gate_explain_end(const fg_account *account, const fg_command *command, fg_error *error);

#endif
