/* The columns of a usage log, read row by row: units of time, texts in their layouts, dictionaries, what a row
   lacks. */
#include "support.h"
#include "faregate_bulk.h"

enum { ROWS = 12, IMAGE = 0, NO_SUCH = 1 };

/* A log of one account whose product the book has not: every row is set aside as it was read. */
typedef struct event_batch {
  int64_t times[ROWS], quantities[ROWS];
  int8_t product_codes[ROWS];
  fg_integers codes;
  fg_events events;
} event_batch;

static const int32_t one_text[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
static const int32_t product_offsets[] = {0, 5, 10};

/* `count` events at 2024-11-05T10:00:00, of 1, 2 … units, by the account "a". */
static void make_columns(event_batch *made, size_t count, int8_t product) {
  for (size_t i = 0; i < ROWS; i++) {
    made->times[i] = at("2024-11-05T10:00:00");
    made->quantities[i] = (int64_t)i + 1;
    made->product_codes[i] = product;
  }
  made->codes = (fg_integers){made->product_codes, NULL, 0, count, FG_INT8};
  made->events = (fg_events){
      .count = count,
      .accounts = {FG_TEXT_OFFSETS32, one_text, "aaaaaaaaaaaa", NULL, NULL, 0, count, NULL},
      .products = {FG_TEXT_OFFSETS32, product_offsets, "imagevideo", NULL, NULL, 0, 2, &made->codes},
      .times = {made->times, NULL, 0, count, FG_INT64},
      .time_unit = FG_MICROSECONDS,
      .quantities = {made->quantities, NULL, 0, count, FG_INT64}};
}

/* A column of one text, whose two offsets the caller keeps. */
static fg_texts column_of_one(const char *text, int32_t offsets[2]) {
  offsets[0] = 0;
  offsets[1] = (int32_t)strlen(text);
  return (fg_texts){FG_TEXT_OFFSETS32, offsets, text, NULL, NULL, 0, 1, NULL};
}

static fg_biller *new_biller(const fg_allocator *allocator) {
  fg_book *book = load_book(FACEFUSION);
  fg_account_options options = {.allocator = allocator};
  fg_account *pattern = NULL;
  fg_biller *biller = NULL;
  assert_int_equal(fg_account_new(book, &options, &pattern, NULL), FG_OK);
  assert_int_equal(fg_biller_new(pattern, FG_NO_TIME, &biller), FG_OK);
  fg_account_free(pattern);
  fg_book_release(book);
  return biller;
}

static fg_biller *run(const event_batch *batch) {
  fg_biller *biller = new_biller(NULL);
  assert_int_equal(fg_biller_run(biller, &batch->events, NULL), FG_OK);
  return biller;
}

static const fg_set_aside *all_set_aside(const fg_biller *biller, size_t expected) {
  size_t count = 0;
  const fg_set_aside *aside = fg_biller_set_aside(biller, &count);
  assert_int_equal(count, expected);
  return aside;
}

static void assert_text(fg_string text, const char *expected) {
  assert_non_null(text.text);
  assert_int_equal(text.length, strlen(expected));
  assert_memory_equal(text.text, expected, text.length);
}

/* Units of the month, of the account of that number. */
static json_int_t units_of(const fg_biller *biller, size_t account, const char *name) {
  fg_string is = {NULL, 0};
  json_t *statement = statement_of(fg_biller_account(biller, account, &is));
  assert_text(is, name);
  json_int_t units = json_integer_value(json_at(statement, "/products/image/month/total"));
  json_decref(statement);
  return units;
}

/* Each value, read in its unit, is that instant; NULL: none. */
typedef struct time_case {
  fg_time_unit unit;
  int64_t value;
  const char *is;
} time_case;

static void assert_times(const time_case *cases, size_t count, bool civil) {
  for (size_t i = 0; i < count; i++) {
    event_batch batch;
    make_columns(&batch, 1, NO_SUCH);
    batch.times[0] = cases[i].value;
    batch.events.time_unit = cases[i].unit;
    batch.events.civil_times = civil;
    fg_biller *biller = run(&batch);
    const fg_set_aside *aside = all_set_aside(biller, 1);
    assert_int_equal(aside->kind, cases[i].is == NULL ? FG_ASIDE_UNREADABLE : FG_ASIDE_REFUSED);
    assert_int_equal(aside->at, cases[i].is == NULL ? FG_NO_TIME : at(cases[i].is));
    assert_string_equal(aside->column, cases[i].is == NULL ? "time" : "");
    assert_int_equal(aside->quantity, 1);
    fg_biller_free(biller);
  }
}

/* 2024-10-04T00:00Z, 08:00 in the book's time, is 20,000 days or 1,728,000,000 seconds after 1970. */
static void test_times_in_every_unit(void **state) {
  (void)state;
  const time_case instants[] = {
      {FG_DAYS, 20000, "2024-10-04T08:00:00"},
      {FG_SECONDS, 1728000001, "2024-10-04T08:00:01"},
      {FG_MILLISECONDS, 1728000000001, "2024-10-04T08:00:00.001"},
      {FG_MICROSECONDS, 1728000000000001, "2024-10-04T08:00:00.000001"},
      {FG_NANOSECONDS, 1728000000000001000, "2024-10-04T08:00:00.000001"},
      {FG_NANOSECONDS, 1728000000000001999, "2024-10-04T08:00:00.000001"}, /* rounded down */
      {FG_NANOSECONDS, 999, "1970-01-01T08:00:00"},
      {FG_NANOSECONDS, -1, "1970-01-01T07:59:59.999999"}, /* down, not toward zero */
      {FG_NANOSECONDS, -1000, "1970-01-01T07:59:59.999999"},
      {FG_NANOSECONDS, -1001, "1970-01-01T07:59:59.999998"},
      {FG_DAYS, -2, NULL},           /* before 1970 */
      {FG_DAYS, 2932897 + 1, NULL},  /* 10000-01-02 */
      {FG_SECONDS, INT64_MAX, NULL}, /* too large for a count of microseconds */
      {FG_DAYS, INT64_MIN, NULL},
      {FG_MILLISECONDS, INT64_MAX, NULL},
      {FG_MICROSECONDS, INT64_MAX, NULL},
      {(fg_time_unit)99, 0, NULL},
  };
  assert_times(instants, sizeof instants / sizeof *instants, false);
}

static void test_civil_times_are_the_books(void **state) {
  (void)state;
  const time_case civil[] = {
      {FG_DAYS, 20000, "2024-10-04T00:00:00"},
      {FG_SECONDS, 1728000000, "2024-10-04T00:00:00"},
      {FG_SECONDS, -86400 + 28800, NULL}, /* an instant of its own, but not once the offset is taken off */
  };
  assert_times(civil, sizeof civil / sizeof *civil, true);
}

static void test_times_as_texts(void **state) {
  (void)state;
  event_batch batch;
  make_columns(&batch, 4, NO_SUCH);
  const int32_t offsets[] = {0, 19, 39, 39, 44};
  const char bytes[] = "2024-11-05T10:00:00"
                       "2024-11-05T10:00:00Z"
                       "10:00";
  const uint8_t validity = 0x0B; /* the third is null */
  const fg_texts texts = {FG_TEXT_OFFSETS32, offsets, bytes, NULL, &validity, 0, 4, NULL};
  batch.events.time_texts = &texts;
  batch.events.civil_times = true;  /* says nothing of texts, */
  batch.events.guessed_unit = true; /* nor does this of the column that is not read */
  batch.times[0] = 1;
  fg_biller *biller = run(&batch);
  const fg_set_aside *aside = all_set_aside(biller, 4);
  assert_int_equal(aside[0].at, at("2024-11-05T10:00:00"));
  assert_int_equal(aside[1].at, at("2024-11-05T18:00:00"));
  for (int i = 0; i < 4; i++) {
    assert_int_equal(aside[i].kind, i >= 2 ? FG_ASIDE_UNREADABLE : FG_ASIDE_REFUSED);
    assert_int_equal(aside[i].row, i);
  }
  assert_int_equal(aside[2].at, FG_NO_TIME);
  assert_string_equal(aside[3].column, "time");
  assert_true(strstr(aside[3].message, "2024-11-05T10:00:00+08:00") != NULL);
  fg_biller_free(biller);
}

static void test_a_null_time_is_set_aside(void **state) {
  (void)state;
  event_batch batch;
  make_columns(&batch, 3, IMAGE);
  const uint8_t validity = 0x05;
  batch.events.times.validity = &validity;
  fg_biller *biller = run(&batch);
  const fg_set_aside *aside = all_set_aside(biller, 1);
  assert_int_equal(aside->row, 1);
  assert_string_equal(aside->column, "time");
  assert_int_equal(aside->quantity, 2);
  assert_int_equal(units_of(biller, 0, "a"), 1 + 3);
  fg_biller_free(biller);
}

/* A unit that nobody gave has to make instants of 2000 to 2099 (UTC); the unit that would is named. */
static void test_guessed_units(void **state) {
  (void)state;
  const struct {
    int64_t number;
    fg_time_unit unit;
    const char *perhaps; ///< NULL: the guess is right
  } cases[] = {
      {946684800000000, FG_MICROSECONDS, NULL},  /* 2000-01-01T00:00Z */
      {946684799999999, FG_MICROSECONDS, ""},    /* nothing else makes it one */
      {4102444799999999, FG_MICROSECONDS, NULL}, /* the last of 2099 */
      {4102444800000000, FG_MICROSECONDS, ""},
      {1728000000, FG_MICROSECONDS, ", perhaps s"}, /* 2024-10-04 */
      {1728000000000, FG_MICROSECONDS, ", perhaps ms"},
      {1728000000000000000, FG_MICROSECONDS, ", perhaps ns"},
      {1728000000, FG_SECONDS, NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    event_batch batch;
    make_columns(&batch, 3, IMAGE);
    const uint8_t validity = 0x05;
    batch.times[0] = cases[i].unit == FG_SECONDS ? 1728000000 : batch.times[0];
    batch.times[1] = 5; /* null */
    batch.times[2] = cases[i].number;
    batch.events.times.validity = &validity;
    batch.events.guessed_unit = true;
    batch.events.sort = true; /* rows go back */
    batch.events.time_unit = cases[i].unit;
    batch.events.first_row = 10;
    fg_biller *biller = new_biller(NULL);
    fg_error error = {0};
    fg_status status = fg_biller_run(biller, &batch.events, &error);
    assert_int_equal(status, cases[i].perhaps == NULL ? FG_OK : FG_INVALID);
    if (status != FG_OK) {
      char expected[200];
      snprintf(expected, sizeof expected,
               "row 12: as microseconds, %lld is not of the years 2000 to 2099: say what the numbers count%s",
               (long long)cases[i].number, cases[i].perhaps);
      assert_string_equal(error.message, expected);
      assert_string_equal(error.path, "time");
      assert_int_equal(fg_biller_account_count(biller), 0);
      batch.events.guessed_unit = false; /* whoever said it gets what they said */
      assert_int_equal(fg_biller_run(biller, &batch.events, NULL), FG_OK);
    }
    fg_biller_free(biller);
  }
}

/* What programs write, beyond what a timeline has. The expected instants are in the strict form; NULL: none. */
static void test_times_as_programs_write_them(void **state) {
  (void)state;
  const struct {
    const char *text, *is;
  } cases[] = {
      {"2024-11-05T10:00:00.123456789", "2024-11-05T10:00:00.123456"},
      {"2024-11-05T10:00:00,5", "2024-11-05T10:00:00.5"},
      {"2024-11-05t02:00:00z", "2024-11-05T10:00:00"},
      {"2024-11-05 02:00:00 UTC", "2024-11-05T10:00:00"},
      {"2024-11-05 02:00 GMT", "2024-11-05T10:00:00"},
      {"2024-11-05T10:00:00+0800", "2024-11-05T10:00:00"},
      {"2024-11-05T10:00:00 +08", "2024-11-05T10:00:00"},
      {"2024-11-04T22:30:00-0330", "2024-11-05T10:00:00"},
      {" \t2024/11/5 9:05\r", "2024-11-05T09:05:00"},
      {"\xC2\xA0"
       "2024-1-5\xE3\x80\x80",
       "2024-01-05T00:00:00"},
      {"2024-11-05T10", NULL},
      {"2024-11-05T10:0", NULL},
      {"2024-11-05T24:00", NULL},
      {"2024-11-05T10:60", NULL},
      {"2024-11-05T10:00:60", NULL},
      {"2024-11-05T10:00:", NULL},
      {"2024-11-05T10:00:00+8", NULL},
      {"2024-11-05T10:00:00+24:00", NULL},
      {"2024-11-05T10:00:00+08:60", NULL},
      {"2024-11-05T10:00:00+08000", NULL},
      {"2024-11-05T10:00:00 CET", NULL},
      {"2024-11-05T10:00:00zz", NULL},
      {"2024-02-30", NULL},
      {"24-11-05", NULL},
      {"2024_11_05", NULL},
      {"05.11.2024", NULL},
      {"1730772000", NULL}, /* nobody said what it counts */
      {" ", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    event_batch batch;
    make_columns(&batch, 1, NO_SUCH);
    int32_t offsets[2];
    const fg_texts texts = column_of_one(cases[i].text, offsets);
    batch.events.time_texts = &texts;
    batch.events.guessed_unit = true;
    fg_biller *biller = run(&batch);
    const fg_set_aside *aside = all_set_aside(biller, 1);
    assert_int_equal(aside->kind, cases[i].is == NULL ? FG_ASIDE_UNREADABLE : FG_ASIDE_REFUSED);
    assert_int_equal(aside->at, cases[i].is == NULL ? FG_NO_TIME : at(cases[i].is));
    if (cases[i].is == NULL) {
      assert_text(aside->text, cases[i].text);
    }
    fg_biller_free(biller);
  }
}

/* Numbers as text, whole or not, count the unit that was said. */
static void test_numbers_as_times_in_text(void **state) {
  (void)state;
  const struct {
    fg_time_unit unit;
    const char *text, *is;
  } cases[] = {
      {FG_SECONDS, "1728000001", "2024-10-04T08:00:01"},
      {FG_SECONDS, "1728000001.25", "2024-10-04T08:00:01.25"},
      {FG_SECONDS, "1728000001.1234567", "2024-10-04T08:00:01.123456"},
      {FG_MILLISECONDS, "1728000000001.5", "2024-10-04T08:00:00.0015"},
      {FG_MICROSECONDS, "1728000000000001.9", "2024-10-04T08:00:00.000001"},
      {FG_NANOSECONDS, "1728000000000001999", "2024-10-04T08:00:00.000001"},
      {FG_SECONDS, "1728000001.", NULL},
      {FG_SECONDS, "1728000001.2x", NULL},
      {FG_SECONDS, ".5", NULL},
      {FG_SECONDS, "99999999999999999999", NULL},
      {FG_SECONDS, "2024-10-04", "2024-10-04T00:00:00"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    event_batch batch;
    make_columns(&batch, 1, NO_SUCH);
    int32_t offsets[2];
    const fg_texts texts = column_of_one(cases[i].text, offsets);
    batch.events.time_texts = &texts;
    batch.events.time_unit = cases[i].unit;
    fg_biller *biller = run(&batch);
    assert_int_equal(all_set_aside(biller, 1)->at, cases[i].is == NULL ? FG_NO_TIME : at(cases[i].is));
    fg_biller_free(biller);
  }
}

/* Berlin in 2024: an hour is left out on March 31st and comes twice on October 27th, both at 01:00 UTC. */
static void test_civil_times_of_a_zone(void **state) {
  (void)state;
  const int64_t hour = 3600000000;
  const fg_zone_part zone[] = {{0, hour}, {1711846800000000, 2 * hour}, {1729990800000000, hour}};
  const struct {
    const char *text, *is, *fault;
  } cases[] = {
      {"2024-01-15T12:00", "2024-01-15T19:00:00", NULL},
      {"2024-03-31T01:59:59", "2024-03-31T08:59:59", NULL},
      {"2024-03-31T02:00", NULL, "never"},
      {"2024-03-31T02:59:59", NULL, "never"},
      {"2024-03-31T03:00", "2024-03-31T09:00:00", NULL},
      {"2024-10-27T01:59:59", "2024-10-27T07:59:59", NULL},
      {"2024-10-27T02:00", NULL, "twice"},
      {"2024-10-27T02:59:59", NULL, "twice"},
      {"2024-10-27T03:00", "2024-10-27T10:00:00", NULL},
      {"2024-10-27T02:30:00Z", "2024-10-27T10:30:00", NULL}, /* an instant needs no zone */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (int as_text = 0; as_text < 2; as_text++) {
      event_batch batch;
      make_columns(&batch, 1, NO_SUCH);
      int32_t offsets[2];
      const fg_texts texts = column_of_one(cases[i].text, offsets);
      batch.events.time_texts = as_text != 0 ? &texts : NULL;
      batch.events.civil_times = strchr(cases[i].text, 'Z') == NULL;
      assert_int_equal(fg_time_parse(cases[i].text, strlen(cases[i].text), 0, &batch.times[0]), FG_OK);
      batch.events.zone = zone;
      batch.events.zone_count = 3;
      fg_biller *biller = run(&batch);
      const fg_set_aside *aside = all_set_aside(biller, 1);
      assert_int_equal(aside->at, cases[i].is == NULL ? FG_NO_TIME : at(cases[i].is));
      assert_true(cases[i].fault == NULL || strstr(aside->message, cases[i].fault) != NULL);
      fg_biller_free(biller);
    }
  }
}

static void test_quantities_as_programs_write_them(void **state) {
  (void)state;
  const struct {
    const char *text;
    char thousands;
    int64_t is; ///< FG_NO_QUANTITY: none
  } cases[] = {
      {"24.0", '\0', 24},
      {" 24. ", '\0', 24},
      {"+007", '\0', 7},
      {"1,000", ',', 1000},
      {"12,345,678.00", ',', 12345678},
      {"999", ',', 999},
      {"1.000,00", '.', 1000},
      {"1 000", ' ', 1000},
      {"1\xC2\xA0"
       "000",
       ' ', 1000},
      {"1\xE2\x80\xAF"
       "000 000",
       ' ', 1000000},
      {"1\xE2\x80\x99"
       "000",
       '\'', 1000},
      {"1\xE2\x80\xAF"
       "000",
       ',', FG_NO_QUANTITY},
      {"1\xE2\x80", ' ', FG_NO_QUANTITY},
      {"-5", '\0', -5},
      {"-9,223,372,036,854,775,807", ',', -INT64_MAX},
      {"24.5", '\0', FG_NO_QUANTITY},
      {"24.0.0", '\0', FG_NO_QUANTITY},
      {"1,000", '\0', FG_NO_QUANTITY},
      {"1,00", ',', FG_NO_QUANTITY},
      {"1,0000", ',', FG_NO_QUANTITY},
      {"1000,000", ',', FG_NO_QUANTITY},
      {",000", ',', FG_NO_QUANTITY},
      {"1,,000", ',', FG_NO_QUANTITY},
      {"1.000", ',', 1},
      {"1e3", '\0', FG_NO_QUANTITY},
      {"--5", '\0', FG_NO_QUANTITY},
      {"-", '\0', FG_NO_QUANTITY},
      {".0", '\0', FG_NO_QUANTITY},
      {"nan", '\0', FG_NO_QUANTITY},
      {"9223372036854775808", '\0', FG_NO_QUANTITY},
      {"", '\0', FG_NO_QUANTITY},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    event_batch batch;
    make_columns(&batch, 1, NO_SUCH);
    int32_t offsets[2];
    const fg_texts texts = column_of_one(cases[i].text, offsets);
    batch.events.quantity_texts = &texts;
    batch.events.thousands = cases[i].thousands;
    batch.events.corrections = true;
    fg_biller *biller = run(&batch);
    const fg_set_aside *aside = all_set_aside(biller, 1);
    assert_int_equal(aside->quantity, cases[i].is);
    assert_int_equal(aside->kind, cases[i].is == FG_NO_QUANTITY ? FG_ASIDE_UNREADABLE : FG_ASIDE_REFUSED);
    fg_biller_free(biller);
  }
}

/* -1 is a number, and what is beyond 2^63-1 is none: both look alike to whoever reads a row as int64. */
static void test_numbers_beyond_the_range_are_no_corrections(void **state) {
  (void)state;
  const uint64_t unsigned_numbers[] = {UINT64_MAX, 3};
  const int64_t wide_numbers[] = {-1, -1, INT64_MIN, 0}; /* -1, and 2^63 or, with the high half first, -2^127 */
  for (int wide = 0; wide < 2; wide++) {
    event_batch batch;
    make_columns(&batch, 2, NO_SUCH);
    batch.events.quantities = (fg_integers){wide != 0 ? (const void *)wide_numbers : unsigned_numbers, NULL, 0, 2,
                                            wide != 0 ? FG_INT128 : FG_UINT64};
    batch.events.corrections = true;
    fg_biller *biller = run(&batch);
    const fg_set_aside *aside = all_set_aside(biller, 2);
    assert_int_equal(aside[0].quantity, wide != 0 ? -1 : FG_NO_QUANTITY);
    assert_int_equal(aside[1].quantity, wide != 0 ? FG_NO_QUANTITY : 3);
    fg_biller_free(biller);
  }
}

/* Nor are they times, in whatever unit and whether it is a guess: -1 would be the last instant of 1969. */
static void test_numbers_beyond_the_range_are_no_times(void **state) {
  (void)state;
  const uint64_t unsigned_numbers[] = {UINT64_MAX, (uint64_t)INT64_MAX + 1};
  const int64_t wide_numbers[] = {1, 1, 2, 2}; /* 2^64 + 1 and twice as many, whichever half comes first */
  for (int unit = FG_SECONDS; unit <= FG_NANOSECONDS; unit++) {
    for (int wide = 0; wide < 4; wide++) {
      event_batch batch;
      make_columns(&batch, 2, NO_SUCH);
      bool is_wide = wide % 2 != 0;
      batch.events.times = (fg_integers){is_wide ? (const void *)wide_numbers : unsigned_numbers, NULL, 0, 2,
                                         is_wide ? FG_INT128 : FG_UINT64};
      batch.events.time_unit = (fg_time_unit)unit;
      batch.events.guessed_unit = wide > 1;
      fg_biller *biller = run(&batch);
      const fg_set_aside *aside = all_set_aside(biller, 2);
      for (int i = 0; i < 2; i++) {
        assert_int_equal(aside[i].kind, FG_ASIDE_UNREADABLE);
        assert_true(aside[i].at == FG_NO_TIME);
      }
      if (!is_wide) {
        assert_text(aside[0].text, "18446744073709551615");
        assert_text(aside[1].text, "9223372036854775808");
      }
      fg_biller_free(biller);
    }
  }
}

static void test_quantities_as_integers(void **state) {
  (void)state;
  event_batch batch;
  make_columns(&batch, 4, IMAGE);
  const uint8_t validity = 0x0D; /* the second is null */
  batch.quantities[2] = -1;
  batch.quantities[3] = 0; /* the least */
  batch.events.quantities.validity = &validity;
  fg_biller *biller = run(&batch);
  const fg_set_aside *aside = all_set_aside(biller, 2);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(aside[i].row, i + 1);
    assert_int_equal(aside[i].kind, FG_ASIDE_UNREADABLE);
    assert_int_equal(aside[i].status, FG_INVALID);
    assert_string_equal(aside[i].column, "quantity");
    assert_string_equal(aside[i].rule, "");
    assert_int_equal(aside[i].quantity, FG_NO_QUANTITY);
    assert_int_equal(aside[i].at, at("2024-11-05T10:00:00"));
    assert_text(aside[i].account, "a");
    assert_text(aside[i].product, "image");
    assert_null(aside[i].id.text);
  }
  assert_int_equal(units_of(biller, 0, "a"), 1);
  fg_biller_free(biller);
}

static void test_quantities_as_texts(void **state) {
  (void)state;
  event_batch batch;
  make_columns(&batch, 5, NO_SUCH);
  const int32_t offsets[] = {0, 1, 20, 39, 39, 41};
  const char bytes[] = "7"
                       "9223372036854775807"
                       "9223372036854775808"
                       "-1";
  const uint8_t validity = 0x17; /* the fourth is null */
  const fg_texts texts = {FG_TEXT_OFFSETS32, offsets, bytes, NULL, &validity, 0, 5, NULL};
  batch.events.quantity_texts = &texts;
  fg_biller *biller = run(&batch);
  const fg_set_aside *aside = all_set_aside(biller, 5);
  const int64_t quantities[] = {7, INT64_MAX, FG_NO_QUANTITY, FG_NO_QUANTITY, FG_NO_QUANTITY};
  for (int i = 0; i < 5; i++) {
    assert_int_equal(aside[i].quantity, quantities[i]);
    assert_int_equal(aside[i].kind, i >= 2 ? FG_ASIDE_UNREADABLE : FG_ASIDE_REFUSED);
    assert_int_equal(aside[i].status, i >= 2 ? FG_INVALID : FG_UNKNOWN_PRODUCT);
  }
  fg_biller_free(biller);
}

/* Blanks around a name are not part of it, and rows that have them are counted. */
static void test_names_are_trimmed(void **state) {
  (void)state;
  const int32_t offsets[] = {0, 3, 4, 9, 10};
  const int8_t codes[] = {0, 1, 2, 1, 3, 0};
  const fg_integers code_column = {codes, NULL, 0, 6, FG_INT8};
  const int32_t plain_offsets[] = {0, 3, 4, 9, 10, 11, 14};
  const fg_texts layouts[] = {
      {FG_TEXT_OFFSETS32, offsets,
       " a\ta\xE3\x80\x80"
       "a  ",
       NULL, NULL, 0, 4, &code_column},
      {FG_TEXT_OFFSETS32, plain_offsets,
       " a\ta\xE3\x80\x80"
       "a a  a ",
       NULL, NULL, 0, 6, NULL},
  };
  for (size_t i = 0; i < 2; i++) {
    event_batch batch;
    make_columns(&batch, 6, IMAGE);
    batch.events.accounts = layouts[i];
    fg_biller *biller = run(&batch);
    const fg_set_aside *aside = all_set_aside(biller, 1); /* all blanks are no name */
    assert_int_equal(aside->row, 4);
    assert_int_equal(fg_biller_account_count(biller), 1);
    assert_int_equal(units_of(biller, 0, "a"), 1 + 2 + 3 + 4 + 6);
    assert_int_equal(fg_biller_counts(biller).trimmed, 3);
    assert_int_equal(fg_biller_counts(biller).billed, 5);
    fg_biller_free(biller);
  }
  event_batch batch;
  make_columns(&batch, 3, IMAGE);
  const int32_t product_offsets_[] = {0, 6, 11, 12};
  const fg_texts products = {FG_TEXT_OFFSETS32, product_offsets_, "image image ", NULL, NULL, 0, 3, NULL};
  batch.events.products = products;
  fg_biller *biller = run(&batch);
  assert_string_equal(all_set_aside(biller, 1)->column, "product");
  assert_int_equal(units_of(biller, 0, "a"), 1 + 2);
  assert_int_equal(fg_biller_counts(biller).trimmed, 1);
  fg_biller_free(biller);
}

static void test_rows_that_go_back_are_refused_or_sorted(void **state) {
  (void)state;
  event_batch batch;
  make_columns(&batch, ROWS, IMAGE);
  for (size_t i = 0; i < ROWS; i++) {
    batch.times[i] += (int64_t)(i * 7 % ROWS) * 1000000; /* in no order, all different */
  }
  fg_biller *biller = new_biller(NULL);
  fg_error error = {0};
  assert_int_equal(fg_biller_run(biller, &batch.events, &error), FG_TIME_REVERSAL);
  assert_string_equal(error.path, "time");
  assert_string_equal(error.message, "row 2: 2024-11-05T10:00:02+08:00 is before 2024-11-05T10:00:07+08:00, where "
                                     "account a was already");
  fg_biller_free(biller);
  biller = new_biller(NULL);
  batch.events.sort = true;
  assert_int_equal(fg_biller_run(biller, &batch.events, NULL), FG_OK);
  assert_int_equal(fg_biller_counts(biller).billed, ROWS);
  all_set_aside(biller, 0);
  batch.events.count = 1; /* the first row once more, which the account is past now */
  assert_int_equal(fg_biller_run(biller, &batch.events, NULL), FG_TIME_REVERSAL);
  fg_biller_free(biller);
}

/* Of one instant the rows stay in their order: the first of two with one id is the one that counts. */
static void test_sorting_keeps_the_order_of_an_instant(void **state) {
  (void)state;
  event_batch batch;
  make_columns(&batch, ROWS, IMAGE);
  const fg_texts ids = {FG_TEXT_OFFSETS32, one_text, "iiiiiiiiiiii", NULL, NULL, 0, ROWS, NULL};
  batch.times[ROWS - 1] -= 1;
  batch.quantities[ROWS - 1] = 1;
  batch.events.ids = &ids;
  batch.events.sort = true;
  fg_biller *biller = run(&batch);
  const fg_set_aside *aside = all_set_aside(biller, ROWS - 1);
  for (int i = 0; i < ROWS - 1; i++) {
    assert_int_equal(aside[i].row, i);
    assert_int_equal(aside[i].kind, i == 0 ? FG_ASIDE_REPEATED : FG_ASIDE_REFUSED);
  }
  fg_biller_free(biller);
}

static void test_corrections_take_usage_back(void **state) {
  (void)state;
  event_batch batch;
  make_columns(&batch, 4, IMAGE);
  const int64_t quantities[] = {5000, -2000, -9000, -1};
  memcpy(batch.quantities, quantities, sizeof quantities);
  batch.product_codes[3] = NO_SUCH;
  batch.events.corrections = true;
  fg_biller *biller = run(&batch);
  const fg_set_aside *aside = all_set_aside(biller, 2);
  assert_int_equal(aside[0].row, 2);
  assert_int_equal(aside[0].status, FG_ADJUST_UNDERFLOW);
  assert_int_equal(aside[0].quantity, -9000);
  assert_int_equal(aside[1].status, FG_UNKNOWN_PRODUCT);
  assert_int_equal(units_of(biller, 0, "a"), 3000);
  assert_int_equal(fg_biller_counts(biller).billed, 2);
  fg_biller_free(biller);
}

/* Rows name entries of a dictionary; the second of its three entries is null. */
static void test_accounts_of_a_dictionary(void **state) {
  (void)state;
  event_batch batch;
  make_columns(&batch, 9, IMAGE);
  const int32_t offsets[] = {0, 3, 3, 6};
  const uint8_t entries = 0x05;
  const int8_t codes[] = {2, 0, 2, 2, 1, 3, -1, 0, 0};
  const uint8_t rows[] = {0x7F, 0x01}; /* the eighth is null */
  const fg_integers code_column = {codes, rows, 0, 9, FG_INT8};
  batch.events.accounts = (fg_texts){FG_TEXT_OFFSETS32, offsets, "onetwo", NULL, &entries, 0, 3, &code_column};
  fg_biller *biller = run(&batch);
  const fg_set_aside *aside = all_set_aside(biller, 4);
  for (int i = 0; i < 4; i++) {
    assert_int_equal(aside[i].row, 4 + i);
    assert_string_equal(aside[i].column, "account");
    assert_null(aside[i].account.text);
    assert_int_equal(aside[i].quantity, 5 + i);
  }
  assert_int_equal(fg_biller_account_count(biller), 2);
  assert_int_equal(units_of(biller, 0, "two"), 1 + 3 + 4);
  assert_int_equal(units_of(biller, 1, "one"), 2 + 9);
  /* The next batch has another dictionary under the same codes, and then one without. */
  const int32_t swapped[] = {0, 3, 6};
  const int8_t first[] = {0};
  const fg_integers first_code = {first, NULL, 0, 1, FG_INT8};
  batch.events.count = 1;
  batch.events.accounts = (fg_texts){FG_TEXT_OFFSETS32, swapped, "twoone", NULL, NULL, 0, 2, &first_code};
  assert_int_equal(fg_biller_run(biller, &batch.events, NULL), FG_OK);
  batch.events.accounts = (fg_texts){FG_TEXT_OFFSETS32, swapped, "two", NULL, NULL, 0, 1, NULL};
  assert_int_equal(fg_biller_run(biller, &batch.events, NULL), FG_OK);
  assert_int_equal(units_of(biller, 0, "two"), 1 + 3 + 4 + 1 + 1);
  assert_int_equal(units_of(biller, 1, "one"), 2 + 9);
  fg_biller_free(biller);
}

/* All rows null: the dictionary may be empty. */
static void test_an_empty_dictionary(void **state) {
  (void)state;
  event_batch batch;
  make_columns(&batch, 2, IMAGE);
  const int8_t codes[] = {0, 0};
  const uint8_t none = 0;
  const fg_integers code_column = {codes, &none, 0, 2, FG_INT8};
  batch.events.accounts = (fg_texts){FG_TEXT_OFFSETS32, one_text, "", NULL, NULL, 0, 0, &code_column};
  fg_biller *biller = run(&batch);
  const fg_set_aside *aside = all_set_aside(biller, 2);
  assert_string_equal(aside[1].column, "account");
  assert_int_equal(fg_biller_account_count(biller), 0);
  fg_biller_free(biller);
}

/* Names that take turns, in the middle of a longer column. */
static void test_accounts_row_by_row(void **state) {
  (void)state;
  event_batch batch;
  make_columns(&batch, 6, IMAGE);
  const int32_t offsets[] = {0, 1, 2, 3, 3, 4, 6, 7};
  const uint8_t validity = 0x77; /* of the third row, the fourth bit, nothing */
  batch.events.accounts = (fg_texts){FG_TEXT_OFFSETS32,
                                     offsets,
                                     "xaba"
                                     "\xff\xfe"
                                     "a",
                                     NULL,
                                     &validity,
                                     1,
                                     6,
                                     NULL};
  batch.events.first_row = 1000;
  fg_biller *biller = run(&batch);
  const fg_set_aside *aside = all_set_aside(biller, 2);
  assert_int_equal(aside[0].row, 1002);
  assert_int_equal(aside[1].row, 1004); /* no UTF-8 */
  assert_true(strstr(aside[1].message, "UTF-8") != NULL);
  assert_int_equal(fg_biller_account_count(biller), 2);
  assert_int_equal(units_of(biller, 0, "a"), 1 + 4 + 6);
  assert_int_equal(units_of(biller, 1, "b"), 2);
  fg_biller_free(biller);
}

/* A row without a product and rows of products that take turns; the numbers of the rows are given. */
static void test_products_row_by_row(void **state) {
  (void)state;
  event_batch batch;
  make_columns(&batch, 6, IMAGE);
  const int16_t numbers[] = {50, 40, 30, 20, 10, 0};
  const fg_integers row_numbers = {numbers, NULL, 0, 6, FG_INT16};
  batch.events.row_numbers = &row_numbers;
  batch.events.first_row = 7; /* says nothing then */
  batch.product_codes[1] = NO_SUCH;
  batch.product_codes[2] = 2; /* beyond the dictionary */
  batch.product_codes[3] = NO_SUCH;
  fg_biller *biller = run(&batch);
  const fg_set_aside *aside = all_set_aside(biller, 3);
  const int64_t rows[] = {20, 30, 40}; /* by number */
  for (int i = 0; i < 3; i++) {
    assert_int_equal(aside[i].row, rows[i]);
  }
  assert_int_equal(aside[1].kind, FG_ASIDE_UNREADABLE);
  assert_string_equal(aside[1].column, "product");
  assert_null(aside[1].product.text);
  assert_int_equal(aside[1].quantity, 3);
  assert_int_equal(aside[2].status, FG_UNKNOWN_PRODUCT);
  assert_text(aside[2].product, "video");
  assert_text(aside[2].account, "a");
  assert_int_equal(aside[2].at, at("2024-11-05T10:00:00"));
  assert_int_equal(units_of(biller, 0, "a"), 1 + 5 + 6);
  fg_biller_free(biller);
}

static void test_ids_make_a_row_happen_once(void **state) {
  (void)state;
  event_batch batch;
  make_columns(&batch, 6, IMAGE);
  const int32_t offsets[] = {0, 1, 2, 3, 4, 4, 4};
  const uint8_t validity = 0x0F; /* the last two have none */
  const fg_texts ids = {FG_TEXT_OFFSETS32, offsets, "pqpq", NULL, &validity, 0, 6, NULL};
  batch.events.ids = &ids;
  batch.quantities[2] = 1; /* the first row again; the fourth is another than the second */
  fg_biller *biller = run(&batch);
  const fg_set_aside *aside = all_set_aside(biller, 2);
  assert_int_equal(aside[0].row, 2);
  assert_int_equal(aside[0].kind, FG_ASIDE_REPEATED);
  assert_int_equal(aside[1].row, 3);
  assert_int_equal(aside[1].kind, FG_ASIDE_REFUSED);
  assert_int_equal(aside[1].status, FG_ID_CONFLICT);
  assert_text(aside[1].id, "q");
  assert_int_equal(units_of(biller, 0, "a"), 1 + 2 + 5 + 6);
  assert_int_equal(fg_biller_run(biller, &batch.events, NULL), FG_OK);
  aside = all_set_aside(biller, 4); /* the rows that have no id happen anew */
  for (int i = 0; i < 4; i++) {
    assert_int_equal(aside[i].row, i);
    assert_int_equal(aside[i].kind, i == 3 ? FG_ASIDE_REFUSED : FG_ASIDE_REPEATED);
  }
  assert_int_equal(units_of(biller, 0, "a"), 1 + 2 + 5 + 6 + 5 + 6);
  fg_biller_free(biller);
}

/* The id of a row that cannot be read is told as well. */
static void test_a_row_set_aside_keeps_its_id(void **state) {
  (void)state;
  event_batch batch;
  make_columns(&batch, 1, IMAGE);
  const int32_t offsets[] = {0, 3};
  const fg_texts ids = {FG_TEXT_OFFSETS32, offsets, "xyz", NULL, NULL, 0, 1, NULL};
  batch.events.ids = &ids;
  batch.quantities[0] = -5;
  fg_biller *biller = run(&batch);
  assert_text(all_set_aside(biller, 1)->id, "xyz");
  fg_biller_free(biller);
}

/* Without memory for what is set aside the run fails, whatever the row lacks. */
static void test_memory_for_what_is_set_aside(void **state) {
  (void)state;
  fg_allocator allocator = scarce_allocator();
  for (int lacks = 0; lacks < 4; lacks++) {
    event_batch batch;
    make_columns(&batch, 1, lacks == 2 ? 2 : IMAGE);
    batch.times[0] = lacks == 0 ? INT64_MAX : batch.times[0];
    batch.quantities[0] = lacks == 1 ? -1 : 1;
    const uint8_t none = 0;
    batch.events.accounts.validity = lacks == 3 ? &none : NULL;
    fg_status status = FG_NO_MEMORY;
    for (long fail_at = 1; status == FG_NO_MEMORY; fail_at++) {
      fg_biller *biller = new_biller(&allocator);
      memory = (scarcity){.live = memory.live, .fail_at = fail_at};
      status = fg_biller_run(biller, &batch.events, NULL);
      assert_int_equal(status, memory.asked < fail_at ? FG_OK : FG_NO_MEMORY);
      assert_true(status == FG_OK || fail_at <= 5); /* rows, a text, what is set aside, rows sorted, places */
      fg_biller_free(biller);
      memory = (scarcity){.live = memory.live};
    }
  }
  assert_int_equal(memory.live, 0);
}

/* More rows and texts than a batch can count are refused before they are looked at. */
static void test_batches_have_a_limit(void **state) {
  (void)state;
  const size_t limit = UINT32_MAX / 4;
  event_batch batch;
  fg_biller *biller = new_biller(NULL);
  fg_error error = {0};
  make_columns(&batch, 1, IMAGE);
  batch.events.accounts.count = limit;
  assert_int_equal(fg_biller_run(biller, &batch.events, &error), FG_INVALID);
  assert_int_equal(error.status, FG_INVALID);
  batch.events.accounts.count = 1;
  batch.events.count = limit;
  assert_int_equal(fg_biller_run(biller, &batch.events, NULL), FG_INVALID);
  batch.events.accounts.count = limit - 1; /* not a dictionary: the length of its buffers is the caller's affair */
  batch.events.count = 1;
  assert_int_equal(fg_biller_run(biller, &batch.events, NULL), FG_OK);
  assert_int_equal(units_of(biller, 0, "a"), 1);
  fg_biller_free(biller);
  /* One row fewer than the limit is no fault of the caller's. */
  fg_allocator allocator = scarce_allocator();
  biller = new_biller(&allocator);
  batch.events.count = limit - 1;
  memory = (scarcity){.live = memory.live, .fail_at = 1};
  assert_int_equal(fg_biller_run(biller, &batch.events, NULL), FG_NO_MEMORY);
  fg_biller_free(biller);
  memory = (scarcity){.live = memory.live};
  assert_int_equal(memory.live, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_times_in_every_unit),
      cmocka_unit_test(test_civil_times_are_the_books),
      cmocka_unit_test(test_times_as_texts),
      cmocka_unit_test(test_a_null_time_is_set_aside),
      cmocka_unit_test(test_guessed_units),
      cmocka_unit_test(test_times_as_programs_write_them),
      cmocka_unit_test(test_numbers_as_times_in_text),
      cmocka_unit_test(test_civil_times_of_a_zone),
      cmocka_unit_test(test_quantities_as_programs_write_them),
      cmocka_unit_test(test_numbers_beyond_the_range_are_no_corrections),
      cmocka_unit_test(test_numbers_beyond_the_range_are_no_times),
      cmocka_unit_test(test_names_are_trimmed),
      cmocka_unit_test(test_rows_that_go_back_are_refused_or_sorted),
      cmocka_unit_test(test_sorting_keeps_the_order_of_an_instant),
      cmocka_unit_test(test_corrections_take_usage_back),
      cmocka_unit_test(test_quantities_as_integers),
      cmocka_unit_test(test_quantities_as_texts),
      cmocka_unit_test(test_accounts_of_a_dictionary),
      cmocka_unit_test(test_an_empty_dictionary),
      cmocka_unit_test(test_accounts_row_by_row),
      cmocka_unit_test(test_products_row_by_row),
      cmocka_unit_test(test_ids_make_a_row_happen_once),
      cmocka_unit_test(test_a_row_set_aside_keeps_its_id),
      cmocka_unit_test(test_memory_for_what_is_set_aside),
      cmocka_unit_test(test_batches_have_a_limit),
  };
  return cmocka_run_group_tests_name("event rows", tests, NULL, NULL);
}
