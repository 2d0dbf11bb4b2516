/* Runs the shared vectors (tests/vectors/README.md), one test per case, and writes down every answer's bytes in the
   directory that FAREGATE_ANSWERS names, if it names one. */
#include "support.h"

#define VECTORS "tests/vectors"
#define INPUTS "build/vectors"

typedef struct test_vector {
  const json_t *document; ///< the case
  char file[96];          ///< "packs-003.json": its input, and its answer
} test_vector;

static char *read_input(const test_vector *vector, size_t *length) {
  char path[160];
  snprintf(path, sizeof path, INPUTS "/%s", vector->file);
  return read_file(path, length);
}

static void write_answer(const test_vector *vector, const char *bytes, size_t length) {
  const char *directory = getenv("FAREGATE_ANSWERS");
  char path[256];
  if (directory != NULL) {
    snprintf(path, sizeof path, "%s/%s", directory, vector->file);
    write_file(path, bytes, length);
  }
}

static bool is_absence(const json_t *expected) {
  return json_is_object(expected) && json_object_size(expected) == 1 &&
         json_is_true(json_object_get(expected, "absent"));
}

static void check_expectations(const test_vector *vector, const json_t *answer) {
  json_t *expect = json_object_get(vector->document, "expect");
  const char *pointer = NULL;
  json_t *expected = NULL;
  assert_true(json_object_size(expect) > 0);
  json_object_foreach(expect, pointer, expected) {
    const json_t *found = json_at(answer, pointer);
    bool right = is_absence(expected) ? found == NULL : found != NULL && json_equal(found, expected);
    if (!right) {
      char *found_text = found == NULL ? NULL : json_dumps(found, JSON_ENCODE_ANY | JSON_COMPACT);
      char *expected_text = json_dumps(expected, JSON_ENCODE_ANY | JSON_COMPACT);
      fail_msg("%s: %s is %s, expected %s", vector->file, pointer, found_text ? found_text : "absent", expected_text);
    }
  }
}

static void check_timeline(const test_vector *vector) {
  size_t length = 0;
  char *input = read_input(vector, &length);
  fg_book_source books = {find_book, NULL};
  fg_text text = {0};
  fg_error error = {0};
  if (fg_replay(input, length, &books, NULL, NULL, &text, &error) != FG_OK) {
    fail_msg("%s: %s at \"%s\": %s", vector->file, fg_status_name(error.status), error.path, error.message);
  }
  write_answer(vector, text.text, text.length);
  json_error_t fault;
  json_t *answer = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, &fault);
  assert_non_null(answer);
  check_expectations(vector, answer);
  json_decref(answer);
  fg_text_release(&text);
  free(input);
}

static void check_refused_document(const test_vector *vector) {
  const json_t *expected = json_object_get(vector->document, "error");
  size_t length = 0;
  char *input = read_input(vector, &length);
  fg_book_source books = {find_book, NULL};
  fg_text text = {0};
  fg_error error = {0};
  fg_status status = fg_replay(input, length, &books, NULL, NULL, &text, &error);
  assert_string_equal(fg_status_name(status), json_string_value(json_object_get(expected, "code")));
  assert_int_equal(error.status, status);
  assert_string_equal(error.path, json_string_value(json_object_get(expected, "path")));
  assert_true(strlen(error.message) > 0);
  assert_null(text.text);
  char line[512];
  write_answer(vector, line, (size_t)snprintf(line, sizeof line, "%s %s\n", fg_status_name(status), error.path));
  free(input);
}

static fg_string text_of(const json_t *query, const char *key) {
  const json_t *value = json_object_get(query, key);
  fg_string string = {json_string_value(value), json_string_length(value)};
  return string;
}

static int64_t integer_of(const json_t *query, const char *key, int64_t absent) {
  const json_t *value = json_object_get(query, key);
  return value == NULL ? absent : json_integer_value(value);
}

static fg_price_query read_query(const json_t *query, const fg_book *book) {
  fg_price_query read = {.product = text_of(query, "product"),
                         .meter = text_of(query, "meter"),
                         .quantity = integer_of(query, "quantity", 0),
                         .tier_quantity = integer_of(query, "tier_quantity", -1),
                         .days = integer_of(query, "days", 0),
                         .months = integer_of(query, "months", 0)};
  fg_string instant = text_of(query, "at");
  if (instant.text != NULL) {
    assert_int_equal(fg_time_parse(instant.text, instant.length, fg_book_zone(book), &read.at), FG_OK);
  }
  return read;
}

static void check_price(const test_vector *vector) {
  const json_t *query = json_object_get(vector->document, "price");
  fg_book *book = load_book(json_string_value(json_object_get(query, "book")));
  fg_price_query read = read_query(query, book);
  json_builder builder;
  fg_visitor visitor = build_json(&builder, book);
  fg_error error = {0};
  fg_status status = fg_book_price(book, &read, &visitor, &error);
  if (status != FG_OK) {
    json_decref(builder.root);
    builder.root = json_pack("{s:s}", "error", fg_status_name(status));
  }
  check_expectations(vector, builder.root);
  json_decref(builder.root);
  fg_book_release(book);
}

/* A case has a name, rules, one kind and what must hold: no other key. */
static bool has_keys(const json_t *document, const char *kind, const char *outcome) {
  return json_object_size(document) == 4 && json_is_string(json_object_get(document, "name")) &&
         json_is_array(json_object_get(document, "rules")) && json_is_object(json_object_get(document, kind)) &&
         json_is_object(json_object_get(document, outcome));
}

static void test_case(void **state) {
  const test_vector *vector = *state;
  if (has_keys(vector->document, "timeline", "expect")) {
    check_timeline(vector);
  } else if (has_keys(vector->document, "timeline_error", "error")) {
    check_refused_document(vector);
  } else if (has_keys(vector->document, "price", "expect")) {
    check_price(vector);
  } else {
    fail_msg("%s: a case of no kind that is known", vector->file);
  }
}

static struct CMUnitTest *tests;
static size_t test_count;
static json_t *documents; ///< every file that was read: the cases are borrowed from them

static void add_test(const char *file, size_t number, const json_t *document) {
  test_vector *added = calloc(1, sizeof *added);
  const char *name = json_string_value(json_object_get(document, "name"));
  snprintf(added->file, sizeof added->file, "%.*s-%03zu.json", (int)(strlen(file) - strlen(".json")), file, number);
  added->document = document;
  tests = realloc(tests, (test_count + 1) * sizeof *tests);
  tests[test_count++] = (struct CMUnitTest){name == NULL ? added->file : name, test_case, NULL, NULL, added};
}

static int add_file(const char *file, const json_t *count) {
  char path[160];
  snprintf(path, sizeof path, VECTORS "/%s", file);
  json_t *document = load_json(path);
  json_t *cases = json_object_get(document, "cases");
  json_array_append_new(documents, document);
  if (!json_is_integer(count) || (json_int_t)json_array_size(cases) != json_integer_value(count)) {
    fprintf(stderr, "%s: the manifest counts another number of cases\n", file);
    return 1;
  }
  for (size_t i = 0; i < json_array_size(cases); i++) {
    add_test(file, i, json_array_get(cases, i));
  }
  return 0;
}

int main(void) {
  const char *file = NULL;
  json_t *count = NULL;
  int wrong = 0;
  documents = json_array();
  json_t *manifest = load_json(VECTORS "/manifest.json");
  json_object_foreach(manifest, file, count) { wrong += add_file(file, count); }
  wrong += _cmocka_run_group_tests("vectors", tests, test_count, NULL, NULL);
  for (size_t i = 0; i < test_count; i++) {
    free(tests[i].initial_state);
  }
  free(tests);
  json_decref(documents);
  json_decref(manifest);
  return wrong;
}
