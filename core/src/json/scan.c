#include "scan.h"

static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

size_t fg_json_mark_length(fg_string text) {
  static const char mark[] = "\xEF\xBB\xBF";
  size_t length = sizeof mark - 1;
  return text.length >= length && memcmp(text.text, mark, length) == 0 ? length : 0;
}

fg_json_scan fg_json_scan_begin(fg_string text) {
  const char *first = text.length == 0 ? "" : text.text;
  return (fg_json_scan){first + fg_json_mark_length(text), first + text.length};
}

void fg_json_scan_space(fg_json_scan *scan) {
  while (scan->next < scan->end && is_space(*scan->next)) {
    scan->next++;
  }
}

bool fg_json_scan_mark(fg_json_scan *scan, char mark) {
  fg_json_scan_space(scan);
  bool is_there = scan->next < scan->end && *scan->next == mark;
  scan->next += is_there ? 1 : 0;
  return is_there;
}

bool fg_json_scan_is_over(fg_json_scan *scan) {
  fg_json_scan_space(scan);
  return scan->next == scan->end;
}

/* Passes a string from its opening quote to after its closing quote; false if it has none. */
static bool pass_string(fg_json_scan *scan) {
  for (scan->next++; scan->next < scan->end; scan->next++) {
    if (*scan->next == '"') {
      scan->next++;
      return true;
    }
    if (*scan->next == '\\' && ++scan->next == scan->end) {
      return false;
    }
  }
  return false;
}

/* Passes brackets up to the one that closes the first. All forms of brackets count alike, because the parser tells them
   apart. */
static bool pass_brackets(fg_json_scan *scan) {
  size_t depth = 0;
  while (scan->next < scan->end) {
    if (*scan->next == '"') {
      if (!pass_string(scan)) {
        return false;
      }
      continue;
    }
    depth += *scan->next == '{' || *scan->next == '[' ? 1 : 0;
    depth -= *scan->next == '}' || *scan->next == ']' ? 1 : 0;
    scan->next++;
    if (depth == 0) {
      return true;
    }
  }
  return false;
}

static bool pass_word(fg_json_scan *scan) {
  const char *start = scan->next;
  while (scan->next < scan->end && (*scan->next == '\0' || strchr(" \t\r\n,:]}", *scan->next) == NULL)) {
    scan->next++;
  }
  return scan->next > start;
}

bool fg_json_scan_value(fg_json_scan *scan, fg_string *value) {
  fg_json_scan_space(scan);
  if (scan->next == scan->end) {
    return false;
  }
  value->text = scan->next;
  bool is_whole = *scan->next == '"'                         ? pass_string(scan)
                  : *scan->next == '{' || *scan->next == '[' ? pass_brackets(scan)
                                                             : pass_word(scan);
  value->length = (size_t)(scan->next - value->text);
  return is_whole;
}
