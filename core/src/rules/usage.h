/* Usage: drawn on grants and packs, the rest to the month's bill (R7, R10, R17). */
#ifndef FG_USAGE_H
#define FG_USAGE_H

#include "undo.h"

/* Whether a usage can be recorded: FG_OVERFLOW, FG_NOT_SOLD. */
fg_status fg_usage_fits(const fg_account *account, const fg_state *state, uint32_t product, int64_t quantity,
                        bool billable);

/* Records usage that was checked; `taken` has room for every grant of the service. Cannot fail. */
fg_recorded fg_usage_record(fg_state *state, uint32_t product, int64_t quantity, bool billable, fg_taken *taken);

/* Whether usage of a product is to be noted in regimes. Without a call in flight none is. */
static inline bool fg_usage_is_kept(const fg_account *account, const fg_state *state, uint32_t product) {
  return FG_UNLIKELY(state->holds.count > 0) && fg_undo_is_kept(fg_state_group(account, state, product));
}

/* Makes room for any usage of a product, of the account's state or of a draft: in account->draws, in account->taken,
   which is never larger than that, and in the regimes. */
FG_COLD fg_status fg_usage_make_room(fg_account *account, fg_state *state, uint32_t product);
static inline fg_status fg_usage_reserve(fg_account *account, fg_state *state, uint32_t product) {
  bool has_room = state->services[product].drawable.count <= account->taken.room && state->holds.count == 0;
  return FG_LIKELY(has_room) ? FG_OK : fg_usage_make_room(account, state, product);
}

/* As fg_usage_record, with `taken` in account->taken; noted in the regimes if a call that may give back is in
   flight. */
static inline fg_recorded fg_usage_take(fg_account *account, fg_state *state, uint32_t product, int64_t quantity,
                                        bool billable) {
  FG_ASSERT(state->services[product].drawable.count <= account->taken.room);
  fg_recorded recorded = fg_usage_record(state, product, quantity, billable, account->taken.items);
  if (fg_usage_is_kept(account, state, product)) {
    fg_undo_note(fg_state_group(account, state, product), product, state->now, &recorded, account->taken.items);
  }
  return recorded;
}

/* The answer to usage just recorded in account->taken, its packs in account->draws. */
fg_used fg_usage_answer(const fg_account *account, const fg_recorded *recorded);

/* Records on a draft usage that has happened already, so that no rule can refuse it. FG_OVERFLOW. */
fg_status fg_usage_happened(fg_account *account, fg_state *draft, uint32_t product, int64_t quantity,
                            fg_recorded *recorded);

#endif
