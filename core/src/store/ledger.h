/* A ledger: an account whose commands are on the disk before they are answered. */
#ifndef FG_LEDGER_H
#define FG_LEDGER_H

#include "../../include/faregate_ledger.h"
#include "../account/account_json.h"
#include "../account/handle.h"
#include "../state/past.h"
#include "group.h"
#include "saver.h"
#include "checker.h"
#include "statements.h"

/* The number of commands between two snapshots. An opening replays at most so many, and memory keeps the records of
   about as many. */
enum { FG_SNAPSHOT_EVERY = 1024 };

typedef struct fg_ledger {
  fg_allocator allocator;
  fg_store *store;
  fg_statements statements;
  fg_json_document head; ///< the wallet, policy and attributes that it was begun with
  fg_counting counting;  ///< as which version it counts
  fg_account *account;
  fg_book *offered;                   ///< the book that it was opened with, which may have more editions; NULL: none
  int64_t seq;                        ///< number of the latest row that the account has seen; 0: none
  unsigned char chain[FG_CHAIN_SIZE]; ///< the link of that row
  int64_t snapshot_seq;               ///< number of the row of the latest snapshot, or of one that was too long
  int snapshot_format;                ///< format of the snapshot that was read
  int64_t session;                    ///< the highest session number seen
  int64_t rows_in_memory;             ///< rows since records were last dropped from memory
  bool is_lost;                       ///< a command that the account has seen is not in the file any more
  bool is_behind;                     ///< the account is not what the file says, so it must be loaded again
  fg_text command_text, outcome_text, snapshot;
  fg_archive archive;
  fg_past found;            ///< the command that the last look-up found in the file
  fg_arena found_arena;     ///< memory of its texts
  fg_error find_error;      ///< why the last look-up failed
  fg_clock_mark mark;       ///< the clock at the row `seq`; its instant is FG_NO_TIME if there is none
  fg_clock_reading reading; ///< the reading of the clock for the next row
  fg_group group;
  fg_saver saver;
  fg_checker checker;
  int64_t group_ms;
  int64_t process; ///< the process that opened it
} fg_ledger;

/* FG_LEDGER_CORRUPT if no number is left for another session after those that the file tells. */
fg_status fg_ledger_check_sessions(const fg_ledger *ledger, fg_error *error);
/* Takes a session number for this handle that is above those of all that have written. */
fg_status fg_ledger_start_session(fg_ledger *ledger, fg_error *error);

/* Makes an account as the ledger was begun. */
fg_status fg_ledger_begin_account(fg_ledger *ledger, fg_book *book, fg_account **account, fg_error *error);

fg_ledger *fg_ledger_allocate(const fg_ledger_options *options, const fg_allocator *allocator);
void fg_ledger_release(fg_ledger *ledger);
/* Checks that the account, which must be loaded, agrees with a book. The book is kept, because it may have more
   editions. FG_LEDGER_BOOK. */
fg_status fg_ledger_compare_book(fg_ledger *ledger, fg_book *asked, fg_error *error);
/* Releases a ledger, and closes its store if that was opened. NULL is allowed. */
void fg_ledger_close(fg_ledger *ledger);
/* Reads what the ledger was begun with, and prepares the statements. Called inside the store's lock. */
fg_status fg_ledger_take_birth(fg_ledger *ledger, const fg_ledger_options *options, fg_error *error);

#endif
