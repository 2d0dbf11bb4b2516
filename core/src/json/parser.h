/* The parser of one document: where it stands, and how it tells a fault there. */
#ifndef FG_JSON_PARSER_H
#define FG_JSON_PARSER_H

#include "read.h"
#include "scan.h"

/* Where the parser stands inside one object or list. */
typedef struct fg_json_level {
  bool is_list;
  size_t index;
  const char *key; ///< as written in the document; NULL until it was read
  size_t key_length;
} fg_json_level;

enum { FG_JSON_DEPTH_MAX = 64 };

typedef struct fg_json_parser {
  const char *text;
  fg_json_scan in; ///< what is left of the text
  fg_json_document *document;
  fg_error *error;
  fg_json_level places[FG_JSON_DEPTH_MAX];
  size_t depth;
  char *decoded; ///< where the next byte of the string that is being read goes
} fg_json_parser;

/* FG_INVALID with the path of the place where the parser stands. */
FG_COLD fg_status fg_json_fail(const fg_json_parser *parser, const char *message);

/* Memory of the document, zeroed; NULL, the error told, when memory is short. */
void *fg_json_allocate(const fg_json_parser *parser, size_t size);

/* Reads a string, of which the parser stands at the first quote. */
fg_status fg_json_parse_string(fg_json_parser *parser, fg_string *string);

#endif
