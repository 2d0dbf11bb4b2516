#include "event_columns.h"

#include "../book/counters.h"
#include "../book/price_model.h"
#include "../book/quote_event.h"
#include "rated_columns.h"
#include "rated_rows.h"

/* A product of the event. */
typedef struct event_part {
  bool is_plain; ///< all rows have one price, by `by`; otherwise rules or columns of attributes say which
  fg_pricer by;
  fg_rated_rows rows;
  bool is_shared; ///< it shares a counter with other products of the event, so that the members below are set
  int64_t *units; ///< of each row of a piece
  fg_rated_pricer **pricers;
} event_part;

typedef struct event_rows {
  const fg_book *book;
  const fg_event *event;
  const fg_integers *quantities;
  const fg_amounts *amounts;
  int scale; ///< of the sums, and of the amounts that they are summed from
  event_part *parts;
  fg_amount_rows of_first; ///< the amounts of the first product, to which those of the others are added
  fg_amount_rows of_other;
  fg_int128 sums[FG_PIECE]; ///< what `of_first` refers to, unless the caller's column has the scale of the sums
  fg_int128 others[FG_PIECE];
  int64_t numbers[FG_PIECE];
  uint16_t lacks[FG_PIECE], lacked[FG_PIECE]; ///< those of fg_rated_rows
  size_t *bad_row;
  fg_error *error;
} event_rows;

int fg_event_scale(const fg_book *book, const fg_event *event) {
  int scale = book->minor_digits;
  for (uint32_t i = 0; i < event->product_count; i++) {
    scale = (int)fg_max_i64(scale, fg_rated_scale(book, &book->products[event->products[i]]));
  }
  return scale;
}

static size_t amount_size(fg_amount_type type) { return type == FG_AMOUNT_INT64 ? sizeof(int64_t) : sizeof(fg_int128); }

static FG_COLD fg_status blame_event(const event_rows *of, fg_status status, size_t row) {
  *of->bad_row = row;
  if (status == FG_INVALID) {
    fg_fail(of->error, status, "", "its amount has more than %d decimals", of->amounts->scale);
  } else {
    fg_refuse(of->error, status);
  }
  fg_error_prefix(of->error, "quantities[%zu]", row);
  return status;
}

static bool is_counted_together(const event_rows *of, uint32_t place) {
  const fg_product *product = &of->book->products[of->event->products[place]];
  bool is_shared = false;
  for (uint32_t i = 0; i < of->event->product_count; i++) {
    const fg_product *other = &of->book->products[of->event->products[i]];
    is_shared = is_shared || (i != place && fg_products_share_counter(product, other));
  }
  return is_shared;
}

static fg_status make_shared_room(const event_rows *of, event_part *part) {
  part->is_shared = true;
  part->units = fg_allocate(&of->book->allocator, FG_PIECE * sizeof *part->units);
  part->pricers = fg_allocate(&of->book->allocator, FG_PIECE * sizeof *part->pricers);
  return part->units == NULL || part->pricers == NULL ? fg_refuse(of->error, FG_NO_MEMORY) : FG_OK;
}

static fg_status begin_plain(event_rows *of, event_part *part, const fg_price_query *query,
                             const fg_amount_rows *amounts) {
  fg_price_question question;
  FG_TRY(fg_quote_find(of->book, query, &question, of->error));
  part->is_plain = true;
  part->by.name = "quantities";
  return fg_pricer_begin(&part->by, of->book, question.schedule, &question.input, amounts, of->error);
}

static fg_status begin_event_part(event_rows *of, uint32_t place, const fg_price_query *query,
                                  const fg_attribute_column *columns, size_t column_count) {
  event_part *part = &of->parts[place];
  const fg_product *product = &of->book->products[of->event->products[place]];
  const fg_amount_rows *amounts = place == 0 ? &of->of_first : &of->of_other;
  fg_price_query own = *query;
  own.product = product->id;
  own.meter = product->meter;
  own.quantity = 0;
  if (product->plain && column_count == 0) {
    return begin_plain(of, part, &own, amounts);
  }
  part->rows = (fg_rated_rows){.book = of->book, .product = product, .query = query, .quantities = of->quantities};
  part->rows.amounts = amounts;
  part->rows.lacks = of->lacks;
  part->rows.lacked = of->lacked;
  part->rows.bad_row = of->bad_row;
  part->rows.error = of->error;
  FG_TRY(fg_rated_begin(&part->rows, columns, column_count));
  return is_counted_together(of, place) ? make_shared_room(of, part) : FG_OK;
}

static void end_event_part(const event_rows *of, event_part *part) {
  if (part->rows.product != NULL) {
    fg_rated_end(&part->rows);
  }
  fg_release(&of->book->allocator, part->units, FG_PIECE * sizeof *part->units);
  fg_release(&of->book->allocator, part->pricers, FG_PIECE * sizeof *part->pricers);
}

/* Whether units of another product of the event count toward the tiers of a product. Products of one counter are used
   one after the other: where each unit has the price of its slice, those before it count, otherwise all of them. */
static bool counts_toward(const fg_rated_pricer *by, const fg_rated_pricer *other, bool is_before) {
  bool is_shared = by != NULL && other != NULL && by->schedule.counter.length > 0 &&
                   fg_string_equal(by->schedule.counter, other->schedule.counter);
  return is_shared && (is_before || !fg_price_model_of(&by->schedule)->by_slice);
}

/* Adds units of another product to those that pick the tiers of a product's rows. False if some overflow, which become
   -1. */
static bool count_other(const event_part *part, const event_part *other, bool is_before, size_t count,
                        int64_t *counted) {
  bool fits = true;
  bool is_counted = false;
  for (size_t i = 0; i < count; i++) {
    bool is_alike = i > 0 && part->pricers[i] == part->pricers[i - 1] && other->pricers[i] == other->pricers[i - 1];
    is_counted = is_alike ? is_counted : counts_toward(part->pricers[i], other->pricers[i], is_before);
    bool has_room = counted[i] >= 0 && (!is_counted || fg_add_i64(counted[i], other->units[i], &counted[i]));
    counted[i] = has_room ? counted[i] : -1;
    fits = fits && has_room;
  }
  return fits;
}

/* Finds the units that pick the tiers of a product's rows. */
static bool count_rows(event_rows *of, uint32_t place, size_t count) {
  const event_part *part = &of->parts[place];
  bool fits = true;
  memcpy(of->numbers, part->units, count * sizeof *part->units);
  for (uint32_t i = 0; i < of->event->product_count; i++) {
    const event_part *other = &of->parts[i];
    bool is_shared = i != place && other->is_shared;
    fits = (!is_shared || count_other(part, other, i < place, count, of->numbers)) && fits;
  }
  return fits;
}

static bool are_priced_alike(const event_part *part, size_t count) {
  bool are_alike = count > 0 && part->pricers[0] != NULL;
  for (size_t i = 1; i < count && are_alike; i++) {
    are_alike = part->pricers[i] == part->pricers[0];
  }
  return are_alike;
}

static fg_status price_shared(event_rows *of, uint32_t place, size_t first, size_t count) {
  const event_part *part = &of->parts[place];
  const fg_amounts *amounts = &part->rows.amounts->of;
  bool fits = count_rows(of, place, count);
  if (fits && are_priced_alike(part, count)) {
    return fg_pricer_piece(&part->pricers[0]->by, part->units, of->numbers, of->quantities, first, count, of->bad_row,
                           of->error);
  }
  for (size_t i = 0; i < count; i++) {
    if (part->pricers[i] == NULL) {
      memset((char *)amounts->values + i * amount_size(amounts->type), 0, amount_size(amounts->type));
      continue;
    }
    FG_TRY(of->numbers[i] >= 0 ? FG_OK : blame_event(of, FG_OVERFLOW, first + i));
    FG_TRY(fg_pricer_last(&part->pricers[i]->by, part->units[i], of->numbers[i], first + i, of->bad_row, of->error));
  }
  return FG_OK;
}

static fg_status price_part_rows(event_rows *of, uint32_t place, size_t first, size_t count) {
  event_part *part = &of->parts[place];
  if (part->is_plain) {
    const int64_t *units = fg_integers_read(of->quantities, first, count, of->numbers);
    return fg_pricer_piece(&part->by, units, units, of->quantities, first, count, of->bad_row, of->error);
  }
  return part->is_shared ? price_shared(of, place, first, count) : fg_rated_piece(&part->rows, first, count);
}

/* Adds what a product costs to sums of 64 bits; answers the first row that they do not hold, or `count`. */
static size_t add_narrow(int64_t *sums, const int64_t *others, size_t count) {
  bool fits = true;
  for (size_t i = 0; i < count; i++) {
    uint64_t sum = (uint64_t)sums[i] + (uint64_t)others[i]; /* neither is below 0 */
    fits = fits && sum <= INT64_MAX;
    sums[i] = (int64_t)sum;
  }
  size_t end = 0;
  while (!fits && end < count && sums[end] >= 0) {
    end++;
  }
  return fits ? count : end;
}

/* The same of sums of 128 bits, which are amounts below 10^38. */
static size_t add_wide(const event_rows *of, fg_int128 *sums, size_t count) {
  const fg_uint128 limit = (fg_uint128)(FG_AMOUNT_END / fg_power_of_ten(FG_MONEY_DECIMALS - of->scale));
  bool fits = true;
  for (size_t i = 0; i < count; i++) {
    fg_uint128 sum = (fg_uint128)sums[i] + (fg_uint128)of->others[i];
    fits = fits && sum < limit;
    sums[i] = (fg_int128)sum;
  }
  size_t end = 0;
  while (!fits && end < count && (fg_uint128)sums[end] < limit) {
    end++;
  }
  return fits ? count : end;
}

static fg_status add_other(event_rows *of, size_t first, size_t count) {
  void *sums = of->of_first.of.values;
  size_t end = of->of_first.of.type == FG_AMOUNT_INT64 ? add_narrow(sums, of->of_other.of.values, count)
                                                       : add_wide(of, sums, count);
  return end == count ? FG_OK : blame_event(of, FG_OVERFLOW, first + end);
}

/* Brings a sum to the scale of the caller's column; false if it has more decimals. */
static bool scale_sum(fg_int128 *sum, fg_int128 less, fg_int128 more) {
  if (less == 1) {
    *sum *= more;
    return true;
  }
  bool is_small = *sum <= INT64_MAX; /* the usual case, in which a cheaper division is enough */
  fg_int128 rest = is_small ? (int64_t)*sum % (int64_t)less : *sum % less;
  *sum = is_small ? (int64_t)*sum / (int64_t)less : *sum / less;
  return rest == 0;
}

/* Writes the sums into the caller's column, unless they are there already. */
static fg_status store_sums(event_rows *of, size_t first, size_t count) {
  const fg_amounts *to = of->amounts;
  const fg_int128 less = fg_power_of_ten(of->scale > to->scale ? of->scale - to->scale : 0);
  const fg_int128 more = fg_power_of_ten(to->scale > of->scale ? to->scale - of->scale : 0);
  bool is_narrow = to->type == FG_AMOUNT_INT64;
  for (size_t i = 0; i < count && of->of_first.of.values == of->sums; i++) {
    fg_int128 sum = of->sums[i];
    FG_TRY(scale_sum(&sum, less, more) ? FG_OK : blame_event(of, FG_INVALID, first + i));
    FG_TRY(!is_narrow || sum <= INT64_MAX ? FG_OK : blame_event(of, FG_OVERFLOW, first + i));
    if (is_narrow) {
      ((int64_t *)to->values)[first + i] = (int64_t)sum;
    } else {
      ((fg_int128 *)to->values)[first + i] = sum;
    }
  }
  return FG_OK;
}

/* What a step of a piece has answered, until no step finds a fault in an earlier row. */
typedef struct piece_fault {
  fg_status status;
  size_t row;
  size_t left; ///< how many rows of the piece come before it
} piece_fault;

/* Notes the fault of a row, so that further steps take the rows before it alone. False for a fault of no row. */
static bool note_fault(const event_rows *of, fg_status status, size_t first, piece_fault *fault) {
  if (status == FG_OK) {
    return true;
  }
  bool is_of_row = *of->bad_row != SIZE_MAX;
  *fault = (piece_fault){status, *of->bad_row, is_of_row ? *of->bad_row - first : 0};
  *of->bad_row = SIZE_MAX;
  return is_of_row;
}

/* Refuses the first row that says of no product how much of it there is. */
static fg_status check_measured_rows(const event_rows *of, size_t first, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (FG_UNLIKELY(of->lacks[i] == of->event->product_count)) {
      const fg_string name = of->book->attributes[of->lacked[i]].id;
      *of->bad_row = first + i;
      fg_refuse(of->error, FG_MISSING_ATTRIBUTE);
      fg_error_prefix(of->error, "attributes.%.*s[%zu]", fg_shown(name), name.text, first + i);
      return FG_MISSING_ATTRIBUTE;
    }
  }
  return FG_OK;
}

static void begin_piece(event_rows *of, size_t first) {
  memset(of->lacks, 0, sizeof of->lacks);
  if (of->amounts->scale == of->scale) {
    of->of_first.of.values = (char *)of->amounts->values + first * amount_size(of->amounts->type);
  }
  of->of_first.first = of->of_other.first = first;
}

/* Prices the rows of a piece, product by product. The first row with a fault is the one that is told, and of its faults
   that of the first product. */
static fg_status price_event_piece(event_rows *of, size_t first) {
  piece_fault fault = {FG_OK, SIZE_MAX, fg_piece_count(of->quantities, first)};
  bool goes_on = true;
  begin_piece(of, first);
  for (uint32_t i = 0; i < of->event->product_count && goes_on; i++) {
    event_part *part = &of->parts[i];
    fg_status status = part->is_shared ? fg_rated_find(&part->rows, first, fault.left, part->units, part->pricers)
                                       : FG_OK;
    goes_on = note_fault(of, status, first, &fault);
  }
  for (uint32_t i = 0; i < of->event->product_count && goes_on; i++) {
    goes_on = note_fault(of, price_part_rows(of, i, first, fault.left), first, &fault);
    fg_status status = goes_on && i > 0 ? add_other(of, first, fault.left) : FG_OK;
    goes_on = goes_on && note_fault(of, status, first, &fault);
  }
  goes_on = goes_on && note_fault(of, check_measured_rows(of, first, fault.left), first, &fault);
  goes_on = goes_on && note_fault(of, store_sums(of, first, fault.left), first, &fault);
  *of->bad_row = goes_on ? fault.row : SIZE_MAX;
  return fault.status;
}

static fg_status price_event_rows(event_rows *of, const fg_price_query *query, const fg_attribute_column *columns,
                                  size_t column_count) {
  FG_TRY(fg_quote_check_event(of->event, query, of->error));
  for (uint32_t i = 0; i < of->event->product_count; i++) {
    FG_TRY(begin_event_part(of, i, query, columns, column_count));
  }
  for (size_t first = 0; first < of->quantities->count; first += FG_PIECE) {
    FG_TRY(price_event_piece(of, first));
  }
  return FG_OK;
}

fg_status fg_price_event_columns(const fg_book *book, const fg_event *event, const fg_price_query *query,
                                 const fg_integers *quantities, const fg_attribute_column *columns, size_t column_count,
                                 const fg_amounts *amounts, size_t *bad_row, fg_error *error) {
  if (amounts->scale < 0 || amounts->scale > FG_MONEY_DECIMALS) {
    return fg_fail(error, FG_INVALID, "scale", "expected 0 to 12 decimals");
  }
  const size_t size = event->product_count * sizeof(event_part);
  event_part *parts = fg_allocate(&book->allocator, size);
  event_rows *of = fg_allocate(&book->allocator, sizeof *of);
  fg_status status = parts == NULL || of == NULL ? fg_refuse(error, FG_NO_MEMORY) : FG_OK;
  if (status == FG_OK) {
    *of = (event_rows){.book = book, .event = event, .quantities = quantities, .amounts = amounts, .parts = parts};
    of->scale = fg_event_scale(book, event);
    fg_amount_type type = amounts->scale == of->scale ? amounts->type : FG_AMOUNT_INT128;
    of->of_first.of = (fg_amounts){of->sums, type, of->scale};
    of->of_other.of = (fg_amounts){of->others, type, of->scale};
    of->bad_row = bad_row;
    of->error = error;
    status = price_event_rows(of, query, columns, column_count);
    for (uint32_t i = 0; i < event->product_count; i++) {
      end_event_part(of, &parts[i]);
    }
  }
  fg_release(&book->allocator, of, sizeof *of);
  fg_release(&book->allocator, parts, size);
  return status;
}
