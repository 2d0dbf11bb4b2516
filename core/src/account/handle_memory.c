/* A handle of an account in memory, where nothing is shared or written. */
#include "handle_inside.h"

#include "../base/tell.h"

typedef struct fg_memory {
  fg_allocator allocator;
  fg_account *account;
  fg_time trusted;     ///< when the host last declared the clock right; FG_NO_TIME: never
  fg_time trusted_for; ///< the account's latest instant then; the trust ends when the account sees a later one
} fg_memory;

static fg_status memory_enter(void *context, fg_error *error) {
  (void)context;
  (void)error;
  return FG_OK;
}

static void memory_leave(void *context) { (void)context; }

static fg_status memory_apply(void *context, const fg_command *command, bool is_named, const fg_clock_reading *reading,
                              fg_outcome *outcome, fg_error *error) {
  (void)is_named;
  (void)reading;
  return fg_account_apply_as(((fg_memory *)context)->account, command, FG_NUMBERED, outcome, error);
}

static fg_status memory_trusted(void *context, fg_time *at, fg_error *error) {
  const fg_memory *memory = context;
  (void)error;
  *at = fg_account_now(memory->account) == memory->trusted_for ? memory->trusted : FG_NO_TIME;
  return FG_OK;
}

static fg_status memory_trust(void *context, fg_time at, fg_error *error) {
  fg_memory *memory = context;
  (void)error;
  memory->trusted = at;
  memory->trusted_for = fg_account_now(memory->account);
  return FG_OK;
}

static fg_status memory_is_elsewhere(void *context, fg_string id, uint64_t attempt, bool *elsewhere, fg_error *error) {
  (void)context;
  (void)id;
  (void)attempt;
  (void)error;
  *elsewhere = false;
  return FG_OK;
}

static fg_status memory_take(void *context, uint64_t attempt, fg_time at, fg_error *error) {
  (void)context;
  (void)attempt;
  (void)at;
  (void)error;
  return FG_OK;
}

static fg_status memory_describe(const void *context, const fg_visitor *visitor) {
  (void)context;
  fg_teller to = fg_teller_to(visitor);
  fg_tell_null(&to, NULL);
  return fg_teller_status(&to);
}

static fg_status memory_flush(void *context, fg_error *error) { return memory_enter(context, error); }

static fg_status memory_close(void *context, fg_error *error) {
  fg_memory *memory = context;
  fg_allocator allocator = memory->allocator;
  (void)error;
  fg_account_free(memory->account);
  fg_release(&allocator, memory, sizeof *memory);
  return FG_OK;
}

static fg_status memory_may_write(void *context, fg_error *error) { return memory_enter(context, error); }

static const fg_reach of_memory = {memory_enter,    memory_leave, memory_may_write,    memory_apply,
                                   memory_trusted,  memory_trust, memory_is_elsewhere, memory_take,
                                   memory_describe, memory_flush, memory_close};

fg_status fg_handle_new(fg_account *account, const fg_clock_options *options, fg_handle **handle, fg_error *error) {
  fg_memory *memory = fg_allocate(&account->allocator, sizeof *memory);
  if (memory == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  *memory = (fg_memory){account->allocator, account, FG_NO_TIME, FG_NO_TIME};
  fg_reached reached = {.reach = &of_memory, .context = memory, .account = account, .is_in_memory = true};
  fg_status status = fg_handle_make(&reached, options, handle, error);
  if (status != FG_OK) {
    fg_release(&account->allocator, memory, sizeof *memory);
  }
  return status;
}

fg_status fg_handle_fork(fg_handle *handle, fg_handle **copy, fg_error *error) {
  fg_account *account = NULL;
  fg_clock_options options = {handle->max_jump, &handle->source};
  FG_TRY(fg_handle_refresh(handle, error));
  fg_status status = fg_account_fork(handle->reached.account, &account);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  status = fg_handle_new(account, &options, copy, error);
  if (status != FG_OK) {
    fg_account_free(account);
  }
  return status;
}
