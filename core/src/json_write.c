#include "json_write.h"

static bool json_append(fg_json_writer *writer, const char *bytes, size_t length) {
  writer->status = fg_text_append(writer->text, bytes, length);
  return writer->status == FG_OK;
}

static bool json_escape(fg_json_writer *writer, unsigned char c) {
  static const char digits[] = "0123456789abcdef";
  char escape[] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
  if (c == '"' || c == '\\') {
    escape[1] = (char)c;
    return json_append(writer, escape, 2);
  }
  return json_append(writer, escape, sizeof escape);
}

static bool json_string(fg_json_writer *writer, fg_string string) {
  const char *end = string.length == 0 ? string.text : string.text + string.length;
  const char *plain = string.text; /* where the run of characters that need no escape began */
  bool written = json_append(writer, "\"", 1);
  for (const char *at = plain; at != end && written; at++) {
    unsigned char c = (unsigned char)*at;
    if (c < 0x20 || c == '"' || c == '\\') {
      written = json_append(writer, plain, (size_t)(at - plain)) && json_escape(writer, c);
      plain = at + 1;
    }
  }
  return written && json_append(writer, plain, (size_t)(end - plain)) && json_append(writer, "\"", 1);
}

/* Everything before a value: the comma after the one before it, and its key. */
static bool json_lead(fg_json_writer *writer, const char *key) {
  bool written = !writer->comma || json_append(writer, ",", 1);
  writer->comma = true;
  return written && (key == NULL || (json_string(writer, fg_string_of(key)) && json_append(writer, ":", 1)));
}

static bool json_open(fg_json_writer *writer, const char *key, const char *bracket) {
  bool written = json_lead(writer, key) && json_append(writer, bracket, 1);
  writer->comma = false;
  return written;
}

static bool json_close(fg_json_writer *writer, const char *bracket) {
  writer->comma = true;
  return json_append(writer, bracket, 1);
}

static bool json_begin_object(void *context, const char *key) { return json_open(context, key, "{"); }
static bool json_end_object(void *context) { return json_close(context, "}"); }
static bool json_begin_list(void *context, const char *key) { return json_open(context, key, "["); }
static bool json_end_list(void *context) { return json_close(context, "]"); }

static bool json_text(void *context, const char *key, fg_string value) {
  return json_lead(context, key) && json_string(context, value);
}

static bool json_integer(void *context, const char *key, int64_t value) {
  char digits[20];
  char *first = digits + sizeof digits;
  uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
  do {
    *--first = (char)('0' + size % 10);
    size /= 10;
  } while (size > 0);
  if (value < 0) {
    *--first = '-';
  }
  return json_lead(context, key) && json_append(context, first, (size_t)(digits + sizeof digits - first));
}

static bool json_money(void *context, const char *key, fg_money value) {
  const fg_json_writer *writer = context;
  char amount[FG_MONEY_TEXT_MAX];
  fg_string text = {amount, fg_money_format(value, writer->minor_digits, amount)};
  return json_text(context, key, text);
}

static bool json_time(void *context, const char *key, fg_time value) {
  const fg_json_writer *writer = context;
  char time[FG_TIME_TEXT_MAX];
  fg_string text = {time, fg_time_format(value, writer->offset_minutes, time)};
  return json_text(context, key, text);
}

static bool json_flag(void *context, const char *key, bool value) {
  return json_lead(context, key) && json_append(context, value ? "true" : "false", value ? 4 : 5);
}

static bool json_null(void *context, const char *key) {
  return json_lead(context, key) && json_append(context, "null", 4);
}

fg_visitor fg_json_visitor(fg_json_writer *writer) {
  fg_visitor visitor = {writer,    json_begin_object, json_end_object, json_begin_list, json_end_list, json_text,
                        json_integer, json_money,     json_time,       json_flag,       json_null};
  return visitor;
}
