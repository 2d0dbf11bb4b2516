/* Numbers, amounts, texts and counts as the bytes of a snapshot, each written or read by one function. */
#include "snapshot_walk.h"

static void write_bytes(fg_walk *walk, const void *bytes, size_t length) {
  if (length > 0 && walk->status == FG_OK) {
    fg_walk_stop(walk, fg_text_append(walk->out, bytes, length));
  }
}

int64_t fg_walk_integer(fg_walk *walk, int64_t value) {
  if (walk->status != FG_OK) {
    return 0;
  }
  if (walk->out != NULL) {
    unsigned char bytes[FG_VARINT_MAX];
    const unsigned char *end = fg_varint_write(bytes, (uint64_t)value << 1 ^ (uint64_t)(value >> 63));
    write_bytes(walk, bytes, (size_t)(end - bytes));
    return value;
  }
  uint64_t read = 0;
  const unsigned char *next = fg_varint_read(walk->next, walk->end, &read);
  if (next == NULL) {
    fg_walk_stop(walk, FG_INVALID);
    return 0;
  }
  walk->next = next;
  return (int64_t)(read >> 1 ^ -(read & 1));
}

void fg_walk_amount(fg_walk *walk, fg_amount *amount) {
  int64_t high = fg_walk_integer(walk, (int64_t)(*amount >> 64));
  uint64_t low = (uint64_t)fg_walk_integer(walk, (int64_t)(uint64_t)*amount);
  if (fg_walk_is_reading(walk)) {
    *amount = (fg_amount)high * ((fg_amount)1 << 64) + (fg_amount)low;
    fg_walk_stop(walk, fg_amount_fits(*amount) ? FG_OK : FG_INVALID);
  }
}

void fg_walk_amount_told(fg_walk *walk, fg_amount *amount) {
  if (fg_walk_tells_all(walk)) {
    fg_walk_amount(walk, amount);
  }
}

void fg_walk_money(fg_walk *walk, fg_money *money) {
  fg_amount amount = fg_amount_of(*money);
  fg_walk_amount(walk, &amount);
  if (fg_walk_is_reading(walk)) {
    *money = fg_money_of(amount);
  }
}

void fg_walk_funds(fg_walk *walk, fg_funds *funds) {
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_walk_money(walk, &funds->of[fund]);
  }
}

/* Reads bytes, which stay where they are: the text points into the snapshot. */
static fg_string read_bytes(fg_walk *walk, int64_t length) {
  fg_string none = {NULL, 0};
  if (walk->status != FG_OK || length < 0) {
    return none;
  }
  if (length > walk->end - walk->next) {
    fg_walk_stop(walk, FG_INVALID);
    return none;
  }
  fg_string bytes = {(const char *)walk->next, (size_t)length};
  walk->next += length;
  return bytes;
}

void fg_walk_bytes(fg_walk *walk, fg_string *bytes) {
  int64_t length = fg_walk_integer(walk, bytes->text == NULL ? -1 : (int64_t)bytes->length);
  if (fg_walk_is_reading(walk)) {
    *bytes = read_bytes(walk, length);
  } else if (bytes->text != NULL) {
    write_bytes(walk, bytes->text, bytes->length);
  }
}

void fg_walk_string(fg_walk *walk, fg_string *string) {
  fg_walk_bytes(walk, string);
  if (fg_walk_is_reading(walk) && walk->status == FG_OK && string->text != NULL) {
    *string = fg_string_copy(&walk->history->arena, &walk->history->allocator, *string);
    fg_walk_stop(walk, string->text == NULL ? FG_NO_MEMORY : FG_OK);
  }
}

uint32_t fg_walk_count(fg_walk *walk, size_t there) {
  uint32_t count = (uint32_t)there;
  FG_WALK(walk, count);
  if (fg_walk_is_reading(walk) && count > (size_t)(walk->end - walk->next)) {
    fg_walk_stop(walk, FG_INVALID);
  }
  return walk->status == FG_OK ? count : 0;
}

void *fg_walk_block(fg_walk *walk, const void *there, uint32_t count, size_t item_size) {
  if (!fg_walk_is_reading(walk)) {
    return (void *)(uintptr_t)there;
  }
  /* On a 32-bit machine a count that is less than the bytes left may still be too large for its items. */
  void *block = count > SIZE_MAX / item_size
                    ? NULL
                    : fg_arena_allocate(&walk->history->arena, &walk->history->allocator, count * item_size);
  fg_walk_stop(walk, block == NULL ? FG_NO_MEMORY : FG_OK);
  return block;
}

void fg_walk_cell(fg_walk *walk, fg_cell *cell) {
  if (walk->format > 3) {
    FG_WALK(walk, cell->edition);
    FG_WALK(walk, cell->price);
    FG_WALK(walk, cell->factor);
    FG_WALK(walk, cell->covers);
  }
}

void fg_walk_begin(fg_walk *walk, fg_time *begin) {
  if (walk->format > 3) {
    FG_WALK(walk, *begin);
    return;
  }
  fg_date date = 0;
  FG_WALK(walk, date);
  bool is_date = date >= 0 && date <= fg_date_of(9999, 12, 31);
  fg_walk_stop(walk, is_date ? FG_OK : FG_INVALID);
  *begin = is_date ? fg_account_begin(walk->account, date) : 0;
}

void fg_walk_prepare_entry(fg_walk *walk, fg_string id, size_t size, bool lasting, fg_entry_room *room) {
  fg_key key = fg_key_of(id, walk->ids->seed);
  bool is_new = fg_ids_find(walk->ids, &key).bytes == NULL;
  fg_walk_stop(walk, !is_new   ? FG_INVALID
                     : lasting ? fg_ids_prepare_lasting(walk->ids, &key, size, room)
                               : fg_ids_prepare(walk->ids, &key, size, room));
}
