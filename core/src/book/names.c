#include "names.h"

#include <stdio.h>

/* How many bytes must be inserted, removed or replaced to turn one name into the other. Of a name longer than a book
   allows only the beginning is compared. */
static size_t edit_distance(fg_string given, fg_string name) {
  size_t row[FG_NAME_MAX + 1];
  size_t lines = given.length < FG_NAME_MAX ? given.length : FG_NAME_MAX;
  size_t columns = name.length < FG_NAME_MAX ? name.length : FG_NAME_MAX;
  for (size_t i = 0; i <= columns; i++) {
    row[i] = i;
  }
  for (size_t line = 0; line < lines; line++) {
    size_t diagonal = row[0]++;
    for (size_t i = 0; i < columns; i++) {
      size_t replaced = diagonal + (given.text[line] != name.text[i]);
      size_t moved = 1 + (row[i] < row[i + 1] ? row[i] : row[i + 1]);
      diagonal = row[i + 1];
      row[i + 1] = replaced < moved ? replaced : moved;
    }
  }
  return row[columns];
}

void fg_known_names_add(fg_known_names *names, fg_string name) {
  const size_t room = sizeof names->list - names->used;
  const size_t distance = edit_distance(names->given, name);
  if (names->count == 0 || distance < names->distance) {
    names->nearest = name;
    names->distance = distance;
  }
  int written = snprintf(names->list + names->used, room, "%s%.*s", names->count == 0 ? "" : ", ", fg_shown(name),
                         name.text);
  names->used += (size_t)written < room ? (size_t)written : room - 1;
  names->count++;
}

fg_status fg_known_names_refuse(const fg_known_names *names, fg_status status, const char *path, const char *of,
                                fg_error *error) {
  char none[sizeof names->list] = "there is none of that name";
  if (of != NULL) {
    snprintf(none, sizeof none, "there is no %s %.*s", of, fg_shown(names->given), names->given.text);
  }
  if (names->count == 0) {
    return of == NULL ? fg_fail(error, status, path, "there is nothing of that kind")
                      : fg_fail(error, status, path, "%s, and no other", none);
  }
  return fg_fail(error, status, path, "%s; the nearest is %.*s, of %s", none, fg_shown(names->nearest),
                 names->nearest.text, names->list);
}

fg_status fg_no_such_product(const fg_book *book, fg_string given, const char *path, fg_error *error) {
  fg_known_names names = fg_known_names_for(given);
  for (uint32_t i = 0; i < book->product_count; i++) {
    if (!book->products[i].withdrawn) {
      fg_known_names_add(&names, book->products[i].id);
    }
  }
  return fg_known_names_refuse(&names, FG_UNKNOWN_PRODUCT, path, "product", error);
}

fg_status fg_no_such_pack(const fg_product *product, fg_string given, bool of_usage, const char *path,
                          fg_error *error) {
  fg_known_names names = fg_known_names_for(given);
  for (uint32_t i = 0; i < product->pack_count; i++) {
    const fg_pack_offer *offer = &product->packs[i];
    if (!offer->withdrawn && !(of_usage && offer->of_materials)) {
      fg_known_names_add(&names, offer->id);
    }
  }
  return fg_known_names_refuse(&names, FG_UNKNOWN_PACK, path, "pack", error);
}

fg_status fg_no_such_meter(const fg_book *book, const fg_product *product, fg_string given, const char *path,
                           fg_error *error) {
  fg_known_names names = fg_known_names_for(given);
  if (product->meter.text != NULL) { /* a pool has no meter */
    fg_known_names_add(&names, product->meter);
  }
  for (uint32_t i = 0; i < product->capacity_count; i++) {
    const fg_capacity_offer *offer = book->capacities[product->first_capacity + i].offer;
    if (!offer->withdrawn) {
      fg_known_names_add(&names, offer->meter);
    }
  }
  return fg_known_names_refuse(&names, FG_UNKNOWN_METER, path, "meter", error);
}
