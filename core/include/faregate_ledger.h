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

/* An account whose commands are on the disk before they are answered (docs/ledger.md). It is in core/faregate_store.c,
   links SQLite, and is the only part that does I/O but for the handle's clock. Any number of handles and processes of
   one machine may share a file: each sees the commands of the others before it decides. */
typedef struct fg_ledger_options {
  fg_book *book; ///< begins a new ledger; of one that is there it must be the book. NULL: as it is
  const fg_account_options
      *account;                  ///< wallet and policy of a new ledger; of one that is there each that is given must
                                 ///< be the same. NULL: as they are, none. Its allocator is used for all
  int64_t group_ms;              ///< 0: each command is on the disk before it is answered. Above: within so many
                                 ///< milliseconds after; only a power cut loses them, not the end of the process
  int64_t wait_ms;               ///< for another handle, at most; 0: 5000
  const fg_clock_options *clock; ///< NULL: as of fg_clock_options
  bool read_only;                ///< only to look, also while others write: no byte of any file changes, commands are
                                 ///< FG_LEDGER_READ_ONLY, each question is answered as the ledger then stands
} fg_ledger_options;
#define FG_WAIT_MS_MAX INT64_C(86400000) ///< of group_ms and wait_ms: a day

/* Opens a ledger, or begins one if there is no file and `options` has a book; `options` may be NULL. The whole file is
   checked. A handle must be closed by the process that opened it. The LEDGER statuses, FG_INVALID, FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_ledger_open(const char *path, const fg_ledger_options *options, fg_handle **handle,
                                              fg_error *error);

/* Checks everything: pages, chain, snapshots, indexes, and that each command answers again as it did. Describes path,
   ok, commands (how many are good), snapshots, head (the chain's link after them), good_at (the instant of the last
   good one, as text), problem (null, or a sentence). FG_OK also where a fault was found and told. Of a successor
   (fg_ledger_seal) `predecessor` may be the path of the ledger it goes on from, which is checked too, and that this one
   begins where that one ends; NULL: its beginning is taken as it is. */
FG_API FG_MUST_CHECK fg_status fg_ledger_verify(const char *path, const char *predecessor, const fg_visitor *visitor,
                                                fg_error *error);

/* The ledger as a timeline that replays to the same statement, written to `sink` as it is read: memory does not grow
   with the ledger. `until` absent: all of it; the number of the last command; or an instant in ISO 8601, the last there
   may be. Of a damaged ledger, what is good can be had. The predecessors of a successor (fg_ledger_seal) are read too:
   they must lie beside it under their own names. FG_INVALID (until), the LEDGER statuses, FG_NO_MEMORY, what the sink
   answers: a part has then been written. */
FG_API FG_MUST_CHECK fg_status fg_ledger_export(const char *path, fg_string until, const fg_allocator *allocator,
                                                const fg_sink *sink, fg_error *error);

/* Makes a ledger of a timeline (JSON), such as fg_ledger_export has written: at `path`, where there must be nothing, it
   appears whole or not at all. The document is read a command at a time: of a file that is mapped, memory holds one
   command and the account. A command that the rules refuse, or that cannot be read, is FG_INVALID with its path, for a
   ledger holds accepted commands alone. FG_LEDGER_EXISTS, FG_UNKNOWN_BOOK, the LEDGER statuses, FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_ledger_import(fg_string json, const fg_book_source *books, const char *path,
                                                const fg_allocator *allocator, fg_error *error);

/* Seals a ledger that no handle has open, and makes its successor at a path where there is nothing: a ledger that
   begins with the state in which this one ends, calls in flight included, whose commands and chain go on from it.
   Commands of the last `keep_ids_days` days before the end, 92 where negative, stay known by their ids, and orders for
   good; older ids are new. The sealed one cannot be written any more (FG_LEDGER_SEALED says where it goes on), and
   stays to be read and verified. At no instant both accept commands: what is cut off in the middle is finished by doing
   it again. FG_LEDGER_EXISTS, FG_LEDGER_LOCKED, FG_INVALID (no command, too many days), the LEDGER statuses,
   FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_ledger_seal(const char *path, const char *successor, int64_t keep_ids_days,
                                              const fg_allocator *allocator, fg_error *error);

/* What two ledgers are to each other, by the chains of their commands. Describes relation: "same"; "continuation", of
   which `longer` ("a" or "b") has `by` commands more; "fork", at fork.command (with a and b, the commands that differ,
   as text); "other_beginning" (book, wallet or policy); "apart": of a ledger that another goes on from and one with no
   command of it. `common` is the last command that is known to be in both: of a successor, which keeps some of its
   predecessor's alone, a fork may be anywhere after it. Then path, commands, begins_after and head of a and b.
   FG_LEDGER_CORRUPT where either is damaged, the other LEDGER statuses. */
FG_API FG_MUST_CHECK fg_status fg_ledger_compare(const char *a, const char *b, const fg_visitor *visitor,
                                                 fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
