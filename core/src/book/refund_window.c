#include "refund_window.h"

/* R29: a pack can be refunded through the whole of the last day, where civil days are counted. */
fg_time fg_refund_end(const fg_book *book, const fg_policy *policy, fg_time bought) {
  if (policy->value[FG_SWITCH_REFUND_CLOCK] == FG_REFUND_HOURS) {
    return bought + book->refund_days * FG_DAY;
  }
  fg_date day_after = fg_date_at(bought, &book->zone) + book->refund_days + 1;
  return fg_date_begin(day_after, &book->zone);
}
