/* How far one command may pass time: so many of the shortest periods that a book names that no book makes one command
   leave more than so many invoices and lots (docs/decisions/0026-how-far-a-command-passes-time.md). */
#ifndef FG_REACH_H
#define FG_REACH_H

#include "book.h"

enum { FG_PERIODS_AT_ONCE = 100000 };

/* Whether time may pass from one instant to a later one by one command, as all editions of a book have it. Lists of
   format 1, which know nothing shorter than a day, do not ask. */
bool fg_book_reaches(const fg_book *whole, fg_time from, fg_time to);

#endif
