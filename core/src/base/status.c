#include "status.h"

#include "../../include/faregate.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
  const char *name, *text, *rule;
  fg_status_class class;
} statuses[FG_STATUS_COUNT] = {
#define STATUS(number, NAME, name, class, rule, exception, text) [FG_##NAME] = {name, text, rule, FG_CLASS_##class},
#include "statuses.def"
#undef STATUS
};

static bool is_known(fg_status status) { return (unsigned)status < FG_STATUS_COUNT; }

const char *fg_status_name(fg_status status) { return is_known(status) ? statuses[status].name : NULL; }

const char *fg_status_text(fg_status status) { return is_known(status) ? statuses[status].text : NULL; }

fg_string fg_status_rule(fg_status status) { return fg_string_of(is_known(status) ? statuses[status].rule : ""); }

fg_status_class fg_status_class_of(fg_status status) {
  return is_known(status) ? statuses[status].class : FG_CLASS_ARGUMENT;
}

bool fg_status_is_refusal(fg_status status) { return fg_status_class_of(status) == FG_CLASS_REFUSAL; }

const char *fg_version(void) { return FG_VERSION; }

/* A message may end in a name that came from the caller and was cut in the middle of a character. */
void fg_cut_utf8(char *text, size_t size) {
  size_t length = strlen(text);
  if (length + 1 < size) {
    return;
  }
  size_t start = length;
  while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) {
    start--;
  }
  if (start > 0 && (unsigned char)text[start - 1] >= 0xC0) {
    text[start - 1] = '\0';
  }
}

FG_COLD fg_status fg_refuse(fg_error *error, fg_status status) {
  if (error != NULL && is_known(status)) {
    error->status = status;
    error->path[0] = '\0';
    error->retry_after_us = -1;
    snprintf(error->message, sizeof error->message, "%s", statuses[status].text);
    error->rule[0] = '\0';
  }
  return status;
}

FG_COLD fg_status fg_fail(fg_error *error, fg_status status, const char *path, const char *format, ...) {
  fg_refuse(error, status);
  if (error != NULL) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    fg_cut_utf8(error->message, sizeof error->message);
    snprintf(error->path, sizeof error->path, "%s", path);
    fg_cut_utf8(error->path, sizeof error->path);
  }
  return status;
}

static FG_COLD void put_before(fg_error *error, const char *format, va_list arguments) {
  char prefix[sizeof error->path];
  char path[2 * sizeof error->path + 2];
  vsnprintf(prefix, sizeof prefix, format, arguments);
  const char *separator = error->path[0] == '\0' || error->path[0] == '[' ? "" : ".";
  snprintf(path, sizeof path, "%s%s%s", prefix, separator, error->path);
  path[sizeof error->path - 1] = '\0';
  fg_cut_utf8(path, sizeof error->path);
  memcpy(error->path, path, strlen(path) + 1);
}

void fg_error_prefix(fg_error *error, const char *format, ...) {
  if (error != NULL) {
    va_list arguments;
    va_start(arguments, format);
    put_before(error, format, arguments);
    va_end(arguments);
  }
}

fg_status fg_within(fg_error *error, fg_status status, const char *format, ...) {
  if (status == FG_INVALID && error != NULL) {
    va_list arguments;
    va_start(arguments, format);
    put_before(error, format, arguments);
    va_end(arguments);
  }
  return status;
}
