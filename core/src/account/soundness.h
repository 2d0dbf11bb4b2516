/* A check of a whole account, for the builds with assertions. */
#ifndef FG_SOUNDNESS_H
#define FG_SOUNDNESS_H

#include "../state/state.h"

/* Asserts that the state is one that a snapshot may hold, and that all in it that follows from the rest is up to
   date. */
#ifdef FG_ASSERTIONS
void fg_account_assert_sound(const fg_account *account);
#else
static inline void fg_account_assert_sound(const fg_account *account) { (void)account; }
#endif

#endif
