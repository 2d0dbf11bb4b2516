/* Finds lines of a CSV file that are one row each; other lines need a closer look. */
#include "columns.h"

#include <string.h>

/* Returns the place after the quote that closes a field; NULL if the line ends first. */
static const char *close_quote(const char *at, const char *end) {
  for (; at < end && *at != '\n' && *at != '\r'; at++) {
    if (*at == '"') {
      bool is_doubled = at + 1 < end && at[1] == '"';
      if (!is_doubled) {
        return at + 1;
      }
      at++;
    }
  }
  return NULL;
}

static const char *skip_bare(const char *at, const char *end, char mark) {
  while (at < end && *at != mark && *at != '\n' && *at != '\r' && *at != '"') {
    at++;
  }
  return at;
}

static bool is_blank(const char *at, const char *end, char mark) {
  while (at < end && (*at == ' ' || *at == '\t') && *at != mark) {
    at++;
  }
  return at == end || *at == '\n' || *at == '\r';
}

/* Returns the place after the line, if each of its quotes encloses a field or is doubled within one, and it has no
   carriage return inside; else NULL. */
static const char *skip_line(const char *at, const char *end, char mark) {
  static const char byte_order_mark[] = "\xEF\xBB\xBF";
  if (is_blank(at, end, mark) || (end - at >= 3 && memcmp(at, byte_order_mark, 3) == 0)) {
    return NULL;
  }
  for (;;) {
    at = at < end && *at == '"' ? close_quote(at + 1, end) : skip_bare(at, end, mark);
    if (at == NULL || at == end) {
      return NULL;
    }
    if (*at == mark) {
      at++;
    } else {
      at += *at == '\r';
      return at < end && *at == '\n' ? at + 1 : NULL;
    }
  }
}

PyObject *pfg_csv_lines(PyObject *module, PyObject *args) {
  Py_buffer data;
  Py_ssize_t start = 0;
  int mark = 0;
  (void)module;
  if (!PyArg_ParseTuple(args, "y*nC:_csv_lines", &data, &start, &mark)) {
    return NULL;
  }
  const char *text = data.buf;
  const char *end = text + data.len;
  const char *at = start >= 0 && start <= data.len ? text + start : end;
  Py_ssize_t lines = 0;
  Py_BEGIN_ALLOW_THREADS
  for (const char *next = at; next != end && (next = skip_line(next, end, (char)mark)) != NULL; lines++) {
    at = next;
  }
  Py_END_ALLOW_THREADS
  Py_ssize_t length = at - text;
  PyBuffer_Release(&data);
  return Py_BuildValue("(nn)", length, lines);
}
