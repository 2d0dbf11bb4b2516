/* Commands as data: names, the table of fields, setting fields by name, and what is refused. */
#include "support.h"

static void test_names(void **state) {
  (void)state;
  for (int i = 0; i < FG_COMMAND_COUNT; i++) {
    fg_command_kind kind = FG_COMMAND_COUNT;
    assert_true(fg_command_kind_of(string_of(fg_command_name((fg_command_kind)i)), &kind));
    assert_int_equal(kind, i);
  }
  assert_null(fg_command_name(FG_COMMAND_COUNT));
  assert_null(fg_command_name((fg_command_kind)-1));
  fg_command_kind kind = FG_DO_OPEN;
  assert_false(fg_command_kind_of(string_of(""), &kind));
  assert_false(fg_command_kind_of(string_of("freeze"), &kind)); /* R9 */
  assert_false(fg_command_kind_of(string_of("opens"), &kind));
  fg_string prefix = {"opens", 4};
  assert_true(fg_command_kind_of(prefix, &kind));
}

/* The fields of every command, in the order of the contract; '?' says optional. */
static const struct {
  fg_command_kind kind;
  const char *fields;
} contract[] = {
    {FG_DO_OPEN, "product"},
    {FG_DO_CLOSE, "product"},
    {FG_DO_CLAIM, "product grant"},
    {FG_DO_SET_MODE, "product mode"},
    {FG_DO_BUY_PACK, "product pack quantity? id? pay? campaign?"},
    {FG_DO_GIVE_PACK, "product pack quantity? id?"},
    {FG_DO_BUY_CAPACITY, "product meter quantity days? months? start? id? pay?"},
    {FG_DO_USE, "product quantity id? billable? attributes?"},
    {FG_DO_CALL, "product quantity? id owner? timeout_ms? attributes?"},
    {FG_DO_COMMIT, "id quantity? outcome? ref? attributes?"},
    {FG_DO_CANCEL, "id"},
    {FG_DO_ADJUST, "product quantity reason id? attributes?"},
    {FG_DO_SET_BUDGET, "day? month?"},
    {FG_DO_ADD_MATERIALS, "product quantity id?"},
    {FG_DO_REMOVE_MATERIALS, "product quantity id?"},
    {FG_DO_TOP_UP, "amount fund? id?"},
    {FG_DO_WITHDRAW, "amount id?"},
    {FG_DO_REFUND, "id"},
    {FG_DO_SUSPEND, ""},
    {FG_DO_REINSTATE, ""},
    {FG_DO_ANNOUNCE, "product grant quantity effective"},
    {FG_DO_PREVIEW, "product? quantity? attributes?"},
    {FG_DO_STATEMENT, ""},
    {FG_DO_ADVANCE, ""},
    {FG_DO_SET, "attributes"},
    {FG_DO_CHANGE_CAPACITY, "id quantity? capacity? pay?"},
    {FG_DO_ADOPT, "book effective?"},
    {FG_DO_SET_POSTPAID, "product on"},
    {FG_DO_BUY_BUNDLE, "bundle id? pay?"},
};

static void test_fields_are_those_of_the_contract(void **state) {
  (void)state;
  assert_int_equal(sizeof contract / sizeof *contract, FG_COMMAND_COUNT);
  for (size_t i = 0; i < sizeof contract / sizeof *contract; i++) {
    const fg_field *field;
    char line[160] = "";
    for (size_t at = 0; (field = fg_command_field(contract[i].kind, at)) != NULL; at++) {
      size_t used = strlen(line);
      snprintf(line + used, sizeof line - used, "%s%s%s", at > 0 ? " " : "", field->name, field->required ? "" : "?");
      assert_ptr_equal(fg_command_field_named(contract[i].kind, string_of(field->name)), field);
    }
    assert_string_equal(line, contract[i].fields);
  }
  assert_null(fg_command_field(FG_COMMAND_COUNT, 0));
  assert_null(fg_command_field_named(FG_COMMAND_COUNT, string_of("product")));
  assert_null(fg_command_field_named(FG_DO_OPEN, string_of("products")));
  assert_null(fg_command_field_named(FG_DO_OPEN, string_of("")));
}

static void test_fields_of_money(void **state) {
  (void)state;
  assert_true(fg_command_takes_money(FG_DO_TOP_UP, "amount"));
  assert_true(fg_command_takes_money(FG_DO_SET_BUDGET, "month"));
  assert_true(fg_command_takes_money(FG_DO_BUY_PACK, "pay.cash"));
  assert_true(fg_command_takes_money(FG_DO_BUY_PACK, "campaign.price"));
  assert_false(fg_command_takes_money(FG_DO_BUY_PACK, "campaign.refundable"));
  assert_false(fg_command_takes_money(FG_DO_BUY_PACK, "pay"));
  assert_false(fg_command_takes_money(FG_DO_BUY_PACK, "quantity"));
  assert_false(fg_command_takes_money(FG_DO_TOP_UP, "pay.cash"));
  assert_false(fg_command_takes_money(FG_DO_TOP_UP, "campaign.price"));
  assert_false(fg_command_takes_money(FG_COMMAND_COUNT, "amount"));
}

static fg_command begun(fg_command_kind kind) {
  fg_command command;
  fg_command_begin(&command, kind, at("2024-11-05T10:00:00"));
  return command;
}

static void expect_invalid(fg_status status, const fg_error *error, const char *path) {
  assert_int_equal(status, FG_INVALID);
  assert_int_equal(error->status, FG_INVALID);
  assert_string_equal(error->path, path);
  assert_true(strlen(error->message) > 0);
}

static void test_defaults(void **state) {
  (void)state;
  fg_command pack = begun(FG_DO_BUY_PACK);
  assert_int_equal(pack.quantity, 1);
  assert_true(pack.campaign.refundable);
  assert_false(pack.pay.given);
  assert_null(pack.id.text);
  fg_command use = begun(FG_DO_USE);
  assert_true(use.billable);
  assert_int_equal(use.at, at("2024-11-05T10:00:00"));
  fg_command top_up = begun(FG_DO_TOP_UP);
  assert_int_equal(top_up.fund, FG_CASH);
  fg_command capacity = begun(FG_DO_BUY_CAPACITY);
  assert_int_equal(capacity.start, FG_NO_DATE);
  assert_int_equal(capacity.days, 0);
  assert_int_equal(capacity.months, 0);
}

static void test_setting(void **state) {
  (void)state;
  fg_command command = begun(FG_DO_BUY_PACK);
  assert_int_equal(fg_command_set_text(&command, "product", string_of("image"), NULL), FG_OK);
  assert_int_equal(fg_command_set_text(&command, "pack", string_of("calls-1k"), NULL), FG_OK);
  assert_int_equal(fg_command_set_text(&command, "quantity", string_of("9223372036854775807"), NULL), FG_OK);
  assert_int_equal(fg_command_set_text(&command, "id", string_of("p1"), NULL), FG_OK);
  assert_int_equal(fg_command_set_text(&command, "pay.cash", string_of("150"), NULL), FG_OK);
  assert_int_equal(fg_command_set_text(&command, "pay.voucher", string_of("50.5"), NULL), FG_OK);
  assert_int_equal(fg_command_set_text(&command, "campaign.price", string_of("9.9"), NULL), FG_OK);
  assert_int_equal(fg_command_set_flag(&command, "campaign.refundable", false, NULL), FG_OK);
  assert_int_equal(fg_command_finish(&command, NULL), FG_OK);
  assert_memory_equal(command.product.text, "image", 5);
  assert_int_equal(command.quantity, INT64_MAX);
  assert_true(command.pay.given);
  assert_int_equal(fg_money_compare(command.pay.funds.of[FG_CASH], money("150")), 0);
  assert_int_equal(fg_money_compare(command.pay.funds.of[FG_VOUCHER], money("50.50")), 0);
  assert_int_equal(fg_money_compare(command.pay.funds.of[FG_GIFT], fg_money_zero()), 0);
  assert_true(command.campaign.has_price);
  assert_false(command.campaign.refundable);
}

static void test_an_empty_object_counts_as_given(void **state) {
  (void)state;
  fg_command command = begun(FG_DO_BUY_PACK);
  fg_error error = {0};
  assert_int_equal(fg_command_set_object(&command, "pay", &error), FG_OK);
  assert_true(command.pay.given);
  expect_invalid(fg_command_set_object(&command, "pack", &error), &error, "pack");
  expect_invalid(fg_command_set_object(&command, "colour", &error), &error, "colour");
}

static void test_budgets(void **state) {
  (void)state;
  fg_command budget = begun(FG_DO_SET_BUDGET);
  fg_error error = {0};
  assert_int_equal(fg_command_set_text(&budget, "day", string_of("12.50"), &error), FG_OK);
  assert_int_equal(fg_command_set_null(&budget, "month", &error), FG_OK);
  assert_true(budget.day.given && budget.day.limited);
  assert_true(budget.month.given && !budget.month.limited);
  fg_command call = begun(FG_DO_CALL);
  expect_invalid(fg_command_set_null(&call, "id", &error), &error, "id");
  expect_invalid(fg_command_set_null(&call, "day", &error), &error, "day");
}

static void test_dates_and_funds(void **state) {
  (void)state;
  fg_command capacity = begun(FG_DO_BUY_CAPACITY);
  fg_error error = {0};
  assert_int_equal(fg_command_set_text(&capacity, "start", string_of("1970-01-02"), &error), FG_OK);
  assert_int_equal(capacity.start, 1);
  fg_command top_up = begun(FG_DO_TOP_UP);
  assert_int_equal(fg_command_set_text(&top_up, "fund", string_of("voucher"), &error), FG_OK);
  assert_int_equal(top_up.fund, FG_VOUCHER);
  assert_int_equal(fg_command_set_text(&top_up, "amount", string_of("0.000000000001"), &error), FG_OK);
  assert_int_equal(fg_command_finish(&top_up, &error), FG_OK);
}

static void test_wrong_types(void **state) {
  (void)state;
  fg_error error = {0};
  fg_command command = begun(FG_DO_BUY_PACK);
  expect_invalid(fg_command_set_integer(&command, "product", 5, &error), &error, "product");
  expect_invalid(fg_command_set_flag(&command, "product", true, &error), &error, "product");
  expect_invalid(fg_command_set_flag(&command, "quantity", true, &error), &error, "quantity");
  expect_invalid(fg_command_set_text(&command, "pay", string_of("cash"), &error), &error, "pay");
  expect_invalid(fg_command_set_integer(&command, "pay.cash", 5, &error), &error, "pay.cash");
  expect_invalid(fg_command_set_text(&command, "pay.bonus", string_of("5"), &error), &error, "pay.bonus");
  expect_invalid(fg_command_set_text(&command, "campaign.refundable", string_of("true"), &error), &error,
                 "campaign.refundable");
  expect_invalid(fg_command_set_text(&command, "campaign.name", string_of("spring"), &error), &error, "campaign.name");
  expect_invalid(fg_command_set_text(&command, "product.name", string_of("x"), &error), &error, "product.name");
  fg_command use = begun(FG_DO_USE);
  expect_invalid(fg_command_set_text(&use, "billable", string_of("true"), &error), &error, "billable");
  expect_invalid(fg_command_set_integer(&use, "billable", 1, &error), &error, "billable");
  expect_invalid(fg_command_set_text(&use, "pack", string_of("calls-1k"), &error), &error, "pack");
  expect_invalid(fg_command_set_text(&use, "", string_of(""), &error), &error, "");
}

static void test_ranges(void **state) {
  (void)state;
  fg_error error = {0};
  fg_command use = begun(FG_DO_USE);
  assert_int_equal(fg_command_set_integer(&use, "quantity", 0, &error), FG_OK);
  use = begun(FG_DO_USE);
  expect_invalid(fg_command_set_integer(&use, "quantity", -1, &error), &error, "quantity");
  use = begun(FG_DO_USE);
  expect_invalid(fg_command_set_integer(&use, "quantity", INT64_MIN, &error), &error, "quantity");
  fg_command pack = begun(FG_DO_BUY_PACK);
  expect_invalid(fg_command_set_integer(&pack, "quantity", 0, &error), &error, "quantity");
  static const char *const bad[] = {"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "01", "9223372036854775808", "１"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    use = begun(FG_DO_USE);
    expect_invalid(fg_command_set_text(&use, "quantity", string_of(bad[i]), &error), &error, "quantity");
  }
}

static void test_twice(void **state) {
  (void)state;
  fg_error error = {0};
  fg_command use = begun(FG_DO_USE);
  assert_int_equal(fg_command_set_integer(&use, "quantity", 1, &error), FG_OK);
  expect_invalid(fg_command_set_integer(&use, "quantity", 1, &error), &error, "quantity");
}

static void test_what_is_missing(void **state) {
  (void)state;
  fg_error error = {0};
  fg_command use = begun(FG_DO_USE);
  expect_invalid(fg_command_finish(&use, &error), &error, "product");
  assert_int_equal(fg_command_set_text(&use, "product", string_of("image"), &error), FG_OK);
  expect_invalid(fg_command_finish(&use, &error), &error, "quantity");
  fg_command capacity = begun(FG_DO_BUY_CAPACITY);
  assert_int_equal(fg_command_set_text(&capacity, "product", string_of("image"), &error), FG_OK);
  assert_int_equal(fg_command_set_text(&capacity, "meter", string_of("qps"), &error), FG_OK);
  assert_int_equal(fg_command_set_integer(&capacity, "quantity", 1, &error), FG_OK);
  expect_invalid(fg_command_finish(&capacity, &error), &error, "days");
  assert_int_equal(fg_command_set_integer(&capacity, "days", 1, &error), FG_OK);
  assert_int_equal(fg_command_finish(&capacity, &error), FG_OK);
  assert_int_equal(fg_command_set_integer(&capacity, "months", 1, &error), FG_OK);
  expect_invalid(fg_command_finish(&capacity, &error), &error, "months");
}

static void says_of_text(fg_command_kind kind, const char *field, const char *text, const char *said) {
  fg_command command;
  fg_error error;
  fg_command_begin(&command, kind, 0);
  expect_invalid(fg_command_set_text(&command, field, string_of(text), &error), &error, field);
  assert_string_equal(error.message, said);
}

static void test_an_amount_below_0_is_told_as_such(void **state) {
  (void)state;
  says_of_text(FG_DO_WITHDRAW, "amount", "-5", "expected an amount above 0");
  says_of_text(FG_DO_TOP_UP, "amount", "0", "expected an amount above 0");
  says_of_text(FG_DO_TOP_UP, "amount", "--5", "expected a decimal string such as \"12.50\", at most 12 decimals");
  says_of_text(FG_DO_SET_BUDGET, "day", "-0.01", "expected an amount of at least 0");
  says_of_text(FG_DO_BUY_PACK, "pay.cash", "-1", "expected an amount of at least 0");
  says_of_text(FG_DO_BUY_PACK, "campaign.price", "-1", "expected an amount of at least 0");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_an_amount_below_0_is_told_as_such),
      cmocka_unit_test(test_fields_are_those_of_the_contract),
      cmocka_unit_test(test_fields_of_money),
      cmocka_unit_test(test_defaults),
      cmocka_unit_test(test_setting),
      cmocka_unit_test(test_an_empty_object_counts_as_given),
      cmocka_unit_test(test_budgets),
      cmocka_unit_test(test_dates_and_funds),
      cmocka_unit_test(test_wrong_types),
      cmocka_unit_test(test_ranges),
      cmocka_unit_test(test_twice),
      cmocka_unit_test(test_what_is_missing),
  };
  return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
