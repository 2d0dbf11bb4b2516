#include "line_period.h"

#include "../book/price_model.h"
#include "cells.h"
#include "event_amounts.h"
#include "line.h"

static bool has_its_price(const fg_line_sum *sum, const fg_bucket *bucket) {
  return fg_cell_is_priced_as(sum->account, sum->line.product, bucket->cell, sum->line.cell);
}

/* Whether the line is for the usage of a bucket. */
static bool is_of_line(const fg_line_sum *sum, const fg_bucket *bucket) {
  return fg_bucket_is_billed(bucket, sum->billed) && has_its_price(sum, bucket);
}

/* Adds to a line what so many units cost at the price of a part. */
static fg_status add_cost(fg_line_sum *sum, const fg_priced_part *priced, int64_t units) {
  const fg_invoice_part *part = &priced->part;
  fg_price_view view = fg_price_view_at(sum->account, priced->schedule, part->begin);
  fg_amount price = part->unit_price;
  fg_int128 exact = 0;
  FG_TRY(fg_price_times(price, fg_cell_factor(sum->account, sum->line.product, part->cell), &price));
  if (!fg_multiply_i128(price, fg_price_charged(&view, units), &exact)) {
    return FG_OVERFLOW;
  }
  fg_exact amount = {exact / view.per, exact % view.per, view.per};
  bool fits = fg_amount_fits(amount.whole) && fg_exact_add(&sum->of_period, amount) &&
              fg_add_i64(sum->line.slice.units, units, &sum->line.slice.units);
  return fits ? FG_OK : FG_OVERFLOW;
}

/* Whether the count stands in this part and not in one added before. Parts come in the order of editions, tiers and
   factors. The count stands in the last tier, and there in the part whose factor is last in the book, whichever edition
   used it, so that an edition with equal prices changes nothing. */
static bool has_count(const fg_line_sum *sum, const fg_invoice_part *part) {
  const fg_invoice_part *before = &sum->count_in.part;
  return !sum->has_count || part->tier != before->tier || part->cell.factor >= before->cell.factor;
}

static fg_status add_last(fg_line_sum *sum) {
  const fg_invoice_part *last = &sum->last.part;
  if (!sum->has_last) {
    return FG_OK;
  }
  sum->has_last = false;
  FG_TRY(add_cost(sum, &sum->last, last->units));
  fg_price_slice *slice = &sum->line.slice;
  slice->tier = last->tier;
  slice->unit_price = last->unit_price;
  slice->unpriced = slice->unpriced || last->unpriced;
  sum->last.place = sum->into == NULL ? 0 : sum->into->parts.count;
  if (has_count(sum, last)) {
    sum->has_count = true;
    sum->count_in = sum->last;
  }
  return fg_line_keep_part(sum->into, &sum->line, last);
}

/* Whether units belong to the part before them, as those of another stretch of the same cell do. */
static bool goes_on(const fg_line_sum *sum, fg_time begin, fg_cell cell, int64_t tier) {
  const fg_invoice_part *last = &sum->last.part;
  cell.covers = last->cell.covers; /* which lots the usage drew on does not change its price */
  return sum->has_last && last->begin == begin && last->tier == tier && fg_cell_is_same(last->cell, cell);
}

/* Adds units of a cell at the price of a tier. */
static fg_status add_units_at(fg_line_sum *sum, fg_time begin, const fg_schedule *schedule, fg_cell cell, uint32_t tier,
                              int64_t units) {
  fg_price_view view = fg_price_view_at(sum->account, schedule, begin);
  if (units == 0) {
    return FG_OK;
  }
  if (goes_on(sum, begin, cell, fg_price_edge(&view, tier))) {
    return fg_add_i64(sum->last.part.units, units, &sum->last.part.units) ? FG_OK : FG_OVERFLOW;
  }
  FG_TRY(add_last(sum));
  const fg_invoice_part part = {.begin = begin,
                                .cell = cell,
                                .units = units,
                                .tier = fg_price_edge(&view, tier),
                                .unit_price = fg_price_published(schedule, tier),
                                .unpriced = !schedule->tiers[tier].sold};
  sum->last = (fg_priced_part){part, schedule, 0};
  sum->has_last = true;
  return FG_OK;
}

typedef struct tier_period {
  fg_time begin;
  uint32_t first, end; ///< places of its buckets, of all lines of the product
  /* Schedule of the line's price in the edition at the period's end, or in the last edition that has it. */
  const fg_schedule *last;
  int64_t count;   ///< count that finds the tiers
  int64_t charged; ///< units charged, without those of stairsteps
} tier_period;

static uint32_t tier_reached(const fg_line_sum *sum, const fg_schedule *schedule, const tier_period *period) {
  fg_price_view view = fg_price_view_at(sum->account, schedule, period->begin);
  int64_t reached = 0;
  return fg_price_tier_of(&view, fg_price_blocks(schedule, period->count, &reached) == FG_OK ? reached : INT64_MAX);
}

/* The postpaid units of a bucket that are in a tier. If no other units come between them, counts alone tell: editions
   fill the tiers one after another. */
static int64_t units_in_tier(const fg_line_sum *sum, uint32_t place, uint32_t tier) {
  const fg_bucket *bucket = &sum->service->buckets.items[place];
  uint32_t product = sum->line.product;
  if (fg_cell_is_sliced(sum->account, product, bucket->cell)) {
    return sum->service->slices.items[bucket->slices + tier];
  }
  const fg_schedule *schedule = fg_cell_schedule(sum->account, product, bucket->cell);
  fg_price_view view = fg_price_view_at(sum->account, schedule, bucket->tiers);
  int64_t until = fg_cell_count_with(sum->account, sum->service, product, bucket, sum->billed->period.end);
  return fg_price_units_within(&view, tier, until - bucket->usage.postpaid, until);
}

/* Adds the cells of one edition at one price of the line, buckets [`first`, `end`), which is graduated. It goes tier by
   tier, so that the count stands in the last part. */
static fg_status add_graduated(fg_line_sum *sum, const tier_period *period, uint32_t first, uint32_t end) {
  const fg_bucket *items = sum->service->buckets.items;
  const fg_schedule *schedule = fg_cell_schedule(sum->account, sum->line.product, items[first].cell);
  for (uint32_t tier = 0; tier < schedule->tier_count; tier++) {
    for (uint32_t i = first; i < end; i++) {
      int64_t units = fg_bucket_is_billed(&items[i], sum->billed) ? units_in_tier(sum, i, tier) : 0;
      FG_TRY(add_units_at(sum, period->begin, schedule, items[i].cell, tier, units));
    }
  }
  return FG_OK;
}

/* Adds the cells of one edition at one price of the line, at the tier that the count reaches. */
static fg_status add_reached(fg_line_sum *sum, const tier_period *period, uint32_t first, uint32_t end) {
  const fg_bucket *items = sum->service->buckets.items;
  const fg_schedule *schedule = fg_cell_schedule(sum->account, sum->line.product, items[first].cell);
  uint32_t tier = tier_reached(sum, schedule, period);
  for (uint32_t i = first; i < end; i++) {
    int64_t units = fg_bucket_is_billed(&items[i], sum->billed) ? items[i].usage.postpaid : 0;
    FG_TRY(add_units_at(sum, period->begin, schedule, items[i].cell, tier, units));
  }
  return FG_OK;
}

/* Adds units whose price is charged once for the whole quantity. All such units of a period are charged together, at
   the last such price and factor, because the period has one amount and not one for each cell. */
static fg_status add_step(fg_line_sum *sum, const tier_period *period) {
  const fg_bucket *items = sum->service->buckets.items;
  const fg_schedule *schedule = NULL;
  fg_cell cell = sum->line.cell;
  int64_t units = 0;
  for (uint32_t i = period->first; i < period->end; i++) {
    const fg_schedule *own = fg_cell_schedule(sum->account, sum->line.product, items[i].cell);
    if (!fg_price_model_of(own)->per_units && items[i].usage.postpaid > 0 && is_of_line(sum, &items[i])) {
      cell = units == 0 || items[i].cell.factor >= cell.factor ? items[i].cell : cell;
      schedule = own;
      units += items[i].usage.postpaid;
    }
  }
  if (units == 0) {
    return FG_OK;
  }
  schedule = fg_price_model_of(period->last)->per_units ? schedule : period->last;
  int64_t whole = 0;
  FG_TRY(fg_price_blocks(schedule, units, &whole));
  return add_units_at(sum, period->begin, schedule, cell, tier_reached(sum, schedule, period), whole);
}

static fg_status add_period_cells(fg_line_sum *sum, tier_period *period) {
  const fg_bucket *items = sum->service->buckets.items;
  for (uint32_t i = period->first; i < period->end;) {
    uint32_t end = i + 1;
    while (end < period->end && items[end].cell.edition == items[i].cell.edition &&
           items[end].cell.price == items[i].cell.price) {
      end++;
    }
    const fg_schedule *own = fg_cell_schedule(sum->account, sum->line.product, items[i].cell);
    const fg_price_operations *model = fg_price_model_of(own);
    bool is_charged = has_its_price(sum, &items[i]) && model->per_units;
    if (is_charged) {
      FG_TRY(model->by_slice ? add_graduated(sum, period, i, end) : add_reached(sum, period, i, end));
    }
    for (; i < end; i++) {
      period->charged += is_charged && fg_bucket_is_billed(&items[i], sum->billed) ? items[i].usage.postpaid : 0;
    }
  }
  return FG_OK;
}

/* The edition at the end of a period, or at the end of what is billed of it. */
static uint16_t last_edition(const fg_line_sum *sum, const tier_period *period) {
  uint16_t edition = sum->line.cell.edition;
  for (uint32_t i = period->first; i < period->end; i++) {
    const fg_bucket *bucket = &sum->service->buckets.items[i];
    edition = fg_bucket_is_billed(bucket, sum->billed) ? bucket->cell.edition : edition;
  }
  return edition;
}

static const fg_schedule *last_schedule(const fg_line_sum *sum, const tier_period *period) {
  uint16_t edition = last_edition(sum, period);
  const fg_product *offered = &fg_account_edition(sum->account, edition)->products[sum->line.product];
  const fg_named_price *own = fg_cell_price(sum->account, sum->line.product, sum->line.cell);
  int place = FG_PLACE_OF_ID(offered->prices, offered->price_count, own->id);
  return place == FG_NONE ? &own->schedule : &offered->prices[place].schedule;
}

/* Counts the units of a line; the line's cell becomes that of its latest edition. */
static void count_units(fg_line_sum *sum, const tier_period *period) {
  fg_invoice_line *line = &sum->line;
  for (uint32_t i = period->first; i < period->end; i++) {
    const fg_bucket *bucket = &sum->service->buckets.items[i];
    if (!is_of_line(sum, bucket)) {
      continue;
    }
    line->cell = (fg_cell){.edition = bucket->cell.edition, .price = bucket->cell.price};
    if (fg_bucket_is_within(bucket, sum->billed->period)) {
      line->total += fg_usage_billed(&bucket->usage);
      line->free += bucket->usage.free;
      line->packs += bucket->usage.packs;
      line->charged += bucket->usage.postpaid;
      line->unbilled += bucket->usage.unbilled;
      if (bucket->made.events > 0) {
        line->made = (fg_made){line->made.events + bucket->made.events, bucket->made.samples, bucket->made.place};
      }
    }
  }
}

/* Charges the rest of a begun block, in the part in which the count stands. */
static fg_status fill_block(fg_line_sum *sum, const tier_period *period) {
  int64_t whole = 0;
  FG_TRY(add_last(sum));
  FG_TRY(fg_price_blocks(period->last, period->charged, &whole));
  int64_t rest = whole - period->charged;
  if (rest == 0 || !sum->has_count) {
    return FG_OK;
  }
  FG_TRY(add_cost(sum, &sum->count_in, rest));
  if (sum->into == NULL) {
    return FG_OK;
  }
  int64_t *units = &sum->into->parts.items[sum->count_in.place].units;
  return fg_add_i64(*units, rest, units) ? FG_OK : FG_OVERFLOW;
}

static fg_status add_fee(fg_line_sum *sum, const tier_period *period, uint32_t tier) {
  fg_price_view view = fg_price_view_at(sum->account, period->last, period->begin);
  fg_amount fee = period->last->tiers[tier].fee;
  const fg_invoice_part part = {
      .begin = period->begin, .cell = sum->line.cell, .tier = fg_price_edge(&view, tier), .fee = fee};
  if (fee == 0) {
    return FG_OK;
  }
  return fg_amount_add(sum->of_period.whole, fee, &sum->of_period.whole)
             ? fg_line_keep_part(sum->into, &sum->line, &part)
             : FG_OVERFLOW;
}

/* Whether a graduated line charges units in a tier, in any edition. */
static bool holds_units(const fg_line_sum *sum, const tier_period *period, uint32_t tier) {
  for (uint32_t i = period->first; i < period->end; i++) {
    const fg_bucket *bucket = &sum->service->buckets.items[i];
    if (is_of_line(sum, bucket) && bucket->usage.postpaid > 0) {
      const fg_schedule *own = fg_cell_schedule(sum->account, sum->line.product, bucket->cell);
      bool is_there = fg_price_model_of(own)->by_slice && tier < own->tier_count;
      if (is_there && units_in_tier(sum, i, tier) > 0) {
        return true;
      }
    }
  }
  return false;
}

/* Adds the fees of tiers, as the edition at the period's end states them. The first tier of the product's own price has
   its fee also if the product was open and nothing was used. */
static fg_status add_fees_of(fg_line_sum *sum, const tier_period *period) {
  const fg_named_price *own = fg_cell_price(sum->account, sum->line.product, sum->line.cell);
  bool is_open = false;
  bool is_used = period->charged > 0;
  if (!fg_schedule_has_fee(period->last)) {
    return FG_OK;
  }
  for (uint32_t i = period->first; i < period->end; i++) {
    const fg_bucket *bucket = &sum->service->buckets.items[i];
    is_open = is_open || (own->id.length == 0 && bucket->was_open && fg_bucket_is_billed(bucket, sum->billed));
    is_used = is_used || (is_of_line(sum, bucket) && bucket->usage.postpaid > 0);
  }
  if (!fg_price_model_of(period->last)->by_slice) {
    return is_used || is_open ? add_fee(sum, period, tier_reached(sum, period->last, period)) : FG_OK;
  }
  for (uint32_t tier = 0; tier < period->last->tier_count; tier++) {
    FG_TRY((tier == 0 && is_open) || holds_units(sum, period, tier) ? add_fee(sum, period, tier) : FG_OK);
  }
  return FG_OK;
}

static fg_status end_period(fg_line_sum *sum, const tier_period *period) {
  FG_TRY(add_last(sum));
  FG_TRY(add_fees_of(sum, period));
  if (period->last->rounding.mode != FG_ROUND_NONE) {
    fg_exact *amount = &sum->of_period;
    FG_TRY(fg_amount_round(amount->whole, amount->above, amount->below, period->last->rounding, &amount->whole));
    *amount = FG_EXACTLY(amount->whole);
  }
  return fg_exact_add(&sum->amount, sum->of_period) ? FG_OK : FG_OVERFLOW;
}

/* Gives a line that charges nothing the tier that the count reaches. */
static void tell_tier(fg_line_sum *sum, const tier_period *period) {
  const fg_schedule *schedule = fg_cell_schedule(sum->account, sum->line.product, sum->line.cell);
  fg_price_view view = fg_price_view_at(sum->account, schedule, period->begin);
  uint32_t tier = tier_reached(sum, schedule, period);
  sum->line.slice.tier = fg_price_edge(&view, tier);
  sum->line.slice.unit_price = fg_price_published(schedule, tier);
}

/* Adds what events cost that were priced one by one as they came. */
static fg_status add_events(fg_line_sum *sum, const tier_period *period) {
  for (uint32_t i = period->first; i < period->end; i++) {
    const fg_bucket *bucket = &sum->service->buckets.items[i];
    if (is_of_line(sum, bucket)) {
      fg_exact cost = fg_event_sum(sum->service->slices.items + bucket->slices);
      bool fits = fg_exact_add(&sum->amount, cost) &&
                  fg_add_i64(sum->line.slice.units, bucket->usage.postpaid, &sum->line.slice.units);
      FG_TRY(fits ? FG_OK : FG_OVERFLOW);
    }
  }
  const fg_schedule *schedule = fg_cell_schedule(sum->account, sum->line.product, sum->line.cell);
  sum->line.slice.unit_price = fg_price_published(schedule, 0);
  return FG_OK;
}

fg_status fg_line_add_period(fg_line_sum *sum, uint32_t first, uint32_t end) {
  tier_period period = {.begin = sum->service->buckets.items[first].tiers, .first = first, .end = end};
  int64_t total = sum->line.total;
  sum->of_period = FG_EXACTLY(0);
  sum->has_count = false;
  count_units(sum, &period);
  if (fg_cell_is_of_events(sum->account, sum->line.product)) {
    return add_events(sum, &period);
  }
  period.last = last_schedule(sum, &period);
  period.count = fg_cell_count(sum->account, sum->state, sum->line.product, period.begin, sum->line.cell,
                               sum->billed->period.end);
  sum->line.tier_quantity = period.count;
  FG_TRY(add_period_cells(sum, &period));
  FG_TRY(fill_block(sum, &period));
  FG_TRY(add_step(sum, &period));
  FG_TRY(end_period(sum, &period));
  if (sum->line.slice.units == 0 && sum->line.total > total) {
    tell_tier(sum, &period);
  }
  return FG_OK;
}
