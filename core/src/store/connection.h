/* A connection of SQLite to a ledger's file. */
#ifndef FG_STORE_CONNECTION_H
#define FG_STORE_CONNECTION_H

#include "../base/status.h"
#include "vfs.h"

/* Opens a file by its absolute path, so that SQLite sees no special meaning in a name, through a file system of its
   own. With SQLITE_OPEN_CREATE it may be written, else it can only be read until fg_vfs_accept. `path` is the name for
   messages. The caller closes the connection and unregisters the file system, also after a failure. */
fg_status fg_connection_open(fg_vfs *vfs, const char *file, const char *path, int flags, sqlite3 **database,
                             fg_error *error);

/* Runs SQL statements that return no rows. */
fg_status fg_store_execute(sqlite3 *database, const char *path, const char *statements, fg_error *error);

#endif
