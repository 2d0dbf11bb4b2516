/* Calls in flight that no handle has in hand: lists them, and lets a host take one up again. */
#include "handle_inside.h"

#include "../rules/gate.h"
#include "../rules/holds.h"
#include "../state/call_names.h"
#include "describe.h"
#include "notices.h"

/* The places of calls in flight that no handle has in hand. They are found inside the lock and told outside of it,
   because the caller's visitor may do anything, such as using the handle. */
typedef struct uncertain_calls {
  bool *is_uncertain;
  size_t count, asked;
} uncertain_calls;

/* Whether a call is uncertain: no handle has it in hand, or its end was reported with an outcome of unknown meaning,
   because then its handle has nothing more to report. */
static fg_status is_uncertain(fg_handle *handle, const fg_hold *hold, fg_string id, bool *uncertain, fg_error *error) {
  bool elsewhere = false;
  *uncertain = hold->unknown;
  if (!*uncertain && !fg_handle_has_in_hand(handle, hold->attempt)) {
    FG_TRY(handle->reached.reach->is_elsewhere(handle->reached.context, id, hold->attempt, &elsewhere, error));
    *uncertain = !elsewhere;
  }
  return FG_OK;
}

/* Finds the uncertain calls. Called inside. The caller releases `calls`, also after an error. */
static fg_status find_uncertain(fg_handle *handle, uncertain_calls *calls, fg_error *error) {
  const fg_account *account = handle->reached.account;
  *calls = (uncertain_calls){.count = account->state.holds.count};
  calls->is_uncertain = fg_allocate(&handle->allocator, calls->count + 1);
  if (calls->is_uncertain == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  for (size_t i = 0; i < calls->count; i++) {
    const fg_hold *hold = &account->state.holds.items[i];
    char made[FG_CALL_NAME_MAX];
    FG_TRY(is_uncertain(handle, hold, fg_hold_id(hold, made), &calls->is_uncertain[i], error));
  }
  return FG_OK;
}

static void release_uncertain(const fg_handle *handle, const uncertain_calls *calls) {
  fg_release(&handle->allocator, calls->is_uncertain, calls->count + 1);
}

static bool is_next_uncertain(void *context, fg_string id) {
  uncertain_calls *calls = context;
  (void)id;
  return calls->is_uncertain[calls->asked++];
}

fg_status fg_handle_uncertain(fg_handle *handle, const fg_visitor *visitor, fg_error *error) {
  uncertain_calls calls;
  fg_call_filter filter = {is_next_uncertain, &calls};
  FG_TRY(fg_handle_enter(handle, error));
  fg_status status = find_uncertain(handle, &calls, error);
  fg_handle_leave(handle);
  if (status == FG_OK) {
    status = fg_account_tell_calls(handle->reached.account, &filter, visitor);
    status = status == FG_OK ? FG_OK : fg_refuse(error, status);
  }
  release_uncertain(handle, &calls);
  return status;
}

fg_status fg_handle_notices(fg_handle *handle, const fg_notice_limits *limits, const fg_visitor *visitor,
                            fg_error *error) {
  uncertain_calls calls;
  fg_call_filter filter = {is_next_uncertain, &calls};
  fg_notice_context context = {.uncertain = &filter, .offered = handle->reached.offered};
  FG_TRY(fg_handle_enter(handle, error));
  fg_clock_reading reading = fg_clock_read(&handle->source, handle->boot);
  fg_status status = find_uncertain(handle, &calls, error);
  status = status == FG_OK ? fg_handle_read_clock(handle, &reading, &context.clock, &context.clock_is_suspect, error)
                           : status;
  fg_handle_leave(handle);
  if (status == FG_OK) {
    status = fg_account_tell_notices(handle->reached.account, limits, &context, visitor, error);
  }
  release_uncertain(handle, &calls);
  return status;
}

/* Takes a call into this handle's hand. Called inside. */
static fg_status resume(fg_handle *handle, fg_string id, fg_hold **hold, fg_error *error) {
  bool uncertain = false;
  fg_status status = fg_gate_find(handle->reached.account, id, hold);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  FG_TRY(is_uncertain(handle, *hold, id, &uncertain, error));
  return uncertain ? handle->reached.reach->take(handle->reached.context, (*hold)->attempt,
                                                 fg_account_now(handle->reached.account), error)
                   : fg_refuse(error, FG_IN_FLIGHT);
}

fg_status fg_handle_resume(fg_handle *handle, fg_string id, fg_pass *pass, fg_error *error) {
  fg_hold *hold = NULL;
  FG_TRY(fg_handle_make_room(handle, error));
  FG_TRY(fg_handle_enter_to_act(handle, error));
  fg_status status = resume(handle, id, &hold, error);
  fg_handle_leave(handle);
  FG_TRY(status);
  pass->id = id;
  pass->call = 0;
  pass->attempt = hold->attempt;
  pass->since = hold->since;
  pass->by_clock = !handle->reached.is_in_memory || handle->read.at != FG_NO_TIME;
  fg_handle_add_pass(handle, pass);
  return FG_OK;
}
