#include "event_usage.h"

#include "aggregate.h"
#include "budget.h"
#include "holds.h"
#include "limiter.h"
#include "transaction.h"
#include "usage.h"

/* A usage of an event while it is counted. */
typedef struct event_usage {
  fg_account *account;
  fg_state *draft;
  const fg_command *command;
  const fg_event *event;
  unsigned char *end; ///< end of the history entry written so far; NULL: the usage has no entry
  fg_used *used;
} event_usage;

static const fg_event *event_of(const fg_account *account, const fg_command *command) {
  int found = fg_book_event(account->book, command->product);
  return found == FG_NONE ? NULL : &account->book->events[found];
}

/* Refuses the usage if any product of the event is not served, before anything is counted. Answers how many lots the
   products may draw on. */
static fg_status admit_all(const fg_account *account, const fg_event *event, uint32_t *drawable) {
  const fg_state *state = &account->state;
  *drawable = 0;
  for (uint32_t i = 0; i < event->product_count; i++) {
    FG_TRY((fg_status)state->services[event->products[i]].in_force.refusal);
    *drawable += state->services[event->products[i]].drawable.count;
  }
  return FG_OK;
}

static fg_status note_units(const fg_account *account, uint32_t product, const fg_recorded *recorded) {
  fg_event_units_list *list = account->event_units;
  if (list == NULL) {
    return FG_OK;
  }
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, list, 1));
  list->items[list->count++] = (fg_event_units){.product = product,
                                                .free = recorded->free,
                                                .packs = recorded->packs,
                                                .postpaid = recorded->postpaid,
                                                .unbilled = recorded->unbilled};
  return FG_OK;
}

static fg_status write_part(event_usage *of, uint32_t product, const fg_recorded *recorded) {
  FG_TRY(note_units(of->account, product, recorded));
  FG_TRY(fg_usage_answer_more(of->account, recorded, of->used));
  if (of->end != NULL) {
    of->end = fg_record_write_part(of->end, recorded, of->account->taken.items);
  }
  return FG_OK;
}

static fg_status keep_one(event_usage *of, uint32_t product) {
  fg_sampled sampled;
  FG_TRY(fg_aggregate_prepare(of->account, of->draft, product, of->command, &sampled));
  fg_recorded recorded = fg_aggregate_keep(of->account, of->draft, product, &sampled);
  return write_part(of, product, &recorded);
}

static fg_status count_one(event_usage *of, uint32_t product) {
  fg_account *account = of->account;
  fg_rating rating;
  if (fg_aggregate_of(account, product) != NULL) {
    return keep_one(of, product);
  }
  FG_TRY(fg_usage_rate_by_rules(account, product, of->command, &rating, NULL));
  bool billable = rating.billable && of->command->billable;
  FG_TRY(fg_usage_fits(account, of->draft, product, rating, billable, FG_BY_RULES));
  FG_TRY(fg_budget_check(account, of->draft, product, &rating, billable));
  FG_TRY(fg_usage_reserve(account, of->draft, product, FG_BY_RULES));
  fg_recorded recorded = fg_usage_take(account, of->draft, product, rating, billable, FG_BY_RULES);
  return write_part(of, product, &recorded);
}

/* Checks how the rules of all products rate a usage. One that says of no product how much of it there is lacks an
   attribute; else a product that it says nothing of is one that it has none of. */
static fg_status check_event_rating(const fg_account *account, const fg_event *event, const fg_command *command,
                                    fg_error *error) {
  uint16_t lacks = 0;
  for (uint32_t i = 0; i < event->product_count; i++) {
    fg_rating rating;
    FG_TRY(fg_usage_rate_by_rules(account, event->products[i], command, &rating, error));
    lacks = fg_event_lacks(lacks, i + 1, &rating);
  }
  return fg_usage_asks_measure(account, command) ? fg_require_measured(account->book, lacks, error) : FG_OK;
}

/* Counts the usage of all products. All attributes are checked first, because a fault in them is told before the
   refusal of any product's usage. */
static fg_status count_all(event_usage *of) {
  FG_TRY(check_event_rating(of->account, of->event, of->command, NULL));
  FG_TRY(fg_state_own(of->account, of->draft));
  for (uint32_t i = 0; i < of->event->product_count; i++) {
    FG_TRY(count_one(of, of->event->products[i]));
  }
  return FG_OK;
}

fg_status fg_event_use(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used) {
  uint32_t drawable = 0;
  fg_transaction change;
  fg_entry_room room;
  fg_used answer = {.free = 0};
  const fg_event *event = event_of(account, command);
  FG_TRY(event == NULL ? FG_UNKNOWN_PRODUCT : FG_OK);
  FG_TRY(admit_all(account, event, &drawable));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->draws, drawable));
  event_usage of = {account, &change.draft, command, event, NULL, &answer};
  FG_TRY(fg_transaction_begin(account, &change));
  fg_status status = FG_OK;
  if (key != NULL) {
    size_t size = fg_record_event_size(command, event->product_count, drawable);
    status = fg_ids_prepare(&account->ids, key, size, &room);
    of.end = status == FG_OK ? fg_record_write_event(room.kept, command, event->product_count) : NULL;
  }
  status = status == FG_OK ? count_all(&of) : status;
  FG_TRY(fg_transaction_end(account, &change, status));
  if (key != NULL) {
    fg_ids_commit(&account->ids, &room, of.end);
  }
  *used = answer;
  return FG_OK;
}

/* A call of an event while it is let pass. */
typedef struct event_call {
  event_usage usage;
  fg_rating *ratings; ///< one for each product
  int64_t *counts;    ///< for each window that is asked, how much it counts
  uint32_t *windows;
  size_t ratings_size, counts_size, windows_size;
  fg_asking asking;
  int64_t units; ///< units of all products together
} event_call;

static void release_call(const event_call *call) {
  const fg_allocator *allocator = &call->usage.account->allocator;
  fg_release(allocator, call->ratings, call->ratings_size);
  fg_release(allocator, call->counts, call->counts_size);
  fg_release(allocator, call->windows, call->windows_size);
}

static fg_status make_call_room(event_call *call) {
  const fg_account *account = call->usage.account;
  const fg_event *event = call->usage.event;
  size_t asked = 1; /* one more than needed, because there may be none */
  for (uint32_t i = 0; i < event->product_count; i++) {
    asked += account->book->products[event->products[i]].asked_count;
  }
  call->ratings_size = event->product_count * sizeof *call->ratings;
  call->counts_size = asked * sizeof *call->counts;
  call->windows_size = asked * sizeof *call->windows;
  call->ratings = fg_allocate(&account->allocator, call->ratings_size);
  call->counts = fg_allocate(&account->allocator, call->counts_size);
  call->windows = fg_allocate(&account->allocator, call->windows_size);
  return call->ratings == NULL || call->counts == NULL || call->windows == NULL ? FG_NO_MEMORY : FG_OK;
}

/* Rates the call for each product, and adds up what their limits are asked. */
static fg_status rate_all(event_call *call) {
  fg_account *account = call->usage.account;
  const fg_event *event = call->usage.event;
  const fg_command *command = call->usage.command;
  call->asking = (fg_asking){.windows = call->windows, .quantity = -1, .counts = call->counts};
  for (uint32_t i = 0; i < event->product_count; i++) {
    fg_asking one;
    const fg_product *offered = &account->book->products[event->products[i]];
    FG_TRY(fg_usage_rate_by_rules(account, event->products[i], command, &call->ratings[i], NULL));
    FG_TRY(fg_add_i64(call->units, call->ratings[i].units, &call->units) ? FG_OK : FG_OVERFLOW);
    FG_TRY(fg_limiter_begin(account, offered, command, call->ratings[i].units, &one));
    if (call->ratings[i].billable && account->state.services[event->products[i]].in_force.is_billed) {
      int64_t covered = fg_cover_part(account, &account->state, event->products[i], call->ratings[i].units);
      FG_TRY(fg_limiter_leave_out(account, offered, covered, &one));
    }
    fg_limiter_add(account, &one, call->windows, call->counts, &call->asking.count);
  }
  return FG_OK;
}

/* Asks all limits. If no slot is free, it frees those of calls whose deadline has passed, and asks again. */
static fg_status ask_all(event_call *call) {
  fg_account *account = call->usage.account;
  fg_state *draft = call->usage.draft;
  fg_status asked = fg_limiter_ask(account, draft, &call->asking);
  return asked == FG_CONCURRENCY_LIMITED && fg_holds_abandon(account, draft)
             ? fg_limiter_ask(account, draft, &call->asking)
             : asked;
}

/* Counts the call for one product, in a regime of its own, because a commit may still change its attributes. */
static fg_status hold_one(const event_call *call, uint32_t place, fg_hold *hold) {
  fg_account *account = call->usage.account;
  fg_state *draft = call->usage.draft;
  const uint32_t product = call->usage.event->products[place];
  const fg_rating rating = call->ratings[place];
  FG_TRY(fg_aggregate_of(account, product) != NULL ? FG_NOT_SOLD : FG_OK);
  FG_TRY(fg_usage_fits(account, draft, product, rating, rating.billable, FG_BY_RULES));
  FG_TRY(fg_budget_check(account, draft, product, &rating, rating.billable));
  FG_TRY(fg_usage_reserve(account, draft, product, FG_BY_RULES));
  FG_TRY(fg_undo_reserve(account, draft, product, draft->services[product].drawable.count));
  fg_recorded recorded = fg_usage_record(account, draft, product, rating, rating.billable, FG_BY_RULES,
                                         account->taken.items);
  FG_TRY(fg_usage_answer_more(account, &recorded, call->usage.used));
  fg_product_group *group = fg_state_group(account, draft, product);
  group->regime_over = true;
  fg_undo_note(account, draft, product, &recorded, account->taken.items);
  if (fg_order_is_kept(account, product)) {
    fg_order_note_usage(account, draft, product, &recorded);
  }
  group->regime_over = true;
  group->undoable++;
  *hold = (fg_hold){.entry = fg_no_entry,
                    .since = call->usage.command->at,
                    .deadline = fg_hold_deadline(call->usage.command->at, call->usage.command->timeout_ms),
                    .units = rating.units,
                    .attempt = draft->calls,
                    .regime = group->regime,
                    .begin = recorded.bucket->begin,
                    .cell = recorded.bucket->cell,
                    .attributes = draft->attributes,
                    .part = (uint16_t)place,
                    .parts = (uint16_t)call->usage.event->product_count,
                    .product = (uint16_t)product,
                    .kind = (uint8_t)fg_recorded_kind(&recorded),
                    .of_mode = (uint8_t)fg_kind_of_mode(&draft->services[product].in_force)};
  return FG_OK;
}

static fg_status hold_all(const event_call *call, const fg_key *key, const fg_entry_room *room) {
  fg_account *account = call->usage.account;
  fg_state *draft = call->usage.draft;
  const uint32_t parts = call->usage.event->product_count;
  FG_TRY(draft->holds.count + parts <= FG_CALLS_MAX ? FG_ARRAY_RESERVE(&account->allocator, &draft->holds, parts)
                                                    : FG_OVERFLOW);
  fg_hold *first = &draft->holds.items[draft->holds.count];
  draft->calls++;
  for (uint32_t i = 0; i < parts; i++) {
    FG_TRY(hold_one(call, i, &first[i]));
  }
  first->entry = room->entry;
  first->number = key->number;
  first->slot = fg_limiter_admit(account, draft, &call->asking);
  draft->slots_until = fg_min_i64(draft->slots_until, first->deadline);
  draft->holds.count += parts;
  return FG_OK;
}

static fg_status call_on_draft(event_call *call, const fg_key *key, fg_entry_room *room) {
  fg_account *account = call->usage.account;
  FG_TRY(fg_state_own(account, call->usage.draft));
  FG_TRY(ask_all(call));
  FG_TRY(fg_ids_prepare(&account->ids, key, fg_record_call_size(call->usage.command), room));
  return hold_all(call, key, room);
}

static fg_status let_through(event_call *call, const fg_key *key) {
  fg_account *account = call->usage.account;
  fg_transaction change;
  fg_entry_room room;
  FG_TRY(rate_all(call));
  FG_TRY(fg_transaction_begin(account, &change));
  call->usage.draft = &change.draft;
  FG_TRY(fg_transaction_end(account, &change, call_on_draft(call, key, &room)));
  const uint64_t attempt = account->state.calls;
  fg_ids_commit(&account->ids, &room,
                fg_record_write_call(room.kept, call->usage.command, true, call->usage.event->products[0], call->units,
                                     attempt == key->number ? 0 : attempt));
  return FG_OK;
}

fg_status fg_event_call(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used) {
  fg_used answer = {.free = 0};
  uint32_t drawable = 0;
  const fg_event *event = event_of(account, command);
  FG_TRY(event == NULL ? FG_UNKNOWN_PRODUCT : FG_OK);
  FG_TRY(admit_all(account, event, &drawable));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->draws, drawable));
  event_call call = {.usage = {account, NULL, command, event, NULL, &answer}};
  fg_status status = make_call_room(&call);
  status = status == FG_OK ? let_through(&call, key) : status;
  release_call(&call);
  FG_TRY(status);
  *used = answer;
  used->attempt = account->state.calls;
  return FG_OK;
}

void fg_event_explain(const fg_account *account, const fg_command *command, fg_error *error) {
  const fg_event *event = event_of(account, command);
  if (event != NULL) {
    (void)check_event_rating(account, event, command, error);
  }
}
