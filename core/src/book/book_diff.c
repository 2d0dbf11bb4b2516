#include "book_diff.h"

#include <stdio.h>

enum { DIFF_PATH_MAX = 192 };

typedef struct comparing {
  const fg_comparison *how;
  const fg_book *our_book, *their_book; ///< the books that the compared objects are of: the editions, within editions
  bool for_people;                      ///< a key around the compared object is for people
  char path[DIFF_PATH_MAX];
} comparing;

static fg_status compare_keys(comparing *in, const fg_book_form *form, const void *ours, const void *theirs);

/* Appends to the path and answers its length before, so that the caller can cut it back. What does not fit is left
   out. */
static size_t lengthen_path(comparing *in, const char *format, const char *name) {
  size_t length = strlen(in->path);
  snprintf(in->path + length, sizeof in->path - length, format, name);
  return length;
}

static void cut_path(comparing *in, size_t length) { in->path[length] = '\0'; }

static fg_status tell_found(comparing *in, const fg_book_key *key, bool is_item, const void *ours, const void *theirs) {
  if (in->for_people != in->how->for_people) {
    return FG_OK;
  }
  fg_difference difference = {in->path, key, is_item, ours, theirs, in->our_book, in->their_book, in->for_people};
  return in->how->found(in->how->context, &difference);
}

static const char *items_in(const fg_book_key *list, const void *object) {
  return object == NULL ? NULL : *(const char *const *)fg_key_value(list, object);
}

static uint32_t count_in(const fg_book_key *list, const void *object) {
  return object == NULL ? 0 : *(const uint32_t *)(const void *)((const char *)object + list->count_offset);
}

/* The id or code of an item; NULL if items of its kind have none, or this one was given none. */
static const char *name_in(const fg_book_key *list, const char *item) {
  const fg_book_key *first = &list->of->keys[0];
  bool is_named = first->kind == &fg_kind_name || first->kind == &fg_kind_outcome_code;
  return is_named ? ((const fg_string *)fg_key_value(first, item))->text : NULL;
}

/* Whether two items of lists are the same thing: they have the same id or code, or as editions the same date, or else
   the same place. */
static bool is_same_item(const fg_book_key *list, const char *a, uint32_t a_place, const char *b, uint32_t b_place) {
  const fg_book_key *first = &list->of->keys[0];
  if (first->kind == &fg_kind_date) {
    return *(const fg_date *)fg_key_value(first, a) == *(const fg_date *)fg_key_value(first, b);
  }
  const char *a_name = name_in(list, a);
  const char *b_name = name_in(list, b);
  return a_name == NULL || b_name == NULL ? a_name == b_name && a_place == b_place : strcmp(a_name, b_name) == 0;
}

static const char *find_item(const fg_book_key *list, const void *object, const char *like, uint32_t like_place) {
  const char *items = items_in(list, object);
  for (uint32_t i = 0; i < count_in(list, object); i++) {
    const char *item = items + i * list->of->size;
    if (!fg_is_withdrawn(list, item) && is_same_item(list, item, i, like, like_place)) {
      return item;
    }
  }
  return NULL;
}

/* The place of an item in its list as a book writes it, without the items that are withdrawn. */
static uint32_t place_in(const fg_book_key *list, const void *object, const char *item) {
  uint32_t place = 0;
  for (const char *other = items_in(list, object); other < item; other += list->of->size) {
    place += !fg_is_withdrawn(list, other);
  }
  return place;
}

static size_t enter_item(comparing *in, const fg_book_key *list, const void *object, const char *item) {
  char name[FG_NAME_MAX + 1];
  const fg_book_key *first = &list->of->keys[0];
  if (!in->how->by_place && first->kind == &fg_kind_date) {
    fg_date_format(*(const fg_date *)fg_key_value(first, item), name);
  } else if (!in->how->by_place && name_in(list, item) != NULL) {
    snprintf(name, sizeof name, "%s", name_in(list, item));
  } else {
    snprintf(name, sizeof name, "%u", place_in(list, object, item));
  }
  return lengthen_path(in, "[%s]", name);
}

static fg_status compare_item(comparing *in, const fg_book_key *list, const void *object, const char *ours,
                              const char *theirs) {
  size_t length = enter_item(in, list, object, theirs == NULL ? ours : theirs);
  const fg_book *books[] = {in->our_book, in->their_book};
  bool is_edition = list->kind == &fg_kind_editions;
  in->our_book = is_edition && ours != NULL ? (const fg_book *)(const void *)ours : books[0];
  in->their_book = is_edition && theirs != NULL ? (const fg_book *)(const void *)theirs : books[1];
  fg_status status = ours == NULL || theirs == NULL ? tell_found(in, list, true, ours, theirs)
                                                    : compare_keys(in, list->of, ours, theirs);
  in->our_book = books[0];
  in->their_book = books[1];
  cut_path(in, length);
  return status;
}

/* Whether the items that two lists have both stand in the same order in them. */
static bool are_in_one_order(const fg_book_key *list, const void *ours, const void *theirs) {
  const char *before = NULL;
  bool same = true;
  for (uint32_t i = 0; i < count_in(list, ours) && same; i++) {
    const char *item = items_in(list, ours) + i * list->of->size;
    const char *other = fg_is_withdrawn(list, item) ? NULL : find_item(list, theirs, item, i);
    same = other == NULL || before == NULL || other > before;
    before = other == NULL ? before : other;
  }
  return same;
}

static fg_status compare_lists(comparing *in, const fg_book_key *list, const void *ours, const void *theirs) {
  const char *our_items = items_in(list, ours);
  const char *their_items = items_in(list, theirs);
  for (uint32_t i = 0; i < count_in(list, ours); i++) {
    const char *item = our_items + i * list->of->size;
    const char *other = find_item(list, theirs, item, i);
    if (!fg_is_withdrawn(list, item)) {
      FG_TRY(compare_item(in, list, other == NULL ? ours : theirs, item, other));
    }
  }
  for (uint32_t i = 0; i < count_in(list, theirs); i++) {
    const char *item = their_items + i * list->of->size;
    if (!fg_is_withdrawn(list, item) && find_item(list, ours, item, i) == NULL) {
      FG_TRY(compare_item(in, list, theirs, NULL, item));
    }
  }
  return !list->in_order || are_in_one_order(list, ours, theirs) ? FG_OK : tell_found(in, list, false, ours, theirs);
}

/* The object that is the value of a key; NULL: there is none. */
static const void *object_of(const fg_book_key *key, const void *object) {
  if (object == NULL || key->kind == &fg_kind_part) {
    return object == NULL ? NULL : fg_key_value(key, object);
  }
  if (key->kind == &fg_kind_usage_price) {
    const fg_schedule *schedule = fg_key_value(key, object);
    return schedule->tiers == NULL ? NULL : schedule;
  }
  const char *part = *(const char *const *)fg_key_value(key, object);
  return part == NULL || fg_is_withdrawn(key, part) ? NULL : part;
}

static fg_status compare_value(comparing *in, const fg_book_key *key, const void *ours, const void *theirs) {
  bool same = ours == theirs;
  if (ours != NULL && theirs != NULL) {
    FG_TRY(fg_key_is_same(key, in->our_book, ours, in->their_book, theirs, &same));
  }
  return same ? FG_OK : tell_found(in, key, false, ours, theirs);
}

static fg_status compare_key(comparing *in, const fg_book_key *key, const void *ours, const void *theirs) {
  const void *our_owner = key->belongs == NULL || key->belongs(ours) ? ours : NULL;
  const void *their_owner = key->belongs == NULL || key->belongs(theirs) ? theirs : NULL;
  if (key->kind == &fg_kind_list || key->kind == &fg_kind_editions) {
    return compare_lists(in, key, our_owner, their_owner);
  }
  bool is_object = key->kind == &fg_kind_object || key->kind == &fg_kind_part || key->kind == &fg_kind_usage_price;
  const void *our_part = is_object ? object_of(key, our_owner) : NULL;
  const void *their_part = is_object ? object_of(key, their_owner) : NULL;
  return our_part != NULL && their_part != NULL ? compare_keys(in, key->of, our_part, their_part)
                                                : compare_value(in, key, our_owner, their_owner);
}

static fg_status compare_keys(comparing *in, const fg_book_form *form, const void *ours, const void *theirs) {
  for (size_t i = 0; i < form->key_count; i++) {
    const fg_book_key *key = &form->keys[i];
    if (key->name == NULL) {
      bool belongs = key->belongs == NULL || (key->belongs(ours) && key->belongs(theirs));
      FG_TRY(belongs ? compare_keys(in, key->of, ours, theirs) : FG_OK);
      continue;
    }
    bool is_known = fg_key_is_of_format(key, in->our_book) || fg_key_is_of_format(key, in->their_book);
    if (!is_known || (in->how->but != NULL && strcmp(in->how->but, key->name) == 0)) {
      continue;
    }
    bool for_people = in->for_people;
    size_t length = lengthen_path(in, in->path[0] == '\0' ? "%s" : ".%s", key->name);
    in->for_people = for_people || key->for_people;
    fg_status status = compare_key(in, key, ours, theirs);
    in->for_people = for_people;
    cut_path(in, length);
    FG_TRY(status);
  }
  return FG_OK;
}

fg_status fg_books_compare(const fg_comparison *how, const fg_book_form *form, const fg_book *ours,
                           const fg_book *theirs) {
  comparing in = {.how = how, .our_book = ours, .their_book = theirs, .path = ""};
  return compare_keys(&in, form, ours, theirs);
}

static fg_status stop_at_difference(void *context, const fg_difference *difference) {
  (void)context;
  (void)difference;
  return FG_STOPPED;
}

fg_status fg_price_lists_compare(const fg_book *ours, const fg_book *theirs, const char *but, bool *same) {
  const fg_comparison how = {.but = but, .found = stop_at_difference};
  fg_status status = fg_books_compare(&how, fg_book_form_of_price_list(), ours, theirs);
  *same = status == FG_OK;
  return status == FG_STOPPED ? FG_OK : status;
}

static void tell_side(fg_teller *to, const char *name, const fg_difference *difference, const fg_book *book,
                      const void *object) {
  fg_book_key key = *difference->key;
  key.name = name;
  if (object == NULL) {
    fg_tell_null(to, name);
  } else if (difference->is_item) {
    fg_form_tell(to, name, key.of, book, object);
  } else {
    key.kind->tell(to, &key, book, object);
  }
}

static fg_status tell_difference(void *context, const fg_difference *difference) {
  fg_teller *to = context;
  fg_tell_begin_object(to, NULL);
  fg_tell_word(to, "path", difference->path);
  tell_side(to, "ours", difference, difference->our_book, difference->ours);
  tell_side(to, "theirs", difference, difference->their_book, difference->theirs);
  fg_tell_flag(to, "for_people", difference->for_people);
  fg_tell_end_object(to);
  return fg_teller_status(to);
}

fg_status fg_book_diff(const fg_book *ours, const fg_book *theirs, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_comparison how = {.found = tell_difference, .context = &to};
  fg_tell_begin_list(&to, NULL);
  fg_status status = FG_OK;
  for (int pass = 0; pass < 2 && status == FG_OK; pass++) {
    how.for_people = pass == 1;
    status = fg_books_compare(&how, fg_book_form_of_book(), ours, theirs);
  }
  fg_tell_end_list(&to);
  return status == FG_OK ? fg_teller_status(&to) : status;
}
