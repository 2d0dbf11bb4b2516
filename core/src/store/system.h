/* Everything that the store asks of the operating system. Each system has a file of its own: system_linux.c and
   system_macos.c, besides what both share in system_posix.c, and system_windows.c.

   Paths are UTF-8. On every system a failure is a number of <errno.h>; 0 means success. */
#ifndef FG_STORE_SYSTEM_H
#define FG_STORE_SYSTEM_H

#include <errno.h>
#ifndef _WIN32
#include <pthread.h>
#endif

#include "file.h"

#ifdef _WIN32 /* numbers that the <errno.h> of Windows lacks */
enum { EDQUOT = 10069, ESTALE = 10070 };
#endif

/* Turns an error number of the system into one of <errno.h>. */
int fg_system_number(int error);

/* An open file: a descriptor, or a handle of Windows. */
typedef intptr_t fg_file;
#define FG_NO_FILE ((fg_file)-1)

typedef enum fg_open_as {
  FG_OPEN_READ,  ///< for reading; ENOENT if there is no file
  FG_OPEN_WRITE, ///< for reading and writing; ENOENT if there is no file
  FG_OPEN_MAKE,  ///< for reading and writing; made if there is no file
  FG_OPEN_NEW    ///< for reading and writing; EEXIST if there is a file
} fg_open_as;

/* Opens a file for this process alone; processes that it starts do not inherit it. ELOOP if the name is a symbolic
   link, because names of ledgers were resolved before. It does not wait, even if there is a pipe or a terminal. */
int fg_system_open(const char *name, fg_open_as how, fg_file *file);
/* Closes a file if it is open, and sets it to FG_NO_FILE. */
void fg_system_close(fg_file *file);
/* Opens a file beside a ledger's `database`, for reading and writing. If there is none it is made for whoever may use
   the database, as SQLite makes a log, because what the killed process of an administrator leaves must not lock the
   others out. */
int fg_system_open_beside(const char *name, fg_file database, fg_file *file);

/* Reads bytes; at the end of the file fewer than were asked for. */
int fg_system_read(fg_file file, void *bytes, size_t size, int64_t offset, size_t *got);
/* Writes all bytes, or fails. */
int fg_system_write(fg_file file, const void *bytes, size_t size, int64_t offset);

/* Looks at a file by its name. Its times are 0 unless `with_times`, because after such a look the kernel gives the next
   write a new time, and the sync after that write takes longer. */
int fg_system_look_at(const char *name, bool with_times, fg_file_look *look);
/* Looks at an open file, with its times. */
int fg_system_look_inside(fg_file file, fg_file_look *look);
/* Whether this user may not read a file; false if there is none. */
bool fg_system_is_denied(const char *name);
/* Whether anything is at a path, even a symbolic link to nothing. */
bool fg_system_exists(const char *name);
/* Whether a plain file is at a path, not a link to one. */
bool fg_system_is_plain(const char *name);

void fg_system_remove(const char *name);
/* Gives a file another name; EEXIST if the name is taken. If the system cannot do it at once, the file has both names
   for a moment. */
int fg_system_move_to_free_name(const char *from, const char *to);
/* Syncs the names in a directory to the disk. */
int fg_system_sync_directory(const char *name);
/* Calls `each` with each name in a directory. A directory that cannot be read has none. */
void fg_system_list(const char *directory, void (*each)(void *context, const char *name), void *context);

/* Resolves the path of something that exists to an absolute one without symbolic links, with FG_SYSTEM_SEPARATOR
   between its parts. ENAMETOOLONG if the result has no room. */
enum { FG_SYSTEM_PATH_MAX = 4096 };
int fg_system_resolve(const char *path, char whole[FG_SYSTEM_PATH_MAX]);
#ifdef _WIN32
enum { FG_SYSTEM_SEPARATOR = '\\' };
#else
enum { FG_SYSTEM_SEPARATOR = '/' };
#endif
/* The last separator in a path that the host gave; NULL: there is none. */
const char *fg_system_last_separator(const char *path);
/* Whether the last part of a path can be the name of an ordinary file. */
bool fg_system_may_be_name(const char *name);

/* The name of the network file system that a path is on, where locks do not hold; NULL if the file system is local. */
const char *fg_system_network(const char *path);
#ifdef __linux__
/* The name of a network file system, given the number by which statfs(2) tells its kind; NULL if it is local. */
const char *fg_system_network_name(int64_t magic);
#endif

/* Locks on single bytes of a file, also beyond its end. They belong to the open file, not to the process: two open
   files of one process exclude each other, and a lock ends when its file is closed or its process ends in any way.
   Other programs that lock the same bytes are excluded, too. */
typedef enum fg_lock_kind { FG_LOCK_NONE, FG_LOCK_SHARED, FG_LOCK_EXCLUSIVE } fg_lock_kind;

/* Locks a byte that this file has not locked, or unlocks one. It does not wait: EAGAIN if another holds the byte. */
int fg_system_lock(fg_file file, fg_lock_kind kind, int64_t byte);
/* Whether another open file holds a lock on any byte of a range. `own` is a byte in it that this file has locked as
   shared; -1: none. False for a range without bytes. */
bool fg_system_is_locked(fg_file file, int64_t first, int64_t count, int64_t own);
/* Unlocks and closes a file. If closing would drop other locks of this process on the file, as those that other copies
   of SQLite hold, it stays open for good. */
void fg_system_close_locked(fg_file *file);
/* Closes a file in a forked child process, whose parent keeps the locks. */
void fg_system_abandon_locked(fg_file *file);

/* Milliseconds of a clock that runs evenly, from any beginning. */
int64_t fg_system_steady_ms(void);
void fg_system_sleep_us(int64_t us);

/* A number that no other running process has. */
int64_t fg_system_process(void);

#ifdef _WIN32
typedef struct fg_mutex {
  void *lock; ///< an SRWLOCK
} fg_mutex;
typedef struct fg_signal {
  void *variable; ///< a CONDITION_VARIABLE
} fg_signal;
typedef void *fg_thread_handle;
#else
typedef pthread_mutex_t fg_mutex;
typedef pthread_cond_t fg_signal;
typedef pthread_t fg_thread_handle;
#endif

void fg_mutex_begin(fg_mutex *mutex);
void fg_mutex_end(fg_mutex *mutex);
void fg_mutex_lock(fg_mutex *mutex);
void fg_mutex_unlock(fg_mutex *mutex);

void fg_signal_begin(fg_signal *signal);
void fg_signal_end(fg_signal *signal);
void fg_signal_give(fg_signal *signal);
/* These wait for a signal, but may also return without one, so the caller checks again. The mutex is free meanwhile.
   fg_signal_wait_until returns false when the steady clock has reached its instant. */
void fg_signal_wait(fg_signal *signal, fg_mutex *mutex);
bool fg_signal_wait_until(fg_signal *signal, fg_mutex *mutex, int64_t steady_ms);

typedef struct fg_thread {
  fg_thread_handle handle;
  void (*run)(void *context);
  void *context;
} fg_thread;

/* Starts a thread that calls `run` and blocks the host's signals. The fg_thread must stay where it is until it is
   joined. */
int fg_thread_start(fg_thread *thread, void (*run)(void *context), void *context);
void fg_thread_join(fg_thread *thread);

#endif
