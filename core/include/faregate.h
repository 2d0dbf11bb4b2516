/*
 * faregate: prices usage of a cloud API by its price book, and lives an account through its rules.
 *
 *   price book · price · command · account · handle
 *
 * This is what an embedder of prices and gate needs. Each further use has a header of its own, which includes this one:
 *   faregate_base.h      status, error, memory, money, time and visitor: the values all speak in (included here)
 *   faregate_book.h      what a price book says, what is wrong with it, its editions: to show, write and compare books
 *   faregate_timeline.h  commands by name and field, and timelines in JSON: to read commands from text
 *   faregate_outlook.h   what will happen by itself, and what wants attention: to watch over an account
 *   faregate_bulk.h      columns of quantities, and bills of many accounts: to analyse usage
 *   faregate_whatif.h    curves, break-even, baskets and the cheapest plan: to decide what to buy
 *   faregate_ledger.h    accounts in files: to keep them over a power cut
 *
 * Conventions of every function of these headers:
 *   - It returns fg_status, FG_OK being 0, unless it cannot fail; outputs come last and are written only on FG_OK.
 *   - `fg_error *error` may be NULL. Otherwise it belongs to the caller and is filled whenever the status is not FG_OK.
 *   - Text is UTF-8. An `fg_string` is borrowed: the library copies what it keeps.
 *   - No clock, locale, file or global variable is used: the time is an argument. A ledger alone has a file, and a
 *     handle alone reads the clock, where it is told no time.
 *   - Objects are not locked. One thread at a time per account; a book is frozen and may be shared by all threads.
 *   - After any status but FG_OK the object is as it was (an account: as the events due before the command left it).
 */
#ifndef FAREGATE_H
#define FAREGATE_H

#include "faregate_base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FG_VERSION "0.2.0"

/* The version of the library that is linked, equal to FG_VERSION of the header it was built with. */
FG_API const char *fg_version(void);

/* -------------------------------------------------------------------------------------------------- price book */

typedef struct fg_book fg_book; ///< frozen, counted by references; see docs/price-book.md for its JSON

/* Loads and validates a price book (JSON). FG_INVALID with path and message for a bad one. The caller owns one
   reference. */
FG_API FG_MUST_CHECK fg_status fg_book_load(const char *json, size_t length, const fg_allocator *allocator,
                                            fg_book **book, fg_error *error);
FG_API fg_book *fg_book_retain(fg_book *book); ///< answers its argument; thread-safe
FG_API void fg_book_release(fg_book *book);    ///< NULL is allowed; thread-safe

FG_API const char *fg_book_id(const fg_book *book); ///< this and the next two are borrowed from the book
FG_API const char *fg_book_title(const fg_book *book);
FG_API const char *fg_book_currency(const fg_book *book);
FG_API int fg_book_minor_digits(const fg_book *book);
FG_API const fg_zone *fg_book_zone(const fg_book *book); ///< of its civil time; borrowed from the book

/* ------------------------------------------------------------------------------------------------------- price */

/* What a price is asked by. Absent: `tier_quantity` -1, `days` and `months` 0. */
typedef struct fg_price_query {
  /* begin generated price query: from core/src/book/queries.def by `make generated` */
  fg_string product;        ///< of the book
  fg_string meter;          ///< the product's usage meter or its capacity meter
  int64_t quantity;         ///< units to charge, 0 or more
  int64_t tier_quantity;    ///< picks the tier (R12, R18), at least `quantity`; absent: `quantity`
  int64_t days;             ///< of capacity, 1 or more; exactly one of days and months (R19)
  int64_t months;           ///< of capacity, 1 or more
  fg_time at;               ///< picks the month of a price for a month held, and what rules ask of the clock
  fg_attributes attributes; ///< of usage and account, where rules or terms ask them
  /* end generated price query */
} fg_price_query;

/* Describes the price of a query: product, meter, units, amount, lines [{units, unit_price, tier, amount}], rule,
   explanation; where the product has rules or terms also price (the name of the one that holds, null the product's
   own), factor (of the unit price, a decimal text) and billable (false: nothing is charged); units are then the
   quantity times all terms. The price list alone: no grant or pack is taken off; FG_NOT_SOLD where a unit would be
   charged at a null price. FG_UNKNOWN_PRODUCT, FG_UNKNOWN_METER, FG_MISSING_ATTRIBUTE, FG_UNKNOWN_VALUE, FG_NO_RULE,
   FG_NOT_SOLD, FG_OVERFLOW, FG_INVALID. */
FG_API FG_MUST_CHECK fg_status fg_book_price(const fg_book *book, const fg_price_query *query,
                                             const fg_visitor *visitor, fg_error *error);

/* ----------------------------------------------------------------------------------------------------- command */

/* The name of a constant in small letters is that of the command in the timeline, in Python and in Lua. Behind it stand
   the members of fg_command that it reads; `?` marks what may be left out. */
typedef enum fg_command_kind {
  /* begin generated commands: from core/src/state/commands.def by `make generated` */
  FG_DO_OPEN = 0,              ///< product
  FG_DO_CLOSE = 1,             ///< product
  FG_DO_CLAIM = 2,             ///< product, grant
  FG_DO_SET_MODE = 3,          ///< product, mode
  FG_DO_BUY_PACK = 4,          ///< product, pack, quantity?, id?, pay?, campaign?
  FG_DO_GIVE_PACK = 5,         ///< product, pack, quantity?, id?
  FG_DO_BUY_CAPACITY = 6,      ///< product, meter, quantity, days?, months?, start?, id?, pay?
  FG_DO_USE = 7,               ///< product, quantity, id?, billable?, attributes?
  FG_DO_CALL = 8,              ///< product, quantity?, id, owner?, timeout_ms?, attributes?
  FG_DO_COMMIT = 9,            ///< id, quantity?, outcome?, ref?, attributes?
  FG_DO_CANCEL = 10,           ///< id
  FG_DO_ADJUST = 11,           ///< product, quantity, reason, id?, attributes?
  FG_DO_SET_BUDGET = 12,       ///< day?, month?
  FG_DO_ADD_MATERIALS = 13,    ///< product, quantity, id?
  FG_DO_REMOVE_MATERIALS = 14, ///< product, quantity, id?
  FG_DO_TOP_UP = 15,           ///< amount, fund?, id?
  FG_DO_WITHDRAW = 16,         ///< amount, id?
  FG_DO_REFUND = 17,           ///< id
  FG_DO_SUSPEND = 18,          ///< no field
  FG_DO_REINSTATE = 19,        ///< no field
  FG_DO_ANNOUNCE = 20,         ///< product, grant, quantity, effective
  FG_DO_PREVIEW = 21,          ///< product?
  FG_DO_STATEMENT = 22,        ///< no field
  FG_DO_ADVANCE = 23,          ///< no field
  FG_DO_SET = 24,              ///< attributes
  FG_DO_CHANGE_CAPACITY = 25,  ///< id, quantity?, capacity?, pay?
  FG_DO_ADOPT = 26,            ///< book, effective?
  FG_DO_SET_POSTPAID = 27,     ///< product, on
  FG_DO_BUY_BUNDLE = 28,       ///< bundle, id?, pay?
  FG_COMMAND_COUNT = 29
  /* end generated commands */
} fg_command_kind;

/* "buy_pack" to FG_DO_BUY_PACK; false if there is none. */
FG_API bool fg_command_kind_of(fg_string name, fg_command_kind *kind);
FG_API const char *fg_command_name(fg_command_kind kind); ///< NULL if there is none

typedef enum fg_fund { FG_GIFT, FG_INCOME, FG_CASH, FG_VOUCHER, FG_FUND_COUNT } fg_fund; ///< in the order of R34

typedef struct fg_funds {
  fg_money of[FG_FUND_COUNT]; ///< indexed by fg_fund
} fg_funds;

/* A cap on what postpaid usage may cost. Left out of set_budget (given false), the one in force stays. */
typedef struct fg_budget {
  bool given;
  bool limited; ///< false: no cap
  fg_money amount;
} fg_budget;

/* What each fund pays (R34). Not given: gift, income, cash, in that order. */
typedef struct fg_pay {
  bool given;
  fg_funds funds;
} fg_pay;

/* The terms of a campaign a pack is bought in (R30). */
typedef struct fg_campaign {
  bool given;
  bool has_price;  ///< price replaces the book's
  bool refundable; ///< true unless the campaign excludes it
  fg_money price;  ///< of one pack
} fg_campaign;

/* A command of the timeline, filled by hand after fg_command_begin or field by field with the setters of
   faregate_timeline.h. Absent: a string with text NULL, FG_NO_DATE, days and months 0, FG_ALL for the quantity of
   commit. */
#define FG_ALL (-1)
typedef struct fg_command {
  fg_command_kind kind;
  fg_time at;
  uint32_t given; ///< which fields a setter has filled
  fg_string product, pack, grant, meter, mode, id;
  fg_string capacity;   ///< of change_capacity
  fg_string bundle;     ///< of buy_bundle
  uint64_t call;        ///< of commit and cancel, where there is no id: the number that a call without one was given
  uint64_t attempt;     ///< of commit and cancel, the host's alone: fg_used.attempt of the call they mean, which is
                        ///< already_finished once it is not the latest under its id; 0: the latest
  fg_string owner;      ///< of call: who holds it, for people
  fg_string outcome;    ///< of commit: the result code of the service, which says whether it is billed (R36)
  fg_string ref;        ///< of commit: the vendor's own receipt, at most 64 bytes
  fg_string reason;     ///< of adjust: text for people, at most 200 bytes
  int64_t quantity;     ///< packs of buy_pack and give_pack; units or materials elsewhere; of commit FG_ALL: as held;
                        ///< of adjust below 0 to take units off
  int64_t timeout_ms;   ///< of call: held that long at most, then its slot is free and it is abandoned; 0: no end
  int64_t days, months; ///< of buy_capacity: exactly one of them
  fg_date start;        ///< of buy_capacity, a later civil date
  fg_date effective;    ///< of announce and adopt
  bool billable;        ///< of use
  bool on;              ///< of set_postpaid
  fg_pay pay;           ///< of buy_* and change_capacity
  fg_campaign campaign; ///< of buy_pack
  fg_money amount;      ///< of top_up and withdraw
  fg_fund fund;         ///< of top_up
  fg_budget day, month; ///< of set_budget
  fg_book *book;        ///< of adopt, borrowed
  fg_attributes attributes; ///< of use, call, commit and adjust: what the usage is priced by; of set
                            ///< those of the account; count 0: none
} fg_command;

/* All fields absent or at their defaults. */
FG_API void fg_command_begin(fg_command *command, fg_command_kind kind, fg_time at);

/* ----------------------------------------------------------------------------------------------------- account */

typedef struct fg_account fg_account; ///< the state of one customer of one book

typedef struct fg_draw {
  fg_string id;  ///< of the pack
  int64_t units; ///< taken from it
} fg_draw;

typedef struct fg_used {
  int64_t free;     ///< units covered by free grants
  int64_t postpaid; ///< units left for the month's bill
  int64_t unbilled; ///< units in a capacity mode, or not billable
  const fg_draw *packs;
  size_t pack_count;
  uint64_t call;    ///< of a call that was given no id: its number; else 0
  uint64_t attempt; ///< of a call: its number among the account's accepted calls, 1, 2, …; else 0
} fg_used;

typedef struct fg_ordered {
  fg_string id;
  fg_money amount; ///< buy_*
  fg_funds paid;   ///< buy_*
  int64_t units;   ///< *_pack
  fg_time from;    ///< buy_capacity
  fg_time until;   ///< buy_capacity: until; *_pack: expiry, FG_NEVER for a permanent one
} fg_ordered;

/* What a command answered. Pointers belong to the account and hold until its next call. Only the member of the
   command's kind is set; fg_outcome_describe names every value as the timeline does. */
typedef struct fg_outcome {
  fg_command_kind kind;
  bool repeated; ///< the same command with the same id was answered before: nothing changed
  union {
    fg_used used; ///< use, call
    struct {
      int64_t billed;    ///< of a commit with an outcome: units that the service bills, as far as that is known
      int64_t returned;  ///< units given back to where they came from
      int64_t lost;      ///< units that cannot go back: their month is settled or their pack void
      bool has_outcome;  ///< of a commit: it named one, so that all three are told
      bool has_quantity; ///< of a commit: it named one, or attributes, so that returned and lost are told
      bool has_extra;    ///< of a commit: above what was held
      fg_used extra;     ///< the rest, as of use
    } ended;             ///< commit, cancel
    struct {
      fg_used used;   ///< as of use; where units are taken off, so many from each source but packs
      int64_t packs;  ///< taken off: so many that packs had covered
      int64_t lost;   ///< taken off, but back in no grant or pack
      bool takes_off; ///< the quantity was below 0
    } adjusted;       ///< adjust
    fg_ordered order; ///< buy_pack, give_pack, buy_capacity
    struct {
      int64_t quantity; ///< from now on
      fg_money amount;  ///< below 0 where it is paid back
      fg_funds paid;    ///< by fund
    } changed;          ///< change_capacity
    uint32_t grants;    ///< open, claim: how many were issued
    fg_string mode;     ///< set_mode
    struct {
      int64_t held, limit;
    } materials; ///< add_materials, remove_materials
    struct {
      fg_money amount;    ///< returned in all
      fg_funds to;        ///< by fund
      fg_money forfeited; ///< vouchers
    } refund;             ///< refund
    struct {
      bool limited; ///< false: unlimited funds, no balance
      fg_money balance;
    } wallet; ///< top_up, withdraw
    struct {
      fg_date edition;   ///< the last that it brought
      fg_date effective; ///< the first
    } adopted;           ///< adopt
  } is;
} fg_outcome;

typedef struct fg_account_options {
  const fg_funds *wallet;  ///< NULL: unlimited funds (R34)
  const fg_string *policy; ///< pairs of switch and value that replace the book's
  size_t policy_count;     ///< pairs
  const fg_allocator *allocator;
  fg_attributes attributes; ///< of the account, as the book declares them; count 0: none
} fg_account_options;

/* The most that an account may hold, far more than one does: what would pass it is FG_OVERFLOW. */
#define FG_LOTS_MAX 100000 ///< free grants and packs, all there ever were: a monthly one in all years to 9999
#define FG_CAPACITY_ORDERS_MAX 100000 ///< all there ever were
#define FG_CALLS_MAX 1000000          ///< calls in flight, uncertain and abandoned ones too
#define FG_ANNOUNCEMENTS_MAX 10000    ///< of changes of free quotas

/* A new account, nothing open. `options` may be NULL. The account holds a reference to the book. FG_INVALID with path
   for an unknown switch, value or attribute or funds below 0. */
FG_API FG_MUST_CHECK fg_status fg_account_new(fg_book *book, const fg_account_options *options, fg_account **account,
                                              fg_error *error);
FG_API void fg_account_free(fg_account *account); ///< NULL is allowed

/* An independent copy that shares the history so far, for the caller to free. Cost: the size of the state, not of the
   history. FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_account_fork(const fg_account *account, fg_account **copy);

/* An account as bytes for another process to go on from: its switches and its state, checked and versioned, without its
   price book. Calls in flight, orders and invoices are in it; the ids of finished usage are not, so that a usage that
   is sent again after is a new one. fg_account_begun is the book that they are read with: that of fg_account_new,
   without what was adopted since, which is in the bytes. FG_NO_MEMORY; `bytes` is for the caller to release. */
FG_API FG_MUST_CHECK fg_status fg_account_save(const fg_account *account, fg_text *bytes);
FG_API fg_book *fg_account_begun(const fg_account *account); ///< borrowed
/* FG_INVALID with the path "account" for bytes that are damaged, of a later version, or of an account of another price
   book; FG_NO_MEMORY. `allocator` may be NULL. */
FG_API FG_MUST_CHECK fg_status fg_account_load(fg_book *book, fg_string bytes, const fg_allocator *allocator,
                                               fg_account **account, fg_error *error);

/* Lets everything happen that is due up to `command->at`, then does the command. A refusal changes nothing else.
   `outcome` may be NULL. */
FG_API FG_MUST_CHECK fg_status fg_account_apply(fg_account *account, const fg_command *command, fg_outcome *outcome,
                                                fg_error *error);

FG_API fg_book *fg_account_book(const fg_account *account); ///< borrowed
FG_API fg_time fg_account_now(const fg_account *account);   ///< the latest instant seen, FG_NO_TIME before the first
FG_API size_t fg_account_bytes(const fg_account *account);  ///< memory of the state, history not counted

/* The outcome of the latest command of this account, as the timeline answers it: do, ok, then the command's keys. */
FG_API FG_MUST_CHECK fg_status fg_outcome_describe(const fg_account *account, const fg_outcome *outcome,
                                                   const fg_visitor *visitor);
/* The statement of the timeline at fg_account_now. */
FG_API FG_MUST_CHECK fg_status fg_account_describe(const fg_account *account, const fg_visitor *visitor);
/* The list of invoices of that statement. */
FG_API FG_MUST_CHECK fg_status fg_account_invoices(const fg_account *account, const fg_visitor *visitor);
/* The calls that are neither committed nor canceled: a list of {id, product, quantity, owner, since, deadline, state};
   state is `held`, or `abandoned` once the deadline has passed. */
FG_API FG_MUST_CHECK fg_status fg_account_calls(const fg_account *account, const fg_visitor *visitor);

/* What `quantity` more now, of a product or an event, with attributes or none, would add to this month's bill, exactly:
   below 0 where it reaches a cheaper tier (R13). FG_UNKNOWN_PRODUCT, FG_NOT_OPEN, FG_UNKNOWN_VALUE,
   FG_MISSING_ATTRIBUTE, FG_NO_RULE, FG_POSTPAID_OFF, FG_NOT_SOLD, FG_OVERFLOW, FG_INVALID. */
FG_API FG_MUST_CHECK fg_status fg_account_marginal(const fg_account *account, fg_string product, int64_t quantity,
                                                   fg_attributes attributes, fg_money *amount, fg_error *error);

/* ------------------------------------------------------------------------------------------------------ handle */

/* What a host holds: an account in memory, or one in a ledger, behind one set of functions. A handle decides the
   instant of a command that names none, names the calls that have no id, and looks after what other processes did to a
   ledger. One thread at a time per handle; the passes of a handle count as part of it.

   Where a command's `at` is FG_NO_TIME it happens now: by the wall clock where that goes forward, else by the steady
   one, never before what the account has seen, whichever process saw it. A question, preview or statement, tells of the
   account as it stands. Where the wall clock cannot be right, commands without `at` are refused as FG_CLOCK_SUSPECT and
   nothing happens: if it shows an instant more than `max_jump` after the last one (a ledger's last command; in memory,
   the last that this handle read) while the system does not say that it is synchronised; and, before the first command
   of an account, one before the date of the book's guide. Only a pass ends its call even then: commit and cancel are
   written at the latest instant of the account, because what the call was for has been done. */
typedef struct fg_handle fg_handle;

/* A handle for an account in memory, which becomes the handle's. `options` may be NULL. FG_NO_MEMORY, FG_INVALID: the
   account stays the caller's. */
FG_API FG_MUST_CHECK fg_status fg_handle_new(fg_account *account, const fg_clock_options *options, fg_handle **handle,
                                             fg_error *error);
/* Writes what waits, and releases the handle whatever the answer is; its passes are over then. NULL is allowed. */
FG_API fg_status fg_handle_close(fg_handle *handle, fg_error *error);

/* A handle names the calls that the host gives no id. What such a `call` answers has a number, by which the call can be
   committed or canceled. In memory that also takes less time and less room than an id of the host's; a fork counts on.
   The number stands for an id, "#call-0-17", which fg_pass_id answers: its 0 is the session of a handle of a ledger, so
   that no two handles of one ledger make up the same id. */
#define FG_CALL_NAME_MAX 48

/* Runs a command; one in a ledger is on the disk before it is answered. After a LEDGER status it is not acknowledged:
   it may or may not be there, and given again under the same id it is done once. A `call` that is applied as a command
   has no pass: it is among the uncertain until it is ended by its id. */
FG_API FG_MUST_CHECK fg_status fg_handle_apply(fg_handle *handle, const fg_command *command, fg_outcome *outcome,
                                               fg_error *error);
/* Does an `open` unless the product is open already, which is then all: no row, no grants. The everyday start of a
   host. */
FG_API FG_MUST_CHECK fg_status fg_handle_ensure_open(fg_handle *handle, const fg_command *command, fg_outcome *outcome,
                                                     fg_error *error);
/* The account as the handle last saw it, borrowed: to describe outcomes. It is not to be changed. */
FG_API fg_account *fg_handle_account(const fg_handle *handle);
/* Whether its functions may wait for a disk or another process. */
FG_API bool fg_handle_waits(const fg_handle *handle);

/* Questions. Each sees first what other handles have done, and changes nothing. */
FG_API FG_MUST_CHECK fg_status fg_handle_refresh(fg_handle *handle, fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_handle_statement(fg_handle *handle, const fg_visitor *visitor, fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_handle_invoices(fg_handle *handle, const fg_visitor *visitor, fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_handle_calls(fg_handle *handle, const fg_visitor *visitor, fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_handle_marginal(fg_handle *handle, fg_string product, int64_t quantity,
                                                  fg_attributes attributes, fg_money *amount, fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_handle_now(fg_handle *handle, fg_time *now,
                                             fg_error *error); ///< FG_NO_TIME: none yet
/* A copy of the account in memory, for what-if, with a handle of its own and this one's clock. */
FG_API FG_MUST_CHECK fg_status fg_handle_fork(fg_handle *handle, fg_handle **copy, fg_error *error);
/* The calls in flight that nobody has in hand, told as fg_account_calls does: those whose pass was left without a word
   or lost, those whose answer was lost, and of a ledger those whose handle is gone. They count as used until they are
   ended. */
FG_API FG_MUST_CHECK fg_status fg_handle_uncertain(fg_handle *handle, const fg_visitor *visitor, fg_error *error);

/* Puts on the disk what waits for its group. */
FG_API FG_MUST_CHECK fg_status fg_handle_flush(fg_handle *handle, fg_error *error);
/* Of a ledger: path, commands (how many), durability ("command" or "group"), group_ms, session, head (the chain's last
   link in hexadecimal digits: kept elsewhere, it proves later what the ledger held now). Of an account in memory:
   null. */
FG_API FG_MUST_CHECK fg_status fg_handle_describe(const fg_handle *handle, const fg_visitor *visitor);

/* Says that the wall clock is right although it is suspect, once: a later jump is suspect again. In a ledger that is
   kept as a row, for all its handles. Where nothing is suspect, nothing is written. A clock beyond the year 9999 is
   never right: FG_CLOCK_SUSPECT. */
FG_API FG_MUST_CHECK fg_status fg_handle_trust_clock(fg_handle *handle, fg_error *error);

typedef enum fg_pass_state {
  FG_PASS_HELD, ///< let in, not ended
  FG_PASS_COMMITTED,
  FG_PASS_CANCELED,
  FG_PASS_UNCERTAIN, ///< left without a word: it counts as used, and may still be ended
  FG_PASS_UNWRITTEN, ///< its end could not be written yet; it is done again with the handle's next command
  FG_PASS_UNKNOWN ///< told an outcome of which nobody knows whether it is billed (R36): as uncertain, without its slot
} fg_pass_state;
FG_API const char *fg_pass_state_name(fg_pass_state state); ///< "held" …; NULL if there is none

/* A call that was let in, for who goes out with it: made by the two functions below, it must stay where it is until
   fg_pass_release. It speaks of its own attempt alone, never of a later one under the same id. */
typedef struct fg_pass {
  fg_handle *handle; ///< NULL: never let in, released, or the handle is closed
  fg_string id;      ///< as it was given, borrowed from the caller for as long as the pass lives; absent: see `call`
  uint64_t call;     ///< its number where no id was given; else 0
  uint64_t session;  ///< of the handle, that the number belongs to; 0 in memory
  uint64_t attempt;
  uint32_t place; ///< in the handle's list of its passes
  fg_pass_state state;
  bool by_clock; ///< let in at the clock's now, it ends at the clock's now; else at the latest instant of the account
} fg_pass;

/* Applies a `call`; if it is let in, fills the pass. Here and below `outcome` may be NULL. */
FG_API FG_MUST_CHECK fg_status fg_handle_call(fg_handle *handle, const fg_command *command, fg_pass *pass,
                                              fg_outcome *outcome, fg_error *error);
/* A pass to end a call that nobody has in hand (fg_handle_uncertain): no leave to send again. One durable step: of two
   that try, one gets FG_IN_FLIGHT. `id` is borrowed as of fg_pass. FG_UNKNOWN_ID, FG_ALREADY_FINISHED, FG_IN_FLIGHT. */
FG_API FG_MUST_CHECK fg_status fg_handle_resume(fg_handle *handle, fg_string id, fg_pass *pass, fg_error *error);

/* Ends the call: `command` is a `commit` or `cancel` whose id is filled in here. What the disk fails to take is told,
   and done again with the next command of the handle; meanwhile another end is FG_ALREADY_FINISHED. */
FG_API FG_MUST_CHECK fg_status fg_pass_end(fg_pass *pass, fg_command *command, fg_outcome *outcome, fg_error *error);
/* Leaves a held call without a word: it stays used, and uncertain. */
FG_API void fg_pass_leave(fg_pass *pass);
/* The pass goes, the call stays. Again is allowed. */
FG_API void fg_pass_release(fg_pass *pass);
/* The id of the call, which may be written to `made`. */
FG_API fg_string fg_pass_id(const fg_pass *pass, char made[FG_CALL_NAME_MAX]);

#ifdef __cplusplus
}
#endif

#endif
