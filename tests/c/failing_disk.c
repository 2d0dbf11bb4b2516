#include "support.h"

#include <sqlite3.h>

#include "failing_disk.h"

static struct {
  sqlite3_vfs api;
  sqlite3_vfs *base;
  long operations, fail_at;
  int code, number;
} disk;

/* The file of the base, with its functions replaced: the file is as large as the base says, the table of functions one
   for all. */
static const sqlite3_io_methods *base_methods;
static sqlite3_io_methods methods;

static bool fails(void) { return ++disk.operations == disk.fail_at; }

static int write_or_fail(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
  if (fails()) {
    base_methods->xWrite(file, bytes, size / 2, offset); /* half of it came through */
    return disk.code;
  }
  return base_methods->xWrite(file, bytes, size, offset);
}

static int truncate_or_fail(sqlite3_file *file, sqlite3_int64 size) {
  return fails() ? disk.code : base_methods->xTruncate(file, size);
}

/* What is real here is the order, not the disk: nothing is synced, so that the tests are quick. */
static int sync_or_fail(sqlite3_file *file, int flags) {
  (void)file;
  (void)flags;
  return fails() ? disk.code : SQLITE_OK;
}

static int open_file(sqlite3_vfs *api, const char *name, sqlite3_file *file, int flags, int *out_flags) {
  (void)api;
  int result = disk.base->xOpen(disk.base, name, file, flags, out_flags);
  if (file->pMethods != NULL) {
    base_methods = file->pMethods;
    methods = *file->pMethods;
    methods.xWrite = write_or_fail;
    methods.xTruncate = truncate_or_fail;
    methods.xSync = sync_or_fail;
    file->pMethods = &methods;
  }
  return result;
}

static int last_error(sqlite3_vfs *api, int size, char *text) {
  (void)api;
  (void)size;
  (void)text;
  return disk.number;
}

int install_failing_disk(void **state) {
  (void)state;
  disk.base = sqlite3_vfs_find(NULL);
  disk.api = *disk.base; /* its functions find their own data through the copy as well */
  disk.api.zName = "failing";
  disk.api.xOpen = open_file;
  disk.api.xGetLastError = last_error;
  return sqlite3_vfs_register(&disk.api, 1);
}

int remove_failing_disk(void **state) {
  (void)state;
  return sqlite3_vfs_unregister(&disk.api);
}

void fail_at_operation(long n, int code) {
  disk.operations = 0;
  disk.fail_at = n;
  disk.code = code;
  disk.number = 0;
}

void fail_for(int number) { disk.number = number; }

bool failing_operation_came(void) { return disk.fail_at != 0 && disk.operations >= disk.fail_at; }
