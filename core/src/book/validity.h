/* When a grant or pack is void (R1, R3, R6), a term of the book. */
#ifndef FG_VALIDITY_H
#define FG_VALIDITY_H

#include "book.h"

/* R1, R3, R6: when something valid from `begin` on is void, but where that is the end of a period; FG_NEVER if it is
   permanent, FG_OVERFLOW past the year 9999. */
fg_status fg_validity_end(const fg_book *book, const fg_policy *policy, fg_validity validity, fg_time begin,
                          fg_time *end);
/* R6: the validity, in days from `begin` on, of what is void at `end`, which is 00:00 of a later date or FG_NEVER. What
   outlasts a century is permanent. */
fg_validity fg_validity_until(const fg_book *book, const fg_policy *policy, fg_time begin, fg_time end);

/* From when on an offer that recurs from an anchor on brings no more lots: the day, or for hours and seconds the
   instant, that is so much later. A lot that is due at 00:00 of that day is none of its own any more, whenever the
   first was. */
fg_status fg_recurrence_end(const fg_book *book, fg_validity lasts, fg_time anchor, fg_time *end);

#endif
