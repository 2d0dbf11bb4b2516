/* Watches long work, which ends early when its time limit has passed or the caller says so. */
#ifndef FG_WATCH_H
#define FG_WATCH_H

#include "status.h"

typedef struct fg_watch fg_watch;
struct fg_watch {
  int64_t limit_us;                                              ///< microseconds; 0: there is no limit
  bool (*lets_go_on)(const fg_watch *watch, int64_t elapsed_us); ///< asks the caller; NULL: nobody is asked
  const void *owner;                                             ///< what `lets_go_on` finds its caller by
  int64_t begin_us, asked_us;                                    ///< readings of the steady clock
  uint32_t every; ///< in how many questions the clock is read once; 0: 1,024
  uint32_t ticks;
  bool is_over;    ///< the limit has passed, or the caller has ended the work
  bool is_told_to; ///< the caller has ended it
};

/* Watched work answers this if it is over before it is complete. */
#define FG_WATCH_OVER FG_STATUS_COUNT

void fg_watch_begin(fg_watch *watch); ///< the limit counts from here
/* Begins a watch that asks a listener, which must stay where it is; NULL: nobody. */
void fg_watch_listen(fg_watch *watch, const fg_listener *listener);
/* Whether the work goes on: FG_OK or FG_WATCH_OVER. It is asked so often that it reads the clock only once in many
   times. */
fg_status fg_watch_goes_on(fg_watch *watch);
/* Likewise for work that has no answer if it is over: FG_OK, or FG_STOPPED with the error. */
fg_status fg_watch_or_stop(fg_watch *watch, fg_error *error);
/* What such work answers in the end. What fails after the watch is over fails because of that, though it may look like
   something else where it is found: a value that could not be read, like a damaged one. */
fg_status fg_watch_answer(const fg_watch *watch, fg_status status, fg_error *error);

#endif
