/* Exact amounts: reading, printing, sums and products, and where they end. */
#include "support.h"

static void check_format(const char *text, int minor_digits, const char *expected) {
  char out[FG_MONEY_TEXT_MAX];
  memset(out, '#', sizeof out);
  size_t length = fg_money_format(money(text), minor_digits, out);
  assert_string_equal(out, expected);
  assert_int_equal(length, strlen(expected));
}

static void test_format(void **state) {
  (void)state;
  check_format("0", 2, "0.00");
  check_format("0", 0, "0");
  check_format("-0", 2, "0.00");
  check_format("0.24", 2, "0.24");
  check_format("0.6", 2, "0.60");
  check_format("0.600", 2, "0.60");
  check_format("0.605", 2, "0.605");
  check_format("16020", 2, "16020.00");
  check_format("16020", 0, "16020");
  check_format("100", 3, "100.000");
  check_format("0.0000166667", 2, "0.0000166667");
  check_format("0.000000000001", 2, "0.000000000001");
  check_format("0.000000000001", 12, "0.000000000001");
  check_format("1", 12, "1.000000000000");
  check_format("-0.01", 2, "-0.01");
  check_format("-1234.5", 2, "-1234.50");
  check_format("99999999999999999999999999.999999999999", 2, "99999999999999999999999999.999999999999");
  check_format("-99999999999999999999999999.999999999999", 2, "-99999999999999999999999999.999999999999");
}

static void test_longest_text_fits(void **state) {
  (void)state;
  char out[FG_MONEY_TEXT_MAX];
  fg_money lowest = {INT64_MIN, 0}; /* no amount, but bits that a caller may hold */
  assert_true(fg_money_format(lowest, 12, out) < FG_MONEY_TEXT_MAX);
}

static void check_parse(const char *text, fg_status expected) {
  fg_money amount = {7, 7};
  fg_status status = fg_money_parse(text, strlen(text), &amount);
  if (status != expected) {
    fail_msg("\"%s\": %s, expected %s", text, fg_status_name(status), fg_status_name(expected));
  }
  if (expected != FG_OK) { /* outputs are written only on FG_OK */
    assert_int_equal(amount.high, 7);
    assert_int_equal(amount.low, 7);
  }
}

static void test_parse_refuses(void **state) {
  (void)state;
  static const char *const bad[] = {"",     "-",   ".",    "1.",   ".5",   "-.5",   "+1",
                                    "--1",  "1-",  "1e3",  "1E3",  " 1",   "1 ",    "1,000",
                                    "0x10", "1_0", "NaN",  "inf",  "1..2", "1.2.3", "1.0000000000001",
                                    "１",   "1\n", "1.-2", "1.+2", "/",    ":"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    check_parse(bad[i], FG_INVALID);
  }
  fg_money amount;
  assert_int_equal(fg_money_parse("1\0"
                                  "2",
                                  3, &amount),
                   FG_INVALID);
}

static void test_parse_ends_at_its_length(void **state) {
  (void)state;
  fg_money amount;
  assert_int_equal(fg_money_parse("12345", 2, &amount), FG_OK);
  assert_int_equal(fg_money_compare(amount, money("12")), 0);
}

static void test_parse_overflows(void **state) {
  (void)state;
  check_parse("99999999999999999999999999.999999999999", FG_OK);
  check_parse("100000000000000000000000000", FG_OVERFLOW);
  check_parse("-100000000000000000000000000", FG_OVERFLOW);
  check_parse("340282366920938463463374607431768211456", FG_OVERFLOW);
  char digits[10001];
  memset(digits, '9', sizeof digits - 1);
  digits[sizeof digits - 1] = '\0';
  check_parse(digits, FG_OVERFLOW);
}

/* Amounts below 2^63 units of 10^-12, against plain 64-bit arithmetic. */
static void test_round_trip_of_small_amounts(void **state) {
  (void)state;
  uint64_t random = 88172645463325252u;
  for (int i = 0; i < 100000; i++) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    int64_t units = (int64_t)(random >> (1 + i % 60));
    char text[64];
    snprintf(text, sizeof text, "%s%lld.%012lld", i % 2 ? "-" : "", (long long)(units / 1000000000000),
             (long long)(units % 1000000000000));
    fg_money amount = money(text);
    int64_t value = i % 2 ? -units : units;
    assert_true(amount.low == (uint64_t)value);
    assert_int_equal(amount.high, value < 0 ? -1 : 0);
    char out[FG_MONEY_TEXT_MAX];
    fg_money_format(amount, 12, out);
    assert_string_equal(out, units == 0 ? "0.000000000000" : text);
  }
}

static void test_compare(void **state) {
  (void)state;
  static const char *const rising[] = {"-99999999999999999999999999.999999999999",
                                       "-20000000",
                                       "-1",
                                       "-0.000000000001",
                                       "0",
                                       "0.000000000001",
                                       "0.1",
                                       "1",
                                       "18446744.073709551615",
                                       "18446744.073709551616",
                                       "99999999999999999999999999"};
  int count = sizeof rising / sizeof *rising;
  for (int i = 0; i < count; i++) {
    for (int j = 0; j < count; j++) {
      int order = fg_money_compare(money(rising[i]), money(rising[j]));
      assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
    }
  }
}

static void check_sum(const char *a, const char *b, const char *expected) {
  fg_money sum;
  fg_money back;
  assert_int_equal(fg_money_add(money(a), money(b), &sum), FG_OK);
  assert_int_equal(fg_money_compare(sum, money(expected)), 0);
  assert_int_equal(fg_money_subtract(sum, money(b), &back), FG_OK);
  assert_int_equal(fg_money_compare(back, money(a)), 0);
}

static void test_sums(void **state) {
  (void)state;
  check_sum("0.1", "0.2", "0.3");
  check_sum("-0.01", "0.01", "0");
  check_sum("18446744.073709551615", "0.000000000001", "18446744.073709551616"); /* carries into the high half */
  check_sum("18446744.073709551616", "-0.000000000001", "18446744.073709551615");
  check_sum("99999999999999999999999999", "0.999999999999", "99999999999999999999999999.999999999999");
  check_sum("99999999999999999999999999", "-99999999999999999999999999", "0");
}

static void test_sums_overflow(void **state) {
  (void)state;
  fg_money most = money("99999999999999999999999999.999999999999");
  fg_money least = money("-99999999999999999999999999.999999999999");
  fg_money step = money("0.000000000001");
  fg_money out = {7, 7};
  assert_int_equal(fg_money_add(most, step, &out), FG_OVERFLOW);
  assert_int_equal(fg_money_add(most, most, &out), FG_OVERFLOW);
  assert_int_equal(fg_money_subtract(least, step, &out), FG_OVERFLOW);
  assert_int_equal(fg_money_subtract(least, most, &out), FG_OVERFLOW);
  assert_int_equal(out.high, 7);
}

static void check_product(const char *a, int64_t factor, const char *expected) {
  fg_money product;
  assert_int_equal(fg_money_multiply(money(a), factor, &product), FG_OK);
  assert_int_equal(fg_money_compare(product, money(expected)), 0);
}

static void test_products(void **state) {
  (void)state;
  check_product("0.24", 4000, "960");
  check_product("0.18", 89000, "16020");
  check_product("0.02", 19999000, "399980");
  check_product("0.0000166667", 140000, "2.333338");
  check_product("-0.02", INT64_MAX, "-184467440737095516.14");
  check_product("0.000000000001", INT64_MIN, "-9223372.036854775808");
  check_product("99999999999999999999999999.999999999999", 1, "99999999999999999999999999.999999999999");
  check_product("99999999999999999999999999", 0, "0");
}

static void test_products_overflow(void **state) {
  (void)state;
  fg_money out = {7, 7};
  assert_int_equal(fg_money_multiply(money("50000000000000000000000000"), 2, &out), FG_OVERFLOW);
  assert_int_equal(fg_money_multiply(money("-50000000000000000000000000"), 2, &out), FG_OVERFLOW);
  assert_int_equal(fg_money_multiply(money("99999999999999999999999999"), INT64_MAX, &out), FG_OVERFLOW);
  assert_int_equal(fg_money_multiply(money("99999999999999999999999999"), INT64_MIN, &out), FG_OVERFLOW);
  assert_int_equal(fg_money_multiply(money("20000000"), INT64_MAX, &out), FG_OVERFLOW);
  assert_int_equal(out.high, 7);
}

/* Bits that are no amount come from outside as well. */
static void test_any_bits_are_refused_or_summed(void **state) {
  (void)state;
  static const fg_money odd[] = {
      {INT64_MIN, 0}, {INT64_MAX, UINT64_MAX}, {INT64_MIN, UINT64_MAX}, {-1, 0}, {0, UINT64_MAX}};
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
    for (size_t j = 0; j < sizeof odd / sizeof *odd; j++) {
      fg_money out;
      bool fit = i >= 3 && j >= 3;
      assert_int_equal(fg_money_add(odd[i], odd[j], &out), fit ? FG_OK : FG_OVERFLOW);
      assert_int_equal(fg_money_subtract(odd[i], odd[j], &out), fit ? FG_OK : FG_OVERFLOW);
    }
    fg_money out;
    assert_int_equal(fg_money_multiply(odd[i], -1, &out), i >= 3 ? FG_OK : FG_OVERFLOW);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_format),
      cmocka_unit_test(test_longest_text_fits),
      cmocka_unit_test(test_parse_refuses),
      cmocka_unit_test(test_parse_ends_at_its_length),
      cmocka_unit_test(test_parse_overflows),
      cmocka_unit_test(test_round_trip_of_small_amounts),
      cmocka_unit_test(test_compare),
      cmocka_unit_test(test_sums),
      cmocka_unit_test(test_sums_overflow),
      cmocka_unit_test(test_products),
      cmocka_unit_test(test_products_overflow),
      cmocka_unit_test(test_any_bits_are_refused_or_summed),
  };
  return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
