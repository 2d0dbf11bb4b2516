/* What the readers of attributes, conditions, terms and events have in common while a book is read. */
#ifndef FG_ATTRIBUTE_KINDS_H
#define FG_ATTRIBUTE_KINDS_H

#include "book_keys.h"

/* Reports a fault in a part of a value, because of which the member that the key leads to was not read. */
static inline fg_status fg_part_fault(const fg_book_reader *reader, const fg_book_key *key, const void *object,
                                      fg_status status) {
  return fg_fault_at(reader, key, fg_key_value(key, object), key->size, status);
}

/* Reads one value of an attribute as the number that stands for it: its place in the list of texts, or itself. */
fg_status fg_attribute_read_value(const fg_book_reader *reader, const fg_book_attribute *attribute,
                                  const fg_json *value, int64_t *number);

void fg_attribute_tell_value(fg_teller *to, const char *key, const fg_book_attribute *attribute, int64_t number);

/* Finds an attribute by its name. FG_INVALID if the book declares none; `*found` is NULL then, and also where a fault
   kept names or values of attributes from being read. */
fg_status fg_attribute_find_read(const fg_book_reader *reader, fg_string name, int *place,
                                 const fg_book_attribute **found);

#endif
