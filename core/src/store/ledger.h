/* A ledger: an account whose commands are on the disk before they are answered. */
#ifndef FG_LEDGER_H
#define FG_LEDGER_H

#include "../../include/faregate_ledger.h"
#include "../account/account_json.h"
#include "../account/handle.h"
#include "group.h"
#include "row.h"
#include "turn.h"

/* Commands between two snapshots: what an opening replays at most, and what memory keeps records of. */
enum { FG_SNAPSHOT_EVERY = 1024 };

/* Sessions count from 1; the lock of one is a byte of a file, at a place that must be one. */
#define FG_SESSION_MAX (INT64_C(1) << 53)

typedef struct fg_statements {
  sqlite3_stmt *tail;     ///< the rows after a seq
  sqlite3_stmt *find;     ///< the row of an id, up to a seq
  sqlite3_stmt *caller;   ///< the session of the latest call under an id
  sqlite3_stmt *resumed;  ///< the latest event of resuming that is like a pattern
  sqlite3_stmt *insert;   ///< a row
  sqlite3_stmt *snapshot; ///< a snapshot
  sqlite3_stmt *begin, *commit;
} fg_statements;

typedef struct fg_ledger {
  fg_allocator allocator;
  fg_store *store;
  fg_statements statements;
  fg_json_document head; ///< wallet and policy it was begun with
  fg_account *account;
  int64_t seq;                        ///< of the latest row the account has seen; 0: none
  unsigned char chain[FG_CHAIN_SIZE]; ///< of that row
  int64_t snapshot_seq;               ///< of the latest snapshot
  int64_t session;                    ///< the highest seen
  int64_t loose;                      ///< rows since records were last dropped from memory
  bool is_behind;                     ///< the account is not what the file says: it must be loaded again
  fg_text command_text, outcome_text, snapshot;
  fg_archive archive;
  fg_past found;          ///< last, in the file
  fg_arena found_arena;   ///< of its texts
  fg_status found_status; ///< of the look-up, which itself cannot say why it failed
  fg_error found_error;
  fg_clock_mark mark;       ///< of that row; its instant FG_NO_TIME: none
  fg_clock_reading reading; ///< for the next row
  fg_group group;
  int64_t group_ms;
  pid_t process; ///< that opened it
} fg_ledger;

/* ------------------------------------------------------------------------------------------------------- tables.c */

/* The tables of a new ledger and what it begins with. */
typedef struct fg_ledger_birth {
  fg_string book;        ///< JSON
  fg_string account;     ///< JSON: wallet and policy
  fg_string predecessor; ///< JSON, see seal.h; text NULL: it begins with no command
} fg_ledger_birth;
fg_status fg_tables_create(sqlite3 *database, const char *path, const fg_ledger_birth *birth, fg_error *error);
/* The file holds the tables, indexes and triggers of a ledger and nothing else, before any of them is used.
   FG_LEDGER_CORRUPT, FG_LEDGER_FOREIGN. */
fg_status fg_tables_check(fg_store *store, fg_error *error);

fg_status fg_statements_prepare(fg_ledger *ledger, fg_error *error);
void fg_statements_release(fg_ledger *ledger);

/* A text of the table `meta`, borrowed until `*statement`, which the caller finalizes, is. */
fg_status fg_meta_read(fg_store *store, const char *key, sqlite3_stmt **statement, fg_string *value, fg_error *error);

/* SHA-256 of a book's JSON in hexadecimal digits, with a final 0. */
void fg_book_digest(fg_string json, char hex[2 * FG_DIGEST_SIZE + 1]);
/* What the first row is chained to. */
void fg_birth_chain(const fg_ledger_birth *birth, unsigned char chain[FG_CHAIN_SIZE]);

/* The row a statement stands at; text is borrowed from it. */
fg_status fg_row_of(sqlite3_stmt *statement, const char *path, fg_row *row, fg_error *error);
fg_string fg_column_text(sqlite3_stmt *statement, int column);

/* --------------------------------------------------------------------------------------------------------- load.c */

/* Makes the account what the file says: the newest good snapshot and the rows after it. */
fg_status fg_ledger_load(fg_ledger *ledger, fg_error *error);
/* The state before the first row. */
fg_status fg_ledger_load_birth(fg_ledger *ledger, fg_error *error);
/* The state that the ledger begins with: before the first row, or of a successor the one that its predecessor ended in. */
fg_status fg_ledger_load_beginning(fg_ledger *ledger, fg_error *error);
/* Records of finished usage are in the file: memory need not keep them. */
fg_status fg_ledger_drop_records(fg_ledger *ledger);
/* Adds the rows that other handles have written since. */
fg_status fg_ledger_catch_up(fg_ledger *ledger, fg_error *error);
/* Does the next row again; `outcome` may be NULL. FG_LEDGER_CORRUPT if it does not follow from the rows before it. */
fg_status fg_ledger_take_row(fg_ledger *ledger, const fg_row *row, fg_outcome *outcome, fg_error *error);
/* What makes a snapshot's bytes good. */
void fg_snapshot_checksum(int64_t seq, int64_t session, const unsigned char chain[FG_CHAIN_SIZE], fg_string state,
                          unsigned char checksum[FG_CHAIN_SIZE]);

/* ------------------------------------------------------------------------------------------------------- events.c */

/* What happened to the file, beside the commands in it: runs (runs.c) began and ended, and so on. Answer a result of
   SQLite. `detail` may be NULL. */
int fg_event_add(sqlite3 *database, const char *event, fg_time at, const char *detail);
/* The latest event that is one of `words`, a list like "'begun', 'ended'". The caller finalizes `*statement`; text is
   borrowed from it, its columns are event, detail and at, and it stands at a row exactly where `*found`. */
int fg_event_latest(sqlite3 *database, const char *words, sqlite3_stmt **statement, bool *found);

/* --------------------------------------------------------------------------------------------------------- runs.c */

/* FG_LEDGER_CORRUPT if the log is gone before its run has ended, or lacks something that was in it. */
fg_status fg_runs_check(fg_store *store, fg_error *error);
/* Before the first command that a handle writes. Answers a result of SQLite. */
int fg_runs_begin(fg_store *store, fg_time at);
/* When the last one closes, inside the lock: puts the log in its place and removes it, so that a ledger at rest is one
   file. Where that fails the log stays for the next handle. */
void fg_runs_end(fg_store *store, fg_time at);

/* ------------------------------------------------------------------------------------------------------ archive.c */

/* What has an id that memory no longer has, from the file. */
const fg_past *fg_ledger_find(void *ledger, fg_string id);

/* -------------------------------------------------------------------------------------------------------- write.c */

/* Writes what the account has just done as the next row, durably. */
fg_status fg_ledger_write(fg_ledger *ledger, const fg_command *command, const fg_outcome *outcome, fg_error *error);
/* The same inside the transaction of a ledger that is being made, which nobody else has open. */
fg_status fg_ledger_append(fg_ledger *ledger, const fg_command *command, const fg_outcome *outcome, fg_error *error);
/* A row, and the state in ledger->snapshot after it, as they are, through the prepared statements of a ledger. Answer a
   result of SQLite. */
int fg_row_insert(fg_ledger *ledger, const fg_row *row);
int fg_snapshot_insert(fg_ledger *ledger, const fg_row *row);

/* ------------------------------------------------------------------------------------------------------- ledger.c */

/* A number for this handle above those of all that have written. */
fg_status fg_ledger_start_session(fg_ledger *ledger, fg_error *error);
/* What a ledger of this account, which has seen no command yet, begins with, as texts the caller releases. */
fg_status fg_ledger_write_birth(const fg_account *account, fg_text *book, fg_text *head);

/* An account of what the ledger was begun with. */
fg_status fg_ledger_begin_account(fg_ledger *ledger, fg_book *book, fg_account **account, fg_error *error);

fg_ledger *fg_ledger_allocate(const fg_ledger_options *options, const fg_allocator *allocator);
void fg_ledger_release(fg_ledger *ledger);
/* Reads what it was begun with and prepares the statements, inside the lock of its store. */
fg_status fg_ledger_take_birth(fg_ledger *ledger, const fg_ledger_options *options, fg_error *error);

#endif
