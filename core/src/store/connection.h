/* A connection of SQLite to a ledger's file. */
#ifndef FG_STORE_CONNECTION_H
#define FG_STORE_CONNECTION_H

#include "../base/status.h"
#include "vfs.h"

/* Opens a file by its absolute path, so that no name has a meaning for SQLite, in a file system of its own: with
   SQLITE_OPEN_CREATE it may write, else it reads until fg_vfs_accept. `path` is what messages call the file. After a
   failure too the caller closes the connection and unregisters the file system. */
fg_status fg_connection_open(fg_vfs *vfs, const char *file, const char *path, int flags, sqlite3 **database,
                             fg_error *error);

/* Runs statements that answer nothing. */
fg_status fg_store_execute(sqlite3 *database, const char *path, const char *statements, fg_error *error);

#endif
