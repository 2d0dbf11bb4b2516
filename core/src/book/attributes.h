/* The attributes that a book declares, and the values that a usage has of them. */
#ifndef FG_ATTRIBUTES_H
#define FG_ATTRIBUTES_H

#include "../base/tell.h"
#include "book.h"

/* The place of an attribute of the book, or of the hour or weekday that every usage has; FG_NONE if it has neither. */
int fg_attribute_place(const fg_book *book, fg_string id);
const fg_book_attribute *fg_attribute_at(const fg_book *book, uint32_t place);

/* Adds an attribute to a set of those that rules ask. Hour and weekday come from the same clock, so asking for one asks
   for both. */
static inline void fg_asked_add(fg_asked *asked, uint32_t attribute) {
  if (attribute < FG_ATTRIBUTES_MAX) {
    asked->declared |= UINT64_C(1) << attribute;
  } else {
    asked->clock = true;
  }
}

static inline bool fg_asked_has(const fg_asked *asked, uint32_t attribute) {
  return attribute < FG_ATTRIBUTES_MAX ? asked->declared >> attribute & 1 : asked->clock;
}

/* Derives what takes all attributes of a book to know; false where memory is short. */
bool fg_attributes_compile(fg_book *book);

/* The values of a usage as numbers, each at the place of its attribute. */
typedef struct fg_values {
  uint64_t there; ///< a bit for each declared attribute that the usage has a value of
  int64_t of[FG_ATTRIBUTE_PLACES];
} fg_values;

/* Reads the value that a usage at an instant has of each attribute asked: what the usage says itself, else what its
   account says, else the attribute's default. What the book does not know of the account's attributes is passed over.
   `account` may be NULL; where an account alone is asked, `usage` has no attributes. FG_MISSING_ATTRIBUTE and
   FG_UNKNOWN_VALUE as in fg_rate. */
fg_status fg_values_read(const fg_book *book, const fg_asked *asked, fg_attributes usage, const fg_attributes *account,
                         fg_time at, fg_values *values, fg_error *error);

/* Checks that the book declares each of these attributes, either for usage or for accounts, and allows its value.
   FG_UNKNOWN_VALUE. */
fg_status fg_attributes_check(const fg_book *book, fg_attributes attributes, bool of_account, fg_error *error);

/* Writes to `room` those of a usage's attributes whose names the book declares. Another edition may have been asked for
   the rest. */
fg_attributes fg_attributes_declared(const fg_book *book, fg_attributes usage, fg_attribute room[FG_ATTRIBUTES_MAX]);

/* Tells attributes as an object of names, each with its text or whole number. */
void fg_attributes_tell(fg_teller *to, const char *key, const fg_attributes *attributes);

#endif
