/* Who may touch a ledger's file, and when.

   Between processes: locks of open file descriptions (F_OFD_SETLK) on a file beside the ledger, which nobody else
   opens. Unlike the locks of SQLite (F_SETLK) they belong to a handle, not to the process: two handles in one process
   exclude each other, and closing some other descriptor of the file does not drop them. */
#ifndef FG_STORE_LOCK_H
#define FG_STORE_LOCK_H

#include "../src/base.h"

typedef struct fg_lock {
  int file;        ///< PATH-lock
  int guard;       ///< PATH-shm, see fg_lock_guard; -1 before
  int database;    ///< PATH, to see the locks of other programs
  bool keeps_door; ///< of the database
  int64_t session; ///< this handle's number among those that live; 0 before
  int64_t wait_ms; ///< for another handle, at most
} fg_lock;

/* Makes a new lock, with the database open: the only descriptor of it that this library closes by itself. Answers 0 or
   an errno. */
int fg_lock_open_database(fg_lock *lock, const char *path);
/* Opens PATH-lock. Answers 0 or an errno. */
int fg_lock_open(fg_lock *lock, const char *path);
void fg_lock_close(fg_lock *lock);

/* One handle at a time, those that wait in turn. Answers 0, an errno, or ETIMEDOUT. */
int fg_lock_enter(fg_lock *lock);
void fg_lock_leave(fg_lock *lock);

/* Whether another handle entered since this one did. Call it inside, once each time. Answers an errno or 0. */
int fg_lock_take_turn(fg_lock *lock, bool *others_came);

/* Keeps other programs out of the file while any handle is open: they would check out what the log beside it holds and
   remove that. Holds a byte of PATH-shm, for reading, which SQLite must lock for writing before it reads at all.
   Answers 0, an errno, or EBUSY if another program has the file open. */
int fg_lock_guard(fg_lock *lock, const char *path);
/* No other handle is open; one that is opened now waits until fg_lock_leave. */
bool fg_lock_is_alone(fg_lock *lock);

/* Takes a session number above `last` that no living handle has. */
int fg_lock_take_session(fg_lock *lock, int64_t last);
bool fg_lock_session_lives(const fg_lock *lock, int64_t session);

/* The name of the network file system that a path is on; NULL if it is a local one. */
const char *fg_lock_network(const char *path);
const char *fg_lock_network_name(int64_t magic);

#endif
