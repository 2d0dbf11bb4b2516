/* The editions of a book: price lists with dates (R37), laid out so that all have a thing in the same place. */
#ifndef FG_EDITIONS_H
#define FG_EDITIONS_H

#include "book_keys.h"

/* Lays the lists of all editions out in the same places, in the order in which the ids first appear, and marks what one
   does not have as withdrawn there: it is as the edition before has it, or else the next that does. The reader is at
   the book that holds them, and `named` says how their objects are called in a path. FG_INVALID: a FIXED key of a thing
   differs, or a list becomes too long. */
typedef struct fg_edition_names {
  const fg_book_key *key; ///< of the list of editions that is being read; NULL: none is
  bool is_listed;         ///< edition n is "editions[n - first]"; else it is the document itself
  uint32_t first;         ///< those before it are of another document
} fg_edition_names;
fg_status fg_editions_align(const fg_book_reader *reader, fg_edition_names names);

/* R5: whether an edition that says when it was announced gave as much notice as the change of a free quota needs.
   Answers the grant, and its product, that changes on shorter notice; FG_NONE if there is none. */
int fg_edition_hasty_grant(const fg_book *before, const fg_book *edition, uint32_t *product);

/* Gives all editions what they have from the book that holds them. */
void fg_editions_take_common(fg_book *book);

/* A book whose editions are those of `ours`, itself if it has none, and after them those of `theirs` that are in force
   from a date on: the one in force then, from that date, and the later ones. All else is as in `ours`, but texts for
   people are each edition's own. It has a reference to both. FG_INVALID with a path of `theirs`, FG_NO_MEMORY. */
fg_status fg_book_join(fg_book *ours, fg_book *theirs, fg_date from, const fg_allocator *allocator, fg_book **joined,
                       fg_error *error);

#endif
