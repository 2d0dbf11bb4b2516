/* Civil time: every day of 1970 to 9999 against a calendar that counts day by day; reading and printing of instants. */
#include "support.h"

#include "base/civil.h"

static bool leap(int year) { return year % 400 == 0 || (year % 100 != 0 && year % 4 == 0); }

static int length_of(int year, int month) {
  if (month == 2) {
    return leap(year) ? 29 : 28;
  }
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void test_every_day(void **state) {
  (void)state;
  fg_date date = 0;
  for (int year = 1970; year <= 9999; year++) {
    for (int month = 1; month <= 12; month++) {
      assert_int_equal(fg_month_first(fg_month_of(date)), date);
      assert_int_equal(fg_month_days(fg_month_of(date)), length_of(year, month));
      for (int day = 1; day <= length_of(year, month); day++, date++) {
        fg_civil civil = fg_civil_of(date);
        if (fg_date_of(year, month, day) != date || civil.year != year || civil.month != month || civil.day != day) {
          fail_msg("%04d-%02d-%02d", year, month, day);
        }
      }
    }
  }
  assert_int_equal(date - 1, fg_date_of(9999, 12, 31));
}

static void test_valid_dates(void **state) {
  (void)state;
  for (int year = 1960; year <= 2030; year++) {
    for (int month = -1; month <= 14; month++) {
      for (int day = -1; day <= 33; day++) {
        bool valid = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= length_of(year, month);
        assert_int_equal(fg_civil_is_valid(year, month, day), valid);
      }
    }
  }
  assert_false(fg_civil_is_valid(10000, 1, 1));
}

/* R19: the same day of a later month, or its last, always counted from the first date. */
static void test_months_later(void **state) {
  (void)state;
  for (fg_date date = fg_date_of(2023, 1, 1); date <= fg_date_of(2025, 12, 31); date++) {
    fg_civil first = fg_civil_of(date);
    int year = first.year;
    int month = first.month;
    for (int months = 0; months <= 60; months++) {
      fg_date later = 0;
      assert_int_equal(fg_date_add_months(date, months, &later), FG_OK);
      int last = length_of(year, month);
      assert_int_equal(later, fg_date_of(year, month, first.day < last ? first.day : last));
      year += month == 12;
      month = month == 12 ? 1 : month + 1;
    }
  }
}

static void test_calendar_ends(void **state) {
  (void)state;
  fg_date later = 77;
  fg_date december = fg_date_of(9999, 12, 31);
  assert_int_equal(fg_date_add_months(december, 1, &later), FG_OVERFLOW);
  assert_int_equal(fg_date_add_months(0, 12 * 8029 + 11, &later), FG_OK);
  assert_int_equal(later, fg_date_of(9999, 12, 1));
  later = 77;
  assert_int_equal(fg_date_add_months(0, 12 * 8030, &later), FG_OVERFLOW);
  assert_int_equal(fg_date_add_months(0, INT64_MAX, &later), FG_OVERFLOW);
  assert_int_equal(fg_date_add_months(0, -1, &later), FG_OVERFLOW);
  assert_int_equal(fg_date_add_days(december, 1, &later), FG_OVERFLOW);
  assert_int_equal(fg_date_add_days(0, INT64_MAX, &later), FG_OVERFLOW);
  assert_int_equal(fg_date_add_days(0, -1, &later), FG_OVERFLOW);
  assert_int_equal(later, 77);
  assert_int_equal(fg_date_add_days(0, december, &later), FG_OK);
  assert_int_equal(later, december);
}

static void test_days_begin(void **state) {
  (void)state;
  static const int offsets[] = {0, 480, -480, 345, -210, 1439, -1439};
  for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
    for (fg_date date = 1; date < 20000; date += 97) {
      const fg_zone *zone = EAST(offsets[i]);
      fg_time begin = fg_date_begin(date, zone);
      assert_int_equal(begin, date * INT64_C(86400000000) - offsets[i] * INT64_C(60000000));
      assert_int_equal(fg_date_at(begin, zone), date);
      assert_int_equal(fg_date_at(begin - 1, zone), date - 1);
      assert_int_equal(fg_date_at(begin + 86400000000 - 1, zone), date);
    }
  }
}

static void check_time(const char *text, int64_t expected) {
  fg_time time = 0;
  if (fg_time_parse(text, strlen(text), EAST(480), &time) != FG_OK || time != expected) {
    fail_msg("%s: %lld, expected %lld", text, (long long)time, (long long)expected);
  }
}

/* Instants worked out with date(1): 1730772000 is 2024-11-05T02:00:00Z. */
static void test_parse(void **state) {
  (void)state;
  const int64_t ten = 1730772000 * INT64_C(1000000);
  check_time("2024-11-05T10:00:00", ten);
  check_time("2024-11-05T10:00", ten);
  check_time("2024-11-05 10:00:00", ten);
  check_time("2024-11-05T10:00:00+08:00", ten);
  check_time("2024-11-05T02:00:00Z", ten);
  check_time("2024-11-05T02:00Z", ten);
  check_time("2024-11-04T22:30:00-03:30", ten);
  check_time("2024-11-06T01:59:00+23:59", ten);
  check_time("2024-11-04T02:01:00-23:59", ten);
  check_time("2024-11-05T10:00:00.1", ten + 100000);
  check_time("2024-11-05T10:00:00.000001", ten + 1);
  check_time("2024-11-05T10:00:00.999999Z", ten + 8 * INT64_C(3600000000) + 999999);
  check_time("2024-11-05", ten - 10 * INT64_C(3600000000));
  check_time("1970-01-01T00:00:00Z", 0);
  check_time("1970-01-01T00:00:00", -8 * INT64_C(3600000000));
  check_time("9999-12-31T23:59:59.999999Z", INT64_C(253402300800000000) - 1);
}

static void test_parse_refuses(void **state) {
  (void)state;
  static const char *const bad[] = {"",
                                    "2024",
                                    "2024-11",
                                    "2024-11-5",
                                    "2024-11-05T",
                                    "2024-11-05T10",
                                    "2024-11-05T10:",
                                    "2024-11-05T10:0",
                                    "2024-11-05T1:00",
                                    "2024-11-05T10:00:",
                                    "2024-11-05T10:00:0",
                                    "2024-11-05T10:00:00.",
                                    "2024-11-05T10:00:00.1234567",
                                    "2024-11-05T10:00:00,5",
                                    "2024-11-05T24:00:00",
                                    "2024-11-05T10:60:00",
                                    "2024-11-05T10:00:60",
                                    "2024-02-30T00:00:00",
                                    "2023-02-29",
                                    "1900-02-29",
                                    "2024-00-01",
                                    "2024-13-01",
                                    "2024-01-00",
                                    "1969-12-31T23:59:59Z",
                                    "0000-01-01",
                                    "10000-01-01T00:00:00",
                                    "2024-11-05T10:00:00+24:00",
                                    "2024-11-05T10:00:00+08:60",
                                    "2024-11-05T10:00:00+08",
                                    "2024-11-05T10:00:00+0800",
                                    "2024-11-05T10:00:00+8:00",
                                    "2024-11-05T10:00:00 Z",
                                    "2024-11-05T10:00:00ZZ",
                                    "2024-11-05T10:00:00z",
                                    "2024-11-05t10:00:00",
                                    "2024-11-05  10:00:00",
                                    " 2024-11-05",
                                    "2024-11-05 ",
                                    "-2024-11-05",
                                    "+2024-11-05",
                                    "20241105",
                                    "2024/11/05",
                                    "2024-11-05Z",
                                    "２024-11-05"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    fg_time time = 77;
    if (fg_time_parse(bad[i], strlen(bad[i]), EAST(480), &time) != FG_INVALID || time != 77) {
      fail_msg("\"%s\" was read", bad[i]);
    }
  }
}

static void check_number(int64_t number, const char *said) {
  fg_time time = 0;
  fg_error error;
  fg_status status = fg_time_of_number(number, &time, &error);
  assert_int_equal(status, said == NULL ? FG_OK : FG_INVALID);
  assert_int_equal(fg_time_of_number(number, &time, NULL), status);
  if (said == NULL) {
    assert_int_equal(time, number);
  } else {
    assert_string_equal(error.message, said);
  }
}

/* Instants worked out with date(1): 946684800 is 2000-01-01T00:00:00Z, 4102444800 is 2100-01-01T00:00:00Z. */
static void test_number(void **state) {
  (void)state;
#define UNIT "; whole numbers count microseconds, of the years 2000 to 2099"
  check_number(1730772000 * INT64_C(1000000), NULL);
  check_number(946684800 * INT64_C(1000000), NULL);
  check_number(4102444800 * INT64_C(1000000) - 1, NULL);
  check_number(1730772000, "1730772000 microseconds is the year 1970" UNIT);
  check_number(0, "0 microseconds is the year 1970" UNIT);
  check_number(-1, "-1 microseconds is before 1970" UNIT);
  check_number(INT64_MIN, "-9223372036854775808 microseconds is before 1970" UNIT);
  check_number(946684800 * INT64_C(1000000) - 1, "946684799999999 microseconds is the year 1999" UNIT);
  check_number(4102444800 * INT64_C(1000000), "4102444800000000 microseconds is the year 2100" UNIT);
  check_number(INT64_C(253402300799999999), "253402300799999999 microseconds is the year 9999" UNIT);
  check_number(INT64_C(253402300800000000), "253402300800000000 microseconds is after the year 9999" UNIT);
  check_number(INT64_MAX, "9223372036854775807 microseconds is after the year 9999" UNIT);
#undef UNIT
}

static void check_printed(fg_time time, const fg_zone *zone, const char *expected) {
  char out[FG_TIME_TEXT_MAX];
  assert_int_equal(fg_time_format(time, zone, out), strlen(expected));
  assert_string_equal(out, expected);
}

static void test_format(void **state) {
  (void)state;
  fg_time ten = at("2024-11-05T10:00:00");
  check_printed(ten, EAST(480), "2024-11-05T10:00:00+08:00");
  check_printed(ten, NULL, "2024-11-05T02:00:00+00:00");
  check_printed(ten, EAST(-210), "2024-11-04T22:30:00-03:30");
  check_printed(ten + 500000, EAST(480), "2024-11-05T10:00:00.5+08:00");
  check_printed(ten + 120000, EAST(480), "2024-11-05T10:00:00.12+08:00");
  check_printed(ten + 1, EAST(480), "2024-11-05T10:00:00.000001+08:00");
  check_printed(ten - 1, EAST(480), "2024-11-05T09:59:59.999999+08:00");
  check_printed(0, NULL, "1970-01-01T00:00:00+00:00");
  check_printed(-1, EAST(480), "1970-01-01T07:59:59.999999+08:00");
}

/* Clocks that are put forward by an hour on 30 March 2025, 01:00 in UTC, and back on 26 October. */
static void test_a_zone_with_parts(void **state) {
  (void)state;
  const fg_time hour = INT64_C(3600000000);
  const fg_time forward = INT64_C(1743296400000000);
  const fg_time back = INT64_C(1761440400000000);
  const fg_zone_part parts[] = {{0, hour}, {forward, 2 * hour}, {back, hour}};
  const fg_zone zone = {.parts = parts, .count = 3};
  static const struct {
    const char *civil;
    int from_forward, from_back; ///< minutes from one of the two, the other 0
  } cases[] = {{"2025-03-30T01:59", -1, 0},  {"2025-03-30T02:00", 0, 0},  {"2025-03-30T02:59", 0, 0},
               {"2025-03-30T03:00", 0, 0},   {"2025-03-30T03:01", 1, 0},  {"2025-10-26T01:59", 0, -61},
               {"2025-10-26T02:00", 0, -60}, {"2025-10-26T02:59", 0, -1}, {"2025-10-26T03:00", 0, 60}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fg_time time = 0;
    fg_time near = i < 5 ? forward : back;
    assert_int_equal(fg_time_parse(cases[i].civil, strlen(cases[i].civil), &zone, &time), FG_OK);
    assert_int_equal(time - near, (cases[i].from_forward + cases[i].from_back) * INT64_C(60000000));
  }
  check_printed(forward - 1, &zone, "2025-03-30T01:59:59.999999+01:00");
  check_printed(forward, &zone, "2025-03-30T03:00:00+02:00");
  check_printed(back - 1, &zone, "2025-10-26T02:59:59.999999+02:00");
  check_printed(back, &zone, "2025-10-26T02:00:00+01:00");
  assert_int_equal(fg_month_hours(2025 * 12 + 2, &zone), 743);
  assert_int_equal(fg_month_hours(2025 * 12 + 3, &zone), 720);
  assert_int_equal(fg_month_hours(2025 * 12 + 9, &zone), 745);
  assert_int_equal(fg_month_hours(2024 * 12 + 1, NULL), 696);
}

static void test_round_trip(void **state) {
  (void)state;
  for (fg_time time = 0; time < INT64_C(253402300800000000); time += INT64_C(98765432123457)) {
    char out[FG_TIME_TEXT_MAX];
    fg_time back = 0;
    size_t length = fg_time_format(time, EAST(345), out);
    assert_int_equal(fg_time_parse(out, length, 0, &back), FG_OK);
    assert_int_equal(back, time);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_day),         cmocka_unit_test(test_valid_dates), cmocka_unit_test(test_months_later),
      cmocka_unit_test(test_calendar_ends),     cmocka_unit_test(test_days_begin),  cmocka_unit_test(test_parse),
      cmocka_unit_test(test_parse_refuses),     cmocka_unit_test(test_number),      cmocka_unit_test(test_format),
      cmocka_unit_test(test_a_zone_with_parts), cmocka_unit_test(test_round_trip),
  };
  return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
