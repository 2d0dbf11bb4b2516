#include "log.h"

static size_t size_of_block(uint32_t block) { return (size_t)FG_LOG_FIRST << block; }

void fg_log_release(fg_log *log, const fg_allocator *allocator) {
  for (uint32_t block = 0; block < FG_LOG_BLOCKS; block++) {
    fg_release(allocator, log->blocks[block], size_of_block(block));
  }
}

/* The first block, not allocated yet, that is large enough; FG_LOG_BLOCKS if there is none. */
static uint32_t next_block(const fg_log *log, size_t size) {
  uint32_t block = 0;
  while (block < FG_LOG_BLOCKS && (log->blocks[block] != NULL || size_of_block(block) < size)) {
    block++;
  }
  return block;
}

bool fg_log_is_full(const fg_log *log, size_t size) {
  return size > log->left && next_block(log, size) == FG_LOG_BLOCKS;
}

fg_status fg_log_grow(fg_log *log, const fg_allocator *allocator, size_t size) {
  uint32_t block = next_block(log, size);
  unsigned char *bytes = NULL;
  if (block < FG_LOG_BLOCKS) {
    bytes = allocator->resize(allocator->context, NULL, 0, size_of_block(block));
  }
  if (bytes == NULL) {
    return FG_NO_MEMORY;
  }
  log->blocks[block] = bytes;
  log->next = log->left = (uint32_t)size_of_block(block);
  return FG_OK;
}
