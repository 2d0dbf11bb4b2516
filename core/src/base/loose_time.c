/* Reads times in the forms in which programs write them. */
#include "loose_time.h"

static bool is_digit_of_time(char c) { return c >= '0' && c <= '9'; }

typedef struct loose_reader {
  const char *next, *end;
} loose_reader;

static bool take_any(loose_reader *input, const char *any) {
  bool is_there = input->next < input->end && strchr(any, *input->next) != NULL && *input->next != '\0';
  input->next += is_there;
  return is_there;
}

/* Reads a number of `least` to `most` digits; -1 if there is none. */
static int take_digits(loose_reader *input, int least, int most) {
  int value = 0;
  int count = 0;
  for (; count < most && input->next < input->end && is_digit_of_time(*input->next); count++) {
    value = value * 10 + (*input->next++ - '0');
  }
  return count < least ? -1 : value;
}

/* Reads a fraction of a second. Digits after the sixth are ignored, because they are less than a microsecond. */
static int take_micros(loose_reader *input) {
  int micros = 0;
  int unit = 100000;
  while (input->next < input->end && is_digit_of_time(*input->next)) {
    micros += unit * (*input->next++ - '0');
    unit /= 10;
  }
  return micros;
}

/* Reads "z", "UTC", "+08", "+0800", "+08:00", or nothing, in which case the zone stays as it is. `own` is memory for a
   zone that is read. */
static bool take_offset(loose_reader *input, fg_zone *own, const fg_zone **zone) {
  while (take_any(input, " ")) {
  }
  size_t left = (size_t)(input->end - input->next);
  if (left == 0) {
    return true;
  }
  *zone = own;
  bool is_utc = left == 3 && (memcmp(input->next, "UTC", 3) == 0 || memcmp(input->next, "GMT", 3) == 0);
  if (is_utc || (left == 1 && (*input->next == 'z' || *input->next == 'Z'))) {
    return true;
  }
  bool is_west = *input->next == '-';
  if (!take_any(input, "+-")) {
    return false;
  }
  int hour = take_digits(input, 2, 2);
  int minute = take_any(input, ":") || input->next < input->end ? take_digits(input, 2, 2) : 0;
  own->offset = (is_west ? -1 : 1) * (hour * FG_HOUR + minute * 60 * FG_SECOND);
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && input->next == input->end;
}

static bool take_clock(loose_reader *input, int64_t *clock) {
  int hour = take_digits(input, 1, 2);
  int minute = take_any(input, ":") ? take_digits(input, 2, 2) : -1;
  int second = minute >= 0 && take_any(input, ":") ? take_digits(input, 2, 2) : 0;
  int micros = second >= 0 && take_any(input, ".,") ? take_micros(input) : 0;
  *clock = hour * FG_HOUR + minute * 60 * FG_SECOND + second * FG_SECOND + micros;
  return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
}

/* Reads what fg_time_parse is too strict for, such as "2024/11/5 9:05:00.123456789 +0800" or "2024-11-05t10:00z". */
bool fg_time_parse_loosely(fg_string text, const fg_zone *zone, fg_time *time) {
  loose_reader input = {text.text, text.text + text.length};
  fg_zone own = {0};
  int64_t clock = 0;
  int year = take_digits(&input, 4, 4);
  int month = take_any(&input, "-/") ? take_digits(&input, 1, 2) : -1;
  int day = take_any(&input, "-/") ? take_digits(&input, 1, 2) : -1;
  if (year < 0 || month < 0 || day < 0 || !fg_civil_is_valid(year, month, day)) {
    return false;
  }
  bool has_clock = input.next < input.end;
  if (has_clock && (!take_any(&input, "Tt ") || !take_clock(&input, &clock) || !take_offset(&input, &own, &zone))) {
    return false;
  }
  *time = fg_zone_instant(zone, fg_date_of(year, month, day) * FG_DAY + clock);
  return true;
}
