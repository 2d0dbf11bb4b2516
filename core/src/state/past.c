#include "past.h"

#include "command.h"
#include "record.h"

/* Adds to an answer the units of a usage, with those of grants and packs worked out from what was taken. The packs are
   written to account->draws. */
static void add_used(const fg_account *account, const fg_kept_units *units, fg_used *used) {
  fg_draw *draws = account->draws.items;
  int64_t left = units->quantity;
  const unsigned char *at = units->taken;
  for (uint32_t i = 0; i < units->taken_count; i++) {
    fg_taken taken;
    at = fg_taken_read(at, &taken);
    FG_ASSERT(taken.lot < account->state.lots.count && taken.units <= left);
    const fg_lot *lot = &account->state.lots.items[taken.lot];
    if (lot->source == FG_SOURCE_FREE) {
      used->free += taken.units;
    } else {
      FG_ASSERT(used->pack_count < account->draws.room);
      draws[used->pack_count++] = (fg_draw){lot->id, taken.units};
    }
    left -= taken.units;
  }
  used->unbilled += units->unbilled;
  used->postpaid += left - units->unbilled;
}

static fg_used used_of(const fg_account *account, const fg_kept_units *units) {
  fg_used used = {.packs = account->draws.items};
  add_used(account, units, &used);
  return used;
}

/* Adds up the units of the products of an event. */
static fg_status recall_parts(fg_account *account, const unsigned char *parts, uint32_t count, fg_used *used) {
  const unsigned char *at = parts;
  fg_kept_units units;
  uint32_t taken_count = 0;
  for (uint32_t i = 0; i < count; i++) {
    at = fg_record_part(at, &units);
    taken_count += units.taken_count;
  }
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->draws, taken_count));
  *used = (fg_used){.packs = account->draws.items};
  at = parts;
  for (uint32_t i = 0; i < count; i++) {
    at = fg_record_part(at, &units);
    add_used(account, &units, used);
  }
  return FG_OK;
}

static fg_string name_called(const fg_account *account, fg_string event, uint32_t product) {
  return event.text != NULL ? event : account->book->products[product].id;
}

static fg_status recall_use(fg_account *account, fg_entry entry, fg_past *past, fg_past_room *room) {
  fg_kept_use use = fg_record_use(entry.bytes);
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->draws, use.units.taken_count));
  past->command.attributes = fg_record_attributes(use.attributes, room->of_command);
  past->command.kind = FG_DO_USE;
  past->command.product = name_called(account, use.event, use.product);
  past->command.quantity = use.quantity;
  past->command.billable = use.billable;
  if (use.event.text != NULL) {
    return recall_parts(account, use.parts, use.part_count, &past->answer.is.used);
  }
  past->answer.is.used = used_of(account, &use.units);
  return FG_OK;
}

static void recall_call(const fg_account *account, const fg_kept_call *call, const fg_key *key, fg_past *past,
                        fg_past_room *room) {
  past->command.kind = FG_DO_CALL;
  past->command.product = name_called(account, call->event, call->product);
  past->command.quantity = call->quantity;
  past->command.timeout_ms = call->timeout_ms;
  past->command.owner = call->owner;
  past->attempt = call->attempt != 0 ? call->attempt : key->number;
  past->command.attributes = fg_record_attributes(call->attributes, room->of_command);
}

static fg_status recall_ending(fg_account *account, fg_entry entry, const fg_key *key, fg_past *past,
                               fg_past_room *room) {
  fg_kept_ending ending = fg_record_ending(entry.bytes);
  recall_call(account, &ending.call, key, past, room);
  past->ending.attributes = fg_record_attributes(ending.attributes, room->of_ending);
  past->has_ending = true;
  past->is_undone = ending.is_undone;
  past->ending.kind = ending.is_cancel ? FG_DO_CANCEL : FG_DO_COMMIT;
  past->ending.quantity = ending.quantity;
  past->ending.outcome = ending.outcome;
  past->ending.ref = ending.ref;
  int64_t kept = ending.call.units - ending.returned - ending.lost;
  fg_used extra = {.free = 0};
  if (ending.extra_count > 0) {
    FG_TRY(recall_parts(account, ending.extra, ending.extra_count, &extra));
  }
  past->ended.is.ended.billed = ending.is_undone ? 0 : kept + fg_used_units(&extra);
  past->ended.is.ended.has_outcome = ending.outcome.text != NULL;
  past->ended.is.ended.returned = ending.returned;
  past->ended.is.ended.lost = ending.lost;
  past->ended.is.ended.has_quantity = fg_command_names_units(&past->ending);
  past->ended.is.ended.has_extra = ending.extra_count > 0;
  past->ended.is.ended.extra = extra;
  return FG_OK;
}

static void recall_command(const fg_past_command *command, fg_past *past) {
  past->command.kind = command->kind;
  past->encoded = command->command;
  past->answer = command->answer;
}

static fg_status recall(fg_account *account, fg_entry entry, const fg_key *key, fg_past *past, fg_past_room *room) {
  switch (fg_kept_kind_of(entry.bytes)) {
  case FG_KEPT_USE: return recall_use(account, entry, past, room);
  case FG_KEPT_COMMAND: recall_command(fg_record_command(account->history, entry.bytes), past); return FG_OK;
  case FG_KEPT_ENDING: return recall_ending(account, entry, key, past, room);
  case FG_KEPT_CALL: break;
  }
  fg_kept_call call = fg_record_call(entry.bytes);
  recall_call(account, &call, key, past, room);
  return FG_OK;
}

FG_COLD fg_status fg_past_find(fg_account *account, fg_string id, fg_past *past, fg_past_room *room) {
  fg_key key;
  fg_ids_key(&account->ids, id, &key);
  fg_entry entry = fg_ids_find(&account->ids, &key);
  memset(past, 0, sizeof *past);
  if (entry.bytes != NULL) {
    past->command.billable = true;
    return recall(account, entry, &key, past, room);
  }
  return account->archive == NULL ? FG_UNKNOWN_ID : account->archive->find(account->archive->context, id, past);
}

/* The product whose outcomes say whether a call was billed. For a call of an event it is the event's first product, in
   the latest edition that has the event. */
static int billed_product(const fg_account *account, fg_string name) {
  int product = fg_book_product(account->book, name);
  uint32_t editions = (uint32_t)fg_max_i64(account->whole->edition_count, 1);
  for (uint32_t i = editions; i > 0 && product == FG_NONE; i--) {
    const fg_book *edition = fg_book_edition(account->whole, i - 1);
    int event = fg_book_event(edition, name);
    product = event == FG_NONE ? FG_NONE : (int)edition->events[event].products[0];
  }
  return product;
}

bool fg_past_was_undone(const fg_account *account, const fg_past *past, fg_time ended_at) {
  int product = past->has_ending ? billed_product(account, past->command.product) : FG_NONE;
  const fg_book *then = fg_book_at(account->whole, ended_at);
  return product != FG_NONE && fg_ending_billable(then, (uint32_t)product, &past->ending) == FG_BILLABLE_NO;
}

fg_status fg_past_ended_by(fg_account *account, const fg_past *past, const fg_command *command, bool *is_same) {
  const fg_command plain = {.kind = FG_DO_COMMIT, .quantity = FG_ALL}; /* a plain commit has no entry */
  return fg_command_is_same(past->has_ending ? &past->ending : &plain, command, &account->encoded, is_same);
}

fg_status fg_past_is_same(fg_account *account, const fg_past *past, const fg_command *command, bool *is_same) {
  fg_text *text = &account->encoded;
  if (past->encoded.text == NULL) {
    return fg_command_is_same(&past->command, command, text, is_same);
  }
  text->length = 0;
  FG_TRY(fg_command_encode(command, text));
  *is_same = fg_string_equal(past->encoded, (fg_string){text->text, text->length});
  return FG_OK;
}
