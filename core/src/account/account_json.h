/* What an account begins with, from JSON and back to it: its wallet and its switches. */
#ifndef FG_ACCOUNT_JSON_H
#define FG_ACCOUNT_JSON_H

#include "../json/read.h"
#include "../state/state.h"
#include "../base/tell.h"

/* Makes an account from the "wallet" and "policy" of a timeline, NULL where it has none. FG_INVALID with path. */
fg_status fg_account_read(const fg_json *wallet, const fg_json *policy, fg_book *book, const fg_allocator *allocator,
                          fg_account **account, fg_error *error);

/* Tells "policy", the switches that are not the book's, and "wallet", of an account that has seen no command yet. */
void fg_account_tell_head(fg_teller *to, const fg_account *account);

#endif
