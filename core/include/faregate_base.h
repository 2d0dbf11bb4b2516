/*
 * faregate: the values that every other header speaks in. faregate.h includes this one, and says what holds for all
 * functions.
 *
 *   status and errors · memory · money · time and clocks · description
 */
#ifndef FAREGATE_BASE_H
#define FAREGATE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Stands in front of every function. Defined as nothing, it leaves the functions of the core's two files visible only
   within the binary that they are linked into. For a shared library define it as
   __attribute__((visibility("default"))). */
#ifndef FG_API
#define FG_API
#endif
#if defined(__GNUC__)
#define FG_MUST_CHECK __attribute__((warn_unused_result))
/* The C library of MinGW knows other formats, but its own printf, which is used here, has those of C. */
#if defined(__MINGW32__)
#define FG_PRINTF(format_at, first_at) __attribute__((__format__(__gnu_printf__, format_at, first_at)))
#else
#define FG_PRINTF(format_at, first_at) __attribute__((__format__(__printf__, format_at, first_at)))
#endif
#else
#define FG_MUST_CHECK
#define FG_PRINTF(format_at, first_at)
#endif

/* ------------------------------------------------------------------------------------------- status and errors */

/* The name of a constant in small letters is the error code of the timeline, of Python and of Lua. In brackets stands
   the rule of the Face Fusion guide (docs/rules.md). An error names a rule only if the price book cites it. */
typedef enum fg_status {
  /* begin generated statuses: from core/src/base/statuses.def by `make generated` */
  FG_OK = 0,                   ///< done
  FG_NO_MEMORY = 1,            ///< out of memory
  FG_INVALID = 2,              ///< a value is of the wrong type, form or range
  FG_STOPPED = 3,              ///< the caller asked to stop
  FG_UNKNOWN_BOOK = 4,         ///< no price book of that name
  FG_UNKNOWN_PRODUCT = 5,      ///< the price book has no such product
  FG_UNKNOWN_PACK = 6,         ///< the product has no such pack
  FG_UNKNOWN_GRANT = 7,        ///< the product has no such free grant
  FG_UNKNOWN_ID = 8,           ///< nothing of that id on this account
  FG_UNKNOWN_METER = 9,        ///< the product has no such meter
  FG_UNKNOWN_MODE = 10,        ///< the product has no such mode (R17)
  FG_NOT_SOLD = 11,            ///< the price book names no price for this
  FG_START_IN_PAST = 12,       ///< capacity cannot start before today (R19)
  FG_NOT_OPEN = 13,            ///< the product is not open (R33)
  FG_ALREADY_OPEN = 14,        ///< the product is open already (R33)
  FG_ALREADY_CLAIMED = 15,     ///< the grant was claimed already (R3)
  FG_TIME_REVERSAL = 16,       ///< earlier than what the account has already seen
  FG_ID_CONFLICT = 17,         ///< the id belongs to another command
  FG_INSUFFICIENT_FUNDS = 18,  ///< the funds do not cover the amount (R34)
  FG_PAYMENT_MISMATCH = 19,    ///< the payment does not add up to the amount (R34)
  FG_MODE_LOCKED = 20,         ///< the mode follows the capacity and cannot be switched by hand (R24)
  FG_NO_CAPACITY = 21,         ///< the mode needs capacity and none is active (R23)
  FG_CAPACITY_LIMIT = 22,      ///< more capacity at once than may be held (R21)
  FG_RATE_LIMITED = 23,        ///< the rate limit is reached (R22)
  FG_CONCURRENCY_LIMITED = 24, ///< every concurrency slot is taken (R22)
  FG_SUSPENDED = 25,           ///< the service is suspended for arrears (R28)
  FG_VIOLATION = 26,           ///< the account is stopped for a violation (R35)
  FG_MATERIAL_LIMIT = 27,      ///< more materials than the account may hold (R25)
  FG_MATERIAL_UNDERFLOW = 28,  ///< fewer materials are held than are to be removed (R25)
  FG_PACK_USED = 29,           ///< the pack has been drawn on (R30)
  FG_REFUND_WINDOW = 30,       ///< the time for a refund is over (R29)
  FG_NOT_PAID = 31,            ///< it was not bought: a free or given pack is not refunded (R30)
  FG_CAMPAIGN_FINAL = 32,      ///< the campaign excludes refunds (R30)
  FG_ALREADY_REFUNDED = 33,    ///< it was refunded already (R31)
  FG_CAPACITY_BEGUN = 34,      ///< the period of the capacity has begun (R32)
  FG_MATERIAL_IN_USE = 35,     ///< the materials held do not fit without this pack (R32)
  FG_NOTICE_TOO_SHORT = 36,    ///< a free quota changes on longer notice only (R5)
  FG_ALREADY_FINISHED = 37,    ///< the call was committed or canceled already
  FG_IN_FLIGHT = 38,           ///< the call under this id has not ended
  FG_ID_RESERVED = 39,         ///< ids that begin with # or with a product and / are the library's
  FG_ADJUST_UNDERFLOW = 40,    ///< less was used besides calls in flight than is to be taken off
  FG_BUDGET_EXCEEDED = 41,     ///< it would cost more than the budget allows
  FG_CLOCK_SUSPECT = 42,       ///< the clock cannot be right: put it right, name the instant, or trust it
  FG_OVERFLOW = 43,            ///< a number is beyond what can be held
  FG_LEDGER_MISSING = 44,      ///< there is no ledger, and no price book to begin one with
  FG_LEDGER_NO_DIRECTORY = 45, ///< there is no directory for the ledger
  FG_LEDGER_EXISTS = 46,       ///< there is something where a new ledger is to be made
  FG_LEDGER_NOT_A_FILE = 47,   ///< the path leads to something that is no plain file
  FG_LEDGER_FOREIGN = 48,      ///< the file is not a ledger
  FG_LEDGER_VERSION = 49,      ///< the ledger is of another version of its format
  FG_LEDGER_BOOK = 50,         ///< the ledger was begun with another price book, wallet or policy
  FG_LEDGER_CORRUPT = 51,      ///< the ledger is torn, truncated or altered
  FG_LEDGER_LOCKED = 52,       ///< another program holds the ledger
  FG_LEDGER_LINKED = 53,       ///< the file has more than one name (hard links)
  FG_LEDGER_REPLACED = 54,     ///< the ledger was removed or replaced while it was open
  FG_LEDGER_DENIED = 55,       ///< the ledger may not be read by this user
  FG_LEDGER_SEALED = 56,       ///< the ledger was sealed and goes on in another file
  FG_LEDGER_READ_ONLY = 57,    ///< the ledger cannot be written
  FG_LEDGER_FULL = 58,         ///< the disk is full
  FG_LEDGER_IO = 59,           ///< the disk failed
  FG_LEDGER_NETWORK = 60,      ///< the file is on a network disk, where locks do not hold
  FG_LEDGER_FORKED = 61,       ///< the ledger was opened before this process was forked
  FG_MISSING_ATTRIBUTE = 62,   ///< an attribute that the price depends on is not there
  FG_UNKNOWN_VALUE = 63,       ///< the price book does not know this attribute, or not with this value
  FG_NO_RULE = 64,             ///< no price of the product holds for these attributes
  FG_UNSUPPORTED = 65,         ///< the question cannot be answered of a price book with this feature
  FG_BOOK_MISMATCH = 66,       ///< the price book does not go on from that of the account
  FG_POSTPAID_OFF = 67,        ///< what grants and packs leave over is not sold: postpaid is off
  FG_ORDER_SIZE = 68,          ///< not so many are sold in one order
  FG_REQUIRES = 69,            ///< none of the offers that it requires is held and valid
  FG_AGGREGATE_CLOSED = 70,    ///< what is to be corrected has become one event already
  FG_TOO_FAR = 71,             ///< too much falls due until then for one command: advance in steps
  FG_LEDGER_LEFT_OUT = 72,     ///< this build of faregate has no ledger
  FG_STATUS_COUNT = 73
  /* end generated statuses */
} fg_status;

/* Who has to do something about a status. */
typedef enum fg_status_class {
  FG_CLASS_DONE,        ///< FG_OK
  FG_CLASS_INTERRUPTED, ///< out of memory, or a visitor stopped: the same may be asked again
  FG_CLASS_ARGUMENT,    ///< for the author of the call or document: a value cannot be read, a price book is unknown
  FG_CLASS_REFUSAL,     ///< for the host: the rules refuse
  FG_CLASS_LEDGER       ///< for the one who keeps a ledger's file and its disk
} fg_status_class;

typedef struct fg_error {
  fg_status status;
  char message[256];      ///< a sentence for people, never empty
  char path[192];         ///< the place in the document, "commands[3].quantity"; empty if there is none
  char rule[16];          ///< the rule that refuses, "R30": one of the book's `sources`; empty if it cites none
  int64_t retry_after_us; ///< rate_limited: microseconds to wait; -1 if waiting does not help, and elsewhere
} fg_error;

/* The code of a status, such as "id_conflict"; NULL outside 0 … FG_STATUS_COUNT - 1. */
FG_API const char *fg_status_name(fg_status status);

FG_API const char *fg_status_text(fg_status status); ///< the message if nothing more is known; NULL as above

FG_API fg_status_class fg_status_class_of(fg_status status);
/* Whether a status is a refusal by the rules, which a caller handles. */
FG_API bool fg_status_is_refusal(fg_status status);

/* For callbacks that fail: fill `error` (may be NULL) and return `status`. fg_refuse uses the message of the status.
   fg_fail makes one as printf does, and cuts one that is too long after a whole character. No rule is named, because
   only the price book says which there are. */
FG_API fg_status fg_refuse(fg_error *error, fg_status status);
FG_API fg_status fg_fail(fg_error *error, fg_status status, const char *path, const char *format, ...) FG_PRINTF(4, 5);

/* ------------------------------------------------------------------------------------------------------ memory */

/* One function allocates (block NULL, old_size 0), resizes, and frees (new_size 0, its result is ignored). It returns
   NULL if it cannot; the block is then unchanged. It must be thread-safe if books or forks are used by several threads.
   Where an allocator is asked for, NULL stands for the C library's. */
typedef struct fg_allocator {
  void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
  void *context;
} fg_allocator;

/* Whom long work asks whether it goes on: about 20 times a second, on the thread that called. With false it ends with
   FG_STOPPED, as after any other failure: what it would have made or changed is as it was. Where a listener is asked
   for, NULL stands for nobody. */
typedef struct fg_listener {
  bool (*go_on)(void *context);
  void *context;
} fg_listener;

typedef struct fg_string {
  const char *text; ///< NULL: absent
  size_t length;    ///< bytes
} fg_string;

/* Whether a string is UTF-8 without a byte 0, as the library requires of all text. */
FG_API bool fg_string_is_text(fg_string string);

/* What distinguishes usage or accounts: a name that the price book declares, with a text or a whole number. */
typedef struct fg_attribute {
  fg_string name;
  fg_string text; ///< the value, unless `is_number`
  int64_t number;
  bool is_number;
} fg_attribute;

#define FG_ATTRIBUTES_MAX 64 ///< attributes of one usage or account

/* Attributes with different names, in any order. Names and texts are UTF-8, names at least one byte. The list is
   borrowed as its strings are. */
typedef struct fg_attributes {
  const fg_attribute *items;
  size_t count; ///< at most FG_ATTRIBUTES_MAX
} fg_attributes;

/* Reads a quantity in digits, without sign or leading zeros, 0 … 2^63-1; false for anything else. */
FG_API bool fg_quantity_parse(fg_string text, int64_t *quantity);

/* A buffer that the library fills and the caller releases with fg_text_release. It always ends in a 0 that is not
   counted. */
typedef struct fg_text {
  char *text;
  size_t length; ///< bytes, without the final 0
  size_t room;   ///< bytes allocated
  fg_allocator allocator;
} fg_text;

FG_API void fg_text_release(fg_text *text);

/* Where the library writes a long text, piece by piece. If `write` returns another status than FG_OK, writing ends with
   it. */
typedef struct fg_sink {
  fg_status (*write)(void *context, const char *bytes, size_t length);
  void *context;
} fg_sink;
/* A sink that appends to a text, which must outlive it; {0} is an empty text. */
FG_API fg_sink fg_text_sink(fg_text *text);

/* ------------------------------------------------------------------------------------------------------- money */

/* An exact amount: a signed 128-bit count of 10^-12 currency units, |amount| < 10^26, as its high and low 64 bits. */
typedef struct fg_money {
  int64_t high;
  uint64_t low;
} fg_money;

#define FG_MONEY_DECIMALS 12
#define FG_MONEY_TEXT_MAX 48 ///< bytes of the longest formatted amount, with its final 0

/* Reads a plain decimal: optional '-', digits, optionally '.' and 1 to 12 digits, without '+', exponent, space or
   grouping. FG_INVALID for any other form, FG_OVERFLOW from 10^26 on. */
FG_API FG_MUST_CHECK fg_status fg_money_parse(const char *text, size_t length, fg_money *money);

/* Writes at least `minor_digits` (0 … 12) decimals, and no trailing zeros beyond them. Returns the length. */
FG_API size_t fg_money_format(fg_money money, int minor_digits, char out[FG_MONEY_TEXT_MAX]);

FG_API fg_money fg_money_zero(void);
FG_API int fg_money_compare(fg_money a, fg_money b); ///< negative, 0 or positive
/* These give FG_OVERFLOW from 10^26 on. */
FG_API FG_MUST_CHECK fg_status fg_money_add(fg_money a, fg_money b, fg_money *sum);
FG_API FG_MUST_CHECK fg_status fg_money_subtract(fg_money a, fg_money b, fg_money *difference);
FG_API FG_MUST_CHECK fg_status fg_money_multiply(fg_money a, int64_t factor, fg_money *product);

/* ---------------------------------------------------------------------------------------------------- time */

typedef int64_t fg_time; ///< an instant: microseconds since 1970-01-01T00:00:00Z
typedef int32_t fg_date; ///< a civil date: days since 1970-01-01; the offset can make it negative

#define FG_NO_TIME INT64_MIN ///< absent
#define FG_NEVER INT64_MAX   ///< the end of what never ends
#define FG_NO_DATE INT32_MIN ///< absent
#define FG_TIME_TEXT_MAX 40

/* A period of a time zone with one offset. */
typedef struct fg_zone_part {
  fg_time from;   ///< the instant at which it begins; ignored in the first part
  int64_t offset; ///< microseconds by which its clocks are ahead of UTC
} fg_zone_part;

/* The zone of civil times: one offset for ever, or parts in the order of time. NULL in place of a zone stands for
   UTC. */
typedef struct fg_zone {
  int64_t offset;            ///< microseconds ahead of UTC, if there are no parts
  const fg_zone_part *parts; ///< their beginnings are further apart than their offsets differ
  uint32_t count;
  fg_string name; ///< the name of a zone with parts, "Europe/Madrid"; text NULL: none
} fg_zone;

FG_API int64_t fg_zone_offset(const fg_zone *zone, fg_time at); ///< microseconds ahead of UTC at an instant

/* Finds the instant at which clocks of the zone show `civil`, a time counted as if in UTC: the first of two, or the end
   of the gap if they skip it. */
FG_API fg_time fg_zone_instant(const fg_zone *zone, fg_time civil);

/* Reads ISO 8601 "2024-11-05T10:00[:00[.123456]][Z|±hh:mm]"; a space for the T, and a bare date (its 00:00) are
   allowed. Without an offset it is civil time of `zone`. Years 1970 … 9999; FG_INVALID otherwise. */
FG_API FG_MUST_CHECK fg_status fg_time_parse(const char *text, size_t length, const fg_zone *zone, fg_time *time);

/* Reads a bare number as an instant: microseconds since 1970-01-01T00:00Z, of the years 2000 … 2099. Otherwise
   FG_INVALID with a message that names the unit, because a number of seconds would be an instant of 1970. */
FG_API FG_MUST_CHECK fg_status fg_time_of_number(int64_t microseconds, fg_time *time, fg_error *error);

/* Writes "2024-11-05T10:00:00+08:00", with a fraction only if there is one, without trailing zeros. Returns the
   length. */
FG_API size_t fg_time_format(fg_time time, const fg_zone *zone, char out[FG_TIME_TEXT_MAX]);

/* The clocks of the system, in microseconds. */
typedef struct fg_clock_source {
  fg_time (*wall)(void *context);         ///< time since 1970
  int64_t (*boottime)(void *context);     ///< time since the system was started, with the time it slept
  uint32_t (*boot)(void *context);        ///< a number for this start of the system: another start has another number
  bool (*is_synchronised)(void *context); ///< whether the system vouches for its wall clock
  void *context;
} fg_clock_source;

typedef struct fg_clock_options {
  int64_t max_jump;              ///< at least 1 microsecond; 0 stands for 92 days
  const fg_clock_source *source; ///< must outlive the handle; NULL: the system's clocks
} fg_clock_options;
/* Converts days to a `max_jump`; FG_INVALID unless they are 1 … 3,652,425 (10,000 years). */
FG_API FG_MUST_CHECK fg_status fg_jump_of_days(int64_t days, int64_t *max_jump, fg_error *error);

/* Reads the system's wall clock, for questions that are about no account. */
FG_API fg_time fg_clock_now(void);

/* -------------------------------------------------------------------------------------------------- description */

/* The receiver of a structured answer: the core walks its results once, and the visitor makes JSON, Python objects or
   Lua tables of them. `key` is NULL inside a list and for the outermost value. A callback returns false to stop. */
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
  /* A null that a price book says, where a key left out would say something else: of a price that is not sold, of a
     budget that a command lifts. NULL: `null` is called. */
  bool (*said_null)(void *context, const char *key);
} fg_visitor;

#ifdef __cplusplus
}
#endif

#endif
