/* Many accounts by name, and the events of one batch sorted to them. */
#ifndef FG_BILLER_H
#define FG_BILLER_H

#include "../base/digest.h"
#include "../state/state.h"
#include "text_column.h"

/* An event with an id, and which bytes of the history's log are of it. */
typedef struct fg_named_event {
  uint32_t begin, end;
  fg_time at;
  int64_t row;
} fg_named_event;

/* An account of a biller, with what it has still to do. */
typedef struct fg_customer {
  fg_string name;
  fg_account *account;
  FG_ARRAY(fg_command) commands; ///< given beside the events
  uint32_t done;                 ///< of these
  uint32_t invoiced_before;      ///< invoices that earlier bills told, of an account that goes on from its state
  const fg_history *named_in;    ///< the segment of the history that has them
  FG_ARRAY(fg_named_event) named;
  fg_time last;         ///< of its rows so far; FG_NO_TIME: there was none
  fg_period_uses *uses; ///< what its settlements note; in memory of its own, because the account points there
} fg_customer;

/* Where a customer is found by its name; the hash stands here too, so that another customer need not be looked at. */
typedef struct fg_customer_slot {
  uint32_t hash;
  uint32_t customer; ///< index + 1; 0: the slot is free
} fg_customer_slot;

/* An event as it was read. */
typedef struct fg_event_row {
  fg_time at;
  int64_t quantity;
  uint32_t customer;
  uint32_t row;    ///< in the batch
  int32_t product; ///< FG_NONE: the book has no such product; below that: of an event (fg_row_event)
} fg_event_row;

/* The place of an event among the book's, where a row is of one; FG_NONE. */
static inline int fg_row_event(int32_t product) { return product < FG_NONE ? FG_NONE - 1 - product : FG_NONE; }

/* A point in the text of a quantity. */
typedef enum fg_point { FG_NO_POINT, FG_POINT_OF_DECIMALS, FG_POINT_MAY_GROUP, FG_POINT_KINDS } fg_point;

/* Customers that one thread does, and what came of them in one call. */
typedef struct fg_bill_part {
  fg_biller *biller;
  uint32_t first, end; ///< of the customers
  FG_ARRAY(fg_set_aside) aside;
  FG_ARRAY(fg_answered) answered;
  FG_ARRAY(fg_draw) drawn; ///< of these
  fg_arena messages;
  uint64_t billed; ///< events that happened
  fg_status status;
  const fg_event_row *back; ///< of its rows the first, by number, that is before another of its account; NULL: none
  int64_t back_number;
  fg_time back_before; ///< where the account was already
} fg_bill_part;

struct fg_biller {
  fg_book *book;
  fg_book *twin; ///< another that says the same, of accounts that were entered; NULL: there was none
  fg_allocator allocator;
  fg_account *pattern; ///< what accounts that nobody entered begin as
  FG_ARRAY(fg_customer) customers;
  fg_customer_slot *slots; ///< hash table of customers
  uint32_t slot_count;
  uint64_t seed; ///< of the hashes of names
  fg_arena names;
  FG_ARRAY(fg_event_row) rows;   ///< of the batch, as they are read
  FG_ARRAY(fg_event_row) sorted; ///< by customer, each one's in the order of time
  FG_ARRAY(uint32_t) places;     ///< per customer: where its rows begin in `sorted`; one more at the end
  FG_ARRAY(uint32_t) known;      ///< per code of the batch's dictionary of accounts: customer + 1, 0: not met yet
  bool detailed;                 ///< what each event came to is kept
  fg_bill_part *parts;           ///< as many as threads; the first has what came of all once these are done
  uint32_t part_count;
  uint64_t trimmed;                ///< rows with blanks around a name
  uint64_t points[FG_POINT_KINDS]; ///< rows by what a point in their quantity may be
  bool has_digest;
  unsigned char digest[FG_DIGEST_SIZE]; ///< of the book, which states are of
  fg_time until;                        ///< the end of the bills; FG_NO_TIME: the settlement of the latest month
  fg_time end;                          ///< that, while accounts advance to it
  uint64_t finished;                    ///< customers whose commands are done, then those that have advanced
};

#endif
