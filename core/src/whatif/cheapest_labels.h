/* The exact search goes month by month: a *label* is what a choice so far has cost and what it leaves. Packs are
   decided on where units run short. Their purchase may be dated back to a month in which they would not have been drawn
   on yet, so that all that is left at a month's end was bought in one month. */
#ifndef FG_CHEAPEST_LABELS_H
#define FG_CHEAPEST_LABELS_H

#include "cheapest_bound.h"
#include "plan_model.h"

enum { FG_LABEL_LOTS_MAX = FG_PLAN_PACKS_MAX + 16, FG_NO_BEAM = 0, FG_LABEL_BEAM = 24, FG_LABELS_KEPT = 1 << 23 };
#define FG_NO_PURCHASE UINT32_MAX
/* What a pass answers that has looked at `work_most` labels and steps, or has kept as many as there is room for. */
#define FG_PLAN_TOO_MANY (FG_STATUS_COUNT + 1)

typedef struct fg_label {
  fg_amount cost;
  int64_t left;     ///< units of packs bought
  uint32_t parent;  ///< of the month before
  uint32_t carry;   ///< of the next month
  uint32_t step;    ///< the last of its purchase; FG_NO_PURCHASE
  int bought;       ///< month in which what is left was bought
  int earliest;     ///< month to which the next purchase may be dated back
  int dated;        ///< month of its purchase, where a step does not say
  bool by_capacity; ///< the month's calls went by capacity
} fg_label;

/* A purchase is made step by step, a pack each. Purchases of several labels that come to as many units go on as one. */
typedef struct fg_label_step {
  fg_amount cost; ///< of all so far
  int64_t units;  ///< there for the month, less than it needs
  uint32_t from;  ///< the step before; of a first one the label
  int pack;       ///< of the model's; -1: a first one
  int dated;      ///< month of its lowest price; -1: that of the purchase
  int64_t count;  ///< packs
  int64_t run;    ///< steps in a row with as many of the pack
} fg_label_step;

/* So many of a pack are bought in one step. Where that is more than one, so many steps of fewer are no choice. */
typedef struct fg_label_lot {
  fg_plan_pack pack; ///< all of them; `most` such steps at most
  int64_t count;
} fg_label_lot;

typedef struct fg_label_search {
  fg_plan_model *model;
  fg_plan_pack packs[FG_PLAN_PACKS_MAX];
  uint32_t pack_count;
  int64_t most_demand; ///< of a month
  fg_plan_bound bound;
  bool is_dated;                          ///< it matters in which month a purchase is made
  fg_amount drop[FG_PLAN_MONTHS_MAX + 1]; ///< from a month on, at most
  FG_ARRAY(fg_label) labels;
  FG_ARRAY(fg_label_step) steps;
  fg_label_lot lots[FG_LABEL_LOTS_MAX]; ///< of a purchase, as the next two
  int64_t rest[FG_LABEL_LOTS_MAX + 1];
  int dates[FG_PLAN_PACKS_MAX];
  FG_ARRAY(uint32_t) shorts;  ///< labels that run short in this month
  FG_ARRAY(uint32_t) list[2]; ///< steps, the fewest units first
  uint32_t begin, end;        ///< of the labels of the month before
  fg_amount best;             ///< of a whole plan
  uint32_t best_label;
  uint32_t beam; ///< labels that a first pass keeps of a month; FG_NO_BEAM
  bool is_found; ///< a plan was, in the last pass
  int month;
  fg_arena_mark mark; ///< the bound lies above
  bool is_bounded;    ///< `bound` is there
  int64_t work;       ///< labels and steps looked at since the bound was found
  int64_t work_most;  ///< at how many the search asks for a finer bound
} fg_label_search;

/* Units in hand at the beginning of the month that the search is in. */
static inline int64_t fg_label_units(const fg_label_search *search, const fg_label *label) {
  bool is_void = label->left > 0 && search->model->months[label->bought].last < search->month;
  return is_void ? 0 : label->left;
}

/* The last month in which what is left can be drawn on. */
static inline int fg_label_last(const fg_label_search *search, const fg_label *label) {
  return label->left > 0 ? search->model->months[label->bought].last : 0;
}

/* What a plan through a label of this month costs at least. */
static inline fg_amount fg_label_bound(const fg_label_search *search, const fg_label *label) {
  fg_amount rest = fg_plan_bound_of(&search->bound, search->month + 1, label->left, fg_label_last(search, label));
  return fg_plan_add(label->cost, rest);
}

/* Whether the search goes on, asked for each label and step: FG_OK, FG_PLAN_OVER or FG_PLAN_TOO_MANY. */
fg_status fg_label_goes_on(fg_label_search *search);
/* Keeps a label of this month unless no plan through it can be better than the best known. */
fg_status fg_label_add(fg_label_search *search, const fg_label *label);
void fg_labels_release(fg_label_search *search);

#endif
