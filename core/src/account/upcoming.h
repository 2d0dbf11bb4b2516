/* How far an account looks ahead: what bounds the work of fg_account_upcoming. */
#ifndef FG_UPCOMING_H
#define FG_UPCOMING_H

#include "../../include/faregate_outlook.h"
#include "../state/state.h"

enum { FG_UPCOMING_DAYS = 3653 }; ///< ten years

#endif
