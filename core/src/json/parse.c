/* The parser of JSON documents. It knows the path of the place it stands at, and takes all memory from the arena of the
   document, so that a document that is refused leaves nothing behind. */
#include <stdio.h>

#include "read.h"
#include "scan.h"

/* Where the parser stands inside one object or list. */
typedef struct json_place {
  bool is_list;
  size_t index;
  const char *key; ///< as written in the document; NULL until it was read
  size_t key_length;
} json_place;

enum { JSON_DEPTH_MAX = 64 };

typedef struct json_parser {
  const char *text;
  fg_json_scan in; ///< what is left of the text
  fg_json_document *document;
  fg_error *error;
  json_place places[JSON_DEPTH_MAX];
  size_t depth;
  char *decoded; ///< where the next byte of the string that is being read goes
} json_parser;

static fg_status parse_value(json_parser *parser, fg_json *value);

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
  print_path(parser, path, sizeof path);
  return fg_fail(parser->error, FG_INVALID, path, "%s",
                 parser->in.at == parser->in.end ? "the document ends too early" : message);
}

void fg_json_place_move(fg_json_place *place, fg_string text, size_t from, size_t to) {
  for (size_t i = from; i < to && i < text.length; i++) {
    if (text.text[i] == '\n') {
      place->line++;
      place->column = 1;
    } else if (((unsigned char)text.text[i] & 0xC0) != 0x80) {
      place->column++;
    }
  }
}

/* Zeroed; NULL, the error told, when memory is short. */
static void *allocate(const json_parser *parser, size_t size) {
  void *block = fg_arena_allocate(&parser->document->arena, &parser->document->allocator, size);
  if (block == NULL) {
    (void)fg_refuse(parser->error, FG_NO_MEMORY);
  }
  return block;
}

/* -------------------------------------------------------------------------------------------------------- strings */

static void put_byte(json_parser *parser, uint32_t byte) { *parser->decoded++ = (char)byte; }

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
    const char *digit = parser->in.at < parser->in.end ? memchr(digits, *parser->in.at, sizeof digits - 1) : NULL;
    if (digit == NULL) {
      return false;
    }
    *unit = *unit << 4 | ((uint32_t)(digit - digits) & 15);
    parser->in.at++;
  }
  return true;
}

static fg_status decode_unicode(json_parser *parser) {
  uint32_t code = 0;
  uint32_t low = 0;
  bool read = read_unit(parser, &code);
  if (read && code >= 0xD800 && code < 0xDC00) {
    read = parser->in.end - parser->in.at > 2 && parser->in.at[0] == '\\' && parser->in.at[1] == 'u';
    parser->in.at += read ? 2 : 0;
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
  char name = parser->in.at < parser->in.end ? *parser->in.at : '\0';
  const char *known = memchr(names, name, sizeof names - 1);
  if (name != 'u' && known == NULL) {
    return fail_here(parser, "there is no such escape");
  }
  parser->in.at++;
  if (name == 'u') {
    return decode_unicode(parser);
  }
  put_byte(parser, (unsigned char)meanings[known - names]);
  return FG_OK;
}

static fg_status decode_character(json_parser *parser) {
  unsigned char c = (unsigned char)*parser->in.at;
  if (c >= 0x20 && c < 0x80 && c != '\\') {
    put_byte(parser, c);
    parser->in.at++;
    return FG_OK;
  }
  if (c < 0x20) {
    return fail_here(parser, "a control character must be written as an escape");
  }
  if (c == '\\') {
    parser->in.at++;
    return decode_escape(parser);
  }
  size_t length = fg_utf8_length(parser->in.at, parser->in.end);
  if (length == 0) {
    return fail_here(parser, "this is no UTF-8");
  }
  memcpy(parser->decoded, parser->in.at, length);
  parser->decoded += length;
  parser->in.at += length;
  return FG_OK;
}

/* Takes room for the string as it is written, because no escape is shorter than what it stands for; the final 0 has the
   place of a quote. */
static fg_status parse_string(json_parser *parser, fg_string *string) {
  fg_json_scan behind = parser->in;
  fg_string written = {NULL, 0};
  (void)fg_json_scan_value(&behind, &written); /* without a closing quote up to the end of the document */
  char *text = allocate(parser, written.length);
  if (text == NULL) {
    return FG_NO_MEMORY;
  }
  parser->decoded = text;
  parser->in.at++;
  while (parser->in.at < parser->in.end && *parser->in.at != '"') {
    FG_TRY(decode_character(parser));
  }
  if (parser->in.at == parser->in.end) {
    return fail_here(parser, "");
  }
  parser->in.at++;
  *string = (fg_string){text, (size_t)(parser->decoded - text)};
  FG_ASSERT(string->length < written.length);
  return FG_OK;
}

/* --------------------------------------------------------------------------------------------------------- values */

static size_t skip_digits(json_parser *parser) {
  const char *first = parser->in.at;
  while (parser->in.at < parser->in.end && *parser->in.at >= '0' && *parser->in.at <= '9') {
    parser->in.at++;
  }
  return (size_t)(parser->in.at - first);
}

/* Skips what follows the whole part of a number; false if it is malformed. */
static bool skip_fraction(json_parser *parser) {
  bool valid = true;
  if (parser->in.at < parser->in.end && *parser->in.at == '.') {
    parser->in.at++;
    valid = skip_digits(parser) > 0;
  }
  if (valid && parser->in.at < parser->in.end && (*parser->in.at == 'e' || *parser->in.at == 'E')) {
    parser->in.at++;
    parser->in.at += parser->in.at < parser->in.end && (*parser->in.at == '+' || *parser->in.at == '-');
    valid = skip_digits(parser) > 0;
  }
  return valid;
}

static fg_status parse_number(json_parser *parser, fg_json *value) {
  bool negative = *parser->in.at == '-';
  parser->in.at += negative;
  const char *digits = parser->in.at;
  size_t length = skip_digits(parser);
  const char *whole_end = parser->in.at;
  if (length == 0 || (length > 1 && *digits == '0') || !skip_fraction(parser)) {
    return fail_here(parser, "expected a value; this is no number");
  }
  if (parser->in.at > whole_end) {
    value->kind = FG_JSON_REAL;
    return FG_OK;
  }
  int64_t integer = 0;
  for (const char *digit = digits; digit < whole_end; digit++) {
    int step = negative ? '0' - *digit : *digit - '0';
    if (!fg_multiply_i64(integer, 10, &integer) || !fg_add_i64(integer, step, &integer)) {
      parser->in.at = digits;
      return fail_here(parser, "the integer is beyond 64 bits");
    }
  }
  value->kind = FG_JSON_INTEGER;
  value->is.integer = integer;
  return FG_OK;
}

static fg_status parse_word(json_parser *parser, fg_json *value) {
  static const char *const words[] = {"null", "true", "false"};
  for (int i = 0; i < 3; i++) {
    size_t length = strlen(words[i]);
    if ((size_t)(parser->in.end - parser->in.at) >= length && memcmp(parser->in.at, words[i], length) == 0) {
      parser->in.at += length;
      value->kind = i == 0 ? FG_JSON_NULL : FG_JSON_BOOLEAN;
      value->is.boolean = i == 1;
      return FG_OK;
    }
  }
  return fail_here(parser, "expected a value");
}

/* -------------------------------------------------------------------------------------------------------- members */

/* A member while its object is read. The members are a tree over the bits of their keys (Morrison's PATRICIA): a search
   follows the bits of its key, and ends where a branch leads up again, at the one member whose key may be the same. So
   the time to find a key that stands twice stays in proportion to the text, whatever keys a document has and in
   whatever order. */
typedef struct json_leaf {
  fg_json_member member;
  size_t bit; ///< the first, from 1, by which its two branches differ; 0 in the first member, which has none
  struct json_leaf *branch[2];
} json_leaf;

/* Behind the key are zeros. */
static bool bit_of(fg_string key, size_t bit) {
  size_t byte = (bit - 1) / 8;
  return byte < key.length && ((unsigned char)key.text[byte] >> (7 - (bit - 1) % 8) & 1) != 0;
}

/* The first bit, from 1, by which two keys differ; 0 for equal ones. Neither has a character 0. */
static size_t differing_bit(const char *a, const char *b) {
  size_t byte = 0;
  while (a[byte] == b[byte] && a[byte] != '\0') {
    byte++;
  }
  unsigned differing = (unsigned char)a[byte] ^ (unsigned char)b[byte];
  size_t bit = 8 * byte + 1;
  for (unsigned mask = 0x80; mask > differing; mask >>= 1) {
    bit++;
  }
  return differing == 0 ? 0 : bit;
}

/* The member that shares most of its beginning with the key. */
static const json_leaf *find_closest(const json_leaf *root, fg_string key) {
  const json_leaf *at = root;
  for (size_t above = 0; at->bit > above; at = at->branch[bit_of(key, above)]) {
    above = at->bit;
  }
  return at;
}

/* Gives a member its key and a place in the tree; answers false where another member has the key. */
static bool insert_leaf(json_leaf **root, json_leaf *leaf, fg_string key) {
  json_leaf **place = root;
  leaf->member.key = key.text;
  if (*root == NULL) {
    *root = leaf;
    return true;
  }
  leaf->bit = differing_bit(key.text, find_closest(*root, key)->member.key);
  if (leaf->bit == 0) {
    return false;
  }
  for (size_t above = 0; (*place)->bit > above && (*place)->bit < leaf->bit;) {
    above = (*place)->bit;
    place = &(*place)->branch[bit_of(key, above)];
  }
  leaf->branch[bit_of(key, leaf->bit)] = leaf;
  leaf->branch[!bit_of(key, leaf->bit)] = *place;
  *place = leaf;
  return true;
}

static fg_status parse_member(json_parser *parser, json_leaf **root, json_leaf *leaf) {
  json_place *here = &parser->places[parser->depth - 1];
  fg_string key;
  here->key = NULL;
  fg_json_scan_space(&parser->in);
  if (parser->in.at == parser->in.end || *parser->in.at != '"') {
    return fail_here(parser, "expected a key in quotes");
  }
  const char *written = parser->in.at + 1;
  FG_TRY(parse_string(parser, &key));
  here->key = written;
  here->key_length = (size_t)(parser->in.at - written - 1);
  if (!insert_leaf(root, leaf, key)) {
    return fail_here(parser, "the key stands here twice");
  }
  if (!fg_json_scan_mark(&parser->in, ':')) {
    return fail_here(parser, "expected ':'");
  }
  return parse_value(parser, &leaf->member.value);
}

static fg_status parse_members(json_parser *parser, fg_json *object) {
  json_leaf *root = NULL;
  const fg_json_member **place = &object->is.object.first;
  if (fg_json_scan_mark(&parser->in, '}')) {
    return FG_OK;
  }
  do {
    json_leaf *leaf = allocate(parser, sizeof *leaf);
    if (leaf == NULL) {
      return FG_NO_MEMORY;
    }
    object->is.object.count++;
    *place = &leaf->member;
    place = &leaf->member.next;
    FG_TRY(parse_member(parser, &root, leaf));
  } while (fg_json_scan_mark(&parser->in, ','));
  return fg_json_scan_mark(&parser->in, '}') ? FG_OK : fail_here(parser, "expected ',' or '}'");
}

static fg_status parse_elements(json_parser *parser, fg_json *list) {
  json_place *here = &parser->places[parser->depth - 1];
  const fg_json **place = &list->is.list.first;
  if (fg_json_scan_mark(&parser->in, ']')) {
    return FG_OK;
  }
  do {
    fg_json *element = allocate(parser, sizeof *element);
    if (element == NULL) {
      return FG_NO_MEMORY;
    }
    here->index = list->is.list.count++;
    *place = element;
    place = &element->next;
    FG_TRY(parse_value(parser, element));
  } while (fg_json_scan_mark(&parser->in, ','));
  return fg_json_scan_mark(&parser->in, ']') ? FG_OK : fail_here(parser, "expected ',' or ']'");
}

static fg_status parse_container(json_parser *parser, fg_json_kind kind, fg_json *value) {
  if (parser->depth == JSON_DEPTH_MAX) {
    return fail_here(parser, "nested too deep");
  }
  parser->in.at++;
  parser->places[parser->depth++] = (json_place){.is_list = kind == FG_JSON_LIST};
  value->kind = kind;
  FG_TRY(kind == FG_JSON_LIST ? parse_elements(parser, value) : parse_members(parser, value));
  parser->depth--;
  return FG_OK;
}

/* Into a value that is all zero. */
static fg_status parse_value(json_parser *parser, fg_json *value) {
  fg_json_scan_space(&parser->in);
  char c = parser->in.at < parser->in.end ? *parser->in.at : '\0';
  size_t at = (size_t)(parser->in.at - parser->text);
  value->at = at < UINT32_MAX ? (uint32_t)at : UINT32_MAX;
  switch (c) {
  case '{': return parse_container(parser, FG_JSON_OBJECT, value);
  case '[': return parse_container(parser, FG_JSON_LIST, value);
  case '"': value->kind = FG_JSON_STRING; return parse_string(parser, &value->is.string);
  default: return c == '-' || (c >= '0' && c <= '9') ? parse_number(parser, value) : parse_word(parser, value);
  }
}

fg_status fg_json_parse_until(fg_string text, const fg_allocator *allocator, fg_json_document *document, size_t *at,
                              fg_error *error) {
  const char *first = text.length == 0 ? "" : text.text;
  json_parser parser = {.text = first, .in = {first, first + text.length}, .document = document, .error = error};
  *document = (fg_json_document){.allocator = fg_allocator_or_default(allocator)};
  fg_status status = parse_value(&parser, &document->root);
  if (status == FG_OK) {
    status = fg_json_scan_is_over(&parser.in) ? FG_OK : fail_here(&parser, "expected the end of the document");
  }
  FG_ASSERT(status != FG_OK || parser.depth == 0);
  if (status != FG_OK) {
    fg_json_release(document);
  }
  *at = (size_t)(parser.in.at - first);
  return status;
}

fg_status fg_json_parse(fg_string text, const fg_allocator *allocator, fg_json_document *document, fg_error *error) {
  size_t at = 0;
  fg_status status = fg_json_parse_until(text, allocator, document, &at, error);
  if (status == FG_INVALID && error != NULL) {
    const fg_error told = *error;
    fg_json_place place = {1, 1};
    fg_json_place_move(&place, text, 0, at);
    (void)fg_fail(error, FG_INVALID, told.path, "line %lld, column %lld: %s", (long long)place.line,
                  (long long)place.column, told.message);
  }
  return status;
}

void fg_json_release(fg_json_document *document) {
  fg_arena_release(&document->arena, &document->allocator);
  document->root = (fg_json){.kind = FG_JSON_NULL};
}
