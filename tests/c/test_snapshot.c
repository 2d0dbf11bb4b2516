/* A state written as bytes and read again is the same state. */
#include "support.h"

#include "account/account_json.h"
#include "state/command_json.h"
#include "state/command.h"
#include "account/snapshot.h"
#include "rules/count_order.h"

static const json_t *member(const json_t *object, const char *key) { return json_object_get(object, key); }

static fg_book *book_in(const json_t *source) {
  fg_book *book = NULL;
  char *text = json_dumps(source, JSON_COMPACT);
  assert_int_equal(fg_book_load(text, strlen(text), NULL, &book, NULL), FG_OK);
  free(text);
  return book;
}

static fg_book *book_of(const json_t *timeline) {
  const json_t *source = member(timeline, "book");
  return json_is_string(source) ? load_book(json_string_value(source)) : book_in(source);
}

static void assert_same(const fg_account *a, const fg_account *b) {
  json_t *told[] = {statement_of(a), statement_of(b), calls_of(a), calls_of(b)};
  assert_true(json_equal(told[0], told[1]));
  assert_true(json_equal(told[2], told[3]));
  for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
    json_decref(told[i]);
  }
}

/* Writes one state and reads it into another account; the bytes stay with the caller. */
static void copy_state(const fg_account *from, fg_account *to, fg_text *bytes) {
  bytes->length = 0;
  assert_int_equal(fg_snapshot_write(from, bytes), FG_OK);
  assert_int_equal(fg_snapshot_read(to, (fg_string){bytes->text, bytes->length}), FG_OK);
}

/* Of commands with an id only orders are in a snapshot: the ids of the others are new again. */
static bool knows_more(fg_status status, const fg_outcome *outcome) {
  return status == FG_ALREADY_FINISHED || status == FG_ID_CONFLICT ||
         (status == FG_OK && !fg_command_orders(outcome->kind) && outcome->repeated);
}

/* One account lives on; of the other only bytes are left after each command. */
static void live_twice(const json_t *timeline) {
  fg_book *book = book_of(timeline);
  fg_account *whole = NULL;
  fg_account *copied = NULL;
  fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
  fg_text again = {.allocator = fg_allocator_or_default(NULL)};
  fg_json_document document = document_of(timeline);
  const fg_account_head head = fg_account_head_of(&document.root);
  assert_int_equal(fg_account_read(head, book, NULL, &whole, NULL), FG_OK);
  assert_int_equal(fg_account_read(head, book, NULL, &copied, NULL), FG_OK);
  fg_command_reader reader = {.zone = fg_book_zone(book)};
  for (FG_EACH_ELEMENT(fg_json_get(&document.root, "commands"), value)) {
    fg_command command;
    fg_outcome outcome = {.kind = FG_DO_ADVANCE};
    assert_int_equal(fg_command_read(&reader, value, &command, NULL), FG_OK);
    fg_status status = fg_account_apply(whole, &command, &outcome, NULL);
    if (knows_more(status, &outcome)) {
      break;
    }
    assert_int_equal(fg_account_apply(copied, &command, NULL, NULL), status);
    assert_same(whole, copied);
    copy_state(copied, copied, &bytes);
    assert_same(whole, copied);
    again.length = 0;
    assert_int_equal(fg_snapshot_write(copied, &again), FG_OK);
    assert_int_equal(again.length, bytes.length);
    assert_memory_equal(again.text, bytes.text, bytes.length);
  }
  fg_command_reader_end(&reader);
  fg_account_free(whole);
  fg_account_free(copied);
  fg_text_release(&bytes);
  fg_text_release(&again);
  fg_json_release(&document);
  fg_book_release(book);
}

static void test_every_vector(void **state) {
  (void)state;
  const char *file = NULL;
  json_t *unused = NULL;
  json_t *manifest = load_json("tests/vectors/manifest.json");
  int count = 0;
  json_object_foreach(manifest, file, unused) {
    char path[160];
    size_t index;
    json_t *vector;
    snprintf(path, sizeof path, "tests/vectors/%s", file);
    json_t *document = load_json(path);
    json_array_foreach(member(document, "cases"), index, vector) {
      if (member(vector, "timeline") != NULL) {
        live_twice(member(vector, "timeline"));
        count++;
      }
    }
    json_decref(document);
  }
  assert_true(count > 250);
  json_decref(manifest);
}

static const char kept_file[] = "tests/data/snapshots-4.json";

static unsigned digit_of(char hex) { return (unsigned)(hex <= '9' ? hex - '0' : hex - 'a' + 10); }

static fg_string bytes_of_hex(const char *hex, char *bytes) {
  size_t length = strlen(hex) / 2;
  for (size_t i = 0; i < length; i++) {
    bytes[i] = (char)(digit_of(hex[2 * i]) << 4 | digit_of(hex[2 * i + 1]));
  }
  return (fg_string){bytes, length};
}

/* In which order usage came that a graduated price may move is not in format 4: without it then. */
static void assert_same_bytes(const fg_account *a, const fg_account *b) {
  fg_text bytes[2] = {{.allocator = fg_allocator_or_default(NULL)}, {.allocator = fg_allocator_or_default(NULL)}};
  bool has_order = fg_order_matters(a, &a->state);
  assert_int_equal((has_order ? fg_snapshot_write_told : fg_snapshot_write)(a, &bytes[0]), FG_OK);
  assert_int_equal((has_order ? fg_snapshot_write_told : fg_snapshot_write)(b, &bytes[1]), FG_OK);
  assert_int_equal(fg_order_matters(b, &b->state), has_order);
  assert_int_equal(bytes[0].length, bytes[1].length);
  assert_memory_equal(bytes[0].text, bytes[1].text, bytes[0].length);
  fg_text_release(&bytes[0]);
  fg_text_release(&bytes[1]);
}

/* Does the commands of a timeline from a place on, up to another. Two accounts answer each alike. */
static void live(const fg_json_document *timeline, size_t from, size_t until, fg_account *account, fg_account *other) {
  fg_command_reader reader = {.zone = fg_book_zone(fg_account_book(account))};
  size_t place = 0;
  for (FG_EACH_ELEMENT(fg_json_get(&timeline->root, "commands"), value)) {
    fg_command command;
    assert_int_equal(fg_command_read(&reader, value, &command, NULL), FG_OK);
    bool is_asked = place >= from && place < until;
    place++;
    if (is_asked) {
      fg_status status = fg_account_apply(account, &command, NULL, NULL);
      assert_true(other == NULL || fg_account_apply(other, &command, NULL, NULL) == status);
    }
  }
  fg_command_reader_end(&reader);
}

/* A snapshot of format 4, as the version before wrote it: it is the account that the same commands lead to now, and
   both go on alike. */
static void open_kept(const json_t *kept, const json_t *books) {
  const json_t *timeline = member(kept, "timeline");
  const json_t *source = member(timeline, "book");
  size_t done = (size_t)json_integer_value(member(kept, "done"));
  const char *hex = json_string_value(member(kept, "snapshot"));
  fg_book *book = book_in(json_is_string(source) ? member(books, json_string_value(source)) : source);
  fg_json_document document = document_of(timeline);
  const fg_account_head head = fg_account_head_of(&document.root);
  fg_account *lived = NULL, *opened = NULL;
  char *bytes = malloc(strlen(hex));
  assert_int_equal(fg_account_read(head, book, NULL, &lived, NULL), FG_OK);
  assert_int_equal(fg_account_read(head, book, NULL, &opened, NULL), FG_OK);
  live(&document, 0, done, lived, NULL);
  assert_int_equal(fg_snapshot_read_of(opened, 4, bytes_of_hex(hex, bytes)), FG_OK);
  assert_same(lived, opened);
  assert_same_bytes(lived, opened);
  live(&document, done, SIZE_MAX, lived, opened);
  for (int i = 0; i < 8; i++) { /* packs end, periods are settled */
    fg_command advance;
    fg_command_begin(&advance, FG_DO_ADVANCE, fg_account_now(lived) + INT64_C(50) * 86400 * 1000000);
    fg_status status = fg_account_apply(lived, &advance, NULL, NULL);
    assert_int_equal(fg_account_apply(opened, &advance, NULL, NULL), status);
  }
  assert_same(lived, opened);
  fg_account_free(lived);
  fg_account_free(opened);
  free(bytes);
  fg_json_release(&document);
  fg_book_release(book);
}

static void test_format_4(void **state) {
  (void)state;
  size_t index;
  json_t *kept;
  json_t *document = load_json(kept_file);
  json_array_foreach(member(document, "accounts"), index, kept) { open_kept(kept, member(document, "books")); }
  assert_int_equal(index, 23);
  json_decref(document);
}

static fg_account *rich_account(fg_book *book) {
  static const struct {
    fg_command_kind kind;
    const char *at, *fields;
  } life[] = {{FG_DO_OPEN, "2024-11-05T10:00:00", "product=image"},
              {FG_DO_OPEN, "2024-11-05T10:00:00", "product=image-pro"},
              {FG_DO_BUY_PACK, "2024-11-05T10:00:00", "product=image pack=calls-1k id=p1"},
              {FG_DO_BUY_CAPACITY, "2024-11-05T10:00:00", "product=image meter=qps quantity=5 days=3 id=q1"},
              {FG_DO_USE, "2024-11-06T10:00:00", "product=image quantity=5000 id=u1"},
              {FG_DO_ANNOUNCE, "2024-11-07T10:00:00", "product=image grant=free-calls quantity=5 effective=2025-01-01"},
              {FG_DO_SET_BUDGET, "2024-12-01T10:00:00", "month=500"},
              {FG_DO_CALL, "2024-12-05T10:00:00", "product=image id=c1 owner=left"},
              {FG_DO_CALL, "2024-12-05T10:00:00", "product=image-pro id=c2"}};
  fg_funds wallet = {{money("1"), money("2"), money("100"), money("0")}};
  fg_account_options options = {.wallet = &wallet};
  fg_account *account = NULL;
  wallet.of[FG_CASH] = money("50000");
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  for (size_t i = 0; i < sizeof life / sizeof *life; i++) {
    fg_command command = command_of(life[i].kind, life[i].at, life[i].fields);
    assert_int_equal(fg_account_apply(account, &command, NULL, NULL), FG_OK);
  }
  return account;
}

/* An empty list of attributes is read as none: a call that has none is written as having those of the account. */
static void test_no_attributes_set_beside_a_call(void **state) {
  (void)state;
  const char *const day = "2024-11-05T10:00:00";
  fg_command set;
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = NULL;
  fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
  fg_text again = {.allocator = fg_allocator_or_default(NULL)};
  assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
  must(account, FG_DO_OPEN, day, "product=image");
  must(account, FG_DO_CALL, day, "product=image id=c1");
  fg_command_begin(&set, FG_DO_SET, at(day));
  assert_int_equal(fg_account_apply(account, &set, NULL, NULL), FG_OK);
  copy_state(account, account, &bytes);
  assert_int_equal(fg_snapshot_write(account, &again), FG_OK);
  assert_int_equal(again.length, bytes.length);
  assert_memory_equal(again.text, bytes.text, bytes.length);
  fg_text_release(&bytes);
  fg_text_release(&again);
  fg_account_free(account);
  fg_book_release(book);
}

static void test_cut_short(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = rich_account(book);
  fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
  assert_int_equal(fg_snapshot_write(account, &bytes), FG_OK);
  for (size_t length = 0; length < bytes.length; length++) {
    char *exact = malloc(length + 1); /* so that a sanitizer sees a byte too far */
    memcpy(exact, bytes.text, length);
    assert_int_equal(fg_snapshot_read(account, (fg_string){exact, length}), FG_INVALID);
    free(exact);
  }
  assert_int_equal(fg_snapshot_read(account, (fg_string){bytes.text, bytes.length}), FG_OK);
  fg_text_release(&bytes);
  fg_account_free(account);
  fg_book_release(book);
}

static void test_memory_runs_out(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = rich_account(book);
  fg_allocator scarce = scarce_allocator();
  fg_account_options options = {.allocator = &scarce};
  fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
  assert_int_equal(fg_snapshot_write(account, &bytes), FG_OK);
  fg_status status = FG_NO_MEMORY;
  for (long n = 1; status != FG_OK; n++) {
    fg_account *copy = NULL;
    memory = (scarcity){0};
    assert_int_equal(fg_account_new(book, &options, &copy, NULL), FG_OK);
    memory.fail_at = memory.asked + n;
    status = fg_snapshot_read(copy, (fg_string){bytes.text, bytes.length});
    assert_true(status == FG_OK || status == FG_NO_MEMORY);
    memory.fail_at = 0;
    if (status == FG_OK) {
      assert_same(account, copy);
    }
    fg_account_free(copy);
    assert_int_equal(memory.live, 0);
  }
  fg_text_release(&bytes);
  fg_account_free(account);
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_vector),
      cmocka_unit_test(test_format_4),
      cmocka_unit_test(test_no_attributes_set_beside_a_call),
      cmocka_unit_test(test_cut_short),
      cmocka_unit_test(test_memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
