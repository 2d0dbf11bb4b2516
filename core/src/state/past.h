/* What is known of an id, from the history or from the archive behind it. */
#ifndef FG_PAST_H
#define FG_PAST_H

#include "../book/terms.h"
#include "state.h"

/* The latest command that has an id for its own and, if it is a call, how it ended. */
typedef struct fg_past {
  fg_command command; ///< the fields without `at` and `id`; only the kind, if `encoded` has the fields
  fg_string encoded;  ///< the fields as fg_command_encode writes them; text NULL: `command` has them
  fg_outcome answer;  ///< what the command was answered; not kept of a call, which is not answered twice
  uint64_t attempt;   ///< of a call: the number of its attempt
  bool has_ending;    ///< of a call: it ended in another way than by a plain commit
  bool is_undone;     ///< of a call: it was canceled, or ended with an outcome that was not billed then (R36)
  fg_command ending;  ///< the commit or cancel: kind, quantity, outcome, ref and attributes
  fg_outcome ended;   ///< what the commit or cancel was answered
} fg_past;

/* Room for the attributes of a command that is looked up, and of the commit or cancel that ended a call. */
typedef struct fg_past_room {
  fg_attribute of_command[FG_ATTRIBUTES_MAX], of_ending[FG_ATTRIBUTES_MAX];
} fg_past_room;

/* Where an id is looked for that the history lacks: in the ledger on disk. FG_UNKNOWN_ID if the ledger lacks it too,
   FG_NO_MEMORY, or a status of the ledger. An answer is valid until the next question. */
typedef struct fg_archive {
  fg_status (*find)(void *context, fg_string id, fg_past *past);
  void *context;
} fg_archive;

/* R36: whether a call is billed that ends so now, by the edition in force. If the commit says how the service answered,
   the book decides. */
static inline fg_billable fg_ending_billable(const fg_book *book, uint32_t product, const fg_command *ending) {
  return ending->kind == FG_DO_CANCEL   ? FG_BILLABLE_NO
         : ending->outcome.text == NULL ? FG_BILLABLE_YES
                                        : fg_outcome_billable(&book->products[product], ending->outcome);
}

static inline int64_t fg_used_units(const fg_used *used) {
  int64_t units = used->free + used->postpaid + used->unbilled;
  for (size_t i = 0; i < used->pack_count; i++) {
    units += used->packs[i].units;
  }
  return units;
}

/* Finds what an id was used for. What `past` points to belongs to the account, its history or its archive, and is valid
   until the next look-up; attributes are in `room`. FG_UNKNOWN_ID, or a status of the archive. */
fg_status fg_past_find(fg_account *account, fg_string id, fg_past *past, fg_past_room *room);

/* Whether a call that an archive found, which ended at an instant, was canceled or not billed. The edition decides that
   was in force then. */
bool fg_past_was_undone(const fg_account *account, const fg_past *past, fg_time ended_at);

/* Whether a command ends a call in the same way in which it has ended. */
fg_status fg_past_ended_by(fg_account *account, const fg_past *past, const fg_command *command, bool *is_same);

/* Whether a command has the same fields as the one under its id, apart from `at`. */
fg_status fg_past_is_same(fg_account *account, const fg_past *past, const fg_command *command, bool *is_same);

#endif
