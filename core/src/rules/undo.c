#include "undo.h"

#include "../book/terms.h"
#include "event_amounts.h"
#include "grants.h"
#include "issue.h"

/* ------------------------------------------------------------------------------------------------- keeping regimes */

static uint64_t number_of(const fg_product_group *group, uint32_t place) {
  FG_ASSERT(place < group->regimes.count && group->regimes.count <= group->regime);
  return group->regime - (group->regimes.count - 1 - place);
}

static void drop_all(fg_product_group *group) { group->regimes.count = group->parts.count = group->slices.count = 0; }

/* Drops what the regimes before the first that is kept had in a list, of which that one's begin at `first`. */
#define DROP_ITEMS(list, first)                                                                                        \
  do {                                                                                                                 \
    (list)->count -= (first);                                                                                          \
    if ((list)->count > 0) {                                                                                           \
      memmove((list)->items, (list)->items + (first), (list)->count * sizeof *(list)->items);                          \
    }                                                                                                                  \
  } while (0)

static void drop_first(fg_product_group *group, uint32_t count) {
  if (count == group->regimes.count) {
    drop_all(group);
    return;
  }
  uint32_t parts = group->regimes.items[count].first;
  uint32_t slices = group->regimes.items[count].slices;
  group->regimes.count -= count;
  memmove(group->regimes.items, group->regimes.items + count, group->regimes.count * sizeof *group->regimes.items);
  DROP_ITEMS(&group->parts, parts);
  DROP_ITEMS(&group->slices, slices);
  for (uint32_t i = 0; i < group->regimes.count; i++) {
    group->regimes.items[i].first -= parts;
    group->regimes.items[i].slices -= slices;
  }
}

FG_COLD void fg_undo_trim(const fg_account *account, fg_state *state, uint32_t group) {
  fg_product_group *trimmed = &state->groups[group];
  for (uint32_t i = 0; i < state->holds.count; i++) { /* the oldest comes first */
    const fg_hold *hold = &state->holds.items[i];
    if (account->book->products[hold->product].group == group && hold->regime != 0) {
      drop_first(trimmed, (uint32_t)(hold->regime - number_of(trimmed, 0)));
      return;
    }
  }
  drop_all(trimmed);
}

uint32_t fg_undo_kept(const fg_account *account, uint32_t product, fg_cell cell) {
  return fg_cell_kept(account, product, cell) + fg_cell_is_of_events(account, product);
}

/* Gives a regime a list of what is kept of it, all 0; fg_undo_reserve has made room. */
static int64_t *begin_slices(const fg_account *account, fg_product_group *group, const fg_regime *regime) {
  uint32_t kept = fg_undo_kept(account, regime->product, regime->cell);
  FG_ASSERT(group->slices.count == regime->slices && group->slices.room - group->slices.count >= kept);
  int64_t *slices = group->slices.items + group->slices.count;
  memset(slices, 0, kept * sizeof *slices);
  group->slices.count += kept;
  return slices;
}

/* The same of one of events; answers where it is kept what they cost. */
static int64_t *begin_events(const fg_account *account, fg_product_group *group, const fg_regime *regime,
                             int64_t of_each) {
  int64_t *kept = begin_slices(account, group, regime);
  kept[0] = of_each;
  return kept + 1;
}

void fg_undo_settle(const fg_account *account, fg_state *draft, uint32_t product) {
  fg_product_group *group = fg_state_group(account, draft, product);
  for (uint32_t i = 0; i < draft->holds.count; i++) {
    fg_hold *hold = &draft->holds.items[i];
    if (hold->product == product && hold->regime != 0 && hold->begin < draft->services[product].settled) {
      FG_ASSERT(group->undoable > 0);
      hold->regime = 0;
      group->undoable--;
    }
  }
  fg_undo_trim(account, draft, account->book->products[product].group);
}

void fg_undo_note_cover(fg_product_group *group, uint32_t product, fg_time at, const fg_taken *taken,
                        uint32_t taken_count) {
  const fg_bucket at_once = {.begin = at};
  const fg_recorded none = {.bucket = &at_once};
  const fg_regime *regime = fg_undo_begin(group, product, FG_REGIME_COVERS, at, &none);
  for (uint32_t i = 0; i < taken_count; i++) {
    fg_undo_note_part(group, regime, &taken[i]);
  }
}

/* Where what a regime used is counted. Products of a group may settle at different times, so that of one of them it may
   be settled; NULL: nothing asks for it any more. */
static fg_bucket *bucket_of(const fg_account *account, const fg_state *state, const fg_regime *regime) {
  return fg_cell_counted(account, state, regime->product, regime->begin, regime->cell);
}

static void note_events(const fg_account *account, const fg_state *state, fg_product_group *group, int64_t of_each,
                        int64_t postpaid) {
  const fg_regime *regime = &group->regimes.items[group->regimes.count - 1];
  int64_t *kept = group->slices.count == regime->slices ? begin_events(account, group, regime, of_each)
                                                        : group->slices.items + regime->slices + 1;
  fg_status status = fg_event_sum_charge(account, regime->product, regime->cell, state->now, of_each, postpaid, kept);
  FG_ASSERT(status == FG_OK); /* it was added to that of the cell, which is no less */
}

FG_COLD void fg_undo_note_slices(const fg_account *account, const fg_state *state, fg_product_group *group,
                                 int64_t of_each, int64_t postpaid) {
  const fg_regime *regime = &group->regimes.items[group->regimes.count - 1];
  if (fg_cell_is_of_events(account, regime->product)) {
    note_events(account, state, group, of_each, postpaid);
  }
  if (!fg_cell_is_sliced(account, regime->product, regime->cell)) {
    return;
  }
  fg_time tiers = bucket_of(account, state, regime)->tiers;
  int64_t until = fg_cell_count(account, state, regime->product, tiers, regime->cell, FG_NEVER);
  if (group->slices.count == regime->slices) {
    begin_slices(account, group, regime);
  }
  fg_cell_fill(account, regime->product, tiers, regime->cell, until, postpaid, 1, group->slices.items + regime->slices);
}

/* ------------------------------------------------------------------------------------------------- taking units off */

/* R8, whole_month: whether a pack waits for the settlement of the month it was bought in, which is over. Until then it
   must not be given back units of a later month, because the settlement would take them for the earlier one. */
static bool waits_for_settlement(const fg_account *account, const fg_grant *grant, fg_time at) {
  fg_month bought = fg_month_of(fg_account_date(account, grant->bought));
  return fg_packs_cover_month(&account->policy) && grant->source != FG_SOURCE_FREE &&
         bought < fg_month_of(fg_account_date(account, at)) &&
         fg_settlement_time(account->book, &account->policy, bought) > at;
}

/* Puts units back into the grants of a source, the last in the order of deduction first, into each at most what was
   drawn from it. Answers how many units are left over. `drawable` has the order. */
static int64_t put_back(const fg_account *account, fg_state *draft, const fg_regime *regime, bool is_free,
                        int64_t units) {
  const fg_service *service = &draft->services[regime->product];
  fg_product_group *group = fg_state_group(account, draft, regime->product);
  for (uint32_t i = service->drawable.count; i > 0 && units > 0; i--) {
    uint32_t index = service->drawable.items[i - 1].grant;
    int64_t weight = service->drawable.items[i - 1].weight;
    fg_grant *grant = &draft->grants.items[index];
    if ((grant->source == FG_SOURCE_FREE) != is_free || waits_for_settlement(account, grant, regime->at)) {
      continue;
    }
    fg_taken back = {index, fg_min_i64((grant->units - grant->left) / weight, units), weight};
    if (back.units > 0) {
      grant->left += back.units * weight;
      grant->given_back++;
      units -= back.units;
      FG_ASSERT(group->parts.count < group->parts.room && grant->left <= grant->units);
      group->parts.items[group->parts.count++] = back;
    }
  }
  return units;
}

static void add_signed(fg_usage *sum, const fg_usage *units, int sign) {
  sum->free += sign * units->free;
  sum->packs += sign * units->packs;
  sum->postpaid += sign * units->postpaid;
  sum->unbilled += sign * units->unbilled;
}

/* The same among the units of this month that are settled. What an adjust takes off beyond them was used before it. */
static void count_settled(const fg_account *account, fg_state *draft, const fg_regime *regime, int sign) {
  fg_usage *sum = &draft->services[regime->product].settled_units;
  if (fg_account_month(account, regime->at) == draft->month) {
    add_signed(sum, &regime->usage, sign);
    sum->free = fg_max_i64(sum->free, 0);
    sum->packs = fg_max_i64(sum->packs, 0);
    sum->postpaid = fg_max_i64(sum->postpaid, 0);
    sum->unbilled = fg_max_i64(sum->unbilled, 0);
  }
}

/* Adds what a regime used to its bucket, if there is one, or subtracts what it took off; with `sign` -1 the other way
   round. */
static void count(const fg_account *account, fg_state *draft, fg_bucket *bucket, const fg_regime *regime, int sign) {
  sign = regime->kind == FG_REGIME_TAKES_OFF ? -sign : sign;
  if (bucket == NULL || bucket->begin < draft->services[regime->product].settled) {
    count_settled(account, draft, regime, sign);
  }
  if (bucket != NULL) {
    add_signed(&bucket->usage, &regime->usage, sign);
    bucket->counted += sign * regime->counted;
  }
}

/* Shares out the units that an adjust takes off: postpaid ones go first, then those of packs, of free grants, and
   unbilled ones, of which those that count toward a tier go last. */
static void share_out(const fg_bucket *bucket, fg_regime *regime, int64_t units) {
  fg_usage *off = &regime->usage;
  int64_t rest = units;
  off->postpaid = fg_min_i64(rest, bucket->usage.postpaid);
  rest -= off->postpaid;
  off->packs = fg_min_i64(rest, bucket->usage.packs);
  rest -= off->packs;
  off->free = fg_min_i64(rest, bucket->usage.free);
  rest -= off->free;
  off->unbilled = rest;
  FG_ASSERT(rest >= 0 && rest <= bucket->usage.unbilled);
  regime->counted = fg_max_i64(rest - (bucket->usage.unbilled - bucket->counted), 0);
}

/* Takes off the sum of a cell what the postpaid units have cost that a regime took off it; of a cell that is no more,
   nothing. */
static fg_status take_off_events(const fg_account *account, fg_state *draft, const fg_regime *regime,
                                 const fg_bucket *bucket, int64_t of_each) {
  fg_service *service = &draft->services[regime->product];
  int64_t *kept = begin_events(account, fg_state_group(account, draft, regime->product), regime, of_each);
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

static void take_off_slices(const fg_account *account, fg_state *draft, const fg_regime *regime,
                            const fg_bucket *bucket) {
  int64_t *off = begin_slices(account, fg_state_group(account, draft, regime->product), regime);
  if (bucket == NULL) {
    off[0] = regime->usage.postpaid;
  } else {
    fg_cell_drain(account, &draft->services[regime->product], regime->product, bucket, regime->usage.postpaid, true,
                  off);
  }
}

/* Takes units off the bucket of a regime, whose number is given, and notes what it put back as the regime's parts. Where
   there is no bucket any more, the regime says what was taken off. The caller finds the order of deduction anew. */
static fg_status take_off(const fg_account *account, fg_state *draft, fg_regime *regime, uint64_t number,
                          int64_t of_each, int64_t units, int64_t *lost) {
  fg_service *service = &draft->services[regime->product];
  fg_product_group *group = fg_state_group(account, draft, regime->product);
  fg_bucket *bucket = bucket_of(account, draft, regime);
  bool is_sliced = fg_cell_is_sliced(account, regime->product, regime->cell);
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &group->slices, FG_TIERS_MAX));
  FG_TRY(fg_grants_arrange(account, draft, regime->product, regime->at, number, true));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &group->parts, service->drawable.count));
  if (bucket != NULL) {
    share_out(bucket, regime, units);
  }
  count(account, draft, bucket, regime, 1);
  if (fg_cell_is_of_events(account, regime->product)) {
    FG_TRY(take_off_events(account, draft, regime, bucket, of_each));
  } else if (is_sliced) {
    take_off_slices(account, draft, regime, bucket);
  }
  *lost = put_back(account, draft, regime, false, regime->usage.packs);
  *lost += put_back(account, draft, regime, true, regime->usage.free);
  return FG_OK;
}

/* What an adjust takes off each bucket of a product; as many as there are. */
typedef struct correction {
  const fg_account *account;
  const fg_state *state;
  uint32_t product;
  fg_rating rating; ///< of what it corrects
  int64_t *off;
  int64_t rest; ///< of its units
} correction;

/* The cells of an adjust are those of its period that its attributes lead to, in any edition. */
static bool is_corrected(const correction *of, const fg_bucket *bucket) {
  const fg_service *service = &of->state->services[of->product];
  const fg_product *own = &of->account->book->products[of->product];
  const fg_product *other = &fg_account_edition(of->account, bucket->cell.edition)->products[of->product];
  return bucket->tiers == service->buckets.items[service->buckets.count - 1].tiers &&
         fg_string_equal(other->prices[bucket->cell.price].id, own->prices[of->rating.price].id) &&
         other->factors[bucket->cell.factor] == own->factors[of->rating.factor];
}

/* An adjust takes off no more than was used without the calls in flight, because those may still be canceled. */
static int64_t there_without_calls(const correction *of, const fg_bucket *bucket) {
  const fg_usage *usage = &bucket->usage;
  int64_t there = usage->free + usage->packs + usage->postpaid + usage->unbilled;
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
  case OFF_POSTPAID: return bucket->usage.postpaid;
  case OFF_PACKS: return bucket->usage.packs;
  case OFF_FREE: return bucket->usage.free;
  case OFF_UNBILLED: return bucket->usage.unbilled - bucket->counted;
  default: return bucket->counted;
  }
}

/* Shares the units of an adjust out over the buckets: those of a source from the latest one on. */
static void share_out_over_cells(correction *of) {
  const fg_service *service = &of->state->services[of->product];
  for (int source = 0; source < OFF_SOURCES; source++) {
    for (uint32_t i = service->buckets.count; i > 0 && of->rest > 0; i--) {
      const fg_bucket *bucket = &service->buckets.items[i - 1];
      if (is_corrected(of, bucket)) {
        int64_t most = there_without_calls(of, bucket) - of->off[i - 1];
        int64_t units = fg_min_i64(of->rest, fg_min_i64(units_of_source(bucket, source), most));
        of->off[i - 1] += units;
        of->rest -= units;
      }
    }
  }
}

static fg_status take_off_cell(const fg_account *account, fg_state *draft, uint32_t product, uint32_t place,
                               int64_t of_each, int64_t units, fg_usage *off, int64_t *lost) {
  fg_product_group *group = fg_state_group(account, draft, product);
  int64_t more = 0;
  FG_TRY(fg_undo_reserve(account, draft, product, 0));
  const fg_recorded none = {.bucket = &draft->services[product].buckets.items[place]};
  fg_regime *regime = fg_undo_begin(group, product, FG_REGIME_TAKES_OFF, draft->now, &none);
  FG_TRY(take_off(account, draft, regime, group->regime, of_each, units, &more));
  off->free += regime->usage.free;
  off->packs += regime->usage.packs;
  off->postpaid += regime->usage.postpaid;
  off->unbilled += regime->usage.unbilled;
  *lost += more;
  return FG_OK;
}

static fg_status take_off_cells(const correction *of, fg_state *draft, fg_usage *off, int64_t *lost) {
  fg_product_group *group = fg_state_group(of->account, draft, of->product);
  bool is_kept = fg_undo_is_kept(group);
  for (uint32_t i = draft->services[of->product].buckets.count; i > 0; i--) {
    if (of->off[i - 1] > 0) {
      FG_TRY(take_off_cell(of->account, draft, of->product, i - 1, of->rating.of_each, of->off[i - 1], off, lost));
    }
  }
  draft->services[of->product].total -= of->rating.units;
  if (!is_kept) { /* no call in flight may be undone, so nobody will need the regimes */
    drop_all(group);
  }
  return fg_grants_arrange_group(of->account, draft, of->account->book->products[of->product].group);
}

fg_status fg_undo_take_off(const fg_account *account, fg_state *draft, uint32_t product, fg_rating rating,
                           fg_usage *off, int64_t *lost) {
  size_t size = draft->services[product].buckets.count * sizeof(int64_t);
  correction of = {.account = account, .state = draft, .product = product, .rating = rating, .rest = rating.units};
  of.off = fg_allocate(&account->allocator, size);
  if (of.off == NULL) {
    return FG_NO_MEMORY;
  }
  share_out_over_cells(&of);
  fg_status status = of.rest > 0 ? FG_ADJUST_UNDERFLOW : take_off_cells(&of, draft, off, lost);
  fg_release(&account->allocator, of.off, size);
  return status;
}

/* -------------------------------------------------------------------------------------------------------- undoing */

/* A draft on which the regimes of a group are drawn again, from that of the undone call on. */
typedef struct redrawing {
  const fg_account *account;
  fg_state *draft;
  fg_product_group *group;
  uint32_t number;             ///< of the group
  FG_ARRAY(fg_regime) regimes; ///< as they were
  FG_ARRAY(fg_taken) parts;    ///< theirs
  FG_ARRAY(int64_t) slices;    ///< theirs
  int64_t *reserved;           ///< of each grant, what settlements are still to take from it; NULL: they took nothing
  int64_t arranged;            ///< the product whose `drawable` is the order of deduction as of the regime before; or
                               ///< FG_NONE
  uint32_t arrived;            ///< grants that are in it, or never will be
  uint64_t first;              ///< the number of the first regime
  uint32_t rolled;             ///< grants into which what rolls over has gone
} redrawing;

static uint32_t group_of_owner(const redrawing *redraw, const fg_grant *grant) {
  return fg_book_owner(redraw->account->book, grant->owner)->group;
}

static fg_service *service_of(const redrawing *redraw, const fg_regime *regime) {
  return &redraw->draft->services[regime->product];
}

/* How many units of a product are left in grants that are void by now, or units of their own where it draws on none of
   them. What undoing adds to them is lost. */
static fg_int128 left_in_void(const redrawing *redraw, uint32_t product) {
  const fg_book *book = redraw->account->book;
  fg_int128 left = 0;
  for (uint32_t i = 0; i < redraw->draft->grants.count; i++) {
    const fg_grant *grant = &redraw->draft->grants.items[i];
    bool is_void = group_of_owner(redraw, grant) == redraw->number && grant->expires <= redraw->draft->now &&
                   !grant->refunded;
    int64_t weight = fg_book_weight(book, grant->owner, product);
    weight = weight > 0 ? weight : fg_book_parts(book, grant->owner);
    left += is_void && !fg_grant_is_of_materials(redraw->account, grant) ? grant->left / weight : 0;
  }
  return left;
}

/* Takes back what a regime did to the units by tier of its cell, or to what its events cost, if these are kept. */
static fg_status forget_slices(const redrawing *redraw, const fg_regime *regime, const fg_bucket *bucket) {
  const int64_t *kept = redraw->slices.items + regime->slices;
  if (bucket == NULL) {
    return FG_OK;
  }
  if (fg_cell_is_of_events(redraw->account, regime->product)) {
    int sign = regime->kind == FG_REGIME_TAKES_OFF ? 1 : -1;
    return fg_event_sum_add(service_of(redraw, regime)->slices.items + bucket->slices, fg_event_sum(kept + 1), sign);
  }
  if (fg_cell_is_sliced(redraw->account, regime->product, regime->cell)) {
    uint32_t tiers = fg_cell_schedule(redraw->account, regime->product, regime->cell)->tier_count;
    int64_t *slices = service_of(redraw, regime)->slices.items + bucket->slices;
    for (uint32_t i = 0; i < tiers; i++) {
      slices[i] += regime->kind == FG_REGIME_TAKES_OFF ? kept[i] : -kept[i];
    }
  }
  return FG_OK;
}

/* Takes back all that a regime did to grants and to its period. */
static fg_status forget(const redrawing *redraw, const fg_regime *regime, uint32_t end) {
  bool puts_back = regime->kind == FG_REGIME_TAKES_OFF;
  for (uint32_t i = regime->first; i < end; i++) {
    const fg_taken *part = &redraw->parts.items[i];
    fg_grant *grant = &redraw->draft->grants.items[part->grant];
    grant->left += (puts_back ? -part->units : part->units) * part->weight;
    grant->given_back -= puts_back;
    if (regime->kind == FG_REGIME_COVERS) {
      redraw->reserved[part->grant] += part->units * part->weight;
    }
  }
  if (regime->kind == FG_REGIME_COVERS) {
    return FG_OK;
  }
  fg_bucket *bucket = bucket_of(redraw->account, redraw->draft, regime);
  count(redraw->account, redraw->draft, bucket, regime, -1);
  return forget_slices(redraw, regime, bucket);
}

static bool has_cover(const redrawing *redraw) {
  for (uint32_t i = 0; i < redraw->regimes.count; i++) {
    if (redraw->regimes.items[i].kind == FG_REGIME_COVERS) {
      return true;
    }
  }
  return false;
}

/* What rolled over after the first regime is put back, from the last issue to the first. */
static void unroll(redrawing *redraw) {
  for (uint32_t i = redraw->draft->grants.count; i > 0; i--) {
    fg_grant *grant = &redraw->draft->grants.items[i - 1];
    if (group_of_owner(redraw, grant) == redraw->number && grant->regime > redraw->first) {
      fg_issue_unroll(redraw->draft, grant);
    }
  }
}

/* Rolls over into the issues that regimes up to a number may draw on: by now it is known what was left. */
static void roll(redrawing *redraw, uint64_t number) {
  for (; redraw->rolled < redraw->draft->grants.count; redraw->rolled++) {
    fg_grant *grant = &redraw->draft->grants.items[redraw->rolled];
    bool is_of_group = group_of_owner(redraw, grant) == redraw->number;
    if (is_of_group && grant->regime > number) {
      return;
    }
    if (is_of_group && grant->regime > redraw->first) {
      fg_issue_roll(redraw->account, redraw->draft, grant);
    }
  }
}

/* Moves the regimes from `place` on aside, and takes back what they did. */
static fg_status set_aside(redrawing *redraw, uint32_t place) {
  const fg_allocator *allocator = &redraw->account->allocator;
  fg_product_group *group = redraw->group;
  uint32_t first = group->regimes.items[place].first;
  uint32_t first_slice = group->regimes.items[place].slices;
  uint32_t regimes = group->regimes.count - place;
  uint32_t parts = group->parts.count - first;
  uint32_t slices = group->slices.count - first_slice;
  FG_TRY(FG_ARRAY_RESERVE(allocator, &redraw->regimes, regimes));
  FG_TRY(FG_ARRAY_RESERVE(allocator, &redraw->parts, parts));
  FG_TRY(FG_ARRAY_RESERVE(allocator, &redraw->slices, slices));
  memcpy(redraw->regimes.items, group->regimes.items + place, regimes * sizeof *redraw->regimes.items);
  if (parts > 0) {
    memcpy(redraw->parts.items, group->parts.items + first, parts * sizeof *redraw->parts.items);
  }
  if (slices > 0) {
    memcpy(redraw->slices.items, group->slices.items + first_slice, slices * sizeof *redraw->slices.items);
  }
  redraw->regimes.count = regimes;
  redraw->parts.count = parts;
  redraw->slices.count = slices;
  if (has_cover(redraw)) {
    redraw->reserved = fg_allocate(allocator, redraw->draft->grants.count * sizeof *redraw->reserved);
    FG_TRY(redraw->reserved == NULL ? FG_NO_MEMORY : FG_OK);
  }
  for (uint32_t i = 0; i < regimes; i++) {
    redraw->regimes.items[i].first -= first;
    redraw->regimes.items[i].slices -= first_slice;
  }
  for (uint32_t i = 0; i < regimes; i++) {
    FG_TRY(forget(redraw, &redraw->regimes.items[i], i + 1 < regimes ? redraw->regimes.items[i + 1].first : parts));
  }
  group->regimes.count = place;
  group->parts.count = first;
  group->slices.count = first_slice;
  group->regime -= regimes;
  redraw->first = group->regime + 1;
  unroll(redraw);
  return FG_OK;
}

/* Finds the order of deduction as it was in a regime. Most regimes begin because one grant came or went, so the order
   of the regime before is changed by that one. */
static fg_status arrange(redrawing *redraw, const fg_regime *regime, uint64_t number) {
  uint32_t product = regime->product;
  bool is_arranged = redraw->arranged == product;
  if (!is_arranged) {
    FG_TRY(fg_grants_arrange(redraw->account, redraw->draft, product, regime->at, number, false));
    redraw->arrived = 0;
  }
  for (; redraw->arrived < redraw->draft->grants.count; redraw->arrived++) {
    const fg_grant *grant = &redraw->draft->grants.items[redraw->arrived];
    if (group_of_owner(redraw, grant) == redraw->number && grant->regime > number) {
      break;
    }
    if (is_arranged) {
      FG_TRY(fg_grants_arrive(redraw->account, redraw->draft, product, redraw->arrived, regime->at));
    }
  }
  if (is_arranged) {
    fg_grants_drop_void(redraw->draft, service_of(redraw, regime), regime->at);
  }
  redraw->arranged = product;
  return FG_OK;
}

/* Draws the units of a regime again, and leaves in each grant what later settlements took from it. */
static void draw(redrawing *redraw, fg_regime *regime, int64_t billed) {
  fg_service *service = service_of(redraw, regime);
  fg_product_group *group = redraw->group;
  int64_t rest = billed;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < service->drawable.count; i++) {
    fg_drawable from = service->drawable.items[i];
    uint32_t index = from.grant;
    fg_grant *grant = &redraw->draft->grants.items[index];
    int64_t reserved = redraw->reserved == NULL ? 0 : redraw->reserved[index];
    FG_ASSERT(reserved >= 0 && reserved <= grant->left);
    int64_t units = fg_min_i64((grant->left - reserved) / from.weight, rest);
    if (units > 0) {
      grant->left -= units * from.weight;
      rest -= units;
      *(grant->source == FG_SOURCE_FREE ? &regime->usage.free : &regime->usage.packs) += units;
      FG_ASSERT(group->parts.count < group->parts.room);
      group->parts.items[group->parts.count++] = (fg_taken){index, units, from.weight};
    }
    if (grant->left > 0) {
      service->drawable.items[kept++] = from;
    }
  }
  service->drawable.count = kept;
  /* A grant with reserved units was passed over, and may be drawn on later. One of a pool may have less left than one
     that stands before it, which has too little for a unit. */
  bool plain = redraw->account->book->products[regime->product].plain;
  redraw->arranged = redraw->reserved == NULL && plain ? regime->product : FG_NONE;
  regime->usage.postpaid = rest;
}

/* Finds anew what the postpaid units of a regime cost. */
static fg_status charge_again(const redrawing *redraw, const fg_regime *regime, const fg_bucket *bucket,
                              int64_t of_each) {
  const fg_account *account = redraw->account;
  fg_exact cost;
  FG_TRY(fg_events_cost(account, regime->product, regime->cell, regime->at, of_each, regime->usage.postpaid, &cost));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &redraw->group->slices, FG_TIERS_MAX));
  fg_event_sum_keep(cost, begin_events(account, redraw->group, regime, of_each));
  return bucket == NULL ? FG_OK
                        : fg_event_sum_add(service_of(redraw, regime)->slices.items + bucket->slices, cost, 1);
}

/* Finds anew in which tiers the postpaid units of a regime are, if its cell is kept by tier. */
static fg_status slice_again(const redrawing *redraw, const fg_regime *regime, const fg_bucket *bucket,
                             int64_t of_each) {
  const fg_account *account = redraw->account;
  if (fg_cell_is_of_events(account, regime->product)) {
    return charge_again(redraw, regime, bucket, of_each);
  }
  if (!fg_cell_is_sliced(account, regime->product, regime->cell)) {
    return FG_OK;
  }
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &redraw->group->slices, FG_TIERS_MAX));
  if (bucket == NULL) {
    begin_slices(account, redraw->group, regime);
    redraw->group->slices.items[regime->slices] = regime->usage.postpaid;
    return FG_OK;
  }
  int64_t until = fg_cell_count(account, redraw->draft, regime->product, bucket->tiers, regime->cell, FG_NEVER);
  fg_undo_note_slices(account, redraw->draft, redraw->group, 0, regime->usage.postpaid);
  fg_cell_fill(account, regime->product, bucket->tiers, regime->cell, until, regime->usage.postpaid, 1,
               service_of(redraw, regime)->slices.items + bucket->slices);
  return FG_OK;
}

static fg_status draw_again(redrawing *redraw, fg_regime *regime, uint64_t number, int64_t of_each, int64_t billed) {
  const fg_service *service = service_of(redraw, regime);
  fg_bucket *bucket = bucket_of(redraw->account, redraw->draft, regime);
  FG_TRY(arrange(redraw, regime, number));
  FG_TRY(FG_ARRAY_RESERVE(&redraw->account->allocator, &redraw->group->parts, service->drawable.count));
  draw(redraw, regime, billed);
  count(redraw->account, redraw->draft, bucket, regime, 1);
  return slice_again(redraw, regime, bucket, of_each);
}

static fg_status cover_again(redrawing *redraw, const fg_regime *before, uint32_t end) {
  fg_product_group *group = redraw->group;
  FG_TRY(FG_ARRAY_RESERVE(&redraw->account->allocator, &group->parts, end - before->first));
  for (uint32_t i = before->first; i < end; i++) {
    const fg_taken *part = &redraw->parts.items[i];
    redraw->draft->grants.items[part->grant].left -= part->units * part->weight;
    redraw->reserved[part->grant] -= part->units * part->weight;
    FG_ASSERT(redraw->draft->grants.items[part->grant].left >= redraw->reserved[part->grant]);
    group->parts.items[group->parts.count++] = *part;
  }
  redraw->arranged = FG_NONE;
  return FG_OK;
}

/* The units of one event of a regime that was set aside; 0 of one without. */
static int64_t of_each_before(const redrawing *redraw, const fg_regime *before) {
  bool has_events = before->kind != FG_REGIME_COVERS && fg_cell_is_of_events(redraw->account, before->product);
  return has_events ? redraw->slices.items[before->slices] : 0;
}

static fg_status redraw_regime(redrawing *redraw, uint32_t place) {
  const fg_regime *before = &redraw->regimes.items[place];
  uint32_t end = place + 1 < redraw->regimes.count ? before[1].first : redraw->parts.count;
  fg_product_group *group = redraw->group;
  int64_t of_each = of_each_before(redraw, before);
  int64_t lost = 0;
  FG_ASSERT(group->regimes.count < group->regimes.room);
  fg_regime *regime = &group->regimes.items[group->regimes.count++];
  uint64_t number = ++group->regime;
  *regime = *before;
  roll(redraw, number);
  int64_t billed = before->usage.free + before->usage.packs + before->usage.postpaid;
  FG_ASSERT(billed >= 0 && before->usage.unbilled >= before->counted && before->counted >= 0);
  /* Unbilled units stay as they were, because they draw on nothing. */
  regime->usage.free = regime->usage.packs = regime->usage.postpaid = 0;
  regime->first = group->parts.count;
  regime->slices = group->slices.count;
  switch ((fg_regime_kind)before->kind) {
  case FG_REGIME_TAKES_OFF:
    redraw->arranged = FG_NONE;
    if (bucket_of(redraw->account, redraw->draft, before) == NULL) {
      regime->usage = before->usage;
    }
    return take_off(redraw->account, redraw->draft, regime, number, of_each, billed + before->usage.unbilled, &lost);
  case FG_REGIME_COVERS: return cover_again(redraw, before, end);
  case FG_REGIME_DRAWS:
  case FG_REGIME_KINDS: break;
  }
  return draw_again(redraw, regime, number, of_each, billed);
}

/* Adds units to a regime, or takes them off where they are below 0. They are of one source, whichever, because the
   regime is drawn again. */
static void add(fg_regime *regime, fg_usage_kind kind, int64_t units) {
  if (kind == FG_USAGE_BILLED) {
    regime->usage.postpaid += units;
  } else {
    regime->usage.unbilled += units;
    regime->counted += kind == FG_USAGE_COUNTED ? units : 0;
  }
}

static bool is_of_cell(const fg_hold *hold, const fg_remade *as) {
  return fg_cell_compare(hold->cell, as->cell) == 0 && hold->kind == as->kind;
}

/* Whether the events of a call have as many units each as they had. */
static bool has_same_events(const redrawing *redraw, const fg_hold *hold, const fg_remade *as) {
  const fg_regime *regime = &redraw->group->regimes.items[hold->regime - number_of(redraw->group, 0)];
  return as->of_each == 0 || redraw->group->slices.items[regime->slices] == as->of_each;
}

/* Makes the regime of the undone call that of the call as it is now. Where other rules hold of it, the call has the
   regime to itself. */
static fg_status remake(redrawing *redraw, const fg_hold *hold, const fg_remade *as) {
  fg_regime *regime = &redraw->regimes.items[0];
  fg_service *service = service_of(redraw, regime);
  add(regime, (fg_usage_kind)hold->kind, -hold->units);
  if (!is_of_cell(hold, as)) {
    FG_ASSERT(regime->usage.free + regime->usage.packs + regime->usage.postpaid + regime->usage.unbilled == 0);
    FG_TRY(fg_cell_reserve(redraw->account, service, regime->product));
    const fg_bucket there = *fg_state_bucket(service, regime->begin, regime->cell);
    regime->cell = as->cell;
    (void)fg_cell_bucket_beside(redraw->account, service, regime->product, &there, regime->cell);
  }
  add(regime, as->kind, as->units);
  if (as->of_each != 0) {
    redraw->slices.items[regime->slices] = as->of_each;
  }
  return FG_OK;
}

static fg_status redraw_all(redrawing *redraw, const fg_hold *hold, const fg_remade *as) {
  FG_TRY(set_aside(redraw, (uint32_t)(hold->regime - number_of(redraw->group, 0))));
  FG_TRY(remake(redraw, hold, as));
  for (uint32_t i = 0; i < redraw->regimes.count; i++) {
    FG_TRY(redraw_regime(redraw, i));
  }
  roll(redraw, UINT64_MAX);
  return fg_grants_arrange_group(redraw->account, redraw->draft, redraw->number);
}

fg_status fg_undo(const fg_account *account, fg_state *draft, const fg_hold *hold, fg_remade as, int64_t *lost) {
  const int64_t units = hold->units - as.units;
  redrawing redraw = {.account = account,
                      .draft = draft,
                      .group = fg_state_group(account, draft, hold->product),
                      .number = account->book->products[hold->product].group,
                      .arranged = FG_NONE};
  *lost = hold->regime == 0 ? units : 0; /* it is settled */
  FG_ASSERT(as.units >= 0 && units >= 0);
  if (hold->regime == 0 || (units == 0 && is_of_cell(hold, &as) && has_same_events(&redraw, hold, &as))) {
    return FG_OK;
  }
  fg_int128 before = left_in_void(&redraw, hold->product);
  fg_status status = redraw_all(&redraw, hold, &as);
  FG_ARRAY_RELEASE(&account->allocator, &redraw.regimes);
  FG_ARRAY_RELEASE(&account->allocator, &redraw.parts);
  FG_ARRAY_RELEASE(&account->allocator, &redraw.slices);
  fg_release(&account->allocator, redraw.reserved, draft->grants.count * sizeof *redraw.reserved);
  FG_TRY(status);
  fg_service *service = &draft->services[hold->product];
  service->total -= hold->begin >= fg_cells_total_since(account, draft, hold->product) ? units : 0;
  FG_ASSERT(service->total >= 0);
  fg_int128 more = left_in_void(&redraw, hold->product) - before;
  *lost = more < 0 ? 0 : more > units ? units : (int64_t)more;
  return FG_OK;
}
