#include "line.h"

#include "cells.h"

fg_invoice_line fg_line_begin(const fg_account *into, uint32_t product, fg_line_kind kind) {
  return (fg_invoice_line){.product = product,
                           .kind = (uint8_t)kind,
                           .day = FG_NO_DATE,
                           .is_exact = true,
                           .slice_count = 1,
                           .first_part = into == NULL ? 0 : into->parts.count};
}

fg_status fg_line_keep_part(fg_account *into, fg_invoice_line *line, const fg_invoice_part *part) {
  if (into == NULL) {
    return FG_OK;
  }
  FG_TRY(FG_ARRAY_RESERVE(&into->allocator, &into->parts, 1));
  into->parts.items[into->parts.count++] = *part;
  line->part_count++;
  return FG_OK;
}

/* What earlier invoices charged of a line's running total. */
static fg_invoiced *invoiced_of(const fg_account *account, const fg_service *service, const fg_invoice_line *line) {
  const fg_named_price *own = fg_cell_price(account, line->product, line->cell);
  for (uint32_t i = 0; i < service->invoiced.count; i++) {
    fg_invoiced *each = &service->invoiced.items[i];
    bool is_its = line->kind != FG_LINE_USAGE ||
                  fg_string_equal(fg_cell_price(account, line->product, each->cell)->id, own->id);
    if (each->kind == line->kind && is_its) {
      return each;
    }
  }
  return NULL;
}

static void take_invoiced(const fg_account *account, const fg_billed *billed, fg_invoice_line *line) {
  if (billed == NULL || !billed->is_running) {
    return;
  }
  const fg_invoiced *had = invoiced_of(account, billed->service, line);
  line->is_running = had != NULL || billed->from < billed->period.begin;
  line->invoiced = had == NULL ? 0 : had->amount;
  line->slice.amount -= line->invoiced;
}

static fg_status note_line(const fg_account *account, fg_service *service, const fg_invoice_line *line) {
  fg_invoiced *had = invoiced_of(account, service, line);
  if (had == NULL) {
    FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->invoiced, 1));
    had = &service->invoiced.items[service->invoiced.count++];
    *had = (fg_invoiced){line->cell, line->kind, 0};
  }
  return fg_amount_add(had->amount, line->slice.amount, &had->amount) ? FG_OK : FG_OVERFLOW;
}

fg_status fg_lines_note(const fg_account *account, fg_service *service, uint32_t product, const fg_invoice_line *lines,
                        uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    bool is_its = lines[i].product == product && lines[i].kind != FG_LINE_FEE;
    FG_TRY(is_its ? note_line(account, service, &lines[i]) : FG_OK);
  }
  return FG_OK;
}

fg_status fg_lines_note_invoiced(const fg_account *account, fg_state *state, uint32_t product, fg_span period) {
  fg_service *service = &state->services[product];
  if (fg_tiers_at(account, state, product, period.begin).end <= period.end) {
    service->invoiced.count = 0;
    return FG_OK;
  }
  return fg_lines_note(account, service, product, account->lines.items, account->lines.count);
}

uint16_t fg_line_part_edition(const fg_account *account, uint32_t product, const fg_invoice_part *part, fg_time until) {
  uint16_t in_force = fg_edition_in_force(account);
  if (part->cell.edition == in_force) {
    return in_force;
  }
  fg_time end = fg_min_i64(fg_tiers_at(account, &account->state, product, part->begin).end, until);
  uint16_t last = fg_account_edition_at(account, end - 1);
  return fg_cell_priced_in(account, product, part->cell, (uint16_t)fg_min_i64(last, in_force));
}

/* Whether a line says all that its only part does: the part has no factor and no fee, and is priced by its own
   edition. */
static bool tells_itself(const fg_account *account, const fg_billed *billed, const fg_invoice_line *line,
                         const fg_invoice_part *part) {
  return part->cell.factor == 0 && part->fee == 0 &&
         fg_line_part_edition(account, line->product, part, billed->period.end) == part->cell.edition;
}

/* Drops a part that is the only one of a line of usage, if the line tells the same. */
static void drop_only_part(const fg_account *account, const fg_billed *billed, fg_account *into,
                           fg_invoice_line *line) {
  if (line->kind == FG_LINE_USAGE && line->part_count == 1 && !line->is_running &&
      tells_itself(account, billed, line, &into->parts.items[into->parts.count - 1])) {
    line->cell = into->parts.items[--into->parts.count].cell;
    line->part_count = 0;
  }
}

/* Rounds the amount of a line. An amount below 0, of a line down to a most, is rounded as its opposite is. */
static fg_status round_line(const fg_account *account, fg_exact amount, fg_invoice_line *line) {
  fg_rounding rounding = account->book->rounding;
  bool is_most = line->kind == FG_LINE_MOST;
  rounding.least = is_most ? 0 : rounding.least;
  FG_TRY(fg_exact_round(amount, rounding, &line->slice.amount));
  line->is_exact = line->is_exact && line->slice.amount == amount.whole && amount.above == 0;
  line->slice.amount = is_most ? -line->slice.amount : line->slice.amount;
  return FG_OK;
}

fg_status fg_line_end(const fg_account *account, const fg_billed *billed, fg_account *into, fg_invoice_line *line,
                      fg_exact amount, fg_amount *total) {
  FG_TRY(round_line(account, amount, line));
  take_invoiced(account, billed, line);
  FG_TRY(fg_amount_add(*total, line->slice.amount, total) ? FG_OK : FG_OVERFLOW);
  bool is_told = line->total > 0 || line->kind == FG_LINE_FEE || line->slice.amount != 0;
  drop_only_part(account, billed, into, line);
  if (into != NULL && is_told) {
    FG_TRY(FG_ARRAY_RESERVE(&into->allocator, &into->lines, 1));
    into->lines.items[into->lines.count++] = *line;
  }
  return FG_OK;
}
