/* The checks of what offers require of each other: it must be offered, and no offer may lead back to itself. */
#include "book_keys.h"

#include <stdio.h>

/* An offer, by its place in the book. */
typedef struct required_offer {
  fg_string id;
  const fg_names *requires;
  const char *list;      ///< key of the list that it stands in at its owner; NULL: it stands in the book
  uint32_t owner, place; ///< places: of the owner among products or pools, of the offer in the list
  bool of_pool;
} required_offer;

typedef struct offer_list {
  required_offer *items; ///< sorted by id
  uint32_t count;
} offer_list;

/* A step of a walk along what is required, from the offers of one id to those of another. */
typedef struct walked_offer {
  uint32_t first, end; ///< the offers that have the id
  uint32_t offer;      ///< the offer whose requirements are being followed
  uint32_t next;       ///< the next of that offer's requirements to follow
} walked_offer;

static void put_offer(offer_list *list, bool counts_only, required_offer offer) {
  if (!counts_only) {
    list->items[list->count] = offer;
  }
  list->count++;
}

static void put_offers_of(offer_list *list, bool counts_only, const fg_product *owner, uint32_t number, bool of_pool) {
  for (uint32_t i = 0; i < owner->pack_count; i++) {
    const fg_pack_offer *pack = &owner->packs[i];
    put_offer(list, counts_only, (required_offer){pack->id, &pack->sale.requires, "packs", number, i, of_pool});
  }
  if (owner->capacity != NULL) {
    const fg_capacity_offer *capacity = owner->capacity;
    put_offer(list, counts_only,
              (required_offer){capacity->meter, &capacity->sale.requires, "capacity", number, 0, of_pool});
  }
  for (uint32_t i = 0; i < owner->capacities_count; i++) {
    const fg_capacity_offer *capacity = &owner->capacities[i];
    put_offer(list, counts_only,
              (required_offer){capacity->meter, &capacity->sale.requires, "capacities", number, i, of_pool});
  }
}

static void put_all(offer_list *list, bool counts_only, const fg_book *book) {
  list->count = 0;
  for (uint32_t i = 0; i < book->product_count; i++) {
    put_offers_of(list, counts_only, &book->products[i], i, false);
  }
  for (uint32_t i = 0; i < book->pool_count; i++) {
    put_offers_of(list, counts_only, &book->pools[i].offers, i, true);
  }
  for (uint32_t i = 0; i < book->bundle_count; i++) {
    const fg_bundle *bundle = &book->bundles[i];
    put_offer(list, counts_only, (required_offer){bundle->id, &bundle->sale.requires, NULL, 0, i, false});
  }
}

static int compare_offers(const void *a, const void *b) {
  return fg_string_compare(((const required_offer *)a)->id, ((const required_offer *)b)->id);
}

/* The place of the first offer whose id is not less than the given one. */
static uint32_t first_offer(const offer_list *list, fg_string id) {
  uint32_t low = 0;
  uint32_t high = list->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    bool is_below = fg_string_compare(list->items[middle].id, id) < 0;
    low = is_below ? middle + 1 : low;
    high = is_below ? high : middle;
  }
  return low;
}

static walked_offer walk_from(const offer_list *list, uint32_t first) {
  uint32_t end = first;
  while (end < list->count && fg_string_equal(list->items[end].id, list->items[first].id)) {
    end++;
  }
  return (walked_offer){first, end, first, 0};
}

static fg_status refuse_required(const fg_book_reader *reader, const required_offer *offer, uint32_t which,
                                 const char *expected) {
  char path[128];
  const char *owners = offer->of_pool ? "pools" : "products";
  if (offer->list == NULL) {
    snprintf(path, sizeof path, "bundles[%u].requires[%u]", offer->place, which);
  } else {
    snprintf(path, sizeof path, "%s[%u].%s[%u].requires[%u]", owners, offer->owner, offer->list, offer->place, which);
  }
  return fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, path, "expected %s", expected));
}

enum { OFFER_NEW, OFFER_ON_THE_WAY, OFFER_DONE };

/* Follows one more requirement of the last step of a walk; false once all are followed. */
static fg_status follow_one(const fg_book_reader *reader, const offer_list *list, walked_offer *at, uint8_t *states,
                            uint32_t *next) {
  const required_offer *offer = &list->items[at->offer];
  uint32_t which = at->next++;
  uint32_t first = first_offer(list, offer->requires->items[which]);
  bool is_known = first < list->count && fg_string_equal(list->items[first].id, offer->requires->items[which]);
  *next = UINT32_MAX;
  if (!is_known) {
    return refuse_required(reader, offer, which, "the id of a pack, a capacity or a bundle of this book");
  }
  if (states[first] == OFFER_ON_THE_WAY) {
    return refuse_required(reader, offer, which, "an offer that does not require this one in turn: a circle");
  }
  *next = states[first] == OFFER_NEW ? first : UINT32_MAX;
  return FG_OK;
}

/* Follows all that the offers of one id require, and refuses a circle. The walk has a stack of its own, because
   requirements may nest deeper than the stack of C allows. */
static fg_status follow_all(const fg_book_reader *reader, const offer_list *list, walked_offer *stack, uint8_t *states,
                            uint32_t from) {
  uint32_t depth = 1;
  stack[0] = walk_from(list, from);
  states[from] = OFFER_ON_THE_WAY;
  while (depth > 0) {
    walked_offer *at = &stack[depth - 1];
    if (at->offer == at->end) {
      states[at->first] = OFFER_DONE;
      depth--;
    } else if (at->next == list->items[at->offer].requires->count) {
      at->offer++;
      at->next = 0;
    } else {
      uint32_t next = 0;
      FG_TRY(follow_one(reader, list, at, states, &next));
      if (next != UINT32_MAX) {
        states[next] = OFFER_ON_THE_WAY;
        stack[depth++] = walk_from(list, next);
      }
    }
  }
  return FG_OK;
}

static fg_status check_offers_required(const fg_book_reader *reader, const offer_list *list, walked_offer *stack,
                                       uint8_t *states) {
  FG_ARRAY_SORT(list, compare_offers);
  for (uint32_t i = 0; i < list->count; i = walk_from(list, i).end) {
    FG_TRY(states[i] == OFFER_NEW ? follow_all(reader, list, stack, states, i) : FG_OK);
  }
  return FG_OK;
}

static bool any_requires(const offer_list *list) {
  bool any = false;
  for (uint32_t i = 0; i < list->count && !any; i++) {
    any = list->items[i].requires->count > 0;
  }
  return any;
}

/* Whether the ids of all offers were read. */
static bool are_offers_read(const fg_book_reader *reader, const fg_book *book) {
  bool all = fg_products_are_read(reader) && fg_is_read(reader, &book->pools) && fg_is_read(reader, &book->bundles);
  for (uint32_t i = 0; i < book->bundle_count && all; i++) {
    all = fg_is_read(reader, &book->bundles[i].id) && fg_is_read(reader, &book->bundles[i].sale.requires);
  }
  for (uint32_t owner = 0; owner < fg_book_owner_count(book) && all; owner++) {
    const fg_product *offers = fg_book_owner(book, owner);
    all = fg_is_read(reader, &offers->packs) && fg_is_read(reader, &offers->capacities) &&
          fg_is_read(reader, &offers->capacity);
    for (uint32_t i = 0; i < offers->pack_count && all; i++) {
      all = fg_is_read(reader, &offers->packs[i].id) && fg_is_read(reader, &offers->packs[i].sale.requires);
    }
    for (uint32_t i = 0; i < offers->capacities_count && all; i++) {
      all = fg_is_read(reader, &offers->capacities[i].meter) &&
            fg_is_read(reader, &offers->capacities[i].sale.requires);
    }
  }
  return all;
}

fg_status fg_check_requires(const fg_book_reader *reader, const fg_book *book) {
  offer_list list = {NULL, 0};
  const fg_allocator *allocator = &reader->book->allocator;
  if (!are_offers_read(reader, book)) {
    return FG_OK;
  }
  put_all(&list, true, book);
  size_t room = list.count;
  size_t bytes = room * (sizeof(required_offer) + sizeof(walked_offer) + 1);
  char *block = room == 0 ? NULL : fg_allocate(allocator, bytes);
  if (block == NULL) {
    return room == 0 ? FG_OK : fg_refuse(reader->error, FG_NO_MEMORY);
  }
  list.items = (required_offer *)(void *)block;
  put_all(&list, false, book);
  walked_offer *stack = (walked_offer *)(void *)(block + room * sizeof(required_offer));
  uint8_t *states = (uint8_t *)(stack + room);
  fg_status status = any_requires(&list) ? check_offers_required(reader, &list, stack, states) : FG_OK;
  fg_release(allocator, block, bytes);
  return status;
}
