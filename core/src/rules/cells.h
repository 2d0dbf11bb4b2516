/* The cells of a tier period: usage that is priced by one edition, one price and one factor counts in a bucket of its
   own (docs/decisions/0022-rating-any-tariff.md). */
#ifndef FG_CELLS_H
#define FG_CELLS_H

#include "../book/rating.h"
#include "../state/record.h"
#include "periods.h"

/* The price of a cell, its schedule, and its factor, FG_UNIT being 1. */
static inline const fg_named_price *fg_cell_price(const fg_account *account, uint32_t product, fg_cell cell) {
  return &fg_account_edition(account, cell.edition)->products[product].prices[cell.price];
}
static inline const fg_schedule *fg_cell_schedule(const fg_account *account, uint32_t product, fg_cell cell) {
  return &fg_cell_price(account, product, cell)->schedule;
}
static inline fg_factor fg_cell_factor(const fg_account *account, uint32_t product, fg_cell cell) {
  return fg_account_edition(account, cell.edition)->products[product].factors[cell.factor];
}

/* Whether a product has had such a cell: an edition so far, a price and a factor of it. */
bool fg_cell_exists(const fg_account *account, uint32_t product, fg_cell cell);

/* Whether the postpaid units of a cell are kept by tier: of a graduated price where other units than those charged may
   come in between. */
bool fg_cell_is_sliced(const fg_account *account, uint32_t product, fg_cell cell);

/* Whether what the postpaid units of a product cost is kept, because each event is priced by itself. */
static inline bool fg_cell_is_of_events(const fg_account *account, uint32_t product) {
  return fg_product_prices_events(&account->book->products[product]);
}

/* How many numbers are kept of a cell besides its units, in fg_service.slices: its postpaid units by tier, or what they
   cost (fg_exact). */
enum { FG_EXACT_NUMBERS = sizeof(fg_exact) / sizeof(int64_t) };
uint32_t fg_cell_kept(const fg_account *account, uint32_t product, fg_cell cell);

/* What picks the tier of the units of one bucket (R12). */
int64_t fg_bucket_tier_quantity(const fg_account *account, uint32_t product, const fg_bucket *bucket);

/* The count by which the tiers of a cell's price are found, in the period of tiers that begins at `tiers`, of what was
   used before `until`: of all usage at that price or, where schedules share a counter, of all usage at one of those. */
int64_t fg_cell_count(const fg_account *account, const fg_state *state, uint32_t product, fg_time tiers, fg_cell cell,
                      fg_time until);

/* How far the count is with a bucket of the product's list, of what was used before `until`: of all usage at its price
   in its period of tiers, where editions fill the tiers one after another. */
int64_t fg_cell_count_with(const fg_account *account, const fg_service *service, uint32_t product,
                           const fg_bucket *bucket, fg_time until);

/* Whether `a` stands before `b`: by periods of tiers, then by cells, then by stretches. */
bool fg_bucket_is_before(const fg_bucket *a, const fg_bucket *b);
bool fg_bucket_is_same(const fg_bucket *a, const fg_bucket *b); ///< of one cell of one stretch

/* Room for a new cell of a product. FG_NO_MEMORY. */
fg_status fg_cell_reserve(const fg_account *account, fg_service *service, uint32_t product);

/* The cell of what is used now. */
static inline fg_cell fg_cell_of(const fg_account *account, fg_rating rating) {
  return (fg_cell){
      .edition = fg_edition_in_force(account), .price = rating.price, .factor = rating.factor, .covers = rating.covers};
}

/* The bucket of a cell of the edition in force in the product's current stretch, made if it is not there;
   fg_cell_reserve has made room. */
fg_bucket *fg_cell_bucket(const fg_account *account, fg_service *service, uint32_t product, fg_cell cell);
/* The bucket of a cell in the stretch of time and the edition of another bucket, made where it is not there. */
fg_bucket *fg_cell_bucket_beside(const fg_account *account, fg_service *service, uint32_t product,
                                 const fg_bucket *bucket, fg_cell cell);
/* The same; NULL if it is not there. */
fg_bucket *fg_cell_find(const fg_service *service, fg_cell cell);

/* Begins the stretch at the first opening of a product, where its periods are counted from that. */
fg_status fg_cell_begin_anchored(const fg_account *account, fg_state *state, uint32_t product);

/* Begins the stretch of time that an instant is in, or goes on in it by another edition. FG_NO_MEMORY. */
fg_status fg_cell_begin(const fg_account *account, fg_state *state, uint32_t product, fg_time at);

/* Notes that a product is opened now, or closed at an instant: in a stretch that begins then it has not been open,
   unless it was opened in that instant. */
void fg_cell_open(fg_service *service);
void fg_cell_close(fg_service *service, fg_time at);

/* The units of this civil month, by source. */
fg_usage fg_cells_of_month(const fg_account *account, const fg_state *state, uint32_t product);
/* The first instant whose stretch fg_service.total counts. */
fg_time fg_cells_total_since(const fg_account *account, const fg_state *state, uint32_t product);
/* Begins a civil month, for which the total is counted anew. */
void fg_cells_begin_month(const fg_account *account, fg_state *state, uint32_t product);

/* Adds to the slices of a cell, or to a list like it, those of `units` that end where the count is `until`; with `sign`
   -1 takes them off. */
void fg_cell_fill(const fg_account *account, uint32_t product, fg_time tiers, fg_cell cell, int64_t until,
                  int64_t units, int sign, int64_t *slices);

/* Takes postpaid units off the slices of a bucket, the highest first or the lowest. */
void fg_cell_drain(const fg_account *account, const fg_service *service, uint32_t product, const fg_bucket *bucket,
                   int64_t units, bool from_above);

#endif
