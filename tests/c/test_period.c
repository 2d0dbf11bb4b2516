/* Periods: the edges of each kind, found by counting days one by one, and the period of the instants around every
   edge. */
#include "support.h"

#include "book/period.h"
#include "book/reach.h"

static const int offsets[] = {0, 480, -210, 345, 840, -840};
enum { OFFSETS = sizeof offsets / sizeof *offsets, LAST_YEAR = 2105 };

typedef struct day {
  int year, month, day, weekday; ///< 1 Monday … 7
} day;

static int length_of(int year, int month) {
  bool leap = year % 400 == 0 || (year % 100 != 0 && year % 4 == 0);
  if (month == 2) {
    return leap ? 29 : 28;
  }
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static day after(day of) {
  of.weekday = of.weekday % 7 + 1;
  if (++of.day > length_of(of.year, of.month)) {
    of.day = 1;
    of.year += of.month == 12;
    of.month = of.month % 12 + 1;
  }
  return of;
}

/* 1 January 1970 was a Thursday. */
static const day first_day = {1970, 1, 1, 4};

static void check_around(fg_period period, fg_time anchor, fg_time begin, fg_time end, int offset) {
  const fg_time instants[] = {begin, begin + 1, begin + (end - begin) / 2, end - 1};
  for (int i = 0; i < 4; i++) {
    if (!fg_period_is_anchored(period) || instants[i] >= anchor) {
      fg_span span = fg_period_at(period, anchor, instants[i], EAST(offset));
      if (span.begin != begin || span.end != end) {
        fail_msg("unit %d × %d from %lld at %lld: %lld … %lld, not %lld … %lld", (int)period.unit, (int)period.count,
                 (long long)anchor, (long long)instants[i], (long long)span.begin, (long long)span.end,
                 (long long)begin, (long long)end);
      }
    }
  }
}

static bool begins(fg_period_unit unit, day today) {
  switch (unit) {
  case FG_EVERY_DAY: return true;
  case FG_EVERY_WEEK: return today.weekday == 1;
  case FG_EVERY_MONTH: return today.day == 1;
  default: return today.day == 1 && today.month == 1;
  }
}

static void check_calendar(fg_period_unit unit, int offset) {
  fg_time begin = FG_NO_TIME;
  fg_time now = -(fg_time)offset * 60 * FG_SECOND;
  for (day today = first_day; today.year <= LAST_YEAR; today = after(today), now += FG_DAY) {
    if (begins(unit, today)) {
      if (begin != FG_NO_TIME) {
        check_around((fg_period){unit, 0}, 0, begin, now, offset);
      }
      begin = now;
    }
  }
}

static void test_calendar(void **state) {
  (void)state;
  for (int i = 0; i < OFFSETS; i++) {
    check_calendar(FG_EVERY_DAY, offsets[i]);
    check_calendar(FG_EVERY_WEEK, offsets[i]);
    check_calendar(FG_EVERY_MONTH, offsets[i]);
    check_calendar(FG_EVERY_YEAR, offsets[i]);
  }
}

/* The first week of all began before 1970. */
static void test_first_week(void **state) {
  (void)state;
  check_around((fg_period){FG_EVERY_WEEK, 0}, 0, -3 * FG_DAY, 4 * FG_DAY, 0);
}

/* An hour begins with each full hour of the clock on the wall, which at some offsets is no full hour of UTC. */
static void test_hours_of_the_clock(void **state) {
  (void)state;
  for (int i = 0; i < OFFSETS; i++) {
    fg_time midnight = at("2024-02-28") + 480 * 60 * FG_SECOND - (fg_time)offsets[i] * 60 * FG_SECOND;
    for (int hour = 0; hour < 72; hour++) {
      fg_time begin = midnight + hour * FG_HOUR;
      check_around((fg_period){FG_EVERY_HOUR, 0}, 0, begin, begin + FG_HOUR, offsets[i]);
    }
  }
}

static void test_hours_from_an_instant(void **state) {
  (void)state;
  static const int counts[] = {1, 5, 24, 100};
  fg_time anchor = at("2024-02-28T10:17:03.5");
  for (int i = 0; i < 4; i++) {
    for (int n = 0; n < 50; n++) {
      fg_time begin = anchor + n * counts[i] * FG_HOUR;
      check_around((fg_period){FG_EVERY_HOURS, counts[i]}, anchor, begin, begin + counts[i] * FG_HOUR, 480);
    }
  }
}

static void test_days_from_an_instant(void **state) {
  (void)state;
  static const int counts[] = {1, 7, 30, 365};
  fg_time anchor = at("2024-02-28T10:17:03.5");
  for (int i = 0; i < 4; i++) {
    for (int n = 0; n < 50; n++) {
      fg_time begin = at("2024-02-28") + n * counts[i] * FG_DAY;
      check_around((fg_period){FG_EVERY_DAYS, counts[i]}, anchor, begin, begin + counts[i] * FG_DAY, 480);
    }
  }
}

/* The instants at which so many months from a day have passed, over ten years: it is the day of the month that counts,
   or the last of a month that has none, and never that of the period before. */
static void check_months(int count, day first, fg_time begin, int offset) {
  fg_time anchor = begin + 10 * FG_HOUR;
  fg_time last = begin;
  fg_time now = begin;
  for (day today = first; today.year < first.year + 10; today = after(today), now += FG_DAY) {
    int months = (today.year - first.year) * 12 + today.month - first.month;
    int length = length_of(today.year, today.month);
    bool is_day = today.day == (first.day < length ? first.day : length);
    if (months > 0 && months % count == 0 && is_day) {
      check_around((fg_period){FG_EVERY_MONTHS, count}, anchor, last, now, offset);
      last = now;
    }
  }
}

/* From each day of four years, which hold a leap day. */
static void test_months_from_an_instant(void **state) {
  (void)state;
  fg_time now = at("2023-01-01");
  const int end = or_in_short(2027, 2025); /* 2024 is a leap year */
  for (day today = {2023, 1, 1, 7}; today.year < end; today = after(today), now += FG_DAY) {
    check_months(1, today, now, 480);
    check_months(3, today, now, 480);
    check_months(12, today, now, 480);
    check_months(5, today, now, 480);
  }
}

/* Months counted from a purchase on the 31st (docs/price-book.md): from 31 January, 28 February and 31 March. */
static void test_months_from_the_31st(void **state) {
  (void)state;
  fg_period month = {FG_EVERY_MONTHS, 1};
  fg_time anchor = at("2025-01-31T09:00");
  fg_span span = fg_period_at(month, anchor, at("2025-02-28"), EAST(480));
  assert_int_equal(span.begin, at("2025-02-28"));
  assert_int_equal(span.end, at("2025-03-31"));
  assert_int_equal(fg_period_at(month, anchor, at("2025-02-27T23:59"), EAST(480)).begin, at("2025-01-31"));
}

/* What ends after the last year has an end all the same. */
static void test_end_of_time(void **state) {
  (void)state;
  fg_time last = at("9999-12-31T23:59:59.999999");
  assert_int_equal(fg_period_at((fg_period){FG_EVERY_MONTH, 0}, 0, last, EAST(480)).end, last + 1);
  assert_int_equal(fg_period_at((fg_period){FG_EVERY_YEAR, 0}, 0, last, EAST(480)).end, last + 1);
  assert_int_equal(fg_period_at((fg_period){FG_EVERY_HOUR, 0}, 0, last, EAST(480)).end, last + 1);
  assert_int_equal(fg_period_at((fg_period){FG_EVERY_MONTHS, 1200}, last, last, EAST(480)).begin, at("9999-12-31"));
  assert_int_equal(fg_period_at((fg_period){FG_EVERY_MONTHS, 1200}, last, last, EAST(480)).end - at("9999-12-31"),
                   36525 * FG_DAY); /* 10000 is a leap year */
}

/* A book of format 2, or 1, whose product, grants and pack have these keys. */
static fg_book *book_of(int format, const char *product, const char *grants, const char *packs) {
  char json[1024];
  snprintf(json, sizeof json,
           "{\"format\": \"faregate-book/%d\", \"id\": \"toy\", \"title\": \"T\", \"currency\": \"EUR\", "
           "\"minor_digits\": 2, %s, \"rounding\": \"none\", \"products\": [{\"id\": \"p\", \"meter\": \"u\", "
           "\"price\": {\"model\": \"flat\", \"price\": \"1\"}%s, \"grants\": [%s], \"packs\": [%s]}]}",
           format, format == 1 ? "\"utc_offset\": \"+00:00\"" : "\"time_zone\": \"+00:00\"", product, grants, packs);
  return load_text(json);
}

static void check_reach(fg_book *book, fg_time shortest) {
  fg_time from = at("2025-01-01");
  assert_true(fg_book_reaches(book, from, from + FG_PERIODS_AT_ONCE * shortest));
  assert_false(fg_book_reaches(book, from, from + FG_PERIODS_AT_ONCE * shortest + 1));
  fg_book_release(book);
}

static void check_no_end(fg_book *book) {
  assert_true(fg_book_reaches(book, at("1970-01-01"), at("9999-12-31T23:59:59.999999")));
  fg_book_release(book);
}

static void test_reach_is_of_the_shortest_period(void **state) {
  (void)state;
  const char *fee = ", \"fees\": [{\"id\": \"f\", \"amount\": \"1\", \"every\": \"hour\"}]";
  const char *held = ", \"aggregate\": {\"take\": \"held\", \"over\": \"day\", \"grain\": \"hour\"}";
  const char *grant = "{\"id\": \"g\", \"quantity\": 1, \"validity\": \"period\", "
                      "\"issue\": {\"every\": {\"hours\": 5}, \"for\": {\"years\": 1}}}";
  const char *pack = "{\"id\": \"k\", \"units\": 1, \"price\": \"1\", "
                     "\"issue\": {\"every\": {\"days\": 2}, \"for\": {\"years\": 1}}}";
  check_reach(book_of(2, fee, "", ""), FG_HOUR);
  check_reach(book_of(2, held, "", ""), FG_DAY);
  check_reach(book_of(2, "", grant, ""), 5 * FG_HOUR);
  check_reach(book_of(2, "", "", pack), 2 * FG_DAY);
  check_reach(book_of(2, ", \"tier_period\": \"day\", \"settle\": \"week\"", "", ""), FG_DAY);
  check_reach(book_of(2, ", \"tier_period\": \"week\", \"settle\": \"week\"", "", ""), 7 * FG_DAY);
}

static void test_months_are_all_within_reach(void **state) {
  (void)state;
  check_no_end(book_of(2, "", "", ""));
  check_no_end(book_of(2, ", \"tier_period\": {\"months\": 2}, \"settle\": {\"months\": 1}", "", ""));
  check_no_end(book_of(1, ", \"tier_period\": \"day\"", "", "")); /* as it always was */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_calendar),
      cmocka_unit_test(test_first_week),
      cmocka_unit_test(test_hours_of_the_clock),
      cmocka_unit_test(test_hours_from_an_instant),
      cmocka_unit_test(test_days_from_an_instant),
      cmocka_unit_test(test_months_from_an_instant),
      cmocka_unit_test(test_months_from_the_31st),
      cmocka_unit_test(test_end_of_time),
      cmocka_unit_test(test_reach_is_of_the_shortest_period),
      cmocka_unit_test(test_months_are_all_within_reach),
  };
  return cmocka_run_group_tests_name("period", tests, NULL, NULL);
}
