#include "adopt.h"

#include "../book/book_diff.h"
#include "../book/book_json.h"
#include "../book/editions.h"
#include "../rules/due.h"
#include "account_json.h"

uint32_t fg_adoption_count(const fg_account *account) {
  uint32_t count = 0;
  for (const fg_book *book = account->whole; book != account->begun; book = book->joined[0]) {
    count++;
  }
  return count;
}

const fg_book *fg_adoption_at(const fg_account *account, uint32_t place) {
  const fg_book *book = account->whole;
  for (uint32_t later = fg_adoption_count(account) - 1; later > place; later--) {
    book = book->joined[0];
  }
  return book;
}

static fg_status mismatch(fg_error *error, const char *path, const char *what) {
  return fg_fail(error, FG_BOOK_MISMATCH, path, "%s", what);
}

/* A book without editions is one. */
static uint32_t edition_count(const fg_book *book) { return book->edition_count == 0 ? 1 : book->edition_count; }

static fg_date last_edition_date(const fg_book *book) {
  return book->edition_count == 0 ? book->effective : book->editions[book->edition_count - 1].effective;
}

static fg_status start_in_past(const fg_account *account, fg_date today, fg_error *error) {
  char text[11];
  fg_date last = last_edition_date(account->whole);
  fg_date_format(last > today ? last : today, text);
  return fg_fail(error, FG_START_IN_PAST, "effective", "expected a date after %s, which is %s", text,
                 last > today ? "that of the last edition that the account has" : "today");
}

/* What a book must have in common with that of the account, because no edition says it. */
static fg_status check_head(const fg_account *account, const fg_book *theirs, fg_error *error) {
  static const char *const names[] = {"id",        "currency", "minor_digits", "utc_offset",
                                      "time_zone", "rounding", "policy",       NULL};
  const fg_book_form *form = fg_book_form_of_book();
  for (size_t i = 0; i < form->key_count; i++) {
    const fg_book_key *key = &form->keys[i];
    bool same = true;
    for (const char *const *name = names; *name != NULL && key->name != NULL; name++) {
      if (strcmp(*name, key->name) == 0 && fg_key_is_of_format(key, theirs)) {
        FG_TRY(fg_key_is_same(key, account->begun, account->begun, theirs, theirs, &same));
      }
    }
    if (!same) {
      return mismatch(error, key->name, "expected the same as in the price book of the account");
    }
  }
  return FG_OK;
}

static fg_status refuse_difference(void *context, const fg_difference *difference) {
  return mismatch(context, difference->path, "expected the same as in the edition that the account goes by");
}

/* An edition that the account has must be the same. What is billed by outcomes may have been added since, because it
   holds from the date on. */
static fg_status check_same(const fg_book *own, const fg_book *theirs, uint32_t number, fg_error *error) {
  fg_comparison how = {.by_place = true, .but = "outcomes", .found = refuse_difference, .context = error};
  fg_status status = fg_books_compare(&how, fg_book_form_of_price_list(), own, &theirs->editions[number]);
  if (status == FG_BOOK_MISMATCH) {
    fg_error_prefix(error, "editions[%u]", number);
  }
  return status;
}

/* The past is fixed, and so is what the account is to go by already. Compared are the editions that the account has by
   their date; where it goes by a list without a date, the one in force. */
static fg_status check_known(const fg_account *account, const fg_book *theirs, fg_date today, fg_error *error) {
  const fg_book *whole = account->whole;
  uint32_t in_force = fg_book_edition_on(theirs, today);
  for (uint32_t i = 0; i < theirs->edition_count; i++) {
    fg_date date = theirs->editions[i].effective;
    const fg_book *own = fg_account_edition(account, (uint16_t)fg_book_edition_on(whole, date));
    bool is_known = own->effective == date || (own->effective == FG_NO_DATE && i == in_force && date <= today);
    fg_status status = is_known ? check_same(own, theirs, i, error) : FG_OK;
    if (status == FG_BOOK_MISMATCH && date > today) {
      return start_in_past(account, today, error);
    }
    FG_TRY(status);
    if (!is_known && date > today && date < last_edition_date(whole)) { /* the account has one that comes after it */
      return start_in_past(account, today, error);
    }
  }
  return FG_OK;
}

/* Whether anything of a product is alive: it is open, it was used in a period that is not settled, or capacity is
   held. */
static bool is_alive(const fg_account *account, uint32_t product) {
  const fg_service *service = &account->state.services[product];
  bool is_used = service->open || service->aggregated.count > 0;
  for (uint32_t i = 0; i < service->buckets.count && !is_used; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    is_used = fg_usage_units(&bucket->usage) > 0;
  }
  return is_used;
}

static bool is_capacity_held(const fg_account *account, uint32_t product) {
  for (uint32_t i = 0; i < account->state.capacity.count; i++) {
    const fg_capacity_order *order = &account->state.capacity.items[i];
    if (account->book->capacities[order->place].product == product && !order->refunded &&
        order->until > account->state.now) {
      return true;
    }
  }
  return false;
}

/* The place of a product in a list as it is written. */
static uint32_t written_at(const fg_book *edition, uint32_t product) {
  uint32_t place = 0;
  for (uint32_t i = 0; i < product; i++) {
    place += !edition->products[i].withdrawn;
  }
  return place;
}

static const fg_book_form *form_of_products(void) {
  const fg_book_form *list = fg_book_form_of_price_list();
  size_t i = 0;
  while (list->keys[i].count_offset != offsetof(fg_book, product_count)) {
    i++;
  }
  return list->keys[i].of;
}

/* The name of a key that what is used must keep and does not, NULL where there is none. */
static fg_status find_changed(const fg_book *before, const fg_book *edition, uint32_t product, const char **name) {
  const fg_book_form *form = form_of_products();
  for (size_t i = 0; i < form->key_count && *name == NULL; i++) {
    bool same = true;
    const fg_book_key *key = &form->keys[i];
    FG_TRY(key->lasts
               ? fg_key_is_same(key, before, &before->products[product], edition, &edition->products[product], &same)
               : FG_OK);
    *name = same ? NULL : key->name;
  }
  return FG_OK;
}

/* What an account uses must go on. `before` is the last edition that the account had. */
static fg_status check_product(const fg_account *account, const fg_book *before, const fg_book *edition,
                               uint32_t product, fg_error *error) {
  const fg_product *was = &before->products[product];
  const fg_product *is = &edition->products[product];
  const char *gone = NULL;
  if (product >= account->book->product_count || was->withdrawn) {
    return FG_OK;
  }
  if (is->withdrawn) {
    return is_alive(account, product) ? mismatch(error, "products", "a product that the account uses is gone") : FG_OK;
  }
  for (uint32_t i = 0; i < was->grant_count; i++) {
    gone = is->grants[i].withdrawn && !was->grants[i].withdrawn ? "grants" : gone;
  }
  const char *changed = NULL;
  FG_TRY(is_alive(account, product) ? find_changed(before, edition, product, &changed) : FG_OK);
  if (changed != NULL) {
    fg_status status = mismatch(error, changed, "expected the same as in the edition before, which the account uses");
    fg_error_prefix(error, "products[%u]", written_at(edition, product));
    return status;
  }
  bool had_capacity = was->capacity != NULL && !was->capacity->withdrawn;
  gone = had_capacity && is->capacity->withdrawn && is_capacity_held(account, product) ? "capacity" : gone;
  if (gone == NULL) {
    return FG_OK;
  }
  fg_status status = fg_fail(error, FG_BOOK_MISMATCH, gone, "%s of %.64s is gone",
                             gone[0] == 'g' ? "a free grant" : "capacity that the account holds", is->id.text);
  fg_error_prefix(error, "products[%u]", written_at(edition, product));
  return status;
}

static fg_status check_edition(const fg_account *account, const fg_book *joined, uint32_t number, int first_of_theirs,
                               fg_error *error) {
  uint32_t had = edition_count(account->whole);
  const fg_book *edition = &joined->editions[number];
  uint32_t hasty = 0;
  for (uint32_t i = 0; i < joined->product_count; i++) {
    fg_status status = check_product(account, &joined->editions[had - 1], edition, i, error);
    if (status == FG_BOOK_MISMATCH && first_of_theirs != FG_NONE) {
      fg_error_prefix(error, "editions[%u]", (unsigned)first_of_theirs + number - had);
    }
    FG_TRY(status);
  }
  int grant = fg_edition_hasty_grant(edition - 1, edition, &hasty);
  return grant == FG_NONE ? FG_OK
                          : fg_fail(error, FG_NOTICE_TOO_SHORT, "effective",
                                    "the free quota %.64s of %.64s changes, which is announced %d days before at least",
                                    edition->products[hasty].grants[grant].id.text, edition->products[hasty].id.text,
                                    edition->notice_days);
}

/* The first product of a group. */
static uint32_t first_of_group(const fg_book *book, uint32_t group) {
  uint32_t i = 0;
  while (book->products[i].group != group) {
    i++;
  }
  return i;
}

/* What is drawn anew when a call is undone is that of its group, since the call: so products are joined to a group only
   while none of them has calls in flight. */
static fg_status check_groups(const fg_account *account, const fg_book *joined, fg_error *error) {
  const fg_book *was = account->book;
  for (uint32_t i = 0; i < was->product_count; i++) {
    const fg_product *first = &was->products[first_of_group(joined, joined->products[i].group)];
    bool are_joined = first->group != was->products[i].group;
    if (are_joined && (account->state.groups[first->group].undoable > 0 ||
                       account->state.groups[was->products[i].group].undoable > 0)) {
      return fg_fail(error, FG_BOOK_MISMATCH, "products",
                     "%.64s and %.64s are to share a counter, and one of them has calls in flight: end them first",
                     first->id.text, was->products[i].id.text);
    }
  }
  return FG_OK;
}

/* From when on a book is to hold: as it is asked for, or else from the first of its editions that the account has not.
   FG_NO_DATE: it has none. An account that goes by one list without a date has those in force, which are the same. */
static fg_date first_brought(const fg_account *account, const fg_command *command, fg_date today) {
  const fg_book *theirs = command->book.loaded;
  fg_date last = last_edition_date(account->whole);
  fg_date known = last == FG_NO_DATE ? today : last;
  for (uint32_t i = 0; i < theirs->edition_count && command->effective == FG_NO_DATE; i++) {
    if (theirs->editions[i].effective > known) {
      return theirs->editions[i].effective;
    }
  }
  return command->effective;
}

static void answer_dates(const fg_book *book, fg_date from, fg_outcome *outcome) {
  fg_date last = last_edition_date(book);
  outcome->is.adopted.effective = from == FG_NO_DATE ? last : from;
  outcome->is.adopted.edition = last > from ? last : from;
}

/* Whether the same was adopted before; `from` becomes its first date. */
static fg_status find_adoption(const fg_account *account, const fg_command *command, fg_date *from, bool *found) {
  for (const fg_book *book = account->whole; book != account->begun && !*found; book = book->joined[0]) {
    if (command->effective == FG_NO_DATE || book->joined_from == command->effective) {
      FG_TRY(fg_book_rates_as(book->joined[1], command->book.loaded, found));
      *from = *found ? book->joined_from : *from;
    }
  }
  return FG_OK;
}

static fg_status join(const fg_account *account, fg_book *theirs, fg_date from, fg_book **joined, fg_error *error) {
  fg_status status = fg_book_join(account->whole, theirs, from, &account->allocator, joined, error);
  if (status == FG_INVALID && error != NULL) {
    error->status = FG_BOOK_MISMATCH;
  }
  return status == FG_INVALID ? FG_BOOK_MISMATCH : status;
}

static bool is_pool_gone(const fg_account *account, const fg_book *joined, uint32_t pool) {
  bool is_gone = false;
  for (uint32_t i = edition_count(account->whole); i < joined->edition_count; i++) {
    is_gone = is_gone || joined->editions[i].pools[pool].withdrawn;
  }
  return is_gone;
}

/* How usage of a product is counted, and with which others it is drawn anew, cannot change under an account that has
   pools, or is to have some. */
static bool are_same_pools(const fg_book *before, const fg_book *joined) {
  bool same = before->pool_count == joined->pool_count;
  for (uint32_t i = 0; same && joined->pool_count > 0 && i < before->product_count; i++) {
    same = before->products[i].group == joined->products[i].group;
  }
  return same;
}

/* A pool of which units are held stays. They are counted in parts, of which a finer weight asks for more. */
static fg_status check_pools(const fg_account *account, const fg_book *joined, fg_error *error) {
  const fg_book *before = account->book;
  if (!are_same_pools(before, joined)) {
    return mismatch(error, "pools", "expected the same pools, of products of the same groups, as the account has");
  }
  for (uint32_t i = 0; i < account->state.grants.count; i++) {
    const fg_grant *grant = &account->state.grants.items[i];
    if (!fg_book_is_pool(before, grant->owner)) {
      continue;
    }
    bool is_held = grant->left > 0 && grant->expires > account->state.now && !grant->refunded;
    if (is_held && is_pool_gone(account, joined, grant->owner - before->product_count)) {
      return mismatch(error, "pools", "a pool of which the account holds units is gone");
    }
    int64_t units = 0;
    if (!fg_multiply_i64(grant->units, fg_adopt_division(before, joined, grant->owner), &units)) {
      return mismatch(error, "pools", "expected coarser weights: a lot of the account is more than 2^63 - 1 parts");
    }
  }
  return FG_OK;
}

static fg_status check_joined(const fg_account *account, const fg_book *theirs, fg_date from, const fg_book *joined,
                              fg_error *error) {
  uint32_t had = edition_count(account->whole);
  int first = theirs->edition_count == 0 ? FG_NONE : (int)fg_book_edition_on(theirs, from);
  for (uint32_t i = had; i < joined->edition_count; i++) {
    FG_TRY(check_edition(account, joined, i, first, error));
  }
  return check_pools(account, joined, error);
}

/* What was begun for all products is begun for those that are new. */
static fg_status make_state(const fg_account *account, const fg_account *after, fg_state *large) {
  FG_TRY(fg_adopt_enlarge(account, after, large));
  fg_status status = fg_due_begin_periods(after, large, large->now);
  if (status != FG_OK) {
    fg_state_release(after, large);
  }
  return status;
}

static fg_status take_joined(fg_account *account, fg_book *joined) {
  fg_state large;
  fg_account after = *account;
  after.whole = fg_book_retain(account->whole);
  fg_account_take_whole(&after, joined, fg_edition_in_force(account));
  FG_TRY(make_state(account, &after, &large));
  fg_state_release(account, &account->state);
  fg_account_take_whole(account, fg_book_retain(joined), fg_edition_in_force(account));
  account->state = large;
  fg_due_refresh(account, &account->state);
  return FG_OK;
}

static fg_status adopt_from(fg_account *account, fg_book *theirs, fg_date from, fg_error *error) {
  fg_book *joined = NULL;
  FG_TRY(join(account, theirs, from, &joined, error));
  fg_status status = check_joined(account, theirs, from, joined, error);
  status = status == FG_OK ? check_groups(account, joined, error) : status;
  status = status == FG_OK ? take_joined(account, joined) : status;
  fg_book_release(joined);
  return status;
}

static fg_status adopt(fg_account *account, const fg_command *command, fg_outcome *outcome, bool *repeated,
                       fg_error *error) {
  fg_book *theirs = command->book.loaded;
  fg_date today = fg_account_date(account, command->at);
  fg_date from = first_brought(account, command, today);
  FG_TRY(find_adoption(account, command, &from, repeated));
  answer_dates(theirs, from, outcome);
  if (*repeated) {
    return FG_OK;
  }
  FG_TRY(check_head(account, theirs, error));
  FG_TRY(check_known(account, theirs, today, error));
  *repeated = from == FG_NO_DATE && theirs->edition_count > 0; /* it has no edition that the account has not */
  if (*repeated) {
    return FG_OK;
  }
  return from <= today || from <= last_edition_date(account->whole) ? start_in_past(account, today, error)
                                                                    : adopt_from(account, theirs, from, error);
}

fg_status fg_adopt(fg_account *account, const fg_command *command, fg_outcome *outcome, bool *repeated,
                   fg_error *error) {
  fg_command given = *command;
  fg_book *loaded = NULL;
  if (given.book.loaded == NULL) {
    FG_TRY(fg_timeline_book(given.book.json, NULL, &account->allocator, &loaded, error));
    given.book.loaded = loaded;
  }
  fg_status status = adopt(account, &given, outcome, repeated, error);
  fg_book_release(loaded);
  return status;
}
