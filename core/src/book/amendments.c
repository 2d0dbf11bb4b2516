#include "amendments.h"

int64_t fg_amended_quantity(const fg_amendment *amendments, uint32_t count, uint32_t product, uint32_t grant,
                            fg_date date, int64_t quantity, fg_date *since) {
  for (uint32_t i = 0; i < count; i++) {
    const fg_amendment *amendment = &amendments[i];
    bool applies = amendment->product == product && amendment->grant == grant && amendment->effective <= date;
    if (applies && amendment->effective >= *since) { /* the later of two announcements for one date holds */
      quantity = amendment->quantity;
      *since = amendment->effective;
    }
  }
  return quantity;
}

int64_t fg_issued_quantity(const fg_book *book, uint32_t product, uint32_t grant, fg_date date) {
  fg_date since = fg_grant_since(book, date);
  int64_t quantity = book->products[product].grants[grant].quantity;
  return fg_amended_quantity(book->amendments, book->amendment_count, product, grant, date, quantity, &since);
}
