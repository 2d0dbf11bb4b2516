/* Reads SQLite's write-ahead log before SQLite does. SQLite takes everything from the first bad frame on for the torn
   end of the log, without saying so; here a torn end is distinguished from damage. */
#ifndef FG_STORE_WAL_H
#define FG_STORE_WAL_H

#include "pages.h"

enum { FG_WAL_HEADER = 32, FG_WAL_FRAME_HEADER = 24, FG_WAL_FRAME = FG_WAL_FRAME_HEADER + FG_PAGE_SIZE };

/* A place in a log. The salts change when SQLite begins a log anew. */
typedef struct fg_wal_place {
  unsigned char salts[8];
  uint32_t frame; ///< the last frame of a transaction; 0: none
} fg_wal_place;

typedef struct fg_wal {
  bool is_there;
  bool has_header;     ///< the log has a good header
  bool is_damaged;     ///< a transaction cannot be read, although a later one was written
  uint32_t bad_frame;  ///< the first frame that cannot be read; 0: all can
  fg_wal_place end;    ///< the end of what SQLite will read
  uint32_t page_count; ///< pages of the database, with the log; 0: as the database says
  fg_page_set pages;   ///< the pages that the log has
} fg_wal;

/* Reads a log; FG_NO_FILE stands for a log that does not exist. Returns 0 or an errno. */
int fg_wal_read(fg_file file, const fg_allocator *allocator, fg_wal *log);
void fg_wal_release(fg_wal *log, const fg_allocator *allocator);

/* Reads the frames of a log, one after another. */
typedef struct fg_wal_walk {
  fg_file file;
  bool big; ///< whether the sums are over big-endian words
  unsigned char salts[8];
  uint32_t sums[2];
  uint32_t frame;                    ///< the number of the frame that was read last; 0: none
  unsigned char bytes[FG_WAL_FRAME]; ///< that frame
} fg_wal_walk;

/* Reads the header. Returns 0, an errno, or ENODATA if there is no good header. */
int fg_wal_walk_begin(fg_wal_walk *walk, fg_file file);
/* Reads the next frame. Returns 0, an errno, or ENODATA if no frame follows that was written after this one. */
int fg_wal_walk_next(fg_wal_walk *walk);
/* The number of the page that follows a frame's header. */
uint32_t fg_wal_frame_page(const unsigned char header[FG_WAL_FRAME_HEADER]);

/* The number, from 1, of the frame whose header is written at an offset; 0: no header belongs there. */
uint32_t fg_wal_frame_at(int64_t offset);
/* Whether a frame's header ends a transaction. */
bool fg_wal_is_commit(const unsigned char header[FG_WAL_FRAME_HEADER]);
const unsigned char *fg_wal_salts(const unsigned char header[FG_WAL_HEADER]);
const unsigned char *fg_wal_frame_salts(const unsigned char header[FG_WAL_FRAME_HEADER]);
/* Changes the header of a log such that the log is empty, because no frame in it has the new salts. */
void fg_wal_renew(unsigned char header[FG_WAL_HEADER], const unsigned char random[4]);

#endif
