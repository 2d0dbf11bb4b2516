/* Any bytes as a price book. One that loads is written, loads again, and is then written the same. */
#include "fuzz.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fg_book *book = NULL;
  fg_error error = {0};
  fg_status status = fg_book_load((const char *)data, size, NULL, &book, &error);
  if (status != FG_OK) {
    must_be_an_error(status, &error);
    MUST(book == NULL);
    return 0;
  }
  must_round_trip(book);
  fg_book_release(book);
  return 0;
}
