/* Reads the attributes of the rows of a usage log. */
#ifndef FG_EVENT_ATTRIBUTES_H
#define FG_EVENT_ATTRIBUTES_H

#include "biller.h"

/* The attributes of one row, and room for the digits of numbers that become texts. */
typedef struct fg_row_attributes {
  fg_attribute items[FG_ATTRIBUTES_MAX];
  char digits[FG_ATTRIBUTES_MAX][24];
} fg_row_attributes;

/* Finds the attribute of each column. FG_INVALID: the book declares none of that name for usage. */
fg_status fg_event_attributes_find(fg_biller *biller, const fg_events *events, fg_error *error);

/* Asks for the memory of a row's attributes, which is read a little later. Rows come by account, not in their order. */
void fg_event_attributes_ask_ahead(const fg_events *events, size_t row);

/* Reads the attributes of a row. A value that the book does not allow is passed on as it is, because the account
   refuses it with the right reason. */
fg_attributes fg_event_attributes(const fg_biller *biller, const fg_events *events, size_t row,
                                  fg_row_attributes *read);

#endif
