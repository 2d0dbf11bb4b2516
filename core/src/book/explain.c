#include "explain.h"

char *fg_explanation_new(const fg_allocator *allocator) {
  return allocator->resize(allocator->context, NULL, 0, FG_EXPLANATION_MAX); /* nothing reads what was not written */
}

void fg_explanation_free(const fg_allocator *allocator, char *explanation) {
  fg_release(allocator, explanation, FG_EXPLANATION_MAX);
}

/* A text that is being written. */
typedef struct fg_explanation {
  char *out;
  size_t length;
} fg_explanation;

static void put(fg_explanation *to, const char *text) {
  size_t length = strlen(text);
  if (length < FG_EXPLANATION_MAX - to->length) {
    memcpy(to->out + to->length, text, length + 1);
    to->length += length;
  }
}

size_t fg_explain_amount(fg_amount amount, int minor_digits, char out[FG_GROUPED_MAX]) {
  char plain[FG_MONEY_TEXT_MAX];
  size_t length = fg_money_format(fg_money_of(amount), minor_digits, plain);
  const char *point = memchr(plain, '.', length);
  size_t whole = point == NULL ? length : (size_t)(point - plain);
  size_t first = plain[0] == '-' ? 1 : 0;
  size_t used = 0;
  for (size_t i = 0; i < length; i++) {
    if (i > first && i < whole && (whole - i) % 3 == 0) {
      out[used++] = ',';
    }
    out[used++] = plain[i];
  }
  out[used] = '\0';
  return used;
}

static void put_amount(fg_explanation *to, fg_amount amount, int minor_digits) {
  char grouped[FG_GROUPED_MAX];
  fg_explain_amount(amount, minor_digits, grouped);
  put(to, grouped);
}

static void put_units(fg_explanation *to, int64_t units) {
  char grouped[FG_GROUPED_MAX];
  char *at = grouped + sizeof grouped - 1;
  if (units < 0) {
    put_amount(to, units * FG_UNIT, 0);
    return;
  }
  *at = '\0';
  for (int digits = 0; digits == 0 || units > 0; digits++, units /= 10) {
    if (digits > 0 && digits % 3 == 0) {
      *--at = ',';
    }
    *--at = (char)('0' + (int)(units % 10));
  }
  put(to, at);
}

static int64_t units_charged(const fg_explained *explained) {
  return explained->total - explained->free - explained->packs;
}

/* Writes the units charged: "15,000 − 1,000 free − 10,000 packs". A term of 0 is left out. */
static void put_total(fg_explanation *to, const fg_explained *explained) {
  put_units(to, explained->total);
  if (explained->free > 0) {
    put(to, " − ");
    put_units(to, explained->free);
    put(to, " free");
  }
  if (explained->packs > 0) {
    put(to, " − ");
    put_units(to, explained->packs);
    put(to, " packs");
  }
}

static void put_base(fg_explanation *to, const fg_explained *explained) {
  bool reduced = units_charged(explained) < explained->total;
  put(to, reduced ? "(" : "");
  put_total(to, explained);
  put(to, reduced ? ")" : "");
}

static void put_blocks(fg_explanation *to, const fg_explained *explained) {
  if (explained->schedule->block > 1) {
    put(to, " in blocks of ");
    put_units(to, explained->schedule->block);
  }
}

static void put_per(fg_explanation *to, const fg_explained *explained) {
  const fg_schedule *schedule = explained->schedule;
  bool many = schedule->per > 1;
  if (!many && !schedule->per_hours_of_month) {
    return;
  }
  put(to, many && schedule->per_hours_of_month ? " ÷ (" : " ÷ ");
  if (many) {
    put_units(to, schedule->per);
  }
  if (schedule->per_hours_of_month) {
    put(to, many ? " × " : "");
    put_units(to, explained->hours_of_month);
    put(to, many ? " hours)" : " hours");
  }
}

/* Names the quantity that picked the tier where it is not the quantity charged (R12, R17, R18). */
static void put_tier_basis(fg_explanation *to, const fg_explained *explained) {
  if (explained->tier_quantity != units_charged(explained) && explained->schedule->tier_count > 1) {
    put(to, " (tier of ");
    put_units(to, explained->tier_quantity);
    put(to, ")");
  }
}

/* Marks a slice whose tier has no published price. */
static void put_unpriced(fg_explanation *to, const fg_price_slice *slice) {
  put(to, slice->unpriced && slice->units > 0 ? " (unpriced)" : "");
}

static void put_periods(fg_explanation *to, const fg_explained *explained) {
  if (explained->period != NULL) {
    put(to, " × ");
    put_units(to, explained->periods);
    put(to, " ");
    put(to, explained->period);
    put(to, explained->periods == 1 ? "" : "s");
  }
}

static void put_factor(fg_explanation *to, const fg_explained *explained) {
  if (explained->factor != 0 && explained->factor != FG_UNIT) {
    put(to, " × ");
    put_amount(to, explained->factor, 0);
  }
}

static int64_t operand_value(const fg_explained *explained, fg_operand operand) {
  return operand.attribute < 0 ? operand.number : explained->values->of[operand.attribute];
}

/* Writes what exceeds an allowance, raised to a least: "(640 − 128)", "max(30 − 10, 25)". */
static void put_above(fg_explanation *to, const fg_quantity_term *term, int64_t number, int64_t allowance) {
  bool is_raised = number - allowance < term->least;
  put(to, is_raised ? "max(" : allowance > 0 && term->divide == 1 ? "(" : "");
  put_units(to, number);
  if (allowance > 0) {
    put(to, " − ");
    put_units(to, allowance);
  }
  if (is_raised) {
    put(to, ", ");
    put_units(to, term->least);
  }
  put(to, is_raised || (allowance > 0 && term->divide == 1) ? ")" : "");
}

static void put_term(fg_explanation *to, const fg_explained *explained, const fg_quantity_term *term) {
  static const char *const marks[][2] = {
      [FG_TERM_UP] = {"⌈", "⌉"}, [FG_TERM_DOWN] = {"⌊", "⌋"}, [FG_TERM_HALF_UP] = {"⌊", "⌉"}};
  int64_t number = operand_value(explained, term->of);
  int64_t allowance = operand_value(explained, term->less);
  if (number <= allowance) {
    put(to, "0");
    return;
  }
  if (term->divide == 1) {
    put_above(to, term, number, allowance);
    return;
  }
  bool is_sum = allowance > 0 && number - allowance >= term->least;
  put(to, marks[term->round][0]);
  put(to, is_sum ? "(" : "");
  put_above(to, term, number, allowance);
  put(to, is_sum ? ")" : "");
  put(to, " ÷ ");
  put_units(to, term->divide);
  put(to, marks[term->round][1]);
}

/* Writes how terms made the units of one event: "2,000 × ⌈230 ÷ 100⌉ × (640 − 128) = 3,072,000; ". */
static void put_terms(fg_explanation *to, const fg_explained *explained) {
  if (explained->terms == NULL || explained->terms->count == 0) {
    return;
  }
  put_units(to, explained->quantity);
  for (uint32_t i = 0; i < explained->terms->count; i++) {
    put(to, " × ");
    put_term(to, explained, &explained->terms->items[i]);
  }
  put(to, " = ");
  put_units(to, explained->total);
  put(to, "; ");
}

/* Writes what units are divided and multiplied by: " ÷ 10,000 × 0.20". */
static void put_factors(fg_explanation *to, const fg_explained *explained, const fg_price_slice *slice) {
  put_per(to, explained);
  put(to, " × ");
  put_amount(to, slice->unit_price, explained->minor_digits);
  put_factor(to, explained);
  put_unpriced(to, slice);
  put_tier_basis(to, explained);
  put_periods(to, explained);
}

void fg_explain_whole(fg_explanation *to, const fg_explained *explained, const fg_price_slice *slice,
                      uint32_t slice_count) {
  (void)slice_count;
  put_amount(to, slice->units > 0 ? slice->unit_price : 0, explained->minor_digits);
  put_factor(to, explained);
  put_unpriced(to, slice);
  put(to, " for all ");
  put_base(to, explained);
  put_tier_basis(to, explained);
  put_periods(to, explained);
}

void fg_explain_product(fg_explanation *to, const fg_explained *explained, const fg_price_slice *slice,
                        uint32_t slice_count) {
  if (slice_count == 1 && slice->units == units_charged(explained)) {
    put_base(to, explained);
  } else {
    put_units(to, slice->units);
    put(to, slice_count > 1 ? " (of " : " (for ");
    put_total(to, explained);
    put_blocks(to, explained);
    put(to, ")");
  }
  put_factors(to, explained, slice);
}

static bool is_exact(const fg_explained *explained, const fg_price_slice *slice) {
  fg_price_view view = fg_price_view_of(explained->schedule, explained->hours_of_month);
  fg_int128 charged = 0;
  fg_int128 exact = 0;
  fg_amount price = 0;
  bool has_price = fg_price_times(slice->unit_price, explained->factor, &price) == FG_OK;
  bool fits = fg_multiply_i128(fg_price_charged(&view, slice->units), explained->periods, &charged) &&
              fg_multiply_i128(price, charged, &exact);
  FG_ASSERT(fits); /* because pricing multiplied the same */
  return has_price && exact % view.per == 0 && exact / view.per == slice->amount;
}

static void put_result(fg_explanation *to, const fg_explained *explained, bool exact, fg_amount amount) {
  put(to, exact ? " = " : " ≈ ");
  put_amount(to, amount, explained->minor_digits);
}

/* Writes "= 3.01", or of a running total "≈ 3.01 for all up to now; 3.01 − 3.00 invoiced before = 0.01". */
static void put_running(fg_explanation *to, const fg_explained *explained, bool exact, fg_amount amount) {
  if (!explained->is_running || explained->invoiced == 0) {
    put_result(to, explained, exact, amount);
    return;
  }
  fg_amount total = amount + explained->invoiced;
  put_result(to, explained, exact, total);
  put(to, " for all up to now; ");
  put_amount(to, total, explained->minor_digits);
  put(to, explained->invoiced < 0 ? " + " : " − ");
  put_amount(to, explained->invoiced < 0 ? -explained->invoiced : explained->invoiced, explained->minor_digits);
  put(to, explained->invoiced < 0 ? " taken off before" : " invoiced before");
  put_result(to, explained, true, amount);
}

static void put_line(fg_explanation *to, const fg_explained *explained, const fg_price_slice *slice,
                     uint32_t slice_count) {
  fg_price_model_of(explained->schedule)->explain(to, explained, slice, slice_count);
  put_result(to, explained, is_exact(explained, slice), slice->amount);
}

size_t fg_explain_line(const fg_explained *explained, const fg_price_slice *slice, uint32_t slice_count,
                       char out[FG_EXPLANATION_MAX]) {
  fg_explanation to = {out, 0};
  put_line(&to, explained, slice, slice_count);
  return to.length;
}

size_t fg_explain_price(const fg_explained *explained, const fg_price_result *result, char out[FG_EXPLANATION_MAX]) {
  fg_explanation to = {out, 0};
  bool exact = true;
  put_terms(&to, explained);
  if (result->slice_count == 1) {
    put_line(&to, explained, &result->slices[0], 1);
    return to.length;
  }
  if (explained->schedule->block > 1) {
    put_base(&to, explained);
    put_blocks(&to, explained);
    put(&to, ": ");
  }
  for (uint32_t i = 0; i < result->slice_count; i++) {
    const fg_price_slice *slice = &result->slices[i];
    put(&to, i == 0 ? "" : " + ");
    put_units(&to, slice->units);
    put_factors(&to, explained, slice);
    exact = exact && is_exact(explained, slice);
  }
  put_result(&to, explained, exact, result->amount);
  return to.length;
}

size_t fg_explain_events(const fg_explained *explained, bool exact, fg_amount amount, char out[FG_EXPLANATION_MAX]) {
  fg_explanation to = {out, 0};
  put_terms(&to, explained);
  put_base(&to, explained);
  put(&to, ", each event by itself");
  put_result(&to, explained, exact, amount);
  return to.length;
}

/* Writes "at least 6.00: 6.00 − 2.00 = 4.00" or "at most 20.00: 20.00 − 100.00 = -80.00": what is taken off the bound
   is what the usage comes to. Of several tier periods, whose usage is not told apart, it writes "at least 1.00 in each
   tier period = 4.60". */
size_t fg_explain_bound(const fg_explained *explained, bool is_least, fg_amount bound, bool exact, fg_amount amount,
                        char out[FG_EXPLANATION_MAX]) {
  fg_explanation to = {out, 0};
  fg_amount difference = amount + (explained->is_running ? explained->invoiced : 0);
  put(&to, is_least ? "at least " : "at most ");
  put_amount(&to, bound, explained->minor_digits);
  if (explained->is_by_period) {
    put(&to, " in each tier period");
  } else {
    put(&to, ": ");
    put_amount(&to, bound, explained->minor_digits);
    put(&to, " − ");
    put_amount(&to, bound - difference, explained->minor_digits);
  }
  put_running(&to, explained, exact, amount);
  return to.length;
}

/* Writes "31", "31 × 2" or "31 × 20/31". */
static void put_times(fg_explanation *to, const fg_explained_times *part, int minor_digits) {
  put_amount(to, part->amount, minor_digits);
  if (part->above == part->below && part->below != 0) {
    return;
  }
  put(to, " × ");
  if (part->below == 0) {
    put(to, "…");
    return;
  }
  put_units(to, part->above);
  if (part->below > 1) {
    put(to, "/");
    put_units(to, part->below);
  }
}

size_t fg_explain_fee(const fg_explained *explained, const fg_explained_times *parts, uint32_t count, bool exact,
                      fg_amount amount, char out[FG_EXPLANATION_MAX]) {
  fg_explanation to = {out, 0};
  for (uint32_t i = 0; i < count; i++) {
    put(&to, i == 0 ? "" : " + ");
    put_times(&to, &parts[i], explained->minor_digits);
  }
  put_result(&to, explained, exact, amount);
  return to.length;
}

/* Writes a part of a line, or with `whole` the only one, whose units are then what grants and packs leave over of the
   line's. */
static void put_part(fg_explanation *to, const fg_explained_part *part, int minor_digits, const fg_explained *whole) {
  const fg_explained own = {.schedule = part->schedule,
                            .total = whole != NULL ? whole->total : part->slice.units,
                            .free = whole != NULL ? whole->free : 0,
                            .packs = whole != NULL ? whole->packs : 0,
                            .tier_quantity = part->slice.units, /* it is told once, with the line */
                            .hours_of_month = part->hours_of_month,
                            .periods = 1,
                            .minor_digits = minor_digits,
                            .factor = part->factor};
  if (part->fee != 0) {
    put_amount(to, part->fee, minor_digits);
    put(to, " fee");
  } else {
    fg_price_model_of(part->schedule)->explain(to, &own, &part->slice, 1);
  }
  if (part->since.length > 0) {
    put(to, " (");
    put(to, part->since.text);
    put(to, ")");
  }
}

size_t fg_explain_parts(const fg_explained *explained, const fg_explained_part *parts, uint32_t count, bool has_more,
                        bool exact, fg_amount amount, char out[FG_EXPLANATION_MAX]) {
  fg_explanation to = {out, 0};
  const bool has_blocks = explained->schedule->block > 1;
  const bool is_whole = count == 1 && !has_more && !has_blocks && parts[0].fee == 0 &&
                        parts[0].slice.units == units_charged(explained);
  if (!is_whole && (units_charged(explained) < explained->total || has_blocks)) {
    put_base(&to, explained);
    put_blocks(&to, explained);
    put(&to, ": ");
  }
  for (uint32_t i = 0; i < count; i++) {
    put(&to, i == 0 ? "" : " + ");
    put_part(&to, &parts[i], explained->minor_digits, is_whole ? explained : NULL);
  }
  put(&to, count == 0 ? "0" : has_more ? " + …" : "");
  put_tier_basis(&to, explained);
  put_running(&to, explained, exact, amount);
  return to.length;
}
