/* Checks that an account can go on by editions that are joined to its book: what the account holds and uses must be in
   them. */
#include "../book/editions.h"
#include "adopt.h"

/* Whether a product is open or has usage that is not settled, so that an edition must not drop it. */
static bool is_alive(const fg_account *account, uint32_t product) {
  const fg_service *service = &account->state.services[product];
  bool is_used = service->open || service->aggregated.count > 0;
  for (uint32_t i = 0; i < service->buckets.count && !is_used; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    is_used = fg_usage_units(&bucket->usage) > 0;
  }
  return is_used;
}

/* Whether the account holds capacity of a product that an edition does not sell any more. */
static bool is_held_capacity_gone(const fg_account *account, const fg_book *edition, uint32_t product) {
  bool is_gone = false;
  for (uint32_t i = 0; i < account->state.capacity.count && !is_gone; i++) {
    const fg_capacity_order *order = &account->state.capacity.items[i];
    const fg_capacity_place *place = &account->book->capacities[order->place];
    if (place->product == product && !order->refunded && order->until > account->state.now) {
      int after = fg_product_capacity_place(edition, &edition->products[product], place->offer->meter);
      is_gone = after == FG_NONE || edition->capacities[after].offer->withdrawn;
    }
  }
  return is_gone;
}

/* Whether tasks in flight are counted by one of the limits `had` that the edition does not have any more. `had` and
   `after` list the same limits in the same places. */
static bool is_held_limit_gone(const fg_account *account, const fg_limit *had, uint32_t count, const fg_limit *after) {
  bool is_gone = false;
  for (uint32_t i = 0; i < account->book->window_count; i++) {
    const fg_limit *limit = account->book->windows[i];
    bool is_held = limit->seconds == 0 && account->state.windows[i].units > 0;
    for (uint32_t j = 0; is_held && j < count; j++) {
      is_gone = is_gone || (limit == &had[j] && !had[j].withdrawn && after[j].withdrawn);
    }
  }
  return is_gone;
}

/* Finds a price whose tiers go by another counter than before; NULL if there is none. */
static const fg_named_price *find_recounted(const fg_product *was, const fg_product *is) {
  for (uint16_t i = 0; i < was->price_count; i++) {
    for (uint16_t j = 0; j < is->price_count; j++) {
      bool is_same = fg_string_equal(was->prices[i].id, is->prices[j].id);
      if (is_same && !fg_string_equal(was->prices[i].schedule.counter, is->prices[j].schedule.counter)) {
        return &is->prices[j];
      }
    }
  }
  return NULL;
}

/* The index of a product in an edition's JSON, where withdrawn products are left out. */
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

/* Finds a key that must not change while a product is used, and that differs; `*name` stays NULL if there is none. */
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

/* Checks that an edition counts the usage of a product as the edition before did, because counts that were begun go
   on. */
static fg_status check_counted(const fg_book *before, const fg_book *edition, uint32_t product, fg_error *error) {
  const char *changed = NULL;
  FG_TRY(find_changed(before, edition, product, &changed));
  const fg_named_price *price = find_recounted(&before->products[product], &edition->products[product]);
  if (changed == NULL && price == NULL) {
    return FG_OK;
  }
  return changed != NULL
             ? fg_adopt_mismatch(error, changed, "expected the same as in the edition before, which the account uses")
         : price->id.length == 0
             ? fg_adopt_mismatch(error, "price.counter",
                                 "expected the same as in the edition before, which the account uses")
             : fg_adopt_mismatch(error, "rules", "expected counters as in the edition before, which the account uses");
}

/* The key of a product under which an edition lacks a grant, capacity that is held, or a limit that counts tasks in
   flight; NULL if nothing is gone. */
static const char *find_gone(const fg_account *account, const fg_book *before, const fg_book *edition,
                             uint32_t product) {
  const fg_product *was = &before->products[product];
  const fg_product *is = &edition->products[product];
  const fg_product *used = &account->book->products[product];
  const char *gone = NULL;
  for (uint32_t i = 0; i < was->grant_count; i++) {
    gone = is->grants[i].withdrawn && !was->grants[i].withdrawn ? "grants" : gone;
  }
  gone = is_held_capacity_gone(account, edition, product) ? used->capacity != NULL ? "capacity" : "capacities" : gone;
  return is_held_limit_gone(account, used->limits, used->limit_count, is->limits) ? "limits" : gone;
}

/* Checks that a product which the account uses goes on in an edition. `before` is the last edition that the account
   had. */
static fg_status check_product(const fg_account *account, const fg_book *before, const fg_book *edition,
                               uint32_t product, fg_error *error) {
  const fg_product *is = &edition->products[product];
  if (product >= account->book->product_count || before->products[product].withdrawn) {
    return FG_OK;
  }
  if (is->withdrawn) {
    bool is_used = is_alive(account, product) || is_held_capacity_gone(account, edition, product);
    return is_used ? fg_adopt_mismatch(error, "products", "a product that the account uses is gone") : FG_OK;
  }
  fg_status status = is_alive(account, product) ? check_counted(before, edition, product, error) : FG_OK;
  const char *gone = status == FG_OK ? find_gone(account, before, edition, product) : NULL;
  if (gone != NULL) {
    status = fg_fail(error, FG_BOOK_MISMATCH, gone, "%s of %.64s is gone",
                     gone[0] == 'g'   ? "a free grant"
                     : gone[0] == 'c' ? "capacity that the account holds"
                                      : "a limit that counts tasks in flight",
                     is->id.text);
  }
  if (status == FG_BOOK_MISMATCH) {
    fg_error_prefix(error, "products[%u]", written_at(edition, product));
  }
  return status;
}

static fg_status check_edition(const fg_account *account, const fg_book *joined, uint32_t number, int first_of_theirs,
                               fg_error *error) {
  uint32_t had = fg_edition_count(account->whole);
  const fg_book *edition = &joined->editions[number];
  const fg_product *owner = NULL;
  for (uint32_t i = 0; i < joined->product_count; i++) {
    fg_status status = check_product(account, &joined->editions[had - 1], edition, i, error);
    if (status == FG_BOOK_MISMATCH && first_of_theirs != FG_NONE) {
      fg_error_prefix(error, "editions[%u]", (unsigned)first_of_theirs + number - had);
    }
    FG_TRY(status);
  }
  if (is_held_limit_gone(account, account->book->limits, account->book->limit_count, edition->limits)) {
    return fg_adopt_mismatch(error, "limits", "a limit that counts tasks in flight is gone");
  }
  const fg_grant_offer *grant = fg_edition_hasty_grant(edition - 1, edition, &owner);
  return grant == NULL ? FG_OK
                       : fg_fail(error, FG_NOTICE_TOO_SHORT, "effective",
                                 "the free quota %.64s of %.64s changes, which is announced %d days before at least",
                                 grant->id.text, owner->id.text, edition->notice_days);
}

static uint32_t first_of_group(const fg_book *book, uint32_t group) {
  uint32_t i = 0;
  while (book->products[i].group != group) {
    i++;
  }
  return i;
}

/* Checks that no product with calls in flight gets into a group with others. An undone call draws the later usage of
   its group anew, and the products of the other group were drawn apart from it. */
static fg_status check_groups(const fg_account *account, const fg_book *joined, fg_error *error) {
  const fg_book *was = account->book;
  for (uint32_t i = 0; i < was->product_count; i++) {
    const fg_product *first = &was->products[first_of_group(joined, joined->products[i].group)];
    bool are_joined = first->group != was->products[i].group;
    if (are_joined && (account->state.groups[first->group].undoable > 0 ||
                       account->state.groups[was->products[i].group].undoable > 0)) {
      return fg_fail(error, FG_BOOK_MISMATCH, "products",
                     "%.64s and %.64s are to share a pool or a counter, and one of them has calls in flight: end them "
                     "first",
                     first->id.text, was->products[i].id.text);
    }
  }
  return FG_OK;
}

static bool is_pool_gone(const fg_account *account, const fg_book *joined, uint32_t pool) {
  bool is_gone = false;
  for (uint32_t i = fg_edition_count(account->whole); i < joined->edition_count; i++) {
    is_gone = is_gone || joined->editions[i].pools[pool].withdrawn;
  }
  return is_gone;
}

/* Checks that pools of which units are held stay, and that these units can be counted in the parts that the joined
   book's weights require. */
static fg_status check_pools(const fg_account *account, const fg_book *joined, fg_error *error) {
  const fg_book *before = account->book;
  for (uint32_t i = 0; i < account->state.lots.count; i++) {
    const fg_lot *lot = &account->state.lots.items[i];
    if (!fg_book_is_pool(before, lot->owner)) {
      continue;
    }
    bool is_held = lot->left > 0 && lot->expires > account->state.now && !lot->refunded;
    if (is_held && is_pool_gone(account, joined, lot->owner - before->product_count)) {
      return fg_adopt_mismatch(error, "pools", "a pool of which the account holds units is gone");
    }
    int64_t units = 0;
    if (!fg_multiply_i64(lot->units, fg_adopt_division(before, joined, lot->owner), &units)) {
      return fg_adopt_mismatch(error, "pools",
                               "expected coarser weights: a lot of the account is more than 2^63 - 1 parts");
    }
  }
  return FG_OK;
}

fg_status fg_adopt_check(const fg_account *account, const fg_book *theirs, fg_date from, const fg_book *joined,
                         fg_error *error) {
  uint32_t had = fg_edition_count(account->whole);
  int first = theirs->edition_count == 0 ? FG_NONE : (int)fg_book_edition_on(theirs, from);
  for (uint32_t i = had; i < joined->edition_count; i++) {
    FG_TRY(check_edition(account, joined, i, first, error));
  }
  FG_TRY(check_pools(account, joined, error));
  return check_groups(account, joined, error);
}
