#include "write.h"

/* Appends bytes, unless an earlier call failed, because the text would then have a gap. */
static bool write_append(fg_json_writer *writer, const char *bytes, size_t length) {
  if (writer->status == FG_OK) {
    writer->status = fg_text_append(writer->text, bytes, length);
  }
  return writer->status == FG_OK;
}

static bool write_escape(fg_json_writer *writer, unsigned char c) {
  static const char digits[] = "0123456789abcdef";
  char escape[] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
  if (c == '"' || c == '\\') {
    escape[1] = (char)c;
    return write_append(writer, escape, 2);
  }
  return write_append(writer, escape, sizeof escape);
}

static bool write_string(fg_json_writer *writer, fg_string string) {
  const char *end = string.length == 0 ? string.text : string.text + string.length;
  const char *plain = string.text; /* begin of the characters that need no escape */
  bool written = write_append(writer, "\"", 1);
  for (const char *next = plain; next != end && written; next++) {
    unsigned char c = (unsigned char)*next;
    if (c < 0x20 || c == '"' || c == '\\') {
      written = write_append(writer, plain, (size_t)(next - plain)) && write_escape(writer, c);
      plain = next + 1;
    }
  }
  return written && write_append(writer, plain, (size_t)(end - plain)) && write_append(writer, "\"", 1);
}

/* Writes what comes before a value: a comma if another value precedes it, and its key. */
static bool write_lead(fg_json_writer *writer, const char *key) {
  bool written = !writer->comma || write_append(writer, ",", 1);
  writer->comma = true;
  return written && (key == NULL || (write_string(writer, fg_string_of(key)) && write_append(writer, ":", 1)));
}

static bool write_open(fg_json_writer *writer, const char *key, const char *bracket) {
  bool written = write_lead(writer, key) && write_append(writer, bracket, 1);
  writer->comma = false;
  return written;
}

static bool write_close(fg_json_writer *writer, const char *bracket) {
  writer->comma = true;
  return write_append(writer, bracket, 1);
}

static bool write_begin_object(void *context, const char *key) { return write_open(context, key, "{"); }
static bool write_end_object(void *context) { return write_close(context, "}"); }
static bool write_begin_list(void *context, const char *key) { return write_open(context, key, "["); }
static bool write_end_list(void *context) { return write_close(context, "]"); }

static bool write_text(void *context, const char *key, fg_string value) {
  return write_lead(context, key) && write_string(context, value);
}

static bool write_integer(void *context, const char *key, int64_t value) {
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
  return write_lead(context, key) && write_append(context, first, (size_t)(digits + sizeof digits - first));
}

static bool write_money(void *context, const char *key, fg_money value) {
  const fg_json_writer *writer = context;
  char amount[FG_MONEY_TEXT_MAX];
  fg_string text = {amount, fg_money_format(value, writer->minor_digits, amount)};
  return write_text(context, key, text);
}

static bool write_time(void *context, const char *key, fg_time value) {
  const fg_json_writer *writer = context;
  char time[FG_TIME_TEXT_MAX];
  fg_string text = {time, fg_time_format(value, writer->zone, time)};
  return write_text(context, key, text);
}

static bool write_flag(void *context, const char *key, bool value) {
  return write_lead(context, key) && write_append(context, value ? "true" : "false", value ? 4 : 5);
}

static bool write_null(void *context, const char *key) {
  return write_lead(context, key) && write_append(context, "null", 4);
}

fg_visitor fg_json_visitor(fg_json_writer *writer) {
  fg_visitor visitor = {writer,         write_begin_object, write_end_object, write_begin_list,
                        write_end_list, write_text,         write_integer,    write_money,
                        write_time,     write_flag,         write_null,       NULL};
  return visitor;
}
