/* The attributes of the rows of a usage log. */
#ifndef FG_EVENT_ATTRIBUTES_H
#define FG_EVENT_ATTRIBUTES_H

#include "biller.h"

/* Those of one row, with room for numbers in digits. */
typedef struct fg_row_attributes {
  fg_attribute items[FG_ATTRIBUTES_MAX];
  char digits[FG_ATTRIBUTES_MAX][24];
} fg_row_attributes;

/* Whether the book declares all columns for usage. FG_INVALID. */
fg_status fg_event_attributes_check(const fg_book *book, const fg_events *events, fg_error *error);

/* Reads those of a row. What is no value of its attribute is read as it stands, for the account to refuse. */
fg_attributes fg_event_attributes(const fg_book *book, const fg_events *events, size_t row, fg_row_attributes *read);

#endif
