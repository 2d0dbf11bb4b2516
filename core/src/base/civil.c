#include "civil.h"

#include <stdio.h>

/* Days are counted in a calendar whose year begins in March, so that the leap day is the last of its year. The
   algorithm is that of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms". */
enum { DAYS_TO_1970 = 719468, DAYS_IN_ERA = 146097 };

fg_date fg_date_of(int year, int month, int day) {
  FG_ASSERT(month >= 1 && month <= 12 && day >= 1);
  int shifted = year - (month <= 2);
  int era = shifted / 400;
  int year_of_era = shifted - era * 400;
  int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * DAYS_IN_ERA + day_of_era - DAYS_TO_1970;
}

/* Multiplies instead of dividing, as Neri and Schneider show in "Euclidean affine functions and their application to
   calendar algorithms", because an account converts a date about a hundred times a month. */
fg_civil fg_civil_of(fg_date date) {
  FG_ASSERT(date > -DAYS_TO_1970);
  uint32_t quarters = 4 * (uint32_t)(date + DAYS_TO_1970) + 3;
  uint32_t century = quarters / DAYS_IN_ERA;
  uint64_t of_century = UINT64_C(2939745) * (quarters % DAYS_IN_ERA | 3);
  uint32_t day_of_year = (uint32_t)of_century / 2939745 / 4;
  uint32_t month_and_day = 2141 * day_of_year + 197913;
  int month = (int)(month_and_day >> 16);
  bool is_next_year = day_of_year >= 306;
  fg_civil civil;
  civil.year = (int)(100 * century + (uint32_t)(of_century >> 32)) + is_next_year;
  civil.month = is_next_year ? month - 12 : month;
  civil.day = (int)((month_and_day & 0xFFFF) / 2141) + 1;
  return civil;
}

static bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static int days_in_month(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool fg_civil_is_valid(int year, int month, int day) {
  return year >= 1970 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

static int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b < 0); }

size_t fg_zone_part_at(const fg_zone_part *parts, size_t count, fg_time at) {
  size_t low = 0;
  size_t high = count;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (parts[middle].from <= at) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

int64_t fg_zone_offset(const fg_zone *zone, fg_time at) {
  if (zone == NULL || zone->count == 0) {
    return zone == NULL ? 0 : zone->offset;
  }
  return zone->parts[fg_zone_part_at(zone->parts, zone->count, at)].offset;
}

fg_time fg_zone_instant(const fg_zone *zone, fg_time civil) {
  if (zone == NULL || zone->count == 0) {
    return zone == NULL ? civil : civil - zone->offset;
  }
  size_t i = fg_zone_part_at(zone->parts, zone->count, civil - FG_DAY);
  while (i + 1 < zone->count && civil - zone->parts[i].offset >= zone->parts[i + 1].from) {
    i++;
  }
  fg_time instant = civil - zone->parts[i].offset;
  return i == 0 ? instant : fg_max_i64(instant, zone->parts[i].from);
}

fg_date fg_date_at(fg_time time, const fg_zone *zone) {
  return (fg_date)floor_divide(time + fg_zone_offset(zone, time), FG_DAY);
}

bool fg_time_is_shown(fg_time time, const fg_zone *zone) {
  fg_date date = fg_time_is_civil(time) ? fg_date_at(time, zone) : -1;
  return date >= 0 && date <= fg_date_of(9999, 12, 31);
}

fg_time fg_date_begin(fg_date date, const fg_zone *zone) { return fg_zone_instant(zone, date * FG_DAY); }

fg_month fg_month_of(fg_date date) {
  fg_civil civil = fg_civil_of(date);
  return civil.year * 12 + civil.month - 1;
}

fg_date fg_month_first(fg_month month) { return fg_date_of(month / 12, month % 12 + 1, 1); }

fg_date fg_month_of_date(fg_date date, fg_date *next) {
  fg_civil civil = fg_civil_of(date);
  fg_date first = date - (civil.day - 1);
  *next = first + days_in_month(civil.year, civil.month);
  return first;
}

int fg_month_days(fg_month month) { return days_in_month(month / 12, month % 12 + 1); }

int fg_month_hours(fg_month month, const fg_zone *zone) {
  if (zone == NULL || zone->count == 0) {
    return fg_month_days(month) * 24;
  }
  fg_date first = fg_month_first(month);
  return (int)((fg_date_begin(first + fg_month_days(month), zone) - fg_date_begin(first, zone)) / FG_HOUR);
}

fg_status fg_date_add_months(fg_date date, int64_t months, fg_date *later) {
  fg_civil civil = fg_civil_of(date);
  if (months < 0 || months > INT64_C(12) * 10000) {
    return FG_OVERFLOW;
  }
  int month = civil.year * 12 + civil.month - 1 + (int)months;
  if (month / 12 > 9999) {
    return FG_OVERFLOW;
  }
  int last = fg_month_days(month);
  *later = fg_date_of(month / 12, month % 12 + 1, civil.day < last ? civil.day : last);
  return FG_OK;
}

fg_status fg_date_add_days(fg_date date, int64_t days, fg_date *later) {
  const fg_date last = fg_date_of(9999, 12, 31);
  if (days < 0 || days > last - date) {
    return FG_OVERFLOW;
  }
  *later = date + (fg_date)days;
  return FG_OK;
}

/* A position in text that is being read. */
typedef struct time_reader {
  const char *at, *end;
} time_reader;

static bool read_number(time_reader *input, int digits, int *value) {
  if (input->end - input->at < digits) {
    return false;
  }
  *value = 0;
  for (int i = 0; i < digits; i++) {
    char c = *input->at++;
    if (c < '0' || c > '9') {
      return false;
    }
    *value = *value * 10 + (c - '0');
  }
  return true;
}

static bool read_char(time_reader *input, char wanted) {
  if (input->at == input->end || *input->at != wanted) {
    return false;
  }
  input->at++;
  return true;
}

static bool read_date(time_reader *input, fg_date *date) {
  int year = 0;
  int month = 0;
  int day = 0;
  bool read = read_number(input, 4, &year) && read_char(input, '-') && read_number(input, 2, &month) &&
              read_char(input, '-') && read_number(input, 2, &day);
  if (!read || !fg_civil_is_valid(year, month, day)) {
    return false;
  }
  *date = fg_date_of(year, month, day);
  return true;
}

/* Reads one to six digits after the point as microseconds. */
static bool read_fraction(time_reader *input, int64_t *micros) {
  int64_t unit = FG_SECOND / 10;
  *micros = 0;
  const char *first = input->at;
  while (input->at < input->end && *input->at >= '0' && *input->at <= '9') {
    if (unit == 0) {
      return false;
    }
    *micros += unit * (*input->at++ - '0');
    unit /= 10;
  }
  return input->at > first;
}

static bool read_clock(time_reader *input, int64_t *micros) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int64_t fraction = 0;
  if (!read_number(input, 2, &hour) || !read_char(input, ':') || !read_number(input, 2, &minute)) {
    return false;
  }
  if (read_char(input, ':')) {
    if (!read_number(input, 2, &second) || (read_char(input, '.') && !read_fraction(input, &fraction))) {
      return false;
    }
  }
  *micros = hour * FG_HOUR + minute * 60 * FG_SECOND + second * FG_SECOND + fraction;
  return hour < 24 && minute < 60 && second < 60;
}

static bool read_offset(time_reader *input, int64_t *offset) {
  if (read_char(input, 'Z')) {
    *offset = 0;
    return true;
  }
  bool west = read_char(input, '-');
  int hour = 0;
  int minute = 0;
  if ((!west && !read_char(input, '+')) || !read_number(input, 2, &hour) || !read_char(input, ':') ||
      !read_number(input, 2, &minute) || hour > 23 || minute > 59) {
    return false;
  }
  *offset = (west ? -1 : 1) * (hour * FG_HOUR + minute * 60 * FG_SECOND);
  return true;
}

fg_status fg_date_parse(const char *text, size_t length, fg_date *date) {
  time_reader input = {text, text + length};
  return read_date(&input, date) && input.at == input.end ? FG_OK : FG_INVALID;
}

fg_status fg_time_parse(const char *text, size_t length, const fg_zone *zone, fg_time *time) {
  time_reader input = {text, text + length};
  fg_date date = 0;
  int64_t clock = 0;
  fg_zone own = {0};
  if (!read_date(&input, &date)) {
    return FG_INVALID;
  }
  if (input.at < input.end) {
    if ((!read_char(&input, 'T') && !read_char(&input, ' ')) || !read_clock(&input, &clock)) {
      return FG_INVALID;
    }
    if (input.at < input.end) {
      zone = &own;
      if (!read_offset(&input, &own.offset)) {
        return FG_INVALID;
      }
    }
  }
  if (input.at != input.end) {
    return FG_INVALID;
  }
  *time = fg_zone_instant(zone, date * FG_DAY + clock);
  return FG_OK;
}

fg_status fg_time_of_number(int64_t microseconds, fg_time *time, fg_error *error) {
  const fg_time year_10000 = INT64_C(253402300800) * FG_SECOND;
  char year[24] = "before 1970";
  *time = microseconds;
  if (fg_time_is_plausible(microseconds)) {
    return FG_OK;
  }
  if (microseconds >= year_10000) {
    snprintf(year, sizeof year, "after the year 9999");
  } else if (microseconds >= 0) {
    snprintf(year, sizeof year, "the year %d", fg_civil_of(fg_date_at(microseconds, NULL)).year);
  }
  return fg_fail(error, FG_INVALID, "",
                 "%lld microseconds is %s; whole numbers count microseconds, of the years 2000 to 2099",
                 (long long)microseconds, year);
}

/* Writes digits without snprintf, which takes longer than all else that an invoice's dates need. */
static char *put_digits(char *out, unsigned number, int digits) {
  for (int i = digits - 1; i >= 0; i--, number /= 10) {
    out[i] = (char)('0' + number % 10);
  }
  return out + digits;
}

static char *put_month(char *out, int year, int month) {
  out = put_digits(out, (unsigned)year, 4);
  *out++ = '-';
  return put_digits(out, (unsigned)month, 2);
}

void fg_date_format(fg_date date, char out[11]) {
  fg_civil civil = fg_civil_of(date);
  out = put_month(out, civil.year, civil.month);
  *out++ = '-';
  *put_digits(out, (unsigned)civil.day, 2) = '\0';
}

void fg_month_format(fg_month month, char out[8]) { *put_month(out, month / 12, month % 12 + 1) = '\0'; }

size_t fg_time_format(fg_time time, const fg_zone *zone, char out[FG_TIME_TEXT_MAX]) {
  int64_t ahead = fg_zone_offset(zone, time);
  fg_date date = (fg_date)floor_divide(time + ahead, FG_DAY);
  int64_t clock = time + ahead - date * FG_DAY;
  FG_ASSERT(clock >= 0 && clock < FG_DAY);
  unsigned second = (unsigned)(clock / FG_SECOND);
  unsigned micros = (unsigned)(clock % FG_SECOND);
  char day[11];
  fg_date_format(date, day);
  int length = snprintf(out, FG_TIME_TEXT_MAX, "%sT%02u:%02u:%02u", day, second / 3600, second / 60 % 60, second % 60);
  if (micros != 0) {
    length += snprintf(out + length, FG_TIME_TEXT_MAX - (size_t)length, ".%06u", micros);
    while (out[length - 1] == '0') {
      length--;
    }
  }
  unsigned offset = (unsigned)((ahead < 0 ? -ahead : ahead) / (60 * FG_SECOND));
  length += snprintf(out + length, FG_TIME_TEXT_MAX - (size_t)length, "%c%02u:%02u", ahead < 0 ? '-' : '+',
                     offset / 60 % 100, offset % 60);
  FG_ASSERT(length < FG_TIME_TEXT_MAX);
  return (size_t)length;
}
