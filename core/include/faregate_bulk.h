/*
 * faregate: whole columns priced, and logs of usage made into the bills of many accounts. For analysts: the columns are
 * laid out as Apache Arrow's are.
 *
 *   columns · billing
 */
#ifndef FAREGATE_BULK_H
#define FAREGATE_BULK_H

#include "faregate.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ----------------------------------------------------------------------------------------------------- columns */

typedef enum fg_integer_type {
  FG_INT8,
  FG_INT16,
  FG_INT32,
  FG_INT64,
  FG_UINT8,
  FG_UINT16,
  FG_UINT32,
  FG_UINT64,
  FG_INT128 ///< as the integers of a decimal128 without decimals
} fg_integer_type;

/* A column of integers in the caller's memory, laid out as Apache Arrow's are. */
typedef struct fg_integers {
  const void *values;      ///< in the machine's byte order
  const uint8_t *validity; ///< a bit for each row, the lowest first, 0 for null; NULL: no row is null
  size_t offset;           ///< index of the first row in `values` and, as a bit, in `validity`
  size_t count;            ///< number of rows
  fg_integer_type type;
} fg_integers;

typedef enum fg_amount_type {
  FG_AMOUNT_INT64,
  FG_AMOUNT_INT128 ///< as the integers of a decimal128
} fg_amount_type;

/* A column of exact amounts that the library fills: integers that count 10^-scale currency units. */
typedef struct fg_amounts {
  void *values; ///< room for every row, aligned for its type
  fg_amount_type type;
  int scale; ///< decimals, 0 … 12
} fg_amounts;

typedef enum fg_text_type {
  FG_TEXT_OFFSETS32, ///< Arrow's utf8
  FG_TEXT_OFFSETS64, ///< Arrow's large_utf8
  FG_TEXT_VIEWS      ///< Arrow's utf8_view
} fg_text_type;

/* A column of UTF-8 texts in the caller's memory, laid out as Apache Arrow's are. */
typedef struct fg_texts {
  fg_text_type type;
  const void *offsets;     ///< where each row begins in `bytes`, and where the last one ends; or the views
  const char *bytes;       ///< NULL for views
  const char *const *data; ///< the data buffers of views
  const uint8_t *validity; ///< as in fg_integers
  size_t offset, count;
  const fg_integers *codes; ///< NULL; or for a dictionary-encoded column the index of each row's text,
                            ///< the texts being the dictionary
} fg_texts;

/* Reads one row; text NULL for a null, and for a code that the dictionary does not have. */
FG_API fg_string fg_texts_at(const fg_texts *column, size_t row);

/* An attribute of each row, a text or a whole number; a null means no attribute. For events the number may be in
   digits, and a blank text means no attribute. */
typedef struct fg_attribute_column {
  fg_string name; ///< as the price book declares it for usage
  fg_integers numbers;
  const fg_texts *texts; ///< not NULL: used instead of `numbers`
} fg_attribute_column;

/* Finds the smallest scale that holds every amount that fg_price_columns can compute for this query, whatever the
   attributes are, at least the minor digits of the currency. Errors as of fg_book_price. */
FG_API FG_MUST_CHECK fg_status fg_price_scale(const fg_book *book, const fg_price_query *query, int *scale,
                                              fg_error *error);

/* Prices each row as fg_book_price prices one quantity, of a product or an event. Of the query, `quantity` and
   `tier_quantity` are ignored. The query's attributes hold for all rows, and each of `columns`, which are as long as
   the quantities, adds one. A null quantity has the amount 0. FG_INVALID (below 0, beyond 2^63-1, or an amount with
   more decimals than `scale`), FG_MISSING_ATTRIBUTE, FG_UNKNOWN_VALUE, FG_NO_RULE, FG_NOT_SOLD and FG_OVERFLOW name the
   first bad row in error->path, "quantities[7]" or "attributes.model[7]", and in *bad_row, which is SIZE_MAX if no row
   is at fault. The amounts are undefined then. */
FG_API FG_MUST_CHECK fg_status fg_price_columns(const fg_book *book, const fg_price_query *query,
                                                const fg_integers *quantities, const fg_attribute_column *columns,
                                                size_t column_count, const fg_amounts *amounts, size_t *bad_row,
                                                fg_error *error);

/* The smallest scale that holds every unit price and every amount of a book's bills, at least its minor digits. */
FG_API int fg_book_scale(const fg_book *book);

/* Units used before an edition of the book began, where an edition begins within the period of a row. */
typedef struct fg_bill_before {
  fg_time at;        ///< the beginning of the edition: 00:00 of its date
  fg_integers units; ///< a value for each row or one for all; not read for rows in whose period no edition begins
} fg_bill_before;

/* What a bill of an event is told of one of its products; each column as in fg_bill_query. */
typedef struct fg_event_product {
  const fg_integers *free, *packs;
  /* Where the counter of the product's price stands before the events of the row; where several products of the event
     share it, beside the first of them. NULL: at 0, unless products share it that the event does not have. */
  const fg_integers *counted;
} fg_event_product;

/* A question for bills of usage totals. Each row is a period of the product's tiers: a month, day, week and so on; if
   each event is priced by itself, a period of its settlement. `periods` rows in a row are those of one account, in the
   order of time. The product is opened as the first of them begins, and stays open. */
typedef struct fg_bill_query {
  fg_string product;         ///< or an event, of which the totals and `before` then say how often it happened
  fg_time at;                ///< an instant in the period of each account's first row; if periods are counted from an
                             ///< opening: when the product is opened
  size_t periods;            ///< at least 1; divides the number of rows
  fg_integers totals;        ///< units used in the calls mode; with terms or an aggregate: usage as these compute it
  const fg_integers *free;   ///< free units at hand in the period, a value for each row or one for all; null: none.
                             ///< NULL: what the book issues every month (R1)
  const fg_integers *packs;  ///< units of packs at hand in an account's first period, a value for each account or one
                             ///< for all; null: none. Units left go to the next period, none expire. NULL: no packs
  const fg_string *policy;   ///< pairs of switch and value that replace the book's (tier_basis, R12)
  size_t policy_count;       ///< how many pairs
  fg_attributes attributes;  ///< attributes of all usage and accounts, for rules or fees that ask for them
  const fg_integers *events; ///< if each event is priced by itself: how many equal events each total is of, a value for
                             ///< each row or one for all; otherwise NULL
  const fg_integers *counted;   ///< if the price has a counter shared with other usage: where it stands before the
                                ///< units of the row, a value for each row or one for all; otherwise NULL
  const fg_bill_before *before; ///< one for each edition that begins within the period of a row
  size_t before_count;
  /* Of an event, instead of `free`, `packs`, `events` and `counted`: one for each of its products, in the order of
     fg_event_products. NULL: all columns are left out. */
  const fg_event_product *parts;
  /* Told after every 65,536 rows, on the caller's thread, how many rows are done since it was told before; false ends
     the bills with FG_STOPPED. NULL: nobody is told. */
  bool (*go_on)(void *context, size_t rows);
  void *context; ///< argument of `go_on`
} fg_bill_query;

typedef struct fg_bill_columns {
  int64_t *free, *packs, *postpaid; ///< units covered, and units left over (R7), for each row
  fg_amounts amounts;               ///< the price of postpaid units (R11), with `least`, `most`, and the fees whose
                                    ///< periods end in the row's period
  /* Of an event: the columns of each of its products, in the order of fg_event_products, with amounts of the same type
     and scale. The event's own are their sums. */
  const struct fg_bill_columns *parts;
} fg_bill_columns;

/* The products that an event has, in any edition of the book. Writes their ids, at most `room`, and answers how many
   they are; 0 if the book has no such event. */
FG_API size_t fg_event_products(const fg_book *book, fg_string event, fg_string *products, size_t room);

/* Covers and prices each row: free grants, then packs, then postpaid in the tier that `tier_basis` picks. A null total
   has zeros and draws nothing. Each row is rounded by itself, as the line of an invoice is. Errors as of
   fg_price_columns, with a path that names the column; FG_INVALID also for a column that the product asks for and that
   is not there, or that it has no use for. FG_UNSUPPORTED for rules that ask the clock, because totals do not say at
   which hour units were used; and for an event with an aggregate, or with products of several periods. In a row of an
   event its products are used one after the other. */
FG_API FG_MUST_CHECK fg_status fg_bill_periods(const fg_book *book, const fg_bill_query *query,
                                               const fg_bill_columns *bills, size_t *bad_row, fg_error *error);

/* ----------------------------------------------------------------------------------------------------- billing */

typedef enum fg_time_unit { FG_DAYS, FG_SECONDS, FG_MILLISECONDS, FG_MICROSECONDS, FG_NANOSECONDS } fg_time_unit;

/* Usage of many accounts, in columns of equal length. Blanks around names are ignored. Times in text may have the forms
   of fg_time_parse and those of common exporters, and are rounded down to microseconds. Quantities in text are whole
   numbers, "24" or "24.0". */
typedef struct fg_events {
  size_t count;
  fg_texts accounts;
  fg_texts products;
  fg_integers times;              ///< counts since 1970-01-01T00:00, rounded down to microseconds
  fg_time_unit time_unit;         ///< the unit of `times`
  bool guessed_unit;              ///< the unit is a guess: instants outside of 2000 to 2099 end the run
  bool civil_times;               ///< `times` are of the book's civil time, not instants
  const fg_zone_part *zone;       ///< not NULL: civil times, in text too, are of this zone instead of the book's
  size_t zone_count;              ///< how many parts, in the order of time
  const fg_texts *time_texts;     ///< not NULL: used instead of `times`
  fg_integers quantities;         ///< units
  const fg_texts *quantity_texts; ///< not NULL: used instead of `quantities`
  char thousands;                 ///< the mark in text between groups of three digits, as in "1,000"; 0: none
  bool corrections;               ///< quantities below 0 are an `adjust`; otherwise they are set aside
  bool sort;                      ///< rows of an account may be in any order of time
  const fg_attribute_column *attributes;
  size_t attribute_count;         ///< at most FG_ATTRIBUTES_MAX, with different names
  const fg_texts *ids;            ///< NULL: no event has an id; a null: this one has none
  int64_t first_row;              ///< the number of the first row
  const fg_integers *row_numbers; ///< not NULL: the number of each row
} fg_events;

/* Accounts by name, each of which lives the timeline of its own events. After FG_NO_MEMORY or FG_STOPPED from
   fg_biller_run or fg_biller_finish some accounts are ahead of others, so the biller can only be freed. */
typedef struct fg_biller fg_biller;

typedef enum fg_aside_kind {
  FG_ASIDE_UNREADABLE, ///< a value is missing or malformed: the account never saw it
  FG_ASIDE_REFUSED,    ///< the rules of the account refused it
  FG_ASIDE_REPEATED,   ///< an event with the same id and the same fields came before
  FG_ASIDE_LATER       ///< it lies after the end of the bills
} fg_aside_kind;

/* An event, or a command of fg_biller_command, that did not happen, and why. Texts hold until the biller's next
   call. */
typedef struct fg_set_aside {
  int64_t row; ///< the row's number; -1: a command
  fg_aside_kind kind;
  fg_status status;
  const char *column; ///< "times", "product"; empty if no column is at fault
  const char *message;
  const char *rule;
  fg_string text;                 ///< what `column` has, if it could not be read
  fg_string account, product, id; ///< text NULL: absent
  fg_time at;                     ///< FG_NO_TIME: absent
  int64_t quantity;               ///< FG_NO_QUANTITY: absent
  int64_t first_row;              ///< of a repeat or FG_ID_CONFLICT: the row that had the id first; -1: it was no row
  fg_time first_at;               ///< the instant of that row; FG_NO_TIME: there is none
} fg_set_aside;

#define FG_NO_QUANTITY INT64_MIN

/* An event that happened, and how its units were covered. A correction takes units off, which are below 0. */
typedef struct fg_answered {
  size_t place;                   ///< the index of its row among those of the last call
  int64_t row;                    ///< the row's number
  fg_string account, product, id; ///< text NULL: absent
  fg_time at;
  int64_t quantity;
  int64_t free, packs, postpaid, unbilled;
  size_t first_draw, draw_count; ///< its draws, which say what packs covered; none for a correction
  size_t first_part, part_count; ///< its parts, if it is an event of the book, which counts for several products
} fg_answered;

/* The units that an event of the book counted for one of its products. */
typedef struct fg_event_part {
  fg_string product;
  int64_t free, packs, postpaid, unbilled;
} fg_event_part;

/* Counts over all rows so far. */
typedef struct fg_bill_counts {
  uint64_t billed;  ///< events that happened
  uint64_t trimmed; ///< rows with blanks around the name of an account or product
  uint64_t grouped; ///< quantities such as "1.000", read as 1, if all that have a point look so: it may be
                    ///< a mark of thousands; else 0
} fg_bill_counts;

/* Makes a biller. Accounts that are not entered are made when they first appear, as forks of `pattern`, which stays the
   caller's. Bills end at `until`: what is later is set aside, and every account advances to it. With FG_NO_TIME they
   end when the last open period of any account is settled, so that all usage is invoiced. */
FG_API FG_MUST_CHECK fg_status fg_biller_new(fg_account *pattern, fg_time until, fg_biller **biller);
FG_API void fg_biller_free(fg_biller *biller); ///< NULL is allowed

/* Sets how many threads, 1 … 256, bill from now on; a new biller has one. Each takes some of the accounts, so the
   answer does not depend on their number: what the last call set aside and answered is sorted by row, and if several
   rows go back in time the first one is the error. A thread takes no memory besides its stack. All threads call the
   pattern's allocator at the same time. If the system refuses a thread, the others do its work. FG_INVALID with the
   path "threads", FG_NO_MEMORY: the biller keeps those it had. */
FG_API FG_MUST_CHECK fg_status fg_biller_threads(fg_biller *biller, size_t threads, fg_error *error);

/* From now on fg_biller_run and fg_biller_finish ask a listener, which is copied; NULL: nobody. */
FG_API void fg_biller_listen(fg_biller *biller, const fg_listener *listener);

/* Enters an account under a name; it then belongs to the biller. FG_ID_CONFLICT if the name is taken, FG_INVALID if the
   account was begun with another book or the name is not text. */
FG_API FG_MUST_CHECK fg_status fg_biller_enter(fg_biller *biller, fg_string name, fg_account *account, fg_error *error);

/* Enters an account that goes on from the state that earlier bills left it in: only its later invoices are told.
   FG_INVALID with the path "account" for bytes that are not of this book, as for fg_account_load; FG_ID_CONFLICT. */
FG_API FG_MUST_CHECK fg_status fg_biller_resume(fg_biller *biller, fg_string name, fg_string bytes, fg_error *error);

/* Writes the state of an account, by its index from 0, as fg_account_save does, for the caller to release.
   FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_biller_state(fg_biller *biller, size_t index, fg_text *bytes);

/* Adds a command (copied) of an account. It is done before the account's events from its `at` on. Commands of one
   account must come in the order of time. */
FG_API FG_MUST_CHECK fg_status fg_biller_command(fg_biller *biller, fg_string name, const fg_command *command,
                                                 fg_error *error);

/* Applies every event as a `use` of its account, in the order of the rows. Rows of one account must be in the order of
   time, over all calls or, with `sort`, only from one call to the next. The first event of a product that happens opens
   it if the account never had it open. What cannot be done is set aside, and changes nothing. FG_INVALID with the path
   "attributes" for a column that the price book does not declare as an attribute of usage. With the path "time"
   FG_INVALID if the unit of the times was guessed wrong, and FG_TIME_REVERSAL with the first row that is before another
   of its account; then none of these events is done. */
FG_API FG_MUST_CHECK fg_status fg_biller_run(fg_biller *biller, const fg_events *events, fg_error *error);

/* Does the commands that are left, then lets every account advance to the end of the bills. An account that was entered
   beyond that end stays where it is. */
FG_API FG_MUST_CHECK fg_status fg_biller_finish(fg_biller *biller, fg_error *error);

/* What the last call set aside, sorted by row. */
FG_API const fg_set_aside *fg_biller_set_aside(const fg_biller *biller, size_t *count);

/* fg_biller_detail makes fg_biller_run keep what each event came to. fg_biller_answered returns that for the last call,
   sorted by row, and the draws, and fg_biller_event_parts the parts; they hold until the biller's next call. */
FG_API void fg_biller_detail(fg_biller *biller);
FG_API const fg_answered *fg_biller_answered(const fg_biller *biller, size_t *count, const fg_draw **draws);
FG_API const fg_event_part *fg_biller_event_parts(const fg_biller *biller);

FG_API fg_bill_counts fg_biller_counts(const fg_biller *biller);

/* Describes the list of invoices of an account, by its index from 0, as fg_account_invoices does, with `edition` in
   each line: the date of its price list, null if the book has only one. FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_biller_invoices(const fg_biller *biller, size_t index, const fg_visitor *visitor);

/* Describes what an account, by its index from 0, used since it was entered, by product and period of settlement: a
   list of {month (or begin and settle), product, meter, units, free, packs, postpaid, unbilled, amount, settled},
   settled periods first. For the others `settled` is null, and `amount` what their invoice would come to now.
   FG_OVERFLOW, FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_biller_uses(const fg_biller *biller, size_t index, const fg_visitor *visitor);

/* What a group of events used of a product in a period. */
typedef struct fg_group_use {
  int64_t quantity, postpaid;
} fg_group_use;

/* Shares out what a period of a product came to among groups of its events: by the units that grants and packs left
   over or, if there are none, by quantity, or else equally; what is below 0 counts as 0. Where corrections took off
   more than the period used, so that both its amount and `postpaid` are below 0, it is shared out among the groups
   below 0, by their postpaid units. A share is a multiple of 10^-decimals, rounded towards 0. Those with the largest
   remainders, the first of equal ones, get one more until all add up to the amount. Postpaid units of the period that
   no group used are nobody's: `*nobody` units, whose share is shares[count]; without groups all are nobody's. `shares`
   has room for count + 1. FG_INVALID: an amount of more decimals; FG_OVERFLOW: units beyond 2^63-1. */
FG_API FG_MUST_CHECK fg_status fg_bill_share(fg_money amount, int decimals, int64_t postpaid,
                                             const fg_group_use *groups, size_t count, fg_money *shares,
                                             int64_t *nobody);

FG_API size_t fg_biller_account_count(const fg_biller *biller);
/* An account by its index, from 0 in the order of appearance; borrowed. It may be forked and described. */
FG_API fg_account *fg_biller_account(const fg_biller *biller, size_t index, fg_string *name);

#ifdef __cplusplus
}
#endif

#endif
