/* What a snapshot says of the aggregates of each product. Which period is open follows from the instant. */
#include "snapshot_walk.h"

/* How many values an aggregate may have at most, over all editions so far. */
static uint64_t most_values(const fg_account *account, uint32_t product) {
  uint64_t most = 0;
  for (uint32_t i = 0; i <= fg_edition_in_force(account); i++) {
    const fg_book *edition = fg_account_edition(account, (uint16_t)i);
    const fg_product *offered = &edition->products[product];
    int32_t by = offered->aggregate->by;
    most += offered->withdrawn ? 0 : by < 0 ? 1 : edition->attributes[by].value_count;
  }
  return most;
}

/* Writes or reads the highest samples. Those that are read go to the end of their list, with room for as many as the
   book keeps. */
static void walk_highest(fg_walk *walk, const fg_aggregate *aggregate, fg_service *service, fg_aggregated *kept) {
  uint32_t all = kept->samples < aggregate->highest ? (uint32_t)fg_max_i64(kept->samples, 0) : aggregate->highest;
  uint32_t count = fg_walk_tells_all(walk) ? fg_walk_count(walk, kept->count) : all;
  fg_walk_stop(walk, count <= aggregate->highest ? FG_OK : FG_INVALID);
  if (fg_walk_is_reading(walk) && walk->status == FG_OK) {
    fg_walk_stop(walk, FG_ARRAY_RESERVE(&walk->account->allocator, &service->highest, aggregate->highest));
  }
  if (fg_walk_is_reading(walk) && walk->status == FG_OK && aggregate->highest > 0) {
    memset(service->highest.items + service->highest.count, 0, aggregate->highest * sizeof *service->highest.items);
    kept->first = service->highest.count;
    kept->count = count;
    service->highest.count += aggregate->highest;
  }
  for (uint32_t i = 0; i < count && walk->status == FG_OK; i++) {
    FG_WALK(walk, service->highest.items[kept->first + i]);
  }
}

static void walk_aggregated(fg_walk *walk, fg_aggregated *kept) {
  fg_walk_string(walk, &kept->by);
  fg_walk_amount(walk, &kept->value);
  FG_WALK(walk, kept->open);
  FG_WALK(walk, kept->since);
  FG_WALK(walk, kept->samples);
  FG_WALK(walk, kept->made);
  FG_WALK(walk, kept->is_open);
}

void fg_walk_made(fg_walk *walk, fg_made *made) {
  FG_WALK(walk, made->events);
  FG_WALK(walk, made->samples);
  FG_WALK(walk, made->place);
}

void fg_walk_aggregates(fg_walk *walk, uint32_t product) {
  fg_service *service = &walk->state->services[product];
  const fg_aggregate *aggregate = walk->account->book->products[product].aggregate;
  if (aggregate == NULL) {
    return;
  }
  for (uint32_t i = 0; i < service->buckets.count && walk->status == FG_OK; i++) {
    fg_walk_made(walk, &service->buckets.items[i].made);
  }
  FG_WALK_ARRAY(walk, &service->aggregated, walk_aggregated);
  if (fg_walk_is_reading(walk) && service->aggregated.count > most_values(walk->account, product)) {
    fg_walk_stop(walk, FG_INVALID);
  }
  for (uint32_t i = 0; i < service->aggregated.count && walk->status == FG_OK; i++) {
    walk_highest(walk, aggregate, service, &service->aggregated.items[i]);
  }
}
