/* The usage of a basket. A basket says how much is used in a month, but not when. So all of it is used at once, or in
   equal parts if periods shorter than the month pick tiers or end in events of their own. A level, as a peak or what is
   held, is used as a whole each time (docs/decisions/0021-basket.md). */
#include "basket.h"

#include <stdio.h>

#include "../book/rating.h"

/* A percentile needs a sample in each slot. Shorter slots are refused, because a month would have more than 44,640 of
   them. */
enum { SHORTEST_SLOT_SECONDS = 60 };

/* Widens a spread so that usage comes at least as often as `by_day` or `step` asks. */
static void spread_no_rarer(fg_basket_spread *spread, bool by_day, fg_time step) {
  spread->by_day = spread->by_day || by_day;
  spread->step = spread->step == 0 || (step > 0 && step < spread->step) ? step : spread->step;
}

static void spread_over(fg_period period, fg_basket_spread *spread) {
  bool by_day = period.unit == FG_EVERY_DAY || period.unit == FG_EVERY_WEEK || period.unit == FG_EVERY_DAYS;
  spread_no_rarer(spread, by_day, fg_period_is_of_hours(period) ? FG_HOUR : 0);
}

static fg_status find_spread(const fg_book *book, uint32_t product, fg_basket_spread *spread, fg_error *error) {
  const fg_product *used = &book->products[product];
  const fg_aggregate *aggregate = used->aggregate;
  *spread = (fg_basket_spread){.by_day = false};
  spread_over(used->tier_period, spread);
  if (aggregate == NULL) {
    return FG_OK;
  }
  spread_over(aggregate->over, spread);
  spread->is_level = aggregate->take != FG_TAKE_SUM;
  if (aggregate->take == FG_TAKE_PERCENTILE && !aggregate->skips) {
    spread->step = aggregate->sample->seconds * FG_SECOND;
    return aggregate->sample->seconds < SHORTEST_SLOT_SECONDS ? fg_refuse_feature(book, used, "aggregate.sample", error)
                                                              : FG_OK;
  }
  return FG_OK;
}

/* Finds the spread for an event: the one that comes most often of its products'. A product whose usage is a level
   cannot share an event with one whose usage comes in parts. */
static fg_status find_spread_of_event(const fg_book *book, const fg_event *event, fg_basket_spread *spread,
                                      fg_error *error) {
  for (uint32_t i = 0; i < event->product_count; i++) {
    fg_basket_spread one;
    FG_TRY(find_spread(book, event->products[i], &one, error));
    if (i > 0 && one.is_level != spread->is_level) {
      return fg_refuse_feature(book, &book->products[event->products[one.is_level ? i : 0]], "aggregate", error);
    }
    *spread = i == 0 ? one : *spread;
    spread_no_rarer(spread, one.by_day, one.step);
  }
  return FG_OK;
}

static fg_status find_spread_of_item(const fg_basket_living *now, fg_basket_spread *spread) {
  const fg_book *book = fg_book_at(now->life->book, now->begin);
  if (now->owner != NULL) {
    return find_spread(book, now->number, spread, now->error);
  }
  int event = fg_book_event(book, now->item->id);
  /* The event is not in this edition any more; using it is refused later. */
  *spread = (fg_basket_spread){.by_day = false};
  return event == FG_NONE ? FG_OK : find_spread_of_event(book, &book->events[event], spread, now->error);
}

static fg_status begin_item(const fg_basket_living *now) {
  const fg_basket_life *life = now->life;
  fg_basket_item *item = now->item;
  item->part = 0;
  item->parts = 0;
  if (item->usage_count == 0) {
    return FG_OK;
  }
  FG_TRY(find_spread_of_item(now, &item->spread));
  fg_time length = fg_basket_begin(life, now->month + 1) - now->begin;
  item->parts = item->spread.step > 0 ? (length + item->spread.step - 1) / item->spread.step
                : item->spread.by_day ? fg_month_days(life->first + now->month)
                                      : 1;
  return FG_OK;
}

/* When the next part is used; FG_NEVER after the last one. */
static fg_time next_part(const fg_basket_living *now) {
  const fg_basket_item *item = now->item;
  if (item->part >= item->parts) {
    return FG_NEVER;
  }
  return item->spread.step > 0 ? now->begin + item->part * item->spread.step
                               : fg_date_begin(fg_month_first(now->life->first + now->month) + (fg_date)item->part,
                                               &now->life->book->zone);
}

static fg_status use_part(const fg_basket_living *now, fg_time at) {
  fg_basket_item *item = now->item;
  const char *step = now->owner == NULL ? "" : now->owner->meter.text;
  fg_command command = fg_basket_command(now, FG_DO_USE);
  fg_outcome outcome;
  command.at = at;
  for (uint32_t i = 0; i < item->usage_count; i++) {
    const fg_basket_usage *usage = &item->usages[i];
    int64_t part = usage->quantity / item->parts + (item->part < usage->quantity % item->parts);
    command.quantity = item->spread.is_level ? usage->quantity : part;
    command.attributes = usage->attributes;
    if (command.quantity > 0) {
      FG_TRY(fg_basket_apply(now, &command, &outcome, step));
      item->unbilled += outcome.is.used.unbilled;
    }
  }
  item->part++;
  return FG_OK;
}

/* Notes the usage of a month that was not billed. Billed usage is in the invoice. */
static fg_status note_unbilled(const fg_basket_living *now) {
  char units[FG_GROUPED_MAX];
  char explanation[FG_GROUPED_MAX + 64];
  fg_basket_line line = {.kind = FG_BASKET_BY_CAPACITY, .item = now->number, .units = now->item->unbilled};
  if (line.units == 0) {
    return FG_OK;
  }
  bool by_capacity = now->owner != NULL && fg_basket_has_free_capacity(now->life, now->number);
  line.quantity = by_capacity ? line.units : 0;
  now->item->unbilled = 0;
  fg_basket_write_count(line.units, units);
  snprintf(explanation, sizeof explanation, "%s %s", units,
           by_capacity ? "by the capacity held, at no further cost" : "that the rules do not bill");
  return fg_basket_note(now->life, now->month, line, explanation);
}

fg_status fg_basket_use(fg_basket_life *life, int month, fg_error *error) {
  fg_time at = fg_basket_begin(life, month);
  for (uint32_t i = 0; i < life->item_count; i++) {
    const fg_basket_living now = fg_basket_live(life, i, month, error);
    FG_TRY(begin_item(&now));
  }
  while (at != FG_NEVER) { /* what comes at one instant is used in the order of the book, not of the basket's JSON */
    fg_time next = FG_NEVER;
    for (uint32_t i = 0; i < life->item_count; i++) {
      if (life->items[i].part < life->items[i].parts) {
        const fg_basket_living now = fg_basket_live(life, i, month, error);
        FG_TRY(next_part(&now) == at ? use_part(&now, at) : FG_OK);
        next = fg_min_i64(next, next_part(&now));
      }
    }
    at = next;
  }
  for (uint32_t i = 0; i < life->item_count; i++) {
    const fg_basket_living now = fg_basket_live(life, i, month, error);
    FG_TRY(note_unbilled(&now));
  }
  return FG_OK;
}
