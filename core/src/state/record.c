#include "record.h"

/* The bytes of what is kept. The first byte says in two bits which kind it is, and has flags in the others. The fields
   that follow stand in this order; a field in brackets is there only if a flag says so:
     usage of an event    the event's id, quantity, attributes, number of products, and for each product twice its
                          units, plus 1 if some are unbilled, and what it drew
     usage of a product   product, [quantity, attributes], units, what it drew
     call                 product, [the event's id], quantity, [units, attributes], [timeout], [owner], [attempt]
     command              its number in the segment
     end of a call        attempt, units returned, units lost, [quantity], [ref], [outcome], [attributes], the bytes of
                          the call, [for units above those held, the number of products and the units of each, as of
                          an event]

   What a usage drew is [the units that are not unbilled], the number of lots, and for each lot its place and the units
   that it gave. Usages and calls are rated, and then have [attributes], if the command has attributes or its quantity
   is not the number of units. The flag of a cancel beside that of an outcome marks a commit whose outcome was not
   billed, because a later edition may say otherwise of that outcome. */
enum {
  KIND = 3,
  NOT_BILLABLE = 4,
  IS_UNBILLED = 8,
  USE_IS_RATED = 16,
  USE_IS_OF_EVENT = 32,
  HAS_TIMEOUT = 4,
  HAS_OWNER = 8,
  HAS_ATTEMPT = 16,
  CALL_IS_RATED = 32,
  CALL_IS_OF_EVENT = 64,
  CALL_FLAGS = KIND | HAS_TIMEOUT | HAS_OWNER | HAS_ATTEMPT | CALL_IS_RATED | CALL_IS_OF_EVENT,
  IS_CANCEL = 4,
  HAS_QUANTITY = 8,
  HAS_REF = 16,
  HAS_EXTRA = 32,
  HAS_ATTRIBUTES = 64,
  HAS_OUTCOME = 128
};

fg_kept_kind fg_kept_kind_of(const unsigned char *entry) { return (fg_kept_kind)(*fg_entry_kept(entry) & KIND); }

static unsigned char *write_bytes_of(unsigned char *at, fg_string string) {
  at = fg_varint_write(at, string.length);
  memcpy(at, string.text, string.length);
  return at + string.length;
}

static size_t units_size(uint32_t taken_count) { return (3 + 2 * (size_t)taken_count) * FG_VARINT_MAX; }

/* Writes what was taken from lots; before it, if units are unbilled, the number of those that are not, which is mostly
   0. */
static unsigned char *write_taken(unsigned char *at, const fg_recorded *recorded, const fg_taken *taken) {
  if (FG_UNLIKELY(recorded->unbilled > 0)) {
    at = fg_varint_write(at, (uint64_t)(fg_recorded_units(recorded) - recorded->unbilled));
  }
  at = fg_varint_write(at, recorded->taken_count);
  for (uint32_t i = 0; i < recorded->taken_count; i++) {
    at = fg_varint_write(at, taken[i].lot);
    at = fg_varint_write(at, (uint64_t)taken[i].units);
  }
  return at;
}

static unsigned char *write_units(unsigned char *at, int64_t quantity, const fg_recorded *recorded,
                                  const fg_taken *taken) {
  return write_taken(fg_varint_write(at, (uint64_t)quantity), recorded, taken);
}

static size_t attributes_size(const fg_command *command) {
  return command->attributes.count == 0 ? 1 : fg_attributes_size(&command->attributes);
}

static bool is_rated(const fg_command *command, int64_t units) {
  return command->attributes.count > 0 || units != command->quantity;
}

size_t fg_record_use_size(const fg_command *command, uint32_t taken_count) {
  return 1 + 2 * FG_VARINT_MAX + attributes_size(command) + units_size(taken_count);
}

unsigned char *fg_record_write_use(unsigned char *at, const fg_command *command, uint32_t product,
                                   const fg_recorded *recorded, const fg_taken *taken) {
  const int64_t units = fg_recorded_units(recorded);
  const bool rated = is_rated(command, units);
  *at++ = (unsigned char)(FG_KEPT_USE | (command->billable ? 0u : NOT_BILLABLE) |
                          (recorded->unbilled > 0 ? IS_UNBILLED : 0u) | (rated ? USE_IS_RATED : 0u));
  at = fg_varint_write(at, product);
  if (FG_UNLIKELY(rated)) {
    at = fg_varint_write(at, (uint64_t)command->quantity);
    at = fg_attributes_write(at, &command->attributes);
  }
  return write_units(at, units, recorded, taken);
}

size_t fg_record_event_size(const fg_command *command, uint32_t parts, uint32_t taken_count) {
  return 1 + (3 + 3 * (size_t)parts) * FG_VARINT_MAX + command->product.length + attributes_size(command) +
         units_size(taken_count);
}

unsigned char *fg_record_write_event(unsigned char *at, const fg_command *command, uint32_t parts) {
  *at++ = (unsigned char)(FG_KEPT_USE | (command->billable ? 0u : NOT_BILLABLE) | USE_IS_RATED | USE_IS_OF_EVENT);
  at = write_bytes_of(at, command->product);
  at = fg_varint_write(at, (uint64_t)command->quantity);
  at = fg_attributes_write(at, &command->attributes);
  return fg_varint_write(at, parts);
}

unsigned char *fg_record_write_part(unsigned char *at, const fg_recorded *recorded, const fg_taken *taken) {
  uint64_t units = (uint64_t)fg_recorded_units(recorded);
  return write_taken(fg_varint_write(at, units << 1 | (recorded->unbilled > 0)), recorded, taken);
}

size_t fg_record_call_size(const fg_command *command) {
  return 1 + 7 * FG_VARINT_MAX + command->owner.length + command->product.length + attributes_size(command);
}

unsigned char *fg_record_write_call(unsigned char *at, const fg_command *command, bool of_event, uint32_t product,
                                    int64_t units, uint64_t attempt) {
  unsigned flags = FG_KEPT_CALL | (command->timeout_ms > 0 ? HAS_TIMEOUT : 0u) |
                   (command->owner.text != NULL ? HAS_OWNER : 0u) | (attempt > 0 ? HAS_ATTEMPT : 0u) |
                   (is_rated(command, units) ? CALL_IS_RATED : 0u) | (of_event ? CALL_IS_OF_EVENT : 0u);
  *at++ = (unsigned char)flags;
  at = fg_varint_write(at, product);
  if (of_event) {
    at = write_bytes_of(at, command->product);
  }
  at = fg_varint_write(at, (uint64_t)command->quantity);
  if (FG_UNLIKELY(flags & CALL_IS_RATED)) {
    at = fg_varint_write(at, (uint64_t)units);
    at = fg_attributes_write(at, &command->attributes);
  }
  if (FG_UNLIKELY(flags & HAS_TIMEOUT)) {
    at = fg_varint_write(at, (uint64_t)command->timeout_ms);
  }
  if (FG_UNLIKELY(flags & HAS_OWNER)) {
    at = write_bytes_of(at, command->owner);
  }
  return flags & HAS_ATTEMPT ? fg_varint_write(at, attempt) : at;
}

/* The bytes of a call as they were first kept. */
static fg_string bytes_of_call(const unsigned char *entry) {
  bool has_ending = fg_kept_kind_of(entry) == FG_KEPT_ENDING;
  const unsigned char *kept = has_ending ? fg_record_ending(entry).call_bytes : fg_entry_kept(entry);
  return (fg_string){(const char *)kept, (size_t)(fg_record_check_held(kept, NULL) - kept)};
}

size_t fg_record_ending_size(const fg_new_ending *ending, uint32_t taken_count) {
  return 1 + (7 + 2 * (size_t)ending->extra_count) * FG_VARINT_MAX + ending->command->ref.length +
         ending->command->outcome.length + attributes_size(ending->command) + units_size(taken_count) +
         bytes_of_call(ending->entry).length;
}

unsigned char *fg_record_write_ending(unsigned char *at, const fg_new_ending *ending) {
  const fg_command *command = ending->command;
  bool is_cancel = command->kind == FG_DO_CANCEL;
  unsigned flags = FG_KEPT_ENDING | (ending->is_undone ? IS_CANCEL : 0u) |
                   (!is_cancel && command->quantity != FG_ALL ? HAS_QUANTITY : 0u) |
                   (command->ref.text != NULL ? HAS_REF : 0u) | (command->outcome.text != NULL ? HAS_OUTCOME : 0u) |
                   (command->attributes.count > 0 ? HAS_ATTRIBUTES : 0u) | (ending->extra_count > 0 ? HAS_EXTRA : 0u);
  *at++ = (unsigned char)flags;
  at = fg_varint_write(at, ending->attempt);
  at = fg_varint_write(at, (uint64_t)ending->returned);
  at = fg_varint_write(at, (uint64_t)ending->lost);
  if (flags & HAS_QUANTITY) {
    at = fg_varint_write(at, (uint64_t)command->quantity);
  }
  if (flags & HAS_REF) {
    at = write_bytes_of(at, command->ref);
  }
  if (flags & HAS_OUTCOME) {
    at = write_bytes_of(at, command->outcome);
  }
  if (flags & HAS_ATTRIBUTES) {
    at = fg_attributes_write(at, &command->attributes);
  }
  fg_string call = bytes_of_call(ending->entry);
  memcpy(at, call.text, call.length);
  at += call.length;
  return flags & HAS_EXTRA ? fg_varint_write(at, ending->extra_count) : at;
}

void fg_record_add_command(fg_history *history, fg_ids *ids, const fg_past_command *command,
                           const fg_entry_room *room) {
  FG_ASSERT(history->commands.count < history->commands.room);
  room->kept[0] = FG_KEPT_COMMAND;
  uint64_t number = (uint64_t)history->commands_below + history->commands.count;
  fg_ids_commit(ids, room, fg_varint_write(room->kept + 1, number));
  history->commands.items[history->commands.count++] = *command;
}

/* A reader of bytes up to `end`, which is NULL if the bytes are known to be valid. `at` becomes NULL at a fault. */
typedef struct record_reader {
  const unsigned char *at, *end;
} record_reader;

static unsigned read_flags(record_reader *in) { return in->at == NULL || in->at == in->end ? 0 : *in->at++; }

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

static fg_string read_bytes_of(record_reader *in) {
  uint64_t length = read_integer(in, SIZE_MAX / 2);
  if (in->at == NULL || (in->end != NULL && length > (uint64_t)(in->end - in->at))) {
    in->at = NULL;
    return (fg_string){NULL, 0};
  }
  fg_string string = {(const char *)in->at, (size_t)length};
  in->at += length;
  return string;
}

/* Passes over attributes, and answers where they begin. */
static const unsigned char *read_attributes(record_reader *in) {
  fg_attributes attributes;
  const unsigned char *begin = in->at;
  in->at = begin == NULL ? NULL : fg_attributes_read(begin, in->end, NULL, &attributes);
  return begin;
}

fg_attributes fg_record_attributes(const unsigned char *kept, fg_attribute room[FG_ATTRIBUTES_MAX]) {
  fg_attributes attributes = {NULL, 0};
  if (FG_UNLIKELY(kept != NULL)) {
    (void)fg_attributes_read(kept, NULL, room, &attributes);
  }
  return attributes;
}

const unsigned char *fg_taken_read(const unsigned char *at, fg_taken *taken) {
  record_reader in = {at, NULL};
  taken->lot = (uint32_t)read_integer(&in, UINT32_MAX);
  taken->units = (int64_t)read_integer(&in, INT64_MAX);
  return in.at;
}

static fg_kept_units read_taken(record_reader *in, int64_t quantity, bool is_unbilled) {
  fg_kept_units units = {.quantity = quantity};
  units.unbilled = is_unbilled ? quantity - (int64_t)read_integer(in, (uint64_t)quantity) : 0;
  units.taken_count = (uint32_t)read_integer(in, UINT32_MAX);
  units.taken = in->at;
  return units;
}

static fg_kept_units read_units(record_reader *in, bool is_unbilled) {
  int64_t quantity = (int64_t)read_integer(in, INT64_MAX);
  return read_taken(in, quantity, is_unbilled);
}

fg_kept_use fg_record_use(const unsigned char *entry) {
  record_reader in = {fg_entry_kept(entry), NULL};
  unsigned flags = read_flags(&in);
  const bool rated = (flags & USE_IS_RATED) != 0;
  const bool of_event = (flags & USE_IS_OF_EVENT) != 0;
  fg_kept_use use = {.billable = !(flags & NOT_BILLABLE)};
  use.event = FG_UNLIKELY(of_event) ? read_bytes_of(&in) : (fg_string){NULL, 0};
  use.product = of_event ? 0 : (uint32_t)read_integer(&in, UINT32_MAX);
  use.quantity = rated ? (int64_t)read_integer(&in, INT64_MAX) : 0;
  use.attributes = rated ? read_attributes(&in) : NULL;
  if (FG_UNLIKELY(of_event)) {
    use.part_count = (uint32_t)read_integer(&in, UINT32_MAX);
    use.parts = in.at;
    return use;
  }
  use.units = read_units(&in, (flags & IS_UNBILLED) != 0);
  use.quantity = rated ? use.quantity : use.units.quantity;
  return use;
}

const unsigned char *fg_record_part(const unsigned char *at, fg_kept_units *units) {
  record_reader in = {at, NULL};
  fg_taken taken;
  uint64_t number = read_integer(&in, UINT64_MAX);
  *units = read_taken(&in, (int64_t)(number >> 1), (number & 1) != 0);
  for (uint32_t i = 0; i < units->taken_count; i++) {
    in.at = fg_taken_read(in.at, &taken);
  }
  return in.at;
}

static fg_kept_call read_call(record_reader *in) {
  unsigned flags = read_flags(in);
  fg_kept_call call = {.product = (uint32_t)read_integer(in, UINT32_MAX)};
  call.event = flags & CALL_IS_OF_EVENT ? read_bytes_of(in) : (fg_string){NULL, 0};
  call.quantity = (int64_t)read_integer(in, INT64_MAX);
  call.units = flags & CALL_IS_RATED ? (int64_t)read_integer(in, INT64_MAX) : call.quantity;
  call.attributes = flags & CALL_IS_RATED ? read_attributes(in) : NULL;
  call.timeout_ms = flags & HAS_TIMEOUT ? (int64_t)read_integer(in, INT64_MAX) : 0;
  call.owner = flags & HAS_OWNER ? read_bytes_of(in) : (fg_string){NULL, 0};
  call.attempt = flags & HAS_ATTEMPT ? read_integer(in, UINT64_MAX) : 0;
  in->at = (flags & KIND) == FG_KEPT_CALL && (flags & ~(unsigned)CALL_FLAGS) == 0 ? in->at : NULL;
  return call;
}

static fg_kept_ending read_ending(record_reader *in) {
  unsigned flags = read_flags(in);
  fg_kept_ending ending = {.is_undone = (flags & IS_CANCEL) != 0, .has_quantity = (flags & HAS_QUANTITY) != 0};
  ending.is_cancel = ending.is_undone && !(flags & HAS_OUTCOME);
  uint64_t attempt = read_integer(in, UINT64_MAX);
  ending.returned = (int64_t)read_integer(in, INT64_MAX);
  ending.lost = (int64_t)read_integer(in, INT64_MAX);
  ending.quantity = ending.has_quantity ? (int64_t)read_integer(in, INT64_MAX) : FG_ALL;
  ending.ref = flags & HAS_REF ? read_bytes_of(in) : (fg_string){NULL, 0};
  ending.outcome = flags & HAS_OUTCOME ? read_bytes_of(in) : (fg_string){NULL, 0};
  ending.attributes = flags & HAS_ATTRIBUTES ? read_attributes(in) : NULL;
  ending.call_bytes = in->at;
  ending.call = read_call(in);
  ending.call.attempt = attempt;
  ending.extra_count = flags & HAS_EXTRA ? (uint32_t)read_integer(in, UINT32_MAX) : 0;
  ending.extra = in->at;
  return ending;
}

fg_kept_ending fg_record_ending(const unsigned char *entry) {
  record_reader in = {fg_entry_kept(entry), NULL};
  return read_ending(&in);
}

fg_kept_call fg_record_call(const unsigned char *entry) {
  record_reader in = {fg_entry_kept(entry), NULL};
  return fg_kept_kind_of(entry) == FG_KEPT_ENDING ? read_ending(&in).call : read_call(&in);
}

static bool is_good_text(fg_string text, size_t most) {
  return text.text == NULL || (text.length <= most && fg_string_is_text(text));
}

static bool are_good_attributes(const unsigned char *kept) {
  fg_attribute room[FG_ATTRIBUTES_MAX];
  fg_attributes attributes = fg_record_attributes(kept, room);
  bool is_good = fg_attributes_check_form(&attributes, NULL) == FG_OK;
  for (size_t i = 0; is_good && i < attributes.count; i++) {
    is_good = is_good_text(room[i].name, SIZE_MAX) && is_good_text(room[i].text, SIZE_MAX);
  }
  return is_good;
}

static bool is_good_call(const fg_kept_call *call) {
  return call->quantity > 0 && is_good_text(call->event, SIZE_MAX) && is_good_text(call->owner, SIZE_MAX) &&
         are_good_attributes(call->attributes);
}

/* Checks the end of a call that is in flight nevertheless, because its outcome is unknown: it gives nothing back, and
   takes nothing more. */
static const unsigned char *check_ending(record_reader *in) {
  enum { REF_MAX = 64 };
  const unsigned flags_of_it = KIND | HAS_QUANTITY | HAS_REF | HAS_OUTCOME | HAS_ATTRIBUTES;
  if ((*in->at & ~flags_of_it) != 0 || !(*in->at & HAS_OUTCOME)) {
    return NULL;
  }
  fg_kept_ending ending = read_ending(in);
  bool is_good = in->at != NULL && ending.returned == 0 && ending.lost == 0 && is_good_text(ending.ref, REF_MAX) &&
                 is_good_text(ending.outcome, FG_OUTCOME_MAX) && are_good_attributes(ending.attributes) &&
                 is_good_call(&ending.call);
  return is_good ? in->at : NULL;
}

const unsigned char *fg_record_check_held(const unsigned char *kept, const unsigned char *end) {
  record_reader in = {kept, end};
  if (kept != end && (*kept & KIND) == FG_KEPT_ENDING) {
    return check_ending(&in);
  }
  fg_kept_call call = read_call(&in);
  return in.at != NULL && is_good_call(&call) ? in.at : NULL;
}

const fg_past_command *fg_record_command(const fg_history *history, const unsigned char *entry) {
  const unsigned char *kept = fg_entry_kept(entry);
  uint64_t number = 0;
  if ((kept[0] & KIND) != FG_KEPT_COMMAND) {
    return NULL;
  }
  (void)fg_varint_read(kept + 1, NULL, &number);
  return fg_history_command(history, number);
}
