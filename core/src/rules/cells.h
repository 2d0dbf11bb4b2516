/* The cells of a tier period. Usage that is priced by one edition, one price and one factor is counted together, in a
   bucket of its own (docs/decisions/0022-rating-any-tariff.md). */
#ifndef FG_CELLS_H
#define FG_CELLS_H

#include "../book/price_model.h"
#include "../book/rating.h"
#include "../state/record.h"
#include "periods.h"

/* The price of a cell, its schedule, and its factor, where FG_UNIT is 1. */
static inline const fg_named_price *fg_cell_price(const fg_account *account, uint32_t product, fg_cell cell) {
  return &fg_account_edition(account, cell.edition)->products[product].prices[cell.price];
}
static inline const fg_schedule *fg_cell_schedule(const fg_account *account, uint32_t product, fg_cell cell) {
  return &fg_cell_price(account, product, cell)->schedule;
}
static inline fg_factor fg_cell_factor(const fg_account *account, uint32_t product, fg_cell cell) {
  return fg_account_edition(account, cell.edition)->products[product].factors[cell.factor];
}

/* A schedule as it is in the month of an instant. The month is found for prices by its hours alone, because other
   prices are the same in every month. */
static inline fg_price_view fg_price_view_at(const fg_account *account, const fg_schedule *schedule, fg_time at) {
  return fg_price_view_of(schedule, schedule->per_hours_of_month ? fg_account_month_hours(account, at) : 0);
}

/* A number for each edition's price, by which the cells of a tier period are ordered first. */
static inline uint64_t fg_cell_price_number(fg_cell cell) { return fg_cell_number(cell) >> 32; }
#define FG_NO_PRICE_NUMBER UINT64_MAX

/* Whether two cells of a product have prices of the same name, in whichever editions. */
static inline bool fg_cell_is_priced_as(const fg_account *account, uint32_t product, fg_cell a, fg_cell b) {
  return (a.edition == b.edition && a.price == b.price) ||
         fg_string_equal(fg_cell_price(account, product, a)->id, fg_cell_price(account, product, b)->id);
}

/* The schedule by the name of a cell's price in an edition; in the last one before that has it, where that edition does
   not. */
const fg_schedule *fg_cell_schedule_in(const fg_account *account, uint32_t product, fg_cell cell, uint16_t edition);

/* The edition that prices the units of a cell in a tier period that ends in edition `last`. It is the one they were
   used in, unless that or the last one has a stairstep. A stairstep has one amount for all units of a period, whose
   edition is that at the period's end. */
uint16_t fg_cell_priced_in(const fg_account *account, uint32_t product, fg_cell cell, uint16_t last);

/* Whether a product can have such a cell: its edition has begun, and the product has its price and factor. */
bool fg_cell_exists(const fg_account *account, uint32_t product, fg_cell cell);

/* Whether the postpaid units of a cell are kept by tier. They are where a graduated price cannot find their tiers by
   counts alone, because other units may come in between. */
bool fg_cell_is_sliced(const fg_account *account, uint32_t product, fg_cell cell);

/* Whether an account keeps what a product's postpaid units cost, because each event is priced by itself. */
static inline bool fg_cell_is_of_events(const fg_account *account, uint32_t product) {
  return fg_product_prices_events(&account->book->products[product]);
}

/* How many numbers fg_service.slices has for a cell, besides its units: one for each tier that its postpaid units are
   kept by, or those of an fg_exact for what they cost, or none. */
enum { FG_EXACT_NUMBERS = sizeof(fg_exact) / sizeof(int64_t) };
uint32_t fg_cell_kept(const fg_account *account, uint32_t product, fg_cell cell);

/* Whether usage at two prices is counted together toward a tier: at all prices of one counter, and without a counter at
   prices of one name, where both are of one product. */
static inline bool fg_prices_count_together(const fg_named_price *a, const fg_named_price *b) {
  fg_string counter = a->schedule.counter;
  return a == b ||
         (fg_string_equal(counter, b->schedule.counter) && (counter.length > 0 || fg_string_equal(a->id, b->id)));
}

/* The quantity that picks the tier of the units of one bucket alone (R12). */
int64_t fg_bucket_tier_quantity(const fg_account *account, uint32_t product, const fg_bucket *bucket);

/* The count that finds the tiers of a cell's price: the units used before `until` in the tier period that begins at
   `tiers`, by all usage at that price or, where schedules share a counter, at any price that names it. */
int64_t fg_cell_count(const fg_account *account, const fg_state *state, uint32_t product, fg_time tiers, fg_cell cell,
                      fg_time until);
/* The same of usage in the cell's edition and those before it. */
int64_t fg_cell_count_so_far(const fg_account *account, const fg_state *state, uint32_t product, fg_time tiers,
                             fg_cell cell, fg_time until);

/* How far the count has come with a bucket of the product's list, where editions fill the tiers one after another: the
   units that were used before `until` of that bucket and of those before it, at its price and in its tier period. */
int64_t fg_cell_count_with(const fg_account *account, const fg_service *service, uint32_t product,
                           const fg_bucket *bucket, fg_time until);

/* Whether bucket `a` comes before `b` in a product's list, which is ordered by tier period, then by cell, then by
   stretch. */
bool fg_bucket_is_before(const fg_bucket *a, const fg_bucket *b);
bool fg_bucket_is_same(const fg_bucket *a, const fg_bucket *b); ///< whether both are of one cell in one stretch

/* Makes room for a new cell of a product. FG_NO_MEMORY. */
fg_status fg_cell_reserve(const fg_account *account, fg_service *service, uint32_t product);

/* The cell that usage with this rating is counted in now. */
static inline fg_cell fg_cell_of(const fg_account *account, fg_rating rating) {
  return (fg_cell){.edition = (uint16_t)(fg_edition_in_force(account) - rating.editions_ago),
                   .price = rating.price,
                   .factor = rating.factor,
                   .covers = rating.covers};
}

/* The bucket of a cell in the product's current stretch. It is added if it is missing, for which fg_cell_reserve has
   made room. */
fg_bucket *fg_cell_bucket(const fg_account *account, fg_service *service, uint32_t product, fg_cell cell);
/* The bucket of a cell in the stretch and the edition of another bucket, added if it is missing. */
fg_bucket *fg_cell_bucket_beside(const fg_account *account, fg_service *service, uint32_t product,
                                 const fg_bucket *bucket, fg_cell cell);
/* The bucket of a cell in the product's current stretch; NULL if it is missing. */
fg_bucket *fg_cell_find(const fg_service *service, fg_cell cell);

/* At the first opening of a product, begins the stretch of periods that are counted from that opening. */
fg_status fg_cell_begin_anchored(const fg_account *account, fg_state *state, uint32_t product);

/* Begins the stretch that an instant is in, or continues it in another edition. FG_NO_MEMORY. */
fg_status fg_cell_begin(const fg_account *account, fg_state *state, uint32_t product, fg_time at);

/* Notes that a product is opened now, or closed at an instant. In a stretch that begins at that instant it counts as
   never open, unless it was opened then. */
void fg_cell_open(fg_service *service);
void fg_cell_close(fg_service *service, fg_time at);

/* The units used in this civil month, by source. */
fg_usage fg_cells_of_month(const fg_account *account, const fg_state *state, uint32_t product);
/* The instant from which on fg_service.total counts units. */
fg_time fg_cells_total_since(const fg_account *account, const fg_state *state, uint32_t product);
/* Begins a civil month, from which fg_service.total counts anew. */
void fg_cells_begin_month(const fg_account *account, fg_state *state, uint32_t product);

/* Adds units to the tiers that they fall in, in the slices of a cell or a list of the same form. The units end where
   the count is `until`. With `sign` -1 it takes them off. */
void fg_cell_fill(const fg_account *account, uint32_t product, fg_time tiers, fg_cell cell, int64_t until,
                  int64_t units, int sign, int64_t *slices);

/* Takes postpaid units off the slices of a bucket, from the highest tier or from the lowest. */
void fg_cell_drain(const fg_account *account, const fg_service *service, uint32_t product, const fg_bucket *bucket,
                   int64_t units, bool from_above);

#endif
