/* Announced changes of a free quota (R5), a term of the book. */
#ifndef FG_AMENDMENTS_H
#define FG_AMENDMENTS_H

#include "book.h"

/* R5: whether an amendment is announced at least as many days ahead as the book demands. */
static inline bool fg_notice_is_given(const fg_book *book, fg_date announced, fg_date effective) {
  return effective - announced >= book->notice_days;
}

/* R5: the units of a free grant issued on `date`: `quantity`, or what the last amendment in force by then makes of it.
   Amendments that took effect before `*since` are passed over, and `*since` moves on, so that a second list may follow
   the first. */
int64_t fg_amended_quantity(const fg_amendment *amendments, uint32_t count, uint32_t product, uint32_t grant,
                            fg_date date, int64_t quantity, fg_date *since);
/* R5, R37: the first effective date of an amendment that changes what an edition says. An edition overrides amendments
   of its own date and of earlier ones; FG_NO_DATE where no edition with a date is in force. */
static inline fg_date fg_grant_since(const fg_book *edition, fg_date date) {
  return edition->effective != FG_NO_DATE && edition->effective <= date ? edition->effective + 1 : FG_NO_DATE;
}
/* R5: how many units of a free grant are issued on a date, by the amendments of the book itself. */
int64_t fg_issued_quantity(const fg_book *book, uint32_t product, uint32_t grant, fg_date date);

#endif
