/* The memory of a column. It has its own count of references, so that an Arrow consumer may free it on any thread. */
#define _DEFAULT_SOURCE /* for madvise */

#include "columns.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif
#if defined(_WIN32)
#include <malloc.h>
#endif

enum { ALIGNMENT = 64, HUGE_PAGE = 1 << 21 };

/* Allocates aligned memory. On Windows such memory is freed by a function of its own. */
static void *allocate_aligned(size_t alignment, size_t size) {
#if defined(_WIN32)
  return _aligned_malloc(size, alignment);
#else
  return aligned_alloc(alignment, size);
#endif
}

static void free_aligned(void *memory) {
#if defined(_WIN32)
  _aligned_free(memory);
#else
  free(memory);
#endif
}

/* Allocates with huge pages, because clearing pages of 4 KiB one by one takes longer than pricing what is written to
   them. */
static void *allocate_large(size_t size) {
  size_t alignment = size >= 2 * HUGE_PAGE ? HUGE_PAGE : ALIGNMENT;
  void *memory = allocate_aligned(alignment, (size + alignment) / alignment * alignment);
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  if (memory != NULL && alignment == HUGE_PAGE) {
    madvise(memory, size, MADV_HUGEPAGE);
  }
#endif
  return memory;
}

size_t pfg_kind_width(pfg_kind kind) { return kind == PFG_DECIMALS ? sizeof(fg_money) : sizeof(int64_t); }

pfg_block *pfg_block_new(pfg_kind kind, size_t rows) {
  pfg_block *block = calloc(1, sizeof *block);
  void *values = block == NULL ? NULL : allocate_large((rows + 1) * pfg_kind_width(kind));
  if (values == NULL) {
    free(block);
    return NULL;
  }
  *(int64_t *)values = 0;
  *block = (pfg_block){.shared = 1, .kind = kind, .values = values, .length = rows, .room = rows};
  return block;
}

void pfg_block_release(pfg_block *block) {
  if (block != NULL && __atomic_sub_fetch(&block->shared, 1, __ATOMIC_ACQ_REL) == 0) {
    free_aligned(block->values);
    free(block->validity);
    free(block->bytes);
    fg_book_release(block->book);
    free(block);
  }
}

static void clear_bit(uint8_t *bits, size_t at) { bits[at / 8] = (uint8_t)(bits[at / 8] & ~(1u << at % 8)); }

static bool need_validity(pfg_block *block) {
  if (block->validity == NULL) {
    block->validity = malloc(block->room / 8 + 1);
    if (block->validity != NULL) {
      memset(block->validity, 0xFF, block->room / 8 + 1);
    }
  }
  return block->validity != NULL;
}

static bool set_null(pfg_block *block, size_t row) {
  if (!need_validity(block)) {
    return false;
  }
  clear_bit(block->validity, row);
  block->null_count++;
  return true;
}

bool pfg_block_nulls(pfg_block *block, size_t first, const fg_integers *column) {
  for (size_t i = 0; column->validity != NULL && i < column->count; i++) {
    size_t at = column->offset + i;
    bool is_null = (column->validity[at / 8] >> (at % 8) & 1) == 0;
    if (is_null && !set_null(block, first + i)) {
      return false;
    }
  }
  return true;
}

static bool grow(pfg_block *block) {
  if (block->length < block->room) {
    return true;
  }
  size_t room = block->room < 64 ? 64 : 2 * block->room;
  void *values = allocate_aligned(ALIGNMENT, ((room + 1) * pfg_kind_width(block->kind) / ALIGNMENT + 1) * ALIGNMENT);
  uint8_t *validity = block->validity == NULL ? NULL : realloc(block->validity, room / 8 + 1);
  block->validity = validity == NULL ? block->validity : validity;
  if (values == NULL || (block->validity != NULL && validity == NULL)) {
    free_aligned(values);
    return false;
  }
  if (validity != NULL) {
    memset(validity + block->room / 8 + 1, 0xFF, room / 8 - block->room / 8);
  }
  memcpy(values, block->values, (block->length + 1) * pfg_kind_width(block->kind));
  free_aligned(block->values);
  block->values = values;
  block->room = room;
  return true;
}

static bool append_bytes(pfg_block *block, fg_string text) {
  int64_t *offsets = block->values;
  size_t used = (size_t)offsets[block->length];
  if (block->byte_room - used < text.length + 1) {
    size_t room = 2 * block->byte_room + text.length + 64;
    char *bytes = realloc(block->bytes, room);
    if (bytes == NULL) {
      return false;
    }
    block->bytes = bytes;
    block->byte_room = room;
  }
  if (text.length > 0) {
    memcpy(block->bytes + used, text.text, text.length);
  }
  offsets[block->length + 1] = (int64_t)(used + text.length);
  return true;
}

bool pfg_append_text(pfg_block *block, fg_string text) {
  bool done = grow(block) && append_bytes(block, text) && (text.text != NULL || set_null(block, block->length));
  block->length += done;
  return done;
}

bool pfg_append_integer(pfg_block *block, int64_t value) {
  bool is_null = value == PFG_NO_INTEGER;
  if (!grow(block) || (is_null && !set_null(block, block->length))) {
    return false;
  }
  ((int64_t *)block->values)[block->length++] = is_null ? 0 : value;
  return true;
}

bool pfg_append_money(pfg_block *block, fg_money amount) {
  if (!grow(block)) {
    return false;
  }
  uint64_t halves[2] = {amount.low, (uint64_t)amount.high};
  memcpy((char *)block->values + block->length * sizeof halves, halves, sizeof halves);
  block->length++;
  return true;
}

bool pfg_append_null(pfg_block *block) {
  if (block->kind == PFG_TEXTS) {
    return pfg_append_text(block, (fg_string){NULL, 0});
  }
  return block->kind == PFG_DECIMALS
             ? grow(block) && set_null(block, block->length) && pfg_append_money(block, fg_money_zero())
             : pfg_append_integer(block, PFG_NO_INTEGER);
}

/* Most amounts fit into 64 bits, which the processor divides much faster than 128. */
static bool is_multiple(pfg_int128 value, int64_t step) {
  int64_t narrow = (int64_t)value;
  return narrow == value ? narrow % step == 0 : value % step == 0;
}
static pfg_int128 quotient(pfg_int128 value, int64_t step) {
  int64_t narrow = (int64_t)value;
  return narrow == value ? narrow / step : value / step;
}

void pfg_block_shrink(pfg_block *block, int scale) {
  pfg_int128 *values = block->values;
  int64_t step = 1;
  for (int decimals = FG_MONEY_DECIMALS; decimals > scale; decimals--) {
    step *= 10;
  }
  for (size_t i = 0; i < block->length; i++) {
    while (!is_multiple(values[i], step)) {
      step /= 10;
    }
  }
  for (size_t i = 0; i < block->length && step > 1; i++) {
    values[i] = quotient(values[i], step);
  }
  for (block->scale = FG_MONEY_DECIMALS; step > 1; step /= 10) {
    block->scale--;
  }
}

/* The float nearest to an amount. The quotient of two integers that are exact as floats is the nearest float. Larger
   ones are converted by their digits, which have no decimal point, so the locale does not matter. */
static double nearest_float(pfg_int128 amount, int scale) {
  static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
  const int64_t exact = INT64_C(1) << DBL_MANT_DIG;
  pfg_int128 size = amount < 0 ? -amount : amount;
  if (size <= exact) {
    return (double)(int64_t)amount / powers[scale];
  }
  char digits[64];
  char *at = digits + sizeof digits;
  at -= snprintf(NULL, 0, "e-%d", scale) + 1;
  snprintf(at, (size_t)(digits + sizeof digits - at), "e-%d", scale);
  for (; size > 0; size /= 10) {
    *--at = (char)('0' + (int)(size % 10));
  }
  double nearest = strtod(at, NULL);
  return amount < 0 ? -nearest : nearest;
}

static bool is_null_in(const pfg_block *block, size_t row) {
  return block->validity != NULL && (block->validity[row / 8] >> (row % 8) & 1) == 0;
}

pfg_block *pfg_block_floats(const pfg_block *from) {
  pfg_block *floats = pfg_block_new(PFG_FLOATS, from->length);
  const double nan = strtod("nan", NULL);
  for (size_t i = 0; floats != NULL && i < from->length; i++) {
    bool is_null = is_null_in(from, i);
    ((double *)floats->values)[i] = is_null ? nan : nearest_float(((pfg_int128 *)from->values)[i], from->scale);
  }
  if (floats != NULL && from->validity != NULL) {
    floats->validity = malloc(from->length / 8 + 1);
    if (floats->validity == NULL) {
      pfg_block_release(floats);
      return NULL;
    }
    memcpy(floats->validity, from->validity, from->length / 8 + 1);
    floats->null_count = from->null_count;
  }
  return floats;
}

static bool append_row(pfg_block *block, const pfg_block *from, size_t row) {
  bool is_null = is_null_in(from, row);
  if (from->kind == PFG_TEXTS) {
    const int64_t *offsets = from->values;
    fg_string text = {from->bytes + offsets[row], (size_t)(offsets[row + 1] - offsets[row])};
    return is_null ? pfg_append_null(block) : pfg_append_text(block, text);
  }
  size_t width = pfg_kind_width(from->kind);
  memcpy((char *)block->values + block->length * width, (const char *)from->values + row * width, width);
  if (is_null && !set_null(block, block->length)) {
    return false;
  }
  block->length++;
  return true;
}

pfg_block *pfg_block_rows(const pfg_block *from, Py_ssize_t first, Py_ssize_t step, size_t count) {
  pfg_block *rows = pfg_block_new(from->kind, count);
  if (rows == NULL) {
    return NULL;
  }
  rows->length = 0;
  rows->scale = from->scale;
  rows->book = from->book == NULL ? NULL : fg_book_retain(from->book);
  for (size_t i = 0; i < count; i++) {
    if (!append_row(rows, from, (size_t)first + i * (size_t)step)) {
      pfg_block_release(rows);
      return NULL;
    }
  }
  return rows;
}
