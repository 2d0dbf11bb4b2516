/* The passes of a handle: each is a call that was let in, whose end its holder reports. */
#include "handle_inside.h"

#include "../state/call_names.h"

const char *fg_pass_state_name(fg_pass_state state) {
  static const char *const names[] = {"held",      "committed", "canceled", "uncertain",
                                      "unwritten", "unknown",   "forgotten"};
  return (unsigned)state < sizeof names / sizeof *names ? names[state] : NULL;
}

fg_status fg_handle_make_room(fg_handle *handle, fg_error *error) {
  fg_status status = FG_ARRAY_RESERVE(&handle->allocator, &handle->passes, 1);
  status = status == FG_OK ? FG_ARRAY_RESERVE(&handle->allocator, &handle->endings, handle->passes.count + 1) : status;
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

void fg_handle_add_pass(fg_handle *handle, fg_pass *pass) {
  pass->handle = handle;
  pass->session = handle->reached.session;
  pass->state = FG_PASS_HELD;
  pass->place = handle->passes.count;
  FG_ASSERT(handle->passes.count < handle->passes.room);
  handle->passes.items[handle->passes.count++] = pass;
}

void fg_pass_release(fg_pass *pass) {
  fg_handle *handle = pass->handle;
  if (handle == NULL) {
    return;
  }
  FG_ASSERT(pass->place < handle->passes.count && handle->passes.items[pass->place] == pass);
  fg_pass *last = handle->passes.items[--handle->passes.count];
  last->place = pass->place;
  handle->passes.items[pass->place] = last;
  pass->handle = NULL;
}

bool fg_handle_has_in_hand(const fg_handle *handle, uint64_t attempt) {
  for (uint32_t i = 0; i < handle->passes.count; i++) {
    const fg_pass *pass = handle->passes.items[i];
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
