/* What is kept of a command under its id, so that it can be answered again and a call be canceled. */
#ifndef FG_RECORD_H
#define FG_RECORD_H

#include "command.h"
#include "state.h"

/* Where the units of a usage went. */
typedef struct fg_recorded {
  int64_t free, packs, postpaid, unbilled;
  int64_t counted;                  ///< of the unbilled, those that count toward a tier
  uint32_t free_count, taken_count; ///< grants drawn on: free ones first, then packs
  fg_date bucket;                   ///< the period it was counted in
} fg_recorded;

/* The most bytes that a usage with so many grants drawn on takes. */
size_t fg_record_size(const fg_command *command, uint32_t taken_count);

/* Writes a usage, what was taken from each grant included. Answers the end. */
unsigned char *fg_record_write_usage(unsigned char *at, const fg_command *command, uint32_t product,
                                     const fg_recorded *recorded, const fg_taken *taken);

/* Adds an order to an owned segment that has room for one more of them and for an entry of FG_RECORD_ORDER_SIZE. Cannot
   fail. */
enum { FG_RECORD_ORDER_SIZE = 1 + FG_VARINT_MAX };
void fg_record_add_order(fg_history *history, const fg_order *order, const fg_entry_room *room);

/* The order of an entry; NULL if it is a usage. */
const fg_order *fg_record_order(fg_entry entry);

/* A usage as it was kept. */
typedef struct fg_kept_usage {
  fg_command_kind kind; ///< use, call
  bool billable;        ///< the command said so
  bool is_unbilled;     ///< all of it; else what was not taken from grants is postpaid
  bool counts;          ///< unbilled, toward a tier (R17)
  uint32_t product;
  int64_t quantity, timeout_ms;
  fg_string owner;
  uint32_t taken_count;
  const unsigned char *taken; ///< to be read by fg_taken_read
} fg_kept_usage;

fg_kept_usage fg_record_read(const unsigned char *entry);

/* The next of what was taken; answers the place behind it. */
const unsigned char *fg_taken_read(const unsigned char *at, fg_taken *taken);

/* Whether bytes from elsewhere, up to `end`, begin with what is kept of a usage that may be of this state. Answers where
   it ends; NULL if they do not. */
const unsigned char *fg_record_check_usage(const unsigned char *kept, const unsigned char *end, const fg_state *state);

#endif
