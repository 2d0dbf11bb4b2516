#include "history.h"

#include "call_names.h"

fg_history *fg_history_new(const fg_allocator *allocator) {
  fg_history *history = fg_allocate(allocator, sizeof *history);
  if (history != NULL) {
    history->shared = 1;
    history->allocator = *allocator;
    history->seed = fg_hash_seed(history);
  }
  return history;
}

fg_history *fg_history_retain(fg_history *history) {
  __atomic_add_fetch(&history->shared, 1, __ATOMIC_RELAXED);
  return history;
}

void fg_history_release(fg_history *history) {
  while (history != NULL && __atomic_sub_fetch(&history->shared, 1, __ATOMIC_ACQ_REL) == 0) {
    fg_history *parent = history->parent;
    fg_allocator allocator = history->allocator;
    FG_ARRAY_RELEASE(&allocator, &history->commands);
    FG_ARRAY_RELEASE(&allocator, &history->invoices);
    FG_ARRAY_RELEASE(&allocator, &history->numbered);
    fg_index_release(&history->index, &allocator);
    fg_log_release(&history->log, &allocator);
    fg_arena_release(&history->arena, &allocator);
    fg_release(&allocator, history, sizeof *history);
    history = parent;
  }
}

fg_status fg_history_begin_segment(fg_history **history) {
  fg_history *segment = fg_history_new(&(*history)->allocator);
  if (segment == NULL) {
    return FG_NO_MEMORY;
  }
  segment->parent = *history; /* the new segment takes over the holder's reference */
  segment->depth = (*history)->depth + 1;
  segment->seed = (*history)->seed;
  segment->numbered_below = fg_history_next_number(*history) - 1;
  segment->named_below = (*history)->named_below;
  segment->invoices_below = (*history)->invoices_below + (*history)->invoices.count;
  *history = segment;
  return FG_OK;
}

fg_history_mark fg_history_mark_of(const fg_history *history) {
  return (fg_history_mark){fg_arena_mark_of(&history->arena), history->invoices.count};
}

void fg_history_rewind(fg_history *history, fg_history_mark mark) {
  fg_arena_rewind(&history->arena, &history->allocator, mark.arena);
  FG_ASSERT(fg_history_is_owned(history) && history->invoices.count >= mark.invoices);
  history->invoices.count = mark.invoices;
}

/* Mixes a word into a hash by folding a 128-bit product, so that every bit of the word changes every bit of the
   hash. */
static uint64_t mix_in(uint64_t hash, uint64_t word) {
  fg_uint128 product = (fg_uint128)(hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The last eight bytes of an id, some of which were read before; or all bytes of a shorter one. */
static uint64_t last_word(fg_string id) {
  size_t length = id.length;
  if (length >= 8) {
    return fg_load64(id.text + length - 8);
  }
  if (length >= 4) {
    return (uint64_t)fg_load32(id.text) << 32 | fg_load32(id.text + length - 4);
  }
  uint64_t word = 0;
  for (size_t i = 0; i < length; i++) {
    word = word << 8 | (unsigned char)id.text[i];
  }
  return word;
}

/* Not 0 if a byte of the word is a slash. */
static uint64_t slashes_in(uint64_t word) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t zeros = word ^ ones * '/';
  return (zeros - ones) & ~zeros & ones << 7;
}

uint64_t fg_hash_seed(const void *block) {
  const char here = 0;
  uint64_t seed = mix_in((uint64_t)(uintptr_t)block, (uint64_t)(uintptr_t)&here);
  return mix_in(seed, (uint64_t)(uintptr_t)&fg_hash_seed);
}

/* Hashes an id eight bytes at a time. The last multiplication is needed, because after a single one ids that differ in
   a short number would have nearly equal hashes. */
void fg_key_make(fg_key *key, fg_string id, uint64_t seed) {
  uint64_t hash = seed ^ id.length;
  uint64_t slashes = 0;
  for (size_t i = 0; i + 8 < id.length; i += 8) {
    uint64_t word = fg_load64(id.text + i);
    hash = mix_in(hash, word);
    slashes |= slashes_in(word);
  }
  uint64_t last = last_word(id);
  hash = mix_in(hash, last) * UINT64_C(0xD6E8FEB86659FD93);
  key->id = id;
  key->hash = (uint32_t)(hash >> 32);
  key->number = 0;
  key->has_slash = (slashes | slashes_in(last)) != 0;
}

void fg_history_key(const fg_history *history, fg_string id, fg_key *key) {
  uint32_t number = fg_history_number(history, fg_call_number(id));
  if (FG_LIKELY(number == 0)) {
    fg_key_make(key, id, history->seed);
  } else {
    *key = (fg_key){.id = id, .number = number};
  }
}

typedef struct sought_entry {
  const fg_log *log;
  fg_string id;
} sought_entry;

static bool is_sought(const void *context, uint32_t position) {
  const sought_entry *sought = context;
  return fg_string_equal(fg_entry_id(fg_log_at(sought->log, position)), sought->id);
}

static fg_slot *seek(const fg_history *segment, const fg_key *key) {
  sought_entry sought = {&segment->log, key->id};
  return fg_index_seek(&segment->index, key->hash, is_sought, &sought);
}

static fg_entry find_by_text(const fg_history *history, const fg_key *key) {
  for (; history != NULL; history = history->parent) {
    const fg_slot *slot = seek(history, key);
    if (FG_UNLIKELY(slot != NULL && slot->position != 0)) {
      return (fg_entry){history, fg_log_at(&history->log, slot->position), slot->position};
    }
  }
  return (fg_entry){NULL, NULL, 0};
}

/* Finds the entry of a call with a number, or the later entry of how it ended, if there is one, which is kept under the
   full id. */
static FG_COLD fg_entry find_numbered(const fg_history *history, const fg_key *key) {
  uint32_t number = key->number;
  fg_key name = fg_key_of(key->id, history->seed);
  fg_entry ending = find_by_text(history, &name);
  if (ending.bytes != NULL) {
    return ending;
  }
  while (number <= history->numbered_below) {
    history = history->parent;
  }
  FG_ASSERT(number - history->numbered_below <= history->numbered.count);
  uint32_t position = history->numbered.items[number - 1 - history->numbered_below];
  return (fg_entry){history, fg_log_at(&history->log, position), position};
}

fg_entry fg_history_find(const fg_history *history, const fg_key *key) {
  return FG_UNLIKELY(key->number != 0) ? find_numbered(history, key) : find_by_text(history, key);
}

static FG_COLD fg_status make_slot(fg_history *history, const fg_key *key, fg_slot **slot) {
  FG_TRY(fg_index_make_room(&history->index, &history->allocator, key->hash));
  *slot = seek(history, key);
  FG_ASSERT(*slot != NULL);
  return FG_OK;
}

fg_status fg_history_prepare(fg_history *history, const fg_key *key, size_t size, fg_entry_room *room) {
  FG_ASSERT(fg_history_is_owned(history) && key->number <= fg_history_next_number(history));
  if (key->number != 0) {
    room->slot = NULL;
    FG_TRY(FG_ARRAY_RESERVE(&history->allocator, &history->numbered, 1));
  } else {
    room->slot = seek(history, key);
    FG_TRY(FG_LIKELY(room->slot != NULL) ? FG_OK : make_slot(history, key, &room->slot));
  }
  size_t id_length = key->number != 0 ? 0 : key->id.length;
  FG_TRY(fg_log_reserve(&history->log, &history->allocator, FG_VARINT_MAX + id_length + size));
  room->hash = key->hash;
  room->entry = fg_log_at(&history->log, history->log.next);
  room->kept = fg_varint_write(room->entry, id_length);
  if (id_length > 0) {
    memcpy(room->kept, key->id.text, id_length);
    room->kept += id_length;
  }
  return FG_OK;
}

void fg_history_commit(fg_history *history, const fg_entry_room *room, const unsigned char *end) {
  FG_ASSERT(fg_history_is_owned(history) && room->entry == fg_log_at(&history->log, history->log.next));
  if (room->slot == NULL) {
    FG_ASSERT(history->numbered.count < history->numbered.room);
    history->numbered.items[history->numbered.count++] = history->log.next;
  } else {
    *room->slot = (fg_slot){room->hash, history->log.next};
  }
  fg_log_add(&history->log, (uint32_t)(end - room->entry));
}

static void *copy_block(fg_history *history, const void *bytes, size_t size) {
  void *copy = fg_arena_allocate(&history->arena, &history->allocator, size);
  if (copy != NULL && size > 0) {
    memcpy(copy, bytes, size);
  }
  return copy;
}

fg_status fg_history_add_invoice(fg_history *history, const fg_invoice *invoice) {
  FG_ASSERT(fg_history_is_owned(history));
  FG_TRY(history->invoices_below + history->invoices.count < FG_INVOICES_MAX ? FG_OK : FG_OVERFLOW);
  FG_TRY(FG_ARRAY_RESERVE(&history->allocator, &history->invoices, 1));
  size_t size = invoice->line_count * sizeof *invoice->lines;
  size_t more = invoice->adjustment_count * sizeof *invoice->adjustments;
  void *lines = copy_block(history, invoice->lines, size);
  void *parts = copy_block(history, invoice->parts, invoice->part_count * sizeof *invoice->parts);
  void *adjustments = copy_block(history, invoice->adjustments, more);
  if (lines == NULL || parts == NULL || adjustments == NULL) {
    return FG_NO_MEMORY;
  }
  fg_invoice *added = &history->invoices.items[history->invoices.count++];
  *added = *invoice;
  added->lines = lines;
  added->parts = parts;
  added->adjustments = adjustments;
  return FG_OK;
}

fg_status fg_history_each_invoice(const fg_history *history, bool (*visit)(void *context, const fg_invoice *invoice),
                                  void *context) {
  uint32_t count = history->depth + 1;
  const fg_history **chain = fg_allocate(&history->allocator, count * sizeof *chain);
  if (chain == NULL) {
    return FG_NO_MEMORY;
  }
  const fg_history *segment = history;
  for (uint32_t i = count; i > 0; i--) {
    chain[i - 1] = segment;
    segment = segment->parent;
  }
  bool going = true;
  for (uint32_t i = 0; i < count && going; i++) {
    for (uint32_t j = 0; j < chain[i]->invoices.count && going; j++) {
      going = visit(context, &chain[i]->invoices.items[j]);
    }
  }
  fg_release(&history->allocator, chain, count * sizeof *chain);
  return going ? FG_OK : FG_STOPPED;
}
