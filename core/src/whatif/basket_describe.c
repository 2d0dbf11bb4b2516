/* Tells what a basket came to: the free quotas, and for each month its lines, purchases first. */
#include "basket.h"

#include "../account/describe.h"
#include "../base/tell.h"
#include "../rules/cells.h"

#include <stdio.h>

static void end_basket_line(fg_teller *to, fg_amount amount, fg_string rule, fg_string explanation) {
  fg_tell_amount(to, "amount", amount);
  fg_tell_text(to, "rule", rule);
  fg_tell_text(to, "explanation", explanation);
  fg_tell_end_object(to);
}

static void end_billed_line(fg_teller *to, const fg_basket_life *life, const fg_invoice *invoice,
                            const fg_invoice_line *line, fg_string rule) {
  fg_tell_amount(to, "amount", line->slice.amount);
  fg_tell_text(to, "rule", rule);
  fg_invoice_tell_explanation(to, life->account, invoice, line, life->explanation);
  fg_tell_end_object(to);
}

/* Begins a line; `product` is told as null if the line is of no product. */
static void begin_basket_line(fg_teller *to, const char *kind, fg_string product) {
  fg_tell_begin_object(to, NULL);
  fg_tell_word(to, "kind", kind);
  fg_tell_optional_text(to, "product", product);
}

static const fg_string no_product = {NULL, 0};

static void tell_bundle_bought(fg_teller *to, const fg_basket_life *life, const fg_basket_line *line) {
  const fg_bundle *bundle = &fg_book_at(life->book, fg_basket_begin(life, line->month))->bundles[line->place];
  begin_basket_line(to, "bundle", no_product);
  fg_tell_text(to, "bundle", bundle->id);
  fg_tell_integer(to, "quantity", line->quantity);
  fg_tell_amount(to, "unit_price", line->unit_price);
  end_basket_line(to, line->amount, bundle->source, line->explanation);
}

static void tell_pack_bought(fg_teller *to, const fg_basket_life *life, const fg_basket_line *line) {
  const fg_product *product = fg_basket_owner(life, line->month, line->item);
  const fg_pack_offer *pack = &product->packs[line->place];
  begin_basket_line(to, "pack", product->id);
  fg_tell_text(to, "pack", pack->id);
  fg_tell_integer(to, "quantity", line->quantity);
  fg_tell_units(to, "units", line->units, line->fraction);
  fg_tell_amount(to, "unit_price", line->unit_price);
  end_basket_line(to, line->amount, pack->source, line->explanation);
}

static void tell_capacity_bought(fg_teller *to, const fg_basket_life *life, const fg_basket_line *line) {
  const fg_book *book = fg_book_at(life->book, fg_basket_begin(life, line->month));
  const fg_capacity_offer *offer = book->capacities[line->place].offer;
  bool by_day = line->days > 0;
  const fg_schedule *sold = offer->month != NULL ? offer->month : offer->day;
  begin_basket_line(to, "capacity", life->items[line->item].id);
  fg_tell_text(to, "meter", offer->meter);
  fg_tell_integer(to, "quantity", line->quantity);
  fg_tell_integer(to, by_day ? "days" : "months", by_day ? line->days : line->months);
  fg_tell_optional_amount(to, "unit_price", line->has_one_price, line->unit_price);
  fg_tell_optional_count(to, "tier", line->has_one_price ? line->tier : -1);
  end_basket_line(to, line->amount, sold->source.length > 0 ? sold->source : offer->source, line->explanation);
}

static void tell_materials_held(fg_teller *to, const fg_basket_life *life, const fg_basket_line *line) {
  const fg_product *product = fg_basket_owner(life, line->month, line->item);
  begin_basket_line(to, "materials", product->id);
  fg_tell_integer(to, "units", line->units);
  fg_tell_integer(to, "free", line->free);
  fg_tell_integer(to, "packs", line->units - line->free);
  end_basket_line(to, 0, product->materials->source, line->explanation);
}

static fg_string source_by_capacity(const fg_basket_life *life, const fg_product *product) {
  for (uint32_t i = 0; i < life->wants.count; i++) {
    const fg_basket_want *want = &life->wants.items[i];
    const fg_capacity_offer *offer = want->kind == FG_BASKET_CAPACITY
                                         ? life->account->book->capacities[want->place].offer
                                         : NULL;
    if (offer != NULL && offer->is_free && fg_string_equal(life->items[want->owner].id, product->id)) {
      return offer->source;
    }
  }
  return product->schedule.source;
}

static void tell_by_capacity(fg_teller *to, const fg_basket_life *life, const fg_basket_line *line) {
  bool is_event = line->item >= fg_book_owner_count(life->book);
  const fg_product *product = is_event ? NULL : fg_basket_owner(life, line->month, line->item);
  begin_basket_line(to, "usage", life->items[line->item].id);
  fg_tell_optional_text(to, "meter", is_event ? no_product : product->meter);
  fg_tell_integer(to, "units", line->units);
  fg_tell_integer(to, "free", 0);
  fg_tell_integer(to, "packs", 0);
  fg_tell_integer(to, "postpaid", 0);
  fg_tell_integer(to, "capacity", line->quantity);
  if (line->quantity < line->units) { /* some units are not billed by the rules */
    fg_tell_integer(to, "unbilled", line->units - line->quantity);
  }
  fg_tell_null(to, "unit_price");
  fg_tell_null(to, "tier");
  end_basket_line(to, 0, is_event ? fg_string_of("") : source_by_capacity(life, product), line->explanation);
}

/* Tells a line of a fee, or of what a product's least or most adds to its usage. */
static void tell_besides_usage(fg_teller *to, const fg_basket_life *life, const fg_invoice *invoice,
                               const fg_invoice_line *line) {
  const fg_product *product = &fg_account_edition(life->account, line->cell.edition)->products[line->product];
  bool is_fee = line->kind == FG_LINE_FEE;
  begin_basket_line(to, is_fee ? "fee" : "bound", product->id);
  if (is_fee) {
    fg_tell_text(to, "fee", product->fees[line->fee].id);
    fg_tell_amount(to, "unit_price", line->slice.unit_price);
  } else {
    fg_tell_word(to, "bound", line->kind == FG_LINE_LEAST ? "least" : "most");
  }
  end_billed_line(to, life, invoice, line, is_fee ? product->fees[line->fee].source : product->source);
}

static void tell_billed(fg_teller *to, const fg_basket_life *life, const fg_invoice *invoice,
                        const fg_invoice_line *line) {
  const fg_product *product = &fg_account_edition(life->account, line->cell.edition)->products[line->product];
  if (line->kind != FG_LINE_USAGE) {
    tell_besides_usage(to, life, invoice, line);
    return;
  }
  const fg_named_price *price = fg_cell_price(life->account, line->product, line->cell);
  bool is_first = fg_invoice_line_is_first(line);
  int64_t free = is_first ? line->free : 0;
  int64_t packs = is_first ? line->packs : 0;
  int64_t units = 0;
  if (!fg_add_i64(free + packs, line->slice.units, &units)) { /* a begun block is charged as a whole one */
    fg_tell_fail(to, FG_OVERFLOW);
    return;
  }
  begin_basket_line(to, "usage", product->id);
  fg_tell_text(to, "meter", product->meter);
  if (price->id.length > 0) {
    fg_tell_text(to, "price", price->id);
  }
  if (line->day != FG_NO_DATE) {
    char day[11];
    fg_date_format(line->day, day);
    fg_tell_word(to, "day", day);
  }
  fg_tell_integer(to, "units", units);
  fg_tell_integer(to, "free", free);
  fg_tell_integer(to, "packs", packs);
  fg_tell_integer(to, "postpaid", line->slice.units);
  fg_tell_integer(to, "capacity", 0);
  fg_tell_amount(to, "unit_price", line->slice.unit_price);
  fg_tell_integer(to, "tier", line->slice.tier);
  end_billed_line(to, life, invoice, line, price->schedule.source);
}

/* Tells what an invoice's least or most adds to its lines, or takes off them. */
static void tell_bound_of_invoice(fg_teller *to, const fg_basket_life *life, const fg_invoice *invoice) {
  char amounts[2][FG_GROUPED_MAX];
  char explanation[2 * FG_GROUPED_MAX + 64];
  bool is_least = invoice->by_bounds > 0;
  if (invoice->by_bounds == 0) {
    return;
  }
  fg_explain_amount(invoice->total - invoice->by_bounds, life->book->minor_digits, amounts[0]);
  fg_explain_amount(invoice->total, life->book->minor_digits, amounts[1]);
  int length = snprintf(explanation, sizeof explanation, "%s, at %s %s", amounts[0], is_least ? "least" : "most",
                        amounts[1]);
  begin_basket_line(to, "bound", no_product);
  fg_tell_word(to, "bound", is_least ? "least" : "most");
  end_basket_line(to, invoice->by_bounds, fg_string_of(""), (fg_string){explanation, (size_t)length});
}

static void tell_invoice_lines(fg_teller *to, const fg_basket_life *life, const fg_invoice *invoice) {
  for (uint32_t i = 0; i < invoice->line_count; i++) {
    tell_billed(to, life, invoice, &invoice->lines[i]);
  }
  tell_bound_of_invoice(to, life, invoice);
}

/* Collects the invoices of a month: those of periods that end in it and, for the last month, those of periods that end
   later. */
typedef struct invoices_of_month {
  const fg_basket_life *life;
  int month;
  fg_amount total;
  fg_teller *to; ///< NULL: the invoices are only added up
} invoices_of_month;

static bool meet_invoice(void *context, const fg_invoice *invoice) {
  invoices_of_month *of = context;
  fg_month ends = fg_account_month(of->life->account, invoice->period.end - 1) - of->life->first;
  if (fg_min_i64(ends, of->life->basket->months - 1) == of->month) {
    of->total += invoice->total;
    FG_ASSERT(fg_amount_fits(of->total)); /* because it is a part of all that was spent */
    if (of->to != NULL) {
      tell_invoice_lines(of->to, of->life, invoice);
    }
  }
  return true;
}

typedef void tell_kind(fg_teller *to, const fg_basket_life *life, const fg_basket_line *line);

/* Compares lines in the order in which they are told: by month, usage last, bundles before all items, and otherwise as
   they were noted. */
static int compare_lines(const void *a, const void *b) {
  const fg_basket_line *one = a;
  const fg_basket_line *other = b;
  const int64_t keys[][2] = {{one->month, other->month},
                             {one->kind == FG_BASKET_BY_CAPACITY, other->kind == FG_BASKET_BY_CAPACITY},
                             {one->kind != FG_BASKET_BUNDLE, other->kind != FG_BASKET_BUNDLE},
                             {one->item, other->item},
                             {one->number, other->number}};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (keys[i][0] != keys[i][1]) {
      return keys[i][0] < keys[i][1] ? -1 : 1;
    }
  }
  return 0;
}

/* Tells the lines of a month, from index `from` on: those of usage, or the others. Returns the index of the next
   line. */
static uint32_t tell_basket_lines(fg_teller *to, const fg_basket_life *life, int month, uint32_t from, bool of_usage) {
  static tell_kind *const tells[] = {tell_bundle_bought, tell_pack_bought, tell_capacity_bought, tell_materials_held,
                                     tell_by_capacity};
  uint32_t i = from;
  for (; i < life->lines.count; i++) {
    const fg_basket_line *line = &life->lines.items[i];
    if (line->month != month || (line->kind == FG_BASKET_BY_CAPACITY) != of_usage) {
      break;
    }
    tells[line->kind](to, life, line);
  }
  return i;
}

static fg_amount basket_month_amount(const fg_basket_life *life, int month, uint32_t from, fg_amount invoiced) {
  fg_amount amount = invoiced;
  for (uint32_t i = from; i < life->lines.count && life->lines.items[i].month == month; i++) {
    amount += life->lines.items[i].amount;
  }
  FG_ASSERT(fg_amount_fits(amount));
  return amount;
}

static fg_status tell_basket_month(fg_teller *to, const fg_basket_life *life, int month, uint32_t *line,
                                   fg_amount *total) {
  char name[8];
  invoices_of_month invoices = {.life = life, .month = month};
  FG_TRY(fg_history_each_invoice(life->account->history, meet_invoice, &invoices));
  fg_amount amount = basket_month_amount(life, month, *line, invoices.total);
  *total += amount;
  fg_month_format(life->first + month, name);
  fg_tell_begin_object(to, NULL);
  fg_tell_word(to, "month", name);
  fg_tell_amount(to, "amount", amount);
  fg_tell_begin_list(to, "lines");
  *line = tell_basket_lines(to, life, month, *line, false);
  invoices.to = to;
  FG_TRY(fg_history_each_invoice(life->account->history, meet_invoice, &invoices));
  *line = tell_basket_lines(to, life, month, *line, true);
  fg_tell_end_list(to);
  fg_tell_end_object(to);
  return FG_OK;
}

/* Tells the free grants issued in the lived months. Later ones are left out: the account lives on until the last
   settlement, which may come after the next issue. */
static void tell_basket_grants(fg_teller *to, const fg_basket_life *life) {
  const fg_state *state = &life->account->state;
  fg_tell_begin_list(to, "grants");
  for (uint32_t i = 0; i < state->lots.count; i++) {
    const fg_lot *lot = &state->lots.items[i];
    fg_month month = fg_month_of(fg_date_at(lot->issued, &life->book->zone));
    char name[8];
    if (lot->source != FG_SOURCE_FREE || month >= life->first + life->basket->months) {
      continue;
    }
    fg_month_format(month, name);
    fg_tell_begin_object(to, NULL);
    const fg_product *owner = fg_book_owner(life->account->book, lot->owner);
    int64_t parts = fg_book_parts(life->account->book, lot->owner);
    fg_tell_text(to, "product", owner->id);
    fg_tell_text(to, "grant", owner->grants[lot->offer].id);
    fg_tell_word(to, "month", name);
    int64_t fraction = fg_fraction_of_parts(lot->units, parts);
    int64_t used = lot->units - lot->left; /* of lots of whole units only whole units are told */
    fg_tell_units(to, "units", lot->units / parts, fraction);
    fg_tell_units(to, "used", used / parts, fraction == 0 ? 0 : fg_fraction_of_parts(used, parts));
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

fg_status fg_basket_tell(fg_basket_life *life, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_amount total = 0;
  uint32_t line = 0;
  FG_ARRAY_SORT(&life->lines, compare_lines);
  fg_tell_begin_object(&to, NULL);
  fg_tell_text(&to, "book", life->book->id);
  fg_tell_text(&to, "currency", life->book->currency);
  fg_tell_amount(&to, "total", life->account->state.spent.gross);
  tell_basket_grants(&to, life);
  fg_tell_begin_list(&to, "months");
  for (int month = 0; month < life->basket->months; month++) {
    FG_TRY(tell_basket_month(&to, life, month, &line, &total));
  }
  fg_tell_end_list(&to);
  FG_ASSERT(to.stopped || total == life->account->state.spent.gross);
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}
