/* All that the store asks of the operating system. Each system answers in a file of its own: system_linux.c and
   system_macos.c on top of what both do alike, system_posix.c; and system_windows.c.

   Paths are UTF-8. What fails answers a number of <errno.h>, on every system; 0: it did not fail. */
#ifndef FG_STORE_SYSTEM_H
#define FG_STORE_SYSTEM_H

#include <errno.h>
#ifndef _WIN32
#include <pthread.h>
#endif

#include "file.h"

#ifdef _WIN32 /* numbers that its <errno.h> lacks */
enum { EDQUOT = 10069, ESTALE = 10070 };
#endif

/* The number of <errno.h> for an error as the system itself numbers it. */
int fg_system_number(int error);

/* A file that is open: a descriptor, or a handle of Windows. */
typedef intptr_t fg_file;
#define FG_NO_FILE ((fg_file)-1)

typedef enum fg_open_as {
  FG_OPEN_READ,  ///< ENOENT where there is none
  FG_OPEN_WRITE, ///< to be read and written; ENOENT where there is none
  FG_OPEN_MAKE,  ///< to be read and written; made where there is none
  FG_OPEN_NEW    ///< to be read and written; EEXIST where there is one
} fg_open_as;

/* Opens a file for this process alone, not for those that it starts. ELOOP where the name is a symbolic link: names of
   ledgers are resolved before. It answers at once, also where there is a pipe or a terminal. */
int fg_system_open(const char *name, fg_open_as how, fg_file *file);
/* Closes a file, if it is open, and notes that. */
void fg_system_close(fg_file *file);

/* Reads, at the end of the file less than was asked for. */
int fg_system_read(fg_file file, void *bytes, size_t size, int64_t at, size_t *got);
/* Writes all of it, or fails. */
int fg_system_write(fg_file file, const void *bytes, size_t size, int64_t at);

/* Looks at a file by its name. Its times are 0 unless they are asked for, because a kernel that was asked gives the
   next write to the file a new time, and the sync after that write waits for it. */
int fg_system_look_at(const char *name, bool with_times, fg_file_look *look);
/* Looks at a file that is open, with its times. */
int fg_system_look_inside(fg_file file, fg_file_look *look);
/* Whether this user may not read what is there; false where nothing is. */
bool fg_system_is_denied(const char *name);
/* Whether there is anything at a path, and be it a symbolic link to nothing. */
bool fg_system_exists(const char *name);
/* Whether a plain file is there, not a link to one. */
bool fg_system_is_plain(const char *name);

void fg_system_remove(const char *name);
/* Gives a file another name, or answers EEXIST where that is taken. Where a system cannot do it at once, the file has
   both names for a moment. */
int fg_system_move_to_free_name(const char *from, const char *to);
/* Puts the names in a directory on the disk. */
int fg_system_sync_directory(const char *name);
/* Calls `each` with each name in a directory. A directory that cannot be read has none. */
void fg_system_list(const char *directory, void (*each)(void *context, const char *name), void *context);

/* The absolute path of something that is there, without symbolic links; with FG_SYSTEM_SEPARATOR alone between its
   parts. ENAMETOOLONG where there is no room. */
enum { FG_SYSTEM_PATH_MAX = 4096 };
int fg_system_resolve(const char *path, char whole[FG_SYSTEM_PATH_MAX]);
#ifdef _WIN32
enum { FG_SYSTEM_SEPARATOR = '\\' };
#else
enum { FG_SYSTEM_SEPARATOR = '/' };
#endif
/* The last separator of a path as a host gives it; NULL: there is none. */
const char *fg_system_last_separator(const char *path);
/* Whether the last part of a path can be the name of a file of its own. */
bool fg_system_may_be_name(const char *name);

/* The name of the network file system that a path is on, where locks do not hold; NULL if it is a local one. */
const char *fg_system_network(const char *path);
#ifdef __linux__
/* The same by the number that statfs(2) answers for a file system. */
const char *fg_system_network_name(int64_t magic);
#endif

/* Locks on single bytes of a file, also beyond its end. They belong to the open file, not to the process: two that one
   process has opened exclude each other, and a lock ends when its file is closed or its process ends, however it does.
   Other programs that lock bytes of the file are excluded too. */
typedef enum fg_lock_kind { FG_LOCK_NONE, FG_LOCK_SHARED, FG_LOCK_EXCLUSIVE } fg_lock_kind;

/* Locks a byte that this file has not locked, or unlocks one that it has. Does not wait: EAGAIN where another holds
   it. */
int fg_system_lock(fg_file file, fg_lock_kind kind, int64_t byte);
/* Whether another open file holds a lock on any byte of a range. `own` is the byte of it that this file has locked,
   shared; -1: none. No byte is locked by nobody. */
bool fg_system_is_locked(fg_file file, int64_t first, int64_t count, int64_t own);
/* Gives up the locks of a file and closes it. Where this process may hold locks on it of another kind, as other copies
   of SQLite take, which closing any descriptor drops, it stays open for good. */
void fg_system_close_locked(fg_file *file);
/* The same in a forked child, whose parent keeps the locks. */
void fg_system_abandon_locked(fg_file *file);

/* Of a clock that goes on evenly, from some beginning. */
int64_t fg_system_steady_ms(void);
void fg_system_sleep_us(int64_t us);

/* A number that no other living process has. */
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
/* Wait for a signal, or for nothing: whoever waits looks again. The mutex is free meanwhile. False: the instant of the
   steady clock has come. */
void fg_signal_wait(fg_signal *signal, fg_mutex *mutex);
bool fg_signal_wait_until(fg_signal *signal, fg_mutex *mutex, int64_t steady_ms);

typedef struct fg_thread {
  fg_thread_handle handle;
  void (*run)(void *context);
  void *context;
} fg_thread;

/* Starts a thread that calls `run`, and takes no signals of the host. It stays where it is until it is joined. */
int fg_thread_start(fg_thread *thread, void (*run)(void *context), void *context);
void fg_thread_join(fg_thread *thread);

#endif
