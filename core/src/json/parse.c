/* The parser of JSON documents. It knows the path of the place where it stands. All its memory is from the document's
   arena, so that a document that is refused leaves nothing behind. */
#include "parser.h"

static fg_status parse_value(fg_json_parser *parser, fg_json *value);

static size_t skip_digits(fg_json_parser *parser) {
  const char *first = parser->in.next;
  while (parser->in.next < parser->in.end && *parser->in.next >= '0' && *parser->in.next <= '9') {
    parser->in.next++;
  }
  return (size_t)(parser->in.next - first);
}

/* Skips the fraction and the exponent of a number; false if one is malformed. */
static bool skip_fraction(fg_json_parser *parser) {
  bool valid = true;
  if (parser->in.next < parser->in.end && *parser->in.next == '.') {
    parser->in.next++;
    valid = skip_digits(parser) > 0;
  }
  if (valid && parser->in.next < parser->in.end && (*parser->in.next == 'e' || *parser->in.next == 'E')) {
    parser->in.next++;
    parser->in.next += parser->in.next < parser->in.end && (*parser->in.next == '+' || *parser->in.next == '-');
    valid = skip_digits(parser) > 0;
  }
  return valid;
}

static fg_status parse_number(fg_json_parser *parser, fg_json *value) {
  bool negative = *parser->in.next == '-';
  parser->in.next += negative;
  const char *digits = parser->in.next;
  size_t length = skip_digits(parser);
  const char *whole_end = parser->in.next;
  if (length == 0 || (length > 1 && *digits == '0') || !skip_fraction(parser)) {
    return fg_json_fail(parser, "expected a value; this is no number");
  }
  if (parser->in.next > whole_end) {
    value->kind = FG_JSON_REAL;
    return FG_OK;
  }
  int64_t integer = 0;
  for (const char *digit = digits; digit < whole_end; digit++) {
    int step = negative ? '0' - *digit : *digit - '0';
    if (!fg_multiply_i64(integer, 10, &integer) || !fg_add_i64(integer, step, &integer)) {
      parser->in.next = digits;
      return fg_json_fail(parser, "the integer is beyond 64 bits; a price or amount is a string, such as \"0.24\"");
    }
  }
  value->kind = FG_JSON_INTEGER;
  value->is.integer = integer;
  return FG_OK;
}

static fg_status parse_word(fg_json_parser *parser, fg_json *value) {
  static const char *const words[] = {"null", "true", "false"};
  for (int i = 0; i < 3; i++) {
    size_t length = strlen(words[i]);
    if ((size_t)(parser->in.end - parser->in.next) >= length && memcmp(parser->in.next, words[i], length) == 0) {
      parser->in.next += length;
      value->kind = i == 0 ? FG_JSON_NULL : FG_JSON_BOOLEAN;
      value->is.boolean = i == 1;
      return FG_OK;
    }
  }
  return fg_json_fail(parser, "expected a value");
}

/* A member of an object that is being read. The members form a tree over the bits of their keys (Morrison's PATRICIA).
   A search follows the bits of its key and ends where a branch leads up again, at the one member that may have the same
   key. So the time to find a key that stands twice is in proportion to the text, whatever keys there are and in
   whatever order. */
typedef struct json_leaf {
  fg_json_member member;
  size_t bit; ///< the first bit, from 1, in which its two branches differ; 0 in the first member, which has none
  struct json_leaf *branch[2];
} json_leaf;

/* A bit of a key; the bits after its end are 0. */
static bool bit_of(fg_string key, size_t bit) {
  size_t byte = (bit - 1) / 8;
  return byte < key.length && ((unsigned char)key.text[byte] >> (7 - (bit - 1) % 8) & 1) != 0;
}

/* The first bit, from 1, in which two keys differ; 0 if they are equal. No key has a character 0. */
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

/* The member that shares the longest beginning with a key. */
static const json_leaf *find_closest(const json_leaf *root, fg_string key) {
  const json_leaf *at = root;
  for (size_t above = 0; at->bit > above; at = at->branch[bit_of(key, above)]) {
    above = at->bit;
  }
  return at;
}

/* Gives a member its key and puts it into the tree; false if another member has the key. */
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

static fg_status parse_member(fg_json_parser *parser, json_leaf **root, json_leaf *leaf) {
  fg_json_level *here = &parser->places[parser->depth - 1];
  fg_string key;
  here->key = NULL;
  fg_json_scan_space(&parser->in);
  if (parser->in.next == parser->in.end || *parser->in.next != '"') {
    return fg_json_fail(parser, "expected a key in quotes");
  }
  const char *written = parser->in.next + 1;
  FG_TRY(fg_json_parse_string(parser, &key));
  here->key = written;
  here->key_length = (size_t)(parser->in.next - written - 1);
  if (!insert_leaf(root, leaf, key)) {
    return fg_json_fail(parser, "the key stands here twice");
  }
  if (!fg_json_scan_mark(&parser->in, ':')) {
    return fg_json_fail(parser, "expected ':'");
  }
  return parse_value(parser, &leaf->member.value);
}

static fg_status parse_members(fg_json_parser *parser, fg_json *object) {
  json_leaf *root = NULL;
  const fg_json_member **place = &object->is.object.first;
  if (fg_json_scan_mark(&parser->in, '}')) {
    return FG_OK;
  }
  do {
    json_leaf *leaf = fg_json_allocate(parser, sizeof *leaf);
    if (leaf == NULL) {
      return FG_NO_MEMORY;
    }
    object->is.object.count++;
    *place = &leaf->member;
    place = &leaf->member.next;
    FG_TRY(parse_member(parser, &root, leaf));
  } while (fg_json_scan_mark(&parser->in, ','));
  return fg_json_scan_mark(&parser->in, '}') ? FG_OK : fg_json_fail(parser, "expected ',' or '}'");
}

static fg_status parse_elements(fg_json_parser *parser, fg_json *list) {
  fg_json_level *here = &parser->places[parser->depth - 1];
  const fg_json **place = &list->is.list.first;
  if (fg_json_scan_mark(&parser->in, ']')) {
    return FG_OK;
  }
  do {
    fg_json *element = fg_json_allocate(parser, sizeof *element);
    if (element == NULL) {
      return FG_NO_MEMORY;
    }
    here->index = list->is.list.count++;
    *place = element;
    place = &element->next;
    FG_TRY(parse_value(parser, element));
  } while (fg_json_scan_mark(&parser->in, ','));
  return fg_json_scan_mark(&parser->in, ']') ? FG_OK : fg_json_fail(parser, "expected ',' or ']'");
}

static fg_status parse_container(fg_json_parser *parser, fg_json_kind kind, fg_json *value) {
  if (parser->depth == FG_JSON_DEPTH_MAX) {
    return fg_json_fail(parser, "nested too deep");
  }
  parser->in.next++;
  parser->places[parser->depth++] = (fg_json_level){.is_list = kind == FG_JSON_LIST};
  value->kind = kind;
  FG_TRY(kind == FG_JSON_LIST ? parse_elements(parser, value) : parse_members(parser, value));
  parser->depth--;
  return FG_OK;
}

/* Parses a value into one that is all zero. */
static fg_status parse_value(fg_json_parser *parser, fg_json *value) {
  FG_TRY(parser->watch == NULL ? FG_OK : fg_watch_goes_on(parser->watch));
  fg_json_scan_space(&parser->in);
  char c = parser->in.next < parser->in.end ? *parser->in.next : '\0';
  size_t offset = (size_t)(parser->in.next - parser->text);
  value->offset = offset < UINT32_MAX ? (uint32_t)offset : UINT32_MAX;
  switch (c) {
  case '{': return parse_container(parser, FG_JSON_OBJECT, value);
  case '[': return parse_container(parser, FG_JSON_LIST, value);
  case '"': value->kind = FG_JSON_STRING; return fg_json_parse_string(parser, &value->is.string);
  default: return c == '-' || (c >= '0' && c <= '9') ? parse_number(parser, value) : parse_word(parser, value);
  }
}

fg_status fg_json_parse_until(fg_string text, const fg_allocator *allocator, fg_watch *watch,
                              fg_json_document *document, size_t *offset, fg_error *error) {
  const char *first = text.length == 0 ? "" : text.text;
  fg_json_parser parser = {.text = first, .in = fg_json_scan_begin(text), .document = document, .error = error};
  parser.watch = watch;
  *document = (fg_json_document){.allocator = fg_allocator_or_default(allocator)};
  fg_status status = parse_value(&parser, &document->root);
  if (status == FG_OK) {
    status = fg_json_scan_is_over(&parser.in) ? FG_OK : fg_json_fail(&parser, "expected the end of the document");
  }
  FG_ASSERT(status != FG_OK || parser.depth == 0);
  if (status != FG_OK) {
    fg_json_release(document);
  }
  *offset = (size_t)(parser.in.next - first);
  return status;
}

fg_status fg_json_parse_watched(fg_string text, const fg_allocator *allocator, fg_watch *watch,
                                fg_json_document *document, fg_error *error) {
  size_t offset = 0;
  fg_status status = fg_json_parse_until(text, allocator, watch, document, &offset, error);
  if (status == FG_INVALID && error != NULL) {
    const fg_error told = *error;
    fg_json_place place = {1, 1};
    fg_json_place_move(&place, text, 0, offset);
    (void)fg_fail(error, FG_INVALID, told.path, "line %lld, column %lld: %s", (long long)place.line,
                  (long long)place.column, told.message);
  }
  return status;
}

fg_status fg_json_parse(fg_string text, const fg_allocator *allocator, fg_json_document *document, fg_error *error) {
  return fg_json_parse_watched(text, allocator, NULL, document, error);
}

void fg_json_release(fg_json_document *document) {
  fg_arena_release(&document->arena, &document->allocator);
  document->root = (fg_json){.kind = FG_JSON_NULL};
}
