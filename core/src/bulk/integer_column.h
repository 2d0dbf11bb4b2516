/* Reads columns of integers in pieces. */
#ifndef FG_INTEGER_COLUMN_H
#define FG_INTEGER_COLUMN_H

#include "../../include/faregate_bulk.h"
#include "../base/base.h"

static inline bool fg_bit(const uint8_t *bits, size_t index) { return (bits[index / 8] >> (index % 8) & 1) != 0; }

static inline bool fg_integers_null(const fg_integers *column, size_t row) {
  return column->validity != NULL && !fg_bit(column->validity, column->offset + row);
}

enum { FG_PIECE = 1024 }; ///< rows of a piece: some columns of a piece fit in the first-level cache

/* How many rows the piece of a column has that begins at a row. */
static inline size_t fg_piece_count(const fg_integers *column, size_t first) {
  size_t left = column->count - first;
  return left < FG_PIECE ? left : FG_PIECE;
}

/* Reads one row: 0 for a null, -1 for a value beyond int64_t. */
int64_t fg_integers_at(const fg_integers *column, size_t row);

/* Reads a row that is not null; false for a value beyond int64_t. */
bool fg_integers_value(const fg_integers *column, size_t row, int64_t *value);

/* Reads `count` rows from `first` on, as fg_integers_at reads one. Returns `room`, or the column's own memory if the
   values need no change. */
const int64_t *fg_integers_read(const fg_integers *column, size_t first, size_t count, int64_t *room);

#endif
