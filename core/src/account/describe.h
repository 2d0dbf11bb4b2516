/* What outcomes and statements hold, told to a visitor key by key as the timeline contract names them. */
#ifndef FG_DESCRIBE_H
#define FG_DESCRIBE_H

#include "../base/tell.h"
#include "../book/explain.h"
#include "../state/state.h"

/* How the amount of an invoice's line came about; the text is in `out`. */
fg_string fg_invoice_explain(const fg_account *account, const fg_invoice *invoice, const fg_invoice_line *line,
                             char out[FG_EXPLANATION_MAX]);

/* Tells which period of settlement an invoice is of: the month or, of any other, how it begins and what it is one
   of. */
void fg_invoice_tell_period(fg_teller *to, const fg_account *account, const fg_invoice *invoice);

/* Whether it is the first slice of its period. Units that were not charged are told with that alone, so that lines can
   be added up. */
static inline bool fg_invoice_line_is_first(const fg_invoice_line *line) {
  return line->slice_count == 1 || line->slice.tier == 0;
}

/* The invoices of an account as its statement has them, or with the edition that prices each line, the latest of
   several: null where the book has none. */
typedef enum fg_invoice_manner { FG_INVOICES_OF_STATEMENT, FG_INVOICES_WITH_EDITIONS } fg_invoice_manner;
fg_status fg_account_tell_invoices(const fg_account *account, fg_invoice_manner manner, uint32_t passed_over,
                                   const fg_visitor *visitor); ///< without the first `passed_over`

/* fg_account_describe, as the value of a key. */
fg_status fg_account_tell(const fg_account *account, const char *key, const fg_visitor *visitor);

/* Chooses calls: those that `wants` says yes to. fg_account_tell_calls is fg_account_calls of these; NULL: of all. */
typedef struct fg_call_filter {
  bool (*wants)(void *context, fg_string id);
  void *context;
} fg_call_filter;
fg_status fg_account_tell_calls(const fg_account *account, const fg_call_filter *filter, const fg_visitor *visitor);

/* What stands inside of a statement, an invoice and an outcome, each told as the value of a key. */
fg_status fg_tell_statement(fg_teller *to, const char *key, const fg_account *account);
fg_status fg_tell_invoices(fg_teller *to, const char *key, const fg_account *account);
void fg_tell_invoice(fg_teller *to, const char *key, const fg_account *account, const fg_invoice *invoice);
/* Units of a lot's own. Of a pool there may be parts of one, so they are told as a decimal, cut after 12 digits. */
void fg_tell_lot_units(fg_teller *to, const char *key, const fg_account *account, const fg_lot *lot, int64_t parts);

#endif
