/* Processes killed on a ledger that knows ids for a day, while its days pass by. */
#ifndef CRASH_WINDOW_H
#define CRASH_WINDOW_H

#include "process.h"

enum { WINDOW_WORKER = 8 /* the worker of its role */, WINDOW_PROCESSES = 2 };

void window_begin(void);
/* Starts a worker and a process that plays `beside`, kills both, and looks what is left. Answers with the account as
   the two have left it: all that was under way is finished. */
void window_round(int round, const char *directory, const role *beside, unsigned *seed);
void window_tell(void); ///< what was found in all rounds

/* What the worker does; it does not come back. */
void window_work(int64_t first, int64_t group_ms, int pipe_end);

#endif
