#include "issue.h"

#include "../book/amendments.h"
#include "../book/validity.h"
#include "arrears.h"
#include "deduction.h"
#include "offers.h"

/* R5: the parts of a free grant issued now, by the amendments of the book and then those announced on the account,
   which are of whole units. FG_OVERFLOW. */
static fg_status issued_parts(const fg_account *account, const fg_state *state, uint32_t owner, uint32_t offer,
                              fg_time at, int64_t *parts) {
  const fg_book *book = account->book;
  fg_date date = fg_account_date(account, at);
  fg_date since = fg_grant_since(book, date);
  const fg_grant_offer *terms = &fg_book_owner(book, owner)->grants[offer];
  int64_t amended = -1;
  amended = fg_amended_quantity(book->amendments, book->amendment_count, owner, offer, date, amended, &since);
  amended = fg_amended_quantity(state->amendments.items, state->amendments.count, owner, offer, date, amended, &since);
  int64_t quantity = amended < 0 ? terms->quantity : amended;
  int64_t fraction = amended < 0 ? terms->quantity_fraction : 0;
  return fg_units_in_parts(quantity, fraction, fg_book_parts(book, owner), parts) ? FG_OK : FG_OVERFLOW;
}

/* The most parts of an earlier lot that roll over into the next; INT64_MAX if there are more. */
static int64_t most_rolled(const fg_book *book, uint32_t owner, const fg_grant_offer *terms) {
  int64_t most = 0;
  bool fits = fg_units_in_parts(terms->rollover, terms->rollover_fraction, fg_book_parts(book, owner), &most);
  return fits ? most : INT64_MAX;
}

bool fg_issue_is_open(const fg_account *account, const fg_state *state, uint32_t owner) {
  bool is_open = false;
  for (uint32_t product = 0; product < account->book->product_count && !is_open; product++) {
    is_open = state->services[product].open && fg_book_draws(account->book, owner, product);
  }
  return is_open;
}

/* R28: whether a product that draws on an owner's lots is open and not suspended. */
static bool is_served(const fg_account *account, const fg_state *state, uint32_t owner) {
  bool is_one = false;
  for (uint32_t product = 0; product < account->book->product_count && !is_one; product++) {
    is_one = state->services[product].open && !fg_arrears_stopped(state, product) &&
             fg_book_draws(account->book, owner, product);
  }
  return is_one;
}

/* The earliest opening of any product that draws on an owner's lots; one of them was open. */
static fg_time opened(const fg_account *account, const fg_state *state, uint32_t owner) {
  fg_time first = FG_NEVER;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    const fg_service *service = &state->services[product];
    bool counts = service->was_open && fg_book_draws(account->book, owner, product);
    first = counts ? fg_min_i64(first, service->opened) : first;
  }
  FG_ASSERT(first < FG_NEVER);
  return first;
}

/* The period of a recurring grant that an instant is in. */
static fg_span period_of(const fg_account *account, const fg_state *state, uint32_t owner, const fg_grant_offer *offer,
                         fg_time at) {
  return fg_period_at(offer->recurrence.every, opened(account, state, owner), at, &account->book->zone);
}

/* When a recurring grant is issued no more; FG_NEVER if that is after the year 9999. */
static fg_time recurrence_end(const fg_account *account, const fg_state *state, uint32_t owner,
                              const fg_grant_offer *offer) {
  fg_time end = FG_NEVER;
  fg_time anchor = opened(account, state, owner);
  return fg_recurrence_end(account->book, offer->recurrence.lasts, anchor, &end) == FG_OK ? end : FG_NEVER;
}

/* The place, from 1, of the latest issue of a free grant, 0 if there is none. Lots stand in the order in which they
   came. */
static uint32_t last_issue(const fg_state *state, uint32_t owner, uint32_t offer) {
  for (uint32_t i = state->lots.count; i > 0; i--) {
    const fg_lot *lot = &state->lots.items[i - 1];
    if (lot->source == FG_SOURCE_FREE && lot->owner == owner && lot->offer == offer) {
      return i;
    }
  }
  return 0;
}

static bool is_recurring_due(const fg_account *account, const fg_state *state, uint32_t owner, uint32_t offer,
                             fg_time at) {
  const fg_grant_offer *terms = &fg_book_owner(account->book, owner)->grants[offer];
  uint32_t last = last_issue(state, owner, offer);
  fg_time issued = last == 0 ? FG_NO_TIME : state->lots.items[last - 1].issued;
  return at < recurrence_end(account, state, owner, terms) &&
         issued < period_of(account, state, owner, terms, at).begin;
}

fg_time fg_issue_next(const fg_account *account, const fg_state *state) {
  fg_time next = FG_NEVER;
  for (uint32_t owner = 0; owner < fg_book_owner_count(account->book); owner++) {
    const fg_product *offered = fg_book_owner(account->book, owner);
    for (uint32_t i = 0; i < offered->grant_count; i++) {
      const fg_grant_offer *offer = &offered->grants[i];
      if (offer->issue == FG_ISSUE_RECURRING && is_served(account, state, owner)) {
        fg_time end = period_of(account, state, owner, offer, state->now).end;
        next = end < recurrence_end(account, state, owner, offer) ? fg_min_i64(next, end) : next;
      }
    }
  }
  return next;
}

/* Writes what tells the issues of a grant apart: the month, or the period's first day, or the period's first hour;
   nothing if it is issued once. */
static void name_issue(const fg_account *account, const fg_state *draft, uint32_t owner, const fg_grant_offer *offer,
                       fg_time at, char out[FG_TIME_TEXT_MAX]) {
  bool recurs = offer->issue == FG_ISSUE_RECURRING;
  out[0] = '\0';
  if (offer->issue == FG_ISSUE_MONTHLY || (recurs && offer->recurrence.every.unit == FG_EVERY_MONTH)) {
    fg_month_format(draft->month, out);
  } else if (recurs) {
    fg_time begin = period_of(account, draft, owner, offer, at).begin;
    if (fg_period_is_of_hours(offer->recurrence.every)) {
      fg_time_format(begin, &account->book->zone, out);
    } else {
      fg_date_format(fg_account_date(account, begin), out);
    }
  }
}

static char *write_name(char *to, fg_string text) {
  memcpy(to, text.text, text.length);
  return to + text.length;
}

/* Makes the id of a free grant: OWNER/GRANT, or OWNER/GRANT/ISSUE if it is issued more than once. */
static fg_status name_grant(fg_account *account, const fg_state *draft, uint32_t owner, const fg_grant_offer *offer,
                            fg_time at, fg_string *id) {
  const fg_string name = fg_book_owner(account->book, owner)->id;
  const fg_string slash = {"/", 1};
  fg_history *history = account->history;
  char issue[FG_TIME_TEXT_MAX];
  name_issue(account, draft, owner, offer, at, issue);
  const fg_string of_issue = fg_string_of(issue);
  size_t room = name.length + offer->id.length + of_issue.length + sizeof "//";
  char *text = fg_arena_allocate(&history->arena, &history->allocator, room);
  if (text == NULL) {
    return FG_NO_MEMORY;
  }
  char *end = write_name(write_name(write_name(text, name), slash), offer->id);
  end = of_issue.length == 0 ? end : write_name(write_name(end, slash), of_issue);
  FG_ASSERT(end < text + room);
  *id = (fg_string){text, (size_t)(end - text)};
  return FG_OK;
}

static fg_status expiry_of(const fg_account *account, const fg_state *draft, uint32_t owner,
                           const fg_grant_offer *offer, fg_time at, fg_time *expires) {
  if (offer->validity.unit == FG_VALID_PERIOD) {
    *expires = period_of(account, draft, owner, offer, at).end;
    return fg_time_is_civil(*expires) ? FG_OK : FG_OVERFLOW;
  }
  const fg_policy policy = fg_policy_of(account, owner);
  return fg_validity_end(account->book, &policy, offer->validity, at, expires);
}

/* The place, from 1, of the earlier issue whose units roll over; 0 if there is none, or nothing rolls over. */
static uint32_t rolls_from(const fg_account *account, const fg_state *draft, uint32_t owner, uint32_t offer) {
  const fg_grant_offer *terms = &fg_book_owner(account->book, owner)->grants[offer];
  return most_rolled(account->book, owner, terms) > 0 ? last_issue(draft, owner, offer) : 0;
}

void fg_issue_roll(const fg_account *account, fg_state *draft, fg_lot *lot) {
  if (lot->rolls_from > 0) {
    /* The edition of the issue decides, also where a later one is in force when a call is undone. */
    const fg_book *then = fg_book_at(account->whole, lot->issued);
    const fg_grant_offer *offer = &fg_book_owner(then, lot->owner)->grants[lot->offer];
    fg_lot *before = &draft->lots.items[lot->rolls_from - 1];
    lot->rolled = fg_min_i64(before->left, most_rolled(then, lot->owner, offer));
    before->left -= lot->rolled;
    lot->units += lot->rolled;
    lot->left += lot->rolled;
  }
}

void fg_issue_unroll(fg_state *draft, fg_lot *lot) {
  if (lot->rolls_from > 0) {
    draft->lots.items[lot->rolls_from - 1].left += lot->rolled;
    lot->units -= lot->rolled;
    lot->left -= lot->rolled;
    lot->rolled = 0;
  }
}

/* Issues one free grant, or nothing if an amendment has ended it (R5). */
static fg_status issue_offer(fg_account *account, fg_state *draft, uint32_t owner, uint32_t offer, fg_time at) {
  const fg_grant_offer *terms = &fg_book_owner(account->book, owner)->grants[offer];
  int64_t units = 0;
  int64_t most = 0;
  FG_TRY(issued_parts(account, draft, owner, offer, at, &units));
  fg_lot lot = {.issued = at,
                .bought = at,
                .source = FG_SOURCE_FREE,
                .owner = (uint16_t)owner,
                .offer = (uint16_t)offer,
                .rolls_from = rolls_from(account, draft, owner, offer)};
  if (units == 0) {
    return FG_OK;
  }
  FG_TRY(fg_add_i64(units, most_rolled(account->book, owner, terms), &most) ? FG_OK : FG_OVERFLOW);
  lot.units = lot.left = units;
  FG_TRY(lot.rolls_from > 0 ? fg_state_own(account, draft) : FG_OK);
  fg_issue_roll(account, draft, &lot);
  FG_TRY(expiry_of(account, draft, owner, terms, at, &lot.expires));
  FG_TRY(name_grant(account, draft, owner, terms, at, &lot.id));
  FG_TRY(fg_lots_add(account, draft, &lot));
  draft->issued[fg_offer_slot(account->book, owner, offer)] = draft->month;
  return FG_OK;
}

/* Why grants are issued. */
typedef enum occasion {
  AT_BEGIN,         ///< their month or period begins now; one that came up within it waits for the next
  AT_FIRST_OPENING, ///< one of their products is opened, which none ever was before
  AT_ANY            ///< one of their products is opened again, or goes on after a suspension
} occasion;

/* Whether the month or the period that a grant is issued for begins now. */
static bool begins_now(const fg_account *account, const fg_state *draft, uint32_t owner, const fg_grant_offer *terms,
                       fg_time at) {
  return terms->issue == FG_ISSUE_RECURRING ? period_of(account, draft, owner, terms, at).begin == at
                                            : fg_account_begin(account, fg_month_first(draft->month)) == at;
}

/* Whether a free grant is due. R1, R2: once each month or period, also if the product is closed and opened again within
   it (R33). R4: once, at the first opening. */
static bool is_due(const fg_account *account, const fg_state *draft, uint32_t owner, uint32_t offer, occasion why,
                   fg_time at) {
  const fg_grant_offer *terms = &fg_book_owner(account->book, owner)->grants[offer];
  fg_month issued = draft->issued[fg_offer_slot(account->book, owner, offer)];
  if (why == AT_BEGIN && !begins_now(account, draft, owner, terms, at)) {
    return false;
  }
  switch (terms->issue) {
  case FG_ISSUE_MONTHLY: return is_served(account, draft, owner) && issued != draft->month;
  case FG_ISSUE_RECURRING:
    return is_served(account, draft, owner) && is_recurring_due(account, draft, owner, offer, at);
  case FG_ISSUE_OPENING: return why == AT_FIRST_OPENING && issued == 0;
  case FG_ISSUE_CLAIM:
  case FG_ISSUE_COUNT: break;
  }
  return false;
}

/* Issues the free grants of a product or pool that are due now: monthly and recurring ones that were not issued yet
   this month or period (R1, R2), unless the account is suspended (R28); and those of the first opening (R4). */
static fg_status issue_what_is_due(fg_account *account, fg_state *draft, uint32_t owner, occasion why, fg_time at) {
  const fg_product *offered = fg_book_owner(account->book, owner);
  for (uint32_t offer = 0; offer < offered->grant_count; offer++) {
    const fg_grant_offer *terms = &offered->grants[offer];
    if (!terms->withdrawn && fg_offer_fits(account, draft, &terms->when, at) &&
        is_due(account, draft, owner, offer, why, at)) {
      FG_TRY(issue_offer(account, draft, owner, offer, at));
    }
  }
  return FG_OK;
}

/* Whether `product` is the first to be opened of those that draw on an owner's lots. */
static bool opens_owner(const fg_account *account, const fg_state *draft, uint32_t owner, uint32_t product) {
  bool is_first = true;
  for (uint32_t other = 0; other < account->book->product_count && is_first; other++) {
    bool counts = other != product && fg_book_draws(account->book, owner, other);
    is_first = !counts || !draft->services[other].was_open;
  }
  return is_first;
}

fg_status fg_issue_at_opening(fg_account *account, fg_state *draft, uint32_t product, bool first, fg_time at) {
  for (uint32_t owner = 0; owner < fg_book_owner_count(account->book); owner++) {
    if (fg_book_draws(account->book, owner, product)) {
      bool is_first = first && opens_owner(account, draft, owner, product);
      FG_TRY(issue_what_is_due(account, draft, owner, is_first ? AT_FIRST_OPENING : AT_ANY, at));
    }
  }
  return FG_OK;
}

static fg_status issue_to_all(fg_account *account, fg_state *draft, occasion why, fg_time at) {
  for (uint32_t owner = 0; owner < fg_book_owner_count(account->book); owner++) {
    if (fg_issue_is_open(account, draft, owner)) {
      FG_TRY(issue_what_is_due(account, draft, owner, why, at));
    }
  }
  return FG_OK;
}

fg_status fg_issue_at_begin(fg_account *account, fg_state *draft, fg_time at) {
  return issue_to_all(account, draft, AT_BEGIN, at);
}

fg_status fg_issue_at_resumption(fg_account *account, fg_state *draft, fg_time at) {
  return issue_to_all(account, draft, AT_ANY, at);
}

fg_status fg_issue_claim(fg_account *account, fg_state *draft, const fg_command *command, uint32_t owner,
                         fg_outcome *outcome) {
  const fg_product *offered = fg_book_owner(account->book, owner);
  int found = fg_product_grant(offered, command->grant);
  if (found == FG_NONE || offered->grants[found].issue != FG_ISSUE_CLAIM) {
    return FG_UNKNOWN_GRANT;
  }
  uint32_t offer = (uint32_t)found;
  if (!fg_issue_is_open(account, draft, owner)) {
    return FG_NOT_OPEN;
  }
  if (draft->issued[fg_offer_slot(account->book, owner, offer)] != 0) {
    return FG_ALREADY_CLAIMED; /* R3: a grant is claimed once */
  }
  bool fits = fg_offer_fits(account, draft, &offered->grants[offer].when, command->at);
  int64_t units = 0;
  FG_TRY(fits ? issued_parts(account, draft, owner, offer, command->at, &units) : FG_OK);
  if (units == 0) {
    return FG_UNKNOWN_GRANT; /* the grant is not for this account, or an amendment ended it (R5) */
  }
  outcome->is.grants = 1;
  return issue_offer(account, draft, owner, offer, command->at);
}

/* R5: keeps an amendment, and refuses one with too short a notice. */
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
