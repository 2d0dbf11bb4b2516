/* Makes, asks and closes handles. */
#include "handle_inside.h"

#include "../state/command.h"
#include "notices.h"

fg_status fg_handle_make(const fg_reached *reached, const fg_clock_options *options, fg_handle **handle,
                         fg_error *error) {
  static const fg_clock_options none = {0, NULL};
  const fg_clock_options *chosen = options == NULL ? &none : options;
  FG_TRY(fg_clock_check(chosen, error));
  fg_handle *made = fg_allocate(&reached->account->allocator, sizeof *made);
  if (made == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  made->allocator = reached->account->allocator;
  made->reached = *reached;
  made->source = *(chosen->source == NULL ? &fg_system_clock : chosen->source);
  made->boot = made->source.boot(made->source.context);
  made->max_jump = chosen->max_jump == 0 ? FG_JUMP_DAYS * FG_DAY : chosen->max_jump;
  made->read.at = FG_NO_TIME;
  made->next_call = 1;
  *handle = made;
  return FG_OK;
}

bool fg_handle_waits(const fg_handle *handle) { return !handle->reached.is_in_memory; }

fg_account *fg_handle_account(const fg_handle *handle) {
  return handle->asked != NULL ? handle->asked : handle->reached.account;
}

fg_status fg_handle_refresh(fg_handle *handle, fg_error *error) {
  FG_TRY(fg_handle_enter(handle, error));
  fg_handle_leave(handle);
  return FG_OK;
}

static fg_status tell(fg_handle *handle, fg_status (*describe)(const fg_account *, const fg_visitor *),
                      const fg_visitor *visitor, fg_error *error) {
  FG_TRY(fg_handle_refresh(handle, error));
  fg_status status = describe(handle->reached.account, visitor);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

fg_status fg_handle_statement(fg_handle *handle, const fg_visitor *visitor, fg_error *error) {
  return tell(handle, fg_account_describe, visitor, error);
}

fg_status fg_handle_invoices(fg_handle *handle, const fg_visitor *visitor, fg_error *error) {
  return tell(handle, fg_account_invoices, visitor, error);
}

fg_status fg_handle_calls(fg_handle *handle, const fg_visitor *visitor, fg_error *error) {
  return tell(handle, fg_account_calls, visitor, error);
}

fg_status fg_handle_upcoming(fg_handle *handle, fg_time until, const fg_visitor *visitor, fg_error *error) {
  FG_TRY(fg_handle_refresh(handle, error));
  return fg_account_upcoming(handle->reached.account, until, visitor, error);
}

fg_status fg_handle_marginal(fg_handle *handle, fg_string product, int64_t quantity, fg_attributes attributes,
                             fg_money *amount, fg_error *error) {
  FG_TRY(fg_handle_refresh(handle, error));
  return fg_account_marginal(handle->reached.account, product, quantity, attributes, amount, error);
}

fg_status fg_handle_now(fg_handle *handle, fg_time *now, fg_error *error) {
  FG_TRY(fg_handle_refresh(handle, error));
  *now = fg_account_now(handle->reached.account);
  return FG_OK;
}

fg_status fg_handle_flush(fg_handle *handle, fg_error *error) {
  return handle->reached.reach->flush(handle->reached.context, error);
}

fg_status fg_handle_describe(const fg_handle *handle, const fg_visitor *visitor) {
  return handle->reached.reach->describe(handle->reached.context, visitor);
}

static fg_status end_at_last(fg_handle *handle, fg_error *error) {
  if (handle->endings.count == 0) {
    return FG_OK;
  }
  FG_TRY(fg_handle_enter_to_act(handle, error));
  fg_handle_leave(handle);
  return FG_OK;
}

fg_status fg_handle_close(fg_handle *handle, fg_error *error) {
  if (handle == NULL) {
    return FG_OK;
  }
  fg_error unasked;
  fg_allocator allocator = handle->allocator;
  fg_status ended = end_at_last(handle, error);
  while (handle->passes.count > 0) {
    fg_pass *pass = handle->passes.items[handle->passes.count - 1];
    fg_pass_leave(pass);
    fg_pass_release(pass);
  }
  fg_account_free(handle->asked);
  fg_status closed = handle->reached.reach->close(handle->reached.context, ended == FG_OK ? error : &unasked);
  while (handle->endings.count > 0) {
    fg_handle_forget_ending(handle, handle->endings.count - 1);
  }
  FG_ARRAY_RELEASE(&allocator, &handle->passes);
  FG_ARRAY_RELEASE(&allocator, &handle->endings);
  fg_release(&allocator, handle, sizeof *handle);
  return ended == FG_OK ? closed : ended;
}
