/* A reconciliation compares what an account came to with a vendor's invoice, and finds causes that explain the
   differences. A cause is a change of what the account was told, or of how the guide is read. It is replayed, and is
   named if the account then comes to the vendor's numbers, to the last digit. docs/decisions/0028-reconcile.md says
   what was chosen and what was not. */
#ifndef FG_RECONCILE_H
#define FG_RECONCILE_H

#include "../../include/faregate_whatif.h"
#include "../base/watch.h"
#include "../json/read.h"
#include "../state/state.h"

/* How much a reconciliation keeps and tries at most, and what its replays cost. */
enum {
  FG_CAUSES_MAX = 3,                ///< causes that are tried together
  FG_CANDIDATES_MAX = 2000,         ///< causes that are thought of
  FG_CELLS_MAX = 10000,             ///< rows that are compared
  FG_DIFFERING_MAX = 64,            ///< differing rows by which pairs of causes are ranked
  FG_CODES_MAX = 32,                ///< outcomes of calls, and reasons why commands were set aside
  FG_REST_MAX = 2000,               ///< further causes, for units that another cause leaves unexplained
  FG_RESULTS_MAX = 1000000,         ///< causes times rows
  FG_EXPLANATIONS_MAX = 1000,       ///< explanations that are kept
  FG_MONTH_COST = 20,               ///< cost of replaying a month, counted in commands
  FG_WORLD_COST = 100,              ///< cost of a replay besides its commands, counted in commands
  FG_EDGE_EVENTS_MAX = 32,          ///< events on each side of the end of a month that may have moved
  FG_LISTED_MAX = 100,              ///< commands that are listed for a cause
  FG_FORM_DEPTH_MAX = 8,            ///< lists that the rows of an invoice may be nested in
  FG_INVOICE_COMMANDS_MAX = 2000000 ///< commands of a timeline, with those set aside
};

typedef enum fg_bill_kind {
  FG_BILL_USAGE,
  FG_BILL_PACK,
  FG_BILL_CAPACITY,
  FG_BILL_BUNDLE,
  FG_BILL_FEE,
  FG_BILL_REFUND,
  FG_BILL_KIND_COUNT
} fg_bill_kind;
extern const char *const fg_bill_kinds[FG_BILL_KIND_COUNT + 1];

/* What is compared of a row. The units of purchases are how many were bought. */
typedef enum fg_measure {
  FG_ALL_UNITS, ///< of usage, all units that are billed, by packs or not
  FG_FREE_UNITS,
  FG_PACK_UNITS,
  FG_DEDUCTED_UNITS, ///< units covered by free grants and packs
  FG_CHARGED_UNITS,
  FG_AMOUNT, ///< 10^-12 of the currency
  FG_MEASURE_COUNT
} fg_measure;
extern const char *const fg_measure_names[FG_MEASURE_COUNT];

typedef struct fg_measured {
  fg_int128 of[FG_MEASURE_COUNT];
} fg_measured;

/* What a month's usage, or everything else of the month, was paid from. It is compared if the vendor says it in every
   row, and if the account's funds are limited. */
typedef struct fg_funds_cell {
  fg_month month;
  bool is_usage;
  uint32_t rows;  ///< how many rows the vendor has
  uint32_t lacks; ///< how many of them do not say the funds
  fg_amount theirs[FG_FUND_COUNT], ours[FG_FUND_COUNT];
} fg_funds_cell;

/* A cell of the comparison: all rows of the invoice for one month, item and kind together. */
typedef struct fg_bill_cell {
  fg_month month;
  uint32_t item;                    ///< a product or pool (fg_book_owner); bundles are numbered after these
  uint8_t kind;                     ///< an fg_bill_kind
  uint32_t rows;                    ///< how many rows the vendor has; 0: none
  uint32_t lacks[FG_MEASURE_COUNT]; ///< how many of these do not say the measure
  fg_amount step;                   ///< the step to which the vendor rounds amounts
  fg_measured theirs, ours;
} fg_bill_cell;

/* Whether a measure of a cell is compared: the vendor must say it in all his rows; if he has none, it is 0. Units of
   capacity, fees and refunds are not compared, because each vendor counts them in another way. */
static inline bool fg_cell_knows(const fg_bill_cell *cell, fg_measure which) {
  bool has_units = cell->kind == FG_BILL_USAGE || cell->kind == FG_BILL_PACK;
  return (which == FG_AMOUNT || has_units) &&
         (cell->rows > 0 ? cell->lacks[which] == 0 : which == FG_AMOUNT || which == FG_CHARGED_UNITS);
}

/* A row of the vendor's that is not compared, and the reason. */
typedef struct fg_unread_row {
  int64_t row; ///< counted from 0
  const char *column;
  char reason[96];
  fg_string text;
} fg_unread_row;

/* A command of the account, and what became of it in the account. */
typedef struct fg_lived {
  fg_command command;
  bool is_accepted;
  bool is_more;       ///< it was set aside, so it happens only if a cause says so
  uint32_t ended_by;  ///< for a call, the last command that ended it, counted from 1; 0: none
  uint32_t call;      ///< for the end of a call, the call, counted from 1
  int64_t units;      ///< for usage, the units that were recorded
  int64_t given_back; ///< for a call, units that its end gave back
  uint32_t item;      ///< the product, pool or bundle that it is about
  fg_string what;     ///< for a command that was set aside, the reason
  fg_string made_up;  ///< for an order without an id, the id that the account gave it
} fg_lived;

typedef enum fg_cause_kind {
  FG_CAUSE_UNCERTAIN, ///< calls whose end nobody knows were not counted
  FG_CAUSE_CANCELED,  ///< calls that were canceled, or given back in part, were counted in full
  FG_CAUSE_ASIDE,     ///< commands that were set aside were counted
  FG_CAUSE_EDGE,      ///< usage near the end of a month was counted in the other month
  FG_CAUSE_CLOCK,     ///< the vendor's clock or time zone differs
  FG_CAUSE_EDITION,   ///< another edition of the price book was in force, or another book
  FG_CAUSE_SWITCH,    ///< the vendor reads the guide in another way
  FG_CAUSE_ROUNDING,  ///< the vendor rounds charges to the currency's smallest unit
  FG_CAUSE_EXPIRY,    ///< a pack ended at another time
  FG_CAUSE_LACKS,     ///< the vendor does not have some of our commands
  FG_CAUSE_HAS,       ///< the vendor has commands that we do not have
  FG_CAUSE_KIND_COUNT
} fg_cause_kind;

typedef struct fg_cause {
  fg_cause_kind kind;
  int weight;              ///< simple causes are light; explanations of less weight come first
  bool is_apt;             ///< it has as many units as differ, so it is tried before others
  const uint32_t *members; ///< indexes of the commands that it changes, rising
  uint32_t member_count;
  uint32_t alike; ///< how many commands like these there are; 0: only these
  uint8_t which;  ///< an fg_switch, or the edition that holds from `instant` on
  uint8_t value;  ///< the value of the switch
  fg_book *book;  ///< an edition, or another book; the reconciliation holds it
  bool is_edition;
  int64_t shift;     ///< microseconds that instants are later by
  bool shifts_all;   ///< all commands are shifted, not usage alone: another time zone
  int64_t shift_to;  ///< for a time zone: shifts up to this one lead to the same result
  bool is_folded;    ///< it is told together with another cause that leads to the same result
  fg_time instant;   ///< when the members happen instead, or the pack ends
  fg_month month;    ///< the month that it is about; -1: none
  uint32_t item;     ///< the item that it is about; UINT32_MAX: none
  const char *label; ///< which expiry it is, or which group the members are
  fg_string code;    ///< the outcome that all members ended in; text NULL: several, or none
} fg_cause;

/* An amount that we bill for a month of which the invoice has no rows. */
typedef struct fg_absent_month {
  fg_month month;
  fg_amount amount;
} fg_absent_month;

/* A world: some causes that are tried at once. */
typedef struct fg_world {
  const fg_cause *causes[FG_CAUSES_MAX * 4];
  uint32_t count;
} fg_world;

typedef struct fg_finding {
  fg_world world;
  uint32_t repaired; ///< rows that differ, but are equal in this world
  bool is_whole;     ///< all rows are equal in this world
  uint64_t *rows;    ///< a bit for each row that is repaired
} fg_finding;

typedef struct fg_reconciliation {
  fg_allocator allocator;
  fg_arena arena;
  fg_error *error;
  fg_watch watch;
  const fg_reconcile_query *query;
  fg_json_document document;
  fg_book *book;    ///< the timeline's book
  fg_book *whole;   ///< the book with all editions that the timeline adopts
  fg_account *head; ///< the account before its first command
  FG_ARRAY(fg_lived) lived;
  uint32_t more; ///< index in `lived` of the first command that was set aside
  FG_ARRAY(fg_book *) held;
  FG_ARRAY(fg_book *) others; ///< other books that are tried
  FG_ARRAY(fg_bill_cell) cells;
  FG_ARRAY(fg_funds_cell) funds;
  FG_ARRAY(fg_unread_row) unread;
  fg_amount step; ///< the step to which the invoice's amounts are rounded; 1: they are not
  FG_ARRAY(fg_absent_month) absent;
  bool is_part;               ///< the rows are those of one account; the next three are of the whole invoice
  fg_month first, last;       ///< months that the invoice has rows of; -1: it has none
  uint64_t kinds;             ///< a bit for each kind that is compared
  FG_ARRAY(int64_t) left_out; ///< rows that the form leaves out, and totals below a table
  int64_t read;               ///< rows that are compared
  int64_t unbalanced;         ///< rows whose funds do not add up to their amount
  fg_time end;                ///< until when accounts are replayed: all that is compared is then settled
  FG_ARRAY(fg_cause) causes;
  FG_ARRAY(uint32_t) suggested;  ///< indexes of the causes thought of last, for what is missing
  FG_ARRAY(fg_measured) results; ///< what each cause alone leads to, by cause and cell
  FG_ARRAY(fg_finding) explanations;
  int64_t most_causes;
  int64_t world_cost;    ///< what a replay takes from commands_left
  int64_t commands_left; ///< how many more commands may be replayed
  int64_t tried;         ///< worlds that were tried
  bool is_complete;      ///< no cause and no combination was left untried, for want of time or of commands
  bool is_equal;
} fg_reconciliation;

/* What rows can be about: products and pools (owners), then bundles. fg_bill_items counts them, fg_bill_item_name names
   one. */
uint32_t fg_bill_items(const fg_book *book);
fg_string fg_bill_item_name(const fg_book *book, uint32_t item);
/* Finds an item by its name; UINT32_MAX: there is none. */
uint32_t fg_bill_find_item(const fg_book *book, fg_string name);

bool fg_bill_has_month(const fg_reconciliation *run, fg_month month); ///< whether the vendor has a row of the month

/* Finds the cell of a month, item and kind. If there is none, it is added if `made` is set. NULL if it is not compared,
   or memory is short. */
fg_bill_cell *fg_bill_find_cell(fg_reconciliation *run, fg_month month, uint32_t item, uint8_t kind, bool made);

/* Finds or adds the funds of a month's usage, or of everything else of the month; NULL if memory is short. */
fg_funds_cell *fg_funds_find_cell(fg_reconciliation *run, fg_month month, bool is_usage);
/* fg_funds_add_order adds what an order was paid from. fg_funds_add_settled adds what the settlements up to `until`
   take, and lets each happen. */
fg_status fg_funds_add_order(fg_reconciliation *run, const fg_account *account, const fg_command *command,
                             const fg_outcome *outcome);
fg_status fg_funds_add_settled(fg_reconciliation *run, fg_account *account, fg_time until);
/* Whether the funds of a cell are compared. They are not for an account whose funds are unlimited. */
static inline bool fg_funds_are_known(const fg_reconciliation *run, const fg_funds_cell *cell) {
  return run->head->state.wallet.limited && cell->rows > 0 && cell->lacks == 0;
}
static inline bool fg_funds_are_equal(const fg_reconciliation *run, const fg_funds_cell *cell) {
  return !fg_funds_are_known(run, cell) || memcmp(cell->theirs, cell->ours, sizeof cell->ours) == 0;
}

typedef struct fg_number_form {
  char thousands, decimal;
  fg_string currency;
} fg_number_form;

/* Reads an amount in the forms of people and programs: "1,500.00", "¥ 960", "CNY 12.5", "(3.00)". Returns NULL, or what
   is wrong. */
const char *fg_invoice_amount(fg_string text, const fg_number_form *form, fg_amount *amount);
/* Reads whole units: "4,000", "4000.0", "4000 calls". Returns NULL, or what is wrong. */
const char *fg_invoice_units(fg_string text, const fg_number_form *form, int64_t *units);
/* Whether a text is a word for a sum, such as "Total", "Grand total (CNY)" or "合计", so that it is neither a name nor a
   month. */
bool fg_invoice_is_total_word(fg_string text);
/* Reads a month: "2024-11", "2024-11-01 00:00:00 +0800", "202411", "11/2024", "Nov 2024", "2024年11月". Returns NULL, or
   what is wrong. */
const char *fg_invoice_month(fg_string text, const fg_zone *zone, fg_month *month);

/* Reads the vendor's rows into cells, as the form says. FG_INVALID with a path. */
fg_status fg_invoice_read(fg_reconciliation *run, const fg_json *theirs, const fg_json *form);

/* Replays the account as a world has it, and adds up what each cell comes to, in the order of the cells. With `notes`
   the world has no causes: what becomes of each command is noted, and missing cells are added. `bills_elsewhere` says
   that something is billed, of what is compared, for which there is no cell. It is set too if the account cannot have
   the world's book, because such a world explains nothing. */
fg_status fg_world_live(fg_reconciliation *run, const fg_world *world, bool notes, fg_measured *measured,
                        bool *bills_elsewhere);

bool fg_cause_has(const fg_cause *cause, uint32_t place); ///< whether a command is one of the cause's members
/* Whether two causes change the same thing, so that they must not be tried together. */
bool fg_causes_conflict(const fg_reconciliation *run, const fg_cause *a, const fg_cause *b);

/* Thinks of all possible causes. */
fg_status fg_causes_find(fg_reconciliation *run);
fg_status fg_cause_add(fg_reconciliation *run, const fg_cause *cause);
fg_status fg_causes_of_calls(fg_reconciliation *run);
fg_status fg_causes_of_readings(fg_reconciliation *run);
fg_status fg_causes_of_missing(fg_reconciliation *run);
/* Thinks of missing usage that `measured`, the results of a world, leaves over: as many units as the first differing
   month lacks. */
fg_status fg_causes_of_rest(fg_reconciliation *run, const fg_measured *measured);

/* Tries the causes, one by one and together. */
fg_status fg_explanations_find(fg_reconciliation *run);

static inline const fg_book *fg_cause_edition(const fg_reconciliation *run, const fg_cause *cause) {
  return cause->instant == 0 ? cause->book : &run->whole->editions[cause->which];
}

/* The index of a cause's book among the other books that were given; -1: it is none of them. */
int64_t fg_cause_place_of_book(const fg_reconciliation *run, const fg_cause *cause);

enum { FG_WORDS_MAX = 480 };
/* Words a cause. */
void fg_cause_say(const fg_reconciliation *run, const fg_cause *cause, char text[FG_WORDS_MAX]);
fg_string fg_cause_item_name(const fg_reconciliation *run, uint32_t item);

fg_status fg_reconciliation_tell(const fg_reconciliation *run, const fg_visitor *visitor);

/* The amount of the smallest unit of a book's currency. */
fg_amount fg_book_step(const fg_book *book);
/* Rounds to a multiple of `step`; half a step and more is rounded away from 0. */
fg_int128 fg_amount_rounded_to(fg_int128 amount, fg_amount step);

/* Whether all compared measures of a cell are equal. */
bool fg_cell_is_equal(const fg_bill_cell *cell, const fg_measured *ours);

#endif
