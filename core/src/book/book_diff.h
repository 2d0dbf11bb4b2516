/* A comparison of two price books, which finds each key that differs. */
#ifndef FG_BOOK_DIFF_H
#define FG_BOOK_DIFF_H

#include "book_keys.h"

/* A key under which two books have different values, an item of a list that one of the books lacks, or a list whose
   items, which both have, stand in another order that decides prices. */
typedef struct fg_difference {
  const char *path;
  const fg_book_key *key;
  bool is_item;              ///< true: an item of the key's list; false: the value of the key
  const void *ours, *theirs; ///< the objects that have the key, or the items; NULL: one of the books has none
  const fg_book *our_book, *their_book;
  bool for_people;
} fg_difference;

typedef struct fg_comparison {
  bool for_people; ///< true: keys for people are compared; false: keys that decide an amount or an instant
  bool by_place;   ///< true: paths name items of lists by their place in the other book; false: by their id
  const char *but; ///< name of a key that is not compared; NULL: none
  /* Is told each difference; any status but FG_OK ends the comparison. */
  fg_status (*found)(void *context, const fg_difference *difference);
  void *context;
} fg_comparison;

/* Calls `found` for each difference of two objects of one form, in the order of the keys. FG_NO_MEMORY, or the status
   that `found` returns. */
fg_status fg_books_compare(const fg_comparison *how, const fg_book_form *form, const fg_book *ours,
                           const fg_book *theirs);

/* Whether two price lists say the same, apart from keys for people, and from the key `but`, which may be NULL.
   FG_NO_MEMORY. */
fg_status fg_price_lists_compare(const fg_book *ours, const fg_book *theirs, const char *but, bool *same);

#endif
