/* The kinds of values of a book's currency, zone and instants. */
#include <stdio.h>

#include "book_keys.h"

#include "../base/civil.h"

static fg_status key_currency_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                   void *object) {
  fg_string code;
  FG_TRY(fg_json_text(value, &code, reader->error));
  bool valid = code.length == 3;
  for (size_t i = 0; i < 3 && valid; i++) {
    valid = code.text[i] >= 'A' && code.text[i] <= 'Z';
  }
  return valid ? fg_book_keep(reader, code, fg_key_place(key, object))
               : fg_fail(reader->error, FG_INVALID, "", "expected three capitals such as \"CNY\"");
}

/* The number that two digits write; -1 for anything else. */
static int two_digits(const char *text) {
  bool digits = text[0] >= '0' && text[0] <= '9' && text[1] >= '0' && text[1] <= '9';
  return digits ? (text[0] - '0') * 10 + text[1] - '0' : -1;
}

static fg_status read_offset_text(const fg_book_reader *reader, fg_string text, int64_t *offset) {
  enum { OFFSET_MAX = 14 * 60 };
  bool formed = text.length == 6 && (text.text[0] == '+' || text.text[0] == '-') && text.text[3] == ':';
  int hour = formed ? two_digits(text.text + 1) : -1;
  int minute = formed ? two_digits(text.text + 4) : -1;
  if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > OFFSET_MAX) {
    return fg_fail(reader->error, FG_INVALID, "",
                   "expected an offset such as \"+08:00\", from \"-14:00\" to \"+14:00\"%s",
                   reader->key == NULL && reader->book->format > 0 ? ", or the name of a time zone" : "");
  }
  *offset = (text.text[0] == '-' ? -1 : 1) * (hour * FG_HOUR + minute * 60 * FG_SECOND);
  return FG_OK;
}

static void tell_offset(fg_teller *to, const char *key, int64_t offset) {
  unsigned size = (unsigned)((offset < 0 ? -offset : offset) / (60 * FG_SECOND));
  char text[16];
  snprintf(text, sizeof text, "%c%02u:%02u", offset < 0 ? '-' : '+', size / 60, size % 60);
  fg_tell_word(to, key, text);
}

static fg_status key_offset_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                 void *object) {
  fg_string text;
  FG_TRY(fg_json_text(value, &text, reader->error));
  return read_offset_text(reader, text, fg_key_place(key, object));
}

static void key_offset_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  (void)book;
  tell_offset(to, key->name, *(const int64_t *)fg_key_value(key, object));
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Whether a text has the form of a zone's name in the time zone database: "UTC", "Europe/Madrid", "Etc/GMT+1". */
static bool is_zone_name(fg_string text) {
  bool formed = text.length > 0 && text.length <= FG_NAME_MAX && is_letter(text.text[0]);
  for (size_t i = 0; i < text.length && formed; i++) {
    char c = text.text[i];
    formed = is_letter(c) || (c >= '0' && c <= '9') || (c != '\0' && strchr("/_+-", c) != NULL);
  }
  return formed;
}

static fg_status key_zone_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                               void *object) {
  fg_zone *zone = fg_key_place(key, object);
  fg_string text;
  FG_TRY(fg_json_text(value, &text, reader->error));
  return is_zone_name(text) ? fg_book_keep(reader, text, &zone->name) : read_offset_text(reader, text, &zone->offset);
}

static void key_zone_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_zone *zone = fg_key_value(key, object);
  (void)book;
  if (zone->name.text != NULL) {
    fg_tell_text(to, key->name, zone->name);
  } else {
    tell_offset(to, key->name, zone->offset);
  }
}

static fg_status key_instant_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                  void *object) {
  fg_string text;
  FG_TRY(fg_json_text(value, &text, reader->error));
  bool is_utc = text.length > 0 && text.text[text.length - 1] == 'Z';
  return is_utc && fg_time_parse(text.text, text.length, NULL, fg_key_place(key, object)) == FG_OK
             ? FG_OK
             : fg_fail(reader->error, FG_INVALID, "", "expected an instant such as \"2025-03-30T01:00:00Z\"");
}

static void key_instant_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  char text[FG_TIME_TEXT_MAX];
  size_t length = fg_time_format(*(const fg_time *)fg_key_value(key, object), NULL, text);
  (void)book;
  text[length - strlen("+00:00")] = '\0';
  strcat(text, "Z");
  fg_tell_word(to, key->name, text);
}

static void key_currency_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  fg_kind_text.tell(to, key, book, object);
}

const fg_key_kind fg_kind_currency = {key_currency_read, key_currency_tell};
const fg_key_kind fg_kind_utc_offset = {key_offset_read, key_offset_tell};
const fg_key_kind fg_kind_time_zone = {key_zone_read, key_zone_tell};
const fg_key_kind fg_kind_instant = {key_instant_read, key_instant_tell};
