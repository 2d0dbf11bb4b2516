/* The file PATH-mark beside a ledger that is open: who was inside last, what the database was like when a handle wrote
   it last, and up to where the log is on the disk.

   The last is what tells a log that lost its end from one that was never longer. It is written after the log is
   synced, and not synced itself: never ahead of the log, and as good as it while the system runs, whatever becomes of
   the processes. Without the file, which may be deleted when no process is running, there is no mark. */
#ifndef FG_STORE_MARK_H
#define FG_STORE_MARK_H

#include "system.h"
#include "wal.h"

/* Opens or makes it. Answers 0 or an errno. */
int fg_mark_open(const char *path, fg_file *file);

/* Sets `others_came` if another session was inside since this one was, puts down that this one is inside, and reads
   what was put down of the database. Call it once each time the lock is entered. Answers 0 or an errno. */
int fg_mark_take_turn(fg_file file, int64_t session, bool *others_came, fg_file_state *database);

/* Puts down what the database is like, or before it is written that nobody knows, so that a process killed in between
   leaves no wrong state. Answers 0 or an errno. */
int fg_mark_put_database(fg_file file, const fg_file_state *database);

/* Puts down how far the log is on the disk, as far as a session knows: each has its own place, because a thread of one
   may sync while another is inside. Where it fails the mark is an older one, or none. */
void fg_mark_put(fg_file file, int64_t session, const fg_wal_place *place);
/* The farthest frame that any session has put down for the log of these salts; 0: none. Answers 0 or an errno. */
int fg_mark_read(const char *path, const unsigned char salts[8], uint32_t *frame);

#endif
