/* A command as a row of the ledger: what it was and what it answered, as text, and the chain that holds all rows. */
#ifndef FG_STORE_ROW_H
#define FG_STORE_ROW_H

#include "../base/clock.h"
#include "../state/command_json.h"
#include "../base/digest.h"
#include "../state/history.h"

enum { FG_CHAIN_SIZE = 16 }; ///< half a SHA-256

typedef struct fg_row {
  int64_t seq; ///< 1, 2, 3, …
  fg_time at;
  int64_t session;   ///< the handle that wrote it
  int64_t ahead;     ///< of `at`: what the wall clock showed then, microseconds
  int64_t boottime;  ///< microseconds since the system was started, then
  int64_t boot;      ///< which start of the system that was
  fg_string kind;    ///< "use"
  fg_string id;      ///< its own, or of the call or order it is about; text NULL: none
  fg_string command; ///< its other fields, a JSON object
  fg_string outcome; ///< what it answered, a JSON object
  unsigned char chain[FG_CHAIN_SIZE];
} fg_row;

/* Chains a row to the one before it, or the first row to the digest of what the ledger began with. */
void fg_row_chain(const unsigned char before[FG_CHAIN_SIZE], const fg_row *row, unsigned char chain[FG_CHAIN_SIZE]);

/* A link in hexadecimal digits, with a final 0. */
void fg_chain_format(const unsigned char chain[FG_CHAIN_SIZE], char hex[2 * FG_CHAIN_SIZE + 1]);

/* What the clocks showed when it was written. */
fg_clock_mark fg_row_mark(const fg_row *row);

/* The texts of a row. FG_INVALID for an id or name that no JSON text can hold. */
fg_status fg_row_write_command(const fg_command *command, fg_text *text, fg_error *error);
fg_status fg_row_write_outcome(const fg_account *account, const fg_outcome *outcome, fg_text *text);

/* The command of a row. Text is borrowed from the row and from `fields`, which the caller releases; the reader has an
   allocator. */
fg_status fg_row_read_command(const fg_row *row, fg_command_reader *commands, fg_json_document *fields,
                              fg_command *command, fg_error *error);

/* What a command answered, other than an order, texts in the arena. FG_INVALID, FG_NO_MEMORY. */
fg_status fg_row_read_outcome(fg_string outcome, const fg_command *command, fg_arena *arena,
                              const fg_allocator *allocator, fg_outcome *answer);

#endif
