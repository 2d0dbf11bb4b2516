/* Decides who may use a ledger's file, and when.

   The locks are on the ledger's file itself, on bytes far beyond its content, so that all handles meet there, whatever
   name they use for the file. They belong to an open file (F_OFD_SETLK on Linux), not to the process as those of SQLite
   do (F_SETLK). So two handles in one process exclude each other, and closing another descriptor of the file does not
   drop the locks. */
#ifndef FG_STORE_LOCK_H
#define FG_STORE_LOCK_H

#include "../base/watch.h"
#include "system.h"

/* Sessions are counted from 1. The lock of a session is the byte of the file at the session's number, so that must be a
   valid offset. */
#define FG_SESSION_MAX (INT64_C(1) << 53)

typedef struct fg_lock {
  fg_file database; ///< the ledger's file: the only descriptor of it that this library itself closes
  fg_file guard;    ///< PATH-shm, see fg_lock_guard; FG_NO_FILE: not opened yet
  int64_t name;     ///< the byte that says by which name the file is open; -1: none yet
  bool may_write;   ///< false: its locks are shared with other readers
  bool keeps_door;  ///< it keeps the byte that SQLite needs to open the database
  int64_t session;  ///< the session of this handle; 0: none yet
  int64_t wait_ms;  ///< how long to wait for another handle, at most
  fg_watch *watch;  ///< ends the waiting early; NULL: nobody is asked
} fg_lock;

/* Opens a file to be locked, for writing or only for reading. Returns 0 or an errno. */
int fg_lock_open(fg_lock *lock, const char *file, bool may_write, int64_t wait_ms);
void fg_lock_close(fg_lock *lock);
/* Gives up a lock in a forked child process; the parent's locks stay. */
void fg_lock_abandon(fg_lock *lock);

/* Waits until no other handle is inside, except readers if this one only reads; handles that wait take turns. Returns
   0, an errno, or ETIMEDOUT. */
int fg_lock_enter(fg_lock *lock);
void fg_lock_leave(fg_lock *lock);

/* Locks the byte of the handle that moves the log into the database, which may do that without being inside (saver.h):
   while it is locked, no other handle begins the log anew. Does not wait. Returns 0, an errno, or EAGAIN if another
   handle has it. */
int fg_lock_begin_saving(fg_lock *lock);
void fg_lock_end_saving(fg_lock *lock);

/* Notes, inside, that a handle has the file open by a name (fg_place_number), until the lock is closed. Returns 0, an
   errno, or EXDEV if a handle has it open by another name, because the files beside it would then be in two places. */
int fg_lock_take_name(fg_lock *lock, int64_t number);
/* Whether no other handle is open. One that is being opened waits until fg_lock_leave. */
bool fg_lock_is_alone(const fg_lock *lock);

/* Keeps other programs out, because they would move the log's content into the database and remove the log. Called
   inside. Returns 0, an errno, or EBUSY if another program has the file open. */
int fg_lock_keep_door(fg_lock *lock);
/* Keeps other programs out also while no handle holds the byte of fg_lock_keep_door: locks a byte of PATH-shm for
   reading, which SQLite must lock for writing before it reads anything. Returns 0, an errno, EBUSY if another program
   has the file open, or ESTALE if the byte is held for a file that was replaced by this one. */
int fg_lock_guard(fg_lock *lock, const char *shared_memory);
void fg_lock_drop_guard(fg_lock *lock);

/* Takes a session number above `last`, which is below FG_SESSION_MAX, that no open handle has. */
int fg_lock_take_session(fg_lock *lock, int64_t last);
/* Whether an open handle has a session; `session` may be any number that a file tells. */
bool fg_lock_session_lives(const fg_lock *lock, int64_t session);
/* Whether no other handle that may write is open; those that only read have no session. */
bool fg_lock_writes_alone(const fg_lock *lock);

#endif
