#include "file.h"

bool fg_file_state_differs(const fg_file_state *known, const fg_file_state *now) {
  return known->size != 0 && memcmp(known, now, sizeof *known) != 0;
}

bool fg_file_is_same(const fg_file_look *a, const fg_file_look *b) {
  return a->device == b->device && a->inode == b->inode;
}
