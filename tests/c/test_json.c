/* JSON: what the writer writes, and that the parser loses nothing when memory runs short. */
#include "support.h"

#include "json/read.h"
#include "json/scan.h"
#include "json/write.h"

static void assert_written(const fg_text *text, const char *expected) {
  assert_string_equal(text->text, expected);
  assert_int_equal(text->length, strlen(expected));
}

static void every_kind_of_value_is_written(void **state) {
  (void)state;
  fg_text text = {.allocator = fg_allocator_or_default(NULL)};
  fg_json_writer writer = {.text = &text, .minor_digits = 2, .zone = EAST(480)};
  fg_visitor to = fg_json_visitor(&writer);
  fg_string odd = {"\"\\/\n\x1f\x7f\xe4\xba\xba", 9};
  fg_string nothing = {NULL, 0};
  bool going = to.begin_object(to.context, NULL) && to.text(to.context, "a\"b", odd) &&
               to.text(to.context, "empty", nothing) && to.begin_list(to.context, "list") &&
               to.integer(to.context, NULL, INT64_MIN) && to.integer(to.context, NULL, 0) &&
               to.integer(to.context, NULL, INT64_MAX) && to.begin_list(to.context, NULL) && to.end_list(to.context) &&
               to.begin_object(to.context, NULL) && to.end_object(to.context) && to.end_list(to.context) &&
               to.money(to.context, "m", money("-0.125")) && to.time(to.context, "t", at("2024-11-05T10:00:00.5")) &&
               to.flag(to.context, "f", false) && to.flag(to.context, "g", true) && to.null(to.context, "n") &&
               to.end_object(to.context);
  assert_true(going);
  assert_int_equal(writer.status, FG_OK);
  assert_written(&text, "{\"a\\\"b\":\"\\\"\\\\/\\u000a\\u001f\x7f\xe4\xba\xba\",\"empty\":\"\","
                        "\"list\":[-9223372036854775808,0,9223372036854775807,[],{}],\"m\":\"-0.125\","
                        "\"t\":\"2024-11-05T10:00:00.5+08:00\",\"f\":false,\"g\":true,\"n\":null}");
  fg_text_release(&text);
}

static void the_writer_stops_where_memory_ends(void **state) {
  (void)state;
  for (long fail_at = 1; fail_at < 8; fail_at++) {
    memory = (scarcity){.fail_at = fail_at};
    fg_text text = {.allocator = scarce_allocator()};
    fg_json_writer writer = {.text = &text};
    fg_visitor to = fg_json_visitor(&writer);
    bool going = to.begin_list(to.context, NULL);
    for (int i = 0; i < 1000 && going; i++) {
      going = to.integer(to.context, NULL, i);
    }
    assert_false(going);
    assert_int_equal(writer.status, FG_NO_MEMORY);
    fg_text_release(&text);
    assert_int_equal(memory.live, 0);
  }
}

static void a_byte_order_mark_comes_before_the_text_alone(void **state) {
  (void)state;
  fg_json_document read;
  fg_error error;
  assert_int_equal(fg_json_parse(string_of("\xEF\xBB\xBF [7]"), NULL, &read, NULL), FG_OK);
  assert_int_equal(read.root.is.list.first->is.integer, 7);
  fg_json_release(&read);
  assert_int_equal(fg_json_parse(string_of("\xEF\xBB\xBF[,"), NULL, &read, &error), FG_INVALID);
  assert_non_null(strstr(error.message, "line 1, column 2: ")); /* the mark is no column that an editor shows */
  assert_int_equal(fg_json_parse(string_of("\xEF\xBB\xBF"), NULL, &read, &error), FG_INVALID);
  assert_int_equal(fg_json_parse(string_of("\xEF\xBB"), NULL, &read, &error), FG_INVALID);
  assert_int_equal(fg_json_parse(string_of("[\xEF\xBB\xBF 7]"), NULL, &read, &error), FG_INVALID);
  assert_int_equal(fg_json_parse(string_of("\xEF\xBB\xBF\xEF\xBB\xBF[7]"), NULL, &read, &error), FG_INVALID);
}

static void escapes_become_characters(void **state) {
  (void)state;
  static const char document[] =
      "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u4eba\\ud83d\\ude00\", -9223372036854775808]";
  static const char expected[] = "\"\\/\b\f\n\r\tA\xc3\xa9\xe4\xba\xba\xf0\x9f\x98\x80";
  fg_json_document read;
  assert_int_equal(fg_json_parse(string_of(document), NULL, &read, NULL), FG_OK);
  const fg_json *text = fg_json_first(&read.root);
  assert_int_equal(fg_json_string(text).length, strlen(expected));
  assert_string_equal(fg_json_string(text).text, expected);
  assert_true(text->next->is.integer == INT64_MIN);
  fg_json_release(&read);
}

static void bytes_that_are_no_utf8_are_refused(void **state) {
  (void)state;
  static const char *const bad[] = {
      "\x80",
      "\xc0\xaf",
      "\xc1\xbf",
      "\xc3",
      "\xc3(",
      "\xe0\x80\xaf",
      "\xe2\x82",
      "\xed\xa0\x80",
      "\xf0\x80\x80\xaf",
      "\xf4\x90\x80\x80",
      "\xf5\x80\x80\x80",
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char document[16];
    fg_json_document read;
    fg_error error = {.status = FG_OK};
    snprintf(document, sizeof document, "[\"%s\"]", bad[i]);
    assert_int_equal(fg_json_parse(string_of(document), NULL, &read, &error), FG_INVALID);
    assert_string_equal(error.message, "line 1, column 3: this is no UTF-8");
    assert_string_equal(error.path, "[0]");
  }
}

static void nesting_ends_at_64(void **state) {
  (void)state;
  char document[130];
  fg_json_document read;
  memset(document, '[', 65);
  memset(document + 65, ']', 65);
  assert_int_equal(fg_json_parse((fg_string){document + 1, 128}, NULL, &read, NULL), FG_OK);
  fg_json_release(&read);
  assert_int_equal(fg_json_parse((fg_string){document, 130}, NULL, &read, NULL), FG_INVALID);
}

static void the_parser_loses_nothing_when_memory_runs_short(void **state) {
  (void)state;
  fg_string document = {NULL, 0};
  char *text = read_file("books/tencent-facefusion.json", &document.length);
  document.text = text;
  json_t *whole = json_loadb(text, document.length, 0, NULL);
  fg_allocator allocator = scarce_allocator();
  fg_status status = FG_NO_MEMORY;
  long fail_at = 0;
  while (status != FG_OK) {
    fg_json_document read;
    fg_error error = {.status = FG_OK};
    memory = (scarcity){.fail_at = ++fail_at};
    status = fg_json_parse(document, &allocator, &read, &error);
    if (status == FG_OK) {
      json_t *told = json_of(&read.root);
      assert_true(json_equal(told, whole));
      json_decref(told);
    }
    fg_json_release(&read); /* of a document that was refused nothing is left, and this does nothing */
    assert_int_equal(memory.live, 0);
    assert_int_equal(error.status, status);
    assert_true(status == FG_NO_MEMORY || (status == FG_OK && memory.asked < fail_at));
  }
  assert_true(fail_at > 3);
  json_decref(whole);
  free(text);
}

/* The parser against jansson's own, on a document of one list. Numbers with a fraction are numbers, no more is
   known. */
static void assert_as_jansson(const char *document, size_t length) {
  fg_json_document read;
  fg_error error = {.status = FG_OK};
  json_t *expected = json_loadb(document, length, 0, NULL);
  fg_status status = fg_json_parse((fg_string){document, length}, NULL, &read, &error);
  json_t *told = status == FG_OK ? json_of(&read.root) : NULL;
  bool same = json_is_real(json_array_get(expected, 0)) ? json_is_real(json_array_get(told, 0))
                                                        : expected != NULL && json_equal(told, expected);
  if ((status == FG_OK) != (expected != NULL) || (status == FG_OK && !same)) {
    fail_msg("%.*s: %s", (int)length, document, status == FG_OK ? "read" : error.message);
  }
  fg_json_release(&read);
  json_decref(told);
  json_decref(expected);
}

static void assert_list_as_jansson(const char *item) {
  char document[200];
  int length = snprintf(document, sizeof document, "[%s]", item);
  assert_as_jansson(document, (size_t)length);
}

/* Every unit alone; and surrogates at the ends of their ranges, in pairs and not. */
static void units_of_sixteen_bits(void **state) {
  (void)state;
  static const unsigned units[] = {0x0001, 0xD7FF, 0xD800, 0xD801, 0xDBFF, 0xDC00, 0xDC01, 0xDFFF, 0xE000, 0xFFFF};
  enum { UNITS = sizeof units / sizeof *units };
  char item[40];
  for (unsigned unit = 1; unit <= 0xFFFF; unit++) {
    snprintf(item, sizeof item, unit % 2 ? "\"\\u%04x\"" : "\"\\u%04X\"", unit);
    assert_list_as_jansson(item);
  }
  for (int i = 0; i < UNITS * UNITS; i++) {
    snprintf(item, sizeof item, "\"\\u%04x\\u%04x\"", units[i / UNITS], units[i % UNITS]);
    assert_list_as_jansson(item);
  }
}

static void escapes_that_are_none(void **state) {
  (void)state;
  char item[40];
  for (int byte = 1; byte < 128; byte++) {
    snprintf(item, sizeof item, "\"\\%c\"", byte);
    assert_list_as_jansson(item);
    snprintf(item, sizeof item, "\"\\u00%c1\"", byte);
    assert_list_as_jansson(item);
  }
  static const char *const cut[] = {"[\"\\",
                                    "[\"\\u",
                                    "[\"\\u00",
                                    "[\"\\u004",
                                    "[\"\\ud800",
                                    "[\"\\ud800\\",
                                    "[\"\\ud800\\u",
                                    "[\"\\ud800\\udc0",
                                    "[\"\\ud800\\n\"]",
                                    "[\"\\ud800xudc00\"]",
                                    "[\"\\ud800\\xdc00\"]"};
  for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
    assert_as_jansson(cut[i], strlen(cut[i]));
  }
  assert_as_jansson("[\"\\\0\"]", 6);
  assert_as_jansson("[\"\\u000\0\"]", 10);
}

static void numbers(void **state) {
  (void)state;
  static const char *const items[] = {"0",
                                      "-0",
                                      "1",
                                      "-1",
                                      "10",
                                      "01",
                                      "-01",
                                      "00",
                                      "-",
                                      "+1",
                                      "1.5",
                                      "1.",
                                      ".5",
                                      "-.5",
                                      "1.50",
                                      "1e5",
                                      "1E5",
                                      "1e+5",
                                      "1e-5",
                                      "1e*5",
                                      "1e",
                                      "1e+",
                                      "1e-",
                                      "1.e5",
                                      "1.5e3",
                                      "1.5e",
                                      "0e0",
                                      "0.0",
                                      "1 5",
                                      "1,5",
                                      "1,",
                                      "--1",
                                      "1-",
                                      "0x10",
                                      "1_0",
                                      "NaN",
                                      "true",
                                      "tru",
                                      "nul",
                                      "null",
                                      "false",
                                      "False",
                                      "9223372036854775807",
                                      "-9223372036854775808"};
  for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
    assert_list_as_jansson(items[i]);
  }
  static const char *const beyond[] = {"9223372036854775808", "-9223372036854775809", "99999999999999999999"};
  for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
    fg_json_document read;
    fg_error error = {.status = FG_OK};
    char document[40];
    snprintf(document, sizeof document, "{\"n\":%s}", beyond[i]);
    assert_int_equal(fg_json_parse(string_of(document), NULL, &read, &error), FG_INVALID);
    assert_string_equal(error.path, "n");
  }
}

static void assert_fault(const char *document, const char *path, const char *message) {
  fg_json_document read;
  fg_error error = {.status = FG_OK};
  assert_int_equal(fg_json_parse(string_of(document), NULL, &read, &error), FG_INVALID);
  assert_string_equal(error.path, path);
  assert_string_equal(error.message, message);
}

/* Columns count characters, also those of two to four bytes. */
static void faults_are_told_where_they_are(void **state) {
  (void)state;
  assert_fault("[\"\xc3\xa9\xe4\xba\xba\xf0\x9f\x98\x80\", x]", "[1]", "line 1, column 9: expected a value");
  assert_fault("[1,\n\n 2 3]", "[1]", "line 3, column 4: expected ',' or ']'");
  assert_fault("{\"a\":{\"b\":[0,{\"c\":[[],x]}]}}", "a.b[1].c[1]", "line 1, column 23: expected a value");
  assert_fault("[[1,2,3],[4,5", "[1][1]", "line 1, column 14: the document ends too early");
}

/* A string that is decoded takes more room as it grows, and none of what came before is lost. */
static void long_strings_with_escapes(void **state) {
  (void)state;
  static char document[20010];
  for (size_t length = 1; length < 20000; length = length * 2 + 1) {
    memset(document, 'x', sizeof document);
    memcpy(document, "[\"\\n", 4);
    memcpy(document + length / 2 + 5, "\\u00e9", 6);
    memcpy(document + length + 20, "\"]", 2);
    assert_as_jansson(document, length < 19980 ? length + 22 : 20000);
  }
}

/* The value that a text begins with, NULL if none ends in it; what is left begins with `rest`. */
static void assert_scanned(const char *text, const char *value, const char *rest) {
  fg_json_scan scan = {text, text + strlen(text)};
  fg_string found = {NULL, 0};
  assert_int_equal(fg_json_scan_value(&scan, &found), value != NULL);
  if (value != NULL) {
    assert_int_equal(found.length, strlen(value));
    assert_memory_equal(found.text, value, found.length);
    assert_int_equal(scan.end - scan.next, strlen(rest));
  }
}

static void values_are_found_without_being_read(void **state) {
  (void)state;
  assert_scanned(" \t\r\n 12,3", "12", ",3");
  assert_scanned("true]", "true", "]");
  assert_scanned("null}", "null", "}");
  assert_scanned("-1.5e3 ,", "-1.5e3", " ,");
  assert_scanned("\"a,]}\\\"b\" ,1", "\"a,]}\\\"b\"", " ,1");
  assert_scanned("\"\\\\\",1", "\"\\\\\"", ",1");
  assert_scanned("{\"a\":[1,{\"b\":\"}]\"}]},2", "{\"a\":[1,{\"b\":\"}]\"}]}", ",2");
  assert_scanned("[[],[[]]] 5", "[[],[[]]]", " 5");
  assert_scanned("[\"]\"]", "[\"]\"]", "");
  assert_scanned("[1,2", NULL, NULL);
  assert_scanned("{\"a\":\"}", NULL, NULL);
  assert_scanned("\"a\\\"", NULL, NULL);
  assert_scanned("\"a", NULL, NULL);
  assert_scanned("", NULL, NULL);
  assert_scanned("   ", NULL, NULL);
}

static void marks_and_the_end(void **state) {
  (void)state;
  const char text[] = " [ 1 ,  2 ] \n";
  fg_json_scan scan = {text, text + sizeof text - 1};
  fg_string value;
  assert_false(fg_json_scan_mark(&scan, '{'));
  assert_true(fg_json_scan_mark(&scan, '['));
  assert_true(fg_json_scan_value(&scan, &value));
  assert_false(fg_json_scan_is_over(&scan));
  assert_true(fg_json_scan_mark(&scan, ','));
  assert_false(fg_json_scan_mark(&scan, ','));
  assert_true(fg_json_scan_value(&scan, &value));
  assert_int_equal(value.text[0], '2');
  assert_true(fg_json_scan_mark(&scan, ']'));
  assert_true(fg_json_scan_is_over(&scan));
  assert_false(fg_json_scan_mark(&scan, ']'));
  const char zero[] = "\0";
  fg_json_scan of_zero = {zero, zero + 1};
  assert_false(fg_json_scan_is_over(&of_zero)); /* no white space */
  /* What lies behind the end is not looked at. */
  fg_json_scan cut = {text + 4, text + 5}; /* the space before the first comma is all there is */
  assert_false(fg_json_scan_mark(&cut, ','));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_kind_of_value_is_written),
      cmocka_unit_test(the_writer_stops_where_memory_ends),
      cmocka_unit_test(a_byte_order_mark_comes_before_the_text_alone),
      cmocka_unit_test(escapes_become_characters),
      cmocka_unit_test(bytes_that_are_no_utf8_are_refused),
      cmocka_unit_test(nesting_ends_at_64),
      cmocka_unit_test(units_of_sixteen_bits),
      cmocka_unit_test(escapes_that_are_none),
      cmocka_unit_test(numbers),
      cmocka_unit_test(faults_are_told_where_they_are),
      cmocka_unit_test(long_strings_with_escapes),
      cmocka_unit_test(values_are_found_without_being_read),
      cmocka_unit_test(marks_and_the_end),
      cmocka_unit_test(the_parser_loses_nothing_when_memory_runs_short),
  };
  return cmocka_run_group_tests_name("JSON", tests, NULL, NULL);
}
