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

/* The version of the linked library, which is FG_VERSION of the header that the library was compiled with. */
FG_API const char *fg_version(void);

/* -------------------------------------------------------------------------------------------------- price book */

typedef struct fg_book fg_book; ///< frozen, counted by references; see docs/price-book.md for its JSON

/* Loads and validates a price book (JSON). FG_INVALID with path and message for a faulty one. The caller owns one
   reference. */
FG_API FG_MUST_CHECK fg_status fg_book_load(const char *json, size_t length, const fg_allocator *allocator,
                                            fg_book **book, fg_error *error);
FG_API fg_book *fg_book_retain(fg_book *book); ///< returns `book`; thread-safe
FG_API void fg_book_release(fg_book *book);    ///< NULL is allowed; thread-safe

FG_API const char *fg_book_id(const fg_book *book); ///< this text and the next two are borrowed from the book
FG_API const char *fg_book_title(const fg_book *book);
FG_API const char *fg_book_currency(const fg_book *book);
FG_API int fg_book_minor_digits(const fg_book *book);
FG_API const fg_zone *fg_book_zone(const fg_book *book); ///< the zone of the book's civil times; borrowed from the book

/* ------------------------------------------------------------------------------------------------------- price */

/* A question for a price. Absent values are -1 for `tier_quantity`, and 0 for `days` and `months`. */
typedef struct fg_price_query {
  /* begin generated price query: from core/src/book/queries.def by `make generated` */
  fg_string product;        ///< of the book; or an event of it
  fg_string meter;          ///< the product's usage meter or its capacity meter; of an event its own id
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
   quantity times all terms. Of an event: product and meter (both its id), units (of the event), amount, products (the
   price of each), rule, explanation. The price list alone decides: no grant or pack is taken off. FG_NOT_SOLD where a
   unit would be charged at a null price. FG_UNKNOWN_PRODUCT, FG_UNKNOWN_METER, FG_MISSING_ATTRIBUTE, FG_UNKNOWN_VALUE,
   FG_NO_RULE, FG_NOT_SOLD, FG_OVERFLOW, FG_INVALID; FG_NO_MEMORY of the book's allocator. */
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
  FG_DO_PREVIEW = 21,          ///< product?, quantity?, attributes?
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

/* Finds a command by its name, such as "buy_pack"; false if there is none. */
FG_API bool fg_command_kind_of(fg_string name, fg_command_kind *kind);
FG_API const char *fg_command_name(fg_command_kind kind); ///< NULL if there is none

typedef enum fg_fund { FG_GIFT, FG_INCOME, FG_CASH, FG_VOUCHER, FG_FUND_COUNT } fg_fund; ///< in the order of R34

typedef struct fg_funds {
  fg_money of[FG_FUND_COUNT]; ///< indexed by fg_fund
} fg_funds;

/* A cap on what postpaid usage may cost. If set_budget leaves a cap out (`given` is false), the one in force stays. */
typedef struct fg_budget {
  bool given;
  bool limited; ///< false: no cap
  fg_money amount;
} fg_budget;

/* What each fund pays (R34). If it is not given, gift, income and cash pay, in that order. */
typedef struct fg_pay {
  bool given;
  fg_funds funds;
} fg_pay;

/* The terms of a campaign in which a pack is bought (R30). */
typedef struct fg_campaign {
  bool given;
  bool has_price;  ///< `price` replaces that of the book
  bool refundable; ///< true unless the campaign excludes it
  fg_money price;  ///< the price of one pack
} fg_campaign;

/* A command of the timeline, filled by hand after fg_command_begin, or field by field with the setters of
   faregate_timeline.h. Behind a member stand the commands that have it. An absent member is text NULL, FG_NO_DATE, 0
   for days and months, or FG_ALL for the quantity of commit and preview. */
#define FG_ALL (-1)
typedef struct fg_command {
  fg_command_kind kind;
  fg_time at;
  uint32_t given; ///< which fields a setter has filled
  fg_string product, pack, grant, meter, mode, id;
  fg_string capacity;   ///< of change_capacity
  fg_string bundle;     ///< of buy_bundle
  uint64_t call;        ///< of commit and cancel without an id: the number that the call was given
  uint64_t attempt;     ///< of commit and cancel, the host's alone: fg_used.attempt of the call they mean, which is
                        ///< already_finished once its id has a later attempt; 0: the latest
  fg_string owner;      ///< of call: who holds it, for people
  fg_string outcome;    ///< of commit: the result code of the service, which says whether it is billed (R36)
  fg_string ref;        ///< of commit: the vendor's own receipt, at most 64 bytes
  fg_string reason;     ///< of adjust: text for people, at most 200 bytes
  int64_t quantity;     ///< packs of buy_pack and give_pack; units or materials elsewhere; of commit FG_ALL: as held;
                        ///< of adjust below 0 to take units off
  int64_t timeout_ms;   ///< of call: after so long its slot is free, and it counts as abandoned; 0: never
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
  fg_attributes attributes; ///< of use, call, commit and adjust: what the usage is priced by; of set: those of
                            ///< the account; count 0: none
} fg_command;

/* Begins a command, with all its fields absent or at their defaults. */
FG_API void fg_command_begin(fg_command *command, fg_command_kind kind, fg_time at);

/* ----------------------------------------------------------------------------------------------------- account */

typedef struct fg_account fg_account; ///< the state of one customer of one book

typedef struct fg_draw {
  fg_string id;  ///< the pack's id
  int64_t units; ///< units taken from the pack
} fg_draw;

typedef struct fg_used {
  int64_t free;     ///< units covered by free grants
  int64_t postpaid; ///< units left for the month's bill
  int64_t unbilled; ///< units used in a capacity mode, or not billable
  const fg_draw *packs;
  size_t pack_count;
  uint64_t call;    ///< the number of a call that was given no id; else 0
  uint64_t attempt; ///< the number of a call among the account's accepted calls, from 1 on; else 0
} fg_used;

typedef struct fg_ordered {
  fg_string id;
  fg_money amount;  ///< buy_*
  fg_funds paid;    ///< buy_*
  int64_t units;    ///< *_pack
  int64_t fraction; ///< *_pack of a pool of money: what is above `units`, in 10^-12 units
  fg_time from;     ///< buy_capacity
  fg_time until;    ///< buy_capacity: its end; *_pack: its expiry, FG_NEVER for a permanent one
} fg_ordered;

/* What a command answered. Pointers belong to the account and hold until its next call. Only the member with the
   command's name behind it is set; fg_outcome_describe names every value as the timeline does. */
typedef struct fg_outcome {
  fg_command_kind kind;
  bool repeated; ///< an equal command with the same id was answered before: nothing changed
  union {
    fg_used used; ///< use, call
    struct {
      int64_t billed;    ///< of a commit with an outcome: units that the service bills, as far as that is known
      int64_t returned;  ///< units given back to where they came from
      int64_t lost;      ///< units that cannot go back: their month is settled or their pack void
      bool has_outcome;  ///< of a commit: it named an outcome, so all three are told
      bool has_quantity; ///< of a commit: it named a quantity or attributes, so `returned` and `lost` are told
      bool has_extra;    ///< of a commit: more was used than was held
      fg_used extra;     ///< how what was used beyond that was covered
    } ended;             ///< commit, cancel
    struct {
      fg_used used;   ///< how units were covered; if units are taken off, how many from each source but packs
      int64_t packs;  ///< units taken off that packs had covered
      int64_t lost;   ///< units taken off that went back to no grant or pack
      bool takes_off; ///< the quantity was below 0
    } adjusted;       ///< adjust
    fg_ordered order; ///< buy_pack, give_pack, buy_capacity
    struct {
      int64_t quantity; ///< the quantity from now on
      fg_money amount;  ///< below 0 if money is paid back
      fg_funds paid;    ///< what each fund paid
    } changed;          ///< change_capacity
    uint32_t grants;    ///< open, claim: how many were issued
    fg_string mode;     ///< set_mode
    struct {
      int64_t held, limit;
    } materials; ///< add_materials, remove_materials
    struct {
      fg_money amount;    ///< all that is returned
      fg_funds to;        ///< what goes back to each fund
      fg_money forfeited; ///< the value of vouchers, which do not come back
    } refund;             ///< refund
    struct {
      bool limited; ///< false: unlimited funds, no balance
      fg_money balance;
    } wallet; ///< top_up, withdraw
    struct {
      fg_date edition;   ///< the date of the last edition that it brought
      fg_date effective; ///< the date of the first
    } adopted;           ///< adopt
  } is;
} fg_outcome;

typedef struct fg_account_options {
  const fg_funds *wallet;  ///< NULL: unlimited funds (R34)
  const fg_string *policy; ///< pairs of switch and value that replace the book's
  size_t policy_count;     ///< how many pairs
  const fg_allocator *allocator;
  fg_attributes attributes; ///< the account's attributes, as the book declares them; count 0: none
  int64_t keep_ids_days; ///< 0: all ids are known for ever. Else those of usage and calls are forgotten after so many
                         ///< days, at most FG_KEEP_IDS_DAYS_MAX, so that memory stays level (docs/embedding.md)
} fg_account_options;
#define FG_KEEP_IDS_DAYS_MAX 36525 ///< a hundred years

/* The most that an account may hold, far more than it ever does. A command that would pass it gets FG_OVERFLOW. */
#define FG_LOTS_MAX 100000            ///< free grants and packs, past ones too: enough for a monthly one up to 9999
#define FG_CAPACITY_ORDERS_MAX 100000 ///< capacity orders, past ones too
#define FG_CALLS_MAX 1000000          ///< calls in flight, uncertain and abandoned ones too
#define FG_ANNOUNCEMENTS_MAX 10000    ///< announced changes of free quotas

/* Makes an account with no product open. `options` may be NULL. The account holds a reference to the book. FG_INVALID
   with path for an unknown switch, value or attribute, or for funds below 0. */
FG_API FG_MUST_CHECK fg_status fg_account_new(fg_book *book, const fg_account_options *options, fg_account **account,
                                              fg_error *error);
FG_API void fg_account_free(fg_account *account); ///< NULL is allowed

/* Makes an independent copy that shares the history so far, for the caller to free. It costs as much as the state is
   large, whatever the history is. FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_account_fork(const fg_account *account, fg_account **copy);

/* Writes an account as bytes from which another process can go on: its switches and its state, with a checksum and a
   version, but without its price book. They include calls in flight, orders and invoices, but not the ids of finished
   usage, so usage that is sent again afterwards counts as new. fg_account_begun is the book to read them with, that of
   fg_account_new; books adopted since are in the bytes. FG_NO_MEMORY; the caller releases `bytes`. */
FG_API FG_MUST_CHECK fg_status fg_account_save(const fg_account *account, fg_text *bytes);
FG_API fg_book *fg_account_begun(const fg_account *account); ///< borrowed
/* Makes an account from the bytes of fg_account_save. `allocator` may be NULL. FG_INVALID with the path "account" for
   bytes that are damaged, of a later version, or of an account of another price book; FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_account_load(fg_book *book, fg_string bytes, const fg_allocator *allocator,
                                               fg_account **account, fg_error *error);

/* Lets everything happen that is due up to `command->at`, then applies the command. A refusal changes nothing else.
   `outcome` may be NULL. */
FG_API FG_MUST_CHECK fg_status fg_account_apply(fg_account *account, const fg_command *command, fg_outcome *outcome,
                                                fg_error *error);

FG_API fg_book *fg_account_book(const fg_account *account); ///< borrowed
FG_API fg_time fg_account_now(const fg_account *account);   ///< the latest instant seen; FG_NO_TIME: none yet
FG_API size_t fg_account_bytes(const fg_account *account);  ///< memory of the state; the history is not counted

/* Describes the outcome of the account's latest command as the timeline does: do, ok, then the command's keys. */
FG_API FG_MUST_CHECK fg_status fg_outcome_describe(const fg_account *account, const fg_outcome *outcome,
                                                   const fg_visitor *visitor);
/* Describes the statement of the timeline at fg_account_now. */
FG_API FG_MUST_CHECK fg_status fg_account_describe(const fg_account *account, const fg_visitor *visitor);
/* Describes the list of invoices that fg_account_describe tells. */
FG_API FG_MUST_CHECK fg_status fg_account_invoices(const fg_account *account, const fg_visitor *visitor);
/* Describes the calls that are neither committed nor canceled: a list of {id, product, quantity, owner, since,
   deadline, state}; state is `held`, or `abandoned` once the deadline has passed. */
FG_API FG_MUST_CHECK fg_status fg_account_calls(const fg_account *account, const fg_visitor *visitor);

/* Computes what `quantity` more units now, of a product or an event and with attributes or none, would add to this
   month's bill, exactly; below 0 if they reach a cheaper tier (R13). FG_UNKNOWN_PRODUCT, FG_NOT_OPEN, FG_UNKNOWN_VALUE,
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

/* Makes a handle of an account in memory, which the handle then owns. `options` may be NULL. After an error,
   FG_NO_MEMORY or FG_INVALID, the account stays the caller's. */
FG_API FG_MUST_CHECK fg_status fg_handle_new(fg_account *account, const fg_clock_options *options, fg_handle **handle,
                                             fg_error *error);
/* Writes what waits to be written, and releases the handle even if that fails; its passes are over then. NULL is
   allowed. */
FG_API fg_status fg_handle_close(fg_handle *handle, fg_error *error);

/* A call without an id gets a number from the handle, by which it can be committed or canceled. In memory that takes
   less time and space than an id of the host's, and a fork goes on counting. The number stands for an id such as
   "#call-0-17", which fg_pass_id returns. Its 0 is the session of the handle in a ledger, so that no two handles of one
   ledger make the same id. */
#define FG_CALL_NAME_MAX 48

/* Applies a command; in a ledger it is on the disk before it is answered. After a LEDGER status it may or may not be
   there, and given again under the same id it is done once. A `call` that is applied as a command has no pass, so it is
   uncertain until it is ended by its id. */
FG_API FG_MUST_CHECK fg_status fg_handle_apply(fg_handle *handle, const fg_command *command, fg_outcome *outcome,
                                               fg_error *error);
/* Applies an `open` unless the product is open already; then it does nothing: it writes no row and issues no grants. A
   host calls it at each start. */
FG_API FG_MUST_CHECK fg_status fg_handle_ensure_open(fg_handle *handle, const fg_command *command, fg_outcome *outcome,
                                                     fg_error *error);
/* The account as the handle last saw it, to describe outcomes; borrowed, and not to be changed. */
FG_API fg_account *fg_handle_account(const fg_handle *handle);
/* Whether the handle's functions may wait for a disk or another process. */
FG_API bool fg_handle_waits(const fg_handle *handle);

/* Questions. Each first sees what other handles have done, and changes nothing. */
FG_API FG_MUST_CHECK fg_status fg_handle_refresh(fg_handle *handle, fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_handle_statement(fg_handle *handle, const fg_visitor *visitor, fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_handle_invoices(fg_handle *handle, const fg_visitor *visitor, fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_handle_calls(fg_handle *handle, const fg_visitor *visitor, fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_handle_marginal(fg_handle *handle, fg_string product, int64_t quantity,
                                                  fg_attributes attributes, fg_money *amount, fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_handle_now(fg_handle *handle, fg_time *now,
                                             fg_error *error); ///< FG_NO_TIME: no instant yet
/* Makes a copy of the account in memory, for what-if, with a handle of its own that has the same clock. */
FG_API FG_MUST_CHECK fg_status fg_handle_fork(fg_handle *handle, fg_handle **copy, fg_error *error);
/* Describes, as fg_account_calls does, the calls in flight that nobody has in hand: their pass was left or lost, their
   answer was lost, or their handle in a ledger is gone. They count as used until they are ended. */
FG_API FG_MUST_CHECK fg_status fg_handle_uncertain(fg_handle *handle, const fg_visitor *visitor, fg_error *error);

/* Syncs the commands that wait for their group to the disk. */
FG_API FG_MUST_CHECK fg_status fg_handle_flush(fg_handle *handle, fg_error *error);
/* Describes a ledger: path, commands (how many), durability ("command" or "group"), group_ms, session, head (the last
   link of the chain in hexadecimal digits; kept elsewhere, it proves later what the ledger held now). An account in
   memory is described as null. */
FG_API FG_MUST_CHECK fg_status fg_handle_describe(const fg_handle *handle, const fg_visitor *visitor);

/* Declares a suspect wall clock right, once: a later jump is suspect again. In a ledger this is kept in the file, for
   all its handles. If the clock is not suspect, nothing is written. A clock beyond the year 9999 is never right:
   FG_CLOCK_SUSPECT. */
FG_API FG_MUST_CHECK fg_status fg_handle_trust_clock(fg_handle *handle, fg_error *error);

typedef enum fg_pass_state {
  FG_PASS_HELD, ///< let in, not ended yet
  FG_PASS_COMMITTED,
  FG_PASS_CANCELED,
  FG_PASS_UNCERTAIN, ///< left without an end: it counts as used, and may still be ended
  FG_PASS_UNWRITTEN, ///< its end could not be written yet; the handle's next command writes it
  FG_PASS_UNKNOWN,   ///< given an outcome of unknown meaning (R36): not ended, uncertain, but without its slot
  FG_PASS_FORGOTTEN  ///< it was ended by its id, and the account does not know any more how (keep_ids_days)
} fg_pass_state;
FG_API const char *fg_pass_state_name(fg_pass_state state); ///< such as "held"; NULL if there is none

/* A call that was let in, for the one who makes it. The two functions below fill a pass, which must stay where it is
   until fg_pass_release. It is about its own attempt alone, never about a later one under the same id. */
typedef struct fg_pass {
  fg_handle *handle; ///< NULL: never let in, released, or the handle is closed
  fg_string id;      ///< as it was given, and borrowed as long as the pass lives; absent: see `call`
  uint64_t call;     ///< the call's number if no id was given; else 0
  uint64_t session;  ///< the session of the handle that gave the number; 0 in memory
  uint64_t attempt;
  fg_time since;  ///< when it was let in
  uint32_t place; ///< index in the handle's list of its passes
  fg_pass_state state;
  bool by_clock; ///< let in at the clock's now, so it ends at the clock's now; else at the account's latest instant
} fg_pass;

/* Applies a `call`, and fills the pass if it is let in. Here and below `outcome` may be NULL. */
FG_API FG_MUST_CHECK fg_status fg_handle_call(fg_handle *handle, const fg_command *command, fg_pass *pass,
                                              fg_outcome *outcome, fg_error *error);
/* Fills a pass to end a call that nobody has in hand (fg_handle_uncertain); it does not permit to send the request
   again. It is one durable step: if two try, one gets FG_IN_FLIGHT. `id` is borrowed as in fg_pass. FG_UNKNOWN_ID,
   FG_ALREADY_FINISHED, FG_IN_FLIGHT. */
FG_API FG_MUST_CHECK fg_status fg_handle_resume(fg_handle *handle, fg_string id, fg_pass *pass, fg_error *error);

/* Ends the call by `command`, a `commit` or `cancel` whose id is filled in here. If the end cannot be written, that is
   the answer, and the handle's next command writes it; meanwhile another end gets FG_ALREADY_FINISHED. So does the end
   of a call that was ended by its id and is forgotten, because it was let in and is not in flight any more. */
FG_API FG_MUST_CHECK fg_status fg_pass_end(fg_pass *pass, fg_command *command, fg_outcome *outcome, fg_error *error);
/* Leaves a held call without an end: it stays used, and is uncertain. */
FG_API void fg_pass_leave(fg_pass *pass);
/* Releases a pass, but not its call. May be called again. */
FG_API void fg_pass_release(fg_pass *pass);
/* The id of the call; it may be written to `made`. */
FG_API fg_string fg_pass_id(const fg_pass *pass, char made[FG_CALL_NAME_MAX]);

#ifdef __cplusplus
}
#endif

#endif
