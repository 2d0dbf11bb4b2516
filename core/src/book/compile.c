#include "compile.h"

#include "attributes.h"
#include "counters.h"
#include "limits.h"

/* The products of a book that is not shared yet. */
static fg_product *products_of(fg_book *book) { return (fg_product *)(uintptr_t)book->products; }

static bool share_anything(const fg_book *book, uint32_t a, uint32_t b) {
  bool share = fg_products_share_counter(&book->products[a], &book->products[b]);
  for (uint32_t i = 0; i < book->edition_count && !share; i++) {
    const fg_book *edition = &book->editions[i];
    share = fg_products_share_counter(&edition->products[a], &edition->products[b]);
  }
  return share;
}

static void put_in_group(fg_book *book, uint32_t from, uint32_t to) {
  for (uint32_t i = 0; i < book->product_count; i++) {
    products_of(book)[i].group = book->products[i].group == from ? to : book->products[i].group;
  }
}

/* Groups are the connected parts of what is shared, numbered in the order of their first products. */
static void number_groups(fg_book *book) {
  for (uint32_t i = 0; i < book->product_count; i++) {
    products_of(book)[i].group = i;
    for (uint32_t j = 0; j < i; j++) {
      if (book->products[j].group != book->products[i].group && share_anything(book, i, j)) {
        put_in_group(book, book->products[i].group, book->products[j].group);
      }
    }
  }
  book->group_count = 0;
  for (uint32_t i = 0; i < book->product_count; i++) {
    if (book->products[i].group >= book->group_count) {
      put_in_group(book, book->products[i].group, book->group_count);
      book->group_count++;
    }
  }
}

/* All editions have the same groups: those of what is shared in any of them. */
static void take_groups(fg_book *edition, const fg_book *book) {
  edition->group_count = book->group_count;
  for (uint32_t i = 0; i < book->product_count; i++) {
    products_of(edition)[i].group = book->products[i].group;
  }
}

/* The list may be another book's, in which products have other places. */
static bool find_products_of_events(fg_book *book) {
  fg_arena *arena = &book->whole->arena;
  fg_event *events = fg_arena_allocate(arena, &book->allocator, book->event_count * sizeof *events);
  for (uint32_t i = 0; i < book->event_count && events != NULL; i++) {
    const fg_event *own = &book->events[i];
    uint32_t *products = fg_arena_allocate(arena, &book->allocator, own->product_count * sizeof *products);
    for (uint32_t j = 0; j < own->product_count && products != NULL; j++) {
      products[j] = (uint32_t)fg_book_place(book, own->product_ids[j]);
    }
    events[i] = *own;
    events[i].products = products;
    events = products == NULL ? NULL : events;
  }
  book->events = events;
  return events != NULL;
}

static fg_status compile_price_list(fg_book *book) {
  return fg_attributes_compile(book) && find_products_of_events(book) ? FG_OK : FG_NO_MEMORY;
}

/* A book with editions has the list of the first. */
static void take_price_list(fg_book *book, const fg_book *edition) {
  book->attributes = edition->attributes;
  book->attribute_count = edition->attribute_count;
  book->attribute_found_by = edition->attribute_found_by;
  book->of_account = edition->of_account;
  book->events = edition->events;
  book->event_count = edition->event_count;
  book->choices = edition->choices;
  book->choice_count = edition->choice_count;
  book->freeze = edition->freeze;
  book->limits = edition->limits;
  book->limit_count = edition->limit_count;
  book->windows = edition->windows;
  book->window_count = edition->window_count;
  book->capacities = edition->capacities;
  book->capacity_count = edition->capacity_count;
}

fg_status fg_book_compile(fg_book *book) {
  number_groups(book);
  for (uint32_t i = 0; i < book->edition_count; i++) {
    take_groups(&book->editions[i], book);
    FG_TRY(compile_price_list(&book->editions[i]));
  }
  for (uint32_t i = 0; i < book->edition_count; i++) {
    FG_TRY(fg_book_lay_out_limits(&book->editions[i], book->editions, book->edition_count));
  }
  if (book->edition_count == 0) {
    FG_TRY(compile_price_list(book));
    return fg_book_lay_out_limits(book, book, 1);
  }
  take_price_list(book, &book->editions[0]);
  return FG_OK;
}
