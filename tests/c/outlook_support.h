/* Answers of upcoming and notices as lines of text, one for each entry: values by key, those that are null left out. */
#ifndef OUTLOOK_SUPPORT_H
#define OUTLOOK_SUPPORT_H

#include "support.h"
#include "faregate_outlook.h"

enum { LINES_MAX = 16384 };

/* "key=value" of the keys named, separated by spaces, each entry on a line of its own. */
static inline void write_lines(const json_t *entries, const char *const *keys, char lines[LINES_MAX]) {
  size_t used = 0;
  lines[0] = '\0';
  for (size_t i = 0; i < json_array_size(entries); i++) {
    const json_t *entry = json_array_get(entries, i);
    for (const char *const *key = keys; *key != NULL; key++) {
      const json_t *value = json_object_get(entry, *key);
      const char *space = key == keys ? "" : " ";
      assert_non_null(value);
      assert_true(used < LINES_MAX - 512);
      if (json_is_integer(value)) {
        long long number = json_integer_value(value);
        used += (size_t)snprintf(lines + used, LINES_MAX - used, "%s%s=%lld", space, *key, number);
      } else if (json_is_string(value)) {
        bool is_name = key == keys || key == keys + 1; /* what every entry has needs no key */
        used += (size_t)snprintf(lines + used, LINES_MAX - used, "%s%s%s%s", space, is_name ? "" : *key,
                                 is_name ? "" : "=", json_string_value(value));
      }
    }
    used += (size_t)snprintf(lines + used, LINES_MAX - used, "\n");
  }
}

#endif
