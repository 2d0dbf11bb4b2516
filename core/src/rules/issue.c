#include "issue.h"

#include <stdio.h>

#include "../book/terms.h"
#include "grants.h"

/* R5: what the amendments of the book, then those announced on the account, make of a free grant issued now. */
static int64_t issued_quantity(const fg_account *account, const fg_state *state, uint32_t product, uint32_t offer,
                               fg_time at) {
  const fg_book *book = account->book;
  fg_date date = fg_account_date(account, at);
  fg_date since = FG_NO_DATE;
  int64_t quantity = book->products[product].grants[offer].quantity;
  quantity = fg_amended_quantity(book->amendments, book->amendment_count, product, offer, date, quantity, &since);
  return fg_amended_quantity(state->amendments.items, state->amendments.count, product, offer, date, quantity, &since);
}

/* The id of a grant is PRODUCT/GRANT/YYYY-MM if it is monthly, and else PRODUCT/GRANT. */
static fg_status name_grant(fg_account *account, const fg_product *product, const fg_grant_offer *offer, fg_month month,
                            fg_string *id) {
  fg_history *history = account->history;
  size_t room = product->id.length + offer->id.length + sizeof "//0000-00";
  char *text = fg_arena_allocate(&history->arena, &history->allocator, room);
  if (text == NULL) {
    return FG_NO_MEMORY;
  }
  int length = snprintf(text, room, "%s/%s", product->id.text, offer->id.text);
  if (offer->issue == FG_ISSUE_MONTHLY) {
    text[length++] = '/';
    fg_month_format(month, text + length);
    length += (int)strlen(text + length);
  }
  FG_ASSERT((size_t)length < room);
  *id = (fg_string){text, (size_t)length};
  return FG_OK;
}

/* Issues one free grant, or nothing if an amendment has ended it (R5). */
static fg_status issue_offer(fg_account *account, fg_state *draft, uint32_t product, uint32_t offer, fg_time at) {
  const fg_product *offered = &account->book->products[product];
  const fg_grant_offer *terms = &offered->grants[offer];
  int64_t quantity = issued_quantity(account, draft, product, offer, at);
  fg_grant grant = {.units = quantity,
                    .left = quantity,
                    .issued = at,
                    .source = FG_SOURCE_FREE,
                    .product = (uint16_t)product,
                    .offer = (uint16_t)offer};
  if (quantity == 0) {
    return FG_OK;
  }
  FG_TRY(fg_validity_end(account->book, &account->policy, terms->validity, at, &grant.expires));
  FG_TRY(name_grant(account, offered, terms, draft->month, &grant.id));
  FG_TRY(fg_grants_add(account, draft, &grant));
  draft->issued[fg_offer_slot(account->book, product, offer)] = draft->month;
  return FG_OK;
}

/* R1, R2: each month once, also where the product is closed and opened again in it (R33). R4: once, at the first
   opening. */
static bool is_due(const fg_account *account, const fg_state *draft, uint32_t product, uint32_t offer, bool opening) {
  fg_month issued = draft->issued[fg_offer_slot(account->book, product, offer)];
  switch (account->book->products[product].grants[offer].issue) {
  case FG_ISSUE_MONTHLY: return issued != draft->month;
  case FG_ISSUE_OPENING: return opening && issued == 0;
  case FG_ISSUE_CLAIM:
  case FG_ISSUE_COUNT: break;
  }
  return false;
}

fg_status fg_issue_due(fg_account *account, fg_state *draft, uint32_t product, bool opening, fg_time at) {
  const fg_product *offered = &account->book->products[product];
  for (uint32_t offer = 0; offer < offered->grant_count; offer++) {
    bool held_back = draft->suspended && offered->grants[offer].issue == FG_ISSUE_MONTHLY;
    if (!held_back && is_due(account, draft, product, offer, opening)) {
      FG_TRY(issue_offer(account, draft, product, offer, at));
    }
  }
  return FG_OK;
}

fg_status fg_issue_to_open_products(fg_account *account, fg_state *draft, fg_time at) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    if (draft->services[product].open) {
      FG_TRY(fg_issue_due(account, draft, product, false, at));
    }
  }
  return FG_OK;
}

fg_status fg_issue_claim(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                         fg_outcome *outcome) {
  const fg_product *offered = &account->book->products[product];
  int found = fg_product_grant(offered, command->grant);
  if (found == FG_NONE || offered->grants[found].issue != FG_ISSUE_CLAIM) {
    return FG_UNKNOWN_GRANT;
  }
  uint32_t offer = (uint32_t)found;
  if (!draft->services[product].open) {
    return FG_NOT_OPEN;
  }
  if (draft->issued[fg_offer_slot(account->book, product, offer)] != 0) {
    return FG_ALREADY_CLAIMED; /* R3: once */
  }
  if (issued_quantity(account, draft, product, offer, command->at) == 0) {
    return FG_UNKNOWN_GRANT; /* R5: an amendment ended it */
  }
  outcome->is.grants = 1;
  return issue_offer(account, draft, product, offer, command->at);
}

/* R5: an amendment with too short a notice is refused. */
fg_status fg_issue_announce(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product) {
  int grant = fg_product_grant(&account->book->products[product], command->grant);
  fg_date today = fg_account_date(account, command->at);
  if (grant == FG_NONE) {
    return FG_UNKNOWN_GRANT;
  }
  if (!fg_notice_is_given(account->book, today, command->effective)) {
    return FG_NOTICE_TOO_SHORT;
  }
  FG_TRY(draft->amendments.count < FG_ANNOUNCEMENTS_MAX ? FG_OK : FG_OVERFLOW);
  FG_TRY(FG_STATE_RESERVE(account, draft, &draft->amendments));
  draft->amendments.items[draft->amendments.count++] = (fg_amendment){.announced = today,
                                                                      .effective = command->effective,
                                                                      .product = product,
                                                                      .grant = (uint32_t)grant,
                                                                      .quantity = command->quantity};
  return FG_OK;
}
