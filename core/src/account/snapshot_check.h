/* What the files that check a snapshot share: the state being checked, and questions about it that several of them
   ask. */
#ifndef FG_SNAPSHOT_CHECK_H
#define FG_SNAPSHOT_CHECK_H

#include "../state/history.h"
#include "../state/state.h"

typedef struct fg_state_check {
  const fg_account *account;
  fg_state *state;
  fg_history *history;
  const fg_ids *ids;
  bool is_told; ///< the bytes held derived values, too, which are compared
  bool is_good; ///< no condition has failed yet
} fg_state_check;

static inline void fg_require(fg_state_check *check, bool holds) { check->is_good = check->is_good && holds; }

/* Fills in a derived member or, if the bytes held it, requires that it was read as that value. */
#define FG_FOLLOWS(check, member, value)                                                                               \
  do {                                                                                                                 \
    __typeof__(member) following = (__typeof__(member))(value);                                                        \
    if ((check)->is_told) {                                                                                            \
      fg_require((check), (member) == following);                                                                      \
    } else {                                                                                                           \
      (member) = following;                                                                                            \
    }                                                                                                                  \
  } while (0)

static inline const fg_product *fg_checked_product(const fg_state_check *check, uint32_t product) {
  return &check->account->book->products[product];
}

static inline fg_product_group *fg_checked_group(const fg_state_check *check, uint32_t owner) {
  return &check->state->groups[fg_book_owner(check->account->book, owner)->group];
}

static inline bool fg_owner_is_of_group(const fg_state_check *check, uint32_t owner, uint32_t group) {
  return fg_book_owner(check->account->book, owner)->group == group;
}

/* Whether an instant is in the calendar, and not later than now. */
static inline bool fg_has_passed(const fg_state_check *check, fg_time time) {
  return fg_time_is_civil(time) && time <= check->state->now;
}

/* Whether a period has begun. One of the calendar may have begun up to a year before the first instant. */
static inline bool fg_has_begun(const fg_state_check *check, fg_time begin) {
  return begin > FG_TIME_MIN - 366 * FG_DAY && begin <= check->state->now;
}

/* Whether an end is after its beginning, and within the calendar unless it is FG_NEVER. */
static inline bool fg_is_end(fg_time begin, fg_time end) {
  return end > begin && (end == FG_NEVER || end <= FG_TIME_MAX);
}

/* Whether a period is one of time, and counts its units if it is anchored. FG_EVERY_EVENT, which is below 0, is
   none. */
static inline bool fg_is_period(fg_period period) {
  bool is_counted = fg_period_is_anchored(period) ? period.count > 0 && period.count <= FG_HOURS_MAX
                                                  : period.count == 0;
  return period.unit > FG_EVERY_EVENT && period.unit < FG_PERIOD_UNITS && is_counted;
}

/* Whether a number can be one that commands have counted up to, which never reach INT64_MAX. */
static inline bool fg_is_count(uint64_t number) { return number < INT64_MAX; }

static inline bool fg_is_text(fg_string text) { return text.text != NULL && fg_string_is_text(text); }

static inline bool fg_is_id(fg_string id) { return fg_is_text(id) && id.length > 0; }

static inline bool fg_is_paid(fg_amount amount) { return amount >= 0; }

/* Adds a count to a sum. The count must not be below 0, and the sum must not overflow. */
static inline void fg_require_count(fg_state_check *check, int64_t count, int64_t *sum) {
  fg_require(check, count >= 0 && fg_add_i64(*sum, count, sum));
}

static inline bool fg_is_date(fg_date date) { return date >= 0 && date <= fg_date_of(9999, 12, 31); }

/* Each checks one part of the state, and clears `is_good` if that part cannot be. */
void fg_snapshot_check_lots(fg_state_check *check);
/* Checks the month of the latest issue of each free grant. FG_NO_MEMORY. */
fg_status fg_snapshot_check_issues(fg_state_check *check);
void fg_snapshot_check_capacity_orders(fg_state_check *check);
void fg_snapshot_check_amendments(fg_state_check *check);
/* Fills in the current periods of a product; called for all products before any of the next checks. */
void fg_snapshot_check_periods(fg_state_check *check, uint32_t product);
void fg_snapshot_check_service(fg_state_check *check, uint32_t product);
/* Checks what earlier invoices charged of running totals that go on, after the invoices themselves. FG_NO_MEMORY,
   FG_INVALID. */
fg_status fg_snapshot_check_invoiced(fg_state_check *check, uint32_t product);
void fg_snapshot_check_made(fg_state_check *check, const fg_made *made);
/* Checks aggregates, and fills in the period that is open. */
void fg_snapshot_check_aggregates(fg_state_check *check, uint32_t product);
void fg_snapshot_check_window(fg_state_check *check, uint32_t place);
/* Checks of a group's regimes what does not depend on calls; called for all groups before the calls are checked. */
void fg_snapshot_check_regime_heads(fg_state_check *check, uint32_t number);
void fg_snapshot_check_holds(fg_state_check *check);
void fg_snapshot_check_invoices(fg_state_check *check);
void fg_snapshot_check_adjustments(fg_state_check *check);
/* Checks the orders, and adds to `spent` what was spent on each kind of them. FG_NO_MEMORY. */
fg_status fg_snapshot_check_orders(fg_state_check *check, fg_spent *spent);
fg_status fg_snapshot_check_regimes(fg_state_check *check, uint32_t number);

/* Checks a sum of what events have cost that are priced each by itself, in the form in which it is kept. */
void fg_snapshot_check_cost(fg_state_check *check, const int64_t *kept);

/* If units of a cell are kept by tier, all its postpaid units are, so `postpaid` is derived from them. */
void fg_snapshot_check_slices(fg_state_check *check, uint32_t product, fg_cell cell, const fg_slices *slices,
                              uint32_t first, int64_t *postpaid);

#endif
