/* Another version of the book that an account goes by: whether it says the same where both say something, and what it
   says besides. */
#ifndef FG_LATER_BOOK_H
#define FG_LATER_BOOK_H

#include "../state/state.h"

/* Whether a book differs from what the account was begun with, or has adopted, only in what is for people, by editions
   and amendments that one of the two does not have yet, and in which outcomes are billed. FG_NO_MEMORY. */
fg_status fg_account_agrees(const fg_account *account, const fg_book *book, bool *agrees);

/* Of a book that agrees, the first date from which on it says more than the account knows; FG_NO_DATE where that has no
   date. FG_NO_MEMORY. */
fg_status fg_account_news(const fg_account *account, const fg_book *book, bool *has_news, fg_date *date);

#endif
