/* Accounts as bytes, where the digest of their price book is known already: of thousands that have one book. */
#ifndef FG_CARRIED_H
#define FG_CARRIED_H

#include "../base/digest.h"
#include "../state/state.h"

/* FG_NO_MEMORY. */
fg_status fg_carried_digest(const fg_book *book, unsigned char digest[FG_DIGEST_SIZE]);

/* As fg_account_save and fg_account_load, with the digest of the book that the account was begun with. */
fg_status fg_carried_save(const fg_account *account, const unsigned char of_book[FG_DIGEST_SIZE], fg_text *bytes);
fg_status fg_carried_load(fg_book *book, const unsigned char of_book[FG_DIGEST_SIZE], fg_string bytes,
                          const fg_allocator *allocator, fg_account **account, fg_error *error);

#endif
