#include "compile.h"

/* The products of a book that is not shared yet. */
static fg_product *products_of(fg_book *book) { return (fg_product *)(uintptr_t)book->products; }

/* Numbers the groups of products. Nothing is shared by products yet, so each is a group of its own. */
static void number_groups(fg_book *book) {
  book->group_count = book->product_count;
  for (uint32_t i = 0; i < book->product_count; i++) {
    products_of(book)[i].group = i;
  }
}

fg_status fg_book_compile(fg_book *book) {
  number_groups(book);
  return FG_OK;
}
