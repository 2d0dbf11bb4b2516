/* Makes the file of a new ledger. */
#ifndef FG_STORE_CREATE_H
#define FG_STORE_CREATE_H

#include <sqlite3.h>

#include "../base/status.h"
#include "../base/watch.h"

/* Makes a new ledger at a path where there is none. `fill` writes its tables inside one transaction, which it may
   commit and begin anew. The ledger appears at the path as a whole or not at all. */
typedef struct fg_store_maker {
  fg_status (*fill)(void *context, sqlite3 *database, fg_error *error);
  fg_status (*ready)(void *context, fg_error *error); ///< the file is on the disk, still without a name; may be NULL
  void *context;
  fg_watch *watch;   ///< ends `fill` early; NULL: nobody is asked
  bool may_be_there; ///< whether a ledger of a faster process is accepted; otherwise FG_LEDGER_EXISTS
} fg_store_maker;
fg_status fg_store_create(const char *path, const fg_allocator *allocator, const fg_store_maker *maker,
                          fg_error *error);

#endif
