/* A ledger: an account whose commands are on the disk before they are answered. */
#ifndef FG_LEDGER_H
#define FG_LEDGER_H

#include "../../include/faregate_ledger.h"
#include "../account/account_json.h"
#include "../account/handle.h"
#include "../state/past.h"
#include "group.h"
#include "statements.h"

/* Commands between two snapshots: what an opening replays at most, and what memory keeps records of. */
enum { FG_SNAPSHOT_EVERY = 1024 };

/* Sessions count from 1. The lock of a session is a byte of the file at its number, which must be a valid offset. */
#define FG_SESSION_MAX (INT64_C(1) << 53)

typedef struct fg_ledger {
  fg_allocator allocator;
  fg_store *store;
  fg_statements statements;
  fg_json_document head; ///< wallet and policy it was begun with
  fg_account *account;
  fg_book *offered;                   ///< that it was opened with, which may say more than the account's; NULL: none
  int64_t seq;                        ///< of the latest row the account has seen; 0: none
  unsigned char chain[FG_CHAIN_SIZE]; ///< of that row
  int64_t snapshot_seq;               ///< of the latest snapshot
  int snapshot_format;                ///< of the one that was read
  int64_t session;                    ///< the highest seen
  int64_t rows_in_memory;             ///< rows since records were last dropped from memory
  bool is_lost;                       ///< a command that it has seen is not in the file any more
  bool is_behind;                     ///< the account is not what the file says: it must be loaded again
  fg_text command_text, outcome_text, snapshot;
  fg_archive archive;
  fg_past found;            ///< last, in the file
  fg_arena found_arena;     ///< of its texts
  fg_error find_error;      ///< why a look-up failed last
  fg_clock_mark mark;       ///< of that row; its instant FG_NO_TIME: none
  fg_clock_reading reading; ///< for the next row
  fg_group group;
  int64_t group_ms;
  int64_t process; ///< that opened it
} fg_ledger;

/* A number for this handle above those of all that have written. */
fg_status fg_ledger_start_session(fg_ledger *ledger, fg_error *error);

/* An account of what the ledger was begun with. */
fg_status fg_ledger_begin_account(fg_ledger *ledger, fg_book *book, fg_account **account, fg_error *error);

fg_ledger *fg_ledger_allocate(const fg_ledger_options *options, const fg_allocator *allocator);
void fg_ledger_release(fg_ledger *ledger);
/* FG_LEDGER_BOOK unless the account, which is loaded, agrees with a book; it is kept, because it may say more. */
fg_status fg_ledger_compare_book(fg_ledger *ledger, fg_book *asked, fg_error *error);
/* Closes its store too, if that was opened, and releases it. NULL is allowed. */
void fg_ledger_close(fg_ledger *ledger);
/* Reads what it was begun with and prepares the statements, inside the lock of its store. */
fg_status fg_ledger_take_birth(fg_ledger *ledger, const fg_ledger_options *options, fg_error *error);

#endif
