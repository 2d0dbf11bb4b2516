#include "mark.h"

/* The file has a head, and after it marks in so many places. Two sessions that share a place only make the mark
   weaker. */
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

int fg_mark_open(const char *path, fg_file database, fg_file *file) {
  return fg_system_open_beside(path, database, file);
}

int fg_mark_read_turn(fg_file file, int64_t *session, fg_file_state *database) {
  mark_head head = {0};
  size_t got = 0;
  int number = fg_system_read(file, &head, sizeof head, 0, &got);
  *session = head.turn;
  *database = head.database;
  return number;
}

int fg_mark_put_turn(fg_file file, int64_t session) {
  return fg_system_write(file, &session, sizeof session, offsetof(mark_head, turn));
}

int fg_mark_take_turn(fg_file file, int64_t session, int64_t *last, fg_file_state *database) {
  int number = fg_mark_read_turn(file, last, database);
  return number == 0 && *last != session ? fg_mark_put_turn(file, session) : number;
}

int fg_mark_put_database(fg_file file, const fg_file_state *database) {
  return fg_system_write(file, database, sizeof *database, offsetof(mark_head, database));
}

void fg_mark_put(fg_file file, int64_t session, const fg_wal_place *place) {
  mark_entry made = {.frame = place->frame, .zero = 0};
  memcpy(made.salts, place->salts, sizeof made.salts);
  made.sum = sum_of(&made);
  (void)fg_system_write(file, &made, sizeof made, MARKS_AT + session % MARKS * (int64_t)sizeof made);
}

int fg_mark_read(const char *path, const unsigned char salts[8], uint32_t *frame) {
  mark_entry marks[MARKS];
  fg_file file;
  size_t got = 0;
  *frame = 0;
  int error = fg_system_open(path, FG_OPEN_READ, &file);
  if (error != 0) {
    return error == ENOENT ? 0 : error;
  }
  error = fg_system_read(file, marks, sizeof marks, MARKS_AT, &got);
  fg_system_close(&file);
  for (size_t i = 0; error == 0 && (i + 1) * sizeof *marks <= got; i++) {
    bool is_ours = marks[i].sum == sum_of(&marks[i]) && memcmp(marks[i].salts, salts, sizeof marks[i].salts) == 0;
    *frame = is_ours && marks[i].frame > *frame ? marks[i].frame : *frame;
  }
  return error;
}
