/* The checks of bundles, and the kinds of values that only bundles have. */
#include "book_keys.h"

static fg_status key_owner_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                void *object) {
  fg_string name;
  FG_TRY(fg_value_name(reader, value, &name));
  bool are_known = fg_products_are_read(reader) && fg_is_read(reader, &reader->book->pools);
  for (uint32_t i = 0; i < reader->book->pool_count && are_known; i++) {
    are_known = fg_is_read(reader, &reader->book->pools[i].offers.id);
  }
  return fg_book_find_owner(reader->book, name) != FG_NONE || !are_known
             ? fg_book_keep(reader, name, fg_key_place(key, object))
             : fg_fail(reader->error, FG_INVALID, "", "expected the id of a product or pool of this book");
}

static void key_owner_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  fg_kind_text.tell(to, key, book, object);
}

const fg_key_kind fg_kind_owner = {key_owner_read, key_owner_tell};

/* Checks that an item is either a pack, or capacity for so many days or months. */
fg_status fg_check_bundle_item(const fg_book_reader *reader, void *object) {
  const fg_bundle_item *item = object;
  bool has_pack = item->pack.text != NULL || !fg_is_read(reader, &item->pack);
  bool has_capacity = item->capacity.text != NULL || !fg_is_read(reader, &item->capacity);
  bool is_known = fg_is_read(reader, &item->days) && fg_is_read(reader, &item->months);
  if (has_pack == has_capacity) {
    return fg_fault_of(reader,
                       fg_fail(reader->error, FG_INVALID, "", "expected \"pack\" or \"capacity\", one of them"));
  }
  if (!is_known || (has_pack && item->days < 0 && item->months < 0) ||
      (has_capacity && (item->days > 0) != (item->months > 0))) {
    return FG_OK;
  }
  return fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, item->days > 0 ? "days" : "months", "%s",
                                     has_pack ? "expected none beside \"pack\""
                                              : "expected \"days\" or \"months\" of capacity, one of them"));
}

static const fg_capacity_offer *capacity_of_id(const fg_product *product, fg_string id) {
  if (product->capacity != NULL && fg_string_equal(product->capacity->meter, id)) {
    return product->capacity;
  }
  for (uint32_t i = 0; i < product->capacities_count; i++) {
    if (fg_string_equal(product->capacities[i].meter, id)) {
      return &product->capacities[i];
    }
  }
  return NULL;
}

static bool are_packs_read(const fg_book_reader *reader, const fg_product *owner) {
  bool all = fg_is_read(reader, &owner->packs);
  for (uint32_t i = 0; i < owner->pack_count && all; i++) {
    all = fg_is_read(reader, &owner->packs[i].id);
  }
  return all;
}

static bool are_capacities_read(const fg_book_reader *reader, const fg_product *owner) {
  bool all = fg_is_read(reader, &owner->capacities) && fg_is_read(reader, &owner->capacity);
  for (uint32_t i = 0; i < owner->capacities_count && all; i++) {
    all = fg_is_read(reader, &owner->capacities[i].meter);
  }
  return all;
}

/* The key of an item that names something nobody offers; NULL if all is offered, or if another fault keeps it from
   being known. */
static const char *not_offered(const fg_book_reader *reader, const fg_book *book, const fg_bundle_item *item) {
  int place = item->product_id.text == NULL ? FG_NONE : fg_book_find_owner(book, item->product_id);
  const fg_product *owner = place == FG_NONE ? NULL : fg_book_owner(book, (uint32_t)place);
  if (owner == NULL) {
    return NULL;
  }
  if (item->pack.text != NULL && are_packs_read(reader, owner) && fg_product_pack(owner, item->pack) == FG_NONE) {
    return "pack";
  }
  bool has_none = item->capacity.text != NULL && are_capacities_read(reader, owner) &&
                  capacity_of_id(owner, item->capacity) == NULL;
  return has_none ? "capacity" : NULL;
}

fg_status fg_check_bundles(const fg_book_reader *reader, const fg_book *book) {
  for (uint32_t i = 0; i < book->bundle_count && fg_is_read(reader, &book->bundles); i++) {
    const fg_bundle *bundle = &book->bundles[i];
    for (uint32_t j = 0; j < bundle->item_count && fg_is_read(reader, &bundle->items); j++) {
      const char *key = not_offered(reader, book, &bundle->items[j]);
      if (key != NULL) {
        fg_status status = fg_fail(reader->error, FG_INVALID, key, "expected the id of a %s of the product", key);
        FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "bundles[%u].items[%u]", i, j)));
      }
    }
  }
  return FG_OK;
}
