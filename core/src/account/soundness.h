/* A check of a whole account, for builds with assertions. */
#ifndef FG_SOUNDNESS_H
#define FG_SOUNDNESS_H

#include "../state/state.h"

/* Asserts that a snapshot of the account can be read again, and that all its derived values are up to date. */
#ifdef FG_ASSERTIONS
void fg_account_assert_sound(const fg_account *account);
#else
static inline void fg_account_assert_sound(const fg_account *account) { (void)account; }
#endif

#endif
