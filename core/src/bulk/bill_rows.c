/* Bills totals that a schedule alone cannot price: an account lives each row, and is priced as an invoice is. */
#include "bill_walk.h"

#include "../rules/cells.h"
#include "../rules/event_amounts.h"
#include "../rules/product_bill.h"

static const fg_schedule *schedule_of(const fg_bill_walk *walk, const fg_bill_period *period) {
  const fg_product *product = fg_bill_product(walk, period);
  const fg_rating *rating = &walk->stretches.items[period->first].rating;
  return rating->billable ? &product->prices[rating->price].schedule : &product->schedule;
}

/* Counts the units that other usage has had of a shared counter as units that are not billed. */
static void count_others(const fg_bill_walk *walk, const fg_schedule *schedule, fg_bucket *bucket) {
  if (schedule->counter.length > 0) {
    int64_t *counted = &walk->counter->living.counted;
    bucket->usage.unbilled += *counted;
    bucket->counted += *counted;
    *counted = 0;
  }
}

static fg_status live_units(fg_bill_walk *walk, const fg_rating *rating, int64_t units) {
  fg_bill_row *of = &walk->living;
  fg_account *account = walk->account;
  fg_service *service = &account->state.services[walk->product];
  fg_cell cell = fg_cell_of(account, *rating);
  FG_TRY(fg_cell_reserve(account, service, walk->product));
  fg_bucket *bucket = fg_cell_bucket(account, service, walk->product, cell);
  fg_usage usage = fg_bill_cover(walk, units);
  count_others(walk, fg_cell_schedule(account, walk->product, cell), bucket);
  fg_usage_add(&bucket->usage, &usage, 1);
  fg_usage_add(&of->usage, &usage, 1);
  if (fg_cell_is_of_events(account, walk->product) && usage.postpaid > 0) {
    fg_rating of_each = *rating;
    of_each.of_each = of->of_each;
    FG_TRY(fg_events_fit(account, &account->state, walk->product, of_each, usage.postpaid, false));
    return fg_event_sum_charge(account, walk->product, cell, account->state.now, of->of_each, usage.postpaid,
                               service->slices.items + bucket->slices);
  }
  if (fg_cell_is_sliced(account, walk->product, cell)) {
    int64_t until = fg_cell_count(account, &account->state, walk->product, bucket->tiers, cell, FG_NEVER);
    fg_cell_fill(account, walk->product, bucket->tiers, cell, until, usage.postpaid, 1,
                 service->slices.items + bucket->slices);
  }
  return FG_OK;
}

/* The part of the total that is used by the end of a stretch. */
static int64_t used_until(const fg_bill_walk *walk, const fg_bill_stretch *stretch, const fg_bill_stretch *end) {
  return stretch + 1 == end ? walk->living.total : fg_bill_value(stretch[1].before, walk->living.row);
}

/* Lives the stretch at a place of the row's period. */
static fg_status live_stretch(fg_bill_walk *walk, const fg_bill_period *period, uint32_t place) {
  fg_account *account = walk->account;
  const fg_bill_stretch *first = walk->stretches.items + period->first;
  const fg_bill_stretch *stretch = first + place;
  const fg_bill_stretch *end = first + period->count;
  int64_t used = place == 0 ? 0 : used_until(walk, stretch - 1, end);
  int64_t units = (used_until(walk, stretch, end) - used) * stretch->each;
  fg_bill_put_in_force(account, stretch->begin);
  FG_TRY(fg_cell_begin(account, &account->state, walk->product, stretch->begin));
  if (fg_bill_is_of_event(walk)) {
    walk->living.of_each = stretch->rating.of_each;
  }
  return stretch->rating.billable ? live_units(walk, &stretch->rating, units) : FG_OK;
}

/* Whether everything has a price. A settlement charges nothing for units without a price, because they are used
   already, but here they are an error. */
static bool is_sold(const fg_account *account) {
  bool sold = true;
  for (uint32_t i = 0; i < account->lines.count; i++) {
    sold = sold && !account->lines.items[i].slice.unpriced;
  }
  return sold;
}

/* Computes the amount of an invoice for the row's period. */
static fg_status price_row(const fg_bill_walk *walk, const fg_bill_period *period, fg_amount *amount) {
  fg_account *account = walk->account;
  *amount = 0;
  account->lines.count = account->parts.count = 0;
  FG_TRY(fg_product_bill(account, &account->state, walk->product, period->span, account, amount));
  if (!is_sold(account)) {
    return FG_NOT_SOLD;
  }
  return fg_amount_add(*amount, period->fees, amount) ? FG_OK : FG_OVERFLOW;
}

static fg_status store_row(const fg_bill_walk *walk, const fg_bill_period *period, fg_status status, fg_amount amount) {
  size_t row = walk->living.row;
  const fg_pricer by = {
      .name = "totals", .book = period->list, .schedule = schedule_of(walk, period), .amounts = &walk->amounts};
  bool is_priced = status == FG_OK;
  status = is_priced ? fg_pricer_store_amount(&by, row, amount) : status;
  return status == FG_OK
             ? FG_OK
             : fg_pricer_blame(&by, status, row, is_priced && status == FG_INVALID, walk->bad_row, walk->error);
}

static fg_status check_before(fg_bill_walk *walk, const fg_bill_period *period) {
  const fg_bill_row *of = &walk->living;
  const fg_bill_stretch *first = walk->stretches.items + period->first;
  const fg_bill_stretch *end = first + period->count;
  int64_t used = 0;
  for (const fg_bill_stretch *stretch = first; stretch < end; stretch++) {
    int64_t until = used_until(walk, stretch, end);
    if (until < used || until > of->total || (of->of_each > 0 && until % of->of_each != 0)) {
      return fg_bill_blame(walk, "before", of->row,
                           "expected units of the total, of whole events, that do not fall from edition to edition");
    }
    used = until;
  }
  return FG_OK;
}

/* Reads and checks the row's values in the columns `events`, `counted` and `before`. */
static fg_status read_beside(fg_bill_walk *walk, const fg_bill_period *period) {
  const fg_bill_query *query = walk->query;
  fg_bill_row *of = &walk->living;
  char path[FG_BILL_PATH_MAX];
  int64_t sum = 0;
  if (query->events != NULL && of->total > 0) {
    int64_t events = fg_bill_value(query->events, of->row);
    if (events <= 0 || of->total % events != 0) {
      return fg_bill_blame(walk, "events", of->row, "expected a number, 1 or more, that divides the total");
    }
    of->of_each = of->total / events;
  }
  of->counted = query->counted == NULL ? 0 : fg_bill_value(query->counted, of->row);
  if (of->counted < 0 || !fg_add_i64(of->counted, of->total, &sum)) {
    return fg_bill_blame(walk, fg_bill_path(walk, "counted", path), of->row,
                         "expected 0 or more, and with the total at most 2^63-1");
  }
  return check_before(walk, period);
}

static const fg_bill_period *period_of_row(const fg_bill_walk *walk, size_t row) {
  return &walk->periods[row % walk->query->periods];
}

/* Adds the units of a row, and those that others have counted; false if they are too many. */
static bool add_row_units(const fg_bill_walk *walk, const fg_bill_period *period, int64_t *sum) {
  const fg_bill_stretch *first = walk->stretches.items + period->first;
  const fg_bill_stretch *end = first + period->count;
  bool fits = fg_add_i64(*sum, walk->living.counted, sum);
  int64_t used = 0;
  for (const fg_bill_stretch *stretch = first; stretch < end && fits; stretch++) {
    int64_t until = used_until(walk, stretch, end);
    int64_t units = 0;
    fits = fg_multiply_i64(until - used, stretch->each, &units) && fg_add_i64(*sum, units, sum);
    used = until;
  }
  return fits;
}

static fg_status begin_row(fg_bill_walk *walk, size_t row, bool is_null, int64_t *units) {
  const fg_bill_period *period = period_of_row(walk, row);
  fg_service *service = &walk->account->state.services[walk->product];
  walk->living = (fg_bill_row){.row = row, .total = is_null ? 0 : fg_integers_at(&walk->query->totals, row)};
  /* Called for a null total too, because the first row of an account begins its packs. */
  if (!fg_bill_cover_begin(walk, row, row % walk->query->periods) || walk->living.total < 0) {
    return fg_bill_blame_cover(walk, row, walk->living.total);
  }
  service->buckets.count = service->slices.count = 0;
  FG_TRY(is_null ? FG_OK : read_beside(walk, period));
  return add_row_units(walk, period, units) ? FG_OK : store_row(walk, period, FG_OVERFLOW, 0);
}

/* Lives the row's stretches one after the other, in each of them the products one after the other. Answers the walk of
   which the status is. */
static fg_status live_stretches(fg_bill_walk *const *walks, uint32_t count, size_t row, fg_bill_walk **failed) {
  uint32_t stretches = period_of_row(walks[0], row)->count;
  for (uint32_t i = 0; i < stretches; i++) {
    for (uint32_t j = 0; j < count; j++) {
      *failed = walks[j];
      FG_TRY(live_stretch(walks[j], period_of_row(walks[j], row), i));
    }
  }
  return FG_OK;
}

static fg_status end_row(fg_bill_walk *walk, fg_status status, bool is_null) {
  const fg_bill_period *period = period_of_row(walk, walk->living.row);
  fg_amount amount = 0;
  status = status == FG_OK && !is_null ? price_row(walk, period, &amount) : status;
  if (status == FG_NO_MEMORY) {
    return fg_refuse(walk->error, status);
  }
  fg_bill_note(walk, walk->living.row, &walk->living.usage);
  return store_row(walk, period, status, amount);
}

fg_status fg_bill_live_row(fg_bill_walk *const *walks, uint32_t count, size_t row) {
  bool is_null = fg_integers_null(&walks[0]->query->totals, row);
  fg_bill_walk *failed = walks[0];
  int64_t units = 0;
  for (uint32_t i = 0; i < count; i++) {
    FG_TRY(begin_row(walks[i], row, is_null, &units));
  }
  fg_status status = is_null ? FG_OK : live_stretches(walks, count, row, &failed);
  if (status != FG_OK) {
    return end_row(failed, status, is_null);
  }
  for (uint32_t i = 0; i < count; i++) {
    FG_TRY(end_row(walks[i], FG_OK, is_null));
  }
  return FG_OK;
}
