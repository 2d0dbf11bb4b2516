/* The account's state after some of the rows, so that an opening need not do all of them again. */
#ifndef FG_STORE_SNAPSHOTS_H
#define FG_STORE_SNAPSHOTS_H

#include "ledger.h"

/* The checksum that says whether the bytes of a snapshot are as they were written. */
void fg_snapshot_checksum(int format, int64_t seq, int64_t session, const unsigned char chain[FG_CHAIN_SIZE],
                          fg_string state, unsigned char checksum[FG_CHAIN_SIZE]);

/* Writes the state that is in ledger->snapshot as that after a row. Answers a result of SQLite. */
int fg_snapshot_insert(fg_ledger *ledger, const fg_row *row);

/* Makes the account what the newest snapshot up to a command says that is good and of no format before `first`. One of
   format 3 does not say when a product was opened: where there are rows, these are done instead. */
fg_status fg_snapshot_load(fg_ledger *ledger, int first, int64_t most, bool *found, fg_error *error);

/* Drops records of finished usage from memory, because they are in the file. */
fg_status fg_ledger_drop_records(fg_ledger *ledger);

#endif
