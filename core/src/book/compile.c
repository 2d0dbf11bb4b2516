#include "compile.h"

#include "limits.h"

/* The products of a book that is not shared yet. */
static fg_product *products_of(fg_book *book) { return (fg_product *)(uintptr_t)book->products; }

/* Numbers the groups of products. Nothing is shared by products yet, so each is a group of its own. */
static void number_groups(fg_book *book) {
  book->group_count = book->product_count;
  for (uint32_t i = 0; i < book->product_count; i++) {
    products_of(book)[i].group = i;
  }
}

/* All editions have the same groups: those of what is shared in any of them. */
static void take_groups(fg_book *edition, const fg_book *book) {
  edition->group_count = book->group_count;
  for (uint32_t i = 0; i < book->product_count; i++) {
    products_of(edition)[i].group = book->products[i].group;
  }
}

fg_status fg_book_compile(fg_book *book) {
  number_groups(book);
  for (uint32_t i = 0; i < book->edition_count; i++) {
    take_groups(&book->editions[i], book);
    FG_TRY(fg_book_lay_out_limits(&book->editions[i]));
  }
  return fg_book_lay_out_limits(book);
}
