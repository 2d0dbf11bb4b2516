/* All faults of a book at once, in the order of its text. */
#ifndef FG_BOOK_FAULTS_H
#define FG_BOOK_FAULTS_H

#include "../../include/faregate_book.h"
#include "../base/tell.h"
#include "../json/read.h"

typedef struct fg_book_fault {
  size_t at; ///< byte of the text
  fg_string path, message;
  const void *place; ///< the members that were not read
  size_t size;       ///< of them, in bytes; 0: all were
} fg_book_fault;

typedef struct fg_book_faults {
  fg_allocator allocator;
  fg_arena arena; ///< of the texts
  uint32_t count;
  fg_book_fault fault[FG_FAULTS_MAX]; ///< by `at`, those of one place as they were found
} fg_book_faults;

/* Puts the fault of an error with the others; its texts are copied. FG_STOPPED where there is no room for more,
   FG_NO_MEMORY. */
fg_status fg_book_faults_add(fg_book_faults *faults, fg_book_fault fault, const fg_error *error);
/* Whether a member was not read because of one of them. */
bool fg_book_faults_cover(const fg_book_faults *faults, const void *member);
/* Tells a list of {path, message, line, column}. */
fg_status fg_book_faults_tell(const fg_book_faults *faults, fg_string text, const fg_visitor *visitor);

#endif
