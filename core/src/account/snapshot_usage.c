/* What a snapshot says of each product: its usage, what a call is undone from, and the windows of its limits. */
#include "snapshot_walk.h"

#include "../book/limits.h"
#include "../book/terms.h"
#include "../rules/cover.h"
#include "../rules/rate_window.h"
#include "../rules/regimes.h"

/* Says how many numbers are kept of a cell: its units by tier, or what its events have cost. Buckets and regimes keep
   different numbers. */
typedef uint32_t (*kept_of)(const fg_account *account, uint32_t product, fg_cell cell);

/* Writes or reads the numbers that are kept of a cell, before them its postpaid units if these cannot be derived from
   them. Numbers that are read are appended to `list`. */
static void walk_slices(fg_walk *walk, uint32_t product, fg_cell cell, kept_of of, fg_slices *list, uint32_t *first,
                        int64_t *postpaid) {
  bool is_there = product < walk->account->book->product_count && fg_cell_exists(walk->account, product, cell);
  if (!is_there) {
    fg_walk_stop(walk, fg_walk_is_reading(walk) ? FG_INVALID : FG_OK);
    return;
  }
  if (!fg_walk_tells_all(walk) && of != NULL && !fg_cell_is_sliced(walk->account, product, cell)) {
    FG_WALK(walk, *postpaid);
  }
  uint32_t kept = of == NULL ? 0 : of(walk->account, product, cell);
  if (fg_walk_is_reading(walk)) {
    fg_walk_stop(walk, FG_ARRAY_RESERVE(&walk->account->allocator, list, kept));
    *first = list->count;
    list->count += walk->status == FG_OK ? kept : 0;
  }
  for (uint32_t i = 0; i < kept && walk->status == FG_OK; i++) {
    FG_WALK(walk, list->items[*first + i]);
  }
}

static void walk_exact(fg_walk *walk, fg_exact *amount) {
  fg_walk_amount(walk, &amount->whole);
  fg_walk_amount(walk, &amount->above);
  fg_walk_amount(walk, &amount->below);
}

static void walk_fee_count(fg_walk *walk, fg_fee_count *count) {
  FG_WALK(walk, count->fee);
  FG_WALK(walk, count->edition);
  FG_WALK(walk, count->is_whole);
  walk_exact(walk, &count->ended);
  walk_exact(walk, &count->current);
}

/* Writes or reads whether a product was open in a stretch. That it was opened in the very instant in which the stretch
   began matters in that instant alone. */
static void walk_openness(fg_walk *walk, fg_bucket *bucket) {
  bool is_over = bucket->was_open == FG_OPENED_IN && bucket->begin < walk->state->now;
  uint8_t was_open = is_over ? FG_OPEN_AT_BEGIN : bucket->was_open;
  FG_WALK(walk, was_open);
  if (fg_walk_is_reading(walk)) {
    bucket->was_open = was_open;
  }
}

/* Writes or reads a bucket. Postpaid units are written later, with the units by tier, because their form depends on the
   bucket's cell. */
static void walk_bucket(fg_walk *walk, fg_bucket *bucket) {
  fg_walk_begin(walk, &bucket->begin);
  FG_WALK(walk, bucket->usage.free);
  FG_WALK(walk, bucket->usage.packs);
  FG_WALK_TOLD(walk, bucket->usage.postpaid);
  FG_WALK(walk, bucket->usage.unbilled);
  FG_WALK(walk, bucket->counted);
  fg_walk_cell(walk, &bucket->cell);
  if (walk->format > 3) {
    walk_openness(walk, bucket);
  }
}

static void walk_regime_told(fg_walk *walk, fg_regime *regime) {
  FG_WALK(walk, regime->at);
  FG_WALK(walk, regime->usage.free);
  FG_WALK(walk, regime->usage.packs);
  FG_WALK(walk, regime->usage.postpaid);
  FG_WALK(walk, regime->usage.unbilled);
  FG_WALK(walk, regime->counted);
  if (walk->format > 3) {
    FG_WALK(walk, regime->covered);
    FG_WALK(walk, regime->rate);
  }
  fg_walk_begin(walk, &regime->begin);
  FG_WALK(walk, regime->first);
  FG_WALK(walk, regime->kind);
  fg_walk_cell(walk, &regime->cell);
  if (walk->format > 3) {
    FG_WALK(walk, regime->product);
  }
}

/* Writes or reads a regime. If it draws, its parts say what was drawn from grants and packs, and its instant says in
   which stretch. */
static void walk_regime(fg_walk *walk, fg_regime *regime) {
  if (fg_walk_tells_all(walk)) {
    walk_regime_told(walk, regime);
    return;
  }
  FG_WALK(walk, regime->at);
  FG_WALK(walk, regime->kind);
  FG_WALK(walk, regime->first);
  if (regime->kind == FG_REGIME_TAKES_OFF) {
    FG_WALK(walk, regime->usage.free);
    FG_WALK(walk, regime->usage.packs);
    FG_WALK(walk, regime->begin);
  }
  FG_WALK(walk, regime->usage.unbilled);
  FG_WALK(walk, regime->counted);
  FG_WALK(walk, regime->covered);
  FG_WALK(walk, regime->rate);
  if (walk->format >= FG_FORMAT_OF_ORDER) {
    FG_WALK(walk, regime->order);
    FG_WALK(walk, regime->of_settled);
  }
  fg_walk_cell(walk, &regime->cell);
  FG_WALK(walk, regime->product);
}

static void walk_run(fg_walk *walk, fg_run *run) {
  fg_walk_begin(walk, &run->begin);
  FG_WALK(walk, run->units);
  fg_walk_cell(walk, &run->cell);
  FG_WALK(walk, run->product);
  FG_WALK(walk, run->source);
}

static void walk_part(fg_walk *walk, fg_taken *part) {
  FG_WALK(walk, part->lot);
  FG_WALK(walk, part->units);
  if (walk->format > 3) {
    FG_WALK(walk, part->weight);
  } else {
    part->weight = 1;
  }
}

void fg_walk_group(fg_walk *walk, fg_product_group *group) {
  FG_WALK_ARRAY(walk, &group->regimes, walk_regime);
  FG_WALK_ARRAY(walk, &group->parts, walk_part);
  if (walk->format >= FG_FORMAT_OF_ORDER) {
    FG_WALK_ARRAY(walk, &group->order, walk_run);
  }
  for (uint32_t i = 0; i < group->regimes.count && walk->status == FG_OK; i++) {
    fg_regime *regime = &group->regimes.items[i];
    kept_of of = regime->kind == FG_REGIME_COVERS ? NULL : fg_undo_kept;
    walk_slices(walk, regime->product, regime->cell, of, &group->slices, &regime->slices, &regime->usage.postpaid);
  }
  FG_WALK(walk, group->regime);
  FG_WALK(walk, group->regime_over);
}

/* Up to format 3 every product is a group of its own, so the group is written with the product. */
static void walk_group_of(fg_walk *walk, uint32_t product) {
  fg_product_group *group = fg_state_group(walk->account, walk->state, product);
  fg_walk_group(walk, group);
  for (uint32_t i = 0; i < group->regimes.count; i++) {
    group->regimes.items[i].product = (uint16_t)product;
  }
}

static void walk_admission(fg_walk *walk, fg_admission *admission) {
  FG_WALK(walk, admission->leaves);
  FG_WALK(walk, admission->units);
}

static void walk_window(fg_walk *walk, fg_window *window, bool is_bucket) {
  FG_WALK_ARRAY(walk, &window->admissions, walk_admission);
  FG_WALK_TOLD(walk, window->first);
  if (walk->format == 4 || is_bucket) {
    FG_WALK(walk, window->units);
  }
}

/* How many of a window's oldest admissions are not needed any more. */
static uint32_t gone_from(const fg_walk *walk, const fg_limit *limit, uint32_t place) {
  const fg_account *account = walk->account;
  int64_t units = 0;
  if (!fg_limit_is_of_cover(limit)) {
    return fg_window_since(&walk->state->windows[place], walk->state->now, &units);
  }
  uint32_t product = 0;
  while (account->book->products[product].cover != (int32_t)place) {
    product++;
    FG_ASSERT(product < account->book->product_count);
  }
  return fg_cover_gone(account, walk->state, product);
}

void fg_walk_window(fg_walk *walk, uint32_t place) {
  const fg_limit *limit = walk->account->book->windows[place];
  bool is_bucket = fg_limit_kind_of(limit, &walk->account->policy) == FG_LIMIT_BUCKET;
  fg_window *window = &walk->state->windows[place];
  if (fg_walk_is_reading(walk)) {
    walk_window(walk, window, is_bucket);
    return;
  }
  fg_window asked = *window;
  uint32_t gone = is_bucket || window->admissions.count == 0 ? 0 : gone_from(walk, limit, place);
  if (gone > 0) {
    asked.admissions.items += gone;
    asked.admissions.count -= gone;
  }
  if (!is_bucket) {
    fg_window_recount(&asked, walk->state->now);
  }
  walk_window(walk, &asked, is_bucket);
}

/* Up to format 3 the window of a product's limit is written with the product, and a product without a limit has an
   empty one. */
static void walk_window_of(fg_walk *walk, uint32_t product) {
  const fg_product *offered = &walk->account->book->products[product];
  fg_window none = {.limit = -1};
  walk_window(walk, offered->asked_count == 0 ? &none : &walk->state->windows[offered->asked[0]], false);
  fg_walk_stop(walk, none.admissions.count == 0 ? FG_OK : FG_INVALID);
  FG_ARRAY_RELEASE(&walk->account->allocator, &none.admissions);
}

/* Up to format 3 it is not known when a product was first opened, so it counts as opened at the instant of the
   snapshot. */
static void walk_opening(fg_walk *walk, fg_service *service) {
  FG_WALK(walk, service->was_open);
  if (walk->format == 4 || (walk->format > 4 && service->was_open)) {
    FG_WALK(walk, service->opened);
  } else if (service->was_open) {
    service->opened = walk->state->now;
  }
}

/* Up to format 3 the mode is 1 if it is set to that of the product's capacity, as it always is if that is automatic. */
static void walk_mode(fg_walk *walk, uint32_t product) {
  fg_service *service = &walk->state->services[product];
  const fg_capacity_offer *offer = walk->account->book->products[product].capacity;
  FG_WALK(walk, service->mode);
  if (walk->format <= 3 && offer != NULL && offer->mode == FG_CAPACITY_AUTOMATIC) {
    fg_walk_stop(walk, service->mode == 1 ? FG_OK : FG_INVALID);
    service->mode = 0;
  }
}

static void walk_invoiced(fg_walk *walk, fg_invoiced *invoiced) {
  fg_walk_cell(walk, &invoiced->cell);
  FG_WALK(walk, invoiced->kind);
  fg_walk_amount(walk, &invoiced->amount);
}

/* Up to format 3 all products settle each month, and the last settled month is written with the account. */
static void walk_settled(fg_walk *walk, fg_service *service) {
  if (walk->format > 3) {
    FG_WALK(walk, service->settled);
    if (fg_walk_tells_all(walk)) {
      FG_WALK_ARRAY(walk, &service->invoiced, walk_invoiced);
    }
    FG_WALK(walk, service->settled_units.free);
    FG_WALK(walk, service->settled_units.packs);
    FG_WALK(walk, service->settled_units.postpaid);
    FG_WALK(walk, service->settled_units.unbilled);
    FG_WALK(walk, service->total);
    fg_walk_stop(walk, service->total >= 0 || !fg_walk_is_reading(walk) ? FG_OK : FG_INVALID);
    return;
  }
  bool is_one = walk->settled >= 0 && walk->settled < walk->state->month;
  fg_walk_stop(walk, is_one || walk->state->now == FG_NO_TIME ? FG_OK : FG_INVALID);
  service->settled = is_one ? fg_account_begin(walk->account, fg_month_first(walk->settled + 1)) : 0;
  service->total = walk->state->now == FG_NO_TIME ? 0 : -1; /* -1: check_buckets sets it from the buckets */
}

/* Up to format 3 no product has fees, so fees that a later edition brings are counted from the opening that is
   known. */
static void walk_fees(fg_walk *walk, fg_service *service) {
  if (walk->format > 3) {
    if (walk->format == 4 || service->was_open) {
      FG_WALK(walk, service->fees_until);
    }
    FG_WALK_ARRAY(walk, &service->fees, walk_fee_count);
  } else {
    service->fees_until = service->opened;
  }
}

void fg_walk_service(fg_walk *walk, uint32_t product) {
  fg_service *service = &walk->state->services[product];
  FG_WALK(walk, service->open);
  walk_opening(walk, service);
  walk_mode(walk, product);
  if (walk->format > 3) {
    FG_WALK(walk, service->postpaid_on);
    FG_WALK(walk, service->stops);
  }
  FG_WALK(walk, service->materials_held);
  walk_settled(walk, service);
  walk_fees(walk, service);
  FG_WALK_ARRAY(walk, &service->buckets, walk_bucket);
  for (uint32_t i = 0; i < service->buckets.count && walk->status == FG_OK; i++) {
    fg_bucket *bucket = &service->buckets.items[i];
    walk_slices(walk, product, bucket->cell, fg_cell_kept, &service->slices, &bucket->slices, &bucket->usage.postpaid);
  }
  if (walk->format <= 3) {
    walk_window_of(walk, product);
    walk_group_of(walk, product);
  } else {
    fg_walk_aggregates(walk, product);
  }
}
