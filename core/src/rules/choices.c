#include "choices.h"

#include "service.h"

/* The choice that a product belongs to; FG_NONE: to none. */
static int choice_of(const fg_book *book, uint32_t product) {
  for (uint32_t i = 0; i < book->choice_count; i++) {
    if (!book->choices[i].withdrawn && fg_names_have(&book->choices[i].products, book->products[product].id)) {
      return (int)i;
    }
  }
  return FG_NONE;
}

/* An open product of a choice, other than `product`; FG_NONE: no other is open. */
static int open_besides(const fg_account *account, const fg_state *state, int choice, uint32_t product) {
  const fg_names *names = &account->book->choices[choice].products;
  for (uint32_t i = 0; i < names->count; i++) {
    int other = fg_book_place(account->book, names->items[i]);
    if (other != FG_NONE && (uint32_t)other != product && state->services[other].open) {
      return other;
    }
  }
  return FG_NONE;
}

/* Closes the open product of a choice and opens another. */
static fg_status switch_to(fg_account *account, fg_state *draft, int choice, const fg_command *command,
                           uint32_t product, fg_outcome *outcome) {
  for (int other; (other = open_besides(account, draft, choice, product)) != FG_NONE;) {
    FG_TRY(fg_service_close(account, draft, (uint32_t)other));
  }
  draft->switches[choice].at = FG_NO_TIME;
  return fg_service_open(account, draft, command, product, outcome);
}

fg_status fg_choice_open(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                         fg_outcome *outcome) {
  int choice = choice_of(account->book, product);
  int other = choice == FG_NONE ? FG_NONE : open_besides(account, draft, choice, product);
  if (other == FG_NONE || draft->services[product].open) {
    FG_TRY(fg_service_open(account, draft, command, product, outcome));
    if (choice != FG_NONE) {
      draft->switches[choice].at = FG_NO_TIME; /* the last `open` holds, and not one that is pending */
    }
    return FG_OK;
  }
  const fg_choice *offered = &account->book->choices[choice];
  if (!offered->is_later) {
    return switch_to(account, draft, choice, command, product, outcome);
  }
  fg_span span = fg_period_at(offered->switches, draft->services[other].opened, command->at, &account->book->zone);
  if (!fg_time_is_civil(span.end)) {
    return FG_OVERFLOW;
  }
  draft->switches[choice] = (fg_switch_pending){span.end, product};
  outcome->is.grants = 0;
  return FG_OK;
}

fg_time fg_choice_next(const fg_account *account, const fg_state *state) {
  fg_time next = FG_NEVER;
  for (uint32_t i = 0; i < account->book->choice_count; i++) {
    fg_time at = state->switches[i].at;
    next = at == FG_NO_TIME ? next : fg_min_i64(next, at);
  }
  return next;
}

fg_status fg_choice_switch(fg_account *account, fg_state *draft, fg_time at) {
  const fg_command command = {.kind = FG_DO_OPEN, .at = at};
  fg_outcome outcome;
  for (uint32_t i = 0; i < account->book->choice_count; i++) {
    fg_switch_pending pending = draft->switches[i];
    if (pending.at != at) {
      continue;
    }
    draft->switches[i].at = FG_NO_TIME;
    if (!draft->services[pending.product].open && fg_account_sells(account, pending.product)) {
      FG_TRY(switch_to(account, draft, (int)i, &command, pending.product, &outcome));
    }
  }
  return FG_OK;
}
