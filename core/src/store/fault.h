/* Turns failures of SQLite and of the system into statuses and messages. */
#ifndef FG_STORE_FAULT_H
#define FG_STORE_FAULT_H

#include <sqlite3.h>

#include "../base/status.h"

fg_status fg_store_system_fault(int number, const char *path, fg_error *error);

fg_status fg_store_sqlite_fault(sqlite3 *database, int result, const char *path, fg_error *error);

#endif
