#include "history.h"

fg_history *fg_history_new(const fg_allocator *allocator) {
  fg_history *history = fg_allocate(allocator, sizeof *history);
  if (history != NULL) {
    history->shared = 1;
    history->allocator = *allocator;
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
    FG_ARRAY_RELEASE(&allocator, &history->records);
    FG_ARRAY_RELEASE(&allocator, &history->invoices);
    fg_release(&allocator, history->slots, history->slot_count * sizeof *history->slots);
    fg_arena_release(&history->arena, &allocator);
    fg_release(&allocator, history, sizeof *history);
    history = parent;
  }
}

fg_status fg_history_own(fg_history **history) {
  if (__atomic_load_n(&(*history)->shared, __ATOMIC_ACQUIRE) == 1) {
    return FG_OK;
  }
  fg_history *segment = fg_history_new(&(*history)->allocator);
  if (segment == NULL) {
    return FG_NO_MEMORY;
  }
  segment->parent = *history; /* takes over the reference of the holder */
  segment->depth = (*history)->depth + 1;
  *history = segment;
  return FG_OK;
}

fg_history_mark fg_history_mark_of(const fg_history *history) {
  return (fg_history_mark){fg_arena_mark_of(&history->arena), history->invoices.count};
}

void fg_history_rewind(fg_history *history, fg_history_mark mark) {
  fg_arena_rewind(&history->arena, &history->allocator, mark.arena);
  history->invoices.count = mark.invoices;
}

/* A 128-bit product, folded: every bit of the word reaches every bit of the hash. */
static uint64_t mix_in(uint64_t hash, uint64_t word) {
  fg_uint128 product = (fg_uint128)(hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Eight bytes at a time. Hashes differ from machine to machine: they are never written down. */
fg_key fg_key_of(fg_string id) {
  uint64_t hash = ~(uint64_t)id.length;
  uint64_t word = 0;
  size_t whole = id.length / sizeof word * sizeof word;
  for (size_t i = 0; i < whole; i += sizeof word) {
    memcpy(&word, id.text + i, sizeof word);
    hash = mix_in(hash, word);
  }
  word = 0;
  for (size_t i = whole; i < id.length; i++) {
    word = word << 8 | (unsigned char)id.text[i];
  }
  return (fg_key){id, mix_in(hash, word)};
}

static uint32_t tag_of(uint64_t hash) { return (uint32_t)(hash >> 32); }

static const fg_record *find_in_segment(const fg_history *history, fg_key key) {
  if (history->slot_count == 0) {
    return NULL;
  }
  uint32_t mask = history->slot_count - 1;
  const fg_slot *slots = history->slots;
  for (uint32_t i = (uint32_t)key.hash & mask; slots[i].record != 0; i = (i + 1) & mask) {
    const fg_record *record = &history->records.items[slots[i].record - 1];
    if (slots[i].tag == tag_of(key.hash) && fg_string_equal(record->id, key.id)) {
      return record;
    }
  }
  return NULL;
}

const fg_record *fg_history_find(const fg_history *history, fg_key key) {
  const fg_record *record = NULL;
  for (; history != NULL && record == NULL; history = history->parent) {
    record = find_in_segment(history, key);
  }
  return record;
}

static void put_in_slot(fg_slot *slots, uint32_t slot_count, uint64_t hash, uint32_t index) {
  uint32_t mask = slot_count - 1;
  uint32_t i = (uint32_t)hash & mask;
  while (slots[i].record != 0) {
    i = (i + 1) & mask;
  }
  slots[i] = (fg_slot){tag_of(hash), index + 1};
}

/* Keeps a third of the slots free, for one record more. */
static fg_status reserve_slot(fg_history *history) {
  uint32_t needed = history->records.count + 1;
  if (history->slot_count > needed + needed / 2) {
    return FG_OK;
  }
  uint32_t slot_count = history->slot_count == 0 ? 8 : history->slot_count * 2;
  fg_slot *slots = fg_allocate(&history->allocator, slot_count * sizeof *slots);
  if (slots == NULL) {
    return FG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < history->records.count; i++) {
    put_in_slot(slots, slot_count, history->records.items[i].hash, i);
  }
  fg_release(&history->allocator, history->slots, history->slot_count * sizeof *slots);
  history->slots = slots;
  history->slot_count = slot_count;
  return FG_OK;
}

fg_status fg_history_prepare(fg_history *history, fg_key key, size_t size, fg_record **record, char **block) {
  FG_TRY(FG_ARRAY_RESERVE(&history->allocator, &history->records, 1));
  FG_TRY(reserve_slot(history));
  *block = fg_arena_allocate(&history->arena, &history->allocator, size + key.id.length + 1);
  if (*block == NULL) {
    return FG_NO_MEMORY;
  }
  char *id = *block + size;
  memcpy(id, key.id.text, key.id.length);
  *record = &history->records.items[history->records.count];
  **record = (fg_record){.id = {id, key.id.length}, .hash = key.hash};
  return FG_OK;
}

void fg_history_commit(fg_history *history) {
  uint32_t index = history->records.count++;
  put_in_slot(history->slots, history->slot_count, history->records.items[index].hash, index);
}

fg_status fg_history_add_invoice(fg_history *history, const fg_invoice *invoice) {
  FG_TRY(FG_ARRAY_RESERVE(&history->allocator, &history->invoices, 1));
  size_t size = invoice->line_count * sizeof *invoice->lines;
  fg_invoice_line *lines = fg_arena_allocate(&history->arena, &history->allocator, size);
  if (lines == NULL) {
    return FG_NO_MEMORY;
  }
  if (size > 0) {
    memcpy(lines, invoice->lines, size);
  }
  fg_invoice *added = &history->invoices.items[history->invoices.count++];
  *added = *invoice;
  added->lines = lines;
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
