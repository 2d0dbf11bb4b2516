/* What a ledger begins with: book, policy, wallet and attributes of its account, as texts. */
#ifndef FG_STORE_BIRTH_H
#define FG_STORE_BIRTH_H

#include "../account/account_json.h"
#include "row.h"

/* What a ledger begins with. */
typedef struct fg_ledger_birth {
  fg_string book;        ///< JSON
  fg_string account;     ///< JSON: wallet and policy
  fg_string predecessor; ///< JSON, see seal.h; text NULL: it begins with no command
} fg_ledger_birth;

/* SHA-256 of a book's JSON in hexadecimal digits, with a final 0. */
void fg_book_digest(fg_string json, char hex[2 * FG_DIGEST_SIZE + 1]);

/* What the first row is chained to. */
void fg_birth_chain(const fg_ledger_birth *birth, unsigned char chain[FG_CHAIN_SIZE]);

/* What a ledger of this account, which has seen no command yet, begins with, as texts the caller releases. */
fg_status fg_ledger_write_birth(const fg_account *account, fg_text *book, fg_text *head);

#endif
