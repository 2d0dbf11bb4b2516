#include "when.h"

/* Whether one of a condition's ranges holds a value. Only the first range that does not end before the value can. */
static bool condition_holds(const fg_condition *condition, int64_t value) {
  uint32_t low = 0;
  uint32_t high = condition->range_count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (condition->ranges[middle].last < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < condition->range_count && condition->ranges[low].first <= value;
}

bool fg_when_holds(const fg_when *when, const fg_values *values) {
  for (uint32_t i = 0; i < when->count; i++) {
    if (!condition_holds(&when->conditions[i], values->of[when->conditions[i].attribute])) {
      return false;
    }
  }
  return true;
}

void fg_when_asks(const fg_when *when, fg_asked *asked) {
  for (uint32_t i = 0; i < when->count; i++) {
    fg_asked_add(asked, when->conditions[i].attribute);
  }
}

/* The condition on an attribute; NULL: there is none. */
static const fg_condition *condition_on(const fg_when *when, uint32_t attribute) {
  for (uint32_t i = 0; i < when->count; i++) {
    if (when->conditions[i].attribute == attribute) {
      return &when->conditions[i];
    }
  }
  return NULL;
}

/* Whether each range of `inner` lies within a range of `outer`. Ranges of one condition have gaps between them, so none
   can lie within two of them together. */
static bool ranges_cover(const fg_condition *outer, const fg_range *inner, uint32_t count) {
  uint32_t place = 0;
  for (uint32_t i = 0; i < count; i++) {
    while (place < outer->range_count && outer->ranges[place].last < inner[i].first) {
      place++;
    }
    if (place == outer->range_count || outer->ranges[place].first > inner[i].first ||
        outer->ranges[place].last < inner[i].last) {
      return false;
    }
  }
  return true;
}

bool fg_when_covers(const fg_book *book, const fg_when *outer, const fg_when *inner) {
  for (uint32_t i = 0; i < outer->count; i++) {
    const fg_condition *asked = &outer->conditions[i];
    const fg_condition *own = condition_on(inner, asked->attribute);
    const fg_range *all = &fg_attribute_at(book, asked->attribute)->range;
    if (!ranges_cover(asked, own == NULL ? all : own->ranges, own == NULL ? 1 : own->range_count)) {
      return false;
    }
  }
  return true;
}

static bool conditions_meet(const fg_condition *a, const fg_condition *b) {
  uint32_t i = 0;
  uint32_t j = 0;
  while (i < a->range_count && j < b->range_count) {
    if (a->ranges[i].last < b->ranges[j].first) {
      i++;
    } else if (b->ranges[j].last < a->ranges[i].first) {
      j++;
    } else {
      return true;
    }
  }
  return false;
}

bool fg_when_meets(const fg_when *a, const fg_when *b) {
  for (uint32_t i = 0; i < a->count; i++) {
    const fg_condition *other = condition_on(b, a->conditions[i].attribute);
    if (other != NULL && !conditions_meet(&a->conditions[i], other)) {
      return false;
    }
  }
  return true;
}

/* Finds the texts of an attribute that a condition on another edition's attribute of this name holds for. */
static bool move_texts(fg_book *to, const fg_book_attribute *own, const fg_book_attribute *other,
                       fg_condition *condition) {
  fg_range *ranges = fg_arena_allocate(&to->whole->arena, &to->allocator, own->value_count * sizeof *ranges);
  uint32_t count = 0;
  for (uint32_t i = 0; ranges != NULL && i < own->value_count; i++) {
    int64_t value = fg_text_index_find(&other->found_by, own->values[i]);
    bool holds = value >= 0 && condition_holds(condition, value);
    if (holds && count > 0 && ranges[count - 1].last == (int64_t)i - 1) {
      ranges[count - 1].last = i;
    } else if (holds) {
      ranges[count++] = (fg_range){i, i};
    }
  }
  condition->ranges = ranges;
  condition->range_count = count;
  return ranges != NULL;
}

static bool move_condition(fg_book *to, const fg_book *from, fg_condition *condition) {
  const fg_book_attribute *other = fg_attribute_at(from, condition->attribute);
  int place = fg_attribute_place(to, other->id);
  const fg_book_attribute *own = place == FG_NONE ? NULL : fg_attribute_at(to, (uint32_t)place);
  if (own == NULL || (own->values == NULL) != (other->values == NULL)) {
    *condition = (fg_condition){.attribute = FG_ATTRIBUTE_HOUR}; /* no range holds the hour */
    return true;
  }
  condition->attribute = (uint32_t)place;
  return own->values == NULL || move_texts(to, own, other, condition);
}

bool fg_when_move(fg_book *to, const fg_book *from, fg_when *when) {
  size_t bytes = when->count * sizeof *when->conditions;
  fg_condition *conditions = when->count == 0 ? NULL : fg_arena_allocate(&to->whole->arena, &to->allocator, bytes);
  bool done = when->count == 0 || conditions != NULL;
  for (uint32_t i = 0; i < when->count && done; i++) {
    conditions[i] = when->conditions[i];
    done = move_condition(to, from, &conditions[i]);
  }
  when->conditions = conditions;
  return done;
}
