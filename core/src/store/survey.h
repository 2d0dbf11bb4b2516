/* Finds out up to which command a ledger is good that was refused. */
#ifndef FG_STORE_SURVEY_H
#define FG_STORE_SURVEY_H

#include "ledger.h"

typedef struct fg_survey {
  int64_t commands;  ///< how many rows are good
  int64_t snapshots; ///< how many snapshots among them are good
  fg_time good_at;   ///< the instant of the last good row; FG_NO_TIME: none
  unsigned char head[FG_CHAIN_SIZE];
  int64_t offset;   ///< offset of civil time at `good_at`, microseconds
  fg_error problem; ///< status FG_OK: no problem
} fg_survey;

/* Adds to the message of a refused opening how far the ledger is good. */
void fg_survey_explain(const char *path, fg_error *error);

#endif
