/* A basket in JSON: {product: {meter: units, capacity meter: {quantity, days or months}, "materials": n, "packs":
   {…}}}. */
#include "basket.h"
#include "../book/rating.h"
#include "../state/command_json.h"
#include "plan_model.h"

static bool is_named(fg_string name, const char *key) { return fg_string_is(name, key); }

static fg_status read_basket_capacity(const fg_json *value, fg_basket_item *item, fg_error *error) {
  static const char *const fields[] = {"quantity", "days", "months", NULL};
  const fg_json *quantity = NULL;
  FG_TRY(fg_json_fields(value, fields, error));
  const fg_json *days = fg_json_get(value, "days");
  const fg_json *months = fg_json_get(value, "months");
  FG_TRY(fg_json_require(value, "quantity", &quantity, error));
  FG_TRY(fg_within(error, fg_json_units(quantity, 1, INT64_MAX, &item->capacity, error), "quantity"));
  if ((days == NULL) == (months == NULL)) {
    return fg_fail(error, FG_INVALID, "", "expected either \"days\" or \"months\"");
  }
  if (days != NULL) {
    return fg_within(error, fg_json_units(days, 1, INT64_MAX, &item->days, error), "days");
  }
  return fg_within(error, fg_json_units(months, 1, INT64_MAX, &item->months, error), "months");
}

static fg_status refuse_pack(fg_basket_life *life, const fg_product *product, const char *given, fg_error *error) {
  fg_string *names = fg_arena_allocate(&life->arena, &life->allocator, product->pack_count * sizeof *names);
  if (names == NULL) {
    return FG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < product->pack_count; i++) {
    names[i] = product->packs[i].id;
  }
  return fg_basket_no_such_name(error, FG_UNKNOWN_PACK, given, names, product->pack_count);
}

static fg_status read_basket_packs(fg_basket_life *life, const fg_product *product, const fg_json *value,
                                   fg_basket_item *item, fg_error *error) {
  if (!fg_json_is(value, FG_JSON_OBJECT)) {
    return fg_json_not_allowed(error, "", value);
  }
  for (FG_EACH_MEMBER(value, at)) {
    int pack = fg_product_pack(product, fg_string_of(at->key));
    if (pack == FG_NONE) {
      return refuse_pack(life, product, at->key, error);
    }
    fg_status status = fg_json_units(&at->value, 0, INT64_MAX, &item->packs[pack], error);
    FG_TRY(fg_basket_within(error, status, fg_string_of(at->key)));
  }
  return FG_OK;
}

static fg_status refuse_field(const fg_product *product, const char *given, fg_error *error) {
  fg_string names[4] = {product->meter};
  size_t count = product->meter.text == NULL ? 0 : 1; /* of a pool none */
  if (product->capacity != NULL) {
    names[count++] = product->capacity->meter;
  }
  if (product->materials != NULL) {
    names[count++] = fg_string_of("materials");
  }
  names[count++] = fg_string_of("packs");
  return fg_basket_no_such_name(error, FG_UNKNOWN_METER, given, names, count);
}

/* A quantity, or an object of it and of attributes. */
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

/* One usage, or a list of them. */
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

/* A meter goes before the words of baskets, should it have the name of one. The path of a fault is that within the
   value, but for a field that there is not. */
static fg_status read_item_field(fg_basket_life *life, const fg_product *product, const fg_json_member *at,
                                 fg_basket_item *item, fg_error *error) {
  fg_string key = fg_string_of(at->key);
  if (product->meter.text != NULL && is_named(product->meter, at->key)) {
    return fg_basket_within(error, read_usages(life, &at->value, item, error), key);
  }
  if (product->capacity != NULL && is_named(product->capacity->meter, at->key)) {
    return fg_basket_within(error, read_basket_capacity(&at->value, item, error), key);
  }
  if (product->materials != NULL && strcmp(at->key, "materials") == 0) {
    return fg_basket_within(error, fg_json_units(&at->value, 0, FG_PLAN_UNITS_MAX, &item->materials, error), key);
  }
  if (strcmp(at->key, "packs") == 0) {
    return fg_basket_within(error, read_basket_packs(life, product, &at->value, item, error), key);
  }
  return refuse_field(product, at->key, error);
}

static fg_status read_basket_item(fg_basket_life *life, uint32_t product, const fg_json *value, fg_error *error) {
  const fg_product *offered = fg_basket_owner(life, 0, product);
  fg_basket_item *item = &life->items[product];
  item->is_asked = true;
  item->packs = fg_arena_allocate(&life->arena, &life->allocator, offered->pack_count * sizeof *item->packs);
  if (item->packs == NULL) {
    return FG_NO_MEMORY;
  }
  if (!fg_json_is(value, FG_JSON_OBJECT)) {
    return fg_json_not_allowed(error, "", value);
  }
  for (FG_EACH_MEMBER(value, at)) {
    FG_TRY(read_item_field(life, offered, at, item, error));
  }
  return FG_OK;
}

static fg_status refuse_product(fg_basket_life *life, const char *given, fg_error *error) {
  const fg_book *book = fg_book_at(life->book, fg_basket_begin(life, 0));
  fg_string *names = fg_arena_allocate(&life->arena, &life->allocator, fg_book_owner_count(book) * sizeof *names);
  size_t count = 0;
  if (names == NULL) {
    return FG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < fg_book_owner_count(book); i++) {
    fg_string id = fg_book_owner(book, i)->id;
    if (fg_book_find_owner(book, id) != FG_NONE) {
      names[count++] = id;
    }
  }
  return fg_basket_no_such_name(error, FG_UNKNOWN_PRODUCT, given, names, count);
}

/* A basket says nothing of when in a month it is used. */
static fg_status check_basket_product(const fg_book *book, uint32_t which, fg_error *error) {
  const fg_product *product = &book->products[which];
  FG_TRY(fg_require_months(book, product, error));
  return product->aggregate == NULL ? FG_OK : fg_refuse_feature(book, product, "aggregate", error);
}

static fg_status read_basket_items(fg_basket_life *life, const fg_json *root, fg_error *error) {
  const fg_book *book = fg_book_at(life->book, fg_basket_begin(life, 0));
  if (!fg_json_is(root, FG_JSON_OBJECT)) {
    return fg_json_not_allowed(error, "", root);
  }
  for (FG_EACH_MEMBER(root, at)) {
    int owner = fg_book_find_owner(book, fg_string_of(at->key));
    if (owner == FG_NONE) {
      return refuse_product(life, at->key, error);
    }
    FG_TRY(fg_book_is_pool(book, (uint32_t)owner) ? FG_OK : check_basket_product(book, (uint32_t)owner, error));
    FG_TRY(fg_basket_within(error, read_basket_item(life, (uint32_t)owner, &at->value, error), fg_string_of(at->key)));
  }
  return FG_OK;
}

fg_status fg_basket_read(fg_basket_life *life, fg_error *error) {
  uint32_t owners = fg_book_owner_count(life->book);
  life->items = fg_arena_allocate(&life->arena, &life->allocator, owners * sizeof *life->items);
  if (life->items == NULL) {
    return FG_NO_MEMORY;
  }
  FG_TRY(fg_json_parse(life->basket->content, &life->allocator, &life->content, error));
  return read_basket_items(life, &life->content.root, error);
}
