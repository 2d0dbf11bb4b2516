#include "wal.h"

/* Where the header of a log, and that of a frame, have the values that are used here, as big-endian numbers. */
enum {
  LOG_MAGIC = 0x377f0682, /* plus 1 if the sums are over big-endian words */
  LOG_VERSION = 3007000,
  LOG_NUMBER = 12, /* how many times the log was begun anew */
  LOG_SALTS = 16,
  LOG_SUMS = 24,
  FRAME_COMMIT = 4,
  FRAME_SALTS = 8,
  FRAME_SUMS = 16
};

static uint32_t big_endian(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t little_endian(const unsigned char *bytes) {
  return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

static void put_big_endian(unsigned char *bytes, uint32_t number) {
  for (int i = 0; i < 4; i++) {
    bytes[i] = (unsigned char)(number >> (24 - 8 * i));
  }
}

static bool has_big_words(const unsigned char *header) { return (big_endian(header) & 1) != 0; }

/* Adds pairs of words to SQLite's checksum, which goes on from `sums`. */
static void add_to_sums(bool big, const unsigned char *bytes, size_t length, uint32_t sums[2]) {
  FG_ASSERT(length % 8 == 0);
  for (size_t offset = 0; offset < length; offset += 8) {
    sums[0] += (big ? big_endian(bytes + offset) : little_endian(bytes + offset)) + sums[1];
    sums[1] += (big ? big_endian(bytes + offset + 4) : little_endian(bytes + offset + 4)) + sums[0];
  }
}

static void header_sums(const unsigned char *header, uint32_t sums[2]) {
  sums[0] = sums[1] = 0;
  add_to_sums(has_big_words(header), header, LOG_SUMS, sums);
}

static bool is_header(const unsigned char *header) {
  uint32_t sums[2];
  header_sums(header, sums);
  return (big_endian(header) & ~1U) == LOG_MAGIC && big_endian(header + 4) == LOG_VERSION &&
         big_endian(header + 8) == FG_PAGE_SIZE && big_endian(header + LOG_SUMS) == sums[0] &&
         big_endian(header + LOG_SUMS + 4) == sums[1];
}

/* The header says that the log was begun anew before, because otherwise SQLite gives it other salts when it writes the
   first frame. */
void fg_wal_renew(unsigned char header[FG_WAL_HEADER], const unsigned char random[4]) {
  uint32_t sums[2];
  put_big_endian(header + LOG_NUMBER, big_endian(header + LOG_NUMBER) + 1);
  put_big_endian(header + LOG_SALTS, big_endian(header + LOG_SALTS) + 1);
  memcpy(header + LOG_SALTS + 4, random, 4);
  header_sums(header, sums);
  put_big_endian(header + LOG_SUMS, sums[0]);
  put_big_endian(header + LOG_SUMS + 4, sums[1]);
}

uint32_t fg_wal_frame_at(int64_t offset) {
  int64_t after = offset - FG_WAL_HEADER;
  return after >= 0 && after % FG_WAL_FRAME == 0 ? (uint32_t)(after / FG_WAL_FRAME) + 1 : 0;
}

bool fg_wal_is_commit(const unsigned char header[FG_WAL_FRAME_HEADER]) {
  return big_endian(header + FRAME_COMMIT) != 0;
}

const unsigned char *fg_wal_salts(const unsigned char header[FG_WAL_HEADER]) { return header + LOG_SALTS; }
const unsigned char *fg_wal_frame_salts(const unsigned char header[FG_WAL_FRAME_HEADER]) {
  return header + FRAME_SALTS;
}

uint32_t fg_wal_frame_page(const unsigned char header[FG_WAL_FRAME_HEADER]) { return big_endian(header); }

/* Reads a frame. Returns 0 or an errno; ENODATA if the file ends before that. */
static int read_frame(fg_wal_walk *walk, uint32_t number) {
  size_t got = 0;
  int64_t offset = FG_WAL_HEADER + (int64_t)(number - 1) * FG_WAL_FRAME;
  int error = fg_system_read(walk->file, walk->bytes, FG_WAL_FRAME, offset, &got);
  return error != 0 || got == FG_WAL_FRAME ? error : ENODATA;
}

/* Whether a frame was written after one with these sums; if so, they become the frame's own. */
static bool follows(const fg_wal_walk *walk, uint32_t sums[2]) {
  const unsigned char *bytes = walk->bytes;
  add_to_sums(walk->big, bytes, FRAME_SALTS, sums);
  add_to_sums(walk->big, bytes + FG_WAL_FRAME_HEADER, FG_PAGE_SIZE, sums);
  return memcmp(bytes + FRAME_SALTS, walk->salts, sizeof walk->salts) == 0 && big_endian(bytes) != 0 &&
         big_endian(bytes + FRAME_SUMS) == sums[0] && big_endian(bytes + FRAME_SUMS + 4) == sums[1];
}

int fg_wal_walk_begin(fg_wal_walk *walk, fg_file file) {
  unsigned char header[FG_WAL_HEADER] = {0};
  size_t got = 0;
  int error = fg_system_read(file, header, sizeof header, 0, &got);
  walk->file = file;
  walk->frame = 0;
  walk->big = has_big_words(header);
  memcpy(walk->salts, header + LOG_SALTS, sizeof walk->salts);
  header_sums(header, walk->sums);
  return error != 0 || (got == sizeof header && is_header(header)) ? error : ENODATA;
}

int fg_wal_walk_next(fg_wal_walk *walk) {
  uint32_t sums[2] = {walk->sums[0], walk->sums[1]};
  int error = read_frame(walk, walk->frame + 1);
  if (error != 0 || !follows(walk, sums)) {
    return error != 0 ? error : ENODATA;
  }
  memcpy(walk->sums, sums, sizeof sums);
  walk->frame++;
  return 0;
}

typedef struct reader {
  fg_wal_walk walk;
  fg_wal *log;
  uint32_t count; ///< how many complete frames the file has
} reader;

/* Reads the frames that SQLite will use. */
static int read_good(reader *made) {
  fg_wal *log = made->log;
  fg_wal_walk *walk = &made->walk;
  while (walk->frame < made->count) {
    int error = fg_wal_walk_next(walk);
    if (error != 0) {
      log->bad_frame = walk->frame + 1;
      return error == ENODATA ? 0 : error;
    }
    log->pages.numbers[walk->frame - 1] = big_endian(walk->bytes);
    if (fg_wal_is_commit(walk->bytes)) {
      log->end.frame = walk->frame;
      log->page_count = big_endian(walk->bytes + FRAME_COMMIT);
    }
  }
  return 0;
}

static void sums_of(const fg_wal_walk *walk, uint32_t sums[2]) {
  sums[0] = big_endian(walk->bytes + FRAME_SUMS);
  sums[1] = big_endian(walk->bytes + FRAME_SUMS + 4);
}

/* Reads the frames after the first one that cannot be read. If a good frame follows a good end of a transaction, this
   transaction and all before it were complete once. An unfinished transaction, or one that failed and was overwritten,
   leaves no such pair. */
static int look_behind(reader *made) {
  uint32_t sums[2];
  bool is_after_end = false;
  int error = read_frame(&made->walk, made->log->bad_frame);
  for (uint32_t number = made->log->bad_frame + 1; error == 0 && number <= made->count; number++) {
    sums_of(&made->walk, sums);
    error = read_frame(&made->walk, number);
    bool is_good = error == 0 && follows(&made->walk, sums);
    made->log->is_damaged = made->log->is_damaged || (is_good && is_after_end);
    is_after_end = is_good && fg_wal_is_commit(made->walk.bytes);
  }
  return error;
}

static int compare_numbers(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a;
  uint32_t y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static int read_frames(reader *made, const fg_allocator *allocator) {
  fg_page_set *pages = &made->log->pages;
  pages->room = made->count;
  pages->numbers = made->count == 0 ? NULL : fg_allocate(allocator, made->count * sizeof *pages->numbers);
  if (made->count > 0 && pages->numbers == NULL) {
    return ENOMEM;
  }
  int error = read_good(made);
  error = error == 0 && made->log->bad_frame > 0 ? look_behind(made) : error;
  pages->count = made->log->end.frame;
  fg_sort(pages->numbers, pages->count, sizeof *pages->numbers, compare_numbers);
  return error;
}

int fg_wal_read(fg_file file, const fg_allocator *allocator, fg_wal *log) {
  reader made = {.log = log};
  fg_file_look look;
  *log = (fg_wal){.is_there = file != FG_NO_FILE};
  if (file == FG_NO_FILE) {
    return 0;
  }
  int error = fg_system_look_inside(file, &look);
  error = error == 0 ? fg_wal_walk_begin(&made.walk, file) : error;
  if (error != 0) {
    return error == ENODATA ? 0 : error;
  }
  log->has_header = true;
  const int64_t most = UINT32_MAX / sizeof(uint32_t); /* so that the size of the list of pages does not overflow */
  made.count = (uint32_t)fg_min_i64((look.state.size - FG_WAL_HEADER) / FG_WAL_FRAME, most);
  memcpy(log->end.salts, made.walk.salts, sizeof log->end.salts);
  error = read_frames(&made, allocator);
  if (error != 0) {
    fg_wal_release(log, allocator);
  }
  return error;
}

void fg_wal_release(fg_wal *log, const fg_allocator *allocator) {
  fg_release(allocator, log->pages.numbers, log->pages.room * sizeof *log->pages.numbers);
  log->pages = (fg_page_set){NULL, 0, 0};
}
