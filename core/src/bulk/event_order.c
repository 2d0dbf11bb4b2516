#include "event_order.h"

#include "bill_parts.h"
#include "event_rows.h"

/* Compares two rows by time. At one instant usage comes before corrections, because they may take it off. */
static bool happens_before(const fg_event_row *a, const fg_event_row *b) {
  return a->at != b->at ? a->at < b->at : a->quantity >= 0 && b->quantity < 0;
}

/* Merges two parts of a list that follow each other and are sorted. */
static void merge_parts(fg_event_row *rows, size_t middle, size_t count, fg_event_row *room) {
  size_t left = 0;
  size_t right = middle;
  if (middle >= count || !happens_before(&rows[middle], &rows[middle - 1])) {
    return;
  }
  memcpy(room, rows, middle * sizeof *rows);
  for (size_t to = 0; left < middle; to++) {
    bool take_right = right < count && happens_before(&rows[right], &room[left]);
    rows[to] = take_right ? rows[right++] : room[left++];
  }
}

/* Sorts rows by time. Rows of one instant keep their order, except that corrections come last. `room` has space for
   `count` rows. */
static fg_status sort_rows(const fg_bill_part *part, fg_event_row *rows, size_t count, fg_event_row *room) {
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t first = 0; first < count; first += 2 * width) {
      size_t left = count - first;
      FG_TRY(fg_part_goes_on(part));
      merge_parts(rows + first, width, left < 2 * width ? left : 2 * width, room);
    }
  }
  return FG_OK;
}

/* Notes a row that is earlier than the row before it, if none with a lower number was noted. */
static void note_back(fg_bill_part *part, const fg_events *events, const fg_event_row *row, fg_time before) {
  int64_t number = fg_event_number(events, row->row);
  if (part->back == NULL || number < part->back_number) {
    part->back = row;
    part->back_number = number;
    part->back_before = before;
  }
}

/* Orders the rows of a part's accounts. The rows have been copied to `sorted`, so `rows` is scratch memory; each
   account uses the place of its own rows there. */
static fg_status order_part(fg_bill_part *part, const void *context) {
  const fg_events *events = context;
  fg_biller *biller = part->biller;
  part->back = NULL;
  for (uint32_t i = part->first; i < part->end; i++) {
    uint32_t place = biller->places.items[i];
    fg_event_row *rows = biller->sorted.items + place;
    uint32_t count = biller->places.items[i + 1] - place;
    FG_TRY(events->sort ? sort_rows(part, rows, count, biller->rows.items + place) : FG_OK);
    fg_time last = count == 0 ? FG_NO_TIME : biller->customers.items[i].last;
    for (uint32_t row = 0; row < count; row++) {
      if (FG_UNLIKELY(rows[row].at < last)) {
        note_back(part, events, &rows[row], last);
      } else {
        last = rows[row].at;
      }
    }
  }
  return FG_OK;
}

static fg_status goes_back(const fg_biller *biller, const fg_bill_part *part, fg_error *error) {
  const fg_zone *zone = &biller->book->zone;
  fg_string name = biller->customers.items[part->back->customer].name;
  char at[FG_TIME_TEXT_MAX], last[FG_TIME_TEXT_MAX];
  fg_time_format(part->back->at, zone, at);
  fg_time_format(part->back_before, zone, last);
  return fg_fail(error, FG_TIME_REVERSAL, "time", "row %lld: %s is before %s, where account %.*s was already",
                 (long long)part->back_number, at, last, fg_shown(name), name.text);
}

fg_status fg_rows_order(fg_biller *biller, const fg_events *events, fg_error *error) {
  const fg_bill_part *first = NULL;
  fg_status status = fg_parts_do(biller, order_part, events);
  for (uint32_t i = 0; i < biller->part_count && status == FG_OK; i++) {
    const fg_bill_part *part = &biller->parts[i];
    bool is_first = part->back != NULL && (first == NULL || part->back_number < first->back_number);
    first = is_first ? part : first;
  }
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  return first == NULL ? FG_OK : goes_back(biller, first, error);
}
