/* Fills in what a command leaves out: its instant, and the id of a call. */
#include "handle_inside.h"

#include "../state/call_names.h"
#include "../state/command.h"

/* Asks a question of a copy of an account that has seen no instant yet, so that the account itself stays new. The
   instant is the clock's now or, where the clock is suspect, the day of the price guide. */
static fg_status ask_new_account(fg_handle *handle, fg_command *command, const fg_clock_reading *reading,
                                 fg_outcome *outcome, fg_error *error) {
  const fg_account *account = handle->reached.account;
  bool suspect = false;
  FG_TRY(fg_handle_read_clock(handle, reading, &command->at, &suspect, error));
  if (suspect) {
    command->at = fg_account_begin(account, account->book->as_of);
  }
  fg_status status = fg_account_fork(handle->reached.account, &handle->asked);
  return status == FG_OK ? fg_account_apply(handle->asked, command, outcome, error) : fg_refuse(error, status);
}

/* Gives a call of a ledger that has no id one. In memory the history numbers such a call. In a ledger every call has
   its id as text, and no id is given twice, whatever came of the call, because it may stand in a row whose answer was
   lost. */
static uint64_t give_id(fg_handle *handle, fg_command *command, char made[FG_CALL_NAME_MAX]) {
  if (handle->reached.is_in_memory || !fg_command_leaves_id(command)) {
    return 0;
  }
  uint64_t number = command->kind == FG_DO_CALL ? handle->next_call++ : command->call;
  command->id = fg_call_id(handle->reached.session, number, made);
  return command->kind == FG_DO_CALL ? number : 0;
}

FG_COLD fg_status fg_handle_complete(fg_handle *handle, const fg_command *command, bool is_end, fg_outcome *outcome,
                                     fg_error *error) {
  char made[FG_CALL_NAME_MAX];
  fg_command whole = *command;
  fg_clock_reading reading = fg_clock_read(&handle->source, handle->boot);
  if (!fg_command_asks(whole.kind)) {
    FG_TRY(handle->reached.reach->may_write(handle->reached.context, error));
  }
  if (whole.at == FG_NO_TIME && fg_command_asks(whole.kind)) {
    whole.at = fg_account_now(handle->reached.account);
    if (whole.at == FG_NO_TIME) {
      return ask_new_account(handle, &whole, &reading, outcome, error);
    }
  } else if (whole.at == FG_NO_TIME) {
    FG_TRY(fg_handle_decide_instant(handle, &reading, is_end, &whole.at, error));
  }
  uint64_t number = give_id(handle, &whole, made);
  fg_status status = handle->reached.reach->apply(handle->reached.context, &whole, number != 0, &reading, outcome,
                                                  error);
  if (status == FG_OK && number != 0) {
    outcome->is.used.call = number;
  }
  return status;
}
