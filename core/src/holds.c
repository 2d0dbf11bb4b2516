#include "holds.h"

#include "grants.h"

/* From the latest: most calls end soon after they began. */
fg_hold *fg_holds_find(const fg_state *state, fg_string id) {
  for (uint32_t i = state->holds.count; i > 0; i--) {
    if (fg_string_equal(state->holds.items[i - 1].id, id)) {
      return &state->holds.items[i - 1];
    }
  }
  return NULL;
}

static void free_slot(fg_state *state, fg_hold *hold) {
  state->services[hold->product].slots_taken -= hold->slot;
  hold->slot = false;
}

void fg_holds_commit(fg_state *state, fg_hold *hold) {
  free_slot(state, hold);
  uint32_t after = (uint32_t)(state->holds.items + state->holds.count - hold) - 1;
  memmove(hold, hold + 1, after * sizeof *hold);
  state->holds.count--;
}

/* The bucket its usage was counted in; NULL once the month is settled. */
static fg_bucket *find_bucket(fg_service *service, fg_date begin) {
  for (uint32_t i = service->buckets.count; i > 0; i--) {
    if (service->buckets.items[i - 1].begin == begin) {
      return &service->buckets.items[i - 1];
    }
  }
  return NULL;
}

/* The units that go back; the others stay counted as used. */
static int64_t return_units(const fg_account *account, fg_state *state, const fg_hold *hold, fg_bucket *bucket) {
  int64_t returned = hold->postpaid + hold->unbilled;
  for (uint32_t i = 0; i < hold->taken_count; i++) {
    const fg_taken *taken = &hold->taken[i];
    bool is_free = state->grants.items[taken->grant].source == FG_SOURCE_FREE;
    if (fg_grants_return(account, state, taken)) {
      *(is_free ? &bucket->usage.free : &bucket->usage.packs) -= taken->units;
      returned += taken->units;
    }
  }
  bucket->usage.postpaid -= hold->postpaid;
  bucket->usage.unbilled -= hold->unbilled;
  bucket->counted -= hold->counted;
  return returned;
}

static int64_t units_of(const fg_hold *hold) {
  int64_t units = hold->postpaid + hold->unbilled;
  for (uint32_t i = 0; i < hold->taken_count; i++) {
    units += hold->taken[i].units;
  }
  return units;
}

fg_status fg_holds_cancel(const fg_account *account, fg_state *state, fg_hold *hold, int64_t *returned,
                          int64_t *lost) {
  fg_service *service = &state->services[hold->product];
  fg_bucket *bucket = find_bucket(service, hold->bucket);
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->burn, hold->taken_count));
  *returned = bucket == NULL ? 0 : return_units(account, state, hold, bucket);
  *lost = units_of(hold) - *returned;
  bool of_this_month = fg_month_of(hold->bucket) == state->month;
  service->month_total -= of_this_month ? *returned : 0;
  fg_holds_commit(state, hold);
  return FG_OK;
}

void fg_holds_abandon(fg_state *state, fg_time at) {
  for (uint32_t i = 0; i < state->holds.count; i++) {
    if (state->holds.items[i].deadline <= at) {
      free_slot(state, &state->holds.items[i]);
    }
  }
}

fg_time fg_holds_next_deadline(const fg_state *state, fg_time after) {
  fg_time next = FG_NEVER;
  for (uint32_t i = 0; i < state->holds.count; i++) {
    fg_time deadline = state->holds.items[i].deadline;
    next = deadline > after ? fg_min_i64(next, deadline) : next;
  }
  return next;
}
