/* What the history keeps under the id of a command: of a usage what it takes to answer it again, of a call what it
   takes to recognise it, and of a call's end whatever is more than a plain commit. */
#ifndef FG_RECORD_H
#define FG_RECORD_H

#include "attribute_list.h"
#include "command.h"
#include "state.h"

/* Which sources the units of a usage came from. */
typedef struct fg_recorded {
  int64_t free, packs, postpaid, unbilled;
  int64_t counted;         ///< unbilled units that count toward a tier
  int64_t covered;         ///< unbilled units that fit a bought rate
  int64_t of_each;         ///< units of one event, where each event is priced by itself
  uint32_t taken_count;    ///< number of lots drawn on
  const fg_bucket *bucket; ///< the bucket that counted the usage
} fg_recorded;

static inline int64_t fg_recorded_units(const fg_recorded *recorded) {
  return recorded->free + recorded->packs + recorded->postpaid + recorded->unbilled;
}

static inline fg_usage_kind fg_recorded_kind(const fg_recorded *recorded) {
  return recorded->unbilled == recorded->covered ? FG_USAGE_BILLED
         : recorded->counted > 0                 ? FG_USAGE_COUNTED
                                                 : FG_USAGE_UNBILLED;
}

typedef enum fg_kept_kind { FG_KEPT_USE, FG_KEPT_CALL, FG_KEPT_COMMAND, FG_KEPT_ENDING } fg_kept_kind;
fg_kept_kind fg_kept_kind_of(const unsigned char *entry);

/* The units of a usage, how many of them are unbilled, and what was taken from lots; all others are postpaid. */
typedef struct fg_kept_units {
  int64_t quantity;
  int64_t unbilled;
  uint32_t taken_count;
  const unsigned char *taken; ///< bytes for fg_taken_read
} fg_kept_units;

/* Reads attributes that are kept; NULL: there are none. Their texts point into the entry. */
fg_attributes fg_record_attributes(const unsigned char *kept, fg_attribute room[FG_ATTRIBUTES_MAX]);

/* Reads what was taken from one lot; answers the place after it. */
const unsigned char *fg_taken_read(const unsigned char *at, fg_taken *taken);

typedef struct fg_kept_use {
  uint32_t product;
  fg_string event;                 ///< id of the event; text NULL: the usage is of a product
  bool billable;                   ///< what the command said
  int64_t quantity;                ///< the quantity of the command
  const unsigned char *attributes; ///< bytes for fg_record_attributes
  fg_kept_units units;             ///< of a usage of a product
  uint32_t part_count;             ///< of an event, the number of its products
  const unsigned char *parts;      ///< of an event, bytes for fg_record_part
} fg_kept_use;

/* The most bytes that a usage takes that draws on so many lots. */
size_t fg_record_use_size(const fg_command *command, uint32_t taken_count);
/* Writes a usage, and answers the end of the bytes. */
unsigned char *fg_record_write_use(unsigned char *at, const fg_command *command, uint32_t product,
                                   const fg_recorded *recorded, const fg_taken *taken);
/* The same for a usage of an event. The event is written first, then the units of each product in turn; each function
   answers the end of its bytes. */
size_t fg_record_event_size(const fg_command *command, uint32_t parts, uint32_t taken_count);
unsigned char *fg_record_write_event(unsigned char *at, const fg_command *command, uint32_t parts);
unsigned char *fg_record_write_part(unsigned char *at, const fg_recorded *recorded, const fg_taken *taken);

fg_kept_use fg_record_use(const unsigned char *entry);
/* Reads the units of one product of an event; answers the place after them. */
const unsigned char *fg_record_part(const unsigned char *at, fg_kept_units *units);

typedef struct fg_kept_call {
  uint32_t product; ///< the product; of an event, its first
  fg_string event;  ///< id of the event; text NULL: the call is of a product
  int64_t quantity, timeout_ms;
  int64_t units;                   ///< units that the quantity came to
  const unsigned char *attributes; ///< bytes for fg_record_attributes
  fg_string owner;
  uint64_t attempt; ///< number of the attempt; 0: it is the number of the id
} fg_kept_call;

size_t fg_record_call_size(const fg_command *command);
/* Writes a call, and answers the end of the bytes. If the attempt is the number of the id, it is 0 here. `of_event`:
   the command names an event, and `product` is the first of its products. */
unsigned char *fg_record_write_call(unsigned char *at, const fg_command *command, bool of_event, uint32_t product,
                                    int64_t units, uint64_t attempt);
/* Reads what an entry keeps of a call, which is in flight or has ended. */
fg_kept_call fg_record_call(const unsigned char *entry);

/* Checks bytes from elsewhere that should begin with a call in flight, and answers the end of the call; NULL if they do
   not. `end` is the end of the bytes, NULL if they are known to be valid. */
const unsigned char *fg_record_check_held(const unsigned char *kept, const unsigned char *end);

/* How a call ended, with the call itself, because the call's own entry may be in a segment below, or gone. A call whose
   outcome is unknown (R36) has such an entry while it is in flight. */
typedef struct fg_kept_ending {
  bool is_cancel;
  bool is_undone; ///< a cancel, or a commit whose outcome was not billed when it was reported (R36)
  bool has_quantity;
  int64_t quantity;                ///< of a commit with a quantity
  fg_string outcome;               ///< of a commit; text NULL: none
  fg_string ref;                   ///< of a commit; text NULL: none
  const unsigned char *attributes; ///< of a commit, bytes for fg_record_attributes
  int64_t returned, lost;
  uint32_t extra_count;       ///< number of products with units above those held; 0: no extra
  const unsigned char *extra; ///< bytes for fg_record_part
  const unsigned char *call_bytes;
  fg_kept_call call;
} fg_kept_ending;

/* The end of a call as it is to be kept. */
typedef struct fg_new_ending {
  const fg_command *command;
  const unsigned char *entry; ///< entry of the call, or of the unknown outcome that was reported before
  uint64_t attempt;
  bool is_undone; ///< as fg_kept_ending has it
  int64_t returned, lost;
  /* Number of products with units above those held; fg_record_write_part writes each of them afterwards. */
  uint32_t extra_count;
} fg_new_ending;

size_t fg_record_ending_size(const fg_new_ending *ending, uint32_t taken_count);
unsigned char *fg_record_write_ending(unsigned char *at, const fg_new_ending *ending);
fg_kept_ending fg_record_ending(const unsigned char *entry);

/* Adds a command to an owned segment, which has room for one more command, and its entry of FG_RECORD_COMMAND_SIZE to
   the ids. Cannot fail. */
enum { FG_RECORD_COMMAND_SIZE = 1 + FG_VARINT_MAX };
void fg_record_add_command(fg_history *history, fg_ids *ids, const fg_past_command *command, const fg_entry_room *room);

/* The command of an entry; NULL if the entry is of a usage or a call. */
const fg_past_command *fg_record_command(const fg_history *history, const unsigned char *entry);

#endif
