/* Lots: the units of free grants and packs that an account draws on. */
#ifndef FG_LOTS_H
#define FG_LOTS_H

#include "../base/civil.h"
#include "../book/period.h"

typedef enum fg_source { FG_SOURCE_FREE, FG_SOURCE_PAID, FG_SOURCE_GIVEN } fg_source;

/* A lot: units to draw on that came together, of a free grant or of a pack that was bought or given. A pool's lot is
   counted in parts, so small that a unit of every product is a whole number of them; a product's own lot is counted in
   the product's units. */
typedef struct fg_lot {
  fg_string id;
  int64_t units, left;
  fg_time issued;  ///< when the lot was bought, given or issued
  fg_time bought;  ///< as `issued`; for a later lot of a pack that comes lot by lot, when the pack was bought
  fg_time expires; ///< when the lot is void; FG_NEVER: it is permanent
  uint16_t owner;  ///< number of the product or pool that has it (fg_book_owner)
  uint16_t offer;  ///< place in the owner's grants if it is free, else in the owner's packs
  uint8_t source;  ///< fg_source
  bool refunded;
  bool refundable;     ///< false: a campaign excludes a refund (R30)
  uint8_t refund;      ///< fg_refund_kind of its offer when it was bought
  uint32_t given_back; ///< how many adjusts put units back into the lot; it counts as used nevertheless
  uint32_t rolls_from; ///< place, from 1, of the earlier lot whose units rolled over into it; 0: none
  int64_t rolled;      ///< how many units rolled over
  uint64_t regime;     ///< number of the first regime that may draw on the lot
} fg_lot;

/* An order of a pack that comes lot by lot, as long as another lot is to come. It comes when the current lot ends. */
typedef struct fg_recurring_pack {
  uint32_t lot;    ///< place in fg_state.lots of the current lot
  fg_period every; ///< the period of a lot, counted from the purchase
  fg_time until;   ///< no lot begins at this instant or later; FG_NEVER: lots come without end
} fg_recurring_pack;

/* A bundle that was bought. Its lots and capacity orders have its id. */
typedef struct fg_bundle_order {
  fg_string id;
  fg_time bought;
  uint32_t bundle; ///< place in fg_book.bundles
  bool refunded;
} fg_bundle_order;

/* Units that were taken from one lot. */
typedef struct fg_taken {
  uint32_t lot;   ///< place in fg_state.lots
  int64_t units;  ///< units of the product that drew them
  int64_t weight; ///< how many parts each unit is
} fg_taken;

/* A lot that a product may draw on. It takes 12 bytes, because every account has a list of them. */
typedef struct __attribute__((packed, aligned(4))) fg_drawable {
  uint32_t lot;   ///< place in fg_state.lots
  int64_t weight; ///< how many parts one unit of the product draws
} fg_drawable;

#endif
