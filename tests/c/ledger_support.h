/* Support for tests of the ledger: a directory for files, commands in short form, and what a ledger holds. */
#ifndef LEDGER_SUPPORT_H
#define LEDGER_SUPPORT_H

#include "support.h"
#include "faregate_ledger.h"

/* The path of a file in build/ledgers/, in a directory of this test program alone that is empty at the start of each
   test. */
const char *ledger_path(const char *name);
int make_ledger_directory(void **state); ///< the set-up of each test
int drop_ledger_directory(void **state); ///< the tear-down of each test

bool file_exists(const char *path);
long file_size(const char *path);
void copy_file(const char *from, const char *to);
void copy_ledger(const char *from, const char *to); ///< with its log and mark, as a kill leaves them

/* A hash of the content and the time of change of every file of the directory that can be read. */
uint64_t picture_of_files(void);

/* Opens a ledger with the Face Fusion book and default options; fails the test if it cannot. */
fg_handle *open_ledger(const char *path, int64_t group_ms);
json_t *statement_in(const char *path); ///< the statement of the account; the caller owns it
void close_ledger(fg_handle *ledger);

/* Opens a ledger and closes it at once; returns the status of opening. `error` may be NULL. */
fg_status try_to_open(const char *path, fg_error *error);

/* Applies a command as command_of() makes it; `id` may be NULL. */
fg_status apply_to(fg_handle *ledger, fg_command_kind kind, const char *instant, const char *fields, const char *id,
                   fg_outcome *outcome);
void must_apply(fg_handle *ledger, fg_command_kind kind, const char *instant, const char *fields, const char *id);

/* Uses one unit of `image` under an id, `second` seconds after 2024-11-05T10:00:00+08:00. */
fg_status use_one(fg_handle *ledger, int64_t second, const char *id, fg_outcome *outcome);
/* Makes a ledger with `image` open and `uses` uses of one unit, with the ids "u1", "u2", … */
void fill_ledger(const char *path, int uses);

/* Makes a ledger as a killed process leaves it: with 5 commands, of which "last" is in the write-ahead log only. */
void leave_killed(const char *path);

int64_t command_count(const fg_handle *ledger);
/* Returns the report of fg_ledger_verify, which the caller owns. */
json_t *verify(const char *path);
json_t *verify_both(const char *path, const char *predecessor);
/* Fails the test unless fg_ledger_verify finds the ledger good in every respect. */
void assert_good(const char *path);
/* Returns the text that fg_ledger_export writes, of the whole ledger if `until` is NULL; fails the test if it
   cannot. */
fg_text export_ledger(const char *path, const char *until);
/* Exports the ledger, replays the timeline and returns the statement, which the caller owns. */
json_t *exported_statement(const char *path);

#endif
