/* Attributes as a command has them: their form, when they are the same, and the bytes that keep them. */
#include "support.h"

#include "state/attribute_list.h"
#include "state/command.h"
#include "state/command_json.h"

static fg_attribute text_of(const char *name, const char *text) {
  return (fg_attribute){.name = string_of(name), .text = string_of(text)};
}

static fg_attribute number_of(const char *name, int64_t number) {
  return (fg_attribute){.name = string_of(name), .number = number, .is_number = true};
}

static fg_command used_with(const fg_attribute *items, size_t count) {
  fg_command command;
  fg_command_begin(&command, FG_DO_USE, at("2024-11-05T10:00:00"));
  assert_int_equal(fg_command_set_attributes(&command, "attributes", items, count, NULL), FG_OK);
  return command;
}

static void test_the_order_of_names_makes_no_difference(void **state) {
  (void)state;
  const fg_attribute one[] = {text_of("model", "big"), number_of("prompt", 5), text_of("mode", "x")};
  const fg_attribute other[] = {number_of("prompt", 5), text_of("mode", "x"), text_of("model", "big")};
  const fg_attribute fewer[] = {number_of("prompt", 5), text_of("model", "big")};
  const fg_attribute text[] = {text_of("model", "big"), text_of("prompt", "5"), text_of("mode", "x")};
  const fg_attribute shifted[] = {text_of("model", "bi"), number_of("prompt", 5), text_of("mode", "gx")};
  const fg_command command = used_with(one, 3);
  const fg_command same = used_with(other, 3);
  assert_true(are_same(&command, &same));
  const fg_command different[] = {used_with(fewer, 2), used_with(text, 3), used_with(shifted, 3), used_with(NULL, 0)};
  for (size_t i = 0; i < sizeof different / sizeof *different; i++) {
    assert_false(are_same(&command, &different[i]));
  }
}

static void expect_refused(const fg_attribute *items, size_t count, const char *said) {
  fg_command command;
  fg_error error = {0};
  fg_command_begin(&command, FG_DO_CALL, at("2024-11-05T10:00:00"));
  assert_int_equal(fg_command_set_attributes(&command, "attributes", items, count, &error), FG_INVALID);
  assert_string_equal(error.path, "attributes");
  assert_string_equal(error.message, said);
  fg_command_begin(&command, FG_DO_CALL, at("2024-11-05T10:00:00"));
  command.product = string_of("image");
  command.id = string_of("c1");
  command.attributes = (fg_attributes){items, count};
  assert_int_equal(fg_command_check(&command, &error), FG_INVALID); /* filled by hand, too */
  assert_string_equal(error.message, said);
}

static void test_what_is_no_list_of_attributes(void **state) {
  (void)state;
  const fg_attribute twice[] = {text_of("model", "big"), number_of("prompt", 5), number_of("model", 1)};
  const fg_attribute empty[] = {text_of("", "big")};
  const fg_attribute nameless[] = {{.number = 1, .is_number = true}};
  const fg_attribute valueless[] = {{.name = string_of("model")}};
  static fg_attribute many[FG_ATTRIBUTES_MAX + 1];
  static char names[FG_ATTRIBUTES_MAX + 1][8];
  for (int i = 0; i <= FG_ATTRIBUTES_MAX; i++) {
    snprintf(names[i], sizeof names[i], "a%d", i);
    many[i] = number_of(names[i], i);
  }
  expect_refused(twice, 3, "model: is there twice");
  expect_refused(empty, 1, "expected names that are not empty");
  expect_refused(nameless, 1, "expected names that are not empty");
  expect_refused(valueless, 1, "model: expected a text or a whole number");
  expect_refused(many, FG_ATTRIBUTES_MAX + 1, "expected at most 64 attributes");
  (void)used_with(many, FG_ATTRIBUTES_MAX);
  fg_command open;
  fg_error error = {0};
  fg_command_begin(&open, FG_DO_OPEN, at("2024-11-05T10:00:00"));
  assert_int_equal(fg_command_set_attributes(&open, "attributes", many, 1, &error), FG_INVALID);
  assert_int_equal(fg_command_set_attributes(&open, "product", many, 1, &error), FG_INVALID);
  assert_string_equal(error.path, "product");
}

static fg_status read_json(const char *text, fg_command_reader *reader, fg_command *command, fg_error *error) {
  fg_json_document document;
  const fg_string json = string_of(text);
  assert_int_equal(fg_json_parse(json, NULL, &document, NULL), FG_OK);
  fg_status status = fg_command_read(reader, &document.root, command, error);
  if (status == FG_OK) {
    assert_int_equal(command->attributes.count, 2);
    assert_string_equal(command->attributes.items[0].name.text, "model");
    assert_string_equal(command->attributes.items[0].text.text, "mini");
    assert_string_equal(command->attributes.items[1].name.text, "prompt");
    assert_int_equal(command->attributes.items[1].number, -7);
    assert_true(command->attributes.items[1].is_number);
  }
  fg_json_release(&document);
  return status;
}

#define USE "{\"at\": \"2024-11-05\", \"do\": \"use\", \"product\": \"tokens\", \"quantity\": 5, \"attributes\": "

static void test_from_json(void **state) {
  (void)state;
  const char *const bad[][2] = {
      {USE "{\"model\": true}}", "attributes.model"},
      {USE "{\"model\": 1.5}}", "attributes.model"},
      {USE "{\"model\": null}}", "attributes.model"},
      {USE "{\"model\": {}}}", "attributes.model"},
      {USE "[]}", "attributes"},
      {USE "\"mini\"}", "attributes"},
      {USE "5}", "attributes"},
      {USE "null}", "attributes"},
      {USE "{\"\": 1}}", "attributes"},
  };
  fg_command_reader reader = {.zone = EAST(480)};
  fg_command command;
  assert_int_equal(read_json(USE "{\"model\": \"mini\", \"prompt\": -7}}", &reader, &command, NULL), FG_OK);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    fg_error error = {0};
    assert_int_equal(read_json(bad[i][0], &reader, &command, &error), FG_INVALID);
    assert_string_equal(error.path, bad[i][1]);
  }
}

/* Written and read back they are the same, and no shorter piece of the bytes is taken for all of them. */
static void test_bytes(void **state) {
  (void)state;
  const fg_attribute items[] = {text_of("model", ""), number_of("least", INT64_MIN), number_of("most", INT64_MAX)};
  const fg_attributes attributes = {items, 3};
  unsigned char bytes[128];
  fg_attribute room[FG_ATTRIBUTES_MAX];
  fg_attributes read = {NULL, 0};
  assert_true(fg_attributes_size(&attributes) <= sizeof bytes);
  const unsigned char *end = fg_attributes_write(bytes, &attributes);
  assert_true((size_t)(end - bytes) <= fg_attributes_size(&attributes));
  assert_ptr_equal(fg_attributes_read(bytes, end, room, &read), end);
  assert_ptr_equal(fg_attributes_read(bytes, end, NULL, &read), end);
  assert_int_equal(read.count, 3);
  assert_int_equal(room[0].number, INT64_MIN); /* by name: least, model, most */
  assert_memory_equal(room[1].name.text, "model", 5);
  assert_int_equal(room[1].text.length, 0);
  assert_false(room[1].is_number);
  assert_int_equal(room[2].number, INT64_MAX);
  for (const unsigned char *cut = bytes; cut < end; cut++) {
    assert_null(fg_attributes_read(bytes, cut, room, &read));
  }
  bytes[0] = FG_ATTRIBUTES_MAX + 1;
  assert_null(fg_attributes_read(bytes, end, room, &read));
}

static void test_merged(void **state) {
  (void)state;
  const fg_attribute before[] = {text_of("model", "big"), number_of("tokens", 100)};
  const fg_attribute after[] = {number_of("tokens", 7), text_of("tier", "x")};
  const fg_attributes a = {before, 2}, b = {after, 2}, none = {NULL, 0};
  fg_attribute room[FG_ATTRIBUTES_MAX];
  fg_attributes merged = fg_attributes_merge(&a, &b, room);
  assert_int_equal(merged.count, 3);
  assert_string_equal(merged.items[0].text.text, "big");
  assert_int_equal(merged.items[1].number, 7);
  assert_string_equal(merged.items[2].text.text, "x");
  assert_int_equal(fg_attributes_merge(&a, &none, room).count, 2);
  assert_int_equal(fg_attributes_merge(&none, &b, room).count, 2);
}

/* Copies outlast what they were made of, and nothing is left behind where memory ends. */
static void test_kept(void **state) {
  (void)state;
  const fg_allocator allocator = scarce_allocator();
  for (memory.fail_at = 1;; memory.fail_at++) {
    char text[] = "mini";
    const fg_attribute items[] = {text_of("model", text), number_of("prompt", 5)};
    fg_attributes kept = {items, 2};
    fg_arena arena = {NULL};
    memory.asked = 0;
    fg_status status = fg_attributes_keep(&kept, &arena, &allocator);
    text[0] = 'X';
    if (status == FG_OK) {
      assert_string_equal(kept.items[0].text.text, "mini");
      assert_int_equal(kept.items[1].number, 5);
    } else {
      assert_int_equal(status, FG_NO_MEMORY);
    }
    fg_arena_release(&arena, &allocator);
    assert_int_equal(memory.live, 0);
    if (status == FG_OK) {
      break;
    }
  }
  assert_true(memory.fail_at > 1);
  memory.fail_at = 0;
}

#define FIRST_BOOK                                                                                                     \
  "{\"format\": \"faregate-book/1\", \"id\": \"toy\", \"title\": \"Toy\", \"currency\": \"EUR\", \"minor_digits\": 2," \
  " \"utc_offset\": \"+00:00\", \"rounding\": \"none\", \"products\": [{\"id\": \"image\", \"meter\": \"calls\","      \
  " \"price\": {\"model\": \"flat\", \"price\": \"1\"}}]}"

/* Before books could declare any, no command had attributes: what they answer stays. */
static void test_a_book_of_format_1_has_none(void **state) {
  (void)state;
  const char *timeline = "{\"book\": " FIRST_BOOK ", \"commands\": [" USE "{\"model\": \"mini\"}}]}";
  fg_text answer;
  fg_error error = {0};
  fg_book *book = NULL;
  fg_account *account = NULL;
  assert_int_equal(fg_replay(timeline, strlen(timeline), NULL, NULL, NULL, &answer, &error), FG_INVALID);
  assert_string_equal(error.path, "commands[0].attributes");
  assert_int_equal(fg_book_load(FIRST_BOOK, strlen(FIRST_BOOK), NULL, &book, &error), FG_OK);
  assert_int_equal(fg_account_new(book, NULL, &account, &error), FG_OK);
  const fg_attribute items[] = {text_of("model", "mini")};
  fg_command command = used_with(items, 1);
  command.product = string_of("image");
  assert_int_equal(fg_account_apply(account, &command, NULL, &error), FG_INVALID);
  assert_string_equal(error.path, "attributes");
  fg_account_free(account);
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_order_of_names_makes_no_difference),
      cmocka_unit_test(test_what_is_no_list_of_attributes),
      cmocka_unit_test(test_from_json),
      cmocka_unit_test(test_bytes),
      cmocka_unit_test(test_merged),
      cmocka_unit_test(test_kept),
      cmocka_unit_test(test_a_book_of_format_1_has_none),
  };
  return cmocka_run_group_tests_name("attribute_list", tests, NULL, NULL);
}
