/* Ids for calls that the host gives none: they differ in a number alone. */
#ifndef FG_CALL_NAMES_H
#define FG_CALL_NAMES_H

#include "base.h"

enum { FG_CALL_PREFIX = 19, FG_CALL_NUMBER_MAX = 999999999 /* that a name is known by */ };

typedef struct fg_call_names {
  uint64_t bits;
  char prefix[FG_CALL_PREFIX];
  uint64_t next; ///< the number to be given next; 0: there are no names
} fg_call_names;

/* From number 1 on. All the bits show. */
void fg_call_names_begin(fg_call_names *names, uint64_t bits);

/* The name of a number, written to `made`. */
fg_string fg_call_names_of(const fg_call_names *names, uint64_t number, char made[FG_CALL_NAME_MAX]);

/* The number of one of these names, up to FG_CALL_NUMBER_MAX; 0 if it is none. */
uint32_t fg_call_names_number(const fg_call_names *names, fg_string id);

#endif
