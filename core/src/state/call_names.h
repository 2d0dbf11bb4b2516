/* Ids for calls that the host gives none: #call-SESSION-NUMBER. Ids that begin with # are the library's own, so nobody
   else can have used these. A handle gives them. A ledger keeps them as texts; in memory, where the session is 0, the
   history keeps the number alone. */
#ifndef FG_CALL_NAMES_H
#define FG_CALL_NAMES_H

#include "../../include/faregate.h"
#include "../base/base.h"

/* Writes the name of a number, with a 0 at the end, and answers its length. */
size_t fg_call_name(uint64_t session, uint64_t number, char text[FG_CALL_NAME_MAX]);
/* The same as a string. */
static inline fg_string fg_call_id(uint64_t session, uint64_t number, char made[FG_CALL_NAME_MAX]) {
  return (fg_string){made, fg_call_name(session, number, made)};
}

/* The number of a name of session 0; 0 if it is none. */
FG_COLD uint64_t fg_call_number_read(fg_string id);
static inline uint64_t fg_call_number(fg_string id) {
  bool may_be = id.length > 0 && id.text[0] == '#';
  return FG_UNLIKELY(may_be) ? fg_call_number_read(id) : 0;
}

#endif
