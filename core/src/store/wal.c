#include "wal.h"

/* Where the header of a log, and that of a frame, have the values that are used here, as big-endian numbers. */
enum {
  LOG_MAGIC = 0x377f0682, /* plus 1 if the sums are over big-endian words */
  LOG_VERSION = 3007000,
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
  for (size_t at = 0; at < length; at += 8) {
    sums[0] += (big ? big_endian(bytes + at) : little_endian(bytes + at)) + sums[1];
    sums[1] += (big ? big_endian(bytes + at + 4) : little_endian(bytes + at + 4)) + sums[0];
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

void fg_wal_renew(unsigned char header[FG_WAL_HEADER], const unsigned char random[4]) {
  uint32_t sums[2];
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

typedef struct reader {
  fg_file file;
  bool big;
  fg_wal *log;
  uint32_t count;                    ///< how many complete frames the file has
  unsigned char bytes[FG_WAL_FRAME]; ///< the latest frame that was read
  uint32_t sums[2];
} reader;

/* Reads a frame. Returns 0 or an errno; ENODATA if the file has become shorter. */
static int read_frame(reader *made, uint32_t number) {
  size_t got = 0;
  int64_t offset = FG_WAL_HEADER + (int64_t)(number - 1) * FG_WAL_FRAME;
  int error = fg_system_read(made->file, made->bytes, FG_WAL_FRAME, offset, &got);
  return error != 0 || got == FG_WAL_FRAME ? error : ENODATA;
}

static bool has_our_salts(const reader *made) {
  return memcmp(made->bytes + FRAME_SALTS, made->log->end.salts, sizeof made->log->end.salts) == 0;
}

/* Whether a frame was written after one with these sums; if so, they become the frame's own. */
static bool follows(const reader *made, uint32_t sums[2]) {
  const unsigned char *bytes = made->bytes;
  add_to_sums(made->big, bytes, FRAME_SALTS, sums);
  add_to_sums(made->big, bytes + FG_WAL_FRAME_HEADER, FG_PAGE_SIZE, sums);
  return has_our_salts(made) && big_endian(bytes) != 0 && big_endian(bytes + FRAME_SUMS) == sums[0] &&
         big_endian(bytes + FRAME_SUMS + 4) == sums[1];
}

/* Reads the frames that SQLite will use. */
static int read_good(reader *made) {
  fg_wal *log = made->log;
  uint32_t *pages = log->pages.numbers;
  for (uint32_t number = 1; number <= made->count; number++) {
    int error = read_frame(made, number);
    if (error != 0) {
      return error;
    }
    if (!follows(made, made->sums)) {
      log->bad_frame = number;
      return 0;
    }
    pages[number - 1] = big_endian(made->bytes);
    if (fg_wal_is_commit(made->bytes)) {
      log->end.frame = number;
      log->page_count = big_endian(made->bytes + FRAME_COMMIT);
    }
  }
  return 0;
}

static void sums_of(const reader *made, uint32_t sums[2]) {
  sums[0] = big_endian(made->bytes + FRAME_SUMS);
  sums[1] = big_endian(made->bytes + FRAME_SUMS + 4);
}

/* Reads the frames after the first one that cannot be read. If a good frame follows a good end of a transaction, this
   transaction and all before it were complete once. An unfinished transaction, or one that failed and was overwritten,
   leaves no such pair. */
static int look_behind(reader *made) {
  uint32_t sums[2];
  bool is_after_end = false;
  int error = read_frame(made, made->log->bad_frame);
  for (uint32_t number = made->log->bad_frame + 1; error == 0 && number <= made->count; number++) {
    sums_of(made, sums);
    error = read_frame(made, number);
    bool is_good = error == 0 && follows(made, sums);
    made->log->is_damaged = made->log->is_damaged || (is_good && is_after_end);
    is_after_end = is_good && fg_wal_is_commit(made->bytes);
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
  unsigned char header[FG_WAL_HEADER] = {0};
  fg_file_look look;
  size_t got = 0;
  *log = (fg_wal){.is_there = file != FG_NO_FILE};
  if (file == FG_NO_FILE) {
    return 0;
  }
  int error = fg_system_look_inside(file, &look);
  error = error == 0 ? fg_system_read(file, header, sizeof header, 0, &got) : error;
  if (error != 0) {
    return error;
  }
  log->has_header = is_header(header);
  if (!log->has_header || look.state.size < FG_WAL_HEADER) {
    return 0;
  }
  reader made = {.file = file, .big = has_big_words(header), .log = log};
  made.count = (uint32_t)fg_min_i64((look.state.size - FG_WAL_HEADER) / FG_WAL_FRAME, UINT32_MAX / 2);
  memcpy(log->end.salts, header + LOG_SALTS, sizeof log->end.salts);
  header_sums(header, made.sums);
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
