/* Explains in words how an amount came about: "(90,000 − 1,000 free) × 0.18 = 16,020.00". */
#ifndef FG_EXPLAIN_H
#define FG_EXPLAIN_H

#include "attributes.h"
#include "price_model.h"

/* Writes an amount as people read it, with the digits before the point in groups of three: "16,020.00". Answers the
   length. */
enum { FG_GROUPED_MAX = 2 * FG_MONEY_TEXT_MAX };
size_t fg_explain_amount(fg_amount amount, int minor_digits, char out[FG_GROUPED_MAX]);

/* What an explanation says of a price. The units charged are `total` less `free` and `packs`. */
typedef struct fg_explained {
  const fg_schedule *schedule;
  int64_t total;                  ///< units before those of `free` and `packs` are taken off
  int64_t free, packs;            ///< units that grants and packs took off
  int64_t tier_quantity;          ///< the quantity that picked the tier (R12, R18)
  int64_t hours_of_month;         ///< hours of the month, for schedules priced by them
  int64_t periods;                ///< days or months of capacity; 1 for usage
  const char *period;             ///< what `periods` count: "day" or "month"; NULL for usage
  int minor_digits;               ///< decimals of the currency
  fg_amount factor;               ///< factor of the unit price, where FG_UNIT is 1; 0: none
  const fg_quantity_terms *terms; ///< the terms that made the units of one event; NULL: none
  const fg_values *values;        ///< attributes that `terms` read
  int64_t quantity;               ///< the quantity that `terms` multiply
  bool is_by_period;              ///< a bound holds for each of several tier periods of the invoice
  bool is_running;                ///< the amount is that of a running total, less what was invoiced of it before
  fg_amount invoiced;
} fg_explained;

/* Explain how a price model comes to the amount of a slice: by units times a price, or by one price for all units. */
void fg_explain_product(struct fg_explanation *to, const fg_explained *explained, const fg_price_slice *slice,
                        uint32_t slice_count);
void fg_explain_whole(struct fg_explanation *to, const fg_explained *explained, const fg_price_slice *slice,
                      uint32_t slice_count);

/* Enough bytes for any explanation and its final 0. */
enum { FG_EXPLANATION_MAX = 16 * 1024 };

/* Memory of so many bytes, which are not on the stack because threads and coroutines of a host may have little of it;
   NULL if there is none. */
char *fg_explanation_new(const fg_allocator *allocator);
void fg_explanation_free(const fg_allocator *allocator, char *explanation);

/* Explains one slice of a price that has `slice_count` slices, for an invoice line. Answers the length. */
size_t fg_explain_line(const fg_explained *explained, const fg_price_slice *slice, uint32_t slice_count,
                       char out[FG_EXPLANATION_MAX]);

/* A part of a line: units of one edition and one tier period at one price. */
typedef struct fg_explained_part {
  const fg_schedule *schedule;
  int64_t hours_of_month;
  fg_price_slice slice; ///< units and unit price of the part; its amount is not known
  fg_amount factor;     ///< factor of the unit price, where FG_UNIT is 1
  fg_amount fee;        ///< a fee that the part consists of, in place of units; 0: none
  fg_string since;      ///< how the part differs from the one before, such as "from 2025-03-16"; may be empty
} fg_explained_part;

/* Explains a line as the sum of its parts, of which at most FG_EXPLAINED_PARTS are written. */
enum { FG_EXPLAINED_PARTS = 64 };
size_t fg_explain_parts(const fg_explained *explained, const fg_explained_part *parts, uint32_t count, bool has_more,
                        bool exact, fg_amount amount, char out[FG_EXPLANATION_MAX]);

/* Explains the amount of events that were each priced by itself: which units they were, and what they came to. */
size_t fg_explain_events(const fg_explained *explained, bool exact, fg_amount amount, char out[FG_EXPLANATION_MAX]);

/* Explains a line that raises an amount to its least, or lowers it to its most. */
size_t fg_explain_bound(const fg_explained *explained, bool is_least, fg_amount bound, bool exact, fg_amount amount,
                        char out[FG_EXPLANATION_MAX]);

/* A fee charged for part of its period or for several periods: `amount` × `above` ÷ `below`. Both are 0 where the
   fraction is too long to be written. */
typedef struct fg_explained_times {
  fg_amount amount;
  int64_t above, below;
} fg_explained_times;
size_t fg_explain_fee(const fg_explained *explained, const fg_explained_times *parts, uint32_t count, bool exact,
                      fg_amount amount, char out[FG_EXPLANATION_MAX]);

/* Explains a whole price as the sum of its slices. */
size_t fg_explain_price(const fg_explained *explained, const fg_price_result *result, char out[FG_EXPLANATION_MAX]);

#endif
