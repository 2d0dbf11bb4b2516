#include "editions.h"

#include "compile.h"

uint32_t fg_book_edition_on(const fg_book *book, fg_date date) {
  uint32_t number = 0;
  for (uint32_t i = 1; i < book->edition_count && book->editions[i].effective <= date; i++) {
    number = i;
  }
  return number;
}

const fg_book *fg_book_at(const fg_book *book, fg_time at) {
  if (book->edition_count == 0) {
    return book;
  }
  bool is_civil = fg_time_is_civil(at);
  return &book->editions[is_civil ? fg_book_edition_on(book, fg_date_at(at, &book->zone)) : 0];
}

fg_status fg_require_one_edition(const fg_book *book, fg_error *error) {
  return book->edition_count <= 1
             ? FG_OK
             : fg_fail(error, FG_UNSUPPORTED, "editions",
                       "the question cannot be answered of a book with \"editions\": ask one of them, by `as_of`");
}

fg_book *fg_book_as_of(fg_book *book, fg_time at) {
  return fg_book_retain(fg_book_edition(book, fg_book_edition_on(book, fg_date_at(at, &book->zone))));
}

fg_status fg_book_editions(const fg_book *book, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_list(&to, NULL);
  for (uint32_t i = 0; i < book->edition_count; i++) {
    const fg_book *edition = &book->editions[i];
    fg_tell_begin_object(&to, NULL);
    fg_tell_optional_date(&to, "effective", edition->effective);
    fg_tell_optional_date(&to, "announced", edition->announced);
    fg_tell_text(&to, "source", edition->edition_source);
    fg_tell_end_object(&to);
  }
  fg_tell_end_list(&to);
  return fg_teller_status(&to);
}

/* All that stands before `effective` in the struct. Examples are of the book as a whole. */
static void take_common(fg_book *edition, const fg_book *book) {
  memcpy(edition, book, offsetof(fg_book, effective));
  edition->examples = NULL;
  edition->example_count = 0;
}

void fg_editions_take_common(fg_book *book) {
  for (uint32_t i = 0; i < book->edition_count; i++) {
    take_common(&book->editions[i], book);
  }
}

/* -------------------------------------------------------------------------------------------------------- the key */

static fg_status read_editions(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                               fg_book *editions, uint32_t *count) {
  const fg_date *before = NULL;
  for (FG_EACH_ELEMENT(value, at)) {
    fg_book *edition = &editions[*count];
    take_common(edition, reader->book);
    edition->effective = edition->announced = FG_NO_DATE;
    edition->edition = (uint16_t)*count;
    fg_status status = fg_form_read_edition(reader, key, *count, at, edition);
    status = fg_within(reader->error, status, "[%u]", *count);
    FG_TRY(fg_fault_at(reader, key, edition, sizeof *edition, status));
    bool is_read = fg_is_read(reader, &edition->effective);
    if (is_read && before != NULL && edition->effective <= *before) {
      status = fg_fail(reader->error, FG_INVALID, "effective", "expected a date after that of the edition above");
      FG_TRY(fg_fault_at(reader, key, NULL, 0, fg_within(reader->error, status, "[%u]", *count)));
    }
    before = is_read ? &edition->effective : before;
    ++*count;
  }
  return FG_OK;
}

static fg_status check_notice(const fg_book_reader *reader, const fg_book_key *key, uint32_t number) {
  uint32_t product = 0;
  const fg_book *edition = &reader->book->editions[number];
  int grant = fg_edition_hasty_grant(edition - 1, edition, &product);
  if (grant == FG_NONE || !fg_is_read(reader, &reader->book->notice_days)) {
    return FG_OK;
  }
  const fg_product *changed = &edition->products[product];
  fg_status status = fg_fail(
      reader->error, FG_INVALID, "effective",
      "expected a date at least %d days after \"announced\": the free quota %.64s of %.64s changes (R5)",
      edition->notice_days, changed->grants[grant].id.text, changed->id.text);
  return fg_fault_at(reader, key, NULL, 0, fg_within(reader->error, status, "[%u]", number));
}

/* What is one thing over all editions can be told only where all of them were read. */
static fg_status lay_editions_out(const fg_book_reader *reader, const fg_book_key *key) {
  fg_book *book = reader->book;
  if (reader->faults != NULL && reader->faults->count > 0) {
    return FG_OK;
  }
  FG_TRY(fg_editions_align(reader, (fg_edition_names){key, true, 0}));
  for (uint32_t i = 1; i < book->edition_count; i++) {
    FG_TRY(check_notice(reader, key, i));
  }
  return FG_OK;
}

static fg_status key_editions_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                   void *object) {
  fg_book *book = object;
  void *editions = NULL;
  size_t count = fg_json_length(value);
  if (!fg_json_is(value, FG_JSON_LIST) || count > (size_t)key->high) {
    return fg_fail(reader->error, FG_INVALID, "", "expected a list of 1 to %lld objects", (long long)key->high);
  }
  FG_TRY(fg_book_allocate(reader, count * sizeof(fg_book), &editions));
  FG_TRY(read_editions(reader, key, value, editions, &book->edition_count));
  book->editions = editions;
  FG_TRY(book->edition_count == 0 ? FG_OK : lay_editions_out(reader, key));
  return FG_OK;
}

static void key_editions_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  (void)object;
  if (book->edition_count == 0) {
    return; /* the book is its only one, and has its keys itself */
  }
  fg_tell_begin_list(to, key->name);
  for (uint32_t i = 0; i < book->edition_count; i++) {
    fg_form_tell(to, NULL, key->of, &book->editions[i], &book->editions[i]);
  }
  fg_tell_end_list(to);
}

const fg_key_kind fg_kind_editions = {key_editions_read, key_editions_tell};

/* ------------------------------------------------------------------------------------------------------- layout */

/* One thing in all editions: an item of a list by its id, or an object. */
typedef struct aligned {
  const struct aligned *around; ///< NULL: the editions themselves
  const fg_book_key *key;
  fg_string id;                   ///< text NULL: of an object
  char *objects[FG_EDITIONS_MAX]; ///< one for each edition
  bool gone[FG_EDITIONS_MAX];     ///< whether the edition does not have it
} aligned;

typedef struct alignment {
  const fg_book_reader *reader;
  fg_edition_names names;
  uint32_t count; ///< of editions
  bool copies;    ///< the lists belong to other books, and are not written to
} alignment;

static const fg_string *id_of(const fg_book_key *list, const char *items, uint32_t item) {
  return fg_key_value(&list->of->keys[0], items + item * list->of->size);
}

static char **items_of(const fg_book_key *list, char *object) { return fg_key_place(list, object); }

static uint32_t *count_of(const fg_book_key *list, char *object) {
  return (uint32_t *)(void *)(object + list->count_offset);
}

/* The place of an id among the first `count` items, which is where it was in the edition before for most. */
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

/* The place that a thing has in the text: what the edition lacks is not there. */
static uint32_t written_place(const aligned *thing, uint32_t edition) {
  uint32_t place = 0;
  char *list = thing->around->objects[edition];
  for (const char *item = *items_of(thing->key, list); item < thing->objects[edition]; item += thing->key->of->size) {
    place += !fg_is_withdrawn(thing->key, item);
  }
  return place;
}

/* A fault of a thing in an edition, with its path from the document on. */
static fg_status refuse_thing(const alignment *all, const aligned *thing, uint32_t edition, fg_status status) {
  fg_error *error = all->reader->error;
  for (; thing->around != NULL; thing = thing->around) {
    if (thing->id.text != NULL) {
      fg_error_prefix(error, "[%u]", written_place(thing, edition));
    }
    fg_error_prefix(error, "%s", thing->key->name);
  }
  if (all->names.is_listed) {
    const char *list = all->names.key == NULL ? "editions" : ""; /* what is being read gets its name where it is read */
    fg_error_prefix(error, "%s[%u]", list, edition - all->names.first);
  }
  return fg_fault_at(all->reader, all->names.key, NULL, 0, status);
}

static const fg_book *edition_of(const alignment *all, uint32_t number) { return &all->reader->book->editions[number]; }

/* The windows of a limit by an attribute stand in the order of its values, and go on counting over a change. */
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

/* The edition that has a thing nearest before one that lacks it, or else the first that has it. */
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

/* Marks what an edition lacks, where its objects are copies of another edition's. */
static void mark_gone(const alignment *all, aligned *thing) {
  for (uint32_t i = 0; i < all->count; i++) {
    if (thing->gone[i]) {
      *(bool *)(thing->objects[i] + thing->key->withdrawn) = true;
    }
  }
}

/* ------------------------------------------------------------------------------------------------------- lists */

/* What there is in any edition, copied in the order of the first appearance. FG_OVERFLOW: it is too much. */
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

/* Whether an edition has its list as all have it. */
static bool is_laid_out(const fg_book_key *list, char *object, const char *all_items, uint32_t total) {
  bool same = *count_of(list, object) == total;
  for (uint32_t i = 0; i < total && same; i++) {
    same = fg_string_equal(*id_of(list, *items_of(list, object), i), *id_of(list, all_items, i));
  }
  return same;
}

/* Gives an edition the whole list; `had` becomes which items are its own. */
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

/* What editions lack they have as the one before that had it; then all of it is laid out in turn. */
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

/* ------------------------------------------------------------------------------------------------------ objects */

/* An object that an edition lacks offers nothing: its keys are as where they are left out, but for the required ones,
   which say what it is. */
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

/* --------------------------------------------------------------------------------------------------------- all */

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

/* ------------------------------------------------------------------------------------------------------- notice */

static bool is_changed(const fg_grant_offer *before, const fg_grant_offer *now) {
  bool was_there = !before->withdrawn;
  return was_there && (now->withdrawn || now->quantity != before->quantity || now->issue != before->issue ||
                       now->validity.unit != before->validity.unit || now->validity.count != before->validity.count);
}

int fg_edition_hasty_grant(const fg_book *before, const fg_book *edition, uint32_t *product) {
  bool is_hasty = edition->announced != FG_NO_DATE && edition->effective - edition->announced < edition->notice_days;
  for (uint32_t i = 0; i < edition->product_count && is_hasty; i++) {
    for (uint32_t grant = 0; grant < edition->products[i].grant_count; grant++) {
      if (is_changed(&before->products[i].grants[grant], &edition->products[i].grants[grant])) {
        *product = i;
        return (int)grant;
      }
    }
  }
  return FG_NONE;
}

/* --------------------------------------------------------------------------------------------------------- join */

/* What is for people an edition keeps of the book that it came with. */
static void keep_texts(fg_book *edition, const fg_book *own) {
  edition->format = own->format;
  edition->title = own->title;
  edition->about = own->about;
  edition->as_of = own->as_of;
  edition->sources = own->sources;
  edition->source_count = own->source_count;
}

static void join_edition(fg_book *joined, const fg_book *own, fg_date effective) {
  fg_book *edition = &joined->editions[joined->edition_count];
  *edition = *own;
  take_common(edition, joined);
  keep_texts(edition, own);
  edition->edition = (uint16_t)joined->edition_count++;
  edition->effective = effective;
  edition->editions = NULL;
  edition->edition_count = 0;
}

/* An amendment that names its grant by the places of the joined lists. */
static fg_amendment carry_over(const fg_book *joined, const fg_book *own, const fg_amendment *amendment) {
  fg_amendment carried = *amendment;
  const fg_product *product = &own->products[amendment->product];
  carried.product = (uint32_t)fg_book_place(joined, product->id);
  carried.grant = (uint32_t)fg_product_grant_place(&joined->products[carried.product],
                                                   product->grants[amendment->grant].id);
  return carried;
}

/* Amendments are those of our book before the date, and of the other from then on. */
static fg_status join_amendments(const fg_book_reader *reader, const fg_book *ours, const fg_book *theirs,
                                 fg_date from) {
  fg_book *joined = reader->book;
  void *block = NULL;
  FG_TRY(fg_book_allocate(reader, (ours->amendment_count + theirs->amendment_count) * sizeof(fg_amendment), &block));
  fg_amendment *amendments = block;
  joined->amendments = amendments;
  joined->amendment_count = 0;
  for (uint32_t i = 0; i < ours->amendment_count; i++) {
    if (ours->amendments[i].effective < from) {
      amendments[joined->amendment_count++] = carry_over(joined, ours, &ours->amendments[i]);
    }
  }
  for (uint32_t i = 0; i < theirs->amendment_count; i++) {
    if (theirs->amendments[i].effective >= from) {
      amendments[joined->amendment_count++] = carry_over(joined, theirs, &theirs->amendments[i]);
    }
  }
  for (uint32_t i = 0; i < joined->edition_count; i++) {
    joined->editions[i].amendments = amendments;
    joined->editions[i].amendment_count = joined->amendment_count;
  }
  return FG_OK;
}

static fg_status fill_joined(fg_book *joined, fg_book *ours, fg_book *theirs, fg_date from, fg_error *error) {
  fg_book_reader reader = {.book = joined, .error = error};
  uint32_t had = ours->edition_count == 0 ? 1 : ours->edition_count;
  uint32_t first = fg_book_edition_on(theirs, from);
  uint32_t brought = theirs->edition_count == 0 ? 1 : theirs->edition_count - first;
  void *editions = NULL;
  if (had + brought > FG_EDITIONS_MAX) {
    return fg_fail(error, FG_OVERFLOW, "editions", "an account has at most %d editions", FG_EDITIONS_MAX);
  }
  FG_TRY(fg_book_allocate(&reader, (had + brought) * sizeof(fg_book), &editions));
  joined->editions = editions;
  joined->edition_count = 0;
  for (uint32_t i = 0; i < had; i++) {
    const fg_book *own = fg_book_edition(ours, i);
    join_edition(joined, own, own->effective);
  }
  for (uint32_t i = 0; i < brought; i++) {
    const fg_book *own = fg_book_edition(theirs, first + i);
    join_edition(joined, own, i == 0 ? from : own->effective);
  }
  FG_TRY(fg_editions_align(&reader, (fg_edition_names){NULL, theirs->edition_count > 0, had - first}));
  FG_TRY(join_amendments(&reader, ours, theirs, from));
  return fg_book_compile(joined);
}

fg_status fg_book_join(fg_book *ours, fg_book *theirs, fg_date from, const fg_allocator *allocator, fg_book **joined,
                       fg_error *error) {
  fg_book *made = fg_allocate(allocator, sizeof *made);
  if (made == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  take_common(made, ours);
  made->allocator = *allocator;
  made->arena = (fg_arena){NULL};
  made->shared = 1;
  made->whole = made;
  made->format = FG_FORMAT_OF_EDITIONS;
  made->joined_from = from;
  made->joined[0] = fg_book_retain(ours);
  made->joined[1] = fg_book_retain(theirs);
  made->effective = made->announced = FG_NO_DATE;
  fg_status status = fill_joined(made, ours, theirs, from, error);
  if (status != FG_OK) {
    fg_book_release(made);
    return status;
  }
  *joined = made;
  return FG_OK;
}
