#include "system.h"

#include "place.h"

#include <limits.h>
#include <stdlib.h>

#include "fault.h"

/* "-new-", a process and an instant: the longest suffix. */
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

/* Of a file that is not there: its directory is resolved, the last part stays. */
static fg_status resolve_missing(const char *path, fg_place *place, fg_error *error) {
  char whole[PATH_MAX];
  char given[PATH_MAX];
  struct stat status;
  const char *slash = strrchr(path, '/');
  const char *last = slash == NULL ? path : slash + 1;
  if (lstat(path, &status) == 0) {
    return fg_fail(error, FG_LEDGER_MISSING, "", "%s is a symbolic link to nothing", path);
  }
  snprintf(given, sizeof given, "%.*s",
           slash == NULL   ? 1
           : slash == path ? 1
                           : (int)(slash - path),
           slash == NULL ? "." : path);
  if (last[0] == '\0' || realpath(given, whole) == NULL) {
    return fg_fail(error, FG_LEDGER_NO_DIRECTORY, "", "there is no directory for %s", path);
  }
  size_t length = strcmp(whole, "/") == 0 ? 0 : strlen(whole);
  if (length + 1 + strlen(last) >= sizeof whole) {
    return check_length(path, path, error);
  }
  snprintf(whole + length, sizeof whole - length, "/%s", last);
  return take_whole(whole, path, place, error);
}

fg_status fg_place_resolve(const char *path, fg_place *place, fg_error *error) {
  char whole[PATH_MAX];
  if (path == NULL || path[0] == '\0') {
    return fg_fail(error, FG_INVALID, "path", "expected the path of a ledger, got an empty one");
  }
  FG_TRY(check_length(path, path, error));
  if (realpath(path, whole) != NULL) {
    return take_whole(whole, path, place, error);
  }
  return errno == ENOENT ? resolve_missing(path, place, error) : fg_store_system_fault(errno, path, error);
}

void fg_place_beside(const fg_place *place, const char *suffix, char name[FG_PLACE_MAX]) {
  size_t length = strlen(place->file); /* leaves SUFFIX_MAX */
  memcpy(name, place->file, length);
  memcpy(name + length, suffix, strlen(suffix) + 1);
}

void fg_place_directory(const fg_place *place, char name[FG_PLACE_MAX]) {
  const char *slash = strrchr(place->file, '/');
  snprintf(name, FG_PLACE_MAX, "%.*s", slash == place->file ? 1 : (int)(slash - place->file), place->file);
}

const char *fg_place_name(const fg_place *place) { return strrchr(place->file, '/') + 1; }

int fg_place_number(const fg_place *place, int64_t *number) {
  char directory[FG_PLACE_MAX];
  struct stat status;
  fg_place_directory(place, directory);
  if (stat(directory, &status) != 0) {
    return errno;
  }
  uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
  uint64_t numbers[2] = {(uint64_t)status.st_dev, (uint64_t)status.st_ino};
  const unsigned char *bytes = (const unsigned char *)numbers;
  for (size_t i = 0; i < sizeof numbers; i++) {
    hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
  }
  for (const char *at = fg_place_name(place); *at != '\0'; at++) {
    hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
  }
  *number = (int64_t)((hash ^ hash >> 40) & ((UINT64_C(1) << 40) - 1));
  return 0;
}

bool fg_place_exists(const char *path) {
  struct stat status;
  return lstat(path, &status) == 0;
}
