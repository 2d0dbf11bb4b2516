#include "names.h"

fg_status fg_no_such_product(const fg_book *book, fg_nameable meant, fg_string given, const char *path,
                             fg_error *error) {
  fg_known_names names = fg_known_names_for(given);
  const uint32_t events = meant == FG_PRODUCT_OR_EVENT ? book->event_count : 0;
  const uint32_t pools = meant == FG_PRODUCT_OR_POOL ? book->pool_count : 0;
  for (uint32_t i = 0; i < events; i++) {
    fg_known_names_add(&names, book->events[i].id);
  }
  for (uint32_t i = 0; i < pools; i++) {
    if (!book->pools[i].withdrawn) {
      fg_known_names_add(&names, book->pools[i].offers.id);
    }
  }
  for (uint32_t i = 0; i < book->product_count; i++) {
    if (!book->products[i].withdrawn) {
      fg_known_names_add(&names, book->products[i].id);
    }
  }
  return fg_known_names_refuse(&names, FG_UNKNOWN_PRODUCT, path,
                               events > 0  ? "event or product"
                               : pools > 0 ? "pool or product"
                                           : "product",
                               error);
}

fg_status fg_no_such_pack(const fg_product *product, fg_string given, bool of_usage, const char *path,
                          fg_error *error) {
  fg_known_names names = fg_known_names_for(given);
  for (uint32_t i = 0; i < product->pack_count; i++) {
    const fg_pack_offer *offer = &product->packs[i];
    if (!offer->withdrawn && !(of_usage && offer->of_materials)) {
      fg_known_names_add(&names, offer->id);
    }
  }
  return fg_known_names_refuse(&names, FG_UNKNOWN_PACK, path, "pack", error);
}

fg_status fg_no_such_meter(const fg_book *book, const fg_product *product, fg_string given, const char *path,
                           fg_error *error) {
  fg_known_names names = fg_known_names_for(given);
  if (product->meter.text != NULL) { /* a pool has no meter */
    fg_known_names_add(&names, product->meter);
  }
  for (uint32_t i = 0; i < product->capacity_count; i++) {
    const fg_capacity_offer *offer = book->capacities[product->first_capacity + i].offer;
    if (!offer->withdrawn) {
      fg_known_names_add(&names, offer->meter);
    }
  }
  return fg_known_names_refuse(&names, FG_UNKNOWN_METER, path, "meter", error);
}
