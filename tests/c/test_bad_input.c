/* Documents no vector can hold: cut off at every byte, damaged at every byte, very deep, very large, with odd ids. */
#include "support.h"

static const char good[] =
    "{\"book\":\"tencent-facefusion\",\"policy\":{\"tier_basis\":\"total\",\"settlement_day\":2},"
    "\"wallet\":{\"cash\":\"5000.00\",\"gift\":\"0\"},\"commands\":["
    "{\"at\":\"2024-11-05T10:00:00\",\"do\":\"open\",\"product\":\"image\"},"
    "{\"at\":\"2024-11-05T10:05:00.5Z\",\"do\":\"buy_pack\",\"product\":\"image\",\"pack\":\"calls-10k\",\"id\":\"\\u8ba2\\ud83c\\udca1\","
    "\"pay\":{\"cash\":\"1500\"},\"campaign\":{\"refundable\":true}},"
    "{\"at\":\"2024-11-20T12:00:00+08:00\",\"do\":\"use\",\"product\":\"image\",\"quantity\":15000,\"billable\":true},"
    "{\"at\":\"2024-12-02T00:00:00\",\"do\":\"preview\"}]}";

/* Under valgrind, which is slow: every fiftieth place, and documents smaller by as much. */
static size_t thrift(void) { return (size_t)or_in_short(1, 50); }

static fg_status replay(const char *text, size_t length, fg_text *answer, fg_error *error) {
  fg_book_source books = {find_book, NULL};
  return fg_replay(text, length, &books, NULL, NULL, answer, error);
}

/* Whatever comes in: an answer that is JSON, or an error that says something, and no answer. */
static fg_status check(const char *text, size_t length) {
  fg_text answer = {0};
  fg_error error = {0};
  fg_status status = replay(text, length, &answer, &error);
  if (status == FG_OK) {
    json_t *value = json_loadb(answer.text, answer.length, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(value);
    json_decref(value);
    fg_text_release(&answer);
  } else {
    assert_null(answer.text);
    assert_int_equal(error.status, status);
    assert_true(strlen(error.message) > 0);
    assert_true(strlen(error.path) < sizeof error.path);
  }
  return status;
}

static void test_cut_off_at_every_byte(void **state) {
  (void)state;
  for (size_t length = 0; length < strlen(good); length += thrift()) {
    char *copy = malloc(length + 1); /* exactly as long: reading on is noticed */
    memcpy(copy, good, length);
    assert_int_equal(check(copy, length), FG_INVALID);
    free(copy);
  }
  assert_int_equal(check(good, strlen(good)), FG_OK);
}

static void test_damaged_at_every_byte(void **state) {
  (void)state;
  static const char bytes[] = {'\0', '"',    '\\',       '{',        '}',        '[',        ']',       ',',
                               ':',  '-',    '0',        '9',        'e',        '.',        ' ',       '\n',
                               'u',  '\x7f', (char)0x80, (char)0xc0, (char)0xed, (char)0xf4, (char)0xff};
  char copy[sizeof good];
  for (size_t i = 0; i < strlen(good); i += thrift()) {
    memcpy(copy, good, sizeof good);
    for (size_t byte = 0; byte < sizeof bytes; byte++) {
      copy[i] = bytes[byte];
      check(copy, strlen(good));
    }
    memmove(copy + i, good + i + 1, strlen(good) - i); /* one byte less */
    check(copy, strlen(good) - 1);
  }
}

static char *append(char *end, const char *text) {
  size_t length = strlen(text);
  memcpy(end, text, length);
  return end + length;
}

static char *repeated(const char *before, const char *unit, size_t times, const char *after, size_t *length) {
  char *text = malloc(strlen(before) + strlen(unit) * times + strlen(after) + 1);
  char *end = append(text, before);
  for (size_t i = 0; i < times; i++) {
    end = append(end, unit);
  }
  *length = (size_t)(append(end, after) - text);
  return text;
}

static fg_status check_repeated(const char *before, const char *unit, size_t times, const char *after) {
  size_t length = 0;
  char *text = repeated(before, unit, times < 10000 ? times : times / thrift(), after, &length);
  fg_status status = check(text, length);
  free(text);
  return status;
}

static void test_deep_nesting(void **state) {
  (void)state;
  assert_int_equal(check_repeated("", "[", 1000000, ""), FG_INVALID);
  assert_int_equal(check_repeated("", "{\"a\":", 1000000, ""), FG_INVALID);
  assert_int_equal(check_repeated("{\"book\":", "{\"book\":", 100000, ""), FG_INVALID);
  assert_int_equal(check_repeated("{\"book\":\"tencent-facefusion\",\"commands\":", "[", 100000, ""), FG_INVALID);
}

static void test_large_documents(void **state) {
  (void)state;
  static const char *const command = "{\"at\":\"2024-11-05T10:00:00\",\"do\":\"advance\"},";
  assert_int_equal(check_repeated("{\"book\":\"tencent-facefusion\",\"commands\":[", command, 20000,
                                  "{\"at\":\"2024-11-05T10:00:00\",\"do\":\"advance\"}]}"),
                   FG_OK);
  assert_int_equal(check_repeated("{\"book\":\"", "x", 10000000, "\",\"commands\":[]}"), FG_UNKNOWN_BOOK);
  assert_int_equal(check_repeated("{\"", "x", 1000000, "\":1}"), FG_INVALID);
  assert_int_equal(check_repeated("{\"book\":\"tencent-facefusion\",\"commands\":[]", " ", 10000000, "}"), FG_OK);
  assert_int_equal(
      check_repeated("{\"book\":\"tencent-facefusion\",\"commands\":[{\"at\":\"2024-11-05T10:00:00\",\"do\":"
                     "\"use\",\"product\":\"image\",\"quantity\":",
                     "9", 100000, "}]}"),
      FG_INVALID);
}

#define BEFORE_ID                                                                                                      \
  "{\"book\":\"tencent-facefusion\",\"commands\":["                                                                    \
  "{\"at\":\"2024-11-05T10:00:00\",\"do\":\"give_pack\",\"product\":\"image\",\"pack\":\"calls-1k\",\"id\":\""
#define AFTER_ID "\"}]}"

static void test_ids_of_any_length(void **state) {
  (void)state;
  assert_int_equal(check_repeated(BEFORE_ID, "i", 0, AFTER_ID), FG_INVALID);
  assert_int_equal(check_repeated(BEFORE_ID, "i", 1, AFTER_ID), FG_OK);
  assert_int_equal(check_repeated(BEFORE_ID, "\xf0\x9f\x82\xa1", 10000, AFTER_ID), FG_OK);
  assert_int_equal(check_repeated(BEFORE_ID, "\\u0001\\\"\\\\\\n\\t", 10000, AFTER_ID), FG_OK);
}

static void test_a_long_id_comes_back_whole(void **state) {
  (void)state;
  size_t length = 0;
  char *text = repeated(BEFORE_ID, "\xe8\xae\xa2", 10000, AFTER_ID, &length);
  fg_text answer = {0};
  assert_int_equal(replay(text, length, &answer, NULL), FG_OK);
  json_t *value = json_loadb(answer.text, answer.length, 0, NULL);
  assert_int_equal(json_string_length(json_at(value, "/outcomes/0/id")), 30000);
  assert_int_equal(json_string_length(json_at(value, "/statement/products/image/packs/0/id")), 30000);
  json_decref(value);
  fg_text_release(&answer);
  free(text);
}

/* Messages and paths are cut to their buffers at whole characters. */
static void test_long_names_in_errors(void **state) {
  (void)state;
  static const char *const before[] = {"{\"book\":\"tencent-facefusion\",\"commands\":[{\"",
                                       "{\"book\":\"tencent-facefusion\",\"policy\":{\"", "{\"book\":{\"", "{\""};
  for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
    for (size_t times = 30; times < 130; times += thrift()) {
      size_t length = 0;
      char *text = repeated(before[i], "\xe8\xae\xa2", times, "\":1", &length);
      fg_text answer = {0};
      fg_error error = {0};
      assert_int_equal(replay(text, length, &answer, &error), FG_INVALID);
      json_t *path = json_string(error.path); /* NULL where it is no UTF-8 */
      json_t *message = json_string(error.message);
      assert_non_null(path);
      assert_non_null(message);
      json_decref(path);
      json_decref(message);
      free(text);
    }
  }
}

static void test_no_books_at_hand(void **state) {
  (void)state;
  fg_text answer = {0};
  fg_error error = {0};
  assert_int_equal(fg_replay(good, strlen(good), NULL, NULL, NULL, &answer, &error), FG_UNKNOWN_BOOK);
  assert_string_equal(error.path, "book");
  assert_null(answer.text);
}

/* A whole price book in the timeline, damaged at every tenth byte. */
static void test_damaged_books(void **state) {
  (void)state;
  size_t length = 0;
  char *book = read_file("books/baidu-face-qps.json", &length);
  size_t whole = length + 64;
  char *text = malloc(whole);
  for (size_t i = 0; i < length; i += 10 * thrift()) {
    char kept = book[i];
    book[i] = "\"0,{x"[i % 5];
    int written = snprintf(text, whole, "{\"book\":%s,\"commands\":[]}", book);
    check(text, (size_t)written);
    book[i] = kept;
  }
  int written = snprintf(text, whole, "{\"book\":%s,\"commands\":[]}", book);
  assert_int_equal(check(text, (size_t)written), FG_OK);
  free(text);
  free(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cut_off_at_every_byte), cmocka_unit_test(test_damaged_at_every_byte),
      cmocka_unit_test(test_deep_nesting),          cmocka_unit_test(test_large_documents),
      cmocka_unit_test(test_ids_of_any_length),     cmocka_unit_test(test_a_long_id_comes_back_whole),
      cmocka_unit_test(test_long_names_in_errors),  cmocka_unit_test(test_no_books_at_hand),
      cmocka_unit_test(test_damaged_books),
  };
  return cmocka_run_group_tests_name("bad input", tests, NULL, NULL);
}
