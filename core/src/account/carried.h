/* An account as bytes, given the digest of its price book. Thousands of accounts that share a book then compute it
   once. */
#ifndef FG_CARRIED_H
#define FG_CARRIED_H

#include "../base/digest.h"
#include "../state/state.h"

/* Computes the digest of a price book. FG_NO_MEMORY. */
fg_status fg_carried_digest(const fg_book *book, unsigned char digest[FG_DIGEST_SIZE]);

/* Like fg_account_save and fg_account_load, but given the digest of the book that the account was begun with. */
fg_status fg_carried_save(const fg_account *account, const unsigned char of_book[FG_DIGEST_SIZE], fg_text *bytes);
fg_status fg_carried_load(fg_book *book, const unsigned char of_book[FG_DIGEST_SIZE], fg_string bytes,
                          const fg_allocator *allocator, fg_account **account, fg_error *error);

#endif
