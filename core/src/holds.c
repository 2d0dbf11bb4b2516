#include "holds.h"

#include "grants.h"

/* From the latest: most calls end soon after they began. */
fg_hold *fg_holds_find(const fg_account *account, uint32_t number, fg_string id) {
  const fg_state *state = &account->state;
  for (uint32_t i = state->holds.count; i > 0; i--) {
    fg_hold *hold = &state->holds.items[i - 1];
    bool is_it = number != 0 ? hold->number == number
                             : hold->number == 0 && fg_string_equal(fg_entry_id(hold->entry), id);
    if (FG_LIKELY(is_it)) {
      return hold;
    }
  }
  return NULL;
}

fg_string fg_hold_id(const fg_account *account, const fg_hold *hold, char made[FG_CALL_NAME_MAX]) {
  return hold->number != 0 ? fg_call_names_of(&account->names, account->named_before + hold->number, made)
                           : fg_entry_id(hold->entry);
}

static void free_slot(fg_state *state, fg_hold *hold) {
  state->services[hold->product].slots_taken -= hold->slot;
  hold->slot = false;
}

void fg_holds_end(fg_state *state, fg_hold *hold) {
  free_slot(state, hold);
  fg_hold *last = &state->holds.items[--state->holds.count];
  if (FG_UNLIKELY(hold != last)) {
    memmove(hold, hold + 1, (size_t)(last - hold) * sizeof *hold);
  }
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
static int64_t return_units(const fg_account *account, fg_state *state, const fg_kept_usage *usage,
                            fg_bucket *bucket) {
  int64_t left = usage->quantity;
  int64_t returned = 0;
  const unsigned char *at = usage->taken;
  for (uint32_t i = 0; i < usage->taken_count; i++) {
    fg_taken taken;
    at = fg_taken_read(at, &taken);
    left -= taken.units;
    bool is_free = state->grants.items[taken.grant].source == FG_SOURCE_FREE;
    if (fg_grants_return(account, state, &taken)) {
      *(is_free ? &bucket->usage.free : &bucket->usage.packs) -= taken.units;
      returned += taken.units;
    }
  }
  *(usage->is_unbilled ? &bucket->usage.unbilled : &bucket->usage.postpaid) -= left;
  bucket->counted -= usage->counts ? left : 0;
  return returned + left;
}

fg_status fg_holds_cancel(const fg_account *account, fg_state *state, fg_hold *hold, int64_t *returned,
                          int64_t *lost) {
  fg_service *service = &state->services[hold->product];
  fg_bucket *bucket = find_bucket(service, hold->bucket);
  fg_kept_usage usage = fg_record_read(hold->entry);
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->burn, usage.taken_count));
  *returned = bucket == NULL ? 0 : return_units(account, state, &usage, bucket);
  *lost = usage.quantity - *returned;
  bool of_this_month = fg_month_of(hold->bucket) == state->month;
  service->month_total -= of_this_month ? *returned : 0;
  fg_holds_end(state, hold);
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
