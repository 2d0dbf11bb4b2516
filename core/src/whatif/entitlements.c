#include "entitlements.h"

#include "../book/deduction_order.h"
#include "../book/amendments.h"
#include "../book/validity.h"
#include "packs_on_sale.h"

/* An entitlement, and what decides when it is drawn on (R7). */
typedef struct ranked_entitlement {
  fg_plan_entitlement entitlement;
  fg_deduction_rank rank;
} ranked_entitlement;

typedef struct entitlement_list {
  ranked_entitlement entries[FG_PLAN_ENTITLEMENTS_MAX];
  uint32_t count;
} entitlement_list;

static fg_status add_entitlement(const fg_plan_model *model, entitlement_list *list, int first,
                                 ranked_entitlement entry, fg_error *error) {
  entry.entitlement.first = first;
  entry.entitlement.last = fg_plan_last_before(model, first, entry.rank.expires);
  if (entry.entitlement.last < first || entry.entitlement.units == 0) {
    return FG_OK;
  }
  if (list->count == FG_PLAN_ENTITLEMENTS_MAX) {
    return fg_fail(error, FG_INVALID, "opening.packs",
                   "more than %d packs and free grants: the search cannot honour them", FG_PLAN_ENTITLEMENTS_MAX);
  }
  uint32_t place = list->count++;
  fg_pack_order order = fg_pack_order_of(&fg_plan_offered(model, 0)->order, &model->book->policy);
  while (place > 0 && fg_deduction_order(&order, &entry.rank, &list->entries[place - 1].rank) < 0) {
    list->entries[place] = list->entries[place - 1];
    place--;
  }
  list->entries[place] = entry;
  return FG_OK;
}

/* Adds one issue of a free grant at the beginning of a month. Grants that must be claimed are claimed at the start. */
static fg_status add_grant(const fg_plan_model *model, entitlement_list *list, uint32_t offer, int month,
                           fg_error *error) {
  const fg_book *book = model->months[month].offers;
  const fg_grant_offer *terms = &book->products[model->product].grants[offer];
  fg_time issued = model->months[month].begin;
  ranked_entitlement entry = {.entitlement = {.is_free = true},
                              .rank = {.rank = terms->rank, .is_free = true, .issued = issued}};
  int64_t units = fg_issued_quantity(book, model->product, offer, fg_date_at(issued, &book->zone));
  entry.entitlement.units = fg_min_i64(units, FG_PLAN_UNITS_MAX);
  FG_TRY(fg_validity_end(book, &book->policy, terms->validity, issued, &entry.rank.expires));
  return add_entitlement(model, list, month, entry, error);
}

static fg_status add_grants(const fg_plan_model *model, entitlement_list *list, fg_error *error) {
  for (int month = 0; month < model->month_count; month++) {
    const fg_product *product = fg_plan_offered(model, month);
    for (uint32_t offer = 0; offer < product->grant_count; offer++) {
      bool is_issued = !product->grants[offer].withdrawn &&
                       (month == 0 || product->grants[offer].issue == FG_ISSUE_MONTHLY);
      FG_TRY(is_issued ? add_grant(model, list, offer, month, error) : FG_OK);
    }
  }
  return FG_OK;
}

/* Whether the order of packs depends on their size. A pack held has another one in the account that replays the plan,
   where it is a pack of the units that are left of it. */
static bool is_by_size(const fg_pack_order *order) {
  bool by_size = false;
  for (uint32_t i = 0; i < order->count; i++) {
    by_size = by_size || order->by[i] == FG_BY_LEFT || order->by[i] == FG_BY_UNITS;
  }
  return by_size;
}

/* Whether a pack held at the start is drawn on before all packs that are bought, as the search assumes. The account
   that replays the plan is given it on the day before the start. If nothing expires within the forecast, the order does
   not matter. */
static fg_status is_drawn_first(const fg_plan_model *model, const fg_plan_held *held, bool *first) {
  const fg_product *product = fg_plan_offered(model, 0);
  const fg_policy *policy = &model->book->policy;
  fg_time start = model->months[0].begin;
  const fg_deduction_rank given = {.expires = held->expires, .issued = fg_plan_day_before(model)};
  fg_deduction_rank bought = {.issued = start};
  fg_pack_order order = fg_pack_order_of(&product->order, policy);
  bool lasts = held->expires > model->months[model->month_count - 1].use && fg_plan_packs_last(model);
  bool alone = model->pack_count == 0 && model->held_count == 1;
  *first = lasts || alone || !is_by_size(&order);
  for (uint32_t i = 0; i < model->pack_count && !lasts && *first; i++) {
    const fg_pack_offer *offer = &product->packs[model->packs[i].offer];
    FG_TRY(fg_validity_end(model->book, policy, offer->validity, start, &bought.expires));
    *first = fg_deduction_order(&order, &given, &bought) < 0;
  }
  return FG_OK;
}

static fg_status add_held(const fg_plan_model *model, entitlement_list *list, const fg_plan_held *held,
                          fg_error *error) {
  ranked_entitlement entry = {.entitlement = {.units = held->left},
                              .rank = {.rank = fg_plan_pack_rank(fg_plan_offered(model, 0)),
                                       .expires = held->expires,
                                       .issued = held->bought,
                                       .left = held->left,
                                       .units = held->left}};
  bool first = false;
  FG_TRY(is_drawn_first(model, held, &first));
  return first ? add_entitlement(model, list, 0, entry, error)
               : fg_fail(error, FG_INVALID, "",
                         "packs held that do not go before those bought later, or that expire "
                         "where the smallest goes first: the search cannot honour them");
}

fg_status fg_plan_find_entitlements(fg_plan_model *model, fg_error *error) {
  entitlement_list *list = fg_plan_allocate(model, sizeof *list);
  FG_TRY(list == NULL ? FG_NO_MEMORY : FG_OK);
  FG_TRY(add_grants(model, list, error));
  for (uint32_t i = 0; i < model->held_count; i++) {
    FG_TRY(fg_within(error, add_held(model, list, &model->held[i], error), "opening.packs"));
  }
  for (uint32_t i = 0; i < list->count; i++) {
    model->entitlements[i] = list->entries[i].entitlement;
  }
  model->entitlement_count = list->count;
  return FG_OK;
}
