/* What outcomes and statements hold, told to a visitor key by key as the timeline contract names them. */
#ifndef FG_DESCRIBE_H
#define FG_DESCRIBE_H

#include "../base/tell.h"
#include "../book/explain.h"
#include "../state/state.h"

/* Tells how the amount of an invoice's line came about. The text is written to `room` (fg_explanation_new). */
void fg_invoice_tell_explanation(fg_teller *to, const fg_account *account, const fg_invoice *invoice,
                                 const fg_invoice_line *line, char room[FG_EXPLANATION_MAX]);

/* Tells the period of settlement of an invoice: "month", or how another kind of period begins and how long it is. */
void fg_invoice_tell_period(fg_teller *to, const fg_account *account, const fg_invoice *invoice);

/* Whether a line is the first slice of its period. Only that line tells the units that were not charged, so that adding
   up lines counts them once. */
static inline bool fg_invoice_line_is_first(const fg_invoice_line *line) {
  return line->slice_count == 1 || line->slice.tier == 0;
}

/* How invoices are told: as in a statement, or with "edition" besides, the edition that prices each line. A line of
   several editions tells the latest; it is null where the book has no editions. */
typedef enum fg_invoice_manner { FG_INVOICES_OF_STATEMENT, FG_INVOICES_WITH_EDITIONS } fg_invoice_manner;
fg_status fg_account_tell_invoices(const fg_account *account, fg_invoice_manner manner, uint32_t passed_over,
                                   const fg_visitor *visitor); ///< without the first `passed_over` invoices

/* Tells the statement of an account as the value of a key. */
fg_status fg_account_tell(const fg_account *account, const char *key, const fg_visitor *visitor);

/* Chooses the calls for which `wants` answers yes. fg_account_tell_calls tells of these what fg_account_calls tells; a
   filter that is NULL chooses all calls. */
typedef struct fg_call_filter {
  bool (*wants)(void *context, fg_string id);
  void *context;
} fg_call_filter;
fg_status fg_account_tell_calls(const fg_account *account, const fg_call_filter *filter, const fg_visitor *visitor);

/* These tell a statement, the invoices of an account and one invoice, each as the value of a key. */
fg_status fg_tell_statement(fg_teller *to, const char *key, const fg_account *account);
fg_status fg_tell_invoices(fg_teller *to, const char *key, const fg_account *account);
void fg_tell_invoice(fg_teller *to, const char *key, const fg_account *account, const fg_invoice *invoice);
/* Tells `parts` of a lot as units of its offer. A lot of a pool may have a fraction of a unit left, so its units are
   told as a decimal, cut after 12 digits. */
void fg_tell_lot_units(fg_teller *to, const char *key, const fg_account *account, const fg_lot *lot, int64_t parts);

#endif
