/* The biller: many accounts by name, and the events of one batch sorted by account. */
#ifndef FG_BILLER_H
#define FG_BILLER_H

#include "../base/digest.h"
#include "../base/watch.h"
#include "../state/state.h"
#include "text_column.h"

/* An event with an id: `begin` and `end` say which bytes of a log of ids are its entry. */
typedef struct fg_named_event {
  uint32_t begin, end;
  fg_time at;
  int64_t row;
} fg_named_event;

/* Events with ids whose entries are in one part of an account's ids, in their order. */
typedef struct fg_named_list {
  const fg_id_part *part; ///< NULL: there are none
  FG_ARRAY(fg_named_event) events;
} fg_named_list;

/* The chains of an account's ids (state/ids.h). */
typedef enum fg_id_chain { FG_IDS_NOW, FG_IDS_BEFORE, FG_IDS_LASTING, FG_ID_CHAINS } fg_id_chain;

/* An account of a biller, and the commands that it has still to do. */
typedef struct fg_customer {
  fg_string name;
  fg_account *account;
  FG_ARRAY(fg_command) commands; ///< commands that were given beside the events
  uint32_t done;                 ///< how many of the commands are done
  uint32_t invoiced_before;      ///< how many invoices earlier bills told, if the account goes on from a saved state
  fg_named_list named[FG_ID_CHAINS];
  fg_time named_from; ///< the begin of the stretch that `named` calls now; a later part may have an older one's address
  fg_time last;       ///< the instant of the account's latest row; FG_NO_TIME: it had none
  fg_period_uses *uses; ///< what settlements note of the usage; allocated apart, because the account points to it
} fg_customer;

/* A slot of the hash table of customers. It has the hash, so that customers of other names need not be looked at. */
typedef struct fg_customer_slot {
  uint32_t hash;
  uint32_t customer; ///< index + 1; 0: the slot is free
} fg_customer_slot;

/* An event as it was read from the log. */
typedef struct fg_event_row {
  fg_time at;
  int64_t quantity;
  uint32_t customer;
  uint32_t row;    ///< the row's place in the batch
  int32_t product; ///< the place of a product in all editions of the book; FG_NONE: another name, perhaps of an event
} fg_event_row;

/* What a point in the text of a quantity can mean. */
typedef enum fg_point { FG_NO_POINT, FG_POINT_OF_DECIMALS, FG_POINT_MAY_GROUP, FG_POINT_KINDS } fg_point;

/* The customers that one thread does, and the results of one call for them. */
typedef struct fg_bill_part {
  fg_biller *biller;
  uint32_t first, end; ///< the first customer, and the one after the last
  FG_ARRAY(fg_set_aside) aside;
  FG_ARRAY(fg_answered) answered;
  FG_ARRAY(fg_draw) drawn;             ///< the draws that `answered` points to
  FG_ARRAY(fg_event_part) event_parts; ///< the parts of events that `answered` points to
  fg_event_units_list units;           ///< what the usage of an event that is being done counted for each product
  fg_arena messages;
  uint64_t billed; ///< events that happened
  fg_status status;
  bool asks;                ///< it is done in the caller's thread, which asks whether the call goes on
  const fg_event_row *back; ///< the lowest row earlier than one before it of its account; NULL: none
  int64_t back_number;
  fg_time back_before; ///< the instant that the account had reached by then
} fg_bill_part;

struct fg_biller {
  fg_book *book; ///< the book that all accounts were begun with; an account may have adopted further editions
  fg_book *twin; ///< another book with the same content, of accounts that were entered; NULL: none
  fg_allocator allocator;
  fg_account *pattern; ///< the account that others begin as a copy of
  FG_ARRAY(fg_customer) customers;
  fg_customer_slot *slots; ///< hash table of customers
  uint32_t slot_count;
  uint64_t seed; ///< seeds the hashes of names
  fg_arena names;
  FG_ARRAY(fg_event_row) rows;   ///< the batch in the order in which it was read
  FG_ARRAY(fg_event_row) sorted; ///< the batch by customer, and within one in the order of time
  FG_ARRAY(uint32_t) places;     ///< for each customer, where its rows begin in `sorted`; one more at the end
  const fg_book_attribute *declared[FG_ATTRIBUTES_MAX]; ///< the attribute of each column of the batch
  FG_ARRAY(uint32_t) known; ///< for each code of the batch's dictionary of accounts: customer + 1; 0: not met yet
  bool detailed;            ///< whether what each event came to is kept
  fg_bill_part *parts;      ///< one for each thread; afterwards the first has the results of all
  uint32_t part_count;
  uint64_t trimmed;                ///< how many rows had blanks around a name
  uint64_t points[FG_POINT_KINDS]; ///< how many rows had a point of each kind in their quantity
  bool has_digest;
  unsigned char digest[FG_DIGEST_SIZE]; ///< the digest of the book, which saved states cite
  fg_time until;                        ///< the end of the bills; FG_NO_TIME: the last settlement of any account
  fg_time end;                          ///< the instant that accounts advance to
  fg_watch watch;                       ///< asks the caller whether a call goes on
  fg_listener listener;                 ///< the caller; `go_on` NULL: nobody is asked
  bool is_stopped;                      ///< a call was told to end; read and written by all threads
};

#endif
