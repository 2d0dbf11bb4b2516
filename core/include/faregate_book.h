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

/* Tells everything that is wrong with a price book, in the order of its text: a list of {path, message, line, column},
   which is empty if fg_book_load takes the book and its examples come out as printed. A fault that only follows from
   another is not told, and at most FG_FAULTS_MAX are. A text that is not JSON has one. FG_NO_MEMORY, FG_STOPPED. */
enum { FG_FAULTS_MAX = 1000 };
FG_API FG_MUST_CHECK fg_status fg_book_check(const char *json, size_t length, const fg_allocator *allocator,
                                             const fg_visitor *visitor, fg_error *error);

/* Writes the book as JSON. Loading that gives an equal book, and writing it again the same bytes. */
FG_API FG_MUST_CHECK fg_status fg_book_write(const fg_book *book, fg_text *json);

/* Describes the products, meters, prices, packs, grants and policy of a book, as docs/price-book.md names them. */
FG_API FG_MUST_CHECK fg_status fg_book_describe(const fg_book *book, const fg_visitor *visitor);

/* The most bytes that an account can hold by this book besides its grants, packs, orders and calls: counts of what was
   used, samples and windows, in the edition that needs the most. They are below 64 MiB, or the book is refused. The
   book itself takes at most 1,000 bytes for each byte of its text, and 64 KiB. */
FG_API int64_t fg_book_account_bytes(const fg_book *book);

/* Whether an answer of the service is billed (R36). */
typedef enum fg_billable {
  FG_BILLABLE_YES,
  FG_BILLABLE_NO,     ///< as if the call had not been made
  FG_BILLABLE_UNKNOWN ///< it counts as used until the host says how it ended
} fg_billable;

enum { FG_OUTCOME_MAX = 128 }; ///< bytes of a result code

/* Describes what a result code of the service means for a product: product, outcome, billable ("yes", "no", "unknown"),
   code (the longest one in the book that fits; null if none does, then "Success" is billed and all else unknown),
   source (of that code, or null). FG_UNKNOWN_PRODUCT, FG_INVALID for a code that is not UTF-8 or longer than
   FG_OUTCOME_MAX. */
FG_API FG_MUST_CHECK fg_status fg_book_outcome(const fg_book *book, fg_string product, fg_string code,
                                               const fg_visitor *visitor, fg_error *error);

/* --------------------------------------------------------------------------------------------------- editions */

/* Prices change (R37): a book may hold editions, which are price lists with dates. Tells a list of {effective,
   announced, source}, by date; empty for a book with one price list, and for an edition. */
FG_API FG_MUST_CHECK fg_status fg_book_editions(const fg_book *book, const fg_visitor *visitor);
/* The edition in force at an instant, as a book of its own that keeps this price list; before the first edition it is
   the first. A book without editions is its own. The caller owns the reference. */
FG_API fg_book *fg_book_as_of(fg_book *book, fg_time at);
/* Tells where two books differ: a list of {path, ours, theirs, for_people}, first what decides an amount or an instant,
   then what is for people alone. In a path an item of a list is named by its id
   ("products[image].packs[calls-1k].price"), an edition by its date; a side that does not have it is null. The order of
   the keys of an object is no difference. FG_NO_MEMORY, FG_STOPPED. */
FG_API FG_MUST_CHECK fg_status fg_book_diff(const fg_book *ours, const fg_book *theirs, const fg_visitor *visitor);

#ifdef __cplusplus
}
#endif

#endif
