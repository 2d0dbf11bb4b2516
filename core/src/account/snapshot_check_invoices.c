/* Checks the invoices of a snapshot, and the adjustments that wait for one. */
#include "snapshot_check.h"

#include "../rules/cells.h"
#include "../rules/line.h"

static bool is_adjustment(const fg_state_check *check, const fg_adjustment *adjustment) {
  return fg_has_passed(check, adjustment->at) && adjustment->units != 0 && adjustment->units >= -INT64_MAX &&
         fg_is_text(adjustment->reason) && adjustment->product < check->account->book->product_count;
}

void fg_snapshot_check_adjustments(fg_state_check *check) {
  const fg_state *state = check->state;
  for (uint32_t i = 0; i < state->adjustments.count && check->is_good; i++) {
    const fg_adjustment *adjustment = &state->adjustments.items[i];
    fg_require(check, is_adjustment(check, adjustment));
    fg_require(check, check->is_good && adjustment->at >= state->services[adjustment->product].settled);
    fg_require(check, i == 0 || adjustment->at >= adjustment[-1].at);
  }
}

static void check_invoice_part(fg_state_check *check, const fg_invoice_line *line, const fg_invoice_part *part) {
  fg_int128 product = 0;
  fg_require(check, fg_cell_exists(check->account, line->product, part->cell) && fg_has_begun(check, part->begin));
  fg_require(check, part->units >= 0 && part->tier >= 0 && part->unit_price >= 0 && part->fee >= 0);
  fg_require(check, fg_multiply_i128(part->unit_price, part->units, &product));
}

static bool is_of_period(const fg_state_check *check, const fg_invoice *invoice, fg_date day) {
  fg_time begin = fg_account_begin(check->account, day);
  return begin >= invoice->period.begin && begin < invoice->period.end;
}

/* Checks that the kind of a line exists and, if it is a fee's, that the fee does. */
static void check_line_kind(fg_state_check *check, const fg_invoice_line *line) {
  fg_require(check, line->kind < FG_LINE_KINDS);
  if (check->is_good && line->kind == FG_LINE_FEE) {
    const fg_product *offered = &fg_account_edition(check->account, line->cell.edition)->products[line->product];
    fg_require(check, line->fee < offered->fee_count);
  }
}

static void check_line(fg_state_check *check, const fg_invoice *invoice, const fg_invoice_line *line,
                       fg_amount *total) {
  fg_snapshot_check_made(check, &line->made);
  int64_t sum = 0;
  fg_require(check, line->product < check->account->book->product_count);
  fg_require(check, line->day == FG_NO_DATE || (fg_is_date(line->day) && is_of_period(check, invoice, line->day)));
  fg_require_count(check, line->free, &sum);
  fg_require_count(check, line->packs, &sum);
  fg_require(check, check->is_good && sum <= line->total && line->unbilled >= 0 && line->tier_quantity >= 0);
  fg_require(check, check->is_good && fg_cell_exists(check->account, line->product, line->cell));
  check_line_kind(check, line);
  fg_require(check,
             line->first_part <= invoice->part_count && line->part_count <= invoice->part_count - line->first_part);
  for (uint32_t i = 0; i < line->part_count && check->is_good; i++) {
    check_invoice_part(check, line, &invoice->parts[line->first_part + i]);
  }
  /* An amount by blocks may be of more units than were used. */
  fg_require(check, line->slice.units >= 0 && line->slice.tier >= 0);
  fg_require(check, line->slice.unit_price >= 0 &&
                        (line->slice.amount >= 0 || line->is_running || line->kind == FG_LINE_MOST) &&
                        line->slice_count > 0);
  fg_require(check, line->charged >= 0 && (fg_is_paid(line->invoiced) || line->kind == FG_LINE_MOST));
  fg_int128 product = 0; /* the explanation of a line multiplies these */
  fg_require(check, fg_multiply_i128(line->slice.unit_price, line->slice.units, &product));
  fg_require(check, fg_amount_add(*total, line->slice.amount, total));
}

static void check_invoice(fg_state_check *check, fg_invoice *invoice, fg_time after) {
  fg_amount total = 0;
  fg_require(check, fg_is_period(invoice->settle) && fg_has_passed(check, invoice->issued) && invoice->issued >= after);
  fg_require(check, fg_has_begun(check, invoice->period.begin) && invoice->period.begin < invoice->period.end &&
                        invoice->period.end <= invoice->issued);
  fg_require(check, invoice->line_count > 0);
  FG_FOLLOWS(check, invoice->limited, check->state->wallet.limited);
  for (uint32_t i = 0; i < invoice->line_count && check->is_good; i++) {
    check_line(check, invoice, &invoice->lines[i], &total);
  }
  fg_require(check, fg_amount_add(total, invoice->by_bounds, &total));
  FG_FOLLOWS(check, invoice->total, total);
  for (uint32_t i = 0; i < invoice->adjustment_count && check->is_good; i++) {
    const fg_adjustment *adjustment = &invoice->adjustments[i];
    fg_require(check, is_adjustment(check, adjustment) && adjustment->at >= invoice->period.begin &&
                          adjustment->at < invoice->period.end);
  }
}

static bool are_same(const fg_service *a, const fg_service *b) {
  bool same = a->invoiced.count == b->invoiced.count;
  for (uint32_t i = 0; i < a->invoiced.count && same; i++) {
    const fg_invoiced *one = &a->invoiced.items[i];
    const fg_invoiced *other = &b->invoiced.items[i];
    same = one->kind == other->kind && one->amount == other->amount && fg_cell_is_same(one->cell, other->cell);
  }
  return same;
}

/* Collects what the invoices of a tier period that is only partly settled have charged, from which its running totals
   go on. */
static fg_status note_invoices(fg_state_check *check, uint32_t product, fg_service *found) {
  fg_time settled = check->state->services[product].settled;
  fg_time begin = fg_tiers_at(check->account, check->state, product, settled).begin;
  for (uint32_t i = 0; i < check->history->invoices.count && begin < settled; i++) {
    const fg_invoice *invoice = &check->history->invoices.items[i];
    bool is_of_it = invoice->period.begin >= begin && invoice->period.begin < settled;
    FG_TRY(is_of_it ? fg_lines_note(check->account, found, product, invoice->lines, invoice->line_count) : FG_OK);
  }
  return FG_OK;
}

fg_status fg_snapshot_check_invoiced(fg_state_check *check, uint32_t product) {
  fg_service *service = &check->state->services[product];
  fg_service found = {.invoiced = {NULL, 0, 0}};
  fg_status status = note_invoices(check, product, &found);
  if (!check->is_told) {
    service->invoiced.items = found.invoiced.items;
    service->invoiced.count = found.invoiced.count;
    service->invoiced.room = found.invoiced.room;
  } else {
    fg_require(check, status != FG_OK || are_same(service, &found));
    FG_ARRAY_RELEASE(&check->account->allocator, &found.invoiced);
  }
  return status == FG_OVERFLOW ? FG_INVALID : status;
}

void fg_snapshot_check_invoices(fg_state_check *check) {
  fg_history *history = check->history;
  for (uint32_t i = 0; i < history->invoices.count && check->is_good; i++) {
    check_invoice(check, &history->invoices.items[i], i == 0 ? 0 : history->invoices.items[i - 1].issued);
  }
}
