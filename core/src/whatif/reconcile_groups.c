#include "reconcile_groups.h"

#include "../base/civil.h"

enum { EARLIEST_MAX = 32 }; ///< in groups up to this size, the earliest 2, 3 and so on are tried

fg_status fg_group_append(fg_reconciliation *run, fg_group_list *list, uint32_t place) {
  if (list->count == list->room) {
    uint32_t room = list->room == 0 ? 8 : 2 * list->room;
    uint32_t *items = fg_arena_allocate(&run->arena, &run->allocator, room * sizeof *items);
    FG_TRY(items == NULL ? FG_NO_MEMORY : FG_OK);
    if (list->count > 0) {
      memcpy(items, list->items, list->count * sizeof *items);
    }
    list->items = items;
    list->room = room;
  }
  list->items[list->count++] = place;
  return FG_OK;
}

static bool is_known_cause(const fg_reconciliation *run, const fg_cause *cause) {
  for (uint32_t i = 0; i < run->causes.count; i++) {
    const fg_cause *other = &run->causes.items[i];
    bool same = other->kind == cause->kind && other->instant == cause->instant &&
                other->member_count == cause->member_count && other->shift == cause->shift;
    if (same && memcmp(other->members, cause->members, cause->member_count * sizeof *cause->members) == 0) {
      return true;
    }
  }
  return false;
}

/* By how many units the vendor has fewer than the account, in a month and for an item; 0 if that is not known. */
static fg_int128 units_lacking(const fg_reconciliation *run, fg_month month, uint32_t item) {
  for (uint32_t i = 0; i < run->cells.count; i++) {
    const fg_bill_cell *cell = &run->cells.items[i];
    bool is_it = cell->month == month && cell->item == item && cell->kind == FG_BILL_USAGE;
    if (is_it && fg_cell_knows(cell, FG_ALL_UNITS)) {
      return cell->ours.of[FG_ALL_UNITS] - cell->theirs.of[FG_ALL_UNITS];
    }
  }
  return 0;
}

static int64_t units_of(const fg_reconciliation *run, const fg_cause *cause, uint32_t place) {
  const fg_lived *lived = &run->lived.items[place];
  return cause->kind == FG_CAUSE_CANCELED ? lived->given_back : lived->command.quantity;
}

/* Whether a cause is about as many units as its month and product differ by. */
static bool is_apt(const fg_reconciliation *run, const fg_cause *cause) {
  const fg_lived *first = &run->lived.items[cause->members[0]];
  bool is_usage = first->command.kind == FG_DO_USE || first->command.kind == FG_DO_CALL;
  fg_int128 lacking = is_usage ? units_lacking(run, fg_lived_month(run, cause->members[0]), first->item) : 0;
  fg_int128 units = 0;
  for (uint32_t i = 0; i < cause->member_count && lacking != 0; i++) {
    bool is_its = run->lived.items[cause->members[i]].item == first->item;
    units += is_its ? units_of(run, cause, cause->members[i]) : 0;
  }
  return lacking != 0 && (units == lacking || units == -lacking);
}

fg_status fg_group_cause(fg_reconciliation *run, const fg_cause *like, const uint32_t *members, uint32_t count) {
  fg_cause cause = *like;
  cause.members = members;
  cause.member_count = count;
  cause.is_apt = count > 0 && cause.kind != FG_CAUSE_EXPIRY && is_apt(run, &cause);
  return count == 0 || is_known_cause(run, &cause) ? FG_OK : fg_cause_add(run, &cause);
}

static fg_date date_of(const fg_reconciliation *run, uint32_t place) {
  return fg_date_at(run->lived.items[place].command.at, &run->book->zone);
}

fg_month fg_lived_month(const fg_reconciliation *run, uint32_t place) { return fg_month_of(date_of(run, place)); }

/* Adds a cause for each part of a list that is within one month, or within one day. */
static fg_status add_stretches(fg_reconciliation *run, const fg_cause *like, const fg_group_list *list, bool by_day) {
  for (uint32_t first = 0; first < list->count;) {
    uint32_t end = first;
    fg_date date = date_of(run, list->items[first]);
    while (end < list->count && (by_day ? date_of(run, list->items[end]) == date
                                        : fg_month_of(date_of(run, list->items[end])) == fg_month_of(date))) {
      end++;
    }
    fg_cause cause = *like;
    cause.weight += by_day ? 4 : 2;
    cause.label = by_day ? "day" : "month";
    cause.month = fg_month_of(date);
    FG_TRY(fg_group_cause(run, &cause, list->items + first, end - first));
    first = end;
  }
  return FG_OK;
}

static bool are_same_attributes(const fg_attributes *a, const fg_attributes *b) {
  bool same = a->count == b->count;
  for (size_t i = 0; i < a->count && same; i++) {
    const fg_attribute *one = &a->items[i];
    const fg_attribute *other = &b->items[i];
    same = fg_string_equal(one->name, other->name) && one->is_number == other->is_number &&
           one->number == other->number && (one->is_number || fg_string_equal(one->text, other->text));
  }
  return same;
}

/* Whether two commands look the same, so that it makes no difference which of them a fault has hit. */
static bool are_alike(const fg_reconciliation *run, uint32_t a, uint32_t b) {
  const fg_command *one = &run->lived.items[a].command;
  const fg_command *other = &run->lived.items[b].command;
  return one->kind == other->kind && one->quantity == other->quantity && one->billable == other->billable &&
         fg_string_equal(one->product, other->product) && date_of(run, a) == date_of(run, b) &&
         are_same_attributes(&one->attributes, &other->attributes);
}

/* Whether another command than usage lies between two commands. */
static bool are_apart(const fg_reconciliation *run, uint32_t a, uint32_t b) {
  for (uint32_t place = a + 1; place < b; place++) {
    fg_command_kind kind = run->lived.items[place].command.kind;
    bool is_usage = kind == FG_DO_USE || kind == FG_DO_CALL || kind == FG_DO_COMMIT || kind == FG_DO_CANCEL;
    if (!is_usage && run->lived.items[place].is_accepted) {
      return true;
    }
  }
  return false;
}

/* Adds causes of the earliest commands of a month and product: the first two, the first three, and so on, if there are
   few, and in any case as many as have the units that differ. */
static fg_status add_earliest(fg_reconciliation *run, const fg_cause *like, const uint32_t *members, uint32_t count) {
  const fg_lived *first = &run->lived.items[members[0]];
  fg_month month = fg_lived_month(run, members[0]);
  fg_int128 lacking = units_lacking(run, month, first->item);
  fg_int128 units = 0;
  lacking = lacking < 0 ? -lacking : lacking;
  for (uint32_t i = 0; i + 1 < count; i++) {
    FG_TRY(fg_watch_goes_on(&run->watch));
    units += units_of(run, like, members[i]);
    fg_cause cause = *like;
    cause.weight += 5;
    cause.label = "some";
    cause.month = month;
    cause.item = first->item;
    cause.alike = count;
    if (i > 0 && (count <= EARLIEST_MAX || (lacking > 0 && units == lacking))) {
      FG_TRY(fg_group_cause(run, &cause, members, i + 1));
    }
  }
  return FG_OK;
}

static fg_status add_earliest_by_month(fg_reconciliation *run, const fg_cause *like, const fg_group_list *list) {
  for (uint32_t first = 0; first < list->count;) {
    uint32_t end = first;
    while (end < list->count && fg_lived_month(run, list->items[end]) == fg_lived_month(run, list->items[first])) {
      end++;
    }
    FG_TRY(add_earliest(run, like, list->items + first, end - first));
    first = end;
  }
  return FG_OK;
}

/* Adds a cause for each command alone; of commands in a row that look the same, only the first. There may be more than
   can be tried, so they are added in two rounds: with `fits` those with as many units as differ, then the others. */
static fg_status add_each(fg_reconciliation *run, const fg_cause *like, const fg_group_list *list, bool fits) {
  for (uint32_t first = 0; first < list->count;) {
    FG_TRY(fg_watch_goes_on(&run->watch));
    uint32_t end = first + 1;
    while (end < list->count && are_alike(run, list->items[first], list->items[end]) &&
           !are_apart(run, list->items[end - 1], list->items[end])) {
      end++;
    }
    fg_cause cause = *like;
    cause.weight += 3;
    cause.label = "single";
    cause.month = fg_lived_month(run, list->items[first]);
    cause.alike = end - first > 1 ? end - first : 0;
    cause.members = list->items + first;
    cause.member_count = 1;
    FG_TRY(is_apt(run, &cause) == fits ? fg_group_cause(run, &cause, cause.members, 1) : FG_OK);
    first = end;
  }
  return FG_OK;
}

fg_status fg_groups_add(fg_reconciliation *run, const fg_cause *like, const fg_group_list *list) {
  uint32_t items = fg_bill_items(run->whole) + run->whole->event_count;
  FG_TRY(add_stretches(run, like, list, false));
  FG_TRY(add_stretches(run, like, list, true));
  for (uint32_t item = 0; item < items; item++) {
    fg_group_list own = {.items = NULL};
    for (uint32_t i = 0; i < list->count; i++) {
      FG_TRY(run->lived.items[list->items[i]].item == item ? fg_group_append(run, &own, list->items[i]) : FG_OK);
    }
    fg_cause cause = *like;
    cause.item = item;
    cause.weight += 1;
    FG_TRY(fg_group_cause(run, &cause, own.items, own.count));
    FG_TRY(add_stretches(run, &cause, &own, false));
    FG_TRY(add_stretches(run, &cause, &own, true));
    FG_TRY(add_earliest_by_month(run, like, &own));
  }
  FG_TRY(add_each(run, like, list, true));
  return add_each(run, like, list, false);
}
