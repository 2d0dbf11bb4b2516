/* What the files of the handle share. Between fg_handle_enter and fg_handle_leave the account is this handle's alone; a
   function marked "called inside" is called between the two. */
#ifndef FG_HANDLE_INSIDE_H
#define FG_HANDLE_INSIDE_H

#include "../state/attribute_list.h"
#include "handle.h"

enum { FG_JUMP_DAYS = 92 /* days that a clock may jump, where the host names no other number */, FG_REF_MAX = 64 };

/* The end of a call that could not be written yet. */
typedef struct fg_ending {
  fg_command command; ///< its texts are not kept: the id is found by the attempt, the others are below (command_of)
  char ref[FG_REF_MAX];
  char outcome[FG_OUTCOME_MAX];
  fg_arena attributes; ///< holds the command's attributes, if it has any
  bool by_clock;
} fg_ending;

struct fg_handle {
  fg_allocator allocator;
  fg_reached reached;
  fg_clock_source source;
  uint32_t boot;
  int64_t max_jump;
  fg_clock_mark read;          ///< this handle's last reading of the clock
  uint64_t next_call;          ///< number for the next call that this handle names in a ledger
  FG_ARRAY(fg_pass *) passes;  ///< passes that are not released
  FG_ARRAY(fg_ending) endings; ///< ends of passes, in the order in which they came; has room for one of each pass
  fg_account *asked;           ///< the copy that the latest question was asked of; NULL: the account itself was asked
};

static inline fg_status fg_handle_enter(fg_handle *handle, fg_error *error) {
  fg_account_free(handle->asked);
  handle->asked = NULL;
  return handle->reached.reach->enter(handle->reached.context, error);
}

static inline void fg_handle_leave(fg_handle *handle) { handle->reached.reach->leave(handle->reached.context); }

/* Fills in the instant and the id that a command leaves out, and applies it. Called inside. `is_end`: the command is
   the end of a pass that goes by the clock. */
fg_status fg_handle_complete(fg_handle *handle, const fg_command *command, bool is_end, fg_outcome *outcome,
                             fg_error *error);

/* Applies a command, completed first where that is needed. Called inside. */
static inline fg_status fg_handle_apply_inside(fg_handle *handle, const fg_command *command, bool is_end,
                                               fg_outcome *outcome, fg_error *error) {
  if (FG_LIKELY(command->at != FG_NO_TIME && handle->reached.is_in_memory)) {
    return fg_account_apply_as(handle->reached.account, command, FG_NUMBERED, outcome, error);
  }
  return fg_handle_complete(handle, command, is_end, outcome, error);
}

/* Defined in handle_clock.c. */

/* Works out which instant it is now, and whether the clock cannot be right. */
fg_status fg_handle_read_clock(fg_handle *handle, const fg_clock_reading *reading, fg_time *now, bool *suspect,
                               fg_error *error);
/* Decides the instant of a command that names none. The end of a call never fails for the clock, because the call has
   happened. */
fg_status fg_handle_decide_instant(fg_handle *handle, const fg_clock_reading *reading, bool is_end, fg_time *at,
                                   fg_error *error);

/* Defined in handle_passes.c. */

/* Makes room for one more pass, and for its end, before its call is let in, because noting these must not fail. */
fg_status fg_handle_make_room(fg_handle *handle, fg_error *error);
void fg_handle_add_pass(fg_handle *handle, fg_pass *pass);
bool fg_handle_has_in_hand(const fg_handle *handle, uint64_t attempt);

/* Defined in handle_endings.c. */

void fg_handle_forget_ending(fg_handle *handle, uint32_t place);
/* Writes the ends of calls that are still to be written. Called inside; after a failure it has called
   fg_handle_leave. */
FG_COLD fg_status fg_handle_end_again(fg_handle *handle, fg_error *error);

/* Enters for a command, and first writes the ends of calls that are still to be written. */
static inline fg_status fg_handle_enter_to_act(fg_handle *handle, fg_error *error) {
  FG_TRY(fg_handle_enter(handle, error));
  return FG_LIKELY(handle->endings.count == 0) ? FG_OK : fg_handle_end_again(handle, error);
}

#endif
