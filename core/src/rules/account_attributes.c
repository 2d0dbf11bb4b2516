#include "account_attributes.h"

#include "../book/attributes.h"
#include "../state/attribute_list.h"

/* Keeps a list of attributes. A list that is kept never changes, because drafts and forks point to it too. */
static fg_status keep(const fg_account *account, fg_state *state, const fg_attributes *attributes) {
  fg_history *history = account->history;
  fg_attributes *kept = fg_arena_allocate(&history->arena, &history->allocator, sizeof *kept);
  if (kept == NULL) {
    return FG_NO_MEMORY;
  }
  *kept = *attributes;
  FG_TRY(fg_attributes_keep(kept, &history->arena, &history->allocator));
  state->attributes = kept;
  return FG_OK;
}

fg_status fg_account_attributes_begin(fg_account *account, const fg_attributes *attributes, fg_error *error) {
  if (attributes->count == 0) {
    return FG_OK;
  }
  FG_TRY(fg_attributes_check_form(attributes, error));
  fg_error unknown;
  if (fg_attributes_check(account->book, *attributes, true, &unknown) != FG_OK) {
    return fg_fail(error, FG_INVALID, unknown.path, "%s", unknown.message);
  }
  fg_status status = keep(account, &account->state, attributes);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

fg_status fg_account_attributes_set(fg_account *account, fg_state *draft, const fg_command *command) {
  const fg_attributes before = fg_state_attributes(draft);
  fg_attribute room[FG_ATTRIBUTES_MAX];
  FG_TRY(fg_attributes_check(account->book, command->attributes, true, NULL));
  const fg_attributes after = fg_attributes_merge(&before, &command->attributes, room);
  return after.count > FG_ATTRIBUTES_MAX ? FG_OVERFLOW : keep(account, draft, &after);
}
