/* A visitor that writes what it is told as compact JSON. */
#ifndef FG_JSON_WRITE_H
#define FG_JSON_WRITE_H

#include "../base/base.h"

typedef struct fg_json_writer {
  fg_text *text;       ///< appended to; its allocator must be set
  int minor_digits;    ///< of money, which is written as a decimal string
  const fg_zone *zone; ///< of times, east of UTC
  bool comma;          ///< something stands before the next value
  fg_status status;    ///< FG_NO_MEMORY once the text could not grow: the visitor stopped there
} fg_json_writer;

/* The writer must outlive the visitor. */
fg_visitor fg_json_visitor(fg_json_writer *writer);

#endif
