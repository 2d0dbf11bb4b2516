#include "invoice.h"

void fg_invoice_begin(fg_account *account, fg_invoice *invoice) {
  account->lines.count = account->parts.count = account->adjusted.count = 0;
  memset(invoice, 0, sizeof *invoice);
  invoice->issued = FG_NO_TIME;
  invoice->only = FG_ALL_PRODUCTS;
}

fg_status fg_invoice_adjustment(fg_account *account, const fg_adjustment *adjustment) {
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->adjusted, 1));
  account->adjusted.items[account->adjusted.count++] = *adjustment;
  return FG_OK;
}

void fg_invoice_end(const fg_account *account, fg_invoice *invoice) {
  invoice->lines = account->lines.items;
  invoice->line_count = account->lines.count;
  invoice->parts = account->parts.items;
  invoice->part_count = account->parts.count;
  invoice->adjustments = account->adjusted.items;
  invoice->adjustment_count = account->adjusted.count;
}

fg_status fg_invoice_bound(const fg_account *account, fg_invoice *invoice, fg_time last) {
  if (invoice->line_count == 0) {
    return FG_OK;
  }
  bool is_by_end = account->counting >= FG_COUNTING_SOLD;
  const fg_book *edition = is_by_end ? fg_account_edition(account, fg_account_edition_at(account, last))
                                     : account->book;
  fg_amount lines = invoice->total;
  if (edition->bill == NULL || !fg_period_is_same(invoice->settle, edition->settle)) {
    return FG_OK;
  }
  invoice->total = fg_within_bounds(edition->bill, FG_EXACTLY(lines)).whole;
  return fg_amount_add(invoice->total, -lines, &invoice->by_bounds) ? FG_OK : FG_OVERFLOW;
}

fg_amount fg_invoice_of_usage(const fg_invoice *invoice) {
  fg_amount sum = invoice->total - invoice->by_bounds;
  for (uint32_t i = 0; i < invoice->line_count; i++) {
    sum -= invoice->lines[i].kind == FG_LINE_FEE ? invoice->lines[i].slice.amount : 0;
  }
  return sum;
}
