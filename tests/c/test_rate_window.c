/* The window that slides, against a list of all that was ever let through. */
#include "support.h"

#include "rules/rate_window.h"

enum { MOST = 400, LENGTH = 50 };

typedef struct passed {
  fg_time leaves;
  int64_t units;
} passed;

static int64_t still_there(const passed *all, int count, fg_time now) {
  int64_t units = 0;
  for (int i = 0; i < count; i++) {
    units += all[i].leaves > now ? all[i].units : 0;
  }
  return units;
}

static void admit(fg_window *window, const fg_allocator *allocator, fg_time leaves, int64_t units, uint32_t gone) {
  assert_int_equal(
      window->admissions.count < window->admissions.room ? FG_OK : fg_window_make_room(allocator, window, gone), FG_OK);
  fg_window_admit(window, leaves, units);
}

static void test_units_at_each_instant(void **state) {
  (void)state;
  const fg_allocator allocator = scarce_allocator();
  for (int round = 0; round < 50; round++) {
    fg_window window = {.limit = INT64_MAX};
    passed all[MOST];
    fg_time now = 0;
    for (int count = 0; count < MOST; count++) {
      now += random_below(30);
      assert_int_equal(fg_window_units(&window, now), still_there(all, count, now));
      fg_window_pass(&window, now);
      assert_int_equal(window.units, still_there(all, count, now));
      all[count] = (passed){now + LENGTH, random_below(5)};
      admit(&window, &allocator, all[count].leaves, all[count].units, window.first);
      assert_int_equal(window.units, still_there(all, count + 1, now));
    }
    assert_true(window.admissions.room <= 2 * LENGTH); /* it does not grow with what has left it */
    FG_ARRAY_RELEASE(&allocator, &window.admissions);
  }
  assert_int_equal(memory.live, 0);
}

/* What has left a window that is never let go is found anew from any instant. */
static void test_looking_back(void **state) {
  (void)state;
  const fg_allocator allocator = scarce_allocator();
  fg_window window = {.limit = INT64_MAX};
  passed all[MOST];
  for (int count = 0; count < MOST; count++) {
    all[count] = (passed){3 * count, 1 + random_below(5)};
    admit(&window, &allocator, all[count].leaves, all[count].units, 0);
  }
  for (int i = 0; i < 1000; i++) {
    fg_time then = random_below(3 * MOST + 10) - 5;
    int64_t units = -1;
    uint32_t first = fg_window_since(&window, then, &units);
    assert_int_equal(units, still_there(all, MOST, then));
    assert_true(first == 0 || window.admissions.items[first - 1].leaves <= then);
    fg_window_recount(&window, then);
    assert_int_equal(window.first, first);
    assert_int_equal(window.units, units);
  }
  FG_ARRAY_RELEASE(&allocator, &window.admissions);
}

/* Where a cell was counted as a whole, and then none is any more, what comes later leaves with the cell. */
static void test_what_leaves_earlier_than_the_latest(void **state) {
  (void)state;
  const fg_allocator allocator = scarce_allocator();
  fg_window window = {.limit = INT64_MAX};
  admit(&window, &allocator, 100, 7, 0);
  admit(&window, &allocator, 90, 2, 0);
  admit(&window, &allocator, 100, 1, 0);
  admit(&window, &allocator, 110, 0, 0);
  assert_int_equal(window.admissions.count, 1);
  assert_int_equal(window.admissions.items[0].units, 10);
  fg_window_pass(&window, 99);
  assert_int_equal(window.units, 10);
  fg_window_pass(&window, 100);
  assert_int_equal(window.units, 0);
  assert_int_equal(window.first, 1);
  fg_window_recount(&window, 99); /* time was turned back */
  assert_int_equal(window.units, 10);
  fg_window_pass(&window, 100);
  fg_window_forget(&window);
  assert_int_equal(window.admissions.count, 0);
  FG_ARRAY_RELEASE(&allocator, &window.admissions);
}

static void test_memory_runs_out(void **state) {
  (void)state;
  const fg_allocator allocator = scarce_allocator();
  fg_window window = {.limit = INT64_MAX};
  memory.fail_at = memory.asked + 1;
  assert_int_equal(fg_window_make_room(&allocator, &window, 0), FG_NO_MEMORY);
  assert_int_equal(window.admissions.room, 0);
  memory.fail_at = 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_units_at_each_instant),
      cmocka_unit_test(test_looking_back),
      cmocka_unit_test(test_what_leaves_earlier_than_the_latest),
      cmocka_unit_test(test_memory_runs_out),
  };
  return cmocka_run_group_tests_name("rate_window", tests, NULL, NULL);
}
