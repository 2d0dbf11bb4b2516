/* What the fuzzers share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faregate.h"

#define EAST(minutes) (&(fg_zone){.offset = (minutes)*INT64_C(60000000)}) ///< the zone of a fixed offset

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run, which keeps the input, unless what must hold does. */
#define MUST(condition)                                                                                                \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                  \
      abort();                                                                                                         \
    }                                                                                                                  \
  } while (0)

static inline void must_be_an_error(fg_status status, const fg_error *error) {
  MUST(status > FG_OK && status < FG_STATUS_COUNT);
  MUST(error->status == status);
  MUST(error->message[0] != '\0');
  MUST(memchr(error->message, '\0', sizeof error->message) != NULL);
  MUST(memchr(error->path, '\0', sizeof error->path) != NULL);
}

/* The book all lives are of, loaded once. */
static inline fg_book *facefusion(void) {
  static fg_book *book;
  static char text[65536];
  if (book == NULL) {
    FILE *file = fopen("books/tencent-facefusion.json", "rb");
    MUST(file != NULL);
    size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    MUST(fg_book_load(text, length, NULL, &book, NULL) == FG_OK);
  }
  return book;
}

#endif
