/* Commands of a handle: most only return an answer; a call also makes a pass, which the host ends later. */
#include "handle_inside.h"

#include "../state/command.h"

static fg_status check_kind(const fg_command *command, fg_command_kind kind, fg_error *error) {
  return command->kind == kind ? FG_OK : fg_fail(error, FG_INVALID, "do", "expected %s", fg_command_name(kind));
}

fg_status fg_handle_apply(fg_handle *handle, const fg_command *command, fg_outcome *outcome, fg_error *error) {
  fg_outcome unasked;
  FG_TRY(fg_command_asks(command->kind) ? fg_handle_enter(handle, error) : fg_handle_enter_to_act(handle, error));
  fg_status status = fg_handle_apply_inside(handle, command, false, outcome == NULL ? &unasked : outcome, error);
  fg_handle_leave(handle);
  return status;
}

static bool is_open(const fg_account *account, fg_string product) {
  int number = fg_book_product(account->book, product);
  return number != FG_NONE && account->state.services[number].open;
}

fg_status fg_handle_ensure_open(fg_handle *handle, const fg_command *command, fg_outcome *outcome, fg_error *error) {
  FG_TRY(check_kind(command, FG_DO_OPEN, error));
  FG_TRY(fg_handle_enter_to_act(handle, error));
  fg_status status = FG_OK;
  fg_outcome unasked;
  fg_outcome *answered = outcome == NULL ? &unasked : outcome;
  if (is_open(handle->reached.account, command->product)) {
    *answered = (fg_outcome){.kind = FG_DO_OPEN};
  } else {
    status = fg_handle_apply_inside(handle, command, false, answered, error);
  }
  fg_handle_leave(handle);
  return status;
}

fg_status fg_handle_call(fg_handle *handle, const fg_command *command, fg_pass *pass, fg_outcome *outcome,
                         fg_error *error) {
  FG_TRY(check_kind(command, FG_DO_CALL, error));
  FG_TRY(fg_handle_make_room(handle, error));
  FG_TRY(fg_handle_enter_to_act(handle, error));
  fg_outcome unasked;
  fg_outcome *answered = outcome == NULL ? &unasked : outcome;
  fg_status status = fg_handle_apply_inside(handle, command, false, answered, error);
  fg_handle_leave(handle);
  FG_TRY(status);
  pass->id = command->id;
  pass->call = answered->is.used.call;
  pass->attempt = answered->is.used.attempt;
  pass->since = fg_account_now(handle->reached.account);
  pass->by_clock = command->at == FG_NO_TIME;
  fg_handle_add_pass(handle, pass);
  return FG_OK;
}
