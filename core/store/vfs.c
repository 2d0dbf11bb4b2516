#include "system.h"

#include "vfs.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct vfs_file {
  sqlite3_file api;
  fg_vfs *vfs;
  bool is_database, is_log;
  sqlite3_file base[]; ///< as large as the base says
} vfs_file;

static vfs_file *file_of(sqlite3_file *file) { return (vfs_file *)file; }
static sqlite3_file *base_of(sqlite3_file *file) { return file_of(file)->base; }
static fg_vfs *vfs_of(sqlite3_vfs *api) { return api->pAppData; }

static bool is_page(const vfs_file *file, int size, sqlite3_int64 offset) {
  return file->is_database && size == FG_PAGE_SIZE && offset % FG_PAGE_SIZE == 0;
}

/* ----------------------------------------------------------------------------------------------------- contents */

static int read_stamped(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset) {
  fg_vfs *vfs = file_of(file)->vfs;
  int result = base_of(file)->pMethods->xRead(base_of(file), bytes, size, offset);
  int64_t number = offset / FG_PAGE_SIZE + 1;
  if (result == SQLITE_OK && is_page(file_of(file), size, offset) && !fg_page_is_whole(bytes, number)) {
    vfs->bad_page = vfs->bad_page == 0 ? number : vfs->bad_page;
    return SQLITE_IOERR_DATA;
  }
  return result;
}

static int write_stamped(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
  const void *written = bytes;
  if (is_page(file_of(file), size, offset)) {
    unsigned char *page = file_of(file)->vfs->page;
    memcpy(page, bytes, FG_PAGE_SIZE);
    fg_page_stamp(page, offset / FG_PAGE_SIZE + 1);
    written = page;
  }
  return base_of(file)->pMethods->xWrite(base_of(file), written, size, offset);
}

static int close_file_of(sqlite3_file *file) {
  fg_vfs *vfs = file_of(file)->vfs;
  vfs->log = file_of(file)->is_log ? NULL : vfs->log;
  return base_of(file)->pMethods->xClose(base_of(file));
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
  return base_of(file)->pMethods->xTruncate(base_of(file), size);
}
static int sync_file(sqlite3_file *file, int flags) { return base_of(file)->pMethods->xSync(base_of(file), flags); }
static int size_of_file(sqlite3_file *file, sqlite3_int64 *size) {
  return base_of(file)->pMethods->xFileSize(base_of(file), size);
}
static int control_file(sqlite3_file *file, int operation, void *argument) {
  return base_of(file)->pMethods->xFileControl(base_of(file), operation, argument);
}
static int sector_size(sqlite3_file *file) { return base_of(file)->pMethods->xSectorSize(base_of(file)); }
static int characteristics(sqlite3_file *file) {
  return base_of(file)->pMethods->xDeviceCharacteristics(base_of(file));
}

/* -------------------------------------------------------------------------------------------------------- locks */

/* An exclusive lock is what SQLite asks for before it removes the log. */
static int lock_file(sqlite3_file *file, int level) {
  return level == SQLITE_LOCK_EXCLUSIVE && !file_of(file)->vfs->may_take_all ? SQLITE_BUSY : SQLITE_OK;
}
static int unlock_file(sqlite3_file *file, int level) {
  (void)file;
  (void)level;
  return SQLITE_OK;
}
static int check_reserved(sqlite3_file *file, int *reserved) {
  (void)file;
  *reserved = 0;
  return SQLITE_OK;
}

static int map_region(sqlite3_file *file, int number, int size, int extend, void volatile **region) {
  fg_vfs *vfs = file_of(file)->vfs;
  *region = NULL;
  if (number >= FG_WAL_REGIONS) {
    return SQLITE_FULL;
  }
  if (vfs->regions[number] == NULL && extend) {
    vfs->regions[number] = calloc(1, (size_t)size);
    if (vfs->regions[number] == NULL) {
      return SQLITE_NOMEM;
    }
  }
  *region = vfs->regions[number];
  return SQLITE_OK;
}

static int lock_region(sqlite3_file *file, int first, int count, int flags) {
  (void)file;
  (void)first;
  (void)count;
  (void)flags;
  return SQLITE_OK;
}

static void barrier(sqlite3_file *file) {
  (void)file;
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void release_regions(fg_vfs *vfs) {
  for (int i = 0; i < FG_WAL_REGIONS; i++) {
    free(vfs->regions[i]);
    vfs->regions[i] = NULL;
  }
}

static int unmap_regions(sqlite3_file *file, int remove) {
  (void)remove;
  release_regions(file_of(file)->vfs);
  return SQLITE_OK;
}

/* The index begins with two copies of its header, 48 bytes each; SQLite builds it anew where they are not valid. */
void fg_vfs_forget_log(fg_vfs *vfs) {
  if (vfs->regions[0] != NULL) {
    memset(vfs->regions[0], 0, 96);
  }
}

int fg_vfs_sync_log(fg_vfs *vfs) {
  return vfs->log == NULL ? SQLITE_OK : vfs->log->pMethods->xSync(vfs->log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

/* ------------------------------------------------------------------------------------------------- the interface */

static int open_file(sqlite3_vfs *api, const char *name, sqlite3_file *file, int flags, int *out_flags) {
  static const sqlite3_io_methods methods = {.iVersion = 2,
                                             .xClose = close_file_of,
                                             .xRead = read_stamped,
                                             .xWrite = write_stamped,
                                             .xTruncate = truncate_file,
                                             .xSync = sync_file,
                                             .xFileSize = size_of_file,
                                             .xLock = lock_file,
                                             .xUnlock = unlock_file,
                                             .xCheckReservedLock = check_reserved,
                                             .xFileControl = control_file,
                                             .xSectorSize = sector_size,
                                             .xDeviceCharacteristics = characteristics,
                                             .xShmMap = map_region,
                                             .xShmLock = lock_region,
                                             .xShmBarrier = barrier,
                                             .xShmUnmap = unmap_regions};
  fg_vfs *vfs = vfs_of(api);
  vfs_file *opened = file_of(file);
  opened->vfs = vfs;
  opened->is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  opened->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  int result = vfs->base->xOpen(vfs->base, name, opened->base, flags, out_flags);
  bool is_open = opened->base->pMethods != NULL;
  opened->api.pMethods = is_open ? &methods : NULL;
  vfs->log = is_open && opened->is_log ? opened->base : vfs->log;
  return result;
}

static int delete_file(sqlite3_vfs *api, const char *name, int sync_directory) {
  return vfs_of(api)->base->xDelete(vfs_of(api)->base, name, sync_directory);
}
static int access_file(sqlite3_vfs *api, const char *name, int flags, int *answer) {
  return vfs_of(api)->base->xAccess(vfs_of(api)->base, name, flags, answer);
}
static int full_path(sqlite3_vfs *api, const char *name, int size, char *path) {
  return vfs_of(api)->base->xFullPathname(vfs_of(api)->base, name, size, path);
}
static int randomness(sqlite3_vfs *api, int size, char *bytes) {
  return vfs_of(api)->base->xRandomness(vfs_of(api)->base, size, bytes);
}
static int sleep_for(sqlite3_vfs *api, int microseconds) {
  return vfs_of(api)->base->xSleep(vfs_of(api)->base, microseconds);
}
static int current_time(sqlite3_vfs *api, double *days) {
  return vfs_of(api)->base->xCurrentTime(vfs_of(api)->base, days);
}
static int last_error(sqlite3_vfs *api, int size, char *text) {
  return vfs_of(api)->base->xGetLastError(vfs_of(api)->base, size, text);
}

int fg_vfs_register(fg_vfs *vfs) {
  memset(vfs, 0, sizeof *vfs);
  vfs->base = sqlite3_vfs_find(NULL);
  if (vfs->base == NULL) {
    return SQLITE_ERROR;
  }
  snprintf(vfs->name, sizeof vfs->name, "faregate-%p", (void *)vfs);
  vfs->api = (sqlite3_vfs){.iVersion = 1,
                           .szOsFile = (int)sizeof(vfs_file) + vfs->base->szOsFile,
                           .mxPathname = vfs->base->mxPathname,
                           .zName = vfs->name,
                           .pAppData = vfs,
                           .xOpen = open_file,
                           .xDelete = delete_file,
                           .xAccess = access_file,
                           .xFullPathname = full_path,
                           .xRandomness = randomness,
                           .xSleep = sleep_for,
                           .xCurrentTime = current_time,
                           .xGetLastError = last_error};
  return sqlite3_vfs_register(&vfs->api, 0);
}

void fg_vfs_unregister(fg_vfs *vfs) {
  if (vfs->base != NULL) {
    sqlite3_vfs_unregister(&vfs->api);
    release_regions(vfs);
    vfs->base = NULL;
  }
}
