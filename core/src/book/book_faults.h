/* A list of all faults of a book, in the order of its text. */
#ifndef FG_BOOK_FAULTS_H
#define FG_BOOK_FAULTS_H

#include "../../include/faregate_book.h"
#include "../base/tell.h"
#include "../json/read.h"

typedef struct fg_book_fault {
  size_t offset; ///< byte of the book's text at which the fault is
  fg_string path, message;
  const void *place; ///< begin of the members that were not read because of the fault
  size_t size;       ///< how many bytes these members take; 0: every member was read
} fg_book_fault;

typedef struct fg_book_faults {
  fg_allocator allocator;
  fg_arena arena; ///< owns paths and messages
  uint32_t count;
  fg_book_fault fault[FG_FAULTS_MAX]; ///< in order of `at`; faults at one byte in the order in which they were found
} fg_book_faults;

/* Adds the fault that an error tells, and copies the error's texts. FG_STOPPED where there is no room for more faults,
   FG_NO_MEMORY. */
fg_status fg_book_faults_add(fg_book_faults *faults, fg_book_fault fault, const fg_error *error);
/* Whether a fault kept this member from being read. */
bool fg_book_faults_cover(const fg_book_faults *faults, const void *member);
/* Tells the faults as a list of {path, message, line, column}; `text` is the book's. */
fg_status fg_book_faults_tell(const fg_book_faults *faults, fg_string text, const fg_visitor *visitor);

#endif
