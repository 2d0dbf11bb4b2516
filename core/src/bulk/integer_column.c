#include "integer_column.h"

static int64_t wide_at(const void *values, size_t index) {
  fg_int128 value = 0;
  memcpy(&value, (const char *)values + index * sizeof value, sizeof value);
  return value < INT64_MIN || value > INT64_MAX ? -1 : (int64_t)value;
}

int64_t fg_integers_at(const fg_integers *column, size_t row) {
  size_t index = column->offset + row;
  if (fg_integers_null(column, row)) {
    return 0;
  }
  switch (column->type) {
  case FG_INT8: return ((const int8_t *)column->values)[index];
  case FG_INT16: return ((const int16_t *)column->values)[index];
  case FG_INT32: return ((const int32_t *)column->values)[index];
  case FG_INT64: return ((const int64_t *)column->values)[index];
  case FG_UINT8: return ((const uint8_t *)column->values)[index];
  case FG_UINT16: return ((const uint16_t *)column->values)[index];
  case FG_UINT32: return ((const uint32_t *)column->values)[index];
  case FG_UINT64: {
    uint64_t value = ((const uint64_t *)column->values)[index];
    return value > INT64_MAX ? -1 : (int64_t)value;
  }
  case FG_INT128: return wide_at(column->values, index);
  }
  return -1;
}

bool fg_integers_value(const fg_integers *column, size_t row, int64_t *value) {
  *value = fg_integers_at(column, row);
  if (FG_LIKELY(*value != -1 || (column->type != FG_UINT64 && column->type != FG_INT128))) {
    return true;
  }
  fg_int128 wide = 0;
  if (column->type == FG_INT128) {
    memcpy(&wide, (const char *)column->values + (column->offset + row) * sizeof wide, sizeof wide);
  }
  return wide == -1;
}

const int64_t *fg_integers_read(const fg_integers *column, size_t first, size_t count, int64_t *room) {
  if (column->type == FG_INT64 && column->validity == NULL) {
    return (const int64_t *)column->values + column->offset + first;
  }
  for (size_t i = 0; i < count; i++) {
    room[i] = fg_integers_at(column, first + i);
  }
  return room;
}
