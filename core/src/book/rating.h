/* What a usage comes to before anything is drawn on: whole units, whether they are billed, and which price and factor
   of the product hold. It follows from book, attributes and instant alone
   (docs/decisions/0022-rating-any-tariff.md). */
#ifndef FG_RATING_H
#define FG_RATING_H

#include "attributes.h"

typedef struct fg_rating {
  int64_t units;   ///< the quantity times all terms
  int64_t of_each; ///< units of one event, where each is priced by itself; else 0
  uint16_t price;  ///< place in the product's prices; FG_NO_PLACE: none, of what is not billable
  uint16_t factor; ///< place in the product's factors
  uint16_t terms;  ///< place in the product's lists of terms
  uint16_t covers; ///< which covers of pools are for it (covers.h)
  bool billable;   ///< false: not counted, nothing is drawn on
} fg_rating;

/* Rates `quantity` alike events of a product at an instant. A product that is plain needs no rating.
   FG_MISSING_ATTRIBUTE: one that its rules or terms name is not there and has no default. FG_UNKNOWN_VALUE: one that
   the book does not declare, or not of a usage (an account), or with a value that it may not have. FG_NO_RULE: it is
   billable, and no price holds. FG_OVERFLOW: more units than can be counted. The path of a refusal is
   "attributes.NAME". */
fg_status fg_rate(const fg_book *book, const fg_product *product, fg_attributes usage, const fg_attributes *account,
                  fg_time at, int64_t quantity, fg_rating *rating, fg_error *error);
/* The part of an attribute's values that a value is in. */
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

/* Rates as fg_rate does, by values of the attributes that were read already. FG_NO_RULE, FG_OVERFLOW. */
fg_status fg_rate_values(const fg_book *book, const fg_product *product, const fg_values *values, int64_t quantity,
                         fg_rating *rating, fg_error *error);

/* FG_UNSUPPORTED, for a question that cannot be answered of a product with this key, which the path names. */
FG_COLD fg_status fg_refuse_feature(const fg_book *book, const fg_product *product, const char *key, fg_error *error);
/* FG_UNSUPPORTED for a product whose units are not the quantities of its usage, or that shares a count, with the path
   of the key that makes it so. */
fg_status fg_require_own_units(const fg_book *book, const fg_product *product, fg_error *error);
/* The same, and FG_UNSUPPORTED for a product that is not plain, with the path of the key that makes it so; FG_OK for a
   plain one. */
fg_status fg_require_plain(const fg_book *book, const fg_product *product, fg_error *error);

/* FG_UNSUPPORTED of a product that is not settled each month, or has tiers of another period than a month or a day. */
fg_status fg_require_months(const fg_book *book, const fg_product *product, fg_error *error);

/* The same of a product that costs more than its usage at the price, or less: by a fee, a least or a most that is
   not of each event. */
fg_status fg_require_usage_alone(const fg_book *book, const fg_product *product, fg_error *error);

#endif
