/* Where values stand in a JSON text, without building them: a list that is longer than memory is read item by item.
   Only bounds are found; each value is parsed by fg_json_parse after, which says what is wrong inside it. */
#ifndef FG_JSON_SCAN_H
#define FG_JSON_SCAN_H

#include "../base/status.h"

typedef struct fg_json_scan {
  const char *at, *end;
} fg_json_scan;

void fg_json_scan_space(fg_json_scan *scan); ///< passes white space
/* Passes white space and, where it comes next, the character: false if another does. */
bool fg_json_scan_mark(fg_json_scan *scan, char mark);
/* Passes white space; whether nothing else is left. */
bool fg_json_scan_is_over(fg_json_scan *scan);
/* The next value, from its first character to its last; false where none ends before the text does. */
bool fg_json_scan_value(fg_json_scan *scan, fg_string *value);

#endif
