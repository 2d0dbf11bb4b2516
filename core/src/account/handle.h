/* The handle: one set of functions for an account in memory and one in a ledger. It reaches either through a table,
   which handle_memory.c fills for memory and the store for a ledger. */
#ifndef FG_HANDLE_H
#define FG_HANDLE_H

#include "../base/clock.h"
#include "../state/state.h"

/* How a handle reaches its account. All but the first, `flush` and `close` are called between `enter` and `leave`. */
typedef struct fg_reach {
  /* Waits until no other handle is inside, and brings the account up to what they have done. */
  fg_status (*enter)(void *context, fg_error *error);
  void (*leave)(void *context);
  /* Refuses where the ledger was opened to be read. Asked before the clock is read, so that this refusal goes first. */
  fg_status (*may_write)(void *context, fg_error *error);
  /* fg_account_apply_as, durably; the command has an instant. `is_named`: its id is of the handle's making. */
  fg_status (*apply)(void *context, const fg_command *command, bool is_named, const fg_clock_reading *reading,
                     fg_outcome *outcome, fg_error *error);
  /* When the wall clock was last said to be right, FG_NO_TIME: never; and says that it is. */
  fg_status (*trusted)(void *context, fg_time *at, fg_error *error);
  fg_status (*trust)(void *context, fg_time at, fg_error *error);
  /* Whether another handle that lives may have a call in hand: the one that was let in, or that resumed it last. */
  fg_status (*is_elsewhere)(void *context, fg_string id, uint64_t attempt, bool *elsewhere, fg_error *error);
  /* Notes that this handle has the call in hand from now on. */
  fg_status (*take)(void *context, uint64_t attempt, fg_time at, fg_error *error);
  fg_status (*describe)(const void *context, const fg_visitor *visitor);
  fg_status (*flush)(void *context, fg_error *error);
  fg_status (*close)(void *context, fg_error *error);
} fg_reach;

typedef struct fg_reached {
  const fg_reach *reach;
  void *context;
  fg_account *account;
  uint64_t session;          ///< of the ledger; 0: in memory
  const fg_book *offered;    ///< a version of the account's book that may say more (edition_available); NULL: none
  const fg_clock_mark *mark; ///< of the last command that any handle has written, kept up to date; NULL: none is kept
} fg_reached;

/* Makes a handle, which from then on closes what it reaches. If it cannot be made, `reached` stays the caller's. */
fg_status fg_handle_make(const fg_reached *reached, const fg_clock_options *options, fg_handle **handle,
                         fg_error *error);

/* FG_INVALID for options that are out of range. */
fg_status fg_clock_check(const fg_clock_options *options, fg_error *error);

#endif
