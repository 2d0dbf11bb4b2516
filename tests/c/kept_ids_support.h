/* An account that knows ids for some days, and commands for it by kind, time and id. */
#ifndef KEPT_IDS_SUPPORT_H
#define KEPT_IDS_SUPPORT_H

#include "support.h"

enum { DAYS = 2 };
static const fg_time BEGIN = INT64_C(10016) * DAYS * FG_DAY; /* 2024-11-05T00:00:00Z, where a stretch begins */

static inline fg_handle *begin(const fg_allocator *allocator) {
  fg_account_options options = {.keep_ids_days = DAYS, .allocator = allocator};
  fg_account *account = NULL;
  fg_handle *handle = NULL;
  assert_int_equal(fg_account_new(facefusion, &options, &account, NULL), FG_OK);
  assert_int_equal(fg_handle_new(account, NULL, &handle, NULL), FG_OK);
  fg_command open;
  fg_command_begin(&open, FG_DO_OPEN, BEGIN);
  open.product = string_of("image");
  assert_int_equal(fg_handle_apply(handle, &open, NULL, NULL), FG_OK);
  return handle;
}

static inline fg_command named(fg_command_kind kind, fg_time at, const char *id) {
  fg_command command;
  fg_command_begin(&command, kind, at);
  command.id = id == NULL ? (fg_string){NULL, 0} : string_of(id);
  if (kind == FG_DO_USE || kind == FG_DO_CALL) {
    command.product = string_of("image");
    command.quantity = 1;
  }
  return command;
}

static inline fg_status run(fg_handle *handle, fg_command_kind kind, fg_time at, const char *id, fg_outcome *outcome) {
  fg_command command = named(kind, at, id);
  return fg_handle_apply(handle, &command, outcome, NULL);
}

static inline void must_run(fg_handle *handle, fg_command_kind kind, fg_time at, const char *id) {
  assert_int_equal(run(handle, kind, at, id, NULL), FG_OK);
}

#endif
