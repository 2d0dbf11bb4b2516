/* The passes of a handle: calls that were let in and whose holder says how they end. */
#include "handle_inside.h"

#include "../state/call_names.h"

const char *fg_pass_state_name(fg_pass_state state) {
  static const char *const names[] = {"held", "committed", "canceled", "uncertain", "unwritten", "unknown"};
  return (unsigned)state < sizeof names / sizeof *names ? names[state] : NULL;
}

fg_status fg_handle_make_room(fg_handle *handle, fg_error *error) {
  fg_status status = FG_ARRAY_RESERVE(&handle->allocator, &handle->endings, handle->pass_count + 1);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

void fg_handle_add_pass(fg_handle *handle, fg_pass *pass) {
  pass->handle = handle;
  pass->session = handle->reached.session;
  pass->state = FG_PASS_HELD;
  pass->previous = NULL;
  pass->next = handle->passes;
  if (handle->passes != NULL) {
    handle->passes->previous = pass;
  }
  handle->passes = pass;
  handle->pass_count++;
}

void fg_pass_release(fg_pass *pass) {
  fg_handle *handle = pass->handle;
  if (handle == NULL) {
    return;
  }
  *(pass->previous == NULL ? &handle->passes : &pass->previous->next) = pass->next;
  if (pass->next != NULL) {
    pass->next->previous = pass->previous;
  }
  handle->pass_count--;
  pass->handle = NULL;
}

bool fg_handle_has_in_hand(const fg_handle *handle, uint64_t attempt) {
  for (const fg_pass *pass = handle->passes; pass != NULL; pass = pass->next) {
    if (pass->attempt == attempt && pass->state == FG_PASS_HELD) {
      return true;
    }
  }
  return false;
}

fg_string fg_pass_id(const fg_pass *pass, char made[FG_CALL_NAME_MAX]) {
  return pass->call == 0 ? pass->id : fg_call_id(pass->session, pass->call, made);
}

void fg_pass_leave(fg_pass *pass) {
  if (pass->state == FG_PASS_HELD) {
    pass->state = FG_PASS_UNCERTAIN;
  }
}
