/* Time for commands that name no instant: what follows from readings of clocks that stand, step and lie. */
#include "base/clock.h"
#include "fake_clock.h"

#define NOON at("2024-11-05T12:00:00")

static fg_clock_reading reading(fg_time wall, int64_t boottime, uint32_t boot) {
  return (fg_clock_reading){wall, boottime, boot};
}

static fg_time since(fg_clock_mark mark, fg_clock_reading now) { return fg_clock_since(&mark, &now, 92 * DAY); }

static void test_without_a_mark_nothing_is_known(void **state) {
  (void)state;
  fg_clock_mark none = {.at = FG_NO_TIME};
  fg_clock_reading now = reading(5, 6, 7);
  assert_true(fg_clock_since(&none, &now, DAY) == FG_NO_TIME);
}

static void test_within_a_start_the_steady_clock_counts(void **state) {
  (void)state;
  fg_clock_mark mark = {NOON, reading(NOON, 100 * SECOND, 1)};
  assert_true(since(mark, reading(NOON - DAY, 103 * SECOND, 1)) == NOON + 3 * SECOND);
  assert_true(since(mark, reading(NOON + DAY, 103 * SECOND, 1)) == NOON + 3 * SECOND); /* the wall is the caller's */
  assert_true(since(mark, reading(NOON, 90 * SECOND, 1)) == NOON); /* one that is not steady does no harm */
  assert_true(since(mark, reading(0, 100 * SECOND + 92 * DAY, 1)) == NOON + 92 * DAY);
  assert_true(since(mark, reading(0, 100 * SECOND + 92 * DAY + 1, 1)) == NOON); /* it was set */
}

static void test_over_a_start_the_wall_moves_it(void **state) {
  (void)state;
  fg_time behind = NOON - 40 * DAY;
  fg_clock_mark mark = {NOON, reading(behind, 100 * SECOND, 1)};
  assert_true(since(mark, reading(behind + 8 * MINUTE, 20 * SECOND, 2)) == NOON + 8 * MINUTE);
  assert_true(since(mark, reading(behind, 20 * SECOND, 2)) == NOON + 20 * SECOND); /* it was up so long at least */
  assert_true(since(mark, reading(0, 20 * SECOND, 2)) == NOON + 20 * SECOND);
  /* Put right: the wall itself says what it is, its movement nothing. */
  assert_true(since(mark, reading(NOON + DAY, 20 * SECOND, 2)) == NOON + 20 * SECOND);
  /* Set by hand, and still behind. */
  assert_true(since((fg_clock_mark){NOON, reading(0, 1, 1)}, reading(behind, 20 * SECOND, 2)) == NOON + 20 * SECOND);
}

static void test_any_number_may_have_been_kept(void **state) {
  (void)state;
  static const int64_t ends[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
  enum { COUNT = sizeof ends / sizeof *ends };
  for (int i = 0; i < COUNT * COUNT * COUNT * 2; i++) {
    int64_t wall = ends[i % COUNT];
    int64_t boottime = ends[i / COUNT % COUNT];
    fg_clock_reading now = reading(ends[i / COUNT / COUNT % COUNT], 5, (uint32_t)(i % 2));
    fg_clock_mark mark = {NOON, reading(wall, boottime, 1)};
    assert_true(fg_clock_since(&mark, &now, 92 * DAY) >= NOON);
    assert_true(fg_clock_since(&mark, &now, 92 * DAY) <= NOON + 92 * DAY);
  }
}

static void test_a_wall_before_1970_shows_its_begin(void **state) {
  (void)state;
  fake_clock clock = {.wall = -5, .boottime = 7};
  fg_clock_source source = fake_source(&clock);
  fg_clock_reading now = fg_clock_read(&source, 3);
  assert_true(now.wall == 0 && now.boottime == 7 && now.boot == 3);
}

static void test_a_wall_beyond_the_calendar_shows_its_end(void **state) {
  (void)state;
  fake_clock clock = {.wall = INT64_MAX};
  fg_clock_source source = fake_source(&clock);
  fg_time end = INT64_C(253402300800) * 1000000; /* 10000-01-01T00:00Z */
  assert_true(fg_clock_read(&source, 3).wall < end);
  assert_true(fg_clock_read(&source, 3).wall > end - 3 * INT64_C(86400000000));
}

static void test_the_clocks_of_the_system(void **state) {
  (void)state;
  const fg_clock_source *source = &fg_system_clock;
  uint32_t boot = source->boot(source->context);
  fg_clock_reading first = fg_clock_read(source, boot);
  fg_clock_reading second = fg_clock_read(source, boot);
  assert_true(first.wall > at("2020-01-01T00:00:00") && first.boottime > 0);
  assert_true(second.boottime >= first.boottime);
  assert_int_equal(source->boot(source->context), boot);
  assert_true(fg_clock_now() >= second.wall);
  (void)source->is_synchronised(source->context);
}

enum { LIMIT = 20, CALLS = 4000 }; /* of image, R16 */

static fg_status call_now(fg_handle *handle) {
  fg_command command;
  fg_command_begin(&command, FG_DO_CALL, FG_NO_TIME);
  command.product = string_of("image");
  return fg_handle_apply(handle, &command, NULL, NULL);
}

/* A wall clock that steps back as it likes: by the steady clock no second holds more calls than the limit, and as many
   as can be come through. */
static void test_steps_back_neither_admit_more_nor_starve(void **state) {
  (void)state;
  static int64_t admitted[CALLS];
  fg_book *book = load_book(FACEFUSION);
  fake_clock clock = {.wall = at("2024-12-05T10:00:00"), .boottime = 1};
  fg_clock_source source = fake_source(&clock);
  fg_clock_options options = {0, &source};
  fg_account *account = NULL;
  fg_handle *handle = NULL;
  int count = 0;
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  assert_int_equal(fg_handle_new(account, &options, &handle, NULL), FG_OK);
  fg_command open = command_of(FG_DO_OPEN, "2024-12-05T10:00:00", "product=image");
  open.at = FG_NO_TIME;
  assert_int_equal(fg_handle_apply(handle, &open, NULL, NULL), FG_OK);
  srand(2);
  for (int i = 0; i < CALLS; i++) {
    let_pass(&clock, SECOND / 100); /* five times the limit */
    clock.wall -= rand() % 50 == 0 ? rand() % (3600 * (int64_t)SECOND) : 0;
    fg_status status = call_now(handle);
    assert_true(status == FG_OK || status == FG_RATE_LIMITED);
    if (status == FG_OK) {
      assert_true(count < LIMIT || clock.boottime - admitted[count - LIMIT] >= SECOND);
      admitted[count++] = clock.boottime;
    }
  }
  assert_int_equal(count, LIMIT * CALLS / 100);
  assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_without_a_mark_nothing_is_known),
      cmocka_unit_test(test_within_a_start_the_steady_clock_counts),
      cmocka_unit_test(test_over_a_start_the_wall_moves_it),
      cmocka_unit_test(test_any_number_may_have_been_kept),
      cmocka_unit_test(test_a_wall_before_1970_shows_its_begin),
      cmocka_unit_test(test_a_wall_beyond_the_calendar_shows_its_end),
      cmocka_unit_test(test_the_clocks_of_the_system),
      cmocka_unit_test(test_steps_back_neither_admit_more_nor_starve),
  };
  return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
