/* Any bytes as a timeline. What is answered is JSON, and the same when asked again. */
#include <jansson.h>

#include "fuzz.h"
#include "faregate_timeline.h"

static fg_status find(void *context, fg_string name, fg_book **book, fg_error *error) {
  (void)context;
  if (name.length != strlen("tencent-facefusion") || memcmp(name.text, "tencent-facefusion", name.length) != 0) {
    *error = (fg_error){.status = FG_UNKNOWN_BOOK, .message = "no such book"};
    return FG_UNKNOWN_BOOK;
  }
  *book = fg_book_retain(facefusion());
  return FG_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fg_book_source books = {find, NULL};
  fg_text answer = {0};
  fg_text again = {0};
  fg_error error = {0};
  fg_status status = fg_replay((const char *)data, size, &books, NULL, NULL, &answer, &error);
  if (status != FG_OK) {
    must_be_an_error(status, &error);
    MUST(answer.text == NULL);
    return 0;
  }
  json_t *value = json_loadb(answer.text, answer.length, JSON_REJECT_DUPLICATES, NULL);
  MUST(value != NULL);
  json_decref(value);
  MUST(fg_replay((const char *)data, size, &books, NULL, NULL, &again, &error) == FG_OK);
  MUST(again.length == answer.length && memcmp(again.text, answer.text, answer.length) == 0);
  fg_text_release(&again);
  fg_text_release(&answer);
  return 0;
}
