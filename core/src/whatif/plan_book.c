#include "plan_book.h"

#include <stdio.h>

#include "../book/validity.h"
#include "packs_on_sale.h"

/* Finds a pool whose grants and packs can be treated as the product's own: only this product draws on it, with all of
   its usage, the product has no grants and packs itself, and each of the pool's is a whole number of the product's
   units. NULL if there is none. */
static const fg_pool *pool_of(const fg_book *book, uint32_t which) {
  const fg_product *product = &book->products[which];
  const fg_pool *found = NULL;
  for (uint32_t i = 0; i < book->pool_count; i++) {
    const fg_pool *pool = &book->pools[i];
    if (!fg_book_draws(book, book->product_count + i, which)) {
      continue;
    }
    if (found != NULL || pool->withdrawn || pool->money || pool->cover_count != 1 || pool->covers[0].when.count > 0) {
      return NULL;
    }
    found = pool;
  }
  bool is_alone = found != NULL && product->grant_count == 0 && product->pack_count == 0;
  for (uint32_t i = 0; is_alone && i < found->offers.grant_count; i++) {
    is_alone = found->offers.grants[i].quantity * found->parts % found->covers[0].parts == 0;
  }
  for (uint32_t i = 0; is_alone && i < found->offers.pack_count; i++) {
    is_alone = found->offers.packs[i].units * found->parts % found->covers[0].parts == 0;
  }
  return is_alone ? found : NULL;
}

/* The number of the edition that is in force at an instant. */
static uint32_t edition_in_force_at(const fg_book *base, fg_time at) {
  return fg_book_edition_on(base, fg_date_at(at, &base->zone));
}

/* Whether every edition has such a pool. Its weight must be the same in all that are in force in the forecast, because
   what is left of a lot covers another number of units by another weight. */
static bool has_own_pool(const fg_plan_model *model) {
  fg_book *base = (fg_book *)(uintptr_t)model->base;
  const fg_plan_month *end = &model->months[model->month_count - 1];
  const uint32_t first = edition_in_force_at(base, model->months[0].begin);
  const uint32_t last = edition_in_force_at(base, end->begin + end->hours * FG_HOUR - 1);
  const fg_pool *own = pool_of(fg_book_edition(base, first), model->product);
  bool has = own != NULL;
  for (uint32_t i = 0; i < (uint32_t)fg_max_i64(base->edition_count, 1) && has; i++) {
    const fg_pool *pool = pool_of(fg_book_edition(base, i), model->product);
    bool is_in_force = first <= i && i <= last;
    has = pool != NULL && (!is_in_force || pool->covers[0].parts == own->covers[0].parts);
  }
  return has;
}

static fg_status take_pool(fg_plan_model *model, fg_product *product, const fg_pool *pool) {
  fg_grant_offer *grants = fg_plan_allocate(model, pool->offers.grant_count * sizeof *grants);
  fg_pack_offer *packs = fg_plan_allocate(model, pool->offers.pack_count * sizeof *packs);
  if (grants == NULL || packs == NULL) {
    return FG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < pool->offers.grant_count; i++) {
    grants[i] = pool->offers.grants[i];
    grants[i].quantity = grants[i].quantity * pool->parts / pool->covers[0].parts;
  }
  for (uint32_t i = 0; i < pool->offers.pack_count; i++) {
    packs[i] = pool->offers.packs[i];
    packs[i].units = packs[i].units * pool->parts / pool->covers[0].parts;
  }
  product->grants = grants;
  product->grant_count = pool->offers.grant_count;
  product->packs = packs;
  product->pack_count = pool->offers.pack_count;
  product->order = pool->offers.order;
  return FG_OK;
}

/* Gives a copied book or edition its own list of products, and the forecast's product room for `more_packs` packs.
   Strings stay the caller's. */
static fg_status give_own_products(fg_plan_model *model, fg_book *copy, uint32_t more_packs) {
  fg_product *products = fg_plan_allocate(model, copy->product_count * sizeof *products);
  FG_TRY(products == NULL ? FG_NO_MEMORY : FG_OK);
  memcpy(products, copy->products, copy->product_count * sizeof *products);
  fg_product *sold = &products[model->product];
  if (model->pool.text != NULL) {
    FG_TRY(take_pool(model, sold, pool_of(copy, model->product)));
    copy->pool_count = 0;
  }
  fg_pack_offer *packs = fg_plan_allocate(model, (sold->pack_count + more_packs) * sizeof *packs);
  FG_TRY(packs == NULL ? FG_NO_MEMORY : FG_OK);
  if (sold->pack_count > 0) {
    memcpy(packs, sold->packs, sold->pack_count * sizeof *packs);
  }
  sold->packs = packs;
  copy->products = products;
  return FG_OK;
}

fg_status fg_plan_copy_book(fg_plan_model *model, uint32_t more_packs) {
  const fg_book *base = model->base;
  model->book = fg_plan_allocate(model, sizeof *model->book);
  fg_book *editions = fg_plan_allocate(model, base->edition_count * sizeof *editions);
  if (model->book == NULL || editions == NULL) {
    return FG_NO_MEMORY;
  }
  *model->book = *base;
  model->book->allocator = model->allocator;
  model->book->shared = 1; /* this reference is the model's own, so the book outlives the model's accounts */
  if (has_own_pool(model)) {
    model->pool = pool_of(fg_book_edition((fg_book *)(uintptr_t)base, 0), model->product)->offers.id;
  }
  model->book->editions = base->edition_count == 0 ? NULL : editions;
  for (uint32_t i = 0; i < base->edition_count; i++) {
    editions[i] = base->editions[i];
    FG_TRY(give_own_products(model, &editions[i], more_packs));
  }
  if (base->edition_count > 0) { /* a book's products are those of its first edition */
    model->book->products = editions[0].products;
    model->book->pool_count = editions[0].pool_count;
  } else {
    FG_TRY(give_own_products(model, model->book, more_packs));
  }
  model->held_offer = model->book->products[model->product].pack_count;
  return FG_OK;
}

static fg_status name_held_pack(fg_plan_model *model, uint32_t number, fg_string *id) {
  char *text = fg_plan_allocate(model, 32);
  if (text == NULL) {
    return FG_NO_MEMORY;
  }
  do {
    *id = (fg_string){text, (size_t)snprintf(text, 32, "held-%lu", (unsigned long)number)};
    number += model->held_count;
  } while (fg_product_pack(fg_plan_offered(model, 0), *id) != FG_NONE);
  return FG_OK;
}

fg_status fg_plan_offer_held_pack(fg_plan_model *model, uint32_t index) {
  const fg_plan_held *held = &model->held[index];
  fg_pack_offer held_offer = {.units = held->left, .source = fg_string_of("")};
  FG_TRY(name_held_pack(model, index + 1, &held_offer.id));
  held_offer.rank = fg_plan_pack_rank(fg_plan_offered(model, 0));
  held_offer.validity = fg_validity_until(model->book, &model->book->policy, fg_plan_day_before(model), held->expires);
  uint32_t editions = (uint32_t)fg_max_i64(model->book->edition_count, 1);
  for (uint32_t i = 0; i < editions; i++) {
    fg_product *product = (fg_product *)(uintptr_t)&fg_book_edition(model->book, i)->products[model->product];
    fg_pack_offer *offer = (fg_pack_offer *)(uintptr_t)&product->packs[product->pack_count++];
    *offer = held_offer;
  }
  return FG_OK;
}
