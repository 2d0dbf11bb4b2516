#include "editions.h"

#include "amendments.h"
#include "bound.h"
#include "compile.h"
#include "weights.h"

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

/* Copies the members before `effective` from the book to an edition. Examples stay with the book, because they are of
   it as a whole. */
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

static fg_status read_editions(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                               fg_book *editions, uint32_t *count) {
  const fg_date *before = NULL;
  for (FG_EACH_ELEMENT(value, element)) {
    fg_book *edition = &editions[*count];
    take_common(edition, reader->book);
    edition->effective = edition->announced = FG_NO_DATE;
    edition->edition = (uint16_t)*count;
    fg_status status = fg_form_read_edition(reader, key, *count, element, edition);
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
  const fg_product *owner = NULL;
  const fg_book *edition = &reader->book->editions[number];
  const fg_grant_offer *grant = fg_edition_hasty_grant(edition - 1, edition, &owner);
  if (grant == NULL || !fg_is_read(reader, &reader->book->notice_days)) {
    return FG_OK;
  }
  fg_status status = fg_fail(
      reader->error, FG_INVALID, "effective",
      "expected a date at least %d days after \"announced\": the free quota %.64s of %.64s changes (R5)",
      edition->notice_days, grant->id.text, owner->id.text);
  return fg_fault_at(reader, key, NULL, 0, fg_within(reader->error, status, "[%u]", number));
}

/* Lays out the editions of a book that was read. Where an edition has a fault, nothing is laid out, because it is not
   known which things are the same. */
static fg_status lay_editions_out(const fg_book_reader *reader, const fg_book_key *key) {
  fg_book *book = reader->book;
  if (reader->faults != NULL && reader->faults->count > 0) {
    return FG_OK;
  }
  FG_TRY(fg_editions_align(reader, (fg_edition_names){key, true, 0}));
  for (uint32_t i = 1; i < book->edition_count; i++) {
    FG_TRY(check_notice(reader, key, i));
  }
  fg_status status = fg_check_editions_bound(book, reader->error);
  return status == FG_OK ? FG_OK : fg_fault_at(reader, key, NULL, 0, status);
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
    return; /* the book is its own only edition, and has the members already */
  }
  fg_tell_begin_list(to, key->name);
  for (uint32_t i = 0; i < book->edition_count; i++) {
    fg_form_tell(to, NULL, key->of, &book->editions[i], &book->editions[i]);
  }
  fg_tell_end_list(to);
}

const fg_key_kind fg_kind_editions = {key_editions_read, key_editions_tell};

static bool is_same_validity(fg_validity a, fg_validity b) { return a.unit == b.unit && a.count == b.count; }

/* Whether a free quota that there was is gone, or is another one. */
static bool is_changed(const fg_grant_offer *before, const fg_grant_offer *now) {
  bool is_same = !now->withdrawn && now->quantity == before->quantity &&
                 now->quantity_fraction == before->quantity_fraction && now->issue == before->issue &&
                 fg_period_is_same(now->recurrence.every, before->recurrence.every) &&
                 is_same_validity(now->recurrence.lasts, before->recurrence.lasts) &&
                 is_same_validity(now->validity, before->validity) && now->rollover == before->rollover &&
                 now->rollover_fraction == before->rollover_fraction;
  return !before->withdrawn && !is_same;
}

const fg_grant_offer *fg_edition_hasty_grant(const fg_book *before, const fg_book *edition, const fg_product **owner) {
  bool is_hasty = edition->announced != FG_NO_DATE &&
                  !fg_notice_is_given(edition, edition->announced, edition->effective);
  for (uint32_t i = 0; i < fg_book_owner_count(edition) && is_hasty; i++) {
    *owner = fg_book_owner(edition, i);
    for (uint32_t grant = 0; grant < (*owner)->grant_count; grant++) {
      if (is_changed(&fg_book_owner(before, i)->grants[grant], &(*owner)->grants[grant])) {
        return &(*owner)->grants[grant];
      }
    }
  }
  return NULL;
}

/* Gives an edition of a joined book the texts for people of the book that brought it. */
static void keep_texts(fg_book *edition, const fg_book *own) {
  edition->format = own->format;
  edition->title = own->title;
  edition->about = own->about;
  edition->changed = own->changed;
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

/* An amendment of one of two joined books, with its grant found by the places of the joined lists. */
static fg_amendment carry_over(const fg_book *joined, const fg_book *own, const fg_amendment *amendment) {
  fg_amendment carried = *amendment;
  const fg_product *product = &own->products[amendment->product];
  carried.product = (uint32_t)fg_book_place(joined, product->id);
  carried.grant = (uint32_t)fg_product_grant_place(&joined->products[carried.product],
                                                   product->grants[amendment->grant].id);
  return carried;
}

/* Joins amendments: those of `ours` that take effect before the date, and those of `theirs` from then on. */
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

/* A pool that is new covers nothing in the editions that were there before it: usage is counted in them as it was
   begun, though the lists of all editions have the pool now. */
static void keep_pools_out(fg_book *edition, const fg_book *own) {
  for (uint32_t i = 0; i < edition->pool_count; i++) {
    fg_pool *pool = (fg_pool *)(uintptr_t)&edition->pools[i]; /* the book is being made and is not shared yet */
    bool is_new = i >= own->pool_count || own->pools[i].cover_count == 0;
    pool->cover_count = is_new ? 0 : pool->cover_count;
  }
}

static fg_status fill_joined(fg_book *joined, fg_book *ours, fg_book *theirs, fg_date from, fg_error *error) {
  fg_book_reader reader = {.book = joined, .error = error};
  uint32_t had = ours->edition_count == 0 ? 1 : ours->edition_count;
  uint32_t first = fg_book_edition_on(theirs, from);
  uint32_t brought = theirs->edition_count == 0 ? 1 : theirs->edition_count - first;
  void *editions = NULL;
  if (had + brought > FG_EDITIONS_MAX) {
    return fg_fail(error, FG_INVALID, "editions", "expected fewer: an account has at most %d editions",
                   FG_EDITIONS_MAX);
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
  for (uint32_t i = 0; i < had; i++) {
    keep_pools_out(&joined->editions[i], fg_book_edition(ours, i));
  }
  FG_TRY(join_amendments(&reader, ours, theirs, from));
  FG_TRY(fg_within(error, fg_check_editions_bound(joined, error), "editions"));
  fg_status status = fg_book_compile(joined);
  return status == FG_OVERFLOW ? fg_weights_refuse(error, "pools") : status;
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
