#include "issue.h"

#include <stdio.h>

#include "../book/terms.h"
#include "grants.h"

int64_t fg_issue_quantity(const fg_account *account, const fg_state *state, uint32_t product, uint32_t offer,
                          fg_time at) {
  const fg_book *book = account->book;
  fg_date date = fg_account_date(account, at);
  fg_date since = FG_NO_DATE;
  int64_t quantity = book->products[product].grants[offer].quantity;
  quantity = fg_amended_quantity(book->amendments, book->amendment_count, product, offer, date, quantity, &since);
  return fg_amended_quantity(state->amendments.items, state->amendments.count, product, offer, date, quantity, &since);
}

/* PRODUCT/GRANT/YYYY-MM for monthly grants, PRODUCT/GRANT for the others. */
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

fg_status fg_issue_offer(fg_account *account, fg_state *draft, uint32_t product, uint32_t offer, fg_time at) {
  const fg_product *offered = &account->book->products[product];
  const fg_grant_offer *terms = &offered->grants[offer];
  int64_t quantity = fg_issue_quantity(account, draft, product, offer, at);
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

static bool is_due(const fg_account *account, const fg_state *draft, uint32_t product, uint32_t offer, bool opening) {
  fg_month issued = draft->issued[fg_offer_slot(account->book, product, offer)];
  switch (account->book->products[product].grants[offer].issue) {
  case FG_ISSUE_MONTHLY: return issued != draft->month; /* R33: no second one in the same month */
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
      FG_TRY(fg_issue_offer(account, draft, product, offer, at));
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
