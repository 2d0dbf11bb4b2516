/* A reconciliation: what an account came to against what a vendor's invoice says, and which causes explain where they
   differ. Each cause is a change of what the account was told or of how it was read, and is replayed: it is named where
   the account that lives so comes to the vendor's numbers, to the digit. What was chosen and what not is in
   docs/decisions/0028-reconcile.md. */
#ifndef FG_RECONCILE_H
#define FG_RECONCILE_H

#include "../../include/faregate_whatif.h"
#include "../json/read.h"
#include "../state/state.h"

enum {
  FG_CAUSES_MAX = 3,                ///< that are tried together
  FG_CANDIDATES_MAX = 2000,         ///< causes that are thought of
  FG_CELLS_MAX = 10000,             ///< rows that are compared
  FG_DIFFERING_MAX = 64,            ///< rows that differ by which pairs are ranked
  FG_CODES_MAX = 32,                ///< outcomes of calls, and reasons why something was set aside
  FG_REST_MAX = 2000,               ///< besides these, of what another cause leaves over
  FG_RESULTS_MAX = 1000000,         ///< causes times rows
  FG_EXPLANATIONS_MAX = 1000,       ///< that are kept
  FG_MONTH_COST = 20,               ///< what a month that a world lives costs, counted in commands
  FG_WORLD_COST = 100,              ///< what a world costs besides its commands, counted in commands
  FG_EDGE_EVENTS_MAX = 32,          ///< on each side of the end of a month, of which it is asked whether they moved
  FG_LISTED_MAX = 100,              ///< commands that a cause is told with
  FG_FORM_DEPTH_MAX = 8,            ///< of lists that the rows of an invoice are nested in
  FG_INVOICE_COMMANDS_MAX = 2000000 ///< of a timeline, and those set aside
};

/* What an invoice has rows for. */
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

/* What is compared of a row, of purchases how many were bought. */
typedef enum fg_measure {
  FG_ALL_UNITS, ///< of usage those that are billed, by packs or not
  FG_FREE_UNITS,
  FG_PACK_UNITS,
  FG_DEDUCTED_UNITS, ///< by free grants and packs
  FG_CHARGED_UNITS,
  FG_AMOUNT, ///< in 10^-12 of the currency
  FG_MEASURE_COUNT
} fg_measure;
extern const char *const fg_measure_names[FG_MEASURE_COUNT];

typedef struct fg_measured {
  fg_int128 of[FG_MEASURE_COUNT];
} fg_measured;

/* What a month's usage, or all else of it, was paid from: as the vendor says, who says it of every row, and as the
   account did, whose funds are limited. */
typedef struct fg_funds_cell {
  fg_month month;
  bool is_usage;
  uint32_t rows;  ///< of the vendor's
  uint32_t lacks; ///< of these do not say it
  fg_amount theirs[FG_FUND_COUNT], ours[FG_FUND_COUNT];
} fg_funds_cell;

/* A row of the comparison: all rows of an invoice of one month, item and kind. */
typedef struct fg_bill_cell {
  fg_month month;
  uint32_t item;                    ///< a product or pool (fg_book_owner), after these the bundles
  uint8_t kind;                     ///< fg_bill_kind
  uint32_t rows;                    ///< of the vendor's; 0: he has none
  uint32_t lacks[FG_MEASURE_COUNT]; ///< how many of these do not say it
  fg_amount step;                   ///< that the vendor rounds amounts to
  fg_measured theirs, ours;
} fg_bill_cell;

/* Whether the vendor says it of all his rows, and it is compared; with none he says 0. What units are of capacity, fees
   and the like is another thing with each vendor. */
static inline bool fg_cell_knows(const fg_bill_cell *cell, fg_measure which) {
  bool has_units = cell->kind == FG_BILL_USAGE || cell->kind == FG_BILL_PACK;
  return (which == FG_AMOUNT || has_units) &&
         (cell->rows > 0 ? cell->lacks[which] == 0 : which == FG_AMOUNT || which == FG_CHARGED_UNITS);
}

/* A row of the vendor's that is not compared, and why. */
typedef struct fg_unread_row {
  int64_t row; ///< from 0
  const char *column;
  char reason[96];
  fg_string text;
} fg_unread_row;

/* A command of the account, and what became of it there. */
typedef struct fg_lived {
  fg_command command;
  bool is_accepted;
  bool is_more;       ///< it was set aside: only a cause makes it happen
  uint32_t ended_by;  ///< of a call: the last command that ended it, counted from 1; 0: none
  uint32_t call;      ///< of the end of a call: the call, counted from 1
  int64_t units;      ///< of usage: as recorded
  int64_t given_back; ///< of a call: units that its end gave back
  uint32_t item;      ///< its product, pool or bundle
  fg_string what;     ///< of one that was set aside: why
  fg_string made_up;  ///< of an order without an id: the one that the account gave it
} fg_lived;

typedef enum fg_cause_kind {
  FG_CAUSE_UNCERTAIN, ///< calls whose end nobody knows were not counted
  FG_CAUSE_CANCELED,  ///< calls that were canceled, or given back in part, were counted as they were let in
  FG_CAUSE_ASIDE,     ///< what was set aside was counted
  FG_CAUSE_EDGE,      ///< usage at the end of a month is of the next, or the other way round
  FG_CAUSE_CLOCK,     ///< the vendor's clock, or zone, is another
  FG_CAUSE_EDITION,   ///< another edition of the price book, or another book
  FG_CAUSE_SWITCH,    ///< another reading of the guide
  FG_CAUSE_ROUNDING,  ///< the vendor rounds what he charges to the currency's smallest unit
  FG_CAUSE_EXPIRY,    ///< a pack was void at another time
  FG_CAUSE_LACKS,     ///< the vendor lacks commands of ours
  FG_CAUSE_HAS,       ///< the vendor has what we lack
  FG_CAUSE_KIND_COUNT
} fg_cause_kind;

typedef struct fg_cause {
  fg_cause_kind kind;
  int weight;              ///< the simplest are the lightest
  bool is_apt;             ///< the units differ by as many as it is of: it is tried before others
  const uint32_t *members; ///< places of commands, rising
  uint32_t member_count;
  uint32_t alike; ///< of how many such commands these stand for; 0: for themselves
  uint8_t which;  ///< fg_switch, or the edition that is in force from `instant` on
  uint8_t value;  ///< of the switch
  fg_book *book;  ///< an edition or another book, held
  bool is_edition;
  int64_t shift;     ///< microseconds that instants are later
  bool shifts_all;   ///< not usage alone: the vendor is in another zone
  int64_t shift_to;  ///< of a zone: with shifts up to this all comes to the same
  bool is_folded;    ///< it is told with another cause, which comes to the same
  fg_time instant;   ///< that members move to, or at which a pack is void
  fg_month month;    ///< that it is about; -1: none
  uint32_t item;     ///< likewise; UINT32_MAX
  const char *label; ///< what kind of expiry or group it is
  fg_string code;    ///< the outcome that all members have; text NULL
} fg_cause;

/* What we bill and the invoice has no row of: all of a month. */
typedef struct fg_absent_month {
  fg_month month;
  fg_amount amount;
} fg_absent_month;

/* What is tried: some causes at once. */
typedef struct fg_world {
  const fg_cause *causes[FG_CAUSES_MAX * 4];
  uint32_t count;
} fg_world;

typedef struct fg_finding {
  fg_world world;
  uint32_t repaired; ///< rows that differ and are equal in this world
  bool is_whole;     ///< all rows are equal
  uint64_t *rows;    ///< which they are, a bit each
} fg_finding;

typedef struct fg_reconciliation {
  fg_allocator allocator;
  fg_arena arena;
  fg_error *error;
  const fg_book_source *books;
  fg_json_document document;
  fg_book *book;    ///< of the timeline
  fg_book *whole;   ///< with all editions that it adopts
  fg_account *head; ///< before its first command
  FG_ARRAY(fg_lived) lived;
  uint32_t more; ///< of them, the first that was set aside
  FG_ARRAY(fg_book *) held;
  FG_ARRAY(fg_book *) others; ///< books to be tried besides
  FG_ARRAY(fg_bill_cell) cells;
  FG_ARRAY(fg_funds_cell) funds;
  FG_ARRAY(fg_unread_row) unread;
  fg_amount step; ///< that amounts of the invoice are rounded to; 1: to nothing
  FG_ARRAY(fg_absent_month) absent;
  bool is_part;               ///< the rows are those of one account of a whole invoice, which the next three are of
  fg_month first, last;       ///< months that the invoice has rows of; -1: it has none
  uint64_t kinds;             ///< that are compared, a bit each
  FG_ARRAY(int64_t) left_out; ///< rows that the form leaves out, and totals below a table
  int64_t read;               ///< rows that are compared
  int64_t unbalanced;         ///< rows of which the funds do not add up to the amount
  fg_time end;                ///< until when an account lives: all that is compared is settled then
  FG_ARRAY(fg_cause) causes;
  FG_ARRAY(uint32_t) suggested;  ///< places of causes that were thought of last, of what is missing
  FG_ARRAY(fg_measured) results; ///< for each cause, for each cell: what it alone comes to
  FG_ARRAY(fg_finding) explanations;
  int64_t most_causes;
  int64_t world_cost;    ///< of commands_left
  int64_t commands_left; ///< that may still be replayed
  int64_t tried;         ///< worlds
  bool is_complete;      ///< nothing that should be tried was left out
  bool is_equal;
} fg_reconciliation;

/* The names of what rows are of: owners, then bundles. */
uint32_t fg_bill_items(const fg_book *book);
fg_string fg_bill_item_name(const fg_book *book, uint32_t item);
/* UINT32_MAX: there is none. */
uint32_t fg_bill_find_item(const fg_book *book, fg_string name);

bool fg_bill_has_month(const fg_reconciliation *run, fg_month month); ///< whether the vendor has a row of it

/* The cell of a month, item and kind; NULL where it is not compared and not to be `made`, or memory is short. */
fg_bill_cell *fg_bill_find_cell(fg_reconciliation *run, fg_month month, uint32_t item, uint8_t kind, bool made);

/* The funds of a month's usage, or of all else; NULL where memory is short. */
fg_funds_cell *fg_funds_find_cell(fg_reconciliation *run, fg_month month, bool is_usage);
/* Adds what an order was paid from, and what the settlements that fall due until then take; each happens meanwhile. */
fg_status fg_funds_add_order(fg_reconciliation *run, const fg_account *account, const fg_command *command,
                             const fg_outcome *outcome);
fg_status fg_funds_add_settled(fg_reconciliation *run, fg_account *account, fg_time until);
/* Whether the funds of a cell are compared: an account of unlimited funds says nothing of them. */
static inline bool fg_funds_are_known(const fg_reconciliation *run, const fg_funds_cell *cell) {
  return run->head->state.wallet.limited && cell->rows > 0 && cell->lacks == 0;
}
static inline bool fg_funds_are_equal(const fg_reconciliation *run, const fg_funds_cell *cell) {
  return !fg_funds_are_known(run, cell) || memcmp(cell->theirs, cell->ours, sizeof cell->ours) == 0;
}

/* How numbers are written in an invoice. */
typedef struct fg_number_form {
  char thousands, decimal;
  fg_string currency;
} fg_number_form;

/* An amount as people and programs write it: "1,500.00", "¥ 960", "CNY 12.5", "(3.00)". Answers NULL, or why it is
   none. */
const char *fg_invoice_amount(fg_string text, const fg_number_form *form, fg_amount *amount);
/* Whole units: "4,000", "4000.0", "4000 calls". */
const char *fg_invoice_units(fg_string text, const fg_number_form *form, int64_t *units);
/* Whether a text is a word for a sum, "Total", "Grand total (CNY)", "合计", and so no name and no month. */
bool fg_invoice_is_total_word(fg_string text);
/* A month: "2024-11", "2024-11-01 00:00:00", "202411", "11/2024", "Nov 2024", "2024年11月". */
const char *fg_invoice_month(fg_string text, const fg_zone *zone, fg_month *month);

/* Reads the vendor's rows by the form into cells. FG_INVALID with a path. */
fg_status fg_invoice_read(fg_reconciliation *run, const fg_json *theirs, const fg_json *form);

/* Lives the account as the world has it, and adds up what the cells come to, in the order of the cells. Where `notes`
   is true it is the account as it was: what became of each command is noted, and cells are made for what is not there
   yet. `bills_elsewhere`: something is billed, in what is compared, that has no cell; true also where the account
   cannot be of the world's book, because then it explains nothing. */
fg_status fg_world_live(fg_reconciliation *run, const fg_world *world, bool notes, fg_measured *measured,
                        bool *bills_elsewhere);

bool fg_cause_has(const fg_cause *cause, uint32_t place); ///< among its members
/* Whether two causes speak of the same thing, so that both at once say nothing. */
bool fg_causes_conflict(const fg_reconciliation *run, const fg_cause *a, const fg_cause *b);

/* Thinks of all causes there may be. */
fg_status fg_causes_find(fg_reconciliation *run);
fg_status fg_cause_add(fg_reconciliation *run, const fg_cause *cause);
fg_status fg_causes_of_calls(fg_reconciliation *run);
fg_status fg_causes_of_readings(fg_reconciliation *run);
fg_status fg_causes_of_missing(fg_reconciliation *run);
/* Usage of ours that is missing, if what is measured is all else: as many units as the first month that differs
   lacks. */
fg_status fg_causes_of_rest(fg_reconciliation *run, const fg_measured *measured);

/* Tries them, one by one and together. */
fg_status fg_explanations_find(fg_reconciliation *run);

/* The edition that a cause is about. */
static inline const fg_book *fg_cause_edition(const fg_reconciliation *run, const fg_cause *cause) {
  return cause->instant == 0 ? cause->book : &run->whole->editions[cause->which];
}

/* The place of a cause's book among those that were given besides; -1: it is none of them. */
int64_t fg_cause_place_of_book(const fg_reconciliation *run, const fg_cause *cause);

enum { FG_WORDS_MAX = 480 };
/* A cause in words. */
void fg_cause_say(const fg_reconciliation *run, const fg_cause *cause, char text[FG_WORDS_MAX]);
fg_string fg_cause_item_name(const fg_reconciliation *run, uint32_t item);

fg_status fg_reconciliation_tell(const fg_reconciliation *run, const fg_visitor *visitor);

/* The amount of a book's smallest unit of money. */
fg_amount fg_book_step(const fg_book *book);
/* Half a step and more is up, away from 0. */
fg_int128 fg_amount_rounded_to(fg_int128 amount, fg_amount step);

/* Whether a cell is equal to the vendor's. */
bool fg_cell_is_equal(const fg_bill_cell *cell, const fg_measured *ours);

#endif
