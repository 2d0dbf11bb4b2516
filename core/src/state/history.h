/* What happened and cannot change any more: commands with an id, and invoices.

   A history is a chain of segments. Forks share it: a segment that two hold is frozen, and who writes next begins a
   segment of its own on top. So a fork costs nothing here, and an account writes in place while it is alone.

   Usage and calls come in millions: what is kept of each is a handful of bytes in a log (record.h), found by an index
   of their positions. The other commands are few: they are kept as they are, and the log has their numbers. */
#ifndef FG_HISTORY_H
#define FG_HISTORY_H

#include "../book/book.h"
#include "index.h"
#include "log.h"

/* What prices usage. A plain product has one cell an edition: its first price without a factor. */
typedef struct fg_cell {
  uint16_t covers;  ///< which covers of pools are for it (book/covers.h)
  uint16_t factor;  ///< of the product's factors in that edition
  uint16_t price;   ///< of its prices
  uint16_t edition; ///< of the book
} fg_cell;

/* A number for each cell, which most machines read at once. Lower numbers come first: editions in the order of time,
   then prices and factors as the book has them. */
static inline uint64_t fg_cell_number(fg_cell cell) {
  return (uint64_t)cell.edition << 48 | (uint64_t)cell.price << 32 | (uint64_t)cell.factor << 16 | cell.covers;
}
static inline bool fg_cell_is_same(fg_cell a, fg_cell b) { return fg_cell_number(a) == fg_cell_number(b); }

/* What a line is of. */
typedef enum fg_line_kind {
  FG_LINE_USAGE,
  FG_LINE_LEAST, ///< what usage of a product costs less than its least
  FG_LINE_MOST,  ///< what it costs more than its most, below 0
  FG_LINE_FEE,
  FG_LINE_KINDS
} fg_line_kind;

/* Events that an aggregate made of all usage of their periods. */
typedef struct fg_made {
  int64_t events;
  int64_t samples; ///< that the latest was made of; 0: it is what was held
  int64_t place;   ///< of a percentile, its place among them, from the lowest; else 0
} fg_made;

/* One line of an invoice. In format 1 the units of one price slice of one product (R11); later the units of a product
   at one of its prices, in parts. */
typedef struct fg_invoice_line {
  uint32_t product;
  uint16_t fee;  ///< its place among the product's, of a line of one; its parts are then units ÷ tier of their price
  uint8_t kind;  ///< fg_line_kind
  fg_date day;   ///< of products with daily tiers; FG_NO_DATE for the month's
  int64_t total; ///< units of the period in the billed mode
  int64_t free, packs;   ///< of these, covered by free grants and by packs
  int64_t unbilled;      ///< besides these, in a capacity mode or not billable
  int64_t tier_quantity; ///< what picked the tier (R12)
  fg_price_slice slice;  ///< charged
  uint32_t slice_count;  ///< slices the period was priced in
  fg_cell cell;          ///< its price, in the latest edition that priced some of it
  bool is_exact;         ///< nothing was rounded; not known of format 1
  bool is_running;       ///< it is what a running total came to, less what earlier invoices had of it
  fg_amount invoiced;    ///< of a running total, what they had
  int64_t charged;       ///< of a running total, postpaid units of the invoice's own period
  fg_made made;          ///< what its usage is, if it is of an aggregate
  uint32_t first_part;   ///< in fg_invoice.parts
  uint32_t part_count;   ///< 0: `slice` tells all
} fg_invoice_line;

/* Units of a line at one price. */
typedef struct fg_invoice_part {
  fg_time begin; ///< of the period of the product's tiers
  fg_cell cell;
  int64_t units;        ///< charged
  int64_t tier;         ///< lower edge of the tier
  fg_amount unit_price; ///< without the factor
  fg_amount fee;        ///< of the tier, for a period, in place of units; 0: none
  bool unpriced;        ///< as in fg_price_slice
} fg_invoice_part;

/* A correction of what was recorded, which its month's invoice lists. */
typedef struct fg_adjustment {
  fg_time at;
  int64_t units; ///< below 0: taken off
  fg_string reason;
  uint32_t product;
} fg_adjustment;

typedef struct fg_invoice {
  fg_span period;   ///< of settlement
  fg_period settle; ///< which it is one of
  int32_t only;     ///< of a preview: a product, or FG_ALL_PRODUCTS, or an event (rules/invoice.h)
  fg_time issued;   ///< FG_NO_TIME: a preview
  const fg_invoice_line *lines;
  const fg_invoice_part *parts;
  const fg_adjustment *adjustments;
  uint32_t line_count, part_count, adjustment_count;
  bool limited; ///< the wallet is: balance_after holds
  fg_amount total;
  fg_amount by_bounds; ///< of the total: what the bounds of an invoice add to its lines, or take off them
  fg_amount balance_after;
} fg_invoice;

/* A command that was accepted under an id, neither usage nor a call. */
typedef struct fg_past_command {
  fg_command_kind kind;
  fg_string id;
  fg_string command; ///< encoded
  fg_outcome answer;
} fg_past_command;

typedef struct fg_history {
  uint32_t shared; ///< references, counted atomically
  struct fg_history *parent;
  uint32_t depth; ///< segments below
  uint64_t seed;  ///< of the hashes of ids; that of the segments below
  fg_allocator allocator;
  fg_arena arena; ///< of invoices, commands, reasons and ids of grants
  FG_ARRAY(fg_past_command) commands;
  FG_ARRAY(fg_invoice) invoices;
  uint32_t invoices_below; ///< in the segments below
  fg_log log;     ///< entries: the length of the id, the id, what is kept under it; without an id where it has a number
  fg_index index; ///< of the entries, by their ids
  FG_ARRAY(uint32_t) numbered; ///< places in the log of those with numbers for ids: the next number, and so on
  uint32_t numbered_below;     ///< numbers in the segments below
  uint32_t named_below; ///< of these, up to which the ids are texts: those of calls that a snapshot had in flight
} fg_history;

fg_history *fg_history_new(const fg_allocator *allocator); ///< NULL when memory is short
fg_history *fg_history_retain(fg_history *history);
void fg_history_release(fg_history *history);

/* The number of the next entry that has one. */
static inline uint32_t fg_history_next_number(const fg_history *history) {
  return history->numbered_below + history->numbered.count + 1;
}

/* Makes `*history` a segment that may be written: itself if nobody else holds it, else a new one on top. */
FG_COLD fg_status fg_history_begin_segment(fg_history **history);
static inline bool fg_history_is_owned(const fg_history *history) {
  return __atomic_load_n(&history->shared, __ATOMIC_ACQUIRE) == 1;
}
static inline fg_status fg_history_own(fg_history **history) {
  return FG_LIKELY(fg_history_is_owned(*history)) ? FG_OK : fg_history_begin_segment(history);
}

/* Where an owned segment stands, and back to it: what was added after the mark is gone, entries apart. */
typedef struct fg_history_mark {
  fg_arena_mark arena;
  uint32_t invoices;
} fg_history_mark;
fg_history_mark fg_history_mark_of(const fg_history *history);
void fg_history_rewind(fg_history *history, fg_history_mark mark);

/* An id and its hash, made once for all look-ups. */
typedef struct fg_key {
  fg_string id;
  uint32_t hash;
  uint32_t number; ///< that is kept in place of the id, whose text then serves only to find its call's ending; else 0
  bool has_slash;  ///< as the ids of free grants have
} fg_key;
void fg_key_make(fg_key *key, fg_string id, uint64_t seed);
static inline fg_key fg_key_of(fg_string id, uint64_t seed) {
  fg_key key;
  fg_key_make(&key, id, seed);
  return key;
}

/* Keeps the number of an id that is a text from being given again; FG_INVALID for one that no history gives. */
static inline fg_status fg_history_pass_number(fg_history *history, uint64_t number) {
  FG_ASSERT(history->parent == NULL && history->numbered.count == 0);
  history->named_below = number > history->named_below ? (uint32_t)number : history->named_below;
  history->numbered_below = history->named_below;
  return number <= INT32_MAX ? FG_OK : FG_INVALID;
}

/* The number itself if the history has given it; else 0. */
static inline uint32_t fg_history_number(const fg_history *history, uint64_t number) {
  return number > history->named_below && number < fg_history_next_number(history) ? (uint32_t)number : 0;
}

/* Makes the key of an id in place of which the history may keep a number. */
void fg_history_key(const fg_history *history, fg_string id, fg_key *key);

/* A number that those who choose ids do not know, so that nobody can prepare names that all have one hash. It is made
   of the addresses of code, stack and `block`, which the system changes from process to process; the core does no I/O
   to ask for a better one. Hashes decide where a thing is looked for and nothing else, and are never written down. */
uint64_t fg_hash_seed(const void *block);

/* An entry of the log and the segment it is in; bytes NULL if there is none. */
typedef struct fg_entry {
  const fg_history *segment;
  const unsigned char *bytes;
  uint32_t position; ///< in the segment's log
} fg_entry;
/* The latest under the id. */
fg_entry fg_history_find(const fg_history *history, const fg_key *key);

/* Its id, empty where it has a number instead. What is kept under it begins where the id ends. */
static inline fg_string fg_entry_id(const unsigned char *entry) {
  uint64_t length = 0;
  const unsigned char *text = fg_varint_read(entry, NULL, &length);
  return (fg_string){(const char *)text, (size_t)length};
}
static inline const unsigned char *fg_entry_kept(const unsigned char *entry) {
  fg_string id = fg_entry_id(entry);
  return (const unsigned char *)id.text + id.length;
}

/* Makes room in an owned segment for an entry that keeps at most `size` bytes under an id, and writes the id. Nobody
   sees it before fg_history_commit, which cannot fail; without that there is no entry. */
typedef struct fg_entry_room {
  uint32_t hash;
  fg_slot *slot; ///< NULL: it gets the next number
  unsigned char *entry;
  unsigned char *kept; ///< to be written
  unsigned char *end;  ///< where what was written ends, for whoever commits it later
} fg_entry_room;
fg_status fg_history_prepare(fg_history *history, const fg_key *key, size_t size, fg_entry_room *room);
/* `end` is where what is kept ends. */
void fg_history_commit(fg_history *history, const fg_entry_room *room, const unsigned char *end);

/* What an account has at most: those of each hour for more than a hundred years. */
enum { FG_INVOICES_MAX = 1000000 };

/* Appends an invoice to an owned segment, its lines copied. FG_OVERFLOW beyond the most, FG_NO_MEMORY. */
fg_status fg_history_add_invoice(fg_history *history, const fg_invoice *invoice);

/* Calls `visit` for each invoice, oldest first, until it answers false. */
fg_status fg_history_each_invoice(const fg_history *history, bool (*visit)(void *context, const fg_invoice *invoice),
                                  void *context);

#endif
