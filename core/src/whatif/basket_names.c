/* Words the refusal of a name that a book does not have, with the names that it has. */
#include "basket.h"

#include <stdio.h>

/* How many bytes must be inserted, removed or replaced to turn one name into the other. Of a name longer than a book
   allows only the beginning is compared. */
static size_t edit_distance(const char *given, fg_string name) {
  size_t row[FG_NAME_MAX + 1];
  size_t columns = name.length < FG_NAME_MAX ? name.length : FG_NAME_MAX;
  for (size_t i = 0; i <= columns; i++) {
    row[i] = i;
  }
  for (size_t line = 0; given[line] != '\0' && line < FG_NAME_MAX; line++) {
    size_t diagonal = row[0]++;
    for (size_t i = 0; i < columns; i++) {
      size_t replaced = diagonal + (given[line] != name.text[i]);
      size_t moved = 1 + (row[i] < row[i + 1] ? row[i] : row[i + 1]);
      diagonal = row[i + 1];
      row[i + 1] = replaced < moved ? replaced : moved;
    }
  }
  return row[columns];
}

static fg_string nearest_name(const char *given, const fg_string *names, size_t count) {
  size_t best = 0;
  for (size_t i = 1; i < count; i++) {
    if (edit_distance(given, names[i]) < edit_distance(given, names[best])) {
      best = i;
    }
  }
  return names[best];
}

fg_status fg_basket_no_such_name(fg_error *error, fg_status status, const char *given, const fg_string *names,
                                 size_t count) {
  char list[sizeof error->message] = "";
  size_t used = 0;
  if (count == 0) {
    return fg_fail(error, status, given, "there is nothing of that kind");
  }
  for (size_t i = 0; i < count && used < sizeof list; i++) {
    const char *separator = i == 0 ? "" : ", ";
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%.*s", separator, (int)names[i].length, names[i].text);
  }
  fg_string closest = nearest_name(given, names, count);
  return fg_fail(error, status, given, "there is none of that name; the nearest is %.*s, of %s", (int)closest.length,
                 closest.text, list);
}

fg_status fg_basket_within(fg_error *error, fg_status status, fg_string step) {
  if (status != FG_OK) {
    fg_error_prefix(error, "%.*s", (int)step.length, step.text);
  }
  return status;
}
