/* The gate: calls let through, or not, in one step that asks and deducts; then committed or canceled. */
#ifndef FG_GATE_H
#define FG_GATE_H

#include "../state/state.h"

/* Counts usage under an id that is free, or under none (`key` NULL), or refuses it in the order of the timeline
   contract. */
fg_status fg_gate_use(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used);
/* Counts usage that has attributes and no id, as fg_gate_use does. It is a function of its own because such usage
   mostly has rules, and is frequent. */
fg_status fg_gate_use_with_attributes(fg_account *account, const fg_command *command, fg_used *used);

/* Lets a call through under an id that is free and holds it, or refuses it in the order of the timeline contract. */
fg_status fg_gate_call(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used);

/* The call in flight under an id. FG_UNKNOWN_ID, FG_ALREADY_FINISHED. */
fg_status fg_gate_find(fg_account *account, fg_string id, fg_hold **hold);

/* Commits or cancels the latest call under the id, or of the number, that a command names. The same ending again is
   answered as it was. FG_UNKNOWN_ID, FG_ALREADY_FINISHED, FG_OVERFLOW. */
fg_status fg_gate_end(fg_account *account, const fg_command *command, fg_outcome *outcome, bool *repeated);

/* Tells by the error why a commit with these attributes is refused as fg_rate does. */
fg_status fg_gate_explain_end(const fg_account *account, const fg_command *command, fg_error *error);

#endif
