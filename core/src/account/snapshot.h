/* The state of an account as bytes, so that an opening need not replay all its commands. Orders, calls in flight and
   invoices are in it; finished usage is not, because a ledger has it in its rows. */
#ifndef FG_SNAPSHOT_H
#define FG_SNAPSHOT_H

#include "../state/state.h"

/* The format of the bytes that are written, the last that says what follows from the rest as well, and the first that
   is read. When the state changes its shape, or what the same commands lead to, count it up and go on reading the
   formats before, because the state that a sealed ledger's successor begins with is in no row. What is read of an
   earlier format must become what the same commands lead to now, because it goes on to be written in this one, and
   `verify` compares bytes. */
enum { FG_SNAPSHOT_FORMAT = 6, FG_SNAPSHOT_FORMAT_TOLD = 4, FG_SNAPSHOT_FORMAT_FIRST = 3 };
/* From then on the order of counts is in it. */
enum { FG_FORMAT_OF_ORDER = 6 };

/* Appends the state. The bytes follow from the commands that were accepted alone, whatever was asked or refused in
   between, and from none of what follows from the rest. FG_NO_MEMORY. */
fg_status fg_snapshot_write(const fg_account *account, fg_text *bytes);
/* The same as format 4 has it, whose reader compares all that follows from the rest: for builds with assertions. */
fg_status fg_snapshot_write_told(const fg_account *account, fg_text *bytes);

/* Puts a state in the place of the account's, which is of the same book and switches. The bytes must be known to be
   whole; FG_INVALID for what cannot be a state, FG_NO_MEMORY; the account is then unchanged. */
fg_status fg_snapshot_read_of(fg_account *account, int format, fg_string bytes);
static inline fg_status fg_snapshot_read(fg_account *account, fg_string bytes) {
  return fg_snapshot_read_of(account, FG_SNAPSHOT_FORMAT, bytes);
}

/* Whether what was read is a state that the account can be in: every index, sum, order and instant; that each value
   fits its member is known. What follows from the rest is filled in, or compared where the format says it too.
   FG_INVALID, FG_NO_MEMORY. */
fg_status fg_snapshot_check(const fg_account *account, int format, fg_state *state, fg_history *history);

/* Whether the commands say more than a snapshot of a format that was read into the account: in which order usage came.
   The state that a ledger was begun with is in none, and is read as it is. */
bool fg_snapshot_says_less(const fg_account *account, int format);

#endif
