/* The kinds of values that attributes, rules, terms and events have: how each is read and told. */
#include "book_keys.h"
#include "attributes.h"

/* A fault in a part of a value, whose member was not read for it. */
static fg_status part_fault(const fg_book_reader *reader, const fg_book_key *key, const void *object,
                            fg_status status) {
  return fg_fault_at(reader, key, fg_key_value(key, object), key->size, status);
}

/* ---------------------------------------------------------------------------------------------------- attributes */

enum { ATTRIBUTE_TEXT_MAX = 128 };

static fg_status read_value_text(const fg_book_reader *reader, const fg_json *value, fg_string *kept) {
  fg_string text;
  FG_TRY(fg_json_text(value, &text, reader->error));
  return text.length > 0 && text.length <= ATTRIBUTE_TEXT_MAX
             ? fg_book_keep(reader, text, kept)
             : fg_fail(reader->error, FG_INVALID, "", "expected a text of 1 to %d bytes", ATTRIBUTE_TEXT_MAX);
}

static fg_status read_another_text(const fg_book_reader *reader, const fg_json *value, fg_text_index *index,
                                   fg_string *place) {
  FG_TRY(read_value_text(reader, value, place));
  int64_t same = fg_text_index_add(index);
  return same < 0 ? FG_OK : fg_fail(reader->error, FG_INVALID, "", "expected a text that [%d] has not", (int)same);
}

static fg_status key_attribute_values_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                           void *object) {
  fg_book_attribute *attribute = object;
  size_t count = fg_json_length(value);
  void *block = NULL;
  if (count < 1 || count > FG_LIST_MAX) {
    return fg_fail(reader->error, FG_INVALID, "", "expected a list of 1 to %d texts", FG_LIST_MAX);
  }
  FG_TRY(fg_book_allocate(reader, count * sizeof(fg_string), &block));
  fg_string *texts = block;
  attribute->values = texts;
  if (!fg_text_index_begin(&attribute->found_by, texts, (uint32_t)count, &reader->book->whole->arena,
                           &reader->book->allocator)) {
    return fg_refuse(reader->error, FG_NO_MEMORY);
  }
  for (FG_EACH_ELEMENT(value, at)) {
    fg_status status = read_another_text(reader, at, &attribute->found_by, &texts[attribute->found_by.count]);
    status = fg_within(reader->error, status, "[%u]", attribute->value_count++);
    FG_TRY(part_fault(reader, key, object, status));
  }
  return FG_OK;
}

static void key_attribute_values_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_book_attribute *attribute = object;
  (void)book;
  if (attribute->values == NULL) {
    fg_tell_null(to, key->name);
    return;
  }
  fg_tell_begin_list(to, key->name);
  for (uint32_t i = 0; i < attribute->value_count; i++) {
    fg_tell_text(to, NULL, attribute->values[i]);
  }
  fg_tell_end_list(to);
}

/* One value of an attribute, as its number. */
static fg_status read_value(const fg_book_reader *reader, const fg_book_attribute *attribute, const fg_json *value,
                            int64_t *number) {
  const fg_range *range = &attribute->range;
  if (attribute->values != NULL) {
    fg_string text = fg_json_string(value);
    *number = text.text == NULL ? FG_NONE : fg_text_index_find(&attribute->found_by, text);
    return *number >= 0 ? FG_OK
                        : fg_fail(reader->error, FG_INVALID, "", "expected one of the values of the attribute \"%s\"",
                                  attribute->id.text);
  }
  FG_TRY(fg_json_units(value, 0, INT64_MAX, number, reader->error));
  return *number >= range->first && *number <= range->last
             ? FG_OK
             : fg_fail(reader->error, FG_INVALID, "", "expected a value of the attribute \"%s\": %lld to %lld",
                       attribute->id.text, (long long)range->first, (long long)range->last);
}

static void tell_value(fg_teller *to, const char *key, const fg_book_attribute *attribute, int64_t number) {
  if (attribute->values != NULL) {
    fg_tell_text(to, key, attribute->values[number]);
  } else {
    fg_tell_integer(to, key, number);
  }
}

/* Whether it is known which values an attribute has. */
static bool values_are_read(const fg_book_reader *reader, const fg_book_attribute *attribute) {
  return fg_is_read(reader, &attribute->values) && fg_is_read(reader, &attribute->whole) &&
         (attribute->values != NULL) != (attribute->whole != NULL) &&
         (attribute->whole == NULL ||
          (fg_is_read(reader, &attribute->whole->from) && fg_is_read(reader, &attribute->whole->below)));
}

static fg_range range_of(const fg_book_attribute *attribute) {
  const fg_whole *whole = attribute->whole;
  if (whole == NULL) {
    return (fg_range){0, (int64_t)attribute->value_count - 1};
  }
  return (fg_range){whole->from, whole->below < 0 ? INT64_MAX : whole->below - 1};
}

static fg_status key_attribute_default_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                            void *object) {
  fg_book_attribute *attribute = object;
  (void)key;
  attribute->has_default = true;
  attribute->range = range_of(attribute);
  return values_are_read(reader, attribute) ? read_value(reader, attribute, value, &attribute->default_value) : FG_OK;
}

static void key_attribute_default_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_book_attribute *attribute = object;
  (void)book;
  if (attribute->has_default) {
    tell_value(to, key->name, attribute, attribute->default_value);
  } else {
    fg_tell_null(to, key->name);
  }
}

const fg_key_kind fg_kind_attribute_values = {key_attribute_values_read, key_attribute_values_tell};
const fg_key_kind fg_kind_attribute_default = {key_attribute_default_read, key_attribute_default_tell};

fg_status fg_check_whole(const fg_book_reader *reader, void *object) {
  const fg_whole *whole = object;
  bool is_read = fg_is_read(reader, &whole->from) && fg_is_read(reader, &whole->below);
  if (!is_read || whole->below < 0 || whole->from < whole->below) {
    return FG_OK;
  }
  fg_status status = fg_fail(reader->error, FG_INVALID, "below", "empty range: expected more than \"from\"");
  return fg_fault_at(reader, NULL, &whole->below, sizeof whole->below, status);
}

fg_status fg_check_attribute(const fg_book_reader *reader, void *object) {
  fg_book_attribute *attribute = object;
  attribute->range = range_of(attribute);
  if (fg_string_is(attribute->id, "hour") || fg_string_is(attribute->id, "weekday")) {
    fg_status status = fg_fail(reader->error, FG_INVALID, "id",
                               "expected another name: every usage has the attribute \"%s\"", attribute->id.text);
    FG_TRY(fg_fault_at(reader, NULL, &attribute->id, sizeof attribute->id, status));
  }
  bool is_read = fg_is_read(reader, &attribute->values) && fg_is_read(reader, &attribute->whole);
  bool is_one = (attribute->values == NULL) != (attribute->whole == NULL);
  return !is_read || is_one ? FG_OK
                            : fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "",
                                                          "expected \"values\" or \"whole\", one of them"));
}

/* Where an id was not read, it may be the one that is not found. */
static bool attributes_are_read(const fg_book_reader *reader) {
  const fg_book *book = reader->book;
  bool all = fg_is_read(reader, &book->attributes);
  for (uint32_t i = 0; i < book->attribute_count && all; i++) {
    all = fg_is_read(reader, &book->attributes[i].id);
  }
  return all;
}

/* The attribute of a name; NULL where that is none, or it is not known what its values are. */
static fg_status find_attribute(const fg_book_reader *reader, fg_string name, int *place,
                                const fg_book_attribute **found) {
  *place = fg_attribute_place(reader->book, name);
  *found = *place == FG_NONE ? NULL : fg_attribute_at(reader->book, (uint32_t)*place);
  if (*found == NULL && attributes_are_read(reader)) {
    return fg_fail(reader->error, FG_INVALID, "", "the book has no attribute of this name");
  }
  bool is_known = *found != NULL && fg_is_read(reader, &(*found)->id) && values_are_read(reader, *found);
  *found = is_known ? *found : NULL;
  return FG_OK;
}

/* ----------------------------------------------------------------------------------------------------- conditions */

/* {"from": n, "below": n} of numbers. */
static fg_status read_bounds(const fg_book_reader *reader, const fg_book_attribute *attribute, const fg_json *value,
                             fg_range *range) {
  static const char *const fields[] = {"from", "below", NULL};
  const fg_json *from = fg_json_get(value, "from");
  const fg_json *below = fg_json_get(value, "below");
  int64_t least = 0;
  int64_t end = INT64_MAX;
  if (attribute->values != NULL) {
    return fg_fail(reader->error, FG_INVALID, "",
                   "expected a text or a list of texts: the values of \"%s\" are no numbers", attribute->id.text);
  }
  FG_TRY(fg_json_fields(value, fields, reader->error));
  if (from == NULL && below == NULL) {
    return fg_fail(reader->error, FG_INVALID, "", "expected \"from\", \"below\" or both");
  }
  if (from != NULL) {
    FG_TRY(fg_within(reader->error, fg_json_units(from, 0, INT64_MAX, &least, reader->error), "from"));
  }
  if (below != NULL) {
    FG_TRY(fg_within(reader->error, fg_json_units(below, 0, INT64_MAX, &end, reader->error), "below"));
  }
  range->first = fg_max_i64(least, attribute->range.first);
  range->last = below == NULL ? attribute->range.last : fg_min_i64(end - 1, attribute->range.last);
  return range->first <= range->last
             ? FG_OK
             : fg_fail(reader->error, FG_INVALID, "", "empty range: \"%s\" has no such value", attribute->id.text);
}

/* The values of a list as ranges: rising, and those without a gap between them as one. */
static uint32_t join_ranges(fg_range *ranges, uint32_t count) {
  uint32_t joined = 0;
  for (uint32_t i = 1; i < count; i++) {
    if (ranges[i].first <= ranges[joined].last || ranges[i].first - 1 == ranges[joined].last) {
      ranges[joined].last = ranges[i].last;
    } else {
      ranges[++joined] = ranges[i];
    }
  }
  return joined + 1;
}

static fg_status read_listed(const fg_book_reader *reader, const fg_book_attribute *attribute, const fg_json *value,
                             fg_range *ranges, uint32_t *count) {
  uint32_t item = 0;
  for (FG_EACH_ELEMENT(value, at)) {
    int64_t number = 0;
    FG_TRY(fg_within(reader->error, read_value(reader, attribute, at, &number), "[%u]", item));
    uint32_t place = item++;
    for (; place > 0 && ranges[place - 1].first > number; place--) {
      ranges[place] = ranges[place - 1];
    }
    ranges[place] = (fg_range){number, number};
  }
  *count = join_ranges(ranges, item);
  return FG_OK;
}

static fg_status read_ranges(const fg_book_reader *reader, const fg_book_attribute *attribute, const fg_json *value,
                             fg_condition *condition) {
  bool is_list = fg_json_is(value, FG_JSON_LIST);
  size_t count = is_list ? fg_json_length(value) : 1;
  void *block = NULL;
  if (count < 1 || count > FG_LIST_MAX) {
    return fg_fail(reader->error, FG_INVALID, "", "expected 1 to %d values", FG_LIST_MAX);
  }
  FG_TRY(fg_book_allocate(reader, count * sizeof(fg_range), &block));
  fg_range *ranges = block;
  condition->ranges = ranges;
  if (is_list) {
    return read_listed(reader, attribute, value, ranges, &condition->range_count);
  }
  condition->range_count = 1;
  if (fg_json_is(value, FG_JSON_OBJECT)) {
    return read_bounds(reader, attribute, value, ranges);
  }
  FG_TRY(read_value(reader, attribute, value, &ranges->first));
  ranges->last = ranges->first;
  return FG_OK;
}

/* One member of a condition; it is not whole where its attribute was not read. */
static fg_status read_condition(const fg_book_reader *reader, const fg_book_key *key, const fg_json_member *member,
                                fg_when *when, fg_condition *condition) {
  const fg_book_attribute *attribute = NULL;
  int place = FG_NONE;
  FG_TRY(find_attribute(reader, fg_string_of(member->key), &place, &attribute));
  if (attribute == NULL) {
    when->is_whole = false;
    return FG_OK;
  }
  if (key->kind == &fg_kind_account_when && !attribute->of_account && fg_is_read(reader, &attribute->of_account)) {
    return fg_fail(reader->error, FG_INVALID, "", "expected an attribute of the account: this is not asked of a usage");
  }
  condition->attribute = (uint32_t)place;
  return read_ranges(reader, attribute, &member->value, condition);
}

static fg_status key_when_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                               void *object) {
  fg_when *when = fg_key_place(key, object);
  void *block = NULL;
  FG_TRY(fg_json_object(value, reader->error));
  FG_TRY(fg_book_allocate(reader, value->is.object.count * sizeof(fg_condition), &block));
  fg_condition *conditions = block;
  when->conditions = conditions;
  when->is_whole = true;
  for (FG_EACH_MEMBER(value, at)) {
    fg_condition condition = {.range_count = 0};
    fg_status status = read_condition(reader, key, at, when, &condition);
    when->is_whole = when->is_whole && status == FG_OK;
    FG_TRY(part_fault(reader, key, object, fg_within(reader->error, status, "%s", at->key)));
    if (condition.range_count > 0) {
      uint32_t place = when->count++;
      for (; place > 0 && conditions[place - 1].attribute > condition.attribute; place--) {
        conditions[place] = conditions[place - 1];
      }
      conditions[place] = condition;
    }
  }
  return FG_OK;
}

static void tell_bounds(fg_teller *to, const char *key, const fg_range *all, const fg_range *range) {
  fg_tell_begin_object(to, key);
  if (range->first > all->first || range->last == all->last) {
    fg_tell_integer(to, "from", range->first);
  }
  if (range->last < all->last) {
    fg_tell_integer(to, "below", range->last + 1);
  }
  fg_tell_end_object(to);
}

static void tell_condition(fg_teller *to, const fg_book_attribute *attribute, const fg_condition *condition) {
  const fg_range *first = &condition->ranges[0];
  bool is_one = condition->range_count == 1;
  if (is_one && first->first == first->last) {
    tell_value(to, attribute->id.text, attribute, first->first);
    return;
  }
  if (is_one && attribute->values == NULL) {
    tell_bounds(to, attribute->id.text, &attribute->range, first);
    return;
  }
  fg_tell_begin_list(to, attribute->id.text);
  for (uint32_t i = 0; i < condition->range_count; i++) {
    for (int64_t value = condition->ranges[i].first; value <= condition->ranges[i].last; value++) {
      tell_value(to, NULL, attribute, value);
    }
  }
  fg_tell_end_list(to);
}

static void key_when_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_when *when = fg_key_value(key, object);
  fg_tell_begin_object(to, key->name);
  for (uint32_t i = 0; i < when->count; i++) {
    tell_condition(to, fg_attribute_at(book, when->conditions[i].attribute), &when->conditions[i]);
  }
  fg_tell_end_object(to);
}

const fg_key_kind fg_kind_when = {key_when_read, key_when_tell};
const fg_key_kind fg_kind_account_when = {key_when_read, key_when_tell};

/* ---------------------------------------------------------------------------------------------------------- terms */

static fg_status read_number_attribute(const fg_book_reader *reader, const fg_json *value, fg_operand *operand) {
  const fg_book_attribute *attribute = NULL;
  fg_string name;
  FG_TRY(fg_json_text(value, &name, reader->error));
  FG_TRY(find_attribute(reader, name, &operand->attribute, &attribute));
  return attribute == NULL || attribute->values == NULL
             ? FG_OK
             : fg_fail(reader->error, FG_INVALID, "", "expected an attribute of whole numbers: \"%s\" is a text",
                       attribute->id.text);
}

static fg_status key_measured_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                   void *object) {
  return read_number_attribute(reader, value, fg_key_place(key, object));
}

static fg_status read_operand(const fg_book_reader *reader, const fg_json *value, fg_operand *operand) {
  operand->attribute = FG_NONE;
  return fg_json_is(value, FG_JSON_INTEGER) ? fg_json_units(value, 0, INT64_MAX, &operand->number, reader->error)
                                            : read_number_attribute(reader, value, operand);
}

static fg_status key_operand_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                  void *object) {
  return read_operand(reader, value, fg_key_place(key, object));
}

static void tell_operand(fg_teller *to, const char *key, const fg_book *book, const fg_operand *operand) {
  if (operand->attribute < 0) {
    fg_tell_integer(to, key, operand->number);
  } else {
    fg_tell_text(to, key, fg_attribute_at(book, (uint32_t)operand->attribute)->id);
  }
}

static void key_operand_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  tell_operand(to, key->name, book, fg_key_value(key, object));
}

const fg_key_kind fg_kind_measured = {key_measured_read, key_operand_tell};
const fg_key_kind fg_kind_operand = {key_operand_read, key_operand_tell};

/* A number, the name of an attribute, or an object. */
static fg_status read_term(const fg_book_reader *reader, const fg_book_key *key, uint32_t item, const fg_json *value,
                           fg_term *term) {
  *term = (fg_term){.divide = 1, .less.attribute = FG_NONE};
  if (fg_json_is(value, FG_JSON_OBJECT)) {
    return fg_form_read(reader, key, item, value, term);
  }
  if (!fg_json_is(value, FG_JSON_STRING) && !fg_json_is(value, FG_JSON_INTEGER)) {
    return fg_fail(reader->error, FG_INVALID, "",
                   "expected a whole number, the name of an attribute or an object, not %s", fg_json_kind_name(value));
  }
  return read_operand(reader, value, &term->of);
}

static fg_status key_terms_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                void *object) {
  fg_terms *terms = fg_key_place(key, object);
  size_t count = fg_json_length(value);
  void *block = NULL;
  if (count < 1 || count > FG_LIST_MAX) {
    return fg_fail(reader->error, FG_INVALID, "", "expected a list of 1 to %d terms", FG_LIST_MAX);
  }
  FG_TRY(fg_book_allocate(reader, count * sizeof(fg_term), &block));
  fg_term *items = block;
  terms->items = items;
  for (FG_EACH_ELEMENT(value, at)) {
    fg_term *term = &items[terms->count];
    fg_status status = read_term(reader, key, terms->count, at, term);
    FG_TRY(fg_fault_at(reader, key, term, sizeof *term, fg_within(reader->error, status, "[%u]", terms->count)));
    terms->count++;
  }
  return FG_OK;
}

static bool is_bare(const fg_term *term) {
  return term->less.attribute < 0 && term->less.number == 0 && term->least == 0 && term->divide == 1;
}

static void key_terms_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_terms *terms = fg_key_value(key, object);
  if (terms->items == NULL) {
    fg_tell_null(to, key->name);
    return;
  }
  fg_tell_begin_list(to, key->name);
  for (uint32_t i = 0; i < terms->count; i++) {
    if (is_bare(&terms->items[i])) {
      tell_operand(to, NULL, book, &terms->items[i].of);
    } else {
      fg_form_tell(to, NULL, key->of, book, &terms->items[i]);
    }
  }
  fg_tell_end_list(to);
}

const fg_key_kind fg_kind_terms = {key_terms_read, key_terms_tell};

/* -------------------------------------------------------------------------------------------------------- factors */

static fg_status key_factor_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                 void *object) {
  fg_string text = fg_json_string(value);
  fg_amount *factor = fg_key_place(key, object);
  bool is_amount = text.text != NULL && fg_amount_parse(text.text, text.length, factor) == FG_OK;
  return is_amount && *factor > 0 ? FG_OK
                                  : fg_fail(reader->error, FG_INVALID, "",
                                            "expected a factor above 0 as a decimal string with at most 12 decimals, "
                                            "such as \"1.2\"");
}

static void key_factor_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  char text[FG_MONEY_TEXT_MAX];
  fg_amount factor = *(const fg_amount *)fg_key_value(key, object);
  (void)book;
  if (factor == 0) {
    fg_tell_null(to, key->name);
    return;
  }
  size_t length = fg_money_format(fg_money_of(factor), 0, text);
  fg_tell_text(to, key->name, (fg_string){text, length});
}

const fg_key_kind fg_kind_factor = {key_factor_read, key_factor_tell};

/* ----------------------------------------------------------------------------------- attributes of an example */

static fg_status read_given_value(const fg_book_reader *reader, const fg_json *value, fg_attribute *given) {
  given->is_number = !fg_json_is(value, FG_JSON_STRING);
  return given->is_number ? fg_json_integer(value, 0, INT64_MAX, &given->number, reader->error)
                          : fg_book_keep(reader, fg_json_string(value), &given->text);
}

static fg_status key_given_attributes_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                           void *object) {
  fg_attributes *attributes = fg_key_place(key, object);
  void *block = NULL;
  FG_TRY(fg_json_object(value, reader->error));
  if (value->is.object.count > FG_ATTRIBUTES_MAX) {
    return fg_fail(reader->error, FG_INVALID, "", "expected at most %d attributes", FG_ATTRIBUTES_MAX);
  }
  FG_TRY(fg_book_allocate(reader, value->is.object.count * sizeof(fg_attribute), &block));
  fg_attribute *items = block;
  attributes->items = items;
  for (FG_EACH_MEMBER(value, at)) {
    fg_attribute *given = &items[attributes->count++];
    FG_TRY(fg_book_keep(reader, fg_string_of(at->key), &given->name));
    fg_status status = fg_within(reader->error, read_given_value(reader, &at->value, given), "%s", at->key);
    FG_TRY(part_fault(reader, key, object, status));
  }
  return FG_OK;
}

static void key_given_attributes_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_attributes *attributes = fg_key_value(key, object);
  (void)book;
  if (attributes->items == NULL) {
    fg_tell_null(to, key->name);
    return;
  }
  fg_tell_begin_object(to, key->name);
  for (size_t i = 0; i < attributes->count; i++) {
    const fg_attribute *given = &attributes->items[i];
    if (given->is_number) {
      fg_tell_integer(to, given->name.text, given->number);
    } else {
      fg_tell_text(to, given->name.text, given->text);
    }
  }
  fg_tell_end_object(to);
}

const fg_key_kind fg_kind_given_attributes = {key_given_attributes_read, key_given_attributes_tell};

/* ---------------------------------------------------------------------------------------------------------- events */

static fg_status read_event_product(const fg_book_reader *reader, const fg_json *value, const fg_event *event,
                                    fg_string *kept) {
  fg_string id;
  FG_TRY(fg_value_name(reader, value, &id));
  if (fg_book_product(reader->book, id) == FG_NONE) {
    return fg_products_are_read(reader)
               ? fg_fail(reader->error, FG_INVALID, "", "expected the id of a product of this book")
               : FG_OK;
  }
  for (uint32_t i = 0; i < event->product_count; i++) {
    if (fg_string_equal(event->product_ids[i], id)) {
      return fg_fail(reader->error, FG_INVALID, "", "expected another product than [%u]: a usage is one of each", i);
    }
  }
  return fg_book_keep(reader, id, kept);
}

static fg_status key_event_products_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                         void *object) {
  fg_event *event = object;
  size_t count = fg_json_length(value);
  void *block = NULL;
  if (count < 1 || count > FG_LIST_MAX) {
    return fg_fail(reader->error, FG_INVALID, "", "expected a list of 1 to %d ids of products", FG_LIST_MAX);
  }
  FG_TRY(fg_book_allocate(reader, count * sizeof(fg_string), &block));
  fg_string *ids = block;
  event->product_ids = ids;
  for (FG_EACH_ELEMENT(value, at)) {
    fg_status status = read_event_product(reader, at, event, &ids[event->product_count]);
    status = fg_within(reader->error, status, "[%u]", event->product_count++);
    FG_TRY(part_fault(reader, key, object, status));
  }
  return FG_OK;
}

static void key_event_products_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_event *event = object;
  (void)book;
  fg_tell_begin_list(to, key->name);
  for (uint32_t i = 0; i < event->product_count; i++) {
    fg_tell_text(to, NULL, event->product_ids[i]);
  }
  fg_tell_end_list(to);
}

const fg_key_kind fg_kind_event_products = {key_event_products_read, key_event_products_tell};

fg_status fg_check_event(const fg_book_reader *reader, void *object) {
  const fg_event *event = object;
  bool is_read = fg_is_read(reader, &event->id) && fg_products_are_read(reader);
  return !is_read || fg_book_product(reader->book, event->id) == FG_NONE
             ? FG_OK
             : fg_fault_of(reader,
                           fg_fail(reader->error, FG_INVALID, "id", "expected another name: a product has this one"));
}
