/* One walk over the state of an account both writes the state as bytes and reads it, so that the two cannot differ.
   This header declares the walk, the values that it writes and reads, and the parts of the state, which have a file
   snapshot_*.c each. */
#ifndef FG_SNAPSHOT_WALK_H
#define FG_SNAPSHOT_WALK_H

#include "../state/history.h"
#include "../state/state.h"
#include "snapshot.h"

typedef struct fg_walk {
  fg_account *account;
  fg_state *state;
  fg_history *history; ///< the history of the state that is read or written
  fg_ids *ids;         ///< the ids of the state that is read; NULL: it is written
  fg_text *out;        ///< where bytes are written; NULL: bytes are read
  const unsigned char *next, *end;
  int format;       ///< the format of the bytes
  fg_month settled; ///< up to format 3, the last month that is settled
  fg_status status; ///< the first fault; once it is set, nothing more is read or written
} fg_walk;

static inline void fg_walk_stop(fg_walk *walk, fg_status status) {
  walk->status = walk->status == FG_OK ? status : walk->status;
}

static inline bool fg_walk_is_reading(const fg_walk *walk) { return walk->out == NULL; }

/* Whether the format has derived values in its bytes. snapshot_check*.c fills in those that are not read. */
static inline bool fg_walk_tells_all(const fg_walk *walk) { return walk->format <= FG_SNAPSHOT_FORMAT_TOLD; }

/* Writes or reads an integer; small ones of either sign take few bytes. */
int64_t fg_walk_integer(fg_walk *walk, int64_t value);
void fg_walk_amount(fg_walk *walk, fg_amount *amount);
/* Writes or reads an amount that is derived, if the format has it. */
void fg_walk_amount_told(fg_walk *walk, fg_amount *amount);
void fg_walk_money(fg_walk *walk, fg_money *money);
void fg_walk_funds(fg_walk *walk, fg_funds *funds);
/* Writes or reads bytes; NULL stays NULL. Bytes that are read point into the snapshot. */
void fg_walk_bytes(fg_walk *walk, fg_string *bytes);
/* Writes or reads a text. One that is read is copied into the history. */
void fg_walk_string(fg_walk *walk, fg_string *string);
/* Writes or reads how many items follow. A number that is read is at most that of the bytes left, because each item
   takes at least one. */
uint32_t fg_walk_count(fg_walk *walk, size_t there);
/* Returns memory for `count` items: when reading, a new block of the history; when writing, `there`, which must not be
   changed. */
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

/* Writes or reads a member that is derived, if the format has it. */
#define FG_WALK_TOLD(walk, member)                                                                                     \
  do {                                                                                                                 \
    if (fg_walk_tells_all(walk)) {                                                                                     \
      FG_WALK(walk, member);                                                                                           \
    }                                                                                                                  \
  } while (0)

/* Writes or reads the items of an array of the state. When reading, memory for them is allocated first. */
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

/* The parts of the state, grouped by the file that walks them. */

/* Defined in snapshot_walk.c. */
/* Writes or reads the beginning of a period; up to format 3 it is a date. */
void fg_walk_begin(fg_walk *walk, fg_time *begin);
/* Writes or reads a cell; up to format 3 there is only one. */
void fg_walk_cell(fg_walk *walk, fg_cell *cell);
/* Makes room for an entry under an id, which is never forgotten if it is `lasting`. A second entry with the same id is
   a fault. */
void fg_walk_prepare_entry(fg_walk *walk, fg_string id, size_t size, bool lasting, fg_entry_room *room);

/* Defined in snapshot_lots.c. */
void fg_walk_lot(fg_walk *walk, fg_lot *lot);
void fg_walk_recurring_pack(fg_walk *walk, fg_recurring_pack *order);
void fg_walk_bundle_order(fg_walk *walk, fg_bundle_order *order);
void fg_walk_capacity(fg_walk *walk, fg_capacity_order *order);
void fg_walk_amendment(fg_walk *walk, fg_amendment *amendment);

/* Defined in snapshot_calls.c. */
/* Writes or reads a list of attributes. One that is read belongs to the history. */
void fg_walk_attribute_list(fg_walk *walk, const fg_attributes **list);
void fg_walk_holds(fg_walk *walk, fg_state *state);

/* Defined in snapshot_usage.c. */
void fg_walk_group(fg_walk *walk, fg_product_group *group);
/* Writes or reads a window of a limit. Its limit is derived, and so is the sum of its units unless the limit is a
   bucket. Admissions that have left it and are not needed any more are not written, because whether they are still
   there depends on who has looked. */
void fg_walk_window(fg_walk *walk, uint32_t place);
/* Writes or reads a product's service. The order of deduction, the limits in force and all sums are derived. */
void fg_walk_service(fg_walk *walk, uint32_t product);

/* Defined in snapshot_aggregates.c. */
void fg_walk_made(fg_walk *walk, fg_made *made);
void fg_walk_aggregates(fg_walk *walk, uint32_t product);

/* Defined in snapshot_history.c. */
void fg_walk_adjustment(fg_walk *walk, fg_adjustment *adjustment);
/* Writes the history. Each item follows a 1, and a 0 ends the list, because the number of items in all segments is not
   known beforehand. Only commands that order something are written; a ledger has the others in its rows. */
void fg_walk_write_history(fg_walk *walk);
void fg_walk_read_history(fg_walk *walk);

/* Defined in snapshot_adoptions.c. */
void fg_walk_adoptions(fg_walk *walk);

#endif
