/* A log: bytes that are only added to, in blocks that never move. */
#ifndef FG_LOG_H
#define FG_LOG_H

#include "../base/base.h"

/* Block i holds FG_LOG_FIRST << i bytes, at the positions from FG_LOG_FIRST << i on, so that the highest bit of a
   position names its block. Position 0 stands for none. Each addition lies in one block, and the rest of a block that
   is too small for it stays unused. */
enum { FG_LOG_FIRST_BITS = 9, FG_LOG_FIRST = 1 << FG_LOG_FIRST_BITS, FG_LOG_BLOCKS = 32 - FG_LOG_FIRST_BITS };

typedef struct fg_log {
  unsigned char *blocks[FG_LOG_BLOCKS]; ///< NULL: not allocated yet, or skipped
  uint32_t next;                        ///< position at which the next byte is added
  uint32_t left;                        ///< bytes from `next` to the end of its block
} fg_log;

void fg_log_release(fg_log *log, const fg_allocator *allocator);

static inline unsigned char *fg_log_at(const fg_log *log, uint32_t position) {
  FG_ASSERT(position >= FG_LOG_FIRST);
  uint32_t block = 31 - (uint32_t)__builtin_clz(position) - FG_LOG_FIRST_BITS;
  FG_ASSERT(log->blocks[block] != NULL);
  return log->blocks[block] + (position - ((uint32_t)FG_LOG_FIRST << block));
}

/* Whether there is no block any more that `size` consecutive bytes fit in: some 4 GiB were added. */
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
