/* The clock of a handle: works out which instant it is, and whether the reading can be right. */
#include "handle_inside.h"

enum { JUMP_DAYS_MAX = 3652425 /* 10,000 years */ };

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

fg_time fg_clock_now(void) { return fg_clock_wall(&fg_system_clock); }

/* Whether `a` is after `b` by more than `most`. As `a`, FG_NO_TIME is before everything; as `b` it means that no
   instant is known, so the answer is no. */
static bool is_after_by_more(fg_time a, fg_time b, int64_t most) {
  int64_t difference = 0;
  return b != FG_NO_TIME && (__builtin_sub_overflow(a, b, &difference) ? a > b : difference > most);
}

/* The instant from which a jump of the clock is measured. It is that of the last command, not the one that the steady
   clock leads to, because after a sleep the system moves the steady clock too, by what its battery clock shows. An
   account in memory is often given instants of other years, so for it only the last reading of this handle's clock
   counts. */
static fg_time last_known(const fg_handle *handle) {
  return handle->reached.mark == NULL ? handle->read.at
                                      : fg_max_i64(handle->read.at, fg_account_now(handle->reached.account));
}

static bool is_before_guide(const fg_account *account, fg_time at) {
  return account->state.now == FG_NO_TIME && account->book->as_of != FG_NO_DATE &&
         at < fg_account_begin(account, account->book->as_of);
}

fg_status fg_handle_read_clock(fg_handle *handle, const fg_clock_reading *reading, fg_time *now, bool *suspect,
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

fg_status fg_handle_decide_instant(fg_handle *handle, const fg_clock_reading *reading, bool is_end, fg_time *at,
                                   fg_error *error) {
  bool suspect = false;
  FG_TRY(fg_handle_read_clock(handle, reading, at, &suspect, error));
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
  FG_TRY(fg_handle_enter(handle, error));
  fg_clock_reading reading = fg_clock_read(&handle->source, handle->boot);
  fg_status status = fg_handle_read_clock(handle, &reading, &now, &suspect, error);
  if (status == FG_OK && suspect && reading.wall == FG_CLOCK_LAST) {
    status = fg_refuse(error, FG_CLOCK_SUSPECT);
  } else if (status == FG_OK && suspect) {
    status = handle->reached.reach->trust(handle->reached.context, now, error);
  }
  fg_handle_leave(handle);
  return status;
}
