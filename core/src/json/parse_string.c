/* Strings of a document: their escapes, and whether they are UTF-8. */
#include "parser.h"

static void put_byte(fg_json_parser *parser, uint32_t byte) { *parser->decoded++ = (char)byte; }

static void put_code_point(fg_json_parser *parser, uint32_t code) {
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

/* Reads the four digits after "\u". */
static bool read_unit(fg_json_parser *parser, uint32_t *unit) {
  static const char digits[] = "0123456789abcdef0123456789ABCDEF";
  *unit = 0;
  for (int i = 0; i < 4; i++) {
    const char *digit = parser->in.next < parser->in.end ? memchr(digits, *parser->in.next, sizeof digits - 1) : NULL;
    if (digit == NULL) {
      return false;
    }
    *unit = *unit << 4 | ((uint32_t)(digit - digits) & 15);
    parser->in.next++;
  }
  return true;
}

static fg_status decode_unicode(fg_json_parser *parser) {
  uint32_t code = 0;
  uint32_t low = 0;
  bool read = read_unit(parser, &code);
  if (read && code >= 0xD800 && code < 0xDC00) {
    read = parser->in.end - parser->in.next > 2 && parser->in.next[0] == '\\' && parser->in.next[1] == 'u';
    parser->in.next += read ? 2 : 0;
    read = read && read_unit(parser, &low) && low >= 0xDC00 && low <= 0xDFFF;
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  if (!read || (code >= 0xD800 && code <= 0xDFFF)) {
    return fg_json_fail(parser, "expected \\u and four digits of base 16, surrogates in pairs");
  }
  if (code == 0) {
    return fg_json_fail(parser, "the character \\u0000 is not allowed");
  }
  put_code_point(parser, code);
  return FG_OK;
}

/* Decodes what follows a backslash. */
static fg_status decode_escape(fg_json_parser *parser) {
  static const char names[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  char name = parser->in.next < parser->in.end ? *parser->in.next : '\0';
  const char *known = memchr(names, name, sizeof names - 1);
  if (name != 'u' && known == NULL) {
    return fg_json_fail(parser, "there is no such escape");
  }
  parser->in.next++;
  if (name == 'u') {
    return decode_unicode(parser);
  }
  put_byte(parser, (unsigned char)meanings[known - names]);
  return FG_OK;
}

static fg_status decode_character(fg_json_parser *parser) {
  unsigned char c = (unsigned char)*parser->in.next;
  if (c >= 0x20 && c < 0x80 && c != '\\') {
    put_byte(parser, c);
    parser->in.next++;
    return FG_OK;
  }
  if (c < 0x20) {
    return fg_json_fail(parser, "a control character must be written as an escape");
  }
  if (c == '\\') {
    parser->in.next++;
    return decode_escape(parser);
  }
  size_t length = fg_utf8_length(parser->in.next, parser->in.end);
  if (length == 0) {
    return fg_json_fail(parser, "this is no UTF-8");
  }
  memcpy(parser->decoded, parser->in.next, length);
  parser->decoded += length;
  parser->in.next += length;
  return FG_OK;
}

/* Allocates as many bytes as the string has in the text, because no escape is shorter than what it stands for; the
   final 0 takes the place of a quote. */
fg_status fg_json_parse_string(fg_json_parser *parser, fg_string *string) {
  fg_json_scan behind = parser->in;
  fg_string written = {NULL, 0};
  (void)fg_json_scan_value(&behind, &written); /* without a closing quote, it goes to the end of the document */
  char *text = fg_json_allocate(parser, written.length);
  if (text == NULL) {
    return FG_NO_MEMORY;
  }
  parser->decoded = text;
  parser->in.next++;
  while (parser->in.next < parser->in.end && *parser->in.next != '"') {
    FG_TRY(decode_character(parser));
  }
  if (parser->in.next == parser->in.end) {
    return fg_json_fail(parser, "");
  }
  parser->in.next++;
  *string = (fg_string){text, (size_t)(parser->decoded - text)};
  FG_ASSERT(string->length < written.length);
  return FG_OK;
}
