/* The ends of calls. An end that cannot be written, for want of memory or because the disk fails, is noted and written
   before the next command of the handle. */
#include "handle_inside.h"

#include "../rules/holds.h"
#include "../state/attribute_list.h"
#include "../state/call_names.h"
#include "../state/command.h"
#include "../state/past.h"

static void keep_text(char *own, size_t room, fg_string text) {
  FG_ASSERT(text.length <= room);
  if (text.length > 0) {
    memcpy(own, text.text, text.length);
  }
}

/* A copy of the attributes of an end, which may be of any size. It is made before the end is tried, so that noting the
   end cannot fail. */
typedef struct kept_attributes {
  fg_attributes copies;
  fg_arena arena;
} kept_attributes;

static fg_status keep_attributes(const fg_handle *handle, const fg_command *command, kept_attributes *kept,
                                 fg_error *error) {
  *kept = (kept_attributes){.copies = command->attributes};
  bool has_some = kept->copies.count > 0;
  fg_status status = has_some ? fg_attributes_keep(&kept->copies, &kept->arena, &handle->allocator) : FG_OK;
  if (status != FG_OK) {
    fg_arena_release(&kept->arena, &handle->allocator);
    return fg_refuse(error, status);
  }
  return FG_OK;
}

static void note_ending(fg_handle *handle, const fg_pass *pass, const fg_command *command,
                        const kept_attributes *kept) {
  /* fg_handle_make_room has made room before the call was let in */
  FG_ASSERT(handle->endings.count < handle->endings.room);
  fg_ending *ending = &handle->endings.items[handle->endings.count++];
  *ending = (fg_ending){.command = *command, .attributes = kept->arena, .by_clock = pass->by_clock};
  ending->command.attributes = kept->copies;
  ending->command.attempt = pass->attempt;
  keep_text(ending->ref, sizeof ending->ref, command->ref);
  keep_text(ending->outcome, sizeof ending->outcome, command->outcome);
}

static fg_command command_of(const fg_ending *ending) {
  fg_command command = ending->command;
  command.ref.text = command.ref.text == NULL ? NULL : ending->ref;
  command.outcome.text = command.outcome.text == NULL ? NULL : ending->outcome;
  return command;
}

void fg_handle_forget_ending(fg_handle *handle, uint32_t place) {
  FG_ASSERT(place < handle->endings.count);
  fg_arena_release(&handle->endings.items[place].attributes, &handle->allocator);
  handle->endings.count--;
  memmove(&handle->endings.items[place], &handle->endings.items[place + 1],
          (handle->endings.count - place) * sizeof *handle->endings.items);
}

static const fg_hold *find_hold(const fg_account *account, uint64_t attempt) {
  for (uint32_t i = account->state.holds.count; i > 0; i--) {
    if (account->state.holds.items[i - 1].attempt == attempt) {
      return &account->state.holds.items[i - 1];
    }
  }
  return NULL;
}

/* Finds out how the call of a pass ended that is no longer in flight. A call whose outcome is of unknown meaning (R36)
   stays in flight and waits for another end. Only a canceled call leaves its id to another attempt, as long as the
   account knows how it ended. */
static fg_status how_it_ended(fg_account *account, const fg_pass *pass, fg_pass_state *state) {
  char made[FG_CALL_NAME_MAX];
  fg_past past;
  fg_past_room room;
  const fg_hold *hold = find_hold(account, pass->attempt);
  if (hold != NULL) {
    *state = hold->unknown ? FG_PASS_UNKNOWN : FG_PASS_UNCERTAIN;
    return FG_OK;
  }
  fg_status status = fg_past_find(account, fg_pass_id(pass, made), &past, &room);
  if (status != FG_OK && status != FG_UNKNOWN_ID) {
    return status;
  }
  bool is_its_own = status == FG_OK && past.command.kind == FG_DO_CALL && past.attempt == pass->attempt;
  bool may_be_forgotten = status == FG_UNKNOWN_ID || pass->since < fg_ids_known_from(&account->ids);
  *state = is_its_own && !past.is_undone     ? FG_PASS_COMMITTED
           : is_its_own || !may_be_forgotten ? FG_PASS_CANCELED
                                             : FG_PASS_FORGOTTEN;
  return FG_OK;
}

/* Sets the state of all passes of an attempt that has ended, as far as it can be found out. Called inside. */
static fg_status set_ended(fg_handle *handle, uint64_t attempt, fg_error *error) {
  for (uint32_t i = 0; i < handle->passes.count; i++) {
    fg_pass *pass = handle->passes.items[i];
    fg_pass_state state = pass->state;
    bool is_meant = pass->attempt == attempt;
    fg_status status = is_meant ? how_it_ended(handle->reached.account, pass, &state) : FG_OK;
    if (status != FG_OK) {
      return fg_refuse(error, status);
    }
    pass->state = state;
  }
  return FG_OK;
}

/* Whether a command failed for the disk or for want of memory, not through a fault of its own. */
static bool may_be_tried_again(fg_status status) {
  fg_status_class class = fg_status_class_of(status);
  return class == FG_CLASS_LEDGER || class == FG_CLASS_INTERRUPTED;
}

/* Writes the end of a call that is still in flight. Its id is copied, because the account may forget its own copy where
   time passes up to the end (rules/forgetting.h). */
static fg_status write_again(fg_handle *handle, const fg_hold *hold, const fg_ending *ending, fg_error *error) {
  char made[FG_CALL_NAME_MAX];
  fg_outcome outcome;
  fg_command command = command_of(ending);
  fg_text id = {.allocator = handle->allocator};
  const fg_string known = fg_hold_id(hold, made);
  fg_status status = fg_text_append(&id, known.text, known.length);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  command.id = (fg_string){id.text, id.length};
  command.at = ending->by_clock ? FG_NO_TIME : fg_account_now(handle->reached.account);
  status = fg_handle_apply_inside(handle, &command, true, &outcome, error);
  fg_text_release(&id);
  return status;
}

/* Writes an end that could not be written before. If the call is no longer in flight, it was ended after all, by the
   command whose answer was lost or by another, so only its state is found out. Called inside. */
static fg_status end_one_again(fg_handle *handle, const fg_ending *ending, fg_error *error) {
  const uint64_t attempt = ending->command.attempt;
  const fg_hold *hold = find_hold(handle->reached.account, attempt);
  fg_status status = hold == NULL ? FG_OK : write_again(handle, hold, ending, error);
  return may_be_tried_again(status) ? status : set_ended(handle, attempt, error);
}

FG_COLD fg_status fg_handle_end_again(fg_handle *handle, fg_error *error) {
  fg_status status = FG_OK;
  while (handle->endings.count > 0 && (status = end_one_again(handle, &handle->endings.items[0], error)) == FG_OK) {
    fg_handle_forget_ending(handle, 0);
  }
  if (status != FG_OK) {
    fg_handle_leave(handle);
  }
  return status;
}

/* Withdraws a noted end when the host gives the same end again, which is then tried anew. Another end than the noted
   one is refused, as it would be had the first been written, because a full disk must not take back what the host said
   of the vendor's count. */
static FG_COLD fg_status withdraw_ending(fg_handle *handle, const fg_command *command, fg_error *error) {
  for (uint32_t i = 0; i < handle->endings.count; i++) {
    fg_command said = command_of(&handle->endings.items[i]);
    bool is_same = false;
    if (said.attempt != command->attempt) {
      continue;
    }
    fg_status status = fg_command_is_same(&said, command, &handle->reached.account->encoded, &is_same);
    if (status != FG_OK || !is_same) {
      return fg_refuse(error, status != FG_OK ? status : FG_ALREADY_FINISHED);
    }
    fg_handle_forget_ending(handle, i);
    return FG_OK;
  }
  return FG_OK;
}

static fg_status end_inside(fg_pass *pass, fg_command *command, fg_outcome *outcome, fg_error *error) {
  fg_handle *handle = pass->handle;
  if (command->at == FG_NO_TIME && !pass->by_clock) {
    command->at = fg_account_now(handle->reached.account);
  }
  fg_outcome unasked;
  fg_status status = fg_handle_apply_inside(handle, command, true, outcome == NULL ? &unasked : outcome, error);
  if (status == FG_UNKNOWN_ID) { /* a call in flight is never forgotten, so this one has ended */
    status = fg_fail(error, FG_ALREADY_FINISHED, "", "the call has ended, and its id is not known any more");
  }
  if (status == FG_ALREADY_FINISHED || (status == FG_OK && command->outcome.text != NULL)) {
    (void)set_ended(handle, pass->attempt, NULL); /* the command's answer stands, even if this fails */
  } else if (status == FG_OK) {
    pass->state = command->kind == FG_DO_COMMIT ? FG_PASS_COMMITTED : FG_PASS_CANCELED;
  }
  fg_handle_leave(handle);
  return status;
}

fg_status fg_pass_end(fg_pass *pass, fg_command *command, fg_outcome *outcome, fg_error *error) {
  fg_handle *handle = pass->handle;
  if (handle == NULL) {
    return fg_fail(error, FG_INVALID, "", "the account was released");
  }
  command->id = pass->id;
  command->call = pass->call;
  command->attempt = pass->attempt;
  FG_TRY(fg_command_check_fields(command, false, error));
  kept_attributes kept;
  FG_TRY(keep_attributes(handle, command, &kept, error));
  fg_status status = FG_LIKELY(handle->endings.count == 0) ? FG_OK : withdraw_ending(handle, command, error);
  bool may_end = status == FG_OK;
  status = may_end ? fg_handle_enter_to_act(handle, error) : status;
  status = status == FG_OK ? end_inside(pass, command, outcome, error) : status;
  if (may_end && may_be_tried_again(status)) {
    note_ending(handle, pass, command, &kept);
    pass->state = FG_PASS_UNWRITTEN;
  } else {
    fg_arena_release(&kept.arena, &handle->allocator);
  }
  return status;
}
