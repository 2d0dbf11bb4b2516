/* Ids for calls that the host gives none. */
#ifndef FG_CALL_NAMES_H
#define FG_CALL_NAMES_H

#include "base.h"

/* The number of one of these names, below 10^9; 0 if it is none. */
uint32_t fg_call_names_number(const fg_call_names *names, fg_string id);

/* The name of a number, written to `made`. */
fg_string fg_call_names_of(const fg_call_names *names, uint32_t number, char made[FG_CALL_NAME_MAX]);

#endif
