#include "support.h"

#include "account/snapshot.h"
#include "state/command.h"

char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    fail_msg("cannot open %s", path);
  }
  char *bytes = NULL;
  size_t used = 0;
  size_t room = 0;
  do {
    room = room == 0 ? 4096 : room * 2;
    bytes = realloc(bytes, room);
    used += fread(bytes + used, 1, room - used - 1, file);
  } while (used == room - 1);
  fclose(file);
  bytes[used] = '\0';
  *length = used;
  return bytes;
}

void write_file(const char *path, const char *bytes, size_t length) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) {
    fail_msg("cannot write %s", path);
  }
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

json_t *load_json(const char *path) {
  json_error_t fault;
  json_t *value = json_load_file(path, 0, &fault);
  if (value == NULL) {
    fail_msg("%s:%d: %s", path, fault.line, fault.text);
  }
  return value;
}

fg_json_document document_of(const json_t *value) {
  fg_json_document document;
  char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
  assert_int_equal(fg_json_parse(string_of(text), NULL, &document, NULL), FG_OK);
  free(text);
  return document;
}

json_t *json_of(const fg_json *value) {
  json_t *made = NULL;
  switch (value->kind) {
  case FG_JSON_NULL: return json_null();
  case FG_JSON_BOOLEAN: return json_boolean(value->is.boolean);
  case FG_JSON_INTEGER: return json_integer(value->is.integer);
  case FG_JSON_REAL: return json_real(0.0);
  case FG_JSON_STRING: return json_stringn(value->is.string.text, value->is.string.length);
  case FG_JSON_LIST:
    made = json_array();
    for (FG_EACH_ELEMENT(value, at)) {
      json_array_append_new(made, json_of(at));
    }
    assert_int_equal(json_array_size(made), value->is.list.count);
    return made;
  case FG_JSON_OBJECT:
    made = json_object();
    for (FG_EACH_MEMBER(value, at)) {
      json_object_set_new(made, at->key, json_of(&at->value));
    }
    assert_int_equal(json_object_size(made), value->is.object.count);
    return made;
  }
  return made;
}

fg_string string_of(const char *text) {
  fg_string string = {text, strlen(text)};
  return string;
}

fg_time at(const char *text) {
  fg_time time = 0;
  assert_int_equal(fg_time_parse(text, strlen(text), EAST(480), &time), FG_OK);
  return time;
}

fg_money money(const char *text) {
  fg_money amount = fg_money_zero();
  assert_int_equal(fg_money_parse(text, strlen(text), &amount), FG_OK);
  return amount;
}

fg_status find_book(void *context, fg_string name, fg_book **book, fg_error *error) {
  char path[256];
  snprintf(path, sizeof path, "books/%.*s.json", (int)(name.length < 200 ? name.length : 200), name.text);
  FILE *file = memchr(name.text, '/', name.length) == NULL ? fopen(path, "rb") : NULL;
  if (file == NULL) {
    if (error != NULL) {
      *error = (fg_error){.status = FG_UNKNOWN_BOOK, .message = "no price book of that name"};
    }
    return FG_UNKNOWN_BOOK;
  }
  fclose(file);
  size_t length = 0;
  char *text = read_file(path, &length);
  fg_status status = fg_book_load(text, length, context, book, error);
  free(text);
  return status;
}

fg_book *load_book(const char *name) {
  fg_book *book = NULL;
  fg_error error = {0};
  if (find_book(NULL, string_of(name), &book, &error) != FG_OK) {
    fail_msg("book %s: %s: %s", name, error.path, error.message);
  }
  return book;
}

fg_book *load_text(const char *json) {
  fg_book *book = NULL;
  fg_error error = {0};
  if (fg_book_load(json, strlen(json), NULL, &book, &error) != FG_OK) {
    fail_msg("%s: %s\n%s", error.path, error.message, json);
  }
  return book;
}

fg_book *facefusion;

int set_up_facefusion(void **state) {
  (void)state;
  facefusion = load_book(FACEFUSION);
  return 0;
}

int tear_down_facefusion(void **state) {
  (void)state;
  fg_book_release(facefusion);
  return 0;
}

static fg_status find_facefusion(void *context, fg_string name, fg_book **book, fg_error *error) {
  (void)context;
  if (name.length != strlen("tencent-facefusion") || memcmp(name.text, "tencent-facefusion", name.length) != 0) {
    return fg_refuse(error, FG_UNKNOWN_BOOK);
  }
  *book = fg_book_retain(facefusion);
  return FG_OK;
}

const fg_book_source facefusion_source = {find_facefusion, NULL};

fg_account *account_of(const char *book_name, const char *cash, const char *key, const char *value) {
  fg_book *book = load_book(book_name);
  fg_funds wallet = {.of = {[FG_CASH] = money(cash == NULL ? "0" : cash)}};
  const fg_string policy[] = {string_of(key == NULL ? "" : key), string_of(value == NULL ? "" : value)};
  const fg_account_options options = {
      .wallet = cash == NULL ? NULL : &wallet, .policy = policy, .policy_count = key != NULL};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  fg_book_release(book);
  return account;
}

fg_account *account_of_text(const char *json, const char *cash) {
  fg_book *book = load_text(json);
  fg_funds wallet = {.of = {[FG_CASH] = money(cash == NULL ? "0" : cash)}};
  const fg_account_options options = {.wallet = cash == NULL ? NULL : &wallet};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  fg_book_release(book);
  return account;
}

static bool put(json_builder *builder, const char *key, json_t *value) {
  json_t *parent = builder->depth == 0 ? NULL : builder->stack[builder->depth - 1];
  if (parent == NULL) {
    assert_null(builder->root);
    builder->root = value;
    return true;
  }
  if (json_is_array(parent)) {
    assert_null(key);
    return json_array_append_new(parent, value) == 0;
  }
  assert_non_null(key);
  assert_null(json_object_get(parent, key));
  return json_object_set_new(parent, key, value) == 0;
}

static bool open_value(json_builder *builder, const char *key, json_t *value) {
  assert_true(builder->depth < sizeof builder->stack / sizeof *builder->stack);
  put(builder, key, value);
  builder->stack[builder->depth++] = value;
  return true;
}

static bool on_begin_object(void *context, const char *key) { return open_value(context, key, json_object()); }
static bool on_begin_list(void *context, const char *key) { return open_value(context, key, json_array()); }
static bool on_end(void *context) {
  json_builder *builder = context;
  assert_true(builder->depth > 0);
  builder->depth--;
  return true;
}
static bool on_text(void *context, const char *key, fg_string value) {
  return put(context, key, json_stringn(value.text, value.length));
}
static bool on_integer(void *context, const char *key, int64_t value) { return put(context, key, json_integer(value)); }
static bool on_flag(void *context, const char *key, bool value) { return put(context, key, json_boolean(value)); }
static bool on_null(void *context, const char *key) { return put(context, key, json_null()); }
static bool on_money(void *context, const char *key, fg_money value) {
  json_builder *builder = context;
  char text[FG_MONEY_TEXT_MAX];
  fg_money_format(value, builder->minor_digits, text);
  return put(builder, key, json_string(text));
}
static bool on_time(void *context, const char *key, fg_time value) {
  json_builder *builder = context;
  char text[FG_TIME_TEXT_MAX];
  fg_time_format(value, builder->zone, text);
  return put(builder, key, json_string(text));
}

fg_visitor build_json(json_builder *builder, const fg_book *book) {
  *builder = (json_builder){.minor_digits = fg_book_minor_digits(book), .zone = fg_book_zone(book)};
  fg_visitor visitor = {builder,    on_begin_object, on_end,  on_begin_list, on_end,  on_text,
                        on_integer, on_money,        on_time, on_flag,       on_null, NULL};
  return visitor;
}

json_t *whole(const json_builder *builder) {
  assert_non_null(builder->root);
  assert_int_equal(builder->depth, 0);
  return builder->root;
}

json_t *statement_of(const fg_account *account) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(account));
  assert_int_equal(fg_account_describe(account, &visitor), FG_OK);
  return whole(&builder);
}

json_t *calls_of(const fg_account *account) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(account));
  assert_int_equal(fg_account_calls(account, &visitor), FG_OK);
  return whole(&builder);
}

/* One token of a pointer, unescaped; answers what comes after it. */
static const char *next_token(const char *pointer, char *token, size_t size) {
  size_t length = 0;
  for (pointer++; *pointer != '\0' && *pointer != '/'; pointer++) {
    assert_true(length + 1 < size);
    token[length++] = *pointer;
    if (*pointer == '~' && pointer[1] != '\0') {
      token[length - 1] = *++pointer == '1' ? '/' : '~';
    }
  }
  token[length] = '\0';
  return pointer;
}

const json_t *json_at(const json_t *document, const char *pointer) {
  char token[128];
  while (*pointer != '\0' && document != NULL) {
    pointer = next_token(pointer, token, sizeof token);
    if (json_is_array(document)) {
      document = json_array_get(document, strtoul(token, NULL, 10));
    } else {
      document = json_object_get(document, token);
    }
  }
  return document;
}

void assert_text_at(const json_t *document, const char *pointer, const char *expected) {
  const json_t *value = json_at(document, pointer);
  if (value == NULL) {
    fail_msg("%s is absent, expected %s", pointer, expected);
  }
  assert_string_equal(json_is_null(value) ? "null" : json_string_value(value), expected);
}

void assert_in_statement(const fg_account *account, const char *pointer, const char *expected) {
  json_t *statement = statement_of(account);
  assert_text_at(statement, pointer, expected);
  json_decref(statement);
}

fg_status read_snapshot_of(const fg_account *from, fg_account *to) {
  fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
  assert_int_equal(fg_snapshot_write(from, &bytes), FG_OK);
  fg_status status = fg_snapshot_read(to, (fg_string){bytes.text, bytes.length});
  fg_text_release(&bytes);
  return status;
}

fg_status read_told_snapshot_of(const fg_account *from, fg_account *to) {
  fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
  assert_int_equal(fg_snapshot_write_told(from, &bytes), FG_OK);
  fg_status status = fg_snapshot_read_of(to, FG_SNAPSHOT_FORMAT_TOLD, (fg_string){bytes.text, bytes.length});
  fg_text_release(&bytes);
  return status;
}

void write_and_read(fg_account *account) { assert_int_equal(read_snapshot_of(account, account), FG_OK); }

int64_t integer_in(const fg_account *account, const char *pointer) {
  json_t *statement = statement_of(account);
  const json_t *value = json_at(statement, pointer);
  assert_true(json_is_integer(value));
  int64_t integer = json_integer_value(value);
  json_decref(statement);
  return integer;
}

int or_in_short(int full, int few) { return getenv("FAREGATE_SHORT") == NULL ? full : few; }

void skip_if_slow(void) {
  const char *brief = getenv("FAREGATE_SHORT");
  if (brief != NULL && strcmp(brief, "2") == 0) {
    skip();
  }
}

uint64_t random_state = 88172645463325252u;

/* Marsaglia's xorshift. */
int64_t random_below(int64_t end) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (int64_t)(random_state % (uint64_t)end);
}

scarcity memory;

static bool runs_out(void) {
  memory.asked++;
  return memory.fail_at != 0 && (memory.asked == memory.fail_at || (memory.for_good && memory.asked > memory.fail_at));
}

/* Checks the sizes that the library must hand back: they are kept in front of the block. */
static void *scarce_resize(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  size_t *whole = block == NULL ? NULL : (size_t *)block - 2;
  assert_int_equal(whole == NULL ? 0 : whole[0], old_size);
  if (new_size == 0) {
    memory.live -= whole != NULL;
    free(whole);
    return NULL;
  }
  if (runs_out()) {
    return NULL;
  }
  size_t *moved = realloc(whole, 2 * sizeof *moved + new_size);
  memory.live += whole == NULL;
  moved[0] = new_size;
  return moved + 2;
}

fg_allocator scarce_allocator(void) {
  fg_allocator allocator = {scarce_resize, NULL};
  return allocator;
}

fg_command command_of(fg_command_kind kind, const char *instant, const char *fields) {
  static char words[512];
  fg_command command;
  fg_error error = {0};
  fg_command_begin(&command, kind, at(instant));
  assert_true(strlen(fields) < sizeof words);
  strcpy(words, fields);
  for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
    char *value = strchr(word, '=');
    assert_non_null(value);
    *value++ = '\0';
    if (fg_command_set_text(&command, word, string_of(value), &error) != FG_OK) {
      fail_msg("%s: %s", error.path, error.message);
    }
  }
  assert_int_equal(fg_command_finish(&command, &error), FG_OK);
  return command;
}

fg_status apply(fg_account *account, fg_command_kind kind, const char *instant, const char *fields,
                fg_outcome *outcome) {
  fg_command command = command_of(kind, instant, fields);
  return fg_account_apply(account, &command, outcome, NULL);
}

bool are_same(const fg_command *a, const fg_command *b) {
  fg_text scratch = {.allocator = fg_allocator_or_default(NULL)};
  bool is_same = false;
  assert_int_equal(fg_command_is_same(a, b, &scratch, &is_same), FG_OK);
  fg_text_release(&scratch);
  return is_same;
}

fg_outcome must(fg_account *account, fg_command_kind kind, const char *instant, const char *fields) {
  fg_command command = command_of(kind, instant, fields);
  fg_outcome outcome = {.kind = kind};
  fg_error error = {0};
  if (fg_account_apply(account, &command, &outcome, &error) != FG_OK) {
    fail_msg("%s %s %s: %s", instant, fg_command_name(kind), fields, error.message);
  }
  return outcome;
}
