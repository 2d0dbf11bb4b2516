/* Tells what a reconciliation found: the rows, the explanations in words and in fields, and what they leave. */
#include "reconcile.h"

#include <stdio.h>

#include "../base/civil.h"
#include "../base/tell.h"
#include "../book/policy.h"
#include "../state/command.h"

const char *const fg_measure_names[FG_MEASURE_COUNT] = {"units", "free", "packs", "deducted", "charged", "amount"};

static const char *const cause_names[FG_CAUSE_KIND_COUNT] = {
    "uncertain", "canceled", "set_aside",   "month_edge",        "clock",          "edition",
    "switch",    "rounding", "pack_expiry", "missing_in_theirs", "missing_in_ours"};

static void tell_commands(fg_teller *to, const fg_reconciliation *run, const fg_cause *cause) {
  fg_tell_begin_list(to, "commands");
  for (uint32_t i = 0; i < cause->member_count && i < FG_LISTED_MAX; i++) {
    const fg_command *command = &run->lived.items[cause->members[i]].command;
    bool is_own = cause->members[i] < run->lived.count && cause->kind != FG_CAUSE_HAS;
    fg_tell_begin_object(to, NULL);
    fg_tell_optional_count(to, "command", is_own ? (int64_t)cause->members[i] : -1);
    fg_tell_time(to, "at", command->at);
    fg_tell_word(to, "do", fg_command_name(command->kind));
    fg_tell_optional_text(to, "product", command->product);
    fg_tell_optional_text(to, "pack", command->pack);
    fg_tell_optional_text(to, "id", command->id);
    fg_tell_integer(to, "quantity", command->quantity);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static void tell_bill_month(fg_teller *to, const char *key, fg_month month) {
  char text[8];
  if (month < 0) {
    fg_tell_null(to, key);
  } else {
    fg_month_format(month, text);
    fg_tell_word(to, key, text);
  }
}

static void tell_reading(fg_teller *to, const fg_reconciliation *run, const fg_cause *cause) {
  fg_policy policy = run->head->policy;
  switch (cause->kind) {
  case FG_CAUSE_SWITCH:
    policy.value[cause->which] = cause->value;
    fg_tell_word(to, "switch", fg_policy_key((fg_switch)cause->which));
    fg_tell_word(to, "value", fg_policy_word(&policy, (fg_switch)cause->which));
    return;
  case FG_CAUSE_EDITION:
    fg_tell_text(to, "book", cause->book->id);
    fg_tell_optional_text(to, "changed", cause->book->changed);
    fg_tell_optional_count(to, "books", fg_cause_place_of_book(run, cause));
    fg_tell_optional_date(to, "edition", cause->is_edition ? fg_cause_edition(run, cause)->effective : FG_NO_DATE);
    fg_tell_optional_time(to, "effective", cause->instant == 0 ? FG_NO_TIME : cause->instant);
    return;
  case FG_CAUSE_CLOCK:
    fg_tell_integer(to, "later_us", cause->shift);
    fg_tell_integer(to, "later_us_to", cause->shifts_all ? cause->shift_to : cause->shift);
    fg_tell_flag(to, "zone", cause->shifts_all);
    return;
  case FG_CAUSE_ROUNDING: fg_tell_integer(to, "decimals", run->whole->minor_digits); return;
  case FG_CAUSE_EXPIRY: fg_tell_optional_time(to, "expires", cause->instant); return;
  case FG_CAUSE_EDGE: fg_tell_time(to, "moved_to", cause->instant); return;
  default: return;
  }
}

static void tell_cause(fg_teller *to, const fg_reconciliation *run, const fg_cause *cause) {
  char text[FG_WORDS_MAX];
  fg_cause_say(run, cause, text);
  fg_tell_begin_object(to, NULL);
  fg_tell_word(to, "cause", cause_names[cause->kind]);
  fg_tell_word(to, "text", text);
  tell_bill_month(to, "month", cause->month);
  fg_tell_optional_text(to, "product",
                        cause->item == UINT32_MAX ? (fg_string){NULL, 0} : fg_cause_item_name(run, cause->item));
  tell_reading(to, run, cause);
  if (cause->member_count > 0) {
    fg_tell_integer(to, "count", cause->member_count);
    fg_tell_integer(to, "of", cause->alike > 0 ? cause->alike : cause->member_count);
    tell_commands(to, run, cause);
  }
  fg_tell_end_object(to);
}

static void tell_explanation(fg_teller *to, const fg_reconciliation *run, const fg_finding *explanation) {
  fg_tell_begin_object(to, NULL);
  fg_tell_flag(to, "whole", explanation->is_whole);
  fg_tell_begin_list(to, "causes");
  for (uint32_t i = 0; i < explanation->world.count; i++) {
    tell_cause(to, run, explanation->world.causes[i]);
  }
  fg_tell_end_list(to);
  fg_tell_begin_list(to, "rows");
  for (uint32_t i = 0; i < run->cells.count; i++) {
    if (explanation->rows[i / 64] >> i % 64 & 1) {
      fg_tell_integer(to, NULL, i);
    }
  }
  fg_tell_end_list(to);
  fg_tell_end_object(to);
}

/* Tells the explanations. If some explain everything, only these are told. */
static void tell_explanations(fg_teller *to, const fg_reconciliation *run) {
  bool any_whole = run->explanations.count > 0 && run->explanations.items[0].is_whole;
  fg_tell_begin_list(to, "explanations");
  for (uint32_t i = 0; i < run->explanations.count; i++) {
    if (run->explanations.items[i].is_whole || !any_whole) {
      tell_explanation(to, run, &run->explanations.items[i]);
    }
  }
  fg_tell_end_list(to);
}

static void tell_measure(fg_teller *to, const char *side, int which, bool is_known, fg_int128 value) {
  char key[24];
  snprintf(key, sizeof key, "%s%s%s", side, side[0] == '\0' ? "" : "_", fg_measure_names[which]);
  if (!is_known) {
    fg_tell_null(to, key);
  } else if (which == FG_AMOUNT) {
    fg_tell_amount(to, key, value);
  } else {
    fg_tell_integer(to, key, (int64_t)value);
  }
}

static void tell_row(fg_teller *to, const fg_reconciliation *run, const fg_bill_cell *cell, bool is_explained) {
  bool is_equal = fg_cell_is_equal(cell, &cell->ours);
  fg_tell_begin_object(to, NULL);
  tell_bill_month(to, "month", cell->month);
  fg_tell_text(to, "product", fg_bill_item_name(run->whole, cell->item));
  fg_tell_word(to, "kind", fg_bill_kinds[cell->kind]);
  fg_tell_word(to, "is", is_equal ? "equal" : is_explained ? "explained" : "unexplained");
  for (int i = 0; i < FG_MEASURE_COUNT; i++) {
    bool has_units = i == FG_AMOUNT || cell->kind == FG_BILL_USAGE ||
                     (cell->kind == FG_BILL_PACK && (i == FG_ALL_UNITS || i == FG_CHARGED_UNITS));
    tell_measure(to, "ours", i, has_units, cell->ours.of[i]);
  }
  for (int i = 0; i < FG_MEASURE_COUNT; i++) {
    tell_measure(to, "theirs", i, cell->rows > 0 && cell->lacks[i] == 0, cell->theirs.of[i]);
  }
  fg_tell_amount(to, "difference", cell->theirs.of[FG_AMOUNT] - cell->ours.of[FG_AMOUNT]);
  fg_tell_end_object(to);
}

static bool is_row_explained(const fg_reconciliation *run, uint32_t row) {
  bool is = false;
  for (uint32_t i = 0; i < run->explanations.count; i++) {
    is = is || (run->explanations.items[i].rows[row / 64] >> row % 64 & 1) != 0;
  }
  return is;
}

static void tell_rows(fg_teller *to, const fg_reconciliation *run) {
  fg_amount difference = 0;
  fg_amount unexplained = 0;
  fg_tell_begin_list(to, "rows");
  for (uint32_t i = 0; i < run->cells.count; i++) {
    const fg_bill_cell *cell = &run->cells.items[i];
    bool is_explained = is_row_explained(run, i);
    fg_amount left = cell->theirs.of[FG_AMOUNT] - cell->ours.of[FG_AMOUNT];
    difference += left;
    unexplained += is_explained ? 0 : left;
    tell_row(to, run, cell, is_explained);
  }
  fg_tell_end_list(to);
  fg_tell_amount(to, "difference", difference);
  fg_tell_amount(to, "unexplained", unexplained);
}

/* Tells what the vendor says was paid from which fund; nothing is told of funds that are unlimited. */
static void tell_paid_from(fg_teller *to, const fg_reconciliation *run) {
  fg_tell_begin_list(to, "funds");
  for (uint32_t i = 0; i < run->funds.count; i++) {
    const fg_funds_cell *cell = &run->funds.items[i];
    for (int fund = 0; fund < FG_FUND_COUNT && fg_funds_are_known(run, cell); fund++) {
      fg_tell_begin_object(to, NULL);
      tell_bill_month(to, "month", cell->month);
      fg_tell_word(to, "of", cell->is_usage ? "usage" : "purchases");
      fg_tell_word(to, "fund", fg_fund_name((fg_fund)fund));
      fg_tell_amount(to, "ours", cell->ours[fund]);
      fg_tell_amount(to, "theirs", cell->theirs[fund]);
      fg_tell_amount(to, "difference", cell->theirs[fund] - cell->ours[fund]);
      fg_tell_end_object(to);
    }
  }
  fg_tell_end_list(to);
}

static void tell_unread(fg_teller *to, const fg_reconciliation *run) {
  fg_tell_begin_list(to, "unread");
  for (uint32_t i = 0; i < run->unread.count; i++) {
    const fg_unread_row *row = &run->unread.items[i];
    fg_tell_begin_object(to, NULL);
    fg_tell_integer(to, "row", row->row);
    fg_tell_word(to, "column", row->column);
    fg_tell_word(to, "reason", row->reason);
    fg_tell_optional_text(to, "text", row->text);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static void tell_absent_months(fg_teller *to, const fg_reconciliation *run) {
  fg_tell_begin_list(to, "absent");
  for (uint32_t i = 0; i < run->absent.count; i++) {
    fg_tell_begin_object(to, NULL);
    tell_bill_month(to, "month", run->absent.items[i].month);
    fg_tell_amount(to, "amount", run->absent.items[i].amount);
    fg_tell_flag(to, "before", run->absent.items[i].month < run->first);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

/* Tells what the whole invoice says, so that a question about one of its accounts can be asked with it. */
static void tell_whole_invoice(fg_teller *to, const fg_reconciliation *run) {
  fg_tell_begin_object(to, "invoice");
  tell_bill_month(to, "first", run->first);
  tell_bill_month(to, "last", run->last);
  fg_tell_begin_list(to, "kinds");
  for (int kind = 0; kind < FG_BILL_KIND_COUNT; kind++) {
    if (run->kinds >> kind & 1) {
      fg_tell_word(to, NULL, fg_bill_kinds[kind]);
    }
  }
  fg_tell_end_list(to);
  fg_tell_begin_list(to, "left_out");
  for (uint32_t i = 0; i < run->left_out.count; i++) {
    fg_tell_integer(to, NULL, run->left_out.items[i]);
  }
  fg_tell_end_list(to);
  fg_tell_end_object(to);
}

fg_status fg_reconciliation_tell(const fg_reconciliation *run, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_object(&to, NULL);
  fg_tell_text(&to, "book", run->whole->id);
  fg_tell_text(&to, "currency", run->whole->currency);
  fg_tell_flag(&to, "equal", run->is_equal);
  tell_rows(&to, run);
  tell_explanations(&to, run);
  tell_paid_from(&to, run);
  tell_unread(&to, run);
  tell_absent_months(&to, run);
  tell_whole_invoice(&to, run);
  fg_tell_integer(&to, "read", run->read);
  fg_tell_integer(&to, "skipped", run->left_out.count);
  fg_tell_integer(&to, "unbalanced", run->unbalanced);
  fg_tell_integer(&to, "causes", run->causes.count);
  fg_tell_integer(&to, "tried", run->tried);
  fg_tell_flag(&to, "complete", run->is_complete);
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}
