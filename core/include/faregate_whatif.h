/*
 * faregate: what quantities cost in each way to pay, from where on one of two ways is cheaper, what a basket of
 * everything costs in a month, the cheapest plan for a forecast, and why a vendor's invoice is another. For who decides
 * what to buy, or checks what was: no account is asked or changed.
 *
 *   curve · basket · plan · reconcile
 */
#ifndef FAREGATE_WHATIF_H
#define FAREGATE_WHATIF_H

#include "faregate_timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------------ curve */

/* A way to pay for a quantity: by the price list, with packs, or at the fixed price of capacity. A string is absent
   with text NULL, a number as 0. */
typedef struct fg_way {
  const fg_book *book;
  /* begin generated way: from core/src/book/queries.def by `make generated` */
  fg_string product;        ///< of the book; or an event of it, which has no free units, packs and capacity
  fg_string meter;          ///< absent: the product's usage; its capacity meter: the quantity is capacity
  fg_string pack;           ///< units of usage come in this pack; absent: in none
  int64_t packs;            ///< so many, the rest by the price list; absent: as many as it takes
  int64_t capacity;         ///< above 0: so much of it, and usage is free
  int64_t days;             ///< of capacity; exactly one of days and months is above 0
  int64_t months;           ///< of capacity
  int64_t free;             ///< units that cost nothing, the first ones
  fg_time at;               ///< picks the month of a price for a month held, and what rules ask of the clock
  fg_attributes attributes; ///< of usage and account, where rules ask them
  /* end generated way */
  const fg_listener *listener; ///< whom the questions below ask whether they go on; of two ways, that of the first
} fg_way;

/* Describes cost over quantity from 0 to `most` (-1: far enough to show every tier, and some of the cost): {product,
   meter, most, free, step, pieces}. Of an event, the sum over its products. In each piece [{from, to, first, last}] the
   cost is a line from the amount `first` to `last`, or rises in even steps of `step` units. Quantities that would be
   charged at a null price are in no piece, here and below; FG_NOT_SOLD if `most` is one. FG_UNKNOWN_*, FG_OVERFLOW,
   FG_INVALID. */
FG_API FG_MUST_CHECK fg_status fg_way_curve(const fg_way *way, int64_t most, const fg_visitor *visitor,
                                            fg_error *error);
/* Describes where buying more costs less (R13): [{from, to, buy, amount, instead_of, saves}], of an event with the
   `product` whose price falls. Who needs `from` to `to`
   units pays less for `buy` units. The most, `saves`, is saved on `to` units, which cost `instead_of`. */
FG_API FG_MUST_CHECK fg_status fg_way_cliffs(const fg_way *way, int64_t most, const fg_visitor *visitor,
                                             fg_error *error);
/* Describes, from 0 to `most`, where one of two ways is cheaper: [{from, to, cheaper, a, b}], `cheaper` being "a", "b"
   or "equal", and the amounts those at `from`. Also FG_INVALID if amounts are rounded. */
FG_API FG_MUST_CHECK fg_status fg_break_even(const fg_way *a, const fg_way *b, int64_t most, const fg_visitor *visitor,
                                             fg_error *error);

/* ----------------------------------------------------------------------------------------------------- basket */

/* What a customer uses and buys in each month, the same in all. docs/plan.md has its JSON, and what holds where it is
   silent. */
typedef struct fg_basket {
  fg_string content;    ///< JSON: {product: {meter: units, …}}
  fg_string policy;     ///< JSON: switches that replace the book's; absent: none
  fg_string attributes; ///< JSON: the attributes of the account; absent: none
  int64_t months;       ///< 1 … 120
  fg_time at;           ///< the first month is the one that contains this instant
  bool without_free;    ///< free quotas are left out
} fg_basket;

/* Describes what a fresh account pays that lives the basket: book, currency, total, grants [{product, grant, month,
   units, used}], months [{month, amount, lines}]. FG_INVALID and FG_UNKNOWN_* with the path in the basket; any refusal
   of the commands that are applied for it, with the path that they came from; FG_UNSUPPORTED for what a basket cannot
   say. */
FG_API FG_MUST_CHECK fg_status fg_basket_quote(fg_book *book, const fg_basket *basket, const fg_allocator *allocator,
                                               const fg_visitor *visitor, fg_error *error);

/* ------------------------------------------------------------------------------------------------------- plan */

/* A forecast of one product by months, and how to buy for it. docs/plan.md has both documents. */
typedef struct fg_plan fg_plan;

/* How far a search has come. */
typedef struct fg_plan_progress {
  int64_t elapsed_us;
  bool has_plan;   ///< a plan is known, which costs `best`
  fg_money best;   ///< its cost without fees and materials, which every plan pays; at least: where prices of capacity
                   ///< are rounded, the share of a month counts where it is lowest
  fg_money proven; ///< no plan costs less; also without fees and materials
} fg_plan_progress;

/* A question for a plan. A string is absent with text NULL, a number as 0, a function as NULL. */
typedef struct fg_plan_query {
  fg_string forecast;    ///< JSON
  fg_string plan;        ///< JSON: the name of a plan, or its orders; absent: the cheapest
  int64_t time_limit_us; ///< how long to search for the cheapest, by a steady clock; absent: until it is proven
  /* Called a few times a second during the search, on the caller's thread; false ends the search as the time limit
     does. It must not use the plan. */
  bool (*go_on)(void *context, const fg_plan_progress *progress);
  void *context; ///< passed to `go_on`
} fg_plan_query;

/* Makes a plan for a forecast: the cheapest, a named one, or one whose orders are listed. Without a time limit, and if
   `go_on` always returns true, the answer depends on nothing else. A search that was ended gives the best plan that was
   found; no plan is cheaper by more than its `gap`. FG_NOT_SOLD if none was found yet. FG_INVALID with the path for a
   document that cannot be read, and for a book, switch or forecast with a feature that the search cannot honour;
   FG_CAPACITY_LIMIT: a peak beyond what is sold; FG_NOT_SOLD: nothing on sale serves it. The plan holds a reference to
   the book; the caller frees it. It does not change the book: plans may be made on several threads. */
FG_API FG_MUST_CHECK fg_status fg_plan_make(fg_book *book, const fg_plan_query *query, const fg_allocator *allocator,
                                            fg_plan **made, fg_error *error);
FG_API void fg_plan_free(fg_plan *plan); ///< NULL is allowed
/* Describes a plan: book, product, currency, total, orders, months and, for the cheapest, proven, gap, runner_up and
   naive. */
FG_API FG_MUST_CHECK fg_status fg_plan_describe(fg_plan *plan, const fg_visitor *visitor);
/* Writes a timeline (JSON) that replays to the plan's total. The caller releases it. */
FG_API FG_MUST_CHECK fg_status fg_plan_timeline(const fg_plan *plan, fg_text *json);

/* How demand turns out in a trial of a simulation. */
typedef struct fg_demand {
  int64_t spread_per_mille;      ///< standard deviation of each month by itself, of its units: 0 … 10,000
  int64_t level_per_mille;       ///< standard deviation of a level that all months of a trial share: 0 … 10,000
  int64_t correlation_per_mille; ///< correlation of a month's own deviation with that of the month before: 0 … 1,000
  int64_t seed, trial;           ///< any numbers
} fg_demand;

/* Draws a month's units in a trial, 0 … 10^15: nearly normal around `units`, 0 …. The result depends on the arguments
   alone, so trials may be run in any order. `month` is 0 … 119 if months are correlated, and any otherwise.
   FG_INVALID. */
FG_API FG_MUST_CHECK fg_status fg_vary(int64_t units, const fg_demand *demand, int64_t month, int64_t *varied,
                                       fg_error *error);

/* -------------------------------------------------------------------------------------------------- reconcile */

/* How far a search for causes is. */
typedef struct fg_reconcile_progress {
  int64_t elapsed_us;
  int64_t tried; ///< how often the account was replayed, each time with other causes
  int64_t found; ///< how many explanations are known, of all rows that differ or of some
} fg_reconcile_progress;

/* What is asked. Absent: a number that is 0, a pointer that is NULL. */
typedef struct fg_reconcile_query {
  fg_string document;          ///< JSON: {ours, theirs, form?, books?, invoice?, set_aside?, causes?, commands?}
  const fg_book_source *books; ///< finds the books that the document names
  /* When no more causes are looked for, by a steady clock from the call on; absent: once all are tried. Both sides are
     read and compared all the same, however long that takes. */
  int64_t time_limit_us;
  /* Asked a few times in a second, on the caller's thread; false ends the search as the limit does. */
  bool (*go_on)(void *context, const fg_reconcile_progress *progress);
  void *context; ///< passed to `go_on`
} fg_reconcile_query;

/* Reconciles an account with a vendor's invoice. In the document `ours` is a timeline, `theirs` the invoice, `form`
   says how to read it; docs/reconcile.md has all keys. Writes what was found (JSON) to `answer`: book, currency, equal,
   rows, difference, unexplained, explanations, funds, unread, absent, invoice, read, skipped, unbalanced, causes,
   tried, complete. Each cause of an explanation was replayed, and an account that lives so comes to the vendor's
   numbers. Both sides are compared whatever the limit; if it ends the search, `complete` is false, and what was found
   until then is told. FG_INVALID, FG_UNKNOWN_BOOK, FG_UNKNOWN_PRODUCT with the path in the document, FG_OVERFLOW;
   FG_STOPPED if `go_on` was false before both sides were compared. The caller releases `answer`. */
FG_API FG_MUST_CHECK fg_status fg_reconcile(const fg_reconcile_query *query, const fg_allocator *allocator,
                                            fg_text *answer, fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
