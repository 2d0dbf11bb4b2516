/*
 * faregate: what a price book says, what is wrong with it, and how it changes. For who shows, writes or compares books:
 * prices and accounts do not need it.
 */
#ifndef FAREGATE_BOOK_H
#define FAREGATE_BOOK_H

#include "faregate.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Tells all that is wrong with a price book, in the order of its text: a list of {path, message, line, column}, which
   is empty for one that fg_book_load takes and whose examples come out as they are printed. A fault that only follows
   from another is not told, and no more than FG_FAULTS_MAX are. A text that is no JSON has one. FG_NO_MEMORY,
   FG_STOPPED. */
enum { FG_FAULTS_MAX = 1000 };
FG_API FG_MUST_CHECK fg_status fg_book_check(const char *json, size_t length, const fg_allocator *allocator,
                                             const fg_visitor *visitor, fg_error *error);

/* The book as JSON; loading it again gives an equal book, and writing that the same bytes. */
FG_API FG_MUST_CHECK fg_status fg_book_write(const fg_book *book, fg_text *json);

/* The products, meters, prices, packs, grants and policy of a book, as docs/price-book.md names them. */
FG_API FG_MUST_CHECK fg_status fg_book_describe(const fg_book *book, const fg_visitor *visitor);

/* The most bytes that an account can hold by this book besides its grants, packs, orders and calls: counts of what was
   used, samples and windows, in the edition that asks for the most; below 64 MiB, or the book is refused. The book
   itself takes at most 1,000 bytes for each of its text, and 64 KiB. */
FG_API int64_t fg_book_account_bytes(const fg_book *book);

/* Whether an answer of the service is billed (R36). */
typedef enum fg_billable {
  FG_BILLABLE_YES,
  FG_BILLABLE_NO,     ///< as if the call had not been made
  FG_BILLABLE_UNKNOWN ///< it counts as used until the host says how it ended
} fg_billable;

enum { FG_OUTCOME_MAX = 128 }; ///< bytes of a result code

/* Describes what a result code of the service means for a product: product, outcome, billable ("yes", "no", "unknown"),
   code (the longest of the book that fits; null where none does: then "Success" is billed and all else unknown), source
   (of that, or null). FG_UNKNOWN_PRODUCT, FG_INVALID for a code that is no UTF-8 or longer than FG_OUTCOME_MAX. */
FG_API FG_MUST_CHECK fg_status fg_book_outcome(const fg_book *book, fg_string product, fg_string code,
                                               const fg_visitor *visitor, fg_error *error);

/* --------------------------------------------------------------------------------------------------- editions */

/* Prices change (R37): a book may hold editions, price lists with dates. Tells a list of {effective, announced,
   source}, by date; empty for a book that has one price list, and for an edition. */
FG_API FG_MUST_CHECK fg_status fg_book_editions(const fg_book *book, const fg_visitor *visitor);
/* The edition in force at an instant, as a book of its own, frozen at that price list; before the first, the first. A
   book without editions is its own. The caller owns the reference. */
FG_API fg_book *fg_book_as_of(fg_book *book, fg_time at);
/* Where two books differ: a list of {path, ours, theirs, for_people}, what decides an amount or an instant first, then
   what is for people alone. An item of a list is named in a path by its id ("products[image].packs[calls-1k].price"),
   an edition by its date; a side that does not have it is null. FG_NO_MEMORY, FG_STOPPED. */
FG_API FG_MUST_CHECK fg_status fg_book_diff(const fg_book *ours, const fg_book *theirs, const fg_visitor *visitor);

#ifdef __cplusplus
}
#endif

#endif
