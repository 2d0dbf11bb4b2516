/* A usage that somebody asks about, tried on a state of its own: what would come of it. No cap, limit or suspension is
   asked, because nothing is let through. */
#ifndef FG_TRIAL_H
#define FG_TRIAL_H

#include "../book/rating.h"
#include "../state/state.h"

typedef struct fg_trial {
  const fg_command *use;
  const uint32_t *products; ///< of an event; NULL: one product
  uint32_t product;
  uint32_t count;
} fg_trial;

/* What a usage is of, a product or an event of the edition in force. FG_UNKNOWN_PRODUCT; then it is of nothing. */
fg_status fg_trial_of(const fg_account *account, const fg_command *use, fg_trial *trial);
/* FG_NOT_OPEN where one of its products is not. */
fg_status fg_trial_is_open(const fg_account *account, const fg_trial *trial);
/* Where the price is from, if it is of one product; else an empty text. */
fg_string fg_trial_source(const fg_account *account, const fg_trial *trial);

/* Uses it on a whole copy of the account's state, of an event one product after the other. The statuses of fg_rate;
   FG_POSTPAID_OFF, FG_NOT_SOLD, FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_trial_use(const fg_account *account, fg_state *copy, const fg_trial *trial, fg_error *error);

/* Records what has been rated on such a copy. FG_NO_MEMORY. */
fg_status fg_trial_record(const fg_account *account, fg_state *copy, uint32_t product, fg_rating rating, bool billable);

#endif
