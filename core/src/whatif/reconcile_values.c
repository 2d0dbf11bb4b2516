/* Reads values of an invoice as people and programs write them: amounts, units, months. */
#include "reconcile.h"

#include "../base/loose_time.h"
#include "../base/money.h"

/* How many bytes of a blank, or of a sign that several currencies share, stand at a place; 0: none. */
static size_t passed_over(fg_string text, size_t place) {
  static const char *const passed[] = {" ", "\t",       "\xC2\xA0",     "\xE2\x80\xAF", "\xE2\x80\x89",
                                       "$", "\xC2\xA5", "\xEF\xBF\xA5", "\xE5\x85\x83"};
  for (size_t i = 0; i < sizeof passed / sizeof *passed; i++) {
    size_t length = strlen(passed[i]);
    if (text.length - place >= length && memcmp(text.text + place, passed[i], length) == 0) {
      return length;
    }
  }
  return 0;
}

static bool is_figure(char sign) { return sign >= '0' && sign <= '9'; }
static bool is_latin(char sign) { return (sign >= 'A' && sign <= 'Z') || (sign >= 'a' && sign <= 'z'); }
static char upper(char sign) { return (char)(sign >= 'a' && sign <= 'z' ? sign - 'a' + 'A' : sign); }

static bool is_word(fg_string text, size_t place, size_t length, fg_string word) {
  bool same = length == word.length;
  for (size_t i = 0; i < length && same; i++) {
    same = upper(text.text[place + i]) == upper(word.text[i]);
  }
  return same;
}

/* A number that is being read: its digits, without the marks between and around them. */
typedef struct number_read {
  char digits[FG_MONEY_TEXT_MAX + 1];
  size_t length;
  size_t group;    ///< digits since the last mark of thousands
  bool is_grouped; ///< there was a mark of thousands
  bool has_point, is_negative, has_ended;
  bool is_open; ///< a parenthesis, which makes the number negative, waits for its end
} number_read;

static const char *take_digit(number_read *number, char digit) {
  if (number->has_ended || number->length >= FG_MONEY_TEXT_MAX) {
    return number->has_ended ? "expected one number, there are two" : "expected a number of fewer digits";
  }
  number->digits[number->length++] = digit;
  number->group++;
  return NULL;
}

static const char *take_mark(number_read *number, char sign, const fg_number_form *form) {
  bool is_whole_group = !number->is_grouped || number->group == 3;
  if (number->has_ended || number->has_point) {
    return "expected a number";
  }
  if (sign == form->decimal) {
    number->has_point = true;
    number->digits[number->length++] = '.';
    return is_whole_group && number->length > 1 ? NULL : "expected three digits between the marks of thousands";
  }
  bool may_stand = number->group > 0 && (number->is_grouped ? number->group == 3 : number->group <= 3);
  number->is_grouped = true;
  number->group = 0;
  return may_stand ? NULL : "expected three digits between the marks of thousands";
}

/* Reads the name of the currency, which may stand before or after the number. */
static const char *take_currency(fg_string text, size_t *place, const fg_number_form *form) {
  size_t end = *place;
  while (end < text.length && is_latin(text.text[end])) {
    end++;
  }
  size_t length = end - *place;
  bool is_currency = is_word(text, *place, length, form->currency) ||
                     (fg_string_is(form->currency, "CNY") && is_word(text, *place, length, fg_string_of("RMB")));
  *place = end;
  return is_currency ? NULL : length == 3 ? "an amount of another currency" : "expected a number";
}

/* How many bytes a word such as "calls" takes that names what is counted; 0: there is none. A word for a number, as in
   "thousand calls", is not allowed. */
static size_t counted_word(fg_string text, size_t place) {
  static const char *const words[] = {
      "calls", "call",   "units", "unit",  "packs", "pack",         "requests",     "request",      "images",
      "image", "tokens", "token", "times", "pcs",   "\xE6\xAC\xA1", "\xE4\xB8\xAA", "\xE5\xBC\xA0", "\xE6\x9D\xA1"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    size_t length = strlen(words[i]);
    bool fits = place + length <= text.length && is_word(text, place, length, fg_string_of(words[i]));
    if (fits && (place + length == text.length || !is_latin(text.text[place + length]))) {
      return length;
    }
  }
  return 0;
}

static const char *read_sign(number_read *number, fg_string text, size_t *place, const fg_number_form *form,
                             bool is_unit) {
  char sign = text.text[*place];
  size_t passed = passed_over(text, *place);
  bool is_begun = number->length > 0;
  if (is_figure(sign)) {
    (*place)++;
    return take_digit(number, sign);
  }
  if (is_begun && !number->has_ended && *place + 1 < text.length &&
      (sign == form->decimal || sign == form->thousands)) {
    (*place)++;
    return take_mark(number, sign, form);
  }
  if (passed > 0) {
    *place += passed;
    number->has_ended = is_begun;
    return NULL;
  }
  if ((sign == '-' || sign == '(') && !is_begun && !number->is_negative) {
    (*place)++;
    number->is_negative = true;
    number->is_open = sign == '(';
    return NULL;
  }
  if (sign == ')' && is_begun && number->is_open) {
    (*place)++;
    number->has_ended = true;
    number->is_open = false;
    return NULL;
  }
  size_t counted = is_unit && is_begun ? counted_word(text, *place) : 0;
  if (counted > 0) {
    *place += counted;
    number->has_ended = true;
    return NULL;
  }
  if (is_latin(sign) && !is_unit) {
    number->has_ended = is_begun;
    return take_currency(text, place, form);
  }
  return "expected a number";
}

static const char *read_number_of(fg_string text, const fg_number_form *form, bool is_unit, number_read *number) {
  *number = (number_read){.length = 0};
  for (size_t place = 0; place < text.length;) {
    const char *fault = read_sign(number, text, &place, form, is_unit);
    if (fault != NULL) {
      return fault;
    }
  }
  bool is_whole_group = !number->is_grouped || number->has_point || number->group == 3;
  return number->length == 0 ? "expected a number, there is none"
         : number->is_open   ? "expected a parenthesis at the end of the number"
         : is_whole_group    ? NULL
                             : "expected three digits between the marks of thousands";
}

const char *fg_invoice_amount(fg_string text, const fg_number_form *form, fg_amount *amount) {
  number_read number;
  const char *fault = read_number_of(text, form, false, &number);
  if (fault != NULL) {
    return fault;
  }
  while (number.has_point && number.length > 0 && number.digits[number.length - 1] == '0') {
    number.length--; /* drops zeros that programs append to a number in floating point */
  }
  number.length -= number.length > 0 && number.digits[number.length - 1] == '.';
  if (fg_amount_parse(number.digits, number.length, amount) != FG_OK) {
    return "expected an amount of at most 12 decimals";
  }
  *amount = number.is_negative ? -*amount : *amount;
  return NULL;
}

const char *fg_invoice_units(fg_string text, const fg_number_form *form, int64_t *units) {
  number_read number;
  const char *fault = read_number_of(text, form, true, &number);
  if (fault != NULL) {
    return fault;
  }
  fg_string whole = {number.digits, 0};
  while (whole.length < number.length && number.digits[whole.length] != '.') {
    whole.length++;
  }
  for (size_t i = whole.length + 1; i < number.length; i++) {
    if (number.digits[i] != '0') {
      bool is_group = number.length - whole.length == 4 && form->decimal == '.';
      return is_group ? "expected whole units, or a form of \"thousands\": \".\" and \"decimal\": \",\""
                      : "expected whole units";
    }
  }
  while (whole.length > 1 && *whole.text == '0') {
    whole.text++;
    whole.length--;
  }
  if (!fg_quantity_parse(whole, units)) {
    return "expected units up to 2^63-1";
  }
  *units = number.is_negative ? -*units : *units;
  return NULL;
}

/* Words of Latin letters must stand alone, others may stand anywhere in the text. */
bool fg_invoice_is_total_word(fg_string text) {
  static const char *const words[] = {"total",       "totals",        "subtotal", "sum",    "summe",  "gesamt",
                                      "gesamtsumme", "zwischensumme", "totaal",   "totale", "totaux", "suma"};
  static const char *const others[] = {"\xE5\x90\x88\xE8\xAE\xA1", "\xE6\x80\xBB\xE8\xAE\xA1",
                                       "\xE5\xB0\x8F\xE8\xAE\xA1", "\xE5\x85\xB1\xE8\xAE\xA1",
                                       "\xE5\x90\x88\xE8\xA8\x88", "\xE7\xB8\xBD\xE8\xA8\x88"};
  bool is = false;
  for (size_t place = 0; place < text.length && !is; place++) {
    bool begins = is_latin(text.text[place]) && (place == 0 || !is_latin(text.text[place - 1]));
    size_t length = 0;
    while (begins && place + length < text.length && is_latin(text.text[place + length])) {
      length++;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words && begins; i++) {
      is = is || is_word(text, place, length, fg_string_of(words[i]));
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
      size_t size = strlen(others[i]);
      is = is || (text.length - place >= size && memcmp(text.text + place, others[i], size) == 0);
    }
  }
  return is;
}

/* Reads a whole number of at most `most` digits. Returns how many digits it has. */
static size_t count_digits(fg_string text, size_t place, size_t most, int *number) {
  size_t count = 0;
  for (*number = 0; place + count < text.length && count < most && is_figure(text.text[place + count]); count++) {
    *number = *number * 10 + (text.text[place + count] - '0');
  }
  return count;
}

/* How many bytes separate a year from a month. */
static size_t separator(fg_string text, size_t place) {
  static const char year[] = "\xE5\xB9\xB4";
  bool is_sign = place < text.length && strchr("-/. ", text.text[place]) != NULL;
  bool is_year = place + 3 <= text.length && memcmp(text.text + place, year, 3) == 0;
  return is_sign ? 1 : is_year ? 3 : 0;
}

static bool make_month(int year, int month, fg_month *made) {
  *made = (fg_month)(year * 12 + month - 1);
  return year >= 1970 && year <= 9999 && month >= 1 && month <= 12;
}

/* Reads "2024-11…", "202411" or "20241101". */
static bool year_first(fg_string text, fg_month *month) {
  int year = 0;
  int of_year = 0;
  if (count_digits(text, 0, 4, &year) != 4) {
    return false;
  }
  size_t parted = separator(text, 4);
  size_t digits = count_digits(text, 4 + parted, 2, &of_year);
  size_t end = 4 + parted + digits;
  int day = 0;
  size_t more = parted == 0 ? count_digits(text, end, 3, &day) : 0;
  bool goes_on = end < text.length && is_figure(text.text[end]) && more != 2;
  return digits > 0 && (parted > 0 || digits == 2) && !goes_on && make_month(year, of_year, month);
}

/* Reads "11/2024". */
static bool month_first(fg_string text, fg_month *month) {
  int year = 0;
  int of_year = 0;
  size_t digits = count_digits(text, 0, 2, &of_year);
  size_t parted = separator(text, digits);
  bool is_whole = digits > 0 && parted > 0 && count_digits(text, digits + parted, 5, &year) == 4 &&
                  digits + parted + 4 == text.length;
  return is_whole && make_month(year, of_year, month);
}

/* Reads "Nov 2024" or "01 November 2024". */
static bool month_by_name(fg_string text, fg_month *month) {
  static const char names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
  int of_year = 0;
  int year = 0;
  int number = 0;
  for (size_t i = 0; i < text.length; i++) {
    bool begins = i == 0 || !is_latin(text.text[i - 1]);
    for (int name = 0; name < 12 && begins && i + 3 <= text.length; name++) {
      of_year = is_word(text, i, 3, (fg_string){names + (ptrdiff_t)3 * name, 3}) ? name + 1 : of_year;
    }
    bool is_number = is_figure(text.text[i]) && (i == 0 || !is_figure(text.text[i - 1]));
    year = is_number && count_digits(text, i, 5, &number) == 4 ? number : year;
  }
  return of_year > 0 && make_month(year, of_year, month);
}

static bool is_month_name(fg_string text, size_t place) {
  fg_month ignored = 0;
  char named[] = "xxx 2024";
  memcpy(named, text.text + place, 3);
  return month_by_name((fg_string){named, sizeof named - 1}, &ignored);
}

/* Whether a time is followed by the name of a zone in capitals. Such names are ambiguous ("CST" is the time of China
   and of Chicago), and by the zone the time may be of another month. */
static bool names_zone(fg_string text) {
  bool has_clock = false;
  for (size_t i = 1; i < text.length; i++) {
    size_t length = 0;
    while (i + length < text.length && text.text[i + length] >= 'A' && text.text[i + length] <= 'Z') {
      length++;
    }
    if (has_clock && length >= 3 && length <= 5 && !is_month_name(text, i)) {
      return true;
    }
    i += length > 0 ? length - 1 : 0;
    has_clock = has_clock || (text.text[i] == ':' && is_figure(text.text[i - 1]));
  }
  return false;
}

const char *fg_invoice_month(fg_string text, const fg_zone *zone, fg_month *month) {
  fg_time at = 0;
  while (text.length > 0 && passed_over(text, 0) > 0) {
    size_t passed = passed_over(text, 0);
    text = (fg_string){text.text + passed, text.length - passed};
  }
  while (text.length > 0 && (text.text[text.length - 1] == ' ' || text.text[text.length - 1] == '\t')) {
    text.length--;
  }
  if (fg_time_parse_loosely(text, zone, &at)) { /* a time may have an offset, by which it is of another month */
    *month = fg_month_of(fg_date_at(at, zone));
    return NULL;
  }
  if (names_zone(text)) {
    return "expected a time with an offset, such as +08:00, in place of the name of a zone";
  }
  bool is_read = year_first(text, month) || month_first(text, month) || month_by_name(text, month);
  return is_read ? NULL : "expected a month, such as 2024-11";
}
