/* A log: bytes that are only added to, in blocks that never move. */
#ifndef FG_LOG_H
#define FG_LOG_H

#include "../base/base.h"

/* The first blocks double: block i holds FG_LOG_FIRST << i bytes, at the positions from FG_LOG_FIRST << i on, so that
   the highest bit of a position names its block. From position FG_LOG_EVEN on every block holds FG_LOG_EVEN bytes, so
   that a large log can be freed by and by. An addition that is larger has a block in place of several. Position 0
   stands for none. Each addition lies in one block, and the rest of a block that is too small for it stays unused. */
enum { FG_LOG_FIRST_BITS = 9, FG_LOG_EVEN_BITS = 22, FG_LOG_DOUBLING = FG_LOG_EVEN_BITS - FG_LOG_FIRST_BITS };
enum { FG_LOG_FIRST = 1 << FG_LOG_FIRST_BITS, FG_LOG_EVEN = 1 << FG_LOG_EVEN_BITS };
enum { FG_LOG_BLOCKS = FG_LOG_DOUBLING - 1 + (1 << (32 - FG_LOG_EVEN_BITS)) };

typedef struct fg_log {
  FG_ARRAY(unsigned char *) blocks; ///< NULL: skipped, or a part of the block before
  uint32_t next;                    ///< position at which the next byte is added
  uint32_t left;                    ///< bytes from `next` to the end of its block
} fg_log;

/* Frees one block; false: none was left. */
bool fg_log_release_block(fg_log *log, const fg_allocator *allocator);
void fg_log_release(fg_log *log, const fg_allocator *allocator);

static inline uint32_t fg_log_begin_of(uint32_t block) {
  return block < FG_LOG_DOUBLING ? (uint32_t)FG_LOG_FIRST << block : (block - FG_LOG_DOUBLING + 1) << FG_LOG_EVEN_BITS;
}

static inline unsigned char *fg_log_at(const fg_log *log, uint32_t position) {
  FG_ASSERT(position >= FG_LOG_FIRST);
  uint32_t block = position < FG_LOG_EVEN ? 31 - (uint32_t)__builtin_clz(position) - FG_LOG_FIRST_BITS
                                          : FG_LOG_DOUBLING - 1 + (position >> FG_LOG_EVEN_BITS);
  while (FG_UNLIKELY(log->blocks.items[block] == NULL)) {
    block--;
  }
  return log->blocks.items[block] + (position - fg_log_begin_of(block));
}

/* Whether there are no positions any more for `size` consecutive bytes: some 4 GiB were added. */
bool fg_log_is_full(const fg_log *log, size_t size);

/* Makes room for `size` consecutive bytes from `log->next` on. FG_NO_MEMORY, also if the log is full. */
FG_COLD fg_status fg_log_grow(fg_log *log, const fg_allocator *allocator, size_t size);
static inline fg_status fg_log_reserve(fg_log *log, const fg_allocator *allocator, size_t size) {
  return FG_LIKELY(size <= log->left) ? FG_OK : fg_log_grow(log, allocator, size);
}

/* Adds the first `size` bytes of the room that fg_log_reserve made. */
static inline void fg_log_add(fg_log *log, uint32_t size) {
  FG_ASSERT(size <= log->left);
  log->next += size;
  log->left -= size;
}

#endif
