/* The layout of editions: all lists of all editions get the same items in the same places, so that a thing has one
   number in all of them. */
#include "editions.h"

/* A thing that editions have: an item of a list, found by its id, or an object. */
typedef struct aligned {
  const struct aligned *around; ///< the thing that this one is part of; NULL: the editions themselves
  const fg_book_key *key;
  fg_string id;                   ///< text NULL: the thing is an object and has no id
  char *objects[FG_EDITIONS_MAX]; ///< the thing's struct in each edition
  bool gone[FG_EDITIONS_MAX];     ///< for each edition, whether it lacks the thing
} aligned;

typedef struct alignment {
  const fg_book_reader *reader;
  fg_edition_names names;
  uint32_t count; ///< number of editions
  bool copies;    ///< true: the lists belong to other books, so that they are copied before they are written to
} alignment;

static const fg_string *id_of(const fg_book_key *list, const char *items, uint32_t item) {
  return fg_key_value(&list->of->keys[0], items + item * list->of->size);
}

static char **items_of(const fg_book_key *list, char *object) { return fg_key_place(list, object); }

static uint32_t *count_of(const fg_book_key *list, char *object) {
  return (uint32_t *)(void *)(object + list->count_offset);
}

/* The place of an id among the first `count` items of a list. `likely` is tried first, because most things have the
   place that they had in the edition before. */
static uint32_t find(const fg_book_key *list, const char *items, uint32_t count, fg_string id, uint32_t likely) {
  if (likely < count && fg_string_equal(*id_of(list, items, likely), id)) {
    return likely;
  }
  uint32_t i = 0;
  while (i < count && !fg_string_equal(*id_of(list, items, i), id)) {
    i++;
  }
  return i;
}

/* The place of a thing in an edition's text, where withdrawn things are not written. */
static uint32_t written_place(const aligned *thing, uint32_t edition) {
  uint32_t place = 0;
  char *list = thing->around->objects[edition];
  for (const char *item = *items_of(thing->key, list); item < thing->objects[edition]; item += thing->key->of->size) {
    place += !fg_is_withdrawn(thing->key, item);
  }
  return place;
}

/* Reports a fault of a thing in an edition, with the path of the thing in the document. */
static fg_status refuse_thing(const alignment *all, const aligned *thing, uint32_t edition, fg_status status) {
  fg_error *error = all->reader->error;
  for (; thing->around != NULL; thing = thing->around) {
    if (thing->id.text != NULL) {
      fg_error_prefix(error, "[%u]", written_place(thing, edition));
    }
    fg_error_prefix(error, "%s", thing->key->name);
  }
  if (all->names.is_listed) {
    /* A reader of the editions' list puts its name in front. */
    const char *list = all->names.key == NULL ? "editions" : "";
    fg_error_prefix(error, "%s[%u]", list, edition - all->names.first);
  }
  return fg_fault_at(all->reader, all->names.key, NULL, 0, status);
}

static const fg_book *edition_of(const alignment *all, uint32_t number) { return &all->reader->book->editions[number]; }

/* Whether the attributes that split a limit have the same values in the same order in two editions, because a limit's
   windows are in that order and go on counting past a change of editions. */
static bool has_same_values(const fg_book *a_book, int64_t a, const fg_book *b_book, int64_t b) {
  const fg_book_attribute *ours = &a_book->attributes[a];
  const fg_book_attribute *theirs = &b_book->attributes[b];
  bool same = ours->value_count == theirs->value_count;
  for (uint32_t i = 0; same && i < ours->value_count; i++) {
    same = fg_string_equal(ours->values[i], theirs->values[i]);
  }
  return same;
}

static bool has_same_windows(const fg_book_key *key, const fg_book *a_book, const void *a, const fg_book *b_book,
                             const void *b) {
  return key->kind != &fg_kind_by || fg_key_number(key, a) < 0 ||
         has_same_values(a_book, fg_key_number(key, a), b_book, fg_key_number(key, b));
}

static fg_status check_fixed(const alignment *all, const aligned *thing, const fg_book_key *key) {
  int before = FG_NONE;
  for (uint32_t i = 0; i < all->count; i++) {
    bool same = true;
    if (thing->gone[i]) {
      continue;
    }
    if (before != FG_NONE && i >= all->names.first) {
      fg_status status = fg_key_is_same(key, edition_of(all, i), thing->objects[i], edition_of(all, (uint32_t)before),
                                        thing->objects[before], &same);
      FG_TRY(status == FG_OK ? status : fg_refuse(all->reader->error, status));
      same = same && has_same_windows(key, edition_of(all, i), thing->objects[i], edition_of(all, (uint32_t)before),
                                      thing->objects[before]);
    }
    if (!same) {
      FG_TRY(refuse_thing(all, thing, i,
                          fg_fail(all->reader->error, FG_INVALID, key->name,
                                  "expected the same%s as in the edition before",
                                  key->kind == &fg_kind_by ? " attribute, of the same values," : "")));
    }
    before = (int)i;
  }
  return FG_OK;
}

static fg_status align_keys(const alignment *all, const aligned *thing, const fg_book_form *form);

/* The edition whose copy of a thing is given to an edition that lacks the thing: the nearest earlier edition that has
   it, or else the first that has it. */
static uint32_t lender_of(const aligned *thing, uint32_t count, uint32_t edition) {
  for (uint32_t i = edition; i > 0; i--) {
    if (!thing->gone[i - 1]) {
      return i - 1;
    }
  }
  uint32_t i = edition;
  while (i + 1 < count && thing->gone[i]) {
    i++;
  }
  return i;
}

/* Marks a thing as withdrawn in the editions that lack it, whose structs are copies of another edition's. */
static void mark_gone(const alignment *all, aligned *thing) {
  for (uint32_t i = 0; i < all->count; i++) {
    if (thing->gone[i]) {
      *(bool *)(thing->objects[i] + thing->key->withdrawn) = true;
    }
  }
}

/* Collects the items that any edition has in a list, in the order in which they first appear. FG_INVALID: there are
   more than a list holds. */
static fg_status unite(const alignment *all, const aligned *owner, const fg_book_key *list, char *all_items,
                       uint32_t *total) {
  size_t size = list->of->size;
  for (uint32_t edition = 0; edition < all->count; edition++) {
    char *object = owner->objects[edition];
    const char *items = *items_of(list, object);
    for (uint32_t i = 0; i < *count_of(list, object); i++) {
      if (find(list, all_items, *total, *id_of(list, items, i), i) < *total) {
        continue;
      }
      if (*total == FG_LIST_MAX) {
        return refuse_thing(all, owner, edition,
                            fg_fail(all->reader->error, FG_INVALID, list->name,
                                    "expected at most %d different ids in all editions", FG_LIST_MAX));
      }
      memcpy(all_items + (*total)++ * size, items + i * size, size);
    }
  }
  return FG_OK;
}

/* Whether the list of an edition already has all items in the common order. */
static bool is_laid_out(const fg_book_key *list, char *object, const char *all_items, uint32_t total) {
  bool same = *count_of(list, object) == total;
  for (uint32_t i = 0; i < total && same; i++) {
    same = fg_string_equal(*id_of(list, *items_of(list, object), i), *id_of(list, all_items, i));
  }
  return same;
}

/* Gives an edition the common list; `had` becomes which of its items the edition has of its own. */
static fg_status lay_list_out(const alignment *all, const fg_book_key *list, char *object, const char *all_items,
                              uint32_t total, bool *had) {
  size_t size = list->of->size;
  void *block = NULL;
  FG_TRY(fg_book_allocate(all->reader, total * size, &block));
  char *items = block;
  const char *own = *items_of(list, object);
  uint32_t own_count = *count_of(list, object);
  for (uint32_t i = 0; i < total; i++) {
    uint32_t place = find(list, own, own_count, *id_of(list, all_items, i), i);
    had[i] = place < own_count && !fg_is_withdrawn(list, own + place * size);
    memcpy(items + i * size, place < own_count ? own + place * size : all_items + i * size, size);
  }
  *items_of(list, object) = items;
  *count_of(list, object) = total;
  return FG_OK;
}

/* Lays out the lists and objects within an item, after the editions that lack the item got a copy of another
   edition's. */
static fg_status align_item(const alignment *all, const aligned *owner, const fg_book_key *list, uint32_t item,
                            bool *const *had) {
  size_t size = list->of->size;
  aligned thing = {.around = owner, .key = list};
  for (uint32_t i = 0; i < all->count; i++) {
    thing.objects[i] = *items_of(list, owner->objects[i]) + item * size;
    thing.gone[i] = owner->gone[i] || (had[i] != NULL && !had[i][item]);
  }
  for (uint32_t i = 0; i < all->count; i++) {
    uint32_t lender = lender_of(&thing, all->count, i);
    if (thing.gone[i] && lender != i) {
      memcpy(thing.objects[i], thing.objects[lender], size);
    }
  }
  thing.id = *id_of(list, *items_of(list, owner->objects[0]), item);
  mark_gone(all, &thing);
  return align_keys(all, &thing, list->of);
}

static fg_status align_items(const alignment *all, const aligned *owner, const fg_book_key *list, const char *all_items,
                             uint32_t total) {
  bool *had[FG_EDITIONS_MAX] = {NULL};
  for (uint32_t i = 0; i < all->count; i++) {
    void *flags = NULL;
    if (all->copies || owner->gone[i] || !is_laid_out(list, owner->objects[i], all_items, total)) {
      FG_TRY(fg_book_allocate(all->reader, total * sizeof **had, &flags));
      had[i] = flags;
      FG_TRY(lay_list_out(all, list, owner->objects[i], all_items, total, had[i]));
    }
  }
  for (uint32_t item = 0; item < total; item++) {
    FG_TRY(align_item(all, owner, list, item, had));
  }
  return FG_OK;
}

static fg_status align_list(const alignment *all, const aligned *owner, const fg_book_key *list) {
  const fg_allocator *allocator = &all->reader->book->allocator;
  size_t most = 0;
  uint32_t total = 0;
  for (uint32_t i = 0; i < all->count; i++) {
    most += *count_of(list, owner->objects[i]);
  }
  size_t bytes = (most > FG_LIST_MAX ? FG_LIST_MAX : most) * list->of->size;
  if (most == 0) {
    return FG_OK;
  }
  char *all_items = fg_allocate(allocator, bytes);
  if (all_items == NULL) {
    return fg_refuse(all->reader->error, FG_NO_MEMORY);
  }
  fg_status status = unite(all, owner, list, all_items, &total);
  status = status == FG_OK ? align_items(all, owner, list, all_items, total) : status;
  fg_release(allocator, all_items, bytes);
  return status;
}

/* Makes the object of an edition that lacks it: its keys have their defaults, so that it offers nothing; required keys,
   which say what the object is, are those of another edition. */
static fg_status lend_object(const alignment *all, const fg_book_form *form, const char *object, char **copy) {
  void *block = NULL;
  FG_TRY(fg_book_allocate(all->reader, form->size, &block));
  *copy = memcpy(block, object, form->size);
  for (size_t i = 0; i < form->key_count; i++) {
    const fg_book_key *key = &form->keys[i];
    if (!key->required) {
      memset(fg_key_place(key, *copy), 0, key->size);
      fg_key_set_default(key, *copy);
    }
  }
  return FG_OK;
}

static fg_status align_object(const alignment *all, const aligned *owner, const fg_book_key *key) {
  aligned thing = {.around = owner, .key = key};
  bool is_in_any = false;
  for (uint32_t i = 0; i < all->count; i++) {
    thing.objects[i] = *(char **)fg_key_place(key, owner->objects[i]);
    thing.gone[i] = owner->gone[i] || thing.objects[i] == NULL || fg_is_withdrawn(key, thing.objects[i]);
    is_in_any = is_in_any || !thing.gone[i];
  }
  for (uint32_t i = 0; i < all->count && is_in_any; i++) {
    if (thing.gone[i]) {
      const char *lent = thing.objects[lender_of(&thing, all->count, i)];
      FG_TRY(lend_object(all, key->of, lent, &thing.objects[i]));
      *(char **)fg_key_place(key, owner->objects[i]) = thing.objects[i];
    }
  }
  if (is_in_any) {
    mark_gone(all, &thing);
  }
  return is_in_any ? align_keys(all, &thing, key->of) : FG_OK;
}

static fg_status align_keys(const alignment *all, const aligned *thing, const fg_book_form *form) {
  for (size_t i = 0; i < form->key_count; i++) {
    const fg_book_key *key = &form->keys[i];
    if (key->name == NULL) {
      FG_TRY(align_keys(all, thing, key->of));
    } else if (key->fixed) {
      FG_TRY(check_fixed(all, thing, key));
    } else if (key->withdrawn != 0) {
      FG_TRY(key->count_offset != 0 ? align_list(all, thing, key) : align_object(all, thing, key));
    }
  }
  return FG_OK;
}

fg_status fg_editions_align(const fg_book_reader *reader, fg_edition_names names) {
  fg_book *book = reader->book;
  aligned editions = {.around = NULL};
  alignment all = {reader, names, book->edition_count, book->joined[0] != NULL};
  FG_ASSERT(book->edition_count > 0 && book->edition_count <= FG_EDITIONS_MAX);
  for (uint32_t i = 0; i < book->edition_count; i++) {
    editions.objects[i] = (char *)&book->editions[i];
  }
  FG_TRY(align_keys(&all, &editions, fg_book_form_of_edition()));
  book->products = book->editions[0].products;
  book->product_count = book->editions[0].product_count;
  return FG_OK;
}
