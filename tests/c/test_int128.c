/* Numbers of 128 bits: the same on every machine, also where the compiler's library cannot divide them. What is
   expected here was worked out by another program. */
#include "support.h"

#include "base/base.h"

typedef struct words {
  uint64_t high, low;
} words;

typedef struct division {
  words above, below, quotient, rest;
} division;

/* Towards 0, with a rest of the sign of what is divided. */
static const division signed_divisions[] = {
    {{0x00C097CE7BC90715, 0xB34B9F1000000000}, {0, 7}, {0x001B8366A3F82595, 0x62C1A90249249249}, {0, 1}},
    {{0xFF3F68318436F8EA, 0x4CB460F000000000},
     {0, 7},
     {0xFFE47C995C07DA6A, 0x9D3E56FDB6DB6DB7},
     {UINT64_MAX, UINT64_MAX}},
    {{0x00C097CE7BC90715, 0xB34B9F1000000000},
     {UINT64_MAX, 0x7538DCFB76180000},
     {UINT64_MAX, 0xFE9CBA87A2760000},
     {0, 0}},
    {{0xFF3F68318436F8EA, 0x4CB460F000000000}, {UINT64_MAX, 0x7538DCFB76180000}, {0, 0x016345785D8A0000}, {0, 0}},
    {{0x7FFFFFFFFFFFFFFF, UINT64_MAX}, {0, 3}, {0x2AAAAAAAAAAAAAAA, 0xAAAAAAAAAAAAAAAA}, {0, 1}},
    {{0x8000000000000000, 0},
     {0, 0x000000E8D4A51000},
     {0xFFFFFFFFFF734333, 0xF690AF773406C079},
     {UINT64_MAX, 0xFFFFFF5951FB7000}},
    {{0x7FFFFFFFFFFFFFFF, UINT64_MAX}, {0x7FFFFFFFFFFFFFFF, UINT64_MAX}, {0, 1}, {0, 0}},
    {{0, 5}, {0x0000001000000000, 0}, {0, 0}, {0, 5}},
    {{1, 0}, {0, UINT64_MAX}, {0, 1}, {0, 1}},
    {{0, UINT64_MAX}, {1, 0}, {0, 0}, {0, UINT64_MAX}},
    {{0x000000018EE90FF6, 0xC373E0EE4E3F0AD2}, {0, 0x3ADE68B1}, {6, 0xC6B934B26F7871FD}, {0, 0x224372E5}},
    {{0x4000000000000000, 1}, {0, 0x8000000000000001}, {0, 0x7FFFFFFFFFFFFFFF}, {0, 2}},
};

static const division unsigned_divisions[] = {
    {{UINT64_MAX, UINT64_MAX}, {0, 10}, {0x1999999999999999, 0x9999999999999999}, {0, 5}},
    {{UINT64_MAX, UINT64_MAX}, {0x8000000000000000, 1}, {0, 1}, {0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFE}},
    {{0x8000000000000000, 0}, {0, 3}, {0x2AAAAAAAAAAAAAAA, 0xAAAAAAAAAAAAAAAA}, {0, 2}},
};

static fg_uint128 number(words of) { return (fg_uint128)of.high << 64 | of.low; }

static void assert_number(fg_uint128 found, words expected) {
  assert_true((uint64_t)(found >> 64) == expected.high);
  assert_true((uint64_t)found == expected.low);
}

static void test_divisions(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof signed_divisions / sizeof *signed_divisions; i++) {
    const division *each = &signed_divisions[i];
    fg_int128 above = (fg_int128)number(each->above);
    fg_int128 below = (fg_int128)number(each->below);
    assert_number((fg_uint128)(above / below), each->quotient);
    assert_number((fg_uint128)(above % below), each->rest);
  }
  for (size_t i = 0; i < sizeof unsigned_divisions / sizeof *unsigned_divisions; i++) {
    const division *each = &unsigned_divisions[i];
    assert_number(number(each->above) / number(each->below), each->quotient);
    assert_number(number(each->above) % number(each->below), each->rest);
  }
}

/* Of any length up to 128 bits. */
static fg_uint128 any_number(void) {
  words made = {(uint64_t)random_below(INT64_MAX) << 1 ^ (uint64_t)random_below(INT64_MAX),
                (uint64_t)random_below(INT64_MAX) << 1 ^ (uint64_t)random_below(INT64_MAX)};
  return number(made) >> random_below(128);
}

/* What division is: the quotient times the divisor and a rest below it. Neither is made by dividing. */
static void test_any_division(void **state) {
  (void)state;
  for (int i = 0; i < 200000; i++) {
    fg_uint128 above = any_number();
    fg_uint128 below = any_number();
    if (below == 0) {
      continue;
    }
    assert_true(above % below < below);
    assert_true(above / below <= above);
    assert_true(above / below * below + above % below == above);
    fg_int128 lower = -(fg_int128)(above >> 1);
    fg_int128 size = (fg_int128)(below >> 1);
    if (size > 0) {
      assert_true(lower % size <= 0 && lower % size > -size);
      assert_true(lower / size * size + lower % size == lower);
      assert_true(lower / -size == -(lower / size) && lower % -size == lower % size);
    }
  }
}

static void test_products(void **state) {
  (void)state;
  fg_int128 product = 0;
  const fg_int128 half = (fg_int128)1 << 63;
  assert_true(fg_multiply_i128(half, half - 1, &product));
  assert_number((fg_uint128)product, (words){0x3FFFFFFFFFFFFFFF, 0x8000000000000000});
  assert_true(fg_multiply_i128(-half, half, &product));
  assert_number((fg_uint128)product, (words){0xC000000000000000, 0});
  assert_false(fg_multiply_i128(half, half * 2, &product));
  assert_false(fg_multiply_i128(fg_power_of_ten(20), fg_power_of_ten(19), &product));
  assert_true(fg_multiply_i128(fg_power_of_ten(19), -fg_power_of_ten(19), &product));
  assert_number((fg_uint128)product, (words){0xB4C4B357A5793B85, 0xF675DDC000000000});
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_divisions),
      cmocka_unit_test(test_any_division),
      cmocka_unit_test(test_products),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
