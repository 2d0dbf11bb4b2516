/* The history of an account: commands with an id, other than usage and calls, and invoices, which happened and cannot
   change any more. What is known by an id is found by ids.h.

   A history is a chain of segments, which forks share. A segment that two accounts hold is frozen: the one that writes
   next begins a segment of its own on top. So a fork costs nothing here, and an account that is alone writes in
   place. */
#ifndef FG_HISTORY_H
#define FG_HISTORY_H

#include "../book/book.h"

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
  fg_allocator allocator;
  fg_arena arena; ///< owns invoices, commands, reasons and ids of grants
  FG_ARRAY(fg_past_command) commands;
  uint32_t commands_below; ///< number of commands in the segments below
  FG_ARRAY(fg_invoice) invoices;
  uint32_t invoices_below; ///< number of invoices in the segments below
} fg_history;

fg_history *fg_history_new(const fg_allocator *allocator); ///< NULL when memory is short
fg_history *fg_history_retain(fg_history *history);
void fg_history_release(fg_history *history);

/* Makes `*history` a segment that may be written: it stays the same if nobody else holds it, else a new segment is put
   on top. */
FG_COLD fg_status fg_history_begin_segment(fg_history **history);
static inline bool fg_history_is_owned(const fg_history *history) {
  return __atomic_load_n(&history->shared, __ATOMIC_ACQUIRE) == 1;
}
static inline fg_status fg_history_own(fg_history **history) {
  return FG_LIKELY(fg_history_is_owned(*history)) ? FG_OK : fg_history_begin_segment(history);
}

/* A state of an owned segment to go back to. Rewinding drops what was added after the mark. */
typedef struct fg_history_mark {
  fg_arena_mark arena;
  uint32_t invoices;
} fg_history_mark;
fg_history_mark fg_history_mark_of(const fg_history *history);
void fg_history_rewind(fg_history *history, fg_history_mark mark);

/* The command with a number, counted from 0 in all segments together. */
const fg_past_command *fg_history_command(const fg_history *history, uint64_t number);

/* The most invoices of an account: one for each hour of more than a hundred years. */
enum { FG_INVOICES_MAX = 1000000 };

/* Appends an invoice to an owned segment, with copies of its lines. FG_OVERFLOW beyond FG_INVOICES_MAX,
   FG_NO_MEMORY. */
fg_status fg_history_add_invoice(fg_history *history, const fg_invoice *invoice);

/* Calls `visit` for each invoice from the oldest on, until it returns false. */
fg_status fg_history_each_invoice(const fg_history *history, bool (*visit)(void *context, const fg_invoice *invoice),
                                  void *context);

#endif
