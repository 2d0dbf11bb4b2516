/* Another version of the account's price book: whether it contradicts the account's, and what it adds. */
#ifndef FG_LATER_BOOK_H
#define FG_LATER_BOOK_H

#include "../state/state.h"

/* Whether a book agrees with the one that the account was begun with, or with one that it adopted. Books that agree
   differ only in texts for people, in editions and amendments that one of them does not have yet, and in which outcomes
   are billed. FG_NO_MEMORY. */
fg_status fg_account_agrees(const fg_account *account, const fg_book *book, bool *agrees);

/* For a book that agrees: whether it says more than the account knows, and the first date from which it does;
   FG_NO_DATE if that has no date. FG_NO_MEMORY. */
fg_status fg_account_news(const fg_account *account, const fg_book *book, bool *has_news, fg_date *date);

#endif
