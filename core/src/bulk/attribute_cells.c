/* Columns of attributes: the value of each row, and the cell of the product's rule table that the row belongs to. Each
   attribute adds a step to the number of the cell. */
#include "rated_rows.h"

#include "../book/rating.h"
#include "text_column.h"

/* NO_STEP marks a row that belongs to no cell, because a value is missing or unknown. Up to STEPS_MAX entries of a
   dictionary have their steps worked out anew for each piece of rows. */
enum { STEPS_MAX = 256 };
#define NO_STEP (UINT32_C(1) << 31)

static const fg_split *split_of(const fg_rule_table *table, uint32_t attribute, uint32_t *stride) {
  *stride = 1;
  for (uint32_t i = table->cells == NULL ? 0 : table->split_count; i > 0; i--) {
    if (table->splits[i - 1].attribute == attribute) {
      return &table->splits[i - 1];
    }
    *stride *= table->splits[i - 1].count + 1;
  }
  return NULL;
}

static int64_t text_value(const fg_book_attribute *attribute, fg_string text) {
  if (text.text == NULL) {
    return FG_NO_VALUE;
  }
  int64_t place = attribute->values == NULL ? -1 : fg_text_index_find(&attribute->found_by, text);
  return place < 0 ? FG_STRANGE_VALUE : place;
}

static fg_status read_dictionary(const fg_rated_rows *rows, fg_rated_column *column) {
  const fg_texts *texts = column->given->texts;
  if (texts == NULL || texts->codes == NULL || texts->count > UINT32_MAX) {
    return FG_OK;
  }
  column->code_count = (uint32_t)texts->count;
  column->of_codes = fg_allocate(&rows->book->allocator, (texts->count + 1) * sizeof *column->of_codes);
  for (size_t i = 0; i < texts->count && column->of_codes != NULL; i++) {
    column->of_codes[i] = text_value(column->attribute, fg_texts_entry(texts, i));
  }
  return column->of_codes == NULL ? FG_NO_MEMORY : FG_OK;
}

/* The step of a value: what it adds to the number of a row's cell. */
static uint32_t step_of_value(const fg_rated_column *column, int64_t value) {
  return column->split == NULL ? 0 : column->stride * fg_split_part(column->split, value);
}

static fg_status read_values(const fg_rated_rows *rows, fg_rated_column *column) {
  const fg_book_attribute *attribute = column->attribute;
  const fg_texts *texts = column->given->texts;
  if (texts == NULL || texts->codes != NULL || attribute->values == NULL || texts->count < attribute->value_count) {
    return FG_OK;
  }
  FG_TRY(fg_text_steps_begin(&column->steps, attribute->value_count, &rows->book->allocator) ? FG_OK : FG_NO_MEMORY);
  for (uint32_t i = 0; i < attribute->value_count; i++) {
    fg_text_steps_put(&column->steps, attribute->values[i], step_of_value(column, i));
  }
  return FG_OK;
}

void fg_rated_end_column(const fg_rated_rows *rows, fg_rated_column *column) {
  const fg_allocator *allocator = &rows->book->allocator;
  fg_release(allocator, column->of_codes, (column->code_count + 1) * sizeof *column->of_codes);
  fg_text_steps_release(&column->steps, allocator);
}

static size_t rows_of(const fg_attribute_column *column) {
  if (column->texts == NULL) {
    return column->numbers.count;
  }
  return column->texts->codes != NULL ? column->texts->codes->count : column->texts->count;
}

fg_status fg_rated_begin_column(fg_rated_rows *rows, const fg_attribute_column *given) {
  fg_rated_column *column = &rows->columns[rows->column_count];
  int64_t place = fg_text_index_find(&rows->book->attribute_found_by, given->name);
  if (place < 0) {
    fg_refuse(rows->error, FG_UNKNOWN_VALUE);
  } else if (rows_of(given) != rows->quantities->count) {
    fg_fail(rows->error, FG_INVALID, "", "expected as many rows as there are quantities");
  } else if ((rows->values.there >> place & 1) != 0) {
    fg_fail(rows->error, FG_INVALID, "", "expected no column: it is given for all rows");
  } else {
    *column = (fg_rated_column){.given = given, .attribute = &rows->book->attributes[place], .place = (uint32_t)place};
    column->split = split_of(&rows->product->table, column->place, &column->stride);
    rows->values.there |= UINT64_C(1) << place;
    rows->column_count++;
    FG_TRY(read_dictionary(rows, column));
    return read_values(rows, column);
  }
  fg_error_prefix(rows->error, "attributes.%.*s", given->name.length < 256 ? (int)given->name.length : 256,
                  given->name.text);
  return place < 0 ? FG_UNKNOWN_VALUE : FG_INVALID;
}

static void read_numbers(const fg_rated_column *column, size_t first, size_t count, int64_t *values) {
  const fg_integers *numbers = &column->given->numbers;
  const fg_range *range = &column->attribute->range;
  const int64_t *read = fg_integers_read(numbers, first, count, values);
  for (size_t i = 0; i < count; i++) {
    values[i] = read[i] >= range->first && read[i] <= range->last ? read[i] : FG_STRANGE_VALUE;
  }
  for (size_t i = 0; i < count && column->attribute->values != NULL; i++) {
    values[i] = FG_STRANGE_VALUE;
  }
  for (size_t i = 0; i < count && numbers->validity != NULL; i++) {
    values[i] = fg_integers_null(numbers, first + i) ? FG_NO_VALUE : values[i];
  }
}

static void read_codes(const fg_rated_column *column, size_t first, size_t count, int64_t *values) {
  const fg_integers *codes = column->given->texts->codes;
  const int64_t *read = fg_integers_read(codes, first, count, values);
  for (size_t i = 0; i < count; i++) {
    bool is_there = read[i] >= 0 && read[i] < column->code_count;
    values[i] = is_there ? column->of_codes[read[i]] : FG_NO_VALUE;
  }
  for (size_t i = 0; i < count && codes->validity != NULL; i++) {
    values[i] = fg_integers_null(codes, first + i) ? FG_NO_VALUE : values[i];
  }
}

static void read_texts(const fg_rated_column *column, size_t first, size_t count, int64_t *values) {
  for (size_t i = 0; i < count; i++) {
    values[i] = text_value(column->attribute, fg_texts_at(column->given->texts, first + i));
  }
}

/* Reads the value of each row; a row without one gets the default, if there is one. */
static void read_column(const fg_rated_column *column, size_t first, size_t count, int64_t *values) {
  if (column->given->texts == NULL) {
    read_numbers(column, first, count, values);
  } else if (column->of_codes != NULL) {
    read_codes(column, first, count, values);
  } else {
    read_texts(column, first, count, values);
  }
  for (size_t i = 0; i < count && column->attribute->has_default; i++) {
    values[i] = values[i] == FG_NO_VALUE ? column->attribute->default_value : values[i];
  }
}

/* Adds the step of each value to its row's cell. If there are few edges, each is compared with all values, because the
   processor cannot predict the branches of a search. */
static void add_parts(const fg_split *split, uint32_t stride, const int64_t *values, size_t count, uint32_t *cells) {
  enum { FEW_EDGES = 8 };
  if (split->is_dense || split->count > FEW_EDGES) {
    for (size_t i = 0; i < count; i++) {
      cells[i] += stride * fg_split_part(split, values[i]);
    }
    return;
  }
  for (uint32_t edge = 0; edge < split->count; edge++) {
    const int64_t from = split->edges[edge];
    for (size_t i = 0; i < count; i++) {
      cells[i] += values[i] >= from ? stride : 0;
    }
  }
}

/* Adds the steps of a column's values to the cells; false if a value is missing or unknown. */
static bool add_cells(const fg_rated_column *column, const int64_t *values, size_t count, uint32_t *cells) {
  int64_t signs = 0;
  for (size_t i = 0; i < count; i++) {
    signs |= values[i];
  }
  if (signs >= 0 && column->split != NULL) {
    add_parts(column->split, column->stride, values, count, cells);
  }
  return signs >= 0;
}

/* The step of an entry of a dictionary. */
static uint32_t step_of(const fg_rated_column *column, uint32_t code) {
  int64_t value = column->of_codes[code];
  value = value == FG_NO_VALUE && column->attribute->has_default ? column->attribute->default_value : value;
  return value < 0 ? NO_STEP : step_of_value(column, value);
}

/* Adds the steps of a column by its dictionary codes alone. If a value is missing or unknown the answer is false, and
   the cells are of no use. */
static bool add_codes(const fg_rated_column *column, size_t first, size_t count, uint32_t *cells) {
  const fg_integers *codes = column->given->texts->codes;
  uint32_t steps[STEPS_MAX];
  uint32_t seen = 0;
  for (uint32_t i = 0; i < column->code_count; i++) {
    steps[i] = step_of(column, i);
  }
#define ADD_CODES(TYPE, type)                                                                                          \
  case TYPE:                                                                                                           \
    for (size_t i = 0; i < count; i++) {                                                                               \
      uint64_t code = (uint64_t)((const type *)codes->values)[codes->offset + first + i];                              \
      uint32_t step = code < column->code_count ? steps[code] : NO_STEP;                                               \
      seen |= step;                                                                                                    \
      cells[i] += step;                                                                                                \
    }                                                                                                                  \
    break;
  switch (codes->type) {
    ADD_CODES(FG_INT8, int8_t)
    ADD_CODES(FG_INT16, int16_t)
    ADD_CODES(FG_INT32, int32_t)
    ADD_CODES(FG_INT64, int64_t)
    ADD_CODES(FG_UINT8, uint8_t)
    ADD_CODES(FG_UINT16, uint16_t)
    ADD_CODES(FG_UINT32, uint32_t)
    ADD_CODES(FG_UINT64, uint64_t)
  case FG_INT128: return false;
  }
#undef ADD_CODES
  return (seen & NO_STEP) == 0;
}

static bool add_numbers(const fg_rated_column *column, size_t first, size_t count, uint32_t *cells) {
  const fg_integers *numbers = &column->given->numbers;
  const int64_t *values = (const int64_t *)numbers->values + numbers->offset + first;
  const fg_range *range = &column->attribute->range;
  bool known = column->attribute->values == NULL;
  for (size_t i = 0; i < count; i++) {
    known &= values[i] >= range->first && values[i] <= range->last;
  }
  if (known && column->split != NULL) {
    add_parts(column->split, column->stride, values, count, cells);
  }
  return known;
}

bool fg_rated_find_cells(const fg_rated_rows *rows, size_t first, size_t count, uint32_t *cells) {
  bool found = !rows->asks_values;
  for (size_t i = 0; i < count; i++) {
    cells[i] = rows->base_cell;
  }
  for (size_t i = 0; i < rows->column_count && found; i++) {
    const fg_rated_column *column = &rows->columns[i];
    const fg_texts *texts = column->given->texts;
    const fg_integers *numbers = texts != NULL ? texts->codes : &column->given->numbers;
    if (numbers == NULL) {
      found = column->steps.slots != NULL && texts->validity == NULL &&
              (fg_text_steps_add(&column->steps, texts, first, count, NO_STEP, cells) & NO_STEP) == 0;
      continue;
    }
    found = numbers->validity == NULL;
    if (found && texts != NULL) {
      found = column->code_count <= STEPS_MAX && add_codes(column, first, count, cells);
    } else {
      found = found && numbers->type == FG_INT64 && add_numbers(column, first, count, cells);
    }
  }
  return found;
}

bool fg_rated_read_cells(const fg_rated_rows *rows, size_t first, size_t count, int64_t (*values)[FG_PIECE],
                         uint32_t *cells) {
  bool are_known = true;
  for (size_t i = 0; i < count; i++) {
    cells[i] = rows->base_cell;
  }
  for (size_t i = 0; i < rows->column_count; i++) {
    read_column(&rows->columns[i], first, count, values[i]);
    are_known = add_cells(&rows->columns[i], values[i], count, cells) && are_known;
  }
  return are_known;
}
