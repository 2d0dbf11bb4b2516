/* Calls undone: canceled, or committed for fewer units than they held, as if they had been made for that many.

   While a call that may still give back is in flight, a product's usage is kept in regimes: stretches of time in which
   what may be drawn on, and in which order, stays the same. Within one it does not matter where a call stands, so a
   regime is only its units and what was drawn for them. Undoing puts back all draws from the last regime to the call's,
   takes the units off the call's, and draws each regime's units anew as at its time;
   docs/decisions/0010-undoing-a-call.md. */
#ifndef FG_UNDO_H
#define FG_UNDO_H

#include "../state/record.h"

/* ------------------------------------------------------------------------------------------------- keeping regimes */

static inline bool fg_undo_is_kept(const fg_service *service) { return service->regimes.count > 0; }

/* Room to note one usage that draws on at most so many grants. */
static inline fg_status fg_undo_reserve(const fg_account *account, fg_service *service, uint32_t most) {
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->regimes, 1));
  return FG_ARRAY_RESERVE(&account->allocator, &service->parts, most);
}

/* Begins a regime with what was used in it, of the current period. */
static inline fg_regime *fg_undo_begin(fg_service *service, fg_regime_kind kind, fg_time at,
                                       const fg_recorded *recorded) {
  FG_ASSERT(service->regimes.count < service->regimes.room);
  fg_regime *regime = &service->regimes.items[service->regimes.count++];
  *regime = (fg_regime){.at = at,
                        .usage = {recorded->free, recorded->packs, recorded->postpaid, recorded->unbilled},
                        .counted = recorded->counted,
                        .bucket = recorded->bucket,
                        .first = service->parts.count,
                        .kind = (uint8_t)kind};
  service->regime++;
  service->regime_over = kind != FG_REGIME_DRAWS;
  return regime;
}

static inline fg_regime *fg_undo_add(fg_service *service, const fg_recorded *recorded) {
  fg_regime *regime = &service->regimes.items[service->regimes.count - 1];
  FG_ASSERT(regime->kind == FG_REGIME_DRAWS && regime->bucket == recorded->bucket);
  regime->usage.free += recorded->free;
  regime->usage.packs += recorded->packs;
  regime->usage.postpaid += recorded->postpaid;
  regime->usage.unbilled += recorded->unbilled;
  regime->counted += recorded->counted;
  return regime;
}

static inline void fg_undo_note_part(fg_service *service, const fg_regime *regime, const fg_taken *taken) {
  uint32_t count = service->parts.count;
  if (count > regime->first && service->parts.items[count - 1].grant == taken->grant) {
    service->parts.items[count - 1].units += taken->units;
  } else {
    FG_ASSERT(count < service->parts.room);
    service->parts.items[service->parts.count++] = *taken;
  }
}

/* Notes usage that was recorded at `at`. Its regime is the latest then. */
static inline void fg_undo_note(fg_service *service, fg_time at, const fg_recorded *recorded, const fg_taken *taken) {
  bool is_new = service->regimes.count == 0 || service->regime_over;
  const fg_regime *regime = is_new ? fg_undo_begin(service, FG_REGIME_DRAWS, at, recorded)
                                   : fg_undo_add(service, recorded);
  for (uint32_t i = 0; i < recorded->taken_count; i++) {
    fg_undo_note_part(service, regime, &taken[i]);
  }
}

/* Drops the regimes before that of the oldest call in flight that may give back. */
FG_COLD void fg_undo_trim(fg_state *state, uint32_t product);

/* A call of a regime has ended, and is no longer among those in flight. */
static inline void fg_undo_forget(fg_state *state, uint32_t product, uint64_t regime) {
  fg_service *service = &state->services[product];
  FG_ASSERT(service->undoable > 0 && regime <= service->regime);
  if (FG_LIKELY(--service->undoable == 0)) {
    service->regimes.count = service->parts.count = 0;
  } else if (regime + service->regimes.count == service->regime + 1) {
    fg_undo_trim(state, product);
  }
}

/* Once a month is settled, its calls give nothing back. */
void fg_undo_settle(const fg_account *account, fg_state *draft, fg_month month);

/* Notes what a settlement took from packs of a service that keeps regimes. */
void fg_undo_note_cover(fg_service *service, fg_time at, const fg_taken *taken, uint32_t taken_count);

/* -------------------------------------------------------------------------------------------------------- undoing */

/* Takes units off a call in flight of a draft, as if it had been made for that many less. Answers how many of them are
   lost: all once its month is settled, else those that are back in grants which are void by now. FG_NO_MEMORY. */
fg_status fg_undo(const fg_account *account, fg_state *draft, const fg_hold *hold, int64_t units, int64_t *lost);

/* ------------------------------------------------------------------------------------------------------ correcting */

/* Takes the units of an adjust off a draft's current period, from the end of the order of deduction. Answers how many
   came off each source, and how many are lost, which are back in no grant or pack. FG_ADJUST_UNDERFLOW if fewer were
   used besides calls in flight. */
fg_status fg_undo_take_off(const fg_account *account, fg_state *draft, uint32_t product, int64_t units, fg_usage *off,
                           int64_t *lost);

#endif
