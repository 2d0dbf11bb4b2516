#include "handle.h"

#include "../state/attribute_list.h"
#include "../state/command.h"
#include "describe.h"
#include "../rules/gate.h"
#include "../rules/holds.h"
#include "../state/call_names.h"
#include "notices.h"
#include "../state/past.h"
#include "../base/tell.h"

#include <stdio.h>

enum { JUMP_DAYS = 92, JUMP_DAYS_MAX = 3652425 /* 10,000 years */, REF_MAX = 64 };

/* The end of a call that could not be written yet. */
typedef struct fg_ending {
  fg_command command; ///< its texts are not its own: the id is that of the attempt, the others are below
  char ref[REF_MAX];
  char outcome[FG_OUTCOME_MAX];
  fg_arena attributes; ///< where those of the command are, if it has any
  bool by_clock;
} fg_ending;

struct fg_handle {
  fg_allocator allocator;
  fg_reached reached;
  fg_clock_source source;
  uint32_t boot;
  int64_t max_jump;
  fg_clock_mark read; ///< what this handle last read the clock as
  uint64_t next_call; ///< of the calls that this handle names in a ledger
  fg_pass *passes;    ///< that are not released
  uint32_t pass_count;
  FG_ARRAY(fg_ending) endings; ///< in the order in which they came; room for one of each pass
  fg_account *asked;           ///< the copy that the latest question was asked of; NULL: it was the account itself
};

/* ----------------------------------------------------------------------------------------------------- in memory */

typedef struct fg_memory {
  fg_allocator allocator;
  fg_account *account;
  fg_time trusted;     ///< when the clock was said to be right
  fg_time trusted_for; ///< the account's latest instant then: trust holds for the next one alone
} fg_memory;

static fg_status memory_enter(void *context, fg_error *error) {
  (void)context;
  (void)error;
  return FG_OK;
}

static void memory_leave(void *context) { (void)context; }

static fg_status memory_apply(void *context, const fg_command *command, bool is_named, const fg_clock_reading *reading,
                              fg_outcome *outcome, fg_error *error) {
  (void)is_named;
  (void)reading;
  return fg_account_apply_as(((fg_memory *)context)->account, command, FG_NUMBERED, outcome, error);
}

static fg_status memory_trusted(void *context, fg_time *at, fg_error *error) {
  const fg_memory *memory = context;
  (void)error;
  *at = fg_account_now(memory->account) == memory->trusted_for ? memory->trusted : FG_NO_TIME;
  return FG_OK;
}

static fg_status memory_trust(void *context, fg_time at, fg_error *error) {
  fg_memory *memory = context;
  (void)error;
  memory->trusted = at;
  memory->trusted_for = fg_account_now(memory->account);
  return FG_OK;
}

static fg_status memory_is_elsewhere(void *context, fg_string id, uint64_t attempt, bool *elsewhere, fg_error *error) {
  (void)context;
  (void)id;
  (void)attempt;
  (void)error;
  *elsewhere = false;
  return FG_OK;
}

static fg_status memory_take(void *context, uint64_t attempt, fg_time at, fg_error *error) {
  (void)context;
  (void)attempt;
  (void)at;
  (void)error;
  return FG_OK;
}

static fg_status memory_describe(const void *context, const fg_visitor *visitor) {
  (void)context;
  fg_teller to = fg_teller_to(visitor);
  fg_tell_null(&to, NULL);
  return fg_teller_status(&to);
}

static fg_status memory_flush(void *context, fg_error *error) { return memory_enter(context, error); }

static fg_status memory_close(void *context, fg_error *error) {
  fg_memory *memory = context;
  fg_allocator allocator = memory->allocator;
  (void)error;
  fg_account_free(memory->account);
  fg_release(&allocator, memory, sizeof *memory);
  return FG_OK;
}

static fg_status memory_may_write(void *context, fg_error *error) { return memory_enter(context, error); }

static const fg_reach in_memory = {memory_enter,    memory_leave, memory_may_write,    memory_apply,
                                   memory_trusted,  memory_trust, memory_is_elsewhere, memory_take,
                                   memory_describe, memory_flush, memory_close};

/* --------------------------------------------------------------------------------------------------- made, closed */

fg_status fg_clock_check(const fg_clock_options *options, fg_error *error) {
  return options == NULL || options->max_jump >= 0 ? FG_OK
                                                   : fg_fail(error, FG_INVALID, "max_jump", "expected more than 0");
}

fg_status fg_jump_of_days(int64_t days, int64_t *max_jump, fg_error *error) {
  if (days < 1 || days > JUMP_DAYS_MAX) {
    return fg_fail(error, FG_INVALID, "max_jump", "expected 1 to %d days", JUMP_DAYS_MAX);
  }
  *max_jump = days * FG_DAY;
  return FG_OK;
}

fg_status fg_handle_make(const fg_reached *reached, const fg_clock_options *options, fg_handle **handle,
                         fg_error *error) {
  static const fg_clock_options none = {0, NULL};
  const fg_clock_options *chosen = options == NULL ? &none : options;
  FG_TRY(fg_clock_check(chosen, error));
  fg_handle *made = fg_allocate(&reached->account->allocator, sizeof *made);
  if (made == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  made->allocator = reached->account->allocator;
  made->reached = *reached;
  made->source = *(chosen->source == NULL ? &fg_system_clock : chosen->source);
  made->boot = made->source.boot(made->source.context);
  made->max_jump = chosen->max_jump == 0 ? JUMP_DAYS * FG_DAY : chosen->max_jump;
  made->read.at = FG_NO_TIME;
  made->next_call = 1;
  *handle = made;
  return FG_OK;
}

fg_status fg_handle_new(fg_account *account, const fg_clock_options *options, fg_handle **handle, fg_error *error) {
  fg_memory *memory = fg_allocate(&account->allocator, sizeof *memory);
  if (memory == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  *memory = (fg_memory){account->allocator, account, FG_NO_TIME, FG_NO_TIME};
  fg_reached reached = {&in_memory, memory, account, 0, NULL, NULL};
  fg_status status = fg_handle_make(&reached, options, handle, error);
  if (status != FG_OK) {
    fg_release(&account->allocator, memory, sizeof *memory);
  }
  return status;
}

static bool is_in_memory(const fg_handle *handle) { return handle->reached.reach == &in_memory; }

bool fg_handle_waits(const fg_handle *handle) { return !is_in_memory(handle); }

fg_account *fg_handle_account(const fg_handle *handle) {
  return handle->asked != NULL ? handle->asked : handle->reached.account;
}

static fg_status enter(fg_handle *handle, fg_error *error) {
  fg_account_free(handle->asked);
  handle->asked = NULL;
  return handle->reached.reach->enter(handle->reached.context, error);
}

static void leave(fg_handle *handle) { handle->reached.reach->leave(handle->reached.context); }

/* ---------------------------------------------------------------------------------------------------------- clock */

fg_time fg_clock_now(void) { return fg_clock_wall(&fg_system_clock); }

/* Whether `a` is after `b` by more than `most`. FG_NO_TIME is before everything, and nothing is after it by more. */
static bool is_after_by_more(fg_time a, fg_time b, int64_t most) {
  int64_t difference = 0;
  return b != FG_NO_TIME && (__builtin_sub_overflow(a, b, &difference) ? a > b : difference > most);
}

/* The instant from which a jump is counted: that of the last command, and not the one that the steady clock leads to,
   because after a sleep the system moves that clock too by what its battery clock shows. An account in memory is often
   given instants of other years, so there only what this handle read from the clock counts. */
static fg_time last_known(const fg_handle *handle) {
  return handle->reached.mark == NULL ? handle->read.at
                                      : fg_max_i64(handle->read.at, fg_account_now(handle->reached.account));
}

static bool is_before_guide(const fg_account *account, fg_time at) {
  return account->state.now == FG_NO_TIME && account->book->as_of != FG_NO_DATE &&
         at < fg_account_begin(account, account->book->as_of);
}

/* Works out the instant that it is now, and whether the clock cannot be right. */
static fg_status read_now(fg_handle *handle, const fg_clock_reading *reading, fg_time *now, bool *suspect,
                          fg_error *error) {
  const fg_account *account = handle->reached.account;
  fg_time floor = fg_max_i64(fg_account_now(account), fg_clock_since(&handle->read, reading, handle->max_jump));
  if (handle->reached.mark != NULL) {
    floor = fg_max_i64(floor, fg_clock_since(handle->reached.mark, reading, handle->max_jump));
  }
  *now = fg_max_i64(reading->wall, floor);
  bool jumps = is_after_by_more(*now, last_known(handle), handle->max_jump) &&
               !handle->source.is_synchronised(handle->source.context);
  bool is_beyond = reading->wall == FG_CLOCK_LAST;
  *suspect = is_beyond || jumps || is_before_guide(account, *now);
  if (*suspect && !is_beyond) {
    fg_time trusted = FG_NO_TIME;
    FG_TRY(handle->reached.reach->trusted(handle->reached.context, &trusted, error));
    *suspect = trusted == FG_NO_TIME || is_after_by_more(*now, trusted, handle->max_jump);
  }
  return FG_OK;
}

/* Decides the instant of a command that names none. The end of a call never fails for the clock, because the call has
   happened. */
static fg_status decide_instant(fg_handle *handle, const fg_clock_reading *reading, bool is_end, fg_time *at,
                                fg_error *error) {
  bool suspect = false;
  FG_TRY(read_now(handle, reading, at, &suspect, error));
  if (!suspect) {
    handle->read = (fg_clock_mark){*at, *reading};
    return FG_OK;
  }
  *at = fg_account_now(handle->reached.account);
  return is_end && *at != FG_NO_TIME ? FG_OK : fg_refuse(error, FG_CLOCK_SUSPECT);
}

fg_status fg_handle_trust_clock(fg_handle *handle, fg_error *error) {
  fg_time now = 0;
  bool suspect = false;
  FG_TRY(enter(handle, error));
  fg_clock_reading reading = fg_clock_read(&handle->source, handle->boot);
  fg_status status = read_now(handle, &reading, &now, &suspect, error);
  if (status == FG_OK && suspect && reading.wall == FG_CLOCK_LAST) {
    status = fg_refuse(error, FG_CLOCK_SUSPECT);
  } else if (status == FG_OK && suspect) {
    status = handle->reached.reach->trust(handle->reached.context, now, error);
  }
  leave(handle);
  return status;
}

/* -------------------------------------------------------------------------------------------------------- commands */

/* Asks a question of a copy of an account that has seen no instant, so that the account stays new: at the clock's now
   or, where the clock is suspect, on the day of the guide. */
static fg_status ask_new_account(fg_handle *handle, fg_command *command, const fg_clock_reading *reading,
                                 fg_outcome *outcome, fg_error *error) {
  const fg_account *account = handle->reached.account;
  bool suspect = false;
  FG_TRY(read_now(handle, reading, &command->at, &suspect, error));
  if (suspect) {
    command->at = fg_account_begin(account, account->book->as_of);
  }
  fg_status status = fg_account_fork(handle->reached.account, &handle->asked);
  return status == FG_OK ? fg_account_apply(handle->asked, command, outcome, error) : fg_refuse(error, status);
}

/* In memory the history numbers a call without an id. In a ledger every call has its id as text, and a name is given
   once whatever came of the call, because it may stand in a row whose answer was lost. */
static uint64_t give_id(fg_handle *handle, fg_command *command, char made[FG_CALL_NAME_MAX]) {
  if (is_in_memory(handle) || !fg_command_leaves_id(command)) {
    return 0;
  }
  uint64_t number = command->kind == FG_DO_CALL ? handle->next_call++ : command->call;
  command->id = fg_call_id(handle->reached.session, number, made);
  return command->kind == FG_DO_CALL ? number : 0;
}

/* Fills in the instant and the id that a command leaves out, and applies it. Called inside. `is_end`: the command is
   the end of a pass that goes by the clock. */
static FG_COLD fg_status complete(fg_handle *handle, const fg_command *command, bool is_end, fg_outcome *outcome,
                                  fg_error *error) {
  char made[FG_CALL_NAME_MAX];
  fg_command whole = *command;
  fg_clock_reading reading = fg_clock_read(&handle->source, handle->boot);
  if (!fg_command_asks(whole.kind)) {
    FG_TRY(handle->reached.reach->may_write(handle->reached.context, error));
  }
  if (whole.at == FG_NO_TIME && fg_command_asks(whole.kind)) {
    whole.at = fg_account_now(handle->reached.account);
    if (whole.at == FG_NO_TIME) {
      return ask_new_account(handle, &whole, &reading, outcome, error);
    }
  } else if (whole.at == FG_NO_TIME) {
    FG_TRY(decide_instant(handle, &reading, is_end, &whole.at, error));
  }
  uint64_t number = give_id(handle, &whole, made);
  fg_status status = handle->reached.reach->apply(handle->reached.context, &whole, number != 0, &reading, outcome,
                                                  error);
  if (status == FG_OK && number != 0) {
    outcome->is.used.call = number;
  }
  return status;
}

static fg_status apply_inside(fg_handle *handle, const fg_command *command, bool is_end, fg_outcome *outcome,
                              fg_error *error) {
  if (FG_LIKELY(command->at != FG_NO_TIME && is_in_memory(handle))) {
    return fg_account_apply_as(handle->reached.account, command, FG_NUMBERED, outcome, error);
  }
  return complete(handle, command, is_end, outcome, error);
}

static fg_status end_again(fg_handle *handle, fg_error *error);

static fg_status check_kind(const fg_command *command, fg_command_kind kind, fg_error *error) {
  return command->kind == kind ? FG_OK : fg_fail(error, FG_INVALID, "do", "expected %s", fg_command_name(kind));
}

/* Enters for a command. Ends of calls that are still to be written are written before it. */
static fg_status enter_to_act(fg_handle *handle, fg_error *error) {
  FG_TRY(enter(handle, error));
  if (FG_LIKELY(handle->endings.count == 0)) {
    return FG_OK;
  }
  fg_status status = end_again(handle, error);
  if (status != FG_OK) {
    leave(handle);
  }
  return status;
}

fg_status fg_handle_apply(fg_handle *handle, const fg_command *command, fg_outcome *outcome, fg_error *error) {
  fg_outcome unasked;
  FG_TRY(fg_command_asks(command->kind) ? enter(handle, error) : enter_to_act(handle, error));
  fg_status status = apply_inside(handle, command, false, outcome == NULL ? &unasked : outcome, error);
  leave(handle);
  return status;
}

static bool is_open(const fg_account *account, fg_string product) {
  int number = fg_book_product(account->book, product);
  return number != FG_NONE && account->state.services[number].open;
}

fg_status fg_handle_ensure_open(fg_handle *handle, const fg_command *command, fg_outcome *outcome, fg_error *error) {
  FG_TRY(check_kind(command, FG_DO_OPEN, error));
  FG_TRY(enter_to_act(handle, error));
  fg_status status = FG_OK;
  fg_outcome unasked;
  fg_outcome *answered = outcome == NULL ? &unasked : outcome;
  if (is_open(handle->reached.account, command->product)) {
    *answered = (fg_outcome){.kind = FG_DO_OPEN};
  } else {
    status = apply_inside(handle, command, false, answered, error);
  }
  leave(handle);
  return status;
}

/* ------------------------------------------------------------------------------------------------------- questions */

fg_status fg_handle_refresh(fg_handle *handle, fg_error *error) {
  FG_TRY(enter(handle, error));
  leave(handle);
  return FG_OK;
}

static fg_status tell(fg_handle *handle, fg_status (*describe)(const fg_account *, const fg_visitor *),
                      const fg_visitor *visitor, fg_error *error) {
  FG_TRY(fg_handle_refresh(handle, error));
  fg_status status = describe(handle->reached.account, visitor);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

fg_status fg_handle_statement(fg_handle *handle, const fg_visitor *visitor, fg_error *error) {
  return tell(handle, fg_account_describe, visitor, error);
}

fg_status fg_handle_invoices(fg_handle *handle, const fg_visitor *visitor, fg_error *error) {
  return tell(handle, fg_account_invoices, visitor, error);
}

fg_status fg_handle_calls(fg_handle *handle, const fg_visitor *visitor, fg_error *error) {
  return tell(handle, fg_account_calls, visitor, error);
}

fg_status fg_handle_upcoming(fg_handle *handle, fg_time until, const fg_visitor *visitor, fg_error *error) {
  FG_TRY(fg_handle_refresh(handle, error));
  return fg_account_upcoming(handle->reached.account, until, visitor, error);
}

fg_status fg_handle_marginal(fg_handle *handle, fg_string product, int64_t quantity, fg_money *amount,
                             fg_error *error) {
  FG_TRY(fg_handle_refresh(handle, error));
  return fg_account_marginal(handle->reached.account, product, quantity, amount, error);
}

fg_status fg_handle_now(fg_handle *handle, fg_time *now, fg_error *error) {
  FG_TRY(fg_handle_refresh(handle, error));
  *now = fg_account_now(handle->reached.account);
  return FG_OK;
}

fg_status fg_handle_fork(fg_handle *handle, fg_handle **copy, fg_error *error) {
  fg_account *account = NULL;
  fg_clock_options options = {handle->max_jump, &handle->source};
  FG_TRY(fg_handle_refresh(handle, error));
  fg_status status = fg_account_fork(handle->reached.account, &account);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  status = fg_handle_new(account, &options, copy, error);
  if (status != FG_OK) {
    fg_account_free(account);
  }
  return status;
}

fg_status fg_handle_flush(fg_handle *handle, fg_error *error) {
  return handle->reached.reach->flush(handle->reached.context, error);
}

fg_status fg_handle_describe(const fg_handle *handle, const fg_visitor *visitor) {
  return handle->reached.reach->describe(handle->reached.context, visitor);
}

/* ---------------------------------------------------------------------------------------------------------- passes */

const char *fg_pass_state_name(fg_pass_state state) {
  static const char *const names[] = {"held", "committed", "canceled", "uncertain", "unwritten", "unknown"};
  return (unsigned)state < sizeof names / sizeof *names ? names[state] : NULL;
}

/* Makes room for the end of one more pass before its call is let in, because noting an end must not fail. */
static fg_status make_room(fg_handle *handle, fg_error *error) {
  fg_status status = FG_ARRAY_RESERVE(&handle->allocator, &handle->endings, handle->pass_count + 1);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

static void add_pass(fg_handle *handle, fg_pass *pass) {
  pass->handle = handle;
  pass->session = handle->reached.session;
  pass->state = FG_PASS_HELD;
  pass->previous = NULL;
  pass->next = handle->passes;
  if (handle->passes != NULL) {
    handle->passes->previous = pass;
  }
  handle->passes = pass;
  handle->pass_count++;
}

void fg_pass_release(fg_pass *pass) {
  fg_handle *handle = pass->handle;
  if (handle == NULL) {
    return;
  }
  *(pass->previous == NULL ? &handle->passes : &pass->previous->next) = pass->next;
  if (pass->next != NULL) {
    pass->next->previous = pass->previous;
  }
  handle->pass_count--;
  pass->handle = NULL;
}

static bool is_in_hand(const fg_handle *handle, uint64_t attempt) {
  for (const fg_pass *pass = handle->passes; pass != NULL; pass = pass->next) {
    if (pass->attempt == attempt && pass->state == FG_PASS_HELD) {
      return true;
    }
  }
  return false;
}

fg_status fg_handle_call(fg_handle *handle, const fg_command *command, fg_pass *pass, fg_outcome *outcome,
                         fg_error *error) {
  FG_TRY(check_kind(command, FG_DO_CALL, error));
  FG_TRY(make_room(handle, error));
  FG_TRY(enter_to_act(handle, error));
  fg_status status = apply_inside(handle, command, false, outcome, error);
  leave(handle);
  FG_TRY(status);
  pass->id = command->id;
  pass->call = outcome->is.used.call;
  pass->attempt = outcome->is.used.attempt;
  pass->by_clock = command->at == FG_NO_TIME;
  add_pass(handle, pass);
  return FG_OK;
}

fg_string fg_pass_id(const fg_pass *pass, char made[FG_CALL_NAME_MAX]) {
  return pass->call == 0 ? pass->id : fg_call_id(pass->session, pass->call, made);
}

/* ------------------------------------------------------------------------------------------------ the end of a call */

static void keep_text(char *own, size_t room, fg_string text) {
  FG_ASSERT(text.length <= room);
  if (text.length > 0) {
    memcpy(own, text.text, text.length);
  }
}

/* Attributes are of any size, so a copy of them is made before the end is tried: noting it cannot fail then. */
typedef struct kept_attributes {
  fg_attributes copies;
  fg_arena arena;
} kept_attributes;

static fg_status keep_attributes(const fg_handle *handle, const fg_command *command, kept_attributes *kept,
                                 fg_error *error) {
  *kept = (kept_attributes){.copies = command->attributes};
  bool has_some = kept->copies.count > 0;
  fg_status status = has_some ? fg_attributes_keep(&kept->copies, &kept->arena, &handle->allocator) : FG_OK;
  if (status != FG_OK) {
    fg_arena_release(&kept->arena, &handle->allocator);
    return fg_refuse(error, status);
  }
  return FG_OK;
}

static void note_ending(fg_handle *handle, const fg_pass *pass, const fg_command *command,
                        const kept_attributes *kept) {
  fg_ending *ending = &handle->endings.items[handle->endings.count++];
  *ending = (fg_ending){.command = *command, .attributes = kept->arena, .by_clock = pass->by_clock};
  ending->command.attributes = kept->copies;
  ending->command.attempt = pass->attempt;
  keep_text(ending->ref, sizeof ending->ref, command->ref);
  keep_text(ending->outcome, sizeof ending->outcome, command->outcome);
}

/* The command of an ending, with the texts that the ending keeps. */
static fg_command command_of(const fg_ending *ending) {
  fg_command command = ending->command;
  command.ref.text = command.ref.text == NULL ? NULL : ending->ref;
  command.outcome.text = command.outcome.text == NULL ? NULL : ending->outcome;
  return command;
}

static void forget_ending(fg_handle *handle, uint32_t place) {
  fg_arena_release(&handle->endings.items[place].attributes, &handle->allocator);
  handle->endings.count--;
  memmove(&handle->endings.items[place], &handle->endings.items[place + 1],
          (handle->endings.count - place) * sizeof *handle->endings.items);
}

static const fg_hold *find_hold(const fg_account *account, uint64_t attempt) {
  for (uint32_t i = account->state.holds.count; i > 0; i--) {
    if (account->state.holds.items[i - 1].attempt == attempt) {
      return &account->state.holds.items[i - 1];
    }
  }
  return NULL;
}

/* Finds out how a call ended that is no longer in flight, unless it waits for another end because nobody knows what its
   outcome means (R36). Only a canceled one leaves its id to another attempt. */
static fg_status how_it_ended(fg_account *account, fg_string id, uint64_t attempt, fg_pass_state *state) {
  const fg_hold *hold = find_hold(account, attempt);
  if (hold != NULL) {
    *state = hold->unknown ? FG_PASS_UNKNOWN : FG_PASS_UNCERTAIN;
    return FG_OK;
  }
  fg_past past;
  fg_past_room room;
  fg_status status = fg_past_find(account, id, &past, &room);
  bool is_committed = status == FG_OK && past.attempt == attempt && !fg_past_is_canceled(account, &past);
  *state = is_committed ? FG_PASS_COMMITTED : FG_PASS_CANCELED;
  return status == FG_UNKNOWN_ID ? FG_OK : status;
}

/* Sets the state of all passes of an attempt that has ended, as far as it can be found out. Called inside. */
static fg_status set_ended(fg_handle *handle, uint64_t attempt, fg_error *error) {
  for (fg_pass *pass = handle->passes; pass != NULL; pass = pass->next) {
    char made[FG_CALL_NAME_MAX];
    fg_pass_state state = pass->state;
    fg_status status = pass->attempt == attempt
                           ? how_it_ended(handle->reached.account, fg_pass_id(pass, made), attempt, &state)
                           : FG_OK;
    if (status != FG_OK) {
      return fg_refuse(error, status);
    }
    pass->state = state;
  }
  return FG_OK;
}

/* A failure of the disk or of memory, not a fault of the command. */
static bool may_be_tried_again(fg_status status) {
  fg_status_class class = fg_status_class_of(status);
  return class == FG_CLASS_LEDGER || class == FG_CLASS_INTERRUPTED;
}

/* Writes an ending that could not be written before. A call that is no longer in flight was ended after all, by the
   command whose answer was lost or by another. Called inside. */
static fg_status end_one_again(fg_handle *handle, const fg_ending *ending, fg_error *error) {
  char made[FG_CALL_NAME_MAX];
  fg_outcome outcome;
  fg_command command = command_of(ending);
  const fg_hold *hold = find_hold(handle->reached.account, command.attempt);
  if (hold == NULL) {
    return set_ended(handle, command.attempt, error);
  }
  command.id = fg_hold_id(hold, made);
  command.at = ending->by_clock ? FG_NO_TIME : fg_account_now(handle->reached.account);
  fg_status status = apply_inside(handle, &command, true, &outcome, error);
  if (may_be_tried_again(status)) {
    return status;
  }
  return set_ended(handle, command.attempt, error);
}

static FG_COLD fg_status end_again(fg_handle *handle, fg_error *error) {
  while (handle->endings.count > 0) {
    FG_TRY(end_one_again(handle, &handle->endings.items[0], error));
    forget_ending(handle, 0);
  }
  return FG_OK;
}

/* Makes way for an end that is given again while one is waiting to be written. Another end than the waiting one is
   refused, as it is after writing: what the host said of the vendor's count is not taken back because the disk was full. */
static FG_COLD fg_status withdraw_ending(fg_handle *handle, const fg_command *command, fg_error *error) {
  for (uint32_t i = 0; i < handle->endings.count; i++) {
    fg_command said = command_of(&handle->endings.items[i]);
    bool is_same = false;
    if (said.attempt != command->attempt) {
      continue;
    }
    fg_status status = fg_command_is_same(&said, command, &handle->reached.account->encoded, &is_same);
    if (status != FG_OK || !is_same) {
      return fg_refuse(error, status != FG_OK ? status : FG_ALREADY_FINISHED);
    }
    forget_ending(handle, i);
    return FG_OK;
  }
  return FG_OK;
}

static fg_status end_inside(fg_pass *pass, fg_command *command, fg_outcome *outcome, fg_error *error) {
  fg_handle *handle = pass->handle;
  if (command->at == FG_NO_TIME && !pass->by_clock) {
    command->at = fg_account_now(handle->reached.account);
  }
  fg_status status = apply_inside(handle, command, true, outcome, error);
  if (status == FG_ALREADY_FINISHED || (status == FG_OK && command->outcome.text != NULL)) {
    (void)set_ended(handle, pass->attempt, NULL); /* the answer is that of the command, whatever this finds */
  } else if (status == FG_OK) {
    pass->state = command->kind == FG_DO_COMMIT ? FG_PASS_COMMITTED : FG_PASS_CANCELED;
  }
  leave(handle);
  return status;
}

fg_status fg_pass_end(fg_pass *pass, fg_command *command, fg_outcome *outcome, fg_error *error) {
  fg_handle *handle = pass->handle;
  if (handle == NULL) {
    return fg_fail(error, FG_INVALID, "", "the account was released");
  }
  command->id = pass->id;
  command->call = pass->call;
  command->attempt = pass->attempt;
  FG_TRY(fg_command_check_fields(command, false, error));
  kept_attributes kept;
  FG_TRY(keep_attributes(handle, command, &kept, error));
  fg_status status = FG_LIKELY(handle->endings.count == 0) ? FG_OK : withdraw_ending(handle, command, error);
  bool may_end = status == FG_OK;
  status = may_end ? enter_to_act(handle, error) : status;
  status = status == FG_OK ? end_inside(pass, command, outcome, error) : status;
  if (may_end && may_be_tried_again(status)) {
    note_ending(handle, pass, command, &kept);
    pass->state = FG_PASS_UNWRITTEN;
  } else {
    fg_arena_release(&kept.arena, &handle->allocator);
  }
  return status;
}

void fg_pass_leave(fg_pass *pass) {
  if (pass->state == FG_PASS_HELD) {
    pass->state = FG_PASS_UNCERTAIN;
  }
}

/* ------------------------------------------------------------------------------------ calls that nobody has in hand */

/* Which calls in flight nobody has in hand, by their places. They are found inside the lock and told outside of it,
   because a visitor may run anything. */
typedef struct uncertain_calls {
  bool *is_uncertain;
  size_t count, asked;
} uncertain_calls;

/* A call whose outcome is unknown is uncertain whoever has it in hand, for there is nothing more to come from there. */
static fg_status is_uncertain(fg_handle *handle, const fg_hold *hold, fg_string id, bool *uncertain, fg_error *error) {
  bool elsewhere = false;
  *uncertain = hold->unknown;
  if (!*uncertain && !is_in_hand(handle, hold->attempt)) {
    FG_TRY(handle->reached.reach->is_elsewhere(handle->reached.context, id, hold->attempt, &elsewhere, error));
    *uncertain = !elsewhere;
  }
  return FG_OK;
}

/* Called inside. The caller releases `calls`, whatever the answer is. */
static fg_status find_uncertain(fg_handle *handle, uncertain_calls *calls, fg_error *error) {
  const fg_account *account = handle->reached.account;
  *calls = (uncertain_calls){.count = account->state.holds.count};
  calls->is_uncertain = fg_allocate(&handle->allocator, calls->count + 1);
  if (calls->is_uncertain == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  for (size_t i = 0; i < calls->count; i++) {
    const fg_hold *hold = &account->state.holds.items[i];
    char made[FG_CALL_NAME_MAX];
    FG_TRY(is_uncertain(handle, hold, fg_hold_id(hold, made), &calls->is_uncertain[i], error));
  }
  return FG_OK;
}

static void release_uncertain(const fg_handle *handle, const uncertain_calls *calls) {
  fg_release(&handle->allocator, calls->is_uncertain, calls->count + 1);
}

static bool is_next_uncertain(void *context, fg_string id) {
  uncertain_calls *calls = context;
  (void)id;
  return calls->is_uncertain[calls->asked++];
}

fg_status fg_handle_uncertain(fg_handle *handle, const fg_visitor *visitor, fg_error *error) {
  uncertain_calls calls;
  fg_call_filter filter = {is_next_uncertain, &calls};
  FG_TRY(enter(handle, error));
  fg_status status = find_uncertain(handle, &calls, error);
  leave(handle);
  if (status == FG_OK) {
    status = fg_account_tell_calls(handle->reached.account, &filter, visitor);
    status = status == FG_OK ? FG_OK : fg_refuse(error, status);
  }
  release_uncertain(handle, &calls);
  return status;
}

fg_status fg_handle_notices(fg_handle *handle, const fg_notice_limits *limits, const fg_visitor *visitor,
                            fg_error *error) {
  uncertain_calls calls;
  fg_call_filter filter = {is_next_uncertain, &calls};
  fg_notice_context context = {.uncertain = &filter, .offered = handle->reached.offered};
  FG_TRY(enter(handle, error));
  fg_clock_reading reading = fg_clock_read(&handle->source, handle->boot);
  fg_status status = find_uncertain(handle, &calls, error);
  status = status == FG_OK ? read_now(handle, &reading, &context.clock, &context.clock_is_suspect, error) : status;
  leave(handle);
  if (status == FG_OK) {
    status = fg_account_tell_notices(handle->reached.account, limits, &context, visitor, error);
  }
  release_uncertain(handle, &calls);
  return status;
}

/* Called inside. */
static fg_status resume(fg_handle *handle, fg_string id, uint64_t *attempt, fg_error *error) {
  fg_hold *hold = NULL;
  bool uncertain = false;
  fg_status status = fg_gate_find(handle->reached.account, id, &hold);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  *attempt = hold->attempt;
  FG_TRY(is_uncertain(handle, hold, id, &uncertain, error));
  return uncertain ? handle->reached.reach->take(handle->reached.context, *attempt,
                                                 fg_account_now(handle->reached.account), error)
                   : fg_refuse(error, FG_IN_FLIGHT);
}

fg_status fg_handle_resume(fg_handle *handle, fg_string id, fg_pass *pass, fg_error *error) {
  uint64_t attempt = 0;
  FG_TRY(make_room(handle, error));
  FG_TRY(enter_to_act(handle, error));
  fg_status status = resume(handle, id, &attempt, error);
  leave(handle);
  FG_TRY(status);
  pass->id = id;
  pass->call = 0;
  pass->attempt = attempt;
  pass->by_clock = !is_in_memory(handle) || handle->read.at != FG_NO_TIME;
  add_pass(handle, pass);
  return FG_OK;
}

/* --------------------------------------------------------------------------------------------------------- closing */

static fg_status end_at_last(fg_handle *handle, fg_error *error) {
  if (handle->endings.count == 0) {
    return FG_OK;
  }
  FG_TRY(enter_to_act(handle, error));
  leave(handle);
  return FG_OK;
}

fg_status fg_handle_close(fg_handle *handle, fg_error *error) {
  if (handle == NULL) {
    return FG_OK;
  }
  fg_error unasked;
  fg_allocator allocator = handle->allocator;
  fg_status ended = end_at_last(handle, error);
  while (handle->passes != NULL) {
    fg_pass_leave(handle->passes);
    fg_pass_release(handle->passes);
  }
  fg_account_free(handle->asked);
  fg_status closed = handle->reached.reach->close(handle->reached.context, ended == FG_OK ? error : &unasked);
  while (handle->endings.count > 0) {
    forget_ending(handle, handle->endings.count - 1);
  }
  FG_ARRAY_RELEASE(&allocator, &handle->endings);
  fg_release(&allocator, handle, sizeof *handle);
  return ended == FG_OK ? closed : ended;
}
