/* The write-ahead log of SQLite, read before SQLite reads it, because SQLite silently takes everything from the first
   bad frame on for the torn end of the log. Here that is told from damage. */
#ifndef FG_STORE_WAL_H
#define FG_STORE_WAL_H

#include "pages.h"

enum { FG_WAL_HEADER = 32, FG_WAL_FRAME_HEADER = 24, FG_WAL_FRAME = FG_WAL_FRAME_HEADER + FG_PAGE_SIZE };

/* A place in a log. A log that is begun anew has other salts. */
typedef struct fg_wal_place {
  unsigned char salts[8];
  uint32_t frame; ///< of the last one of a transaction; 0: none
} fg_wal_place;

typedef struct fg_wal {
  bool is_there;
  bool has_header;     ///< a good one
  bool is_damaged;     ///< a transaction cannot be read, and a later one was written after it
  uint32_t bad_frame;  ///< where what can be read ends; 0: at the end of the file
  fg_wal_place end;    ///< of what SQLite will read
  uint32_t page_count; ///< of the database, with the log; 0: as the database says
  fg_page_set pages;   ///< that are in the log
} fg_wal;

/* Reads a log; FG_NO_FILE: there is none. Answers 0 or an errno. */
int fg_wal_read(fg_file file, const fg_allocator *allocator, fg_wal *log);
void fg_wal_release(fg_wal *log, const fg_allocator *allocator);

/* Where the frame that is written at an offset stands, from 1; 0: it is no frame's header. */
uint32_t fg_wal_frame_at(int64_t offset);
/* Whether a frame's header ends a transaction. */
bool fg_wal_is_commit(const unsigned char header[FG_WAL_FRAME_HEADER]);
const unsigned char *fg_wal_salts(const unsigned char header[FG_WAL_HEADER]);
const unsigned char *fg_wal_frame_salts(const unsigned char header[FG_WAL_FRAME_HEADER]);
/* Makes of a log's header that of an empty one: no frame after it has its salts. */
void fg_wal_renew(unsigned char header[FG_WAL_HEADER], const unsigned char random[4]);

#endif
