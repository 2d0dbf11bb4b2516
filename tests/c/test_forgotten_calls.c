/* Passes of calls that were ended by their ids, which the account then forgot. */
#include "kept_ids_support.h"

static void let_in(fg_handle *handle, fg_time now, const char *id, fg_pass *pass) {
  fg_command call = named(FG_DO_CALL, now, id);
  assert_int_equal(fg_handle_call(handle, &call, pass, NULL, NULL), FG_OK);
}

static fg_status end(fg_pass *pass, fg_command_kind kind, fg_time now, fg_error *error) {
  fg_command command;
  fg_command_begin(&command, kind, now);
  return fg_pass_end(pass, &command, NULL, error);
}

/* A pass whose call was ended by its id says how, as long as that is known, and then that it is not known. What became
   of the id since, another call or a usage, is no answer. */
static void test_a_pass_of_a_forgotten_call(void **state) {
  (void)state;
  const fg_time stretch = DAYS * FG_DAY;
  const fg_command_kind ends[] = {FG_DO_COMMIT, FG_DO_CANCEL};
  const fg_command_kind takes[] = {FG_DO_ADVANCE, FG_DO_CALL, FG_DO_USE};
  for (int i = 0; i < 2 * 3 * 6; i++) {
    const fg_command_kind kind = ends[i % 2];
    const fg_command_kind other = ends[1 - i % 2];
    const fg_command_kind taken = takes[i / 2 % 3];
    const int later = i / 6;
    const fg_time now = BEGIN + later * stretch / 2;
    bool is_known = later < 4;
    fg_error error;
    fg_pass pass = {0};
    fg_handle *handle = begin(NULL);
    let_in(handle, BEGIN, "photo", &pass);
    must_run(handle, kind, BEGIN, "photo");
    must_run(handle, FG_DO_ADVANCE, now, NULL);
    if (taken != FG_DO_ADVANCE && !is_known) {
      must_run(handle, taken, now, "photo");
    }
    assert_int_equal(end(&pass, other, now, &error), FG_ALREADY_FINISHED);
    assert_int_equal(error.status, FG_ALREADY_FINISHED);
    fg_pass_state told = !is_known ? FG_PASS_FORGOTTEN : kind == FG_DO_COMMIT ? FG_PASS_COMMITTED : FG_PASS_CANCELED;
    assert_int_equal(pass.state, told);
    assert_string_equal(fg_pass_state_name(FG_PASS_FORGOTTEN), "forgotten");
    /* the same end said again is repeated as long as it is known */
    assert_int_equal(end(&pass, kind, now, NULL), is_known ? FG_OK : FG_ALREADY_FINISHED);
    fg_pass_release(&pass);
    assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
  }
}

/* A canceled call that another one has followed under its id was canceled, in the days in which that is known. */
static void test_a_pass_whose_id_another_call_has(void **state) {
  (void)state;
  const fg_time stretch = DAYS * FG_DAY;
  for (int later = 0; later < 6; later++) {
    const fg_time now = BEGIN + later * stretch / 2;
    fg_pass first = {0};
    fg_pass second = {0};
    fg_handle *handle = begin(NULL);
    let_in(handle, BEGIN, "photo", &first);
    must_run(handle, FG_DO_CANCEL, BEGIN, "photo");
    let_in(handle, BEGIN, "photo", &second);
    assert_int_equal(end(&first, FG_DO_CANCEL, now, NULL), FG_ALREADY_FINISHED);
    assert_int_equal(first.state, later < 4 ? FG_PASS_CANCELED : FG_PASS_FORGOTTEN);
    assert_int_equal(end(&second, FG_DO_COMMIT, now, NULL), FG_OK);
    assert_int_equal(second.state, FG_PASS_COMMITTED);
    fg_pass_release(&first);
    fg_pass_release(&second);
    assert_int_equal(fg_handle_close(handle, NULL), FG_OK);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_pass_of_a_forgotten_call),
      cmocka_unit_test(test_a_pass_whose_id_another_call_has),
  };
  return cmocka_run_group_tests_name("forgotten_calls", tests, set_up_facefusion, tear_down_facefusion);
}
