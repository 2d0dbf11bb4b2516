/* What a reconciliation found: the rows, the explanations in words and in fields, what is left. */
#include "reconcile.h"

#include <stdarg.h>
#include <stdio.h>

#include "../base/civil.h"
#include "../base/tell.h"
#include "../book/policy.h"

const char *const fg_measure_names[FG_MEASURE_COUNT] = {"units", "free", "packs", "deducted", "charged", "amount"};

static const char *const cause_names[FG_CAUSE_KIND_COUNT] = {
    "uncertain", "canceled", "set_aside",   "month_edge",        "clock",
    "edition",   "switch",   "pack_expiry", "missing_in_theirs", "missing_in_ours"};

/* ------------------------------------------------------------------------------------------------------- sentences */

typedef struct sentence {
  char text[480];
  size_t length;
} sentence;

static void FG_PRINTF(2, 3) say(sentence *to, const char *format, ...) {
  va_list values;
  va_start(values, format);
  int wrote = vsnprintf(to->text + to->length, sizeof to->text - to->length, format, values);
  va_end(values);
  to->length += wrote < 0 ? 0 : (size_t)wrote;
  to->length = to->length < sizeof to->text ? to->length : sizeof to->text - 1;
}

static fg_string item_name(const fg_reconciliation *run, uint32_t item) {
  uint32_t items = fg_bill_items(run->whole);
  return item < items ? fg_bill_item_name(run->whole, item) : run->whole->events[item - items].id;
}

static void say_instant(const fg_reconciliation *run, sentence *to, fg_time at) {
  char text[FG_TIME_TEXT_MAX];
  fg_time_format(at, &run->book->zone, text);
  say(to, "%s", text);
}

/* "2 of 5 calls of image in 2024-11 (300 units)", "1 call of image at …". */
static void say_members(const fg_reconciliation *run, sentence *to, const fg_cause *cause, const char *what) {
  const fg_lived *first = &run->lived.items[cause->members[0]];
  fg_int128 units = 0;
  char month[8];
  for (uint32_t i = 0; i < cause->member_count; i++) {
    units += run->lived.items[cause->members[i]].command.quantity;
  }
  say(to, "%u", cause->member_count);
  if (cause->alike > 0) {
    say(to, " of %u", cause->alike);
  }
  say(to, " %s%s", what, cause->member_count == 1 && cause->alike == 0 ? "" : "s");
  if (cause->item != UINT32_MAX || cause->member_count == 1) {
    fg_string name = cause->item != UINT32_MAX ? item_name(run, cause->item) : first->command.product;
    say(to, " of %.*s", (int)name.length, name.text);
  }
  if (cause->member_count == 1) {
    say(to, " at ");
    say_instant(run, to, first->command.at);
  } else if (cause->month >= 0) {
    fg_month_format(cause->month, month);
    say(to, " in %s", month);
  }
  if (cause->code.text != NULL && cause->kind != FG_CAUSE_ASIDE) {
    say(to, " that ended in %.*s", (int)cause->code.length, cause->code.text);
  }
  say(to, " (%lld unit%s)", (long long)units, units == 1 ? "" : "s");
}

static void say_edge(const fg_reconciliation *run, sentence *to, const fg_cause *cause) {
  char month[8];
  char other[8];
  bool is_later = run->lived.items[cause->members[0]].command.at < cause->instant;
  fg_month_format(is_later ? cause->month - 1 : cause->month, month);
  fg_month_format(is_later ? cause->month : cause->month - 1, other);
  fg_cause plain = *cause;
  plain.month = -1;
  say_members(run, to, &plain, "usage");
  say(to, " at the %s of %s went to %s", is_later ? "end" : "beginning", month, other);
}

/* "UTC+09:00". */
static void say_zone(const fg_reconciliation *run, sentence *to, int64_t shift) {
  int64_t minutes = (fg_zone_offset(&run->book->zone, run->end) + shift) / (60 * FG_SECOND);
  int64_t size = minutes < 0 ? -minutes : minutes;
  say(to, "UTC%c%02lld:%02lld", minutes < 0 ? '-' : '+', (long long)(size / 60), (long long)(size % 60));
}

static void say_clock(const fg_reconciliation *run, sentence *to, const fg_cause *cause) {
  int64_t shift = cause->shift < 0 ? -cause->shift : cause->shift;
  if (cause->shifts_all) {
    say(to, "the vendor's months are those of ");
    say_zone(run, to, cause->shift);
    say(to, "%s", cause->shift == cause->shift_to ? "" : ", or of zones up to ");
    if (cause->shift != cause->shift_to) {
      say_zone(run, to, cause->shift_to);
    }
    return;
  }
  say(to, "usage is %lld.%06lld s %s by the vendor's clock", (long long)(shift / FG_SECOND),
      (long long)(shift % FG_SECOND), cause->shift < 0 ? "earlier" : "later");
}

static void say_book(sentence *to, const fg_cause *cause) {
  char date[11];
  if (!cause->is_edition) {
    say(to, "all is billed by the book %.*s%s", (int)cause->book->id.length, cause->book->id.text,
        cause->book->edition_count > 1 ? " with its editions" : "");
    return;
  }
  fg_date_format(cause->book->effective, date);
  say(to, "all is billed by the edition of %s", date);
}

static void say_expiry(const fg_reconciliation *run, sentence *to, const fg_cause *cause) {
  const fg_command *order = &run->lived.items[cause->members[0]].command;
  say(to, "pack %.*s of %.*s, bought ", (int)order->pack.length, order->pack.text, (int)order->product.length,
      order->product.text);
  say_instant(run, to, order->at);
  if (cause->instant == FG_NO_TIME) {
    say(to, ", was never drawn on");
  } else if (cause->instant == FG_NEVER) {
    say(to, ", did not end");
  } else {
    say(to, ", was void at ");
    say_instant(run, to, cause->instant);
  }
}

static void say_lacking(const fg_reconciliation *run, sentence *to, const fg_cause *cause) {
  const fg_command *first = &run->lived.items[cause->members[0]].command;
  bool is_usage = first->kind == FG_DO_USE || first->kind == FG_DO_CALL;
  say(to, "the vendor lacks ");
  if (is_usage || cause->member_count > 1) {
    say_members(run, to, cause, is_usage ? "usage" : "purchase and the like");
    return;
  }
  say(to, "%s", fg_command_name(first->kind));
  const fg_string names[] = {first->pack, first->bundle, first->product,
                             first->kind == FG_DO_REFUND ? first->id : first->grant};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    say(to, "%s%.*s", names[i].text == NULL ? "" : " ", (int)names[i].length,
        names[i].text == NULL ? "" : names[i].text);
  }
  say(to, " at ");
  say_instant(run, to, first->at);
}

static void say_unknown(const fg_reconciliation *run, sentence *to, const fg_cause *cause) {
  const fg_command *command = &run->lived.items[cause->members[0]].command;
  say(to, "the vendor has %lld ", (long long)command->quantity);
  if (command->kind == FG_DO_USE) {
    say(to, "units of %.*s more", (int)command->product.length, command->product.text);
  } else {
    say(to, "pack %.*s of %.*s more", (int)command->pack.length, command->pack.text, (int)command->product.length,
        command->product.text);
  }
  say(to, ", such as at ");
  say_instant(run, to, command->at);
}

static void say_cause(const fg_reconciliation *run, sentence *to, const fg_cause *cause) {
  fg_policy policy = run->head->policy;
  switch (cause->kind) {
  case FG_CAUSE_UNCERTAIN:
    say_members(run, to, cause, "uncertain call");
    say(to, cause->member_count == 1 ? " was not counted" : " were not counted");
    return;
  case FG_CAUSE_CANCELED:
    say_members(run, to, cause, "canceled call");
    say(to, cause->member_count == 1 ? " was counted" : " were counted");
    return;
  case FG_CAUSE_ASIDE:
    say_members(run, to, cause, "event");
    say(to, " set aside here (%.*s) counted", (int)cause->code.length, cause->code.text);
    return;
  case FG_CAUSE_EDGE: say_edge(run, to, cause); return;
  case FG_CAUSE_CLOCK: say_clock(run, to, cause); return;
  case FG_CAUSE_EDITION: say_book(to, cause); return;
  case FG_CAUSE_SWITCH:
    policy.value[cause->which] = cause->value;
    say(to, "%s is %s", fg_policy_key((fg_switch)cause->which), fg_policy_word(&policy, (fg_switch)cause->which));
    say(to, " and not %s", fg_policy_word(&run->head->policy, (fg_switch)cause->which));
    return;
  case FG_CAUSE_EXPIRY: say_expiry(run, to, cause); return;
  case FG_CAUSE_LACKS: say_lacking(run, to, cause); return;
  default: say_unknown(run, to, cause); return;
  }
}

/* ---------------------------------------------------------------------------------------------------------- causes */

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

static void tell_cell_month(fg_teller *to, fg_month month) {
  char text[8];
  if (month < 0) {
    fg_tell_null(to, "month");
  } else {
    fg_month_format(month, text);
    fg_tell_word(to, "month", text);
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
    fg_tell_optional_date(to, "edition", cause->is_edition ? cause->book->effective : FG_NO_DATE);
    return;
  case FG_CAUSE_CLOCK:
    fg_tell_integer(to, "later_us", cause->shift);
    fg_tell_integer(to, "later_us_to", cause->shifts_all ? cause->shift_to : cause->shift);
    fg_tell_flag(to, "zone", cause->shifts_all);
    return;
  case FG_CAUSE_EXPIRY: fg_tell_optional_time(to, "expires", cause->instant); return;
  case FG_CAUSE_EDGE: fg_tell_time(to, "moved_to", cause->instant); return;
  default: return;
  }
}

static void tell_cause(fg_teller *to, const fg_reconciliation *run, const fg_cause *cause) {
  sentence text = {.length = 0};
  text.text[0] = '\0';
  say_cause(run, &text, cause);
  fg_cut_utf8(text.text, sizeof text.text);
  fg_tell_begin_object(to, NULL);
  fg_tell_word(to, "cause", cause_names[cause->kind]);
  fg_tell_word(to, "text", text.text);
  tell_cell_month(to, cause->month);
  fg_tell_optional_text(to, "product", cause->item == UINT32_MAX ? (fg_string){NULL, 0} : item_name(run, cause->item));
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

/* Where some explain all, the others are of no interest. */
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

/* ------------------------------------------------------------------------------------------------------------ rows */

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
  tell_cell_month(to, cell->month);
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

fg_status fg_reconciliation_tell(const fg_reconciliation *run, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_object(&to, NULL);
  fg_tell_text(&to, "book", run->whole->id);
  fg_tell_text(&to, "currency", run->whole->currency);
  fg_tell_flag(&to, "equal", run->is_equal);
  tell_rows(&to, run);
  tell_explanations(&to, run);
  tell_unread(&to, run);
  fg_tell_begin_list(&to, "absent");
  for (uint32_t i = 0; i < run->absent.count; i++) {
    char month[8];
    fg_month_format(run->absent.items[i], month);
    fg_tell_word(&to, NULL, month);
  }
  fg_tell_end_list(&to);
  fg_tell_integer(&to, "read", run->read);
  fg_tell_integer(&to, "skipped", run->skipped);
  fg_tell_integer(&to, "unbalanced", run->unbalanced);
  fg_tell_integer(&to, "causes", run->causes.count);
  fg_tell_integer(&to, "tried", run->tried);
  fg_tell_flag(&to, "complete", run->is_complete);
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}
