/* What a basket came to: the free quotas, and month by month the lines, purchases first. */
#include "basket.h"

#include "../account/describe.h"
#include "../base/tell.h"
#include "../rules/cells.h"

static void end_basket_line(fg_teller *to, fg_amount amount, fg_string rule, fg_string explanation) {
  fg_tell_amount(to, "amount", amount);
  fg_tell_text(to, "rule", rule);
  fg_tell_text(to, "explanation", explanation);
  fg_tell_end_object(to);
}

static void begin_basket_line(fg_teller *to, const char *kind, const fg_product *product) {
  fg_tell_begin_object(to, NULL);
  fg_tell_word(to, "kind", kind);
  fg_tell_text(to, "product", product->id);
}

/* ------------------------------------------------------------------------------------------------------ purchases */

static void tell_pack_bought(fg_teller *to, const fg_basket_life *life, const fg_basket_line *line) {
  const fg_product *product = fg_basket_owner(life, line->month, line->product);
  const fg_pack_offer *pack = &product->packs[line->pack];
  begin_basket_line(to, "pack", product);
  fg_tell_text(to, "pack", pack->id);
  fg_tell_integer(to, "quantity", line->quantity);
  fg_tell_integer(to, "units", line->units);
  fg_tell_amount(to, "unit_price", line->unit_price);
  end_basket_line(to, line->amount, pack->source, line->explanation);
}

static void tell_capacity_bought(fg_teller *to, const fg_basket_life *life, const fg_basket_line *line) {
  const fg_product *product = fg_basket_owner(life, line->month, line->product);
  bool by_day = line->days > 0;
  begin_basket_line(to, "capacity", product);
  fg_tell_text(to, "meter", product->capacity->meter);
  fg_tell_integer(to, "quantity", line->quantity);
  fg_tell_integer(to, by_day ? "days" : "months", by_day ? line->days : line->months);
  fg_tell_optional_amount(to, "unit_price", line->has_one_price, line->unit_price);
  fg_tell_optional_count(to, "tier", line->has_one_price ? line->tier : -1);
  end_basket_line(to, line->amount, fg_product_price_source(product, true), line->explanation);
}

static void tell_materials_held(fg_teller *to, const fg_basket_life *life, const fg_basket_line *line) {
  const fg_product *product = fg_basket_owner(life, line->month, line->product);
  begin_basket_line(to, "materials", product);
  fg_tell_integer(to, "units", line->units);
  fg_tell_integer(to, "free", line->free);
  fg_tell_integer(to, "packs", line->units - line->free);
  end_basket_line(to, 0, product->materials->source, line->explanation);
}

/* ---------------------------------------------------------------------------------------------------------- usage */

static void tell_by_capacity(fg_teller *to, const fg_basket_life *life, const fg_basket_line *line) {
  const fg_product *product = fg_basket_owner(life, line->month, line->product);
  begin_basket_line(to, "usage", product);
  fg_tell_text(to, "meter", product->meter);
  fg_tell_integer(to, "units", line->units);
  fg_tell_integer(to, "free", 0);
  fg_tell_integer(to, "packs", 0);
  fg_tell_integer(to, "postpaid", 0);
  fg_tell_integer(to, "capacity", line->quantity);
  if (line->quantity < line->units) { /* not billed by the rules */
    fg_tell_integer(to, "unbilled", line->units - line->quantity);
  }
  fg_tell_null(to, "unit_price");
  fg_tell_null(to, "tier");
  end_basket_line(to, 0, line->quantity > 0 ? product->capacity->source : product->schedule.source, line->explanation);
}

/* A fee, or what the least or most of a product adds to its usage. */
static void tell_besides_usage(fg_teller *to, const fg_basket_life *life, const fg_invoice *invoice,
                               const fg_invoice_line *line) {
  char explanation[FG_EXPLANATION_MAX];
  const fg_product *product = &fg_account_edition(life->account, line->cell.edition)->products[line->product];
  bool is_fee = line->kind == FG_LINE_FEE;
  begin_basket_line(to, is_fee ? "fee" : "bound", product);
  if (is_fee) {
    fg_tell_text(to, "fee", product->fees[line->fee].id);
    fg_tell_amount(to, "unit_price", line->slice.unit_price);
  } else {
    fg_tell_word(to, "bound", line->kind == FG_LINE_LEAST ? "least" : "most");
  }
  end_basket_line(to, line->slice.amount, is_fee ? product->fees[line->fee].source : product->source,
                  fg_invoice_explain(life->account, invoice, line, explanation));
}

static void tell_billed(fg_teller *to, const fg_basket_life *life, const fg_invoice *invoice,
                        const fg_invoice_line *line) {
  char explanation[FG_EXPLANATION_MAX];
  const fg_product *product = &fg_account_edition(life->account, line->cell.edition)->products[line->product];
  if (line->kind != FG_LINE_USAGE) {
    tell_besides_usage(to, life, invoice, line);
    return;
  }
  const fg_named_price *price = fg_cell_price(life->account, line->product, line->cell);
  bool is_first = fg_invoice_line_is_first(line);
  int64_t free = is_first ? line->free : 0;
  int64_t packs = is_first ? line->packs : 0;
  begin_basket_line(to, "usage", product);
  fg_tell_text(to, "meter", product->meter);
  if (price->id.length > 0) {
    fg_tell_text(to, "price", price->id);
  }
  if (line->day != FG_NO_DATE) {
    char day[11];
    fg_date_format(line->day, day);
    fg_tell_word(to, "day", day);
  }
  fg_tell_integer(to, "units", free + packs + line->slice.units);
  fg_tell_integer(to, "free", free);
  fg_tell_integer(to, "packs", packs);
  fg_tell_integer(to, "postpaid", line->slice.units);
  fg_tell_integer(to, "capacity", 0);
  fg_tell_amount(to, "unit_price", line->slice.unit_price);
  fg_tell_integer(to, "tier", line->slice.tier);
  end_basket_line(to, line->slice.amount, price->schedule.source,
                  fg_invoice_explain(life->account, invoice, line, explanation));
}

/* --------------------------------------------------------------------------------------------------------- a month */

/* The invoice of one month among those of the account. */
typedef struct invoice_search {
  const fg_account *account;
  fg_month month;
  const fg_invoice *found; ///< NULL: it has none, because nothing was billed
} invoice_search;

static bool find_invoice(void *context, const fg_invoice *invoice) {
  invoice_search *search = context;
  bool is_its = fg_account_month(search->account, invoice->period.begin) == search->month;
  search->found = is_its ? invoice : search->found;
  return true;
}

typedef void tell_kind(fg_teller *to, const fg_basket_life *life, const fg_basket_line *line);

/* The lines of a month, usage or the others. */
static void tell_basket_lines(fg_teller *to, const fg_basket_life *life, int month, bool of_usage) {
  static tell_kind *const tells[] = {tell_pack_bought, tell_capacity_bought, tell_materials_held, tell_by_capacity};
  for (uint32_t i = 0; i < life->lines.count; i++) {
    const fg_basket_line *line = &life->lines.items[i];
    if (line->month == month && (line->kind == FG_BASKET_BY_CAPACITY) == of_usage) {
      tells[line->kind](to, life, line);
    }
  }
}

/* A part of all that was spent, so it fits. */
static fg_amount basket_month_amount(const fg_basket_life *life, int month, const fg_invoice *invoice) {
  fg_amount amount = invoice == NULL ? 0 : invoice->total;
  for (uint32_t i = 0; i < life->lines.count; i++) {
    amount += life->lines.items[i].month == month ? life->lines.items[i].amount : 0;
  }
  FG_ASSERT(fg_amount_fits(amount));
  return amount;
}

static fg_status tell_basket_month(fg_teller *to, const fg_basket_life *life, int month, fg_amount *total) {
  char name[8];
  invoice_search search = {life->account, life->first + month, NULL};
  FG_TRY(fg_history_each_invoice(life->account->history, find_invoice, &search));
  fg_amount amount = basket_month_amount(life, month, search.found);
  *total += amount;
  fg_month_format(search.month, name);
  fg_tell_begin_object(to, NULL);
  fg_tell_word(to, "month", name);
  fg_tell_amount(to, "amount", amount);
  fg_tell_begin_list(to, "lines");
  tell_basket_lines(to, life, month, false);
  for (uint32_t i = 0; search.found != NULL && i < search.found->line_count; i++) {
    tell_billed(to, life, search.found, &search.found->lines[i]);
  }
  tell_basket_lines(to, life, month, true);
  fg_tell_end_list(to);
  fg_tell_end_object(to);
  return FG_OK;
}

/* --------------------------------------------------------------------------------------------------- the whole */

/* Free grants issued in the months lived; the last settlement may lie after the issue of a month that is not. */
static void tell_basket_grants(fg_teller *to, const fg_basket_life *life) {
  const fg_state *state = &life->account->state;
  fg_tell_begin_list(to, "grants");
  for (uint32_t i = 0; i < state->grants.count; i++) {
    const fg_grant *grant = &state->grants.items[i];
    fg_month month = fg_month_of(fg_date_at(grant->issued, &life->book->zone));
    char name[8];
    if (grant->source != FG_SOURCE_FREE || month >= life->first + life->basket->months) {
      continue;
    }
    fg_month_format(month, name);
    fg_tell_begin_object(to, NULL);
    const fg_product *owner = fg_book_owner(life->account->book, grant->owner);
    int64_t parts = fg_book_parts(life->account->book, grant->owner);
    fg_tell_text(to, "product", owner->id);
    fg_tell_text(to, "grant", owner->grants[grant->offer].id);
    fg_tell_word(to, "month", name);
    fg_tell_integer(to, "units", grant->units / parts);
    fg_tell_integer(to, "used", (grant->units - grant->left) / parts);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

fg_status fg_basket_tell(const fg_basket_life *life, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_amount total = 0;
  fg_tell_begin_object(&to, NULL);
  fg_tell_text(&to, "book", life->book->id);
  fg_tell_text(&to, "currency", life->book->currency);
  fg_tell_amount(&to, "total", life->account->state.spent.gross);
  tell_basket_grants(&to, life);
  fg_tell_begin_list(&to, "months");
  for (int month = 0; month < life->basket->months; month++) {
    FG_TRY(tell_basket_month(&to, life, month, &total));
  }
  fg_tell_end_list(&to);
  FG_ASSERT(to.stopped || total == life->account->state.spent.gross);
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}
