#include "rated_columns.h"

#include "../book/event_price.h"
#include "../book/price_model.h"
#include "../book/quantity.h"
#include "../book/quote.h"
#include "../book/rules_compile.h"
#include "rated_rows.h"

/* Multiplies the prices of a schedule by a factor; fails if a product is not exact. */
static fg_status times(const fg_schedule *schedule, fg_amount factor, fg_tier tiers[FG_TIERS_MAX],
                       fg_schedule *product) {
  *product = *schedule;
  product->tiers = tiers;
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    tiers[i] = schedule->tiers[i];
    FG_TRY(fg_price_times(schedule->tiers[i].price, factor, &tiers[i].price));
  }
  return FG_OK;
}

/* Pairs of a price and a factor whose product is not exact are skipped, because the book has no rule that leads to
   them. */
int fg_rated_scale(const fg_book *book, const fg_product *product) {
  int scale = book->minor_digits;
  bool has_bounds = fg_product_prices_events(product) && book->rounding.mode == FG_ROUND_NONE;
  scale = has_bounds ? (int)fg_max_i64(scale, fg_amount_decimals(product->bounds.least.amount)) : scale;
  scale = has_bounds ? (int)fg_max_i64(scale, fg_amount_decimals(product->bounds.most.amount)) : scale;
  for (uint32_t i = 0; i < product->price_count; i++) {
    for (uint32_t j = 0; j < product->factor_count && scale < FG_MONEY_DECIMALS; j++) {
      fg_tier tiers[FG_TIERS_MAX];
      fg_schedule schedule;
      bool is_exact = times(&product->prices[i].schedule, product->factors[j], tiers, &schedule) == FG_OK;
      scale = is_exact ? fg_schedule_scale(&schedule, book->rounding, scale) : scale;
    }
  }
  return scale;
}

static fg_status make_pricer(fg_rated_rows *rows, uint16_t price, uint16_t factor, fg_rated_pricer **made) {
  const fg_book *book = rows->book;
  const fg_schedule *schedule = &rows->product->prices[price].schedule;
  bool is_civil = fg_time_is_shown(rows->query->at, &book->zone);
  if (schedule->per_hours_of_month && !is_civil) {
    return fg_fail(rows->error, FG_INVALID, "at", "expected an instant of the years 1970 to 9999: it picks the month");
  }
  int64_t hours = is_civil ? fg_month_hours(fg_month_of(fg_date_at(rows->query->at, &book->zone)), &book->zone) : 0;
  fg_price_input input = {.periods = 1, .hours_of_month = hours, .rounding = book->rounding};
  fg_rated_pricer *fresh = fg_allocate(&book->allocator, sizeof *fresh);
  if (fresh == NULL) {
    return fg_refuse(rows->error, FG_NO_MEMORY);
  }
  *made = fresh;
  fresh->by.name = "quantities";
  fg_status status = times(schedule, rows->product->factors[factor], fresh->tiers, &fresh->schedule);
  return status == FG_OK ? fg_pricer_begin(&fresh->by, book, &fresh->schedule, &input, rows->amounts, rows->error)
                         : fg_refuse(rows->error, status);
}

static fg_status blame_row(fg_rated_rows *rows, size_t row, const char *what, fg_string name, fg_status status) {
  *rows->bad_row = row;
  if (status == FG_NO_RULE) {
    fg_book_refuse(rows->book, rows->product->source, rows->error, status);
  } else {
    fg_refuse(rows->error, status);
  }
  fg_error_prefix(rows->error, "%s%.*s[%zu]", what, name.length < 256 ? (int)name.length : 256, name.text, row);
  return status;
}

static FG_COLD fg_status blame_attribute(fg_rated_rows *rows, size_t row, int64_t (*values)[FG_PIECE], size_t place) {
  for (int64_t fault = FG_STRANGE_VALUE; fault <= FG_NO_VALUE; fault++) {
    for (size_t i = 0; i < rows->column_count; i++) {
      bool is_asked = fault == FG_STRANGE_VALUE || fg_asked_has(&rows->product->asks, rows->columns[i].place);
      if (values[i][place] == fault && is_asked) {
        return blame_row(rows, row, "attributes.", rows->columns[i].attribute->id,
                         fault == FG_NO_VALUE ? FG_MISSING_ATTRIBUTE : FG_UNKNOWN_VALUE);
      }
    }
  }
  return FG_OK;
}

static size_t count_pairs(const fg_product *product) { return (size_t)product->price_count * product->factor_count; }

static fg_rated_pricer **pricer_of(const fg_rated_rows *rows, const fg_rated *rated) {
  return &rows->pricers[(size_t)rated->price * rows->product->factor_count + rated->factor];
}

/* Finds the pricer of a price and factor, or makes it. */
static fg_status find_pricer(fg_rated_rows *rows, const fg_rated *rated, fg_rated_pricer **found) {
  fg_rated_pricer **pricer = pricer_of(rows, rated);
  if (FG_UNLIKELY(*pricer == NULL)) {
    FG_TRY(make_pricer(rows, rated->price, rated->factor, pricer));
  }
  *found = *pricer;
  return FG_OK;
}

/* Prices a row of events that are priced each by itself. */
static fg_status price_events(fg_rated_rows *rows, const fg_rated *rated, const fg_pricer *by, int64_t quantity,
                              int64_t units, size_t row) {
  fg_events_charged events = {.price = rated->price, .factor = rated->factor, .units = units};
  events.of_each = quantity == 0 ? 0 : units / quantity;
  events.hours_of_month = by->input.hours_of_month;
  fg_exact cost;
  fg_amount amount = 0;
  fg_status status = fg_events_price(rows->product, &events, &cost);
  status = status == FG_OK ? fg_exact_round(cost, rows->book->rounding, &amount) : status;
  bool is_priced = status == FG_OK;
  status = is_priced ? fg_pricer_store_amount(by, row, amount) : status;
  return status == FG_OK
             ? FG_OK
             : fg_pricer_blame(by, status, row, is_priced && status == FG_INVALID, rows->bad_row, rows->error);
}

static void store_nothing(const fg_rated_rows *rows, size_t row) {
  const fg_amounts *to = &rows->amounts->of;
  size_t size = to->type == FG_AMOUNT_INT64 ? sizeof(int64_t) : sizeof(fg_int128);
  memset((char *)to->values + (row - rows->amounts->first) * size, 0, size);
}

static bool is_null_at(const fg_rated_column *column, size_t row) {
  return column->given->texts == NULL && fg_integers_null(&column->given->numbers, row);
}

/* Refuses a row without units if it lacks what the product is measured by; of an event that is noted, because the row
   may have units of another product. */
static FG_COLD fg_status check_measured(fg_rated_rows *rows, const fg_quantity_terms *terms, size_t row) {
  uint64_t given = rows->given;
  for (size_t i = 0; i < rows->column_count; i++) {
    given |= is_null_at(&rows->columns[i], row) ? 0 : UINT64_C(1) << rows->columns[i].place;
  }
  int lacking = fg_quantity_lacking(rows->book, terms, given);
  if (lacking != FG_NONE && rows->lacks == NULL) {
    return blame_row(rows, row, "attributes.", rows->book->attributes[lacking].id, FG_MISSING_ATTRIBUTE);
  }
  if (lacking != FG_NONE && rows->lacks[row - rows->amounts->first]++ == 0) {
    rows->lacked[row - rows->amounts->first] = (uint16_t)lacking;
  }
  return FG_OK;
}

/* Checks what the rules say of a row, and computes its units. */
static fg_status units_of_row(fg_rated_rows *rows, const fg_rated *rated, int64_t quantity, size_t row,
                              int64_t *units) {
  const fg_quantity_terms *terms = &rows->product->quantities[rated->terms];
  *units = quantity;
  if (FG_UNLIKELY(quantity < 0)) {
    *rows->bad_row = row;
    fg_fail(rows->error, FG_INVALID, "", "expected 0 to 9223372036854775807");
    fg_error_prefix(rows->error, "quantities[%zu]", row);
    return FG_INVALID;
  }
  if (FG_UNLIKELY(rated->price == FG_NO_PLACE && rated->not_billable == 0)) {
    return blame_row(rows, row, "quantities", fg_string_of(""), FG_NO_RULE);
  }
  if (terms->count > 0 && fg_quantity_units(terms, &rows->values, quantity, units) != FG_OK) {
    return blame_row(rows, row, "quantities", fg_string_of(""), FG_OVERFLOW);
  }
  bool is_empty = *units == 0 && quantity > 0 && rated->not_billable == 0;
  return FG_UNLIKELY(is_empty) ? check_measured(rows, terms, row) : FG_OK;
}

/* Finds the cell of a row where some rows of the piece lack values; those values are not asked for. */
static FG_COLD uint32_t cell_of(const fg_rated_rows *rows, int64_t (*values)[FG_PIECE], size_t place) {
  uint32_t cell = rows->base_cell;
  for (size_t i = 0; i < rows->column_count; i++) {
    const fg_rated_column *column = &rows->columns[i];
    cell += column->split == NULL ? 0 : column->stride * fg_split_part(column->split, values[i][place]);
  }
  return cell;
}

/* Finds what the rules say of a row. */
static fg_rated rate_row(fg_rated_rows *rows, size_t place, uint32_t cell) {
  const fg_rule_table *table = &rows->product->table;
  for (size_t i = 0; i < rows->column_count && rows->asks_values; i++) {
    rows->values.of[rows->columns[i].place] = rows->room[i][place];
  }
  return table->cells != NULL ? table->rated[table->cells[cell]] : fg_rules_ask(rows->product, &rows->values);
}

static fg_status price_row_rated(fg_rated_rows *rows, size_t place, uint32_t cell, int64_t quantity, size_t row) {
  const fg_rated rated = rate_row(rows, place, cell);
  const fg_price_table *table = NULL;
  fg_rated_pricer *pricer = NULL;
  int64_t units = 0;
  FG_TRY(units_of_row(rows, &rated, quantity, row, &units));
  if (rated.not_billable != 0) {
    store_nothing(rows, row);
  } else {
    FG_TRY(find_pricer(rows, &rated, &pricer));
    FG_TRY(fg_product_prices_events(rows->product)
               ? price_events(rows, &rated, &pricer->by, quantity, units, row)
               : fg_pricer_last(&pricer->by, units, units, row, rows->bad_row, rows->error));
    table = pricer->by.excess == 1 && pricer->by.table.limit >= 0 ? &pricer->by.table : NULL;
  }
  if (!rows->asks_values) {
    rows->by_rated[rows->product->table.cells[cell]] = table;
  }
  return FG_OK;
}

/* Prices rows by the tables of prices that earlier rows have made, and stops at the first row without a table, or
   beyond it. Returns how many rows were priced. */
static inline size_t price_by_tables_as(const fg_rated_rows *rows, const uint32_t *cells, const int64_t *quantities,
                                        size_t first, size_t count, fg_amount_type type) {
  const uint16_t *places = rows->product->table.cells;
  const size_t begin = first - rows->amounts->first;
  void *values = rows->amounts->of.values;
  for (size_t i = 0; i < count; i++) {
    const fg_price_table *table = rows->by_rated[places[cells[i]]];
    if (FG_UNLIKELY(table == NULL || (uint64_t)quantities[i] > (uint64_t)table->limit)) {
      return i;
    }
    int64_t amount = fg_price_table_at(table, quantities[i]);
    if (type == FG_AMOUNT_INT64) {
      ((int64_t *)values)[begin + i] = amount;
    } else {
      ((fg_int128 *)values)[begin + i] = amount;
    }
  }
  return count;
}

static size_t price_by_tables(const fg_rated_rows *rows, const uint32_t *cells, const int64_t *quantities, size_t first,
                              size_t count) {
  return rows->amounts->of.type == FG_AMOUNT_INT64
             ? price_by_tables_as(rows, cells, quantities, first, count, FG_AMOUNT_INT64)
             : price_by_tables_as(rows, cells, quantities, first, count, FG_AMOUNT_INT128);
}

/* The rows of a piece as they were read. */
typedef struct rated_piece {
  size_t first;
  bool are_known; ///< no value is missing or unknown, and `cells` are those of all rows
  const int64_t *quantities;
  uint32_t cells[FG_PIECE];
} rated_piece;

static void read_piece(fg_rated_rows *rows, size_t first, size_t count, rated_piece *piece) {
  piece->first = first;
  piece->are_known = fg_rated_find_cells(rows, first, count, piece->cells) ||
                     fg_rated_read_cells(rows, first, count, rows->room, piece->cells);
  piece->quantities = fg_integers_read(rows->quantities, first, count, rows->room[rows->column_count]);
}

/* Checks the values of a row, and finds its cell where the piece has rows that lack values. */
static fg_status check_values(fg_rated_rows *rows, rated_piece *piece, size_t place) {
  if (piece->are_known) {
    return FG_OK;
  }
  FG_TRY(blame_attribute(rows, piece->first + place, rows->room, place));
  piece->cells[place] = cell_of(rows, rows->room, place);
  return FG_OK;
}

fg_status fg_rated_piece(fg_rated_rows *rows, size_t first, size_t count) {
  rated_piece piece;
  read_piece(rows, first, count, &piece);
  bool is_fast = piece.are_known && !rows->asks_values && rows->quantities->validity == NULL;
  for (size_t i = 0; i < count; i++) {
    i += is_fast ? price_by_tables(rows, piece.cells + i, piece.quantities + i, first + i, count - i) : 0;
    if (i == count) {
      break;
    }
    if (fg_integers_null(rows->quantities, first + i)) {
      store_nothing(rows, first + i);
      continue;
    }
    FG_TRY(check_values(rows, &piece, i));
    FG_TRY(price_row_rated(rows, i, piece.cells[i], piece.quantities[i], first + i));
  }
  return FG_OK;
}

fg_status fg_rated_find(fg_rated_rows *rows, size_t first, size_t count, int64_t *units, fg_rated_pricer **pricers) {
  rated_piece piece;
  read_piece(rows, first, count, &piece);
  bool is_fast = piece.are_known && !rows->asks_values && rows->quantities->validity == NULL;
  for (size_t i = 0; i < count; i++) {
    if (is_fast && i > 0 && piece.cells[i] == piece.cells[i - 1] && piece.quantities[i] >= 0) {
      units[i] = pricers[i - 1] == NULL ? 0 : piece.quantities[i];
      pricers[i] = pricers[i - 1];
      continue;
    }
    pricers[i] = NULL;
    units[i] = 0;
    if (fg_integers_null(rows->quantities, first + i)) {
      continue;
    }
    FG_TRY(check_values(rows, &piece, i));
    const fg_rated rated = rate_row(rows, i, piece.cells[i]);
    FG_TRY(units_of_row(rows, &rated, piece.quantities[i], first + i, &units[i]));
    if (rated.not_billable == 0) {
      FG_TRY(find_pricer(rows, &rated, &pricers[i]));
    }
  }
  return FG_OK;
}

/* Reads the values that are the same for all rows: the query's attributes, defaults, and the clock. Attributes with a
   column are read by row. */
static fg_status read_fixed(fg_rated_rows *rows) {
  const fg_book *book = rows->book;
  fg_asked of_rows = rows->product->asks;
  for (size_t i = 0; i < rows->column_count; i++) {
    of_rows.declared &= ~(UINT64_C(1) << rows->columns[i].place);
  }
  FG_TRY(fg_quote_values(book, &of_rows, rows->query->attributes, rows->query->at, &rows->values, rows->error));
  for (uint32_t i = 0; i < rows->product->table.split_count && rows->product->table.cells != NULL; i++) {
    const fg_split *split = &rows->product->table.splits[i];
    bool is_fixed = split->attribute >= FG_ATTRIBUTES_MAX || (of_rows.declared >> split->attribute & 1) != 0;
    rows->base_cell = rows->base_cell * (split->count + 1) +
                      (is_fixed ? fg_split_part(split, rows->values.of[split->attribute]) : 0);
  }
  return FG_OK;
}

/* Marks the attributes that the query itself gives, because they must not have a column. */
static void mark_given(fg_rated_rows *rows) {
  for (size_t i = 0; i < rows->query->attributes.count; i++) {
    int64_t place = fg_text_index_find(&rows->book->attribute_found_by, rows->query->attributes.items[i].name);
    rows->values.there |= place < 0 ? 0 : UINT64_C(1) << place;
  }
  rows->given = rows->values.there;
}

static fg_status make_room(fg_rated_rows *rows) {
  const fg_allocator *allocator = &rows->book->allocator;
  const fg_product *product = rows->product;
  rows->pricers = fg_allocate(allocator, count_pairs(product) * sizeof *rows->pricers);
  rows->by_rated = fg_allocate(allocator, ((size_t)product->table.rated_count + 1) * sizeof *rows->by_rated);
  return rows->pricers == NULL || rows->by_rated == NULL ? FG_NO_MEMORY : FG_OK;
}

static fg_status begin_rated(fg_rated_rows *rows, const fg_attribute_column *columns, size_t column_count) {
  FG_TRY(make_room(rows));
  mark_given(rows);
  for (size_t i = 0; i < column_count; i++) {
    FG_TRY(fg_rated_begin_column(rows, &columns[i]));
  }
  FG_TRY(read_fixed(rows));
  rows->asks_values = rows->product->table.cells == NULL;
  for (uint32_t i = 0; i <= rows->product->rule_count; i++) {
    rows->asks_values = rows->asks_values || rows->product->quantities[i].count > 0;
  }
  rows->room = fg_allocate(&rows->book->allocator, (rows->column_count + 1) * sizeof *rows->room);
  return rows->room == NULL ? FG_NO_MEMORY : FG_OK;
}

fg_status fg_rated_begin(fg_rated_rows *rows, const fg_attribute_column *columns, size_t column_count) {
  int scale = rows->amounts->of.scale;
  if (scale < 0 || scale > FG_MONEY_DECIMALS) {
    return fg_fail(rows->error, FG_INVALID, "scale", "expected 0 to 12 decimals");
  }
  fg_status status = begin_rated(rows, columns, column_count);
  return status == FG_NO_MEMORY ? fg_refuse(rows->error, status) : status;
}

void fg_rated_end(fg_rated_rows *rows) {
  const fg_allocator *allocator = &rows->book->allocator;
  size_t pairs = count_pairs(rows->product);
  for (size_t i = 0; i < rows->column_count; i++) {
    fg_rated_end_column(rows, &rows->columns[i]);
  }
  for (size_t i = 0; i < pairs && rows->pricers != NULL; i++) {
    fg_release(allocator, rows->pricers[i], sizeof *rows->pricers[i]);
  }
  fg_release(allocator, rows->pricers, pairs * sizeof *rows->pricers);
  fg_release(allocator, rows->by_rated, ((size_t)rows->product->table.rated_count + 1) * sizeof *rows->by_rated);
  fg_release(allocator, rows->room, (rows->column_count + 1) * sizeof *rows->room);
}

fg_status fg_price_rated_columns(const fg_book *book, const fg_product *product, const fg_price_query *query,
                                 const fg_integers *quantities, const fg_attribute_column *columns, size_t column_count,
                                 const fg_amount_rows *amounts, size_t *bad_row, fg_error *error) {
  fg_rated_rows rows = {.book = book, .product = product, .query = query, .quantities = quantities, .amounts = amounts};
  rows.bad_row = bad_row;
  rows.error = error;
  fg_status status = fg_rated_begin(&rows, columns, column_count);
  for (size_t first = 0; first < quantities->count && status == FG_OK; first += FG_PIECE) {
    status = fg_rated_piece(&rows, first, fg_piece_count(quantities, first));
  }
  fg_rated_end(&rows);
  return status;
}
