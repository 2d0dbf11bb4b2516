#include "cheapest_labels.h"

fg_status fg_label_goes_on(fg_label_search *search) {
  bool is_full = search->labels.count + search->steps.count > FG_LABELS_KEPT;
  return ++search->work > search->work_most || is_full ? FG_PLAN_TOO_MANY
                                                       : fg_watch_goes_on(&search->model->watch->search);
}

fg_status fg_label_add(fg_label_search *search, const fg_label *label) {
  if (fg_label_bound(search, label) >= search->best) {
    return FG_OK;
  }
  FG_TRY(FG_ARRAY_RESERVE(&search->model->allocator, &search->labels, 1));
  search->labels.items[search->labels.count++] = *label;
  return FG_OK;
}

void fg_labels_release(fg_label_search *search) {
  const fg_allocator *allocator = &search->model->allocator;
  FG_ARRAY_RELEASE(allocator, &search->labels);
  FG_ARRAY_RELEASE(allocator, &search->steps);
  FG_ARRAY_RELEASE(allocator, &search->shorts);
  FG_ARRAY_RELEASE(allocator, &search->list[0]);
  FG_ARRAY_RELEASE(allocator, &search->list[1]);
}
