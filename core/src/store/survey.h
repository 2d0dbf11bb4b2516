/* Up to which command a ledger that is refused is good. */
#ifndef FG_STORE_SURVEY_H
#define FG_STORE_SURVEY_H

#include "ledger.h"

typedef struct fg_survey {
  int64_t commands;  ///< rows that are good
  int64_t snapshots; ///< of these, snapshots that are good
  fg_time good_at;   ///< of the last good row; FG_NO_TIME: none
  unsigned char head[FG_CHAIN_SIZE];
  int64_t offset;   ///< of civil time at `good_at`
  fg_error problem; ///< status FG_OK: there is none
} fg_survey;

/* Adds to the message of a refused opening up to where the ledger is good. */
void fg_survey_explain(const char *path, fg_error *error);

#endif
