/* Ids for calls to which the host gives none: #call-SESSION-NUMBER. A handle makes them. Ids that begin with # are
   reserved for the library, so that no host can use the same ones. A ledger keeps them as texts; in memory, where the
   session is 0, the history keeps only their numbers. */
#ifndef FG_CALL_NAMES_H
#define FG_CALL_NAMES_H

#include "../../include/faregate.h"
#include "../base/base.h"

/* Writes the id with a number, followed by a 0, and answers its length. */
size_t fg_call_name(uint64_t session, uint64_t number, char text[FG_CALL_NAME_MAX]);
/* The id with a number, as a string; `made` holds its text. */
static inline fg_string fg_call_id(uint64_t session, uint64_t number, char made[FG_CALL_NAME_MAX]) {
  return (fg_string){made, fg_call_name(session, number, made)};
}

/* The number of an id that fg_call_name made for session 0; 0 if it is no such id. */
FG_COLD uint64_t fg_call_number_read(fg_string id);
static inline uint64_t fg_call_number(fg_string id) {
  bool may_be = id.length > 0 && id.text[0] == '#';
  return FG_UNLIKELY(may_be) ? fg_call_number_read(id) : 0;
}

#endif
