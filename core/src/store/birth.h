/* What a ledger begins with: the book, and the account's policy, wallet and attributes, as texts. */
#ifndef FG_STORE_BIRTH_H
#define FG_STORE_BIRTH_H

#include "../account/account_json.h"
#include "row.h"

typedef struct fg_ledger_birth {
  fg_string book;        ///< JSON
  fg_string account;     ///< JSON: wallet, policy and attributes
  fg_string predecessor; ///< JSON, see seal.h; text NULL: the ledger begins without a predecessor
  fg_counting counting;  ///< as which version it counts
} fg_ledger_birth;

/* Computes the SHA-256 of a book's JSON in hexadecimal digits, with a final 0. */
void fg_book_digest(fg_string json, char hex[2 * FG_DIGEST_SIZE + 1]);

/* Computes the link that the first row is chained to. */
void fg_birth_chain(const fg_ledger_birth *birth, unsigned char chain[FG_CHAIN_SIZE]);

/* Writes what a ledger of an account begins with, as texts that the caller releases. The account must not have seen a
   command yet. */
fg_status fg_ledger_write_birth(const fg_account *account, fg_text *book, fg_text *head);

#endif
