#include "header.h"

#include <sqlite3.h>

#include "pages.h"

/* Where the header of an SQLite database has the values that are checked here, as big-endian numbers. */
enum {
  AT_PAGE_SIZE = 16,
  AT_FILE_FORMAT = 18,
  AT_RESERVED = 20,
  AT_PAGE_COUNT = 28,
  AT_SCHEMA_FORMAT = 44,
  AT_LARGEST_ROOT = 52,
  AT_ENCODING = 56,
  AT_VERSION = 60,
  AT_APPLICATION = 68,
  AT_SAVED_SALTS = 72, /* of 20 bytes that SQLite reserves, leaves at 0 and does not look at */
  AT_SAVED_FRAME = 80
};

static uint32_t header_number(const unsigned char *header, int offset, int size) {
  uint32_t number = 0;
  for (int i = 0; i < size; i++) {
    number = number << 8 | header[offset + i];
  }
  return number;
}

/* From version 2 on, every later version of the library reads the ledgers of earlier ones. */
static fg_status check_version(const char *path, uint32_t version, fg_error *error) {
  if (version == FG_LEDGER_VERSION_NOW) {
    return FG_OK;
  }
  return version < FG_LEDGER_VERSION_NOW
             ? fg_fail(error, FG_LEDGER_VERSION, "",
                       "%s is a ledger of version %lu; this library reads version %d. "
                       "Export it with the faregate that wrote it and import the timeline with this one",
                       path, (unsigned long)version, FG_LEDGER_VERSION_NOW)
             : fg_fail(error, FG_LEDGER_VERSION, "",
                       "%s is a ledger of version %lu; this library reads version %d. "
                       "Open it with a later faregate",
                       path, (unsigned long)version, FG_LEDGER_VERSION_NOW);
}

/* Whether the settings in the header are those that fill_new sets: a write-ahead log, no vacuum, UTF-8, and pages of
   our size that leave room for stamps. */
static bool has_our_form(const unsigned char *header) {
  return header_number(header, AT_PAGE_SIZE, 2) == FG_PAGE_SIZE && header_number(header, AT_FILE_FORMAT, 2) == 0x0202 &&
         header[AT_RESERVED] == FG_STAMP_SIZE && header_number(header, AT_SCHEMA_FORMAT, 4) == 4 &&
         header_number(header, AT_LARGEST_ROOT, 4) == 0 && header_number(header, AT_ENCODING, 4) == SQLITE_UTF8;
}

fg_status fg_header_check(const char *path, const unsigned char *header, size_t size, fg_error *error) {
  bool is_sqlite = size == FG_HEADER_SIZE && memcmp(header, "SQLite format 3", 16) == 0;
  if (!is_sqlite || header_number(header, AT_APPLICATION, 4) != FG_LEDGER_APPLICATION) {
    return fg_fail(error, FG_LEDGER_FOREIGN, "", "%s is not a ledger, but %s", path,
                   is_sqlite   ? "the database of another application"
                   : size == 0 ? "an empty file"
                               : "some other file");
  }
  FG_TRY(check_version(path, header_number(header, AT_VERSION, 4), error));
  return has_our_form(header)
             ? FG_OK
             : fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: its header is altered; good up to command 0", path);
}

int64_t fg_header_page_count(const unsigned char *header) { return header_number(header, AT_PAGE_COUNT, 4); }

void fg_header_put_saved(unsigned char *header, const fg_wal_place *place) {
  memcpy(header + AT_SAVED_SALTS, place->salts, sizeof place->salts);
  for (int i = 0; i < 4; i++) {
    header[AT_SAVED_FRAME + i] = (unsigned char)(place->frame >> (24 - 8 * i));
  }
}

fg_wal_place fg_header_saved(const unsigned char *header) {
  fg_wal_place place = {.frame = header_number(header, AT_SAVED_FRAME, 4)};
  memcpy(place.salts, header + AT_SAVED_SALTS, sizeof place.salts);
  return place;
}
