#include "system.h"

#include "mark.h"

/* The head, then the marks of so many sessions; two that share a place weaken the mark, no more. */
enum { MARKS_AT = 64, MARKS = 32 };

typedef struct mark_head {
  int64_t turn; ///< the session that was inside last
  fg_file_state database;
} mark_head;

typedef struct mark_entry {
  unsigned char salts[8];
  uint32_t frame, zero;
  uint64_t sum;
} mark_entry;

_Static_assert(sizeof(mark_head) <= MARKS_AT, "the head ends before the marks begin");
_Static_assert(sizeof(fg_file_state) == 3 * sizeof(int64_t), "states are compared byte by byte: no padding");

static uint64_t sum_of(const mark_entry *of) {
  uint64_t salts;
  memcpy(&salts, of->salts, sizeof salts);
  uint64_t sum = (salts ^ UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xff51afd7ed558ccd);
  sum = (sum ^ sum >> 33 ^ of->frame) * UINT64_C(0xc4ceb9fe1a85ec53);
  return sum ^ sum >> 33;
}

int fg_mark_open(const char *path, int *file) {
  *file = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
  return *file < 0 ? errno : 0;
}

static int put_whole(int file, const void *bytes, size_t size, size_t at) {
  ssize_t put = pwrite(file, bytes, size, (off_t)at);
  return put == (ssize_t)size ? 0 : put < 0 ? errno : EIO;
}

int fg_mark_take_turn(int file, int64_t session, bool *others_came, fg_file_state *database) {
  mark_head head = {0};
  ssize_t got = pread(file, &head, sizeof head, 0);
  if (got < 0) {
    return errno;
  }
  *database = head.database;
  *others_came = head.turn != session;
  return *others_came ? put_whole(file, &session, sizeof session, offsetof(mark_head, turn)) : 0;
}

int fg_mark_put_database(int file, const fg_file_state *database) {
  return put_whole(file, database, sizeof *database, offsetof(mark_head, database));
}

void fg_mark_put(int file, int64_t session, const fg_wal_place *place) {
  mark_entry made = {.frame = place->frame, .zero = 0};
  memcpy(made.salts, place->salts, sizeof made.salts);
  made.sum = sum_of(&made);
  (void)!pwrite(file, &made, sizeof made, MARKS_AT + (off_t)(session % MARKS) * (off_t)sizeof made);
}

int fg_mark_read(const char *path, const unsigned char salts[8], uint32_t *frame) {
  mark_entry marks[MARKS];
  *frame = 0;
  int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) {
    return errno == ENOENT ? 0 : errno;
  }
  ssize_t got = pread(file, marks, sizeof marks, MARKS_AT);
  int error = got < 0 ? errno : 0;
  close(file);
  for (size_t i = 0; error == 0 && (i + 1) * sizeof *marks <= (size_t)got; i++) {
    bool is_ours = marks[i].sum == sum_of(&marks[i]) && memcmp(marks[i].salts, salts, sizeof marks[i].salts) == 0;
    *frame = is_ours && marks[i].frame > *frame ? marks[i].frame : *frame;
  }
  return error;
}
