#include "set_aside.h"

#include <stdlib.h>

fg_status fg_set_aside_add(fg_biller *biller, const fg_set_aside *what) {
  FG_TRY(FG_ARRAY_RESERVE(&biller->allocator, &biller->aside, 1));
  biller->aside.items[biller->aside.count++] = *what;
  return FG_OK;
}

static int compare_set_aside(const void *a, const void *b) {
  int64_t left = ((const fg_set_aside *)a)->row;
  int64_t right = ((const fg_set_aside *)b)->row;
  return left < right ? -1 : left > right;
}

void fg_set_aside_sort(fg_biller *biller) {
  if (biller->aside.count > 1) {
    qsort(biller->aside.items, biller->aside.count, sizeof *biller->aside.items, compare_set_aside);
  }
}

const fg_set_aside *fg_biller_set_aside(const fg_biller *biller, size_t *count) {
  *count = biller->aside.count;
  return biller->aside.items;
}
