#include "vfs.h"

#include <stdio.h>

typedef struct vfs_file {
  sqlite3_file api;
  fg_vfs *vfs;
  const char *name; ///< the name that SQLite gave; SQLite owns it
  bool is_database, is_log;
  bool is_writable;    ///< of the log: whether it is open for writing
  sqlite3_file base[]; ///< as large as the base VFS says; that of the log is open while the log has a file
} vfs_file;

int fg_vfs_is_over(void *vfs) {
  const fg_vfs *of = vfs;
  return of->watch != NULL && fg_watch_goes_on(of->watch) != FG_OK;
}

static vfs_file *file_of(sqlite3_file *file) { return (vfs_file *)file; }
static sqlite3_file *base_of(sqlite3_file *file) { return file_of(file)->base; }
static fg_vfs *vfs_of(sqlite3_vfs *api) { return api->pAppData; }

static bool is_page(const vfs_file *file, int size, sqlite3_int64 offset) {
  return file->is_database && size == FG_PAGE_SIZE && offset % FG_PAGE_SIZE == 0;
}

static bool is_open(const vfs_file *file) { return file->base->pMethods != NULL; }

static void close_base(vfs_file *file) {
  if (is_open(file)) {
    file->base->pMethods->xClose(file->base);
  }
  file->base->pMethods = NULL;
}

/* SQLite opens a file to be read where it fails to open it to be written, also if the disk failed only once. */
static int open_base(vfs_file *file, int flags, int *out_flags) {
  sqlite3_vfs *base = file->vfs->base;
  int opened = flags;
  int result = base->xOpen(base, file->name, file->base, flags, &opened);
  if (result == SQLITE_OK && (flags & SQLITE_OPEN_READWRITE) != 0 && (opened & SQLITE_OPEN_READONLY) != 0) {
    close_base(file);
    result = SQLITE_CANTOPEN;
  }
  if (out_flags != NULL) {
    *out_flags = opened;
  }
  return result;
}

/* Whether a file may be written now. Temporary files of SQLite always may. */
static bool may_write(const vfs_file *file) {
  return file->vfs->phase != FG_VFS_READS || !(file->is_database || file->is_log);
}

/* Opens the log. It is made only when it is first written, so that a handle that only reads leaves nothing behind. */
static int open_log(vfs_file *file, int flags) {
  int result = open_base(file, flags | SQLITE_OPEN_WAL, NULL);
  if (result == SQLITE_OK) {
    result = fg_wal_file_opened(&file->vfs->log, file->base, file->name);
  }
  if (result != SQLITE_OK) {
    close_base(file);
  }
  return result;
}

static void close_log(vfs_file *file) {
  fg_wal_file_closed(&file->vfs->log);
  close_base(file);
  file->is_writable = false;
}

void fg_vfs_close_log(fg_vfs *vfs) {
  if (vfs->log_file != NULL && is_open(file_of(vfs->log_file))) {
    close_log(file_of(vfs->log_file));
  }
}

/* Opens the log, if there is one: for writing if writing is allowed, because Windows syncs only files that are open for
   writing. */
static int reach_log(vfs_file *file) {
  int exists = 0;
  bool to_write = may_write(file);
  if (!file->is_log || (is_open(file) && file->is_writable == to_write)) {
    return SQLITE_OK;
  }
  if (is_open(file)) {
    close_log(file);
  }
  int result = file->vfs->base->xAccess(file->vfs->base, file->name, SQLITE_ACCESS_EXISTS, &exists);
  if (result == SQLITE_OK && exists) {
    result = open_log(file, to_write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    file->is_writable = result == SQLITE_OK && to_write;
  }
  return result;
}

static int reach_log_to_write(vfs_file *file) {
  int result = reach_log(file);
  if (result == SQLITE_OK && file->is_log && !is_open(file)) {
    result = open_log(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    file->is_writable = result == SQLITE_OK;
  }
  return result;
}

/* Writes out what was gathered of the log, before the log is used in any other way than to append to it. */
static int write_out(vfs_file *file) {
  return file->is_log && is_open(file) ? fg_wal_file_write_out(&file->vfs->log) : SQLITE_OK;
}

static int empty_log(vfs_file *file) {
  unsigned char random[4];
  file->vfs->base->xRandomness(file->vfs->base, sizeof random, (char *)random);
  return fg_wal_file_empty(&file->vfs->log, random);
}

/* Whether a log must be ignored, because it was begun anew and a power cut has lost that: the database is newer. */
static bool is_void(vfs_file *file) {
  unsigned char header[FG_WAL_HEADER];
  const fg_wal_place *known = &file->vfs->void_log;
  return file->is_log && known->frame > 0 && is_open(file) &&
         file->base->pMethods->xRead(file->base, header, sizeof header, 0) == SQLITE_OK &&
         memcmp(fg_wal_salts(header), known->salts, sizeof known->salts) == 0;
}

int fg_vfs_sync_log(fg_vfs *vfs) {
  int result = vfs->log_file == NULL ? SQLITE_OK : reach_log(file_of(vfs->log_file));
  bool is_there = result == SQLITE_OK && vfs->log.file != NULL;
  return is_there ? fg_wal_file_sync(&vfs->log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) : result;
}

void fg_vfs_accept(fg_vfs *vfs, fg_file mark, int64_t session) {
  vfs->log.mark = mark;
  vfs->log.session = session;
  vfs->phase = FG_VFS_WRITES;
  if (vfs->log_file != NULL) { /* its name still leads to the same file; the next use reports a failure */
    (void)reach_log(file_of(vfs->log_file));
  }
}

/* Reads, and notes a failure of the disk, because SQLite reports some of them as a damaged database. */
static int read_base(vfs_file *file, void *bytes, int size, sqlite3_int64 offset) {
  bool is_over = fg_vfs_is_over(file->vfs);
  int result = is_over ? SQLITE_INTERRUPT : file->base->pMethods->xRead(file->base, bytes, size, offset);
  result = result == SQLITE_IOERR_CORRUPTFS ? SQLITE_IOERR_READ : result;
  if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) {
    file->vfs->read_failure = result;
  }
  return result;
}

static int read_page(vfs_file *file, unsigned char *page, int64_t number) {
  int result = read_base(file, page, FG_PAGE_SIZE, (number - 1) * FG_PAGE_SIZE);
  if (result == SQLITE_OK && !fg_page_is_whole(page, number)) {
    file->vfs->bad_page = file->vfs->bad_page == 0 ? number : file->vfs->bad_page;
    return SQLITE_IOERR_DATA;
  }
  return result;
}

/* Reads from a file. From version 3.45 on SQLite also reads parts of pages, for long values; then the whole page is
   read, because only its stamp shows damage. */
static int read_checked(vfs_file *file, void *bytes, int size, sqlite3_int64 offset) {
  const int64_t number = offset / FG_PAGE_SIZE + 1;
  const int64_t within = offset % FG_PAGE_SIZE;
  unsigned char *page = file->vfs->page;
  if (is_page(file, size, offset)) {
    return read_page(file, bytes, number);
  }
  if (!file->is_database || number == 1 || within + size > FG_PAGE_SIZE) {
    return read_base(file, bytes, size, offset);
  }
  int result = read_page(file, page, number);
  if (result == SQLITE_IOERR_SHORT_READ) { /* no stamp is left of a page that is cut */
    return read_base(file, bytes, size, offset);
  }
  if (result == SQLITE_OK) {
    memcpy(bytes, page + within, (size_t)size);
  }
  return result;
}

static int read_stamped(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset) {
  int result = reach_log(file_of(file));
  result = result == SQLITE_OK ? write_out(file_of(file)) : result;
  if (result == SQLITE_OK && (!is_open(file_of(file)) || is_void(file_of(file)))) {
    memset(bytes, 0, (size_t)size);
    return SQLITE_IOERR_SHORT_READ;
  }
  return result == SQLITE_OK ? read_checked(file_of(file), bytes, size, offset) : result;
}

static int write_stamped(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
  vfs_file *of = file_of(file);
  int result = may_write(of) ? reach_log_to_write(of) : SQLITE_READONLY;
  if (result != SQLITE_OK) {
    return result;
  }
  if (of->is_log) {
    return fg_wal_file_write(&of->vfs->log, bytes, size, offset);
  }
  if (is_page(of, size, offset)) {
    unsigned char *page = of->vfs->page;
    memcpy(page, bytes, FG_PAGE_SIZE);
    fg_page_stamp(page, offset / FG_PAGE_SIZE + 1);
    bytes = page;
  }
  return base_of(file)->pMethods->xWrite(base_of(file), bytes, size, offset);
}

static int close_file_of(sqlite3_file *file) {
  vfs_file *of = file_of(file);
  if (of->is_log) {
    close_log(of);
    of->vfs->log_file = NULL;
  }
  return is_open(of) ? base_of(file)->pMethods->xClose(base_of(file)) : SQLITE_OK;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
  vfs_file *of = file_of(file);
  if (!may_write(of)) {
    return SQLITE_READONLY;
  }
  if (of->is_log && size == 0) {
    int result = reach_log(of);
    result = result == SQLITE_OK && is_open(of) ? reach_log_to_write(of) : result;
    return result == SQLITE_OK && is_open(of) ? empty_log(of) : result;
  }
  int result = write_out(of);
  return result == SQLITE_OK ? base_of(file)->pMethods->xTruncate(base_of(file), size) : result;
}

/* Syncs a file in full (SQLITE_SYNC_FULL), because on some systems a plain sync ends before the disk has written its
   own memory to the medium. SQLite syncs the header of a log that was begun anew before its first frame. That is
   skipped if the database has noted that it has everything of the log before (fg_header_put_saved), because a command
   with a group must not wait. */
static int sync_file(sqlite3_file *file, int flags) {
  vfs_file *of = file_of(file);
  bool is_skipped = of->is_log && of->vfs->log.is_header_free;
  of->vfs->log.is_header_free = of->vfs->log.is_header_free && !is_skipped;
  if (!is_open(of) || is_skipped) {
    return SQLITE_OK;
  }
  int result = write_out(of);
  return result != SQLITE_OK ? result
         : of->is_log        ? fg_wal_file_sync(&of->vfs->log, flags)
                             : base_of(file)->pMethods->xSync(base_of(file), flags | SQLITE_SYNC_FULL);
}

static int size_of_file(sqlite3_file *file, sqlite3_int64 *size) {
  vfs_file *of = file_of(file);
  *size = 0;
  int result = reach_log(of);
  result = result == SQLITE_OK ? write_out(of) : result;
  return result == SQLITE_OK && is_open(of) && !is_void(of) ? base_of(file)->pMethods->xFileSize(base_of(file), size)
                                                            : result;
}

static int control_file(sqlite3_file *file, int operation, void *argument) {
  return is_open(file_of(file)) ? base_of(file)->pMethods->xFileControl(base_of(file), operation, argument)
                                : SQLITE_NOTFOUND;
}
static int sector_size(sqlite3_file *file) {
  return is_open(file_of(file)) ? base_of(file)->pMethods->xSectorSize(base_of(file)) : FG_PAGE_SIZE;
}
static int characteristics(sqlite3_file *file) {
  return is_open(file_of(file)) ? base_of(file)->pMethods->xDeviceCharacteristics(base_of(file)) : 0;
}

/* SQLite asks for an exclusive lock before it empties and removes the log, so that is refused. */
static int lock_file(sqlite3_file *file, int level) {
  return level == SQLITE_LOCK_EXCLUSIVE && file_of(file)->vfs->phase != FG_VFS_CREATES ? SQLITE_BUSY : SQLITE_OK;
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
    vfs->regions[number] = sqlite3_malloc(size);
    if (vfs->regions[number] == NULL) {
      return SQLITE_NOMEM;
    }
    memset(vfs->regions[number], 0, (size_t)size);
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
    sqlite3_free(vfs->regions[i]);
    vfs->regions[i] = NULL;
  }
}

static int unmap_regions(sqlite3_file *file, int remove) {
  (void)remove;
  release_regions(file_of(file)->vfs);
  return SQLITE_OK;
}

/* The index begins with two copies of its header, 48 bytes each. Where they are not valid SQLite builds the index
   anew. */
void fg_vfs_forget_log(fg_vfs *vfs) {
  if (vfs->regions[0] != NULL) {
    memset(vfs->regions[0], 0, 96);
  }
}

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
  opened->name = name;
  opened->is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  opened->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  opened->is_writable = false;
  opened->base->pMethods = NULL;
  opened->api.pMethods = NULL;
  int result = SQLITE_OK;
  if (opened->is_log) {
    vfs->log_file = file;
    result = reach_log(opened);
    if (out_flags != NULL) {
      *out_flags = vfs->is_for_reading ? SQLITE_OPEN_READONLY | SQLITE_OPEN_WAL : flags;
    }
  } else if ((flags & SQLITE_OPEN_MAIN_JOURNAL) != 0 && vfs->phase != FG_VFS_CREATES) {
    result = SQLITE_CANTOPEN;
  } else {
    result = open_base(opened, flags, out_flags);
  }
  opened->api.pMethods = result == SQLITE_OK || is_open(opened) ? &methods : NULL;
  vfs->log_file = opened->is_log && opened->api.pMethods == NULL ? NULL : vfs->log_file;
  return result;
}

static int delete_file(sqlite3_vfs *api, const char *name, int sync_directory) {
  return vfs_of(api)->phase == FG_VFS_CREATES ? vfs_of(api)->base->xDelete(vfs_of(api)->base, name, sync_directory)
                                              : SQLITE_IOERR_DELETE;
}

/* Hides a rollback journal from SQLite. A ledger has none, so what lies beside it under that name must not be used. */
static int access_file(sqlite3_vfs *api, const char *name, int flags, int *answer) {
  static const char journal[] = "-journal";
  size_t length = strlen(name);
  bool is_journal = length >= sizeof journal && strcmp(name + length - (sizeof journal - 1), journal) == 0;
  *answer = 0;
  return is_journal && vfs_of(api)->phase != FG_VFS_CREATES
             ? SQLITE_OK
             : vfs_of(api)->base->xAccess(vfs_of(api)->base, name, flags, answer);
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
  *vfs = (fg_vfs){.phase = FG_VFS_READS, .watch = vfs->watch};
  fg_wal_file_begin(&vfs->log);
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
    fg_wal_file_end(&vfs->log);
    release_regions(vfs);
    vfs->base = NULL;
  }
}
