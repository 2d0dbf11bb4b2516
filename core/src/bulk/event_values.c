/* Reads times and quantities of a log. The strict forms are tried first, because most rows have them. */
#include "event_values.h"

#include "../base/loose_time.h"

static size_t blank_at_begin(fg_string text) {
  unsigned char first = (unsigned char)text.text[0];
  if (FG_LIKELY(first > ' ' && first < 0xC2)) {
    return 0;
  }
  if (first <= ' ') {
    return first != '\0';
  }
  bool is_wide = text.length >= 3 && memcmp(text.text, "\xE3\x80\x80", 3) == 0;
  return is_wide ? 3 : text.length >= 2 && memcmp(text.text, "\xC2\xA0", 2) == 0 ? 2 : 0;
}

static size_t blank_at_end(fg_string text) {
  const char *end = text.text + text.length;
  unsigned char last = (unsigned char)end[-1];
  if (FG_LIKELY(last > ' ' && last < 0x80)) {
    return 0;
  }
  if (last <= ' ') {
    return last != '\0';
  }
  bool is_wide = text.length >= 3 && memcmp(end - 3, "\xE3\x80\x80", 3) == 0;
  return is_wide ? 3 : text.length >= 2 && memcmp(end - 2, "\xC2\xA0", 2) == 0 ? 2 : 0;
}

fg_string fg_trim(fg_string text) {
  size_t blank = 0;
  while (text.length > 0 && (blank = blank_at_begin(text)) > 0) {
    text.text += blank;
    text.length -= blank;
  }
  while (text.length > 0 && (blank = blank_at_end(text)) > 0) {
    text.length -= blank;
  }
  return text.length > 0 ? text : (fg_string){NULL, 0};
}

static bool multiply_time(int64_t value, int64_t factor, fg_time *time) {
  return fg_multiply_i64(value, factor, time) && fg_time_is_civil(*time);
}

bool fg_scale_time(int64_t value, fg_time_unit unit, fg_time *time) {
  switch (unit) {
  case FG_DAYS: return multiply_time(value, FG_DAY, time);
  case FG_SECONDS: return multiply_time(value, FG_SECOND, time);
  case FG_MILLISECONDS: return multiply_time(value, FG_SECOND / 1000, time);
  case FG_MICROSECONDS: return multiply_time(value, 1, time);
  case FG_NANOSECONDS: return multiply_time(value / 1000 - (value % 1000 < 0), 1, time);
  }
  return false;
}

static bool is_decimal(char c) { return c >= '0' && c <= '9'; }

/* Reads a number in a unit, such as "1730772000.25", rounded down to microseconds: first its whole part, then its
   fraction. */
static bool scale_decimal(fg_string text, fg_time_unit unit, fg_time *time) {
  const char *point = memchr(text.text, '.', text.length);
  size_t whole = point == NULL ? text.length : (size_t)(point - text.text);
  int64_t number = 0, micros = 0;
  if (!fg_quantity_parse((fg_string){text.text, whole}, &number) || !fg_scale_time(number, unit, time)) {
    return false;
  }
  int64_t of_unit = unit == FG_SECONDS ? FG_SECOND : unit == FG_MILLISECONDS ? FG_SECOND / 1000 : 0;
  for (size_t i = whole + 1; i < text.length; i++) {
    if (!is_decimal(text.text[i])) {
      return false;
    }
    of_unit /= 10;
    micros += of_unit * (text.text[i] - '0');
  }
  *time += micros;
  return whole + 1 != text.length;
}

static bool parse_time(fg_string text, const fg_zone *zone, fg_time *time) {
  return FG_LIKELY(fg_time_parse(text.text, text.length, zone, time) == FG_OK) ||
         fg_time_parse_loosely(text, zone, time);
}

/* Finds the instant at which clocks of the log's zone show `civil`. Around a change of the zone's offset there may be
   two, or none. Returns NULL, or what is wrong. */
static const char *instant_in_zone(const fg_events *events, fg_time civil, fg_time *time) {
  size_t found = 0;
  size_t first = fg_zone_part_at(events->zone, events->zone_count, civil - FG_DAY);
  for (size_t i = first; i < events->zone_count && (i == first || events->zone[i].from <= civil + FG_DAY); i++) {
    fg_time instant = civil - events->zone[i].offset;
    bool has_begun = i == 0 || instant >= events->zone[i].from;
    bool is_over = i + 1 < events->zone_count && instant >= events->zone[i + 1].from;
    if (has_begun && !is_over) {
      *time = instant;
      found++;
    }
  }
  return found == 1  ? NULL
         : found > 1 ? "the clocks of the zone show this time twice: say its offset"
                     : "the clocks of the zone never show this time";
}

/* Finds the instant of a civil time in the log's zone or, if the log has none, in the book's. Returns NULL, or what is
   wrong. */
static const char *instant_of(const fg_biller *biller, const fg_events *events, fg_time civil, fg_time *time) {
  *time = fg_zone_instant(&biller->book->zone, civil);
  return events->zone == NULL ? NULL : instant_in_zone(events, civil, time);
}

/* The unit in which a number counts time of the years 2000 to 2099. Numbers that do in two units do not exist. */
static const char *plausible_unit(int64_t number, const char *const of_unit[FG_NANOSECONDS + 1], const char *none) {
  for (int unit = FG_SECONDS; unit <= FG_NANOSECONDS; unit++) {
    fg_time time = 0;
    if (fg_scale_time(number, (fg_time_unit)unit, &time) && fg_time_is_plausible(time)) {
      return of_unit[unit];
    }
  }
  return none;
}

static const char *say_unit(int64_t number) {
  static const char *const of_unit[] = {
      [FG_SECONDS] = "expected a time; say by time_unit what a whole number counts, here perhaps \"s\"",
      [FG_MILLISECONDS] = "expected a time; say by time_unit what a whole number counts, here perhaps \"ms\"",
      [FG_MICROSECONDS] = "expected a time; say by time_unit what a whole number counts, here perhaps \"us\"",
      [FG_NANOSECONDS] = "expected a time; say by time_unit what a whole number counts, here perhaps \"ns\"",
  };
  return plausible_unit(number, of_unit, "expected a time; say by time_unit what a whole number counts");
}

static const char no_time[] = "expected a time such as 2024-11-05T10:00:00+08:00, of the years 1970 to 9999";

static const char *beyond_unit(int64_t number) {
  static const char *const of_unit[] = {
      [FG_SECONDS] = "not of the years 1970 to 9999 in this time_unit, perhaps it is \"s\"",
      [FG_MILLISECONDS] = "not of the years 1970 to 9999 in this time_unit, perhaps it is \"ms\"",
      [FG_MICROSECONDS] = "not of the years 1970 to 9999 in this time_unit, perhaps it is \"us\"",
      [FG_NANOSECONDS] = "not of the years 1970 to 9999 in this time_unit, perhaps it is \"ns\"",
  };
  return plausible_unit(number, of_unit, no_time);
}

static const char *time_of_text(const fg_biller *biller, const fg_events *events, fg_string given, fg_time *time) {
  int64_t number = 0;
  fg_string text = given.text == NULL ? given : fg_trim(given);
  if (text.text == NULL) {
    return "expected a time, there is none";
  }
  if (!events->guessed_unit && scale_decimal(text, events->time_unit, time)) {
    return NULL;
  }
  if (events->guessed_unit && fg_quantity_parse(text, &number)) {
    return say_unit(number);
  }
  if (!parse_time(text, events->zone == NULL ? &biller->book->zone : NULL, time)) {
    return fg_quantity_parse(text, &number) ? beyond_unit(number) : no_time;
  }
  fg_time east = 0;
  bool is_civil = events->zone != NULL && parse_time(text, &(fg_zone){.offset = FG_HOUR}, &east) && east != *time;
  return is_civil ? instant_of(biller, events, *time, time) : NULL;
}

const char *fg_event_time(const fg_biller *biller, const fg_events *events, size_t row, fg_time *time) {
  const char *fault = NULL;
  int64_t number = 0;
  if (events->time_texts != NULL) {
    fault = time_of_text(biller, events, fg_texts_at(events->time_texts, row), time);
  } else if (fg_integers_null(&events->times, row)) {
    fault = "expected a time, there is none";
  } else if (!fg_integers_value(&events->times, row, &number)) {
    fault = no_time;
  } else if (!fg_scale_time(number, events->time_unit, time)) {
    fault = beyond_unit(number);
  } else if (events->civil_times) {
    fault = instant_of(biller, events, *time, time);
  }
  return fault == NULL && !fg_time_is_civil(*time) ? no_time : fault;
}

/* Whether only zeros follow the whole part of a number, after its decimal mark, or nothing at all. */
static bool is_whole(fg_string rest, char mark) {
  for (size_t i = 0; i < rest.length; i++) {
    if (rest.text[i] != (i == 0 ? mark : '0')) {
      return false;
    }
  }
  return true;
}

/* How many bytes the mark of thousands takes at a place; 0: there is none. People write the blank also as one that does
   not break a line or that is narrow, and the apostrophe also as a raised comma. */
static size_t thousands_at(fg_string text, size_t at, char thousands) {
  static const struct {
    char mark;
    const char *form;
  } forms[] = {{' ', "\xC2\xA0"}, {' ', "\xE2\x80\xAF"}, {' ', "\xE2\x80\x89"}, {'\'', "\xE2\x80\x99"}};
  if (thousands == '\0' || text.text[at] == thousands) {
    return thousands != '\0';
  }
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    size_t length = strlen(forms[i].form);
    bool is_it = forms[i].mark == thousands && text.length - at >= length;
    if (is_it && memcmp(text.text + at, forms[i].form, length) == 0) {
      return length;
    }
  }
  return 0;
}

/* Reads digits, in which a mark of thousands may stand between groups of three; `length` becomes how many bytes they
   take. */
static bool read_groups(fg_string text, char thousands, int64_t *value, size_t *length) {
  size_t i = 0, group = 0;
  bool grouped = false;
  *value = 0;
  size_t step = 1;
  for (; i < text.length; i += step) {
    char c = text.text[i];
    size_t mark = is_decimal(c) ? 0 : thousands_at(text, i, thousands);
    if (mark == 0 && !is_decimal(c)) {
      break;
    }
    step = mark > 0 ? mark : 1;
    if (mark > 0) {
      if (grouped ? group != 3 : group == 0 || group > 3) {
        return false;
      }
      grouped = true;
      group = 0;
    } else if (!fg_multiply_i64(*value, 10, value) || !fg_add_i64(*value, c - '0', value)) {
      return false;
    } else {
      group++;
    }
  }
  *length = i;
  return i > 0 && (!grouped || group == 3);
}

/* Whether digits are a number with some mark between groups of three, which the caller did not name. */
static bool is_grouped(fg_string digits) {
  int64_t value = 0;
  size_t length = 0;
  for (const char *mark = ",.'_ "; *mark != '\0'; mark++) {
    if (read_groups(digits, *mark, &value, &length) &&
        is_whole((fg_string){digits.text + length, digits.length - length}, *mark == '.' ? ',' : '.')) {
      return true;
    }
  }
  return false;
}

static const char *no_quantity(const fg_events *events) {
  return events->corrections ? "expected a whole number, -9223372036854775807 to 9223372036854775807"
                             : "expected a whole number, 0 to 9223372036854775807";
}

/* Says what the point in a text such as "1.000" can mean: a decimal point, or also a mark of thousands. `whole` is the
   number of bytes before it. */
static fg_point point_in(fg_string text, size_t whole) {
  bool may_group = text.length - whole == 4 && whole <= 3 && text.text[0] != '0';
  return text.length == whole ? FG_NO_POINT : may_group ? FG_POINT_MAY_GROUP : FG_POINT_OF_DECIMALS;
}

static const char *quantity_of_text(const fg_events *events, fg_string given, int64_t *quantity, fg_point *point) {
  size_t length = 0;
  char mark = events->thousands == '.' ? ',' : '.';
  fg_string text = given.text == NULL ? given : fg_trim(given);
  if (text.text == NULL) {
    return "expected a whole number, there is none";
  }
  bool is_negative = text.text[0] == '-';
  if (is_negative || text.text[0] == '+') {
    text.text++;
    text.length--;
  }
  if (!read_groups(text, events->thousands, quantity, &length) ||
      !is_whole((fg_string){text.text + length, text.length - length}, mark)) {
    return is_grouped(text) ? "expected a whole number; say by thousands which mark stands between groups of digits"
                            : no_quantity(events);
  }
  *point = point_in(text, length);
  *quantity = is_negative ? -*quantity : *quantity;
  return NULL;
}

const char *fg_event_quantity(const fg_events *events, size_t row, int64_t *quantity, fg_point *point) {
  *point = FG_NO_POINT;
  if (events->quantity_texts != NULL) {
    const char *fault = quantity_of_text(events, fg_texts_at(events->quantity_texts, row), quantity, point);
    if (fault != NULL) {
      return fault;
    }
  } else if (fg_integers_null(&events->quantities, row)) {
    return "expected a whole number, there is none";
  } else if (!fg_integers_value(&events->quantities, row, quantity)) {
    return no_quantity(events);
  }
  bool is_less = *quantity < 0;
  return is_less && !events->corrections ? "expected a whole number, not one below 0; corrections are to be asked for"
                                         : NULL;
}
