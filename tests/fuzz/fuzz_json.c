/* Any bytes as JSON: the core's own parser takes what jansson takes and builds the same values of it. */
#include <jansson.h>

#include "json/read.h"
#include "fuzz.h"

/* Numbers with a fraction or exponent are of no use to any document: that they are such is all that is kept. */
static bool same(json_t *ours, json_t *theirs) {
  const char *key = NULL;
  json_t *member = NULL;
  size_t index = 0;
  bool equal = theirs != NULL && json_typeof(ours) == json_typeof(theirs);
  if (!json_is_object(ours) && !json_is_array(ours)) {
    return equal && (json_is_real(ours) || json_equal(ours, theirs));
  }
  equal = equal && json_object_size(ours) == json_object_size(theirs) &&
          json_array_size(ours) == json_array_size(theirs);
  json_object_foreach(ours, key, member) { equal = equal && same(member, json_object_get(theirs, key)); }
  json_array_foreach(ours, index, member) { equal = equal && same(member, json_array_get(theirs, index)); }
  return equal;
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
  json_t *ours = NULL;
  fg_error error = {0};
  json_error_t fault = {0};
  fg_status status = fg_json_parse(text, size, &ours, &error);
  json_t *theirs = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
  if (status != FG_OK) {
    must_be_an_error(status, &error);
  }
  if ((status == FG_OK) != (theirs != NULL)) {
    MUST(may_differ(data, size, &error, &fault));
  } else if (status == FG_OK) {
    MUST(same(ours, theirs));
  }
  json_decref(ours);
  json_decref(theirs);
  return 0;
}
