/* What the history keeps of a command under its id: of a usage what is needed to answer it again, of a call what is
   needed to know its id again, and how a call ended where that was more than a plain commit. */
#ifndef FG_RECORD_H
#define FG_RECORD_H

#include "attribute_list.h"
#include "command.h"
#include "state.h"

/* Where the units of a usage went. */
typedef struct fg_recorded {
  int64_t free, packs, postpaid, unbilled;
  int64_t counted;         ///< of the unbilled, those that count toward a tier
  int64_t covered;         ///< of the unbilled, those that fit a bought rate
  int64_t of_each;         ///< units of one event, where each is priced by itself
  uint32_t taken_count;    ///< lots drawn on
  const fg_bucket *bucket; ///< it was counted in
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

/* Units, those of them that are unbilled, and what was taken from lots; the rest is postpaid. */
typedef struct fg_kept_units {
  int64_t quantity;
  int64_t unbilled;
  uint32_t taken_count;
  const unsigned char *taken; ///< to be read by fg_taken_read
} fg_kept_units;

/* Attributes that are kept, NULL: none. Their texts are those of the entry. */
fg_attributes fg_record_attributes(const unsigned char *kept, fg_attribute room[FG_ATTRIBUTES_MAX]);

/* The next of what was taken; answers the place behind it. */
const unsigned char *fg_taken_read(const unsigned char *at, fg_taken *taken);

typedef struct fg_kept_use {
  uint32_t product;
  fg_string event;                 ///< its id; text NULL: it is of a product
  bool billable;                   ///< the command said so
  int64_t quantity;                ///< of the command, that came to the units
  const unsigned char *attributes; ///< for fg_record_attributes
  fg_kept_units units;             ///< of a product
  uint32_t part_count;             ///< of an event
  const unsigned char *parts;      ///< to be read by fg_record_part
} fg_kept_use;

/* The most bytes that a usage with so many lots drawn on takes. */
size_t fg_record_use_size(const fg_command *command, uint32_t taken_count);
/* Answers the end. */
unsigned char *fg_record_write_use(unsigned char *at, const fg_command *command, uint32_t product,
                                   const fg_recorded *recorded, const fg_taken *taken);
/* The same of a usage of an event, which is one of each of its products: first the head, answering the place behind it,
   then the units of each product in turn. */
size_t fg_record_event_size(const fg_command *command, uint32_t parts, uint32_t taken_count);
unsigned char *fg_record_write_event(unsigned char *at, const fg_command *command, uint32_t parts);
unsigned char *fg_record_write_part(unsigned char *at, const fg_recorded *recorded, const fg_taken *taken);

fg_kept_use fg_record_use(const unsigned char *entry);
/* The units of the next product of an event; answers the place behind them. */
const unsigned char *fg_record_part(const unsigned char *at, fg_kept_units *units);

typedef struct fg_kept_call {
  uint32_t product; ///< of an event, its first
  fg_string event;  ///< its id; text NULL: the call is of a product
  int64_t quantity, timeout_ms;
  int64_t units;                   ///< that the quantity came to
  const unsigned char *attributes; ///< for fg_record_attributes
  fg_string owner;
  uint64_t attempt; ///< 0: the number of its id
} fg_kept_call;

size_t fg_record_call_size(const fg_command *command);
/* The attempt is left out, as 0, where it is the number of the id. Answers the end. Of an event, whose id the command
   has in place of a product's, `product` is the first. */
unsigned char *fg_record_write_call(unsigned char *at, const fg_command *command, bool of_event, uint32_t product,
                                    int64_t units, uint64_t attempt);
/* What an entry keeps of a call, in flight or ended. */
fg_kept_call fg_record_call(const unsigned char *entry);

/* Where bytes from elsewhere, up to `end`, that begin with what is kept of a call in flight end; NULL if they do not
   begin so. `end` NULL: they are known to. */
const unsigned char *fg_record_check_held(const unsigned char *kept, const unsigned char *end);

/* How a call ended, and the call itself: its own entry may be in a segment below, or gone. A call that was told to have
   ended in a way that is unknown (R36) is in flight, and has one. */
typedef struct fg_kept_ending {
  bool is_cancel;
  bool has_quantity;
  int64_t quantity;                ///< of a commit, if it has one
  fg_string outcome;               ///< of a commit; text NULL: none
  fg_string ref;                   ///< the same
  const unsigned char *attributes; ///< of a commit, for fg_record_attributes
  int64_t returned, lost;
  uint32_t extra_count;       ///< products of which more was recorded than held; 0: there is no extra
  const unsigned char *extra; ///< to be read by fg_record_part
  const unsigned char *call_bytes;
  fg_kept_call call;
} fg_kept_ending;

/* An ending as it is to be kept. */
typedef struct fg_new_ending {
  const fg_command *command;
  const unsigned char *entry; ///< of the call, or of what it was told to have ended in before
  uint64_t attempt;
  int64_t returned, lost;
  uint32_t
      extra_count; ///< products of which more is recorded than held, each written behind it by fg_record_write_part
} fg_new_ending;

size_t fg_record_ending_size(const fg_new_ending *ending, uint32_t taken_count);
unsigned char *fg_record_write_ending(unsigned char *at, const fg_new_ending *ending);
fg_kept_ending fg_record_ending(const unsigned char *entry);

/* Adds a command to an owned segment that has room for one more of them and for an entry of FG_RECORD_COMMAND_SIZE.
   Cannot fail. */
enum { FG_RECORD_COMMAND_SIZE = 1 + FG_VARINT_MAX };
void fg_record_add_command(fg_history *history, const fg_past_command *command, const fg_entry_room *room);

/* The command of an entry; NULL if it is a usage or a call. */
const fg_past_command *fg_record_command(fg_entry entry);

#endif
