#include "attribute_list.h"

static bool has_value(const fg_attribute *attribute) { return attribute->text.text != NULL || attribute->is_number; }

static fg_status refuse_name(fg_error *error, fg_string name, const char *what) {
  return fg_fail(error, FG_INVALID, "attributes", "%.*s: %s", (int)fg_min_i64((int64_t)name.length, 64), name.text,
                 what);
}

/* The attribute with a name; NULL if there is none. */
static const fg_attribute *attribute_named(const fg_attributes *attributes, fg_string name) {
  for (size_t i = 0; i < attributes->count; i++) {
    if (fg_string_equal(attributes->items[i].name, name)) {
      return &attributes->items[i];
    }
  }
  return NULL;
}

static FG_COLD fg_status find_fault(const fg_attributes *attributes, fg_error *error) {
  if (attributes->count > FG_ATTRIBUTES_MAX) {
    return fg_fail(error, FG_INVALID, "attributes", "expected at most %d attributes", FG_ATTRIBUTES_MAX);
  }
  for (size_t i = 0; i < attributes->count; i++) {
    const fg_attribute *each = &attributes->items[i];
    const fg_attributes before = {attributes->items, i};
    if (each->name.text == NULL || each->name.length == 0) {
      return fg_fail(error, FG_INVALID, "attributes", "expected names that are not empty");
    }
    if (!has_value(each)) {
      return refuse_name(error, each->name, "expected a text or a whole number");
    }
    if (attribute_named(&before, each->name) != NULL) {
      return refuse_name(error, each->name, "is there twice");
    }
  }
  return FG_OK;
}

static inline bool is_doubtful(const fg_attribute *first, const fg_attribute *each) {
  const fg_string name = each->name;
  if (FG_UNLIKELY(name.length == 0 || name.text == NULL || !has_value(each))) {
    return true;
  }
  for (; first != each; first++) {
    if (FG_UNLIKELY(first->name.length == name.length && first->name.text[0] == name.text[0])) {
      return true;
    }
  }
  return false;
}

/* The common case is checked first: nothing is wrong, and no two names are alike in length and first bytes. */
fg_status fg_attributes_check_form(const fg_attributes *attributes, fg_error *error) {
  const fg_attribute *items = attributes->items;
  if (FG_UNLIKELY(attributes->count > FG_ATTRIBUTES_MAX)) {
    return find_fault(attributes, error);
  }
  if (attributes->count == 0) { /* `items` may be NULL then, and no number may be added to it */
    return FG_OK;
  }
  const fg_attribute *end = items + attributes->count;
  for (const fg_attribute *each = items; each != end; each++) {
    if (FG_UNLIKELY(is_doubtful(items, each))) {
      return find_fault(attributes, error);
    }
  }
  return FG_OK;
}

static bool is_equal(const fg_attribute *a, const fg_attribute *b) {
  return a->is_number == b->is_number && (a->is_number ? a->number == b->number : fg_string_equal(a->text, b->text));
}

bool fg_attributes_equal(const fg_attributes *a, const fg_attributes *b) {
  bool equal = a->count == b->count;
  for (size_t i = 0; equal && i < a->count; i++) {
    const fg_attribute *other = attribute_named(b, a->items[i].name);
    equal = other != NULL && is_equal(&a->items[i], other);
  }
  return equal;
}

fg_status fg_attributes_keep(fg_attributes *attributes, fg_arena *arena, const fg_allocator *allocator) {
  size_t count = attributes->count;
  fg_attribute *copies = count == 0 ? NULL : fg_arena_allocate(arena, allocator, count * sizeof *copies);
  if (count > 0 && copies == NULL) {
    return FG_NO_MEMORY;
  }
  for (size_t i = 0; i < count; i++) {
    copies[i] = attributes->items[i];
    copies[i].name = fg_string_copy(arena, allocator, copies[i].name);
    bool is_number = copies[i].is_number;
    copies[i].text = is_number ? copies[i].text : fg_string_copy(arena, allocator, copies[i].text);
    if (copies[i].name.text == NULL || !has_value(&copies[i])) {
      return FG_NO_MEMORY;
    }
  }
  *attributes = (fg_attributes){copies, count};
  return FG_OK;
}

fg_attributes fg_attributes_merge(const fg_attributes *before, const fg_attributes *after,
                                  fg_attribute room[FG_ATTRIBUTES_MAX]) {
  size_t count = 0;
  for (size_t i = 0; i < before->count; i++) {
    const fg_attribute *replaced = attribute_named(after, before->items[i].name);
    room[count++] = replaced != NULL ? *replaced : before->items[i];
  }
  for (size_t i = 0; i < after->count; i++) {
    if (attribute_named(before, after->items[i].name) == NULL && count++ < FG_ATTRIBUTES_MAX) {
      room[count - 1] = after->items[i];
    }
  }
  return (fg_attributes){room, count};
}

size_t fg_attributes_size(const fg_attributes *attributes) {
  size_t size = FG_VARINT_MAX;
  for (size_t i = 0; i < attributes->count; i++) {
    const fg_attribute *each = &attributes->items[i];
    size += 3 * FG_VARINT_MAX + each->name.length + (each->is_number ? 0 : each->text.length);
  }
  return size;
}

/* Sorts the places of attributes by name. There are few attributes, and most are in order already. */
static void put_in_order(const fg_attributes *attributes, uint8_t order[FG_ATTRIBUTES_MAX]) {
  for (size_t i = 0; i < attributes->count; i++) {
    size_t place = i;
    const fg_string name = attributes->items[i].name;
    for (; place > 0 && fg_string_compare(name, attributes->items[order[place - 1]].name) < 0; place--) {
      order[place] = order[place - 1];
    }
    order[place] = (uint8_t)i;
  }
}

static unsigned char *write_attribute_text(unsigned char *at, fg_string string) {
  at = fg_varint_write(at, string.length);
  memcpy(at, string.text, string.length);
  return at + string.length;
}

unsigned char *fg_attributes_write(unsigned char *at, const fg_attributes *attributes) {
  uint8_t order[FG_ATTRIBUTES_MAX];
  FG_ASSERT(attributes->count <= FG_ATTRIBUTES_MAX);
  put_in_order(attributes, order);
  at = fg_varint_write(at, attributes->count);
  for (size_t i = 0; i < attributes->count; i++) {
    const fg_attribute *each = &attributes->items[order[i]];
    at = write_attribute_text(at, each->name);
    at = fg_varint_write(at, each->is_number);
    at = each->is_number ? fg_varint_write(at, (uint64_t)each->number) : write_attribute_text(at, each->text);
  }
  return at;
}

fg_status fg_attributes_append(const fg_attributes *attributes, fg_text *bytes) {
  char *place = NULL;
  size_t before = bytes->length;
  FG_TRY(fg_text_extend(bytes, fg_attributes_size(attributes), &place));
  const unsigned char *end = fg_attributes_write((unsigned char *)place, attributes);
  bytes->length = before + (size_t)(end - (unsigned char *)place);
  return FG_OK;
}

static const unsigned char *read_attribute_text(const unsigned char *at, const unsigned char *end, fg_string *string) {
  uint64_t length = 0;
  at = fg_varint_read(at, end, &length);
  if (at == NULL || (end != NULL && length > (uint64_t)(end - at))) {
    return NULL;
  }
  *string = (fg_string){(const char *)at, (size_t)length};
  return at + length;
}

static const unsigned char *read_one(const unsigned char *at, const unsigned char *end, fg_attribute *attribute) {
  uint64_t number = 0;
  *attribute = (fg_attribute){.is_number = false};
  at = read_attribute_text(at, end, &attribute->name);
  at = at == NULL ? NULL : fg_varint_read(at, end, &number);
  if (at == NULL || number > 1) {
    return NULL;
  }
  attribute->is_number = number == 1;
  if (!attribute->is_number) {
    return read_attribute_text(at, end, &attribute->text);
  }
  at = fg_varint_read(at, end, &number);
  attribute->number = (int64_t)number;
  return at;
}

const unsigned char *fg_attributes_read(const unsigned char *at, const unsigned char *end,
                                        fg_attribute room[FG_ATTRIBUTES_MAX], fg_attributes *attributes) {
  fg_attribute passed_over;
  uint64_t count = 0;
  at = fg_varint_read(at, end, &count);
  at = count > FG_ATTRIBUTES_MAX ? NULL : at;
  for (uint64_t i = 0; i < count && at != NULL; i++) {
    at = read_one(at, end, room == NULL ? &passed_over : &room[i]);
  }
  if (at != NULL) {
    *attributes = (fg_attributes){room, (size_t)count};
  }
  return at;
}
