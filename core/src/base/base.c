#include "base.h"

#include <stdlib.h>

static void *libc_resize(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  (void)old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, new_size);
}

fg_allocator fg_allocator_or_default(const fg_allocator *allocator) {
  fg_allocator libc = {libc_resize, NULL};
  return allocator != NULL && allocator->resize != NULL ? *allocator : libc;
}

void *fg_allocate(const fg_allocator *allocator, size_t size) {
  void *block = allocator->resize(allocator->context, NULL, 0, size);
  if (block != NULL) {
    memset(block, 0, size);
  }
  return block;
}

void fg_release(const fg_allocator *allocator, void *block, size_t size) {
  if (block != NULL) {
    allocator->resize(allocator->context, block, size, 0);
  }
}

fg_status fg_array_reserve_bytes(const fg_allocator *allocator, void *place, uint32_t *room, uint32_t count,
                                 uint32_t extra, size_t item_size) {
  FG_ASSERT(count <= *room);
  if (extra > UINT32_MAX / 2 - count) {
    return FG_NO_MEMORY;
  }
  uint32_t wanted = count + extra;
  uint32_t grown = *room < 4 ? *room * 2 : *room + *room / 2; /* most lists of an account stay short */
  uint32_t new_room = wanted > grown ? wanted : grown;
  if (new_room > SIZE_MAX / item_size) {
    return FG_NO_MEMORY;
  }
  void *items;
  memcpy(&items, place, sizeof items);
  void *moved = allocator->resize(allocator->context, items, *room * item_size, new_room * item_size);
  if (moved == NULL) {
    return FG_NO_MEMORY;
  }
  memcpy(place, &moved, sizeof moved);
  *room = new_room;
  return FG_OK;
}

void fg_sort(void *items, size_t count, size_t item_size, int (*compare)(const void *, const void *)) {
  if (count > 1) {
    qsort(items, count, item_size, compare);
  }
}

/* The blocks of an arena double from the first one on, because every account has an arena and most keep little in
   it. */
enum { ARENA_FIRST = 512, ARENA_BLOCK = 4096 };

struct fg_arena_block {
  struct fg_arena_block *next;
  size_t size; /* size of the whole block, this header included */
  size_t used;
  max_align_t data[];
};

void *fg_arena_allocate(fg_arena *arena, const fg_allocator *allocator, size_t size) {
  const size_t align = _Alignof(max_align_t);
  const size_t header = offsetof(struct fg_arena_block, data);
  if (size > SIZE_MAX / 2) {
    return NULL;
  }
  size_t rounded = (size + align - 1) / align * align;
  struct fg_arena_block *block = arena->blocks;
  if (block == NULL || block->size - block->used < rounded) {
    size_t doubled = block == NULL ? ARENA_FIRST : block->size >= ARENA_BLOCK / 2 ? ARENA_BLOCK : 2 * block->size;
    size_t block_size = header + rounded > doubled ? header + rounded : doubled;
    block = allocator->resize(allocator->context, NULL, 0, block_size);
    if (block == NULL) {
      return NULL;
    }
    block->size = block_size;
    block->used = header;
    block->next = arena->blocks;
    arena->blocks = block;
  }
  void *place = (char *)block + block->used;
  block->used += rounded;
  memset(place, 0, rounded); /* a rewind may have given back bytes that were used */
  return place;
}

static void release_until(fg_arena *arena, const fg_allocator *allocator, const struct fg_arena_block *kept) {
  while (arena->blocks != kept) {
    struct fg_arena_block *next = arena->blocks->next;
    fg_release(allocator, arena->blocks, arena->blocks->size);
    arena->blocks = next;
  }
}

void fg_arena_release(fg_arena *arena, const fg_allocator *allocator) { release_until(arena, allocator, NULL); }

fg_arena_mark fg_arena_mark_of(const fg_arena *arena) {
  return (fg_arena_mark){arena->blocks, arena->blocks == NULL ? 0 : arena->blocks->used};
}

void fg_arena_rewind(fg_arena *arena, const fg_allocator *allocator, fg_arena_mark mark) {
  release_until(arena, allocator, mark.block);
  if (mark.block != NULL) {
    mark.block->used = mark.used;
  }
}

fg_string fg_string_copy(fg_arena *arena, const fg_allocator *allocator, fg_string string) {
  char *copy = fg_arena_allocate(arena, allocator, string.length + 1);
  if (copy != NULL && string.length > 0) {
    memcpy(copy, string.text, string.length);
  }
  fg_string result = {copy, copy == NULL ? 0 : string.length};
  return result;
}

size_t fg_utf8_length(const char *at, const char *end) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const unsigned char *bytes = (const unsigned char *)at;
  size_t length = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : 2;
  if (bytes[0] < 0xC2 || bytes[0] > 0xF4 || (size_t)(end - at) < length) {
    return 0;
  }
  uint32_t code = bytes[0] & (0x7Fu >> length);
  for (size_t i = 1; i < length; i++) {
    if ((bytes[i] & 0xC0) != 0x80) {
      return 0;
    }
    code = code << 6 | (bytes[i] & 0x3F);
  }
  bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code < least[length] || code > 0x10FFFF || is_surrogate ? 0 : length;
}

/* Whether no byte of a word is 0 or beyond ASCII. */
static bool are_plain(uint64_t word) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  return (((word - ones) | word) & ones << 7) == 0;
}

/* Whether all bytes of a string of at least four bytes are plain. It is read word by word; the last word overlaps the
   one before. */
static bool is_plain(fg_string string) {
  const char *text = string.text;
  size_t length = string.length;
  if (length < 4) {
    return false;
  }
  if (length < 8) {
    return are_plain((uint64_t)fg_load32(text) << 32 | fg_load32(text + length - 4));
  }
  for (size_t i = 0; i + 8 < length; i += 8) {
    if (!are_plain(fg_load64(text + i))) {
      return false;
    }
  }
  return are_plain(fg_load64(text + length - 8));
}

bool fg_string_is_text(fg_string string) {
  if (FG_LIKELY(is_plain(string))) {
    return true;
  }
  const char *end = string.text + string.length;
  for (const char *at = string.text; at < end;) {
    size_t length = (unsigned char)*at < 0x80 ? *at != '\0' : fg_utf8_length(at, end);
    if (length == 0) {
      return false;
    }
    at += length;
  }
  return true;
}

bool fg_quantity_parse(fg_string text, int64_t *quantity) {
  bool leading_zero = text.length > 1 && text.text[0] == '0';
  int64_t value = 0;
  for (size_t i = 0; i < text.length; i++) {
    char c = text.text[i];
    if (c < '0' || c > '9' || !fg_multiply_i64(value, 10, &value) || !fg_add_i64(value, c - '0', &value)) {
      return false;
    }
  }
  *quantity = value;
  return text.length > 0 && !leading_zero;
}

fg_status fg_text_append(fg_text *text, const char *bytes, size_t length) {
  char *place = NULL;
  FG_TRY(fg_text_extend(text, length, &place));
  if (length > 0) {
    memcpy(place, bytes, length);
  }
  return FG_OK;
}

fg_status fg_text_extend(fg_text *text, size_t length, char **place) {
  if (length >= SIZE_MAX / 4 - text->length) {
    return FG_NO_MEMORY;
  }
  size_t wanted = text->length + length + 1;
  if (wanted > text->room) {
    size_t grown = text->room * 2;
    size_t room = wanted > grown ? wanted : grown;
    void *moved = text->allocator.resize(text->allocator.context, text->text, text->room, room);
    if (moved == NULL) {
      return FG_NO_MEMORY;
    }
    text->text = moved;
    text->room = room;
  }
  *place = text->text + text->length;
  text->length += length;
  text->text[text->length] = '\0';
  return FG_OK;
}

static fg_status append_to_text(void *context, const char *bytes, size_t length) {
  return fg_text_append(context, bytes, length);
}

fg_sink fg_text_sink(fg_text *text) {
  fg_sink sink = {append_to_text, text};
  text->allocator = fg_allocator_or_default(text->allocator.resize == NULL ? NULL : &text->allocator);
  return sink;
}

void fg_text_release(fg_text *text) {
  if (text->text != NULL) {
    fg_release(&text->allocator, text->text, text->room);
  }
  text->text = NULL;
  text->length = text->room = 0;
}
