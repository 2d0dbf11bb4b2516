#include "ids.h"

#include "call_names.h"

void fg_ids_begin(fg_ids *ids, const fg_allocator *allocator, uint64_t seed, int64_t length) {
  *ids = (fg_ids){.allocator = *allocator, .seed = seed, .length = length, .begin = FG_NO_TIME};
}

static fg_id_part *retain(fg_id_part *part) {
  if (part != NULL) {
    __atomic_add_fetch(&part->shared, 1, __ATOMIC_RELAXED);
  }
  return part;
}

/* Lets a chain go, and puts those of its parts that nobody else holds before the parts that are gone. */
static fg_id_part *let_go(fg_id_part *part, fg_id_part *gone) {
  while (part != NULL && __atomic_sub_fetch(&part->shared, 1, __ATOMIC_ACQ_REL) == 0) {
    fg_id_part *parent = part->parent;
    part->parent = gone;
    gone = part;
    part = parent;
  }
  return gone;
}

/* Frees so many pages of the first of the parts that are gone or, once it has none, a block of its log, or the rest. */
static void free_some(fg_ids *ids, uint32_t pages) {
  fg_id_part *part = ids->gone;
  if (fg_index_release_pages(&part->index, &ids->allocator, &part->released, pages) ||
      fg_log_release_block(&part->log, &ids->allocator)) {
    return;
  }
  ids->gone = part->parent;
  FG_ARRAY_RELEASE(&ids->allocator, &part->numbered);
  fg_release(&ids->allocator, part, sizeof *part);
}

static void free_all(fg_ids *ids) {
  while (ids->gone != NULL) {
    free_some(ids, UINT32_MAX);
  }
}

void fg_ids_share(const fg_ids *ids, fg_ids *copy) {
  *copy = *ids;
  copy->gone = NULL;
  retain(copy->now);
  retain(copy->before);
  retain(copy->lasting);
}

/* Lets all chains go; what nobody else holds is gone then. */
static void let_all_go(fg_ids *ids) {
  ids->gone = let_go(ids->now, ids->gone);
  ids->gone = let_go(ids->before, ids->gone);
  ids->gone = let_go(ids->lasting, ids->gone);
  ids->now = ids->before = ids->lasting = NULL;
}

void fg_ids_release(fg_ids *ids) {
  let_all_go(ids);
  free_all(ids);
}

fg_time fg_ids_stretch(const fg_ids *ids, fg_time at) {
  if (ids->length == 0 || at == FG_NO_TIME) {
    return FG_NO_TIME;
  }
  int64_t over = at % ids->length;
  return at - over - (over < 0 ? ids->length : 0);
}

void fg_ids_move_on(const fg_ids *ids, fg_time at, fg_ids *later) {
  *later = *ids;
  later->begin = fg_ids_stretch(ids, at);
  bool follows = ids->begin != FG_NO_TIME && later->begin == ids->begin + ids->length;
  later->before = follows ? retain(ids->now) : NULL;
  later->now = later->gone = NULL;
  retain(later->lasting);
}

void fg_ids_replace(fg_ids *ids, const fg_ids *later) {
  FG_ASSERT(later->gone == NULL);
  free_all(ids);
  let_all_go(ids);
  fg_id_part *gone = ids->gone;
  *ids = *later;
  ids->gone = gone;
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

void fg_ids_key(const fg_ids *ids, fg_string id, fg_key *key) {
  uint64_t number = fg_ids_number(ids, fg_call_number(id));
  if (FG_LIKELY(number == 0)) {
    fg_key_make(key, id, ids->seed);
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

static fg_slot *seek(const fg_id_part *part, const fg_key *key) {
  sought_entry sought = {&part->log, key->id};
  return fg_index_seek(&part->index, key->hash, is_sought, &sought);
}

static inline fg_entry find_in(const fg_id_part *part, const fg_key *key) {
  for (; part != NULL; part = part->parent) {
    const fg_slot *slot = seek(part, key);
    if (FG_UNLIKELY(slot != NULL && slot->position != 0)) {
      return (fg_entry){part, fg_log_at(&part->log, slot->position), slot->position};
    }
  }
  return (fg_entry){NULL, NULL, 0};
}

/* Finds an id that is not of the current stretch. */
static fg_entry find_before(const fg_ids *ids, const fg_key *key) {
  fg_entry found = find_in(ids->before, key);
  return found.bytes != NULL ? found : find_in(ids->lasting, key);
}

static inline fg_entry find_by_text(const fg_ids *ids, const fg_key *key) {
  fg_entry found = find_in(ids->now, key);
  return FG_UNLIKELY(ids->length != 0 && found.bytes == NULL) ? find_before(ids, key) : found;
}

static fg_entry find_number_in(const fg_id_part *part, uint64_t number) {
  while (part != NULL && (part->numbered.count == 0 || number <= part->numbered_below)) {
    part = part->parent;
  }
  if (part == NULL || number - part->numbered_below > part->numbered.count) {
    return (fg_entry){NULL, NULL, 0};
  }
  uint32_t position = part->numbered.items[number - 1 - part->numbered_below];
  return (fg_entry){part, fg_log_at(&part->log, position), position};
}

/* Finds the entry of a call with a number, or a later entry of the call, which is kept under the full id: how it ended,
   or the call itself where its stretch was forgotten before it ended. */
static FG_COLD fg_entry find_numbered(const fg_ids *ids, const fg_key *key) {
  fg_key name = fg_key_of(key->id, ids->seed);
  fg_entry found = find_by_text(ids, &name);
  found = found.bytes != NULL ? found : find_number_in(ids->now, key->number);
  return found.bytes != NULL ? found : find_number_in(ids->before, key->number);
}

fg_entry fg_ids_find(const fg_ids *ids, const fg_key *key) {
  return FG_UNLIKELY(key->number != 0) ? find_numbered(ids, key) : find_by_text(ids, key);
}

/* Puts a new part on top of a chain. */
static FG_COLD fg_status begin_part(const fg_ids *ids, fg_id_part **chain) {
  fg_id_part *part = fg_allocate(&ids->allocator, sizeof *part);
  if (part == NULL) {
    return FG_NO_MEMORY;
  }
  part->shared = 1;
  part->parent = *chain; /* the new part takes over the holder's reference */
  *chain = part;
  return FG_OK;
}

static inline bool is_owned(const fg_id_part *part) {
  return part != NULL && __atomic_load_n(&part->shared, __ATOMIC_ACQUIRE) == 1;
}

/* Whether so many bytes can be added to a part: nobody else holds it, and its log is not full. */
static inline bool takes(const fg_id_part *part, size_t bytes) {
  return is_owned(part) && (FG_LIKELY(bytes <= part->log.left) || !fg_log_is_full(&part->log, bytes));
}

static FG_COLD fg_status make_slot(const fg_ids *ids, fg_id_part *part, const fg_key *key, fg_slot **slot) {
  FG_TRY(fg_index_make_room(&part->index, &ids->allocator, key->hash));
  *slot = seek(part, key);
  FG_ASSERT(*slot != NULL);
  return FG_OK;
}

enum { PAGES_AT_ONCE = 64 };

static FG_COLD void free_more(fg_ids *ids) { free_some(ids, PAGES_AT_ONCE); }

static inline fg_status prepare_in(fg_ids *ids, fg_id_part **chain, const fg_key *key, size_t size,
                                   fg_entry_room *room) {
  FG_ASSERT(key->number <= fg_ids_next_number(ids));
  if (FG_UNLIKELY(ids->gone != NULL)) {
    free_more(ids);
  }
  size_t id_length = key->number != 0 ? 0 : key->id.length;
  size_t bytes = FG_VARINT_MAX + id_length + size;
  FG_TRY(FG_LIKELY(takes(*chain, bytes)) ? FG_OK : begin_part(ids, chain));
  fg_id_part *part = room->part = *chain;
  if (key->number != 0) {
    room->slot = NULL;
    FG_TRY(FG_ARRAY_RESERVE(&ids->allocator, &part->numbered, 1));
  } else {
    room->slot = seek(part, key);
    FG_TRY(FG_LIKELY(room->slot != NULL) ? FG_OK : make_slot(ids, part, key, &room->slot));
  }
  FG_TRY(fg_log_reserve(&part->log, &ids->allocator, bytes));
  room->hash = key->hash;
  room->entry = fg_log_at(&part->log, part->log.next);
  room->kept = fg_varint_write(room->entry, id_length);
  if (id_length > 0) {
    memcpy(room->kept, key->id.text, id_length);
    room->kept += id_length;
  }
  return FG_OK;
}

fg_status fg_ids_prepare(fg_ids *ids, const fg_key *key, size_t size, fg_entry_room *room) {
  return prepare_in(ids, &ids->now, key, size, room);
}

fg_status fg_ids_prepare_lasting(fg_ids *ids, const fg_key *key, size_t size, fg_entry_room *room) {
  return prepare_in(ids, ids->length == 0 ? &ids->now : &ids->lasting, key, size, room);
}

void fg_ids_commit(fg_ids *ids, const fg_entry_room *room, const unsigned char *end) {
  fg_id_part *part = room->part;
  FG_ASSERT(is_owned(part) && room->entry == fg_log_at(&part->log, part->log.next));
  if (room->slot == NULL) {
    FG_ASSERT(part->numbered.count < part->numbered.room);
    part->numbered_below = part->numbered.count == 0 ? ids->numbered : part->numbered_below;
    part->numbered.items[part->numbered.count++] = part->log.next;
    ids->numbered++;
  } else {
    *room->slot = (fg_slot){room->hash, part->log.next};
  }
  fg_log_add(&part->log, (uint32_t)(end - room->entry));
}
