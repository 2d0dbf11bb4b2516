#include "postpaid.h"

fg_status fg_postpaid_refusal(const fg_account *account, const fg_state *state, uint32_t product) {
  switch (account->book->products[product].postpaid) {
  case FG_POSTPAID_OPT_IN: return state->services[product].postpaid_on ? FG_OK : FG_POSTPAID_OFF;
  case FG_POSTPAID_NEVER: return FG_POSTPAID_OFF;
  default: return FG_OK;
  }
}

fg_status fg_postpaid_set(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product) {
  if (account->book->products[product].postpaid != FG_POSTPAID_OPT_IN) {
    return FG_NOT_SOLD;
  }
  draft->services[product].postpaid_on = command->on;
  return FG_OK;
}
