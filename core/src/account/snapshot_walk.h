/* One walk over the state of an account both writes it as bytes and reads it, so that the two cannot differ. Declares
   the walk, the values that it writes and reads, and the parts of the state, which have a file snapshot_*.c each. */
#ifndef FG_SNAPSHOT_WALK_H
#define FG_SNAPSHOT_WALK_H

#include "../state/history.h"
#include "../state/state.h"
#include "snapshot.h"

typedef struct fg_walk {
  fg_account *account;
  fg_state *state;
  fg_history *history; ///< of the state that is read or written
  fg_text *out;        ///< NULL: reading
  const unsigned char *at, *end;
  int format;       ///< of the bytes
  fg_month settled; ///< up to format 3, the last month that is
  fg_status status; ///< the first fault; nothing happens after it
} fg_walk;

static inline void fg_walk_stop(fg_walk *walk, fg_status status) {
  walk->status = walk->status == FG_OK ? status : walk->status;
}

static inline bool fg_walk_is_reading(const fg_walk *walk) { return walk->out == NULL; }

/* Whether the bytes say what follows from the rest, too. What is left out is filled in by snapshot_check*.c. */
static inline bool fg_walk_tells_all(const fg_walk *walk) { return walk->format <= FG_SNAPSHOT_FORMAT_TOLD; }

/* Writes or reads a number of either sign; small ones take few bytes. */
int64_t fg_walk_integer(fg_walk *walk, int64_t value);
void fg_walk_amount(fg_walk *walk, fg_amount *amount);
/* An amount that follows from the rest. */
void fg_walk_amount_told(fg_walk *walk, fg_amount *amount);
void fg_walk_money(fg_walk *walk, fg_money *money);
void fg_walk_funds(fg_walk *walk, fg_funds *funds);
/* Writes or reads bytes, which may be NULL. Bytes that are read are borrowed. */
void fg_walk_bytes(fg_walk *walk, fg_string *bytes);
/* The same, and what was read is copied into the history. */
void fg_walk_string(fg_walk *walk, fg_string *string);
/* Writes or reads how many items follow. What is read is bounded by the bytes that are left, because each item takes at
   least one. */
uint32_t fg_walk_count(fg_walk *walk, size_t there);
/* A new block of the history for `count` items; when writing, the block that is there, which is not written to. */
void *fg_walk_block(fg_walk *walk, const void *there, uint32_t count, size_t item_size);

/* Writes or reads a member of any integer type; a value that the type cannot hold is a fault. Writing stores nothing,
   because the state may be shared with forks in other threads. */
#define FG_WALK(walk, member)                                                                                          \
  do {                                                                                                                 \
    int64_t walked = fg_walk_integer((walk), (int64_t)(member));                                                       \
    if (fg_walk_is_reading(walk)) {                                                                                    \
      (member) = (__typeof__(member))walked;                                                                           \
      if ((int64_t)(member) != walked) {                                                                               \
        fg_walk_stop((walk), FG_INVALID);                                                                              \
      }                                                                                                                \
    }                                                                                                                  \
  } while (0)

/* A member that follows from the rest. */
#define FG_WALK_TOLD(walk, member)                                                                                     \
  do {                                                                                                                 \
    if (fg_walk_tells_all(walk)) {                                                                                     \
      FG_WALK(walk, member);                                                                                           \
    }                                                                                                                  \
  } while (0)

/* The items of an array of the state; when reading, room for them is made first. */
#define FG_WALK_ARRAY(walk, array, walk_item)                                                                          \
  do {                                                                                                                 \
    uint32_t walked_count = fg_walk_count((walk), (array)->count);                                                     \
    if (fg_walk_is_reading(walk)) {                                                                                    \
      fg_walk_stop((walk), FG_ARRAY_RESERVE(&(walk)->account->allocator, (array), walked_count));                      \
      (array)->count = (walk)->status == FG_OK ? walked_count : 0;                                                     \
      if ((array)->count > 0) {                                                                                        \
        memset((array)->items, 0, (array)->count * sizeof *(array)->items);                                            \
      }                                                                                                                \
    }                                                                                                                  \
    for (uint32_t i = 0; i < (array)->count && (walk)->status == FG_OK; i++) {                                         \
      walk_item((walk), &(array)->items[i]);                                                                           \
    }                                                                                                                  \
  } while (0)

/* Parts of the state, by the file that they are in. */

/* snapshot_walk.c */
/* The beginning of a period; up to format 3 it is a date. */
void fg_walk_begin(fg_walk *walk, fg_time *begin);
/* Up to format 3 there is one cell. */
void fg_walk_cell(fg_walk *walk, fg_cell *cell);
/* Makes room for an entry of the history. Two under one id are a fault. */
void fg_walk_prepare_entry(fg_walk *walk, fg_string id, size_t size, fg_entry_room *room);

/* snapshot_lots.c */
void fg_walk_lot(fg_walk *walk, fg_lot *lot);
void fg_walk_recurring_pack(fg_walk *walk, fg_recurring_pack *order);
void fg_walk_bundle_order(fg_walk *walk, fg_bundle_order *order);
void fg_walk_capacity(fg_walk *walk, fg_capacity_order *order);
void fg_walk_amendment(fg_walk *walk, fg_amendment *amendment);

/* snapshot_calls.c */
/* Writes or reads a list of attributes, which is of the history. */
void fg_walk_attribute_list(fg_walk *walk, const fg_attributes **list);
void fg_walk_holds(fg_walk *walk, fg_state *state);

/* snapshot_usage.c */
void fg_walk_group(fg_walk *walk, fg_product_group *group);
/* What is in force of it follows from the rest, and what it sums up to, but for a bucket. What has left it and is not
   asked for any more is not written, because it depends on who has looked. */
void fg_walk_window(fg_walk *walk, uint32_t place);
/* The order of deduction, what is in force and all sums follow from the rest. */
void fg_walk_service(fg_walk *walk, uint32_t product);

/* snapshot_aggregates.c */
void fg_walk_made(fg_walk *walk, fg_made *made);
void fg_walk_aggregates(fg_walk *walk, uint32_t product);

/* snapshot_history.c */
void fg_walk_adjustment(fg_walk *walk, fg_adjustment *adjustment);
/* Writes each item after a 1, and a 0 at the end, because segments have no common count. Of the commands only orders
   are written; a ledger has the others in its rows. */
void fg_walk_write_history(fg_walk *walk);
void fg_walk_read_history(fg_walk *walk);

/* snapshot_adoptions.c */
void fg_walk_adoptions(fg_walk *walk);

#endif
