/* What the kinds of values of attributes, conditions, terms and events ask of each other while a book is read. */
#ifndef FG_ATTRIBUTE_KINDS_H
#define FG_ATTRIBUTE_KINDS_H

#include "book_keys.h"

/* A fault in a part of a value, whose member was not read for it. */
static inline fg_status fg_part_fault(const fg_book_reader *reader, const fg_book_key *key, const void *object,
                                      fg_status status) {
  return fg_fault_at(reader, key, fg_key_value(key, object), key->size, status);
}

/* One value of an attribute, as its number. */
fg_status fg_attribute_read_value(const fg_book_reader *reader, const fg_book_attribute *attribute,
                                  const fg_json *value, int64_t *number);

void fg_attribute_tell_value(fg_teller *to, const char *key, const fg_book_attribute *attribute, int64_t number);

/* The attribute of a name; NULL where that is none, or it is not known what its values are. */
fg_status fg_attribute_find_read(const fg_book_reader *reader, fg_string name, int *place,
                                 const fg_book_attribute **found);

#endif
