#include "period_uses.h"

#include "../../include/faregate_bulk.h"

#include "../account/describe.h"
#include "../rules/open_bill.h"
#include "biller.h"

void fg_uses_free(const fg_allocator *allocator, fg_period_uses *uses) {
  if (uses != NULL) {
    FG_ARRAY_RELEASE(allocator, uses);
    fg_release(allocator, uses, sizeof *uses);
  }
}

fg_status fg_biller_invoices(const fg_biller *biller, size_t index, const fg_visitor *visitor) {
  const fg_customer *customer = &biller->customers.items[index];
  return fg_account_tell_invoices(customer->account, FG_INVOICES_WITH_EDITIONS, customer->invoiced_before, visitor);
}

static void tell_use(fg_teller *to, const fg_account *account, const fg_period_use *use) {
  const fg_product *product = &account->book->products[use->product];
  const fg_invoice of_period = {.period = use->period, .settle = use->settle};
  const fg_usage *usage = &use->usage;
  fg_tell_begin_object(to, NULL);
  fg_invoice_tell_period(to, account, &of_period);
  fg_tell_text(to, "product", product->id);
  fg_tell_text(to, "meter", product->meter);
  fg_tell_integer(to, "units", fg_usage_units(usage));
  fg_tell_integer(to, "free", usage->free);
  fg_tell_integer(to, "packs", usage->packs);
  fg_tell_integer(to, "postpaid", usage->postpaid);
  fg_tell_integer(to, "unbilled", usage->unbilled);
  fg_tell_amount(to, "amount", use->amount);
  fg_tell_optional_time(to, "settled", use->settled);
  fg_tell_end_object(to);
}

static void tell_uses(fg_teller *to, const fg_account *account, const fg_period_uses *uses) {
  for (uint32_t i = 0; i < uses->count; i++) {
    if (!uses->items[i].is_told) {
      tell_use(to, account, &uses->items[i]);
    }
  }
}

fg_status fg_biller_uses(const fg_biller *biller, size_t index, const fg_visitor *visitor) {
  const fg_customer *customer = &biller->customers.items[index];
  fg_teller to = fg_teller_to(visitor);
  fg_period_uses open = {0};
  fg_status status = fg_open_uses(customer->account, &open);
  if (status == FG_OK) {
    fg_tell_begin_list(&to, NULL);
    tell_uses(&to, customer->account, customer->uses);
    tell_uses(&to, customer->account, &open);
    fg_tell_end_list(&to);
    status = fg_teller_status(&to);
  }
  FG_ARRAY_RELEASE(&customer->account->allocator, &open);
  return status;
}
