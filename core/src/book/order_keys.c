/* The kinds of values that orders have: a price by the number of packs, how many an order may be of, and which offers
   must be held besides. */
#include "book_keys.h"

#include <stdlib.h>

/* Reads the price of a pack: a price or null or, from format 2 on, a schedule. */
static fg_status key_pack_price_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                     void *object) {
  fg_pack_offer *offer = object;
  bool is_newer = reader->book->whole->format > 0;
  if (is_newer && fg_json_is(value, FG_JSON_NULL)) {
    offer->not_alone = true;
    return FG_OK;
  }
  if (is_newer && fg_json_is(value, FG_JSON_OBJECT)) {
    void *schedule = NULL;
    FG_TRY(fg_book_allocate(reader, key->of->size, &schedule));
    offer->by_number = schedule;
    return fg_form_read(reader, key, FG_NONE, value, schedule);
  }
  fg_status status = fg_kind_price.read(reader, key, value, object);
  return status == FG_OK || !is_newer
             ? status
             : fg_fail(
                   reader->error, FG_INVALID, "",
                   "expected a price as a decimal string such as \"0.24\", a schedule, or null where it is not sold "
                   "by itself");
}

static void key_pack_price_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_pack_offer *offer = object;
  if (offer->not_alone) {
    fg_tell_said_null(to, key->name);
  } else if (offer->by_number != NULL) {
    fg_form_tell(to, key->name, key->of, book, offer->by_number);
  } else {
    fg_kind_price.tell(to, key, book, object);
  }
}

const fg_key_kind fg_kind_pack_price = {key_pack_price_read, key_pack_price_tell};

fg_status fg_check_count(const fg_book_reader *reader, void *object) {
  const fg_order_count *count = object;
  bool is_read = fg_is_read(reader, &count->least) && fg_is_read(reader, &count->most);
  return !is_read || count->most < 0 || count->least <= count->most
             ? FG_OK
             : fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "most", "expected at least \"least\""));
}

static fg_status read_required(const fg_book_reader *reader, const fg_json *value, const fg_names *names,
                               fg_string *name) {
  FG_TRY(fg_value_name(reader, value, name));
  return fg_names_have(names, *name) ? fg_fail(reader->error, FG_INVALID, "", "expected each offer once")
                                     : fg_book_keep(reader, *name, name);
}

static fg_status key_requires_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                   void *object) {
  fg_names *names = fg_key_place(key, object);
  void *items = NULL;
  if (!fg_json_is(value, FG_JSON_LIST) || fg_json_length(value) == 0 || fg_json_length(value) > FG_LIST_MAX) {
    return fg_fail(reader->error, FG_INVALID, "", "expected a list of 1 to %d ids of packs, capacities or bundles",
                   FG_LIST_MAX);
  }
  FG_TRY(fg_book_allocate(reader, fg_json_length(value) * sizeof(fg_string), &items));
  names->items = items;
  for (FG_EACH_ELEMENT(value, element)) {
    fg_status status = read_required(reader, element, names, &((fg_string *)items)[names->count]);
    FG_TRY(fg_within(reader->error, status, "[%u]", names->count));
    names->count++;
  }
  return FG_OK;
}

static void key_requires_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  fg_kind_products.tell(to, key, book, object);
}

const fg_key_kind fg_kind_requires = {key_requires_read, key_requires_tell};
