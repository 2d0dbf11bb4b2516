/* The kinds of values of conditions: how `when` is read as ranges of numbers, and told. */
#include "book_keys.h"
#include "attributes.h"
#include "attribute_kinds.h"

/* Reads {"from": n, "below": n}. */
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

/* Joins rising ranges that have no gap between them, and answers how many ranges are left. */
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
  for (FG_EACH_ELEMENT(value, element)) {
    int64_t number = 0;
    FG_TRY(fg_within(reader->error, fg_attribute_read_value(reader, attribute, element, &number), "[%u]", item));
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
  FG_TRY(fg_attribute_read_value(reader, attribute, value, &ranges->first));
  ranges->last = ranges->first;
  return FG_OK;
}

/* Reads the condition on one attribute. The condition is marked as not whole where a fault kept the attribute from
   being read. */
static fg_status read_condition(const fg_book_reader *reader, const fg_book_key *key, const fg_json_member *member,
                                fg_when *when, fg_condition *condition) {
  const fg_book_attribute *attribute = NULL;
  int place = FG_NONE;
  FG_TRY(fg_attribute_find_read(reader, fg_string_of(member->key), &place, &attribute));
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
  for (FG_EACH_MEMBER(value, member)) {
    fg_condition condition = {.range_count = 0};
    fg_status status = read_condition(reader, key, member, when, &condition);
    when->is_whole = when->is_whole && status == FG_OK;
    FG_TRY(fg_part_fault(reader, key, object, fg_within(reader->error, status, "%s", member->key)));
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
    fg_attribute_tell_value(to, attribute->id.text, attribute, first->first);
    return;
  }
  if (is_one && attribute->values == NULL) {
    tell_bounds(to, attribute->id.text, &attribute->range, first);
    return;
  }
  fg_tell_begin_list(to, attribute->id.text);
  for (uint32_t i = 0; i < condition->range_count; i++) {
    for (int64_t value = condition->ranges[i].first; value <= condition->ranges[i].last; value++) {
      fg_attribute_tell_value(to, NULL, attribute, value);
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
