/* The attributes of a book, and the values that a usage has of them. */
#ifndef FG_ATTRIBUTES_H
#define FG_ATTRIBUTES_H

#include "../base/tell.h"
#include "book.h"

/* The place of an attribute, hour and weekday among them; FG_NONE. */
int fg_attribute_place(const fg_book *book, fg_string id);
const fg_book_attribute *fg_attribute_at(const fg_book *book, uint32_t place);

/* Adds an attribute to those asked. Hour and weekday come from the same clock, so asking for one asks for both. */
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

/* Fills in what is derived from all attributes of a book that was read; false where memory is short. */
bool fg_attributes_compile(fg_book *book);

/* The values of a usage as numbers, by the places of their attributes. */
typedef struct fg_values {
  uint64_t there; ///< a bit for each declared attribute that has one
  int64_t of[FG_ATTRIBUTE_PLACES];
} fg_values;

/* What a usage at an instant has of each attribute asked: its own value, that of its account, or the default. An
   account asks as a usage without attributes. FG_MISSING_ATTRIBUTE, FG_UNKNOWN_VALUE, as of fg_rate. */
fg_status fg_values_read(const fg_book *book, const fg_asked *asked, fg_attributes usage, const fg_attributes *account,
                         fg_time at, fg_values *values, fg_error *error);

/* Whether the book declares all of them, of usage or of accounts, with these values. FG_UNKNOWN_VALUE. */
fg_status fg_attributes_check(const fg_book *book, fg_attributes attributes, bool of_account, fg_error *error);

/* Tells an object of names and texts or whole numbers. */
void fg_attributes_tell(fg_teller *to, const char *key, const fg_attributes *attributes);

#endif
