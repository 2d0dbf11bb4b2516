/* The clock for `at`: follows the wall clock forward and a steady one where the wall stands or steps back. */
#include "support.h"

enum { SECOND = 1000000 };

static void test_a_fresh_clock_reads_the_wall(void **state) {
  (void)state;
  fg_clock watch = {0};
  assert_int_equal(fg_clock_read(&watch, 5000, 70, FG_NO_TIME), 5000);
  fg_clock later = {0};
  assert_int_equal(fg_clock_read(&later, 5000, -70, 4999), 5000);
}

static void test_it_follows_the_wall_forward(void **state) {
  (void)state;
  fg_clock watch = {0};
  assert_int_equal(fg_clock_read(&watch, 1000, 0, FG_NO_TIME), 1000);
  assert_int_equal(fg_clock_read(&watch, 1010, 10, FG_NO_TIME), 1010);
  assert_int_equal(fg_clock_read(&watch, 9000, 20, FG_NO_TIME), 9000); /* set forward, or the machine slept */
  assert_int_equal(fg_clock_read(&watch, 9010, 30, FG_NO_TIME), 9010);
}

static void test_after_a_step_back_it_goes_on_steadily(void **state) {
  (void)state;
  fg_clock watch = {0};
  assert_int_equal(fg_clock_read(&watch, 1000, 0, FG_NO_TIME), 1000);
  assert_int_equal(fg_clock_read(&watch, 400, 10, FG_NO_TIME), 1010);
  assert_int_equal(fg_clock_read(&watch, 400, 25, FG_NO_TIME), 1025); /* the wall stands */
  assert_int_equal(fg_clock_read(&watch, 1030, 30, FG_NO_TIME), 1030); /* set right again */
  assert_int_equal(fg_clock_read(&watch, 1030, 30, FG_NO_TIME), 1030);
}

static void test_a_steady_clock_that_is_not_is_no_harm(void **state) {
  (void)state;
  fg_clock watch = {0};
  assert_int_equal(fg_clock_read(&watch, 1000, 500, FG_NO_TIME), 1000);
  assert_int_equal(fg_clock_read(&watch, 900, 100, FG_NO_TIME), 1000);
  assert_int_equal(fg_clock_read(&watch, 900, 110, FG_NO_TIME), 1010);
}

/* The last instant of the account is the floor: after a restart with the wall set back, of another process too. */
static void test_a_restart_begins_at_the_floor(void **state) {
  (void)state;
  fg_clock watch = {0};
  assert_int_equal(fg_clock_read(&watch, 400, 7, 1000), 1000);
  assert_int_equal(fg_clock_read(&watch, 410, 17, 1000), 1010);
  assert_int_equal(fg_clock_read(&watch, 420, 27, 5000), 5000); /* somebody else went on */
  assert_int_equal(fg_clock_read(&watch, 430, 37, 5000), 5010);
}

/* Against the whole past: now is the steady clock plus the most that any reading was ahead of it. */
static void test_random_walls(void **state) {
  (void)state;
  srand(1);
  for (int run = 0; run < 200; run++) {
    fg_clock watch = {0};
    int64_t wall = 1000 * SECOND;
    int64_t tick = rand() % 1000;
    int64_t ahead = INT64_MIN;
    fg_time before = FG_NO_TIME;
    for (int i = 0; i < 200; i++) {
      int64_t passed = rand() % SECOND;
      tick += passed;
      wall += rand() % 10 == 0 ? (rand() % 7 - 3) * SECOND : passed;
      fg_time floor = before != FG_NO_TIME && rand() % 20 == 0 ? before + rand() % SECOND : before;
      ahead = wall - tick > ahead ? wall - tick : ahead;
      ahead = floor != FG_NO_TIME && floor - tick > ahead ? floor - tick : ahead;
      fg_time now = fg_clock_read(&watch, wall, tick, floor);
      assert_int_equal(now, tick + ahead);
      assert_true(now >= before);
      before = now;
    }
  }
}

/* ------------------------------------------------------------------------------------------- at the gate */

enum { LIMIT = 20, CALLS = 4000 }; /* of image, R16 */

static fg_status call_at(fg_account *account, fg_time now, int number) {
  char id[32];
  fg_command command;
  snprintf(id, sizeof id, "c%d", number);
  fg_command_begin(&command, FG_DO_CALL, now);
  command.product = string_of("image");
  command.id = string_of(id);
  return fg_account_apply(account, &command, NULL, NULL);
}

/* A wall clock that steps back as it likes: by the steady clock no second holds more calls than the limit, and as many
   as can be come through. */
static void test_steps_back_neither_admit_more_nor_starve(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  fg_command open = command_of(FG_DO_OPEN, "2024-11-05T10:00:00", "product=image");
  assert_int_equal(fg_account_apply(account, &open, NULL, NULL), FG_OK);
  static int64_t admitted[CALLS];
  int count = 0;
  int64_t step_back = 0;
  fg_clock watch = {0};
  srand(2);
  for (int i = 0; i < CALLS; i++) {
    int64_t tick = (int64_t)i * SECOND / 100; /* five times the limit */
    step_back += rand() % 50 == 0 ? rand() % (3600 * (int64_t)SECOND) : 0;
    fg_time now = fg_clock_read(&watch, at("2024-11-05T10:00:00") + tick - step_back, tick, fg_account_now(account));
    if (rand() % 500 == 0) {
      watch = (fg_clock){0}; /* the process starts again */
    }
    fg_status status = call_at(account, now, i);
    assert_true(status == FG_OK || status == FG_RATE_LIMITED);
    if (status == FG_OK) {
      assert_true(count < LIMIT || tick - admitted[count - LIMIT] >= SECOND);
      admitted[count++] = tick;
    }
  }
  assert_true(count >= LIMIT * (CALLS / 100 - 1)); /* a restart may cost a hundredth of a second */
  fg_account_free(account);
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_fresh_clock_reads_the_wall),
      cmocka_unit_test(test_it_follows_the_wall_forward),
      cmocka_unit_test(test_after_a_step_back_it_goes_on_steadily),
      cmocka_unit_test(test_a_steady_clock_that_is_not_is_no_harm),
      cmocka_unit_test(test_a_restart_begins_at_the_floor),
      cmocka_unit_test(test_random_walls),
      cmocka_unit_test(test_steps_back_neither_admit_more_nor_starve),
  };
  return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
