/* What a snapshot says of the calls in flight, and of the attributes that each call keeps. */
#include "snapshot_walk.h"

#include "../rules/holds.h"
#include "../state/call_names.h"
#include "../state/record.h"

/* Adds the entry of a call in flight to the history. */
static const unsigned char *read_entry(fg_walk *walk, fg_string id, fg_string kept) {
  const unsigned char *from = (const unsigned char *)kept.text;
  fg_entry_room room = {.entry = NULL};
  bool is_whole = id.text != NULL && id.length > 0 && fg_string_is_text(id) && kept.text != NULL &&
                  fg_record_check_held(from, from + kept.length) == from + kept.length;
  fg_walk_stop(walk, is_whole ? FG_OK : FG_INVALID);
  if (walk->status == FG_OK) {
    fg_walk_stop(walk, fg_ids_pass_number(walk->ids, fg_call_number(id)));
  }
  if (walk->status == FG_OK) {
    fg_walk_prepare_entry(walk, id, kept.length, false, &room);
  }
  if (walk->status == FG_OK) {
    memcpy(room.kept, kept.text, kept.length);
    fg_ids_commit(walk->ids, &room, room.kept + kept.length);
  }
  return room.entry;
}

/* Reads a hold without an entry of its own: it belongs to the same event as the hold before it. */
static void read_part(fg_walk *walk, fg_hold *hold) {
  bool is_part = hold != walk->state->holds.items && hold[-1].part + 1u < walk->account->book->product_count;
  fg_walk_stop(walk, is_part ? FG_OK : FG_INVALID);
  hold->entry = fg_no_entry;
  hold->part = is_part ? (uint16_t)(hold[-1].part + 1) : 0;
  hold->unknown = is_part && hold[-1].unknown;
}

/* Writes or reads the entry of a call. Its id is written as text, because numbers of calls are not kept in a history
   that was read. */
static void walk_entry(fg_walk *walk, fg_hold *hold) {
  char made[FG_CALL_NAME_MAX];
  fg_string id = {NULL, 0};
  fg_string kept = {NULL, 0};
  if (!fg_walk_is_reading(walk) && hold->part == 0) {
    const unsigned char *from = fg_entry_kept(hold->entry);
    id = fg_hold_id(hold, made);
    kept = (fg_string){(const char *)from, (size_t)(fg_record_check_held(from, NULL) - from)};
  }
  fg_walk_bytes(walk, &id);
  fg_walk_bytes(walk, &kept);
  if (fg_walk_is_reading(walk) && walk->status == FG_OK && id.text == NULL) {
    read_part(walk, hold);
  } else if (fg_walk_is_reading(walk) && walk->status == FG_OK) {
    hold->entry = read_entry(walk, id, kept);
    hold->unknown = walk->status == FG_OK && fg_kept_kind_of(hold->entry) == FG_KEPT_ENDING;
  }
}

static void walk_attribute(fg_walk *walk, fg_attribute *attribute) {
  fg_walk_string(walk, &attribute->name);
  FG_WALK(walk, attribute->is_number);
  FG_WALK(walk, attribute->number);
  fg_walk_string(walk, &attribute->text);
}

void fg_walk_attribute_list(fg_walk *walk, const fg_attributes **list) {
  uint32_t count = fg_walk_count(walk, *list == NULL ? 0 : (*list)->count);
  if (count == 0) {
    return;
  }
  fg_attribute *items = fg_walk_block(walk, *list == NULL ? NULL : (*list)->items, count, sizeof *items);
  fg_attributes *block = fg_walk_block(walk, *list, 1, sizeof *block);
  for (uint32_t i = 0; i < count && walk->status == FG_OK; i++) {
    walk_attribute(walk, &items[i]);
  }
  if (fg_walk_is_reading(walk) && walk->status == FG_OK) {
    *block = (fg_attributes){items, count};
    *list = block;
  }
}

static bool is_none(const fg_attributes *list) { return list == NULL || list->count == 0; }

/* Writes or reads the attributes that the account had when a call was made, mostly those that it still has. Up to
   format 3 there are none. An empty list is written as no list, which is how it is read again. */
static void walk_attributes_of_hold(fg_walk *walk, fg_hold *hold) {
  const fg_attributes *now = walk->state->attributes;
  bool is_same = hold->attributes == now || (is_none(hold->attributes) && is_none(now));
  if (walk->format <= 3) {
    return;
  }
  if (hold->part > 0 && !fg_walk_tells_all(walk)) {
    if (fg_walk_is_reading(walk) && walk->status == FG_OK) {
      hold->attributes = hold[-1].attributes;
    }
    return;
  }
  FG_WALK(walk, is_same);
  if (!is_same) {
    fg_walk_attribute_list(walk, &hold->attributes);
  } else if (fg_walk_is_reading(walk)) {
    hold->attributes = walk->state->attributes;
  }
}

/* Sets how many holds each event has, which is known only once all holds are read. */
static void find_parts(fg_state *state) {
  uint16_t parts = 0;
  for (uint32_t i = state->holds.count; i > 0; i--) {
    fg_hold *hold = &state->holds.items[i - 1];
    parts = parts == 0 && hold->part > 0 ? (uint16_t)(hold->part + 1) : parts;
    hold->parts = parts;
    parts = hold->part == 0 ? 0 : parts;
  }
}

/* Writes or reads whether a call has a slot. A call whose deadline has passed loses its slot only when another call
   asks for one; it is written as lost at once, because nobody can tell the difference. */
static void walk_slot(fg_walk *walk, fg_hold *hold) {
  bool slot = hold->slot && hold->deadline > walk->state->now;
  FG_WALK(walk, slot);
  if (fg_walk_is_reading(walk)) {
    hold->slot = slot;
  }
}

/* Writes or reads the kind of a call's usage and, from format 7 on, which kind the mode had for it. Before, that is
   known only where the usage was not unbilled; snapshot_check_calls.c says where it follows from the product. */
static void walk_kind(fg_walk *walk, fg_hold *hold) {
  FG_WALK(walk, hold->kind);
  if (walk->format >= FG_FORMAT_OF_MODE) {
    FG_WALK(walk, hold->of_mode);
  } else if (fg_walk_is_reading(walk)) {
    hold->of_mode = hold->kind == FG_USAGE_UNBILLED ? FG_USAGE_KINDS : hold->kind;
  }
}

static void walk_hold_told(fg_walk *walk, fg_hold *hold) {
  FG_WALK(walk, hold->since);
  FG_WALK(walk, hold->deadline);
  FG_WALK(walk, hold->units);
  FG_WALK(walk, hold->attempt);
  FG_WALK(walk, hold->regime);
  fg_walk_begin(walk, &hold->begin);
  fg_walk_cell(walk, &hold->cell);
  walk_attributes_of_hold(walk, hold);
  FG_WALK(walk, hold->product);
  walk_kind(walk, hold);
  walk_slot(walk, hold);
}

/* Writes or reads a hold. Values that its entry has, and those that the holds of one event share, are not written
   again. */
static void walk_hold(fg_walk *walk, fg_hold *hold) {
  walk_entry(walk, hold);
  if (fg_walk_tells_all(walk)) {
    walk_hold_told(walk, hold);
    return;
  }
  if (hold->part == 0) {
    FG_WALK(walk, hold->since);
    walk_slot(walk, hold);
  } else {
    FG_WALK(walk, hold->units);
  }
  walk_attributes_of_hold(walk, hold);
  FG_WALK(walk, hold->regime);
  fg_walk_cell(walk, &hold->cell);
  walk_kind(walk, hold);
}

void fg_walk_holds(fg_walk *walk, fg_state *state) {
  FG_WALK_ARRAY(walk, &state->holds, walk_hold);
  if (fg_walk_is_reading(walk)) {
    find_parts(state);
  }
}
