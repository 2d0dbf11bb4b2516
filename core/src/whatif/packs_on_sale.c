#include "packs_on_sale.h"

#include "../book/deduction_order.h"
#include "../book/validity.h"
#include "cheapest_cover.h"
#include "order_sizes.h"

/* Whether a pack has a lower price for each unit or, at the same price, more units. */
static bool is_better(const fg_plan_pack *a, const fg_plan_pack *b) {
  fg_amount left = a->price * b->units;
  fg_amount right = b->price * a->units;
  return left != right ? left < right : a->units > b->units;
}

/* Adds a pack. Returns false if there is no room for it. */
static bool insert_pack(fg_plan_pack *packs, uint32_t *count, fg_plan_pack pack) {
  if (*count == FG_PLAN_PACKS_MAX) {
    return false;
  }
  uint32_t place = (*count)++;
  while (place > 0 && is_better(&pack, &packs[place - 1])) {
    packs[place] = packs[place - 1];
    place--;
  }
  packs[place] = pack;
  return true;
}

/* Limits the number of each pack to fewer than could be replaced, unit for unit, by packs with a lower price for each
   unit: to none if another one of its size costs no more. */
static void limit_counts(fg_plan_pack *packs, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    packs[i].most = FG_PLAN_UNITS_MAX;
    for (uint32_t j = 0; j < i; j++) {
      int64_t replaced = packs[j].units / (int64_t)fg_greatest_common_divisor(packs[j].units, packs[i].units);
      packs[i].most = fg_min_i64(packs[i].most, replaced - 1);
    }
  }
}

uint32_t fg_plan_packs_of_month(const fg_plan_model *model, const fg_plan_pack *allowed, uint32_t count, int earliest,
                                int month, fg_plan_pack *packs, int *dates) {
  uint32_t there = 0;
  for (uint32_t i = 0; i < count; i++) {
    fg_plan_pack pack = allowed[i];
    pack.price = FG_PLAN_NEVER;
    for (int date = earliest; date <= month; date++) {
      if (fg_plan_pack_price(&pack, date) < pack.price) {
        pack.price = fg_plan_pack_price(&pack, date);
        dates[pack.place] = date;
      }
    }
    if (pack.price == FG_PLAN_NEVER) {
      continue;
    }
    uint32_t place = there++;
    for (; place > 0 && is_better(&pack, &packs[place - 1]); place--) {
      packs[place] = packs[place - 1];
    }
    packs[place] = pack;
  }
  FG_ASSERT(there <= model->pack_count);
  limit_counts(packs, there);
  return there;
}

uint32_t fg_plan_allowed_packs(const fg_plan_model *model, const bool *allowed, fg_plan_pack *packs) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < model->pack_count; i++) {
    if (allowed[i]) {
      packs[count] = model->packs[i];
      packs[count++].place = i;
    }
  }
  limit_counts(packs, count);
  return count;
}

static fg_status too_large(const fg_pack_offer *offer, fg_error *error) {
  return fg_fail(error, FG_OVERFLOW, "book", "a pack is larger than a plan can add up: %.*s", (int)offer->id.length,
                 offer->id.text);
}

/* Checks that the search can buy a pack: any number of it, on an account without attributes that holds nothing else. A
   price by the number of packs is possible for packs of usage. A pack without a price of its own is not for sale. */
static fg_status check_pack_offer(const fg_pack_offer *offer, fg_error *error) {
  bool is_by_order = offer->of_materials && fg_plan_is_by_order(offer);
  const char *key = is_by_order && offer->by_number != NULL ? "price\" by the number of packs"
                    : is_by_order                           ? "count\""
                    : offer->recurrence != NULL             ? "issue\""
                    : offer->sale.when.count > 0            ? "when\""
                    : offer->sale.requires.count > 0        ? "requires\""
                                                            : NULL;
  if (key != NULL) {
    return fg_fail(error, FG_UNSUPPORTED, "book", "pack %.64s has a \"%s: the search cannot honour it", offer->id.text,
                   key);
  }
  return offer->units <= FG_PLAN_UNITS_MAX && offer->price <= FG_PLAN_PRICE_MAX ? FG_OK : too_large(offer, error);
}

static bool is_for_sale(const fg_pack_offer *offer, bool for_materials) {
  return offer->of_materials == for_materials && !offer->not_alone && !offer->withdrawn;
}

static fg_status too_many_packs(fg_error *error) {
  return fg_fail(error, FG_INVALID, "book",
                 "more than %d packs, or numbers in which they may be ordered: the search cannot honour them",
                 FG_PLAN_PACKS_MAX);
}

static fg_status too_many_orders(const fg_plan_model *model, int month, uint32_t offer, fg_error *error) {
  return fg_fail(error, FG_UNSUPPORTED, "book",
                 "pack %.64s has too many numbers in which it may be ordered by its \"price\" or \"count\": the search "
                 "cannot honour them",
                 fg_plan_offered(model, month)->packs[offer].id.text);
}

/* Adds the possible orders of packs that are not sold one by one. */
static fg_status collect_orders(fg_plan_model *model, uint32_t offer, fg_plan_pack *packs, uint32_t *count,
                                fg_error *error) {
  const fg_arena_mark mark = fg_arena_mark_of(&model->arena);
  fg_plan_pack *orders = NULL;
  int order_count = 0;
  fg_status found = fg_plan_order_sizes(model, 0, offer, &orders, &order_count);
  FG_TRY(found == FG_OVERFLOW ? too_large(&fg_plan_offered(model, 0)->packs[offer], error) : found);
  fg_status status = order_count < 0 ? too_many_orders(model, 0, offer, error) : FG_OK;
  for (int i = 0; i < order_count && status == FG_OK; i++) {
    status = insert_pack(packs, count, orders[i]) ? FG_OK : too_many_packs(error);
  }
  fg_arena_rewind(&model->arena, &model->allocator, mark);
  return status;
}

/* Adds the packs that may be bought at the beginning of a month. */
static fg_status collect_packs(fg_plan_model *model, int month, bool for_materials, fg_plan_pack *packs,
                               uint32_t *count, fg_error *error) {
  const fg_product *product = fg_plan_offered(model, month);
  for (uint32_t i = 0; i < model->held_offer; i++) {
    const fg_pack_offer *offer = &product->packs[i];
    if (is_for_sale(offer, for_materials)) {
      fg_plan_pack pack = {.offer = i, .units = offer->units, .price = offer->price, .number = 1};
      FG_TRY(check_pack_offer(offer, error));
      FG_TRY(fg_plan_is_by_order(offer)        ? collect_orders(model, i, packs, count, error)
             : insert_pack(packs, count, pack) ? FG_OK
                                               : too_many_packs(error));
    }
  }
  limit_counts(packs, *count);
  return FG_OK;
}

/* An offer of packs, as all editions in the forecast sell it. */
typedef struct pack_of_editions {
  int64_t units;                      ///< units of a pack; 0: no edition sells it
  bool is_by_order;                   ///< whether some edition sells it by the order, at a price by the number of packs
  int64_t numbers[FG_PLAN_PACKS_MAX]; ///< numbers of packs that may be ordered at once, ascending
  uint32_t count;
} pack_of_editions;

static bool is_sold_in(const fg_plan_model *model, int month, uint32_t offer) {
  return is_for_sale(&fg_plan_offered(model, month)->packs[offer], false);
}

/* Checks that the search can buy a pack in every edition, and that it has the same size in all of them. */
static fg_status check_editions(const fg_plan_model *model, uint32_t offer, pack_of_editions *pack, fg_error *error) {
  for (int month = 0; month < model->month_count; month++) {
    const fg_pack_offer *sold = &fg_plan_offered(model, month)->packs[offer];
    if (!is_sold_in(model, month, offer)) {
      continue;
    }
    FG_TRY(check_pack_offer(sold, error));
    if (pack->units != 0 && pack->units != sold->units) {
      return fg_fail(error, FG_UNSUPPORTED, "book",
                     "pack %.64s has another size in another of the \"editions\": the search cannot honour it",
                     sold->id.text);
    }
    pack->units = sold->units;
    pack->is_by_order = pack->is_by_order || fg_plan_is_by_order(sold);
  }
  return FG_OK;
}

/* Inserts a number unless it is known. Returns false if there is no room for it. */
static bool insert_number(pack_of_editions *pack, int64_t number) {
  uint32_t place = pack->count;
  while (place > 0 && pack->numbers[place - 1] >= number) {
    place--;
  }
  bool is_known = place < pack->count && pack->numbers[place] == number;
  if (is_known || pack->count == FG_PLAN_PACKS_MAX) {
    return is_known;
  }
  memmove(pack->numbers + place + 1, pack->numbers + place, (pack->count - place) * sizeof *pack->numbers);
  pack->numbers[place] = number;
  pack->count++;
  return true;
}

/* Finds the numbers of packs that may be worth ordering at once in any edition. */
static fg_status find_numbers(fg_plan_model *model, uint32_t offer, pack_of_editions *pack, fg_error *error) {
  fg_status status = FG_OK;
  for (int month = 0; month < model->month_count && status == FG_OK; month++) {
    const fg_arena_mark mark = fg_arena_mark_of(&model->arena);
    bool is_known = month > 0 && model->months[month].offers == model->months[month - 1].offers;
    fg_plan_pack *orders = NULL;
    int count = 0;
    if (is_known || !is_sold_in(model, month, offer)) {
      continue;
    }
    status = fg_plan_order_sizes(model, month, offer, &orders, &count);
    FG_TRY(status == FG_OVERFLOW ? too_large(&fg_plan_offered(model, month)->packs[offer], error) : status);
    bool has_room = count >= 0;
    for (int i = 0; i < count && has_room; i++) {
      has_room = insert_number(pack, orders[i].number);
    }
    status = has_room ? FG_OK : too_many_orders(model, month, offer, error);
    fg_arena_rewind(&model->arena, &model->allocator, mark);
  }
  return status;
}

/* Adds an order of `number` packs, with its price in each month. */
static fg_status add_pack_of_editions(fg_plan_model *model, uint32_t offer, const pack_of_editions *of, int64_t number,
                                      fg_error *error) {
  fg_amount *prices = fg_plan_allocate(model, (size_t)model->month_count * sizeof *prices);
  FG_TRY(prices == NULL ? FG_NO_MEMORY : FG_OK);
  FG_TRY(model->pack_count < FG_PLAN_PACKS_MAX ? FG_OK : too_many_packs(error));
  fg_plan_pack *pack = &model->packs[model->pack_count++];
  *pack = (fg_plan_pack){.offer = offer,
                         .units = number * of->units,
                         .price = FG_PLAN_NEVER,
                         .number = number,
                         .is_order = of->is_by_order,
                         .prices = prices};
  for (int month = 0; month < model->month_count; month++) {
    const fg_pack_offer *sold = &fg_plan_offered(model, month)->packs[offer];
    prices[month] = FG_PLAN_NEVER;
    if (is_sold_in(model, month, offer) && fg_plan_order_price(model, sold, number, &prices[month]) != FG_OK) {
      return too_large(sold, error);
    }
    pack->price = prices[month] < pack->price ? prices[month] : pack->price;
  }
  return FG_OK;
}

static fg_status collect_packs_of_editions(fg_plan_model *model, fg_error *error) {
  for (uint32_t offer = 0; offer < model->held_offer; offer++) {
    pack_of_editions pack = {.units = 0};
    FG_TRY(check_editions(model, offer, &pack, error));
    FG_TRY(pack.is_by_order ? find_numbers(model, offer, &pack, error) : FG_OK);
    if (!pack.is_by_order && pack.units > 0) {
      insert_number(&pack, 1);
    }
    for (uint32_t i = 0; i < pack.count; i++) {
      FG_TRY(add_pack_of_editions(model, offer, &pack, pack.numbers[i], error));
    }
  }
  return FG_OK;
}

/* Finds the last month in which a pack bought at the beginning of `month` can be drawn on. */
static fg_status last_month(const fg_plan_model *model, const fg_pack_offer *offer, int month, int *last) {
  const fg_book *book = model->book;
  fg_time expires = 0;
  fg_status status = fg_validity_end(book, &book->policy, offer->validity, model->months[month].begin, &expires);
  if (status != FG_OK) {
    return status;
  }
  *last = fg_plan_last_before(model, month, expires);
  return FG_OK;
}

/* Checks what the search assumes: grants come every month or once, and are drawn on before packs. */
static fg_status check_offers(const fg_book *book, uint32_t which, uint32_t offers, fg_error *error) {
  const fg_product *product = &book->products[which];
  int32_t last_grant = 0;
  for (uint32_t owner = book->product_count; owner < fg_book_owner_count(book); owner++) {
    if (fg_book_draws(book, owner, which)) {
      return fg_fail(error, FG_UNSUPPORTED, "book", "\"pools\" that cover the product: the search cannot honour them");
    }
  }
  for (uint32_t i = 0; i < product->grant_count; i++) {
    last_grant = (int32_t)fg_max_i64(last_grant, product->grants[i].rank);
    if (product->grants[i].issue == FG_ISSUE_RECURRING) {
      return fg_fail(error, FG_UNSUPPORTED, "book", "a grant with \"issue\" of periods: the search cannot honour it");
    }
    if (product->grants[i].rollover > 0) {
      return fg_fail(error, FG_UNSUPPORTED, "book", "a grant with a \"rollover\": the search cannot honour it");
    }
    if (product->grants[i].when.count > 0) {
      return fg_fail(error, FG_UNSUPPORTED, "book", "a grant with \"when\": the search cannot honour it");
    }
  }
  for (uint32_t i = 0; i < offers; i++) {
    const fg_pack_offer *pack = &product->packs[i];
    if (!pack->of_materials && (pack->rank < last_grant || pack->rank != fg_plan_pack_rank(product))) {
      return fg_fail(
          error, FG_INVALID, "book",
          "packs with a \"rank\" below that of a grant, or with different ones: the search cannot honour them");
    }
  }
  return FG_OK;
}

/* Finds, for each month, the last month in which packs bought in it can be drawn on. It must be the same for all
   packs. */
static fg_status find_last_months(fg_plan_model *model, fg_error *error) {
  for (int month = 0; month < model->month_count; month++) {
    model->months[month].last = model->month_count - 1;
    bool any = false;
    for (uint32_t i = 0; i < model->pack_count; i++) {
      int last = 0;
      if (fg_plan_pack_price(&model->packs[i], month) == FG_PLAN_NEVER) {
        continue;
      }
      FG_TRY(last_month(model, &fg_plan_offered(model, month)->packs[model->packs[i].offer], month, &last));
      if (any && last != model->months[month].last) {
        return fg_fail(error, FG_INVALID, "book",
                       "packs that expire at different times: the search cannot honour them");
      }
      model->months[month].last = last;
      any = true;
    }
  }
  return FG_OK;
}

fg_status fg_plan_find_packs(fg_plan_model *model, fg_error *error) {
  for (int month = 0; month < model->month_count; month++) {
    if (month == 0 || model->months[month].offers != model->months[month - 1].offers) {
      FG_TRY(check_offers(model->months[month].offers, model->product, model->held_offer, error));
    }
  }
  FG_TRY(model->by_editions ? collect_packs_of_editions(model, error)
                            : collect_packs(model, 0, false, model->packs, &model->pack_count, error));
  FG_TRY(find_last_months(model, error));
  if (model->by_editions && !fg_plan_packs_last(model)) {
    return fg_fail(error, FG_UNSUPPORTED, "book",
                   "packs that expire within a forecast over several \"editions\": the search cannot honour them");
  }
  fg_pack_order order = fg_pack_order_of(&fg_plan_offered(model, 0)->order, &model->book->policy);
  bool is_by_time = !fg_pack_order_moves(&order) && order.by[0] != FG_BY_UNITS;
  if (!fg_plan_packs_last(model) && !is_by_time) {
    return fg_fail(error, FG_INVALID, "policy.pack_order",
                   "packs that expire within the forecast, the smallest drawn on first: the search cannot honour them");
  }
  return FG_OK;
}

bool fg_plan_packs_last(const fg_plan_model *model) {
  for (int month = 0; month < model->month_count; month++) {
    if (model->months[month].last < model->month_count - 1) {
      return false;
    }
  }
  return true;
}

fg_status fg_plan_find_materials(fg_plan_model *model, fg_error *error) {
  const fg_materials_offer *offer = fg_plan_offered(model, 0)->materials;
  int64_t counts[FG_PLAN_PACKS_MAX];
  uint32_t count = 0;
  if (offer == NULL) {
    return model->materials == 0 ? FG_OK : fg_fail(error, FG_INVALID, "materials", "the product holds no materials");
  }
  fg_plan_pack *packs = fg_plan_allocate(model, FG_PLAN_PACKS_MAX * sizeof *packs);
  FG_TRY(packs == NULL ? FG_NO_MEMORY : FG_OK);
  FG_TRY(collect_packs(model, 0, true, packs, &count, error));
  int64_t wanted = model->materials - fg_min_i64(model->materials, offer->free);
  model->material_cost = fg_plan_cover(packs, count, wanted, counts);
  if (model->material_cost == FG_PLAN_NEVER) {
    return fg_fail(error, FG_NOT_SOLD, "materials", "no pack of materials is for sale");
  }
  for (uint32_t i = 0; i < count; i++) {
    model->material_packs[packs[i].offer] = counts[i];
  }
  return FG_OK;
}
