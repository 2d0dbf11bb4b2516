#include "gate.h"

#include "aggregate.h"
#include "budget.h"
#include "event_usage.h"
#include "holds.h"
#include "limiter.h"
#include "usage.h"

/* Records a call and holds it. Cannot fail, because fg_gate_call made room for everything. */
static inline fg_recorded hold_call(fg_account *account, const fg_command *command, uint32_t product, fg_usage_way way,
                                    fg_rating rating, const fg_asking *asking, uint64_t number,
                                    const fg_entry_room *room) {
  fg_state *state = &account->state;
  const fg_product *offered = &account->book->products[product];
  fg_recorded recorded = fg_usage_record(account, state, product, rating, rating.billable, way, account->taken.items);
  uint64_t attempt = ++state->calls;
  fg_ids_commit(&account->ids, room,
                fg_record_write_call(room->kept, command, false, product, fg_recorded_units(&recorded),
                                     attempt == number ? 0 : attempt));
  fg_product_group *group = &state->groups[offered->group];
  /* A commit may change the price of a call that is rated by rules, so its regime is its own. */
  group->regime_over = group->regime_over || way == FG_BY_RULES;
  fg_undo_note(account, state, product, &recorded, account->taken.items);
  if (way == FG_BY_RULES && fg_order_is_kept(account, product)) {
    fg_order_note_usage(account, state, product, &recorded);
  }
  group->regime_over = way == FG_BY_RULES;
  group->undoable++;
  FG_ASSERT(state->holds.count < state->holds.room);
  fg_hold *hold = &state->holds.items[state->holds.count++];
  *hold = (fg_hold){.entry = room->entry,
                    .since = command->at,
                    .deadline = fg_hold_deadline(command->at, command->timeout_ms),
                    .units = rating.units,
                    .attempt = attempt,
                    .regime = group->regime,
                    .begin = recorded.bucket->begin,
                    .cell = recorded.bucket->cell,
                    .attributes = state->attributes,
                    .number = number,
                    .product = (uint16_t)product,
                    .kind = (uint8_t)fg_recorded_kind(&recorded),
                    .of_mode = (uint8_t)fg_kind_of_mode(&state->services[product].in_force),
                    .slot = fg_limiter_admit(account, state, asking)};
  state->slots_until = fg_min_i64(state->slots_until, hold->deadline);
  return recorded;
}

/* Frees the slots of calls whose deadline has passed, and asks the limits again. It waits until no slot is free,
   because until then nobody can see the difference. */
static FG_COLD fg_status ask_for_a_slot(fg_account *account, const fg_asking *asking) {
  fg_state *state = &account->state;
  return fg_holds_abandon(account, state) ? fg_limiter_ask(account, state, asking) : FG_CONCURRENCY_LIMITED;
}

static inline fg_status ask_limiter(fg_account *account, const fg_asking *asking) {
  fg_status asked = fg_limiter_ask(account, &account->state, asking);
  return FG_UNLIKELY(asked == FG_CONCURRENCY_LIMITED) ? ask_for_a_slot(account, asking) : asked;
}

/* Asks everything that can refuse a usage or call, in the order of the timeline contract, and makes room to record
   it. */
static inline fg_status admit(fg_account *account, const fg_command *command, bool is_call, uint32_t product,
                              fg_usage_way way, fg_rating *rating, fg_asking *asking) {
  fg_state *state = &account->state;
  FG_TRY(fg_usage_is_usual(way) ? FG_OK : (fg_status)state->services[product].in_force.refusal);
  FG_TRY(fg_usage_rate_on_way(account, product, command, way, rating));
  bool billable = rating->billable && (is_call || fg_usage_is_usual(way) || command->billable);
  if (is_call) {
    const fg_product *offered = &account->book->products[product];
    FG_TRY(fg_limiter_begin(account, offered, command, rating->units, asking));
    if (way == FG_BY_RULES && billable && state->services[product].in_force.is_billed) {
      int64_t covered = fg_cover_part(account, state, product, rating->units);
      FG_TRY(fg_limiter_leave_out(account, offered, covered, asking));
    }
    FG_TRY(ask_limiter(account, asking));
    FG_TRY(way == FG_BY_RULES && fg_aggregate_of(account, product) != NULL ? FG_NOT_SOLD : FG_OK);
  }
  FG_TRY(fg_usage_fits(account, state, product, *rating, billable, way));
  FG_TRY(fg_budget_check(account, state, product, rating, billable));
  return fg_usage_reserve(account, state, product, way);
}

static inline fg_status use_as(fg_account *account, const fg_command *command, uint32_t product, fg_usage_way way,
                               const fg_key *key, fg_used *used) {
  fg_state *state = &account->state;
  fg_entry_room room;
  fg_rating rating;
  FG_TRY(admit(account, command, false, product, way, &rating, NULL));
  if (key != NULL) {
    uint32_t most = (uint32_t)fg_min_i64(state->services[product].drawable.count, rating.units);
    FG_TRY(fg_ids_prepare(&account->ids, key, fg_record_use_size(command, most), &room));
  }
  fg_recorded recorded = fg_usage_take(account, state, product, rating,
                                       rating.billable && (fg_usage_is_usual(way) || command->billable), way);
  if (key != NULL) {
    unsigned char *end = fg_record_write_use(room.kept, command, product, &recorded, account->taken.items);
    fg_ids_commit(&account->ids, &room, end);
  }
  fg_usage_answer(account, &recorded, used);
  return FG_OK;
}

/* The way of a command's usage if it is usual and billed, and its product; FG_BY_RULES otherwise. */
static inline fg_usage_way usual_way(const fg_account *account, const fg_command *command, uint32_t *product) {
  int place = fg_book_place(account->book, command->product);
  *product = (uint32_t)place;
  if (FG_UNLIKELY(place == FG_NONE)) {
    return FG_BY_RULES;
  }
  const fg_in_force *now = &account->state.services[place].in_force;
  return FG_LIKELY(now->usual && command->attributes.count == 0) ? FG_USUAL
         : now->usual_by_rules                                   ? FG_USUAL_BY_RULES
                                                                 : FG_BY_RULES;
}

/* Keeps usage of a product with an aggregate until the aggregate's period ends. */
static FG_COLD fg_status use_aggregated(fg_account *account, const fg_command *command, uint32_t product,
                                        const fg_key *key, fg_used *used) {
  fg_state *state = &account->state;
  fg_entry_room room;
  fg_sampled sampled;
  FG_TRY((fg_status)state->services[product].in_force.refusal);
  FG_TRY(fg_aggregate_prepare(account, state, product, command, &sampled));
  if (key != NULL) {
    FG_TRY(fg_ids_prepare(&account->ids, key, fg_record_use_size(command, 0), &room));
  }
  fg_recorded recorded = fg_aggregate_keep(account, state, product, &sampled);
  if (key != NULL) {
    fg_ids_commit(&account->ids, &room, fg_record_write_use(room.kept, command, product, &recorded, NULL));
  }
  fg_usage_answer(account, &recorded, used);
  return FG_OK;
}

/* Counts usage that is not usual. It is apart from usual usage, so that this is not slowed down. */
static FG_COLD fg_status use_otherwise(fg_account *account, const fg_command *command, const fg_key *key,
                                       fg_used *used) {
  uint32_t product = 0;
  if (fg_account_product(account, command, &product) != FG_OK) {
    return fg_event_use(account, command, key, used);
  }
  if (fg_aggregate_of(account, product) != NULL) {
    return use_aggregated(account, command, product, key, used);
  }
  return fg_usage_is_plain(account, product, command) ? use_as(account, command, product, FG_PLAIN, key, used)
                                                      : use_as(account, command, product, FG_BY_RULES, key, used);
}

/* Counts usual usage of a product with rules, which is as frequent as other usage where a book has rules. */
static FG_HOT_APART fg_status use_by_rules(fg_account *account, const fg_command *command, uint32_t product,
                                           const fg_key *key, fg_used *used) {
  return use_as(account, command, product, FG_USUAL_BY_RULES, key, used);
}

FG_HOT fg_status fg_gate_use(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used) {
  uint32_t product = 0;
  fg_usage_way way = usual_way(account, command, &product);
  if (FG_LIKELY(way == FG_USUAL && command->billable)) {
    return use_as(account, command, product, FG_USUAL, key, used);
  }
  return way == FG_USUAL_BY_RULES && command->billable ? use_by_rules(account, command, product, key, used)
                                                       : use_otherwise(account, command, key, used);
}

FG_HOT fg_status fg_gate_use_with_attributes(fg_account *account, const fg_command *command, fg_used *used) {
  uint32_t product = 0;
  fg_usage_way way = usual_way(account, command, &product);
  return FG_LIKELY(way == FG_USUAL_BY_RULES && command->billable)
             ? use_as(account, command, product, FG_USUAL_BY_RULES, NULL, used)
             : use_otherwise(account, command, NULL, used);
}

static inline fg_status call_as(fg_account *account, const fg_command *command, uint32_t product, fg_usage_way way,
                                const fg_key *key, fg_used *used) {
  fg_state *state = &account->state;
  fg_entry_room room;
  fg_rating rating;
  fg_asking asking;
  FG_TRY(admit(account, command, true, product, way, &rating, &asking));
  fg_service *service = &state->services[product];
  FG_TRY(state->holds.count < FG_CALLS_MAX ? FG_ARRAY_RESERVE(&account->allocator, &state->holds, 1) : FG_OVERFLOW);
  FG_TRY(fg_undo_reserve(account, state, product, service->drawable.count));
  FG_TRY(fg_ids_prepare(&account->ids, key, fg_record_call_size(command), &room));
  fg_recorded recorded = hold_call(account, command, product, way, rating, &asking, key->number, &room);
  fg_usage_answer(account, &recorded, used);
  used->attempt = state->calls;
  return FG_OK;
}

static FG_COLD fg_status call_otherwise(fg_account *account, const fg_command *command, const fg_key *key,
                                        fg_used *used) {
  uint32_t product = 0;
  if (fg_account_product(account, command, &product) != FG_OK) {
    return fg_event_call(account, command, key, used);
  }
  return fg_usage_is_plain(account, product, command) ? call_as(account, command, product, FG_PLAIN, key, used)
                                                      : call_as(account, command, product, FG_BY_RULES, key, used);
}

fg_status fg_gate_call(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used) {
  uint32_t product = 0;
  bool is_usual = usual_way(account, command, &product) == FG_USUAL;
  return FG_LIKELY(is_usual) ? call_as(account, command, product, FG_USUAL, key, used)
                             : call_otherwise(account, command, key, used);
}
