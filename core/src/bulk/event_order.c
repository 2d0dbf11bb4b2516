#include "event_order.h"

/* Merges two neighbouring parts, each of which is in order. */
static void merge_parts(fg_event_row *rows, size_t middle, size_t count, fg_event_row *room) {
  size_t left = 0;
  size_t right = middle;
  if (middle >= count || rows[middle - 1].at <= rows[middle].at) {
    return;
  }
  memcpy(room, rows, middle * sizeof *rows);
  for (size_t to = 0; left < middle; to++) {
    bool take_right = right < count && rows[right].at < room[left].at;
    rows[to] = take_right ? rows[right++] : room[left++];
  }
}

void fg_sort_rows(fg_event_row *rows, size_t count, fg_event_row *room) {
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t first = 0; first < count; first += 2 * width) {
      size_t left = count - first;
      merge_parts(rows + first, width, left < 2 * width ? left : 2 * width, room);
    }
  }
}
