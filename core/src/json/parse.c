/* The parser of JSON documents. It builds jansson's values but is not jansson's: that one drops bytes of the document
   when memory runs short in the middle of a token, and calls it a syntax error or nothing at all. This one also knows
   the path of the place it stands at. */
#include <stdio.h>

#include "read.h"

/* Where the parser stands inside one object or list. */
typedef struct json_place {
  bool is_list;
  size_t index;
  const char *key; ///< as written in the document; NULL until it was read
  size_t key_length;
} json_place;

enum { JSON_DEPTH_MAX = 64 };

typedef struct json_parser {
  const char *text, *at, *end;
  fg_error *error;
  json_place places[JSON_DEPTH_MAX];
  size_t depth;
  char *decoded; ///< a stack of decoded strings, each with a final 0
  size_t decoded_used, decoded_size;
  json_malloc_t allocate;
  json_free_t release;
} json_parser;

static fg_status parse_value(json_parser *parser, json_t **value);

/* --------------------------------------------------------------------------------------------------------- faults */

static void print_path(const json_parser *parser, char *path, size_t size) {
  size_t used = 0;
  path[0] = '\0';
  for (size_t i = 0; i < parser->depth && used < size; i++) {
    const json_place *place = &parser->places[i];
    int length = 0;
    if (place->is_list) {
      length = snprintf(path + used, size - used, "[%zu]", place->index);
    } else if (place->key != NULL) {
      int key_length = (int)(place->key_length < size ? place->key_length : size);
      length = snprintf(path + used, size - used, "%s%.*s", used > 0 ? "." : "", key_length, place->key);
    }
    used += (size_t)length;
  }
  fg_cut_utf8(path, size);
}

static FG_COLD fg_status fail_here(const json_parser *parser, const char *message) {
  char path[sizeof parser->error->path];
  size_t line = 1;
  size_t column = 1;
  for (const char *c = parser->text; c < parser->at; c++) {
    if (*c == '\n') {
      line++;
      column = 1;
    } else if (((unsigned char)*c & 0xC0) != 0x80) {
      column++;
    }
  }
  print_path(parser, path, sizeof path);
  return fg_fail(parser->error, FG_INVALID, path, "line %zu, column %zu: %s", line, column,
                 parser->at == parser->end ? "the document ends too early" : message);
}

static FG_COLD fg_status no_memory(const json_parser *parser) { return fg_refuse(parser->error, FG_NO_MEMORY); }

/* -------------------------------------------------------------------------------------------------------- strings */

/* Room for `length` more bytes and a final 0. */
static fg_status reserve_decoded(json_parser *parser, size_t length) {
  if (length < parser->decoded_size - parser->decoded_used) {
    return FG_OK;
  }
  size_t size = 2 * parser->decoded_used + length + 64;
  char *grown = parser->allocate(size);
  if (grown == NULL) {
    return no_memory(parser);
  }
  if (parser->decoded != NULL) {
    memcpy(grown, parser->decoded, parser->decoded_used);
    parser->release(parser->decoded);
  }
  parser->decoded = grown;
  parser->decoded_size = size;
  return FG_OK;
}

static void put_byte(json_parser *parser, uint32_t byte) { parser->decoded[parser->decoded_used++] = (char)byte; }

static void put_code_point(json_parser *parser, uint32_t code) {
  if (code < 0x80) {
    put_byte(parser, code);
  } else if (code < 0x800) {
    put_byte(parser, 0xC0 | code >> 6);
    put_byte(parser, 0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put_byte(parser, 0xE0 | code >> 12);
    put_byte(parser, 0x80 | (code >> 6 & 0x3F));
    put_byte(parser, 0x80 | (code & 0x3F));
  } else {
    put_byte(parser, 0xF0 | code >> 18);
    put_byte(parser, 0x80 | (code >> 12 & 0x3F));
    put_byte(parser, 0x80 | (code >> 6 & 0x3F));
    put_byte(parser, 0x80 | (code & 0x3F));
  }
}

/* Four digits after "\u". */
static bool read_unit(json_parser *parser, uint32_t *unit) {
  static const char digits[] = "0123456789abcdef0123456789ABCDEF";
  *unit = 0;
  for (int i = 0; i < 4; i++) {
    const char *digit = parser->at < parser->end ? memchr(digits, *parser->at, sizeof digits - 1) : NULL;
    if (digit == NULL) {
      return false;
    }
    *unit = *unit << 4 | ((uint32_t)(digit - digits) & 15);
    parser->at++;
  }
  return true;
}

static fg_status decode_unicode(json_parser *parser) {
  uint32_t code = 0;
  uint32_t low = 0;
  bool read = read_unit(parser, &code);
  if (read && code >= 0xD800 && code < 0xDC00) {
    read = parser->end - parser->at > 2 && parser->at[0] == '\\' && parser->at[1] == 'u';
    parser->at += read ? 2 : 0;
    read = read && read_unit(parser, &low) && low >= 0xDC00 && low <= 0xDFFF;
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  if (!read || (code >= 0xD800 && code <= 0xDFFF)) {
    return fail_here(parser, "expected \\u and four digits of base 16, surrogates in pairs");
  }
  if (code == 0) {
    return fail_here(parser, "the character \\u0000 is not allowed");
  }
  put_code_point(parser, code);
  return FG_OK;
}

/* After the backslash. */
static fg_status decode_escape(json_parser *parser) {
  static const char names[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  char name = parser->at < parser->end ? *parser->at : '\0';
  const char *known = memchr(names, name, sizeof names - 1);
  if (name != 'u' && known == NULL) {
    return fail_here(parser, "there is no such escape");
  }
  parser->at++;
  if (name == 'u') {
    return decode_unicode(parser);
  }
  put_byte(parser, (unsigned char)meanings[known - names]);
  return FG_OK;
}

static fg_status decode_character(json_parser *parser) {
  unsigned char c = (unsigned char)*parser->at;
  if (c < 0x20) {
    return fail_here(parser, "a control character must be written as an escape");
  }
  if (c == '\\') {
    parser->at++;
    return decode_escape(parser);
  }
  size_t length = c < 0x80 ? 1 : fg_utf8_length(parser->at, parser->end);
  if (length == 0) {
    return fail_here(parser, "this is no UTF-8");
  }
  memcpy(parser->decoded + parser->decoded_used, parser->at, length);
  parser->decoded_used += length;
  parser->at += length;
  return FG_OK;
}

static const char *closing_quote(const char *at, const char *end) {
  while (at < end && *at != '"') {
    at += *at == '\\' && end - at > 1 ? 2 : 1;
  }
  return at;
}

/* Reads a string to the top of the stack of decoded ones; no escape is shorter than what it stands for. */
static fg_status decode_string(json_parser *parser) {
  parser->at++;
  FG_TRY(reserve_decoded(parser, (size_t)(closing_quote(parser->at, parser->end) - parser->at)));
  while (parser->at < parser->end && *parser->at != '"') {
    FG_TRY(decode_character(parser));
  }
  if (parser->at == parser->end) {
    return fail_here(parser, "");
  }
  parser->at++;
  parser->decoded[parser->decoded_used] = '\0';
  return FG_OK;
}

/* --------------------------------------------------------------------------------------------------------- values */

static void skip_space(json_parser *parser) {
  while (parser->at < parser->end &&
         (*parser->at == ' ' || *parser->at == '\n' || *parser->at == '\r' || *parser->at == '\t')) {
    parser->at++;
  }
}

/* Skips space and the character if it stands there. */
static bool skip(json_parser *parser, char wanted) {
  skip_space(parser);
  bool stands_there = parser->at < parser->end && *parser->at == wanted;
  parser->at += stands_there;
  return stands_there;
}

static fg_status keep_value(const json_parser *parser, json_t *made, json_t **value) {
  *value = made;
  return made == NULL ? no_memory(parser) : FG_OK;
}

static fg_status parse_string(json_parser *parser, json_t **value) {
  size_t start = parser->decoded_used;
  FG_TRY(decode_string(parser));
  json_t *string = json_stringn_nocheck(parser->decoded + start, parser->decoded_used - start);
  parser->decoded_used = start;
  return keep_value(parser, string, value);
}

static size_t skip_digits(json_parser *parser) {
  const char *first = parser->at;
  while (parser->at < parser->end && *parser->at >= '0' && *parser->at <= '9') {
    parser->at++;
  }
  return (size_t)(parser->at - first);
}

/* Skips what follows the whole part of a number; false if it is malformed. */
static bool skip_fraction(json_parser *parser) {
  bool valid = true;
  if (parser->at < parser->end && *parser->at == '.') {
    parser->at++;
    valid = skip_digits(parser) > 0;
  }
  if (valid && parser->at < parser->end && (*parser->at == 'e' || *parser->at == 'E')) {
    parser->at++;
    parser->at += parser->at < parser->end && (*parser->at == '+' || *parser->at == '-');
    valid = skip_digits(parser) > 0;
  }
  return valid;
}

static fg_status parse_number(json_parser *parser, json_t **value) {
  bool negative = *parser->at == '-';
  parser->at += negative;
  const char *digits = parser->at;
  size_t length = skip_digits(parser);
  const char *whole_end = parser->at;
  if (length == 0 || (length > 1 && *digits == '0') || !skip_fraction(parser)) {
    return fail_here(parser, "expected a value; this is no number");
  }
  if (parser->at > whole_end) {
    /* No field takes a real: a reader needs to know only that it is one. */
    return keep_value(parser, json_real(0.0), value);
  }
  int64_t integer = 0;
  for (const char *digit = digits; digit < whole_end; digit++) {
    int step = negative ? '0' - *digit : *digit - '0';
    if (!fg_multiply_i64(integer, 10, &integer) || !fg_add_i64(integer, step, &integer)) {
      parser->at = digits;
      return fail_here(parser, "the integer is beyond 64 bits");
    }
  }
  return keep_value(parser, json_integer(integer), value);
}

static fg_status parse_word(json_parser *parser, json_t **value) {
  static const char *const words[] = {"null", "true", "false"};
  for (int i = 0; i < 3; i++) {
    size_t length = strlen(words[i]);
    if ((size_t)(parser->end - parser->at) >= length && memcmp(parser->at, words[i], length) == 0) {
      parser->at += length;
      *value = i == 0 ? json_null() : json_boolean(i == 1);
      return FG_OK;
    }
  }
  return fail_here(parser, "expected a value");
}

static fg_status parse_member(json_parser *parser, json_t *object) {
  json_place *here = &parser->places[parser->depth - 1];
  size_t start = parser->decoded_used;
  here->key = NULL;
  skip_space(parser);
  if (parser->at == parser->end || *parser->at != '"') {
    return fail_here(parser, "expected a key in quotes");
  }
  const char *key = parser->at + 1;
  FG_TRY(decode_string(parser));
  here->key = key;
  here->key_length = (size_t)(parser->at - key - 1);
  if (json_object_get(object, parser->decoded + start) != NULL) {
    return fail_here(parser, "the key stands here twice");
  }
  parser->decoded_used++; /* its final 0: the key stays on the stack while the value is read */
  if (!skip(parser, ':')) {
    return fail_here(parser, "expected ':'");
  }
  json_t *value = NULL;
  FG_TRY(parse_value(parser, &value));
  int failed = json_object_set_new_nocheck(object, parser->decoded + start, value);
  parser->decoded_used = start;
  return failed ? no_memory(parser) : FG_OK;
}

static fg_status parse_members(json_parser *parser, json_t *object) {
  if (skip(parser, '}')) {
    return FG_OK;
  }
  do {
    FG_TRY(parse_member(parser, object));
  } while (skip(parser, ','));
  return skip(parser, '}') ? FG_OK : fail_here(parser, "expected ',' or '}'");
}

static fg_status parse_elements(json_parser *parser, json_t *list) {
  json_place *here = &parser->places[parser->depth - 1];
  if (skip(parser, ']')) {
    return FG_OK;
  }
  do {
    json_t *value = NULL;
    here->index = json_array_size(list);
    FG_TRY(parse_value(parser, &value));
    if (json_array_append_new(list, value) != 0) {
      return no_memory(parser);
    }
  } while (skip(parser, ','));
  return skip(parser, ']') ? FG_OK : fail_here(parser, "expected ',' or ']'");
}

static fg_status parse_container(json_parser *parser, bool is_list, json_t **value) {
  if (parser->depth == JSON_DEPTH_MAX) {
    return fail_here(parser, "nested too deep");
  }
  json_t *container = is_list ? json_array() : json_object();
  if (container == NULL) {
    return no_memory(parser);
  }
  parser->at++;
  parser->places[parser->depth++] = (json_place){.is_list = is_list};
  fg_status status = is_list ? parse_elements(parser, container) : parse_members(parser, container);
  parser->depth--;
  if (status != FG_OK) {
    json_decref(container);
    return status;
  }
  *value = container;
  return FG_OK;
}

static fg_status parse_value(json_parser *parser, json_t **value) {
  skip_space(parser);
  char c = parser->at < parser->end ? *parser->at : '\0';
  switch (c) {
  case '{': return parse_container(parser, false, value);
  case '[': return parse_container(parser, true, value);
  case '"': return parse_string(parser, value);
  default: return c == '-' || (c >= '0' && c <= '9') ? parse_number(parser, value) : parse_word(parser, value);
  }
}

fg_status fg_json_parse(const char *text, size_t length, json_t **root, fg_error *error) {
  const char *document = length == 0 ? "" : text;
  json_parser parser = {.text = document, .at = document, .end = document + length, .error = error};
  json_t *parsed = NULL;
  json_get_alloc_funcs(&parser.allocate, &parser.release);
  fg_status status = parse_value(&parser, &parsed);
  skip_space(&parser);
  if (status == FG_OK && parser.at < parser.end) {
    json_decref(parsed);
    status = fail_here(&parser, "expected the end of the document");
  }
  if (parser.decoded != NULL) {
    parser.release(parser.decoded);
  }
  if (status == FG_OK) {
    *root = parsed;
  }
  return status;
}
