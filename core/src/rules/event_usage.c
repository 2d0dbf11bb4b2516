#include "event_usage.h"

#include "budget.h"
#include "transaction.h"
#include "usage.h"

/* A usage of an event that is being counted. */
typedef struct event_usage {
  fg_account *account;
  fg_state *draft;
  const fg_command *command;
  const fg_event *event;
  unsigned char *end; ///< where the parts of its entry go on; NULL: it has no entry
  fg_used *used;
} event_usage;

static const fg_event *event_of(const fg_account *account, const fg_command *command, uint32_t *number) {
  int found = fg_book_event(account->book, command->product);
  *number = (uint32_t)found;
  return found == FG_NONE ? NULL : &account->book->events[found];
}

/* What is asked of the products before anything is counted. Answers how many grants may be drawn on. */
static fg_status admit_all(const fg_account *account, const fg_event *event, uint32_t *drawable) {
  const fg_state *state = &account->state;
  *drawable = 0;
  for (uint32_t i = 0; i < event->product_count; i++) {
    FG_TRY((fg_status)state->services[event->products[i]].in_force.refusal);
    *drawable += state->services[event->products[i]].drawable.count;
  }
  return FG_OK;
}

static fg_status count_one(event_usage *of, uint32_t product) {
  fg_account *account = of->account;
  fg_rating rating;
  FG_TRY(fg_usage_rate_by_rules(account, product, of->command, &rating, NULL));
  bool billable = rating.billable && of->command->billable;
  FG_TRY(fg_usage_fits(account, of->draft, product, rating, billable, FG_BY_RULES));
  FG_TRY(fg_budget_check(account, of->draft, product, rating, billable));
  FG_TRY(fg_usage_reserve(account, of->draft, product, FG_BY_RULES));
  fg_recorded recorded = fg_usage_take(account, of->draft, product, rating, billable, FG_BY_RULES);
  fg_usage_answer_more(account, &recorded, of->used);
  if (of->end != NULL) {
    of->end = fg_record_write_part(of->end, &recorded, account->taken.items);
  }
  return FG_OK;
}

static fg_status count_all(event_usage *of) {
  FG_TRY(fg_state_own(of->account, of->draft));
  for (uint32_t i = 0; i < of->event->product_count; i++) {
    FG_TRY(count_one(of, of->event->products[i]));
  }
  return FG_OK;
}

fg_status fg_event_use(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used) {
  uint32_t number = 0;
  uint32_t drawable = 0;
  fg_transaction change;
  fg_entry_room room;
  fg_used answer = {.free = 0};
  const fg_event *event = event_of(account, command, &number);
  FG_TRY(event == NULL ? FG_UNKNOWN_PRODUCT : FG_OK);
  FG_TRY(admit_all(account, event, &drawable));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->draws, drawable));
  event_usage of = {account, &change.draft, command, event, NULL, &answer};
  FG_TRY(fg_transaction_begin(account, &change));
  fg_status status = FG_OK;
  if (key != NULL) {
    size_t size = fg_record_event_size(command, event->product_count, drawable);
    status = fg_history_prepare(account->history, key, size, &room);
    of.end = status == FG_OK ? fg_record_write_event(room.kept, command, account->book->product_count + number,
                                                     event->product_count)
                             : NULL;
  }
  status = status == FG_OK ? count_all(&of) : status;
  FG_TRY(fg_transaction_end(account, &change, status));
  if (key != NULL) {
    fg_history_commit(account->history, &room, of.end);
  }
  *used = answer;
  return FG_OK;
}

void fg_event_explain(const fg_account *account, const fg_command *command, fg_error *error) {
  uint32_t number = 0;
  const fg_event *event = event_of(account, command, &number);
  fg_rating rating;
  for (uint32_t i = 0; event != NULL && i < event->product_count; i++) {
    if (fg_usage_rate_by_rules(account, event->products[i], command, &rating, error) != FG_OK) {
      return;
    }
  }
}
