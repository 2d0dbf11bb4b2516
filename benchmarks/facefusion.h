/* The book that the benchmarks in C price by. */
#ifndef BENCHMARKS_FACEFUSION_H
#define BENCHMARKS_FACEFUSION_H

#include <stdio.h>
#include <stdlib.h>

#include "faregate.h"

/* Loads the book from the project's root, and ends the program if that fails. The caller releases it. */
static fg_book *load_facefusion(void) {
  static const char path[] = "books/tencent-facefusion.json";
  static char json[1 << 16];
  fg_book *book = NULL;
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  size_t length = fread(json, 1, sizeof json, file);
  fclose(file);
  if (fg_book_load(json, length, NULL, &book, NULL) != FG_OK) {
    fprintf(stderr, "%s is no price book\n", path);
    exit(1);
  }
  return book;
}

#endif
