/* Any bytes as a price book. One that loads has no fault, is written, loads again, and is then written the same. Of one
   that does not, all faults are told, the one that the loader names among them, also where memory is short. */
#include "fuzz.h"
#include "faregate_book.h"

static void must_round_trip(const fg_book *book) {
  fg_text first = {0};
  fg_text second = {0};
  fg_book *copy = NULL;
  MUST(fg_book_write(book, &first) == FG_OK);
  MUST(fg_book_load(first.text, first.length, NULL, &copy, NULL) == FG_OK);
  MUST(fg_book_write(copy, &second) == FG_OK);
  MUST(first.length == second.length && memcmp(first.text, second.text, first.length) == 0);
  fg_book_release(copy);
  fg_text_release(&first);
  fg_text_release(&second);
}

/* Counts the faults it is told but those of examples, and looks for one. */
typedef struct listener {
  const fg_error *wanted; ///< NULL: none
  bool path_fits;
  unsigned count, found;
  long memory; ///< allocations left
} listener;

static bool on_mark(void *context, const char *key) {
  (void)context;
  (void)key;
  return true;
}

static bool on_end(void *context) {
  (void)context;
  return true;
}

static bool on_integer(void *context, const char *key, int64_t value) {
  (void)context;
  (void)key;
  MUST(value > 0);
  return true;
}

/* A message of the loader for what is no JSON begins with the place, and long ones are cut. */
static bool on_text(void *context, const char *key, fg_string value) {
  listener *to = context;
  if (strcmp(key, "path") == 0) {
    to->path_fits = to->wanted != NULL && strcmp(value.text, to->wanted->path) == 0;
    to->count += to->wanted != NULL || strncmp(value.text, "examples[", 9) != 0;
  } else {
    MUST(value.length > 0);
    bool is_placed = to->wanted != NULL && strncmp(to->wanted->message, "line ", 5) == 0;
    to->found += to->path_fits && (is_placed || strcmp(value.text, to->wanted->message) == 0);
  }
  return true;
}

static void *scarce_resize(void *context, void *block, size_t old_size, size_t new_size) {
  listener *to = context;
  (void)old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return to->memory-- > 0 ? realloc(block, new_size) : NULL;
}

static fg_status check(const uint8_t *data, size_t size, listener *to) {
  fg_visitor visitor = {.context = to,
                        .begin_object = on_mark,
                        .end_object = on_end,
                        .begin_list = on_mark,
                        .end_list = on_end,
                        .text = on_text,
                        .integer = on_integer};
  fg_allocator allocator = {scarce_resize, to};
  fg_error error = {0};
  fg_status status = fg_book_check((const char *)data, size, &allocator, &visitor, &error);
  MUST(status == FG_OK || (status == FG_NO_MEMORY && error.status == status));
  return status;
}

static void must_tell_all(const uint8_t *data, size_t size, const fg_error *wanted) {
  enum { ENOUGH = 1 << 30 };
  listener all = {.wanted = wanted, .memory = ENOUGH};
  MUST(check(data, size, &all) == FG_OK);
  MUST(wanted == NULL ? all.count == 0 : all.count >= 1 && (all.found >= 1 || all.count == FG_FAULTS_MAX));
  long needed = ENOUGH - all.memory;
  listener scarce = {.memory = (size > 0 ? data[size / 2] : 0) % needed};
  MUST(check(data, size, &scarce) == FG_NO_MEMORY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fg_book *book = NULL;
  fg_error error = {0};
  fg_status status = fg_book_load((const char *)data, size, NULL, &book, &error);
  if (status != FG_OK) {
    must_be_an_error(status, &error);
    MUST(book == NULL);
    must_tell_all(data, size, &error);
    return 0;
  }
  must_tell_all(data, size, NULL);
  must_round_trip(book);
  fg_book_release(book);
  return 0;
}
