#include "scan.h"

static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

void fg_json_scan_space(fg_json_scan *scan) {
  while (scan->at < scan->end && is_space(*scan->at)) {
    scan->at++;
  }
}

bool fg_json_scan_mark(fg_json_scan *scan, char mark) {
  fg_json_scan_space(scan);
  bool is_there = scan->at < scan->end && *scan->at == mark;
  scan->at += is_there ? 1 : 0;
  return is_there;
}

bool fg_json_scan_is_over(fg_json_scan *scan) {
  fg_json_scan_space(scan);
  return scan->at == scan->end;
}

/* Passes a string from its opening quote to after its closing quote; false if it has none. */
static bool pass_string(fg_json_scan *scan) {
  for (scan->at++; scan->at < scan->end; scan->at++) {
    if (*scan->at == '"') {
      scan->at++;
      return true;
    }
    if (*scan->at == '\\' && ++scan->at == scan->end) {
      return false;
    }
  }
  return false;
}

/* Passes brackets up to the one that closes the first. All forms of brackets count alike, because the parser tells them
   apart. */
static bool pass_brackets(fg_json_scan *scan) {
  size_t depth = 0;
  while (scan->at < scan->end) {
    if (*scan->at == '"') {
      if (!pass_string(scan)) {
        return false;
      }
      continue;
    }
    depth += *scan->at == '{' || *scan->at == '[' ? 1 : 0;
    depth -= *scan->at == '}' || *scan->at == ']' ? 1 : 0;
    scan->at++;
    if (depth == 0) {
      return true;
    }
  }
  return false;
}

static bool pass_word(fg_json_scan *scan) {
  const char *start = scan->at;
  while (scan->at < scan->end && (*scan->at == '\0' || strchr(" \t\r\n,:]}", *scan->at) == NULL)) {
    scan->at++;
  }
  return scan->at > start;
}

bool fg_json_scan_value(fg_json_scan *scan, fg_string *value) {
  fg_json_scan_space(scan);
  if (scan->at == scan->end) {
    return false;
  }
  value->text = scan->at;
  bool is_whole = *scan->at == '"'                       ? pass_string(scan)
                  : *scan->at == '{' || *scan->at == '[' ? pass_brackets(scan)
                                                         : pass_word(scan);
  value->length = (size_t)(scan->at - value->text);
  return is_whole;
}
