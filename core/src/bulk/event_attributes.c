#include "event_attributes.h"

#include <stdio.h>

#include "../book/attributes.h"
#include "event_values.h"
#include "integer_column.h"

/* An attribute of usage, from the first edition that declares it; NULL if there is none. */
static const fg_book_attribute *find_declared(fg_book *book, fg_string name) {
  for (uint32_t i = 0; i == 0 || i < book->edition_count; i++) {
    const fg_book *list = fg_book_edition(book, i);
    int place = fg_attribute_place(list, name);
    if (place != FG_NONE && (uint32_t)place < list->attribute_count && !list->attributes[place].of_account) {
      return &list->attributes[place];
    }
  }
  return NULL;
}

fg_status fg_event_attributes_find(fg_biller *biller, const fg_events *events, fg_error *error) {
  if (events->attribute_count > FG_ATTRIBUTES_MAX) {
    return fg_fail(error, FG_INVALID, "attributes", "expected at most %d attributes", FG_ATTRIBUTES_MAX);
  }
  for (size_t i = 0; i < events->attribute_count; i++) {
    fg_string name = events->attributes[i].name;
    biller->declared[i] = find_declared(biller->book, name);
    if (biller->declared[i] == NULL) {
      return fg_fail(error, FG_INVALID, "attributes", "the price book declares no attribute %.*s of usage",
                     (int)fg_min_i64((int64_t)name.length, 64), name.text);
    }
  }
  return FG_OK;
}

/* Reads a whole number in digits, perhaps with a sign, or with zeros after a point. */
static bool parse_whole(fg_string text, int64_t *number) {
  bool is_negative = text.length > 0 && text.text[0] == '-';
  fg_string digits = {text.text + is_negative, text.length - is_negative};
  const char *point = memchr(digits.text, '.', digits.length);
  for (const char *next = point == NULL ? NULL : point + 1; next != NULL && next < digits.text + digits.length;
       next++) {
    if (*next != '0') {
      return false;
    }
  }
  digits.length = point == NULL ? digits.length : (size_t)(point - digits.text);
  if (!fg_quantity_parse(digits, number)) {
    return false;
  }
  *number = is_negative ? -*number : *number;
  return true;
}

/* Reads a text as an attribute; false if the row has none. */
static bool read_text_attribute(const fg_texts *texts, size_t row, bool is_whole, fg_attribute *read) {
  fg_string text = fg_texts_at(texts, row);
  text = text.text == NULL ? text : fg_trim(text);
  if (text.text == NULL) {
    return false;
  }
  read->is_number = is_whole && parse_whole(text, &read->number);
  read->text = text;
  return true;
}

/* Reads a number as an attribute; false if the row has none. A number that is too large becomes a text, which the
   account refuses as a value. */
static bool read_integer_attribute(const fg_integers *numbers, size_t row, bool is_whole, fg_attribute *read,
                                   char *digits) {
  if (fg_integers_null(numbers, row)) {
    return false;
  }
  bool fits = fg_integers_value(numbers, row, &read->number);
  read->is_number = fits && is_whole;
  if (!fits && !is_whole) {
    read->text = fg_string_of("a number beyond 64 bits"); /* its last 64 may be those of a value that there is */
  } else if (!read->is_number) {
    int length = snprintf(digits, 24, "%lld", (long long)read->number);
    read->text = (fg_string){digits, is_whole ? 0 : (size_t)length};
  }
  return true;
}

void fg_event_attributes_ask_ahead(const fg_events *events, size_t row) {
  static const size_t sizes[] = {[FG_INT8] = 1,   [FG_UINT8] = 1, [FG_INT16] = 2,  [FG_UINT16] = 2, [FG_INT32] = 4,
                                 [FG_UINT32] = 4, [FG_INT64] = 8, [FG_UINT64] = 8, [FG_INT128] = 16};
  for (size_t i = 0; i < events->attribute_count; i++) {
    const fg_attribute_column *column = &events->attributes[i];
    const fg_integers *numbers = column->texts == NULL ? &column->numbers : column->texts->codes;
    if (numbers != NULL) {
      FG_PREFETCH((const char *)numbers->values + (numbers->offset + row) * sizes[numbers->type]);
    }
  }
}

fg_attributes fg_event_attributes(const fg_biller *biller, const fg_events *events, size_t row,
                                  fg_row_attributes *read) {
  size_t count = 0;
  for (size_t i = 0; i < events->attribute_count; i++) {
    const fg_attribute_column *column = &events->attributes[i];
    const fg_book_attribute *declared = biller->declared[i];
    bool is_whole = declared->values == NULL;
    fg_attribute *next = &read->items[count];
    *next = (fg_attribute){.name = declared->id};
    count += column->texts != NULL ? read_text_attribute(column->texts, row, is_whole, next)
                                   : read_integer_attribute(&column->numbers, row, is_whole, next, read->digits[count]);
  }
  return (fg_attributes){read->items, count};
}
