#include "place.h"

#include <stdio.h>

#include "fault.h"
#include "system.h"

/* The longest suffix: "-new-", a process and an instant. */
enum { SUFFIX_MAX = 56 };

static fg_status check_length(const char *path, const char *given, fg_error *error) {
  return strlen(path) + SUFFIX_MAX < FG_PLACE_MAX
             ? FG_OK
             : fg_fail(error, FG_INVALID, "path", "expected a path of less than %d bytes, got one of %zu: %.60s…",
                       FG_PLACE_MAX - SUFFIX_MAX, strlen(path), given);
}

static fg_status take_whole(const char *whole, const char *given, fg_place *place, fg_error *error) {
  FG_TRY(check_length(whole, given, error));
  memcpy(place->file, whole, strlen(whole) + 1);
  return FG_OK;
}

/* Resolves the path of a file that does not exist: its directory is resolved, and the last part stays. */
static fg_status resolve_missing(const char *path, fg_place *place, fg_error *error) {
  char whole[FG_SYSTEM_PATH_MAX];
  char given[FG_PLACE_MAX] = ".";
  const char *separator = fg_system_last_separator(path);
  const char *last = separator == NULL ? path : separator + 1;
  if (fg_system_exists(path)) {
    return fg_fail(error, FG_LEDGER_MISSING, "", "%s is a symbolic link to nothing", path);
  }
  if (separator != NULL) {
    snprintf(given, sizeof given, "%.*s", (int)(last - path), path);
  }
  if (last[0] == '\0' || fg_system_resolve(given, whole) != 0) {
    return fg_fail(error, FG_LEDGER_NO_DIRECTORY, "", "there is no directory for %s", path);
  }
  if (!fg_system_may_be_name(last)) {
    return fg_fail(error, FG_INVALID, "path", "%s is no name of a file", path);
  }
  size_t length = strlen(whole);
  length -= whole[length - 1] == FG_SYSTEM_SEPARATOR; /* the root's path ends in a separator */
  if (length + 1 + strlen(last) >= sizeof whole) {
    return check_length(path, path, error);
  }
  snprintf(whole + length, sizeof whole - length, "%c%s", FG_SYSTEM_SEPARATOR, last);
  return take_whole(whole, path, place, error);
}

fg_status fg_place_resolve(const char *path, fg_place *place, fg_error *error) {
  char whole[FG_SYSTEM_PATH_MAX];
  if (path == NULL || path[0] == '\0') {
    return fg_fail(error, FG_INVALID, "path", "expected the path of a ledger, got an empty one");
  }
  FG_TRY(check_length(path, path, error));
  int number = fg_system_resolve(path, whole);
  if (number == 0) {
    return take_whole(whole, path, place, error);
  }
  return number == ENOENT ? resolve_missing(path, place, error) : fg_store_system_fault(number, path, error);
}

void fg_place_beside(const fg_place *place, const char *suffix, char name[FG_PLACE_MAX]) {
  size_t length = strlen(place->file); /* leaves room for SUFFIX_MAX more bytes */
  memcpy(name, place->file, length);
  memcpy(name + length, suffix, strlen(suffix) + 1);
}

void fg_place_directory(const fg_place *place, char name[FG_PLACE_MAX]) {
  snprintf(name, FG_PLACE_MAX, "%.*s", (int)(fg_place_name(place) - place->file), place->file);
}

const char *fg_place_name(const fg_place *place) { return strrchr(place->file, FG_SYSTEM_SEPARATOR) + 1; }

int fg_place_number(const fg_place *place, int64_t *number) {
  char directory[FG_PLACE_MAX];
  fg_file_look look;
  fg_place_directory(place, directory);
  int error = fg_system_look_at(directory, false, &look);
  if (error != 0) {
    return error;
  }
  uint64_t hash = UINT64_C(0xcbf29ce484222325); /* an FNV-1a hash */
  uint64_t numbers[2] = {look.device, look.inode};
  const unsigned char *bytes = (const unsigned char *)numbers;
  for (size_t i = 0; i < sizeof numbers; i++) {
    hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
  }
  for (const char *next = fg_place_name(place); *next != '\0'; next++) {
    hash = (hash ^ (unsigned char)*next) * UINT64_C(0x100000001b3);
  }
  *number = (int64_t)((hash ^ hash >> 40) & ((UINT64_C(1) << 40) - 1));
  return 0;
}
