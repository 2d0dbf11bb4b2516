#include "forgetting.h"

#include "../state/call_names.h"
#include "../state/record.h"
#include "holds.h"

static fg_key key_of_hold(const fg_ids *ids, const fg_hold *hold, char made[FG_CALL_NAME_MAX]) {
  return fg_key_of(fg_hold_id(hold, made), ids->seed);
}

/* Adds the entry of a call again, under its full id. */
static fg_status carry(fg_ids *ids, const fg_hold *hold) {
  char made[FG_CALL_NAME_MAX];
  fg_entry_room room;
  const fg_key key = key_of_hold(ids, hold, made);
  const unsigned char *kept = fg_entry_kept(hold->entry);
  size_t size = (size_t)(fg_record_check_held(kept, NULL) - kept);
  FG_TRY(fg_ids_prepare(ids, &key, size, &room));
  memcpy(room.kept, kept, size);
  fg_ids_commit(ids, &room, room.kept + size);
  return FG_OK;
}

/* Whether a hold is a call that may have its entry in a part that is dropped. */
static bool is_older(const fg_hold *hold, const fg_ids *later) {
  return hold->part == 0 && hold->since < fg_ids_known_from(later);
}

fg_status fg_forgetting_begin(const fg_account *account, fg_time at, fg_forgetting *change) {
  const fg_ids *ids = &account->ids;
  fg_status status = FG_OK;
  change->is_due = ids->length != 0 && fg_ids_stretch(ids, at) != ids->begin;
  if (!change->is_due) {
    return FG_OK;
  }
  fg_ids_move_on(ids, at, &change->later);
  for (uint32_t i = 0; i < account->state.holds.count && status == FG_OK; i++) {
    const fg_hold *hold = &account->state.holds.items[i];
    status = is_older(hold, &change->later) ? carry(&change->later, hold) : FG_OK;
  }
  if (status != FG_OK) {
    fg_ids_release(&change->later);
  }
  return status;
}

void fg_forgetting_end(fg_account *account, fg_forgetting *change, fg_status status) {
  if (!change->is_due) {
    return;
  }
  if (status != FG_OK) {
    fg_ids_release(&change->later);
    return;
  }
  for (uint32_t i = 0; i < account->state.holds.count; i++) {
    fg_hold *hold = &account->state.holds.items[i];
    if (is_older(hold, &change->later)) {
      char made[FG_CALL_NAME_MAX];
      const fg_key key = key_of_hold(&change->later, hold, made);
      hold->entry = fg_ids_find(&change->later, &key).bytes;
      FG_ASSERT(hold->entry != NULL);
    }
  }
  fg_ids_replace(&account->ids, &change->later);
}

fg_status fg_forgetting_keep(fg_account *account, const fg_hold *hold) { return carry(&account->ids, hold); }
