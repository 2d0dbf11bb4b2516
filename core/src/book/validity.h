/* The term of a book that says when a grant or pack is void (R1, R3, R6). */
#ifndef FG_VALIDITY_H
#define FG_VALIDITY_H

#include "book.h"

/* R1, R3, R6: when a grant or pack valid from `begin` on is void, unless it ends with a period of recurrence. FG_NEVER
   if it is permanent, FG_OVERFLOW past the year 9999. */
fg_status fg_validity_end(const fg_book *book, const fg_policy *policy, fg_validity validity, fg_time begin,
                          fg_time *end);
/* R6: the validity, in days from `begin` on, of a grant or pack that is void at `end`, which is 00:00 of a later date
   or FG_NEVER. Anything longer than a century is permanent. */
fg_validity fg_validity_until(const fg_book *book, const fg_policy *policy, fg_time begin, fg_time end);

/* The instant from which on an offer that recurs from `anchor` brings no more lots. It is `lasts` after the anchor:
   00:00 of that day or, where `lasts` is in hours or seconds, the exact instant. A lot due at 00:00 of that day is not
   issued. */
fg_status fg_recurrence_end(const fg_book *book, fg_validity lasts, fg_time anchor, fg_time *end);

#endif
