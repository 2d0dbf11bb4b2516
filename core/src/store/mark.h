/* The file PATH-mark beside a ledger that is open. It says who was inside last, what the database was like when a
   handle last wrote it, and how far the log is on the disk.

   The last of these distinguishes a log that lost its end from one that was never longer. It is written after the log
   is synced, and is not synced itself. So it is never ahead of the log and, as long as the system runs, it is not
   lost if processes are killed. The file may be deleted when no process has the ledger open; then there is no mark. */
#ifndef FG_STORE_MARK_H
#define FG_STORE_MARK_H

#include "system.h"
#include "wal.h"

/* Opens the file, or makes it, beside a database that is open. Returns 0 or an errno. */
int fg_mark_open(const char *path, fg_file database, fg_file *file);

/* Noted in place of a session: every handle must read the log again; or the log was emptied, and everything that was in
   it is on the disk. */
enum { FG_MARK_READ_AGAIN = 0, FG_MARK_EMPTIED = -1 };

/* Finds out which session was inside last, notes that this one is inside, and reads what was noted of the database.
   Called once each time the lock is entered. Returns 0 or an errno. */
int fg_mark_take_turn(fg_file file, int64_t session, int64_t *last, fg_file_state *database);
int fg_mark_read_turn(fg_file file, int64_t *session, fg_file_state *database);
int fg_mark_put_turn(fg_file file, int64_t session);

/* Notes what the database is like. Before the database is written, it is noted as unknown, so that a process that is
   killed in between leaves no wrong state. Returns 0 or an errno. */
int fg_mark_put_database(fg_file file, const fg_file_state *database);

/* Notes how far a session knows the log to be on the disk. Each session has a place of its own, because its thread may
   sync the log while another session is inside. If this fails, an older mark stays, or none. */
void fg_mark_put(fg_file file, int64_t session, const fg_wal_place *place);
/* Finds the last frame that any session has noted for the log with these salts; 0: none. Returns 0 or an errno. */
int fg_mark_read(const char *path, const unsigned char salts[8], uint32_t *frame);

#endif
