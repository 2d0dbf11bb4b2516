/* Any bytes as JSON: the core's own parser takes what jansson takes and builds the same values of it. */
#include <jansson.h>

#include "json/read.h"
#include "fuzz.h"

/* Numbers with a fraction or exponent are of no use to any document: that they are such is all that is kept. */
static bool same(const fg_json *ours, const json_t *theirs) {
  size_t count = 0;
  bool equal = true;
  switch (ours->kind) {
  case FG_JSON_NULL: return json_is_null(theirs);
  case FG_JSON_BOOLEAN: return json_is_boolean(theirs) && json_is_true(theirs) == ours->is.boolean;
  case FG_JSON_INTEGER: return json_is_integer(theirs) && json_integer_value(theirs) == ours->is.integer;
  case FG_JSON_REAL: return json_is_real(theirs);
  case FG_JSON_STRING:
    return json_is_string(theirs) && json_string_length(theirs) == ours->is.string.length &&
           strcmp(json_string_value(theirs), ours->is.string.text) == 0;
  case FG_JSON_LIST:
    for (FG_EACH_ELEMENT(ours, at)) {
      equal = equal && same(at, json_array_get(theirs, count++));
    }
    return equal && json_is_array(theirs) && json_array_size(theirs) == count && ours->is.list.count == count;
  case FG_JSON_OBJECT:
    for (FG_EACH_MEMBER(ours, at)) {
      equal = equal && same(&at->value, json_object_get(theirs, at->key)) && fg_json_get(ours, at->key) == &at->value;
      count++;
    }
    return equal && json_is_object(theirs) && json_object_size(theirs) == count && ours->is.object.count == count;
  }
  return false;
}

/* A byte order mark, which jansson does not know. */
static size_t length_of_mark(const uint8_t *data, size_t size) {
  return size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

/* Where the two differ on purpose: the depth of nesting, numbers that 64 bits or a double do not hold, and a byte 0,
   which jansson passes over. */
static bool may_differ(const uint8_t *data, size_t size, const fg_error *error, const json_error_t *fault) {
  enum json_error_code code = json_error_code(fault);
  return memchr(data, 0, size) != NULL || strstr(error->message, "deep") != NULL || code == json_error_stack_overflow ||
         code == json_error_numeric_overflow;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = (const char *)data;
  fg_json_document ours;
  fg_error error = {0};
  json_error_t fault = {0};
  fg_status status = fg_json_parse((fg_string){text, size}, NULL, &ours, &error);
  const size_t mark = length_of_mark(data, size);
  json_t *theirs = json_loadb(text + mark, size - mark, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
  if (status != FG_OK) {
    must_be_an_error(status, &error);
  }
  if ((status == FG_OK) != (theirs != NULL)) {
    MUST(may_differ(data, size, &error, &fault));
  } else if (status == FG_OK) {
    MUST(same(&ours.root, theirs));
  }
  fg_json_release(&ours);
  json_decref(theirs);
  return 0;
}
