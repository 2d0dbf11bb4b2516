/* The base of all other code: checked arithmetic, memory by the caller's allocator, growing arrays, strings. */
#ifndef FG_BASE_H
#define FG_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../../include/faregate_base.h"

#if defined(__GNUC__)
/* Say which outcome is the usual one. Without them a usage takes 9 % longer (docs/performance.md). */
#define FG_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define FG_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define FG_COLD __attribute__((cold, noinline))
/* Tells the processor that an address will be read soon; the address may be invalid. */
#define FG_PREFETCH(address) __builtin_prefetch(address)
/* Inlines all functions that this one calls, except cold ones, which cuts the time of a usage to a third. */
#define FG_HOT __attribute__((hot, flatten))
/* As FG_HOT, but the function itself is not inlined, so that its caller does not become slower. */
#define FG_HOT_APART __attribute__((hot, flatten, noinline))
/* Inlines a function always, so that constant arguments remove the branches that they decide. A usage takes a twelfth
   less time. */
#define FG_ALWAYS_INLINE static inline __attribute__((always_inline))
#else
#define FG_LIKELY(condition) (condition)
#define FG_PREFETCH(address) ((void)(address))
#define FG_UNLIKELY(condition) (condition)
#define FG_COLD
#define FG_HOT
#define FG_HOT_APART
#define FG_ALWAYS_INLINE static inline
#endif

/* States what is true unless this code has an error. What a caller, a file or a lack of memory can bring about is
   answered with a status instead. Debug, sanitizer, coverage and fuzz builds define FG_ASSERTIONS: there a condition
   that is false ends the process. A release does not evaluate the condition, so it must change nothing. An assertion
   stands on one line, because the figures of coverage and mutants leave out assertions by line. */
#ifdef FG_ASSERTIONS
#undef NDEBUG
#include <assert.h>
#define FG_ASSERT(condition) assert(condition)
#else
#define FG_ASSERT(condition) ((void)sizeof((condition) ? 1 : 0))
#endif

/* Returns from the function with the status of an expression, unless it is FG_OK. */
#define FG_TRY(expression)                                                                                             \
  do {                                                                                                                 \
    fg_status try_status = (expression);                                                                               \
    if (FG_UNLIKELY(try_status != FG_OK)) {                                                                            \
      return try_status;                                                                                               \
    }                                                                                                                  \
  } while (0)

#ifndef __SIZEOF_INT128__
#error "faregate counts in 128 bits: a 32-bit machine needs clang, with -Xclang -fforce-enable-int128"
#endif
__extension__ typedef __int128 fg_int128;
__extension__ typedef unsigned __int128 fg_uint128;

/* Checked arithmetic: each function answers whether the result fits. */
static inline bool fg_add_i64(int64_t a, int64_t b, int64_t *sum) { return !__builtin_add_overflow(a, b, sum); }
static inline bool fg_multiply_i64(int64_t a, int64_t b, int64_t *product) {
  return !__builtin_mul_overflow(a, b, product);
}
/* Divides to check, because clang turns the built-in check for 128 bits into a call that libgcc does not have. */
static inline bool fg_multiply_i128(fg_int128 a, fg_int128 b, fg_int128 *product) {
  const fg_int128 max = (fg_int128)(~(fg_uint128)0 >> 1);
  fg_int128 size_a = a < 0 ? -a : a;
  fg_int128 size_b = b < 0 ? -b : b;
  if (size_a != 0 && size_b > max / size_a) {
    return false;
  }
  *product = a * b;
  return true;
}
static inline fg_int128 fg_greatest_common_divisor(fg_int128 a, fg_int128 b) {
  while (b != 0) {
    fg_int128 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}
static inline fg_int128 fg_power_of_ten(int exponent) {
  fg_int128 power = 1;
  for (; exponent > 0; exponent--) {
    power *= 10;
  }
  return power;
}
static inline int64_t fg_min_i64(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t fg_max_i64(int64_t a, int64_t b) { return a > b ? a : b; }
/* Below 0 if `a` is less than `b`, above 0 if it is more, else 0. */
static inline int fg_compare_i64(int64_t a, int64_t b) { return (a > b) - (a < b); }

/* Variable-length integers: seven bits in each byte, the lowest first, in as few bytes as a number needs. */
enum { FG_VARINT_MAX = 10 };
static inline unsigned char *fg_varint_write(unsigned char *to, uint64_t value) {
  for (; value > 0x7F; value >>= 7) {
    *to++ = (unsigned char)(value | 0x80);
  }
  *to++ = (unsigned char)value;
  return to;
}
/* Reads a variable-length integer and answers the place after it; NULL if it does not end before `end`. `end` may be
   NULL if the bytes are known to be valid. */
static inline const unsigned char *fg_varint_read(const unsigned char *from, const unsigned char *end,
                                                  uint64_t *value) {
  *value = 0;
  for (unsigned shift = 0; shift < 64 && from != end; shift += 7) {
    *value |= (uint64_t)(*from & 0x7F) << shift;
    if (*from++ < 0x80) {
      return from;
    }
  }
  return NULL;
}

/* Memory of an allocator. A function that allocates answers NULL when memory is short; one that releases gets the size
   that was allocated. */
fg_allocator fg_allocator_or_default(const fg_allocator *allocator);
void *fg_allocate(const fg_allocator *allocator, size_t size); ///< the memory is zeroed
void fg_release(const fg_allocator *allocator, void *block, size_t size);

/* An array that grows. `FG_ARRAY(type)` declares one; an array that is all zero is empty. It has memory for `room`
   items. */
#define FG_ARRAY(type)                                                                                                 \
  struct {                                                                                                             \
    type *items;                                                                                                       \
    uint32_t count;                                                                                                    \
    uint32_t room;                                                                                                     \
  }
/* Makes room for `extra` more items; the array is unchanged when memory is short. `place` is the address of the pointer
   to the items, whatever their type: it is read and written as bytes. */
FG_COLD fg_status fg_array_reserve_bytes(const fg_allocator *allocator, void *place, uint32_t *room, uint32_t count,
                                         uint32_t extra, size_t item_size);
#define FG_ARRAY_RESERVE(allocator, array, extra)                                                                      \
  (FG_LIKELY((extra) <= (array)->room - (array)->count)                                                                \
       ? FG_OK                                                                                                         \
       : fg_array_reserve_bytes((allocator), &(array)->items, &(array)->room, (array)->count, (extra),                 \
                                sizeof *(array)->items))
#define FG_ARRAY_RELEASE(allocator, array)                                                                             \
  do {                                                                                                                 \
    fg_release((allocator), (array)->items, (array)->room * sizeof *(array)->items);                                   \
    (array)->items = NULL;                                                                                             \
    (array)->count = (array)->room = 0;                                                                                \
  } while (0)

/* Sorts as qsort does; `items` may be NULL if `count` is 0. */
void fg_sort(void *items, size_t count, size_t item_size, int (*compare)(const void *, const void *));
#define FG_ARRAY_SORT(array, compare) fg_sort((array)->items, (array)->count, sizeof *(array)->items, (compare))

/* An arena: memory that is released all at once, and that never moves. */
typedef struct fg_arena {
  struct fg_arena_block *blocks;
} fg_arena;
/* Allocates memory that is zeroed, and aligned for any type. */
void *fg_arena_allocate(fg_arena *arena, const fg_allocator *allocator, size_t size);
void fg_arena_release(fg_arena *arena, const fg_allocator *allocator);
/* A state of an arena to go back to: fg_arena_rewind gives back what was allocated after it. */
typedef struct fg_arena_mark {
  struct fg_arena_block *block;
  size_t used;
} fg_arena_mark;
fg_arena_mark fg_arena_mark_of(const fg_arena *arena);
void fg_arena_rewind(fg_arena *arena, const fg_allocator *allocator, fg_arena_mark mark);

static inline fg_string fg_string_of(const char *text) {
  fg_string string = {text, text == NULL ? 0 : strlen(text)};
  return string;
}
/* How many bytes of a text are given to "%.*s": more than a message has room for. A length of 64 bits that is made an
   int may be another one, or below 0, which stands for no end. */
static inline int fg_shown(fg_string text) { return text.length < 4096 ? (int)text.length : 4096; }
static inline uint64_t fg_load64(const char *from) {
  uint64_t word;
  memcpy(&word, from, sizeof word);
  return word;
}
static inline uint32_t fg_load32(const char *from) {
  uint32_t word;
  memcpy(&word, from, sizeof word);
  return word;
}
/* Answer 0 if the 8 or 16 bytes at two places are equal. */
static inline uint64_t fg_differ8(const char *a, const char *b) { return fg_load64(a) ^ fg_load64(b); }
static inline uint64_t fg_differ16(const char *a, const char *b) { return fg_differ8(a, b) | fg_differ8(a + 8, b + 8); }
/* Whether two strings are equal. Names and ids are short, so they are compared word by word; the last word overlaps the
   one before. With memcmp a usage takes 8 % longer. */
static inline bool fg_string_equal(fg_string a, fg_string b) {
  size_t length = a.length;
  if (length != b.length || length == 0) {
    return length == b.length;
  }
  if (length >= 8 && length < 16) {
    return (fg_differ8(a.text, b.text) | fg_differ8(a.text + length - 8, b.text + length - 8)) == 0;
  }
  if (length < 4 || length > 32) {
    return memcmp(a.text, b.text, length) == 0;
  }
  if (length >= 16) {
    return (fg_differ16(a.text, b.text) | fg_differ16(a.text + length - 16, b.text + length - 16)) == 0;
  }
  uint32_t last = fg_load32(a.text + length - 4) ^ fg_load32(b.text + length - 4);
  return ((fg_load32(a.text) ^ fg_load32(b.text)) | last) == 0;
}

/* Below 0 if `a` comes before `b` in the order of their bytes, above 0 if after, 0 if they are equal. */
static inline int fg_string_compare(fg_string a, fg_string b) {
  size_t shorter = a.length < b.length ? a.length : b.length;
  int order = shorter == 0 ? 0 : memcmp(a.text, b.text, shorter);
  return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}
static inline bool fg_string_is(fg_string a, const char *b) { return fg_string_equal(a, fg_string_of(b)); }
/* The place of the item that has an id, in a list of structs whose first member is their id; FG_NONE if there is
   none. */
enum { FG_NONE = -1 };
#define FG_PLACE_OF_ID(items, count, id) fg_place_of_id((items), sizeof *(items), (count), (id))
static inline int fg_place_of_id(const void *items, size_t item_size, uint32_t count, fg_string id) {
  for (uint32_t i = 0; i < count; i++) {
    const void *item = (const char *)items + i * item_size;
    if (fg_string_equal(*(const fg_string *)item, id)) {
      return (int)i;
    }
  }
  return FG_NONE;
}
/* Copies a string into an arena, with a final 0; text is NULL when memory is short. */
fg_string fg_string_copy(fg_arena *arena, const fg_allocator *allocator, fg_string string);

/* How many bytes the UTF-8 character at `at` has, which is not ASCII; 0 if the bytes are no character. */
size_t fg_utf8_length(const char *at, const char *end);
fg_status fg_text_append(fg_text *text, const char *bytes, size_t length);
/* Appends `length` bytes to a text, which the caller then writes at `*place`. */
fg_status fg_text_extend(fg_text *text, size_t length, char **place);

#endif
