/* What can be known of a file without reading it. */
#ifndef FG_STORE_FILE_H
#define FG_STORE_FILE_H

#include "../base/base.h"

/* What changes when somebody writes to a file in place: its size, and the time of the last write if the system keeps
   that exactly. */
typedef struct fg_file_state {
  int64_t size; ///< 0: unknown
  int64_t seconds, nanoseconds;
} fg_file_state;

bool fg_file_state_differs(const fg_file_state *known, const fg_file_state *now);

typedef enum fg_file_kind { FG_FILE_PLAIN, FG_FILE_DIRECTORY, FG_FILE_OTHER } fg_file_kind;

/* Which file it is, and its state. */
typedef struct fg_file_look {
  uint64_t device, inode;
  fg_file_kind kind;
  uint32_t names;    ///< number of hard links
  bool is_read_only; ///< whether the mode of the file forbids writing, whoever the user is
  fg_file_state state;
} fg_file_look;

bool fg_file_is_same(const fg_file_look *a, const fg_file_look *b);

#endif
