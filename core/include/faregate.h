/*
 * faregate: prices usage of a cloud API by its price book, and lives an account through its rules.
 *
 *   status and errors · memory · money · time · price book · description · price · command · account · columns · billing ·
 *   timeline · curve · plan · handle · ledger
 *
 * Conventions of every function here:
 *   - It returns fg_status, FG_OK being 0, unless it cannot fail; outputs come last and are written only on FG_OK.
 *   - `fg_error *error` may be NULL. Otherwise it belongs to the caller and is filled whenever the status is not FG_OK.
 *   - Text is UTF-8. An `fg_string` is borrowed: the library copies what it keeps.
 *   - No clock, locale, file or global variable is used: the time is an argument. A ledger alone has a file, and a handle
 *     alone reads the clock, where it is told no time.
 *   - Objects are not locked. One thread at a time per account; a book is frozen and may be shared by all threads.
 *   - After any status but FG_OK the object is as it was (for an account: as the events due before the command left it).
 */
#ifndef FAREGATE_H
#define FAREGATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef FG_API
#define FG_API
#endif
#if defined(__GNUC__)
#define FG_MUST_CHECK __attribute__((warn_unused_result))
#else
#define FG_MUST_CHECK
#endif

#define FG_VERSION "0.2.0"

/* ------------------------------------------------------------------------------------------- status and errors */

/* X(NAME, name, rule, what it says). The names are the error codes of the timeline, of Python and of Lua. The rule is one
   of the Face Fusion guide's (docs/rules.md): an error names it only where the price book cites it. */
#define FG_STATUS_LIST(X)                                                                                     \
  X(OK, "ok", "", "done")                                                                                     \
  X(NO_MEMORY, "no_memory", "", "out of memory")                                                              \
  X(INVALID, "invalid", "", "a value is of the wrong type, form or range")                                    \
  X(STOPPED, "stopped", "", "a visitor asked to stop")                                                        \
  X(UNKNOWN_BOOK, "unknown_book", "", "no price book of that name")                                           \
  X(UNKNOWN_PRODUCT, "unknown_product", "", "the price book has no such product")                             \
  X(UNKNOWN_PACK, "unknown_pack", "", "the product has no such pack")                                         \
  X(UNKNOWN_GRANT, "unknown_grant", "", "the product has no such free grant")                                 \
  X(UNKNOWN_ID, "unknown_id", "", "nothing of that id on this account")                                       \
  X(UNKNOWN_METER, "unknown_meter", "", "the product has no such meter")                                      \
  X(UNKNOWN_MODE, "unknown_mode", "R17", "the product has no such mode")                                      \
  X(NOT_SOLD, "not_sold", "", "the price book names no price for this")                                       \
  X(START_IN_PAST, "start_in_past", "R19", "capacity cannot start before today")                              \
  X(NOT_OPEN, "not_open", "R33", "the product is not open")                                                   \
  X(ALREADY_OPEN, "already_open", "R33", "the product is open already")                                       \
  X(ALREADY_CLAIMED, "already_claimed", "R3", "the grant was claimed already")                                \
  X(TIME_REVERSAL, "time_reversal", "", "earlier than what the account has already seen")                     \
  X(ID_CONFLICT, "id_conflict", "", "the id belongs to another command")                                      \
  X(INSUFFICIENT_FUNDS, "insufficient_funds", "R34", "the funds do not cover the amount")                     \
  X(PAYMENT_MISMATCH, "payment_mismatch", "R34", "the payment does not add up to the amount")                 \
  X(MODE_LOCKED, "mode_locked", "R24", "the mode follows the capacity and cannot be switched by hand")        \
  X(NO_CAPACITY, "no_capacity", "R23", "the mode needs capacity and none is active")                          \
  X(CAPACITY_LIMIT, "capacity_limit", "R21", "more capacity at once than may be held")                        \
  X(RATE_LIMITED, "rate_limited", "R22", "the rate limit is reached")                                         \
  X(CONCURRENCY_LIMITED, "concurrency_limited", "R22", "every concurrency slot is taken")                     \
  X(SUSPENDED, "suspended", "R28", "the service is suspended for arrears")                                    \
  X(VIOLATION, "violation", "R35", "the account is stopped for a violation")                                  \
  X(MATERIAL_LIMIT, "material_limit", "R25", "more materials than the account may hold")                      \
  X(MATERIAL_UNDERFLOW, "material_underflow", "R25", "fewer materials are held than are to be removed")       \
  X(PACK_USED, "pack_used", "R30", "the pack has been drawn on")                                              \
  X(REFUND_WINDOW, "refund_window", "R29", "the time for a refund is over")                                   \
  X(NOT_PAID, "not_paid", "R30", "it was not bought: a free or gift pack is not refunded")                    \
  X(CAMPAIGN_FINAL, "campaign_final", "R30", "the campaign excludes refunds")                                 \
  X(ALREADY_REFUNDED, "already_refunded", "R31", "it was refunded already")                                   \
  X(CAPACITY_BEGUN, "capacity_begun", "R32", "the period of the capacity has begun")                          \
  X(MATERIAL_IN_USE, "material_in_use", "R32", "the materials held do not fit without this pack")             \
  X(NOTICE_TOO_SHORT, "notice_too_short", "R5", "a free quota changes on longer notice only")                 \
  X(ALREADY_FINISHED, "already_finished", "", "the call was committed or canceled already")                   \
  X(IN_FLIGHT, "in_flight", "", "the call under this id has not ended")                                       \
  X(ID_RESERVED, "id_reserved", "", "ids that begin with # or with a product and / are the library's")        \
  X(ADJUST_UNDERFLOW, "adjust_underflow", "", "less was used besides calls in flight than is to be taken off") \
  X(BUDGET_EXCEEDED, "budget_exceeded", "", "it would cost more than the budget allows")                      \
  X(CLOCK_SUSPECT, "clock_suspect", "", "the clock cannot be right: put it right, name the instant, or trust it")  \
  X(OVERFLOW, "overflow", "", "a number is beyond what can be held")                                          \
  X(LEDGER_MISSING, "ledger_missing", "", "there is no ledger, and no price book to begin one with")           \
  X(LEDGER_NO_DIRECTORY, "ledger_no_directory", "", "there is no directory for the ledger")                    \
  X(LEDGER_EXISTS, "ledger_exists", "", "there is something where a new ledger is to be made")                \
  X(LEDGER_NOT_A_FILE, "ledger_not_a_file", "", "the path leads to something that is no plain file")           \
  X(LEDGER_FOREIGN, "ledger_foreign", "", "the file is not a ledger")                                         \
  X(LEDGER_VERSION, "ledger_version", "", "the ledger is of another version of its format")                   \
  X(LEDGER_BOOK, "ledger_book", "", "the ledger was begun with another price book, wallet or policy")         \
  X(LEDGER_CORRUPT, "ledger_corrupt", "", "the ledger is torn, truncated or altered")                         \
  X(LEDGER_LOCKED, "ledger_locked", "", "another program holds the ledger")                                   \
  X(LEDGER_LINKED, "ledger_linked", "", "the file has more than one name (hard links)")                       \
  X(LEDGER_REPLACED, "ledger_replaced", "", "the ledger was removed or replaced while it was open")           \
  X(LEDGER_DENIED, "ledger_denied", "", "the ledger may not be read by this user")                            \
  X(LEDGER_SEALED, "ledger_sealed", "", "the ledger was sealed and goes on in another file")                   \
  X(LEDGER_READ_ONLY, "ledger_read_only", "", "the ledger cannot be written")                                 \
  X(LEDGER_FULL, "ledger_full", "", "the disk is full")                                                       \
  X(LEDGER_IO, "ledger_io", "", "the disk failed")                                                            \
  X(LEDGER_NETWORK, "ledger_network", "", "the file is on a network disk, where locks do not hold")           \
  X(LEDGER_FORKED, "ledger_forked", "", "the ledger was opened before this process was forked")

typedef enum fg_status {
#define FG_STATUS_ENUM(NAME, name, rule, text) FG_##NAME,
  FG_STATUS_LIST(FG_STATUS_ENUM)
#undef FG_STATUS_ENUM
  FG_STATUS_COUNT
} fg_status;

typedef struct fg_error {
  fg_status status;
  char message[256]; ///< a sentence for people, never empty
  char path[192];    ///< the place in the document, "commands[3].quantity"; empty where there is none
  char rule[16];     ///< the rule that refuses, "R30": one of the book's `sources`; empty where it cites none
  int64_t retry_after_us; ///< rate_limited: microseconds to wait; -1 where waiting does not help and elsewhere
} fg_error;

/* The code of a status, "id_conflict". NULL outside 0 … FG_STATUS_COUNT - 1. */
FG_API const char *fg_status_name(fg_status status);

/* True for the refusals of the rules, which a caller handles; false for FG_OK, for faults of the call itself (memory, a
   malformed value, an unknown book, a visitor that stopped) and of a ledger's file. */
FG_API bool fg_status_is_refusal(fg_status status);

/* The version of the library that is linked, equal to FG_VERSION of the header it was built with. */
FG_API const char *fg_version(void);

/* ------------------------------------------------------------------------------------------------------ memory */

/* One function allocates (block NULL, old_size 0), resizes and frees (new_size 0, answer ignored). It answers NULL
   when it cannot; the block is then unchanged. Thread-safe if books or forks are used by several threads.
   Where an allocator is asked for, NULL stands for the C library's. The values of a JSON document that is being read are
   jansson's, which has an allocator of its own (json_set_alloc_funcs). */
typedef struct fg_allocator {
  void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
  void *context;
} fg_allocator;

typedef struct fg_string {
  const char *text; ///< NULL: absent
  size_t length;    ///< bytes
} fg_string;

/* A buffer the library fills and the caller releases with fg_text_release. Always ends in a 0 that is not counted. */
typedef struct fg_text {
  char *text;
  size_t length;   ///< bytes, without the final 0
  size_t capacity; ///< bytes allocated
  fg_allocator allocator;
} fg_text;

FG_API void fg_text_release(fg_text *text);

/* Where the library writes a long text, piece by piece. What `write` answers but FG_OK ends it, and is the answer. */
typedef struct fg_sink {
  fg_status (*write)(void *context, const char *bytes, size_t length);
  void *context;
} fg_sink;
/* Appends to a text, which must outlive the sink; {0} is an empty one. */
FG_API fg_sink fg_text_sink(fg_text *text);

/* ------------------------------------------------------------------------------------------------------- money */

/* An exact amount: a signed 128-bit count of 10^-12 currency units, |amount| < 10^26. High and low 64 bits. */
typedef struct fg_money {
  int64_t high;
  uint64_t low;
} fg_money;

#define FG_MONEY_DECIMALS 12
#define FG_MONEY_TEXT_MAX 48 ///< bytes of the longest formatted amount, with its final 0

/* A plain decimal: optional '-', digits, optionally '.' and 1 to 12 digits. No '+', exponent, space or grouping.
   FG_INVALID on any other form, FG_OVERFLOW from 10^26 on. */
FG_API FG_MUST_CHECK fg_status fg_money_parse(const char *text, size_t length, fg_money *money);

/* At least `minor_digits` (0 … 12) decimals and no trailing zeros beyond them. Answers the length. */
FG_API size_t fg_money_format(fg_money money, int minor_digits, char out[FG_MONEY_TEXT_MAX]);

FG_API fg_money fg_money_zero(void);
FG_API int fg_money_compare(fg_money a, fg_money b); ///< negative, 0 or positive
/* FG_OVERFLOW from 10^26 on. */
FG_API FG_MUST_CHECK fg_status fg_money_add(fg_money a, fg_money b, fg_money *sum);
FG_API FG_MUST_CHECK fg_status fg_money_subtract(fg_money a, fg_money b, fg_money *difference);
FG_API FG_MUST_CHECK fg_status fg_money_multiply(fg_money a, int64_t factor, fg_money *product);

/* ---------------------------------------------------------------------------------------------------- time */

typedef int64_t fg_time; ///< an instant: microseconds since 1970-01-01T00:00:00Z
typedef int32_t fg_date; ///< a civil date: days since 1970-01-01, which may be negative by the offset

#define FG_NO_TIME INT64_MIN ///< absent
#define FG_NEVER INT64_MAX   ///< the end of what is permanent
#define FG_NO_DATE INT32_MIN ///< absent
#define FG_TIME_TEXT_MAX 40

/* ISO 8601 "2024-11-05T10:00[:00[.123456]][Z|±hh:mm]", a space for the T and a bare date (its 00:00) allowed; without
   an offset, civil time at `offset_minutes` east of UTC. Years 1970 … 9999; FG_INVALID otherwise. */
FG_API FG_MUST_CHECK fg_status fg_time_parse(const char *text, size_t length, int offset_minutes, fg_time *time);

/* A bare whole number as an instant: microseconds since 1970-01-01T00:00Z, of the years 2000 … 2099; FG_INVALID, with words
   that name the unit, otherwise: a number of seconds would be an instant of 1970. */
FG_API FG_MUST_CHECK fg_status fg_time_of_number(int64_t microseconds, fg_time *time, fg_error *error);

/* "2024-11-05T10:00:00+08:00", with a fraction only where there is one, without trailing zeros. Answers the length. */
FG_API size_t fg_time_format(fg_time time, int offset_minutes, char out[FG_TIME_TEXT_MAX]);

/* -------------------------------------------------------------------------------------------------- price book */

typedef struct fg_book fg_book; ///< frozen, counted by references; see docs/price-book.md for its JSON

/* Loads and validates a price book (JSON). FG_INVALID with path and message for a bad one. The caller owns one
   reference. */
FG_API FG_MUST_CHECK fg_status fg_book_load(const char *json, size_t length, const fg_allocator *allocator,
                                            fg_book **book, fg_error *error);
/* The book as JSON; loading it again gives an equal book, and writing that the same bytes. */
FG_API FG_MUST_CHECK fg_status fg_book_write(const fg_book *book, fg_text *json);
FG_API fg_book *fg_book_retain(fg_book *book); ///< answers its argument; thread-safe
FG_API void fg_book_release(fg_book *book);    ///< NULL is allowed; thread-safe

FG_API const char *fg_book_id(const fg_book *book); ///< this and the next two are borrowed from the book
FG_API const char *fg_book_title(const fg_book *book);
FG_API const char *fg_book_currency(const fg_book *book);
FG_API int fg_book_minor_digits(const fg_book *book);
FG_API int fg_book_offset_minutes(const fg_book *book); ///< of its civil time, east of UTC

/* Finds a shipped book by name for fg_replay; the reference it answers goes to the caller. */
typedef struct fg_book_source {
  fg_status (*find)(void *context, fg_string name, fg_book **book, fg_error *error);
  void *context;
} fg_book_source;

/* -------------------------------------------------------------------------------------------------- description */

/* What a structured answer is told to: the core walks its results once, the visitor makes JSON, Python objects or Lua
   tables of it. `key` is NULL inside a list and for the outermost value. A callback answers false to stop. */
typedef struct fg_visitor {
  void *context;
  bool (*begin_object)(void *context, const char *key);
  bool (*end_object)(void *context);
  bool (*begin_list)(void *context, const char *key);
  bool (*end_list)(void *context);
  bool (*text)(void *context, const char *key, fg_string value);
  bool (*integer)(void *context, const char *key, int64_t value);
  bool (*money)(void *context, const char *key, fg_money value);
  bool (*time)(void *context, const char *key, fg_time value);
  bool (*flag)(void *context, const char *key, bool value);
  bool (*null)(void *context, const char *key);
} fg_visitor;

/* The products, meters, prices, packs, grants and policy of a book, as docs/price-book.md names them. */
FG_API FG_MUST_CHECK fg_status fg_book_describe(const fg_book *book, const fg_visitor *visitor);

/* ------------------------------------------------------------------------------------------------------- price */

typedef struct fg_price_query {
  fg_string product;
  fg_string meter;       ///< the product's usage meter or its capacity meter
  int64_t quantity;      ///< units to charge, 0 …
  int64_t tier_quantity; ///< picks the tier (R12, R18), at least `quantity`; -1: `quantity`
  int64_t days, months;  ///< of capacity: exactly one of them above 0; both 0 for usage
  fg_time at;            ///< picks the month for meters priced per month held; any instant for the others
} fg_price_query;

/* Describes the price of a query: product, meter, units, amount, lines [{units, unit_price, tier, amount}], rule,
   explanation. The price list alone: no grant or pack is taken off; FG_NOT_SOLD where a unit would be charged at a null
   price. FG_UNKNOWN_PRODUCT, FG_UNKNOWN_METER,
   FG_NOT_SOLD, FG_OVERFLOW, FG_INVALID. */
FG_API FG_MUST_CHECK fg_status fg_book_price(const fg_book *book, const fg_price_query *query,
                                             const fg_visitor *visitor, fg_error *error);

/* ----------------------------------------------------------------------------------------------------- command */

#define FG_COMMAND_LIST(X)                                                                                     \
  X(OPEN, "open")                                                                                              \
  X(CLOSE, "close")                                                                                            \
  X(CLAIM, "claim")                                                                                            \
  X(SET_MODE, "set_mode")                                                                                      \
  X(BUY_PACK, "buy_pack")                                                                                      \
  X(GIVE_PACK, "give_pack")                                                                                    \
  X(BUY_CAPACITY, "buy_capacity")                                                                              \
  X(USE, "use")                                                                                                \
  X(CALL, "call")                                                                                              \
  X(COMMIT, "commit")                                                                                          \
  X(CANCEL, "cancel")                                                                                          \
  X(ADJUST, "adjust")                                                                                          \
  X(SET_BUDGET, "set_budget")                                                                                  \
  X(ADD_MATERIALS, "add_materials")                                                                            \
  X(REMOVE_MATERIALS, "remove_materials")                                                                      \
  X(TOP_UP, "top_up")                                                                                          \
  X(WITHDRAW, "withdraw")                                                                                      \
  X(REFUND, "refund")                                                                                          \
  X(SUSPEND, "suspend")                                                                                        \
  X(REINSTATE, "reinstate")                                                                                    \
  X(ANNOUNCE, "announce")                                                                                      \
  X(PREVIEW, "preview")                                                                                        \
  X(STATEMENT, "statement")                                                                                    \
  X(ADVANCE, "advance")

typedef enum fg_command_kind {
#define FG_COMMAND_ENUM(NAME, name) FG_DO_##NAME,
  FG_COMMAND_LIST(FG_COMMAND_ENUM)
#undef FG_COMMAND_ENUM
  FG_COMMAND_COUNT
} fg_command_kind;

typedef enum fg_fund { FG_GIFT, FG_INCOME, FG_CASH, FG_VOUCHER, FG_FUND_COUNT } fg_fund; ///< in the order of R34

typedef struct fg_funds {
  fg_money of[FG_FUND_COUNT]; ///< indexed by fg_fund
} fg_funds;

/* "cash" to FG_CASH; false if there is no such fund. */
FG_API bool fg_fund_of(fg_string name, fg_fund *fund);

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

/* A command of the timeline, filled by hand after fg_command_begin or field by field with the setters below.
   Absent: a string with text NULL, FG_NO_DATE, days and months 0, FG_ALL for the quantity of commit. */
#define FG_ALL (-1)
typedef struct fg_command {
  fg_command_kind kind;
  fg_time at;
  uint32_t given; ///< which fields a setter has filled
  fg_string product, pack, grant, meter, mode, id;
  uint64_t call;        ///< of commit and cancel, where there is no id: the number that a call without one was given
  uint64_t attempt;     ///< of commit and cancel, the host's alone: fg_used.attempt of the call they mean, which is
                        ///< already_finished once it is not the latest under its id; 0: the latest
  fg_string owner;      ///< of call: who holds it, for people
  fg_string ref;        ///< of commit: the vendor's own receipt, at most 64 bytes
  fg_string reason;     ///< of adjust: text for people, at most 200 bytes
  int64_t quantity;     ///< packs of buy_pack and give_pack; units or materials elsewhere; of commit FG_ALL: as held;
                        ///< of adjust below 0 to take units off
  int64_t timeout_ms;   ///< of call: held that long at most, then its slot is free and it is abandoned; 0: no end
  int64_t days, months; ///< of buy_capacity: exactly one of them
  fg_date start;        ///< of buy_capacity, a later civil date
  fg_date effective;    ///< of announce
  bool billable;        ///< of use
  fg_pay pay;           ///< of buy_*
  fg_campaign campaign; ///< of buy_pack
  fg_money amount;      ///< of top_up and withdraw
  fg_fund fund;         ///< of top_up
  fg_budget day, month; ///< of set_budget
} fg_command;

typedef enum fg_field_type {
  FG_FIELD_TEXT,
  FG_FIELD_QUANTITY, ///< an integer or a decimal string of one
  FG_FIELD_SIGNED,   ///< as a quantity, and it may be below 0, but not 0
  FG_FIELD_MONEY,    ///< a decimal string
  FG_FIELD_DATE,     ///< "2024-11-05"
  FG_FIELD_FUND,     ///< "cash", "income", "gift" or "voucher"
  FG_FIELD_FLAG,
  FG_FIELD_PAY,     ///< an object: fund to money; its parts are set as "pay.cash" …
  FG_FIELD_CAMPAIGN, ///< an object: "campaign.price", "campaign.refundable"
  FG_FIELD_BUDGET   ///< a decimal string, or null for no cap
} fg_field_type;

typedef struct fg_field {
  const char *name;
  fg_field_type type;
  bool required;
  int64_t minimum; ///< of a quantity, in units; of money: 1 means above 0
  int64_t absent;  ///< of a quantity that may be left out: the value that says so
  size_t maximum;  ///< of a text, in bytes; 0: none
  size_t offset;   ///< of its member in fg_command
} fg_field;

/* "buy_pack" to FG_DO_BUY_PACK; false if there is none. */
FG_API bool fg_command_kind_of(fg_string name, fg_command_kind *kind);
FG_API const char *fg_command_name(fg_command_kind kind); ///< NULL if there is none
/* The fields of a command in the order of the timeline contract. Answers how many; the array is static. */
FG_API size_t fg_command_fields(fg_command_kind kind, const fg_field **fields);

/* All fields absent or at their defaults. */
FG_API void fg_command_begin(fg_command *command, fg_command_kind kind, fg_time at);
/* Set a field by name, checked for form and range. FG_INVALID with the field as path: unknown to this command, given
   twice, of another type, malformed, out of range. Text is borrowed until the command has been applied. */
FG_API FG_MUST_CHECK fg_status fg_command_set_text(fg_command *command, const char *field, fg_string value,
                                                   fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_command_set_integer(fg_command *command, const char *field, int64_t value,
                                                      fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_command_set_flag(fg_command *command, const char *field, bool value,
                                                   fg_error *error);
/* Null, which lifts a budget; FG_INVALID for any other field. */
FG_API FG_MUST_CHECK fg_status fg_command_set_null(fg_command *command, const char *field, fg_error *error);
/* Says that an object field ("pay", "campaign") is there, so that an empty one counts as given. */
FG_API FG_MUST_CHECK fg_status fg_command_set_object(fg_command *command, const char *field, fg_error *error);
/* FG_INVALID if a field the command needs was not set. */
FG_API FG_MUST_CHECK fg_status fg_command_finish(const fg_command *command, fg_error *error);

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
      int64_t returned;  ///< units given back to where they came from
      int64_t lost;      ///< units that cannot go back: their month is settled or their pack void
      bool has_quantity; ///< of a commit: it named one, so that returned and lost are told
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
      uint32_t first, count; ///< in the account's list of grants
    } grants;                ///< open, claim
    fg_string mode;          ///< set_mode
    struct {
      int64_t held, limit;
    } materials; ///< add_materials, remove_materials
    struct {
      fg_money amount; ///< returned in all
      fg_funds to;     ///< by fund
      fg_money forfeited; ///< vouchers
    } refund;             ///< refund
    struct {
      bool limited; ///< false: unlimited funds, no balance
      fg_money balance;
    } wallet;      ///< top_up, withdraw
    uint32_t only; ///< preview: a product's number plus 1, 0 for all
  } is;
} fg_outcome;

typedef struct fg_account_options {
  const fg_funds *wallet;      ///< NULL: unlimited funds (R34)
  const fg_string *policy;     ///< pairs of switch and value that replace the book's
  size_t policy_count;         ///< pairs
  const fg_allocator *allocator;
} fg_account_options;

/* The most that an account may hold, far more than one does: what would pass it is FG_OVERFLOW. */
#define FG_GRANTS_MAX 100000          ///< free grants and packs, all there ever were: a monthly one in all years to 9999
#define FG_CAPACITY_ORDERS_MAX 100000 ///< all there ever were
#define FG_CALLS_MAX 1000000          ///< calls in flight, uncertain and abandoned ones too
#define FG_ANNOUNCEMENTS_MAX 10000    ///< of changes of free quotas

/* A new account, nothing open. `options` may be NULL. The account holds a reference to the book. FG_INVALID with path
   for an unknown switch or value or funds below 0. */
FG_API FG_MUST_CHECK fg_status fg_account_new(fg_book *book, const fg_account_options *options, fg_account **account,
                                              fg_error *error);
FG_API void fg_account_free(fg_account *account); ///< NULL is allowed

/* An independent copy that shares the history so far, for the caller to free. Cost: the size of the state, not of the
   history. FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_account_fork(const fg_account *account, fg_account **copy);

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
/* The calls that are neither committed nor canceled: a list of {id, product, quantity, owner, since, deadline, state};
   state is `held`, or `abandoned` once the deadline has passed. */
FG_API FG_MUST_CHECK fg_status fg_account_calls(const fg_account *account, const fg_visitor *visitor);

/* What will happen by itself up to `until` (FG_NO_TIME: FG_UPCOMING_DEFAULT_DAYS after fg_account_now) if nothing more
   is used, bought or paid: {from, events, until, complete}, the events in the order they happen, each of {at, kind,
   product, id, units, amount, rule}, null where the kind has none:
     grant_expires, pack_expires     units: what is left, and is lost
     capacity_begins, capacity_ends  units: of the order; also meter, and the mode and the limit from then on (R23, R24)
     settlement                      amount: of the usage so far; also month, balance_after
     suspension                      amount: what the balance lacks (R26)
     grant_issued                    units: of the free grant
     budget_day, budget_month        amount: what was used of the budget, which begins anew
   It looks ten years ahead at most: `until` says how far it came, `complete` whether that is as
   far as was asked. FG_INVALID, FG_TIME_REVERSAL, FG_NO_MEMORY. */
#define FG_UPCOMING_DEFAULT_DAYS 31
FG_API FG_MUST_CHECK fg_status fg_account_upcoming(const fg_account *account, fg_time until, const fg_visitor *visitor,
                                                   fg_error *error);

/* From when on fg_account_notices speaks. */
typedef struct fg_notice_limits {
  int64_t pack_share;   ///< percent, 0 … 100: less than so much is left in a product's packs
  int64_t pack_days;    ///< 0 … 36525: a pack is void within so many days
  int64_t budget_share; ///< percent, 0 … 100: at least so much of a budget is used
} fg_notice_limits;
#define FG_NOTICE_LIMITS_DEFAULT {10, 30, 80}

/* What wants the attention of whoever keeps the account, as it stands: a list of {code, message, product, id, units,
   of, amount, limit, at, rule}, null where the code has none; the message is a sentence for people:
     packs_low        units of the packs that can be drawn on are left, of so many
     packs_used_up    no pack of the product that is in time has units left
     pack_ending      units of pack `id` are lost at `at`
     postpaid_begun   units of the month are postpaid, for `amount` so far; the product has grants or packs
     budget_used      amount of `limit` is used; `id` is "day" or "month"
     arrears          amount is what the balance lacks; the service is suspended at `at`
     suspended        amount is what the balance lacks; in arrears since `at`
     violation        the account is stopped until it is reinstated
     calls_abandoned  units in `of` calls past their time, the oldest of which, `id`, began at `at`
   `limits` may be NULL: FG_NOTICE_LIMITS_DEFAULT. FG_INVALID, FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_account_notices(const fg_account *account, const fg_notice_limits *limits,
                                                  const fg_visitor *visitor, fg_error *error);

/* What `quantity` more units now would add to this month's bill, exactly: below 0 where they reach a cheaper tier (R13).
   FG_UNKNOWN_PRODUCT, FG_NOT_OPEN, FG_NOT_SOLD, FG_OVERFLOW, FG_INVALID. */
FG_API FG_MUST_CHECK fg_status fg_account_marginal(const fg_account *account, fg_string product, int64_t quantity,
                                                   fg_money *amount, fg_error *error);

/* An account, or the ledger it belongs to, can name the calls that the host gives no id. From then on a `call` may leave it
   out: what it answers has a number, by which the call can be committed or canceled. In memory that also takes less time
   and less room than an id of the host's. `session` is 0 in memory and that of the handle in a ledger, so that no two
   handles of one ledger make up the same id. Once a call has been named the session stays, for the account and for its
   forks. Answers the one that holds. */
FG_API uint64_t fg_account_name_calls(fg_account *account, uint64_t session);
/* The id of the call of a number, given the session of its account: "#call-0-17", with a 0 at the end. Answers its
   length. */
#define FG_CALL_NAME_MAX 48
FG_API size_t fg_call_name(uint64_t session, uint64_t number, char text[FG_CALL_NAME_MAX]);

/* Its list of invoices alone. */
FG_API FG_MUST_CHECK fg_status fg_account_invoices(const fg_account *account, const fg_visitor *visitor);

/* ----------------------------------------------------------------------------------------------------- columns */

typedef enum fg_integer_type {
  FG_INT8, FG_INT16, FG_INT32, FG_INT64, FG_UINT8, FG_UINT16, FG_UINT32, FG_UINT64,
  FG_INT128 ///< as the integers of a decimal128 without decimals
} fg_integer_type;

/* A column of integers in the caller's memory, laid out as Apache Arrow's are. */
typedef struct fg_integers {
  const void *values;      ///< of the machine's byte order
  const uint8_t *validity; ///< a bit for each row, the lowest first, 0 for null; NULL: no row is null
  size_t offset;           ///< of the first row, in values and in bits
  size_t count;            ///< rows
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

/* The least scale that holds every amount fg_price_columns can answer for this query, at least the minor digits of the
   currency. Errors as of fg_book_price. */
FG_API FG_MUST_CHECK fg_status fg_price_scale(const fg_book *book, const fg_price_query *query, int *scale,
                                              fg_error *error);

/* Prices each row as fg_book_price prices one quantity; of the query all but `quantity` and `tier_quantity` is used. A
   null has the amount 0. FG_INVALID (below 0, beyond 2^63-1, or an amount with more decimals than `scale`), FG_NOT_SOLD
   and FG_OVERFLOW name the first bad row in error->path, "quantities[7]", and in *bad_row; where the fault is not in a
   row that is SIZE_MAX. The amounts are undefined then. */
FG_API FG_MUST_CHECK fg_status fg_price_columns(const fg_book *book, const fg_price_query *query,
                                                const fg_integers *quantities, const fg_amounts *amounts,
                                                size_t *bad_row, fg_error *error);

/* The least scale that holds every unit price and every amount of a book's bills, at least its minor digits. */
FG_API int fg_book_scale(const fg_book *book);

/* Bills to make of usage totals. Rows are tier periods: months, or days of products with daily tiers. `periods` rows
   after each other are one account's, in time order. */
typedef struct fg_bill_query {
  fg_string product;
  fg_time at;               ///< an instant in the month of each account's first row
  size_t periods;           ///< 1 …, divides the number of rows
  fg_integers totals;       ///< units used in the calls mode
  const fg_integers *free;  ///< units of free grants at hand in the period, a row each or one for all; null: none.
                            ///< NULL: what the book issues every month (R1)
  const fg_integers *packs; ///< units of packs at hand in an account's first period, a row for each account or one for
                            ///< all; null: none. What is left goes to the next period: nothing expires. NULL: none
  const fg_string *policy;  ///< pairs of switch and value that replace the book's (tier_basis, R12)
  size_t policy_count;      ///< pairs
} fg_bill_query;

typedef struct fg_bill_columns {
  int64_t *free, *packs, *postpaid; ///< units covered and left over (R7), a row each
  fg_amounts amounts;               ///< of what is left over (R11)
} fg_bill_columns;

/* Covers and prices each row: free grants, then packs, then postpaid in the tier that `tier_basis` picks. A null total
   has zeros and draws nothing. Errors as of fg_price_columns, the path naming the column. */
FG_API FG_MUST_CHECK fg_status fg_bill_periods(const fg_book *book, const fg_bill_query *query,
                                               const fg_bill_columns *bills, size_t *bad_row, fg_error *error);

/* ----------------------------------------------------------------------------------------------------- billing */

typedef enum fg_text_type {
  FG_TEXT_OFFSETS32, ///< Arrow's utf8
  FG_TEXT_OFFSETS64, ///< Arrow's large_utf8
  FG_TEXT_VIEWS      ///< Arrow's utf8_view
} fg_text_type;

/* A column of UTF-8 texts in the caller's memory, laid out as Apache Arrow's are. */
typedef struct fg_texts {
  fg_text_type type;
  const void *offsets;     ///< of rows in `bytes`, one more than there are rows; or the views
  const char *bytes;       ///< NULL for views
  const char *const *data; ///< the data buffers of views
  const uint8_t *validity; ///< as of fg_integers
  size_t offset, count;
  const fg_integers *codes; ///< NULL, or of a dictionary-encoded column: each row's place among the texts, which then
                            ///< are the dictionary
} fg_texts;

typedef enum fg_time_unit { FG_DAYS, FG_SECONDS, FG_MILLISECONDS, FG_MICROSECONDS, FG_NANOSECONDS } fg_time_unit;

/* Usage of many accounts: columns of equal length. */
typedef struct fg_events {
  size_t count;
  fg_texts accounts;
  fg_texts products;
  fg_integers times;               ///< since 1970-01-01T00:00, rounded down to microseconds
  fg_time_unit time_unit;          ///< of `times`
  bool guessed_unit;               ///< nobody said what `times` count: instants outside of 2000 to 2100 end the run
  bool civil_times;                ///< `times` are of the book's civil time, not instants
  const fg_texts *time_texts;      ///< not NULL: in place of `times`, as fg_time_parse reads them
  fg_integers quantities;          ///< units
  const fg_texts *quantity_texts;  ///< not NULL: in place of `quantities`, digits
  const fg_texts *ids;             ///< NULL: no event has an id; a null: this one has none
  int64_t first_row;               ///< the number of the first row
  const fg_integers *row_numbers;  ///< not NULL: the number of each row
} fg_events;

/* Accounts by name, each living the timeline of its own events. After FG_NO_MEMORY from fg_biller_run or
   fg_biller_finish some accounts are ahead of others: it is then only to be freed. */
typedef struct fg_biller fg_biller;

typedef enum fg_aside_kind {
  FG_ASIDE_UNREADABLE, ///< a value is missing or malformed: the account never saw it
  FG_ASIDE_REFUSED,    ///< the rules of the account refused it
  FG_ASIDE_REPEATED,   ///< an event with the same id and the same fields came before
  FG_ASIDE_LATER       ///< it lies after the end of the bills
} fg_aside_kind;

/* An event or a planned command that did not happen, and why. Texts hold until the next call of the biller. */
typedef struct fg_set_aside {
  int64_t row;        ///< its number; -1: a planned command
  fg_aside_kind kind;
  fg_status status;
  const char *column; ///< "times", "product"; empty if it is about none
  const char *message;
  const char *rule;
  fg_string account, product, id; ///< text NULL: absent
  fg_time at;                     ///< FG_NO_TIME: absent
  int64_t quantity;               ///< -1: absent
} fg_set_aside;

/* Accounts that nobody enters are made as they appear: as forks of `pattern`, which stays the caller's. Bills end at
   `until`: what lies after it is set aside, and every account advances to it. With FG_NO_TIME they end at the settlement
   of the latest month that any account has seen, so that all usage is invoiced. */
FG_API FG_MUST_CHECK fg_status fg_biller_new(fg_account *pattern, fg_time until, fg_biller **biller);
FG_API void fg_biller_free(fg_biller *biller); ///< NULL is allowed

/* Enters an account under a name; it becomes the biller's. FG_ID_CONFLICT if there is one of that name, FG_INVALID if
   it is of another book or the name is not text. */
FG_API FG_MUST_CHECK fg_status fg_biller_enter(fg_biller *biller, fg_string name, fg_account *account,
                                               fg_error *error);

/* Plans a command (copied) for an account: it is done before the events from its `at` on. Planned commands of one
   account are in non-decreasing time. */
FG_API FG_MUST_CHECK fg_status fg_biller_plan(fg_biller *biller, fg_string name, const fg_command *command,
                                              fg_error *error);

/* Every event a `use` of its account, in the order of the rows; those of one account are in non-decreasing time. The
   first event of a product that the account never had open opens it. What cannot be done is set aside. FG_INVALID with
   the path "time" where the unit of the times was guessed wrong: nothing of these events is done then. */
FG_API FG_MUST_CHECK fg_status fg_biller_run(fg_biller *biller, const fg_events *events, fg_error *error);

/* Does the commands still planned, then lets every account advance to the end of the bills. An account that was entered
   beyond that end stays where it is. */
FG_API FG_MUST_CHECK fg_status fg_biller_finish(fg_biller *biller, fg_error *error);

/* What the last call set aside, by row. */
FG_API const fg_set_aside *fg_biller_set_aside(const fg_biller *biller, size_t *count);

FG_API size_t fg_biller_account_count(const fg_biller *biller);
/* Account 0 … in the order of appearance. Borrowed; it may be forked and described. */
FG_API fg_account *fg_biller_account(const fg_biller *biller, size_t index, fg_string *name);

/* ---------------------------------------------------------------------------------------------------- timeline */

/* Replays a timeline (JSON) and answers its outcomes and statement (JSON). FG_INVALID, FG_UNKNOWN_BOOK: the document
   cannot be read; error->path says where. The caller releases `answer`. Once statements and previews have answered
   FG_TIMELINE_LISTS_MAX bytes, the outcome of the next one is overflow. */
#define FG_TIMELINE_LISTS_MAX 67108864
FG_API FG_MUST_CHECK fg_status fg_replay(const char *json, size_t length, const fg_book_source *books,
                                         const fg_allocator *allocator, fg_text *answer, fg_error *error);

/* ------------------------------------------------------------------------------------------------------ curve */

/* A way to pay for a quantity: by the price list; with packs; or at the fixed price of capacity. */
typedef struct fg_way {
  const fg_book *book;
  fg_string product;
  fg_string meter;  ///< absent: the product's usage; its capacity meter: the quantity is capacity
  fg_string pack;   ///< of usage; absent: none
  int64_t packs;    ///< so many, the rest by the price list; 0: as many as it takes
  int64_t capacity; ///< above 0: so much capacity, and usage is free
  int64_t days, months; ///< of capacity: exactly one of them above 0
  int64_t free;     ///< units that cost nothing, the first ones
  fg_time at;       ///< picks the month for meters priced per month held
} fg_way;

/* Cost over quantity from 0 to `most` (-1: far enough to show every tier): {product, meter, most, free, step, pieces},
   the pieces [{from, to, first, last}] along which it goes in a line from the amount `first` to `last`, or in even steps
   of `step` units. Quantities that would be charged at a null price are in no piece, here and below; FG_NOT_SOLD where
   `most` would be. FG_UNKNOWN_*, FG_OVERFLOW, FG_INVALID. */
FG_API FG_MUST_CHECK fg_status fg_way_curve(const fg_way *way, int64_t most, const fg_visitor *visitor,
                                            fg_error *error);
/* Where buying more costs less (R13): [{from, to, buy, amount, instead_of, saves}]: whoever wants from … to units pays
   less for `buy`, at most `saves` less, which is where `to` units cost `instead_of`. */
FG_API FG_MUST_CHECK fg_status fg_way_cliffs(const fg_way *way, int64_t most, const fg_visitor *visitor,
                                             fg_error *error);
/* From 0 to `most`, the stretches on which one of two ways is cheaper: [{from, to, cheaper, a, b}], `cheaper` being
   "a", "b" or "equal", the amounts those at `from`. Also FG_INVALID where amounts are rounded. */
FG_API FG_MUST_CHECK fg_status fg_break_even(const fg_way *a, const fg_way *b, int64_t most,
                                             const fg_visitor *visitor, fg_error *error);

/* ------------------------------------------------------------------------------------------------------- plan */

/* A forecast of one product by months, and how to buy for it. See docs/plan.md for both documents. */
typedef struct fg_plan fg_plan;

/* Makes a plan for a forecast (JSON): the cheapest, `plan` absent, or one that `plan` (JSON) names or lists the orders of.
   FG_INVALID with the path for a document that cannot be read, and for a book, switch or forecast with a feature the
   search cannot honour; FG_CAPACITY_LIMIT: a peak beyond what is sold; FG_NOT_SOLD: nothing on sale serves it. The plan
   holds a reference to the book; the caller frees it. Does not touch the book: plans may be made on several threads. */
FG_API FG_MUST_CHECK fg_status fg_plan_make(fg_book *book, fg_string forecast, fg_string plan,
                                            const fg_allocator *allocator, fg_plan **made, fg_error *error);
FG_API void fg_plan_free(fg_plan *plan); ///< NULL is allowed
/* book, product, currency, total, orders, months, and of the cheapest runner_up and naive. */
FG_API FG_MUST_CHECK fg_status fg_plan_describe(fg_plan *plan, const fg_visitor *visitor);
/* A timeline (JSON) that replays to the plan's total. The caller releases it. */
FG_API FG_MUST_CHECK fg_status fg_plan_timeline(const fg_plan *plan, fg_text *json);

/* A month's units in a trial of a simulation: nearly normal around `units`, with a standard deviation of so many per
   mille of them (0 … 10,000), 0 … 10^15. A function of its arguments alone: trials may be run in any order. */
FG_API int64_t fg_vary(int64_t units, int64_t spread_per_mille, int64_t seed, int64_t trial, int64_t month);

/* ------------------------------------------------------------------------------------------------------ handle */

/* What a host holds: an account in memory, or one in a ledger, behind one set of functions. A handle decides the instant
   of a command that names none, names the calls that have no id, and looks after what other processes did to a ledger.
   One thread at a time per handle; the passes of a handle count as part of it.

   Where a command's `at` is FG_NO_TIME it happens now: by the wall clock where that goes forward, else by the steady one,
   never before what the account has seen, whichever process saw it. A question, preview or statement, tells of the account
   as it stands. Where the wall clock cannot be right, commands without `at` are refused as FG_CLOCK_SUSPECT and nothing
   happens: if it shows an instant more than `max_jump` after the last one (a ledger's last command; in memory, the last
   that this handle read) while the system does not say that it is synchronised; and, before the first command of an
   account, one before the date of the book's guide. */
typedef struct fg_handle fg_handle;

/* Where time comes from. Microseconds throughout. */
typedef struct fg_clock_source {
  fg_time (*wall)(void *context);      ///< since 1970
  int64_t (*boottime)(void *context);  ///< since the system was started, those it slept included
  uint32_t (*boot)(void *context);     ///< which start that was: the same number as long as it runs, another after the next
  bool (*is_synchronised)(void *context); ///< whether the system vouches for its wall clock
  void *context;
} fg_clock_source;

typedef struct fg_clock_options {
  int64_t max_jump;              ///< 1 microsecond …; 0: 92 days
  const fg_clock_source *source; ///< outlives the handle; NULL: the system's clocks
} fg_clock_options;

/* The system's wall clock, for questions that are about no account. */
FG_API fg_time fg_clock_now(void);

/* A handle for an account in memory, which becomes the handle's. `options` may be NULL. FG_NO_MEMORY, FG_INVALID: the
   account stays the caller's. */
FG_API FG_MUST_CHECK fg_status fg_handle_new(fg_account *account, const fg_clock_options *options, fg_handle **handle,
                                             fg_error *error);
/* Writes what waits, and releases the handle whatever the answer is; its passes are over then. NULL is allowed. */
FG_API fg_status fg_handle_close(fg_handle *handle, fg_error *error);

/* Runs a command; one in a ledger is on the disk before it is answered. After a LEDGER status it is not acknowledged: it
   may or may not be there, and given again under the same id it is done once. A `call` that is applied as a command has
   no pass: it is among the uncertain until it is ended by its id. */
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
                                                  fg_money *amount, fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_handle_now(fg_handle *handle, fg_time *now, fg_error *error); ///< FG_NO_TIME: none yet
/* A copy of the account in memory, for what-if, with a handle of its own and this one's clock. */
FG_API FG_MUST_CHECK fg_status fg_handle_fork(fg_handle *handle, fg_handle **copy, fg_error *error);
/* fg_account_upcoming; and fg_account_notices with what the handle knows besides:
     calls_uncertain  units in `of` calls that nobody has in hand and that are not past their time, the oldest of which,
                      `id`, began at `at`; those of another handle that lives are known to that one alone
     clock_suspect    the clock shows `at`, so that commands that name no instant are refused */
FG_API FG_MUST_CHECK fg_status fg_handle_upcoming(fg_handle *handle, fg_time until, const fg_visitor *visitor,
                                                  fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_handle_notices(fg_handle *handle, const fg_notice_limits *limits,
                                                 const fg_visitor *visitor, fg_error *error);
/* The calls in flight that nobody has in hand, told as fg_account_calls does: those whose pass was left without a word or
   lost, those whose answer was lost, and of a ledger those whose handle is gone. They count as used until they are ended. */
FG_API FG_MUST_CHECK fg_status fg_handle_uncertain(fg_handle *handle, const fg_visitor *visitor, fg_error *error);

/* Puts on the disk what waits for its group. */
FG_API FG_MUST_CHECK fg_status fg_handle_flush(fg_handle *handle, fg_error *error);
/* Of a ledger: path, commands (how many), durability ("command" or "group"), group_ms, session, head (the chain's last
   link in hexadecimal digits: kept elsewhere, it proves later what the ledger held now). Of an account in memory: null. */
FG_API FG_MUST_CHECK fg_status fg_handle_describe(const fg_handle *handle, const fg_visitor *visitor);

/* Says that the wall clock is right although it is suspect, once: a later jump is suspect again. In a ledger that is kept
   as a row, for all its handles. Where nothing is suspect, nothing is written. A clock beyond the year 9999 is never right:
   FG_CLOCK_SUSPECT. */
FG_API FG_MUST_CHECK fg_status fg_handle_trust_clock(fg_handle *handle, fg_error *error);

typedef enum fg_pass_state {
  FG_PASS_HELD,      ///< let in, not ended
  FG_PASS_COMMITTED,
  FG_PASS_CANCELED,
  FG_PASS_UNCERTAIN, ///< left without a word: it counts as used, and may still be ended
  FG_PASS_UNWRITTEN  ///< its end could not be written yet; it is done again with the handle's next command
} fg_pass_state;
FG_API const char *fg_pass_state_name(fg_pass_state state); ///< "held" …; NULL if there is none

/* A call that was let in, for who goes out with it: made by the two functions below, it must stay where it is until
   fg_pass_release. It speaks of its own attempt alone, never of a later one under the same id. */
typedef struct fg_pass {
  fg_handle *handle; ///< NULL: never let in, released, or the handle is closed
  struct fg_pass *previous, *next;
  fg_string id;      ///< as it was given, borrowed from the caller for as long as the pass lives; absent: see `call`
  uint64_t call;     ///< its number where no id was given; else 0
  uint64_t session;  ///< that the number belongs to
  uint64_t attempt;
  fg_pass_state state;
  bool by_clock; ///< let in at the clock's now, it ends at the clock's now; else at the latest instant of the account
} fg_pass;

/* Applies a `call`; if it is let in, fills the pass. */
FG_API FG_MUST_CHECK fg_status fg_handle_call(fg_handle *handle, const fg_command *command, fg_pass *pass,
                                              fg_outcome *outcome, fg_error *error);
/* A pass to end a call that nobody has in hand (fg_handle_uncertain): no leave to send again. One durable step: of two
   that try, one gets FG_IN_FLIGHT. `id` is borrowed as of fg_pass. FG_UNKNOWN_ID, FG_ALREADY_FINISHED, FG_IN_FLIGHT. */
FG_API FG_MUST_CHECK fg_status fg_handle_resume(fg_handle *handle, fg_string id, fg_pass *pass, fg_error *error);

/* Ends the call: `command` is a `commit` or `cancel` whose id is filled in here. What the disk fails to take is told, and
   done again with the next command of the handle; meanwhile another end is FG_ALREADY_FINISHED. */
FG_API FG_MUST_CHECK fg_status fg_pass_end(fg_pass *pass, fg_command *command, fg_outcome *outcome, fg_error *error);
/* Leaves a held call without a word: it stays used, and uncertain. */
FG_API void fg_pass_leave(fg_pass *pass);
/* The pass goes, the call stays. Again is allowed. */
FG_API void fg_pass_release(fg_pass *pass);
/* The id of the call, which may be written to `made`. */
FG_API fg_string fg_pass_id(const fg_pass *pass, char made[FG_CALL_NAME_MAX]);

/* ------------------------------------------------------------------------------------------------------ ledger */

/* An account whose commands are on the disk before they are answered (docs/ledger.md). It is in core/faregate_store.c,
   links SQLite, and is the only part that does I/O but for the handle's clock. Any number of handles and processes of one
   machine may share a file: each sees the commands of the others before it decides. */
typedef struct fg_ledger_options {
  fg_book *book;                     ///< begins a new ledger; of one that is there it must be the book. NULL: as it is
  const fg_account_options *account; ///< wallet and policy of a new ledger; of one that is there each that is given must
                                     ///< be the same. NULL: as they are, none. Its allocator is used for all
  int64_t group_ms;                  ///< 0: each command is on the disk before it is answered. Above: within so many
                                     ///< milliseconds after; only a power cut loses them, not the end of the process
  int64_t wait_ms;                   ///< for another handle, at most; 0: 5000
  const fg_clock_options *clock;     ///< NULL: as of fg_clock_options
  bool read_only;                    ///< only to look, also while others write: no byte of any file changes, commands are
                                     ///< FG_LEDGER_READ_ONLY, each question is answered as the ledger then stands
} fg_ledger_options;
#define FG_WAIT_MS_MAX INT64_C(86400000) ///< of group_ms and wait_ms: a day

/* Opens a ledger, or begins one if there is no file and `options` has a book; `options` may be NULL. The whole file is
   checked. A handle must be closed by the process that opened it. The LEDGER statuses, FG_INVALID, FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_ledger_open(const char *path, const fg_ledger_options *options, fg_handle **handle,
                                              fg_error *error);

/* Checks everything: pages, chain, snapshots, indexes, and that each command answers again as it did. Describes path,
   ok, commands (how many are good), snapshots, head (the chain's link after them), good_at (the instant of the last good
   one, as text), problem (null, or a sentence). FG_OK also where a fault was found and told. Of a successor
   (fg_ledger_seal) `predecessor` may be the path of the ledger it goes on from, which is checked too, and that this one
   begins where that one ends; NULL: its beginning is taken as it is. */
FG_API FG_MUST_CHECK fg_status fg_ledger_verify(const char *path, const char *predecessor, const fg_visitor *visitor,
                                                fg_error *error);

/* The ledger as a timeline that replays to the same statement, written to `sink` as it is read: memory does not grow with
   the ledger. `until` absent: all of it; the number of the last command; or an instant in ISO 8601, the last there may
   be. Of a damaged ledger, what is good can be had. The predecessors of a successor (fg_ledger_seal) are read too: they
   must lie beside it under their own names. FG_INVALID (until), the LEDGER statuses, FG_NO_MEMORY, what the sink
   answers: a part has then been written. */
FG_API FG_MUST_CHECK fg_status fg_ledger_export(const char *path, fg_string until, const fg_allocator *allocator,
                                                const fg_sink *sink, fg_error *error);

/* Makes a ledger of a timeline (JSON), such as fg_ledger_export has written: at `path`, where there must be nothing, it
   appears whole or not at all. The document is read a command at a time: of a file that is mapped, memory holds one
   command and the account. A command that the rules refuse, or that cannot be read, is FG_INVALID with its path, for a
   ledger holds accepted commands alone. FG_LEDGER_EXISTS, FG_UNKNOWN_BOOK, the LEDGER statuses, FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_ledger_import(fg_string json, const fg_book_source *books, const char *path,
                                                const fg_allocator *allocator, fg_error *error);

/* Seals a ledger that no handle has open, and makes its successor at a path where there is nothing: a ledger that begins
   with the state in which this one ends, calls in flight included, whose commands and chain go on from it. Commands of
   the last `keep_ids_days` days before the end, 92 where negative, stay known by their ids, and orders for good; older
   ids are new. The sealed one cannot be written any more (FG_LEDGER_SEALED says where it goes on), and stays to be read
   and verified. At no instant both accept commands: what is cut off in the middle is finished by doing it again.
   FG_LEDGER_EXISTS, FG_LEDGER_LOCKED, FG_INVALID (no command, too many days), the LEDGER statuses, FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_ledger_seal(const char *path, const char *successor, int64_t keep_ids_days,
                                              const fg_allocator *allocator, fg_error *error);

/* What two ledgers are to each other, by the chains of their commands. Describes relation: "same"; "continuation", of which
   `longer` ("a" or "b") has `by` commands more; "fork", at fork.command (with a and b, the commands that differ, as text);
   "other_beginning" (book, wallet or policy); "apart": of a ledger that another goes on from and one with no command of
   it. `common` is the last command that is known to be in both: of a successor, which keeps some of its predecessor's
   alone, a fork may be anywhere after it. Then path, commands, begins_after and head of a and b. FG_LEDGER_CORRUPT where
   either is damaged, the other LEDGER statuses. */
FG_API FG_MUST_CHECK fg_status fg_ledger_compare(const char *a, const char *b, const fg_visitor *visitor,
                                                 fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
