/* The state of an account as bytes, so that an opening need not replay all its commands. Orders, calls in flight and
   invoices are in it; finished usage is not, because a ledger has it in its rows. */
#ifndef FG_SNAPSHOT_H
#define FG_SNAPSHOT_H

#include "../state/state.h"

/* FG_SNAPSHOT_FORMAT is written. FG_SNAPSHOT_FORMAT_FIRST is the oldest that is read. FG_SNAPSHOT_FORMAT_TOLD is the
   last whose bytes also hold derived values, those that can be computed from the others.

   Raise the format when the state changes its shape, or when the same commands lead to another state, and keep reading
   the older formats, because the state that a sealed ledger's successor begins with is in no row. What is read of an
   older format must become what the same commands lead to now, because it is written in this format from then on, and
   `verify` compares bytes. */
enum { FG_SNAPSHOT_FORMAT = 7, FG_SNAPSHOT_FORMAT_TOLD = 4, FG_SNAPSHOT_FORMAT_FIRST = 3 };
/* From these formats on the order of counts, and the mode in which a call was made, are in the bytes. */
enum { FG_FORMAT_OF_ORDER = 6, FG_FORMAT_OF_MODE = 7 };

/* Appends the state as bytes. They depend on the accepted commands alone, not on what was asked or refused in between,
   and hold no derived values. FG_NO_MEMORY. */
fg_status fg_snapshot_write(const fg_account *account, fg_text *bytes);
/* Appends the state as format 4 writes it, with all derived values, which its reader compares. Only builds with
   assertions use it. */
fg_status fg_snapshot_write_told(const fg_account *account, fg_text *bytes);

/* Replaces the account's state by one that was written of an account of the same book and switches. The bytes must be
   known to be undamaged. FG_INVALID for bytes that are no possible state, FG_NO_MEMORY; the account is then
   unchanged. */
fg_status fg_snapshot_read_of(fg_account *account, int format, fg_string bytes);
static inline fg_status fg_snapshot_read(fg_account *account, fg_string bytes) {
  return fg_snapshot_read_of(account, FG_SNAPSHOT_FORMAT, bytes);
}

/* Checks that what was read is a state that the account can be in: every index, sum, order and instant. That each value
   fits its member is known already. Derived values are filled in, or compared if the format has them. FG_INVALID,
   FG_NO_MEMORY. */
fg_status fg_snapshot_check(const fg_account *account, int format, fg_state *state, fg_history *history,
                            const fg_ids *ids);

/* Whether commands replayed again would tell the account more than its snapshot of an older format did: in which order
   usage came, or in which mode a call was made. The state that a ledger was begun with follows from no commands, so it
   is read as it is. */
bool fg_snapshot_says_less(const fg_account *account, int format);

#endif
