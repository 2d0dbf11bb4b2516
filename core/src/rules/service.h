/* Whether a product is served: it may be closed (R33), stopped for a violation (R35), or suspended (R28). */
#ifndef FG_SERVICE_H
#define FG_SERVICE_H

#include "../state/state.h"

/* Opens or closes a product on a draft (R33). */
fg_status fg_service_open(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                          fg_outcome *outcome);
fg_status fg_service_close(const fg_account *account, fg_state *draft, uint32_t product);

/* Stops all products of an account for a violation, and lets them go on (R35). */
fg_status fg_service_stop(fg_state *draft);
fg_status fg_service_reinstate(fg_state *draft);

/* Works out what is in force for the usage of every product. */
void fg_service_refresh(const fg_account *account, fg_state *state);

#endif
