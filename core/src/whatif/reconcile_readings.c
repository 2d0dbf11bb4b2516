/* Causes in how the account was read: the vendor's clock, usage at the end of a month, another edition or book, another
   value of a switch, a pack that ended at another time. */
#include "reconcile_groups.h"

#include "../base/civil.h"
#include "../base/clock.h"
#include "../book/validity.h"

static bool is_usage_lived(const fg_lived *lived) {
  fg_command_kind kind = lived->command.kind;
  return lived->is_accepted && (kind == FG_DO_USE || kind == FG_DO_CALL);
}

/* Finds usage within an hour before an instant, or from the instant on, the nearest first. UINT32_MAX as the item
   stands for all. */
static uint32_t find_near(const fg_reconciliation *run, fg_time edge, bool before, uint32_t item,
                          uint32_t places[FG_EDGE_EVENTS_MAX]) {
  uint32_t low = 0;
  uint32_t high = run->more;
  uint32_t count = 0;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    low = run->lived.items[middle].command.at < edge ? middle + 1 : low;
    high = run->lived.items[middle].command.at < edge ? high : middle;
  }
  for (uint32_t i = 0; count < FG_EDGE_EVENTS_MAX && i < (before ? low : run->more - low); i++) {
    uint32_t place = before ? low - 1 - i : low + i;
    const fg_lived *lived = &run->lived.items[place];
    int64_t apart = before ? edge - lived->command.at : lived->command.at - edge;
    if (apart > FG_HOUR) {
      break;
    }
    if (is_usage_lived(lived) && (item == UINT32_MAX || lived->item == item)) {
      places[count++] = place;
    }
  }
  return count;
}

/* Adds usage near the edge of a month that the vendor may count in the other month: the event nearest to the edge, then
   the two nearest, and so on. */
static fg_status add_edges_of(fg_reconciliation *run, fg_month month, uint32_t item) {
  fg_time edge = fg_date_begin(fg_month_first(month), &run->book->zone);
  for (int before = 0; before < 2; before++) {
    uint32_t near[FG_EDGE_EVENTS_MAX];
    uint32_t count = find_near(run, edge, before != 0, item, near);
    uint32_t *rising = fg_arena_allocate(&run->arena, &run->allocator, count * sizeof *rising);
    FG_TRY(rising == NULL && count > 0 ? FG_NO_MEMORY : FG_OK);
    for (uint32_t i = 0; i < count; i++) {
      rising[before != 0 ? count - 1 - i : i] = near[i];
    }
    fg_cause cause = {.kind = FG_CAUSE_EDGE, .weight = 30 + (item == UINT32_MAX ? 0 : 1), .month = month, .item = item};
    cause.instant = before != 0 ? edge : edge - 1;
    for (uint32_t i = 1; i <= count; i++) {
      FG_TRY(fg_group_cause(run, &cause, before != 0 ? rising + count - i : rising, i));
    }
  }
  return FG_OK;
}

/* Adds clocks of the vendor's that are off by just so much that one more event near the edge falls into the other
   month. */
static fg_status add_clocks_of(fg_reconciliation *run, fg_month month) {
  fg_time edge = fg_date_begin(fg_month_first(month), &run->book->zone);
  for (int before = 0; before < 2; before++) {
    uint32_t near[FG_EDGE_EVENTS_MAX];
    uint32_t count = find_near(run, edge, before != 0, UINT32_MAX, near);
    for (uint32_t i = 0; i < count; i++) {
      fg_time at = run->lived.items[near[i]].command.at;
      fg_cause cause = {.kind = FG_CAUSE_CLOCK, .weight = 33, .month = -1, .item = UINT32_MAX};
      cause.shift = before != 0 ? edge - at : edge - 1 - at;
      FG_TRY(cause.shift == 0 ? FG_OK : fg_cause_add(run, &cause));
    }
  }
  return FG_OK;
}

/* Adds the time zones at whole hours from UTC. */
static fg_status add_zones(fg_reconciliation *run) {
  fg_time own = fg_zone_offset(&run->book->zone, run->end);
  for (int64_t hours = -12; hours <= 14; hours++) {
    fg_cause cause = {.kind = FG_CAUSE_CLOCK,
                      .weight = hours == 0 ? 34 : 36, /* UTC is the most likely one */
                      .shift = hours * FG_HOUR - own,
                      .shift_to = hours * FG_HOUR - own,
                      .shifts_all = true,
                      .month = -1,
                      .item = UINT32_MAX};
    FG_TRY(cause.shift == 0 ? FG_OK : fg_cause_add(run, &cause));
  }
  return FG_OK;
}

static bool is_edge_compared(const fg_reconciliation *run, fg_month month) {
  bool is_compared = false;
  for (uint32_t i = 0; i < run->cells.count && !is_compared; i++) {
    is_compared = run->cells.items[i].month == month || run->cells.items[i].month == month - 1;
  }
  return is_compared;
}

static fg_status add_edges(fg_reconciliation *run) {
  fg_month first = fg_month_of(fg_date_at(run->lived.items[0].command.at, &run->book->zone));
  fg_month last = fg_month_of(fg_date_at(run->end, &run->book->zone));
  uint32_t items = fg_bill_items(run->whole) + run->whole->event_count;
  for (fg_month month = first; month <= last + 1; month++) {
    if (is_edge_compared(run, month)) {
      FG_TRY(add_edges_of(run, month, UINT32_MAX));
      for (uint32_t item = 0; item < items; item++) {
        FG_TRY(add_edges_of(run, month, item));
      }
      FG_TRY(add_clocks_of(run, month));
    }
  }
  return add_zones(run);
}

static fg_status add_book(fg_reconciliation *run, fg_book *book, bool is_edition) {
  fg_cause cause = {.kind = FG_CAUSE_EDITION,
                    .weight = is_edition ? 40 : 42,
                    .book = book,
                    .is_edition = is_edition,
                    .month = -1,
                    .item = UINT32_MAX};
  return fg_cause_add(run, &cause);
}

/* Copies the whole book, with one edition in force from another date on. Everything else belongs to the whole book,
   which outlives the copy. */
static fg_book *move_edition(fg_reconciliation *run, uint32_t which, fg_date effective) {
  const fg_book *whole = run->whole;
  fg_book *copy = fg_arena_allocate(&run->arena, &run->allocator, sizeof *copy);
  fg_book *editions = fg_arena_allocate(&run->arena, &run->allocator, whole->edition_count * sizeof *editions);
  if (copy == NULL || editions == NULL) {
    return NULL;
  }
  *copy = *whole;
  memcpy(editions, whole->editions, whole->edition_count * sizeof *editions);
  editions[which].effective = effective;
  copy->editions = editions;
  return copy;
}

/* Adds that an edition came into force at the beginning of its month, or some months late. */
static fg_status add_moved_editions(fg_reconciliation *run, uint32_t which) {
  const fg_book *edition = &run->whole->editions[which];
  fg_date after = which + 1 < run->whole->edition_count ? edition[1].effective : INT32_MAX;
  for (fg_month late = -1; late <= 3; late++) {
    fg_date effective = fg_month_first(fg_month_of(edition->effective) + late);
    if (effective == edition->effective || effective <= edition[-1].effective || effective >= after) {
      continue;
    }
    fg_cause cause = {.kind = FG_CAUSE_EDITION, .weight = 41, .is_edition = true, .month = -1, .item = UINT32_MAX};
    cause.instant = fg_date_begin(effective, &run->book->zone);
    cause.which = (uint8_t)which;
    cause.book = move_edition(run, which, effective);
    FG_TRY(cause.book == NULL ? FG_NO_MEMORY : fg_cause_add(run, &cause));
  }
  return FG_OK;
}

static fg_status add_books(fg_reconciliation *run) {
  for (uint32_t i = 0; i < run->whole->edition_count && run->whole->edition_count > 1; i++) {
    FG_TRY(add_book(run, &run->whole->editions[i], true));
    FG_TRY(i > 0 && i < UINT8_MAX ? add_moved_editions(run, i) : FG_OK);
  }
  for (uint32_t i = 0; i < run->others.count; i++) {
    FG_TRY(add_book(run, run->others.items[i], false));
  }
  return FG_OK;
}

static fg_status add_switches(fg_reconciliation *run) {
  static const uint8_t counts[FG_SWITCH_COUNT] = {
/* clang-format off */
#define SWITCH(NAME, key, rule, help) [FG_SWITCH_##NAME] = 0
#define VALUE(NAME, word) + 1
#define END() ,
#include "../book/switches.def"
      /* clang-format on */
  };
  for (int which = 0; which < FG_SWITCH_COUNT; which++) {
    for (uint8_t value = 0; value < counts[which]; value++) {
      fg_cause cause = {.kind = FG_CAUSE_SWITCH,
                        .weight = 45,
                        .which = (uint8_t)which,
                        .value = value,
                        .month = -1,
                        .item = UINT32_MAX};
      FG_TRY(value == run->head->policy.value[which] ? FG_OK : fg_cause_add(run, &cause));
    }
  }
  return FG_OK;
}

/* Adds that the vendor rounds charges to the currency's smallest unit. It is possible if the form says nothing of
   rounding, and none of his amounts has more decimals. */
static fg_status add_rounding(fg_reconciliation *run) {
  fg_amount step = fg_book_step(run->whole);
  bool may_round = run->step < step;
  for (uint32_t i = 0; i < run->cells.count && may_round; i++) {
    may_round = run->cells.items[i].theirs.of[FG_AMOUNT] % step == 0;
  }
  fg_cause cause = {.kind = FG_CAUSE_ROUNDING, .weight = 8, .month = -1, .item = UINT32_MAX};
  return may_round ? fg_cause_add(run, &cause) : FG_OK;
}

static const fg_pack_offer *offer_that_ends(const fg_reconciliation *run, const fg_lived *lived) {
  const fg_command *command = &lived->command;
  bool is_order = lived->is_accepted && (command->kind == FG_DO_BUY_PACK || command->kind == FG_DO_GIVE_PACK);
  const fg_book *book = fg_book_at(run->whole, command->at);
  int owner = is_order ? fg_book_find_owner(book, command->product) : FG_NONE;
  int pack = owner == FG_NONE ? FG_NONE : fg_product_pack(fg_book_owner(book, (uint32_t)owner), command->pack);
  const fg_pack_offer *offer = pack == FG_NONE ? NULL : &fg_book_owner(book, (uint32_t)owner)->packs[pack];
  bool may_end = offer != NULL && !offer->of_materials && offer->recurrence == NULL;
  return may_end ? offer : NULL;
}

static fg_status add_expiry(fg_reconciliation *run, const uint32_t *place, fg_time end, const char *label) {
  fg_cause cause = {.kind = FG_CAUSE_EXPIRY, .weight = 50, .instant = end, .label = label, .item = UINT32_MAX};
  cause.month = fg_lived_month(run, *place);
  return fg_group_cause(run, &cause, place, 1);
}

/* Adds other ends of a pack: those by the other readings of R6, the ends of the months around its own, that the vendor
   never drew on it, and that it never ended. */
static fg_status add_expiries_of(fg_reconciliation *run, const uint32_t *place) {
  const fg_lived *lived = &run->lived.items[*place];
  const fg_pack_offer *offer = offer_that_ends(run, lived);
  fg_time own = FG_NEVER;
  fg_policy policy = run->head->policy;
  if (offer == NULL || fg_validity_end(run->whole, &policy, offer->validity, lived->command.at, &own) != FG_OK) {
    return FG_OK;
  }
  for (uint8_t value = 0; value <= FG_ANNIVERSARY_INSTANT && own != FG_NEVER; value++) {
    fg_time end = FG_NEVER;
    policy.value[FG_SWITCH_PACK_EXPIRY] = value;
    bool is_other = fg_validity_end(run->whole, &policy, offer->validity, lived->command.at, &end) == FG_OK &&
                    end != own && end != FG_NEVER;
    FG_TRY(is_other ? add_expiry(run, place, end, "reading") : FG_OK);
  }
  if (own != FG_NEVER && own < FG_TIME_MAX - 64 * FG_DAY) {
    fg_month month = fg_month_of(fg_date_at(own - 1, &run->book->zone));
    FG_TRY(add_expiry(run, place, fg_date_begin(fg_month_first(month), &run->book->zone), "month"));
    FG_TRY(add_expiry(run, place, fg_date_begin(fg_month_first(month + 1), &run->book->zone), "month"));
    FG_TRY(add_expiry(run, place, FG_NEVER, "never"));
  }
  return add_expiry(run, place, FG_NO_TIME, "at once");
}

static fg_status add_expiries(fg_reconciliation *run) {
  for (uint32_t place = 0; place < run->more && run->lived.items[place].command.at <= run->end; place++) {
    fg_command_kind kind = run->lived.items[place].command.kind;
    if (kind == FG_DO_BUY_PACK || kind == FG_DO_GIVE_PACK) {
      uint32_t *member = fg_arena_allocate(&run->arena, &run->allocator, sizeof *member);
      FG_TRY(member == NULL ? FG_NO_MEMORY : FG_OK);
      *member = place;
      FG_TRY(add_expiries_of(run, member));
    }
  }
  return FG_OK;
}

fg_status fg_causes_of_readings(fg_reconciliation *run) {
  FG_TRY(run->more > 0 ? add_edges(run) : FG_OK);
  FG_TRY(add_books(run));
  FG_TRY(add_switches(run));
  FG_TRY(add_rounding(run));
  return add_expiries(run);
}
