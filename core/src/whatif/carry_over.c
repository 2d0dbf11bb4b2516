#include "carry_over.h"

enum { CARRIES_MAX = 1 << 16 };

static bool can_draw(const fg_plan_entitlement *entitlement, int month) {
  return entitlement->first <= month && month <= entitlement->last;
}

/* How many units of an entitlement calls from `month` on could draw. */
static int64_t usable_units(const fg_plan_model *model, const fg_plan_entitlement *entitlement, int month,
                            int64_t left) {
  int64_t calls = 0;
  for (int i = entitlement->first > month ? entitlement->first : month; i <= entitlement->last; i++) {
    calls += model->months[i].calls;
  }
  return fg_min_i64(left, calls);
}

/* Finds the carry of a month with these units left of each entitlement, or adds it with a copy of `left`. */
static fg_status carry_of(fg_plan_model *model, int month, const int64_t *left, uint32_t *index, fg_error *error) {
  fg_plan_month *here = &model->months[month];
  size_t size = model->entitlement_count * sizeof *left;
  for (uint32_t i = 0; i < here->carry_count; i++) {
    if (size == 0 || memcmp(here->carries[i].left, left, size) == 0) {
      *index = i;
      return FG_OK;
    }
  }
  if (here->carry_count == CARRIES_MAX) {
    return fg_fail(error, FG_INVALID, "opening.packs", "too many ways in which grants and packs held may be used up");
  }
  /* The room is a power of two, and full when the count is one. */
  if ((here->carry_count & (here->carry_count - 1)) == 0) {
    fg_plan_carry *grown = fg_plan_allocate(model,
                                            (here->carry_count == 0 ? 1 : 2 * here->carry_count) * sizeof *grown);
    if (grown == NULL) {
      return FG_NO_MEMORY;
    }
    if (here->carry_count > 0) {
      memcpy(grown, here->carries, here->carry_count * sizeof *grown);
    }
    here->carries = grown;
  }
  int64_t *copy = fg_plan_allocate(model, size);
  if (copy == NULL) {
    return FG_NO_MEMORY;
  }
  if (size > 0) {
    memcpy(copy, left, size);
  }
  *index = here->carry_count;
  here->carries[here->carry_count++] = (fg_plan_carry){.left = copy};
  return FG_OK;
}

/* Draws the month's calls from the entitlements (R7); `after` becomes what is left of each. */
static void draw_entitlements(const fg_plan_model *model, int month, fg_plan_carry *carry, int64_t *after) {
  carry->demand = model->months[month].calls;
  for (uint32_t i = 0; i < model->entitlement_count; i++) {
    const fg_plan_entitlement *entitlement = &model->entitlements[i];
    int64_t taken = can_draw(entitlement, month) ? fg_min_i64(carry->left[i], carry->demand) : 0;
    carry->demand -= taken;
    FG_ASSERT(taken >= 0 && carry->demand >= 0);
    *(entitlement->is_free ? &carry->free : &carry->packs) += taken;
    carry->total += usable_units(model, entitlement, month, carry->left[i]);
    after[i] = entitlement->last <= month ? 0 : carry->left[i] - taken;
  }
}

static fg_status follow_carry(fg_plan_model *model, int month, uint32_t index, fg_error *error) {
  int64_t after[FG_PLAN_ENTITLEMENTS_MAX + 1];
  fg_plan_month *here = &model->months[month];
  fg_plan_carry *carry = &here->carries[index];
  draw_entitlements(model, month, carry, after);
  if (month + 1 == model->month_count) {
    return FG_OK;
  }
  if (here->calls_allowed) {
    FG_TRY(carry_of(model, month + 1, after, &carry->after_calls, error));
  }
  if (here->capacity_cost < FG_PLAN_NEVER) {
    for (uint32_t i = 0; i < model->entitlement_count; i++) {
      after[i] = model->entitlements[i].last <= month ? 0 : carry->left[i];
    }
    FG_TRY(carry_of(model, month + 1, after, &carry->after_capacity, error));
  }
  return FG_OK;
}

fg_status fg_plan_find_carries(fg_plan_model *model, fg_error *error) {
  int64_t left[FG_PLAN_ENTITLEMENTS_MAX + 1];
  uint32_t first = 0;
  for (uint32_t i = 0; i < model->entitlement_count; i++) {
    left[i] = model->entitlements[i].units;
  }
  FG_TRY(carry_of(model, 0, left, &first, error));
  for (int month = 0; month < model->month_count; month++) {
    for (uint32_t i = 0; i < model->months[month].carry_count; i++) {
      FG_TRY(follow_carry(model, month, i, error));
    }
  }
  return FG_OK;
}
