/* Reads a basket's JSON: {product: {meter: units, capacity: {quantity, days or months}, "materials": n, "packs": {…}},
   event: units, "bundles": {…}}. */
#include "basket.h"

#include "../base/known_names.h"
#include "../book/rating.h"
#include "../state/command_json.h"
#include "plan_model.h"

static bool is_named(fg_string name, const char *key) { return fg_string_is(name, key); }

static fg_status add_want(fg_basket_life *life, fg_basket_want want) {
  FG_TRY(FG_ARRAY_RESERVE(&life->allocator, &life->wants, 1));
  want.until = FG_NO_TIME;
  life->wants.items[life->wants.count++] = want;
  return FG_OK;
}

static fg_status read_capacity(const fg_json *value, fg_basket_want *want, fg_error *error) {
  static const char *const fields[] = {"quantity", "days", "months", NULL};
  const fg_json *quantity = NULL;
  FG_TRY(fg_json_fields(value, fields, error));
  const fg_json *days = fg_json_get(value, "days");
  const fg_json *months = fg_json_get(value, "months");
  FG_TRY(fg_json_require(value, "quantity", &quantity, error));
  FG_TRY(fg_within(error, fg_json_units(quantity, 1, INT64_MAX, &want->quantity, error), "quantity"));
  if ((days == NULL) == (months == NULL)) {
    return fg_fail(error, FG_INVALID, "", "expected either \"days\" or \"months\"");
  }
  return days != NULL ? fg_within(error, fg_json_units(days, 1, INT64_MAX, &want->days, error), "days")
                      : fg_within(error, fg_json_units(months, 1, INT64_MAX, &want->months, error), "months");
}

static fg_status read_basket_capacity(fg_basket_life *life, uint32_t owner, uint32_t place, const fg_json *value,
                                      fg_error *error) {
  fg_basket_want want = {.kind = FG_BASKET_CAPACITY, .owner = owner, .place = place};
  FG_TRY(read_capacity(value, &want, error));
  return add_want(life, want);
}

static fg_status refuse_pack(const fg_product *product, const char *given, fg_error *error) {
  fg_known_names names = fg_known_names_for(fg_string_of(given));
  for (uint32_t i = 0; i < product->pack_count; i++) {
    fg_known_names_add(&names, product->packs[i].id);
  }
  return fg_known_names_refuse(&names, FG_UNKNOWN_PACK, given, NULL, error);
}

static fg_status read_basket_packs(fg_basket_life *life, uint32_t owner, const fg_product *product,
                                   const fg_json *value, fg_error *error) {
  if (!fg_json_is(value, FG_JSON_OBJECT)) {
    return fg_json_not_allowed(error, "", value);
  }
  for (FG_EACH_MEMBER(value, member)) {
    int pack = fg_product_pack(product, fg_string_of(member->key));
    if (pack == FG_NONE) {
      return refuse_pack(product, member->key, error);
    }
    fg_basket_want want = {.kind = FG_BASKET_PACK, .owner = owner, .place = (uint32_t)pack};
    fg_status status = fg_json_units(&member->value, 0, INT64_MAX, &want.quantity, error);
    FG_TRY(fg_basket_within(error, status, fg_string_of(member->key)));
    FG_TRY(want.quantity > 0 ? add_want(life, want) : FG_OK);
  }
  return FG_OK;
}

static fg_status refuse_field(const fg_basket_life *life, const fg_product *product, const char *given,
                              fg_error *error) {
  const fg_book *book = fg_book_at(life->book, fg_basket_begin(life, 0));
  fg_known_names names = fg_known_names_for(fg_string_of(given));
  if (product->meter.text != NULL) { /* a pool has no meter */
    fg_known_names_add(&names, product->meter);
  }
  for (uint32_t i = 0; i < product->capacity_count; i++) {
    fg_known_names_add(&names, book->capacities[product->first_capacity + i].offer->meter);
  }
  if (product->materials != NULL) {
    fg_known_names_add(&names, fg_string_of("materials"));
  }
  fg_known_names_add(&names, fg_string_of("packs"));
  return fg_known_names_refuse(&names, FG_UNKNOWN_METER, given, NULL, error);
}

/* Reads a usage: a quantity, or an object of a quantity and attributes. */
static fg_status read_usage(fg_basket_life *life, const fg_json *value, fg_basket_item *item, fg_error *error) {
  static const char *const fields[] = {"quantity", "attributes", NULL};
  fg_basket_usage *usage = &item->usages[item->usage_count++];
  const fg_json *quantity = NULL;
  if (!fg_json_is(value, FG_JSON_OBJECT)) {
    return fg_json_units(value, 0, INT64_MAX, &usage->quantity, error);
  }
  FG_TRY(fg_json_fields(value, fields, error));
  FG_TRY(fg_json_require(value, "quantity", &quantity, error));
  FG_TRY(fg_within(error, fg_json_units(quantity, 0, INT64_MAX, &usage->quantity, error), "quantity"));
  const fg_json *attributes = fg_json_get(value, "attributes");
  if (attributes == NULL) {
    return FG_OK;
  }
  fg_attribute *room = fg_arena_allocate(&life->arena, &life->allocator, FG_ATTRIBUTES_MAX * sizeof *room);
  FG_TRY(room == NULL ? FG_NO_MEMORY : FG_OK);
  return fg_within(error, fg_attributes_from_json(attributes, room, &usage->attributes, error), "attributes");
}

/* Reads one usage, or a list of them. */
static fg_status read_usages(fg_basket_life *life, const fg_json *value, fg_basket_item *item, fg_error *error) {
  bool is_list = fg_json_is(value, FG_JSON_LIST);
  size_t count = is_list ? fg_json_length(value) : 1;
  if (count > FG_LIST_MAX) {
    return fg_fail(error, FG_INVALID, "", "expected at most %d usages", FG_LIST_MAX);
  }
  item->usages = fg_arena_allocate(&life->arena, &life->allocator, count * sizeof *item->usages);
  FG_TRY(item->usages == NULL ? FG_NO_MEMORY : FG_OK);
  if (!is_list) {
    return read_usage(life, value, item, error);
  }
  for (FG_EACH_ELEMENT(value, usage)) {
    FG_TRY(fg_within(error, read_usage(life, usage, item, error), "[%u]", item->usage_count));
  }
  return FG_OK;
}

/* Reads a member of an item. If a meter has the name of one of the words of baskets, the meter is meant. The path of an
   error begins within the item, except for a member that does not exist. */
static fg_status read_item_field(fg_basket_life *life, uint32_t owner, const fg_product *product,
                                 const fg_json_member *at, fg_error *error) {
  const fg_book *book = fg_book_at(life->book, fg_basket_begin(life, 0));
  fg_basket_item *item = &life->items[owner];
  fg_string key = fg_string_of(at->key);
  if (product->meter.text != NULL && is_named(product->meter, at->key)) {
    return fg_basket_within(error, read_usages(life, &at->value, item, error), key);
  }
  int capacity = product->capacity_count > 0 ? fg_product_capacity(book, product, key) : FG_NONE;
  if (capacity != FG_NONE) {
    return fg_basket_within(error, read_basket_capacity(life, owner, (uint32_t)capacity, &at->value, error), key);
  }
  if (product->materials != NULL && strcmp(at->key, "materials") == 0) {
    return fg_basket_within(error, fg_json_units(&at->value, 0, FG_PLAN_UNITS_MAX, &item->materials, error), key);
  }
  if (strcmp(at->key, "packs") == 0) {
    return fg_basket_within(error, read_basket_packs(life, owner, product, &at->value, error), key);
  }
  return refuse_field(life, product, at->key, error);
}

static fg_status read_basket_item(fg_basket_life *life, uint32_t owner, const fg_json *value, fg_error *error) {
  const fg_product *offered = fg_basket_owner(life, 0, owner);
  life->items[owner].is_asked = true;
  if (!fg_json_is(value, FG_JSON_OBJECT)) {
    const char *of = offered->meter.text == NULL ? "packs" : offered->meter.text; /* a pool has no meter */
    return fg_fail(error, FG_INVALID, "", "expected an object, {\"%s\": …}, not %s", of, fg_json_kind_name(value));
  }
  for (FG_EACH_MEMBER(value, member)) {
    FG_TRY(read_item_field(life, owner, offered, member, error));
  }
  return FG_OK;
}

/* Reads the usage of an event, and marks its products, which have to be open for it. */
static fg_status read_basket_event(fg_basket_life *life, const fg_event *event, uint32_t item, const fg_json *value,
                                   fg_error *error) {
  for (uint32_t i = 0; i < event->product_count; i++) {
    life->items[event->products[i]].is_asked = true;
  }
  return read_usages(life, value, &life->items[item], error);
}

static fg_status refuse_product(const fg_basket_life *life, const char *given, fg_error *error) {
  const fg_book *book = fg_book_at(life->book, fg_basket_begin(life, 0));
  fg_known_names names = fg_known_names_for(fg_string_of(given));
  for (uint32_t i = 0; i < life->item_count; i++) {
    bool is_owner = i < fg_book_owner_count(book);
    fg_string id = life->items[i].id;
    if (!is_owner || fg_book_find_owner(book, id) != FG_NONE) {
      fg_known_names_add(&names, id);
    }
  }
  return fg_known_names_refuse(&names, FG_UNKNOWN_PRODUCT, given, NULL, error);
}

static fg_status refuse_bundle(const fg_book *book, const char *given, fg_error *error) {
  fg_known_names names = fg_known_names_for(fg_string_of(given));
  for (uint32_t i = 0; i < book->bundle_count; i++) {
    if (!book->bundles[i].withdrawn) {
      fg_known_names_add(&names, book->bundles[i].id);
    }
  }
  return fg_known_names_refuse(&names, FG_UNKNOWN_PACK, given, NULL, error);
}

static fg_status read_basket_bundles(fg_basket_life *life, const fg_json *value, fg_error *error) {
  const fg_book *book = fg_book_at(life->book, fg_basket_begin(life, 0));
  if (!fg_json_is(value, FG_JSON_OBJECT)) {
    return fg_json_not_allowed(error, "", value);
  }
  for (FG_EACH_MEMBER(value, member)) {
    fg_basket_want want = {.kind = FG_BASKET_BUNDLE};
    int bundle = fg_book_bundle(book, fg_string_of(member->key));
    if (bundle == FG_NONE) {
      return refuse_bundle(book, member->key, error);
    }
    want.place = (uint32_t)bundle;
    fg_status status = fg_json_units(&member->value, 0, FG_LIST_MAX, &want.quantity, error);
    FG_TRY(fg_basket_within(error, status, fg_string_of(member->key)));
    FG_TRY(want.quantity > 0 ? add_want(life, want) : FG_OK);
  }
  return FG_OK;
}

/* Reads a member of the basket: a product, pool or event. "bundles" are bundles unless one of these has that name. */
static fg_status read_basket_member(fg_basket_life *life, const fg_json_member *at, fg_error *error) {
  const fg_book *book = fg_book_at(life->book, fg_basket_begin(life, 0));
  fg_string key = fg_string_of(at->key);
  int owner = fg_book_find_owner(book, key);
  int event = fg_book_event(book, key);
  if (owner != FG_NONE) {
    return fg_basket_within(error, read_basket_item(life, (uint32_t)owner, &at->value, error), key);
  }
  if (event != FG_NONE) {
    uint32_t item = fg_book_owner_count(book) + (uint32_t)event;
    return fg_basket_within(error, read_basket_event(life, &book->events[event], item, &at->value, error), key);
  }
  return strcmp(at->key, "bundles") == 0 ? fg_basket_within(error, read_basket_bundles(life, &at->value, error), key)
                                         : refuse_product(life, at->key, error);
}

/* Compares by the order of the book, so that the order in the basket does not matter. */
static int compare_wants(const void *a, const void *b) {
  const fg_basket_want *one = a;
  const fg_basket_want *other = b;
  bool is_owned = one->kind != FG_BASKET_BUNDLE && other->kind != FG_BASKET_BUNDLE;
  if (is_owned && one->owner != other->owner) {
    return one->owner < other->owner ? -1 : 1;
  }
  if (one->kind != other->kind) {
    return one->kind < other->kind ? -1 : 1;
  }
  return one->place < other->place ? -1 : one->place > other->place;
}

/* Refuses capacity for which the usage beyond it is billed, because that may depend on the second in which each unit is
   used, and a basket does not say when. */
static fg_status check_wants(const fg_basket_life *life, fg_error *error) {
  const fg_book *book = fg_book_at(life->book, fg_basket_begin(life, 0));
  for (uint32_t i = 0; i < life->wants.count; i++) {
    const fg_basket_want *want = &life->wants.items[i];
    if (want->kind == FG_BASKET_CAPACITY && book->capacities[want->place].offer->bills_beyond) {
      return fg_refuse_feature(book, &book->products[want->owner], "capacities.beyond", error);
    }
  }
  return FG_OK;
}

static fg_status read_basket_items(fg_basket_life *life, const fg_json *root, fg_error *error) {
  if (!fg_json_is(root, FG_JSON_OBJECT)) {
    return fg_json_not_allowed(error, "", root);
  }
  for (FG_EACH_MEMBER(root, member)) {
    FG_TRY(read_basket_member(life, member, error));
  }
  FG_ARRAY_SORT(&life->wants, compare_wants);
  return check_wants(life, error);
}

fg_status fg_basket_read(fg_basket_life *life, fg_error *error) {
  const fg_book *book = fg_book_at(life->book, fg_basket_begin(life, 0));
  uint32_t owners = fg_book_owner_count(book);
  life->item_count = owners + book->event_count;
  life->items = fg_arena_allocate(&life->arena, &life->allocator, life->item_count * sizeof *life->items);
  if (life->items == NULL) {
    return FG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < life->item_count; i++) {
    life->items[i].id = i < owners ? fg_book_owner(book, i)->id : book->events[i - owners].id;
  }
  FG_TRY(fg_json_parse(life->basket->content, &life->allocator, &life->content, error));
  return read_basket_items(life, &life->content.root, error);
}
