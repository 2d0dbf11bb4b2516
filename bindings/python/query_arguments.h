/* Generated from core/src/book/queries.def by `make generated`, not to be edited: the arguments
   of a price and of a way to pay, X(name, kind, required). */
/* clang-format off */
#define PFG_PRICE_ARGUMENTS(X) \
  X(product, NAME, true) \
  X(meter, NAME, true) \
  X(quantity, UNITS, true) \
  X(tier_quantity, UNITS, false) \
  X(days, UNITS, false) \
  X(months, UNITS, false) \
  X(at, TIME, false) \
  X(attributes, ATTRIBUTES, false)
#define PFG_WAY_ARGUMENTS(X) \
  X(product, NAME, true) \
  X(meter, NAME, false) \
  X(pack, NAME, false) \
  X(packs, UNITS, false) \
  X(capacity, UNITS, false) \
  X(days, UNITS, false) \
  X(months, UNITS, false) \
  X(free, UNITS, false) \
  X(at, TIME, false) \
  X(attributes, ATTRIBUTES, false)
