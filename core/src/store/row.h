/* A command as a row of the ledger: the command and its answer as text, and the chain that links all rows. */
#ifndef FG_STORE_ROW_H
#define FG_STORE_ROW_H

#include "../base/clock.h"
#include "../state/command_json.h"
#include "../base/digest.h"
#include "../state/history.h"

enum { FG_CHAIN_SIZE = 16 }; ///< bytes of a link: half a SHA-256

typedef struct fg_row {
  int64_t seq; ///< counted from 1
  fg_time at;
  int64_t session;   ///< the session of the handle that wrote it
  int64_t ahead;     ///< the wall clock at that time, as microseconds after `at`
  int64_t boottime;  ///< microseconds since the system was started
  int64_t boot;      ///< which start of the system that was
  fg_string kind;    ///< the command's name, "use"
  fg_string id;      ///< the command's own id, or that of the call or order it is about; text NULL: none
  fg_string command; ///< its other fields, as a JSON object
  fg_string outcome; ///< its answer, as a JSON object
  unsigned char chain[FG_CHAIN_SIZE];
} fg_row;

/* Computes the link of a row from that of the row before it, or for the first row from the digest of what the ledger
   began with. */
void fg_row_chain(const unsigned char before[FG_CHAIN_SIZE], const fg_row *row, unsigned char chain[FG_CHAIN_SIZE]);

/* Writes a link in hexadecimal digits, with a final 0. */
void fg_chain_format(const unsigned char chain[FG_CHAIN_SIZE], char hex[2 * FG_CHAIN_SIZE + 1]);

/* The clocks at the time when a row was written. */
fg_clock_mark fg_row_mark(const fg_row *row);

/* Write the texts of a row. FG_INVALID for an id or name that JSON cannot hold. */
fg_status fg_row_write_command(const fg_command *command, fg_text *text, fg_error *error);
fg_status fg_row_write_outcome(const fg_account *account, const fg_outcome *outcome, fg_text *text);

/* Reads the command of a row. Its texts are borrowed from the row and from `fields`, which the caller releases. The
   reader must have an allocator. */
fg_status fg_row_read_command(const fg_row *row, fg_command_reader *commands, fg_json_document *fields,
                              fg_command *command, fg_error *error);

/* Reads the answer of a command that is not an order; its texts are allocated in the arena. FG_INVALID,
   FG_NO_MEMORY. */
fg_status fg_row_read_outcome(fg_string outcome, const fg_command *command, fg_arena *arena,
                              const fg_allocator *allocator, fg_outcome *answer);

#endif
