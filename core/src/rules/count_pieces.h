/* What the runs of a group (count_order.h) say of its buckets: pieces of units that are still there, in the order of
   time. */
#ifndef FG_COUNT_PIECES_H
#define FG_COUNT_PIECES_H

#include "../state/state.h"

/* The sources of units, in the order in which a usage draws on them: what is charged has its last positions. */
enum { FG_RUN_FREE, FG_RUN_PACKS, FG_RUN_COUNTED, FG_RUN_POSTPAID, FG_RUN_SOURCES };

/* A bucket whose units count, and what the runs say of it. */
typedef struct fg_count_place {
  const fg_bucket *bucket;
  int64_t *slices; ///< NULL: it is not kept by tier
  uint32_t product;
  uint32_t counter;              ///< the first place that is counted together with it
  int64_t count;                 ///< of that place: how far all of them have come
  fg_int128 run[FG_RUN_SOURCES]; ///< units of runs
} fg_count_place;

/* Units of a place that are still there. */
typedef struct fg_count_piece {
  uint32_t place;
  int source;
  int64_t units;
  int64_t edge; ///< the lower one of the tier that they are in, where they are joined
} fg_count_piece;

typedef struct fg_count_pieces {
  const fg_account *account;
  const fg_state *state;
  const fg_product_group *group;
  uint32_t number; ///< of the group
  FG_ARRAY(fg_count_place) places;
  FG_ARRAY(fg_count_piece) pieces; ///< in the order of time
} fg_count_pieces;

/* How far units move a count (R12, R17). */
int64_t fg_count_advance(const fg_account *account, uint32_t product, int source, int64_t units);
bool fg_run_goes_on(const fg_run *run, const fg_run *next);
fg_status fg_count_list_places(fg_count_pieces *of);
/* Lists what is left of the first `count` runs. What was taken off went off the latest units of its source. */
fg_status fg_count_list_pieces(fg_count_pieces *of, uint32_t count);
/* Takes units of a source off the pieces of a place, the latest first or the earliest. */
void fg_count_take_off(fg_count_pieces *of, uint32_t number, int source, fg_int128 units, bool from_end);
/* What no run says was there first: in the order of the cells, in which editions follow in time. */
int64_t fg_count_missing(const fg_count_pieces *of, const fg_count_place *of_place, int source);
/* Writes what is left as runs, and answers how many. There are at most as many as pieces. */
uint32_t fg_count_write_runs(const fg_count_pieces *of, fg_run *runs);
int64_t fg_count_units(const fg_bucket *bucket, int source);
void fg_count_release(fg_count_pieces *of);

#endif
