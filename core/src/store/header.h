/* Checks the first bytes of a ledger's file before SQLite reads it. */
#ifndef FG_STORE_HEADER_H
#define FG_STORE_HEADER_H

#include "../base/status.h"
#include "wal.h"

enum { FG_HEADER_SIZE = 100 };
enum { FG_LEDGER_APPLICATION = 0x46474c31, FG_LEDGER_VERSION_NOW = 2 }; ///< "FGL1", and SQLite's user version

/* Checks that a file whose first `size` bytes are these is a ledger. FG_LEDGER_FOREIGN, FG_LEDGER_VERSION,
   FG_LEDGER_CORRUPT. */
fg_status fg_header_check(const char *path, const unsigned char *header, size_t size, fg_error *error);
/* How many pages the file should have when there is no log beside it. */
int64_t fg_header_page_count(const unsigned char *header);

/* Notes in a database's first page that the database has all frames of a log up to a place, and that they are on the
   disk. The saver does this before it begins the log anew (saver.h). SQLite does not use these bytes. */
void fg_header_put_saved(unsigned char *header, const fg_wal_place *place);
/* The place that was noted; its frame is 0 if none was. */
fg_wal_place fg_header_saved(const unsigned char *header);

#endif
