/* The state of an account: what its commands have led to. It is small, and is copied as a whole.

   Rare commands and due events work on a copy, the draft. It replaces the state once everything has succeeded, so that
   a failure in the middle, also of memory, leaves nothing half done. Usage is frequent, so it works in place: it makes
   room first, and then writes and cannot fail. */
#ifndef FG_STATE_H
#define FG_STATE_H

#include "../book/book.h"
#include "history.h"
#include "ids.h"
#include "lots.h"
#include "usage_kept.h"

/* Units that leave a rate window together. */
typedef struct fg_admission {
  fg_time leaves;
  int64_t units;
} fg_admission;

/* What counts toward a limit now (rules/limiter.h). A bucket has one admission, which says when it had the level
   `units`, and how much more than that, in units × microseconds of the window. */
typedef struct fg_window {
  int64_t limit; ///< the limit in force; -1: there is no limit (derived)
  /* Units in the window; of tasks at once, slots taken, also by abandoned calls until somebody asks for a slot. */
  int64_t units;
  uint32_t first;                    ///< admissions before this place have left the window
  uint8_t kind;                      ///< fg_limit_kind (derived)
  bool replaced;                     ///< bought capacity replaces the book's limit (derived)
  FG_ARRAY(fg_admission) admissions; ///< the oldest comes first
} fg_window;

typedef struct fg_capacity_order {
  fg_string id;
  int64_t quantity;
  fg_time from, until;
  uint32_t place; ///< place in fg_book.capacities
  bool refunded;
  bool by_days;                     ///< true: it was sold by the day; false: by the month
  fg_amount price;                  ///< price of the quantity for one day or month
  fg_amount changed[FG_FUND_COUNT]; ///< what changes of the order took from each fund; below 0: paid back
} fg_capacity_order;

/* From an instant to the next step, so much capacity is held. */
typedef struct fg_capacity_step {
  fg_time from;
  int64_t held;
} fg_capacity_step;

/* The switch of a choice to another product that is to come. */
typedef struct fg_switch_pending {
  fg_time at; ///< FG_NO_TIME: none is to come
  uint32_t product;
} fg_switch_pending;

/* What an account holds of a capacity. */
typedef struct fg_holding {
  int64_t held;                     ///< how much is held now
  FG_ARRAY(fg_capacity_step) steps; ///< what all orders hold, in the order of time, without steps that are over
} fg_holding;

/* What earlier invoices charged of a line whose running total goes on, because its tier period is longer than the
   settlement period. */
typedef struct fg_invoiced {
  fg_cell cell; ///< cell of the line's price, in some edition
  uint8_t kind; ///< fg_line_kind
  fg_amount amount;
} fg_invoiced;

/* What a fee has come to by one edition and was not invoiced. */
typedef struct fg_fee_count {
  uint16_t fee; ///< place of the fee in the product
  uint16_t edition;
  bool is_whole;    ///< the current period is charged whole; of a fee once for all: it was charged
  fg_exact ended;   ///< sum of the periods that are over
  fg_exact current; ///< sum of the current period
} fg_fee_count;

/* What holds for usage of a product until something changes. It is derived at each change, and every usage asks it. */
typedef struct fg_in_force {
  uint8_t refusal; ///< fg_status that refuses usage; FG_OK: usage is served
  bool is_billed;  ///< true: usage draws on grants and packs, and the rest is billed; false: it is free (R10, R17)
  bool counts;     ///< free usage counts toward a tier nevertheless (R17)
  bool asks_rest;  ///< units that grants and packs leave over may be refused, by `rest` or at a null price
  /* Billable usage needs no further question: it is served and billed, the product is plain and on sale, and whatever
     grants and packs leave over is sold. */
  bool usual;
  bool usual_by_rules; ///< the same for a product that is not plain, but moves alone and has no aggregate
  uint8_t rest;        ///< fg_status that refuses usage beyond grants and packs; FG_OK: it is sold
} fg_in_force;

/* As which version an account counts. A ledger counts for ever as the version did that began it, so that what was
   invoiced stays (R37), and its commands lead to what they led to. Raise FG_COUNTING_NOW when the same commands lead to
   another amount. From FG_COUNTING_SOLD on, what an edition sells no more has no least amount, no fee of a tier and is
   opened by no switch; an invoice is bounded by the edition at its end; a call that is made billed counts by its own
   mode; and one that is undone makes no room in later caps. */
typedef enum fg_counting {
  FG_COUNTING_FIRST = 1,
  FG_COUNTING_SOLD = 2,
  FG_COUNTING_NOW = FG_COUNTING_SOLD
} fg_counting;

/* How billable usage is counted (R10, R17). */
static inline fg_usage_kind fg_kind_of_mode(const fg_in_force *now) {
  return now->is_billed ? FG_USAGE_BILLED : now->counts ? FG_USAGE_COUNTED : FG_USAGE_UNBILLED;
}

typedef struct fg_service {
  bool open, was_open;
  bool postpaid_on; ///< usage beyond grants and packs is sold, where the account has that choice
  uint16_t mode;    ///< mode set by hand (R17): 0 for usage, else 1 + place among the product's capacities
  int64_t materials_held, materials_limit;
  fg_time opened; ///< first opening, if the product ever was open
  fg_time stops;  ///< when arrears suspend it, or suspended it; FG_NO_TIME: they do not
  /* Units of all kinds in this civil month and in open periods that began before; no count of the product is above
     it. */
  int64_t total;
  fg_usage settled_units; ///< units of this civil month in buckets that are settled
  fg_time begin, end;     ///< the current stretch, in which usage is counted now
  fg_time settled;        ///< up to when usage is settled: the begin of a period
  fg_time settles;        ///< when the period that begins at `settled` is settled
  /* Usage that is not settled, in the order of tier periods, cells and stretches; the last bucket of a plain product is
     the current one. */
  FG_ARRAY(fg_bucket) buckets;
  fg_slices slices;                   ///< numbers that buckets keep besides units (rules/cells.h)
  FG_ARRAY(fg_invoiced) invoiced;     ///< for the running totals that go on
  FG_ARRAY(fg_drawable) drawable;     ///< lots that can be drawn on, in the order of deduction (R7)
  fg_in_force in_force;               ///< derived by fg_service_refresh
  fg_time fees_until;                 ///< fees are counted up to this instant
  FG_ARRAY(fg_fee_count) fees;        ///< in the order of fees and editions
  FG_ARRAY(fg_aggregated) aggregated; ///< one for each value in use, in the order of the values
  /* The highest samples of percentiles, with room for as many as the book keeps for each value. */
  FG_ARRAY(int64_t) highest;
  fg_span aggregated_in; ///< the open period of the aggregate; without meaning if `aggregated` is empty
} fg_service;

/* The money that was spent, by what it was spent on. */
typedef struct fg_spent {
  fg_amount packs, materials, capacity, postpaid;
  fg_amount gross; ///< sum of `packs`, `materials`, `capacity` and `postpaid`
  fg_amount refunded;
} fg_spent;

typedef struct fg_wallet {
  bool limited; ///< false: funds are unlimited (R34)
  fg_amount of[FG_FUND_COUNT];
} fg_wallet;

/* The host's own caps on what postpaid usage may cost. */
typedef struct fg_caps {
  bool day_limited, month_limited;
  fg_amount day, month;
  fg_amount day_begin;   ///< the month's bill at the begin of the day, or when the day's cap was set
  fg_amount invoiced;    ///< amount of all invoices of periods that are not months
  fg_amount month_begin; ///< when the month began: `invoiced`, and what was open of such periods
} fg_caps;

typedef struct fg_state {
  fg_wallet wallet;
  fg_spent spent;
  fg_time now;           ///< the latest instant that the account has seen
  fg_time next_due;      ///< when something is due next
  fg_month month;        ///< month of `now`
  fg_time arrears_since; ///< the settlement that left the balance below zero; FG_NO_TIME: not in arrears
  bool violation;
  bool shares;              ///< it is a draft that shares its lists with the state that it will replace (fg_state_own)
  uint32_t orders;          ///< orders accepted so far; ids that are made up count them
  uint64_t calls;           ///< calls accepted so far; attempts count them
  fg_service *services;     ///< one for each product of the book
  fg_product_group *groups; ///< one for each group of products
  fg_window *windows;       ///< one for each window of the book
  fg_holding *holdings;     ///< one for each capacity of the book
  fg_switch_pending *switches;           ///< one for each choice of the book; NULL: it has none
  fg_time slots_until;                   ///< no call that has a slot is abandoned before this instant
  fg_month *issued;                      ///< for each grant of the book, the month of its last issue; 0: none
  const fg_attributes *attributes;       ///< attributes of the account, kept by the history; NULL: none
  FG_ARRAY(fg_lot) lots;                 ///< all that the account ever had
  FG_ARRAY(fg_recurring_pack) recurring; ///< in the order of `lot`
  FG_ARRAY(fg_bundle_order) bundles;     ///< all that the account ever bought
  FG_ARRAY(fg_capacity_order) capacity;
  FG_ARRAY(fg_amendment) amendments;   ///< amendments announced on this account; they come after the book's own
  FG_ARRAY(fg_hold) holds;             ///< in the order of the commands
  FG_ARRAY(fg_adjustment) adjustments; ///< adjustments of periods that are not settled
  fg_caps caps;
} fg_state;

struct fg_archive; /* past.h */

/* What was used of a product in a settlement period, and what it cost. */
typedef struct fg_period_use {
  fg_span period;
  fg_period settle; ///< the kind of period that `period` is
  uint32_t product;
  fg_usage usage;
  fg_amount amount;
  fg_time settled; ///< FG_NO_TIME: not settled yet
  bool is_told;    ///< settled before anyone kept uses, so that it is not told
} fg_period_use;
typedef FG_ARRAY(fg_period_use) fg_period_uses;

/* The units that a usage of an event counted for one of its products. */
typedef struct fg_event_units {
  uint32_t product;
  int64_t free, packs, postpaid, unbilled;
} fg_event_units;
typedef FG_ARRAY(fg_event_units) fg_event_units_list;

struct fg_account {
  fg_book *book;  ///< the edition in force, which is one of `whole`
  fg_book *whole; ///< the book with all editions
  fg_book *begun; ///< the book that the account began with; `whole` was joined of it and all later books
  fg_allocator allocator;
  fg_policy policy;
  uint32_t offer_count; ///< length of fg_state.issued: the free grants of all products, at least 1
  uint32_t refused_by;  ///< window of the rate limit that last refused a call
  fg_state state;
  fg_history *history;
  fg_ids ids;
  const struct fg_archive *archive; ///< NULL: `ids` has all that are known
  FG_ARRAY(fg_taken) taken;         ///< what the usage being recorded took from lots
  FG_ARRAY(fg_run) joined;          ///< the oldest runs of a group, joined if there are too many
  uint32_t joined_of;               ///< how many runs these are in place of; 0: none are to be joined
  uint8_t counting;                 ///< fg_counting
  /* Windows that the current call asks, if they depend on it, after a first item that says how many fit;
     NULL: no call has needed them yet. */
  uint32_t *asked;
  /* How much each of these windows counts of the call, if a bought rate covers part of it. */
  FG_ARRAY(int64_t) asked_for;
  FG_ARRAY(fg_draw) draws;          ///< answers of `use` point here
  FG_ARRAY(fg_invoice_line) lines;  ///< lines of the latest preview
  FG_ARRAY(fg_invoice_part) parts;  ///< parts of these lines
  FG_ARRAY(fg_adjustment) adjusted; ///< corrections that the preview lists
  int64_t retry_after_us;           ///< how long the call must wait that a rate limit refused last
  fg_invoice preview;
  fg_text encoded; ///< commands that are being compared, as bytes
  fg_time void_at; ///< when packs bought now are void, as a what-if question asks; FG_NO_TIME: by their terms (R6)
  fg_event_units_list *event_units; ///< where usages of events note their units, borrowed; NULL: nowhere, as in forks
  fg_period_uses *uses; ///< where settlements note what they settle, borrowed; NULL: nowhere, and always so in forks
  /* NULL: the command is new. Else it is one that a ledger holds, so it was accepted, maybe by an earlier version; if
     it is a refund, what that gave back, with what was forfeited; below 0: it is not known. */
  const fg_amount *reread;
};

/* Copies a state of the account; the copy shares its strings. On failure nothing is kept. */
fg_status fg_state_copy(const fg_account *account, const fg_state *state, fg_state *copy);

/* A draft of the account's state. It shares the lists of all that was ever bought or let through, so that a command
   costs what it changes and not what the account has ever had. An item may be appended to a shared list that has room,
   because the state does not see it. Before an item is changed or removed, or a list grows, fg_state_own makes the
   lists the draft's own. */
fg_status fg_state_draft(const fg_account *account, fg_state *draft);
fg_status fg_state_own(const fg_account *account, fg_state *draft);

/* Makes room for one more item in a list of a state, which may be a draft that shares its lists. */
#define FG_STATE_RESERVE(account, state, list)                                                                         \
  ((list)->count < (list)->room                ? FG_OK                                                                 \
   : fg_state_own((account), (state)) != FG_OK ? FG_NO_MEMORY                                                          \
                                               : FG_ARRAY_RESERVE(&(account)->allocator, (list), 1))

/* Replaces the account's state by a draft. */
void fg_state_replace(fg_account *account, fg_state *draft);
void fg_state_release(const fg_account *account, fg_state *state);

/* How many bytes of memory a state takes. */
size_t fg_state_bytes(const fg_account *account, const fg_state *state);

/* The place in fg_state.issued of a grant of a product or pool. */
uint32_t fg_offer_slot(const fg_book *book, uint32_t owner, uint32_t offer);

static inline fg_attributes fg_state_attributes(const fg_state *state) {
  return state->attributes == NULL ? (fg_attributes){NULL, 0} : *state->attributes;
}

/* What has an id; NULL if nothing of the kind has it. If an order and a free grant have the same id, the order is
   found. */
fg_lot *fg_state_lot(const fg_state *state, fg_string id);
fg_capacity_order *fg_state_capacity_order(const fg_state *state, fg_string id);
fg_bundle_order *fg_state_bundle(const fg_state *state, fg_string id);

/* Allocates the arrays of which a state has an item per product, group, window, capacity, choice and grant of its book.
   FG_NO_MEMORY; the state then has none of them. */
fg_status fg_state_allocate(const fg_account *account, fg_state *state);

/* The bucket of a cell in the stretch that begins at `begin`; NULL once that stretch is settled. */
fg_bucket *fg_state_bucket(const fg_service *service, fg_time begin, fg_cell cell);

/* The edition of the account's book with a number; and the number of the edition in force. */
static inline const fg_book *fg_account_edition(const fg_account *account, uint16_t edition) {
  return fg_book_edition(account->whole, edition);
}
static inline uint16_t fg_edition_in_force(const fg_account *account) {
  return account->whole->edition_count == 0 ? 0 : account->book->edition;
}

/* The switches that hold for a product or a pool; a pool sets none of its own. */
static inline fg_policy fg_policy_of(const fg_account *account, uint32_t owner) {
  return fg_policy_within(&account->policy, fg_book_owner(account->book, owner)->policy);
}

/* The group of products that a product belongs to. */
static inline fg_product_group *fg_state_group(const fg_account *account, const fg_state *state, uint32_t product) {
  return &state->groups[account->book->products[product].group];
}

/* Adds an amount to one kind of spending and to the sum of all kinds; false if a sum no longer fits. */
static inline bool fg_spend(fg_spent *spent, fg_amount *kind, fg_amount amount) {
  return fg_amount_add(*kind, amount, kind) && fg_amount_add(spent->gross, amount, &spent->gross);
}

/* Says who chooses the ids of commands. */
typedef enum fg_naming {
  FG_NAMED_BY_HOST,   ///< the host: it must not choose a reserved id, and must give each call one
  FG_NUMBERED,        ///< the host, but a call without an id gets the history's next number
  FG_NAMED_BY_LIBRARY ///< a handle, now or when the ledger was written: an id may be a reserved one
} fg_naming;

/* As fg_account_apply, which is this function for FG_NAMED_BY_HOST. */
fg_status fg_account_apply_as(fg_account *account, const fg_command *command, fg_naming naming, fg_outcome *outcome,
                              fg_error *error);

/* Takes back time that a question or a refusal let pass in memory alone, and in which nothing fell due, because another
   handle may have written commands of an earlier instant. */
void fg_account_turn_back(fg_account *account, fg_time at);

/* Replaces the account's book, which is released, by another one, and puts an edition of that in force. */
void fg_account_take_whole(fg_account *account, fg_book *whole, uint32_t edition);

/* The product that a command names, if commands of its kind name one. FG_UNKNOWN_PRODUCT. */
fg_status fg_account_product(const fg_account *account, const fg_command *command, uint32_t *product);
/* The product or pool that a command names as the owner of a grant or pack. FG_UNKNOWN_PRODUCT. */
fg_status fg_account_owner(const fg_account *account, const fg_command *command, uint32_t *owner);

/* Fills an error with FG_TIME_REVERSAL and the latest instant that the account has seen. */
FG_COLD fg_status fg_refuse_reversal(const fg_account *account, fg_error *error);

static inline fg_date fg_account_date(const fg_account *account, fg_time time) {
  return fg_date_at(time, &account->book->zone);
}
/* Whether the edition in force sells a product. Before FG_COUNTING_SOLD what it does not list was sold on. */
static inline bool fg_account_sells(const fg_account *account, uint32_t product) {
  return !account->book->products[product].withdrawn || account->counting < FG_COUNTING_SOLD;
}
/* The number of the edition that is in force at an instant, of those that the account's book has. */
static inline uint16_t fg_account_edition_at(const fg_account *account, fg_time time) {
  return (uint16_t)fg_book_edition_on(account->whole, fg_account_date(account, time));
}
static inline fg_time fg_account_begin(const fg_account *account, fg_date date) {
  return fg_date_begin(date, &account->book->zone);
}
static inline fg_month fg_account_month(const fg_account *account, fg_time time) {
  return fg_month_of(fg_account_date(account, time));
}
/* How many hours the month has that an instant is in. */
static inline int fg_account_month_hours(const fg_account *account, fg_time time) {
  return fg_month_hours(fg_account_month(account, time), &account->book->zone);
}

#endif
