/* The admission of a command: time passes up to its instant, then the command is done or refused. */
#include <stdio.h>

#include "../book/attributes.h"
#include "../book/names.h"
#include "../book/reach.h"
#include "../rules/budget.h"
#include "../rules/due.h"
#include "../rules/event_usage.h"
#include "../rules/forgetting.h"
#include "../rules/gate.h"
#include "../rules/holds.h"
#include "../rules/limiter.h"
#include "../rules/preview.h"
#include "../rules/rate_window.h"
#include "../rules/transaction.h"
#include "../rules/usage.h"
#include "../state/command_check.h"
#include "adopt.h"
#include "cited.h"
#include "idempotency.h"
#include "perform.h"
#include "soundness.h"

/* Lets time pass up to `at`. If an event that falls due cannot be recorded, the account stays unchanged, and `at`
   becomes the instant of that event. */
static FG_COLD fg_status let_happen(fg_account *account, fg_time *at) {
  fg_transaction change;
  fg_forgetting forgetting;
  FG_TRY(fg_forgetting_begin(account, *at, &forgetting));
  fg_status status = fg_transaction_begin(account, &change);
  if (status == FG_OK) {
    bool first = account->state.now == FG_NO_TIME;
    status = first ? fg_due_start(account, &change.draft, *at) : fg_due_happen(account, &change.draft, *at);
    if (status == FG_OK) {
      change.draft.now = *at;
    } else {
      *at = change.draft.now;
    }
    status = fg_transaction_end(account, &change, status);
  }
  fg_forgetting_end(account, &forgetting, status);
  return status;
}

/* Lets time pass where an event falls due until `at`, or where `at` is the first instant the account sees. Nothing
   happens where the book would have too many events fall due (FG_TOO_FAR). An event that cannot be recorded, say
   because its period ends beyond the calendar, undoes nothing that fell due before it: time then stands just before its
   instant. */
static FG_COLD fg_status let_fall_due(fg_account *account, fg_time at) {
  fg_time reached = at;
  fg_time now = account->state.now;
  FG_TRY(now == FG_NO_TIME || fg_book_reaches(account->whole, now, at) ? FG_OK : FG_TOO_FAR);
  fg_status status = let_happen(account, &reached);
  if (status == FG_OVERFLOW) {
    reached--;
    FG_TRY(let_happen(account, &reached));
  }
  return status;
}

static fg_status pass_time(fg_account *account, fg_time at) {
  if (FG_UNLIKELY(at >= account->state.next_due)) {
    return let_fall_due(account, at);
  }
  FG_ASSERT(at >= account->state.now);
  account->state.now = at;
  return FG_OK;
}

/* The usage that a preview is asked with: of attributes alone it is one, as a call is. */
static fg_command use_of_preview(const fg_command *command) {
  fg_command use = *command;
  use.kind = FG_DO_USE;
  use.quantity = command->quantity == FG_ALL ? 1 : command->quantity;
  use.billable = true;
  return use;
}

/* Makes the invoice on a copy of the state that is dropped afterwards, because a preview changes nothing. */
static FG_COLD fg_status preview(fg_account *account, const fg_command *command) {
  int only = command->product.text == NULL ? FG_ALL_PRODUCTS : fg_book_product(account->book, command->product);
  if (command->product.text != NULL && only == FG_NONE) {
    int event = fg_book_event(account->book, command->product);
    FG_TRY(event == FG_NONE ? FG_UNKNOWN_PRODUCT : FG_OK);
    only = FG_FIRST_EVENT - event;
  }
  if (!fg_preview_has_usage(command)) {
    return fg_preview(account, only, NULL);
  }
  fg_trial trial;
  const fg_command use = use_of_preview(command);
  FG_TRY(fg_trial_of(account, &use, &trial));
  return fg_preview(account, only, &trial);
}

/* Applies a command without an id. Nobody can repeat it, so its answer is not kept. */
static FG_COLD fg_status apply_plain(fg_account *account, const fg_command *command, fg_outcome *outcome) {
  const fg_string none = {NULL, 0};
  fg_transaction change;
  FG_TRY(fg_transaction_begin(account, &change));
  return fg_transaction_end(account, &change, fg_perform(account, &change.draft, command, none, outcome));
}

/* Applies the less frequent kinds of commands, which need not be fast. */
static FG_COLD fg_status apply_other(fg_account *account, const fg_command *command, fg_naming naming,
                                     fg_outcome *outcome, bool *repeated, fg_error *error) {
  switch (command->kind) {
  case FG_DO_ADOPT: return fg_adopt(account, command, outcome, repeated, error);
  case FG_DO_PREVIEW: return preview(account, command);
  case FG_DO_ADVANCE:
  case FG_DO_STATEMENT: return FG_OK;
  default: break;
  }
  bool is_recorded = fg_command_orders(command->kind) ||
                     (fg_command_owns_id(command->kind) && command->id.text != NULL);
  return is_recorded ? fg_idempotent_apply(account, command, naming, outcome, repeated)
                     : apply_plain(account, command, outcome);
}

static fg_status answer(fg_account *account, const fg_command *command, fg_naming naming, fg_outcome *outcome,
                        bool *repeated, fg_error *error) {
  switch (command->kind) {
  case FG_DO_USE: return fg_idempotent_apply(account, command, naming, outcome, repeated);
  case FG_DO_CALL:
    return command->id.text == NULL ? fg_numbered_call(account, command, &outcome->is.used)
                                    : fg_idempotent_apply(account, command, naming, outcome, repeated);
  case FG_DO_COMMIT:
  case FG_DO_CANCEL: return fg_gate_end(account, command, outcome, repeated);
  default: return apply_other(account, command, naming, outcome, repeated, error);
  }
}

/* Says which limit has no room where a book names its limits, or that the units are more than the limit allows at any
   time. */
static void explain_limit(const fg_account *account, int64_t quantity, fg_error *error) {
  const fg_limit *limit = account->book->windows[account->refused_by];
  long long most = (long long)fg_limiter_depth(&account->state.windows[account->refused_by], limit);
  char *message = error->message;
  size_t room = sizeof error->message;
  if (!limit->in_cells && account->retry_after_us < 0) {
    snprintf(message, room, "a quantity of %lld is above the rate limit of %lld a second", (long long)quantity, most);
  } else if (limit->in_cells && account->retry_after_us < 0) {
    snprintf(message, room, "a quantity of %lld is above limit \"%s\", %lld in %lld s", (long long)quantity,
             limit->id.text, most, (long long)limit->seconds);
  } else if (limit->in_cells) {
    snprintf(message, room, "limit \"%s\" is reached, %lld in %lld s", limit->id.text, most, (long long)limit->seconds);
  }
}

static bool is_of_attributes(fg_status status) {
  return status == FG_MISSING_ATTRIBUTE || status == FG_UNKNOWN_VALUE || status == FG_NO_RULE;
}

static bool is_of_names(fg_status status) {
  return status == FG_UNKNOWN_PRODUCT || status == FG_UNKNOWN_PACK || status == FG_UNKNOWN_METER;
}

/* Says which names there are in place of a product's, or that an event stands where a product is meant. */
static void explain_product(const fg_book *book, const fg_command *command, fg_error *error) {
  bool is_usage = command->kind == FG_DO_USE || command->kind == FG_DO_CALL || command->kind == FG_DO_PREVIEW;
  bool is_offer = command->kind == FG_DO_BUY_PACK || command->kind == FG_DO_GIVE_PACK || command->kind == FG_DO_CLAIM;
  fg_nameable meant = is_usage ? FG_PRODUCT_OR_EVENT : is_offer ? FG_PRODUCT_OR_POOL : FG_PRODUCT_ALONE;
  if (fg_book_event(book, command->product) == FG_NONE) {
    (void)fg_no_such_product(book, meant, command->product, "", error);
  } else if (!is_usage) {
    snprintf(error->message, sizeof error->message, "an event of several products stands where one product is meant");
  }
}

/* Says which names there are of products, packs or meters. */
static void explain_name(const fg_account *account, const fg_command *command, fg_error *error) {
  const fg_book *book = account->book;
  uint32_t owner = 0;
  bool is_known = fg_account_owner(account, command, &owner) == FG_OK;
  if (error->status == FG_UNKNOWN_PRODUCT && !is_known) {
    explain_product(book, command, error);
  } else if (error->status == FG_UNKNOWN_PACK && is_known && command->pack.text != NULL) {
    (void)fg_no_such_pack(fg_book_owner(book, owner), command->pack, false, "", error);
  } else if (error->status == FG_UNKNOWN_METER && is_known && command->meter.text != NULL) {
    (void)fg_no_such_meter(book, fg_book_owner(book, owner), command->meter, "", error);
  }
}

/* Says which product of an event is not open. */
static void explain_not_open(const fg_account *account, const fg_command *command, fg_error *error) {
  int place = fg_book_event(account->book, command->product);
  const fg_event *event = place == FG_NONE ? NULL : &account->book->events[place];
  for (uint32_t i = 0; event != NULL && i < event->product_count; i++) {
    if (account->state.services[event->products[i]].in_force.refusal == FG_NOT_OPEN) {
      snprintf(error->message, sizeof error->message, "product \"%s\" of the event is not open",
               event->product_ids[i].text);
      return;
    }
  }
}

/* Adds to an error what the account knows besides the status: the attribute that is missing or unknown, the limit that
   was passed, and how long to wait. */
static void explain(const fg_account *account, const fg_command *command, fg_error *error) {
  const char *passed = NULL;
  int product = fg_book_product(account->book, command->product);
  fg_rating rating;
  if (error->status == FG_RATE_LIMITED) {
    error->retry_after_us = account->retry_after_us;
    explain_limit(account, command->quantity, error);
  } else if (is_of_attributes(error->status) && product != FG_NONE) {
    (void)fg_usage_rate_by_rules(account, (uint32_t)product, command, &rating, error);
  } else if (is_of_attributes(error->status)) {
    fg_event_explain(account, command, error);
  } else if (error->status == FG_NOT_OPEN && product == FG_NONE) {
    explain_not_open(account, command, error);
  } else if (error->status == FG_NOT_SOLD && command->kind == FG_DO_CALL && product != FG_NONE &&
             account->book->products[product].aggregate != NULL) {
    snprintf(error->message, sizeof error->message, "calls of a product with an aggregate are not sold, only usage is");
  } else if (error->status == FG_ADJUST_UNDERFLOW) {
    snprintf(error->message, sizeof error->message,
             "less was used in its period, besides calls in flight, than is to be taken off: what an earlier period "
             "used is taken off at a time of that period, before it is settled (R15)");
  } else if (is_of_names(error->status)) {
    explain_name(account, command, error);
  } else if (error->status == FG_BUDGET_EXCEEDED && fg_budget_find_passed(account, command, &passed) == FG_OK) {
    snprintf(error->message, sizeof error->message, "it would cost more than the budget of the %s allows", passed);
  }
}

/* Whether adopting has already told where the fault is. Of what time brings before, and of memory, it tells nothing. */
static bool is_told(const fg_command *command, fg_status status) {
  return command->kind == FG_DO_ADOPT && status != FG_OVERFLOW && status != FG_NO_MEMORY && status != FG_TOO_FAR;
}

static FG_COLD fg_status refuse(const fg_account *account, const fg_command *command, fg_status status,
                                fg_error *error) {
  if (is_told(command, status)) {
    fg_book_cite(account->book, fg_string_of(""), error, status);
    return status;
  }
  fg_string source = fg_command_source(account, command);
  fg_book_refuse(account->book, source, error, status);
  if (error != NULL && command->product.text != NULL) {
    explain(account, command, error);
  }
  if (error != NULL && command->kind == FG_DO_COMMIT && is_of_attributes(status)) {
    (void)fg_gate_explain_end(account, command, error);
  }
  if (error != NULL && command->kind == FG_DO_SET && status == FG_UNKNOWN_VALUE) {
    (void)fg_attributes_check(account->book, command->attributes, true, error);
  }
  return status;
}

void fg_account_turn_back(fg_account *account, fg_time at) {
  fg_state *state = &account->state;
  fg_time was = state->now;
  if (was <= at) { /* FG_NO_TIME counts as before all times */
    return;
  }
  state->now = at;
  for (uint32_t i = 0; i < account->book->window_count; i++) {
    if (account->book->windows[i]->seconds > 0 && state->windows[i].kind != FG_LIMIT_BUCKET) {
      fg_window_recount(&state->windows[i], at);
    }
  }
  fg_holds_unabandon(account, state, was);
}

/* Usage, a call and the end of a call write their outcome only when nothing can refuse them any more. A refused command
   of any other kind may have written part of its outcome, so it gets a scratch one. */
static inline bool writes_outcome_last(fg_command_kind kind) {
  return kind == FG_DO_USE || kind == FG_DO_CALL || kind == FG_DO_COMMIT || kind == FG_DO_CANCEL;
}

/* The frequent kinds are checked in line, each by the comparisons of its own row of the table alone, because that is
   faster. */
static inline fg_status check_fields(const fg_account *account, const fg_command *command, fg_command_kind kind,
                                     fg_naming naming, fg_error *error) {
  const bool numbers_calls = naming == FG_NUMBERED;
  switch (kind) {
  case FG_DO_USE: FG_TRY(fg_command_check_as(FG_DO_USE, command, numbers_calls, error)); break;
  case FG_DO_CALL: FG_TRY(fg_command_check_as(FG_DO_CALL, command, numbers_calls, error)); break;
  case FG_DO_COMMIT: FG_TRY(fg_command_check_as(FG_DO_COMMIT, command, numbers_calls, error)); break;
  default:
    FG_TRY(fg_command_check_fields(command, numbers_calls, error));
    return fg_command_suits(command, account->book, error);
  }
  bool suits = command->attributes.count == 0 || account->book->format > 0;
  return FG_LIKELY(suits) ? FG_OK : fg_command_suits(command, account->book, error);
}

/* Checks that an instant can be written in the book's zone. What a ledger holds was admitted by an earlier version,
   perhaps within a day of the calendar's ends, and stays readable. */
static FG_COLD fg_status check_shown(const fg_account *account, const fg_command *command, fg_naming naming,
                                     fg_error *error) {
  FG_TRY(fg_command_check_instant(command, error));
  bool is_good = naming == FG_NAMED_BY_LIBRARY || fg_time_is_shown(command->at, &account->book->zone);
  return is_good ? FG_OK
                 : fg_fail(error, FG_INVALID, "at", "expected an instant of the years 1970 to 9999 in the book's zone");
}

/* Checks that the fields of a command are valid, and that it is not earlier than the account's latest instant. */
static inline fg_status check_command(const fg_account *account, const fg_command *command, fg_command_kind kind,
                                      fg_naming naming, fg_error *error) {
  /* One comparison for the instants that every zone shows; those before the first day wrap around. */
  bool is_inside = (uint64_t)command->at - FG_DAY < (uint64_t)(FG_TIME_MAX - 3 * FG_DAY);
  FG_TRY(FG_LIKELY(is_inside) ? FG_OK : check_shown(account, command, naming, error));
  FG_TRY(check_fields(account, command, kind, naming, error));
  /* Before the first command `now` is FG_NO_TIME, below all times. */
  bool is_earlier = command->at < account->state.now;
  return FG_UNLIKELY(is_earlier) ? fg_refuse_reversal(account, error) : FG_OK;
}

/* Applies usage without an id. It is the most frequent command, so it keeps nothing in the history and copies
   nothing. */
static inline fg_status apply_usage_as(fg_account *account, const fg_command *command, bool has_attributes,
                                       fg_outcome *outcome, fg_error *error) {
  fg_outcome scratch;
  FG_TRY(check_command(account, command, FG_DO_USE, FG_NAMED_BY_HOST, error));
  fg_outcome *answered = outcome != NULL ? outcome : &scratch;
  fg_status status = pass_time(account, command->at);
  if (FG_LIKELY(status == FG_OK)) {
    status = has_attributes ? fg_gate_use_with_attributes(account, command, &answered->is.used)
                            : fg_gate_use(account, command, NULL, &answered->is.used);
  }
  if (FG_UNLIKELY(status != FG_OK)) {
    return refuse(account, command, status, error);
  }
  answered->kind = FG_DO_USE;
  answered->repeated = false;
  return FG_OK;
}

static FG_HOT_APART fg_status apply_usage(fg_account *account, const fg_command *command, fg_outcome *outcome,
                                          fg_error *error) {
  return apply_usage_as(account, command, false, outcome, error);
}

static FG_HOT_APART fg_status apply_usage_with_attributes(fg_account *account, const fg_command *command,
                                                          fg_outcome *outcome, fg_error *error) {
  return apply_usage_as(account, command, true, outcome, error);
}

static fg_status apply_otherwise(fg_account *account, const fg_command *command, fg_naming naming, fg_outcome *outcome,
                                 fg_error *error) {
  fg_outcome scratch;
  bool repeated = false;
  FG_TRY(check_command(account, command, command->kind, naming, error));
  fg_outcome *answered = writes_outcome_last(command->kind) && outcome != NULL ? outcome : &scratch;
  fg_status status = pass_time(account, command->at);
  if (FG_LIKELY(status == FG_OK)) {
    status = answer(account, command, naming, answered, &repeated, error);
  }
  if (FG_UNLIKELY(status != FG_OK)) {
    return refuse(account, command, status, error);
  }
  answered->kind = command->kind;
  answered->repeated = repeated;
  if (FG_UNLIKELY(answered != outcome && outcome != NULL)) {
    *outcome = *answered;
  }
  /* Usage and calls are too many to check after each; the next other command finds a fault of theirs. */
  if (command->kind != FG_DO_USE && command->kind != FG_DO_CALL) {
    fg_account_assert_sound(account);
  }
  return FG_OK;
}

fg_status fg_account_apply_as(fg_account *account, const fg_command *command, fg_naming naming, fg_outcome *outcome,
                              fg_error *error) {
  if (FG_UNLIKELY(command->kind != FG_DO_USE || command->id.text != NULL)) {
    return apply_otherwise(account, command, naming, outcome, error);
  }
  return command->attributes.count == 0 ? apply_usage(account, command, outcome, error)
                                        : apply_usage_with_attributes(account, command, outcome, error);
}

fg_status fg_account_apply(fg_account *account, const fg_command *command, fg_outcome *outcome, fg_error *error) {
  return fg_account_apply_as(account, command, FG_NAMED_BY_HOST, outcome, error);
}
