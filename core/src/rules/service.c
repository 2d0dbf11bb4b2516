#include "service.h"

#include "../book/capacity_terms.h"
#include "aggregate.h"
#include "arrears.h"
#include "cells.h"
#include "cover.h"
#include "fees.h"
#include "issue.h"
#include "limits_in_force.h"
#include "materials.h"
#include "mode.h"
#include "postpaid.h"

fg_status fg_service_open(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                          fg_outcome *outcome) {
  fg_service *service = &draft->services[product];
  bool first = !service->was_open;
  uint32_t before = draft->lots.count;
  if (service->open) {
    return FG_ALREADY_OPEN;
  }
  FG_TRY(fg_fees_count(account, draft, product, command->at));
  service->open = service->was_open = true;
  fg_cell_open(service);
  service->opened = first ? command->at : service->opened;
  service->fees_until = command->at;
  FG_TRY(fg_fees_open(account, draft, product, command->at));
  FG_TRY(first ? fg_cell_begin_anchored(account, draft, product) : FG_OK);
  /* R4: a first opening brings free materials, once. */
  FG_TRY(first ? fg_materials_begin(account, draft, product) : FG_OK);
  FG_TRY(fg_issue_at_opening(account, draft, product, first, command->at)); /* R2: the month's grant is issued whole */
  outcome->is.grants = draft->lots.count - before;
  return FG_OK;
}

/* R33: closes a product. Grants, packs and their validity stay as they are. */
fg_status fg_service_close(const fg_account *account, fg_state *draft, uint32_t product) {
  if (!draft->services[product].open) {
    return FG_NOT_OPEN;
  }
  FG_TRY(fg_fees_count(account, draft, product, draft->now));
  draft->services[product].open = false;
  fg_cell_close(&draft->services[product], draft->now);
  fg_aggregate_close(account, draft, product);
  return FG_OK;
}

fg_status fg_service_stop(fg_state *draft) {
  draft->violation = true;
  return FG_OK;
}

fg_status fg_service_reinstate(fg_state *draft) {
  draft->violation = false;
  return FG_OK;
}

/* The status that refuses usage of a product. In this order: it is not open (R33), the account is stopped (R35), it is
   suspended (R28), or a mode set by hand has no capacity (R23). */
static fg_status refusal_of(const fg_state *state, const fg_service *service, bool is_suspended, fg_mode_kind mode) {
  if (!service->open) {
    return FG_NOT_OPEN;
  }
  if (state->violation || is_suspended) {
    return state->violation ? FG_VIOLATION : FG_SUSPENDED;
  }
  return mode == FG_MODE_LAPSED ? FG_NO_CAPACITY : FG_OK;
}

void fg_service_refresh(const fg_account *account, fg_state *state) {
  fg_arrears_rules rules;
  if (state->arrears_since != FG_NO_TIME) {
    fg_arrears_find(account, state, &rules);
  }
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_service *service = &state->services[product];
    fg_mode mode = fg_mode_of(account, state, product);
    const fg_policy policy = fg_policy_of(account, product);
    bool is_stopped = fg_arrears_stopped(state, product);
    bool keeps_prepaid = is_stopped && fg_arrears_keeps_prepaid(account, &rules, product);
    service->in_force = (fg_in_force){
        .refusal = (uint8_t)refusal_of(state, service, is_stopped && !keeps_prepaid, mode.kind),
        .is_billed = fg_mode_is_billed(account, state, product),
        .counts = fg_capacity_calls_count(&policy),
        .rest = (uint8_t)(keeps_prepaid ? FG_SUSPENDED : fg_postpaid_refusal(account, state, product)),
    };
    const fg_product *offered = &account->book->products[product];
    fg_in_force *now = &service->in_force;
    now->asks_rest = now->rest != FG_OK || !offered->all_sold;
    bool is_usual = !offered->withdrawn && now->refusal == FG_OK && now->is_billed && !now->asks_rest;
    now->usual = is_usual && offered->plain;
    now->usual_by_rules = is_usual && !offered->plain && offered->moves_alone && offered->aggregate == NULL;
  }
  fg_cover_refresh(account, state);
  fg_limits_refresh(account, state);
}
