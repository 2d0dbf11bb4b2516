/* Causes in calls: those whose end nobody knows, and those that were given back. This file also finds which calls the
   ends belong to, after the account was replayed as it was. */
#include "reconcile.h"

#include "../book/terms.h"
#include "reconcile_groups.h"

typedef struct id_place {
  fg_string id;
  uint32_t place;
} id_place;

static int compare_call_ids(const void *a, const void *b) {
  const id_place *left = a;
  const id_place *right = b;
  int order = fg_string_compare(left->id, right->id);
  return order != 0 ? order : fg_compare_i64(left->place, right->place);
}

static bool ends_calls(const fg_lived *lived) {
  return lived->command.kind == FG_DO_COMMIT || lived->command.kind == FG_DO_CANCEL;
}

static bool is_of_a_call(const fg_lived *lived) {
  return lived->is_accepted && (lived->command.kind == FG_DO_CALL || ends_calls(lived));
}

/* Links each end of a call to the latest call with its id; `sorted` is in the order of ids, and of time for each id. */
static void link_sorted(fg_reconciliation *run, const id_place *sorted, uint32_t count) {
  uint32_t call = 0;
  for (uint32_t i = 0; i < count; i++) {
    fg_lived *lived = &run->lived.items[sorted[i].place];
    call = i > 0 && fg_string_equal(sorted[i].id, sorted[i - 1].id) ? call : 0;
    if (!ends_calls(lived)) {
      call = sorted[i].place + 1;
    } else if (call > 0) {
      lived->call = call;
      run->lived.items[call - 1].ended_by = sorted[i].place + 1;
      run->lived.items[call - 1].given_back += lived->given_back;
    }
  }
}

static fg_status link_calls(fg_reconciliation *run) {
  uint32_t count = 0;
  id_place *sorted = fg_allocate(&run->allocator, run->lived.count * sizeof *sorted);
  FG_TRY(sorted == NULL && run->lived.count > 0 ? FG_NO_MEMORY : FG_OK);
  for (uint32_t place = 0; place < run->more; place++) {
    if (is_of_a_call(&run->lived.items[place])) {
      sorted[count++] = (id_place){run->lived.items[place].command.id, place};
    }
  }
  fg_sort(sorted, count, sizeof *sorted, compare_call_ids);
  link_sorted(run, sorted, count);
  fg_release(&run->allocator, sorted, run->lived.count * sizeof *sorted);
  return FG_OK;
}

/* R36: the outcome that a call ended in; text NULL: none. */
static fg_string outcome_of(const fg_reconciliation *run, const fg_lived *call) {
  return call->ended_by == 0 ? (fg_string){NULL, 0} : run->lived.items[call->ended_by - 1].command.outcome;
}

static bool ended_unknown(const fg_reconciliation *run, const fg_lived *call) {
  int product = fg_book_place(run->whole, call->command.product);
  fg_string outcome = outcome_of(run, call);
  return outcome.text != NULL && product != FG_NONE &&
         fg_outcome_billable(&run->whole->products[product], outcome) == FG_BILLABLE_UNKNOWN;
}

static bool is_uncertain_call(const fg_reconciliation *run, const fg_lived *lived) {
  return lived->is_accepted && lived->command.kind == FG_DO_CALL && (lived->ended_by == 0 || ended_unknown(run, lived));
}

static bool is_given_back(const fg_reconciliation *run, const fg_lived *lived) {
  (void)run;
  return lived->is_accepted && lived->command.kind == FG_DO_CALL && lived->given_back > 0;
}

/* Collects the codes that the calls ended in, the first FG_CODES_MAX of them. */
static uint32_t find_codes(const fg_reconciliation *run, const fg_group_list *calls, fg_string codes[FG_CODES_MAX]) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < calls->count && count < FG_CODES_MAX; i++) {
    fg_string code = outcome_of(run, &run->lived.items[calls->items[i]]);
    bool is_new = code.text != NULL;
    for (uint32_t k = 0; k < count && is_new; k++) {
      is_new = !fg_string_equal(codes[k], code);
    }
    codes[count] = code;
    count += is_new;
  }
  return count;
}

/* Adds a cause for each code: all calls that ended in it. */
static fg_status add_by_outcome(fg_reconciliation *run, const fg_group_list *calls, fg_cause_kind kind) {
  fg_string codes[FG_CODES_MAX];
  uint32_t count = find_codes(run, calls, codes);
  for (uint32_t k = 0; k < count; k++) {
    fg_group_list same = {.items = NULL};
    for (uint32_t i = 0; i < calls->count; i++) {
      fg_string code = outcome_of(run, &run->lived.items[calls->items[i]]);
      bool is_same = code.text != NULL && fg_string_equal(code, codes[k]);
      FG_TRY(is_same ? fg_group_append(run, &same, calls->items[i]) : FG_OK);
    }
    fg_cause cause = {.kind = kind, .weight = 12, .month = -1, .item = UINT32_MAX, .code = codes[k]};
    FG_TRY(fg_group_cause(run, &cause, same.items, same.count));
  }
  return FG_OK;
}

typedef bool choose_call(const fg_reconciliation *run, const fg_lived *lived);

static fg_status add_causes(fg_reconciliation *run, fg_cause_kind kind, choose_call *chosen) {
  fg_group_list calls = {.items = NULL};
  for (uint32_t place = 0; place < run->more; place++) {
    const fg_lived *lived = &run->lived.items[place];
    if (lived->command.at <= run->end && chosen(run, lived)) {
      FG_TRY(fg_group_append(run, &calls, place));
    }
  }
  if (calls.count == 0) {
    return FG_OK;
  }
  fg_cause cause = {.kind = kind, .weight = 10, .month = -1, .item = UINT32_MAX};
  FG_TRY(fg_group_cause(run, &cause, calls.items, calls.count));
  FG_TRY(add_by_outcome(run, &calls, kind));
  return fg_groups_add(run, &cause, &calls);
}

fg_status fg_causes_of_calls(fg_reconciliation *run) {
  FG_TRY(link_calls(run));
  FG_TRY(add_causes(run, FG_CAUSE_UNCERTAIN, is_uncertain_call));
  return add_causes(run, FG_CAUSE_CANCELED, is_given_back);
}
