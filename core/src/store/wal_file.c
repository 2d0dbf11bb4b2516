#include "wal_file.h"

void fg_wal_file_begin(fg_wal_file *log) {
  *log = (fg_wal_file){.failure = SQLITE_OK, .mark = FG_NO_FILE};
  fg_mutex_begin(&log->syncing);
  fg_mutex_begin(&log->mutex);
}

void fg_wal_file_end(fg_wal_file *log) {
  fg_mutex_end(&log->mutex);
  fg_mutex_end(&log->syncing);
}

int fg_wal_file_opened(fg_wal_file *log, sqlite3_file *file, const char *name) {
  if (fg_system_look_at(name, false, &log->look) != 0) {
    return SQLITE_IOERR_FSTAT;
  }
  log->size = log->look.state.size;
  log->file = file;
  log->length = 0;
  log->offset = 0;
  return SQLITE_OK;
}

void fg_wal_file_closed(fg_wal_file *log) { log->file = NULL; }

/* Notes how far the log is synced. The caller holds the mutex. */
static void put_mark(fg_wal_file *log, const fg_wal_place *place) {
  log->marked = *place;
  if (log->mark != FG_NO_FILE) {
    fg_mark_put(log->mark, log->session, place);
  }
}

/* Notes that a frame overwrites the end of a transaction, which SQLite does after it has taken the transaction back,
   for example because its sync failed. */
static void take_back(fg_wal_file *log, uint32_t frame) {
  log->written.frame = frame - 1 < log->written.frame ? frame - 1 : log->written.frame;
  bool is_marked = memcmp(log->marked.salts, log->written.salts, sizeof log->marked.salts) == 0;
  if (is_marked && log->marked.frame > log->written.frame) {
    put_mark(log, &log->written);
  }
}

/* The mutex is held. */
static void begin_anew(fg_wal_file *log, const unsigned char *salts) {
  memcpy(log->written.salts, salts, sizeof log->written.salts);
  log->written.frame = 0;
}

/* Notes a frame before it is written, because a write that fails may have overwritten what was there. */
static void note_frame(fg_wal_file *log, const unsigned char *header, uint32_t frame) {
  fg_mutex_lock(&log->mutex);
  if (memcmp(log->written.salts, fg_wal_frame_salts(header), sizeof log->written.salts) != 0) {
    begin_anew(log, fg_wal_frame_salts(header)); /* another handle has begun the log anew */
  }
  take_back(log, frame);
  log->frame_begun = fg_wal_is_commit(header) ? frame : 0;
  fg_mutex_unlock(&log->mutex);
}

/* Notes the end of a transaction when all of it is written, because a mark must never be ahead of the log. */
static void note_end(fg_wal_file *log) {
  fg_mutex_lock(&log->mutex);
  log->written.frame = log->frame_begun;
  log->frame_begun = 0;
  fg_mutex_unlock(&log->mutex);
}

/* Notes what was synced, unless it was taken back meanwhile. The mutex is held. */
static void note_synced(fg_wal_file *log, const fg_wal_place *place) {
  bool stands = memcmp(place->salts, log->written.salts, sizeof place->salts) == 0 && place->frame > 0 &&
                place->frame <= log->written.frame;
  if (stands && memcmp(place, &log->marked, sizeof *place) != 0) {
    put_mark(log, place);
  }
}

int fg_wal_file_sync(fg_wal_file *log, int flags) {
  fg_mutex_lock(&log->syncing);
  fg_mutex_lock(&log->mutex);
  fg_wal_place place = log->written;
  fg_mutex_unlock(&log->mutex);
  int result = log->file->pMethods->xSync(log->file, flags | SQLITE_SYNC_FULL);
  fg_mutex_lock(&log->mutex);
  if (result == SQLITE_OK) {
    note_synced(log, &place);
  } else if (log->failure == SQLITE_OK) {
    log->failure = result;
  }
  fg_mutex_unlock(&log->mutex);
  fg_mutex_unlock(&log->syncing);
  return result;
}

int fg_wal_file_failure(fg_wal_file *log) {
  fg_mutex_lock(&log->mutex);
  int failure = log->failure;
  fg_mutex_unlock(&log->mutex);
  return failure;
}

void fg_wal_file_forget_failure(fg_wal_file *log) {
  fg_mutex_lock(&log->mutex);
  log->failure = SQLITE_OK;
  fg_mutex_unlock(&log->mutex);
}

void fg_wal_file_note_emptied(fg_wal_file *log, const unsigned char salts[8]) {
  fg_mutex_lock(&log->mutex);
  memcpy(log->emptied, salts, sizeof log->emptied);
  log->is_emptied = true;
  fg_mutex_unlock(&log->mutex);
}

static int write_at(fg_wal_file *log, const void *bytes, size_t length, int64_t offset) {
  int result = log->file->pMethods->xWrite(log->file, bytes, (int)length, offset);
  bool is_known = result == SQLITE_OK && log->size >= 0;
  log->offset = offset + (int64_t)length;
  log->size = is_known ? fg_max_i64(log->size, log->offset) : -1;
  return result;
}

int fg_wal_file_write_out(fg_wal_file *log) {
  size_t length = log->length;
  log->length = 0;
  return length == 0 ? SQLITE_OK : write_at(log, log->gathered, length, log->offset);
}

static int gather(fg_wal_file *log, const void *bytes, size_t length) {
  memcpy(log->gathered + log->length, bytes, length);
  log->length += length;
  return SQLITE_OK;
}

/* Whether a write is collected: the header or the page of a frame that follows the collected ones. Other writes are
   written at once. */
static bool is_gathered(const fg_wal_file *log, int size, int64_t offset, uint32_t frame) {
  bool is_part = frame > 0 && (size == FG_WAL_FRAME_HEADER || size == FG_PAGE_SIZE);
  return is_part && offset == log->offset + (int64_t)log->length && log->length + (size_t)size <= sizeof log->gathered;
}

int fg_wal_file_write(fg_wal_file *log, const void *bytes, int size, int64_t offset) {
  uint32_t frame = fg_wal_frame_at(size == FG_PAGE_SIZE ? offset - FG_WAL_FRAME_HEADER : offset);
  log->is_header_free = false;
  if (size == FG_WAL_HEADER && offset == 0) {
    fg_mutex_lock(&log->mutex);
    begin_anew(log, fg_wal_salts(bytes));
    log->is_header_free = log->is_emptied && memcmp(log->emptied, log->written.salts, sizeof log->emptied) == 0;
    log->is_emptied = false;
    fg_mutex_unlock(&log->mutex);
  } else if (size == FG_WAL_FRAME_HEADER && frame > 0) {
    note_frame(log, bytes, frame);
  }
  bool is_end = size == FG_PAGE_SIZE && frame > 0 && frame == log->frame_begun;
  bool is_held = is_gathered(log, size, offset, frame);
  int result = is_held ? SQLITE_OK : fg_wal_file_write_out(log);
  if (result == SQLITE_OK) {
    result = is_held ? gather(log, bytes, (size_t)size) : write_at(log, bytes, (size_t)size, offset);
  }
  if (result == SQLITE_OK && is_end) {
    result = fg_wal_file_write_out(log);
  }
  if (result == SQLITE_OK && is_end) {
    note_end(log);
  }
  return result;
}

int fg_wal_file_empty(fg_wal_file *log, const unsigned char random[4]) {
  unsigned char header[FG_WAL_HEADER];
  int result = log->file->pMethods->xRead(log->file, header, FG_WAL_HEADER, 0);
  if (result != SQLITE_OK) {
    /* A file that is too short for the header is empty. */
    return result == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : result;
  }
  fg_wal_renew(header, random);
  return fg_wal_file_write(log, header, FG_WAL_HEADER, 0);
}
