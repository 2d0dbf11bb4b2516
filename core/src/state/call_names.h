/* Ids for calls that the host gives none: #call-SESSION-NUMBER. Ids that begin with # are the library's own, so nobody
   else can have used these. */
#ifndef FG_CALL_NAMES_H
#define FG_CALL_NAMES_H

#include "../../include/faregate.h"
#include "../base/base.h"

typedef struct fg_call_names {
  uint64_t session; ///< 0 in memory; of a ledger's handle its session, so that no two make up the same
  uint64_t next;    ///< the number to be given next; 0: there are no names
} fg_call_names;

/* The name of a number, written to `made`. */
fg_string fg_call_names_of(const fg_call_names *names, uint64_t number, char made[FG_CALL_NAME_MAX]);

/* The number of one of these names; 0 if it is none. */
uint64_t fg_call_names_number(const fg_call_names *names, fg_string id);

#endif
