#include "take_off.h"

#include "../book/covers.h"
#include "../book/terms.h"
#include "event_amounts.h"
#include "settled_cells.h"
#include "deduction.h"

/* Whether a product that draws on a lot is settled by the month; any other period is settled when it ends. */
static bool is_settled_by_month(const fg_account *account, const fg_lot *lot) {
  const fg_book *book = account->book;
  bool is_one = false;
  for (uint32_t product = 0; product < book->product_count && !is_one; product++) {
    is_one = book->products[product].settle.unit == FG_EVERY_MONTH && fg_book_draws(book, lot->owner, product);
  }
  return is_one;
}

/* R8, whole_month: whether a pack was bought in an earlier month that is not settled yet. It must not get back units of
   a later month before that settlement, which would take them for the earlier month's. */
static bool waits_for_settlement(const fg_account *account, const fg_lot *lot, fg_time at) {
  fg_month bought = fg_month_of(fg_account_date(account, lot->bought));
  const fg_policy policy = fg_policy_of(account, lot->owner);
  return fg_packs_cover_month(&policy) && lot->source != FG_SOURCE_FREE &&
         bought < fg_month_of(fg_account_date(account, at)) && is_settled_by_month(account, lot) &&
         fg_settlement_time(account->book, &account->policy, bought) > at;
}

/* Puts units back into the lots of a source, from the last in the order of deduction to the first. A lot gets at most
   what was drawn from it. Answers how many units no lot could take. */
static int64_t put_back(const fg_account *account, fg_state *draft, const fg_regime *regime, bool is_free,
                        int64_t units) {
  const fg_service *service = &draft->services[regime->product];
  fg_product_group *group = fg_state_group(account, draft, regime->product);
  for (uint32_t i = service->drawable.count; i > 0 && units > 0; i--) {
    uint32_t index = service->drawable.items[i - 1].lot;
    int64_t weight = fg_lots_weight(account, draft, regime, service->drawable.items[i - 1]);
    fg_lot *lot = &draft->lots.items[index];
    if (weight == 0 || (lot->source == FG_SOURCE_FREE) != is_free || waits_for_settlement(account, lot, regime->at)) {
      continue;
    }
    fg_taken back = {index, fg_min_i64((lot->units - lot->left) / weight, units), weight};
    if (back.units > 0) {
      lot->left += back.units * weight;
      lot->given_back++;
      units -= back.units;
      FG_ASSERT(group->parts.count < group->parts.room && lot->left <= lot->units);
      group->parts.items[group->parts.count++] = back;
    }
  }
  return units;
}

static void count_settled(const fg_account *account, fg_state *draft, const fg_regime *regime, int sign) {
  fg_usage *sum = &draft->services[regime->product].settled_units;
  if (fg_account_month(account, regime->at) == draft->month) {
    fg_usage_add(sum, &regime->usage, sign);
  }
}

static void bound_postpaid(fg_usage *usage) {
  usage->packs += fg_min_i64(usage->postpaid, 0);
  usage->postpaid = fg_max_i64(usage->postpaid, 0);
}

void fg_regime_bound_covered(const fg_account *account, fg_service *service, uint32_t product) {
  const fg_policy policy = fg_policy_of(account, product);
  if (!fg_packs_cover_month(&policy) || fg_cell_is_of_events(account, product)) {
    return;
  }
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    bound_postpaid(&service->buckets.items[i].usage);
  }
  bound_postpaid(&service->settled_units);
}

void fg_regime_bound_settled(fg_service *service) {
  fg_usage *sum = &service->settled_units;
  sum->free = fg_max_i64(sum->free, 0);
  sum->packs = fg_max_i64(sum->packs, 0);
  sum->postpaid = fg_max_i64(sum->postpaid, 0);
  sum->unbilled = fg_max_i64(sum->unbilled, 0);
}

void fg_regime_count(const fg_account *account, fg_state *draft, fg_bucket *bucket, const fg_regime *regime, int sign) {
  sign = regime->kind == FG_REGIME_TAKES_OFF ? -sign : sign;
  if (bucket == NULL || bucket->begin < draft->services[regime->product].settled) {
    count_settled(account, draft, regime, sign);
  }
  if (bucket != NULL) {
    fg_usage_add(&bucket->usage, &regime->usage, sign);
    bucket->counted += sign * regime->counted;
  }
}

/* Shares out over the sources of a bucket the units that an adjust takes off it: first postpaid units, then those of
   packs, of free grants, and unbilled ones, of which those that count toward a tier come last. */
static void share_out(const fg_bucket *bucket, fg_regime *regime, int64_t units) {
  fg_usage *off = &regime->usage;
  int64_t rest = units;
  /* While usage is redrawn, postpaid units are below 0 where packs covered more at a settlement than is redrawn yet. */
  off->postpaid = fg_min_i64(rest, fg_max_i64(bucket->usage.postpaid, 0));
  rest -= off->postpaid;
  off->packs = fg_min_i64(rest, bucket->usage.packs);
  rest -= off->packs;
  off->free = fg_min_i64(rest, bucket->usage.free);
  rest -= off->free;
  off->unbilled = rest;
  FG_ASSERT(rest >= 0 && rest <= bucket->usage.unbilled);
  regime->counted = fg_max_i64(rest - (bucket->usage.unbilled - bucket->counted), 0);
}

/* Takes the cost of the postpaid units that a regime took off from the sum of their cell, if that cell is still
   there. */
static fg_status take_off_events(const fg_account *account, fg_state *draft, const fg_regime *regime,
                                 const fg_bucket *bucket, int64_t of_each) {
  fg_service *service = &draft->services[regime->product];
  int64_t *kept = fg_regime_begin_events(account, fg_state_group(account, draft, regime->product), regime, of_each);
  fg_exact cost = FG_EXACTLY(0);
  if (bucket == NULL) {
    return FG_OK;
  }
  int64_t *sum = service->slices.items + bucket->slices;
  FG_TRY(fg_events_cost(account, regime->product, regime->cell, regime->at, of_each, regime->usage.postpaid, &cost));
  cost = fg_event_sum_less(fg_event_sum(sum), cost, bucket->usage.postpaid);
  fg_event_sum_keep(cost, kept);
  return fg_event_sum_add(sum, cost, -1);
}

fg_status fg_regime_take_off(const fg_account *account, fg_state *draft, fg_regime *regime, uint64_t number,
                             int64_t of_each, int64_t units, int64_t *lost) {
  fg_service *service = &draft->services[regime->product];
  fg_product_group *group = fg_state_group(account, draft, regime->product);
  fg_bucket *bucket = fg_regime_bucket(account, draft, regime);
  bool is_sliced = fg_cell_is_sliced(account, regime->product, regime->cell);
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &group->slices, FG_TIERS_MAX));
  FG_TRY(fg_lots_arrange_then(account, draft, regime, number, true));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &group->parts, service->drawable.count));
  if (bucket != NULL) {
    share_out(bucket, regime, units);
  }
  fg_regime_count(account, draft, bucket, regime, 1);
  if (fg_cell_is_of_events(account, regime->product)) {
    FG_TRY(take_off_events(account, draft, regime, bucket, of_each));
  } else if (is_sliced) {
    fg_regime_begin_slices(account, group, regime)[0] = regime->usage.postpaid;
  }
  if (bucket != NULL && fg_order_is_kept(account, regime->product)) {
    FG_TRY(fg_order_reserve_again(account, group));
    fg_order_note(account, group, regime->product, bucket, &regime->usage, regime->counted, -1);
  }
  *lost = put_back(account, draft, regime, false, regime->usage.packs);
  *lost += put_back(account, draft, regime, true, regime->usage.free);
  return FG_OK;
}

/* What an adjust takes off one bucket. Buckets whose units cost the same are of one kind, and share what may be taken
   off. */
typedef struct cell_share {
  int64_t off;
  int64_t left;   ///< units that may still be taken off the kind; kept for its first bucket
  uint32_t first; ///< place of the first bucket of its kind
  bool is_corrected;
} cell_share;

/* An adjust below 0 while its units are shared out over the buckets of a product. */
typedef struct correction {
  const fg_account *account;
  const fg_state *state;
  uint32_t product;
  fg_rating rating; ///< rating of the units that are taken off
  fg_attributes attributes;
  cell_share *shares;
  int64_t rest; ///< units not shared out yet
} correction;

/* Whether an adjust reaches a bucket: it is in the adjust's tier period, and has the price, the factor and the covers
   of pools that the adjust's attributes lead to, in any edition. */
static bool is_reached(const correction *of, const fg_bucket *bucket) {
  const fg_service *service = &of->state->services[of->product];
  const fg_product *own = &of->account->book->products[of->product];
  const fg_book *edition = fg_account_edition(of->account, bucket->cell.edition);
  const fg_product *other = &edition->products[of->product];
  fg_attribute room[FG_ATTRIBUTES_MAX];
  const fg_attributes known = fg_attributes_declared(edition, of->attributes, room);
  return bucket->tiers == service->buckets.items[service->buckets.count - 1].tiers &&
         fg_string_equal(other->prices[bucket->cell.price].id, own->prices[of->rating.price].id) &&
         other->factors[bucket->cell.factor] == own->factors[of->rating.factor] &&
         bucket->cell.covers == fg_covers_fitting(edition, of->product, known, of->state->attributes, of->state->now);
}

/* The units of a bucket without those of calls in flight, which an adjust does not take off, because they may still be
   canceled. */
static int64_t there_without_calls(const correction *of, const fg_bucket *bucket) {
  int64_t there = fg_usage_units(&bucket->usage);
  for (uint32_t i = 0; i < of->state->holds.count; i++) {
    const fg_hold *hold = &of->state->holds.items[i];
    bool is_its = hold->product == of->product &&
                  fg_cell_counted(of->account, of->state, of->product, hold->begin, hold->cell) == bucket;
    there -= is_its ? hold->units : 0;
  }
  return there;
}

/* The sources of units, in the order in which an adjust takes them off. */
enum { OFF_POSTPAID, OFF_PACKS, OFF_FREE, OFF_UNBILLED, OFF_COUNTED, OFF_SOURCES };

static int64_t units_of_source(const fg_bucket *bucket, int source) {
  switch (source) {
  case OFF_POSTPAID: return fg_max_i64(bucket->usage.postpaid, 0);
  case OFF_PACKS: return bucket->usage.packs;
  case OFF_FREE: return bucket->usage.free;
  case OFF_UNBILLED: return bucket->usage.unbilled - bucket->counted;
  default: return bucket->counted;
  }
}

static bool is_of_settled(const correction *of, const fg_bucket *bucket) {
  return bucket->begin < of->state->services[of->product].settled;
}

/* Whether usage in two cells that one correction reaches is as one: it costs the same, also in different editions, so
   that an edition with equal prices changes nothing. Where covers of pools ask for attributes, it is not kept which
   covers of two editions the same attributes lead to. */
static bool are_as_one(const fg_account *account, uint32_t product, fg_cell a, fg_cell b) {
  bool is_varied = fg_account_edition(account, a.edition)->products[product].varied_count > 0 ||
                   fg_account_edition(account, b.edition)->products[product].varied_count > 0;
  bool is_drawn_alike = is_varied ? a.edition == b.edition && a.covers == b.covers : a.covers == b.covers;
  return is_drawn_alike &&
         fg_schedules_price_alike(fg_cell_schedule(account, product, a), fg_cell_schedule(account, product, b));
}

/* Whether two buckets are of one kind: their usage is as one. Settled buckets are apart, because their calls cannot be
   undone; so is each bucket of events that are priced by themselves, because it is not kept which events it had. */
static bool are_of_kind(const correction *of, const fg_bucket *a, const fg_bucket *b) {
  return !fg_cell_is_of_events(of->account, of->product) && is_of_settled(of, a) == is_of_settled(of, b) &&
         are_as_one(of->account, of->product, a->cell, b->cell);
}

static void find_kinds(correction *of) {
  const fg_bucket *buckets = of->state->services[of->product].buckets.items;
  for (uint32_t i = 0; i < of->state->services[of->product].buckets.count; i++) {
    uint32_t first = 0;
    of->shares[i].is_corrected = is_reached(of, &buckets[i]);
    if (!of->shares[i].is_corrected) {
      continue;
    }
    while (first < i && !(of->shares[first].is_corrected && are_of_kind(of, &buckets[first], &buckets[i]))) {
      first++;
    }
    of->shares[i].first = first;
    of->shares[first].left += there_without_calls(of, &buckets[i]);
  }
}

/* Shares out the units of an adjust over the buckets, source by source, each from the latest bucket on. `rest` becomes
   the units for which no bucket had any. */
static void share_out_over_cells(correction *of) {
  const fg_service *service = &of->state->services[of->product];
  find_kinds(of);
  for (int source = 0; source < OFF_SOURCES; source++) {
    for (uint32_t i = service->buckets.count; i > 0 && of->rest > 0; i--) {
      const fg_bucket *bucket = &service->buckets.items[i - 1];
      if (of->shares[i - 1].is_corrected) {
        int64_t *left = &of->shares[of->shares[i - 1].first].left;
        int64_t units = fg_min_i64(of->rest, fg_min_i64(units_of_source(bucket, source), *left));
        units = fg_max_i64(units, 0);
        of->shares[i - 1].off += units;
        of->rest -= units;
        *left -= units;
      }
    }
  }
}

bool fg_regimes_correct_alike(const fg_account *account, const fg_regime *a, const fg_regime *b) {
  return a->kind == FG_REGIME_TAKES_OFF && b->kind == FG_REGIME_TAKES_OFF && a->product == b->product &&
         a->at == b->at && a->of_settled == b->of_settled && !fg_cell_is_of_events(account, a->product) &&
         fg_cell_factor(account, a->product, a->cell) == fg_cell_factor(account, b->product, b->cell) &&
         fg_string_equal(fg_cell_price(account, a->product, a->cell)->id,
                         fg_cell_price(account, b->product, b->cell)->id) &&
         are_as_one(account, a->product, a->cell, b->cell);
}

/* The bucket of a regime, if the regime is like the first and no earlier one has the same bucket; else NULL. Settled
   regimes share one bucket. */
static const fg_bucket *bucket_once(const fg_account *account, const fg_state *draft, const fg_regime *regimes,
                                    uint32_t place) {
  const fg_bucket *bucket = fg_regime_bucket(account, draft, &regimes[place]);
  bool is_one = bucket != NULL && fg_regimes_correct_alike(account, regimes, &regimes[place]);
  for (uint32_t i = 0; i < place && is_one; i++) {
    is_one = !fg_regimes_correct_alike(account, regimes, &regimes[i]) ||
             fg_regime_bucket(account, draft, &regimes[i]) != bucket;
  }
  return is_one ? bucket : NULL;
}

void fg_regimes_share_out(const fg_account *account, const fg_state *draft, fg_regime *regimes, uint32_t count) {
  int64_t rest = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (fg_regimes_correct_alike(account, regimes, &regimes[i]) &&
        fg_regime_bucket(account, draft, &regimes[i]) != NULL) {
      rest += fg_usage_units(&regimes[i].usage);
      regimes[i].usage = (fg_usage){0, 0, 0, 0};
      regimes[i].counted = 0;
    }
  }
  for (int source = 0; source < OFF_SOURCES; source++) {
    for (uint32_t i = 0; i < count; i++) {
      const fg_bucket *bucket = bucket_once(account, draft, regimes, i);
      int64_t units = bucket == NULL ? 0 : fg_min_i64(rest, units_of_source(bucket, source));
      regimes[i].usage.unbilled += units; /* their sources are found when they are taken off */
      rest -= units;
    }
  }
  FG_ASSERT(rest == 0); /* a kind was never left with less than its calls in flight hold */
}

static fg_status take_off_cell(const fg_account *account, fg_state *draft, uint32_t product, uint32_t place,
                               int64_t of_each, int64_t units, fg_usage *off, int64_t *lost) {
  fg_product_group *group = fg_state_group(account, draft, product);
  int64_t more = 0;
  FG_TRY(fg_undo_reserve(account, draft, product, 0));
  const fg_recorded none = {.bucket = &draft->services[product].buckets.items[place]};
  fg_regime *regime = fg_undo_begin(group, product, FG_REGIME_TAKES_OFF, draft->now, &none);
  regime->of_settled = none.bucket->begin < draft->services[product].settled;
  FG_TRY(fg_regime_take_off(account, draft, regime, group->regime, of_each, units, &more));
  fg_usage_add(off, &regime->usage, 1);
  *lost += more;
  return FG_OK;
}

static fg_status take_off_cells(const correction *of, fg_state *draft, fg_usage *off, int64_t *lost) {
  fg_product_group *group = fg_state_group(of->account, draft, of->product);
  bool is_kept = fg_undo_is_kept(group);
  for (uint32_t i = draft->services[of->product].buckets.count; i > 0; i--) {
    /* A bucket of which nothing is taken off now gets a regime all the same, because undoing a call may share the units
       out otherwise. */
    const int64_t units = of->shares[i - 1].off;
    if (units > 0 || (is_kept && of->shares[i - 1].is_corrected)) {
      FG_TRY(take_off_cell(of->account, draft, of->product, i - 1, of->rating.of_each, units, off, lost));
    }
  }
  draft->services[of->product].total -= of->rating.units;
  fg_regime_bound_settled(&draft->services[of->product]);
  if (!is_kept) { /* no call in flight can be undone, so nothing needs the regimes */
    fg_regimes_drop_all(group);
  }
  const uint32_t number = of->account->book->products[of->product].group;
  FG_TRY(fg_order_is_kept(of->account, of->product) ? fg_order_refill(of->account, draft, number) : FG_OK);
  return fg_lots_arrange_group(of->account, draft, number);
}

/* Whether the cost that an adjust takes off a bucket of events is certain: it is that of whole events of the rated
   size, or that of all events there are. It is not kept which events there were. */
static fg_status check_events(const correction *of, uint32_t place) {
  const fg_service *service = &of->state->services[of->product];
  const fg_bucket *bucket = &service->buckets.items[place];
  int64_t postpaid = fg_min_i64(of->shares[place].off, bucket->usage.postpaid);
  bool is_all = postpaid == bucket->usage.postpaid;
  fg_exact left = fg_event_sum(service->slices.items + bucket->slices);
  fg_exact cost;
  if (postpaid == 0) {
    return FG_OK;
  }
  FG_TRY(fg_events_cost(of->account, of->product, bucket->cell, of->state->now, of->rating.of_each, postpaid, &cost));
  bool is_there = fg_exact_subtract(&left, cost) && left.whole >= 0 && (!is_all || fg_exact_is_zero(left));
  return is_there && (is_all || postpaid % of->rating.of_each == 0) ? FG_OK : FG_ADJUST_UNDERFLOW;
}

static fg_status check_all_events(const correction *of) {
  bool is_of_events = fg_cell_is_of_events(of->account, of->product);
  for (uint32_t i = 0; is_of_events && i < of->state->services[of->product].buckets.count; i++) {
    FG_TRY(check_events(of, i));
  }
  return FG_OK;
}

fg_status fg_undo_take_off(const fg_account *account, fg_state *draft, uint32_t product, fg_rating rating,
                           fg_attributes attributes, fg_usage *off, int64_t *lost) {
  size_t size = draft->services[product].buckets.count * sizeof(cell_share);
  correction of = {.account = account, .state = draft, .product = product, .rating = rating, .attributes = attributes};
  of.rest = rating.units;
  of.shares = fg_allocate(&account->allocator, size);
  if (of.shares == NULL) {
    return FG_NO_MEMORY;
  }
  share_out_over_cells(&of);
  fg_status status = of.rest > 0 ? FG_ADJUST_UNDERFLOW : check_all_events(&of);
  status = status == FG_OK ? take_off_cells(&of, draft, off, lost) : status;
  fg_release(&account->allocator, of.shares, size);
  return status;
}
