#include "lines.h"

#include "cells.h"
#include "line.h"
#include "line_period.h"

/* Finds the next tier period, from bucket `*end` on, of which some usage is billed; its buckets are consecutive. False
   if there is none. */
static bool find_next_period(const fg_billed *billed, uint32_t *first, uint32_t *end) {
  const fg_bucket *items = billed->service->buckets.items;
  uint32_t count = billed->service->buckets.count;
  while (*end < count) {
    bool is_billed = false;
    for (*first = *end; *end < count && items[*end].tiers == items[*first].tiers; ++*end) {
      is_billed = is_billed || fg_bucket_is_billed(&items[*end], billed);
    }
    if (is_billed) {
      return true;
    }
  }
  *first = *end;
  return false;
}

static fg_line_sum begin_sum(const fg_account *account, const fg_state *state, uint32_t product,
                             const fg_billed *billed, fg_cell cell, fg_account *into) {
  fg_line_sum sum = {.account = account,
                     .state = state,
                     .service = billed->service,
                     .billed = billed,
                     .into = into,
                     .line = fg_line_begin(into, product, FG_LINE_USAGE),
                     .amount = FG_EXACTLY(0),
                     .of_period = FG_EXACTLY(0)};
  sum.line.cell = cell;
  return sum;
}

/* Whether a bucket is billed, and no billed bucket between `first` and it belongs to the same line. Those of one line
   often stand together, so the nearest is looked at first. */
static bool is_first_of_line(const fg_account *account, uint32_t product, const fg_billed *billed, uint32_t first,
                             uint32_t place) {
  const fg_bucket *items = billed->service->buckets.items;
  uint64_t other = FG_NO_PRICE_NUMBER; /* the latest price that was compared, of another line */
  bool is_first = fg_bucket_is_billed(&items[place], billed);
  for (uint32_t i = place; i > first && is_first; i--) {
    uint64_t price = fg_cell_price_number(items[i - 1].cell);
    if (price != other && fg_cell_is_priced_as(account, product, items[i - 1].cell, items[place].cell)) {
      is_first = !fg_bucket_is_billed(&items[i - 1], billed);
    } else {
      other = price;
    }
  }
  return is_first;
}

/* What the usage of one tier period costs, over all its lines. */
static fg_status cost_of_period(const fg_account *account, const fg_state *state, uint32_t product,
                                const fg_billed *billed, fg_line_period *period) {
  for (uint32_t i = period->first; i < period->end; i++) {
    const fg_bucket *bucket = &billed->service->buckets.items[i];
    if (is_first_of_line(account, product, billed, period->first, i)) {
      fg_line_sum sum = begin_sum(account, state, product, billed, bucket->cell, NULL);
      FG_TRY(fg_line_add_period(&sum, period->first, period->end));
      FG_TRY(fg_exact_add(&period->cost, sum.amount) ? FG_OK : FG_OVERFLOW);
    }
    if (fg_bucket_is_billed(bucket, billed)) {
      period->edition = bucket->cell.edition > period->edition ? bucket->cell.edition : period->edition;
      period->is_open |= bucket->was_open != FG_NEVER_OPEN || fg_usage_billed(&bucket->usage) > 0;
    }
  }
  return FG_OK;
}

fg_status fg_lines_next_period(const fg_account *account, const fg_state *state, uint32_t product,
                               const fg_billed *billed, fg_line_period *period) {
  uint32_t first = 0;
  uint32_t end = period->end;
  bool is_there = find_next_period(billed, &first, &end);
  *period = (fg_line_period){.first = first, .end = end, .cost = FG_EXACTLY(0)};
  return is_there ? cost_of_period(account, state, product, billed, period) : FG_OK;
}

static fg_status add_up_line(fg_line_sum *sum, fg_amount *total) {
  uint32_t first = 0;
  uint32_t end = 0;
  while (find_next_period(sum->billed, &first, &end)) {
    FG_TRY(fg_line_add_period(sum, first, end));
  }
  return fg_line_end(sum->account, sum->billed, sum->into, &sum->line, sum->amount, total);
}

fg_status fg_lines_add(const fg_account *account, const fg_state *state, uint32_t product, const fg_billed *billed,
                       fg_account *into, fg_amount *total) {
  const fg_service *service = billed->service;
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    if (is_first_of_line(account, product, billed, 0, i)) {
      fg_line_sum sum = begin_sum(account, state, product, billed, service->buckets.items[i].cell, into);
      FG_TRY(add_up_line(&sum, total));
    }
  }
  return FG_OK;
}
