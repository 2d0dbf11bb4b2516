/* Collects all possible causes in the order in which they are tried. */
#include "reconcile.h"

/* Compares in a stable way, because causes of the same weight keep the order in which they were thought of. */
static int compare_causes(const void *a, const void *b) {
  const fg_cause *left = a;
  const fg_cause *right = b;
  if (left->is_apt != right->is_apt) {
    return left->is_apt ? -1 : 1;
  }
  return left->weight != right->weight ? left->weight - right->weight : (int)left->kind - (int)right->kind;
}

static void sort_causes(fg_cause *causes, uint32_t count, fg_cause *room) {
  for (uint32_t width = 1; width < count; width *= 2) {
    for (uint32_t first = 0; first < count; first += 2 * width) {
      uint32_t middle = first + width < count ? first + width : count;
      uint32_t end = first + 2 * width < count ? first + 2 * width : count;
      for (uint32_t i = first, j = middle, to = first; to < end; to++) {
        bool takes_left = j == end || (i < middle && compare_causes(&causes[i], &causes[j]) <= 0);
        room[to] = takes_left ? causes[i++] : causes[j++];
      }
    }
    memcpy(causes, room, count * sizeof *causes);
  }
}

fg_status fg_causes_find(fg_reconciliation *run) {
  FG_TRY(FG_ARRAY_RESERVE(&run->allocator, &run->causes, FG_CANDIDATES_MAX + FG_REST_MAX));
  FG_TRY(fg_causes_of_calls(run));
  FG_TRY(fg_causes_of_readings(run));
  FG_TRY(fg_causes_of_missing(run));
  uint32_t count = run->causes.count;
  fg_cause *room = fg_allocate(&run->allocator, count * sizeof *room);
  FG_TRY(room == NULL && count > 0 ? FG_NO_MEMORY : FG_OK);
  sort_causes(run->causes.items, count, room);
  fg_release(&run->allocator, room, count * sizeof *room);
  return FG_OK;
}
