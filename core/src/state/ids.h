/* What is known of the ids of commands, usage and calls.

   Usage and calls come in millions, so a log keeps only a few bytes of each (record.h), and an index finds them by
   their ids. A log and its index are a *part*. Forks share parts: one that two accounts hold is frozen, and the account
   that writes next begins a part of its own on top, as it does where the log of a part is full.

   An account may know its ids for some days only. Its time is then cut into stretches of so many days, and there is a
   chain of parts for the current stretch and one for the stretch before. Where a stretch begins, the older chain is
   dropped as a whole, so that forgetting looks at no id; its memory is freed by and by. Commands other than usage and
   calls are few, and are known for ever: their ids have a chain of their own. */
#ifndef FG_IDS_H
#define FG_IDS_H

#include "../base/civil.h"
#include "index.h"
#include "log.h"

typedef struct fg_id_part {
  uint32_t shared; ///< how many hold this part, counted atomically
  struct fg_id_part *parent;
  fg_log log;     ///< entries: length of the id, the id, and what is kept under it; an entry with a number has no id
  fg_index index; ///< finds an entry by its id
  FG_ARRAY(uint32_t) numbered; ///< places in the log of the entries with numbers, in the order of the numbers
  uint64_t numbered_below;     ///< how many numbers were given before the first of `numbered`
  size_t released;             ///< of a part that is being freed, how far its index is
} fg_id_part;

typedef struct fg_ids {
  fg_allocator allocator;
  uint64_t seed;        ///< seed of the hashes of ids
  fg_id_part *now;      ///< the current stretch; NULL: nothing was added yet
  fg_id_part *before;   ///< the stretch before; NULL: it has nothing
  fg_id_part *lasting;  ///< where ids are forgotten, those of commands that are known for ever
  fg_id_part *gone;     ///< parts that nobody knows any more, which are freed by and by
  int64_t length;       ///< length of a stretch; 0: all ids are known for ever, and `now` has all
  fg_time begin;        ///< begin of the current stretch
  uint64_t numbered;    ///< how many numbers were given; nobody makes 2^63 calls
  uint64_t named_below; ///< up to this number, ids are kept as texts: a snapshot had these calls in flight
} fg_ids;

/* Begins without entries. `length`: see fg_ids. */
void fg_ids_begin(fg_ids *ids, const fg_allocator *allocator, uint64_t seed, int64_t length);
/* Makes a copy that shares all parts. */
void fg_ids_share(const fg_ids *ids, fg_ids *copy);
void fg_ids_release(fg_ids *ids);

/* The begin of the stretch that an instant is in. Stretches are counted from 1970-01-01T00:00:00Z. */
fg_time fg_ids_stretch(const fg_ids *ids, fg_time at);
/* When the stretch ends that an instant is in; FG_NEVER: no id is forgotten. */
static inline fg_time fg_ids_stretch_end(const fg_ids *ids, fg_time at) {
  return FG_LIKELY(ids->length == 0) ? FG_NEVER : fg_ids_stretch(ids, at) + ids->length;
}
/* Ids of usage and calls whose last command is older are forgotten; FG_NO_TIME: none is. */
static inline fg_time fg_ids_known_from(const fg_ids *ids) {
  bool has_begun = ids->length != 0 && ids->begin != FG_NO_TIME;
  return has_begun ? ids->begin - ids->length : FG_NO_TIME;
}
/* Makes a copy as the ids are at a later instant, which is in another stretch: it shares the parts that are still
   known. */
void fg_ids_move_on(const fg_ids *ids, fg_time at, fg_ids *later);
/* Puts such a copy in the place of the ids. What it does not share is freed by and by: some of it with each entry that
   is added, so that no command waits for millions of ids to be freed; and what is left, where the next stretch is
   over. */
void fg_ids_replace(fg_ids *ids, const fg_ids *later);

/* An id and its hash, which is computed once for all look-ups. */
typedef struct fg_key {
  fg_string id;
  uint32_t hash;
  uint64_t number; ///< number that stands for the id; the text then serves only to find how that call ended; 0: none
  bool has_slash;  ///< the id has a slash, as ids of free grants have
} fg_key;
void fg_key_make(fg_key *key, fg_string id, uint64_t seed);
static inline fg_key fg_key_of(fg_string id, uint64_t seed) {
  fg_key key;
  fg_key_make(&key, id, seed);
  return key;
}

/* The number that the next entry without an id gets. */
static inline uint64_t fg_ids_next_number(const fg_ids *ids) { return ids->numbered + 1; }

/* Keeps the number that an id spells from being given again. FG_INVALID for a number that is never given. */
static inline fg_status fg_ids_pass_number(fg_ids *ids, uint64_t number) {
  FG_ASSERT(ids->numbered == ids->named_below);
  FG_TRY(number <= INT64_MAX ? FG_OK : FG_INVALID);
  ids->named_below = number > ids->named_below ? number : ids->named_below;
  ids->numbered = ids->named_below;
  return FG_OK;
}

/* The number, if it was given to an entry; else 0. */
static inline uint64_t fg_ids_number(const fg_ids *ids, uint64_t number) {
  return number > ids->named_below && number <= ids->numbered ? number : 0;
}

/* Makes the key of an id, or of the number that is kept in its place. */
void fg_ids_key(const fg_ids *ids, fg_string id, fg_key *key);

/* A number that those who choose ids cannot know, so that nobody can prepare ids that all have the same hash. It comes
   from the addresses of code, stack and `block`, which the system changes from process to process, because the core
   does no I/O to ask for a better number. Hashes only decide where a thing is looked for, and are never written
   down. */
uint64_t fg_hash_seed(const void *block);

/* An entry of a log and the part that has it; bytes is NULL if there is no entry. */
typedef struct fg_entry {
  const fg_id_part *part;
  const unsigned char *bytes;
  uint32_t position; ///< its place in the part's log
} fg_entry;
/* The latest entry under an id. */
fg_entry fg_ids_find(const fg_ids *ids, const fg_key *key);

/* The id of an entry, empty if it has a number instead. What is kept begins right after the id. */
static inline fg_string fg_entry_id(const unsigned char *entry) {
  uint64_t length = 0;
  const unsigned char *text = fg_varint_read(entry, NULL, &length);
  return (fg_string){(const char *)text, (size_t)length};
}
static inline const unsigned char *fg_entry_kept(const unsigned char *entry) {
  fg_string id = fg_entry_id(entry);
  return (const unsigned char *)id.text + id.length;
}

/* Makes room for an entry that keeps at most `size` bytes under an id, and writes the id, which is not counted in
   `size`. The entry is there only after fg_ids_commit, which cannot fail. FG_NO_MEMORY. */
typedef struct fg_entry_room {
  fg_id_part *part;
  uint32_t hash;
  fg_slot *slot; ///< NULL: the entry gets the next number
  unsigned char *entry;
  unsigned char *kept; ///< where the caller writes what is kept
  unsigned char *end;  ///< end of what was written, for a caller that commits later
} fg_entry_room;
fg_status fg_ids_prepare(fg_ids *ids, const fg_key *key, size_t size, fg_entry_room *room);
/* The same for an id that is never forgotten. */
fg_status fg_ids_prepare_lasting(fg_ids *ids, const fg_key *key, size_t size, fg_entry_room *room);
/* Adds the entry; `end` is the end of what the caller wrote. */
void fg_ids_commit(fg_ids *ids, const fg_entry_room *room, const unsigned char *end);

#endif
