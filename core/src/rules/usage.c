#include "usage.h"

#include "../book/attributes.h"
#include "../book/covers.h"
#include "../state/past.h"
#include "cells.h"
#include "cover.h"
#include "event_amounts.h"
#include "deduction.h"

fg_status fg_usage_rate_as(const fg_book *book, uint32_t product, fg_attributes usage, const fg_attributes *of_account,
                           fg_time at, int64_t quantity, fg_rating *rating, fg_error *error) {
  *rating = (fg_rating){.units = quantity, .billable = true};
  if (book->products[product].plain) {
    return fg_attributes_check(book, usage, false, error);
  }
  FG_TRY(fg_usage_rate_asked(book, product, usage, of_account, at, quantity, rating, error));
  if (book->products[product].varied_count > 0) {
    rating->covers = fg_covers_fitting(book, product, usage, of_account, at);
  }
  return FG_OK;
}

fg_status fg_usage_rate_by_rules(const fg_account *account, uint32_t product, const fg_command *command,
                                 fg_rating *rating, fg_error *error) {
  FG_TRY(fg_usage_rate_as(account->book, product, command->attributes, account->state.attributes, command->at,
                          command->quantity, rating, error));
  bool asks = fg_usage_asks_measure(account, command) &&
              fg_string_equal(command->product, account->book->products[product].id);
  return asks ? fg_require_measured(account->book, rating->lacks, error) : FG_OK;
}

static fg_bucket *current_bucket(const fg_service *service) {
  return &service->buckets.items[service->buckets.count - 1];
}

/* Refuses a usage whose units beyond grants and packs cannot be postpaid: the product serves no postpaid usage, or one
   of the units would be charged at a null price. Earlier units are not asked about, because they have happened, even if
   the new ones carry them into a tier without a price. */
static FG_COLD fg_status check_rest(const fg_account *account, const fg_state *state, uint32_t product,
                                    fg_rating rating) {
  const fg_service *service = &state->services[product];
  int64_t units = rating.units - fg_cover_part(account, state, product, rating.units);
  fg_drawn drawn = fg_lots_would_draw(account, state, product, units, fg_cell_of(account, rating));
  int64_t charged = units - drawn.free - drawn.packs;
  if (charged > 0 && service->in_force.rest != FG_OK) {
    return (fg_status)service->in_force.rest;
  }
  if (fg_cell_is_of_events(account, product)) {
    return fg_events_fit(account, state, product, rating, charged, false);
  }
  fg_time tiers = current_bucket(service)->tiers; /* the last bucket is in the current tier period */
  fg_cell cell = fg_cell_of(account, rating);
  fg_bucket added = {.usage = {drawn.free, drawn.packs, charged, 0}};
  int64_t until = fg_cell_count(account, state, product, tiers, cell, FG_NEVER) +
                  fg_bucket_tier_quantity(account, product, &added);
  int64_t hours = fg_account_month_hours(account, tiers);
  return fg_price_sells(fg_cell_schedule(account, product, cell), hours, until, charged) ? FG_OK : FG_NOT_SOLD;
}

/* Whether the units of all products of a group can be counted together with so many more. FG_OVERFLOW. */
static FG_COLD fg_status can_be_counted_together(const fg_account *account, const fg_state *state, uint32_t group,
                                                 int64_t quantity) {
  int64_t total = quantity;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    bool is_one = account->book->products[product].group == group;
    if (is_one && !fg_add_i64(total, state->services[product].total, &total)) {
      return FG_OVERFLOW;
    }
  }
  return FG_OK;
}

/* Whether the units of this month can be counted with so many more. FG_OVERFLOW. */
static inline fg_status can_be_counted(const fg_account *account, const fg_state *state, uint32_t product,
                                       int64_t quantity, fg_usage_way way) {
  int64_t total = 0;
  bool fits = fg_add_i64(state->services[product].total, quantity, &total);
  return !fits ? FG_OVERFLOW
         : way != FG_BY_RULES
             ? FG_OK
             : can_be_counted_together(account, state, account->book->products[product].group, quantity);
}

fg_status fg_usage_fits(const fg_account *account, const fg_state *state, uint32_t product, fg_rating rating,
                        bool billable, fg_usage_way way) {
  const fg_service *service = &state->services[product];
  FG_TRY(can_be_counted(account, state, product, rating.units, way));
  bool asks = service->in_force.asks_rest || (way == FG_BY_RULES && fg_cell_is_of_events(account, product));
  if (!fg_usage_is_usual(way) && FG_UNLIKELY(asks && billable && rating.billable && service->in_force.is_billed)) {
    FG_TRY(check_rest(account, state, product, rating));
  }
  return FG_OK;
}

fg_status fg_usage_reserve_taken(fg_account *account, uint32_t most) {
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->taken, most));
  fg_status status = FG_ARRAY_RESERVE(&account->allocator, &account->draws, account->taken.room);
  if (status != FG_OK) {
    FG_ARRAY_RELEASE(&account->allocator, &account->taken); /* else the next usage would find its room in `taken` */
  }
  return status;
}

FG_COLD fg_status fg_usage_make_room(fg_account *account, fg_state *state, uint32_t product) {
  fg_service *service = &state->services[product];
  uint32_t most = service->drawable.count;
  bool is_plain = account->book->products[product].plain;
  bool is_kept = fg_usage_is_kept(account, state, product);
  FG_TRY(is_plain ? FG_OK : fg_cell_reserve(account, service, product));
  FG_TRY(is_plain ? FG_OK : fg_cover_reserve(account, state, product));
  FG_TRY(fg_order_is_kept(account, product) ? fg_order_reserve(account, state, product) : FG_OK);
  FG_TRY(fg_usage_reserve_taken(account, most));
  return is_kept ? fg_undo_reserve(account, state, product, most) : FG_OK;
}

static inline fg_recorded record_in(const fg_account *account, fg_state *state, uint32_t product, fg_bucket *bucket,
                                    int64_t quantity, bool billable, fg_usage_way way, fg_taken *taken) {
  fg_service *service = &state->services[product];
  fg_recorded recorded = {.bucket = bucket};
  FG_ASSERT(quantity >= 0 && service->total <= INT64_MAX - quantity);
  service->total += quantity;
  bool is_billed = fg_usage_is_usual(way) || service->in_force.is_billed;
  if (way != FG_USUAL && FG_UNLIKELY(!billable || !is_billed)) {
    recorded.unbilled = quantity;
    recorded.counted = billable && service->in_force.counts ? quantity : 0;
    bucket->usage.unbilled += quantity;
    bucket->counted += recorded.counted;
    return recorded;
  }
  fg_drawn drawn = {0, 0, 0};
  if (!fg_usage_has_rules(way)) {
    drawn = fg_lots_draw(state, service, quantity, taken);
  } else if (service->drawable.count > 0) {
    drawn = fg_lots_draw_shared(account, state, product, quantity, bucket->cell, taken);
  }
  recorded.free = drawn.free;
  recorded.packs = drawn.packs;
  recorded.postpaid = quantity - drawn.free - drawn.packs;
  FG_ASSERT(recorded.postpaid >= 0);
  recorded.taken_count = drawn.taken_count;
  bucket->usage.free += recorded.free;
  bucket->usage.packs += recorded.packs;
  bucket->usage.postpaid += recorded.postpaid;
  return recorded;
}

/* Counts units that a bought rate covers as unbilled. How many these are depends on the instant, so the usage has a
   regime of its own. */
static void add_covered(const fg_account *account, fg_state *state, uint32_t product, fg_bucket *bucket,
                        int64_t covered, fg_recorded *recorded) {
  recorded->covered = covered;
  recorded->unbilled += covered;
  bucket->usage.unbilled += covered;
  state->services[product].total += covered;
  fg_state_group(account, state, product)->regime_over = true;
}

/* Records usage in the bucket of its cell. Where the cell keeps units by tier, they go to the tiers that the count has
   reached; where events are priced by themselves, their cost is added. */
static FG_COLD fg_recorded record_in_cell(const fg_account *account, fg_state *state, uint32_t product,
                                          fg_rating rating, bool billable, fg_taken *taken) {
  fg_service *service = &state->services[product];
  fg_bucket *bucket = fg_cell_bucket(account, service, product, fg_cell_of(account, rating));
  const bool may_cover = billable && service->in_force.is_billed && fg_cover_rate(account, state, product) > 0;
  const int64_t covered = may_cover ? fg_cover_take(account, state, product, rating.units) : 0;
  fg_recorded recorded = record_in(account, state, product, bucket, rating.units - covered, billable, FG_BY_RULES,
                                   taken);
  recorded.of_each = rating.of_each;
  if (may_cover) {
    add_covered(account, state, product, bucket, covered, &recorded);
  }
  if (fg_cell_is_of_events(account, product)) {
    fg_status counted = fg_event_sum_charge(account, product, bucket->cell, state->now, rating.of_each,
                                            recorded.postpaid, service->slices.items + bucket->slices);
    FG_ASSERT(counted == FG_OK); /* fg_events_fit has checked it */
  } else if (recorded.postpaid > 0 && fg_cell_is_sliced(account, product, bucket->cell)) {
    int64_t until = fg_cell_count(account, state, product, bucket->tiers, bucket->cell, FG_NEVER);
    fg_cell_fill(account, product, bucket->tiers, bucket->cell, until, recorded.postpaid, 1,
                 service->slices.items + bucket->slices);
  }
  return recorded;
}

/* R10, R17: draws on grants and packs in the billed mode alone; usage in a capacity mode is free. */
fg_recorded fg_usage_record(const fg_account *account, fg_state *state, uint32_t product, fg_rating rating,
                            bool billable, fg_usage_way way, fg_taken *taken) {
  fg_service *service = &state->services[product];
  if (way == FG_BY_RULES) {
    return record_in_cell(account, state, product, rating, billable && rating.billable, taken);
  }
  fg_bucket *bucket = way == FG_USUAL_BY_RULES ? fg_cell_bucket(account, service, product, fg_cell_of(account, rating))
                                               : current_bucket(service);
  return record_in(account, state, product, bucket, rating.units, billable, way, taken);
}

static inline void add_packs(const fg_account *account, const fg_recorded *recorded, fg_used *used) {
  fg_draw *draws = account->draws.items;
  for (uint32_t i = 0; i < recorded->taken_count; i++) {
    FG_ASSERT(used->pack_count < account->draws.room);
    const fg_taken *taken = &account->taken.items[i];
    const fg_lot *lot = &account->state.lots.items[taken->lot];
    if (lot->source != FG_SOURCE_FREE) {
      draws[used->pack_count++] = (fg_draw){lot->id, taken->units};
    }
  }
}

void fg_usage_answer(const fg_account *account, const fg_recorded *recorded, fg_used *used) {
  *used = (fg_used){.free = recorded->free,
                    .postpaid = recorded->postpaid,
                    .unbilled = recorded->unbilled,
                    .packs = account->draws.items};
  add_packs(account, recorded, used);
}

fg_status fg_usage_answer_more(const fg_account *account, const fg_recorded *recorded, fg_used *used) {
  int64_t units = recorded->free + recorded->packs + recorded->postpaid + recorded->unbilled;
  int64_t sum = 0;
  FG_TRY(fg_add_i64(fg_used_units(used), units, &sum) ? FG_OK : FG_OVERFLOW);
  used->free += recorded->free;
  used->postpaid += recorded->postpaid;
  used->unbilled += recorded->unbilled;
  used->packs = account->draws.items;
  add_packs(account, recorded, used);
  return FG_OK;
}

/* Records usage that has happened, in the order of deduction that there is. */
static fg_status record_happened(fg_account *account, fg_state *draft, uint32_t product, fg_rating rating,
                                 fg_usage_way way, fg_recorded *recorded) {
  if (fg_cell_is_of_events(account, product)) {
    int64_t units = rating.units - fg_cover_part(account, draft, product, rating.units);
    fg_drawn drawn = fg_lots_would_draw(account, draft, product, units, fg_cell_of(account, rating));
    FG_TRY(fg_events_fit(account, draft, product, rating, units - drawn.free - drawn.packs, true));
  }
  FG_TRY(fg_usage_reserve(account, draft, product, way));
  *recorded = fg_usage_take(account, draft, product, rating, rating.billable, way);
  return FG_OK;
}

fg_status fg_usage_happened(fg_account *account, fg_state *draft, uint32_t product, fg_rating rating,
                            fg_recorded *recorded) {
  fg_usage_way way = fg_usage_way_of(account, product);
  FG_TRY(can_be_counted(account, draft, product, rating.units, way));
  if (rating.editions_ago == 0 || way != FG_BY_RULES) {
    return record_happened(account, draft, product, rating, way, recorded);
  }
  /* An earlier edition prices it, so that edition also says what it draws on, as it does when a call before it is
     undone and it is drawn again. */
  FG_TRY(fg_lots_arrange_for(account, draft, product, fg_cell_of(account, rating)));
  FG_TRY(record_happened(account, draft, product, rating, way, recorded));
  return fg_lots_arrange(account, draft, product, draft->now, UINT64_MAX, false);
}
