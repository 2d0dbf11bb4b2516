#include "snapshot.h"

#include "../book/editions.h"
#include "../state/command.h"
#include "adopt.h"
#include "../rules/cells.h"
#include "../rules/holds.h"
#include "../state/record.h"
#include "../rules/settlement.h"

/* One walk over the state both writes it and reads it, so that the two cannot differ. */
typedef struct snapshot_walk {
  fg_account *account;
  fg_state *state;
  fg_history *history; ///< of the state that is read or written
  fg_text *out;        ///< NULL: reading
  const unsigned char *at, *end;
  int format;       ///< of the bytes
  fg_status status; ///< the first fault; nothing happens after it
} snapshot_walk;

static void stop_walk(snapshot_walk *walk, fg_status status) {
  walk->status = walk->status == FG_OK ? status : walk->status;
}

static bool is_reading(const snapshot_walk *walk) { return walk->out == NULL; }

static void write_bytes(snapshot_walk *walk, const void *bytes, size_t length) {
  if (length > 0 && walk->status == FG_OK) {
    stop_walk(walk, fg_text_append(walk->out, bytes, length));
  }
}

/* Writes or reads a number of either sign; small ones take few bytes. */
static int64_t walk_integer(snapshot_walk *walk, int64_t value) {
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
  const unsigned char *next = fg_varint_read(walk->at, walk->end, &read);
  if (next == NULL) {
    stop_walk(walk, FG_INVALID);
    return 0;
  }
  walk->at = next;
  return (int64_t)(read >> 1 ^ -(read & 1));
}

/* Writes or reads a member of any integer type; a value that the type cannot hold is a fault. Writing stores nothing,
   because the state may be shared with forks in other threads. */
#define WALK(walk, member)                                                                                             \
  do {                                                                                                                 \
    int64_t walked = walk_integer((walk), (int64_t)(member));                                                          \
    if (is_reading(walk)) {                                                                                            \
      (member) = (__typeof__(member))walked;                                                                           \
      if ((int64_t)(member) != walked) {                                                                               \
        stop_walk((walk), FG_INVALID);                                                                                 \
      }                                                                                                                \
    }                                                                                                                  \
  } while (0)

static void walk_amount(snapshot_walk *walk, fg_amount *amount) {
  int64_t high = walk_integer(walk, (int64_t)(*amount >> 64));
  uint64_t low = (uint64_t)walk_integer(walk, (int64_t)(uint64_t)*amount);
  if (is_reading(walk)) {
    *amount = (fg_amount)high * ((fg_amount)1 << 64) + (fg_amount)low;
    stop_walk(walk, fg_amount_fits(*amount) ? FG_OK : FG_INVALID);
  }
}

static void walk_money(snapshot_walk *walk, fg_money *money) {
  fg_amount amount = fg_amount_of(*money);
  walk_amount(walk, &amount);
  if (is_reading(walk)) {
    *money = fg_money_of(amount);
  }
}

static void walk_funds(snapshot_walk *walk, fg_funds *funds) {
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    walk_money(walk, &funds->of[fund]);
  }
}

/* Borrowed from the bytes that are read. */
static fg_string read_bytes(snapshot_walk *walk, int64_t length) {
  fg_string none = {NULL, 0};
  if (walk->status != FG_OK || length < 0) {
    return none;
  }
  if (length > walk->end - walk->at) {
    stop_walk(walk, FG_INVALID);
    return none;
  }
  fg_string bytes = {(const char *)walk->at, (size_t)length};
  walk->at += length;
  return bytes;
}

/* Writes or reads bytes, which may be NULL. Bytes that are read are borrowed. */
static void walk_bytes(snapshot_walk *walk, fg_string *bytes) {
  int64_t length = walk_integer(walk, bytes->text == NULL ? -1 : (int64_t)bytes->length);
  if (is_reading(walk)) {
    *bytes = read_bytes(walk, length);
  } else if (bytes->text != NULL) {
    write_bytes(walk, bytes->text, bytes->length);
  }
}

/* The same, and what was read is copied into the history. */
static void walk_string(snapshot_walk *walk, fg_string *string) {
  walk_bytes(walk, string);
  if (is_reading(walk) && walk->status == FG_OK && string->text != NULL) {
    *string = fg_string_copy(&walk->history->arena, &walk->history->allocator, *string);
    stop_walk(walk, string->text == NULL ? FG_NO_MEMORY : FG_OK);
  }
}

/* Writes or reads how many items follow. What is read is bounded by the bytes that are left, because each item takes at
   least one. */
static uint32_t walk_count(snapshot_walk *walk, size_t there) {
  uint32_t count = (uint32_t)there;
  WALK(walk, count);
  if (is_reading(walk) && count > walk->end - walk->at) {
    stop_walk(walk, FG_INVALID);
  }
  return walk->status == FG_OK ? count : 0;
}

/* The items of an array of the state; when reading, room for them is made first. */
#define WALK_ARRAY(walk, array, walk_item)                                                                             \
  do {                                                                                                                 \
    uint32_t walked_count = walk_count((walk), (array)->count);                                                        \
    if (is_reading(walk)) {                                                                                            \
      stop_walk((walk), FG_ARRAY_RESERVE(&(walk)->account->allocator, (array), walked_count));                         \
      (array)->count = (walk)->status == FG_OK ? walked_count : 0;                                                     \
      if ((array)->count > 0) {                                                                                        \
        memset((array)->items, 0, (array)->count * sizeof *(array)->items);                                            \
      }                                                                                                                \
    }                                                                                                                  \
    for (uint32_t i = 0; i < (array)->count && (walk)->status == FG_OK; i++) {                                         \
      walk_item((walk), &(array)->items[i]);                                                                           \
    }                                                                                                                  \
  } while (0)

/* A new block of the history for `count` items; when writing, the block that is there, which is not written to. */
static void *walk_block(snapshot_walk *walk, const void *there, uint32_t count, size_t item_size) {
  if (!is_reading(walk)) {
    return (void *)(uintptr_t)there;
  }
  void *block = fg_arena_allocate(&walk->history->arena, &walk->history->allocator, count * item_size);
  stop_walk(walk, block == NULL ? FG_NO_MEMORY : FG_OK);
  return block;
}

/* ---------------------------------------------------------------------------------------------------- the state */

/* The beginning of a period; up to format 3 it is a date. */
static void walk_begin(snapshot_walk *walk, fg_time *begin) {
  if (walk->format > 3) {
    WALK(walk, *begin);
    return;
  }
  fg_date date = 0;
  WALK(walk, date);
  bool is_date = date >= 0 && date <= fg_date_of(9999, 12, 31);
  stop_walk(walk, is_date ? FG_OK : FG_INVALID);
  *begin = is_date ? fg_account_begin(walk->account, date) : 0;
}

static void walk_grant(snapshot_walk *walk, fg_grant *grant) {
  walk_string(walk, &grant->id);
  WALK(walk, grant->units);
  WALK(walk, grant->left);
  WALK(walk, grant->issued);
  WALK(walk, grant->expires);
  WALK(walk, grant->owner);
  WALK(walk, grant->offer);
  WALK(walk, grant->source);
  WALK(walk, grant->refunded);
  WALK(walk, grant->refundable);
  WALK(walk, grant->given_back);
  WALK(walk, grant->regime);
  if (walk->format > 3) {
    WALK(walk, grant->rolled);
    WALK(walk, grant->rolls_from);
  }
}

/* The place of a capacity; up to format 3 each product has one at most, and the product stands there. */
static void walk_place(snapshot_walk *walk, uint32_t *place) {
  const fg_book *book = walk->account->book;
  WALK(walk, *place);
  if (walk->format <= 3) {
    bool is_one = *place < book->product_count && book->products[*place].capacity_count == 1;
    stop_walk(walk, is_one ? FG_OK : FG_INVALID);
    *place = is_one ? book->products[*place].first_capacity : 0;
  }
}

static void walk_capacity(snapshot_walk *walk, fg_capacity_order *order) {
  walk_string(walk, &order->id);
  WALK(walk, order->quantity);
  WALK(walk, order->from);
  WALK(walk, order->until);
  walk_place(walk, &order->place);
  WALK(walk, order->refunded);
  if (walk->format > 3) {
    WALK(walk, order->by_days);
    walk_amount(walk, &order->price);
    for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
      walk_amount(walk, &order->changed[fund]);
    }
  }
}

static void walk_amendment(snapshot_walk *walk, fg_amendment *amendment) {
  WALK(walk, amendment->announced);
  WALK(walk, amendment->effective);
  WALK(walk, amendment->product);
  WALK(walk, amendment->grant);
  WALK(walk, amendment->quantity);
}

static void walk_adjustment(snapshot_walk *walk, fg_adjustment *adjustment) {
  WALK(walk, adjustment->at);
  WALK(walk, adjustment->units);
  walk_string(walk, &adjustment->reason);
  WALK(walk, adjustment->product);
}

/* Makes room for an entry of the history. Two under one id are a fault. */
static void prepare_entry(snapshot_walk *walk, fg_string id, size_t size, fg_entry_room *room) {
  fg_key key = fg_key_of(id, walk->history->seed);
  bool is_new = fg_history_find(walk->history, &key).bytes == NULL;
  stop_walk(walk, is_new ? fg_history_prepare(walk->history, &key, size, room) : FG_INVALID);
}

/* Makes the entry of a call in flight. */
static const unsigned char *read_entry(snapshot_walk *walk, fg_string id, fg_string kept) {
  const unsigned char *from = (const unsigned char *)kept.text;
  fg_entry_room room = {.entry = NULL};
  bool is_whole = id.text != NULL && id.length > 0 && fg_string_is_text(id) && kept.text != NULL &&
                  fg_record_check_held(from, from + kept.length) == from + kept.length;
  stop_walk(walk, is_whole ? FG_OK : FG_INVALID);
  if (walk->status == FG_OK) {
    prepare_entry(walk, id, kept.length, &room);
  }
  if (walk->status == FG_OK) {
    memcpy(room.kept, kept.text, kept.length);
    fg_history_commit(walk->history, &room, room.kept + kept.length);
  }
  return room.entry;
}

/* Writes or reads the entry of a call by its id as text, because a history that was read keeps no numbers. */
static void walk_entry(snapshot_walk *walk, fg_hold *hold) {
  char made[FG_CALL_NAME_MAX];
  fg_string id = {NULL, 0};
  fg_string kept = {NULL, 0};
  if (!is_reading(walk)) {
    const unsigned char *from = fg_entry_kept(hold->entry);
    id = fg_hold_id(hold, made);
    kept = (fg_string){(const char *)from, (size_t)(fg_record_check_held(from, NULL) - from)};
  }
  walk_bytes(walk, &id);
  walk_bytes(walk, &kept);
  if (is_reading(walk) && walk->status == FG_OK) {
    hold->entry = read_entry(walk, id, kept);
    hold->unknown = walk->status == FG_OK && fg_kept_kind_of(hold->entry) == FG_KEPT_ENDING;
  }
}

/* Up to format 3 there is one cell. */
static void walk_cell(snapshot_walk *walk, fg_cell *cell) {
  if (walk->format > 3) {
    WALK(walk, cell->edition);
    WALK(walk, cell->price);
    WALK(walk, cell->factor);
  }
}

static void walk_attribute(snapshot_walk *walk, fg_attribute *attribute) {
  walk_string(walk, &attribute->name);
  WALK(walk, attribute->is_number);
  WALK(walk, attribute->number);
  walk_string(walk, &attribute->text);
}

/* Writes or reads a list of attributes, which is of the history. */
static void walk_attribute_list(snapshot_walk *walk, const fg_attributes **list) {
  uint32_t count = walk_count(walk, *list == NULL ? 0 : (*list)->count);
  if (count == 0) {
    return;
  }
  fg_attribute *items = walk_block(walk, *list == NULL ? NULL : (*list)->items, count, sizeof *items);
  fg_attributes *block = walk_block(walk, *list, 1, sizeof *block);
  for (uint32_t i = 0; i < count && walk->status == FG_OK; i++) {
    walk_attribute(walk, &items[i]);
  }
  if (is_reading(walk) && walk->status == FG_OK) {
    *block = (fg_attributes){items, count};
    *list = block;
  }
}

/* The attributes that the account had when a call was made; mostly those that it has. Up to format 3 there are none. */
static void walk_attributes_of_hold(snapshot_walk *walk, fg_hold *hold) {
  bool is_same = hold->attributes == walk->state->attributes;
  if (walk->format <= 3) {
    return;
  }
  WALK(walk, is_same);
  if (!is_same) {
    walk_attribute_list(walk, &hold->attributes);
  } else if (is_reading(walk)) {
    hold->attributes = walk->state->attributes;
  }
}

static void walk_hold(snapshot_walk *walk, fg_hold *hold) {
  walk_entry(walk, hold);
  WALK(walk, hold->since);
  WALK(walk, hold->deadline);
  WALK(walk, hold->units);
  WALK(walk, hold->attempt);
  WALK(walk, hold->regime);
  walk_begin(walk, &hold->begin);
  walk_cell(walk, &hold->cell);
  walk_attributes_of_hold(walk, hold);
  WALK(walk, hold->product);
  WALK(walk, hold->kind);
  WALK(walk, hold->slot);
}

static void walk_bucket(snapshot_walk *walk, fg_bucket *bucket) {
  walk_begin(walk, &bucket->begin);
  WALK(walk, bucket->usage.free);
  WALK(walk, bucket->usage.packs);
  WALK(walk, bucket->usage.postpaid);
  WALK(walk, bucket->usage.unbilled);
  WALK(walk, bucket->counted);
  walk_cell(walk, &bucket->cell);
  if (walk->format > 3) {
    WALK(walk, bucket->was_open);
  }
}

static void walk_admission(snapshot_walk *walk, fg_admission *admission) {
  WALK(walk, admission->leaves);
  WALK(walk, admission->units);
}

static void walk_regime(snapshot_walk *walk, fg_regime *regime) {
  WALK(walk, regime->at);
  WALK(walk, regime->usage.free);
  WALK(walk, regime->usage.packs);
  WALK(walk, regime->usage.postpaid);
  WALK(walk, regime->usage.unbilled);
  WALK(walk, regime->counted);
  walk_begin(walk, &regime->begin);
  WALK(walk, regime->first);
  WALK(walk, regime->kind);
  walk_cell(walk, &regime->cell);
  if (walk->format > 3) {
    WALK(walk, regime->product);
  }
}

static void walk_part(snapshot_walk *walk, fg_taken *part) {
  WALK(walk, part->grant);
  WALK(walk, part->units);
  if (walk->format > 3) {
    WALK(walk, part->weight);
  } else {
    part->weight = 1;
  }
}

/* The units by tier of a cell that is kept so, which go to the end of a list when they are read. */
static void walk_slices(snapshot_walk *walk, uint32_t product, fg_cell cell, bool has_slices, fg_slices *list,
                        uint32_t *first) {
  bool is_there = product < walk->account->book->product_count && fg_cell_exists(walk->account, product, cell);
  if (!is_there) {
    stop_walk(walk, is_reading(walk) ? FG_INVALID : FG_OK);
    return;
  }
  bool is_sliced = has_slices && fg_cell_is_sliced(walk->account, product, cell);
  uint32_t tiers = is_sliced ? fg_cell_schedule(walk->account, product, cell)->tier_count : 0;
  if (is_reading(walk)) {
    stop_walk(walk, FG_ARRAY_RESERVE(&walk->account->allocator, list, tiers));
    *first = list->count;
    list->count += walk->status == FG_OK ? tiers : 0;
  }
  for (uint32_t i = 0; i < tiers && walk->status == FG_OK; i++) {
    WALK(walk, list->items[*first + i]);
  }
}

/* Up to format 3 it is not known when a product was opened first: it counts as opened when that was written. */
static void walk_opening(snapshot_walk *walk, fg_service *service) {
  WALK(walk, service->was_open);
  if (walk->format > 3) {
    WALK(walk, service->opened);
  } else {
    service->opened = walk->state->now;
  }
}

static void walk_group(snapshot_walk *walk, fg_product_group *group) {
  WALK_ARRAY(walk, &group->regimes, walk_regime);
  WALK_ARRAY(walk, &group->parts, walk_part);
  for (uint32_t i = 0; i < group->regimes.count && walk->status == FG_OK; i++) {
    fg_regime *regime = &group->regimes.items[i];
    bool has_slices = regime->kind != FG_REGIME_COVERS;
    walk_slices(walk, regime->product, regime->cell, has_slices, &group->slices, &regime->slices);
  }
  WALK(walk, group->regime);
  WALK(walk, group->regime_over);
}

/* Up to format 3 every product is a group of its own, and stands there. */
static void walk_group_of(snapshot_walk *walk, uint32_t product) {
  fg_product_group *group = fg_state_group(walk->account, walk->state, product);
  walk_group(walk, group);
  for (uint32_t i = 0; i < group->regimes.count; i++) {
    group->regimes.items[i].product = (uint16_t)product;
  }
}

/* Up to format 3 a mode is whether it is that of the product's capacity, which an automatic one always is. */
static void walk_mode(snapshot_walk *walk, uint32_t product) {
  fg_service *service = &walk->state->services[product];
  const fg_capacity_offer *offer = walk->account->book->products[product].capacity;
  WALK(walk, service->mode);
  if (walk->format <= 3 && offer != NULL && offer->mode == FG_CAPACITY_AUTOMATIC) {
    stop_walk(walk, service->mode == 1 ? FG_OK : FG_INVALID);
    service->mode = 0;
  }
}

/* What is in force of it follows from the rest, and what it sums up to, but for a bucket. */
static void walk_window(snapshot_walk *walk, fg_window *window) {
  WALK_ARRAY(walk, &window->admissions, walk_admission);
  WALK(walk, window->first);
  if (walk->format > 3) {
    WALK(walk, window->units);
  }
}

/* Up to format 3 the window of a product stands there, and one without a limit has an empty one. */
static void walk_window_of(snapshot_walk *walk, uint32_t product) {
  const fg_product *offered = &walk->account->book->products[product];
  fg_window none = {.limit = -1};
  walk_window(walk, offered->asked_count == 0 ? &none : &walk->state->windows[offered->asked[0]]);
  stop_walk(walk, none.admissions.count == 0 ? FG_OK : FG_INVALID);
  FG_ARRAY_RELEASE(&walk->account->allocator, &none.admissions);
}

/* The order of deduction, what is in force and all sums follow from the rest. */
static void walk_service(snapshot_walk *walk, uint32_t product) {
  fg_service *service = &walk->state->services[product];
  WALK(walk, service->open);
  walk_opening(walk, service);
  walk_mode(walk, product);
  if (walk->format > 3) {
    WALK(walk, service->postpaid_on);
  }
  WALK(walk, service->materials_held);
  WALK_ARRAY(walk, &service->buckets, walk_bucket);
  for (uint32_t i = 0; i < service->buckets.count && walk->status == FG_OK; i++) {
    fg_bucket *bucket = &service->buckets.items[i];
    walk_slices(walk, product, bucket->cell, true, &service->slices, &bucket->slices);
  }
  if (walk->format <= 3) {
    walk_window_of(walk, product);
    walk_group_of(walk, product);
  }
}

static void walk_money_of_state(snapshot_walk *walk, fg_state *state) {
  WALK(walk, state->wallet.limited);
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    walk_amount(walk, &state->wallet.of[fund]);
  }
  walk_amount(walk, &state->spent.packs);
  walk_amount(walk, &state->spent.materials);
  walk_amount(walk, &state->spent.capacity);
  walk_amount(walk, &state->spent.postpaid);
  walk_amount(walk, &state->spent.gross);
  walk_amount(walk, &state->spent.refunded);
  WALK(walk, state->caps.day_limited);
  WALK(walk, state->caps.month_limited);
  walk_amount(walk, &state->caps.day);
  walk_amount(walk, &state->caps.month);
  walk_amount(walk, &state->caps.day_begin);
}

/* What was read is compiled again, and joined to what the account has. */
static void adopt_again(snapshot_walk *walk, fg_string json, fg_date effective) {
  fg_account *account = walk->account;
  fg_book *book = NULL;
  fg_book *joined = NULL;
  fg_error unasked;
  stop_walk(walk, json.text == NULL ? FG_INVALID
                                    : fg_book_load(json.text, json.length, &account->allocator, &book, &unasked));
  if (walk->status == FG_OK) {
    stop_walk(walk, fg_book_join(account->whole, book, effective, &account->allocator, &joined, &unasked));
  }
  if (walk->status == FG_OK) {
    fg_account_take_whole(account, joined, 0);
  }
  fg_book_release(book);
}

/* Writes or reads what the account has adopted, each with all of its book. */
static void walk_adoption(snapshot_walk *walk, fg_book *adopted, fg_date effective) {
  fg_text json = {.text = NULL};
  if (adopted != NULL) {
    stop_walk(walk, fg_book_write(adopted, &json));
  }
  fg_string bytes = {json.text, json.length};
  WALK(walk, effective);
  walk_bytes(walk, &bytes);
  fg_text_release(&json);
  if (is_reading(walk) && walk->status == FG_OK) {
    adopt_again(walk, bytes, effective);
  }
}

static void walk_adoptions(snapshot_walk *walk) {
  const fg_account *account = walk->account;
  uint32_t count = walk->format > 3 ? walk_count(walk, fg_adoption_count(account)) : 0;
  for (uint32_t i = 0; i < count && walk->status == FG_OK; i++) {
    const fg_book *book = is_reading(walk) ? NULL : fg_adoption_at(account, i);
    walk_adoption(walk, book == NULL ? NULL : book->joined[1], book == NULL ? 0 : book->joined_from);
  }
}

/* The edition in force follows from the instant. */
static void find_edition(fg_account *account, const fg_state *state) {
  bool has_begun = fg_time_is_civil(state->now);
  uint32_t number = has_begun ? fg_book_edition_on(account->whole, fg_account_date(account, state->now)) : 0;
  account->book = fg_book_edition(account->whole, number);
}

static void walk_state(snapshot_walk *walk, fg_state *state) {
  const fg_account *account = walk->account;
  walk_money_of_state(walk, state);
  WALK(walk, state->now);
  if (is_reading(walk)) {
    find_edition(walk->account, state);
  }
  WALK(walk, state->month);
  WALK(walk, state->settled);
  WALK(walk, state->arrears_since);
  WALK(walk, state->suspended);
  WALK(walk, state->violation);
  WALK(walk, state->orders);
  WALK(walk, state->calls);
  if (walk->format > 3) {
    walk_attribute_list(walk, &state->attributes);
  }
  WALK_ARRAY(walk, &state->grants, walk_grant);
  WALK_ARRAY(walk, &state->capacity, walk_capacity);
  WALK_ARRAY(walk, &state->amendments, walk_amendment);
  WALK_ARRAY(walk, &state->holds, walk_hold);
  WALK_ARRAY(walk, &state->adjustments, walk_adjustment);
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    walk_service(walk, product);
  }
  for (uint32_t group = 0; group < account->book->group_count && walk->format > 3; group++) {
    walk_group(walk, &state->groups[group]);
  }
  for (uint32_t choice = 0; choice < account->book->choice_count; choice++) { /* since format 4 a book may have some */
    WALK(walk, state->switches[choice].at);
    WALK(walk, state->switches[choice].product);
  }
  for (uint32_t window = 0; window < account->book->window_count && walk->format > 3; window++) {
    walk_window(walk, &state->windows[window]);
  }
  for (uint32_t slot = 0; slot < account->offer_count; slot++) {
    WALK(walk, state->issued[slot]);
  }
}

/* -------------------------------------------------------------------------------------------------- the history */

static void walk_line(snapshot_walk *walk, fg_invoice_line *line) {
  WALK(walk, line->product);
  WALK(walk, line->day);
  WALK(walk, line->total);
  WALK(walk, line->free);
  WALK(walk, line->packs);
  WALK(walk, line->unbilled);
  WALK(walk, line->tier_quantity);
  WALK(walk, line->slice.units);
  walk_amount(walk, &line->slice.unit_price);
  WALK(walk, line->slice.tier);
  walk_amount(walk, &line->slice.amount);
  WALK(walk, line->slice.unpriced);
  WALK(walk, line->slice_count);
  walk_cell(walk, &line->cell);
  if (walk->format > 3) {
    WALK(walk, line->is_exact);
    WALK(walk, line->first_part);
    WALK(walk, line->part_count);
  }
}

static void walk_invoice_part(snapshot_walk *walk, fg_invoice_part *part) {
  WALK(walk, part->begin);
  walk_cell(walk, &part->cell);
  WALK(walk, part->units);
  WALK(walk, part->tier);
  walk_amount(walk, &part->unit_price);
  walk_amount(walk, &part->fee);
  WALK(walk, part->unpriced);
}

/* Up to format 3 a line has no parts. */
static void walk_invoice_parts(snapshot_walk *walk, fg_invoice *invoice) {
  uint32_t count = walk->format > 3 ? walk_count(walk, invoice->part_count) : 0;
  fg_invoice_part *parts = walk_block(walk, invoice->parts, count, sizeof *parts);
  for (uint32_t i = 0; i < count && walk->status == FG_OK; i++) {
    walk_invoice_part(walk, &parts[i]);
  }
  if (is_reading(walk)) {
    invoice->parts = parts;
    invoice->part_count = count;
  }
}

static void walk_invoice(snapshot_walk *walk, fg_invoice *invoice) {
  WALK(walk, invoice->month);
  WALK(walk, invoice->issued);
  walk_amount(walk, &invoice->total);
  WALK(walk, invoice->limited);
  walk_amount(walk, &invoice->balance_after);
  uint32_t count = walk_count(walk, invoice->line_count);
  fg_invoice_line *lines = walk_block(walk, invoice->lines, count, sizeof *lines);
  for (uint32_t i = 0; i < count && walk->status == FG_OK; i++) {
    walk_line(walk, &lines[i]);
  }
  walk_invoice_parts(walk, invoice);
  uint32_t more = walk_count(walk, invoice->adjustment_count);
  fg_adjustment *adjustments = walk_block(walk, invoice->adjustments, more, sizeof *adjustments);
  for (uint32_t i = 0; i < more && walk->status == FG_OK; i++) {
    walk_adjustment(walk, &adjustments[i]);
  }
  if (is_reading(walk)) {
    invoice->lines = lines;
    invoice->line_count = count;
    invoice->adjustments = adjustments;
    invoice->adjustment_count = more;
    invoice->only = FG_ALL_PRODUCTS;
  }
}

static void walk_order(snapshot_walk *walk, fg_past_command *order) {
  fg_ordered *answer = &order->answer.is.order;
  WALK(walk, order->kind);
  walk_string(walk, &order->id);
  walk_string(walk, &order->command);
  walk_money(walk, &answer->amount);
  walk_funds(walk, &answer->paid);
  WALK(walk, answer->units);
  WALK(walk, answer->from);
  WALK(walk, answer->until);
  bool is_whole = order->id.text != NULL && order->id.length > 0 && order->command.text != NULL &&
                  (unsigned)order->kind < FG_COMMAND_COUNT && fg_command_orders(order->kind);
  stop_walk(walk, is_whole ? FG_OK : FG_INVALID);
  if (is_reading(walk)) {
    order->answer.kind = order->kind;
    answer->id = order->id;
  }
}

static bool write_invoice(void *context, const fg_invoice *invoice) {
  snapshot_walk *walk = context;
  fg_invoice copy = *invoice;
  walk_integer(walk, 1);
  walk_invoice(walk, &copy);
  return walk->status == FG_OK;
}

/* Writes each item after a 1, and a 0 at the end, because segments have no common count. Of the commands only orders
   are written; a ledger has the others in its rows. */
static void write_history(snapshot_walk *walk) {
  if (fg_history_each_invoice(walk->history, write_invoice, walk) == FG_NO_MEMORY) {
    stop_walk(walk, FG_NO_MEMORY);
  }
  walk_integer(walk, 0);
  for (const fg_history *segment = walk->history; segment != NULL; segment = segment->parent) {
    for (uint32_t i = 0; i < segment->commands.count; i++) {
      fg_past_command order = segment->commands.items[i];
      if (fg_command_orders(order.kind)) {
        walk_integer(walk, 1);
        walk_order(walk, &order);
      }
    }
  }
  walk_integer(walk, 0);
}

static void read_past_order(snapshot_walk *walk) {
  fg_history *history = walk->history;
  fg_entry_room room;
  fg_past_command order;
  memset(&order, 0, sizeof order);
  walk_order(walk, &order);
  if (walk->status == FG_OK) {
    stop_walk(walk, FG_ARRAY_RESERVE(&history->allocator, &history->commands, 1));
  }
  if (walk->status == FG_OK) {
    prepare_entry(walk, order.id, FG_RECORD_COMMAND_SIZE, &room);
  }
  if (walk->status == FG_OK) {
    fg_record_add_command(history, &order, &room);
  }
}

static void read_history(snapshot_walk *walk) {
  while (walk_integer(walk, 0) == 1) {
    fg_invoice invoice;
    memset(&invoice, 0, sizeof invoice);
    walk_invoice(walk, &invoice);
    if (walk->status == FG_OK) {
      stop_walk(walk, fg_history_add_invoice(walk->history, &invoice));
    }
  }
  while (walk_integer(walk, 0) == 1) {
    read_past_order(walk);
  }
}

/* ------------------------------------------------------------------------------------------------------- as bytes */

fg_status fg_snapshot_write(const fg_account *account, fg_text *bytes) {
  fg_account *whole = (fg_account *)(uintptr_t)account; /* a walk that writes bytes does not change the account */
  snapshot_walk walk = {.account = whole,
                        .state = &whole->state,
                        .history = account->history,
                        .out = bytes,
                        .format = FG_SNAPSHOT_FORMAT};
  walk_adoptions(&walk);
  walk_state(&walk, &whole->state);
  write_history(&walk);
  return walk.status;
}

static fg_status read_all(snapshot_walk *walk, fg_state *state) {
  fg_account *account = walk->account;
  walk_adoptions(walk);
  FG_TRY(walk->status);
  FG_TRY(fg_state_allocate(account, state));
  walk_state(walk, state);
  read_history(walk);
  if (walk->status == FG_OK && walk->at != walk->end) {
    stop_walk(walk, FG_INVALID);
  }
  return walk->status == FG_OK ? fg_snapshot_check(account, state, walk->history) : walk->status;
}

fg_status fg_snapshot_read_of(fg_account *account, int format, fg_string bytes) {
  fg_state state;
  fg_account books = *account; /* as it was begun, until what it has adopted is read */
  memset(&state, 0, sizeof state);
  const unsigned char *first = (const unsigned char *)bytes.text;
  snapshot_walk walk = {.account = &books,
                        .state = &state,
                        .history = fg_history_new(&account->allocator),
                        .at = first,
                        .end = first + bytes.length,
                        .format = format};
  if (walk.history == NULL) {
    return FG_NO_MEMORY;
  }
  books.whole = fg_book_retain(account->begun);
  fg_account_take_whole(&books, fg_book_retain(account->begun), 0);
  fg_status status = read_all(&walk, &state);
  if (status != FG_OK) {
    fg_state_release(&books, &state);
    fg_book_release(books.whole);
    fg_history_release(walk.history);
    return status;
  }
  fg_state_release(account, &account->state);
  fg_account_take_whole(account, books.whole, fg_edition_in_force(&books));
  fg_history_release(account->history);
  account->state = state;
  account->history = walk.history;
  return FG_OK;
}
