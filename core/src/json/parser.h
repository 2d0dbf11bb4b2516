/* The parser of one document: where it stands, and how it tells a fault there. */
#ifndef FG_JSON_PARSER_H
#define FG_JSON_PARSER_H

#include "read.h"
#include "scan.h"

/* Where the parser stands in one object or list. */
typedef struct fg_json_level {
  bool is_list;
  size_t index;
  const char *key; ///< points into the text, escapes not decoded; NULL: no key was read yet
  size_t key_length;
} fg_json_level;

enum { FG_JSON_DEPTH_MAX = 64 };

typedef struct fg_json_parser {
  const char *text;
  fg_json_scan in; ///< the rest of the text
  fg_json_document *document;
  fg_error *error;
  fg_watch *watch; ///< NULL: nobody watches
  fg_json_level places[FG_JSON_DEPTH_MAX];
  size_t depth;
  char *decoded; ///< where the next byte of the string that is being read is written
} fg_json_parser;

/* Tells a fault at the place where the parser stands, with the path of that place. FG_INVALID. */
FG_COLD fg_status fg_json_fail(const fg_json_parser *parser, const char *message);

/* Allocates zeroed memory of the document; NULL when memory is short, which the error then tells. */
void *fg_json_allocate(const fg_json_parser *parser, size_t size);

/* Reads a string; the parser stands at its opening quote. */
fg_status fg_json_parse_string(fg_json_parser *parser, fg_string *string);

#endif
