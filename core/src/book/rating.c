#include "rating.h"

fg_status fg_rate(const fg_book *book, const fg_product *product, fg_attributes usage, fg_attributes account,
                  fg_time at, int64_t quantity, fg_rating *rating, fg_error *error) {
  (void)book, (void)product, (void)usage, (void)account, (void)at, (void)error;
  *rating = (fg_rating){.units = quantity, .billable = true};
  return FG_OK;
}
