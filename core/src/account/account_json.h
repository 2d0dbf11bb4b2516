/* What an account begins with, from JSON and back to it: its wallet, its switches and its attributes. */
#ifndef FG_ACCOUNT_JSON_H
#define FG_ACCOUNT_JSON_H

#include "../../include/faregate_timeline.h"
#include "../json/read.h"
#include "../state/state.h"
#include "../base/tell.h"

/* The members "wallet", "policy", "attributes" and "keep_ids_days" of a timeline; one that the timeline does not have
   is NULL. */
typedef struct fg_account_head {
  const fg_json *wallet, *policy, *attributes, *keep_ids_days;
} fg_account_head;
static inline fg_account_head fg_account_head_of(const fg_json *timeline) {
  return (fg_account_head){fg_json_get(timeline, "wallet"), fg_json_get(timeline, "policy"),
                           fg_json_get(timeline, "attributes"), fg_json_get(timeline, "keep_ids_days")};
}

/* Makes an account that begins with the members of `head`. FG_INVALID with the path of the faulty member. */
fg_status fg_account_read(fg_account_head head, fg_book *book, const fg_allocator *allocator, fg_account **account,
                          fg_error *error);

/* Tells what an account began with: "policy", which holds only switches that differ from the book's, "wallet",
   "attributes" and, if it forgets ids, "keep_ids_days". The account must not have seen a command yet. */
void fg_account_tell_head(fg_teller *to, const fg_account *account);

#endif
