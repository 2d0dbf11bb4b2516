#include "../book/terms.h"
#include "plan.h"

/* ---------------------------------------------------------------------------------- free grants, packs held: gifts */

/* A gift with what decides when it is drawn on (R7). */
typedef struct gift_entry {
  fg_plan_gift gift;
  fg_deduction_rank rank;
} gift_entry;

typedef struct gift_list {
  gift_entry entries[FG_PLAN_GIFTS_MAX];
  uint32_t count;
} gift_list;

static fg_status add_gift(const fg_plan_model *model, gift_list *list, int first, gift_entry entry, fg_error *error) {
  entry.gift.first = first;
  entry.gift.last = first - 1;
  while (entry.gift.last + 1 < model->month_count && model->months[entry.gift.last + 1].use < entry.rank.expires) {
    entry.gift.last++;
  }
  if (entry.gift.last < first || entry.gift.units == 0) {
    return FG_OK;
  }
  if (list->count == FG_PLAN_GIFTS_MAX) {
    return fg_fail(error, FG_INVALID, "opening.packs",
                   "more than %d packs and free grants: the search cannot honour them", FG_PLAN_GIFTS_MAX);
  }
  uint32_t place = list->count++;
  while (place > 0 && fg_deduction_order(&model->book->policy, &entry.rank, &list->entries[place - 1].rank) < 0) {
    list->entries[place] = list->entries[place - 1];
    place--;
  }
  list->entries[place] = entry;
  return FG_OK;
}

/* One issue of a free grant at the beginning of a month; those to be claimed are claimed at the start. */
static fg_status add_grant(const fg_plan_model *model, gift_list *list, uint32_t offer, int month, fg_error *error) {
  const fg_book *book = model->book;
  const fg_grant_offer *terms = &book->products[model->product].grants[offer];
  fg_time issued = model->months[month].begin;
  gift_entry entry = {.gift = {.free = true}, .rank = {.is_free = true, .issued = issued}};
  int64_t units = fg_issued_quantity(book, model->product, offer, fg_date_at(issued, book->offset_minutes));
  entry.gift.units = fg_min_i64(units, FG_PLAN_UNITS_MAX);
  FG_TRY(fg_validity_end(book, &book->policy, terms->validity, issued, &entry.rank.expires));
  return add_gift(model, list, month, entry, error);
}

static fg_status add_grants(const fg_plan_model *model, gift_list *list, fg_error *error) {
  const fg_product *product = &model->book->products[model->product];
  for (uint32_t offer = 0; offer < product->grant_count; offer++) {
    int months = product->grants[offer].issue == FG_ISSUE_MONTHLY ? model->month_count : 1;
    for (int month = 0; month < months; month++) {
      FG_TRY(add_grant(model, list, offer, month, error));
    }
  }
  return FG_OK;
}

/* Whether a pack held goes before all that is bought, as the search has it. The engine is given it the day before the
   start. Where nothing expires within the forecast, the order is of no account. */
static fg_status is_drawn_first(const fg_plan_model *model, const fg_plan_held *held, bool *first) {
  const fg_product *product = &model->book->products[model->product];
  const fg_policy *policy = &model->book->policy;
  fg_time start = model->months[0].begin;
  const fg_deduction_rank given = {.expires = held->expires, .issued = start - FG_DAY};
  fg_deduction_rank bought = {.issued = start};
  bool lasts = held->expires > model->months[model->month_count - 1].use && fg_plan_packs_last(model);
  bool alone = model->pack_count == 0 && model->held_count == 1;
  *first = lasts || alone || !fg_deduction_order_moves(policy);
  for (uint32_t i = 0; i < model->pack_count && !lasts && *first; i++) {
    const fg_pack_offer *offer = &product->packs[model->packs[i].offer];
    FG_TRY(fg_validity_end(model->book, policy, offer->validity, start, &bought.expires));
    *first = fg_deduction_order(policy, &given, &bought) < 0;
  }
  return FG_OK;
}

static fg_status add_held(const fg_plan_model *model, gift_list *list, const fg_plan_held *held, fg_error *error) {
  gift_entry entry = {.gift = {.units = held->left}, .rank = {.expires = held->expires, .issued = held->bought}};
  bool first = false;
  FG_TRY(is_drawn_first(model, held, &first));
  return first ? add_gift(model, list, 0, entry, error)
               : fg_fail(error, FG_INVALID, "",
                         "packs held that do not go before those bought later, or that expire "
                         "where the smallest goes first: the search cannot honour them");
}

fg_status fg_plan_find_gifts(fg_plan_model *model, fg_error *error) {
  gift_list list = {.count = 0};
  FG_TRY(add_grants(model, &list, error));
  for (uint32_t i = 0; i < model->held_count; i++) {
    FG_TRY(fg_within(error, add_held(model, &list, &model->held[i], error), "opening.packs"));
  }
  for (uint32_t i = 0; i < list.count; i++) {
    model->gifts[i] = list.entries[i].gift;
  }
  model->gift_count = list.count;
  return FG_OK;
}

/* ------------------------------------------------------------------------------------ what they leave over: carries */

static bool can_draw(const fg_plan_gift *gift, int month) { return gift->first <= month && month <= gift->last; }

/* Units of a gift that calls from `month` on could draw. */
static int64_t usable_units(const fg_plan_model *model, const fg_plan_gift *gift, int month, int64_t left) {
  int64_t calls = 0;
  for (int i = gift->first > month ? gift->first : month; i <= gift->last; i++) {
    calls += model->months[i].calls;
  }
  return fg_min_i64(left, calls);
}

/* Finds or adds the carry of a month with so much left of the gifts; `left` is copied. */
static fg_status carry_of(fg_plan_model *model, int month, const int64_t *left, uint32_t *index, fg_error *error) {
  fg_plan_month *at = &model->months[month];
  size_t size = model->gift_count * sizeof *left;
  for (uint32_t i = 0; i < at->carry_count; i++) {
    if (size == 0 || memcmp(at->carries[i].left, left, size) == 0) {
      *index = i;
      return FG_OK;
    }
  }
  if (at->carry_count == FG_PLAN_CARRIES_MAX) {
    return fg_fail(error, FG_INVALID, "opening.packs", "too many ways in which grants and packs held may be used up");
  }
  if ((at->carry_count & (at->carry_count - 1)) == 0) { /* full at every power of two: twice the room */
    fg_plan_carry *grown = fg_plan_allocate(model, (at->carry_count == 0 ? 1 : 2 * at->carry_count) * sizeof *grown);
    if (grown == NULL) {
      return FG_NO_MEMORY;
    }
    if (at->carry_count > 0) {
      memcpy(grown, at->carries, at->carry_count * sizeof *grown);
    }
    at->carries = grown;
  }
  int64_t *copy = fg_plan_allocate(model, size);
  if (copy == NULL) {
    return FG_NO_MEMORY;
  }
  if (size > 0) {
    memcpy(copy, left, size);
  }
  *index = at->carry_count;
  at->carries[at->carry_count++] = (fg_plan_carry){.left = copy};
  return FG_OK;
}

/* Draws the month's calls on the gifts (R7), and writes what is left of each after. */
static void draw_gifts(const fg_plan_model *model, int month, fg_plan_carry *carry, int64_t *after) {
  carry->demand = model->months[month].calls;
  for (uint32_t i = 0; i < model->gift_count; i++) {
    const fg_plan_gift *gift = &model->gifts[i];
    int64_t taken = can_draw(gift, month) ? fg_min_i64(carry->left[i], carry->demand) : 0;
    carry->demand -= taken;
    FG_ASSERT(taken >= 0 && carry->demand >= 0);
    *(gift->free ? &carry->free : &carry->packs) += taken;
    carry->total += usable_units(model, gift, month, carry->left[i]);
    after[i] = gift->last <= month ? 0 : carry->left[i] - taken;
  }
}

static fg_status follow_carry(fg_plan_model *model, int month, uint32_t index, fg_error *error) {
  int64_t after[FG_PLAN_GIFTS_MAX + 1];
  fg_plan_month *at = &model->months[month];
  fg_plan_carry *carry = &at->carries[index];
  draw_gifts(model, month, carry, after);
  if (month + 1 == model->month_count) {
    return FG_OK;
  }
  if (at->calls_allowed) {
    FG_TRY(carry_of(model, month + 1, after, &carry->after_calls, error));
  }
  if (at->capacity < FG_PLAN_NEVER) {
    for (uint32_t i = 0; i < model->gift_count; i++) {
      after[i] = model->gifts[i].last <= month ? 0 : carry->left[i];
    }
    FG_TRY(carry_of(model, month + 1, after, &carry->after_capacity, error));
  }
  return FG_OK;
}

fg_status fg_plan_find_carries(fg_plan_model *model, fg_error *error) {
  int64_t left[FG_PLAN_GIFTS_MAX + 1];
  uint32_t first = 0;
  for (uint32_t i = 0; i < model->gift_count; i++) {
    left[i] = model->gifts[i].units;
  }
  FG_TRY(carry_of(model, 0, left, &first, error));
  for (int month = 0; month < model->month_count; month++) {
    for (uint32_t i = 0; i < model->months[month].carry_count; i++) {
      FG_TRY(follow_carry(model, month, i, error));
    }
  }
  return FG_OK;
}

bool fg_plan_is_single(const fg_plan_model *model) {
  for (int month = 0; month < model->month_count; month++) {
    if (model->months[month].carry_count != 1) {
      return false;
    }
  }
  return true;
}
