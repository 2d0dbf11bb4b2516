/* The values of a JSON document: their order, keys that stand twice among many, what a document costs in memory. */
#include "support.h"

#include "json/read.h"

static void test_values_in_the_order_of_the_document(void **state) {
  (void)state;
  fg_json_document document;
  char text[] = "{\"b\":[1,true,null,1.5],\"a\":\"x\\ny\",\"\":{},\"ab\":-7}";
  static const char *const keys[] = {"b", "a", "", "ab"};
  assert_int_equal(fg_json_parse(string_of(text), NULL, &document, NULL), FG_OK);
  memset(text, '!', sizeof text - 1); /* the values are the document's own */
  size_t count = 0;
  for (FG_EACH_MEMBER(&document.root, at)) {
    assert_string_equal(at->key, keys[count++]);
    assert_ptr_equal(fg_json_get(&document.root, at->key), &at->value);
  }
  assert_int_equal(count, 4);
  assert_int_equal(document.root.is.object.count, 4);
  static const fg_json_kind kinds[] = {FG_JSON_INTEGER, FG_JSON_BOOLEAN, FG_JSON_NULL, FG_JSON_REAL};
  const fg_json *list = fg_json_get(&document.root, "b");
  count = 0;
  for (FG_EACH_ELEMENT(list, at)) {
    assert_int_equal(at->kind, kinds[count++]);
  }
  assert_int_equal(count, 4);
  assert_int_equal(fg_json_length(list), 4);
  assert_true(list->is.list.first->next->is.boolean);
  assert_string_equal(fg_json_string(fg_json_get(&document.root, "a")).text, "x\ny");
  assert_int_equal(fg_json_get(&document.root, "ab")->is.integer, -7);
  fg_json_release(&document);
  fg_json_release(&document);
}

/* A reader may ask for what is not there. */
static void test_values_that_are_not_there(void **state) {
  (void)state;
  fg_json_document document;
  assert_int_equal(fg_json_parse(string_of("{\"a\":[],\"b\":\"\"}"), NULL, &document, NULL), FG_OK);
  const fg_json *list = fg_json_get(&document.root, "a");
  assert_null(fg_json_get(&document.root, "c"));
  assert_null(fg_json_get(&document.root, ""));
  assert_null(fg_json_get(list, "a"));
  assert_null(fg_json_get(NULL, "a"));
  assert_null(fg_json_first(list));
  assert_null(fg_json_first(&document.root));
  assert_null(fg_json_first_member(list));
  assert_int_equal(fg_json_length(NULL), 0);
  assert_int_equal(fg_json_length(&document.root), 0);
  assert_null(fg_json_string(list).text);
  assert_non_null(fg_json_string(fg_json_get(&document.root, "b")).text);
  assert_false(fg_json_is(NULL, FG_JSON_NULL));
  fg_json_release(&document);
}

static bool are_equal(const char *a, const char *b) {
  fg_json_document documents[2];
  assert_int_equal(fg_json_parse(string_of(a), NULL, &documents[0], NULL), FG_OK);
  assert_int_equal(fg_json_parse(string_of(b), NULL, &documents[1], NULL), FG_OK);
  bool equal = fg_json_equal(&documents[0].root, &documents[1].root);
  assert_int_equal(fg_json_equal(&documents[1].root, &documents[0].root), equal);
  fg_json_release(&documents[0]);
  fg_json_release(&documents[1]);
  return equal;
}

static void test_equal_values(void **state) {
  (void)state;
  static const char *const values[] = {"null",
                                       "true",
                                       "false",
                                       "1",
                                       "-1",
                                       "\"\"",
                                       "\"1\"",
                                       "[]",
                                       "[1]",
                                       "[1,2]",
                                       "[2,1]",
                                       "{}",
                                       "{\"a\":1}",
                                       "{\"a\":2}",
                                       "{\"b\":1}",
                                       "{\"a\":null}",
                                       "{\"a\":1,\"b\":1}",
                                       "{\"a\":1,\"c\":1}",
                                       "[{}]",
                                       "[[]]"};
  enum { COUNT = sizeof values / sizeof *values };
  for (size_t i = 0; i < COUNT; i++) {
    for (size_t j = 0; j < COUNT; j++) {
      assert_int_equal(are_equal(values[i], values[j]), i == j);
    }
  }
  assert_true(are_equal("[{\"a\":1,\"b\":{\"c\":\"x\",\"d\":[]}}]", "[{\"b\":{\"d\":[],\"c\":\"\\u0078\"},\"a\":1}]"));
}

/* Families of keys that a tree or a table may take badly; each of `size` bytes at most. */
typedef int key_writer(char *key, size_t size, size_t i);
static int rising(char *key, size_t size, size_t i) { return snprintf(key, size, "%zu", i); }
static int scattered(char *key, size_t size, size_t i) {
  return snprintf(key, size, "%016llx", (unsigned long long)i * 0x9E3779B97F4A7C15ULL);
}
static int alike_to_the_end(char *key, size_t size, size_t i) {
  return snprintf(key, size, "a-beginning-that-all-of-the-keys-share-%08zx", i);
}
/* Each the beginning of all that follow, or short and unlike: what hangs below a long key is passed by short ones. */
static int beginnings(char *key, size_t size, size_t i) {
  size_t length = i % 2 == 0 ? i / 2 % 1000 : 0;
  if (i % 2 != 0 || i >= 2000) {
    return snprintf(key, size, "z%zu", i);
  }
  memset(key, 'a', length);
  key[length] = '\0';
  return (int)length;
}
static key_writer *const families[] = {rising, scattered, alike_to_the_end, beginnings};
enum { FAMILIES = sizeof families / sizeof *families, KEY_SIZE = 1024 };

/* An object of `count` members 0 …, and one more of the key of member `again` where that is one. The caller frees
   it. */
static char *object_of(key_writer *write, size_t count, size_t again, size_t *length) {
  size_t size = count * 64 + 1000 * 1000 + KEY_SIZE;
  char *text = malloc(size);
  char key[KEY_SIZE];
  *length = 0;
  for (size_t i = 0; i < count + (again < count); i++) {
    write(key, sizeof key, i < count ? i : again);
    *length += (size_t)snprintf(text + *length, size - *length, "%s\"%s\":%zu", i == 0 ? "{" : ",", key, i);
    assert_true(*length + KEY_SIZE < size);
  }
  text[(*length)++] = '}';
  return text;
}

static void test_keys_that_stand_twice_among_many(void **state) {
  (void)state;
  size_t count = (size_t)or_in_short(20000, 1250);
  for (size_t family = 0; family < FAMILIES; family++) {
    size_t length = 0;
    fg_json_document document;
    char *text = object_of(families[family], count, count, &length);
    assert_int_equal(fg_json_parse((fg_string){text, length}, NULL, &document, NULL), FG_OK);
    free(text);
    size_t i = 0;
    char key[KEY_SIZE];
    for (FG_EACH_MEMBER(&document.root, at)) {
      families[family](key, sizeof key, i);
      assert_string_equal(at->key, key);
      assert_int_equal(at->value.is.integer, i++);
    }
    assert_int_equal(i, count);
    fg_json_release(&document);
    for (size_t again = 0; again < count; again += again < 20 ? 1 : count / 7) {
      fg_error error = {0};
      text = object_of(families[family], count, again, &length);
      assert_int_equal(fg_json_parse((fg_string){text, length}, NULL, &document, &error), FG_INVALID);
      assert_non_null(strstr(error.message, "twice"));
      families[family](key, sizeof key, again);
      assert_memory_equal(error.path, key, strlen(key) < sizeof error.path ? strlen(key) : sizeof error.path - 1);
      free(text);
    }
  }
}

typedef struct held {
  size_t now, most;
} held;

static void *resize_counted(void *context, void *block, size_t old_size, size_t new_size) {
  held *bytes = context;
  bytes->now += new_size - old_size;
  bytes->most = bytes->now > bytes->most ? bytes->now : bytes->most;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, new_size);
}

/* A list of `item` over and over, of its bytes and the commas. */
static void assert_bounded(const char *item) {
  const size_t count = (size_t)or_in_short(3000, 300);
  size_t size = strlen(item) + 1;
  held bytes = {0, 0};
  fg_allocator allocator = {resize_counted, &bytes};
  fg_json_document document;
  char *text = malloc(count * size + 2);
  for (size_t i = 0; i < count; i++) {
    text[i * size] = i == 0 ? '[' : ',';
    memcpy(text + i * size + 1, item, size - 1);
  }
  fg_string whole = {text, count * size + 1};
  text[count * size] = ']';
  assert_int_equal(fg_json_parse(whole, &allocator, &document, NULL), FG_OK);
  assert_int_equal(fg_json_length(&document.root), count);
  if (bytes.most > 20 * whole.length + 8192) {
    fail_msg("%zu bytes for %zu of text, of the form [%.40s, …", bytes.most, whole.length, item);
  }
  fg_json_release(&document);
  assert_int_equal(bytes.now, 0);
  free(text);
}

/* As json/read.h promises. Objects in objects cost the most: five bytes of text, 96 of values. The longest strings
   leave much of a block of the arena unused. */
static void test_memory_is_bounded_by_the_text(void **state) {
  (void)state;
  static const char *const items[] = {"0",        "\"\"",          "[]",          "{}",
                                      "{\"\":0}", "[0]",           "{\"a\":0}",   "{\"a\":0,\"b\":\"\"}",
                                      "[[0]]",    "{\"\":[\"\"]}", "\"\\u0041\"", "null"};
  for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
    assert_bounded(items[i]);
  }
  enum { DEPTH = 60 };
  char nested[5 * DEPTH + 2] = "";
  for (size_t depth = 0; depth < DEPTH; depth++) {
    memcpy(nested + 4 * depth, "{\"\":", 4);
    nested[5 * DEPTH - depth] = '}';
  }
  nested[4 * DEPTH] = '0';
  assert_bounded(nested);
  static const size_t lengths[] = {1, 15, 16, 17, 1300, 2000, 2040, 4000, 4050, 4100, 9000};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    char item[9100];
    snprintf(item, sizeof item, "\"%0*d\"", (int)lengths[i], 0);
    assert_bounded(item);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_values_in_the_order_of_the_document),
      cmocka_unit_test(test_values_that_are_not_there),
      cmocka_unit_test(test_equal_values),
      cmocka_unit_test(test_keys_that_stand_twice_among_many),
      cmocka_unit_test(test_memory_is_bounded_by_the_text),
  };
  return cmocka_run_group_tests_name("JSON values", tests, NULL, NULL);
}
