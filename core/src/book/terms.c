#include "terms.h"

int64_t fg_amended_quantity(const fg_amendment *amendments, uint32_t count, uint32_t product, uint32_t grant,
                            fg_date date, int64_t quantity, fg_date *since) {
  for (uint32_t i = 0; i < count; i++) {
    const fg_amendment *amendment = &amendments[i];
    bool applies = amendment->product == product && amendment->grant == grant && amendment->effective <= date;
    if (applies && amendment->effective >= *since) { /* of one date, the later announcement holds */
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

/* Counted by civil days, the whole of the last day is within the time for a refund. */
fg_time fg_refund_end(const fg_book *book, const fg_policy *policy, fg_time bought) {
  if (policy->value[FG_SWITCH_REFUND_CLOCK] == FG_REFUND_HOURS) {
    return bought + book->refund_days * FG_DAY;
  }
  fg_date day_after = fg_date_at(bought, &book->zone) + book->refund_days + 1;
  return fg_date_begin(day_after, &book->zone);
}
