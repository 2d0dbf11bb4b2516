/* Finds where values stand in a JSON text without building them, so that a list larger than memory is read item by
   item. Only bounds are found: fg_json_parse then parses each value, and says what is wrong inside it. */
#ifndef FG_JSON_SCAN_H
#define FG_JSON_SCAN_H

#include "../base/status.h"

typedef struct fg_json_scan {
  const char *next, *end;
} fg_json_scan;

/* Begins with a whole text, after the byte order mark that programs on Windows write before UTF-8. */
fg_json_scan fg_json_scan_begin(fg_string text);
size_t fg_json_mark_length(fg_string text); ///< bytes of the mark, 0 if there is none

void fg_json_scan_space(fg_json_scan *scan); ///< Passes white space.
/* Passes white space and one character; false if another character comes next. */
bool fg_json_scan_mark(fg_json_scan *scan, char mark);
/* Passes white space, and answers whether nothing else is left. */
bool fg_json_scan_is_over(fg_json_scan *scan);
/* The text of the next value, from its first character to its last; false if none ends before the text does. */
bool fg_json_scan_value(fg_json_scan *scan, fg_string *value);

#endif
