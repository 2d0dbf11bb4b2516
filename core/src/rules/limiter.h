/* Limits on how fast usage may go: exact counts of units in a window, and of tasks at once (R16, R20, R22). A call asks
   every limit of its product; if one has no room, none is changed. The time is an argument. */
#ifndef FG_LIMITER_H
#define FG_LIMITER_H

#include "../state/state.h"

/* How many units fit into a window that is empty. */
int64_t fg_limiter_depth(const fg_window *window, const fg_limit *limit);

/* Which windows a call asks, and how much it counts in each. */
typedef struct fg_asking {
  const uint32_t *windows;
  uint32_t count;
  /* The call's quantity; below 0 where the windows count different amounts, because the call is of an event or partly
     covered. */
  int64_t quantity;
  union {
    int64_t units;         ///< the units that the quantity comes to
    const int64_t *counts; ///< where `quantity` is below 0: how much each window counts
  };
  /* A product of which a bought rate covers some usage, which `counts` leave out; NULL: nothing is covered. */
  const fg_product *covered;
  int64_t all, of_each; ///< of `covered`: units of the call, and units of one event
} fg_asking;

/* Whether a call that was made with the attributes and at the instant of `command` asks a limit with conditions or one
   that is split; `*window` moves on from the limit's first window to that of the call's value. A call that lacks an
   attribute fits no condition on it, and has a window of its own behind those of the values. FG_UNKNOWN_VALUE. */
FG_COLD fg_status fg_limiter_window(const fg_account *account, const fg_limit *limit, const fg_command *command,
                                    const fg_attributes *of_account, uint32_t *window, bool *is_asked);

/* Chooses the windows that a call asks where that depends on its attributes. They stand in account->asked.
   FG_UNKNOWN_VALUE, FG_NO_MEMORY. */
FG_COLD fg_status fg_limiter_choose(fg_account *account, const fg_product *offered, const fg_command *command,
                                    fg_asking *asking);
static inline fg_status fg_limiter_begin(fg_account *account, const fg_product *offered, const fg_command *command,
                                         int64_t units, fg_asking *asking) {
  *asking = (fg_asking){
      .windows = offered->asked, .count = offered->asked_count, .quantity = command->quantity, .units = units};
  return FG_UNLIKELY(offered->asks_some) ? fg_limiter_choose(account, offered, command, asking) : FG_OK;
}

/* Leaves what a bought rate covers (cover.h) out of the counts of the limits that the capacity names. Limits that count
   quantities leave out only events that are covered whole. FG_NO_MEMORY. */
FG_COLD fg_status fg_limiter_leave_out(fg_account *account, const fg_product *offered, int64_t covered,
                                       fg_asking *asking);

/* Whether a call may pass now (R16, R22). FG_CONCURRENCY_LIMITED; FG_RATE_LIMITED, with account->retry_after_us the
   microseconds until all limits have room, or -1 if the quantity is more than one of them ever has. Passes over what
   has left the windows, and makes room for one admission in each, so that fg_limiter_admit cannot fail.
   FG_NO_MEMORY. */
fg_status fg_limiter_ask(fg_account *account, fg_state *state, const fg_asking *asking);

/* Counts a call that fg_limiter_ask let pass. Answers whether it takes a slot. */
bool fg_limiter_admit(const fg_account *account, fg_state *state, const fg_asking *asking);

/* Adds what one product of an event asks to what the products before it ask. `windows` and `counts` have room for
   it. */
void fg_limiter_add(const fg_account *account, const fg_asking *one, uint32_t *windows, int64_t *counts,
                    uint32_t *count);

#endif
