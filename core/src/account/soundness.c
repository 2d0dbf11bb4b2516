#include "soundness.h"

#ifdef FG_ASSERTIONS

#include "snapshot.h"
#include "../rules/bucket_level.h"
#include "../rules/rate_window.h"

/* A state with more items is not checked, because each command would then take as long as the account is large. */
enum { ITEMS_MAX = 64 };

static bool is_small(const fg_account *account) {
  uint64_t items = (uint64_t)account->state.lots.count + account->state.capacity.count + account->state.holds.count +
                   account->state.adjustments.count + account->history->depth;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    const fg_service *service = &account->state.services[product];
    items += service->buckets.count;
  }
  for (uint32_t group = 0; group < account->book->group_count; group++) {
    items += (uint64_t)account->state.groups[group].regimes.count + account->state.groups[group].parts.count;
  }
  for (uint32_t i = 0; i < account->book->window_count; i++) {
    items += account->state.windows[i].admissions.count;
  }
  return items <= ITEMS_MAX;
}

/* Writes an account as bytes and reads it again: `told` says whether with all derived values, which the reader
   compares. It allocates by the C library, because a test may count or refuse requests to the account's allocator. */
static fg_account *read_again(const fg_account *account, bool told, fg_text *bytes) {
  fg_account *again = NULL;
  fg_account seen = *account;
  fg_history history = *account->history;
  seen.history = &history;
  seen.allocator = history.allocator = bytes->allocator;
  bytes->length = 0;
  if ((told ? fg_snapshot_write_told(&seen, bytes) : fg_snapshot_write(&seen, bytes)) != FG_OK ||
      fg_account_new(account->begun, NULL, &again, NULL) != FG_OK) {
    return NULL;
  }
  again->policy = account->policy;
  fg_status status = fg_snapshot_read_of(again, told ? FG_SNAPSHOT_FORMAT_TOLD : FG_SNAPSHOT_FORMAT,
                                         (fg_string){bytes->text, bytes->length});
  FG_ASSERT(status == FG_OK || status == FG_NO_MEMORY);
  if (status != FG_OK) {
    fg_account_free(again);
    return NULL;
  }
  return again;
}

/* Compares two lists of steps from the last back to the step in force. The beginning of that one may differ, because an
   equal step before it may have been taken out. */
static bool are_same_steps(const fg_holding *kept, const fg_holding *found, fg_time now) {
  uint32_t count = kept->steps.count;
  uint32_t other = found->steps.count;
  for (; count > 0 && other > 0 && kept->steps.items[count - 1].from > now; count--, other--) {
    const fg_capacity_step *a = &kept->steps.items[count - 1];
    const fg_capacity_step *b = &found->steps.items[other - 1];
    if (a->from != b->from || a->held != b->held) {
      return false;
    }
  }
  return (count == 0 || kept->steps.items[count - 1].from <= now) &&
         (other == 0 || found->steps.items[other - 1].from <= now);
}

static bool are_same_drawables(const fg_service *kept, const fg_service *found) {
  bool same = kept->drawable.count == found->drawable.count;
  for (uint32_t i = 0; i < kept->drawable.count && same; i++) {
    const fg_drawable *a = &kept->drawable.items[i];
    const fg_drawable *b = &found->drawable.items[i];
    same = a->lot == b->lot && a->weight == b->weight;
  }
  return same;
}

static void assert_derived(const fg_service *kept, const fg_service *found) {
  FG_ASSERT(kept->total == found->total);
  FG_ASSERT(kept->materials_limit == found->materials_limit);
  FG_ASSERT(are_same_drawables(kept, found));
  FG_ASSERT(kept->in_force.refusal == found->in_force.refusal);
  FG_ASSERT(kept->in_force.is_billed == found->in_force.is_billed && kept->in_force.counts == found->in_force.counts);
  FG_ASSERT(kept->in_force.usual == found->in_force.usual && kept->in_force.rest == found->in_force.rest);
  FG_ASSERT(kept->in_force.usual_by_rules == found->in_force.usual_by_rules);
}

static void assert_windows(const fg_account *kept, const fg_account *found) {
  for (uint32_t i = 0; i < kept->book->window_count; i++) {
    const fg_window *a = &kept->state.windows[i];
    const fg_window *b = &found->state.windows[i];
    FG_ASSERT(a->limit == b->limit && a->kind == b->kind);
    /* Tasks are left out, because some may have been abandoned meanwhile. */
    if (kept->book->windows[i]->seconds > 0 && a->kind != FG_LIMIT_BUCKET) {
      int64_t units = 0;
      fg_window_since(a, kept->state.now, &units);
      FG_ASSERT(units == b->units);
    }
    fg_bucket_level full = fg_bucket_level_of(a, kept->book->windows[i], kept->state.now);
    fg_bucket_level again = fg_bucket_level_of(b, kept->book->windows[i], kept->state.now);
    FG_ASSERT(full.units == again.units && full.rest == again.rest);
  }
  for (uint32_t i = 0; i < kept->book->capacity_count; i++) {
    const fg_holding *a = &kept->state.holdings[i];
    const fg_holding *b = &found->state.holdings[i];
    FG_ASSERT(a->held == b->held && are_same_steps(a, b, kept->state.now));
  }
}

static void assert_read(const fg_account *account, const fg_account *again) {
  /* The account may look for due events sooner than the copy, for the end of a lot that has been used up since. */
  FG_ASSERT(account->state.next_due <= again->state.next_due);
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    assert_derived(&account->state.services[product], &again->state.services[product]);
  }
  assert_windows(account, again);
  for (uint32_t group = 0; group < account->book->group_count; group++) {
    FG_ASSERT(account->state.groups[group].undoable == again->state.groups[group].undoable);
  }
}

/* Asserts that an account that was read is written as the same bytes again. */
static void assert_same_bytes(const fg_account *again, bool told, const fg_text *bytes) {
  fg_text written = {.allocator = bytes->allocator};
  fg_status status = told ? fg_snapshot_write_told(again, &written) : fg_snapshot_write(again, &written);
  FG_ASSERT(status == FG_NO_MEMORY ||
            (written.length == bytes->length && memcmp(written.text, bytes->text, written.length) == 0));
  fg_text_release(&written);
}

void fg_account_assert_sound(const fg_account *account) {
  fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
  for (int told = 1; told >= 0 && is_small(account); told--) {
    fg_account *again = read_again(account, told == 1, &bytes);
    if (again != NULL) {
      assert_read(account, again);
      assert_same_bytes(again, told == 1, &bytes);
    }
    fg_account_free(again);
  }
  fg_text_release(&bytes);
}

#endif
