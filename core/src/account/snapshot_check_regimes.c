/* Checks the regimes of a snapshot, from which a call is undone. They are taken back one by one from the last, and
   after each the account's lots and usage must still be possible. */
#include "snapshot_check.h"

#include "../book/terms.h"
#include "../rules/count_order.h"
#include "../rules/event_amounts.h"
#include "../rules/deduction.h"
#include "../rules/take_off.h"

typedef struct product_bucket {
  uint32_t product;
  fg_bucket bucket;
  fg_exact cost; ///< what its events have cost, if they are priced each by itself
} product_bucket;

typedef struct regime_check {
  fg_state_check *check;
  fg_product_group *group;
  uint32_t number; ///< the group's number
  int64_t *left;   ///< what each lot had left before the regimes that are taken back so far
  FG_ARRAY(product_bucket) buckets;
} regime_check;

/* The edition whose weights a regime drew by: that of its cell or, as a settlement covers cells of several editions,
   the one in force then. */
static const fg_book *drawn_in(const fg_state_check *check, const fg_regime *regime) {
  return regime->kind == FG_REGIME_COVERS ? fg_book_at(check->account->whole, regime->at)
                                          : fg_account_edition(check->account, regime->cell.edition);
}

static void check_part(regime_check *of, const fg_regime *regime, uint64_t number, const fg_taken *part) {
  fg_state_check *check = of->check;
  fg_require(check, part->units > 0 && part->lot < check->state->lots.count);
  if (!check->is_good) {
    return;
  }
  const fg_lot *lot = &check->state->lots.items[part->lot];
  bool puts_back = regime->kind == FG_REGIME_TAKES_OFF;
  fg_require(check, fg_owner_is_of_group(check, lot->owner, of->number) && !lot->refunded &&
                        lot->expires > regime->at && lot->regime <= number &&
                        !fg_lot_is_of_materials(check->account, lot));
  int64_t parts = 0;
  fg_require(check, part->weight > 0 && fg_book_draws(drawn_in(check, regime), lot->owner, regime->product) &&
                        fg_multiply_i64(puts_back ? -part->units : part->units, part->weight, &parts) &&
                        fg_add_i64(of->left[part->lot], parts, &of->left[part->lot]));
  fg_require(check, of->left[part->lot] >= 0 && of->left[part->lot] <= lot->units);
}

/* Checks that the parts of a regime add up to what it drew. Units of a correction that no lot could take back have no
   part. */
static void check_parts(regime_check *of, fg_regime *regime, uint64_t number, uint32_t end) {
  fg_state_check *check = of->check;
  int64_t free = 0;
  int64_t packs = 0;
  for (uint32_t i = regime->first; i < end && check->is_good; i++) {
    const fg_taken *part = &of->group->parts.items[i];
    check_part(of, regime, number, part);
    if (check->is_good) {
      bool is_free = check->state->lots.items[part->lot].source == FG_SOURCE_FREE;
      fg_require_count(check, part->units, is_free ? &free : &packs);
    }
  }
  switch ((fg_regime_kind)regime->kind) {
  case FG_REGIME_DRAWS:
    FG_FOLLOWS(check, regime->usage.free, free);
    FG_FOLLOWS(check, regime->usage.packs, packs);
    return;
  case FG_REGIME_TAKES_OFF: fg_require(check, free <= regime->usage.free && packs <= regime->usage.packs); return;
  case FG_REGIME_COVERS: fg_require(check, free == 0); return;
  case FG_REGIME_KINDS: break;
  }
  fg_require(check, false);
}

static product_bucket *bucket_at(regime_check *of, const fg_regime *regime, fg_time begin) {
  for (uint32_t i = 0; i < of->buckets.count; i++) {
    product_bucket *each = &of->buckets.items[i];
    if (each->product == regime->product && each->bucket.begin == begin &&
        fg_cell_is_same(each->bucket.cell, regime->cell)) {
      return each;
    }
  }
  return NULL;
}

static bool has_settled(const regime_check *of, const fg_regime *regime) {
  return regime->begin < of->check->state->services[regime->product].settled;
}

/* Finds the bucket that counts a regime's usage, as fg_cell_counted does. */
static product_bucket *bucket_before(regime_check *of, const fg_regime *regime) {
  product_bucket *own = bucket_at(of, regime, regime->begin);
  const fg_state_check *check = of->check;
  return own != NULL || !has_settled(of, regime)
             ? own
             : bucket_at(of, regime, fg_tiers_at(check->account, check->state, regime->product, regime->begin).begin);
}

/* Takes back what the events of a regime have cost. `units` are those of the regime that may be drawn again. */
static void take_back_cost(regime_check *of, const fg_regime *regime, int64_t units, fg_exact *sum) {
  const int64_t *kept = of->group->slices.items + regime->slices;
  fg_snapshot_check_cost(of->check, kept + 1);
  fg_require(of->check, kept[0] > 0 || (kept[0] == 0 && units == 0));
  if (of->check->is_good) {
    fg_exact cost = fg_event_sum(kept + 1);
    bool fits = regime->kind == FG_REGIME_TAKES_OFF ? fg_exact_add(sum, cost) : fg_exact_subtract(sum, cost);
    fg_require(of->check, fits && sum->whole >= 0);
  }
}

/* Adds units, which may be negative, to a count that must not fall below 0. */
static void take_back(fg_state_check *check, int64_t units, int64_t *sum) {
  fg_require(check, fg_add_i64(*sum, units, sum) && *sum >= 0);
}

static int64_t sum_of(fg_state_check *check, const fg_usage *usage, bool with_unbilled) {
  int64_t sum = 0;
  fg_require_count(check, usage->free, &sum);
  fg_require_count(check, usage->packs, &sum);
  fg_require_count(check, usage->postpaid, &sum);
  fg_require_count(check, with_unbilled ? usage->unbilled : 0, &sum);
  return sum;
}

/* Checks what a bought rate covers of a regime: only usage is covered, and no more than was unbilled. */
static void check_cover(fg_state_check *check, const fg_regime *regime) {
  bool may_cover = regime->kind == FG_REGIME_DRAWS && check->account->book->products[regime->product].cover != FG_NONE;
  fg_require(check, regime->rate >= 0 && (regime->rate == 0 || may_cover));
  fg_require(check, regime->covered >= 0 && regime->covered <= regime->rate &&
                        regime->covered <= regime->usage.unbilled - regime->counted);
}

/* R8, whole_month: what packs covered when a period was settled had been postpaid until then, and it is not kept in
   which bucket. So both are counted as units of packs, and are taken back from one sum. */
static void put_covered_together(const regime_check *of, uint32_t product, fg_time begin, fg_usage *usage) {
  const fg_policy policy = fg_policy_of(of->check->account, product);
  if (begin < of->check->state->services[product].settled && fg_packs_cover_month(&policy)) {
    FG_ASSERT(usage->postpaid >= 0 && usage->packs <= INT64_MAX - usage->postpaid); /* earlier checks have added them */
    usage->packs += usage->postpaid;
    usage->postpaid = 0;
  }
}

static void check_sums(regime_check *of, fg_regime *regime) {
  fg_state_check *check = of->check;
  fg_usage *usage = &regime->usage;
  bool takes_off = regime->kind == FG_REGIME_TAKES_OFF;
  fg_require(check, usage->unbilled >= 0 && regime->counted >= 0 && regime->counted <= usage->unbilled);
  check_cover(check, regime);
  if (regime->kind != FG_REGIME_COVERS) {
    fg_snapshot_check_slices(check, regime->product, regime->cell, &of->group->slices, regime->slices,
                             &usage->postpaid);
  }
  int64_t sum = sum_of(check, usage, takes_off);
  if (regime->kind == FG_REGIME_COVERS) {
    fg_require(check, sum == 0 && usage->unbilled == 0);
    return;
  }
  fg_require(check, fg_has_begun(check, regime->begin));
  product_bucket *found = check->is_good ? bucket_before(of, regime) : NULL;
  fg_require(check, found != NULL || has_settled(of, regime));
  if (!check->is_good || found == NULL) {
    return;
  }
  fg_bucket *bucket = &found->bucket;
  if (fg_cell_is_of_events(check->account, regime->product)) {
    take_back_cost(of, regime, sum, &found->cost);
  }
  int sign = takes_off ? 1 : -1;
  fg_usage taken = *usage;
  put_covered_together(of, regime->product, regime->begin, &taken);
  take_back(check, sign * taken.free, &bucket->usage.free);
  take_back(check, sign * taken.packs, &bucket->usage.packs);
  take_back(check, sign * taken.postpaid, &bucket->usage.postpaid);
  take_back(check, sign * taken.unbilled, &bucket->usage.unbilled);
  take_back(check, sign * regime->counted, &bucket->counted);
  fg_require(check, bucket->counted <= bucket->usage.unbilled);
}

/* Counts units in calls in flight that were drawn in the regimes from `from` to `to`, in the bucket of `place`; `kind`
   is one kind of usage, or FG_USAGE_KINDS for all. */
static int64_t held_in(const regime_check *of, const fg_regime *place, uint64_t from, uint64_t to, fg_usage_kind kind) {
  int64_t units = 0;
  for (uint32_t i = 0; i < of->check->state->holds.count; i++) {
    const fg_hold *hold = &of->check->state->holds.items[i];
    bool is_one = hold->product == place->product && hold->begin == place->begin &&
                  fg_cell_is_same(hold->cell, place->cell) && hold->regime >= from && hold->regime <= to;
    fg_require_count(of->check, is_one && (kind == FG_USAGE_KINDS || hold->kind == kind) ? hold->units : 0, &units);
  }
  return units;
}

/* Whether a regime is the first of its correction for cells that cost the same. */
static bool is_first_alike(const regime_check *of, const fg_regime *regime) {
  bool is_first = true;
  for (const fg_regime *other = regime;
       other > of->group->regimes.items && is_first && other[-1].kind == FG_REGIME_TAKES_OFF; other--) {
    is_first = !fg_regimes_correct_alike(of->check->account, &other[-1], regime);
  }
  return is_first;
}

/* Whether a regime from `regime` on, before `end`, is of the same correction as `end` and counts in the same bucket, or
   with `in_stretch` also in the same stretch. The settled usage of several stretches is in one bucket. */
static bool is_seen_before(regime_check *of, const fg_regime *regime, const fg_regime *end, bool in_stretch) {
  bool is_one = false;
  for (; regime < end && !is_one; regime++) {
    is_one = fg_regimes_correct_alike(of->check->account, regime, end) &&
             bucket_before(of, regime) == bucket_before(of, end) &&
             (!in_stretch || (regime->begin == end->begin && fg_cell_is_same(regime->cell, end->cell)));
  }
  return is_one;
}

/* Checks that a correction took off no more than was used besides the calls in flight, because these can still be
   undone. It is checked over all regimes of the correction for cells that cost the same, at the first of them, when all
   are taken back. */
static void check_taken_off(regime_check *of, const fg_regime *regime, uint64_t number) {
  fg_state_check *check = of->check;
  const fg_regime *end = of->group->regimes.items + of->group->regimes.count;
  int64_t there = 0;
  int64_t off = 0;
  if (!is_first_alike(of, regime)) {
    return;
  }
  for (const fg_regime *each = regime; each < end && each->kind == FG_REGIME_TAKES_OFF; each++) {
    bool is_alike = each == regime || fg_regimes_correct_alike(check->account, regime, each);
    const product_bucket *bucket = is_alike ? bucket_before(of, each) : NULL;
    if (bucket == NULL) {
      continue;
    }
    fg_require_count(check, sum_of(check, &each->usage, true), &off);
    if (!is_seen_before(of, regime, each, false)) {
      fg_require_count(check, sum_of(check, &bucket->bucket.usage, true), &there);
    }
    if (!is_seen_before(of, regime, each, true)) {
      fg_require_count(check, held_in(of, each, 1, number, FG_USAGE_KINDS), &off);
    }
  }
  fg_require(check, off <= there);
}

static void check_calls_of(regime_check *of, const fg_regime *regime, uint64_t number) {
  fg_state_check *check = of->check;
  if (regime->kind == FG_REGIME_DRAWS) {
    int64_t counted = held_in(of, regime, number, number, FG_USAGE_COUNTED);
    int64_t plain = held_in(of, regime, number, number, FG_USAGE_UNBILLED);
    int64_t billed = held_in(of, regime, number, number, FG_USAGE_BILLED);
    fg_require(check, billed - regime->covered <= sum_of(check, &regime->usage, false));
    fg_require(check,
               counted <= regime->counted && plain <= regime->usage.unbilled - regime->counted - regime->covered);
  } else if (regime->kind == FG_REGIME_TAKES_OFF) {
    check_taken_off(of, regime, number);
  }
}

/* Checks a regime's product and instant, and derives the stretch in which its usage is counted. */
static void check_regime_head(fg_state_check *check, uint32_t number, uint32_t place) {
  fg_product_group *group = &check->state->groups[number];
  fg_regime *regime = &group->regimes.items[place];
  uint32_t end = place + 1 < group->regimes.count ? regime[1].first : group->parts.count;
  fg_require(check, regime->kind < FG_REGIME_KINDS && regime->first <= end && (place > 0 || regime->first == 0));
  fg_require(check, regime->product < check->account->book->product_count &&
                        fg_owner_is_of_group(check, regime->product, number));
  fg_require(check, fg_has_passed(check, regime->at) && (place == 0 || regime->at >= regime[-1].at));
  if (check->is_good && regime->kind == FG_REGIME_DRAWS) {
    FG_FOLLOWS(check, regime->begin, fg_stretch_at(check->account, check->state, regime->product, regime->at).begin);
  } else if (regime->kind == FG_REGIME_COVERS) {
    FG_FOLLOWS(check, regime->begin, regime->at);
  }
}

/* Checks the order of counts. It is not compared with any sum, because whoever reads it ignores units that are not
   there. */
static void check_runs(fg_state_check *check, uint32_t number) {
  const fg_product_group *group = &check->state->groups[number];
  for (uint32_t i = 0; i < group->order.count && check->is_good; i++) {
    fg_require(check, fg_run_is_good(check->account, &group->order.items[i], number) &&
                          fg_has_begun(check, group->order.items[i].begin));
  }
  for (uint32_t i = 0; i < group->regimes.count; i++) {
    uint32_t end = i + 1 < group->regimes.count ? group->regimes.items[i + 1].order : group->order.count;
    fg_require(check, group->regimes.items[i].order <= end);
  }
}

void fg_snapshot_check_regime_heads(fg_state_check *check, uint32_t number) {
  check_runs(check, number);
  for (uint32_t place = 0; place < check->state->groups[number].regimes.count && check->is_good; place++) {
    check_regime_head(check, number, place);
  }
}

static void check_regime(regime_check *of, uint32_t place) {
  fg_product_group *group = of->group;
  fg_regime *regime = &group->regimes.items[place];
  uint64_t number = group->regime - (group->regimes.count - 1 - place);
  uint32_t end = place + 1 < group->regimes.count ? regime[1].first : group->parts.count;
  fg_state_check *check = of->check;
  check_parts(of, regime, number, end);
  check_sums(of, regime);
  if (check->is_good) {
    check_calls_of(of, regime, number);
  }
}

static fg_status copy_buckets(regime_check *of, uint32_t product) {
  const fg_service *service = &of->check->state->services[product];
  FG_TRY(FG_ARRAY_RESERVE(&of->check->account->allocator, &of->buckets, service->buckets.count));
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    product_bucket *copy = &of->buckets.items[of->buckets.count++];
    *copy = (product_bucket){.product = product, .bucket = *bucket};
    put_covered_together(of, product, bucket->begin, &copy->bucket.usage);
    if (fg_cell_is_of_events(of->check->account, product)) {
      copy->cost = fg_event_sum(service->slices.items + bucket->slices);
    }
  }
  return FG_OK;
}

/* Sets what each lot had left. A lot that has ended gets back what rolled over from it into the next issue. */
static void copy_left(regime_check *of) {
  const fg_state *state = of->check->state;
  for (uint32_t i = 0; i < state->lots.count; i++) {
    of->left[i] = state->lots.items[i].left;
  }
  for (uint32_t i = 0; i < state->lots.count; i++) {
    const fg_lot *lot = &state->lots.items[i];
    int64_t *before = lot->rolls_from == 0 ? NULL : &of->left[lot->rolls_from - 1];
    fg_require(of->check, before == NULL || fg_add_i64(*before, lot->rolled, before));
  }
}

static fg_status check_regimes_of(regime_check *of) {
  fg_state_check *check = of->check;
  const fg_allocator *allocator = &check->account->allocator;
  const fg_state *state = check->state;
  for (uint32_t product = 0; product < check->account->book->product_count; product++) {
    if (fg_owner_is_of_group(check, product, of->number)) {
      FG_TRY(copy_buckets(of, product));
    }
  }
  /* One more, because there may be no lots and an allocation of 0 bytes may fail. */
  of->left = fg_allocate(allocator, (state->lots.count + 1) * sizeof *of->left);
  if (of->left == NULL) {
    return FG_NO_MEMORY;
  }
  copy_left(of);
  for (uint32_t place = of->group->regimes.count; place > 0 && check->is_good; place--) {
    check_regime(of, place - 1);
  }
  return FG_OK;
}

fg_status fg_snapshot_check_regimes(fg_state_check *check, uint32_t number) {
  const fg_allocator *allocator = &check->account->allocator;
  fg_product_group *group = &check->state->groups[number];
  regime_check of = {.check = check, .group = group, .number = number};
  fg_require(check, group->regimes.count <= group->regime && fg_is_count(group->regime));
  fg_require(check, (group->regimes.count > 0) == (group->undoable > 0));
  fg_require(check, group->parts.count == 0 || group->regimes.count > 0);
  if (!check->is_good || group->regimes.count == 0) {
    return FG_OK;
  }
  fg_status status = check_regimes_of(&of);
  FG_ARRAY_RELEASE(allocator, &of.buckets);
  fg_release(allocator, of.left, (check->state->lots.count + 1) * sizeof *of.left);
  return status;
}
