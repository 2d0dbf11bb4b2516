/* The clock of a system that shows an instant beyond 2038, where seconds in 32 bits end, and the handle that reads
   it. */
#include "base/system_features.h"

#include "support.h"

#include <time.h>

#include "base/clock.h"

#define FAR INT64_C(4102488000) ///< 2100-01-01T12:00:00Z: 130 years with 32 leap days, and half a day

/* This one stands before the system's. */
int clock_gettime(clockid_t clock, struct timespec *now) {
  *now = (struct timespec){.tv_sec = clock == CLOCK_REALTIME ? FAR : 5, .tv_nsec = 250000000};
  return 0;
}

static void test_the_wall_beyond_2038(void **state) {
  (void)state;
  fg_clock_reading now = fg_clock_read(&fg_system_clock, 1);
  assert_true(now.wall == FAR * 1000000 + 250000);
  assert_true(now.wall == at("2100-01-01T20:00:00.25"));
  assert_true(now.boottime == 5250000);
}

static void test_a_command_beyond_2038(void **state) {
  (void)state;
  fg_handle *handle = NULL;
  fg_account *account = account_of(FACEFUSION, NULL, NULL, NULL);
  assert_int_equal(fg_handle_new(account, NULL, &handle, NULL), FG_OK);
  fg_command command;
  fg_outcome outcome;
  fg_command_begin(&command, FG_DO_OPEN, FG_NO_TIME);
  command.product = string_of("image");
  assert_int_equal(fg_handle_apply(handle, &command, &outcome, NULL), FG_OK);
  assert_true(fg_account_now(fg_handle_account(handle)) == FAR * 1000000 + 250000);
  assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_wall_beyond_2038),
      cmocka_unit_test(test_a_command_beyond_2038),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
