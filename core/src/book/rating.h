/* Rating: what a usage comes to before grants, packs or prices touch it. It finds the whole units, whether they are
   billed, and the price and factor that hold. Rating follows from book, attributes and instant alone
   (docs/decisions/0022-rating-any-tariff.md). */
#ifndef FG_RATING_H
#define FG_RATING_H

#include "attributes.h"

typedef struct fg_rating {
  int64_t units;   ///< the usage's quantity times all terms
  int64_t of_each; ///< units of one event where each event is priced by itself; else 0
  uint16_t price;  ///< place in the product's prices; FG_NO_PLACE if the usage is not billed
  uint16_t factor; ///< place in the product's factors
  uint16_t terms;  ///< place in the product's lists of terms
  uint16_t covers; ///< number of the covers of pools that hold for the usage (covers.h)
  uint16_t lacks;  ///< the attribute, place + 1, whose default of 0 alone makes the units 0; 0: none
  /* How many editions before the one in force price and factor are of. It is above 0 for what a commit adds to a call
     alone, where the edition in force cannot price that. */
  uint16_t editions_ago;
  bool billable; ///< false: the usage is not counted, and draws on nothing
} fg_rating;

/* Rates `quantity` alike events of a product at an instant. A plain product needs no rating. FG_MISSING_ATTRIBUTE: the
   product's rules or terms read an attribute that the usage lacks and that has no default. FG_UNKNOWN_VALUE: an
   attribute of the usage is not declared, or not for usage, or may not have that value. FG_NO_RULE: the usage is
   billed, but no price holds for it. FG_OVERFLOW: the units cannot be counted. The path of a refusal is
   "attributes.NAME". */
fg_status fg_rate(const fg_book *book, const fg_product *product, fg_attributes usage, const fg_attributes *account,
                  fg_time at, int64_t quantity, fg_rating *rating, fg_error *error);
/* Which part of an attribute's values a value falls in, as the rules tell them apart. */
static inline uint32_t fg_split_part(const fg_split *split, int64_t value) {
  if (split->is_dense) {
    return (uint32_t)fg_min_i64(value - split->begin, split->count);
  }
  uint32_t low = 0;
  uint32_t high = split->count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (split->edges[middle] <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* Refuses a usage that names its product and lacks what that is measured by. The default of 0 says that an event, or a
   call until it is committed, may have none of it; it must not make free what was asked for. FG_MISSING_ATTRIBUTE. */
FG_COLD fg_status fg_refuse_lacking(const fg_book *book, uint16_t lacks, fg_error *error);
static inline fg_status fg_require_measured(const fg_book *book, uint16_t lacks, fg_error *error) {
  return FG_LIKELY(lacks == 0) ? FG_OK : fg_refuse_lacking(book, lacks, error);
}

/* What an event lacks of `count` products, given what it lacks of those before the last and the last one's rating: what
   the first lacks, and nothing once one of them is measured, because it may have none of the others. */
static inline uint16_t fg_event_lacks(uint16_t before, uint32_t count, const fg_rating *last) {
  return count == 1 || last->lacks == 0 ? last->lacks : before;
}

/* Rates as fg_rate does, from values that were read before. FG_NO_RULE, FG_OVERFLOW. */
fg_status fg_rate_values(const fg_book *book, const fg_product *product, const fg_values *values, int64_t quantity,
                         fg_rating *rating, fg_error *error);

/* Refuses a question that has no answer for a product with this key, which becomes the path. FG_UNSUPPORTED. */
FG_COLD fg_status fg_refuse_feature(const fg_book *book, const fg_product *product, const char *key, fg_error *error);
/* Refuses a product whose units are not the quantities of its usage, or whose price names a counter.
   FG_UNSUPPORTED with the key that makes it so as path. */
fg_status fg_require_own_units(const fg_book *book, const fg_product *product, fg_error *error);
/* Refuses whatever fg_require_own_units refuses, and every product that is not plain. FG_UNSUPPORTED with the key that
   makes it so as path. */
fg_status fg_require_plain(const fg_book *book, const fg_product *product, fg_error *error);

/* Refuses a product that is not settled each month, or whose tier period is neither a month nor a day. FG_UNSUPPORTED
   with the key as path. */
fg_status fg_require_months(const fg_book *book, const fg_product *product, fg_error *error);

/* Refuses a product that costs more or less than the price of its usage: it has a fee, or a least or most that is not
   of each event. FG_UNSUPPORTED with the key as path. */
fg_status fg_require_usage_alone(const fg_book *book, const fg_product *product, fg_error *error);

#endif
