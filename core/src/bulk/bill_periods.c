/* Bills of totals: all rows of a product are priced by a table, or lived by an account. */
#include "bill_walk.h"

static fg_status bill_pieces(fg_bill_walk *walk, fg_bill_room *room) {
  fg_pricer by;
  FG_TRY(fg_bill_table_begin(walk, &by));
  size_t piece = FG_PIECE;
  if (by.schedule->per_hours_of_month) { /* a price by hours of the month differs from month to month */
    by.table.limit = -1;
    piece = 1;
  }
  for (size_t first = 0; first < walk->query->totals.count; first += piece) {
    size_t left = walk->query->totals.count - first;
    FG_TRY(fg_bill_go_on(walk, first));
    FG_TRY(fg_bill_table_piece(walk, &by, room, first, left < piece ? left : piece));
  }
  return FG_OK;
}

static fg_status bill_by_table(fg_bill_walk *walk) {
  fg_bill_room *room = fg_allocate(&walk->book->allocator, sizeof *room);
  if (room == NULL) {
    return fg_refuse(walk->error, FG_NO_MEMORY);
  }
  fg_status status = bill_pieces(walk, room);
  fg_release(&walk->book->allocator, room, sizeof *room);
  return status;
}

/* Covers and prices all rows one by one, by an account that lives them. */
static fg_status bill_by_rows(fg_bill_walk *walk) {
  if (walk->bills->amounts.scale < 0 || walk->bills->amounts.scale > FG_MONEY_DECIMALS) {
    return fg_fail(walk->error, FG_INVALID, "scale", "expected 0 to 12 decimals");
  }
  for (size_t row = 0; row < walk->query->totals.count; row++) {
    FG_TRY(fg_bill_go_on(walk, row));
    FG_TRY(fg_bill_live_row(&walk, 1, row));
  }
  return FG_OK;
}

fg_status fg_bill_periods(const fg_book *book, const fg_bill_query *query, const fg_bill_columns *bills,
                          size_t *bad_row, fg_error *error) {
  fg_bill_walk walk = {.book = book, .query = query, .bills = bills, .bad_row = bad_row, .error = error};
  *bad_row = SIZE_MAX;
  if (fg_book_place(book, query->product) == FG_NONE && fg_event_products(book, query->product, NULL, 0) > 0) {
    return fg_bill_event(book, query, bills, bad_row, error);
  }
  walk.amounts.of = bills->amounts;
  walk.counter = &walk;
  fg_status status = fg_bill_read(&walk);
  if (status == FG_OK) {
    status = walk.by_table ? bill_by_table(&walk) : bill_by_rows(&walk);
  }
  fg_account_free(walk.account);
  fg_bill_release(&walk);
  return status;
}
