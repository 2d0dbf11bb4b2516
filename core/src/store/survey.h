/* Replays a ledger, and finds out up to which command it is good. */
#ifndef FG_STORE_SURVEY_H
#define FG_STORE_SURVEY_H

#include "ledger.h"

typedef struct fg_survey {
  int64_t commands;  ///< how many rows are good; behind a bad page that is not theirs, how many follow by their chain
  int64_t snapshots; ///< how many snapshots among them are good
  fg_time good_at;   ///< the instant of the last good row; FG_NO_TIME: none
  unsigned char head[FG_CHAIN_SIZE];
  int64_t offset;   ///< offset of civil time at `good_at`, microseconds
  fg_error problem; ///< status FG_OK: no problem
} fg_survey;

/* Replays every command, and compares everything that is kept. FG_OK also if a problem was found. `error` receives
   failures of the survey. */
fg_status fg_survey_make(const char *path, fg_watch *watch, fg_survey *survey, fg_error *error);

/* Whether an account that was restored from a snapshot equals the expected one. What is read of an older format may say
   less than the commands do, so the statements are compared instead. FG_NO_MEMORY. */
fg_status fg_survey_compare(const fg_account *restored, int format, const fg_account *expected, bool *same);

/* Adds to the message of a refused opening how far the ledger is good. */
void fg_survey_explain(const char *path, fg_error *error);

#endif
