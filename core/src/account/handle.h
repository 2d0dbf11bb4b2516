/* The handle: one set of functions for an account in memory and one in a ledger. It reaches either through a table,
   which handle_memory.c fills for memory and the store for a ledger. */
#ifndef FG_HANDLE_H
#define FG_HANDLE_H

#include "../base/clock.h"
#include "../state/state.h"

/* How a handle reaches its account. Between `enter` and `leave` no other handle is let in; all functions but `enter`,
   `flush` and `close` are called there. */
typedef struct fg_reach {
  /* Waits until no other handle is inside, and brings the account up to date with what the others have done. */
  fg_status (*enter)(void *context, fg_error *error);
  void (*leave)(void *context);
  /* Refuses where the ledger was opened for reading alone. It is asked before the clock is read, so that this refusal
     comes before one for the clock. */
  fg_status (*may_write)(void *context, fg_error *error);
  /* Applies a command as fg_account_apply_as does, and makes it durable. The command has an instant; `is_named` says
     that the handle has made its id. */
  fg_status (*apply)(void *context, const fg_command *command, bool is_named, const fg_clock_reading *reading,
                     fg_outcome *outcome, fg_error *error);
  /* `trusted` says when the host last declared the wall clock right, FG_NO_TIME if it never did; `trust` declares
     it. */
  fg_status (*trusted)(void *context, fg_time *at, fg_error *error);
  fg_status (*trust)(void *context, fg_time at, fg_error *error);
  /* Whether another handle that is still open may have a call in hand: the handle that was let in, or that resumed the
     call last. */
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
  uint64_t session;          ///< the handle's number in the ledger; 0: in memory, or opened for reading alone
  const fg_book *offered;    ///< a version of the account's book that agrees with it (edition_available); NULL: none
  const fg_clock_mark *mark; ///< the clock at the last command that any handle has written; NULL: it is not kept
  bool is_in_memory;         ///< false: the account is in a ledger
} fg_reached;

/* Makes a handle, which closes what it reaches when it is closed itself. If it cannot be made, `reached` stays the
   caller's to close. */
fg_status fg_handle_make(const fg_reached *reached, const fg_clock_options *options, fg_handle **handle,
                         fg_error *error);

/* Checks the range of each option. FG_INVALID. */
fg_status fg_clock_check(const fg_clock_options *options, fg_error *error);

#endif
