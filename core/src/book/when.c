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
