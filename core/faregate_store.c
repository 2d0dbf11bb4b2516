/* The durable ledger in one translation unit. Compile this file beside faregate.c, and link SQLite and the system's
   threads. With FAREGATE_NO_LEDGER neither is needed, and opening a ledger answers that there is none. */
#ifdef FAREGATE_NO_LEDGER
#include "src/store/left_out.c"
#else
#include "src/base/system_features.h"

/* Declarations are hidden here as in faregate.c. */
#ifdef FG_ASSERTIONS
#undef NDEBUG
#endif
#include <assert.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifndef _WIN32
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#endif
#ifdef __APPLE__
#include <sys/mount.h>
#include <sys/param.h>
#endif
#ifdef __linux__
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#endif
#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

#include "src/store/system_posix.c"
#include "src/store/system_linux.c"
#include "src/store/system_macos.c"
#include "src/store/fault.c"
#include "src/store/place.c"
#include "src/store/disk.c"
#include "src/store/file.c"
#include "src/store/pages.c"
#include "src/store/wal.c"
#include "src/store/mark.c"
#include "src/store/wal_file.c"
#include "src/store/vfs.c"
#include "src/store/lock.c"
#include "src/store/header.c"
#include "src/store/connection.c"
#include "src/store/store.c"
#include "src/store/turn.c"
#include "src/store/open.c"
#include "src/store/create.c"
#include "src/store/row.c"
#include "src/store/birth.c"
#include "src/store/tables.c"
#include "src/store/statements.c"
#include "src/store/events.c"
#include "src/store/runs.c"
#include "src/store/group.c"
#include "src/store/saver.c"
#include "src/store/checker.c"
#include "src/store/archive.c"
#include "src/store/ledger.c"
#include "src/store/predecessor.c"
#include "src/store/snapshots.c"
#include "src/store/load.c"
#include "src/store/write.c"
#include "src/store/seal.c"
#include "src/store/survey.c"
#include "src/store/verify.c"
#include "src/store/export.c"
#include "src/store/import.c"
#include "src/store/compare.c"
#include "src/store/notes.c"
#include "src/store/ledger_handle.c"
/* Must be last, because the header of Windows defines names that the files above use. */
#include "src/store/system_windows.c"

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
