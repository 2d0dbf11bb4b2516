/* The editions of a book: price lists with dates (R37). Their lists are laid out so that a thing has the same place in
   all of them. */
#ifndef FG_EDITIONS_H
#define FG_EDITIONS_H

#include "book_keys.h"

/* How fg_editions_align names the objects of editions in the path of a fault. */
typedef struct fg_edition_names {
  const fg_book_key *key; ///< key of the list of editions that is being read; NULL: all were read already
  bool is_listed;         ///< true: edition n is at "editions[n - first]"; false: it is the document itself
  uint32_t first;         ///< number of the first edition of this document; earlier ones are of another
} fg_edition_names;
/* Gives the lists of all editions the same items in the same places, in the order in which their ids first appear. What
   an edition lacks is marked there as withdrawn; its struct is a copy from the nearest earlier edition that has it, or
   else from the first that does. The reader is at the book that holds the editions. FG_INVALID: a FIXED key of a thing
   differs, or a list becomes too long; FG_NO_MEMORY. */
fg_status fg_editions_align(const fg_book_reader *reader, fg_edition_names names);

/* R5: a free grant, and the product or pool that it is of, that an edition changes or ends on shorter notice than the
   book asks for; NULL if there is none, or if the edition does not say when it was announced. */
const fg_grant_offer *fg_edition_hasty_grant(const fg_book *before, const fg_book *edition, const fg_product **owner);

/* Copies to all editions the members that they have in common with the book that holds them. */
void fg_editions_take_common(fg_book *book);

/* Joins two books into one whose editions are those of `ours` (the book itself if it has none), and after them those of
   `theirs` that are in force on `from` or later; the first of these is in force from `from` on. All else is as in
   `ours`, but each edition keeps its own texts for people. The joined book has a reference to both. FG_INVALID with a
   path of `theirs`, FG_NO_MEMORY. */
fg_status fg_book_join(fg_book *ours, fg_book *theirs, fg_date from, const fg_allocator *allocator, fg_book **joined,
                       fg_error *error);

#endif
