/* The list of causes, and which of them must not be tried together. */
#include "reconcile.h"

fg_status fg_cause_add(fg_reconciliation *run, const fg_cause *cause) {
  bool is_rest = run->results.count > 0; /* causes are thought of for the rest only after the others were tried */
  if (run->causes.count >= (is_rest ? FG_CANDIDATES_MAX + FG_REST_MAX : FG_CANDIDATES_MAX)) {
    run->is_complete = false;
    return FG_OK;
  }
  /* The array must not move, because explanations point to its elements. */
  FG_ASSERT(run->causes.count < run->causes.room);
  run->causes.items[run->causes.count++] = *cause;
  return FG_OK;
}

bool fg_cause_has(const fg_cause *cause, uint32_t place) {
  uint32_t low = 0;
  uint32_t high = cause->member_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    bool is_before = cause->members[middle] < place;
    low = is_before ? middle + 1 : low;
    high = is_before ? high : middle;
  }
  return low < cause->member_count && cause->members[low] == place;
}

/* Whether two causes have a member in common. The shorter list is looked up in the longer one. */
static bool share_members(const fg_cause *a, const fg_cause *b) {
  const fg_cause *fewer = a->member_count < b->member_count ? a : b;
  const fg_cause *more = fewer == a ? b : a;
  bool share = false;
  for (uint32_t i = 0; i < fewer->member_count && !share; i++) {
    share = fg_cause_has(more, fewer->members[i]);
  }
  return share;
}

/* Whether one cause takes usage away and the other adds some, of the same month and product. Together they could
   explain any difference, so they explain nothing. */
static bool are_instead(const fg_reconciliation *run, const fg_cause *lacks, const fg_cause *has) {
  const fg_lived *lacking = lacks->member_count == 0 ? NULL : &run->lived.items[lacks->members[0]];
  const fg_lived *other = has->member_count == 0 ? NULL : &run->lived.items[has->members[0]];
  return lacks->kind == FG_CAUSE_LACKS && has->kind == FG_CAUSE_HAS && other->command.kind == FG_DO_USE &&
         (lacking->command.kind == FG_DO_USE || lacking->command.kind == FG_DO_CALL) &&
         (lacks->month < 0 || lacks->month == has->month) && (lacks->item == UINT32_MAX || lacking->item == has->item);
}

bool fg_causes_conflict(const fg_reconciliation *run, const fg_cause *a, const fg_cause *b) {
  bool same_switch = a->kind == FG_CAUSE_SWITCH && b->kind == FG_CAUSE_SWITCH && a->which == b->which;
  bool two_books = a->book != NULL && b->book != NULL;
  bool two_clocks = a->kind == FG_CAUSE_CLOCK && b->kind == FG_CAUSE_CLOCK;
  return same_switch || two_books || two_clocks || are_instead(run, a, b) || are_instead(run, b, a) ||
         share_members(a, b);
}
