/* What is compared: cells of a month, an item and a kind. */
#include "reconcile.h"

uint32_t fg_bill_items(const fg_book *book) { return fg_book_owner_count(book) + book->bundle_count; }

fg_string fg_bill_item_name(const fg_book *book, uint32_t item) {
  uint32_t owners = fg_book_owner_count(book);
  return item < owners ? fg_book_owner(book, item)->id : book->bundles[item - owners].id;
}

uint32_t fg_bill_find_item(const fg_book *book, fg_string name) {
  for (uint32_t item = 0; item < fg_bill_items(book) && name.text != NULL; item++) {
    if (fg_string_equal(fg_bill_item_name(book, item), name)) {
      return item;
    }
  }
  return UINT32_MAX;
}

fg_bill_cell *fg_bill_find_cell(fg_reconciliation *run, fg_month month, uint32_t item, uint8_t kind, bool made) {
  for (uint32_t i = 0; i < run->cells.count; i++) {
    fg_bill_cell *cell = &run->cells.items[i];
    if (cell->month == month && cell->item == item && cell->kind == kind) {
      return cell;
    }
  }
  if (!made || FG_ARRAY_RESERVE(&run->allocator, &run->cells, 1) != FG_OK) {
    return NULL;
  }
  run->cells.items[run->cells.count] = (fg_bill_cell){.month = month, .item = item, .kind = kind};
  return &run->cells.items[run->cells.count++];
}

bool fg_cell_is_equal(const fg_bill_cell *cell, const fg_measured *ours) {
  bool equal = true;
  for (int i = 0; i < FG_MEASURE_COUNT; i++) {
    equal = equal && (!fg_cell_knows(cell, (fg_measure)i) || cell->theirs.of[i] == ours->of[i]);
  }
  return equal;
}
