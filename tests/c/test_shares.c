/* A bill shared out among groups of events: worked out by hand, and against shares handed out one step at a time. */
#include "support.h"

#include "faregate_bulk.h"

enum { MOST = 12 };

static void assert_shares(const char *amount, int decimals, int64_t postpaid, const fg_group_use *groups, size_t count,
                          const char *const *wanted, int64_t nobody) {
  fg_money shares[MOST + 1];
  int64_t left = -1;
  assert_int_equal(fg_bill_share(money(amount), decimals, postpaid, groups, count, shares, &left), FG_OK);
  assert_int_equal(left, nobody);
  for (size_t i = 0; i <= count; i++) {
    char text[FG_MONEY_TEXT_MAX];
    fg_money_format(shares[i], 0, text);
    assert_string_equal(text, wanted[i]);
  }
}

static void test_by_hand(void **state) {
  (void)state;
  const fg_group_use thirds[] = {{5, 1}, {5, 1}, {5, 1}};
  assert_shares("1", 2, 3, thirds, 3, (const char *const[]){"0.34", "0.33", "0.33", "0"}, 0);
  assert_shares("-1", 2, 3, thirds, 3, (const char *const[]){"-0.34", "-0.33", "-0.33", "0"}, 0);
  assert_shares("0.02", 2, 3, thirds, 3, (const char *const[]){"0.01", "0.01", "0", "0"}, 0);
  assert_shares("1", 12, 3, thirds, 3, (const char *const[]){"0.333333333334", "0.333333333333", "0.333333333333", "0"},
                0);
  /* 5 postpaid units, of which the groups used 3: 0.40 of 1 is nobody's. */
  assert_shares("1", 2, 5, thirds, 3, (const char *const[]){"0.2", "0.2", "0.2", "0.4"}, 2);
  /* 100 by 2 : 3 : 2 is 28.57… : 42.85… : 28.57…; the largest remainders are 6 of 7, then 4 of 7, the first. */
  const fg_group_use uneven[] = {{0, 2}, {0, 3}, {0, 2}};
  assert_shares("100", 0, 7, uneven, 3, (const char *const[]){"29", "43", "28", "0"}, 0);
  /* Nothing is postpaid: by quantity, 1 : 3; and what was taken off counts as nothing. */
  const fg_group_use covered[] = {{1, 0}, {3, 0}, {-7, -2}};
  assert_shares("2", 1, -2, covered, 3, (const char *const[]){"0.5", "1.5", "0", "0"}, 0);
  /* Nothing at all was used: alike. */
  const fg_group_use none[] = {{0, 0}, {0, 0}};
  assert_shares("0.03", 2, 0, none, 2, (const char *const[]){"0.02", "0.01", "0"}, 0);
  assert_shares("12.34", 2, 0, NULL, 0, (const char *const[]){"12.34"}, 0);
  assert_shares("12.34", 2, 9, NULL, 0, (const char *const[]){"12.34"}, 9);
}

/* The largest amount by the largest weights. */
static void test_the_largest(void **state) {
  (void)state;
  const fg_group_use most[] = {{0, INT64_MAX / 2}, {0, INT64_MAX / 2}, {0, 1}};
  fg_money shares[4];
  fg_money sum = fg_money_zero();
  int64_t nobody = 0;
  fg_money whole = money("99999999999999999999999999.999999999999");
  assert_int_equal(fg_bill_share(whole, 12, INT64_MAX, most, 3, shares, &nobody), FG_OK);
  assert_int_equal(nobody, 0);
  for (int i = 0; i < 4; i++) {
    assert_int_equal(fg_money_add(sum, shares[i], &sum), FG_OK);
  }
  assert_int_equal(fg_money_compare(sum, whole), 0);
}

static void test_what_cannot_be_shared(void **state) {
  (void)state;
  const fg_group_use large[] = {{0, INT64_MAX}, {0, 1}};
  const fg_group_use less[] = {{0, -1}};
  fg_money shares[3];
  int64_t nobody = 0;
  assert_int_equal(fg_bill_share(money("0.001"), 2, 1, less, 1, shares, &nobody), FG_INVALID);
  assert_int_equal(fg_bill_share(money("1"), -1, 1, less, 1, shares, &nobody), FG_INVALID);
  assert_int_equal(fg_bill_share(money("1"), 13, 1, less, 1, shares, &nobody), FG_INVALID);
  assert_int_equal(fg_bill_share(money("1"), 2, 1, large, 2, shares, &nobody), FG_OVERFLOW);
  assert_int_equal(fg_bill_share(money("1"), 2, INT64_MAX, less, 1, shares, &nobody), FG_OVERFLOW);
}

/* One step after the other to the group that is furthest below its part: after `size` steps none is a whole step off,
   and those that got one more have the largest remainders. */
static void test_against_remainders(void **state) {
  (void)state;
  for (int round = 0; round < 3000; round++) {
    fg_group_use groups[MOST];
    fg_money shares[MOST + 1];
    size_t count = (size_t)(1 + random_below(MOST));
    int64_t size = random_below(100);
    int64_t postpaid = 0;
    int64_t nobody = 0;
    for (size_t i = 0; i < count; i++) {
      groups[i] = (fg_group_use){1, 1 + random_below(6)};
      postpaid += groups[i].postpaid;
    }
    const fg_money amount = {0, (uint64_t)size};
    assert_int_equal(fg_bill_share(amount, 12, postpaid, groups, count, shares, &nobody), FG_OK);
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
      int64_t mine = (int64_t)shares[i].low * postpaid - size * groups[i].postpaid; /* × postpaid above its part */
      assert_true(mine > -postpaid && mine < postpaid);
      for (size_t j = 0; j < count; j++) {
        int64_t other = (int64_t)shares[j].low * postpaid - size * groups[j].postpaid;
        bool is_up = mine > 0;
        bool other_is_not = other < 0;
        int64_t my_remainder = postpaid - mine;
        assert_true(!is_up || !other_is_not || my_remainder > -other || (my_remainder == -other && i < j));
      }
      sum += (int64_t)shares[i].low;
    }
    assert_int_equal(sum, size);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),
      cmocka_unit_test(test_the_largest),
      cmocka_unit_test(test_what_cannot_be_shared),
      cmocka_unit_test(test_against_remainders),
  };
  return cmocka_run_group_tests_name("shares", tests, NULL, NULL);
}
