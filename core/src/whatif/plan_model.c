#include "plan_model.h"

void *fg_plan_allocate(fg_plan_model *model, size_t size) {
  return fg_arena_allocate(&model->arena, &model->allocator, size);
}

void fg_plan_release(fg_plan_model *model) { fg_arena_release(&model->arena, &model->allocator); }

int fg_plan_last_before(const fg_plan_model *model, int first, fg_time end) {
  int last = first - 1;
  while (last + 1 < model->month_count && model->months[last + 1].use < end) {
    last++;
  }
  return last;
}

fg_status fg_plan_choice_begin(fg_plan_model *model, fg_plan_choice *choice) {
  size_t months = (size_t)model->month_count;
  choice->cost = FG_PLAN_NEVER;
  choice->failing = 0;
  choice->by_capacity = fg_plan_allocate(model, months * sizeof *choice->by_capacity);
  choice->packs = fg_plan_allocate(model, months * model->pack_count * sizeof *choice->packs);
  return choice->by_capacity == NULL || choice->packs == NULL ? FG_NO_MEMORY : FG_OK;
}

void fg_plan_result_release(fg_plan_model *model, fg_plan_result *result) {
  FG_ARRAY_RELEASE(&model->allocator, &result->orders);
  FG_ARRAY_RELEASE(&model->allocator, &result->commands);
}

fg_status fg_plan_add_order(fg_plan_model *model, fg_plan_result *result, fg_plan_order order) {
  FG_TRY(FG_ARRAY_RESERVE(&model->allocator, &result->orders, 1));
  result->orders.items[result->orders.count++] = order;
  return FG_OK;
}
