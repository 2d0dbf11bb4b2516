/* Lives a basket. A fresh account buys what is asked for at the beginning of each month, uses the quantities, and is
   settled, all by ordinary commands, because nothing should be priced in a second way. */
#include "basket.h"

#include "../account/account_json.h"
#include "../base/clock.h"
#include "../rules/periods.h"

/* Opens a product that is asked for. If the customer has to switch on that it sells more than is prepaid, that is
   switched on too. */
static fg_status open_item(const fg_basket_living *now) {
  fg_command open = fg_basket_command(now, FG_DO_OPEN);
  fg_command postpaid = fg_basket_command(now, FG_DO_SET_POSTPAID);
  FG_TRY(fg_basket_apply(now, &open, NULL, ""));
  postpaid.on = true;
  return now->owner->postpaid == FG_POSTPAID_OPT_IN ? fg_basket_apply(now, &postpaid, NULL, "") : FG_OK;
}

static fg_status open_all(fg_basket_life *life, fg_error *error) {
  for (uint32_t i = 0; i < life->book->product_count; i++) {
    const fg_basket_living now = fg_basket_live(life, i, 0, error);
    FG_TRY(now.item->is_asked ? open_item(&now) : FG_OK);
  }
  return FG_OK;
}

/* Closes the products that are still open, so that fees and least amounts of periods that go on are charged for the
   lived months alone. */
static fg_status close_all(fg_basket_life *life, fg_error *error) {
  fg_command close;
  fg_command_begin(&close, FG_DO_CLOSE, fg_basket_end(life));
  for (uint32_t i = 0; i < life->book->product_count; i++) {
    bool is_open = life->account->state.services[i].open;
    close.product = life->items[i].id;
    FG_TRY(is_open ? fg_account_apply(life->account, &close, NULL, error) : FG_OK);
  }
  return FG_OK;
}

/* When the period of settlement is settled that a product is in just before `end`. */
static fg_time settled_after(const fg_account *account, uint32_t product, fg_time end) {
  return fg_settlement_of(account, product, fg_settling_at(account, &account->state, product, end - 1));
}

/* When everything is invoiced that the lived months cost, including fees of longer periods. */
static fg_time basket_settled(const fg_basket_life *life) {
  const fg_account *account = life->account;
  fg_time last = fg_basket_end(life);
  fg_time until = last;
  for (uint32_t product = 0; product < life->book->product_count; product++) {
    const fg_service *service = &account->state.services[product];
    const fg_product *offered = &account->book->products[product];
    if (!service->was_open) {
      continue;
    }
    until = fg_max_i64(until, settled_after(account, product, last));
    for (uint32_t i = 0; i < offered->fee_count; i++) {
      const fg_fee_offer *fee = &offered->fees[i];
      fg_time end = fee->is_once ? last : fg_period_at(fee->every, service->opened, last - 1, &life->book->zone).end;
      until = fg_max_i64(until, settled_after(account, product, end));
    }
  }
  return until;
}

static fg_status live_basket(fg_basket_life *life, fg_error *error) {
  fg_command advance;
  FG_TRY(open_all(life, error));
  for (int month = 0; month < life->basket->months; month++) {
    FG_TRY(fg_basket_buy(life, month, error));
    FG_TRY(fg_basket_use(life, month, error));
  }
  FG_TRY(close_all(life, error));
  fg_time settled = basket_settled(life);
  if (settled > FG_CLOCK_LAST) {
    return fg_fail(error, FG_OVERFLOW, "months", "what they cost is invoiced past the year 9999");
  }
  fg_command_begin(&advance, FG_DO_ADVANCE, settled);
  return fg_account_apply(life->account, &advance, NULL, error);
}

static void leave_out_free(fg_product *product, fg_materials_offer *materials) {
  product->grant_count = 0;
  if (product->materials != NULL) {
    materials->source = product->materials->source;
    product->materials = materials;
  }
}

/* Takes the free quotas out of a copy of a book or edition. */
static fg_status edition_without_free(fg_basket_life *life, fg_book *copy) {
  size_t products = copy->product_count;
  size_t pools = copy->pool_count;
  fg_product *own = fg_arena_allocate(&life->arena, &life->allocator, products * sizeof *own);
  fg_pool *own_pools = fg_arena_allocate(&life->arena, &life->allocator, pools * sizeof *own_pools);
  fg_materials_offer *materials = fg_arena_allocate(&life->arena, &life->allocator, products * sizeof *materials);
  if (own == NULL || own_pools == NULL || materials == NULL) {
    return FG_NO_MEMORY;
  }
  memcpy(own, copy->products, products * sizeof *own);
  for (size_t i = 0; i < products; i++) {
    leave_out_free(&own[i], &materials[i]);
  }
  for (size_t i = 0; i < pools; i++) {
    own_pools[i] = copy->pools[i];
    own_pools[i].offers.grant_count = 0;
  }
  copy->products = own;
  copy->pools = own_pools;
  copy->amendment_count = 0;
  return FG_OK;
}

/* Copies the caller's book without its free quotas. Everything else in the copy, strings included, belongs to the
   caller's book. */
static fg_status copy_without_free(fg_basket_life *life) {
  const fg_book *base = life->book;
  fg_book *copy = fg_arena_allocate(&life->arena, &life->allocator, sizeof *copy);
  fg_book *editions = fg_arena_allocate(&life->arena, &life->allocator, base->edition_count * sizeof *editions);
  if (copy == NULL || editions == NULL) {
    return FG_NO_MEMORY;
  }
  *copy = *base;
  copy->shared = 1; /* this reference is the life's own, so the copy outlives the account */
  for (uint32_t i = 0; i < base->edition_count; i++) {
    editions[i] = base->editions[i];
    FG_TRY(edition_without_free(life, &editions[i]));
  }
  copy->editions = base->edition_count == 0 ? NULL : editions;
  life->book = copy;
  return edition_without_free(life, copy);
}

/* Reads a member that an account begins with; `part` stays NULL if the caller gives none. */
static fg_status read_head(const fg_basket_life *life, fg_string json, const char *name, fg_json_document *document,
                           const fg_json **part, fg_error *error) {
  if (json.text == NULL) {
    return FG_OK;
  }
  *part = &document->root;
  return fg_within(error, fg_json_parse(json, &life->allocator, document, error), "%s", name);
}

static fg_status open_basket_account(fg_basket_life *life, fg_error *error) {
  fg_json_document policy = {.root = {.kind = FG_JSON_NULL}, .allocator = life->allocator};
  fg_json_document attributes = policy;
  fg_account_head head = {.wallet = NULL};
  fg_status status = read_head(life, life->basket->policy, "policy", &policy, &head.policy, error);
  status = status != FG_OK
               ? status
               : read_head(life, life->basket->attributes, "attributes", &attributes, &head.attributes, error);
  status = status != FG_OK ? status : fg_account_read(head, life->book, &life->allocator, &life->account, error);
  fg_json_release(&policy);
  fg_json_release(&attributes);
  return status;
}

/* Checks that the months, and the settlement of the last one, lie within the calendar. */
static fg_status check_basket_months(fg_basket_life *life, fg_error *error) {
  const fg_basket *basket = life->basket;
  if (basket->months < 1 || basket->months > FG_BASKET_MONTHS_MAX) {
    return fg_fail(error, FG_INVALID, "months", "expected 1 to %d", FG_BASKET_MONTHS_MAX);
  }
  if (!fg_time_is_shown(basket->at, &life->book->zone)) {
    return fg_fail(error, FG_INVALID, "at", "expected an instant of the years 1970 to 9999: it picks the month");
  }
  life->first = fg_month_of(fg_date_at(basket->at, &life->book->zone));
  fg_month end = life->first + (int)basket->months;
  if (end >= fg_month_of(fg_date_at(FG_CLOCK_LAST, 0))) {
    return fg_fail(error, FG_OVERFLOW, "months", "the months go on past the year 9999");
  }
  return FG_OK;
}

static fg_status live_and_tell(fg_basket_life *life, const fg_visitor *visitor, fg_error *error) {
  life->explanation = fg_explanation_new(&life->allocator);
  FG_TRY(life->explanation == NULL ? FG_NO_MEMORY : FG_OK);
  FG_TRY(check_basket_months(life, error));
  FG_TRY(life->basket->without_free ? copy_without_free(life) : FG_OK);
  FG_TRY(fg_basket_read(life, error));
  FG_TRY(open_basket_account(life, error));
  FG_TRY(live_basket(life, error));
  return fg_basket_tell(life, visitor);
}

fg_status fg_basket_quote(fg_book *book, const fg_basket *basket, const fg_allocator *allocator,
                          const fg_visitor *visitor, fg_error *error) {
  fg_basket_life life = {.basket = basket, .allocator = fg_allocator_or_default(allocator), .book = book};
  life.content = (fg_json_document){.root = {.kind = FG_JSON_NULL}, .allocator = life.allocator};
  fg_error unsaid = {.status = FG_OK};
  fg_status status = live_and_tell(&life, visitor, &unsaid);
  fg_account_free(life.account);
  fg_explanation_free(&life.allocator, life.explanation);
  fg_json_release(&life.content);
  FG_ARRAY_RELEASE(&life.allocator, &life.lines);
  FG_ARRAY_RELEASE(&life.allocator, &life.wants);
  fg_arena_release(&life.arena, &life.allocator);
  if (status != FG_OK && unsaid.status != status) {
    fg_refuse(&unsaid, status);
  }
  if (status != FG_OK && error != NULL) {
    *error = unsaid;
  }
  return status;
}
