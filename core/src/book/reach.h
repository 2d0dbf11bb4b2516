/* How far one command may pass time. The shortest period that a book names is a unit for it, so that a single command
   never leaves more than a bounded number of invoices and lots
   (docs/decisions/0026-how-far-a-command-passes-time.md). */
#ifndef FG_REACH_H
#define FG_REACH_H

#include "book.h"

enum { FG_PERIODS_AT_ONCE = 100000 };

/* Whether one command may pass time from `from` to `to`, by the shortest period of all editions. Lists of format 1 set
   no bound, because their shortest period is a day. */
bool fg_book_reaches(const fg_book *whole, fg_time from, fg_time to);

#endif
