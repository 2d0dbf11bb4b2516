/* Price books compiled into the module, for hosts without a directory of books, such as LÖVE's archives or Android's
   assets. `make inside BOOKS_INSIDE="tencent-facefusion"` compiles them in; other builds have none. */
#include <string.h>

#include "binding.h"

typedef struct book_inside {
  const char *name;
  const unsigned char *json;
  size_t length;
} book_inside;

#ifdef FAREGATE_BOOKS_INSIDE
#include FAREGATE_BOOKS_INSIDE
#else
static const book_inside books_inside[] = {{NULL, NULL, 0}};
#endif

fg_string lfg_book_inside(fg_string name) {
  for (const book_inside *book = books_inside; book->name != NULL; book++) {
    if (strlen(book->name) == name.length && memcmp(book->name, name.text, name.length) == 0) {
      return (fg_string){(const char *)book->json, book->length};
    }
  }
  return (fg_string){NULL, 0};
}
