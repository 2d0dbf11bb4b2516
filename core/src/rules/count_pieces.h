/* The units of a group that are still counted, as pieces in the order of time. They follow from the runs of
   count_order.h, less what was taken off. */
#ifndef FG_COUNT_PIECES_H
#define FG_COUNT_PIECES_H

#include "../state/state.h"

/* The sources of units, in the order in which a usage draws on them. The units charged are the last, so they have the
   last positions in the count. */
enum { FG_RUN_FREE, FG_RUN_PACKS, FG_RUN_COUNTED, FG_RUN_POSTPAID, FG_RUN_SOURCES };

/* A bucket whose units are counted, and what the runs have of it. */
typedef struct fg_count_place {
  const fg_bucket *bucket;
  int64_t *slices; ///< units of the bucket by tier; NULL: they are not kept by tier
  uint32_t product;
  uint32_t counter;              ///< the first place of those that share this one's counter
  int64_t count;                 ///< how far the shared count has come; in the place that `counter` names alone
  fg_int128 run[FG_RUN_SOURCES]; ///< units that the runs have of the bucket, by source
} fg_count_place;

/* Consecutive units of a place that are still counted. */
typedef struct fg_count_piece {
  uint32_t place;
  int source;
  int64_t units;
  int64_t edge; ///< lower edge of the tier that they are in, where runs are joined
} fg_count_piece;

typedef struct fg_count_pieces {
  const fg_account *account;
  const fg_state *state;
  const fg_product_group *group;
  uint32_t number; ///< number of the group
  FG_ARRAY(fg_count_place) places;
  FG_ARRAY(fg_count_piece) pieces; ///< in the order of time
} fg_count_pieces;

/* By how much units of a source move the count (R12, R17). */
int64_t fg_count_advance(const fg_account *account, uint32_t product, int source, int64_t units);
bool fg_run_goes_on(const fg_run *run, const fg_run *next);
fg_status fg_count_list_places(fg_count_pieces *of);
/* Lists as pieces what is left of the first `count` runs. Units that were taken off are missing from the latest of
   their source. */
fg_status fg_count_list_pieces(fg_count_pieces *of, uint32_t count);
/* Takes units of a source off the pieces of a place, from the latest or from the earliest. */
void fg_count_take_off(fg_count_pieces *of, uint32_t number, int source, fg_int128 units, bool from_end);
/* The units of a source that no run has. They are taken to have come first, in the order of the cells, which is that of
   the editions in time. */
int64_t fg_count_missing(const fg_count_pieces *of, const fg_count_place *of_place, int source);
/* Writes pieces as runs, and answers how many runs; there are never more than pieces. */
uint32_t fg_count_write_runs(const fg_count_pieces *of, fg_run *runs);
int64_t fg_count_units(const fg_bucket *bucket, int source);
void fg_count_release(fg_count_pieces *of);

#endif
