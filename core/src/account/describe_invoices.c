/* Invoices, their lines and the parts of these, told as the timeline has them. */
#include "describe.h"

#include <stdio.h>

#include "../book/book_json.h"
#include "../rules/cells.h"
#include "../rules/line.h"
#include "../rules/line_bounds.h"
#include "../rules/preview.h"

static fg_date edition_date(const fg_account *account, uint16_t edition) {
  return fg_account_edition(account, edition)->effective;
}

static uint16_t part_edition(const fg_account *account, const fg_invoice *invoice, const fg_invoice_line *line,
                             const fg_invoice_part *part) {
  return fg_line_part_edition(account, line->product, part, invoice->period.end);
}

/* Room for "from " and an instant, which tells where a part begins in another edition or tier period. */
enum { SINCE_MAX = FG_TIME_TEXT_MAX + 5 };
static fg_string since_when(const fg_account *account, const fg_invoice *invoice, const fg_invoice_line *line,
                            uint32_t place, char out[SINCE_MAX]) {
  const fg_invoice_part *parts = invoice->parts + line->first_part;
  const fg_invoice_part *part = &parts[place];
  uint16_t edition = part_edition(account, invoice, line, part);
  bool is_first = place == 0;
  bool has_periods = parts[0].begin != parts[line->part_count - 1].begin;
  bool is_later = !is_first && edition != part_edition(account, invoice, line, part - 1);
  char text[FG_TIME_TEXT_MAX];
  const char *word = NULL;
  if (has_periods && (is_first || part->begin != part[-1].begin)) {
    fg_date date = fg_account_date(account, part->begin);
    bool is_day = part->begin == fg_account_begin(account, date);
    word = is_day ? "on" : "from";
    if (is_day) {
      fg_date_format(date, text);
    } else {
      fg_time_format(part->begin, &account->book->zone, text);
    }
  } else if (is_later && edition_date(account, edition) != FG_NO_DATE) {
    word = "from";
    fg_date_format(edition_date(account, edition), text);
  }
  int length = word == NULL ? 0 : snprintf(out, SINCE_MAX, "%s %s", word, text);
  return word == NULL ? fg_string_of("") : (fg_string){out, (size_t)length};
}

static size_t explain_parts(const fg_account *account, const fg_invoice *invoice, const fg_invoice_line *line,
                            const fg_explained *explained, char out[FG_EXPLANATION_MAX]) {
  fg_explained_part told[FG_EXPLAINED_PARTS];
  char since[FG_EXPLAINED_PARTS][SINCE_MAX];
  const fg_invoice_part *parts = invoice->parts + line->first_part;
  uint32_t count = line->part_count < FG_EXPLAINED_PARTS ? line->part_count : FG_EXPLAINED_PARTS;
  for (uint32_t i = 0; i < count; i++) {
    const fg_invoice_part *part = &parts[i];
    uint16_t edition = part_edition(account, invoice, line, part);
    told[i] = (fg_explained_part){
        .schedule = fg_cell_schedule_in(account, line->product, part->cell, edition),
        .hours_of_month = fg_account_month_hours(account, part->begin),
        .slice = {part->units, part->tier, part->unit_price, 0, part->unpriced},
        .factor = fg_cell_factor(account, line->product, part->cell),
        .since = since_when(account, invoice, line, i, since[i]),
        .fee = part->fee,
    };
  }
  return fg_explain_parts(explained, told, count, count < line->part_count, line->is_exact, line->slice.amount, out);
}

static size_t explain_fee(const fg_invoice *invoice, const fg_invoice_line *line, const fg_explained *explained,
                          char out[FG_EXPLANATION_MAX]) {
  fg_explained_times told[FG_EXPLAINED_PARTS];
  uint32_t count = line->part_count < FG_EXPLAINED_PARTS ? line->part_count : FG_EXPLAINED_PARTS;
  for (uint32_t i = 0; i < count; i++) {
    const fg_invoice_part *part = &invoice->parts[line->first_part + i];
    told[i] = (fg_explained_times){part->unit_price, part->units, part->tier};
  }
  return fg_explain_fee(explained, told, count, line->is_exact, line->slice.amount, out);
}

static const char *ordinal(int64_t number) {
  bool is_teen = number / 10 % 10 == 1;
  return is_teen ? "th" : number % 10 == 1 ? "st" : number % 10 == 2 ? "nd" : number % 10 == 3 ? "rd" : "th";
}

/* Room for what the units of an aggregate's line are, such as "23rd of 24 samples: ". */
enum { MADE_MAX = 96 };
static size_t explain_made(const fg_account *account, const fg_invoice_line *line, char out[MADE_MAX]) {
  const fg_aggregate *aggregate = account->book->products[line->product].aggregate;
  const char *of = line->made.samples == 1 ? "sample" : "samples";
  char samples[FG_GROUPED_MAX];
  char place[FG_GROUPED_MAX];
  int length = 0;
  fg_explain_amount(line->made.samples * FG_UNIT, 0, samples);
  fg_explain_amount(line->made.place * FG_UNIT, 0, place);
  if (line->made.events > 1) {
    length = snprintf(out, MADE_MAX, "%lld values: ", (long long)line->made.events);
  } else if (line->made.place > 0) {
    length = snprintf(out, MADE_MAX, "%.32s%s of %.32s %s: ", place, ordinal(line->made.place), samples, of);
  } else if (line->made.samples > 0) {
    const char *take = aggregate->take == FG_TAKE_SUM ? "sum" : "highest";
    length = snprintf(out, MADE_MAX, "%s of %.32s %s: ", take, samples, of);
  }
  return (size_t)length;
}

/* Puts what the units of a line are in front of the explanation of its amount. */
static size_t explain_with(const fg_account *account, const fg_invoice_line *line, size_t length,
                           char out[FG_EXPLANATION_MAX]) {
  char made[MADE_MAX];
  size_t more = line->made.events == 0 ? 0 : explain_made(account, line, made);
  if (more == 0 || length + more >= FG_EXPLANATION_MAX) {
    return length;
  }
  memmove(out + more, out, length + 1);
  memcpy(out, made, more);
  return length + more;
}

static fg_string explain_invoiced(const fg_account *account, const fg_invoice *invoice, const fg_invoice_line *line,
                                  char out[FG_EXPLANATION_MAX]) {
  fg_explained explained = {.schedule = &fg_cell_price(account, line->product, line->cell)->schedule,
                            .total = line->total,
                            .free = line->free,
                            .packs = line->packs,
                            .tier_quantity = line->tier_quantity,
                            .hours_of_month = fg_account_month_hours(account, invoice->period.begin),
                            .periods = 1,
                            .minor_digits = account->book->minor_digits,
                            .is_running = line->is_running,
                            .invoiced = line->invoiced};
  if (line->kind == FG_LINE_FEE) {
    return (fg_string){out, explain_fee(invoice, line, &explained, out)};
  }
  if (line->kind != FG_LINE_USAGE) {
    bool is_least = line->kind == FG_LINE_LEAST;
    const fg_product *offered = &account->book->products[line->product];
    explained.is_by_period = !fg_period_divides(offered->settle, offered->tier_period);
    fg_amount bound = fg_line_bound(account, line).amount;
    return (fg_string){out, fg_explain_bound(&explained, is_least, bound, line->is_exact, line->slice.amount, out)};
  }
  if (fg_cell_is_of_events(account, line->product)) {
    size_t told = fg_explain_events(&explained, line->is_exact, line->slice.amount, out);
    return (fg_string){out, explain_with(account, line, told, out)};
  }
  /* The parts of a running total are of all its invoices. Where all units that are charged are of this one, what grants
     and packs covered of them is the line's; else the line does not tell it. */
  if (line->is_running && line->charged != line->slice.units) {
    explained.total = line->slice.units;
    explained.free = explained.packs = 0;
  }
  /* Of a running total, and of a line that may be over several tier periods, no one quantity picked the tier. From
     format 2 on daily tiers are such lines. */
  const fg_product *offered = &account->book->products[line->product];
  bool is_by_period = account->book->whole->format > 0 && !fg_period_divides(offered->settle, offered->tier_period);
  bool has_one_count = !line->is_running && !is_by_period;
  explained.tier_quantity = has_one_count ? line->tier_quantity : explained.total - explained.free - explained.packs;
  bool has_parts = line->part_count > 0 || line->is_running;
  size_t length = !has_parts ? fg_explain_line(&explained, &line->slice, line->slice_count, out)
                             : explain_parts(account, invoice, line, &explained, out);
  return (fg_string){out, explain_with(account, line, length, out)};
}

void fg_invoice_tell_explanation(fg_teller *to, const fg_account *account, const fg_invoice *invoice,
                                 const fg_invoice_line *line, char room[FG_EXPLANATION_MAX]) {
  fg_tell_text(to, "explanation", explain_invoiced(account, invoice, line, room));
}

static int64_t unpriced_units(const fg_invoice *invoice, const fg_invoice_line *line) {
  int64_t units = 0;
  for (uint32_t i = 0; i < line->part_count; i++) {
    const fg_invoice_part *part = &invoice->parts[line->first_part + i];
    units += part->unpriced ? part->units : 0;
  }
  return line->part_count == 0 ? line->slice.units : units;
}

/* Tells the parts of a line that has several of them, or a factor. Parts tell no amounts, because theirs are not
   rounded. */
static void tell_parts(fg_teller *to, const fg_account *account, const fg_invoice *invoice,
                       const fg_invoice_line *line) {
  if (line->part_count == 0) {
    return;
  }
  fg_tell_begin_list(to, "parts");
  for (uint32_t i = 0; i < line->part_count; i++) {
    const fg_invoice_part *part = &invoice->parts[line->first_part + i];
    fg_date edition = edition_date(account, part_edition(account, invoice, line, part));
    fg_tell_begin_object(to, NULL);
    fg_tell_time(to, "begin", part->begin);
    if (edition != FG_NO_DATE) {
      char date[11];
      fg_date_format(edition, date);
      fg_tell_word(to, "edition", date);
    }
    fg_tell_integer(to, "units", part->units);
    fg_tell_amount(to, "unit_price", part->unit_price);
    fg_tell_integer(to, "tier", part->tier);
    fg_tell_amount(to, "factor", fg_cell_factor(account, line->product, part->cell));
    if (part->fee != 0) {
      fg_tell_amount(to, "fee", part->fee);
    }
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static const fg_fee_offer *fee_of_line(const fg_account *account, const fg_invoice_line *line) {
  return &fg_account_edition(account, line->cell.edition)->products[line->product].fees[line->fee];
}

static void tell_line(fg_teller *to, const fg_account *account, const fg_invoice *invoice, const fg_invoice_line *line,
                      fg_invoice_manner manner, char explanation[FG_EXPLANATION_MAX]) {
  const fg_product *product = &account->book->products[line->product];
  fg_tell_begin_object(to, NULL);
  fg_tell_text(to, "product", product->id);
  fg_tell_text(to, "meter", product->meter);
  if (line->day != FG_NO_DATE) {
    char day[11];
    fg_date_format(line->day, day);
    fg_tell_word(to, "day", day);
  }
  if (manner == FG_INVOICES_WITH_EDITIONS) {
    fg_tell_optional_date(to, "edition", edition_date(account, line->cell.edition));
  }
  const fg_named_price *price = fg_cell_price(account, line->product, line->cell);
  if (line->kind == FG_LINE_FEE) {
    fg_tell_text(to, "fee", fee_of_line(account, line)->id);
  } else if (line->kind != FG_LINE_USAGE) {
    fg_tell_word(to, "bound", line->kind == FG_LINE_LEAST ? "least" : "most");
  } else if (price->id.length > 0) {
    fg_tell_text(to, "price", price->id);
  }
  bool is_first = fg_invoice_line_is_first(line);
  fg_tell_integer(to, "units", line->is_running ? line->charged : line->slice.units);
  fg_tell_integer(to, "free", is_first ? line->free : 0);
  fg_tell_integer(to, "packs", is_first ? line->packs : 0);
  fg_tell_integer(to, "unbilled", is_first ? line->unbilled : 0);
  fg_tell_amount(to, "unit_price", line->slice.unit_price);
  fg_tell_integer(to, "tier", line->slice.tier);
  if (line->slice.unpriced && line->slice.units > 0) {
    fg_tell_integer(to, "unpriced", unpriced_units(invoice, line));
  }
  if (line->is_running) {
    fg_tell_amount(to, "invoiced", line->invoiced);
  }
  fg_tell_amount(to, "amount", line->slice.amount);
  if (line->kind == FG_LINE_USAGE) {
    tell_parts(to, account, invoice, line);
  }
  fg_tell_text(to, "rule", line->kind == FG_LINE_FEE ? fee_of_line(account, line)->source : price->schedule.source);
  fg_invoice_tell_explanation(to, account, invoice, line, explanation);
  fg_tell_end_object(to);
}

static void tell_adjustments(fg_teller *to, const fg_account *account, const fg_invoice *invoice) {
  fg_tell_begin_list(to, "adjustments");
  for (uint32_t i = 0; i < invoice->adjustment_count; i++) {
    const fg_adjustment *adjustment = &invoice->adjustments[i];
    if (!fg_preview_has(account->book, invoice->only, adjustment->product)) {
      continue;
    }
    fg_tell_begin_object(to, NULL);
    fg_tell_time(to, "at", adjustment->at);
    fg_tell_integer(to, "units", adjustment->units);
    fg_tell_text(to, "reason", adjustment->reason);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

void fg_invoice_tell_period(fg_teller *to, const fg_account *account, const fg_invoice *invoice) {
  if (invoice->settle.unit == FG_EVERY_MONTH) {
    char month[8];
    fg_month_format(fg_account_month(account, invoice->period.begin), month);
    fg_tell_word(to, "month", month);
  } else {
    fg_tell_time(to, "begin", invoice->period.begin);
    fg_tell_period(to, "settle", invoice->settle);
  }
}

static void tell_lines(fg_teller *to, const fg_account *account, const fg_invoice *invoice, fg_invoice_manner manner) {
  char *explanation = fg_explanation_new(&account->allocator);
  if (explanation == NULL) {
    fg_tell_fail(to, FG_NO_MEMORY);
    return;
  }
  fg_tell_begin_list(to, "lines");
  for (uint32_t i = 0; i < invoice->line_count; i++) {
    tell_line(to, account, invoice, &invoice->lines[i], manner, explanation);
  }
  fg_tell_end_list(to);
  fg_explanation_free(&account->allocator, explanation);
}

static void tell_invoice(fg_teller *to, const char *key, const fg_account *account, const fg_invoice *invoice,
                         fg_invoice_manner manner) {
  fg_tell_begin_object(to, key);
  fg_invoice_tell_period(to, account, invoice);
  fg_tell_optional_time(to, "issued", invoice->issued);
  tell_lines(to, account, invoice, manner);
  tell_adjustments(to, account, invoice);
  fg_tell_amount(to, "total", invoice->total);
  if (invoice->by_bounds != 0) {
    fg_tell_amount(to, "by_bounds", invoice->by_bounds);
  }
  if (invoice->limited) {
    fg_tell_amount(to, "balance_after", invoice->balance_after);
  } else {
    fg_tell_null(to, "balance_after");
  }
  fg_tell_end_object(to);
}

void fg_tell_invoice(fg_teller *to, const char *key, const fg_account *account, const fg_invoice *invoice) {
  tell_invoice(to, key, account, invoice, FG_INVOICES_OF_STATEMENT);
}

typedef struct invoice_listener {
  fg_teller *to;
  const fg_account *account;
  fg_invoice_manner manner;
  uint32_t passed_over; ///< how many invoices at the beginning of the list are not told
} invoice_listener;

static bool hear_invoice(void *context, const fg_invoice *invoice) {
  invoice_listener *listener = context;
  if (listener->passed_over > 0) {
    listener->passed_over--;
    return true;
  }
  tell_invoice(listener->to, NULL, listener->account, invoice, listener->manner);
  return !listener->to->stopped;
}

static fg_status tell_invoices(fg_teller *to, const char *key, const fg_account *account, fg_invoice_manner manner,
                               uint32_t passed_over) {
  invoice_listener listener = {to, account, manner, passed_over};
  fg_tell_begin_list(to, key);
  fg_status status = fg_history_each_invoice(account->history, hear_invoice, &listener);
  FG_TRY(status == FG_STOPPED ? fg_teller_status(to) : status);
  fg_tell_end_list(to);
  return FG_OK;
}

fg_status fg_tell_invoices(fg_teller *to, const char *key, const fg_account *account) {
  return tell_invoices(to, key, account, FG_INVOICES_OF_STATEMENT, 0);
}

fg_status fg_account_tell_invoices(const fg_account *account, fg_invoice_manner manner, uint32_t passed_over,
                                   const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  FG_TRY(tell_invoices(&to, NULL, account, manner, passed_over));
  return fg_teller_status(&to);
}

fg_status fg_account_invoices(const fg_account *account, const fg_visitor *visitor) {
  return fg_account_tell_invoices(account, FG_INVOICES_OF_STATEMENT, 0, visitor);
}
