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

bool fg_account_attribute_is_known(const fg_account *account, const fg_attribute *attribute) {
  const fg_book *whole = account->whole;
  const fg_attributes alone = {attribute, 1};
  bool is_known = false;
  for (uint32_t i = 0; i < fg_max_i64(whole->edition_count, 1) && !is_known; i++) {
    is_known = fg_attributes_check(fg_book_edition(account->whole, i), alone, true, NULL) == FG_OK;
  }
  return is_known;
}

fg_status fg_account_attributes_begin(fg_account *account, const fg_attributes *attributes, fg_error *error) {
  if (attributes->count == 0) {
    return FG_OK;
  }
  FG_TRY(fg_attributes_check_form(attributes, error));
  /* No edition is in force before the first instant, so any may declare them. An error tells what the last one says. */
  const fg_book *last = fg_book_edition(account->whole, (uint32_t)fg_max_i64(account->whole->edition_count, 1) - 1);
  for (size_t i = 0; i < attributes->count; i++) {
    fg_error unknown;
    if (!fg_account_attribute_is_known(account, &attributes->items[i])) {
      (void)fg_attributes_check(last, (fg_attributes){&attributes->items[i], 1}, true, &unknown);
      return fg_fail(error, FG_INVALID, unknown.path, "%s", unknown.message);
    }
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
