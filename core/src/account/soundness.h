/* A check of a whole account, for the builds with assertions. */
#ifndef FG_SOUNDNESS_H
#define FG_SOUNDNESS_H

#include "../state/state.h"

/* The state is one that its snapshot may have, and all in it that follows from the rest is up to date. */
#ifdef FG_ASSERTIONS
void fg_account_assert_sound(const fg_account *account);
#else
static inline void fg_account_assert_sound(const fg_account *account) { (void)account; }
#endif

#endif
