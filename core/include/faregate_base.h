/*
 * faregate: the values that every other header speaks in. faregate.h includes this one, and says what holds for all
 * functions.
 *
 *   status and errors · memory · money · time · description
 */
#ifndef FAREGATE_BASE_H
#define FAREGATE_BASE_H

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

/* ------------------------------------------------------------------------------------------- status and errors */

/* X(NAME, name, rule, what it says). The names are the error codes of the timeline, of Python and of Lua. The rule is one
   of the Face Fusion guide's (docs/rules.md): an error names it only where the price book cites it. */
#define FG_STATUS_LIST(X)                                                                                              \
  X(OK, "ok", "", "done")                                                                                              \
  X(NO_MEMORY, "no_memory", "", "out of memory")                                                                       \
  X(INVALID, "invalid", "", "a value is of the wrong type, form or range")                                             \
  X(STOPPED, "stopped", "", "a visitor asked to stop")                                                                 \
  X(UNKNOWN_BOOK, "unknown_book", "", "no price book of that name")                                                    \
  X(UNKNOWN_PRODUCT, "unknown_product", "", "the price book has no such product")                                      \
  X(UNKNOWN_PACK, "unknown_pack", "", "the product has no such pack")                                                  \
  X(UNKNOWN_GRANT, "unknown_grant", "", "the product has no such free grant")                                          \
  X(UNKNOWN_ID, "unknown_id", "", "nothing of that id on this account")                                                \
  X(UNKNOWN_METER, "unknown_meter", "", "the product has no such meter")                                               \
  X(UNKNOWN_MODE, "unknown_mode", "R17", "the product has no such mode")                                               \
  X(NOT_SOLD, "not_sold", "", "the price book names no price for this")                                                \
  X(START_IN_PAST, "start_in_past", "R19", "capacity cannot start before today")                                       \
  X(NOT_OPEN, "not_open", "R33", "the product is not open")                                                            \
  X(ALREADY_OPEN, "already_open", "R33", "the product is open already")                                                \
  X(ALREADY_CLAIMED, "already_claimed", "R3", "the grant was claimed already")                                         \
  X(TIME_REVERSAL, "time_reversal", "", "earlier than what the account has already seen")                              \
  X(ID_CONFLICT, "id_conflict", "", "the id belongs to another command")                                               \
  X(INSUFFICIENT_FUNDS, "insufficient_funds", "R34", "the funds do not cover the amount")                              \
  X(PAYMENT_MISMATCH, "payment_mismatch", "R34", "the payment does not add up to the amount")                          \
  X(MODE_LOCKED, "mode_locked", "R24", "the mode follows the capacity and cannot be switched by hand")                 \
  X(NO_CAPACITY, "no_capacity", "R23", "the mode needs capacity and none is active")                                   \
  X(CAPACITY_LIMIT, "capacity_limit", "R21", "more capacity at once than may be held")                                 \
  X(RATE_LIMITED, "rate_limited", "R22", "the rate limit is reached")                                                  \
  X(CONCURRENCY_LIMITED, "concurrency_limited", "R22", "every concurrency slot is taken")                              \
  X(SUSPENDED, "suspended", "R28", "the service is suspended for arrears")                                             \
  X(VIOLATION, "violation", "R35", "the account is stopped for a violation")                                           \
  X(MATERIAL_LIMIT, "material_limit", "R25", "more materials than the account may hold")                               \
  X(MATERIAL_UNDERFLOW, "material_underflow", "R25", "fewer materials are held than are to be removed")                \
  X(PACK_USED, "pack_used", "R30", "the pack has been drawn on")                                                       \
  X(REFUND_WINDOW, "refund_window", "R29", "the time for a refund is over")                                            \
  X(NOT_PAID, "not_paid", "R30", "it was not bought: a free or gift pack is not refunded")                             \
  X(CAMPAIGN_FINAL, "campaign_final", "R30", "the campaign excludes refunds")                                          \
  X(ALREADY_REFUNDED, "already_refunded", "R31", "it was refunded already")                                            \
  X(CAPACITY_BEGUN, "capacity_begun", "R32", "the period of the capacity has begun")                                   \
  X(MATERIAL_IN_USE, "material_in_use", "R32", "the materials held do not fit without this pack")                      \
  X(NOTICE_TOO_SHORT, "notice_too_short", "R5", "a free quota changes on longer notice only")                          \
  X(ALREADY_FINISHED, "already_finished", "", "the call was committed or canceled already")                            \
  X(IN_FLIGHT, "in_flight", "", "the call under this id has not ended")                                                \
  X(ID_RESERVED, "id_reserved", "", "ids that begin with # or with a product and / are the library's")                 \
  X(ADJUST_UNDERFLOW, "adjust_underflow", "", "less was used besides calls in flight than is to be taken off")         \
  X(BUDGET_EXCEEDED, "budget_exceeded", "", "it would cost more than the budget allows")                               \
  X(CLOCK_SUSPECT, "clock_suspect", "", "the clock cannot be right: put it right, name the instant, or trust it")      \
  X(OVERFLOW, "overflow", "", "a number is beyond what can be held")                                                   \
  X(LEDGER_MISSING, "ledger_missing", "", "there is no ledger, and no price book to begin one with")                   \
  X(LEDGER_NO_DIRECTORY, "ledger_no_directory", "", "there is no directory for the ledger")                            \
  X(LEDGER_EXISTS, "ledger_exists", "", "there is something where a new ledger is to be made")                         \
  X(LEDGER_NOT_A_FILE, "ledger_not_a_file", "", "the path leads to something that is no plain file")                   \
  X(LEDGER_FOREIGN, "ledger_foreign", "", "the file is not a ledger")                                                  \
  X(LEDGER_VERSION, "ledger_version", "", "the ledger is of another version of its format")                            \
  X(LEDGER_BOOK, "ledger_book", "", "the ledger was begun with another price book, wallet or policy")                  \
  X(LEDGER_CORRUPT, "ledger_corrupt", "", "the ledger is torn, truncated or altered")                                  \
  X(LEDGER_LOCKED, "ledger_locked", "", "another program holds the ledger")                                            \
  X(LEDGER_LINKED, "ledger_linked", "", "the file has more than one name (hard links)")                                \
  X(LEDGER_REPLACED, "ledger_replaced", "", "the ledger was removed or replaced while it was open")                    \
  X(LEDGER_DENIED, "ledger_denied", "", "the ledger may not be read by this user")                                     \
  X(LEDGER_SEALED, "ledger_sealed", "", "the ledger was sealed and goes on in another file")                           \
  X(LEDGER_READ_ONLY, "ledger_read_only", "", "the ledger cannot be written")                                          \
  X(LEDGER_FULL, "ledger_full", "", "the disk is full")                                                                \
  X(LEDGER_IO, "ledger_io", "", "the disk failed")                                                                     \
  X(LEDGER_NETWORK, "ledger_network", "", "the file is on a network disk, where locks do not hold")                    \
  X(LEDGER_FORKED, "ledger_forked", "", "the ledger was opened before this process was forked")

typedef enum fg_status {
#define FG_STATUS_ENUM(NAME, name, rule, text) FG_##NAME,
  FG_STATUS_LIST(FG_STATUS_ENUM)
#undef FG_STATUS_ENUM
      FG_STATUS_COUNT
} fg_status;

typedef struct fg_error {
  fg_status status;
  char message[256];      ///< a sentence for people, never empty
  char path[192];         ///< the place in the document, "commands[3].quantity"; empty where there is none
  char rule[16];          ///< the rule that refuses, "R30": one of the book's `sources`; empty where it cites none
  int64_t retry_after_us; ///< rate_limited: microseconds to wait; -1 where waiting does not help and elsewhere
} fg_error;

/* The code of a status, "id_conflict". NULL outside 0 … FG_STATUS_COUNT - 1. */
FG_API const char *fg_status_name(fg_status status);

/* True for the refusals of the rules, which a caller handles; false for FG_OK, for faults of the call itself (memory, a
   malformed value, an unknown book, a visitor that stopped) and of a ledger's file. */
FG_API bool fg_status_is_refusal(fg_status status);

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

#ifdef __cplusplus
}
#endif

#endif
