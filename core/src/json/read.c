#include "read.h"

const fg_json *fg_json_get(const fg_json *object, const char *key) {
  for (FG_EACH_MEMBER(object, at)) {
    if (strcmp(at->key, key) == 0) {
      return &at->value;
    }
  }
  return NULL;
}

const char *fg_json_kind_name(const fg_json *value) {
  static const char *const names[] = {
      [FG_JSON_NULL] = "null",          [FG_JSON_BOOLEAN] = "a boolean",
      [FG_JSON_INTEGER] = "an integer", [FG_JSON_REAL] = "a number with a fraction or exponent",
      [FG_JSON_STRING] = "a string",    [FG_JSON_LIST] = "a list",
      [FG_JSON_OBJECT] = "an object",
  };
  return names[value->kind];
}

fg_status fg_json_not_allowed(fg_error *error, const char *path, const fg_json *value) {
  return fg_fail(error, FG_INVALID, path, "cannot be %s", fg_json_kind_name(value));
}

static bool json_is_listed(const char *const *fields, const char *key) {
  while (*fields != NULL && strcmp(*fields, key) != 0) {
    fields++;
  }
  return *fields != NULL;
}

fg_status fg_json_fields(const fg_json *value, const char *const *fields, fg_error *error) {
  if (!fg_json_is(value, FG_JSON_OBJECT)) {
    return fg_fail(error, FG_INVALID, "", "expected an object, not %s", fg_json_kind_name(value));
  }
  for (FG_EACH_MEMBER(value, at)) {
    if (!json_is_listed(fields, at->key)) {
      return fg_fail(error, FG_INVALID, at->key, "there is no field of this name here");
    }
  }
  return FG_OK;
}

fg_status fg_json_require(const fg_json *object, const char *key, const fg_json **value, fg_error *error) {
  const fg_json *found = fg_json_get(object, key);
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

fg_status fg_json_integer(const fg_json *value, int64_t low, int64_t high, int64_t *integer, fg_error *error) {
  if (!fg_json_is(value, FG_JSON_INTEGER)) {
    return fg_fail(error, FG_INVALID, "", "expected an integer from %lld to %lld, not %s", (long long)low,
                   (long long)high, fg_json_kind_name(value));
  }
  return json_check_range(value->is.integer, low, high, integer, error);
}

fg_status fg_json_units(const fg_json *value, int64_t low, int64_t high, int64_t *units, fg_error *error) {
  if (!fg_json_is(value, FG_JSON_STRING)) {
    return fg_json_integer(value, low, high, units, error);
  }
  int64_t read = 0;
  if (!fg_quantity_parse(value->is.string, &read)) {
    return fg_fail(error, FG_INVALID, "", "expected an integer from %lld to %lld, or its digits as a string",
                   (long long)low, (long long)high);
  }
  return json_check_range(read, low, high, units, error);
}

fg_status fg_json_text(const fg_json *value, fg_string *text, fg_error *error) {
  *text = fg_json_string(value);
  return text->text != NULL ? FG_OK
                            : fg_fail(error, FG_INVALID, "", "expected a string, not %s", fg_json_kind_name(value));
}
