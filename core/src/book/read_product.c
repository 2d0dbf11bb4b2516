#include "book_fields.h"

enum { MONTHS_MAX = 1200, YEARS_MAX = 100 };

static const char *const product_fields[] = {"id",          "title",  "meter", "unit",     "source",    "price",
                                             "tier_period", "grants", "packs", "capacity", "materials", NULL};
static const char *const grant_fields[] = {"id", "quantity", "issue", "validity", "source", NULL};
static const char *const pack_fields[] = {"id", "of", "units", "price", "validity", "source", NULL};
static const char *const capacity_fields[] = {"meter", "kind",  "mode",   "limit", "max_held",
                                              "day",   "month", "source", NULL};
static const char *const materials_fields[] = {"free", "source", NULL};

/* "permanent", "month", or an object of one count: {"days": 30}. */
static fg_status load_validity_value(const fg_book_reader *reader, const fg_json *value, fg_validity *validity) {
  static const int64_t most[FG_VALIDITY_COUNT] = {0, FG_DAYS_MAX, MONTHS_MAX, YEARS_MAX, 0};
  for (int unit = 0; unit < FG_VALIDITY_COUNT; unit++) {
    const char *name = fg_validity_words[unit];
    validity->unit = (fg_validity_unit)unit;
    if (most[unit] == 0 && fg_string_is(fg_json_string(value), name)) {
      return FG_OK;
    }
    if (most[unit] > 0 && fg_json_get(value, name) != NULL && value->is.object.count == 1) {
      int64_t count = 0;
      FG_TRY(fg_read_count(reader, value, name, FG_REQUIRED, 1, most[unit], &count));
      validity->count = (int32_t)count;
      return FG_OK;
    }
  }
  return fg_fail(reader->error, FG_INVALID, "",
                 "expected \"permanent\", \"month\" or an object of one of \"days\", \"months\" and \"years\"");
}

static fg_status load_validity(const fg_book_reader *reader, const fg_json *object, fg_validity *validity) {
  const fg_json *value = NULL;
  FG_TRY(fg_read_field(reader, object, "validity", FG_REQUIRED, &value));
  return fg_within(reader->error, load_validity_value(reader, value, validity), "validity");
}

static fg_status load_grant(const fg_book_reader *reader, const fg_json *value, void *item) {
  fg_grant_offer *grant = item;
  int issue = 0;
  FG_TRY(fg_json_fields(value, grant_fields, reader->error));
  FG_TRY(fg_read_name(reader, value, "id", &grant->id));
  FG_TRY(fg_read_units(reader, value, "quantity", FG_REQUIRED, 1, INT64_MAX, &grant->quantity));
  FG_TRY(fg_read_choice(reader, value, "issue", FG_REQUIRED, fg_issue_words, &issue));
  FG_TRY(load_validity(reader, value, &grant->validity));
  grant->issue = (fg_grant_issue)issue;
  grant->source = fg_string_of("");
  return fg_read_text(reader, value, "source", FG_OPTIONAL, &grant->source);
}

static fg_status load_pack(const fg_book_reader *reader, const fg_json *value, void *item) {
  fg_pack_offer *pack = item;
  int of = 0;
  FG_TRY(fg_json_fields(value, pack_fields, reader->error));
  FG_TRY(fg_read_name(reader, value, "id", &pack->id));
  FG_TRY(fg_read_choice(reader, value, "of", FG_OPTIONAL, fg_pack_words, &of));
  FG_TRY(fg_read_units(reader, value, "units", FG_REQUIRED, 1, INT64_MAX, &pack->units));
  FG_TRY(fg_read_price(reader, value, "price", &pack->price, NULL));
  FG_TRY(load_validity(reader, value, &pack->validity));
  pack->of_materials = of == 1;
  pack->source = fg_string_of("");
  return fg_read_text(reader, value, "source", FG_OPTIONAL, &pack->source);
}

/* Capacity is sold by the day or the month, whatever the hours of that: a quote and an order could not mean the same by
   them. */
static fg_status load_period(const fg_book_reader *reader, const fg_json *value, const char *key,
                             const fg_schedule **schedule) {
  FG_TRY(fg_read_schedule(reader, value, key, FG_OPTIONAL, schedule));
  if (*schedule != NULL && (*schedule)->per_hours_of_month) {
    fg_status status = fg_fail(reader->error, FG_INVALID, "per_hours_of_month",
                               "expected false: capacity is priced by the day or the month");
    return fg_within(reader->error, status, "%s", key);
  }
  return FG_OK;
}

static fg_status load_capacity_fields(const fg_book_reader *reader, const fg_json *value, const fg_product *product,
                                      fg_capacity_offer *capacity) {
  int kind = 0;
  int mode = 0;
  FG_TRY(fg_json_fields(value, capacity_fields, reader->error));
  FG_TRY(fg_read_name(reader, value, "meter", &capacity->meter));
  if (fg_string_equal(capacity->meter, product->meter)) {
    return fg_fail(reader->error, FG_INVALID, "meter", "expected another name than the meter of the product's usage");
  }
  FG_TRY(fg_read_choice(reader, value, "kind", FG_REQUIRED, fg_capacity_kind_words, &kind));
  FG_TRY(fg_read_choice(reader, value, "mode", FG_REQUIRED, fg_capacity_mode_words, &mode));
  FG_TRY(fg_read_units(reader, value, "limit", FG_OPTIONAL, 0, INT64_MAX, &capacity->limit));
  FG_TRY(fg_read_units(reader, value, "max_held", FG_OPTIONAL, 1, INT64_MAX, &capacity->max_held));
  FG_TRY(load_period(reader, value, "day", &capacity->day));
  FG_TRY(load_period(reader, value, "month", &capacity->month));
  capacity->kind = (fg_capacity_kind)kind;
  capacity->automatic = mode == 1;
  return fg_read_text(reader, value, "source", FG_OPTIONAL, &capacity->source);
}

static fg_status load_capacity(const fg_book_reader *reader, const fg_json *object, fg_product *product) {
  const fg_json *value = NULL;
  FG_TRY(fg_read_field(reader, object, "capacity", FG_OPTIONAL, &value));
  if (value == NULL) {
    return FG_OK;
  }
  fg_capacity_offer *capacity = fg_read_allocate(reader, sizeof *capacity);
  if (capacity == NULL) {
    return FG_NO_MEMORY;
  }
  capacity->limit = capacity->max_held = -1;
  capacity->source = fg_string_of("");
  product->capacity = capacity;
  return fg_within(reader->error, load_capacity_fields(reader, value, product, capacity), "capacity");
}

static fg_status load_materials_fields(const fg_book_reader *reader, const fg_json *value,
                                       fg_materials_offer *materials) {
  FG_TRY(fg_json_fields(value, materials_fields, reader->error));
  FG_TRY(fg_read_units(reader, value, "free", FG_REQUIRED, 0, INT64_MAX, &materials->free));
  return fg_read_text(reader, value, "source", FG_OPTIONAL, &materials->source);
}

static fg_status load_materials(const fg_book_reader *reader, const fg_json *object, fg_product *product) {
  const fg_json *value = NULL;
  FG_TRY(fg_read_field(reader, object, "materials", FG_OPTIONAL, &value));
  if (value == NULL) {
    return FG_OK;
  }
  fg_materials_offer *materials = fg_read_allocate(reader, sizeof *materials);
  if (materials == NULL) {
    return FG_NO_MEMORY;
  }
  materials->source = fg_string_of("");
  product->materials = materials;
  return fg_within(reader->error, load_materials_fields(reader, value, materials), "materials");
}

static fg_status load_grants_and_packs(const fg_book_reader *reader, const fg_json *value, fg_product *product) {
  fg_items grants;
  fg_items packs;
  FG_TRY(fg_read_items(reader, value, "grants", FG_OPTIONAL, sizeof(fg_grant_offer), load_grant, &grants));
  FG_TRY(fg_read_distinct(reader, "grants", &grants, sizeof(fg_grant_offer)));
  product->grants = grants.items;
  product->grant_count = grants.count;
  FG_TRY(fg_read_items(reader, value, "packs", FG_OPTIONAL, sizeof(fg_pack_offer), load_pack, &packs));
  FG_TRY(fg_read_distinct(reader, "packs", &packs, sizeof(fg_pack_offer)));
  product->packs = packs.items;
  product->pack_count = packs.count;
  for (uint32_t i = 0; i < packs.count && product->materials == NULL; i++) {
    if (product->packs[i].of_materials) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "of", "expected \"usage\": the product holds no materials");
      return fg_within(reader->error, status, "packs[%u]", i);
    }
  }
  return FG_OK;
}

fg_status fg_read_product(const fg_book_reader *reader, const fg_json *value, void *item) {
  fg_product *product = item;
  const fg_schedule *schedule = NULL;
  int period = 0;
  FG_TRY(fg_json_fields(value, product_fields, reader->error));
  FG_TRY(fg_read_name(reader, value, "id", &product->id));
  product->title = product->id;
  product->unit = fg_string_of("unit");
  product->source = fg_string_of("");
  FG_TRY(fg_read_text(reader, value, "title", FG_OPTIONAL, &product->title));
  FG_TRY(fg_read_name(reader, value, "meter", &product->meter));
  FG_TRY(fg_read_text(reader, value, "unit", FG_OPTIONAL, &product->unit));
  FG_TRY(fg_read_text(reader, value, "source", FG_OPTIONAL, &product->source));
  FG_TRY(fg_read_schedule(reader, value, "price", FG_REQUIRED, &schedule));
  product->schedule = *schedule;
  product->all_sold = fg_price_sold_up_to(schedule, 1) == INT64_MAX;
  FG_TRY(fg_read_choice(reader, value, "tier_period", FG_OPTIONAL, fg_period_words, &period));
  product->period = (fg_tier_period)period;
  FG_TRY(load_capacity(reader, value, product));
  FG_TRY(load_materials(reader, value, product));
  return load_grants_and_packs(reader, value, product);
}
