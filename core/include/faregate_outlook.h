/*
 * faregate: what will happen to an account by itself, and what wants attention. For who watches over it: alarms,
 * dashboards.
 */
#ifndef FAREGATE_OUTLOOK_H
#define FAREGATE_OUTLOOK_H

#include "faregate.h"

#ifdef __cplusplus
extern "C" {
#endif

/* begin generated events: from core/src/account/outlook.def by `make generated` */
/* The kinds of events:
     grant_expires    units: what is left, and is lost
     pack_expires     units: what is left, and is lost
     capacity_begins  units: of the order; also meter, and the mode and the limit from then on (R23, R24)
     capacity_ends    units: of the order; also meter, and the mode and the limit from then on (R23, R24)
     settlement       amount: of the usage so far; also month (or begin and settle), balance_after
     suspension       amount: what the balance lacks (R26); of a book with `arrears` product, one event each
     grant_issued     units: of the free grant
     lot_issued       units: of pack `id`, which come anew
     choice_switched  product opens, and the one of choice `id` that was open closes
     budget_day       amount: what was used of the budget, which begins anew
     budget_month     amount: what was used of the budget, which begins anew */
/* end generated events */

/* Describes what will happen by itself up to `until` (FG_NO_TIME: FG_UPCOMING_DEFAULT_DAYS after fg_account_now) if
   nothing more is used, bought or paid: {from, events, until, complete}. Events are in the order in which they happen,
   each {at, kind, product, id, units, amount, rule}, with null for what the kind does not have. An outlook is of ten
   years at most: `until` says how far it goes, `complete` whether that is as far as was asked. FG_INVALID,
   FG_TIME_REVERSAL, FG_NO_MEMORY. */
#define FG_UPCOMING_DEFAULT_DAYS 31
FG_API FG_MUST_CHECK fg_status fg_account_upcoming(const fg_account *account, fg_time until, const fg_visitor *visitor,
                                                   fg_error *error);

/* The limits from which on fg_account_notices makes notices. */
typedef struct fg_notice_limits {
  int64_t pack_percent;   ///< 0 … 100: less than this percentage of a product's packs is left
  int64_t pack_days;      ///< 0 … 36525: a pack ends within so many days
  int64_t budget_percent; ///< 0 … 100: at least this percentage of a budget is used
} fg_notice_limits;
#define FG_NOTICE_LIMITS_DEFAULT                                                                                       \
  { 10, 30, 80 }

/* begin generated notices: from core/src/account/outlook.def by `make generated` */
/* The codes of notices:
     packs_low        units of the packs that can be drawn on are left, of so many
     packs_used_up    no pack of the product that is in time has units left
     pack_ending      units of pack `id` are lost at `at`
     postpaid_begun   units of the month are postpaid, for `amount` so far; the product has grants or packs
     budget_used      amount of `limit` is used; `id` is "day" or "month"
     arrears          amount is what the balance lacks; the service is suspended at `at`, that of `product` of a book
                        with `arrears`
     suspended        amount is what the balance lacks; in arrears since `at`; `product` as of arrears
     violation        the account is stopped until it is reinstated
     calls_abandoned  units in `of` calls past their time, the oldest of which, `id`, began at `at` */
/* Those that a handle alone knows of:
     calls_uncertain    units in `of` calls that nobody has in hand and that are not past their time, the oldest of
                          which, `id`, began at `at`; those of another handle that lives are known to that one alone
     clock_suspect      the clock shows `at`, so that commands that name no instant are refused
     edition_available  the price book `id` that the ledger was opened with says more than the account goes by, from
                          `at` on where that has a date; nothing is adopted unasked (R37) */
/* end generated notices */

/* Describes what wants the attention of whoever keeps the account, as it stands: a list of {code, message, product, id,
   units, of, amount, limit, at, rule}, with null for what the code does not have. The message is a sentence for people.
   `limits` may be NULL: FG_NOTICE_LIMITS_DEFAULT. FG_INVALID, FG_NO_MEMORY. */
FG_API FG_MUST_CHECK fg_status fg_account_notices(const fg_account *account, const fg_notice_limits *limits,
                                                  const fg_visitor *visitor, fg_error *error);

/* These tell of the account of a handle as fg_account_upcoming and fg_account_notices do; the latter adds what the
   handle alone knows. */
FG_API FG_MUST_CHECK fg_status fg_handle_upcoming(fg_handle *handle, fg_time until, const fg_visitor *visitor,
                                                  fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_handle_notices(fg_handle *handle, const fg_notice_limits *limits,
                                                 const fg_visitor *visitor, fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
