/* Ids that memory has let go of: what they answer is found in the file. */
#include "ledger_support.h"

#define DAY "2024-11-05T10:00:00"
#define LATER "2024-11-06T10:00:00"

static const struct {
  fg_command_kind kind;
  const char *fields, *id, *other; ///< fields under the same id that are not the same
} kept[] = {
    {FG_DO_TOP_UP, "amount=700 fund=gift", "t", "amount=701 fund=gift"},
    {FG_DO_WITHDRAW, "amount=3", "w", "amount=4"},
    {FG_DO_BUY_PACK, "product=image pack=calls-1k", "p", "product=image pack=calls-1k quantity=2"},
    {FG_DO_USE, "product=image quantity=1500", "u", "product=image quantity=1501"},
    {FG_DO_ADJUST, "product=image quantity=700 reason=missed", "a", "product=image quantity=700 reason=other"},
    {FG_DO_ADJUST, "product=image quantity=-900 reason=twice", "b", "product=image quantity=-901 reason=twice"},
    {FG_DO_ADD_MATERIALS, "product=image quantity=3", "m", "product=image quantity=4"},
    {FG_DO_CALL, "product=image quantity=5", "c", NULL},
    {FG_DO_COMMIT, "quantity=2000 ref=receipt", "c", "quantity=2000"},
    {FG_DO_CALL, "product=image quantity=5", "d", NULL},
    {FG_DO_COMMIT, "", "d", "ref=receipt"},
    {FG_DO_CALL, "product=image quantity=5", "e", NULL},
    {FG_DO_CANCEL, "", "e", NULL},
};
enum { KEPT = sizeof kept / sizeof *kept };

/* A command under an id that its fields have no word for. */
static fg_status apply_under(fg_handle *ledger, fg_command_kind kind, const char *instant, const char *fields,
                             const char *id, fg_outcome *outcome) {
  char words[96];
  snprintf(words, sizeof words, "%s id=%s", fields, id);
  return apply_to(ledger, kind, instant, words, NULL, outcome);
}

static json_t *answer_of(fg_handle *ledger, int i, const char *instant, bool repeated) {
  fg_outcome outcome;
  json_builder builder;
  assert_int_equal(apply_under(ledger, kept[i].kind, instant, kept[i].fields, kept[i].id, &outcome), FG_OK);
  assert_int_equal(outcome.repeated, repeated);
  outcome.repeated = false;
  fg_visitor visitor = build_json(&builder, fg_account_book(fg_handle_account(ledger)));
  assert_int_equal(fg_outcome_describe(fg_handle_account(ledger), &outcome, &visitor), FG_OK);
  return builder.root;
}

static void ask_again(fg_handle *ledger, json_t *const answers[KEPT]) {
  json_t *before = statement_of(fg_handle_account(ledger));
  for (int i = 0; i < KEPT; i++) {
    if (kept[i].kind != FG_DO_CALL) {
      json_t *again = answer_of(ledger, i, LATER, true);
      assert_true(json_equal(again, answers[i]));
      json_decref(again);
    }
    bool ends = kept[i].kind == FG_DO_COMMIT || kept[i].kind == FG_DO_CANCEL;
    if (kept[i].other != NULL) {
      assert_int_equal(apply_under(ledger, kept[i].kind, LATER, kept[i].other, kept[i].id, NULL),
                       ends ? FG_ALREADY_FINISHED : FG_ID_CONFLICT);
    }
    assert_int_equal(apply_under(ledger, FG_DO_TOP_UP, LATER, "amount=9", kept[i].id, NULL), FG_ID_CONFLICT);
  }
  assert_int_equal(apply_under(ledger, FG_DO_CALL, LATER, "product=image quantity=5", "c", NULL), FG_ALREADY_FINISHED);
  assert_int_equal(apply_under(ledger, FG_DO_CALL, LATER, "product=image quantity=6", "d", NULL), FG_ID_CONFLICT);
  assert_int_equal(apply_under(ledger, FG_DO_CANCEL, LATER, "", "d", NULL), FG_ALREADY_FINISHED);
  json_t *after = statement_of(fg_handle_account(ledger));
  assert_int_equal(json_object_del(before, "at"), 0);
  assert_int_equal(json_object_del(after, "at"), 0);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
}

static void test_ids_in_the_file_alone(void **state) {
  (void)state;
  enum { MORE = 1100 }; /* past the next snapshot */
  const char *path = ledger_path("booth.db");
  json_t *answers[KEPT];
  fg_handle *ledger = open_ledger(path, 0);
  must_apply(ledger, FG_DO_OPEN, DAY, "product=image", NULL);
  for (int i = 0; i < KEPT; i++) {
    answers[i] = answer_of(ledger, i, DAY, false);
  }
  for (int i = 0; i < MORE; i++) {
    must_apply(ledger, FG_DO_USE, DAY, "product=image quantity=1", NULL);
  }
  close_ledger(ledger);
  ledger = open_ledger(path, 0);
  ask_again(ledger, answers);
  /* the id of a canceled call is free, and its life goes on: old attempts no longer count */
  fg_outcome outcome;
  assert_int_equal(apply_under(ledger, FG_DO_CALL, LATER, "product=image quantity=2", "e", &outcome), FG_OK);
  assert_int_equal(outcome.is.used.attempt, 4);
  fg_command old = command_of(FG_DO_CANCEL, LATER, "id=e");
  old.attempt = 3;
  assert_int_equal(fg_handle_apply(ledger, &old, NULL, NULL), FG_ALREADY_FINISHED);
  close_ledger(ledger);
  ledger = open_ledger(path, 0);
  old.attempt = 4;
  assert_int_equal(fg_handle_apply(ledger, &old, NULL, NULL), FG_OK);
  close_ledger(ledger);
  assert_good(path);
  for (int i = 0; i < KEPT; i++) {
    json_decref(answers[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_ids_in_the_file_alone, make_ledger_directory, drop_ledger_directory),
  };
  return cmocka_run_group_tests_name("ids in a ledger", tests, NULL, NULL);
}
