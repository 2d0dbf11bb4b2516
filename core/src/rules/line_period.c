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
  sum->tiers_held |= (uint64_t)1 << tier;
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
  uint32_t first, end;     ///< places of its buckets, of all lines of the product
  uint32_t own, own_end;   ///< places of the first bucket at the line's price, and behind the last one
  uint16_t edition;        ///< the edition at the period's end, or at the end of what is billed of it
  const fg_schedule *last; ///< schedule of the line's price in that edition, or in the last one that has it
  int64_t count;           ///< count that finds the tiers
  int64_t charged;         ///< units charged
} tier_period;

static const fg_bucket *line_bucket(const fg_line_sum *sum, uint32_t place) {
  return &sum->service->buckets.items[place];
}

/* The units of a bucket that are charged. */
static int64_t charged_in(const fg_line_sum *sum, uint32_t place) {
  const fg_bucket *bucket = line_bucket(sum, place);
  return is_of_line(sum, bucket) ? bucket->usage.postpaid : 0;
}

static uint32_t tier_reached(const fg_line_sum *sum, const fg_schedule *schedule, const tier_period *period) {
  fg_price_view view = fg_price_view_at(sum->account, schedule, period->begin);
  int64_t reached = 0;
  return fg_price_tier_of(&view, fg_price_blocks(schedule, period->count, &reached) == FG_OK ? reached : INT64_MAX);
}

/* The postpaid units of a bucket that are in a tier, where its cell does not keep them by tier. No other units come
   between them then, so that counts alone tell: editions fill the tiers one after another. */
static int64_t units_in_tier(const fg_line_sum *sum, const fg_bucket *bucket, uint32_t tier) {
  uint32_t product = sum->line.product;
  const fg_schedule *schedule = fg_cell_schedule(sum->account, product, bucket->cell);
  fg_price_view view = fg_price_view_at(sum->account, schedule, bucket->tiers);
  int64_t until = fg_cell_count_with(sum->account, sum->service, product, bucket, sum->billed->period.end);
  return fg_price_units_within(&view, tier, until - bucket->usage.postpaid, until);
}

/* The cells of one edition at one price of the line: buckets [`first`, `end`), and what prices their units. */
typedef struct edition_cells {
  uint32_t first, end;
  const fg_schedule *schedule;
  bool is_moved; ///< another edition prices the units than the one they were used in
} edition_cells;

/* Adds graduated cells. It goes tier by tier, so that the count stands in the last part. */
static fg_status add_graduated(fg_line_sum *sum, const tier_period *period, const edition_cells *cells) {
  const fg_service *service = sum->service;
  bool are_sliced = fg_cell_is_sliced(sum->account, sum->line.product, line_bucket(sum, cells->first)->cell);
  for (uint32_t tier = 0; tier < cells->schedule->tier_count; tier++) {
    for (uint32_t i = cells->first; i < cells->end; i++) {
      const fg_bucket *bucket = line_bucket(sum, i);
      int64_t units = !fg_bucket_is_billed(bucket, sum->billed) ? 0
                      : are_sliced                              ? service->slices.items[bucket->slices + tier]
                                                                : units_in_tier(sum, bucket, tier);
      FG_TRY(units == 0 ? FG_OK : add_units_at(sum, period->begin, cells->schedule, bucket->cell, tier, units));
    }
  }
  return FG_OK;
}

/* Adds units that were used at a stairstep, which has no positions, at a graduated price. They have the last positions
   that the count reached in their edition, in the order of the cells. */
static fg_status add_moved(fg_line_sum *sum, const tier_period *period, const edition_cells *cells, int64_t charged) {
  fg_price_view view = fg_price_view_at(sum->account, cells->schedule, period->begin);
  int64_t until = fg_cell_count_so_far(sum->account, sum->state, sum->line.product, period->begin,
                                       line_bucket(sum, cells->first)->cell, sum->billed->period.end);
  for (uint32_t tier = 0; tier < cells->schedule->tier_count; tier++) {
    int64_t from = until - charged;
    for (uint32_t i = cells->first; i < cells->end; i++) {
      int64_t end = from + charged_in(sum, i);
      int64_t units = fg_price_units_within(&view, tier, from, end);
      FG_TRY(add_units_at(sum, period->begin, cells->schedule, line_bucket(sum, i)->cell, tier, units));
      from = end;
    }
  }
  return FG_OK;
}

/* Adds cells at the tier that the count reaches. */
static fg_status add_reached(fg_line_sum *sum, const tier_period *period, const edition_cells *cells) {
  uint32_t tier = tier_reached(sum, cells->schedule, period);
  for (uint32_t i = cells->first; i < cells->end; i++) {
    FG_TRY(add_units_at(sum, period->begin, cells->schedule, line_bucket(sum, i)->cell, tier, charged_in(sum, i)));
  }
  return FG_OK;
}

/* Adds all units of a period whose edition at the end charges them once, at the last of their factors, because the
   period has one amount and not one for each cell. */
static fg_status add_step(fg_line_sum *sum, tier_period *period) {
  fg_cell cell = sum->line.cell;
  int64_t whole = 0;
  for (uint32_t i = period->own; i < period->own_end; i++) {
    int64_t units = charged_in(sum, i);
    bool is_last = units > 0 && (period->charged == 0 || line_bucket(sum, i)->cell.factor >= cell.factor);
    cell = is_last ? line_bucket(sum, i)->cell : cell;
    period->charged += units;
  }
  FG_TRY(fg_price_blocks(period->last, period->charged, &whole));
  return add_units_at(sum, period->begin, period->last, cell, tier_reached(sum, period->last, period), whole);
}

static fg_status add_edition_cells(fg_line_sum *sum, tier_period *period, const edition_cells *cells) {
  int64_t charged = 0;
  bool is_any = false;
  for (uint32_t i = cells->first; i < cells->end; i++) {
    int64_t units = charged_in(sum, i);
    is_any = is_any || units != 0;
    charged += units;
  }
  period->charged += charged;
  if (!is_any) {
    return FG_OK; /* grants and packs covered all of it */
  }
  if (!fg_price_model_of(cells->schedule)->by_slice) {
    return add_reached(sum, period, cells);
  }
  return cells->is_moved ? add_moved(sum, period, cells, charged) : add_graduated(sum, period, cells);
}

static fg_status add_period_cells(fg_line_sum *sum, tier_period *period) {
  const fg_bucket *items = sum->service->buckets.items;
  uint32_t product = sum->line.product;
  for (uint32_t i = period->own; i < period->own_end;) {
    fg_cell cell = items[i].cell;
    edition_cells cells = {.first = i, .schedule = fg_cell_schedule(sum->account, product, cell)};
    while (i < period->own_end && fg_cell_price_number(items[i].cell) == fg_cell_price_number(cell)) {
      i++;
    }
    cells.end = i;
    cells.is_moved = fg_cell_priced_in(sum->account, product, cell, period->edition) != cell.edition;
    cells.schedule = cells.is_moved ? period->last : cells.schedule;
    FG_TRY(has_its_price(sum, &items[cells.first]) ? add_edition_cells(sum, period, &cells) : FG_OK);
  }
  return FG_OK;
}

/* The edition at the end of a period, or at the end of what is billed of it. */
static uint16_t last_edition(const fg_line_sum *sum, const tier_period *period) {
  for (uint32_t i = period->end; i > period->first; i--) {
    if (fg_bucket_is_billed(line_bucket(sum, i - 1), sum->billed)) {
      return line_bucket(sum, i - 1)->cell.edition;
    }
  }
  return sum->line.cell.edition;
}

/* Counts the units of a line; the line's cell becomes that of its latest edition. */
static void count_units(fg_line_sum *sum, const tier_period *period) {
  fg_invoice_line *line = &sum->line;
  for (uint32_t i = period->own; i < period->own_end; i++) {
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

static fg_status add_charged(fg_line_sum *sum, tier_period *period) {
  if (!fg_price_model_of(period->last)->per_units) {
    return add_step(sum, period);
  }
  FG_TRY(add_period_cells(sum, period));
  return fill_block(sum, period);
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

/* Adds the fees of tiers, as the edition at the period's end states them. A tier holds what is charged in the tier of
   the same number, in any edition. The first tier of the product's own price has its fee also if the product was open
   and nothing was used. */
static fg_status add_fees_of(fg_line_sum *sum, const tier_period *period) {
  const fg_named_price *own = fg_cell_price(sum->account, sum->line.product, sum->line.cell);
  bool is_open = false;
  if (!fg_schedule_has_fee(period->last)) {
    return FG_OK;
  }
  for (uint32_t i = period->first; i < period->end; i++) {
    const fg_bucket *bucket = &sum->service->buckets.items[i];
    is_open = is_open || (own->id.length == 0 && bucket->was_open && fg_bucket_is_billed(bucket, sum->billed));
  }
  if (!fg_price_model_of(period->last)->by_slice) {
    return period->charged > 0 || is_open ? add_fee(sum, period, tier_reached(sum, period->last, period)) : FG_OK;
  }
  for (uint32_t tier = 0; tier < period->last->tier_count; tier++) {
    bool is_held = (sum->tiers_held >> tier & 1) != 0;
    FG_TRY(is_held || (tier == 0 && is_open) ? add_fee(sum, period, tier) : FG_OK);
  }
  return FG_OK;
}

static fg_status end_period(fg_line_sum *sum, const tier_period *period) {
  FG_TRY(add_last(sum));
  FG_TRY(add_fees_of(sum, period));
  if (period->last->rounding.mode != FG_ROUND_NONE) {
    fg_exact exact = sum->of_period;
    sum->of_period = FG_EXACTLY(0);
    FG_TRY(fg_exact_round(exact, period->last->rounding, &sum->of_period.whole));
    sum->line.is_exact = sum->line.is_exact && exact.above == 0 && exact.whole == sum->of_period.whole;
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
  for (uint32_t i = period->own; i < period->own_end; i++) {
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

/* Finds between which places the buckets at the line's price are. Those of one edition stand together, so that their
   price is compared once. */
static void find_own(const fg_line_sum *sum, tier_period *period) {
  uint64_t other = FG_NO_PRICE_NUMBER; /* the latest price that was compared, of another line */
  for (; period->own < period->own_end; period->own++) {
    const fg_bucket *bucket = line_bucket(sum, period->own);
    if (fg_cell_price_number(bucket->cell) != other && has_its_price(sum, bucket)) {
      break;
    }
    other = fg_cell_price_number(bucket->cell);
  }
  for (other = FG_NO_PRICE_NUMBER; period->own_end > period->own; period->own_end--) {
    const fg_bucket *bucket = line_bucket(sum, period->own_end - 1);
    if (fg_cell_price_number(bucket->cell) != other && has_its_price(sum, bucket)) {
      break;
    }
    other = fg_cell_price_number(bucket->cell);
  }
}

fg_status fg_line_add_period(fg_line_sum *sum, uint32_t first, uint32_t end) {
  tier_period period = {
      .begin = sum->service->buckets.items[first].tiers, .first = first, .end = end, .own = first, .own_end = end};
  int64_t total = sum->line.total;
  sum->of_period = FG_EXACTLY(0);
  sum->has_count = false;
  sum->tiers_held = 0;
  find_own(sum, &period);
  count_units(sum, &period);
  if (fg_cell_is_of_events(sum->account, sum->line.product)) {
    return add_events(sum, &period);
  }
  period.edition = last_edition(sum, &period);
  period.last = fg_cell_schedule_in(sum->account, sum->line.product, sum->line.cell, period.edition);
  period.count = fg_cell_count(sum->account, sum->state, sum->line.product, period.begin, sum->line.cell,
                               sum->billed->period.end);
  sum->line.tier_quantity = period.count;
  FG_TRY(add_charged(sum, &period));
  FG_TRY(end_period(sum, &period));
  if (sum->line.slice.units == 0 && sum->line.total > total) {
    tell_tier(sum, &period);
  }
  return FG_OK;
}
