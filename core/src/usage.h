/* Usage: drawn on grants and packs, the rest to the month's bill (R7, R10, R17). */
#ifndef FG_USAGE_H
#define FG_USAGE_H

#include "state.h"

/* Whether usage may happen now: the refusals of `use`, in their order. */
fg_status fg_usage_check(const fg_account *account, const fg_state *state, uint32_t product, int64_t quantity,
                         bool billable);

/* Records usage that was checked; `draws` has room for every grant of the service. Cannot fail. */
fg_used fg_usage_record(const fg_account *account, fg_state *state, uint32_t product, int64_t quantity, bool billable,
                        fg_draw *draws);

#endif
