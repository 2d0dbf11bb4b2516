/* What an account keeps of its usage: calls in flight, what they drew, so that they can be undone, and units by cell
   and by period. */
#ifndef FG_USAGE_KEPT_H
#define FG_USAGE_KEPT_H

#include "history.h"
#include "lots.h"

/* How a usage is counted. */
typedef enum fg_usage_kind {
  FG_USAGE_BILLED,   ///< it draws on grants and packs, and the rest is billed
  FG_USAGE_UNBILLED, ///< it is in a capacity mode, or not billable
  FG_USAGE_COUNTED,  ///< it is unbilled, and counts toward a tier (R17)
  FG_USAGE_KINDS
} fg_usage_kind;

/* A call that was let pass and is neither committed nor canceled yet. A call of an event has one hold for each of its
   products, side by side in their order. The first has the entry of the call; the others have none and are found
   through the first. */
typedef struct fg_hold {
  const unsigned char *entry; ///< entry in the history, with the id and fields of the call; fg_no_entry
  fg_time since;
  fg_time deadline; ///< when the call is abandoned; FG_NEVER
  int64_t units;
  uint64_t attempt;                ///< number of the call among the account's accepted calls
  uint64_t regime;                 ///< number of the regime with its usage; 0: the usage is settled
  fg_time begin;                   ///< begin of the stretch in which its usage is counted
  fg_cell cell;                    ///< cell in which its usage is counted
  const fg_attributes *attributes; ///< the account's attributes when the call was made; NULL: none
  uint64_t number;                 ///< number that the history keeps for its id; 0: the entry has the id
  uint16_t part;                   ///< place among the holds of its event
  uint16_t parts;                  ///< number of holds of its event; 0: the call is of a product
  uint16_t product;
  uint8_t kind;    ///< fg_usage_kind
  uint8_t of_mode; ///< fg_usage_kind of billable usage in the mode at the call (R17); FG_USAGE_KINDS: not known
  bool slot;       ///< it takes a slot of each limit of tasks at once, until it ends
  bool unknown;    ///< its reported outcome leaves open whether it is billed (R36)
} fg_hold;

/* An entry with an empty id, which no call has. */
extern const unsigned char fg_no_entry[1];

/* How many holds a call has, given its first. */
static inline uint32_t fg_hold_count(const fg_hold *hold) { return hold->parts == 0 ? 1 : hold->parts; }

/* The units of all holds of a call, given its first. */
static inline int64_t fg_hold_units(const fg_hold *hold) {
  int64_t units = hold->units;
  for (uint32_t i = 1; i < hold->parts; i++) {
    FG_ASSERT(units <= INT64_MAX - hold[i].units); /* all of them were counted together */
    units += hold[i].units;
  }
  return units;
}

typedef struct fg_usage {
  int64_t free, packs, postpaid; ///< in the billed mode
  int64_t unbilled;              ///< in a capacity mode, or not billable
} fg_usage;

/* The units in the billed mode, and all units. */
static inline int64_t fg_usage_billed(const fg_usage *usage) { return usage->free + usage->packs + usage->postpaid; }
static inline int64_t fg_usage_units(const fg_usage *usage) { return fg_usage_billed(usage) + usage->unbilled; }
/* Adds the units of `more` or, with `sign` -1, takes them off. */
static inline void fg_usage_add(fg_usage *sum, const fg_usage *more, int sign) {
  sum->free += sign * more->free;
  sum->packs += sign * more->packs;
  sum->postpaid += sign * more->postpaid;
  sum->unbilled += sign * more->unbilled;
}

/* Numbers that cells keep besides their units, cell after cell (rules/cells.h). */
typedef FG_ARRAY(int64_t) fg_slices;

/* What a regime is (rules/regimes.h): a stretch in which the lots to draw on do not change. */
typedef enum fg_regime_kind {
  FG_REGIME_DRAWS,     ///< all usage between two changes
  FG_REGIME_TAKES_OFF, ///< an adjust below 0
  FG_REGIME_COVERS,    ///< what a settlement took from packs for a month that is over (R8)
  FG_REGIME_KINDS
} fg_regime_kind;

typedef struct fg_regime {
  fg_time at;      ///< instant of the first usage
  fg_usage usage;  ///< units drawn or taken off, by source
  int64_t counted; ///< unbilled units that count toward a tier
  int64_t covered; ///< unbilled units that fit a bought rate
  int64_t rate;    ///< the bought rate; 0: none, else the regime has one usage only
  fg_time begin;   ///< begin of the stretch in which the units are counted
  /* Place of its first part in fg_product_group.parts; its parts end where those of the next regime begin. */
  uint32_t first;
  uint32_t slices; ///< place of its numbers in fg_product_group.slices, if its cell keeps any
  uint32_t order;  ///< place of its first run in fg_product_group.order
  fg_cell cell;    ///< cell in which the units are counted
  uint16_t product;
  uint8_t kind;    ///< fg_regime_kind
  bool of_settled; ///< of an adjust: its cell was settled
} fg_regime;

/* A run: consecutive units of one cell and one source, or units that were taken off, which are below 0
   (rules/count_order.h). */
typedef struct fg_run {
  fg_time begin; ///< begin of the stretch in which the units are counted
  int64_t units; ///< may be below 0, and is never 0
  fg_cell cell;
  uint16_t product;
  uint8_t source;
} fg_run;

/* Products that share a pool or a counter (fg_product.group). Undoing a call of one changes what the usage of the
   others was drawn on. Most groups have one product. */
typedef struct fg_product_group {
  bool regime_over;  ///< the next usage begins a new regime
  uint32_t undoable; ///< how many calls in flight have a regime
  uint64_t regime;   ///< number of the latest regime there ever was
  /* From the regime of the oldest call in flight that may be undone on; empty if there is no such call. */
  FG_ARRAY(fg_regime) regimes;
  FG_ARRAY(fg_taken) parts; ///< what regimes took from lots or put back
  /* Numbers that regimes keep: what their events cost; or, of a cell that keeps units by tier, as many numbers as
     tiers, of which the first is the sum of the postpaid units, because `order` tells their tiers. */
  fg_slices slices;
  FG_ARRAY(fg_run) order; ///< of usage whose place in graduated tiers may change, in the order of time
} fg_product_group;

/* Whether a product was ever open in a stretch. If it is closed in the instant in which the stretch begins, it was not,
   unless it was opened in that instant. */
typedef enum fg_openness { FG_NEVER_OPEN, FG_OPEN_AT_BEGIN, FG_OPENED_IN, FG_OPENNESS_COUNT } fg_openness;

/* Usage of one cell in one stretch, which is the time that a tier period, a settlement period and a civil month have in
   common (rules/periods.h). */
typedef struct fg_bucket {
  fg_time begin; ///< begin of the stretch
  fg_time tiers; ///< begin of the tier period
  fg_usage usage;
  int64_t counted; ///< unbilled units that count toward a tier (R17)
  fg_cell cell;
  uint8_t was_open; ///< fg_openness of the product in the part of the stretch that is of the cell's edition
  uint32_t slices;  ///< place of its numbers in fg_service.slices, if the cell keeps any (rules/cells.h)
  fg_made made;     ///< what the usage was made of, if the product has an aggregate
} fg_bucket;

/* The open period of an aggregate, for one value of the attribute that splits it. */
typedef struct fg_aggregated {
  fg_string by; ///< the value; text NULL: nothing splits the aggregate
  /* The highest of the finished slots, or their sum less what was taken off the period; of a held level, units ×
     microseconds up to `since`. */
  fg_int128 value;
  int64_t open;    ///< of the open slot; of a held level, how much is held
  fg_time since;   ///< begin of the open slot; of a held level, up to when `value` counts
  int64_t samples; ///< number of finished slots
  int64_t made;    ///< units that became events before the period's end, where an edition began
  uint32_t first;  ///< place of its highest samples in fg_service.highest, the highest first
  uint32_t count;
  bool is_open; ///< a slot is open
} fg_aggregated;

#endif
