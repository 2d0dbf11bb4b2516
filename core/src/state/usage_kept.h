/* What an account keeps of its usage: calls in flight, what they drew, to undo it, and units by cell and by period. */
#ifndef FG_USAGE_KEPT_H
#define FG_USAGE_KEPT_H

#include "history.h"
#include "lots.h"

/* How usage is counted. */
typedef enum fg_usage_kind {
  FG_USAGE_BILLED,   ///< it draws on grants and packs, the rest is for the bill
  FG_USAGE_UNBILLED, ///< in a capacity mode, or not billable
  FG_USAGE_COUNTED,  ///< unbilled, and it counts toward a tier (R17)
  FG_USAGE_KINDS
} fg_usage_kind;

/* A call that was let through and is neither committed nor canceled yet. A call of an event has one for each of its
   products, side by side in their order: the first is the call's, and the others, which have no entry, are found by it
   alone. */
typedef struct fg_hold {
  const unsigned char *entry; ///< in the history: its id and its fields; fg_no_entry
  fg_time since;
  fg_time deadline; ///< abandoned from then on; FG_NEVER
  int64_t units;
  uint64_t attempt;                ///< its number among the account's accepted calls
  uint64_t regime;                 ///< that it was recorded in; 0: it is settled
  fg_time begin;                   ///< of the stretch in which its usage was counted
  fg_cell cell;                    ///< and what prices it
  const fg_attributes *attributes; ///< of the account when it was made; NULL: none
  uint32_t number;                 ///< that the history keeps for its id; 0: the id is in the entry
  uint16_t part;                   ///< place among those of its event
  uint16_t parts;                  ///< how many these are; 0: the call is of a product
  uint16_t product;
  uint8_t kind; ///< fg_usage_kind
  bool slot;    ///< takes one of the concurrency slots until it ends
  bool unknown; ///< it was told to have ended in a way of which it is not known whether it is billed (R36)
} fg_hold;

/* An entry whose id is empty, as that of no call is. */
extern const unsigned char fg_no_entry[1];

/* How many holds a call has, given its first. */
static inline uint32_t fg_hold_count(const fg_hold *hold) { return hold->parts == 0 ? 1 : hold->parts; }

/* What all holds of a call, given its first, came to. */
static inline int64_t fg_hold_units(const fg_hold *hold) {
  int64_t units = hold->units;
  for (uint32_t i = 1; i < hold->parts; i++) {
    FG_ASSERT(units <= INT64_MAX - hold[i].units); /* they were counted together */
    units += hold[i].units;
  }
  return units;
}

typedef struct fg_usage {
  int64_t free, packs, postpaid; ///< in the billed mode
  int64_t unbilled;              ///< in a capacity mode, or not billable
} fg_usage;

/* Its units in the billed mode, and all of them. */
static inline int64_t fg_usage_billed(const fg_usage *usage) { return usage->free + usage->packs + usage->postpaid; }
static inline int64_t fg_usage_units(const fg_usage *usage) { return fg_usage_billed(usage) + usage->unbilled; }
/* Adds the units of another, or with `sign` -1 takes them off. */
static inline void fg_usage_add(fg_usage *sum, const fg_usage *more, int sign) {
  sum->free += sign * more->free;
  sum->packs += sign * more->packs;
  sum->postpaid += sign * more->postpaid;
  sum->unbilled += sign * more->unbilled;
}

/* Units by tier, of several cells one after another. */
typedef FG_ARRAY(int64_t) fg_slices;

/* A stretch of usage in which what may be drawn on does not change (rules/regimes.h). */
typedef enum fg_regime_kind {
  FG_REGIME_DRAWS,     ///< usage, all that there was from one change to the next
  FG_REGIME_TAKES_OFF, ///< an adjust below 0
  FG_REGIME_COVERS,    ///< what a settlement took from packs for a month that is over (R8)
  FG_REGIME_KINDS
} fg_regime_kind;

typedef struct fg_regime {
  fg_time at;      ///< of the first usage in it
  fg_usage usage;  ///< drawn or taken off, by source
  int64_t counted; ///< of the unbilled, those that count toward a tier
  int64_t covered; ///< of the unbilled, those that fit a bought rate
  int64_t rate;    ///< that; 0: none, else the regime is of one usage
  fg_time begin;   ///< of the stretch in which they are counted
  uint32_t first;  ///< of its parts in fg_product_group.parts: those up to the next regime's
  uint32_t slices; ///< the same in fg_product_group.slices, of a cell that is kept by tier or by event
  uint32_t order;  ///< of its runs in fg_product_group.order
  fg_cell cell;    ///< what prices them
  uint16_t product;
  uint8_t kind;    ///< fg_regime_kind
  bool of_settled; ///< of an adjust: its cell was settled
} fg_regime;

/* Units of one cell and one source that came one after another, or were taken off: then they are below 0
   (rules/count_order.h). */
typedef struct fg_run {
  fg_time begin; ///< of the stretch in which they are counted
  int64_t units; ///< not 0
  fg_cell cell;
  uint16_t product;
  uint8_t source;
} fg_run;

/* Products that share something that usage moves, so that undoing a call of one changes what the others were drawn on:
   fg_product.group. Most are a group of one. */
typedef struct fg_product_group {
  bool regime_over;            ///< the next usage begins a new regime
  uint32_t undoable;           ///< calls in flight that have a regime
  uint64_t regime;             ///< number of the latest regime there ever was
  FG_ARRAY(fg_regime) regimes; ///< from that of the oldest call in flight that may give back; empty without one
  FG_ARRAY(fg_taken) parts;    ///< what the regimes took from lots or put back
  fg_slices slices;            ///< what their events cost; of a cell that is kept by tier as many numbers as tiers, the
                               ///< first the sum of its postpaid units: in which tiers they are follows from `order`
  FG_ARRAY(fg_run) order;      ///< of usage that a graduated price may move, in the order of time
} fg_product_group;

/* Whether a product was open in a stretch of time, for a moment at least. What is closed in the instant in which the
   stretch begins was not, unless it was opened then. */
typedef enum fg_openness { FG_NEVER_OPEN, FG_OPEN_AT_BEGIN, FG_OPENED_IN, FG_OPENNESS_COUNT } fg_openness;

/* Usage of one cell in one stretch of time: that which a period of the product's tiers, a period of its settlement and
   a civil month have in common (rules/periods.h). */
typedef struct fg_bucket {
  fg_time begin; ///< of the stretch
  fg_time tiers; ///< begin of the period of tiers
  fg_usage usage;
  int64_t counted; ///< of the unbilled, those that count toward a tier (R17)
  fg_cell cell;
  uint8_t was_open; ///< fg_openness of the product, in the part of the stretch that is of this edition
  uint32_t slices; ///< place of its postpaid units by tier in fg_service.slices, if the cell is kept so (rules/cells.h)
  fg_made made;    ///< what its usage is, if it is of an aggregate
} fg_bucket;

/* What the events of the open period have come to that an aggregate makes one of, for one value of what splits them. */
typedef struct fg_aggregated {
  fg_string by;    ///< the value; text NULL: of all
  fg_int128 value; ///< of slots that are over: the highest, or the sum and what was taken off the period; of what is
                   ///< held, its microseconds up to `since`
  int64_t open;    ///< of the slot that is not over; how much is held
  fg_time since;   ///< the begin of that slot; until when `value` counts what is held
  int64_t samples; ///< slots that are over
  int64_t made;    ///< units of the period that were made events before its end, where an edition began
  uint32_t first;  ///< of its highest samples in fg_service.highest, the highest first
  uint32_t count;
  bool is_open; ///< there is a slot that is not over
} fg_aggregated;

#endif
