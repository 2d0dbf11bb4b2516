/* How an amount came about, written as a person would: "(90,000 − 1,000 free) × 0.18 = 16,020.00". */
#ifndef FG_EXPLAIN_H
#define FG_EXPLAIN_H

#include "attributes.h"
#include "price_model.h"

/* An amount as people read it, the whole part in groups of three: "16,020.00". Answers the length. */
enum { FG_GROUPED_MAX = 2 * FG_MONEY_TEXT_MAX };
size_t fg_explain_amount(fg_amount amount, int minor_digits, char out[FG_GROUPED_MAX]);

/* What was priced. The units charged are total - free - packs. */
typedef struct fg_explained {
  const fg_schedule *schedule;
  int64_t total;                  ///< units before anything is taken off
  int64_t free, packs;            ///< units that grants and packs took off
  int64_t tier_quantity;          ///< picked the tier (R12, R18)
  int64_t hours_of_month;         ///< for schedules priced per hours of the month
  int64_t periods;                ///< days or months of capacity; 1 for usage
  const char *period;             ///< "day" or "month"; NULL for usage
  int minor_digits;               ///< of the currency
  fg_amount factor;               ///< of the unit price, FG_UNIT being 1; 0: none
  const fg_quantity_terms *terms; ///< of one event whose units were priced; NULL: none
  const fg_values *values;        ///< that terms ask
  int64_t quantity;               ///< that terms multiply
  bool is_running;                ///< the amount is what a running total came to, less what was invoiced of it
  fg_amount invoiced;
} fg_explained;

/* Two ways in which a price model comes to the amount of a slice: units times a price, and a price for all of them. */
void fg_explain_product(struct fg_explanation *to, const fg_explained *explained, const fg_price_slice *slice,
                        uint32_t slice_count);
void fg_explain_whole(struct fg_explanation *to, const fg_explained *explained, const fg_price_slice *slice,
                      uint32_t slice_count);

/* Bytes that hold any explanation, with its final 0. */
enum { FG_EXPLANATION_MAX = 16 * 1024 };

/* One of the `slice_count` slices of a price: an invoice line. Answers the length. */
size_t fg_explain_line(const fg_explained *explained, const fg_price_slice *slice, uint32_t slice_count,
                       char out[FG_EXPLANATION_MAX]);

/* A part of a line that has several: units at one price, of one edition and one tier period. */
typedef struct fg_explained_part {
  const fg_schedule *schedule;
  int64_t hours_of_month;
  fg_price_slice slice; ///< its amount is not known
  fg_amount factor;     ///< of the unit price, FG_UNIT being 1
  fg_amount fee;        ///< in place of units; 0: none
  fg_string since;      ///< what it is of, where that is another than of the part before: "from 2025-03-16"; or empty
} fg_explained_part;

/* The amount of a line as the sum of its parts, of which at most FG_EXPLAINED_PARTS are told. */
enum { FG_EXPLAINED_PARTS = 64 };
size_t fg_explain_parts(const fg_explained *explained, const fg_explained_part *parts, uint32_t count, bool has_more,
                        bool exact, fg_amount amount, char out[FG_EXPLANATION_MAX]);

/* An amount of events that were priced each by itself: which units, and what they came to. */
size_t fg_explain_events(const fg_explained *explained, bool exact, fg_amount amount, char out[FG_EXPLANATION_MAX]);

/* The line of the difference up to a least amount, or down to a most. */
size_t fg_explain_bound(const fg_explained *explained, bool is_least, fg_amount bound, bool exact, fg_amount amount,
                        char out[FG_EXPLANATION_MAX]);

/* A fee for a part of its period, or for several: amount × above ÷ below, or 0 ÷ 0 where that is too long to be
   told. */
typedef struct fg_explained_times {
  fg_amount amount;
  int64_t above, below;
} fg_explained_times;
size_t fg_explain_fee(const fg_explained *explained, const fg_explained_times *parts, uint32_t count, bool exact,
                      fg_amount amount, char out[FG_EXPLANATION_MAX]);

/* The whole price: the sum of its slices. */
size_t fg_explain_price(const fg_explained *explained, const fg_price_result *result, char out[FG_EXPLANATION_MAX]);

#endif
