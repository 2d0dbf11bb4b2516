/* Bills totals that a schedule alone cannot price: an account lives each row, and is priced as an invoice is. */
#include "bill_walk.h"

#include "../rules/cells.h"
#include "../rules/event_amounts.h"
#include "../rules/product_bill.h"

/* The row that the account lives at the moment. */
typedef struct bill_row {
  fg_bill_walk *walk;
  size_t row;
  int64_t total;
  int64_t of_each; ///< if each event is priced by itself: the units of one event
  int64_t counted; ///< units that other usage has had of a shared counter; 0 once they are counted
  fg_usage usage;
} bill_row;

static const fg_schedule *schedule_of(const fg_bill_walk *walk, const fg_bill_period *period) {
  const fg_product *product = fg_bill_product(walk, period);
  const fg_rating *rating = &walk->stretches.items[period->first].rating;
  return rating->billable ? &product->prices[rating->price].schedule : &product->schedule;
}

/* Counts the units that other usage has had of a shared counter as units that are not billed. */
static void count_others(bill_row *of, const fg_schedule *schedule, fg_bucket *bucket) {
  if (schedule->counter.length > 0) {
    bucket->usage.unbilled += of->counted;
    bucket->counted += of->counted;
    of->counted = 0;
  }
}

static fg_status live_units(bill_row *of, const fg_rating *rating, int64_t units) {
  fg_bill_walk *walk = of->walk;
  fg_account *account = walk->account;
  fg_service *service = &account->state.services[walk->product];
  fg_cell cell = fg_cell_of(account, *rating);
  FG_TRY(fg_cell_reserve(account, service, walk->product));
  fg_bucket *bucket = fg_cell_bucket(account, service, walk->product, cell);
  fg_usage usage = fg_bill_cover(walk, units);
  count_others(of, fg_cell_schedule(account, walk->product, cell), bucket);
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

static fg_status live_stretch(bill_row *of, const fg_bill_stretch *stretch, int64_t units) {
  fg_bill_walk *walk = of->walk;
  fg_account *account = walk->account;
  fg_bill_put_in_force(account, stretch->begin);
  FG_TRY(fg_cell_begin(account, &account->state, walk->product, stretch->begin));
  return stretch->rating.billable ? live_units(of, &stretch->rating, units) : FG_OK;
}

/* The units of the total that are used by the end of a stretch. */
static int64_t used_until(const bill_row *of, const fg_bill_stretch *stretch, const fg_bill_stretch *end) {
  return stretch + 1 == end ? of->total : fg_bill_value(stretch[1].before, of->row);
}

static fg_status live_stretches(bill_row *of, const fg_bill_period *period) {
  fg_service *service = &of->walk->account->state.services[of->walk->product];
  const fg_bill_stretch *first = of->walk->stretches.items + period->first;
  const fg_bill_stretch *end = first + period->count;
  int64_t used = 0;
  service->buckets.count = service->slices.count = 0;
  for (const fg_bill_stretch *stretch = first; stretch < end; stretch++) {
    int64_t until = used_until(of, stretch, end);
    FG_TRY(live_stretch(of, stretch, until - used));
    used = until;
  }
  return FG_OK;
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

static fg_status store_row(const fg_bill_walk *walk, const fg_bill_period *period, size_t row, fg_status status,
                           fg_amount amount) {
  const fg_pricer by = {
      .name = "totals", .book = period->list, .schedule = schedule_of(walk, period), .amounts = &walk->bills->amounts};
  bool is_priced = status == FG_OK;
  status = is_priced ? fg_pricer_store_amount(&by, row, amount) : status;
  return status == FG_OK
             ? FG_OK
             : fg_pricer_blame(&by, status, row, is_priced && status == FG_INVALID, walk->bad_row, walk->error);
}

static fg_status check_before(const bill_row *of, const fg_bill_period *period) {
  const fg_bill_stretch *first = of->walk->stretches.items + period->first;
  const fg_bill_stretch *end = first + period->count;
  int64_t used = 0;
  for (const fg_bill_stretch *stretch = first; stretch < end; stretch++) {
    int64_t until = used_until(of, stretch, end);
    if (until < used || until > of->total || (of->of_each > 0 && until % of->of_each != 0)) {
      return fg_bill_blame(of->walk, "before", of->row,
                           "expected units of the total, of whole events, that do not fall from edition to edition");
    }
    used = until;
  }
  return FG_OK;
}

/* Reads and checks the row's values in the columns `events`, `counted` and `before`. */
static fg_status read_beside(bill_row *of, const fg_bill_period *period) {
  const fg_bill_query *query = of->walk->query;
  int64_t sum = 0;
  if (query->events != NULL && of->total > 0) {
    int64_t events = fg_bill_value(query->events, of->row);
    if (events <= 0 || of->total % events != 0) {
      return fg_bill_blame(of->walk, "events", of->row, "expected a number, 1 or more, that divides the total");
    }
    of->of_each = of->total / events;
  }
  of->counted = query->counted == NULL ? 0 : fg_bill_value(query->counted, of->row);
  if (of->counted < 0 || !fg_add_i64(of->counted, of->total, &sum)) {
    return fg_bill_blame(of->walk, "counted", of->row, "expected 0 or more, and with the total at most 2^63-1");
  }
  return check_before(of, period);
}

static fg_status live_row(fg_bill_walk *walk, size_t row) {
  size_t number = row % walk->query->periods;
  const fg_bill_period *period = &walk->periods[number];
  const fg_integers *totals = &walk->query->totals;
  bill_row of = {.walk = walk, .row = row};
  fg_status status = FG_OK;
  fg_amount amount = 0;
  bool is_null = fg_integers_null(totals, row);
  of.total = is_null ? 0 : fg_integers_at(totals, row);
  /* Called for a null total too, because the first row of an account begins its packs. */
  if (!fg_bill_cover_begin(walk, row, number) || of.total < 0) {
    return fg_bill_blame_cover(walk, row, of.total);
  }
  if (!is_null) {
    FG_TRY(read_beside(&of, period));
    status = live_stretches(&of, period);
    status = status == FG_OK ? price_row(walk, period, &amount) : status;
  }
  if (status == FG_NO_MEMORY) {
    return fg_refuse(walk->error, status);
  }
  fg_bill_note(walk, row, &of.usage);
  return store_row(walk, period, row, status, amount);
}

fg_status fg_bill_by_rows(fg_bill_walk *walk) {
  if (walk->bills->amounts.scale < 0 || walk->bills->amounts.scale > FG_MONEY_DECIMALS) {
    return fg_fail(walk->error, FG_INVALID, "scale", "expected 0 to 12 decimals");
  }
  for (size_t row = 0; row < walk->query->totals.count; row++) {
    FG_TRY(fg_bill_go_on(walk, row));
    FG_TRY(live_row(walk, row));
  }
  return FG_OK;
}
