/* Tells a notice to the visitor, and words its message. */
#include "notice_board.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const notice_names[] = {
#define NOTICE(NAME, name, known, help) [FG_NOTICE_##NAME] = name,
#include "outlook.def"
};

void fg_notice(fg_notice_board *board, const fg_noticed *what, const char *format, ...) {
  fg_teller *to = &board->to;
  char message[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  fg_cut_utf8(message, sizeof message);
  fg_tell_begin_object(to, NULL);
  fg_tell_word(to, "code", notice_names[what->code]);
  fg_tell_word(to, "message", message);
  fg_tell_optional_text(to, "product", what->product == NULL ? (fg_string){NULL, 0} : what->product->id);
  fg_tell_optional_text(to, "id", what->id);
  fg_tell_optional_count(to, "units", what->units);
  fg_tell_optional_count(to, "of", what->of);
  fg_tell_optional_amount(to, "amount", what->has_amount, what->amount);
  fg_tell_optional_amount(to, "limit", what->has_limit, what->limit);
  fg_tell_optional_time(to, "at", what->at);
  fg_string rule = fg_string_of(what->rule);
  bool is_cited = rule.text != NULL && fg_book_cites(board->account->book, rule);
  fg_tell_optional_text(to, "rule", is_cited ? rule : (fg_string){NULL, 0});
  fg_tell_end_object(to);
}

fg_wording fg_notice_units(int64_t units) {
  fg_wording made;
  fg_explain_amount((fg_amount)units * FG_UNIT, 0, made.text);
  return made;
}

const char *fg_of_the(int64_t units) { return units == 1 ? "of the " : ""; }
const char *fg_is_or_are(int64_t units) { return units == 1 ? "is" : "are"; }

fg_wording fg_notice_money(const fg_account *account, fg_amount amount) {
  fg_wording made;
  fg_explain_amount(amount, account->book->minor_digits, made.text);
  return made;
}

fg_wording fg_notice_time(const fg_account *account, fg_time time) {
  fg_wording made;
  fg_time_format(time, &account->book->zone, made.text);
  made.text[sizeof "2024-11-05T10:00" - 1] = '\0';
  made.text[sizeof "2024-11-05" - 1] = ' ';
  return made;
}
