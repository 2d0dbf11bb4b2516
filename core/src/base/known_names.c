#include "known_names.h"

#include <stdio.h>

/* Of a longer name only the beginning is compared. */
enum { KNOWN_NAME_MAX = 64 };

/* How many bytes must be inserted, removed or replaced to turn one name into the other. */
static size_t edit_distance(fg_string given, fg_string name) {
  size_t row[KNOWN_NAME_MAX + 1];
  size_t lines = given.length < KNOWN_NAME_MAX ? given.length : KNOWN_NAME_MAX;
  size_t columns = name.length < KNOWN_NAME_MAX ? name.length : KNOWN_NAME_MAX;
  for (size_t i = 0; i <= columns; i++) {
    row[i] = i;
  }
  for (size_t line = 0; line < lines; line++) {
    size_t diagonal = row[0]++;
    for (size_t i = 0; i < columns; i++) {
      size_t replaced = diagonal + (given.text[line] != name.text[i]);
      size_t moved = 1 + (row[i] < row[i + 1] ? row[i] : row[i + 1]);
      diagonal = row[i + 1];
      row[i + 1] = replaced < moved ? replaced : moved;
    }
  }
  return row[columns];
}

void fg_known_names_add(fg_known_names *names, fg_string name) {
  const size_t room = sizeof names->list - names->used;
  const size_t distance = edit_distance(names->given, name);
  if (names->count == 0 || distance < names->distance) {
    names->nearest = name;
    names->distance = distance;
  }
  int written = snprintf(names->list + names->used, room, "%s%.*s", names->count == 0 ? "" : ", ", fg_shown(name),
                         name.text);
  names->used += (size_t)written < room ? (size_t)written : room - 1;
  names->count++;
}

fg_status fg_known_names_refuse(const fg_known_names *names, fg_status status, const char *path, const char *of,
                                fg_error *error) {
  char none[sizeof names->list] = "there is none of that name";
  if (of != NULL) {
    snprintf(none, sizeof none, "there is no %s %.*s", of, fg_shown(names->given), names->given.text);
  }
  if (names->count == 0) {
    return of == NULL ? fg_fail(error, status, path, "there is nothing of that kind")
                      : fg_fail(error, status, path, "%s, and no other", none);
  }
  return fg_known_names_tell(names, status, path, none, error);
}

fg_status fg_known_names_tell(const fg_known_names *names, fg_status status, const char *path, const char *none,
                              fg_error *error) {
  return fg_fail(error, status, path, "%s; the nearest is %.*s, of %s", none, fg_shown(names->nearest),
                 names->nearest.text, names->list);
}
