/* What happened and cannot change any more: commands with an id, and invoices.

   A history is a chain of segments. Forks share it: a segment that two hold is frozen, and who writes next begins a
   segment of its own on top. So a fork costs nothing here, and an account writes in place while it is alone. */
#ifndef FG_HISTORY_H
#define FG_HISTORY_H

#include "book.h"

/* One line of an invoice: the units of one price slice of one product (R11). */
typedef struct fg_invoice_line {
  uint32_t product;
  fg_date day;               ///< of products with daily tiers; FG_NO_DATE for the month's
  int64_t total;             ///< units of the period in the billed mode
  int64_t free, packs;       ///< of these, covered by free grants and by packs
  int64_t tier_quantity;     ///< what picked the tier (R12)
  fg_price_slice slice;      ///< charged
  uint32_t slice_count;      ///< slices the period was priced in
} fg_invoice_line;

typedef struct fg_invoice {
  fg_month month;
  fg_time issued; ///< FG_NO_TIME: a preview
  const fg_invoice_line *lines;
  uint32_t line_count;
  fg_amount total;
  bool limited; ///< the wallet is: balance_after holds
  fg_amount balance_after;
} fg_invoice;

/* A command that was accepted under an id, with what it answered. */
typedef struct fg_record {
  fg_string id;
  uint64_t hash;
  fg_string command; ///< encoded
  fg_command_kind kind;
  union {
    const fg_used *used;     ///< use, call
    const fg_ordered *order; ///< buy_pack, give_pack, buy_capacity
  } answer;
} fg_record;

/* A place in the hash table of records. The tag, bits of the hash, spares most looks at a record of another id. */
typedef struct fg_slot {
  uint32_t tag;
  uint32_t record; ///< index + 1, 0: free
} fg_slot;

typedef struct fg_history {
  uint32_t shared; ///< references, counted atomically
  struct fg_history *parent;
  uint32_t depth; ///< segments below
  fg_allocator allocator;
  fg_arena arena;
  FG_ARRAY(fg_record) records;
  FG_ARRAY(fg_invoice) invoices;
  fg_slot *slots; ///< hash table of records
  uint32_t slot_count;
} fg_history;

fg_history *fg_history_new(const fg_allocator *allocator); ///< NULL when memory is short
fg_history *fg_history_retain(fg_history *history);
void fg_history_release(fg_history *history);

/* Makes `*history` a segment that may be written: itself if nobody else holds it, else a new one on top. */
fg_status fg_history_own(fg_history **history);

/* Where an owned segment stands, and back to it: what was added after the mark is gone. */
typedef struct fg_history_mark {
  fg_arena_mark arena;
  uint32_t invoices;
} fg_history_mark;
fg_history_mark fg_history_mark_of(const fg_history *history);
void fg_history_rewind(fg_history *history, fg_history_mark mark);

/* An id and its hash, made once for all look-ups. */
typedef struct fg_key {
  fg_string id;
  uint64_t hash;
} fg_key;
fg_key fg_key_of(fg_string id);

const fg_record *fg_history_find(const fg_history *history, fg_key key);

/* Where records are looked for that are not in the history: the ledger on the disk. What it answers holds until it is
   asked again. */
typedef struct fg_archive {
  const fg_record *(*find)(void *context, fg_string id);
  void *context;
} fg_archive;

/* Prepares a record in an owned segment, its id copied, with a block of `size` bytes for what it keeps, aligned for all.
   Nobody sees it before fg_history_commit, which cannot fail. A rewind drops what was prepared. */
fg_status fg_history_prepare(fg_history *history, fg_key key, size_t size, fg_record **record, char **block);
void fg_history_commit(fg_history *history);

/* Appends an invoice to an owned segment, its lines copied. */
fg_status fg_history_add_invoice(fg_history *history, const fg_invoice *invoice);

/* Calls `visit` for each invoice, oldest first, until it answers false. */
fg_status fg_history_each_invoice(const fg_history *history, bool (*visit)(void *context, const fg_invoice *invoice),
                                  void *context);

#endif
