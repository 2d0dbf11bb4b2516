#include "read.h"

#include <stdlib.h>

#include "../base/known_names.h"

const fg_json *fg_json_get(const fg_json *object, const char *key) {
  for (FG_EACH_MEMBER(object, member)) {
    if (strcmp(member->key, key) == 0) {
      return &member->value;
    }
  }
  return NULL;
}

/* Whether a path goes on with this key; `*rest` becomes what follows the key. */
static bool json_leads_to(const char *path, const char *key, const char **rest) {
  size_t length = strlen(key);
  *rest = path + length;
  return strncmp(path, key, length) == 0 && (**rest == '\0' || **rest == '.' || **rest == '[');
}

static const fg_json *json_step(const fg_json *value, const char *path, const char **rest) {
  if (path[0] == '[') {
    unsigned long item = strtoul(path + 1, (char **)rest, 10);
    *rest += **rest == ']';
    const fg_json *at = fg_json_first(value);
    for (; at != NULL && item > 0; item--) {
      at = at->next;
    }
    return at;
  }
  path += path[0] == '.';
  for (FG_EACH_MEMBER(value, member)) {
    if (json_leads_to(path, member->key, rest)) {
      return &member->value;
    }
  }
  return NULL;
}

const fg_json *fg_json_follow(const fg_json *value, const char *path) {
  while (path[0] != '\0') {
    const fg_json *next = json_step(value, path, &path);
    if (next == NULL) {
      return value;
    }
    value = next;
  }
  return value;
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

fg_status fg_json_object(const fg_json *value, fg_error *error) {
  return fg_json_is(value, FG_JSON_OBJECT)
             ? FG_OK
             : fg_fail(error, FG_INVALID, "", "expected an object, not %s", fg_json_kind_name(value));
}

fg_status fg_json_unknown_field(fg_error *error, const char *key) {
  return fg_fail(error, FG_INVALID, key, "there is no field of this name here");
}

/* Refuses a field in favour of those that there are. */
static FG_COLD fg_status json_refuse_field(const char *key, const char *const *fields, fg_error *error) {
  fg_known_names names = fg_known_names_for(fg_string_of(key));
  for (; *fields != NULL; fields++) {
    fg_known_names_add(&names, fg_string_of(*fields));
  }
  return fg_known_names_tell(&names, FG_INVALID, key, "there is no field of this name here", error);
}

fg_status fg_json_fields(const fg_json *value, const char *const *fields, fg_error *error) {
  FG_TRY(fg_json_object(value, error));
  for (FG_EACH_MEMBER(value, member)) {
    if (!json_is_listed(fields, member->key)) {
      return json_refuse_field(member->key, fields, error);
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
