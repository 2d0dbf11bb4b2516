/* Opening and closing a product, its mode, its free grants, its materials. Each works on a draft. */
#ifndef FG_SERVICE_H
#define FG_SERVICE_H

#include "../state/state.h"

fg_status fg_service_open(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                          fg_outcome *outcome);
fg_status fg_service_close(fg_state *draft, uint32_t product);
fg_status fg_service_claim(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                           fg_outcome *outcome);
fg_status fg_service_set_mode(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                              fg_outcome *outcome);
fg_status fg_service_announce(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product);
fg_status fg_service_add_materials(fg_state *draft, const fg_command *command, uint32_t product, fg_outcome *outcome);
fg_status fg_service_remove_materials(fg_state *draft, const fg_command *command, uint32_t product,
                                      fg_outcome *outcome);

#endif
