/* A handle whose clock the test sets, for tests of handles in memory and on the disk. */
#ifndef HANDLE_SUPPORT_H
#define HANDLE_SUPPORT_H

#include "fake_clock.h"

#define NOON at("2024-12-05T12:00:00")

static fake_clock clock_of_test;
static fg_clock_source source_of_test;

static inline void close_handle(fg_handle *handle) { assert_int_equal(fg_handle_close(handle, NULL), FG_OK); }

static inline fg_time now_of(fg_handle *handle) {
  fg_time now = 0;
  assert_int_equal(fg_handle_now(handle, &now, NULL), FG_OK);
  return now;
}

static inline fg_status call(fg_handle *handle, fg_time instant, const char *id, fg_pass *pass) {
  fg_command command;
  fg_command_begin(&command, FG_DO_CALL, instant);
  command.product = string_of("image");
  command.id = id == NULL ? command.id : string_of(id);
  return fg_handle_call(handle, &command, pass, NULL, NULL);
}

static inline fg_status end(fg_pass *pass, fg_command_kind kind) {
  fg_command command;
  fg_command_begin(&command, kind, FG_NO_TIME);
  return fg_pass_end(pass, &command, NULL, NULL);
}

#endif
