/* The exact search goes month by month. A *label* is a choice for the months so far: what it has cost, and what it
   leaves for the next month. Packs are bought when units run short. A purchase may be dated back to a month in which
   its packs would not have been drawn on yet, so that everything that is left at a month's end was bought in one
   month. */
#ifndef FG_CHEAPEST_LABELS_H
#define FG_CHEAPEST_LABELS_H

#include "cheapest_bound.h"
#include "plan_model.h"

enum { FG_LABEL_LOTS_MAX = FG_PLAN_PACKS_MAX + 16, FG_NO_BEAM = 0, FG_LABEL_BEAM = 24, FG_LABELS_KEPT = 1 << 23 };
#define FG_NO_PURCHASE UINT32_MAX
/* A pass answers this when it has looked at `work_most` labels and steps, or has no room to keep more. */
#define FG_PLAN_TOO_MANY (FG_STATUS_COUNT + 1)

typedef struct fg_label {
  fg_amount cost;
  int64_t left;     ///< units of packs that are left
  uint32_t parent;  ///< index of the label of the month before
  uint32_t carry;   ///< index of the carry in the next month
  uint32_t step;    ///< the last step of its purchase; FG_NO_PURCHASE
  int bought;       ///< the month in which what is left was bought
  int earliest;     ///< the first month to which the next purchase may be dated back
  int dated;        ///< the month of its purchase, for steps that do not name one
  bool by_capacity; ///< the month went by capacity
} fg_label;

/* A step of a purchase, which adds a pack or a lot of them. Purchases of several labels that come to the same number of
   units go on as one. */
typedef struct fg_label_step {
  fg_amount cost; ///< what all months and steps so far have cost
  int64_t units;  ///< units for the month so far, fewer than it needs
  uint32_t from;  ///< the step before; for a first step, the label
  int pack;       ///< index of the pack in the model; -1: a first step
  int dated;      ///< the month in which the pack is cheapest; -1: the month of the purchase
  int64_t count;  ///< how many packs the step adds
  int64_t run;    ///< how many steps in a row add as many of this pack
} fg_label_step;

/* How many of a pack are bought in one step. If that is more than one, there are also steps of fewer packs, but never
   as many of those as make one larger step. */
typedef struct fg_label_lot {
  fg_plan_pack pack; ///< the packs of the lot as one; `most` limits the steps
  int64_t count;
} fg_label_lot;

typedef struct fg_label_search {
  fg_plan_model *model;
  fg_plan_pack packs[FG_PLAN_PACKS_MAX];
  uint32_t pack_count;
  int64_t most_demand; ///< the largest demand of any month
  fg_plan_bound bound;
  bool is_dated;                          ///< the month of a purchase matters, because packs expire
  fg_amount drop[FG_PLAN_MONTHS_MAX + 1]; ///< how much a smaller residual may cost more, at most, from a month on
  FG_ARRAY(fg_label) labels;
  FG_ARRAY(fg_label_step) steps;
  fg_label_lot lots[FG_LABEL_LOTS_MAX]; ///< this and the next three arrays are for the current purchase
  int64_t rest[FG_LABEL_LOTS_MAX + 1];
  int dates[FG_PLAN_PACKS_MAX];
  fg_plan_pack of_month[FG_PLAN_PACKS_MAX]; ///< the packs that may be bought, where prices change with the month
  FG_ARRAY(uint32_t) shorts;                ///< labels that run short of units in this month
  FG_ARRAY(uint32_t) list[2];               ///< steps in the order of their units, the fewest first
  uint32_t begin, end;                      ///< the labels of the month before: the first, and the one after the last
  fg_amount best;                           ///< the cost of the best plan so far
  uint32_t best_label;
  uint32_t beam; ///< how many labels a first pass keeps of each month; FG_NO_BEAM: all
  bool is_found; ///< the last pass has found a plan
  int month;
  fg_arena_mark mark; ///< memory allocated after this holds the bound
  bool is_bounded;    ///< `bound` is worked out
  int64_t work;       ///< labels and steps looked at since then
  int64_t work_most;  ///< after so many, the search asks for a finer bound
} fg_label_search;

/* The units in hand at the beginning of the current month. */
static inline int64_t fg_label_units(const fg_label_search *search, const fg_label *label) {
  bool is_void = label->left > 0 && search->model->months[label->bought].last < search->month;
  return is_void ? 0 : label->left;
}

/* The last month in which the units that are left can be drawn on. */
static inline int fg_label_last(const fg_label_search *search, const fg_label *label) {
  return label->left > 0 ? search->model->months[label->bought].last : 0;
}

/* The least cost of a plan through a label of the current month. */
static inline fg_amount fg_label_bound(const fg_label_search *search, const fg_label *label) {
  fg_amount rest = fg_plan_bound_of(&search->bound, search->month + 1, label->left, fg_label_last(search, label));
  return fg_plan_add(label->cost, rest);
}

/* Whether the search goes on: FG_OK, FG_WATCH_OVER or FG_PLAN_TOO_MANY. It is asked for each label and step. */
fg_status fg_label_goes_on(fg_label_search *search);
/* Keeps a label of the current month unless no plan through it can be better than the best known. */
fg_status fg_label_add(fg_label_search *search, const fg_label *label);
void fg_labels_release(fg_label_search *search);

#endif
