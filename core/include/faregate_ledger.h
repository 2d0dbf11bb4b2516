/*
 * faregate: accounts that are kept in files. A ledger is opened as a handle of faregate.h; and ledgers are verified,
 * exported, imported, sealed and compared. For hosts that must not lose a call, and for who looks after their files.
 */
#ifndef FAREGATE_LEDGER_H
#define FAREGATE_LEDGER_H

#include "faregate_timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An account whose commands are on the disk before they are answered (docs/ledger.md). The ledger is in
   core/faregate_store.c, links SQLite, and is the only part that does I/O, except for the handle's clock. Any number of
   handles and processes of one machine may share a file: each sees the others' commands before it decides. */
typedef struct fg_ledger_options {
  fg_book *book;                     ///< begins a new ledger; an existing one must agree with it. NULL: any
  const fg_account_options *account; ///< what a new ledger begins with; of these an existing one
                                     ///< must have the given ones. NULL: any, or none. Its allocator is used for all
  int64_t group_ms;                  ///< 0: each command is on the disk before it is answered. Above 0: within so many
                                     ///< milliseconds; a power failure may lose those, the end of the process none
  int64_t wait_ms;                   ///< how long to wait for another handle, at most; 0: 5000
  const fg_clock_options *clock;     ///< NULL: the defaults of fg_clock_options
  bool read_only;  ///< only to read, also while others write: no byte of any file changes, commands get
                   ///< FG_LEDGER_READ_ONLY, questions are answered as the ledger then stands
  fg_string check; ///< "all": all of the file is read and checked first. "used": each page before it is used, and the
                   ///< whole file by a thread. Text NULL: "all" below 32 MiB, else "used"
} fg_ledger_options;
#define FG_WAIT_MS_MAX INT64_C(86400000) ///< the most for group_ms and wait_ms: a day

/* Opens a ledger, or begins one if there is no file and `options` has a book; `options` may be NULL. The file is
   checked (`check`); damage that is found later is FG_LEDGER_CORRUPT to every command from then on. The process that
   opens a handle must close it. The LEDGER statuses, FG_INVALID, FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_ledger_open(const char *path, const fg_ledger_options *options, fg_handle **handle,
                                              fg_error *error);

/* Checks everything: pages, chain, snapshots, indexes, and that each command is answered again as it was. Describes
   path, ok, commands (how many are good), snapshots, head (the chain's link after them), good_at (the instant of the
   last good one, as text), problem (null, or a sentence). FG_OK also if a fault was found and told. For a successor
   (fg_ledger_seal) `predecessor` may be the path of the ledger it goes on from, which is then checked too, and that
   this one begins where it ends; NULL: its beginning is taken as it is. Memory is that of the C library. */
FG_API FG_MUST_CHECK fg_status fg_ledger_verify(const char *path, const char *predecessor, const fg_listener *listener,
                                                const fg_visitor *visitor, fg_error *error);

/* Writes the ledger as a timeline that replays to the same statement. It goes to `sink` while it is read, so memory
   does not grow with the ledger. `until` absent: all of it; else the number of the last command, or an instant in ISO
   8601 up to which commands are taken. Of a damaged ledger the good part can be exported. The predecessors of a
   successor (fg_ledger_seal) are read too, and must lie beside it under their own names. FG_INVALID (until), the LEDGER
   statuses, FG_NO_MEMORY, what the sink returns; then a part has been written. */
FG_API FG_MUST_CHECK fg_status fg_ledger_export(const char *path, fg_string until, const fg_allocator *allocator,
                                                const fg_listener *listener, const fg_sink *sink, fg_error *error);

/* Checks that a path may be written to by an export: FG_LEDGER_EXISTS if a ledger is there, or another database of
   SQLite, which would be destroyed. What else is there may be replaced. */
FG_API FG_MUST_CHECK fg_status fg_ledger_check_target(const char *path, fg_error *error);

/* Makes a ledger of a timeline (JSON), such as fg_ledger_export writes. At `path` there must be nothing; the ledger
   appears there as a whole or not at all. The document is read a command at a time, so if it is a mapped file, memory
   holds one command and the account. A command that the rules refuse, or that cannot be read, is FG_INVALID with its
   path, because a ledger holds only accepted commands. FG_LEDGER_EXISTS, FG_UNKNOWN_BOOK, the LEDGER statuses,
   FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_ledger_import(fg_string json, const fg_book_source *books, const char *path,
                                                const fg_allocator *allocator, const fg_listener *listener,
                                                fg_error *error);

/* Seals a ledger that no handle has open, and makes its successor at a path where there is nothing: a ledger that
   begins with the state in which this one ends, calls in flight included, and whose commands and chain go on from it.
   Ids of commands from the last `keep_ids_days` days before its end stay known, and those of orders for ever; older ids
   count as new. If that is negative, it is 92, or longer where the account knows ids for longer. The sealed ledger
   cannot be written any more (FG_LEDGER_SEALED says where it goes on), but it can still be read and verified. The two
   never accept commands at the same time, and an interrupted sealing is finished by calling this again.
   FG_LEDGER_EXISTS, FG_LEDGER_LOCKED, FG_INVALID (no command, too many days), FG_UNSUPPORTED (no ledger can begin with
   the calls in flight, and this one is not sealed), the LEDGER statuses, FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_ledger_seal(const char *path, const char *successor, int64_t keep_ids_days,
                                              const fg_allocator *allocator, const fg_listener *listener,
                                              fg_error *error);

/* Compares two ledgers by the chains of their commands. Describes relation: "same"; "continuation", of which `longer`
   ("a" or "b") has `by` commands more; "fork", at fork.command (with a and b, the commands that differ, as text);
   "other_beginning" (book, wallet or policy differ); "apart": one goes on from another ledger, and they have no command
   in common. `common` is the last command that is known to be in both. A successor keeps only some commands of its
   predecessor, so a fork may be anywhere after it. Then follow path, commands, begins_after and head of a and b.
   Memory is that of the C library. FG_LEDGER_CORRUPT if either is damaged, the other LEDGER statuses. */
FG_API FG_MUST_CHECK fg_status fg_ledger_compare(const char *a, const char *b, const fg_listener *listener,
                                                 const fg_visitor *visitor, fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
