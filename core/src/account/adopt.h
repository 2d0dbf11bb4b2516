/* Further editions of an account's price book (R37): from their dates on they are in force. */
#ifndef FG_ADOPT_H
#define FG_ADOPT_H

#include "../state/command.h"
#include "../state/state.h"

/* R37: brings the editions of a book that hold from a date on. The same command again is answered as before.
   FG_BOOK_MISMATCH with a path of that book, FG_START_IN_PAST, FG_NOTICE_TOO_SHORT, FG_OVERFLOW, FG_NO_MEMORY; after an
   error the account is as it was. */
fg_status fg_adopt(fg_account *account, const fg_command *command, fg_outcome *outcome, bool *repeated,
                   fg_error *error);

/* fg_adoption_count says how many books an account has adopted. fg_adoption_at gives the whole book after one of these
   adoptions: its joined[1] is the adopted book, which holds from `joined_from` on. */
uint32_t fg_adoption_count(const fg_account *account);
const fg_book *fg_adoption_at(const fg_account *account, uint32_t place);

/* Units of a lot are counted in parts, as small as the weights of its products require. Returns how many parts of the
   larger book `is` make one part of `was`. */
int64_t fg_adopt_division(const fg_book *was, const fg_book *is, uint32_t owner);

/* Copies the account's state, with room for all products, limits and pools of the larger book that `after` goes by. */
fg_status fg_adopt_enlarge(const fg_account *account, const fg_account *after, fg_state *large);

/* Counts the editions of a book; a book without a list of editions counts as one. */
static inline uint32_t fg_edition_count(const fg_book *book) {
  return book->edition_count == 0 ? 1 : book->edition_count;
}

/* The date of a book's last edition; FG_NO_DATE if it has none with a date. */
static inline fg_date fg_last_edition_date(const fg_book *book) {
  return book->edition_count == 0 ? book->effective : book->editions[book->edition_count - 1].effective;
}

static inline fg_status fg_adopt_mismatch(fg_error *error, const char *path, const char *what) {
  return fg_fail(error, FG_BOOK_MISMATCH, path, "%s", what);
}

/* Checks that an account can go on by `joined`, its own book extended by `theirs`: what the account holds and uses must
   be in all later editions. FG_BOOK_MISMATCH, with the path in `theirs`; FG_NOTICE_TOO_SHORT (R5). */
fg_status fg_adopt_check(const fg_account *account, const fg_book *theirs, fg_date from, const fg_book *joined,
                         fg_error *error);

#endif
