/* Snapshots in a ledger: the account's state after some of the rows, so that an opening need not replay all of them. */
#ifndef FG_STORE_SNAPSHOTS_H
#define FG_STORE_SNAPSHOTS_H

#include "ledger.h"

/* Computes the checksum by which a damaged snapshot is found. */
void fg_snapshot_checksum(int format, int64_t seq, int64_t session, const unsigned char chain[FG_CHAIN_SIZE],
                          fg_string state, unsigned char checksum[FG_CHAIN_SIZE]);

/* Whether the state in ledger->snapshot is short enough for SQLite. Names of calls in flight may be of any length. */
bool fg_snapshot_fits(const fg_ledger *ledger);

/* Inserts the state in ledger->snapshot as the one after a row. Returns a result of SQLite. */
int fg_snapshot_insert(fg_ledger *ledger, const fg_row *row);

/* Restores the account from the newest good snapshot up to command number `most`, of format `first` or later. A
   snapshot of format 3 does not say when a product was opened, so rows are replayed instead if there are any. */
fg_status fg_snapshot_load(fg_ledger *ledger, int first, int64_t most, bool *found, fg_error *error);

/* Drops records of finished usage from memory, because they are in the file. */
fg_status fg_ledger_drop_records(fg_ledger *ledger);

#endif
