#include "set_aside.h"

fg_status fg_set_aside_add(fg_bill_part *part, const fg_set_aside *what) {
  FG_TRY(FG_ARRAY_RESERVE(&part->biller->allocator, &part->aside, 1));
  part->aside.items[part->aside.count++] = *what;
  return FG_OK;
}

static int compare_set_aside(const void *a, const void *b) {
  return fg_compare_i64(((const fg_set_aside *)a)->row, ((const fg_set_aside *)b)->row);
}

void fg_set_aside_sort(fg_biller *biller) {
  fg_bill_part *all = &biller->parts[0];
  FG_ARRAY_SORT(&all->aside, compare_set_aside);
}

const fg_set_aside *fg_biller_set_aside(const fg_biller *biller, size_t *count) {
  *count = biller->parts[0].aside.count;
  return biller->parts[0].aside.items;
}
