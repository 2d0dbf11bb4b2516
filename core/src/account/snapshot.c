/* The state of an account as bytes: all its parts in their order. */
#include "snapshot.h"

#include "../book/terms.h"
#include "../rules/arrears.h"
#include "../rules/count_order.h"
#include "snapshot_walk.h"

static void walk_money_of_state(fg_walk *walk, fg_state *state) {
  FG_WALK(walk, state->wallet.limited);
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_walk_amount(walk, &state->wallet.of[fund]);
  }
  fg_walk_amount_told(walk, &state->spent.packs);
  fg_walk_amount_told(walk, &state->spent.materials);
  fg_walk_amount_told(walk, &state->spent.capacity);
  fg_walk_amount_told(walk, &state->spent.postpaid);
  fg_walk_amount_told(walk, &state->spent.gross);
  fg_walk_amount(walk, &state->spent.refunded);
  FG_WALK(walk, state->caps.day_limited);
  FG_WALK(walk, state->caps.month_limited);
  fg_walk_amount(walk, &state->caps.day);
  fg_walk_amount(walk, &state->caps.month);
  fg_walk_amount(walk, &state->caps.day_begin);
  if (walk->format > 3) {
    fg_walk_amount_told(walk, &state->caps.invoiced);
    fg_walk_amount(walk, &state->caps.month_begin);
  }
}

/* Sets the edition in force, which follows from the instant and so is not in the bytes. */
static void find_edition(fg_account *account, const fg_state *state) {
  bool has_begun = fg_time_is_civil(state->now);
  uint32_t number = has_begun ? fg_book_edition_on(account->whole, fg_account_date(account, state->now)) : 0;
  account->book = fg_book_edition(account->whole, number);
}

/* Up to format 3 all products are suspended together, and the bytes say whether they are. */
static void walk_suspension(fg_walk *walk) {
  const fg_account *account = walk->account;
  fg_state *state = walk->state;
  bool is_suspended = false;
  if (walk->format > 3) {
    return;
  }
  FG_WALK(walk, is_suspended);
  bool is_owed = state->arrears_since != FG_NO_TIME;
  bool is_good = !is_owed || (fg_time_is_civil(state->arrears_since) && state->arrears_since <= state->now);
  fg_walk_stop(walk, is_good && (is_owed || !is_suspended) ? FG_OK : FG_INVALID);
  for (uint32_t product = 0; product < account->book->product_count && is_owed && is_good; product++) {
    state->services[product].stops = fg_suspension_time(account->book, NULL, state->arrears_since);
    fg_walk_stop(walk, fg_arrears_stopped(state, product) == is_suspended ? FG_OK : FG_INVALID);
  }
}

/* Walks the parts of a state that stand in fixed places: one for each product, group, choice, window and grant of the
   book. */
static void walk_places(fg_walk *walk, fg_state *state) {
  const fg_account *account = walk->account;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_walk_service(walk, product);
  }
  for (uint32_t group = 0; group < account->book->group_count && walk->format > 3; group++) {
    fg_walk_group(walk, &state->groups[group]);
  }
  /* a book of format 3 has no choices */
  for (uint32_t choice = 0; choice < account->book->choice_count; choice++) {
    FG_WALK(walk, state->switches[choice].at);
    FG_WALK(walk, state->switches[choice].product);
  }
  for (uint32_t window = 0; window < account->book->window_count && walk->format > 3; window++) {
    fg_walk_window(walk, window);
  }
  for (uint32_t slot = 0; slot < account->offer_count; slot++) {
    FG_WALK_TOLD(walk, state->issued[slot]);
  }
}

static void walk_state(fg_walk *walk, fg_state *state) {
  walk_money_of_state(walk, state);
  FG_WALK(walk, state->now);
  if (fg_walk_is_reading(walk)) {
    find_edition(walk->account, state);
  }
  FG_WALK_TOLD(walk, state->month);
  if (walk->format <= 3) {
    FG_WALK(walk, walk->settled);
  }
  FG_WALK(walk, state->arrears_since);
  walk_suspension(walk);
  FG_WALK(walk, state->violation);
  FG_WALK_TOLD(walk, state->orders);
  FG_WALK(walk, state->calls);
  if (walk->format > 3) {
    fg_walk_attribute_list(walk, &state->attributes);
  }
  FG_WALK_ARRAY(walk, &state->lots, fg_walk_lot);
  if (walk->format > 3) {
    FG_WALK_ARRAY(walk, &state->recurring, fg_walk_recurring_pack);
    FG_WALK_ARRAY(walk, &state->bundles, fg_walk_bundle_order);
  }
  FG_WALK_ARRAY(walk, &state->capacity, fg_walk_capacity);
  FG_WALK_ARRAY(walk, &state->amendments, fg_walk_amendment);
  fg_walk_holds(walk, state);
  FG_WALK_ARRAY(walk, &state->adjustments, fg_walk_adjustment);
  walk_places(walk, state);
}

static fg_status write_as(const fg_account *account, int format, fg_text *bytes) {
  /* The cast is safe, because a walk that writes bytes does not change the account. */
  fg_account *whole = (fg_account *)(uintptr_t)account;
  fg_walk walk = {
      .account = whole, .state = &whole->state, .history = account->history, .out = bytes, .format = format};
  fg_walk_adoptions(&walk);
  walk_state(&walk, &whole->state);
  fg_walk_write_history(&walk);
  return walk.status;
}

fg_status fg_snapshot_write(const fg_account *account, fg_text *bytes) {
  return write_as(account, FG_SNAPSHOT_FORMAT, bytes);
}

fg_status fg_snapshot_write_told(const fg_account *account, fg_text *bytes) {
  return write_as(account, FG_SNAPSHOT_FORMAT_TOLD, bytes);
}

static fg_status read_all(fg_walk *walk, fg_state *state) {
  fg_account *account = walk->account;
  fg_walk_adoptions(walk);
  FG_TRY(walk->status);
  FG_TRY(fg_state_allocate(account, state));
  walk_state(walk, state);
  fg_walk_read_history(walk);
  if (walk->status == FG_OK && walk->next != walk->end) {
    fg_walk_stop(walk, FG_INVALID);
  }
  FG_TRY(walk->status);
  FG_TRY(fg_snapshot_check(account, walk->format, state, walk->history, walk->ids));
  walk->ids->begin = fg_ids_stretch(walk->ids, state->now); /* which is known to be an instant only now */
  return FG_OK;
}

fg_status fg_snapshot_read_of(fg_account *account, int format, fg_string bytes) {
  fg_state state;
  fg_account books = *account; /* the book is that of the beginning, until the adoptions are read */
  memset(&state, 0, sizeof state);
  const unsigned char *first = (const unsigned char *)bytes.text;
  fg_ids ids;
  fg_ids_begin(&ids, &account->allocator, account->ids.seed, account->ids.length);
  fg_walk walk = {.account = &books,
                  .state = &state,
                  .history = fg_history_new(&account->allocator),
                  .ids = &ids,
                  .next = first,
                  .end = first + bytes.length,
                  .format = format};
  if (walk.history == NULL) {
    return FG_NO_MEMORY;
  }
  books.whole = fg_book_retain(account->begun);
  fg_account_take_whole(&books, fg_book_retain(account->begun), 0);
  fg_status status = read_all(&walk, &state);
  if (status != FG_OK) {
    fg_state_release(&books, &state);
    fg_book_release(books.whole);
    fg_history_release(walk.history);
    fg_ids_release(&ids);
    return status == FG_NO_MEMORY ? status : FG_INVALID; /* a book in the bytes may be refused with other statuses */
  }
  fg_state_release(account, &account->state);
  fg_account_take_whole(account, books.whole, fg_edition_in_force(&books));
  fg_history_release(account->history);
  fg_ids_release(&account->ids);
  account->state = state;
  account->history = walk.history;
  account->ids = ids;
  return FG_OK;
}

static bool has_unknown_mode(const fg_state *state) {
  bool found = false;
  for (uint32_t i = 0; i < state->holds.count && !found; i++) {
    found = state->holds.items[i].of_mode == FG_USAGE_KINDS;
  }
  return found;
}

bool fg_snapshot_says_less(const fg_account *account, int format) {
  return (format < FG_FORMAT_OF_ORDER && fg_order_matters(account, &account->state)) ||
         (format < FG_FORMAT_OF_MODE && has_unknown_mode(&account->state));
}
