/* Words causes, for people. */
#include "reconcile.h"

#include <stdarg.h>
#include <stdio.h>

#include "../base/civil.h"
#include "../book/policy.h"

typedef struct sentence {
  char text[FG_WORDS_MAX];
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

fg_string fg_cause_item_name(const fg_reconciliation *run, uint32_t item) {
  uint32_t items = fg_bill_items(run->whole);
  return item < items ? fg_bill_item_name(run->whole, item) : run->whole->events[item - items].id;
}

static void say_instant(const fg_reconciliation *run, sentence *to, fg_time at) {
  char text[FG_TIME_TEXT_MAX];
  fg_time_format(at, &run->book->zone, text);
  say(to, "%s", text);
}

/* Words the members of a cause: "2 of 5 calls of image in 2024-11 (300 units)", or "1 call of image at …". */
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
    fg_string name = cause->item != UINT32_MAX ? fg_cause_item_name(run, cause->item) : first->command.product;
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

/* Words a time zone: "UTC+09:00". */
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

int64_t fg_cause_place_of_book(const fg_reconciliation *run, const fg_cause *cause) {
  for (uint32_t i = 0; i < run->others.count && !cause->is_edition; i++) {
    if (run->others.items[i] == cause->book) {
      return i;
    }
  }
  return -1;
}

/* Words which of the given books a cause is about, and what was changed in it, because its name may be that of our
   own. */
static void say_other_book(const fg_reconciliation *run, sentence *to, const fg_cause *cause) {
  enum { MOST = 200 };
  char changed[MOST + 1];
  const fg_book *book = cause->book;
  say(to, "all is billed by the book %.*s, books[%lld]%s", (int)book->id.length, book->id.text,
      (long long)fg_cause_place_of_book(run, cause), book->edition_count > 1 ? " with its editions" : "");
  if (book->changed.text != NULL) {
    snprintf(changed, sizeof changed, "%.*s", (int)book->changed.length, book->changed.text);
    fg_cut_utf8(changed, sizeof changed);
    say(to, " (changed: %s%s)", changed, book->changed.length > MOST ? "…" : "");
  }
}

static void say_book(const fg_reconciliation *run, sentence *to, const fg_cause *cause) {
  char date[11];
  if (!cause->is_edition) {
    say_other_book(run, to, cause);
    return;
  }
  fg_date_format(fg_cause_edition(run, cause)->effective, date);
  if (cause->instant == 0) {
    say(to, "all is billed by the edition of %s", date);
    return;
  }
  say(to, "the edition of %s is in force from ", date);
  say_instant(run, to, cause->instant);
  say(to, " on");
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
  case FG_CAUSE_EDITION: say_book(run, to, cause); return;
  case FG_CAUSE_SWITCH:
    policy.value[cause->which] = cause->value;
    say(to, "%s is %s", fg_policy_key((fg_switch)cause->which), fg_policy_word(&policy, (fg_switch)cause->which));
    say(to, " and not %s", fg_policy_word(&run->head->policy, (fg_switch)cause->which));
    return;
  case FG_CAUSE_ROUNDING: say(to, "amounts are rounded to %d decimals", (int)run->whole->minor_digits); return;
  case FG_CAUSE_EXPIRY: say_expiry(run, to, cause); return;
  case FG_CAUSE_LACKS: say_lacking(run, to, cause); return;
  default: say_unknown(run, to, cause); return;
  }
}

void fg_cause_say(const fg_reconciliation *run, const fg_cause *cause, char text[FG_WORDS_MAX]) {
  sentence words = {.length = 0};
  words.text[0] = '\0';
  say_cause(run, &words, cause);
  fg_cut_utf8(words.text, sizeof words.text);
  memcpy(text, words.text, sizeof words.text);
}
