/* What the tests of the ledger share: a place for files, commands by a short hand, what a ledger holds. */
#ifndef LEDGER_SUPPORT_H
#define LEDGER_SUPPORT_H

#include "support.h"
#include "faregate_ledger.h"

/* A path in a directory of this test program's own under build/ledgers, empty at the start of each test. */
const char *ledger_path(const char *name);
int make_ledger_directory(void **state); ///< set-up of each test
int drop_ledger_directory(void **state); ///< tear-down

bool file_exists(const char *path);
long file_size(const char *path);
void copy_file(const char *from, const char *to);
void copy_ledger(const char *from, const char *to); ///< with its log and its mark, as a kill leaves it

/* Content and time of change of every file of the directory that can be read, in one number. */
uint64_t picture_of_files(void);

/* Opens with the Face Fusion book and no options; fails the test if it cannot. */
fg_handle *open_ledger(const char *path, int64_t group_ms);
json_t *statement_in(const char *path); ///< of the account in a ledger; the caller owns it
void close_ledger(fg_handle *ledger);

/* The status of opening, closed again at once; `error` may be NULL. */
fg_status try_to_open(const char *path, fg_error *error);

/* Applies a command of command_of(); `id` may be NULL. */
fg_status apply_to(fg_handle *ledger, fg_command_kind kind, const char *instant, const char *fields, const char *id,
                   fg_outcome *outcome);
void must_apply(fg_handle *ledger, fg_command_kind kind, const char *instant, const char *fields, const char *id);

/* `use` of one unit of `image` under an id, at an instant in seconds after 2024-11-05T10:00:00+08:00. */
fg_status use_one(fg_handle *ledger, int64_t second, const char *id, fg_outcome *outcome);
/* An empty ledger with `image` open, and so many uses: "u1", "u2", … */
void fill_ledger(const char *path, int uses);

/* A ledger as a process leaves it that is killed in the middle: 5 commands, of which "last" is in the log alone. */
void leave_killed(const char *path);

int64_t command_count(const fg_handle *ledger);
/* What fg_ledger_verify tells; the caller owns it. */
json_t *verify(const char *path);
json_t *verify_both(const char *path, const char *predecessor);
/* Fails the test unless the ledger is good in every respect. */
void assert_good(const char *path);
/* What fg_ledger_export writes, the whole of it for `until` NULL; fails the test if it cannot. */
fg_text export_ledger(const char *path, const char *until);
/* The statement of the exported timeline, replayed; the caller owns it. */
json_t *exported_statement(const char *path);

#endif
