#include "describe.h"

#include <stdio.h>

#include "../book/book_json.h"
#include "../rules/arrears.h"
#include "../rules/freeze.h"
#include "../rules/mode.h"
#include "../rules/postpaid.h"
#include "../state/command.h"
#include "../rules/cells.h"
#include "../rules/holds.h"
#include "../rules/lines.h"
#include "../rules/settlement.h"
#include "../base/tell.h"
#include "../rules/wallet.h"

/* Tells the funds that pay or are paid, those of 0 left out. */
static void tell_funds(fg_teller *to, const char *key, const fg_funds *funds) {
  fg_tell_begin_object(to, key);
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_amount part = fg_amount_of(funds->of[fund]);
    if (part != 0) {
      fg_tell_amount(to, fg_fund_name((fg_fund)fund), part);
    }
  }
  fg_tell_end_object(to);
}

/* ------------------------------------------------------------------------------------------------------- invoices */

static fg_date edition_date(const fg_account *account, fg_cell cell) {
  return fg_account_edition(account, cell.edition)->effective;
}

/* What a part is of, where the one before it is of another edition or another tier period. */
enum { SINCE_MAX = FG_TIME_TEXT_MAX + 5 };
static fg_string since_when(const fg_account *account, const fg_invoice_line *line, const fg_invoice_part *parts,
                            uint32_t place, char out[SINCE_MAX]) {
  const fg_invoice_part *part = &parts[place];
  bool is_first = place == 0;
  bool has_periods = parts[0].begin != parts[line->part_count - 1].begin;
  bool is_later = !is_first && part->cell.edition != part[-1].cell.edition;
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
  } else if (is_later && edition_date(account, part->cell) != FG_NO_DATE) {
    word = "from";
    fg_date_format(edition_date(account, part->cell), text);
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
    told[i] = (fg_explained_part){
        .schedule = &fg_line_price(account, line->product, part->cell)->schedule,
        .hours_of_month = fg_account_month_hours(account, part->begin),
        .slice = {part->units, part->tier, part->unit_price, 0, part->unpriced},
        .factor = fg_line_factor(account, line->product, part->cell),
        .since = since_when(account, line, parts, i, since[i]),
        .fee = part->fee,
    };
  }
  return fg_explain_parts(explained, told, count, count < line->part_count, line->is_exact, line->slice.amount, out);
}

fg_string fg_invoice_explain(const fg_account *account, const fg_invoice *invoice, const fg_invoice_line *line,
                             char out[FG_EXPLANATION_MAX]) {
  fg_explained explained = {.schedule = &fg_line_price(account, line->product, line->cell)->schedule,
                            .total = line->total,
                            .free = line->free,
                            .packs = line->packs,
                            .tier_quantity = line->tier_quantity,
                            .hours_of_month = fg_account_month_hours(account, invoice->period.begin),
                            .periods = 1,
                            .minor_digits = account->book->minor_digits,
                            .is_running = line->is_running,
                            .invoiced = line->invoiced};
  if (fg_cell_is_of_events(account, line->product)) {
    return (fg_string){out, fg_explain_events(&explained, line->is_exact, line->slice.amount, out)};
  }
  if (line->is_running) { /* its parts are of more than the period whose units the line tells */
    explained.total = explained.tier_quantity = line->slice.units;
    explained.free = explained.packs = 0;
  }
  bool has_parts = line->part_count > 0 || line->is_running;
  size_t length = !has_parts ? fg_explain_line(&explained, &line->slice, line->slice_count, out)
                             : explain_parts(account, invoice, line, &explained, out);
  return (fg_string){out, length};
}

static int64_t unpriced_units(const fg_invoice *invoice, const fg_invoice_line *line) {
  int64_t units = 0;
  for (uint32_t i = 0; i < line->part_count; i++) {
    const fg_invoice_part *part = &invoice->parts[line->first_part + i];
    units += part->unpriced ? part->units : 0;
  }
  return line->part_count == 0 ? line->slice.units : units;
}

/* The parts of a line that has several, or a factor. Their amounts are not rounded, and are not told. */
static void tell_parts(fg_teller *to, const fg_account *account, const fg_invoice *invoice,
                       const fg_invoice_line *line) {
  if (line->part_count == 0) {
    return;
  }
  fg_tell_begin_list(to, "parts");
  for (uint32_t i = 0; i < line->part_count; i++) {
    const fg_invoice_part *part = &invoice->parts[line->first_part + i];
    fg_date edition = edition_date(account, part->cell);
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
    fg_tell_amount(to, "factor", fg_line_factor(account, line->product, part->cell));
    if (part->fee != 0) {
      fg_tell_amount(to, "fee", part->fee);
    }
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static void tell_line(fg_teller *to, const fg_account *account, const fg_invoice *invoice,
                      const fg_invoice_line *line) {
  char explanation[FG_EXPLANATION_MAX];
  const fg_product *product = &account->book->products[line->product];
  fg_tell_begin_object(to, NULL);
  fg_tell_text(to, "product", product->id);
  fg_tell_text(to, "meter", product->meter);
  if (line->day != FG_NO_DATE) {
    char day[11];
    fg_date_format(line->day, day);
    fg_tell_word(to, "day", day);
  }
  fg_string price = fg_line_price(account, line->product, line->cell)->id;
  if (price.length > 0) {
    fg_tell_text(to, "price", price);
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
  tell_parts(to, account, invoice, line);
  fg_tell_text(to, "rule", fg_line_price(account, line->product, line->cell)->schedule.source);
  fg_tell_text(to, "explanation", fg_invoice_explain(account, invoice, line, explanation));
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

static void tell_invoice(fg_teller *to, const char *key, const fg_account *account, const fg_invoice *invoice) {
  fg_tell_begin_object(to, key);
  fg_invoice_tell_period(to, account, invoice);
  fg_tell_optional_time(to, "issued", invoice->issued);
  fg_tell_begin_list(to, "lines");
  for (uint32_t i = 0; i < invoice->line_count; i++) {
    tell_line(to, account, invoice, &invoice->lines[i]);
  }
  fg_tell_end_list(to);
  tell_adjustments(to, account, invoice);
  fg_tell_amount(to, "total", invoice->total);
  if (invoice->limited) {
    fg_tell_amount(to, "balance_after", invoice->balance_after);
  } else {
    fg_tell_null(to, "balance_after");
  }
  fg_tell_end_object(to);
}

typedef struct invoice_listener {
  fg_teller *to;
  const fg_account *account;
} invoice_listener;

static bool hear_invoice(void *context, const fg_invoice *invoice) {
  const invoice_listener *listener = context;
  tell_invoice(listener->to, NULL, listener->account, invoice);
  return !listener->to->stopped;
}

static fg_status tell_invoices(fg_teller *to, const char *key, const fg_account *account) {
  invoice_listener listener = {to, account};
  fg_tell_begin_list(to, key);
  FG_TRY(fg_history_each_invoice(account->history, hear_invoice, &listener));
  fg_tell_end_list(to);
  return FG_OK;
}

fg_status fg_account_invoices(const fg_account *account, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  FG_TRY(tell_invoices(&to, NULL, account));
  return fg_teller_status(&to);
}

/* -------------------------------------------------------------------------------------------------- calls in flight */

static void tell_call(fg_teller *to, const fg_account *account, const fg_hold *hold, fg_string id) {
  fg_kept_call call = fg_record_call(hold->entry);
  fg_tell_begin_object(to, NULL);
  fg_tell_text(to, "id", id);
  fg_tell_text(to, "product", call.event.text != NULL ? call.event : account->book->products[hold->product].id);
  fg_tell_integer(to, "quantity", call.quantity);
  fg_tell_optional_text(to, "owner", call.owner);
  fg_tell_time(to, "since", hold->since);
  fg_tell_optional_time(to, "deadline", hold->deadline);
  bool is_abandoned = hold->deadline <= account->state.now;
  fg_tell_word(to, "state", hold->unknown ? "unknown" : is_abandoned ? "abandoned" : "held");
  fg_tell_optional_text(to, "outcome", hold->unknown ? fg_record_ending(hold->entry).outcome : (fg_string){NULL, 0});
  fg_tell_end_object(to);
}

fg_status fg_account_tell_calls(const fg_account *account, const fg_call_filter *filter, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_list(&to, NULL);
  for (uint32_t i = 0; i < account->state.holds.count; i++) {
    const fg_hold *hold = &account->state.holds.items[i];
    char made[FG_CALL_NAME_MAX];
    fg_string id = fg_hold_id(hold, made);
    bool is_wanted = filter == NULL || filter->wants(filter->context, id);
    if (is_wanted && hold->part == 0) {
      tell_call(&to, account, hold, id);
    }
  }
  fg_tell_end_list(&to);
  return fg_teller_status(&to);
}

fg_status fg_account_calls(const fg_account *account, const fg_visitor *visitor) {
  return fg_account_tell_calls(account, NULL, visitor);
}

/* ------------------------------------------------------------------------------------------------------ statement */

static const char *state_name(const fg_account *account) {
  const fg_state *state = &account->state;
  bool arrears = state->arrears_since != FG_NO_TIME;
  return state->violation                         ? "violation"
         : fg_arrears_stopped_any(account, state) ? "suspended"
         : arrears                                ? "arrears"
                                                  : "active";
}

static void tell_wallet(fg_teller *to, const fg_wallet *wallet) {
  static const fg_fund order[] = {FG_CASH, FG_INCOME, FG_GIFT, FG_VOUCHER};
  if (!wallet->limited) {
    fg_tell_null(to, "wallet");
    return;
  }
  fg_tell_begin_object(to, "wallet");
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    fg_tell_amount(to, fg_fund_name(order[i]), wallet->of[order[i]]);
  }
  fg_tell_amount(to, "balance", fg_wallet_balance(wallet));
  fg_tell_end_object(to);
}

static const char *grant_state(const fg_grant *grant, fg_time now) {
  return grant->refunded ? "refunded" : grant->left == 0 ? "used_up" : grant->expires <= now ? "void" : "active";
}

/* Units of a grant's own. Of a pool there may be parts of one, so they are told as a decimal, cut after 12 digits. */
static void tell_lot_units(fg_teller *to, const char *key, const fg_account *account, const fg_grant *grant,
                           int64_t parts) {
  int64_t unit = fg_book_parts(account->book, grant->owner);
  if (fg_book_is_pool(account->book, grant->owner)) {
    fg_int128 whole = parts / unit;
    char text[FG_MONEY_TEXT_MAX];
    fg_money_format(fg_money_of(whole * FG_UNIT + (fg_int128)(parts % unit) * FG_UNIT / unit), 0, text);
    fg_tell_word(to, key, text);
  } else {
    fg_tell_integer(to, key, parts);
  }
}

static void tell_grant(fg_teller *to, const fg_account *account, const fg_grant *grant) {
  static const char *const sources[] = {"free", "paid", "gift"};
  const fg_product *product = fg_book_owner(account->book, grant->owner);
  bool is_free = grant->source == FG_SOURCE_FREE;
  fg_tell_begin_object(to, NULL);
  fg_tell_text(to, "id", grant->id);
  fg_tell_word(to, "source", sources[grant->source]);
  fg_tell_text(to, "pack", is_free ? product->grants[grant->offer].id : product->packs[grant->offer].id);
  tell_lot_units(to, "units", account, grant, grant->units);
  tell_lot_units(to, "left", account, grant, grant->left);
  fg_tell_time(to, "bought", grant->bought);
  fg_tell_optional_time(to, "expires", grant->expires);
  fg_tell_word(to, "state", grant_state(grant, account->state.now));
  fg_tell_end_object(to);
}

static void tell_held_grants(fg_teller *to, const char *key, const fg_account *account, uint32_t owner, bool free) {
  fg_tell_begin_list(to, key);
  for (uint32_t i = 0; i < account->state.grants.count; i++) {
    const fg_grant *grant = &account->state.grants.items[i];
    if (grant->owner == owner && (grant->source == FG_SOURCE_FREE) == free) {
      tell_grant(to, account, grant);
    }
  }
  fg_tell_end_list(to);
}

static void tell_held_capacity(fg_teller *to, const fg_account *account, uint32_t product) {
  fg_tell_begin_list(to, "capacity");
  for (uint32_t i = 0; i < account->state.capacity.count; i++) {
    const fg_capacity_order *order = &account->state.capacity.items[i];
    const fg_capacity_place *place = &account->book->capacities[order->place];
    if (place->product != product || order->refunded) {
      continue;
    }
    fg_tell_begin_object(to, NULL);
    fg_tell_text(to, "id", order->id);
    fg_tell_text(to, "meter", place->offer->meter);
    fg_tell_integer(to, "quantity", order->quantity);
    fg_tell_time(to, "from", order->from);
    fg_tell_time(to, "until", order->until);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static void tell_limits(fg_teller *to, const fg_account *account, uint32_t product) {
  const fg_product *offered = &account->book->products[product];
  fg_tell_begin_object(to, "limits");
  for (uint32_t i = 0; i < offered->asked_count; i++) {
    int64_t limit = account->state.windows[offered->asked[i]].limit;
    if (limit >= 0) {
      fg_tell_integer(to, account->book->windows[offered->asked[i]]->id.text, limit);
    }
  }
  fg_tell_end_object(to);
}

static void tell_month(fg_teller *to, const fg_account *account, uint32_t product) {
  fg_usage month = fg_cells_of_month(account, &account->state, product);
  fg_tell_begin_object(to, "month");
  fg_tell_integer(to, "total", month.free + month.packs + month.postpaid + month.unbilled);
  fg_tell_integer(to, "free", month.free);
  fg_tell_integer(to, "packs", month.packs);
  fg_tell_integer(to, "postpaid", month.postpaid);
  fg_tell_integer(to, "unbilled", month.unbilled);
  fg_tell_integer(to, "uncertain", fg_holds_uncertain(account, product));
  fg_tell_end_object(to);
}

static void tell_service(fg_teller *to, const fg_account *account, uint32_t product) {
  const fg_service *service = &account->state.services[product];
  fg_mode mode = fg_mode_of(account, &account->state, product);
  fg_tell_begin_object(to, account->book->products[product].id.text);
  fg_tell_flag(to, "open", service->open);
  fg_tell_text(to, "mode", fg_mode_name(account, mode, product));
  if (account->book->products[product].postpaid != FG_POSTPAID_ALWAYS) {
    fg_tell_flag(to, "postpaid", fg_postpaid_refusal(account, &account->state, product) == FG_OK);
  }
  if (account->book->arrears_count > 0) {
    fg_tell_flag(to, "suspended", fg_arrears_stopped(&account->state, product));
  }
  tell_limits(to, account, product);
  tell_held_grants(to, "grants", account, product, true);
  tell_held_grants(to, "packs", account, product, false);
  tell_held_capacity(to, account, product);
  fg_tell_begin_object(to, "materials");
  fg_tell_integer(to, "held", service->materials_held);
  fg_tell_integer(to, "limit", service->materials_limit);
  fg_tell_end_object(to);
  tell_month(to, account, product);
  fg_tell_end_object(to);
}

/* A book without pools has no such list. */
static void tell_pools(fg_teller *to, const fg_account *account) {
  const fg_book *book = account->book;
  if (book->pool_count == 0) {
    return;
  }
  fg_tell_begin_object(to, "pools");
  for (uint32_t owner = book->product_count; owner < fg_book_owner_count(book); owner++) {
    fg_tell_begin_object(to, fg_book_owner(book, owner)->id.text);
    fg_tell_text(to, "unit", fg_book_owner(book, owner)->unit);
    tell_held_grants(to, "grants", account, owner, true);
    tell_held_grants(to, "packs", account, owner, false);
    fg_tell_end_object(to);
  }
  fg_tell_end_object(to);
}

static void tell_spent(fg_teller *to, const fg_spent *spent) {
  fg_tell_begin_object(to, "spent");
  fg_tell_amount(to, "packs", spent->packs);
  fg_tell_amount(to, "materials", spent->materials);
  fg_tell_amount(to, "capacity", spent->capacity);
  fg_tell_amount(to, "postpaid", spent->postpaid);
  fg_tell_amount(to, "refunded", spent->refunded);
  fg_tell_amount(to, "total", spent->gross - spent->refunded);
  fg_tell_end_object(to);
}

/* What each choice will switch to. */
static void tell_choices(fg_teller *to, const fg_account *account) {
  fg_tell_begin_object(to, "choices");
  for (uint32_t i = 0; i < account->book->choice_count; i++) {
    const fg_switch_pending *pending = &account->state.switches[i];
    bool is_pending = pending->at != FG_NO_TIME;
    fg_tell_begin_object(to, account->book->choices[i].id.text);
    fg_tell_optional_text(to, "next", is_pending ? account->book->products[pending->product].id : (fg_string){NULL, 0});
    fg_tell_optional_time(to, "at", is_pending ? pending->at : FG_NO_TIME);
    fg_tell_end_object(to);
  }
  fg_tell_end_object(to);
}

static fg_status tell_frozen(fg_teller *to, const fg_account *account) {
  fg_amount frozen = 0;
  FG_TRY(fg_freeze_amount(account, &account->state, &frozen));
  fg_tell_optional_amount(to, "frozen", account->state.wallet.limited, frozen);
  return FG_OK;
}

static fg_status tell_statement(fg_teller *to, const char *key, const fg_account *account) {
  const fg_state *state = &account->state;
  fg_tell_begin_object(to, key);
  fg_tell_optional_time(to, "at", state->now);
  fg_tell_text(to, "currency", account->book->currency);
  fg_tell_word(to, "state", state_name(account));
  tell_wallet(to, &state->wallet);
  fg_tell_begin_object(to, "products");
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    tell_service(to, account, product);
  }
  fg_tell_end_object(to);
  tell_pools(to, account);
  FG_TRY(tell_invoices(to, "invoices", account));
  tell_spent(to, &state->spent);
  if (account->book->choice_count > 0) {
    tell_choices(to, account);
  }
  FG_TRY(account->book->freeze == NULL ? FG_OK : tell_frozen(to, account));
  fg_tell_end_object(to);
  return FG_OK;
}

fg_status fg_account_tell(const fg_account *account, const char *key, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  FG_TRY(tell_statement(&to, key, account));
  return fg_teller_status(&to);
}

fg_status fg_account_describe(const fg_account *account, const fg_visitor *visitor) {
  return fg_account_tell(account, NULL, visitor);
}

/* ------------------------------------------------------------------------------------------------------- outcomes */

static void tell_issued(fg_teller *to, const char *key, const fg_account *account, uint32_t issued) {
  fg_tell_begin_list(to, key);
  uint32_t count = account->state.grants.count; /* those issued by the latest command are the last ones */
  for (uint32_t i = count - issued; i < count; i++) {
    const fg_grant *grant = &account->state.grants.items[i];
    fg_tell_begin_object(to, NULL);
    fg_tell_text(to, "id", grant->id);
    tell_lot_units(to, "units", account, grant, grant->units);
    tell_lot_units(to, "left", account, grant, grant->left);
    fg_tell_optional_time(to, "expires", grant->expires);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static void tell_draws(fg_teller *to, const char *key, const fg_used *used) {
  fg_tell_begin_list(to, key);
  for (size_t i = 0; i < used->pack_count; i++) {
    fg_tell_begin_object(to, NULL);
    fg_tell_text(to, "id", used->packs[i].id);
    fg_tell_integer(to, "units", used->packs[i].units);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static void tell_used(fg_teller *to, const char *key, const fg_used *used) {
  fg_tell_begin_object(to, key);
  fg_tell_integer(to, "free", used->free);
  tell_draws(to, "packs", used);
  fg_tell_integer(to, "postpaid", used->postpaid);
  fg_tell_integer(to, "unbilled", used->unbilled);
  fg_tell_end_object(to);
}

/* How a value of an outcome is told, by the KIND that its row of the table names. */
#define TELL_TEXT(key, value) fg_tell_text(to, key, value)
#define TELL_INTEGER(key, value) fg_tell_integer(to, key, value)
#define TELL_DATE(key, value) fg_tell_optional_date(to, key, value)
#define TELL_TIME(key, value) fg_tell_time(to, key, value)
#define TELL_END(key, value) fg_tell_optional_time(to, key, value)
#define TELL_MONEY(key, value) fg_tell_amount(to, key, fg_amount_of(value))
#define TELL_BALANCE(key, value) fg_tell_optional_amount(to, key, (value).limited, fg_amount_of((value).balance))
#define TELL_FUNDS(key, value) tell_funds(to, key, &(value))
#define TELL_DRAWS(key, value) tell_draws(to, key, &(value))
#define TELL_TAKEN(key, value)                                                                                         \
  (value).takes_off ? fg_tell_integer(to, key, (value).packs) : tell_draws(to, key, &(value).used)
#define TELL_USED(key, value) tell_used(to, key, &(value))
#define TELL_GRANTS(key, value) tell_issued(to, key, account, value)
#define TELL_INVOICE(key, value) tell_invoice(to, key, account, &(value))
#define TELL_STATEMENT(key, value) FG_TRY(tell_statement(to, key, value))

static fg_status tell_answer(fg_teller *to, const fg_account *account, const fg_outcome *outcome) {
  switch (outcome->kind) {
#define COMMAND(number, NAME, name, id, does, summary) case FG_DO_##NAME:
#define ANSWER(key, KIND, value, help) TELL_##KIND(#key, value);
#define ANSWER_IF(condition, when, key, KIND, value, help)                                                             \
  if (condition) {                                                                                                     \
    TELL_##KIND(#key, value);                                                                                          \
  }
#define END_COMMAND break;
#include "../state/commands.def"
  case FG_COMMAND_COUNT: break;
  }
  return FG_OK;
}

fg_status fg_outcome_describe(const fg_account *account, const fg_outcome *outcome, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_object(&to, NULL);
  fg_tell_word(&to, "do", fg_command_name(outcome->kind));
  fg_tell_flag(&to, "ok", true);
  FG_TRY(tell_answer(&to, account, outcome));
  if (outcome->repeated) {
    fg_tell_flag(&to, "repeated", true);
  }
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}
