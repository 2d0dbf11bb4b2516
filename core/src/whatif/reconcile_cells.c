/* The cells of the comparison: one for each month, item and kind. */
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

bool fg_bill_has_month(const fg_reconciliation *run, fg_month month) {
  for (uint32_t i = 0; i < run->cells.count; i++) {
    if (run->cells.items[i].month == month && run->cells.items[i].rows > 0) {
      return true;
    }
  }
  return false;
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
  run->cells.items[run->cells.count] = (fg_bill_cell){.month = month, .item = item, .kind = kind, .step = run->step};
  return &run->cells.items[run->cells.count++];
}

fg_amount fg_book_step(const fg_book *book) { return fg_power_of_ten(FG_MONEY_DECIMALS - book->minor_digits); }

fg_int128 fg_amount_rounded_to(fg_int128 amount, fg_amount step) {
  fg_int128 size = amount < 0 ? -amount : amount;
  size = step == 1 ? size : (size + step / 2) / step * step;
  return amount < 0 ? -size : size;
}

bool fg_cell_is_equal(const fg_bill_cell *cell, const fg_measured *ours) {
  bool equal = true;
  for (int i = 0; i < FG_MEASURE_COUNT; i++) {
    fg_int128 value = i == FG_AMOUNT ? fg_amount_rounded_to(ours->of[i], cell->step) : ours->of[i];
    equal = equal && (!fg_cell_knows(cell, (fg_measure)i) || cell->theirs.of[i] == value);
  }
  return equal;
}
