/* The state of an account: what its commands have led to, small and copied as a whole.

   Rare commands and due events work on a copy, the draft, which replaces the state once all has gone well, so that a
   failure in the middle, of memory too, leaves nothing half done. Usage, which is frequent, makes room first, and then
   writes in place and cannot fail. */
#ifndef FG_STATE_H
#define FG_STATE_H

#include "../book/book.h"
#include "history.h"
#include "lots.h"
#include "usage_kept.h"

/* Units let through that leave a rate window together. */
typedef struct fg_admission {
  fg_time leaves;
  int64_t units;
} fg_admission;

/* What counts toward a limit now (rules/limiter.h). A bucket is as full as its units, and the one admission that it
   then has says how much more, in units × microseconds of the window, and when it was so full. */
typedef struct fg_window {
  int64_t limit;  ///< in force; -1: none (derived)
  int64_t units;  ///< in the window; tasks at once: those of abandoned calls too, until somebody asks for a slot
  uint32_t first; ///< admissions before it have left the window
  uint8_t kind;   ///< fg_limit_kind (derived)
  bool replaced;  ///< what is bought stands in the place of the book's limit (derived)
  FG_ARRAY(fg_admission) admissions; ///< oldest first
} fg_window;

/* A capacity order. */
typedef struct fg_capacity_order {
  fg_string id;
  int64_t quantity;
  fg_time from, until;
  uint32_t place; ///< in fg_book.capacities
  bool refunded;
  bool by_days;                     ///< sold by the day, else by the month
  fg_amount price;                  ///< of the quantity for one of these
  fg_amount changed[FG_FUND_COUNT]; ///< what changes took from each fund; below 0: paid back
} fg_capacity_order;

/* From an instant on, until the next step, so much capacity is held. */
typedef struct fg_capacity_step {
  fg_time from;
  int64_t held;
} fg_capacity_step;

/* What a choice will switch to. */
typedef struct fg_switch_pending {
  fg_time at; ///< FG_NO_TIME: nothing is pending
  uint32_t product;
} fg_switch_pending;

/* What is held of a capacity. */
typedef struct fg_holding {
  int64_t held;                     ///< in force now
  FG_ARRAY(fg_capacity_step) steps; ///< of what the orders hold, in the order of time; those gone by are left out
} fg_holding;

/* What earlier invoices have had of a line, where these are of shorter periods than its tiers are. */
typedef struct fg_invoiced {
  fg_cell cell; ///< the line's price, in one of the editions
  uint8_t kind; ///< fg_line_kind
  fg_amount amount;
} fg_invoiced;

/* What a fee of a product has come to by one edition and is not invoiced. */
typedef struct fg_fee_count {
  uint16_t fee; ///< its place among the product's
  uint16_t edition;
  bool is_whole;    ///< the current period is charged whole; a fee once for all was charged
  fg_exact ended;   ///< of periods that are over
  fg_exact current; ///< of the current one
} fg_fee_count;

/* What holds for the usage of a product until something changes: found when it does, asked by every usage. */
typedef struct fg_in_force {
  uint8_t refusal; ///< fg_status; FG_OK: usage is served
  bool is_billed;  ///< it draws on grants and packs, the rest is for the bill; else it is free (R10, R17)
  bool counts;     ///< what is free counts toward a tier all the same (R17)
  bool asks_rest;  ///< what grants and packs leave over may be refused: as `rest` says, or at a null price
  bool usual;      ///< nothing of this is asked of usage that is billable: it is served, billed, of a plain product
                   ///< that is on sale, and so is what grants and packs leave over
  bool
      usual_by_rules; ///< the same of a product that is not plain, but moves alone, and keeps nothing for its aggregate
  uint8_t rest;       ///< fg_status; FG_OK: it is served
} fg_in_force;

typedef struct fg_service {
  bool open, was_open;
  bool postpaid_on; ///< what grants and packs leave over is sold, where that is a choice
  uint16_t mode;    ///< set by hand (R17): 0, usage; else 1 + the place of a capacity among the product's
  int64_t materials_held, materials_limit;
  fg_time opened; ///< the first opening, of one that was open
  fg_time stops;  ///< when it is suspended for arrears, or was; FG_NO_TIME: never
  int64_t total;  ///< units of all kinds, of this civil month and of open periods begun before: bounds every count
  fg_usage settled_units; ///< of this civil month, those of buckets that are settled
  fg_time begin, end;     ///< of the current stretch, in which usage is counted
  fg_time settled;        ///< until when usage is settled: the begin of a period
  fg_time settles;        ///< when that period is
  FG_ARRAY(fg_bucket)
  buckets;          ///< of what is not settled yet, in the order of periods of tiers, cells and stretches; of a
                    ///< plain product the last is the current one
  fg_slices slices; ///< of buckets that are kept by tier
  FG_ARRAY(fg_invoiced) invoiced;     ///< of the running totals that are open
  FG_ARRAY(fg_drawable) drawable;     ///< usable lots, in the order they are drawn on (R7)
  fg_in_force in_force;               ///< derived, by fg_service_refresh
  fg_time fees_until;                 ///< fees are counted up to then
  FG_ARRAY(fg_fee_count) fees;        ///< in the order of fees and editions, those of which something is known
  FG_ARRAY(fg_aggregated) aggregated; ///< in the order of the values
  FG_ARRAY(int64_t) highest;          ///< samples of percentiles, room for as many as the book keeps of each value
  fg_span aggregated_in;              ///< the period that is open; of nothing, if nothing is aggregated
} fg_service;

/* The money spent, by what for. */
typedef struct fg_spent {
  fg_amount packs, materials, capacity, postpaid;
  fg_amount gross; ///< the sum of these
  fg_amount refunded;
} fg_spent;

typedef struct fg_wallet {
  bool limited; ///< false: unlimited funds (R34)
  fg_amount of[FG_FUND_COUNT];
} fg_wallet;

/* The host's own caps on what postpaid usage may cost. */
typedef struct fg_caps {
  bool day_limited, month_limited;
  fg_amount day, month;
  fg_amount day_begin;   ///< the month's bill when the day began, or when the day's cap was set
  fg_amount invoiced;    ///< of all periods that are not months
  fg_amount month_begin; ///< that and what was open of such periods, when the month began
} fg_caps;

typedef struct fg_state {
  fg_wallet wallet;
  fg_spent spent;
  fg_time now;           ///< the latest instant seen
  fg_time next_due;      ///< when the next thing happens by itself
  fg_month month;        ///< of now
  fg_time arrears_since; ///< the settlement that left the balance negative; FG_NO_TIME: not in arrears
  bool violation;
  bool shares;                     ///< a draft whose lists are still those of the state it is to replace (fg_state_own)
  uint32_t orders;                 ///< accepted so far: made-up ids count them
  uint64_t calls;                  ///< accepted so far: attempts count them
  fg_service *services;            ///< one per product of the book
  fg_product_group *groups;        ///< one per group of products
  fg_window *windows;              ///< one per window of the book
  fg_holding *holdings;            ///< one per capacity of the book
  fg_switch_pending *switches;     ///< one per choice of the book; NULL where it has none
  fg_time slots_until;             ///< no call that has a slot is abandoned before then
  fg_month *issued;                ///< per grant offer of the book: month of the last issue, 0 for none
  const fg_attributes *attributes; ///< of the account, in the history; NULL: none
  FG_ARRAY(fg_lot) lots;           ///< all ever
  FG_ARRAY(fg_recurring_pack) recurring; ///< rising by `lot`
  FG_ARRAY(fg_bundle_order) bundles;     ///< all ever
  FG_ARRAY(fg_capacity_order) capacity;
  FG_ARRAY(fg_amendment) amendments;   ///< announced on this account, after the book's own
  FG_ARRAY(fg_hold) holds;             ///< in the order of the commands
  FG_ARRAY(fg_adjustment) adjustments; ///< not settled yet
  fg_caps caps;
} fg_state;

struct fg_archive; /* past.h */

/* What was used of a product in a period of its settlement, and what that comes to. */
typedef struct fg_period_use {
  fg_span period;
  fg_period settle; ///< which it is one of
  uint32_t product;
  fg_usage usage;
  fg_amount amount;
  fg_time settled; ///< FG_NO_TIME: not yet
} fg_period_use;
typedef FG_ARRAY(fg_period_use) fg_period_uses;

struct fg_account {
  fg_book *book;  ///< the edition in force, one of `whole`
  fg_book *whole; ///< all its editions
  fg_book *begun; ///< the book that it was made with; `whole` is joined of it and of all that was adopted since
  fg_allocator allocator;
  fg_policy policy;
  uint32_t offer_count; ///< length of fg_state.issued: the free grants of all products, at least 1
  uint32_t refused_by;  ///< the window of the rate limit that last refused a call
  fg_state state;
  fg_history *history;
  const struct fg_archive *archive; ///< NULL: all is in the history
  FG_ARRAY(fg_taken) taken;         ///< by the usage being recorded
  FG_ARRAY(fg_run) joined;          ///< what the oldest runs of its group become with it, if there are too many
  uint32_t *asked; ///< windows that the call being asked is asked by, where these depend on it, after their room; NULL
  FG_ARRAY(int64_t) asked_for;      ///< what each of these counts of it, where a bought rate covers some
  FG_ARRAY(fg_draw) draws;          ///< answers of `use` point here
  FG_ARRAY(fg_invoice_line) lines;  ///< of the preview last answered
  FG_ARRAY(fg_invoice_part) parts;  ///< of these
  FG_ARRAY(fg_adjustment) adjusted; ///< that it lists
  fg_invoice preview;
  fg_text encoded;        ///< the commands being compared
  int64_t retry_after_us; ///< of the call last refused by a rate limit
  fg_time void_at;      ///< when packs that are bought are void, for who asks what if; FG_NO_TIME: by their terms (R6)
  fg_period_uses *uses; ///< borrowed; where settlements note what they settle, which no fork does; NULL: nowhere
};

/* An independent copy of the account's state, the strings shared. On failure nothing is kept. */
fg_status fg_state_copy(const fg_account *account, const fg_state *state, fg_state *copy);

/* A draft of the account's state that shares the lists of what was ever bought or let through: a command costs what it
   changes, and not what the account has ever had. Items are appended to a shared list as long as it has room, which the
   state does not see; whoever changes or removes an item, or needs room, makes the lists the draft's own first. */
fg_status fg_state_draft(const fg_account *account, fg_state *draft);
fg_status fg_state_own(const fg_account *account, fg_state *draft);

/* Room for one item more in a list of a state that may be such a draft. */
#define FG_STATE_RESERVE(account, state, list)                                                                         \
  ((list)->count < (list)->room                ? FG_OK                                                                 \
   : fg_state_own((account), (state)) != FG_OK ? FG_NO_MEMORY                                                          \
                                               : FG_ARRAY_RESERVE(&(account)->allocator, (list), 1))

/* Puts a draft in the place of the account's state. */
void fg_state_replace(fg_account *account, fg_state *draft);
void fg_state_release(const fg_account *account, fg_state *state);

/* Memory of a state, in bytes. */
size_t fg_state_bytes(const fg_account *account, const fg_state *state);

/* Position in fg_state.issued of a grant offer of a product or pool. */
uint32_t fg_offer_slot(const fg_book *book, uint32_t owner, uint32_t offer);

static inline fg_attributes fg_state_attributes(const fg_state *state) {
  return state->attributes == NULL ? (fg_attributes){NULL, 0} : *state->attributes;
}

/* What an id names, NULL if it names no such thing. Of an order and a free grant with the same id, the order. */
fg_lot *fg_state_lot(const fg_state *state, fg_string id);
fg_capacity_order *fg_state_capacity_order(const fg_state *state, fg_string id);
fg_bundle_order *fg_state_bundle(const fg_state *state, fg_string id);

/* Allocates what a state has one of per product, group, window, capacity, choice and grant of its book. FG_NO_MEMORY;
   it has none of it then. */
fg_status fg_state_allocate(const fg_account *account, fg_state *state);

/* The cell of the stretch that begins at an instant; NULL once it is settled. */
fg_bucket *fg_state_bucket(const fg_service *service, fg_time begin, fg_cell cell);

/* The edition of the account's book with a number, and the number of the one in force. */
static inline const fg_book *fg_account_edition(const fg_account *account, uint16_t edition) {
  return fg_book_edition(account->whole, edition);
}
static inline uint16_t fg_edition_in_force(const fg_account *account) {
  return account->whole->edition_count == 0 ? 0 : account->book->edition;
}

/* The switches of a product, or of a pool, which has none of its own. */
static inline fg_policy fg_policy_of(const fg_account *account, uint32_t owner) {
  return fg_policy_within(&account->policy, fg_book_owner(account->book, owner)->policy);
}

/* The group that a product is in. */
static inline fg_product_group *fg_state_group(const fg_account *account, const fg_state *state, uint32_t product) {
  return &state->groups[account->book->products[product].group];
}

/* Adds to one of the kinds of spending and to their sum; false if that no longer fits. */
static inline bool fg_spend(fg_spent *spent, fg_amount *kind, fg_amount amount) {
  return fg_amount_add(*kind, amount, kind) && fg_amount_add(spent->gross, amount, &spent->gross);
}

/* Who chooses the ids of commands. */
typedef enum fg_naming {
  FG_NAMED_BY_HOST,   ///< a new one is none of the reserved, and a call has one
  FG_NUMBERED,        ///< the same, but a call that has none gets the history's next number
  FG_NAMED_BY_LIBRARY ///< a handle has, now or when the ledger was written: it may be a reserved one
} fg_naming;

/* fg_account_apply is this for a host that names everything itself. */
fg_status fg_account_apply_as(fg_account *account, const fg_command *command, fg_naming naming, fg_outcome *outcome,
                              fg_error *error);

/* Takes back time that a question or a refusal let pass in memory alone, where nothing fell due, because another handle
   may have written commands of an earlier instant. */
void fg_account_turn_back(fg_account *account, fg_time at);

/* Puts another book in the place of the account's, which is released, and an edition of it in force. */
void fg_account_take_whole(fg_account *account, fg_book *whole, uint32_t edition);

/* The product a command names, if its kind has one. FG_UNKNOWN_PRODUCT. */
fg_status fg_account_product(const fg_account *account, const fg_command *command, uint32_t *product);
/* The product or the pool that a command names as the owner of a grant or pack. FG_UNKNOWN_PRODUCT. */
fg_status fg_account_owner(const fg_account *account, const fg_command *command, uint32_t *owner);

/* Fills `error` with FG_TIME_REVERSAL and the latest instant that the account has seen. */
FG_COLD fg_status fg_refuse_reversal(const fg_account *account, fg_error *error);

static inline fg_date fg_account_date(const fg_account *account, fg_time time) {
  return fg_date_at(time, &account->book->zone);
}
static inline fg_time fg_account_begin(const fg_account *account, fg_date date) {
  return fg_date_begin(date, &account->book->zone);
}
static inline fg_month fg_account_month(const fg_account *account, fg_time time) {
  return fg_month_of(fg_account_date(account, time));
}
/* Hours of the month that an instant is in. */
static inline int fg_account_month_hours(const fg_account *account, fg_time time) {
  return fg_month_hours(fg_account_month(account, time), &account->book->zone);
}

#endif
