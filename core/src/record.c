#include "record.h"

/* The first byte. After it: of an order its number; of a usage the product, the quantity, the timeout if there is one,
   the owner if there is one, how many grants it drew on, and of each its number and the units. */
enum {
  IS_ORDER = 1,
  IS_CALL = 2,
  NOT_BILLABLE = 4,
  IS_UNBILLED = 8,
  COUNTS = 16,
  HAS_TIMEOUT = 32,
  HAS_OWNER = 64,
  ALL_FLAGS = 127
};

enum { NUMBERS = 5 }; ///< product, quantity, timeout, length of the owner, count

size_t fg_record_size(const fg_command *command, uint32_t taken_count) {
  return 1 + (NUMBERS + 2 * (size_t)taken_count) * FG_VARINT_MAX + command->owner.length;
}

static unsigned flags_of(const fg_command *command, const fg_recorded *recorded) {
  return (command->kind == FG_DO_CALL ? IS_CALL : 0u) | (command->billable ? 0u : NOT_BILLABLE) |
         (recorded->unbilled > 0 ? IS_UNBILLED : 0u) | (recorded->counted > 0 ? COUNTS : 0u) |
         (command->timeout_ms > 0 ? HAS_TIMEOUT : 0u) | (command->owner.text != NULL ? HAS_OWNER : 0u);
}

unsigned char *fg_record_write_usage(unsigned char *at, const fg_command *command, uint32_t product,
                                     const fg_recorded *recorded, const fg_taken *taken) {
  unsigned flags = flags_of(command, recorded);
  *at++ = (unsigned char)flags;
  at = fg_varint_write(at, product);
  at = fg_varint_write(at, (uint64_t)command->quantity);
  if (flags & HAS_TIMEOUT) {
    at = fg_varint_write(at, (uint64_t)command->timeout_ms);
  }
  if (flags & HAS_OWNER) {
    at = fg_varint_write(at, command->owner.length);
    memcpy(at, command->owner.text, command->owner.length);
    at += command->owner.length;
  }
  at = fg_varint_write(at, recorded->taken_count);
  for (uint32_t i = 0; i < recorded->taken_count; i++) {
    at = fg_varint_write(at, taken[i].grant);
    at = fg_varint_write(at, (uint64_t)taken[i].units);
  }
  return at;
}

void fg_record_add_order(fg_history *history, const fg_order *order, const fg_entry_room *room) {
  room->kept[0] = IS_ORDER;
  fg_history_commit(history, room, fg_varint_write(room->kept + 1, history->orders.count));
  history->orders.items[history->orders.count++] = *order;
}

const fg_order *fg_record_order(fg_entry entry) {
  const unsigned char *kept = fg_entry_kept(entry.bytes);
  uint64_t number = 0;
  if (kept[0] != IS_ORDER) {
    return NULL;
  }
  (void)fg_varint_read(kept + 1, NULL, &number);
  return &entry.segment->orders.items[number];
}

/* ------------------------------------------------------------------------------------------------------- reading */

/* Bounded by `end`, which is NULL where the bytes are known to be good; `at` is NULL after a fault. */
typedef struct record_reader {
  const unsigned char *at, *end;
} record_reader;

static uint64_t read_integer(record_reader *in, uint64_t most) {
  uint64_t number = 0;
  if (in->at != NULL) {
    in->at = fg_varint_read(in->at, in->end, &number);
  }
  if (number > most) {
    in->at = NULL;
  }
  return in->at == NULL ? 0 : number;
}

static fg_string read_owner(record_reader *in) {
  uint64_t length = read_integer(in, SIZE_MAX / 2);
  if (in->at == NULL || (in->end != NULL && length > (uint64_t)(in->end - in->at))) {
    in->at = NULL;
    return (fg_string){NULL, 0};
  }
  fg_string owner = {(const char *)in->at, (size_t)length};
  in->at += length;
  return owner;
}

static void read_usage(record_reader *in, fg_kept_usage *usage) {
  unsigned flags = (unsigned)read_integer(in, ALL_FLAGS);
  *usage = (fg_kept_usage){.kind = flags & IS_CALL ? FG_DO_CALL : FG_DO_USE,
                             .billable = !(flags & NOT_BILLABLE),
                             .is_unbilled = (flags & IS_UNBILLED) != 0,
                             .counts = (flags & COUNTS) != 0};
  usage->product = (uint32_t)read_integer(in, UINT32_MAX);
  usage->quantity = (int64_t)read_integer(in, INT64_MAX);
  usage->timeout_ms = flags & HAS_TIMEOUT ? (int64_t)read_integer(in, INT64_MAX) : 0;
  usage->owner = flags & HAS_OWNER ? read_owner(in) : (fg_string){NULL, 0};
  usage->taken_count = (uint32_t)read_integer(in, UINT32_MAX);
  usage->taken = in->at;
  in->at = flags & IS_ORDER ? NULL : in->at;
}

static void read_taken(record_reader *in, fg_taken *taken) {
  taken->grant = (uint32_t)read_integer(in, UINT32_MAX);
  taken->units = (int64_t)read_integer(in, INT64_MAX);
}

const unsigned char *fg_taken_read(const unsigned char *at, fg_taken *taken) {
  record_reader in = {at, NULL};
  read_taken(&in, taken);
  return in.at;
}

fg_kept_usage fg_record_read(const unsigned char *entry) {
  record_reader in = {fg_entry_kept(entry), NULL};
  fg_kept_usage usage;
  read_usage(&in, &usage);
  return usage;
}

const unsigned char *fg_record_check_usage(const unsigned char *kept, const unsigned char *end, const fg_state *state) {
  record_reader in = {kept, end};
  fg_kept_usage usage;
  read_usage(&in, &usage);
  int64_t left = usage.quantity;
  for (uint32_t i = 0; i < usage.taken_count && in.at != NULL; i++) {
    fg_taken taken;
    read_taken(&in, &taken);
    left -= taken.units;
    if (taken.grant >= state->grants.count || left < 0) {
      return NULL;
    }
  }
  return in.at;
}
