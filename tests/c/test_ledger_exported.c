/* What a ledger is as a timeline: calls that it has named go under names that the host has not used. */
#include "ledger_support.h"

/* The ids of the `call` commands of the export, in order, with spaces between. */
static void ids_of_calls(const char *path, char *ids, size_t size) {
  fg_text text = export_ledger(path, NULL);
  json_t *timeline = json_loadb(text.text, text.length, 0, NULL);
  size_t index = 0;
  json_t *command = NULL;
  assert_non_null(timeline);
  ids[0] = '\0';
  json_array_foreach(json_object_get(timeline, "commands"), index, command) {
    if (strcmp(json_string_value(json_object_get(command, "do")), "call") == 0) {
      size_t used = strlen(ids);
      snprintf(ids + used, size - used, "%s%s", used == 0 ? "" : " ",
               json_string_value(json_object_get(command, "id")));
    }
  }
  json_decref(timeline);
  fg_text_release(&text);
}

static void call_without_id(fg_handle *ledger, const char *instant) {
  fg_command command = command_of(FG_DO_CALL, instant, "product=image id=x");
  command.id = (fg_string){NULL, 0};
  assert_int_equal(fg_handle_apply(ledger, &command, NULL, NULL), FG_OK);
}

static void assert_ids(const char *path, const char *form) {
  char ids[300], expected[300];
  ids_of_calls(path, ids, sizeof ids);
  for (int session = 1; session < 9; session++) { /* whichever number the ledger's first session has */
    snprintf(expected, sizeof expected, form, session, session);
    if (strcmp(ids, expected) == 0) {
      return;
    }
  }
  fail_msg("%s", ids);
}

static void test_names_of_calls(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fg_handle *ledger = open_ledger(path, 0);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  call_without_id(ledger, "2024-11-05T10:00:01");
  must_apply(ledger, FG_DO_CALL, "2024-11-05T10:00:02", "product=image id=x", "calls");
  call_without_id(ledger, "2024-11-05T10:00:03");
  close_ledger(ledger);
  assert_ids(path, "call-%d-1 calls call-%d-2"); /* what begins with "call" alone is not in the way */
  ledger = open_ledger(path, 0);
  must_apply(ledger, FG_DO_CALL, "2024-11-05T10:00:04", "product=image id=x", "call-");
  close_ledger(ledger);
  assert_ids(path, "call2-%d-1 calls call2-%d-2 call-");
  ledger = open_ledger(path, 0);
  must_apply(ledger, FG_DO_USE, "2024-11-05T10:00:05", "product=image quantity=1", "call2-x");
  close_ledger(ledger);
  assert_ids(path, "call3-%d-1 calls call3-%d-2 call-");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_names_of_calls, make_ledger_directory, drop_ledger_directory),
  };
  return cmocka_run_group_tests_name("exported ledgers", tests, NULL, NULL);
}
