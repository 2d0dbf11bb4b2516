#include "read.h"

#include <stdarg.h>
#include <stdio.h>

fg_status fg_within(fg_error *error, fg_status status, const char *format, ...) {
  if (status == FG_INVALID && error != NULL) {
    char prefix[sizeof error->path];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(prefix, sizeof prefix, format, arguments);
    va_end(arguments);
    fg_error_prefix(error, "%s", prefix);
  }
  return status;
}

const char *fg_json_kind(const json_t *value) {
  switch (json_typeof(value)) {
  case JSON_OBJECT: return "an object";
  case JSON_ARRAY: return "a list";
  case JSON_STRING: return "a string";
  case JSON_INTEGER: return "an integer";
  case JSON_REAL: return "a number with a fraction or exponent";
  case JSON_TRUE:
  case JSON_FALSE: return "a boolean";
  case JSON_NULL: break;
  }
  return "null";
}

fg_status fg_json_not_allowed(fg_error *error, const char *path, const json_t *value) {
  return fg_fail(error, FG_INVALID, path, "cannot be %s", fg_json_kind(value));
}

static bool json_is_listed(const char *const *fields, const char *key) {
  while (*fields != NULL && strcmp(*fields, key) != 0) {
    fields++;
  }
  return *fields != NULL;
}

fg_status fg_json_fields(const json_t *value, const char *const *fields, fg_error *error) {
  if (!json_is_object(value)) {
    return fg_fail(error, FG_INVALID, "", "expected an object, not %s", fg_json_kind(value));
  }
  for (FG_EACH_MEMBER(value, at)) {
    const char *key = json_object_iter_key(at);
    if (!json_is_listed(fields, key)) {
      return fg_fail(error, FG_INVALID, key, "there is no field of this name here");
    }
  }
  return FG_OK;
}

fg_status fg_json_require(const json_t *object, const char *key, const json_t **value, fg_error *error) {
  const json_t *found = json_object_get(object, key);
  if (found == NULL) {
    return fg_fail(error, FG_INVALID, key, "missing");
  }
  *value = found;
  return FG_OK;
}

static fg_status json_check_range(int64_t read, int64_t low, int64_t high, int64_t *integer, fg_error *error) {
  if (read < low || read > high) {
    return fg_fail(error, FG_INVALID, "", "expected an integer from %lld to %lld", (long long)low, (long long)high);
  }
  *integer = read;
  return FG_OK;
}

fg_status fg_json_integer(const json_t *value, int64_t low, int64_t high, int64_t *integer, fg_error *error) {
  if (!json_is_integer(value)) {
    return fg_fail(error, FG_INVALID, "", "expected an integer from %lld to %lld, not %s", (long long)low,
                   (long long)high, fg_json_kind(value));
  }
  return json_check_range(json_integer_value(value), low, high, integer, error);
}

fg_status fg_json_units(const json_t *value, int64_t low, int64_t high, int64_t *units, fg_error *error) {
  if (!json_is_string(value)) {
    return fg_json_integer(value, low, high, units, error);
  }
  int64_t read = 0;
  fg_string digits = {json_string_value(value), json_string_length(value)};
  if (!fg_quantity_parse(digits, &read)) {
    return fg_fail(error, FG_INVALID, "", "expected an integer from %lld to %lld, or its digits as a string",
                   (long long)low, (long long)high);
  }
  return json_check_range(read, low, high, units, error);
}

fg_status fg_json_text(const json_t *value, fg_string *text, fg_error *error) {
  if (!json_is_string(value)) {
    return fg_fail(error, FG_INVALID, "", "expected a string, not %s", fg_json_kind(value));
  }
  text->text = json_string_value(value);
  text->length = json_string_length(value);
  return FG_OK;
}
