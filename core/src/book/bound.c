#include "bound.h"

#include "counters.h"
#include "price_model.h"

enum {
  BOUND_PAIRS = 4096,    ///< pairs of a price and a factor that a product can reach
  CELL_BYTES = 128,      ///< bytes of the usage of one pair in one tier period
  AGGREGATE_BYTES = 128, ///< bytes of an aggregate's state without its samples
  ENTRY_BYTES = 16,      ///< bytes of an entry of a limit's window
  HOURS_OF_MONTH = 744,
};

/* The most hours that a period lasts; for tiers of single events, those of a month. */
static int64_t hours_of(fg_period period) {
  switch (period.unit) {
  case FG_EVERY_HOUR: return 1;
  case FG_EVERY_HOURS: return period.count;
  case FG_EVERY_DAY: return 25;
  case FG_EVERY_DAYS: return INT64_C(25) * period.count;
  case FG_EVERY_WEEK: return 7 * 25;
  case FG_EVERY_YEAR: return 12 * HOURS_OF_MONTH;
  case FG_EVERY_MONTHS: return (int64_t)HOURS_OF_MONTH * period.count;
  default: return HOURS_OF_MONTH;
  }
}

/* The hours of a tier period. One longer than a month is counted as several, because its settlements part it. */
static int64_t tier_hours(const fg_product *product) {
  return fg_min_i64(fg_max_i64(hours_of(product->tier_period), 1), HOURS_OF_MONTH);
}

/* How many tier periods can wait for one settlement at a time; the usage of each is kept apart. */
static int64_t open_stretches(const fg_book *list, const fg_product *product) {
  int64_t tiers = tier_hours(product);
  return (hours_of(fg_product_settles(list, product)) + tiers - 1) / tiers + 1;
}

/* The most editions of the book that begin within so many hours. While they are read, one at a time is known. */
static int64_t editions_within(const fg_book *book, int64_t hours) {
  int64_t most = 0;
  for (uint32_t i = 1; book->editions != NULL && i < book->edition_count; i++) {
    uint32_t end = i;
    while (end < book->edition_count &&
           book->editions[end].effective - (int64_t)book->editions[i].effective <= hours / 24 + 1) {
      end++;
    }
    most = fg_max_i64(most, end - i);
  }
  return most;
}

/* How many stretches of usage can be open at a time, within each of which one edition is in force. At least one edition
   may begin within each tier period. */
static int64_t edition_stretches(const fg_book *list, const fg_product *product) {
  int64_t periods = open_stretches(list, product);
  return periods + fg_max_i64(periods, editions_within(list->whole, periods * tier_hours(product)));
}

/* Whether an account can keep more than one run of the order in which units came. Where all usage goes on in the same
   cell and the same bill there is one run, which is not counted; else there are at most FG_RUNS_MAX, and two more for
   each tier of each cell. */
static bool has_runs(const fg_product *product, int64_t pairs) {
  return pairs > 1 || product->grant_count > 0 || product->pack_count > 0 || fg_product_names_counter(product);
}

static int64_t bytes_of_cells(const fg_book *list, const fg_product *product) {
  int64_t pairs = fg_min_i64((int64_t)product->price_count * product->factor_count, BOUND_PAIRS);
  int64_t tiers = 0;
  for (uint32_t i = 0; i < product->price_count; i++) {
    const fg_schedule *schedule = &product->prices[i].schedule;
    bool is_kept = !product->plain && fg_price_model_of(schedule)->by_slice;
    tiers = fg_max_i64(tiers, is_kept ? schedule->tier_count : 0);
  }
  int64_t cells = pairs * edition_stretches(list, product);
  int64_t runs = tiers > 0 && has_runs(product, pairs) ? FG_RUNS_MAX + 2 * cells * tiers : 0;
  return cells * (CELL_BYTES + tiers * (int64_t)sizeof(int64_t)) + runs * FG_RUN_BYTES;
}

/* How many values the attribute `by` has, and one more for usage without a value; 1 if there is no attribute. */
static int64_t values_of(const fg_book *list, int32_t by) {
  return by < 0 || (uint32_t)by >= list->attribute_count ? 1 : list->attributes[by].value_count + INT64_C(1);
}

static int64_t bytes_of_aggregate(const fg_book *list, const fg_aggregate *aggregate) {
  return aggregate == NULL
             ? 0
             : values_of(list, aggregate->by) * (AGGREGATE_BYTES + aggregate->highest * (int64_t)sizeof(int64_t));
}

/* The bytes of a limit's windows: a window has an entry for each unit let through, or for each cell where it is counted
   in cells. */
static int64_t bytes_of_limit(const fg_book *list, const fg_limit *limit, bool is_raised) {
  bool is_counted = limit->seconds > 0 && limit->kind != FG_LIMIT_BUCKET;
  int64_t most = is_raised || limit->max < 0 ? FG_WINDOW_CELLS : fg_min_i64(limit->max, FG_WINDOW_CELLS);
  return values_of(list, limit->by) * ENTRY_BYTES * (is_counted ? most + 1 : 1);
}

static bool raises(const fg_product *product, fg_string limit) {
  bool is_one = false;
  for (uint32_t i = 0; i < product->capacities_count; i++) {
    is_one = is_one || fg_string_equal(product->capacities[i].raises, limit);
  }
  return is_one;
}

static int64_t bytes_of_product(const fg_book *list, const fg_product *product) {
  int64_t bytes = bytes_of_cells(list, product) + bytes_of_aggregate(list, product->aggregate);
  for (uint32_t i = 0; i < product->limit_count; i++) {
    bytes += bytes_of_limit(list, &product->limits[i], raises(product, product->limits[i].id));
  }
  /* Of the capacity's own limit, or of what a bought rate covers. */
  bool has_window = product->capacity != NULL || product->capacities_count > 0;
  return bytes + (has_window ? (FG_WINDOW_CELLS + 1) * ENTRY_BYTES : 0);
}

static fg_status refuse_bound(const fg_book_reader *reader, const char *list, uint32_t item, int64_t bytes) {
  fg_status status = fg_fail(reader->error, FG_INVALID, "",
                             "expected less of what an account can hold: with this it is %lld KiB besides its lots, "
                             "of %d at most",
                             (long long)(bytes / 1024), FG_ACCOUNT_BYTES_MAX / 1024);
  return fg_fault_of(reader, fg_within(reader->error, status, "%s[%u]", list, item));
}

fg_status fg_check_bound(const fg_book_reader *reader, const fg_book *list) {
  int64_t bytes = 0;
  if (reader->faults != NULL && reader->faults->count > 0) {
    return FG_OK; /* a book with faults is not counted */
  }
  for (uint32_t i = 0; i < list->product_count; i++) {
    bytes += bytes_of_product(list, &list->products[i]);
    if (bytes > FG_ACCOUNT_BYTES_MAX) {
      return refuse_bound(reader, "products", i, bytes);
    }
  }
  for (uint32_t i = 0; i < list->limit_count; i++) {
    bytes += bytes_of_limit(list, &list->limits[i], true);
    if (bytes > FG_ACCOUNT_BYTES_MAX) {
      return refuse_bound(reader, "limits", i, bytes);
    }
  }
  return FG_OK;
}

static int64_t bytes_of_list(const fg_book *list) {
  int64_t bytes = 0;
  for (uint32_t i = 0; i < list->product_count; i++) {
    bytes += bytes_of_product(list, &list->products[i]);
  }
  for (uint32_t i = 0; i < list->limit_count; i++) {
    bytes += bytes_of_limit(list, &list->limits[i], true);
  }
  return bytes;
}

int64_t fg_book_account_bytes(const fg_book *book) {
  int64_t bytes = bytes_of_list(book);
  for (uint32_t i = 0; i < book->edition_count; i++) {
    bytes = fg_max_i64(bytes, bytes_of_list(&book->editions[i]));
  }
  return bytes;
}

fg_status fg_check_editions_bound(const fg_book *book, fg_error *error) {
  int64_t bytes = fg_book_account_bytes(book);
  return bytes <= FG_ACCOUNT_BYTES_MAX
             ? FG_OK
             : fg_fail(error, FG_INVALID, "",
                       "expected fewer within a period: with so many an account can hold %lld KiB besides its lots, of "
                       "%d at most",
                       (long long)(bytes / 1024), FG_ACCOUNT_BYTES_MAX / 1024);
}
