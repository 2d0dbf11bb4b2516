/* Who may touch a ledger's file, and when.

   Locks on the ledger's file itself, on bytes far beyond its content: whatever name a handle came by, it meets the
   others there. They belong to an open file (F_OFD_SETLK on Linux), not to the process as those of SQLite (F_SETLK):
   two handles in one process exclude each other, and closing some other descriptor of the file does not drop them. */
#ifndef FG_STORE_LOCK_H
#define FG_STORE_LOCK_H

#include "system.h"

typedef struct fg_lock {
  fg_file database; ///< the ledger's file: the only descriptor of it that this library closes by itself
  fg_file guard;    ///< PATH-shm, see fg_lock_guard; FG_NO_FILE before
  int64_t name;     ///< the byte that says under which name it is open; -1 before
  bool may_write;   ///< else its locks are shared
  bool keeps_door;  ///< of the database
  int64_t session;  ///< this handle's number among those that live; 0 before
  int64_t wait_ms;  ///< for another handle, at most
} fg_lock;

/* Makes a new lock of a file, to write or only to read it. Answers 0 or an errno. */
int fg_lock_open(fg_lock *lock, const char *file, bool may_write, int64_t wait_ms);
void fg_lock_close(fg_lock *lock);
/* Gives up a lock in a forked child: the parent's locks stay. */
void fg_lock_abandon(fg_lock *lock);

/* Waits until this handle is alone, or only with others that read; those that wait come in turn. Answers 0, an errno,
   or ETIMEDOUT. */
int fg_lock_enter(fg_lock *lock);
void fg_lock_leave(fg_lock *lock);

/* Says, inside, that a handle is open under a name (fg_place_number), until the lock is closed. Answers 0, an errno, or
   EXDEV if one is open under another name, for then what belongs beside the file is in two places. */
int fg_lock_take_name(fg_lock *lock, int64_t number);
/* Whether no other handle is open; one that is opened now waits until fg_lock_leave. */
bool fg_lock_is_alone(const fg_lock *lock);

/* Keeps other programs out, which would move what the log holds into the database and remove the log. Called inside.
   Answers 0, an errno, or EBUSY if another program has the file open. */
int fg_lock_keep_door(fg_lock *lock);
/* Keeps other programs out also in moments when no handle keeps the door: locks a byte of PATH-shm for reading, which
   SQLite must lock for writing before it reads at all. Answers 0, an errno, EBUSY if another program has the file open,
   or ESTALE if the byte is held for a file that was replaced under the same name. */
int fg_lock_guard(fg_lock *lock, const char *shared_memory);
void fg_lock_drop_guard(fg_lock *lock);

/* Takes a session number above `last` that no living handle has. */
int fg_lock_take_session(fg_lock *lock, int64_t last);
bool fg_lock_session_lives(const fg_lock *lock, int64_t session);

#endif
