#include "log.h"

bool fg_log_release_block(fg_log *log, const fg_allocator *allocator) {
  uint32_t end = log->blocks.count;
  if (end == 0) {
    FG_ARRAY_RELEASE(allocator, &log->blocks);
    return false;
  }
  uint32_t block = end - 1;
  while (log->blocks.items[block] == NULL) {
    block--;
  }
  bool is_even = block >= FG_LOG_DOUBLING;
  size_t size = is_even ? (size_t)(end - block) << FG_LOG_EVEN_BITS : (size_t)FG_LOG_FIRST << block;
  fg_release(allocator, log->blocks.items[block], size);
  while (block > 0 && block <= FG_LOG_DOUBLING && log->blocks.items[block - 1] == NULL) {
    block--; /* among those that double, an empty place was skipped */
  }
  log->blocks.count = block;
  return true;
}

void fg_log_release(fg_log *log, const fg_allocator *allocator) {
  while (fg_log_release_block(log, allocator)) {
  }
}

/* The place of the next block that has room for `size` bytes, and in place of how many blocks it stands; more than
   there are if there is none. */
static uint32_t next_block(const fg_log *log, size_t size, uint32_t *blocks) {
  uint32_t block = log->blocks.count;
  while (block < FG_LOG_DOUBLING && (size_t)FG_LOG_FIRST << block < size) {
    block++;
  }
  size_t even = size / FG_LOG_EVEN + (size % FG_LOG_EVEN != 0);
  *blocks = block < FG_LOG_DOUBLING ? 1 : even < FG_LOG_BLOCKS ? (uint32_t)even : FG_LOG_BLOCKS;
  return block;
}

bool fg_log_is_full(const fg_log *log, size_t size) {
  uint32_t blocks = 0;
  return size > log->left && next_block(log, size, &blocks) + blocks > FG_LOG_BLOCKS;
}

fg_status fg_log_grow(fg_log *log, const fg_allocator *allocator, size_t size) {
  uint32_t blocks = 0;
  uint32_t block = next_block(log, size, &blocks);
  uint32_t count = log->blocks.count;
  if (block + blocks > FG_LOG_BLOCKS) {
    return FG_NO_MEMORY;
  }
  FG_TRY(FG_ARRAY_RESERVE(allocator, &log->blocks, block + blocks - count));
  size_t length = block < FG_LOG_DOUBLING ? (size_t)FG_LOG_FIRST << block : (size_t)blocks << FG_LOG_EVEN_BITS;
  unsigned char *bytes = allocator->resize(allocator->context, NULL, 0, length);
  if (bytes == NULL) {
    return FG_NO_MEMORY;
  }
  memset(&log->blocks.items[count], 0, (block + blocks - count) * sizeof *log->blocks.items);
  log->blocks.items[block] = bytes;
  log->blocks.count = block + blocks;
  log->next = fg_log_begin_of(block);
  log->left = (uint32_t)length;
  return FG_OK;
}
