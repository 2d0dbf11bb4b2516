/* Lots: the units of free grants and packs that an account draws on. */
#ifndef FG_LOTS_H
#define FG_LOTS_H

#include "../base/civil.h"
#include "../book/period.h"

typedef enum fg_source { FG_SOURCE_FREE, FG_SOURCE_PAID, FG_SOURCE_GIVEN } fg_source;

/* Units to draw on, which came together: those of a free grant, or of a pack that was bought or given. They are counted
   in parts, which in a pool are such that a unit of every product draws whole ones; those of a product's own are its
   units. */
typedef struct fg_lot {
  fg_string id;
  int64_t units, left;
  fg_time issued;  ///< bought, given or issued
  fg_time bought;  ///< when its order was: as `issued`, but of a later lot of a pack that comes lot by lot
  fg_time expires; ///< void from then on; FG_NEVER if permanent
  uint16_t owner;  ///< a product, or a pool (fg_book_owner)
  uint16_t offer;  ///< of its grants (free) or packs
  uint8_t source;  ///< fg_source
  bool refunded;
  bool refundable;     ///< false: a campaign excluded it (R30)
  uint8_t refund;      ///< fg_refund_kind, of its offer when it was bought
  uint32_t given_back; ///< adjusts that put units back into it: it counts as used all the same
  uint32_t
      rolls_from;  ///< the place of the one before, of which it has units that were left, counted from 1; 0: of none
  int64_t rolled;  ///< how many
  uint64_t regime; ///< the first that may draw on it
} fg_lot;

/* A pack that comes lot by lot, while another lot is to come: at the end of the one that there is. */
typedef struct fg_recurring_pack {
  uint32_t lot;    ///< place in fg_state.lots of the latest
  fg_period every; ///< counted from the purchase
  fg_time until;   ///< no lot begins from then on; FG_NEVER
} fg_recurring_pack;

/* A bundle that was bought. What it holds are lots and capacity orders of its id. */
typedef struct fg_bundle_order {
  fg_string id;
  fg_time bought;
  uint32_t bundle; ///< place in fg_book.bundles
  bool refunded;
} fg_bundle_order;

/* Units taken from a lot. */
typedef struct fg_taken {
  uint32_t lot;   ///< its place in fg_state.lots
  int64_t units;  ///< of the product that drew them
  int64_t weight; ///< parts that each of them is
} fg_taken;

/* A lot that a product may draw on, in 12 bytes, because every account has a list of them. */
typedef struct __attribute__((packed, aligned(4))) fg_drawable {
  uint32_t lot;   ///< its place in fg_state.lots
  int64_t weight; ///< parts that one unit of the product draws
} fg_drawable;

#endif
