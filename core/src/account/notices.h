/* Notices of what wants attention, including what only the holder of an account can know. */
#ifndef FG_NOTICES_H
#define FG_NOTICES_H

#include "../../include/faregate_outlook.h"
#include "describe.h"

/* What the holder of an account knows besides the account. A context of zeros says nothing. */
typedef struct fg_notice_context {
  const fg_call_filter *uncertain; ///< chooses the calls that nobody has in hand; NULL: there are none
  bool clock_is_suspect;           ///< whether the notice clock_suspect is to be made
  fg_time clock;                   ///< the instant that the clock shows
  const fg_book *offered;          ///< a book that agrees with the account's (edition_available); NULL: none
} fg_notice_context;

/* Tells what fg_account_notices tells, and what follows from the context. */
fg_status fg_account_tell_notices(const fg_account *account, const fg_notice_limits *limits,
                                  const fg_notice_context *context, const fg_visitor *visitor, fg_error *error);

#endif
