/* The history of an account: commands with an id, and invoices, which happened and cannot change any more.

   A history is a chain of segments, which forks share. A segment that two accounts hold is frozen: the one that writes
   next begins a segment of its own on top. So a fork costs nothing here, and an account that is alone writes in place.

   Usage and calls come in millions, so a log keeps only a few bytes of each (record.h), and an index finds them by
   their ids. The other commands are few, so they are kept as they are, and the log has their numbers. */
#ifndef FG_HISTORY_H
#define FG_HISTORY_H

#include "../book/book.h"
#include "index.h"
#include "log.h"

/* A cell: what prices usage. A plain product has one cell in each edition, with its first price and no factor. */
typedef struct fg_cell {
  uint16_t covers;  ///< number of the covers of pools that hold (book/covers.h)
  uint16_t factor;  ///< place of the factor in the product's factors in that edition
  uint16_t price;   ///< place of the price in the product's prices
  uint16_t edition; ///< number of the edition in the book
} fg_cell;

/* A number for each cell, which most machines read with one load. The numbers order cells by edition, which is the
   order of time, then by price and factor as the book lists them. */
static inline uint64_t fg_cell_number(fg_cell cell) {
  return (uint64_t)cell.edition << 48 | (uint64_t)cell.price << 32 | (uint64_t)cell.factor << 16 | cell.covers;
}
static inline bool fg_cell_is_same(fg_cell a, fg_cell b) { return fg_cell_number(a) == fg_cell_number(b); }

/* What a line of an invoice charges. */
typedef enum fg_line_kind {
  FG_LINE_USAGE,
  FG_LINE_LEAST, ///< what usage of a product is short of its least
  FG_LINE_MOST,  ///< what usage of a product exceeds its most by; below 0
  FG_LINE_FEE,
  FG_LINE_KINDS
} fg_line_kind;

/* The events that an aggregate made of the usage of its periods. */
typedef struct fg_made {
  int64_t events;
  int64_t samples; ///< samples that the latest event was made of; 0: a level was held
  int64_t place;   ///< of a percentile, its place among the samples from the lowest; else 0
} fg_made;

/* A line of an invoice. In format 1 it is the units of one price slice of a product (R11); in later formats it is the
   units of a product at one of its prices, in parts. */
typedef struct fg_invoice_line {
  uint32_t product;
  /* Of a line for a fee, the place of the fee in the product; its parts charge units ÷ tier of their price. */
  uint16_t fee;
  uint8_t kind;          ///< fg_line_kind
  fg_date day;           ///< of format 1, the day of a product with daily tiers; FG_NO_DATE: the line is for the month
  int64_t total;         ///< units of the period in the billed mode
  int64_t free, packs;   ///< units of `total` that free grants and packs covered
  int64_t unbilled;      ///< units besides `total`, in a capacity mode or not billable
  int64_t tier_quantity; ///< the quantity that picked the tier (R12)
  fg_price_slice slice;  ///< the units charged
  uint32_t slice_count;  ///< into how many slices the period was priced
  fg_cell cell;          ///< cell of the line's price in the latest edition that prices some of it
  bool is_exact;         ///< nothing was rounded; not known of format 1
  bool is_running;       ///< the amount is that of a running total, less `invoiced`
  fg_amount invoiced;    ///< of a running total, what earlier invoices charged
  int64_t charged;       ///< of a running total, postpaid units of the invoice's own period
  fg_made made;          ///< what the usage was made of, if the product has an aggregate
  uint32_t first_part;   ///< place in fg_invoice.parts
  uint32_t part_count;   ///< 0: `slice` tells everything
} fg_invoice_line;

/* A part of a line: units of it at one price. */
typedef struct fg_invoice_part {
  fg_time begin; ///< begin of the tier period
  fg_cell cell;
  int64_t units;        ///< units charged
  int64_t tier;         ///< lower edge of the tier that the units are in
  fg_amount unit_price; ///< before the factor
  fg_amount fee;        ///< the tier's fee for a period, which the part consists of in place of units; 0: none
  bool unpriced;        ///< see fg_price_slice
} fg_invoice_part;

/* A correction of recorded usage, as the invoice of its period lists it. */
typedef struct fg_adjustment {
  fg_time at;
  int64_t units; ///< units added; below 0: taken off
  fg_string reason;
  uint32_t product;
} fg_adjustment;

typedef struct fg_invoice {
  fg_span period;   ///< the settlement period
  fg_period settle; ///< the kind of period that `period` is
  /* Of a preview, which products it is of: the place of one, FG_ALL_PRODUCTS, or an event (rules/invoice.h). */
  int32_t only;
  fg_time issued; ///< FG_NO_TIME: it is a preview
  const fg_invoice_line *lines;
  const fg_invoice_part *parts;
  const fg_adjustment *adjustments;
  uint32_t line_count, part_count, adjustment_count;
  bool limited; ///< the wallet is limited, so that balance_after has a meaning
  fg_amount total;
  fg_amount by_bounds; ///< what the bounds of an invoice add to the sum of its lines; below 0: take off
  fg_amount balance_after;
} fg_invoice;

/* A command that was accepted under an id, other than usage and calls. */
typedef struct fg_past_command {
  fg_command_kind kind;
  fg_string id;
  fg_string command; ///< its fields as fg_command_encode writes them
  fg_outcome answer;
} fg_past_command;

typedef struct fg_history {
  uint32_t shared; ///< how many hold this segment, counted atomically
  struct fg_history *parent;
  uint32_t depth; ///< number of segments below
  uint64_t seed;  ///< seed of the hashes of ids, the same in all segments
  fg_allocator allocator;
  fg_arena arena; ///< owns invoices, commands, reasons and ids of grants
  FG_ARRAY(fg_past_command) commands;
  FG_ARRAY(fg_invoice) invoices;
  uint32_t invoices_below; ///< number of invoices in the segments below
  fg_log log;     ///< entries: length of the id, the id, and what is kept under it; an entry with a number has no id
  fg_index index; ///< finds an entry by its id
  FG_ARRAY(uint32_t) numbered; ///< places in the log of the entries with numbers, in the order of the numbers
  uint32_t numbered_below;     ///< how many numbers the segments below have
  uint32_t named_below;        ///< up to this number, ids are kept as texts: a snapshot had these calls in flight
} fg_history;

fg_history *fg_history_new(const fg_allocator *allocator); ///< NULL when memory is short
fg_history *fg_history_retain(fg_history *history);
void fg_history_release(fg_history *history);

/* The number that the next entry without an id gets. */
static inline uint32_t fg_history_next_number(const fg_history *history) {
  return history->numbered_below + history->numbered.count + 1;
}

/* Makes `*history` a segment that may be written: it stays the same if nobody else holds it, else a new segment is put
   on top. */
FG_COLD fg_status fg_history_begin_segment(fg_history **history);
static inline bool fg_history_is_owned(const fg_history *history) {
  return __atomic_load_n(&history->shared, __ATOMIC_ACQUIRE) == 1;
}
static inline fg_status fg_history_own(fg_history **history) {
  return FG_LIKELY(fg_history_is_owned(*history)) ? FG_OK : fg_history_begin_segment(history);
}

/* A state of an owned segment to go back to. Rewinding drops what was added after the mark, except entries of the
   log. */
typedef struct fg_history_mark {
  fg_arena_mark arena;
  uint32_t invoices;
} fg_history_mark;
fg_history_mark fg_history_mark_of(const fg_history *history);
void fg_history_rewind(fg_history *history, fg_history_mark mark);

/* An id and its hash, which is computed once for all look-ups. */
typedef struct fg_key {
  fg_string id;
  uint32_t hash;
  uint32_t number; ///< number that stands for the id; the text then serves only to find how that call ended; 0: none
  bool has_slash;  ///< the id has a slash, as ids of free grants have
} fg_key;
void fg_key_make(fg_key *key, fg_string id, uint64_t seed);
static inline fg_key fg_key_of(fg_string id, uint64_t seed) {
  fg_key key;
  fg_key_make(&key, id, seed);
  return key;
}

/* Keeps the number that an id spells from being given again. FG_INVALID for a number that no history gives. */
static inline fg_status fg_history_pass_number(fg_history *history, uint64_t number) {
  FG_ASSERT(history->parent == NULL && history->numbered.count == 0);
  history->named_below = number > history->named_below ? (uint32_t)number : history->named_below;
  history->numbered_below = history->named_below;
  return number <= INT32_MAX ? FG_OK : FG_INVALID;
}

/* The number, if the history has given it to an entry; else 0. */
static inline uint32_t fg_history_number(const fg_history *history, uint64_t number) {
  return number > history->named_below && number < fg_history_next_number(history) ? (uint32_t)number : 0;
}

/* Makes the key of an id, or of the number that the history keeps in its place. */
void fg_history_key(const fg_history *history, fg_string id, fg_key *key);

/* A number that those who choose ids cannot know, so that nobody can prepare ids that all have the same hash. It comes
   from the addresses of code, stack and `block`, which the system changes from process to process, because the core
   does no I/O to ask for a better number. Hashes only decide where a thing is looked for, and are never written
   down. */
uint64_t fg_hash_seed(const void *block);

/* An entry of the log and the segment that has it; bytes is NULL if there is no entry. */
typedef struct fg_entry {
  const fg_history *segment;
  const unsigned char *bytes;
  uint32_t position; ///< its place in the segment's log
} fg_entry;
/* The latest entry under an id. */
fg_entry fg_history_find(const fg_history *history, const fg_key *key);

/* The id of an entry, empty if it has a number instead. What is kept begins right after the id. */
static inline fg_string fg_entry_id(const unsigned char *entry) {
  uint64_t length = 0;
  const unsigned char *text = fg_varint_read(entry, NULL, &length);
  return (fg_string){(const char *)text, (size_t)length};
}
static inline const unsigned char *fg_entry_kept(const unsigned char *entry) {
  fg_string id = fg_entry_id(entry);
  return (const unsigned char *)id.text + id.length;
}

/* Makes room in an owned segment for an entry that keeps at most `size` bytes under an id, and writes the id, which is
   not counted in `size`. The entry is there only after fg_history_commit, which cannot fail. */
typedef struct fg_entry_room {
  uint32_t hash;
  fg_slot *slot; ///< NULL: the entry gets the next number
  unsigned char *entry;
  unsigned char *kept; ///< where the caller writes what is kept
  unsigned char *end;  ///< end of what was written, for a caller that commits later
} fg_entry_room;
fg_status fg_history_prepare(fg_history *history, const fg_key *key, size_t size, fg_entry_room *room);
/* Adds the entry; `end` is the end of what the caller wrote. */
void fg_history_commit(fg_history *history, const fg_entry_room *room, const unsigned char *end);

/* The most invoices of an account: one for each hour of more than a hundred years. */
enum { FG_INVOICES_MAX = 1000000 };

/* Appends an invoice to an owned segment, with copies of its lines. FG_OVERFLOW beyond FG_INVOICES_MAX,
   FG_NO_MEMORY. */
fg_status fg_history_add_invoice(fg_history *history, const fg_invoice *invoice);

/* Calls `visit` for each invoice from the oldest on, until it returns false. */
fg_status fg_history_each_invoice(const fg_history *history, bool (*visit)(void *context, const fg_invoice *invoice),
                                  void *context);

#endif
