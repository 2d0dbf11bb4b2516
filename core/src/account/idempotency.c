#include "idempotency.h"

#include <stdio.h>

#include "../state/command.h"
#include "../rules/gate.h"
#include "../rules/holds.h"
#include "../state/past.h"
#include "perform.h"
#include "../state/record.h"
#include "../rules/transaction.h"

/* Whether an id looks as if the library had made it. Orders and calls without an id get ids that begin with #, so no id
   of the host's may begin so. */
static bool is_made_up(const fg_key *key, fg_naming naming) {
  return FG_UNLIKELY(key->id.text[0] == '#') && naming != FG_NAMED_BY_LIBRARY;
}

/* Whether the text before the first slash of an id names a product or pool of any edition. Free grants have such ids
   (PRODUCT/GRANT/YYYY-MM), so no new id of the host's may look like one. An id that was taken before the account
   adopted the product keeps its meaning. */
static FG_COLD bool names_owner(const fg_account *account, fg_string id) {
  const char *slash = memchr(id.text, '/', id.length);
  FG_ASSERT(slash != NULL);
  return fg_book_has_owner(account->book, (fg_string){id.text, (size_t)(slash - id.text)});
}

/* Makes the id of an order without one: # and its number among all orders, those with ids included. */
static fg_key make_up_id(const fg_account *account, char text[32]) {
  int length = snprintf(text, 32, "#%lu", (unsigned long)account->state.orders + 1);
  return fg_key_of((fg_string){text, (size_t)length}, account->ids.seed);
}

/* Copies the fields of a command to the history. An account is kept small: the bytes are not kept a second time. */
static fg_status copy_fields(fg_history *history, const fg_command *command, fg_string *fields) {
  fg_text encoded = {.allocator = history->allocator};
  fg_status status = fg_command_encode(command, &encoded);
  if (status == FG_OK) {
    *fields = fg_string_copy(&history->arena, &history->allocator, (fg_string){encoded.text, encoded.length});
  }
  fg_text_release(&encoded);
  return status;
}

/* Copies the texts of a command to the history, and makes room for its entry, because adding the entry must not
   fail. */
static fg_status prepare(fg_account *account, const fg_command *command, const fg_key *key, fg_past_command *kept,
                         fg_entry_room *room) {
  fg_history *history = account->history;
  FG_TRY(copy_fields(history, command, &kept->command));
  kept->kind = command->kind;
  kept->id = fg_string_copy(&history->arena, &history->allocator, key->id);
  if (kept->id.text == NULL || kept->command.text == NULL) {
    return FG_NO_MEMORY;
  }
  FG_TRY(FG_ARRAY_RESERVE(&history->allocator, &history->commands, 1));
  return fg_ids_prepare_lasting(&account->ids, key, FG_RECORD_COMMAND_SIZE, room);
}

/* Copies an answer, and copies to the history the packs that the answer to a correction points to. */
static fg_status keep_answer(fg_account *account, const fg_outcome *outcome, fg_outcome *answer) {
  *answer = *outcome;
  if (answer->kind != FG_DO_ADJUST || answer->is.adjusted.used.pack_count == 0) {
    return FG_OK;
  }
  fg_used *used = &answer->is.adjusted.used;
  size_t size = used->pack_count * sizeof *used->packs;
  fg_draw *packs = fg_arena_allocate(&account->history->arena, &account->history->allocator, size);
  if (packs == NULL) {
    return FG_NO_MEMORY;
  }
  used->packs = memcpy(packs, used->packs, size);
  return FG_OK;
}

/* Applies a command that is neither usage nor a call, and keeps its answer; after an error nothing has changed. */
static FG_COLD fg_status new_command(fg_account *account, const fg_command *command, const fg_key *key,
                                     fg_outcome *outcome) {
  fg_transaction change;
  fg_entry_room room;
  fg_past_command kept;
  FG_TRY(fg_transaction_begin(account, &change));
  memset(outcome, 0, sizeof *outcome); /* the history keeps all its bytes */
  outcome->kind = command->kind;
  fg_status status = prepare(account, command, key, &kept, &room);
  status = status == FG_OK ? fg_perform(account, &change.draft, command, kept.id, outcome) : status;
  status = status == FG_OK ? keep_answer(account, outcome, &kept.answer) : status;
  FG_TRY(fg_transaction_end(account, &change, status));
  fg_record_add_command(account->history, &account->ids, &kept, &room);
  return FG_OK;
}

static fg_status apply_new(fg_account *account, const fg_command *command, const fg_key *key, fg_outcome *outcome) {
  switch (command->kind) {
  case FG_DO_USE: return fg_gate_use(account, command, key, &outcome->is.used);
  case FG_DO_CALL: return fg_gate_call(account, command, key, &outcome->is.used);
  default: return new_command(account, command, key, outcome);
  }
}

bool fg_is_in_flight(const fg_account *account, fg_string id) { return fg_holds_find(account, id, 0) != NULL; }

/* Says why a call whose id is known is not let in again. An id stands for one attempt, so that nobody is let in twice
   on one deduction. */
static fg_status why_not_called(const fg_account *account, const fg_command *command, bool is_same) {
  return !is_same ? FG_ID_CONFLICT : fg_is_in_flight(account, command->id) ? FG_IN_FLIGHT : FG_ALREADY_FINISHED;
}

/* Answers a command whose id is known. If the id is that of a canceled call, another call may have it: `is_free` is
   set. */
static FG_COLD fg_status answer_known(fg_account *account, const fg_command *command, const fg_past *past,
                                      fg_outcome *outcome, bool *repeated, bool *is_free) {
  bool is_same = false;
  bool was_call = past->command.kind == FG_DO_CALL;
  *is_free = command->kind == FG_DO_CALL && was_call && past->is_undone;
  if (*is_free) {
    return FG_OK;
  }
  FG_TRY(fg_past_is_same(account, past, command, &is_same));
  if (was_call && command->kind == FG_DO_CALL) {
    return why_not_called(account, command, is_same);
  }
  if (!is_same) {
    return FG_ID_CONFLICT;
  }
  *outcome = past->answer;
  *repeated = true;
  return FG_OK;
}

/* Looks an id up in the history and the archive. If it is known, the command is answered, or refused; `is_free` says
   that the command may be applied under it. */
static FG_COLD fg_status look_back(fg_account *account, const fg_command *command, fg_outcome *outcome, bool *repeated,
                                   bool *is_free) {
  fg_past past;
  fg_past_room room;
  fg_status status = fg_past_find(account, command->id, &past, &room);
  *is_free = status == FG_UNKNOWN_ID;
  return *is_free          ? FG_OK
         : status != FG_OK ? status
                           : answer_known(account, command, &past, outcome, repeated, is_free);
}

FG_HOT fg_status fg_idempotent_apply(fg_account *account, const fg_command *command, fg_naming naming,
                                     fg_outcome *outcome, bool *repeated) {
  char made_up[32];
  if (command->id.text == NULL) {
    FG_ASSERT(fg_command_orders(command->kind));
    fg_key own = make_up_id(account, made_up);
    return new_command(account, command, &own, outcome);
  }
  fg_key key;
  fg_ids_key(&account->ids, command->id, &key);
  if (is_made_up(&key, naming)) {
    return FG_ID_RESERVED;
  }
  bool may_be_known = account->archive != NULL || fg_ids_find(&account->ids, &key).bytes != NULL;
  if (FG_UNLIKELY(may_be_known)) {
    bool is_free = false;
    FG_TRY(look_back(account, command, outcome, repeated, &is_free));
    if (!is_free) {
      return FG_OK;
    }
  }
  if (FG_UNLIKELY(key.has_slash) && names_owner(account, key.id)) {
    return FG_ID_RESERVED;
  }
  return apply_new(account, command, &key, outcome);
}

FG_HOT fg_status fg_numbered_call(fg_account *account, const fg_command *command, fg_used *used) {
  const fg_key key = {.number = fg_ids_next_number(&account->ids)};
  FG_TRY(fg_gate_call(account, command, &key, used));
  used->call = key.number;
  return FG_OK;
}
