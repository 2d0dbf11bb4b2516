#include "booth.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char path[256], link_path[256], import_path[256], successor_path[256];
fg_book *book;

void give_up(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

fg_handle *open_with(const char *name, const fg_account_options *account, int64_t group_ms) {
  fg_handle *ledger = NULL;
  fg_error error;
  fg_ledger_options options = {.book = book, .account = account, .group_ms = group_ms, .wait_ms = 60000};
  if (fg_ledger_open(name, &options, &ledger, &error) != FG_OK) {
    give_up("open: %s: %s", fg_status_name(error.status), error.message);
  }
  return ledger;
}

fg_handle *open_by(const char *name, int64_t group_ms) { return open_with(name, NULL, group_ms); }

fg_string name_of(char text[64], const char *kind, int worker, int64_t number) {
  fg_string name = {text, (size_t)snprintf(text, 64, "%s-%d-%lld", kind, worker, (long long)number)};
  return name;
}

fg_command command_of(fg_command_kind kind, fg_string id) {
  fg_command command;
  fg_command_begin(&command, kind, FG_NO_TIME);
  command.product = (fg_string){"image-pro", 9};
  command.quantity = 1;
  command.id = id;
  return command;
}

void say(int pipe_end, int worker, int64_t number, step what) {
  notice said = {number, worker, (int32_t)what};
  if (write(pipe_end, &said, sizeof said) != (ssize_t)sizeof said) {
    _exit(1);
  }
}

static bool hear_text(void *context, const char *key, fg_string value) {
  listener *heard = context;
  if (key != NULL && strcmp(key, "id") == 0 && heard->count < HEARD_MAX) {
    snprintf(heard->ids[heard->count++], 64, "%.*s", (int)value.length, value.text);
  }
  return true;
}

static bool hear_integer(void *context, const char *key, int64_t value) {
  listener *heard = context;
  heard->total += key != NULL && strcmp(key, "total") == 0 ? value : 0;
  return true;
}

static bool hear_key(void *context, const char *key) {
  (void)context;
  (void)key;
  return true;
}
static bool hear_end(void *context) {
  (void)context;
  return true;
}
static bool hear_money(void *context, const char *key, fg_money value) {
  (void)value;
  return hear_key(context, key);
}
static bool hear_time(void *context, const char *key, fg_time value) {
  (void)value;
  return hear_key(context, key);
}
static bool hear_flag(void *context, const char *key, bool value) {
  listener *heard = context;
  heard->is_good = heard->is_good || (key != NULL && strcmp(key, "ok") == 0 && value);
  return true;
}

fg_visitor visitor_of(listener *heard) {
  fg_visitor visitor = {heard,        hear_key,   hear_end,  hear_key,  hear_end, hear_text,
                        hear_integer, hear_money, hear_time, hear_flag, hear_key, NULL};
  return visitor;
}

/* What fg_ledger_verify thinks. */
bool is_whole(const char *name) {
  listener heard = {.count = 0};
  fg_visitor visitor = visitor_of(&heard);
  return fg_ledger_verify(name, NULL, NULL, &visitor, NULL) == FG_OK && heard.is_good;
}

void import_once(void) {
  fg_text text = {0};
  fg_sink sink = fg_text_sink(&text);
  if (fg_ledger_export(link_path, (fg_string){NULL, 0}, NULL, NULL, &sink, NULL) != FG_OK ||
      fg_ledger_import((fg_string){text.text, text.length}, NULL, import_path, NULL, NULL, NULL) != FG_OK) {
    _exit(1);
  }
  fg_text_release(&text);
}

/* As rand() of POSIX, which not every system has for a seed of one's own. */
int64_t random_below(unsigned *seed, int64_t end) {
  *seed = *seed * 1103515245 + 12345;
  return (int64_t)(*seed >> 8) % end;
}

void load_book(void) {
  static char text[1 << 16];
  FILE *file = fopen("books/tencent-facefusion.json", "rb");
  size_t length = file == NULL ? 0 : fread(text, 1, sizeof text, file);
  if (file == NULL || fg_book_load(text, length, NULL, &book, NULL) != FG_OK) {
    give_up("books/tencent-facefusion.json cannot be read");
  }
  fclose(file);
}

void name_files(const char *directory) {
  snprintf(path, sizeof path, "%s/booth.db", directory);
  snprintf(import_path, sizeof import_path, "%s/import.db", directory);
  snprintf(successor_path, sizeof successor_path, "%s/import-next.db", directory);
  if (!make_other_name(directory, link_path)) {
    give_up("no second name");
  }
}

int64_t units_of_month(fg_handle *ledger) {
  listener heard = {.count = 0};
  fg_visitor visitor = visitor_of(&heard);
  if (fg_account_describe(fg_handle_account(ledger), &visitor) != FG_OK) {
    give_up("the ledger's account is not told");
  }
  return heard.total;
}
