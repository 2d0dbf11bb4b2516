/* All faults of a book at once: none hides another, and none is told that only follows from another. */
#include "support.h"

/* One key a line, so that the line of a fault says which it is. Cases replace pieces of it. */
static const char sound_book[] =
    "{\"format\": \"faregate-book/1\",\n" /*  1 */
    " \"id\": \"toy\",\n"                 /*  2 */
    " \"title\": \"A töy\",\n"            /*  3 */
    " \"currency\": \"EUR\",\n"           /*  4 */
    " \"minor_digits\": 2,\n"             /*  5 */
    " \"utc_offset\": \"+01:00\",\n"      /*  6 */
    " \"rounding\": \"none\",\n"          /*  7 */
    " \"notice_days\": 10,\n"             /*  8 */
    " \"amendments\": [\n"                /*  9 */
    "  {\"announced\": \"2024-01-01\", \"effective\": \"2024-02-01\", \"product\": \"one\", "
    "\"grant\": \"g\", \"quantity\": 1},\n" /* 10 */
    "  {\"announced\": \"2024-01-01\", \"effective\": \"2024-03-01\", \"product\": \"one\", "
    "\"grant\": \"g\", \"quantity\": 2},\n" /* 11 */
    "  {\"announced\": \"2024-01-01\", \"effective\": \"2024-03-01\", \"product\": \"two\", "
    "\"grant\": \"g\", \"quantity\": 3}],\n"                                                               /* 12 */
    " \"policy\": {\"settlement_day\": 2, \"tier_basis\": \"total\"},\n"                                   /* 13 */
    " \"sources\": {\"S\": \"a page\", \"T\": \"another\"},\n"                                             /* 14 */
    " \"products\": [\n"                                                                                   /* 15 */
    "  {\"id\": \"one\", \"meter\": \"calls\",\n"                                                          /* 16 */
    "   \"price\": {\"model\": \"graduated\", \"block\": 10, \"per\": 100, \"tiers\": [\n"                 /* 17 */
    "    {\"from\": 0, \"price\": \"0.5\"},\n"                                                             /* 18 */
    "    {\"from\": 100, \"price\": \"0.25\"},\n"                                                          /* 19 */
    "    {\"from\": 200, \"price\": null}]},\n"                                                            /* 20 */
    "   \"grants\": [{\"id\": \"g\", \"quantity\": 7, \"issue\": \"monthly\", \"validity\": \"month\"},\n" /* 21 */
    "    {\"id\": \"h\", \"quantity\": 8, \"issue\": \"claim\", \"validity\": {\"months\": 3}}],\n"        /* 22 */
    "   \"packs\": [{\"id\": \"small\", \"units\": 5, \"price\": \"3\", \"validity\": \"permanent\"},\n"   /* 23 */
    "    {\"id\": \"shelf\", \"of\": \"materials\", \"units\": 4, \"price\": \"1\", "
    "\"validity\": {\"days\": 9}}],\n"                                                                /* 24 */
    "   \"capacity\": {\"meter\": \"qps\", \"kind\": \"rate\", \"mode\": \"manual\",\n"               /* 25 */
    "    \"day\": {\"model\": \"flat\", \"price\": \"8\"},\n"                                         /* 26 */
    "    \"month\": {\"model\": \"flat\", \"price\": \"80\"}},\n"                                     /* 27 */
    "   \"materials\": {\"free\": 10}},\n"                                                            /* 28 */
    "  {\"id\": \"two\", \"meter\": \"units\", \"price\": {\"model\": \"flat\", \"price\": \"1\"},\n" /* 29 */
    "   \"grants\": [{\"id\": \"g\", \"quantity\": 1, \"issue\": \"opening\", \"validity\": \"permanent\"}]}]}"; /* 30 */

typedef struct change {
  const char *text, *replacement;
} change;

enum { CHANGES_MAX = 4 };

static void replace(char *json, size_t size, change what) {
  char *place = strstr(json, what.text);
  size_t old = strlen(what.text);
  size_t new = strlen(what.replacement);
  assert_non_null(place);
  assert_true(strlen(json) + new < size);
  memmove(place + new, place + old, strlen(place + old) + 1);
  memcpy(place, what.replacement, new);
}

static json_t *faults_of(const char *json, size_t length) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, facefusion);
  fg_error error = {0};
  if (fg_book_check(json, length, NULL, &visitor, &error) != FG_OK) {
    fail_msg("%s", error.message);
  }
  return whole(&builder);
}

/* "LINE PATH" of each fault, one after the other. */
static const char *listed(const json_t *faults) {
  static char list[1 << 16];
  size_t used = 0;
  list[0] = '\0';
  for (size_t i = 0; i < json_array_size(faults); i++) {
    const json_t *fault = json_array_get(faults, i);
    int length = snprintf(list + used, sizeof list - used, "%s%lld %s", i > 0 ? ", " : "",
                          (long long)json_integer_value(json_object_get(fault, "line")),
                          json_string_value(json_object_get(fault, "path")));
    used += (size_t)length;
    assert_true(strlen(json_string_value(json_object_get(fault, "message"))) > 0);
  }
  return list;
}

/* What the loader refuses a book for is one of its faults, in the same words. */
static void assert_loader_agrees(const char *json, const json_t *faults) {
  fg_book *book = NULL;
  fg_error error = {0};
  fg_status status = fg_book_load(json, strlen(json), NULL, &book, &error);
  bool is_told = false;
  for (size_t i = 0; i < json_array_size(faults); i++) {
    const json_t *fault = json_array_get(faults, i);
    is_told = is_told || (strcmp(json_string_value(json_object_get(fault, "path")), error.path) == 0 &&
                          strcmp(json_string_value(json_object_get(fault, "message")), error.message) == 0);
  }
  assert_int_equal(status, json_array_size(faults) == 0 ? FG_OK : FG_INVALID);
  assert_true(status == FG_OK || is_told);
  fg_book_release(book);
}

/* Each makes one fault, in no order but that of the text. */
static const struct {
  change what;
  const char *fault;
} single[] = {
    {{"faregate-book/1", "faregate-book/0"}, "1 format"},
    {{"\"toy\"", "\"t oy\""}, "2 id"},
    {{"\"A töy\"", "7"}, "3 title"},
    {{"\"EUR\"", "\"eur\""}, "4 currency"},
    {{"\"minor_digits\": 2", "\"minor_digits\": 2, \"digits_minor\": 2"}, "5 digits_minor"},
    {{"+01:00", "01:00"}, "6 utc_offset"},
    {{"\"none\"", "\"nearest\""}, "7 rounding"},
    {{"\"notice_days\": 10", "\"notice_days\": -1"}, "8 notice_days"},
    {{"2024-02-01", "2024-02-30"}, "10 amendments[0].effective"},
    {{"\"quantity\": 1}", "\"quantity\": -1}"}, "10 amendments[0].quantity"},
    {{"\"grant\": \"g\", \"quantity\": 2", "\"grant\": \"gg\", \"quantity\": 2"}, "11 amendments[1].grant"},
    {{"\"product\": \"two\"", "\"product\": \"three\""}, "12 amendments[2].product"},
    {{"\"settlement_day\": 2", "\"settlement_day\": 40"}, "13 policy.settlement_day"},
    {{"\"total\"", "\"some\""}, "13 policy.tier_basis"},
    {{"\"a page\"", "1"}, "14 sources.S"},
    {{"\"another\"", "2"}, "14 sources.T"},
    {{"\"graduated\"", "\"graduted\""}, "17 products[0].price.model"},
    {{"\"block\": 10", "\"block\": 0"}, "17 products[0].price.block"},
    {{"\"per\": 100", "\"per\": \"x\""}, "17 products[0].price.per"},
    {{"{\"from\": 0, \"price\": \"0.5\"}", "{\"from\": 0}"}, "18 products[0].price.tiers[0].price"},
    {{"\"from\": 100", "\"from\": true"}, "19 products[0].price.tiers[1].from"},
    {{"\"0.25\"", "\"-0.25\""}, "19 products[0].price.tiers[1].price"},
    {{"{\"from\": 200, \"price\": null}", "200"}, "20 products[0].price.tiers[2]"},
    {{"\"id\": \"g\", \"quantity\": 7", "\"id\": \"\", \"quantity\": 7"}, "21 products[0].grants[0].id"},
    {{"\"month\"}", "\"week\"}"}, "21 products[0].grants[0].validity"},
    {{"{\"months\": 3}", "{\"months\": 0}"}, "22 products[0].grants[1].validity.months"},
    {{"\"units\": 5", "\"units\": 0"}, "23 products[0].packs[0].units"},
    {{"\"units\": 4, ", ""}, "24 products[0].packs[1].units"},
    {{"\"qps\"", "\"q ps\""}, "25 products[0].capacity.meter"},
    {{"{\"model\": \"flat\", \"price\": \"8\"}", "8"}, "26 products[0].capacity.day"},
    {{"\"price\": \"80\"", "\"price\": \"80\", \"per_hours_of_month\": true"},
     "27 products[0].capacity.month.per_hours_of_month"},
    {{"{\"free\": 10}", "[]"}, "28 products[0].materials"},
    {{"\"id\": \"two\"", "\"id\": \"t/o\""}, "29 products[1].id"},
    {{"\"price\": \"1\"}", "\"price\": \"1\", \"tiers\": []}"}, "29 products[1].price.tiers"},
    {{"\"validity\": \"permanent\"}]}]}", "\"validity\": null}]}]}"}, "30 products[1].grants[0].validity"},
};

enum { SINGLE = sizeof single / sizeof *single };

static void assert_faults_of(const change *changes, size_t count, const char *expected) {
  char json[sizeof sound_book + 1000];
  memcpy(json, sound_book, sizeof sound_book);
  for (size_t i = 0; i < count; i++) {
    replace(json, sizeof json, changes[i]);
  }
  json_t *faults = faults_of(json, strlen(json));
  if (strcmp(listed(faults), expected) != 0) {
    fail_msg("expected %s, not %s, of %s", expected, listed(faults), json);
  }
  assert_loader_agrees(json, faults);
  json_decref(faults);
}

static void test_a_sound_book_has_none(void **state) {
  (void)state;
  assert_faults_of(NULL, 0, "");
}

static void test_each_alone(void **state) {
  (void)state;
  for (size_t i = 0; i < SINGLE; i++) {
    assert_faults_of(&single[i].what, 1, single[i].fault);
  }
}

/* A pair that is one fault, because the second can only be found where the first was read. */
static bool is_one(size_t first, size_t second) {
  static const char *const pairs[][2] = {
      {"12 amendments[2].product", "29 products[1].id"},
      {"11 amendments[1].grant", "21 products[0].grants[0].id"},
      {"1 format", "none"},
      {"17 products[0].price.model", "none"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    if (strcmp(single[first].fault, pairs[i][0]) == 0 && strcmp(single[second].fault, pairs[i][1]) == 0) {
      return true;
    }
  }
  return false;
}

/* Both of any two, in the order of the text; the pieces stand in that order. */
static void test_any_two(void **state) {
  (void)state;
  for (size_t i = 0; i < SINGLE; i++) {
    for (size_t j = i + 1; j < SINGLE; j++) {
      char expected[200];
      change both[] = {single[j].what, single[i].what};
      bool one = is_one(i, j);
      snprintf(expected, sizeof expected, "%s%s%s", one ? "" : single[i].fault, one ? "" : ", ", single[j].fault);
      if (strncmp(both[0].text, both[1].text, strlen(both[1].text)) != 0) {
        assert_faults_of(both, 2, expected);
      }
    }
  }
}

static void test_all(void **state) {
  (void)state;
  char json[sizeof sound_book + 1000];
  char expected[1 << 13] = "";
  memcpy(json, sound_book, sizeof sound_book);
  for (size_t i = SINGLE; i-- > 0;) {
    replace(json, sizeof json, single[i].what);
  }
  for (size_t i = 0; i < SINGLE; i++) {
    bool follows = strcmp(single[i].fault, "12 amendments[2].product") == 0 ||
                   strcmp(single[i].fault, "11 amendments[1].grant") == 0;
    if (!follows) {
      strcat(strcat(expected, expected[0] == '\0' ? "" : ", "), single[i].fault);
    }
  }
  json_t *faults = faults_of(json, strlen(json));
  assert_string_equal(listed(faults), expected);
  json_decref(faults);
}

static void test_what_members_are_together(void **state) {
  (void)state;
  static const struct {
    change changes[CHANGES_MAX];
    const char *faults;
  } cases[] = {
      /* Every edge and every price that is wrong by another value. */
      {{{"\"from\": 100", "\"from\": 105"}, {"\"from\": 200", "\"from\": 50"}},
       "19 products[0].price.tiers[1].from, 20 products[0].price.tiers[2].from"},
      {{{"\"per\": 100", "\"per\": 70"}}, "18 products[0].price.tiers[0].price, 19 products[0].price.tiers[1].price"},
      {{{"\"per\": 100", "\"per\": 70"}, {"\"none\"", "\"nearest\""}}, "7 rounding"},
      {{{"\"per\": 100", "\"per\": 70"}, {"\"rounding\": \"none\",\n", "\n"}}, "1 rounding"},
      {{{"\"per\": 100", "\"per\": 70"}, {"\"graduated\"", "\"x\""}}, "17 products[0].price.model"},
      /* An edge that was not read, is too high, or is not the first one's, is not compared with the next. */
      {{{"\"from\": 100", "\"from\": null"}, {"\"from\": 200", "\"from\": 10"}}, "19 products[0].price.tiers[1].from"},
      {{{"\"from\": 100", "\"from\": null"}, {"\"from\": 200", "\"from\": 0"}},
       "19 products[0].price.tiers[1].from, 20 products[0].price.tiers[2].from"},
      {{{"\"from\": 0", "\"from\": 500"}}, "18 products[0].price.tiers[0].from"},
      {{{"\"per\": 100", "\"per\": 100, \"per_hours_of_month\": true"},
        {"\"from\": 100", "\"from\": 9000000000000000000"},
        {"\"none\"", "{\"digits\": 2, \"mode\": \"up\"}"}},
       "19 products[0].price.tiers[1].from"},
      /* What the wrong model decides. */
      {{{"\"flat\", \"price\": \"1\"", "\"flt\", \"tiers\": [{\"from\": 0, \"price\": 1}]"}},
       "29 products[1].price.model, 29 products[1].price.tiers[0].price"},
      {{{"\"flat\", \"price\": \"1\"", "\"flt\""}}, "29 products[1].price.model"},
      {{{"\"flat\", \"price\": \"1\"", "\"graduated\", \"price\": \"1\""}},
       "29 products[1].price.tiers, 29 products[1].price.price"},
      /* What the wrong format decides. */
      {{{"faregate-book/1", "faregate-book/99"}, {"utc_offset", "time_zone"}}, "1 format"},
      {{{"utc_offset", "time_zone"}}, "1 utc_offset, 6 time_zone"},
      /* Packs of materials. */
      {{{",\n   \"materials\": {\"free\": 10}}", "}"}}, "24 products[0].packs[1].of"},
      {{{"{\"free\": 10}", "10"}}, "28 products[0].materials"},
      {{{"\"qps\"", "\"calls\""}, {"\"meter\": \"units\"", "\"meter\": \"\""}},
       "25 products[0].capacity.meter, 29 products[1].meter"},
      /* Ids. */
      {{{"\"id\": \"h\"", "\"id\": \"g\""},
        {"\"shelf\"", "\"small\""},
        {"\"id\": \"two\"", "\"id\": \"one\""},
        {"\"product\": \"two\"", "\"product\": \"one\""}},
       "12 amendments[2].effective, 22 products[0].grants[1].id, 24 products[0].packs[1].id, 29 products[1].id"},
      {{{"\"id\": \"g\", \"quantity\": 7", "\"id\": 1, \"quantity\": 7"}, {"\"id\": \"h\"", "\"id\": 1"}},
       "21 products[0].grants[0].id, 22 products[0].grants[1].id"},
      {{{"\"packs\": [", "\"packs\": [4, "}}, "23 products[0].packs[0]"},
      /* Amendments: notice, order, and one of a grant at a date. */
      {{{"2024-02-01", "2024-01-05"},
        {"\"effective\": \"2024-03-01\", \"product\": \"two\"", "\"effective\": \"2024-02-20\", \"product\": \"two\""}},
       "10 amendments[0].effective, 12 amendments[2].effective"},
      {{{"2024-02-01", "2024-01-05"}, {"\"notice_days\": 10", "\"notice_days\": true"}}, "8 notice_days"},
      {{{"2024-01-01", "yesterday"}, {"2024-02-01", "2024-03-01"}},
       "10 amendments[0].announced, 11 amendments[1].effective"},
      {{{"2024-03-01", "today"}, {"\"2024-03-01\"", "\"2024-01-20\""}},
       "11 amendments[1].effective, 12 amendments[2].effective"},
      {{{"\"products\": [", "\"products\": 5, \"productz\": ["}}, "15 products, 15 productz"},
      {{{"\"products\": [", "\"products\": [], \"productz\": ["}}, "15 products, 15 productz"},
      {{{"\"product\": \"two\", \"grant\": \"g\"", "\"grant\": \"nothing\""}}, "12 amendments[2].product"},
      {{{"\"rounding\": \"none\"", "\"rounding\": {\"digits\": 13, \"mode\": \"off\", \"more\": 1}"}},
       "7 rounding.digits, 7 rounding.mode, 7 rounding.more"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t count = 0;
    while (count < CHANGES_MAX && cases[i].changes[count].text != NULL) {
      count++;
    }
    assert_faults_of(cases[i].changes, count, cases[i].faults);
  }
}

/* Of a book of one price of 0.25 for each unit, and capacity of 8 a day. The first 100 units are free. */
static json_t *faults_of_examples(const char *examples) {
  static char json[10000];
  int length = snprintf(
      json, sizeof json,
      "{\"format\": \"faregate-book/2\", \"id\": \"toy\", \"title\": \"A toy\", \"currency\": \"EUR\", \"minor_digits\": 2,"
      " \"time_zone\": \"+01:00\", \"rounding\": \"none\", \"products\": [{\"id\": \"one\", \"meter\": \"calls\","
      " \"price\": {\"model\": \"flat\", \"price\": \"0.25\"}, \"grants\": [{\"id\": \"g\", \"quantity\": 100,"
      " \"issue\": \"opening\", \"validity\": \"permanent\"}], \"capacity\": {\"meter\": \"qps\", \"kind\": \"rate\","
      " \"mode\": \"manual\", \"day\": {\"model\": \"flat\", \"price\": \"8\"}}}],\n"
      " \"examples\": [%s]}",
      examples);
  assert_true(length > 0 && (size_t)length < sizeof json);
  return faults_of(json, (size_t)length);
}

#define LIFE                                                                                                           \
  "{\"label\": \"l\", \"commands\": ["                                                                                 \
  "{\"at\": \"2024-11-05T10:00:00\", \"do\": \"open\", \"product\": \"one\"},"                                         \
  "{\"at\": \"2024-11-05T11:00:00\", \"do\": \"use\", \"product\": \"one\", \"quantity\": 104},"                       \
  "{\"at\": \"2024-12-01T00:00:00\", \"do\": \"advance\"}], \"total\": \"%s\"}"

static void test_examples(void **state) {
  (void)state;
  static const struct {
    const char *examples, *path, *message;
  } cases[] = {
      {"{\"label\": \"usage\", \"price\": {\"product\": \"one\", \"meter\": \"calls\", \"quantity\": 104}, \"total\": \"26\"}",
       NULL, NULL},
      {"{\"label\": \"q\", \"price\": {\"product\": \"one\", \"meter\": \"qps\", \"quantity\": 3, \"days\": 2}, \"total\": \"48\"}",
       NULL, NULL},
      {"{\"label\": \"q\", \"price\": {\"product\": \"one\", \"meter\": \"qps\", \"quantity\": 3, \"days\": 2}, \"total\": \"48.01\"}",
       "examples[0].total", "expected 48.01, computed 48.00"},
      {"{\"label\": \"q\", \"price\": {\"product\": \"one\", \"meter\": \"qps\", \"quantity\": 3, \"months\": 2}, \"total\": \"48\"}",
       "examples[0].price", "the price book names no price for this"},
      {"{\"label\": \"q\", \"price\": {\"product\": \"two\", \"meter\": \"qps\", \"quantity\": 3}, \"total\": \"48\"}",
       "examples[0].price", "there is no product two; the nearest is one, of one"},
      {"{\"label\": \"q\", \"total\": \"48\"}", "examples[0]", "expected \"price\" or \"commands\", one of them"},
      {"{\"label\": \"q\", \"commands\": [], \"total\": \"48\"}", "examples[0].commands",
       "expected a list of 1 to 1000 commands, no number with a fraction in them"},
      {"{\"label\": \"q\", \"commands\": [{\"a\": [1, 1.5]}], \"total\": \"48\"}", "examples[0].commands",
       "expected a list of 1 to 1000 commands, no number with a fraction in them"},
      {"{\"label\": \"q\", \"commands\": [{\"at\": \"2024-11-05\", \"do\": \"open\", \"product\": \"two\"}], \"total\": \"48\"}",
       "examples[0].commands[0]", "there is no product two; the nearest is one, of one"},
      {"{\"label\": \"q\", \"commands\": [{\"at\": \"2024-11-05\", \"do\": \"open\", \"produce\": \"one\"}], \"total\": \"48\"}",
       "examples[0].commands[0].produce", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    json_t *faults = faults_of_examples(cases[i].examples);
    assert_int_equal(json_array_size(faults), cases[i].path == NULL ? 0 : 1);
    if (cases[i].path != NULL) {
      assert_text_at(faults, "/0/path", cases[i].path);
      assert_int_equal(json_integer_value(json_at(faults, "/0/line")), 2);
    }
    if (cases[i].message != NULL) {
      assert_text_at(faults, "/0/message", cases[i].message);
    }
    json_decref(faults);
  }
}

/* (104 - 100 free) × 0.25 = 1 */
static void test_examples_that_are_lived(void **state) {
  (void)state;
  char examples[2000];
  snprintf(examples, sizeof examples, LIFE ", " LIFE ", " LIFE, "1", "1.01", "2");
  json_t *faults = faults_of_examples(examples);
  assert_int_equal(json_array_size(faults), 2);
  assert_text_at(faults, "/0/path", "examples[1].total");
  assert_text_at(faults, "/0/message", "expected 1.01, computed 1.00");
  assert_text_at(faults, "/1/path", "examples[2].total");
  json_decref(faults);
}

static fg_status check_scarcely(const char *json, size_t length) {
  fg_allocator allocator = scarce_allocator();
  fg_error error = {0};
  json_builder builder;
  fg_visitor visitor = build_json(&builder, facefusion);
  fg_status status = fg_book_check(json, length, &allocator, &visitor, &error);
  json_decref(status == FG_OK ? whole(&builder) : NULL);
  assert_int_equal(memory.live, 0);
  assert_true(status == FG_OK || error.status == FG_NO_MEMORY);
  return status;
}

static void test_memory_for_examples(void **state) {
  (void)state;
  size_t length = 0;
  char *json = read_file("books/tencent-tts.json", &length);
  fg_status status = FG_NO_MEMORY;
  long failed = 0;
  for (; status == FG_NO_MEMORY; failed++) {
    memory = (scarcity){.fail_at = failed + 1};
    status = check_scarcely(json, length);
  }
  assert_int_equal(status, FG_OK);
  assert_true(failed > 20);
  free(json);
}

static void assert_fault(const char *json, const char *path, int line, int column, const char *message) {
  json_t *faults = faults_of(json, strlen(json));
  assert_int_equal(json_array_size(faults), 1);
  assert_text_at(faults, "/0/path", path);
  assert_int_equal(json_integer_value(json_at(faults, "/0/line")), line);
  assert_int_equal(json_integer_value(json_at(faults, "/0/column")), column);
  assert_text_at(faults, "/0/message", message);
  json_decref(faults);
}

static void test_what_is_no_book(void **state) {
  (void)state;
  assert_fault("", "", 1, 1, "the document ends too early");
  assert_fault("{\"a\": 1,\n \"ö\": }", "ö", 2, 7, "expected a value");
  assert_fault("{\"a\": [1, 2,\n 3], \"a\": 1}", "a", 2, 9, "the key stands here twice");
  assert_fault("\n [1]", "", 2, 2, "expected an object, not a list");
}

/* Columns count characters, not bytes. */
static void test_the_column(void **state) {
  (void)state;
  char json[sizeof sound_book + 100];
  memcpy(json, sound_book, sizeof sound_book);
  replace(json, sizeof json, (change){"\"A töy\",\n", "\"ööö\", "});
  replace(json, sizeof json, (change){"\"EUR\"", "\"é\""});
  assert_fault(json, "currency", 3, 31, "expected three capitals such as \"CNY\"");
}

/* A key that nobody knows is a fault each, up to the most that are told. */
static void test_no_more_than_the_most(void **state) {
  (void)state;
  static char json[100000];
  for (int extra = FG_FAULTS_MAX - 1; extra <= FG_FAULTS_MAX + 1; extra++) {
    size_t used = (size_t)snprintf(json, sizeof json, "{");
    for (int i = 0; i < extra; i++) {
      used += (size_t)snprintf(json + used, sizeof json - used, "\"x%d\": 0,", i);
    }
    snprintf(json + used, sizeof json - used, "%s", sound_book + 1);
    json_t *faults = faults_of(json, strlen(json));
    assert_int_equal(json_array_size(faults), extra < FG_FAULTS_MAX ? extra : FG_FAULTS_MAX);
    json_decref(faults);
  }
}

static void test_every_allocation_may_fail(void **state) {
  (void)state;
  char json[sizeof sound_book + 1000];
  memcpy(json, sound_book, sizeof sound_book);
  for (size_t i = SINGLE; i-- > 0;) {
    replace(json, sizeof json, single[i].what);
  }
  fg_status status = FG_NO_MEMORY;
  long failed = 0;
  for (; status == FG_NO_MEMORY; failed++) {
    memory = (scarcity){.fail_at = failed + 1};
    status = check_scarcely(json, strlen(json));
  }
  assert_int_equal(status, FG_OK);
  assert_true(failed > 5);
}

static bool stop(void *context, const char *key) {
  (void)context;
  (void)key;
  return false;
}

static void test_a_visitor_may_stop(void **state) {
  (void)state;
  fg_visitor visitor = {.begin_list = stop};
  fg_error error = {0};
  assert_int_equal(fg_book_check("{}", 2, NULL, &visitor, &error), FG_STOPPED);
  assert_int_equal(error.status, FG_STOPPED);
  assert_int_equal(fg_book_check("{}", 2, NULL, &visitor, NULL), FG_STOPPED);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_sound_book_has_none),
      cmocka_unit_test(test_each_alone),
      cmocka_unit_test(test_any_two),
      cmocka_unit_test(test_all),
      cmocka_unit_test(test_what_members_are_together),
      cmocka_unit_test(test_examples),
      cmocka_unit_test(test_examples_that_are_lived),
      cmocka_unit_test(test_memory_for_examples),
      cmocka_unit_test(test_what_is_no_book),
      cmocka_unit_test(test_the_column),
      cmocka_unit_test(test_no_more_than_the_most),
      cmocka_unit_test(test_every_allocation_may_fail),
      cmocka_unit_test(test_a_visitor_may_stop),
  };
  return cmocka_run_group_tests(tests, set_up_facefusion, tear_down_facefusion);
}
