/* A ledger of one machine on another (tools/portable/ledger.sh): `across make BOOK PATH` writes one, `across tell PATH`
   verifies it, opens it, and tells on stdout what that found, its statement, and the whole of it as a timeline. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

#include "base/base.h"
#include "base/civil.h"
#include "faregate_ledger.h"
#include "json/write.h"

enum { COMMANDS = 2500 }; /* more than two snapshots */

static int fail(const char *doing, const fg_error *error) {
  fprintf(stderr, "across: %s: %s at \"%s\": %s\n", doing, fg_status_name(error->status), error->path, error->message);
  return 1;
}

static char *read_whole(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  char *bytes = malloc(1 << 20);
  *length = file == NULL || bytes == NULL ? 0 : fread(bytes, 1, 1 << 20, file);
  if (file != NULL) {
    fclose(file);
  }
  return bytes;
}

static fg_string text_of(const char *text) { return (fg_string){text, strlen(text)}; }

/* An account that opens on the 1st of January 2038 and goes on into 2041: past the second at which 32 bits of them
   end. */
static int make(const char *book_path, const char *path) {
  fg_error error = {0};
  fg_book *book = NULL;
  fg_handle *ledger = NULL;
  size_t length = 0;
  char *json = read_whole(book_path, &length);
  if (fg_book_load(json, length, NULL, &book, &error) != FG_OK) {
    return fail("book", &error);
  }
  fg_ledger_options options = {.book = book, .group_ms = 1000};
  if (fg_ledger_open(path, &options, &ledger, &error) != FG_OK) {
    return fail("open", &error);
  }
  const fg_time day = INT64_C(86400000000);
  const fg_time begin = INT64_C(24837) * day; /* 2038-01-01T00:00Z */
  for (int i = 0; i < COMMANDS; i++) {
    fg_command command;
    fg_outcome outcome;
    char id[24];
    snprintf(id, sizeof id, "use-%d", i);
    fg_command_begin(&command, i == 0 ? FG_DO_OPEN : FG_DO_USE, begin + i * (day / 2));
    command.product = text_of("image");
    if (i != 0) {
      command.id = text_of(id);
      command.quantity = 1 + i * 7 % 500;
    }
    if (fg_handle_apply(ledger, &command, &outcome, &error) != FG_OK) {
      return fail("command", &error);
    }
  }
  if (fg_handle_close(ledger, &error) != FG_OK) {
    return fail("close", &error);
  }
  fg_book_release(book);
  free(json);
  return 0;
}

static int say(const char *path) {
  fg_error error = {0};
  fg_text text = {.allocator = fg_allocator_or_default(NULL)};
  fg_json_writer writer = {.text = &text, .minor_digits = 2, .zone = &(fg_zone){.offset = 8 * 3600 * FG_SECOND}};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_sink sink = fg_text_sink(&text);
  fg_handle *ledger = NULL;
  if (fg_ledger_verify(path, NULL, NULL, &visitor, &error) != FG_OK) {
    return fail("verify", &error);
  }
  if (strstr(text.text, "\"ok\":true") == NULL) {
    fprintf(stderr, "across: %s\n", text.text);
    return 1;
  }
  writer.comma = false;
  if (fg_ledger_open(path, NULL, &ledger, &error) != FG_OK) {
    return fail("open", &error);
  }
  if (fg_handle_statement(ledger, &visitor, &error) != FG_OK || fg_handle_close(ledger, &error) != FG_OK) {
    return fail("statement", &error);
  }
  if (fg_ledger_export(path, (fg_string){NULL, 0}, NULL, NULL, &sink, &error) != FG_OK) {
    return fail("export", &error);
  }
  printf("%s\n", text.text);
  fg_text_release(&text);
  return 0;
}

int main(int count, char **words) {
#ifdef _WIN32 /* what is told is bytes, whose ends of lines stay */
  _setmode(_fileno(stdout), _O_BINARY);
#endif
  if (count == 4 && strcmp(words[1], "make") == 0) {
    return make(words[2], words[3]);
  }
  if (count == 3 && strcmp(words[1], "tell") == 0) {
    return say(words[2]);
  }
  fprintf(stderr, "usage: across make BOOK PATH | across tell PATH\n");
  return 2;
}
