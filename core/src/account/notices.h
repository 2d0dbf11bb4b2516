/* What wants attention, with what only the holder of an account can know. */
#ifndef FG_NOTICES_H
#define FG_NOTICES_H

#include "../../include/faregate_outlook.h"
#include "describe.h"

/* Zero: nothing is known besides the account. */
typedef struct fg_notice_context {
  const fg_call_filter *uncertain; ///< the calls that nobody has in hand: calls_uncertain; NULL: none
  bool clock_is_suspect;           ///< clock_suspect
  fg_time clock;                   ///< what it shows
  const fg_book *offered;          ///< agrees with the account's book: edition_available; NULL: none
} fg_notice_context;

/* fg_account_notices, those of the context besides. */
fg_status fg_account_tell_notices(const fg_account *account, const fg_notice_limits *limits,
                                  const fg_notice_context *context, const fg_visitor *visitor, fg_error *error);

#endif
