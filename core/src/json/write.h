/* A visitor that writes what it is told as compact JSON. */
#ifndef FG_JSON_WRITE_H
#define FG_JSON_WRITE_H

#include "../base/base.h"

typedef struct fg_json_writer {
  fg_text *text;       ///< where it appends; the text's allocator must be set
  int minor_digits;    ///< decimals of money, which is written as a decimal string
  const fg_zone *zone; ///< zone in which times are written
  bool comma;          ///< a comma comes before the next value
  fg_status status;    ///< FG_NO_MEMORY once the text could not grow, where the visitor stopped
} fg_json_writer;

/* A visitor that writes JSON; the writer must outlive it. */
fg_visitor fg_json_visitor(fg_json_writer *writer);

#endif
