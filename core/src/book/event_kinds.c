/* The kind of value that the products of an event have: how it is read and told. */
#include "book_keys.h"
#include "attribute_kinds.h"

static fg_status read_event_product(const fg_book_reader *reader, const fg_json *value, const fg_event *event,
                                    fg_string *kept) {
  fg_string id;
  FG_TRY(fg_value_name(reader, value, &id));
  if (fg_book_product(reader->book, id) == FG_NONE) {
    return fg_products_are_read(reader)
               ? fg_fail(reader->error, FG_INVALID, "", "expected the id of a product of this book")
               : FG_OK;
  }
  for (uint32_t i = 0; i < event->product_count; i++) {
    if (fg_string_equal(event->product_ids[i], id)) {
      return fg_fail(reader->error, FG_INVALID, "", "expected another product than [%u]: a usage is one of each", i);
    }
  }
  return fg_book_keep(reader, id, kept);
}

static fg_status key_event_products_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                         void *object) {
  fg_event *event = object;
  void *block = NULL;
  FG_TRY(fg_value_list(reader, value, "ids of products", sizeof(fg_string), &block));
  fg_string *ids = block;
  event->product_ids = ids;
  for (FG_EACH_ELEMENT(value, element)) {
    fg_status status = read_event_product(reader, element, event, &ids[event->product_count]);
    status = fg_within(reader->error, status, "[%u]", event->product_count++);
    FG_TRY(fg_part_fault(reader, key, object, status));
  }
  return FG_OK;
}

static void key_event_products_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_event *event = object;
  (void)book;
  fg_tell_texts(to, key->name, event->product_ids, event->product_count);
}

const fg_key_kind fg_kind_event_products = {key_event_products_read, key_event_products_tell};

fg_status fg_check_event(const fg_book_reader *reader, void *object) {
  const fg_event *event = object;
  bool is_read = fg_is_read(reader, &event->id) && fg_products_are_read(reader);
  return !is_read || fg_book_product(reader->book, event->id) == FG_NONE
             ? FG_OK
             : fg_fault_of(reader,
                           fg_fail(reader->error, FG_INVALID, "id", "expected another name: a product has this one"));
}
