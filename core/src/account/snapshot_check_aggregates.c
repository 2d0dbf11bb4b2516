/* Checks what a snapshot says of the aggregates of a product. */
#include "snapshot_check.h"

#include "../rules/aggregate_value.h"

/* Whether `by` has been, in any edition so far, a value of the attribute that the product is aggregated by. A text NULL
   stands for a product that is aggregated as a whole. */
static bool is_value(const fg_state_check *check, uint32_t product, fg_string by) {
  bool is_known = false;
  for (uint32_t i = 0; i <= fg_edition_in_force(check->account); i++) {
    const fg_book *edition = fg_account_edition(check->account, (uint16_t)i);
    const fg_product *offered = &edition->products[product];
    const fg_book_attribute *split = offered->withdrawn || offered->aggregate->by < 0
                                         ? NULL
                                         : &edition->attributes[offered->aggregate->by];
    is_known = is_known || (by.text == NULL ? split == NULL && !offered->withdrawn
                                            : split != NULL && fg_text_index_find(&split->found_by, by) >= 0);
  }
  return is_known;
}

static void check_value(fg_state_check *check, uint32_t product, uint32_t place) {
  const fg_aggregated *items = check->state->services[product].aggregated.items;
  fg_require(check, is_value(check, product, items[place].by));
  for (uint32_t i = 0; i < place && check->is_good && items[place].by.text != NULL; i++) {
    fg_require(check, !fg_string_equal(items[i].by, items[place].by));
  }
}

/* Checks the highest samples: they are in falling order, and are as many as there were, up to the number that the book
   keeps. */
static void check_highest(fg_state_check *check, const fg_aggregate *aggregate, const fg_service *service,
                          const fg_aggregated *kept) {
  fg_require(check, kept->count == fg_min_i64(kept->samples, aggregate->highest));
  for (uint32_t i = 0; i < kept->count && check->is_good; i++) {
    const int64_t *sample = &service->highest.items[kept->first + i];
    fg_require(check, *sample >= 0 && *sample <= kept->value && (i == 0 || *sample <= sample[-1]));
  }
}

static void check_samples(fg_state_check *check, const fg_aggregate *aggregate, const fg_service *service,
                          const fg_aggregated *kept) {
  bool is_held = aggregate->take == FG_TAKE_HELD;
  fg_require(check,
             is_held ? !kept->is_open && kept->samples == 0
                     : kept->made == 0 && (kept->is_open || kept->open == 0) && (kept->is_open || kept->samples > 0));
  fg_require(check, is_held || aggregate->take == FG_TAKE_SUM || kept->value <= INT64_MAX);
  if (aggregate->sample != NULL) {
    int64_t slots = fg_aggregate_slots(aggregate, service->aggregated_in.begin, check->state->now + 1);
    fg_require(check, kept->samples + kept->is_open <= slots);
    fg_require(check, !kept->is_open ||
                          fg_aggregate_slot(aggregate, service->aggregated_in.begin, kept->since) == kept->since);
  }
}

static void check_aggregated(fg_state_check *check, uint32_t product, uint32_t place) {
  const fg_service *service = &check->state->services[product];
  const fg_aggregate *aggregate = fg_aggregate_of(check->account, product);
  const fg_aggregated *kept = &service->aggregated.items[place];
  const fg_int128 most = (fg_int128)1 << 120; /* no value gets beyond this, and computing with it does not overflow */
  int64_t units = 0;
  check_value(check, product, place);
  fg_require(check, kept->value < most && kept->open >= 0 && kept->made >= 0);
  fg_require(check, kept->value >= 0 || (aggregate->take == FG_TAKE_SUM && kept->value > -most));
  fg_require(check, kept->samples >= 0 && fg_is_count((uint64_t)kept->samples));
  fg_require(check, kept->since >= service->aggregated_in.begin && kept->since <= check->state->now);
  if (!check->is_good) {
    return;
  }
  check_samples(check, aggregate, service, kept);
  check_highest(check, aggregate, service, kept);
  fg_require(check, check->is_good && fg_aggregate_now(check->account, check->state, product, place, &units) == FG_OK &&
                        units >= kept->made);
}

void fg_snapshot_check_made(fg_state_check *check, const fg_made *made) {
  fg_require(check, made->events >= 0 && fg_is_count((uint64_t)made->events));
  fg_require(check, made->place >= 0 && made->place <= made->samples);
}

void fg_snapshot_check_aggregates(fg_state_check *check, uint32_t product) {
  fg_service *service = &check->state->services[product];
  const fg_product *offered = fg_checked_product(check, product);
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    fg_snapshot_check_made(check, &service->buckets.items[i].made);
  }
  if (service->aggregated.count == 0 || !check->is_good) {
    return;
  }
  fg_require(check, service->was_open && !offered->withdrawn);
  if (check->is_good) {
    service->aggregated_in = fg_period_at(offered->aggregate->over, service->opened, check->state->now,
                                          &check->account->book->zone);
  }
  for (uint32_t i = 0; i < service->aggregated.count && check->is_good; i++) {
    check_aggregated(check, product, i);
  }
}
