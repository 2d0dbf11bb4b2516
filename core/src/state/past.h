/* What is known of an id: from the history, or from the archive behind it. */
#ifndef FG_PAST_H
#define FG_PAST_H

#include "../book/terms.h"
#include "state.h"

/* What is known of an id: the latest command that has it for its own, and of a call how it ended. */
typedef struct fg_past {
  fg_command command; ///< its fields, `at` and `id` apart; the kind alone where `encoded` has them
  fg_string encoded;  ///< as fg_command_encode writes them; text NULL: `command` has them
  fg_outcome answer;  ///< not of a call, which nobody is answered twice
  uint64_t attempt;   ///< of a call
  bool has_ending;    ///< of a call: it ended in more than a plain commit
  fg_command ending;  ///< commit or cancel: kind, quantity, outcome, ref and attributes
  fg_outcome ended;   ///< what that answered
} fg_past;

/* Where the attributes are of a command that is looked up, and of the end of a call. */
typedef struct fg_past_room {
  fg_attribute of_command[FG_ATTRIBUTES_MAX], of_ending[FG_ATTRIBUTES_MAX];
} fg_past_room;

/* Where an id is looked for that is not in the history: the ledger on the disk. FG_UNKNOWN_ID if it is not there
   either, FG_NO_MEMORY, or a status of the ledger's; what is answered holds until it is asked again. */
typedef struct fg_archive {
  fg_status (*find)(void *context, fg_string id, fg_past *past);
  void *context;
} fg_archive;

/* Whether the call that a commit or cancel ends is billed: R36, where the ending says how the service answered. */
static inline fg_billable fg_ending_billable(const fg_product *product, const fg_command *ending) {
  return ending->kind == FG_DO_CANCEL   ? FG_BILLABLE_NO
         : ending->outcome.text == NULL ? FG_BILLABLE_YES
                                        : fg_outcome_billable(product, ending->outcome);
}

static inline int64_t fg_used_units(const fg_used *used) {
  int64_t units = used->free + used->postpaid + used->unbilled;
  for (size_t i = 0; i < used->pack_count; i++) {
    units += used->packs[i].units;
  }
  return units;
}

/* The units of a call that are billed for all that is known once it has ended so: those held that did not go back, and
   what was taken besides. */
static inline int64_t fg_units_billed(const fg_account *account, uint32_t product, int64_t kept, int64_t extra,
                                      const fg_command *ending) {
  bool is_billed = fg_ending_billable(&account->book->products[product], ending) == FG_BILLABLE_YES;
  return is_billed ? kept + extra : 0;
}

/* Finds what an id was used for. FG_UNKNOWN_ID, or a failure of the archive. What `past` points to belongs to the
   account, its history or its archive, and holds until the next look-up, but for attributes, which are in `room`. */
fg_status fg_past_find(fg_account *account, fg_string id, fg_past *past, fg_past_room *room);

/* Whether it is a call that was canceled: its id is free for another. */
bool fg_past_is_canceled(const fg_account *account, const fg_past *past);

/* Whether a command says again what ended a call. */
fg_status fg_past_ended_by(fg_account *account, const fg_past *past, const fg_command *command, bool *is_same);

/* Whether a command has all the fields of the one that has the id, but `at`. */
fg_status fg_past_is_same(fg_account *account, const fg_past *past, const fg_command *command, bool *is_same);

#endif
