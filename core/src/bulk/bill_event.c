/* Bills totals of an event: a walk for each of its products, over the same rows. Products of which a table prices all
   rows go piece by piece; all others are lived by one account, row by row, because they may share counters. */
#include "../book/counters.h"
#include "../book/quote_event.h"
#include "../book/rating.h"
#include "bill_walk.h"

typedef struct event_part_bill {
  fg_bill_query query;
  fg_bill_walk walk;
  fg_pricer by; ///< if its walk is by table
} event_part_bill;

typedef struct event_bill {
  const fg_book *book;
  const fg_bill_query *query;
  const fg_bill_columns *bills;
  event_part_bill *parts;
  fg_string *ids;       ///< of the products
  fg_bill_walk **lived; ///< the walks that are lived
  uint32_t count, lived_count;
  fg_account *account; ///< lives them; NULL: all are by table
  fg_bill_room *room;
  size_t *bad_row;
  fg_error *error;
} event_bill;

static const fg_book *list_at(const fg_book *book, uint32_t place) {
  return book->edition_count == 0 ? book : &book->editions[place];
}

static const fg_event *event_in(const fg_book *list, fg_string id) {
  int event = fg_book_event(list, id);
  return event == FG_NONE ? NULL : &list->events[event];
}

/* Whether an edition before `end` has the product in the event. */
static bool was_in_event(const fg_book *book, fg_string id, uint32_t end, uint32_t product) {
  bool was = false;
  for (uint32_t i = 0; i < end && !was; i++) {
    const fg_event *event = event_in(list_at(book, i), id);
    for (uint32_t j = 0; event != NULL && j < event->product_count; j++) {
      was = was || event->products[j] == product;
    }
  }
  return was;
}

size_t fg_event_products(const fg_book *book, fg_string event, fg_string *products, size_t room) {
  size_t count = 0;
  for (uint32_t i = 0; i == 0 || i < book->edition_count; i++) {
    const fg_event *found = event_in(list_at(book, i), event);
    for (uint32_t j = 0; found != NULL && j < found->product_count; j++) {
      if (was_in_event(book, event, i, found->products[j])) {
        continue;
      }
      if (count < room) {
        products[count] = book->products[found->products[j]].id;
      }
      count++;
    }
  }
  return count;
}

static fg_status check_event_bill(const event_bill *of) {
  const fg_bill_query *query = of->query;
  const char *own = query->free != NULL ? "free" : query->packs != NULL ? "packs" : NULL;
  own = query->counted != NULL ? "counted" : own;
  if (own != NULL) {
    return fg_fail(of->error, FG_INVALID, own, "expected none: each product of an event has its own");
  }
  if (query->events != NULL) {
    return fg_fail(of->error, FG_INVALID, "events", "expected none: the totals say how many events there are");
  }
  int scale = of->bills->amounts.scale;
  bool is_scale = scale >= 0 && scale <= FG_MONEY_DECIMALS;
  for (uint32_t i = 0; i < of->count; i++) {
    const fg_amounts *amounts = &of->bills->parts[i].amounts;
    is_scale = is_scale && amounts->type == of->bills->amounts.type && amounts->scale == scale;
  }
  return is_scale ? FG_OK
                  : fg_fail(of->error, FG_INVALID, "scale", "expected 0 to 12 decimals, the same for all amounts");
}

static fg_status make_bill_room(event_bill *of) {
  const fg_allocator *allocator = &of->book->allocator;
  of->count = (uint32_t)fg_event_products(of->book, of->query->product, NULL, 0);
  of->ids = fg_allocate(allocator, of->count * sizeof *of->ids);
  of->parts = fg_allocate(allocator, of->count * sizeof *of->parts);
  of->lived = fg_allocate(allocator, of->count * sizeof *of->lived);
  of->room = fg_allocate(allocator, sizeof *of->room);
  if (of->ids == NULL || of->parts == NULL || of->lived == NULL || of->room == NULL) {
    return fg_refuse(of->error, FG_NO_MEMORY);
  }
  (void)fg_event_products(of->book, of->query->product, of->ids, of->count);
  return FG_OK;
}

static void release_event_bill(event_bill *of) {
  const fg_allocator *allocator = &of->book->allocator;
  fg_account_free(of->account);
  for (uint32_t i = 0; i < of->count && of->parts != NULL; i++) {
    if (of->parts[i].walk.query != NULL) {
      fg_bill_release(&of->parts[i].walk);
    }
  }
  fg_release(allocator, of->ids, of->count * sizeof *of->ids);
  fg_release(allocator, of->parts, of->count * sizeof *of->parts);
  fg_release(allocator, of->lived, of->count * sizeof *of->lived);
  fg_release(allocator, of->room, sizeof *of->room);
}

static fg_status read_part_bill(event_bill *of, uint32_t place) {
  event_part_bill *part = &of->parts[place];
  const fg_event_product *given = of->query->parts == NULL ? NULL : &of->query->parts[place];
  fg_bill_walk *walk = &part->walk;
  part->query = *of->query;
  part->query.product = of->ids[place];
  part->query.free = given == NULL ? NULL : given->free;
  part->query.packs = given == NULL ? NULL : given->packs;
  part->query.counted = given == NULL ? NULL : given->counted;
  *walk = (fg_bill_walk){.book = of->book, .query = &part->query, .bills = &of->bills->parts[place]};
  walk->amounts.of = walk->bills->amounts;
  walk->event = of->query->product;
  walk->counter = walk;
  walk->account = of->account;
  walk->bad_row = of->bad_row;
  walk->error = of->error;
  fg_status status = fg_bill_read(walk);
  of->account = walk->account;
  if (status == FG_OK && walk->by_table) {
    return fg_bill_table_begin(walk, &part->by);
  }
  of->lived[of->lived_count++] = walk;
  return status;
}

/* Refuses products of which a row is not the same period. */
static fg_status check_same_period(const event_bill *of, uint32_t place) {
  const fg_product *first = &of->book->products[of->parts[0].walk.product];
  const fg_product *product = &of->book->products[of->parts[place].walk.product];
  const char *key = fg_product_prices_events(product) ? "settle" : "tier_period";
  return fg_period_is_same(fg_bill_period_of_rows(first), fg_bill_period_of_rows(product))
             ? FG_OK
             : fg_refuse_feature(of->book, product, key, of->error);
}

/* The counter of a product's usage by the first edition in which it has one; empty: it has none. */
static fg_string counter_of_walk(const fg_bill_walk *walk) {
  fg_string counter = fg_string_of("");
  for (uint32_t i = 0; i < walk->stretches.count && counter.length == 0; i++) {
    counter = fg_bill_counter(walk, &walk->stretches.items[i]);
  }
  return counter;
}

/* Whether a product that the event does not have may count at the counter of one that it has. */
static bool is_shared_beyond(const event_bill *of, const fg_bill_walk *walk) {
  const fg_book *list = fg_book_at(of->book, of->query->at);
  bool is_shared = false;
  for (uint32_t i = 0; i < list->product_count && !is_shared; i++) {
    bool is_own = list->products[i].withdrawn;
    for (uint32_t j = 0; j < of->count && !is_own; j++) {
      is_own = fg_string_equal(of->ids[j], list->products[i].id);
    }
    is_shared = !is_own && fg_products_share_counter(&list->products[walk->product], &list->products[i]);
  }
  return is_shared;
}

/* Finds with which of the products before it a product shares its counter, and checks where that stands. */
static fg_status find_counter(event_bill *of, uint32_t place) {
  fg_bill_walk *walk = &of->parts[place].walk;
  fg_string counter = counter_of_walk(walk);
  bool is_given = walk->query->counted != NULL;
  const char *fault = NULL;
  char path[FG_BILL_PATH_MAX];
  for (uint32_t i = 0; i < place && walk->counter == walk && counter.length > 0; i++) {
    fg_bill_walk *before = &of->parts[i].walk;
    walk->counter = fg_string_equal(counter_of_walk(before), counter) ? before : walk;
  }
  if (is_given) {
    fault = counter.length == 0     ? "expected none: the price has no counter"
            : walk->counter != walk ? "expected none: it is that of a product before it"
                                    : NULL;
  } else if (counter.length > 0 && walk->counter == walk && is_shared_beyond(of, walk)) {
    fault = "expected a column: the price has a counter that others share";
  }
  return fault == NULL ? FG_OK : fg_fail(of->error, FG_INVALID, fg_bill_path(walk, "counted", path), "%s", fault);
}

static fg_status read_event_bill(event_bill *of) {
  for (uint32_t i = 0; i < of->count; i++) {
    FG_TRY(read_part_bill(of, i));
    FG_TRY(check_same_period(of, i));
    FG_TRY(find_counter(of, i));
  }
  return FG_OK;
}

static FG_COLD fg_status blame_sum(const event_bill *of, size_t row) {
  *of->bad_row = row;
  fg_refuse(of->error, FG_OVERFLOW);
  fg_error_prefix(of->error, "totals[%zu]", row);
  return FG_OVERFLOW;
}

static fg_amount amount_at(const fg_amounts *amounts, size_t row) {
  fg_amount amount = 0;
  if (amounts->type == FG_AMOUNT_INT64) {
    return ((const int64_t *)amounts->values)[row];
  }
  memcpy(&amount, (const char *)amounts->values + row * sizeof amount, sizeof amount);
  return amount;
}

static bool store_amount(const fg_amounts *amounts, size_t row, fg_amount amount) {
  if (amounts->type == FG_AMOUNT_INT64) {
    ((int64_t *)amounts->values)[row] = (int64_t)amount;
    return amount <= INT64_MAX;
  }
  memcpy((char *)amounts->values + row * sizeof amount, &amount, sizeof amount);
  return amount < FG_AMOUNT_END / fg_power_of_ten(FG_MONEY_DECIMALS - amounts->scale);
}

/* Adds up what the products of a row come to. */
static fg_status sum_row(const event_bill *of, size_t row) {
  const fg_bill_columns *bills = of->bills;
  fg_usage units = {.free = 0};
  fg_amount sum = 0;
  bool fits = true;
  for (uint32_t i = 0; i < of->count && fits; i++) {
    const fg_bill_columns *part = &bills->parts[i];
    fits = fg_add_i64(units.free, part->free[row], &units.free) &&
           fg_add_i64(units.packs, part->packs[row], &units.packs) &&
           fg_add_i64(units.postpaid, part->postpaid[row], &units.postpaid) &&
           fg_amount_add(sum, amount_at(&part->amounts, row), &sum);
  }
  bills->free[row] = units.free;
  bills->packs[row] = units.packs;
  bills->postpaid[row] = units.postpaid;
  return fits && store_amount(&bills->amounts, row, sum) ? FG_OK : blame_sum(of, row);
}

/* The rows of a piece that come before the first fault found so far. */
typedef struct sound_rows {
  size_t end;
  fg_status fault; ///< of row `end`
} sound_rows;

/* Notes the fault of a row, so that only rows before it are asked further. False for a fault of no row. */
static bool note_bill_fault(const event_bill *of, fg_status status, sound_rows *sound) {
  bool is_of_row = *of->bad_row != SIZE_MAX;
  if (status != FG_OK) {
    *sound = (sound_rows){is_of_row ? *of->bad_row : 0, status};
    *of->bad_row = SIZE_MAX;
  }
  return status == FG_OK || is_of_row;
}

static fg_status live_rows(const event_bill *of, size_t first, size_t end) {
  for (size_t row = first; row < end && of->lived_count > 0; row++) {
    FG_TRY(fg_bill_live_row(of->lived, of->lived_count, row));
  }
  return FG_OK;
}

static fg_status sum_rows(const event_bill *of, size_t first, size_t end) {
  for (size_t row = first; row < end; row++) {
    FG_TRY(sum_row(of, row));
  }
  return FG_OK;
}

/* Prices rows by a table. A fault of coverage ends that before any row is priced, so that the rows before it, of which
   one may have another fault, are asked again. */
static bool bill_part_by_table(const event_bill *of, event_part_bill *part, size_t first, sound_rows *sound) {
  const int64_t packs_left = part->walk.packs_left;
  fg_status status = FG_OK;
  bool goes_on = true;
  do {
    part->walk.packs_left = packs_left;
    status = fg_bill_table_piece(&part->walk, &part->by, of->room, first, sound->end - first);
    goes_on = note_bill_fault(of, status, sound);
  } while (status != FG_OK && goes_on);
  return goes_on;
}

static fg_status bill_event_piece(event_bill *of, size_t first) {
  sound_rows sound = {first + fg_piece_count(&of->query->totals, first), FG_OK};
  bool goes_on = true;
  for (uint32_t i = 0; i < of->count && goes_on; i++) {
    goes_on = !of->parts[i].walk.by_table || bill_part_by_table(of, &of->parts[i], first, &sound);
  }
  goes_on = goes_on && note_bill_fault(of, live_rows(of, first, sound.end), &sound);
  goes_on = goes_on && note_bill_fault(of, sum_rows(of, first, sound.end), &sound);
  *of->bad_row = goes_on && sound.fault != FG_OK ? sound.end : SIZE_MAX;
  return sound.fault;
}

/* Refuses a query that says of no product how much of it an event has: all would be free. */
static fg_status check_measured_bill(const event_bill *of) {
  const fg_book *list = fg_book_at(of->book, of->query->at);
  const fg_event *event = event_in(list, of->query->product);
  const fg_price_query one = {.product = of->query->product,
                              .meter = of->query->product,
                              .attributes = of->query->attributes,
                              .quantity = 1,
                              .tier_quantity = -1,
                              .at = of->query->at};
  bool lacks = event != NULL && fg_quote_require_measured(list, event, &one, NULL) == FG_MISSING_ATTRIBUTE;
  return lacks ? fg_quote_require_measured(list, event, &one, of->error) : FG_OK;
}

static fg_status bill_event_rows(event_bill *of) {
  FG_TRY(make_bill_room(of));
  FG_TRY(check_event_bill(of));
  FG_TRY(check_measured_bill(of));
  FG_TRY(read_event_bill(of));
  for (size_t first = 0; first < of->query->totals.count; first += FG_PIECE) {
    FG_TRY(fg_bill_go_on(&of->parts[0].walk, first));
    FG_TRY(bill_event_piece(of, first));
  }
  return FG_OK;
}

fg_status fg_bill_event(const fg_book *book, const fg_bill_query *query, const fg_bill_columns *bills, size_t *bad_row,
                        fg_error *error) {
  event_bill of = {.book = book, .query = query, .bills = bills, .bad_row = bad_row, .error = error};
  fg_status status = bill_event_rows(&of);
  release_event_bill(&of);
  return status;
}
