#include "attributes.h"

#include <stdio.h>

#include "../base/known_names.h"
#include "../base/status.h"

/* The hour and the weekday, which every usage has by the civil time of its instant. */
static const fg_whole hours_of_day = {0, 24};
static const fg_whole days_of_week = {1, 8};
static const fg_book_attribute clock_attributes[] = {
    {.id = {"hour", 4}, .whole = &hours_of_day, .range = {0, 23}},
    {.id = {"weekday", 7}, .whole = &days_of_week, .range = {1, 7}}, /* 1 is Monday */
};

const fg_book_attribute *fg_attribute_at(const fg_book *book, uint32_t place) {
  return place < FG_ATTRIBUTES_MAX ? &book->attributes[place] : &clock_attributes[place - FG_ATTRIBUTE_HOUR];
}

int fg_attribute_place(const fg_book *book, fg_string id) {
  int place = FG_PLACE_OF_ID(book->attributes, book->attribute_count, id);
  int clock = FG_PLACE_OF_ID(clock_attributes, FG_ATTRIBUTE_PLACES - FG_ATTRIBUTE_HOUR, id);
  return place != FG_NONE || clock == FG_NONE ? place : FG_ATTRIBUTE_HOUR + clock;
}

bool fg_attributes_compile(fg_book *book) {
  uint32_t count = book->attribute_count;
  fg_arena *arena = &book->whole->arena;
  fg_string *ids = fg_arena_allocate(arena, &book->allocator, count * sizeof *ids);
  if (ids == NULL || !fg_text_index_begin(&book->attribute_found_by, ids, count, arena, &book->allocator)) {
    return false;
  }
  book->of_account = (fg_asked){0, false};
  book->texts_of_usage = 0;
  for (uint32_t i = 0; i < count; i++) {
    ids[i] = book->attributes[i].id;
    fg_text_index_add(&book->attribute_found_by);
    if (book->attributes[i].of_account) {
      fg_asked_add(&book->of_account, i);
    } else if (book->attributes[i].values != NULL) {
      book->texts_of_usage |= UINT64_C(1) << i;
    }
  }
  return true;
}

/* The number of a value that is given for a declared attribute. FG_UNKNOWN_VALUE, without the error told. */
static fg_status value_of_given(const fg_book_attribute *attribute, const fg_attribute *given, int64_t *value) {
  bool is_of_kind = given->is_number == (attribute->values == NULL);
  *value = given->is_number ? given->number : is_of_kind ? fg_text_index_find(&attribute->found_by, given->text) : 0;
  bool is_known = is_of_kind && *value >= attribute->range.first && *value <= attribute->range.last;
  return FG_LIKELY(is_known) ? FG_OK : FG_UNKNOWN_VALUE;
}

/* Puts the name of an attribute before the path of an error. */
static FG_COLD fg_status name_attribute(fg_string name, fg_status status, fg_error *error) {
  fg_error_prefix(error, "attributes.%.*s", fg_shown(name), name.text);
  return status;
}

static fg_status read_given_one(const fg_book *book, const fg_attribute *given, int64_t place, bool of_account,
                                fg_values *values) {
  bool is_known = place >= 0 && book->attributes[place].of_account == of_account;
  return is_known ? value_of_given(&book->attributes[place], given, &values->of[place]) : FG_UNKNOWN_VALUE;
}

/* Of how many values an error looks for the nearest, because a log may have many rows with an unknown one. */
enum { NAMED_VALUES = 64 };

/* Refuses a value that a declared attribute may not have, and says which it may. */
static FG_COLD fg_status refuse_value(const fg_book_attribute *attribute, const fg_attribute *given, fg_error *error) {
  const long long first = attribute->range.first;
  const long long last = attribute->range.last;
  if (attribute->values != NULL && given->is_number) {
    fg_fail(error, FG_UNKNOWN_VALUE, "", "expected a text");
  } else if (attribute->values == NULL && last == INT64_MAX) {
    fg_fail(error, FG_UNKNOWN_VALUE, "", "expected a whole number from %lld on", first);
  } else if (attribute->values == NULL) {
    fg_fail(error, FG_UNKNOWN_VALUE, "", "expected a whole number from %lld to %lld", first, last);
  } else if (attribute->value_count > NAMED_VALUES) {
    fg_fail(error, FG_UNKNOWN_VALUE, "", "the attribute has no such value");
  } else if (error != NULL) {
    fg_known_names names = fg_known_names_for(given->text);
    for (uint32_t i = 0; i < attribute->value_count; i++) {
      fg_known_names_add(&names, attribute->values[i]);
    }
    fg_known_names_refuse(&names, FG_UNKNOWN_VALUE, "", "value", error);
  }
  return name_attribute(given->name, FG_UNKNOWN_VALUE, error);
}

/* Refuses an attribute that is given, and says what of it is not known: its name, whose it is, or its value. */
static FG_COLD fg_status refuse_given(const fg_book *book, const fg_attribute *given, int64_t place, bool of_account,
                                      fg_error *error) {
  if (place >= 0 && book->attributes[place].of_account == of_account) {
    return refuse_value(&book->attributes[place], given, error);
  }
  fg_fail(error, FG_UNKNOWN_VALUE, "", "%s",
          place < 0    ? "the price book has no attribute of this name"
          : of_account ? "the price book has this attribute of usage, not of accounts"
                       : "the price book has this attribute of accounts, not of usage");
  return name_attribute(given->name, FG_UNKNOWN_VALUE, error);
}

/* Reads given attributes as numbers. Each is first compared with the attribute that stands next in the book, because
   most usage gives texts in that order. */
static inline fg_status read_given(const fg_book *book, fg_attributes given, bool of_account, fg_values *values,
                                   fg_error *error) {
  const fg_text_index *names = &book->attribute_found_by;
  for (uint32_t i = 0; i < given.count; i++) {
    const fg_attribute *each = &given.items[i];
    int64_t place = fg_text_index_find_at(names, i, each->name);
    uint64_t bit = UINT64_C(1) << (place & 63);
    if (FG_LIKELY(place >= 0 && !of_account && !each->is_number && (book->texts_of_usage & bit) != 0)) {
      values->of[place] = fg_text_index_find(&book->attributes[place].found_by, each->text);
      if (FG_UNLIKELY(values->of[place] < 0)) {
        return refuse_given(book, each, place, of_account, error);
      }
    } else if (read_given_one(book, each, place, of_account, values) != FG_OK) {
      return refuse_given(book, each, place, of_account, error);
    }
    values->there |= bit;
  }
  return FG_OK;
}

/* Reads the attributes of an account. They were checked when they were set, perhaps in another edition: one that this
   edition does not have, or not with that value, is as if it was not set. */
static void read_account(const fg_book *book, const fg_attributes *account, fg_values *values) {
  for (size_t i = 0; i < account->count; i++) {
    const fg_attribute *each = &account->items[i];
    int64_t place = fg_text_index_find(&book->attribute_found_by, each->name);
    if (read_given_one(book, each, place, true, values) == FG_OK) {
      values->there |= UINT64_C(1) << place;
    }
  }
}

/* Fills in the attributes that a usage leaves out, from its account or by their defaults. */
static FG_COLD fg_status read_missing_attributes(const fg_book *book, uint64_t missing, const fg_attributes *account,
                                                 fg_values *values, fg_error *error) {
  if (account != NULL && (missing & book->of_account.declared) != 0) {
    read_account(book, account, values);
  }
  for (uint32_t i = 0; i < book->attribute_count; i++) {
    const fg_book_attribute *attribute = &book->attributes[i];
    if ((missing & ~values->there & UINT64_C(1) << i) == 0) {
      continue;
    }
    if (!attribute->has_default) {
      return name_attribute(attribute->id, fg_refuse(error, FG_MISSING_ATTRIBUTE), error);
    }
    values->of[i] = attribute->default_value;
  }
  return FG_OK;
}

static void read_civil_clock(const fg_book *book, fg_time at, fg_values *values) {
  fg_date date = fg_date_at(at, &book->zone);
  fg_time civil = at + fg_zone_offset(&book->zone, at);
  int weekday = (date + 3) % 7; /* 1970-01-01 was a Thursday */
  values->of[FG_ATTRIBUTE_HOUR] = (civil - date * FG_DAY) / FG_HOUR;
  values->of[FG_ATTRIBUTE_WEEKDAY] = 1 + (weekday < 0 ? weekday + 7 : weekday);
}

fg_status fg_values_read(const fg_book *book, const fg_asked *asked, fg_attributes usage, const fg_attributes *account,
                         fg_time at, fg_values *values, fg_error *error) {
  values->there = 0;
  FG_TRY(read_given(book, usage, false, values, error));
  uint64_t missing = asked->declared & ~values->there;
  if (FG_UNLIKELY(missing != 0)) {
    FG_TRY(read_missing_attributes(book, missing, account, values, error));
  }
  if (asked->clock) {
    read_civil_clock(book, at, values);
  }
  return FG_OK;
}

fg_status fg_attributes_check(const fg_book *book, fg_attributes attributes, bool of_account, fg_error *error) {
  fg_values values = {.there = 0};
  return read_given(book, attributes, of_account, &values, error);
}

fg_attributes fg_attributes_declared(const fg_book *book, fg_attributes usage, fg_attribute room[FG_ATTRIBUTES_MAX]) {
  size_t count = 0;
  for (size_t i = 0; i < usage.count; i++) {
    if (fg_attribute_place(book, usage.items[i].name) != FG_NONE) {
      room[count++] = usage.items[i];
    }
  }
  return (fg_attributes){room, count};
}

void fg_attributes_tell(fg_teller *to, const char *key, const fg_attributes *attributes) {
  fg_tell_begin_object(to, key);
  for (size_t i = 0; i < attributes->count; i++) {
    const fg_attribute *each = &attributes->items[i];
    char name[FG_NAME_MAX + 1];
    snprintf(name, sizeof name, "%.*s", (int)each->name.length, each->name.text);
    if (each->is_number) {
      fg_tell_integer(to, name, each->number);
    } else {
      fg_tell_text(to, name, each->text);
    }
  }
  fg_tell_end_object(to);
}
