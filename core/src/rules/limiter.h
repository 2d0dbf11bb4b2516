/* How fast usage may go: units in a window, exactly, and tasks at once (R16, R20, R22). A call is asked by every limit
   of its product; all must have room, else none is touched. Time comes in as an argument. */
#ifndef FG_LIMITER_H
#define FG_LIMITER_H

#include "../state/state.h"

/* How many units an empty window has room for. */
int64_t fg_limiter_depth(const fg_window *window, const fg_limit *limit);

/* Which windows a call is asked by, and how much of it they count. */
typedef struct fg_asking {
  const uint32_t *windows;
  uint32_t count;
  int64_t quantity; ///< of the call; below 0 where it is of an event, or some of it is covered
  union {
    int64_t units;         ///< what the quantity comes to
    const int64_t *counts; ///< of an event: what each window counts of all its products together
  };
  const fg_product *covered; ///< a bought rate covers some of its usage, which `counts` leave out; NULL: none
  int64_t all, of_each;      ///< then its units, and those of one event
} fg_asking;

/* Chooses the windows of a product of which some depend on the call, into account->asked. FG_UNKNOWN_VALUE,
   FG_NO_MEMORY. */
FG_COLD fg_status fg_limiter_choose(fg_account *account, const fg_product *offered, const fg_command *command,
                                    fg_asking *asking);
static inline fg_status fg_limiter_begin(fg_account *account, const fg_product *offered, const fg_command *command,
                                         int64_t units, fg_asking *asking) {
  *asking = (fg_asking){
      .windows = offered->asked, .count = offered->asked_count, .quantity = command->quantity, .units = units};
  return FG_UNLIKELY(offered->asks_some) ? fg_limiter_choose(account, offered, command, asking) : FG_OK;
}

/* What a bought rate covers of a call (cover.h) is not asked by the limits that the rate stands beside: these count the
   rest, events that are not covered whole. FG_NO_MEMORY. */
FG_COLD fg_status fg_limiter_leave_out(fg_account *account, const fg_product *offered, int64_t covered,
                                       fg_asking *asking);

/* Whether a call may pass now (R16, R22): FG_CONCURRENCY_LIMITED; FG_RATE_LIMITED with the microseconds to wait in
   account->retry_after_us, the longest of all limits that have no room, or -1 where the quantity is above one of them.
   Drops what has left the windows, and makes room for one admission in each, so that fg_limiter_admit cannot fail:
   FG_NO_MEMORY. */
fg_status fg_limiter_ask(fg_account *account, fg_state *state, const fg_asking *asking);

/* Counts a call that fg_limiter_ask has let pass. Answers whether it takes a slot. */
bool fg_limiter_admit(const fg_account *account, fg_state *state, const fg_asking *asking);

/* Adds what a product of an event is asked to what the ones before it are, in `windows` and `counts`, which have
   room. */
void fg_limiter_add(const fg_account *account, const fg_asking *one, uint32_t *windows, int64_t *counts,
                    uint32_t *count);

#endif
