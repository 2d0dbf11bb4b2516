/* Ids for calls that the host gives none. */
#ifndef FG_CALL_NAMES_H
#define FG_CALL_NAMES_H

#include "base.h"

/* The number of one of these names, below 10^9; 0 if it is none. */
uint32_t fg_call_names_number(const fg_call_names *names, fg_string id);

#endif
